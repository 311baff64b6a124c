"""Letters as files: drafts for those who send them by hand, Word, PDF and the rest; and the last look at them."""

import re
import shutil
import subprocess
from email import message_from_bytes, policy
from pathlib import Path

import docx
import pytest

from .conftest import Program, stored
from .mailings import ADA, ANN, BAY, BEA, CALC, DAY, PEOPLE, letters
from .outbox import SETTINGS


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def people(mtep: Program) -> Program:
    """Three partners to write to, a mailbox and a postal address."""
    for command in PEOPLE:
        mtep(*command)
    mtep("settings", *SETTINGS)
    return mtep


def files(mtep: Program, ending: str = "*") -> dict[str, bytes]:
    """Every file in the folder for letters, by its path there."""
    folder = mtep.folder / "letters" / DAY
    found = folder.rglob(f"*.{ending}")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found if path.is_file()}


# ---- drafts -----------------------------------------------------------------------------------------------


def test_drafts_lie_in_a_folder_for_each_sender_with_a_note(people: Program) -> None:
    people("invite", "--session", DAY, "--as", "eml")
    hub, maria = "by-sender/mtep-2-0-outreach-hub", "by-sender/maria-rivera"
    assert set(files(people, "eml")) == {
        f"{hub}/0001-ada-society.eml", f"{maria}/0002-bay-math-council.eml", f"{hub}/0003-calc-county-schools.eml",
    }  # fmt: skip
    notes = {name: text.decode() for name, text in files(people, "txt").items()}
    assert set(notes) == {f"{hub}/READ ME FIRST.txt", f"{maria}/READ ME FIRST.txt"}
    assert "0002-bay-math-council.eml" in notes[f"{maria}/READ ME FIRST.txt"]
    assert "ada-society" not in notes[f"{maria}/READ ME FIRST.txt"]
    assert {"0001-ada-society.eml", "0003-calc-county-schools.eml"} <= set(notes[f"{hub}/READ ME FIRST.txt"].split())


def test_a_draft_opens_as_a_letter_of_its_author_that_is_not_sent_yet(people: Program) -> None:
    people("invite", BAY, "--session", DAY, "--as", "eml")
    (content,) = files(people, "eml").values()
    mail = message_from_bytes(content, policy=policy.default)
    assert mail["X-Unsent"] == "1"
    assert mail["From"] == "Maria Rivera <rivera@example.edu>"
    assert mail["To"] == "Bea Brown <bea@example.org>"
    assert (mail["Sender"], mail["Date"], mail["Bcc"]) == (None, None, None)
    assert "hub@example.org" in mail["Reply-To"]


def test_a_note_lists_the_drafts_that_lay_there_before_too(people: Program) -> None:
    people("invite", ADA, "--session", DAY, "--as", "eml")
    people("invite", CALC, "--session", DAY, "--as", "eml")
    (note,) = files(people, "txt").values()
    assert b"0001-ada-society.eml" in note
    assert b"0003-calc-county-schools.eml" in note
    assert b"the 2 letters" in note


def test_a_draft_that_a_mistake_stops_is_not_written(people: Program) -> None:
    people("add-partner", "Delta Academy")
    people("invite", "--session", DAY, "--as", "eml", code=3)
    assert len(files(people, "eml")) == 3
    assert len(people.list("invitations")) == 3


def test_who_sent_drafts_says_so_for_some_for_a_member_or_for_all(people: Program) -> None:
    people("invite", "--session", DAY, "--as", "eml")
    people("sent", DAY, ADA)
    assert [row["state"] for row in letters(people)] == ["sent", "written", "written"]
    people("sent", DAY, "--by", "Maria Rivera")
    assert [row["state"] for row in letters(people)] == ["sent", "sent", "written"]
    before = stored(people.database)
    assert "No letter" in people("sent", DAY, ADA).err
    assert stored(people.database) == before
    people("sent", DAY)
    assert {row["state"] for row in letters(people)} == {"sent"}
    assert all(row["sent_at"] for row in letters(people))


def test_saying_that_drafts_were_sent_can_be_undone(people: Program) -> None:
    people("invite", "--session", DAY, "--as", "eml")
    before = stored(people.database)
    people("sent", DAY, "--yes")
    people("undo")
    assert stored(people.database) == before


def test_undo_removes_drafts_and_their_note_and_redo_brings_the_letters_back(people: Program) -> None:
    people("invite", "--session", DAY, "--as", "eml")
    made = files(people, "eml")
    people("undo")
    assert files(people) == {}
    people("redo")
    assert set(files(people, "eml")) == set(made)


# ---- other files ------------------------------------------------------------------------------------------


def said(path: Path) -> str:
    """What a letter's file says, whatever kind it is."""
    if path.suffix == ".docx":
        return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
    if path.suffix == ".pdf":
        run = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, encoding="utf-8", check=True)
        return run.stdout
    return path.read_text("utf-8")


FORMS = ["md", "txt", "html", "docx", pytest.param("pdf", marks=pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext is not installed"))]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_letter_in_each_form_names_whom_it_is_for(people: Program, form: str) -> None:
    people("invite", "--session", DAY, "--as", form)
    folder = people.folder / "letters" / DAY
    assert {path.suffix for path in folder.iterdir()} == {f".{form}"}
    text = words(said(folder / f"0001-ada-society.{form}"))
    assert "Dear Ann Adams," in text
    assert "Ada Society" in text
    assert "Friday, May 24, 2024, 12:00-1:00 p.m. CDT" in text
    assert "Maria Rivera" in words(said(folder / f"0002-bay-math-council.{form}"))


@pytest.mark.parametrize("form", FORMS)
def test_rewriting_brings_every_form_up_to_date_and_keeps_what_a_person_changed(people: Program, form: str) -> None:
    people("invite", "--session", DAY, "--as", form)
    folder = people.folder / "letters" / DAY
    mine = folder / f"0003-calc-county-schools.{form}"
    mine.write_bytes(mine.read_bytes() + b"\n")
    changed = mine.read_bytes()
    people("edit-session", DAY, "--where", "https://example.org/room")
    done = people("invite", "--session", DAY, "--rewrite")
    assert "https://example.org/room" in said(folder / f"0001-ada-society.{form}").replace("\n", "")
    assert mine.read_bytes() == changed
    assert "a person changed its letter: Calc County Schools" in words(done.err)


@pytest.mark.parametrize("form", ["md", "txt", "html", "docx", "pdf"])
def test_undo_removes_files_of_every_form_and_redo_brings_them_back(people: Program, form: str) -> None:
    people("invite", "--session", DAY, "--as", form)
    names = set(files(people, form))
    assert len(names) == 3
    people("undo")
    assert files(people) == {}
    people("redo")
    assert set(files(people, form)) == names


def test_several_forms_at_once(people: Program) -> None:
    people("invite", ADA, "--session", DAY, "--as", "md", "--as", "docx", "--as", "txt")
    assert set(files(people)) == {"0001-ada-society.md", "0001-ada-society.docx", "0001-ada-society.txt"}


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_all_letters_can_be_printed_as_one_file(people: Program) -> None:
    people("invite", "--session", DAY, "--as", "pdf", "--one-file")
    assert set(files(people)) == {f"{DAY}-letters.pdf"}
    text = said(people.folder / "letters" / DAY / f"{DAY}-letters.pdf")
    assert re.findall(r"Dear (\w+)", text) == ["Ann", "Bea", "Cy"]
    people("add-partner", "Delta Academy", "--contact", "Di Dean <di@example.org>")
    people("invite", "--session", DAY, "--as", "pdf", "--one-file")
    assert set(files(people)) == {f"{DAY}-letters.pdf", f"{DAY}-letters-2.pdf"}


def test_an_own_letterhead_is_what_word_letters_are_written_on(people: Program) -> None:
    own = people.folder / "ours"
    own.mkdir()
    head = docx.Document()
    head.sections[0].header.paragraphs[0].text = "Ours alone"
    head.save(str(own / "letterhead.docx"))
    people("settings", f"templates={own}")
    people("invite", ADA, "--session", DAY, "--as", "docx")
    made = docx.Document(str(people.folder / "letters" / DAY / "0001-ada-society.docx"))
    assert made.sections[0].header.paragraphs[0].text == "Ours alone"
    assert "Dear Ann Adams," in "\n".join(paragraph.text for paragraph in made.paragraphs)


# ---- the last look ----------------------------------------------------------------------------------------


def test_letters_without_a_mistake_pass_the_last_look(people: Program) -> None:
    people("invite", "--session", DAY)
    looked = people("check-letters", "--session", DAY)
    assert "3 letters looked at: nothing is wrong." in looked.err


def test_the_last_look_finds_what_a_person_wrote_into_a_file(people: Program) -> None:
    people("invite", "--session", DAY)
    (file,) = people.folder.rglob("*ada-society.md")
    text = file.read_text("utf-8").replace("Dear Ann Adams", "Dear {{ contact }}").replace("Friday,", "Thursday,")
    file.write_text(text, "utf-8")
    before = stored(people.database)
    looked = people("check-letters", "--session", DAY, "--format", "json", code=3)
    assert {row["partner"] for row in looked.json} == {ADA}
    rules = {row["rule"]: row["severity"] for row in looked.json}
    assert rules["wrong-weekday"] == "error"
    assert len(rules) > 1
    assert stored(people.database) == before


def test_the_last_look_finds_who_may_not_be_written_to_any_more(people: Program) -> None:
    people("invite", "--session", DAY)
    people("do-not-contact", ADA, "--reason", "They asked.")
    looked = people("check-letters", "--session", DAY, "--format", "json", code=3)
    assert [(row["partner"], row["rule"]) for row in looked.json] == [(ADA, "do-not-contact")]


def test_the_last_look_at_partners_named_takes_those_not_invited_too(people: Program) -> None:
    people("invite", ADA, "--session", DAY)
    people("add-partner", "Delta Academy")
    before = stored(people.database)
    looked = people("check-letters", "--session", DAY, "Delta Academy", "--format", "json", code=3)
    assert {(row["partner"], row["rule"]) for row in looked.json} == {("Delta Academy", "no-address")}
    assert "2 letters looked at" in people("check-letters", "--session", DAY, ADA, BAY).err
    assert stored(people.database) == before


def test_a_letter_that_left_is_not_looked_at(people: Program) -> None:
    people("invite", "--session", DAY)
    people("sent", DAY, "--yes")
    assert "0 letters looked at" in people("check-letters", "--session", DAY).err


def test_addresses_are_in_the_lists_of_invitations_and_letters(people: Program) -> None:
    people("invite", "--session", DAY)
    assert [row["address"] for row in people.list("invitations")][:2] == [ANN, BEA]
    listed = people.list("deliveries")
    assert {"id", "invitation", "kind", "address", "state", "message_id", "attempts", "error", "sent_at"} <= set(
        listed[0]
    )
