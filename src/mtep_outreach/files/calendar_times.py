"""Which moment the time of a calendar entry means."""

import io
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from .calendar_trees import Component, Property

_TIME = re.compile(r"((?:19[789]|20\d|21\d)\d{5}T\d{6})(Z?)", re.ASCII)
_ZONE_NAME = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*")
_FORM = "%Y%m%dT%H%M%S"
_MOST_CHANGES = 6
_MOST_DESCRIBED = 3
# What a zone that is no well-known one may say of its clock changes: one each year, or single ones. Other rules would
# be worked out second by second.
_CHANGE = {
    "DTSTART": re.compile(r"(?:1[6-9]|2[01])\d{6}T\d{6}", re.ASCII),
    "TZOFFSETFROM": re.compile(r"[+-][01]\d[0-5]\d", re.ASCII),
    "TZOFFSETTO": re.compile(r"[+-][01]\d[0-5]\d", re.ASCII),
    "RDATE": re.compile(r"\d{8}T\d{6}(,\d{8}T\d{6}){0,99}", re.ASCII),
    "RRULE": re.compile(
        r"FREQ=YEARLY(;(INTERVAL=1|WKST=[A-Z]{2}|BYMONTH=(0?[1-9]|1[0-2])|BYDAY=-?[1-5][A-Z]{2}|UNTIL=\d{8}(T\d{6}Z?)?))*",
        re.ASCII,
    ),
}


class Zones:
    """The time zones of a calendar file, each worked out once."""

    def __init__(self, calendars: Iterable[Component]) -> None:
        self._described = {
            zone.text("TZID").strip(): zone
            for calendar in calendars
            for zone in calendar.inner
            if zone.kind == "VTIMEZONE"
        }
        self._known: dict[str, tzinfo | None] = {}
        self._count = 0

    def moment(self, said: Property) -> datetime | None:
        """Return a time in UTC; None for a whole day, a time in no zone, and what cannot be read."""
        match = _TIME.fullmatch(said.value.strip())
        zone = UTC if match and match[2] else self._zone("".join(said.texts("TZID")).strip())
        if not match or zone is None:
            return None
        try:
            return datetime.strptime(match[1], _FORM).replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def _zone(self, name: str) -> tzinfo | None:
        if name not in self._known:
            self._known[name] = _well_known(name) or self._worked_out(name)
        return self._known[name]

    def _worked_out(self, name: str) -> tzinfo | None:
        """Return a zone that is described in the file; only of the first ones, as each takes a tenth of a second."""
        self._count += name in self._described
        return _described(self._described[name]) if name in self._described and self._count <= _MOST_DESCRIBED else None


def stamp(text: str) -> datetime | None:
    """Return when an entry was made, which is said in UTC."""
    match = _TIME.fullmatch(text.strip())
    try:
        return datetime.strptime(match[1], _FORM).replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


def later(start: datetime, duration: str) -> datetime | None:
    """Return the end of what lasts so long, None when the duration cannot be read."""
    from icalendar import vDuration

    try:
        length: timedelta = vDuration.from_ical(duration.strip()[:40])  # type: ignore[no-untyped-call]
        return start + length
    except (ValueError, OverflowError):
        return None


def _well_known(name: str) -> tzinfo | None:
    """Return the zone of an IANA name, also behind the name of a program, or of a name that Windows has for it."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    words = WINDOWS_TO_OLSON.get(name, name).split("/")
    for length in (3, 2, 1):  # America/Indiana/Knox, America/Chicago, UTC
        key = "/".join(words[-length:])
        with suppress(KeyError, ValueError, OSError):
            if _ZONE_NAME.fullmatch(key):
                return ZoneInfo(key)
    return None


def _described(zone: Component) -> tzinfo | None:
    """Return the zone that a file describes, None when it is not described plainly."""
    from dateutil.tz import tzical

    lines = ["BEGIN:VTIMEZONE", "TZID:zone"]
    for change in zone.inner:
        lines.append(f"BEGIN:{change.kind}")
        for found in change.said:
            if found.name in _CHANGE:
                if not _CHANGE[found.name].fullmatch(found.value.strip()):
                    return None
                lines.append(f"{found.name}:{found.value.strip()}")
        lines.append(f"END:{change.kind}")
    lines.append("END:VTIMEZONE")
    kinds = {change.kind for change in zone.inner}
    if len(zone.inner) > _MOST_CHANGES or "STANDARD" not in kinds or not kinds <= {"STANDARD", "DAYLIGHT"}:
        return None
    try:
        return tzical(io.StringIO("\n".join(lines))).get()
    except (ValueError, OverflowError):
        return None
