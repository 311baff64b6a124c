"""Names of organizations as words that can be compared: abbreviations in full, states as one word, no "The"."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from .names import name_key
from .organization_words import (
    CODE_WORDS,
    COMMON,
    JOINING,
    KINDS,
    LEGAL_FORMS,
    MEANINGS,
    NOT_TELLING,
    PAIR_BEGINNINGS,
    PAIRS,
    SHORT_FORMS,
    STATE_CODES,
    STATE_INITIALS,
    SYSTEMS,
)

_WORD = re.compile(r"[a-z0-9]+")
_OKINA = re.compile("[\u02bb\u02bc\u02be]")  # letters to Unicode, left out by most: Hawai\u02bbi
_CAPITALS = re.compile(r"\b[A-Z]{2,7}\b")
_CODE_AT_END = re.compile(r"[,(]\s*([A-Za-z]{2})[.)]*\s*$")
_SAINT_BEFORE = JOINING | {"mount"}
_STATE_BEFORE = frozenset(["university", "college", "univ", "coll", "tech", "board", "dept", "department"])


class Words(NamedTuple):
    """A name taken apart."""

    words: tuple[str, ...]
    """Its canonical words in order."""
    acronyms: frozenset[str] = frozenset()
    """Those of them that were written as acronyms."""
    said_state: str | None = None
    """The code of a state that was added in brackets to tell it from others of this name: "Trinity College (CT)"."""

    @property
    def state(self) -> str | None:
        """The code of the only state that is named, or None."""
        if self.said_state:
            return self.said_state
        named = {STATE_CODES[word] for word in self.words if word in STATE_CODES}
        if not named and not SYSTEMS.isdisjoint(self.words):
            return "NY"
        return named.pop() if len(named) == 1 else None

    @property
    def place(self) -> str | None:
        """The code of the state that is said to tell this name from others, or None: not that of "X of Alabama"."""
        if self.said_state or not self.words:
            return self.said_state
        code = STATE_CODES.get(self.words[-1])
        tells = any(word not in NOT_TELLING for word in self.words)
        return code if tells else None

    @property
    def initials(self) -> str:
        """The first letters of the words; an acronym in the name gives all of its own."""
        return initials(self.words, self.acronyms)


def name_words(text: str) -> Words:
    """Return a name as canonical words: abbreviations in full, no joining words, no legal form at the end."""
    if "&amp;" in text:
        text = text.replace("&amp;", "&")
    said = None
    end = _CODE_AT_END.search(text) if text[-1:] in ").," or text[-4:-2] == ", " else None
    if end and end[0][0] == "(" and end[1].lower() in CODE_WORDS:
        said, text, end = end[1].upper(), text[: end.start()], None
    capitals: Sequence[str] = () if text.isupper() else _CAPITALS.findall(text)
    tokens = _WORD.findall(text.lower().replace("'", "")) if text.isascii() else name_key(_OKINA.sub("", text)).split()
    if end and (word := CODE_WORDS.get(end[1].lower())):
        tokens[-1:] = [word]
    words = _meant(tokens)
    acronyms = frozenset(c.lower() for c in capitals).intersection(words) if capitals else frozenset()
    for acronym in acronyms:
        others = [word for word in words if word != acronym]
        if initials(others) == acronym:
            return Words(tuple(others), frozenset(), said)
    return Words(tuple(words), acronyms, said)


_OTHER_NAME = re.compile(
    r"[\s,;(/-]+(?:d/?b/?a|a/?k/?a|f/?k/?a|formerly|also known as|now known as)(?: known as| called)?[:.]?\s+",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\(([^()]*)\)")


def variants(name: str) -> list[str]:
    """Return the names that one text gives: "X dba Y", "X (formerly Y)", "X (Y College)"; usually it is one."""
    parts = _OTHER_NAME.split(name) if " " in name else [name]
    if len(parts) > 1:
        parts = [part.strip(" ()") for part in parts]
    elif "(" in name:
        inside = [text for text in _BRACKETS.findall(name) if _is_name(text)]
        parts = [_BRACKETS.sub(" ", name).strip(), *inside] if inside else parts
    return [part for part in parts if part] or [name]


def _is_name(text: str) -> bool:
    """Return whether a text in brackets is a name of its own, not a place or a remark."""
    words = name_words(text).words
    return len(words) > 1 and not KINDS.isdisjoint(words)


def _meant(tokens: list[str]) -> list[str]:
    """Return the words that the tokens of a name stand for."""
    found: list[str] = []
    letters = False
    place = 0
    while place < len(tokens):
        plain = _plain_meaning(tokens[place])
        if plain is None:
            used, letters = _add_by_place(found, tokens, place, letters=letters)
            place += used
        else:
            found += plain
            letters = letters and not plain
            place += 1
    return _tidied(found)


def _add_by_place(found: list[str], tokens: list[str], place: int, *, letters: bool) -> tuple[int, bool]:
    """Add what a word stands for beside its neighbours; return how many were used, and whether letters may follow."""
    token = tokens[place]
    pair = (token, *tokens[place + 1 : place + 2])
    if pair in PAIRS:
        found += PAIRS[token, pair[1]].split()
        return 2, False
    if token in JOINING:
        return 1, letters
    if len(token) == 1 and letters:
        found[-1] += token
        return 1, True
    if len(token) <= 2:  # noqa: PLR2004
        return 1, _add_short(found, tokens, place)
    found += _meaning(token)
    return 1, False


def _tidied(found: list[str]) -> list[str]:
    """Return words without a legal form or "Main Campus" at the end, with the short forms of some."""
    for place in range(len(found) - 1, 0, -1):
        if found[place] == "university" == found[place - 1]:
            del found[place]
    if "newyork" in found or "agricultural" in found:
        _shorten(found)
    while len(found) > 1 and found[-1] in LEGAL_FORMS:
        found.pop()
    if found and found[-1] in _CAMPUS and len(found) > 2:  # noqa: PLR2004
        del found[-2 if found[-2] == "main" else -1 :]
    return found


_CAMPUS = frozenset(["campus", "main"])


def _shorten(found: list[str]) -> None:
    """Put one word in the place of the name of a system, and "A & M" in the place of what it stands for."""
    for length in (3, 2):
        for place in range(len(found) - length + 1):
            short = SHORT_FORMS.get(tuple(found[place : place + length]))
            if short:
                found[place : place + length] = [short]
                return


def _add_short(found: list[str], tokens: list[str], place: int) -> bool:
    """Add what a word of one or two letters stands for where it stands; return whether further letters belong to it."""
    word = tokens[place]
    before = tokens[place - 1] if place else ""
    after = tokens[place + 1] if place + 1 < len(tokens) else ""
    if word == "st":
        saint = not before or before in _SAINT_BEFORE or (after and after not in _STATE_BEFORE)
        found.append("saint" if saint else "state")
    elif word == "co" and len(after) > 1 and after not in LEGAL_FORMS:
        found.append("county")
    elif word == "u" and (not before or not after):
        found.append("university")
    elif word in _SIDES and len(after) > 1 and after != "and" and (not before or before in JOINING):
        found.append(_SIDES[word])
    elif word in {"no", "nr"} and after.isdigit():
        return False
    elif _is_code(word, before, after):
        found.append(CODE_WORDS[word])
    else:
        found.extend(_meaning(word))
        return len(word) == 1
    return False


def _is_code(word: str, before: str, after: str) -> bool:
    """Return whether a word of two letters is the code of a state: at the end, or before "Dept."."""
    if word not in CODE_WORDS:
        return False
    return word not in _NOT_CODES_AT_END if not after else not before and after in _STATE_AGENCIES and word != "la"


_STATE_AGENCIES = frozenset(["dept", "department", "state", "board", "assn", "assoc", "association", "council", "tech"])
_SIDES = {"n": "north", "s": "south", "e": "east", "w": "west", "so": "south", "no": "north"}
_NOT_CODES_AT_END = frozenset(["sd", "ms", "la", "hi", "me", "or", "co", "pa", "ma", "md", "id", "as", "al", "de"])


@lru_cache(maxsize=1 << 16)
def _plain_meaning(token: str) -> tuple[str, ...] | None:
    """Return the canonical words of a word that means the same wherever it stands, or None for another one."""
    if token in PAIR_BEGINNINGS:
        return None
    if token in JOINING:
        return ()
    return None if len(token) <= 2 and not token.isdigit() else _meaning(token)  # noqa: PLR2004


@lru_cache(maxsize=1 << 16)
def _meaning(token: str) -> tuple[str, ...]:
    """Return the canonical words of one word; one wrong letter in a long usual word is mended."""
    if token in MEANINGS:
        return MEANINGS[token]
    if token.isdigit():
        return (token.lstrip("0") or "0",)
    mended = _mended(token)
    return MEANINGS.get(mended, (mended,))


_SHORTEST_MENDED = 7
_MENDED = frozenset(["mathematics", "elementary", "community", "national", "international", "american", "education"])
_MENDED |= frozenset(["educators", "teachers", "technology", "technical", "sciences", "universities"])
_NOT_MISTAKES = frozenset(["collage", "country", "countries", "scientific", "centered", "collegiate"])


def _without_one(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


_USUAL = frozenset(w for w in KINDS | _MENDED if len(w) >= _SHORTEST_MENDED)
_NEARLY = {short: word for word in sorted(_USUAL) for short in _without_one(word)}


def _mended(token: str) -> str:
    """Return the usual word that a word is but for one letter missing, doubled, wrong or swapped; else the word."""
    if len(token) < _SHORTEST_MENDED - 1 or token in _USUAL or token in _NOT_MISTAKES or token in COMMON:
        return token
    if token in _NEARLY:
        return _NEARLY[token]
    for shorter in sorted(_without_one(token)):
        found = shorter if shorter in _USUAL else _NEARLY.get(shorter)
        if found and (shorter in _USUAL or sorted(found) == sorted(token) or _one_wrong(found, token)):
            return found
    return token


def _one_wrong(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def initials(words: Iterable[str], acronyms: frozenset[str] = frozenset()) -> str:
    """Return the first letters of words; states give those of their whole names, acronyms all of their own."""
    if acronyms:
        return "".join([w if w in acronyms else STATE_INITIALS.get(w) or w[0] for w in words])
    return "".join([STATE_INITIALS.get(w) or w[0] for w in words])
