"""The report, as a terminal shows it: one screen of at least 80 columns."""

from collections.abc import Iterable

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from ..days import day_in_words
from ..outreach.reports import Report, SessionFigures, Task
from ..outreach.tasks import TASKS
from ..places import COUNTED
from ..vocabulary import NOT_SET, Scope, Sector, in_words
from .output import printable

_FULL, _PARTS = "█", " ▏▎▍▌▋▊▉"
_NAMES = 3
_SIDE_BY_SIDE = 110

_HINTS = {
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
    "maybe-twice": "mtep duplicates --decide",
}


class Bar:
    """A bar as long as a share of the width it is given, drawn with block characters."""

    def __init__(self, share: float, style: str) -> None:
        self.share = min(max(share, 0.0), 1.0)
        self.style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.ascii_only:
            yield Text("#" * round(self.share * options.max_width), style=self.style)
            return
        eighths = round(self.share * options.max_width * 8)
        if self.share and not eighths:
            eighths = 1
        yield Text(_FULL * (eighths // 8) + _PARTS[eighths % 8].strip(), style=self.style)


class _Screen:
    """The parts of the report, two tables beside each other where the width allows."""

    def __init__(self, report: Report, heading: str) -> None:
        self.report = report
        self.heading = heading

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        report = self.report
        yield _title(self.heading, report)
        yield _goal(report)
        yield from _section("Stages", _stages(report))
        yield from _section("Sessions", _sessions(report.sessions))
        if report.identified:
            if options.max_width >= _SIDE_BY_SIDE:
                beside = RichTable.grid(padding=(0, 6, 0, 0))
                beside.add_column(no_wrap=True)
                beside.add_column()
                beside.add_row(
                    Group(*_section("Scope and sector", _crossed(report))),
                    Group(*_section("States and territories", _states(report))),
                )
                yield beside
            else:
                yield from _section("Scope and sector", _crossed(report))
                yield from _section("States and territories", _states(report))
        waiting = [task for task in report.next if task.count]
        if waiting:
            yield from _section("What to do next", _tasks(waiting))


def screen(report: Report, heading: str) -> RenderableType:
    """Return the report; ``heading`` names the network."""
    return _Screen(report, heading)


def _section(title: str, body: RenderableType) -> Iterable[RenderableType]:
    yield Text("\n" + title, style="bold")
    yield Padding(body, (0, 0, 0, 2))


def _title(heading: str, report: Report) -> RenderableType:
    line = RichTable.grid(expand=True)
    line.add_column()
    line.add_column(justify="right")
    line.add_row(Text(f"{printable(heading)}: outreach report", style="bold"), Text(day_in_words(report.as_of)))
    return line


def _percent(part: int, whole: int) -> str:
    share = 100 * part / whole if whole else 0
    return "<1%" if 0 < share < 1 else f"{share:.0f}%" if whole else ""


def _goal(report: Report) -> RenderableType:
    met = not report.remaining
    said = RichTable.grid(expand=True)
    said.add_column()
    said.add_column(justify="right")
    said.add_row(
        Text(f"\n{report.identified:,} of {report.goal:,} potential partners identified"),
        Text(
            "\n" + ("goal met, " if met else f"{report.remaining:,} to go, ") + _percent(report.identified, report.goal)
        ),
    )
    bar = RichTable.grid(expand=True)
    bar.add_column(ratio=1)
    bar.add_row(Bar(report.identified / report.goal, "green" if met else "cyan"))
    return Group(said, bar)


def _stages(report: Report) -> RenderableType:
    drawn = RichTable.grid(expand=True, padding=(0, 2, 0, 0), pad_edge=False)
    drawn.add_column(no_wrap=True)
    drawn.add_column(ratio=1)
    drawn.add_column(justify="right", no_wrap=True)
    drawn.add_column(justify="right", no_wrap=True)
    for stage, count in report.stages.items():
        share = count / report.identified if report.identified else 0
        drawn.add_row(stage, Bar(share, "cyan"), f"{count:,}", _percent(count, report.identified))
    return drawn


def _figures_table() -> RichTable:
    return RichTable(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))


def _sessions(figures: list[SessionFigures]) -> RenderableType:
    if not figures:
        return Text("None is planned yet: mtep add-session 2024-05-24")
    drawn = _figures_table()
    drawn.add_column("Session", no_wrap=True, header_style="bold")
    for title in ("Invited", "Accepted", "Tentative", "Declined", "No answer", "Attended"):
        drawn.add_column(title, justify="right", no_wrap=True, header_style="bold")
    for one in figures:
        counts = (one.invited, one.accepted, one.tentative, one.declined, one.no_answer, one.attended)
        name = f"{one.session} (cancelled)" if one.cancelled else one.session
        drawn.add_row(name, *(f"{count:,}" for count in counts))
    return drawn


def _crossed(report: Report) -> RenderableType:
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
    return drawn


def _states(report: Report) -> RenderableType:
    counted = [code for code in report.covered if code in COUNTED]
    said = Text(f"{len(report.covered)} covered")
    if report.covered:
        said.append(": " + " ".join(report.covered), style="green")
    if report.missing:
        said.append(f"\n{len(COUNTED) - len(counted)} of {len(COUNTED)} missing: " + " ".join(report.missing))
    return said


def _tasks(tasks: list[Task]) -> RenderableType:
    drawn = RichTable.grid(padding=(0, 1, 0, 0))
    drawn.add_column(justify="right")
    drawn.add_column(overflow="fold")
    for task in tasks:
        names = "; ".join(printable(name) for name in task.partners[:_NAMES])
        more = task.count - min(task.count, _NAMES)
        words = TASKS[task.what]
        if task.count == 1:
            words = words.replace("have ", "has ", 1).replace("are ", "is ", 1)
        said = Text(f"{words}: ", style="bold")
        said.append(names + (f" and {more:,} more" if more else ""), style="not bold")
        said.append("\n" + _HINTS[task.what], style="not bold italic")
        drawn.add_row(Text(f"{task.count:,}", style="bold"), said)
    return drawn
