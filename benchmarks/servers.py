"""Mail servers on this computer that take every letter and keep none: two of others, and a slow one."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_AIOSMTPD = """
import asyncio, sys
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP

async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink(), hostname="here"), "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()

asyncio.run(serve())
"""


def free_port() -> int:
    """Return a port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def why_no_sink() -> str | None:
    """Return why Postfix's own test server cannot be run here; None when it can."""
    if not shutil.which("smtp-sink"):
        return "smtp-sink is not installed (Debian's package postfix has it)"
    return None if os.name == "posix" and os.geteuid() == 0 else "smtp-sink is run by root only"


@contextmanager
def smtp_sink() -> Iterator[int]:
    """Run Postfix's test server, and give its port."""
    port = free_port()
    with _running(["smtp-sink", "-u", "postfix", "-c", f"127.0.0.1:{port}", "1000"], port):
        yield port


@contextmanager
def aiosmtpd(python: Path) -> Iterator[int]:
    """Run aiosmtpd with an interpreter that has it, and give its port."""
    port = free_port()
    with _running([python, "-c", _AIOSMTPD, str(port)], port):
        yield port


@contextmanager
def _running(command: list[str | Path], port: int) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(100):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    sys.exit(f"Nobody listens at port {port}.")


# ---- a slow one -----------------------------------------------------------------------------------------------


@contextmanager
def slow(answer: float) -> Iterator[int]:
    """Run a server that thinks so many seconds before each answer, for each connection by itself; give its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_listen, args=[listener, answer], daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def _listen(listener: socket.socket, answer: float) -> None:
    while True:
        try:
            wire, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=[wire, answer], daemon=True).start()


def _serve(wire: socket.socket, answer: float) -> None:
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with suppress(OSError), wire, wire.makefile("rb") as lines:
        wire.sendall(b"220 here\r\n")
        for line in lines:
            time.sleep(answer)
            command = line[:4].upper()
            if command == b"DATA":
                wire.sendall(b"354 go on\r\n")
                while lines.readline() not in (b".\r\n", b""):
                    pass
                time.sleep(answer)
            wire.sendall(b"221 bye\r\n" if command == b"QUIT" else b"250 fine\r\n")
