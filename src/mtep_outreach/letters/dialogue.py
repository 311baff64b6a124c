"""A dialogue with a mail server: one command, one answer, and no wait longer than it was given."""

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..atomic import reason_of

_OUR_NAME = "[127.0.0.1]"  # asking the system for a name can hang, and would tell strangers where we are
_AT_ONCE, _LONGEST_REPLY, _MOST_WORDS = 65_536, 1_048_576, 300
_LAST_WORDS = 1.0  # seconds for the rest of what a server says unasked
_REPLY_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)


@dataclass(frozen=True)
class Reply:
    """A server's answer: its code, and its words on one line."""

    code: int
    said: str

    @property
    def kind(self) -> int:
        """The first digit of the code, which says what the answer means."""
        return self.code // 100


class NoReplyError(OSError):
    """No answer, none that means anything, or one that nothing had been asked for (then with its code)."""

    def __init__(self, said: str, code: int | None = None) -> None:
        super().__init__(said)
        self.said = said
        self.code = code


class Dialogue(smtplib.SMTP):
    """A connection that can be spoken and listened to; whatever goes wrong on it is an OSError."""

    def __init__(self, connected: socket.socket) -> None:
        super().__init__(local_hostname=_OUR_NAME)
        # Else the end of a message, written by itself, waits until the other side has confirmed what came before it.
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connected
        self._heard = b""
        self._until = 0.0

    def peer(self) -> str:
        """Return the address of the machine at the other end."""
        return str(self._socket.getpeername()[0])

    def encrypt(self, host: str, seconds: float) -> None:
        """Encrypt all that follows, with a server that proves to be ``host``."""
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.wait_at_most(seconds)
        # In two steps, so that the connection is ours to close whenever the second one is broken off.
        protected = context.wrap_socket(self._in_time(), server_hostname=host, do_handshake_on_connect=False)
        self._socket = protected
        protected.do_handshake()

    def ask(self, command: str, seconds: float) -> Reply:
        """Say a command and return the answer to it, and not to anything before."""
        self.insist_on_silence()
        return self.say(f"{command}\r\n", seconds)

    def say(self, words: str | bytes, seconds: float) -> Reply:
        """Write words and return the answer."""
        self.wait_at_most(seconds)
        self.send(words)
        return self._answer()

    def say_all(self, commands: Sequence[str], seconds: float) -> None:
        """Write commands in one breath; an answer to each is to be heard."""
        self.insist_on_silence()
        self.wait_at_most(seconds)
        self.send("".join(f"{command}\r\n" for command in commands))

    def introduce(self, seconds: float) -> Reply:
        """Say who we are and learn what the server offers: ``esmtp_features``."""
        self.insist_on_silence()
        self.wait_at_most(seconds)
        code, words = self.ehlo()
        return Reply(code, one_line(words))

    def hear(self, seconds: float) -> Reply:
        """Return what the server says by itself."""
        self.wait_at_most(seconds)
        return self._answer()

    def spoke(self) -> bool:
        """Return whether the server said something unasked, or hung up."""
        try:
            self._socket.settimeout(0)
            chunk = self._socket.recv(_AT_ONCE)
        except (BlockingIOError, ssl.SSLWantReadError):
            return bool(self._heard)
        except OSError:
            return True
        self._heard += chunk
        return True

    def insist_on_silence(self) -> None:
        """Raise NoReplyError, with what was said, when the server speaks unasked: that is no answer to anything."""
        if self.spoke():
            reply = self.hear(_LAST_WORDS)
            raise NoReplyError(reply.said, reply.code)

    def wait_at_most(self, seconds: float) -> None:
        """Let all that is written and read from here on take so long together."""
        self._until = time.monotonic() + seconds

    def close(self) -> None:
        """Hang up without a word."""
        self._socket.close()

    # ---- what smtplib's own commands use ----------------------------------------------------------------

    def send(self, s: Any) -> None:
        """Write all of it in time; smtplib would give each piece of it as long."""
        rest = memoryview(s.encode("ascii") if isinstance(s, str) else s)
        while rest:
            rest = rest[self._in_time().send(rest[:_AT_ONCE]) :]

    def getreply(self) -> tuple[int, bytes]:
        """Read one answer in time and by the rules; smtplib would take half a line for one, or two codes."""
        code, words, size = b"", list[bytes](), 0
        while True:
            line = self._next_line()
            found = _REPLY_LINE.fullmatch(line)
            size += len(line)
            if not found or (code and found[1] != code) or size > _LONGEST_REPLY:
                raise NoReplyError(f"it answered what no mail server says: {one_line(line) or 'nothing'}")
            code = found[1]
            words.append(found[3] or b"")
            if found[2] != b"-":
                return int(code), b"\n".join(words)

    def _answer(self) -> Reply:
        code, words = self.getreply()
        return Reply(code, one_line(words))

    def _next_line(self) -> bytes:
        while b"\n" not in self._heard:
            chunk = self._in_time().recv(_AT_ONCE)
            if not chunk:
                raise NoReplyError("it closed the connection")
            self._heard += chunk
            if len(self._heard) > _LONGEST_REPLY:
                raise NoReplyError("it answered without an end")
        line, _, self._heard = self._heard.partition(b"\n")
        return line.removesuffix(b"\r")

    def _in_time(self) -> socket.socket:
        """Return the connection for as long as there is time. A wait of its own for each byte would never end."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._socket


def one_line(words: bytes) -> str:
    """Return a server's words as one line that a terminal can show, cut after 300 characters."""
    text = words[: 4 * _MOST_WORDS].decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_MOST_WORDS]


def reason(error: OSError) -> str:
    """Return what went wrong on a connection, as the end of a sentence."""
    if isinstance(error, NoReplyError):
        return error.said
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ssl.SSLError):
        return f"the encryption failed ({(error.reason or 'no reason is given').replace('_', ' ').lower()})"
    return reason_of(error)
