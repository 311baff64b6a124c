"""Spreadsheets: what stands in a file is read with its lines, and nothing that is written runs as a formula."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mtep_outreach.errors import FileError, UnreadableTableError
from mtep_outreach.files.spreadsheets import Sheet, csv_text, read_csv, safe_cell
from mtep_outreach.tables import Column, Table

Reading = Callable[[bytes | str], Sheet]


@pytest.fixture
def read(tmp_path: Path) -> Reading:
    def reading(content: bytes | str) -> Sheet:
        path = tmp_path / "nominations.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_csv(path)

    return reading


def found(sheet: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.line, row.cells) for row in sheet.rows]


# ---- in: what is read -----------------------------------------------------------------------------------


def test_rows_have_the_header_and_the_lines_they_begin_on(read: Reading) -> None:
    sheet = read("name,state\nAMTE,\nLee County,AL\n")
    assert sheet.columns == ("name", "state")
    assert found(sheet) == [(2, ("AMTE", "")), (3, ("Lee County", "AL"))]
    assert sheet.problems == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", [True, False])
def test_a_byte_order_mark_and_any_line_end_make_no_difference(
    read: Reading, end: str, mark: str, *, last: bool
) -> None:
    sheet = read(f"{mark}name,city{end}Álgebra,Auburn{end}AMTE,{end if last else ''}")
    assert sheet.columns == ("name", "city")
    assert found(sheet) == [(2, ("Álgebra", "Auburn")), (3, ("AMTE", ""))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_breaks_inside_quotes_belong_to_the_cell_and_are_counted(read: Reading, end: str) -> None:
    sheet = read(end.join(["name,note", 'A,"one', "two", 'three"', "B,x", 'C,"y', 'z"', "D,"]))
    assert [row.line for row in sheet.rows] == [2, 5, 6, 8]
    assert sheet.rows[0].cells == ("A", end.join(["one", "two", "three"]))


def test_blank_lines_are_passed_over_and_counted(read: Reading) -> None:
    sheet = read("\n,,\nname,state\n\n  , \nA,AL\n\n\nB,AK\n\n")
    assert sheet.columns == ("name", "state")
    assert found(sheet) == [(6, ("A", "AL")), (9, ("B", "AK"))]
    assert sheet.problems == []


def test_a_short_row_has_empty_cells_at_its_end(read: Reading) -> None:
    assert found(read("name,state,city\nA\nB,AL\n")) == [(2, ("A", "", "")), (3, ("B", "AL", ""))]


def test_a_row_that_is_longer_by_empty_cells_fits(read: Reading) -> None:
    sheet = read("name,state\nA,AL,, \n")
    assert found(sheet) == [(2, ("A", "AL"))]
    assert sheet.problems == []


def test_rows_that_are_too_long_are_problems_with_their_lines_and_the_others_are_read(read: Reading) -> None:
    sheet = read('name,state\n"A\nB",AL,x\nC,AL\nSmith, Bo,AL,\n')
    assert found(sheet) == [(4, ("C", "AL"))]
    assert [str(problem) for problem in sheet.problems] == [
        "nominations.csv, line 2: it has 3 cells, but the header has 2",
        "nominations.csv, line 5: it has 4 cells, but the header has 2",
    ]


def test_cells_and_headers_are_trimmed_and_a_header_is_one_line(read: Reading) -> None:
    sheet = read(" Organization , State\n A ,  AL \n")
    assert sheet.columns == ("Organization", "State")
    assert found(sheet) == [(2, ("A", "AL"))]
    assert read('"Name of the\norganization",x\nA,b\n').columns == ("Name of the organization", "x")


def test_a_comma_a_quotation_mark_and_any_letter_can_stand_in_a_cell(read: Reading) -> None:
    sheet = read('name,note\n"Smith, Bo","He said ""yes"" ✓"\n')
    assert found(sheet) == [(2, ("Smith, Bo", 'He said "yes" ✓'))]


def test_a_column_without_a_name_is_called_by_its_number_and_empty_ones_at_the_end_are_none(read: Reading) -> None:
    sheet = read("name,,state,,\nA,b,AL,,\n")
    assert sheet.columns == ("name", "column 2", "state")
    assert found(sheet) == [(2, ("A", "b", "AL"))]


def test_a_header_alone_is_a_table_without_rows(read: Reading) -> None:
    sheet = read("name,state\n")
    assert (sheet.columns, sheet.rows, sheet.problems) == (("name", "state"), [], [])


def test_a_cell_may_have_a_million_characters(read: Reading) -> None:
    assert len(read("name\n" + "x" * 1_000_000).rows[0].cells[0]) == 1_000_000


# ---- in: what is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"\n \n,,\n", "it is empty"),
        (b"\xef\xbb\xbf", "it is empty"),
        (b"name,state,name\nA,AL,b\n", "2 columns are called 'name'"),
        (b'x,na  me,na me," na\nme"\n', "3 columns are called 'na me'"),
        (b"name\0,state\nA,AL\n", "it is not a text file"),
        ("name,state\nA,AL\n".encode("utf-16"), "it is not a text file"),
        ("name,state\nA,AL\n".encode("utf-16-le"), "it is not a text file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "it is not a text file"),
        (b"PK\x03\x04\x14\0\x06\0", "it is an Excel workbook"),
        (b"name\nAMTE\nJos\xe9\n", "it is not UTF-8 (line 3)"),
        (b"\xe9\n", "it is not UTF-8 (line 1)"),
        (b"name\r\nAMTE\r\n\r\nJos\xe9\r\n", "it is not UTF-8 (line 4)"),
        (b"name\rAMTE\rJos\xe9\r", "it is not UTF-8 (line 3)"),
        (b"\xef\xbb\xbfname\nAMTE\n\xe9\n", "it is not UTF-8 (line 3)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_holds_no_table_is_refused_with_the_reason(read: Reading, content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableTableError) as refusal:
        read(content)
    assert refusal.value.message.endswith(f"nominations.csv cannot be imported: {reason}.")
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('name\nA\n"never closed\n', 3),
        ('name\nA\n"B" C\nD\n', 3),
        ("name\nA\n" + "x" * 1_000_001, 3),
    ],
    ids=["an open quotation", "text after a quotation", "too large a cell"],
)
def test_a_row_that_cannot_be_read_is_refused_near_its_line(read: Reading, content: str, line: int) -> None:
    with pytest.raises(UnreadableTableError) as refusal:
        read(content)
    assert f"cannot be imported: near line {line}, " in refusal.value.message
    assert refusal.value.hint == "Mend that line."


def test_a_quotation_that_swallows_the_rest_of_a_file_is_refused_and_not_one_large_cell(read: Reading) -> None:
    with pytest.raises(UnreadableTableError, match="near line"):
        read('name,note\nA,"x\n' + "B,y\n" * 400_000 + 'C,z"\n')


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError) as refusal:
        read_csv(tmp_path / "none.csv")
    assert refusal.value.message == f"{tmp_path / 'none.csv'}: there is no such file."


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"is a directory|permission denied"):
        read_csv(tmp_path)


def test_a_path_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileError):
        read_csv(tmp_path / "file" / "x.csv")


@given(
    content=st.one_of(st.binary(), st.text().map(str.encode), st.text(st.sampled_from('ab,"\n\r\0;= ')).map(str.encode))
)
def test_any_bytes_are_a_table_or_refused_as_none(folder: Path, content: bytes) -> None:
    path = folder / "any.csv"
    path.write_bytes(content)
    try:
        sheet = read_csv(path)
    except UnreadableTableError:
        return
    assert sheet.columns
    assert {len(row.cells) for row in sheet.rows} <= {len(sheet.columns)}
    lines = [row.line for row in sheet.rows]
    assert lines == sorted(set(lines))


# ---- out ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sheets")


def table(*values: object) -> Table:
    columns = [Column("name", "Name"), Column("note", "Note", aside=True)]
    return Table(columns, [{"name": f"row {number}", "note": value} for number, value in enumerate(values)])


def test_a_table_is_written_with_every_column_under_its_key_and_line_feeds() -> None:
    values = ["x", None, True, False, 7, ["a", "b"], 'say "x", y', "one\ntwo"]
    assert csv_text(table(*values)) == (
        "name,note\n"
        "row 0,x\n"
        "row 1,\n"
        "row 2,yes\n"
        "row 3,no\n"
        "row 4,7\n"
        'row 5,"a, b"\n'
        'row 6,"say ""x"", y"\n'
        'row 7,"one\ntwo"\n'
    )


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "-"])
def test_a_cell_that_a_spreadsheet_could_run_begins_with_an_apostrophe(formula: str) -> None:
    assert safe_cell(formula) == f"'{formula}"
    assert csv_text(table(formula)).startswith(("name,note\nrow 0,'", "name,note\nrow 0,\"'"))


@pytest.mark.parametrize("text", ["", "AMTE", "1-2", "a=b", "x@example.org", "'tis", "'", "#1", "(−1)"])
def test_a_cell_that_no_spreadsheet_runs_is_written_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


FORMULA_LIKE = st.sampled_from(["=", "+", "-", "@", "'", "'=", "''=", "'-", '"', ",", ""])
PRINTABLE = st.builds(
    str.__add__, FORMULA_LIKE, st.text(st.one_of(st.characters(exclude_categories=["C", "Zl", "Zp"]), st.just("\n")))
)


@given(texts=st.lists(PRINTABLE, max_size=4))
@example(texts=["'=1+1"])
@example(texts=["''-"])
def test_what_is_written_is_read_back_the_same(folder: Path, texts: list[str]) -> None:
    path = folder / "written.csv"
    path.write_bytes(csv_text(table(*texts)).encode())
    sheet = read_csv(path)
    assert sheet.columns == ("name", "note")
    assert [row.cells for row in sheet.rows] == [(f"row {number}", text.strip()) for number, text in enumerate(texts)]
    assert sheet.problems == []


@given(text=st.text())
def test_no_written_cell_begins_as_a_formula(text: str) -> None:
    for row in csv.reader(io.StringIO(csv_text(table(text)), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
