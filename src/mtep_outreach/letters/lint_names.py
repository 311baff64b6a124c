"""Names of other partners in a letter: the mark of a letter that was copied, or mixed up."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from .. import places
from ..names import name_key
from .drafts import Draft, Finding, error, warning
from .lint_text import LINK

_FEWEST_LETTERS = 8
_STATES = frozenset(name_key(places.state_name(code)) for code in places.CODES)

# Capitals that any letter holds, whatever organization is called so: zones of time, and everyday abbreviations.
_ZONES = "EST EDT CST CDT MST MDT PST PDT AKST AKDT HST HDT AST ADT SST UTC GMT"
_EVERYDAY = "USA STEM STEAM MATH RSVP FAQ PDF URL CEO PLC AND FOR THE ALL NOT YOU OUR PLEASE NEW WILL JOIN"
_NO_ACRONYMS = frozenset(f"{_ZONES} {_EVERYDAY}".split())
_CAPITALS = re.compile(r"(?<![\w&-])[A-Z][A-Z0-9]*(?:[&-][A-Z0-9]+)*(?!\w)")
_CHUNK = re.compile(r"(\S+)(\s*)")
_SENTENCE_ENDS = re.compile(r"[^\W\d_]{5}[.!?:;][)”’\"']{0,3}$")
_BREAK = ""  # stands between words that belong to no one name


class OtherNames:
    """The names of all partners, to be looked for in letters."""

    def __init__(self, names: Iterable[tuple[int, str]], not_names: Iterable[str]) -> None:
        self._by_key: dict[str, tuple[int, str]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        self._capitals: dict[str, int] = {}
        for partner, name in names:
            self._add(partner, name)
        self._not_names = _keys(not_names)

    def _add(self, partner: int, name: str) -> None:
        key = _bare(name_key(name))
        if _CAPITALS.fullmatch(name) and sum(c.isalpha() for c in name) >= 3 and name not in _NO_ACRONYMS:  # noqa: PLR2004
            self._capitals.setdefault(name, partner)
        # "New York" or "Auburn" stands in a letter for the place.
        if " " in key and len(key) - key.count(" ") >= _FEWEST_LETTERS and key not in _STATES:
            self._by_key.setdefault(key, (partner, name))
            _put_length(self._lengths, key)

    def found(self, draft: Draft, words: str) -> Iterator[Finding]:
        """Find other partners that a letter names; ``words`` is the letter in plain words."""
        own = _keys([draft.partner, *draft.own_names, draft.signer, draft.contact or ""])
        not_others = f"{_in_one(own)}{_in_one(self._not_names)}"
        said = _in_one([name_key(text) for text in draft.said_by_people])
        reported = {draft.partner_id}
        for partner, name in [*self._spelled_out(words, [*own, *self._not_names]), *self._acronyms(words)]:
            key = _bare(name_key(name))
            if partner in reported or f" {key} " in not_others:
                continue
            reported.add(partner)
            if f" {key} " in said:
                yield warning(
                    "another-organization",
                    f"It names another organization, '{name}', in words that a volunteer typed: "
                    f"check that {draft.partner} may read them.",
                )
            else:
                yield error(
                    "another-organization",
                    f"It names another organization, '{name}': check that the letter is meant for {draft.partner}, "
                    "and take the name out.",
                )

    def _acronyms(self, words: str) -> Iterator[tuple[int, str]]:
        for match in _CAPITALS.finditer(words):
            for acronym in dict.fromkeys([match[0], *match[0].split("-")]):
                if acronym in self._capitals:
                    yield self._capitals[acronym], acronym

    def _spelled_out(self, text: str, own: list[str]) -> Iterator[tuple[int, str]]:
        """Find names by their words, the longest that begins at each word, so that no part of one counts."""
        words, initials = _words(text)
        own_keys, own_lengths = frozenset(own), dict[str, tuple[int, ...]]()
        for key in own_keys:
            _put_length(own_lengths, key)
        after = 0
        for at in range(len(words) - 1):
            pair = f"{words[at]} {words[at + 1]}"
            if at < after or not (pair in self._lengths or pair in own_lengths):
                continue
            lengths = {*self._lengths.get(pair, ()), *own_lengths.get(pair, ())}
            for length in sorted(lengths, reverse=True):
                phrase = " ".join(words[at : at + length])
                if phrase in own_keys:
                    after = at + length
                    break
                other = self._by_key.get(phrase)
                if other and _as_a_name(other[1], initials[at], initials[at + length - 1]):
                    after = at + length
                    yield other
                    break


def _bare(key: str) -> str:
    """Return a key without the article that a sentence may leave out."""
    short = key.removeprefix("the ")
    return short if " " in short else key


def _keys(names: Iterable[str]) -> list[str]:
    return [key for key in (_bare(name_key(name)) for name in names) if key]


def _in_one(keys: Iterable[str]) -> str:
    """Return keys as one text, in which a phrase between blanks is found by ``in``."""
    return "".join(f" {key} |" for key in keys)


def _put_length(lengths: dict[str, tuple[int, ...]], key: str) -> None:
    """Note how many words a name has under its first two."""
    first, _, rest = key.partition(" ")
    pair = f"{first} {rest.partition(' ')[0]}"
    length = key.count(" ") + 1
    if length not in (known := lengths.get(pair, ())):
        lengths[pair] = (*known, length)


def _as_a_name(name: str, first: str, last: str) -> bool:
    """Return whether words stand with the capitals of a name: "teacher education" is no Teacher Education."""
    spelled = [word.lstrip("\"'“‘(") for word in name.split()]
    return not (
        (first.islower() and spelled[0][:1].isupper() and spelled[0].lower() != "the")
        or (last.islower() and spelled[-1][:1].isupper())
    )


def _words(text: str) -> tuple[list[str], list[str]]:
    """Return the words of a text as keys have them, and the first letter of each as it was typed."""
    words: list[str] = []
    initials: list[str] = []
    for match in _CHUNK.finditer(text):
        chunk, gap = match.groups()
        found = _words_of(chunk)
        words += found
        initials += [_initial(chunk)] * len(found)
        if LINK in chunk or _breaks(chunk, gap, text[match.end() : match.end() + 1]):
            words.append(_BREAK)
            initials.append(_BREAK)
    return words, initials


@lru_cache(maxsize=4096)  # the letters of one mailing share most of their words
def _words_of(chunk: str) -> tuple[str, ...]:
    return tuple(name_key(chunk).split())


def _initial(chunk: str) -> str:
    return chunk[0] if chunk[0].isalnum() else next((c for c in chunk if c.isalnum()), "")


def _breaks(chunk: str, gap: str, following: str) -> bool:
    """Return whether a sentence, a paragraph or a line that Markdown keeps ends with a chunk."""
    if "\n" in gap and (gap.count("\n") > 1 or gap.startswith("  ") or chunk.endswith("\\")):
        return True
    return following.isupper() and bool(_SENTENCE_ENDS.search(chunk))
