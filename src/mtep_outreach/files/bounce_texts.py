"""Bounces that say in words only what happened: those of qmail, Exim, Gmail, Yahoo, Notes, Zoho, Amazon and others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .mails import Mail

_LONGEST_TEXT = 100_000
_LONGEST_LINE = 1_000
_MOST_RECIPIENTS = 100
_LINES_OF_ONE = 15

_ADDRESS = r"[^\s<>()\[\],;:\"'@|]{1,64}@[\w.-]{1,255}\w"


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE | re.MULTILINE)


# Where the text of a bounce ends and the letter that came back begins.
_LETTER = _any(
    r"^[ \t]{0,80}[-=*_]{2,80}[^\n]{0,60}copy of (the|your) message[^\n]{0,80}",
    r"^[ \t]{0,80}[-=*_]{2,80}[^\n]{0,60}(original|returned|undelivered|forwarded|unsent) message[^\n]{0,80}",
    r"^[ \t]{0,80}[-=*_]{2,80}[^\n]{0,60}(enclosed is|below this line|of the original|message header)[^\n]{0,80}",
    r"^[ \t]{0,80}original message headers:[^\n]{0,40}",
    r"^(?=(received|return-path|message-id|dkim-signature):)",
)
_DAEMON = _any(
    "mailer[-_ ]?daemon",
    "postmaster@",
    "mail delivery (sub)?system",
    "mail administrator",
    r"\bbounces?[+@-]",
    "microsoft ?exchange",
    "ndr@",
)
_SUBJECT = _any(
    "undeliver",
    "failure notice",
    "returned mail",
    "returned? to sender",
    "mail (system )?error",
    "mail failure",
    "could ?n.t be delivered",
    "delivery (status|failure|failed|report|problem|error|has failed|delayed|notification)",
    "delivery .{0,30}fail",
    "(not|non).{0,3}deliver",
    "mail delivery",
    "message (status|undelivered|(you sent )?blocked)",
    r"\bdelayed\b.{0,20}(mail|message)",
    r"(mail|message).{0,20}\bdelayed\b",
    "unzustellbar",
    "nicht zugestellt",
    "non remis",
    "no se puede entregar",
    "recapitabile",
)
_BODY = _any(
    "this is the qmail-send program",
    "this message was created automatically by mail delivery software",
    "delivery to the following recipients? (has |have )?(been )?(failed|delayed)",
    "this is the mail (system|delivery agent) at",
    "unable to deliver (your|the) message to the following",
)
_ALONE = _any(rf"[ \t*]*<?(?:mailto:)?({_ADDRESS})>?(?:\s*\(.{{0,100}}\))?\s*(?::|$|(?=\s(?:error|-|\.\.\.)))(.*)")
_NAMED = _any(rf"(?:message to|deliver(?:ing)? (?:your message )?to|recipient(?: address)?:)\s+<?({_ADDRESS})>?")
_INTRODUCTION = _any(
    r"(the )?(error that the other server returned was|response (from the remote server )?was|reason)\b.{0,40}:?$",
    r"technical details of \w+ \w+:?$",
)
_ANSWER = re.compile(r"(?:^|[\s:#])[45]\d\d[ -]#?\S|(?:^|\s)#?[45]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True)
class Notice:
    """What the text of a bounce says: (address, words) of each recipient, all its words, and the letter below it."""

    recipients: tuple[tuple[str, str], ...]
    words: str
    letter: str


def is_report(mail: Mail) -> bool:
    """Return whether a mail says of itself that it is a delivery report."""
    return mail.headers.parameters.get("report-type", "").lower() == "delivery-status"


def notice(mail: Mail) -> Notice | None:
    """Return what a mail says in words of a letter that came back; None when it does not look like a bounce."""
    text = next((part.text[:_LONGEST_TEXT] for part in mail.own if part.content_type == "text/plain"), "")
    if "notificationtype" in text[:500].lower():
        return _amazon(text)
    if not _is_bounce(mail, text):
        return None
    border = _LETTER.search(text)
    lines = [line[:_LONGEST_LINE] for line in (text[: border.start()] if border else text).split("\n")]
    bounced = (person.email for person in mail.headers.people("x-bounced-address"))
    named = [address for address in (*mail.headers.failed_recipients, *bounced) if address][:_MOST_RECIPIENTS]
    ours = {person.email for name in ("to", "from") for person in mail.headers.people(name)}
    recipients = tuple(_recipients(lines, named, {address.lower() for address in ours if address}))
    return Notice(recipients, _words(lines), text[border.end() :].lstrip() if border else "")


def _is_bounce(mail: Mail, text: str) -> bool:
    """Return whether a mail is one of a mail system about a letter: it says so, or its sender and its subject do."""
    if mail.headers.has("x-failed-recipients") or is_report(mail):
        return True
    by_machine = bool(_DAEMON.search(mail.headers.first("from")[:1_000])) or mail.headers.return_path == ""
    return by_machine and bool(_SUBJECT.search(mail.headers.subject[:1_000]) or _BODY.search(text[:2_000]))


def _recipients(lines: list[str], named: list[str], ours: set[str]) -> Iterator[tuple[str, str]]:
    """Return each recipient with the words that follow, up to the next one."""
    places: list[tuple[int, str, str]] = []
    seen: set[str] = set()
    wanted = {address.lower() for address in named}
    for number, line in enumerate(lines):
        found = _ALONE.match(line) or (None if places else _NAMED.search(line))
        address = found[1] if found else ""
        known = address.lower()
        if not found or known in seen or known in ours - wanted or (wanted and known not in wanted):
            continue
        seen.add(known)
        places.append((number, address, found[2] if found.re is _ALONE else ""))
        if len(places) >= _MOST_RECIPIENTS:
            break
    ends = [*(number for number, _, _ in places[1:]), len(lines)]
    for (number, address, rest), end in zip(places, ends, strict=False):
        said = _words([rest, *lines[number + 1 : end]])
        before = next((line.strip() for line in reversed(lines[:number]) if line.strip()), "")
        yield address, said or before  # Notes says the reason first
    for address in dict.fromkeys(named):
        if address.lower() not in seen:
            seen.add(address.lower())
            yield address, _words(lines)


def _words(lines: list[str]) -> str:
    """Return the words of a server in some lines: from its answer on where one stands in them."""
    said = [line.strip() for line in lines if line.strip() and not _INTRODUCTION.fullmatch(line.strip())]
    begins = next((number for number, line in enumerate(said) if _ANSWER.search(line)), 0)
    return " ".join(said[begins : begins + _LINES_OF_ONE])


def _amazon(text: str) -> Notice | None:
    """Read what Amazon's mail service says as JSON of a letter that came back."""
    import json

    try:
        found, _ = json.JSONDecoder().raw_decode(text.replace("\n", ""))
    except (ValueError, RecursionError):
        return None
    said = found.get("bounce") if isinstance(found, dict) else None
    told = said.get("bouncedRecipients") if isinstance(said, dict) else None
    recipients = tuple(
        (str(one.get("emailAddress", "")), f"{one.get('diagnosticCode') or ''} {one.get('status') or ''}")
        for one in (told if isinstance(told, list) else [])[:_MOST_RECIPIENTS]
        if isinstance(one, dict) and re.fullmatch(_ADDRESS, str(one.get("emailAddress", "")))
    )
    return Notice(recipients, "", "") if recipients else None
