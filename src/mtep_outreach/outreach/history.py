"""The log: what each step changed, and how steps are taken back and done again."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import NoSuchEntryError, NothingToUndoError, NotUndoableError
from ..store.reading import Reads, Record
from ..vocabulary import EntryKind, Operation

if TYPE_CHECKING:
    from ..store.writing import Work


@dataclass(frozen=True)
class LetterFile:
    """A letter's file, with the digest (SHA-256) of what was written to it."""

    path: Path
    digest: str


@dataclass(frozen=True)
class TakenBack:
    """A step that was reversed, and the letters that went or came with it."""

    entry: Record
    letters: list[LetterFile]


def state_of(entry: Record) -> str:
    """Return what became of an entry: done, undone; an undo that was redone is void."""
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
    if entry["kind"] != EntryKind.DO:
        raise NotUndoableError(
            number, f"it is itself an {entry['kind']}", "Type mtep redo to do again what was undone."
        )
    if entry["undone"]:
        raise NotUndoableError(number, "it is undone already", "Type mtep redo to do it again.")
    return _take_back(work, entry, EntryKind.UNDO)


def redo(work: "Work") -> TakenBack:
    """Do again the step that was undone last. Raises NothingToUndoError, NotUndoableError."""
    undone = work.select("log_list", ["kind = 'undo'", "NOT redone"], "id DESC", limit=1)
    if not undone:
        raise NothingToUndoError("redo")
    back = _take_back(work, undone[0], EntryKind.REDO)
    (entry,) = work.select("log_list", ["id = :id"], id=undone[0]["undoes"])
    return TakenBack(entry, back.letters)


def _take_back(work: "Work", entry: Record, kind: EntryKind) -> TakenBack:
    from ..store.journal import ConflictError

    try:
        work.take_back(entry["id"], kind)
    except ConflictError as error:
        raise _refusal(work, entry, error.table, error.row_id) from None
    changes = work.select(
        "journal_changes", ["entry_id = :entry", "table_name = 'deliveries'"], "id", entry=work.entry_id
    )
    side = "after" if kind is EntryKind.REDO else "before"
    letters = []
    for change in changes:
        image = json.loads(change[side] or "{}")
        if "digest" in image:
            path = image.get("path") or work.select("deliveries", ["id = :id"], id=change["row_id"])[0]["path"]
            letters.append(LetterFile(Path(path), image["digest"]))
    return TakenBack(entry, letters)


def _refusal(work: "Work", entry: Record, table: str, row_id: int) -> NotUndoableError:
    """Name the newest later step that still stands and touched the row in the way."""
    later = work.select(
        "journal_changes",
        [
            "table_name = :table",
            "row_id <= :row AND last_id >= :row",
            "entry_id > :entry",
            "entry_id IN (SELECT id FROM log_list WHERE kind = 'do' AND NOT undone)",
        ],
        "entry_id DESC",
        limit=1,
        table=table,
        row=row_id,
        entry=entry["undoes"] if entry["kind"] == EntryKind.UNDO else entry["id"],
    )
    if not later:
        return NotUndoableError(entry["id"], "what it changed is no longer as it left it", "See mtep log.")
    (cause,) = work.select("log_list", ["id = :id"], id=later[0]["entry_id"])
    return NotUndoableError(
        entry["id"],
        f"step {cause['id']} ({cause['command']}) builds on it",
        f"Take back that one first: mtep undo {cause['id']}",
    )


def changed_by(reads: Reads) -> dict[int, list[tuple[str, str, int]]]:
    """Return what each entry changed: (operation, table, number of rows) by the entry's number."""
    found: dict[int, list[tuple[str, str, int]]] = {}
    for row in reads.select("change_counts", order_by="entry_id, operation, table_name"):
        found.setdefault(row["entry_id"], []).append((Operation(row["operation"]), row["table_name"], row["changed"]))
    return found
