"""Attendance: which partners came to a session, invited or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ..errors import AlreadyAttendedError
from ..store.reading import Record
from . import partners, sessions

if TYPE_CHECKING:
    from ..store.writing import Work


@dataclass(frozen=True)
class Came:
    """One partner that came: whether it was invited, and whether that was known already."""

    partner: Record
    invited: bool
    known: bool


def record(work: "Work", session: Record, texts: Sequence[str], *, today: date) -> list[Came]:
    """Record that partners came to a session. A day still to come is recorded as today.

    Raises AlreadyAttendedError when all of them are recorded already, and as `partners.find`.
    """
    from ..store.models import Attendance

    found = {row["id"]: row for row in (partners.find(work, text) for text in texts)}
    one = ["session_id = :session", "partner_id = :partner"]
    known, invited = (
        {number for number in found if work.count(table, one, session=session["id"], partner=number)}
        for table in ("attendances", "invitations")
    )
    if known >= set(found):
        raise AlreadyAttendedError(session["session"])
    day = min(sessions.local_day(session), today)
    for number in found:
        if number not in known:
            work.add(Attendance(partner_id=number, session_id=session["id"], day=day))
    return [Came(row, number in invited, number in known) for number, row in found.items()]
