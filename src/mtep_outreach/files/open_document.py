"""OpenDocument spreadsheets (.ods), as LibreOffice and Google Sheets write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import Problem, UnreadableTableError
from .blocks import MOST_COLUMNS, Record, Source
from .number_formats import iso_moment, number
from .packages import Part, damaged, local, opened, parsed, too_large, whole

_ROOM = 5
_LONGEST_CELL = 1_000_000
_MOST_CELLS = 60_000_000
_MOST_READING = 400_000_000
_LAST_ROW = 1_048_576
# A number with decimals, with thousands signs or with an exponent: all else, as a telephone number, is as it is seen.
_AMOUNT = re.compile(r"-?(\d+[.,]\d+|\d{1,3}([ .,'\u00a0\u202f]\d{3})+([.,]\d+)?)|.*\dE[+-]\d+")
_CONTENT = "content.xml"


def sources(path: Path) -> list[Source]:
    """Return the worksheets of a document in their order. Raises UnreadableTableError."""
    with opened(path) as archive:
        if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in archive.read(
            "META-INF/manifest.xml"
        ):
            raise UnreadableTableError(path, "it is protected by a password", "Save it without a password.")
        listing = _Listing()
        whole(path, archive, _CONTENT, listing)
        filled = [index for index, (_, _, is_filled) in enumerate(listing.tables) if is_filled]
        # All worksheets are one part, which is read once more for each of them.
        if archive.getinfo(_CONTENT).file_size * len(filled) > _MOST_READING:
            raise too_large(path, f"it has {len(filled)} worksheets")
    return [
        Source(
            path, f"OpenDocument, sheet '{name}'", "row", _Records(path, index), room=_ROOM, name=name, hidden=hidden
        )
        for index, (name, hidden, _) in enumerate(listing.tables)
        if index in filled
    ]


@dataclass(frozen=True)
class _Records:
    """Reads the rows of one worksheet."""

    path: Path
    index: int

    def __call__(self) -> Iterator[Record]:
        with opened(self.path) as archive:
            cells = _Cells(self.path, self.index)
            for _ in parsed(self.path, archive, _CONTENT, cells):
                for first, times, row in cells.rows:
                    for again in range(times):
                        yield first + again, row
                cells.rows.clear()


@dataclass
class _Listing(Part):
    """Hears the worksheets: their names, whether they are hidden, and whether a text stands in them."""

    tables: list[tuple[str, bool, bool]] = field(default_factory=list)
    _hidden_styles: set[str] = field(default_factory=set)
    _style: str = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        super().start(tag, attributes)
        name = local(tag)
        if name == "style":
            self._style = attributes.get("style:name", "")
        elif name == "table-properties" and attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)
        elif name == "table":
            is_hidden = attributes.get("table:style-name") in self._hidden_styles
            self.tables.append((attributes.get("table:name", ""), is_hidden, False))
        elif name == "p" and self.tables and not self.tables[-1][2]:
            self.tables[-1] = (*self.tables[-1][:2], True)


@dataclass
class _Cells(Part):
    """Hears the cells of one worksheet, by its index.

    Each of ``rows`` has its number, how many times it stands there, and its cells.
    """

    path: Path
    index: int
    rows: list[tuple[int, int, list[str] | Problem]] = field(default_factory=list)
    _tables: int = 0
    _within: list[str] = field(default_factory=list)
    _row: int = 0
    _times: int = 1
    _cells: list[str] = field(default_factory=list)
    _empty: int = 0
    _cell: dict[str, str] = field(default_factory=dict)
    _parts: list[str] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)
    _size: int = 0
    _count: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        super().start(tag, attributes)
        name = local(tag)
        self._within.append(name)
        if name == "table":
            self._tables += 1
            self._row = 0
        elif name == "table-row":
            self._times = int(attributes.get("table:number-rows-repeated", "1"))
            self._cells, self._empty, self._size = [], 0, 0
        elif name in {"table-cell", "covered-table-cell"}:
            self._cell = attributes
            self._lines = []
        elif name == "p":
            self._parts = []
        elif name == "line-break":
            self._parts.append("\n")
        elif name in {"s", "tab"}:
            self._parts.append(" " * min(int(attributes.get("text:c", "1")), 1000))

    def data(self, text: str) -> None:
        # A remark on a cell stands inside it, and is none of its text.
        if self._is_read and "p" in self._within and "annotation" not in self._within:
            self._size += len(text)
            if self._size <= _LONGEST_CELL:
                self._parts.append(text)

    def end(self, tag: str) -> None:
        super().end(tag)
        name = local(tag)
        self._within.pop()
        if not self._is_read:
            return
        if name == "p" and "annotation" not in self._within:
            self._lines.append("".join(self._parts))
        elif name in {"table-cell", "covered-table-cell"}:
            # A covered cell lies under one that was merged over it.
            self._place(
                self._text() if name == "table-cell" else "", int(self._cell.get("table:number-columns-repeated", "1"))
            )
        elif name == "table-row":
            self._close_row()

    @property
    def _is_read(self) -> bool:
        return self._tables == self.index + 1

    def _text(self) -> str:
        """Return what a person sees of a cell, with days as ISO writes them and numbers without thousands signs."""
        said = "\n".join(self._lines)
        kind = self._cell.get("office:value-type") or self._cell.get("calcext:value-type", "")
        if kind == "boolean":
            return "yes" if self._cell.get("office:boolean-value") == "true" else "no"
        if kind == "date":
            return iso_moment(self._cell.get("office:date-value", said))
        if kind == "currency" or (kind == "float" and (not said or _AMOUNT.fullmatch(said))):
            return number(self._cell.get("office:value", said))
        return "" if self._cell.get("calcext:value-type") == "error" else said

    def _place(self, text: str, times: int) -> None:
        if not text:
            self._empty += times
            return
        if len(self._cells) + self._empty + times > MOST_COLUMNS:
            raise too_large(self.path, f"it has a row of more than {MOST_COLUMNS:,} cells")
        self._cells += [""] * self._empty + [text] * times
        self._empty = 0

    def _close_row(self) -> None:
        self._count += len(self._cells) * self._times
        if self._count > _MOST_CELLS or (self._cells and self._row + self._times > _LAST_ROW):
            raise too_large(self.path, f"it has more than {_MOST_CELLS:,} cells")
        if self._times < 1:
            raise damaged(self.path)
        if self._size > _LONGEST_CELL:
            said = f"its cells have more than {_LONGEST_CELL:,} characters"
            self.rows.append((self._row + 1, 1, Problem(self.path.name, self._row + 1, "", said)))
        else:
            # Rows that hold nothing are repeated up to the last one a sheet can have; one of them is enough.
            self.rows.append((self._row + 1, self._times if self._cells else 1, self._cells))
        self._row += self._times
