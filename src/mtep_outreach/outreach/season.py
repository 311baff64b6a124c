"""A season: what happens on which day in an invented network, drawn by chance from a seed, as plain values."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ..people import Person
from ..vocabulary import AgreementKind, Answer, MemberRole, Scope
from .invented_commitments import Pledge, pledge
from .partners import PartnerFacts

NETWORK = "MTEP 2.0 (an invented season)"
FIRST, LAST = date(2024, 2, 12), date(2025, 7, 11)
PARTNERS = 41

_CALLS = (date(2024, 3, 4), date(2024, 9, 9), date(2025, 4, 14))
"""On these days the members are asked whom to invite: many nominations come at once, and ebb away."""

MEETINGS = (date(2024, 5, 24), date(2024, 10, 18), date(2025, 6, 6))
PLANNED, _TO_NATIONAL, _TO_OTHERS, _TO_LATE = (timedelta(days=days) for days in (46, 32, 31, 11))
"""So long before a session it is planned, and the partners are invited: first those that the hub writes to."""

_REPLIES = {Scope.NATIONAL: 0.62, Scope.STATE: 0.72, Scope.LOCAL: 0.55}
_JOINS = {Scope.NATIONAL: 0.4, Scope.STATE: 0.55, Scope.LOCAL: 0.5}
_ANSWERS = {Answer.ACCEPTED: 68, Answer.TENTATIVE: 17, Answer.DECLINED: 15}
_COMES = {Answer.ACCEPTED: 0.78, Answer.TENTATIVE: 0.3, Answer.DECLINED: 0.0, None: 0.07}
"""How likely a partner of a scope replies and, once it came, joins; what it says; whether it comes then."""


@dataclass(frozen=True)
class Colleague:
    """A member of the network, and how many of a hundred nominations are theirs."""

    person: Person
    role: MemberRole
    team: str | None
    share: int


MEMBERS = tuple(
    Colleague(Person(f"{name} Sample", f"{name.lower()}@sample.example"), role, team, share)
    for name, role, team, share in (
        ("Ana", MemberRole.CHANGE_AGENT, "Piedmont", 34),
        ("Ben", MemberRole.CHANGE_AGENT, "Great Lakes", 24),
        ("Chi", MemberRole.COACH, "High Plains", 18),
        ("Dee", MemberRole.HUB_LEADER, None, 16),
        ("Eve", MemberRole.ADVISORY_BOARD, None, 8),
    )
)


@dataclass(frozen=True)
class Asked:
    """A partner and one session: when it was invited, what it answered, whether it came; some come uninvited."""

    meeting: date
    invited: date | None
    answers: tuple[tuple[date, Answer], ...] = ()
    came: bool = False

    @property
    def answer(self) -> Answer | None:
        """The answer that counts."""
        return self.answers[-1][1] if self.answers else None


@dataclass(frozen=True)
class Course:
    """All that happens with one partner, from the day on which it is nominated."""

    facts: PartnerFacts
    contact: Person | None
    nominations: tuple[tuple[date, Colleague], ...]
    asked: tuple[Asked, ...] = ()
    joined: date | None = None
    kind: AgreementKind | None = None
    pledges: tuple[Pledge, ...] = ()

    @property
    def identified(self) -> date:
        """The day of the first nomination, on which it is added."""
        return self.nominations[0][0]


@dataclass(frozen=True)
class Season:
    """What happens with every partner, in the order in which they are identified."""

    courses: Sequence[Course]

    @property
    def goal(self) -> int:
        """A goal that is not met yet."""
        return 10 * max(1, round(len(self.courses) * 0.145))

    @property
    def teachers(self) -> int:
        """What all commitments together are to reach."""
        return 500 * max(1, round(len(self.courses) / 20))


def draw(seed: int, organizations: Iterable[PartnerFacts], count: int, *, publish: bool = True) -> Season:
    """Return the season of so many of these organizations, the same for the same seed.

    ``organizations`` may be drawn from the seed too; each is asked for when its turn comes. ``publish``: some of what
    they promise may be published.
    """
    dice = random.Random(seed)  # noqa: S311 - the same season again is wanted
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days)]
    added = sorted(dice.choices(days, [_busy(day) for day in days], k=count))
    found = zip(added, organizations, strict=False)
    return Season([_course(dice, place, facts, day, publish=publish) for place, (day, facts) in enumerate(found, 1)])


def _busy(day: date) -> float:
    """Return how many are identified on a day, beside other days."""
    if day.weekday() > 4:  # noqa: PLR2004 - Saturday and Sunday
        return 0
    is_quiet = (6, 24) < (day.month, day.day) < (8, 20) or (day.month, day.day) > (12, 15)
    since = [(day - call).days for call in _CALLS if day >= call]
    return 0.1 if is_quiet else 0.25 + sum(2 * 0.93**ago for ago in since)


def _course(dice: random.Random, place: int, facts: PartnerFacts, identified: date, *, publish: bool) -> Course:
    is_known = dice.random() < 0.86  # noqa: PLR2004
    contact = Person(f"Sam Sample {place}", f"sam{place}@sample.example") if is_known else None
    asked: list[Asked] = []
    for meeting in MEETINGS:
        if any(one.came or one.answer is Answer.DECLINED for one in asked):
            break
        one = _asked(dice, facts, meeting, identified, contact, again=bool(asked))
        asked += [one] if one else []
    joined = _joined(dice, facts, asked)
    return Course(
        facts, contact, _nominations(dice, identified), tuple(asked), joined,
        dice.choice([AgreementKind.MOU, AgreementKind.MOU, AgreementKind.LETTER, AgreementKind.VERBAL]),
        tuple(_pledges(dice, facts, joined, publish=publish)),
    )  # fmt: skip


def _nominations(dice: random.Random, identified: date) -> tuple[tuple[date, Colleague], ...]:
    first, other = dice.choices(MEMBERS, [one.share for one in MEMBERS], k=2)
    later = identified + timedelta(days=dice.randint(2, 30))
    is_second = dice.random() < 0.2 and other != first and later <= LAST  # noqa: PLR2004
    return ((identified, first), (later, other)) if is_second else ((identified, first),)


def _asked(
    dice: random.Random, facts: PartnerFacts, meeting: date, identified: date, contact: Person | None, *, again: bool
) -> Asked | None:
    """Return how a partner and a session come together; None where it is neither invited nor comes."""
    ahead = _TO_NATIONAL if facts.scope is Scope.NATIONAL else _TO_OTHERS
    waves = [meeting - ahead, meeting - _TO_LATE]
    invited = next((day for day in waves if identified < day), None)
    likely = 0.75 if again else 0.93 if contact else 0.7
    if invited is None or dice.random() > likely:
        came = identified < meeting and dice.random() < 0.04  # noqa: PLR2004 - brought along by somebody
        return Asked(meeting, None, came=True) if came else None
    answers = _answers(dice, facts, invited, meeting, contact)
    comes = _COMES[answers[-1][1] if answers else None]
    return Asked(meeting, invited, answers, dice.random() < comes)


def _answers(
    dice: random.Random, facts: PartnerFacts, invited: date, meeting: date, contact: Person | None
) -> tuple[tuple[date, Answer], ...]:
    """Return what is answered before the session; who could not say at first may know later."""
    if dice.random() > (_REPLIES.get(facts.scope, 0.6) if contact else 0.2):  # type: ignore[call-overload]
        return ()
    day = invited + timedelta(days=min(1 + int(dice.expovariate(0.16)), 25))
    (answer,) = dice.choices(list(_ANSWERS), list(_ANSWERS.values()))
    later = day + timedelta(days=dice.randint(2, 9))
    if day >= meeting:
        return ()
    if answer is Answer.TENTATIVE and later < meeting and dice.random() < 0.5:  # noqa: PLR2004
        return (day, answer), (later, Answer.ACCEPTED)
    return ((day, answer),)


def _joined(dice: random.Random, facts: PartnerFacts, asked: Sequence[Asked]) -> date | None:
    came = next((one.meeting for one in asked if one.came), None)
    likely = _JOINS.get(facts.scope, 0.4)  # type: ignore[call-overload]
    if came is None or dice.random() > likely:
        return None
    return came + timedelta(days=dice.randint(4, 32))


def _pledges(dice: random.Random, facts: PartnerFacts, joined: date | None, *, publish: bool) -> list[Pledge]:
    """Return what a partner promises after it joined: mostly one thing, sometimes nothing or two."""
    if joined is None:
        return []
    days = [joined + timedelta(days=dice.randint(2, 25)) for _ in range(dice.choice((0, 1, 1, 1, 2)))]
    return [pledge(dice, day, LAST, facts.state, publish=publish) for day in sorted(days) if day <= LAST]
