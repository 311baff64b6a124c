"""Attendance: which partners came to a session, invited or not, from names or from a report of the meeting."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from ..errors import AlreadyAttendedError
from ..files.attendance_people import Came as Person
from ..files.attendance_people import people, together
from ..files.attendance_reports import Report
from ..store.reading import Reads, Record, among
from . import partners, sessions
from .recognition import Known, Match, match

if TYPE_CHECKING:
    from ..store.writing import Work


@dataclass(frozen=True)
class Came:
    """One partner that came: whether it was invited, and whether that was known already."""

    partner: Record
    invited: bool
    known: bool


def record(work: "Work", session: Record, texts: Sequence[str], *, today: date) -> list[Came]:
    """Record that partners came to a session. A day still to come is recorded as today.

    Raises AlreadyAttendedError when all of them are recorded already, and as `partners.find`.
    """
    found = {row["id"]: row for row in (partners.find(work, text) for text in texts)}
    came = _record(work, session, found.values(), today=today)
    if all(one.known for one in came):
        raise AlreadyAttendedError(session["session"])
    return came


def _record(work: "Work", session: Record, rows: Iterable[Record], *, today: date) -> list[Came]:
    from ..store.models import Attendance

    found = {row["id"]: row for row in rows}
    one = ["session_id = :session", "partner_id = :partner"]
    known, invited = (
        {number for number in found if work.count(table, one, session=session["id"], partner=number)}
        for table in ("attendances", "invitations")
    )
    day = min(sessions.local_day(session), today)
    for number in found:
        if number not in known:
            work.add(Attendance(partner_id=number, session_id=session["id"], day=day))
    return [Came(row, number in invited, number in known) for number, row in found.items()]


# ---- from a report --------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """What became of somebody whom a report names."""

    RECOGNISED = "recognised"
    OWN = "of the network"
    SHORT = "too short"
    UNSURE = "unsure"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Attendee:
    """Somebody whom a report names: who that is, for which partner, and which partners it may be."""

    match: Match
    verdict: Verdict
    partner: int | None = None
    likely: tuple[tuple[int, str], ...] = ()


Choose = Callable[[Match], Known | None]
"""Asks a person which of the candidates somebody is; None: none of them, or nobody can be asked."""


def recognise(reads: Reads, session: Record, report: Report, *, min_minutes: int, choose: Choose) -> list[Attendee]:
    """Return everybody whom a report names, in its order, with the partner each came for.

    Who was there for fewer minutes does not count; one whose minutes are not said does.
    """
    own = {(row["email"] or "").lower() for row in reads.select("members")} | {(session["host_email"] or "").lower()}
    known = list(_known(reads))
    called = {one.partner: one.partner_names[0] for one in known}
    found = _merged(match(people(report), known), report.length)
    return [_attendee(one, own - {""}, called, min_minutes, choose) for one in found]


def _known(reads: Reads) -> Iterator[Known]:
    """Yield the contacts of present partners, and those partners that have none."""
    names: dict[int, list[str]] = {}
    websites: dict[int, str | None] = {}
    for row in reads.select("known_names", order_by="id, kind = 'official' DESC, name_id"):
        names.setdefault(row["id"], []).append(row["text"])
        websites[row["id"]] = row["website"]
    having = set()
    for row in reads.select("contacts", order_by="id"):
        if row["partner_id"] in names:
            having.add(row["partner_id"])
            called = row["name"] if row["name"] != row["email"] else ""
            partner = row["partner_id"]
            yield Known(row["id"], called, row["email"], partner, tuple(names[partner]), websites[partner])
    for partner in names.keys() - having:
        yield Known(None, "", None, partner, tuple(names[partner]), websites[partner])


def _merged(found: Sequence[Match], length: float | None) -> list[Match]:
    """Return those who came, one for each contact: who came by two devices, or under two names, came once."""
    by_contact: dict[int, list[Match]] = {}
    for one in found:
        if one.contact and one.contact.contact is not None:
            by_contact.setdefault(one.contact.contact, []).append(one)
    merged = []
    for one in found:
        several = by_contact.get(one.contact.contact, []) if one.contact and one.contact.contact is not None else []
        if len(several) < 2:  # noqa: PLR2004
            merged.append(one)
        elif several[0] is one:
            merged.append(Match(together([each.came for each in several], length), one.sign, one.contact))
    return merged


def _attendee(one: Match, own: set[str], called: dict[int, str], min_minutes: int, choose: Choose) -> Attendee:
    came: Person = one.came
    if came.email and came.email.lower() in own:
        return Attendee(one, Verdict.OWN)
    if came.minutes is not None and came.minutes < min_minutes:
        return Attendee(one, Verdict.SHORT)
    contact = one.contact or (choose(one) if one.candidates else None)
    if contact:
        return Attendee(one, Verdict.RECOGNISED, contact.partner, ((contact.partner, called[contact.partner]),))
    likely = one.partners or tuple(dict.fromkeys(candidate.partner for candidate in one.candidates))
    verdict = Verdict.UNSURE if one.candidates else Verdict.UNKNOWN
    return Attendee(one, verdict, None, tuple((number, called[number]) for number in likely))


def take(work: "Work", session: Record, attendees: Iterable[Attendee], *, today: date) -> list[Came]:
    """Record that the partners came whose people a report names; those recorded already change nothing."""
    numbers = list(dict.fromkeys(one.partner for one in attendees if one.partner is not None))
    rows = {row["id"]: row for row in among(work, "present_partners", "id", numbers)}
    return _record(work, session, [rows[number] for number in numbers if number in rows], today=today)
