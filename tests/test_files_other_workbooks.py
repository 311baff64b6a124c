"""Workbooks of other kinds in: OpenDocument, and Excel before 2007."""

import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from mtep_outreach.errors import MtepError, Problem, UnreadableTableError
from mtep_outreach.files import old_excel, open_document
from mtep_outreach.files.sheets import Sheet, SheetRow, read

OLD = Path(__file__).parent / "data" / "members.xls"


def is_header(cells: Sequence[str]) -> bool:
    return len({"organization", "name", "state", "zip"} & {cell.lower() for cell in cells}) > 1


def found(sheet: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.line, row.cells) for row in sheet.rows() if isinstance(row, SheetRow)]


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableTableError) as raised:
        for sheet in read(path, is_header):
            list(sheet.rows())
    assert raised.value.hint
    return raised.value.message


# ---- OpenDocument ---------------------------------------------------------------------------------------

Writing = Callable[..., Path]


@pytest.fixture
def document(tmp_path: Path) -> Writing:
    def make(tables: str, styles: str = "", manifest: str = "<m/>") -> Path:
        path = tmp_path / "list.ods"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("META-INF/manifest.xml", manifest)
            archive.writestr(
                "content.xml",
                '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s">'
                f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{tables}"
                "</office:spreadsheet></office:body></office:document-content>",
            )
        return path

    return make


def table(name: str, *rows: str, style: str = "") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


def row(*cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def cell(text: str, kind: str = "string", times: int = 1, **said: str) -> str:
    attributes = "".join(f' office:{name.replace("_", "-")}="{value}"' for name, value in said.items())
    return (
        f'<table:table-cell office:value-type="{kind}" table:number-columns-repeated="{times}"{attributes}>'
        f"{text and f'<text:p>{text}</text:p>'}</table:table-cell>"
    )


HEADER = row(*map(cell, ("Name", "State", "a", "b", "c", "d", "e", "f")))


def test_values_of_a_document_are_what_a_person_sees(document: Writing) -> None:
    cells = (
        cell("two</text:p><text:p>lines<text:s text:c='2'/>x"),
        cell("02134", "float", value="2134"),
        cell("1,234.50", "float", value="1234.5"),
        cell("05/24/24", "date", date_value="2024-05-24"),
        cell("5/24 12:00", "date", date_value="2024-05-24T12:00:00"),
        cell("30%", "percentage", value="0.3"),
        cell("WAHR", "boolean", boolean_value="true"),
        cell("(334) 555-1234", "float", value="3345551234"),
    )
    (sheet,) = read(document(table("Members", HEADER, row(*cells))), is_header)
    assert sheet.kind == "OpenDocument, sheet 'Members'"
    assert found(sheet) == [
        (2, ("two\nlines  x", "02134", "1234.5", "2024-05-24", "2024-05-24 12:00", "30%", "yes", "(334) 555-1234"))
    ]


def test_repeated_rows_and_cells_count_and_remarks_and_covered_cells_do_not(document: Writing) -> None:
    annotation = "<office:annotation><text:p>remark</text:p></office:annotation>"
    remark = f"<table:table-cell>{annotation}<text:p>A</text:p></table:table-cell>"
    covered = "<table:covered-table-cell><text:p>hidden</text:p></table:covered-table-cell>"
    path = document(
        table(
            "S",
            row(cell("", times=1024), times=2),
            row(cell("Name"), cell("State"), cell("x"), cell("", times=1021)),
            row(remark, covered, cell("y")),
            row(cell("", times=1024), times=5),
            row(cell("B", times=2), times=2),
            row(cell("", times=1024), times=1_048_565),
        )
    )
    assert found(read(path, is_header)[0]) == [(4, ("A", "", "y")), (10, ("B", "B", "")), (11, ("B", "B", ""))]


def test_hidden_and_empty_sheets_are_left_out(document: Writing) -> None:
    style = '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    path = document(
        table("Empty", row(cell(""))) + table("Old", HEADER, style="h") + table("New", HEADER, row(cell("A"))), style
    )
    (sheet,) = read(path, is_header)
    assert (sheet.kind, sheet.notes) == ("OpenDocument, sheet 'New'", ("Left out: sheet 'Old', as it is hidden",))


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (row(cell("x", times=1024), times=1_048_575), "it has more than 60,000,000 cells"),
        (row(cell("x", times=10**12)), "it has a row of more than 10,000 cells"),
        (row(cell("x"), times=10**12), "it has more than 60,000,000 cells"),
        (row(cell("x"), times=-1), "the workbook is damaged"),
        ("<a><b></a>", "the workbook is damaged"),
    ],
)
def test_a_document_that_holds_too_much_or_is_damaged_is_refused(document: Writing, rows: str, reason: str) -> None:
    assert reason in refusal(document(table("S", HEADER, rows)))


def test_a_document_with_a_password_is_refused_as_that(document: Writing) -> None:
    path = document(table("S", HEADER), manifest="<manifest:encryption-data/>")
    assert "it is protected by a password" in refusal(path)


def test_sheets_without_end_are_refused(document: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_document, "_MOST_READING", 5_000)
    assert "it has 20 worksheets" in refusal(document(table("S", HEADER) * 20))


def test_a_cell_of_a_document_that_is_too_large_is_a_problem(
    document: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_document, "_LONGEST_CELL", 30)
    (sheet,) = read(document(table("S", HEADER, row(cell("x" * 31)), row(cell("A")))), is_header)
    first, second = sheet.rows()
    assert isinstance(first, Problem)
    assert (first.line, first.message) == (2, "its cells have more than 30 characters")
    assert isinstance(second, SheetRow)


# ---- Excel before 2007 ----------------------------------------------------------------------------------


def test_an_old_workbook_is_read_as_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    path.write_bytes(OLD.read_bytes())
    (sheet,) = read(path, is_header)
    assert (sheet.kind, sheet.notes) == ("Excel 97, sheet 'Members'", ("Left out: sheet 'Old', as it is hidden",))
    assert sheet.columns == ("Organization", "ZIP", "Joined", "Share", "Active", "Count", "Half", "Formula")
    assert found(sheet) == [
        (2, ("Lee County Schools, Área 5", "02134", "2024-05-24", "30%", "yes", "17", "0.5", "")),
        (4, ("Auburn University", *[""] * 7)),
    ]


def test_an_old_workbook_with_a_password_is_refused_as_that(tmp_path: Path) -> None:
    path = tmp_path / "members.xls"
    path.write_bytes(OLD.read_bytes()[:512] + "EncryptedPackage".encode("utf-16-le"))
    assert "it is protected by a password" in refusal(path)
    # The record FILEPASS (47) after the one that begins a workbook.
    content = OLD.read_bytes()
    begin = content.index(struct.pack("<HHHH", 0x809, 16, 0x600, 5)) + 20
    path.write_bytes(content[:begin] + struct.pack("<HHHHH", 47, 6, 1, 1, 1) + content[begin + 10 :])
    assert "it is protected by a password" in refusal(path)


def test_an_old_workbook_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_excel, "_LARGEST", 5_000)
    assert "it is larger than 0 MB" in refusal(OLD)


@pytest.mark.parametrize("step", range(40))
def test_an_old_workbook_that_is_damaged_is_read_or_refused_and_nothing_else(tmp_path: Path, step: int) -> None:
    content = bytearray(OLD.read_bytes())
    for place in range(512 + step * 7, len(content), 173):
        content[place] ^= 1 << (place + step) % 8
    path = tmp_path / "members.xls"
    path.write_bytes(content if step % 2 else content[: 600 + step * 100])
    try:
        for sheet in read(path, is_header):
            list(sheet.rows())
    except MtepError:
        return
