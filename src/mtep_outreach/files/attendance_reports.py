"""Attendance reports of Zoom, Teams and Meet, and plain lists of names: what a file says of a meeting."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path

from ..atomic import reason_of
from ..errors import FileError, NoAttendeesError, Problem, UnreadableTableError
from ..names import clean_line, name_key
from . import attendance_columns as meanings
from .attendance_columns import Role
from .attendance_hours import minutes, order_of
from .attendance_lists import listed_people
from .attendance_rows import Columns, Reading, Seen, Span, seen
from .blocks import IsHeader, Sheet, SheetRow
from .sheets import read

__all__ = ["Program", "Report", "Seen", "Span", "report"]

_LARGEST = 50_000_000
_MOST_ROWS = 50_000
_MOST_TABLES = 50
_LONGEST_TOPIC = 300
_DAY_IN_NAME = re.compile(r"(?<!\d)(20\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)(?!\d)")


class Program(StrEnum):
    """What wrote a report."""

    ZOOM = "zoom"
    TEAMS = "teams"
    MEET = "meet"
    LIST = "list"


# Columns, or words before the header, that only this program has.
_KNOWN_BY = {
    Program.TEAMS: {"user action", "in meeting duration", "attended participants", "meeting title"},
    Program.MEET: {"time joined", "time exited"},
    Program.ZOOM: {"webinar id", "meeting id", "total duration minutes", "time in session minutes"},
}


@dataclass(frozen=True)
class Report:
    """Who was seen in a meeting; ``length`` is its minutes, ``absent`` how many rows name somebody who did not come.

    Moments have no zone unless the report names one. ``notes`` are sentences on how it was read where it could be read
    in another way.
    """

    source: str
    program: Program
    topic: str | None
    starts: datetime | None
    ends: datetime | None
    length: float | None
    rows: tuple[Seen, ...]
    absent: int = 0
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class _Table:
    sheet: Sheet
    rows: list[SheetRow]
    problems: list[Problem]


def report(path: Path, *, day: date | None = None) -> Report:
    """Return what a report says; ``day`` is when the session was, for dates that can be read in two ways.

    Raises FileError, UnreadableTableError, or NoAttendeesError when it does not say who came.
    """
    found = _tables(path, meanings.is_header)
    known = [table for table in found if meanings.is_header(table.sheet.columns)]
    tables = _laid_out(known)
    if not known:
        # Another language: the header is then the row of words above rows with moments.
        foreign = _tables(path, meanings.looks_like_header)
        tables = [table for table in _laid_out(foreign) if Role.JOINED in table.places or Role.AT in table.places]
        found = foreign if tables else found
    if not any(_says_who_came(table) for table in tables):
        _refuse_registrations(path, tables)
        tables = [listed_people(table.sheet, table.rows) for table in found if not _is_facts(table)]
    return _report(path, found, tables, day)


def _tables(path: Path, is_header: IsHeader) -> list[_Table]:
    """Return the tables of a file with all of their rows. Raises UnreadableTableError when it is no report at all."""
    try:
        if path.is_file() and path.stat().st_size > _LARGEST:
            raise UnreadableTableError(path, f"it is larger than {_LARGEST // 1_000_000} MB", "Give the report alone.")
    except OSError as error:
        raise FileError(path, reason_of(error), "Choose another file.") from error
    sheets = read(path, is_header)
    if len(sheets) > _MOST_TABLES:
        raise UnreadableTableError(path, f"it holds more than {_MOST_TABLES} tables", "Give the report alone.")
    found: list[_Table] = []
    left = _MOST_ROWS
    for sheet in sheets:
        rows = list(islice(sheet.rows(), left + 1))
        left -= len(rows)
        if left < 0:
            raise UnreadableTableError(path, f"it has more than {_MOST_ROWS:,} rows", "Give the report alone.")
        usable = [row for row in rows if isinstance(row, SheetRow)]
        found.append(_Table(sheet, usable, [row for row in rows if isinstance(row, Problem)]))
    return found


def _is_facts(table: _Table) -> bool:
    return meanings.is_fact_header(table.sheet.columns)


def _laid_out(found: Sequence[_Table]) -> list[Columns]:
    """Return the tables of people with the meanings of their columns."""
    laid = []
    for table in found:
        if _is_facts(table) or not table.rows:
            continue
        places = meanings.by_contents(meanings.by_names(table.sheet.columns), [row.cells for row in table.rows])
        if not {Role.NAME, Role.FIRST, Role.LAST, Role.EMAIL} & places.keys():
            continue
        keys = meanings.keys(table.sheet.columns)
        outer = any(key.startswith(("first join", "last leave")) for key in keys)
        # Before a table of each coming and going, Teams has one that sums them up, in any language with this column.
        outer = outer or (any("upn" in key.split() for key in keys) and table is not found[-1])
        seconds = Role.MINUTES in places and "second" in keys[places[Role.MINUTES]]
        laid.append(Columns(places, table.rows, table.sheet.unit, outer, seconds))
    return laid


def _says_who_came(table: Columns) -> bool:
    return bool({Role.JOINED, Role.MINUTES, Role.ATTENDED, Role.AT} & table.places.keys()) and (
        Role.AT not in table.places or Role.ACTION in table.places
    )


def _refuse_registrations(path: Path, tables: Sequence[Columns]) -> None:
    if any(Role.REGISTERED in table.places for table in tables):
        raise NoAttendeesError(path, "it lists who registered, not who came", "Give the report of who attended.")


def _report(path: Path, found: Sequence[_Table], tables: Sequence[Columns], day: date | None) -> Report:
    facts = dict(_facts(found))
    moments = [text for table in tables for text in table.moments()]
    moments += [facts[fact] for fact in (meanings.STARTS, meanings.ENDS) if fact in facts]
    order = order_of(moments, day)
    reading = Reading(path.name, order, day or _day_in_name(path))
    starts, ends = (reading.moment(facts.get(fact, "")) for fact in (meanings.STARTS, meanings.ENDS))
    reading.day = reading.day or (starts.date() if starts else None)
    named = [at for at in map(reading.moment, moments) if at]
    reading.ends = ends is not None
    # Moments with a zone and without one cannot be compared.
    reading.last = ends or max([at for at in named if not at.tzinfo] or named, default=None)
    rows = tuple(_without_sums(tables, reading))
    if not rows and not reading.absent:
        raise NoAttendeesError(path, "nobody is named in it", "Give the report of who attended.")
    length = minutes(facts.get(meanings.LENGTH, ""))
    if starts and ends and starts < ends and (starts.tzinfo is None) == (ends.tzinfo is None):
        length = max(length or 0, (ends - starts).total_seconds() / 60)
    topic = clean_line(facts.get(meanings.TOPIC, ""))[:_LONGEST_TOPIC] or None
    problems = [problem for table in found for problem in table.problems] + reading.problems
    program = _program(found, tables)
    notes = tuple(_notes(reading, found, program))
    return Report(path.name, program, topic, starts, ends, length, rows, reading.absent, notes, tuple(problems))


def _without_sums(tables: Sequence[Columns], reading: Reading) -> Iterator[Seen]:
    """Yield the rows of all tables; of one that sums up, those of people whom no other names."""
    each = [(table, list(seen(table, reading))) for table in tables]
    detailed = {key for table, rows in each if not table.outer for row in rows for key in _keys(row)}
    for table, rows in each:
        yield from (row for row in rows if not (table.outer and detailed.intersection(_keys(row))))


def _keys(row: Seen) -> list[str]:
    return [row.email.lower()] if row.email else [name_key(row.name) or row.name]


# ---- what is said of the meeting ------------------------------------------------------------------------


def _facts(found: Sequence[_Table]) -> Iterator[tuple[str, str]]:
    """Yield what is said of the meeting, the most trusted last: before the header as "word: text", or in a table."""
    for table in found:
        for note in table.sheet.notes:
            word, _, text = note.partition(": ")
            if fact := meanings.fact_of(word):
                yield fact, text
    for table in reversed(found):
        if _is_facts(table) and table.rows:
            for column, text in zip(table.sheet.columns, table.rows[0].cells, strict=False):
                if fact := meanings.fact_of(column):
                    yield fact, text


def _day_in_name(path: Path) -> date | None:
    found = _DAY_IN_NAME.search(path.name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _program(found: Sequence[_Table], tables: Sequence[Columns]) -> Program:
    words = {key for table in found for key in meanings.keys(table.sheet.columns)}
    words |= {name_key(note.partition(": ")[0]) for table in found for note in table.sheet.notes}
    if not any(_says_who_came(table) for table in tables):
        return Program.LIST
    if any(Role.ACTION in table.places for table in tables) and "UTF-16" in found[0].sheet.kind:
        return Program.TEAMS
    if any("upn" in word.split() or word.startswith("1 ") for word in words):
        return Program.TEAMS
    for program, known in _KNOWN_BY.items():
        if known & words:
            return program
    names = [column for table in found for column in table.sheet.columns[:2]]
    return Program.ZOOM if any(re.search(r"\w ?[(（].*[)）]", name[:100]) for name in names) else Program.LIST


def _notes(reading: Reading, found: Sequence[_Table], program: Program) -> Iterator[str]:
    if not reading.order.certain:
        which = "day before the month" if reading.order.day_first else "month before the day"
        yield f"Its dates can be read in two ways; they were read with the {which}"
    if reading.open_ends:
        said = f"Of {reading.open_ends} who joined, it does not say when they left"
        yield f"{said}; they were counted to the {'end' if reading.ends else 'last moment that it names'}"
    if program is Program.LIST:
        yield from (f"Left out, as it stands before the list: {note}" for table in found for note in table.sheet.notes)
