"""Overdue promises: commitments of which nothing was heard for a year, or since their deadline."""

import shlex
from collections.abc import Sequence
from datetime import date

from ..days import day_in_words
from ..errors import cut
from ..store.reading import Reads, Record, among
from . import commitments
from .commitments import Standing

_QUOTED = 60


def year_before(day: date) -> date:
    """Return the last day that is a year or more before a day."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # a February 29
        return date(day.year - 1, 2, 28)


def told(reads: Reads, tasks: Sequence[Record], *, today: date) -> list[Record]:
    """Return tasks with what was promised and how long nothing was heard of it (said), and what to type (word)."""
    rows = among(reads, "promises", "id", [task["delivery_id"] for task in tasks])
    found = {one.id: one for one in commitments.some(reads, rows, today=today)}
    return [
        {**task, "said": _said(one, today), "word": _word(one, today)}
        for task in tasks
        for one in [found[task["delivery_id"]]]
    ]


def _said(one: Standing, today: date) -> str:
    statement = cut(" ".join(one.statement.split()), _QUOTED)
    heard = f"since {_day(one.reported_on)}" if one.reported_on else f"since it was made, {_day(one.day)}"
    if one.by and one.by < today.isoformat():
        return f"commitment {one.id} was due on {_day(one.by)}, no word {heard}: “{statement}”"
    return f"no word on commitment {one.id} {heard}: “{statement}”"


def _day(text: str) -> str:
    return day_in_words(date.fromisoformat(text)).partition(", ")[2]


def _word(one: Standing, today: date) -> str:
    """Return what records a word on a commitment: an amount where one is to be reached, else what happened."""
    open_ones = [measure for measure in one.measures if not measure.reached_by(one.by, today)]
    what = "REACHED" if open_ones else "--evidence TEXT"
    unit = f" --unit {shlex.quote(open_ones[0].name)}" if open_ones and len(one.measures) > 1 else ""
    return (
        f"mtep progress {one.id} {what}{unit}, or mtep progress {one.id} --done, or mtep withdraw-commitment {one.id}"
    )
