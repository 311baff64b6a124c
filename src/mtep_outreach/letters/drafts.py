"""A letter as it would leave, and what can be found wrong with it before it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..vocabulary import LetterKind


class Severity(StrEnum):
    """What a finding does to a letter: an error stops it, a warning is listed."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a letter, in a sentence; ``rule`` is one of RULES."""

    severity: Severity
    rule: str
    message: str


RULES: Mapping[str, str] = {
    "unfilled": "a field that nobody filled in: {{ name }}, [NAME], <<NAME>>, TODO, TBD, 'Dear ,', 'Dear None'",
    "blank": "what an empty field leaves: no subject or text, 'at  ,', '()', a line with only punctuation",
    "bad-subject": "a subject of more than one line",
    "garbled": "characters that were read in the wrong encoding: 'JosÃ©'",
    "another-organization": "the name of another partner; only a warning in words that a volunteer typed",
    "wrong-weekday": "a weekday that is not the one of its date",
    "other-day": "another day than the session's; an error where the session's own day is not named at all",
    "wrong-zone": "the name of a time zone that is wrong for the date: CST in May",
    "wrong-hour": "an hour that is not the session's in the zone it is given in",
    "past-session": "a letter about a session that has begun",
    "cancelled-session": "a letter other than the cancellation for a session that was cancelled",
    "session-not-cancelled": "a cancellation of a session that takes place",
    "session-not-over": "thanks for a session that has not ended",
    "bad-link": "a link that is not http, https or mailto, or leads nowhere",
    "no-address": "a letter to be mailed without an address to mail it to",
    "no-postal-address": "a letter to be mailed while the network's postal address is not known",
    "no-opt-out": "a letter to be mailed without an address to write to for no more mail",
    "do-not-contact": "a partner or person who is not to be contacted",
    "opted-out": "an address whose owner wants no more mail",
    "bounced": "an address that mail came back from; only a warning where the letter is not mailed",
    "two-signers": "two volunteers who write to one partner for one session",
    "already-written": "a letter of the same kind that goes to the same address already",
    "same-address": "two partners whose letters go to one address",
}
"""Every rule, and what it looks for."""


@dataclass(frozen=True)
class Draft:
    """One letter as it would leave.

    ``own_names`` are all names of the partner; ``starts``, ``ends`` and ``now`` are UTC; ``zone`` is the session's and
    ``own_zone`` the contact's IANA zone. ``said_by_people`` are the texts in it that volunteers typed. ``opt_out`` is
    the address to write to for no more mail. ``stopped`` is the StopKind of the address, None: open. ``do_not_contact``
    is the reason, which may be empty, None: not marked. ``other_signers`` are the other volunteers who write to this
    partner for this session, ``same_address`` the other partners whose letters go to this address.
    """

    partner_id: int
    partner: str
    own_names: Sequence[str]
    kind: LetterKind
    subject: str
    body: str
    address: str | None
    contact: str | None
    signer: str
    mailed: bool
    starts: datetime
    ends: datetime
    zone: str
    own_zone: str | None
    now: datetime
    cancelled: bool
    said_by_people: Sequence[str]
    postal_address: str | None
    opt_out: str | None
    stopped: str | None
    do_not_contact: str | None
    other_signers: Sequence[str]
    same_address: Sequence[str]


def error(rule: str, message: str) -> Finding:
    """Return a finding that stops the letter."""
    return Finding(Severity.ERROR, rule, message)


def warning(rule: str, message: str) -> Finding:
    """Return a finding that is listed."""
    return Finding(Severity.WARNING, rule, message)
