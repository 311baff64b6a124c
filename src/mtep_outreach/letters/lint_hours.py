"""Hours that a letter gives with a time zone: whether that zone has that name on the day, and the session that hour."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from itertools import product
from zoneinfo import ZoneInfo

from .. import days
from ..vocabulary import LetterKind
from .drafts import Draft, Finding, error
from .lint_days import NamedDay, noon, session_days

# Where a zone's name is used, the place that most people mean first. Names are kept in lower case.
_HOMES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("est", "edt", "et"), ("America/New_York",)),
    **dict.fromkeys(("cst", "cdt", "ct"), ("America/Chicago",)),
    **dict.fromkeys(("mst", "mdt", "mt"), ("America/Denver", "America/Phoenix")),
    **dict.fromkeys(("pst", "pdt", "pt"), ("America/Los_Angeles",)),
    **dict.fromkeys(("akst", "akdt", "akt"), ("America/Anchorage",)),
    **dict.fromkeys(("hst", "hdt", "ht"), ("Pacific/Honolulu", "America/Adak")),
    **dict.fromkeys(("ast", "adt", "atlantic time"), ("America/Puerto_Rico", "America/Halifax")),
    **dict.fromkeys(("sst", "samoa time"), ("Pacific/Pago_Pago",)),
    **dict.fromkeys(("chst", "chamorro time"), ("Pacific/Guam",)),
    "arizona time": ("America/Phoenix",),
    **dict.fromkeys(("utc", "gmt"), ("UTC",)),
}
_GENERAL = frozenset(("et", "ct", "mt", "pt", "akt", "ht", "utc", "gmt", *(name for name in _HOMES if " " in name)))
_LETTERS = {
    "eastern": "e",
    "central": "c",
    "mountain": "m",
    "arizona": "m",
    "pacific": "p",
    "alaska": "ak",
    "hawaii": "h",
    "hawaii-aleutian": "h",
    "atlantic": "a",
    "samoa": "s",
    "chamorro": "ch",
}

_LONG = rf"(?i:\b(?:{'|'.join(sorted(_LETTERS, reverse=True))})[ -](?:standard|daylight)(?:\s+time)?\b)"
_GENERAL_LONG = (
    rf"(?i:\b(?:{'|'.join(sorted(_LETTERS, reverse=True))})(?:\s+time\b|(?=\s*(?:[,.;:)(/]|$|\n|\bor\b|\band\b))))"
)
_SHORT = (
    r"(?:\b(?:UTC[+-]\d\d:\d\d|[A-Z]{1,4}T|ChST|UTC)\b|\b(?i:est|edt|cst|cdt|mst|mdt|pst|pdt|akst|akdt|hst|chst|sst)\b)"
)
_HALF = r"[ap]\.?[^\S\n]?m\b\.?"
_HOUR = rf"(?:\d{{1,2}}(?::[0-5]\d)?(?:\s?(?i:{_HALF}|noon\b))?|(?i:noon|midnight)\b)"
# The end may lie on another day: "11:00 p.m. to Saturday, May 25, 2024, 1:00 a.m. CDT".
_TO = r"\s{0,8}(?:-|–|—|to\b|until\b)\s{0,8}(?:[A-Z][a-z]+,\ [A-Z][a-z]+\ \d{1,2},\ \d{4},\s+)?"
_HOUR_AND_ZONE = re.compile(
    r"(?<![\d:/.-])(?=[\dMmNn])"  # what an hour begins with, so that most places of a text are passed over quickly
    rf"(?:(?P<first>{_HOUR}){_TO})?\b(?P<last>{_HOUR}),?\s{{0,8}}(?:\(\s{{0,8}})?(?:U\.?S\.?\s{{0,8}})?"
    rf"(?P<zone>{_LONG}|{_GENERAL_LONG}|{_SHORT})"
)
_ZONE_ALONE = re.compile(
    rf"(?P<long>{_LONG})|\b[Tt]imes?\s+(?:are\s+|is\s+)?(?:(?:given\s+|shown\s+)?in\s+)?(?P<short>{_SHORT})"
)
_DEADLINE = re.compile(r"\b(?:by|until|before|till|than)\s+$", re.IGNORECASE)
_EARLY = timedelta(hours=1)  # who comes early is let in; an hour is already the next zone's mistake
_BEFORE, _AFTER = 60, 30


@dataclass(frozen=True)
class _Given:
    """An hour, or a first and a last one, with the zone's name as it was given and in the short form."""

    start: int
    said: str
    called: str
    hours: tuple[Sequence[time], ...]
    about: date | None  # the day named beside it, where that is not the session's


class Clock:
    """What the clocks show at a session, there and where the contact is."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._zones: list[tzinfo] = [ZoneInfo(name) for name in (draft.zone, draft.own_zone) if name]
        self._days = session_days(draft)

    def findings(self, words: str, named: Collection[NamedDay]) -> Iterator[Finding]:
        """Find zones and hours that are wrong; ``named`` are the days that the text names."""
        matches = list(_HOUR_AND_ZONE.finditer(words))
        given = [_given(match, words, self._other_day(match, words, named)) for match in matches]
        given = [each for each in given if each.hours and self._known(each.called)]
        hours_said = any(self._is_session(each) for each in given)
        for each in given:
            yield from self._wrong(each, words, hours_said=hours_said)
        spans = [match.span("zone") for match in matches]
        for match in _ZONE_ALONE.finditer(words):
            name = "long" if match["long"] else "short"
            if any(start <= match.start(name) < end for start, end in spans):
                continue
            if not self._right_name(called := _called(match[name]), None):
                yield self._wrong_name(" ".join(match[name].split()), called, None)

    def _wrong(self, given: _Given, words: str, *, hours_said: bool) -> Iterator[Finding]:
        deadline = _DEADLINE.search(words[max(0, given.start - 10) : given.start])
        if not given.about and self._at_session(given):
            return
        if not self._right_name(given.called, given.about):
            yield self._wrong_name(given.said, given.called, given.about)
        elif not (given.about or deadline):
            says = f"'{given.said}' is not the hour of the session, which is {self._in_words()}"
            # Who writes about a change says the old hour too.
            if not (hours_said and self._draft.kind is LetterKind.UPDATE):
                yield error("wrong-hour", f"{says}.")

    def _other_day(self, match: re.Match[str], words: str, named: Collection[NamedDay]) -> date | None:
        """Return the day named nearest to an hour on its line, unless it is one of the session's."""
        near: list[tuple[int, date]] = []
        for day in named:
            between = (day.end, match.start()) if day.end <= match.start() else (match.end(), day.start)
            gap = between[1] - between[0]
            if day.on and gap <= (_BEFORE if between[0] == day.end else _AFTER) and "\n" not in words[slice(*between)]:
                near.append((gap, day.on))
        on = min(near)[1] if near else None
        return None if on in self._days else on

    # ---- zones ----

    def _known(self, called: str) -> bool:
        """Return whether a word is the name of a zone, right or wrong."""
        return called in _HOMES or bool(self._places(called))

    def _places(self, called: str) -> list[tzinfo]:
        """Return the zones whose clocks are called so at the session."""
        if offset := re.fullmatch(r"utc([+-])(\d\d):(\d\d)", called):
            ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
            return [timezone(ahead if offset[1] == "+" else -ahead)] if ahead < timedelta(days=1) else []
        homes: list[tzinfo] = [ZoneInfo(name) for name in _HOMES.get(called, ())]
        if called in _GENERAL:
            return homes
        return [zone for zone in (*homes, *self._zones) if called in self._names(zone, None)]

    def _names(self, zone: tzinfo, about: date | None) -> set[str]:
        """Return what the clocks of a zone are called at the session, or on another day, in lower case."""
        if about and isinstance(zone, ZoneInfo):
            return {days.zone_in_words(noon(about, zone)).lower()}
        moments = (self._draft.starts, self._draft.ends)
        return {days.zone_in_words(moment.astimezone(zone)).lower() for moment in moments}

    def _right_name(self, called: str, about: date | None) -> bool:
        """Return whether a zone has a name on the day: here, at the contact's, or where most people use it."""
        if called in _GENERAL or called.startswith("utc") or called not in _HOMES:
            return True
        # Arizona keeps MST, but who writes it of Denver in May means MDT; Puerto Rico keeps AST for all.
        likeliest = ZoneInfo(_HOMES[called][1 if called in ("adt", "hdt") else 0])
        return any(called in self._names(zone, about) for zone in (*self._zones, likeliest))

    def _wrong_name(self, said: str, called: str, about: date | None) -> Finding:
        zone = ZoneInfo(_HOMES[called][0])
        moment = noon(about, zone) if about else self._draft.starts.astimezone(zone)
        on, name = days.day_in_words(moment.date()), days.zone_in_words(moment)
        return error("wrong-zone", f"'{said}' has the wrong zone: on {on} it is called {name}.")

    # ---- hours ----

    def _at_session(self, given: _Given) -> bool:
        """Return whether an hour lies in the session, and is not the session's own with another zone."""
        draft = self._draft
        moments = list(self._moments(given))
        if any(moment[0] == draft.starts for moment in moments):
            return True
        shown = {draft.starts.astimezone(zone).time().replace(tzinfo=None) for zone in self._zones}
        if shown & set(given.hours[0]):
            return False
        earliest = draft.starts - _EARLY
        return any(earliest < moment[0] < draft.ends and moment[-1] <= draft.ends for moment in moments)

    def _is_session(self, given: _Given) -> bool:
        return any(moment[0] == self._draft.starts for moment in self._moments(given))

    def _moments(self, given: _Given) -> Iterator[tuple[datetime, ...]]:
        """Return the moments that hours can mean: in each zone of that name, on each day of the session."""
        for zone in self._places(given.called):
            on = {moment.astimezone(zone).date() for moment in (self._draft.starts, self._draft.ends)}
            for hours in product(*given.hours):
                for walls in product(*([datetime.combine(day, hour) for day in on] for hour in hours)):
                    for fold in (0, 1):
                        found = tuple(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for wall in walls)
                        if found == tuple(sorted(found)):
                            yield found

    def _in_words(self) -> str:
        draft = self._draft
        hours = days.hours_in_words(draft.starts, draft.ends, draft.zone)
        own = days.hours_elsewhere(draft.starts, draft.ends, draft.zone, draft.own_zone) if draft.own_zone else None
        return f"{hours} ({own} for the contact)" if own else hours


def _called(name: str) -> str:
    """Return a zone's name in its short form, in lower case: "Central Standard Time" is "cst"."""
    lower = " ".join(name.lower().split())
    long = re.fullmatch(r"(.+?)(?:[ -](standard|daylight))?(?: time)?", lower)
    letter = _LETTERS.get(long[1]) if long else None
    if not long or letter is None:
        return lower
    if long[2]:
        return f"{letter}{long[2][0]}t"
    return f"{letter}t" if f"{letter}t" in _HOMES and long[1] != "arizona" else f"{long[1]} time"


def _given(match: re.Match[str], words: str, about: date | None) -> _Given:
    last = _readings(match["last"])
    first = _readings(match["first"]) if match["first"] else None
    bare = match["last"].isdigit() or (match["first"] is not None and not first)
    hours = () if bare or not last else (first, last) if first else (last,)
    said = " ".join(words[match.start() : match.end()].split())
    return _Given(match.start(), said, _called(match["zone"]), hours, about)


def _readings(text: str) -> list[time]:
    """Return the hours of the day that "1:30", "12 noon" or "9 a.m." can mean."""
    lower = text.lower()
    if "midnight" in lower:
        return [time(0)]
    if "noon" in lower:
        return [time(12)]
    number = re.match(r"(\d+)(?::(\d\d))?", lower)
    hour, minute = (int(number[1]), int(number[2] or 0)) if number else (99, 0)
    half = re.search("[ap]", lower)
    if hour > (12 if half else 23):
        return []
    if half:
        return [time(hour % 12 + (12 if half[0] == "p" else 0), minute)]
    return [time(hour, minute)] + ([time((hour + 12) % 24, minute)] if hour <= 12 else [])  # noqa: PLR2004
