"""Folders on a real mail server: nothing is lost or read twice, whatever happens to it, and no trace is left.

``MTEP_TEST_DOVECOT`` names the program ``dovecot``; without it these tests are skipped.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from imapclient import IMAPClient

from mtep_outreach.errors import InboxPasswordNotTakenError, MailFolderNotFoundError, MailFolderRenumberedError
from mtep_outreach.files.imap import Folder, opened
from mtep_outreach.files.imap_addresses import Account
from mtep_outreach.files.mails import LARGEST
from mtep_outreach.files.mbox import HEAD
from mtep_outreach.vocabulary import Security

from .smtp_servers import Authority

DOVECOT = os.environ.get("MTEP_TEST_DOVECOT", "")
USER, PASSWORD = "rivera@example.edu", "Geheim-9-Wort"
WITHOUT_MOVE = "imap_capability = IMAP4rev1 LITERAL+ MULTIAPPEND UIDPLUS"

pytestmark = pytest.mark.skipif(not DOVECOT, reason="MTEP_TEST_DOVECOT does not name a dovecot to start")

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:{folder}/mail/%u
mailbox_list_index = no
first_valid_uid = 1
namespace inbox {{
  inbox = yes
  separator = {separator}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
{more}
"""


class Dovecot:
    """A server of its own, from a folder of its own, that can be killed."""

    def __init__(self, folder: Path, more: str, separator: str) -> None:
        self.folder = folder
        self.port, self.tls_port = _free_port(), _free_port()
        is_root = os.geteuid() == 0
        owner = "mail" if is_root else str(os.geteuid())  # mail does not belong to root; the server refuses it
        group = "mail" if is_root else str(os.getegid())
        if not is_root:
            me = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
            more += f"\ndefault_internal_user = {me}\ndefault_login_user = {me}\n"
        if "ssl_cert" not in more:
            more += "\nssl = no\n"
        self._configuration = folder / "dovecot.conf"
        self._configuration.write_text(
            CONFIGURATION.format(
                folder=folder,
                separator=separator,
                password=PASSWORD,
                user=owner,
                group=group,
                port=self.port,
                tls_port=self.tls_port,
                more=more,
            )
        )
        (folder / "mail").mkdir()
        if is_root:
            shutil.chown(folder / "mail", owner, group)
        self.start()

    def start(self) -> None:
        """Start, and wait until somebody listens."""
        self._process = subprocess.Popen(
            [DOVECOT, "-F", "-c", str(self._configuration)],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError((self.folder / "log").read_text())

    def kill(self) -> None:
        """Kill all of its processes at once."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)

    def account(self, folder: str = "INBOX") -> Account:
        return Account(USER, "localhost", self.port, folder, Security.STARTTLS)

    def folder_of(self, name: str = "INBOX") -> Folder:
        return opened(self.account(name), lambda: PASSWORD, patience=timedelta(seconds=60))

    @contextmanager
    def other_client(self, folder: str | None = None) -> Iterator[IMAPClient]:
        """Another program that looks at the same account."""
        with IMAPClient("localhost", self.port, ssl=False) as client:
            client.login(USER, PASSWORD)
            if folder:
                client.select_folder(folder)
            yield client

    def fill(self, contents: list[bytes], folder: str = "INBOX") -> None:
        with self.other_client() as client:
            if folder != "INBOX":
                client.create_folder(folder)
            for start in range(0, len(contents), 100):
                client.multiappend(folder, contents[start : start + 100])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def dovecot(more: str = "", separator: str = "/") -> Iterator[Dovecot]:
    # Not in a test's own folder, which nobody but its owner may enter: the server's parts have users of their own.
    folder = Path(tempfile.mkdtemp(prefix="mtep-dovecot-"))
    folder.chmod(0o755)
    try:
        server = Dovecot(folder, more, separator)
        try:
            yield server
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


def letter(number: int, more: str = "") -> bytes:
    text = f"From: ann@example.org\r\nSubject: {number}\r\nMessage-ID: <{number}@x.org>\r\n\r\nYes {number}\r\n{more}"
    return text.encode()


def letters(count: int) -> list[bytes]:
    return [letter(number) for number in range(1, count + 1)]


def test_reading_leaves_no_trace(server: Dovecot) -> None:
    server.fill(letters(120))
    with server.folder_of() as inbox:
        found = dict(inbox.messages(()))
    assert [raw.content for raw in found.values()] == letters(120)
    with server.other_client() as client:
        state = client.select_folder("INBOX")
        assert state[b"RECENT"] == 120
        assert state[b"UIDVALIDITY"] == inbox.uid_validity
        assert client.search("UNSEEN") == list(found)
        assert {answer[b"FLAGS"] for answer in client.fetch(list(found), ["FLAGS"]).values()} == {(rb"\Recent",)}


def test_what_is_marked_and_moved_is_that_and_nothing_else(server: Dovecot) -> None:
    server.fill(letters(10))
    server.fill([], "Antworten/Für später")
    with server.other_client("INBOX") as client:
        client.add_flags([10], [rb"\Deleted"])
    with server.folder_of() as inbox:
        inbox.mark_read([2, 3, 7])
        inbox.move([3, 4], "Antworten/Für später")
        with pytest.raises(MailFolderNotFoundError) as raised:
            inbox.move([5], "Answers")
        assert "'Antworten/Für später'" in raised.value.hint
    with server.other_client("INBOX") as client:
        assert client.search("ALL") == [1, 2, 5, 6, 7, 8, 9, 10]
        assert client.search("SEEN") == [2, 7]
    with server.folder_of("Antworten/Für später") as moved:
        assert [raw.content for _, raw in moved.messages(())] == [letter(3), letter(4)]


def test_a_server_that_cannot_move_copies_and_deletes_nothing_else() -> None:
    with dovecot(WITHOUT_MOVE) as server:
        server.fill(letters(10))
        server.fill([], "Done")
        with server.other_client("INBOX") as client:
            client.add_flags([10], [rb"\Deleted"])
        with server.folder_of() as inbox:
            inbox.move([1, 2, 3, 9], "Done")
        with server.other_client("INBOX") as client:
            assert client.search("ALL") == [4, 5, 6, 7, 8, 10]
        with server.folder_of("Done") as moved:
            assert [raw.content for _, raw in moved.messages(())] == [letter(number) for number in (1, 2, 3, 9)]


def test_a_folder_is_found_where_names_are_divided_by_dots() -> None:
    with dovecot(separator=".") as server:
        server.fill(letters(2), "Answers.Yes")
        with server.folder_of("Answers/Yes") as folder:
            assert folder.uids() == [1, 2]


def test_messages_that_others_delete_meanwhile_are_passed_over(server: Dovecot) -> None:
    server.fill(letters(150))
    uids = []
    with server.folder_of() as inbox, server.other_client("INBOX") as client:
        for uid, raw in inbox.messages(()):
            assert raw.content == letter(uid)
            uids.append(uid)
            if uid == 1:
                client.delete_messages(list(range(60, 90)))
                client.expunge()
    assert uids == [*range(1, 60), *range(90, 151)]


def test_a_message_that_is_too_large_is_not_fetched_whole(server: Dovecot) -> None:
    with server.other_client() as client:
        for content in (letter(1), letter(2) + b"x" * LARGEST, letter(3)):
            client.append("INBOX", content)
    with server.folder_of() as inbox:
        found = dict(inbox.messages(()))
    assert found[2].problem == "it is larger than 25 MB"
    assert found[2].head == (letter(2) + b"x" * HEAD)[:HEAD]
    assert (found[1].content, found[3].content) == (letter(1), letter(3))


@pytest.mark.parametrize("kills", [5])
def test_a_server_that_is_killed_while_it_is_read_is_read_on(server: Dovecot, kills: int) -> None:
    count = 500
    server.fill([letter(number, "x" * 5_000) for number in range(1, count + 1)])
    uids = []
    with server.folder_of() as inbox:
        for uid, raw in inbox.messages(()):
            assert raw.content == letter(uid, "x" * 5_000)
            uids.append(uid)
            if uid % (count // (kills + 1)) == 0:
                server.kill()
                server.start()
        assert uids == list(range(1, count + 1))
        inbox.mark_read(uids[:3])
    with server.other_client("INBOX") as client:
        assert client.search("SEEN") == uids[:3]


def test_messages_that_are_numbered_anew_are_not_read_on(server: Dovecot) -> None:
    server.fill(letters(120))
    uids = []
    with pytest.raises(MailFolderRenumberedError), server.folder_of() as inbox:
        for uid, _ in inbox.messages(()):
            uids.append(uid)
            if uid == 50:
                server.kill()
                for file in (server.folder / "mail" / USER).glob("dovecot*"):
                    file.unlink()
                time.sleep(1.1)  # the numbers hold for what begins in another second
                server.start()
    assert uids == list(range(1, 51))


def test_a_wrong_password_is_said(server: Dovecot) -> None:
    with (
        pytest.raises(InboxPasswordNotTakenError, match="AUTHENTICATIONFAILED"),
        opened(server.account(), lambda: "wrong", patience=timedelta()),
    ):
        pass


def test_a_folder_that_is_not_there_is_said(server: Dovecot) -> None:
    server.fill([], "Answers")
    with pytest.raises(MailFolderNotFoundError) as raised, server.folder_of("Anwsers"):
        pass
    assert raised.value.hint == "There are: 'Answers', 'INBOX'."


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_an_encrypted_connection_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: Security) -> None:
    authority = Authority(tmp_path)
    authority.context()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    certificate = tmp_path / "server.pem"
    more = f"ssl = required\nssl_cert = <{certificate}\nssl_key = <{certificate}\ndisable_plaintext_auth = yes"
    with dovecot(more) as server:
        port = server.tls_port if security is Security.TLS else server.port
        where = Account(USER, "localhost", port, "INBOX", security)
        with opened(where, lambda: PASSWORD, patience=timedelta()) as inbox:
            assert inbox.uids() == []
