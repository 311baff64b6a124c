"""The report, as a terminal shows it: one screen of at least 80 columns."""

from collections.abc import Iterable

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from ..dashboard import parts
from ..dashboard.sentences import (
    HINTS,
    covered_in_words,
    glance_of_commitments,
    glance_of_pace,
    missing_in_words,
    percent,
    share,
    task_in_words,
)
from ..days import day_in_words
from ..outreach.reports import Report, Task
from ..tables import Table
from ..vocabulary import NOT_SET, ReportSection, Scope, Sector, in_words
from .output import printable
from .report_texts import labelled

_FULL, _PARTS, _TRACK = "█", " ▏▎▍▌▋▊▉", "░"
_SIDE_BY_SIDE = 110
_NAME = 12
"""So much room a name that is folded needs, at least."""


class Bar:
    """A bar as long as a share of the width it is given, drawn with block characters; on a ``track`` if it is said."""

    def __init__(self, share: float, style: str, *, track: bool = False) -> None:
        self.share = min(max(share, 0.0), 1.0)
        self.style = style
        self.track = track

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.ascii_only:
            drawn = "#" * round(self.share * options.max_width)
            yield Text(drawn.ljust(options.max_width, ".") if self.track else drawn, style=self.style)
            return
        eighths = round(self.share * options.max_width * 8)
        if self.share and not eighths:
            eighths = 1
        bar = Text(_FULL * (eighths // 8) + _PARTS[eighths % 8].strip(), style=self.style)
        if self.track:
            bar.append(_TRACK * (options.max_width - len(bar)), style="dim")
        yield bar


class Figures:
    """A table that is drawn; where that needs more than the width there is, its rows in words: no figure is cut."""

    def __init__(self, drawn: RenderableType, table: Table, needs: int = 0) -> None:
        self.drawn = drawn
        self.table = table
        self.needs = needs or _needs(table)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.needs <= options.max_width:
            yield self.drawn
        else:
            yield from (Text(printable(line)) for line in labelled(self.table))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self.drawn)


def without_zeros(table: Table) -> Table:
    """Return a table with its rows that count anybody, and no zeros in them."""
    rows = [{key: value or "" for key, value in row.items()} for row in table.rows]
    return Table(table.columns, [row for row in rows if any(row[column.key] for column in table.columns[1:])])


def _needs(table: Table) -> int:
    """Return how wide a table is at least whose names are folded, and whose figures are not."""
    widths = []
    for column in table.columns:
        longest = max((len(str(row[column.key])) for row in table.rows), default=0)
        widths.append(max(len(column.title), longest if column.right else min(longest, _NAME)))
    return sum(widths) + 2 * (len(widths) - 1)


class _Screen:
    """The parts of the report, two tables beside each other where the width allows."""

    def __init__(self, report: Report, heading: str) -> None:
        self.report = report
        self.heading = heading

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        report = self.report
        yield draw_title(self.heading, report)
        yield draw_goal(report)
        yield from under("Stages", draw_stages(report))
        yield from under("Sessions", draw_sessions(report))
        if report.identified:
            if options.max_width >= _SIDE_BY_SIDE:
                beside = RichTable.grid(padding=(0, 6, 0, 0))
                beside.add_column(no_wrap=True)
                beside.add_column()
                beside.add_row(
                    Group(*under("Scope and sector", draw_crossed(report))),
                    Group(*under("States and territories", draw_states(report))),
                )
                yield beside
            else:
                yield from under("Scope and sector", draw_crossed(report))
                yield from under("States and territories", draw_states(report))
        waiting = [task for task in report.next if task.count]
        if waiting:
            yield from under("What to do next", draw_tasks(waiting))


def screen(report: Report, heading: str) -> RenderableType:
    """Return the report; ``heading`` names the network."""
    return _Screen(report, heading)


def under(title: str, body: RenderableType) -> Iterable[RenderableType]:
    """Yield a heading and what stands under it."""
    yield Text("\n" + title, style="bold")
    yield Padding(body, (0, 0, 0, 2))


def draw_title(heading: str, report: Report) -> RenderableType:
    """Return the first line: of which network, on which day."""
    line = RichTable.grid(expand=True)
    line.add_column()
    line.add_column(justify="right")
    line.add_row(Text(f"{printable(heading)}: outreach report", style="bold"), Text(day_in_words(report.as_of)))
    return line


def draw_goal(report: Report) -> RenderableType:
    """Return how near the goal is, with pace and commitments in one line each where there is something to say."""
    met = not report.remaining
    said = RichTable.grid(expand=True)
    said.add_column()
    said.add_column(justify="right")
    said.add_row(
        Text(f"\n{report.identified:,} of {report.goal:,} potential partners identified"),
        Text(
            "\n" + ("goal met, " if met else f"{report.remaining:,} to go, ") + percent(report.identified, report.goal)
        ),
    )
    bar = RichTable.grid(expand=True)
    bar.add_column(ratio=1)
    bar.add_row(Bar(report.identified / report.goal, "green" if met else "cyan"))
    lines = [*glance_of_pace(report.pace), *glance_of_commitments(report.commitments)] if not report.sections else []
    return Group(said, bar, *map(Text, lines))


def draw_stages(report: Report) -> RenderableType:
    """Return a bar for each stage."""
    drawn = RichTable.grid(expand=True, padding=(0, 2, 0, 0), pad_edge=False)
    drawn.add_column(no_wrap=True)
    drawn.add_column(ratio=1)
    drawn.add_column(justify="right", no_wrap=True)
    drawn.add_column(justify="right", no_wrap=True)
    for stage, count in report.stages.items():
        reached = count / report.identified if report.identified else 0
        drawn.add_row(stage, Bar(reached, "cyan"), f"{count:,}", share(count, report.identified))
    return drawn


def _figures_table() -> RichTable:
    return RichTable(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))


def draw_sessions(report: Report) -> RenderableType:
    """Return the answers to each session's invitations."""
    table = parts.parts_of(report, ReportSection.SESSIONS)[0].table
    if table is None:
        return Text("None is planned yet: mtep add-session 2024-05-24")
    drawn = _figures_table()
    drawn.add_column("Session", no_wrap=True, header_style="bold")
    for title in ("Invited", "Accepted", "Tentative", "Declined", "No answer", "Attended"):
        drawn.add_column(title, justify="right", no_wrap=True, header_style="bold")
    for one in report.sessions:
        counts = (one.invited, one.accepted, one.tentative, one.declined, one.no_answer, one.attended)
        name = f"{one.session}\n(cancelled)" if one.cancelled else one.session
        drawn.add_row(name, *(f"{count:,}" for count in counts))
    return Figures(drawn, table)


def draw_crossed(report: Report) -> RenderableType:
    """Return how many partners there are in each sector and scope."""
    scopes = [scope for scope in (*Scope, NOT_SET) if report.by_scope[scope]]
    drawn = _figures_table()
    drawn.add_column("Sector", no_wrap=True, header_style="bold")
    for title in (*scopes, "total"):
        drawn.add_column(in_words(title), justify="right", no_wrap=True, header_style="bold")
    for sector in (*Sector, NOT_SET):
        if report.by_sector[sector]:
            counts = [report.by_scope_and_sector.get((scope, sector), 0) for scope in scopes]
            drawn.add_row(in_words(sector), *(f"{count:,}" if count else "" for count in counts), f"{sum(counts):,}")
    totals = [report.by_scope[scope] for scope in scopes]
    drawn.add_row("total", *(f"{count:,}" for count in totals), f"{sum(totals):,}", style="bold")
    (part,) = parts.crossed(report)
    return Figures(drawn, without_zeros(part.table)) if part.table else drawn


def draw_states(report: Report) -> RenderableType:
    """Return which states have a partner, and which have none."""
    said = Text(covered_in_words(report.covered))
    if report.covered:
        said.append(": " + " ".join(report.covered), style="green")
    if report.missing:
        said.append(f"\n{missing_in_words(report.missing)}: " + " ".join(report.missing))
    return said


def draw_tasks(tasks: list[Task]) -> RenderableType:
    """Return what waits to be done, with the first names and what to type."""
    drawn = RichTable.grid(padding=(0, 1, 0, 0))
    drawn.add_column(justify="right")
    drawn.add_column(overflow="fold")
    for task in tasks:
        many, words = task_in_words(task).split(" ", 1)
        what, names = words.split(": ", 1)
        said = Text(f"{what}: ", style="bold")
        said.append(printable(names.removesuffix(".")), style="not bold")
        said.append("\n" + HINTS[task.what], style="not bold italic")
        drawn.add_row(Text(many, style="bold"), said)
    return drawn
