"""Duplicates: which partners are the same organization, for certain or likely, and what was decided of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..errors import LikelyPartnerError, PartnerExistsError, SamePartnerError
from ..names import name_key
from ..organizations import MOST_ALIKE, asked_keys, stored_keys, web_host
from ..store.reading import Reads, Record, among
from ..tables import Column, Table
from ..vocabulary import NameKind
from . import partners

if TYPE_CHECKING:
    from ..store.models import Partner
    from ..store.writing import Work
    from .likeness import Likeness, Organization

_CERTAIN = 0.75
"""From which score two organizations of one name in one state are one without anybody being asked."""

_MOST_LIKELY = 3
"""How many likely partners are named of one organization."""


@dataclass(frozen=True)
class Likely:
    """A partner that may be the one that is meant."""

    number: int
    name: str
    state: str | None
    score: float
    reasons: str

    def __str__(self) -> str:
        place = f" ({self.state})" if self.state else ""
        return f"'{self.name}'{place}, number {self.number}: {self.reasons}"


# ---- one organization against all -------------------------------------------------------------------------


def keys_of(said: partners.PartnerFacts) -> list[str]:
    """Return the look-up keys of an organization that is not stored yet."""
    return stored_keys(
        names_of(said),
        state=said.state or None,
        website=said.website or None,
        address=said.address or None,
        phone=said.phone or None,
    )


def names_of(said: partners.PartnerFacts) -> tuple[str, ...]:
    """Return the names of an organization, the official one first."""
    return tuple(name for name in (said.name, said.acronym, *(said.aliases or ())) if name)


def organization(said: partners.PartnerFacts, number: int = 0) -> "Organization":
    """Return what is compared of an organization that is not stored yet."""
    from .likeness import Organization

    return Organization(
        number,
        names_of(said),
        state=said.state or None,
        city=said.city or None,
        website=said.website or None,
        address=said.address or None,
        postal_code=said.postal_code or None,
        phone=said.phone or None,
    )


def organizations(rows: Iterable[Record]) -> "Iterable[Organization]":
    """Return what is compared of stored partners, given as rows of ``known_names`` in the order of partners."""
    from .likeness import Organization

    order = (NameKind.OFFICIAL, NameKind.ACRONYM, NameKind.ALIAS, NameKind.MERGED)
    for number, names in groupby(rows, key=lambda row: row["id"]):
        mine = sorted(names, key=lambda row: (order.index(row["kind"]), row["name_id"]))
        first = mine[0]
        yield Organization(
            number,
            tuple(row["text"] for row in mine),
            **{key: first[key] for key in ("state", "city", "website", "address", "postal_code", "phone")},
        )


def stored(reads: Reads, numbers: Iterable[int]) -> "dict[int, Organization]":
    """Return what is compared of the partners of these numbers."""
    rows = sorted(among(reads, "known_names", "id", numbers), key=lambda row: int(row["id"]))
    return {one.number: one for one in organizations(rows)}


def holders(reads: Reads, keys: Iterable[str]) -> dict[str, list[int]]:
    """Return which partners have look-up keys."""
    found: dict[str, list[int]] = {}
    for row in among(reads, "look_up_keys", "key", keys):
        found.setdefault(row["key"], []).append(row["partner_id"])
    return found


def likely(one: "Organization", others: "Iterable[Organization]") -> "list[tuple[Organization, Likeness]]":
    """Return the most likely of other organizations, the likeliest first, then by number."""
    from .likeness import DOUBTFUL, likeness

    found = [(other, likeness(one, other)) for other in others]
    doubtful = [pair for pair in found if pair[1].score >= DOUBTFUL]
    return sorted(doubtful, key=lambda pair: (-pair[1].score, pair[0].number))[:_MOST_LIKELY]


def likely_partners(reads: Reads, said: partners.PartnerFacts) -> list[Likely]:
    """Return the stored partners that an organization likely is, the likeliest first."""
    found = holders(reads, asked_keys(keys_of(said))).values()
    numbers = {number for alike in found if len(alike) < MOST_ALIKE for number in alike}
    if not numbers:
        return []
    return [as_likely(other, like) for other, like in likely(organization(said), stored(reads, numbers).values())]


def add(work: "Work", said: partners.PartnerFacts, *, today: date, sure: bool) -> "Partner":
    """Add a partner; ``sure``: also one that is likely here already, and the two are known to be two from then on.

    Raises LikelyPartnerError, and PartnerExistsError for one that is certainly here.
    """
    if not sure:
        known = partners.same_name_and_state(work, said.name or "", said.state or None)
        if known:
            raise PartnerExistsError(known["name"], known["id"])
    alike = likely_partners(work, said)
    if alike and not sure:
        raise LikelyPartnerError(said.name or "", [str(one) for one in alike])
    partner = partners.add(work, said, today=today, another=sure)
    known_apart(work, [(one.number, partner.number) for one in alike], today=today)
    return partner


def as_likely(other: "Organization", like: "Likeness") -> Likely:
    """Return a likely organization as people read it."""
    return Likely(other.number, other.names[0], other.state, like.score, "; ".join(like.reasons))


def agrees(said: partners.PartnerFacts, known: Mapping[str, Any]) -> bool:
    """Return whether an organization of the same name is certainly a known one: nothing tells them apart.

    In one state another city, street or web site tells two schools or lodges apart, but no two councils: these move.
    ``known`` is a row of ``partner_names``. An acronym alone is not certain; the name of a merged partner is.
    """
    if known["kind"] == NameKind.ACRONYM:
        return False
    if known["kind"] == NameKind.MERGED:
        return True
    hosts = web_host(said.website or None), web_host(known["website"])
    cities = name_key(said.city or ""), name_key(known["city"] or "")
    streets = name_key(said.address or ""), name_key(known["address"] or "")
    for ours, theirs in (hosts, cities, streets):
        if ours and theirs and ours != theirs:
            return bool(said.state) and said.state == known["state"] and _is_one_of_its_kind(said, known)
    if said.state and not known["state"]:  # a body without a state may be a national one, and this its chapter
        return bool(hosts[0] and hosts[0] == hosts[1]) or bool(cities[0] and cities[0] == cities[1])
    return not said.state or said.state == known["state"]


def _is_one_of_its_kind(said: partners.PartnerFacts, known: Mapping[str, Any]) -> bool:
    """Return whether an organization is most likely a known one of its name though it stands elsewhere."""
    from .likeness import Organization, likeness

    facts = {key: known[key] for key in ("state", "city", "website", "address")}
    other = Organization(0, (said.name or "",), **facts)
    return likeness(organization(said), other).score >= _CERTAIN


# ---- all against all --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """Two partners that may be one."""

    first: "Organization"
    second: "Organization"
    score: float
    reasons: tuple[str, ...]


def pairs(reads: Reads, *, threshold: float | None = None) -> list[Pair]:
    """Return the pairs of present partners that are likely one, best first, but for those known to be two."""
    from .likeness import DOUBTFUL, likely_pairs

    known = list(organizations(reads.select("known_names", order_by="id, name_id")))
    by_number = {one.number: one for one in known}
    apart = {(row["first_id"], row["second_id"]) for row in reads.select("doubtful_pairs", ["apart"])}
    return [
        Pair(by_number[min(a, b)], by_number[max(a, b)], like.score, like.reasons)
        for a, b, like in likely_pairs(known, DOUBTFUL if threshold is None else threshold)
        if (min(a, b), max(a, b)) not in apart
    ]


def as_table(found: Sequence[Pair]) -> Table:
    """Return pairs as a table; JSON has at least ``a``, ``b``, ``score`` and ``reasons``."""
    columns = (
        Column("a", "No.", right=True, nowrap=True),
        Column("a_name", "Partner"),
        Column("b", "No.", right=True, nowrap=True),
        Column("b_name", "May be the same as"),
        Column("score", "Score", right=True, nowrap=True),
        Column("reasons", "Because"),
    )
    rows = [
        {
            "a": pair.first.number,
            "a_name": _placed(pair.first),
            "b": pair.second.number,
            "b_name": _placed(pair.second),
            "score": round(pair.score, 3),
            "reasons": list(pair.reasons),
        }
        for pair in found
    ]
    return Table(columns, rows, empty="No two partners look like one.")


def _placed(one: "Organization") -> str:
    place = ", ".join(part for part in (one.city, one.state) if part)
    return f"{one.names[0]} ({place})" if place else one.names[0]


def keep_apart(work: "Work", one: str, other: str, *, today: date) -> tuple[Record, Record]:
    """Remember that two partners are not the same: they are never asked about again.

    Raises as `partners.find`, and SamePartnerError.
    """
    first, second = partners.find(work, one), partners.find(work, other)
    if first["id"] == second["id"]:
        raise SamePartnerError(first["name"])
    known_apart(work, [(first["id"], second["id"])], today=today)
    return first, second


def known_apart(work: "Work", decided: Iterable[tuple[int, int]], *, today: date) -> None:
    """Remember of pairs of partners that they are two."""
    from ..store.models import DoubtfulPair

    for one, other in decided:
        first, second = sorted((one, other))
        rows = work.select("doubtful_pairs", ["first_id = :a AND second_id = :b"], a=first, b=second)
        if rows:
            work.get(DoubtfulPair, rows[0]["id"]).apart = True
        else:
            work.add(DoubtfulPair(first_id=first, second_id=second, score=0, reasons="", apart=True, day=today))
    work.flush()
