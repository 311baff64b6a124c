"""Invitations: who is invited to a session, by which letter, signed by whom."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from ..days import day_in_words
from ..letters.papers import Fate, Papers, content_of, is_changed, known_files, stored_files
from ..store.reading import Reads, Record, among
from ..vocabulary import DeliveryState, Form, LetterKind, MemberRole, Scope, Stage
from . import checking, desk, partners
from .desk import Desk, Invited, Letter
from .filters import Filters
from .outbox import LeftOut, Outbox, Outcome, Posted, message_row

if TYPE_CHECKING:
    from ..store.models import Delivery
    from ..store.writing import Work

_MARKED = "marked do-not-contact"


# ---- who ------------------------------------------------------------------------------------------------


def _candidates(
    work: "Work", texts: Sequence[str], filters: Filters, left_out: list[LeftOut]
) -> Iterator[list[Record]]:
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


def _letter(on: Desk, nominations: Sequence[Record], session: Record, invited: Invited) -> Letter:
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
    return _letter(on, rows, session, Invited.newly())


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
    for nominations in _candidates(work, texts, filters, left_out):
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
        box.put(_letter(on, nominations, session, again), old["id"] if old else None)
    outcome = box.close()
    outcome.lacking += lacking(session, on) if meant else []
    return outcome


def _why_not(partner: Record, invited: dict[int, str], *, named: bool) -> str | None:
    if partner["id"] in invited:
        return f"already invited on {day_in_words(date.fromisoformat(invited[partner['id']]))}"
    if partner["stopped_on"]:
        return _MARKED
    if partner["stage"] in (Stage.JOINED, Stage.COMMITTED) and not named:
        return "joined already"
    return None


# ---- write again ----------------------------------------------------------------------------------------


def rewrite(
    work: "Work",
    session: Record,
    texts: Sequence[str],
    on: Desk,
    papers: Papers,
    *,
    filters: Filters,
    queue: bool = False,
    waived: Iterable[str] = (),
) -> Outcome:
    """Write again the invitations of a session that did not leave yet, nobody has answered and no person changed.

    Each is made from the template it was made from before, or from the desk's. One that would say the same, but for
    its date, stays as it is, unless a file of it is gone. With ``queue`` one that was lost altogether leaves by mail.
    """
    outcome = Outcome(session)
    written = {row["partner_id"]: row for row in work.select("invitation_list", ["session_id = :s"], s=session["id"])}
    letters = among(
        work, "deliveries", "invitation_id", (row["id"] for row in written.values()), ["kind = 'invitation'"]
    )
    deliveries = {row["invitation_id"]: row["id"] for row in letters}
    lost = Outbox(work, session, on, papers, queue=queue, waived=waived)
    again = _Rewriting(work, session, on, papers, outcome, frozenset(waived))
    for nominations in _candidates(work, texts, filters, outcome.left_out):
        old = written.get(nominations[0]["id"])
        if old is None:
            why = "not invited yet" if texts else None
        elif nominations[0]["stopped_on"]:
            why = _MARKED
        elif old["reply"]:
            why = "answered already"
        elif old["id"] in deliveries:
            why = again.try_one(nominations, old, deliveries[old["id"]])
        else:  # it was taken back, and what was to stand in its place had a mistake
            lost.put(_letter(on, nominations, session, Invited(old["uid"], old["sequence"])), old["id"])
            why = None
        if why:
            outcome.left_out.append(LeftOut(nominations[0]["name"], why))
    found_again = lost.close()
    outcome.letters += found_again.letters
    outcome.findings += found_again.findings
    outcome.queued += found_again.queued
    work.flush()
    outcome.lacking += lacking(session, on) if outcome.letters or outcome.queued else []
    return outcome


_AWAY = {
    DeliveryState.SENDING: "it is being sent",
    DeliveryState.SENT: "its letter was sent",
    DeliveryState.IN_DOUBT: "its letter may have been sent: mtep settle",
    DeliveryState.BOUNCED: "its letter was sent and came back",
}


class _Rewriting:
    """Writes letters of one session again."""

    def __init__(
        self,
        work: "Work",
        session: Record,
        on: Desk,
        papers: Papers,
        outcome: Outcome,
        waived: frozenset[str],
    ) -> None:
        self._waived = waived
        self._work = work
        self._session = session
        self._desk = on
        self._papers = papers
        self._outcome = outcome
        self._checker = checking.Checker(work, session, on)

    def try_one(self, nominations: Sequence[Record], old: Record, number: int) -> str | None:
        """Write one letter again; return why not, where it stays as it is."""
        from ..store.models import Delivery

        delivery = self._work.get(Delivery, number)
        if delivery.state in _AWAY:
            return _AWAY[delivery.state]
        chosen = replace(self._desk, template=self._desk.template or delivery.template)
        known = known_files(delivery.files)
        invited = Invited(old["uid"] or Invited.newly().uid, old["sequence"])
        then = _letter(replace(chosen, today=delivery.day), nominations, self._session, invited)
        same = (delivery.subject or then.subject, delivery.text, delivery.address or then.address) == (
            then.subject, then.body, then.address,
        )  # fmt: skip
        same = same and delivery.sequence == old["sequence"]
        if same and delivery.state is not DeliveryState.FAILED and all(path.exists() for path in known):
            return "its letter would be the same"
        return self._again(nominations, old, delivery, chosen, known)

    def _again(
        self, nominations: Sequence[Record], old: Record, delivery: "Delivery", on: Desk, known: dict[Path, str]
    ) -> str | None:
        from ..store.models import Invitation

        places = {Form(path.suffix[1:]): path for path in known}
        queued = delivery.state in (DeliveryState.QUEUED, DeliveryState.FAILED)
        drafted = Form.MAIL in places
        # A draft may have left without a word: calendars take a letter with a higher number for the newer one.
        sequence = old["sequence"] + drafted
        letter = _letter(on, nominations, self._session, Invited(old["uid"] or Invited.newly().uid, sequence))
        if not all(_is_ours(path, was, letter, on) for path, was in known.items()):
            return "a person changed its letter"
        if queued or drafted:
            (findings,) = self._checker.check([letter], mailed=True, waived=self._waived)
            self._outcome.findings += [(letter.partner, finding) for finding in findings]
            if any(finding.severity == "error" for finding in findings):
                return "its letter has a mistake"
        draft = desk.seal(on, letter, self._session, draft=True) if drafted else None
        mail = desk.seal(on, letter, self._session) if queued else draft
        files, fate = desk.write(
            on, self._papers, places, letter.subject, letter.body, draft.content if draft else None, known
        )
        invitation = self._work.get(Invitation, old["id"])
        invitation.contact_id, invitation.signer_id = letter.contact_id, letter.signer_id
        invitation.uid, invitation.sequence = letter.invited.uid, sequence
        change(self._work, delivery, letter, on, mail)
        delivery.files = stored_files(files)
        if queued:
            delivery.state, delivery.error = DeliveryState.QUEUED, None
            self._outcome.queued += 1
        else:
            path = next(iter(places.values()), None)
            self._outcome.letters.append(
                Posted(letter.partner, letter.contact, letter.address, letter.signer, path, Fate(fate))
            )
        return None


def _is_ours(path: Path, was: str, letter: Letter, on: Desk) -> bool:
    """Return whether a file is as it was recorded, or as a run wrote it that was broken off before it recorded that."""
    if not is_changed(path, was):
        return True
    form = Form(path.suffix[1:])
    return form is not Form.MAIL and content_of(path) == desk.content(on.means, form, letter.subject, letter.body)


def change(work: "Work", delivery: "Delivery", letter: Letter, on: Desk, mail: desk.Sealed | None) -> None:
    """Let a recorded letter say something else, and its mail with it."""
    from ..store.models import Message

    delivery.template, delivery.day, delivery.at = letter.template, on.today, on.now
    delivery.subject, delivery.text, delivery.address = letter.subject, letter.body, letter.address
    delivery.sequence = letter.invited.sequence
    delivery.sender = None  # a process that has the former text in hand does not send it
    if mail:
        delivery.message_id, delivery.try_at = mail.message_id, None
        for row in work.select("messages", ["delivery_id = :number"], number=delivery.number):
            work.delete(work.get(Message, row["id"]))
        work.add(Message(**message_row(delivery.number, mail, letter.address)))
