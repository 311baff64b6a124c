"""Promises: all commitments that a report counts, with what they add up to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import commitments
from .commitments import OutcomeGoal, Standing, Total
from .network import network_settings
from .selection import Selection


@dataclass(frozen=True)
class Promises:
    """Every commitment as it stands, and the network's settings, which have the goals that they count towards."""

    standing: list[Standing]
    settings: Mapping[str, str]

    @property
    def states(self) -> dict[str, int]:
        """How many commitments stand in each state."""
        return commitments.states(self.standing)

    @property
    def totals(self) -> list[Total]:
        """What is promised and reached together, for each goal and unit."""
        return commitments.totals(self.standing)

    @property
    def goals(self) -> list[OutcomeGoal]:
        """What all of them together are to reach."""
        return commitments.outcome_goals(self.settings, self.standing)

    def as_dict(self) -> dict[str, Any]:
        """Return it as the JSON of the report has it."""
        return commitments.as_dict(self.standing, self.settings)


def promises(selection: Selection) -> Promises:
    """Return what partners promised until the day that is looked at."""
    found = commitments.standing(selection.reads, today=selection.today, as_of=selection.as_of, scope=selection.scope)
    return Promises(found, network_settings(selection.reads))
