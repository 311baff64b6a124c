"""Excel workbooks out: texts stay texts, days are days, and the reader gets back what was written."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mtep_outreach.errors import FileError
from mtep_outreach.files import workbooks
from mtep_outreach.files.sheets import SheetRow, read
from mtep_outreach.files.workbooks import workbook_bytes
from mtep_outreach.tables import Column, Table

COLUMNS = [Column("name", "Name"), Column("added_on", "Added", aside=True)]


def is_header(cells: Sequence[str]) -> bool:
    return {"Name", "Added on"} <= set(cells)


def table(*values: Any) -> Table:
    return Table(COLUMNS, [{"name": f"row {number}", "added_on": value} for number, value in enumerate(values)])


def back(folder: Path, content: bytes) -> list[str]:
    path = folder / "back.xlsx"
    path.write_bytes(content)
    (sheet,) = read(path, is_header)
    assert sheet.columns == ("Name", "Added on")
    return [row.cells[1] for row in sheet.rows() if isinstance(row, SheetRow)]


def part(content: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read(name).decode()


def test_every_table_is_a_worksheet_with_a_header_that_stays_in_sight(tmp_path: Path) -> None:
    content = workbook_bytes({"partners": table("x"), "members": table("y", "z")})
    path = tmp_path / "all.xlsx"
    path.write_bytes(content)
    assert [(sheet.kind, len(list(sheet.rows()))) for sheet in read(path, is_header)] == [
        ("Excel, sheet 'partners'", 1),
        ("Excel, sheet 'members'", 2),
    ]
    sheet = part(content, "xl/worksheets/sheet2.xml")
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:B3"/>' in sheet
    assert '<cols><col min="1" max="1" width="8.7109375" customWidth="1"/>' in sheet
    assert "<b/>" in part(content, "xl/styles.xml")


def test_values_have_their_kinds(tmp_path: Path) -> None:
    content = workbook_bytes(
        {"t": table(7, -1.5, True, None, ["a", "b"], "2024-05-24", date(2024, 5, 24), "1899-01-01", "2024-02-30",
                    datetime(2024, 5, 24, 12, tzinfo=UTC), "007", 10**16, float("nan"), date(1850, 1, 1))}
    )  # fmt: skip
    assert back(tmp_path, content) == [
        "7", "-1.5", "yes", "", "a, b", "2024-05-24", "2024-05-24", "1899-01-01", "2024-02-30",
        "2024-05-24 12:00:00+00:00", "007", "10000000000000000", "nan", "1850-01-01",
    ]  # fmt: skip
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert sheet.count("<v>45436</v>") == 2
    assert "<v>7</v>" in sheet


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "http://x.edu", "mailto:a@x.edu", "{=1}",
            "internal:A1", "#N/A", "=cmd|' /C calc'!A0", "'=1", "1", "1e5", "TRUE"]  # fmt: skip


@pytest.mark.parametrize("many", [1, workbooks._LARGE + 1])
def test_no_text_becomes_a_formula_a_link_or_a_number(tmp_path: Path, many: int) -> None:
    content = workbook_bytes({"t": table(*FORMULAS, *["x"] * many)})
    assert back(tmp_path, content)[: len(FORMULAS)] == [text.strip() for text in FORMULAS]
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    kinds = re.findall(r'<c r="B[1-9]\d?"(?: s="\d")?(?: t="(\w+)")?>', sheet)[: len(FORMULAS) + 1]
    assert set(kinds) <= {"s", "inlineStr"}


def test_what_xml_cannot_hold_is_replaced_and_the_rest_kept(tmp_path: Path) -> None:
    texts = ["a\0b", "a\x0bb", "a\ud800b", "a\uffffb", "a\x85b", "one\r\ntwo\rthree", "_x0041_", "😀é山"]
    expected = ["a\ufffdb"] * 5 + ["one\ntwo\nthree", "_x0041_", "😀é山"]
    assert back(tmp_path, workbook_bytes({"t": table(*texts)})) == expected


def test_the_same_records_make_the_same_file() -> None:
    assert workbook_bytes({"t": table("x")}) == workbook_bytes({"t": table("x")})


def test_a_table_without_rows_or_columns_and_no_table_at_all_are_workbooks(tmp_path: Path) -> None:
    assert back(tmp_path, workbook_bytes({"t": table()})) == []
    assert workbook_bytes({})
    assert workbook_bytes({"t": Table([], [])})


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a" * 40, "a" * 50], ["a" * 31, "a" * 27 + " 2"]),
        (["Partners", "PARTNERS"], ["Partners", "PARTNERS 2"]),
        (["a/b:c*d?e[f]g\\h", "'x'", "", "History"], ["a b c d e f g h", "x", "Sheet", "History 2"]),
    ],
)
def test_worksheets_have_names_that_excel_takes(names: list[str], expected: list[str]) -> None:
    content = workbook_bytes({name: table() for name in names})
    assert re.findall(r'<sheet name="([^"]*)"', part(content, "xl/workbook.xml")) == expected


def test_more_rows_than_a_worksheet_holds_are_refused() -> None:
    class Many(list[Any]):
        def __len__(self) -> int:
            return 1_048_576

    with pytest.raises(FileError) as raised:
        workbook_bytes({"partners": Table(COLUMNS, Many())})
    assert raised.value.message == "partners: it has 1,048,576 rows, and a worksheet can hold 1,048,575."
    assert raised.value.hint == "Export it as CSV instead."


def test_a_text_that_is_too_long_for_a_cell_is_refused_with_its_row(tmp_path: Path) -> None:
    assert back(tmp_path, workbook_bytes({"t": table("x" * 32_767)})) == ["x" * 32_767]
    with pytest.raises(FileError) as raised:
        workbook_bytes({"partners": table("x", "y" * 32_768)})
    assert raised.value.message == ("partners: a text of its row 2 has 32,768 characters, and a cell can hold 32,767.")


@given(
    texts=st.lists(st.text(st.one_of(st.characters(exclude_categories=["C"]), st.sampled_from("='+-@\n"))), max_size=4)
)
@example(texts=["''=1"])
def test_texts_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    assert back(tmp_path_factory.getbasetemp(), workbook_bytes({"t": table(*texts)})) == [
        text.strip() for text in texts
    ]
