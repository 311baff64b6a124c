"""The report in words: its parts as sentences and tables, for those who hear it, mail it or keep it in a wiki."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..days import day_in_words
from ..errors import shortened
from ..outreach.amounts import figure_of
from ..outreach.coverage import Coverage
from ..outreach.deadlines import deadline_shown
from ..outreach.reports import Report
from ..places import state_name
from ..tables import Column, Table
from ..vocabulary import NOT_SET, ReportSection, Scope, Sector, Stage, in_words
from .sentences import (
    BY,
    HINTS,
    covered_in_words,
    figure,
    glance_of_commitments,
    glance_of_pace,
    missing_in_words,
    pace_in_words,
    percent,
    share,
    states_in_words,
    task_in_words,
    with_share,
)

if TYPE_CHECKING:
    from ..outreach.conversions import Conversion

LATEST = 26
"""So many weeks are shown."""

IN_ALL = "Promised in all"
"""The title of the part that adds commitments up."""


@dataclass(frozen=True)
class Part:
    """A part of the report: sentences, a table whose first column names its rows, and more sentences."""

    title: str
    said: Sequence[str] = ()
    table: Table | None = None
    after: Sequence[str] = ()


def parts(report: Report) -> list[Part]:
    """Return the parts of a report that were asked for; without any, those of one screen."""
    sections = report.sections or ((ReportSection.GOAL,) if report.compared else _GLANCE)
    found = [part for section in sections for part in parts_of(report, section)]
    return [part for part in [*found, *compared(report)] if part.said or part.table or part.after]


def parts_of(report: Report, section: ReportSection) -> list[Part]:
    """Return the parts of one section."""
    return _PARTS[section](report)


def _table(titles: Sequence[str], rows: Iterable[Sequence[Any]], *left: int) -> Table:
    """Return rows as a table, the first column (and those in ``left``) words, the others figures."""
    is_figure = [place not in (0, *left) for place in range(len(titles))]
    columns = [Column(title, title, right=fixed, nowrap=fixed) for title, fixed in zip(titles, is_figure, strict=True)]
    return Table(columns, [dict(zip(titles, row, strict=True)) for row in rows])


# ---- the parts of one screen ----------------------------------------------------------------------------


def _goal(report: Report) -> list[Part]:
    met = "The goal is met" if not report.remaining else f"{report.remaining:,} to go"
    counted = f"{report.identified:,} of {report.goal:,} potential partners are identified."
    said = [f"{counted} {met}: {percent(report.identified, report.goal)}."]
    lines = [*glance_of_pace(report.pace), *glance_of_commitments(report.commitments)] if not report.sections else []
    return [Part("Goal", [*said, *lines])]


def _stages(report: Report) -> list[Part]:
    rows = [(stage, f"{count:,}", share(count, report.identified)) for stage, count in report.stages.items()]
    return [Part("Stages", table=_table(("Stage", "Partners", "Share"), rows))]


def _sessions(report: Report) -> list[Part]:
    titles = ("Session", "Invited", "Accepted", "Tentative", "Declined", "No answer", "Attended")
    rows = [
        (f"session {one.session}" + (" (cancelled)" if one.cancelled else ""), one.invited, one.accepted,
         one.tentative, one.declined, one.no_answer, one.attended)
        for one in report.sessions
    ]  # fmt: skip
    if not rows:
        return [Part("Sessions", ["None is planned yet. Plan one: mtep add-session 2024-05-24"])]
    return [Part("Sessions", table=_table(titles, rows)), *conversions(report)]


def conversions(report: Report) -> list[Part]:
    """Return what became of invitations, a part for each thing that they are compared by."""
    found = []
    cancelled = {one.session for one in report.sessions if one.cancelled}
    for by, words in BY.items():
        rows = [
            (_name(one, cancelled), one.invited,
             *(with_share(count, one.invited) for count in (one.accepted, one.attended, one.joined)))
            for one in report.conversion or ()
            if one.by == by
        ]  # fmt: skip
        if rows:
            titles = (words.capitalize(), "Invited", "Accepted", "Attended", "Joined")
            found.append(Part(f"What became of invitations, by {words}", table=_table(titles, rows)))
    return found


def _name(one: "Conversion", cancelled: Collection[str]) -> str:
    """Return what a row is called; of a session that was cancelled it is said."""
    if one.by == "scope":
        return in_words(one.name)
    return f"{one.name} (cancelled)" if one.by == "session" and one.name in cancelled else one.name


def crossed(report: Report) -> list[Part]:
    """Return how many partners there are of each sector and scope."""
    scopes = [scope for scope in (*Scope, NOT_SET) if report.by_scope[scope]]
    rows = [
        (in_words(sector), *(report.by_scope_and_sector.get((scope, sector), 0) for scope in scopes),
         report.by_sector[sector])
        for sector in (*Sector, NOT_SET)
    ]  # fmt: skip
    rows.append(("total", *(report.by_scope[scope] for scope in scopes), sum(report.by_scope.values())))
    return [Part("Scope and sector", table=_table(("Sector", *map(in_words, scopes), "total"), rows))]


def _covered(report: Report) -> list[Part]:
    said = [covered_in_words(report.covered) + (f": {' '.join(report.covered)}." if report.covered else ".")]
    if report.missing:
        said.append(f"{missing_in_words(report.missing)}: {' '.join(report.missing)}.")
    return [Part("States and territories", said)]


def _next(report: Report) -> list[Part]:
    waiting = [f"{task_in_words(task).removesuffix('.')} ({HINTS[task.what]})." for task in report.next if task.count]
    return [Part("What to do next", after=waiting)]


# ---- the other parts ------------------------------------------------------------------------------------


def _coverage(report: Report) -> list[Part]:
    return [*(_roles(report.coverage) if report.coverage else []), *crossed(report), *_suggestions(report)]


def _roles(coverage: Coverage) -> list[Part]:
    rows = [
        (
            in_words(role.role),
            *("; ".join(names) or "nobody" for names in (role.covering, role.under_way, role.waiting)),
        )
        for role in coverage.roles
    ]
    titles = ("Role in the partnership council", "Joined or committed", "Under way", "Identified only")
    return [Part("Council roles", table=_table(titles, rows, 1, 2, 3))]


def _suggestions(report: Report) -> list[Part]:
    return [Part("What could close the gaps", after=report.coverage.suggestions if report.coverage else [])]


def _states(report: Report) -> list[Part]:
    states = report.coverage.states if report.coverage else []
    rows = [
        (f"{state_name(one.state)} ({one.state})", one.partners, *(one.by_stage[stage] for stage in Stage))
        for one in sorted(states, key=lambda one: (-one.partners, one.state))
    ]
    titles = ("State", "Partners", *(stage.capitalize() for stage in Stage))
    table = _table(titles, rows) if rows else None
    return [*_covered(report), Part("Partners by state, each at its furthest stage", table=table)]


def _commitments(report: Report) -> list[Part]:
    promises = report.commitments
    if promises is None or not promises.standing:
        return [Part("Commitments", ['None yet. When a partner promises something: mtep add-commitment PARTNER "..."'])]
    goals = [(goal.unit, *(figure_of(number, goal.unit) for number in (goal.target, goal.progress)),
              percent(goal.progress, goal.target)) for goal in promises.goals]  # fmt: skip
    sums = [
        (f"{total.unit} a {total.per}" if total.per else total.unit, in_words(total.goal or "no goal"),
         *(figure_of(number, total.unit) for number in (total.target, total.progress)),
         percent(total.progress, total.target), total.commitments)
        for total in promises.totals
    ]  # fmt: skip
    each = [
        (
            f"commitment {one.id}",
            one.partner,
            one.statement,
            "; ".join(map(str, one.measures)),
            deadline_shown(one.by) if one.by else "",
            in_words(one.state),
        )
        for one in promises.standing
    ]
    titles = ("Unit", "For", "Promised", "Reached", "Share", "Commitments")
    return [
        Part("Commitments", [f"{len(promises.standing):,} in all: {states_in_words(promises)}."]),
        Part("Goals of the network", table=_table(("Unit", "To reach", "Reached", "Share"), goals) if goals else None),
        Part(IN_ALL, table=_table(titles, sums, 1) if sums else None),
        Part("One by one", table=_table(("No.", "Partner", "Promise", "Reached", "By", "State"), each, 1, 2, 3, 4, 5)),
    ]


def _pace(report: Report) -> list[Part]:
    if report.pace is None:
        return []
    rows = [(f"week of {week.week}", week.identified, week.total) for week in report.pace.weeks[-LATEST:]]
    table = _table(("Week", "New partners", "In all"), rows) if rows else None
    return [Part("Pace", pace_in_words(report.pace, report.goal), table)]


def _nominators(report: Report) -> list[Part]:
    rows = [(one.member, one.nominated, one.invited, one.accepted, one.attended, one.joined)
            for one in report.nominators or ()]  # fmt: skip
    if not rows:
        return [Part("Nominators", ["Nobody has nominated a partner yet: mtep nominate PARTNER --by MEMBER"])]
    titles = ("Member", "Nominated", "Invited", "Accepted", "Attended", "Joined")
    return [Part("Nominators", table=_table(titles, rows))]


def compared(report: Report) -> list[Part]:
    """Return what changed since an earlier day."""
    if report.compared is None:
        return []
    since = f"Changes since {day_in_words(report.compared.day)}"
    rows = [
        (f"{change.section}: {change.item}" if change.section != change.item else change.item, figure(change.then),
         figure(change.now), ("+" if change.difference > 0 else "") + figure(change.difference))
        for change in report.compared.changes
    ]  # fmt: skip
    moves = [
        f"{title.format(stage)}: {shortened(names)}."
        for title, of in (("New at {}", report.compared.new), ("No longer at {}", report.compared.no_longer))
        for stage, names in of.items()
        if names
    ]
    if not rows:
        return [Part(since, [] if moves else ["Nothing changed."], after=moves)]
    return [Part(since, table=_table(("Figure", "Then", "Now", "Difference"), rows), after=moves)]


_GLANCE = (
    ReportSection.GOAL, ReportSection.STAGES, ReportSection.SESSIONS, ReportSection.COVERAGE, ReportSection.STATES,
    ReportSection.NEXT,
)  # fmt: skip

_PARTS: Mapping[str, Callable[[Report], list[Part]]] = {
    ReportSection.GOAL: _goal,
    ReportSection.STAGES: _stages,
    ReportSection.SESSIONS: _sessions,
    ReportSection.COVERAGE: _coverage,
    ReportSection.STATES: _states,
    ReportSection.COMMITMENTS: _commitments,
    ReportSection.PACE: _pace,
    ReportSection.NOMINATORS: _nominators,
    ReportSection.NEXT: _next,
}
