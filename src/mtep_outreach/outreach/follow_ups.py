"""Letters that follow an invitation: reminders, thanks, and what is new of a session."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ..days import day_in_words
from ..letters.papers import Papers
from ..store.reading import Record, among
from ..vocabulary import Answer, DeliveryState, LetterKind
from . import desk, invitations, partners, sessions, thanks
from .desk import Desk, Invited
from .outbox import LeftOut, Outbox, Outcome

if TYPE_CHECKING:
    from ..store.writing import Work

REMINDED_DAYS = 5
"""For so many days nobody is reminded again."""

_PAGE = 1_000
_NOT_THERE_YET = {
    DeliveryState.QUEUED: "its invitation is still to be sent",
    DeliveryState.SENDING: "its invitation is being sent",
    DeliveryState.FAILED: "its invitation could not be delivered",
    DeliveryState.IN_DOUBT: "it is not known whether its invitation left: mtep settle",
    DeliveryState.BOUNCED: "its invitation came back",
}


@dataclass(frozen=True)
class _Past:
    """What happened so far with one invitation: its row, its letters, and whether its partner came."""

    row: Record
    letters: Sequence[Record]
    came: bool

    @property
    def first(self) -> Record | None:
        """The invitation's own letter: of several, the one written after the others came back."""
        return next((letter for letter in reversed(self.letters) if letter["kind"] == LetterKind.INVITATION), None)

    def of_kind(self, kind: LetterKind) -> list[Record]:
        """Return the letters of a kind."""
        return [letter for letter in self.letters if letter["kind"] == kind]


Decide = Callable[[_Past], str | None]
"""Tells why an invitation gets no letter; None: it gets one."""


def remind(
    work: "Work",
    session: Record,
    texts: Sequence[str],
    on: Desk,
    papers: Papers,
    *,
    days: int = REMINDED_DAYS,
    queue: bool = False,
    waived: Iterable[str] = (),
) -> Outcome:
    """Write to those who were invited and have not answered, unless they were reminded in the last days.

    Raises SessionCancelledError, and as `partners.find` and `Templates.render`.
    """  # fmt: skip
    sessions.refuse_cancelled(session)
    since = (on.today - timedelta(days=days)).isoformat()

    def decide(past: _Past) -> str | None:
        if past.row["reply"]:
            return f"answered: {past.row['reply']}"
        if past.came:
            return "came already"
        if past.first and past.first["state"] in _NOT_THERE_YET:
            return _NOT_THERE_YET[past.first["state"]]
        reminded = [row["day"] for row in past.of_kind(LetterKind.REMINDER) if row["state"] != DeliveryState.FAILED]
        if reminded and max(reminded) > since:
            return f"reminded on {day_in_words(date.fromisoformat(max(reminded)))}"
        return None

    return _write(work, session, texts, on, papers, LetterKind.REMINDER, decide, queue=queue, waived=waived)


def thank(
    work: "Work",
    session: Record,
    texts: Sequence[str],
    on: Desk,
    papers: Papers,
    *,
    queue: bool = False,
    waived: Iterable[str] = (),
) -> Outcome:
    """Thank those who came, and write in other words to those who had accepted and did not come.

    Where it is known which people came, one of them is thanked.

    Raises SessionCancelledError, and as `partners.find` and `Templates.render`.
    """
    sessions.refuse_cancelled(session)
    whom = thanks.whom_to_thank(work, session)

    def decide(past: _Past) -> str | None:
        if not past.came and past.row["reply"] != Answer.ACCEPTED:
            return "did not come, and had not said so"
        if any(row["state"] != DeliveryState.FAILED for row in past.of_kind(LetterKind.THANK_YOU)):
            return "thanked already"
        if past.row["partner_id"] in whom and whom[past.row["partner_id"]] is None:
            return "who came cannot be written to"
        return None

    outcome = _write(
        work, session, texts, on, papers, LetterKind.THANK_YOU, decide, queue=queue, waived=waived, whom=whom
    )
    if not texts:
        here = {"session": session["id"]}
        came = [row["partner_id"] for row in work.select("attendances", ["session_id = :session"], **here)]
        invited = {row["partner_id"] for row in work.select("invitations", ["session_id = :session"], **here)}
        outcome.left_out = [left for left in outcome.left_out if not left.why.startswith("did not come")]
        for row in among(work, "present_partners", "id", [number for number in came if number not in invited]):
            outcome.left_out.append(LeftOut(row["name"], "came without an invitation: write to it yourself"))
    return outcome


def announce(
    work: "Work",
    session: Record,
    on: Desk,
    papers: Papers,
    kind: LetterKind,
    *,
    before: str | None = None,
    queue: bool = False,
    again: bool = False,
) -> Outcome:
    """Tell those who were invited, and only those, what is new of a session: an update or a cancellation.

    What was queued and did not leave is taken back; an invitation that nobody has yet is written anew with the update.
    ``again`` tells only those who were not told yet of what was new before.
    """
    withdrawn: set[int] = set()
    if not again:
        for row in work.select("invitations", ["session_id = :session"], "id", session=session["id"]):
            _raise_sequence(work, row["id"])
        withdrawn = _withdraw(work, session)

    def decide(past: _Past) -> str | None:
        if again and any(
            letter["sequence"] >= past.row["sequence"] and letter["state"] != DeliveryState.FAILED
            for letter in past.letters
        ):
            return "told already"
        if past.row["id"] in withdrawn:
            return None if kind is LetterKind.UPDATE else "its invitation had not left yet, and was taken back"
        if past.first is None and kind is LetterKind.CANCELLATION:
            return "its invitation had not left"
        state = past.first["state"] if past.first else None
        return "its invitation could not be delivered" if state == DeliveryState.FAILED else None

    def kind_for(past: _Past) -> LetterKind:
        return LetterKind.INVITATION if past.row["id"] in withdrawn else kind

    return _write(
        work, session, (), on, papers, kind, decide, kind_for=kind_for, before=before, queue=queue, to_all=True
    )


# ---- write ----------------------------------------------------------------------------------------------


def _write(
    work: "Work",
    session: Record,
    texts: Sequence[str],
    on: Desk,
    papers: Papers,
    kind: LetterKind,
    decide: Decide,
    *,
    kind_for: Callable[[_Past], LetterKind] | None = None,
    before: str | None = None,
    queue: bool,
    waived: Iterable[str] = (),
    to_all: bool = False,
    whom: Mapping[int, Record | None] | None = None,
) -> Outcome:
    box = Outbox(work, session, on, papers, queue=queue, waived=waived, named=bool(texts))
    queued_before = Outbox(work, session, replace(on, forms=()), papers, queue=True)
    wanted = {partners.find(work, text)["id"]: text for text in texts}
    numbers = [
        row["id"]
        for row in work.select("invitations", ["session_id = :session"], "id", session=session["id"])
        if not wanted or row["partner_id"] in wanted
    ]
    for start in range(0, len(numbers), _PAGE):
        for past, rows in _pasts(work, session, numbers[start : start + _PAGE]):
            wanted.pop(past.row["partner_id"], None)
            came = (whom or {}).get(past.row["partner_id"])
            facts = [_to_whom(row, came) for row in rows]
            why = decide(past) or _unreachable(past, facts, to_all=to_all or came is not None)
            if why:
                box.outcome.left_out.append(LeftOut(past.row["partner"], why))
                continue
            now = kind_for(past) if kind_for else kind
            so_far = {
                "invited_on": day_in_words(date.fromisoformat(past.row["invited_on"])),
                "before": before,
                "reply": past.row["reply"],
                "came": "yes" if past.came else None,
            }
            invited = Invited(past.row["uid"] or Invited.newly().uid, past.row["sequence"], so_far)
            signer = invitations.signer_of(work, past.row["signer_id"], facts)
            letter = desk.compose(on, now, facts, session, signer, invitations.spoken_of(facts, signer), invited)
            first = past.first
            answers = first["message_id"] if first and first["state"] == DeliveryState.SENT else None
            into = box if now is kind else queued_before
            into.put(letter, past.row["id"], _name(now, past), answers)
    for number in wanted:
        (partner,) = among(work, "present_partners", "id", [number])
        box.outcome.left_out.append(LeftOut(partner["name"], "not invited to this session"))
    outcome, more = box.close(), queued_before.close()
    outcome.queued += more.queued
    outcome.waiting += more.waiting
    outcome.findings += more.findings
    return outcome


def _name(kind: LetterKind, past: _Past) -> tuple[str, ...]:
    """Return what the names of a letter's files say of it: its kind, and which of several it is."""
    number = len(past.of_kind(kind)) + 1
    named = () if kind is LetterKind.INVITATION else (str(kind),)
    return named if number == 1 else (*named, str(number))


def _pasts(work: "Work", session: Record, numbers: Sequence[int]) -> Iterable[tuple[_Past, list[Record]]]:
    """Yield what happened with invitations, each with the rows of ``letter_facts`` of its partner."""
    rows = among(work, "invitation_list", "id", numbers)
    letters: dict[int, list[Record]] = {}
    for letter in sorted(among(work, "deliveries", "invitation_id", numbers), key=lambda letter: letter["id"]):
        letters.setdefault(letter["invitation_id"], []).append(letter)
    theirs = [row["partner_id"] for row in rows]
    here = f"session_id = {int(session['id'])}"
    came = {row["partner_id"] for row in among(work, "attendances", "partner_id", theirs, [here])}
    facts: dict[int, list[Record]] = {}
    for row in among(work, "letter_facts", "id", theirs):
        facts.setdefault(row["id"], []).append(row)
    contacts = [row["contact_id"] for row in rows if row["contact_id"]]
    open_ones = {row["id"]: row for row in among(work, "open_contacts", "id", contacts)}
    for row in sorted(rows, key=lambda row: row["id"]):
        known = sorted(facts[row["partner_id"]], key=lambda fact: fact["nomination_id"] or 0)
        past = _Past(row, letters.get(row["id"], []), row["partner_id"] in came)
        yield past, [_to_whom(fact, open_ones.get(row["contact_id"])) for fact in known]


def _to_whom(fact: Record, contact: Record | None) -> Record:
    """Return the facts of a letter that goes to the person who was invited, where that one can be written to."""
    if contact is None or contact["partner_id"] != fact["id"]:
        return fact
    return fact | {
        "contact_id": contact["id"],
        "contact": contact["name"],
        "contact_email": contact["email"],
        "contact_title": contact["title"],
        "contact_zone": contact["time_zone"],
    }


def _unreachable(past: _Past, rows: Sequence[Record], *, to_all: bool) -> str | None:
    """Return why nobody can be written to; who opted out or bounced is not replaced by a colleague for a reminder."""
    if rows[0]["stopped_on"]:
        return "marked do-not-contact"
    invited = past.row["contact_id"]
    if not to_all and invited and rows[0]["contact_id"] != invited:
        return "who was invited opted out, or the address bounced"
    return None


# ---- what has not left ----------------------------------------------------------------------------------


def _raise_sequence(work: "Work", number: int) -> None:
    from ..store.models import Invitation

    invitation = work.get(Invitation, number)
    invitation.sequence += 1


def _withdraw(work: "Work", session: Record) -> set[int]:
    """Take back the queued letters of a session; return the invitations whose own letter had not left."""
    from ..store.models import Delivery, Message

    # Also what a process has in hand: it finds the letter gone before the first byte of it leaves.
    rows = work.select("delivery_list", ["session_id = :session", "state = 'queued'"], "id", session=session["id"])
    for row in rows:
        for message in work.select("messages", ["delivery_id = :number"], number=row["id"]):
            work.delete(work.get(Message, message["id"]))
        work.delete(work.get(Delivery, row["id"]))
    return {row["invitation"] for row in rows if row["kind"] == LetterKind.INVITATION}
