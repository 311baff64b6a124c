"""Commitments: what partners promised, how it stands on a day, and what it all adds up to."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..errors import CommitmentNotFoundError
from ..settings import OUTCOME_GOAL
from ..store.reading import Reads, Record, among
from ..vocabulary import CommitmentGoal, CommitmentState, Scope
from . import amounts
from .amounts import unit_key, whole

_STALLED, _UNREPORTED = 1, 2
"""So many years without a report."""


@dataclass(frozen=True)
class Measured:
    """A number that is promised, with what is reached of it; None: nothing was reported.

    Of a number for each year, ``progress`` is that of the newest year with a report, ``before`` of all before it.
    ``reported_on`` is the day of that newest report, an ISO text.
    """

    id: int
    target: float
    unit: str
    per: str | None
    progress: float | None
    before: float = 0
    reported_on: str | None = None

    def __str__(self) -> str:
        return amounts.reached(self.progress, self.target, self.unit, self.per)

    @property
    def name(self) -> str:
        """What tells it from the other numbers of its commitment."""
        return f"{self.unit} a {self.per}" if self.per else self.unit

    @property
    def key(self) -> tuple[str, str | None]:
        """What it can be added up with."""
        return unit_key(self.unit), self.per

    @property
    def in_all(self) -> float:
        """What is reached in all years together."""
        return self.before + (self.progress or 0)

    def reached_by(self, due: str | None, today: date) -> bool:
        """Return whether it is reached for good: a number for each year is so only when its deadline is past."""
        if self.per and not (due and date.fromisoformat(due) < today):
            return False
        return (self.progress or 0) >= self.target

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {key: getattr(self, key) for key in ("id", "target", "unit", "per", "progress")}


@dataclass(frozen=True)
class Standing:
    """A commitment as it stands on a day; days are ISO texts, ``day`` is the one it was made on."""

    id: int
    partner_id: int
    partner: str
    statement: str
    goal: str | None
    by: str | None
    state: str
    day: str
    reported_on: str | None
    place: str | None
    people: str | None
    public: bool
    measures: tuple[Measured, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {**vars(self), "measures": [measure.as_dict() for measure in self.measures]}


@dataclass(frozen=True)
class Total:
    """What commitments of one goal promise together in one unit, and have reached."""

    goal: str | None
    unit: str
    per: str | None
    target: float
    progress: float
    commitments: int


@dataclass(frozen=True)
class OutcomeGoal:
    """What all commitments together are to reach in one unit, and have reached."""

    unit: str
    target: float
    progress: float


# ---- one by one -----------------------------------------------------------------------------------------


def standing(reads: Reads, *, today: date, as_of: date | None = None, scope: Scope | None = None) -> list[Standing]:
    """Return every commitment as it stands today, or stood on a past day as known now, in the order of numbers."""
    here = ["scope = :scope"] if scope else []
    values: dict[str, Any] = {"scope": str(scope)} if scope else {}
    rows = reads.select("promises", here, "id", as_of=as_of, **values)
    return stand(rows, reads.select("measure_list", order_by="id", as_of=as_of) if rows else [], as_of or today)


def some(reads: Reads, rows: Sequence[Record], *, today: date) -> list[Standing]:
    """Return the commitments of some rows of a view as they stand today, in their order."""
    return stand(rows, among(reads, "measure_list", "commitment_id", [row["id"] for row in rows]), today)


def find(reads: Reads, number: int, *, today: date) -> Standing:
    """Return the commitment of that number as it stands today. Raises CommitmentNotFoundError."""
    rows = reads.select("promises", ["id = :number"], number=number)
    if not rows:
        raise CommitmentNotFoundError(number)
    return some(reads, rows, today=today)[0]


def stand(rows: Iterable[Record], measures: Iterable[Record], today: date) -> list[Standing]:
    """Return commitments and their measures, as views have them, as they stand on a day."""
    of: dict[int, list[Measured]] = {}
    for row in sorted(measures, key=lambda row: int(row["id"])):
        progress = None if row["progress"] is None else whole(row["progress"])
        before, reported_on = whole(row["before"]), row["reported_on"]
        measure = Measured(row["id"], whole(row["target"]), row["unit"], row["per"], progress, before, reported_on)
        of.setdefault(row["commitment_id"], []).append(measure)
    return [
        Standing(
            **{key: row[key] for key in ("id", "partner_id", "partner", "statement", "goal", "day", "reported_on")},
            by=row["due_on"],
            state=str(_state(row, of.get(row["id"], []), today)),
            place=row["place"],
            people=row["people"],
            public=bool(row["public"]),
            measures=tuple(of.get(row["id"], [])),
        )
        for row in rows
    ]


def _state(row: Record, measures: Sequence[Measured], today: date) -> CommitmentState:
    """Return how a commitment stands on a day: the first that holds, in this order."""
    due, reported = row["due_on"], row["reported_on"]
    heard = date.fromisoformat(reported or row["day"])
    is_reached = bool(measures) and all(one.reached_by(due, today) for one in measures)
    if row["withdrawn_on"]:
        return CommitmentState.WITHDRAWN
    if row["done"] or is_reached:
        return CommitmentState.COMPLETED
    if due and date.fromisoformat(due) < today:
        return CommitmentState.MISSED
    if _years_later(heard, _UNREPORTED) <= today:
        return CommitmentState.UNREPORTED
    if _years_later(heard, _STALLED) <= today:
        return CommitmentState.STALLED
    begun = any(one.in_all for one in measures) if measures else reported
    return CommitmentState.UNDER_WAY if begun else CommitmentState.PLANNED


def _years_later(day: date, years: int) -> date:
    """Return the same day years later; of a February 29 the March 1."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


# ---- together -------------------------------------------------------------------------------------------


def states(commitments: Iterable[Standing]) -> dict[str, int]:
    """Return how many commitments stand in each state."""
    found = Counter(one.state for one in commitments)
    return {str(state): found[state] for state in CommitmentState}


def totals(commitments: Iterable[Standing]) -> list[Total]:
    """Return what is promised and reached for each goal and unit; what is withdrawn is left out.

    Neither unlike units nor a yearly number and one for good are added. A unit is called as it was first. Of yearly
    numbers one and the same calendar year counts: the newest for which anything of them was reported.
    """
    together: dict[tuple[str | None, str, str | None], list[tuple[int, Measured]]] = {}
    for one in commitments:
        for measure in one.measures if one.state != CommitmentState.WITHDRAWN else ():
            together.setdefault((one.goal, *measure.key), []).append((one.id, measure))
    places = [*CommitmentGoal, None]
    return [
        Total(
            goal,
            amounts.MONEY if key == unit_key(amounts.MONEY) else measures[0][1].unit,
            per,
            _sum(measure.target for _, measure in measures),
            _in_one_year([measure for _, measure in measures]) if per else _in_all(measure for _, measure in measures),
            len({number for number, _ in measures}),
        )
        for (goal, key, per), measures in sorted(
            together.items(), key=lambda item: (places.index(item[0][0]), item[0][1], item[0][2] or "")
        )
    ]


def _in_all(measures: Iterable[Measured]) -> float:
    return _sum(measure.progress or 0 for measure in measures)


def _in_one_year(measures: Sequence[Measured]) -> float:
    """Return what was reached of yearly numbers in the newest year of which there is a report."""
    newest = max((measure.reported_on or "" for measure in measures), default="")[:4]
    return _in_all(measure for measure in measures if (measure.reported_on or "")[:4] == newest)


def outcome_goals(settings: Mapping[str, str], commitments: Iterable[Standing]) -> list[OutcomeGoal]:
    """Return the goals that are set in units, with what was reached towards them.

    Each year of a yearly number counts, and what was reached of a commitment before it was withdrawn.
    """
    reached: dict[str, list[float]] = {}
    for one in commitments:
        for measure in one.measures:
            reached.setdefault(unit_key(measure.unit), []).append(measure.in_all)
    return [
        OutcomeGoal(amounts.unit(unit), target, _sum(reached.get(unit_key(unit), [])))
        for unit, target in amounts.given(settings, OUTCOME_GOAL).items()
    ]


def _sum(numbers: Iterable[float]) -> float:
    return whole(math.fsum(numbers))


def units(reads: Reads) -> dict[str, tuple[str, int]]:
    """Return each unit in which something is promised, by its key: as it was called first, and in how many commitments.

    The most frequent one is first.
    """
    found: dict[str, tuple[str, set[int]]] = {}
    for row in reads.select("measure_list", ["commitment_id IN (SELECT id FROM promises)"], "id"):
        found.setdefault(row["unit_key"], (row["unit"], set()))[1].add(row["commitment_id"])
    ordered = sorted(found.items(), key=lambda item: -len(item[1][1]))
    return {key: (name, len(numbers)) for key, (name, numbers) in ordered}


def as_dict(commitments: Sequence[Standing], settings: Mapping[str, str]) -> dict[str, Any]:
    """Return how all commitments stand, as the JSON of the report has it."""
    return {
        "states": states(commitments),
        "totals": [vars(one) for one in totals(commitments)],
        "goals": [vars(one) for one in outcome_goals(settings, commitments)],
        "list": [one.as_dict() for one in commitments],
    }
