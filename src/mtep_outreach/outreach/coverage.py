"""Coverage: who fills the roles of the partnership council, and which states are reached."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..names import told_apart
from ..store.reading import Record
from ..vocabulary import CouncilRole, Stage
from .selection import Selection

_JOINED = (Stage.JOINED, Stage.COMMITTED)


@dataclass(frozen=True)
class RoleCoverage:
    """One role of the council (AMTE's Standard P.1): who joined, who is on the way, who waits to be invited."""

    role: str
    by_stage: dict[str, int]
    covering: list[str]
    under_way: list[str]
    waiting: list[str]


@dataclass(frozen=True)
class StateReach:
    """One state or territory: how many partners there are, each counted at its furthest stage."""

    state: str
    partners: int
    by_stage: dict[str, int]


@dataclass(frozen=True)
class Coverage:
    """The council's roles, the states that are reached, and what is stored that could close the gaps."""

    roles: list[RoleCoverage]
    states: list[StateReach]
    suggestions: list[str]

    def as_dict(self) -> dict[str, Any]:
        """Return it as the JSON of the report has it."""
        return {
            "roles": [vars(role) for role in self.roles],
            "states": [vars(state) for state in self.states],
            "suggestions": self.suggestions,
        }


def coverage(selection: Selection, by_scope: Mapping[str, int], by_sector: Mapping[str, int]) -> Coverage:
    """Return what is covered, with suggestions; ``by_scope`` and ``by_sector`` count the partners there are."""
    from . import suggestions

    rows = selection.rows("role_list", "name_key, partner_id")
    names = told_apart({row["partner_id"]: row["name"] for row in rows})
    rows = [{**row, "name": names[row["partner_id"]]} for row in rows]
    of = {str(role): [row for row in rows if row["role"] == role] for role in CouncilRole}
    states = _states(selection.rows("stage_counts"))
    outlook = suggestions.outlook(selection)
    suggested = suggestions.for_roles(outlook, of)
    if any(of.values()):
        suggested += suggestions.candidates(selection, of)
    if sum(by_scope.values()):
        suggested += suggestions.for_words(outlook, by_scope, by_sector)
        suggested += suggestions.for_states(outlook, states)
    return Coverage([_role(role, partners) for role, partners in of.items()], states, suggested)


def _role(role: str, partners: Sequence[Record]) -> RoleCoverage:
    reached = Counter(row["stage"] for row in partners)
    return RoleCoverage(
        role,
        {str(stage): reached[stage] for stage in Stage},
        covering=[row["name"] for row in partners if row["stage"] in _JOINED],
        under_way=[row["name"] for row in partners if row["stage"] not in (*_JOINED, Stage.IDENTIFIED)],
        waiting=[row["name"] for row in partners if row["stage"] == Stage.IDENTIFIED],
    )


def _states(rows: Iterable[Record]) -> list[StateReach]:
    reached: dict[str, Counter[str]] = {}
    for row in rows:
        reached.setdefault(row["state"], Counter())[row["stage"]] += row["partners"]
    return [
        StateReach(code, stages.total(), {str(stage): stages[stage] for stage in Stage})
        for code, stages in sorted(reached.items())
    ]
