"""Information sessions: planned, edited, found by their day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from .. import days, names
from ..errors import NoSessionError, NothingToChangeError, SessionEndsBeforeItStartsError
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
        to_come = [session for session in planned if ends(session) > now]
        if not planned:
            raise NoSessionError("", ())
        return to_come[0] if to_come else planned[-1]
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
    same_day = [row["session"] for row in work.select("planned_sessions") if row["session"][:10] == on.isoformat()]
    code = on.isoformat() if not same_day else f"{on.isoformat()}-{_next_number(same_day)}"
    session = OutreachSession(
        code=code,
        title=_line(said.title, "title") or settings["session.title"],
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=zone,
        added_on=today,
    )
    _say_more(session, said)
    return work.add(session)


def edit(work: "Work", session: Record, said: SessionFacts) -> Record:
    """Change what is said of a session; its day and name stay. Raises as `plan`, and NothingToChangeError."""
    from ..store.models import OutreachSession

    if all(value is None for value in vars(said).values()):
        raise NothingToChangeError("edit-session")
    stored = work.get(OutreachSession, session["id"])
    if said.start or said.end or said.time_zone:
        place = ZoneInfo(session["time_zone"])
        first, last = starts(session).astimezone(place), ends(session).astimezone(place)
        start = said.start or first.time()
        end = said.end or (_later(start, [first.time(), last.time()]) if said.start else last.time())
        zone = said.time_zone or session["time_zone"]
        stored.starts_at, stored.ends_at = _span(first.date(), start, end, zone)
        stored.time_zone = zone
    if said.title is not None:
        stored.title = names.checked_name(said.title, "title")
    _say_more(stored, said)
    work.flush()
    return next(row for row in work.select("session_list", ["id = :id"], id=session["id"]))


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
