"""JSON in: a list of objects is a table, whatever stands in them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.errors import MtepError, Problem, UnreadableTableError
from mtep_outreach.files import objects
from mtep_outreach.files.sheets import Sheet, SheetRow, read

Reading = Callable[..., Sheet]


@pytest.fixture
def one(tmp_path: Path) -> Reading:
    def reading(content: Any, **said: str) -> Sheet:
        path = tmp_path / "list.json"
        if not isinstance(content, bytes):
            content = (content if isinstance(content, str) else json.dumps(content)).encode()
        path.write_bytes(content)
        (sheet,) = read(path, lambda cells: "name" in cells, **said)
        return sheet

    return reading


def found(sheet: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.line, row.cells) for row in sheet.rows() if isinstance(row, SheetRow)]


def problems(sheet: Sheet) -> list[str]:
    return [str(row) for row in sheet.rows() if isinstance(row, Problem)]


def test_objects_are_rows_and_all_their_names_columns(one: Reading) -> None:
    sheet = one([{"name": "A", "state": "AL"}, {"state": "TX", "city": "Austin"}, {}])
    assert (sheet.columns, sheet.kind, sheet.unit) == (("name", "state", "city"), "JSON", "object")
    assert found(sheet) == [(1, ("A", "AL", "")), (2, ("", "TX", "Austin"))]
    assert found(sheet) == found(sheet)


def test_objects_inside_are_columns_and_lists_are_one_cell(one: Reading) -> None:
    sheet = one(
        [{"name": "A", "location": {"city": "X", "at": {"lat": 1.50}}, "tags": ["a", 2, None, True], "people": [
            {"name": "Bo", "mail": "b@x.edu"}, {"name": "Ann"}], "none": None, "yes": True, "no": False}]
    )  # fmt: skip
    assert sheet.columns == ("name", "location city", "location at lat", "tags", "people", "none", "yes", "no")
    assert found(sheet)[0][1] == ("A", "X", "1.5", "a; 2; yes", "Bo, b@x.edu; Ann", "", "yes", "no")


def test_numbers_are_kept_as_they_are_written(one: Reading) -> None:
    digits = "9" * 5_000
    sheet = one(f'[{{"a": {digits}, "b": 1.10, "c": 1e400, "d": -0, "e": NaN, "f": -Infinity, "name": "x"}}]')
    assert found(sheet)[0][1] == (digits, "1.10", "1e400", "-0", "", "", "x")


def test_names_that_are_said_twice_are_both_kept(one: Reading) -> None:
    sheet = one('[{"email": "a", "email": "b", "Email": "c", "x": {"y": 1}, "x y": 2, " z ": 3}]')
    assert sheet.columns == ("email", "email 2", "Email 3", "x y", "x y 2", "z")
    assert found(sheet)[0][1] == ("a", "b", "c", "1", "2", "3")


@pytest.mark.parametrize(
    "content",
    [
        {"count": 1, "results": [{"name": "A"}], "tags": ["x"]},
        {"data": {"items": [{"name": "A"}]}},
        {"name": "A"},
        [{"name": "A"}],
    ],
)
def test_the_only_list_of_objects_is_the_table_and_one_object_is_a_list_of_one(one: Reading, content: Any) -> None:
    assert found(one(content)) == [(1, ("A",))]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_object_on_each_line_is_a_table_with_its_lines(one: Reading, end: str) -> None:
    sheet = one(end.join(['{"name": "A"}', "", '{"name": "B"', "[1]", '{"name": "C"}', ""]))
    assert (sheet.kind, sheet.unit) == ("JSON Lines", "line")
    assert found(sheet) == [(1, ("A",)), (5, ("C",))]
    assert problems(sheet) == [
        "list.json, line 3: it is not valid JSON: expecting ',' delimiter",
        "list.json, line 4: it is not an object: 1",
    ]


def test_an_element_that_is_no_object_is_a_problem(one: Reading) -> None:
    sheet = one([{"name": "A"}, "B", None])
    assert (found(sheet), [problem.split(": ", 1)[1] for problem in problems(sheet)]) == (
        [(1, ("A",))],
        ["it is not an object: B", "it is not an object: "],
    )


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_any_letters_are_read(one: Reading, codec: str) -> None:
    assert found(one('[{"name": "José"}]'.encode(codec))) == [(1, ("José",))]


def test_half_a_character_is_no_text(one: Reading) -> None:
    assert found(one('[{"name": "a\\ud800b", "\\udfff": "c"}]')) == [(1, ("a?b", "c"))]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[]", "it is empty"),
        ("[{}]", "it is empty"),
        ("[1, 2]", "it is not a list of objects"),
        ("[[1]]", "it is not a list of objects"),
        ('[{"name": "A",}]', "it is not valid JSON (line 1: expecting property name"),
        ('[\n{"name": "A"}\n{"name": "B"}]', "it is not valid JSON (line 3: expecting ',' delimiter)"),
        ('{"partners": [{"a": 1}], "members": [{"a": 1}]}', "it holds several lists: partners and members"),
        ("[" * 100_000, "its objects are nested too deeply"),
        ('[{"a":' * 50_000, "its objects are nested too deeply"),
        ("[" + "{}," * 2_000_000 + "{}]", "it holds more objects than can be read at once"),
        ('[{"a":[' + "1," * 4_000_000 + "1]}]", "it holds more objects than can be read at once"),
        ("[{" + ",".join(f'"k{number}":1' for number in range(10_001)) + "}]", "it has more than 10,000 values"),
        ("[" + ",".join(f'{{"k{number}":1}}' for number in range(10_001)) + "]", "it has more than 10,000 columns"),
        ('[{"name":"' + "x" * 1_000_001 + '"}]', "it has a value of more than 1,000,000 characters"),
    ],
    ids=lambda value: value[:30],
)
def test_what_is_no_list_of_objects_is_refused(one: Reading, content: str, reason: str) -> None:
    with pytest.raises(UnreadableTableError) as raised:
        one(content)
    assert reason in raised.value.message
    assert raised.value.hint


def test_a_large_file_is_refused_unread(one: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "_LARGEST", 1_000_000)
    with pytest.raises(UnreadableTableError, match="it is larger than 1 MB"):
        one([{"name": "x" * 1_000_000}])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(value=VALUES, cut=st.integers(0, 5))
def test_any_json_is_a_table_or_refused(tmp_path_factory: pytest.TempPathFactory, value: Any, cut: int) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    text = json.dumps([value, {"name": value}])
    path.write_text(text[: len(text) - cut], "utf-8")
    try:
        (sheet,) = read(path, lambda cells: "name" in cells)
    except MtepError:
        return
    assert all(len(row.cells) == len(sheet.columns) for row in sheet.rows() if isinstance(row, SheetRow))
