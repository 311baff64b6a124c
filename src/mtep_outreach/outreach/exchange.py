"""Exchange: partners in from a spreadsheet, everything out again."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import people
from ..errors import (
    AmbiguousNameError,
    Problem,
)
from ..files.spreadsheets import Sheet
from ..names import name_key
from ..store.reading import Reads, Record
from ..tables import Column, Table
from ..vocabulary import NameKind
from . import lists, members, partners, rows
from .filters import Filters
from .network import network_settings

if TYPE_CHECKING:
    from ..store.writing import Work


@dataclass(frozen=True)
class Plan:
    """What an import would do: rows that are new, how many are known already, what is wrong with others.

    ``namesakes`` are the known ones that were never imported: another row or partner has their name and state.
    """

    sheet: Sheet
    meanings: Mapping[str, str | None]
    new: list[rows.Understood]
    known: int
    problems: list[Problem]
    namesakes: list[str]

    @property
    def bad_rows(self) -> int:
        """How many rows have problems."""
        return len({problem.line for problem in self.problems})

    @property
    def unmapped(self) -> list[str]:
        """The columns that mean nothing to mtep and are kept in the note."""
        return [column for column, meaning in self.meanings.items() if meaning is None]

    def preview(self, most: int = 5) -> Table:
        """Return the first new rows as they are understood."""
        fields = [
            key for key in ("name", "acronym", "scope", "sector", "state", "city") if key in self.meanings.values()
        ]
        shown = [
            {key: getattr(row.facts, key) for key in fields} | {"contact": str(row.contact) if row.contact else None}
            for row in self.new[:most]
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
    meanings = rows.mapping(sheet, said)
    stored_rows = {row["digest"] for row in reads.select("imported_rows")}
    stored_names = {
        (row["key"], row["state"] or "")
        for row in reads.select("partner_names", ["kind = 'official'", "removed_on IS NULL"])
    }
    directory = members.Directory(reads.select("members", order_by="id"))
    seen: Counter[tuple[str, ...]] = Counter()
    new: list[rows.Understood] = []
    problems = list(sheet.problems)
    namesakes: list[str] = []
    known = 0
    for row in sheet.rows:
        digest = rows.row_digest(sheet.columns, row, seen[row.cells])
        seen[row.cells] += 1
        if digest in stored_rows:
            known += 1
            continue
        understood, wrong = rows.understand(sheet, meanings, row, digest, today)
        if understood and understood.nominator:
            wrong += _unclear(directory, understood.nominator, sheet, row.line)
        problems += wrong
        if understood is None or wrong:
            continue
        place = (name_key(understood.facts.name or ""), understood.facts.state or "")
        if place in stored_names:
            known += 1
            namesakes.append(f"{understood.facts.name} (line {row.line})")
            continue
        stored_names.add(place)
        new.append(understood)
    return Plan(sheet, meanings, new, known, sorted(problems, key=lambda problem: problem.line), namesakes)


def _unclear(directory: members.Directory, who: people.Person, sheet: Sheet, line: int) -> list[Problem]:
    try:
        directory.find(who)
    except AmbiguousNameError as error:
        return [Problem(sheet.path.name, line, "", f"{error.message} Give the nominator's address too.")]
    return []


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
    _nominate(work, [(number, row) for number, row in zip(numbers, plan.new, strict=True) if row.nominator], today)
    return len(numbers)


def _names(number: int, said: partners.PartnerFacts) -> Iterable[dict[str, Any]]:
    taken: set[str] = set()
    texts = [(NameKind.OFFICIAL, said.name), (NameKind.ACRONYM, said.acronym)]
    texts += [(NameKind.ALIAS, alias) for alias in said.aliases or ()]
    for kind, text in texts:
        if text and (kind is not NameKind.ALIAS or name_key(text) not in taken):
            taken.add(name_key(text))
            yield {"partner_id": number, "kind": kind, "text": text, "key": name_key(text)}


def _nominate(work: "Work", nominated: Sequence[tuple[int, rows.Understood]], today: date) -> None:
    """Record the nominations of new partners; their nominators are added where nobody knows them."""
    from ..store.models import Member, Nomination

    directory = members.Directory(work.select("members", order_by="id"))
    unknown: dict[tuple[str, str], people.Person] = {}
    for _, row in nominated:
        if row.nominator and directory.find(row.nominator) is None:
            unknown.setdefault(directory.identity(row.nominator), row.nominator)
    added = work.add_many(Member, [members.as_added(who, today) for who in unknown.values()])
    numbers = dict(zip(unknown, added, strict=True))
    work.add_many(
        Nomination,
        [
            {
                "partner_id": number,
                "member_id": directory.find(row.nominator) or numbers[directory.identity(row.nominator)],
                "day": row.nominated_on or today,
                "reason": row.reason,
            }
            for number, row in nominated
            if row.nominator
        ],
    )


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
