"""Who came to a meeting, recognised among the contacts: for certain, perhaps, or not at all. No database."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from ..files.attendance_names import plain_name
from ..files.attendance_people import Came
from ..names import name_key
from ..organizations import web_host
from .contact_likeness import FREE_MAIL, owner
from .name_likeness import compare_names
from .word_likeness import Places

MOST_CANDIDATES = 5

_NEARLY = 82
_SAME_ORGANIZATION = 1.5
_NOWHERE = Places()


@dataclass(frozen=True)
class Known:
    """A contact and the partner it belongs to; ``contact`` None: a partner without one, which has no name here."""

    contact: int | None
    name: str
    email: str | None
    partner: int
    partner_names: tuple[str, ...]
    website: str | None = None


class Sign(Enum):
    """By what somebody was recognised, or why a person should be asked."""

    ADDRESS = "the same address"
    NAME_AND_ORGANIZATION = "the same name and organization"
    NAME = "the same name, which only one contact has"
    SHARED_ADDRESS = "an address that several contacts have"
    NAMESAKES = "a name that several contacts have"
    OTHER_ORGANIZATION = "the same name, but another organization"
    NEARLY = "nearly the same name"
    DEVICE = "a device, which somebody of this name may own"
    NOBODY = "no contact of this address or name"


@dataclass(frozen=True)
class Match:
    """Who somebody is: one ``contact``, else ``candidates`` to ask about, else likely ``partners``, best first."""

    came: Came
    sign: Sign
    contact: Known | None = None
    candidates: tuple[Known, ...] = ()
    partners: tuple[int, ...] = ()


def match(came: Iterable[Came], contacts: Iterable[Known]) -> list[Match]:
    """Return who each of those is that came, in their order.

    Two of them may turn out to be one contact, who then came under two names: `attendance_people.together`.
    """
    index = _Index(contacts)
    return [_match(one, index) for one in came]


class _Index:
    """Contacts by address and by name, and what tells their partners."""

    def __init__(self, contacts: Iterable[Known]) -> None:
        self.by_address: dict[str, list[Known]] = {}
        self.by_ends: dict[tuple[str, str], list[Known]] = {}
        self.by_word: dict[str, list[Known]] = {}
        self.people: list[Known] = []
        self.keys: list[str] = []
        self.hosts: dict[int, set[str]] = {}
        self.names: dict[int, tuple[str, ...]] = {}
        self._fitting: dict[str, frozenset[int]] = {}
        for known in contacts:
            self.names.setdefault(known.partner, known.partner_names)
            hosts = {_host(known.email), owner(web_host(known.website) or "")} - {""}
            self.hosts.setdefault(known.partner, set()).update(hosts)
            if known.contact is not None:
                self._add(known)

    def _add(self, known: Known) -> None:
        if known.email:
            self.by_address.setdefault(known.email.lower(), []).append(known)
        words = _words(known.name)
        self.people.append(known)
        self.keys.append(" ".join(sorted(words)))
        for word in {*words}:
            self.by_word.setdefault(word, []).append(known)
        if len(words) > 1:
            self.by_ends.setdefault((words[0], words[-1]), []).append(known)

    def namesakes(self, name: str) -> list[Known]:
        """Return the contacts of a whole name, in which a middle name may be short or left out."""
        words = _words(name)
        if len(words) <= 1:
            return []
        found = self.by_ends.get((words[0], words[-1]), [])
        return [known for known in found if _compatible(words[1:-1], _words(known.name)[1:-1])]

    def partners_of(self, came: Came) -> dict[int, int]:
        """Return the partners that an address (2) or what stands beside the name (1) speaks for, and how much."""
        found: Counter[int] = Counter()
        if host := _host(came.email):
            found.update({partner: 2 for partner, hosts in self.hosts.items() if host in hosts})
        # "Ann Lee (Robert Lee)" and "Ann Lee (Iowa State)" read alike.
        for beside in filter(None, (came.hint, *came.also)):
            found.update(self._fitting_partners(beside))
        return dict(found)

    def _fitting_partners(self, hint: str) -> frozenset[int]:
        if hint not in self._fitting:
            self._fitting[hint] = frozenset(
                partner
                for partner, names in self.names.items()
                if any(compare_names(hint, name, _NOWHERE).points >= _SAME_ORGANIZATION for name in names)
            )
        return self._fitting[hint]

    def alike(self, came: Came, likely: dict[int, int]) -> list[Known]:
        """Return the contacts of nearly one of the names shown; of a likely partner, all who share a word."""
        from rapidfuzz import fuzz, process

        shown = [" ".join(sorted(_words(name))) for name in (came.name, *came.also) if name_key(name)]
        scores: dict[int, float] = {}
        for name in shown:
            found = process.extract(name, self.keys, scorer=fuzz.ratio, score_cutoff=_NEARLY, limit=MOST_CANDIDATES)
            for _, score, place in found:
                scores[place] = max(score, scores.get(place, 0))
        words = {word for name in shown for word in name.split() if len(word) > 1}
        near = [self.people[place] for place in sorted(scores, key=lambda place: (-scores[place], place))]
        sharing = [known for word in sorted(words) for known in self.by_word.get(word, ())]
        colleagues = [known for known in sharing if known.partner in likely]
        # A single name, or the first letter of a first name, fits whoever shares it and nobody else.
        short = [known for known in sharing if any(_is_short_for(_words(name), _words(known.name)) for name in shown)]
        return list(dict.fromkeys([*near, *colleagues, *short]))[:MOST_CANDIDATES]


def _match(came: Came, index: _Index) -> Match:
    same = index.namesakes(came.name)
    if found := index.by_address.get((came.email or "").lower(), []):
        sure = found if len(found) == 1 else [known for known in found if known in same]
        if len(sure) == 1:
            return Match(came, Sign.ADDRESS, sure[0])
        return Match(came, Sign.SHARED_ADDRESS, candidates=tuple(found[:MOST_CANDIDATES]))
    likely = index.partners_of(came)
    if came.device:
        return _asked(came, Sign.DEVICE, [*same, *index.alike(came, likely)], likely)
    return _by_name(came, same, likely) if same else _asked(came, Sign.NEARLY, index.alike(came, likely), likely)


def _by_name(came: Came, same: Sequence[Known], likely: dict[int, int]) -> Match:
    backed = [known for known in same if known.partner in likely]
    if len(backed) == 1:
        return Match(came, Sign.NAME_AND_ORGANIZATION, backed[0])
    if len(same) > 1:
        return _asked(came, Sign.NAMESAKES, backed or same, likely)
    if _contradicts(came, same[0], likely):
        return _asked(came, Sign.OTHER_ORGANIZATION, same, likely)
    return Match(came, Sign.NAME, same[0])


def _asked(came: Came, sign: Sign, candidates: Sequence[Known], likely: dict[int, int]) -> Match:
    partners = tuple(sorted(likely, key=lambda partner: (-likely[partner], partner))[:MOST_CANDIDATES])
    if not candidates:
        return Match(came, Sign.NOBODY, partners=partners)
    chosen = tuple(dict.fromkeys(candidates))[:MOST_CANDIDATES]
    return Match(came, sign, candidates=chosen, partners=partners)


def _contradicts(came: Came, known: Known, likely: dict[int, int]) -> bool:
    """Return whether the address or what stands beside the name speaks for somebody of another organization."""
    mine, theirs = _host(came.email), _host(known.email)
    return bool(mine and theirs and mine != theirs) or bool(came.hint) or bool(likely)


# ---- names ----------------------------------------------------------------------------------------------


def _words(name: str) -> tuple[str, ...]:
    # Taking a name apart costs a quarter of a millisecond; most names of contacts are plain.
    plain = name if name.replace(" ", "").replace("-", "").isalpha() and name.count(" ") == 1 else plain_name(name)
    return tuple(name_key(plain).split())


def _compatible(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether two middle names can be one person's: one left out, or one the first letter of the other."""
    if not one or not other:
        return True
    pairs = [sorted(pair, key=len) for pair in zip(one, other, strict=False)]
    return len(one) == len(other) and all(a == b or (len(a) == 1 and b.startswith(a)) for a, b in pairs)


def _is_short_for(shown: Sequence[str], whole: Sequence[str]) -> bool:
    """Return whether one name is a short form of the other: "Ann", or "A Lee", for "Ann Lee"."""
    if len(shown) == 1:
        return shown[0] in whole
    letter, *rest = sorted(shown, key=len)
    others = [word for word in whole if word not in rest]
    return len(letter) == 1 and set(rest) <= set(whole) and any(word.startswith(letter) for word in others)


def _host(email: str | None) -> str:
    """Return the part of an address that its organization owns, nothing for what anybody may have."""
    domain = (email or "").rpartition("@")[2].lower()
    host = web_host(domain) if domain not in FREE_MAIL else None
    return owner(host) if host else ""
