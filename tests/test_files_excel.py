"""Excel workbooks in: values as a person sees them, and nothing in a file that could do harm."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.errors import MtepError, Problem, UnreadableTableError
from mtep_outreach.files import excel, packages
from mtep_outreach.files.number_formats import rendering
from mtep_outreach.files.sheets import Sheet, SheetRow, read

Cells = Sequence[Any]


def is_header(cells: Sequence[str]) -> bool:
    return len({"name", "state", "email"} & {cell.lower() for cell in cells}) > 1


def found(sheet: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.line, row.cells) for row in sheet.rows() if isinstance(row, SheetRow)]


# ---- as a spreadsheet program writes it -----------------------------------------------------------------


def written(path: Path, fill: Callable[[Any], None], **options: Any) -> Path:
    book = xlsxwriter.Workbook(path, options)
    fill(book)
    book.close()
    return path


def test_values_are_what_a_person_sees(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        def look(code: str) -> Any:
            return book.add_format({"num_format": code})

        sheet = book.add_worksheet("Members")
        sheet.write_row(0, 0, ["Name", "State", *"abcdefghijklmnopqr"])
        sheet.write_string(1, 0, "Álgebra & Co <AL>")
        sheet.write_string(1, 1, "00123")
        sheet.write_number(1, 2, 2134, look("00000"))
        sheet.write_number(1, 3, 21341234, look("00000-0000"))
        sheet.write_number(1, 4, 3345551234, look("[<=9999999]###-####;(###) ###-####"))
        sheet.write_datetime(1, 5, datetime(2024, 5, 24), look("m/d/yy"))  # noqa: DTZ001
        sheet.write_datetime(1, 6, datetime(2024, 5, 24, 12, 0), look("m/d/yyyy h:mm"))  # noqa: DTZ001
        sheet.write_datetime(1, 7, datetime(2024, 5, 24, 12, 0, 7), look("[$-409]m/d/yy h:mm AM/PM;@"))  # noqa: DTZ001
        sheet.write_number(1, 8, 0.5625, look("h:mm AM/PM"))
        sheet.write_number(1, 9, 0.305, look("0.0%"))
        sheet.write_number(1, 10, 17)
        sheet.write_number(1, 11, 0.1 + 0.2)
        sheet.write_boolean(1, 12, True)
        sheet.write_boolean(1, 13, False)
        sheet.write_formula(1, 14, '=WEBSERVICE("http://127.0.0.1")', None, "stored")
        sheet.write_formula(1, 15, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 16, "=1+1", None, 2)
        sheet.write_rich_string(1, 17, "rich ", book.add_format({"bold": True}), "text")
        sheet.write_string(1, 18, "one\ntwo")
        sheet.write_number(1, 19, 1234567.5, look("$#,##0"))

    (sheet,) = read(written(tmp_path / "members.xlsx", fill), is_header)
    assert (sheet.kind, sheet.unit) == ("Excel, sheet 'Members'", "row")
    assert found(sheet) == [
        (2, ("Álgebra & Co <AL>", "00123", "02134", "02134-1234", "(334) 555-1234", "2024-05-24", "2024-05-24 12:00",
             "2024-05-24 12:00:07", "13:30", "30.5%", "17", "0.3", "yes", "no", "stored", "", "2", "rich text",
             "one\ntwo", "1234567.5")),
    ]  # fmt: skip


@pytest.mark.parametrize("constant_memory", [True, False])
def test_texts_come_back_as_they_were_written(tmp_path: Path, *, constant_memory: bool) -> None:
    texts = ["=1+1", "_x0041_", "a\tb", "山田", "😀", "x" * 32_767, "a\x0b|", "&amp;"]

    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "state"])
        for row, text in enumerate(texts, 1):
            sheet.write_string(row, 0, text)

    path = written(tmp_path / "list.xlsx", fill, constant_memory=constant_memory)
    assert [cells[0] for _, cells in found(read(path, is_header)[0])] == texts


def test_titles_blank_rows_and_merged_cells_are_understood(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("A")
        sheet.merge_range(0, 0, 0, 3, "Nominations 2024")
        sheet.write_row(2, 0, ["Name", "State"])
        sheet.merge_range(3, 0, 4, 0, "Lee County")
        sheet.write(3, 1, "AL")
        sheet.write(4, 1, "TX")
        sheet.write_row(6, 0, ["State", "Name", "Note"])
        sheet.write(9, 0, "People")
        sheet.write_row(10, 0, ["Name", "Email", "Phone"])
        sheet.write_row(11, 0, ["Bo", "b@x.edu", 5551234])

    first, empty, second = read(written(tmp_path / "list.xlsx", fill), is_header)
    assert (empty.columns, found(empty)) == (("State", "Name", "Note"), [])
    assert (first.notes, found(first)) == (
        ("Nominations 2024",),
        [(4, ("Lee County", "AL")), (5, ("", "TX"))],
    )
    assert (second.notes, found(second)) == (("People",), [(12, ("Bo", "b@x.edu", "5551234"))])


def test_cells_right_of_the_header_are_columns_when_they_are_near_and_problems_when_far(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("A")
        sheet.write_row(0, 0, ["Name", "State"])
        sheet.write_row(1, 0, ["A", "AL", "", "by Bo"])
        sheet.write_row(2, 0, ["B", "TX"])
        sheet.write(2, 12, "far")

    (sheet,) = read(written(tmp_path / "list.xlsx", fill), is_header)
    assert sheet.columns == ("Name", "State", "column 3", "column 4")
    assert found(sheet) == [(2, ("A", "AL", "", "by Bo"))]
    problem = list(sheet.rows())[1]
    assert isinstance(problem, Problem)
    assert str(problem) == "list.xlsx, row 3: it has 13 cells, but the header has 4"


def test_all_worksheets_that_are_seen_and_have_a_known_header_are_read(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        for name in ("Read me", "First", "Old", "Empty", "Second"):
            sheet = book.add_worksheet(name)
            if name == "Read me":
                sheet.write(0, 0, "Fill in the next sheets.")
            elif name != "Empty":
                sheet.write_row(0, 0, ["Name", "State"])
                sheet.write_row(1, 0, [name, "AL"])
            if name == "Old":
                sheet.hide()
        book.add_chartsheet("Chart").set_chart(chart(book))

    def chart(book: Any) -> Any:
        made = book.add_chart({"type": "bar"})
        made.add_series({"values": "=First!$A$1:$A$2"})
        return made

    first, second = read(written(tmp_path / "list.xlsx", fill), is_header)
    assert [found(sheet)[0][1][0] for sheet in (first, second)] == ["First", "Second"]
    assert first.notes == (
        "Left out: sheet 'Read me', as none of its rows is a known header",
        "Left out: sheet 'Old', as it is hidden",
    )


def test_without_a_known_header_every_sheet_that_is_seen_is_given(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        for name in ("A", "B"):
            book.add_worksheet(name).write_row(0, 0, ["Nombre", "Lugar"])

    sheets = read(written(tmp_path / "list.xlsx", fill), is_header)
    assert [sheet.kind for sheet in sheets] == ["Excel, sheet 'A'", "Excel, sheet 'B'"]


def test_days_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Name", "State"])
        sheet.write_datetime(1, 1, date(2024, 5, 24), book.add_format({"num_format": "d mmm yyyy"}))

    path = written(tmp_path / "list.xlsx", fill, date_1904=True)
    assert found(read(path, is_header)[0]) == [(2, ("", "2024-05-24"))]


def test_many_rows_take_no_more_memory_than_few(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        for row in range(10_000):
            sheet.write_row(row, 0, ["Name", "State", row])

    path = written(tmp_path / "list.xlsx", fill, constant_memory=True)
    tracemalloc.start()
    try:
        sheets = read(path, is_header)
        assert sum(1 for sheet in sheets for _ in sheet.rows()) == 9_999
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


# ---- formats --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("General", 2134, "2134"), ("General", 2134.0, "2134"), ("General", -3.50, "-3.5"),
        ("General", 1e3, "1000"), ("General", 3345551234567890, "3345551234567890"), ("General", 1e300, "1e+300"),
        ("0", 5, "5"), ("0.00", 5.5, "5.5"), ("@", 7, "7"), ("", 7, "7"),
        ("#,##0", 1234567, "1234567"), ('"$"0', 5, "5"), ('0" students"', 5, "5"), ("0.00E+00", 5, "5"),
        ("# ?/?", 0.5, "0.5"), ("000000000", 12345, "000012345"), ('"A-"0000', 12, "A-0012"),
        ("00000", -1, "-1"), ("00000", 1.5, "1.5"), ("00000", 1234567, "1234567"), ("00000", 2134.0, "02134"),
        ("000\\-00\\-0000", 1020003, "001-02-0003"), ("###\\-####", 5551234, "555-1234"),
        ("[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", 5551234, "555-1234"),
        ("0%", 0.3, "30%"), ("0.00%", 0.12345, "12.35%"), ('"day "0', 3, "3"), ("0%", float("inf"), "inf"),
        ("00000", float("inf"), "inf"),
    ],
)  # fmt: skip
def test_a_number_is_shown_as_its_format_says_where_that_tells_more(code: str, value: float, shown: str) -> None:
    assert rendering(code)(value) == shown


@given(st.text(st.sampled_from('0#?.,%ymdhs[]"\\;_*/-() EAGeneral@<=9')), st.one_of(st.integers(), st.floats()))
def test_any_format_of_anything_is_a_text(code: str, value: float) -> None:
    assert isinstance(rendering(code)(value), str)


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("yyyy-mm-dd", 45436, "2024-05-24"), ("mmm yy", 45436, "2024-05-24"), ("m/d/yyyy", 1, "1900-01-01"),
        ("m/d/yyyy", 59, "1900-02-28"), ("m/d/yyyy", 61, "1900-03-01"), ("m/d/yyyy", 99999999, ""),
        ("h:mm", 0.5, "12:00"), ("h:mm:ss", 0.500011574, "12:00:01"), ("h:mm", 0, "00:00"),
        ("[h]:mm", 1.125, "27:00:00"), ("[Red]yyyy", 45436, "2024-05-24"), ("[$-409]d mmm;@", 45436, "2024-05-24"),
        ("yyyy-mm-dd hh:mm", 45436.99999999, "2024-05-25"), ("yyyy", 2958465.99999999, "9999-12-31 23:59:59"),
        ("h:mm", 0.99999999, "00:00"),
    ],
)  # fmt: skip
def test_moments_are_written_in_one_way(tmp_path: Path, code: str, value: float, shown: str) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Name", "State"])
        sheet.write_row(1, 0, ["A", value], book.add_format({"num_format": code}))

    assert found(read(written(tmp_path / "list.xlsx", fill), is_header)[0]) == [(2, ("A", shown))]


# ---- as nobody should write it --------------------------------------------------------------------------

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types">'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{KIND}.sharedStrings+xml"/></Types>'
)
WORKBOOK = (
    f'<x:workbook xmlns:x="{MAIN}" xmlns:r="{OFFICE}"><x:sheets><x:sheet name="S" sheetId="1" r:id="rId1"/></x:sheets>'
    "</x:workbook>"
)
WORKBOOK_RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="/xl/worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId9" Type="{OFFICE}/worksheet" Target="http://127.0.0.1/x" TargetMode="External"/>'
    "</Relationships>"
)
STYLES, TEXTS = f'<styleSheet xmlns="{MAIN}"/>', f'<sst xmlns="{MAIN}"/>'


def inline(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


HEADER = f'<row r="1">{inline("A1", "Name")}{inline("B1", "State")}</row>'


def worksheet(rows: str, dimension: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{dimension}<sheetData>{rows}</sheetData></worksheet>'


@pytest.fixture
def crafted(tmp_path: Path) -> Callable[..., Path]:
    def make(sheet: str | bytes, **parts: str | bytes) -> Path:
        path = tmp_path / "crafted.xlsx"
        content: dict[str, str | bytes] = {
            "[Content_Types].xml": TYPES,
            "xl/workbook.xml": WORKBOOK,
            "xl/sharedStrings.xml": TEXTS,
            "xl/_rels/workbook.xml.rels": WORKBOOK_RELATIONS,
            "xl/worksheets/sheet1.xml": sheet,
        }
        names = {"styles": "xl/styles.xml", "texts": "xl/sharedStrings.xml", "book": "xl/workbook.xml"}
        content |= {names[key]: value for key, value in parts.items()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in content.items():
                archive.writestr(name, text)
        return path

    return make


Crafting = Callable[..., Path]


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableTableError) as raised:
        for sheet in read(path, is_header):
            list(sheet.rows())
    assert raised.value.hint
    return raised.value.message


def test_rows_and_cells_without_numbers_follow_each_other(crafted: Crafting) -> None:
    path = crafted(
        worksheet(HEADER + '<row><c t="str"><v>A</v></c><c t="b"><v>1</v></c></row><row><c><v>7</v></c></row>')
    )
    assert found(read(path, is_header)[0]) == [(2, ("A", "yes")), (3, ("7", ""))]


def test_moments_in_iso_style_and_pronunciations_are_understood(crafted: Crafting) -> None:
    spoken = "<si><r><t>東</t></r><r><t>京</t></r><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si>"
    path = crafted(
        worksheet(HEADER + '<row r="2"><c t="s"><v>0</v></c><c t="d"><v>2024-05-24T00:00:00</v></c></row>'),
        texts=f'<sst xmlns="{MAIN}">{spoken}</sst>',
    )
    assert found(read(path, is_header)[0]) == [(2, ("東京", "2024-05-24"))]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (HEADER + f'<row r="1048576">{inline("XFD1048576", "x")}</row>', "row 1,048,576 has a cell in column 16,384"),
        (HEADER + f'<row r="99999999999">{inline("A9", "x")}</row>', "the workbook is damaged"),
        (HEADER + f'<row r="1">{inline("A1", "x")}</row>', "the workbook is damaged"),
        (HEADER + '<row r="x"/>', "the workbook is damaged"),
        (HEADER + '<row r="2"><c t="s"><v>5</v></c></row>', "the workbook is damaged"),
        (HEADER + "<row><c>", "the workbook is damaged"),
        (HEADER + "<row><c><a>" + "<b>" * 200 + "</b>" * 200, "has more than 200,000 parts"),
        (HEADER + "<row>" + "<c/>" * 200_001 + "</row>", "has more than 200,000 parts"),
        (HEADER + "<x/>" * 500_001, "it holds more styles, names or links than any list"),
        ("<row/>" * 1_000 + "x" * 256 + "<row/>", "the workbook is damaged"),
        (HEADER + "<a>" * 60_000 + "</a>" * 60_000, "the workbook is damaged"),
        (HEADER + f'<row r="2" x="{"1" * 4_000_000}"/>', "the workbook is damaged"),
        (f'<row r="1">{inline("A1", "x" * 1_000_001)}</row>', "its cells have more than 1,000,000 characters"),
        ("", "it is empty"),
    ],
    ids=[
        "column",
        "row",
        "row twice",
        "no row",
        "text",
        "cut off",
        "depth in a row",
        "parts",
        "links",
        "words",
        "depth",
        "tag",
        "cell",
        "nothing",
    ],
)
def test_a_worksheet_that_is_not_built_as_one_is_refused(crafted: Crafting, rows: str, reason: str) -> None:
    assert reason in refusal(crafted(worksheet(rows)))


def test_half_a_character_is_no_text(crafted: Crafting) -> None:
    path = crafted(worksheet(HEADER + f'<row r="2">{inline("A2", "a_xD800_b_x000D__x000A_c")}</row>'))
    assert found(read(path, is_header)[0])[0][1][0] == "a_xD800_b\nc"


def test_a_dimension_is_not_believed(crafted: Crafting) -> None:
    path = crafted(
        worksheet(HEADER + f'<row r="1048576">{inline("B1048576", "x")}</row>', '<dimension ref="A1:XFD1048576"/>')
    )
    assert found(read(path, is_header)[0]) == [(1_048_576, ("", "x"))]


DOCUMENT_TYPES = (
    '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE w SYSTEM "http://127.0.0.1:9/x.dtd">',
    "<!DOCTYPE w [<!ENTITY a 'aaaaaaaaaa'><!ENTITY x '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>",
    "<!DOCTYPE w [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/'> %p;]>",
)


@pytest.mark.parametrize("part", ["sheet", "book", "styles", "texts"])
@pytest.mark.parametrize("document_type", DOCUMENT_TYPES)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_every_part(crafted: Crafting, part: str, document_type: str, codec: str) -> None:
    body = worksheet(HEADER + '<row r="2"><c r="A2" t="inlineStr"><is><t>&x;</t></is></c></row>')
    parts = {"sheet": body, "book": WORKBOOK, "styles": STYLES, "texts": TEXTS}
    content = f'<?xml version="1.0" encoding="{codec}"?>{document_type}{parts[part]}'.encode(codec)
    said = refusal(crafted(**({"sheet": worksheet(HEADER)} | {part: content})))
    assert "it holds a document type" in said


def test_what_unpacks_to_far_more_than_it_is_is_refused_before_it_is_unpacked(crafted: Crafting) -> None:
    path = crafted(worksheet("<row/>" * 4_000_000))
    assert path.stat().st_size < 200_000
    assert "times its size, which no list does" in refusal(path)


def test_a_workbook_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "parts.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"xl/{number}", "")
    assert "it is larger than any list" in refusal(path)


@pytest.mark.parametrize(
    ("limit", "most", "part", "reason"),
    [
        ("_MOST_KEPT", 100, {"styles": STYLES.replace("/>", "><cellXfs>" + "<xf/>" * 101 + "</cellXfs></styleSheet>")},
         "it holds more styles"),
        ("_MOST_TEXT", 100, {"texts": TEXTS.replace("/>", ">" + "<si><t>ab</t></si>" * 11 + "</sst>")}, "more text"),
        ("_MOST_RELEASED", 10, {"texts": TEXTS.replace("/>", ">" + "<si/>" * 11 + "</sst>")}, "more rows or texts"),
        ("_LONGEST_WORDS", 10, {"book": WORKBOOK.replace("<x:sheets>", "12345678901<x:sheets>")}, "damaged"),
        ("_LONGEST_FORMAT", 10, {"styles": STYLES.replace("/>", ' formatCode="12345678901"/>')}, "damaged"),
        ("_MOST_BRACKETS", 1, {"styles": STYLES.replace("/>", ' formatCode="[[0]"/>')}, "damaged"),
    ],
)  # fmt: skip
def test_styles_and_texts_without_end_are_refused(
    crafted: Crafting, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, part: dict[str, str], reason: str
) -> None:
    monkeypatch.setattr(packages, limit, most)
    assert reason in refusal(crafted(worksheet(HEADER + '<row><c t="s"><v>0</v></c></row>'), **part))


def test_a_part_or_a_row_without_end_is_refused(crafted: Crafting, monkeypatch: pytest.MonkeyPatch) -> None:
    row = f'<row r="2">{inline("A2", "x" * 2_100_000)}</row>'
    assert "a part or row of it has more than 2,000,000 characters" in refusal(crafted(worksheet(HEADER + row)))
    monkeypatch.setattr(packages._Kept, "largest", 100)
    assert "a part or row of it has more than 100 characters" in refusal(crafted(worksheet(HEADER)))


def test_two_worksheets_are_never_one_part(crafted: Crafting) -> None:
    sheet = '<x:sheet name="S" sheetId="1" r:id="rId1"/>'
    assert "the workbook is damaged" in refusal(crafted(worksheet(HEADER), book=WORKBOOK.replace(sheet, sheet * 2)))


def test_strict_open_xml_is_refused_with_the_next_step(crafted: Crafting) -> None:
    strict = worksheet(HEADER).replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    assert "it is saved as Strict Open XML" in refusal(crafted(strict))


def test_without_defusedxml_nothing_is_read(crafted: Crafting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openpyxl.DEFUSEDXML", False)
    assert "defusedxml, which makes reading it safe, is missing" in refusal(crafted(worksheet(HEADER)))


def test_openpyxl_parses_with_defusedxml() -> None:
    import defusedxml.ElementTree
    import openpyxl.reader.excel
    import openpyxl.worksheet._reader

    assert openpyxl.DEFUSEDXML
    assert vars(openpyxl.reader.excel)["fromstring"] is defusedxml.ElementTree.fromstring
    assert vars(openpyxl.worksheet._reader)["iterparse"] is defusedxml.ElementTree.iterparse


def test_what_the_library_prints_is_not_seen(crafted: Crafting, capsys: pytest.CaptureFixture[str]) -> None:
    named = '><cellStyles><cellStyle name="x" xfId="7"/></cellStyles></styleSheet>'
    assert "the workbook is damaged" in refusal(crafted(worksheet(HEADER), styles=STYLES.replace("/>", named)))
    assert capsys.readouterr() == ("", "")


def test_a_style_that_there_is_not_is_damage(crafted: Crafting) -> None:
    path = crafted(worksheet(HEADER + '<row r="2"><c s="9"><v>1</v></c></row>'))
    assert "the workbook is damaged" in refusal(path)


def test_what_is_not_needed_is_not_read(crafted: Crafting) -> None:
    path = crafted(worksheet(HEADER + '<row r="2"><c t="str"><v>A</v></c></row>') + "\n")
    with zipfile.ZipFile(path, "a") as archive:
        for name in (
            "docProps/core.xml",
            "docProps/custom.xml",
            "xl/theme/theme1.xml",
            "xl/worksheets/_rels/sheet1.xml.rels",
        ):
            archive.writestr(name, DOCUMENT_TYPES[0] + "<x>&x;</x>")
    assert found(read(path, is_header)[0]) == [(2, ("A", ""))]


def test_a_row_that_is_too_long_is_a_problem_each_time_and_the_others_are_read(crafted: Crafting) -> None:
    long = f'<row r="2">{inline("A2", "x" * 1_000_001)}</row>'
    (sheet,) = read(crafted(worksheet(HEADER + long + f'<row r="3">{inline("A3", "B")}</row>')), is_header)
    for _ in range(2):
        assert [str(row) for row in sheet.rows() if isinstance(row, Problem)] == [
            "crafted.xlsx, row 2: its cells have more than 1,000,000 characters"
        ]
        assert found(sheet) == [(3, ("B", ""))]


def test_cells_without_end_are_refused(crafted: Crafting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "_MOST_CELLS", 10)
    assert "it has more than 10 cells" in refusal(crafted(worksheet(HEADER + f"<row>{inline('Z2', 'x')}</row>")))


def test_a_large_package_is_refused(crafted: Crafting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_LARGEST", 10)
    assert "it is larger than any list" in refusal(crafted(worksheet(HEADER)))


def test_a_part_that_is_missing_or_not_as_it_was_is_refused(crafted: Crafting) -> None:
    assert "the workbook is damaged" in refusal(crafted(worksheet(HEADER), book=WORKBOOK.replace("rId1", "rId7")))
    assert "it has no worksheet" in refusal(crafted(worksheet(HEADER), book=WORKBOOK.replace("rId1", "rId9")))
    path = crafted(worksheet(HEADER))
    content = bytearray(path.read_bytes())
    content[content.index(b"xl/worksheets/sheet1.xml") + 40] ^= 0xFF
    path.write_bytes(content)
    assert "the workbook is damaged" in refusal(path)


def test_a_protected_package_is_refused_as_that(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("xl/workbook.xml", WORKBOOK)
    content = bytearray(out.getvalue())
    content[6] |= 1  # the mark of a password, in both places where it stands
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path = tmp_path / "protected.xlsx"
    path.write_bytes(content)
    assert "it is protected by a password" in refusal(path)


@given(data=st.data())
def test_any_damage_is_refused_or_read_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    sheet = worksheet(HEADER + '<row r="2"><c r="A2" t="s" s="1"><v>0</v></c><c r="B2" s="1"><v>45436</v></c></row>')
    styles = f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="yyyy"/></numFmts><cellXfs><xf/>'
    styles += '<xf numFmtId="164"/></cellXfs></styleSheet>'
    parts = {
        "[Content_Types].xml": TYPES, "xl/workbook.xml": WORKBOOK, "xl/_rels/workbook.xml.rels": WORKBOOK_RELATIONS,
        "xl/worksheets/sheet1.xml": sheet, "xl/styles.xml": styles,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>A</t></si></sst>',
    }  # fmt: skip
    chosen = data.draw(st.sampled_from(sorted(parts)))
    content = bytearray(parts[chosen].encode())
    start = data.draw(st.integers(0, len(content)))
    content[start : start + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=8))
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, bytes(content) if name == chosen else text)
    try:
        for found_sheet in read(path, is_header):
            list(found_sheet.rows())
    except MtepError:
        return
