"""How long a mailbox export takes to be read, and how much memory, beside Python's own mailbox."""

import argparse
import json
import pstats
import random
import shutil
import subprocess
import sys
import tempfile
from base64 import encodebytes
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import servers
import trial
from costs import Cost, cost, print_columns

SESSION = "2030-05-24"
PEER = "mailbox.mbox"
_PEER = "import mailbox, sys\nfor message in mailbox.mbox(sys.argv[1]):\n    pass"
_SETTINGS = (
    "smtp.host=127.0.0.1",
    "smtp.security=none",
    "sender=Hub <hub@example.org>",
    "postal_address=1 Main Street, Auburn, AL 36849",
)
_LARGEST = 30_000
"""How many bytes a message has at most here, so that the disk can be asked before."""
_PROFILED = 3_000

_WORDS = (
    "the of and to a in for is on that by this with you it not or be are from at as your all have new more an "
    "was we will home can us about if page my has search free but our one other do no information time they "
    "site he up may what which their news out use any there see only so his when contact here business who web "
    "also now help get view online first mathematics teacher education partnership university school program "
    "students session meeting research faculty"
)
_STYLES = ("font-family:Arial,sans-serif;font-size:14px", "padding:0 24px 12px 24px", "color:#333333;line-height:1.5")

# Where a profile's time belongs, by what stands in the file's path: the first that fits.
_PARTS = {
    "cutting the mailbox": ("files/mbox.py", "files/mailboxes.py"),
    "cutting mails into parts": ("files/mails.py", "files/mail_fields.py"),
    "reading headers and texts": ("files/mail_headers.py", "files/mail_texts.py", "/email/", "quopri", "names.py"),
    "bounces and machines": ("files/bounce", "files/machine_mail.py"),
    "calendars": ("files/calendar", "icalendar"),
    "words": ("files/plain_replies", "files/reply_words", "files/html_texts", "mailparser_reply", "selectolax"),
    "comparing with our letters": ("outreach/",),
    "the database": ("mtep_outreach/store", "sqlite3", "sqlalchemy", "pydantic"),
}


@dataclass(frozen=True)
class Sent:
    """An invitation that was mailed: what an answer to it names."""

    uid: str
    message_id: str
    address: str
    subject: str


# ---- the mailbox ---------------------------------------------------------------------------------------------


class Writer:
    """Writes mails as a mailbox export holds them; the same ones each time."""

    def __init__(self, letters: Sequence[Sent]) -> None:
        self.letters = letters
        self.dice = random.Random(5)  # noqa: S311 - the same file each time
        words = _WORDS.split()
        lines = (" ".join(self.dice.choices(words, k=self.dice.randint(8, 14))).capitalize() for _ in range(4_000))
        self.text = "\n".join(f"{line}." for line in lines)
        rows = (
            f'<tr><td style=3D"{self.dice.choice(_STYLES)}"><a href=3D"https://news.example.com/=\n'
            f'c/{self.dice.getrandbits(64):x}">{" ".join(self.dice.choices(words, k=6))}</a></td></tr>'
            for _ in range(2_000)
        )
        self.html = "\n".join(rows)
        self.packed = encodebytes(self.dice.randbytes(200_000)).decode()
        self.kinds: dict[Callable[[int], str], int] = {
            self.newsletter: 44,
            self.plain: 26,
            self.with_attachment: 18,
            self.meeting: 8,
            self.answer_in_words: 2,
            self.answer_of_a_calendar: 1,
            self.returned: 1,
        }

    def write(self, file: Path, count: int) -> Path:
        """Write so many mails as an mbox."""
        ways = self.dice.choices(list(self.kinds), list(self.kinds.values()), k=count)
        with file.open("w", encoding="utf-8", newline="\n") as out:
            for number, way in enumerate(ways):
                out.write(f"From {number}@xxx Thu May {number % 28 + 1:2d} 08:00:00 +0000 2030\n{way(number)}\n\n")
        return file

    def newsletter(self, number: int) -> str:
        head = self.head(number, f"news{number % 300}@lists.example.com", f"This week: {self.some(40)}")
        return (
            f"{head}List-Id: <news{number % 300}.lists.example.com>\nList-Unsubscribe: <https://lists.example.com/u>\n"
            'Content-Type: multipart/alternative; boundary="=_border"\n\n--=_border\nContent-Type: text/plain;'
            f" charset=utf-8\n\n{self.some(3_000)}\n\n--=_border\nContent-Type: text/html; charset=utf-8\n"
            f"Content-Transfer-Encoding: quoted-printable\n\n<html><body><table>{self.of(self.html, 16_000)}\n"
            "</table></body></html>\n--=_border--"
        )

    def plain(self, number: int) -> str:
        head = self.head(number, f"person{number % 900}@college{number % 50}.example.edu", f"Re: {self.some(30)}")
        quoted = self.some(3_000).replace("\n", "\n> ")
        return f'{head}Content-Type: text/plain; charset="UTF-8"\n\n{self.some(2_000)}\n\nShe wrote:\n> {quoted}'

    def with_attachment(self, number: int) -> str:
        head = self.head(number, f"person{number % 900}@college{number % 50}.example.edu", f"Minutes of {number}")
        size = self.dice.choice((10_000, 20_000, 25_000))
        return (
            f'{head}Content-Type: multipart/mixed; boundary="=_border"\n\n--=_border\nContent-Type: text/plain;'
            f" charset=utf-8\n\n{self.some(800)}\n\n--=_border\nContent-Type: application/pdf\nContent-Disposition:"
            f' attachment; filename="minutes{number}.pdf"\nContent-Transfer-Encoding: base64\n\n'
            f"{self.of(self.packed, size)}\n--=_border--"
        )

    def meeting(self, number: int) -> str:
        head = self.head(number, f"person{number % 900}@college{number % 50}.example.edu", "Invitation: Meeting")
        entry = self.entry(f"other-{number}@calendar.example.com", "REQUEST", "NEEDS-ACTION", "hub@example.org")
        return self.with_calendar(head, self.some(1_500), entry, "REQUEST")

    def answer_of_a_calendar(self, number: int) -> str:
        sent = self.dice.choice(self.letters)
        head = self.head(number, sent.address, f"Accepted: {sent.subject}")
        entry = self.entry(sent.uid, "REPLY", self.dice.choice(("ACCEPTED", "DECLINED")), sent.address)
        return self.with_calendar(head, "I accept.", entry, "REPLY")

    def answer_in_words(self, number: int) -> str:
        sent = self.dice.choice(self.letters)
        quoted = self.some(2_000).replace("\n", "\n> ")
        return (
            f"{self.head(number, sent.address, f'Re: {sent.subject}')}In-Reply-To: <{sent.message_id}>\n"
            'Content-Type: text/plain; charset="UTF-8"\n\nYes, we would love to come.\n\n'
            f"On Wed, May 1, 2030 at 9:00 AM Hub <hub@example.org> wrote:\n> {quoted}"
        )

    def returned(self, number: int) -> str:
        sent = self.dice.choice(self.letters)
        head = self.head(number, "MAILER-DAEMON@mx.example.net", "Undelivered Mail Returned to Sender")
        return (
            f"{head}Auto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status;"
            ' boundary="=_border"\n\n--=_border\nContent-Type: text/plain\n\n'
            f"<{sent.address}>: 452 4.2.2 The mailbox is full\n\n--=_border\nContent-Type: message/delivery-status\n\n"
            f"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; {sent.address}\nAction: delayed\n"
            "Status: 4.2.2\nDiagnostic-Code: smtp; 452 4.2.2 The mailbox is full\n\n--=_border\nContent-Type:"
            f" message/rfc822\n\nMessage-ID: <{sent.message_id}>\nTo: {sent.address}\nSubject: {sent.subject}\n\n"
            f"{self.some(3_000)}\n--=_border--"
        )

    def head(self, number: int, sender: str, subject: str) -> str:
        """Return what mail servers write above a mail today: some three kilobytes."""
        hops = "".join(
            f"Received: from mx{hop}.example.net (mx{hop}.example.net [192.0.2.{hop}])\n by mx{hop + 1}.example.org"
            f" with ESMTPS id {self.dice.getrandbits(80):x}\n for <hub@example.org>; Thu, {number % 28 + 1} May 2030"
            " 08:00:00 -0700 (PDT)\n"
            for hop in range(5)
        )
        seal = "\n ".join(f"{self.dice.getrandbits(280):x}" for _ in range(12))
        return (
            f"Delivered-To: hub@example.org\n{hops}DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\n"
            f" d=example.com; h=from:to:subject:date:message-id; b={seal}\n"
            f"ARC-Seal: i=1; a=rsa-sha256; t=1714650000; b={seal}\n"
            f"Authentication-Results: mx.example.org;\n dkim=pass header.i=@example.com; spf=pass"
            f" smtp.mailfrom={sender};\n dmarc=pass header.from=example.com\nX-Gm-Message-State: {seal}\n"
            f"Return-Path: <{sender}>\nMIME-Version: 1.0\nFrom: Person {number} <{sender}>\nTo: Hub <hub@example.org>\n"
            f"Subject: {subject}\nDate: Thu, {number % 28 + 1:02d} May 2030 08:00:00 -0700\n"
            f"Message-ID: <{number}.{self.dice.getrandbits(64):x}@mail.example.com>\n"
        )

    def with_calendar(self, head: str, text: str, entry: str, method: str) -> str:
        return (
            f'{head}Content-Type: multipart/alternative; boundary="=_border"\n\n--=_border\n'
            f"Content-Type: text/plain\n\n{text}\n\n--=_border\nContent-Type: text/calendar; charset=utf-8;"
            f" method={method}\n\n{entry}--=_border--"
        )

    def entry(self, uid: str, method: str, partstat: str, attendee: str) -> str:
        return (
            f"BEGIN:VCALENDAR\nPRODID:-//Example//Calendar//EN\nVERSION:2.0\nMETHOD:{method}\nBEGIN:VEVENT\nUID:{uid}\n"
            f"SEQUENCE:0\nDTSTAMP:20300502T120000Z\nATTENDEE;PARTSTAT={partstat}:mailto:{attendee}\n"
            f"DESCRIPTION:{self.some(1_500).replace(chr(10), chr(92) + 'n' + chr(10) + ' ')}\n"
            "END:VEVENT\nEND:VCALENDAR\n"
        )

    def some(self, length: int) -> str:
        """Return some of the text, from the beginning of a line on."""
        return self.of(self.text, length)

    def of(self, text: str, length: int) -> str:
        start = text.find("\n", self.dice.randrange(len(text) - length - 200)) + 1
        return text[start : start + length]


# ---- what reading it takes -----------------------------------------------------------------------------------


def invited(at: trial.Trial, count: int) -> tuple[Path, list[Sent]]:
    """Make a database in which so many organizations are invited by mail; return what was queued for them."""
    print(f"{count:,} invitations ...", file=sys.stderr)
    database = at.folder / f"invited-{count}.sqlite"
    surroundings = at.surroundings(database)
    file = trial.write_partners(at.folder / "partners.csv", count)
    steps: list[tuple[int, list[str | Path]]] = [
        (0, ["settings", *_SETTINGS, f"smtp.port={servers.free_port()}"]),
        (0, ["import", file, "--yes"]),
        (1, ["invite", "--session", SESSION, "--send", "--wait", "0"]),  # nobody listens: they wait in the outbox
    ]
    for code, words in steps:
        cost([at.mtep, *words], surroundings, code=code)
    uids = {row["id"]: row["uid"] for row in _listed(at, database, "invitations")}
    letters = _listed(at, database, "deliveries")
    return database, [
        Sent(uids[row["invitation"]], row["message_id"], row["address"], row["subject"]) for row in letters
    ]


def _listed(at: trial.Trial, database: Path, kind: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(at.output("--db", database, "list", kind, "--format", "json"))
    return found


def measured(at: trial.Trial, database: Path, mailbox: Path) -> dict[str, Cost]:
    """Return what it takes to read a mailbox in each way."""
    copy = at.folder / "copy.sqlite"
    shutil.copy(database, copy)
    ours: list[str | Path] = [at.mtep, "inbox", mailbox]
    found = {}
    peer: list[str | Path] = [at.python, "-c", _PEER, mailbox]
    for title, command in ((PEER, peer), ("mtep inbox", ours), ("the same again", ours)):
        print(f"{mailbox.name}: {title} ...", file=sys.stderr)
        found[title] = cost(command, at.surroundings(copy))
    return found


def parts_of_time(at: trial.Trial, database: Path, mailbox: Path) -> Counter[str]:
    """Return the seconds that each part of the work takes under a profiler, which makes all of them slower."""
    profile, copy = at.folder / "profile", at.folder / "copy.sqlite"
    shutil.copy(database, copy)
    command: list[str | Path] = [at.python, "-m", "cProfile", "-o", profile, "-m", "mtep_outreach", "inbox", mailbox]
    subprocess.run(command, env=at.surroundings(copy), capture_output=True, check=True)
    found: Counter[str] = Counter()
    # What is built in (C) counts for whoever called it.
    for (path, _, name), (_, _, own, _, callers) in pstats.Stats(str(profile)).stats.items():  # type: ignore[attr-defined]
        if path == "~" and "sqlite3" not in name:
            for (caller, _, _), (_, _, time, _) in callers.items():
                found[_part(caller)] += time
        else:
            found[_part(name if path == "~" else path)] += own
    return found


def _part(path: str) -> str:
    return next((part for part, marks in _PARTS.items() if any(mark in path for mark in marks)), "starting, and others")


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, help="an interpreter that has mtep installed (default: a new one)")
    parser.add_argument("--messages", type=int, default=100_000, help="how many mails (default: 100000, 2 GB)")
    parser.add_argument("--invitations", type=int, nargs="+", default=[200, 20_000], help="how many are known")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mtep-inbox-") as name:
        folder = Path(name)
        if shutil.disk_usage(folder).free < given.messages * _LARGEST:
            sys.exit(f"{folder} has not {given.messages * _LARGEST / 1e9:.0f} GB free. Set TMPDIR to a larger disk.")
        at = trial.made(folder, given.python)
        rows = [["", "known", "mails", "file MB", "s", "CPU", "MB", "ratio", "mails/s"]]
        for known in given.invitations:
            database, letters = invited(at, known)
            for count in (given.messages // 10, given.messages):
                mailbox = Writer(letters).write(folder / f"{count}.mbox", count)
                size = mailbox.stat().st_size / 1e6
                ways = measured(at, database, mailbox)
                for title, took in ways.items():
                    figures = [f"{took.wall:.1f}", f"{took.cpu:.1f}", f"{took.megabytes:.0f}"]
                    ratio = f"{took.cpu / ways[PEER].cpu:.2f}"
                    rows.append(
                        [
                            title,
                            f"{known:,}",
                            f"{count:,}",
                            f"{size:,.0f}",
                            *figures,
                            ratio,
                            f"{count / took.wall:,.0f}",
                        ]
                    )
                mailbox.unlink()
        print(at.versions())
        print(
            f"Seconds by the clock (s), of processor (CPU), most memory at once (MB), and CPU beside {PEER} (ratio)\n"
        )
        print_columns(rows)
        parts = parts_of_time(at, database, Writer(letters).write(folder / "profiled.mbox", _PROFILED))
        print(f"\nWhere the time of reading {_PROFILED:,} mails goes, under a profiler\n")
        print_columns([[part, f"{time / parts.total():.0%}"] for part, time in parts.most_common()])


if __name__ == "__main__":
    main()
