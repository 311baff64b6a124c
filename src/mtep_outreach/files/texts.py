"""How the letters of a text file are coded: recognised, and checked to its last line."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from ..errors import UnknownWordError, UnreadableTableError

_LARGEST = 1_000_000_000
_LONGEST_LINE = 10_000_000
_MOST_COLUMNS = 10_000
_CHUNK = 1_000_000
_SAMPLE = 4_000_000

_SAVE_AS_UTF8 = "Save it as 'CSV UTF-8' in the program that it comes from, or say its encoding with --encoding."
_SPLIT = "Split it into smaller files."

# The name people know of each way of coding that is recognised.
_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
    "cp932": "Shift-JIS",
    "mac-roman": "Mac Roman",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as the mark of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Text:
    """A text file whose coding is known: ``codec`` as Python calls it, ``name`` as people do."""

    path: Path
    codec: str
    name: str

    def open(self) -> TextIOWrapper:
        """Open the file; line ends come as they stand in it."""
        return self.path.open(encoding=self.codec, newline="")


def recognised(
    path: Path, encoding: str | None = None, largest: int = _LARGEST, longest_line: int = _LONGEST_LINE
) -> Text:
    """Return a text file with the way its letters are coded: as said, else a mark, UTF-8, UTF-16 or an older one.

    The whole file is checked. Raises UnknownWordError when no way of coding is called as said, and
    UnreadableTableError when the file is no text, is coded in another way, or has more bytes, or more characters in
    a line, than it may.
    """
    if path.stat().st_size > largest:
        raise UnreadableTableError(path, f"it is larger than {largest // 1_000_000:,} MB", _SPLIT)
    with path.open("rb") as file:
        head = file.read(_CHUNK)
    if encoding is not None:
        return _as_said(path, encoding, head, longest_line)
    codec = marked(head) or _utf_16_without_mark(head) or "utf-8"
    if codec == "utf-8":
        _refuse_binary(path, head)
    failed = _survey(path, codec, longest_line)
    if failed is None:
        return Text(path, codec, _NAMES[codec])
    if codec != "utf-8":
        raise UnreadableTableError(path, f"it is not the {_NAMES[codec]} that it begins as (line {failed.line})")
    return _eight_bit(path, failed, longest_line)


# ---- what was said, and what marks say -------------------------------------------------------------------


def _as_said(path: Path, encoding: str, head: bytes, longest_line: int) -> Text:
    try:
        codec = codecs.lookup(encoding.strip()).name
        b" ".decode(codec, "ignore")  # some codecs make no letters: base64, zip
    except (LookupError, UnicodeError, ValueError):
        raise UnknownWordError("encoding", encoding, ["utf-8", "utf-16", "windows-1252", "shift_jis"]) from None
    codec = "utf-8-sig" if codec == "utf-8" and head.startswith(codecs.BOM_UTF8) else codec
    # Windows has no other Shift-JIS, and its own has more letters.
    codec = "cp932" if codec == "shift_jis" else codec
    failed = _survey(path, codec, longest_line)
    if failed is not None:
        raise UnreadableTableError(path, f"it is not {encoding} (line {failed.line})", "Try it without the encoding.")
    return Text(path, codec, _NAMES.get(codec, encoding.strip()))


def marked(head: bytes) -> str | None:
    """Return how a file is coded by the mark at its beginning, None when it has none."""
    return next((codec for mark, codec in _MARKS if head.startswith(mark)), None)


def _utf_16_without_mark(head: bytes) -> str | None:
    """Return UTF-16 where every other byte is mostly zero and no byte between is: nothing else looks so."""
    for zeros, codec in ((head[1::2], "utf-16-le"), (head[0::2], "utf-16-be")):
        letters = head[0::2] if codec == "utf-16-le" else head[1::2]
        if zeros.count(0) * 3 > len(zeros) > 1 and 0 not in letters:
            return codec
    return None


def _refuse_binary(path: Path, head: bytes) -> None:
    if b"\0" in head or len(re.findall(rb"[\x01-\x08\x0e-\x1f]", head)) * 100 > len(head):
        raise UnreadableTableError(path, "it is not a text file", "Give a spreadsheet, a CSV, JSON or vCard file.")


# ---- the whole file --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Failure:
    """Where a way of coding did not fit: the line, and the first byte of the part of the file that holds it."""

    line: int
    offset: int


def _survey(path: Path, codec: str, longest_line: int) -> _Failure | None:
    """Read a file to its end, and return where it is not coded as said, or None."""
    decoder = codecs.getincrementaldecoder(codec)()
    line, unbroken = 1, 0
    for offset, chunk, is_last in _chunks(path):
        try:
            text = decoder.decode(chunk, is_last)
        except UnicodeDecodeError as error:
            return _Failure(line + _line_ends(error.object[: error.start].decode("latin-1").replace("\0", "")), offset)
        except UnicodeError:
            return _Failure(line, offset)
        if "\0" in text:
            nul = line + _line_ends(text[: text.index("\0")])
            raise UnreadableTableError(path, f"line {nul} holds a NUL, which no text does", "Save it once more.")
        broken = max(text.rfind("\n"), text.rfind("\r"))
        unbroken = unbroken + len(text) if broken < 0 else len(text) - broken
        if unbroken > longest_line:
            raise _too_long(path, text, line + _line_ends(text))
        line += _line_ends(text)
    return None


def _chunks(path: Path) -> Iterator[tuple[int, bytes, bool]]:
    with path.open("rb") as file:
        offset = 0
        while chunk := file.read(_CHUNK):
            yield offset, chunk, False
            offset += len(chunk)
        yield offset, b"", True


def _line_ends(text: str) -> int:
    if "\r" not in text:
        return text.count("\n")
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _too_long(path: Path, text: str, line: int) -> UnreadableTableError:
    cells = max(text.count(sign) for sign in ",;\t|")
    if cells > _MOST_COLUMNS:
        return UnreadableTableError(path, f"line {line} has more than {_MOST_COLUMNS:,} columns", "Check how it ends.")
    return UnreadableTableError(path, f"line {line} has more than {_LONGEST_LINE:,} characters", "Check how it ends.")


# ---- one byte for one letter -----------------------------------------------------------------------------

_JAPANESE = re.compile("[\u3001\u3002\u3005\u3040-\u30ff\u4e00-\u9fff\uff01-\uff5e]{2,}")
# A small letter or an apostrophe after a small letter: in the other coding, these bytes are capitals and signs.
_MAC_LETTERS = re.compile(rb"[a-z](?:[\x87\x88\x8a\x8d\x8e\x8f\x9f]|\xd5[a-z])")
_WINDOWS_LETTERS = re.compile(rb"[a-z][\xdf-\xff]")
_CROWDED = re.compile(rb"[\x80-\xff]{4,}")


def _eight_bit(path: Path, failed: _Failure, longest_line: int) -> Text:
    """Return a file that is not UTF-8 as Windows-1252 or, where its letters say so, as Shift-JIS or Mac Roman."""
    with path.open("rb") as file:
        file.seek(failed.offset)
        sample = file.read(_SAMPLE)
    if failed.offset:
        sample = sample[sample.find(b"\n") + 1 :]
    codec = _likely(sample)
    wrong = _survey(path, codec, longest_line) if codec else failed
    if codec is None or wrong is not None:
        line = wrong.line if wrong else failed.line
        raise UnreadableTableError(path, f"its letters are coded in an unknown way (line {line})", _SAVE_AS_UTF8)
    return Text(path, codec, _NAMES[codec])


def _likely(sample: bytes) -> str | None:
    if _is_japanese(sample):
        return "cp932"
    # The letters of western languages stand among ASCII ones; those of others (KOI8, GBK, Big5) one beside the other.
    above = len(re.findall(rb"[\x80-\xff]", sample))
    if sum(len(run) for run in _CROWDED.findall(sample)) * 2 > above:
        return None
    if len(_MAC_LETTERS.findall(sample)) > len(_WINDOWS_LETTERS.findall(sample)):
        return "mac-roman"
    return "cp1252"


def _is_japanese(sample: bytes) -> bool:
    """Return whether a sample reads as Shift-JIS, with Japanese letters beside each other.

    Windows-1252 that happens to be valid Shift-JIS gives single ideographs among Latin letters.
    """
    try:
        text = codecs.getincrementaldecoder("cp932")().decode(sample)
    except UnicodeDecodeError:
        return False
    foreign = len(re.findall(r"[^\0-\x7f]", text))
    return foreign > 0 and sum(len(run) for run in _JAPANESE.findall(text)) * 2 > foreign
