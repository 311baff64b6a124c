"""Numbers found in what a partner says it will do: how much of what, for whom, by when. A person says if it is so."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ..errors import UnreadableDayError
from ..vocabulary import Period
from .amounts import DOLLARS, MONEY, MOST, NUMBER, SCALE, YEARLY, in_words, is_nothing, number_of, unit_key
from .deadlines import BEGINS, MONTHS, SEASONS, deadline, deadline_shown
from .unread_numbers import NEAR, NOT_PROMISED, YEARS, Place, before, blank, in_order, left, ranges

_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_YEAR = r"(?:20[1-9]\d|21\d\d)"
_DATE = (
    rf"{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+{_YEAR}|(?:{_MONTH}|{'|'.join(SEASONS)}),?\s+(?:of\s+)?{_YEAR}|{_YEAR}-(?:0[1-9]|1[0-2])(?:-\d\d)?"
    rf"|\d{{1,2}}/\d{{1,2}}/\d{{4}}|{_YEAR}(?!\s?[-–/]\s?\d)"
)
_DATED = re.compile(rf"\b(?:{_DATE})\b", re.IGNORECASE)
_DUE = re.compile(
    r"\b(?:by|through|until|till|before|(?:no|not) later than)"
    rf"(?:\s+{BEGINS})*\s+(?P<day>{_DATE})\b",
    re.IGNORECASE,
)

_SHARE = re.compile(r"(?<![\d.,])(?P<number>[0-9]{1,3}(?:\.[0-9]+)?)\s?(?:%|percent\b|per cent\b)", re.IGNORECASE)
_ABOUT = r"about|around|approximately|roughly|some|nearly|over|under|at least|at most|up to|more than|less than|~|≈|>|<"
_GROWTH = re.compile(rf"\b(?:by|to|from|of)\s+(?:an?\s+)?(?:(?:additional|{_ABOUT})\s+)?$", re.IGNORECASE)
_WHO_BEGINS = re.compile(
    r"^(?:(?:and|with|including|for|from|in|at|serving|of|which|whom|who|them|these|those|are|is|being|will|be)\b|the\b)"
    r"\s*",
    re.IGNORECASE,
)
_WHO_ENDS = re.compile(rf"(?:\s+(?:and|or|with|is|are)|(?:^|\s*)(?:{_ABOUT}|:))\s*$", re.IGNORECASE)
_NEAR, _MOST_WORDS = 200, 6

_AMOUNT = re.compile(
    rf"(?<![\w.,/–#$-])(?P<money>(?:{DOLLARS})\s?)?{NUMBER}(?:{SCALE}|(?!\s?(?:thousand|million|billion|trillion)))\+?"
    r"(?![\w%])(?!-\w)(?!\s?[-–]\s?\d)(?![.,/]\d)",
    re.IGNORECASE,
)
_PLACE_IN_A_LIST = re.compile(r"(?:\bno\.|\bnumber|#)\s*$", re.IGNORECASE)
_RATE = re.compile(
    r"\s+an?\s+(?!year)\w|[^,;:.()\n\d]{0,40}\s(?:per|for (?:each|every))\s+(?!(?:\w+\s+)?year\b|annum)\w"
)
"""What follows on a number that is promised for each of something, and not in all."""
_SMALL, _ROUND = 10, 100
_TIMES = frozenset({"year", "month", "week", "day", "percent", "percentage", "point"})
"""Keys of units that say how long or what share, and not how much."""
_CLAUSE_ENDS = re.compile(r"[,;:()\n]|\.(?:\s|$)|\s[-–—]\s|—")
_OF_THEM = re.compile(
    r"^\s*(?:of|for)\s+(?:them|these|those|which|whom)\b\s*(?:(?:will|are|is|be|being)\s+)*", re.IGNORECASE
)
_YEARLY = re.compile(rf"(?<!\w)(?:{YEARLY})", re.IGNORECASE)
_EACH_YEAR = re.compile(r"\s*(?:each|every) year\b", re.IGNORECASE)
_ADJECTIVES = frozenset({"new", "returning", "current", "existing", "future", "different", "small", "large", "local"})
_MORE = frozenset({"more", "additional", "extra", "other", "further"})
_NO_UNIT = re.compile(
    r"a|an|about|across|after|all|along|also|and|annually|are|as|at|be|before|by|can|during|each|every|for"
    r"|from|has|have|if|in|including|into|is|it|its|more|no|nationwide|on|or|over|participating|per"
    r"|planned|reaching|representing|serving|so|such|supporting|that|the|their|them|these|they|this|those"
    r"|through|to|under|until|upon|using|we|were|when|where|which|while|who|whom|will|with|within|working"
    r"|yearly"
    r"|access|adopt|attend|become|begin|build|complete|create|develop|earn|engage|enter|expand|gain|get|graduate|implement"
    r"|achieve|bring|find|give|help|improve|increase|join|lead|learn|make|meet|offer|open|participate|prepare|provide|reach|receive"
    r"|serve|start|strengthen|take|teach|use",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Promise:
    """A number that is promised, of what, and whether anew for each year."""

    target: float
    unit: str
    per: Period | None = None

    def __str__(self) -> str:
        return in_words(self.target, self.unit, self.per)


@dataclass(frozen=True)
class Found:
    """What a statement says in numbers: measures, shares of the people it serves, and the latest deadline.

    ``unread`` are the numbers in it that were not understood.
    """

    measures: tuple[Promise, ...] = ()
    shares: tuple[str, ...] = ()
    due_on: date | None = None
    unread: tuple[str, ...] = ()

    def __str__(self) -> str:
        by = [f"by {deadline_shown(self.due_on)}"] if self.due_on else []
        return "; ".join([*map(str, self.measures), *self.shares, *by])

    def __bool__(self) -> bool:
        return bool(self.measures or self.shares or self.due_on)


# ---- statements -----------------------------------------------------------------------------------------


def found(statement: str, *, made_on: date) -> Found:
    """Return the numbers that a statement promises; a deadline that lies before the day it was made is none."""
    due, other_dues, text = _deadlines(statement, made_on)
    shares, other_shares, text = _shares(text)
    unsure, text = ranges(text)
    measures, text = _measures(text)
    return Found(measures, shares, due, in_order([*other_dues, *other_shares, *unsure, *left(text)]))


def lost_a_dollar(statement: str) -> bool:
    """Return whether a shell may have taken a "$1" for its own, so that ".5 million" is left of $1.5 million."""
    return re.search(r"(?:^|\s)(?:\.\d|\s+(?:thousand|million|billion)\b)", statement) is not None


def _deadlines(text: str, made_on: date) -> tuple[date | None, list[Place], str]:
    """Return the latest deadline, the others, and the text without any days: their numbers promise nothing."""
    dues: list[tuple[date | None, Place]] = []
    for match in _DUE.finditer(text):
        place = (match.start("day"), match["day"])
        try:
            due = deadline(match["day"].replace("Sept.", "Sep"), made_on)
        except UnreadableDayError:
            dues.append((None, place))
        else:
            dues.append((due if due >= made_on else None, place))
    latest = max((due for due, _ in dues if due), default=None)
    rest = _DUE.sub(lambda match: " " * len(match[0]), text)
    for match in _DATED.finditer(rest):
        if not match[0].isdigit():
            rest = blank(rest, *match.span())
    return latest, [place for due, place in dues if due is None or due != latest], rest


def _shares(text: str) -> tuple[tuple[str, ...], list[Place], str]:
    """Return the shares of people that are promised, as "30 % Title I", other shares, and the text without them."""
    matches = list(_SHARE.finditer(text))
    shown, others = [], []
    for place, match in enumerate(matches):
        ends = [m.start() for m in re.finditer(r"[,;()\n]|\.(?:\s|$)", text)] + [
            m.start() for m in matches[place + 1 :]
        ]
        stop = min((end for end in ends if end >= match.end()), default=len(text))
        begins = [end + 1 for end in ends if end < match.start()] + [m.end() for m in matches[:place]]
        front = text[max(begins, default=0) : match.start()]
        who = _who(text[match.end() : stop][:_NEAR]) or _who(front[-_NEAR:])
        if who and not _GROWTH.search(front):
            shown.append(f"{match['number']} % {who}")
        else:
            others.append((match.start(), match[0]))
    for match in matches:
        text = blank(text, *match.span())
    return tuple(dict.fromkeys(shown)), others, text


def _who(text: str) -> str:
    said = text.strip()
    while (shorter := _WHO_ENDS.sub("", _WHO_BEGINS.sub("", said)).strip()) != said:
        said = shorter
    return said if len(said.split()) <= _MOST_WORDS and re.search("[A-Za-z]", said) else ""


def _measures(text: str) -> tuple[tuple[Promise, ...], str]:
    """Return the promised amounts, and the text without them.

    Of two in one unit it is the larger, for what they add up to nobody knows.
    """
    matches = [match for match in _AMOUNT.finditer(text) if _counts(text, match)]
    kept: dict[tuple[str, Period | None], Promise] = {}
    understood = []
    last = ""
    for place, match in enumerate(matches):
        end = matches[place + 1].start() if place + 1 < len(matches) else len(text)
        rest = text[match.end() : end]
        name = "" if _RATE.match(rest) else MONEY if match["money"] else _unit(rest, last)
        if not name or unit_key(name.split()[0]) in _TIMES:
            continue
        name = last = MONEY if unit_key(name) == unit_key(MONEY) else name
        one = Promise(number_of(match), name, _per(text[: match.start()], rest))
        key = (unit_key(name), one.per)
        understood.append((match, key, one.target))
        if key not in kept or kept[key].target < one.target:
            kept[key] = one
    for match, key, target in understood:
        text = blank(text, *match.span()) if kept[key].target == target else text
    return tuple(kept.values()), text


def _counts(text: str, match: re.Match[str]) -> bool:
    """Return whether a number counts something: it is no year, no name of a grade, nothing that is there already."""
    bare = not (match["money"] or match["word"] or match["letter"])
    number = number_of(match)
    if bare and (match["part"] or ("," not in match["digits"] and number in YEARS and number % _ROUND)):
        return False
    if is_nothing(number, MONEY if match["money"] else ""):
        return False
    front, behind = before(text, match), text[match.end() : match.end() + NEAR]
    if bare and number < _SMALL and re.search(r"\b[A-Z]\w*\s$", front) and re.match(r"\s[A-Z]", behind):
        return False  # part of a name: Data Science 4 Everyone
    return 0 < number < MOST and not NOT_PROMISED.search(front) and not _PLACE_IN_A_LIST.search(front)


def _per(front: str, rest: str) -> Period | None:
    clause = re.split(r"[;\n]|\.(?:\s|$)", rest, maxsplit=1)[0]
    begins = re.split(r"[;\n]|\.\s", front)[-1]
    yearly = _YEARLY.search(clause) or _EACH_YEAR.match(begins)
    return Period.YEAR if yearly else None


def _unit(rest: str, last: str) -> str:
    """Return what is counted, from the words behind a number; "of them" says: a part of what was counted last."""
    clause = _CLAUSE_ENDS.split(rest, maxsplit=1)[0]
    if part := _OF_THEM.match(clause):
        words = _YEARLY.split(clause[part.end() :], maxsplit=1)[0].split()
        return f"{last} {' '.join(words[:8])}" if last and words else ""
    words = clause.split()
    while words and words[0].lower() in _MORE:
        words = words[1:]
    counted = list(_counted(words))
    if all(word.lower() in _ADJECTIVES for word in counted):
        return ""
    return " ".join(counted).strip("'\"“”‘’.!?")[:100]


def _counted(words: Sequence[str]) -> Iterable[str]:
    """Yield the words of a unit, up to the first that cannot belong to it; "three- and four-year-olds" is one."""
    joined = False
    for place, word in enumerate(words[:_MOST_WORDS]):
        bare = word.lower().strip("'\"“”‘’.!?")
        is_of = bare == "of" and 0 < place < len(words) - 1 and not _NO_UNIT.fullmatch(words[place + 1])
        if not joined and not is_of and (_NO_UNIT.fullmatch(bare) or bare == "of" or not re.match(r"[^\W\d_]", bare)):
            return
        yield word
        joined = word.endswith("-")
