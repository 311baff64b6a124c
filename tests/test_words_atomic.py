"""Files written whole: the new content, or the old one and nothing else."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from mtep_outreach.atomic import make_folder, reason_of, write_whole
from mtep_outreach.errors import FileError

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")


def below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.parametrize("content", [b"", b"text\r\n", bytes(range(256)), b"x" * 3_000_000])
def test_a_file_holds_exactly_what_was_written_and_nothing_is_left_beside_it(tmp_path: Path, content: bytes) -> None:
    write_whole(tmp_path / "file", content)
    assert (tmp_path / "file").read_bytes() == content
    assert below(tmp_path) == ["file"]


def test_a_file_is_replaced_by_a_shorter_one_as_a_whole(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", b"a long text")
    write_whole(tmp_path / "file", b"short")
    assert (tmp_path / "file").read_bytes() == b"short"
    assert below(tmp_path) == ["file"]


def test_missing_folders_are_made(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b" / "file", b"x")
    assert below(tmp_path) == ["a", "a/b", "a/b/file"]


@pytest.mark.parametrize("name", ["ö" * 100, ".hidden", "a b", "-x", "x" * 250])
def test_any_name_that_the_system_takes_can_be_written(tmp_path: Path, name: str) -> None:
    write_whole(tmp_path / name, b"x")
    assert below(tmp_path) == [name]


@POSIX
@pytest.mark.usefixtures("usual_umask")
def test_only_its_owner_may_read_a_file_even_where_others_could_before(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o644)
    write_whole(path, b"new")
    assert mode(path) == 0o600


@POSIX
@pytest.mark.usefixtures("usual_umask")
def test_only_its_owner_may_enter_any_folder_that_was_made(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    assert (mode(tmp_path / "a"), mode(tmp_path / "a" / "b")) == (0o700, 0o700)


@POSIX
def test_a_folder_that_is_there_keeps_its_permissions(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_folder(tmp_path)
    write_whole(tmp_path / "file", b"x")
    assert mode(tmp_path) == 0o755


def test_a_folder_in_the_place_of_the_file_is_refused_and_kept_with_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "kept").write_bytes(b"kept")
    with pytest.raises(FileError) as refusal:
        write_whole(target, b"new")
    assert refusal.value.message.startswith(f"{target}: ")
    assert refusal.value.hint
    assert below(tmp_path) == ["target", "target/kept"]


@pytest.mark.parametrize("inner", ["file", "a/file", "a/b/file"])
def test_a_path_below_a_file_is_refused_and_the_file_is_kept(tmp_path: Path, inner: str) -> None:
    blocking = tmp_path / "blocking"
    blocking.write_bytes(b"kept")
    with pytest.raises(FileError):
        write_whole(blocking / inner, b"new")
    assert blocking.read_bytes() == b"kept"
    assert below(tmp_path) == ["blocking"]


@POSIX
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="root may write into any folder")
def test_a_read_only_folder_is_refused_and_the_old_content_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file").write_bytes(b"old")
    folder.chmod(0o500)
    try:
        with pytest.raises(FileError, match="permission denied"):
            write_whole(folder / "file", b"new")
        assert (folder / "file").read_bytes() == b"old"
        assert below(folder) == ["file"]
    finally:
        folder.chmod(0o700)


def test_a_name_that_the_system_does_not_take_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        write_whole(tmp_path / ("x" * 300), b"new")
    assert below(tmp_path) == []


def test_what_the_system_said_is_told_without_numbers_and_paths(tmp_path: Path) -> None:
    with pytest.raises(OSError) as raised:  # noqa: PT011 - what it says is the matter
        (tmp_path / "none").read_bytes()
    assert reason_of(raised.value) == "no such file or directory"
    assert reason_of(OSError("Disk on fire")) == "disk on fire"
