"""Rows of other people's files: what each one says."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any

from .. import days, people
from ..errors import MtepError
from ..names import LONGEST_NAME, checked_length, checked_name, clean_line, clean_text
from ..vocabulary import StopKind
from . import partners
from .columns import Layout
from .presets import IGNORE

DIGEST_LENGTH = 32

_as_json = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Mistake:
    """What cannot be meant in one cell of a row."""

    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Understood:
    """One row of a file, each of its values read. ``contact_note`` is what it says of the person beyond our fields."""

    facts: partners.PartnerFacts
    contact: people.Person | None = None
    title: str | None = None
    phone: str | None = None
    contact_note: str | None = None
    nominator: people.Person | None = None
    reason: str | None = None
    nominated_on: date | None = None
    added_on: date | None = None
    stops: tuple[tuple[StopKind, date], ...] = ()


def row_digest(columns: Sequence[str], cells: Sequence[str], occurrence: int) -> str:
    """Return what a row is known by: 128 bits of SHA-256 of its cells and of how many equal rows stood before it."""
    content = _as_json([columns, cells, occurrence])
    return hashlib.sha256(content.encode(errors="surrogatepass")).hexdigest()[:DIGEST_LENGTH]


def _short_text(what: str) -> Callable[[str], str]:
    return lambda text: checked_length(clean_line(text), what, LONGEST_NAME)


_CHECKS: Mapping[str, Callable[[str], Any]] = {
    **{key: partners.CHECKS[key] for key in ("name", "acronym", "city", "address", "postal-code", "website")},
    # Closed lists and states come again and again: each spelling is read once.
    **{key: lru_cache(maxsize=1000)(partners.CHECKS[key]) for key in ("scope", "sector", "state")},
    "alias": lambda text: [partners.CHECKS["alias"](part) for part in text.split(";") if part.strip()],
    "council-role": lambda text: [partners.CHECKS["council-role"](part) for part in re.split("[,;]", text)],
    "organization-phone": partners.CHECKS["phone"],
    "first-name": _short_text("first name"),
    "last-name": _short_text("last name"),
    "email": people.mail_address,
    "contact-title": _short_text("title"),
    "phone": _short_text("phone number"),
    "nominated-by": people.person,
    "nominator-email": people.mail_address,
    "reason": lambda text: checked_length(clean_text(text), "reason"),
    "country": clean_line,
}

_HOME = frozenset(["us", "usa", "u.s.", "u.s.a.", "united states", "united states of america", "america"])


class RowReader:
    """Reads the rows of one table; made once for all of them."""

    def __init__(self, layout: Layout, today: date) -> None:
        self._today = today
        places: dict[str, list[int]] = {}
        for number, field in enumerate(layout.meanings.values()):
            places.setdefault(field or "", []).append(number)
        self._rest = places.pop("", [])
        places.pop(IGNORE, None)
        self._notes = places.pop("note", [])
        self._places = places
        self._columns = tuple(layout.columns)
        self._people = bool(layout.preset and layout.preset.people)
        self._own = layout.own
        self._is_whole = len(self._own) == len(self._columns)
        self._own_columns = tuple(self._columns[number] for number in self._own)
        self._own_cells = itemgetter(*self._own) if len(self._own) > 1 else lambda cells: (cells[self._own[0]],)

    def own(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        """Return the cells of the file's own columns."""
        return cells if self._is_whole else tuple(self._own_cells(cells))

    def digest(self, cells: tuple[str, ...], occurrence: int) -> str:
        """Return what a row is known by."""
        return row_digest(self._own_columns, self.own(cells), occurrence)

    def read(self, cells: Sequence[str]) -> tuple[Understood, list[Mistake]]:
        """Return what a row says, and what cannot be meant in it."""
        mistakes: list[Mistake] = []
        values: dict[str, Any] = {}
        spare: list[int] = []
        foreign = self._is_foreign(cells)
        for field, places in self._places.items():
            filled = [place for place in places if cells[place]]
            if not filled:
                continue
            spare += filled[1:]
            if field == "country" or (field == "state" and foreign):
                spare += filled[:1] if foreign else []
                continue
            values[field] = self._value(field, filled[0], cells, mistakes, spare)
        return self._understood(values, cells, spare, mistakes), mistakes

    def _is_foreign(self, cells: Sequence[str]) -> bool:
        said = [cells[place] for place in self._places.get("country", ()) if cells[place]]
        return bool(said) and said[0].strip().casefold() not in _HOME

    def _value(self, field: str, place: int, cells: Sequence[str], mistakes: list[Mistake], spare: list[int]) -> Any:
        text = cells[place]
        try:
            if field == "contact":
                return self._contact_name(text, cells)
            if field in ("nominated-on", "added-on", "unsubscribed-on", "bounced-on"):
                return self._day(field, text)
            return _CHECKS[field](text)
        except MtepError as error:
            if field == "state" and self._people:  # a person's state may be anywhere in the world
                spare.append(place)
                return None
            mistakes.append(Mistake(self._columns[place], f"{error.message} {error.hint}".strip()))
            return None

    def _contact_name(self, text: str, cells: Sequence[str]) -> people.Person:
        """Read a person; where the address has a column of its own, a name may hold anything."""
        if "<" not in text and any(cells[place] for place in self._places.get("email", ())):
            return people.Person(checked_name(text, "person's name"), None)
        return people.person(text)

    def _day(self, field: str, text: str) -> date:
        """Read a day, or a time stamp, whose day stands before its hour ("5/24/2024 10:31:07", "2024/05/24 ...")."""
        stamp = re.match(r"(\d{4}[-/]\d\d?[-/]\d\d?|\d{1,2}/\d{1,2}/\d{2,4})(?:[T ,]\s*\d.*)?$", text)
        said = stamp[1] if stamp else text
        if re.match(r"\d{4}/", said):
            year, month, day = said.split("/")
            said = f"{year}-{month:0>2}-{day:0>2}"
        what = {"nominated-on": "A nomination", "added-on": "The day it was added"}.get(field, "Opting out")
        return days.past_day(said, what, self._today)

    def _understood(
        self, values: dict[str, Any], cells: Sequence[str], spare: Sequence[int], mistakes: list[Mistake]
    ) -> Understood:
        contact = self._person(values)
        has_person = contact is not None
        rest = [f"{self._columns[place]}: {cells[place]}" for place in (*self._rest, *spare) if cells[place]]
        of_person = has_person and self._people
        notes = [cells[place] for place in self._notes if cells[place]]
        note = None if of_person else self._note([*notes, *rest], mistakes)
        stops = [(StopKind.OPTED_OUT, values.get("unsubscribed-on")), (StopKind.BOUNCED, values.get("bounced-on"))]
        return Understood(
            partners.PartnerFacts(
                name=values.get("name"),
                acronym=values.get("acronym"),
                aliases=values.get("alias"),
                scope=values.get("scope"),
                sector=values.get("sector"),
                state=values.get("state"),
                city=values.get("city"),
                address=values.get("address"),
                postal_code=values.get("postal-code"),
                phone=values.get("organization-phone") or (None if has_person else values.get("phone")),
                website=values.get("website"),
                council_roles=values.get("council-role"),
                note=note,
            ),
            contact,
            values.get("contact-title"),
            values.get("phone") if has_person else None,
            self._note([*notes, *rest], mistakes) if of_person else None,
            _with_address(values.get("nominated-by"), values.get("nominator-email")),
            values.get("reason"),
            values.get("nominated-on"),
            values.get("added-on"),
            tuple((kind, day) for kind, day in stops if day) if any(day for _, day in stops) else (),
        )

    @staticmethod
    def _person(values: Mapping[str, Any]) -> people.Person | None:
        named = values.get("contact")
        if named is None:
            parts = [values[key] for key in ("first-name", "last-name") if values.get(key)]
            named = people.Person(" ".join(parts), None) if parts else None
        return _with_address(named, values.get("email"))

    @staticmethod
    def _note(lines: Sequence[str], mistakes: list[Mistake]) -> str | None:
        if not lines:
            return None
        try:
            return partners.CHECKS["note"]("\n".join(lines)) or None
        except MtepError as error:
            mistakes.append(Mistake("", f"{error.message} {error.hint}".strip()))
            return None


def _with_address(named: people.Person | None, address: str | None) -> people.Person | None:
    if named and address and not named.email:
        return people.Person(named.name, address)
    return named or (people.Person(address, address) if address else None)
