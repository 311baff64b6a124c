"""The keys under which an organization is looked up: two that may be the same share one.

Nothing here decides whether two organizations are one: it finds the few that are worth comparing.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from .names import name_key
from .organization_names import Words, name_words, variants
from .organization_words import COMMON, NOT_TELLING, SEATS, STATE_CODES, SYSTEMS, word_set

_VOWELS = str.maketrans("", "", "aeiouy")
_DOUBLED = re.compile(r"(.)\1+")
_LONGEST_ACRONYM = 8
_SHORTEST_ACRONYM = 3
_KIND = {"college": "un"}  # colleges are renamed universities

NAME_KEYS = ("a:", "e:", "i:", "k:", "n:", "p:", "s:")
"""What look-up keys begin with that only names give: two of these names in two states are two organizations."""

MOST_ALIKE = 12
"""How many organizations share a key at most: one that more of them have says nothing of any two."""


@lru_cache(maxsize=1 << 16)
def _skeleton(word: str) -> str:
    """Return what is left of a word when it is misspelt: its first letter and its next consonants."""
    bare = _DOUBLED.sub(r"\1", word[1:].translate(_VOWELS))
    return word if word.isdigit() else word[0] + bare[:5]


# Hosts under which everybody has pages; a page there says nothing about who owns it.
SHARED_HOSTS = word_set(
    "facebook.com twitter.com x.com instagram.com linkedin.com youtube.com sites.google.com google.com "
    "docs.google.com wordpress.com blogspot.com wixsite.com weebly.com wix.com squarespace.com github.io "
    "github.com meetup.com eventbrite.com linktr.ee tumblr.com medium.com godaddysites.com business.site web.com "
    "angelfire.com tripod.com geocities.com greatschools.org guidestar.org wikipedia.org en.wikipedia.org "
    "yelp.com yahoo.com bit.ly"
)
_HOST = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^/@?#]*@)?([^/:?#\s]+)", re.IGNORECASE)
_STATE_HOST = re.compile(r"(^|\.)(k12|state|cc|lib|ci|co|pvt|tec)\.[a-z]{2}\.us$|^[a-z]{2}\.us$|^[a-z]{2}\.gov$")


@lru_cache(maxsize=1 << 12)
def web_host(website: str | None) -> str | None:
    """Return the host of a web address as its owner's mark, or None for a host that is shared by strangers."""
    found = _HOST.match(website) if website else None
    host = found[1].lower().rstrip(".") if found else ""
    host = re.sub(r"^(www\d?|web)\.", "", host)
    if "." not in host or host in SHARED_HOSTS:
        return None
    shared = _STATE_HOST.search(host)
    return None if shared and host.count(".") <= shared[0].strip(".").count(".") else host


def look_up_keys(
    names: Sequence[str],
    *,
    state: str | None = None,
    website: str | None = None,
    address: str | None = None,
    phone: str | None = None,
) -> list[str]:
    """Return the keys an organization is stored under: two that may be the same share one.

    ``names`` begins with the official name. A key "i:" of a long name's first letters is shared with the key "a:"
    of an acronym alone: whoever looks up asks for ``asked_keys``.
    """
    keys: dict[str, None] = {}
    for name in names:
        _add_name_keys(keys, name_words(name), state)
        if "-" in name:
            _add_initials(keys, name_words(name.replace("-", "")))
        others = variants(name) if " " in name else ()
        if len(others) > 1:
            for part in others:
                _add_name_keys(keys, name_words(part), state)
    host = web_host(website)
    if host:
        keys["w:" + host] = None
    if phone and (digits := phone_digits(phone)):
        keys["t:" + digits[-_SHORTEST_PHONE:]] = None
    if address and (at := street(address)):
        keys[f"d:{at[0]} {at[1]}"] = None
    return list(keys)


def stored_keys(
    names: Sequence[str],
    *,
    state: str | None = None,
    website: str | None = None,
    address: str | None = None,
    phone: str | None = None,
) -> list[str]:
    """Return the keys that are worth storing: without "s:" (one word and the state), which alone finds 1 in 100.

    Comparing all with all needs no index, and uses those too.
    """
    keys = look_up_keys(names, state=state, website=website, address=address, phone=phone)
    return [key for key in keys if not key.startswith("s:")]


_NO_DIGITS = re.compile(r"\D+")
_EXTENSION = re.compile(r"\s*(?:ext|x|#).*$", re.IGNORECASE)
_SHORTEST_PHONE = 7
_STREET = re.compile(r"^\D{0,12}?(\d+)\S*\s+(.*)$", re.DOTALL)
_NO_STREET = frozenset(
    ["n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south", "east", "west", "p", "po", "box", "pmb", "the"]
)


def phone_digits(phone: str) -> str:
    """Return the last ten digits of a phone number without its extension; nothing for less than seven."""
    digits = _NO_DIGITS.sub("", _EXTENSION.sub("", phone))[-10:]
    return digits if len(digits) >= _SHORTEST_PHONE else ""


def street(address: str) -> tuple[str, str] | None:
    """Return the house number and the beginning of the street's own name, or None where there is none."""
    found = _STREET.match(address.strip())
    if not found:
        return None
    words = [word for word in name_key(found[2]).split() if word not in _NO_STREET]
    return (found[1], words[0][:4]) if words else None


def asked_keys(keys: Iterable[str]) -> list[str]:
    """Return what to look for, given an organization's own keys: first letters find acronyms, not each other."""
    asked: dict[str, None] = {}
    for key in keys:
        if key.startswith("i:"):
            asked["a:" + key[2:]] = None
        else:
            asked[key] = None
            if key.startswith("a:"):
                asked["i:" + key[2:]] = None
    return list(asked)


def _add_name_keys(keys: dict[str, None], name: Words, state: str | None) -> None:
    """Add the keys of one name."""
    words = name.words
    if not words:
        return
    _add_initials(keys, name)
    telling = _joined([word for word in words if word not in NOT_TELLING and len(word) > 1])
    where = state or name.state or ""
    if len(telling) > 1:
        first, second = sorted((_skeleton(telling[0]), _skeleton(telling[1])))
        keys[f"p:{first} {second}"] = None
        if len(telling) > 2:  # noqa: PLR2004
            first, second = sorted((_skeleton(telling[-2]), _skeleton(telling[-1])))
            keys[f"p:{first} {second}"] = None
        else:
            keys[f"s:{_skeleton(telling[0])} {where}"] = None
            keys[f"s:{_skeleton(telling[1])} {where}"] = None
    elif telling:
        only = telling[0]
        kind = "".join(sorted({_KIND.get(word, word[:2]) for word in words if word in COMMON and word not in SYSTEMS}))
        for each in {kind} if SYSTEMS.isdisjoint(words) else ("", "un"):
            keys[f"k:{_skeleton(only)} {each}"] = None
        if where:
            keys[f"s:{_skeleton(only)} {where}"] = None
            keys[f"e:{only[:3]}{only[-2:]}{kind} {where}"] = None
    else:
        keys[_plain_key(words, where)] = None
    if len(words) > 2:  # noqa: PLR2004
        _add_seat_key(keys, words, state)


def _joined(words: list[str]) -> list[str]:
    """Return words with those joined to the next one that many write as one: "La Crosse", "St. John"."""
    if _JOINED_TO_NEXT.isdisjoint(words):
        return words
    found: list[str] = []
    for word in words:
        if found and found[-1] in _JOINED_TO_NEXT:
            found[-1] += word
        else:
            found.append(word)
    return found


_JOINED_TO_NEXT = frozenset(
    ["la", "le", "du", "mc", "mac", "san", "santa", "saint", "el", "los", "las", "van", "von", "des", "mount", "fort"]
)


def _plain_key(words: Sequence[str], where: str) -> str:
    """Return the key of a name of common words only, in any order; agencies of a state may leave out its name."""
    bare = {word.rstrip("s") for word in words if word not in STATE_CODES}
    if where and len(bare) > 2:  # noqa: PLR2004
        return "n:" + " ".join(sorted(bare)) + " " + where
    return "n:" + " ".join(sorted({word.rstrip("s") for word in words}))


def _add_initials(keys: dict[str, None], name: Words) -> None:
    """Add the key of the first letters of a name, or of a name that is an acronym."""
    short = name.initials if len(name.words) > 1 or name.acronyms else "".join(name.words)
    if _SHORTEST_ACRONYM <= len(short) <= _LONGEST_ACRONYM:
        keys[("a:" if len(name.words) == 1 or name.acronyms else "i:") + short] = None


def _add_seat_key(keys: dict[str, None], words: tuple[str, ...], state: str | None) -> None:
    """Add the keys of the name without the place of its main campus."""
    for length in (3, 2):
        if " ".join(words[length:]) in SEATS.get(" ".join(words[:length]), ()):
            _add_name_keys(keys, Words(words[:length]), state)
