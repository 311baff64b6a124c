"""Rewriting: invitations that did not leave, or came back, are written again."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..letters.papers import Fate, Papers, content_of, is_changed, known_files, stored_files
from ..store.reading import Record, among
from ..vocabulary import DeliveryState, Form
from . import checking, desk
from .desk import Desk, Invited, Letter
from .filters import Filters
from .invitations import MARKED, candidates, lacking, letter_to
from .outbox import LeftOut, Outbox, Outcome, Posted, message_row
from .returned_letters import ReturnedLetters

if TYPE_CHECKING:
    from ..store.models import Delivery
    from ..store.writing import Work


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
    its date, stays as it is, unless a file of it is gone. One that came back is written to whoever can be written to
    now. With ``queue`` that one, and one that was lost altogether, leave by mail.
    """
    outcome = Outcome(session)
    written = {row["partner_id"]: row for row in work.select("invitation_list", ["session_id = :s"], s=session["id"])}
    letters = among(
        work, "deliveries", "invitation_id", (row["id"] for row in written.values()), ["kind = 'invitation'"]
    )
    newest = {row["invitation_id"]: row for row in sorted(letters, key=lambda row: row["id"])}
    came_back = ReturnedLetters(work, session, on, papers, letters, queue=queue, waived=waived, named=bool(texts))
    lost = Outbox(work, session, on, papers, queue=queue, waived=waived)
    again = _Rewriting(work, session, on, papers, outcome, frozenset(waived))
    for nominations in candidates(work, texts, filters, outcome.left_out):
        old = written.get(nominations[0]["id"])
        if old is None:
            why = "not invited yet" if texts else None
        elif nominations[0]["stopped_on"]:
            why = MARKED
        elif old["reply"]:
            why = "answered already"
        elif old["id"] in newest and newest[old["id"]]["state"] == DeliveryState.BOUNCED:
            why = _write_anew(came_back, nominations, session, on, old, newest[old["id"]])
        elif old["id"] in newest:
            why = again.try_one(nominations, old, newest[old["id"]]["id"])
        else:  # it was taken back, and what was to stand in its place had a mistake
            lost.put(letter_to(on, nominations, session, Invited(old["uid"], old["sequence"])), old["id"])
            why = None
        if why:
            outcome.left_out.append(LeftOut(nominations[0]["name"], why))
    for done in (lost.close(), *came_back.close()):
        _add(outcome, done)
    work.flush()
    outcome.lacking += lacking(session, on) if outcome.letters or outcome.queued else []
    return outcome


def _add(outcome: Outcome, done: Outcome) -> None:
    outcome.letters += done.letters
    outcome.findings += done.findings
    outcome.queued += done.queued
    outcome.waiting += done.waiting


def _write_anew(
    came_back: ReturnedLetters, nominations: Sequence[Record], session: Record, on: Desk, old: Record, letter: Record
) -> str | None:
    """Write an invitation that came back to whoever can be written to now; return why not, where nobody can."""
    why = came_back.why_not(nominations[0], letter)
    if why is None:
        invited = Invited(old["uid"] or Invited.newly().uid, old["sequence"])
        same_template = replace(on, template=on.template or letter["template"])
        came_back.put(letter_to(same_template, nominations, session, invited), letter)
    return why


_AWAY = {
    DeliveryState.SENDING: "it is being sent",
    DeliveryState.SENT: "its letter was sent",
    DeliveryState.IN_DOUBT: "its letter may have been sent: mtep settle",
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
        then = letter_to(replace(chosen, today=delivery.day), nominations, self._session, invited)
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
        letter = letter_to(on, nominations, self._session, Invited(old["uid"] or Invited.newly().uid, sequence))
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
            self._outcome.waiting.append(letter.partner)
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
