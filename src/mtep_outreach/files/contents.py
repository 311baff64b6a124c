"""What a file is, decided by its content and never by its ending."""

import errno
import re
import stat
import zipfile
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from ..atomic import reason_of
from ..errors import FileError, UnreadableTableError

HEAD = 65_536
"""How many bytes at the beginning tell what a file is."""

_SAVE_AS_XLSX = "Open it in Excel and save it as an Excel workbook (.xlsx)."
_SAVE_ODS_AS_XLSX = "Open it in the program that made it, and save it as an Excel workbook (.xlsx)."
_COPY_TABLE = "Copy its table into a spreadsheet, and save that as .xlsx or CSV."
_UNPACK = "Unpack it, and give the file inside."
_OTHER_FILE = "Give a spreadsheet, a CSV, JSON or vCard file."


class Content(Enum):
    """What can be read."""

    TEXT = "text"
    EXCEL = "xlsx"
    OLD_EXCEL = "xls"
    JSON = "json"
    VCARD = "vcf"


# What begins with these bytes holds no table that could be read: what it is, and what to do.
_REFUSED = (
    (b"%PDF-", "it is a PDF", _COPY_TABLE),
    (b"{\\rtf", "it is a text document (RTF)", _COPY_TABLE),
    (b"SQLite format 3\0", "it is a database", _OTHER_FILE),
    (b"\x1f\x8b", "it is a packed file (gzip)", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "it is a packed file (7z)", _UNPACK),
    (b"Rar!", "it is a packed file (RAR)", _UNPACK),
    (b"BZh", "it is a packed file (bzip2)", _UNPACK),
    (b"\xfd7zXZ", "it is a packed file (xz)", _UNPACK),
    (b"\x89PNG", "it is a picture", _COPY_TABLE),
    (b"\xff\xd8\xff", "it is a picture", _COPY_TABLE),
    (b"GIF8", "it is a picture", _COPY_TABLE),
    (b"MIME-Version:", "it is a web page", _SAVE_AS_XLSX),
    (b"\x09\x08\x10\0\0\x06\x05\0", "it is a very old Excel workbook", _SAVE_AS_XLSX),
)

# What a ZIP file is, by the names inside it.
_INSIDE = (
    (r"xl/workbook\.bin", "it is a binary Excel workbook (.xlsb)", _SAVE_AS_XLSX),
    (r"word/", "it is a Word document", _COPY_TABLE),
    (r"ppt/", "it is a PowerPoint presentation", _COPY_TABLE),
    (
        r"(.*/)?Index(\.zip|/(Document|CalculationEngine)[^/]*\.iwa)",
        "it is a document of Apple's Numbers, Pages or Keynote",
        "Open it there, choose File > Export To > Excel, and give that file.",
    ),
)


def content_of(path: Path) -> Content:
    """Return what a file is.

    Raises FileError when it cannot be opened, UnreadableTableError when it is of a kind that holds no table.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise FileError(path, "it is a folder", "Name the file inside it.")
        if not stat.S_ISREG(mode):
            raise FileError(path, "it is not a file", "Name a file on a disk.")
        with path.open("rb") as file:
            return _content(path, file.read(HEAD), file)
    except FileNotFoundError:
        raise FileError(path, "there is no such file", "Check the name and the folder.") from None
    except OSError as error:
        if error.errno == errno.EINVAL:  # a ZIP file that names a place which is not in it
            raise UnreadableTableError(path, "it is damaged, or was cut off", "Get it once more.") from error
        raise FileError(path, reason_of(error), "Choose another file.") from error


def _content(path: Path, head: bytes, file: BinaryIO) -> Content:
    for beginning, reason, hint in _REFUSED:
        if head.startswith(beginning):
            raise UnreadableTableError(path, reason, hint)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Content.OLD_EXCEL
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_content(path, file)
    return _text_content(path, _letters(head))


def _zip_content(path: Path, file: BinaryIO) -> Content:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if "mimetype" in names:
                with archive.open("mimetype") as kind:
                    if kind.read(100).startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
                        said = "it is an OpenDocument spreadsheet (.ods)"
                        raise UnreadableTableError(path, said, _SAVE_ODS_AS_XLSX)
    # RuntimeError: a password. NotImplementedError is one too: a way of packing that nobody uses.
    except (zipfile.BadZipFile, RuntimeError, ValueError, EOFError) as error:
        raise UnreadableTableError(path, "it is damaged, or was cut off", "Get it once more.") from error
    for pattern, reason, hint in _INSIDE:
        if any(re.match(pattern, name) for name in names):
            raise UnreadableTableError(path, reason, hint)
    if any(name.lower().lstrip("/").startswith("xl/") for name in names):
        return Content.EXCEL
    raise UnreadableTableError(path, "it is a packed file (ZIP)", _UNPACK)


def _letters(head: bytes) -> str:
    """Return the beginning of a text, as far as it is needed to see what it is."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "ignore").lstrip()
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1").replace("\0", "").lstrip()


def _text_content(path: Path, letters: str) -> Content:
    lower = letters[:2000].lower()
    if lower.startswith("begin:vcard"):
        return Content.VCARD
    if lower.startswith("begin:vcalendar"):
        raise UnreadableTableError(path, "it is a calendar", _OTHER_FILE)
    if re.match(r"<(!doctype html|html|head|body|table|meta|div|style|script)\b", lower):
        raise UnreadableTableError(path, "it is a web page", _SAVE_AS_XLSX)
    if re.match(r"<\?xml|<[a-z][\w:]*[ >/].*>", lower, re.DOTALL):
        is_page = "<html" in lower
        raise UnreadableTableError(path, "it is a web page" if is_page else "it is an XML file", _SAVE_AS_XLSX)
    # A list of objects, an object, or a list or object with nothing in it; a header may begin with a bracket too.
    if re.match(r'\[\s*([{\[\]"\d-]|null|true|false|$)|\{\s*("|\}|$)', letters):
        return Content.JSON
    return Content.TEXT
