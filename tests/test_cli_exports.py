"""Exports: every kind of file, read back by other programs' rules, and never over somebody's file without a yes."""

import csv
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mtep_outreach.files.sheets import read
from mtep_outreach.outreach import lists
from mtep_outreach.outreach.columns import looks_like_header

from .conftest import Program

SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ENDINGS = ["csv", "xlsx", "json", "vcf", "zip"]


@pytest.fixture
def full(network: Program) -> Program:
    network("edit", "AMTE", "--website", "https://amte.net", "--note", "=HYPERLINK(1)\ntwo, lines; and 'more'")
    network("edit", "Alabama", "--contact", "Müller, Zoë @ home <zoe@example.org>", "--acronym", "+ACM")
    network("add-partner", "--state", "GA", "--city", "=1+1", "--", "-2+3 @Lab")
    return network


def worksheets(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as package:
        root = ET.fromstring(package.read("xl/workbook.xml"))  # noqa: S314 - our own file
    return [str(sheet.get("name")) for sheet in root.iter(f"{SPREADSHEET}sheet")]


def rows(file: Path) -> list[dict[str, str]]:
    (sheet,) = read(file, looks_like_header)
    return [dict(zip(sheet.columns, row.cells, strict=True)) for row in sheet.rows() if hasattr(row, "cells")]


# ---- each kind of file ------------------------------------------------------------------------------------------


def test_csv_holds_one_kind_of_record_partners_where_none_is_said(full: Program) -> None:
    assert full("export", "out.csv").out.startswith("Wrote 4 records to out.csv.")
    with (full.folder / "out.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["id"] for row in found] == ["1", "2", "3", "4"]
    cells = [cell for row in found for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert found[3]["name"] == "'-2+3 @Lab"


@pytest.mark.parametrize("kind", lists.KINDS)
def test_excel_holds_one_kind_where_it_is_said(full: Program, kind: str) -> None:
    full("attend", "AMTE")
    full("add-commitment", "AMTE", "=We promise", "--target", "300", "--unit", "students", "--money", "1.5M/year")
    printed = full("export", "out.xlsx", "--what", kind)
    assert worksheets(full.folder / "out.xlsx") == [kind]
    expected = full.list(kind)
    assert f"Wrote {len(expected)} record" in printed.out
    found = rows(full.folder / "out.xlsx")
    assert len(found) == len(expected)
    assert [key.lower().replace(" ", "_") for key in found[0]] == list(expected[0])
    for row, other in zip(found, expected, strict=True):
        for cell, value in zip(row.values(), other.values(), strict=True):
            if isinstance(value, list):
                assert cell == "300 students (nothing yet), $1,500,000 a year (nothing yet)"
                continue
            shown = {None: "", True: "yes", False: "no"}.get(value, value) if not isinstance(value, int) else value
            shown = ("no", "yes")[value] if isinstance(value, bool) else shown
            assert cell == str(shown)


def test_excel_holds_every_kind_on_a_sheet_of_its_own(full: Program) -> None:
    printed = full("export", "out.xlsx")
    assert worksheets(full.folder / "out.xlsx") == list(lists.KINDS)
    assert f"Wrote {sum(len(full.list(kind)) for kind in lists.KINDS)} records" in printed.out


def test_excel_holds_texts_and_no_formulas_or_links(full: Program) -> None:
    full("export", "out.xlsx")
    with zipfile.ZipFile(full.folder / "out.xlsx") as package:
        names = package.namelist()
        for name in names:
            assert b"<f>" not in package.read(name)
            assert b"<hyperlink" not in package.read(name)
    full("export", "partners.xlsx", "--what", "partners")
    found = rows(full.folder / "partners.xlsx")
    assert [row["Name"] for row in found][3] == "-2+3 @Lab"
    assert found[0]["Note"] == "=HYPERLINK(1)\ntwo, lines; and 'more'"


def test_json_holds_everything(full: Program) -> None:
    printed = full("export", "out.json")
    found = json.loads((full.folder / "out.json").read_text("utf-8"))
    assert found["partners"][3]["name"] == "-2+3 @Lab"
    count = sum(len(records) for kind, records in found.items() if kind != "settings")
    assert f"Wrote {count} records to out.json." in printed.out


def test_vcards_hold_every_person_and_every_partner_without_one(full: Program) -> None:
    full("edit", "Alabama", "--city", "Auburn, East")
    printed = full("export", "out.vcf")
    text = (full.folder / "out.vcf").read_bytes().decode()
    assert "Wrote 4 records to out.vcf." in printed.out
    assert text.count("BEGIN:VCARD\r\n") == text.count("END:VCARD\r\n") == 4
    found = {row["Name"] or row["Organization"]: row for row in rows(full.folder / "out.vcf")}
    assert set(found) == {"Ann Adams", "Müller, Zoë @ home", "José Núñez", "-2+3 @Lab"}
    assert found["Müller, Zoë @ home"]["Organization"] == "Alabama Mathematics Council"
    assert found["Müller, Zoë @ home"]["Email"] == "zoe@example.org"
    assert (found["Müller, Zoë @ home"]["City"], found["Müller, Zoë @ home"]["State"]) == ("Auburn, East", "AL")
    assert found["Ann Adams"]["Website"] == "https://amte.net"
    assert "FN:Müller\\, Zoë @ home\r\n" in text
    assert ";Auburn\\, East;AL;" in text


def test_vcards_hold_the_whole_postal_address(mtep: Program) -> None:
    (mtep.folder / "in.csv").write_text(
        "organization,street,city,state,zip,phone,contact,email\n"
        "Quartz Foundation,1 Main St,Auburn,AL,01234,555-0100,Ann Adams,ann@example.org\n"
        "Zenith Society,2 Side St,Mobile,AL,36601,555-0200,,\n",
        "utf-8",
    )
    mtep("import", "in.csv", "--yes")
    mtep("export", "out.vcf")
    first, second = rows(mtep.folder / "out.vcf")
    kept = ("Street", "City", "State", "ZIP")
    assert [first[key] for key in kept] == ["1 Main St", "Auburn", "AL", "01234"]
    assert [second[key] for key in (*kept, "Phone")] == ["2 Side St", "Mobile", "AL", "36601", "555-0200"]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "vcf"])
def test_what_was_exported_comes_in_again_by_the_commands(full: Program, ending: str) -> None:
    full("export", f"out.{ending}", *(["--what", "partners"] if ending == "xlsx" else []))
    full("--db", "second.sqlite", "import", f"out.{ending}", "--yes")
    here, there = (full(*base, "list", "--format", "json").json for base in ([], ["--db", "second.sqlite"]))
    kept = ["name", "state", "city", "website", "contact", "email"]
    kept += ["acronym", "scope", "sector", "note", "added_on"] if ending != "vcf" else []
    assert sorted([row[key] or "" for key in kept] for row in there) == sorted(
        [row[key] or "" for key in kept] for row in here
    )


def test_a_list_that_came_in_again_is_written_as_it_was(full: Program) -> None:
    full("undo", str(next(row["id"] for row in full("log", "--format", "json").json if "rsvp" in row["command"])))
    full("undo", str(next(row["id"] for row in full("log", "--format", "json").json if "invite" in row["command"])))
    full("export", "first.csv")
    full("--db", "second.sqlite", "import", "first.csv", "--yes", today="2024-05-03")
    full("--db", "second.sqlite", "export", "second.csv")
    assert (full.folder / "second.csv").read_bytes() == (full.folder / "first.csv").read_bytes()


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_empty_database_can_be_exported(mtep: Program, ending: str) -> None:
    mtep("export", f"out.{ending}")
    assert (mtep.folder / f"out.{ending}").exists()
    assert not mtep.database.exists()


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_content_makes_the_same_file(full: Program, ending: str) -> None:
    for name in ("a", "b"):
        full("export", f"{name}.{ending}")
    assert (full.folder / f"a.{ending}").read_bytes() == (full.folder / f"b.{ending}").read_bytes()
    if ending == "xlsx":  # whenever that is
        with zipfile.ZipFile(full.folder / "a.xlsx") as package:
            assert b">2000-01-01T00:00:00Z<" in package.read("docProps/core.xml")


# ---- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["out", "out.txt", "out.csv.bak", ".csv", "out.xls", "out.sqlite"])
def test_an_ending_that_names_no_format_is_refused_and_the_others_are_named(full: Program, name: str) -> None:
    refused = full("export", name, code=2)
    assert "its ending says no format that can be written" in refused.err
    for ending in ENDINGS:
        assert f".{ending}" in refused.err
    assert not (full.folder / name).exists()


def test_endings_are_known_in_capital_letters_too(full: Program) -> None:
    full("export", "OUT.CSV")
    assert (full.folder / "OUT.CSV").read_text("utf-8").startswith("id,name,")


@pytest.mark.parametrize("ending", ["json", "vcf", "zip"])
def test_a_kind_is_said_for_csv_and_excel_only(full: Program, ending: str) -> None:
    refused = full("export", f"out.{ending}", "--what", "partners", code=2)
    assert "--what" in refused.err
    assert "ends in .csv or .xlsx" in refused.err
    assert not (full.folder / f"out.{ending}").exists()


def test_an_unknown_kind_is_refused_and_the_words_are_named(full: Program) -> None:
    refused = full("export", "out.csv", "--what", "letters", code=2)
    assert "'letters' is not a kind of record" in refused.err
    assert "nominations" in refused.err


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_is_replaced_only_with_a_yes(full: Program, ending: str) -> None:
    file = full.folder / f"out.{ending}"
    file.write_text("mine", "utf-8")
    assert "--yes" in full("export", file.name, code=1).err
    assert file.read_text("utf-8") == "mine"
    full("export", file.name, "--yes")
    assert file.read_bytes() != b"mine"
    assert not [path for path in full.folder.iterdir() if "out" in path.name and path != file]


def test_a_place_that_cannot_be_written_to_is_refused(full: Program) -> None:
    (full.folder / "data.csv").mkdir()
    refused = full("export", "data.csv", "--yes", code=1)
    assert "data.csv" in refused.err
    assert "Traceback" not in refused.err


@pytest.mark.parametrize("option", [["--map", "a=name"], ["--duplicates", "new"], ["--update"], ["--skip-bad"]])
def test_a_bundle_takes_no_option_that_would_be_ignored(network: Program, option: list[str]) -> None:
    network("export", "all.zip")
    refused = network("--db", "other.sqlite", "import", "all.zip", "--yes", *option, code=2)
    assert option[0] in refused.err
    assert not (network.folder / "other.sqlite").exists()


def test_a_list_of_mtep_with_names_of_signs_and_digits_comes_in_again(mtep: Program) -> None:
    for name in ("18", "4-H", "500"):
        mtep("add-partner", name, "--new", "--acronym", "NA")
    mtep("export", "partners.csv")
    mtep("--db", "other.sqlite", "import", "partners.csv", "--yes")
    again = mtep("--db", "other.sqlite", "list", "--format", "json").json
    assert [(row["name"], row["acronym"]) for row in again] == [("18", "NA"), ("4-H", "NA"), ("500", "NA")]
