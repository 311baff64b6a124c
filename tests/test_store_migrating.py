"""Migrations: all or none, after a verified backup, and never when there is nothing to do."""

import hashlib
import os
import re
import shutil
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from mtep_outreach.errors import DatabaseError
from mtep_outreach.store import look_up, migrating, opening, reading
from mtep_outreach.store.backup import back_up
from mtep_outreach.store.engine import engine_for
from mtep_outreach.store.models import Model
from mtep_outreach.store.views import statement, views

from .conftest import Program

FIRST = Path(__file__).parent / "data" / "network-0001.sql"
"""A small invented network, as the first version of the program left it: the SQL of its database."""

AFTER = f"{int(opening.SCHEMA) + 1:04d}"
"""The version that comes next."""

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{next}"
down_revision = "{newest}"


def upgrade() -> None:
    with op.batch_alter_table("partners") as table:
        table.add_column(sa.Column("extra", sa.String(), nullable=True))
    op.execute("UPDATE partners SET extra = 'migrated'")
    {more}
"""


def schema(connection: sa.Connection) -> dict[tuple[str, str], list[str]]:
    """Everything that a database is made of, each with the words of its SQL: their order may differ, nothing else."""
    found = connection.exec_driver_sql(
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE 'alembic_%'"
    )
    return {(kind, name): sorted(re.findall(r"\w+|'[^']*'|[<>=]+", sql or "")) for kind, name, sql in found}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the migrations that a test can add to."""
    shutil.copytree(migrating.MIGRATIONS, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "migrations"


def lay_down(database: Path) -> None:
    """Make a database of the first version."""
    database.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(FIRST.read_text("utf-8"))
        connection.execute(f"PRAGMA application_id = {opening.APPLICATION_ID}")


def add_migration(folder: Path, more: str = "pass") -> None:
    text = NEXT.format(more=more, newest=opening.SCHEMA, next=AFTER)
    (folder / "versions" / f"{AFTER}_next.py").write_text(text, "utf-8")


def test_the_newest_migration_is_the_version_that_new_databases_get() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrating.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == opening.SCHEMA


@pytest.mark.parametrize("start", ["nothing", "0001"])
def test_a_new_database_and_a_migrated_one_are_the_same(tmp_path: Path, start: str) -> None:
    made, migrated = engine_for(None), engine_for(tmp_path / "migrated.sqlite")
    with made.begin() as connection:
        migrating.make_tables(connection)
        assert compare_metadata(MigrationContext.configure(connection), Model.metadata) == []
        expected = schema(connection)
    if start == "nothing":
        (tmp_path / "migrated.sqlite").touch()
    else:
        lay_down(tmp_path / "migrated.sqlite")
    migrating.bring_up_to_date(tmp_path / "migrated.sqlite")
    with migrated.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Model.metadata) == []
        assert schema(connection) == expected
    assert sum("AUTOINCREMENT" in words for words in expected.values()) > 10
    assert sum("CHECK" in words for words in expected.values()) > 5


def test_changed_views_come_with_a_migration_that_makes_them_anew() -> None:
    """A view in the database file is made when the version changes: a new text needs a new version."""
    text = files("mtep_outreach.store").joinpath("views.sql").read_bytes()
    newest = max((migrating.MIGRATIONS / "versions").glob("*.py"))
    assert f'VIEWS = "{hashlib.sha256(text).hexdigest()}"' in newest.read_text("utf-8")


def test_an_older_database_is_backed_up_and_brought_up_to_date(network: Program, folder: Path) -> None:
    add_migration(folder)
    before = network.export()
    copy = network.folder / "before.sqlite"
    shutil.copy(network.database, copy)
    backup = migrating.bring_up_to_date(network.database, folder)
    with closing(sqlite3.connect(network.database)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (AFTER,)
        assert connection.execute("SELECT DISTINCT extra FROM partners").fetchall() == [("migrated",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT COUNT(*) FROM nominations").fetchone() == (2,)
        assert connection.execute("SELECT COUNT(*) FROM session_list").fetchone() == (1,)
    assert backup.parent == network.database.parent
    with closing(sqlite3.connect(backup)) as old, closing(sqlite3.connect(copy)) as was:
        assert list(old.iterdump()) == list(was.iterdump())
    shutil.copy(backup, network.database)
    assert network.export() == before


def test_a_reading_command_brings_an_older_database_up_to_date(
    network: Program, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_migration(folder)
    monkeypatch.setattr(reading, "SCHEMA", AFTER)  # as the next version of the program would have it
    monkeypatch.setattr(opening, "SCHEMA", AFTER)
    monkeypatch.setattr(migrating.bring_up_to_date, "__defaults__", (folder, "head"))
    assert "AMTE" in network("list").out
    assert list(network.database.parent.glob("*-before-update-*"))


@pytest.mark.parametrize("mistake", ["op.execute('SELECT * FROM nowhere')", "op.execute('DELETE FROM members')"])
def test_a_migration_that_fails_leaves_the_database_as_it_was(network: Program, folder: Path, mistake: str) -> None:
    add_migration(folder, mistake)
    before = network.database.read_bytes()
    with pytest.raises(DatabaseError):
        migrating.bring_up_to_date(network.database, folder)
    assert network.database.read_bytes() == before
    network("report")


# ---- from the first version -------------------------------------------------------------------------------------


@pytest.fixture
def first(mtep: Program) -> Program:
    """A network of the first version of the program."""
    lay_down(mtep.database)
    return mtep


def contents(database: Path) -> dict[str, list[dict[str, object]]]:
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(map(dict, connection.execute(f"SELECT * FROM {name}")), key=_number) for name in names}


def _number(row: dict[str, object]) -> tuple[int, str]:
    return int(str(row.get("id", 0))), repr(row)


def test_everything_of_the_first_version_is_kept(first: Program) -> None:
    before = contents(first.database)
    first("list")
    after = contents(first.database)
    assert after.pop("alembic_version") == [{"version_num": opening.SCHEMA}]
    del before["alembic_version"]
    for row in before["imported_rows"]:
        row["digest"] = str(row["digest"])[:32]
    for row in before["journal_changes"]:
        for side in ("before", "after"):
            row[side] = re.sub(r'("digest":"\w{32})\w{32}"', r'\1"', str(row[side])) if row[side] else None
    for name, rows in before.items():
        kept = [{key: row[key] for key in rows[0]} for row in after[name]] if rows else after[name]
        assert kept == rows, name
    added = {name: rows for name, rows in after.items() if name not in before}
    assert {name for name, rows in added.items() if rows} == {"look_up_keys"}
    assert after["look_up_keys"]


def test_the_look_up_keys_of_an_older_database_are_made(first: Program) -> None:
    first("list")
    engine = engine_for(first.database)
    with engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT * FROM look_up_keys ORDER BY 1, 2").all()
        look_up.make_anew(connection)
        assert connection.exec_driver_sql("SELECT * FROM look_up_keys ORDER BY 1, 2").all() == stored
        connection.rollback()
    engine.dispose()
    refused = first("add-partner", "Assoc. of Mathematics Teacher Educators", code=1)
    assert "number 1" in refused.err


def given(database: Path) -> dict[str, int]:
    """The highest number that each table has ever given."""
    return {str(row["name"]): int(str(row["seq"])) for row in contents(database)["sqlite_sequence"]}


def test_a_number_that_the_first_version_gave_is_not_given_again(first: Program) -> None:
    before = given(first.database)
    assert before["partners"] > len(contents(first.database)["partners"])
    first("add-partner", "Newest of All", "--contact", "Al <al@example.org>", "--alias", "Newest")
    for table in ("partners", "names", "contacts"):
        newest = max(int(str(row["id"])) for row in contents(first.database)[table])
        assert newest > before[table], table


def test_a_file_that_the_first_version_imported_is_still_known(first: Program) -> None:
    (first.folder / "sheet.csv").write_text(
        "name,state,contact,email,nominated by,reason\n"
        "Alabama Mathematics Council,AL,Kim Lee,lee@example.org,Ana Ruiz,Near us\n"
        "Georgia Mathematics Council,GA,,,Ana Ruiz,\n",
        "utf-8",
    )
    steps = first("log", "--format", "json").json
    assert "Nothing new to import." in first("import", "sheet.csv", "--yes").out
    assert first("log", "--format", "json").json == steps


def test_every_step_of_the_first_version_can_be_taken_back_and_done_again(first: Program) -> None:
    first("redo")
    (first.folder / "more.csv").write_text(
        "name,state,contact,email,nominated by,reason\nNevada Mathematics Project,NV,,,Bo Chen,\n", "utf-8"
    )
    assert "Nothing new to import." in first("import", "more.csv", "--yes").out
    states = []
    while first("undo", code=None).code == 0:
        states.append(contents(first.database))
    emptied = contents(first.database)
    assert not [
        name
        for name, rows in emptied.items()
        if rows and not name.startswith(("journal_", "sqlite_")) and name != "alembic_version"
    ]
    for expected in [*reversed(states[:-1])]:
        first("redo")
        now = contents(first.database)
        for name, rows in expected.items():
            assert name.startswith(("journal_", "sqlite_")) or now[name] == rows, name


def test_a_backup_is_whole_and_only_its_owner_may_read_it(network: Program) -> None:
    target = network.folder / "copy.sqlite"
    back_up(network.database, target)
    with closing(sqlite3.connect(network.database)) as live, closing(sqlite3.connect(target)) as copy:
        assert list(live.iterdump()) == list(copy.iterdump())
    assert os.name == "nt" or target.stat().st_mode & 0o777 == 0o600


def test_a_backup_of_a_damaged_database_is_refused(network: Program) -> None:
    content = bytearray(network.database.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    network.database.write_bytes(content)
    with pytest.raises(DatabaseError):
        back_up(network.database, network.folder / "copy.sqlite")
    assert not list(network.folder.glob("*copy*"))


@pytest.mark.skipif("MTEP_TEST_POSTGRES" not in os.environ, reason="MTEP_TEST_POSTGRES names no PostgreSQL server")
def test_postgresql_takes_the_tables_and_every_view() -> None:
    engine = sa.create_engine(os.environ["MTEP_TEST_POSTGRES"])
    with engine.connect() as connection, connection.begin() as transaction:
        connection.exec_driver_sql("CREATE SCHEMA mtep_test; SET search_path TO mtep_test")
        migrating.make_tables(connection)
        for name in views():
            assert connection.exec_driver_sql(f"SELECT * FROM {name}").all() is not None
            connection.execute(sa.text(statement(name)), {"as_of": "2024-05-24"}).all()
        transaction.rollback()
    engine.dispose()
