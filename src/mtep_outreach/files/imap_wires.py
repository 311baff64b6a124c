"""A connection to a server of mail folders on which neither a wait nor an answer is without an end."""

import imaplib
import socket
import ssl
import time
from contextlib import suppress
from typing import Any

from ..errors import InboxNotEncryptedError
from ..names import clean_line
from ..vocabulary import Security
from .imap_addresses import Account
from .mails import LARGEST

MOST = 3 * LARGEST
"""How many bytes the answer to one command may have: the largest message, with room for servers that miscount."""

_AT_ONCE = 262_144
_SLOWEST = 4_000  # bytes a second, beyond the first wait; whoever is slower would never end
_MOST_WORDS = 300


class LostError(OSError):
    """A connection that ended, stopped, or brought what means nothing."""


class Wire(imaplib.IMAP4):
    """A connection on which neither a wait nor an answer is without an end.

    The library would wait anew for each byte, and take as much as a server announces.
    """

    def __init__(self, account: Account, seconds: float) -> None:
        self._account = account
        self.seconds = seconds
        self._until = 0.0
        self._room = MOST
        self._heard = bytearray()
        super().__init__(account.host, account.port)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connect; with TLS from the start, encrypt too."""
        self.host, self.port = host, port
        self.sock = socket.create_connection((host, port), timeout or self.seconds)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._until = time.monotonic() + self.seconds
        if self._account.security is Security.TLS:
            self._encrypt()

    def read(self, size: int) -> bytes:
        """Read so many bytes."""
        if size > len(self._heard) + self._room:
            raise LostError("it sends more than it was asked for")
        while len(self._heard) < size:
            self._hear()
        found = bytes(self._heard[:size])
        del self._heard[:size]
        return found

    def readline(self) -> bytes:
        """Read a line; the answer to a search of a large folder is a long one."""
        while (end := self._heard.find(b"\n")) < 0:
            self._hear()
        line = bytes(self._heard[: end + 1])
        del self._heard[: end + 1]
        return line

    def send(self, data: Any) -> None:
        """Write; what is heard from here on is the answer, and has its own time and size."""
        self._until, self._room = time.monotonic() + self.seconds, MOST
        self.sock.settimeout(self.seconds)
        self.sock.sendall(data)

    def shutdown(self) -> None:
        """Hang up without a word."""
        with suppress(AttributeError):  # a connection that never came about
            self.sock.close()

    def peer(self) -> str:
        """Return the address of the machine at the other end."""
        return str(self.sock.getpeername()[0])

    def change_to_encryption(self) -> None:
        """Encrypt a connection that began in the clear."""
        answer, said = self.xatom("STARTTLS")
        if answer != "OK":
            raise InboxNotEncryptedError(self.host, self.port, words(said[-1]))
        if self._heard:  # what comes before the encryption may be anybody's, and would count as said by the server
            raise InboxNotEncryptedError(self.host, self.port, "somebody spoke before it began")
        self._encrypt()
        # What was offered in the clear may be anybody's too.
        self.untagged_responses.clear()
        self.capabilities = tuple(words(self.capability()[1][-1]).upper().split())

    def log_in(self, user: str, password: str) -> None:
        """Log in by the older command, whose words the library would write as they are."""
        answer, said = self.xatom("LOGIN", _in_quotes(user), _in_quotes(password))
        if answer != "OK":
            raise self.error(words(said[-1]))
        self.state = "AUTH"

    def _encrypt(self) -> None:
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def _hear(self) -> None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(min(left, self.seconds))
        chunk = self.sock.recv(_AT_ONCE)
        if not chunk:
            raise LostError("it closed the connection")
        self._until += len(chunk) / _SLOWEST
        self._room -= len(chunk)
        if self._room < 0:
            raise LostError("it sends more than it was asked for")
        self._heard += chunk


def words(said: Any) -> str:
    """Return a server's words as one line that a terminal can show, cut after 300 characters."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return clean_line(text[: 4 * _MOST_WORDS])[:_MOST_WORDS]


def _in_quotes(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
