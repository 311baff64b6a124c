"""An information session as a calendar entry (RFC 5545) that a mail program offers to accept or takes away again.

Lines are written here, folded and read back with icalendar: its own writing makes a line break of a backslash before an
N, and lets daylight time begin an hour late.
"""

import calendar as months
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise, zip_longest
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar.parser import Contentline, Contentlines

from ..errors import CalendarMismatchError
from ..names import clean_line
from ..people import Person

_LONGEST_LINE = 75  # octets
_WALL = "%Y%m%dT%H%M%S"
# Plain ASCII without quotes, dots between words only; "=?" is where an encoded word would begin.
_ADDRESS = re.compile(
    r"(?!.*=\?)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-z0-9-]+(?:\.[a-z0-9-]+)*",
    re.ASCII | re.IGNORECASE,
)
_LONGEST_ADDRESS = 254
_WEB_ADDRESS = re.compile(r"https?://[\w!#$%&'()*+,./:;=?@~-]+", re.ASCII | re.IGNORECASE)
_WORD = re.compile(r"[!-~]+")
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Controls, directions, halves of pairs and what is no character at all: as names.clean_text has it, for long texts.
_NO_TEXT = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_CONTROL = re.compile(rb"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n")
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_IN_WORDS = {
    "SUMMARY": "session's title",
    "DESCRIPTION": "letter's text",
    "LOCATION": "session's place",
    "ORGANIZER": "organizer's name",
    "ATTENDEE": "contact's name",
}
_NONE: Mapping[str, str] = MappingProxyType({})


class Method(StrEnum):
    """What a calendar entry asks of the mail program that reads it."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Event:
    """One session for one contact: moments in UTC, ``zone`` the IANA name of the zone that they are shown in."""

    method: Method
    uid: str
    sequence: int
    starts: datetime
    ends: datetime
    zone: str
    title: str
    description: str
    location: str | None
    organizer: Person
    attendee: Person
    stamp: datetime


class _Line(NamedTuple):
    """A property, or the beginning or end of a component, as it is to be read back."""

    name: str
    value: str
    parameters: Mapping[str, str] = _NONE


def calendar(event: Event) -> bytes:
    """Return a calendar file with the event and the clock changes of its zone.

    Raises CalendarMismatchError when it would not be read as it is meant.
    """
    lines = list(_intended(event))
    content = b"".join(_folded(_written(line)) for line in lines)
    _check(content, lines, event)
    return content


def plain(text: str) -> str:
    """Return a text of several lines without controls and direction characters; a line feed ends a line."""
    return _NO_TEXT.sub("", _LINE_BREAK.sub("\n", text))


def checked_address(person: Person) -> str | None:
    """Return a person's mail address when it is plain ASCII that needs no quotes anywhere, else None."""
    address = person.email or ""
    return address if len(address) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(address) else None


# ---- what is said -----------------------------------------------------------------------------------------


def _intended(event: Event) -> Iterator[_Line]:
    zone = _zone(event)
    yield _Line("BEGIN", "VCALENDAR")
    yield _Line("PRODID", "-//mtep//mtep outreach//EN")
    yield _Line("VERSION", "2.0")
    yield _Line("METHOD", event.method)
    if zone:
        yield from _clock_changes(zone, event.starts.astimezone(zone).year)
    yield _Line("BEGIN", "VEVENT")
    yield _Line("UID", _word(event, event.uid))
    yield _Line("SEQUENCE", str(event.sequence))
    yield _Line("DTSTAMP", _in_utc(event.stamp))
    for name, moment in (("DTSTART", event.starts), ("DTEND", event.ends)):
        if zone:
            yield _Line(name, moment.astimezone(zone).strftime(_WALL), {"TZID": zone.key})
        else:
            yield _Line(name, _in_utc(moment))
    yield _Line("SUMMARY", clean_line(event.title))
    yield _Line("DESCRIPTION", plain(event.description))
    if event.location and (place := clean_line(event.location)):
        yield _Line("LOCATION", place)
        if _WEB_ADDRESS.fullmatch(place):
            yield _Line("URL", place)
    yield from _people(event)
    yield _Line("STATUS", "CANCELLED" if event.method is Method.CANCEL else "CONFIRMED")
    yield _Line("TRANSP", "TRANSPARENT" if event.method is Method.CANCEL else "OPAQUE")
    yield _Line("END", "VEVENT")
    yield _Line("END", "VCALENDAR")


def _people(event: Event) -> Iterator[_Line]:
    asked = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION"}
    if event.method is Method.REQUEST:
        asked["RSVP"] = "TRUE"
    for name, person, more in (("ORGANIZER", event.organizer, _NONE), ("ATTENDEE", event.attendee, asked)):
        address = checked_address(person)
        if address is None:
            raise CalendarMismatchError(person.email or person.name, "mail address")
        # A name with quotes would need RFC 6868 and one with backslashes is read in two ways: such are left out.
        called = clean_line(person.name).translate({ord('"'): "'", ord("^"): None, ord("\\"): None}).strip()
        called_so = {"CN": called} if called and called != address else {}
        yield _Line(name, f"mailto:{address}", {**called_so, **more})


def _word(event: Event, text: str) -> str:
    if not _WORD.fullmatch(text):
        raise _refusal(event, "number of the calendar entry")
    return text


def _in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(f"{_WALL}Z")


def _zone(event: Event) -> ZoneInfo | None:
    """Return the zone that the event is said in; None: in UTC, as for an hour that the clocks show a second time."""
    try:
        zone = ZoneInfo(event.zone)
    except (KeyError, ValueError, OSError):
        raise _refusal(event, "time zone") from None
    repeated = any(moment.astimezone(zone).fold for moment in (event.starts, event.ends))
    return None if repeated or event.zone in ("UTC", "Etc/UTC") else zone


# ---- clock changes ----------------------------------------------------------------------------------------


class _Change(NamedTuple):
    """Clocks change: the wall clock that they showed until then, and the offsets before and after."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str
    daylight: bool

    @property
    def day_rule(self) -> str:
        """Return which weekday of its month this is, as a yearly rule has it: "2SU", the last one "-1SU"."""
        last = self.wall.day + 7 > months.monthrange(self.wall.year, self.wall.month)[1]
        return f"{-1 if last else (self.wall.day + 6) // 7}{months.day_name[self.wall.weekday()][:2].upper()}"


@lru_cache(maxsize=256)
def _clock_changes(zone: ZoneInfo, year: int) -> tuple[_Line, ...]:
    """Return a zone's clock changes, right for the year and the ones beside it.

    A rule for all years where one holds, for Outlook knows a zone by one rule into daylight time and one out of it.
    """
    changes = list(_changes(zone, year))
    before, this, after = ([c for c in changes if c.wall.year == y] for y in (year - 1, year, year + 1))
    yearly = len(before) == 2 and _rules(before) == _rules(this) == _rules(after)  # noqa: PLR2004 - in and out
    if yearly:
        observances = [(c, f"FREQ=YEARLY;BYMONTH={c.wall.month};BYDAY={c.day_rule}") for c in before]
    else:
        start = datetime(year - 1, 1, 1, tzinfo=UTC).astimezone(zone)
        offset = start.utcoffset() or timedelta()
        # DST is left out of the beginning: a zone needs one STANDARD part, and the offset says all.
        first = _Change(datetime(1970, 1, 1), offset, offset, start.tzname() or "", daylight=False)  # noqa: DTZ001
        observances = [(c, "") for c in (first, *changes)]
    return (
        _Line("BEGIN", "VTIMEZONE"),
        _Line("TZID", zone.key),
        *(line for change, rule in observances for line in _observance(change, rule)),
        _Line("END", "VTIMEZONE"),
    )


def _changes(zone: ZoneInfo, year: int) -> Iterator[_Change]:
    """Find the changes from the year before to the year after, to the second, from the day on which each falls."""
    days = (datetime(year - 1, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(3 * 366))
    for early, late in pairwise(days):
        old, new = early.astimezone(zone), late.astimezone(zone)
        if old.utcoffset() == new.utcoffset():
            continue
        before, after = old.utcoffset() or timedelta(), new.utcoffset() or timedelta()
        wall = (early + timedelta(seconds=_seconds_until(after, early, zone))).replace(tzinfo=None) + before
        yield _Change(wall, before, after, new.tzname() or "", daylight=bool(new.dst()))


def _seconds_until(offset: timedelta, moment: datetime, zone: ZoneInfo) -> int:
    """Return how long after a moment the zone takes an offset, which it does within a day."""
    return bisect_left(
        range(24 * 60 * 60), True, key=lambda n: (moment + timedelta(seconds=n)).astimezone(zone).utcoffset() == offset
    )


def _rules(changes: Iterable[_Change]) -> list[tuple[object, ...]]:
    return [(c.wall.month, c.day_rule, c.wall.time(), *c[1:]) for c in changes]


def _observance(change: _Change, rule: str) -> Iterator[_Line]:
    component = "DAYLIGHT" if change.daylight else "STANDARD"
    yield _Line("BEGIN", component)
    yield _Line("DTSTART", change.wall.strftime(_WALL))
    if rule:
        yield _Line("RRULE", rule)
    yield _Line("TZNAME", change.name)
    yield _Line("TZOFFSETFROM", _offset(change.before))
    yield _Line("TZOFFSETTO", _offset(change.after))
    yield _Line("END", component)


def _offset(delta: timedelta) -> str:
    minutes, seconds = divmod(abs(int(delta.total_seconds())), 60)
    sign = "-" if delta < timedelta() else "+"
    return f"{sign}{minutes // 60:02d}{minutes % 60:02d}{f'{seconds:02d}' if seconds else ''}"


# ---- written and read back --------------------------------------------------------------------------------


def _written(line: _Line) -> str:
    value = line.value
    if line.name in ("UID", "SUMMARY", "DESCRIPTION", "LOCATION"):
        value = value.translate(_ESCAPED)
    quoted = ((name, f'"{said}"' if name == "CN" else said) for name, said in line.parameters.items())
    return "".join([line.name, *(f";{name}={said}" for name, said in quoted), ":", value])


@lru_cache(maxsize=256)  # most lines are the same in all letters of a mailing
def _folded(line: str) -> bytes:
    folded: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]
    return folded + b"\r\n"


def _check(content: bytes, lines: list[_Line], event: Event) -> None:
    """Read the file as a mail program does. Raises CalendarMismatchError for the first line that says another thing."""
    try:
        found = [_read(line) for line in Contentlines.from_ical(content) if line]  # type: ignore[no-untyped-call]
    except ValueError:
        found = []
    for line, other in zip_longest(lines, found):
        if line != other:
            raise _refusal(event, _IN_WORDS.get(line.name if line else "", "calendar entry"))
    if _CONTROL.search(content) or max(map(len, content.split(b"\r\n"))) > _LONGEST_LINE:
        raise _refusal(event, "calendar entry")


@lru_cache(maxsize=256)
def _read(line: Contentline) -> _Line:
    """Return what a mail program takes from a line. Raises ValueError for one that it cannot take apart."""
    name, parameters, value = line.parts()
    return _Line(name, value, dict(parameters))


def _refusal(event: Event, field: str) -> CalendarMismatchError:
    return CalendarMismatchError(event.attendee.email or event.attendee.name, field)
