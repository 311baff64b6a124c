"""Contacts: the people at a partner, added, found, corrected and removed."""

import shlex
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import days, names, people
from ..errors import (
    AmbiguousPersonError,
    ContactExistsError,
    ForgottenPersonError,
    LetterWaitsError,
    NothingToChangeError,
    PersonNotFoundError,
)
from ..people import Person
from ..store.reading import Reads, Record
from .forgetting import is_forgotten

if TYPE_CHECKING:
    from ..store.models import Contact
    from ..store.writing import Work


@dataclass(frozen=True)
class ContactFacts:
    """What is said of a contact. None: not said. An empty text: take away what was said before."""

    name: str | None = None
    email: str | None = None
    title: str | None = None
    phone: str | None = None
    time_zone: str | None = None
    note: str | None = None
    primary: bool = False


def facts(*, primary: bool = False, **texts: str | None) -> ContactFacts:
    """Return what a person typed of a contact, checked. An empty text takes the fact away, but for the name.

    Raises EmptyTextError, TextTooLongError, UnreadableAddressError, UnknownZoneError.
    """
    said: dict[str, Any] = {field: text for field, text in texts.items() if text is not None}
    for field, text in said.items():
        match field:
            case "name":
                said[field] = names.checked_name(text, "person's name")
            case "email":
                said[field] = people.mail_address(text) if text.strip() else ""
            case "time_zone":
                said[field] = days.zone(text) if text.strip() else ""
            case "note":
                said[field] = names.checked_length(names.clean_text(text), "note")
            case _:
                what = "phone number" if field == "phone" else field
                said[field] = names.checked_length(names.clean_line(text), what, names.LONGEST_NAME)
    return ContactFacts(primary=primary, **said)


# ---- find -----------------------------------------------------------------------------------------------


def find(reads: Reads, text: str, partner: Record | None = None) -> Record:
    """Return the contact of a mail address, or of a name that one contact has; with ``partner``, one of that partner.

    Raises PersonNotFoundError, AmbiguousPersonError.
    """
    typed = names.clean_line(text)
    _, _, rest = typed.partition("<")
    address, key = (rest.rstrip(">") if rest else typed).strip().lower(), names.name_key(typed)
    where, values = (["partner_id = :partner"], {"partner": partner["id"]}) if partner else ([], {})
    if "@" in address:
        rows = reads.select("contact_list", [*where, "LOWER(email) = :address"], "id", address=address, **values)
    else:
        everybody = reads.select("contact_list", where, "id", **values)
        rows = [row for row in everybody if key and names.name_key(row["name"]) == key]
    if len(rows) > 1:
        raise AmbiguousPersonError(typed, [f"{Person(row['name'], row['email'])} of {row['partner']}" for row in rows])
    if not rows:
        raise PersonNotFoundError(typed)
    return rows[0]


# ---- change ---------------------------------------------------------------------------------------------


def add(
    work: "Work",
    partner: Record,
    who: Person,
    *,
    today: date,
    title: str | None = None,
    phone: str | None = None,
    time_zone: str | None = None,
    primary: bool = False,
) -> "Contact":
    """Add a person at a partner; ``primary`` makes it the one that letters go to.

    Raises ContactExistsError when the partner has that address, or that name without an address, UnknownZoneError, and
    ForgottenPersonError for one who asked not to be known here.
    """
    from ..store.models import Contact

    if is_forgotten(work)(who.email):
        raise ForgottenPersonError
    said = facts(title=title, phone=phone, time_zone=time_zone, primary=primary)
    for row in work.select("contacts", ["partner_id = :partner"], "id", partner=partner["id"]):
        same_address = who.email and (row["email"] or "").lower() == who.email.lower()
        same_name = names.name_key(row["name"]) == names.name_key(who.name) and (row["email"] or "") == (
            who.email or ""
        )
        if same_address and row["name"] == row["email"] != who.name:  # known by the address alone: now by name too
            known = work.get(Contact, row["id"])
            known.name = who.name
            _take(work, known, said)
            return known
        if same_address or same_name:
            raise _exists(partner["name"], who, row, said)
    made = work.add(Contact(partner_id=partner["id"], name=who.name, email=who.email, added_on=today))
    _take(work, made, said)
    return made


def edit(work: "Work", found: Record, said: ContactFacts) -> Person:
    """Change what is said of a contact, given as `find` returns it; return who that is now.

    Raises NothingToChangeError, ForgottenPersonError, and ContactExistsError where a colleague has that address.
    """
    from ..store.models import Contact

    if said == ContactFacts():
        raise NothingToChangeError("edit-contact")
    if said.email:
        if is_forgotten(work)(said.email):
            raise ForgottenPersonError
        for row in work.select(
            "contacts", ["partner_id = :partner", "id <> :id"], partner=found["partner_id"], id=found["id"]
        ):
            if (row["email"] or "").lower() == said.email.lower():
                raise _exists(found["partner"], Person(row["name"], row["email"]), row, ContactFacts())
    contact = work.get(Contact, found["id"])
    if said.email and said.name is None and contact.name == contact.email:  # known by the address alone
        contact.name = said.email
    _take(work, contact, said)
    return Person(contact.name, contact.email)


def remove(work: "Work", found: Record) -> None:
    """Remove a contact, given as `find` returns it. Invitations and attendance lose the person and are kept.

    Raises LetterWaitsError where a letter to them has not left yet.
    """
    from ..store.models import Attendee, Contact, Invitation

    here = {"contact": found["id"]}
    waits = ["contact_id = :contact", "state IN ('queued', 'sending') OR (state = 'written' AND is_newest)"]
    for letter in work.select("delivery_list", waits, "id", limit=1, **here):
        raise LetterWaitsError(str(Person(found["name"], found["email"])), letter["partner_id"], letter["session"])
    for row in work.select("invitations", ["contact_id = :contact"], **here):
        work.get(Invitation, row["id"]).contact_id = None
    for row in work.select("attendees", ["contact_id = :contact"], **here):
        work.get(Attendee, row["id"]).contact_id = None
    work.flush()
    work.delete(work.get(Contact, found["id"]))


def _take(work: "Work", contact: "Contact", said: ContactFacts) -> None:
    """Let a contact have the facts that are said of it."""
    from ..store.models import Contact

    for field in ("name", "email", "title", "phone", "time_zone", "note"):
        text = getattr(said, field)
        if text is not None and (text or None) != getattr(contact, field):
            setattr(contact, field, text or None)
    if said.primary and not contact.is_primary:
        for row in work.select("contacts", ["partner_id = :partner", "is_primary"], partner=contact.partner_id):
            work.get(Contact, row["id"]).is_primary = False
        work.flush()
        contact.is_primary = True
    work.flush()


def _exists(partner: str, who: Person, row: Record, said: ContactFacts) -> ContactExistsError:
    change = f"mtep edit-contact {shlex.quote(row['email'] or row['name'])}{' --primary' if said.primary else ''}"
    return ContactExistsError(str(who), partner, str(Person(row["name"], row["email"])), change)


def letters_to_rewrite(reads: Reads, partner: int, today: date) -> list[Record]:
    """Return the invitations of a partner to sessions still to come that did not leave, or came back."""
    where = ["partner_id = :partner", "kind = 'invitation'", "is_newest", "session >= :today"]
    states = "state IN ('written', 'queued', 'failed', 'bounced')"
    return reads.select("delivery_list", [*where, states], "id", partner=partner, today=today.isoformat())
