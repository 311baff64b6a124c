"""How SQLAlchemy talks to a database file."""

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import NullPool

from .opening import BUSY_SECONDS


def engine_for(path: Path | None, *, foreign_keys: bool = True) -> sa.Engine:
    """Return an engine for a database file, whose every transaction is BEGIN IMMEDIATE.

    None is a file without a name that goes with its connection. Rollback journal and synchronous=FULL: what was said
    to be done survives a power cut. An error never shows values.
    """

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(path or "", timeout=BUSY_SECONDS, isolation_level=None)

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        for pragma in (
            f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
            "journal_mode = DELETE",
            "synchronous = FULL",
            "trusted_schema = OFF",
            "secure_delete = ON",
            "cache_size = -65536",  # 64 MB: the indexes of a million rows are written here and there
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
