"""Commitments as a person records them: made, reported on, changed, withdrawn, listed and shown."""

import csv
import io
import json
import os
import re
import shlex
import sqlite3
import zipfile
from contextlib import closing
from typing import Any

import pytest

from .conftest import Program, stored

DSE = "Data Science for Everyone"
DISTRICTS = (
    "help 100+ school districts, about 200,000 students (Title I ~30 %, rural ~30 %); working groups in 10 states;"
    " by 2025 a campaign."
)
ENGINEERING = "10 million K-12 engineering experiences, 5 million of them for girls and underrepresented students."
GIRLS = "K-12 engineering experiences for girls and underrepresented students"
CHILDREN = "over 300 three- and four-year-olds each year."
EDUCATORS = "over 100 K-12 educators in one programme; 20 entities representing over 10,000 teachers in another."
MONEY = "$1.5 million more a year through 2025 on top of $4 million planned; $8 million by 2025 for research."

EXAMPLES: dict[str, tuple[list[str], list[str], dict[str, Any]]] = {
    "Data Science for Everyone": (
        [DISTRICTS],
        ["--target", "100+", "--unit", "school districts", "--target", "200,000", "--unit", "students",
         "--target", "10", "--unit", "states", "--who", "30 % Title I", "--who", "30 % rural", "--by", "2025"],
        {"people": "30 % Title I; 30 % rural", "by": "2025-12-31",
         "measures": [(100, "school districts", None), (200_000, "students", None), (10, "states", None)]},
    ),
    "DiscoverE": (
        [ENGINEERING],
        ["--target", "10 million", "--unit", "K-12 engineering experiences", "--target", "5M", "--unit", GIRLS],
        {"people": None, "by": None,
         "measures": [(10_000_000, "K-12 engineering experiences", None), (5_000_000, GIRLS, None)]},
    ),
    "New York Hall of Science": (
        [CHILDREN],
        ["--target", "300", "--unit", "three- and four-year-olds each year"],
        {"people": None, "by": None, "measures": [(300, "three- and four-year-olds", "year")]},
    ),
    "Smithsonian Science Education Center": (
        [EDUCATORS],
        ["--target", "100", "--unit", "K-12 educators", "--target", "20", "--unit", "entities", "--target", "10,000",
         "--unit", "teachers"],
        {"people": None, "by": None,
         "measures": [(100, "K-12 educators", None), (20, "entities", None), (10_000, "teachers", None)]},
    ),
    "STEM Next Opportunity Fund": (
        [MONEY],
        ["--money", "$1.5 million/year", "--money", "8M", "--by", "end of 2025"],
        {"people": None, "by": "2025-12-31", "measures": [(1_500_000, "USD", "year"), (8_000_000, "USD", None)]},
    ),
}  # fmt: skip


@pytest.fixture
def partners(mtep: Program) -> Program:
    """The five partners of the examples."""
    for name in EXAMPLES:
        mtep("add-partner", name)
    return mtep


@pytest.fixture
def promised(network: Program) -> Program:
    """Commitment 1 of AMTE: 300 students and 20 teachers."""
    network("add-commitment", "AMTE", "We help.", "--target", "300", "--unit", "students", "--target", "20",
            "--unit", "teachers", "--on", "2023-10-01", "--by", "2025", "--goal", "student-learning")  # fmt: skip
    return network


def commitment(program: Program, number: int = 1, **options: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in program.list("commitments") if row["id"] == number)
    return found


def measures(program: Program, number: int = 1) -> list[tuple[float, str, str | None]]:
    return [(one["target"], one["unit"], one["per"]) for one in commitment(program, number)["measures"]]


# ---- made ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["options", "--yes"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_commitments_of_2022_are_recorded_as_what_they_are(partners: Program, name: str, how: str) -> None:
    statement, options, expected = EXAMPLES[name]
    more = options if how == "options" else ["--yes"]
    printed = partners("add-commitment", name, *statement, *more, "--on", "2022-12-07")
    assert printed.err == ""
    (found,) = partners.list("commitments")
    assert (found["partner"], found["statement"], found["day"]) == (name, statement[0], "2022-12-07")
    assert {key: found[key] for key in ("people", "by")} | {"measures": measures(partners)} == expected
    assert (found["state"], {one["progress"] for one in found["measures"]}) == ("stalled", {None})


@pytest.mark.parametrize("name", EXAMPLES)
def test_without_a_terminal_numbers_are_only_told_with_the_command_that_records_them(
    partners: Program, name: str
) -> None:
    (statement,), _, expected = EXAMPLES[name]
    printed = partners("add-commitment", name, statement)
    assert "no numbers" in printed.out
    assert measures(partners) == []
    told = printed.err.strip().splitlines()
    assert told[0].startswith("Found in it, and not recorded: ")
    command = shlex.split(" ".join(told[1:]).partition("To record it: ")[2])
    assert command[0] == "mtep"
    partners(*command[1:])
    found = commitment(partners)
    assert {key: found[key] for key in ("people", "by")} | {"measures": measures(partners)} == expected


def test_a_dry_run_tells_how_to_take_the_numbers(partners: Program) -> None:
    printed = partners("add-commitment", DSE, DISTRICTS, "--dry-run")
    assert "--yes records them" in printed.err
    assert partners.list("commitments") == []


def test_the_statement_is_kept_as_said(partners: Program) -> None:
    said = "  We “help”\nschools: [bold]100%[/bold] = sure, <b>é</b>\u202e  "
    partners("add-commitment", DSE, said)
    assert commitment(partners)["statement"] == "We “help”\nschools: [bold]100%[/bold] = sure, <b>é</b>"


def test_what_is_given_is_not_found_once_more(partners: Program) -> None:
    partners("add-commitment", DSE, DISTRICTS, "--yes", "--by", "2026-06", "--who", "everybody",
             "--where", "Ten states", "--goal", "Student-Learning", "--public")  # fmt: skip
    found = commitment(partners)
    assert (found["by"], found["people"], found["place"]) == ("2026-06-30", "everybody", "Ten states")
    assert (found["goal"], found["public"]) == ("student-learning", True)
    partners("add-commitment", DSE, DISTRICTS, "--yes", "--target", "5", "--unit", "owls")
    assert measures(partners, 2) == [(5, "owls", None)]
    assert (commitment(partners, 2)["by"], commitment(partners, 2)["people"]) == (
        "2025-12-31",
        "30 % Title I; 30 % rural",
    )


def test_a_typed_number_leaves_the_deadline_and_the_shares_of_the_statement(network: Program) -> None:
    said = "Serve 40 teachers, 30 % of them rural, by 2025."
    typed = ["--target", "40", "--unit", "teachers"]
    network("add-commitment", "AMTE", said, *typed, "--yes")
    assert (commitment(network)["by"], commitment(network)["people"]) == ("2025-12-31", "30 % rural")
    told = network("add-commitment", "AMTE", said, *typed).err
    assert "Found in it, and not recorded: 30 % rural; by 2025." in told
    assert "mtep edit-commitment 2 --who '30 % rural' --by 2025-12-31" in " ".join(told.split())
    network("add-commitment", "AMTE", said, *typed, "--yes", "--by", "", "--who", "everybody")
    assert (commitment(network, 3)["by"], commitment(network, 3)["people"]) == (None, "everybody")
    assert [measures(network, number) for number in (1, 2, 3)] == [[(40, "teachers", None)]] * 3


def test_the_json_of_a_commitment_is_exact(promised: Program) -> None:
    promised("progress", "1", "120", "--unit", "students", "--on", "2024-04-01")
    assert promised.list("commitments") == [
        {
            "id": 1,
            "partner_id": 1,
            "partner": "Association of Mathematics Teacher Educators",
            "statement": "We help.",
            "goal": "student-learning",
            "by": "2025-12-31",
            "deadline": "2025",
            "state": "under-way",
            "reached": "120 of 300 students (40%);\n20 teachers (nothing yet)",
            "measures": [
                {"id": 1, "target": 300, "unit": "students", "per": None, "progress": 120},
                {"id": 2, "target": 20, "unit": "teachers", "per": None, "progress": None},
            ],
            "day": "2023-10-01",
            "reported_on": "2024-04-01",
            "place": None,
            "people": None,
            "public": False,
        }
    ]
    printed = promised("list", "commitments", "--format", "json").out
    assert '"target": 300,' in printed
    assert '"progress": 120\n' in printed


def test_a_commitment_makes_a_partner_committed_until_it_is_withdrawn(promised: Program) -> None:
    def stage() -> object:
        return promised("show", "AMTE", "--format", "json").json["stage"]

    assert stage() == "committed"
    assert promised("report", "--format", "json").json["stages"]["committed"] == 1
    promised("withdraw-commitment", "1")
    assert stage() == "accepted"
    assert commitment(promised)["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("options", "said", "code"),
    [
        (["--target", "5"], "1 --target and 0 --unit", 2),
        (["--unit", "owls"], "0 --target and 1 --unit", 2),
        (["--target", "many", "--unit", "owls"], "'many' is not an amount", 2),
        (["--target", "0", "--unit", "owls"], "more than 0", 2),
        (["--target", "5", "--unit", "-"], "'-' is not a unit", 2),
        (["--target", "5", "--unit", "€"], "with --money", 2),
        (["--target", "30", "--unit", "%"], "--who '30 % rural'", 2),
        (["--target", "5", "--unit", " "], "The unit is empty", 2),
        (["--money", "0.004"], "rounds to nothing", 2),
        (["--target", "0.004", "--unit", "$"], "rounds to nothing", 2),
        (["--target", "0.0000001", "--unit", "owls"], "rounds to nothing", 2),
        (["--money", ".5 million"], "single quotes", 2),
        (["--target", "5", "--unit", "owls", "--target", "6", "--unit", "Owl"], "promised twice", 2),
        (["--money", "5", "--target", "6", "--unit", "dollars"], "promised twice", 2),
        (["--by", "soon"], "'soon' is not a day", 2),
        (["--by", "2023"], "Its deadline cannot be Sunday, December 31, 2023", 1),
        (["--on", "2024-05-02"], "cannot have happened", 2),
        (["--goal", "fame"], "fame", 2),
        (["--where", "x" * 1001], "1,001 characters", 2),
    ],
)
def test_what_cannot_be_promised_is_refused_and_nothing_is_stored(
    network: Program, options: list[str], said: str, code: int
) -> None:
    before = stored(network.database)
    printed = network("add-commitment", "AMTE", "We help.", *options, code=code)
    assert said in " ".join(printed.err.split())
    assert stored(network.database) == before


def test_a_statement_must_say_something_and_a_partner_must_be_known(network: Program) -> None:
    assert "statement is empty" in network("add-commitment", "AMTE", " \n!", code=2).err
    assert "10,001 characters" in network("add-commitment", "AMTE", "x" * 10_001, code=2).err
    assert "No partner is called" in network("add-commitment", "Nobody", "We help.", code=1).err


def test_a_number_that_is_not_understood_does_not_vanish(network: Program) -> None:
    for statement, typed, told in (
        ("We reach 300 students, 5 million for girls.", ["--yes"], True),
        ("We teach between 100 and 200 teachers.", [], True),
        ("We teach between 100 and 200 teachers.", ["--target", "200", "--unit", "teachers"], False),
    ):
        said = " ".join(network("add-commitment", "AMTE", statement, *typed).err.split())
        unread = "5 million" if "million" in statement else "between 100 and 200"
        assert (f"Numbers in it that were not understood: {unread}. To record one: mtep edit-" in said) is told
    assert [measures(network, number) for number in (1, 2, 3)] == [
        [(300, "students", None)], [], [(200, "teachers", None)],
    ]  # fmt: skip


def test_a_deadline_is_typed_as_a_statement_says_it(network: Program) -> None:
    network("add-commitment", "AMTE", "We help.", "--by", "spring 2025")
    network("add-commitment", "AMTE", "We help 5 schools by fall 2025.", "--yes")
    assert [commitment(network, number)["by"] for number in (1, 2)] == ["2025-06-30", "2025-12-31"]


def test_a_new_commitment_is_only_added(network: Program) -> None:
    network("add-commitment", "AMTE", "We help.", "--target", "5", "--unit", "owls", "--by", "2025", "--goal",
            "funding", "--where", "AL", "--who", "rural", "--public")  # fmt: skip
    newest = network("log", "--limit", "1", "--format", "json").json[0]
    assert newest["changed"] == "added 1 commitment, 1 measure"


def test_a_dollar_that_the_shell_took_is_told(network: Program) -> None:
    assert "single quotes" in network("add-commitment", "AMTE", "We give .5 million more.").err


# ---- progress -----------------------------------------------------------------------------------------------


def test_progress_says_what_is_reached_and_what_it_was_before(promised: Program) -> None:
    first = promised("progress", "1", "120", "--unit", "stud", "--on", "2024-02-01").out
    assert (
        "120 of 300 students (40%) reached by Thursday, February 1, 2024; before that, nothing was reported." in first
    )
    second = promised("progress", "1", "1,50", "--unit", "students", code=2)
    assert "'1,50' is not an amount" in second.err
    third = promised("progress", "1", "0.15k", "--unit", "students", "--evidence", "https://example.org/r")
    assert (
        "150 of 300 students (50%) reached by Wednesday, May 1, 2024; before that, 120. It is under way." in third.out
    )
    assert [one["progress"] for one in commitment(promised)["measures"]] == [150, None]


def test_the_newest_report_counts_by_its_day_not_by_when_it_was_written(promised: Program) -> None:
    promised("progress", "1", "150", "--unit", "students", "--on", "2024-04-01")
    late = promised("progress", "1", "80", "--unit", "students", "--on", "2024-01-01")
    assert "before that, nothing was reported" in late.out
    assert "The newer report of Monday, April 1, 2024 still counts: 150." in late.err
    assert commitment(promised)["measures"][0]["progress"] == 150
    less = promised("progress", "1", "140", "--unit", "students", "--on", "2024-04-01")
    assert "before that, 150" in less.out
    assert "less than before" in less.err
    assert commitment(promised)["measures"][0]["progress"] == 140


def test_a_past_day_is_seen_as_it_was(promised: Program) -> None:
    promised("progress", "1", "150", "--unit", "students", "--on", "2024-04-01")
    for day, stages in (("2023-10-01", 0), ("2024-04-30", 0), ("2024-05-01", 1)):
        found = promised("report", "--as-of", day, "--format", "json").json
        assert found["stages"]["committed"] == stages


def test_money_is_said_with_its_cents_or_without_any(promised: Program) -> None:
    promised("settings", "goal.$=20000000", today="2024-03-01")
    promised("add-commitment", "AMTE", "We give.", "--money", "2M", "--on", "2024-01-01")
    assert "$1,000,000.50 of $2,000,000 (50%)" in promised("progress", "2", "1000000.5", "--on", "2024-04-01").out
    assert "before that, $1,000,000.50." in promised("progress", "2", "1.5M").out
    late = promised("progress", "2", "0.25", "--on", "2024-01-02")
    assert "still counts: $1,500,000." in late.err
    for how in ("table", "plain", "markdown"):
        shown = promised("report", "--section", "commitments", "--as-of", "2024-04-01", "--format", how).out
        assert "$1,000,000.50" in shown
        assert shown.count("$20,000,000") == 1
    compared = promised("report", "--section", "commitments", "--compare", "2024-04-01", "--format", "plain").out
    assert "outcome goals: USD reached: then 1,000,000.5, now 1,500,000, difference +499,999.5" in compared
    promised("progress", "2", "10", "--on", "2024-05-01")
    compared = promised("report", "--section", "commitments", "--compare", "2024-04-01", "--format", "plain").out
    assert "difference -999,990.5" in compared


def test_years_are_added_up_towards_a_goal_and_the_newest_is_shown(network: Program) -> None:
    network("settings", "goal.teachers=1000")
    network("add-commitment", "AMTE", "We mentor.", "--target", "300/year", "--unit", "teachers", "--on", "2022-01-01")
    network("progress", "1", "310", "--on", "2024-04-01")
    earlier = network("progress", "1", "300", "--on", "2023-12-31")
    assert "The newer report of Monday, April 1, 2024 still counts: 310." in earlier.err
    assert "every year counts" in earlier.err
    assert "every year counts" not in network("progress", "1", "200", "--on", "2024-01-31").err
    found = network("report", "--section", "commitments", "--format", "json").json["commitments"]
    assert found["goals"] == [{"unit": "teachers", "target": 1000, "progress": 610}]
    assert [one["progress"] for one in found["totals"]] == [310]
    assert found["list"][0]["measures"] == [
        {"id": 1, "target": 300, "unit": "teachers", "per": "year", "progress": 310}
    ]


def test_several_numbers_need_a_unit_and_a_unique_beginning_is_enough(promised: Program) -> None:
    refused = promised("progress", "1", "5", code=2).err
    assert "students and teachers" in refused
    assert "with --unit; a unique beginning is enough." in refused
    assert "USD" not in refused
    assert "nothing in 'owls'" in promised("progress", "1", "5", "--unit", "owls", code=1).err
    assert "nothing in '!'" in promised("progress", "1", "5", "--unit", "!", code=1).err
    promised("add-commitment", "AMTE", "We give.", "--money", "10", "--money", "20/year", "--target", "3", "--unit",
             "teacher teams", "--target", "4", "--unit", "teachers")  # fmt: skip
    assert "several numbers" in promised("progress", "2", "5", "--unit", "teac", code=2).err
    assert "(--unit 'USD a year' for the one each year)." in promised("progress", "2", "5", code=2).err
    assert "of 4 teachers" in promised("progress", "2", "5", "--unit", "TEACHER").out
    assert "of 3 teacher teams" in promised("progress", "2", "1", "--unit", "teams").out
    assert "$5 of $10 (50%)" in promised("progress", "2", "5", "--unit", "$").out
    assert "$5 of $20 a year (25%)" in promised("progress", "2", "$5", "--unit", "dollars a year").out


def test_a_commitment_without_numbers_is_done_or_goes_on(network: Program) -> None:
    network("add-commitment", "AMTE", "We help.")
    assert "promises no number" in network("progress", "1", "5", code=1).err
    assert "What was reached of commitment 1 is missing" in network("progress", "1", code=2).err
    assert "--unit says nothing without" in network("progress", "1", "--unit", "owls", code=2).err
    assert "it is under way" in network("progress", "1", "--evidence", "A first meeting.").out
    assert "it is completed" in network("progress", "1", "--done").out
    assert network("show", "1", "--format", "json").json["commitments"][0]["state"] == "completed"


def test_saying_that_all_is_done_leaves_the_numbers_alone(promised: Program) -> None:
    promised("progress", "1", "120", "--unit", "students")
    promised("progress", "1", "--done")
    found = commitment(promised)
    assert (found["state"], found["measures"][0]["progress"]) == ("completed", 120)


def test_progress_that_cannot_be_is_refused(promised: Program) -> None:
    before = stored(promised.database)
    assert "no commitment number 9" in promised("progress", "9", "5", code=1).err
    assert "cannot have happened" in promised("progress", "1", "5", "--unit", "stu", "--on", "2024-05-02", code=2).err
    early = promised("progress", "1", "5", "--unit", "students", "--on", "2023-09-30", code=1).err
    assert "was made on Sunday, October 1, 2023" in early
    promised("progress", "1", "-5", "--unit", "students", code=2)
    assert stored(promised.database) == before
    promised("withdraw-commitment", "1", "--on", "2024-04-01")
    for command in (["progress", "1", "--done"], ["withdraw-commitment", "1"]):
        assert "was withdrawn on Monday, April 1, 2024" in promised(*command, code=1).err


# ---- changed and withdrawn ----------------------------------------------------------------------------------


def test_a_number_in_a_known_unit_is_changed_and_another_is_added(promised: Program) -> None:
    promised("progress", "1", "120", "--unit", "students")
    said = promised("edit-commitment", "1", "--target", "400", "--unit", "Student", "--money", "8M",
                    "--statement", "Now.", "--by", "June 2026", "--goal", "funding", "--where", "AL",
                    "--who", "rural", "--who", "Title I", "--on", "2023-11-01", "--public").out  # fmt: skip
    assert "400 students; 20 teachers; $8,000,000; by June 30, 2026; AL; rural; Title I" in said
    found = commitment(promised)
    assert measures(promised) == [(400, "students", None), (20, "teachers", None), (8_000_000, "USD", None)]
    assert found["measures"][0]["progress"] == 120
    assert (found["statement"], found["by"], found["goal"]) == ("Now.", "2026-06-30", "funding")
    assert (found["place"], found["people"], found["day"], found["public"]) == (
        "AL",
        "rural; Title I",
        "2023-11-01",
        True,
    )
    promised("edit-commitment", "1", "--by", "", "--where", "", "--who", "", "--goal", "", "--private")
    found = commitment(promised)
    assert (found["by"], found["place"], found["people"], found["public"]) == (None, None, None, False)
    assert found["goal"] is None
    promised("edit-commitment", "1", "--goal", "Educator-Development")
    assert commitment(promised)["goal"] == "educator-development"


def test_a_number_without_a_time_changes_the_only_one_in_its_unit_and_keeps_its_time(network: Program) -> None:
    network("add-commitment", "AMTE", "We teach.", "--target", "300/year", "--unit", "three- and four-year-olds")
    said = network("edit-commitment", "1", "--target", "400", "--unit", "Three- and four-year-old")
    assert measures(network) == [(400, "three- and four-year-olds", "year")]
    assert said.err == ""
    network("edit-commitment", "1", "--money", "5", "--money", "6/year")
    network("edit-commitment", "1", "--money", "7")
    assert measures(network)[1:] == [(7, "USD", None), (6, "USD", "year")]
    network("edit-commitment", "1", "--target", "8", "--unit", "owls")
    beside = network("edit-commitment", "1", "--target", "9/year", "--unit", "owls").err
    assert measures(network)[3:] == [(8, "owls", None), (9, "owls", "year")]
    assert "9 owls a year stands beside the other number in that unit." in beside
    network(*shlex.split(" ".join(beside.split()).partition("only: mtep ")[2]))
    assert measures(network)[3:] == [(8, "owls", None)]


def test_a_day_made_on_keeps_the_order_of_what_happened(promised: Program) -> None:
    promised("progress", "1", "--evidence", "First.", "--on", "2023-12-01")
    promised("progress", "1", "--evidence", "Last.", "--on", "2024-02-01")
    early = promised("withdraw-commitment", "1", "--on", "2024-01-31", code=1).err
    assert "cannot have been withdrawn on Wednesday, January 31, 2024: the last report on it is of Thursday" in early
    late = " ".join(promised("edit-commitment", "1", "--on", "2023-12-02", code=1).err.split())
    assert "cannot have been made on Saturday, December 2, 2023: a report on it is of Friday, December 1" in late
    assert "that day or an earlier one" in late
    promised("edit-commitment", "1", "--on", "2023-12-01")
    promised("add-commitment", "AMTE", "Another.", "--on", "2023-01-01")
    promised("withdraw-commitment", "2", "--on", "2024-01-01")
    refused = " ".join(promised("edit-commitment", "2", "--on", "2024-01-02", code=1).err.split())
    assert "it was withdrawn on Monday, January 1, 2024" in refused
    promised("edit-commitment", "2", "--on", "2024-01-01")


def test_a_number_is_taken_away_with_its_reports_and_undo_brings_both_back(promised: Program) -> None:
    promised("progress", "1", "120", "--unit", "students")
    before = stored(promised.database)
    told = " ".join(promised("edit-commitment", "1", "--drop", "stud", "--drop", "students").err.split())
    assert "What was reported of it goes too (1 report): 120 of 300 students (40%). To bring it back: mtep undo" in told
    assert measures(promised) == [(20, "teachers", None)]
    promised("undo")
    assert stored(promised.database) == before
    assert promised("edit-commitment", "1", "--drop", "teach").err == ""


def test_changes_that_cannot_be_are_refused(promised: Program) -> None:
    promised("progress", "1", "120", "--unit", "students", "--on", "2024-02-01")
    before = stored(promised.database)
    for options, code, said in (
        ([], 2, "Nothing to change was given"),
        (["--statement", " "], 2, "statement is empty"),
        (["--drop", "owls"], 1, "nothing in 'owls'"),
        (["--on", "2024-02-02"], 1, "a report on it is of Thursday, February 1, 2024"),
        (["--goal", "fame"], 2, "student-learning"),
        (["--by", "2022"], 1, "deadline cannot be"),
        (["--on", "2023-12-01", "--by", "2023-11-30"], 1, "deadline cannot be"),
    ):
        assert said in " ".join(promised("edit-commitment", "1", *options, code=code).err.split())
    assert "no commitment number 2" in promised("edit-commitment", "2", "--by", "2030", code=1).err
    assert stored(promised.database) == before
    assert "nothing was changed" in promised("edit-commitment", "1", "--by", "2025").out


def test_a_withdrawal_before_the_promise_is_refused(promised: Program) -> None:
    assert "was made on" in promised("withdraw-commitment", "1", "--on", "2023-09-30", code=1).err
    assert "no commitment number 7" in promised("withdraw-commitment", "7", code=1).err
    assert "was withdrawn on Wednesday, May 1, 2024" in promised("withdraw-commitment", "1").out
    promised("undo")
    assert commitment(promised)["state"] == "planned"


# ---- seen ---------------------------------------------------------------------------------------------------


def test_commitments_are_listed_filtered_and_sorted(promised: Program) -> None:
    assert "None of the commitments fits" in promised("list", "commitments", "--state", "GA").err
    promised("add-commitment", "Lee County", "We too.", "--by", "2024-06", "--goal", "funding")
    assert [row["id"] for row in promised.list("commitment", "--state", "AL")] == [2]
    assert [row["id"] for row in promised.list("commitments", "--scope", "national")] == [1]
    for sort, order in (("by", [2, 1]), ("goal", [2, 1]), ("partner", [1, 2]), ("day", [1, 2]), ("number", [1, 2])):
        assert [row["id"] for row in promised.list("commitments", "--sort", sort)] == order
    assert "way to sort commitments" in promised("list", "commitments", "--sort", "fame", code=2).err


def test_commitments_are_listed_by_how_they_stand(promised: Program) -> None:
    assert "None of the commitments fits" in promised("list", "commitments", "--standing", "stalled").err
    promised("add-commitment", "AMTE", "Long ago.", "--on", "2023-01-01")
    promised("add-commitment", "Lee County", "Very long ago.", "--on", "2020-01-01")
    promised("add-commitment", "Lee County", "Done.")
    promised("progress", "4", "--done")
    states = {row["id"]: row["state"] for row in promised.list("commitments", "--sort", "standing")}
    assert list(states.items()) == [(1, "planned"), (4, "completed"), (2, "stalled"), (3, "unreported")]
    late = ("--standing", "stalled", "--standing", "Unreported")
    assert [row["id"] for row in promised.list("commitments", *late)] == [2, 3]
    assert [row["id"] for row in promised.list("commitments", *late, "--state", "AL")] == [3]
    assert "--standing says nothing without the kind commitments" in promised(
        "list", "partners", "--standing", "stalled", code=2
    ).err  # fmt: skip


def test_a_deadline_is_said_alike_wherever_people_read_it(promised: Program) -> None:
    promised("edit-commitment", "1", "--public", "--by", "2025")
    promised("edit", "AMTE", "--public")
    promised("export", "public.html")
    promised("dashboard", "page.html")
    promised("export", "paper.docx")
    seen = [
        promised("list", "commitments").out,
        promised("show", "AMTE").out,
        promised("list", "commitments", "-f", "plain").out,
    ]
    seen += [
        promised("report", "--section", "commitments", "--format", how).out for how in ("table", "plain", "markdown")
    ]
    for name in ("public.html", "page.html"):
        html = (promised.folder / name).read_text("utf-8")
        seen.append(re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL))
    with zipfile.ZipFile(promised.folder / "paper.docx") as paper:
        seen.append(paper.read("word/document.xml").decode())
    for text in seen:
        assert "2025-12-31" not in text
        assert not re.search("Dec(ember)? 31, 2025", text)
        assert "2025" in text
    assert commitment(promised)["by"] == "2025-12-31"


def test_an_empty_list_says_how_to_begin(network: Program) -> None:
    assert "mtep add-commitment PARTNER" in network("list", "commitments").err


@pytest.mark.parametrize("columns", [80, 120])
def test_the_list_fits_the_screen_and_cuts_nothing(
    partners: Program, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    for name, (statement, _, _) in EXAMPLES.items():
        partners("add-commitment", name, *statement, "--yes", "--on", "2022-12-07", "--goal", "educator-development")
    monkeypatch.setenv("COLUMNS", str(columns))
    drawn = partners("list", "commitments").out
    assert max(map(len, drawn.splitlines())) <= columns
    assert "…" not in drawn
    assert drawn.split().count("stalled") == 5


def test_markdown_and_csv_hold_each_number(promised: Program) -> None:
    assert (
        "300 students (nothing yet); 20 teachers (nothing yet)" in promised("list", "commitments", "-f", "markdown").out
    )
    (row,) = csv.DictReader(io.StringIO(promised("list", "commitments", "--format", "csv").out))
    assert row["measures"] == "300 students (nothing yet), 20 teachers (nothing yet)"


def test_a_card_shows_commitments_and_what_was_reported(promised: Program) -> None:
    promised("progress", "1", "120", "--unit", "students", "--on", "2024-04-01", "--evidence", "A list of names")
    promised("progress", "1", "--evidence", "Still busy", "--on", "2024-04-02")
    promised("progress", "1", "5", "--unit", "teachers", "--done", "--on", "2024-04-03")
    promised("add-commitment", "AMTE", "Another one.", "--where", "Ten states")
    promised("withdraw-commitment", "2")
    shown = promised("show", "AMTE").out
    for line in (
        "1, completed  “We help.”",
        "120 of 300 students (40%); 5 of 20 teachers (25%); by 2025; student learning",
        "2, withdrawn  “Another one.”",
        "Ten states",
        "promised: “We help.”",
        "commitment 1: 120 students reached: A list of names",
        "commitment 1: going on: Still busy",
        "commitment 1: 5 teachers reached, done",
        "withdrew: “Another one.”",
    ):
        assert line in shown
    card = promised("show", "AMTE", "--format", "json").json
    assert [(one["id"], one["state"]) for one in card["commitments"]] == [(1, "completed"), (2, "withdrawn")]
    assert card["commitments"][0]["measures"][0] == {
        "id": 1, "target": 300, "unit": "students", "per": None, "progress": 120,
    }  # fmt: skip
    assert 'commitment,"1, completed"' in promised("show", "AMTE", "--format", "csv").out


def test_a_commitment_of_a_removed_partner_is_not_listed(promised: Program) -> None:
    assert "Its commitment leaves every list, total and goal with it." in promised("remove", "AMTE").err
    assert promised.list("commitments") == []
    assert "no commitment number 1" in promised("progress", "1", "--done", code=1).err


def test_the_export_holds_commitments_with_their_numbers_and_reports(promised: Program) -> None:
    promised("progress", "1", "120.5", "--unit", "students", "--evidence", "Seen.")
    promised("progress", "1", "--done")
    found = promised.export()
    assert found["commitments"] == [
        {
            "id": 1, "partner_id": 1, "statement": "We help.", "goal": "student-learning", "day": "2023-10-01",
            "due_on": "2025-12-31", "place": None, "people": None, "public": False, "withdrawn_on": None,
            "measures": [
                {"id": 1, "target": 300, "unit": "students", "per": None},
                {"id": 2, "target": 20, "unit": "teachers", "per": None},
            ],
            "progress": [
                {"id": 1, "measure_id": 1, "day": "2024-05-01", "amount": 120.5, "done": False, "evidence": "Seen."},
                {"id": 2, "measure_id": None, "day": "2024-05-01", "amount": None, "done": True, "evidence": None},
            ],
        }
    ]  # fmt: skip


def test_a_table_is_of_the_kind_that_its_file_is_called(promised: Program) -> None:
    promised("export", "Commitments.csv")
    (row,) = csv.DictReader(io.StringIO((promised.folder / "Commitments.csv").read_text("utf-8-sig")))
    assert (row["statement"], row["by"]) == ("We help.", "2025-12-31")
    assert "1 record" in promised("export", "commitments.csv").out
    assert "3 records" in promised("export", "commitments2.csv").out
    promised("export", "commitments.csv", "--what", "members", "--yes")
    assert "Rivera" in (promised.folder / "commitments.csv").read_text("utf-8-sig")


def test_a_list_of_commitments_is_not_taken_for_a_list_of_partners(promised: Program) -> None:
    promised("export", "out.csv", "--what", "commitments")
    assert "a commitment list of mtep" in promised("import", "out.csv", "--yes", code=1).err


# ---- what may be published, and goals in units --------------------------------------------------------------


def test_a_partner_is_public_only_when_somebody_says_so(network: Program) -> None:
    network("add-partner", "Open Society of Mathematics", "--public")
    assert [row["public"] for row in network.list()] == [False, False, False, True]
    network("edit", "AMTE", "--public")
    card = network("show", "AMTE", "--format", "json").json
    assert card["public"] is True
    assert "published" in network("show", "AMTE").out
    network("edit", "AMTE", "--private")
    assert network("show", "AMTE", "--format", "json").json["public"] is False
    assert "published" not in network("show", "AMTE").out


def test_a_goal_in_a_unit_is_a_setting_of_the_network(network: Program) -> None:
    assert "goal.teachers = 100000" in network("settings", "goal.teachers=100,000").out
    network("settings", "goal.Teacher=90000", "goal.school districts=50")
    shown = network("settings", "--format", "json").json
    goals = {
        row["key"]: (row["value"], row["kept_in"], row["meaning"]) for row in shown if row["key"].startswith("goal.")
    }
    assert goals == {
        "goal.teachers": ("90000", "the network", "How many teachers all commitments together are to reach"),
        "goal.school districts": (
            "50",
            "the network",
            "How many school districts all commitments together are to reach",
        ),
    }
    assert network.export()["settings"]["goal.teachers"] == "90000"
    assert "goal.TEACHERS is forgotten" in network("settings", "goal.TEACHERS=").out
    assert "goal.teachers" not in network("settings").out
    network("undo")
    assert "goal.teachers" in network("settings").out


def test_a_goal_in_a_unit_says_what_counts_towards_it(network: Program) -> None:
    assert "No commitment promises anything in 'educators' yet." in network("settings", "goal.educators=100").err
    network("add-commitment", "AMTE", "We teach.", "--target", "20", "--unit", "K-12 educators", "--money", "5/year")
    network("add-commitment", "AMTE", "We teach.", "--target", "20", "--unit", "k-12 educator", "--money", "5")
    network("add-commitment", "AMTE", "We teach.", "--target", "20", "--unit", "owls")
    told = " ".join(network("settings", "goal.educators=200").err.split())
    assert told == (
        "No commitment promises anything in 'educators'. Units there are: K-12 educators (2); USD (2); owls (1)"
    )
    assert "2 commitments promise something in that unit." in network("settings", "goal.K-12 educators=9").err
    assert "1 commitment promises something in that unit." in network("settings", "goal.owl=9").err
    assert network("settings", "goal.owl=", "goal=40").err == ""


@pytest.mark.parametrize("unit", ["USD a year", "teachers/year", "teachers annually"])
def test_a_goal_for_each_year_is_refused_with_the_one_that_counts(network: Program, unit: str) -> None:
    before = stored(network.database)
    refused = " ".join(network("settings", f"goal.{unit}=9", code=2).err.split())
    assert "a goal is for all years together" in refused
    assert f"mtep settings 'goal.{unit.partition('/')[0].split()[0]}=9'" in refused
    assert stored(network.database) == before
    network("settings", f"goal.{unit}=")


@pytest.mark.parametrize("typed", ["goal.=5", "goal.!=5", f"goal.{'x' * 96}=5", "goal.owls=0", "goal.owls=1,5",
                                   "goal.owls=-5", "goal.owls=many", "goal.owls=1e6"])  # fmt: skip
def test_a_goal_in_no_unit_or_no_number_is_refused(network: Program, typed: str) -> None:
    before = stored(network.database)
    network("settings", typed, code=2)
    assert stored(network.database) == before


def test_one_step_sets_one_goal_for_two_spellings_of_a_unit(network: Program) -> None:
    network("settings", "goal.owls=5", "goal.owl=6")
    with closing(sqlite3.connect(network.database)) as connection:
        assert connection.execute("SELECT key, value FROM settings").fetchall() == [("goal.owls", "6")]


# ---- at a terminal ------------------------------------------------------------------------------------------

if os.name == "posix":
    from .test_cli_terminal import Terminal

    @pytest.fixture
    def terminal(network: Program) -> Terminal:
        return Terminal(network.folder)

    def seen(terminal: Terminal) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(terminal.run("list", "commitments", "--format", "json").stdout)
        return found

    @pytest.mark.parametrize(("answer", "recorded"), [("y", 2), ("n", 0)])
    def test_numbers_that_were_found_are_asked_about(terminal: Terminal, answer: str, recorded: int) -> None:
        child = terminal.sit("add-commitment", "AMTE", "We reach 300 students and 20 teachers by 2025.", width=200)
        child.expect("Found: 300 students; 20 teachers; by 2025. Right\\?")
        child.sendline(answer)
        shown = child.read()
        child.close()
        assert child.exitstatus == 0, shown
        (found,) = seen(terminal)
        assert len(found["measures"]) == recorded
        assert ("mtep edit-commitment 1 --target 300 --unit students" in shown) is not recorded
        assert found["by"] == ("2025-12-31" if recorded else None)

    @pytest.mark.parametrize(
        "options", [["--yes"], ["--target", "5", "--unit", "owls"], ["--money", "5"]], ids=lambda options: options[0]
    )
    def test_nothing_is_asked_where_the_answer_is_given(terminal: Terminal, options: list[str]) -> None:
        assert "Right?" not in terminal.see("add-commitment", "AMTE", "We reach 300 students.", *options)
        assert len(seen(terminal)[0]["measures"]) == 1

    def test_a_question_names_the_numbers_that_were_not_understood(terminal: Terminal) -> None:
        child = terminal.sit("add-commitment", "AMTE", "No. 1: 300 students, 5 million for girls.", width=200)
        child.expect("Found: 300 students. Not understood: 1; 5 million. Right\\?")
        child.sendline("y")
        child.read()
        child.close()
        assert child.exitstatus == 0

    def test_a_wrong_partner_is_refused_before_anything_is_asked(terminal: Terminal) -> None:
        shown = terminal.see("add-commitment", "Nobody", "We reach 300 students.", code=1)
        assert "Right?" not in shown
        assert "No partner is called 'Nobody'" in shown


def test_the_same_promise_twice_is_told(promised: Program) -> None:
    known = promised("list", "commitments", "--format", "json").json[0]
    words = ["add-commitment", str(known["partner_id"]), known["statement"], "--on", "2024-04-30"]
    assert "same words" not in promised(*words).err
    assert "Commitment 2 has the same words and the same day. If this one is a slip: mtep undo" in promised(*words).err
    promised("undo")
    assert len(promised.list("commitments")) == 2
