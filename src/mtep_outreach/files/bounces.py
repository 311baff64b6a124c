"""Mail that came back: whom it did not reach, in the server's words, and which letter it was."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..names import clean_line
from . import bounce_texts
from .bounce_reasons import Verdict, verdict
from .mail_fields import fields_of
from .mail_headers import Headers
from .mails import Mail, Part, read

_MOST_RECIPIENTS = 100
_MOST_IDENTITIES = 50
_LONGEST_REPORT = 200_000

_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_HEADER_TYPES = frozenset({"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"})
_LETTER_TYPES = frozenset({"message/rfc822", "message/global"})
_BLANK_LINES = re.compile(r"\n(?:[ \t]*+\n)++")
_RECIPIENT = re.compile(r"^(?:final|original)-recipient[ \t]{0,9}:", re.IGNORECASE | re.MULTILINE)
_LETTER = re.compile(r"^message-id[ \t]{0,9}:", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@|]{1,64}@[^\s<>()\[\],;:\"@|]{1,255}")
_UID = re.compile(r"^UID(?:;[^:\n]{0,100})?:(.{1,255})$", re.IGNORECASE | re.MULTILINE)
_FOLD = re.compile(r"\n[ \t]")
_ARRIVED = frozenset({"delivered", "relayed", "expanded"})


@dataclass(frozen=True)
class FailedRecipient:
    """Whom a letter did not reach, and why.

    ``address`` is whom we wrote to, as far as the report says; ``final`` the address it was forwarded to and that
    failed, where that is another one. ``verdict.permanent`` says whether the address is dead.
    """

    address: str
    final: str | None
    verdict: Verdict


@dataclass(frozen=True)
class Returned:
    """What a bounce shows of the letter that came back, so that it can be found among those that were sent.

    ``message_ids`` come without angle brackets: the letter's own, then those that the bounce answers.
    ``fields`` are the letter's by small name.
    """

    message_ids: tuple[str, ...]
    uids: tuple[str, ...]
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Bounce:
    """A report that a letter was not delivered, or not yet: whom it did not reach, and which letter it was."""

    recipients: tuple[FailedRecipient, ...]
    returned: Returned


def bounce(content: bytes) -> Bounce | None:
    """Return what a mail says of a letter that came back; None when it is no bounce.

    It says what the mail says: whether we ever wrote to these people is for the caller to compare.
    """
    mail = read(content)
    return bounce_of(mail) if isinstance(mail, Mail) else None


def bounce_of(mail: Mail) -> Bounce | None:
    """Return what a mail that was read says of a letter that came back; None when it is no bounce."""
    reports = _reports(mail)
    blocks = [block for report in reports for block in _BLANK_LINES.split(report)]
    about = [block for block in blocks if _RECIPIENT.search(block)]
    failed = tuple(_reported(about))
    notice = bounce_texts.notice(mail)
    quoted = [block for block in blocks if block not in about and _LETTER.search(block)]
    if failed:
        return Bounce(failed, _returned(mail, [*quoted, notice.letter if notice else ""]))
    if about or notice is None:
        return None  # the report says that the letter arrived, or there is none
    returned = _returned(mail, [*quoted, notice.letter])
    told = notice.recipients
    if not told:  # of a letter to one person, that one is meant
        named = _ADDRESS.findall(returned.fields.get("to", ""))
        told = ((named[0], notice.words),) if len(named) == 1 else ()
    return Bounce(tuple(FailedRecipient(_plain(to), None, verdict(said)) for to, said in told), returned)


def _reports(mail: Mail) -> list[str]:
    """Return the delivery reports of a mail; of one that lost its marks, the texts that read like one."""
    found = [part.text[:_LONGEST_REPORT] for part in mail.own if part.content_type in _STATUS_TYPES]
    if found or not bounce_texts.is_report(mail):
        return found
    return [text for part in mail.own if _RECIPIENT.search(text := part.text[:_LONGEST_REPORT])]


def _reported(blocks: Iterable[str]) -> Iterator[FailedRecipient]:
    """Read the blocks of delivery reports, one for each recipient; of an address that comes twice, the first."""
    seen: set[str] = set()
    for block in blocks:
        said = Headers(fields_of(block.lstrip().encode()).found)
        action = said.raw("action").lower()
        final, original = (_address_in(said.raw(f"{which}-recipient")) for which in ("final", "original"))
        address = original or final
        if not address or action in _ARRIVED or address.lower() in seen or len(seen) == _MOST_RECIPIENTS:
            continue
        seen.add(address.lower())
        judged = verdict(said.first("diagnostic-code"), status=said.raw("status"), action=action)
        yield FailedRecipient(address, final if final and final.lower() != address.lower() else None, judged)


def _address_in(value: str) -> str:
    """Return the address of a recipient field, without its type (``rfc822;``)."""
    found = _ADDRESS.search(value[:1_000])
    return _plain(found[0]) if found else ""


def _plain(address: str) -> str:
    local, _, domain = clean_line(address).rpartition("@")
    return f"{local}@{domain.lower().rstrip('.')}"


def _returned(mail: Mail, quoted: Iterable[str]) -> Returned:
    """Return what is there of the letter: attached, its header attached, or copied into the text."""
    letters = [part.content for part in mail.parts if part.is_enclosed and part.content_type in _LETTER_TYPES]
    headers = [part.content for part in mail.own if part.content_type in _HEADER_TYPES]
    copied = list(quoted)
    candidates = [*letters[:1], *headers, *(text.encode() for text in copied)]
    said = next((found for text in candidates if (found := fields_of(text.lstrip()).found)), ())
    letter = Headers(said)
    calendars = [part.text for part in mail.parts if part.is_enclosed and _is_calendar(part)]
    uids = (uid.strip() for text in [*calendars, *copied] for uid in _UID.findall(_FOLD.sub("", text)))
    fields = {name: letter.first(name) for name, _ in said}
    return Returned(_each([letter.message_id or "", *mail.headers.answered]), _each(uids), MappingProxyType(fields))


def _is_calendar(part: Part) -> bool:
    return part.content_type in {"text/calendar", "application/ics"}


def _each(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))[:_MOST_IDENTITIES]
