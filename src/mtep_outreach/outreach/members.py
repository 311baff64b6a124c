"""Members: the people of the network who nominate and write."""

import difflib
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import names
from ..errors import AmbiguousNameError, MemberExistsError, MemberNotFoundError, NothingToChangeError
from ..people import Person, mail_address, person
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
    name, _, rest = typed.partition("<")
    key, address = names.name_key(name), (rest.rstrip(">") if rest else typed).strip().lower()
    tests: tuple[Callable[[Record], bool], ...] = (
        lambda row: bool(address) and (row["email"] or "").lower() == address,
        lambda row: row["key"] == key and row["email"] is None,
    )
    if not rest:  # an address says who is meant: without one, any part of a name may
        tests += (
            lambda row: str(row["id"]) == typed,
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
    words = {word: row for row in rows for word in (row["key"], *row["key"].split())}
    near = difflib.get_close_matches(key, words, n=3, cutoff=0.6)
    raise MemberNotFoundError(typed, list(dict.fromkeys(f"'{words[word]['name']}'" for word in near)))


class Directory:
    """Members by their addresses and names, for many look-ups at once."""

    def __init__(self, rows: Sequence[Record]) -> None:
        self._by_address: dict[str, Record] = {}
        self._by_name: dict[str, list[Record]] = {}
        for row in rows:
            self.learn(row)

    def find(self, who: Person) -> int | None:
        """Return the number of the member a person is: by address, else by whole name. Raises AmbiguousNameError."""
        if who.email and who.email.lower() in self._by_address:
            return int(self._by_address[who.email.lower()]["id"])
        called = self._by_name.get(names.name_key(who.name), [])
        found = [row for row in called if not who.email or row["email"] is None]
        if len(found) > 1:
            raise AmbiguousNameError("member", who.name, [f"{row['name']}, number {row['id']}" for row in found])
        return int(found[0]["id"]) if found else None

    def learn(self, row: Record) -> None:
        """Know a member that was added meanwhile."""
        if row["email"]:
            self._by_address[row["email"].lower()] = row
        self._by_name.setdefault(row["key"], []).append(row)

    @staticmethod
    def identity(who: Person) -> tuple[str, str]:
        """Return what two people who are one have in common: the address, else the name."""
        return ("address", who.email.lower()) if who.email else ("name", names.name_key(who.name))


def as_added(who: Person, today: date) -> dict[str, Any]:
    """Return the values of a member of whom only name and address are known."""
    key = names.name_key(who.name)
    return {"name": who.name, "key": key, "email": who.email, "role": MemberRole.CHANGE_AGENT, "added_on": today}


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
            known = str(Person(row["name"], row["email"]))
            raise MemberExistsError(known, row["id"], who.email if row["email"] is None else None)
    team = _team(team or "")
    return work.add(Member(name=who.name, key=key, email=who.email, role=role, team=team, state=state, added_on=today))


def edit(
    work: "Work",
    found: Record,
    *,
    name: str | None = None,
    email: str | None = None,
    role: MemberRole | None = None,
    team: str | None = None,
    state: str | None = None,
) -> "Member":
    """Change what is said of a member; None: not said. An empty text takes the fact away, but for the name.

    ``state`` is a USPS code. Raises NothingToChangeError, EmptyTextError, UnreadableAddressError, and MemberExistsError
    for the address of another.
    """
    from ..store.models import Member

    if all(said is None for said in (name, email, role, team, state)):
        raise NothingToChangeError("edit-member")
    member = work.get(Member, found["id"])
    if email is not None:
        address = mail_address(email) if email.strip() else None
        same = ["LOWER(email) = :address", "id <> :id"]
        for row in work.select("members", same, address=(address or "").lower(), id=found["id"]):
            raise MemberExistsError(str(Person(row["name"], row["email"])), row["id"])
        if address and name is None and member.name == member.email:  # known by the address alone
            name = address
        member.email = address
    if name is not None:
        member.name = names.checked_name(name, "person's name")
        member.key = names.name_key(member.name)
    if role is not None:
        member.role = role
    if team is not None:
        member.team = _team(team)
    if state is not None:
        member.state = state or None
    work.flush()
    return member


def _team(text: str) -> str | None:
    return names.checked_length(names.clean_line(text), "team", names.LONGEST_NAME) or None


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
