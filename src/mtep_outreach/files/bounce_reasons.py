"""Why a letter came back, and whether its address is dead: what a server's numbers and words mean together."""

import re
from dataclasses import dataclass

from ..names import clean_line
from ..vocabulary import BounceReason
from .bounce_words import reasons_in

LONGEST_WORDS = 300

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_ANSWER = re.compile(r"(?<![\d.#/-])([245]\d\d)[ -]{1,3}[#(]{0,2}([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_CODE = re.compile(r"(?:^|[\s:;#(])([45]\d\d)(?=[\s:;,)-]|$)")
_TYPE = re.compile(r"(smtp|lmtp|dns|x400|x-[\w-]{1,40})\s{0,5};", re.IGNORECASE)

# RFC 3463 and what Microsoft and the IANA added: the status without its class, the reason, whether the address is dead.
_BY_STATUS: dict[str, tuple[BounceReason, bool | None]] = {
    "1.0": (BounceReason.UNKNOWN_USER, True),
    "1.1": (BounceReason.UNKNOWN_USER, True),
    "1.2": (BounceReason.HOST_UNKNOWN, True),
    "1.3": (BounceReason.UNKNOWN_USER, True),
    "1.4": (BounceReason.UNKNOWN_USER, None),
    "1.6": (BounceReason.MOVED, True),
    "1.7": (BounceReason.POLICY, False),
    "1.8": (BounceReason.POLICY, False),
    "1.10": (BounceReason.UNKNOWN_USER, True),
    "1.90": (BounceReason.POLICY, False),
    "2.1": (BounceReason.DISABLED, None),
    "2.2": (BounceReason.MAILBOX_FULL, False),
    "2.3": (BounceReason.TOO_BIG, False),
    "3.1": (BounceReason.MAILBOX_FULL, False),
    "3.4": (BounceReason.TOO_BIG, False),
    "4.1": (BounceReason.DELAYED, None),
    "4.2": (BounceReason.DELAYED, False),
    "4.3": (BounceReason.DELAYED, False),
    "4.4": (BounceReason.HOST_UNKNOWN, True),
    "4.7": (BounceReason.DELAYED, False),
    "4.310": (BounceReason.HOST_UNKNOWN, True),
    "6": (BounceReason.CONTENT, False),
    "7": (BounceReason.POLICY, False),
}
_OF_THE_ADDRESS = frozenset({BounceReason.UNKNOWN_USER, BounceReason.HOST_UNKNOWN, BounceReason.MOVED})


@dataclass(frozen=True)
class Verdict:
    """Why one letter came back: the numbers of the server, its words on one line, and what they mean.

    ``permanent`` is True only where the address itself is dead, False where it is not, None where a person must look.
    """

    status: str | None
    code: int | None
    words: str
    reason: BounceReason
    permanent: bool | None


def verdict(words: str, *, status: str = "", action: str = "") -> Verdict:
    """Judge what a server said: its words (a Diagnostic-Code with its type, or a text), and what the report adds."""
    line = clean_line(words[: 4 * LONGEST_WORDS])
    kind = _TYPE.match(line)
    said = line[kind.end() :].strip() if kind else line
    answer = _ANSWER.search(said)
    own = answer[2] if answer else next(iter(_STATUS.findall(said)), "")
    given = next(iter(_STATUS.findall(status)), "")
    # A report's status is often made up from the reply code alone; the server's own says more, unless it is a blank.
    found = own if own and not (given and own.endswith(".0.0")) else given
    code = int(answer[1]) if answer else next((int(text) for text in _CODE.findall(said)), None)
    if kind and kind[1].lower() == "x-unix":  # a program that sorts mail failed, whatever the status says
        reason, permanent = BounceReason.OTHER, None
    else:
        reason, permanent = _meaning(found, reasons_in(said, found))
    if _is_temporary(found, given, code, action.lower(), reason):
        is_late = reason in _OF_THE_ADDRESS or reason in {BounceReason.OTHER, BounceReason.DISABLED}
        reason, permanent = BounceReason.DELAYED if is_late else reason, False
    return Verdict(found or None, code, said[:LONGEST_WORDS], reason, permanent)


def _is_temporary(found: str, given: str, code: int | None, action: str, reason: BounceReason) -> bool:
    # Google gives up on a domain that is not there with the status 4.0.0, which says nothing.
    is_given_up = action == "failed" and reason is BounceReason.HOST_UNKNOWN
    classes = {status[:1] for status in (found, given) if not (is_given_up and status == "4.0.0")}
    return action == "delayed" or "4" in classes or str(code or "").startswith("4")


def _meaning(status: str, in_words: list[BounceReason]) -> tuple[BounceReason, bool | None]:
    detail = status.partition(".")[2]
    by_status = _BY_STATUS.get(detail) or _BY_STATUS.get(detail.partition(".")[0]) or (BounceReason.OTHER, None)
    if not in_words:
        return by_status
    reason, is_dead = in_words[0], by_status[1]
    if reason is BounceReason.OTHER:
        return reason, None
    if reason is BounceReason.HOST_UNKNOWN and BounceReason.DELAYED in in_words and not is_dead:
        return BounceReason.DELAYED, False  # its name server did not answer
    if reason is BounceReason.DISABLED:
        return reason, is_dead or None  # a school that suspends an account may open it again
    if reason in _OF_THE_ADDRESS:
        return reason, None if is_dead is False else True
    # "User unknown" beside words of a policy: which of the two it is, only a person can tell.
    is_disputed = reason is not BounceReason.DELAYED and BounceReason.UNKNOWN_USER in in_words
    return reason, None if is_disputed else False
