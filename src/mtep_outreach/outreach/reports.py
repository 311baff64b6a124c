"""The report: where the network stands, as figures."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from ..places import COUNTED
from ..store.reading import Reads, Record
from ..tables import Column, Table
from ..vocabulary import NOT_SET, Answer, Scope, Sector, Stage, in_words
from . import sessions, tasks
from .tasks import TASKS

_SHOWN_NAMES = 10


@dataclass(frozen=True)
class SessionFigures:
    """How one session stands; ``starts`` is ISO 8601 with the offset of the session's own zone."""

    session: str
    starts: str
    time_zone: str
    invited: int
    accepted: int
    tentative: int
    declined: int
    no_answer: int
    attended: int
    cancelled: bool = False


@dataclass(frozen=True)
class Task:
    """Something to do, for how many partners, and the first ten of them."""

    what: str
    count: int
    partners: list[str]


@dataclass(frozen=True)
class Report:
    """Where the network stands; each stage counts the partners for whom that fact is recorded."""

    as_of: date
    goal: int
    stages: dict[str, int]
    by_scope: dict[str, int]
    by_sector: dict[str, int]
    by_scope_and_sector: dict[tuple[str, str], int]
    covered: list[str]
    missing: list[str]
    sessions: list[SessionFigures]
    next: list[Task]

    @property
    def identified(self) -> int:
        """How many partners are identified."""
        return self.stages[Stage.IDENTIFIED]

    @property
    def remaining(self) -> int:
        """How many are still to be identified until the goal is met."""
        return max(0, self.goal - self.identified)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON has it: a stable interface."""
        return {
            "as_of": self.as_of.isoformat(),
            "goal": self.goal,
            "identified": self.identified,
            "remaining": self.remaining,
            "stages": self.stages,
            "by_scope": self.by_scope,
            "by_sector": self.by_sector,
            "states": {"covered": self.covered, "missing": self.missing},
            "sessions": [vars(figures) for figures in self.sessions],
            "next": [vars(task) for task in self.next],
        }

    def as_table(self) -> Table:
        """Return every figure as a row: section, item, count."""
        rows: list[tuple[str, str, Any]] = [
            ("goal", "goal", self.goal),
            ("goal", "identified", self.identified),
            ("goal", "remaining", self.remaining),
        ]
        rows += [("stage", stage, count) for stage, count in self.stages.items()]
        rows += [("scope", in_words(scope), count) for scope, count in self.by_scope.items()]
        rows += [("sector", in_words(sector), count) for sector, count in self.by_sector.items()]
        rows += [("states", "covered", len(self.covered)), ("states", "missing", len(self.missing))]
        rows += [
            (f"session {figures.session}", in_words(key.replace("_", "-")), getattr(figures, key))
            for figures in self.sessions
            for key in ("invited", "accepted", "tentative", "declined", "no_answer", "attended")
        ]
        rows += [("next", TASKS[task.what], task.count) for task in self.next]
        columns = (Column("section", "Section"), Column("item", "Item"), Column("count", "Count", right=True))
        return Table(columns, [dict(zip(("section", "item", "count"), row, strict=True)) for row in rows])


def report(
    reads: Reads,
    *,
    today: date,
    goal: int,
    as_of: date | None = None,
    scope: Scope | None = None,
    session: Record | None = None,
) -> Report:
    """Return where the network stands now, or stood on a past day as known now.

    ``scope`` counts only its partners, ``session`` shows only that session.
    """
    here = ["scope = :scope"] if scope else []
    values: dict[str, Any] = {"scope": str(scope)} if scope else {}

    def counted(view: str) -> list[Record]:
        return reads.select(view, here, as_of=as_of, **values)

    partners = counted("partner_counts")
    states = {row["state"] for row in partners if row["state"]}
    return Report(
        as_of=as_of or today,
        goal=goal,
        stages=_summed(counted("stage_counts"), "stage", Stage)
        | {str(Stage.IDENTIFIED): sum(row["partners"] for row in partners)},
        by_scope=_summed(partners, "scope", [*Scope, NOT_SET]),
        by_sector=_summed(partners, "sector", [*Sector, NOT_SET]),
        by_scope_and_sector=_crossed(partners),
        covered=sorted(states),
        missing=[code for code in COUNTED if code not in states],
        sessions=_session_figures(reads, counted, session, as_of),
        next=[
            task
            for what in TASKS
            for task in [_task(reads, what, here, values, as_of, as_of or today)]
            if task.count or what not in tasks.WHEN_THERE
        ],
    )


def _summed(rows: Iterable[Record], key: str, words: Iterable[str]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row[key] or NOT_SET] += row["partners"]
    return {str(word): sums[word] for word in words}


def _crossed(rows: Iterable[Record]) -> dict[tuple[str, str], int]:
    sums: Counter[tuple[str, str]] = Counter()
    for row in rows:
        sums[row["scope"] or NOT_SET, row["sector"] or NOT_SET] += row["partners"]
    return dict(sums)


def _session_figures(reads: Reads, counted: Any, session: Record | None, as_of: date | None) -> list[SessionFigures]:
    replies: dict[int, Counter[str | None]] = {}
    for row in counted("invitation_counts"):
        replies.setdefault(row["session_id"], Counter())[row["reply"]] += row["partners"]
    came: Counter[int] = Counter()
    for row in counted("attendance_counts"):
        came[row["session_id"]] += row["partners"]
    planned = [session] if session else reads.select("planned_sessions", order_by="starts_at, id", as_of=as_of)
    return [
        SessionFigures(
            session=row["session"],
            starts=sessions.starts(row).astimezone(ZoneInfo(row["time_zone"])).isoformat(),
            time_zone=row["time_zone"],
            invited=answers.total(),
            accepted=answers[Answer.ACCEPTED],
            tentative=answers[Answer.TENTATIVE],
            declined=answers[Answer.DECLINED],
            no_answer=answers[None],
            attended=came[row["id"]],
            cancelled=row["cancelled_on"] is not None,
        )
        for row in planned
        for answers in [replies.get(row["id"], Counter())]
    ]


def _task(reads: Reads, what: str, here: list[str], values: dict[str, Any], as_of: date | None, day: date) -> Task:
    own, more = tasks.conditions(what, day)
    where, values = [*here, *own], {**values, **more}
    if what == "in-doubt":  # few, and each must be looked at
        rows = tasks.waiting(reads, what, where, values, as_of=as_of)
        return Task(what, len(rows), [row["partner"] for row in rows[:_SHOWN_NAMES]])
    first = tasks.waiting(reads, what, where, values, limit=_SHOWN_NAMES, as_of=as_of)
    return Task(what, reads.count("tasks", where, as_of, **values), [row["partner"] for row in first])
