"""Replies: what invited partners answer; every answer is kept, the newest counts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from .. import names
from ..days import day_in_words
from ..errors import NotInvitedError, SameAnswerError
from ..store.reading import Record
from ..vocabulary import Answer

if TYPE_CHECKING:
    from ..store.models import Reply
    from ..store.writing import Work

_END_OF_DAY = time(23, 59, 59)


def rank(sequence: int, moment: date | datetime | None) -> str:
    """Return a text that sorts as answers do: by the version they answer, then by when they were given.

    A day without an hour counts as its end; an answer that does not say when it was given comes before all others.
    """
    if isinstance(moment, datetime):
        said = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    else:
        said = f"{moment}T23:59:59" if moment else ""
    return f"{sequence:010d} {said}"


@dataclass(frozen=True)
class Recorded:
    """An answer as it was recorded, the answer that counted before, and the reply that counts now."""

    reply: "Reply"
    before: str | None
    standing: Record


def record(
    work: "Work",
    partner: Record,
    session: Record,
    answer: Answer,
    *,
    day: date,
    now: datetime | None = None,
    note: str | None = None,
) -> Recorded:
    """Record an answer that a person tells; ``now`` is the moment (UTC) when it was given today.

    One of a past day counts as given at its end, where the session is held.

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
    sequence = invitations[0]["sequence"] if now else _version(work, number, day)
    moment = now or datetime.combine(day, _END_OF_DAY, ZoneInfo(session["time_zone"]))
    reply = work.add(
        Reply(invitation_id=number, answer=answer, day=day, note=note, sequence=sequence, rank=rank(sequence, moment))
    )
    (standing,) = work.select("standing_replies", ["invitation_id = :invitation"], invitation=number)
    return Recorded(reply, before[0]["answer"] if before else None, standing)


def _version(work: "Work", invitation: int, day: date) -> int:
    """Return which version of an invitation its letters had told of on a day: that is what an answer was given to."""
    told = work.select("known_letters", ["invitation_id = :number", "day <= :day"], number=invitation, day=day)
    return max((row["sequence"] for row in told), default=0)
