"""Amounts: how much of what, for a while or for each year; as people type it, compare it and read it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ..errors import NotAUnitError, UnreadableAmountError
from ..names import checked_length, checked_name, clean_line, name_key
from ..vocabulary import Period

MONEY = "USD"
"""The unit of money, as it is stored."""

_WORDS, _LETTERS = "thousand|million|billion|trillion", "[kKmMbB]|mn|bn"
NUMBER = r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3}){1,5}|[0-9]{1,16})(?P<part>\.[0-9]+)?"
SCALE = rf"(?:\s?(?P<word>{_WORDS})|(?P<letter>{_LETTERS}))\b"
DOLLARS = r"(?:US\s?)?\$|USD\s"
YEARLY = r"(?:an?|per|each|every)\s+year\b|/\s?(?:year|yr)\b|annually\b|yearly\b|per annum\b"
"""Patterns of which numbers are made, with and without regard for letter case."""
ANY_NUMBER = rf"(?:(?:{DOLLARS})\s?)?[0-9](?:[0-9.,]*[0-9])?(?:(?:\s?(?:{_WORDS})|{_LETTERS})\b)?"
"""A number however it is written."""

_TYPED = re.compile(rf"(?:{DOLLARS})?\s?{NUMBER}(?:{SCALE})?\+?\s*(?P<per>{YEARLY})?", re.IGNORECASE)
_TIMES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "b": 9, "bn": 9, "billion": 9, "trillion": 12}
MOST = 10**15
"""Up to here the numbers of the database are exact to the cent."""
_LONGEST_UNIT = 100
_MONEY_KEYS = frozenset(f"{before}{word}" for before in ("", "us ", "u s ") for word in ("usd", "dollar"))
_ODD = {
    "children": "child", "people": "person", "women": "woman", "men": "man", "alumni": "alumnus",
    "programmes": "program", "programme": "program",
}  # fmt: skip


@dataclass(frozen=True)
class Amount:
    """A number, and for what time it is promised anew."""

    number: float
    per: Period | None = None


def whole(number: float) -> float:
    """Return a number, without a fraction where it has none."""
    return int(number) if number == int(number) else number


def number_of(found: re.Match[str]) -> float:
    """Return the number that NUMBER and SCALE found."""
    times = _TIMES[(found["word"] or found["letter"]).lower()] if found["word"] or found["letter"] else 0
    exact = Decimal(found["digits"].replace(",", "") + (found["part"] or "")).scaleb(times)
    return whole(float(exact))


def amount(text: str, *, above: float = -1) -> Amount:
    """Read an amount as people type it: 300, 200,000, 10 million, $1.5M, 300/year; more than ``above``.

    Raises UnreadableAmountError.
    """
    typed = clean_line(text)
    found = _TYPED.fullmatch(typed)
    if not found:
        raise UnreadableAmountError(typed, "it is not a number")
    number = number_of(found)
    if number > MOST:
        raise UnreadableAmountError(typed, "it is larger than anybody can mean")
    if number <= above:
        raise UnreadableAmountError(typed, f"it must be more than {above}")
    return Amount(number, Period.YEAR if found["per"] else None)


def unit(text: str) -> str:
    """Return a unit as one clean line; every word for dollars is USD.

    Raises EmptyTextError, NotAUnitError or TextTooLongError.
    """
    line = clean_line(text)
    if line in ("$", "US$", "US $"):
        return MONEY
    if line and not name_key(line):
        raise NotAUnitError(line)
    checked_length(checked_name(line, "unit"), "unit", _LONGEST_UNIT)
    return MONEY if unit_key(line) == unit_key(MONEY) else line


def without_period(text: str) -> tuple[str, Period | None]:
    """Return a unit that was typed like "USD a year" in its two parts."""
    found = re.fullmatch(rf"(.*?)\s*(?:{YEARLY})", text.strip(), re.IGNORECASE)
    return (found[1], Period.YEAR) if found else (text, None)


def unit_key(text: str) -> str:
    """Return the copy of a unit that is compared: "Teachers" and "teacher" are one, "$" and "dollars" are USD.

    Each word loses the ending of its plural: "ies" is "y", "es" goes after a hiss (classes), else the "s", which stays
    in "ss", "us" and "is" (class, campus, analysis). The result need not be a word, only the same for both spellings.
    """
    key = " ".join(map(_singular, name_key(text.replace("$", " usd ")).split()))
    return "usd" if key in _MONEY_KEYS else key


def _singular(word: str) -> str:
    if word in _ODD:
        return _ODD[word]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 1:
        word = word[:-1]
    if word.endswith(("se", "xe", "ze", "che", "she")):
        return word[:-1]
    return f"{word[:-2]}y" if word.endswith("ie") else word


def figure(number: float) -> str:
    """Return a number as people read it: 200,000 or 1.5."""
    return f"{int(number):,}" if number == int(number) else f"{number:,.6f}".rstrip("0").rstrip(".")


def figure_of(number: float, unit_name: str) -> str:
    """Return a number as people read it in its unit: 200,000, or $1,500,000, or with cents $1,500,000.50."""
    return f"${number:,.2f}".removesuffix(".00") if unit_name == MONEY else figure(number)


def is_nothing(number: float, unit_name: str) -> bool:
    """Return whether an amount is read as nothing: less than half a cent, or half a millionth."""
    return figure_of(number, unit_name) in ("0", "$0")


def in_words(number: float, unit_name: str, per: str | None = None) -> str:
    """Return an amount as it stands in a sentence: "300 students a year", "$1,500,000"."""
    shown = figure_of(number, unit_name) + ("" if unit_name == MONEY else f" {unit_name}")
    return f"{shown} a {per}" if per else shown


def reached(progress: float | None, target: float, unit_name: str, per: str | None = None) -> str:
    """Return how far an amount is reached: "120 of 300 students (40%)"."""
    whole_of_it = in_words(target, unit_name, per)
    if progress is None:
        return f"{whole_of_it} (nothing yet)"
    return f"{figure_of(progress, unit_name)} of {whole_of_it} ({percent(progress, target)})"


def percent(part: float, of: float) -> str:
    """Return a share; what is not all is never shown as all, and what is something never as nothing."""
    share = 100 * part / of
    return "<1%" if 0 < share < 1 else ">99%" if 99 < share < 100 else f"{share:,.0f}%"  # noqa: PLR2004


def given(settings: Mapping[str, str], begins: str) -> dict[str, float]:
    """Return the numbers of settings whose keys begin so, by the rest of their keys."""
    return {
        key.removeprefix(begins): whole(float(value))
        for key, value in settings.items()
        if key.startswith(begins) and value
    }
