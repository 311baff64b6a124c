"""Spreadsheets: CSV out, and cells that no program runs."""

import csv
import io
from collections.abc import Iterable

from ..tables import Table, cell

_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet program runs as a formula: one that could be begins with an apostrophe."""
    return f"'{text}" if _could_be_formula(text) else text


def plain_cell(text: str) -> str:
    """Return what `safe_cell` was given."""
    return text[1:] if text.startswith("'") and _could_be_formula(text[1:]) else text


def _could_be_formula(text: str) -> bool:
    """Return whether a text is a formula, or one that apostrophes stand before: those must come back as they were."""
    return text.lstrip("'").startswith(_FORMULA_BEGINS)


def csv_text(table: Table) -> str:
    """Return a table as CSV: every column under its key, lines ended by a line feed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.key for column in table.columns])
    writer.writerows(_cells(table))
    return out.getvalue()


def _cells(table: Table) -> Iterable[list[str]]:
    for row in table.rows:
        # Python 3.11 does not put a lone carriage return into quotation marks.
        values = (cell(row[column.key]).replace("\r\n", "\n").replace("\r", "\n") for column in table.columns)
        yield [safe_cell(value) for value in values]
