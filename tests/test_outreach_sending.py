"""Sending: whatever a server does, each letter ends in the right state, and none is taken twice."""

import re
import shutil
import socket
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mtep_outreach.cli.app import main
from mtep_outreach.letters.delivery import Patience
from mtep_outreach.outreach.sending import Pace, Run, Tally
from mtep_outreach.store.ledger import Ledger

from .conftest import TODAY, Program, prepare_environment
from .outbox import SETTINGS, sink
from .smtp_servers import FAULTS, Fault, Scripted, patient, plain

BEGAN = datetime(2024, 5, 1, 12, tzinfo=UTC)


class _Clock:
    """Noon on the first of May, when a test begins."""

    started = datetime.now(UTC)

    def __call__(self) -> datetime:
        return BEGAN + (datetime.now(UTC) - self.started)


clock = _Clock()


@pytest.fixture(autouse=True)
def noon() -> None:
    clock.started = datetime.now(UTC)


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network with three partners whose invitations are queued, made once."""
    folder = tmp_path_factory.mktemp("waiting")
    with pytest.MonkeyPatch.context() as patch:
        prepare_environment(patch, folder)
        commands, refused = queueing(folder, 3)
        for command in commands:
            assert main(["--today", TODAY, *command]) == 0
        assert main(["--today", TODAY, *refused]) == 1
    return folder


@pytest.fixture
def queued(mtep: Program, waiting: Path) -> Program:
    """A copy of the network whose invitations are queued."""
    shutil.copytree(waiting, mtep.folder, dirs_exist_ok=True)
    return mtep


def queueing(folder: Path, number: int) -> tuple[list[list[str]], list[str]]:
    """Return the commands that prepare a network, and the one that queues its invitations: no server is reached."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    lines = [f"Partner {n} Society,national,Person {n},person{n}@example.org" for n in range(1, number + 1)]
    (folder / "p.csv").write_text("\n".join(["name,scope,contact,email", *lines]) + "\n", "utf-8")
    settings = ["settings", "smtp.host=127.0.0.1", f"smtp.port={port}", "smtp.security=none", *SETTINGS]
    imported = ["import", "p.csv", "--yes"]
    return [settings, imported], ["invite", "--session", "2024-05-24", "--send", "--wait", "0"]


def queue(mtep: Program, number: int) -> Program:
    commands, refused = queueing(mtep.folder, number)
    for command in commands:
        mtep(*command)
    assert "cannot be reached" in mtep(*refused, code=1).err
    assert {row["state"] for row in mtep.list("deliveries")} == {"queued"}
    return mtep


def run(database: Path, server: Any, patience: Patience | None = None, **pace: Any) -> Tally:
    """Send what is queued, with waits that a test can wait for."""
    quick: dict[str, Any] = {"first_wait": 0.05, "reconnect": (0.05, 0.05), "stay": timedelta(seconds=15)} | pace
    with Ledger(database, clock=clock, actor="tester", command="mtep send") as ledger:
        return Run(ledger, plain(server, patience), pace=Pace(**quick), clock=clock).go()


def states(mtep: Program) -> list[str]:
    return [row["state"] for row in mtep.list("deliveries")]


def say_nothing(server: Scripted, words: bytes) -> None:
    """Wait until the other side has had enough."""
    while server.wire.recv(1024):
        pass
    raise ConnectionResetError


def once(name: str) -> Fault:
    """Do wrong one time, and serve well from then on."""

    def wrong(server: Scripted, words: bytes) -> None:
        server.at = ""
        (say_nothing if name == "stall" else FAULTS[name])(server, words)

    return wrong


LATER = {"drop", "reset", "stall", "drip", "421", "450", "451", "452", "garbage"}
NEVER = {"550", "552", "554"}


def expected(phase: str, fault: str) -> str:
    """Return the state in which the letter that met with a fault ends, after all were tried again."""
    if phase in ("greeting", "ehlo"):
        return "queued" if fault in NEVER else "sent"
    if phase == "dot" and fault in ("drop", "reset", "stall", "drip", "garbage"):
        return "in-doubt"
    return "failed" if phase in ("mail", "rcpt", "data", "dot") and fault in NEVER else "sent"


CASES = [
    (phase, fault, message)
    for phase in ("greeting", "ehlo", "mail", "rcpt", "data", "dot", "next", "quit")
    for fault in FAULTS
    for message in ((1,) if phase in ("greeting", "ehlo", "next", "quit") else (1, 2, 3))
    # What a server says unasked may come before or after the next command: only its hanging up has one meaning.
    if phase != "next" or fault not in ("drip", "550", "552", "554")
]


@pytest.mark.parametrize(("phase", "fault", "message"), CASES)
def test_whatever_a_server_does_each_letter_ends_in_the_right_state(
    queued: Program, phase: str, fault: str, message: int
) -> None:
    with Scripted(phase, once(fault), message=message) as server:
        run(queued.database, server, patient(phase, fault))
    state = expected(phase, fault)
    wanted = ["sent"] * 3
    if state == "queued":  # the server does not want us at all: nothing is lost, and nothing tried in vain
        wanted = ["queued"] * 3
    elif state != "sent":
        wanted[message - 1] = state
    assert states(queued) == wanted
    ended = Counter(re.findall(rb"Message-ID: <([^>]+)>", b"".join(server.complete)))
    refused_after_its_end = phase == "dot" and fault in {"421", "450", "451", "452"}
    assert sorted(ended.values()) == ([] if state == "queued" else sorted(
        2 if refused_after_its_end and number == message else 1
        for number in (1, 2, 3)
        if wanted[number - 1] != "failed" or phase == "dot"
    ))  # fmt: skip


def test_there_are_sixty_cases_and_more() -> None:
    assert len(CASES) > 200


def test_what_was_taken_is_sent_even_if_the_server_hangs_up_in_a_bad_way(queued: Program) -> None:
    with Scripted("quit", FAULTS["421"], message=4) as server:
        tally = run(queued.database, server)
    assert (tally.sent, states(queued)) == (3, ["sent"] * 3)


# ---- later ----------------------------------------------------------------------------------------------


def test_a_greylisted_letter_waits_for_its_time_and_goes_once(queued: Program) -> None:
    seen: Counter[bytes] = Counter()

    def not_yet(server: Scripted, words: bytes) -> None:
        to = bytes(server.heard).rpartition(b"RCPT TO:<")[2]
        seen[to] += 1
        server.write(b"450 4.2.0 greylisted\r\n" if seen[to] < 3 else words + b"\r\n")

    with Scripted("rcpt", not_yet) as server:
        server._goes_wrong = lambda phase: phase == "rcpt"  # type: ignore[method-assign]
        tally = run(queued.database, server)
    assert (tally.sent, tally.failed, states(queued)) == (3, [], ["sent"] * 3)
    assert set(seen.values()) == {3}
    assert {row["attempts"] for row in queued.list("deliveries")} == {3}
    assert len(server.complete) == 3


def test_a_letter_whose_time_has_not_come_stays_queued_and_says_when(queued: Program) -> None:
    with Scripted("rcpt", FAULTS["450"]) as server:
        server._goes_wrong = lambda phase: phase == "rcpt"  # type: ignore[method-assign]
        tally = run(queued.database, server, first_wait=3000.0)
    assert states(queued) == ["queued"] * 3
    assert len(tally.later) == 3
    for row in queued.list("deliveries"):
        assert row["error"] == "450 4.2.1 greylisted"
        assert row["try_at"].startswith("2024-05-01T12:5")
    with sink() as server_again:  # not one goes before its time
        run(queued.database, server_again)
        assert server_again.taken.total() == 0


def test_a_letter_that_is_put_off_for_ever_fails_in_the_end(queued: Program) -> None:
    with closing(sqlite3.connect(queued.database)) as connection:
        connection.execute("UPDATE deliveries SET attempts = 11")
        connection.commit()
    with Scripted("rcpt", FAULTS["450"]) as server:
        server._goes_wrong = lambda phase: phase == "rcpt"  # type: ignore[method-assign]
        tally = run(queued.database, server)
    assert states(queued) == ["failed"] * 3
    assert len(tally.failed) == 3


def test_a_server_that_breaks_off_each_time_ends_the_run_and_loses_nothing(mtep: Program) -> None:
    queue(mtep, 12)
    with Scripted("mail", FAULTS["421"]) as server:
        tally = run(mtep.database, server)
    assert "breaks off again and again" in str(tally.stopped_by)
    assert states(mtep) == ["queued"] * 12
    assert server.connections <= 6


def test_a_server_that_takes_only_a_few_letters_a_connection_gets_them_all(mtep: Program) -> None:
    queue(mtep, 12)
    with Scripted("mail", FAULTS["421"], message=4) as server:
        tally = run(mtep.database, server)
    assert (tally.sent, states(mtep)) == (12, ["sent"] * 12)
    assert len({re.findall(rb"Message-ID: <([^>]+)>", one)[0] for one in server.complete}) == 12


def test_recipients_who_are_refused_in_the_same_words_keep_no_other_letter_back(mtep: Program) -> None:
    queue(mtep, 12)

    def unknown(server: Scripted, words: bytes) -> None:
        last = bytes(server.heard).rpartition(b"RCPT TO:<")[2].startswith(b"person12@")
        server.write(words + b"\r\n" if last else b"550 5.1.1 no such user\r\n")

    with Scripted("rcpt", unknown) as server:
        server._goes_wrong = lambda phase: phase == "rcpt"  # type: ignore[method-assign]
        tally = run(mtep.database, server)
    assert tally.stopped_by is None
    assert states(mtep) == ["failed"] * 11 + ["sent"]


def test_at_most_so_many_letters_go_in_a_minute(queued: Program) -> None:
    with sink() as server:
        begun = datetime.now(UTC)
        run(queued.database, server, a_minute=240.0)
        took = datetime.now(UTC) - begun
    assert timedelta(seconds=0.5) <= took < timedelta(seconds=5)
    assert server.taken.total() == 3


def test_four_connections_work_at_the_same_time(mtep: Program) -> None:
    queue(mtep, 12)
    with sink(answer=0.02) as server:
        run(mtep.database, server, connections=4)
    assert server.most_at_once == 4
    assert sorted(server.taken.values()) == [1] * 12
    assert states(mtep) == ["sent"] * 12


# ---- what may not go any more -----------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["Partner 2 Society", "person2@example.org", "PERSON2@example.org"])
def test_who_is_marked_while_a_letter_is_queued_gets_none(queued: Program, who: str) -> None:
    queued("do-not-contact", who, "--reason", "They asked.")
    with sink() as server:
        run(queued.database, server)
    assert states(queued) == ["sent", "failed", "sent"]
    assert "not to be written to" in queued.list("deliveries")[1]["error"]
    assert "person2@example.org" not in server.recipients


def test_who_is_marked_at_the_last_moment_gets_no_letter(queued: Program) -> None:
    """The mark is set while the server is being told of the letter: nothing of it is written."""

    def mark(server: Scripted, words: bytes) -> None:
        server.at = ""
        with closing(sqlite3.connect(queued.database, timeout=30)) as connection:
            stop = "INSERT INTO address_stops (address, kind, day) VALUES (?, 'opted-out', '2024-05-01')"
            connection.execute(stop, ["person1@example.org"])
            connection.commit()
        server.write(words + b"\r\n")

    with Scripted("data", mark) as server:
        run(queued.database, server)
    assert states(queued) == ["failed", "sent", "sent"]
    assert not any(b"person1@example.org" in one for one in server.complete)


def test_a_letter_to_a_session_that_has_begun_meanwhile_does_not_leave(queued: Program) -> None:
    def later() -> datetime:
        return datetime(2024, 5, 24, 17, 30, tzinfo=UTC)

    with sink() as server, Ledger(queued.database, clock=later, actor="tester", command="mtep send") as ledger:
        Run(ledger, plain(server), pace=Pace(), clock=later).go()  # type: ignore[arg-type]
    assert states(queued) == ["failed"] * 3
    assert "has begun" in queued.list("deliveries")[0]["error"]


def test_a_letter_that_another_step_takes_back_meanwhile_does_not_leave(queued: Program) -> None:
    def take_back(server: Scripted, words: bytes) -> None:
        server.at = ""
        queued("undo")
        server.write(words + b"\r\n")

    with Scripted("data", take_back) as server:
        run(queued.database, server)
    assert server.complete == []
    assert queued.list("deliveries") == []


# ---- the log ----------------------------------------------------------------------------------------------


def test_a_run_is_one_step_of_the_log_that_cannot_be_taken_back(queued: Program) -> None:
    with sink() as server:
        run(queued.database, server)
    steps = queued("log", "--format", "json").json
    assert (steps[0]["command"], steps[0]["kind"], steps[0]["state"]) == ("mtep send", "final", "final")
    refused = queued("undo", str(steps[0]["id"]), code=1)
    assert "cannot come back" in refused.err
    refused = queued("undo", code=1)
    assert "3 of its letters have left" in refused.err
    assert states(queued) == ["sent"] * 3


def test_a_run_with_nothing_to_send_is_no_step(queued: Program) -> None:
    with sink() as server:
        run(queued.database, server)
        steps = queued("log", "--format", "json").json
        run(queued.database, server)
    assert queued("log", "--format", "json").json == steps


@pytest.fixture(autouse=True)
def no_sender_is_left(mtep: Program) -> Iterator[None]:
    yield
    assert list(mtep.folder.rglob(".*.sender-*")) == []
