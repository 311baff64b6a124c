"""Hours in attendance reports: moments and durations as meeting programs of any country write them.

Python's dateutil would fill what a text leaves out, and guess the order of day and month row by row.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

MOST_MINUTES = 100_000

_LONGEST = 60
_CENTURY = 2000
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LAST_MONTH = 12

_NUMBERS = re.compile(r"(\d{1,4})( ?[-./年] ?)(\d{1,2}) ?[-./月] ?(\d{1,4}) ?日?\.?")
_MONTH_FIRST = re.compile(r"(?:[a-z]{3,9}\.?,? )?([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_DAY_FIRST = re.compile(r"(?:[a-z]{3,9}\.?,? )?(\d{1,2})(?:st|nd|rd|th)?[. -]{1,2}([a-z]{3,9})[. -]{1,2}(\d{4})")
_TIME = re.compile(
    r"(?P<before>am|pm)? ?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r" ?(?P<after>am|pm)? ?(?P<zone>\(?(?:z|utc|gmt)?(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?\)?|\(?[a-z]{2,5}\)?)"
)
_HALVES = (("a ?m|上午|午前|오전", "am"), ("p ?m|下午|午後|오후", "pm"))
_UNIT = re.compile(r"(\d{1,6}(?:[.,]\d{1,6})?) ?([^\W\d]+)\.?")
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?")


@dataclass(frozen=True)
class Order:
    """Whether the day stands before the month in dates of numbers; ``certain``: as the dates themselves say."""

    day_first: bool
    certain: bool = True


def order_of(texts: Iterable[str], near: date | None = None) -> Order:
    """Return the order in which all moments of a report can be read; ``near`` is a day that it should be about."""
    found = [match for text in texts if (match := _NUMBERS.match(_plain(text)))]
    numbers = [match for match in found if len(match[1]) <= 2]  # noqa: PLR2004 - else a year stands first
    if any("." in match[2] or int(match[1]) > _LAST_MONTH for match in numbers):
        return Order(day_first=True)
    if any(int(match[3]) > _LAST_MONTH for match in numbers):
        return Order(day_first=False)
    return _likely_order(numbers, near) if numbers else Order(day_first=False)


def _likely_order(numbers: Sequence[re.Match[str]], near: date | None) -> Order:
    days = {order: {_day(match, day_first=order) for match in numbers} - {None} for order in (False, True)}
    if days[False] == days[True]:
        return Order(day_first=False)
    close = [
        order for order, those in days.items() if near and any(abs((one - near).days) <= 1 for one in those if one)
    ]
    if len(close) == 1:
        return Order(day_first=close[0])
    # A meeting lasts a day, not months; failing that, who counts to 24 and writes 05/06 puts the day first.
    if len(days[False]) != len(days[True]):
        return Order(day_first=len(days[True]) < len(days[False]))
    sample = numbers[0].string
    if re.search("am|pm", sample):
        return Order(day_first=False)
    return Order(day_first=bool(re.match(r"0\d/|\d\d/\d\d/\d{2,4},", sample)), certain=False)


def is_moment(text: str) -> bool:
    """Return whether a text is a day with an hour, or an hour alone."""
    return any(moment(text, Order(day_first), date(_CENTURY, 1, 1)) is not None for day_first in (False, True))


def moment(text: str, order: Order, day: date | None = None) -> datetime | None:
    """Return the moment that a text names, aware where it says its offset, or None.

    An hour alone is one of ``day``.
    """
    plain = _plain(text)
    on, rest = _leading_day(plain, order)
    if on is None:
        on, rest = day, plain
    found = _TIME.fullmatch(rest.lstrip(" ,t"))
    if on is None or not found:
        return None
    hour, half = int(found["hour"]), found["before"] or found["after"]
    if half and hour <= _LAST_MONTH:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        at = time(hour, int(found["minute"]), int(found["second"] or 0))
        return datetime.combine(on, at, _zone(found["zone"], found["offset"]))
    except ValueError:
        return None


def names_day(text: str) -> bool:
    """Return whether a text begins with a day."""
    return _leading_day(_plain(text), Order(day_first=False))[0] is not None or bool(_NUMBERS.match(_plain(text)))


def _plain(text: str) -> str:
    if len(text) > _LONGEST:
        return ""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().replace("\u200e", "").split())
    if re.search("[apm午오]", plain):
        plain = re.sub(r"\b([ap])\.? ?m\.?(?![a-z])", r"\1m", plain)
        for pattern, half in _HALVES:
            plain = re.sub(rf"(?<![a-z])(?:{pattern})(?![a-z])", half, plain)
    return plain


def _leading_day(plain: str, order: Order) -> tuple[date | None, str]:
    if match := _NUMBERS.match(plain):
        return _day(match, day_first=order.day_first), plain[match.end() :]
    for pattern, month, day in ((_MONTH_FIRST, 1, 2), (_DAY_FIRST, 2, 1)):
        if (match := pattern.match(plain)) and match[month][:3] in _MONTHS:
            on = _date(int(match[3]), _MONTHS.index(match[month][:3]) + 1, int(match[day]))
            return on, plain[match.end() :]
    return None, plain


def _day(match: re.Match[str], *, day_first: bool) -> date | None:
    one, other, last = int(match[1]), int(match[3]), int(match[4])
    if len(match[1]) > 2:  # noqa: PLR2004
        return _date(one, other, last)
    year = last if len(match[4]) > 2 else _CENTURY + last  # noqa: PLR2004
    return _date(year, other, one) if day_first else _date(year, one, other)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1970 <= year < 2200 else None  # noqa: PLR2004
    except ValueError:
        return None


def _zone(said: str, offset: str | None) -> timezone | None:
    """Return the offset that is said; what letters like CST mean differs from country to country."""
    if offset:
        digits = offset[1:].replace(":", "")
        hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)  # noqa: PLR2004
        length = timedelta(hours=hours, minutes=minutes)
        return timezone(-length if offset[0] == "-" else length)
    return UTC if said.strip("()") in {"z", "utc", "gmt"} else None


# ---- durations ------------------------------------------------------------------------------------------


def minutes(text: str, *, seconds: bool = False) -> float | None:
    """Return the minutes that a text says: "75", "1h 2m 3s", "47 min", "01:02:03", "1 時間 2 分"; or None.

    ``seconds``: a number alone counts those.
    """
    plain = _plain(text).removeprefix("pt")
    found: float | None = None
    if re.fullmatch(r"\d{1,9}(?:[.,]\d{1,6})?", plain):
        found = float(plain.replace(",", ".")) / (60 if seconds else 1)
    elif clock := _CLOCK.fullmatch(plain):
        found = int(clock[1]) * 60 + int(clock[2]) + int(clock[3] or 0) / 60
    elif plain and not re.sub(r"[\s,]|and|und|et|y", "", _UNIT.sub("", plain)):
        parts = [_minutes_of(float(number.replace(",", ".")), unit) for number, unit in _UNIT.findall(plain)]
        found = sum(part for part in parts if part is not None) if None not in parts else None
    return found if found is not None and found <= MOST_MINUTES else None


# The first that a word begins with counts: "std" are hours in German.
_UNITS: tuple[tuple[str, Callable[[float], float]], ...] = (
    ("std|stund|h|u|ó|時|小|时|시|ч", lambda number: number * 60),
    ("m|分|분|м", lambda number: number),
    ("s|秒|초|с", lambda number: number / 60),
)


def _minutes_of(number: float, unit: str) -> float | None:
    return next((meaning(number) for letters, meaning in _UNITS if re.match(letters, unit)), None)
