"""Comparisons: what changed since an earlier day, as both are known now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..names import told_apart
from ..store.reading import among
from ..vocabulary import ReportSection, Stage
from .selection import Selection


@dataclass(frozen=True)
class Change:
    """One figure that is another now."""

    section: str
    item: str
    then: float
    now: float

    @property
    def difference(self) -> float:
        """By how much it is more now, or less."""
        return round(self.now - self.then, 6)


@dataclass(frozen=True)
class Comparison:
    """What changed since a day: the figures, and the partners that are new at each stage, or there no longer."""

    day: date
    changes: list[Change]
    new: dict[str, list[str]]
    no_longer: dict[str, list[str]]

    def as_dict(self) -> dict[str, Any]:
        """Return it as the JSON of the report has it."""
        return {
            "day": self.day.isoformat(),
            "figures": [{**vars(change), "difference": change.difference} for change in self.changes],
            "new": self.new,
            "no_longer": self.no_longer,
        }


def changes(then: Mapping[tuple[str, str], Any], now: Mapping[tuple[str, str], Any]) -> list[Change]:
    """Return the figures of two reports that differ. A count that one of them lacks is 0 there; a pace is not known."""
    found = [
        Change(section, item, then.get((section, item), 0), now.get((section, item), 0))
        for section, item in dict.fromkeys([*now, *then])
        if section != ReportSection.PACE or all((section, item) in figures for figures in (then, now))
    ]
    return [change for change in found if isinstance(change.now, (int, float)) and change.difference]


def moved(then: Selection, now: Selection) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the names of partners for whom each stage is recorded now and was not then, and the other way round."""
    before, after = _reached(then), _reached(now)
    came = {stage: after[stage] - before[stage] for stage in after}
    gone = {stage: before[stage] - after[stage] for stage in after}
    wanted = sorted(set().union(*came.values(), *gone.values()))
    rows = among(now.reads, "official_names", "partner_id", wanted)
    names = told_apart({row["partner_id"]: row["text"] for row in rows})

    def named(numbers: dict[str, set[int]]) -> dict[str, list[str]]:
        return {stage: sorted((names[number] for number in them), key=str.casefold) for stage, them in numbers.items()}

    return named(came), named(gone)


def _reached(selection: Selection) -> dict[str, set[int]]:
    rows = selection.rows("partner_facts")
    return {
        str(stage): {row["partner_id"] for row in rows if stage is Stage.IDENTIFIED or row[stage]} for stage in Stage
    }
