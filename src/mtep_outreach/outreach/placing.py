"""Placing: which partner each row of a batch names, a stored one, a new one of the same file, or none yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..files.sheets import SheetRow
from ..names import name_key
from ..organizations import MOST_ALIKE, NAME_KEYS, asked_keys
from ..store.reading import Record, among
from ..vocabulary import NameKind
from . import duplicates, partners
from .duplicates import Likely
from .rows import Understood

if TYPE_CHECKING:
    from ..store.writing import Work
    from .likeness import Organization

REMOVED = -1
"""The number of a partner that was removed, whichever it was."""


@dataclass(slots=True)
class Row:
    """A row on its way: what it says, and the partner that it names. ``is_new``: that one is made for it.

    ``known`` is the partner that it was imported for before, ``apart`` one that a person said it is not.
    """

    source: SheetRow
    digest: str
    said: Understood
    key: str
    known: int | None = None
    number: int = 0
    is_new: bool = False
    keys: Sequence[str] = ()
    asked: Sequence[str] = ()
    pairs: Sequence[Likely] = ()
    apart: Likely | None = None

    @property
    def organization(self) -> "Organization":
        """What is compared of it."""
        return duplicates.organization(self.said.facts, self.number)


class Batch:
    """The rows of one batch beside the partners that they may name: stored ones, and new ones of the batch itself."""

    def __init__(self, work: "Work", rows: Sequence[Row], full: set[str], *, update: bool) -> None:
        self._work = work
        self._update = update
        self._names: dict[str, list[Record]] = {}
        for name in among(work, "partner_names", "key", [row.key for row in rows]):
            self._names.setdefault(name["key"], []).append(name)
        self._new_names: dict[str, list[Row]] = {}
        self._new_keys: dict[str, list[Row]] = {}
        mine: set[str] = set()
        asked: set[str] = set()
        for row in rows:
            if self.certain(row) is None:
                row.keys = duplicates.keys_of(row.said.facts)
                row.asked = asked_keys(row.keys)
                mine.update(row.keys)
                asked.update(row.asked)
        # Keys that many partners share: once found they need not be counted again.
        self._full = full
        self._holders = duplicates.holders(work, (asked | mine) - full)
        full.update(key for key, found in self._holders.items() if len(found) >= MOST_ALIKE)
        wanted = (key for key in asked if key not in full)
        self._stored = duplicates.stored(work, {number for key in wanted for number in self._holders.get(key, ())})

    def add(self, row: Row) -> None:
        """Know a row that makes a new partner."""
        self._new_names.setdefault(row.key, []).append(row)
        row.keys = [key for key in row.keys or duplicates.keys_of(row.said.facts) if key not in self._full]
        for key in row.keys:
            holding = self._new_keys.setdefault(key, [])
            holding.append(row)
            if len(holding) >= MOST_ALIKE:
                self._full.add(key)

    def learn(self, row: Row) -> None:
        """Know a row that was linked to a partner: its name is the partner's from now on."""
        self._new_names.setdefault(row.key, []).append(row)

    def meant(self, row: Row, likely: Likely | None) -> int | None:
        """Return the number of the partner that a doubtful row is, as a person saw it before, or else the likeliest.

        What a person saw may have been made by another row, which was linked or kept out meanwhile.
        """
        for pair in row.pairs:
            if likely is None or (pair.number, pair.name) == (likely.number, likely.name):
                return pair.number
        if likely is None:
            return None
        key = name_key(likely.name)
        made = (new.number for new in self._new_names.get(key, ()) if new.said.facts.state == likely.state)
        stored = among(self._work, "partner_names", "key", [key], ["removed_on IS NULL"])
        return next(made, None) or next((int(name["id"]) for name in stored), None)

    def _fitting(self, row: Row) -> list[Record]:
        said = row.said.facts
        names = self._names.get(row.key, [])
        fitting = [name for name in names if duplicates.agrees(said, name)]
        if fitting or not (self._update and said.state):
            return fitting
        # To update: the partner of this name in this state may have another web address and another street.
        said = replace(said, website=None, address=None)
        return [name for name in names if name["state"] and duplicates.agrees(said, name)]

    def certain(self, row: Row) -> int | None:
        """Return the number of the one partner that a row certainly names, REMOVED when it was removed, or None."""
        if row.key not in self._names and row.key not in self._new_names:
            return None
        fitting = self._fitting(row)
        present = [name for name in fitting if name["removed_on"] is None]
        official = {name["id"] for name in present if name["kind"] == NameKind.OFFICIAL}
        new = {
            other.number
            for other in self._new_names.get(row.key, ())
            if duplicates.agrees(row.said.facts, as_name(other.said.facts))
        }
        for numbers in (official | new, {name["id"] for name in present} | new):
            if len(numbers) == 1:
                return int(numbers.pop())
        return REMOVED if fitting and not present and not new else None

    def likely(self, row: Row) -> list[Likely]:
        """Return the partners that a row likely names, the likeliest first."""
        # A row that only rows of this batch made ambiguous has not asked before; those rows it finds all the same.
        keys = row.asked or asked_keys(duplicates.keys_of(row.said.facts))
        state = row.said.facts.state
        others: dict[int, Organization] = {}
        for key in keys:
            if key in self._full:
                continue
            anywhere = not state or not key.startswith(NAME_KEYS)
            for number in self._holders.get(key, ()):
                stored = self._stored.get(number)
                if stored and (anywhere or stored.state in (None, state)):
                    others[number] = stored
            for new in self._new_keys.get(key, ()):
                if anywhere or new.said.facts.state in (None, state):
                    others[new.number] = new.organization
        if not others:
            return []
        one = duplicates.organization(row.said.facts)
        return [duplicates.as_likely(*found) for found in duplicates.likely(one, others.values())]


def as_name(said: partners.PartnerFacts) -> Record:
    """Return an organization that is not stored yet as a row of ``partner_names``."""
    facts = {key: getattr(said, key) for key in ("state", "city", "address", "website")}
    return {"kind": NameKind.OFFICIAL, **facts}
