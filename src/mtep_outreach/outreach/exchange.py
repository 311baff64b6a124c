"""Exchange: everything that is stored, to be written to files."""

from collections.abc import Iterable, Sequence
from typing import Any

from ..store.reading import Reads, Record
from . import lists
from .amounts import whole
from .filters import Filters
from .network import network_settings

_AS_STORED = ("replies", "attendances", "commitments")
"""What is written row by row, with the numbers of the rows that it refers to."""


def everything(reads: Reads) -> dict[str, Any]:
    """Return every kind of record as lists of plain dicts, in a stable order, and the network's settings."""
    kinds = [kind for kind in lists.KINDS if kind not in _AS_STORED]
    found: dict[str, Any] = {kind: lists.listing(reads, kind, Filters(), sort=None).records() for kind in kinds}
    found["replies"] = _plain(reads, "replies", ("id", "invitation_id", "answer", "day", "note"))
    found["attendances"] = _plain(reads, "attendances", ("id", "partner_id", "session_id", "day"))
    found["attendees"] = _plain(reads, "attendees", ("id", "attendance_id", "contact_id", "name", "minutes"))
    found["agreements"] = _plain(reads, "agreements", ("id", "partner_id", "day", "kind", "document"))
    found["commitments"] = _commitments(reads)
    aliases = _of_partners(reads.select("names", ["kind IN ('alias', 'merged')"], "id"), "text")
    roles = _of_partners(reads.select("partner_roles", order_by="id"), "role")
    for partner in found["partners"]:
        partner["aliases"] = aliases.get(partner["id"], [])
        partner["council_roles"] = roles.get(partner["id"], [])
    found["settings"] = network_settings(reads)
    return found


def _commitments(reads: Reads) -> list[dict[str, Any]]:
    """Return every commitment with its measures and with what was reported of it."""
    measures, reports = (
        _plain(reads, table, ("id", "commitment_id", *keys))
        for table, keys in (
            ("measures", ("target", "unit", "per")),
            ("progress_reports", ("measure_id", "day", "amount", "done", "evidence")),
        )
    )
    for row in measures:
        row["target"] = whole(row["target"])
    for row in reports:
        row |= {"amount": None if row["amount"] is None else whole(row["amount"]), "done": bool(row["done"])}
    keys = ("id", "partner_id", "statement", "goal", "day", "due_on", "place", "people", "public", "withdrawn_on")
    found = _plain(reads, "commitments", keys)
    for row in found:
        row |= {"public": bool(row["public"]), "measures": [], "progress": []}
    of = {row["id"]: row for row in found}
    for key, rows in (("measures", measures), ("progress", reports)):
        for row in rows:
            of[row.pop("commitment_id")][key].append(row)
    return found


def people(reads: Reads) -> list[dict[str, str | None]]:
    """Return every contact as an address card has it; a partner without people has a card of its own."""
    partners = {row["id"]: row for row in reads.select("partner_list", order_by="id")}
    found = []
    with_people = set()
    for row in reads.select("contact_list", order_by="partner_id, id"):
        with_people.add(row["partner_id"])
        found.append({**_organization(partners[row["partner_id"]]), **{key: row[key] for key in _OF_PERSON}})
    found += [
        _organization(row) | {"phone": row["phone"]} for number, row in partners.items() if number not in with_people
    ]
    return found


_OF_PERSON = ("name", "title", "email", "phone", "note")


def _organization(partner: Record) -> dict[str, str | None]:
    return {
        "organization": partner["name"],
        "name": None,
        "title": None,
        "email": None,
        "phone": None,
        "street": partner["address"],
        "city": partner["city"],
        "state": partner["state"],
        "zip": partner["postal_code"],
        "website": partner["website"],
        "note": None,
    }


def _of_partners(rows: Iterable[Record], key: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["partner_id"], []).append(row[key])
    return found


def _plain(reads: Reads, table: str, keys: Sequence[str]) -> list[Record]:
    return [{key: row[key] for key in keys} for row in reads.select(table, order_by="id")]
