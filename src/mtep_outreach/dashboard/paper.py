"""The report as a paper for a board: what stands in it, part by part, whatever kind of file it becomes.

A part is a plain dict: its ``kind`` says what it is, and the functions below what belongs to it. Nothing in it tells
how to reach a person, and what to type is left out: a board decides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ..days import day_in_words
from ..errors import listed, shortened
from ..names import clean_line
from ..outreach.amounts import MONEY, figure_of
from ..outreach.commitments import Standing
from ..outreach.deadlines import deadline_shown
from ..outreach.reports import Report, SessionFigures
from ..tables import Table
from ..vocabulary import CommitmentState, ReportSection, Stage, in_words
from . import parts, words
from .growth import growth
from .parts import Part
from .sentences import covered_in_words, missing_in_words, percent, states_in_words, task_in_words
from .tiles import COLUMNS, ROWS, Tile, shades, tiles
from .withholding import withheld

Block = dict[str, Any]

_MOST_NAMES = 4
_MOST_COMMITMENTS = 40
_MOST_SESSIONS = 6
_ANSWERS = (("accepted", "green"), ("tentative", "orange"), ("declined", "red"), ("no_answer", "grey"))
COLOURS = {
    "ink": "#16202a", "quiet": "#55606c", "rule": "#dde2e7", "track": "#e9edf0", "blue": "#0072b2", "green": "#009e73",
    "orange": "#e69f00", "red": "#d55e00", "grey": "#aab3bb", "sky": "#56b4e9", "pink": "#cc79a7",
    "d0": "#eef1f3", "d1": "#c4deef", "d2": "#86bce0", "d3": "#2f87c0", "d4": "#00507f",
}  # fmt: skip
"""Those of the page; nothing is said by colour alone."""

_STAGES = ("blue", "blue", "blue", "blue", "green", "green")
_STATES = {
    CommitmentState.PLANNED: "sky",
    CommitmentState.UNDER_WAY: "blue",
    CommitmentState.COMPLETED: "green",
    CommitmentState.STALLED: "orange",
    CommitmentState.UNREPORTED: "pink",
    CommitmentState.MISSED: "red",
    CommitmentState.WITHDRAWN: "grey",
}


def paper(report: Report, network: str) -> list[Block]:
    """Return the parts of the paper; ``report`` has every section."""
    found = [
        {"kind": "title", "text": network, "day": f"Outreach report, {day_in_words(report.as_of)}"},
        *_goal(report),
        *_growth(report),
        *_stages(report),
        *_reach(report),
        *_council(report),
        *_sessions(report),
        *_commitments(report),
        *_next(report),
    ]
    return [_cleaned(block) for block in found]


def _cleaned(value: Any) -> Any:
    """Return a part without mail addresses, phone numbers and what is no text."""
    if isinstance(value, str):
        return clean_line(withheld(value))
    if isinstance(value, dict):
        return {key: _cleaned(inner) for key, inner in value.items()}
    return [_cleaned(inner) for inner in value] if isinstance(value, (list, tuple)) else value


# ---- kinds of parts ---------------------------------------------------------------------------------------


def _heading(text: str, level: int = 1) -> Block:
    return {"kind": "heading", "text": text, "level": level}


def _text(*sentences: str, quiet: bool = False, leads: bool = False) -> Iterator[Block]:
    """Yield sentences as a paragraph: ``quiet`` ones are small, what ``leads`` stays with the part that follows."""
    if any(sentences):
        yield {"kind": "text", "text": " ".join(filter(None, sentences)), "quiet": quiet, "leads": leads}


def _points(items: Sequence[str]) -> Iterator[Block]:
    if items:
        yield {"kind": "points", "items": list(items)}


def _bars(rows: Iterable[tuple[str, float, str, str]]) -> Iterator[Block]:
    """Yield bars side by side; a row is a name, how long its bar is (0 to 1), what is said beside it, and a colour."""
    drawn = [{"name": name, "share": min(1.0, length), "said": said, "look": look} for name, length, said, look in rows]
    if drawn:
        yield {"kind": "bars", "rows": drawn}


def _look(share: float) -> str:
    """Return the colour of a bar towards a goal: green is what is reached, as on the page."""
    return "green" if share >= 1 else "blue"


def _stack(label: str, counts: Iterable[tuple[str, int, str]]) -> Iterator[Block]:
    """Yield one bar in several pieces; a piece is a name, a count and a colour."""
    pieces = [{"said": f"{count:,} {name}", "count": count, "look": look} for name, count, look in counts if count]
    if pieces:
        alt = f"{label}: {listed((str(piece['said']) for piece in pieces), 'and')}."
        yield {"kind": "stack", "label": label, "pieces": pieces, "alt": alt}


def _table(table: Table | None) -> Iterator[Block]:
    if table and table.rows:
        yield {
            "kind": "table",
            "columns": [column.title for column in table.columns],
            "right": [column.right for column in table.columns],
            "rows": [[_cell(row[column.key]) for column in table.columns] for row in table.rows],
        }


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _as_parts(found: Iterable[Part], level: int = 2) -> Iterator[Block]:
    for part in found:
        if part.said or part.table or part.after:
            yield _heading(part.title, level)
            yield from _text(*part.said)
            yield from _table(part.table)


# ---- the paper --------------------------------------------------------------------------------------------


def _goal(report: Report) -> Iterator[Block]:
    (said,) = parts.parts_of(report, ReportSection.GOAL)
    yield from _text(*said.said)
    goals: list[tuple[str, float, float]] = [("partners", report.identified, report.goal)]
    goals += [(one.unit, one.progress, one.target) for one in (report.commitments.goals if report.commitments else [])]
    yield from _bars(
        (
            "Dollars" if unit == MONEY else f"{unit[:1].upper()}{unit[1:]}",
            reached / goal,
            f"{figure_of(reached, unit)} of {figure_of(goal, unit)} ({percent(reached, goal)})",
            _look(reached / goal),
        )
        for unit, reached, goal in goals
    )


def _growth(report: Report) -> Iterator[Block]:
    if report.pace is None:
        return
    yield _heading("Growth")
    drawn = growth(report.pace.as_dict(), report.goal, report.as_of)
    if drawn is not None:
        weeks = report.pace.weeks
        since = words.day(weeks[0].week)
        alt = f"Partners identified since the week of {since}: {weeks[-1].total:,}; the goal is {report.goal:,}."
        met = words.short_day(report.pace.projection.day) if report.pace.projection else ""
        yield {"kind": "growth", "alt": alt, "goal-text": f"goal {report.goal:,}", "met-text": met, **asdict(drawn)}
    (said,) = parts.parts_of(report, ReportSection.PACE)
    yield from _text(*said.said)


def _stages(report: Report) -> Iterator[Block]:
    yield _heading("Stages")
    whole = report.identified
    rows = zip(Stage, _STAGES, strict=True)
    yield from _bars(
        (stage, report.stages[stage] / whole if whole else 0, _with_share(report.stages[stage], whole), look)
        for stage, look in rows
    )
    yield from _text("Partners for whom each fact is recorded.", quiet=True)
    if report.identified:
        yield from _as_parts(parts.crossed(report), 1)


def _with_share(count: int, whole: int) -> str:
    said = words.share(count, whole)
    return f"{count:,}" + (f" ({said})" if said else "")


def _reach(report: Report) -> Iterator[Block]:
    yield _heading("States and territories")
    states = [vars(one) for one in report.coverage.states] if report.coverage else []
    meaning = shades(states)
    drawn = tiles(states)
    yield from _text(f"{covered_in_words(report.covered)}; {missing_in_words(report.missing)}.", leads=True)
    yield {
        "kind": "map",
        "alt": f"Partners in each state and territory: {_in_words(drawn)}.",
        "tiles": [asdict(tile) for tile in drawn],
        "columns": COLUMNS,
        "rows": ROWS,
        "legend": [{"depth": 0, "said": "none"}, *({"depth": one.depth, "said": _range(one)} for one in meaning)],
    }


def _in_words(drawn: Iterable[Tile]) -> str:
    return listed((f"{tile.name} {tile.partners:,}" for tile in drawn if tile.partners), "and") or "none"


def _range(one: Any) -> str:
    return f"{one.least:,}" + (f"–{one.most:,}" if one.most > one.least else "")


def _council(report: Report) -> Iterator[Block]:
    if report.coverage is None:
        return
    roles = report.coverage.roles
    yield _heading("Partnership council")
    covered = sum(bool(role.covering) for role in roles)
    yield from _text(
        f"{covered} of {len(roles)} roles of Standard P.1 of the AMTE Standards for Preparing Teachers of Mathematics "
        "(2017) are covered: a partner that can fill it joined or made a commitment."
    )
    columns = ("Role", "Covered by", "Under way", "Identified only")
    rows = [
        [words.role_in_words(role.role), *(_few(names) for names in (role.covering, role.under_way, role.waiting))]
        for role in roles
    ]
    yield {"kind": "table", "columns": columns, "right": [False] * 4, "rows": rows}
    yield from _points([words.suggestion(one) for one in report.coverage.suggestions])


def _few(names: Sequence[str]) -> str:
    return shortened(names, _MOST_NAMES) or "–"


def _sessions(report: Report) -> Iterator[Block]:
    if not report.sessions:
        return
    yield _heading("Information sessions")
    for one in report.sessions[-_MOST_SESSIONS:]:
        yield from _stack(_session(one), ((key.replace("_", " "), getattr(one, key), look) for key, look in _ANSWERS))
    if found := parts.conversions(report):
        yield from _as_parts(found)
        yield from _text(
            "Of fewer than ten, no percentage is said: it would say little. A partner that was invited to two "
            "sessions, or nominated by two members, counts in two rows.",
            quiet=True,
        )


def _session(one: SessionFigures) -> str:
    cancelled = " (cancelled)" if one.cancelled else ""
    return f"{one.session}{cancelled}: {one.invited:,} invited, {one.attended:,} attended"


def _commitments(report: Report) -> Iterator[Block]:
    promises = report.commitments
    if promises is None or not promises.standing:
        return
    yield _heading("Commitments")
    yield from _text(f"{words.many(len(promises.standing), 'commitment')}: {states_in_words(promises)}.", leads=True)
    yield from _stack(
        "How the commitments stand", ((in_words(state), count, _STATES[CommitmentState(state)])
                                 for state, count in promises.states.items())
    )  # fmt: skip
    totals = [part for part in parts.parts_of(report, ReportSection.COMMITMENTS) if part.title == parts.IN_ALL]
    yield from _as_parts(totals)
    yield _heading("Who promised what", 2)
    for one in promises.standing[:_MOST_COMMITMENTS]:
        yield from _commitment(one)
    if (more := len(promises.standing) - _MOST_COMMITMENTS) > 0:
        yield from _text(
            f"And {words.many(more, 'more commitment')}, which the page of the dashboard shows.", quiet=True
        )


def _commitment(one: Standing) -> Iterator[Block]:
    facts = [in_words(one.state), words.goal_in_words(one.goal) if one.goal else ""]
    facts += [f"by {deadline_shown(one.by)}" if one.by else "", one.place or "", one.people or ""]
    yield {
        "kind": "promise",
        "who": one.partner,
        "facts": " · ".join(filter(None, facts)),
        "said": one.statement,
        "look": _STATES[CommitmentState(one.state)],
        "is-measured": bool(one.measures),
    }
    shares = ((measure, (measure.progress or 0) / measure.target) for measure in one.measures)
    yield from _bars(("", share, str(measure), _look(share)) for measure, share in shares)


def _next(report: Report) -> Iterator[Block]:
    waiting = [task for task in report.next if task.count]
    if waiting:
        yield _heading("What is next")
        yield from _points([_task(vars(task)) if task.what == "review" else task_in_words(task) for task in waiting])


def _task(task: Mapping[str, Any]) -> str:
    """Return a task of which nobody is named: a mail that waits for review may be anybody's."""
    return f"{task['count']:,} {words.what_waits(task)}."
