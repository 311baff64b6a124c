"""A sending program that is killed: no letter twice, none lost, and every doubt is listed.

MTEP_TEST_SENDING_KILLS=300 MTEP_TEST_LETTERS=3000 is the whole of it; by default a smaller number of the same.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .outbox import Office, Sink, faults, sink

KILLS = int(os.environ.get("MTEP_TEST_SENDING_KILLS", "30"))
LETTERS = int(os.environ.get("MTEP_TEST_LETTERS", "300"))

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL here")

SEND_THEN_MARK = """
import sqlite3, smtplib, sys, zlib, base64
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
with smtplib.SMTP("127.0.0.1", int(sys.argv[2])) as smtp:
    while row := db.execute(
        "SELECT d.id, m.envelope_from, m.recipient, m.content FROM deliveries d"
        " JOIN messages m ON m.delivery_id = d.id WHERE d.state = 'queued' LIMIT 1"
    ).fetchone():
        smtp.sendmail(row[1], [row[2]], zlib.decompress(base64.b64decode(row[3])))
        db.execute("UPDATE deliveries SET state = 'sent' WHERE id = ?", (row[0],))
"""
"""What most programs do: send, then write it down."""


def kill_until_done(office: Office, server: Sink, begin: "Callable[[], subprocess.Popen[str]]", kills: int) -> int:
    """Begin a sending program again and again and kill it while it sends, until nothing is queued; count the kills."""
    dice = random.Random(7)
    killed = 0
    span = 2 * 0.006 * LETTERS / kills  # so that about as many letters go in each life as there are kills for
    while any(row["state"] in ("queued", "sending") for row in office.deliveries()):
        server.first.clear()
        child = begin()
        if killed >= kills:
            child.communicate(timeout=120)
            continue
        while not server.first.wait(0.02) and child.poll() is None:
            pass
        time.sleep(dice.random() * span)
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
            killed += 1
        child.communicate()
    return killed


def test_a_killed_sender_sends_nothing_twice_and_loses_nothing(tmp_path: Path) -> None:
    with sink(slow=0.006) as server:
        office = Office(tmp_path, server.port)
        office.queue(LETTERS)
        killed = kill_until_done(office, server, lambda: office.begin("send", "--wait", "0.05"), KILLS)
        assert killed >= KILLS * 0.8
        said = office.run("send", code=None)
        assert faults(office, server.taken, killed) == []
    doubtful = [row["id"] for row in office.deliveries() if row["state"] == "in-doubt"]
    assert said.returncode == (3 if doubtful else 0)
    (tmp_path / "figures").write_text(f"{LETTERS:,} letters, {killed} kills, {len(doubtful)} in doubt\n", "utf-8")
    listed = office.run("list", "deliveries", "--format", "csv").stdout
    assert listed.count("in-doubt") == len(doubtful)
    assert f"In doubt, {len(doubtful):,}" in said.stderr or not doubtful
    assert list(tmp_path.glob(".network.sqlite.sender-*")) == []


def test_the_harness_finds_what_a_program_does_wrong_that_writes_down_afterwards(tmp_path: Path) -> None:
    (tmp_path / "naive.py").write_text(SEND_THEN_MARK, "utf-8")
    with sink(slow=0.02) as server:
        office = Office(tmp_path, server.port)
        office.queue(60)
        command = [sys.executable, "naive.py", str(office.database), str(server.port)]
        kill_until_done(office, server, lambda: office.begin_any(command), 40)
        assert any(fault.startswith("taken 2 times") for fault in faults(office, server.taken, 40))


def test_a_letter_in_doubt_is_settled_by_a_person_and_by_nobody_else(tmp_path: Path) -> None:
    with sink(slow=2.0) as server:
        office = Office(tmp_path, server.port)
        office.queue(2)
        child = office.begin("send")
        server.first.wait(20)
        time.sleep(0.3)
        child.kill()
        child.communicate()
    with sink() as server:
        office.run("settings", f"smtp.port={server.port}")
        listed = office.run("list", "deliveries", "--format", "csv").stdout  # at once, before anything else is run
        assert listed.count("in-doubt") == 1
        assert "it is not known whether it was sent" in office.run("report").stdout
        assert "In doubt, 1" in office.run("send", code=3).stderr
        assert server.taken.total() == 1
        number = next(row["id"] for row in office.deliveries() if row["state"] == "in-doubt")
        assert f"mtep settle {number} sent, or mtep settle {number} again" in office.run("next").stdout
        office.run("settle", str(number), "again")
        office.run("send")
        assert server.taken.total() == 2
        assert max(server.taken.values()) == 1
        assert {row["state"] for row in office.deliveries()} == {"sent"}


def test_eight_senders_at_once_share_the_work_and_no_letter(tmp_path: Path) -> None:
    with sink(slow=0.01) as server:
        office = Office(tmp_path, server.port)
        office.queue(LETTERS)
        children = [office.begin("send") for _ in range(8)]
        for child in children:
            _, err = child.communicate(timeout=300)
            assert child.returncode == 0, err
        assert faults(office, server.taken, 0) == []
        assert server.taken.total() == LETTERS
        assert server.most_at_once > 4
