"""Papers: files named safely, and never written over what a person changed."""

import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.errors import FileError
from mtep_outreach.letters.papers import Fate, Paper, file_name, remove_unchanged, state_of, write


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path / "letters" / "0001-amte.md", "Dear José,\n")


# ---- names ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "name", "file"),
    [
        (1, "Lee County Schools", "0001-lee-county-schools.md"),
        (12, "../../etc/passwd", "0012-etc-passwd.md"),
        (3, "C:\\Windows\\CON.txt", "0003-c-windows-con-txt.md"),
        (4, "/", "0004.md"),
        (5, "東京大学", "0005.md"),
        (6, "-rf ~; rm *", "0006-rf-rm.md"),
        (7, "José Núñez\n\x00.sh", "0007-jose-nunez-sh.md"),
        (8, "CON", "0008-con.md"),
        (12345, "AMTE", "12345-amte.md"),
    ],
)
def test_a_letters_file_is_named_by_the_partners_number_and_what_its_name_leaves(
    number: int, name: str, file: str
) -> None:
    assert file_name(number, name) == file


@given(st.integers(1, 10**9), st.text(st.characters(exclude_categories=[])))
def test_any_name_makes_one_short_file_name_that_every_system_takes(number: int, name: str) -> None:
    file = file_name(number, name)
    assert re.fullmatch(r"[0-9]{4,}(?:-[a-z0-9]+)*\.md", file)
    assert len(file) <= 60


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.text(), st.text())
def test_two_partners_never_share_a_file_name(one: int, other: int, name: str, same_or_not: str) -> None:
    if one != other:
        assert file_name(one, name) != file_name(other, name)
        assert file_name(one, name) != file_name(other, same_or_not)


# ---- states ---------------------------------------------------------------------------------------------


def test_a_file_is_as_it_was_written_or_changed_or_gone(paper: Paper) -> None:
    assert state_of(paper.path, paper.digest) is None
    write(paper)
    assert state_of(paper.path, paper.digest) is Fate.SAME
    paper.path.write_bytes(b"Dear Jo,\n")
    assert state_of(paper.path, paper.digest) is Fate.KEPT


def test_a_change_of_line_ends_alone_is_a_change(paper: Paper) -> None:
    write(paper)
    paper.path.write_bytes(paper.text.replace("\n", "\r\n").encode())
    assert state_of(paper.path, paper.digest) is Fate.KEPT


def test_a_folder_in_the_place_of_a_letter_is_refused(paper: Paper) -> None:
    paper.path.mkdir(parents=True)
    with pytest.raises(FileError) as refusal:
        state_of(paper.path, paper.digest)
    assert refusal.value.message.startswith(f"{paper.path}: ")
    with pytest.raises(FileError):
        write(paper)


# ---- writing --------------------------------------------------------------------------------------------


def test_a_letter_is_written_as_utf_8_with_line_feeds_and_its_digest_is_that_of_the_file(paper: Paper) -> None:
    assert write(paper) is Fate.WRITTEN
    assert paper.path.read_bytes() == "Dear José,\n".encode()
    assert paper.digest == hashlib.sha256(paper.path.read_bytes()).hexdigest()


def test_a_file_that_another_hand_wrote_is_kept(paper: Paper) -> None:
    paper.path.parent.mkdir()
    paper.path.write_text("my own words\n", "utf-8")
    assert write(paper) is Fate.KEPT
    assert paper.path.read_text("utf-8") == "my own words\n"


def test_an_identical_leftover_is_adopted_and_not_written_again(paper: Paper) -> None:
    paper.path.parent.mkdir()
    paper.path.write_bytes(paper.text.encode())
    before = paper.path.stat()
    assert write(paper) is Fate.SAME
    after = paper.path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_letter_that_nobody_changed_is_replaced_by_its_new_text(paper: Paper) -> None:
    write(paper)
    new = Paper(paper.path, "Dear Ann,\n")
    assert write(new, was=paper.digest) is Fate.WRITTEN
    assert paper.path.read_text("utf-8") == "Dear Ann,\n"


def test_a_letter_that_a_person_changed_is_kept_when_its_text_is_new(paper: Paper) -> None:
    write(paper)
    paper.path.write_text("Dear Jo,\n", "utf-8")
    assert write(Paper(paper.path, "Dear Ann,\n"), was=paper.digest) is Fate.KEPT
    assert paper.path.read_text("utf-8") == "Dear Jo,\n"


def test_a_letter_whose_file_is_gone_is_written_again(paper: Paper) -> None:
    write(paper)
    paper.path.unlink()
    assert write(paper, was=paper.digest) is Fate.WRITTEN
    assert paper.path.is_file()


def test_a_letter_that_already_has_its_new_text_stays(paper: Paper) -> None:
    write(paper)
    assert write(paper, was=digest("an older text")) is Fate.SAME


# ---- removing -------------------------------------------------------------------------------------------


def test_a_letter_that_nobody_changed_is_removed_with_its_empty_folder(paper: Paper) -> None:
    write(paper)
    assert remove_unchanged(paper.path, paper.digest) is True
    assert not paper.path.parent.exists()


def test_a_folder_that_holds_something_else_stays(paper: Paper) -> None:
    write(paper)
    other = paper.path.with_name("0002-other.md")
    other.write_text("other", "utf-8")
    assert remove_unchanged(paper.path, paper.digest) is True
    assert list(paper.path.parent.iterdir()) == [other]


def test_a_letter_that_a_person_changed_is_not_removed(paper: Paper) -> None:
    write(paper)
    paper.path.write_text("my own words\n", "utf-8")
    assert remove_unchanged(paper.path, paper.digest) is False
    assert paper.path.read_text("utf-8") == "my own words\n"


def test_a_letter_that_is_gone_is_not_removed(paper: Paper) -> None:
    assert remove_unchanged(paper.path, paper.digest) is False
    paper.path.parent.mkdir()
    assert remove_unchanged(paper.path, paper.digest) is False
    assert paper.path.parent.is_dir()
