"""Pace: how many partners are identified a week, and when the goal will be met if that goes on.

The method. Those of the very first day are what the network began with, and no pace. The last twelve weeks (or as many
whole ones as there are) end on the day of the report; their mean is the pace. Partners seldom come one by one: a form
brings five, a conference ten. So the weeks differ more than chance alone has
it, by the factor of their variance over their mean, never less than 1 (quasi-Poisson: McCullagh and Nelder, Generalized
Linear Models, 2nd edition 1989, section 6.2.3). Divided by it, the partners seen and those still to come count as
independent arrivals; the time for the one compared with the time for the other then follows an F distribution (Hahn and
Meeker, Statistical Intervals, 1991, chapter 7). Its 10 % and 90 % points are the ends of the interval, wider by
Student's t as the factor itself is an estimate. Where fewer are still to come than usually come at once, a single
arrival decides, and nothing is said. Whether these 80 % hold is simulated in the tests.
"""

import bisect
import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from .selection import Selection

WEEKS = 12
"""How many weeks the pace is taken from, at most."""

_FEWEST_WEEKS, _FEWEST_PARTNERS = 4, 8
_LONGEST = 20 * 52
"""A goal more weeks away than this is nothing to plan by."""

_STEPS = 4_000

_NORMAL = 1.2816
_STUDENT = {3: 1.638, 4: 1.533, 5: 1.476, 6: 1.440, 7: 1.415, 8: 1.397, 9: 1.383, 10: 1.372, 11: 1.363}
"""What 90 % lie below: of the normal distribution, and of Student's by its degrees of freedom."""

PRECEDENT = {"from": 28, "to": 300, "years": 10, "per_week": 0.52}
"""100Kin10 grew from 28 organizations in 2011 to 300 in 2021."""


@dataclass(frozen=True)
class Week:
    """A week by its Monday: how many partners were identified in it, and until its end."""

    week: str
    identified: int
    total: int


@dataclass(frozen=True)
class Projection:
    """The day on which the goal is met at the present pace; with 80 % in between ``earliest`` and ``latest``."""

    day: str
    earliest: str
    latest: str


@dataclass(frozen=True)
class Pace:
    """The weeks so far, partners per week over the last so many, and the projection, or why there is none."""

    weeks: list[Week]
    per_week: float | None
    over_weeks: int | None
    projection: Projection | None
    why_not: str | None

    def as_dict(self) -> dict[str, Any]:
        """Return it as the JSON of the report has it."""
        return {
            "weeks": [vars(week) for week in self.weeks],
            "per_week": self.per_week,
            "over_weeks": self.over_weeks,
            "projection": asdict(self.projection) if self.projection else None,
            "why_not": self.why_not,
            "precedent": PRECEDENT,
        }


def pace(selection: Selection, goal: int) -> Pace:
    """Return the pace until the day that is looked at, measured against a goal."""
    found: Counter[date] = Counter()
    for row in selection.rows("identified_days"):
        found[date.fromisoformat(row["day"])] += row["partners"]
    day, remaining = selection.day, goal - found.total()
    counts = lately(found, day)
    too_little = _too_little(_days(found, day), found.total() - _stock(found))
    per_week, over_weeks = (None, None) if too_little else (_rounded(sum(counts) / len(counts)), len(counts))
    projection, why_not = None, too_little
    if remaining <= 0:
        why_not = "The goal is met."
    elif not too_little:
        projection, why_not = _projected(counts, remaining, day)
    return Pace(_weeks(found, day), per_week, over_weeks, projection, why_not)


def lately(found: Mapping[date, int], day: date) -> list[int]:
    """Return how many were identified in each of the last whole weeks, the first one first; the last ends that day.

    Those of the very first day are what the network began with: a list that is taken in says nothing of a pace.
    """
    number = min(WEEKS, _days(found, day) // 7)
    counts = [0] * number
    for on, partners in found.items():
        if on == min(found):
            continue
        ago = (day - on).days // 7
        if ago < number:
            counts[number - 1 - ago] += partners
    return counts


def _stock(found: Mapping[date, int]) -> int:
    return found[min(found)] if found else 0


def _days(found: Mapping[date, int], day: date) -> int:
    return (day - min(found)).days + 1 if found else 0


def _weeks(found: Mapping[date, int], day: date) -> list[Week]:
    """Return every calendar week since the first partner, those without a new one too."""
    sums: Counter[date] = Counter()
    for on, partners in found.items():
        sums[_monday(on)] += partners
    weeks, total = [], 0
    monday = min(sums, default=day + timedelta(weeks=1))
    while monday <= day:
        total += sums[monday]
        weeks.append(Week(monday.isoformat(), sums[monday], total))
        monday += timedelta(weeks=1)
    return weeks


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def _rounded(number: float) -> float:
    return int(number) if number == int(number) else round(number, 2)


# ---- look ahead -----------------------------------------------------------------------------------------


def _too_little(known: int, new: int) -> str | None:
    """Return why nothing can be said yet, if so, of so many new partners in so many days."""
    if not known:
        return "Not enough data: no partner is identified yet."
    if known < 7 * _FEWEST_WEEKS:
        days = "1 day" if known == 1 else f"{known} days"
        return f"Not enough data: partners are known for {days}, and a pace needs four weeks."
    if new < _FEWEST_PARTNERS:
        came = "nobody new was" if not new else "1 new partner was" if new == 1 else f"{new} new partners were"
        return f"Not enough data: {came} identified after the first day, and a pace needs {_FEWEST_PARTNERS}."
    return None


def _projected(counts: Sequence[int], remaining: int, day: date) -> tuple[Projection | None, str | None]:
    """Return the day on which the remaining ones are identified, or why it cannot be said."""
    if not sum(counts):
        return None, f"Nobody new was identified in the last {len(counts)} weeks."
    weeks = remaining * len(counts) / sum(counts)
    if weeks > _LONGEST:
        return None, "At the present pace the goal is more than twenty years away."
    ends = interval(counts, remaining)
    if ends is None or ends[1] > _LONGEST:
        return None, f"The last {len(counts)} weeks differ too much to say when the goal will be met."
    ahead = [(day + timedelta(days=math.ceil(7 * number))).isoformat() for number in (weeks, *ends)]
    return Projection(*ahead), None


def interval(counts: Sequence[int], remaining: int) -> tuple[float, float] | None:
    """Return between how many weeks the remaining ones will take, with 80 %, after weeks that saw so many.

    None where fewer remain than usually come at once.
    """
    mean = sum(counts) / len(counts)
    variance = sum((count - mean) ** 2 for count in counts) / (len(counts) - 1)
    spread = max(1.0, variance / mean)
    if remaining < spread:
        return None
    sure = _STUDENT[len(counts) - 1] if spread > 1 else _NORMAL
    tail = math.erfc(sure / math.sqrt(2)) / 2
    expected = remaining / mean
    least, most = _ratios(2 * remaining / spread, 2 * sum(counts) / spread, tail)
    return least * expected, most * expected


def _ratios(first: float, second: float, tail: float) -> tuple[float, float]:
    """Return the points of the F distribution of these degrees of freedom that leave ``tail`` below, and above.

    Both must be 2 or more. Half the logarithm of F has one smooth peak, at 0 (Fisher's z), and is summed up in steps.
    """
    reach = 8 / math.sqrt(min(first, second))
    steps = [reach * (2 * (number + 0.5) / _STEPS - 1) for number in range(_STEPS)]
    heights = [
        math.exp(first * z - (first + second) / 2 * math.log((first * math.exp(2 * z) + second) / (first + second)))
        for z in steps
    ]
    below = list(itertools.accumulate(heights))
    least, most = (steps[bisect.bisect(below, share * below[-1])] for share in (tail, 1 - tail))
    return math.exp(2 * least), math.exp(2 * most)
