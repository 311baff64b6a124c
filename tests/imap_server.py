"""A mail server with folders on this computer: it speaks IMAP4rev1, goes wrong where it is told to, and can be killed.

::

    with imap_server({"INBOX": [b"Subject: Hello\\r\\n\\r\\nHi\\r\\n"]}) as server:
        url = f"imap://{USER}@localhost:{server.port}/INBOX"
        server.kill_after(3)         # breaks off in the middle of the fourth message that is asked for
        server.wrong("UID FETCH", says(b"NO not today"), after=1)
        server.kill(); server.restart()   # all connections reset and nobody listening; the same port and folders again
        server.commands              # every line that was heard, with its tag, encrypted or not
        server.flags["INBOX"][1]     # the flags of message UID 1; server.changes: what changed them

Folders hold messages with the UIDs 1, 2, 3...; ``server.folders["INBOX"]`` can be changed at any time.
"""

import base64
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from imapclient import imap_utf7

USER, PASSWORD = "rivera@example.edu", 'Sehr "geheim" \\9'
OFFERS = ("IMAP4rev1", "AUTH=PLAIN", "UIDPLUS", "MOVE")

_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*)"|\(([^()]*)\)|([^ ()]+)')
_PART = re.compile(rb"BODY(\.PEEK)?\[\](?:<(\d+)\.(\d+)>)?")


@dataclass
class Mailbox:
    """A folder: its messages and their flags, by UID."""

    messages: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    uid_validity: int | str | None = 1
    next_uid: int = 1
    is_writable: bool = True

    def add(self, content: bytes, *flags: str) -> int:
        """Put a message into the folder and return its UID."""
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        self.messages[uid], self.flags[uid] = content, set(flags)
        return uid

    def remove(self, uid: int) -> None:
        del self.messages[uid], self.flags[uid]


@dataclass
class _Wrong:
    """What goes wrong with commands that begin with some words."""

    command: bytes
    do: "Fault"
    after: int
    times: int
    instead: bool


class ImapServer:
    """The server; see the module."""

    def __init__(
        self,
        folders: Mapping[str, Sequence[bytes]],
        *,
        offers: Sequence[str] = OFFERS,
        tls: ssl.SSLContext | None = None,
        at_once: bool = False,
        divider: str = "/",
        password: str = PASSWORD,
    ) -> None:
        self.offers, self.tls, self.at_once, self.divider, self.password = offers, tls, at_once, divider, password
        self.greeting = b"* OK here"
        self.folders: dict[str, Mailbox] = {}
        for name, contents in folders.items():
            self.folders[name] = Mailbox()
            for content in contents:
                self.folders[name].add(content)
        self.commands: list[str] = []
        self.changes: list[tuple[str, int, str]] = []
        self.sizes: dict[int, int] = {}
        """Sizes that are said instead of the right ones."""
        self.declined: dict[int, bytes] = {}
        """What is said instead of handing messages over: ``NO`` and a reason."""
        self.kept_back: set[int] = set()
        """Messages of which only NIL is said."""
        self.connections = 0
        self.over = threading.Event()
        self._wrong: list[_Wrong] = []
        self._left: int | None = None
        self._lines: list[_Line] = []
        self._threads: list[threading.Thread] = []
        self.lock = threading.RLock()
        self.port = 0
        self.restart()

    @property
    def flags(self) -> dict[str, dict[int, set[str]]]:
        return {name: folder.flags for name, folder in self.folders.items()}

    def wrong(self, command: str, do: "Fault", *, after: int = 0, times: int = 1, instead: bool = False) -> None:
        """Answer commands that begin so in another way, after some went well, several times.

        What they ask for is done, unless it is said that the answer is given ``instead``.
        """
        self._wrong.append(_Wrong(command.encode(), do, after, times, instead))

    def all_is_well(self) -> None:
        """Do nothing wrong any more."""
        self._wrong.clear()

    def kill_after(self, messages: int) -> None:
        """Break off in the middle of the message that is handed over after so many others, once."""
        self._left = messages

    def kill(self) -> None:
        """Be gone: every connection is reset, and nobody listens."""
        with self.lock:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            for line in self._lines:
                line.reset()
            self._lines.clear()

    def restart(self) -> None:
        """Listen, on the same port as before."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._start(self._listen, self._listener)

    def stop(self) -> None:
        self.over.set()
        self.kill()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()

    # ---- what lines ask of it ---------------------------------------------------------------------------

    def due(self, command: bytes) -> "_Wrong | None":
        for wrong in self._wrong:
            if command.upper().startswith(wrong.command) and wrong.times:
                if wrong.after:
                    wrong.after -= 1
                    return None
                wrong.times -= 1
                return wrong
        return None

    def is_last(self) -> bool:
        """Return whether it is this message in which it breaks off."""
        if self._left is None:
            return False
        self._left -= 1
        if self._left >= 0:
            return False
        self._left = None
        return True

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self, listener: socket.socket) -> None:
        while True:
            try:
                wire, _ = listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                line = _Line(self, wire)
                self._lines.append(line)
                self._start(line.serve)


@contextmanager
def imap_server(folders: Mapping[str, Sequence[bytes]], **more: object) -> Iterator[ImapServer]:
    """A server with folders of messages; see ImapServer for what else can be said."""
    server = ImapServer(folders, **more)  # type: ignore[arg-type]
    try:
        yield server
    finally:
        server.stop()


class _Line:
    """One connection."""

    def __init__(self, server: ImapServer, wire: socket.socket) -> None:
        self.server, self.wire = server, wire
        self.folder = ""
        self.is_read_only = True
        self.has_logged_in = False
        self._heard = b""

    def serve(self) -> None:
        self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self.server.tls and self.server.at_once:
                self._encrypt()
            self._answer(self.server.due(b"GREETING"), b"", self.server.greeting + b"\r\n")
            while (line := self._command()) is not None:
                self._do(line)
        except (OSError, ssl.SSLError):
            pass
        finally:
            self.wire.close()

    def reset(self) -> None:
        """Break off from outside; the thread ends by itself."""
        with suppress(OSError):
            self.wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.wire.shutdown(socket.SHUT_RDWR)

    def _answer(self, wrong: _Wrong | None, tag: bytes, words: bytes) -> None:
        if wrong:
            wrong.do(self, tag, words)
        else:
            self.wire.sendall(words)

    def _encrypt(self) -> None:
        assert self.server.tls
        self.wire = self.server.tls.wrap_socket(self.wire, server_side=True)
        self._heard = b""

    def _command(self) -> bytes | None:
        line = self._line()
        while line is not None and (literal := re.search(rb"\{(\d+)(\+?)\}$", line)):
            if not literal[2]:
                self.wire.sendall(b"+ go ahead\r\n")
            content = self._bytes(int(literal[1]))
            line = line[: literal.start()] + b'"' + content + b'"' + (self._line() or b"")
        if line is not None:
            self.server.commands.append(line.decode("latin-1"))
        return line

    def _line(self) -> bytes | None:
        while b"\r\n" not in self._heard:
            if not self._hear():
                return None
        line, _, self._heard = self._heard.partition(b"\r\n")
        return line

    def _bytes(self, size: int) -> bytes:
        while len(self._heard) < size and self._hear():
            pass
        found, self._heard = self._heard[:size], self._heard[size:]
        return found

    def _hear(self) -> bool:
        chunk = self.wire.recv(65_536)
        self._heard += chunk
        return bool(chunk)

    # ---- commands ---------------------------------------------------------------------------------------

    def _do(self, line: bytes) -> None:
        tag, _, command = line.partition(b" ")
        words = [b"".join(found) for found in _TOKEN.findall(command)]
        words = [re.sub(rb"\\(.)", rb"\1", word) if b'"' in command else word for word in words]
        verb = b" ".join(words[: 2 if words[:1] == [b"UID"] else 1]).upper()
        do = getattr(self, f"do_{verb.decode('latin-1').lower().replace(' ', '_')}", lambda _: b"BAD what?")
        wrong = self.server.due(command)
        with self.server.lock:
            said = b"OK done" if wrong and wrong.instead else do(words[len(verb.split()) :])
        lines, end, status = said.rpartition(b"\r\n")
        self._answer(wrong, tag, lines + end + tag + b" " + status + b"\r\n")
        if verb == b"STARTTLS":
            self._encrypt()
        if verb == b"LOGOUT":
            raise ConnectionError

    def do_capability(self, _: list[bytes]) -> bytes:
        return b"* CAPABILITY " + " ".join(self.server.offers).encode() + b"\r\nOK done"

    def do_noop(self, _: list[bytes]) -> bytes:
        return b"OK done"

    def do_logout(self, _: list[bytes]) -> bytes:
        return b"* BYE see you\r\nOK done"

    def do_starttls(self, _: list[bytes]) -> bytes:
        return b"OK go ahead" if self.server.tls else b"BAD no"

    def do_login(self, words: list[bytes]) -> bytes:
        return self._log_in(*words)

    def do_authenticate(self, _: list[bytes]) -> bytes:
        self.wire.sendall(b"+ \r\n")
        return self._log_in(*base64.b64decode(self._line() or b"").split(b"\0")[1:])

    def _log_in(self, user: bytes, password: bytes) -> bytes:
        if (user.decode(), password.decode()) != (USER, self.server.password):
            return b"NO [AUTHENTICATIONFAILED] not " + user + b" with " + password
        self.has_logged_in = True
        return b"OK welcome"

    def do_list(self, _: list[bytes]) -> bytes:
        lines = [
            b'* LIST (%s) "%s" "%s"\r\n'
            % (
                rb"\Noselect" if name.endswith("/") else b"",
                self.server.divider.encode(),
                imap_utf7.encode(name.rstrip("/")).replace(b"\\", b"\\\\").replace(b'"', b'\\"'),
            )
            for name in self.server.folders
        ]
        return b"".join(lines) + b"OK done"

    def do_select(self, words: list[bytes], *, is_read_only: bool = False) -> bytes:
        name = imap_utf7.decode(words[0])
        if not self.has_logged_in or name not in self.server.folders:
            return b"NO [NONEXISTENT] no such folder"
        folder, self.folder = self.server.folders[name], name
        self.is_read_only = is_read_only or not folder.is_writable
        number = folder.uid_validity
        return b"".join(
            [
                b"* %d EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen \\Deleted)\r\n" % len(folder.messages),
                b"" if number is None else f"* OK [UIDVALIDITY {number}] here\r\n".encode(),
                b"OK [READ-ONLY] fine" if self.is_read_only else b"OK [READ-WRITE] fine",
            ]
        )

    def do_examine(self, words: list[bytes]) -> bytes:
        return self.do_select(words, is_read_only=True)

    def do_uid_search(self, words: list[bytes]) -> bytes:
        wanted = self._uids(words[1]) if words[0] == b"UID" else list(self._folder.messages)
        return b"* SEARCH%s\r\nOK done" % b"".join(b" %d" % uid for uid in wanted)

    def do_uid_fetch(self, words: list[bytes]) -> bytes:
        answers: list[bytes] = []
        places = {uid: place for place, uid in enumerate(self._folder.messages, 1)}
        for uid in self._uids(words[0]):
            items = words[1].split()
            if uid in self.server.declined and any(_PART.fullmatch(item) for item in items):
                return b"".join(answers) + self.server.declined[uid]
            answers.append(b"* %d FETCH (UID %d %s)\r\n" % (places[uid], uid, self._items(uid, items)))
            if any(_PART.fullmatch(item) for item in items) and self.server.is_last():
                self.wire.sendall(b"".join(answers)[: -max(20, len(answers[-1]) // 2)])
                self.reset()
                raise ConnectionError
        return b"".join(answers) + b"OK done"

    def _items(self, uid: int, items: list[bytes]) -> bytes:
        content, found = self._folder.messages[uid], []
        for item in items:
            if item == b"RFC822.SIZE":
                found.append(b"RFC822.SIZE %d" % self.server.sizes.get(uid, len(content)))
            elif item == b"FLAGS":
                found.append(b"FLAGS (%s)" % " ".join(sorted(self._folder.flags[uid])).encode())
            elif part := _PART.fullmatch(item):
                if not part[1]:
                    self._change(uid, r"\Seen")
                first = int(part[2] or 0)
                piece = content[first : first + int(part[3] or len(content))]
                name = b"BODY[]<%d>" % first if part[2] else b"BODY[]"
                found.append(
                    b"%s {%d}\r\n%s" % (name, len(piece), piece) if uid not in self.server.kept_back else name + b" NIL"
                )
        return b" ".join(found)

    def do_uid_store(self, words: list[bytes]) -> bytes:
        assert words[1] == b"+FLAGS.SILENT"
        if self.is_read_only:
            return b"NO it is opened for reading"
        for uid in self._uids(words[0]):
            for flag in words[2].split():
                self._change(uid, flag.decode())
        return b"OK done"

    def do_uid_copy(self, words: list[bytes]) -> bytes:
        target = imap_utf7.decode(words[1])
        if target not in self.server.folders:
            return b"NO [TRYCREATE] no such folder"
        for uid in self._uids(words[0]):
            self.server.folders[target].add(self._folder.messages[uid], *self._folder.flags[uid])
        return b"OK done"

    def do_uid_move(self, words: list[bytes]) -> bytes:
        if self.is_read_only or "MOVE" not in self.server.offers:
            return b"BAD no"
        said = self.do_uid_copy(words)
        for uid in self._uids(words[0]) if said.startswith(b"OK") else []:
            self._remove(uid)
        return said

    def do_uid_expunge(self, words: list[bytes]) -> bytes:
        if self.is_read_only or "UIDPLUS" not in self.server.offers:
            return b"BAD no"
        return self._expunge(self._uids(words[0]))

    def do_expunge(self, _: list[bytes]) -> bytes:
        return self._expunge(list(self._folder.messages))

    def do_close(self, _: list[bytes]) -> bytes:
        return b"OK done" if self.is_read_only else self._expunge(list(self._folder.messages))

    # ---- the folder -------------------------------------------------------------------------------------

    @property
    def _folder(self) -> Mailbox:
        return self.server.folders[self.folder]

    def _uids(self, ranges: bytes) -> list[int]:
        wanted: set[int] = set()
        for piece in ranges.decode().split(","):
            first, _, last = piece.partition(":")
            wanted.update(range(int(first), int(last or first) + 1))
        return [uid for uid in self._folder.messages if uid in wanted]

    def _expunge(self, uids: list[int]) -> bytes:
        for uid in uids:
            if r"\Deleted" in self._folder.flags[uid]:
                self._remove(uid)
        return b"OK done"

    def _remove(self, uid: int) -> None:
        self._folder.remove(uid)
        self.server.changes.append((self.folder, uid, "gone"))

    def _change(self, uid: int, flag: str) -> None:
        self._folder.flags[uid].add(flag)
        self.server.changes.append((self.folder, uid, flag))


# ---- what goes wrong: each is told the connection, the tag and the whole answer that would have been given ------

Fault = Callable[[_Line, bytes, bytes], None]


def drop(line: _Line, tag: bytes, words: bytes) -> None:
    raise ConnectionError


def reset(line: _Line, tag: bytes, words: bytes) -> None:
    line.reset()
    raise ConnectionError


def bye(line: _Line, tag: bytes, words: bytes) -> None:
    line.wire.sendall(b"* BYE see you later\r\n")
    raise ConnectionError


def stall(line: _Line, tag: bytes, words: bytes) -> None:
    line.server.over.wait(30)
    raise ConnectionError


def drip(line: _Line, tag: bytes, words: bytes) -> None:
    for byte in words.ljust(2_000, b"."):
        line.wire.sendall(bytes([byte]))
        if line.server.over.wait(0.05):
            break


def says(answer: bytes) -> Fault:
    """Say something else; ``NO``, ``BAD`` and ``OK`` at its beginning get the tag."""

    def say(line: _Line, tag: bytes, words: bytes) -> None:
        line.wire.sendall((tag + b" " if answer.startswith((b"NO", b"BAD", b"OK")) else b"") + answer + b"\r\n")

    return say


def adds(unasked: bytes) -> Fault:
    """Say something unasked before what is right."""

    def add(line: _Line, tag: bytes, words: bytes) -> None:
        line.wire.sendall(unasked + words)

    return add


def cut(at: int) -> Fault:
    """Break off after so many bytes of the answer."""

    def break_off(line: _Line, tag: bytes, words: bytes) -> None:
        line.wire.sendall(words[:at])
        raise ConnectionError

    return break_off


def first(change: Callable[[], object]) -> Fault:
    """Change something, and then say what is right."""

    def both(line: _Line, tag: bytes, words: bytes) -> None:
        change()
        line.wire.sendall(words)

    return both
