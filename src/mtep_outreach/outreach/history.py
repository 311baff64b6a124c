"""The log: what each step changed, and how steps are taken back and done again."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import NoSuchEntryError, NothingToUndoError, NotUndoableError
from ..letters.papers import Paper, known_files
from ..store.reading import Reads, Record
from ..vocabulary import EntryKind, Form, Operation
from . import desk

if TYPE_CHECKING:
    from ..store.writing import Work


@dataclass(frozen=True)
class TakenBack:
    """A step that was reversed, and the files of the letters that it wrote or changed."""

    entry: Record
    letters: "list[Returned]"


@dataclass(frozen=True)
class Returned:
    """A letter's file as it is to be now; ``text`` None: there is to be no file. ``was``: the digest it had before."""

    path: Path
    was: str | None
    subject: str = ""
    text: str | None = None
    mail: bytes | None = None

    def paper(self, means: desk.Means) -> Paper:
        """Return the file with what it is to hold."""
        if self.text is None:
            return Paper(self.path, None, self.was)
        made = desk.content(means, Form(self.path.suffix[1:]), self.subject, self.text, self.mail)
        return Paper(self.path, made, self.was)


def state_of(entry: Record) -> str:
    """Return what became of an entry: done, undone; an undo that was redone is void."""
    if entry["kind"] == EntryKind.FINAL:
        return "final"
    if entry["kind"] == EntryKind.UNDO:
        return "redone" if entry["redone"] else "undo"
    if entry["kind"] == EntryKind.REDO:
        return "redo"
    return "undone" if entry["undone"] else ""


def undo(work: "Work", number: int | None) -> TakenBack:
    """Take back the newest step that is neither an undo nor undone, or the step of that number.

    Raises NothingToUndoError, NoSuchEntryError, NotUndoableError.
    """
    if number is None:
        entries = work.select("log_list", ["kind = 'do'", "NOT undone"], "id DESC", limit=1)
        if not entries:
            raise NothingToUndoError("undo")
        return _take_back(work, entries[0], EntryKind.UNDO)
    # SQLite knows no larger numbers than 64 bits hold.
    entries = work.select("log_list", ["id = :id"], id=number) if number < 2**63 else []
    if not entries:
        raise NoSuchEntryError(number)
    entry = entries[0]
    if entry["kind"] == EntryKind.FINAL:
        raise NotUndoableError(number, "taken back", "what it sent or erased cannot come back", "See mtep log.")
    if entry["kind"] != EntryKind.DO:
        raise NotUndoableError(
            number, "taken back", f"it is itself an {entry['kind']}", "Type mtep redo to do again what was undone."
        )
    if entry["undone"]:
        raise NotUndoableError(number, "taken back", "it is undone already", "Type mtep redo to do it again.")
    return _take_back(work, entry, EntryKind.UNDO)


def redo(work: "Work") -> TakenBack:
    """Do again the step that was undone last, unless a new one came after it.

    Raises NothingToUndoError, NotUndoableError.
    """
    undone = work.select("log_list", ["kind = 'undo'", "NOT redone"], "id DESC", limit=1)
    if not undone or work.count("journal_entries", ["kind = 'do'", "id > :id"], id=undone[0]["id"]):
        raise NothingToUndoError("redo")
    back = _take_back(work, undone[0], EntryKind.REDO)
    (entry,) = work.select("log_list", ["id = :id"], id=undone[0]["undoes"])
    return TakenBack(entry, back.letters)


def _take_back(work: "Work", entry: Record, kind: EntryKind) -> TakenBack:
    from ..store.journal import ConflictError

    _refuse_what_has_left(work, entry)
    _refuse_where_others_build_on_many(work, entry)
    try:
        work.take_back(entry["id"], kind)
    except ConflictError as error:
        raise _refusal(work, entry, error.table, error.row_id, error.row_id) from None
    step = entry["undoes"] if entry["kind"] == EntryKind.UNDO else entry["id"]
    # A bundle brings deliveries along, beside names, whose letters were written at another time: their files stay.
    brought = ["entry_id = :entry", "table_name = 'names'", "operation = 'insert'", "after IS NULL"]
    if work.count("journal_changes", brought, entry=step):
        return TakenBack(entry, [])
    changes = work.select(
        "journal_changes", ["entry_id = :entry", "table_name = 'deliveries'"], "id", entry=work.entry_id
    )
    return TakenBack(entry, [file for change in changes for file in _files(work, change)])


def _files(work: "Work", change: Record) -> Iterator[Returned]:
    """Yield the files of a delivery that was taken back, brought back, or says something else again."""
    before, after = (json.loads(change[side] or "{}") for side in ("before", "after"))
    if "text" not in before | after and "files" not in before | after:
        return
    now: dict[str, Any] = {}
    if change["operation"] != Operation.DELETE:
        (now,) = work.select("deliveries", ["id = :id"], id=change["row_id"])
    # An older version wrote down a path and a text, and no digests.
    had = known_files(before.get("files") or now.get("files"))
    has = known_files(now.get("files"))
    mail = _mail(work, change["row_id"]) if any(path.suffix == ".eml" for path in has) else None
    for path, was in had.items():
        if path not in has:
            yield Returned(path, was)
    for path in has:
        yield Returned(path, had.get(path), now["subject"], now["text"], mail)


def _mail(work: "Work", number: int) -> bytes | None:
    from ..store.ledger import unpacked

    found = work.select("messages", ["delivery_id = :number"], number=number)
    return unpacked(found[0]["content"]) if found else None


_STANDING = "entry_id IN (SELECT id FROM log_list WHERE kind = 'do' AND NOT undone)"


def _refuse_what_has_left(work: "Work", entry: Record) -> None:
    """Refuse to take back letters that a server has taken, or may have.

    A merge only gave them to another invitation, and what was settled of one that was away already is said anew; so is
    that it came back.
    """
    settled = ("sending", "in-doubt", "failed")
    left = work.count(
        "deliveries",
        [
            "state IN ('sending', 'in-doubt', 'bounced') OR (state = 'sent' AND attempts > 0)",
            (
                "EXISTS (SELECT 1 FROM journal_changes c WHERE c.entry_id = :entry"
                " AND c.table_name = 'deliveries' AND deliveries.id BETWEEN c.row_id AND c.last_id"
                " AND NOT (c.operation = 'update' AND (json_remove(c.before, '$.invitation_id') = '{}'"
                f" OR json_extract(c.before, '$.state') IN {settled}"
                " OR json_extract(c.after, '$.state') = 'bounced'"
                f" OR json_extract(c.after, '$.state') IN {settled})))"
            ),
        ],
        entry=entry["id"],
    )
    if left:
        said = f"{left:,} of its letters {'has' if left == 1 else 'have'} left"
        raise NotUndoableError(
            entry["id"], "taken back", said, "What was sent cannot come back. See mtep list deliveries."
        )


def _refuse_where_others_build_on_many(work: "Work", entry: Record) -> None:
    """Refuse to take back rows added together when a later step, still standing, changed one of them."""
    added = work.select(
        "journal_changes", ["entry_id = :entry", "operation = 'insert'", "after IS NULL"], entry=entry["id"]
    )
    for change in added:
        here = {
            "table": change["table_name"],
            "first": change["row_id"],
            "last": change["last_id"],
            "entry": entry["id"],
        }
        later = ["table_name = :table", "row_id BETWEEN :first AND :last", "entry_id > :entry", "operation <> 'insert'"]
        if work.count("journal_changes", [*later, _STANDING], **here):
            raise _refusal(work, entry, change["table_name"], change["row_id"], change["last_id"])


def _refusal(work: "Work", entry: Record, table: str, first: int, last: int) -> NotUndoableError:
    """Name the newest later step that still stands and touched a row in the way."""
    number, verb = (entry["undoes"], "done again") if entry["kind"] == EntryKind.UNDO else (entry["id"], "taken back")
    later = work.select(
        "journal_changes",
        ["table_name = :table", "row_id <= :last AND last_id >= :first", "entry_id > :entry", _STANDING],
        "entry_id DESC",
        limit=1,
        table=table,
        first=first,
        last=last,
        entry=number,
    )
    if not later:
        return NotUndoableError(number, verb, "what it changed is no longer as it left it", "See mtep log.")
    (cause,) = work.select("log_list", ["id = :id"], id=later[0]["entry_id"])
    return NotUndoableError(
        number,
        verb,
        f"step {cause['id']} ({cause['command']}) builds on it",
        f"Take back that one first: mtep undo {cause['id']}",
    )


def changed_by(reads: Reads, entries: Sequence[int]) -> dict[int, list[tuple[str, str, int]]]:
    """Return what entries changed: (operation, table, number of rows) by the entry's number."""
    found: dict[int, list[tuple[str, str, int]]] = {}
    here: dict[str, Any] = {"first": min(entries, default=0), "last": max(entries, default=0)}
    rows = reads.select(
        "change_counts", ["entry_id BETWEEN :first AND :last"], "entry_id, operation, table_name", **here
    )
    for row in rows:
        found.setdefault(row["entry_id"], []).append((Operation(row["operation"]), row["table_name"], row["changed"]))
    return found
