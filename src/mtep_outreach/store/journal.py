"""The journal: what each step changed, row by row, and how a step is taken back."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import UOWTransaction
from sqlmodel import Session, SQLModel

from ..vocabulary import EntryKind, Operation
from .models import Change, Entry, Row

Image = dict[str, Any]
Values = Mapping[str, Any]

_UNJOURNALLED = {"journal_entries", "journal_changes", "alembic_version", "look_up_keys"}

_BATCH = 5_000


class ConflictError(Exception):
    """A row is not as the step left it, so that the step cannot be taken back."""

    def __init__(self, table: str, row_id: int) -> None:
        super().__init__(f"{table} {row_id}")
        self.table = table
        self.row_id = row_id


def _table(model: type[SQLModel]) -> sa.Table:
    return model.__table__  # type: ignore[attr-defined, no-any-return]


_ENTRIES, _CHANGES = _table(Entry), _table(Change)
_TABLES = SQLModel.metadata.tables


class Journal:
    """Writes down what one unit of work changes; its entry is made with the first change."""

    def __init__(self, session: Session, *, at: datetime, actor: str, command: str) -> None:
        self._session = session
        self._head: dict[str, Any] = {
            "at": at,
            "actor": actor,
            "command": command,
            "kind": EntryKind.DO,
            "undoes": None,
        }
        self._before: dict[tuple[str, int], Image] = {}
        self.entry_id: int | None = None
        self.counts: Counter[tuple[Operation, str]] = Counter()
        self.touched: set[tuple[int, int]] = set()
        """Ranges of partners whose names or facts are not as they were: what is made of them is made anew."""
        self.added: set[tuple[int, int]] = set()
        self._added_last: dict[str, tuple[int, int]] = {}
        event.listen(session, "before_flush", self._look_before)
        event.listen(session, "after_flush", self._write_down)

    # ---- forward --------------------------------------------------------------------------------------

    def _look_before(self, session: Session, _context: UOWTransaction, _instances: Any) -> None:
        for row in (*session.dirty, *session.deleted):
            if row in session.deleted or session.is_modified(row):
                table = _table(type(row))
                (image,) = self.images(table, row.id, row.id)
                self._before[table.name, row.id] = image

    def _write_down(self, session: Session, _context: UOWTransaction) -> None:
        for row in session.new:
            table = _table(type(row))
            image = {column.key: _plain(getattr(row, column.key)) for column in table.columns}
            self._touch(table.name, image)
            if table.name == "partners":
                self.added.add((row.id, row.id))
            self.record(Operation.INSERT, table.name, row.id, after=image)
        for row in session.dirty:
            table = _table(type(row))
            before = self._before.pop((table.name, row.id), {})
            after = {key: _plain(getattr(row, key)) for key in before}
            changed = [key for key in before if before[key] != after[key]]
            if changed:
                self._touch(table.name, before)
                old, new = ({key: image[key] for key in changed} for image in (before, after))
                self.record(Operation.UPDATE, table.name, row.id, before=old, after=new)
        for row in session.deleted:
            table = _table(type(row))
            image = self._before.pop((table.name, row.id))
            self._touch(table.name, image)
            self.record(Operation.DELETE, table.name, row.id, before=image)

    def _touch(self, table: str, image: Image) -> None:
        if table in ("partners", "names"):
            number = image["id" if table == "partners" else "partner_id"]
            self.touched.add((number, number))

    def record(
        self,
        operation: Operation,
        table: str,
        first: int,
        last: int | None = None,
        before: Values | None = None,
        after: Values | None = None,
    ) -> None:
        """Write down one change of one row, or of rows inserted together (``first`` to ``last``)."""
        last = first if last is None else last
        self._record([(operation, table, first, last, before, after)])

    def record_many(self, table: str, first: int, last: int) -> None:
        """Write down rows inserted together; those that follow on the last ones are written down with them."""
        begun = self._added_last.get(table)
        if begun and begun[1] == first - 1:
            self._session.connection().execute(
                sa.update(_CHANGES)
                .where(_CHANGES.c.entry_id == self.entry_id, _CHANGES.c.table_name == table)
                .where(_CHANGES.c.row_id == begun[0], _CHANGES.c.after.is_(None))
                .values(last_id=last)
            )
            self.counts[Operation.INSERT, table] += last - first + 1
        else:
            self.record(Operation.INSERT, table, first, last)
        self._added_last[table] = (begun[0] if begun and begun[1] == first - 1 else first, last)

    def _record(self, changes: Sequence[tuple[Operation, str, int, int, Values | None, Values | None]]) -> None:
        """Write down changes, given as (operation, table, first row, last row, before, after)."""
        journalled = [change for change in changes if change[1] not in _UNJOURNALLED]
        if not journalled:
            return
        self._begin_entry()
        connection = self._session.connection()
        rows = [
            {
                "entry_id": self.entry_id,
                "operation": operation,
                "table_name": table,
                "row_id": first,
                "last_id": last,
                "before": _json(before),
                "after": _json(after),
            }
            for operation, table, first, last, before, after in journalled
        ]
        connection.execute(sa.insert(_CHANGES), rows)
        for operation, table, first, last, _, _ in journalled:
            self.counts[operation, table] += last - first + 1

    def enter(self, kind: EntryKind, command: str) -> None:
        """Make the entry of a step whose changes are not written down."""
        self._head |= {"kind": kind, "command": command}
        self._begin_entry()

    def _begin_entry(self) -> None:
        if self.entry_id is None:
            made = self._session.connection().execute(sa.insert(_ENTRIES).values(**self._head))
            self.entry_id = int((made.inserted_primary_key or (0,))[0])

    def images(self, table: sa.Table, first: int, last: int) -> list[Image]:
        """Return the rows numbered ``first`` to ``last`` as they are stored now."""
        found = self._session.connection().execute(
            sa.select(table).where(table.c.id.between(first, last)).order_by(table.c.id)
        )
        return [{key: _plain(value) for key, value in row.items()} for row in found.mappings()]

    # ---- backward -------------------------------------------------------------------------------------

    def take_back(self, entry_id: int, kind: EntryKind) -> None:
        """Reverse every change of an entry, newest first, and write that down as an entry of its own.

        Raises ConflictError at the first row that is not as the entry left it; the caller rolls back.
        """
        self._head |= {"kind": kind, "undoes": entry_id}
        found = self._session.connection().execute(
            sa.select(_CHANGES).where(_CHANGES.c.entry_id == entry_id).order_by(_CHANGES.c.id.desc())
        )
        for change in found.mappings().all():
            table = _TABLES[change["table_name"]]
            before, after = (json.loads(change[side] or "{}") for side in ("before", "after"))
            try:
                self._reverse(table, change, before, after)
            except sa.exc.IntegrityError as error:
                if "unique" not in str(error.orig).lower():
                    raise
                # Another row has taken a place that only one can have.
                raise ConflictError(table.name, change["row_id"]) from None

    def _reverse(self, table: sa.Table, change: sa.RowMapping, before: Image, after: Image) -> None:
        match change["operation"]:
            case Operation.INSERT:
                self._unmake(table, change["row_id"], change["last_id"], after or None)
            case Operation.UPDATE:
                self._restore(table, change["row_id"], before, after)
            case Operation.DELETE:
                self._remake(table, change["row_id"], before)

    def _unmake(self, table: sa.Table, first: int, last: int, after: Image | None) -> None:
        connection = self._session.connection()
        for column in referring(table):
            clinging = connection.execute(
                sa.select(column.table.c.id).where(column.between(first, last)).limit(1)
            ).scalar()
            if clinging is not None:
                raise ConflictError(column.table.name, clinging)
        for begin in range(last - (last - first) % _BATCH, first - 1, -_BATCH):
            end = min(begin + _BATCH - 1, last)
            images = self.images(table, begin, end)
            # An older version may have written down fewer columns than there are now.
            if len(images) != end - begin + 1 or any(images[0][key] != was for key, was in (after or {}).items()):
                raise ConflictError(table.name, begin)
            connection.execute(sa.delete(table).where(table.c.id.between(begin, end)))
            self._record(
                [(Operation.DELETE, table.name, image["id"], image["id"], image, None) for image in reversed(images)]
            )
        if table.name == "partners":
            self.touched.add((first, last))
        elif table.name == "names" and after:
            self._touch(table.name, after)

    def _restore(self, table: sa.Table, row_id: int, before: Image, after: Image) -> None:
        images = self.images(table, row_id, row_id)
        # What was erased from the journal cannot come back.
        if not before or not images or any(images[0][key] != value for key, value in after.items()):
            raise ConflictError(table.name, row_id)
        self._session.connection().execute(sa.update(table).where(table.c.id == row_id).values(**_typed(table, before)))
        self._touch(table.name, images[0])
        self.record(Operation.UPDATE, table.name, row_id, before=after, after=before)

    def _remake(self, table: sa.Table, row_id: int, before: Image) -> None:
        if not before or self.images(table, row_id, row_id):
            raise ConflictError(table.name, row_id)
        self._session.connection().execute(sa.insert(table).values(**_typed(table, defaults(table) | before)))
        self._touch(table.name, before)
        self.record(Operation.INSERT, table.name, row_id, after=before)


def referring(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns of other tables that refer to the rows of a table."""
    return [
        key.parent
        for other in _TABLES.values()
        if other.name not in _UNJOURNALLED
        for key in other.foreign_keys
        if key.column.table is table
    ]


def defaults(table: sa.Table) -> Image:
    """Return what stands in columns that an older version did not have."""
    model = next(model for model in Row.__subclasses__() if model.__tablename__ == table.name)
    return {key: field.default for key, field in model.model_fields.items() if key != "id" and not field.is_required()}


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _typed(table: sa.Table, image: Image) -> Image:
    """Return an image's values as the columns take them."""
    return {key: _from_plain(table.c[key].type, value) for key, value in image.items()}


def _from_plain(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    kept_as = kind.impl if isinstance(kind, sa.types.TypeDecorator) else kind
    if value is None or not isinstance(kept_as, (sa.DateTime, sa.Date)):
        return value
    return datetime.fromisoformat(value) if isinstance(kept_as, sa.DateTime) else date.fromisoformat(value)


def _json(image: Mapping[str, Any] | None) -> str | None:
    return None if image is None else json.dumps(image, ensure_ascii=False, separators=(",", ":"))
