"""Writing: one unit of work is one transaction and one entry of the journal."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from ..atomic import make_folder, sync_folder
from ..errors import DatabaseBusyError
from ..vocabulary import EntryKind
from . import look_up
from .bulk import insert, table_of
from .counting import summary
from .engine import engine_for
from .erasing import Traces, erase
from .journal import Journal
from .ledger import is_alive
from .locking import held
from .migrating import bring_up_to_date, make_tables
from .models import Row
from .opening import BUSY_SECONDS, SCHEMA, stored_version, translated, unreadable
from .reading import WITH_COUNT, Record, apart
from .views import bound, statement

M = TypeVar("M", bound=Row)

_BATCH = 5_000


class Work:
    """A unit of work: everything done through it happens together, or not at all."""

    def __init__(self, session: Session, journal: Journal, path: Path) -> None:
        self._session = session
        self._path = path
        self._journal = journal

    def select(
        self,
        relation: str,
        where: Sequence[str] = (),
        order_by: str = "",
        limit: int | None = None,
        as_of: date | None = None,
        **values: Any,
    ) -> list[Record]:
        """Return rows of a view or table as dicts, with what this unit of work changed so far."""
        return self._rows(statement(relation, where, order_by, limit), bound(values, as_of))

    def column(self, relation: str, what: str, where: Sequence[str] = (), **values: Any) -> list[Any]:
        """Return one value, SQL of this program's own, of each row of a view or table."""
        rows = self._rows(statement(relation, where, what=f"{what} AS value"), bound(values, None))
        return [row["value"] for row in rows]

    def pages(
        self, relation: str, where: Sequence[str] = (), order_by: str = "", size: int = 2_000, **values: Any
    ) -> Iterator[list[Record]]:
        """Yield the rows of a view or table page by page, as they are at the first one: however many there are.

        Copied into a table of SQLite's own that goes with the connection. One such look at a time.
        """
        self._session.flush()
        connection = self._session.connection()
        connection.exec_driver_sql("DROP TABLE IF EXISTS temp.looked_at")
        rows = statement(relation, where, order_by)
        connection.execute(sa.text(f"CREATE TEMP TABLE looked_at AS {rows}"), bound(values, None))
        after = 0
        while page := self._rows(
            f"SELECT rowid AS place, * FROM temp.looked_at WHERE rowid > {after} LIMIT {size}", {}
        ):
            after = page[-1]["place"]
            yield page
        connection.exec_driver_sql("DROP TABLE temp.looked_at")

    def count(self, relation: str, where: Sequence[str] = (), as_of: date | None = None, **values: Any) -> int:
        """Return how many rows of a view or table there are."""
        return int(self._rows(statement(relation, where, what="COUNT(*) AS rows"), bound(values, as_of))[0]["rows"])

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
        return apart(self._rows(statement(relation, where, order_by, limit, what=WITH_COUNT), bound(values, as_of)))

    def is_sending(self, sender: str | None) -> bool:
        """Return whether the process that has a letter in hand still runs."""
        return is_alive(self._path, sender)

    def _rows(self, sql: str, values: Mapping[str, Any]) -> list[Record]:
        self._session.flush()
        found = self._session.connection().execute(sa.text(sql), values)
        keys = list(found.keys())
        return [dict(zip(keys, row, strict=True)) for row in found]

    def add(self, row: M) -> M:
        """Add a row; it has its number when this returns."""
        self._session.add(row)
        self._session.flush()
        return row

    def add_many(self, model: type[M], rows: Sequence[Mapping[str, Any]]) -> range:
        """Add rows of one kind, given as dicts, and return their numbers. Each is validated as a single one is.

        Whoever adds partners or names this way sees to their keys: `add_keys`, or `refresh_keys`.
        """
        if not rows:
            return range(0)
        first = self.next_number(model)
        self._insert(model, rows)
        self._journal.record_many(table_of(model).name, first, first + len(rows) - 1)
        return range(first, first + len(rows))

    def add_numbered(self, model: type[M], rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows that have their numbers already, in the order of these, as `add_many` does."""
        self._insert(model, rows)
        # Numbers that follow each other are one range.
        for _, run in groupby(enumerate(rows), key=lambda placed: placed[1]["id"] - placed[0]):
            numbers = [row["id"] for _, row in run]
            self._journal.record_many(table_of(model).name, numbers[0], numbers[-1])

    def _insert(self, model: type[M], rows: Sequence[Mapping[str, Any]]) -> None:
        self._session.flush()
        connection = self._session.connection()
        for start in range(0, len(rows), _BATCH):
            insert(connection, model, rows[start : start + _BATCH])

    def next_number(self, model: type[M]) -> int:
        """Return the number that the next row of a kind gets."""
        self._session.flush()
        return 1 + self._last_number(table_of(model))

    def add_keys(self, pairs: Iterable[tuple[str, int]]) -> None:
        """Add look-up keys of new partners, as (key, partner)."""
        look_up.add(self._session.connection(), pairs)

    def refresh_keys(self) -> None:
        """Make the look-up keys of all partners anew."""
        self._session.flush()
        look_up.make_anew(self._session.connection())

    def occurrences(self, digests: Sequence[str]) -> list[int]:
        """Return how often each digest has come up before in this unit, those of the same call included.

        Counted in a table of SQLite's own that goes with the connection: a million digests take no memory.
        """
        if not digests:
            return []
        connection = self._session.connection()
        connection.exec_driver_sql(
            "CREATE TEMP TABLE IF NOT EXISTS occurrences (digest TEXT PRIMARY KEY, times INTEGER) WITHOUT ROWID"
        )
        found = connection.exec_driver_sql(
            "SELECT digest, times FROM occurrences WHERE digest IN (SELECT value FROM json_each(?))",
            (json.dumps(digests),),
        )
        times = Counter({str(row.digest): int(row.times) for row in found})
        before = []
        for digest in digests:
            before.append(times[digest])
            times[digest] += 1
        connection.exec_driver_sql("INSERT OR REPLACE INTO occurrences VALUES (?, ?)", sorted(times.items()))
        return before

    def finish(self) -> None:
        """Bring what is made of other rows in step with them."""
        self._session.flush()
        look_up.refresh(self._session.connection(), self._journal.touched, self._journal.added)

    def _last_number(self, table: sa.Table) -> int:
        used = self._session.connection().execute(sa.select(sa.func.max(table.c.id))).scalar() or 0
        given = self._session.connection().execute(
            sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name}
        )
        return max(int(used), int(given.scalar() or 0))

    def get(self, model: type[M], number: int) -> M:
        """Return the row of that number, which must exist."""
        return self._session.get_one(model, number)

    def delete(self, row: SQLModel) -> None:
        """Delete a row."""
        self._session.delete(row)
        self._session.flush()

    def flush(self) -> None:
        """Send what was changed so far to the database, so that its rules speak now."""
        self._session.flush()

    def begin_final(self, command: str) -> None:
        """Make this a step that cannot be taken back; ``command`` stands in the log instead of what was typed."""
        self._session.flush()
        self._journal.enter(EntryKind.FINAL, command)

    def erase(self, traces: Traces) -> None:
        """Erase a person from every table and from the journal, without a trace in it."""
        self._session.flush()
        erase(self._session.connection(), traces)
        self._session.expire_all()

    def take_back(self, entry_id: int, kind: EntryKind) -> None:
        """Reverse an entry of the journal. Raises journal.ConflictError."""
        self._session.flush()
        self._journal.take_back(entry_id, kind)
        self._session.expire_all()

    @property
    def entry_id(self) -> int | None:
        """The number of this unit's entry in the journal; None while nothing was changed."""
        self._session.flush()
        return self._journal.entry_id

    @property
    def summary(self) -> str:
        """What was changed so far, in words; empty when nothing was."""
        self._session.flush()
        return summary((operation, table, number) for (operation, table), number in self._journal.counts.items())


@contextmanager
def writing(path: Path, *, at: datetime, actor: str, command: str, dry_run: bool = False) -> Iterator[Work]:
    """Open a database for one step, making it when it is new; commit at the end, roll back on any error.

    ``at`` is the moment (UTC) and ``command`` what was typed, for the journal. A dry run is always rolled back.
    Raises DatabaseError.
    """
    with _place(path, dry_run=dry_run) as file:
        version = stored_version(file) if file else None
        if file and version is not None and version != SCHEMA:
            bring_up_to_date(file)
        engine = engine_for(file)
        try:
            with engine.connect() as connection, connection.begin() as transaction, Session(connection) as session:
                if version is None:
                    make_tables(connection)
                work = Work(session, Journal(session, at=at, actor=actor, command=command), path)
                yield work
                work.finish()
                if dry_run:
                    transaction.rollback()
        except sa.exc.DBAPIError as error:
            raise translated(path, error.orig or error) from error
        finally:
            engine.dispose()


@contextmanager
def _place(path: Path, *, dry_run: bool) -> Iterator[Path | None]:
    """Yield the file to work on, None for one in memory.

    A new database is made beside its place, by one process at a time, and moved there when it is whole: an error leaves
    nothing, and whoever comes meanwhile waits for it.
    """
    if path.exists():
        if path.stat().st_size == 0 and os.name != "nt":
            path.chmod(0o600)
        yield path
        return
    if dry_run:
        yield None
        return
    made = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
    make_folder(path.parent)
    try:
        with held(path.with_name(f".{path.name}.lock"), BUSY_SECONDS) as ours:
            if not ours:
                raise DatabaseBusyError(path)
            if path.exists():  # another process has made it meanwhile
                yield path
                return
            yield from _made(path.with_name(f".{path.name}.new"), path)
    finally:
        for folder in made:
            with suppress(OSError):  # something is in it
                folder.rmdir()


def _made(file: Path, path: Path) -> Iterator[Path]:
    """Yield an empty file to make the database in, and move it to its place when nothing went wrong."""
    leftovers = (file, file.with_name(f"{file.name}-journal"))  # of a run that was killed here
    try:
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)
        file.touch(mode=0o600)
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        yield file
        _move(file, path)
    finally:
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)


def _move(file: Path, path: Path) -> None:
    try:
        file.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise unreadable(path, error) from error
