"""Many rows at once: validated by the model's rules and handed to the database in one statement."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from .models import Row


def table_of(model: type[Row]) -> sa.Table:
    """Return the table of a model."""
    return model.__table__  # type: ignore[attr-defined, no-any-return]


@cache
def _rules(model: type[Row], keys: tuple[str, ...]) -> TypeAdapter[list[tuple[Any, ...]]]:
    """Return what validates rows given as tuples: the types and limits of the model's fields, without its objects.

    An object of a table class takes 38 microseconds to validate, a tuple takes half a microsecond.
    """
    fields = [model.model_fields[key] for key in keys]
    types = [Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation for field in fields]
    rows: Any = list[tuple[tuple(types)]]  # type: ignore[misc]
    return TypeAdapter(rows)


@cache
def _defaults(model: type[Row], keys: tuple[str, ...]) -> dict[str, Any]:
    """Return the values of fields that rows with these keys leave out, and that are not empty."""
    left_out = {key: field for key, field in model.model_fields.items() if key not in keys and key != "id"}
    return {key: field.default for key, field in left_out.items() if field.is_required() or field.default is not None}


def insert(connection: sa.Connection, model: type[Row], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same keys; without ``id`` they are numbered in their order.

    Raises pydantic.ValidationError.
    """
    keys = tuple(rows[0])
    defaults = _defaults(model, keys)
    if defaults:
        rows = [{**row, **defaults} for row in rows]
        keys = tuple(rows[0])
    table = table_of(model)
    valid = _rules(model, keys).validate_python(list(map(itemgetter(*keys), rows)))
    kinds = [getattr(table.c[key].type, "impl", table.c[key].type) for key in keys]
    if connection.dialect.name != "sqlite" or any(isinstance(kind, sa.DateTime) for kind in kinds):
        connection.execute(sa.insert(table), [dict(zip(keys, row, strict=True)) for row in valid])
        return
    # What SQLAlchemy does for each value (a word of a list, a day, a yes) sqlite3 does in less time, except for days.
    days = [place for place, kind in enumerate(kinds) if isinstance(kind, sa.Date)]
    marks = ", ".join("?" * len(keys))
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({', '.join(keys)}) VALUES ({marks})", list(_plain(valid, days)) if days else valid
    )


def _plain(rows: Iterable[tuple[Any, ...]], days: Sequence[int]) -> Iterable[tuple[Any, ...]]:
    """Return rows with their days as text."""
    for row in rows:
        cells = list(row)
        for place in days:
            if cells[place] is not None:
                cells[place] = _iso(cells[place])
        yield tuple(cells)


_iso = cache(dt.date.isoformat)
