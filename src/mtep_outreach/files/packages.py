"""ZIP files of XML parts, as spreadsheet programs write them, opened so that no file can do harm.

Sizes are checked before anything is unpacked. A part with a document type is refused: without one, XML has no
entities that could grow or name other files. Nothing is written to the disk.
"""

import errno
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from ..errors import UnreadableTableError

_LARGEST = 200_000_000
_LARGEST_UNPACKED = 600_000_000
_UNSUSPICIOUS = 20_000_000
_MOST_TIMES = 100
_MOST_PARTS = 10_000
_CHUNK = 65_536
_LONGEST_TAG = 1_000_000
_DEEPEST = 200

_SAVE_AGAIN = "Open it in Excel or LibreOffice, and save it once more as .xlsx."
_SAVE_CSV = "Open it in a spreadsheet program, and save the sheet that you need as CSV."


class Part:
    """Hears the elements of one XML part; ``depth`` is how many are open."""

    depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - most parts need some of them
        """Hear that an element begins."""
        self.depth += 1

    def end(self, tag: str) -> None:  # noqa: ARG002 - most parts need none
        """Hear that an element ends."""
        self.depth -= 1

    def data(self, text: str) -> None:
        """Hear text between elements."""


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a package and close it at the end.

    Raises UnreadableTableError when it is too large, and for what goes wrong inside: damaged, protected.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(path, archive)
            yield archive
    except (
        zipfile.BadZipFile, zlib.error, EOFError, expat.ExpatError, LookupError, ValueError, NotImplementedError,
    ) as error:  # fmt: skip
        raise damaged(path) from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # the package names a place that is not in the file
            raise damaged(path) from error
        raise
    except RuntimeError as error:  # so zipfile says that a part is protected
        raise UnreadableTableError(path, "it is protected by a password", "Save it without a password.") from error


def damaged(path: Path) -> UnreadableTableError:
    """Return the refusal of a workbook that is not built as one."""
    return UnreadableTableError(path, "the workbook is damaged", _SAVE_AGAIN)


def too_large(path: Path, reason: str) -> UnreadableTableError:
    """Return the refusal of a workbook that holds more than can be read."""
    return UnreadableTableError(path, reason, _SAVE_CSV)


def _check_sizes(path: Path, archive: zipfile.ZipFile) -> None:
    packed = path.stat().st_size
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if packed > _LARGEST or unpacked > _LARGEST_UNPACKED or len(parts) > _MOST_PARTS:
        raise too_large(path, "it is larger than any list of a spreadsheet program")
    if unpacked > _UNSUSPICIOUS and unpacked > packed * _MOST_TIMES:
        raise too_large(path, f"it unpacks to {unpacked // packed:,} times its size, which no list does")


def parsed(path: Path, archive: zipfile.ZipFile, name: str, part: Part) -> Iterator[None]:
    """Read an XML part; after each piece of it, what the part has heard so far can be fetched.

    Raises UnreadableTableError, expat.ExpatError.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = _CHUNK
    parser.StartElementHandler = part.start
    parser.EndElementHandler = part.end
    parser.CharacterDataHandler = part.data

    def refuse(*_: object) -> None:
        raise UnreadableTableError(path, "it holds a document type, which no spreadsheet program writes", _SAVE_AGAIN)

    parser.StartDoctypeDeclHandler = refuse
    fed = 0
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk)
            fed += len(chunk)
            # A tag of this length is read again with each piece until it ends.
            if part.depth > _DEEPEST or fed - parser.CurrentByteIndex > _LONGEST_TAG:
                raise damaged(path)
            yield
    parser.Parse(b"", True)
    yield


def whole(path: Path, archive: zipfile.ZipFile, name: str, part: Part) -> None:
    """Read an XML part to its end. Raises as `parsed`."""
    for _ in parsed(path, archive, name, part):
        pass


def local(tag: str) -> str:
    """Return the name of an element or attribute without the prefix of its namespace."""
    return tag.rpartition(":")[2]
