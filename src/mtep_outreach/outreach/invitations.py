"""Invitations: who is invited to a session, by which letter, signed by whom."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from ..days import day_in_words
from ..letters.papers import Papers
from ..store.reading import Reads, Record
from ..vocabulary import LetterKind, MemberRole, Scope, Stage
from . import desk, partners
from .desk import Desk, Invited, Letter
from .filters import Filters
from .outbox import LeftOut, Outbox, Outcome

if TYPE_CHECKING:
    from ..store.writing import Work

MARKED = "marked do-not-contact"
"""Why a partner gets no letter that nobody may write to."""


# ---- who ------------------------------------------------------------------------------------------------


def candidates(work: "Work", texts: Sequence[str], filters: Filters, left_out: list[LeftOut]) -> Iterator[list[Record]]:
    """Yield the facts of each partner meant, one row for each of its nominations.

    Partners that were named and are not meant are added to ``left_out``.
    """
    if not texts:
        pages = work.pages("letter_facts", filters.conditions(partner="id"), "id, nomination_id", **filters.values())
        rows: Iterable[Record] = (row for page in pages for row in page)
    else:
        rows = _named(work, texts, filters, left_out)
    for _, group in groupby(rows, key=lambda row: row["id"]):
        yield list(group)


def _named(work: "Work", texts: Sequence[str], filters: Filters, left_out: list[LeftOut]) -> list[Record]:
    found = [partners.find(work, text, removed_too=True) for text in texts]
    left_out += [
        LeftOut(row["name"], f"removed on {day_in_words(date.fromisoformat(row['removed_on']))}")
        for row in found
        if row["removed_on"]
    ]
    wanted = dict.fromkeys(row["id"] for row in found if not row["removed_on"])
    conditions = filters.conditions(partner="id")
    rows = [
        row
        for number in wanted
        for row in work.select(
            "letter_facts", ["id = :id", *conditions], "nomination_id", id=number, **filters.values()
        )
    ]
    kept = {row["id"] for row in rows}
    left_out += [
        LeftOut(row["name"], "not meant by the filters")
        for row in found
        if not row["removed_on"] and row["id"] not in kept
    ]
    return rows


def _signer(nominations: Sequence[Record]) -> Record | None:
    """Return the change agent who first nominated a state or local partner; None: the hub signs."""
    if nominations[0]["scope"] not in (Scope.STATE, Scope.LOCAL):
        return None
    return next((row for row in nominations if row["nominator_role"] == MemberRole.CHANGE_AGENT), None)


def signer_of(reads: Reads, number: int | None, rows: Sequence[Record]) -> Record | None:
    """Return the member who signed an invitation, as ``letter_facts`` has members; None: the hub."""
    if number is None:
        return None
    known = next((row for row in rows if row["member_id"] == number), None)
    if known:
        return known
    (member,) = reads.select("members", ["id = :id"], id=number)
    return {
        "member_id": member["id"],
        "nominator": member["name"],
        "nominator_email": member["email"],
        "nominator_role": member["role"],
        "nominator_team": member["team"],
    }


def spoken_of(nominations: Sequence[Record], signer: Record | None) -> Record | None:
    """Return the nomination a letter speaks of: the signer's own, else the first with a reason, else the first."""
    named = [row for row in nominations if row["nomination_id"] is not None]
    own = [row for row in named if signer and row["member_id"] == signer["member_id"]]
    return next(iter(own), None) or next((row for row in named if row["reason"]), named[0] if named else None)


def letter_to(on: Desk, nominations: Sequence[Record], session: Record, invited: Invited) -> Letter:
    """Return the invitation to a partner, given its rows of ``letter_facts``. Raises as `Templates.render`."""
    signer = _signer(nominations)
    return desk.compose(
        on, LetterKind.INVITATION, nominations, session, signer, spoken_of(nominations, signer), invited
    )


def lacking(session: Record, on: Desk) -> list[tuple[str, str]]:
    """Return what the letters cannot say, and what to type so that they can."""
    found = []
    if not on.settings["contact_person"]:
        found.append(("whom to ask", 'mtep settings contact_person="Name <mail>"'))
    if not on.settings["postal_address"]:
        found.append(("your postal address", 'mtep settings postal_address="Street, City, State ZIP"'))
    if not session["place"]:
        found.append(("the link or place", f'mtep edit-session {session["session"]} --where "https://..."'))
    return found


def preview(reads: Reads, session: Record, text: str, on: Desk) -> Letter:
    """Return the letter that one partner would get. Raises as `partners.find` and `Templates.render`."""
    found = partners.find(reads, text)
    rows = reads.select("letter_facts", ["id = :id"], "nomination_id", id=found["id"])
    return letter_to(on, rows, session, Invited.newly())


def _invited(reads: Reads, session: Record) -> tuple[dict[int, str], dict[int, Record]]:
    """Return the day on which each partner was invited to a session; apart those whose letter was taken back."""
    here = {"session": session["id"]}
    rows = reads.select("invitations", ["session_id = :session"], **here)
    written = "id IN (SELECT d.invitation_id FROM deliveries d) OR id IN (SELECT r.invitation_id FROM replies r)"
    having = {row["id"] for row in reads.select("invitations", ["session_id = :session", written], **here)}
    return (
        {row["partner_id"]: row["day"] for row in rows if row["id"] in having},
        {row["partner_id"]: row for row in rows if row["id"] not in having},
    )


# ---- invite ---------------------------------------------------------------------------------------------


def invite(
    work: "Work",
    session: Record,
    texts: Sequence[str],
    on: Desk,
    papers: Papers,
    *,
    filters: Filters,
    limit: int | None,
    queue: bool = False,
    waived: Iterable[str] = (),
) -> Outcome:
    """Invite partners to a session: record the invitations, write their letters or queue them to be sent.

    Without texts all present partners are meant. Letters that leave by mail are checked first, but for the rules that
    are waived. Raises as `partners.find` and `Templates.render`.
    """
    box = Outbox(work, session, on, papers, queue=queue, waived=waived, named=bool(texts))
    left_out = box.outcome.left_out
    invited, lost = _invited(work, session)
    meant = 0
    for nominations in candidates(work, texts, filters, left_out):
        partner = nominations[0]
        why = _why_not(partner, invited, named=bool(texts))
        if why is None and limit is not None and meant >= limit:
            why = f"over the limit of {limit}"
        if why is not None:
            left_out.append(LeftOut(partner["name"], why))
            continue
        meant += 1
        old = lost.get(partner["id"])
        again = Invited(old["uid"] or Invited.newly().uid, old["sequence"]) if old else Invited.newly()
        box.put(letter_to(on, nominations, session, again), old["id"] if old else None)
    outcome = box.close()
    outcome.lacking += lacking(session, on) if meant else []
    return outcome


def _why_not(partner: Record, invited: dict[int, str], *, named: bool) -> str | None:
    if partner["id"] in invited:
        return f"already invited on {day_in_words(date.fromisoformat(invited[partner['id']]))}"
    if partner["stopped_on"]:
        return MARKED
    if partner["stage"] in (Stage.JOINED, Stage.COMMITTED) and not named:
        return "joined already"
    return None
