"""A mail server is reached, proves who it is and takes the password, or it is said why not."""

import base64
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address

from ..errors import (
    CertificateNotTrustedError,
    LoginNotOfferedError,
    NotEncryptedError,
    PasswordNotTakenError,
    SecurityNeededError,
    ServerDeclinesError,
    ServerNotFoundError,
    ServerNotReachedError,
)
from ..vocabulary import Security
from .dialogue import Dialogue, Reply, reason

_WELCOME, _DONE, _LOGGED_IN, _TELL_ME, _NOT_NOW = 220, 250, 235, 334, 4
_LAST_PORT = 65_535


@dataclass(frozen=True)
class Patience:
    """How many seconds each phase may take in all, however slowly the server drips: those that RFC 5321 asks for."""

    connect: float = 60
    greeting: float = 300
    command: float = 300
    data: float = 120
    payload: float = 180
    final: float = 600


_AS_THE_RFC_ASKS = Patience()


@dataclass(frozen=True)
class Server:
    """A mail server and how to reach it.

    Raises SecurityNeededError for one that is not on this computer and would be spoken to in the clear.
    """

    host: str
    port: int
    security: Security
    user: str | None = None
    password: Callable[[], str] | None = field(default=None, repr=False)
    patience: Patience = _AS_THE_RFC_ASKS

    def __post_init__(self) -> None:
        if self.security is Security.NONE and not _is_this_computer(self.host):
            raise SecurityNeededError(self.host)


def connect(server: Server) -> Dialogue:
    """Connect to a server. Raises ServerNotFoundError or ServerNotReachedError."""
    if not 0 < server.port <= _LAST_PORT:  # some systems would take another port for it
        raise ServerNotReachedError(server.host, server.port, "there is no such port")
    try:
        return Dialogue(socket.create_connection((server.host, server.port), server.patience.connect))
    except (socket.gaierror, UnicodeError) as error:
        again = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        raise ServerNotFoundError(server.host, temporary=again) from None
    except OSError as error:
        raise ServerNotReachedError(server.host, server.port, reason(error)) from None


def log_in(line: Dialogue, server: Server, password: str | None) -> None:
    """Take a server through its greeting, its encryption and, given a password, its login. Raises ServerError."""
    try:
        if server.security is Security.NONE and not _is_this_computer(line.peer()):
            raise SecurityNeededError(server.host)  # a name such as localhost is what this computer's files make it
        if server.security is Security.TLS:
            _encrypt(line, server)
        _insist(_WELCOME, line.hear(server.patience.greeting), server)
        _insist(_DONE, line.introduce(server.patience.command), server)
        if server.security is Security.STARTTLS:
            _change_to_encryption(line, server)
        if server.user and password is not None:
            _tell_password(line, server, server.user, password)
    except OSError as error:
        raise ServerNotReachedError(server.host, server.port, reason(error)) from None


def _change_to_encryption(line: Dialogue, server: Server) -> None:
    """Encrypt a connection that began in the clear; never go on without."""
    if not line.has_extn("starttls"):
        raise NotEncryptedError(server.host, server.port, "the server does not offer it")
    _insist(_WELCOME, line.ask("STARTTLS", server.patience.command), server)
    if line.spoke():  # what comes before the encryption may be anybody's, and would count as said by the server
        raise NotEncryptedError(server.host, server.port, "somebody spoke before it began")
    _encrypt(line, server)
    _insist(
        _DONE, line.introduce(server.patience.command), server
    )  # what was offered in the clear may be anybody's too


def _encrypt(line: Dialogue, server: Server) -> None:
    try:
        line.encrypt(server.host, server.patience.connect)
    except ssl.SSLCertVerificationError as error:
        raise CertificateNotTrustedError(server.host, error.verify_message) from None
    except ssl.SSLEOFError:
        raise ServerNotReachedError(server.host, server.port, "it closed the connection") from None
    except ssl.SSLError as error:
        raise NotEncryptedError(server.host, server.port, reason(error)) from None


def _tell_password(line: Dialogue, server: Server, user: str, password: str) -> None:
    """Log in by the plain way, or else by the older one: the line is encrypted, or does not leave this computer."""
    offered = line.esmtp_features.get("auth", "").upper().split()
    plain, seconds = _base64(f"\0{user}\0{password}"), server.patience.command
    if "PLAIN" in offered:
        reply = line.ask(f"AUTH PLAIN {plain}", seconds)
    elif "LOGIN" in offered:
        reply = line.ask("AUTH LOGIN", seconds)
        for word in (user, password):
            if reply.code == _TELL_ME:
                reply = line.ask(_base64(word), seconds)
    else:
        raise LoginNotOfferedError(server.host, offered)
    if reply.code != _LOGGED_IN:
        said = reply.said
        for secret in (plain, _base64(password), password):  # some servers repeat what they were told
            said = said.replace(secret, "***") if secret else said
        raise PasswordNotTakenError(server.host, user, said, temporary=reply.kind == _NOT_NOW)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogateescape")).decode()


def _insist(code: int, reply: Reply, server: Server) -> None:
    if reply.code != code:
        said = f"{reply.code} {reply.said}"
        raise ServerDeclinesError(server.host, server.port, said, temporary=reply.kind == _NOT_NOW)


def _is_this_computer(host: str) -> bool:
    try:
        return host.lower() == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
