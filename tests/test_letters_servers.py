"""Mail servers: reached, encrypted and logged in to, or left with a reason; no password leaks on the way."""

import base64
import socket
import ssl
import time
import warnings

import pytest

from mtep_outreach.errors import (
    CertificateNotTrustedError,
    LoginNotOfferedError,
    MtepError,
    NotEncryptedError,
    PasswordMissingError,
    PasswordNotTakenError,
    SecurityNeededError,
    ServerDeclinesError,
    ServerError,
    ServerNotFoundError,
    ServerNotReachedError,
)
from mtep_outreach.letters.delivery import Connection, Fate, Patience, Server
from mtep_outreach.letters.dialogue import Dialogue
from mtep_outreach.vocabulary import Security

from .smtp_servers import (
    ANN,
    FAULTS,
    HUB,
    LONG,
    PASSWORD,
    SHORT,
    SOON,
    Authority,
    Fault,
    Scripted,
    drop,
    go,
    good_server,
    patient,
    plain,
    reset,
    says,
    stall,
    tells,
    then,
)

# ---- opening ---------------------------------------------------------------------------------------------------

# o: opens, T: a ServerError that is temporary, P: one that is not.
OPENINGS = {
    "greeting": "TTT TTTT PPP Too T",
    "ehlo": "TTT TTTT PPP Too T",
    "starttls": "TTT TTTT PPP Too T",
    "auth": "TTT TTTT PPP Too T",
}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.folder / "ca.pem"))
    return authority


def protected(server: Scripted, security: Security = Security.STARTTLS, host: str = "localhost") -> Connection:
    return Connection(Server(host, server.port, security, HUB, tells(), patient()))


def insist_on_no_credentials(server: Scripted) -> None:
    heard = server.heard.upper()
    for secret in (PASSWORD.encode(), base64.b64encode(PASSWORD.encode()), b"AUTH", b"EDF1"):
        assert secret.upper() not in heard
    assert base64.b64encode(f"\0{HUB}\0{PASSWORD}".encode()).upper() not in heard


@pytest.mark.parametrize(
    ("phase", "fault", "ends"),
    [
        pytest.param(phase, fault, end, id=f"{phase}-{fault}")
        for phase, ends in OPENINGS.items()
        for fault, end in zip(FAULTS, ends.replace(" ", ""), strict=True)
    ],
)
def test_a_server_that_does_not_open_says_why_and_whether_to_try_again(
    phase: str, fault: str, ends: str, request: pytest.FixtureRequest
) -> None:
    tls = request.getfixturevalue("trusted").context() if phase == "starttls" else None
    offers = (b"AUTH PLAIN", b"STARTTLS")
    with Scripted(phase, FAULTS[fault], tls=tls, offers=offers, password=PASSWORD) as server:
        security = Security.STARTTLS if tls else Security.NONE
        connection = Connection(Server("localhost", server.port, security, HUB, tells(), patient(phase, fault)))
        begun = time.monotonic()
        if ends == "o":
            connection.open()
            assert connection.usable
        else:
            with pytest.raises(ServerError) as raised:
                connection.open()
            assert raised.value.temporary is (ends == "T")
            assert raised.value.hint
            assert PASSWORD not in str(raised.value)
            assert not connection.usable
        connection.close()
        assert time.monotonic() - begun < SOON + 2
    assert phase == "auth" or ends == "o" or b"AUTH" not in server.heard


def test_a_port_where_nobody_listens_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(ServerNotReachedError, match=f"port {port}, cannot be reached: connection refused") as raised:
        Connection(Server("127.0.0.1", port, Security.NONE)).open()
    assert raised.value.temporary
    with pytest.raises(ServerNotReachedError, match="no such port"):
        Connection(Server("127.0.0.1", 70_000, Security.NONE)).open()


@pytest.mark.parametrize(("code", "temporary"), [(socket.EAI_NONAME, False), (socket.EAI_AGAIN, True)])
def test_a_host_that_is_not_found_is_said(monkeypatch: pytest.MonkeyPatch, code: int, temporary: bool) -> None:
    def find(*_: object, **__: object) -> None:
        raise socket.gaierror(code, "no")

    monkeypatch.setattr(socket, "getaddrinfo", find)
    with pytest.raises(ServerNotFoundError, match=r"'mail.example.org'") as raised:
        Connection(Server("mail.example.org", 587, Security.STARTTLS)).open()
    assert raised.value.temporary is temporary


def test_a_host_name_that_cannot_be_one_is_not_found() -> None:
    with pytest.raises(ServerNotFoundError):
        Connection(Server(f"{'x' * 64}.example", 587, Security.STARTTLS)).open()


@pytest.mark.parametrize("host", ["mail.example.org", "192.0.2.1", "127.0.0.1.example.org", "localhost.example", "::2"])
def test_nothing_is_sent_in_the_clear_to_another_computer(host: str) -> None:
    with pytest.raises(SecurityNeededError):
        Server(host, 25, Security.NONE)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.1", "::1"])
def test_this_computer_may_be_spoken_to_in_the_clear(host: str) -> None:
    assert Server(host, 25, Security.NONE).host == host


def test_a_localhost_that_is_elsewhere_hears_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Dialogue, "peer", lambda _: "192.0.2.1")
    with Scripted() as server, pytest.raises(SecurityNeededError):
        Connection(Server("localhost", server.port, Security.NONE, HUB, tells(), patient())).open()
    assert server.heard == b""


# ---- encryption --------------------------------------------------------------------------------------------------


BAD_CERTIFICATES = {
    "self-signed": ({"own": True}, "self-signed certificate"),
    "expired": ({"first_day": -9, "last_day": -2}, "certificate has expired"),
    "not yet valid": ({"first_day": 2}, "not yet valid"),
    "another host's": ({"name": "example.org"}, "localhost"),
    "an address's": ({"name": "127.0.0.1"}, "localhost"),
}


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize(("certificate", "reason"), BAD_CERTIFICATES.values(), ids=BAD_CERTIFICATES)
def test_a_server_that_does_not_prove_who_it_is_hears_no_credentials(
    trusted: Authority, security: Security, certificate: dict[str, object], reason: str
) -> None:
    context = trusted.context(**certificate)  # type: ignore[arg-type]
    with (
        Scripted(tls=context, at_once=security is Security.TLS, offers=(b"STARTTLS", b"AUTH PLAIN")) as server,
        pytest.raises(CertificateNotTrustedError, match=reason) as raised,
    ):
        protected(server, security).open()
    insist_on_no_credentials(server)
    assert not raised.value.temporary


def test_a_certificate_of_an_authority_that_this_computer_does_not_know_is_not_trusted(authority: Authority) -> None:
    with (
        Scripted(tls=authority.context(), offers=(b"STARTTLS", b"AUTH PLAIN")) as server,
        pytest.raises(CertificateNotTrustedError, match="issuer"),
    ):
        protected(server).open()
    insist_on_no_credentials(server)


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_encryption_older_than_tls_1_2_is_none(trusted: Authority, security: Security) -> None:
    context = trusted.context()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with (
        Scripted(tls=context, at_once=security is Security.TLS, offers=(b"STARTTLS", b"AUTH PLAIN")) as server,
        pytest.raises(NotEncryptedError),
    ):
        protected(server, security).open()
    insist_on_no_credentials(server)


def test_without_starttls_nothing_is_said_in_the_clear() -> None:
    with Scripted() as server, pytest.raises(NotEncryptedError, match="does not offer it"):
        protected(server).open()
    insist_on_no_credentials(server)
    assert len(server.commands) == 1


@pytest.mark.parametrize("injected", [b"250 AUTH PLAIN\r\n", b"235 welcome\r\n", b"x", b"250-a\r\n250 AUTH PLAIN\r\n"])
def test_what_is_said_before_the_encryption_is_not_believed_after_it(trusted: Authority, injected: bytes) -> None:
    fault = says(b"220 go ahead\r\n" + injected)
    with (
        Scripted("starttls", fault, tls=trusted.context(), offers=(b"STARTTLS", b"AUTH PLAIN")) as server,
        pytest.raises(NotEncryptedError, match="somebody spoke"),
    ):
        protected(server).open()
    insist_on_no_credentials(server)


@pytest.mark.parametrize("injected", [b"250 AUTH PLAIN\r\n", b"\x16\x03\x01"])
def test_an_answer_to_ehlo_before_it_was_asked_is_not_believed(injected: bytes) -> None:
    with Scripted("greeting", says(b"220 here\r\n" + injected)) as server, pytest.raises(ServerNotReachedError):
        Connection(plain(server, Patience(*[SOON] * 6), user=HUB, password=tells())).open()
    insist_on_no_credentials(server)


def test_a_server_in_the_clear_is_not_taken_for_an_encrypted_one(trusted: Authority) -> None:
    with Scripted() as server, pytest.raises((NotEncryptedError, ServerNotReachedError)):
        protected(server, Security.TLS).open()
    insist_on_no_credentials(server)


@pytest.mark.parametrize("fault", [drop, reset])
def test_a_server_that_hangs_up_before_the_encryption_can_be_tried_again(trusted: Authority, fault: Fault) -> None:
    with (
        Scripted("starttls", then(fault), tls=trusted.context(), offers=(b"STARTTLS",)) as server,
        pytest.raises(ServerError),
    ):
        protected(server).open()
    insist_on_no_credentials(server)


def test_a_server_that_never_finishes_the_encryption_is_given_up(trusted: Authority) -> None:
    patience = Patience(SOON, 20, 20, 20, 20, 20)
    with (
        Scripted("starttls", then(stall), tls=trusted.context(), offers=(b"STARTTLS",)) as server,
        pytest.raises(ServerNotReachedError, match="did not answer in time"),
    ):
        Connection(Server("localhost", server.port, Security.STARTTLS, HUB, tells(), patience)).open()


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_an_encrypted_message_arrives_and_nothing_was_in_the_clear(trusted: Authority, security: Security) -> None:
    offers = (b"STARTTLS", b"AUTH PLAIN")
    context = trusted.context()
    with (
        Scripted(tls=context, at_once=security is Security.TLS, offers=offers, password=PASSWORD) as server,
        protected(server, security) as connection,
    ):
        connection.open()
        outcomes = [connection.send(HUB, ANN, content, go) for content in (SHORT, LONG)]
        assert connection.usable
    assert [one.fate for one in outcomes] == [Fate.SENT, Fate.SENT]
    assert server.complete == [SHORT, LONG]


@pytest.mark.parametrize(("phase", "fate"), [("data", "later"), ("payload", "later"), ("dot", "in-doubt")])
@pytest.mark.parametrize("fault", [drop, reset, stall])
def test_an_encrypted_connection_that_is_lost_leaves_no_other_doubts(
    trusted: Authority, phase: str, fate: str, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Scripted(phase, fault, tls=trusted.context(), at_once=True, offers=()) as server:
        patience = patient(phase, "stall" if fault is stall else "")
        monkeypatch.setattr(ssl.SSLSocket, "recv", _recv_that_peeks)
        with Connection(Server("localhost", server.port, Security.TLS, patience=patience)) as connection:
            connection.open()
            assert connection.send(HUB, ANN, LONG, go).fate == fate
    assert len(server.complete) == (phase == "dot")


_recv = ssl.SSLSocket.recv


def _recv_that_peeks(self: ssl.SSLSocket, size: int = 1024, flags: int = 0) -> bytes:
    """Wait for data without taking it, which an encrypted connection cannot do by itself."""
    return socket.socket.recv(self, size, flags) if flags else _recv(self, size)


# ---- the password --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "offer", [b"AUTH PLAIN LOGIN", b"AUTH=PLAIN", b"AUTH LOGIN", b"AUTH CRAM-MD5 LOGIN", b"auth login plain"]
)
@pytest.mark.parametrize("password", [PASSWORD, "pässwörd 東京", " blanks "])
def test_the_password_is_told_in_a_way_that_the_server_offers(offer: bytes, password: str) -> None:
    with (
        Scripted(offers=(offer,), password=password) as server,
        Connection(plain(server, user=HUB, password=tells(password))) as connection,
    ):
        connection.open()
        assert connection.send(HUB, ANN, SHORT, go).fate is Fate.SENT


@pytest.mark.parametrize("offer", [b"HELP", b"AUTH XOAUTH2 CRAM-MD5", b"AUTH"])
def test_a_server_that_takes_no_password_is_told_none(offer: bytes) -> None:
    with Scripted(offers=(offer,)) as server, pytest.raises(LoginNotOfferedError) as raised:
        Connection(plain(server, user=HUB, password=tells())).open()
    assert len(server.commands) == 1
    assert "XOAUTH2" not in offer.decode() or "only XOAUTH2 and CRAM-MD5" in str(raised.value)


@pytest.mark.parametrize("offer", [b"AUTH PLAIN", b"AUTH LOGIN"])
def test_a_password_that_is_not_taken_is_told_once_and_shown_nowhere(offer: bytes) -> None:
    with (
        Scripted(offers=(offer,), password=PASSWORD[::-1]) as server,  # and the server repeats what it was told
        pytest.raises(PasswordNotTakenError, match=rf"user {HUB}'s password: 5.7.8 no such user") as raised,
    ):
        Connection(plain(server, user=HUB, password=tells())).open()
    assert not raised.value.temporary
    assert server.heard.upper().count(b"AUTH") == 1
    insist_on_no_trace(raised.value)


@pytest.mark.parametrize("echo", [PASSWORD, base64.b64encode(PASSWORD.encode()).decode(), f"<{PASSWORD}>"])
def test_a_server_that_repeats_the_password_is_not_quoted(echo: str) -> None:
    with (
        Scripted("auth", says(f"535 no: {echo}\r\n".encode())) as server,
        pytest.raises(PasswordNotTakenError, match=r"\*\*\*") as raised,
    ):
        Connection(plain(server, user=HUB, password=tells())).open()
    insist_on_no_trace(raised.value)


def insist_on_no_trace(error: BaseException) -> None:
    hidden = base64.b64encode(PASSWORD.encode()).decode(), base64.b64encode(f"\0{HUB}\0{PASSWORD}".encode()).decode()
    shown = f"{error!r} {error} {getattr(error, 'hint', '')} {error.__cause__!r}"
    assert error.__suppress_context__ or error.__context__ is None
    assert not [secret for secret in (PASSWORD, *hidden) if secret in shown]


def test_a_server_shown_does_not_show_its_password() -> None:
    server = Server("localhost", 25, Security.NONE, HUB, tells())
    assert "password" not in repr(server)
    assert PASSWORD not in repr(server) + repr(Connection(server))


def test_a_person_is_asked_for_the_password_once_and_again_only_when_it_was_wrong() -> None:
    asked: list[str] = []

    def ask() -> str:
        asked.append("wrong" if not asked else PASSWORD)
        return asked[-1]

    with Scripted("dot", drop, password=PASSWORD) as server:
        connection = Connection(plain(server, user=HUB, password=ask))
        with pytest.raises(PasswordNotTakenError):
            connection.open()
        for _ in range(2):
            connection.open()
            connection.send(HUB, ANN, SHORT, go)
    assert asked == ["wrong", PASSWORD]
    assert server.connections == 3


def test_a_password_that_nobody_tells_stops_before_anything_is_connected() -> None:
    def ask() -> str:
        raise PasswordMissingError(HUB, "localhost")

    with Scripted() as server, pytest.raises(PasswordMissingError):
        Connection(plain(server, user=HUB, password=ask)).open()
    assert server.connections == 0


# ---- a good server -------------------------------------------------------------------------------------------------


def test_a_real_server_takes_letters_after_encryption_and_login(trusted: Authority) -> None:
    with (
        good_server(trusted.context(), HUB, PASSWORD) as box,
        Connection(Server("localhost", box.port, Security.STARTTLS, HUB, tells(), patient())) as connection,
    ):
        connection.open()
        outcomes = [connection.send(HUB, ANN, SHORT, go) for _ in range(20)]
        assert connection.usable
    assert {one.fate for one in outcomes} == {Fate.SENT}
    assert box.messages == [(HUB, [ANN], SHORT)] * 20


def test_a_real_server_does_not_take_a_wrong_password(trusted: Authority) -> None:
    with good_server(trusted.context(), HUB, PASSWORD[::-1]) as box, pytest.raises(PasswordNotTakenError) as raised:
        Connection(Server("localhost", box.port, Security.STARTTLS, HUB, tells(), patient())).open()
    insist_on_no_trace(raised.value)


def test_a_real_server_that_wants_a_login_refuses_no_letter_for_it(trusted: Authority) -> None:
    with (
        good_server(trusted.context()) as box,
        Connection(Server("localhost", box.port, Security.STARTTLS, patience=patient())) as connection,
    ):
        connection.open()
        outcome = connection.send(HUB, ANN, SHORT, go)
    assert (outcome.fate, outcome.code) == (Fate.LATER, 530)
    assert box.messages == []


def test_every_error_of_a_server_is_a_refusal_with_a_next_step() -> None:
    kinds = [
        SecurityNeededError("h"), ServerNotFoundError("h", temporary=True), ServerNotReachedError("h", 1, "no"),
        ServerDeclinesError("h", 1, "no", temporary=True), CertificateNotTrustedError("h", "no"),
        NotEncryptedError("h", 1, "no"), LoginNotOfferedError("h", []),
        PasswordNotTakenError("h", "u", "no", temporary=True), PasswordMissingError("u", "h"),
    ]  # fmt: skip
    for error in kinds:
        assert isinstance(error, MtepError)
        assert error.exit_code == 1
        assert error.hint.endswith(".")
        assert error.message.endswith(".")
