"""Names and texts that were made to break things: kept as typed, printed harmlessly, never run and never obeyed."""

import csv
import io
import json
import re
import shutil
import sqlite3
import unicodedata
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtep_outreach.files.sheets import read
from mtep_outreach.files.spreadsheets import csv_text, safe_cell
from mtep_outreach.letters.markdown import plain_text
from mtep_outreach.places import CODES
from mtep_outreach.tables import Column, Table

from .conftest import Program, Result

FORMULA = ("=", "+", "-", "@", "\t", "\r")
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
CONTROL = {c for c in map(chr, range(0x110000)) if unicodedata.category(c) == "Cc"} - {"\n", "\t"}
DIRECTION = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
STATES = dict(zip(NAMES, CODES, strict=False))
"""Each name has a state of its own, so that none is taken for another."""


def harmless(text: str) -> str:
    """A text that was printed; fails when it holds what could steer a terminal."""
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


def contact_of(name: str) -> str:
    """The name as that of a person: without what stands around an address."""
    return f"{re.sub('[<>@]', '', name)[:290]} x <{ADDRESS}>"


def add(program: Program, key: str) -> None:
    """Add a partner whose every text is the name."""
    name = NAMES[key].typed
    run(
        program, "add-partner", "--alias", f"{name[:290]} again", "--city", name, "--note", name, "--scope", "national",
        "--state", STATES[key], "--contact", contact_of(name), "--nominated-by", "Bo Chen <chen@example.edu>",
        "--reason", name, "--", name,
    )  # fmt: skip


_KEPT: dict[str, Path] = {}


@pytest.fixture
def crowd(mtep: Program, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A database with a partner of every hostile name, numbered in their order; made once and copied."""
    if "crowd" not in _KEPT:
        for key in NAMES:
            add(mtep, key)
        _KEPT["crowd"] = tmp_path_factory.mktemp("crowd") / "network.sqlite"
        shutil.copy(mtep.database, _KEPT["crowd"])
    mtep.database.parent.mkdir(exist_ok=True)
    shutil.copy(_KEPT["crowd"], mtep.database)
    return mtep


ALL_KEPT = [name.kept for name in NAMES.values()]


def same_names(found: list[str]) -> None:
    """Fail with the names that differ, and only those."""
    assert len(found) == len(ALL_KEPT)
    wrong = {key: got for key, got, kept in zip(NAMES, found, ALL_KEPT, strict=True) if got != kept}
    assert not wrong


# ---- typed --------------------------------------------------------------------------------------------------


def test_every_name_is_kept_as_it_was_typed(crowd: Program) -> None:
    same_names([row["name"] for row in crowd.list()])


def test_every_name_finds_its_partner_as_it_was_typed(crowd: Program) -> None:
    lost = []
    for number, (key, name) in enumerate(NAMES.items(), 1):
        found = run(crowd, "show", "--", name.typed, code=None)
        # Names that differ in punctuation only are one to a search: it says so and gives their numbers.
        if key != "a number" and not (found.code == 0 or re.search(rf"number {number}\b", found.err)):
            lost.append(key)
    assert not lost


@pytest.mark.parametrize("how", FORMATS)
def test_every_name_is_listed_whole_and_harmlessly(crowd: Program, how: str) -> None:
    printed = run(crowd, "list", "--format", how).out
    if how == "csv":
        found = [row["name"] for row in csv.DictReader(io.StringIO(printed))]
        assert found == [safe_cell(name) for name in _stored(crowd)]
    elif how == "markdown":
        rows = [re.sub(r"\\([\\|`*_<>\[\]])", r"\1", line) for line in printed.splitlines()[2:]]
        assert all(f" | {name} | " in row for name, row in zip(_stored(crowd), rows, strict=True))
    elif how != "json":
        assert not [name for name in _stored(crowd) if squeezed(name) not in squeezed(printed)]
    for kind in ("contacts", "members", "nominations", "sessions", "invitations"):
        run(crowd, "list", kind, "--format", how)
    for command in ("report", "log", "settings", "where"):
        run(crowd, command, "--format", how)


def _stored(program: Program) -> list[str]:
    return [row["name"] for row in program.list()]


def test_every_name_has_its_card(crowd: Program) -> None:
    for number, name in enumerate(_stored(crowd), 1):
        assert squeezed(name) in squeezed(run(crowd, "show", str(number)).out)
        assert run(crowd, "show", str(number), "--format", "json").json["name"] == name


def test_every_letter_lies_inside_the_letters_folder_and_goes_with_undo(crowd: Program) -> None:
    before = {path for path in crowd.folder.rglob("*") if path.is_file()}
    printed = run(crowd, "invite", "--session", "2024-05-24").out
    files = {path for path in crowd.folder.rglob("*") if path.is_file()} - before
    written = sorted(path for path in files if path.suffix == ".md")
    assert files == {path.with_suffix(ending) for path in written for ending in (".md", ".docx")}
    assert len(written) == len(NAMES)
    for number, (name, letter) in enumerate(zip(_stored(crowd), written, strict=True), 1):
        assert letter.resolve().parent == (crowd.folder / "letters" / "2024-05-24").resolve()
        assert re.fullmatch(rf"{number:04d}(-[a-z0-9]+)*\.md", letter.name), letter.name
        assert len(letter.name) < 100
        assert squeezed(name) in squeezed(plain_text(harmless(letter.read_text("utf-8"))))
        assert squeezed(name) in squeezed(printed)
        assert squeezed(name) in squeezed(plain_text(run(crowd, "invite", "--show", str(number)).out))
    run(crowd, "undo")
    assert {path for path in crowd.folder.rglob("*") if path.is_file()} == before


def test_every_name_comes_back_from_an_export_into_a_second_database(crowd: Program) -> None:
    run(crowd, "export", "out.csv")
    with (crowd.folder / "out.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(FORMULA)]
    second = str(crowd.folder / "second.sqlite")
    run(crowd, "--db", second, "import", "out.csv", "--yes")
    here, there = (run(crowd, *base, "list", "--format", "json").json for base in ([], ["--db", second]))
    for key in ("name", "city", "contact", "email"):
        assert [row[key] for row in there] == [row[key] for row in here]
    run(crowd, "export", "out.json")
    everything = json.loads((crowd.folder / "out.json").read_text("utf-8"))
    assert [row["name"] for row in everything["partners"]] == _stored(crowd)


def test_a_contact_whose_name_holds_an_at_sign_comes_back_from_an_export(mtep: Program) -> None:
    mtep("add-partner", "Acme", "--contact", f"Ann @ Acme <{ADDRESS}>")
    mtep("export", "out.csv")
    mtep("--db", "second.sqlite", "import", "out.csv", "--yes")
    (contact,) = mtep("--db", "second.sqlite", "list", "contacts", "--format", "json").json
    assert (contact["name"], contact["email"]) == ("Ann @ Acme", ADDRESS)


def test_every_name_is_imported_as_it_stands(mtep: Program) -> None:
    rows = [[safe_cell(name.typed), STATES[key], name.typed] for key, name in NAMES.items()]
    with (mtep.folder / "in.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["name", "state", "why \x1b[31m [bold]"], *rows])
    run(mtep, "import", "in.csv", "--dry-run")
    run(mtep, "import", "in.csv", "--yes")
    same_names(_stored(mtep))


@pytest.mark.parametrize(
    "before",
    [
        ["show", "--"],
        ["nominate", "AMTE", "--by"],
        ["add-session", "--"],
        ["list", "--state"],
        ["list", "--sort"],
        ["list", "--scope"],
        ["list", "--"],
        ["invite", "--template"],
        ["invite", "--show"],
        ["rsvp", "AMTE", "--"],
        ["settings", "--"],
        ["import", "--"],
        ["export", "--"],
        [],
    ],
    ids=" ".join,
)
def test_a_refusal_repeats_every_name_harmlessly(network: Program, before: list[str]) -> None:
    for name in NAMES.values():
        found = run(network, *before, f"no {name.typed[:90]}", code=None)
        assert found.code in (1, 2), name
        assert not found.out


OTHER_TEXTS = ("markup", "closing nothing", "a template", "colour", "C1 controls", "other directions", "a formula")


@pytest.mark.parametrize("key", OTHER_TEXTS)
def test_a_hostile_text_in_every_other_field_is_printed_harmlessly(network: Program, key: str) -> None:
    text = NAMES[key].typed
    person = contact_of(text)
    run(network, "add-contact", "AMTE", "--title", text, "--phone", text, "--", person)
    run(network, "add-member", "--team", text, "--", person)
    run(network, "edit-session", "2024-05-24", "--title", text, "--where", text, "--agenda", text, "--host", person)
    run(network, "rsvp", "AMTE", "no", "--note", text)
    run(network, "join", "AMTE", "--document", text)
    run(network, "settings", f"network={text}", f"hub={text}", f"postal_address={text}", f"contact_person={person}")
    for how in FORMATS:
        for kind in ("contacts", "members", "sessions", "invitations"):
            run(network, "list", kind, "--format", how)
        for command in ("show AMTE", "report", "log", "settings"):
            run(network, *command.split(), "--format", how)
    run(network, "invite")
    assert NAMES[key].kept in plain_text(run(network, "invite", "--show", "AMTE").out)


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
        st.tuples(
            st.text(
                st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\t\r\n"), min_size=1
            )
        ),
        min_size=1,
        max_size=4,
    )
)
def test_no_exported_cell_is_a_formula_and_every_one_is_read_back(tmp_path: Path, cells: list[tuple[str]]) -> None:
    texts = [text for (cell,) in cells if (text := " ".join(cell.split()))]
    table = Table((Column("name", "Name"),), [{"name": text} for text in texts])
    written = csv_text(table)
    for row in csv.reader(io.StringIO(written)):
        assert not row[0].startswith(FORMULA)
    file = tmp_path / "cells.csv"
    file.write_text(written, encoding="utf-8", newline="")
    assert [row.cells[0] for row in read(file, lambda cells: list(cells) == ["name"])[0].rows()] == texts or not texts


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
            connection.execute(
                f"UPDATE {table} SET {column} = {value}", (text.replace("\0", "") if column == "path" else text,)
            )
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
def test_what_somebody_else_wrote_into_the_database_is_printed_harmlessly(network: Program, how: str) -> None:
    _write_into(network.database, STEERING)
    for command in READING:
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
