"""The loop closes: invitations leave by mail, calendars by other makers answer, and the report shows it.

The answers are written with ical.js: MTEP_TEST_ICALJS names a folder in which npm has installed it.
"""

import json
import mailbox
import os
import shutil
import subprocess
import zipfile
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from .conftest import Program, stored
from .mailings import DAY, Post, connected
from .test_cli_inbox import AFTER, assert_adds_up

ICALJS = Path(os.environ.get("MTEP_TEST_ICALJS", "no folder"))
pytestmark = pytest.mark.skipif(
    not (ICALJS / "node_modules" / "ical.js").is_dir() or shutil.which("node") is None,
    reason="MTEP_TEST_ICALJS names no folder with node_modules/ical.js, or node is missing",
)

SCRIPT = Path(__file__).with_name("calendar_clients.mjs")
CLIENTS = ["gmail", "outlook", "office365", "apple", "thunderbird", "activesync"]
ANSWERS = ["accepted", "declined", "tentative"]
COMMENT = (
    'Wir kämen gern – à très bientôt; "Größe" ist 50 % \\ o.k.: 会いましょう, 皆さん, '
    + "žluťoučký kůň; " * 6
    + "😀.\nZoë"
)
WRITTEN = "2024-05-03T03:30:00Z"
ON = "2024-05-02"
"""The day of that moment where the session is held."""


class Asked(NamedTuple):
    """Who answers, with which program, and what."""

    client: str
    answer: str

    @property
    def partner(self) -> str:
        return f"{self.client} {self.answer} society".title()

    @property
    def address(self) -> str:
        return f"{self.client}.{self.answer}@example.org"

    @property
    def sent_from(self) -> str | None:
        return self.address.replace("@", "@phones.") if self.client == "activesync" else None

    @property
    def note(self) -> str | None:
        return None if self.client == "activesync" else COMMENT


EVERYBODY = [Asked(client, answer) for client in CLIENTS for answer in ANSWERS]


@pytest.fixture
def post(mtep: Program) -> Iterator[Post]:
    """Everybody was invited by mail."""
    with connected(mtep, people=()) as made:
        rows = [f'{one.partner},state,AL,"Zoë Ångström, {one.client}",{one.address}' for one in EVERYBODY]
        (mtep.folder / "partners.csv").write_text("\n".join(["name,scope,state,contact,email", *rows, ""]), "utf-8")
        mtep("import", "partners.csv", "--yes")
        mtep("invite", "--session", DAY, "--send")
        yield made


def answered(mails: dict[str, EmailMessage], people: Sequence[Asked], starts: str, stamp: str = WRITTEN) -> list[bytes]:
    """Return the mails with which these people's calendars answer theirs, which must say when the session begins."""
    jobs = [
        {
            "client": one.client, "answer": one.answer.upper(), "comment": COMMENT, "stamp": stamp,
            "calendar": next(
                part.get_content() for part in mails[one.address].walk() if part.get_content_type() == "text/calendar"
            ),
        }
        for one in people
    ]  # fmt: skip
    environment = {"PATH": os.environ["PATH"], "MTEP_TEST_ICALJS": str(ICALJS.resolve())}
    done = subprocess.run(
        ["node", str(SCRIPT)], input=json.dumps(jobs), env=environment, capture_output=True, encoding="utf-8",
        check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert {one["starts"] for one in made} == {starts}
    return [b64decode(one["mail"]) for one in made]


# ---- mailboxes, as the standard library and mail providers write them -------------------------------------


def as_mbox(folder: Path, mails: Sequence[bytes]) -> Path:
    with closing(mailbox.mbox(folder / "Inbox.mbox")) as box:
        for mail in mails:
            box.add(mail)
    return folder / "Inbox.mbox"


def as_maildir(folder: Path, mails: Sequence[bytes]) -> Path:
    with closing(mailbox.Maildir(folder / "Maildir")) as box:
        for place, mail in enumerate(mails):
            made = mailbox.MaildirMessage(mail)
            made.set_subdir("cur" if place % 2 else "new")
            made.set_flags("S" if place % 2 else "")
            box.add(made)
    return folder / "Maildir"


def as_zip(folder: Path, mails: Sequence[bytes]) -> Path:
    """Pack a part of the mails as an mbox, as Google does, and the others one by one."""
    half = len(mails) // 2
    (folder / "taken out").mkdir()
    mbox = as_mbox(folder / "taken out", mails[:half])
    with zipfile.ZipFile(folder / "takeout.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(mbox, "Takeout/Mail/All mail Including Spam and Trash.mbox")
        for place, mail in enumerate(mails[half:]):
            packed.writestr(f"Takeout/Others/{place}.eml", mail)
    return folder / "takeout.zip"


SOURCES = {"mbox": as_mbox, "Maildir": as_maildir, "ZIP": as_zip}


def read(mtep: Program, source: Path) -> list[dict[str, Any]]:
    said = mtep("inbox", str(source), "--format", "json", today=AFTER)
    assert_adds_up(said)
    found: list[dict[str, Any]] = said.json
    return found


def counted(mtep: Program) -> tuple[int, int, int, int]:
    """The answers to the session as the report has them: accepted, declined, tentative, none."""
    (row,) = mtep("report", "--format", "json", today=AFTER).json["sessions"]
    return row["accepted"], row["declined"], row["tentative"], row["no_answer"]


# ---- the loop --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", SOURCES)
def test_what_calendars_by_other_makers_answer_stands_in_the_report(post: Post, first: str) -> None:
    mtep = post.mtep
    mails = answered(post.mails(), EVERYBODY, "2024-05-24T17:00:00Z")
    sources = {name: write(mtep.folder, mails) for name, write in SOURCES.items()}
    before = stored(mtep.database)
    done = read(mtep, sources[first])
    assert sorted((row["partner"], row["done"]) for row in done) == sorted(
        (one.partner, f"recorded, mailed from {one.sent_from}" if one.sent_from else "recorded") for one in EVERYBODY
    )
    shown = ("partner", "answer", "day", "address", "sent_from", "counts", "by_mail", "note")
    assert sorted(tuple(row[key] for key in shown) for row in mtep.list("replies")) == sorted(
        (one.partner, one.answer, ON, one.address, one.sent_from, True, True, one.note) for one in EVERYBODY
    )
    assert counted(mtep) == (6, 6, 6, 0)
    assert mtep("report", "--format", "json", today=AFTER).json["stages"]["accepted"] == 6
    for one in EVERYBODY:
        card = mtep("show", one.partner, "--format", "json", today=AFTER).json
        assert card["time_line"][-1] == {"day": ON, "what": one.answer, "detail": DAY, "note": one.note}
    assert mtep("review", "--format", "json").json == []
    after = stored(mtep.database)
    assert {name for name in after if after[name] != before[name]} == {"replies", "read_mails"}
    for name in SOURCES.keys() - {first}:
        assert read(mtep, sources[name]) == []
    assert stored(mtep.database) == after


def test_an_answer_to_the_hour_that_was_before_goes_to_a_person_and_one_to_the_new_hour_counts(post: Post) -> None:
    mtep = post.mtep
    old = post.mails()
    mtep("reschedule", DAY, "--start", "14:00", "--send", "--yes", today="2024-05-02")
    new = post.mails()
    late = answered(old, EVERYBODY, "2024-05-24T17:00:00Z")
    done = read(mtep, as_mbox(mtep.folder, late))
    assert [row["done"] for row in done] == ["to review"] * len(EVERYBODY)
    assert all("2024-05-24 17:00 UTC" in row["understood"] for row in done)
    assert mtep.list("replies") == []
    assert counted(mtep) == (0, 0, 0, 18)
    again = answered(new, EVERYBODY, "2024-05-24T19:00:00Z", stamp="2024-05-02T14:00:00Z")
    done = read(mtep, as_maildir(mtep.folder, again))
    assert {row["done"].partition(",")[0] for row in done} == {"recorded"}
    assert {(row["address"], row["answer"]) for row in mtep.list("replies")} == {
        (one.address, one.answer) for one in EVERYBODY
    }
    assert counted(mtep) == (6, 6, 6, 0)
    assert len(mtep("review", "--format", "json").json) == len(EVERYBODY)
