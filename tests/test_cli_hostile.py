"""Names and texts that were made to break things: kept as typed, printed harmlessly, never run and never obeyed."""

import csv
import io
import json
import re
import sqlite3
import unicodedata
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtep_outreach.files.spreadsheets import csv_text, read_csv
from mtep_outreach.tables import Column, Table

from .conftest import Program, Result

FORMATS = ["table", "plain", "csv", "json", "markdown"]
ADDRESS = "lee@example.org"


@dataclass(frozen=True)
class Hostile:
    """A name as somebody typed it, and as it is kept (as typed, but for what steers a terminal)."""

    typed: str
    kept: str

    def __init__(self, typed: str, kept: str | None = None) -> None:
        object.__setattr__(self, "typed", typed)
        object.__setattr__(self, "kept", typed if kept is None else kept)


NAMES = {
    "markup": Hostile("Acme [bold]"),
    "closing markup": Hostile("Acme [/x]"),
    "closing nothing": Hostile("[/] Acme [/]"),
    "a link": Hostile("Acme [link=http://example.org]here[/link]"),
    "a callback": Hostile("Acme [@click=app.quit]"),
    "a Rich emoji code": Hostile("Acme :smiley: Lab"),
    "an escaped bracket": Hostile("Acme \\[bold]"),
    "markdown": Hostile("Acme | *Lab* `x` <b>_y_</b>"),
    "a template": Hostile("Acme {{ 7 * 7 }} {% raw %}"),
    "a template of Python": Hostile("Acme {0.__class__} %s %(x)s $HOME `id` $(id)"),
    "colour": Hostile("Acme \x1b[31mred\x1b[0m", "Acme [31mred[0m"),
    "a terminal's title": Hostile("Acme \x1b]0;owned\x07 Lab", "Acme ]0;owned Lab"),
    "a cleared screen": Hostile("Acme\x1bc\x08\x08 Lab", "Acmec Lab"),
    "C1 controls": Hostile("Acme \x9b31mred\x85 Lab\x90", "Acme 31mred Lab"),
    "delete": Hostile("Acme\x7f Lab", "Acme Lab"),
    "other directions": Hostile("Acme \u202egnp.exe\u202c \u2066Lab\u2069", "Acme gnp.exe Lab"),
    "line breaks": Hostile("Acme\nLab\r\nof\u2028Troy", "Acme Lab of Troy"),
    "tabs and blanks": Hostile("  Acme\tLab   of\u00a0Troy ", "Acme Lab of Troy"),
    "a formula": Hostile("=cmd|' /C calc'!A0"),
    "a formula that adds": Hostile("+1-800-MATHEMATICS"),
    "a formula that subtracts": Hostile("-2+3 Lab"),
    "a formula at": Hostile("@SUM(1+1) Lab"),
    "an apostrophe": Hostile("'Round the Clock Lab"),
    "an apostrophe before a formula": Hostile("'=1+1 Lab"),
    "quotation marks": Hostile('"Acme", the "Lab"; and, more'),
    "a very long word": Hostile("x" * 300),
    "a very long name": Hostile(("very " * 60).strip()),
    "right to left": Hostile("جمعية معلمي الرياضيات"),
    "both directions": Hostile("Acme שלום Lab 123"),
    "Chinese": Hostile("数学教师教育协会"),
    "a long Chinese name": Hostile("数学" * 150),
    "emoji": Hostile("Acme 🧑\u200d🏫 Lab 🇺🇸"),
    "a new emoji": Hostile("Acme \U0001fae8 Lab"),
    "accents that combine": Hostile("Acme e\u0301cole Z\u0351\u0352\u0353algo"),
    "SQL": Hostile("Robert'); DROP TABLE partners;--"),
    "SQL wildcards": Hostile("100% Math_Lab"),
    "SQL parameters": Hostile("Acme :id ? @x $y"),
    "a path upwards": Hostile("../../x"),
    "a path": Hostile("/etc/passwd"),
    "a path of Windows": Hostile("..\\..\\x:y"),
    "a device of Windows": Hostile("CON"),
    "another device": Hostile("NUL"),
    "a hidden file": Hostile(".bashrc"),
    "an option": Hostile("--db"),
    "a number": Hostile("2"),
    "a truth": Hostile("null"),
}  # fmt: skip
CONTROL = {c for c in map(chr, range(0x110000)) if unicodedata.category(c) == "Cc"} - {"\n"}
DIRECTION = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def harmless(text: str) -> str:
    """A text that was printed; fails when it holds what could steer a terminal (tabs and all)."""
    steering = {hex(ord(c)) for c in text if c in CONTROL | DIRECTION}
    assert not steering, f"{steering} in {text!r}"
    assert "Traceback" not in text
    return text


def run(program: Program, *arguments: str, code: int | None = 0) -> Result:
    found = program(*arguments, code=code)
    harmless(found.out)
    harmless(found.err)
    return found


def squeezed(text: str) -> str:
    """A text without white space, so that one folded in a narrow column can be found."""
    return "".join(text.split())


def add(program: Program, name: str) -> None:
    """Add a partner whose every text is the name."""
    run(
        program, "add-partner", "--alias", f"{name[:290]} again", "--city", name, "--note", name, "--scope", "national",
        "--contact", f"{name.replace('<', '').replace('>', '')[:290]} x <{ADDRESS}>",
        "--nominated-by", "Bo Chen <chen@example.edu>", "--reason", name, "--", name,
    )  # fmt: skip


def every_name(test: Any) -> Any:
    return pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())(test)


# ---- typed --------------------------------------------------------------------------------------------------


@every_name
def test_a_hostile_name_is_kept_as_typed_and_listed_harmlessly_in_every_format(mtep: Program, name: Hostile) -> None:
    add(mtep, name.typed)
    assert [row["name"] for row in mtep.list()] == [name.kept]
    printed = {how: run(mtep, "list", "--format", how).out for how in FORMATS}
    for how in ("table", "plain"):
        assert squeezed(name.kept) in squeezed(printed[how])
    assert (
        re.sub(r"\\([\\|`*_<>\[\]])", r"\1", printed["markdown"].splitlines()[2])
        .split(" | ", 1)[1]
        .startswith(name.kept)
    )
    (row,) = csv.DictReader(io.StringIO(printed["csv"]))
    assert row["name"].removeprefix("'") == name.kept.removeprefix("'")
    for kind in ("contacts", "members", "nominations", "sessions", "invitations"):
        for how in FORMATS:
            run(mtep, "list", kind, "--format", how)


@every_name
def test_a_hostile_name_finds_its_partner_and_its_card_and_log_are_harmless(mtep: Program, name: Hostile) -> None:
    add(mtep, name.typed)
    for how in FORMATS:
        found = run(mtep, "show", "--format", how, "--", name.typed)
        assert squeezed(name.kept)[:40] in squeezed(found.out).replace("\\", "") or how in ("csv", "json", "markdown")
        run(mtep, "report", "--format", how)
        run(mtep, "log", "--format", how)
    assert run(mtep, "show", "--format", "json", "1").json["name"] == name.kept
    run(mtep, "undo")


@every_name
def test_a_hostile_name_writes_one_letter_inside_the_letters_folder(mtep: Program, name: Hostile) -> None:
    add(mtep, name.typed)
    before = {path for path in mtep.folder.rglob("*") if path.is_file()}
    found = run(mtep, "invite", "--session", "2024-05-24")
    written = {path for path in mtep.folder.rglob("*") if path.is_file()} - before
    (letter,) = written
    assert letter.resolve().parent == (mtep.folder / "letters" / "2024-05-24").resolve()
    assert re.fullmatch(r"0001(-[a-z0-9]+)*\.md", letter.name), letter.name
    assert len(letter.name) < 100
    assert name.kept in harmless(letter.read_text("utf-8"))
    assert squeezed(name.kept) in squeezed(found.out)
    assert name.kept in run(mtep, "invite", "--show", "1").out
    run(mtep, "undo")
    assert not letter.exists()


@every_name
def test_a_hostile_name_comes_back_from_an_export_into_a_second_database(mtep: Program, name: Hostile) -> None:
    add(mtep, name.typed)
    run(mtep, "export", "out.csv")
    with (mtep.folder / "out.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    second = str(mtep.folder / "second.sqlite")
    run(mtep, "--db", second, "import", "out.csv", "--yes")
    (partner,) = run(mtep, "--db", second, "list", "--format", "json").json
    (contact,) = run(mtep, "--db", second, "list", "contacts", "--format", "json").json
    assert (partner["name"], partner["city"]) == (name.kept, name.kept)
    assert contact["email"] == ADDRESS
    everything = json.loads(_exported(mtep))
    assert everything["partners"][0]["name"] == name.kept


def _exported(program: Program) -> str:
    run(program, "export", "out.json")
    return (program.folder / "out.json").read_text("utf-8")


@every_name
def test_a_hostile_name_is_imported_as_it_stands(mtep: Program, name: Hostile) -> None:
    with (mtep.folder / "in.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["name", f"why {name.typed}"], [name.typed, name.typed]])
    if name.typed.startswith("'="):
        pytest.skip("a cell like that is what an export makes of a formula")
    run(mtep, "import", "in.csv", "--yes")
    (partner,) = mtep.list()
    assert partner["name"] == name.kept
    assert name.kept[:20].split()[0] in partner["note"]


@every_name
def test_a_refusal_repeats_a_hostile_name_harmlessly(network: Program, name: Hostile) -> None:
    for arguments in (
        ["show", "--", f"no {name.typed}"],
        ["nominate", "--by", f"no {name.typed}", "AMTE"],
        ["add-session", "--", f"no {name.typed}"],
        ["list", "--state", f"no {name.typed}"],
        ["list", "--sort", f"no {name.typed}"],
        ["invite", "--template", f"no {name.typed}"],
        ["rsvp", "AMTE", "--", f"no {name.typed}"],
        ["settings", "--", f"no {name.typed}=1"],
        ["import", "--", f"no {name.typed[:50]}"],
        ["list", "--scope", f"no {name.typed}"],
        ["list", "--", f"no {name.typed}"],
        [f"no {name.typed}"],
    ):
        found = run(network, *arguments, code=None)
        assert found.code in (1, 2), arguments
        assert not found.out


@every_name
def test_a_hostile_text_in_every_other_field_is_printed_harmlessly(network: Program, name: Hostile) -> None:
    text = name.typed
    person = f"{text.replace('<', '').replace('>', '')[:290]} x"
    run(network, "add-contact", "AMTE", "--title", text, "--phone", text, "--", f"{person} <x@example.org>")
    run(network, "add-member", "--team", text, "--", f"{person} <x@example.edu>")
    run(network, "edit-session", "2024-05-24", "--title", f"{text[:290]} x", "--where", text, "--agenda", text,
        "--host", f"{person} <x@example.com>")  # fmt: skip
    run(network, "rsvp", "AMTE", "no", "--note", text)
    run(network, "join", "AMTE", "--document", text)
    run(network, "settings", f"network={text}", f"hub={text}", f"postal_address={text}")
    for how in FORMATS:
        for kind in ("contacts", "members", "sessions", "invitations"):
            run(network, "list", kind, "--format", how)
        for command in ("show AMTE", "report", "log", "settings"):
            run(network, *command.split(), "--format", how)
    run(network, "invite")
    run(network, "invite", "--show", "AMTE")


@pytest.mark.parametrize("text", ["%", "_", "%%", "a%c", "A_me", "!", "\\", "'", "--", "*", "?", "[A-Z]*"])
def test_a_wildcard_is_looked_for_as_a_letter(mtep: Program, text: str) -> None:
    mtep("add-partner", "Acme", "--city", "Auburn", "--note", "plain")
    mtep("add-partner", "Other", "--note", f"with {text} in it")
    assert [row["name"] for row in mtep.list("partners", "--search", text)] == ["Other"]


def test_a_note_is_listed_as_csv_character_for_character(mtep: Program) -> None:
    note = "first \t line \n second  \n\n fourth\twith\ttabs \N{NO-BREAK SPACE}, end"
    mtep("add-partner", "Acme", "--note", note)
    (row,) = csv.DictReader(io.StringIO(mtep("list", "--format", "csv").out))
    assert row["note"] == note
    assert mtep.list()[0]["note"] == note


def test_a_long_line_is_not_broken_in_csv_or_json(mtep: Program) -> None:
    for number in range(12):
        mtep("add-partner", f"Acme {number}", "--note", "数" * 10_000)
    assert [row["note"] for row in mtep.list()] == ["数" * 10_000] * 12
    found = list(csv.DictReader(io.StringIO(mtep("list", "--format", "csv").out)))
    assert [row["note"] for row in found] == ["数" * 10_000] * 12


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)),
        min_size=1,
        max_size=4,
    )
)
def test_no_exported_cell_is_a_formula_and_every_one_is_read_back(tmp_path: Path, cells: list[tuple[str]]) -> None:
    texts = [text for (cell,) in cells if (text := " ".join(cell.split()))]
    table = Table((Column("name", "Name"),), [{"name": text} for text in texts])
    written = csv_text(table)
    for row in csv.reader(io.StringIO(written)):
        assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))
    file = tmp_path / "cells.csv"
    file.write_text(written, encoding="utf-8", newline="")
    assert [row.cells[0] for row in read_csv(file).rows] == texts or not texts


# ---- written by somebody else -------------------------------------------------------------------------------

STEERING = "Evil\x1b[31m\x07\x08\x9b2J\x85\x7f\u202e\u2066 \r\tName\x00end"


def _write_into(database: Path, text: str) -> None:
    """Put a text into every text that a person gave, as another program could."""
    with closing(sqlite3.connect(database)) as connection:
        for table, column in (
            ("names", "text"),
            ("partners", "city"),
            ("partners", "note"),
            ("partners", "website"),
            ("contacts", "name"),
            ("contacts", "email"),
            ("contacts", "title"),
            ("contacts", "phone"),
            ("members", "name"),
            ("members", "email"),
            ("members", "team"),
            ("nominations", "reason"),
            ("sessions", "title"),
            ("sessions", "place"),
            ("sessions", "host_name"),
            ("sessions", "agenda"),
            ("replies", "note"),
            ("deliveries", "path"),
            ("journal_entries", "actor"),
            ("journal_entries", "command"),
        ):
            unique = (table, column) in {("contacts", "email"), ("members", "email")}
            value = "? || id" if unique else "?"
            connection.execute(f"UPDATE {table} SET {column} = {value}", (text,))
        for key in ("network", "hub", "postal_address"):
            connection.execute("INSERT INTO settings (key, value) VALUES (?, ?)", (key, text))
        connection.commit()


READING = [
    *(f"list {kind}" for kind in ("partners", "contacts", "members", "nominations", "sessions", "invitations")),
    "show 1",
    "report",
    "log",
    "settings",
]


@pytest.mark.parametrize("how", FORMATS)
@pytest.mark.parametrize("command", READING)
def test_what_somebody_else_wrote_into_the_database_is_printed_harmlessly(
    network: Program, command: str, how: str
) -> None:
    _write_into(network.database, STEERING)
    found = run(network, *command.split(), "--format", how)
    assert found.out
    if how == "json":
        json.loads(found.out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["invite", "--show", "1"],
        ["invite"],
        ["invite", "--rewrite"],
        ["add-contact", "1", "Al <al@example.org>"],
        ["edit", "1", "--scope", "state"],
        ["rsvp", "1", "no"],
        ["attend", "1"],
        ["join", "1"],
        ["remove", "1"],
        ["undo"],
        ["nominate", "1", "--by", "2"],
        ["show", "Evil"],
    ],
    ids=" ".join,
)
def test_what_somebody_else_wrote_is_repeated_harmlessly(network: Program, arguments: list[str]) -> None:
    _write_into(network.database, STEERING)
    run(network, *arguments, code=None)


def test_markup_that_somebody_else_wrote_is_printed_as_it_stands(network: Program) -> None:
    _write_into(network.database, "[bold]x[/] [/y] [link=http://z]w")
    for command in READING:
        assert "[bold]x[/]" in run(network, *command.split()).out or command in ("report", "settings")


def test_a_formula_that_somebody_else_wrote_is_no_formula_in_csv(network: Program) -> None:
    _write_into(network.database, "=HYPERLINK(1)")
    for kind in ("partners", "contacts", "members", "nominations", "sessions", "invitations"):
        printed = run(network, "list", kind, "--format", "csv").out
        run(network, "export", f"{kind}.csv", "--what", kind)
        written = (network.folder / f"{kind}.csv").read_text("utf-8")
        for text in (printed, written):
            assert not [cell for row in csv.reader(io.StringIO(text)) for cell in row if cell.startswith("=")]
            assert "'=HYPERLINK(1)" in text


@pytest.mark.parametrize("actor", ["[bold]x[/]", "\x1b[31mred", "", "x" * 5000, "=cmd()"])
def test_whoever_says_to_be_the_actor_is_logged_harmlessly(
    mtep: Program, monkeypatch: pytest.MonkeyPatch, actor: str
) -> None:
    monkeypatch.setenv("MTEP_ACTOR", actor)
    run(mtep, "add-partner", "Acme")
    for how in FORMATS:
        run(mtep, "log", "--format", how)
