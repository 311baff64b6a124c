"""Numbers of a workbook as a person sees them: days, hours, leading zeros, percentages.

Thousands separators, currencies and rounding are left out: they would hide what the number is.
"""

import math
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache

Rendering = Callable[[str], str]

_BUILT_IN = {
    9: "0%", 10: "0.00%", 14: "m/d/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "m/d/yyyy h:mm", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    **dict.fromkeys((*range(27, 32), 34, 35, 36, *range(50, 59)), "yyyy/m/d"),  # of East Asia
    **dict.fromkeys((32, 33), "h:mm:ss"),
}  # fmt: skip

_TOKEN = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]|.', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_PLACES = frozenset("0#?")
_SIGNS_OF_NUMBERS = frozenset(" -().+/")
_LAST_DAY = 2_958_465
_EXACT = 10**15


def built_in(number: int) -> str:
    """Return the format code that a number below 164 stands for."""
    return _BUILT_IN.get(number, "General")


def rendering(code: str, *, from_1904: bool = False) -> Rendering:
    """Return what shows a number (given as its digits) the way a format code does."""
    render = _rendering(_sections(code), from_1904=from_1904)
    # A column of days or ZIP codes says the same few over and over.
    return number if render is number else lru_cache(maxsize=1000)(render)


def _rendering(sections: list[list[str]], *, from_1904: bool) -> Rendering:
    bare = "".join(token for token in sections[0] if token[0] not in '"\\_*[' or _ELAPSED.fullmatch(token))
    letters = re.sub(r"am/pm|a/p|general|standard", "", bare.lower())
    if re.search("[ymdhs]", letters):
        is_elapsed = bool(_ELAPSED.search(bare))
        return lambda text: _moment(text, from_1904=from_1904, is_elapsed=is_elapsed)
    if "%" in bare:
        decimals = len(re.findall("[0#?]", bare.partition(".")[2]))
        return lambda text: _percentage(text, decimals)
    if any(_is_pattern(section) for section in sections):
        return lambda text: _in_pattern(text, sections)
    return number


def _sections(code: str) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for piece in _TOKEN.findall(code):
        if piece == ";":
            found.append([])
        else:
            found[-1].append(piece)
    return found


# ---- plain numbers --------------------------------------------------------------------------------------


def number(text: str) -> str:
    """Return a number with at most 15 digits that mean something, whole ones without a point."""
    if text.removeprefix("-").isdecimal():
        return text
    value = _value(text)
    if value is None:
        return text
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return format(value, ".15g")


def _value(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _percentage(text: str, decimals: int) -> str:
    value = _value(text)
    return text if value is None else f"{value * 100:.{min(decimals, 10)}f}%"


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


def _in_pattern(text: str, sections: list[list[str]]) -> str:
    value = _value(text)
    if value is None or value < 0 or not value.is_integer() or value >= _EXACT:
        return number(text)
    section = next((section for section in sections[:2] if _fits(section, value)), sections[0])
    if not _is_pattern(section):
        return number(text)
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


def _moment(text: str, *, from_1904: bool, is_elapsed: bool) -> str:
    value = _value(text)
    if value is None or not 0 <= value <= _LAST_DAY:
        return number(text)
    if is_elapsed:
        minutes, seconds = divmod(round(value * 86_400), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if value < 1:
        return moment(datetime(1900, 1, 1) + timedelta(seconds=round(value * 86_400)))[11:] or "00:00"  # noqa: DTZ001
    # The first workbooks believed in 29 February 1900: all days after it are one more than they were.
    first = date(1904, 1, 1) if from_1904 else date(1899, 12, 30 if value >= 61 else 31)  # noqa: PLR2004
    try:
        return moment(datetime(first.year, first.month, first.day) + timedelta(seconds=round(value * 86_400)))  # noqa: DTZ001
    except OverflowError:
        return number(text)


def moment(when: datetime) -> str:
    """Return a day as ISO writes it, with its hour when there is one."""
    if (when.hour, when.minute, when.second) == (0, 0, 0):
        return when.date().isoformat()
    return when.isoformat(sep=" ", timespec="seconds" if when.second else "minutes")


def iso_moment(text: str) -> str:
    """Return a moment written in the ISO way as `moment` has it; what is none stays as it is."""
    try:
        return moment(datetime.fromisoformat(text.strip()).replace(tzinfo=None))
    except ValueError:
        return text
