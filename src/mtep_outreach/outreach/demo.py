"""An invented network and its season, played step by step as its members would."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from ..letters.papers import Papers
from ..people import Person
from ..settings import SETTINGS
from ..vocabulary import AgreementKind, Answer, MemberRole
from . import agreements, attendance, contacts, members, network, nominations, partners, replies, sessions
from .desk import Desk
from .filters import Filters
from .invitations import invite

if TYPE_CHECKING:
    from ..store.writing import Work

NETWORK = "MTEP 2.0"
GOAL = 30
SESSION_DAY = date(2024, 5, 24)
LAST_DAY = date(2024, 6, 5)

_MEMBERS = (
    ("Ana Sample", MemberRole.CHANGE_AGENT, "Piedmont"),
    ("Ben Sample", MemberRole.CHANGE_AGENT, "Great Lakes"),
    ("Chi Sample", MemberRole.COACH, "High Plains"),
    ("Dee Sample", MemberRole.HUB_LEADER, None),
)

# Name, scope, sector, state, whether it has a contact, and how far it came:
# - not invited, i invited, y/n/m said yes/no/maybe, c came, u came without an answer, j joined after it came.
_PARTNERS = """
Sample Association of Algebra Educators          |national|professional    |  |*|j
Sample Society for Statistics in Schools         |national|professional    |  |*|c
Sample Council of Mathematics Coaches            |national|professional    |  |*|y
Sample Board on Teacher Preparation              |national|nonprofit       |  |*|m
Sample Foundation for STEM Futures               |national|philanthropy    |  |*|n
Sample Academy of Applied Mathematics            |national|professional    |  |*|i
Sample Alliance for Rural Teachers               |national|nonprofit       |  |*|c
Sample Union of Actuaries                        |national|industry        |  | |i
Sample Federation of Mathematics Clubs           |national|community       |  |*|u
Sample Semiconductor Education Fund              |national|industry        |  |*|m
Sample Department of Education of Alabama        |state   |government      |AL|*|j
Sample Council of Mathematics Teachers, Georgia  |state   |professional    |GA|*|c
Sample University System of Ohio                 |state   |higher-education|OH|*|y
Sample STEM Center of Nebraska                   |state   |nonprofit       |NE|*|i
Sample Teaching Residency of Colorado            |state   |nonprofit       |CO|*|c
Sample Mathematics Project of California         |state   |higher-education|CA|*|y
Sample Office of Licensure, New Mexico           |state   |government      |NM| |i
Sample Mathematics Consortium of Oregon          |state   |higher-education|OR|*|n
Sample Council of Supervisors, Tennessee         |state   |professional    |TN|*|c
Sample Education Agency of Texas                 |state   |government      |TX|*|i
Sample Mathematics Initiative of Maine           |state   |nonprofit       |ME|*|m
Sample Parent Congress of Puerto Rico            |state   |community       |PR|*|y
Sample Technical College System of Wisconsin     |state   |higher-education|WI|*|i
Sample City Schools, Auburn                      |local   |k12             |AL|*|j
Sample Unified District, Fresno                  |local   |k12             |CA|*|i
Sample County Schools, Fulton                    |local   |k12             |GA|*|c
Sample Community College of the Plains           |local   |higher-education|NE|*|n
Sample Museum of Numbers                         |local   |community       |OH|*|y
Sample Families for Mathematics                  |local   |community       |TX| |i
Sample Chamber of Commerce, Portland             |local   |industry        |ME|*|i
Sample Robotics Works                            |local   |industry        |CO|*|-
Sample Library Network of Lincoln                |local   |community       |NE| |-
Sample Charter School of Memphis                 |local   |k12             |TN|*|-
"""


@dataclass(frozen=True)
class Step:
    """One command of the season: when it was typed, and what it does."""

    at: datetime
    command: str
    do: Callable[["Work"], object]


@dataclass(frozen=True)
class _Sample:
    name: str
    scope: str
    sector: str
    state: str
    has_contact: bool
    came_to: str


def _samples() -> list[_Sample]:
    rows = [[cell.strip() for cell in line.split("|")] for line in _PARTNERS.strip().splitlines()]
    return [_Sample(name, scope, sector, state, bool(star), fate) for name, scope, sector, state, star, fate in rows]


def _at(day: date) -> datetime:
    return datetime.combine(day, time(15), tzinfo=UTC)


def steps(letters: Path) -> Iterator[Step]:
    """Yield the season's steps in order; its letters are written to a folder."""
    settings = {setting.key: setting.default for setting in SETTINGS if not setting.machine}
    asked = "Dee Sample <dee@sample.example>"
    yield Step(
        _at(date(2024, 2, 1)),
        f'mtep settings contact_person="{asked}"',
        lambda work: network.change(work, {"contact_person": asked}),
    )
    yield Step(_at(date(2024, 2, 1)), "mtep add-member ...", _add_members)
    yield Step(_at(date(2024, 3, 4)), "mtep import nominations.csv", _add_partners)
    yield Step(
        _at(date(2024, 4, 8)),
        "mtep add-session 2024-05-24",
        lambda work: sessions.plan(
            work,
            SESSION_DAY,
            sessions.SessionFacts(place="https://sample.example/meet"),
            settings=settings,
            today=date(2024, 4, 8),
        ),
    )
    yield Step(_at(date(2024, 4, 22)), "mtep invite --session 2024-05-24", lambda work: _invite(work, letters))
    yield Step(_at(date(2024, 5, 6)), "mtep rsvp ...", _answer)
    yield Step(_at(SESSION_DAY), "mtep attend --session 2024-05-24 ...", _come)
    yield Step(_at(LAST_DAY), "mtep join ...", _join)


def _add_members(work: "Work") -> None:
    for name, role, team in _MEMBERS:
        address = f"{name.split()[0].lower()}@sample.example"
        members.add(work, Person(name, address), today=date(2024, 2, 1), role=role, team=team)


def _add_partners(work: "Work") -> None:
    for number, sample in enumerate(_samples()):
        day = date(2024, 3, 4 + number // 3)
        said = partners.facts(name=sample.name, scope=sample.scope, sector=sample.sector, state=sample.state)
        made = partners.add(work, said, today=day)
        found = partners.find(work, str(made.number))
        if sample.has_contact:
            contacts.add(work, found, Person(f"Sam Sample {number + 1}", f"sam{number + 1}@sample.example"), today=day)
        nominator = _MEMBERS[number % len(_MEMBERS)][0]
        nominations.record(work, found, nominator, today=day, reason="Their goals are close to ours.")


def _invite(work: "Work", letters: Path) -> None:
    from ..letters.rendering import Templates

    today = date(2024, 4, 22)
    (session,) = work.select("planned_sessions")
    desk = Desk(Templates(), network.network_settings(work), letters, today, _at(today))
    names = [sample.name for sample in _samples() if sample.came_to != "-"]
    with Papers() as papers:
        invite(work, session, names, desk, papers, filters=Filters(), limit=None)


def _answer(work: "Work") -> None:
    (session,) = work.select("planned_sessions")
    answers = {
        "y": Answer.ACCEPTED,
        "c": Answer.ACCEPTED,
        "j": Answer.ACCEPTED,
        "n": Answer.DECLINED,
        "m": Answer.TENTATIVE,
    }
    for sample in _samples():
        if sample.came_to in answers:
            found = partners.find(work, sample.name)
            replies.record(work, found, session, answers[sample.came_to], day=date(2024, 5, 6))


def _come(work: "Work") -> None:
    (session,) = work.select("planned_sessions")
    came = [sample.name for sample in _samples() if sample.came_to in "cuj"]
    attendance.record(work, session, came, today=SESSION_DAY)


def _join(work: "Work") -> None:
    for sample in _samples():
        if sample.came_to == "j":
            agreements.join(work, partners.find(work, sample.name), day=LAST_DAY, kind=AgreementKind.MOU)
