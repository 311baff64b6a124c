"""Organizations of a list, for a season that is played over them: their names and places, and nobody in them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ..errors import NoOrganizationColumnError, UnreadableTableError
from ..files.sheets import SheetRow
from ..names import name_key
from ..store.reading import Reader
from . import imports
from .partners import PartnerFacts
from .rows import RowReader
from .season import FIRST


def organizations(path: Path) -> list[PartnerFacts]:
    """Return the organizations of a list as `mtep import` understands it, each once; what cannot be used is left out.

    Raises as `imports.sources`, and UnreadableTableError where no organization is in it.
    """
    found: dict[str, PartnerFacts] = {}
    for facts in _rows(path):
        # Addresses, telephone numbers and notes may be about people.
        bare = replace(facts, aliases=None, address=None, postal_code=None, phone=None, note=None, public=None)
        found.setdefault(name_key(facts.name or ""), bare)
    if not found:
        raise UnreadableTableError(path, "no row of it names an organization", "Name a list that mtep import can read.")
    return list(found.values())


def _rows(path: Path) -> Iterator[PartnerFacts]:
    nothing = Reader(path.with_name(f"{path.name} has no database"))
    try:
        sources = imports.sources(path, nothing, {})
    except NoOrganizationColumnError:
        reason = "none of its columns is known to hold organizations' names"
        raise UnreadableTableError(path, reason, "Call the column that does: name") from None
    for source in sources:
        reader = RowReader(source.layout, FIRST)
        for row in source.sheet.rows():
            if isinstance(row, SheetRow):
                said, mistakes = reader.read(row.cells)
                name = said.facts.name or ""
                if any(letter.isalpha() for letter in name) and not mistakes:
                    yield said.facts
