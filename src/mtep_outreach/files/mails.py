"""A mail as its header and its parts, read in bounded time and memory, whatever is wrong with it.

The standard library's parser looks at each line once for each multipart around it, and goes as deep as a message says;
here a mail is cut at its boundaries in one pass, and the library reads what stands in headers and parts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from ..names import clean_line
from .mail_fields import LONGEST_HEADER, Fields, after_envelope, fields_of, unix_lines
from .mail_headers import Headers
from .mail_texts import decoded, parameters, unpacked, words

LARGEST = 25_000_000
"""How many bytes a message may have."""

_MOST_PARTS = 1_000
_DEEPEST = 50
_MOST_DASHES = 300_000
_LONGEST_NAME = 200

_NO_HEADERS = Headers()
_ENCLOSING = frozenset({"message/rfc822", "message/global"})
_CALENDAR = re.compile(rb"[\s\xef\xbb\xbf]{0,1000}+BEGIN:VCALENDAR", re.IGNORECASE)
_DASHES = re.compile(rb"\n--([^\n]+)")


@dataclass(frozen=True)
class Part:
    """A part that has no parts of its own, its transfer encoding undone.

    ``is_enclosed``: it stands in a message that this one carries or forwards. Such a message is a part too, whose
    content is its header alone and stands before its parts.
    """

    content_type: str
    content: bytes
    headers: Headers = _NO_HEADERS
    is_enclosed: bool = False

    @property
    def parameters(self) -> Mapping[str, str]:
        """Return the parameters of the type: charset, method."""
        return self.headers.parameters

    @property
    def text(self) -> str:
        """Return the content as text in its charset, the first 1,000,000 characters."""
        return decoded(self.content, self.parameters.get("charset", ""))

    @cached_property
    def file_name(self) -> str | None:
        """Return the name of the file that the part is, without folders."""
        said = parameters(self.headers.raw("content-disposition")).get("filename") or self.parameters.get("name", "")
        return clean_line(PurePosixPath(words(said).replace("\\", "/")).name[:_LONGEST_NAME]) or None

    @property
    def is_attachment(self) -> bool:
        """Return whether the part is meant to be kept as a file, not shown."""
        return self.headers.raw("content-disposition").lower().startswith("attachment")


@dataclass(frozen=True)
class Mail:
    """A message that was read; a calendar entry without a mail around it is one without a header."""

    headers: Headers
    parts: tuple[Part, ...]

    @property
    def own(self) -> tuple[Part, ...]:
        """Return the parts that stand in no other message."""
        return tuple(part for part in self.parts if not part.is_enclosed)


@dataclass(frozen=True)
class Unreadable:
    """A message that cannot be read: why not, and as much of its header as there is."""

    reason: str
    headers: Headers = _NO_HEADERS


class _UnreadableError(Exception):
    """Why a message is not read further."""


def read(content: bytes) -> Mail | Unreadable:
    """Return a message as its header and its parts. Never raises."""
    if len(content) > LARGEST:
        return Unreadable(f"it is larger than {LARGEST // 1_000_000} MB", read_headers(content))
    if _CALENDAR.match(content):
        return Mail(_NO_HEADERS, (Part("text/calendar", content),))
    lines = unix_lines(content)
    fields = fields_of(lines, after_envelope(lines))
    headers = Headers(fields.found)
    if not fields.found and not fields.fault:
        return Unreadable("it has no header" if lines.strip() else "it is empty")
    parts: list[Part] = []
    try:
        _Cut(lines, parts).message(fields, _Place(0, is_enclosed=False))
    except _UnreadableError as error:
        return Unreadable(str(error), headers)
    return Mail(headers, tuple(parts))


def read_headers(content: bytes) -> Headers:
    """Return the header of a message alone, or as much of it as there is. Never raises."""
    lines = unix_lines(content[: 2 * LONGEST_HEADER])
    return Headers(fields_of(lines, after_envelope(lines)).found)


@dataclass(frozen=True)
class _Place:
    """Where in a message something stands, and of which type it is where it says none."""

    depth: int
    is_enclosed: bool
    otherwise: str = "text/plain"

    def below(self, *, is_enclosed: bool = False, otherwise: str = "text/plain") -> "_Place":
        if self.depth == _DEEPEST:
            raise _UnreadableError(f"its parts are nested more than {_DEEPEST} deep")
        return _Place(self.depth + 1, self.is_enclosed or is_enclosed, otherwise)


@dataclass
class _Multipart:
    """A multipart whose end was not met yet."""

    boundary: bytes
    headers: Headers
    start: int
    place: _Place
    has_parts: bool = False


class _Cut:
    """Cuts a message into ``parts``: one pass over the lines that may be boundaries, as deep as it may be nested.

    ``unpacked`` counts the bytes of messages that were packed as parts: each of them is in memory once more.
    """

    def __init__(self, content: bytes, parts: list[Part], unpacked_before: int = 0) -> None:
        self.content = content
        self.parts = parts
        self.unpacked = unpacked_before
        self.open: list[_Multipart] = []
        self.levels: dict[bytes, int] = {}
        self.leaf: tuple[Headers, int, _Place] | None = None

    def message(self, fields: Fields, place: _Place) -> None:
        """Cut a message whose header was read."""
        self.begin(fields, place)
        if self.open:
            for count, dashes in enumerate(_DASHES.finditer(self.content, max(fields.end - 1, 0))):
                if count == _MOST_DASHES:
                    raise _UnreadableError(f"it has more than {_MOST_DASHES:,} lines that may be boundaries")
                self.meet(dashes)
        self.close(0, len(self.content))

    def begin(self, fields: Fields, place: _Place) -> None:
        """Begin what a header was read of: a multipart, a message in the message, or a part."""
        while True:
            if fields.fault:
                raise _UnreadableError(fields.fault)
            headers, start = Headers(fields.found), fields.end
            content_type = headers.content_type(place.otherwise)
            if content_type not in _ENCLOSING or _is_packed(headers):
                break
            fields, place = fields_of(self.content, after_envelope(self.content, start)), place.below(is_enclosed=True)
            self.add(Part(content_type, self.content[start : fields.end], headers, place.is_enclosed))
        boundary = headers.parameters.get("boundary", "").encode() if content_type.startswith("multipart/") else b""
        # An inner multipart with the boundary of an outer one has no parts: they are all the outer one's.
        if boundary and boundary not in self.levels:
            otherwise = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
            self.levels[boundary] = len(self.open)
            self.open.append(_Multipart(boundary, headers, start, place.below(otherwise=otherwise)))
        else:
            self.leaf = headers, start, place

    def meet(self, dashes: re.Match[bytes]) -> None:
        """Meet a line that begins with two dashes: it may end a part and begin the next one."""
        said = dashes[1].rstrip()
        level = self.levels.get(said)
        is_end = level is None and said.endswith(b"--")
        level = self.levels.get(said[:-2]) if is_end else level
        if level is None:
            return
        self.open[level].has_parts = True
        self.close(level if is_end else level + 1, dashes.start())
        if not is_end:
            self.begin(fields_of(self.content, dashes.end() + 1), self.open[level].place)

    def close(self, level: int, end: int) -> None:
        """End the part that was begun, and the multiparts from a level on."""
        if self.leaf:
            headers, start, place = self.leaf
            self.leaf = None
            self.keep(headers, self.content[start : max(start, end)], place)
        while len(self.open) > level:
            unfinished = self.open.pop()
            del self.levels[unfinished.boundary]
            # Whoever wrote a mail that is called so and is none, wrote something.
            if not unfinished.has_parts:
                text = self.content[unfinished.start : max(unfinished.start, end)]
                self.add(Part("text/plain", text, _NO_HEADERS, unfinished.place.is_enclosed))

    def keep(self, headers: Headers, body: bytes, place: _Place) -> None:
        """Keep a part, or cut a message that was packed as one."""
        content_type = headers.content_type(place.otherwise)
        content = unpacked(body, headers.first("content-transfer-encoding"))
        if content_type in _ENCLOSING:
            self.unpacked += len(content)
            if self.unpacked > LARGEST:
                raise _UnreadableError(f"the messages packed in it are larger than {LARGEST // 1_000_000} MB")
            lines = unix_lines(content)
            fields = fields_of(lines, after_envelope(lines))
            self.add(Part(content_type, lines[: fields.end], headers, is_enclosed=True))
            inner = _Cut(lines, self.parts, self.unpacked)
            inner.message(fields, place.below(is_enclosed=True))
            self.unpacked = inner.unpacked
        else:
            # A multipart without a boundary is what it says, and nothing else of it is known.
            shown = "text/plain" if content_type.startswith("multipart/") else content_type
            self.add(Part(shown, content, headers, place.is_enclosed))

    def add(self, part: Part) -> None:
        """Add a part."""
        if len(self.parts) == _MOST_PARTS:
            raise _UnreadableError(f"it has more than {_MOST_PARTS:,} parts")
        self.parts.append(part)


def _is_packed(headers: Headers) -> bool:
    return headers.first("content-transfer-encoding").lower().startswith(("base64", "quoted-printable"))
