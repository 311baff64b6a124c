"""Import and export, through the commands."""

import csv
import json
import os
from pathlib import Path

import pytest

from .conftest import Program

REAL = Path(os.environ.get("MTEP_TEST_DATA", "no folder"))
needs_data = pytest.mark.skipif(not REAL.is_dir(), reason="MTEP_TEST_DATA names no folder of real spreadsheets")


def write(program: Program, text: str, name: str = "sheet.csv") -> str:
    (program.folder / name).write_bytes(text.encode())
    return name


def test_columns_are_recognised_by_their_usual_names(mtep: Program) -> None:
    text = (
        "\ufeffOrganization,Abbreviation,Level,Type of Organization,State/Province,Town,URL,Contact Person,E-mail,"
        "Job Title,Phone Number,Nominated by,Your email,Why?,Timestamp,Favorite color\r\n"
        "Sample Council,SC,Statewide,K-12,Ala.,Auburn,www.example.org,Ann Adams,adams@example.org,President,"
        "555-0100,Maria Rivera,rivera@example.edu,Close to us,4/2/2024 10:31:07,green\r\n"
    )
    printed = mtep("import", write(mtep, text), "--yes")
    assert "Kept in the note: Favorite color." in printed.err
    assert "Imported 1 partner." in printed.out
    card = mtep("show", "SC", "--format", "json").json
    assert {key: card[key] for key in ("name", "scope", "sector", "state", "city", "website", "note")} == {
        "name": "Sample Council",
        "scope": "state",
        "sector": "k12",
        "state": "AL",
        "city": "Auburn",
        "website": "www.example.org",
        "note": "Favorite color: green",
    }
    (contact,) = mtep.list("contacts")
    assert (contact["name"], contact["email"], contact["title"], contact["phone"]) == (
        "Ann Adams", "adams@example.org", "President", "555-0100",
    )  # fmt: skip
    (nomination,) = mtep.list("nominations")
    assert (nomination["member"], nomination["day"], nomination["reason"]) == (
        "Maria Rivera", "2024-04-02", "Close to us",
    )  # fmt: skip
    assert mtep.list("members")[0]["email"] == "rivera@example.edu"


def test_what_a_column_means_can_be_said(mtep: Program) -> None:
    sheet = write(mtep, "who,list\nSample Council,national\n")
    assert "none of its columns (who, list)" in mtep("import", sheet, "--yes", code=1).err
    mtep("import", sheet, "--yes", "--map", "Who=name", "--map", "list=scope")
    assert mtep.list()[0]["scope"] == "national"


def test_the_same_file_again_changes_nothing(mtep: Program) -> None:
    sheet = write(mtep, "name,state\nTwin,AL\nTwin,GA\nOther,\n")
    mtep("import", sheet, "--yes")
    mtep("edit", "Other", "--name", "Renamed")
    before = mtep.export(), mtep("log", "--format", "json").json
    printed = mtep("import", sheet, "--yes")
    assert "0 new, 3 known already" in printed.err
    assert "Nothing new to import." in printed.out
    assert (mtep.export(), mtep("log", "--format", "json").json) == before


def test_a_partner_of_the_same_name_and_state_is_known(network: Program) -> None:
    sheet = write(network, "name,state,note\nALABAMA mathematics council,Alabama,x\nAlabama Mathematics Council,GA,y\n")
    network("import", sheet, "--yes")
    assert [(row["name"], row["state"]) for row in network.list()[3:]] == [("Alabama Mathematics Council", "GA")]


def test_all_problems_are_listed_with_line_and_column_and_nothing_is_written(mtep: Program) -> None:
    sheet = write(
        mtep, 'name,state,email\nGood,AL,\n"Two\nlines",Atlantis,no-address\n,GA,\nToo,AL,x@example.org,extra\n'
    )
    refused = mtep("import", sheet, "--yes", code=1)
    for words in (
        "sheet.csv, line 3, column 'state': 'Atlantis' is not a US state",
        "sheet.csv, line 3, column 'email': 'no-address' is not an e-mail address",
        "sheet.csv, line 5, column 'name': The name of the organization is missing.",
        "sheet.csv, line 6: it has 4 cells, but the header has 3",
    ):
        assert words in refused.err
    assert not mtep.database.exists()


def test_skip_bad_imports_the_other_rows_and_says_so_by_its_exit_code(mtep: Program) -> None:
    sheet = write(mtep, "name,state\nGood,AL\nBad,Atlantis\n")
    printed = mtep("import", sheet, "--yes", "--skip-bad", code=3)
    assert "line 3, column 'state'" in printed.err
    assert [row["name"] for row in mtep.list()] == ["Good"]


def test_without_a_yes_and_without_a_terminal_nothing_is_written(mtep: Program) -> None:
    refused = mtep("import", write(mtep, "name\nAny\n"), code=1)
    assert "--yes" in refused.err
    assert "1 new" in refused.err
    assert not mtep.database.exists()


def test_a_nominator_known_by_name_is_not_added_again(network: Program) -> None:
    sheet = write(network, "name,nominated by\nA,Maria Rivera\nB,maria rivera\nC,New Person\nD,New Person\n")
    network("import", sheet, "--yes")
    assert [row["name"] for row in network.list("members")] == ["Maria Rivera", "Bo Chen", "New Person"]
    assert {row["name"]: row["nominations"] for row in network.list("members")} == {
        "Maria Rivera": 3,
        "Bo Chen": 1,
        "New Person": 2,
    }


def test_an_import_is_one_step_to_undo(network: Program) -> None:
    before = network.export()
    network("import", write(network, "name,nominated by\nA,Someone\nB,Someone\n"), "--yes")
    network("undo")
    assert network.export() == before
    network("import", write(network, "name,nominated by\nA,Someone\nB,Someone\n"), "--yes")
    assert len(network.list()) == 5


@pytest.mark.parametrize("kind", ["partners", "contacts", "members", "nominations", "sessions", "invitations"])
def test_csv_has_the_columns_and_values_of_json(network: Program, kind: str) -> None:
    network("export", "out.csv", "--what", kind)
    with (network.folder / "out.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    expected = network.list(kind)
    assert [list(row) for row in rows] == [list(row) for row in expected]
    for row, other in zip(rows, expected, strict=True):
        for key, value in other.items():
            assert row[key] == (
                ""
                if value is None
                else {True: "yes", False: "no"}.get(value, str(value))
                if isinstance(value, bool)
                else str(value)
            )


def test_exported_partners_come_in_again(network: Program) -> None:
    network("edit", "AMTE", "--website", "https://amte.net", "--note", "A note, with\ntwo lines")
    network("export", "partners.csv")
    other = network.folder / "other.sqlite"
    network("--db", str(other), "import", "partners.csv", "--yes")
    kept = ("name", "acronym", "scope", "sector", "state", "city", "website")
    again = network("--db", str(other), "list", "--format", "json").json
    assert [[row[key] for key in kept] for row in again] == [[row[key] for key in kept] for row in network.list()]


def test_json_holds_everything_in_a_stable_order(network: Program) -> None:
    network("export", "a.json")
    network("export", "b.json")
    first, second = ((network.folder / name).read_bytes() for name in ("a.json", "b.json"))
    assert first == second
    found = json.loads(first)
    assert list(found) == ["partners", "contacts", "members", "nominations", "sessions", "invitations", "replies",
                           "attendances", "agreements", "settings"]  # fmt: skip
    assert list(found["partners"][0])[:2] == ["id", "name"]
    assert found["partners"][0]["note"] is None


def test_a_file_is_replaced_only_with_a_yes(network: Program) -> None:
    (network.folder / "out.csv").write_text("mine", "utf-8")
    assert "--yes" in network("export", "out.csv", code=1).err
    assert (network.folder / "out.csv").read_text("utf-8") == "mine"
    network("export", "out.csv", "--yes")
    assert "AMTE" in (network.folder / "out.csv").read_text("utf-8")


def test_a_nominator_who_could_be_two_members_is_a_problem_of_that_row(network: Program) -> None:
    network("add-member", "Maria Rivera <second@example.edu>")
    sheet = write(network, "name,nominated by\nA,Maria Rivera\nB,Maria Rivera <second@example.edu>\n")
    refused = network("import", sheet, "--yes", code=1)
    assert "sheet.csv, line 2: 'Maria Rivera' fits several members" in refused.err
    network("import", sheet, "--yes", "--skip-bad", code=3)
    assert network.list("nominations")[-1]["partner"] == "B"


def test_rows_of_one_name_and_state_are_named_when_they_are_left_out(mtep: Program) -> None:
    printed = mtep("import", write(mtep, "name,website\nGlendale College,a.org\nGlendale College,b.org\n"), "--yes")
    assert "left as they are: Glendale College (line 3)" in printed.err


@needs_data
def test_the_real_lists_of_partners(mtep: Program) -> None:
    partners, universities = REAL / "stem_partners", REAL / "orgs" / "us_universities.csv"
    mtep("import", str(partners / "100kin10_blowminds_partners.csv"), "--map", "list=scope", "--yes")
    mtep("import", str(partners / "math_societies.csv"), "--yes")
    assert len(mtep.list()) == 49
    mtep("invite", "--session", "2024-05-24")
    assert len(list((mtep.folder / "letters" / "2024-05-24").iterdir())) == 49
    for partner, answer in (("AMTE", "yes"), ("NCTM", "no"), ("Teach For America", "maybe")):
        mtep("rsvp", partner, answer)
    found = mtep("report", "--format", "json").json
    assert (found["identified"], found["stages"]["invited"], found["stages"]["accepted"]) == (49, 49, 1)
    for _ in range(3):
        mtep("undo")
    assert mtep("report", "--format", "json").json["sessions"][0]["no_answer"] == 49
    refused = mtep("import", str(universities), "--yes", code=1)
    assert "line 2346, column 'state_province': 'San Francisco' is not a US state" in refused.err
    mtep("import", str(universities), "--yes", "--skip-bad", code=3)
    assert len(mtep.list()) > 2300
