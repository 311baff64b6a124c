"""Deadlines: a day, a season, a month or a year by whose end something is promised."""

import calendar
import re
from datetime import date

from .. import days

MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
BEGINS = r"(?:the|end|of|close|year|calendar|school|fiscal)"
"""Words before a deadline that change nothing."""
SEASONS = {"spring": 6, "summer": 9, "fall": 12, "autumn": 12, "winter": 12}
"""The month with whose end a season has passed for certain."""

_BEGINS = re.compile(rf"^(?:{BEGINS}\s+)+", re.IGNORECASE)


def deadline(text: str, today: date) -> date:
    """Read by when something is promised: 2025, spring 2025, June 2025, 2025-06, May 24, 2025; the end of it counts.

    Raises UnreadableDayError.
    """
    typed = _BEGINS.sub("", " ".join(text.split()))
    if re.fullmatch(r"\d{4}", typed):
        return days.day(f"{typed}-12-31", today)
    if match := re.fullmatch(r"(\d{4})-(\d{2})", typed):
        return _end_of_month(int(match[1]), int(match[2]), today)
    if match := re.fullmatch(r"([A-Za-z]{3,9})\.?,? (?:of )?(\d{4})", typed):
        month = (MONTHS | SEASONS).get(match[1].lower())
        if month:
            return _end_of_month(int(match[2]), month, today)
    return days.day(typed, today)


def _end_of_month(year: int, month: int, today: date) -> date:
    last = calendar.monthrange(year, month)[1] if year and 1 <= month <= 12 else 1  # noqa: PLR2004
    return days.day(f"{year:04}-{month:02}-{last:02}", today)


def deadline_shown(day: date | str) -> str:
    """Return a deadline, a day or its ISO text, in words: the last day of a year is that year."""
    on = date.fromisoformat(day) if isinstance(day, str) else day
    last = (on.month, on.day) == (12, 31)
    return str(on.year) if last else f"{calendar.month_name[on.month]} {on.day}, {on.year}"
