"""ZIP files of XML parts, as spreadsheet programs write them, looked through so that no file can do harm.

Sizes are checked before anything is unpacked, and each part is looked through before it is read: a document type is
refused, as without one XML has no entities that could grow or name other files, and so is what would take more memory
than a list does. Nothing is written to the disk.
"""

import io
import sys
import zipfile
from pathlib import Path
from typing import IO, Any, Literal
from xml.parsers import expat

from ..errors import UnreadableTableError

LAST_ROW = 1_048_576

_LARGEST = 50_000_000
_LARGEST_UNPACKED = 300_000_000
_UNSUSPICIOUS = 20_000_000
_MOST_TIMES = 100
_MOST_PARTS = 10_000
_CHUNK = 65_536
_LONGEST_TAG = 1_000_000
_DEEPEST = 200
_MOST_ELEMENTS = 20_000_000
_MOST_OF_ONE = 200_000
_MOST_KEPT = 500_000
_MOST_RELEASED = 1_500_000
_MOST_TEXT = 100_000_000
_LONGEST_WORDS = 32_767
_LONGEST_REMARK = 255
_LONGEST_FORMAT = 255
_MOST_BRACKETS = 20

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/"
ROW = f"{_MAIN} row"
TEXT = f"{_MAIN} si"

_SAVE_AGAIN = "Open it in Excel or LibreOffice, and save it once more as .xlsx."
_SAVE_CSV = "Open it in a spreadsheet program, and save the sheet that you need as CSV."
_NOT_STRICT = "Open it in Excel, and save it as an Excel workbook (.xlsx)."


def damaged(path: Path) -> UnreadableTableError:
    """Return the refusal of a workbook that is not built as one."""
    return UnreadableTableError(path, "the workbook is damaged", _SAVE_AGAIN)


def too_large(path: Path, reason: str) -> UnreadableTableError:
    """Return the refusal of a workbook that holds more than can be read."""
    return UnreadableTableError(path, reason, _SAVE_CSV)


class Package(zipfile.ZipFile):
    """A package in memory whose parts are looked through before they are read.

    ``released`` is the element that whoever reads a part lets go of when it ends, if any; ``last_rows`` are the numbers
    of the last rows of the worksheets that were opened. Raises UnreadableTableError, and as ZipFile and expat do.
    """

    def __init__(self, path: Path) -> None:
        packed = path.stat().st_size
        if packed > _LARGEST:
            raise too_large(path, "it is larger than any list of a spreadsheet program")
        self.content = io.BytesIO(path.read_bytes())
        super().__init__(self.content)
        parts = self.infolist()
        unpacked = sum(part.file_size for part in parts)
        if unpacked > _LARGEST_UNPACKED or len(parts) > _MOST_PARTS:
            raise too_large(path, "it is larger than any list of a spreadsheet program")
        if unpacked > _UNSUSPICIOUS and unpacked > packed * _MOST_TIMES:
            raise too_large(path, f"it unpacks to {unpacked // packed:,} times its size, which no list does")
        self.released = ""
        self.last_rows: dict[str, int] = {}
        self._path = path
        self._seen: set[tuple[str, str]] = set()

    def read(self, name: Any, pwd: bytes | None = None) -> bytes:
        """Return a part that is kept as a whole."""
        self._look_through(str(name), "")
        return super().read(name, pwd)

    def open(self, name: Any, mode: Literal["r", "w"] = "r", *args: Any, **options: Any) -> IO[bytes]:
        """Open a part that is read bit by bit."""
        self._look_through(str(name), self.released)
        return super().open(name, mode, *args, **options)

    def _look_through(self, name: str, released: str) -> None:
        # What is kept as a whole was looked through more strictly.
        if not {(name, released), (name, "")} & self._seen:
            look = (_Released if released else _Kept)(self._path, released)
            with super().open(name) as stream:
                look.through(stream)
            self._seen.add((name, released))
            if released == ROW:
                self.last_rows[name] = look.last


class _Kept:
    """Looks through a part of which everything is kept in memory at once."""

    largest = 20_000_000

    def __init__(self, path: Path, released: str) -> None:
        self.path = path
        self.released = released
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.last = 0
        self.depth = 0
        self.kept = 0
        self.begun = -1

    def through(self, stream: IO[bytes]) -> None:
        """Look through the whole part."""
        parser = self.parser
        parser.buffer_text = True
        parser.buffer_size = _CHUNK
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.data
        parser.StartDoctypeDeclHandler = self.refuse
        fed = 0
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk)
            fed += len(chunk)
            # A tag of this length is read again with each piece until it ends.
            if fed - parser.CurrentByteIndex > _LONGEST_TAG:
                raise damaged(self.path)
            if fed - max(self.begun, 0) > self.largest:
                raise too_large(self.path, f"a part or row of it has more than {self.largest:,} characters")
        parser.Parse(b"", True)

    def refuse(self, *_: object) -> None:
        """Refuse a document type, before anything in it is looked at."""
        said = "it holds a document type, which no spreadsheet program writes"
        raise UnreadableTableError(self.path, said, _SAVE_AGAIN)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear that an element begins."""
        self.depth += 1
        self.kept += _weight(attributes)
        if self.depth == 1 and tag.startswith(_STRICT):
            raise UnreadableTableError(self.path, "it is saved as Strict Open XML", _NOT_STRICT)
        code = attributes.get("formatCode", "")
        if self.depth > _DEEPEST or len(code) > _LONGEST_FORMAT or code.count("[") > _MOST_BRACKETS:
            raise damaged(self.path)
        if self.kept > _MOST_KEPT:
            raise too_large(self.path, "it holds more styles, names or links than any list")

    def end(self, _: str) -> None:
        """Hear that an element ends."""
        self.depth -= 1

    def data(self, text: str) -> None:
        """Hear text between tags."""
        if len(text) > _LONGEST_WORDS:
            raise damaged(self.path)


class _Released(_Kept):
    """Looks through a part of which one element after the other is let go of: the rows, or the texts of cells."""

    largest = 2_000_000

    def __init__(self, path: Path, released: str) -> None:
        super().__init__(path, released)
        self.within = 0
        self.held = 0
        self.rows = 0
        self.texts = 0
        self.elements = 0
        self.is_wordy = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear that an element begins; this runs for each of millions of cells."""
        if self.within:
            self.depth += 1
            self.held += 1 + len(attributes)
            if self.held > _MOST_OF_ONE or self.depth > _DEEPEST:
                raise too_large(self.path, f"a row or text of it has more than {_MOST_OF_ONE:,} parts")
        elif tag == self.released:
            self.begin(attributes)
        else:
            super().start(tag, attributes)
            self.begun = self.parser.CurrentByteIndex

    def begin(self, attributes: dict[str, str]) -> None:
        """Hear that a row or a text begins, before which only a little may stand."""
        self.depth += 1
        self.within = self.depth
        self.begun = self.parser.CurrentByteIndex
        self.elements += self.held
        self.held = 0
        self.rows += _weight(attributes) - ("r" in attributes) - ("spans" in attributes)
        row = int(attributes.get("r", self.last + 1))
        if row <= self.last or (row > LAST_ROW and self.released == ROW) or self.is_wordy:
            raise damaged(self.path)
        self.last = row
        if self.kept > _MOST_KEPT or self.rows > _MOST_RELEASED or self.elements > _MOST_ELEMENTS:
            raise too_large(self.path, "it holds more rows or texts than can be read")

    def end(self, _: str) -> None:
        """Hear that an element ends."""
        if self.depth == self.within:
            self.within = 0
        self.depth -= 1

    def data(self, text: str) -> None:
        """Hear text between tags."""
        if not self.within:
            self.kept += len(text) // 64
            self.is_wordy = self.is_wordy or len(text) > _LONGEST_REMARK
        elif self.released == TEXT:
            self.texts += sys.getsizeof(text)
            if self.texts > _MOST_TEXT:
                raise too_large(self.path, "it holds more text than can be read")


def _weight(attributes: dict[str, str]) -> int:
    """Return how many things in memory an element is, some 100 bytes each."""
    return 1 + len(attributes) + sum(map(len, attributes.values())) // 64
