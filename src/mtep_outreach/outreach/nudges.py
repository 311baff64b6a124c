"""Nudges: what waits for one member, as the draft of a mail that says in plain words what to do."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .. import people
from ..days import day_in_words
from ..errors import MemberWithoutAddressError, NoMailboxError
from ..store.reading import Reads, Record, among
from ..vocabulary import in_words
from . import sessions, tasks
from .tasks import Wanted, days_since, in_days

_HEADINGS = {
    "bounced": ("A letter that came back", "Letters that came back"),
    "no-contact": ("Nobody to write to yet",) * 2,
    "not-confirmed-sent": ("A letter that is yours to send", "Letters that are yours to send"),
    "no-answer": ("No answer yet",) * 2,
    "not-attended": ("Accepted, but not seen at the session",) * 2,
    "not-joined": ("Came, and has not joined yet", "Came, and have not joined yet"),
    "maybe-twice": ("One organization or two?",) * 2,
}
"""Tasks that a member can do something about, with the heading of one and of several; all others are the hub's."""

_ANSWER = "When you have done {}, or know more than we do, please answer this mail: a line is enough."


@dataclass(frozen=True)
class Nudge:
    """A mail to a member: its text in Markdown, and how many things it asks for."""

    sender: people.Person
    recipient: people.Person
    subject: str
    body: str
    things: int


def nudge(reads: Reads, member: Record, settings: Mapping[str, str], wanted: Wanted) -> Nudge | None:
    """Return the mail that tells a member what waits for them; None where nothing does.

    Raises MemberWithoutAddressError, NoMailboxError.
    """
    recipient = people.Person(member["name"], member["email"])
    if not recipient.email:
        raise MemberWithoutAddressError(recipient.name)
    sender = _sender(settings)
    parts = _parts(reads, member, wanted)
    things = sum(map(len, parts.values()))
    if not things:
        return None
    many = f"{things:,} things that wait for you" if things > 1 else "1 thing that waits for you"
    body = _body(parts, recipient, settings, many, is_one=things == 1)
    return Nudge(sender, recipient, f"{settings['network']} outreach: {many}", body, things)


def draft(found: Nudge) -> bytes:
    """Return a nudge as a mail that somebody opens, reads and sends. Raises MessageMismatchError."""
    from ..letters.markdown import plain_text
    from ..letters.messages import Mail, message
    from ..letters.pages import page

    return message(
        Mail(
            sender=found.sender,
            handed_in_by=None,
            reply_to=[],
            recipient=found.recipient,
            subject=found.subject,
            text=plain_text(found.body),
            html=page(found.body, subject=found.subject),
            calendar=None,
            method=None,
            message_id=f"{uuid.uuid4()}@{(found.sender.email or '').rpartition('@')[2]}",
            date=None,
            unsubscribe=None,
            unsubscribe_token="",
            answers=None,
            draft=True,
        )
    )


def _sender(settings: Mapping[str, str]) -> people.Person:
    """Return the network's mailbox, else its contact person's. Raises NoMailboxError."""
    for key in ("sender", "contact_person"):
        known = people.person(settings[key]) if settings[key] else None
        if known and known.email:
            return known
    raise NoMailboxError


# ---- what is asked for ------------------------------------------------------------------------------------


def _parts(reads: Reads, member: Record, wanted: Wanted) -> dict[str, list[str]]:
    """Return what a member can do, by the kinds of tasks: of each partner the most urgent thing and no other.

    What the hub has to do first, as with a letter that did not leave, keeps a partner out: nobody is to be asked for
    an answer to it.
    """
    found = {what: tasks.found(reads, what, wanted) for what in tasks.TASKS}
    words = _Words(reads, member, found, wanted.today)
    seen = {row["partner_id"] for row in reads.select("quiet_partners")}
    parts: dict[str, list[str]] = {}
    for what, rows in found.items():
        for task in rows:
            if task["partner_id"] in seen and what != "maybe-twice":
                continue
            seen.add(task["partner_id"])
            if what in _HEADINGS and (thing := words.of(what, task)):
                parts.setdefault(what, []).append(thing)
    return parts


class _Words:
    """Says in Markdown what to do about tasks, with the people and the days that they are about."""

    def __init__(self, reads: Reads, member: Record, found: Mapping[str, list[Record]], today: date) -> None:
        self._member = member
        self._today = today
        numbers = [task["partner_id"] for rows in found.values() for task in rows if task["partner_id"]]
        self._invitations = {
            (row["partner_id"], row["session"]): row for row in among(reads, "invitation_list", "partner_id", numbers)
        }
        self._sessions = {row["session"]: row for row in reads.select("planned_sessions")}
        self._open = {row["id"]: row for row in among(reads, "open_contacts", "partner_id", numbers)}
        self._main = {row["partner_id"]: row for row in among(reads, "main_contacts", "partner_id", numbers)}
        self._bounced = {row["partner_id"]: row for row in among(reads, "bounced_contacts", "partner_id", numbers)}

    def of(self, what: str, task: Record) -> str | None:
        """Return what a member is to do about a task; None where it is not theirs to do."""
        from ..letters.markdown import escape

        partner = f"**{escape(task['partner'])}**"
        match what:
            case "bounced":
                reached = _shown(self._bounced[task["partner_id"]])
                return f"{partner}: tell us whom else to write to. What was sent to {reached} came back."
            case "no-contact":
                return f"{partner}: tell us whom to write to, with a mail address."
            case "not-confirmed-sent":
                thing = self._yours_to_send(task)
            case "no-answer":
                thing = self._answer(task)
            case "not-attended":
                thing = (
                    f"ask {self._whom(task)} whether another session would suit them. They had accepted the one"
                    f" on {self._session_day(task)}, and are not on the list of those who came."
                )
            case "not-joined":
                thing = (
                    f"ask {self._whom(task)} whether they would like to join. They came to the session on"
                    f" {self._session_day(task)}."
                )
            case _:
                return f"{partner} and **{escape(task['second'])}**: tell us whether these are one organization."
        return f"{partner}: {thing}" if thing else None

    def _yours_to_send(self, task: Record) -> str | None:
        invitation = self._invitations[task["partner_id"], task["session"]]
        if invitation["signer_id"] != self._member["id"]:
            return None
        reached = _shown({"name": invitation["contact"], "email": invitation["address"]})
        letter = f"the {in_words(invitation['kind'])} for the session on {self._session_day(task)}"
        return f"send your letter to {reached}, {letter}. If it went already, tell us so."

    def _answer(self, task: Record) -> str | None:
        session = self._sessions[task["session"]]
        on, invited = self._session_day(task), self._day(task["since"])
        if session["cancelled_on"]:
            return None
        if sessions.local_day(session) < self._today:
            asked = f"ask {self._whom(task)} whether another session would suit them."
            return f"{asked} They were invited on {invited} to the one on {on}, and never answered."
        silent = in_days(days_since(task, self._today))
        asked = f"ask {self._whom(task)} whether somebody can come on {on}."
        return f"{asked} Invited on {invited}, no answer for {silent}."

    def _whom(self, task: Record) -> str:
        """Return who was invited, unless nobody may write to them any more; then who is written to now."""
        invited = self._invitations.get((task["partner_id"], task["session"]), {})
        # A partner without anybody to write to is asked for that, and for nothing else.
        return _shown(self._open.get(invited.get("contact_id")) or self._main[task["partner_id"]])

    def _session_day(self, task: Record) -> str:
        return self._day(task["session"][:10])

    def _day(self, day: str) -> str:
        """Return "May 3", with the year where it is another one."""
        words = day_in_words(date.fromisoformat(day)).partition(", ")[2]
        return words.removesuffix(f", {self._today.year}")


def _shown(contact: Record) -> str:
    """Return "Ann Adams (adams@example.org)", or what is known of it."""
    from ..letters.markdown import escape

    name, address = contact["name"], contact["email"]
    if not name or name == address:
        return escape(address or "the organization")
    return f"{escape(name)} ({escape(address)})" if address else escape(name)


# ---- the mail ---------------------------------------------------------------------------------------------


def _body(
    parts: Mapping[str, list[str]], recipient: people.Person, settings: Mapping[str, str], many: str, *, is_one: bool
) -> str:
    from ..letters.markdown import escape

    asked, hub = settings["contact_person"], settings["hub"]
    here, one = ("is", "it") if is_one else ("are", "one")
    lines = [
        f"Dear {escape(recipient.name)}," if recipient.name != recipient.email else "Hello,",
        f"Here {here} {many} in the outreach of {escape(settings['network'])}. {_ANSWER.format(one)}",
    ]
    for what, things in parts.items():
        lines += [f"### {_HEADINGS[what][len(things) > 1]}", "\n".join(f"- {thing}" for thing in things)]
    signers = [people.person(asked).name] if asked else []
    lines += ["Thank you for your help!", "  \n".join(map(escape, [*signers, hub]))]
    return "\n\n".join(lines) + "\n"
