"""Invitations: who is invited to a session, by which letter, signed by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from .. import people
from ..days import day_in_words
from ..letters.facts import letter_facts
from ..letters.papers import Paper, file_name, text_of
from ..store.reading import Reads, Record
from ..vocabulary import DeliveryState, LetterKind, MemberRole, Scope, Stage
from . import partners, sessions
from .filters import Filters

if TYPE_CHECKING:
    from ..letters.rendering import Templates
    from ..store.writing import Work


@dataclass(frozen=True)
class Letter:
    """One letter: to whom, signed by whom, in which file."""

    partner_id: int
    partner: str
    contact: str | None
    contact_id: int | None
    signer: str
    signer_id: int | None
    paper: Paper
    text: str


@dataclass(frozen=True)
class LeftOut:
    """A partner that gets no letter, and why."""

    partner: str
    why: str


@dataclass(frozen=True)
class Outcome:
    """What an inviting command found to do; ``lacking`` is what its letters cannot say."""

    session: Record
    letters: list[Letter]
    left_out: list[LeftOut] = field(default_factory=list)
    lacking: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Desk:
    """What letters are written with: templates, which of them, the network's settings, a folder and a day."""

    templates: "Templates"
    template: str
    settings: Mapping[str, str]
    folder: Path
    today: date

    @cached_property
    def asked(self) -> people.Person | None:
        """Whom partners ask; None where nobody is set."""
        return people.person(self.settings["contact_person"]) if self.settings["contact_person"] else None


# ---- who ------------------------------------------------------------------------------------------------


def _candidates(reads: Reads, texts: Sequence[str], filters: Filters) -> tuple[list[Record], list[LeftOut]]:
    """Return the facts of the partners meant, one row for each nomination of a partner, and those that are removed."""
    if not texts:
        rows = reads.select("letter_facts", filters.conditions(partner="id"), "id, nomination_id", **filters.values())
        return rows, []
    found = [partners.find(reads, text, removed_too=True) for text in texts]
    left_out = [
        LeftOut(row["name"], f"removed on {day_in_words(date.fromisoformat(row['removed_on']))}")
        for row in found
        if row["removed_on"]
    ]
    wanted = dict.fromkeys(row["id"] for row in found if not row["removed_on"])
    conditions = filters.conditions(partner="id")
    rows = [
        row
        for number in wanted
        for row in reads.select(
            "letter_facts", ["id = :id", *conditions], "nomination_id", id=number, **filters.values()
        )
    ]
    kept = {row["id"] for row in rows}
    left_out += [
        LeftOut(row["name"], "not meant by the filters")
        for row in found
        if not row["removed_on"] and row["id"] not in kept
    ]
    return rows, left_out


def _by_partner(rows: Sequence[Record]) -> list[list[Record]]:
    grouped: dict[int, list[Record]] = {}
    for row in rows:
        grouped.setdefault(row["id"], []).append(row)
    return list(grouped.values())


def _signer(nominations: Sequence[Record]) -> Record | None:
    """Return the change agent who first nominated a state or local partner; None: the hub signs."""
    if nominations[0]["scope"] not in (Scope.STATE, Scope.LOCAL):
        return None
    return next((row for row in nominations if row["nominator_role"] == MemberRole.CHANGE_AGENT), None)


def _reason(nominations: Sequence[Record], signer: Record | None) -> Record | None:
    """Return the nomination a letter speaks of: the signer's own, else the first with a reason, else the first."""
    named = [row for row in nominations if row["nomination_id"] is not None]
    return signer or next((row for row in named if row["reason"]), named[0] if named else None)


# ---- what -----------------------------------------------------------------------------------------------


def _letter(
    nominations: Sequence[Record], session: Record, desk: Desk, path: Path | None = None, was: str | None = None
) -> Letter:
    partner = nominations[0]
    signer = _signer(nominations)
    facts = letter_facts(
        partner=partner,
        nomination=_reason(nominations, signer),
        signer=signer,
        session=session,
        starts=sessions.starts(session),
        ends=sessions.ends(session),
        settings=desk.settings,
        asked=desk.asked,
        today=desk.today,
    )
    text = desk.templates.render(desk.template, facts)
    return Letter(
        partner_id=partner["id"],
        partner=partner["name"],
        contact=partner["contact"],
        contact_id=partner["contact_id"],
        signer=signer["nominator"] if signer else desk.settings["hub"],
        signer_id=signer["member_id"] if signer else None,
        paper=Paper(path or desk.folder / file_name(partner["id"], partner["name"]), text, was),
        text=text,
    )


def lacking(session: Record, settings: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what the letters cannot say, and what to type so that they can."""
    found = []
    if not settings["contact_person"]:
        found.append(("whom to ask", 'mtep settings contact_person="Name <mail>"'))
    if not settings["postal_address"]:
        found.append(("your postal address", 'mtep settings postal_address="Street, City, State ZIP"'))
    if not session["place"]:
        found.append(("the link or place", f'mtep edit-session {session["session"]} --where "https://..."'))
    return found


def preview(reads: Reads, session: Record, text: str, desk: Desk) -> Letter:
    """Return the letter that one partner would get. Raises as `partners.find` and `Templates.render`."""
    found = partners.find(reads, text)
    rows = reads.select("letter_facts", ["id = :id"], "nomination_id", id=found["id"])
    return _letter(rows, session, desk)


def _invited(reads: Reads, session: Record, numbers: Sequence[int] | None) -> dict[int, str]:
    """Return the day on which each partner (or each of those numbered) was invited to a session."""
    here = {"session": session["id"]}
    if numbers is None:
        rows = reads.select("invitations", ["session_id = :session"], **here)
    else:
        one = ["session_id = :session", "partner_id = :partner"]
        rows = [row for number in numbers for row in reads.select("invitations", one, partner=number, **here)]
    return {row["partner_id"]: row["day"] for row in rows}


# ---- do -------------------------------------------------------------------------------------------------


def invite(
    work: "Work",
    session: Record,
    texts: Sequence[str],
    desk: Desk,
    *,
    filters: Filters,
    limit: int | None,
    now: datetime,
) -> Outcome:
    """Invite partners to a session: record the invitations and return their letters, which are still to be written.

    Without texts all present partners are meant. Raises as `partners.find` and `Templates.render`.
    """
    rows, left_out = _candidates(work, texts, filters)
    invited = _invited(work, session, [row["id"] for row in rows] if texts else None)
    meant: list[list[Record]] = []
    for nominations in _by_partner(rows):
        partner = nominations[0]
        if partner["id"] in invited:
            when = day_in_words(date.fromisoformat(invited[partner["id"]]))
            left_out.append(LeftOut(partner["name"], f"already invited on {when}"))
        elif partner["stage"] in (Stage.JOINED, Stage.COMMITTED) and not texts:
            left_out.append(LeftOut(partner["name"], "joined already"))
        else:
            meant.append(nominations)
    if limit is not None:
        left_out += [LeftOut(group[0]["name"], f"over the limit of {limit}") for group in meant[limit:]]
        meant = meant[:limit]
    letters = [_letter(nominations, session, desk) for nominations in meant]
    _record(work, session, letters, desk, now)
    return Outcome(session, letters, left_out, lacking(session, desk.settings) if letters else [])


def _record(work: "Work", session: Record, letters: Sequence[Letter], desk: Desk, now: datetime) -> None:
    """Record an invitation and a delivery for each letter."""
    from ..store.models import Delivery, Invitation

    invitations = work.add_many(
        Invitation,
        [
            {
                "partner_id": letter.partner_id,
                "session_id": session["id"],
                "contact_id": letter.contact_id,
                "signer_id": letter.signer_id,
                "day": desk.today,
            }
            for letter in letters
        ],
    )
    work.add_many(
        Delivery,
        [
            {
                "invitation_id": number,
                "kind": LetterKind.INVITATION,
                "state": DeliveryState.WRITTEN,
                "path": str(letter.paper.path),
                "template": desk.template,
                "day": desk.today,
                "text": letter.text,
                "at": now,
            }
            for number, letter in zip(invitations, letters, strict=True)
        ],
    )


def rewrite(
    work: "Work",
    session: Record,
    texts: Sequence[str],
    desk: Desk,
    *,
    filters: Filters,
    now: datetime,
    template: str | None = None,
) -> Outcome:
    """Render again the letters of a session that nobody has answered and no person changed.

    Each is made from the template it was made from before, or from ``template``. One that would say the same, but for
    its date, stays as it is, unless its file is gone.
    """
    from ..store.models import Delivery, Invitation

    rows, left_out = _candidates(work, texts, filters)
    written = {row["partner_id"]: row for row in work.select("invitation_list", ["session_id = :s"], s=session["id"])}
    letters: list[Letter] = []
    for nominations in _by_partner(rows):
        partner = nominations[0]
        old = written.get(partner["id"])
        if old is None:
            if texts:
                left_out.append(LeftOut(partner["name"], "not invited yet"))
            continue
        if old["reply"]:
            left_out.append(LeftOut(partner["name"], "answered already"))
            continue
        delivery = work.get(Delivery, old["delivery_id"])
        path, chosen = Path(delivery.path), replace(desk, template=delivery.template if template is None else template)
        found = text_of(path)
        then = _letter(nominations, session, replace(chosen, today=delivery.day), path)
        if found == delivery.text == then.text:
            left_out.append(LeftOut(partner["name"], "its letter would be the same"))
            continue
        letter = _letter(nominations, session, chosen, path, was=delivery.text)
        if found not in (None, delivery.text, letter.text):
            left_out.append(LeftOut(partner["name"], "a person changed its letter"))
            continue
        letters.append(letter)
        invitation = work.get(Invitation, old["id"])
        invitation.contact_id, invitation.signer_id = letter.contact_id, letter.signer_id
        delivery.template, delivery.day, delivery.text, delivery.at = chosen.template, desk.today, letter.text, now
    work.flush()
    return Outcome(session, letters, left_out, lacking(session, desk.settings) if letters else [])
