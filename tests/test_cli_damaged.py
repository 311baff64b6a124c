"""Damaged files of every kind: taken, taken in part or refused with a sentence, and never half of one.

MTEP_TEST_DATA names a folder of real files, which are damaged in the same ways.
"""

import io
import json
import os
import random
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mtep_outreach.files.workbooks import workbook_bytes
from mtep_outreach.tables import Column, Table

from .conftest import Program, Result, stored

REAL = Path(os.environ.get("MTEP_TEST_DATA", "no folder"))

ROWS = [
    ["Organization", "State", "City", "ZIP", "Website", "Contact", "Email", "Nominated by", "Why?"],
    ["Quartz Foundation", "AL", "Auburn", "01234", "quartz.example.org", "Ann Adams", "ann@example.org", "Bo Chen", ""],
    ["Zenith Society", "Georgia", "Atlanta", "30301", "", "Zoë Núñez", "zoe@example.org", "", 'They say "yes", often'],
    ["Café Académie", "LA", "New Orleans", "70112", "", "", "", "Bo Chen", "Two\nlines; and more"],
    ["Granite Institute", "NH", "", "", "", "", "granite@example.org", "", "=1+1"],
]


def delimited(delimiter: str = ",", end: str = "\r\n") -> str:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in f'{delimiter}"\n') else text

    return "".join(delimiter.join(map(cell, row)) + end for row in ROWS)


def workbook() -> bytes:
    columns = [Column(key, key) for key in ROWS[0]]
    return workbook_bytes({"partners": Table(columns, [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]])})


def cards() -> str:
    return "".join(
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:{row[5]};;;;\r\nFN:{row[5] or row[0]}\r\nORG:{row[0]}\r\n"
        f"ADR;TYPE=WORK:;;1 Main St;{row[2]};{row[1]};{row[3]};\r\nEMAIL:{row[6]}\r\n"
        "NOTE;ENCODING=QUOTED-PRINTABLE:caf=C3=A9=\r\n and more\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\nEND:VCARD\r\n"
        for row in ROWS[1:]
    )


FILES: dict[str, bytes] = {
    "utf-8.csv": delimited().encode(),
    "utf-8-with-mark.csv": delimited(";").encode("utf-8-sig"),
    "utf-16.tsv": delimited("\t").encode("utf-16"),
    "windows.csv": delimited(";").encode("cp1252"),
    "japanese.csv": delimited().replace("ë", "e").replace("é", "e").replace("ú", "u").replace("ñ", "n")
    .replace("Auburn", "東京都です").encode("cp932"),
    "carriage-returns.csv": delimited(end="\r").replace("\n", " ").encode(),
    "book.xlsx": workbook(),
    "list.json": json.dumps([dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]], ensure_ascii=False).encode(),
    "lines.json": "\n".join(json.dumps(dict(zip(ROWS[0], row, strict=True))) for row in ROWS[1:]).encode(),
    "book.vcf": cards().encode(),
}  # fmt: skip

Damage = Callable[[bytes, random.Random], bytes]


def cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content))]


def begun_later(content: bytes, dice: random.Random) -> bytes:
    return content[dice.randrange(len(content)) :]


def flipped(content: bytes, dice: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(dice.choice([1, 1, 3, 20])):
        damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
    return bytes(damaged)


def with_nuls(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content))
    return content[:place] + b"\0" * dice.choice([1, 1, 2, 512]) + content[place:]


def with_a_hole(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content))
    return content[:place] + content[place + dice.randrange(1, 200) :]


def with_rubbish(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content))
    return content[:place] + dice.randbytes(dice.choice([1, 4, 100])) + content[place:]


def with_signs(content: bytes, dice: random.Random) -> bytes:
    damaged = content
    for _ in range(dice.choice([1, 2, 5])):
        place = dice.randrange(len(damaged))
        sign = dice.choice([b'"', b",", b"\r", b"\n", b"'", b";", b"<", b"&", b"{", b"]", b"BEGIN:VCARD", b"\\u12"])
        damaged = damaged[:place] + sign + damaged[place:]
    return damaged


def twice(content: bytes, dice: random.Random) -> bytes:
    return content + content[dice.randrange(len(content)) :]


def in_another_coding(content: bytes, dice: random.Random) -> bytes:
    said = content.decode(dice.choice(["utf-8", "cp1252", "latin-1"]), "replace")
    return said.encode(dice.choice(["utf-16-le", "utf-16-be", "utf-7", "cp037", "koi8-r", "latin-1"]), "replace")


DAMAGES: list[Damage] = [
    cut, begun_later, flipped, with_nuls, with_a_hole, with_rubbish, with_signs, twice, in_another_coding,
]  # fmt: skip


def repacked(content: bytes, damage: Damage, dice: random.Random) -> bytes:
    """Damage one part of a package and pack it again, so that the damage is met behind the packing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        chosen = dice.choice([name for name in package.namelist() if package.read(name)])
        for name in package.namelist():
            part = package.read(name)
            packed.writestr(name, damage(part, dice) if name == chosen else part)
    return out.getvalue()


def damaged(content: bytes, dice: random.Random) -> bytes:
    damage = dice.choice(DAMAGES)
    if content.startswith(b"PK") and dice.random() < 0.7:  # most of a package is packed
        return repacked(content, damage, dice)
    return damage(content, dice)


def imported(program: Program, name: str, *more: str) -> Result:
    """Import a file that may be anything; whatever becomes of it is whole, and said in a sentence."""
    before = stored(program.database)
    found = program("import", name, "--yes", *more, code=None)
    said = f"{name}\n{found.out}\n{found.err}"
    assert found.code in (0, 1, 3), said
    assert "Traceback" not in found.err, said
    after = stored(program.database)
    if found.code == 1:
        assert "Error: " in found.err, said
        assert after == before, said
        assert found.out == "", said
    else:
        assert found.out.startswith(("Imported ", "Nothing new to import.", "Nothing to import: ")), said
    with closing(sqlite3.connect(program.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    left = {path.name for path in program.folder.iterdir()} - {name, "data", "config", "share", "empty.sqlite"}
    assert all(".problems" in file and not file.startswith(".") for file in left), said
    assert not left or found.code == 3, said
    return found


@pytest.fixture
def empty(mtep: Program) -> Program:
    """An empty database, and a copy of it to begin with each time."""
    mtep("settings", "goal=40")
    shutil.copy(mtep.database, mtep.folder / "empty.sqlite")
    return mtep


def afresh(program: Program) -> None:
    shutil.copy(program.folder / "empty.sqlite", program.database)
    for left in program.folder.glob("*.problems*"):
        left.unlink()


@pytest.mark.parametrize("name", FILES)
def test_the_files_that_are_damaged_here_are_whole_before(empty: Program, name: str) -> None:
    (empty.folder / name).write_bytes(FILES[name])
    found = imported(empty, name)
    assert found.code == 0, found.err
    assert [row["name"] for row in empty.list()][:2] == ["Quartz Foundation", "Zenith Society"]
    assert len(empty.list()) == 4


@pytest.mark.parametrize("part", range(10))
def test_five_hundred_damaged_files_are_taken_or_refused(empty: Program, part: int) -> None:
    dice = random.Random(part)
    names = list(FILES)
    codes = set()
    for number in range(50):
        name = names[number % len(names)]
        (empty.folder / name).write_bytes(damaged(FILES[name], dice))
        codes.add(imported(empty, name).code)
        afresh(empty)
        (empty.folder / name).unlink()
    assert len(codes) > 1


# ---- the heavy ones -----------------------------------------------------------------------------------------------


def written(program: Program, name: str, parts: Iterator[bytes]) -> str:
    with (program.folder / name).open("wb") as file:
        for part in parts:
            file.write(part)
    return name


def refused(program: Program, name: str, *words: str) -> None:
    found = imported(program, name)
    assert found.code == 1
    for said in words:
        assert said in found.err
    assert len(found.err) < 2_000


def test_a_cell_of_a_hundred_megabytes_is_refused(empty: Program) -> None:
    with (empty.folder / "large.csv").open("wb") as file:
        file.write(b"name,state,note\nQuartz Foundation,AL,")
        for _ in range(100):
            file.write(b"x" * 1_000_000)
        file.write(b"\nZenith Society,GA,\n")
    refused(empty, "large.csv", "line 2 has more than")


def test_a_cell_of_a_hundred_megabytes_in_quotation_marks_is_refused(empty: Program) -> None:
    lines = [b"word after word\n" * 62_500] * 100
    written(empty, "large.csv", iter([b'name,state,note\nQuartz Foundation,AL,"', *lines, b'"\nZenith Society,GA,\n']))
    refused(empty, "large.csv", "line 2 has more than")


@pytest.mark.parametrize("where", ["header", "row"])
def test_a_million_columns_are_refused(empty: Program, where: str) -> None:
    wide = ",".join(f"c{number}" for number in range(1_000_000))
    text = f"name,state,{wide}\nQuartz,AL\n" if where == "header" else f"name,state\nQuartz,AL,{wide}\nZenith,GA\n"
    (empty.folder / "wide.csv").write_text(text, "utf-8")
    refused(empty, "wide.csv", "columns")


@pytest.mark.parametrize("name", ["book.xlsx"])
def test_a_workbook_that_unpacks_to_far_more_is_refused(empty: Program, name: str) -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(FILES[name])) as package,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed,
    ):
        for part in package.namelist():
            if part == "xl/worksheets/sheet1.xml":
                with packed.open(part, "w") as stream:
                    stream.write(package.read(part)[:-20])
                    for _ in range(150):
                        stream.write(b" " * 1_000_000)
            else:
                packed.writestr(part, package.read(part))
    (empty.folder / name).write_bytes(out.getvalue())
    refused(empty, name, "times its size")


LAUGHS = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 10))


@pytest.mark.parametrize("entity", [LAUGHS, '<!ENTITY a9 SYSTEM "file:///etc/passwd">'], ids=["laughs", "a file"])
@pytest.mark.parametrize(
    ("name", "part"), [("book.xlsx", "xl/sharedStrings.xml"), ("book.xlsx", "xl/worksheets/sheet1.xml")]
)
def test_entities_of_xml_are_refused(empty: Program, name: str, part: str, entity: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(FILES[name])) as package, zipfile.ZipFile(out, "w") as packed:
        for other in package.namelist():
            text = package.read(other)
            if other == part:
                head, _, body = text.decode().partition("?>")
                text = f"{head}?><!DOCTYPE x [{entity}]>{body.replace('Quartz', 'Quartz &a9;', 1)}".encode()
            packed.writestr(other, text)
    (empty.folder / name).write_bytes(out.getvalue())
    refused(empty, name, "document type")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deep.json", b"[" * 200_000),
        ("deeper.json", b'{"a":' * 200_000),
        ("deep-list.json", b'[{"name": "Quartz", "x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}]"),
        ("number.json", b'[{"name": "Quartz", "phone": ' + b"9" * 500_000 + b"}]"),
        ("open.csv", b'name,state\n"Quartz,AL\nZenith,GA\n' * 1_000),
        ("signs.csv", b'"' * 100_000),
        ("commas.csv", b"," * 9_000 + b"\n" + b"," * 9_000),
        ("returns.csv", b"name,state\r" + b"\r" * 100_000 + b"Quartz,AL\r"),
        ("nothing.csv", b""),
        ("blank.csv", b" \r\n\t\r\n"),
        ("mark.csv", b"\xef\xbb\xbf"),
        ("header.csv", b"name,state\n"),
        ("zeros.csv", b"\0" * 100_000),
        ("cards.vcf", b"BEGIN:VCARD\r\n" * 20_000),
        ("folded.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Quartz\r\n" + b" x\r\n" * 100_000 + b"END:VCARD\r\n"),
        ("long.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:" + b"x" * 5_000_000 + b"\r\nEND:VCARD\r\n"),
        ("empty.xlsx", b"PK\x05\x06" + b"\0" * 18),
        ("bare.xlsx", b"PK\x03\x04"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5_000),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_made_to_break_a_reader_does_not(empty: Program, name: str, content: bytes) -> None:
    (empty.folder / name).write_bytes(content)
    imported(empty, name)


@pytest.mark.parametrize(
    "header", ["name,name,state", "name,state,state,state", ",,,", "name,,state,", "name,NAME,Name"]
)
def test_headers_that_say_a_thing_twice_or_not_at_all_are_read_or_refused(empty: Program, header: str) -> None:
    cells = ["Quartz Foundation", "AL", "GA", "LA"][: header.count(",") + 1]
    (empty.folder / "sheet.csv").write_text(f"{header}\n{','.join(cells)}\n", "utf-8")
    found = imported(empty, "sheet.csv")
    assert found.code in (1, 3) or [row["name"] for row in empty.list()] == ["Quartz Foundation"]
    assert found.code == 0 or not empty.list()


def test_a_file_that_lies_about_its_kind_is_known_by_its_content(empty: Program) -> None:
    names = list(FILES)
    for name, other in zip(names, [*names[1:], names[0]], strict=True):
        wrong = f"{Path(name).stem}-as{Path(other).suffix}"
        (empty.folder / wrong).write_bytes(FILES[name])
        assert imported(empty, wrong).code == 0
        assert len(empty.list()) == 4
        afresh(empty)
        (empty.folder / wrong).unlink()


def test_a_cell_of_nothing_but_control_characters_says_nothing(empty: Program) -> None:
    lines = ["name,city,address,zip,office phone,contact,email,title,phone"]
    lines += [f"Partner {number} of Town {number * 7919},Auburn,1 Main St,,,,,," for number in range(20)]
    lines.append("Quartz Foundation,\x07,\x07,\x07,\x07,Ann Adams,ann@example.org,\x07,\x07")
    (empty.folder / "sheet.csv").write_text("\n".join(lines) + "\n", "utf-8")
    assert imported(empty, "sheet.csv").code == 0
    with closing(sqlite3.connect(empty.database)) as connection:
        partner = connection.execute("SELECT city, address, postal_code, phone FROM partners WHERE id = 21").fetchone()
        contact = connection.execute("SELECT title, phone FROM contacts").fetchone()
    assert (*partner, *contact) == (None,) * 6


def test_rows_with_carriage_returns_inside_come_back_from_the_problems_file(empty: Program) -> None:
    text = 'name,state,contact,note\r\nQuartz Foundation,Atlantis,"Ann\rLee","a\rb\r\nc"\r\nZenith Society,AL,,\r\n'
    (empty.folder / "sheet.csv").write_bytes(text.encode())
    assert imported(empty, "sheet.csv").code == 3
    left = empty.folder / "sheet.csv.problems.csv"
    left.write_bytes(left.read_bytes().replace(b"Atlantis", b"GA"))
    empty("import", left.name, "--yes")
    mended = empty.list()[-1]
    assert (mended["name"], mended["state"], mended["contact"], mended["note"]) == (
        "Quartz Foundation",
        "GA",
        "Ann Lee",
        "a\nb\nc",
    )


# ---- real files ---------------------------------------------------------------------------------------------------

_LARGEST = 300_000
_KINDS = {".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".json", ".vcf"}


def real_files() -> list[Path]:
    folders = ("sheets", "orgs", "vcards", "stem_partners")
    found = [path for folder in folders for path in sorted((REAL / folder).rglob("*")) if path.suffix.lower() in _KINDS]
    return [path for path in found if path.is_file() and 0 < path.stat().st_size <= _LARGEST]


@pytest.mark.skipif(not REAL.is_dir(), reason="MTEP_TEST_DATA names no folder of real files")
@pytest.mark.parametrize("part", range(6))
def test_damaged_real_files_are_taken_or_refused(empty: Program, part: int) -> None:
    for number, path in enumerate(real_files() * 3):
        if number % 6 != part:
            continue
        dice = random.Random(number)
        (empty.folder / path.name).write_bytes(damaged(path.read_bytes(), dice))
        imported(empty, path.name)
        afresh(empty)
        (empty.folder / path.name).unlink()
