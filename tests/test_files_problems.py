"""The file of rows to be mended."""

import csv
from pathlib import Path

import pytest

from mtep_outreach.errors import FileError
from mtep_outreach.files.problems import ProblemsFile

COLUMNS = ("name", "state")
MORE = [("line", "7"), ("problem", "No such state.")]


def kept(folder: Path, *rows: tuple[str, ...], name: str = "sheet.csv") -> list[str]:
    file = ProblemsFile(folder, name)
    for row in rows:
        file.add(COLUMNS, row, MORE)
    return [path.name for path in file.keep()]


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def test_rows_stand_in_their_own_columns_with_line_and_reason_beside_them(tmp_path: Path) -> None:
    assert kept(tmp_path, ("Acme", "Atlantis"), ("Short",)) == ["sheet.csv.problems.csv"]
    assert table(tmp_path / "sheet.csv.problems.csv") == [
        ["name", "state", "line", "problem"],
        ["Acme", "Atlantis", "7", "No such state."],
        ["Short", "", "7", "No such state."],
    ]


def test_excel_is_told_that_it_is_utf_8(tmp_path: Path) -> None:
    kept(tmp_path, ("José", ""))
    assert (tmp_path / "sheet.csv.problems.csv").read_bytes().startswith(b"\xef\xbb\xbfname")


def test_cells_that_no_column_is_for_stand_at_the_end(tmp_path: Path) -> None:
    file = ProblemsFile(tmp_path, "sheet.csv")
    file.add(COLUMNS, ("Acme", "Inc."), MORE, ("AL", "more"))
    (path,) = file.keep()
    assert table(path)[1] == ["Acme", "Inc.", "7", "No such state.", "AL", "more"]


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    kept(tmp_path, ("=1+1", "'-x"))
    assert table(tmp_path / "sheet.csv.problems.csv")[1][:2] == ["'=1+1", "''-x"]


def test_a_file_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "sheet.csv.problems.csv").write_text("being mended", "utf-8")
    (tmp_path / "sheet.csv.problems-2.csv").mkdir()
    assert kept(tmp_path, ("Acme", "")) == ["sheet.csv.problems-3.csv"]
    assert (tmp_path / "sheet.csv.problems.csv").read_text("utf-8") == "being mended"


def test_the_same_rows_again_make_no_second_file(tmp_path: Path) -> None:
    kept(tmp_path, ("Acme", ""))
    assert kept(tmp_path, ("Acme", "")) == ["sheet.csv.problems.csv"]
    assert kept(tmp_path, ("Other", "")) == ["sheet.csv.problems-2.csv"]
    assert kept(tmp_path, ("Other", "")) == ["sheet.csv.problems-2.csv"]
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("name", ["sheet.csv.problems.csv", "sheet.csv.problems-2.csv", "sheet.csv.problems-17.csv"])
def test_the_problems_of_problems_are_problems_of_the_first_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "sheet.csv.problems.csv").touch()
    assert kept(tmp_path, ("Acme", ""), name=name) == ["sheet.csv.problems-2.csv"]


def test_a_table_with_other_columns_has_a_file_of_its_own(tmp_path: Path) -> None:
    file = ProblemsFile(tmp_path, "book.xlsx")
    file.add(COLUMNS, ("Acme", ""), MORE)
    file.add(("school",), ("Zeta",), MORE)
    file.add(COLUMNS, ("Beta", ""), MORE)
    assert [path.name for path in file.keep()] == ["book.xlsx.problems.csv", "book.xlsx.problems-2.csv"]
    assert [row[0] for row in table(tmp_path / "book.xlsx.problems.csv")] == ["name", "Acme", "Beta"]
    assert [row[0] for row in table(tmp_path / "book.xlsx.problems-2.csv")] == ["school", "Zeta"]


def test_what_is_discarded_leaves_nothing(tmp_path: Path) -> None:
    file = ProblemsFile(tmp_path, "sheet.csv")
    file.add(COLUMNS, ("Acme", ""), MORE)
    file.discard()
    assert list(tmp_path.iterdir()) == []
    assert file.keep() == []


def test_without_problems_there_is_no_file(tmp_path: Path) -> None:
    assert kept(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_takes_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"gone: .*no such file"):
        kept(tmp_path / "gone", ("Acme", ""))
