"""Returned mail: bounces, receipts and complaints, and which of the letters each is about."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from ..files.bounces import Bounce, FailedRecipient, Returned, bounce_of
from ..files.calendar_replies import address_key
from ..files.mails import Mail
from ..vocabulary import BounceReason, MailKind, Proposal, in_words
from .correspondence import Known, Letter
from .findings import Finding


def findings(mail: Mail, kind: MailKind, known: Known) -> Iterator[Finding]:
    """Yield what a mail that a machine sent back says of letters of ours; nothing where it is about others."""
    if kind is MailKind.BOUNCE:
        if (found := bounce_of(mail)) is not None:
            yield from _bounce(mail, found, known)
        return
    letter = _named(mail, known)
    if letter is None:
        return
    base = _about(letter)
    if kind is MailKind.RECEIPT:
        yield replace(base, said="The letter arrived, or was opened; that is no answer.", is_sure=True)
    else:
        said = "The letter was reported as unwanted mail."
        yield replace(base, said=said, proposal=Proposal.DO_NOT_CONTACT)


def _about(letter: Letter) -> Finding:
    return Finding(
        "", is_sure=False, about=letter.invitation.partner, invitation=letter.invitation.number, letter=letter.number,
        address=address_key(letter.address) if letter.address else None,
    )  # fmt: skip


def _named(mail: Mail, known: Known) -> Letter | None:
    """Return the letter whose message id a report names, in its headers or in the letter that it encloses."""
    names = list(mail.headers.answered)
    for part in mail.parts:
        if part.content_type == "message/disposition-notification":
            names += _original_ids(part.text)
        elif part.is_enclosed and part.headers.message_id:
            names.append(part.headers.message_id)
        elif part.content_type in ("message/rfc822", "text/rfc822-headers", "message/global"):
            names += _original_ids(part.text)
    return known.answered(names)


def _original_ids(text: str) -> list[str]:
    lines = (line.partition(":") for line in text[:100_000].splitlines())
    return [value.strip(" <>") for name, _, value in lines if name.lower() in ("original-message-id", "message-id")]


# ---- bounces ---------------------------------------------------------------------------------------------


def _bounce(mail: Mail, found: Bounce, known: Known) -> Iterator[Finding]:
    letter, at = known.answered(found.returned.message_ids), mail.headers.date
    for recipient in found.recipients:
        if about := letter or _by_name(found.returned, recipient, known):
            yield replace(_failed(about, recipient), at=at)
        elif about := _by_address(found.returned, recipient, known, at):
            yield replace(_likely(_failed(about, recipient), found.returned), at=at)
    if letter and not found.recipients:
        yield replace(_about(letter), said="The letter came back, and it does not say whom it did not reach.")


def _by_name(returned: Returned, recipient: FailedRecipient, known: Known) -> Letter | None:
    """Return the letter to an address whose invitation's calendar name came back with it."""
    invitations = {known.by_uid[uid].number for uid in returned.uids if uid in known.by_uid}
    letters = known.by_address.get(address_key(recipient.address), [])
    return next((letter for letter in letters if letter.invitation.number in invitations), None)


def _by_address(returned: Returned, recipient: FailedRecipient, known: Known, at: datetime | None) -> Letter | None:
    """Return a letter to an address, unless what came back is another mail to it, or came back before."""
    if subject := returned.fields.get("subject"):
        return known.of_subject(recipient.address, subject, at)
    is_another = bool(returned.message_ids or returned.uids)
    return None if is_another else known.newest_to(recipient.address, at)


def _likely(finding: Finding, returned: Returned) -> Finding:
    """Leave to a person what came back under our subject and a name that nobody here gave it."""
    if not finding.proposal or not (returned.message_ids or returned.uids):
        return finding
    return replace(finding, is_sure=False, said=f"{finding.said} It names another letter with the same subject.")


def _failed(letter: Letter, recipient: FailedRecipient) -> Finding:
    verdict = recipient.verdict
    base = replace(_about(letter), note=verdict.words)
    why = f" ({in_words(verdict.reason)})" if verdict.reason is not BounceReason.OTHER else ""
    if verdict.permanent is False:
        return replace(base, said=f"The letter was not delivered yet, or not this time{why}.", is_sure=True)
    proposed = replace(base, said=f"The letter came back{why}.", proposal=Proposal.BOUNCED)
    if letter.address is None or address_key(recipient.address) != address_key(letter.address):
        return replace(proposed, said=f"The letter did not reach {recipient.address}, where it was passed on to{why}.")
    return replace(proposed, is_sure=verdict.permanent is True)
