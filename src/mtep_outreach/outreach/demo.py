"""The demonstration: a season that was drawn becomes commands, each on its day."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from .announced import DAY as ANNOUNCED_ON
from .player import Player
from .season import FIRST, MEETINGS, PLANNED, Asked, Course, Season

if TYPE_CHECKING:
    from ..store.writing import Work

T = TypeVar("T")
Doing = Callable[["Work"], object]


@dataclass(frozen=True)
class Step:
    """Commands of one kind on one day of the season: when they were typed, and what they do, in one transaction."""

    at: datetime
    command: str
    do: Doing

    @property
    def day(self) -> date:
        """The day on which it was typed."""
        return self.at.date()


Happening = tuple[date, int, str, Doing]
"""On which day, in which order on that day, by which command, what."""


def steps(season: Season, folder: Path, *, with_announced: bool = False) -> Iterator[Step]:
    """Yield the steps of a season in the order of their days; the lists that are imported are written to a folder.

    ``with_announced``: the organizations of the announced commitments are partners from the day of the announcement.
    """
    player = Player(season, folder)
    happening = [*_beginning(player), *_arrivals(player, season)]
    for meeting in MEETINGS:
        happening += _around(player, season, meeting)
    happening += _afterwards(player, season)
    if with_announced:
        happening.append((ANNOUNCED_ON, 0, "mtep add-commitment ...", player.announce))
    in_order = sorted(happening, key=lambda one: one[:2])
    for (day, _), together in groupby(in_order, key=lambda one: one[:2]):
        of_that_day = list(together)
        yield Step(datetime.combine(day, time(15), tzinfo=UTC), of_that_day[0][2], _all([do for *_, do in of_that_day]))


def _beginning(player: Player) -> Iterator[Happening]:
    yield FIRST, 1, "mtep settings ...", player.set_up
    yield FIRST, 2, "mtep add-member ...", player.add_members


def _arrivals(player: Player, season: Season) -> Iterator[Happening]:
    """Yield who is nominated when."""
    courses = list(enumerate(season.courses))
    for day, new in _by_day((course.identified, place) for place, course in courses).items():
        yield day, 4, "mtep import nominations.csv", _on(player.take_in, day, new)
    for place, course in courses:
        for day, who in course.nominations[1:]:
            yield day, 5, "mtep nominate ...", _on(player.nominate, day, place, who)


def _around(player: Player, season: Season, meeting: date) -> Iterator[Happening]:
    """Yield what happens around one session."""
    yield meeting - PLANNED, 3, f"mtep add-session {meeting}", _on(player.plan, meeting - PLANNED, meeting)
    asked: list[tuple[int, Asked]] = [
        (place, one) for place, course in enumerate(season.courses) for one in course.asked if one.meeting == meeting
    ]
    for day, meant in _by_day((one.invited, place) for place, one in asked if one.invited).items():
        yield day, 6, f"mtep invite --session {meeting} ...", _on(player.invite, day, meeting, meant)
    answers = _by_day((day, (place, answer)) for place, one in asked for day, answer in one.answers)
    for day, given in answers.items():
        yield day, 7, "mtep rsvp ...", _on(player.answer, day, meeting, given)
    came = [place for place, one in asked if one.came]
    if came:
        yield meeting, 8, f"mtep attend --session {meeting} ...", _on(player.attend, meeting, came)


def _afterwards(player: Player, season: Season) -> Iterator[Happening]:
    """Yield how partners join, promise, and report."""
    courses: Sequence[tuple[int, Course]] = list(enumerate(season.courses))
    for day, joining in _by_day((course.joined, place) for place, course in courses if course.joined).items():
        yield day, 9, "mtep join ...", _on(player.join, day, joining)
    pledges = [(place, pledge) for place, course in courses for pledge in course.pledges]
    for number, (place, pledge) in enumerate(pledges):
        yield pledge.day, 10, "mtep add-commitment ...", _on(player.promise, pledge.day, number, place, pledge.said)
        for told in pledge.reports:
            yield told.day, 11, "mtep progress ...", _on(player.report, told.day, number, told)
        if pledge.withdrawn:
            day = pledge.withdrawn
            yield day, 12, "mtep withdraw-commitment ...", _on(player.withdraw, day, number)


def _by_day(pairs: Iterable[tuple[date, T]]) -> Mapping[date, list[T]]:
    found: dict[date, list[T]] = {}
    for day, one in pairs:
        found.setdefault(day, []).append(one)
    return found


def _all(doings: Sequence[Doing]) -> Doing:
    def do_all(work: "Work") -> None:
        for do in doings:
            do(work)

    return do_all


def _on(do: Callable[..., object], *values: object) -> Doing:
    return lambda work: do(work, *values)
