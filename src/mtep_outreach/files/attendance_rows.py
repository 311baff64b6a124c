"""Rows of an attendance report: who is named in each, from when to when, or that somebody did not come."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from ..errors import Problem, UnreadableAddressError
from ..names import clean_line, name_key
from ..people import mail_address
from .attendance_columns import Role
from .attendance_hours import MOST_MINUTES, Order, minutes, moment, names_day
from .blocks import SheetRow

_LONGEST_NAME = 300
_SHORTEST_NUMBER = 5
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,100}@[^\s<>()\[\],;:\"@]{1,200}")
_GUEST_ID = re.compile(r"(.+)_([^_@]+)#ext#@.*", re.IGNORECASE)
_NO = frozenset(
    ["", "-", "--", "no", "n", "false", "0", "absent", "nein", "non", "いいえ", "否", "아니요", "不在", "欠席"]
)
_YES = frozenset(["yes", "y", "true", "1", "x", "ja", "oui", "si", "sí", "sim", "はい", "是", "예"])
_DAY = timedelta(days=1)


class Span(NamedTuple):
    """From when to when somebody was there."""

    joined: datetime
    left: datetime


@dataclass(frozen=True)
class Seen:
    """One row: a name as it was written, when it was there, and the minutes that the report counts for it.

    ``line`` is where it stands in its file, ``guest`` None where the report does not say.
    """

    line: int
    name: str
    email: str | None = None
    spans: tuple[Span, ...] = ()
    minutes: float | None = None
    guest: bool | None = None
    organization: str | None = None


@dataclass(frozen=True)
class Columns:
    """Rows of one table, and where its columns stand; ``outer``: it says when people first came and last left.

    ``seconds``: its durations count those.
    """

    places: dict[Role, int]
    rows: Sequence[SheetRow]
    unit: str = "line"
    outer: bool = False
    seconds: bool = False

    def cell(self, row: SheetRow, role: Role) -> str:
        """Return what a row says in a column, nothing where there is none."""
        return clean_line(row.cells[self.places[role]]) if role in self.places else ""

    def moments(self) -> Iterator[str]:
        """Yield all that should be moments."""
        here = [place for role, place in self.places.items() if role in {Role.JOINED, Role.LEFT, Role.AT}]
        for row in self.rows:
            yield from (row.cells[place] for place in here)


@dataclass
class Reading:
    """How the moments of a report are read, and what is found on the way.

    ``last`` is the end of the meeting (``ends``: as the report says it), or the last moment that is named: who is not
    said to have left stayed so long.
    """

    source: str
    order: Order
    day: date | None
    last: datetime | None = None
    absent: int = 0
    ends: bool = False
    open_ends: int = 0
    problems: list[Problem] = field(default_factory=list)

    def moment(self, text: str) -> datetime | None:
        """Return the moment that a cell names, or None."""
        return moment(text, self.order, self.day)

    def wrong(self, table: Columns, row: SheetRow, said: str) -> None:
        """Note what is wrong with a row."""
        self.problems.append(Problem(self.source, row.line, "", said, row.cells, table.unit))


def seen(table: Columns, reading: Reading) -> Iterator[Seen]:
    """Yield what the rows of a table say."""
    if {Role.ACTION, Role.AT} <= table.places.keys():
        yield from _from_events(table, reading)
        return
    certain = [role for role in (Role.JOINED, Role.ATTENDED) if any(table.cell(row, role) for row in table.rows)]
    before: Seen | None = None
    for row in table.rows:
        if _was_absent(table, row, certain):
            reading.absent += 1
            continue
        who = _who(table, row, reading)
        if not who.name and before and table.cell(row, Role.JOINED):
            # Some programs leave out the name where somebody comes back.
            who = replace(before, line=row.line)
        if not who.name:
            reading.wrong(table, row, "it names nobody")
            continue
        before = who
        yield _with_times(who, table, row, reading)


def _was_absent(table: Columns, row: SheetRow, certain: Sequence[Role]) -> bool:
    if table.cell(row, Role.WAITING).casefold() in _YES:
        return True
    if Role.ATTENDED in certain and table.cell(row, Role.ATTENDED).casefold() in _NO:
        return table.cell(row, Role.JOINED).casefold() in _NO
    times = (Role.JOINED, Role.LEFT, Role.MINUTES)
    return Role.JOINED in certain and all(table.cell(row, role).casefold() in _NO for role in times)


# ---- who ------------------------------------------------------------------------------------------------


def _who(table: Columns, row: SheetRow, reading: Reading) -> Seen:
    parts = [table.cell(row, Role.FIRST), table.cell(row, Role.LAST)]
    name = " ".join(parts) if all(parts) else table.cell(row, Role.NAME) or " ".join(parts)
    name, written = split_address(name)
    written = table.cell(row, Role.EMAIL) or written or ""
    if (user := table.cell(row, Role.UPN)) and "@" not in written:
        guest = _GUEST_ID.fullmatch(user[:_LONGEST_NAME])  # ann_x.edu#EXT#@network.onmicrosoft.com
        written = f"{guest[1]}@{guest[2]}" if guest else user if "@" in user else written
    email = address(written)
    if written and not email and "@" in written:
        reading.wrong(table, row, f"'{written[:80]}' is no mail address; who it is, is told by the name alone")
    flag = table.cell(row, Role.GUEST).casefold()
    # A number may be a telephone's; a shorter one names nobody.
    is_name = any(map(str.isalpha, name)) or sum(map(str.isdigit, name)) >= _SHORTEST_NUMBER
    return Seen(
        row.line,
        name.strip()[:_LONGEST_NAME] if is_name else email or "",
        email,
        guest=True if flag in _YES else False if flag and flag in _NO else None,
        organization=table.cell(row, Role.ORGANIZATION)[:_LONGEST_NAME] or None,
    )


def split_address(text: str) -> tuple[str, str | None]:
    """Return the name and the address of a text that may hold both: "Ann Lee <ann@x.edu>"."""
    line = clean_line(text[: 2 * _LONGEST_NAME])
    found = _ADDRESS.search(line) if "@" in line else None
    if not found:
        return line, None
    rest = f"{line[: found.start()]} {line[found.end() :]}"
    return rest.strip(" <>()[]\"',;:").replace('"', ""), found[0]


def address(text: str) -> str | None:
    """Return a mail address, None for what is none or was made unreadable on purpose (a***@x.edu)."""
    found = _ADDRESS.search(text[:_LONGEST_NAME]) if "@" in text else None
    if not found or "**" in found[0] or "…" in found[0]:
        return None
    try:
        return mail_address(found[0])
    except UnreadableAddressError:
        return None


# ---- when -----------------------------------------------------------------------------------------------


def _with_times(who: Seen, table: Columns, row: SheetRow, reading: Reading) -> Seen:
    said, counted = table.cell(row, Role.MINUTES), None
    if said.casefold() not in _NO:
        counted = minutes(said, seconds=table.seconds)
        if counted is None:
            reading.wrong(table, row, f"'{said[:80]}' is no number of minutes up to {MOST_MINUTES:,}")
    span = _span(table, row, reading) if {Role.JOINED, Role.LEFT} <= table.places.keys() else None
    spans = (span,) if span and not (table.outer and counted is not None) else ()
    return replace(who, spans=spans, minutes=counted)


def _span(table: Columns, row: SheetRow, reading: Reading) -> Span | None:
    texts = [table.cell(row, role) for role in (Role.JOINED, Role.LEFT)]
    joined, left = map(reading.moment, texts)
    for text, found in zip(texts, (joined, left), strict=True):
        if text.casefold() not in _NO and found is None and (reading.day or names_day(text)):
            reading.wrong(table, row, f"'{text[:80]}' is no moment that can be read")
    if joined and left is None and texts[1].casefold() in _NO:
        left = _end(joined, reading)
    if joined is None or left is None or (joined.tzinfo is None) != (left.tzinfo is None):
        return None
    if left < joined and not names_day(texts[1]):
        left += _DAY  # past midnight
    if not joined <= left <= joined + _DAY:
        reading.wrong(table, row, f"'{texts[0]}' to '{texts[1]}' is no time that a person is in a meeting")
        return None
    return Span(joined, left)


def _end(joined: datetime, reading: Reading) -> datetime:
    """Return until when somebody stayed who is not said to have left."""
    reading.open_ends += 1
    last = reading.last
    fits = last is not None and (last.tzinfo is None) == (joined.tzinfo is None)
    return last if fits and last is not None and joined <= last <= joined + _DAY else joined


# ---- joined and left as rows of their own ---------------------------------------------------------------


class _Event(NamedTuple):
    at: datetime
    action: str


def _from_events(table: Columns, reading: Reading) -> Iterator[Seen]:
    people: dict[tuple[str, str], tuple[Seen, list[_Event]]] = {}
    for row in table.rows:
        who, at = _who(table, row, reading), reading.moment(table.cell(row, Role.AT))
        if not who.name or at is None:
            reading.wrong(table, row, "it names nobody" if not who.name else "it says no moment that can be read")
            continue
        _, events = people.setdefault((name_key(who.name) or who.name, who.email or ""), (who, []))
        events.append(_Event(at, table.cell(row, Role.ACTION).casefold()))
    aware = {event.at.tzinfo is not None for _, events in people.values() for event in events}
    if len(aware) > 1:
        people = {key: (who, [event for event in events if event.at.tzinfo]) for key, (who, events) in people.items()}
    for _, events in people.values():
        events.sort(key=lambda event: event.at)
    leaving = _leaving([[event.action for event in events] for _, events in people.values()])
    for who, events in people.values():
        yield replace(who, spans=tuple(_spans(events, leaving, reading)))


def _leaving(actions: Iterable[Sequence[str]]) -> frozenset[str]:
    """Return the words for going, in any language: those that hardly anybody's list begins with."""
    firsts: dict[str, int] = {}
    total: dict[str, int] = {}
    for words in actions:
        for place, word in enumerate(words):
            total[word] = total.get(word, 0) + 1
            firsts[word] = firsts.get(word, 0) + (place == 0)
    english = frozenset(word for word in total if word.startswith("left"))
    return english or frozenset(word for word in total if firsts[word] * 4 < total[word])


def _spans(events: Sequence[_Event], leaving: frozenset[str], reading: Reading) -> Iterator[Span]:
    came: datetime | None = None
    for at, action in events:
        if action not in leaving:
            came = came or at
        elif came:
            if at <= came + _DAY:
                yield Span(came, at)
            came = None
    if came:
        yield Span(came, _end(came, reading))
