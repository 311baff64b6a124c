"""The header of a mail, or of a part of one, cut into its fields in bounded time."""

import re
from dataclasses import dataclass

from ..names import clean_text

LONGEST_HEADER = 1_000_000
_LONGEST_FIELD = 65_536
_MOST_FIELDS = 2_000

# Nothing of a match is ever given back, so that the time it takes grows with the header alone.
_FIELD = re.compile(rb"([!-9;-~]{1,200}+)[ \t]*+:([^\n]*+(?:\n[ \t][^\n]*+)*+)(?:\n|\Z)")
_ENVELOPE = re.compile(rb"[\s\xef\xbb\xbf]{0,1000}+(?:>?From [^\n]{0,1000}\n)*+")


@dataclass(frozen=True)
class Fields:
    """The fields of a header in their order, as (name in small letters, text on one line), and where the body begins.

    ``fault`` says why not all of them were read; a field of more than 64 KB is left out.
    """

    found: tuple[tuple[str, str], ...]
    end: int
    fault: str = ""


def fields_of(content: bytes, start: int = 0) -> Fields:
    """Return the fields of the header that begins at a place; its line ends are those of Unix."""
    limit = start + LONGEST_HEADER
    found: list[tuple[str, str]] = []
    at = start
    # No field is called so: it is the boundary of the next part, and this one has no body.
    while (match := _FIELD.match(content, at, limit)) and not match[1].startswith(b"--"):
        at = match.end()
        if len(found) == _MOST_FIELDS:
            return Fields(tuple(found), at, f"its header has more than {_MOST_FIELDS:,} fields")
        if at >= limit:
            return Fields(tuple(found), at, f"its header is larger than {LONGEST_HEADER:,} bytes")
        if len(match[2]) <= _LONGEST_FIELD:
            found.append((match[1].decode("ascii").lower(), _line(match[2])))
    # The line that says where the body begins; where there is none, the first line that is no field begins it.
    return Fields(tuple(found), at + 1 if content.startswith(b"\n", at) else at)


def after_envelope(content: bytes, start: int = 0) -> int:
    """Return where the header of a message begins: behind blank lines, and what a mailbox writes before it."""
    match = _ENVELOPE.match(content, start)
    return match.end() if match else start


def unix_lines(content: bytes) -> bytes:
    """Return a message with the line ends of Unix; a carriage return alone is one where nothing else is."""
    if b"\r" not in content:
        return content
    if b"\n" not in content[:_LONGEST_FIELD]:
        return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return content.replace(b"\r\n", b"\n")


def _line(value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = value.decode("cp1252", "replace")
    # Folding added the line ends alone; blanks are kept, as boundaries may have them.
    text = text.replace("\n", "").replace("\t", " ").strip()
    return text if text.isascii() and text.isprintable() else clean_text(text).replace("\n", " ")
