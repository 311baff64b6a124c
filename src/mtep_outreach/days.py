"""Days, hours and zones: as people type them, and as a letter says them."""

import calendar
import difflib
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from .errors import (
    FutureDayError,
    ImpossibleHourError,
    UnknownZoneError,
    UnreadableDayError,
    UnreadableHourError,
    listed,
)

_SLASHES = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})$")
_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_GUESSWORK = re.compile(r"^(?!\d{1,2}/\d{1,2}$)\d{1,2}[-./, ]+\d{1,2}([-./, ]+\d{1,4})?$")
_SHORT_WEEKDAYS = re.compile(r"\b(Tue|Wed|Thu)(?:s|nes|r|rs)\b", re.IGNORECASE)
_NUMBER = re.compile(r"^(?!\d{8}$)\d+$")
_EARLIEST, _LATEST = 1900, 2199

# What people call the zones of the United States, only to suggest: a three-letter name means two zones or more.
_CALLED = {
    "eastern": "America/New_York",
    "et": "America/New_York",
    "est": "America/New_York",
    "edt": "America/New_York",
    "central": "America/Chicago",
    "ct": "America/Chicago",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "mountain": "America/Denver",
    "mt": "America/Denver",
    "mst": "America/Denver",
    "mdt": "America/Denver",
    "arizona": "America/Phoenix",
    "pacific": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "akst": "America/Anchorage",
    "akdt": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "hst": "Pacific/Honolulu",
    "atlantic": "America/Puerto_Rico",
}


# ---- read -----------------------------------------------------------------------------------------------


def day(text: str, today: date) -> date:
    """Read a day as people in the United States type it: ISO, in words, or month/day/year.

    Raises UnreadableDayError when anything of it is missing, contradictory or a guess.
    """
    typed = " ".join(text.split())
    near = {"today": 0, "yesterday": -1, "tomorrow": 1}.get(typed.lower())
    if near is not None:
        return today + timedelta(days=near)
    if _ISO.match(typed):
        return _from_parts(typed, *(int(part) for part in typed.split("-")))
    if match := _SLASHES.match(typed):
        month, day_of_month, year = (int(part) for part in match.groups())
        return _from_parts(typed, year + 2000 if year < 100 else year, month, day_of_month)  # noqa: PLR2004
    if not typed:
        raise UnreadableDayError(text, "it is empty")
    if _NUMBER.match(typed):
        raise UnreadableDayError(typed, "it is only a number")
    if _GUESSWORK.match(typed):
        raise UnreadableDayError(typed, "which number is the month would be a guess")
    return _in_words(typed)


def past_day(text: str, what: str, today: date) -> date:
    """Read a day on which something has happened. Raises UnreadableDayError or FutureDayError."""
    found = day(text, today)
    if found > today:
        raise FutureDayError(what, day_in_words(found), day_in_words(today))
    return found


def _in_words(text: str) -> date:
    from dateutil import parser

    typed = _SHORT_WEEKDAYS.sub(r"\1", text)
    reader = parser.parser()
    # What the text leaves out is filled from the default: two defaults that differ in all show what it left out.
    first, second = datetime(2000, 1, 1, 1, 1), datetime(2001, 2, 15, 2, 2)  # noqa: DTZ001 - a wall clock
    try:
        readings = [reader.parse(typed, default=default, ignoretz=True) for default in (first, second)]
    except (ValueError, OverflowError) as error:
        reason = "the calendar has no such day" if "out of range" in str(error) else "it cannot be read"
        raise UnreadableDayError(typed, reason) from None
    a, b = readings
    missing = [part for part in ("year", "month", "day") if getattr(a, part) != getattr(b, part)]
    if missing:
        raise UnreadableDayError(typed, f"it lacks the {listed(missing, 'and')}")
    if a.hour == b.hour:
        raise UnreadableDayError(typed, "it holds an hour too")
    found = _from_parts(typed, a.year, a.month, a.day)
    for number, names in enumerate(zip(calendar.day_name, calendar.day_abbr, strict=True)):
        if any(re.search(rf"\b{name}\b", typed, re.IGNORECASE) for name in names) and found.weekday() != number:
            raise UnreadableDayError(typed, f"that day is a {calendar.day_name[found.weekday()]}")
    return found


def _from_parts(typed: str, year: int, month: int, day_of_month: int) -> date:
    if month > 12:  # noqa: PLR2004
        raise UnreadableDayError(typed, f"there is no month {month}")
    if not _EARLIEST <= year <= _LATEST:
        raise UnreadableDayError(typed, f"the year {year} cannot be meant")
    try:
        return date(year, month, day_of_month)
    except ValueError:
        raise UnreadableDayError(typed, "the calendar has no such day") from None


def hour(text: str) -> time:
    """Read an hour of the day: 12:00, 1:30pm, 9 a.m., noon. Raises UnreadableHourError."""
    typed = " ".join(text.lower().replace(".m.", "m").replace(".m", "m").split())
    if typed in ("noon", "12 noon", "midnight", "12 midnight"):
        return time(12 if typed.endswith("noon") else 0)
    match = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?\s*(am|pm)?", typed)
    if not match or (match[2] is None and match[3] is None):
        raise UnreadableHourError(text)
    hours, minutes, half = int(match[1]), int(match[2] or 0), match[3]
    if half and not 1 <= hours <= 12:  # noqa: PLR2004
        raise UnreadableHourError(text)
    if half:
        hours = hours % 12 + (12 if half == "pm" else 0)
    try:
        return time(hours, minutes)
    except ValueError:
        raise UnreadableHourError(text) from None


def zone(text: str) -> str:
    """Return the name of an IANA time zone, in its own letter case. Raises UnknownZoneError."""
    typed = "_".join(text.split())
    known = available_timezones()
    by_lower = {name.lower(): name for name in known if "/" in name or name == "UTC"}
    if typed.lower() in by_lower:
        return by_lower[typed.lower()]
    called = _CALLED.get(re.sub(r"( standard| daylight)?( time)?$", "", " ".join(text.lower().split())))
    if called:
        raise UnknownZoneError(text, [called])
    tails = {name.rpartition("/")[2]: name for name in by_lower}
    near = difflib.get_close_matches(typed.lower(), [*by_lower, *tails], n=3, cutoff=0.75)
    raise UnknownZoneError(text, list(dict.fromkeys(by_lower[tails.get(name, name)] for name in near)))


def moment(on: date, at: time, zone_name: str) -> datetime:
    """Return the moment (UTC) at which the clocks of a zone show an hour on a day.

    Raises ImpossibleHourError when they skip that hour, or show it twice.
    """
    place = ZoneInfo(zone_name)
    early, late = (datetime.combine(on, at, tzinfo=place).replace(fold=fold) for fold in (0, 1))
    shown = (hour_in_words(at), day_in_words(on), zone_name)
    if early.astimezone(UTC).astimezone(place).replace(tzinfo=None) != early.replace(tzinfo=None):
        raise ImpossibleHourError(*shown, "does not exist: the clocks go forward then")
    if early.utcoffset() != late.utcoffset():
        raise ImpossibleHourError(*shown, "comes twice: the clocks go back then")
    return early.astimezone(UTC)


# ---- say ------------------------------------------------------------------------------------------------


def day_in_words(on: date) -> str:
    """Return "Friday, May 24, 2024"."""
    return f"{calendar.day_name[on.weekday()]}, {calendar.month_name[on.month]} {on.day}, {on.year}"


def hour_in_words(at: time | datetime) -> str:
    """Return "12:00 p.m."."""
    return f"{at.hour % 12 or 12}:{at.minute:02d} {_half(at)}"


def _half(at: time | datetime) -> str:
    return "a.m." if at.hour < 12 else "p.m."  # noqa: PLR2004


def zone_in_words(at: datetime) -> str:
    """Return what the clocks of a moment's zone are called on that day: "CDT" in May, "CST" in December."""
    called = at.tzname() or ""
    if re.fullmatch(r"[A-Za-z]{3,5}", called):
        return called
    offset = at.strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:5]}"


def hours_in_words(starts: datetime, ends: datetime, zone_name: str) -> str:
    """Return "12:00-1:00 p.m. CDT" for two moments seen in a zone, with the day when they are not on one."""
    place = ZoneInfo(zone_name)
    first, last = starts.astimezone(place), ends.astimezone(place)
    if first.date() != last.date():
        return f"{hour_in_words(first)} to {day_in_words(last.date())}, {hour_in_words(last)} {zone_in_words(last)}"
    if first.utcoffset() != last.utcoffset():  # the clocks change in between
        return f"{hour_in_words(first)} {zone_in_words(first)}-{hour_in_words(last)} {zone_in_words(last)}"
    same_half = _half(first) == _half(last)
    begin = f"{first.hour % 12 or 12}:{first.minute:02d}" if same_half else hour_in_words(first)
    return f"{begin}-{hour_in_words(last)} {zone_in_words(first)}"


def when_in_words(starts: datetime, ends: datetime, zone_name: str) -> str:
    """Return "Friday, May 24, 2024, 12:00-1:00 p.m. CDT"."""
    on = starts.astimezone(ZoneInfo(zone_name)).date()
    return f"{day_in_words(on)}, {hours_in_words(starts, ends, zone_name)}"


def hours_elsewhere(starts: datetime, ends: datetime, zone_name: str, own_zone: str) -> str | None:
    """Return the hours as another zone's clocks show them, with the day where it differs; None where all agree."""
    here, there = starts.astimezone(ZoneInfo(zone_name)), starts.astimezone(ZoneInfo(own_zone))
    if hours_in_words(starts, ends, zone_name) == hours_in_words(starts, ends, own_zone):
        return None
    hours = hours_in_words(starts, ends, own_zone)
    return hours if here.date() == there.date() else f"{day_in_words(there.date())}, {hours}"
