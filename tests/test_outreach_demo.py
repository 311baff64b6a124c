"""The season of the demonstration: drawn from a seed, played by the verbs, counted again one by one."""

import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mtep_outreach.errors import UnreadableTableError
from mtep_outreach.outreach import announced, demo, invented_names, listed_names, reports, season
from mtep_outreach.outreach.partners import PartnerFacts
from mtep_outreach.outreach.season import FIRST, LAST, MEETINGS, MEMBERS, Season, draw
from mtep_outreach.people import Person
from mtep_outreach.store.reading import Reader
from mtep_outreach.store.writing import writing
from mtep_outreach.vocabulary import NOT_SET, Answer, CommitmentState, Scope, Sector, Stage


def of(seed: int, count: int) -> Season:
    return draw(seed, invented_names.organizations(random.Random(f"{seed} names")), count)


def play(
    drawn: Season, folder: Path, after: Callable[[Path, date], None] = lambda _path, _day: None, **options: Any
) -> Path:
    """Play a season; ``after`` each day, quiet ones too, see how the database looks then."""
    database = folder / "season.sqlite"
    steps = list(demo.steps(drawn, folder, **options))
    day = steps[0].day
    for step in steps:
        while day < step.day:
            after(database, day)
            day += timedelta(days=1)
        with writing(database, at=step.at, actor="demo", command=step.command) as work:
            step.do(work)
    while day <= LAST:
        after(database, day)
        day += timedelta(days=1)
    return database


def everything(database: Path, today: date, as_of: date | None = None) -> dict[str, Any]:
    """The report in full."""
    with Reader(database) as reader:
        return reports.report(reader, today=today, goal=30, as_of=as_of, sections=reports.ALL).as_dict()


# ---- what is drawn -------------------------------------------------------------------------------------------------


def test_a_seed_is_a_season() -> None:
    assert of(1, 60) == of(1, 60)
    assert of(1, 60) != of(2, 60)


def test_every_invented_name_is_one_of_a_kind_however_many_there_are() -> None:
    drawn = of(1, invented_names.MOST)
    names = {course.facts.name for course in drawn.courses}
    assert len(names) == invented_names.MOST
    assert all(name and name.startswith("Sample ") for name in names)


def test_what_is_invented_can_be_reached_nowhere() -> None:
    people = [course.contact for course in of(3, 200).courses if course.contact] + [one.person for one in MEMBERS]
    assert all(isinstance(one, Person) and str(one.email).endswith("@sample.example") for one in people)
    assert all("Sample" in one.name for one in people)


@pytest.mark.parametrize("seed", range(1, 30))
def test_a_season_could_have_been(seed: int) -> None:
    drawn = of(seed, 200)
    added = [course.identified for course in drawn.courses]
    assert added == sorted(added)
    for course in drawn.courses:
        days = [FIRST, course.identified]
        for asked in course.asked:
            days += [asked.invited] if asked.invited else []
            days += [day for day, _ in asked.answers]
            days.append(asked.meeting)
            assert asked.invited or (asked.came and not asked.answers)
        assert days == sorted(days), "one thing after the other"
        assert course.joined is None or any(one.came and one.meeting < course.joined <= LAST for one in course.asked)
        assert not any(one.came or one.answer is Answer.DECLINED for one in course.asked[:-1]), "nobody is asked again"
        for pledge in course.pledges:
            assert course.joined
            told = [pledge.day, *(report.day for report in pledge.reports), *filter(None, [pledge.withdrawn]), LAST]
            assert course.joined < pledge.day
            assert told == sorted(told)
    scopes = Counter(course.facts.scope for course in drawn.courses)
    assert all(scopes[scope] > 20 for scope in Scope)
    answers = Counter(one.answer for course in drawn.courses for one in course.asked if one.invited)
    assert answers[Answer.ACCEPTED] > answers[Answer.TENTATIVE] > 0 < answers[Answer.DECLINED]
    assert answers[None] > 20, "some never answer"


def test_nobody_answers_as_often_without_a_contact() -> None:
    courses = of(5, 2000).courses
    share = {
        known: sum(bool(one.answers) for one in asked) / len(asked)
        for known in (True, False)
        for asked in [[one for course in courses if bool(course.contact) is known for one in course.asked]]
    }
    assert share[True] > 2 * share[False] > 0


def test_after_a_call_many_are_nominated_and_in_summer_few() -> None:
    weeks = Counter((course.identified - FIRST).days // 7 for course in of(5, 2000).courses)
    call, july = ((day - FIRST).days // 7 for day in (date(2024, 9, 9), date(2024, 7, 8)))
    assert weeks[call] > 5 * weeks[july] > 0


# ---- what is played ------------------------------------------------------------------------------------------------


def asked_of(drawn: Season, meeting: date) -> list[season.Asked]:
    return [one for course in drawn.courses for one in course.asked if one.meeting == meeting]


def stages_of(course: season.Course) -> dict[str, bool]:
    """What is recorded of a partner, by stage."""
    standing = [one for one in course.pledges if one.withdrawn is None]
    return {
        Stage.IDENTIFIED: True,
        Stage.INVITED: any(one.invited for one in course.asked),
        Stage.ACCEPTED: any(one.answer is Answer.ACCEPTED for one in course.asked),
        Stage.ATTENDED: any(one.came for one in course.asked),
        Stage.JOINED: course.joined is not None,
        Stage.COMMITTED: bool(standing),
    }


@pytest.mark.parametrize(("seed", "count"), [(26, 41), (1, 60), (2, 150), (3, 1)])
def test_every_figure_equals_a_slow_and_obvious_count_of_what_was_drawn(seed: int, count: int, tmp_path: Path) -> None:
    drawn = of(seed, count)
    found = everything(play(drawn, tmp_path), LAST)
    stages = [stages_of(course) for course in drawn.courses]
    assert found["stages"] == {str(stage): sum(one[stage] for one in stages) for stage in Stage}
    for key, words in (("scope", Scope), ("sector", Sector)):
        counted = Counter(getattr(course.facts, key) for course in drawn.courses)
        assert found[f"by_{key}"] == {str(word): counted[word] for word in words} | {NOT_SET: 0}
    assert found["states"]["covered"] == sorted({one.facts.state for one in drawn.courses if one.facts.state})
    for shown, meeting in zip(found["sessions"], MEETINGS, strict=True):
        asked = asked_of(drawn, meeting)
        replies = Counter(one.answer for one in asked if one.invited)
        assert shown["session"] == meeting.isoformat()
        assert [shown[key] for key in ("invited", "accepted", "tentative", "declined", "no_answer", "attended")] == [
            replies.total(), replies[Answer.ACCEPTED], replies[Answer.TENTATIVE], replies[Answer.DECLINED],
            replies[None], sum(one.came for one in asked),
        ]  # fmt: skip
    check_members(found, drawn)
    check_weeks(found, drawn)
    check_roles(found, drawn)
    check_promises(found, drawn)


def check_members(found: dict[str, Any], drawn: Season) -> None:
    for member in MEMBERS:
        theirs = [stages_of(course) for course in drawn.courses if any(who == member for _, who in course.nominations)]
        (shown,) = [one for one in found["nominators"] if one["member"] == member.person.name] or [{}]
        assert bool(shown) is bool(theirs)
        if theirs:
            assert shown["nominated"] == len(theirs)
            for stage in (Stage.INVITED, Stage.ACCEPTED, Stage.ATTENDED, Stage.JOINED):
                assert shown[stage] == sum(one[stage] for one in theirs)


def check_weeks(found: dict[str, Any], drawn: Season) -> None:
    mondays = Counter(
        (course.identified - timedelta(days=course.identified.weekday())).isoformat() for course in drawn.courses
    )
    assert {week["week"]: week["identified"] for week in found["pace"]["weeks"] if week["identified"]} == mondays


def check_roles(found: dict[str, Any], drawn: Season) -> None:
    for role in found["coverage"]["roles"]:
        having = [course for course in drawn.courses if role["role"] in (course.facts.council_roles or ())]
        covering = sorted(str(course.facts.name) for course in having if stages_of(course)[Stage.JOINED])
        assert sorted(role["covering"]) == covering
        assert sum(role["by_stage"].values()) == len(having)


def check_promises(found: dict[str, Any], drawn: Season) -> None:
    pledges = [pledge for course in drawn.courses for pledge in course.pledges]
    shown = found["commitments"]
    assert len(shown["list"]) == len(pledges)
    assert sum(shown["states"].values()) == len(pledges)
    assert shown["states"]["withdrawn"] == sum(pledge.withdrawn is not None for pledge in pledges)
    assert shown["states"]["unreported"] == 0
    promised: Counter[tuple[str, str | None]] = Counter()
    reached: Counter[tuple[str, str | None]] = Counter()
    for pledge in pledges:
        if pledge.withdrawn is None:
            for measure in pledge.said.measures:
                amounts = [one.reached for one in pledge.reports if one.unit == measure.unit]
                promised[measure.unit, measure.per] += int(measure.target)
                reached[measure.unit, measure.per] += int(amounts[-1] or 0) if amounts else 0
    for counted, key in ((promised, "target"), (reached, "progress")):
        totals: Counter[tuple[str, str | None]] = Counter()
        for one in shown["totals"]:
            totals[one["unit"], one["per"]] += one[key]
        assert dict(totals) == dict(counted)


_EVERY = 1 if os.environ.get("MTEP_TEST_DICE") else 3
"""Each of three seasons is looked at on every third day, so that each day is in one of them; or each on all days."""


@pytest.mark.parametrize(("turn", "seed"), [(0, 26), (1, 1), (2, 5)])
def test_a_past_day_looks_as_it_did_on_that_day(turn: int, seed: int, tmp_path: Path) -> None:
    """Every key of the report: what has no day of its own is said on the day on which its partner or letter is added.

    That are a partner's council roles, scope, sector and state, and that a letter was sent.
    """
    made: dict[date, dict[str, Any]] = {}

    def look(database: Path, day: date) -> None:
        if (day - FIRST).days % _EVERY == turn % _EVERY:
            made[day] = everything(database, day)

    database = play(of(seed, 24), tmp_path, look)
    assert len(made) >= (LAST - FIRST).days // _EVERY
    assert all(made[max(made)]["stages"].values()), "the season was to reach every stage"
    for day, then in made.items():
        assert everything(database, LAST, as_of=day) == then, day


def test_the_season_that_is_shown_has_something_in_every_section(tmp_path: Path) -> None:
    found = everything(play(of(26, 41), tmp_path), LAST)
    states = found["commitments"]["states"]
    assert all(states[state] for state in CommitmentState if state is not CommitmentState.UNREPORTED)
    covering = [bool(role["covering"]) for role in found["coverage"]["roles"]]
    assert any(covering)
    assert not all(covering)
    assert 0 < found["commitments"]["goals"][0]["progress"] < found["commitments"]["goals"][0]["target"]
    assert all(one["attended"] for one in found["sessions"])


# ---- organizations of one's own ------------------------------------------------------------------------------------


def listed(folder: Path, text: str) -> list[PartnerFacts]:
    path = folder / "list.csv"
    path.write_text(text, "utf-8")
    return listed_names.organizations(path)


def test_of_a_list_the_organizations_are_taken_and_nobody_in_them(tmp_path: Path) -> None:
    found = listed(
        tmp_path,
        "name,acronym,state,contact,email,phone,address,dean,website\n"
        "North Council,NC1,Ohio,Ann Adams,ann@example.org,555-0100,1 Main Street,Dr. Bell,north.example.org\n"
        "NORTH COUNCIL,,Texas,,,,,,\n"
        "South Council,,Nowhere at all,,,,,,\n"
        ",,Ohio,Cy Cole,cy@example.org,,,,\n"
        "West Council,,,,,,,,\n",
    )
    assert [facts.name for facts in found] == ["North Council", "West Council"]
    assert found[0] == PartnerFacts(
        name="North Council", acronym="NC1", state="OH", website=found[0].website, aliases=None
    )
    played = play(draw(1, found, 2, publish=False), tmp_path)
    assert b"ann@example.org" not in played.read_bytes()
    assert b"Dr. Bell" not in played.read_bytes()


def test_a_list_of_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTableError, match="no row of it names an organization"):
        listed(tmp_path, "name,state\n,Ohio\n")


def test_whatever_a_list_has_twice_is_played_once(tmp_path: Path) -> None:
    twice = [PartnerFacts(name=f"Society {number // 2}", council_roles=()) for number in range(60)]
    drawn = draw(1, twice, 60, publish=False)
    found = everything(play(drawn, tmp_path), LAST)
    assert found["identified"] == 30
    assert all(not one["public"] for one in found["commitments"]["list"])


# ---- the announced commitments -------------------------------------------------------------------------------------


def test_the_five_announced_commitments_are_what_they_were_announced_as(tmp_path: Path) -> None:
    database = play(of(26, 41), tmp_path, with_announced=True)
    with Reader(database) as reader:
        rows = reader.select("promises", ["day = :day"], "id", day=announced.DAY.isoformat())
    assert [(row["partner"], row["due_on"], row["goal"]) for row in rows] == [
        ("Data Science for Everyone", "2025-12-31", "student-learning"),
        ("DiscoverE", None, "student-learning"),
        ("New York Hall of Science", None, "student-learning"),
        ("Smithsonian Science Education Center", None, "educator-development"),
        ("STEM Next Opportunity Fund", "2025-12-31", "funding"),
    ]
    found = everything(database, LAST)["commitments"]
    of_them = found["list"][:5]
    assert [[(one["target"], one["unit"], one["per"]) for one in each["measures"]] for each in of_them] == [
        [(100, "school districts", None), (200_000, "students", None), (10, "states with working groups", None)],
        [
            (10_000_000, "K-12 engineering experiences", None),
            (5_000_000, "K-12 engineering experiences for girls and underrepresented students", None),
        ],
        [(300, "three- and four-year-olds", "year")],
        [
            (100, "K-12 STEM educators", None), (20, "education entities", None),
            (10_000, "STEM teachers represented", None),
        ],
        [(1_500_000, "USD", "year"), (8_000_000, "USD", None)],
    ]  # fmt: skip
    assert {each["state"] for each in of_them} == {"unreported"}, "nothing is claimed of what became of them"
    assert all(one["progress"] is None for each in of_them for one in each["measures"])
    on_the_day = everything(database, LAST, as_of=announced.DAY)
    assert on_the_day["commitments"]["states"]["planned"] == 5
    assert on_the_day["identified"] == on_the_day["stages"]["committed"] == 5
