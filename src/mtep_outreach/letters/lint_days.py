"""Days that a letter names: read with their weekdays, and held against the calendar and the session."""

import calendar
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .. import days
from ..vocabulary import LetterKind
from .drafts import Draft, Finding, error, warning

# A paragraph may be broken into lines, and no further. Bounded: a page of blanks must not take a minute.
_BLANKS = r"[^\S\n]{0,8}(?:\n[^\S\n]{0,8})?"
_WEEKDAY = r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:19|20|21)\d\d(?!\d)"
_AND = rf"{_BLANKS}(?:[-–—/&,]|\band\b|\bor\b|\bto\b|\bthrough\b){_BLANKS}"
_NAMED = re.compile(
    rf"""
    (?=\d|\b[adfjmnostw])  # what a day begins with, so that most places of a text are passed over quickly
    (?:(?P<several>{_WEEKDAY}\.?{_AND})? (?P<before>{_WEEKDAY})\.?,?{_BLANKS}(?:the\ )?)?
    (?<![\d/])
    (?: \b(?P<month>{_MONTH}){_BLANKS}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?{_BLANKS}(?P<year>{_YEAR}))?
      | (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?{_BLANKS}(?:of\ )?(?P<month2>{_MONTH})(?:,?{_BLANKS}(?P<year2>{_YEAR}))?
      | (?P<month3>\d{{1,2}})/(?P<day3>\d{{1,2}})(?:/(?P<year3>\d{{4}}|\d\d))?(?![\d/])(?!{_BLANKS}(?:day|hour|of)\b)
      | (?P<year4>\d{{4}})-(?P<month4>\d\d)-(?P<day4>\d\d)(?!\d)
    )
    (?:[^\S\n]{{0,8}}\([^\S\n]{{0,8}}(?P<after>{_WEEKDAY})\.?[^\S\n]{{0,8}}\))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DEADLINE = re.compile(r"\b(?:by|until|before|through|than|deadline(?: is)?:?)\s+(?:\S+\s){0,4}?$", re.IGNORECASE)
_WEEKDAYS = [name[:3].lower() for name in calendar.day_name]
_MONTHS = [name[:3].lower() for name in calendar.month_name]


@dataclass(frozen=True)
class NamedDay:
    """A day as a text names it: ``on`` is None where the calendar has none, ``weekday`` None where none is given."""

    start: int
    end: int
    said: str
    on: date | None
    weekday: int | None


def session_days(draft: Draft) -> set[date]:
    """Return the days of a session as the clocks of its zone and the contact's show them."""
    zones = [ZoneInfo(name) for name in (draft.zone, draft.own_zone) if name]
    return {moment.astimezone(zone).date() for moment in (draft.starts, draft.ends) for zone in zones}


def named_days(text: str, near: date) -> list[NamedDay]:
    """Return the days that a text names; one without a year is the one nearest to ``near``."""
    return [_read(match, near) for match in _NAMED.finditer(text)]


def _read(match: re.Match[str], near: date) -> NamedDay:
    part = match.groupdict()
    if month := part["month"] or part["month2"]:
        month_number = _MONTHS.index(month[:3].lower())
        day = int(part["day"] or part["day2"])
    else:
        month_number, day = int(part["month3"] or part["month4"]), int(part["day3"] or part["day4"])
        if month_number > 12 and part["month3"]:  # noqa: PLR2004 - 24/5 can only be the 24th of May
            month_number, day = day, month_number
    year = part["year"] or part["year2"] or part["year3"] or part["year4"]
    # "Thursday and Friday, May 23 and 24" says of no one day which weekday it is.
    weekday = None if part["several"] else part["before"] or part["after"]
    return NamedDay(
        match.start("before") if part["before"] else match.start(),
        match.end(),
        " ".join(match[0].split()),
        _day(int(year) if year else None, month_number, day, near),
        _WEEKDAYS.index(weekday[:3].lower()) if weekday else None,
    )


def _day(year: int | None, month: int, day: int, near: date) -> date | None:
    if year is not None:
        return _existing(year + 2000 if year < 100 else year, month, day)  # noqa: PLR2004
    found = [_existing(year, month, day) for year in (near.year - 1, near.year, near.year + 1)]
    return min((on for on in found if on), key=lambda on: abs(on - near), default=None)


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def wrong_days(draft: Draft, words: str, named: Collection[NamedDay]) -> Iterator[Finding]:
    """Find weekdays that are wrong for their dates, and days that are not the session's."""
    own = session_days(draft)
    for day in named:
        if day.weekday is None:
            continue
        if day.on is None:
            yield error("wrong-weekday", f"The calendar has no '{day.said}'.")
        elif day.on.weekday() != day.weekday:
            yield error("wrong-weekday", f"'{day.said}' is wrong: that day is a {calendar.day_name[day.on.weekday()]}.")
        elif day.on not in own and draft.kind in (LetterKind.INVITATION, LetterKind.REMINDER, LetterKind.UPDATE):
            if _DEADLINE.search(words[max(0, day.start - 40) : day.start]):
                continue
            says = f"It names '{day.said}', but the session is on {_session_day(draft)}"
            if not any(other.on in own for other in named):
                yield error("other-day", f"{says}.")
            elif draft.kind is not LetterKind.UPDATE and day.on > draft.now.date():
                # An update says the old day too, a reminder the day of the invitation.
                yield warning("other-day", f"{says}: check that both are meant.")


def _session_day(draft: Draft) -> str:
    return days.day_in_words(draft.starts.astimezone(ZoneInfo(draft.zone)).date())


def noon(on: date, zone: ZoneInfo) -> datetime:
    """Return noon of a day in a zone: the hour at which no clocks change."""
    return datetime(on.year, on.month, on.day, tzinfo=zone) + timedelta(hours=12)
