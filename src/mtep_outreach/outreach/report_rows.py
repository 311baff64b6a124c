"""The figures of the report as rows of three columns: what a spreadsheet takes."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..places import COUNTED
from ..tables import Column, Table
from ..vocabulary import in_words
from .tasks import TASKS

if TYPE_CHECKING:
    from .reports import Report

_ONE_SCREEN = ("goal", "stages", "coverage", "states", "sessions", "next")

Figure = tuple[str, str, Any]


def table(report: "Report") -> Table:
    """Return every figure of a report as a row: section, item, count."""
    rows = _figures(report, report.sections or _ONE_SCREEN)
    columns = (Column("section", "Section"), Column("item", "Item"), Column("count", "Count", right=True))
    return Table(columns, [dict(zip(("section", "item", "count"), row, strict=True)) for row in rows])


def comparable(report: "Report") -> dict[tuple[str, str], Any]:
    """Return the figures that can be compared with those of another day: single weeks cannot."""
    weeks = {f"week {week.week}" for week in report.pace.weeks} if report.pace else set()
    found = _figures(report, report.sections or (*_ONE_SCREEN, "commitments", "pace"))
    return {(section, item): count for section, item, count in found if section not in weeks}


def _figures(report: "Report", sections: Iterable[str]) -> list[Figure]:
    return list(dict.fromkeys(row for section in sections for row in _ROWS[str(section)](report)))


def _goal(report: "Report") -> Iterable[Figure]:
    yield "goal", "goal", report.goal
    yield "goal", "identified", report.identified
    yield "goal", "remaining", report.remaining


def _stages(report: "Report") -> Iterable[Figure]:
    for stage, count in report.stages.items():
        yield "stage", stage, count


def _sessions(report: "Report") -> Iterable[Figure]:
    for figures in report.sessions:
        for key in ("invited", "accepted", "tentative", "declined", "no_answer", "attended"):
            yield f"session {figures.session}", in_words(key.replace("_", "-")), getattr(figures, key)
    for one in report.conversion or ():
        for key in ("invited", "accepted", "attended", "joined"):
            yield f"conversion {one.by} {one.name}", key, getattr(one, key)


def _coverage(report: "Report") -> Iterable[Figure]:
    for scope, count in report.by_scope.items():
        yield "scope", in_words(scope), count
    for sector, count in report.by_sector.items():
        yield "sector", in_words(sector), count
    for role in report.coverage.roles if report.coverage else ():
        for stage, count in role.by_stage.items():
            yield f"role {in_words(role.role)}", stage, count


def _states(report: "Report") -> Iterable[Figure]:
    counted = sum(code in COUNTED for code in report.covered)
    yield "states", "covered", counted
    if counted < len(report.covered):
        yield "states", "freely associated", len(report.covered) - counted
    yield "states", "missing", len(report.missing)
    for state in report.coverage.states if report.coverage else ():
        for stage, count in state.by_stage.items():
            yield f"state {state.state}", stage, count


def _commitments(report: "Report") -> Iterable[Figure]:
    if report.commitments is None:
        return
    for state, count in report.commitments.states.items():
        yield "commitments", in_words(state), count
    for total in report.commitments.totals:
        section = f"promised for {in_words(total.goal or 'no goal')}"
        unit = f"{total.unit} a {total.per}" if total.per else total.unit
        yield section, f"{unit} promised", total.target
        yield section, f"{unit} reached", total.progress
    for goal in report.commitments.goals:
        yield "outcome goals", f"{goal.unit} to reach", goal.target
        yield "outcome goals", f"{goal.unit} reached", goal.progress


def _pace(report: "Report") -> Iterable[Figure]:
    if report.pace is None:
        return
    if report.pace.per_week is not None:
        yield "pace", "partners a week", report.pace.per_week
    if report.pace.projection:
        for key, day in vars(report.pace.projection).items():
            yield "pace", "goal met on" if key == "day" else f"goal met at the {key}", day
    for week in report.pace.weeks:
        yield f"week {week.week}", "identified", week.identified
        yield f"week {week.week}", "total", week.total


def _nominators(report: "Report") -> Iterable[Figure]:
    for one in report.nominators or ():
        for key in ("nominated", "invited", "accepted", "attended", "joined"):
            yield f"nominator {one.member}", key, getattr(one, key)


def _next(report: "Report") -> Iterable[Figure]:
    for task in report.next:
        yield "next", TASKS[task.what], task.count


_ROWS: Mapping[str, Callable[["Report"], Iterable[Figure]]] = {
    "goal": _goal,
    "stages": _stages,
    "sessions": _sessions,
    "coverage": _coverage,
    "states": _states,
    "commitments": _commitments,
    "pace": _pace,
    "nominators": _nominators,
    "next": _next,
}
