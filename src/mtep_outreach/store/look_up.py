"""Look-up keys: an index of partners that may be the same, made of their names and kept in step with them."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from ..organizations import MOST_ALIKE, stored_keys
from .models import LookUpKey

_BATCH = 5_000
_KEYS: sa.Table = LookUpKey.__table__  # type: ignore[attr-defined]
_FACTS = sa.text(
    "SELECT p.id, n.text, p.state, p.website, p.address, p.phone FROM partners p JOIN names n ON n.partner_id = p.id"
    " WHERE p.removed_on IS NULL AND p.id BETWEEN :first AND :last ORDER BY p.id, n.id"
)


def make_anew(connection: sa.Connection) -> None:
    """Make the keys of all partners anew."""
    connection.execute(sa.delete(_KEYS))
    last = connection.execute(sa.text("SELECT MAX(id) FROM partners")).scalar() or 0
    for first in range(1, last + 1, _BATCH):
        _add(connection, _made(connection, first, first + _BATCH - 1))


def refresh(
    connection: sa.Connection, touched: Iterable[tuple[int, int]], added: Container[tuple[int, int]] = ()
) -> None:
    """Make the keys of some partners anew, given as ranges of their numbers; those of partners that are gone go.

    Partners that were just added have none to be taken away, which saves the search for them.
    """
    for first, last in sorted(set(touched)):
        if (first, last) not in added:
            connection.execute(sa.delete(_KEYS).where(_KEYS.c.partner_id.between(first, last)))
        for start in range(first, last + 1, _BATCH):
            _add(connection, _made(connection, start, min(last, start + _BATCH - 1)))


def _made(connection: sa.Connection, first: int, last: int) -> Iterator[tuple[str, int]]:
    rows = map(dict, connection.execute(_FACTS, {"first": first, "last": last}).mappings())
    for number, names in groupby(rows, key=lambda row: int(row["id"])):
        mine = list(names)
        for key in _keys([row["text"] for row in mine], mine[0]):
            yield key, number


def _keys(names: Sequence[str], facts: Mapping[str, Any]) -> Iterable[str]:
    return stored_keys(names, **{key: facts[key] for key in ("state", "website", "address", "phone")})


def _add(connection: sa.Connection, pairs: Iterable[tuple[str, int]]) -> None:
    """Add keys, but none to a key that has enough partners already."""
    made = list(pairs)
    full = holders(connection, {key for key, _ in made})
    add(connection, ((key, number) for key, number in made if len(full.get(key, ())) < MOST_ALIKE))


def add(connection: sa.Connection, pairs: Iterable[tuple[str, int]]) -> None:
    """Add keys of partners; in the order of the index, which is quicker where there are many."""
    rows = sorted(set(pairs))
    if rows:
        connection.exec_driver_sql("INSERT OR IGNORE INTO look_up_keys (key, partner_id) VALUES (?, ?)", rows)


def holders(connection: sa.Connection, keys: Iterable[str]) -> dict[str, list[int]]:
    """Return which partners have the keys."""
    wanted = list(keys)
    found: dict[str, list[int]] = {}
    for start in range(0, len(wanted), _BATCH):
        marks = ", ".join("?" * len(wanted[start : start + _BATCH]))
        rows = connection.exec_driver_sql(
            f"SELECT key, partner_id FROM look_up_keys WHERE key IN ({marks})", tuple(wanted[start : start + _BATCH])
        )
        for key, number in rows:
            found.setdefault(key, []).append(number)
    return found
