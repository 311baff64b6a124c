"""Numbers of a workbook as a person sees them: leading zeros, telephone numbers, percentages; and moments.

Thousands separators, currencies and rounding are left out: they would hide what the number is.
"""

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

Rendering = Callable[[float], str]

_TOKEN = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]|.', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_PLACES = frozenset("0#?")
_SIGNS_OF_NUMBERS = frozenset(" -().+/")
_EXACT = 10**15


@lru_cache(maxsize=1000)
def rendering(code: str) -> Rendering:
    """Return what shows a number the way a format code does."""
    sections = _sections(code)
    bare = "".join(token for token in sections[0] if token[0] not in '"\\_*[')
    if "%" in bare:
        decimals = min(len(re.findall("[0#?]", bare.partition(".")[2])), 10)
        return lambda value: f"{value * 100:.{decimals}f}%" if math.isfinite(value) else number(value)
    if any(_is_pattern(section) for section in sections):
        # A column of ZIP codes says the same few over and over.
        return lru_cache(maxsize=1000)(lambda value: _in_pattern(value, sections))
    return number


def _sections(code: str) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for piece in _TOKEN.findall(code):
        if piece == ";":
            found.append([])
        else:
            found[-1].append(piece)
    return found


def number(value: float) -> str:
    """Return a number with at most 15 digits that mean something, whole ones without a point."""
    if isinstance(value, int):
        return str(value)
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else format(value, ".15g")


# ---- ZIP codes, telephone numbers, ids ------------------------------------------------------------------


def _is_pattern(section: list[str]) -> bool:
    """Return whether a section does nothing but place digits between signs: "00000", "(###) ###-####", "A-"000."""
    places = [token for token in section if token in _PLACES]
    others = [token for token in section if token not in _PLACES and token[0] not in "[_*"]
    # A bare point, comma or slash between the places would be a decimal, thousands or fraction sign.
    if any(token in {".", ",", "/"} or (len(token) == 1 and token not in _SIGNS_OF_NUMBERS) for token in others):
        return False
    # One zero with words around it is an amount ("$"0), several are an id.
    has_words = not set("".join(map(_literal, others))) <= _SIGNS_OF_NUMBERS
    return places.count("0") > 1 or (len(places) > 2 and bool(others) and not has_words)  # noqa: PLR2004


def _literal(token: str) -> str:
    return token.strip('"') if token[0] == '"' else token.removeprefix("\\")


def _in_pattern(value: float, sections: list[list[str]]) -> str:
    if not 0 <= value < _EXACT or not float(value).is_integer():
        return number(value)
    section = next((section for section in sections[:2] if _fits(section, value)), sections[0])
    if not _is_pattern(section):
        return number(value)
    digits = str(int(value))
    shown: list[str] = []
    left = sum(token in _PLACES for token in section)
    for token in reversed(section):
        if token in _PLACES:
            left -= 1
            taken, digits = (digits, "") if left == 0 else (digits[-1:], digits[:-1])
            shown.append(taken or (token.replace("#", "").replace("?", "")))
        elif token[0] not in "[_*":
            shown.append(_literal(token))
    return "".join(reversed(shown)).strip()


def _fits(section: list[str], value: float) -> bool:
    conditions = [match for token in section if (match := _CONDITION.fullmatch(token))]
    tests: dict[str, Callable[[float], bool]] = {
        "<": lambda limit: value < limit,
        "<=": lambda limit: value <= limit,
        ">": lambda limit: value > limit,
        ">=": lambda limit: value >= limit,
        "=": lambda limit: value == limit,
        "<>": lambda limit: value != limit,
    }
    return all(tests[match[1]](float(match[2])) for match in conditions)


# ---- days and hours -------------------------------------------------------------------------------------


def moment(when: date | time | timedelta) -> str:
    """Return a day as ISO writes it, with its hour when there is one; an hour alone; hours that passed as 27:00:00."""
    if isinstance(when, timedelta):
        minutes, seconds = divmod(round(when.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(when, time):
        return _hour(_to_the_second(datetime.combine(date(2000, 1, 1), when)))
    if not isinstance(when, datetime):
        return when.isoformat()
    when = _to_the_second(when)
    return when.date().isoformat() if when.time() == time() else f"{when.date().isoformat()} {_hour(when)}"


def _to_the_second(when: datetime) -> datetime:
    """Return the nearest second: days are stored as fractions, which are seldom exact."""
    more = timedelta(seconds=when.microsecond >= 500_000 and when.date() < date.max)  # noqa: PLR2004
    return when.replace(microsecond=0) + more


def _hour(when: datetime) -> str:
    return when.time().isoformat("seconds" if when.second else "minutes")
