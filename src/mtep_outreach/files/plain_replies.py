"""What a person wrote in a mail, without what it quotes, and what those words seem to answer to an invitation."""

import re
import textwrap
from dataclasses import dataclass

from ..names import clean_text
from ..vocabulary import LikelyAnswer
from .html_texts import text_of
from .mails import Mail
from .reply_words import answers_in, is_opt_out

LONGEST_TEXT = 10_000
_LONGEST_LINE = 300
_LONGEST_CLOSING = 40
_MOST_WORDS_OF_A_CLOSING = 3
_MOST_WORDS_SAID = 10

_LANGUAGES = ("en", "es", "fr", "de", "it", "nl")
_DEVICE = re.compile(r"(sent from|sent with|sent via|get outlook)\b|[-_]{2,}\s*$", re.IGNORECASE)


_FORWARDED = re.compile(r"\n?^-{5,80}[^\n-]{1,80}-{5,80}\s*\Z", re.MULTILINE)
_SAYS_WHO = re.compile(r"@|\d{4}|\d{1,2}[:.]\d\d|\bwrote:$")


@dataclass(frozen=True)
class Likely:
    """What a reply seems to say, and the words of it that say so."""

    answer: LikelyAnswer
    words: tuple[str, ...] = ()


def said_in(mail: Mail) -> str:
    """Return what is new in a mail: of its plain text, or of its HTML where it has no other."""
    texts = [part for part in mail.own if part.content_type.startswith("text/") and not part.is_attachment]
    plain = next((said for part in texts if part.content_type == "text/plain" and (said := part.text).strip()), "")
    if plain:
        return new_text(plain)
    html = next((part.text for part in texts if part.content_type == "text/html"), "")
    return new_text(text_of(html)) if html else ""


def new_text(text: str) -> str:
    """Return what is new in a reply: without the mail it quotes and the signature; at most 10,000 characters."""
    from mailparser_reply.parser import EmailMessage

    message = EmailMessage(text=_own_lines(text), languages=list(_LANGUAGES), keep_hyphen_lists=True).read()
    first = next(iter(message.replies), None)
    if first is None or first.headers:  # nothing stands above what is quoted
        return ""
    return clean_text(_FORWARDED.sub("", _unsigned(first.full_body.strip(), first.signatures or "")))


def _own_lines(text: str) -> str:
    """Return the lines that are not marked as quoted, none very long and no two blank ones together.

    The library takes quadratic time for many blank lines and long lines, and keeps quoted lines between new ones.
    """
    kept: list[str] = []
    was_quoted = False
    for line in clean_text(text[: 10 * LONGEST_TEXT]).replace("\u2028", "\n").split("\n"):
        bare = line.strip()
        if bare.startswith(">"):
            if not was_quoted:
                _drop_introduction(kept)
            was_quoted = True
        elif bare or (kept and kept[-1]):
            was_quoted = was_quoted and not bare
            kept.extend(textwrap.wrap(line.rstrip(), _LONGEST_LINE) if len(line) > _LONGEST_LINE else [bare])
    return "\n".join(kept)[:LONGEST_TEXT]


def _drop_introduction(kept: list[str]) -> None:
    """Take away the line or two before quoted text that say who wrote it, in whatever language."""
    while kept and not kept[-1]:
        kept.pop()
    last, before = ["", "", *kept][-1], ["", "", *kept][-2]
    if last.endswith(":") and _SAYS_WHO.search(last[:_LONGEST_LINE]):
        kept.pop()
        is_begun_before = before.lower().startswith("on ") and not last.lower().startswith("on ")
        if before.endswith("<") or is_begun_before:
            kept.pop()


def _unsigned(text: str, signature: str) -> str:
    """Return a text without its signature, unless what was taken for one may be an answer.

    "Thanks, we would love to come" begins as a signature does.
    """
    cut = signature.strip()
    if not cut or not text.endswith(cut):
        return text
    first = cut.split("\n", 1)[0].strip()
    is_closing = len(first) <= _LONGEST_CLOSING and len(first.split()) <= _MOST_WORDS_OF_A_CLOSING
    if not (is_closing or _DEVICE.match(first)) or answers_in(cut):
        return text
    return text.removesuffix(cut)


def likely_answer(text: str) -> Likely:
    """Return what the new text of a reply seems to say; where it says more than one thing, it is unclear.

    Rules for English words alone. Only a text that asks for nothing else is an opt-out.
    """
    new = text[:LONGEST_TEXT]
    if is_opt_out(new):
        return Likely(LikelyAnswer.OPT_OUT, (" ".join(new.split()),))
    found = answers_in(new)
    kinds = {answer for answer, _ in found}
    said = tuple(dict.fromkeys(words for _, words in found))[:_MOST_WORDS_SAID]
    return Likely(kinds.pop() if len(kinds) == 1 else LikelyAnswer.UNCLEAR, said)
