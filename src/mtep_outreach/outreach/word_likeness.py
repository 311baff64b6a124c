"""What one word more or less, or one letter, says about two names of organizations."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from ..organization_words import COMMON, KINDS, STATE_CODES, SYSTEMS, word_set

NOT_AT_ALL = 9.0
PLURAL = 0.2
SMALL = 0.8
LARGE = 1.6
TELLING = 3.9
"""From this price on a word tells organizations apart."""

# Of these words a name has one or the other, and the other is another organization.
OPPOSED = word_set(
    "north south east west northern southern eastern western northeast northwest southeast southwest northeastern "
    "northwestern southeastern southwestern central upper lower elementary high junior senior primary secondary "
    "kindergarten intermediate middle boys girls men women boy girl old new"
)

# What belongs to an organization of the same name, or stands above it, and is another organization.
_PARTS = word_set(
    "system office department press library alumni online global graduate law medicine medical dental dentistry "
    "nursing pharmacy hospital health extension business union division museum athletic bookstore center "
    "institute school foundation chapter club seminary preparatory academy association research laboratory "
    "society auxiliary pta parent booster friend friends fund trust league council"
)
_LIGHT = frozenset(["campus", "main", "unified", "independent", "consolidated", "public", "unitedstates"])
_LIGHT |= SYSTEMS
_AGENCIES = frozenset(["department", "board", "office", "commission", "agency", "council", "association", "society"])
_SHORT = 4
_LONG = 7


class Places(NamedTuple):
    """What is known of where two organizations are."""

    states: frozenset[str] = frozenset()
    same_state: bool = False
    states_differ: bool = False
    city_words: frozenset[str] = frozenset()
    same_city: bool = False
    cities_known: bool = False


@lru_cache(maxsize=1 << 16)
def misspelt(one: str, other: str) -> float:
    """Return what it costs to take one word for a misspelling of the other; NOT_AT_ALL is more than anything."""
    from rapidfuzz.distance import OSA

    if one == other + "s" or other == one + "s":
        return PLURAL
    shortest = min(len(one), len(other))
    if shortest < _SHORT or not (one + other).isalpha() or not OPPOSED.isdisjoint((one, other)):
        return NOT_AT_ALL
    if {one, other} <= STATE_CODES.keys() or {one, other} <= COMMON:
        return NOT_AT_ALL
    apart = OSA.distance(one, other, score_cutoff=2)
    if apart == 1:
        swapped = shortest > _SHORT and sorted(one) == sorted(other)
        return SMALL if swapped or shortest > _LONG else LARGE
    return LARGE if apart == 2 and shortest > _LONG + 1 and one[0] == other[0] else NOT_AT_ALL  # noqa: PLR2004


def is_opposed(word: str) -> bool:
    """Return whether a word that the other name does not have makes another organization."""
    return word in OPPOSED or word.isdigit()


def prices(mine: Iterable[int], words: tuple[str, ...], others: tuple[str, ...], places: Places) -> list[float]:
    """Return what each word costs that the other name does not have, by its place among the words of the name."""
    tail = len(words)
    ends = set()
    for place in sorted(mine, reverse=True):
        if place == tail - 1:
            tail = place
            ends.add(place)
    return [_price(words[place], place in ends, words, others, places) for place in mine]


def _price(word: str, at_end: bool, words: tuple[str, ...], others: tuple[str, ...], places: Places) -> float:
    if word in others:
        return 0.3
    if word in STATE_CODES:
        return _state_price(word, at_end, words, places)
    if word in places.city_words and at_end:
        return 0.4 if places.same_city else 5.0 if places.cities_known else 2.2
    if word in _LIGHT:
        return 0.6
    if word in KINDS and not SYSTEMS.isdisjoint(words + others):
        return 0.3
    return _plain_price(word, others, places)


def _plain_price(word: str, others: tuple[str, ...], places: Places) -> float:
    if word in _PARTS:
        return 7.0
    if word in KINDS:
        return LARGE
    if word in {"community", "junior"} and places.same_state and "college" in others:
        return 2.2
    if len(word) == 1:
        return 0.8
    return 3.2 if word in COMMON else 4.0


def _state_price(word: str, at_end: bool, words: tuple[str, ...], places: Places) -> float:
    """Return what a state's name costs: little at the end or in an agency's name, where it says what is known."""
    if places.states_differ or not (at_end or not _AGENCIES.isdisjoint(words)):
        return 5.0
    if places.states and STATE_CODES[word] not in places.states:
        return 5.0
    return 0.4 if places.same_state else 2.2


def is_part(word: str) -> bool:
    """Return whether a word makes a part of, or what stands above, the organization that is named without it."""
    return word in _PARTS
