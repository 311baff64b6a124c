"""Excel workbooks (.xlsx), read with openpyxl and defusedxml: cells as they are seen; never a macro or a link."""

import io
import json
import os
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

# Where lxml is installed, as it is beside python-docx, openpyxl would read with it what defusedxml refuses.
os.environ["OPENPYXL_LXML"] = "False"

import openpyxl
from openpyxl.reader.excel import ExcelReader

from ..errors import Problem, UnreadableTableError
from .blocks import MOST_COLUMNS, Record, Source
from .number_formats import moment, rendering
from .packages import ROW, TEXT, Package, damaged, too_large

_ROOM = 5
_ROWS_AT_ONCE = 50
_LONGEST_CELL = 1_000_000
_MOST_CELLS = 60_000_000
_CODED = re.compile("_x(00[01][0-9A-Fa-f]|005[Ff])_")
_NEEDS_DEFUSEDXML = "Install it (pip install defusedxml), and do not set OPENPYXL_DEFUSEDXML or OPENPYXL_LXML."

# What zipfile, expat and openpyxl raise about a file that is not as it should be.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ExpatError, ParseError, LookupError, ValueError,
    TypeError, AttributeError, OverflowError, OSError,
)  # fmt: skip


def sources(path: Path) -> list[Source]:
    """Return the worksheets of a workbook in their order. Raises UnreadableTableError."""
    if not openpyxl.DEFUSEDXML or openpyxl.LXML:
        raise UnreadableTableError(path, "defusedxml, which makes reading it safe, is missing", _NEEDS_DEFUSEDXML)
    with _reading(path):
        package = Package(path)
        sheets = _Reader(package).worksheets()
    if not sheets:
        raise UnreadableTableError(path, "it has no worksheet", "Check that it is the right file.")
    return [
        Source(
            path,
            f"Excel, sheet '{sheet.title}'",
            "row",
            _Records(path, sheet, package.last_rows[part]),
            room=_ROOM,
            name=sheet.title,
            hidden=sheet.sheet_state != "visible",
        )
        for sheet, part in sheets
    ]


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Say in our words what is wrong with a file, and leave out what openpyxl warns of: that it cannot write it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except _DAMAGE as error:
            raise damaged(path) from error
        except RuntimeError as error:  # so zipfile says that a part is protected
            raise UnreadableTableError(path, "it is protected by a password", "Save it without a password.") from error


class _Reader(ExcelReader):
    """Reads the texts, the styles and the list of worksheets, and nothing else: no names, properties or charts."""

    archive: Any
    parser: Any
    wb: Any

    def __init__(self, package: Package) -> None:
        super().__init__(package.content, read_only=True, data_only=True, keep_links=False)
        self.archive = package
        self.valid_files = [name for name in package.namelist() if not re.match(r"docProps/|xl/theme/|.*\.rels", name)]

    def worksheets(self) -> list[tuple[Any, str]]:
        """Return the worksheets with the names of their parts."""
        with redirect_stdout(io.StringIO()):  # it prints what it finds wrong with styles
            self.read()
        return [(sheet, sheet._worksheet_path) for sheet in self.wb.worksheets]  # noqa: SLF001 - it tells nobody else

    def read_strings(self) -> None:
        """Read the texts that cells name by their number."""
        self.archive.released = TEXT
        super().read_strings()
        self.archive.released = ""

    def read_workbook(self) -> None:
        """Read the list of worksheets, without the names of ranges."""
        super().read_workbook()
        self.parser.defined_names.definedName = ()

    def read_worksheets(self) -> None:
        """Open the worksheets, each of which is a part of its own; from now on, only their rows are read."""
        parts = Counter(rel.target for _, rel in self.parser.find_sheets())
        if parts and max(parts.values()) > 1:
            raise zipfile.BadZipFile
        self.archive.released = ROW
        super().read_worksheets()

    def read_chartsheet(self, sheet: Any, rel: Any) -> None:
        """Pass over a chart."""


@dataclass
class _Records:
    """Reads the rows of one worksheet up to its last, and keeps them packed: they are asked for more than once."""

    path: Path
    sheet: Any
    last: int
    _packed: list[bytes] | None = None

    def __call__(self) -> Iterator[Record]:
        if self._packed is not None:
            for piece in self._packed:
                yield from map(self._record, *zip(*json.loads(zlib.decompress(piece)), strict=True))
            return
        packed: list[bytes] = []
        rows = self._rows()
        while some := list(islice(rows, _ROWS_AT_ONCE)):
            packed.append(zlib.compress(json.dumps(some).encode(), 1))
            yield from map(self._record, *zip(*some, strict=True))
        self._packed = packed

    def _record(self, number: int, cells: list[str] | None) -> Record:
        said = f"its cells have more than {_LONGEST_CELL:,} characters"
        return number, Problem(self.path.name, number, "", said, unit="row") if cells is None else cells

    def _rows(self) -> Iterator[tuple[int, list[str] | None]]:
        """Read the rows with their numbers; None for the cells where they are longer than any text."""
        count = 0
        was_blank = False
        for number, cells in enumerate(self._cells(), 1):
            count += len(cells)
            if count > _MOST_CELLS:
                raise too_large(self.path, f"it has more than {_MOST_CELLS:,} cells")
            while cells and not cells[-1]:
                cells.pop()
            if len(cells) > MOST_COLUMNS:
                raise too_large(self.path, f"row {number:,} has a cell in column {len(cells):,}")
            if cells or not was_blank:  # rows that hold nothing may be many
                yield number, cells if sum(map(len, cells)) <= _LONGEST_CELL else None
            was_blank = not cells

    def _cells(self) -> Iterator[list[str]]:
        self.sheet.reset_dimensions()  # what a file says of its size need not be so
        with closing(self.sheet.iter_rows()) as rows:
            left = islice(rows, self.last)
            while True:
                with _reading(self.path):
                    some = [[_shown(cell) for cell in row] for row in islice(left, _ROWS_AT_ONCE)]
                if not some:
                    return
                yield from some


def _shown(cell: Any) -> str:
    """Return what a person sees of a cell; a formula's is its last result."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return "" if cell.data_type == "e" else _plain(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return rendering(cell.number_format)(value)
    return moment(value)


def _plain(text: str) -> str:
    """Return a text with the characters that XML cannot hold, and Excel's line ends, as they are."""
    if "_x" in text:
        text = _CODED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
