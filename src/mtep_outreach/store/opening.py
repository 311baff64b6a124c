"""Opening a database file: whose it is, which version it has, and what is refused untouched."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ..errors import DatabaseBusyError, DatabaseError

APPLICATION_ID = 0x4D544550
"""What marks an SQLite file as ours: "MTEP" in ASCII."""

SCHEMA = "0005"
"""The newest migration: what a new database is stamped with."""

BUSY_SECONDS = 30


def stored_version(path: Path) -> str | None:
    """Return the version of a database file, None when it is missing or empty.

    Raises DatabaseError when the file is not ours, damaged, of a newer version, or cannot be read.
    """
    try:
        if path.stat().st_size == 0:
            return None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        with closing(connect(path)) as connection:
            (marked,) = connection.execute("PRAGMA application_id").fetchone()
            if marked != APPLICATION_ID:
                raise DatabaseError(path, "it is a database of another program", "Name another file with --db.")
            (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise translated(path, error) from error
    except TypeError:
        raise DatabaseError(path, "it has lost its version stamp", "Restore it from a backup.") from None
    if version > SCHEMA:
        raise DatabaseError(
            path,
            f"it was written by a newer mtep (schema {version}, this one knows {SCHEMA})",
            "Install the newer mtep.",
        )
    return str(version)


def connect(path: Path, *, one_thread: bool = True) -> sqlite3.Connection:
    """Connect to a database file that is there, writable where it can be. Raises DatabaseError.

    Without ``one_thread`` several threads may use the connection, one at a time.
    """
    if path.is_dir():
        raise DatabaseError(path, "it is a folder", "Name a file with --db.")
    if not os.access(path, os.R_OK):
        raise DatabaseError(path, "permission denied", "Make it readable, or name another file with --db.")
    # Opened writable where it is, because a crash may have left a journal that has to be rolled back first.
    mode = "rw" if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK) else "ro"
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=one_thread,
    )


def unreadable(path: Path, error: OSError) -> DatabaseError:
    """Return what to say when the operating system does not let a file be read or written."""
    return DatabaseError(path, (error.strerror or str(error)).lower(), "Name another file with --db.")


def translated(path: Path, error: Exception) -> DatabaseError:
    """Return what to say when SQLite reports an error."""
    said = str(error)
    if "locked" in said or "busy" in said:
        return DatabaseBusyError(path)
    if "not a database" in said:
        return DatabaseError(path, "it is not a database of mtep", "Name another file with --db.")
    if "malformed" in said or "corrupt" in said or "no such table" in said:
        return DatabaseError(path, "it is damaged", "Restore it from a backup; nothing was changed.")
    if "readonly" in said:
        return DatabaseError(path, "it cannot be written to", "Make the file and its folder writable.")
    if "full" in said:
        return DatabaseError(path, "the disk is full; nothing was changed", "Make room and try again.")
    return DatabaseError(path, said.lower().rstrip("."), "Nothing was changed. Check the disk and the file.")
