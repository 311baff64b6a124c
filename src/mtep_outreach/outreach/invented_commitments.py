"""Invented commitments: what an invented partner promises, and what becomes of it until the season's last day."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ..places import state_name
from ..vocabulary import CommitmentGoal, CommitmentState, Period
from .amounts import MONEY, in_words
from .commitment_steps import CommitmentFacts
from .promised_numbers import Promise

_YEAR, _SOON = 366, 10
_TWO_MONTHS, _THREE_MONTHS = 60, 90

_LEARNING, _EDUCATORS, _FUNDING = (
    CommitmentGoal.STUDENT_LEARNING,
    CommitmentGoal.EDUCATOR_DEVELOPMENT,
    CommitmentGoal.FUNDING,
)

Range = tuple[int, int, int, str]
"""The least number, the most, in what steps, and of what; "/year" behind it: promised anew for each year."""

_PROMISES: Sequence[tuple[CommitmentGoal, str, tuple[Range, ...], str | None]] = (
    (_EDUCATORS, "We will help {0} to teach statistics with data of their own towns.",
     ((60, 400, 20, "teachers"),), "about a third of them in Title I schools"),
    (_EDUCATORS, "Our residency will prepare {0}, with {1} at their side.",
     ((20, 120, 10, "teachers"), (5, 40, 5, "mentors")), None),
    (_EDUCATORS, "{0} will have a coach for their first two years in school.",
     ((40, 200, 20, "teachers"),), "rural schools first"),
    (_LEARNING, "We will open {0} after school, for about {1}.",
     ((5, 40, 5, "mathematics clubs"), (200, 2000, 100, "students")), "about 40 % in rural communities"),
    (_LEARNING, "Every year {0} will work on a question of a company near them.",
     ((50, 500, 50, "students/year"),), None),
    (_LEARNING, "{0} will come to evenings of mathematics at our branches.", ((100, 900, 50, "families"),), None),
    (_FUNDING, "{0} a year for the tuition of future mathematics teachers.",
     ((20_000, 250_000, 10_000, f"{MONEY}/year"),), None),
    (_FUNDING, "We set aside {0} for tools in schools that have none.", ((50_000, 400_000, 25_000, MONEY),),
     "Title I schools only"),
)  # fmt: skip

_FATES: Sequence[tuple[int, Mapping[CommitmentState, int]]] = (
    (_YEAR, {CommitmentState.STALLED: 40, CommitmentState.COMPLETED: 25, CommitmentState.UNDER_WAY: 35}),
    (_THREE_MONTHS * 2, {CommitmentState.UNDER_WAY: 45, CommitmentState.COMPLETED: 20, CommitmentState.MISSED: 20,
                         CommitmentState.WITHDRAWN: 15}),
    (_TWO_MONTHS, {CommitmentState.UNDER_WAY: 80, CommitmentState.PLANNED: 20}),
    (0, {CommitmentState.PLANNED: 1}),
)  # fmt: skip
"""What becomes of a commitment that is at least so many days old on the last day, and how likely."""

_EVIDENCE = ("Told by telephone.", "From their newsletter.", "Their yearly letter says so.", "Seen at a visit.")


@dataclass(frozen=True)
class Told:
    """A report on a commitment: the amount reached by that day in one unit, or without one that it is done."""

    day: date
    reached: float | None
    unit: str | None
    evidence: str | None = None


@dataclass(frozen=True)
class Pledge:
    """A commitment, what is reported on it, and the day on which it is withdrawn, if it is."""

    said: CommitmentFacts
    day: date
    reports: tuple[Told, ...] = ()
    withdrawn: date | None = None


def pledge(dice: random.Random, day: date, last: date, state: str | None, *, publish: bool) -> Pledge:
    """Return what a partner of a state promises on a day, with what becomes of it until the last day.

    ``publish``: most may be published.
    """
    goal, words, ranges, people = dice.choice(_PROMISES)
    measures = [_promise(dice, one) for one in ranges]
    age = (last - day).days
    fates = next(fates for least, fates in _FATES if age >= least)
    (fate,) = dice.choices(list(fates), list(fates.values()))
    due = _due(dice, day, age, fate)
    statement = words.format(*(in_words(one.target, one.unit) for one in measures))
    said = CommitmentFacts(
        statement=statement[0].upper() + statement[1:], measures=measures, due_on=due, goal=goal,
        place=state_name(state) if state else None, people=people, public=publish and dice.random() < 0.7,  # noqa: PLR2004
    )  # fmt: skip
    withdrawn = day + timedelta(days=dice.randint(_TWO_MONTHS, age)) if fate is CommitmentState.WITHDRAWN else None
    return Pledge(said, day, tuple(_reports(dice, day, due or last, age, fate, measures)), withdrawn)


def _promise(dice: random.Random, between: Range) -> Promise:
    least, most, step, unit = between
    unit, slash, _ = unit.partition("/")
    return Promise(dice.randrange(least, most + step, step), unit, Period.YEAR if slash else None)


def _due(dice: random.Random, day: date, age: int, fate: CommitmentState) -> date | None:
    if fate is CommitmentState.MISSED:
        return day + timedelta(days=dice.randint(_THREE_MONTHS, age - 10))
    if fate is CommitmentState.STALLED:
        return None
    return dice.choice((None, date(day.year + 1, 12, 31), date(day.year + 2, 6, 30)))


def _reports(
    dice: random.Random, day: date, due: date, age: int, fate: CommitmentState, measures: Sequence[Promise]
) -> list[Told]:
    """Return what is told of each number, more each time."""
    match fate:
        case CommitmentState.STALLED:
            days, shares = ([age - _YEAR], [0.2]) if age - _YEAR >= _SOON else ([], [])
        case CommitmentState.COMPLETED:
            days, shares = sorted(dice.sample(range(20, age), 2)), [0.5, dice.uniform(1, 1.2)]
        case CommitmentState.MISSED:
            days, shares = [dice.randint(20, (due - day).days)], [dice.uniform(0.4, 0.8)]
        case CommitmentState.UNDER_WAY:
            days = sorted(dice.sample(range(max(20, age - 250), age), dice.randint(1, 3)))
            shares = sorted(dice.uniform(0.1, 0.8) for _ in days)
        case _:
            return []
    told = [
        Told(day + timedelta(days=after), _part(share, one.target), one.unit, dice.choice(_EVIDENCE))
        for after, share in zip(days, shares, strict=True)
        for one in measures
    ]
    if fate is CommitmentState.COMPLETED and any(one.per for one in measures):
        told.append(Told(told[-1].day, None, None, "They look back on the years: it is fulfilled."))
    return told


def _part(share: float, target: float) -> int:
    """Return a share of a number, as people count: what is large in thousands."""
    step = 1000 if target >= 10_000 else 1  # noqa: PLR2004
    return max(1, round(share * target / step) * step)
