"""Reviews: mails that a person has to look at, and what that person makes of them."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from ..errors import ItemNotFoundError, ItemSettledError, NotApplicableError
from ..files.calendar_replies import address_key
from ..store.reading import Reads, Record
from ..tables import Column, Table
from ..vocabulary import Proposal, ReviewState
from . import effects
from .findings import Finding

if TYPE_CHECKING:
    from ..store.models import ReviewItem
    from ..store.writing import Work

_MEANT = {
    Proposal.ACCEPTED: "yes",
    Proposal.DECLINED: "no",
    Proposal.TENTATIVE: "maybe",
    Proposal.DO_NOT_CONTACT: "stop",
    Proposal.BOUNCED: "bounced",
}
"""Proposals as a person types them."""

_MACHINES = ("mailer-daemon", "postmaster")


def in_short(proposal: str | None) -> str | None:
    """Return a proposal as a person types it."""
    return _MEANT[Proposal(proposal)] if proposal else None


def waiting(reads: Reads) -> list[Record]:
    """Return the items that wait, the oldest first."""
    return reads.select("review_list", ["state = 'open'"], "id")


def find(reads: Reads, number: int) -> Record:
    """Return an item. Raises ItemNotFoundError."""
    rows = reads.select("review_list", ["id = :id"], id=number) if number < 2**63 else []
    if not rows:
        raise ItemNotFoundError(number)
    return rows[0]


def nobody_invited(reads: Reads, row: Record) -> bool:
    """Return whether the sender of an item is another than those whom its invitation went to; a machine is neither."""
    sender = address_key(_address(row["sender"]) or "")
    if not sender or row["invitation_id"] is None or sender.partition("@")[0] in _MACHINES:
        return False
    here = {"number": row["invitation_id"]}
    letters = reads.select("known_letters", ["invitation_id = :number"], **here)
    invitations = reads.select("known_invitations", ["id = :number"], **here)
    reached = [*(letter["address"] for letter in letters), *(invited["email"] for invited in invitations)]
    return sender not in {address_key(address) for address in reached if address}


def as_table(rows: list[Record]) -> Table:
    """Return items as a table."""
    columns = (
        Column("id", "No.", right=True, nowrap=True),
        Column("day", "Day", nowrap=True),
        Column("sender", "From", aside=True),
        Column("who", "Who"),
        Column("partner_id", "Partner no.", aside=True, right=True),
        Column("partner", "Organization"),
        Column("session", "Session", aside=True),
        Column("reason", "Why"),
        Column("likely", "Likely", nowrap=True),
        Column("address", "About", aside=True),
        Column("subject", "Subject", aside=True),
        Column("text", "Text", aside=True),
        Column("state", "State", aside=True),
    )
    shown = [
        {**row, "likely": in_short(row["proposal"]), "who": row["address"] or _address(row["sender"])} for row in rows
    ]
    return Table(columns, shown, empty="Nothing waits to be reviewed.")


def apply(work: "Work", number: int, proposal: Proposal | None, *, today: date, now: datetime) -> tuple[Record, str]:
    """Let an item mean what it seems to mean, or what a person says; return it, and what was done.

    Raises ItemNotFoundError, ItemSettledError, NotApplicableError.
    """
    row, item = _open(work, number)
    meant = proposal or (Proposal(row["proposal"]) if row["proposal"] else None)
    if meant is None:
        raise NotApplicableError(number, "it is not known what it means", f"Say it: mtep review {number} --as yes")
    if meant in effects.ANSWERS and item.invitation_id is None:
        hint = f"Record it with mtep rsvp PARTNER {_MEANT[meant]}, then: mtep review {number} --dismiss"
        raise NotApplicableError(number, "it is about no invitation that is known here", hint)
    if meant not in effects.ANSWERS and "@" not in (item.address or ""):
        hint = f"Type mtep do-not-contact ADDRESS, then: mtep review {number} --dismiss"
        raise NotApplicableError(number, "it does not say which address it is about", hint)
    sender = _address(row["sender"])
    found = Finding(
        item.reason, is_sure=True, proposal=meant, invitation=item.invitation_id, letter=item.delivery_id,
        address=item.address, sent_from=sender if sender != item.address else None, note=item.text,
        sequence=item.sequence, at=min(item.at.replace(tzinfo=UTC), now) if item.at else now,
    )  # fmt: skip
    done = effects.apply(work, found, item.mail_id, today=today)
    item.state, item.settled_on, item.proposal = ReviewState.APPLIED, today, meant
    work.flush()
    return row, done


def dismiss(work: "Work", number: int, *, today: date) -> Record:
    """Let an item mean nothing. Raises ItemNotFoundError, ItemSettledError."""
    row, item = _open(work, number)
    item.state, item.settled_on = ReviewState.DISMISSED, today
    work.flush()
    return row


def _open(work: "Work", number: int) -> tuple[Record, "ReviewItem"]:
    from ..store.models import ReviewItem

    row = find(work, number)
    if row["state"] != ReviewState.OPEN:
        raise ItemSettledError(number, row["state"], str(row["settled_on"]))
    return row, work.get(ReviewItem, number)


def _address(sender: str | None) -> str | None:
    """Return the address of "Name <address>"."""
    if not sender:
        return None
    return sender.rpartition("<")[2].rstrip(">").lower() or None
