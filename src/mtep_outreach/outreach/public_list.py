"""The public list: partners and commitments that are marked public, with what may be published of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ..errors import NothingPublicError
from ..places import state_name
from ..store.reading import Reads, among
from ..tables import Column, Table
from ..vocabulary import CommitmentState, in_words
from . import amounts, commitments
from .commitments import Standing

Organization = Mapping[str, Any]
"""A partner as it may be published: name, acronym, city, state (in words), sector, joined_on, commitments."""


def organizations(reads: Reads, *, today: date) -> list[Organization]:
    """Return the partners that are marked public, by name, each with its public commitments as they stand ``today``.

    What is withdrawn is no commitment any more. Of the others it is said whether they are completed and of what day the
    last word of them is: that one is late, or silent, is between the network and its partner. Raises
    NothingPublicError when no partner is marked.
    """
    partners = reads.select("partner_list", ["public"], "name_key, id")
    if not partners:
        raise NothingPublicError
    numbers = [partner["id"] for partner in partners]
    joined = _joined(reads, numbers)
    promised: dict[int, list[Mapping[str, Any]]] = {}
    rows = among(reads, "promises", "partner_id", numbers, ["public", "withdrawn_on IS NULL"])
    for one in commitments.some(reads, sorted(rows, key=lambda row: int(row["id"])), today=today):
        promised.setdefault(one.partner_id, []).append(_commitment(one))
    return [
        {
            "name": partner["name"],
            "acronym": partner["acronym"],
            "city": partner["city"],
            "state": state_name(partner["state"]) if partner["state"] else None,
            "sector": partner["sector"],
            "joined_on": joined.get(partner["id"]),
            "commitments": promised.get(partner["id"], []),
        }
        for partner in partners
    ]


def held_back(reads: Reads) -> list[str]:
    """Return the partners of public commitments that are not marked public themselves, by name: both stay out."""
    rows = reads.select("promises", ["public", "withdrawn_on IS NULL"], "partner, id")
    unmarked = among(reads, "partner_list", "id", [row["partner_id"] for row in rows], ["NOT public"])
    return sorted({row["name"] for row in unmarked})


def _joined(reads: Reads, partners: Sequence[int]) -> dict[int, str]:
    """Return the day on which each partner joined, of those that did."""
    found: dict[int, str] = {}
    for row in among(reads, "agreements", "partner_id", partners):
        found[row["partner_id"]] = min(row["day"], found.get(row["partner_id"], row["day"]))
    return found


def _commitment(one: Standing) -> Mapping[str, Any]:
    keys = ("statement", "goal", "by", "reported_on", "place", "people")
    return {
        **{key: getattr(one, key) for key in keys},
        "completed": one.state == CommitmentState.COMPLETED,
        "measures": [measure.as_dict() for measure in one.measures],
    }


def commitments_of(found: Sequence[Organization]) -> int:
    """Return how many commitments there are in all."""
    return sum(len(one["commitments"]) for one in found)


# ---- as a table -----------------------------------------------------------------------------------------

_COLUMNS = (
    "partner", "acronym", "city", "state", "sector", "joined", "joined_on", "commitment", "goal", "promised", "by",
    "where", "who", "reached", "reported_on", "completed",
)  # fmt: skip


def table(found: Sequence[Organization]) -> Table:
    """Return a row for each organization and commitment; an organization without one has a row too."""
    rows: list[dict[str, Any]] = []
    for one in found:
        facts = {key: one[key] for key in ("acronym", "city", "state", "joined_on")}
        facts |= {"partner": one["name"], "sector": in_words(one["sector"] or ""), "joined": bool(one["joined_on"])}
        promises = [_promise(promise) for promise in one["commitments"]] or [{}]
        rows += [dict.fromkeys(_COLUMNS) | facts | promise for promise in promises]
    return Table([Column(key, key) for key in _COLUMNS], rows)


def _promise(one: Mapping[str, Any]) -> dict[str, str | bool | None]:
    promised = (amounts.in_words(each["target"], each["unit"], each["per"]) for each in one["measures"])
    reached = (
        amounts.reached(each["progress"], each["target"], each["unit"], each["per"])
        for each in one["measures"]
        if each["progress"] is not None
    )
    return {
        "commitment": one["statement"],
        "goal": in_words(one["goal"] or ""),
        "promised": "; ".join(promised),
        "by": one["by"],
        "where": one["place"],
        "who": one["people"],
        "reached": "; ".join(reached),
        "reported_on": one["reported_on"],
        "completed": one["completed"],
    }
