"""The people in an attendance report: each once, however often the person came and went."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..names import name_key
from .attendance_names import CleanName, clean_name
from .attendance_reports import Report, Seen, Span


@dataclass(frozen=True)
class Came:
    """Somebody who came, with all rows that are about that person.

    ``name`` is the person's as far as it can be told, ``also`` other names that were shown, ``hint`` what seems to be
    the organization; ``device``: the name is a device's or of its owner. ``minutes`` is None where nothing says them.
    """

    name: str
    email: str | None
    hint: str | None
    also: tuple[str, ...]
    device: bool
    guest: bool | None
    minutes: int | None
    seen: tuple[Seen, ...]

    @property
    def joined(self) -> datetime | None:
        """When the person first came, where the report says."""
        return min((span.joined for span in _alike(self.seen)), default=None)


def people(report: Report) -> list[Came]:
    """Return everybody who came, in the order in which they are first named.

    Rows with one address are one person; without one, those with one cleaned name.
    """
    named = [(row, clean_name(row.name if row.name != row.email else "")) for row in report.rows]
    keys_of_name: dict[str, set[str]] = {}
    for row, name in named:
        if row.email and not name.device and (key := name_key(name.name)):
            keys_of_name.setdefault(key, set()).add(row.email.lower())
    groups: dict[str, list[tuple[Seen, CleanName]]] = {}
    for row, name in named:
        key = name_key(name.name) or name.name
        addresses = keys_of_name.get(key, set()) if not name.device else set()
        if row.email:
            group = row.email.lower()
        else:
            group = next(iter(addresses)) if len(addresses) == 1 else f"{name.device} {key}"
        groups.setdefault(group, []).append((row, name))
    return [_came(group, report.length) for group in groups.values()]


def together(came: Sequence[Came], length: float | None = None) -> Came:
    """Return several who turned out to be one person: on a telephone, too, or under another name."""
    best = max(came, key=lambda one: (one.email is not None, not one.device, len(one.name.split())))
    rows = tuple(row for one in came for row in one.seen)
    others = dict.fromkeys(name for one in came for name in (one.name, *one.also) if name != best.name)
    guests = {one.guest for one in came} - {None}
    hint = best.hint or next((one.hint for one in came if one.hint), None)
    guest = guests.pop() if len(guests) == 1 else None
    device = all(one.device for one in came)
    return Came(best.name, best.email, hint, tuple(others), device, guest, minutes_there(rows, length), rows)


def _came(group: Sequence[tuple[Seen, CleanName]], length: float | None) -> Came:
    return together([_one(row, name) for row, name in group], length)


def _one(row: Seen, name: CleanName) -> Came:
    shown = name.name or row.email or row.name
    also = (name.also,) if name.also else ()
    return Came(shown, row.email, row.organization or name.hint, also, name.device, row.guest, None, (row,))


# ---- minutes --------------------------------------------------------------------------------------------


def minutes_there(rows: Iterable[Seen], length: float | None = None) -> int | None:
    """Return how many minutes somebody was there, none of them counted twice, or None where no row says it.

    What has no hours is added up, and is at most the ``length`` of the meeting. A minute that was begun counts where
    the report counts it.
    """
    rows = list(rows)
    spans = [span for row in rows for span in row.spans]
    alone = [row.minutes for row in rows if row.minutes is not None and not row.spans]
    counted = [row.minutes for row in rows if row.minutes is not None]
    if not spans and not counted:
        return None
    there = sum((span.left - span.joined).total_seconds() for span in union(spans)) / 60
    total = max([there + sum(alone), *counted])
    return math.floor(min(total, max(length, there, *counted)) + 0.5) if length and counted else math.floor(total + 0.5)


def union(spans: Iterable[Span]) -> list[Span]:
    """Return spans as they follow each other, those that overlap or touch as one; with a zone and without, apart."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.joined.tzinfo is None, span.joined)):
        last = joined[-1] if joined else None
        if last and (last.left.tzinfo is None) == (span.joined.tzinfo is None) and span.joined <= last.left:
            joined[-1] = Span(last.joined, max(last.left, span.left))
        else:
            joined.append(span)
    return joined


def _alike(rows: Iterable[Seen]) -> list[Span]:
    """Return the spans that can be compared: those without a zone, if there are any."""
    spans = [span for row in rows for span in row.spans]
    return [span for span in spans if span.joined.tzinfo is None] or spans
