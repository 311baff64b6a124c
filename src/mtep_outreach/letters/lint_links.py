"""Links of a letter that lead nowhere, or where no letter should lead."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from .drafts import Finding, error

_TARGET = re.compile(r"(?<!\\)\]\(([^()\n]{0,2000}(?:\([^()\n]{0,200}\)[^()\n]{0,2000})?)\)")
_DEFINED = re.compile(r"^ {0,3}\[[^\]\n]{1,200}\]:[^\S\n]*(\S+)", re.MULTILINE)
_TITLE = re.compile(r"""(?<=\S)\s+(?:"[^"]*"|'[^']*')$""")
# In running words: anything://, and the schemes that need no slashes, or are mistyped without them.
_BARE = re.compile(
    r"(?<![\w@.+-])(?:[a-z][a-z0-9+-]{0,30}://[^\s<>]*"
    r"|(?:https?|htt?ps?|hhttps?|ftps?|file|mailto|javascript|vbscript|tel|sms):[^\s<>]+|data:\w+[/,;][^\s<>]*)",
    re.IGNORECASE,
)
_MISTYPED = re.compile(r"(?<!\w)https?(?:;|[^\S\n]+:|:[^\S\n]+|:?(?=\\\\))?(?://|\\\\)[^\s<>]*(?<!://)", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^\s@?,]+@(?:[\w-]+\.)+[\w-]{2,}(?:\?\S*)?", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,20}(?:[^\W\d_]{2,}|xn--[\w-]+|\d{1,3})\.?")
_AFTER = ".,;:!?)]}'\"”’>*_\\"


def bad_links(body: str) -> Iterator[Finding]:
    """Find the links of a Markdown text that are not http(s) or mail, or cannot be right."""
    targets = [_TITLE.sub("", match[1].strip()) for match in _TARGET.finditer(body)]
    targets += [match[1] for match in _DEFINED.finditer(body)]
    targets = [target.removeprefix("<").removesuffix(">") for target in targets]
    bare = [match[0].rstrip(_AFTER) for match in _BARE.finditer(body)]
    bare += [match[0].rstrip(_AFTER) for match in _MISTYPED.finditer(body)]
    for target in dict.fromkeys([*targets, *(address for address in bare if address)]):
        if reason := _wrong(target):
            yield error("bad-link", f"The link {_short(target)} {reason}.")


def _wrong(target: str) -> str | None:
    """Return what is wrong with a link; None: nothing."""
    scheme, colon, _rest = target.partition(":")
    if not target:
        return "leads nowhere: its address is empty"
    if re.search(r"\s", target):
        return "holds a blank"
    if scheme.lower() == "mailto":
        return None if _MAIL.fullmatch(target) else "is no mail address"
    if scheme.lower() not in ("http", "https") or not colon:
        return "does not begin with https:// or http://"
    return _wrong_address(target)


def _wrong_address(target: str) -> str | None:
    if not re.match(r"https?://[^/]", target, re.IGNORECASE):
        return "must begin with https:// or http://, with two slashes"
    try:
        parts = urlsplit(target)
        host = parts.hostname or ""
        _ = parts.port  # read for its ValueError
    except ValueError:
        return "is no web address"
    if "@" in parts.netloc:
        return "hides its site behind an '@'"
    return None if _HOST.fullmatch(host) else "names no site, such as example.org"


def _short(target: str) -> str:
    return f"'{target}'" if len(target) <= 80 else f"'{target[:80]}...'"  # noqa: PLR2004
