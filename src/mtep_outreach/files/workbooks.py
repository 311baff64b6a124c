"""Excel workbooks out: every text is a text, never a formula or a link."""

import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ..errors import FileError
from ..tables import Column, Row, Table, cell
from .spreadsheets import plain_cell

if TYPE_CHECKING:
    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

_MOST_ROWS = 1_048_575
_LONGEST_CELL = 32_767
_LARGE = 10_000
_MEASURED_ROWS = 500
_NARROWEST, _WIDEST = 8, 60
_EXACT = 10**15
_FIRST_DAY = date(1900, 3, 1)
_AS_CSV = "Export it as CSV instead."

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
# What XML cannot hold, and a carriage return, which it turns into a line feed.
_NOT_IN_XML = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def workbook_bytes(tables: Mapping[str, Table]) -> bytes:
    """Return a workbook with one worksheet for each table, every column under its key in words ("Added on").

    Days become days, numbers numbers, all else text. Raises FileError when a table or a text is larger than a
    worksheet can hold.
    """
    import xlsxwriter  # type: ignore[import-untyped]

    for name, table in tables.items():
        if len(table.rows) > _MOST_ROWS:
            said = f"it has {len(table.rows):,} rows, and a worksheet can hold {_MOST_ROWS:,}"
            raise FileError(name, said, _AS_CSV)
    is_large = any(len(table.rows) > _LARGE for table in tables.values())
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": is_large,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    # The same records make the same file, whenever they are written.
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - a fixed mark, no moment
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    for name, table in zip(_sheet_names(tables), tables.values(), strict=True):
        _write(book.add_worksheet(name), table, name, bold, day)
    if not tables:
        book.add_worksheet()
    book.close()
    return out.getvalue()


def _sheet_names(names: Sequence[str] | Mapping[str, Any]) -> Iterator[str]:
    """Return names as Excel takes them: of 31 characters at most, each once, without its special signs."""
    taken: set[str] = set()
    for name in names:
        base = _NOT_IN_NAMES.sub(" ", _NOT_IN_XML.sub("", name)).strip("' ")[:31] or "Sheet"
        chosen, again = base, 1
        while chosen.lower() in taken or chosen.lower() == "history":
            again += 1
            chosen = f"{base[:27]} {again}"
        taken.add(chosen.lower())
        yield chosen


def _write(sheet: "Worksheet", table: Table, name: str, bold: "Format", day: "Format") -> None:
    titles = [_title(column) for column in table.columns]
    for number, width in enumerate(_widths(titles, table)):
        sheet.set_column(number, number, width)
    sheet.freeze_panes(1, 0)
    if titles:
        sheet.autofilter(0, 0, len(table.rows), len(titles) - 1)
    for number, title in enumerate(titles):
        sheet.write_string(0, number, title, bold)
    for row, record in enumerate(table.rows, 1):
        for number, column in enumerate(table.columns):
            _write_cell(sheet, row, number, _value(record, column), day, name)


def _title(column: Column) -> str:
    words = column.key.replace("_", " ")
    return words[:1].upper() + words[1:]


def _widths(titles: Sequence[str], table: Table) -> list[int]:
    found = [len(title) + 3 for title in titles]  # beside a title stands the button of the filter
    for record in table.rows[:_MEASURED_ROWS]:
        for number, column in enumerate(table.columns):
            lines = cell(record[column.key]).splitlines()
            found[number] = max(found[number], max(map(len, lines), default=0) + 1)
    return [min(max(width, _NARROWEST), _WIDEST) for width in found]


def _value(record: Row, column: Column) -> date | float | str:
    """Return a value as it is written: a day, a number or a text."""
    value = record[column.key]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and abs(value) < _EXACT:
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = cell(value)
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def _write_cell(sheet: "Worksheet", row: int, number: int, value: date | float | str, day: "Format", name: str) -> None:
    if isinstance(value, date) and value >= _FIRST_DAY:  # Excel has no earlier days that are right
        sheet.write_datetime(row, number, value, day)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, number, value)
    elif text := _NOT_IN_XML.sub("�", str(value).replace("\r\n", "\n").replace("\r", "\n")):
        # An apostrophe that the reader would take off again gets another one.
        text = text if plain_cell(text) == text else f"'{text}"
        if len(text) > _LONGEST_CELL:
            said = f"a text of its row {row:,} has {len(text):,} characters, and a cell can hold {_LONGEST_CELL:,}"
            raise FileError(name, said, _AS_CSV)
        sheet.write_string(row, number, text)
