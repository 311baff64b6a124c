"""Members: the people of the network who nominate and write."""

import difflib
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from .. import names
from ..errors import AmbiguousNameError, MemberExistsError, MemberNotFoundError
from ..people import Person, person
from ..store.reading import Reads, Record
from ..vocabulary import MemberRole

if TYPE_CHECKING:
    from ..store.models import Member
    from ..store.writing import Work


def find(reads: Reads, text: str) -> Record:
    """Return the member of a name, mail address, number, or unique beginning of a name.

    Raises MemberNotFoundError or AmbiguousNameError.
    """
    rows = reads.select("members", order_by="id")
    typed = text.strip()
    key, address = (
        names.name_key(typed.partition("<")[0] or typed),
        typed.rpartition("<")[2].rstrip(">").strip().lower(),
    )
    tests: tuple[Callable[[Record], bool], ...] = (
        lambda row: str(row["id"]) == typed,
        lambda row: bool(address) and (row["email"] or "").lower() == address,
        lambda row: row["key"] == key,
        lambda row: bool(key) and row["key"].startswith(key),
        lambda row: bool(key) and key in row["key"].split(),
    )
    for fits in tests:
        found = [row for row in rows if fits(row)]
        if len(found) > 1:
            raise AmbiguousNameError("member", text, [f"{row['name']}, number {row['id']}" for row in found])
        if found:
            return found[0]
    near = difflib.get_close_matches(key, [row["key"] for row in rows], n=3, cutoff=0.6)
    raise MemberNotFoundError(typed, [f"'{row['name']}'" for row in rows if row["key"] in near])


def add(
    work: "Work",
    who: Person,
    *,
    today: date,
    role: MemberRole = MemberRole.CHANGE_AGENT,
    team: str | None = None,
    state: str | None = None,
) -> "Member":
    """Add a member; ``state`` is a USPS code. Raises MemberExistsError for a known address or, without one, name."""
    from ..store.models import Member

    key = names.name_key(who.name)
    for row in work.select("members"):
        same_address = who.email is not None and (row["email"] or "").lower() == who.email.lower()
        if same_address or (row["key"] == key and (who.email is None or row["email"] is None)):
            raise MemberExistsError(str(who))
    team = names.checked_length(names.clean_line(team or ""), "team", names.LONGEST_NAME) or None
    return work.add(Member(name=who.name, key=key, email=who.email, role=role, team=team, state=state, added_on=today))


def found_or_added(work: "Work", text: str, *, today: date) -> tuple[Record, bool]:
    """Return the member a text names, and whether it was added: an unknown one given as ``Name <mail>`` is.

    Raises MemberNotFoundError for an unknown name alone, AmbiguousNameError.
    """
    try:
        return find(work, text), False
    except MemberNotFoundError:
        if "<" not in text:
            raise
    made = add(work, person(text), today=today)
    return find(work, str(made.number)), True
