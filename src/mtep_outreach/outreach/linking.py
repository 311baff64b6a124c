"""Linking: what a row says is added to the partner that it names, a new one or one that is here."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from .. import people
from ..names import LONGEST_TEXT, name_key
from ..store.reading import Record, among
from ..vocabulary import NameKind
from . import members, partners
from .duplicates import Likely
from .rows import Understood

if TYPE_CHECKING:
    from ..store.writing import Work

_MOST_KEPT = 1_000


@dataclass(frozen=True)
class Overwritten:
    """A value that an import replaced."""

    partner: str
    field: str
    old: str
    new: str


class Counts(Protocol):
    """Where it is counted what was added."""

    contacts: int
    nominations: int
    members: int
    stops: int
    stopped: int
    recorded: int
    overwritten: list[Overwritten]


class Linker:
    """Adds what rows say to partners; what is there already stays, unless ``update`` says otherwise."""

    def __init__(
        self, work: "Work", directory: members.Directory, counts: Counts, *, update: bool, today: date
    ) -> None:
        self._work = work
        self._directory = directory
        self._counts = counts
        self._update = update
        self._today = today
        self._planned: dict[tuple[int, int | tuple[str, str]], bool] = {}

    # ---- new partners -------------------------------------------------------------------------------------

    def add(self, rows: Sequence[tuple[int, Understood, Sequence[str]]]) -> None:
        """Add new partners with their names, roles, look-up keys and contacts, in the order of their numbers."""
        from ..store.models import Contact, Name, Partner, PartnerRole

        if not rows:
            return
        self._work.add_many(
            Partner,
            [_own(said, said.added_on or self._today) for _, said, _ in rows],
        )
        self._work.add_many(Name, [name for number, said, _ in rows for name in _names(number, said.facts)])
        self._work.add_many(
            PartnerRole,
            [
                {"partner_id": number, "role": role}
                for number, said, _ in rows
                for role in dict.fromkeys(said.facts.council_roles or ())
            ],
        )
        self._work.add_keys((key, number) for number, _, keys in rows for key in keys)
        contacts = [self._contact(number, said, said.contact) for number, said, _ in rows if said.contact]
        self._work.add_many(Contact, contacts)
        self._counts.contacts += len(contacts)
        self._stop_partners((number, said) for number, said, _ in rows)
        for number, said, _ in rows:
            self._plan(number, said)
            if said.stops:
                self.stop(said)

    def _contact(self, number: int, said: Understood, who: people.Person) -> dict[str, Any]:
        return {
            "partner_id": number,
            "name": who.name,
            "email": who.email,
            "title": said.title,
            "phone": said.phone,
            "note": said.contact_note,
            "is_primary": False,
            "added_on": self._today,
        }

    # ---- partners that are here ---------------------------------------------------------------------------

    def link(self, rows: Sequence[tuple[int, Understood]]) -> list[bool | None]:
        """Add what rows say to partners that are here; return of each row whether that changed anything.

        None: nothing of the row was added, because a note has no room for what it says.
        """
        if not rows:
            return []
        known = _Known(self._work, [number for number, _ in rows])
        changed: list[bool | None] = []
        for number, said in rows:
            if not _has_room(known, number, said):
                changed.append(None)
                continue
            parts = (
                self._fill(known, number, said),
                self._name(known, number, said),
                self._roles(known, number, said),
                self._person(known, number, said),
                bool(said.stops) and self.stop(said),
                number not in known.stopped and self._stop_partners([(number, said)]),
            )
            known.stopped |= {number} if said.do_not_contact else set()
            changed.append(any(parts) or self._is_new_nomination(known, number, said))
        self._work.flush()
        return changed

    def _fill(self, known: "_Known", number: int, said: Understood) -> bool:
        from ..store.models import Partner

        partner = known.partners[number]
        changes: dict[str, Any] = {}
        for key in partners.OWN_FIELDS:
            new, old = getattr(said.facts, key), partner[key]
            if key == "note":
                new = with_lines(old, new)
            elif old and new and not self._replaces(known, number, key, old, new):
                continue
            if new and new != old:
                changes[key] = new
        if changes:
            row = self._work.get(Partner, number)
            for key, value in changes.items():
                setattr(row, key, value)
            partner.update(changes)
        return bool(changes)

    def _replaces(self, known: "_Known", number: int, key: str, old: Any, new: Any, whose: str = "") -> bool:
        """Return whether a value replaces the one that is there, and write that down."""
        if not self._update or str(old) == str(new):
            return False
        if len(self._counts.overwritten) < _MOST_KEPT:
            field = key.replace("_", " ") + (f" of {whose}" if whose else "")
            self._counts.overwritten.append(Overwritten(known.called(number), field, str(old), str(new)))
        return True

    def _name(self, known: "_Known", number: int, said: Understood) -> bool:
        """Add the names that a partner does not have: its acronym where it has none, the others as aliases."""
        from ..store.models import Name

        names = known.names.setdefault(number, [])
        keys = {name["key"] for name in names}
        changed = False
        acronym = said.facts.acronym
        texts: list[tuple[NameKind, str]] = []
        there = next((name for name in names if name["kind"] == NameKind.ACRONYM), None)
        if acronym and not there:
            texts.append((NameKind.ACRONYM, acronym))
        elif acronym and there and self._replaces(known, number, "acronym", there["text"], acronym):
            row = self._work.get(Name, there["id"])
            row.text, row.key = acronym, name_key(acronym)
            there.update(text=acronym, key=row.key)
            keys.add(row.key)
            changed = True
        texts += [(NameKind.ALIAS, text) for text in (said.facts.name, *(said.facts.aliases or ())) if text]
        for kind, text in texts:
            key = name_key(text)
            if key in keys:
                continue
            keys.add(key)
            self._work.add(Name(partner_id=number, kind=kind, text=text, key=key))
            names.append({"kind": kind, "text": text, "key": key})
            changed = True
        return changed

    def _roles(self, known: "_Known", number: int, said: Understood) -> bool:
        from ..store.models import PartnerRole

        mine = known.roles.setdefault(number, set())
        new = [role for role in dict.fromkeys(said.facts.council_roles or ()) if role not in mine]
        self._work.add_many(PartnerRole, [{"partner_id": number, "role": role} for role in new])
        mine.update(new)
        return bool(new)

    def _person(self, known: "_Known", number: int, said: Understood) -> bool:
        """Add a contact, or what is not known of one that is here."""
        from ..store.models import Contact

        if said.contact is None:
            return False
        people_there = known.contacts.setdefault(number, [])
        found = same_person(people_there, said.contact.name, said.contact.email)
        if found is None:
            values = self._contact(number, said, said.contact)
            (new,) = self._work.add_many(Contact, [values])
            people_there.append({**values, "id": new})
            self._counts.contacts += 1
            return True
        said_of = (("title", said.title), ("phone", said.phone), ("email", said.contact.email))
        changes: dict[str, Any] = {
            key: value
            for key, value in said_of
            if value and (not found[key] or self._replaces(known, number, key, found[key], value, found["name"]))
        }
        note = with_lines(found["note"], said.contact_note)
        if note != found["note"]:
            changes["note"] = note
        if found["name"] == found["email"] != said.contact.name:  # known by the address alone: now by name too
            changes["name"] = said.contact.name
        elif said.contact.name != said.contact.email:
            whose = found["email"] or "the contact"
            if self._replaces(known, number, "name", found["name"], said.contact.name, whose):
                changes["name"] = said.contact.name
        if changes:
            row = self._work.get(Contact, found["id"])
            for key, value in changes.items():
                setattr(row, key, value)
            found.update(changes)
        return bool(changes)

    # ---- what hangs on them -------------------------------------------------------------------------------

    def remember(self, rows: Sequence[tuple[str, int]]) -> None:
        """Remember rows by their digests, with their partners."""
        from ..store.models import ImportedRow

        self._work.add_many(ImportedRow, [{"digest": digest, "partner_id": number} for digest, number in rows])
        self._counts.recorded += len(rows)

    def _is_new_nomination(self, known: "_Known", number: int, said: Understood) -> bool:
        if said.nominator is None:
            return False
        if not self._plan(number, said):
            return False
        before = known.nominations.get((number, self._directory.find(said.nominator)))
        return before is None or bool(said.reason and not before["reason"])

    def _plan(self, number: int, said: Understood) -> bool:
        """Note that a nomination is to be recorded; return whether an earlier row of the batch does not say as much."""
        if said.nominator is None:
            return False
        who = self._directory.find(said.nominator) or self._directory.identity(said.nominator)
        before = self._planned.get((number, who))
        self._planned[number, who] = bool(before or said.reason)
        return before is None or bool(said.reason and not before)

    def nominate(self, rows: Sequence[tuple[int, Understood]]) -> None:
        """Record nominations; nominators whom nobody knows are added.

        One member nominates a partner once; a nomination without a reason gets the one that is given later.
        """
        from ..store.models import Member, Nomination

        self._planned.clear()
        nominated = [(number, said, said.nominator) for number, said in rows if said.nominator]
        if not nominated:
            return
        unknown = {self._directory.identity(who): who for _, _, who in nominated if self._directory.find(who) is None}
        values = [members.as_added(who, self._today) for who in unknown.values()]
        for number, row in zip(self._work.add_many(Member, values), values, strict=True):
            self._directory.learn({**row, "id": number})
        self._counts.members += len(values)
        stored = among(self._work, "nominations", "partner_id", [number for number, _, _ in nominated])
        taken: dict[tuple[int, int], Record] = {(row["partner_id"], row["member_id"]): row for row in stored}
        new = []
        for number, said, who in nominated:
            member = self._directory.find(who)
            if member is None:
                continue
            before = taken.get((number, member))
            if before is None:
                day = said.nominated_on or self._today
                values_of = {"partner_id": number, "member_id": member, "day": day, "reason": said.reason}
                taken[number, member] = values_of
                new.append(values_of)
            elif said.reason and not before["reason"]:
                before["reason"] = said.reason
                if "id" in before:
                    self._work.get(Nomination, before["id"]).reason = said.reason
        self._work.flush()
        self._work.add_many(Nomination, new)
        self._counts.nominations += len(new)

    def doubt(self, pairs: Iterable[tuple[int, Likely, bool]]) -> None:
        """Remember pairs of partners that may be one, and whether somebody decided already that they are apart."""
        from ..store.models import DoubtfulPair

        rows = [
            {
                "first_id": min(number, pair.number),
                "second_id": max(number, pair.number),
                "score": pair.score,
                "reasons": pair.reasons,
                "apart": apart,
                "day": self._today,
            }
            for number, pair, apart in pairs
        ]
        self._work.add_many(DoubtfulPair, rows)

    def stop(self, said: Understood) -> bool:
        """Remember that nothing is sent to the address of a row any more; return whether that is new."""
        from ..store.models import AddressStop

        if said.contact is None or said.contact.email is None:
            return False
        address = said.contact.email.lower()
        known = {row["kind"] for row in self._work.select("address_stops", ["address = :address"], address=address)}
        new = [(kind, day) for kind, day in said.stops if kind not in known]
        for kind, day in new:
            self._work.add(AddressStop(address=address, kind=kind, day=day, note=None))
        self._counts.stops += len(new)
        return bool(new)

    def _stop_partners(self, rows: Iterable[tuple[int, Understood]]) -> bool:
        """Let nobody write to the partners of rows that say so; return whether there are any."""
        from ..store.models import PartnerStop

        days = [(number, said.do_not_contact) for number, said in rows if said.do_not_contact]
        self._work.add_many(PartnerStop, [{"partner_id": number, "day": day, "reason": None} for number, day in days])
        self._counts.stopped += len(days)
        return bool(days)


class _Known:
    """What is stored of some partners, read at once."""

    def __init__(self, work: "Work", numbers: Iterable[int]) -> None:
        wanted = list(dict.fromkeys(numbers))
        self.partners = {row["id"]: row for row in among(work, "partners", "id", wanted)}
        self.names = _by_partner(among(work, "names", "partner_id", wanted))
        self.contacts = _by_partner(among(work, "contacts", "partner_id", wanted))
        self.stopped = {row["partner_id"] for row in among(work, "partner_stops", "partner_id", wanted)}
        self.roles: dict[int, set[str]] = {}
        for row in among(work, "partner_roles", "partner_id", wanted):
            self.roles.setdefault(row["partner_id"], set()).add(row["role"])
        self.nominations = {
            (row["partner_id"], row["member_id"]): row for row in among(work, "nominations", "partner_id", wanted)
        }

    def called(self, number: int) -> str:
        """Return a partner's official name."""
        return next(str(name["text"]) for name in self.names[number] if name["kind"] == NameKind.OFFICIAL)


def _by_partner(rows: Iterable[Record]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {}
    for row in rows:
        found.setdefault(row["partner_id"], []).append(row)
    return found


def _own(said: Understood, added_on: date) -> dict[str, Any]:
    facts = said.facts
    return {
        "scope": facts.scope,
        "sector": facts.sector,
        "state": facts.state,
        "city": facts.city,
        "address": facts.address,
        "postal_code": facts.postal_code,
        "phone": facts.phone,
        "website": facts.website,
        "note": facts.note,
        "added_on": added_on,
    }


def _names(number: int, said: partners.PartnerFacts) -> Iterator[dict[str, Any]]:
    if said.name and not said.acronym and not said.aliases:
        yield {"partner_id": number, "kind": NameKind.OFFICIAL, "text": said.name, "key": name_key(said.name)}
        return
    taken: set[str] = set()
    texts = [(NameKind.OFFICIAL, said.name), (NameKind.ACRONYM, said.acronym)]
    texts += [(NameKind.ALIAS, alias) for alias in said.aliases or ()]
    for kind, text in texts:
        if text:
            key = name_key(text)
            if kind is not NameKind.ALIAS or key not in taken:
                taken.add(key)
                yield {"partner_id": number, "kind": kind, "text": text, "key": key}


def same_person(rows: Sequence[Record], name: str, email: str | None) -> Record | None:
    """Return the stored contact that a person is: by address, else by name where one of them has no address."""
    for row in rows:
        if row["email"] and email and row["email"].lower() == email.lower():
            return row
    key = name_key(name)
    return next((row for row in rows if name_key(row["name"]) == key and not (row["email"] and email)), None)


def _has_room(known: _Known, number: int, said: Understood) -> bool:
    """Return whether the notes of a partner and of its contact can take what a row adds to them."""
    olds = [known.partners[number]["note"]]
    news = [said.facts.note]
    if said.contact and said.contact_note:
        there = same_person(known.contacts.get(number, ()), said.contact.name, said.contact.email)
        olds.append(there["note"] if there else None)
        news.append(said.contact_note)
    whole = (with_lines(old, new) for old, new in zip(olds, news, strict=True))
    return all(note == old or len(note or "") <= LONGEST_TEXT for note, old in zip(whole, olds, strict=True))


def with_lines(old: str | None, new: str | None) -> str | None:
    """Return a note with the lines of another that it does not have."""
    if not new or not old:
        return new or old
    there = set(old.split("\n"))
    lines = [line for line in new.split("\n") if line not in there]
    return "\n".join([old, *lines])
