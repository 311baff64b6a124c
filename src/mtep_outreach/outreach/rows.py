"""Rows of other people's files: what each one says."""

import hashlib
import json
import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any

from .. import days, people
from ..errors import MtepError
from ..names import LONGEST_NAME, checked_length, checked_name, clean_line, clean_text, name_key
from ..vocabulary import StopKind
from . import columns, partners
from .columns import NOTHING, Layout
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
    """One row of a file, each of its values read.

    ``contact_note`` is what it says of the person beyond our fields, ``do_not_contact`` since when nobody writes to the
    partner.
    """

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
    do_not_contact: date | None = None


def row_digest(columns: Sequence[str], cells: Sequence[str], occurrence: int) -> str:
    """Return what a row is known by: 128 bits of SHA-256 of its cells and of how many equal rows stood before it."""
    content = _as_json([columns, cells, occurrence])
    return hashlib.sha256(content.encode(errors="surrogatepass")).hexdigest()[:DIGEST_LENGTH]


def _short_text(what: str) -> Callable[[str], str | None]:
    """Return what reads a line; one of nothing but control characters says nothing."""
    return lambda text: checked_length(clean_line(text), what, LONGEST_NAME) or None


_CHECKS: Mapping[str, Callable[[str], Any]] = {
    **{key: partners.CHECKS[key] for key in ("name", "acronym", "website")},
    **{key: _short_text(key.replace("-", " ")) for key in ("city", "address", "postal-code")},
    # Closed lists and states come again and again: each spelling is read once.
    **{key: lru_cache(maxsize=1000)(partners.CHECKS[key]) for key in ("scope", "sector", "state")},
    "alias": lambda text: [partners.CHECKS["alias"](part) for part in text.split(";") if part.strip()],
    "council-role": lambda text: [partners.CHECKS["council-role"](part) for part in re.split("[,;]", text)],
    "organization-phone": _short_text("phone number"),
    "first-name": _short_text("first name"),
    "last-name": _short_text("last name"),
    "email": people.mail_address,
    "contact-title": _short_text("title"),
    "phone": _short_text("phone number"),
    "nominated-by": people.person,
    "nominator-email": people.mail_address,
    "reason": lambda text: checked_length(clean_text(text), "reason"),
    "country": clean_line,
    "stopped": lambda text: partners.word(StopKind, "reason to stop writing", text),
}

# A day, with or without an hour behind it.
_STAMP = re.compile(
    r"(?P<day>\d{4}[-/]\d\d?[-/]\d\d?|\d{1,2}/\d{1,2}/\d{2,4}|.*\d{4})"
    r"(?:[T ,]\s*(?:at )?\d{1,2}(?::\d\d|\s*[ap]m).*)?$",
    re.IGNORECASE,
)
_STOPPED = frozenset(["yes", "y", "true", "x", "1", "opted-out", "opted out", "unsubscribed", "bounced", "cleaned"])
_NOT_STOPPED = frozenset(["no", "n", "false", "0", "subscribed"])
_HOME = frozenset(["us", "usa", "u.s.", "u.s.a.", "united states", "united states of america", "america"])


class RowReader:
    """Reads the rows of one table; made once for all of them."""

    def __init__(
        self, layout: Layout, today: date, is_forgotten: Callable[[str | None], bool] = lambda _address: False
    ) -> None:
        self._today = today
        self._is_forgotten = is_forgotten
        places: dict[str, list[int]] = {}
        for number, field in enumerate(layout.meanings.values()):
            places.setdefault(field or "", []).append(number)
        # Of several columns for one field the one that stands first in the preset counts.
        order = {key: number for number, key in enumerate(layout.preset.means if layout.preset else ())}
        for field in columns.SEVERAL:
            places.get(field, []).sort(key=lambda place: order.get(name_key(layout.columns[place]), len(order)))
        self._rest = places.pop("", [])
        places.pop(IGNORE, None)
        self._notes = places.pop("note", [])
        self._countries = places.pop("country", [])
        self._emails = places.get("email", [])
        self._fields = [(field, first, more, self._check(field)) for field, (first, *more) in places.items()]
        self._columns = tuple(layout.columns)
        self.named_by = next((column for column, field in layout.meanings.items() if field == "name"), "")
        self._people = bool(layout.preset and layout.preset.people)
        self._own = layout.own
        # A list of organizations may have one that is called None; in an address book that is nobody's employer.
        preset = layout.preset
        self._whole: Container[str] = () if preset and (preset.people or preset.form) else ("name",)
        if preset and preset.ours:
            self._whole = places.keys()
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
        foreign = bool(self._countries) and self._is_foreign(cells, spare)
        for field, place, more, check in self._fields:
            filled = place
            if more:
                places = [number for number in (place, *more) if cells[number] not in NOTHING] or [place]
                filled = places[0]
                spare += [number for number in places[1:] if cells[number] != cells[filled]]
            text = cells[filled]
            nothing = text in NOTHING if field not in self._whole else not text
            if nothing or (field in ("website", "email", "phone") and text in ("No", "no", "NO")):
                continue
            if field == "website" and len(text.split()) > 1:
                text = self._first_website(text, filled, spare)
            if foreign and field == "state":
                spare.append(filled)
                continue
            try:
                values[field] = self._contact_name(text, cells) if check is None else check(text)
            except MtepError as error:
                if field == "state" and self._people:  # a person's state may be anywhere in the world
                    spare.append(filled)
                elif field in ("email", "nominator-email") and (address := _first_address(text)):
                    values[field] = address
                    spare.append(filled)
                else:
                    mistakes.append(Mistake(self._columns[filled], f"{error.message} {error.hint}".strip()))
        return self._understood(values, cells, spare, mistakes), mistakes

    @staticmethod
    def _first_website(text: str, place: int, spare: list[int]) -> str:
        """Return the first of several web addresses in one cell; all of them go to the note."""
        first, *rest = (part.strip(",;") for part in text.split())
        if not all("." in part for part in rest):
            return text
        spare.append(place)
        return first

    def _is_foreign(self, cells: Sequence[str], spare: list[int]) -> bool:
        """Return whether a row names a country that is not the United States; that is kept in the note."""
        said = [place for place in self._countries if cells[place]]
        foreign = bool(said) and cells[said[0]].strip().casefold() not in _HOME
        if foreign:
            spare.append(said[0])
        return foreign

    def _check(self, field: str) -> Callable[[str], Any] | None:
        """Return how the text of a field is read; a contact's name needs the other cells too."""
        if field == "contact":
            return None
        if field in ("unsubscribed-on", "bounced-on", "do-not-contact"):
            return lambda text: self._stopped_on(field, text)
        if field in ("nominated-on", "added-on"):
            return lambda text: self._day(field, text)
        return _CHECKS[field]

    def _contact_name(self, text: str, cells: Sequence[str]) -> people.Person:
        """Read a person; where the address has a column of its own, a name may hold anything."""
        if "<" not in text and any(cells[place] for place in self._emails):
            return people.Person(checked_name(text, "person's name"), None)
        return people.person(text)

    def _day(self, field: str, text: str) -> date:
        """Read a day, or a time stamp, whose day stands before its hour ("5/24/2024 10:31:07", "2024/05/24 ...")."""
        stamp = _STAMP.match(text)
        said = stamp["day"] if stamp else text
        if re.match(r"\d{4}/", said):
            year, month, day = said.split("/")
            said = f"{year}-{month:0>2}-{day:0>2}"
        what = {"nominated-on": "A nomination", "added-on": "The day it was added"}.get(field, "Opting out")
        return days.past_day(said, what, self._today)

    def _stopped_on(self, field: str, text: str) -> date | None:
        """Read the day on which an address was given up; many files only say whether it was."""
        word = text.casefold()
        return None if word in _NOT_STOPPED else self._today if word in _STOPPED else self._day(field, text)

    def _understood(
        self, values: dict[str, Any], cells: Sequence[str], spare: Sequence[int], mistakes: list[Mistake]
    ) -> Understood:
        contact = self._person(values)
        has_person = contact is not None
        of_person = has_person and self._people
        lines = [cells[place] for place in self._notes if cells[place]]
        others = (*self._rest, *spare)
        lines += [f"{self._columns[place]}: {cells[place]}" for place in others if cells[place] not in NOTHING]
        note = self._note(lines, mistakes) if lines else None
        if contact and self._is_forgotten(contact.email):  # they asked for it: the organization comes in without them
            contact, of_person, note = None, False, None
            values = {key: value for key, value in values.items() if key not in ("contact-title", "stopped")}
        get = values.get
        stops = [(StopKind.OPTED_OUT, get("unsubscribed-on")), (StopKind.BOUNCED, get("bounced-on"))]
        if "stopped" in values:
            stops.append((values["stopped"], self._today))
        return Understood(
            partners.PartnerFacts(
                name=values.get("name"),
                acronym=values.get("acronym"),
                aliases=values.get("alias"),
                scope=values.get("scope"),
                sector=values.get("sector"),
                state=values.get("state"),
                city=_without_state(values.get("city"), values.get("state")),
                address=values.get("address"),
                postal_code=values.get("postal-code"),
                phone=values.get("organization-phone") or (None if has_person else values.get("phone")),
                website=values.get("website"),
                council_roles=values.get("council-role"),
                note=None if of_person else note,
            ),
            contact,
            values.get("contact-title"),
            values.get("phone") if contact else None,
            note if of_person else None,
            _with_address(values.get("nominated-by"), values.get("nominator-email")),
            values.get("reason"),
            values.get("nominated-on"),
            values.get("added-on"),
            tuple((kind, day) for kind, day in stops if day),
            values.get("do-not-contact"),
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
        try:
            return partners.CHECKS["note"]("\n".join(lines)) or None
        except MtepError as error:
            mistakes.append(Mistake("", f"{error.message} {error.hint}".strip()))
            return None


def _first_address(text: str) -> str | None:
    """Return the first of several mail addresses in a cell, or one in another dress ("mailto:", "Ann <ann@...>")."""
    parts = [part.removeprefix("mailto:") for part in re.split(r"[;,/|<>()\s]+", text) if "@" in part]
    try:
        found = [people.mail_address(part) for part in parts]
    except MtepError:
        return None
    return found[0] if found else None


def _without_state(city: str | None, state: str | None) -> str | None:
    """Return a city without the state that is written behind it, when that is the row's state."""
    if not city or not state or "," not in city:
        return city
    name, _, behind = city.rpartition(",")
    try:
        return name.strip() if name.strip() and partners.CHECKS["state"](behind) == state else city
    except MtepError:
        return city


def _with_address(named: people.Person | None, address: str | None) -> people.Person | None:
    if named and address and not named.email:
        return people.Person(named.name, address)
    return named or (people.Person(address, address) if address else None)
