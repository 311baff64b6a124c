"""How figures are said on the page: counts, shares and days."""

import calendar
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ..errors import listed
from ..vocabulary import CouncilRole, in_words
from . import sentences
from .sentences import FEW

_OTHERWISE: Mapping[str, str] = {CouncilRole.MATHEMATICS_FACULTY: "Mathematics and statistics faculty"}
"""Roles that are not called by their words alone."""


def many(count: int, one: str, more: str = "") -> str:
    """Return "1 partner" or "12 partners"."""
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def percent(part: float, whole: float) -> str:
    """Return a share in percent; a dash without a whole."""
    return sentences.percent(part, whole) or "–"


def share(part: int, whole: int) -> str:
    """Return "47%"; nothing where there are too few to speak of shares."""
    return percent(part, whole) if whole >= FEW else ""


def width(part: float, whole: float) -> str:
    """Return how long the bar of a share is, as SVG takes it; what is there can be seen."""
    if not whole or part <= 0:
        return "0%"
    return f"{min(100.0, max(0.4, 100 * part / whole)):.4g}%"


def path(points: Iterable[tuple[float, float]], end: str = "") -> str:
    """Return points as SVG draws them; ``end`` is Z for an outline."""
    return f"M{'L'.join(f'{x:g} {y:g}' for x, y in points)}{end}"


def day(iso: str) -> str:
    """Return "May 24, 2024" for 2024-05-24."""
    on = date.fromisoformat(iso[:10])
    return f"{calendar.month_name[on.month]} {on.day}, {on.year}"


def short_day(iso: str) -> str:
    """Return "May 24, 2024" with a month of three letters."""
    on = date.fromisoformat(iso[:10])
    return f"{calendar.month_abbr[on.month]} {on.day}, {on.year}"


def goal_in_words(goal: str | None) -> str:
    """Return what a goal of commitments is called."""
    return in_words(goal).capitalize() if goal else "No goal named"


def role_in_words(role: str) -> str:
    """Return what a role of the partnership council is called."""
    return _OTHERWISE.get(role) or in_words(role).capitalize()


def in_a_sentence(words: Iterable[str]) -> str:
    """Return "a, b and c"."""
    return listed(words, "and")


def by_stage(figures: Mapping[str, int]) -> str:
    """Return "2 identified, 1 joined": the stages at which anybody is."""
    return ", ".join(f"{count:,} {stage}" for stage, count in figures.items() if count)


def suggestion(sentence: str) -> str:
    """Return a suggestion without the command at its end and the codes of roles: a board decides, and types nothing."""
    said, colon, _ = sentence.rpartition(": mtep ")
    for role in CouncilRole:
        said = said.replace(role, in_words(role))
    return f"{said.rpartition('. ')[0] or said}." if colon else sentence


def what_waits(task: Mapping[str, Any]) -> str:
    """Return what a number of partners wait for, to be read after that number."""
    return sentences.what_waits(task["what"], task["count"])


def joined_up(rows: Iterable[Mapping[str, Any]], key: str, value: str) -> list[dict[str, Any]]:
    """Return the rows whose key has a value, each with its place in the whole list as ``index``."""
    return [{**row, "index": index} for index, row in enumerate(rows) if row[key] == value]
