"""The lines of vCards 2.1, 3.0 and 4.0: folded, coded and escaped in the ways of many programs."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import Problem, UnreadableTableError
from .texts import Text, marked, recognised

_LARGEST = 100_000_000
_LONGEST_VALUE = 1_000_000
_LONGEST_HEAD = 10_000
_MOST_LINES = 2_000_000
_MOST_WANTED = 400_000

# A group ("item1."), the name, and the parameters, in which only quotation marks may hold a colon.
_HEAD = re.compile(r'\s*(?:[\w-]+\.)?([\w-]+)((?:\s*;(?:[^":;]|"[^"]*")*)*):', re.ASCII)
_PARAMETER = re.compile(r'(?:[^";]|"[^"]*")+')

WANTED = frozenset(
    {"BEGIN", "END", "AGENT", "FN", "N", "ORG", "TITLE", "ROLE", "EMAIL", "TEL", "ADR", "URL", "NOTE", "CATEGORIES"}
    | {"KIND", "X-ABSHOWAS", "X-ADDRESSBOOKSERVER-KIND"}
)


@dataclass(frozen=True)
class Property:
    """One property: its line, its name, what its parameters say, and its value, still escaped."""

    line: int
    name: str
    words: frozenset[str]
    rank: int
    value: str


def properties(path: Path, encoding: str | None) -> Iterator[Property | Problem]:
    """Return the properties that say who is meant; others, as photos, are passed over.

    A line that belongs to no property is a problem. Raises UnknownWordError, UnreadableTableError.
    """
    with path.open("rb") as file:
        mark = marked(file.read(4))
    is_wide = mark in {"utf-16", "utf-32"}
    # Each value may be coded in a way of its own, so it is taken as bytes.
    text = recognised(path, mark if is_wide else "latin-1", _LARGEST)
    if encoding is not None:
        recognised(path, encoding, _LARGEST)
    wanted = 0
    for begun in _unfolded(text):
        if isinstance(begun, Problem):
            yield begun
        elif begun.is_wanted:
            wanted += 1
            if wanted > _MOST_WANTED:
                raise _too_many(path)
            coded = "".join(begun.parts).encode("utf-8" if is_wide else "latin-1")
            yield _property(begun, coded, "utf-8" if is_wide or encoding is None else encoding)


def _too_many(path: Path) -> UnreadableTableError:
    return UnreadableTableError(path, "it has more cards than can be read at once", "Split it into smaller files.")


@dataclass
class _Begun:
    """A property whose lines are still being collected."""

    line: int
    name: str
    parameters: str
    parts: list[str] = field(default_factory=list)
    size: int = 0

    @property
    def is_wanted(self) -> bool:
        return self.name in WANTED

    def add(self, text: str) -> None:
        """Add what another line says of the value."""
        self.is_open = "QUOTED-PRINTABLE" in self.parameters and text.endswith("=")
        self.size += len(text)
        if self.is_wanted and self.size <= _LONGEST_VALUE:
            self.parts.append(text[:-1] if self.is_open else text)

    is_open: bool = False


def _unfolded(text: Text) -> Iterator[_Begun | Problem]:
    begun: _Begun | None = None
    with text.open() as stream:
        for number, raw in enumerate(stream, 1):
            if number > _MOST_LINES:
                raise _too_many(text.path)
            line = raw.rstrip("\r\n")
            if begun and begun.is_open:
                begun.add(line)
            elif begun and line[:1] in {" ", "\t"}:
                begun.add(line[1:])
            elif head := _HEAD.match(line.removeprefix("\xef\xbb\xbf") if number == 1 else line, 0, _LONGEST_HEAD):
                if begun:
                    yield begun
                begun = _Begun(number, head[1].upper(), head[2].upper())
                begun.add(head.string[head.end() :])
            # The lines of a photo need not be folded.
            elif line.strip() and begun and begun.is_wanted:
                yield begun
                begun = None
                yield Problem(text.path.name, number, "", f"it is no line of a vCard: {line.strip()[:80]}")
            if begun and begun.is_wanted and begun.size > _LONGEST_VALUE:
                yield Problem(text.path.name, begun.line, "", f"it has more than {_LONGEST_VALUE:,} characters")
                begun = None
    if begun:
        yield begun


def _property(begun: _Begun, coded: bytes, default: str) -> Property:
    words: set[str] = set()
    charset, rank = default, 100
    for parameter in _PARAMETER.findall(begun.parameters):
        name, sign, said = parameter.strip().partition("=")
        said = said.strip(' "')
        if sign and name == "CHARSET":
            charset = said
        elif sign and name == "PREF":
            rank = int(said) if said.isdecimal() else rank
        elif name != "X-ABLABEL":
            words.update(word.strip(' "') for word in (said or name).split(","))
    if "QUOTED-PRINTABLE" in words:
        coded = quopri.decodestring(coded)
    elif words & {"B", "BASE64"}:
        try:
            coded = base64.b64decode(coded)
        except binascii.Error:
            coded = b""
    rank = 1 if "PREF" in words else rank
    return Property(begun.line, begun.name, frozenset(words), rank, _decoded(coded, charset, default))


def _decoded(coded: bytes, *codecs: str) -> str:
    """Decode a value as it says it is coded, else as the file is; what no coding fits is Windows-1252."""
    for codec in codecs:
        try:
            return coded.decode(codec)
        except (UnicodeError, LookupError, ValueError):
            continue
    return coded.decode("cp1252", "replace")


def parts(value: str, sign: str = ";") -> list[str]:
    """Return the parts of a structured value, their escapes undone."""
    found = [""]
    for token in re.findall(r"\\.|[^\\]|\\", value, re.DOTALL):
        if token == sign:
            found.append("")
        else:
            found[-1] += token
    return [plain(part).strip() for part in found]


def plain(value: str) -> str:
    """Return a value with its escapes undone and its line ends as line feeds."""
    undone = re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], value, flags=re.DOTALL)
    return undone.replace("\r\n", "\n").replace("\r", "\n")
