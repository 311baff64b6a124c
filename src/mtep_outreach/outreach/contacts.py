"""Contacts: the people at a partner."""

from datetime import date
from typing import TYPE_CHECKING

from .. import days, names
from ..errors import ContactExistsError, ForgottenPersonError
from ..people import Person
from ..store.reading import Record
from .forgetting import is_forgotten

if TYPE_CHECKING:
    from ..store.models import Contact
    from ..store.writing import Work


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

    present = work.select("contacts", ["partner_id = :partner"], "id", partner=partner["id"])
    for row in present:
        same_address = who.email and (row["email"] or "").lower() == who.email.lower()
        same_name = names.name_key(row["name"]) == names.name_key(who.name) and (row["email"] or "") == (
            who.email or ""
        )
        if same_address and row["name"] == row["email"] != who.name:  # known by the address alone: now by name too
            known = work.get(Contact, row["id"])
            known.name = who.name
            return known
        if same_address or same_name:
            raise ContactExistsError(str(who), partner["name"], str(Person(row["name"], row["email"])))
        if primary and row["is_primary"]:
            work.get(Contact, row["id"]).is_primary = False
    work.flush()
    return work.add(
        Contact(
            partner_id=partner["id"],
            name=who.name,
            email=who.email,
            title=_text(title, "title"),
            phone=_text(phone, "phone number"),
            time_zone=days.zone(time_zone) if time_zone else None,
            is_primary=primary,
            added_on=today,
        )
    )


def _text(text: str | None, what: str) -> str | None:
    return names.checked_length(names.clean_line(text or ""), what, names.LONGEST_NAME) or None
