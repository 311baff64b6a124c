"""Replies: what invited partners answer; every answer is kept, the newest counts."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from .. import names
from ..days import day_in_words
from ..errors import NotInvitedError, SameAnswerError
from ..store.reading import Record
from ..vocabulary import Answer

if TYPE_CHECKING:
    from ..store.models import Reply
    from ..store.writing import Work


@dataclass(frozen=True)
class Recorded:
    """An answer as it was recorded, the answer that counted before, and the reply that counts now."""

    reply: "Reply"
    before: str | None
    standing: Record


def record(
    work: "Work", partner: Record, session: Record, answer: Answer, *, day: date, note: str | None = None
) -> "Recorded":
    """Record an answer.

    Raises NotInvitedError, or SameAnswerError when the newest answer says the same and no note is given.
    """
    from ..store.models import Reply

    invitations = work.select(
        "invitations",
        ["partner_id = :partner", "session_id = :session"],
        partner=partner["id"],
        session=session["id"],
    )
    if not invitations:
        raise NotInvitedError(partner["name"], session["session"])
    number = invitations[0]["id"]
    before = work.select("standing_replies", ["invitation_id = :invitation"], invitation=number)
    note = names.checked_length(names.clean_text(note or ""), "note") or None
    if before and before[0]["answer"] == answer and before[0]["day"] <= day.isoformat() and note is None:
        when = day_in_words(date.fromisoformat(before[0]["day"]))
        raise SameAnswerError(partner["name"], answer, when)
    reply = work.add(Reply(invitation_id=number, answer=answer, day=day, note=note))
    (standing,) = work.select("standing_replies", ["invitation_id = :invitation"], invitation=number)
    return Recorded(reply, before[0]["answer"] if before else None, standing)
