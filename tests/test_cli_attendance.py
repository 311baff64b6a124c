"""Who came, from a report of the meeting: nobody twice, nobody guessed, nothing by reading it again."""

import csv
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mtep_outreach.cli import attendance
from mtep_outreach.outreach.recognition import Known, Match

from .conftest import Program, stored

REAL = Path(os.environ.get("MTEP_TEST_DATA", "no folder")) / "sheets"
needs_data = pytest.mark.skipif(not REAL.is_dir(), reason="MTEP_TEST_DATA names no folder of real reports")

ZOOM = """Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,
1,Information session,05/24/2024 12:00:16 PM,05/24/2024 01:00:20 PM,hub@example.org,60,7,

Name (Original Name),User Email,Total Duration (Minutes),Guest
Ann A.,adams@example.org,55,No
Ann Adams (AMTE),,20,No
José Núñez,,58,Yes
Bo Chen,chen@example.edu,60,No
Lee,,40,Yes
Late Comer,late@example.org,3,Yes
Una Known,una@alabama-math.example,44,Yes
"""
AFTER = "2024-05-25"


@pytest.fixture
def report(network: Program) -> Path:
    network("edit", "Alabama Mathematics Council", "--website", "alabama-math.example")
    network("add-contact", "Alabama Mathematics Council", "Kim Lee <lee@alabama-math.example>")
    network("add-contact", "Lee County", "Pat Lee <pat@example.org>")
    path = network.folder / "zoom.csv"
    path.write_text(ZOOM, "utf-8")
    return path


def results(network: Program, *more: str) -> dict[str, tuple[str | None, str]]:
    found = network("attend", "--from", "zoom.csv", "--format", "json", *more, today=AFTER).json
    return {row["name"]: (row["partner"], row["result"]) for row in found}


def zoom(*rows: str) -> str:
    return "Name (Original Name),User Email,Total Duration (Minutes),Guest\n" + "".join(f"{row}\n" for row in rows)


def came(network: Program, partner: str) -> list[tuple[str, int | None]]:
    found = network("show", partner, "--format", "json").json["attendees"]
    assert {row["session"] for row in found} <= {"2024-05-24"}
    return [(row["name"], row["minutes"]) for row in found]


def rows(network: Program, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(network.database)) as connection:
        return connection.execute(sql).fetchall()


class Terminal:
    """A person at a terminal: gives answers in their order, and remembers the questions."""

    def __init__(self, patch: pytest.MonkeyPatch, *answers: str) -> None:
        self.asked: list[str] = []
        self._answers = iter(answers)
        patch.setattr(attendance, "can_ask", lambda: True)
        patch.setattr("typer.prompt", self._prompt)
        patch.setattr("typer.confirm", lambda question, **_: self._prompt(question) == "y")

    def _prompt(self, question: str, **_: object) -> str:
        self.asked.append(question)
        return next(self._answers)


def test_people_are_recognised_by_address_and_by_name_and_count_once(network: Program, report: Path) -> None:
    found = results(network)
    amte = "Association of Mathematics Teacher Educators"
    assert [value for value in found.values() if value[0] == amte] == [(amte, "recorded")]
    assert found["José Núñez"] == ("Lee County Schools", "recorded")
    assert found["Bo Chen"] == (None, "of the network")
    assert network.list("sessions")[0]["attended"] == 2


def test_who_may_be_several_is_not_guessed_and_who_is_not_known_is_listed(network: Program, report: Path) -> None:
    found = results(network)
    partner, said = found["Lee"]
    assert partner is None
    assert said.startswith("not sure: ")
    assert found["Una Known"] == (None, "not known; likely Alabama Mathematics Council, number 2")
    assert "mtep add-contact PARTNER" in network("attend", "--from", "zoom.csv", today=AFTER).err


def test_reading_the_same_file_again_changes_nothing(network: Program, report: Path) -> None:
    results(network)
    before = stored(network.database)
    steps = network("log", "--format", "json").json
    assert {result for _, result in results(network).values()} >= {"recorded already"}
    assert stored(network.database) == before
    assert network("log", "--format", "json").json == steps
    network("undo")
    assert network.list("sessions")[0]["attended"] == 0


def test_who_did_not_stay_long_enough_does_not_count(network: Program, report: Path) -> None:
    network("add-contact", "AMTE", "Late Comer <late@example.org>")
    assert results(network, "--min-minutes", "57")["Late Comer"] == (None, "not there long enough")
    assert network.list("sessions")[0]["attended"] == 2  # 55 and 20 minutes are enough together


def test_a_report_of_which_something_could_not_be_read_is_done_in_part_and_says_how_much(network: Program) -> None:
    (network.folder / "zoom.csv").write_text(zoom("Ann Adams,adams@example.org,55,No", *12 * [",,many,No"]), "utf-8")
    printed = network("attend", "--from", "zoom.csv", today=AFTER, code=3)
    assert "Not read, 12:" in printed.err
    assert "and 2 more" in printed.err
    assert came(network, "AMTE") == [("Ann Adams", 55)]


def test_a_format_is_for_a_report(network: Program) -> None:
    assert "--from FILE" in network("attend", "AMTE", "--format", "json", today=AFTER, code=2).err


# ---- asked at a terminal --------------------------------------------------------------------------------


def test_at_a_terminal_a_person_says_who_it_is(network: Program, report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report.write_text(ZOOM.replace("Lee,,40,Yes", "Ann Adams (NCTM),ann@other.example,40,Yes"), "utf-8")
    person = Terminal(monkeypatch, "1")
    said = network("attend", "--from", "zoom.csv", today=AFTER)
    assert "Ann Adams <ann@other.example>: the same name, but another organization. Who is it?" in said.err
    assert len(person.asked) == 1
    assert came(network, "AMTE") == [("Ann Adams", 60)]  # 55, 20 and 40 minutes of a meeting of 60


def test_a_number_that_is_not_there_is_asked_for_again(
    network: Program, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Terminal(monkeypatch, "7", "all", "2")
    said = network("attend", "--from", "zoom.csv", today=AFTER)
    assert len(person.asked) == 3
    assert "'7' is not one of the numbers." in said.err
    assert came(network, "Lee County") == [("José Núñez", 58), ("Pat Lee", 40)]


def test_others_can_write_while_a_person_thinks(
    network: Program, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Terminal(monkeypatch)

    def think(_question: str, **_: object) -> str:
        with closing(sqlite3.connect(network.database, timeout=0)) as other:
            other.execute("BEGIN EXCLUSIVE")
        person.asked.append("thought")
        return ""

    monkeypatch.setattr("typer.prompt", think)
    network("attend", "--from", "zoom.csv", today=AFTER)
    assert person.asked == ["thought"]


def test_who_is_erased_or_removed_while_a_person_thinks_is_not_recorded(
    network: Program, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def think(_question: str, **_: object) -> str:
        network("forget", "nunez@example.org", "--yes")
        network("remove", "AMTE")
        return ""

    Terminal(monkeypatch)
    monkeypatch.setattr("typer.prompt", think)
    network("attend", "--from", "zoom.csv", today=AFTER)
    assert rows(network, "SELECT partner_id FROM attendances") == [(3,)]
    assert rows(network, "SELECT * FROM attendees") == []


def test_with_yes_nothing_is_asked_and_nobody_guessed(
    network: Program, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Terminal(monkeypatch)
    assert results(network, "--yes")["Lee"][0] is None
    assert results(network, "--yes", "--add-contacts")["Lee"][0] is None
    assert person.asked == []


# ---- what cannot be meant -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        (["attend"], 2, "Nobody is named"),
        (["attend", "AMTE", "--from", "zoom.csv"], 2, "cannot be used together"),
        (["attend", "AMTE", "--min-minutes", "5"], 2, "--from FILE"),
        (["attend", "AMTE", "--add-contacts"], 2, "--add-contacts says nothing without --from FILE"),
        (["attend", "AMTE", "--yes"], 2, "--yes says nothing without --from FILE"),
        (["attend", "--from", "zoom.csv", "--add-contacts"], 1, "Adding 1 contact needs a yes"),
        (["attend", "--from", "missing.csv"], 1, "missing.csv"),
        (["attend", "--from", "p.txt"], 1, "p.txt cannot be imported: it is empty"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_changes_nothing(
    network: Program, report: Path, command: list[str], code: int, says: str
) -> None:
    (network.folder / "p.txt").write_text("\n", "utf-8")
    before = stored(network.database)
    assert says in " ".join(network(*command, code=code).err.split())
    assert stored(network.database) == before


def test_a_dry_run_records_nobody(network: Program, report: Path) -> None:
    before = stored(network.database)
    assert "Dry run" in network("attend", "--from", "zoom.csv", "--dry-run", today=AFTER).err
    assert stored(network.database) == before


def test_a_report_before_the_session_is_wondered_at(network: Program, report: Path) -> None:
    assert "still to come" in network("attend", "--from", "zoom.csv").err


# ---- who came, and for how long -------------------------------------------------------------------------


def test_who_came_is_written_down_with_the_minutes_once_and_without_those_counted_twice(
    network: Program, report: Path
) -> None:
    said = network("attend", "--from", "zoom.csv", today=AFTER)
    assert "Newly recorded for session 2024-05-24: 2 organizations and 2 people." in said.out
    assert came(network, "AMTE") == [("Ann Adams", 60)]  # 55 and 20 of a meeting of 60 minutes
    assert came(network, "Lee County") == [("José Núñez", 58)]
    assert came(network, "Alabama") == []
    assert "Nothing new for session 2024-05-24." in network("attend", "--from", "zoom.csv", today=AFTER).out


def test_hours_that_overlap_are_counted_once(network: Program, report: Path) -> None:
    hours = ["12:00:00 PM,12:30:00 PM", "12:20:00 PM,12:40:00 PM", "12:50:00 PM,12:59:40 PM"]
    lines = [f"Ann Adams,adams@example.org,{','.join(f'05/24/2024 {at}' for at in one.split(','))},1" for one in hours]
    report.write_text("Name,Email,Join time,Leave time,Duration (minutes)\n" + "\n".join(lines) + "\n", "utf-8")
    network("attend", "--from", "zoom.csv", today=AFTER)
    assert came(network, "AMTE") == [("Ann Adams", 50)]


def test_what_cannot_be_read_of_a_report_is_said_and_the_rest_recorded(network: Program, report: Path) -> None:
    report.write_text(zoom("Ann Adams,adams@example.org,5,", "Pat Lee,pat@example.org,many,"), "utf-8")
    said = network("attend", "--from", "zoom.csv", today=AFTER, code=3)
    assert "zoom.csv, line 3" in said.err
    assert (came(network, "AMTE"), came(network, "Lee County")) == ([("Ann Adams", 5)], [("Pat Lee", None)])


def test_partners_named_by_hand_come_without_people(network: Program, report: Path) -> None:
    network("attend", "AMTE", today=AFTER)
    assert came(network, "AMTE") == []
    assert rows(network, "SELECT * FROM attendees") == []
    network("attend", "--from", "zoom.csv", today=AFTER)
    assert came(network, "AMTE") == [("Ann Adams", 60)]


@pytest.mark.parametrize(("second", "minutes"), [("70", 70), ("60", 60), ("10", 60), ("", 60)])
def test_a_second_report_lets_minutes_only_grow_and_adds_people(
    network: Program, report: Path, second: str, minutes: int
) -> None:
    network("attend", "--from", "zoom.csv", today=AFTER)
    report.write_text(zoom(f"Ann Adams,adams@example.org,{second},", "Pat Lee,pat@example.org,5,"), "utf-8")
    found = results(network)
    assert found["Pat Lee"] == ("Lee County Schools", "recorded")
    assert found["Ann Adams"][1] == ("recorded" if minutes > 60 else "recorded already")
    assert came(network, "AMTE") == [("Ann Adams", minutes)]
    assert came(network, "Lee County") == [("José Núñez", 58), ("Pat Lee", 5)]
    network("undo")
    assert came(network, "AMTE") == [("Ann Adams", 60)]
    assert came(network, "Lee County") == [("José Núñez", 58)]


def test_minutes_that_no_report_says_stay_unknown_until_one_does(network: Program, report: Path) -> None:
    report.write_text("Name,Email\nAnn Adams,adams@example.org\n", "utf-8")
    network("attend", "--from", "zoom.csv", "--min-minutes", "30", today=AFTER)
    assert came(network, "AMTE") == [("Ann Adams", None)]
    assert "  2024-05-24  Ann Adams\n" in network("show", "AMTE").out
    assert network.list("attendances")[0]["minutes"] is None
    report.write_text(zoom("Ann Adams,adams@example.org,1,"), "utf-8")
    network("attend", "--from", "zoom.csv", today=AFTER)
    assert came(network, "AMTE") == [("Ann Adams", 1)]


def test_two_of_one_name_at_one_partner_are_two(network: Program, report: Path) -> None:
    network("add-contact", "AMTE", "Jo Bell <jo@example.org>")
    network("add-contact", "AMTE", "Jo Bell <bell@example.org>")
    report.write_text(zoom("Jo Bell,jo@example.org,5,", "Jo B.,bell@example.org,7,"), "utf-8")
    network("attend", "--from", "zoom.csv", today=AFTER)
    assert came(network, "AMTE") == [("Jo Bell", 5), ("Jo Bell (2)", 7)]
    before = stored(network.database)
    network("attend", "--from", "zoom.csv", today=AFTER)
    assert stored(network.database) == before


def test_the_card_says_who_came_in_each_format(network: Program, report: Path) -> None:
    assert "Who came" not in network("show", "AMTE").out
    network("attend", "--from", "zoom.csv", today=AFTER)
    assert "\nWho came\n  2024-05-24  Ann Adams (60 min)\n" in network("show", "AMTE").out
    plain = network("show", "AMTE", "--format", "plain").out
    assert plain.splitlines()[-1].split("  ")[0] == "who came"
    assert plain.rstrip().endswith("Ann Adams (60 min)")
    found = network("show", "AMTE", "--format", "json").json
    assert found["attendees"] == [{"session": "2024-05-24", "name": "Ann Adams", "minutes": 60}]


def test_attendances_are_listed_with_the_people_and_their_minutes(network: Program, report: Path) -> None:
    assert "mtep attend" in network("list", "attendances").err
    network("attend", "--from", "zoom.csv", "--add-contacts", "--yes", today=AFTER)
    network("add-contact", "Lee County", "Di Ode <di@example.net>")
    report.write_text(zoom("Di Ode,di@example.net,1100,"), "utf-8")
    network("attend", "--from", "zoom.csv", today=AFTER)
    found = network.list("attendances")
    assert [(row["partner"], row["people"], row["minutes"]) for row in found] == [
        ("Alabama Mathematics Council", "Una Known (44 min)", 44),
        ("Association of Mathematics Teacher Educators", "Ann Adams (60 min)", 60),
        ("Lee County Schools", "José Núñez (58 min); Di Ode (1,100 min)", 1158),
    ]
    assert list(found[0]) == ["session", "partner_id", "partner", "people", "minutes", "day"]
    assert {row["day"] for row in found} == {"2024-05-24"}
    assert [row["partner_id"] for row in network.list("attendances", "--state", "AL", "--sort", "day")] == [3, 2]
    assert [row["partner_id"] for row in network.list("attendances", "--stage", "attended")] == [2, 1, 3]
    network("remove", "AMTE")
    assert [row["partner_id"] for row in network.list("attendances", "--sort", "partner")] == [2, 3]


# ---- people who are not known ---------------------------------------------------------------------------

ALC = "Alabama Mathematics Council"


def test_who_is_not_known_becomes_a_contact_and_came_in_one_step(network: Program, report: Path) -> None:
    before, steps = stored(network.database), len(network("log", "--format", "json").json)
    found = results(network, "--add-contacts", "--yes")
    assert found["Una Known"] == (ALC, "recorded, a new contact")
    assert came(network, "Alabama") == [("Una Known", 44)]
    (una,) = [row for row in network.list("contacts") if row["name"] == "Una Known"]
    assert (una["email"], una["partner"], una["primary"]) == ("una@alabama-math.example", ALC, False)
    again = stored(network.database)
    assert results(network, "--add-contacts", "--yes")["Una Known"] == (ALC, "recorded already")
    assert stored(network.database) == again
    assert len(network("log", "--format", "json").json) == steps + 1
    network("undo")
    assert stored(network.database) == before
    network("redo")
    assert stored(network.database) == again


def test_the_hint_names_the_option_only_where_it_helps(network: Program, report: Path) -> None:
    said = network("attend", "--from", "zoom.csv", today=AFTER)
    assert "One who is not known can be added at once: --add-contacts." in said.err
    network("do-not-contact", "una@alabama-math.example")
    assert "--add-contacts" not in network("attend", "--from", "zoom.csv", today=AFTER).err
    report.write_text(zoom("Ann Adams,adams@example.org,5,"), "utf-8")
    assert "add" not in network("attend", "--from", "zoom.csv", today=AFTER).err


@pytest.mark.parametrize(
    ("row", "contact"),
    [
        ("Flo Gray,flo@math.alabama-math.example,5,", ("Flo Gray", "flo@math.alabama-math.example", ALC)),
        ("Prof. Flo GRAY (AMTE),flo@gmail.com,5,", ("Flo Gray", "flo@gmail.com",
                                                    "Association of Mathematics Teacher Educators")),
        ("iPad,flo@alabama-math.example,5,", ("flo@alabama-math.example",) * 2 + (ALC,)),
        ("...,flo@alabama-math.example,5,", ("flo@alabama-math.example",) * 2 + (ALC,)),
        ("Flo Gray,flo@gmail.com,5,", None),
        ("Flo Gray (AMTE),,5,", None),
        ("Flo Gray (AMTE),flo@alabama-math.example,5,", None),
        ("Flo Gray,flo@alabama-math.example,2,", None),
        ("Kim A. Lee,kim@alabama-math.example,5,", None),
        ("Bo Chen,chen@example.edu,5,", None),
    ],
)  # fmt: skip
def test_who_has_an_address_and_one_likely_partner_can_be_added_and_nobody_else(
    network: Program, report: Path, row: str, contact: tuple[str, str, str] | None
) -> None:
    network("add-contact", ALC, "Kim B. Lee <klee@alabama-math.example>")
    before = [(one["name"], one["email"], one["partner"]) for one in network.list("contacts")]
    report.write_text(zoom(row), "utf-8")
    network("attend", "--from", "zoom.csv", "--add-contacts", "--yes", "--min-minutes", "3", today=AFTER)
    after = [(one["name"], one["email"], one["partner"]) for one in network.list("contacts")]
    assert [one for one in after if one not in before] == ([contact] if contact else [])


def test_at_a_terminal_each_is_asked_for_and_a_no_leaves_out(
    network: Program, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report.write_text(
        zoom(*(f"{name} Gray,{name.lower()}@alabama-math.example,5," for name in ("Flo", "Guy"))), "utf-8"
    )
    person = Terminal(monkeypatch, "n", "y")
    found = results(network, "--add-contacts")
    assert person.asked == [
        f"Add {name} Gray <{name.lower()}@alabama-math.example> as a contact of {ALC}?" for name in ("Flo", "Guy")
    ]
    assert found["Flo Gray"] == (None, f"not known; likely {ALC}, number 2")
    assert came(network, "Alabama") == [("Guy Gray", 5)]


def test_who_is_none_of_the_candidates_can_be_added(
    network: Program, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report.write_text(zoom("Kym Lee,kym@alabama-math.example,5,"), "utf-8")
    person = Terminal(monkeypatch, "", "y")
    assert results(network, "--add-contacts")["Kym Lee"] == (ALC, "recorded, a new contact")
    assert len(person.asked) == 2


def test_who_asked_to_be_forgotten_or_not_to_be_written_to_is_not_added(network: Program, report: Path) -> None:
    network("add-contact", "AMTE", "Quill Canary <una@alabama-math.example>")
    network("forget", "una@alabama-math.example", "--yes")
    network("do-not-contact", "STOP@alabama-math.example")
    report.write_text(ZOOM + "Not Me,Stop@alabama-math.example,44,Yes\n", "utf-8")
    before = stored(network.database)
    found = results(network, "--add-contacts", "--dry-run")
    assert found["Una Known"] == (None, "not added: asked to be forgotten")
    assert found["Not Me"] == (None, "not added: do not contact")
    assert stored(network.database) == before
    network("attend", "--from", "zoom.csv", "--add-contacts", today=AFTER)  # nobody is left to be asked for
    assert len(network.list("contacts")) == 4


def test_a_dry_run_shows_whom_it_would_add_and_adds_nobody(network: Program, report: Path) -> None:
    before = stored(network.database)
    said = network("attend", "--from", "zoom.csv", "--add-contacts", "--dry-run", today=AFTER)
    assert "3 organizations and 3 people, 1 of them as a new contact." in said.out
    assert "1 contact" in said.err
    assert stored(network.database) == before


# ---- afterwards -----------------------------------------------------------------------------------------


def test_merging_two_partners_keeps_who_came_for_either(network: Program, report: Path) -> None:
    network("attend", "--from", "zoom.csv", "--add-contacts", "--yes", today=AFTER)
    before = stored(network.database)
    network("merge", "AMTE", "Lee County")
    assert came(network, "AMTE") == [("Ann Adams", 60), ("José Núñez", 58)]
    network("merge", "AMTE", "Alabama")
    assert sorted(came(network, "AMTE")) == [("Ann Adams", 60), ("José Núñez", 58), ("Una Known", 44)]
    merged = stored(network.database)
    network("attend", "--from", "zoom.csv", today=AFTER)
    assert stored(network.database) == merged
    network("undo")
    network("undo")
    assert stored(network.database) == before


def test_who_is_forgotten_is_not_named_among_those_who_came(network: Program, report: Path) -> None:
    network("attend", "--from", "zoom.csv", today=AFTER)
    network("forget", "adams@example.org", "--yes")
    ((number, name, minutes),) = rows(
        network, "SELECT contact_id, name, minutes FROM attendees WHERE name LIKE '%erased%'"
    )
    assert (number, minutes) == (None, 60)
    assert "Ann" not in name
    assert b"Ann Adams" not in network.database.read_bytes()
    assert b"adams@example.org" not in network.database.read_bytes()
    network("attend", "--from", "zoom.csv", "--add-contacts", "--yes", today=AFTER)
    assert [said for said, _ in came(network, "AMTE")] == [name]


def test_all_who_came_for_a_partner_can_be_forgotten_whatever_they_are_called(network: Program, report: Path) -> None:
    network("add-contact", "AMTE", "Quillx <quillx@example.org>")
    network("add-contact", "AMTE", "Ann Adams <other@example.org>")
    report.write_text(
        zoom("Ann Adams,adams@example.org,5,", "Q,quillx@example.org,6,", "Ann,other@example.org,7,"), "utf-8"
    )
    network("attend", "--from", "zoom.csv", today=AFTER)
    network("forget", "quillx@example.org", "--yes")
    network("forget", "adams@example.org", "--yes")
    found = rows(network, "SELECT name, contact_id IS NULL, minutes FROM attendees ORDER BY id")
    assert found == [("(erased) 1", 1, 5), ("(erased) 2", 1, 6), ("Ann Adams (2)", 0, 7)]
    assert b"quillx" not in network.database.read_bytes().lower()


def test_who_came_and_was_taken_back_is_forgotten_in_the_journal_too(network: Program, report: Path) -> None:
    network("add-contact", "AMTE", "Quillx <quillx@example.org>")
    report.write_text(zoom("Q,quillx@example.org,6,"), "utf-8")
    network("attend", "--from", "zoom.csv", today=AFTER)
    network("undo")
    network("forget", "quillx@example.org", "--yes")
    assert b"quillx" not in network.database.read_bytes().lower()


def test_who_came_for_both_of_two_merged_partners_came_once(network: Program, report: Path) -> None:
    network("add-contact", "AMTE", "Jo Bell <jo@example.org>")
    network("add-contact", "Lee County", "Jo Bell <bell@example.org>")
    network("add-contact", "AMTE", "Cy Ode <ode@example.org>")
    report.write_text(zoom("Jo,jo@example.org,5,", "Jo,bell@example.org,6,", "Cy Ode,,7,"), "utf-8")
    network("attend", "--from", "zoom.csv", today=AFTER)
    network("add-contact", "Lee County", "C. Ode <ode@example.org>")
    with closing(sqlite3.connect(network.database)) as connection:
        (contact,) = connection.execute("SELECT MAX(id) FROM contacts").fetchone()
        (there,) = connection.execute("SELECT id FROM attendances WHERE partner_id = 3").fetchone()
        connection.execute("INSERT INTO attendees VALUES (99, ?, ?, 'C. Ode', 55)", (there, contact))
        connection.commit()
    before = stored(network.database)
    network("merge", "AMTE", "Lee County")
    assert sorted(came(network, "AMTE")) == [("Cy Ode", 55), ("Jo Bell", 5), ("Jo Bell (2)", 6)]
    network("undo")
    assert stored(network.database) == before


def test_a_contact_who_came_is_not_taken_back_alone(network: Program, report: Path) -> None:
    network("add-contact", ALC, "Una Known <una@alabama-math.example>")
    step = network("log", "--format", "json").json[0]["id"]
    network("attend", "--from", "zoom.csv", today=AFTER)
    before = stored(network.database)
    network("undo", str(step), code=1)
    assert stored(network.database) == before


# ---- real reports ---------------------------------------------------------------------------------------

Row = tuple[str, str, Sequence[tuple[datetime, datetime]], float]
"""A name, an address, when somebody was there, and the minutes that the report says."""


def _lines(name: str) -> list[list[str]]:
    content = (REAL / name).read_bytes()
    text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    return list(csv.reader(text.splitlines(), delimiter="\t" if "\t" in text else ","))


def _of_zoom(name: str, *, skip: int = 0) -> list[Row]:
    return [(row[0], row[1], (), float(row[2])) for row in _lines(name)[skip + 1 :] if row]


def _of_japan(name: str) -> list[Row]:
    return [
        (row[0], "", [(_at("%Y/%m/%d %H:%M", row[2]), _at("%Y/%m/%d %H:%M", row[3]))], float(row[4]))
        for row in _lines(name)[1:]
    ]


def _of_sections(name: str) -> list[Row]:
    lines = _lines(name)
    begin = next(place for place, row in enumerate(lines) if row and row[0].startswith("3."))
    pattern = "%d/%m/%y, %H:%M:%S"
    return [(row[0], row[4], [(_at(pattern, row[1]), _at(pattern, row[2]))], 0.0) for row in lines[begin + 2 :] if row]


def _of_actions(name: str) -> list[Row]:
    lines = [row for row in _lines(name)[1:] if row]
    pattern = "%d/%m/%Y, %H:%M:%S"
    pairs = zip(lines[::2], lines[1::2], strict=True)
    assert all(one[0] == other[0] and (one[1], other[1]) == ("Joined", "Left") for one, other in pairs)
    return [
        (one[0], "", [(_at(pattern, one[2]), _at(pattern, other[2]))], 0.0)
        for one, other in zip(lines[::2], lines[1::2], strict=True)
    ]


def _at(pattern: str, text: str) -> datetime:
    return datetime.strptime(text, pattern)  # noqa: DTZ007 - the clocks of the meeting


def _slowly_counted(of_one: Sequence[Row]) -> int:
    """The minutes of one person: every second that any of the spans holds, or what the report says if that is more."""
    seconds: set[int] = set()
    for _, _, spans, _ in of_one:
        for begun, ended in spans:
            first = int((begun - datetime(2000, 1, 1)).total_seconds())  # noqa: DTZ001
            seconds.update(range(first, first + int((ended - begun).total_seconds())))
    return int(max(len(seconds) / 60, sum(said for *_, said in of_one)) + 0.5)


def _people(found: Sequence[Row]) -> Iterator[tuple[str, str, int]]:
    for name, email in dict.fromkeys((row[0], row[1]) for row in found):
        if "iPad" not in name:
            yield name, email, _slowly_counted([row for row in found if row[:2] == (name, email)])


@needs_data
@pytest.mark.parametrize(
    ("name", "read", "number"),
    [
        ("zoom_simple.csv", _of_zoom, 5),
        ("zoom_participants_001.csv", lambda name: _of_zoom(name, skip=3), 9),
        ("zoom_participants_003.csv", lambda name: _of_zoom(name, skip=3), 9),
        ("zoom_japanese.csv", _of_japan, 114),
        ("teams_3sections_utf16.csv", _of_sections, 7),
        ("teams_user_action_utf16.csv", _of_actions, 5),
    ],
)
def test_minutes_of_real_reports_are_those_of_a_slow_count_and_reading_again_changes_nothing(
    mtep: Program, monkeypatch: pytest.MonkeyPatch, name: str, read: Any, number: int
) -> None:
    people = list(_people(read(name)))
    assert len(people) == number
    with (mtep.folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("name", "contact", "email"), *(("Real Society", who, email) for who, email, _ in people)]
        )
    mtep("import", "people.csv", "--yes")
    mtep("add-session", "2024-05-24")

    def choose(one: Match) -> Known | None:  # of names of one word a person has to be asked
        return next((known for known in one.candidates if known.name == one.came.name), None)

    monkeypatch.setattr(attendance, "can_ask", lambda: True)
    monkeypatch.setattr(attendance, "_choose", choose)
    mtep("attend", "--from", str(REAL / name), today=AFTER)
    assert sorted(came(mtep, "Real Society")) == sorted((who, minutes) for who, _, minutes in people)
    before, steps = stored(mtep.database), mtep("log", "--format", "json").json
    mtep("attend", "--from", str(REAL / name), today=AFTER)
    assert stored(mtep.database) == before
    assert mtep("log", "--format", "json").json == steps
