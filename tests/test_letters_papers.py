"""Papers: files named safely, and never written over what a person changed."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.errors import FileError
from mtep_outreach.letters.papers import Fate, Paper, file_name, put, text_of, together


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


TEXT, OLD, MINE = "Dear José Núñez,\n", "Dear friend,\n", "My own words.\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "letters" / "2024-05-24" / "0001-amte.md"


@pytest.mark.parametrize(
    ("there", "paper", "fate", "then"),
    [
        pytest.param(None, (TEXT, None), Fate.WRITTEN, TEXT, id="a new letter is written"),
        pytest.param(TEXT, (TEXT, None), Fate.SAME, TEXT, id="an identical leftover is adopted"),
        pytest.param(MINE, (TEXT, None), Fate.KEPT, MINE, id="a file of another text is kept"),
        pytest.param(OLD, (TEXT, OLD), Fate.WRITTEN, TEXT, id="a letter that nobody changed gets its new text"),
        pytest.param(MINE, (TEXT, OLD), Fate.KEPT, MINE, id="a letter that a person changed is kept"),
        pytest.param(None, (TEXT, OLD), Fate.WRITTEN, TEXT, id="a letter that is gone is written again"),
        pytest.param(TEXT, (None, TEXT), Fate.WRITTEN, None, id="a letter that is taken back is removed"),
        pytest.param(MINE, (None, TEXT), Fate.KEPT, MINE, id="one that a person changed is not removed"),
        pytest.param(None, (None, TEXT), Fate.SAME, None, id="one that is gone need not be removed"),
        pytest.param(TEXT.replace("\n", "\r\n"), (None, TEXT), Fate.KEPT, TEXT, id="other line ends are a change"),
    ],
)
def test_what_becomes_of_a_letters_file(
    path: Path, there: str | None, paper: tuple[str | None, str | None], fate: Fate, then: str | None
) -> None:
    if there is not None:
        path.parent.mkdir(parents=True)
        path.write_bytes(there.encode())
    assert put(Paper(path, *paper)) is fate
    assert (path.read_bytes().decode().replace("\r\n", "\n") if path.exists() else None) == then


def test_a_letter_is_written_as_utf_8_with_line_feeds(path: Path) -> None:
    put(Paper(path, TEXT))
    assert path.read_bytes() == TEXT.encode()


def test_the_folder_goes_with_its_last_letter_and_stays_with_anything_else(path: Path) -> None:
    put(Paper(path, TEXT))
    (path.parent / "mine.txt").touch()
    put(Paper(path, None, TEXT))
    assert path.parent.exists()
    (path.parent / "mine.txt").unlink()
    put(Paper(path, TEXT))
    put(Paper(path, None, TEXT))
    assert not path.parent.exists()


def test_a_folder_in_the_place_of_a_letter_is_refused(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(FileError):
        put(Paper(path, TEXT))
    with pytest.raises(FileError):
        text_of(path)


def test_a_file_that_is_no_text_is_one_that_a_person_changed(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff\xfe")
    assert put(Paper(path, TEXT, OLD)) is Fate.KEPT


@pytest.mark.parametrize("error", [KeyboardInterrupt, FileError("x", "full", "y")])
def test_when_the_block_fails_every_file_is_as_it_was(
    tmp_path: Path, error: BaseException | type[BaseException]
) -> None:
    (tmp_path / "old.md").write_text(OLD, "utf-8")
    (tmp_path / "mine.md").write_text(MINE, "utf-8")
    papers = [
        Paper(tmp_path / "old.md", TEXT, OLD), Paper(tmp_path / "new.md", TEXT), Paper(tmp_path / "mine.md", TEXT, OLD),
    ]  # fmt: skip
    with pytest.raises((KeyboardInterrupt, FileError)), together(papers) as fates:
        assert fates == [Fate.WRITTEN, Fate.WRITTEN, Fate.KEPT]
        assert (tmp_path / "old.md").read_text("utf-8") == TEXT
        raise error
    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == {"old.md": OLD, "mine.md": MINE}


def test_when_one_letter_cannot_be_written_those_before_it_go_again(tmp_path: Path) -> None:
    (tmp_path / "blocked.md").mkdir()
    papers = [Paper(tmp_path / "first.md", TEXT), Paper(tmp_path / "blocked.md", TEXT)]
    with pytest.raises(FileError), together(papers):
        pytest.fail("the block must not run")
    assert [path.name for path in tmp_path.iterdir()] == ["blocked.md"]
