"""Real mails, read by the program as a person reads a mailbox, give what was written down of each of them by hand.

MTEP_TEST_DATA names the folder they lie in; pytest -s shows what became of each.
"""

import csv
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.message import Message
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from icalendar import Calendar
from icalendar.prop import vDDDTypes

from mtep_outreach.cli.app import main

from .calendar_parts import calendar_parts
from .conftest import Program, prepare_environment

REAL = Path(os.environ.get("MTEP_TEST_DATA", "no folder"))
pytestmark = pytest.mark.skipif(
    not (REAL / "itip_replies").is_dir(), reason="MTEP_TEST_DATA names no folder of real mails"
)

TODAY = "2026-01-01"
GENUINE = {"accepted", "declined", "tentative"}
UNSAID = datetime(2020, 1, 1, 12, tzinfo=UTC)
SOMEBODY = "somebody@example.org"
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
PEOPLE = re.compile(
    r"^(?:from|to|cc|delivered-to|x-failed-recipients|x-bounced-address|(?:final|original)-recipient|attendee)\b.*",
    re.IGNORECASE | re.MULTILINE,
)

Tell = Callable[[str, Sequence[Sequence[object]]], None]


class Asked(NamedTuple):
    """An invitation that a calendar entry is about, as another reader understands it."""

    uid: str
    address: str
    starts: datetime
    ends: datetime


class Letter(NamedTuple):
    """A letter that was sent, as a mail about it shows it."""

    address: str
    message_id: str
    subject: str


def mails(folder: str) -> list[Path]:
    return sorted(path for path in (REAL / folder).iterdir() if path.suffix != ".csv")


def truth(folder: str) -> list[dict[str, str]]:
    with (REAL / folder / "truth.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def text_of(path: Path) -> str:
    return path.read_bytes().decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")


def people_in(path: Path) -> set[str]:
    """Everybody whom a mail names as somebody who writes or is written to."""
    return {address.lower() for line in PEOPLE.findall(text_of(path)) for address in ADDRESS.findall(line)}


def asked(path: Path) -> list[Asked]:
    """Return the invitations that a file is about, each once, with somebody who could have been invited."""
    found: dict[str, Asked] = {}
    for part, _, _ in calendar_parts(path):
        for calendar in Calendar.from_ical(part, multiple=True):
            for entry in calendar.subcomponents:
                if entry.name == "VTIMEZONE":
                    continue
                people = entry.get("ATTENDEE", [])
                addresses = [_address(one) for one in (people if isinstance(people, list) else [people])]
                others = [one for one in addresses if "@" in one and one != _address(entry.get("ORGANIZER", ""))]
                starts = _moment(entry.get("DTSTART")) or UNSAID
                ends = _moment(entry.get("DTEND")) or starts
                ends = ends if ends > starts else starts + timedelta(hours=1)
                uid = str(entry.get("UID", ""))
                found.setdefault(uid, Asked(uid, next(iter(others), SOMEBODY), starts, ends))
    return list(found.values())


def _address(said: Any) -> str:
    return re.sub("^mailto:", "", str(said), flags=re.IGNORECASE).lower()


def _moment(said: Any) -> datetime | None:
    moment = said.dt if isinstance(said, vDDDTypes) else None
    return moment.astimezone(UTC) if isinstance(moment, datetime) else None


class Network:
    """The program, with everybody as a contact, and what was sent written straight into the database."""

    def __init__(self, mtep: Program, base: Path) -> None:
        self.mtep = mtep
        self._base = base
        self.sessions = 0

    def begin(self, invitations: Iterable[Asked] = (), letters: Iterable[Letter] = ()) -> None:
        """Begin anew, with nothing sent but this."""
        self.mtep.database.parent.mkdir(exist_ok=True)
        shutil.copy(self._base, self.mtep.database)
        with closing(sqlite3.connect(self.mtep.database)) as connection:
            known: dict[str, int] = {}
            for one in invitations:
                if one.uid not in known:
                    known[one.uid] = self._invite(connection, *one)
            for letter in letters:
                number = self._invite(connection, None, letter.address, UNSAID, UNSAID + timedelta(hours=1))
                connection.execute(
                    "INSERT INTO deliveries(invitation_id, kind, state, template, day, text, at, sent_at, subject,"
                    " address, message_id, sequence, attempts)"
                    " VALUES (?, 'invitation', 'sent', 't', '1990-01-01', 'x', ?, ?, ?, ?, ?, 0, 1)",
                    [number, str(UNSAID)[:19], str(UNSAID)[:19], letter.subject, letter.address, letter.message_id],
                )
            connection.commit()

    def _invite(
        self, connection: sqlite3.Connection, uid: str | None, address: str, starts: datetime, ends: datetime
    ) -> int:
        self.sessions += 1
        moments = [f"{moment:%Y-%m-%d %H:%M:%S}.000000" for moment in (starts, ends)]
        session = connection.execute(
            "INSERT INTO sessions(code, title, starts_at, ends_at, time_zone, added_on)"
            " VALUES (?, 'T', ?, ?, 'UTC', '2000-01-01')",
            [f"2000-01-01-{self.sessions}", *moments],
        ).lastrowid
        sql = "SELECT partner_id, id FROM contacts WHERE email = ?"
        partner, contact = connection.execute(sql, [address.lower()]).fetchone()
        number = connection.execute(
            "INSERT INTO invitations(partner_id, session_id, contact_id, day, uid, sequence)"
            " VALUES (?, ?, ?, '2000-01-01', ?, 0)",
            [partner, session, contact, uid],
        ).lastrowid
        assert number
        return number

    def read(self, source: Path) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.mtep("inbox", str(source), "--format", "json", today=TODAY).json
        return found

    def replies(self) -> list[tuple[str, str]]:
        return [(row["address"], row["answer"]) for row in self.mtep.list("replies")]

    def stops(self) -> set[str]:
        with closing(sqlite3.connect(self.mtep.database)) as connection:
            return {address for (address,) in connection.execute("SELECT address FROM address_stops")}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that knows everybody, and has written to nobody."""
    folder = tmp_path_factory.mktemp("everybody")
    paths = [path for inner in REAL.iterdir() if (inner / "truth.csv").exists() for path in mails(inner.name)]
    paths += [*mails("calendar_mails_not_replies"), *mails("auto_replies"), *mails("plain_replies")]
    addresses = {SOMEBODY}.union(*map(people_in, paths))
    addresses |= {one.address for path in paths if "bounces" not in path.parts for one in asked(path)}
    rows = [f"Partner {place:05d} Society,Person {place},{one}" for place, one in enumerate(sorted(addresses), 1)]
    (folder / "partners.csv").write_text("\n".join(["name,contact,email", *rows, ""]), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        prepare_environment(patch, folder)
        assert main(["--today", TODAY, "import", "partners.csv", "--yes"]) == 0
        assert main(["--today", TODAY, "settings", "sender=Hub <hub@mtep.example>"]) == 0
    return folder / "data" / "network.sqlite"


@pytest.fixture
def network(mtep: Program, base: Path) -> Network:
    return Network(mtep, base)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str], pytestconfig: pytest.Config) -> Tell:
    """Show a table to whoever runs the tests with -s."""

    def say(title: str, rows: Sequence[Sequence[object]]) -> None:
        if pytestconfig.getoption("capture") == "no":
            with capsys.disabled():
                sys.stdout.write(f"\n{title}\n" + "".join(f"  {' | '.join(map(str, row))}\n" for row in rows))

    return say


# ---- calendar replies ------------------------------------------------------------------------------------


def _expected(row: dict[str, str]) -> str:
    """Return accepted, declined or tentative; or flag, ignore, either, or nothing."""
    said = row["expected"]
    if "record if UID and attendee match" in said:
        return "accepted"
    if match := re.match(r"record: (\w+)", said):
        return match[1]
    words = set(re.findall(r"\b(?:flag|ignore)\b", said))
    return "either" if len(words) == 2 else next(iter(words), "nothing")


def _who(row: dict[str, str]) -> str:
    return row["attendees"].partition("=")[0].lower()


def test_real_replies_give_what_is_true_of_each(network: Network, tell: Tell) -> None:
    everything = [one for row in truth("itip_replies") for one in asked(REAL / "itip_replies" / row["file"])]
    table = []
    for row in truth("itip_replies"):
        path = REAL / "itip_replies" / row["file"]
        network.begin([*asked(path), *everything])
        understood = network.read(path)
        waits = any(entry["item"] for entry in understood)
        replies, expected = network.replies(), _expected(row)
        allowed = [(_who(row), expected)] if expected in GENUINE else []
        is_right = replies == allowed and (expected in {"either", "nothing"} or waits == (expected == "flag"))
        done = "; ".join(f"{entry['understood']} -> {entry['done']}" for entry in understood) or "not ours"
        table.append((row["file"], expected, done, "right" if is_right else "WRONG"))
    genuine = [row for row in table if row[1] in GENUINE]
    tell(f"Calendar replies: {len(table)} files, {len(genuine)} genuine", table)
    assert (len(table), len(genuine)) == (24, 17)
    assert [row for row in table if row[3] != "right"] == []


def test_of_sessions_that_were_at_another_hour_no_real_reply_is_recorded(network: Network) -> None:
    rows = truth("itip_replies")
    everything = [one for row in rows for one in asked(REAL / "itip_replies" / row["file"])]
    hour = timedelta(hours=1)
    network.begin(one._replace(starts=one.starts + hour, ends=one.ends + hour) for one in everything)
    network.read(REAL / "itip_replies")
    genuine = [row for row in rows if _expected(row) in GENUINE]
    assert {address for address, _ in network.replies()} == {_who(row) for row in genuine if not row["dtstart"]}


def test_without_an_invitation_no_real_reply_is_recorded(network: Network) -> None:
    network.begin()
    network.read(REAL / "itip_replies")
    assert network.replies() == []


# ---- what is no reply ------------------------------------------------------------------------------------


def _header(path: Path, name: str) -> str:
    found = re.search(rf"(?mi)^{name}:[ ]?(.*)$", text_of(path))
    return found[1] if found else ""


def _answered_letter(path: Path) -> Letter:
    """Return the letter that a mail is about, as if it had been sent to whoever wrote the mail."""
    named = _header(path, "Original-Message-ID") or _header(path, "In-Reply-To")
    subject = re.sub(r"^Re: ", "", _header(path, "Subject"))
    (sender,) = ADDRESS.findall(_header(path, "From"))
    return Letter(sender.lower(), named.strip(" <>") or f"{path.name}@example.org", subject)


@pytest.mark.parametrize("folder", ["calendar_mails_not_replies", "auto_replies", "plain_replies"])
def test_real_mails_that_are_no_replies_record_none(network: Network, tell: Tell, folder: str) -> None:
    paths = [path for path in mails(folder) if _header(path, "From")]
    invitations = [one for path in mails("calendar_mails_not_replies") for one in asked(path)]
    letters = [_answered_letter(path) for path in paths]
    if folder == "calendar_mails_not_replies":  # a person who was written to invites to something else
        letters = [letter._replace(subject="Our session") for letter in letters]
    network.begin(invitations, letters)
    understood = network.read(REAL / folder)
    tell(f"{folder}: {len(paths)} mails", [(row["place"], row["understood"], row["done"]) for row in understood])
    assert network.replies() == []
    assert network.stops() == set()
    assert {row["done"] for row in understood} <= {"to review", "nothing to do"}
    if folder != "calendar_mails_not_replies":
        assert len(understood) == len(paths)


def test_real_letters_of_people_wait_with_their_new_words_alone(network: Network) -> None:
    folder = network.mtep.folder / "mails"
    folder.mkdir()
    for path in mails("plain_replies"):
        is_whole = path.suffix == ".eml"
        head = "" if is_whole else f"From: Joe <{SOMEBODY}>\nSubject: Re: Test\nMessage-ID: <{path.name}@x.example>\n\n"
        (folder / f"{path.name}.eml").write_bytes(head.encode() + path.read_bytes())
    network.begin(letters=[_answered_letter(path) for path in sorted(folder.iterdir())])
    assert {row["done"] for row in network.read(folder)} == {"to review"}
    items = network.mtep("review", "--format", "json", today=TODAY).json
    assert len(items) == 10
    for item in items:
        assert not re.search(r"^>|wrote:|-----Original", item["text"], re.MULTILINE)
        assert item["text"] == "Hello" or item["address"] == SOMEBODY
    assert network.replies() == []


# ---- bounces ---------------------------------------------------------------------------------------------


def _returned(path: Path, row: dict[str, str]) -> Letter:
    """Return the letter that came back: attached, its header attached, or copied at the end of the text."""
    parts = list(message_from_string(text_of(path)).walk())
    attached = [part.as_string().partition("\n\n")[2] for part in parts if part.get_content_type() == "message/rfc822"]
    attached += [_content(part) for part in parts if part.get_content_type() == "text/rfc822-headers"]
    # As it was copied into the text, or as it stands there where the borders of the parts are broken.
    texts = "\n".join([text_of(path), *map(_content, parts)])
    said = {}
    for name in ("Message-ID", "To", "Subject"):
        copied = re.findall(rf"(?mi)^{name}:(.*)$", texts)[-1]
        found = message_from_string(attached[0].lstrip())[name] if attached else copied
        said[name] = str(found or "").strip(" <>\r\n")
    address, *_ = ADDRESS.findall(row["recipients_named_in_dsn"] or said["To"]) or [SOMEBODY]
    return Letter(address.lower(), said["Message-ID"] or f"{path.name}@mtep.example", said["Subject"])


def _content(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content.decode("latin-1") if isinstance(content, bytes) else ""


def _dead(row: dict[str, str], letter: Letter) -> set[str]:
    """Return the addresses that are dead; where the report names nobody, the one that the letter went to is meant."""
    named = row["recipients_named_in_dsn"].lower().split(" | ") if row["recipients_named_in_dsn"] else [letter.address]
    return {address for address, said in zip(named, row["hard_bounce"].split(" | "), strict=True) if said == "true"}


def _others(path: Path, letter: Letter) -> list[Letter]:
    """Return letters to everybody else whom a mail names."""
    people = sorted(people_in(path) - {letter.address})
    return [Letter(one, f"{place}.other@mtep.example", "Another letter") for place, one in enumerate(people)]


def test_real_bounces_mark_the_addresses_that_are_dead(network: Network, tell: Tell) -> None:
    table = []
    for row in truth("bounces"):
        path = REAL / "bounces" / row["file"]
        letter = _returned(path, row)
        network.begin(letters=[letter, *_others(path, letter)])
        understood = network.read(path)
        marked, dead = network.stops(), _dead(row, letter)
        result = "right" if marked == dead else "MISSED" if marked < dead else "WRONG"
        if not row["hard_bounce"]:
            result = f"the truth says nothing; {len(marked)} marked"
        done = "; ".join(f"{entry['understood']} -> {entry['done']}" for entry in understood) or "not ours"
        table.append((row["file"], row["reason"], row["hard_bounce"] or "-", done, result))
    judged = [row for row in table if row[2] != "-"]
    right = [row for row in judged if row[4] == "right"]
    tell(f"Bounces: {len(table)} files, {len(judged)} judged, {len(right)} right", table)
    # A complaint that names no letter, and a mail that is no bounce.
    assert {row[0] for row in table if row[3] == "not ours"} == {"arf-01.eml", "is-not-bounce-01_not.eml"}
    assert [row for row in judged if row[4] == "WRONG"] == []
    waits = {row[0] for row in table if "to review" in row[3]}
    assert waits.isdisjoint(row[0] for row in table if row[1] in {"expired", "mailboxfull"})
    assert len(right) >= 0.95 * len(judged)
    assert len(judged) == 34


def test_without_a_letter_that_was_sent_no_real_bounce_marks_an_address(network: Network) -> None:
    network.begin()
    assert network.read(REAL / "bounces") == []
    assert network.stops() == set()


def test_a_real_bounce_of_another_letter_to_the_same_people_marks_nobody(network: Network) -> None:
    everybody = set().union(*(people_in(path) for path in mails("bounces")))
    letters = [Letter(one, f"{place}@mtep.example", "Another letter") for place, one in enumerate(sorted(everybody))]
    network.begin(letters=letters)
    assert len(everybody) > 40
    understood = network.read(REAL / "bounces")
    assert network.stops() == set()
    assert "address marked as bounced" not in {row["done"] for row in understood}
