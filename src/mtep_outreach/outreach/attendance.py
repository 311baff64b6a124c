"""Attendance: who came to a session for which partner, invited or not, from names or from a report of the meeting."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING

from ..errors import AlreadyAttendedError
from ..files.attendance_people import Came as Seen
from ..files.attendance_people import people, together
from ..files.attendance_reports import Report
from ..names import name_key
from ..people import Person
from ..store.reading import Reads, Record, among
from . import contacts, partners, sessions
from .forgetting import is_forgotten
from .recognition import Known, Match, match

if TYPE_CHECKING:
    from ..store.writing import Work


@dataclass(frozen=True)
class Came:
    """One partner that came: whether it was invited, whether that was known, and the contacts of whom it is ``new``."""

    partner: Record
    invited: bool
    known: bool
    new: frozenset[int] = frozenset()


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
    NEW = "new"
    FORGOTTEN = "forgotten"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Attendee:
    """Somebody whom a report names: who that is, for which partner, and which partners it may be."""

    match: Match
    verdict: Verdict
    partner: int | None = None
    likely: tuple[tuple[int, str], ...] = ()

    @property
    def contact(self) -> int | None:
        """The number of the contact that this is, where it is one."""
        return self.match.contact.contact if self.match.contact else None

    @property
    def person(self) -> Person:
        """The name and address that a contact would have; the name of a device is nobody's."""
        came = self.match.came
        named = name_key(came.name) and not came.device
        return Person(came.name if named or not came.email else came.email, came.email)


@dataclass(frozen=True)
class Register:
    """Everybody whom a report may name: contacts, the network's own, who asked to be forgotten or not to be written to.

    Taken before a person is asked: while a database is read nobody can write to it.
    """

    known: Sequence[Known]
    own: frozenset[str]
    is_forgotten: Callable[[str | None], bool]
    stopped: frozenset[str]

    @property
    def names(self) -> dict[int, str]:
        """The names of the partners, by their numbers."""
        return {one.partner: one.partner_names[0] for one in self.known}


def register(reads: Reads, session: Record) -> Register:
    """Return everybody whom a report of a session may name."""
    emails = [session["host_email"], *(row["email"] for row in reads.select("members"))]
    stopped = reads.select("stopped_addresses", ["stopped = 'opted-out'"])
    return Register(
        list(_known(reads)),
        frozenset(email.lower() for email in emails if email),
        is_forgotten(reads),
        frozenset(row["address"] for row in stopped),
    )


Choose = Callable[[Match], Known | None]
"""Asks a person which of the candidates somebody is; None: none of them."""


def recognise(here: Register, report: Report, *, min_minutes: int, choose: Choose | None) -> list[Attendee]:
    """Return everybody whom a report names, in its order, with the partner each came for.

    Who was there for fewer minutes does not count; one whose minutes are not said does. Without ``choose`` nobody can
    be asked.
    """

    def passed_over(came: Seen) -> Verdict | None:
        if came.email and came.email.lower() in here.own:
            return Verdict.OWN
        return Verdict.SHORT if came.minutes is not None and came.minutes < min_minutes else None

    def decided(one: Match) -> Match:
        if choose is None or not one.candidates or passed_over(one.came):
            return one
        return replace(one, contact=choose(one), candidates=())

    found = _merged([decided(one) for one in match(people(report), here.known)], report.length)
    names = here.names
    return [_attendee(one, passed_over(one.came), names) for one in found]


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


def _attendee(one: Match, passed_over: Verdict | None, called: Mapping[int, str]) -> Attendee:
    if passed_over:
        return Attendee(one, passed_over)
    if one.contact:
        partner = one.contact.partner
        return Attendee(one, Verdict.RECOGNISED, partner, ((partner, called[partner]),))
    likely = one.partners or tuple(dict.fromkeys(candidate.partner for candidate in one.candidates))
    verdict = Verdict.UNSURE if one.candidates else Verdict.UNKNOWN
    return Attendee(one, verdict, None, tuple((number, called[number]) for number in likely))


def newcomers(here: Register, attendees: Iterable[Attendee]) -> list[Attendee]:
    """Return everybody again: as NEW who is not known, but has an address and one likely partner, as whose contact.

    Who asked to be forgotten, or not to be written to, is FORGOTTEN or STOPPED instead, and stays unknown.
    """

    def newcomer(one: Attendee) -> Attendee:
        email = one.match.came.email
        if one.verdict is not Verdict.UNKNOWN or not email:
            return one
        if here.is_forgotten(email):
            return replace(one, verdict=Verdict.FORGOTTEN)
        if email.lower() in here.stopped:
            return replace(one, verdict=Verdict.STOPPED)
        return replace(one, verdict=Verdict.NEW, partner=one.likely[0][0]) if len(one.likely) == 1 else one

    return [newcomer(one) for one in attendees]


# ---- written down ---------------------------------------------------------------------------------------


def take(work: "Work", session: Record, attendees: Iterable[Attendee], *, today: date) -> list[Came]:
    """Record who came for which partner and for how many minutes; newcomers become contacts.

    What is recorded already changes nothing: minutes only grow. Raises as `contacts.add`.
    """
    wanted = [(one.partner, one) for one in attendees if one.partner is not None]
    present = {row["id"]: row for row in among(work, "present_partners", "id", [number for number, _ in wanted])}
    there: dict[int, dict[int, int | None]] = {}
    for partner, one in wanted:
        if partner in present:
            number = one.contact or contacts.add(work, present[partner], one.person, today=today).number
            there.setdefault(partner, {})[number] = one.match.came.minutes
    came = _record(work, session, [present[number] for number in there], today=today)
    return [replace(one, new=_record_people(work, session, one.partner, there[one.partner["id"]])) for one in came]


def _record_people(work: "Work", session: Record, partner: Record, there: Mapping[int, int | None]) -> frozenset[int]:
    """Record contacts of one partner with their minutes; return those of whom that is new."""
    from ..store import models

    mine = ["session_id = :session", "partner_id = :partner"]
    (attendance,) = work.select("attendances", mine, session=session["id"], partner=partner["id"])
    here = work.select("attendees", ["attendance_id = :number"], number=attendance["id"])
    known = {row["contact_id"]: row for row in here}
    taken = {row["name"] for row in here}
    called = {row["id"]: row["name"] for row in among(work, "contacts", "id", there)}
    new = set()
    for contact, minutes in there.items():
        row = known.get(contact)
        if row is None and contact in called:
            name = _free(called[contact], taken)
            taken.add(name)
            work.add(models.Attendee(attendance_id=attendance["id"], contact_id=contact, name=name, minutes=minutes))
        elif row and minutes is not None and (row["minutes"] is None or minutes > row["minutes"]):
            work.get(models.Attendee, row["id"]).minutes = minutes
        else:
            continue
        new.add(contact)
    return frozenset(new)


def bring_together(work: "Work", kept: int, gone: int) -> None:
    """Bring who came, by one record of a session, into another of the same session; who is in both came once."""
    from ..store.models import Attendee

    mine, theirs = (work.select("attendees", ["attendance_id = :number"], "id", number=one) for one in (kept, gone))
    known = {row["contact_id"]: row["id"] for row in mine if row["contact_id"] is not None}
    taken = {row["name"] for row in mine}
    for row in theirs:
        other = work.get(Attendee, row["id"])
        if row["contact_id"] in known:
            same = work.get(Attendee, known[row["contact_id"]])
            same.minutes = max((one for one in (same.minutes, other.minutes) if one is not None), default=None)
            work.delete(other)
        else:
            other.name = _free(other.name, taken)
            other.attendance_id = kept
            taken.add(other.name)
    work.flush()


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no other of the same partner has: "Jo Bell (2)" for the second one."""
    return next(one for number in count(1) if (one := name if number == 1 else f"{name[:290]} ({number})") not in taken)
