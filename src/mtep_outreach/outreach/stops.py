"""Stops: partners and addresses that nobody writes to any more."""

from datetime import date
from typing import TYPE_CHECKING

from .. import names, people
from ..days import day_in_words
from ..errors import AlreadyStoppedError, StopNotFoundError
from ..store.reading import Record
from ..vocabulary import StopKind
from . import partners

if TYPE_CHECKING:
    from ..store.writing import Work


def stop(work: "Work", text: str, *, today: date, reason: str | None = None) -> str:
    """Let nobody write to a partner or to an address any more; return who that is.

    Raises AlreadyStoppedError, and as `partners.find` or `people.mail_address`.
    """
    from ..store.models import AddressStop, PartnerStop

    why = names.checked_length(names.clean_text(reason or ""), "reason") or None
    if address := _address(text):
        for row in _of_address(work, address):
            raise AlreadyStoppedError(address, _day(row))
        work.add(AddressStop(address=address.lower(), kind=StopKind.OPTED_OUT, day=today, note=why))
        return address
    partner = partners.find(work, text)
    for row in work.select("partner_stops", ["partner_id = :id"], id=partner["id"]):
        raise AlreadyStoppedError(partner["name"], _day(row))
    work.add(PartnerStop(partner_id=partner["id"], day=today, reason=why))
    return str(partner["name"])


def lift(work: "Work", text: str) -> str:
    """Let a partner or an address be written to again; return who that is.

    Raises StopNotFoundError, and as `partners.find` or `people.mail_address`.
    """
    from ..store.models import AddressStop, PartnerStop

    if address := _address(text):
        rows = work.select("address_stops", ["address = :address"], address=address.lower())
        for row in rows:
            work.delete(work.get(AddressStop, row["id"]))
        who = address
    else:
        partner = partners.find(work, text)
        rows = work.select("partner_stops", ["partner_id = :id"], id=partner["id"])
        for row in rows:
            work.delete(work.get(PartnerStop, row["id"]))
        who = str(partner["name"])
    if not rows:
        raise StopNotFoundError(who)
    return who


def _address(text: str) -> str | None:
    """Return the address that a text is or holds; None where it names a partner."""
    return people.person(text).email if "@" in text else None


def _of_address(work: "Work", address: str) -> list[Record]:
    return work.select(
        "address_stops", ["address = :address", "kind = :kind"], address=address.lower(), kind=str(StopKind.OPTED_OUT)
    )


def _day(row: Record) -> str:
    return day_in_words(date.fromisoformat(str(row["day"])))
