"""Reading: SQL views through plain sqlite3, so that a reading command starts quickly."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol, Self

from .opening import SCHEMA, connect, stored_version, translated
from .views import bound, statement

Record = dict[str, Any]


class Reads(Protocol):
    """Whatever rows can be read from: a file opened for reading, nothing at all, or a unit of work."""

    def select(
        self,
        relation: str,
        where: Sequence[str] = (),
        order_by: str = "",
        limit: int | None = None,
        as_of: date | None = None,
        **values: Any,
    ) -> list[Record]:
        """Return rows of a view or table as dicts; see `statement`."""
        ...

    def count(self, relation: str, where: Sequence[str] = (), as_of: date | None = None, **values: Any) -> int:
        """Return how many rows of a view or table there are."""
        ...

    def first(
        self,
        relation: str,
        where: Sequence[str],
        order_by: str,
        limit: int,
        as_of: date | None = None,
        **values: Any,
    ) -> tuple[list[Record], int]:
        """Return the first rows of a view or table, and how many there are: in one look at them."""
        ...

    def is_sending(self, sender: str | None) -> bool:
        """Return whether the process that has a letter in hand still runs."""
        ...


WITH_COUNT = "*, COUNT(*) OVER () AS of_all"


def apart(rows: list[Record]) -> tuple[list[Record], int]:
    """Return rows that were selected with their count, and the count."""
    counts = [row.pop("of_all") for row in rows]
    return rows, counts[0] if counts else 0


def among(
    reads: Reads, relation: str, column: str, values: Iterable[int | str], where: Sequence[str] = ()
) -> list[Record]:
    """Return the rows of a view or table whose column is one of the values: quick for thousands of them."""
    wanted = list(dict.fromkeys(values))
    if not wanted:
        return []
    # One JSON text, not thousands of parameters, which take their time to be named and bound.
    condition = f"{column} IN (SELECT value FROM json_each(:among))"
    return reads.select(relation, [condition, *where], among=json.dumps(wanted))


class Reader:
    """A database file opened for reading; with no file yet, every relation is empty."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = _connect_to_read(path)

    @property
    def is_new(self) -> bool:
        """Whether there is no database yet."""
        return self._connection is None

    def select(
        self,
        relation: str,
        where: Sequence[str] = (),
        order_by: str = "",
        limit: int | None = None,
        as_of: date | None = None,
        **values: Any,
    ) -> list[Record]:
        """Return rows of a view or table as dicts; days and moments are ISO texts."""
        return self._rows(statement(relation, where, order_by, limit), bound(values, as_of))

    def count(self, relation: str, where: Sequence[str] = (), as_of: date | None = None, **values: Any) -> int:
        """Return how many rows of a view or table there are."""
        counted = self._rows(statement(relation, where, what="COUNT(*) AS rows"), bound(values, as_of))
        return int(counted[0]["rows"]) if counted else 0

    def first(
        self,
        relation: str,
        where: Sequence[str],
        order_by: str,
        limit: int,
        as_of: date | None = None,
        **values: Any,
    ) -> tuple[list[Record], int]:
        """Return the first rows of a view or table, and how many there are: in one look at them."""
        sql = statement(relation, where, order_by, limit, what=WITH_COUNT)
        return apart(self._rows(sql, bound(values, as_of)))

    def is_sending(self, sender: str | None) -> bool:
        """Return whether the process that has a letter in hand still runs."""
        from .ledger import is_alive

        return is_alive(self._path, sender)

    def _rows(self, sql: str, values: dict[str, Any]) -> list[Record]:
        if self._connection is None:
            return []
        try:
            found = self._connection.execute(sql, values)
            keys = [column[0] for column in found.description]
            return [dict(zip(keys, row, strict=True)) for row in found]
        except sqlite3.Error as error:
            raise translated(self._path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()


def _connect_to_read(path: Path) -> sqlite3.Connection | None:
    """Open a database of this version for reading; None when there is none yet.

    One of an older version is brought up to date first. Raises DatabaseError for anything else.
    """
    version = stored_version(path)
    if version is None:
        return None
    if version != SCHEMA:
        from .migrating import bring_up_to_date

        bring_up_to_date(path)
    connection = connect(path)
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("BEGIN")  # one look: a writer in between does not make two figures contradict each other
    return connection
