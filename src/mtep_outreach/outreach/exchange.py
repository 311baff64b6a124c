"""Exchange: partners in from a spreadsheet, everything out again."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import days, people
from ..errors import (
    MtepError,
    Problem,
    UnknownColumnError,
    UnknownFieldError,
    UnreadableTableError,
)
from ..files.spreadsheets import Sheet, SheetRow
from ..names import LONGEST_NAME, checked_length, clean_line, clean_text, name_key
from ..store.reading import Reads, Record
from ..tables import Column, Table
from ..vocabulary import NameKind
from . import lists, members, nominations, partners
from .filters import Filters
from .network import network_settings

if TYPE_CHECKING:
    from ..store.writing import Work

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
class _Understood:
    """One row of a spreadsheet, each of its values read."""

    row: SheetRow
    digest: str
    facts: partners.PartnerFacts
    contact: people.Person | None
    title: str | None
    phone: str | None
    nominator: str | None
    reason: str | None
    nominated_on: date | None


@dataclass(frozen=True)
class Plan:
    """What an import would do: rows that are new, how many are known already, and what is wrong with others."""

    sheet: Sheet
    meanings: Mapping[str, str | None]
    new: list[_Understood]
    known: int
    problems: list[Problem]

    @property
    def bad_rows(self) -> int:
        """How many rows have problems."""
        return len({problem.line for problem in self.problems})

    @property
    def unmapped(self) -> list[str]:
        """The columns that mean nothing to mtep and are kept in the note."""
        return [column for column, meaning in self.meanings.items() if meaning is None]

    def preview(self, rows: int = 5) -> Table:
        """Return the first new rows as they are understood."""
        fields = [
            key for key in ("name", "acronym", "scope", "sector", "state", "city") if key in self.meanings.values()
        ]
        shown = [
            {key: getattr(row.facts, key) for key in fields} | {"contact": str(row.contact) if row.contact else None}
            for row in self.new[:rows]
        ]
        columns = [Column(key, key.capitalize()) for key in fields]
        if any(row["contact"] for row in shown):
            columns.append(Column("contact", "Contact"))
        return Table(columns, shown)


def plan_import(reads: Reads, sheet: Sheet, said: Mapping[str, str], *, today: date) -> Plan:
    """Read every value of a spreadsheet and compare its rows with what is stored; nothing is changed.

    A row is known when its cells, at that occurrence, were imported before, or a partner of its name and state is
    there. Raises as `mapping`.
    """
    meanings = mapping(sheet, said)
    stored_rows = {row["digest"] for row in reads.select("imported_rows")}
    stored_names = {
        (row["key"], row["state"] or "")
        for row in reads.select("partner_names", ["kind = 'official'", "removed_on IS NULL"])
    }
    seen: Counter[tuple[str, ...]] = Counter()
    new: list[_Understood] = []
    problems = list(sheet.problems)
    known = 0
    for row in sheet.rows:
        digest = _digest(sheet.columns, row, seen[row.cells])
        seen[row.cells] += 1
        if digest in stored_rows:
            known += 1
            continue
        understood, wrong = _understand(sheet, meanings, row, digest, today)
        problems += wrong
        if understood is None:
            continue
        place = (name_key(understood.facts.name or ""), understood.facts.state or "")
        if place in stored_names:
            known += 1
            continue
        stored_names.add(place)
        new.append(understood)
    return Plan(sheet, meanings, new, known, sorted(problems, key=lambda problem: problem.line))


def _digest(columns: Sequence[str], row: SheetRow, occurrence: int) -> str:
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


def _understand(
    sheet: Sheet, meanings: Mapping[str, str | None], row: SheetRow, digest: str, today: date
) -> tuple[_Understood | None, list[Problem]]:
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
    understood = _Understood(
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
    named = reading.value("contact", people.person)
    address = reading.value("email", people.mail_address)
    if named and address and not named.email:
        return people.Person(named.name, address)
    return named or (people.Person(address, address) if address else None)


def _nominator(reading: _Reading) -> str | None:
    named = reading.value("nominated-by", people.person)
    address = reading.value("nominator-email", people.mail_address)
    if named is None and address is None:
        return None
    email = (named.email if named else None) or address
    return str(people.Person(named.name if named else email, email))


def _day(text: str, today: date) -> date:
    """Read a day, or a form's time stamp, whose day stands before its hour ("5/24/2024 10:31:07")."""
    stamp = re.match(r"(\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{2,4})[T ]\d", text)
    return days.past_day(stamp[1] if stamp else text, "A nomination", today)


# ---- in -------------------------------------------------------------------------------------------------


def carry_out(work: "Work", plan: Plan, *, today: date) -> int:
    """Add what a plan found new, and return how many partners that made. Raises as the verbs it uses."""
    from ..store.models import Contact, ImportedRow, Name, Partner, PartnerRole

    facts = [row.facts for row in plan.new]
    kept = ("scope", "sector", "state", "city", "website", "note")
    numbers = work.add_many(
        Partner, [{key: getattr(said, key) for key in kept} | {"added_on": today} for said in facts]
    )
    work.add_many(Name, [name for number, said in zip(numbers, facts, strict=True) for name in _names(number, said)])
    work.add_many(
        PartnerRole,
        [
            {"partner_id": number, "role": role}
            for number, said in zip(numbers, facts, strict=True)
            for role in said.council_roles or ()
        ],
    )
    work.add_many(
        Contact,
        [
            {
                "partner_id": number,
                "name": row.contact.name,
                "email": row.contact.email,
                "title": row.title,
                "phone": row.phone,
                "added_on": today,
            }
            for number, row in zip(numbers, plan.new, strict=True)
            if row.contact
        ],
    )
    work.add_many(
        ImportedRow,
        [{"digest": row.digest, "partner_id": number} for number, row in zip(numbers, plan.new, strict=True)],
    )
    for number, row in zip(numbers, plan.new, strict=True):
        if row.nominator:
            _nominate(work, number, row, today)
    return len(numbers)


def _names(number: int, said: partners.PartnerFacts) -> Iterable[dict[str, Any]]:
    taken: set[str] = set()
    texts = [(NameKind.OFFICIAL, said.name), (NameKind.ACRONYM, said.acronym)]
    texts += [(NameKind.ALIAS, alias) for alias in said.aliases or ()]
    for kind, text in texts:
        if text and (kind is not NameKind.ALIAS or name_key(text) not in taken):
            taken.add(name_key(text))
            yield {"partner_id": number, "kind": kind, "text": text, "key": name_key(text)}


def _nominate(work: "Work", number: int, row: _Understood, today: date) -> None:
    (partner,) = work.select("partner_names", ["id = :id", "kind = 'official'"], id=number)
    by = row.nominator or ""
    if "<" not in by and not _known_member(work, by):
        members.add(work, people.person(by), today=today)
    nominations.record(work, partner, by, today=today, day=row.nominated_on, reason=row.reason)


def _known_member(work: "Work", name: str) -> bool:
    return bool(work.select("members", ["key = :key"], key=name_key(name)))


# ---- out ------------------------------------------------------------------------------------------------


def everything(reads: Reads) -> dict[str, Any]:
    """Return every kind of record as lists of plain dicts, in a stable order, and the network's settings."""
    found: dict[str, Any] = {kind: lists.listing(reads, kind, Filters(), sort=None).records() for kind in lists.KINDS}
    found["replies"] = _plain(reads, "replies", ("id", "invitation_id", "answer", "day", "note"))
    found["attendances"] = _plain(reads, "attendances", ("id", "partner_id", "session_id", "day"))
    found["agreements"] = _plain(reads, "agreements", ("id", "partner_id", "day", "kind", "document"))
    aliases = _of_partners(reads.select("names", ["kind = 'alias'"], "id"), "text")
    roles = _of_partners(reads.select("partner_roles", order_by="id"), "role")
    for partner in found["partners"]:
        partner["aliases"] = aliases.get(partner["id"], [])
        partner["council_roles"] = roles.get(partner["id"], [])
    found["settings"] = network_settings(reads)
    return found


def _of_partners(rows: Iterable[Record], key: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["partner_id"], []).append(row[key])
    return found


def _plain(reads: Reads, table: str, keys: Sequence[str]) -> list[Record]:
    return [{key: row[key] for key in keys} for row in reads.select(table, order_by="id")]
