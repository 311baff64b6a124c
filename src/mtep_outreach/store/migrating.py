"""A database gets its tables: made new, or brought up to date by alembic after a verified backup."""

from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from ..errors import OutdatedDatabaseError
from . import look_up, models
from .engine import engine_for
from .opening import APPLICATION_ID, SCHEMA, translated
from .views import views

MIGRATIONS = Path(__file__).parent / "migrations"


def make_tables(connection: sa.Connection) -> None:
    """Make every table and view in an empty database and stamp it with the newest version."""
    if connection.dialect.name == "postgresql":
        for index in (index for table in models.Model.metadata.tables.values() for index in table.indexes):
            index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]
    models.Model.metadata.create_all(connection)
    make_views(connection)
    connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{SCHEMA}')")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def make_views(connection: sa.Connection) -> None:
    """Make the views anew, for whoever opens the file with another program."""
    for name in reversed(list(views())):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
    for name, body in views().items():
        connection.exec_driver_sql(f"CREATE VIEW {name} AS\n{body}")


def _numbers_given(connection: sa.Connection) -> dict[str, int]:
    """Return the highest number that each table has ever given."""
    if not connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").scalar():
        return {}
    found = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
    return {str(row.name): int(row.seq) for row in found}


def bring_up_to_date(path: Path, migrations: Path = MIGRATIONS, target: str = "head") -> Path:
    """Run the migrations a database lacks, all or none, and return the backup that was made before.

    Raises OutdatedDatabaseError when the file cannot be written, DatabaseError when a migration fails.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    from .backup import back_up

    backup = path.with_name(f"{path.stem}-before-update-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}{path.suffix}")
    try:
        with path.open("r+b"):
            pass
    except OSError as error:
        raise OutdatedDatabaseError(path, (error.strerror or str(error)).lower()) from error
    back_up(path, backup)
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    # Rebuilding a table drops the old one: with foreign keys on, that would take its referring rows along.
    engine = engine_for(path, foreign_keys=False)
    try:
        with engine.connect() as connection, connection.begin():
            # Also those that are no more: SQLite renames no table beside a view that lacks one of its own.
            there = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'view'").scalars().all()
            for name in there:
                connection.exec_driver_sql(f"DROP VIEW {name}")
            config.attributes["connection"] = connection
            given = _numbers_given(connection)
            command.upgrade(config, target)
            # A table that was made anew has forgotten which numbers it gave to rows that are gone.
            for table, number in given.items():
                connection.exec_driver_sql("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (number, table))
            make_views(connection)
            look_up.make_anew(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
            if broken:
                raise OutdatedDatabaseError(path, f"its table {broken[0]} refers to rows that are missing")
    except sa.exc.DBAPIError as error:
        raise translated(path, error.orig or error) from error
    except CommandError as error:
        raise OutdatedDatabaseError(path, f"its version is unknown ({error})") from error
    finally:
        engine.dispose()
    return backup
