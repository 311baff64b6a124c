"""Spreadsheets: CSV files in and out."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..atomic import reason_of
from ..errors import FileError, Problem, UnreadableTableError
from ..tables import Table, cell

_LARGEST_FILE = 200_000_000
_LARGEST_CELL = 1_000_000


@dataclass(frozen=True)
class SheetRow:
    """One row: the line of the file it begins on (the header is line 1), and its cells, one for each column."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table as it stands in a file, with the rows that do not fit its header as problems."""

    path: Path
    columns: tuple[str, ...]
    rows: list[SheetRow]
    problems: list[Problem]


def read_csv(path: Path) -> Sheet:
    """Read a CSV file with a header, UTF-8 with or without a byte-order mark.

    A row shorter than the header has empty cells at its end; blank lines are passed over.
    Raises FileError or UnreadableTableError.
    """
    text = _text(path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    # Set for the process: nothing else of it reads CSV, and a longer cell is no cell but a missing quotation mark.
    csv.field_size_limit(_LARGEST_CELL)
    rows: list[SheetRow] = []
    problems: list[Problem] = []
    columns: tuple[str, ...] = ()
    line = 1
    try:
        for cells in reader:
            begun, line = line, reader.line_num + 1
            if not any(value.strip() for value in cells):
                continue
            if not columns:
                columns = _header(path, cells)
            elif len(cells) > len(columns) and any(value.strip() for value in cells[len(columns) :]):
                said = f"it has {len(cells)} cells, but the header has {len(columns)}"
                problems.append(Problem(path.name, begun, "", said))
            else:
                padded = (*cells, *[""] * (len(columns) - len(cells)))[: len(columns)]
                rows.append(SheetRow(begun, tuple(plain_cell(value.strip()) for value in padded)))
    except csv.Error as error:
        raise UnreadableTableError(path, f"near line {reader.line_num}, {error}", "Mend that line.") from None
    if not columns:
        raise UnreadableTableError(path, "it is empty")
    return Sheet(path, columns, rows, problems)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise UnreadableTableError(
                path, f"it is larger than {_LARGEST_FILE:,} bytes", "Split it into smaller files."
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise FileError(path, "there is no such file", "Check the name and the folder.") from None
    except OSError as error:
        raise FileError(path, reason_of(error), "Choose another file.") from error
    if content[:4] == b"PK\x03\x04":
        raise UnreadableTableError(path, "it is an Excel workbook")
    if b"\0" in content:
        raise UnreadableTableError(path, "it is not a text file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len((error.object[: error.start] + b"x").splitlines())
        raise UnreadableTableError(path, f"it is not UTF-8 (line {line})") from None


def _header(path: Path, cells: Sequence[str]) -> tuple[str, ...]:
    columns = [" ".join(value.split()) for value in cells]
    while columns and not columns[-1]:
        columns.pop()
    unnamed = [name or f"column {number}" for number, name in enumerate(columns, 1)]
    (often, times), *_ = Counter(unnamed).most_common(1)
    if times > 1:
        raise UnreadableTableError(path, f"{times} columns are called '{often}'", "Give each column its own name.")
    return tuple(unnamed)


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
