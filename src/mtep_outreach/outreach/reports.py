"""The report: where the network stands, as figures."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ..days import day_in_words
from ..errors import SessionNotYetPlannedError
from ..places import COUNTED
from ..store.reading import Reads, Record
from ..tables import Table
from ..vocabulary import NOT_SET, Answer, ReportSection, Scope, Sector, Stage
from . import sessions, tasks
from .selection import Selection
from .tasks import TASKS

if TYPE_CHECKING:
    from .comparisons import Comparison
    from .conversions import Conversion, Nominator
    from .coverage import Coverage
    from .pace import Pace
    from .promises import Promises

_SHOWN_NAMES = 10


ALL = tuple(ReportSection)
"""Everything there is to report."""

_KEYS = {
    ReportSection.GOAL: ("goal", "identified", "remaining"),
    ReportSection.STAGES: ("stages", "by_scope", "by_sector"),
    ReportSection.SESSIONS: ("sessions", "conversion"),
    ReportSection.COVERAGE: ("coverage", "by_scope", "by_sector"),
    ReportSection.STATES: ("states", "coverage"),
    ReportSection.COMMITMENTS: ("commitments",),
    ReportSection.PACE: ("pace",),
    ReportSection.NOMINATORS: ("nominators",),
    ReportSection.NEXT: ("next",),
}
"""The keys of the JSON that belong to a section."""

_COMPARED = (ReportSection.COMMITMENTS, ReportSection.PACE)
"""What is compared, too, where no section was asked for: the one screen has a line of each."""

_ALWAYS = ("goal", "identified", "remaining", "stages", "by_scope", "by_sector", "states", "sessions", "next")
"""The keys of a report of which no section was asked for."""


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
    """Where the network stands; each stage counts the partners for whom that fact is recorded.

    Without ``sections`` it is the figures of one screen. What no section needs is None.
    """

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
    sections: tuple[ReportSection, ...] = ()
    coverage: "Coverage | None" = None
    conversion: "list[Conversion] | None" = None
    commitments: "Promises | None" = None
    pace: "Pace | None" = None
    nominators: "list[Nominator] | None" = None
    compared: "Comparison | None" = None

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
        everything: dict[str, Any] = {
            "goal": self.goal,
            "identified": self.identified,
            "remaining": self.remaining,
            "stages": self.stages,
            "by_scope": self.by_scope,
            "by_sector": self.by_sector,
            "states": {"covered": self.covered, "missing": self.missing},
            "sessions": [vars(figures) for figures in self.sessions],
            "next": [vars(task) for task in self.next],
            "coverage": self.coverage and self.coverage.as_dict(),
            "pace": self.pace and self.pace.as_dict(),
            "conversion": [vars(one) for one in self.conversion or ()],
            "nominators": [vars(one) for one in self.nominators or ()],
            "commitments": self.commitments and self.commitments.as_dict(),
        }
        wanted = {key for section in self.sections for key in _KEYS[section]} or set(_ALWAYS)
        found = {"as_of": self.as_of.isoformat()} | {key: everything[key] for key in everything if key in wanted}
        return found | ({"compared": self.compared.as_dict()} if self.compared else {})

    def as_table(self) -> Table:
        """Return every figure as a row: section, item, count."""
        from . import report_rows

        return report_rows.table(self)


def report(
    reads: Reads,
    *,
    today: date,
    goal: int,
    as_of: date | None = None,
    scope: Scope | None = None,
    session: Record | None = None,
    sections: Collection[ReportSection] = (),
    glance: bool = False,
    compare: date | None = None,
) -> Report:
    """Return where the network stands now, or stood on a past day as known now.

    ``scope`` counts only its partners, ``session`` shows only that session. ``sections`` says what is wanted beyond the
    figures of one screen; ``glance`` adds to these the pace to a goal that is not met, and commitments where there are
    some. ``compare`` is an earlier day, to say what changed since. Raises SessionNotYetPlannedError for a session that
    was not planned by the day.
    """
    selection = Selection(reads, today, as_of, scope)
    if session and not _planned(selection, session):
        raise SessionNotYetPlannedError(session["session"], day_in_words(selection.day))
    figures = replace(
        _figures(selection, goal, session), sections=tuple(one for one in ReportSection if one in sections)
    )
    found = _with_parts(figures, selection, session, _wanted(figures, glance=glance))
    if compare is None:
        return found
    return replace(found, compared=_compared(found, selection, replace(selection, as_of=compare), session))


def _figures(selection: Selection, goal: int, session: Record | None) -> Report:
    """Return the figures of one screen."""
    partners = selection.rows("partner_counts")
    states = {row["state"] for row in partners if row["state"]}
    waiting = [_task(selection, what) for what in TASKS]
    return Report(
        as_of=selection.day,
        goal=goal,
        stages={str(stage): sum(row[stage] for row in partners) for stage in Stage},
        by_scope=_summed(partners, "scope", [*Scope, NOT_SET]),
        by_sector=_summed(partners, "sector", [*Sector, NOT_SET]),
        by_scope_and_sector=_crossed(partners),
        covered=sorted(states),
        missing=[code for code in COUNTED if code not in states],
        sessions=_session_figures(selection, session),
        next=[task for task in waiting if task.count or task.what not in tasks.WHEN_THERE],
    )


def _compared(now: Report, after: Selection, before: Selection, session: Record | None) -> "Comparison":
    from . import comparisons, report_rows

    wanted = now.sections or _COMPARED
    then = replace(_figures(before, now.goal, session), sections=now.sections)
    then = _with_parts(then, before, session, wanted)
    now = now if now.sections else _with_parts(now, after, session, wanted)
    changed = comparisons.changes(report_rows.comparable(then), report_rows.comparable(now))
    return comparisons.Comparison(then.as_of, changed, *comparisons.moved(before, after))


def _wanted(found: Report, *, glance: bool) -> Collection[ReportSection]:
    """Return the sections that are wanted; at a glance the pace and the commitments too, where they say something."""
    more = {
        ReportSection.PACE: glance and found.remaining and found.identified,
        ReportSection.COMMITMENTS: glance and found.stages[Stage.COMMITTED],
    }
    return {*found.sections, *(section for section, is_wanted in more.items() if is_wanted)}


def _with_parts(
    found: Report, selection: Selection, session: Record | None, wanted: Collection[ReportSection]
) -> Report:
    """Return a report with what the wanted sections need; nothing else is looked up, or loaded."""
    of = {section: section in wanted for section in ReportSection}
    if of[ReportSection.COVERAGE] or of[ReportSection.STATES]:
        from .coverage import coverage

        found = replace(found, coverage=coverage(selection, found.by_scope, found.by_sector))
    if of[ReportSection.SESSIONS] or of[ReportSection.NOMINATORS]:
        from .conversions import conversions, nominators

        worked = conversions(selection, session) if of[ReportSection.SESSIONS] else None
        by_member = nominators(selection) if of[ReportSection.NOMINATORS] else None
        found = replace(found, conversion=worked, nominators=by_member)
    if of[ReportSection.PACE]:
        from .pace import pace

        found = replace(found, pace=pace(selection, found.goal))
    if of[ReportSection.COMMITMENTS]:
        from .promises import promises

        found = replace(found, commitments=promises(selection))
    return found


def _summed(rows: Iterable[Record], key: str, words: Iterable[str]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row[key] or NOT_SET] += row[Stage.IDENTIFIED]
    return {str(word): sums[word] for word in words}


def _crossed(rows: Iterable[Record]) -> dict[tuple[str, str], int]:
    sums: Counter[tuple[str, str]] = Counter()
    for row in rows:
        sums[row["scope"] or NOT_SET, row["sector"] or NOT_SET] += row[Stage.IDENTIFIED]
    return dict(sums)


def _session_figures(selection: Selection, session: Record | None) -> list[SessionFigures]:
    replies: dict[int, Counter[str | None]] = {}
    for row in selection.rows("invitation_counts"):
        replies.setdefault(row["session_id"], Counter())[row["reply"]] += row["partners"]
    came: Counter[int] = Counter()
    for row in selection.rows("attendance_counts"):
        came[row["session_id"]] += row["partners"]
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
        for row in _planned(selection, session)
        for answers in [replies.get(row["id"], Counter())]
    ]


def _planned(selection: Selection, session: Record | None) -> list[Record]:
    """Return the sessions as they were planned on the day that is looked at, or the one that is meant."""
    where, values = (["id = :session"], {"session": session["id"]}) if session else ([], {})
    return selection.reads.select("planned_sessions", where, "starts_at, id", as_of=selection.as_of, **values)


def _task(selection: Selection, what: str) -> Task:
    own, more = tasks.conditions(what, selection.day)
    where, values = [*selection.where, *own], {**selection.values, **more}
    reads, as_of = selection.reads, selection.as_of
    if what == "in-doubt":  # few, and each must be looked at
        rows = tasks.waiting(reads, what, where, values, as_of=as_of)
        return Task(what, len(rows), [row["partner"] for row in rows[:_SHOWN_NAMES]])
    first, count = reads.first("tasks", where, "since, partner_id", _SHOWN_NAMES, as_of, **values)
    return Task(what, count, [row["partner"] for row in first])
