"""Mail servers on this computer: one that breaks the protocol at a chosen point, and a good one."""

import base64
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from mtep_outreach.letters.delivery import Patience, Server
from mtep_outreach.vocabulary import Security

HUB, ANN = "hub@example.org", "ann@example.org"
PASSWORD = "Geheim-9-Wort"  # noqa: S105 - looked for wherever it must not be
SHORT = b"Subject: Hello\r\n\r\n.\r\n..\r\n.Dear Ann,\r\n...\r\n\r\nBye\r\n"
LONG = b"Subject: Hello\r\n\r\n" + (b"x" * 900 + b"\r\n") * 9_000  # more than is taken ahead
SOON = 0.3  # seconds until patience ends, where a test is about that
DRIP = 0.05  # seconds between two bytes


class Scripted:
    """Takes mail as it should, but for what it does in one phase of one message.

    ``heard`` is all that came in, in the clear or decrypted; ``complete`` are the messages whose end was seen.
    """

    def __init__(
        self,
        at: str = "",
        do: "Fault | None" = None,
        *,
        message: int = 1,
        offers: tuple[bytes, ...] = (b"PIPELINING", b"SIZE 20000000", b"AUTH PLAIN LOGIN"),
        password: str = PASSWORD,
        tls: ssl.SSLContext | None = None,
        at_once: bool = False,
    ) -> None:
        self.at, self.do, self.message, self.offers, self.tls, self.at_once = at, do, message, offers, tls, at_once
        self.password = password
        self.heard, self.complete, self.connections, self.number = bytearray(), list[bytes](), 0, 0
        self.done = threading.Event()  # what is done wrong has been done
        self.over = threading.Event()  # the test has seen enough
        self._listener = socket.create_server(("127.0.0.1", 0))
        # Little is taken ahead, so that a long message is still being written when the server speaks.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)
        assert not self._thread.is_alive(), "a client left its connection open"

    @property
    def commands(self) -> list[bytes]:
        return bytes(self.heard).split(b"\r\n")[:-1]

    # ---- the protocol -----------------------------------------------------------------------------------

    def _listen(self) -> None:
        while True:
            try:
                self.wire, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what is said has been heard
            self._read, self._last, self._begun, self.number = b"", b"", False, 1
            try:
                if self.tls and self.at_once:
                    self.wire = self.tls.wrap_socket(self.wire, server_side=True)
                self._serve()
            except (OSError, ssl.SSLError):
                pass
            finally:
                self.wire.close()

    def _serve(self) -> None:
        self._answer("greeting", b"220 here")
        while line := self._line():
            match line.split(b" ")[0].strip().upper():
                case b"EHLO":
                    self._answer("ehlo", b"\r\n".join([b"250-here", *(b"250-" + o for o in self.offers), b"250 HELP"]))
                case b"STARTTLS":
                    self._answer("starttls", b"220 go ahead")
                    assert self.tls
                    self.wire = self.tls.wrap_socket(self.wire, server_side=True)
                    self._read = b""
                case b"AUTH":
                    self._log_in(line)
                case b"MAIL" | b"RCPT" | b"DATA" as verb:
                    self._take(verb)
                case b"QUIT":
                    self._answer("quit", b"221 bye")
                    return
                case _:
                    self._send(b"250 anew")

    def _log_in(self, line: bytes) -> None:
        said = line.split()[2:]
        if line.split()[1] == b"LOGIN":
            for question in (b"334 VXNlcm5hbWU6", b"334 UGFzc3dvcmQ6"):
                self._send(question)
                said.append(self._line().strip())
        right = base64.b64decode(said[-1]).decode().split("\0")[-1] == self.password
        self._answer("auth", b"235 welcome" if right else b"535 5.7.8 no such user or password: " + said[-1])

    def _take(self, verb: bytes) -> None:
        """Hear from whom, to whom and what: what was refused is not gone on with, though it was said in one breath."""
        if verb != b"MAIL" and not self._begun:
            self._send(b"503 5.5.1 not in this order")
        elif verb == b"DATA":
            self._answer("data", b"354 go on")
            if self._last.startswith(b"354"):
                self._take_message()
        else:
            self._answer(verb.decode().lower(), b"250 fine")
            self._begun = self._last.startswith(b"2")

    def _take_message(self) -> None:
        if self._goes_wrong("payload"):
            self.wire.recv(1, socket.MSG_PEEK)
            self._act(b"250 early")
        content = bytearray()
        while (line := self._line()) != b".\r\n":
            if not line:
                raise ConnectionResetError
            content += line.removeprefix(b".")
        self.complete.append(bytes(content))
        self._answer("dot", b"250 taken")
        if self._goes_wrong("next"):
            self._act(b"250 unasked")
        self.number += 1

    def _answer(self, phase: str, words: bytes) -> None:
        if self._goes_wrong(phase):
            self._act(words)
        else:
            self._send(words)

    def _goes_wrong(self, phase: str) -> bool:
        return phase == self.at and self.number == self.message

    def _act(self, words: bytes) -> None:
        assert self.do
        try:
            self.do(self, words)
        finally:
            self.done.set()

    def _send(self, words: bytes) -> None:
        self.write(words + b"\r\n")

    def write(self, words: bytes) -> None:
        self._last = words
        self.wire.sendall(words)

    def _line(self) -> bytes:
        while b"\n" not in self._read:
            chunk = self.wire.recv(16_384)
            if not chunk:
                return b""
            self._read += chunk
        line, end, self._read = self._read.partition(b"\n")
        self.heard += line + end
        return line + end


# ---- what goes wrong: each is told the server and the words it would have said --------------------------------

Fault = Callable[[Scripted, bytes], None]


def drop(server: Scripted, words: bytes) -> None:
    server.wire.close()
    raise ConnectionResetError


def reset(server: Scripted, words: bytes) -> None:
    server.wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    drop(server, words)


def stall(server: Scripted, words: bytes) -> None:
    server.done.set()
    server.over.wait(30)
    raise ConnectionResetError


def drip(server: Scripted, words: bytes) -> None:
    server.done.set()
    for byte in words.ljust(60, b"."):
        server.write(bytes([byte]))
        time.sleep(DRIP)


def says(answer: bytes) -> Fault:
    """Say something else."""

    def say(server: Scripted, words: bytes) -> None:
        server.write(answer)

    return say


def many_lines(server: Scripted, words: bytes) -> None:
    first, _, rest = words.partition(b"\r\n")
    lines = [first[:3] + b"-line %d" % number for number in range(7)]
    server.write(b"\r\n".join([*lines, *([rest] if rest else [first])]) + b"\r\n")


def long_line(server: Scripted, words: bytes) -> None:
    *before, last = words.split(b"\r\n")
    server.write(b"\r\n".join([*before, last + b" " + b"x" * 65_000]) + b"\r\n")


def slowly(fault: Fault) -> Fault:
    """Do something a moment later."""

    def later(server: Scripted, words: bytes) -> None:
        time.sleep(SOON)
        fault(server, words)

    return later


def then(fault: Fault) -> Fault:
    """Say what is right, and then do something else."""

    def both(server: Scripted, words: bytes) -> None:
        server.write(words + b"\r\n")
        fault(server, words)

    return both


# ---- certificates -------------------------------------------------------------------------------------------


@dataclass
class Authority:
    """Whoever signs certificates, with its own in ``folder / ca.pem``."""

    folder: Path
    key: Any = field(init=False)
    certificate: Any = field(init=False)

    def __post_init__(self) -> None:
        pytest.importorskip(
            "cryptography", reason="certificates are made with cryptography, which keyring brings along"
        )
        self.key, self.certificate = self._make("an authority", None, -1, 10, authority=True)
        self._write("ca.pem", self.certificate)

    def context(
        self, name: str = "localhost", *, first_day: int = -1, last_day: int = 10, own: bool = False
    ) -> ssl.SSLContext:
        """Return a server's context; days count from today; ``own``: signed by itself."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        key, certificate = self._make(name, None if own else self.certificate, first_day, last_day)
        path = self._write("server.pem", certificate)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with path.open("ab") as file:
            file.write(pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _make(
        self, name: str, issuer: Any, first_day: int, last_day: int, *, authority: bool = False
    ) -> tuple[Any, Any]:
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.hashes import SHA256

        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=first_day))
            .not_valid_after(now + timedelta(days=last_day))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if not authority:
            known_as = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
            builder = builder.add_extension(x509.SubjectAlternativeName([known_as]), critical=False)
        return key, builder.sign(self.key if issuer else key, SHA256())

    def _write(self, name: str, certificate: Any) -> Path:
        from cryptography.hazmat.primitives.serialization import Encoding

        path = self.folder / name
        path.write_bytes(certificate.public_bytes(Encoding.PEM))
        return path


# ---- a good server --------------------------------------------------------------------------------------------


@dataclass
class Mailbox:
    """What a good server took: from whom, to whom, and the bytes as they came."""

    user: str
    password: str
    port: int = 0
    messages: list[tuple[str, list[str], bytes]] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.messages.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return "250 OK"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> Any:
        from aiosmtpd.smtp import AuthResult

        right = (data.login, data.password) == (self.user.encode(), self.password.encode())
        return AuthResult(success=right, handled=False)  # else it hangs up without a word


@contextmanager
def good_server(context: ssl.SSLContext, user: str = HUB, password: str = PASSWORD) -> Iterator[Mailbox]:
    """A server that takes mail of one user after STARTTLS, and only then."""
    from aiosmtpd.controller import Controller

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]  # it cannot be told to take any
    box = Mailbox(user, password, port)
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=box.authenticate,
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


# ---- clients ---------------------------------------------------------------------------------------------------


FAULTS: dict[str, Fault] = {
    "drop": drop,
    "reset": reset,
    "stall": stall,
    "421": says(b"421 4.3.2 closing\r\n"),
    "450": says(b"450 4.2.1 greylisted\r\n"),
    "451": says(b"451 4.3.0 not now\r\n"),
    "452": says(b"452 4.3.1 no room\r\n"),
    "550": says(b"550 5.1.1 no such user\r\n"),
    "552": says(b"552 5.2.2 too much\r\n"),
    "554": says(b"554 5.7.1 no\r\n"),
    "garbage": says(b"\x00\xff\x1b[31m what?\r\n"),
    "8 lines": many_lines,
    "64 KB": long_line,
    "drip": drip,
}
WAITS = {"mail": "command", "rcpt": "command", "quit": "command", "next": "command", "auth": "command"}
WAITS |= {"ehlo": "command", "starttls": "command", "data": "data", "payload": "payload", "dot": "final"}


def go() -> bool:
    return True


def patient(phase: str = "", fault: str = "") -> Patience:
    """Patience that no busy machine exhausts, but for the one wait that is to end."""
    usual = dict.fromkeys(("connect", "greeting", "command", "data", "payload", "final"), 20.0)
    return Patience(**(usual | ({WAITS.get(phase, phase): SOON} if fault in {"stall", "drip"} else {})))


def plain(server: Scripted, patience: Patience | None = None, **more: object) -> Server:
    return Server("127.0.0.1", server.port, Security.NONE, patience=patience or patient(), **more)  # type: ignore[arg-type]


def tells(password: str = PASSWORD) -> Callable[[], str]:
    return lambda: password
