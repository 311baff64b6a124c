"""The words of a letter without its Markdown, so that rules can read what a person reads."""

import re

LINK = "\ue000"
"""What stands for a link or a mail address in plain words: no rule about words reads addresses."""

_LINK = re.compile(
    r"<?\b(?:https?://|www\.)[^\s<>]+>?|<?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}>?", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPHASIS = re.compile(r"\*+(?=\S)|(?<=\S)\*+|(?<!\w)_{1,2}(?=[^\W_])|(?<=[^\W_])_{1,2}(?!\w)")
_AROUND = 24


def plain_words(subject: str, body: str) -> str:
    """Return subject and body as plain words, one paragraph apart; the body's lines stay lines."""
    return f"{' '.join(subject.split())}\n\n{_EMPHASIS.sub('', _ESCAPE.sub(_char, _LINK.sub(LINK, body)))}"


def _char(match: re.Match[str]) -> str:
    return match[1]


def quoted(text: str, start: int, end: int) -> str:
    """Return a place of a text in quotes, with some words of its line before and after."""
    first = max(text.rfind("\n", 0, start) + 1, start - _AROUND)
    line_end = text.find("\n", end)
    last = min(len(text) if line_end < 0 else line_end, end + _AROUND)
    if first and text[first - 1] != "\n" and " " in text[first:start]:
        first = text.index(" ", first)
    if last < len(text) and text[last] != "\n" and " " in text[end:last]:
        last = text.rindex(" ", end, last)
    before = "..." if first and text[first - 1] != "\n" else ""
    after = "..." if last < len(text) and text[last] != "\n" else ""
    shown = " ".join(text[first:last].replace(LINK, "(link)").split())
    return f"'{before}{shown}{after}'"
