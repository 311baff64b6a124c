"""What tests of sending share: a sink that counts what it accepted, a network with letters to send, and its state."""

import contextlib
import os
import random
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

SETTINGS = ["sender=Hub <hub@example.org>", "postal_address=1 Main Street, Auburn, AL 36849"]


class Sink:
    """Takes every letter, slowly around the moment at which it takes it; remembers each Message-ID it took."""

    def __init__(self, *, slow: float = 0.0, answer: float = 0.0, seed: int = 1) -> None:
        self.taken: Counter[str] = Counter()
        self.recipients: Counter[str] = Counter()
        self.messages: list[bytes] = []
        self.most_at_once = 0
        self.keeps = False
        self._slow, self._answer = slow, answer
        self._dice = random.Random(seed)
        self._lock = threading.Lock()
        self._open = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.first = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Take no more."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        while True:
            try:
                wire, _ = self._listener.accept()
            except OSError:
                return
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=[wire], daemon=True).start()

    def _serve(self, wire: socket.socket) -> None:
        with self._lock:
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
        try:
            with wire, wire.makefile("rb") as lines:
                self._talk(wire, lines)
        except OSError:
            pass
        finally:
            with self._lock:
                self._open -= 1

    def _talk(self, wire: socket.socket, lines: Any) -> None:
        def say(words: bytes) -> None:
            time.sleep(self._answer)
            wire.sendall(words + b"\r\n")

        say(b"220 here")
        to = ""
        for line in lines:
            match line[:4].upper():
                case b"EHLO":
                    say(b"250 here")
                case b"RCPT":
                    to = line.decode().partition("<")[2].partition(">")[0]
                    say(b"250 fine")
                case b"DATA":
                    self.first.set()
                    say(b"354 go on")
                    content = b""
                    while (part := lines.readline()) != b".\r\n":
                        if not part:
                            return
                        content += part
                    self._take(content, to)
                    say(b"250 taken")
                case b"QUIT":
                    say(b"221 bye")
                    return
                case _:
                    say(b"250 fine")

    def _take(self, content: bytes, to: str) -> None:
        with self._lock:
            before, after = (self._dice.random() * self._slow for _ in range(2))
        time.sleep(before)
        found = re.search(rb"(?mi)^Message-ID:\s*<([^>]+)>", content)
        with self._lock:
            self.taken[found[1].decode() if found else ""] += 1
            self.recipients[to] += 1
            if self.keeps:
                self.messages.append(content)
        time.sleep(after)


@contextmanager
def sink(*, slow: float = 0.0, answer: float = 0.0) -> Iterator[Sink]:
    """Run a sink."""
    made = Sink(slow=slow, answer=answer)
    try:
        yield made
    finally:
        made.close()


class Office:
    """An installed program in a folder of its own, with a database."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.database = folder / "network.sqlite"
        kept = {
            key: value
            for key, value in os.environ.items()
            if key in ("PATH", "LANG", "PYTHONPATH", "COVERAGE_PROCESS_START")
        }
        self.environment = {
            **kept,
            "HOME": str(folder),
            "MTEP_DB": str(self.database),
            "MTEP_ACTOR": "tester",
            "MTEP_TODAY": "2024-05-01",
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_DATA_HOME": str(folder / "share"),
        }
        self.run("settings", "smtp.host=127.0.0.1", f"smtp.port={port}", "smtp.security=none", *SETTINGS)

    def command(self, *words: str) -> list[str]:
        """Return a command as it is run."""
        return [sys.executable, "-m", "mtep_outreach", *words]

    def run(self, *words: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        done = subprocess.run(
            self.command(*words), cwd=self.folder, env=self.environment, capture_output=True, encoding="utf-8",
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        assert code is None or done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def begin(self, *words: str) -> "subprocess.Popen[str]":
        """Begin a command in a process of its own."""
        return self.begin_any(self.command(*words))

    def begin_any(self, command: list[str]) -> "subprocess.Popen[str]":
        """Begin any program in a process of its own."""
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    def add_partners(self, number: int) -> None:
        """Add partners, each with a contact."""
        lines = ["name,scope,contact,email"]
        lines += [f"Partner {n:05d} Society,national,Person {n},person{n}@example.org" for n in range(1, number + 1)]
        (self.folder / "partners.csv").write_text("\n".join(lines) + "\n", "utf-8")
        self.run("import", "partners.csv", "--yes")

    def queue(self, number: int) -> None:
        """Add partners and queue their invitations: the server is not reached."""
        self.add_partners(number)
        with closing(socket.create_server(("127.0.0.1", 0))) as taken:
            closed = taken.getsockname()[1]
        self.run("settings", f"smtp.port={closed}")
        self.run("invite", "--session", "2024-05-24", "--send", "--wait", "0", code=1)
        self.run("settings", f"smtp.port={self.port}")

    def deliveries(self) -> list[dict[str, Any]]:
        """Every letter as the database has it."""
        with closing(sqlite3.connect(self.database)) as connection:
            connection.row_factory = sqlite3.Row
            assert connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
            return [dict(row) for row in connection.execute("SELECT * FROM deliveries ORDER BY id")]


def faults(office: Office, taken: Counter[str], kills: int, connections: int = 1) -> list[str]:
    """Return what is wrong with a mailing that came to its end: each letter must have been taken once, or be listed."""
    rows = office.deliveries()
    twice = [name for name, times in taken.items() if times > 1]
    wrong = [f"taken {taken[name]} times: {name}" for name in twice]
    for row in rows:
        was_taken = taken[row["message_id"]] > 0
        if row["state"] == "sent" and not was_taken:
            wrong.append(f"lost: {row['message_id']} counts as sent")
        elif row["state"] not in ("sent", "in-doubt"):
            wrong.append(f"left over: {row['message_id']} is {row['state']}")
    doubtful = [row["id"] for row in rows if row["state"] == "in-doubt"]
    if len(doubtful) > kills * connections:
        wrong.append(f"{len(doubtful)} in doubt after {kills} kills")
    strangers = set(taken) - {row["message_id"] for row in rows}
    return wrong + [f"nobody knows of {name}" for name in strangers]
