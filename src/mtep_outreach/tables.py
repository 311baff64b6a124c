"""A table as a value: what every list is before it is printed or written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column: its key in JSON and CSV, its title for people.

    ``aside`` leaves it out of what people see; JSON and CSV always have it. ``right`` is for numbers. ``nowrap``
    keeps short words whole when the screen is narrow; ``wide`` leaves the column out there.
    """

    key: str
    title: str
    aside: bool = False
    right: bool = False
    nowrap: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under columns; ``empty`` says what to type when there are no rows."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    empty: str = ""

    @property
    def shown(self) -> list[Column]:
        """The columns that people see."""
        return [column for column in self.columns if not column.aside]

    def records(self) -> list[dict[str, Any]]:
        """Return the rows as plain dicts with every column, in the order of the columns."""
        return [{column.key: row[column.key] for column in self.columns} for row in self.rows]


def cell(value: Any) -> str:
    """Return a value as a person reads it: nothing for None, yes or no, lists with commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(cell(item) for item in value)
    return str(value)
