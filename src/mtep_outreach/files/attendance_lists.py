"""Plain lists of people, with a header or without one: names and addresses in a column, or many in a line."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from . import attendance_columns as meanings
from .attendance_columns import Role
from .attendance_names import is_organization
from .attendance_rows import Columns, split_address
from .blocks import Sheet, SheetRow

_SAMPLE = 200


def listed_people(sheet: Sheet, rows: Sequence[SheetRow]) -> Columns:
    """Return the people of a list as a table of its own, whichever way they are written."""
    known = meanings.by_names(sheet.columns)
    if not {Role.NAME, Role.FIRST, Role.LAST, Role.EMAIL} & known.keys() and not _is_header(sheet, rows):
        written = ["" if cell == f"column {place}" else cell for place, cell in enumerate(sheet.columns, 1)]
        rows = [SheetRow(rows[0].line - 1 if rows else 1, tuple(written)), *rows]
    if any(sum("@" in cell for cell in row.cells) > 1 for row in rows) and Role.EMAIL not in known:
        people = chain.from_iterable(_each(row) for row in rows)
        return Columns({Role.NAME: 0}, list(people), sheet.unit)
    places = meanings.by_contents(known, [row.cells for row in rows])
    if not {Role.NAME, Role.FIRST, Role.LAST} & places.keys():
        places |= _names(places, rows)
    elif Role.ORGANIZATION not in places:
        places |= _organizations(places, rows)
    for role in (Role.AT, Role.ACTION):  # when a form was filled in is not when somebody came
        places.pop(role, None)
    return Columns(places, rows, sheet.unit)


def _is_header(sheet: Sheet, rows: Sequence[SheetRow]) -> bool:
    """Return whether the first row of a list says what stands below it: addresses, and it holds none."""
    columns = range(len(sheet.columns))
    with_addresses = [place for place in columns if any("@" in row.cells[place] for row in rows[:_SAMPLE])]
    return bool(with_addresses) and not any("@" in cell for cell in sheet.columns)


def _each(row: SheetRow) -> Iterable[SheetRow]:
    """Yield each cell of a line as a person: "Ann Lee <ann@x.edu>; Bo Chen <bo@y.edu>"."""
    return (replace(row, cells=(cell,)) for cell in row.cells if cell)


def _names(places: dict[Role, int], rows: Sequence[SheetRow]) -> dict[Role, int]:
    """Return where names stand when no column is mostly letters: the first that is filled, even beside addresses."""
    email = places.get(Role.EMAIL)
    width = len(rows[0].cells) if rows else 0
    filled = [place for place in range(width) if any(row.cells[place] for row in rows)]
    if email is None and filled:
        return {Role.NAME: filled[0]}
    named = email is not None and any(split_address(row.cells[email])[0] for row in rows)
    return {Role.NAME: email} if named and email is not None else {}


def _organizations(places: dict[Role, int], rows: Sequence[SheetRow]) -> dict[Role, int]:
    """Return where organizations stand, or first names where each of two columns is a single word: "Lee, Ann"."""
    width = len(rows[0].cells) if rows else 0
    for place in range(width):
        cells = [row.cells[place] for row in rows[:_SAMPLE] if row.cells[place]]
        if place in places.values() or not cells:
            continue
        if sum(map(is_organization, cells)) * 2 > len(cells):
            return {Role.ORGANIZATION: place}
        words = [row.cells[: place + 1] for row in rows if row.cells[place]]
        if (places.get(Role.NAME), width) == (0, 2) and all(
            cell and " " not in cell and not is_organization(cell) for pair in words for cell in pair
        ):
            del places[Role.NAME]
            return {Role.LAST: 0, Role.FIRST: 1}
    return {}
