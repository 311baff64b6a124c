"""Who came, from a report of the meeting: nobody twice, nobody guessed, nothing by reading it again."""

import json
from pathlib import Path

import pytest

from mtep_outreach.cli import attendance

from .conftest import Program, stored

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
    printed = network("attend", "--from", "zoom.csv", "--format", "json", *more, today=AFTER)
    text = printed.out[: printed.out.rindex("]") + 1]
    return {row["name"]: (row["partner"], row["result"]) for row in json.loads(text)}


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


def test_at_a_terminal_a_person_says_who_it_is(network: Program, report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report.write_text(ZOOM.replace("Lee,,40,Yes", "Ann Adams (NCTM),ann@other.example,40,Yes"), "utf-8")
    monkeypatch.setattr(attendance, "can_ask", lambda: True)
    asked: list[str] = []

    def answer(question: str, *_: object, **__: object) -> str:
        asked.append(question)
        return "1"

    monkeypatch.setattr("mtep_outreach.cli.questions.ask", answer)
    network("attend", "--from", "zoom.csv", today=AFTER)
    assert asked
    assert "Association of Mathematics Teacher Educators" in {
        row["name"] for row in network.list() if row["stage"] == "attended"
    }


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        (["attend"], 2, "Nobody is named"),
        (["attend", "AMTE", "--from", "zoom.csv"], 2, "cannot be used together"),
        (["attend", "AMTE", "--min-minutes", "5"], 2, "--from FILE"),
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
