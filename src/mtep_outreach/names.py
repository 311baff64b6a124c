"""Names of organizations: kept as typed, compared by a normalized copy."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

from .errors import EmptyTextError, TextTooLongError

LONGEST_NAME = 300
LONGEST_TEXT = 10_000

_INSIDE_WORDS = re.compile(r"['’‘`´]")
_NOT_DECOMPOSED = str.maketrans("łŁøØđĐ", "lLoOdD")
# Controls but for line breaks and tabs, halves of pairs, private characters, none at all (newer emoji are some), and
# what turns the direction of writing.
_NO_TEXT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\uf8ff\ufdd0-\ufdef\U000f0000-\U0010ffff"
    + "".join(chr(plane * 0x10000 + last) for plane in range(15) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def clean_text(text: str) -> str:
    """Return a text with its control and direction characters taken out and its ends trimmed.

    Line breaks and tabs stay; nothing else of what was typed is changed.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    return _NO_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def clean_line(text: str) -> str:
    """Return a text as one line: as clean_text, and every run of white space is one blank."""
    if text.isascii() and text.isprintable():  # nothing to take out; most texts of a long list are
        return " ".join(text.split())
    return " ".join(clean_text(text).split())


def name_key(text: str) -> str:
    """Return the copy of a name that is compared: no accents, letter case or punctuation; "&" reads "and"."""
    if text.isascii() and text.isprintable():
        plain = text.replace("&", " and ").replace("'", "").replace("`", "")
        return _BETWEEN_WORDS.sub(" ", plain.lower()).strip()
    decomposed = unicodedata.normalize("NFKD", clean_text(text).replace("&", " and ")).translate(_NOT_DECOMPOSED)
    # Neither accents nor what cannot be seen (soft hyphens, joiners) tells names apart.
    bare = "".join(c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return _BETWEEN_WORDS.sub(" ", _INSIDE_WORDS.sub("", bare).casefold()).strip()


def checked_name(text: str, what: str = "name") -> str:
    """Return a name as one clean line.

    Raises EmptyTextError when it holds no letter or digit, TextTooLongError above 300 characters.
    """
    line = clean_line(text)
    if not name_key(line):
        raise EmptyTextError(what)
    return checked_length(line, what, LONGEST_NAME)


def checked_length(text: str, what: str, limit: int = LONGEST_TEXT) -> str:
    """Return a text unchanged. Raises TextTooLongError above the limit (characters)."""
    if len(text) > limit:
        raise TextTooLongError(what, len(text), limit)
    return text


def told_apart(called: Mapping[int, str]) -> dict[int, str]:
    """Return names by number; where several have one name, their numbers are said: "Lincoln Schools (number 7)"."""
    times = Counter(called.values())
    return {number: name if times[name] == 1 else f"{name} (number {number})" for number, name in called.items()}


def slug(text: str, length: int = 32) -> str:
    """Return what a name leaves in a file name: lower-case ASCII letters, digits and single hyphens.

    Whole words where they fit into ``length`` characters, else the beginning of the first one.
    """
    ascii_only = name_key(text).encode("ascii", "ignore").decode()
    whole = "-".join(ascii_only.split())
    if len(whole) <= length:
        return whole
    cut = whole[: length + 1]
    return re.sub("(-(of|for|and|the|in|at|on))+$", "", cut.rpartition("-")[0]) or cut[:length]
