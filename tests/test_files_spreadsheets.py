"""CSV out: nothing that is written runs as a formula. What comes in is the matter of the other tests of files."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.files.spreadsheets import csv_text, safe_cell
from mtep_outreach.tables import Column, Table


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


@given(text=st.text())
def test_no_written_cell_begins_as_a_formula(text: str) -> None:
    for row in csv.reader(io.StringIO(csv_text(table(text)), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
