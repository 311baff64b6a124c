"""Partners: found by any of their names, added, edited, removed."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import names, people, places
from ..days import day_in_words
from ..errors import (
    AmbiguousNameError,
    NameTakenError,
    NothingToChangeError,
    PartnerExistsError,
    PartnerNotFoundError,
    PartnerWouldBeTwoError,
    RemovedPartnerError,
    UnknownWordError,
)
from ..names import checked_name, name_key
from ..store.reading import Reads, Record
from ..vocabulary import CouncilRole, NameKind, Scope, Sector, W, word_of

if TYPE_CHECKING:
    from ..store.models import Partner
    from ..store.writing import Work

_ENOUGH_TO_COMPARE = 20_000


# ---- find -----------------------------------------------------------------------------------------------


def described(partner: Record) -> str:
    """Return a partner as a list of several shows it: name, acronym, state and number."""
    more = ", ".join(str(partner[key]) for key in ("acronym", "state") if partner[key])
    return f"{partner['name']}{f' ({more})' if more else ''}, number {partner['id']}"


def find(reads: Reads, text: str, *, removed_too: bool = False) -> Record:
    """Return the partner of a name, acronym, alias, number, or unique beginning of a name.

    Raises PartnerNotFoundError, AmbiguousNameError or RemovedPartnerError.
    """
    found = _named(reads, text)
    present = {row["id"]: row for row in found if row["removed_on"] is None}
    gone = {row["id"]: row for row in found if row["removed_on"] is not None}
    if len(present) > 1:
        raise AmbiguousNameError("partner", text, [described(row) for row in present.values()])
    if present:
        return next(iter(present.values()))
    if gone:
        last = list(gone.values())[-1]
        if removed_too:
            return last
        raise RemovedPartnerError(last["name"], day_in_words(date.fromisoformat(last["removed_on"])))
    raise PartnerNotFoundError(text, _similar(reads, text))


def _named(reads: Reads, text: str) -> list[Record]:
    if text.strip().isascii() and text.strip().isdigit() and len(text.strip()) < 19:  # noqa: PLR2004 - SQLite's integers
        numbered = reads.select("partner_names", ["id = :id", "kind = 'official'"], id=int(text))
        if numbered:
            return numbered
    key = name_key(text)
    if not key:
        return []
    exact = reads.select("partner_names", ["key = :key"], "id", key=key)
    if any(row["removed_on"] is None for row in exact):
        return exact
    # U+10FFFF sorts after every letter: an index finds the names that begin with the key.
    beginning = reads.select(
        "partner_names", ["key >= :key", "key < :end"], "id", limit=200, key=key, end=key + "\U0010ffff"
    )
    return beginning if any(row["removed_on"] is None for row in beginning) else exact or beginning


def _similar(reads: Reads, text: str) -> list[str]:
    key = name_key(text)
    rows = reads.select("partner_names", ["removed_on IS NULL"], "id", limit=_ENOUGH_TO_COMPARE)
    by_key = {word: row for row in rows for word in row["key"].split()} | {row["key"]: row for row in rows}
    near = difflib.get_close_matches(key, by_key, n=3, cutoff=0.6)
    within = [other for other in by_key if len(key) > 2 and key in other]  # noqa: PLR2004
    shown = (by_key[other] for other in dict.fromkeys([*near, *within]))
    return list(dict.fromkeys(f"'{row['name']}{_acronym(row)}'" for row in shown))[:3]


def _acronym(row: Record) -> str:
    return f" ({row['acronym']})" if row["acronym"] else ""


# ---- facts ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PartnerFacts:
    """What is said of a partner. None: not said. An empty text or list: take away what was said before."""

    name: str | None = None
    acronym: str | None = None
    aliases: Sequence[str] | None = None
    scope: Scope | str | None = None
    sector: Sector | str | None = None
    state: str | None = None
    city: str | None = None
    address: str | None = None
    postal_code: str | None = None
    phone: str | None = None
    website: str | None = None
    council_roles: Sequence[CouncilRole] | None = None
    note: str | None = None
    public: bool | None = None

    @property
    def says_nothing(self) -> bool:
        """Whether nothing is said at all."""
        return all(value is None for value in vars(self).values())


def word(kind: type[W], what: str, text: str) -> W:
    """Return the word of a closed list that a text means. Raises UnknownWordError."""
    found = word_of(kind, text)
    if found is None:
        raise UnknownWordError(what, text, kind)
    return found


def _short(what: str) -> Callable[[str], str]:
    return lambda text: names.checked_length(names.clean_line(text), what, names.LONGEST_NAME)


CHECKS: Mapping[str, Callable[[str], Any]] = {
    "name": checked_name,
    "acronym": lambda text: checked_name(text, "acronym"),
    "alias": lambda text: checked_name(text, "alias"),
    "scope": lambda text: word(Scope, "scope", text),
    "sector": lambda text: word(Sector, "sector", text),
    "state": places.state_code,
    "city": _short("city"),
    "address": _short("address"),
    "postal-code": _short("postal code"),
    "phone": _short("phone number"),
    "website": people.website,
    "council-role": lambda text: word(CouncilRole, "council role", text),
    "note": lambda text: names.checked_length(names.clean_text(text), "note"),
}
"""How the text of each field is read; each raises an MtepError that says what is wrong with it."""


def facts(
    *,
    aliases: Sequence[str] | None = None,
    council_roles: Sequence[str] | None = None,
    public: bool | None = None,
    **texts: str | None,
) -> PartnerFacts:
    """Return what a person typed of a partner, checked. An empty text takes the fact away.

    Raises an MtepError for the first text that cannot be meant; an empty name is one.
    """

    def read(field: str, text: str) -> Any:
        return CHECKS[field.replace("_", "-")](text) if text.strip() or field == "name" else ""

    return PartnerFacts(
        public=public,
        aliases=None if aliases is None else [CHECKS["alias"](text) for text in aliases if text.strip()],
        council_roles=None
        if council_roles is None
        else [CHECKS["council-role"](text) for text in council_roles if text.strip()],
        **{field: read(field, text) for field, text in texts.items() if text is not None},
    )


OWN_FIELDS = ("scope", "sector", "state", "city", "address", "postal_code", "phone", "website", "note")
"""What stands in the partner's own row."""


# ---- change ---------------------------------------------------------------------------------------------


def same_name_and_state(reads: Reads, name: str, state: str | None) -> Record | None:
    """Return the present partner that has this official name and state, or None."""
    rows = reads.select(
        "partner_names",
        ["key = :key", "kind = 'official'", "removed_on IS NULL", "COALESCE(state, '') = :state"],
        "id",
        key=name_key(name),
        state=state or "",
    )
    return rows[0] if rows else None


def add(work: "Work", said: PartnerFacts, *, today: date, another: bool = False) -> "Partner":
    """Add a partner. ``another`` allows a second one of the same name and state.

    Raises PartnerExistsError.
    """
    from ..store.models import Partner

    name = checked_name(said.name or "")
    known = same_name_and_state(work, name, said.state or None)
    if known and not another:
        raise PartnerExistsError(known["name"], known["id"])
    fields: dict[str, Any] = {field: getattr(said, field) or None for field in OWN_FIELDS}
    return change(work, work.add(Partner(added_on=today, **fields)), said)


def change(work: "Work", partner: "Partner", said: PartnerFacts) -> "Partner":
    """Change what is said of a partner; aliases and council roles are added, an empty list clears them.

    Raises NothingToChangeError or NameTakenError.
    """
    if said.says_nothing:
        raise NothingToChangeError("edit")
    for field in OWN_FIELDS:
        value = getattr(said, field)
        if value is not None:
            setattr(partner, field, value or None)
    if said.public is not None:
        partner.public = said.public
    _change_name(work, partner, NameKind.OFFICIAL, said.name)
    _change_name(work, partner, NameKind.ACRONYM, said.acronym)
    _change_aliases(work, partner, said.aliases)
    _change_roles(work, partner, said.council_roles)
    work.flush()
    return partner


def _rows(work: "Work", table: str, partner: "Partner") -> list[Record]:
    return work.select(table, ["partner_id = :partner"], "id", partner=partner.number)


def _change_name(work: "Work", partner: "Partner", kind: NameKind, text: str | None) -> None:
    from ..store.models import Name

    if text is None:
        return
    present = next((row for row in _rows(work, "names", partner) if row["kind"] == kind), None)
    if present and text:
        name = work.get(Name, present["id"])
        name.text, name.key = text, name_key(text)
    elif present:
        work.delete(work.get(Name, present["id"]))
    elif text:
        work.add(Name(partner_id=partner.number, kind=kind, text=text, key=name_key(text)))


def _change_aliases(work: "Work", partner: "Partner", aliases: Sequence[str] | None) -> None:
    from ..store.models import Name

    if aliases is None:
        return
    rows = _rows(work, "names", partner)
    if not aliases:
        for row in rows:
            if row["kind"] == NameKind.ALIAS:
                work.delete(work.get(Name, row["id"]))
    taken = {row["key"]: row["text"] for row in rows}
    for alias in aliases:
        if name_key(alias) in taken:
            raise NameTakenError(rows[0]["text"], alias)
        taken[name_key(alias)] = alias
        work.add(Name(partner_id=partner.number, kind=NameKind.ALIAS, text=alias, key=name_key(alias)))


def _change_roles(work: "Work", partner: "Partner", roles: Sequence[CouncilRole] | None) -> None:
    from ..store.models import PartnerRole

    if roles is None:
        return
    rows = _rows(work, "partner_roles", partner)
    if not roles:
        for row in rows:
            work.delete(work.get(PartnerRole, row["id"]))
    for role in dict.fromkeys(roles):
        if role not in {row["role"] for row in rows}:
            work.add(PartnerRole(partner_id=partner.number, role=role))


def edit(work: "Work", text: str, said: PartnerFacts) -> Record:
    """Change what is said of the partner of that name, and return its new names. Raises as `find` and `change`."""
    from ..store.models import Partner

    found = find(work, text)
    name = found["name"] if said.name is None else said.name
    state = found["state"] if said.state is None else said.state
    other = same_name_and_state(work, name, state or None)
    if other and other["id"] != found["id"] and (name_key(name), state) != (name_key(found["name"]), found["state"]):
        raise PartnerWouldBeTwoError(other["name"], other["id"])
    change(work, work.get(Partner, found["id"]), said)
    return find(work, str(found["id"]))


def remove(work: "Work", text: str, *, today: date) -> Record:
    """Remove a partner: it is no longer listed, counted or invited; all that is recorded of it is kept."""
    from ..store.models import Partner

    found = find(work, text)
    work.get(Partner, found["id"]).removed_on = today
    work.flush()
    return found
