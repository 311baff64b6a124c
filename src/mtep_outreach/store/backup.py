"""A copy of a database file that was seen to be whole before it counts."""

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from ..atomic import sync_folder
from ..errors import DatabaseError
from .opening import translated, unreadable


def back_up(source: Path, target: Path) -> None:
    """Copy a database to a new file, readable by its owner alone, and verify the copy.

    Raises DatabaseError when the copy cannot be made or is not equal in the number of rows of each table.
    """
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=".mtep-backup-", dir=target.parent)
        os.close(handle)
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(temporary)) as copy:
            live.execute("BEGIN")
            live.backup(copy)
            whole = copy.execute("PRAGMA quick_check").fetchone() == ("ok",) and _counts(live) == _counts(copy)
        if not whole:
            raise DatabaseError(source, "its backup is not whole", "Nothing was changed. Check the disk.")
        with Path(temporary).open("rb") as file:
            os.fsync(file.fileno())
        Path(temporary).replace(target)
        temporary = None
        sync_folder(target.parent)
    except sqlite3.Error as error:
        raise translated(source, error) from error
    except OSError as error:
        raise unreadable(target, error) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in tables}
