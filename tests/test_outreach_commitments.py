"""Commitments: numbers as people type and say them, how a promise stands on a day, and what promises add up to."""

import calendar
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtep_outreach.errors import (
    EmptyTextError,
    NotAUnitError,
    TextTooLongError,
    UnreadableAmountError,
    UnreadableDayError,
)
from mtep_outreach.outreach import amounts, commitment_steps, commitments, deadlines, overdue, promised_numbers, tasks
from mtep_outreach.outreach.amounts import Amount
from mtep_outreach.outreach.commitments import Measured, Standing, Total
from mtep_outreach.outreach.promised_numbers import Promise
from mtep_outreach.store.models import Commitment, Measure, Name, Partner, ProgressReport
from mtep_outreach.store.reading import Reader, Record
from mtep_outreach.store.writing import Work, writing
from mtep_outreach.vocabulary import CommitmentGoal, CommitmentState, NameKind, Period, Scope

TODAY = date(2024, 5, 1)
MADE = date(2022, 12, 7)
YEAR = Period.YEAR


# ---- amounts and units --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number", "per"),
    [
        ("300", 300, None),
        ("0", 0, None),
        ("200,000", 200_000, None),
        (" 1,500,000/year ", 1_500_000, YEAR),
        ("10 million", 10_000_000, None),
        ("10 MILLION", 10_000_000, None),
        ("1.5M", 1_500_000, None),
        ("$1.5 million a year", 1_500_000, YEAR),
        ("US$ 8M", 8_000_000, None),
        ("USD 8 billion", 8_000_000_000, None),
        ("$500k/yr", 500_000, YEAR),
        ("2.5", 2.5, None),
        ("100+", 100, None),
        ("300 each year", 300, YEAR),
        ("300 annually", 300, YEAR),
        ("3 thousand per year", 3_000, YEAR),
        ("0.1 million", 100_000, None),
        ("1000 trillion", 10**15, None),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed: str, number: float, per: Period | None) -> None:
    assert amounts.amount(typed) == Amount(number, per)
    assert isinstance(amounts.amount(typed).number, int) == (number == int(number))


@pytest.mark.parametrize(
    "typed",
    ["", "many", "9,999,999,999,999,999", "-5", "1,5", "1.500.000", "1,00", ".5 million", "5 students", "ten", "1e6",
     "nan", "infinity", "3/month", "1001 trillion", "1" * 17, "\u0663", "5 millions of"],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(UnreadableAmountError) as refused:
        amounts.amount(typed)
    assert "single quotes" in refused.value.hint


def test_nothing_is_no_amount_to_promise() -> None:
    with pytest.raises(UnreadableAmountError, match="more than 0"):
        amounts.amount("0", above=0)


@pytest.mark.parametrize(
    "spellings",
    [
        ["teachers", "Teacher", "TEACHERS ", "teacher"],
        ["students", "student"],
        ["children", "child"],
        ["people", "persons", "person"],
        ["classes", "class"],
        ["entities", "entity"],
        ["districts", "district"],
        ["school districts", "School-District"],
        ["experiences", "experience"],
        ["buses", "bus"],
        ["boxes", "box"],
        ["churches", "church"],
        ["houses", "house"],
        ["days", "day"],
        ["campuses", "campus"],
        ["colleges", "college"],
        ["universities", "university"],
        ["K–12 educators", "k-12 educator"],
        ["programmes", "programs", "program"],
        ["$", "USD", "usd", "dollars", "Dollar", "US$", "US dollars", "U.S. dollars"],
    ],
)
def test_spellings_of_one_unit_are_one(spellings: list[str]) -> None:
    assert len({amounts.unit_key(one) for one in spellings}) == 1


def test_units_that_are_not_one_stay_apart() -> None:
    units = ["teachers", "teacher candidates", "students", "school districts", "schools", "grades", "grads", "plans",
             "planes", "states", "stats", "USD", "hours", "houses", "courses", "cores", "men", "women"]  # fmt: skip
    assert len({amounts.unit_key(one) for one in units}) == len(units)


def test_a_unit_is_kept_as_typed_but_money_is_usd() -> None:
    assert amounts.unit("  Middle-school   Teachers ") == "Middle-school Teachers"
    assert {amounts.unit(one) for one in ("$", "US$", "usd", "Dollars", "US dollars")} == {"USD"}
    with pytest.raises(EmptyTextError):
        amounts.unit("  ")
    with pytest.raises(NotAUnitError):
        amounts.unit(" - ")
    with pytest.raises(TextTooLongError):
        amounts.unit("x" * 101)


@pytest.mark.parametrize(
    ("progress", "target", "unit", "per", "shown"),
    [
        (120, 300, "students", None, "120 of 300 students (40%)"),
        (None, 300, "students", None, "300 students (nothing yet)"),
        (0, 300, "students", YEAR, "0 of 300 students a year (0%)"),
        (1, 10_000, "teachers", None, "1 of 10,000 teachers (<1%)"),
        (9_999, 10_000, "teachers", None, "9,999 of 10,000 teachers (>99%)"),
        (10_500, 10_000, "teachers", None, "10,500 of 10,000 teachers (105%)"),
        (200_000.0, 1_500_000, "USD", YEAR, "$200,000 of $1,500,000 a year (13%)"),
        (2.5, 5, "tons", None, "2.5 of 5 tons (50%)"),
        (1_000_000.5, 1_500_000, "USD", None, "$1,000,000.50 of $1,500,000 (67%)"),
        (0.999, 1.25, "USD", None, "$1 of $1.25 (80%)"),
    ],
)
def test_what_is_reached_is_said_with_its_share(
    progress: float | None, target: float, unit: str, per: str | None, shown: str
) -> None:
    assert amounts.reached(progress, target, unit, per) == shown


# ---- numbers in statements ----------------------------------------------------------------------------------

SCHOOL_DISTRICTS = (
    "help 100+ school districts, about 200,000 students (Title I ~30 %, rural ~30 %); working groups in 10 states;"
    " by 2025 a campaign."
)
ENGINEERING = (
    "10,000,000 K-12 engineering experiences; "
    "5,000,000 K-12 engineering experiences for girls and underrepresented students"
)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            SCHOOL_DISTRICTS,
            "100 school districts; 200,000 students; 10 states; 30 % Title I; 30 % rural; by 2025",
        ),
        (
            "10 million K-12 engineering experiences, 5 million of them for girls and underrepresented students.",
            ENGINEERING,
        ),
        ("over 300 three- and four-year-olds each year.", "300 three- and four-year-olds a year"),
        (
            "over 100 K-12 educators in one programme; 20 entities representing over 10,000 teachers in another.",
            "100 K-12 educators; 20 entities; 10,000 teachers",
        ),
        (
            "$1.5 million more a year through 2025 on top of $4 million planned; $8 million by 2025 for research.",
            "$1,500,000 a year; $8,000,000; by 2025",
        ),
    ],
)
def test_the_examples_of_2022_are_found_in_their_statements(statement: str, said: str) -> None:
    assert str(promised_numbers.found(statement, made_on=MADE)) == said


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("", ""),
        ("We will do our best for K-12 and Title I schools, as in MTEP 2.0.", ""),
        ("In 2024 we train 2000 teachers in grades 3 to 5.", "2,000 teachers"),
        ("Over the next 3 years, 40 hours of professional development each", "40 hours of professional development"),
        ("From 28 to 300 partners, or 50-60 schools, and a 12-month program, 5 million-dollar grants", ""),
        ("We serve 1.2M students; we give $500k.", "1,200,000 students; $500,000"),
        ("1.5 million dollars for 3 additional centers", "$1,500,000; 3 centers"),
        ("Every year, 25 schools. And 20 of our partners.", "25 schools a year"),
        ("25 schools, and 10 colleges annually", "25 schools; 10 colleges a year"),
        ("Attendance grows by 30 percent; 45 percent of them rural.", "45 % rural"),
        ("with approximately 30% Title I and at least 25.5% rural", "30 % Title I; 25.5 % rural"),
        ("30 per cent, that is a third", ""),
        ("share of girls: ~50 %", "50 % share of girls"),
        ("60 teachers by June 2026, 100 teachers no later than the end of 2027", "100 teachers; by 2027"),
        ("9 schools until May 24, 2025 (call 12/24/2024, room 2023-05-06)", "9 schools; by May 24, 2025"),
        ("9 schools by 2025-06 and by Feb 30, 2026", "9 schools; by June 30, 2025"),
        ("9 schools by 2015", "9 schools"),
        ("9 schools by the end of the 2025-26 school year", "9 schools"),
        ("Algebra 1 teachers, phase 2 schools, 5th graders, version 2.5 tools", ""),
        ("Data Science 4 Everyone reaches 7 schools", "7 schools"),
        ("help 100 school districts implement data science", "100 school districts"),
        ("5 million of them for girls", ""),
        ("0 schools, 1,00 schools, 1,2345 schools", ""),
        ("7 schools; 7 Schools; 9 school", "9 school"),
        ("5 “schools”", "5 schools"),
        ("9" * 10_000 + " schools", ""),
        ("9" * 16 + " trillion schools", ""),
    ],
)
def test_only_what_is_promised_is_found(statement: str, said: str) -> None:
    found = promised_numbers.found(statement, made_on=MADE)
    assert str(found) == said
    assert bool(found) == bool(said)


@pytest.mark.parametrize(
    ("statement", "said", "unread"),
    [
        ("10 million experiences, 5 million for girls", "10,000,000 experiences", "5 million"),
        ("We give $500,000-$1,000,000 for 3 schools.", "3 schools", "$500,000-$1,000,000"),
        ("Between 100 and 200 teachers", "", "Between 100 and 200"),
        ("100–200 teachers, 5 to 10 schools or 3 or 4 more", "", "100–200; 5 to 10; 3 or 4"),
        ("$25 per teacher for 400 teachers, $5 a student", "400 teachers", "$25; $5"),
        ("5 workshops per month, 300 students per school year", "300 students", "5"),
        ("No. 1 priority: 40 schools", "40 schools", "1"),
        ("20 new and 30 returning teachers", "30 returning teachers", "20"),
        ("9 schools by the end of the 2025-26 school year", "9 schools", "2025-26"),
        ("40 schools by spring 2025, 50 clubs by summer of 2025", "40 schools; 50 clubs; by September 30, 2025",
         "spring 2025"),
        ("9 schools by 2015, 8 clubs by Feb 30, 2026", "9 schools; 8 clubs", "2015; Feb 30, 2026"),
        ("7 schools; 9 Schools; 9 school", "9 Schools", "7"),
        ("Scores grow by 30 percent, from 60% to 80%", "", "30 percent; 60%; 80%"),
        ("$0.001 for a 500-student program", "", "$0.001; 500"),
        ("K-12, Title I, MTEP 2.0, grades 3 to 5, Algebra 1, in 2024 for 3 years, a 12-month term, 5th grade", "", ""),
        ("As Data Science 4 Everyone, on top of $4 million and up from 30 schools", "", ""),
        (f"{'1,' * 50}1", "", f"{('1,' * 50)[:40]}..."),
    ],
)  # fmt: skip
def test_numbers_that_are_not_understood_are_named(statement: str, said: str, unread: str) -> None:
    found = promised_numbers.found(statement, made_on=MADE)
    assert (str(found), "; ".join(found.unread)) == (said, unread)


@given(st.text(alphabet=st.sampled_from("0123456789 $%,.-–/()KkMm~+ofthemilnyear;\nTitle I by2025é")))
def test_any_statement_is_looked_through_without_an_error(statement: str) -> None:
    assert all(0 < len(words) < 50 for words in promised_numbers.found(statement, made_on=MADE).unread)
    for one in promised_numbers.found(statement, made_on=MADE).measures:
        assert 0 < one.target <= 10**15
        assert amounts.unit(one.unit) == one.unit
        assert len(one.unit) <= 100


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2025", date(2025, 12, 31)),
        ("the end of 2025", date(2025, 12, 31)),
        ("June 2025", date(2025, 6, 30)),
        ("end of Feb. 2028", date(2028, 2, 29)),
        ("Sept 2025", date(2025, 9, 30)),
        ("2025-06", date(2025, 6, 30)),
        ("2025-06-15", date(2025, 6, 15)),
        ("May 24, 2025", date(2025, 5, 24)),
        ("tomorrow", date(2024, 5, 2)),
        ("spring 2025", date(2025, 6, 30)),
        ("Summer of 2025", date(2025, 9, 30)),
        ("the end of the Fall, 2025", date(2025, 12, 31)),
        ("the end of the school year 2025", date(2025, 12, 31)),
        ("the close of May 24, 2025", date(2025, 5, 24)),
    ],
)
def test_a_deadline_is_a_day_or_the_last_of_a_month_or_year(typed: str, day: date) -> None:
    assert deadlines.deadline(typed, TODAY) == day


@pytest.mark.parametrize("typed", ["", "soon", "1492", "0000", "2025-13", "0000-05", "Juni 2025", "June 0000", "25"])
def test_what_is_no_deadline_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableDayError):
        deadlines.deadline(typed, TODAY)


@pytest.mark.parametrize(
    ("statement", "lost"),
    [
        (".5 million more", True),
        ("We give .5 million", True),
        ("We give  million by 2025", True),
        ("We give $1.5 million", False),
        ("A million students. Millions more", False),
    ],
)
def test_a_dollar_that_the_shell_took_is_noticed(statement: str, lost: bool) -> None:
    assert promised_numbers.lost_a_dollar(statement) is lost


# ---- how a commitment stands --------------------------------------------------------------------------------


def work_on(folder: Path) -> AbstractContextManager[Work]:
    return writing(folder / "network.sqlite", at=datetime(2024, 5, 1, 12, tzinfo=UTC), actor="tester", command="mtep")


def found_partner(work: Work) -> Record:
    return work.select("present_partners", ["id = :number"], number=partner(work))[0]


def partner(work: Work, name: str = "Alpha Council", scope: Scope | None = None) -> int:
    number = work.add(Partner(added_on=date(2020, 1, 1), scope=scope)).number
    work.add(Name(partner_id=number, kind=NameKind.OFFICIAL, text=name, key=name.lower()))
    return number


def a_day(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


@pytest.mark.parametrize(
    ("made", "due", "reports", "withdrawn", "state"),
    [
        ("2024-05-01", None, [], None, "planned"),
        ("2023-05-02", None, [], None, "planned"),
        ("2023-05-01", None, [], None, "stalled"),
        ("2022-05-02", None, [], None, "stalled"),
        ("2022-05-01", None, [], None, "unreported"),
        ("2020-01-01", None, [("2023-05-02", 5)], None, "under-way"),
        ("2020-01-01", None, [("2023-05-01", 5)], None, "stalled"),
        ("2020-01-01", None, [("2022-05-01", 5)], None, "unreported"),
        ("2024-01-01", "2024-05-01", [], None, "planned"),
        ("2024-01-01", "2024-04-30", [], None, "missed"),
        ("2024-01-01", "2024-04-30", [("2024-04-30", 9)], None, "missed"),
        ("2020-01-01", "2021-01-01", [("2020-12-31", 10)], None, "completed"),
        ("2020-01-01", "2021-01-01", [("2024-04-30", 10)], None, "completed"),
        ("2020-01-01", None, [("2024-04-01", 12), ("2024-04-30", 9)], None, "under-way"),
        ("2020-01-01", None, [("2024-04-01", 0)], None, "planned"),
        ("2020-01-01", None, [("2024-04-01", 5), ("2024-04-30", 0)], None, "planned"),
        ("2020-01-01", None, [("2023-05-01", 0)], None, "stalled"),
        ("2020-01-01", "2021-01-01", [("2024-04-01", None)], None, "completed"),
        ("2020-01-01", None, [("2024-04-01", 10)], "2024-05-01", "withdrawn"),
    ],
)
def test_how_a_commitment_stands_follows_from_what_is_recorded(
    tmp_path: Path,
    made: str,
    due: str | None,
    reports: list[tuple[str, float | None]],
    withdrawn: str | None,
    state: str,
) -> None:
    """A report of None says that it is done."""
    with work_on(tmp_path) as work:
        number = work.add(
            Commitment(
                partner_id=partner(work), statement="We help.", day=date.fromisoformat(made), due_on=a_day(due),
                withdrawn_on=a_day(withdrawn),
            )
        ).number  # fmt: skip
        measure = work.add(Measure(commitment_id=number, target=10, unit="schools", unit_key="school")).number
        for day, amount in reports:
            work.add(
                ProgressReport(
                    commitment_id=number, measure_id=None if amount is None else measure, day=date.fromisoformat(day),
                    amount=amount, done=amount is None,
                )
            )  # fmt: skip
        assert commitments.find(work, number, today=TODAY).state == state


@pytest.mark.parametrize(
    ("due", "reports", "done", "states"),
    [
        (None, [("2020-12-31", 310)], False, {"2020-12-31": "under-way", "2021-12-30": "under-way",
                                              "2021-12-31": "stalled", "2026-05-01": "unreported"}),
        (None, [("2020-12-31", 310)], True, {"2026-05-01": "completed"}),
        ("2022-12-31", [("2022-06-30", 310)], False, {"2022-12-31": "under-way", "2023-01-01": "completed"}),
        ("2022-12-31", [("2020-12-31", 310), ("2022-06-30", 290)], False, {"2021-01-01": "under-way",
                                                                          "2023-01-01": "missed"}),
    ],
)  # fmt: skip
def test_a_yearly_number_is_reached_for_good_only_when_its_deadline_is_past(
    tmp_path: Path, due: str | None, reports: list[tuple[str, float]], *, done: bool, states: dict[str, str]
) -> None:
    with work_on(tmp_path) as work:
        said = commitment_steps.CommitmentFacts("We teach.", [Promise(300, "children", YEAR)], day=date(2020, 1, 5),
                                                due_on=a_day(due))  # fmt: skip
        number = commitment_steps.make(work, found_partner(work), said, today=TODAY).id
        for day, reached in reports:
            commitment_steps.report(work, number, today=TODAY, day=date.fromisoformat(day), reached=reached, done=done)
    with Reader(tmp_path / "network.sqlite") as reader:
        for day, state in states.items():
            on = date.fromisoformat(day)
            assert [one.state for one in commitments.standing(reader, today=on, as_of=on)] == [state], day
            where, values = tasks.conditions("overdue", on)
            waiting = tasks.waiting(reader, "overdue", where, values)
            told = overdue.told(reader, waiting, today=on)
            is_late = state in ("stalled", "unreported", "missed")
            assert [row["word"].startswith("mtep progress 1 REACHED,") for row in told] == [True] * is_late, day


def test_a_total_of_yearly_numbers_is_that_of_one_calendar_year(tmp_path: Path) -> None:
    with work_on(tmp_path) as work:
        number = partner(work)
        partners = work.select("present_partners", ["id = :number"], number=number)
        said = commitment_steps.CommitmentFacts("We teach.", [Promise(300, "children", YEAR)], day=date(2020, 1, 5))
        one, two, _ = (commitment_steps.make(work, partners[0], said, today=TODAY).id for _ in range(3))
        for which, day, reached in ((one, "2020-12-31", 320), (two, "2024-02-01", 20), (two, "2020-03-01", 7)):
            commitment_steps.report(work, which, today=TODAY, day=date.fromisoformat(day), reached=reached)
    with Reader(tmp_path / "network.sqlite") as reader:
        for day, reached in (("2020-02-01", 0), ("2020-04-01", 7), ("2020-12-31", 327), ("2024-02-01", 20)):
            found = commitments.standing(reader, today=TODAY, as_of=date.fromisoformat(day))
            assert commitments.totals(found) == [Total(None, "children", "year", 900, reached, 3)], day


def test_a_commitment_without_numbers_is_completed_only_when_somebody_says_so(tmp_path: Path) -> None:
    with work_on(tmp_path) as work:
        number = work.add(Commitment(partner_id=partner(work), statement="We help.", day=TODAY)).number
        assert commitments.find(work, number, today=TODAY).state == "planned"
        commitment_steps.report(work, number, today=TODAY, evidence="A first meeting.")
        assert commitments.find(work, number, today=TODAY).state == "under-way"
        commitment_steps.report(work, number, today=TODAY, done=True)
        assert commitments.find(work, number, today=TODAY).state == "completed"


def test_all_numbers_must_be_reached(tmp_path: Path) -> None:
    with work_on(tmp_path) as work:
        said = commitment_steps.CommitmentFacts("We help.", [Promise(10, "schools"), Promise(20, "teachers")])
        number = commitment_steps.make(work, found_partner(work), said, today=TODAY).id
        commitment_steps.report(work, number, today=TODAY, reached=10, unit="school")
        assert commitments.find(work, number, today=TODAY).state == "under-way"
        commitment_steps.report(work, number, today=TODAY, reached=25, unit="teach")
        assert commitments.find(work, number, today=TODAY).state == "completed"


def test_a_year_after_a_february_29_is_a_march_1(tmp_path: Path) -> None:
    with work_on(tmp_path) as work:
        number = work.add(Commitment(partner_id=partner(work), statement="We help.", day=date(2024, 2, 29))).number
        assert commitments.find(work, number, today=date(2025, 2, 28)).state == "planned"
        assert commitments.find(work, number, today=date(2025, 3, 1)).state == "stalled"


# ---- together -----------------------------------------------------------------------------------------------


def standing(
    number: int, state: str, goal: str | None, *measures: tuple[float, str, str | None, float | None]
) -> Standing:
    made = tuple(Measured(10 * number + place, *measure) for place, measure in enumerate(measures))
    return Standing(number, 1, "Alpha", "We help.", goal, None, state, "2024-05-01", None, None, None, False, made)


def test_unlike_units_goals_and_yearly_numbers_are_never_added() -> None:
    found = [
        standing(1, "planned", None, (10, "Teachers", None, 4), (300, "students", "year", 250)),
        standing(2, "under-way", None, (5, "teacher", None, None), (7, "students", None, 1)),
        standing(3, "completed", "funding", (100.5, "$", None, 50.25), (20, "teachers", None, 20)),
        standing(4, "withdrawn", "funding", (999, "teachers", None, 999)),
        standing(5, "missed", "funding", (100, "USD", None, 0.25)),
    ]
    assert commitments.totals(found) == [
        Total("funding", "teachers", None, 20, 20, 1),
        Total("funding", "USD", None, 200.5, 50.5, 2),
        Total(None, "students", None, 7, 1, 1),
        Total(None, "students", "year", 300, 250, 1),
        Total(None, "Teachers", None, 15, 4, 2),
    ]
    goals = {
        "goal": "30",
        "goal.teacher": "100000",
        "goal.dollars": "60",
        "goal.students": "50",
        "goal.owls": "3",
        "hub": "",
    }
    assert [vars(one) for one in commitments.outcome_goals(goals, found)] == [
        {"unit": "teacher", "target": 100_000, "progress": 1023},
        {"unit": "USD", "target": 60, "progress": 50.5},
        {"unit": "students", "target": 50, "progress": 251},
        {"unit": "owls", "target": 3, "progress": 0},
    ]


def test_a_total_counts_commitments_not_their_numbers() -> None:
    found = [standing(1, "planned", None, (10, "teachers", None, 4), (5, "Teacher", None, 1)),
             standing(2, "planned", None, (1, "teachers", None, None))]  # fmt: skip
    assert commitments.totals(found) == [Total(None, "teachers", None, 16, 5, 2)]


def test_every_year_of_a_yearly_number_counts_towards_a_goal_with_its_newest_report(tmp_path: Path) -> None:
    with work_on(tmp_path) as work:
        said = commitment_steps.CommitmentFacts("We help.", [Promise(300, "teachers", YEAR), Promise(9, "teachers")],
                                                day=date(2022, 1, 1))  # fmt: skip
        number = commitment_steps.make(work, found_partner(work), said, today=TODAY).id
        for day, reached in (("2023-06-01", 200), ("2023-12-31", 300), ("2024-03-01", 310), ("2023-02-01", 90)):
            commitment_steps.report(work, number, today=TODAY, day=date.fromisoformat(day), reached=reached,
                                    unit="teachers a year")  # fmt: skip
    with Reader(tmp_path / "network.sqlite") as reader:
        for day, progress, in_all in (
            ("2022-12-31", None, 0), ("2023-02-01", 90, 90), ("2023-06-30", 200, 200), ("2024-02-29", 300, 300),
            ("2024-03-01", 310, 610),
        ):  # fmt: skip
            found = commitments.standing(reader, today=TODAY, as_of=date.fromisoformat(day))
            assert found[0].measures[0].progress == progress
            (goal,) = commitments.outcome_goals({"goal.teacher": "1000"}, found)
            assert goal.progress == in_all
            assert [one.progress for one in commitments.totals(found)] == [0, progress or 0]


def test_what_was_reached_stays_reached_when_the_promise_is_withdrawn(tmp_path: Path) -> None:
    with work_on(tmp_path) as work:
        said = commitment_steps.CommitmentFacts("We help.", [Promise(300, "teachers")], day=date(2023, 1, 1))
        number = commitment_steps.make(work, found_partner(work), said, today=TODAY).id
        commitment_steps.report(work, number, today=TODAY, day=date(2024, 1, 1), reached=120)
        commitment_steps.withdraw(work, number, today=TODAY, day=date(2024, 2, 1))
    with Reader(tmp_path / "network.sqlite") as reader:
        found = commitments.standing(reader, today=TODAY)
    assert [one.progress for one in commitments.outcome_goals({"goal.teachers": "500"}, found)] == [120]
    assert commitments.totals(found) == []


def test_a_word_without_an_amount_begins_nothing_where_numbers_are_promised(tmp_path: Path) -> None:
    with work_on(tmp_path) as work:
        said = commitment_steps.CommitmentFacts("We help.", [Promise(300, "teachers", YEAR)], day=date(2023, 1, 1))
        number = commitment_steps.make(work, found_partner(work), said, today=TODAY).id
        commitment_steps.report(work, number, today=TODAY, day=date(2024, 1, 1), evidence="A first meeting.")
        assert commitments.find(work, number, today=TODAY).state == "planned"
        commitment_steps.report(work, number, today=TODAY, day=date(2023, 6, 1), reached=9)
        commitment_steps.report(work, number, today=TODAY, day=date(2024, 2, 1), reached=0)
        assert commitments.find(work, number, today=TODAY).state == "under-way"


def test_numbers_without_a_fraction_have_none_in_json() -> None:
    found = commitments.as_dict([standing(1, "planned", None, (0.1, "tons", None, 0.2), (1, "t", None, 3))], {})
    assert repr([one["target"] for one in found["totals"]]) == "[1, 0.1]"
    assert list(found) == ["states", "totals", "goals", "list"]
    assert list(found["list"][0]) == [
        "id", "partner_id", "partner", "statement", "goal", "by", "state", "day", "reported_on", "place", "people",
        "public", "measures",
    ]  # fmt: skip
    assert list(found["list"][0]["measures"][0]) == ["id", "target", "unit", "per", "progress"]
    assert found["states"] == {
        "planned": 1, "under-way": 0, "completed": 0, "stalled": 0, "unreported": 0, "missed": 0, "withdrawn": 0,
    }  # fmt: skip


# ---- against a slow and obvious count -----------------------------------------------------------------------

FIRST = date(2021, 1, 1)
DAYS = st.integers(0, 1500).map(lambda days: FIRST + timedelta(days=days))
AMOUNTS = st.sampled_from([0.0, 0.25, 1.0, 3.0, 10.0, 33.5, 1e6])
UNITS = st.sampled_from([("teachers", "teacher"), ("Teacher", "teacher"), ("students", "student"), ("USD", "usd")])


@dataclass(frozen=True)
class Said:
    """A commitment with its measures, and reports in any order: of which measure, when, how much, whether done."""

    made: date
    due: date | None
    withdrawn: date | None
    goal: CommitmentGoal | None
    scope: Scope | None
    measures: list[tuple[float, tuple[str, str], Period | None]]
    reports: list[tuple[int | None, date, float, bool]]


@st.composite
def said(draw: st.DrawFn) -> Said:
    made = draw(DAYS)
    later = DAYS.map(lambda day: max(day, made))
    measures = draw(st.lists(st.tuples(AMOUNTS.filter(bool), UNITS, st.sampled_from([None, YEAR])), max_size=2))
    which = st.sampled_from([None, *range(len(measures))])
    done = st.integers(0, 9).map(lambda number: number == 0)
    return Said(
        made,
        draw(st.none() | later),
        draw(st.sampled_from([None, None, draw(later)])),
        draw(st.sampled_from([None, *CommitmentGoal])),
        draw(st.sampled_from([None, Scope.STATE])),
        measures,
        draw(st.lists(st.tuples(which, later, AMOUNTS, done), max_size=5)),
    )


def write(work: Work, network: list[Said]) -> None:
    for place, one in enumerate(network):
        promised = Commitment(
            partner_id=partner(work, f"Partner {place}", one.scope), statement="We help.", day=one.made,
            due_on=one.due, withdrawn_on=one.withdrawn, goal=one.goal,
        )  # fmt: skip
        number = work.add(promised).number
        numbers = [
            work.add(Measure(commitment_id=number, target=target, unit=unit, unit_key=key, per=per)).number
            for target, (unit, key), per in one.measures
        ]
        for which, day, amount, done in one.reports:
            measure, reached = (None, None) if which is None else (numbers[which], amount)
            work.add(ProgressReport(commitment_id=number, measure_id=measure, day=day, amount=reached, done=done))


def slowly(network: list[Said], day: date, scope: Scope | None) -> tuple[Counter[str], dict[object, object]]:
    """What is written in the issue, in the most obvious way: states, and sums by goal, unit and period."""
    states: Counter[str] = Counter()
    sums: dict[object, tuple[Fraction, dict[int | None, Fraction], set[int]]] = {}
    for at, one in enumerate(network):
        if one.made > day or (scope and one.scope != scope):
            continue
        is_withdrawn = one.withdrawn is not None and one.withdrawn <= day
        known = [report for report in one.reports if report[1] <= day]
        heard = max([one.made, *(report[1] for report in known)])
        reached = []
        for place, (target, (_, key), per) in enumerate(one.measures):
            amount, year = 0.0, None
            for report in sorted((report for report in known if report[0] == place), key=lambda report: report[1]):
                amount, year = report[2], report[1].year
            reached.append(amount >= target and (per is None or (one.due is not None and one.due < day)))
            if not is_withdrawn:
                before = sums.setdefault((one.goal, key, per), (Fraction(0), {}, set[int]()))
                counted = before[1] | {
                    year if per else None: before[1].get(year if per else None, 0) + Fraction(amount)
                }
                sums[one.goal, key, per] = (before[0] + Fraction(target), counted, before[2] | {at})
        silent = day.year - heard.year - ((day.month, day.day) < anniversary(heard, day.year))
        if is_withdrawn:
            states["withdrawn"] += 1
        elif any(report[3] for report in known) or (reached and all(reached)):
            states["completed"] += 1
        elif one.due and one.due < day:
            states["missed"] += 1
        elif silent >= 1:
            states["stalled" if silent == 1 else "unreported"] += 1
        else:
            begun = slow_reached(one, known) if one.measures else known
            states["under-way" if begun else "planned"] += 1
    return states, {
        key: (float(target), float(by_year[max(by_year, key=lambda year: year or 0)]), len(many))
        for key, (target, by_year, many) in sums.items()
    }


def slow_reached(one: Said, known: list[tuple[int | None, date, float, bool]]) -> bool:
    """Whether the newest report on any number is of more than nothing, of a yearly one that of any year."""
    newest: dict[object, float] = {}
    for which, day, amount, _ in sorted(known, key=lambda report: report[1]):
        if which is not None:
            newest[which, day.year if one.measures[which][2] else None] = amount
    return any(newest.values())


def slow_goal(network: list[Said], day: date, scope: Scope | None, wanted: str) -> Fraction:
    """What counts towards a goal in a unit: the newest report on each number, of a yearly one that of each year."""
    newest: dict[object, float] = {}
    for at, one in enumerate(network):
        stands = one.made <= day and scope in (None, one.scope)
        for which, on, amount, _ in sorted(one.reports, key=lambda report: report[1]) if stands else ():
            if which is not None and on <= day and one.measures[which][1][1] == wanted:
                newest[at, which, on.year if one.measures[which][2] else None] = amount
    return sum(map(Fraction, newest.values()), Fraction(0))


def anniversary(day: date, year: int) -> tuple[int, int]:
    leaps = (day.month, day.day) == (2, 29) and not calendar.isleap(year)
    return (3, 1) if leaps else (day.month, day.day)


@settings(max_examples=60, deadline=None)
@given(network=st.lists(said(), max_size=5), day=DAYS, scope=st.sampled_from([None, Scope.STATE]))
def test_states_totals_and_goals_are_those_of_a_slow_count_on_every_day(
    network: list[Said], day: date, scope: Scope | None
) -> None:
    with TemporaryDirectory() as folder:
        with work_on(Path(folder)) as work:
            write(work, network)
        with Reader(Path(folder) / "network.sqlite") as reader:
            found = commitments.standing(reader, today=date(2030, 1, 1), as_of=day, scope=scope)
    states, sums = slowly(network, day, scope)
    assert {key: number for key, number in commitments.states(found).items() if number} == states
    assert set(commitments.states(found)) == set(CommitmentState)
    totals = {
        (one.goal, amounts.unit_key(one.unit), one.per): (one.target, one.progress, one.commitments)
        for one in commitments.totals(found)
    }
    assert totals == sums
    assert len(commitments.totals(found)) == len(sums)
    for goal in commitments.outcome_goals({"goal.teachers": "5", "goal.students": "5", "goal.$": "5"}, found):
        assert goal.progress == slow_goal(network, day, scope, amounts.unit_key(goal.unit))


@settings(max_examples=60, deadline=None)
@given(network=st.lists(said(), max_size=5), day=DAYS, as_of=st.booleans())
def test_overdue_is_what_is_silent_for_a_year_or_missed_without_a_word_since(
    network: list[Said], day: date, *, as_of: bool
) -> None:
    with TemporaryDirectory() as folder:
        with work_on(Path(folder)) as work:
            write(work, network if as_of else [one for one in network if all_by(one, day)])
        with Reader(Path(folder) / "network.sqlite") as reader:
            looked_at = day if as_of else None
            stood = commitments.standing(reader, today=day, as_of=looked_at)
            where, values = tasks.conditions("overdue", day)
            rows = tasks.waiting(reader, "overdue", where, values, as_of=looked_at)
            told = overdue.told(reader, rows, today=day)
    expected = set()
    for one in stood:
        heard = date.fromisoformat(one.reported_on or one.day)
        silent = day.year - heard.year - ((day.month, day.day) < anniversary(heard, day.year)) >= 1
        unheard = one.by is not None and (one.reported_on or "") < one.by
        if one.state in ("stalled", "unreported") or (one.state == "missed" and (unheard or silent)):
            expected.add(one.id)
    assert sorted(row["delivery_id"] for row in told) == sorted(expected)


def all_by(one: Said, day: date) -> bool:
    """Whether all that is recorded of a commitment has happened by a day."""
    return max([one.made, one.withdrawn or one.made, *(report[1] for report in one.reports)]) <= day


def test_a_year_before_a_february_29_is_a_february_28() -> None:
    assert overdue.year_before(date(2024, 2, 29)) == date(2023, 2, 28)
    assert overdue.year_before(date(2025, 2, 28)) == date(2024, 2, 28)
