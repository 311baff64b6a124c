"""An import that is killed: all or nothing each time, and the next run completes it.

MTEP_TEST_KILLS=100 kills it a hundred times instead of twelve.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

KILLS = int(os.environ.get("MTEP_TEST_KILLS", "12"))
ROWS = int(os.environ.get("MTEP_TEST_KILLED_ROWS", "50000"))
ALL = {"partners": ROWS, "contacts": ROWS, "imported_rows": ROWS}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL here")


def environment(folder: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG")}
    return {
        **kept,
        "HOME": str(folder),
        "MTEP_DB": str(folder / "data" / "network.sqlite"),
        "MTEP_ACTOR": "tester",
        "MTEP_TODAY": "2024-05-01",
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "share"),
        "TMPDIR": str(folder / "temporary"),
    }


def begin(folder: Path) -> "subprocess.Popen[str]":
    """Begin the import, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "mtep_outreach", "import", "rows.csv", "--yes"],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def run(folder: Path) -> tuple[str, float]:
    """Run the import to its end, and return what it said and how long it took."""
    begun = time.monotonic()
    child = begin(folder)
    out, err = child.communicate()
    assert child.returncode == 3, err  # some rows have a problem, so that there is a problems file too
    return out, time.monotonic() - begun


def kill(folder: Path, after: float) -> bool:
    """Begin the import and kill it some seconds later; return whether it was still running."""
    child = begin(folder)
    try:
        child.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
        return True
    return False


def counts(database: Path) -> dict[str, int]:
    """How many rows there are of each kind, once SQLite found the database whole."""
    if not database.exists():
        return {}
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            return {}
        found = {name: connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in ALL}
        found["steps"] = connection.execute("SELECT COUNT(*) FROM journal_entries").fetchone()[0]
        return found


def content(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A file of rows that are all new, but for five without a name."""
    (tmp_path / "temporary").mkdir()
    lines = ["organization,state,city,website,contact,email"]
    lines += [
        f"Partner {number:06d} of {number * 7919 % ROWS:06d},AL,Town {number},p{number}.example.org,Person {number},"
        f"person{number}@example.org"
        for number in range(ROWS)
    ]
    for place in range(1, 6):
        lines.insert(place * ROWS // 6, f",AL,Nowhere {place},,,")
    (tmp_path / "rows.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize("place", ["a new database", "a database that is there"])
def test_a_killed_import_leaves_all_or_nothing_and_the_next_completes_it(folder: Path, place: str) -> None:
    database = folder / "data" / "network.sqlite"
    before: dict[str, int] = {}
    if place == "a database that is there":
        command = [sys.executable, "-m", "mtep_outreach", "settings", "goal=40"]
        database.parent.mkdir()
        subprocess.run(command, cwd=folder, env=environment(folder), check=True, capture_output=True)
        before = counts(database)
        assert before == {**dict.fromkeys(ALL, 0), "steps": 1}
    untouched = database.read_bytes() if before else b""
    _, seconds = run(folder)
    expected = {**ALL, "steps": 1 + before.get("steps", 0)}
    assert counts(database) == expected
    whole = files(folder)

    killed = 0
    moments = random.Random(42)  # the same parts of the time, each time
    for number in range(KILLS // 2):
        (folder / "rows.csv.problems.csv").unlink(missing_ok=True)
        database.unlink(missing_ok=True)
        if before:
            database.write_bytes(untouched)
        # One moment in each part of the time that a whole run takes: none of it is left out.
        after = seconds * (number + moments.random()) / (KILLS // 2)
        killed += kill(folder, after)
        assert counts(database) in (before, expected), f"killed after {after:.3f} of {seconds:.3f} s"
    assert killed > KILLS // 4

    done = counts(database) == expected
    said, _ = run(folder)
    assert ("Nothing new to import." if done else f"Imported {ROWS:,} new partners") in said
    assert counts(database) == expected
    first = content(database)
    assert files(folder) == whole
    (folder / "rows.csv.problems.csv").unlink()
    assert "Nothing new to import." in run(folder)[0]
    assert content(database) == first
