"""A run that is broken off, a server that wants nothing, a full disk, a password asked for; and what is left."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mtep_outreach.store.ledger import sender_lock
from mtep_outreach.store.locking import Kept

from .conftest import Program
from .mailings import ADA, ANN, BAY, BEA, CALC, CY, DAY, EVERYBODY, PEOPLE, Post, connected, letters
from .outbox import SETTINGS, Office, sink
from .smtp_servers import FAULTS, PASSWORD, Mailbox, Scripted
from .test_cli_once_only import queue, words

posix = pytest.mark.skipif(os.name != "posix", reason="these need signals, terminals and file systems of POSIX")


@pytest.fixture
def post(mtep: Program) -> Iterator[Post]:
    with connected(mtep) as made:
        mtep("add-session", DAY)
        yield made


# ---- Ctrl-C ----------------------------------------------------------------------------------------------


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let programs begun here end by Ctrl-C, also where the tests themselves do not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupted(child: "subprocess.Popen[str]") -> str:
    """Press Ctrl-C while a letter is under way, and return what is said at once."""
    child.send_signal(signal.SIGINT)
    assert child.stderr
    said = ""
    while "once more breaks off" not in words(said):
        line = child.stderr.readline()
        assert line, said
        said += line
    return said


@posix
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("connections", ["1", "3"])
def test_after_ctrl_c_the_letters_under_way_are_recorded_as_sent_and_the_others_wait(
    tmp_path: Path, connections: str
) -> None:
    with sink(slow=1.5) as server:
        office = Office(tmp_path, server.port)
        office.queue(5)
        child = office.begin("send", "--connections", connections)
        assert server.first.wait(20)
        time.sleep(0.1 * int(connections))
        said = interrupted(child)
        out, err = child.communicate(timeout=30)
        assert child.returncode == 130
        assert "Letters under way come to their end" in words(said)
        assert "what was sent is written down" in words(err)
        assert "Traceback" not in said + err
        gone = server.taken.total()
        states = [row["state"] for row in office.deliveries()]
        assert 1 <= gone <= int(connections)
        assert f"Sent {gone} letter" in out
        assert f"Still queued: {5 - gone}." in words(err)
        assert sorted(states) == ["queued"] * (5 - gone) + ["sent"] * gone
    with sink() as rest:
        office.run("settings", f"smtp.port={rest.port}")
        office.run("send")
        assert sorted((server.recipients + rest.recipients).values()) == [1] * 5


@posix
@pytest.mark.usefixtures("interruptible")
def test_a_second_ctrl_c_breaks_off_and_the_letter_under_way_is_listed_in_doubt(tmp_path: Path) -> None:
    with sink(slow=20.0) as server:
        office = Office(tmp_path, server.port)
        office.queue(3)
        child = office.begin("send")
        assert server.first.wait(20)
        time.sleep(0.1)
        interrupted(child)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=10)
        assert child.returncode == 130
        assert "In doubt, 1" in err
        assert "1: Partner 00001 Society" in words(err)
        assert "Traceback" not in err
    listed = office.run("list", "deliveries", "--format", "csv").stdout
    assert (listed.count("in-doubt"), listed.count("queued")) == (1, 2)


# ---- what does not leave ---------------------------------------------------------------------------------


def test_what_is_held_back_is_listed_with_its_reason_and_in_the_exit_code(post: Post) -> None:
    queue(post)
    post.mtep("do-not-contact", ANN)
    post.mtep("do-not-contact", BAY)
    post.mtep("remove", CALC)
    said = words(post.mtep("send", code=3).err)
    assert f"Not sent: the address is not to be written to any more: {ADA}" in said
    assert f"Not sent: the organization is not to be written to any more: {BAY}" in said
    assert f"Not sent: the organization was removed: {CALC}" in said
    assert {row["state"] for row in letters(post.mtep)} == {"failed"}
    assert post.mails() == {}


def test_a_run_stops_after_five_equal_refusals_and_the_rest_stays_queued(tmp_path: Path) -> None:
    office = Office(tmp_path, 1)
    office.queue(12)
    with Scripted("mail", FAULTS["550"]) as server:
        office.run("settings", f"smtp.port={server.port}")
        refused = office.run("send", code=1)
    assert "refuses one letter after the other: 5.1.1 no such user" in words(refused.stderr)
    assert "Not delivered, 5:" in refused.stderr
    assert [row["state"] for row in office.deliveries()] == ["failed"] * 5 + ["queued"] * 7
    with sink() as mended:
        office.run("settings", f"smtp.port={mended.port}")
        office.run("invite", "--session", DAY, "--rewrite")
        office.run("send")
        assert sorted(mended.recipients.values()) == [1] * 12


def test_a_letter_put_off_by_a_clock_that_was_ahead_goes_now(post: Post) -> None:
    queue(post)
    with Scripted("rcpt", FAULTS["450"]) as server:
        post.mtep("settings", f"smtp.port={server.port}")
        post.mtep("send", "--wait", "0", today="2024-05-20", code=3)
    assert {row["try_at"][:10] for row in letters(post.mtep, state="queued")} == {"2024-05-20"}
    post.mtep("settings", f"smtp.port={post.server.port}")
    post.mtep("send", "--wait", "0")
    assert post.server.recipients == {ANN: 1, BEA: 1, CY: 1}


# ---- the password ----------------------------------------------------------------------------------------


class Guarded(Mailbox):
    """Takes mail of whoever knows the password, and counts who came and who logged in."""

    came = logins = 0

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, name: str, answers: list[str]) -> list[str]:  # noqa: N802
        self.came += 1
        session.host_name = name
        return answers

    def authenticate(self, *said: Any) -> Any:
        self.logins += 1
        return super().authenticate(*said)


@contextmanager
def at_a_terminal(folder: Path, number: int, *options: str) -> Iterator[tuple[Any, Guarded, Office]]:
    """Send at a terminal through a server that wants a password which is kept nowhere."""
    pexpect = pytest.importorskip("pexpect")
    from aiosmtpd.controller import Controller

    with socket.create_server(("127.0.0.1", 0)) as probe:
        box = Guarded("hub", PASSWORD, probe.getsockname()[1])
    office = Office(folder, box.port)
    office.queue(number)
    office.run("settings", "smtp.user=hub")
    environment = {**office.environment, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    guard: dict[str, Any] = {"auth_required": True, "auth_require_tls": False, "authenticator": box.authenticate}
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **guard)
    controller.start()
    program, *typed = office.command("send", *options)
    child = pexpect.spawn(program, typed, cwd=str(folder), env=environment, encoding="utf-8", timeout=30)
    try:
        child.expect("Password of hub for 127.0.0.1: ")
        box.came = 0  # the controller itself looks whether it listens
        yield child, box, office
    finally:
        child.close(force=True)
        controller.stop()


plain_server = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@posix
@plain_server
@pytest.mark.parametrize("connections", [1, 3])
def test_a_password_is_asked_for_once_before_a_server_is_reached(tmp_path: Path, connections: int) -> None:
    with at_a_terminal(tmp_path, 6, "--connections", str(connections)) as (child, box, office):
        time.sleep(0.3)
        assert box.came == 0
        child.sendline(PASSWORD)
        shown = child.read()
        child.close()
        assert (child.exitstatus, "Sent 6 letters." in shown) == (0, True), shown
        assert "Password" not in shown
        assert PASSWORD not in shown
        assert box.logins == connections
        assert len(box.messages) == 6
        assert {row["state"] for row in office.deliveries()} == {"sent"}


@posix
@plain_server
@pytest.mark.parametrize("key", ["\x04", "\x03"], ids=["Ctrl-D", "Ctrl-C"])
def test_who_types_no_password_ends_the_run_and_nothing_is_lost(tmp_path: Path, key: str) -> None:
    with at_a_terminal(tmp_path, 2) as (child, box, office):
        child.send(key)
        shown = child.read()
        child.close()
        assert child.exitstatus == 130, shown
        assert "Interrupted" in shown
        assert "Traceback" not in shown
        assert box.came == 0
        assert {row["state"] for row in office.deliveries()} == {"queued"}


# ---- a full disk -----------------------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system that is soon full."""
    made = folder / "disk"
    made.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=3m", "none", str(made)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("only root of a Linux can make a small file system")
    try:
        yield made
    finally:
        subprocess.run(["umount", str(made)], check=True)


def test_a_full_disk_is_said_in_one_sentence_and_each_letter_goes_once(tmp_path: Path) -> None:
    with small_disk(tmp_path) as disk, sink() as server:
        office = Office(tmp_path, server.port)
        office.database = disk / "network.sqlite"
        office.environment["MTEP_DB"] = str(office.database)
        office.run("settings", *SETTINGS)
        office.queue(4)
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="space"):
            while True:
                file.write(b"x" * 4096)
        refused = office.run("send", code=1)
        assert "the disk is full" in words(refused.stderr)
        assert server.taken.total() == 0
        filler.unlink()
        office.run("send")
        assert sorted(server.taken.values()) == [1] * 4
        assert {row["state"] for row in office.deliveries()} == {"sent"}


# ---- templates, people, settings -------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["{{ 9**99999 }}", "---\nsubject: x {{ 9**99999 }}\n---\nHello"])
def test_a_sum_that_nobody_can_work_out_is_a_mistake_of_its_template(mtep: Program, text: str) -> None:
    folder = mtep.folder / "own"
    (folder / "h.md.j2").mkdir(parents=True)
    mtep("settings", f"templates={folder}")
    assert "h" not in {row["name"] for row in mtep("templates", "--format", "json").json}
    (folder / "sum.md.j2").write_text(text, "utf-8")
    for command in PEOPLE:
        mtep(*command)
    refused = mtep("invite", "--session", DAY, "--template", "sum", code=1)
    assert "sum.md.j2" in refused.err.replace("\n", "")
    assert mtep.list("invitations") == []
    assert "5 of 6 templates can be used." in mtep("templates", "--check", code=3).out


def test_a_letter_that_cannot_be_removed_is_named_and_the_others_go(
    mtep: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    for command in PEOPLE:
        mtep(*command)
    mtep("invite", "--session", DAY, "--as", "md", "--as", "txt")
    unlink = Path.unlink

    def refusing(path: Path, missing_ok: bool = False) -> None:
        if path.name == "0001-ada-society.md":
            raise PermissionError(13, "Permission denied", str(path))
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", refusing)
    said = words(mtep("forget", ANN, "--yes", code=3).err)
    (kept,) = mtep.folder.rglob("*ada-society*")
    assert f"These letters could not be removed; remove them yourself: {kept}" in said
    assert ANN.encode() not in mtep.database.read_bytes()


def test_no_setting_of_this_machine_is_in_the_log_nor_in_the_database(mtep: Program) -> None:
    mtep("settings", "goal=40", "smtp.password_command=echo hunter2", "smtp.user=zebulon")
    logged = mtep("log").out
    assert "goal=40" in logged
    assert "smtp.password_command" in logged
    for word in ("hunter2", "zebulon"):
        assert word not in logged
        assert word.encode() not in mtep.database.read_bytes()


def test_those_who_came_to_a_session_that_was_cancelled_are_not_thanked(post: Post) -> None:
    for command in (["invite", "--session", DAY], ["attend", "--session", DAY, ADA], ["cancel", DAY]):
        post.mtep(*command)
    refused = post.mtep("thank", "--session", DAY, "--send", "--yes", code=1, today="2024-05-26")
    assert "was cancelled on" in refused.err
    assert post.mails() == {}


def test_two_members_of_one_name_have_two_folders_and_each_note_lists_its_own_letters(mtep: Program) -> None:
    mtep("settings", *SETTINGS)
    for number, partner in enumerate(("North Schools", "South Schools"), start=1):
        address = f"rivera{number}@example.edu"
        mtep("add-member", f"Maria Rivera <{address}>", "--role", "change-agent")
        contact = f"Person {number} <person{number}@example.org>"
        mtep("add-partner", partner, "--scope", "local", "--contact", contact, "--nominated-by", address)
    mtep("invite", "--session", DAY, "--as", "eml")
    folders = sorted({path.parent for path in mtep.folder.rglob("*.eml")})
    assert [folder.name for folder in folders] == ["maria-rivera-1", "maria-rivera-2"]
    for folder, mine, other in zip(folders, ("north", "south"), ("south", "north"), strict=True):
        (note,) = folder.glob("*.txt")
        assert f"{mine}-schools.eml" in note.read_text("utf-8")
        assert other not in note.read_text("utf-8")


def test_the_locks_of_killed_senders_are_removed_and_those_of_others_kept(post: Post) -> None:
    dead, alive = (sender_lock(post.mtep.database, name) for name in ("dead", "alive"))
    dead.touch()
    lock = Kept(alive)
    try:
        post.mtep("invite", "--session", DAY, "--send")
        assert [path.exists() for path in (dead, alive)] == [False, True]
    finally:
        lock.close()
    assert sorted(post.mails()) == EVERYBODY
