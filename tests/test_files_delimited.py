"""CSV and its relatives: whatever program a list comes from, its letters, delimiters and lines are understood."""

import codecs
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mtep_outreach.errors import FileError, MtepError, Problem, UnknownWordError, UnreadableTableError
from mtep_outreach.files.sheets import Sheet, SheetRow, read
from mtep_outreach.files.spreadsheets import csv_text
from mtep_outreach.tables import Column, Table

Reading = Callable[..., Sheet]


def is_header(cells: Sequence[str]) -> bool:
    return len({"name", "state", "email", "nombre"} & {cell.lower() for cell in cells}) > 1


@pytest.fixture
def one(tmp_path: Path) -> Reading:
    def reading(content: bytes | str, **said: str) -> Sheet:
        path = tmp_path / "list.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (sheet,) = read(path, is_header, **said)
        return sheet

    return reading


def found(sheet: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.line, row.cells) for row in sheet.rows() if isinstance(row, SheetRow)]


def problems(sheet: Sheet) -> list[str]:
    return [str(row) for row in sheet.rows() if isinstance(row, Problem)]


def refusal(one: Reading, content: bytes | str, **said: str) -> UnreadableTableError:
    with pytest.raises(UnreadableTableError) as raised:
        one(content, **said)
    assert raised.value.hint
    return raised.value


# ---- letters --------------------------------------------------------------------------------------------

US = "name,state\nUniversité de José,AL\nMuñoz’s “School” – 5 €,TX\n"
JAPANESE = "name,email\n山田 太郎,t@example.jp\nジョン・スミス,j@example.jp\n佐藤、次郎,s@example.jp\n"
ENGLISH = "name,state\nAuburn University,AL\nTexas State,TX\n"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (US, "utf-8", "UTF-8"),
        (US, "utf-8-sig", "UTF-8"),
        (US, "utf-16", "UTF-16"),
        (US, "utf-16-le", "UTF-16"),
        (US, "utf-16-be", "UTF-16"),
        (US, "utf-32", "UTF-32"),
        (US, "cp1252", "Windows-1252"),
        ("name,state\nJosé Peña,AL\nIt’s the Lycée,TX\n", "mac-roman", "Mac Roman"),
        (JAPANESE, "cp932", "Shift-JIS"),
        (JAPANESE, "utf-8", "UTF-8"),
        (JAPANESE, "utf-16", "UTF-16"),
        (ENGLISH, "ascii", "UTF-8"),
    ],
)
def test_the_coding_of_letters_is_recognised(one: Reading, text: str, codec: str, name: str, end: str) -> None:
    sheet = one(text.replace("\n", end).encode(codec))
    assert sheet.kind == f"CSV ({name}, commas)"
    assert found(sheet) == [(number, tuple(line.split(","))) for number, line in enumerate(text.splitlines()[1:], 2)]


def test_utf_16_of_the_other_order_is_read_by_its_mark(one: Reading) -> None:
    assert found(one(codecs.BOM_UTF16_BE + US.encode("utf-16-be"))) == found(one(US))


@pytest.mark.parametrize(
    "text",
    [
        "name,state\n“The” school’s café,AL\n",
        "name,state\nSão Paulo,AL\nGonçalves Conceição,TX\n",
        "name,state\nÁÉÍ Ltd,AL\n",
        "name,state\n“A”,AL\nJosé ran,TX\n",
        "name,state\nit’s Zoë’s naïve façade,AL\n",
        "name,state\nDe Paul – Chicago—Loop™,IL\n",
        "name,state\nGrößenwahn Übung,AL\n",
    ],
)
def test_western_letters_are_never_taken_for_japanese_ones(one: Reading, text: str) -> None:
    sheet = one(text.encode("cp1252"))
    assert sheet.kind == "CSV (Windows-1252, commas)"
    assert found(sheet)[0][1][0] == text.splitlines()[1].split(",")[0]


def test_letters_far_from_the_beginning_count_too(one: Reading) -> None:
    plain = "name,state\n" + "Auburn University,AL\n" * 100_000
    sheet = one(plain.encode() + "José,TX\n".encode("cp1252"))
    assert (sheet.kind, found(sheet)[-1]) == ("CSV (Windows-1252, commas)", (100_002, ("José", "TX")))


@pytest.mark.parametrize("codec", ["koi8-r", "euc-jp", "big5", "cp1251"])
def test_a_coding_that_cannot_be_recognised_is_refused_and_can_be_named(one: Reading, codec: str) -> None:
    words = {"euc-jp": "日本数学教育学会", "big5": "臺灣數學教育學會"}.get(codec, "Московский университет")
    content = f"name,state\nAuburn,AL\n{words},TX\n".encode(codec)
    said = refusal(one, content)
    assert "its letters are coded in an unknown way (line 3)" in said.message
    assert "--encoding" in said.hint
    assert found(one(content, encoding=codec))[1][1] == (words, "TX")


def test_an_encoding_that_is_given_is_taken_and_refused_by_its_name_where_it_does_not_fit(one: Reading) -> None:
    content = "name,state\nA,AL\nJosé,TX\n".encode("cp1252")
    assert found(one(content, encoding="latin-1"))[1][1][0] == "José"
    assert one(content, encoding="windows-1252").kind == "CSV (Windows-1252, commas)"
    assert "it is not utf-8 (line 3)" in refusal(one, content, encoding="utf-8").message
    assert "it is not utf-16 (line " in refusal(one, content, encoding="utf-16").message
    assert found(one("\ufeffname,state\nA,AL\n", encoding="UTF-8")) == [(2, ("A", "AL"))]
    assert found(one(JAPANESE.encode("shift_jis"), encoding="Shift_JIS"))[0][1][0] == "山田 太郎"


@pytest.mark.parametrize("encoding", ["utf-9", "base64", "rot13", "", "idna\0", "undefined"])
def test_what_is_no_encoding_is_refused_as_one(one: Reading, encoding: str) -> None:
    with pytest.raises(UnknownWordError, match="is not an encoding"):
        one("name,state\n", encoding=encoding)


def test_what_begins_as_utf_8_and_is_not_is_refused_with_the_line(one: Reading) -> None:
    content = b"\xef\xbb\xbfname,state\r\nA,AL\r\nJos\xe9,TX\r\n"
    assert "it is not the UTF-8 that it begins as (line 3)" in refusal(one, content).message


@pytest.mark.parametrize("content", [b"name\0,state\nA,AL\n", b"\x01\x02\x03\x04", b"\0", bytes(range(256))])
def test_what_is_no_text_is_refused(one: Reading, content: bytes) -> None:
    assert "it is not a text file" in refusal(one, content).message


def test_a_nul_far_from_the_beginning_is_refused_with_its_line(one: Reading) -> None:
    content = b"name,state\n" + b"A,AL\n" * 400_000 + b"B\0,TX\n"
    assert "line 400002 holds a NUL" in refusal(one, content).message


# ---- delimiters and lines -------------------------------------------------------------------------------


@pytest.mark.parametrize(("sign", "name"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_the_delimiter_is_the_one_that_makes_rows_as_wide_as_the_header(one: Reading, sign: str, name: str) -> None:
    rows = [["name", "state", "note"], ["Lee", "AL", '"a, b; c|d\te"'], ['"Smith, Bo; Sons"', "TX", '"1,5"']]
    sheet = one("\n".join(sign.join(row) for row in rows))
    assert sheet.kind == f"CSV (UTF-8, {name})"
    assert found(sheet)[1][1] == ("Smith, Bo; Sons", "TX", "1,5")


def test_commas_in_every_row_do_not_hide_semicolons(one: Reading) -> None:
    sheet = one("Organisation;Ort\nMüller, Bo;Köln\nMeier, Jo;Bonn\nAdam, Al;Ulm\n")
    assert (sheet.columns, sheet.kind) == (("Organisation", "Ort"), "CSV (UTF-8, semicolons)")


def test_a_column_of_names_with_commas_is_one_column(one: Reading) -> None:
    assert found(one('Organization\n"Alabama, University of"\nAuburn\n')) == [
        (2, ("Alabama, University of",)),
        (3, ("Auburn",)),
    ]


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"'])
def test_excels_line_about_the_delimiter_is_believed_and_is_no_row(one: Reading, first: str) -> None:
    sheet = one(f"{first}\r\nname;x,y\r\nA;1,5\r\n")
    assert (sheet.columns, found(sheet), sheet.notes) == (("name", "x,y"), [(3, ("A", "1,5"))], ())


@pytest.mark.parametrize("said", ["semicolon", "semicolons", ";", " Semicolon"])
def test_a_delimiter_that_is_given_wins(one: Reading, said: str) -> None:
    assert one("name,state;x\nA,AL;y\n", delimiter=said).columns == ("name,state", "x")


def test_a_tab_can_be_given(one: Reading) -> None:
    assert one("name\tx,y\n", delimiter="\\t").columns == ("name", "x,y")


@pytest.mark.parametrize("said", ["", "colon;", "a", '"', "\n"])
def test_what_is_no_delimiter_is_refused_as_one(one: Reading, said: str) -> None:
    with pytest.raises(UnknownWordError, match="is not a delimiter"):
        one("name,state\n", delimiter=said)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_breaks_in_quotes_belong_to_the_cell_and_lines_are_counted_as_an_editor_does(
    one: Reading, end: str
) -> None:
    sheet = one(end.join(["name,state", 'A,"one', "two", 'three"', "B,x", 'C,"y', 'z"', "D,"]))
    assert [line for line, _ in found(sheet)] == [2, 5, 6, 8]
    assert found(sheet)[0][1] == ("A", end.join(["one", "two", "three"]))


def test_line_ends_may_be_mixed(one: Reading) -> None:
    assert found(one("name,state\r\nA,AL\nB,TX\rC,AK\r\n\nD,OH")) == [
        (2, ("A", "AL")), (3, ("B", "TX")), (4, ("C", "AK")), (6, ("D", "OH")),
    ]  # fmt: skip


# ---- rows -----------------------------------------------------------------------------------------------


def test_short_rows_are_filled_up_long_ones_are_problems_and_blank_ones_nothing(one: Reading) -> None:
    sheet = one("name,state,city\nA\n\n , ,\nB,AL,x,, \nC,AL,x,y,\nD,AL,z\n")
    assert found(sheet) == [(2, ("A", "", "")), (5, ("B", "AL", "x")), (7, ("D", "AL", "z"))]
    assert problems(sheet) == ["list.csv, line 6: it has 5 cells, but the header has 3"]


def test_rows_can_be_read_again_and_in_part(one: Reading) -> None:
    sheet = one("name,state\nA,AL\nB,TX\n")
    assert isinstance(first := next(sheet.rows()), SheetRow)
    assert first.cells == ("A", "AL")
    assert found(sheet) == found(sheet) == [(2, ("A", "AL")), (3, ("B", "TX"))]
    assert sheet.unit == "line"


def test_the_apostrophe_of_a_safe_cell_is_taken_off_and_no_other(one: Reading) -> None:
    sheet = one("name,state\n'=1+1,'-\n'tis,''+x\n'@x,a'b\n")
    assert [cells for _, cells in found(sheet)] == [("=1+1", "-"), ("'tis", "'+x"), ("@x", "a'b")]


def test_columns_without_a_name_are_numbered_and_those_at_the_end_count_where_something_stands(one: Reading) -> None:
    assert one("name,,state,,\nA,b,AL,,\n").columns == ("name", "column 2", "state")
    sheet = one("name,state,,\nA,AL,x,\nB,TX\n")
    assert (sheet.columns, found(sheet)) == (
        ("name", "state", "column 3"),
        [(2, ("A", "AL", "x")), (3, ("B", "TX", ""))],
    )


# ---- quotation marks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('name,state\nA,AL\n"never closed\n', "a quotation mark in the row that begins on line 3 is never closed"),
        ('name,state\nA,"one\ntwo"\n"B" C,AL\nD\n', "on line 4, text follows a closing quotation mark"),
        ("name,state\nA,AL\n" + "x" * 1_000_001, "a cell of line 3 has more than 1,000,000 characters"),
        ('name,state\nA,"x\n' + "B,y\n" * 400_000, "a cell of line 2 has more than 1,000,000 characters"),
    ],
    ids=["open", "text after it", "large cell", "open in a large file"],
)
def test_a_quotation_mark_that_is_wrong_is_refused_with_its_line(one: Reading, content: str, reason: str) -> None:
    said = refusal(one, content)
    assert reason in said.message
    assert "quotation mark in a cell is doubled" in said.hint


def test_rows_that_a_forgotten_quotation_mark_swallowed_are_a_problem_and_not_one_cell(one: Reading) -> None:
    sheet = one('name,state,city\nA,AL,"x\nB,TX,y\nC,OH,z\nD,AK,"\nE,FL,t\n')
    assert problems(sheet) == ["list.csv, line 2: a quotation mark opens here and closes on line 5, with rows between"]
    assert found(sheet) == [(6, ("E", "FL", "t"))]


def test_an_address_of_several_lines_is_no_swallowed_row(one: Reading) -> None:
    sheet = one('name,state,note\nA,AL,"Box 1\nAuburn, AL, USA\nEnd"\n')
    assert (len(found(sheet)), problems(sheet)) == (1, [])


# ---- limits ---------------------------------------------------------------------------------------------


def test_a_cell_may_have_a_million_characters(one: Reading) -> None:
    assert len(found(one("name,state\nA," + "x" * 1_000_000))[0][1][1]) == 1_000_000


def test_a_million_columns_are_refused_by_their_number(one: Reading) -> None:
    assert "it has 1,000,001 columns" in refusal(one, "c," * 1_000_000 + "\n").message


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"a," * 12_000_000, "line 1 has more than 10,000 columns"),
     (b"name,state\nA," + b"x" * 20_000_000, "line 2 has more than 10,000,000 characters")],
    ids=["columns", "one cell"],
)  # fmt: skip
def test_a_line_without_end_is_refused_in_little_memory(one: Reading, content: bytes, reason: str) -> None:
    tracemalloc.start()
    try:
        assert reason in refusal(one, content).message
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_many_rows_take_no_more_memory_than_few(one: Reading) -> None:
    content = b"name,state\n" + b"Auburn University at Montgomery,AL\n" * 60_000
    tracemalloc.start()
    try:
        sheet = one(content)
        del content
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        assert sum(1 for _ in sheet.rows()) == 60_000
        assert tracemalloc.get_traced_memory()[1] - before < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_file_of_more_than_a_gigabyte_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.write(b"name,state\n")
        file.truncate(1_000_000_001)  # a hole: it takes no room on the disk
    with pytest.raises(UnreadableTableError, match="it is larger than 1,000 MB"):
        read(path, is_header)


@pytest.mark.parametrize("content", [b"", b"\n \n,,\n", b"\xef\xbb\xbf", b"\xff\xfe", b"sep=;\n"])
def test_what_holds_nothing_is_refused_as_empty(one: Reading, content: bytes) -> None:
    assert "it is empty" in refusal(one, content).message


def test_a_header_alone_is_a_table_without_rows(one: Reading) -> None:
    assert found(one("name,state\n")) == []


def test_a_file_that_is_gone_when_its_rows_are_read_is_refused(one: Reading) -> None:
    sheet = one("name,state\nA,AL\n")
    sheet.path.unlink()
    with pytest.raises(FileError, match="no such file"):
        list(sheet.rows())


# ---- anything -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sheets")


SIGNS = st.text(st.sampled_from('ab,"\n\r\0;= \t|é’山,[{<'))


@given(
    content=st.one_of(
        st.binary(),
        st.text().map(str.encode),
        SIGNS.map(str.encode),
        SIGNS.map(lambda text: text.encode("cp932", "replace")),
        SIGNS.map(lambda text: f"name,state\n{text}".encode("utf-16")),
    )
)
@example(content=b'"sep=,"')
@example(content=b"{}")
def test_any_bytes_are_tables_or_refused_as_none(folder: Path, content: bytes) -> None:
    path = folder / "any.csv"
    path.write_bytes(content)
    try:
        sheets = read(path, is_header)
    except MtepError:
        return
    for sheet in sheets:
        assert len(set(sheet.columns)) == len(sheet.columns) > 0
        rows = list(sheet.rows())
        assert all(len(row.cells) == len(sheet.columns) for row in rows if isinstance(row, SheetRow))
        lines = [row.line for row in rows]
        assert lines == sorted(set(lines))


PRINTABLE = st.builds(
    str.__add__,
    st.sampled_from(["=", "+", "-", "@", "'", "'=", "''=", "'-", '"', ",", ""]),
    st.text(st.one_of(st.characters(exclude_categories=["C", "Zl", "Zp"]), st.just("\n"))),
)


@given(texts=st.lists(PRINTABLE, max_size=4))
@example(texts=["'=1+1"])
@example(texts=["''-"])
@example(texts=["'\n"])
def test_what_is_written_as_csv_is_read_back_the_same(folder: Path, texts: list[str]) -> None:
    columns = [Column("name", "Name"), Column("state", "State")]
    table = Table(columns, [{"name": f"row {number}", "state": text} for number, text in enumerate(texts)])
    path = folder / "written.csv"
    path.write_bytes(csv_text(table).encode())
    (sheet,) = read(path, is_header, delimiter=",")
    assert sheet.columns == ("name", "state")
    assert [row.cells for row in sheet.rows() if isinstance(row, SheetRow)] == [
        (f"row {number}", text.strip()) for number, text in enumerate(texts)
    ]
