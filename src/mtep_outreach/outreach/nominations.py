"""Nominations: a member suggests a partner; every nominator keeps the credit."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from .. import names
from ..days import day_in_words
from ..errors import AlreadyNominatedError, PartnerNotFoundError
from ..store.reading import Record
from . import duplicates, members, partners

if TYPE_CHECKING:
    from ..store.writing import Work


@dataclass(frozen=True)
class Nominated:
    """A nomination as it was recorded, and what had to be added for it."""

    partner: Record
    member: Record
    day: date
    partner_is_new: bool
    member_is_new: bool


def nominate(
    work: "Work",
    partner: str,
    by: str,
    *,
    today: date,
    day: date | None = None,
    reason: str | None = None,
    sure: bool = False,
) -> Nominated:
    """Record that a member suggests a partner; a partner nobody has named yet is added.

    Raises MemberNotFoundError, AmbiguousNameError, RemovedPartnerError, AlreadyNominatedError, and unless ``sure``
    LikelyPartnerError for a new name that is much like a known one.
    """
    on = day or today
    try:
        found, is_new = partners.find(work, partner), False
    except PartnerNotFoundError:
        if partner.strip().isdigit():  # a number that is nobody's, not a name
            raise
        added = duplicates.add(work, partners.facts(name=partner), today=on, sure=sure)
        found, is_new = partners.find(work, str(added.number)), True
    member, member_is_new = record(work, found, by, today=today, day=on, reason=reason)
    return Nominated(found, member, on, is_new, member_is_new)


def record(
    work: "Work", partner: Record, by: str, *, today: date, day: date | None = None, reason: str | None = None
) -> tuple[Record, bool]:
    """Record a nomination of a known partner; return the member and whether it was added.

    Raises MemberNotFoundError, AlreadyNominatedError.
    """
    from ..store.models import Nomination

    member, is_new = members.found_or_added(work, by, today=today)
    before = work.select(
        "nominations",
        ["partner_id = :partner", "member_id = :member"],
        partner=partner["id"],
        member=member["id"],
    )
    if before:
        when = day_in_words(date.fromisoformat(before[0]["day"]))
        raise AlreadyNominatedError(member["name"], partner["name"], when)
    why = names.checked_length(names.clean_text(reason or ""), "reason") or None
    work.add(Nomination(partner_id=partner["id"], member_id=member["id"], day=day or today, reason=why))
    return member, is_new
