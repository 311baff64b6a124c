"""Correspondence: the letters and invitations that a mail which comes in may be about."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ..files.calendar_replies import address_key
from ..files.calendar_verdicts import Invited
from ..names import name_key
from ..store.reading import Reads
from ..vocabulary import DeliveryState
from . import sessions

_MARK = re.compile(r"\s*(?:re|aw|sv|antw|ant|odp|vs|fwd?|wg|tr|rv)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
"""What mail programs put before the subject of an answer, in several languages."""

_CLOCKS_DIFFER = timedelta(days=2)


@dataclass(frozen=True)
class Invitation:
    """An invitation by its number: of which partner, to which session, and whom it went to (`address_key`)."""

    number: int
    partner: str
    session: str
    starts: datetime
    ends: datetime
    sequence: int
    addresses: frozenset[str]

    @property
    def invited(self) -> Invited:
        """Return what an answer is compared with. Whose mailbox invited may have changed since: that is not."""
        return Invited(self.addresses, None, self.sequence, self.starts, self.ends)


@dataclass(frozen=True)
class Letter:
    """A letter by its number."""

    number: int
    invitation: Invitation
    address: str | None
    subject: str
    day: date
    sequence: int


class Known:
    """What was sent to whom, and who belongs to the network; ``mailbox`` is the network's own address, "" for none."""

    def __init__(self, reads: Reads, mailbox: str) -> None:
        self.mailbox = address_key(mailbox)
        members = {address_key(row["email"]) for row in reads.select("members", ["email IS NOT NULL"])}
        self.own = frozenset(members | {self.mailbox} - {""})
        self.by_uid: dict[str, Invitation] = {}
        self.by_message_id: dict[str, Letter] = {}
        self.by_address: dict[str, list[Letter]] = {}
        """The letters that may have left to each address, the newest first."""
        self._versions: dict[int, list[tuple[date, int]]] = {}
        letters = reads.select("known_letters", order_by="id DESC")
        by_invitation: dict[int, set[str]] = {}
        for row in letters:
            if row["address"]:
                by_invitation.setdefault(row["invitation_id"], set()).add(address_key(row["address"]))
        numbers: dict[int, Invitation] = {}
        for row in reads.select("known_invitations", order_by="id"):
            addresses = by_invitation.get(row["id"], set()) | ({address_key(row["email"])} if row["email"] else set())
            numbers[row["id"]] = found = Invitation(
                row["id"], row["partner"], row["session"], sessions.starts(row), sessions.ends(row),
                row["sequence"], frozenset(addresses),
            )  # fmt: skip
            if row["uid"]:
                self.by_uid[row["uid"]] = found
        for row in letters:
            invitation = numbers[row["invitation_id"]]
            day = date.fromisoformat(str(row["day"]))
            letter = Letter(row["id"], invitation, row["address"], row["subject"], day, row["sequence"])
            self._versions.setdefault(invitation.number, []).append((day, letter.sequence))
            if row["message_id"]:
                self.by_message_id[row["message_id"]] = letter
            if row["address"] and row["state"] != DeliveryState.QUEUED:
                self.by_address.setdefault(address_key(row["address"]), []).append(letter)

    def invited(self, uid: str) -> Invited | None:
        """Return what an answer to the invitation of that name is compared with."""
        found = self.by_uid.get(uid)
        return found.invited if found else None

    def answered(self, message_ids: Iterable[str]) -> Letter | None:
        """Return the first letter that one of the messages is."""
        return next((self.by_message_id[name] for name in message_ids if name in self.by_message_id), None)

    def of_subject(self, address: str, subject: str, at: datetime | None) -> Letter | None:
        """Return the newest letter to an address whose subject an answer's is, whatever mail programs put before it."""
        bare = _bare(subject)
        return next((letter for letter in self._before(address, at) if bare and _bare(letter.subject) == bare), None)

    def newest_to(self, address: str, at: datetime | None) -> Letter | None:
        """Return the newest letter to an address that a mail written at that moment can be about."""
        return next(self._before(address, at), None)

    def _before(self, address: str, at: datetime | None) -> Iterator[Letter]:
        # A mailbox goes back for years, and what was written before a letter is not about it.
        day = at.date() if at else date.max
        letters = self.by_address.get(address_key(address), [])
        return (letter for letter in letters if letter.day - _CLOCKS_DIFFER <= day)

    def version(self, invitation: Invitation, at: datetime | None) -> int:
        """Return which version of an invitation its letters had told of by a moment."""
        day = at.date() if at else date.max
        told = (sequence for on, sequence in self._versions.get(invitation.number, []) if on <= day)
        return max(told, default=0) if at else invitation.sequence


def local_day(moment: datetime, time_zone: str) -> date:
    """Return the day of a moment where a session is held."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def _bare(subject: str) -> str:
    subject = subject[:500]
    while mark := _MARK.match(subject):
        subject = subject[mark.end() :]
    return name_key(subject)
