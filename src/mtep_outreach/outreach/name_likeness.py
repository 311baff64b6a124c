"""How much two names speak for one organization, and why."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from ..organization_names import Words, initials, name_words, variants
from ..organization_words import KINDS, NOT_TELLING, SEATS, STATE_CODES
from .word_likeness import NOT_AT_ALL, SMALL, TELLING, Places, is_opposed, is_part, misspelt, prices

SAME = 4.0
NEVER = -20.0
_WORTH_OF_ACRONYM = (0.0, 0.0, 1.0, 1.8, 2.8, 3.2)
_CONTRADICTION = 7.0
_KIND_CONFLICT = 3.6
_RENAMED = 2.2
_NOTHING_TELLING = 2.0
_SEAT = 1.6


class NameLikeness(NamedTuple):
    """Points for (above 0) or against two names being one organization's, with the reasons."""

    points: float
    reasons: tuple[str, ...] = ()
    related: bool = False
    """Whether a word that tells is common and none contradicts: with the same address, one may be the other."""
    sharing: bool = False
    """Whether at least a word that tells is common, and none is of the kind that has an opposite."""


def compare_names(one: str, other: str, places: Places) -> NameLikeness:
    """Return how much two names speak for one organization."""
    found = _compare(_words(one), _words(other), places)
    if found.points == SAME:
        return found._replace(reasons=(_same_reason(one, other),))
    if "-" in one + other and 1 in (len(_words(one).words), len(_words(other).words)):
        joined = _compare(_words(one.replace("-", "")), _words(other.replace("-", "")), places)
        found = max(found, joined, key=lambda each: each.points)
    mine, theirs = _variants(one), _variants(other)
    if len(mine) + len(theirs) == 2:  # noqa: PLR2004
        return found
    others = [_compare(_words(x), _words(y), places) for x in mine for y in theirs]
    return max(found, *others, key=lambda each: each.points)


_words = lru_cache(maxsize=1 << 15)(name_words)
_variants = lru_cache(maxsize=1 << 15)(variants)


def _same_reason(one: str, other: str) -> str:
    if one.casefold() == other.casefold():
        return "same name"
    bare = [text.casefold().removeprefix("the ") for text in (one, other)]
    return "same name but for 'The'" if bare[0] == bare[1] else "same name in other words or signs"


def _compare(a: Words, b: Words, places: Places) -> NameLikeness:
    if not a.words or not b.words:
        return NameLikeness(NEVER)
    if a.words == b.words:
        return NameLikeness(SAME, related=True)
    if _other_marks(_marks(a.words), _marks(b.words)):
        return NameLikeness(NEVER)
    return _acronym(a, b) or _acronym(b, a) or _compare_words(a.words, b.words, places)


def _marks(words: tuple[str, ...]) -> list[str]:
    """Return the numbers and single letters of a name, which tell organizations of one name apart."""
    return [word for word in words if len(word) == 1 or word.isdigit()]


def _other_marks(one: list[str], other: list[str]) -> bool:
    """Return whether two names are marked as two: "Group A" and "Group B", "Local 1, Section 2" and "2, Section 1"."""
    left, right = Counter(one), Counter(other)
    return bool(left - right and right - left) or (left == right and one != other)


def _acronym(short: Words, long: Words) -> NameLikeness | None:
    if len(short.words) != 1 or len(long.words) == 1 or not short.words[0].isalpha():
        return None
    letters = short.words[0]
    if len(letters) < 2 or letters != long.initials:  # noqa: PLR2004
        return None
    return NameLikeness(_WORTH_OF_ACRONYM[min(len(letters), 5)], (f"{letters.upper()} is its acronym",), related=True)


class _Rest:
    """The words of two names, and the places of those that have no partner in the other one."""

    def __init__(self, one: tuple[str, ...], other: tuple[str, ...]) -> None:
        self.words = (one, other)
        left, right = Counter(one), Counter(other)
        self.shared = left & right
        self.left = _places_of(one, left - right)
        self.right = _places_of(other, right - left)
        self.telling = bool(self.shared.keys() - NOT_TELLING)
        self.mates: dict[str, str] = {}
        self.reasons: list[str] = []

    def sides(self) -> Iterator[tuple[list[int], list[int], tuple[str, ...], tuple[str, ...]]]:
        """Yield both ways of looking: own places, the other's places, own words, the other's words."""
        yield self.left, self.right, *self.words
        yield self.right, self.left, self.words[1], self.words[0]

    def only(self) -> tuple[list[str], list[str]]:
        """Return the words that only the one and only the other name has."""
        return [self.words[0][place] for place in self.left], [self.words[1][place] for place in self.right]


def _places_of(words: tuple[str, ...], surplus: Counter[str]) -> list[int]:
    """Return where the surplus words stand; of a repeated word the last ones."""
    found = []
    for place in range(len(words) - 1, -1, -1):
        if surplus[words[place]] > 0:
            surplus[words[place]] -= 1
            found.append(place)
    return found[::-1]


def _compare_words(a: tuple[str, ...], b: tuple[str, ...], places: Places) -> NameLikeness:
    rest = _Rest(a, b)
    cost = _pair_runs(rest) + _pair_misspelt(rest, places) + _order_cost(rest)
    if not rest.left and not rest.right:
        return NameLikeness(SAME - cost, tuple(rest.reasons), related=True)
    price, related, sharing = _rest_cost(rest, places)
    return NameLikeness(SAME - cost - price, tuple(rest.reasons), related, sharing)


def _order_cost(rest: _Rest) -> float:
    """Return what it costs that the common words stand in another order; the kind of an organization moves freely."""
    one = [rest.mates.get(word, word) for word in rest.words[0] if word in rest.shared or word in rest.mates]
    other = [word for word in rest.words[1] if word in rest.shared or word in rest.mates.values()]
    if one == other or len(one) != len(other):
        return 0.0
    if not rest.left and not rest.right:
        rest.reasons.append("same words in another order")
    moved = [[word for word in words if word not in KINDS and word not in STATE_CODES] for words in (one, other)]
    return 0.4 if moved[0] == moved[1] else 1.6


def _pair_runs(rest: _Rest) -> float:
    """Take out words that join or abbreviate words of the other name; return what that costs."""
    cost = 0.0
    for mine, theirs, my_words, their_words in rest.sides():
        if len(theirs) < 2:  # noqa: PLR2004
            continue
        for place in tuple(mine):
            run = _run(my_words[place], theirs, their_words)
            if run:
                mine.remove(place)
                for other in run:
                    theirs.remove(other)
                cost += 0.3
                rest.telling = True
                parts = " ".join(their_words[other] for other in run)
                rest.reasons.append(f"'{my_words[place]}' for '{parts}'")
    return cost


def _run(word: str, theirs: list[int], words: tuple[str, ...]) -> list[int]:
    """Return the places, beside each other, of the words that this word joins or abbreviates."""
    for begin in range(len(theirs)):
        if words[theirs[begin]][0] != word[0]:
            continue
        for end in range(begin + 2, min(len(theirs), begin + 8) + 1):
            run = theirs[begin:end]
            parts = [words[place] for place in run]
            if "".join(parts) == word or (len(word) > 1 and initials(parts) == word):
                return run
    return []


def _pair_misspelt(rest: _Rest, places: Places) -> float:
    """Take out words that differ in a letter or two; return what that costs, more where no other word tells."""
    cost = 0.0
    one, other = rest.words
    alone = not places.same_state and not rest.telling
    for place in tuple(rest.left):
        price, mate = min(((misspelt(one[place], other[mate]), mate) for mate in rest.right), default=(NOT_AT_ALL, 0))
        if price < NOT_AT_ALL:
            rest.left.remove(place)
            rest.right.remove(mate)
            rest.telling = True
            cost += price + (1.2 if alone and price > SMALL else 0.0)
            rest.mates[one[place]] = other[mate]
            rest.reasons.append(f"'{one[place]}' for '{other[mate]}'")
    return cost


def _rest_cost(rest: _Rest, places: Places) -> tuple[float, bool, bool]:
    """Return what the words cost that only one of the names has; whether they are still related, or sharing."""
    seat = _seat(rest)
    if seat:
        rest.reasons.append(seat)
        return _SEAT, True, True
    paid = _paid(rest, places)
    cost = sum(price for each in paid for _, price in each)
    left, right = rest.only()
    if not KINDS.isdisjoint(left) and not KINDS.isdisjoint(right):
        rest.reasons.append(f"'{_kind(left)}' and '{_kind(right)}'")
        cost += _RENAMED if _renamed(rest, places) else _KIND_CONFLICT
    contradict = all(any(price > TELLING for _, price in each) for each in paid)
    opposed = any(is_opposed(word) and not (word == "junior" and "college" in rest.shared) for word in left + right)
    cost += _CONTRADICTION * (contradict + opposed)
    if not rest.telling and not rest.shared.keys() & STATE_CODES.keys():
        cost += _NOTHING_TELLING
    _say_only(rest, paid)
    sharing = rest.telling and not opposed
    return cost, sharing and not contradict and not any(map(is_part, left + right)), sharing


def _paid(rest: _Rest, places: Places) -> list[list[tuple[str, float]]]:
    """Return for each name the words that it alone has with their prices; kinds that both have are paid together."""
    paid = [
        [(words[place], price) for place, price in zip(mine, prices(mine, words, others, places), strict=True)]
        for mine, _, words, others in rest.sides()
    ]
    if all(any(word in KINDS for word, _ in each) for each in paid):
        return [[(word, price) for word, price in each if word not in KINDS] for each in paid]
    return paid


def _say_only(rest: _Rest, paid: Iterable[Iterable[tuple[str, float]]]) -> None:
    """Give the words that only one of the names has as a reason."""
    words = [word for each in paid for word, price in each if price >= SMALL / 2]
    if words:
        rest.reasons.append(f"only one has '{' '.join(words)}'")


def _renamed(rest: _Rest, places: Places) -> bool:
    """Return whether one is a college and the other a university in the same place of the same words, in one state.

    That is how institutions are renamed; those named for a state or with other words are usually two.
    """
    one, other = rest.words
    if not places.same_state or len(rest.left) != 1 or rest.left != rest.right or len(one) != len(other):
        return False
    return {one[rest.left[0]], other[rest.right[0]]} == {"college", "university"} and rest.telling


def _kind(words: list[str]) -> str:
    return next(word for word in words if word in KINDS)


def _seat(rest: _Rest) -> str | None:
    """Return a reason when the one name only adds the place of the main campus."""
    for mine, theirs, words, others in rest.sides():
        only = " ".join(words[place] for place in mine)
        if only and not theirs and only in SEATS.get(" ".join(others), ()):
            return f"only one says '{only.title()}', the main campus"
    return None
