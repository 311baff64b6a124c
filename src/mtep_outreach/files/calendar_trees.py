"""Calendar files as trees: what begins and ends in what, and the properties that are asked for.

icalendar unfolds the lines and takes them apart. Its own trees are not used: any END closes any BEGIN there, one odd
line refuses the whole file, and the time zones of strangers are kept as long as the program runs.
"""

import codecs
import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..names import clean_line
from .texts import marked

if TYPE_CHECKING:
    from icalendar.parser import Contentline

LARGEST = 1_000_000
"""How many bytes a calendar file may have."""

_MOST_LINES = 5_000
_LONGEST_LINE = 10_000
_DEEPEST = 10
_FOLD = re.compile(rb"(?:\r\n|\r|\n)[ \t]")
_NAME = re.compile(r"\s*([A-Za-z0-9-]{1,40})\s*[;:]")
# Only these are taken apart, so that a long description costs nothing. What is wrong in the latter is of no weight.
_WEIGHTY = frozenset({
    "BEGIN", "END", "METHOD", "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RRULE",
    "RDATE", "ORGANIZER", "ATTENDEE", "TZID", "TZOFFSETFROM", "TZOFFSETTO",
})  # fmt: skip
_LIGHT = frozenset({"PRODID", "SUMMARY", "COMMENT", "X-CALENDARSERVER-PRIVATE-COMMENT"})
# Codings that people use. Python knows others too: some take a long time, some hide letters in others.
_CODECS = re.compile(r"iso|cp|koi8|mac|gb|big5|euc|shift|hz|tis|utf-16|utf-32")


class Property(NamedTuple):
    """One property: its name in capitals, its parameters and its value with the escapes undone.

    ``repeated`` are the names of parameters that it has more than once.
    """

    name: str
    parameters: Mapping[str, str | list[str]]
    value: str
    repeated: frozenset[str] = frozenset()

    def texts(self, parameter: str) -> list[str]:
        """Return the values of a parameter."""
        said = self.parameters.get(parameter, [])
        return [said] if isinstance(said, str) else said


class Component(NamedTuple):
    """What stands between BEGIN and END: its kind in capitals, its own properties, and what it holds."""

    kind: str
    said: list[Property]
    inner: list["Component"]

    def all(self, name: str) -> list[Property]:
        """Return the properties of a name."""
        return [found for found in self.said if found.name == name]

    def text(self, name: str) -> str:
        """Return the value of a property, empty when there is none."""
        return next((found.value for found in self.said if found.name == name), "")


class Reading(NamedTuple):
    """The calendars of a file, and why it could not be read to its end as it should; empty when it could."""

    calendars: list[Component]
    problem: str


def read(part: bytes, charset: str | None) -> Reading:
    """Return the calendars of a file, as far as they go; ``charset`` is what the mail says of its letters."""
    from icalendar.parser import Contentlines

    if len(part) > LARGEST:
        return Reading([], f"it has more than {LARGEST:,} bytes")
    text = decoded(part, charset).replace("\r\n", "\n").replace("\r", "\n")
    # In bytes, as a text without line breaks may be taken for the name of a file.
    lines = Contentlines.from_ical(text.encode("utf-8", "replace"))  # type: ignore[no-untyped-call]
    outermost = Component("", [], [])
    open_ones = [outermost]
    taken = 0
    for line in lines:
        match = _NAME.match(line)
        name = match[1].upper() if match else ""
        if name not in _WEIGHTY and name not in _LIGHT:
            continue
        taken += 1
        if problem := "it has too many lines" if taken > _MOST_LINES else _take(line, name, open_ones):
            return Reading(outermost.inner, problem)
    if not outermost.inner:
        return Reading([], "it is no calendar")
    return Reading(outermost.inner, "it was cut off" if len(open_ones) > 1 else "")


def _take(line: "Contentline", name: str, open_ones: list[Component]) -> str:
    """Put a line in its place; return what is wrong with it, or nothing."""
    try:
        found = _property(line, name)
    except ValueError:
        return f"its line {name} cannot be read" if name in _WEIGHTY else ""
    kind = found.value.strip().upper()
    if name == "BEGIN":
        if len(open_ones) > _DEEPEST:
            return "its parts stand too deep in each other"
        if (kind == "VCALENDAR") != (len(open_ones) == 1):
            return f"{clean_line(kind[:20])} begins where it should not"
        new = Component(kind, [], [])
        open_ones[-1].inner.append(new)
        open_ones.append(new)
    elif name == "END":
        if kind != open_ones[-1].kind:
            return f"{clean_line(kind[:20])} ends that never began"
        open_ones.pop()
    elif len(open_ones) > 1:
        open_ones[-1].said.append(found)
    return ""


def _property(line: "Contentline", name: str) -> Property:
    """Take a line apart. Raises ValueError."""
    from icalendar.parser import Contentline, q_split

    if len(line) > _LONGEST_LINE:
        if name in _WEIGHTY:
            raise ValueError(name)
        line = Contentline(line[:_LONGEST_LINE])  # type: ignore[no-untyped-call]
    _, parameters, value = line.parts()
    head = line[: line.value_separator_index()]
    names = Counter(said.partition("=")[0].strip().upper() for said in q_split(head, ";")[1:])
    repeated = frozenset(name for name, count in names.items() if count > 1)
    return Property(name, {key.upper(): said for key, said in parameters.items()}, value, repeated)


def decoded(part: bytes, charset: str | None) -> str:
    """Return the text of a calendar: as a mark says, UTF-8, as the mail says, else Windows-1252."""
    # Without a mark, UTF-16 is known by the zero in the first letter.
    told = marked(part) or {0: "utf-16-be", 1: "utf-16-le"}.get(part[:2].find(0))
    if told is None:
        part = _FOLD.sub(b"", part)  # before letters are made of it: programs cut letters of several bytes in two
    # Codings of seven bits pass as UTF-8 and switch their letters with escapes.
    default = [charset, "utf-8"] if b"\x1b" in part else ["utf-8", charset]
    for called in (told, *default):
        try:
            codec = codecs.lookup(called).name if called and called.isascii() else ""
            if codec.startswith("utf-8") or _CODECS.match(codec):
                return part.decode(codec)
        except (LookupError, ValueError):
            continue
    return part.decode("cp1252", "replace")
