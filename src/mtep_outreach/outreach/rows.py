"""Rows of other people's spreadsheets: what their columns mean, and what each row says."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .. import days, people
from ..errors import MtepError, Problem, UnknownColumnError, UnknownFieldError, UnreadableTableError
from ..files.spreadsheets import Sheet, SheetRow
from ..names import LONGEST_NAME, checked_length, checked_name, clean_line, clean_text, name_key
from . import partners

# What each field is called in other people's spreadsheets (compared without case, accents and punctuation).
_SYNONYMS: Mapping[str, str] = {
    "name": "name|organization|organisation|organization name|organisation name|name of organization|partner|"
    "partner name|institution|institution name|name of institution|company|agency|school|nominated organization|"
    "suggested organization|potential partner|org|org name",
    "acronym": "acronym|abbreviation|short name|initials|ialias",
    "alias": "alias|also known as|aka|other name|other names|former name",
    "scope": "scope|level|reach|national state or local|national state local",
    "sector": "sector|type of organization|organization type|kind of organization",
    "state": "state|state province|province|state territory|us state|stabbr|st",
    "city": "city|town|city town",
    "website": "website|web site|web|url|homepage|home page|web address|web page|webaddr|organization website",
    "council-role": "council role|role in council|partnership role",
    "note": "note|notes|comment|comments|remarks",
    "contact": "contact|contact name|contact person|name of contact|primary contact|person",
    "email": "email|e mail|mail|email address|e mail address|contact email|contact e mail|contact email address",
    "contact-title": "title|job title|position|contact title",
    "phone": "phone|telephone|phone number|contact phone|tel",
    "nominated-by": "nominated by|nominator|your name|suggested by|submitted by|nominator name|who nominates",
    "nominator-email": "nominator email|your email|your email address|nominator e mail|username",
    "reason": "reason|why|reason for nomination|rationale|why this organization|why should we invite them",
    "nominated-on": "nominated on|timestamp|date|submitted at|submission date|date submitted",
}
_FIELD_OF = {synonym: field_ for field_, synonyms in _SYNONYMS.items() for synonym in synonyms.split("|")}

FIELDS: tuple[str, ...] = tuple(_SYNONYMS)
"""What a column of a spreadsheet can mean."""


# ---- understand -----------------------------------------------------------------------------------------


def mapping(sheet: Sheet, said: Mapping[str, str]) -> dict[str, str | None]:
    """Return what each column means: as said, else by its usual names, else None (kept in the note).

    Raises UnknownColumnError, UnknownFieldError, or UnreadableTableError when no column holds the name.
    """
    by_key = {name_key(column): column for column in sheet.columns}
    found: dict[str, str | None] = dict.fromkeys(sheet.columns)
    taken: set[str] = set()
    for column, meaning in said.items():
        if name_key(column) not in by_key:
            raise UnknownColumnError(column, sheet.columns)
        if meaning not in FIELDS:
            raise UnknownFieldError(f"{column}={meaning}", FIELDS)
        found[by_key[name_key(column)]] = meaning
        taken.add(meaning)
    for column in sheet.columns:
        meant = _FIELD_OF.get(name_key(column))
        if found[column] is None and meant and meant not in taken:
            found[column] = meant
            taken.add(meant)
    if "name" not in taken:
        raise UnreadableTableError(
            sheet.path,
            f"none of its columns ({', '.join(sheet.columns)[:200]}) is known to hold the organization's name",
            "Say which: --map COLUMN=name",
        )
    return found


@dataclass(frozen=True)
class Understood:
    """One row of a spreadsheet, each of its values read."""

    row: SheetRow
    digest: str
    facts: partners.PartnerFacts
    contact: people.Person | None
    title: str | None
    phone: str | None
    nominator: people.Person | None
    reason: str | None
    nominated_on: date | None


def row_digest(columns: Sequence[str], row: SheetRow, occurrence: int) -> str:
    """Return what a row is known by: SHA-256 of its cells and of how many equal rows stood before it."""
    content = json.dumps([columns, row.cells, occurrence], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


@dataclass
class _Reading:
    """Reads the values of one row and collects what is wrong with them."""

    source: str
    line: int
    texts: Mapping[str, str]
    columns: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def value(self, key: str, read: Any) -> Any:
        """Return a value as `read` makes it, or None where the cell is empty or wrong."""
        text = self.texts.get(key, "")
        if not text.strip():
            return None
        try:
            return read(text)
        except MtepError as error:
            self.problems.append(
                Problem(self.source, self.line, self.columns[key], f"{error.message} {error.hint}".strip())
            )
            return None


def understand(
    sheet: Sheet, meanings: Mapping[str, str | None], row: SheetRow, digest: str, today: date
) -> tuple[Understood | None, list[Problem]]:
    """Return what a row says, None when something of it cannot be meant, and what is wrong with it."""
    column_of = {meaning: column for column, meaning in meanings.items() if meaning}
    cells = dict(zip(sheet.columns, row.cells, strict=True))
    texts = {meaning: cells[column] for meaning, column in column_of.items()}
    reading = _Reading(sheet.path.name, row.line, texts, column_of)
    checks = partners.CHECKS
    name = reading.value("name", checks["name"])
    if not texts["name"].strip():
        said = "The name of the organization is missing."
        reading.problems.append(Problem(sheet.path.name, row.line, column_of["name"], said))
    rest = [f"{column}: {cells[column]}" for column, meaning in meanings.items() if meaning is None and cells[column]]
    note = "\n".join(part for part in (texts.get("note", ""), *rest) if part)
    found = partners.PartnerFacts(
        name=name,
        **{key: reading.value(key, checks[key]) for key in ("acronym", "scope", "sector", "state", "city", "website")},
        aliases=reading.value("alias", _aliases),
        council_roles=reading.value("council-role", lambda text: [checks["council-role"](text)]),
        note=checks["note"](note) if note else None,
    )
    understood = Understood(
        row,
        digest,
        found,
        contact=_contact(reading),
        title=reading.value("contact-title", _short_text("title")),
        phone=reading.value("phone", _short_text("phone number")),
        nominator=_nominator(reading),
        reason=reading.value("reason", lambda text: checked_length(clean_text(text), "reason")),
        nominated_on=reading.value("nominated-on", lambda text: _day(text, today)),
    )
    return (None if reading.problems else understood), reading.problems


def _aliases(text: str) -> list[str]:
    return [partners.CHECKS["alias"](part) for part in text.split(";") if part.strip()]


def _short_text(what: str) -> Any:
    return lambda text: checked_length(clean_line(text), what, LONGEST_NAME)


def _contact(reading: _Reading) -> people.Person | None:
    address = reading.value("email", people.mail_address)
    named = reading.value("contact", lambda text: _named(text, has_address=address is not None))
    if named and address and not named.email:
        return people.Person(named.name, address)
    return named or (people.Person(address, address) if address else None)


def _named(text: str, *, has_address: bool) -> people.Person:
    """Read a person; where the address has a column of its own, a name may hold anything."""
    if has_address and "<" not in text:
        return people.Person(checked_name(text, "person's name"), None)
    return people.person(text)


def _nominator(reading: _Reading) -> people.Person | None:
    named = reading.value("nominated-by", people.person)
    address = reading.value("nominator-email", people.mail_address)
    if named and address and not named.email:
        return people.Person(named.name, address)
    return named or (people.Person(address, address) if address else None)


def _day(text: str, today: date) -> date:
    """Read a day, or a form's time stamp, whose day stands before its hour ("5/24/2024 10:31:07")."""
    stamp = re.match(r"(\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{2,4})[T ]\d", text)
    return days.past_day(stamp[1] if stamp else text, "A nomination", today)
