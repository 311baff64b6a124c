"""Understanding: what a mail that came in says about the letters that were sent; nothing is recorded here."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from ..errors import cut
from ..files.calendar_replies import CalendarAnswer, address_key, replies
from ..files.calendar_verdicts import NotAnAnswer, Recorded, Review, verdict
from ..files.machine_mail import kind_of
from ..files.mail_headers import Headers
from ..files.mails import Mail, Part, Unreadable
from ..files.plain_replies import Likely, likely_answer, said_in
from ..names import clean_line
from ..vocabulary import LikelyAnswer, MailKind, Proposal, word_of
from . import returned_mail
from .correspondence import Invitation, Known, Letter
from .findings import NOT_OURS, Finding, Understood

UNNAMED = "unnamed"
"""What is said for a mail server that puts no name into Authentication-Results, as Microsoft's do."""

_CALENDAR_TYPES = frozenset({"text/calendar", "application/ics"})
_FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|doorst)\s*:", re.IGNORECASE)
_OPT_OUT = re.compile(r"\s*unsubscribe\s+<?([^\s<>]{1,200})>?\s*", re.IGNORECASE)
_NAME = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""How an invitation is named."""
_GONE = re.compile(
    r"\bno longer (?:with|at|works?|working|employed)\b|\b(?:has|have) (?:left|retired)\b|\bretired\b|\bnew position\b"
    r"|\bno longer (?:in use|monitored|active)\b",
    re.IGNORECASE,
)
_NO_MORE = "{} wants no more letters."
_FAILED = frozenset({"fail", "permerror"})
_LONGEST_SUBJECT = 300
_LONGEST_QUOTE = 80

_PROPOSALS = {
    LikelyAnswer.ACCEPTED: (Proposal.ACCEPTED, "It seems to be a yes"),
    LikelyAnswer.DECLINED: (Proposal.DECLINED, "It seems to be a no"),
    LikelyAnswer.TENTATIVE: (Proposal.TENTATIVE, "It seems to be a maybe"),
    LikelyAnswer.OPT_OUT: (Proposal.DO_NOT_CONTACT, "They want no more letters"),
    LikelyAnswer.UNCLEAR: (None, "What it says is for you to read"),
}


def understood(mail: Mail | Unreadable, known: Known, *, server: str, now: datetime) -> Understood:
    """Return what a mail says to those who sent the letters.

    ``server`` is the mail server whose findings about senders count ("" for none), ``now`` the moment (UTC).
    """
    if isinstance(mail, Unreadable):
        return _unreadable(mail, known)
    findings = tuple(_each_once(_findings(mail, known, now)))
    if not findings:
        return NOT_OURS
    if reason := _forged(mail.headers, server):
        findings = tuple(
            replace(found, is_sure=False, said=f"{found.said} {reason}") if found.proposal else found
            for found in findings
        )
    is_calendar = any(_is_calendar(part) for part in mail.own)
    return _of(mail.headers, findings, text="" if is_calendar else said_in(mail))


def _each_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings, each once; what a person must look at for one reason is one thing, whatever it seems to mean."""
    unsure: dict[tuple[str, int | None], Finding] = {}
    for found in dict.fromkeys(findings):
        if found.is_sure:
            yield found
            continue
        known = unsure.setdefault((found.said, found.invitation), found)
        if known.proposal is not found.proposal:
            unsure[found.said, found.invitation] = replace(known, proposal=None)
    yield from unsure.values()


def _of(headers: Headers, findings: tuple[Finding, ...], *, text: str) -> Understood:
    sender = str(headers.sender) if headers.sender else ""
    return Understood(findings, sender, headers.subject[:_LONGEST_SUBJECT], text, headers.date)


def _findings(mail: Mail, known: Known, now: datetime) -> Iterator[Finding]:
    headers = mail.headers
    if asked := _opt_out_by_subject(headers, known):
        yield asked
        return
    kind = kind_of(mail)
    if kind in (MailKind.BOUNCE, MailKind.ABUSE_REPORT, MailKind.RECEIPT):
        yield from returned_mail.findings(mail, kind, known)
        return
    yield from (found := list(_calendar(mail, known, now)))
    if found:
        return
    if kind is MailKind.AUTOMATIC:
        yield from _automatic(mail, known)
    else:
        yield from _words(mail, known)


# ---- what cannot be relied on ----------------------------------------------------------------------------


def _unreadable(mail: Unreadable, known: Known) -> Understood:
    """Put a mail that cannot be read before a person where it is of somebody who was written to."""
    letter = _letter_of(mail.headers, known)
    if letter is None:
        return NOT_OURS
    finding = _about(letter, f"A mail about the letter to {letter.invitation.partner} cannot be read: {mail.reason}.")
    return _of(mail.headers, (replace(finding, is_sure=False),), text="")


def _forged(headers: Headers, server: str) -> str:
    """Return a sentence where the mail server found that a mail may not be from whom it says."""
    if not server:
        return ""
    found = headers.authentication_by("" if server.lower() == UNNAMED else server)
    if found is None:
        return ""
    failed = [f"{method}={result}" for method in ("dmarc", "spf", "dkim") for result in found.results(method)]
    judged = found.results("dmarc")
    passed = "pass" in (*found.results("dkim"), *found.results("spf"))
    is_bad = bool(_FAILED & set(judged)) or (
        (not judged or "none" in judged) and not passed and any(said.partition("=")[2] in _FAILED for said in failed)
    )
    said = ", ".join(said for said in failed if said.partition("=")[2] in _FAILED)
    return f"Your mail server could not confirm the sender ({said})." if is_bad else ""


# ---- calendars -------------------------------------------------------------------------------------------


def _calendar(mail: Mail, known: Known, now: datetime) -> Iterator[Finding]:
    for part in mail.parts:
        if not _is_calendar(part):
            continue
        method, charset = (part.parameters.get(name) for name in ("method", "charset"))
        for answer in replies(part.content, mime_method=method, charset=charset):
            found = _answer(answer, known, now)
            if found and part.is_enclosed:
                yield replace(found, is_sure=False, said=f"{_sender(mail)} forwards an answer. {found.said}".strip())
            elif found:
                yield _as_sent(found, mail, now)


def _is_calendar(part: Part) -> bool:
    return part.content_type in _CALENDAR_TYPES or (part.file_name or "").lower().endswith(".ics")


def _answer(answer: CalendarAnswer, known: Known, now: datetime) -> Finding | None:
    """Return what an entry of a calendar answers; None where it answers nothing, or somebody else's invitation."""
    judged = verdict(answer, invited=known.invited, now=now)
    invitation = known.by_uid.get(answer.uid)
    if isinstance(judged, NotAnAnswer) or (invitation is None and _is_of_others(answer, known)):
        return None
    person = answer.attendees[0] if len(answer.attendees) == 1 else None
    likely = word_of(Proposal, person.partstat) if person else None
    base = Finding(
        "", is_sure=False, proposal=likely, at=answer.dtstamp,
        sequence=min(answer.sequence or 0, invitation.sequence) if invitation else 0,
        about=invitation.partner if invitation else "", invitation=invitation.number if invitation else None,
        address=person.address if person and person.address else None, note=answer.comment,
    )  # fmt: skip
    if isinstance(judged, Review):
        return replace(base, said=judged.reason)
    return _recorded(base, judged)


def _recorded(base: Finding, judged: Recorded) -> Finding:
    comment = f": {_quoted(judged.comment)}" if judged.comment else "."
    return replace(
        base, said=f"The calendar says {judged.answer}{comment}", is_sure=True, proposal=Proposal(judged.answer),
        note=judged.comment, address=judged.address, sequence=judged.sequence, at=judged.dtstamp,
    )  # fmt: skip


def _is_of_others(answer: CalendarAnswer, known: Known) -> bool:
    """Return whether an entry answers an invitation by another organizer, of people nobody here has written to."""
    people = {person.address for person in answer.attendees} - {answer.organizer}
    is_ours = answer.organizer in ("", known.mailbox)
    return bool(people) and not is_ours and people.isdisjoint(known.by_address)


def _as_sent(found: Finding, mail: Mail, now: datetime) -> Finding:
    """Note where a mail came from when it is not whose answer it holds; what was passed on answers for nobody."""
    sender = mail.headers.sender
    came_from = address_key(sender.email) if sender and sender.email else ""
    written = mail.headers.date
    if found.at is None and written and written <= now:  # from the future it would stay the newest for ever
        found = replace(found, at=written)
    if not came_from or not found.address or came_from == found.address:
        return found
    is_elsewhere = came_from.rpartition("@")[2] != found.address.rpartition("@")[2]
    if is_elsewhere and _FORWARDED.match(mail.headers.subject):
        return replace(found, is_sure=False, said=f"{came_from} forwards an answer. {found.said}")
    return replace(found, sent_from=came_from)


# ---- words -----------------------------------------------------------------------------------------------


def _opt_out_by_subject(headers: Headers, known: Known) -> Finding | None:
    """Return that somebody used the address to unsubscribe: its subject holds the invitation's own name."""
    asked = _OPT_OUT.fullmatch(headers.subject[:_LONGEST_SUBJECT])
    if asked is None:
        return None
    sender = address_key(headers.sender.email) if headers.sender and headers.sender.email else ""
    invitation = known.by_uid.get(asked[1])
    if invitation is None:
        return _opt_out_of_unknown(asked[1], sender, headers, known)
    if sender not in invitation.addresses and len(invitation.addresses) != 1:
        to_whom = "several people" if invitation.addresses else "nobody whose address is known"
        said = f"{sender or 'Somebody'} wants no more letters; this invitation went to {to_whom}."
        return _to_review(invitation, said, Proposal.DO_NOT_CONTACT, headers, sender)
    address = sender if sender in invitation.addresses else next(iter(invitation.addresses))
    found = _to_review(invitation, _NO_MORE.format(address), Proposal.DO_NOT_CONTACT, headers, address)
    return replace(found, is_sure=True)


def _opt_out_of_unknown(name: str, sender: str, headers: Headers, known: Known) -> Finding | None:
    """Return that somebody unsubscribed from an invitation that is gone, as is one that was merged into another."""
    is_name = bool(_NAME.fullmatch(name))
    said = _NO_MORE.format(sender or "Somebody")
    if letter := known.newest_to(sender, headers.date):
        return replace(_about(letter, said), is_sure=is_name, proposal=Proposal.DO_NOT_CONTACT)
    gone = f"{said} Of which invitation is not known here."
    return Finding(gone, is_sure=False, proposal=Proposal.DO_NOT_CONTACT, address=sender or None) if is_name else None


def _to_review(invitation: Invitation, said: str, proposal: Proposal | None, headers: Headers, address: str) -> Finding:
    return Finding(
        said, is_sure=False, proposal=proposal, about=invitation.partner, invitation=invitation.number,
        address=address or None, at=headers.date, sequence=invitation.sequence,
    )  # fmt: skip


def _words(mail: Mail, known: Known) -> Iterator[Finding]:
    """Put what a person wrote before a person; only "unsubscribe", in answer to a letter to them, needs none."""
    headers = mail.headers
    sender = headers.sender
    if sender is None or not sender.email:
        return
    address = address_key(sender.email)
    if address in known.own and address not in known.by_address:
        return
    by_thread = known.answered(headers.answered) or known.of_subject(sender.email, headers.subject, headers.date)
    letter = by_thread or known.newest_to(sender.email, headers.date)
    if letter is None:
        return
    text = said_in(mail)
    # Beside a calendar entry that answers nothing stands what a calendar wrote: "to decline, click here".
    is_entry = any(_is_calendar(part) for part in mail.own)
    likely = Likely(LikelyAnswer.UNCLEAR) if is_entry else likely_answer(text if text.strip() else headers.subject)
    if by_thread is None and likely.answer is LikelyAnswer.UNCLEAR:
        return  # of somebody who was written to, about something else
    proposal, said = _PROPOSALS[likely.answer]
    found = _to_review(letter.invitation, f"{said}: {_telling(text, likely)}", proposal, headers, address)
    is_asked = by_thread is not None and by_thread.address is not None and address_key(by_thread.address) == address
    yield replace(
        found, is_sure=proposal is Proposal.DO_NOT_CONTACT and is_asked, letter=letter.number,
        sequence=known.version(letter.invitation, headers.date),
    )  # fmt: skip


def _telling(text: str, likely: Likely) -> str:
    """Return the line of a text that says what it seems to answer, else its first one that is no salutation."""
    lines = [line for line in text.splitlines() if line.strip()]
    words = likely.words[0].lower() if likely.words else ""
    telling = (line for line in lines if words and words in line.lower())
    first = next((line for line in lines if not line.rstrip().endswith(",")), lines[0] if lines else "")
    said = next(telling, first)
    return _quoted(said) if said else "it has no text."


def _quoted(text: str) -> str:
    return f"“{cut(clean_line(text), _LONGEST_QUOTE)}”"


def _automatic(mail: Mail, known: Known) -> Iterator[Finding]:
    letter = _letter_of(mail.headers, known)
    if letter is None:
        return
    gone = _GONE.search(f"{mail.headers.subject}\n{said_in(mail)}")
    said = "An automatic reply says that somebody may have left" if gone else "An automatic reply, no answer"
    yield replace(_about(letter, f"{said}."), is_sure=not gone)


def _about(letter: Letter, said: str) -> Finding:
    return Finding(
        said, is_sure=True, about=letter.invitation.partner, invitation=letter.invitation.number,
        letter=letter.number, address=address_key(letter.address) if letter.address else None,
    )  # fmt: skip


def _letter_of(headers: Headers, known: Known) -> Letter | None:
    """Return the letter that a mail is about: the one it answers, else the newest to its sender."""
    if letter := known.answered(headers.answered):
        return letter
    sender = headers.sender
    return known.newest_to(sender.email, headers.date) if sender and sender.email else None


def _sender(mail: Mail) -> str:
    return (mail.headers.sender.email if mail.headers.sender else None) or "Somebody"
