"""Fields of a letter that nobody filled in, and what empty ones leave behind."""

import re
from collections.abc import Iterator

from .drafts import Draft, Finding, error, warning
from .lint_text import quoted

# What is asked for between brackets; every word there must be one of these, so that "[the school] was glad" passes.
_ASKED = (
    "your|insert|enter|add|here|of|name|names|first|last|full|middle|family|given|contact|person|partner|organization|"
    "organisation|org|institution|school|university|college|company|title|position|role|salutation|prefix|date|day|"
    "time|hour|place|location|venue|address|street|city|state|zip|link|url|website|email|e-mail|mail|phone|number|"
    "signature|sender|recipient|signer|session|event|topic|reason|agenda|zoom"
)
_FIELD = rf"(?i:(?:(?:{_ASKED})(?:[ _]|(?=[\]>]))){{1,5}})|[A-Z]+(?:_[A-Z]+)+"

# In the text as it is written: a link may hold them too, and a backslash before a brace makes it mathematics.
_TEMPLATE = re.compile(
    r"\{\{[^{}\n]{0,60}(?:\}\})?|\}\}|\{[%#][^{}\n]{0,60}(?:[%#]\})?|[%#]\}|(?<![\\\w^{}])\{[A-Za-z_][\w .-]{1,40}\}"
    r"|%\(\w{1,40}\)[sd]|[/=][Xx]{3,}(?![^\W_])|<[^<>\n]{1,80} at 0x[0-9a-f]+>"
)
_UNFILLED = re.compile(
    rf"""
      <<[^<>\n]{{1,60}}>> | «\w{{1,40}}» | <(?:{_FIELD}|[A-Z]{{2,40}})> | \[(?:{_FIELD})\](?![(\[])
    | \b(?:X{{3,}}|x{{3,}}|[Xx]{{2}}[/:-][Xx]{{2}}|TODO|TBD|FIXME|[Ll]orem\ ipsum)\b
    | \#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)
    """,
    re.VERBOSE,
)

# A word for nothing counts only where a field ends: "None of us", "is undefined" and Dear Nan are prose.
_NOTHING = r"(?:None|NaN|NaT|nan|null|NULL|undefined|N/A|n/a)"
_COSTS = "".join(rf"(?<!{word}:\ )" for word in ("ee", "ees", "ost", "osts", "arge", "arges", "rice"))
_FIELD_OF_NOTHING = re.compile(
    rf"""
      ^[^\S\n]*Dear\b(?:[^\S\n]+(?:Dr|Mr|Ms|Mrs|Mx|Prof)\b\.?)?[ \t\u00a0_.…]*(?=[,:;!\n]|$)
    | ^[^\S\n]*Dear\b[^,:;\n]{{0,80}}[^\S\n](?:at|of|the|from)[^\S\n]*(?=[,:;\n]|$)
    | ^[^\S\n]*(?:Dear|Hello|Hi)\b(?:[^\S\n]+[^\s,]{{1,30}}){{0,4}}?[^\S\n]+(?:{_NOTHING}|unknown)(?=[,:;!\s]|$)
    | (?:^[^\S\n]*|[,(“"][^\S\n]*|:[^\S\n]+{_COSTS}|\b(?:at|by|from|with|Dr\.|Prof\.|Professor|Mr\.|Ms\.|Mrs\.)[^\S\n]+)
      {_NOTHING}(?=[^\S\n]*(?:[,.;:)”"\n]|$))
    """,
    re.VERBOSE | re.MULTILINE,
)

_BLANK = re.compile(
    r"""
      (?<=[^\s.])[^\S\n]+[,.](?=\s|$)(?!\s?\.)       # a blank before a comma or full stop, but not ". . ."
    | (?<=\S)[^\S\n]{2,}[;:!?)]                      # two before another mark
    | (?<![\w\]])\([^\S\n]*(?:[,;.][^\S\n]*)?\)          # (), but not f()
    | “[^\S\n]*” | (?<!\S)"[^\S\n]*"                 # empty quotes
    | ,[^\S\n]*[,;.](?=\s|$)
    | ^[^\S\n]*[,;](?=\s|\w|$)                       # a line that begins with a comma
    | ^[^\S\n]*(?:[-*+]|\d{1,2}[.)])[^\S\n]*$        # a point of a list that says nothing
    | ^(?![^\S\n]*([-_=.])\1+[^\S\n]*$)[-,;:.!?()\[\]"'“”‘’–—_ \t\u00a0]*[,;:.!?()\[\]"'“”‘’–—_][^\S\n]*$
    """,
    re.VERBOSE | re.MULTILINE,
)
_EMPTY_BOLD = re.compile(r"(?<![*\\])\*{4}(?!\*)")

# Two blanks happen to whoever types, and a heading may end with a colon: worth a look, no more.
_PERHAPS_BLANK = re.compile(
    r"\b(?:at|of|by|from|in|for|to|with|the|our|your)[^\S\n]{2,}(?=[^\s,;:.!?)])"
    r"|^[^\S\n]*[A-Z][\w ]{0,30}:(?=[^\S\n]*\n[^\S\n]*[A-Z][\w ]{0,30}:[^\S\n]|\s*\Z)",
    re.MULTILINE,
)
_GARBLED = re.compile("\ufffd|[ÃÂ][\u0080-\u00bf]|â€[\u0080-\u00bf™œžš˜“”\u0153]?")
_LINE_BREAK = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def gaps(draft: Draft, words: str) -> Iterator[Finding]:
    """Find what was left unfilled or blank; ``words`` is the letter in plain words."""
    if not any(map(str.isalnum, draft.subject)):
        yield error("blank", "The letter has no subject.")
    elif _LINE_BREAK.search(draft.subject.strip()):
        yield error("bad-subject", f"The subject must be one line: '{draft.subject.split()[0]} ...'.")
    if not any(map(str.isalnum, draft.body)):
        yield error("blank", "The letter has no text.")
        return
    written = f"{draft.subject}\n\n{draft.body}"
    for text, pattern in ((written, _TEMPLATE), (words, _UNFILLED), (words, _FIELD_OF_NOTHING)):
        for match in pattern.finditer(text):
            yield error("unfilled", f"A field was not filled in: {quoted(text, *match.span())}.")
    for text, pattern in ((written, _EMPTY_BOLD), (words, _BLANK)):
        for match in pattern.finditer(text):
            yield error("blank", f"Something is missing here: {quoted(text, *match.span())}.")
    for match in _PERHAPS_BLANK.finditer(words):
        yield warning("blank", f"Something may be missing here: {quoted(words, *match.span())}.")
    for match in _GARBLED.finditer(words):
        yield warning("garbled", f"Characters are garbled here: {quoted(words, *match.span())}. Type them anew.")
