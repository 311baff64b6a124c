"""The journal file of a sending run: it stays from letter to letter, and one that a kill left behind harms nobody."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mtep_outreach.store.ledger import Ledger

from .conftest import Program
from .outbox import SETTINGS

NUMBER = 40
BEGIN = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from mtep_outreach.store.ledger import Ledger

led = Ledger(Path(sys.argv[1]), clock=lambda: datetime(2024, 5, 1, tzinfo=UTC), actor="tester", command="mtep send")
led.__enter__()
letters = led.claim(30)
assert led.hand_over(letters[0].id)
"""
HANDED_OVER = """
print("ready", flush=True)
time.sleep(60)
"""
# So much is changed, with so little room, that pages of the database are overwritten before there is a commit.
IN_THE_MIDST = """
led._connection.execute("PRAGMA cache_size = 1")
with led._transaction() as db:
    db.execute("UPDATE deliveries SET state = 'sent', error = text || text")
    print("ready", flush=True)
    time.sleep(60)
"""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="processes are killed as POSIX does")


@pytest.fixture
def database(mtep: Program) -> Path:
    """Letters that are queued."""
    lines = [f"Partner {n} Society,national,Person {n},person{n}@example.org" for n in range(1, NUMBER + 1)]
    (mtep.folder / "p.csv").write_text("\n".join(["name,scope,contact,email", *lines]) + "\n", "utf-8")
    mtep("import", "p.csv", "--yes")
    mtep("settings", "smtp.host=127.0.0.1", "smtp.port=1", "smtp.security=none", *SETTINGS)
    mtep("invite", "--session", "2024-05-24", "--send", "--wait", "0", code=1)
    return mtep.database


def killed(database: Path, then: str) -> None:
    """Take letters in hand in a process of its own, go on as said, and kill it when it is ready."""
    with subprocess.Popen(
        [sys.executable, "-c", BEGIN + then, database], stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGKILL)


def journal(database: Path) -> Path:
    return database.with_name(f"{database.name}-journal")


def states(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [state for (state,) in connection.execute("SELECT state FROM deliveries ORDER BY id")]


def test_the_journal_file_stays_from_letter_to_letter_and_is_gone_at_the_end(database: Path) -> None:
    with Ledger(database, clock=lambda: datetime(2024, 5, 1, tzinfo=UTC), actor="tester", command="mtep send") as led:
        for letter in led.claim(3):
            led.hand_over(letter.id)
            first = journal(database).stat().st_ino
            assert led.hand_over(letter.id) is False
            assert journal(database).stat().st_ino == first
            assert journal(database).read_bytes()[:28] == bytes(28)  # there is nothing to roll back
    assert not journal(database).exists()


def test_a_journal_that_a_kill_left_behind_takes_nothing_back_and_goes_with_the_next_change(
    database: Path, mtep: Program
) -> None:
    killed(database, HANDED_OVER)
    assert journal(database).stat().st_size > 0
    as_it_was = ["sending", *["queued"] * (NUMBER - 1)]
    assert states(database) == as_it_was
    mtep("settings", "hub=The hub")
    assert not journal(database).exists()
    assert states(database) == as_it_was


@pytest.mark.parametrize("next_one", [("list",), ("settings", "hub=The hub")])
def test_half_a_change_that_a_kill_left_behind_is_taken_back_by_whoever_comes_next(
    database: Path, mtep: Program, next_one: tuple[str, ...]
) -> None:
    before = database.read_bytes()
    killed(database, IN_THE_MIDST)
    assert database.read_bytes() != before
    assert journal(database).read_bytes()[:8] != bytes(8)
    mtep(*next_one)
    assert states(database) == ["sending", *["queued"] * (NUMBER - 1)]
