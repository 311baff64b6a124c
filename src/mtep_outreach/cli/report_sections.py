"""The sections of the report in full, as a terminal shows them, and what changed since an earlier day."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from ..dashboard import parts
from ..dashboard.parts import LATEST, Part
from ..dashboard.sentences import pace_in_words, percent
from ..outreach.amounts import figure_of
from ..outreach.commitments import Measured, OutcomeGoal, Standing
from ..outreach.coverage import RoleCoverage, StateReach
from ..outreach.deadlines import deadline_shown
from ..outreach.reports import Report
from ..places import state_name
from ..tables import Table
from ..vocabulary import CommitmentState, ReportSection, Stage, in_words
from .output import printable, rich_table
from .report_screen import (
    Bar,
    Figures,
    draw_crossed,
    draw_goal,
    draw_sessions,
    draw_stages,
    draw_states,
    draw_tasks,
    draw_title,
    under,
    without_zeros,
)

_NAMES = 4
"""So many partners are named in one cell."""

_NARROW, _WIDE = 60, 110
_STATES_NEED = 68
_MARKS = (
    ("●", "x", "joined or committed"),
    ("◐", "/", "under way"),
    ("○", "o", "identified only"),
    ("·", ".", "nobody"),
)
_STYLES = {
    CommitmentState.COMPLETED: "green",
    CommitmentState.UNDER_WAY: "cyan",
    CommitmentState.STALLED: "yellow",
    CommitmentState.UNREPORTED: "yellow",
    CommitmentState.MISSED: "red",
}


class _Screen:
    """The sections that were asked for, one under the other."""

    def __init__(self, report: Report, heading: str) -> None:
        self.report = report
        self.heading = heading

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield draw_title(self.heading, self.report)
        for wanted in self.report.sections or (ReportSection.GOAL,):
            yield from _SECTIONS[wanted](self.report, options)
        for part in parts.compared(self.report):
            yield from _part(part)


def screen(report: Report, heading: str) -> RenderableType:
    """Return the sections of a report; ``heading`` names the network."""
    return _Screen(report, heading)


def _part(part: Part) -> Iterable[RenderableType]:
    body: list[RenderableType] = [Text(printable(sentence)) for sentence in part.said]
    body += [Figures(rich_table(part.table), part.table)] if part.table else []
    body += [Text(printable(sentence), style="italic") for sentence in part.after]
    if body:
        yield from under(part.title, Group(*body))


def _grid() -> RichTable:
    return RichTable.grid(expand=True, padding=(0, 2, 0, 0), pad_edge=False)


def _goal(report: Report, _: ConsoleOptions) -> Iterable[RenderableType]:
    yield draw_goal(report)


def _stages(report: Report, _: ConsoleOptions) -> Iterable[RenderableType]:
    yield from under("Stages", draw_stages(report))
    if report.identified and ReportSection.COVERAGE not in report.sections:
        yield from under("Scope and sector", draw_crossed(report))


def _sessions(report: Report, _: ConsoleOptions) -> Iterable[RenderableType]:
    yield from under("Sessions", draw_sessions(report))
    for part in parts.conversions(report):
        yield from _part(part)


def _next(report: Report, _: ConsoleOptions) -> Iterable[RenderableType]:
    waiting = [task for task in report.next if task.count]
    yield from under("What to do next", draw_tasks(waiting) if waiting else Text("Nothing waits to be done."))


def _nominators(report: Report, _: ConsoleOptions) -> Iterable[RenderableType]:
    for part in parts.parts_of(report, ReportSection.NOMINATORS):
        yield from _part(part)


# ---- coverage -------------------------------------------------------------------------------------------


def _coverage(report: Report, options: ConsoleOptions) -> Iterable[RenderableType]:
    if report.coverage is None:
        return
    is_narrow = options.max_width < _NARROW
    drawn = RichTable.grid(padding=(0, 2, 0, 0), pad_edge=False)
    drawn.add_column(no_wrap=True)
    drawn.add_column(no_wrap=not is_narrow)
    drawn.add_column(overflow="fold")
    for role in report.coverage.roles:
        name, who = Text(in_words(role.role)), _who(role)
        cells = [Group(Text(name.plain, style="bold"), who)] if is_narrow else [name, who]
        drawn.add_row(_mark(role, options), *cells)
    legend = "   ".join(f"{mark[options.ascii_only]} {mark[2]}" for mark in _MARKS)
    yield from under("Partnership council (AMTE Standard P.1)", Group(drawn, Text(legend, style="dim")))
    if report.identified:
        yield from under("Scope and sector", draw_crossed(report))
    if report.coverage.suggestions:
        yield from under("What could close the gaps", _suggestions(report.coverage.suggestions))


def _mark(role: RoleCoverage, options: ConsoleOptions) -> Text:
    """Return how well a role is covered, as one character."""
    place = next((place for place, names in enumerate((role.covering, role.under_way, role.waiting)) if names), 3)
    style = ("green", "cyan", "yellow", "dim")[place]
    return Text(_MARKS[place][options.ascii_only], style=style)


def _who(role: RoleCoverage) -> Text:
    said = [
        f"{len(names):,} {words}: {_named(names)}"
        for names, words in (
            (role.covering, "joined or committed"),
            (role.under_way, "under way"),
            (role.waiting, "identified only"),
        )
        if names
    ]
    return Text("\n".join(said) or "nobody")


def _named(names: list[str]) -> str:
    more = len(names) - _NAMES
    return "; ".join(map(printable, names[:_NAMES])) + (f" and {more:,} more" if more > 0 else "")


def _suggestions(suggestions: list[str]) -> RenderableType:
    """Return suggestions, what to type on a line of its own."""
    drawn = RichTable.grid(padding=(0, 1, 0, 0))
    drawn.add_column()
    drawn.add_column(overflow="fold")
    for suggestion in suggestions:
        said, colon, command = printable(suggestion).rpartition(": mtep ")
        words = Text(said + ":" if colon else command)
        words.append(f"\nmtep {command}" if colon else "", style="italic")
        drawn.add_row("-", words)
    return drawn


def _states(report: Report, options: ConsoleOptions) -> Iterable[RenderableType]:
    yield from under("States and territories", draw_states(report))
    for part in parts.parts_of(report, ReportSection.STATES):
        if report.coverage and part.table:
            drawn = _by_state(report.coverage.states, options)
            yield from under(part.title, Figures(drawn, without_zeros(part.table), _STATES_NEED))


def _by_state(reached: list[StateReach], options: ConsoleOptions) -> RenderableType:
    is_wide = options.max_width >= _WIDE
    most = max(one.partners for one in reached)
    drawn = RichTable(box=None, show_edge=False, padding=(0, 1, 0, 0), expand=True)
    drawn.add_column("State", no_wrap=True, header_style="bold")
    drawn.add_column("", ratio=1)
    for heading in ("All", *(stage.capitalize() for stage in Stage)):
        drawn.add_column(heading, justify="right", no_wrap=True, header_style="bold")
    for one in sorted(reached, key=lambda one: (-one.partners, one.state)):
        name = f"{one.state} {state_name(one.state)}" if is_wide else one.state
        counts = (f"{one.by_stage[stage]:,}" if one.by_stage[stage] else "" for stage in Stage)
        drawn.add_row(name, Bar(one.partners / most, "cyan"), f"{one.partners:,}", *counts)
    return drawn


# ---- commitments ----------------------------------------------------------------------------------------


def _commitments(report: Report, options: ConsoleOptions) -> Iterable[RenderableType]:
    first, goals, sums, *_rest = parts.parts_of(report, ReportSection.COMMITMENTS) + [Part("")] * 2
    yield from _part(first)
    promises = report.commitments
    if promises is None or not promises.standing:
        return
    if goals.table:
        yield from under(goals.title, _goals(promises.goals, goals.table, options))
    yield from _part(sums)
    each = [part for one in promises.standing for part in (Text(""), _commitment(one))]
    yield from under("One by one", Group(*each[1:]))


def _goals(goals: Sequence[OutcomeGoal], table: Table, options: ConsoleOptions) -> RenderableType:
    """Return a bar for each goal of the network; units are folded, figures are not."""
    name, bar = options.max_width // 3, 10
    drawn = _grid()
    drawn.add_column(max_width=name, overflow="fold")
    drawn.add_column(ratio=1)
    drawn.add_column(justify="right", no_wrap=True)
    longest = 0
    for one in goals:
        now, wanted = (figure_of(number, one.unit) for number in (one.progress, one.target))
        reached = f"{now} of {wanted} ({percent(one.progress, one.target)})"
        longest = max(longest, len(reached))
        drawn.add_row(Text(printable(one.unit)), Bar(one.progress / one.target, "green"), reached)
    return Figures(drawn, table, name + bar + longest + 6)


def _commitment(one: Standing) -> RenderableType:
    """Return one commitment: whose, how it stands, what was said, and a bar for each number."""
    head = _grid()
    head.add_column(ratio=1, overflow="fold")
    head.add_column(justify="right", no_wrap=True)
    state = Text(in_words(one.state), style=_STYLES.get(CommitmentState(one.state), "dim"))
    state.append(f", by {deadline_shown(one.by)}" if one.by else "", style="default")
    head.add_row(Text(f"{one.id}  {printable(one.partner)}", style="bold"), state)
    body: list[RenderableType] = [Text(f"“{printable(one.statement)}”", overflow="fold")]
    body += [Text(printable(f"{word}: {text}")) for word, text in (("where", one.place), ("who", one.people)) if text]
    body += [_measure(measure) for measure in one.measures]
    return Group(head, Padding(Group(*body), (0, 0, 0, 3)))


def _measure(measure: Measured) -> RenderableType:
    drawn = _grid()
    drawn.add_column(width=16)
    drawn.add_column(ratio=1, overflow="fold")
    drawn.add_row(Bar((measure.progress or 0) / measure.target, "green", track=True), Text(printable(str(measure))))
    return drawn


# ---- pace -----------------------------------------------------------------------------------------------


def _pace(report: Report, _: ConsoleOptions) -> Iterable[RenderableType]:
    if report.pace is None:
        return
    body: list[RenderableType] = [Text(sentence) for sentence in pace_in_words(report.pace, report.goal)]
    weeks = report.pace.weeks[-LATEST:]
    most = max((week.identified for week in weeks), default=0)
    if most:
        drawn = _grid()
        drawn.add_column(no_wrap=True)
        drawn.add_column(ratio=1)
        drawn.add_column(justify="right", no_wrap=True)
        drawn.add_column(justify="right", no_wrap=True)
        drawn.add_row("\nweek of", "", "\nnew", "\nin all", style="bold")
        for week in weeks:
            drawn.add_row(week.week, Bar(week.identified / most, "cyan"), f"{week.identified:,}", f"{week.total:,}")
        body.append(drawn)
    yield from under("Pace", Group(*body))


_SECTIONS: Mapping[str, Callable[[Report, ConsoleOptions], Iterable[RenderableType]]] = {
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
