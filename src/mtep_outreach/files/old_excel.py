"""Old Excel workbooks (.xls, Excel 97 to 2003), read with xlrd."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UnreadableTableError
from .blocks import Record, Source
from .number_formats import Rendering, moment, number, rendering
from .packages import damaged, too_large

_LARGEST = 50_000_000
_ROOM = 5
_TEXT, _NUMBER, _DATE, _BOOLEAN = 1, 2, 3, 4
# What xlrd's own code runs into on a damaged file, beside the errors that it means to raise.
_RUN_INTO = (LookupError, ArithmeticError, ValueError, TypeError, AttributeError, AssertionError, EOFError, MemoryError)
_OPENED = "Save it without a password."


def sources(path: Path) -> list[Source]:
    """Return the worksheets of a workbook in their order. Raises UnreadableTableError."""
    import xlrd  # type: ignore[import-untyped]
    from xlrd.compdoc import CompDocError  # type: ignore[import-untyped]

    if path.stat().st_size > _LARGEST:
        raise too_large(path, f"it is larger than {_LARGEST // 1_000_000} MB")
    content = path.read_bytes()
    # A workbook with a password is a sealed packet inside a container of the old kind.
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableTableError(path, "it is protected by a password", _OPENED)
    try:
        book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), formatting_info=True, ragged_rows=True)
        formats = {key: rendering(found.format_str or "") for key, found in book.format_map.items()}
        styles = [formats[style.format_key] for style in book.xf_list]
        return [
            Source(
                path,
                f"Excel 97, sheet '{sheet.name}'",
                "row",
                _Records(sheet, styles, book.datemode),
                room=_ROOM,
                name=sheet.name,
                hidden=sheet.visibility != 0,
            )
            for sheet in book.sheets()
        ]
    except (xlrd.XLRDError, CompDocError, struct.error, *_RUN_INTO) as error:
        if "encrypted" in str(error).lower():
            raise UnreadableTableError(path, "it is protected by a password", _OPENED) from error
        raise damaged(path) from error


@dataclass(frozen=True)
class _Records:
    """Reads the rows of one worksheet."""

    sheet: Any
    styles: list[Rendering]
    datemode: int

    def __call__(self) -> Iterator[Record]:
        for row in range(self.sheet.nrows):
            yield row + 1, [self._text(row, column) for column in range(self.sheet.row_len(row))]

    def _text(self, row: int, column: int) -> str:
        kind, value = self.sheet.cell_type(row, column), self.sheet.cell_value(row, column)
        if kind == _TEXT:
            return str(value)
        if kind == _DATE:
            return self._moment(value)
        if kind == _NUMBER:
            style = self.sheet.cell_xf_index(row, column)
            return (self.styles[style] if 0 <= style < len(self.styles) else number)(value)
        return ("yes" if value else "no") if kind == _BOOLEAN else ""

    def _moment(self, value: float) -> str:
        import xlrd

        try:
            when = xlrd.xldate_as_datetime(value, self.datemode)
        except (ValueError, OverflowError, xlrd.XLDateError):
            return number(value)
        return moment(when.time() if value < 1 else when)
