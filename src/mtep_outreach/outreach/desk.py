"""The desk: one letter to one partner, composed, made into a mail, written as files."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from .. import people
from ..errors import NoMailboxError
from ..letters.facts import letter_facts
from ..letters.papers import PACKETS, Fate, Paper, Papers, digest, file_name
from ..letters.places import letterhead
from ..store.reading import Record
from ..vocabulary import Form, LetterKind
from . import sessions

if TYPE_CHECKING:
    from ..letters.calendar import Method
    from ..letters.prints import Printer
    from ..letters.rendering import Templates


@dataclass(frozen=True)
class Means:
    """What files of letters are made with; ``own_templates`` is the user's folder, which may hold a letterhead."""

    own_templates: Path | None = None

    @cached_property
    def letterhead(self) -> Path:
        """The Word file that letters are written on."""
        return letterhead(self.own_templates)

    @cached_property
    def printer(self) -> "Printer":
        """What sets letters as PDF."""
        from ..letters.prints import Printer

        return Printer()


@dataclass(frozen=True)
class Desk:
    """What letters are written with: templates, the network's settings, a folder, a day, and the forms they take.

    ``template`` is used for every letter instead of the one that bears the name of the letter's kind.
    """

    templates: "Templates"
    settings: Mapping[str, str]
    folder: Path
    today: date
    now: datetime
    forms: tuple[Form, ...] = (Form.MARKDOWN,)
    template: str | None = None
    means: Means = field(default_factory=Means)
    one_file: bool = False

    @cached_property
    def asked(self) -> people.Person | None:
        """Whom partners ask; None where nobody is set."""
        return people.person(self.settings["contact_person"]) if self.settings["contact_person"] else None

    @cached_property
    def mailbox(self) -> people.Person | None:
        """The network's own mailbox, to which answers go; None where none is set."""
        return people.person(self.settings["sender"]) if self.settings["sender"] else None

    def template_for(self, kind: LetterKind) -> str:
        """Return the name of the template for a kind of letter."""
        return str(kind) if self.template is None else self.template


@dataclass(frozen=True)
class Invited:
    """What a letter needs to know of its invitation: what names it in calendars, and how often that was changed."""

    uid: str
    sequence: int = 0
    so_far: Mapping[str, str | None] = field(default_factory=dict)

    @classmethod
    def newly(cls) -> "Invited":
        """Return an invitation that is made just now, with a name that nobody can guess."""
        return cls(str(uuid.uuid4()))


@dataclass(frozen=True)
class Letter:
    """One letter: what it says, to whom it goes, who signs it."""

    kind: LetterKind
    template: str
    subject: str
    body: str
    partner_id: int
    partner: str
    contact: str | None
    contact_id: int | None
    address: str | None
    signer: str
    signer_id: int | None
    signer_address: str | None
    nominator: str | None
    invited: Invited

    @property
    def recipient(self) -> people.Person:
        """Whom a mail goes to; only where there is an address."""
        return people.Person(self.contact or self.partner, self.address)


# ---- compose --------------------------------------------------------------------------------------------


def compose(
    desk: Desk,
    kind: LetterKind,
    nominations: Sequence[Record],
    session: Record,
    signer: Record | None,
    nomination: Record | None,
    invited: Invited,
) -> Letter:
    """Return the letter to a partner, given its rows of ``letter_facts``. Raises as `Templates.render`.

    ``signer`` is the member who signs, None for the hub; ``nomination`` the one that the letter speaks of.
    """
    partner = nominations[0]
    facts = letter_facts(
        partner=partner,
        nomination=nomination,
        signer=signer,
        session=session,
        starts=sessions.starts(session),
        ends=sessions.ends(session),
        settings=desk.settings,
        asked=desk.asked,
        today=desk.today,
        so_far=invited.so_far,
    )
    name = desk.template_for(kind)
    text = desk.templates.render(name, facts)
    return Letter(
        kind=kind,
        template=name,
        subject=text.subject,
        body=text.body,
        partner_id=partner["id"],
        partner=partner["name"],
        contact=partner["contact"],
        contact_id=partner["contact_id"],
        address=partner["contact_email"],
        signer=signer["nominator"] if signer else desk.settings["hub"],
        signer_id=signer["member_id"] if signer else None,
        signer_address=signer["nominator_email"] if signer else None,
        nominator=nomination["nominator"] if nomination else None,
        invited=invited,
    )


# ---- mail -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sealed:
    """A mail as it leaves: its bytes, its own name, and the mailbox that bounces go to."""

    content: bytes
    message_id: str
    envelope_from: str


def author(desk: Desk, letter: Letter) -> people.Person:
    """Return who writes a letter: the member who signs it, else the hub. Raises NoMailboxError."""
    if letter.signer_address:
        return people.Person(letter.signer, letter.signer_address)
    hub = desk.mailbox or (desk.asked if desk.asked and desk.asked.email else None)
    if hub is None:
        raise NoMailboxError
    return people.Person(letter.signer if letter.signer_id is None else hub.name, hub.email)


def answers_to(desk: Desk, letter: Letter) -> people.Person:
    """Return the mailbox that answers go to: the network's own, else the author's. Raises NoMailboxError."""
    return desk.mailbox or author(desk, letter)


def opt_out_line() -> str:
    """Return what every mail says about not being written to again."""
    return 'If you would rather not hear from us again, answer this mail with the one word "unsubscribe".'


def footer(desk: Desk, letter: Letter) -> list[str]:
    """Return what stands below the letter in a mail: why it comes, how to stop it, and the postal address."""
    from ..letters.markdown import escape

    why = f"{letter.nominator} suggested" if letter.nominator else f"{desk.settings['network']} invites"
    because = f"You receive this mail because {why} {letter.partner}{'.' if letter.nominator else ' to its session.'}"
    lines = [escape(because), opt_out_line()]
    postal = desk.settings["postal_address"]
    return lines if not postal or escape(postal) in letter.body else [*lines, escape(postal)]


def seal(desk: Desk, letter: Letter, session: Record, *, draft: bool = False, answers: str | None = None) -> Sealed:
    """Return a letter as a mail. Raises NoMailboxError, and MessageMismatchError for one that does not read as meant.

    A ``draft`` is opened and sent by its author; ``answers`` names the message that this one refers to.
    """
    from ..letters.markdown import plain_text
    from ..letters.messages import Mail, message
    from ..letters.pages import page

    writer, mailbox = author(desk, letter), answers_to(desk, letter)
    below = footer(desk, letter)
    method, calendar = _calendar(desk, letter, session, mailbox)
    message_id = f"{uuid.uuid4()}@{(mailbox.email or '').rpartition('@')[2]}"
    mail = Mail(
        sender=writer,
        handed_in_by=None if draft else mailbox,
        reply_to=[writer, mailbox] if writer.email != mailbox.email else [mailbox],
        recipient=letter.recipient,
        subject=letter.subject,
        text=plain_text(letter.body) + "\n" + "\n".join(plain_text(line).rstrip() for line in below) + "\n",
        html=page(letter.body, subject=letter.subject, footer=below),
        calendar=calendar,
        method=method,
        message_id=message_id,
        date=None if draft else desk.now,
        unsubscribe=mailbox.email,
        unsubscribe_token=letter.invited.uid,
        answers=answers,
        draft=draft,
    )
    return Sealed(message(mail), message_id, mailbox.email or "")


def _calendar(
    desk: Desk, letter: Letter, session: Record, mailbox: people.Person
) -> "tuple[Method | None, bytes | None]":
    """Return what a calendar is to do, and the part that tells it so; nothing for a thank-you."""
    from ..letters.calendar import Event, Method, calendar

    if letter.kind is LetterKind.THANK_YOU:
        return None, None
    method = Method.CANCEL if letter.kind is LetterKind.CANCELLATION else Method.REQUEST
    asked = desk.asked
    said = [sessions.when(session), session["place"] or "", session["agenda"] or ""]
    if asked:
        said.append(f"Questions: {asked}")
    event = Event(
        method=method,
        uid=letter.invited.uid,
        sequence=letter.invited.sequence,
        starts=sessions.starts(session),
        ends=sessions.ends(session),
        zone=session["time_zone"],
        title=session["title"],
        description="\n".join(line for line in said if line),
        location=session["place"],
        organizer=mailbox,
        attendee=letter.recipient,
        stamp=desk.now,
    )
    return method, calendar(event)


# ---- files ----------------------------------------------------------------------------------------------


def content(means: Means, form: Form, subject: str, body: str, mail: bytes | None = None) -> bytes:
    """Return a letter as a file of one form; ``mail`` is needed for that of a mail."""
    match form:
        case Form.MARKDOWN:
            return body.encode()
        case Form.TEXT:
            from ..letters.markdown import plain_text

            return plain_text(body).encode()
        case Form.HTML:
            from ..letters.pages import page

            return page(body, subject=subject).encode()
        case Form.WORD:
            from ..letters.documents import document

            return document(body, subject=subject, letterhead=means.letterhead)
        case Form.PDF:
            return means.printer.pdf([(subject, body)])
        case Form.MAIL:
            return mail or b""


def paths(desk: Desk, letter: Letter, *more: str, packet: str) -> dict[Form, Path]:
    """Return the files that a letter is written to, by their forms; drafts lie in the folder ``packet``."""
    name = file_name(letter.partner_id, letter.partner, *more)
    return {
        form: (desk.folder / PACKETS / packet if form is Form.MAIL else desk.folder) / f"{name}.{form}"
        for form in desk.forms
        if not (desk.one_file and form is Form.PDF)
    }


def write(
    desk: Desk,
    papers: Papers,
    files: Mapping[Form, Path],
    subject: str,
    body: str,
    mail: bytes | None,
    known: Mapping[Path, str] | None = None,
) -> tuple[dict[Path, str], Fate]:
    """Write a letter's files; return their digests, and what became of them: kept where one of them was.

    ``known`` is what they were given before, by which a change made by a person is told. Raises FileError.
    """  # fmt: skip
    digests: dict[Path, str] = {}
    fates = []
    for form, path in files.items():
        made = content(desk.means, form, subject, body, mail)
        fates.append(papers.put(Paper(path, made, (known or {}).get(path))))
        digests[path] = digest(made)
    fate = Fate.KEPT if Fate.KEPT in fates else Fate.WRITTEN if Fate.WRITTEN in fates or not fates else Fate.SAME
    return digests, fate


def packet_note(network: str, session: Record, signer: str, letters: Sequence[tuple[str, str]]) -> str:
    """Return the note that lies beside the drafts of one sender; ``letters`` are (file, partner)."""
    listed = "\n".join(f"  {file}\n      to {partner}" for file, partner in letters)
    number = len(letters)
    return (
        f"Dear {signer},\n\n"
        f"here {'is the letter' if number == 1 else f'are the {number} letters'} of {network} that"
        f" {'is' if number == 1 else 'are'} yours to send, for the session on\n"
        f"{sessions.when(session)}.\n\n"
        f"{listed}\n\n"
        "1. Open each file with a double click. Your mail program shows it as a letter that is ready to send.\n"
        "2. Read it, change what you like, and send it from your own address.\n"
        "3. Tell the hub which ones you sent. They write it down with:\n"
        f"       mtep sent {session['session']} PARTNER\n\n"
        "Each letter carries an invitation that the reader's calendar understands. Please send it to that\n"
        "reader only: whoever opens it answers for them.\n"
    )
