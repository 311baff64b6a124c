"""The outbox: letters are checked, made into mails and files, and recorded, however many there are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..letters.papers import NOTE, Fate, Paper, Papers, digest, stored_files
from ..names import slug
from ..store.reading import Record
from ..vocabulary import DeliveryState, Form, LetterKind
from . import checking, desk
from .desk import Desk, Letter

if TYPE_CHECKING:
    from ..letters.lint import Finding
    from ..store.writing import Work

_BATCH = 500
_OF_REMOVED = "SELECT i.id FROM invitations i JOIN partners p ON p.id = i.partner_id WHERE p.removed_on IS NOT NULL"
"""The invitations of partners that are removed: what waits of these does not leave."""


@dataclass(frozen=True)
class Posted:
    """A letter that was recorded: to whom, signed by whom, in which file, and what became of the file."""

    partner: str
    contact: str | None
    address: str | None
    signer: str
    path: Path | None
    fate: Fate


@dataclass(frozen=True)
class LeftOut:
    """A partner that gets no letter, and why."""

    partner: str
    why: str


@dataclass
class Outcome:
    """What a writing command found to do; ``lacking`` is what its letters cannot say.

    ``queued`` counts letters that wait to be sent, ``waiting`` names their partners; those that became files are in
    ``letters``.
    """

    session: Record
    letters: list[Posted] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    lacking: list[tuple[str, str]] = field(default_factory=list)
    findings: list[tuple[str, "Finding"]] = field(default_factory=list)
    queued: int = 0
    waiting: list[str] = field(default_factory=list)
    forms: tuple[Form, ...] = ()

    @property
    def stopped(self) -> int:
        """How many letters a mistake stopped."""
        return len({partner for partner, finding in self.findings if finding.severity == "error"})


@dataclass(frozen=True)
class _Item:
    letter: Letter
    invitation: int | None
    more: tuple[str, ...]
    answers: str | None


class Outbox:
    """Takes letters one by one, and checks and records them in batches."""

    def __init__(
        self,
        work: "Work",
        session: Record,
        desk: Desk,
        papers: Papers,
        *,
        queue: bool,
        waived: Iterable[str] = (),
        named: bool = False,
    ) -> None:
        self._work = work
        self._session = session
        self._desk = desk
        self._papers = papers
        self._queue = queue
        self._waived = frozenset(waived)
        self._named = named
        self._checker = checking.Checker(work, session, desk)
        self._folders = _Folders(work)
        self._items: list[_Item] = []
        self._one_file: list[tuple[str, str]] = []
        self._drafts: dict[Path, tuple[str, list[tuple[Path, str]]]] = {}
        self._path = _free(desk.folder / f"{session['session']}-letters.pdf") if desk.one_file else None
        self.outcome = Outcome(session, forms=desk.forms)

    @property
    def _mailed(self) -> bool:
        return self._queue or Form.MAIL in self._desk.forms

    def put(
        self, letter: Letter, invitation: int | None = None, more: Sequence[str] = (), answers: str | None = None
    ) -> None:
        """Take a letter; without the number of an invitation it makes one.

        ``more`` goes into the names of its files, ``answers`` is the message that it refers to.
        """
        self._items.append(_Item(letter, invitation, tuple(more), answers))
        if len(self._items) == _BATCH:
            self._flush()

    def close(self) -> Outcome:
        """Record what is left, write what all letters have in common, and return what was done."""
        self._flush()
        self._finish_one_file()
        for folder, (signer, drafts) in self._drafts.items():
            self._note(folder, signer, drafts)
        return self.outcome

    # ---- one batch ----------------------------------------------------------------------------------------

    def _flush(self) -> None:
        items, self._items = self._items, []
        good = self._checked(items)
        invitations = self._invitations(good)
        deliveries, messages = [], []
        for item, number in zip(good, invitations, strict=True):
            mail = self._mail(item)
            path, files = self._files(item, mail)
            deliveries.append(self._delivery(item, number, mail, path, files))
            messages.append(mail)
        self._record(deliveries, messages)
        if self._queue:
            self.outcome.waiting += [item.letter.partner for item in good]

    def _checked(self, items: list[_Item]) -> list[_Item]:
        """Return the letters that may leave; what is to be said of all is kept."""
        if not self._mailed or not items:
            return items
        letters = [item.letter for item in items]
        found = self._checker.check(letters, mailed=True, waived=self._waived)
        good = []
        for item, findings in zip(items, found, strict=True):
            every = [*findings, *self._twice(item.letter)]
            self.outcome.findings += [(item.letter.partner, finding) for finding in every]
            if not any(finding.severity == "error" for finding in every):
                good.append(item)
        return good

    def _twice(self, letter: Letter) -> "list[Finding]":
        """Find that a letter of this kind goes to the same address already, unless its partner was named."""
        from ..letters.drafts import error

        if self._named or not letter.address:
            return []
        key = (letter.kind, letter.address.lower())
        if key not in self._written:
            self._written.add(key)
            return []
        how = f"To write to this partner too, name it: number {letter.partner_id}"
        return [error("already-written", f"A letter of this kind goes to {letter.address} already. {how}.")]

    @cached_property
    def _written(self) -> set[tuple[LetterKind, str]]:
        """The addresses to which invitations to this session went, or wait to go."""
        where = [
            "invitation_id IN (SELECT i.id FROM invitations i WHERE i.session_id = :session)",
            f"state <> 'queued' OR invitation_id NOT IN ({_OF_REMOVED})",
            "kind = 'invitation'",
            "state IN ('queued', 'sending', 'sent', 'in-doubt')",
            "address IS NOT NULL",
        ]
        found = self._work.column("deliveries", "LOWER(address)", where, session=self._session["id"])
        return {(LetterKind.INVITATION, address) for address in found}

    def _invitations(self, items: list[_Item]) -> list[int]:
        from ..store.models import Invitation

        new = [item for item in items if item.invitation is None]
        numbers = iter(
            self._work.add_many(
                Invitation,
                [
                    {
                        "partner_id": item.letter.partner_id,
                        "session_id": self._session["id"],
                        "contact_id": item.letter.contact_id,
                        "signer_id": item.letter.signer_id,
                        "day": self._desk.today,
                        "uid": item.letter.invited.uid,
                    }
                    for item in new
                ],
            )
        )
        return [next(numbers) if item.invitation is None else item.invitation for item in items]

    def _mail(self, item: _Item) -> desk.Sealed | None:
        if not self._mailed:
            return None
        draft = not self._queue
        return desk.seal(self._desk, item.letter, self._session, draft=draft, answers=item.answers)

    def _files(self, item: _Item, mail: desk.Sealed | None) -> tuple[Path | None, dict[Path, str]]:
        """Write the files of a letter; return the first of them, and the digests of all."""
        letter = item.letter
        places = desk.paths(self._desk, letter, *item.more, packet=self._folders.of(letter))
        content = mail.content if mail else None
        files, fate = desk.write(self._desk, self._papers, places, letter.subject, letter.body, content)
        path = next(iter(places.values()), self._path)
        if self._path:
            self._one_file.append((letter.subject, letter.body))
        if Form.MAIL in places:
            draft = places[Form.MAIL]
            self._drafts.setdefault(draft.parent, (letter.signer, []))[1].append((draft, letter.partner))
        if not self._queue:
            self.outcome.letters.append(
                Posted(letter.partner, letter.contact, letter.address, letter.signer, path, fate)
            )
        return path, files

    def _delivery(
        self, item: _Item, number: int, mail: desk.Sealed | None, path: Path | None, files: dict[Path, str]
    ) -> dict[str, Any]:
        return {
            "invitation_id": number,
            "kind": item.letter.kind,
            "state": DeliveryState.QUEUED if self._queue else DeliveryState.WRITTEN,
            "path": str(path) if path else None,
            "files": stored_files(files),
            "template": item.letter.template,
            "day": self._desk.today,
            "subject": item.letter.subject,
            "text": item.letter.body,
            "at": self._desk.now,
            "address": item.letter.address,
            "message_id": mail.message_id if mail else None,
            "sequence": item.letter.invited.sequence,
        }

    def _record(self, deliveries: list[dict[str, Any]], mails: list[desk.Sealed | None]) -> None:
        from ..store.models import Delivery, Message

        numbers = self._work.add_many(Delivery, deliveries)
        self._work.add_many(
            Message,
            [
                message_row(number, mail, row["address"])
                for number, mail, row in zip(numbers, mails, deliveries, strict=True)
                if mail
            ],
        )
        self.outcome.queued += len(deliveries) if self._queue else 0

    # ---- what letters have in common ----------------------------------------------------------------------

    def _finish_one_file(self) -> None:
        if self._path and self._one_file:
            self._papers.put(Paper(self._path, self._desk.means.printer.pdf(self._one_file)))

    def _note(self, folder: Path, signer: str, drafts: list[tuple[Path, str]]) -> None:
        """Write the note that lies beside the drafts of one sender: of these and of those that lay there before."""
        path = folder / NOTE
        named = dict(self._drafts_before(folder)) | {file.name: partner for file, partner in drafts}
        text = desk.packet_note(self._desk.settings["network"], self._session, signer, list(named.items()))
        was = path.read_bytes() if path.exists() else None
        self._papers.put(Paper(path, text.encode(), digest(was) if was is not None else None))

    def _drafts_before(self, folder: Path) -> Iterable[tuple[str, str]]:
        rows = self._work.select(
            "delivery_list", ["session_id = :session", "state = 'written'"], "id", session=self._session["id"]
        )
        for row in rows:
            if row["path"] and Path(row["path"]).parent == folder:
                yield Path(row["path"]).name, row["partner"]


class _Folders:
    """What the folder of each sender's drafts is called: by name, with a number where two have the same."""

    def __init__(self, work: "Work") -> None:
        self._work = work

    @cached_property
    def _taken(self) -> Counter[str]:
        return Counter(slug(row["name"]) for row in self._work.select("members"))

    def of(self, letter: Letter) -> str:
        """Return the folder for a letter."""
        name = slug(letter.signer)
        if letter.signer_id is None or (name and self._taken[name] == 1):
            return name or "hub"
        return "-".join(part for part in (name, str(letter.signer_id)) if part)


def message_row(number: int, mail: desk.Sealed, address: str | None) -> dict[str, Any]:
    """Return the values of a mail as it is stored."""
    from ..store.ledger import packed

    return {
        "delivery_id": number,
        "envelope_from": mail.envelope_from,
        "recipient": address or "",
        "content": packed(mail.content),
    }


def _free(path: Path) -> Path:
    """Return a path that no file has yet."""
    tried, number = path, 1
    while tried.exists():
        number += 1
        tried = path.with_stem(f"{path.stem}-{number}")
    return tried
