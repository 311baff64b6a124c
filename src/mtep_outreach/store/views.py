"""The SQL views of views.sql: their text, and the statement that reads one as of a day."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

END_OF_TIME = "9999-12-31"
_VIEW = re.compile(r"^CREATE VIEW (\w+) AS\n(.*?);\n", re.MULTILINE | re.DOTALL)


@cache
def views() -> Mapping[str, str]:
    """Return the text of each view by its name, in the order of the file: a view names only earlier ones."""
    text = files(__package__).joinpath("views.sql").read_text(encoding="utf-8")
    return dict(_VIEW.findall(re.sub(r"^--.*\n", "", text, flags=re.MULTILINE)))


@cache
def _needed(relation: str) -> tuple[str, ...]:
    text = views().get(relation, "")
    words = set(re.findall(r"\w+", text))
    inner = [name for name in views() if name != relation and name in words]
    found = {deep for name in inner for deep in _needed(name)} | ({relation} if text else set())
    return tuple(name for name in views() if name in found)


def statement(
    relation: str, where: Sequence[str] = (), order_by: str = "", limit: int | None = None, what: str = "*"
) -> str:
    """Return the SELECT that reads a view (or table) as of the day ``:as_of``.

    ``where`` (joined by AND) and ``order_by`` are SQL from this program's own constants, never from a person;
    what a person typed goes into the values.
    """
    bodies = {"as_of": "SELECT date(:as_of) AS day"}
    bodies |= {name: views()[name] for name in _needed(relation) if name != "as_of"}
    # Else SQLite works out in full whatever is named more than once, though one row of it is wanted.
    common = ", ".join(f"{name} AS NOT MATERIALIZED (\n{body}\n)" for name, body in bodies.items())
    sql = f"WITH {common}\nSELECT {what} FROM {relation}"
    if where:
        sql += " WHERE " + " AND ".join(f"({condition})" for condition in where)
    if order_by:
        sql += f" ORDER BY {order_by}"
    if limit is not None:
        sql += f" LIMIT {int(limit)}"
    return sql


def bound(values: Mapping[str, Any], as_of: date | None) -> dict[str, Any]:
    """Return values as SQLite takes them, with the day that is looked at."""
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
    return {**plain, "as_of": as_of.isoformat() if as_of else END_OF_TIME}
