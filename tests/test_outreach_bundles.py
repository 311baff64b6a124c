"""Bundles and lists: what is exported comes in again as it was, whatever its texts hold; what is damaged does not."""

import csv
import hashlib
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtep_outreach.files.bundles import Bundle, bundle_bytes, read_bundle
from mtep_outreach.files.spreadsheets import csv_text
from mtep_outreach.files.workbooks import workbook_bytes
from mtep_outreach.names import clean_line, clean_text, name_key
from mtep_outreach.outreach import bundles, contacts, exchange, imports, lists, partners, stops
from mtep_outreach.outreach.columns import NOTHING
from mtep_outreach.outreach.filters import Filters
from mtep_outreach.people import Person
from mtep_outreach.places import CODES
from mtep_outreach.store import models
from mtep_outreach.store.opening import SCHEMA
from mtep_outreach.store.reading import Reader
from mtep_outreach.store.writing import Work, writing
from mtep_outreach.tables import Table
from mtep_outreach.vocabulary import Scope, Sector

from .answers import from_everybody
from .conftest import Program, stored

NOW = datetime(2024, 5, 1, 12, 30, 15, 123456, tzinfo=UTC)
TODAY = NOW.date()


def tables_in(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as package:
        return {name: package.read(name) for name in package.namelist()}


def fill(program: Program) -> None:
    """Give the small network the rest of what can be stored."""
    program("join", "AMTE", "--kind", "mou", "--document", "mou.pdf")
    program("attend", "--session", "2024-05-24", "AMTE", today="2024-05-25")
    program("settings", "goal=40", "contact_person=Dee <dee@example.edu>")
    program("edit", "AMTE", "--council-role", "school-personnel", "--alias", "=SUM(1)", "--note", "@two\nlines, '\"")
    program("duplicates", "--apart", "AMTE", "Lee County Schools")
    program("merge", "AMTE", "Lee County Schools")
    program("add-commitment", "AMTE", "=We promise\n5", "--target", "1.5", "--unit", "+students", "--by", "2025")
    program("add-commitment", "AMTE", "Gone", "--goal", "funding", "--who", "@rural", "--where", "-AL")
    program("progress", "1", "0.25", "--evidence", "=SUM(1)")
    program("progress", "2", "--done")
    program("withdraw-commitment", "2")
    program("edit", "AMTE", "--public")
    program("add-partner", "Lost and Gone")
    program("remove", "Lost and Gone")
    (program.folder / "people.csv").write_text(
        "who,mail,unsub time\nAlabama Math Council,a@example.org,2024-04-30\nLee Academy,,\n", "utf-8"
    )
    program("import", "people.csv", "--yes", "--map", "who=name", "--map", "mail=email")
    program("do-not-contact", "Alabama Mathematics Council", "--reason", "=They asked")
    program("settings", "sender=Hub <hub@example.edu>", "postal_address=1 Main St, Auburn, AL 36830")
    program("add-partner", "Drafted Society", "--contact", "Dora Dale <dale@example.org>")
    program("invite", "Drafted Society", "--session", "2024-05-24", "--as", "eml")
    program("inbox", str(from_everybody(program, program.folder / "mails")))
    give_attendees(program)
    program("add-partner", "Forgotten Society", "--contact", "Fay Fox <fox@example.org>")
    program("forget", "fox@example.org", "--yes")


def give_attendees(program: Program) -> None:
    """Let a person have come for each partner that came."""
    with closing(sqlite3.connect(program.database)) as connection:
        connection.execute(
            "INSERT INTO attendees (attendance_id, name, minutes) SELECT id, '=Ann', 55 FROM attendances"
        )
        connection.commit()


@pytest.fixture
def full(network: Program) -> Program:
    fill(network)
    return network


@pytest.fixture
def bundle(full: Program) -> Path:
    """A bundle of the network; the commands that follow work on another database, which is not there yet."""
    full("export", "bundle.zip")
    return full.folder / "bundle.zip"


# ---- out and in -----------------------------------------------------------------------------------------------


def test_a_bundle_holds_every_table_but_the_log_and_what_is_made_of_others() -> None:
    here = {str(model.__tablename__) for model in models.Row.__subclasses__()}
    here |= set(models.Model.metadata.tables)
    assert set(bundles.TABLES) == here - {"journal_entries", "journal_changes", "look_up_keys"}
    assert len(set(bundles.TABLES)) == len(bundles.TABLES)


def test_each_table_of_a_bundle_comes_after_those_it_refers_to() -> None:
    for place, name in enumerate(bundles.TABLES):
        for key in models.Model.metadata.tables[name].foreign_keys:
            assert key.column.table.name in bundles.TABLES[: place + 1], name


def test_every_table_of_the_network_has_a_row_so_that_the_tests_here_prove_something(full: Program) -> None:
    with closing(sqlite3.connect(full.database)) as connection:
        empty = [name for name in bundles.TABLES if not connection.execute(f"SELECT 1 FROM {name}").fetchone()]
    assert empty == []


def test_a_bundle_makes_the_same_content_in_an_empty_database(full: Program, bundle: Path) -> None:
    printed = full("--db", "second.sqlite", "import", "bundle.zip", "--yes")
    assert "records of the bundle bundle.zip" in printed.out
    assert stored(full.folder / "second.sqlite") == stored(full.database)
    for database in (str(full.database), "second.sqlite"):
        full("--db", database, "export", f"{Path(database).stem}.json")
    assert (full.folder / "network.json").read_bytes() == (full.folder / "second.json").read_bytes()
    full("--db", "second.sqlite", "export", "second.zip")
    assert tables_in(full.folder / "second.zip") == tables_in(bundle)


def test_the_same_content_makes_the_same_bundle_byte_for_byte(full: Program, bundle: Path) -> None:
    full("export", "again.zip")
    assert (full.folder / "again.zip").read_bytes() == bundle.read_bytes()
    with zipfile.ZipFile(bundle) as package:  # whenever that is
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_numbers_go_on_where_they_were(full: Program, bundle: Path) -> None:
    full("--db", "second.sqlite", "import", "bundle.zip", "--yes")
    full("--db", "second.sqlite", "add-partner", "Newest of All")
    rows = full("--db", "second.sqlite", "list", "--format", "json").json
    highest = max(row["id"] for row in full.list())
    assert max(row["id"] for row in rows) > highest


def test_a_manifest_says_what_is_in_a_bundle_and_its_tables_are_csv(bundle: Path) -> None:
    content = tables_in(bundle)
    manifest = json.loads(content.pop("manifest.json"))
    assert (manifest["format"], manifest["version"]) == ("mtep bundle", SCHEMA)
    assert set(content) == {f"{name}.csv" for name in bundles.TABLES} == {f"{name}.csv" for name in manifest["tables"]}
    for name, facts in manifest["tables"].items():
        rows = list(csv.reader(io.StringIO(content[f"{name}.csv"].decode(), newline="")))
        assert len(rows) - 1 == facts["rows"]
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_a_bundle_is_known_by_its_content_not_by_its_name(full: Program, bundle: Path) -> None:
    bundle.rename(full.folder / "partners.csv")
    full("--db", "second.sqlite", "import", "partners.csv", "--yes")
    assert stored(full.folder / "second.sqlite") == stored(full.database)


def test_a_bundle_is_one_step_and_undo_leaves_an_empty_database_and_every_letter(full: Program, bundle: Path) -> None:
    letters = {path: path.read_bytes() for path in full.folder.rglob("*.md")}
    assert letters
    second = full.folder / "second.sqlite"
    full("--db", str(second), "import", "bundle.zip", "--yes")
    after = stored(second)
    (step,) = full("--db", str(second), "log", "--format", "json").json
    assert "import bundle.zip" in step["command"]
    full("--db", str(second), "undo")
    assert not [name for name, rows in stored(second).items() if rows and name != "alembic_version"]
    assert {path: path.read_bytes() for path in full.folder.rglob("*.md")} == letters
    full("--db", str(second), "redo")
    assert stored(second) == after
    full("--db", str(second), "undo")
    full("--db", str(second), "import", "bundle.zip", "--yes")
    assert stored(second) == after


def test_a_dry_run_says_what_would_come_in_and_makes_nothing(full: Program, bundle: Path) -> None:
    printed = full("--db", "second.sqlite", "import", "bundle.zip", "--dry-run")
    assert "Dry run: nothing was changed. It would have added" in printed.err
    assert not (full.folder / "second.sqlite").exists()


def test_a_bundle_needs_a_yes(full: Program, bundle: Path) -> None:
    refused = full("--db", "second.sqlite", "import", "bundle.zip", code=1)
    assert "--yes" in refused.err
    assert "partners and all that belongs to them" in refused.err
    assert not (full.folder / "second.sqlite").exists()


@pytest.mark.parametrize(
    "command",
    [["add-partner", "Quartz"], ["add-member", "Al <al@example.org>"], ["settings", "goal=40"], None],
    ids=["partner", "member", "setting", "the same"],
)
def test_a_database_with_something_in_it_takes_no_bundle(full: Program, bundle: Path, command: list[str]) -> None:
    full("--db", "second.sqlite", *(command or ["import", "bundle.zip", "--yes"]))
    before = (full.folder / "second.sqlite").read_bytes()
    refused = full("--db", "second.sqlite", "import", "bundle.zip", "--yes", code=1)
    assert "this database has something in it" in refused.err
    assert (full.folder / "second.sqlite").read_bytes() == before


def test_an_empty_database_makes_a_bundle_too(mtep: Program) -> None:
    mtep("export", "bundle.zip")
    mtep("--db", "second.sqlite", "import", "bundle.zip", "--yes")
    assert mtep("--db", "second.sqlite", "list", "--format", "json").json == []


# ---- what is no bundle, or no whole one -----------------------------------------------------------------------


def refused(program: Program, file: Path, *words: str) -> None:
    """Import a file that must be refused, by one sentence, without a trace."""
    before = sorted(program.folder.rglob("*"))
    found = program("--db", "second.sqlite", "import", str(file), "--yes", code=1)
    assert "Traceback" not in found.err
    assert found.err.startswith("Error: ")
    for said in words:
        assert said in found.err
    assert sorted(program.folder.rglob("*")) == before


def packed(file: Path, content: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in content.items():
            package.writestr(name, data)
    return file


def signed(content: dict[str, bytes]) -> dict[str, bytes]:
    """Let the manifest agree with the tables, as somebody who changes them on purpose would."""
    manifest = json.loads(content["manifest.json"])
    for name, facts in manifest["tables"].items():
        facts["sha256"] = hashlib.sha256(content[f"{name}.csv"]).hexdigest()
    return {**content, "manifest.json": json.dumps(manifest).encode()}


def changed(content: dict[str, bytes], table: str, change: Callable[[list[dict[str, str]]], None]) -> dict[str, bytes]:
    """Change the rows of one table and sign it."""
    rows = list(csv.DictReader(io.StringIO(content[f"{table}.csv"].decode(), newline="")))
    change(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return signed({**content, f"{table}.csv": out.getvalue().encode()})


def test_a_changed_table_is_named(full: Program, bundle: Path) -> None:
    content = tables_in(bundle)
    content["partners.csv"] = content["partners.csv"].replace(b"AL", b"GA")
    refused(full, packed(bundle, content), "its table partners was changed or is damaged")


def test_a_missing_table_is_refused(full: Program, bundle: Path) -> None:
    content = tables_in(bundle)
    del content["names.csv"]
    refused(full, packed(bundle, content), "it is no whole bundle")


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ({"version": "9999"}, "a newer mtep wrote it"),
        ({"tables": {"partners": None}}, "it is no whole bundle"),
        ({"tables": ["partners"]}, "it is no whole bundle"),
        ({"tables": 7}, "it is no whole bundle"),
        ({"version": None, "tables": {}}, ""),
    ],
    ids=str,
)
def test_a_manifest_that_says_something_else_is_refused(
    full: Program, bundle: Path, manifest: dict[str, Any], words: str
) -> None:
    content = tables_in(bundle)
    content["manifest.json"] = json.dumps(json.loads(content["manifest.json"]) | manifest).encode()
    refused(full, packed(bundle, content), words)


def test_a_bundle_with_a_table_that_is_not_known_is_of_a_newer_version(full: Program, bundle: Path) -> None:
    content = tables_in(bundle)
    manifest = json.loads(content["manifest.json"])
    manifest["tables"]["plans"] = {"rows": 0, "sha256": ""}
    content |= {"plans.csv": b"id\n", "manifest.json": json.dumps(manifest).encode()}
    refused(full, packed(bundle, signed(content)), "a newer mtep wrote it")


@pytest.mark.parametrize("manifest", [b"", b"{", b"[]", b"7", b"\xff\xfe", b"[" * 100_000, b'{"format": "other"}'])
def test_without_a_manifest_of_ours_it_is_no_bundle(full: Program, bundle: Path, manifest: bytes) -> None:
    refused(full, packed(bundle, {**tables_in(bundle), "manifest.json": manifest}))


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("partners", "id", "x"),
        ("partners", "id", ""),
        ("partners", "id", "-1"),
        ("partners", "id", "0"),
        ("partners", "id", "1" * 30),
        ("partners", "id", "1"),
        ("partners", "scope", "galactic"),
        ("partners", "added_on", "yesterday"),
        ("partners", "state", "Alabama"),
        ("settings", "id", "-1"),
        ("settings", "id", "0"),
        ("names", "partner_id", "999"),
        ("names", "partner_id", "1" * 30),
        ("names", "key", ""),
        ("names", "text", "x" * 301),
        ("sessions", "starts_at", "noon"),
        ("sessions", "ends_at", "2000-01-01T00:00:00Z"),
        ("doubtful_pairs", "score", "nan"),
        ("doubtful_pairs", "score", "7"),
        ("imported_rows", "digest", "short"),
    ],
)
def test_a_row_that_cannot_be_stored_is_refused(full: Program, bundle: Path, table: str, key: str, value: str) -> None:
    def change(rows: list[dict[str, str]]) -> None:
        rows[-1][key] = value

    refused(full, packed(bundle, changed(tables_in(bundle), table, change)))


@pytest.mark.parametrize(
    "table",
    [
        b"",
        b"\n",
        b"id\n1,2,3\n",
        b'id,scope\n"1,2\n',
        b"id\n\xff\n",
        b"colour\nred\n",
        b"id\n1\n",
        b'"a"b,c\n1,2\n',
        b"id,scope\r1,state\r",
    ],
    ids=str,
)
def test_a_table_that_is_no_table_is_refused(full: Program, bundle: Path, table: bytes) -> None:
    content = tables_in(bundle)
    refused(full, packed(bundle, signed({**content, "partners.csv": table})))


def test_a_bundle_that_was_cut_off_is_refused(full: Program, bundle: Path) -> None:
    whole = bundle.read_bytes()
    for length in (*range(0, len(whole), len(whole) // 20), len(whole) - 1):
        bundle.write_bytes(whole[:length])
        refused(full, bundle)


def test_a_bundle_with_a_bit_flipped_is_refused_or_whole(full: Program, bundle: Path) -> None:
    whole = bundle.read_bytes()
    expected = stored(full.database)
    taken = 0
    for place in range(0, len(whole), len(whole) // 60):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 8
        bundle.write_bytes(flipped)
        found = full("--db", "second.sqlite", "import", "bundle.zip", "--yes", code=None)
        assert found.code in (0, 1)
        assert "Traceback" not in found.err
        second = full.folder / "second.sqlite"
        assert second.exists() == (found.code == 0)
        if second.exists():  # a bit that says nothing: a day in the directory
            assert stored(second) == expected
            second.unlink()
            taken += 1
    assert taken < 30


@pytest.mark.parametrize("bomb", ["zeros", "one line", "many tables"])
def test_a_zip_bomb_is_refused_in_little_memory(full: Program, bundle: Path, bomb: str) -> None:
    import tracemalloc

    content = tables_in(bundle)
    large = 300_000_000
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        manifest = json.loads(content["manifest.json"])
        names = ["partners"] if bomb != "many tables" else ["partners", "names", "contacts"]
        for name in names:
            digest = hashlib.sha256()
            piece = (b"\0" if bomb == "zeros" else b"x") * 1_000_000
            with package.open(f"{name}.csv", "w", force_zip64=True) as stream:
                for _ in range(large // 1_000_000):
                    stream.write(piece)
                    digest.update(piece)
            manifest["tables"][name] = {"rows": 1, "sha256": digest.hexdigest()}
        for name, data in content.items():
            if name.removesuffix(".csv") not in names and name != "manifest.json":
                package.writestr(name, data)
        package.writestr("manifest.json", json.dumps(manifest))
    tracemalloc.start()
    refused(full, bundle)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50_000_000


def test_a_line_without_an_end_takes_little_memory(tmp_path: Path) -> None:
    """Below what makes a bundle suspicious, a line is as long as a cell may be and no longer."""
    rows = [{"id": 1, "text": "x" * 30_000_000}]
    (tmp_path / "long.zip").write_bytes(bundle_bytes(SCHEMA, [("names", ["id", "text"], rows)])[0])
    found = Bundle(tmp_path / "long.zip", SCHEMA, {"names": 1})
    with pytest.raises(ValueError, match="longer"):
        list(found.rows("names"))


# ---- any text ---------------------------------------------------------------------------------------------------

SIGNS = ["=1+1", "+1", "-1", "@SUM(A1)", "'", "''=1", "'=1", '"', '""', "\t", "\r", "\n", "\r\n", "a\rb", " ", ",",
         ";", "\\", "\x00", "\x1b[31m", "\x85", "\u2028", "\u200b", "\ufeff", "\U0001f9d1\u200d\U0001f3eb", "NULL",
         "None", "0", "00123", "1e5", "2024-05-24", "5/24/2024", "true", "_x0041_", "#REF!", "{{ 7 * 7 }}",
         "e\u0301", "\u05e9\u05dc\u05d5\u05dd", "\u6570\u5b66"]  # fmt: skip
ANY = st.one_of(st.sampled_from(SIGNS), st.text(st.characters(codec="utf-8"), max_size=30))
TEXTS = st.lists(ANY, min_size=40, max_size=40)


def everything_with(work: Work, texts: list[str]) -> None:
    """Store rows of every kind, each text one of these: as they are where the database takes it."""
    free = iter(texts)

    def some() -> str:
        return next(free) + "."

    def maybe() -> str | None:
        return next(free) or None

    work.add_many(
        models.Member,
        [
            {
                "name": some(),
                "key": "k",
                "email": None,
                "role": "coach",
                "team": maybe(),
                "state": None,
                "added_on": TODAY,
            }
        ],
    )
    more = ("city", "address", "postal_code", "phone", "website", "note")
    work.add_many(
        models.Partner,
        [{"added_on": TODAY, "scope": "state", **{key: maybe() for key in more}}, {"added_on": TODAY, "scope": None}
         | dict.fromkeys(more)],
    )  # fmt: skip
    work.add_many(
        models.Name, [{"partner_id": n, "kind": "official", "text": some(), "key": f"key {n}"} for n in (1, 2)]
    )
    work.add_many(models.PartnerRole, [{"partner_id": 1, "role": "school-personnel"}])
    kept = ("title", "phone", "time_zone", "note")
    work.add_many(
        models.Contact,
        [
            {
                "partner_id": 1,
                "name": some(),
                "email": maybe(),
                "is_primary": True,
                "added_on": TODAY,
                **{key: maybe() for key in kept},
            }
        ],
    )
    work.add_many(models.AddressStop, [{"address": some() + "..", "kind": "bounced", "day": TODAY, "note": maybe()}])
    work.add_many(models.Nomination, [{"partner_id": 1, "member_id": 1, "day": TODAY, "reason": maybe()}])
    work.add_many(
        models.OutreachSession,
        [
            {
                "code": "2024-05-24",
                "title": some(),
                "starts_at": NOW,
                "ends_at": datetime(2024, 5, 24, 18, tzinfo=UTC),
                "time_zone": "America/Chicago",
                "place": maybe(),
                "agenda": maybe(),
                "added_on": TODAY,
            }
        ],
    )
    work.add_many(
        models.Invitation, [{"partner_id": 1, "session_id": 1, "contact_id": 1, "signer_id": None, "day": TODAY}]
    )
    work.add_many(
        models.Delivery,
        [
            {
                "invitation_id": 1,
                "kind": "invitation",
                "state": "written",
                "path": maybe(),
                "template": next(free),
                "day": TODAY,
                "text": next(free),
                "at": NOW,
                "subject": next(free),
                "files": maybe(),
                "address": maybe(),
                "error": maybe(),
                "try_at": NOW,
            }
        ],
    )
    work.add_many(
        models.Message,
        [{"delivery_id": 1, "envelope_from": next(free), "recipient": next(free), "content": next(free)}],
    )
    work.add_many(models.PartnerStop, [{"partner_id": 2, "day": TODAY, "reason": maybe()}])
    work.add_many(models.Forgotten, [{"digest": "0" * 64, "day": TODAY}])
    work.add_many(models.Reply, [{"invitation_id": 1, "answer": "accepted", "day": TODAY, "note": maybe()}])
    work.add_many(models.Attendance, [{"partner_id": 2, "session_id": 1, "day": TODAY}])
    work.add_many(models.Agreement, [{"partner_id": 1, "day": TODAY, "kind": None, "document": maybe()}])
    work.add_many(models.NetworkSetting, [{"key": "network", "value": next(free)}])
    work.add_many(models.ImportedRow, [{"digest": "0" * 32, "partner_id": 1}])
    work.add_many(
        models.DoubtfulPair,
        [{"first_id": 1, "second_id": 2, "score": 1 / 3, "reasons": next(free), "apart": False, "day": TODAY}],
    )
    work.refresh_keys()


def step(database: Path) -> Any:
    return writing(database, at=NOW, actor="tester", command="test")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=TEXTS)
def test_any_text_comes_back_from_a_bundle(tmp_path: Path, texts: list[str]) -> None:
    first, second, file = (tmp_path / name for name in ("first.sqlite", "second.sqlite", "bundle.zip"))
    for old in (first, second):
        old.unlink(missing_ok=True)
    with step(first) as work:
        everything_with(work, texts)
    with Reader(first) as reader:
        file.write_bytes(bundles.bundle(reader)[0])
        expected = exchange.everything(reader)
    with step(second) as work:
        bundles.restore(work, read_bundle(file), lambda _: None)
    assert stored(second) == stored(first)
    with Reader(second) as reader:
        assert exchange.everything(reader) == expected
        assert bundles.bundle(reader)[0] == file.read_bytes()


@st.composite
def organizations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Organizations as people type them: texts that a list can hold, cleaned as every command cleans them."""
    line = ANY.map(lambda text: clean_line(text)[:100].strip())
    line = line.filter(lambda text: text.lower() not in NOTHING)  # lists say so that they say nothing
    word = st.one_of(st.just(""), line)
    called = line.filter(lambda text: any(letter.isalpha() for letter in text) and name_key(text))
    names = draw(st.lists(called, min_size=1, max_size=4, unique_by=name_key))
    return [
        {
            "name": name,
            "acronym": draw(st.one_of(st.just(""), line.filter(name_key))),
            "scope": draw(st.sampled_from(["", *Scope])),
            "sector": draw(st.sampled_from(["", *Sector])),
            "state": draw(st.sampled_from(["", *CODES])),
            "city": draw(word),
            "address": draw(word),
            "postal_code": draw(word),
            "phone": draw(word),
            "website": draw(st.sampled_from(["", "https://example.org/a?b=c", "www.example.org"])),
            "note": clean_text(draw(ANY)),
            "contact": draw(st.one_of(st.none(), line.filter(lambda text: name_key(text) and not {*"<>"} & {*text}))),
            "stopped": draw(st.booleans()),
        }
        for name in names
    ]


def csv_file(table: Table) -> bytes:
    return csv_text(table).encode()


def xlsx_file(table: Table) -> bytes:
    return workbook_bytes({"partners": table})


def json_file(table: Table) -> bytes:
    return json.dumps(table.records(), ensure_ascii=False).encode()


def listed(database: Path) -> Table:
    with Reader(database) as reader:
        return lists.listing(reader, "partners", Filters())


@pytest.mark.parametrize(("ending", "written"), [("csv", csv_file), ("xlsx", xlsx_file), ("json", json_file)])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=organizations())
def test_a_list_of_partners_comes_in_again_as_it_was(
    tmp_path: Path, ending: str, written: Callable[[Table], bytes], said: list[dict[str, Any]]
) -> None:
    first, second, file = (tmp_path / name for name in ("first.sqlite", "second.sqlite", f"partners.{ending}"))
    for old in (first, second):
        old.unlink(missing_ok=True)
    with step(first) as work:
        for number, one in enumerate(said):
            facts = partners.facts(**{key: value for key, value in one.items() if key not in ("contact", "stopped")})
            made = partners.add(work, facts, today=date(2024, 4, number + 1), another=True)
            if one["contact"]:
                who = Person(one["contact"], f"person{number}@example.org")
                contacts.add(work, partners.find(work, str(made.number)), who, today=TODAY)
            if one["stopped"]:
                stops.stop(work, str(made.number), today=TODAY)
    table = listed(first)
    file.write_bytes(written(table))
    with step(second) as work:
        outcome = imports.bring_in(work, imports.sources(file, work, {}), imports.Choices(), today=TODAY)
    assert [str(problem) for problem in outcome.problems] == []
    assert listed(second).records() == table.records()
    assert written(listed(second)) == written(table)
