"""The rows of one worksheet of an Excel workbook."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import Problem
from .blocks import MOST_COLUMNS, Record
from .number_formats import Rendering, iso_moment, number
from .packages import Part, damaged, local, too_large

LONGEST_CELL = 1_000_000

_LAST_ROW = 1_048_576
_MOST_CELLS = 60_000_000
_DIGITS = "0123456789"
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass
class Cells(Part):
    """Hears the cells of a worksheet; the rows that are complete wait in ``rows`` to be fetched."""

    path: Path
    texts: Sequence[str]
    renderings: Sequence[Rendering]
    rows: list[Record] = field(default_factory=list)
    _row: int = 0
    _last: int = 0
    _column: int = 0
    _cells: list[str] = field(default_factory=list)
    _kind: str = "n"
    _style: str = "0"
    _parts: list[str] = field(default_factory=list)
    _size: int = 0
    _is_value: bool = False
    _is_pronunciation: bool = False
    _count: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear that an element begins; written for speed, as it runs for each of millions of cells."""
        self.depth += 1
        name = local(tag) if ":" in tag else tag
        if name == "c":
            self._column = _column(attributes.get("r", "").rstrip(_DIGITS)) or self._column + 1
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "0")
        elif name in {"v", "t"}:
            self._is_value = not self._is_pronunciation
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            if not self._last < self._row <= _LAST_ROW:
                raise damaged(self.path)
        elif name == "rPh":
            self._is_pronunciation = True

    def data(self, text: str) -> None:
        """Hear a part of a value."""
        if self._is_value:
            self._size += len(text)
            if self._size <= LONGEST_CELL:
                self._parts.append(text)

    def end(self, tag: str) -> None:
        """Hear that an element ends."""
        self.depth -= 1
        name = local(tag) if ":" in tag else tag
        if name in {"v", "t"}:
            self._is_value = False
        elif name == "c":
            if self._parts:
                self._place(self._text("".join(self._parts)))
                self._parts.clear()
        elif name == "row":
            self._close_row()
        elif name == "rPh":
            self._is_pronunciation = False

    def _text(self, value: str) -> str:
        """Return what a person sees of a stored value; a formula's is its last result."""
        kind = self._kind
        if kind == "s":
            return self.texts[int(value)]
        if kind == "n":
            style = int(self._style)
            return self.renderings[style](value) if style < len(self.renderings) else number(value)
        if kind == "b":
            return "yes" if value.strip() in {"1", "true"} else "no"
        if kind == "d":
            return iso_moment(value)
        return "" if kind == "e" else plain_text(value)

    def _place(self, text: str) -> None:
        if self._column > MOST_COLUMNS:
            raise too_large(self.path, f"row {self._row:,} has a cell in column {self._column:,}")
        missing = self._column - len(self._cells)
        if missing > 0:
            self._cells.extend([""] * missing)
            self._cells[-1] = text
            self._count += missing
        else:
            self._cells[self._column - 1] = text

    def _close_row(self) -> None:
        if self._count > _MOST_CELLS:
            raise too_large(self.path, f"it has more than {_MOST_CELLS:,} cells")
        if self._cells and self._row > self._last + 1:
            self.rows.append((self._last + 1, []))  # rows that hold nothing need not stand in the file
        if self._size > LONGEST_CELL:
            said = f"its cells have more than {LONGEST_CELL:,} characters"
            self.rows.append((self._row, Problem(self.path.name, self._row, "", said)))
        elif self._cells:
            self.rows.append((self._row, self._cells))
        self._last = self._row if self._cells else self._last
        self._cells = []
        self._column = self._size = 0


def plain_text(text: str) -> str:
    """Return a text of a workbook with the characters that XML cannot hold, and Excel's line ends, as they are."""
    if "_x" in text:
        text = (
            _CODED.sub(lambda match: chr(int(match[1], 16)), text)
            .encode("utf-16", "surrogatepass")
            .decode("utf-16", "replace")
        )
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


@functools.lru_cache(maxsize=MOST_COLUMNS)
def _column(letters: str) -> int:
    """Return the number of the column that letters name: 28 for "AB"; 0 for what names none."""
    if not letters.isalpha() or not letters.isascii():
        return 0
    return functools.reduce(lambda found, letter: found * 26 + ord(letter) - 64, letters.upper()[:8], 0)
