"""How quickly letters are made and sent, and with how much memory, beside mailmerge and a bare loop of smtplib."""

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import servers
import trial
from costs import Cost, cost, print_columns

SESSION = "2030-05-24"
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a disk that takes no time at all, where there is one
_SETTINGS = (
    "smtp.host=127.0.0.1",
    "smtp.security=none",
    "sender=Hub <hub@example.org>",
    "postal_address=1 Main Street, Auburn, AL 36849",
)
_TEMPLATE = """TO: {{email}}
SUBJECT: Invitation of {{name}}
FROM: Hub <hub@example.org>

Dear {{name}},

we invite you to our information session on Friday, May 24, 2030, 12:00 p.m.

The hub
"""
_MESSAGE = "Subject: Invitation\r\nFrom: hub@example.org\r\nTo: you@example.org\r\n\r\n" + "We invite you.\r\n" * 40


@dataclass(frozen=True)
class Office:
    """A database with partners, and a folder of mailmerge with as many rows."""

    at: trial.Trial
    mailmerge: Path
    folder: Path
    letters: int

    @property
    def database(self) -> Path:
        """The database with partners that nobody has written to."""
        return self.folder / "mtep.sqlite"

    def mtep(self, *words: str | Path, database: Path | None = None, code: int = 0) -> Cost:
        """Run mtep and return what it took."""
        return cost([self.at.mtep, *words], self.at.surroundings(database or self.database), code=code)

    def merge(self, *words: str, rows: bool = True) -> Cost:
        """Run mailmerge on as many rows, or on none, and return what it took."""
        named = ["--database", "rows.csv" if rows else "none.csv", "--no-limit", *words]
        return cost([self.mailmerge, *named], self.at.surroundings(), folder=self.folder)

    def goes_to(self, port: int) -> None:
        """Let both programs send to a port."""
        self.mtep("settings", f"smtp.port={port}")
        config = f"[smtp_server]\nhost = 127.0.0.1\nport = {port}\n"
        (self.folder / "mailmerge_server.conf").write_text(config, "utf-8")

    def queue(self) -> tuple[Path, Cost]:
        """Queue an invitation to each partner in a copy of the database, without a server; and what that took."""
        queued = self.folder / "queued.sqlite"
        shutil.copy(self.database, queued)
        self.goes_to(servers.free_port())
        words = ("invite", "--session", SESSION, "--send", "--wait", "0")
        return queued, self.mtep(*words, database=queued, code=1)


def furnished(at: trial.Trial, mailmerge: Path, letters: int) -> Office:
    """Return an office with so many partners."""
    office = Office(at, mailmerge, at.folder / f"office-{letters}", letters)
    office.folder.mkdir()
    file = trial.write_partners(office.folder / "partners.csv", letters)
    office.goes_to(servers.free_port())
    office.mtep("settings", *_SETTINGS)
    office.mtep("import", file, "--yes")
    (office.folder / "mailmerge_template.txt").write_text(_TEMPLATE, "utf-8")
    for name, rows in (("rows.csv", letters), ("none.csv", 0)):
        with (office.folder / name).open("w", encoding="utf-8", newline="") as text:
            csv.writer(text).writerows(
                [["email", "name"], *([f"person{n}@example.org", f"Person {n}"] for n in range(rows))]
            )
    return office


# ---- letters a second -----------------------------------------------------------------------------------------


def ways(office: Office, queued: Path, port: int) -> Iterator[tuple[str, Callable[[bool], Cost]]]:
    """Yield ways to send; each is told whether there are letters, or nothing is to be sent but the start-up."""
    message = office.folder / "message"
    message.write_bytes(_MESSAGE.encode())

    def mtep(folder: Path, *words: str) -> Callable[[bool], Cost]:
        def send(letters: bool) -> Cost:
            copy = folder / f"mtep-benchmark-{os.getpid()}.sqlite"
            shutil.copy(queued if letters else office.database, copy)
            try:
                return office.mtep("send", *words, database=copy)
            finally:
                copy.unlink()

        return send

    def bare(letters: bool) -> Cost:
        number = str(office.letters if letters else 0)
        return cost([office.at.python, trial.BARE / "send.py", str(port), number, message], office.at.surroundings())

    yield "mailmerge", lambda letters: office.merge("--no-dry-run", rows=letters)
    yield "smtplib, bare", bare
    yield "mtep send", mtep(office.folder)
    yield "mtep send --connections 4", mtep(office.folder, "--connections", "4")
    if _IN_MEMORY.is_dir():
        yield "mtep send, database in memory", mtep(_IN_MEMORY)


def rates(office: Office, queued: Path, port: int, rounds: int) -> dict[str, float]:
    """Return letters a second of each way without its start-up, the best of some rounds that take turns."""
    office.goes_to(port)
    took: dict[str, list[float]] = {}
    for _ in range(rounds):
        for title, send in ways(office, queued, port):
            took.setdefault(title, []).append(send(True).wall - send(False).wall)
    return {title: office.letters / min(seconds) for title, seconds in took.items()}


def compared(office: Office, peers: Path, rounds: int) -> list[list[str]]:
    """Return the rows of a table: ways to send, their rates, and these beside mailmerge's."""
    queued, _ = office.queue()
    found: dict[str, AbstractContextManager[int]] = {}
    if reason := servers.why_no_sink():
        print(f"smtp-sink is left out: {reason}.", file=sys.stderr)
    else:
        found["smtp-sink"] = servers.smtp_sink()
    found["aiosmtpd"] = servers.aiosmtpd(peers)
    rows = [["", "to", "letters/s", "ratio"]]
    for name, running in found.items():
        print(f"Sending to {name} ...", file=sys.stderr)
        with running as port:
            each = rates(office, queued, port, rounds)
        rows += [[way, name, f"{rate:,.0f}", f"{rate / each['mailmerge']:.2f}"] for way, rate in each.items()]
    return rows


def over_several(office: Office, answer: float) -> list[list[str]]:
    """Return the rows of a table: connections, seconds, and how many times as quick as one, to a slow server."""
    queued, _ = office.queue()
    took = {}
    with servers.slow(answer) as port:
        office.goes_to(port)
        for number in (1, 2, 4):
            copy = office.folder / "slow.sqlite"
            shutil.copy(queued, copy)
            took[number] = office.mtep("send", "--connections", str(number), database=copy).wall
    return [
        ["connections", "s", "times one"],
        *([str(number), f"{wall:.1f}", f"{took[1] / wall:.2f}"] for number, wall in took.items()),
    ]


# ---- files, and many ------------------------------------------------------------------------------------------


def as_files(office: Office, form: str) -> Cost:
    """Return what it takes to write an invitation to each partner into a file."""
    copy, folder = office.folder / "files.sqlite", office.folder / "letters"
    shutil.copy(office.database, copy)
    took = office.mtep("invite", "--session", SESSION, "--as", form, "--output", folder, database=copy)
    shutil.rmtree(folder)
    return took


def beside_a_dry_run(office: Office) -> list[list[str]]:
    """Return the rows of a table: files written, beside mailmerge showing as many messages on nobody's screen."""
    shown, written = office.merge("--dry-run"), as_files(office, "md")
    return [
        ["", "letters", "s", "CPU", "MB", "ratio"],
        _row("mailmerge --dry-run", office, shown, shown),
        _row("mtep invite --as md", office, written, shown),
    ]


def _row(title: str, office: Office, took: Cost, peer: Cost) -> list[str]:
    figures = [f"{took.wall:.1f}", f"{took.cpu:.1f}", f"{took.megabytes:.0f}", f"{took.wall / peer.wall:.2f}"]
    return [title, f"{office.letters:,}", *figures]


def growing(few: Office, many: Office, take: Mapping[str, Callable[[Office], Cost]]) -> list[list[str]]:
    """Return the rows of a table: what jobs take with few and many letters, and how many times that of the few."""
    rows = [["", "letters", "s", "times", "MB", "times"]]
    for title, job in take.items():
        print(f"{title} ...", file=sys.stderr)
        first = None
        for office in (few, many):
            took = job(office)
            first = first or took
            times = took.wall / first.wall, took.megabytes / first.megabytes
            figures = [f"{took.wall:.1f}", f"{times[0]:.1f}", f"{took.megabytes:.0f}", f"{times[1]:.2f}"]
            rows.append([title, f"{office.letters:,}", *figures])
    return rows


def sent(peers: Path) -> Callable[[Office], Cost]:
    """Return a job: to send what was queued, to a server without faults."""

    def send(office: Office) -> Cost:
        with servers.aiosmtpd(peers) if servers.why_no_sink() else servers.smtp_sink() as port:
            office.goes_to(port)
            return office.mtep("send", database=office.folder / "queued.sqlite")

    return send


# ---- all of it ------------------------------------------------------------------------------------------------


def peers_in(folder: Path, named: Path | None) -> Path:
    """Return an interpreter that has mailmerge and aiosmtpd: the one that was named, or a new one."""
    if named:
        return named.absolute()
    subprocess.run([sys.executable, "-m", "venv", folder / "peers"], check=True)
    python = folder / "peers" / "bin" / "python"
    packages = ["mailmerge==2.3.0", "aiosmtpd"]
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], check=True)
    return python


def show(title: str, rows: Sequence[Sequence[str]]) -> None:
    """Print a table under its title."""
    print(f"\n{title}\n")
    print_columns(rows)


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, help="an interpreter that has mtep installed (default: a new one)")
    parser.add_argument(
        "--peers", type=Path, help="an interpreter that has mailmerge and aiosmtpd (default: a new one)"
    )
    parser.add_argument("--letters", type=int, default=2_000, help="how many for the rates (default: 2000)")
    parser.add_argument("--files", type=int, default=20_000, help="how many files of Markdown (default: 20000)")
    parser.add_argument("--prints", type=int, default=1_000, help="how many PDF and Word files (default: 1000)")
    parser.add_argument("--many", type=int, default=10_000, help="how many are queued and sent (default: 10000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the rates (default: 3)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mtep-sending-") as folder:
        at = trial.made(Path(folder), given.python)
        peers = peers_in(Path(folder), given.peers)
        sizes = {100, given.letters, given.files, given.prints // 4, given.prints, given.many // 10, given.many}
        offices = {size: furnished(at, peers.parent / "mailmerge", size) for size in sorted(sizes)}
        print(at.versions())
        rows = compared(offices[given.letters], peers, given.rounds)
        show("Letters a second without the start-up, and beside mailmerge's (ratio)", rows)
        show("100 letters to a server that takes 50 ms for each answer", over_several(offices[100], 0.05))
        show("Files beside mailmerge's dry run, which writes none", beside_a_dry_run(offices[given.files]))
        printed = {form: lambda office, form=form: as_files(office, form) for form in ("pdf", "docx")}
        show("Letters for print", growing(offices[given.prints // 4], offices[given.prints], printed))
        jobs = {"queued": lambda office: office.queue()[1], "sent": sent(peers)}
        show("Many letters", growing(offices[given.many // 10], offices[given.many], jobs))


if __name__ == "__main__":
    main()
