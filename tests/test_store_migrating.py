"""Migrations: all or none, after a verified backup, and never when there is nothing to do."""

import hashlib
import os
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
from mtep_outreach.store import migrating, opening, reading
from mtep_outreach.store.backup import back_up
from mtep_outreach.store.engine import engine_for
from mtep_outreach.store.models import Model
from mtep_outreach.store.views import statement, views

from .conftest import Program

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("partners") as table:
        table.add_column(sa.Column("extra", sa.String(), nullable=True))
    op.execute("UPDATE partners SET extra = 'migrated'")
    {more}
"""


def schema(connection: sa.Connection) -> set[tuple[str, str, str]]:
    found = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return {(kind, name, " ".join((sql or "").replace('"', "").split())) for kind, name, sql in found}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the migrations that a test can add to."""
    shutil.copytree(migrating.MIGRATIONS, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "migrations"


def add_migration(folder: Path, more: str = "pass") -> None:
    (folder / "versions" / "0002_next.py").write_text(NEXT.format(more=more), "utf-8")


def test_the_newest_migration_is_the_version_that_new_databases_get() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrating.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == opening.SCHEMA


def test_a_new_database_and_a_migrated_one_are_the_same(tmp_path: Path) -> None:
    made, migrated = engine_for(None), engine_for(tmp_path / "migrated.sqlite")
    with made.begin() as connection:
        migrating.make_tables(connection)
        assert compare_metadata(MigrationContext.configure(connection), Model.metadata) == []
        expected = schema(connection)
    (tmp_path / "migrated.sqlite").touch()
    migrating.bring_up_to_date(tmp_path / "migrated.sqlite")
    with migrated.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Model.metadata) == []
        names = {row[:2] for row in schema(connection)}
    assert names == {row[:2] for row in expected}


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
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0002",)
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
    monkeypatch.setattr(reading, "SCHEMA", "0002")  # as the next version of the program would have it
    monkeypatch.setattr(opening, "SCHEMA", "0002")
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
