"""Opening: which files are ours, what is refused untouched, and what a crash leaves."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from mtep_outreach.errors import DatabaseError
from mtep_outreach.store.opening import APPLICATION_ID, SCHEMA, stored_version
from mtep_outreach.store.reading import Reader

from .conftest import Program


def test_a_missing_or_empty_file_has_no_version(tmp_path: Path) -> None:
    assert stored_version(tmp_path / "none.sqlite") is None
    (tmp_path / "empty.sqlite").touch()
    assert stored_version(tmp_path / "empty.sqlite") is None


def test_a_new_database_is_marked_as_ours_and_of_this_version(mtep: Program) -> None:
    mtep("add-partner", "Any")
    assert stored_version(mtep.database) == SCHEMA
    with closing(sqlite3.connect(mtep.database)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_only_its_owner_may_read_what_is_written(network: Program) -> None:
    made = [path for path in network.folder.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}


@pytest.mark.parametrize("version", [f"{int(SCHEMA) + 1:04}", "9999"])
def test_a_database_of_a_newer_version_is_refused_untouched(mtep: Program, version: str) -> None:
    mtep("add-partner", "Any")
    with closing(sqlite3.connect(mtep.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [version])
        connection.commit()
    before = mtep.database.read_bytes()
    for command in (["list"], ["add-partner", "Other"], ["report"], ["undo"]):
        assert "newer mtep" in mtep(*command, code=1).err
    assert mtep.database.read_bytes() == before


def test_a_database_of_another_program_is_refused_untouched(mtep: Program) -> None:
    mtep.database.parent.mkdir()
    with closing(sqlite3.connect(mtep.database)) as connection:
        connection.execute("CREATE TABLE partners (id INTEGER)")
        connection.commit()
    before = mtep.database.read_bytes()
    for command in (["list"], ["add-partner", "Other"]):
        assert "another program" in mtep(*command, code=1).err
    assert mtep.database.read_bytes() == before


@pytest.mark.parametrize("cut", [100, 1000, 4096, 5000, 30_000])
def test_a_truncated_database_is_refused_or_read_but_never_a_traceback(network: Program, cut: int) -> None:
    network.database.write_bytes(network.database.read_bytes()[:cut])
    printed = network("report", code=None)
    assert printed.code == 0 or printed.err.startswith("Error:")


def test_the_reader_cannot_write(network: Program) -> None:
    with Reader(network.database) as reader, pytest.raises(DatabaseError):
        reader.select("partners", ["id IN (SELECT 1)"], "id; DELETE FROM partners")


def test_a_reading_command_works_while_another_program_reads(network: Program) -> None:
    with closing(sqlite3.connect(network.database)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM partners").fetchall()
        network("report")


KILLED = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("PRAGMA cache_spill = 1")
connection.execute("BEGIN IMMEDIATE")
for number in range(3000):
    connection.execute("INSERT INTO imported_rows (digest, partner_id) VALUES (?, 1)", [f"{number:064d}"])
print("half way", flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_what_a_killed_writer_left_half_done_is_rolled_back_by_the_next_reader(network: Program) -> None:
    before = network.export()
    with subprocess.Popen([sys.executable, "-c", KILLED, network.database], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
    assert network.database.with_name("network.sqlite-journal").exists()
    assert network.export() == before
    assert not network.database.with_name("network.sqlite-journal").exists()


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_an_import_killed_at_any_moment_is_done_whole_or_not_at_all(mtep: Program) -> None:
    rows = "".join(f"Partner {number},AL\n" for number in range(400))
    (mtep.folder / "many.csv").write_text("name,state\n" + rows, "utf-8")
    command = [sys.executable, "-m", "mtep_outreach", "import", "many.csv", "--yes"]
    counts = set()
    for attempt in range(8):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            time.sleep(0.3 + attempt * 0.1)
            run.kill()
        counts.add(len(mtep.list()))
    assert counts <= {0, 400}
    mtep("import", "many.csv", "--yes")
    assert len(mtep.list()) == 400
    left = {path.name for path in mtep.database.parent.iterdir()} - {
        ".network.sqlite.lock"
    }  # empty, and locks nobody out
    assert left == {"network.sqlite"}


def test_writers_at_the_same_time_lose_nothing(mtep: Program) -> None:
    mtep("add-partner", "First")
    script = (
        "import sys; from mtep_outreach.cli.app import main\n"
        "sys.exit(max(main(['add-partner', f'Partner {sys.argv[1]}.{n}']) for n in range(10)))"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(number)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for number in range(6)
    ]
    failures = [(run.returncode, err) for run in runs for _, err in [run.communicate()] if run.returncode]
    assert failures == []
    assert len(mtep.list()) == 61
    assert len(mtep("log", "--limit", "1000", "--format", "json").json) == 61


def test_a_database_that_is_kept_locked_is_said_to_be_busy(network: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtep_outreach.store.engine.BUSY_SECONDS", 0.1)  # else the test waits half a minute
    with closing(sqlite3.connect(network.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "another program is writing" in network("add-partner", "Late", code=1).err


def test_the_first_writers_of_all_wait_for_one_another(mtep: Program) -> None:
    """Six at once on an empty machine: one makes the database, the others use it."""
    script = "import sys; from mtep_outreach.cli.app import main; sys.exit(main(['add-partner', f'P {sys.argv[1]}']))"
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(number)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for number in range(6)
    ]
    failures = [err for run in runs for _, err in [run.communicate()] if run.returncode]
    assert failures == []
    assert len(mtep.list()) == 6
    assert [path.name for path in mtep.database.parent.iterdir()] == ["network.sqlite"]


def test_a_refused_first_command_leaves_no_folder(mtep: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTEP_DB", str(mtep.folder / "a" / "b" / "network.sqlite"))
    mtep("rsvp", "Nobody", "yes", code=1)
    assert list(mtep.folder.iterdir()) == []
