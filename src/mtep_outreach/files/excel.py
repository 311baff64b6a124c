"""Excel workbooks (.xlsx): worksheets, styles and texts; never a formula, a macro or a link.

An own reader, as what is needed of the format is little: it is three times as fast as openpyxl (which read 100,000
rows of 7 cells in 7 s), keeps one row in memory at a time, and does not mind styles that other programs write wrongly.
"""

import posixpath
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..errors import UnreadableTableError
from .blocks import Record, Source
from .number_formats import Rendering, built_in, rendering
from .packages import Part, local, opened, parsed, too_large, whole
from .worksheets import LONGEST_CELL, Cells, plain_text

_ROOM = 5
_MOST_SHEETS = 1_000
_MOST_STYLES = 70_000
_MOST_TEXT = 200_000_000


def sources(path: Path) -> list[Source]:
    """Return the worksheets of a workbook in their order. Raises UnreadableTableError."""
    book = _Workbook(path)
    return [
        Source(path, f"Excel, sheet '{name}'", "row", _Records(book, part), room=_ROOM, name=name, hidden=hidden)
        for name, part, hidden in book.sheets
    ]


@dataclass(frozen=True)
class _Records:
    """Reads the rows of one worksheet."""

    book: "_Workbook"
    part: str

    def __call__(self) -> Iterator[Record]:
        path = self.book.path
        with opened(path) as archive:
            cells = Cells(path, self.book.texts, self.book.renderings)
            for _ in parsed(path, archive, self.part, cells):
                yield from cells.rows
                cells.rows.clear()


@dataclass
class _Workbook:
    """What all worksheets of a workbook share; each part is read when it is first needed."""

    path: Path
    from_1904: bool = False
    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    _folder: str = "xl"

    def __post_init__(self) -> None:
        with opened(self.path) as archive:
            top = _Relations.of(self.path, archive, "")
            book = next((target for kind, target in top.values() if kind == "officeDocument"), "xl/workbook.xml")
            self._folder = posixpath.dirname(book)
            listing = _Listing()
            whole(self.path, archive, _part(archive, book), listing)
            self.from_1904 = listing.from_1904
            targets = _Relations.of(self.path, archive, book)
            for name, number, hidden in listing.sheets[:_MOST_SHEETS]:
                kind, target = targets.pop(number, ("", ""))
                if kind == "worksheet":  # others are charts and macros
                    self.sheets.append((name, _part(archive, target), hidden))
        if not self.sheets:
            raise UnreadableTableError(self.path, "it has no worksheet", "Check that it is the right file.")

    @cached_property
    def texts(self) -> list[str]:
        """The texts that cells name by their number."""
        texts = _Texts(self.path)
        with opened(self.path) as archive:
            if (name := f"{self._folder}/sharedStrings.xml") in archive.namelist():
                whole(self.path, archive, name, texts)
        return texts.found

    @cached_property
    def renderings(self) -> list[Rendering]:
        """How numbers of each style are shown."""
        styles = _Styles(self.path)
        with opened(self.path) as archive:
            if (name := f"{self._folder}/styles.xml") in archive.namelist():
                whole(self.path, archive, name, styles)
        made: dict[str, Rendering] = {}
        codes = [styles.codes.get(number) or built_in(number) for number in styles.numbers]
        for code in codes:
            if code not in made:
                made[code] = rendering(code, from_1904=self.from_1904)
        return [made[code] for code in codes]


def _part(archive: zipfile.ZipFile, name: str) -> str:
    """Return a part as the package spells it; some programs do not keep letter case or write a slash first."""
    spelled = {known.lower().lstrip("/"): known for known in archive.namelist()}
    return spelled[name.lower()]


# ---- the small parts ------------------------------------------------------------------------------------


@dataclass
class _Relations(Part):
    """Hears which parts a part names: their kinds and places, by their ids."""

    folder: str
    found: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path, archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
        """Return the relations of a part."""
        folder, name = posixpath.split(part)
        heard = cls(folder)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations in archive.namelist():
            whole(path, archive, relations, heard)
        return heard.found

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        super().start(tag, attributes)
        if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            place = posixpath.normpath(posixpath.join("/", self.folder, attributes.get("Target", "")))
            self.found[attributes.get("Id", "")] = (kind, place.lstrip("/"))


@dataclass
class _Listing(Part):
    """Hears the names of the worksheets, the ids of their parts, and whether they are hidden."""

    from_1904: bool = False
    sheets: list[tuple[str, str, bool]] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        super().start(tag, attributes)
        name = local(tag)
        if name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in {"1", "true"}
        elif name == "sheet":
            number = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), number, hidden))


@dataclass
class _Styles(Part):
    """Hears the format codes, and which of them each style of cells has."""

    path: Path
    codes: dict[int, str] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    _in_cells: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        super().start(tag, attributes)
        name = local(tag)
        if name == "numFmt":
            self.codes[int(attributes["numFmtId"])] = attributes["formatCode"][:1000]
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self.numbers.append(int(attributes.get("numFmtId", "0")))
        if len(self.numbers) > _MOST_STYLES or len(self.codes) > _MOST_STYLES:
            raise too_large(self.path, f"it has more than {_MOST_STYLES:,} styles")

    def end(self, tag: str) -> None:
        super().end(tag)
        if local(tag) == "cellXfs":
            self._in_cells = False


@dataclass
class _Texts(Part):
    """Hears the texts that cells share, without how they look and how they are pronounced."""

    path: Path
    found: list[str] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _size: int = 0
    _is_text: bool = False
    _is_pronunciation: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        super().start(tag, attributes)
        name = local(tag)
        if name == "t":
            self._is_text = not self._is_pronunciation
        elif name == "rPh":
            self._is_pronunciation = True

    def data(self, text: str) -> None:
        if self._is_text:
            self._parts.append(text)
            self._count(text)

    def end(self, tag: str) -> None:
        super().end(tag)
        name = local(tag)
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._is_pronunciation = False
        elif name == "si":
            text = plain_text("".join(self._parts))
            if len(text) > LONGEST_CELL:
                raise too_large(self.path, f"it holds a text of more than {LONGEST_CELL:,} characters")
            self.found.append(text)
            self._parts.clear()
            self._count("")

    def _count(self, text: str) -> None:
        self._size += sys.getsizeof(text) + 8
        if self._size > _MOST_TEXT:
            raise too_large(self.path, "it holds more text than can be read")
