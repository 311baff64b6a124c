"""What the bytes of a mail say: transfer encodings, charsets, words of headers, parameters, however damaged."""

import binascii
import codecs
import quopri
import re
from collections.abc import Mapping
from contextlib import suppress
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value
from types import MappingProxyType

from ..names import clean_line, clean_text
from .texts import marked

LONGEST_TEXT = 1_000_000
"""How many characters of a part are read as text: more than anybody writes, or a calendar program."""

_LONGEST_BYTES = 4 * LONGEST_TEXT
_LONGEST_LINE = 4_000
_MOST_PARAMETERS = 64

_CHARSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,39}")
_TYPE = re.compile(r"\s*([\w.+-]{1,80}/[\w.+-]{1,80})\s*(?:;|$)", re.ASCII)
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))

# Names that mail programs use and Python does not know, and the charsets that Windows programs mean by narrower ones.
_OTHER_NAMES = {
    "iso-8859-8-i": "cp1255",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "windows-874": "cp874",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac-roman",
    "x-sjis": "cp932",
}
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
# Python's codecs that are no charsets of mail: some take quadratic time, some are only there on Windows.
_NO_CHARSETS = frozenset({"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})


def unpacked(body: bytes, encoding: str) -> bytes:
    """Return the bytes that a transfer encoding packed; what is damaged or cut off is left out."""
    way = encoding.strip().lower()
    if way.startswith("base64"):
        return _from_base64(body)
    return quopri.decodestring(body) if way.startswith("quoted-printable") else body


def _from_base64(body: bytes) -> bytes:
    try:
        return binascii.a2b_base64(body + b"==")  # of one that was cut off, all that is there
    except binascii.Error:
        kept = body.partition(b"=")[0].translate(None, _NOT_BASE64)
        return binascii.a2b_base64(kept[: len(kept) // 4 * 4])


def decoded(content: bytes, charset: str = "") -> str:
    """Return a text without control characters, the first 1,000,000 characters of it.

    A byte order mark tells more than the charset that is named, and UTF-8 is tried where that does not fit.
    """
    return clean_text(_letters(content, charset)[:LONGEST_TEXT])


def _letters(content: bytes, charset: str) -> str:
    beginning = content[:_LONGEST_BYTES]
    is_whole = len(content) == len(beginning)
    codec = marked(beginning[:4]) or _codec(charset)
    # UTF-8 is seldom named Windows-1252, and Windows-1252 next to never reads as UTF-8.
    for name in [codec, "utf-8"] if codec not in {"", "cp1252"} else ["utf-8"]:
        try:
            return codecs.getincrementaldecoder(name)("strict").decode(beginning, is_whole)
        except UnicodeError:
            continue
    return beginning.decode(codec or "cp1252", "replace")


def _codec(charset: str) -> str:
    """Return what Python calls a charset; nothing for one that it does not know, or that none is."""
    name = charset.strip().strip("'\"").lower()
    if not _CHARSET.fullmatch(name):
        return ""
    try:
        codec = codecs.lookup(_OTHER_NAMES.get(name, name)).name
        b" ".decode(codec, "ignore")  # some codecs make no letters: base64, zip
    except (LookupError, UnicodeError, ValueError):
        return ""
    return "" if codec in _NO_CHARSETS else _WIDER.get(codec, codec)


def words(value: str) -> str:
    """Return the text of a header as one line, its encoded words (RFC 2047) decoded; very long text is cut off."""
    line = value[:_LONGEST_LINE]
    if "=?" not in line:
        return clean_line(line)
    try:
        found = decode_header(line)
    except (HeaderParseError, ValueError):
        return clean_line(line)
    return clean_line("".join(word if isinstance(word, str) else _word(word, charset) for word, charset in found))


def _word(word: bytes, charset: str | None) -> str:
    # What stands between encoded words comes as bytes, other letters than Latin ones spelled out.
    return word.decode("raw-unicode-escape", "replace") if charset is None else _letters(word, charset)


def media_type(value: str, otherwise: str = "text/plain") -> str:
    """Return the type that a Content-Type names, in small letters, or another where it names none."""
    match = _TYPE.match(value)
    return match[1].lower() if match else otherwise


def parameters(value: str) -> Mapping[str, str]:
    """Return the parameters of a Content-Type or Content-Disposition, their names in small letters."""
    found: dict[str, str] = {}
    for name, said in _said(value) if ";" in value else ():
        with suppress(ValueError, LookupError, TypeError):
            text = collapse_rfc2231_value(said)
            found.setdefault(name.lower(), text if text.isascii() and text.isprintable() else clean_line(text))
    return MappingProxyType(found)


def _said(value: str) -> list[tuple[str, str]]:
    message = Message()
    # The library counts the quotation marks before each semicolon anew.
    message["Content-Type"] = ";".join(value[:_LONGEST_LINE].split(";")[:_MOST_PARAMETERS])
    try:
        return (message.get_params() or [])[1:]
    except (ValueError, LookupError, TypeError):
        return []
