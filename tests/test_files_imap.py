"""Folders on a mail server: each message once, whatever breaks off; nothing changes but what is asked for."""

import base64
import itertools
import logging
import random
import re
import socket
import ssl
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from mtep_outreach.errors import (
    CannotMoveError,
    InboxBrokenOffError,
    InboxDeclinesError,
    InboxLoginNotOfferedError,
    InboxNotEncryptedError,
    InboxNotFoundError,
    InboxNotReachedError,
    InboxNotTrustedError,
    InboxPasswordNotTakenError,
    MailFolderNotFoundError,
    MailFolderReadOnlyError,
    MailFolderRenumberedError,
    PasswordInAddressError,
    ServerError,
    TextTooLongError,
    UnreadableMailFolderError,
)
from mtep_outreach.files import imap_connections, imap_wires
from mtep_outreach.files.imap import Folder, opened
from mtep_outreach.files.imap_addresses import Account, account
from mtep_outreach.files.mailboxes import raw_message
from mtep_outreach.files.mails import LARGEST
from mtep_outreach.files.mbox import HEAD
from mtep_outreach.vocabulary import Security

from .imap_server import (
    PASSWORD,
    USER,
    Fault,
    ImapServer,
    adds,
    bye,
    cut,
    drip,
    drop,
    first,
    imap_server,
    reset,
    says,
    stall,
)
from .smtp_servers import Authority

SOON = 0.3  # seconds until patience ends, where a test is about that
VERBS = {"CAPABILITY", "AUTHENTICATE", "LOGIN", "EXAMINE", "SELECT", "LIST", "UID", "LOGOUT", "STARTTLS"}


def letter(number: int, more: str = "") -> bytes:
    return f"Subject: {number}\r\nMessage-ID: <{number}@x.org>\r\n\r\nYes {number}\r\n{more}".encode()


def letters(count: int) -> list[bytes]:
    return [letter(number) for number in range(1, count + 1)]


def at(server: ImapServer, folder: str = "INBOX", host: str = "localhost") -> Account:
    return Account(USER, host, server.port, folder, Security.STARTTLS)


class Naps:
    """Sleep that does not take any time, and can do something in between."""

    def __init__(self, then: Callable[[int], object] = lambda _: None) -> None:
        self.taken: list[float] = []
        self._then = then

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        self._then(len(self.taken))


def folder(
    server: ImapServer,
    name: str = "INBOX",
    patience: float = 60,
    sleep: Callable[[float], None] | None = None,
    **more: float,
) -> Folder:
    return opened(
        at(server, name), lambda: server.password, patience=timedelta(seconds=patience), sleep=sleep or Naps(), **more
    )


def read(server: ImapServer, *skip: int, sleep: Callable[[float], None] | None = None) -> list[int]:
    """Read all messages, insist that each is what the server has, and return their UIDs."""
    uids = []
    with folder(server, sleep=sleep) as inbox:
        for uid, raw in inbox.messages(set(skip)):
            assert raw.content == server.folders["INBOX"].messages[uid]
            uids.append(uid)
    return uids


def heard(server: ImapServer, verb: str = "") -> list[str]:
    """Return the commands without their tags, those that begin with a word."""
    said = [command.partition(" ")[2] for command in server.commands]
    return [command for command in said if command.startswith(verb)]


# ---- addresses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("imaps://rivera@imap.example.edu", ("rivera", "imap.example.edu", 993, "INBOX", Security.TLS)),
        ("imaps://rivera@imap.example.edu/", ("rivera", "imap.example.edu", 993, "INBOX", Security.TLS)),
        ("IMAP://rivera@example.edu/inbox", ("rivera", "example.edu", 143, "INBOX", Security.STARTTLS)),
        ("imaps://a@b.edu@imap.b.edu:1993/INBOX/Yes", ("a@b.edu", "imap.b.edu", 1993, "INBOX/Yes", Security.TLS)),
        ("imaps://a%40b.edu@imap.b.edu/Answers/", ("a@b.edu", "imap.b.edu", 993, "Answers", Security.TLS)),
        ("imaps://a%3Ab@x.org/R%C3%A9ponses", ("a:b", "x.org", 993, "Réponses", Security.TLS)),
        ("imaps://a@x.org/Réponses/100% sure @home", ("a", "x.org", 993, "Réponses/100% sure @home", Security.TLS)),
        ("imap://a@[::1]:10143/x?y#z", ("a", "::1", 10143, "x?y#z", Security.STARTTLS)),
        ("imap://a@127.0.0.1", ("a", "127.0.0.1", 143, "INBOX", Security.STARTTLS)),
        ("imaps://a@bücher.example", ("a", "bücher.example", 993, "INBOX", Security.TLS)),
    ],
)  # fmt: skip
def test_an_address_says_who_where_and_which_folder(url: str, found: tuple[str, str, int, str, Security]) -> None:
    assert account(url) == Account(*found)


def test_an_account_has_a_name_for_tables() -> None:
    assert (
        account("imaps://rivera%40example.edu@imap.example.edu/Answers").name
        == "rivera@example.edu@imap.example.edu/Answers"
    )


@pytest.mark.parametrize(
    "url",
    ["", "inbox.mbox", "http://a@x.org/", "imaps://", "imaps:///INBOX", "imaps://imap.example.edu/INBOX", "imaps://@x.org",
     "imaps://a@", "imaps://a@/INBOX", "imaps://a@x..org/", "imaps://a@x.org:0/", "imaps://a@x.org:65536/", "imaps://a@x.org:/",
     "imaps://a@x org/", "imaps://a@[::1/", f"imaps://a@{'x' * 64}.org/", "imaps://a@x.org/%ff", "imaps://%ff@x.org/",
     "imaps://a@x.org/a%0d%0ab", "imaps://a%00@x.org/", "imaps://a\nb@x.org/", "imaps://a@x.org/a\tb", "imaps://a@x.org\r\n/",
     "imaps://a@x.org/\u2028", "imaps://a@x.org/\x7f", "imaps://a@x.org/\x85", "imaps://a@x.org/\ud800"],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UnreadableMailFolderError) as raised:
        account(url)
    assert "imaps://" in raised.value.hint
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    "url", ["imaps://rivera:geheim@x.org/", "imap://a@b.edu:geheim@x.org", "imaps://a:ge@heim@x.org"]
)
def test_a_password_in_an_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(PasswordInAddressError) as raised:
        account(url)
    said = raised.value.message + raised.value.hint
    assert "keyring" in said
    assert "heim" not in said


def test_a_long_address_is_refused() -> None:
    for url in ("imaps://a@x.org/" + "f" * 501, "imaps://" + "a" * 501 + "@x.org", "imaps://a@x.org/" + "f" * 100_000):
        with pytest.raises(TextTooLongError):
            account(url)


# ---- opening --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.folder / "ca.pem"))
    return authority


def encrypted(
    context: ssl.SSLContext, *, at_once: bool, offers: tuple[str, ...] = ("IMAP4rev1", "STARTTLS", "AUTH=PLAIN")
) -> ImapServer:
    return ImapServer({"INBOX": letters(3)}, tls=context, at_once=at_once, offers=offers)


def insist_on_no_credentials(server: ImapServer) -> None:
    said = "\n".join(server.commands).upper()
    assert "LOGIN" not in said
    assert "AUTHENTICATE" not in said


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_server_that_proves_who_it_is_is_read(trusted: Authority, security: Security) -> None:
    server = encrypted(trusted.context(), at_once=security is Security.TLS)
    try:
        where = replace(at(server), security=security)
        with opened(where, lambda: PASSWORD, patience=timedelta()) as inbox:
            assert [uid for uid, _ in inbox.messages(())] == [1, 2, 3]
    finally:
        server.stop()
    assert heard(server)[0:2] == (
        ["CAPABILITY", "AUTHENTICATE PLAIN"] if security is Security.TLS else ["CAPABILITY", "STARTTLS"]
    )
    assert heard(server)[-1] == "LOGOUT"


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize("kind", ["self-signed", "wrong host", "outdated", "unknown authority"])
def test_a_certificate_that_proves_nothing_is_refused_before_anything_is_told(
    request: pytest.FixtureRequest, authority: Authority, security: Security, kind: str
) -> None:
    if kind != "unknown authority":
        request.getfixturevalue("trusted")
    context = {
        "self-signed": authority.context(own=True),
        "wrong host": authority.context("imap.example.org"),
        "outdated": authority.context(first_day=-9, last_day=-2),
        "unknown authority": authority.context(),
    }[kind]
    server = encrypted(context, at_once=security is Security.TLS)
    asked = ["not yet"]
    try:
        where = replace(at(server), security=security)
        with (
            pytest.raises(InboxNotTrustedError, match="cannot prove that it is localhost") as raised,
            opened(where, lambda: asked.pop() or "", patience=timedelta()),
        ):
            pass
    finally:
        server.stop()
    assert "settings" not in raised.value.hint
    assert asked
    insist_on_no_credentials(server)


def test_a_server_elsewhere_without_starttls_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.create_connection
    with imap_server({"INBOX": []}) as server:
        monkeypatch.setattr(socket, "create_connection", lambda _, wait: real(("127.0.0.1", server.port), wait))
        with (
            pytest.raises(InboxNotEncryptedError, match="does not offer it") as raised,
            opened(at(server, host="imap.example.edu"), lambda: PASSWORD, patience=timedelta()),
        ):
            pass
        assert "993" in raised.value.hint
        insist_on_no_credentials(server)


def test_a_name_of_this_computer_that_leads_elsewhere_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_wires.Wire, "peer", lambda _: "192.0.2.1")
    with imap_server({"INBOX": []}) as server:
        with pytest.raises(InboxNotEncryptedError), folder(server):
            pass
        insist_on_no_credentials(server)


@pytest.mark.parametrize("said", [b"NO not now", b"BAD what?"])
def test_a_starttls_that_is_not_taken_ends_it(trusted: Authority, said: bytes) -> None:
    server = encrypted(trusted.context(), at_once=False)
    server.wrong("STARTTLS", says(said))
    try:
        with pytest.raises(ServerError), folder(server):
            pass
    finally:
        server.stop()
    insist_on_no_credentials(server)


def test_what_is_slipped_in_before_the_encryption_ends_it(trusted: Authority) -> None:
    server = encrypted(trusted.context(), at_once=False)
    server.wrong("STARTTLS", lambda line, _, words: line.wire.sendall(words + b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"))
    try:
        with pytest.raises(InboxNotEncryptedError, match="somebody spoke before it began"), folder(server):
            pass
    finally:
        server.stop()
    insist_on_no_credentials(server)


def test_what_was_offered_in_the_clear_does_not_count_after_the_encryption(trusted: Authority) -> None:
    server = encrypted(trusted.context(), at_once=False)
    server.wrong("STARTTLS", adds(b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n"))
    server.wrong("CAPABILITY", says(b"OK nothing to offer"), after=1)
    try:
        assert read(server) == [1, 2, 3]
    finally:
        server.stop()


@pytest.mark.parametrize("host", ["localhost", "imap.example.edu"])
def test_a_server_that_asks_for_no_password_is_not_believed(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.create_connection
    with imap_server({"INBOX": []}) as server:
        monkeypatch.setattr(socket, "create_connection", lambda _, wait: real(("127.0.0.1", server.port), wait))
        server.greeting = b"* PREAUTH welcome"
        with (
            pytest.raises(InboxDeclinesError, match="no password"),
            opened(at(server, host=host), lambda: PASSWORD, patience=timedelta()),
        ):
            pass


def test_a_port_that_speaks_no_tls_is_said(trusted: Authority) -> None:
    with imap_server({"INBOX": []}) as server:
        where = replace(at(server), security=Security.TLS)
        with (
            pytest.raises((InboxNotEncryptedError, InboxNotReachedError)) as raised,
            opened(where, lambda: PASSWORD, patience=timedelta()),
        ):
            pass
        assert "993" in raised.value.hint


def test_a_server_that_hangs_up_during_the_handshake_is_said(trusted: Authority) -> None:
    with imap_server({"INBOX": []}) as server:
        server.wrong("GREETING", drop)
        where = replace(at(server), security=Security.TLS)
        with pytest.raises(InboxNotReachedError), opened(where, lambda: PASSWORD, patience=timedelta()):
            pass


@pytest.mark.parametrize(
    ("greeting", "error", "temporary"),
    [
        (drop, InboxNotReachedError, True),
        (reset, InboxNotReachedError, True),
        (stall, InboxNotReachedError, True),
        (drip, InboxNotReachedError, True),
        (says(b"* BYE too many connections"), InboxDeclinesError, True),
        (says(b"220 mail.example.org ESMTP"), InboxNotReachedError, True),
        (says(b"\x00\xff\x1b[31m"), InboxNotReachedError, True),
        (says(b"* OK old"), InboxDeclinesError, False),
        (says(b"* OK " + b"x" * 300_000), None, False),
    ],
    ids=["drop", "reset", "stall", "drip", "bye", "smtp", "garbage", "old", "long"],
)
def test_a_greeting_that_is_none_says_why(greeting: Fault, error: type[ServerError] | None, temporary: bool) -> None:
    with imap_server({"INBOX": []}) as server:
        server.wrong("GREETING", greeting)
        if greeting is stall or greeting is drip:
            begun = time.monotonic()
        if error is InboxDeclinesError and not temporary:
            server.offers = ("IMAP2",)
        if error is None:
            assert read(server) == []
            return
        with pytest.raises(error) as raised, folder(server, seconds=SOON):
            pass
        assert raised.value.temporary is temporary
        assert raised.value.message.isprintable()
        assert greeting not in {stall, drip} or time.monotonic() - begun < SOON + 2


def test_a_port_where_nobody_listens_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    where = Account(USER, "127.0.0.1", port, "INBOX", Security.STARTTLS)
    naps = Naps()
    with (
        pytest.raises(InboxNotReachedError, match=f"port {port}, cannot be reached: connection refused") as raised,
        opened(where, lambda: PASSWORD, patience=timedelta(minutes=1), sleep=naps),
    ):
        pass
    assert "export" in raised.value.hint
    assert not naps.taken


@pytest.mark.parametrize(("code", "temporary"), [(socket.EAI_NONAME, False), (socket.EAI_AGAIN, True)])
def test_a_host_that_is_not_found_is_said(monkeypatch: pytest.MonkeyPatch, code: int, temporary: bool) -> None:
    def find(*_: object, **__: object) -> None:
        raise socket.gaierror(code, "no")

    monkeypatch.setattr(socket, "getaddrinfo", find)
    where = account("imaps://a@imap.example.org/INBOX")
    with (
        pytest.raises(InboxNotFoundError, match=r"'imap.example.org'") as raised,
        opened(where, lambda: PASSWORD, patience=timedelta()),
    ):
        pass
    assert raised.value.temporary is temporary
    assert "settings" not in raised.value.hint


# ---- logging in -----------------------------------------------------------------------------------------------


def test_a_password_that_is_not_taken_is_said_and_not_repeated() -> None:
    with imap_server({"INBOX": []}, password="another") as server:  # noqa: S106
        for offers in (("IMAP4rev1", "AUTH=PLAIN"), ("IMAP4rev1",)):
            server.offers = offers
            with (
                pytest.raises(InboxPasswordNotTakenError, match="AUTHENTICATIONFAILED") as raised,
                opened(at(server), lambda: PASSWORD, patience=timedelta()),
            ):
                pass
            assert PASSWORD not in raised.value.message
            assert "***" in raised.value.message
            assert "app password" in raised.value.hint
            assert "export" in raised.value.hint
            assert not raised.value.temporary


def test_a_login_that_is_put_off_can_be_tried_again() -> None:
    with imap_server({"INBOX": []}) as server:
        server.wrong("AUTHENTICATE", says(b"NO [UNAVAILABLE] try later"))
        with pytest.raises(InboxPasswordNotTakenError) as raised, folder(server):
            pass
        assert raised.value.temporary
        assert raised.value.hint == "Try again later."


@pytest.mark.parametrize("said", [b"NO ", b"BAD ", b"BAD it's no", b'BAD "'])
def test_a_login_that_is_refused_in_few_words_is_said(said: bytes) -> None:
    with imap_server({"INBOX": []}) as server:
        server.wrong("AUTHENTICATE", says(said))
        with pytest.raises(ServerError) as raised, folder(server):
            pass
        assert raised.value.message.endswith(".")


@pytest.mark.parametrize("fault", [drop, reset, bye])
def test_a_connection_that_ends_at_login_is_no_wrong_password(fault: Fault) -> None:
    with imap_server({"INBOX": []}) as server:
        server.wrong("AUTHENTICATE", fault)
        with pytest.raises(InboxNotReachedError), folder(server):
            pass


def test_a_server_that_takes_no_password_in_the_clear_is_told_none() -> None:
    with imap_server({"INBOX": []}, offers=("IMAP4rev1", "LOGINDISABLED", "AUTH=XOAUTH2", "AUTH=GSSAPI")) as server:
        with pytest.raises(InboxLoginNotOfferedError, match="only XOAUTH2 and GSSAPI"), folder(server):
            pass
        insist_on_no_credentials(server)


def test_the_older_command_is_told_names_and_passwords_as_one_word_each() -> None:
    with imap_server({"INBOX": letters(1)}, offers=("IMAP4rev1",)) as server:
        assert read(server) == [1]
        assert heard(server, "LOGIN") == [r'LOGIN "rivera@example.edu" "Sehr \"geheim\" \\9"']


@pytest.mark.parametrize("password", ["a\0b", "a\r\nX LOGOUT", "Straße"])
def test_a_password_that_the_older_command_cannot_say_is_not_told(password: str) -> None:
    with imap_server({"INBOX": []}, offers=("IMAP4rev1",)) as server:
        with (
            pytest.raises(InboxPasswordNotTakenError, match="letters") as raised,
            opened(at(server), lambda: password, patience=timedelta()),
        ):
            pass
        assert password not in raised.value.message
        assert heard(server) == ["CAPABILITY"]


def test_any_letters_of_a_password_arrive() -> None:
    with imap_server({"INBOX": letters(1)}, password='Straße 東京\r\n"') as server:  # noqa: S106
        assert read(server) == [1]


def test_the_password_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for offers in (("IMAP4rev1", "AUTH=PLAIN"), ("IMAP4rev1",)):
        with imap_server({"INBOX": letters(1)}, offers=offers) as server:
            read(server)
    plain = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
    assert "geheim" not in caplog.text
    assert plain not in caplog.text


def test_the_password_is_asked_once_however_often_the_connection_is_lost() -> None:
    asked: list[int] = []

    def ask() -> str:
        asked.append(1)
        return PASSWORD

    with imap_server({"INBOX": letters(80)}) as server:
        server.kill_after(10)
        server.wrong("UID FETCH", drop, after=2)
        with opened(at(server), ask, patience=timedelta(minutes=1), sleep=Naps()) as inbox:
            assert len(list(inbox.messages(()))) == 80
        assert server.connections == 3
    assert asked == [1]


def test_a_password_that_nobody_tells_leaves_no_connection_open() -> None:
    def ask() -> str:
        raise KeyboardInterrupt

    with imap_server({"INBOX": []}) as server, pytest.raises(KeyboardInterrupt):  # noqa: SIM117 - the server outlives it
        with opened(at(server), ask, patience=timedelta()):
            pass


# ---- reading --------------------------------------------------------------------------------------------------


def test_messages_are_read_without_a_trace() -> None:
    with imap_server({"INBOX": letters(120)}) as server:
        server.folders["INBOX"].flags[7].add(r"\Deleted")
        assert read(server) == list(range(1, 121))
        assert not server.changes
        assert heard(server, "EXAMINE") == ['EXAMINE "INBOX"']
        assert not heard(server, "SELECT")
        assert not heard(server, "CLOSE")
        assert all("BODY[" not in command for command in server.commands)
        assert heard(server)[-1] == "LOGOUT"


def test_a_message_is_what_it_is_in_a_file() -> None:
    with imap_server({"INBOX": [letter(1), b"", b'{5}\r\n) "\\\x00\xff']}) as server, folder(server) as inbox:
        assert inbox.uid_validity == 1
        source = at(server).name
        assert [raw for _, raw in inbox.messages(())] == [
            raw_message(source, f"message UID {uid}", content)
            for uid, content in server.folders["INBOX"].messages.items()
        ]


def test_messages_that_were_read_before_are_not_asked_for() -> None:
    with imap_server({"INBOX": letters(9)}) as server:
        assert read(server, 1, 2, 5, 9) == [3, 4, 6, 7, 8]
        assert all("3,4,6,7,8" in command for command in heard(server, "UID FETCH"))


def test_an_empty_folder_has_no_messages() -> None:
    with imap_server({"INBOX": []}) as server:
        assert read(server) == []
        server.wrong("UID SEARCH", says(b"OK no more"))
        assert read(server) == []


def test_numbers_are_ascending_whatever_the_server_says() -> None:
    with imap_server({"INBOX": letters(3)}) as server, folder(server) as inbox:
        server.wrong("UID SEARCH", adds(b"* SEARCH 3 1 2 2\r\n"), times=0)
        server.wrong(
            "UID SEARCH", lambda line, tag, _: line.wire.sendall(b"* SEARCH 3 1 2 2\r\n" + tag + b" OK done\r\n")
        )
        assert inbox.uids() == [1, 2, 3]


def test_what_others_do_meanwhile_is_no_message() -> None:
    with imap_server({"INBOX": letters(60)}) as server:
        server.wrong(
            "UID FETCH",
            adds(b"* 3 FETCH (FLAGS (\\Seen))\r\n* 99 EXISTS\r\n* 2 EXPUNGE\r\n* OK still here\r\n"),
            times=9,
        )
        assert read(server) == list(range(1, 61))


def test_messages_that_are_gone_meanwhile_are_passed_over() -> None:
    with imap_server({"INBOX": letters(5)}) as server:
        box = server.folders["INBOX"]
        server.wrong("UID SEARCH", first(lambda: box.remove(2)))
        server.wrong("UID FETCH 1,2,3,4,5 (RFC822.SIZE)", first(lambda: box.remove(3)))
        assert read(server) == [1, 4, 5]


@pytest.mark.parametrize("said", [b"NO [SERVERBUG] internal error", b"BAD what?", b"NO "])
def test_a_message_that_is_not_handed_over_is_said_and_the_others_are_read(said: bytes) -> None:
    with imap_server({"INBOX": letters(5)}) as server:
        server.declined[3] = said
        with folder(server) as inbox:
            found = dict(inbox.messages(()))
        assert [uid for uid, raw in found.items() if raw.content] == [1, 2, 4, 5]
        assert found[3].place == "message UID 3"
        assert found[3].digest == ""
        assert (found[3].problem or "").startswith("the mail server does not hand it over")
        assert server.connections == 1


def test_a_message_that_a_server_keeps_back_is_said() -> None:
    with imap_server({"INBOX": letters(3)}) as server:
        server.kept_back.add(2)
        with folder(server) as inbox:
            found = dict(inbox.messages(()))
        assert found[2].problem == "the mail server does not hand it over"
        assert (found[1].content, found[3].content) == (letter(1), letter(3))


def test_a_server_that_does_not_say_whether_a_message_is_there_is_taken_to_have_it() -> None:
    with imap_server({"INBOX": letters(1)}) as server:
        server.kept_back.add(1)
        server.wrong("UID SEARCH UID", says(b"NO no"))
        with folder(server) as inbox:
            assert [raw.digest for _, raw in inbox.messages(())] == [""]


def test_a_message_at_which_the_server_always_breaks_off_is_said_and_the_others_are_read() -> None:
    with imap_server({"INBOX": letters(5)}) as server:
        for ask in ("UID FETCH 1,2,3,4,5 (BODY", "UID FETCH 3 (BODY"):
            server.wrong(ask, drop, times=100)
        naps = Naps()
        with folder(server, sleep=naps) as inbox:
            found = dict(inbox.messages(()))
        assert [uid for uid, raw in found.items() if raw.content] == [1, 2, 4, 5]
        assert found[3].problem == "the mail server breaks off whenever it is asked for it"
        assert naps.taken == [0.5, 0.5, 1.0]


def test_sizes_that_are_not_said_keep_no_message_back() -> None:
    with imap_server({"INBOX": letters(5)}) as server:
        server.wrong("UID FETCH 1,2,3,4,5 (RFC822.SIZE)", says(b"NO no"))
        server.wrong("UID FETCH 2 (RFC822.SIZE)", says(b"NO no"))
        assert read(server) == [1, 2, 3, 4, 5]


def test_a_size_that_is_no_number_keeps_no_message_back() -> None:
    with imap_server({"INBOX": letters(2)}) as server:
        server.wrong("UID FETCH", lambda line, _, words: line.wire.sendall(words.replace(b"SIZE ", b"SIZE x")), times=3)
        assert read(server) == [1, 2]


def test_a_message_that_is_too_large_is_not_fetched_whole() -> None:
    content = letter(2) + b"x" * HEAD
    with imap_server({"INBOX": [letter(1), content, letter(3)]}) as server:
        server.sizes[2] = LARGEST + 1
        with folder(server) as inbox:
            found = dict(inbox.messages(()))
            again = dict(inbox.messages({1, 3}))
        large = found[2]
        assert large.content is None
        assert large.problem == "it is larger than 25 MB"
        assert large.head == content[:HEAD]
        assert large.message_id == "2@x.org"
        assert re.fullmatch("[0-9a-f]{64}", large.digest)
        assert again == {2: large}
        assert heard(server, "UID FETCH 2 (BODY") == [f"UID FETCH 2 (BODY.PEEK[]<0.{HEAD}>)"] * 2
        server.folders["INBOX"].uid_validity = 2
        with folder(server) as inbox:
            assert dict(inbox.messages(()))[2].digest != large.digest


def test_memory_does_not_grow_with_the_folder() -> None:
    big = letter(1) + b"x" * 400_000
    with imap_server({"INBOX": [big] * 60}) as server, folder(server) as inbox:
        tracemalloc.start()
        count = sum(1 for _ in inbox.messages(()))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert count == 60
    assert peak < 10_000_000  # the server's own answers are among it


def test_a_server_that_sends_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_wires, "MOST", 1_000_000)
    endless: list[Fault] = [
        says(b"* 1 FETCH (UID 1 BODY[] {99999999999999}"),
        says(b"* 1 FETCH (UID 1 BODY[] {900000}\r\n" + b"x" * 900_000 + b" X {900000}\r\n" + b"x" * 900_000),
        says(b"* 1 FETCH (" + b"x" * 2_000_000),
    ]
    with imap_server({"INBOX": letters(1)}) as server:
        for fault in endless:
            server.wrong("UID FETCH 1 (BODY", fault)
        begun = time.monotonic()
        with folder(server) as inbox:
            found = dict(inbox.messages(()))
        assert found[1].problem == "the mail server breaks off whenever it is asked for it"
        assert time.monotonic() - begun < 20  # it is hung up on, not waited for


def test_a_folder_of_very_many_messages_is_searched() -> None:
    with imap_server({"INBOX": []}) as server, folder(server) as inbox:
        many = b" ".join(b"%d" % uid for uid in range(1, 300_000))
        server.wrong(
            "UID SEARCH", lambda line, tag, _: line.wire.sendall(b"* SEARCH " + many + b"\r\n" + tag + b" OK done\r\n")
        )
        assert len(inbox.uids()) == 299_999


# ---- breaking off ---------------------------------------------------------------------------------------------

GARBAGE = [
    b"what?", b"* 1 FETCH (UID 1 BODY[] {3}\r\nab)", b"* 1 FETCH (((((", b"* 1 FETCH " + b"(" * 5_000,
    b"* 1 FETCH (1 2)\r\nNO", b'* 1 FETCH (UID "x")\r\n* x', b"* x FETCH y", b"", b"\x00\xff", b"x1 OK done",
    b"* 1 FETCH (UID 1 BODY[] {-1}", b"* SEARCH a b c\r\n* x", b"* BYE garbage",
]  # fmt: skip


@pytest.mark.parametrize(
    "fault",
    [drop, reset, bye, stall, *map(says, GARBAGE), *(adds(garbage + b"\r\n") for garbage in GARBAGE)],
)
@pytest.mark.parametrize("command", ["UID SEARCH", "UID FETCH", "EXAMINE"])
def test_whatever_goes_wrong_under_way_each_message_is_read_once(command: str, fault: Fault) -> None:
    with imap_server({"INBOX": letters(120)}) as server:
        uids = []
        with folder(server, seconds=SOON) as inbox:
            server.wrong(command, fault, after=1 if command == "UID FETCH" else 0)
            if command == "EXAMINE":
                server.wrong("UID FETCH", drop, after=2)
            for uid, raw in inbox.messages(()):
                assert raw.content == letter(uid)
                uids.append(uid)
        assert uids == list(range(1, 121))


def test_wherever_the_connection_breaks_each_message_is_read_once() -> None:
    count = 60
    with imap_server({"INBOX": letters(count)}) as server:
        dice = random.Random(5)
        for fault in itertools.islice(itertools.cycle([drop, reset]), 6):
            server.wrong("UID FETCH", fault, after=dice.randrange(3))
        for length in range(0, 3_000, 37):
            server.wrong("UID FETCH 1,2", cut(length), after=1)
            assert read(server) == list(range(1, count + 1))
            server.all_is_well()
        for messages in range(0, count, 7):
            server.kill_after(messages)
            assert read(server) == list(range(1, count + 1))
        assert not server.changes


def test_a_server_that_is_killed_and_comes_back_is_read_on() -> None:
    with imap_server({"INBOX": letters(120)}) as server:
        naps = Naps(lambda number: server.restart() if number == 4 else None)
        uids = []
        with folder(server, sleep=naps) as inbox:
            for uid, _ in inbox.messages(()):
                uids.append(uid)
                if uid == 60:
                    server.kill()
        assert uids == list(range(1, 121))
        assert naps.taken == [0.5, 1.0, 2.0, 4.0]


def test_the_waits_begin_anew_when_something_went_well() -> None:
    with imap_server({"INBOX": letters(160)}) as server:
        server.wrong("UID FETCH", drop, after=1, times=1)
        server.wrong("UID FETCH", drop, after=2, times=1)
        naps = Naps()
        assert read(server, sleep=naps) == list(range(1, 161))
        assert naps.taken == [0.5, 0.5]


def test_when_patience_ends_it_is_said_that_what_was_read_is_kept() -> None:
    with imap_server({"INBOX": letters(120)}) as server:
        naps = Naps()
        uids = []
        with (
            pytest.raises(InboxBrokenOffError, match="did not come back in time: connection refused") as raised,
            folder(server, patience=20, sleep=naps) as inbox,
        ):
            for uid, _ in inbox.messages(()):
                uids.append(uid)
                server.kill()
        assert uids == list(range(1, 51))  # those that had come already
        assert sum(naps.taken) == pytest.approx(20)
        assert naps.taken[:5] == [0.5, 1.0, 2.0, 4.0, 8.0]
        assert "kept" in raised.value.hint
        assert "goes on" in raised.value.hint
        assert raised.value.temporary
        server.restart()
        assert read(server, *uids) == list(range(51, 121))


def test_patience_counts_the_time_that_passes_too() -> None:
    with imap_server({"INBOX": letters(3)}) as server:
        server.wrong("UID", stall, times=99)
        naps = Naps()
        with (
            pytest.raises(InboxBrokenOffError, match="it did not answer in time"),
            folder(server, patience=0.6, seconds=0.7, sleep=naps) as inbox,
        ):
            inbox.uids()
        assert naps.taken == [0.5]


def test_a_server_that_drips_is_not_waited_for() -> None:
    with imap_server({"INBOX": letters(3)}) as server:
        server.wrong("UID", drip, times=99)
        begun = time.monotonic()
        with pytest.raises(InboxBrokenOffError), folder(server, patience=SOON, seconds=SOON) as inbox:
            inbox.uids()
        assert time.monotonic() - begun < 5 * SOON + 1


def test_a_slow_line_is_waited_for() -> None:
    def slowly(line: object, tag: bytes, words: bytes) -> None:
        for start in range(0, len(words), 1_000):
            time.sleep(0.02)
            line.wire.sendall(words[start : start + 1_000])  # type: ignore[attr-defined]

    with imap_server({"INBOX": [letter(1, "x" * 30_000)]}) as server:
        server.wrong("UID FETCH 1 (BODY", slowly)
        with folder(server, seconds=SOON) as inbox:
            assert [uid for uid, _ in inbox.messages(())] == [1]
        assert server.connections == 1


def test_messages_that_are_numbered_anew_are_not_read_on() -> None:
    with imap_server({"INBOX": letters(120)}) as server:
        uids = []
        with (
            pytest.raises(MailFolderRenumberedError, match="anew; no more was read"),
            folder(server) as inbox,
        ):
            for uid, _ in inbox.messages(()):
                uids.append(uid)
                if uid == 50:
                    server.folders["INBOX"].uid_validity = 2
                    server.wrong("UID FETCH", drop)
        assert uids == list(range(1, 51))


@pytest.mark.parametrize("number", [None, "x", ""])
def test_a_folder_whose_numbers_do_not_last_is_refused(number: str | None) -> None:
    with imap_server({"INBOX": letters(1)}) as server:
        server.folders["INBOX"].uid_validity = number
        with pytest.raises(ServerError), folder(server):
            pass


def test_a_folder_that_is_no_longer_handed_out_is_no_problem_of_a_message() -> None:
    with imap_server({"INBOX": letters(120)}) as server:
        uids = []
        with pytest.raises(InboxBrokenOffError, match=r"\[NOPERM\] not any more"), folder(server) as inbox:
            server.wrong("UID FETCH", drop, after=2)
            server.wrong("EXAMINE", says(b"NO [NOPERM] not any more"), times=99)
            for uid, raw in inbox.messages(()):
                assert raw.content
                uids.append(uid)
        assert uids == list(range(1, 51))


def test_a_password_that_is_no_longer_taken_is_not_tried_again() -> None:
    with imap_server({"INBOX": letters(120)}) as server:
        naps = Naps()
        with pytest.raises(InboxPasswordNotTakenError), folder(server, sleep=naps) as inbox:
            for _ in inbox.messages(()):
                server.password = "changed"  # noqa: S105
                server.wrong("UID FETCH", drop)
        assert naps.taken == [0.5]
        assert len(heard(server, "AUTHENTICATE")) == 2


def test_a_login_that_is_put_off_under_way_is_tried_again() -> None:
    with imap_server({"INBOX": letters(3)}) as server:
        with folder(server) as inbox:
            server.wrong("UID FETCH", drop)
            server.wrong("AUTHENTICATE", says(b"NO [UNAVAILABLE] starting"), times=2)
            assert [uid for uid, _ in inbox.messages(())] == [1, 2, 3]
        assert server.connections == 4


def test_who_is_offline_for_a_moment_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.create_connection

    def offline(*_: object, **__: object) -> socket.socket:
        raise socket.gaierror(socket.EAI_NONAME, "no")

    with imap_server({"INBOX": letters(3)}) as server:
        naps = Naps(lambda number: monkeypatch.setattr(socket, "create_connection", offline if number < 3 else real))
        with folder(server, sleep=naps) as inbox:
            server.wrong("UID FETCH", drop)
            assert [uid for uid, _ in inbox.messages(())] == [1, 2, 3]


def test_a_goodbye_that_is_not_answered_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_connections, "_GOODBYE", SOON)
    for fault in (stall, drop, says(b"what?")):
        with imap_server({"INBOX": []}) as server:
            server.wrong("LOGOUT", fault)
            begun = time.monotonic()
            with folder(server):
                pass
            assert time.monotonic() - begun < SOON + 2


def test_whoever_leaves_in_the_middle_says_nothing_more() -> None:
    with imap_server({"INBOX": letters(3)}) as server:
        with pytest.raises(KeyboardInterrupt), folder(server) as inbox:
            for _ in inbox.messages(()):
                raise KeyboardInterrupt
        assert not heard(server, "LOGOUT")


# ---- folders --------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_said_with_those_that_are() -> None:
    names = ["INBOX", "Réponses", "Q&A", "[Gmail]/", *(f"Folder {number}" for number in range(20))]
    with imap_server({name: [] for name in names}) as server:
        with pytest.raises(MailFolderNotFoundError, match="no folder 'Answers'") as raised, folder(server, "Answers"):
            pass
        assert raised.value.hint == (
            "There are: 'INBOX', 'Réponses', 'Q&A', 'Folder 0', 'Folder 1', 'Folder 2', 'Folder 3', 'Folder 4', "
            "'Folder 5', 'Folder 6' and 13 more."
        )


def test_a_server_that_shows_no_folders_is_said() -> None:
    with imap_server({}) as server:
        with pytest.raises(MailFolderNotFoundError) as raised, folder(server):
            pass
        assert raised.value.hint == "It shows no folders to this user."


def test_a_folder_that_is_misspelled_on_the_server_hides_no_others() -> None:
    with imap_server({"INBOX": []}) as server:
        server.wrong("LIST", adds(b'* LIST () "/" "Q&A"\r\n* LIST () NIL 2024\r\n'))
        with pytest.raises(MailFolderNotFoundError) as raised, folder(server, "Answers"):
            pass
        assert raised.value.hint == "There are: '2024', 'INBOX'."


def test_a_folder_is_found_where_the_server_divides_names_otherwise() -> None:
    with imap_server({"INBOX": [], "INBOX.Réponses": letters(2), "INBOX.Done": []}, divider=".") as server:
        with folder(server, "INBOX/Réponses") as inbox:
            assert [uid for uid, _ in inbox.messages(())] == [1, 2]
            inbox.move([1], "INBOX/Done")
            inbox.move([2], "INBOX/Réponses")
        assert list(server.folders["INBOX.Réponses"].messages) == [2]
        assert list(server.folders["INBOX.Done"].messages) == [1]


def test_a_folder_that_is_there_and_cannot_be_opened_is_said_in_the_servers_words() -> None:
    with imap_server({"INBOX": []}) as server:
        server.wrong("EXAMINE", says(b"NO [NOPERM] not yours"), times=2)
        with pytest.raises(InboxDeclinesError, match=r"declines: \[NOPERM\] not yours"), folder(server):
            pass


def test_folders_of_any_name_are_read() -> None:
    for name in ("Überblick/東京 😀", 'quo"te\\', "a&b", "*%(){5}", "NIL", "2024", " "):
        with imap_server({name: letters(2)}) as server, folder(server, name) as inbox:
            assert inbox.uids() == [1, 2]


# ---- changing -------------------------------------------------------------------------------------------------


def test_what_is_marked_as_read_is_that_and_nothing_else() -> None:
    with imap_server({"INBOX": letters(500)}) as server:
        with folder(server) as inbox:
            assert len(list(inbox.messages(()))) == 500
            inbox.mark_read([*range(450, 1, -1), 480, 480])
            inbox.mark_read([])
        assert server.changes == [("INBOX", uid, r"\Seen") for uid in [*range(2, 451), 480]]
        assert heard(server, "UID STORE") == [
            r"UID STORE 2:201 +FLAGS.SILENT (\Seen)",
            r"UID STORE 202:401 +FLAGS.SILENT (\Seen)",
            r"UID STORE 402:450,480 +FLAGS.SILENT (\Seen)",
        ]


def test_messages_are_moved_at_once_where_the_server_can() -> None:
    with imap_server({"INBOX": letters(5), "Done": []}) as server:
        server.folders["INBOX"].flags[5].add(r"\Deleted")
        with folder(server) as inbox:
            inbox.move([3, 1], "Done")
        assert list(server.folders["INBOX"].messages) == [2, 4, 5]
        assert list(server.folders["Done"].messages.values()) == [letter(1), letter(3)]
        assert heard(server, "UID MOVE") == ['UID MOVE 1,3 "Done"']
        assert not heard(server, "UID STORE")


def test_messages_are_copied_and_deleted_alone_where_the_server_cannot_move() -> None:
    with imap_server({"INBOX": letters(5), "Done": []}, offers=("IMAP4rev1", "AUTH=PLAIN", "UIDPLUS")) as server:
        server.folders["INBOX"].flags[5].add(r"\Deleted")
        with folder(server) as inbox:
            inbox.move([1, 2, 4], "Done")
        assert list(server.folders["INBOX"].messages) == [3, 5]
        assert list(server.folders["Done"].messages.values()) == [letter(1), letter(2), letter(4)]
        assert heard(server, "UID EXPUNGE") == ["UID EXPUNGE 1:2,4"]
        assert not heard(server, "EXPUNGE")
        assert not heard(server, "CLOSE")


def test_messages_are_not_moved_where_others_would_be_deleted_too() -> None:
    with imap_server({"INBOX": letters(5), "Done": []}, offers=("IMAP4rev1", "AUTH=PLAIN")) as server:
        with pytest.raises(CannotMoveError, match="marked as deleted"), folder(server) as inbox:
            inbox.move([1], "Done")
        assert not server.changes
        assert not server.folders["Done"].messages


@pytest.mark.parametrize("offers", [("IMAP4rev1", "AUTH=PLAIN", "MOVE"), ("IMAP4rev1", "AUTH=PLAIN", "UIDPLUS")])
def test_messages_are_moved_nowhere_but_to_a_folder_that_is_there(offers: tuple[str, ...]) -> None:
    with imap_server({"INBOX": letters(5), "Done": []}, offers=offers) as server:
        with pytest.raises(MailFolderNotFoundError) as raised, folder(server) as inbox:
            inbox.move([1], "Finished")
        assert raised.value.hint == "There are: 'INBOX', 'Done'."
        with pytest.raises(UnreadableMailFolderError), folder(server) as inbox:
            inbox.move([1], "Done\r\nX LOGOUT")
        assert not server.changes


def test_a_server_that_does_not_move_is_said_and_nothing_is_deleted() -> None:
    for offers in (("IMAP4rev1", "AUTH=PLAIN", "MOVE"), ("IMAP4rev1", "AUTH=PLAIN", "UIDPLUS")):
        with imap_server({"INBOX": letters(5), "Done": []}, offers=offers) as server:
            server.wrong("UID MOVE", says(b"NO [OVERQUOTA] full"), instead=True)
            server.wrong("UID COPY", says(b"NO [OVERQUOTA] full"), instead=True)
            with pytest.raises(InboxDeclinesError, match=r"\[OVERQUOTA\] full"), folder(server) as inbox:
                inbox.move([1], "Done")
            assert not server.changes


def test_a_folder_in_which_nothing_may_be_changed_is_said() -> None:
    with imap_server({"INBOX": letters(5), "Done": []}) as server:
        server.folders["INBOX"].is_writable = False
        with pytest.raises(MailFolderReadOnlyError, match="'INBOX'"), folder(server) as inbox:
            inbox.mark_read([1])
        with pytest.raises(MailFolderReadOnlyError, match="'INBOX'"), folder(server) as inbox:
            inbox.move([1], "Done")
        assert not server.changes


def test_what_can_be_done_twice_is_done_again_when_the_connection_was_lost() -> None:
    with imap_server({"INBOX": letters(5), "Done": []}) as server:
        for command in ("UID STORE", "UID MOVE"):
            server.wrong(command, drop)
        with folder(server) as inbox:
            inbox.mark_read([1, 2])
            inbox.move([1, 2], "Done")
        assert list(server.folders["INBOX"].messages) == [3, 4, 5]
        assert list(server.folders["Done"].messages.values()) == [letter(1), letter(2)]


def test_a_copy_is_not_made_twice_when_the_connection_was_lost() -> None:
    with imap_server({"INBOX": letters(5), "Done": []}, offers=("IMAP4rev1", "AUTH=PLAIN", "UIDPLUS")) as server:
        server.wrong("UID COPY", drop)
        with pytest.raises(InboxBrokenOffError), folder(server) as inbox:
            inbox.move([1, 2], "Done")
        assert len(server.folders["Done"].messages) == 2
        assert not server.changes


def test_nothing_is_marked_when_the_messages_were_numbered_anew() -> None:
    with imap_server({"INBOX": letters(5)}) as server:
        with pytest.raises(MailFolderRenumberedError), folder(server) as inbox:
            server.folders["INBOX"].uid_validity = 9
            inbox.mark_read([1])
        assert not server.changes


# ---- what is no command ---------------------------------------------------------------------------------------


def hostile() -> list[str]:
    """300 names that would like to be more than a name."""
    pieces = [
        *(
            "\r\n",
            "\n",
            "\r",
            "\0",
            '"',
            "\\",
            "{3}",
            "{3+}",
            "{0}\r\n",
            ")",
            "(",
            " ",
            "*",
            "%",
            "&",
            "&-",
            "]",
            "\x85",
        ),
        *("\u2028", "é", "😀", "~", "+", "INBOX", "a1 LOGOUT", "X DELETE INBOX", '" LOGOUT "', "\t", "\x7f", "%0d%0a"),
    ]
    dice = random.Random(7)
    return pieces + ["".join(dice.choices(pieces, k=dice.randrange(2, 8))) for _ in range(300 - len(pieces))]


def test_no_name_becomes_a_command() -> None:
    names = hostile()
    assert len(names) == 300
    refused = 0
    with imap_server({"INBOX": letters(1), "Done": []}) as server, folder(server) as inbox:
        for name in names:
            try:
                inbox.move([99], name)
            except (UnreadableMailFolderError, MailFolderNotFoundError):
                refused += 1
        inbox.uids()
        before = len(server.commands)
        inbox.uids()
        assert len(server.commands) == before + 1
        known = re.compile(r'\w+ (CAPABILITY|AUTHENTICATE PLAIN|(EXAMINE|SELECT) "INBOX"|LIST "" "\*"|UID .*)')
        assert all(known.fullmatch(command) for command in server.commands)
        assert refused >= 290
    for offers, name in itertools.product([("IMAP4rev1", "AUTH=PLAIN"), ("IMAP4rev1",)], names[::3]):
        with imap_server({"INBOX": []}, offers=offers) as server:
            for user, inbox_name in ((name, "INBOX"), (USER, name)):
                with (
                    suppress(ServerError, UnreadableMailFolderError),
                    opened(replace(at(server), user=user, folder=inbox_name), lambda: PASSWORD, patience=timedelta()),
                ):
                    pass
            assert {command.split(" ")[1] for command in server.commands} <= VERBS
            assert len(server.commands) <= 10
            assert len(heard(server, "EXAMINE")) <= 1


def test_a_hostile_address_is_refused_or_one_folder() -> None:
    for name in hostile():
        try:
            found = account(f"imaps://a@x.org/{name}")
        except UnreadableMailFolderError:
            continue
        assert found.host == "x.org"
        assert found.user == "a"
        assert not set(found.folder) & set("\r\n\0\x7f\x85\u2028")
