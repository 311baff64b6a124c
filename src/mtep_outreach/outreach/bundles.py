"""Bundles: everything that is stored, out into one file and into an empty database again."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..errors import NotAnEmptyDatabaseError, UnreadableTableError
from ..files.bundles import Bundle, bundle_bytes
from ..store.opening import SCHEMA
from ..store.reading import Reads, Record
from .replies import rank

if TYPE_CHECKING:
    from ..store.models import Row
    from ..store.writing import Work

TABLES: tuple[str, ...] = (
    "members",
    "partners",
    "names",
    "partner_roles",
    "contacts",
    "address_stops",
    "partner_stops",
    "forgotten",
    "nominations",
    "sessions",
    "invitations",
    "deliveries",
    "messages",
    "read_mails",
    "replies",
    "review_items",
    "attendances",
    "attendees",
    "agreements",
    "commitments",
    "measures",
    "progress_reports",
    "settings",
    "imported_rows",
    "doubtful_pairs",
)
"""What a bundle holds, so that each table comes after those it refers to. Not in it: the log, and look-up keys."""

_PAGE = 5_000
_MOST = 2**63
"""SQLite knows no larger number."""
_MOMENTS = ("starts_at", "ends_at", "at", "sent_at", "try_at")


def bundle(reads: Reads) -> tuple[bytes, int]:
    """Return a bundle of everything that is stored, and how many rows it has."""
    return bundle_bytes(SCHEMA, ((table, _columns(reads, table), _rows(reads, table)) for table in TABLES))


def _columns(reads: Reads, table: str) -> list[str]:
    first = reads.select(table, limit=1)
    return list(first[0]) if first else ["id"]


def _rows(reads: Reads, table: str) -> Iterator[Record]:
    after = 0
    while page := reads.select(table, ["id > :after"], "id", _PAGE, after=after):
        after = page[-1]["id"]
        for row in page:
            # A moment is stored in UTC without saying so.
            yield {
                key: f"{value.replace(' ', 'T')}Z" if key in _MOMENTS and value else value for key, value in row.items()
            }


def restore(work: "Work", found: Bundle, tick: Callable[[int], None]) -> int:
    """Bring a bundle into an empty database, and return how many rows that made.

    Raises NotAnEmptyDatabaseError, and UnreadableTableError for a bundle that this version cannot take.
    """
    from pydantic import ValidationError

    from ..store import models

    if any(work.count(table) for table in TABLES):
        raise NotAnEmptyDatabaseError(found.path)
    if found.version > SCHEMA or set(found.tables) - set(TABLES):
        raise UnreadableTableError(found.path, "a newer mtep wrote it", "Install the newer mtep.")
    by_table = {model.__tablename__: model for model in models.Row.__subclasses__()}
    total = 0
    for table in TABLES:
        rows = found.rows(table) if table in found.tables else iter(())
        try:
            while batch := list(islice(rows, _PAGE)):
                rows_typed = [_typed(by_table[table], row) for row in batch]
                work.add_numbered(by_table[table], [_BROUGHT.get(table, dict)(row) for row in rows_typed])
                total += len(batch)
                tick(len(batch))
        except (ValidationError, ValueError, OverflowError) as error:
            said = str(error).splitlines()[0]
            raise UnreadableTableError(
                found.path, f"its table {table} is damaged ({said})", "Export it again."
            ) from None
    work.refresh_keys()
    return total


def _on_its_way(row: dict[str, Any]) -> dict[str, Any]:
    """Return a letter as it is known elsewhere: whether one that waited has left meanwhile, nobody knows here."""
    if row["state"] not in ("queued", "sending"):
        return row
    return row | {"state": "in-doubt", "sender": None, "error": "it was on its way when the bundle was made"}


def _ranked(row: dict[str, Any]) -> dict[str, Any]:
    """Return a reply with its rank, which an older version did not write down."""
    return row if "rank" in row else row | {"sequence": 0, "rank": rank(0, date.fromisoformat(row["day"]))}


_BROUGHT: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"deliveries": _on_its_way, "replies": _ranked}
"""What is made of the rows of some tables."""


def _typed(model: "type[Row]", row: dict[str, str | None]) -> dict[str, Any]:
    """Return a row as it is added: with its number, and with empty texts where something must stand."""
    number = row.get("id") or ""
    if not number.isascii() or not number.isdigit() or not 0 < int(number) < _MOST:
        raise ValueError(f"a row has the number '{number}'")
    texts = {key for key, field in model.model_fields.items() if field.annotation is str}
    return {**{key: value or ("" if key in texts else None) for key, value in row.items()}, "id": int(number)}
