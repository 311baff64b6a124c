"""Whether two organizations are likely the same one, and why: pure functions, no database."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, combinations, groupby

from ..organization_names import name_words
from ..organization_words import word_set
from ..organizations import look_up_keys
from .contact_likeness import Sign, phone_signs, street_signs, web_signs
from .name_likeness import NEVER, SAME, NameLikeness, compare_names
from .word_likeness import Places

DOUBTFUL = 0.5
"""The score from which a person should be asked whether two organizations are one."""

_EVEN = 2.0  # so many points are a score of one half
_LARGEST_BLOCK = 24
_LARGE_BLOCK = 1000
_NEAREST = 8

# Organizations of these kinds are many of one name, each known by its town.
_LOCAL = word_set(
    "school elementary high middle church library center club pta academy parent ymca ywca naacp rotary kiwanis "
    "lions elks vfw legion aauw scouts goodwill federation order knights masons grange sorority fraternity league "
    "brotherhood start care daycare chapter lodge post preschool institute hospital museum child"
)


@dataclass(frozen=True)
class Organization:
    """What is compared of an organization. ``names``: the official one, then acronym, aliases, former names."""

    number: int
    names: tuple[str, ...]
    state: str | None = None
    city: str | None = None
    website: str | None = None
    address: str | None = None
    postal_code: str | None = None
    phone: str | None = None
    domains: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Likeness:
    """How likely two organizations are the same: a score from 0 to 1, and the reasons for a person to read."""

    score: float
    reasons: tuple[str, ...]


def likeness(a: Organization, b: Organization) -> Likeness:
    """Return how likely two organizations are the same one."""
    places = _places(a, b)
    names = _best_names(a, b, places)
    if names.points <= NEVER:
        return Likeness(0.0, ())
    signs = list(_signs(a, b, places))
    points = _points(names, signs)
    reasons = (*names.reasons, *(sign.reason for sign in signs))
    return Likeness(round(1 / (1 + math.exp(min(_EVEN - points, 50.0))), 4), reasons)


def _points(names: NameLikeness, signs: list[Sign]) -> float:
    """Return the points of names and signs together.

    Related names of one web address or one street are one organization, however much longer the one is; of one street
    and one telephone, even names that only share a word. Equal names
    with one web address in two states may be one national body, of which a list has another address.
    """
    points = names.points
    strong = sum(sign.points for sign in signs if sign.points >= _STRONG)
    if strong and (names.related or (names.sharing and strong >= _VERY_STRONG)):
        points = max(points, _EVEN + 0.4 - strong)
    if names.points > SAME - 0.5 and strong:
        points += 1.5 if any(sign.points <= _OTHER_STATE for sign in signs) else 0.0
    return points + sum(sign.points for sign in signs)


_STRONG = 2.5
_VERY_STRONG = 5.5
_OTHER_STATE = -6.0


def _places(a: Organization, b: Organization) -> Places:
    mine, yours = _state(a), _state(b)
    states = frozenset(state for state in (mine, yours) if state)
    one, other = _city(a.city), _city(b.city)
    return Places(
        states=states,
        same_state=mine == yours and mine is not None,
        states_differ=len(states) > 1,
        city_words=frozenset(one + other),
        same_city=bool(one) and one == other,
        cities_known=bool(one and other),
    )


def _state(one: Organization) -> str | None:
    """Return its state, or the one that is said behind its name."""
    return one.state or (_said_state(one.names[0]) if one.names else None)


@lru_cache(maxsize=1 << 14)
def _said_state(name: str) -> str | None:
    return name_words(name).place


@lru_cache(maxsize=1 << 14)
def _city(city: str | None) -> tuple[str, ...]:
    return name_words(city).words if city else ()


def _best_names(a: Organization, b: Organization, places: Places) -> NameLikeness:
    """Return what the two names say that are most alike."""
    pairs = sorted({(min(x, y), max(x, y)) for x in a.names for y in b.names})
    return max((compare_names(x, y, places) for x, y in pairs), default=NameLikeness(NEVER, ()))


def _signs(a: Organization, b: Organization, places: Places) -> Iterator[Sign]:
    """Yield what all but the names says."""
    words = {word for one in (a, b) for name in one.names[:1] for word in name_words(name).words}
    local = not _LOCAL.isdisjoint(words)
    if places.states_differ:
        yield Sign(_OTHER_STATE, f"different states ({', '.join(sorted(places.states))})")
    elif places.same_state:
        yield Sign(0.5, "same state")
    yield from web_signs(a, b)
    if places.same_city:
        yield Sign(0.8, "same city")
    elif places.cities_known:
        yield Sign(-3.0 if local else -1.2, "different cities")
    yield from street_signs(a, b, local=local)
    yield from phone_signs(a, b)


def likely_pairs(organizations: Sequence[Organization], threshold: float = DOUBTFUL) -> list[tuple[int, int, Likeness]]:
    """Return the pairs of organizations (by number) that are likely the same, best first, each pair once.

    A name that is found in three towns or more is that of a chain: in different towns it is not the same.
    """
    towns = _towns(organizations)
    found = []
    for one, other in candidates(organizations):
        like = likeness(one, other)
        if like.score >= threshold and not _chain(one, other, towns):
            found.append((one.number, other.number, like))
    return sorted(found, key=lambda pair: (-pair[2].score, pair[0], pair[1]))


def _towns(organizations: Iterable[Organization]) -> dict[tuple[str, ...], set[tuple[str | None, tuple[str, ...]]]]:
    """Return for each name the towns where it is found."""
    towns: dict[tuple[str, ...], set[tuple[str | None, tuple[str, ...]]]] = {}
    for one in organizations:
        if one.city and one.names:
            towns.setdefault(name_words(one.names[0]).words, set()).add((one.state, _city(one.city)))
    return {name: found for name, found in towns.items() if len(found) >= _CHAIN}


def _chain(
    one: Organization, other: Organization, towns: dict[tuple[str, ...], set[tuple[str | None, tuple[str, ...]]]]
) -> bool:
    """Return whether two organizations are of one chain, in different towns, and not of one web address."""
    if not towns or not one.city or not other.city or _city(one.city) == _city(other.city):
        return False
    return name_words(one.names[0]).words in towns and not any(web.points > 1 for web in web_signs(one, other))


_CHAIN = 3


def candidates(organizations: Sequence[Organization]) -> Iterator[tuple[Organization, Organization]]:
    """Yield the pairs worth comparing, each once: they share a key, and no state stands between them."""
    seen: set[int] = set()
    total = len(organizations)
    for kind, block in _blocks(organizations):
        for x, y in _pairs(kind, block, organizations):
            one, other = (x, y) if x < y else (y, x)
            mark = one * total + other
            if mark not in seen:
                seen.add(mark)
                yield organizations[one], organizations[other]


_PLACE = 32  # bits of a place in the list
_HASH = 6  # bytes of a key's hash: a million organizations have five million keys


def _blocks(organizations: Sequence[Organization]) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Yield for each key that several share its first letter, and the places with the first letter each has it by.

    Keys are kept as numbers, sorted: a dictionary of lists takes five times the memory.
    """
    entries: list[int] = []
    for place, one in enumerate(organizations):
        for key in look_up_keys(one.names, state=one.state, website=one.website, address=one.address, phone=one.phone):
            letter = "a" if key[0] == "i" else key[0]
            mark = int.from_bytes(blake2b((letter + key[1:]).encode(errors="replace"), digest_size=_HASH).digest())
            entries.append((((mark << 8 | ord(letter)) << 8 | ord(key[0])) << _PLACE) | place)
    entries.sort()
    for head, group in groupby(entries, key=lambda entry: entry >> (_PLACE + 8)):
        block = [(chr(entry >> _PLACE & 0xFF), entry & 0xFFFFFFFF) for entry in group]
        if len(block) > 1:
            yield chr(head & 0xFF), block


def _pairs(kind: str, block: list[tuple[str, int]], organizations: Sequence[Organization]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of a block; the first letters of two long names bring nobody together.

    Different states are only worth comparing where the web address or the phone number is the same.
    """
    whole = [place for letter, place in block if letter == kind]
    found: Iterable[tuple[int, int]] = _pairs_of(whole, organizations)
    if len(whole) < len(block):
        long = [place for letter, place in block if letter != kind]
        mixed = ((x, y) for x in whole[:_LARGEST_BLOCK] for y in long[:_LARGE_BLOCK] if x != y)
        found = chain(found, mixed)
    if kind in "wt":
        yield from found
    else:
        yield from ((x, y) for x, y in found if not _apart(organizations[x].state, organizations[y].state))


def _apart(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _pairs_of(places: list[int], organizations: Sequence[Organization]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of a block; of one that is too large those of the nearest states, cities and names."""
    if len(places) <= _LARGEST_BLOCK:
        yield from combinations(places, 2)
        return

    def order(place: int) -> tuple[str, str, str]:
        one = organizations[place]
        return one.state or "", " ".join(_city(one.city)), one.names[0] if one.names else ""

    ordered = sorted(places, key=order)
    for begin, one in enumerate(ordered):
        for other in ordered[begin + 1 : begin + _NEAREST]:
            yield one, other
