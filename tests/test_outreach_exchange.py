"""Export, through the command; and real lists in and out."""

import csv
import json
import os
from pathlib import Path

import pytest

from .conftest import Program

REAL = Path(os.environ.get("MTEP_TEST_DATA", "no folder"))
needs_data = pytest.mark.skipif(not REAL.is_dir(), reason="MTEP_TEST_DATA names no folder of real spreadsheets")


@pytest.mark.parametrize(
    "kind", ["partners", "contacts", "members", "nominations", "sessions", "invitations", "deliveries"]
)
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


def test_json_holds_everything_in_a_stable_order(network: Program) -> None:
    network("export", "a.json")
    network("export", "b.json")
    first, second = ((network.folder / name).read_bytes() for name in ("a.json", "b.json"))
    assert first == second
    found = json.loads(first)
    assert list(found) == ["partners", "contacts", "members", "nominations", "sessions", "invitations", "deliveries",
                           "replies", "attendances", "attendees", "agreements", "commitments", "settings"]  # fmt: skip
    assert list(found["partners"][0])[:2] == ["id", "name"]
    assert found["partners"][0]["note"] is None


def test_a_file_is_replaced_only_with_a_yes(network: Program) -> None:
    (network.folder / "out.csv").write_text("mine", "utf-8")
    assert "--yes" in network("export", "out.csv", code=1).err
    assert (network.folder / "out.csv").read_text("utf-8") == "mine"
    network("export", "out.csv", "--yes")
    assert "AMTE" in (network.folder / "out.csv").read_text("utf-8")


@needs_data
def test_the_real_lists_of_partners(mtep: Program) -> None:
    partners, universities = REAL / "stem_partners", REAL / "orgs" / "us_universities.csv"
    mtep("import", str(partners / "100kin10_blowminds_partners.csv"), "--map", "list=scope", "--yes")
    mtep("import", str(partners / "math_societies.csv"), "--yes")
    assert len(mtep.list()) == 49
    mtep("invite", "--session", "2024-05-24")
    assert len(list((mtep.folder / "letters" / "2024-05-24").glob("*.md"))) == 49
    for partner, answer in (("AMTE", "yes"), ("NCTM", "no"), ("Teach For America", "maybe")):
        mtep("rsvp", partner, answer)
    found = mtep("report", "--format", "json").json
    assert (found["identified"], found["stages"]["invited"], found["stages"]["accepted"]) == (49, 49, 1)
    for _ in range(3):
        mtep("undo")
    assert mtep("report", "--format", "json").json["sessions"][0]["no_answer"] == 49
    printed = mtep("import", str(universities), "--yes", code=3)
    assert "line 2346, column 'state_province': 'San Francisco' is not a US state" in printed.err
    assert "1 row could not be used." in printed.out
    assert len(mtep.list()) > 2300
