"""The inbox: mails are read once, what they say is recorded, and what is not sure waits for a person."""

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from ..files.mailboxes import RawMessage
from ..files.mails import Mail, Unreadable, read, read_headers
from ..store.reading import Reads, among
from ..tables import Column, Table
from ..vocabulary import MailResult, ReviewState
from . import effects
from .correspondence import Known
from .findings import Finding, Incoming, Key, Understood
from .understanding import understood

if TYPE_CHECKING:
    from ..store.writing import Work

_BATCH = 5_000
_CALENDAR = ("text/calendar", "application/ics")
_BLANKS = b" \t\r\n\v\f"


class Fetched(NamedTuple):
    """A message, and its number in a folder on a server."""

    message: RawMessage
    uid: int | None = None


class Others:
    """Mails that are not ours: a hundred thousand of them take four megabytes."""

    def __init__(self) -> None:
        self._keys = bytearray()
        self._uids = array("Q")

    def add(self, key: Key, uid: int | None) -> None:
        """Add a mail."""
        self._keys += bytes.fromhex(key.digest) + bytes.fromhex(key.fingerprint or _NONE)
        self._uids.append(uid or 0)

    def batches(self) -> Iterator[list[tuple[Key, int | None]]]:
        """Yield the mails, some thousands at a time."""
        for start in range(0, len(self._uids), _BATCH):
            yield [self._at(place) for place in range(start, min(start + _BATCH, len(self._uids)))]

    def _at(self, place: int) -> tuple[Key, int | None]:
        both = self._keys[32 * place : 32 * place + 32].hex()
        return Key(both[:32], both[32:] if both[32:] != _NONE else None), self._uids[place] or None


_NONE = "0" * 32


@dataclass
class Look:
    """What a source holds, whether it was read before or not: the mails that are ours, and the others.

    ``mailbox`` is the folder on a server, with its UIDVALIDITY. ``unread`` are messages that could not be read from
    their source, and are tried again next time: place and reason.
    """

    mailbox: str | None = None
    ours: list[Incoming] = field(default_factory=list)
    others: Others = field(default_factory=Others)
    unread: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Done:
    """What became of one finding: in words, and the number of its item where it waits for a person."""

    incoming: Incoming
    finding: Finding
    done: str
    item: int | None = None


@dataclass
class Tally:
    """How many mails were read, and what became of them: applied + review + not ours = read."""

    applied: int = 0
    review: int = 0
    not_ours: int = 0
    before: int = 0

    @property
    def read(self) -> int:
        """How many are new."""
        return self.applied + self.review + self.not_ours


# ---- look ------------------------------------------------------------------------------------------------


def look(
    found: Look,
    messages: Iterable[Fetched],
    known: Known,
    *,
    server: str,
    now: datetime,
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Read messages one after the other into a look; the database is not asked, so that nobody waits for it.

    ``server`` is the mail server whose findings about senders count. When the source breaks off, what was read until
    then is in the look.
    """
    for message, uid in messages:
        tick()
        if not message.digest:
            found.unread.append((message.place or message.source, message.problem or "it cannot be read"))
        else:
            key, said = _looked_at(message, known, server, now)
            if said.findings:
                found.ours.append(Incoming(message.place, key, said, uid))
            else:
                found.others.add(key, uid)
        del message  # it is not held while the next one is fetched: both may be large


def _looked_at(message: RawMessage, known: Known, server: str, now: datetime) -> tuple[Key, Understood]:
    mail = _read(message)
    return Key(message.digest[: len(_NONE)], _fingerprint(mail)), understood(mail, known, server=server, now=now)


def _read(message: RawMessage) -> Mail | Unreadable:
    if message.content is None:
        return Unreadable(message.problem or "it cannot be read", read_headers(message.head))
    return read(message.content)


def _fingerprint(mail: Mail | Unreadable) -> str | None:
    """Return a digest of what a mail says of itself, which stays the same in whatever way it is exported."""
    headers, named = mail.headers, mail.headers.message_id or ""
    if not named and not (headers.date and isinstance(mail, Mail)):
        return None
    digest = hashlib.sha256()
    for text in (named, headers.raw("from"), headers.raw("date"), headers.raw("subject")):
        digest.update(" ".join(text.split()).encode("utf-8", "surrogateescape") + b"\0")
    for part in mail.own if isinstance(mail, Mail) else ():
        # A mail without a name of its own is told from others by all that it says.
        if part.content_type in _CALENDAR or not named:
            digest.update(part.content.translate(None, _BLANKS) + b"\0")
    return digest.hexdigest()[: len(_NONE)]


def known_places(reads: Reads, mailbox: str) -> dict[int, MailResult]:
    """Return the numbers of the mails of a server's folder that were read, and what became of each."""
    rows = reads.select("read_mails", ["mailbox = :mailbox"], mailbox=mailbox)
    return {row["uid"]: MailResult(row["result"]) for row in rows}


# ---- record ----------------------------------------------------------------------------------------------


def record(work: "Work", found: Look, *, today: date) -> tuple[list[Done], Tally]:
    """Record what mails say and that they were read, all in one step; those read before change nothing.

    What is about an invitation or a letter that is gone meanwhile stays unread.
    """
    tally = Tally()
    done: list[Done] = []
    for one in found.ours:
        before = _results(work, [one.key])
        if before:
            tally.before += 1
            _remember_places(work, [(one.key, one.uid)], before, found.mailbox, today)
        elif _is_still_there(work, one):
            done += _record_one(work, one, found.mailbox, tally, today)
    for batch in found.others.batches():
        before = _results(work, [key for key, _ in batch])
        fresh: dict[Key, int | None] = {}
        for key, uid in batch:
            if not any(text in before for text in key):
                fresh.setdefault(key, uid)
        tally.not_ours += len(fresh)
        tally.before += len(batch) - len(fresh)
        rows = [(key, uid, MailResult.NOT_OURS) for key, uid in fresh.items()]
        _remember(work, rows, found.mailbox, today)
        _remember_places(work, [row for row in batch if row[0] not in fresh], before, found.mailbox, today)
    return done, tally


def _record_one(work: "Work", one: Incoming, mailbox: str | None, tally: Tally, today: date) -> list[Done]:
    from ..store.models import ReadMail

    said = one.understood
    row = ReadMail(**one.key._asdict(), result=said.result, day=today, mailbox=mailbox, uid=one.uid)
    mail = work.add(row)
    done = []
    for finding in said.findings:
        if finding.is_sure and not _undated_clash(work, finding):
            done.append(Done(one, finding, effects.apply(work, finding, mail.number, today=today)))
        else:
            item = _put_to_review(work, one, finding, mail.number, today)
            done.append(Done(one, finding, "to review", item))
    if any(entry.item for entry in done):
        mail.result = MailResult.REVIEW
        tally.review += 1
    else:
        tally.applied += 1
    return done


def _undated_clash(work: "Work", finding: Finding) -> bool:
    """Return whether an answer that does not say when it was given contradicts another: a person must know which."""
    if finding.proposal not in effects.ANSWERS or finding.at is not None:
        return False
    standing = work.select("standing_replies", ["invitation_id = :number"], number=finding.invitation)
    return any(row["answer"] != finding.proposal for row in standing)


def _put_to_review(work: "Work", one: Incoming, finding: Finding, mail: int, today: date) -> int:
    from ..store.models import ReviewItem

    said = one.understood
    at = finding.at or said.at
    item = ReviewItem(
        mail_id=mail, invitation_id=finding.invitation, delivery_id=finding.letter, reason=finding.said,
        proposal=finding.proposal, address=finding.address, sender=said.sender or None, subject=said.subject,
        text=said.text or finding.note, day=min(at.date(), today) if at else today, at=at, sequence=finding.sequence,
        state=ReviewState.OPEN,
    )  # fmt: skip
    return work.add(item).number


def _results(work: "Work", keys: Sequence[Key]) -> dict[str, MailResult]:
    """Return what became of the mails that are known, by their digests and fingerprints."""
    found: dict[str, MailResult] = {}
    for column in Key._fields:
        wanted = [text for key in keys if (text := getattr(key, column))]
        found |= {row[column]: MailResult(row["result"]) for row in among(work, "read_mails", column, wanted)}
    return found


def _is_still_there(work: "Work", one: Incoming) -> bool:
    return all(
        number is None or work.count(table, ["id = :number"], number=number)
        for finding in one.understood.findings
        for table, number in (("invitations", finding.invitation), ("deliveries", finding.letter))
    )


def _remember(
    work: "Work", rows: Sequence[tuple[Key, int | None, MailResult]], mailbox: str | None, today: date
) -> None:
    from ..store.models import ReadMail

    head = {"day": today, "mailbox": mailbox}
    work.add_many(ReadMail, [{**key._asdict(), "result": result, "uid": uid, **head} for key, uid, result in rows])


def _remember_places(
    work: "Work",
    mails: Sequence[tuple[Key, int | None]],
    before: dict[str, MailResult],
    mailbox: str | None,
    today: date,
) -> None:
    """Remember where on a server mails stand that were read elsewhere, so that they are not fetched again."""
    rows = [
        (key, uid, next(before[text] for text in key if text in before))
        for key, uid in mails
        if uid is not None and any(text in before for text in key)
    ]
    if rows and mailbox:
        there = known_places(work, mailbox)
        _remember(work, [row for row in rows if row[1] not in there], mailbox, today)


# ---- show ------------------------------------------------------------------------------------------------


def as_table(done: Sequence[Done]) -> Table:
    """Return what became of the mails that are ours."""
    rows = [
        {
            "place": one.incoming.place,
            "sender": one.incoming.understood.sender,
            "who": one.finding.address or one.incoming.understood.sender,
            "partner": one.finding.about or None,
            "understood": one.finding.said,
            "done": one.done,
            "item": one.item,
            "comment": one.finding.note or None,
        }
        for one in done
    ]
    columns = (
        Column("place", "Mail", aside=True),
        Column("sender", "From", aside=True),
        Column("who", "Who"),
        Column("partner", "Organization"),
        Column("understood", "Understood"),
        Column("comment", "Comment", aside=True),
        Column("done", "Done"),
        Column("item", "Item", right=True, aside=True),
    )
    return Table(columns, rows, empty="No mail that is new is about your letters.")
