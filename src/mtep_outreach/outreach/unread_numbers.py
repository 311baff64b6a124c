"""Numbers of a statement that are not understood: they are named, so that nothing is lost without a word."""

import re
from collections.abc import Iterator

from ..errors import cut
from .amounts import ANY_NUMBER

Place = tuple[int, str]
"""Where something stands in a statement, and its words."""

YEARS = range(1990, 2101)
NOT_PROMISED = re.compile(
    r"\b(?:on top of|in addition to|up from|beyond|since|grades?|ages?|aged|phase|level|tier|algebra|calculus|title"
    r"|section|version|chapter|standard)(?:\s+(?:the|its|their|our|about|over))*\s+$",
    re.IGNORECASE,
)
"""What stands before a number of what is there already, or one that names and does not count."""

_RANGE = re.compile(
    rf"(?<![\w.,/#$–-])(?:between\s+{ANY_NUMBER}\s+and\s+|{ANY_NUMBER}(?:\s?[-–—]\s?|\s+(?:to|or)\s+))"
    rf"{ANY_NUMBER}(?![\w%])(?!-\w)",
    re.IGNORECASE,
)
_ANY = re.compile(rf"(?<!\w)(?<!\w[-–])(?:{ANY_NUMBER})(?!\w)", re.IGNORECASE)
_TIME = re.compile(r"[\s-]*(?:(?:school|academic)\s)?(?:year|month|week|day)s?\b", re.IGNORECASE)
_NAMED = re.compile(r"(?:[\w)][^.;:!?\n]*\b[A-Z]|\b[A-Z]{2})[\w-]*\s$")
_SMALL, _LONGEST = 100, 40
NEAR = 100
"""So many characters before a number are looked at: a long text takes no longer for each number in it."""


def ranges(text: str) -> tuple[list[Place], str]:
    """Return the ranges of a text, of which nobody knows which end is promised, and the text without them."""
    found = []
    for match in _RANGE.finditer(text):
        if not NOT_PROMISED.search(before(text, match)):
            found.append((match.start(), match[0]))
        text = blank(text, *match.span())
    return found, text


def left(text: str) -> Iterator[Place]:
    """Yield the numbers that are left in a text when all that is understood was taken out of it."""
    for match in _ANY.finditer(text):
        if not _says_something_else(before(text, match), match[0].strip(), text[match.end() : match.end() + NEAR]):
            yield match.start(), match[0]


def in_order(places: list[Place]) -> tuple[str, ...]:
    """Return the words of what was not understood in the order of the statement; very long ones are cut."""
    return tuple(cut(" ".join(words.split()), _LONGEST) for _, words in sorted(places))


def blank(text: str, start: int, end: int) -> str:
    """Return a text of the same length with blanks in one place."""
    return text[:start] + " " * (end - start) + text[end:]


def before(text: str, match: re.Match[str]) -> str:
    """Return what stands before a number, as far as it says something of it."""
    return text[max(0, match.start() - NEAR) : match.start()]


def _says_something_else(front: str, number: str, behind: str) -> bool:
    """Return whether a number is a year, a time, part of a name, or of what is there already."""
    is_year = re.fullmatch("[0-9]{4}", number) is not None and int(number) in YEARS
    is_name = re.fullmatch(r"[0-9]{1,4}(?:\.[0-9]{1,3})?", number) and float(number) < _SMALL and _NAMED.search(front)
    return bool(is_year or is_name or _TIME.match(behind) or NOT_PROMISED.search(front))
