"""The messages of an mbox, cut out of a stream of any length in flat memory.

A mailbox is looked through for lines that begin with "From ", in large pieces: one is what separates messages only
where it ends with a date as mailboxes write it, or says next to nothing, and where it stands as it must.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from .mails import LARGEST

HEAD = 65_536
"""How many bytes are kept of a message that is too large."""

_CHUNK = 1_000_000
_LONGEST_LINE = 1_000
_AHEAD = 2 * _LONGEST_LINE
_BEHIND = 4

_DAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},?"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
_DATED = re.compile(
    rb"From +(?=.*\d{4})(?:[^ \n]+ +){0,4}"
    + _DAY
    + rb" +(?:" + _MONTH + rb" +\d\d?|\d\d?[ -]" + _MONTH + rb"[ -]\d{2,4}),?(?: +\d{4})? +\d\d?:\d\d(?::\d\d)?"
    rb"(?: +(?:[A-Za-z]{1,5}|[+-]\d{4}|\([A-Za-z]{1,5}\)|\d{4}))*(?: +remote from [^ \n]+)?"
)  # fmt: skip
# Thunderbird writes nothing but the word, or a hyphen; others an address alone.
_BARE = re.compile(rb"From(?: +(?:-|[^ \n]+@[^ \n]+))?")
_HEADER = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
_QUOTED = re.compile(rb"\n>(>*From )")


@dataclass(frozen=True)
class Piece:
    """A message of a mailbox, as it was before it was put there.

    Of one that is too large, ``digest`` is the SHA-256, and the content its beginning.
    """

    content: bytes
    digest: str | None = None


class Digest:
    """The SHA-256 and the beginning of a message that comes in pieces."""

    def __init__(self) -> None:
        self.head = b""
        self._found = hashlib.sha256()

    def update(self, more: bytes | bytearray) -> None:
        """Take the next piece."""
        self.head += bytes(more[: HEAD - len(self.head)])
        self._found.update(more)

    def __str__(self) -> str:
        return self._found.hexdigest()


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a message, the same whatever its line ends are and however many stand at its end."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n").rstrip(b"\r\n")).hexdigest()


def pieces(stream: IO[bytes], begun: bytes) -> Iterator[Piece]:
    """Yield the messages of a mailbox, of which the beginning was read. Raises what the stream raises."""
    buffer = bytearray(begun.lstrip(b"\xef\xbb\xbf\r\n"))
    # Whatever the first line says, the first message begins behind it.
    start = at = _line_end(buffer, 0)
    large: Digest | None = None
    is_ended = False
    while True:
        found = buffer.find(b"\nFrom ", at - 1 if at else 0)
        if found >= 0 and (is_ended or found + _AHEAD < len(buffer)):
            at = found + 2
            if begins := _separates(buffer, found + 1):
                yield _taken(buffer, start, found + 1, large)
                start = at = begins - found - 1
                large = None
            continue
        if is_ended:
            break
        at = found + 1 if found >= 0 else max(len(buffer) - len(b"From "), at)
        if large is not None or at - start > LARGEST:
            # Only what tells a separator is kept.
            kept = max(at - _BEHIND, start)
            large = large or Digest()
            large.update(buffer[start:kept])
            start = kept
        done = max(start - _BEHIND, 0)
        del buffer[:done]
        at, start = at - done, start - done
        chunk = stream.read(_CHUNK)
        buffer += chunk
        is_ended = not chunk
    yield _taken(buffer, start, len(buffer), large)


def _taken(buffer: bytearray, start: int, end: int, large: Digest | None) -> Piece:
    """Take a message out of the buffer, and what stands before it: nothing large is held twice."""
    piece = _piece(buffer, start, end, large)
    del buffer[:end]
    return piece


def _piece(buffer: bytearray, start: int, end: int, large: Digest | None) -> Piece:
    if large is not None or end - start > LARGEST:
        large = large or Digest()
        large.update(buffer[start:end])
        return Piece(large.head, str(large))
    # The blank line before the next separator belongs to the mailbox.
    tail = buffer[max(start, end - _BEHIND) : end]
    end -= 2 if tail == b"\r\n\r\n" else tail.endswith(b"\n\n")
    with memoryview(buffer) as view:
        whole = bytes(view[start:end])
    return Piece(_QUOTED.sub(rb"\n\1", whole) if b"\n>" in whole else whole)


def _line_end(buffer: bytearray, start: int) -> int:
    """Return where the line after this one begins, or the end, or the start again where the line is very long."""
    found = buffer.find(b"\n", start, start + _LONGEST_LINE)
    if found < 0:
        return len(buffer) if len(buffer) - start < _LONGEST_LINE else start
    return found + 1


def _separates(buffer: bytearray, start: int) -> int:
    """Return where the message begins that a line separates from the one before; 0 when it separates none.

    A line with a date does so behind a blank line, or before a header: some programs forget the blank line. Taking a
    quoted separator for one cuts a message in two, taking one for text swallows an answer.
    """
    end = buffer.find(b"\n", start, start + _LONGEST_LINE)
    if end < 0:
        return 0
    line = bytes(buffer[start:end]).rstrip()
    is_behind_blank = buffer[max(start - _BEHIND, 0) : start].endswith((b"\n\n", b"\n\r\n"))
    is_before_header = bool(_HEADER.match(buffer, end + 1))
    if _DATED.fullmatch(line):
        return end + 1 if is_behind_blank or is_before_header else 0
    return end + 1 if is_behind_blank and is_before_header and _BARE.fullmatch(line) else 0
