"""Names as people type them into a meeting: the person, the organization beside it, and what is only a device."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ..names import clean_line, name_key
from ..organization_names import name_words
from ..organization_words import KINDS, word_set

if TYPE_CHECKING:
    from nameparser import HumanName
    from nameparser.config import Constants

_LONGEST = 200

_BRACKETS = re.compile(r"[(\[（【]([^()\[\]（）【】]*)(?:[)\]）】]|$)")
_BETWEEN = re.compile(r"\s+[-–—|/@:•~]+\s+|\s*\|\s*|,?\s+(?:from|with)\s+|(?<=[a-z])-(?=[A-Z]{3,8}$)")
_BULLET = re.compile(r"^(?:[-*•·–—]\s+|\d{1,4}(?:[.):]|\s[-–])?\s+(?=[^\W\d]))")
_PRONOUNS = re.compile(
    r"(?:(?:she|he|they|her|him|them|hers|his|theirs|ze|hir|xe|ella|elle|el|iel|any|all|pronouns)(?:[\s/,&]+|$)){1,5}",
    re.IGNORECASE,
)
# What programs say of a person beside the name.
_REMARKS = word_set(
    "ext external extern guest gast invite host co cohost organizer presenter panelist you me unverified anonymous "
    "interpreter 主催者 ゲスト"
)
_NUMBER = re.compile(r"[+(]?[\d\s().*x–-]{6,40}")
_MODEL = r"(?:[ ,#(-]+(?:(?=\w*\d)\w++|pro|max|mini|plus|air|ultra|tab|note|fold|flip|edge|se|xr|xs|fe|phone)\)?){0,5}"
_MAKES = (
    r"(?:i[ -]?(?:pad|phone|pod|mac)|mac ?book|chrome ?book|galaxy|android|samsung|huawei|xiaomi|redmi|oneplus|"
    r"motorola|moto [a-z]|pixel \d|surface(?: pro| go)?|kindle|(?:desktop|laptop)-\w+|sm-\w+|zoom ?rooms?)"
)
_MACHINES = r"(?:phone|cell|cellphone|mobile|handy|laptop|desktop|computer|pc|tablet|mac)"
_NOBODY = r"(?:user|guest|zoom ?user|call[- ]in ?user|caller|participant|attendee|anonymous|unknown|owner|admin|host)"
_DEVICE = re.compile(rf"(?:the |my )?(?:{_MAKES}|{_MACHINES}){_MODEL}|{_NOBODY}[ #]*\d{{0,9}}", re.IGNORECASE)
_PLACES = r"(?:room|rm|salle|raum|aula|auditorium)"
_ROOM = re.compile(
    rf"(?:[\w&.]+ ){{0,4}}(?:{_PLACES}|hall|lab|building)\.?(?: ?(?=[\w-]*\d)[\w-]++| [a-z])|{_PLACES}"
    r"|(?:[\w&.]+ ){0,4}(?:(?:conference|meeting|class|board|break|staff|seminar|lecture) ?(?:room|hall)|classroom)"
    r"|(?:[\w&.]+ ){1,4}(?:computer|laptop)",
    re.IGNORECASE,
)
_RECORDER = re.compile(
    r"note ?-?taker|otter\.ai|otterpilot|fireflies|read\.ai|fathom|meeting notes|fellow\.app|tl;?dv|\bai\b.*\bnotes?\b",
    re.IGNORECASE,
)
_OWNED = re.compile(
    rf"(?P<owner>[^'’]{{2,60}}?)(?:['’]s?)? (?:{_MAKES}|{_MACHINES}){_MODEL}"
    rf"|(?:{_MAKES}|{_MACHINES}){_MODEL} (?:de|di|von|van|of) (?P<other>.{{2,60}})",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"[A-Z][A-Z&]{1,7}\d?")
_WORDS_OF_ORGANIZATIONS = KINDS | {"department", "dept", "isd", "usd", "k12", "univ", "public", "schools", "network"}


@dataclass(frozen=True)
class CleanName:
    """What a name says: the person without titles, the organization beside it, another name in brackets.

    ``device``: a telephone, tablet or room took part, and the name, if it is one, is that of its owner.
    """

    name: str
    hint: str | None = None
    also: str | None = None
    device: bool = False


def clean_name(text: str) -> CleanName:
    """Return what a name says that a person has typed into a meeting, or a program has written for one."""
    line = _BULLET.sub("", " ".join(clean_line(text)[:_LONGEST].replace("_", " ").split()))
    inside = [piece.strip() for piece in _BRACKETS.findall(line)]
    outer = " ".join(_BRACKETS.sub(" ", line).split())
    if not name_key(outer) and inside:
        outer, inside = inside[0], inside[1:]
    shown, beside = _parted(outer)
    pieces = [piece for piece in [*beside, *inside] if name_key(piece) and not _is_remark(piece)]
    hint = next((piece for piece in pieces if is_organization(piece)), None)
    names = [piece for piece in pieces if not is_organization(piece) and " " in piece and not _is_device(piece)]
    hint = hint or next((piece for piece in pieces if piece not in names), None)
    also = plain_name(names[0]) if names else None
    if not _is_device(shown):
        owned = _OWNED.fullmatch(shown)
        owner = owned and (owned["owner"] or owned["other"])
        if owner and _is_device(owner):
            return CleanName(shown, hint, device=True)
        if owner and name_key(owner):
            return CleanName(plain_name(owner), hint, also, device=True)
        return CleanName(plain_name(shown) or shown, hint, also)
    if also:  # renamed: the account is a person's
        return CleanName(also, hint)
    return CleanName(shown, hint, device=True)


def _parted(outer: str) -> tuple[str, list[str]]:
    """Return the person and what stands beside it: "NCTM - Ann Lee", "Ann Lee, Iowa State University"."""
    parts = [part for part in _BETWEEN.split(outer) if name_key(part)] or [outer]
    people = [part for part in parts if not is_organization(part) and not _is_remark(part)] or parts
    shown, beside = people[0], [part for part in parts if part is not people[0]]
    first, *rest = [piece.strip() for piece in shown.split(",")]
    hints = [piece for piece in rest if is_organization(piece) and not _is_suffix(piece)]
    if hints and name_key(first):
        shown = ", ".join([first, *(piece for piece in rest if piece not in hints)])
    return shown, [*hints, *beside]


def _is_suffix(text: str) -> bool:
    return bool(_parsed(f"Ann Lee, {text}").suffix) and len(text.replace(".", "")) <= 3  # noqa: PLR2004


def is_organization(text: str) -> bool:
    """Return whether a text beside a name is rather an organization than a person: "NCTM", "Iowa State University"."""
    if _ACRONYM.fullmatch(text):
        return True
    return not _WORDS_OF_ORGANIZATIONS.isdisjoint(name_words(text).words)


def _is_remark(text: str) -> bool:
    words = name_key(text).split()
    return _REMARKS.issuperset(words) or bool(_PRONOUNS.fullmatch(text))


def _is_device(text: str) -> bool:
    patterns = (_DEVICE, _ROOM)
    if any(pattern.fullmatch(text) for pattern in patterns) or _RECORDER.search(text):
        return True
    return bool(_NUMBER.fullmatch(text)) and sum(c.isdigit() or c == "*" for c in text) > 4  # noqa: PLR2004


@lru_cache(maxsize=1 << 14)
def plain_name(text: str) -> str:
    """Return a name in its usual order and letter case, without titles and degrees."""
    line = " ".join(text.split())
    if not line.isupper() and not line.islower():  # one part of it may be: "Ann LEE"
        line = " ".join(
            word.title() if word.isupper() and len(word) > 2 and "." not in word else word  # noqa: PLR2004
            for word in line.split(" ")
        )
    found = _parsed(line)
    found.capitalize()
    return " ".join(part for part in (found.first, found.middle, found.last) if part) or line


# The library knows hundreds more, among them names: Abbot, Bishop, King, Major.
_TITLES = word_set("dr doctor prof professor mr mrs ms miss mx rev sir mag")


@lru_cache(maxsize=1)
def _constants() -> "Constants":
    from nameparser.config import Constants

    return Constants(titles=_TITLES, first_name_titles=frozenset())


def _parsed(text: str) -> "HumanName":
    from nameparser import HumanName

    return HumanName(text, constants=_constants())
