"""Effects: what an understood mail changes in the record, whether it was sure or a person said so."""

from datetime import date
from typing import TYPE_CHECKING

from .. import names
from ..store.reading import Record
from ..vocabulary import Answer, DeliveryState, Proposal, StopKind
from .findings import Finding
from .replies import rank

if TYPE_CHECKING:
    from ..store.writing import Work

ANSWERS = (Proposal.ACCEPTED, Proposal.DECLINED, Proposal.TENTATIVE)
"""Proposals that answer an invitation."""

_LEFT = (DeliveryState.WRITTEN, DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.IN_DOUBT)
"""States of letters that can come back: one that is a file may have been sent by hand."""


def apply(work: "Work", found: Finding, mail: int, *, today: date) -> str:
    """Change what a finding means, and return what was done in a few words; nothing is changed twice.

    ``mail`` is the number of the mail that says so.
    """
    match found.proposal:
        case Proposal.ACCEPTED | Proposal.DECLINED | Proposal.TENTATIVE:
            return _answer(work, found, mail, today)
        case Proposal.DO_NOT_CONTACT:
            return _stop(work, found, StopKind.OPTED_OUT, today)
        case Proposal.BOUNCED:
            return _bounced(work, found, today)
        case None:
            return "nothing to do"


# ---- answers ---------------------------------------------------------------------------------------------


def _answer(work: "Work", found: Finding, mail: int, today: date) -> str:
    from ..store.models import Reply

    if found.invitation is None:
        raise ValueError("an answer is to an invitation")
    answer = Answer(str(found.proposal))
    place = rank(found.sequence, found.at)
    earlier = work.select("replies", ["invitation_id = :number"], number=found.invitation)
    same = [row for row in earlier if (row["answer"], row["address"], row["rank"]) == (answer, found.address, place)]
    _settle(work, found)
    if same:
        return "recorded already"
    reply = Reply(
        invitation_id=found.invitation, answer=answer, day=_day(work, found, today), note=_note(found.note),
        sequence=found.sequence, rank=place, address=found.address, sent_from=found.sent_from, mail_id=mail,
    )  # fmt: skip
    number = work.add(reply).number
    (standing,) = work.select("standing_replies", ["invitation_id = :number"], number=found.invitation)
    came_from = f", mailed from {found.sent_from}" if found.sent_from else ""
    if standing["id"] != number:
        return f"recorded{came_from}; a newer answer counts: {standing['answer']}"
    return f"recorded{came_from}"


def _day(work: "Work", found: Finding, today: date) -> date:
    """Return the day of an answer where the session is held; a clock that goes ahead does not bring it into the future.

    An answer that does not say when it was written counts for today.
    """
    from .correspondence import local_day

    if found.at is None:
        return today
    (row,) = work.select("known_invitations", ["id = :number"], number=found.invitation)
    return min(local_day(found.at, row["time_zone"]), today)


def _note(text: str) -> str | None:
    return names.clean_text(text)[: names.LONGEST_TEXT] or None


def _settle(work: "Work", found: Finding) -> None:
    """Know a letter in doubt as sent: it was answered."""
    from ..store.models import Delivery

    where = ["invitation_id = :number", "state = 'in-doubt'", "LOWER(address) = :address"]
    for row in work.select("deliveries", where, number=found.invitation, address=found.address or ""):
        letter = work.get(Delivery, row["id"])
        letter.state, letter.error = DeliveryState.SENT, None
    work.flush()


# ---- addresses -------------------------------------------------------------------------------------------


def _stop(work: "Work", found: Finding, kind: StopKind, today: date) -> str:
    """Let nothing be sent to an address any more."""
    from ..store.models import AddressStop

    address = found.address or ""
    if work.count("address_stops", ["address = :address", "kind = :kind"], address=address.lower(), kind=str(kind)):
        return "marked already"
    work.add(AddressStop(address=address.lower(), kind=kind, day=today, note=_note(found.note)))
    return "marked do-not-contact" if kind is StopKind.OPTED_OUT else "address marked as bounced"


def _bounced(work: "Work", found: Finding, today: date) -> str:
    from ..store.models import Delivery

    done = _stop(work, found, StopKind.BOUNCED, today)
    for row in work.select("deliveries", ["id = :number"], number=found.letter):
        if DeliveryState(row["state"]) in _LEFT and _is_to(row, found):
            letter = work.get(Delivery, row["id"])
            letter.state, letter.error = DeliveryState.BOUNCED, _note(found.note)
    work.flush()
    return done


def _is_to(row: Record, found: Finding) -> bool:
    return str(row["address"] or "").lower() == (found.address or "").lower()
