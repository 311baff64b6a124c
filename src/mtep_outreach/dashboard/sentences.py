"""The sentences of the report, and how its figures are said: what every form of it shares."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from ..days import day_in_words
from ..errors import listed
from ..outreach import amounts
from ..outreach.reports import Task
from ..outreach.tasks import TASKS
from ..places import COUNTED
from ..vocabulary import in_words

if TYPE_CHECKING:
    from ..outreach.pace import Pace
    from ..outreach.promises import Promises

FEW = 10
"""Of fewer than so many no percentage is said: it would promise more than they can keep."""

NAMES = 3
"""So many partners are named of a task."""

HINTS = {
    "in-doubt": "mtep list deliveries, then: mtep settle LETTER sent, or mtep settle LETTER again",
    "failed": "why, and what to type: mtep next",
    "came-back": "what to type: mtep next",
    "bounced": 'mtep add-contact PARTNER "Name <mail>"',
    "review": "mtep review",
    "queued": "mtep send",
    "no-contact": 'mtep add-contact PARTNER "Name <mail>"',
    "not-invited": "mtep invite --session DAY",
    "not-confirmed-sent": "when it was sent: mtep sent SESSION PARTNER",
    "no-answer": "who could ask again: mtep next; when they answer: mtep rsvp PARTNER ANSWER",
    "not-recorded": "mtep attend --session DAY --from FILE",
    "not-attended": "mtep attend --session DAY PARTNER, or invite them again: mtep invite PARTNER --session DAY",
    "not-joined": "when they do: mtep join PARTNER",
    "overdue": "which ones: mtep next; when they say how it stands: mtep progress ID REACHED",
    "maybe-twice": "mtep duplicates --decide",
}
"""What to type, for each kind of task."""

BY = {"session": "session", "scope": "scope", "nominator": "nominator", "template": "letter"}
"""What invitations are compared by."""


# ---- figures --------------------------------------------------------------------------------------------


def percent(part: float, whole: float) -> str:
    """Return a share in percent, never rounded to nothing or to all that it is not; without a whole an empty text."""
    return amounts.percent(part, whole) if whole else ""


def share(part: float, whole: float) -> str:
    """Return a share in percent, or as "3 of 4" where there are few."""
    return f"{figure(part)} of {figure(whole)}" if 0 < whole < FEW else percent(part, whole)


def with_share(part: int, whole: int) -> str:
    """Return a number with its share: "14 (47%)", or "3 of 4" where there are few."""
    return f"{part:,} ({share(part, whole)})" if whole >= FEW else share(part, whole)


def figure(number: float) -> str:
    """Return a number as people read it."""
    return amounts.figure(number)


def covered_in_words(covered: Sequence[str]) -> str:
    """Return how many states and territories are covered, of those that may be called missing; and of others."""
    counted = sum(code in COUNTED for code in covered)
    others = len(covered) - counted
    states = "state" if others == 1 else "states"
    return f"{counted} of {len(COUNTED)} covered" + (f", and {others} freely associated {states}" if others else "")


def missing_in_words(missing: Sequence[str]) -> str:
    """Return how many states and territories are missing."""
    return f"{len(missing)} of {len(COUNTED)} missing"


# ---- sentences -------------------------------------------------------------------------------------------


def glance_of_pace(pace: "Pace | None") -> list[str]:
    """Return the pace in one line, where there is something to say."""
    if pace is None or pace.projection is None or pace.per_week is None:
        return []
    ahead = pace.projection
    return [f"Pace: {pace.per_week:,} a week; at that pace the goal is met around {short_day(ahead.day)}."]


def glance_of_commitments(promises: "Promises | None") -> list[str]:
    """Return the commitments in one line, where there are some."""
    if promises is None or not promises.standing:
        return []
    return [f"Commitments: {len(promises.standing):,}; {states_in_words(promises)}."]


def states_in_words(promises: "Promises") -> str:
    """Return how many commitments stand in which state."""
    return listed((f"{count:,} {in_words(state)}" for state, count in promises.states.items() if count), "and")


def task_in_words(task: Task) -> str:
    """Return for how many partners something waits, with the first: "4 are not invited yet: A; B; C and 1 more."."""
    more = task.count - min(task.count, NAMES)
    names = "; ".join(task.partners[:NAMES]) + (f" and {more:,} more" if more else "")
    return f"{task.count:,} {what_waits(task.what, task.count)}: {names}."


def what_waits(what: str, count: int) -> str:
    """Return what a number of partners wait for, to be read after that number."""
    words = TASKS[what]
    return words.replace("have ", "has ", 1).replace("are ", "is ", 1) if count == 1 else words


def pace_in_words(pace: "Pace", goal: int) -> list[str]:
    """Return the pace, the projection or why there is none, and the precedent."""
    from ..outreach.pace import PRECEDENT

    said = []
    if pace.per_week is not None:
        many = "partner a week was" if pace.per_week == 1 else "partners a week were"
        said.append(f"{pace.per_week:,} {many} identified in the last {pace.over_weeks} weeks.")
    if pace.projection:
        ahead = {key: short_day(day) for key, day in vars(pace.projection).items()}
        said.append(
            f"At that pace the goal of {goal:,} is met around {ahead['day']}; "
            f"8 times in 10 that is between {ahead['earliest']} and {ahead['latest']}."
        )
    if pace.why_not:
        said.append(pace.why_not)
    once = PRECEDENT
    said.append(
        f"For comparison: 100Kin10 grew from {once['from']} organizations to {once['to']} in {once['years']} years, "
        f"{once['per_week']} a week."
    )
    return said


def short_day(day: str) -> str:
    """Return a day that is an ISO text as people read it, without the day of the week."""
    return day_in_words(date.fromisoformat(day)).partition(", ")[2]
