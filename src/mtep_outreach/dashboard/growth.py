"""The curve of growth: weeks, goal and projection as points of a picture that is 100 wide and 100 high."""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_WEEK = timedelta(days=7)
_MOST_TICKS = 6
_LOOK_AHEAD = 4
"""At most so many times as much of the future as of the past."""
_SHORT = 70
"""Up to so many days the axis names weeks, then months."""


Point = tuple[float, float]


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: how far along it stands, and what is written there."""

    at: float
    text: str


@dataclass(frozen=True)
class Week:
    """A week as a strip of the picture, with its place in the list of weeks and where the curve stands at its end."""

    index: int
    left: float
    width: float
    x: float
    y: float


@dataclass(frozen=True)
class Growth:
    """The picture: lines and outlines as points (none where there is nothing to draw), and places from 0 to 100.

    ``fan`` spreads from the last week to the earliest and the latest day on which the goal would be met, ``ahead``
    leads to the likeliest one, at ``met``; ``beyond`` says that the latest lies outside the picture.
    """

    line: Sequence[Point]
    area: Sequence[Point]
    fan: Sequence[Point]
    ahead: Sequence[Point]
    goal: float
    met: float | None
    beyond: bool
    weeks: Sequence[Week]
    days: Sequence[Tick]
    counts: Sequence[Tick]


@dataclass(frozen=True)
class _Scale:
    """Turns a day and a count into a point; what is high has a small y, as SVG has it."""

    first: date
    last: date
    top: int

    def x(self, day: date) -> float:
        return round(100 * (day - self.first).days / max(1, (self.last - self.first).days), 2)

    def y(self, count: float) -> float:
        return round(100 - 100 * count / self.top, 2)

    def point(self, day: date, count: float) -> Point:
        return self.x(day), self.y(count)


def growth(pace: Mapping[str, Any], goal: int, as_of: date) -> Growth | None:
    """Return how the network grew; None when there is no week to show."""
    weeks = [(date.fromisoformat(row["week"]), row["identified"], row["total"]) for row in pace["weeks"]]
    if not weeks:
        return None
    first, total = weeks[0][0], weeks[-1][2]
    today = max(as_of, first + timedelta(days=1))
    ends = [min(monday + _WEEK, today) for monday, _, _ in weeks]
    now = ends[-1]
    ahead = {key: date.fromisoformat(day) for key, day in (pace["projection"] or {}).items()}
    last = min(ahead["latest"], _furthest(first, now, ahead["day"])) if ahead else now
    counts = _steps(max(goal, *(row[2] for row in weeks)))
    scale = _Scale(first, last, counts[-1])
    points = [scale.point(first, weeks[0][2] - weeks[0][1])]
    points += [scale.point(end, row[2]) for end, row in zip(ends, weeks, strict=True)]
    here = scale.point(ends[-1], total)
    return Growth(
        line=points,
        area=[scale.point(first, 0), *points, scale.point(ends[-1], 0)],
        fan=[here, scale.point(ahead["earliest"], goal), scale.point(ahead["latest"], goal)] if ahead else [],
        ahead=[here, scale.point(ahead["day"], goal)] if ahead else [],
        goal=scale.y(goal),
        met=scale.x(ahead["day"]) if ahead and ahead["day"] <= last else None,
        beyond=bool(ahead) and ahead["latest"] > last,
        weeks=list(_strips(scale, weeks, ends)),
        days=list(_days(scale)),
        counts=[Tick(scale.y(count), f"{count:,}") for count in counts],
    )


def _furthest(first: date, now: date, likeliest: date) -> date:
    """Return how far the picture looks ahead: the past must not shrink to a corner because nobody knows the future."""
    past = now - first
    shown = min(likeliest, now + _LOOK_AHEAD * past)
    return max(shown + (shown - now) / 4, now + past / 2)


def _strips(scale: _Scale, weeks: Sequence[tuple[date, int, int]], ends: Sequence[date]) -> Iterator[Week]:
    for index, ((monday, _, total), end) in enumerate(zip(weeks, ends, strict=True)):
        left, right = scale.x(monday), scale.x(end)
        yield Week(index, left, round(max(0.2, right - left), 2), right, scale.y(total))


def _steps(most: int) -> list[int]:
    """Return round counts from nothing to at least the most, four or five of them."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * 4 >= most:
                return [step * number for number in range(-(-most // step) + 1)]
        size *= 10


def _days(scale: _Scale) -> Iterator[Tick]:
    days = (scale.last - scale.first).days
    if days <= _SHORT:
        apart = max(1, -(-days // 7 // (_MOST_TICKS - 1))) * _WEEK
        for number in range(_MOST_TICKS):
            day = scale.first + number * apart
            if day <= scale.last:
                yield Tick(scale.x(day), f"{calendar.month_abbr[day.month]} {day.day}")
        return
    months = 12 * scale.first.year + scale.first.month, 12 * scale.last.year + scale.last.month - 1
    apart_in_months = next(
        step for step in (1, 2, 3, 6, 12, 24, 60, 120, 600, 2400) if days / 30.4 / step <= _MOST_TICKS
    )
    said = 0
    for month in range(-(-months[0] // apart_in_months) * apart_in_months, months[1] + 1, apart_in_months):
        day = date(month // 12, month % 12 + 1, 1)
        text = "" if apart_in_months >= 12 else calendar.month_abbr[day.month]  # noqa: PLR2004
        if not text or day.year != said:  # the year is said once: where it begins, or the picture does
            text, said = f"{text} {day.year}".lstrip(), day.year
        yield Tick(scale.x(day), text)
