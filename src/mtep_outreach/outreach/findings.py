"""Findings: what was understood of a mail that came in."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ..vocabulary import MailResult, Proposal


@dataclass(frozen=True)
class Finding:
    """One thing that a mail says, in a sentence; ``invitation`` and ``letter`` are numbers.

    ``proposal`` is what it means, None where it means nothing to the record. Where it is not sure a person decides.
    ``note`` is a person's comment or a mail server's words, ``address`` whom it is about, ``sent_from`` where the mail
    came from when that is another address, ``at`` when it was written (UTC).
    """

    said: str
    is_sure: bool
    proposal: Proposal | None = None
    about: str = ""
    invitation: int | None = None
    letter: int | None = None
    address: str | None = None
    sent_from: str | None = None
    note: str = ""
    sequence: int = 0
    at: datetime | None = None


@dataclass(frozen=True)
class Understood:
    """What a mail is to us: its findings, none where it is not ours; who wrote it, and what is new in it."""

    findings: tuple[Finding, ...] = ()
    sender: str = ""
    subject: str = ""
    text: str = ""
    at: datetime | None = None

    @property
    def result(self) -> MailResult:
        """Return what becomes of the mail."""
        if not self.findings:
            return MailResult.NOT_OURS
        return MailResult.APPLIED if all(found.is_sure for found in self.findings) else MailResult.REVIEW


NOT_OURS = Understood()


class Key(NamedTuple):
    """By what a mail is known again, as `ReadMail` has it."""

    digest: str
    fingerprint: str | None


@dataclass(frozen=True)
class Incoming:
    """A mail of ours: where it stands, by what it is known again, what it says, and its number on a server."""

    place: str
    key: Key
    understood: Understood
    uid: int | None = None
