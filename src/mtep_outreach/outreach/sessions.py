"""Information sessions: planned, edited, found by their day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from .. import days, names
from ..errors import (
    NoSessionError,
    NothingToChangeError,
    SessionCancelledError,
    SessionEndsBeforeItStartsError,
)
from ..people import Person
from ..store.reading import Reads, Record

if TYPE_CHECKING:
    from ..store.models import OutreachSession
    from ..store.writing import Work


@dataclass(frozen=True)
class SessionFacts:
    """What is said of a session. None: not said. An empty text takes away what was said before."""

    start: time | None = None
    end: time | None = None
    time_zone: str | None = None
    title: str | None = None
    place: str | None = None
    host: Person | Literal[""] | None = None
    agenda: str | None = None


def when(session: Record) -> str:
    """Return day, hours and zone in words."""
    return days.when_in_words(starts(session), ends(session), session["time_zone"])


def starts(session: Record) -> datetime:
    """Return the moment (UTC) at which a session starts."""
    return _moment(session["starts_at"])


def ends(session: Record) -> datetime:
    """Return the moment (UTC) at which a session ends."""
    return _moment(session["ends_at"])


def local_day(session: Record) -> date:
    """Return the day of a session in its own zone."""
    return starts(session).astimezone(ZoneInfo(session["time_zone"])).date()


def _moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)


# ---- find -----------------------------------------------------------------------------------------------


def find(reads: Reads, text: str | None, *, today: date, now: datetime) -> Record:
    """Return the session of a day (or of a name like 2024-05-24-2); without one the next, else the latest.

    Raises NoSessionError, or UnreadableDayError for a text that is no day.
    """
    planned = reads.select("planned_sessions", order_by="starts_at, id")
    if text is None:
        if not planned:
            raise NoSessionError("", ())
        held = [session for session in planned if not session["cancelled_on"]] or planned
        to_come = [session for session in held if ends(session) > now]
        return to_come[0] if to_come else held[-1]
    for session in planned:
        if session["session"] == text.strip():
            return session
    on = days.day(text, today)
    for session in planned:
        if session["session"] == on.isoformat():
            return session
    raise NoSessionError(on.isoformat(), [session["session"] for session in planned])


def is_past(session: Record, now: datetime) -> bool:
    """Return whether a session has begun."""
    return starts(session) <= now


def refuse_cancelled(session: Record) -> None:
    """Raise SessionCancelledError for a session that does not take place."""
    if session["cancelled_on"]:
        raise SessionCancelledError(
            session["session"], days.day_in_words(date.fromisoformat(str(session["cancelled_on"])))
        )


# ---- change ---------------------------------------------------------------------------------------------


def plan(work: "Work", on: date, said: SessionFacts, *, settings: Mapping[str, str], today: date) -> "OutreachSession":
    """Plan a session on a day; what is not said comes from the network's settings.

    An end that is not given lies as long after the start as the settings have it. Raises ImpossibleHourError,
    SessionEndsBeforeItStartsError.
    """
    from ..store.models import OutreachSession

    zone = said.time_zone or settings["session.time_zone"]
    usual = [days.hour(settings[f"session.{edge}"]) for edge in ("start", "end")]
    start = said.start or usual[0]
    end = said.end or (_later(start, usual) if said.start else usual[1])
    starts_at, ends_at = _span(on, start, end, zone)
    session = OutreachSession(
        code=_code(work, on),
        title=_line(said.title, "title") or settings["session.title"],
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=zone,
        added_on=today,
    )
    _say_more(session, said)
    return work.add(session)


def _code(work: "Work", on: date) -> str:
    """Return what a session on a day is called: its day, with a number for the second one that day."""
    codes = [row["code"] for row in work.select("sessions") if row["code"][:10] == on.isoformat()]
    return on.isoformat() if not codes else f"{on.isoformat()}-{_next_number(codes)}"


def edit(work: "Work", session: Record, said: SessionFacts, *, on: date | None = None, told: bool = False) -> Record:
    """Change what is said of a session. A new day gives it a new name. Raises as `plan`, and NothingToChangeError.

    Unless those invited are ``told`` of it by letters, those that wait to be sent with another hour do not leave.
    """
    from ..store.models import OutreachSession

    if on is None and all(value is None for value in vars(said).values()):
        raise NothingToChangeError("edit-session")
    stored = work.get(OutreachSession, session["id"])
    (stored_before,) = work.select("sessions", ["id = :id"], id=session["id"])
    if on is not None and on != local_day(session):
        stored.code = _code(work, on)
    if said.start or said.end or said.time_zone or on:
        place = ZoneInfo(session["time_zone"])
        first, last = starts(session).astimezone(place), ends(session).astimezone(place)
        start = said.start or first.time()
        end = said.end or (_later(start, [first.time(), last.time()]) if said.start else last.time())
        zone = said.time_zone or session["time_zone"]
        stored.starts_at, stored.ends_at = _span(on or first.date(), start, end, zone)
        stored.time_zone = zone
    if said.title is not None:
        stored.title = names.checked_name(said.title, "title")
    was = (stored_before["starts_at"], stored_before["ends_at"], stored_before["time_zone"])
    _say_more(stored, said)
    work.flush()
    (now,) = work.select("sessions", ["id = :id"], id=session["id"])
    if not told and was != (now["starts_at"], now["ends_at"], now["time_zone"]):
        _outdate(work, session)
    return next(row for row in work.select("session_list", ["id = :id"], id=session["id"]))


def _outdate(work: "Work", session: Record) -> None:
    """Let what was written to those invited count as said of a session as it was before."""
    from ..store.models import Invitation

    for row in work.select("invitations", ["session_id = :session"], "id", session=session["id"]):
        work.get(Invitation, row["id"]).sequence += 1
    work.flush()


def cancel(work: "Work", session: Record, *, today: date) -> None:
    """Record that a session does not take place. Raises SessionCancelledError when that is recorded already."""
    from ..store.models import OutreachSession

    refuse_cancelled(session)
    work.get(OutreachSession, session["id"]).cancelled_on = today
    work.flush()


def _say_more(session: "OutreachSession", said: SessionFacts) -> None:
    if said.place is not None:
        session.place = _line(said.place, "place") or None
    if said.host is not None:
        session.host_name, session.host_email = (said.host.name, said.host.email) if said.host else (None, None)
    if said.agenda is not None:
        session.agenda = names.checked_length(names.clean_text(said.agenda), "agenda") or None


def _line(text: str | None, what: str) -> str:
    return names.checked_length(names.clean_line(text or ""), what, names.LONGEST_NAME)


def _later(start: time, usual: list[time]) -> time:
    lasts = datetime.combine(date.min, usual[1]) - datetime.combine(date.min, usual[0])
    return (datetime.combine(date(2000, 1, 1), start) + lasts).time()


def _span(on: date, start: time, end: time, zone: str) -> tuple[datetime, datetime]:
    if end <= start:
        raise SessionEndsBeforeItStartsError(days.hour_in_words(start), days.hour_in_words(end))
    return days.moment(on, start, zone), days.moment(on, end, zone)


def _next_number(codes: list[str]) -> int:
    return 1 + max(int(code[11:] or 1) for code in codes)


def found_or_planned(
    work: "Work", text: str | None, *, settings: Mapping[str, str], today: date, now: datetime
) -> tuple[Record, bool]:
    """Return the session meant, and whether it was planned just now: the very first one is, from the defaults.

    Raises NoSessionError once there is a session, or when no day is given.
    """
    if text is not None and not work.select("sessions", limit=1):
        plan(work, days.day(text, today), SessionFacts(), settings=settings, today=today)
        return find(work, None, today=today, now=now), True
    return find(work, text, today=today, now=now), False
