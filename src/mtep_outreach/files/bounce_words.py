"""The phrases that mail servers use when they do not deliver a letter, and which reason each of them gives."""

import re

from ..vocabulary import BounceReason

# Names of hosts, addresses and links are no words: "spamfilter.example.edu" says nothing of spam.
_NO_WORDS = re.compile(r"https?:\S+|<[^<>\s]*>|[^\s<>()\"',;]*@[^\s<>()\"',;]*|[\w-]+(?:\.[\w-]+)+\.?|_")
# But a link to a list of blocked senders says all there is.
_BLOCKED_LINK = re.compile(
    r"(spamhaus|spamcop|barracudacentral|sorbs|uceprotect|abuseat|senderscore|trustedsource)\b|/(rbl|dnsbl|blocklist)\b"
)
# KDDI of Japan says this of mail that it filtered; of an address that nobody has, it names the address.
_FILTERED = re.compile(r"(^|\s)5\d\d[ :]*:\s*user unknown")
_PROGRAM = re.compile(r"\b(procmail|maildrop|command output|mailer error)\b")
_EXCHANGE_NOBODY = re.compile(r"resolver\.adr\.\w{0,20}notfound")
# What large systems say of an address that nobody has, and others of anything: the status tells them apart.
_NOBODY_BY_STATUS = (
    ("5.4.1", re.compile(r"recipient address rejected: access denied")),  # Microsoft 365
    ("5.5.0", re.compile(r"requested action not taken: mailbox unavailable")),  # Outlook.com
    ("", re.compile(r"(^|\s)542 +rejected")),  # MessageLabs
)


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases))


_ADDRESSEE = "(user|recipient|mailbox|address|account|person|part|customer)"
_NOT_ANY = "(unknown|invalid|no such|non-?existent|bad|not a (valid|known)|not our)"

# The first that fits counts. What is no fault of the address comes first, so that none is marked without need.
_PHRASES: tuple[tuple[BounceReason, re.Pattern[str]], ...] = (
    (
        BounceReason.TOO_BIG,
        _any(
            r"too (large|big)",
            r"(maximum|fixed|allowed|permitted) (message )?size",
            r"exceeds .{0,40}size",
            "size limit",
            r"(message|mail|size) (size )?(limit )?exceed",
        ),
    ),
    (
        BounceReason.MAILBOX_FULL,
        _any(
            "quota",
            r"mailbox.{0,20} (over ?)?full",
            "full mailbox",
            "out of (storage|disk)",
            "over its (storage|size)",
            "insufficient .{0,12}stor",
            "storage (limit|allocation)",
            "(not|have) enough (storage )?space",
            "maximum allowed storage",
            "disk space limit",
            "too many messages on",
        ),
    ),
    (
        BounceReason.CONTENT,
        _any(
            "spam",
            "virus",
            "malware",
            "infected",
            "phish",
            r"\bube\b",
            r"\bbulk\b",
            "content",
            "attachment",
            r"rfc ?\d{3,4}",
            r"headers?\b.{0,30}(invalid|multi)",
            "multiple .{0,20}headers",
            "suspicious",
            "prohibited",
            "unsolicited",
        ),
    ),
    (
        BounceReason.POLICY,
        _any(
            "polic(y|ies)",
            "dmarc",
            r"\bspf\b",
            r"\bdkim\b",
            "authenticat",
            "blacklist",
            "block ?list",
            r"\bblocked",
            r"\brbl\b",
            "dnsbl",
            "reputation",
            "rate.?limit",
            "too (many|fast|quick)",
            "gr[ae]y ?list",
            "to relay",
            "permission",
            "relay(ing)? .{0,12}(denied|prohib|disallow|not)",
            "not (authori[sz]ed|permitted|allowed|accepted)",
            "restrict",
            r"denied",
            r"(?<!to )(?<!to the )\bsender",
            "client host",
            "banned",
            "refus(ed|es) (mail|to talk|messages)",
            "reverse dns",
            r"\bptr\b",
            "loop",
            r"\byour (e-?mail )?(domain|server|host|ip|network|address)",
        ),
    ),
    (
        BounceReason.HOST_UNKNOWN,
        _any(
            "(host|domain)( name)?( or domain name)? (was )?(not found|unknown)",
            "(no such|unknown) (host|domain)",
            "nxdomain",
            "non-?existent ?domain",
            "domain .{0,40}(does not|doesn.t|not) exist",
            "find any host named",
            "couldn.t (find|be found) .{0,20}host",
            "unrouteable mail domain",
            "null ?mx",
            "name service error",
            r"domain does not accept (e-?)?mail(?! from)",
            "(bad|illegal|invalid) destination (host|domain|system)",
        ),
    ),
    (
        BounceReason.DELAYED,
        _any(
            "timed? ?out",
            "connection (was )?(refused|reset|lost|dropped)",
            "try again",
            "temporar",
            "will retry",
            "deferred",
            "unreachable",
            "not reachable",
            "failing for a long time",
            "did not accept our requests",
            "no route",
            "expired",
            "too long in",
            "retry time",
            "(cannot|couldn.t|could not) connect",
        ),
    ),
    (
        BounceReason.MOVED,
        _any(
            "has moved",
            "no longer (works?|with|at|here|employed|on server)",
            "left the (company|school|organi)",
            "new address",
        ),
    ),
    (
        BounceReason.DISABLED,
        _any(
            "disabled",
            "inactive",
            "not (an )?active",
            "suspended",
            "deactivated",
            "(account|mailbox) (is |has been |was )?(locked|closed|expired)",
        ),
    ),
    (
        BounceReason.UNKNOWN_USER,
        _any(
            rf"{_ADDRESSEE}(s|es)?\b.{{0,40}}\b(unknown|not (known|found|present)|invalid|no longer valid)\b",
            rf"{_NOT_ANY} (e-?mail )?(virtual |local[ -]|destination )?({_ADDRESSEE}|e-?mail)",
            r"(user|recipient|rcpt|mailbox|address|account|alias|person|name|it).{0,60}\b(do(es)?( no|n.)t|not) ?exist",
            "no (mailbox|account|user|recipient|one|person).{0,20} ((by|with|of|at) th(at|is)|here|name|found)",
            "do(es)?( no|n.)t have an? .{0,40}account",
            "not listed in .{0,40}(address book|directory)",
            "wasn.t found",
            "could(n.t| not) be found",
            "unroute?able address",
            "undeliverable address",
        ),
    ),
)


def reasons_in(said: str, status: str) -> list[BounceReason]:
    """Return the reasons that the words of a server give, the one that counts first; none where they say nothing."""
    small = said.lower().replace("’", "'")
    if _PROGRAM.search(small):  # what sorts mail at the other end failed
        return [BounceReason.OTHER]
    if _BLOCKED_LINK.search(small) or _FILTERED.search(small):
        return [BounceReason.POLICY]
    bare = " ".join(_NO_WORDS.sub(" ", small).split())
    by_status = (words for number, words in _NOBODY_BY_STATUS if number in {"", status})
    if _EXCHANGE_NOBODY.search(small) or any(words.search(bare) for words in by_status):
        return [BounceReason.UNKNOWN_USER]
    return [reason for reason, words in _PHRASES if words.search(bare)]
