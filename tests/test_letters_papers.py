"""Papers: files named safely, and never written over what a person changed."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.errors import FileError
from mtep_outreach.letters.papers import (
    NOTE,
    PACKETS,
    Fate,
    Paper,
    Papers,
    content_of,
    digest,
    file_name,
    is_changed,
    known_files,
    stored_files,
)


@pytest.mark.parametrize(
    ("number", "name", "file"),
    [
        (1, "Lee County Schools", "0001-lee-county-schools"),
        (12, "../../etc/passwd", "0012-etc-passwd"),
        (3, "C:\\Windows\\CON.txt", "0003-c-windows-con-txt"),
        (4, "/", "0004"),
        (5, "東京大学", "0005"),
        (6, "-rf ~; rm *", "0006-rf-rm"),
        (7, "José Núñez\n\x00.sh", "0007-jose-nunez-sh"),
        (8, "CON", "0008-con"),
        (12345, "AMTE", "12345-amte"),
    ],
)
def test_a_letters_file_is_named_by_the_partners_number_and_what_its_name_leaves(
    number: int, name: str, file: str
) -> None:
    assert file_name(number, name) == file


@given(st.integers(1, 10**9), st.text(st.characters(exclude_categories=[])))
def test_any_name_makes_one_short_file_name_that_every_system_takes(number: int, name: str) -> None:
    file = file_name(number, name)
    assert re.fullmatch(r"[0-9]{4,}(?:-[a-z0-9]+)*", file)
    assert len(file) <= 60


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.text(), st.text())
def test_two_partners_never_share_a_file_name(one: int, other: int, name: str, same_or_not: str) -> None:
    if one != other:
        assert file_name(one, name) != file_name(other, name)
        assert file_name(one, name) != file_name(other, same_or_not)


def test_the_files_of_one_partner_are_told_apart_by_what_is_added() -> None:
    assert file_name(1, "AMTE", "reminder", "2") == "0001-amte-reminder-2"
    assert file_name(4, "/", "thank-you") == "0004-thank-you"
    assert file_name(1, "AMTE", "") == "0001-amte"


# ---- states ---------------------------------------------------------------------------------------------


TEXT, OLD, MINE = "Dear José Núñez,\n".encode(), b"Dear friend,\n", b"My own words.\n"


def put(path: Path, content: bytes | None, was: bytes | None = None) -> Fate:
    """Bring a file to what it is to hold, given what it was given before."""
    with Papers() as papers:
        return papers.put(Paper(path, content, None if was is None else digest(was)))


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
        pytest.param(
            TEXT.replace(b"\n", b"\r\n"), (None, TEXT), Fate.KEPT, TEXT.replace(b"\n", b"\r\n"),
            id="other line ends are a change",
        ),
    ],
)  # fmt: skip
def test_what_becomes_of_a_letters_file(
    path: Path, there: bytes | None, paper: tuple[bytes | None, bytes | None], fate: Fate, then: bytes | None
) -> None:
    if there is not None:
        path.parent.mkdir(parents=True)
        path.write_bytes(there)
    assert put(path, *paper) is fate
    assert content_of(path) == then


def test_a_letter_is_written_byte_for_byte(path: Path) -> None:
    every_byte = bytes(range(256))
    put(path, every_byte)
    assert path.read_bytes() == every_byte


@pytest.mark.parametrize(("content", "was"), [(TEXT, None), (TEXT, OLD), (None, OLD)])
@pytest.mark.parametrize("there", [None, OLD, MINE])
def test_a_rehearsal_changes_no_file(path: Path, there: bytes | None, content: bytes | None, was: bytes | None) -> None:
    if there is not None:
        path.parent.mkdir(parents=True)
        path.write_bytes(there)
    before = sorted(path.parents[2].rglob("*"))
    with pytest.raises(KeyboardInterrupt), Papers(rehearsal=True) as papers:
        papers.put(Paper(path, content, None if was is None else digest(was)))
        raise KeyboardInterrupt
    assert sorted(path.parents[2].rglob("*")) == before
    assert content_of(path) == there


def test_the_folder_goes_with_its_last_letter_and_stays_with_anything_else(path: Path) -> None:
    put(path, TEXT)
    (path.parent / "mine.txt").touch()
    put(path, None, TEXT)
    assert path.parent.exists()
    (path.parent / "mine.txt").unlink()
    put(path, TEXT)
    put(path, None, TEXT)
    assert not path.parent.exists()


def test_the_note_beside_drafts_goes_with_the_last_of_them_and_not_before(path: Path) -> None:
    other = path.with_name("0002-other.eml")
    put(path, TEXT)
    put(other, OLD)
    (path.parent / NOTE).touch()
    put(path, None, TEXT)
    assert (path.parent / NOTE).exists()
    put(other, None, OLD)
    assert not path.parent.exists()


def test_a_folder_in_the_place_of_a_letter_is_refused(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(FileError):
        put(path, TEXT)
    with pytest.raises(FileError):
        content_of(path)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is kept from the administrator")
def test_a_letter_that_cannot_be_removed_is_named(path: Path) -> None:
    put(path, TEXT)
    path.parent.chmod(0o500)
    try:
        with pytest.raises(FileError, match=path.name):
            put(path, None, TEXT)
    finally:
        path.parent.chmod(0o700)


def test_a_file_that_is_no_text_is_one_that_a_person_changed(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff\xfe")
    assert put(path, TEXT, OLD) is Fate.KEPT


def test_a_file_is_changed_when_it_holds_something_else_and_not_when_it_is_gone(path: Path) -> None:
    assert not is_changed(path, digest(TEXT))
    put(path, TEXT)
    assert not is_changed(path, digest(TEXT))
    path.write_bytes(MINE)
    assert is_changed(path, digest(TEXT))


def test_what_a_delivery_stores_of_its_files_is_read_back() -> None:
    known = {Path("/tmp/ließ/0001.md"): digest(TEXT), Path('/tmp/"x"/0001.docx'): digest(OLD)}  # noqa: S108
    assert known_files(stored_files(known)) == known
    assert list(known_files(stored_files(known))) == list(known), "the first is the one that is shown"
    assert stored_files({}) is None
    assert known_files(None) == {}


# ---- back again -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [KeyboardInterrupt, FileError("x", "full", "y")])
def test_when_the_block_fails_every_file_is_as_it_was(
    tmp_path: Path, error: BaseException | type[BaseException]
) -> None:
    old, mine, gone = tmp_path / "old.md", tmp_path / "mine.md", tmp_path / "gone.md"
    was = {old: OLD, mine: MINE, gone: OLD}
    for path, content in was.items():
        path.write_bytes(content)
    wanted = [
        Paper(old, TEXT, digest(OLD)), Paper(tmp_path / "new.md", TEXT), Paper(mine, TEXT, digest(OLD)),
        Paper(gone, None, digest(OLD)),
    ]  # fmt: skip
    with pytest.raises((KeyboardInterrupt, FileError)), Papers() as papers:
        assert [papers.put(paper) for paper in wanted] == [Fate.WRITTEN, Fate.WRITTEN, Fate.KEPT, Fate.WRITTEN]
        assert old.read_bytes() == TEXT
        assert not gone.exists()
        raise error
    left = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert left == was


def test_when_the_block_succeeds_the_files_stay(path: Path) -> None:
    with Papers() as papers:
        papers.put(Paper(path, TEXT))
    assert path.read_bytes() == TEXT


def test_a_file_written_twice_goes_back_to_what_it_was_at_first(path: Path) -> None:
    put(path, OLD)
    with pytest.raises(KeyboardInterrupt), Papers() as papers:
        papers.put(Paper(path, TEXT, digest(OLD)))
        papers.put(Paper(path, MINE, digest(TEXT)))
        raise KeyboardInterrupt
    assert path.read_bytes() == OLD


def test_what_a_person_wrote_into_a_file_meanwhile_is_not_taken_back(path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Papers() as papers:
        papers.put(Paper(path, TEXT))
        path.write_bytes(MINE)
        raise KeyboardInterrupt
    assert path.read_bytes() == MINE


def test_when_one_letter_cannot_be_written_those_before_it_go_again(tmp_path: Path) -> None:
    (tmp_path / "blocked.md").mkdir()
    with pytest.raises(FileError), Papers() as papers:
        papers.put(Paper(tmp_path / "first.md", TEXT))
        papers.put(Paper(tmp_path / "blocked.md", TEXT))
    assert [path.name for path in tmp_path.iterdir()] == ["blocked.md"]


def test_the_folders_of_drafts_go_with_the_last_of_them(tmp_path: Path) -> None:
    session = tmp_path / "letters" / "2024-05-24"
    one, other = (session / PACKETS / name / "0001-amte.eml" for name in ("hub", "maria-rivera"))
    put(one, TEXT)
    put(other, TEXT)
    put(one, None, TEXT)
    assert [folder.name for folder in (session / PACKETS).iterdir()] == ["maria-rivera"]
    put(other, None, TEXT)
    assert not session.exists()
    assert session.parent.exists()
