"""The inbox: what came back is recorded once, what is not sure waits, and every mail is accounted for."""

import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from .answers import DEAD, FULL, bounce, lay_down, letter, mailed, opt_out, reply, words
from .conftest import Program, Result, stored
from .mailings import ADA, ANN, BAY, BEA, CY, DAY, Post, connected, letters

AFTER = "2024-05-03"


@pytest.fixture
def post(mtep: Program) -> Iterator[Post]:
    """Three partners that were invited by mail."""
    with connected(mtep) as made:
        mtep("invite", "--session", DAY, "--send")
        yield made


class Inbox:
    """A folder of mails, and what reading it says."""

    def __init__(self, post: Post) -> None:
        self.mtep = post.mtep
        self.mails = post.mails()
        self.folder = post.mtep.folder / "mails"
        self.folder.mkdir()

    def read(self, *mails: bytes, today: str = AFTER) -> list[tuple[str | None, str, str]]:
        """Read new mails: the organization, what was understood, and what was done."""
        lay_down(self.folder, *mails)
        self.said = self.mtep("inbox", str(self.folder), "--format", "json", today=today)
        assert_adds_up(self.said)
        return [(row["partner"], row["understood"], row["done"]) for row in self.said.json]

    def replies(self) -> dict[str, str | None]:
        return {row["partner"]: row["reply"] for row in self.mtep.list("invitations")}

    def stops(self) -> dict[str, str]:
        return {row["email"]: row["stopped"] for row in self.mtep.list("contacts") if row["stopped"]}

    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.mtep("review", "--format", "json").json
        return found


def assert_adds_up(said: Result) -> None:
    """Every message is accounted for."""
    found = re.search(
        r"Read ([\d,]+) new mails?: ([\d,]+) applied, ([\d,]+) to review, ([\d,]+) not about", said.err + said.out
    )
    assert found, said.err
    read, *parts = (int(number.replace(",", "")) for number in found.groups())
    assert sum(parts) == read


@pytest.fixture
def inbox(post: Post) -> Inbox:
    return Inbox(post)


# ---- calendar replies ------------------------------------------------------------------------------------


def test_a_calendar_answer_is_recorded_with_its_comment(inbox: Inbox) -> None:
    mail = mailed(reply(inbox.mails[ANN], comment="Two of us come."), f"Ann Adams <{ANN}>")
    assert inbox.read(mail) == [(ADA, "The calendar says accepted: “Two of us come.”", "recorded")]
    (found,) = [row for row in inbox.mtep.list("invitations") if row["partner"] == ADA]
    assert (found["reply"], found["replied_on"], found["reply_note"]) == ("accepted", "2024-05-02", "Two of us come.")
    assert inbox.mtep("report", "--format", "json").json["stages"]["accepted"] == 1


def test_a_bare_calendar_file_is_an_answer_too(inbox: Inbox) -> None:
    inbox.read(reply(inbox.mails[BEA], "DECLINED"))
    assert inbox.replies()[BAY] == "declined"


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_the_newest_answer_counts_in_whatever_order_they_are_read(inbox: Inbox, order: tuple[int, ...]) -> None:
    stamps = [("ACCEPTED", "20240502T080000Z"), ("DECLINED", "20240502T090000Z"), ("TENTATIVE", "20240502T100000Z")]
    for place in order:
        partstat, stamp = stamps[place]
        inbox.read(mailed(reply(inbox.mails[ANN], partstat, stamp=stamp), ANN))
    assert inbox.replies()[ADA] == "tentative"


def test_an_answer_to_the_new_hour_counts_for_more_than_a_later_one_to_the_old(inbox: Inbox, post: Post) -> None:
    old = inbox.mails[ANN]
    post.mtep("reschedule", DAY, "--start", "14:00", "--send", "--yes", today="2024-05-02")
    new = post.mails()[ANN]
    inbox.read(mailed(reply(new, "DECLINED", stamp="20240503T080000Z"), ANN))
    again = inbox.read(mailed(reply(old, "ACCEPTED", stamp="20240503T100000Z"), ANN))
    assert again[0][2] == "to review" or "a newer answer counts" in again[0][2]
    assert inbox.replies()[ADA] == "declined"


def test_a_word_on_the_telephone_is_not_overruled_by_an_older_click(inbox: Inbox) -> None:
    inbox.mtep("rsvp", ADA, "no", today="2024-05-03")
    (row,) = inbox.read(mailed(reply(inbox.mails[ANN], stamp="20240502T080000Z"), ANN))
    assert row[2] == "recorded; a newer answer counts: declined"
    assert inbox.replies()[ADA] == "declined"


def test_an_answer_mailed_from_another_address_is_recorded_and_noted(inbox: Inbox) -> None:
    (row,) = inbox.read(mailed(reply(inbox.mails[ANN]), "Ann <ann.adams@gateway.example.net>"))
    assert row[2] == "recorded, mailed from ann.adams@gateway.example.net"
    (found,) = inbox.mtep.list("replies")
    assert (found["address"], found["sent_from"]) == (ANN, "ann.adams@gateway.example.net")


def test_an_answer_that_a_colleague_elsewhere_forwards_answers_for_nobody(inbox: Inbox) -> None:
    mail = mailed(reply(inbox.mails[ANN]), "Bo <bo@other.example.com>", subject="Fwd: Accepted: Informational Meeting")
    (row,) = inbox.read(mail)
    assert row[2] == "to review"
    assert row[1].startswith("bo@other.example.com forwards an answer.")
    assert inbox.replies()[ADA] is None


def test_an_answer_without_a_date_does_not_overrule_another(inbox: Inbox) -> None:
    inbox.read(mailed(reply(inbox.mails[ANN]), ANN))
    undated = re.sub(rb"DTSTAMP:.*\r\n", b"", reply(inbox.mails[ANN], "DECLINED"))
    (row,) = inbox.read(undated)
    assert row[2] == "to review"
    assert inbox.replies()[ADA] == "accepted"


ODD: dict[str, dict[str, Any]] = {
    "delegated": {"partstat": "DELEGATED", "attendee_more": ';DELEGATED-TO="mailto:bo@example.com"'},
    "another time": {"method": "COUNTER"},
    "nobody invited them": {"attendee": "eve@example.com"},
    "answered by another": {"attendee_more": ';SENT-BY="mailto:bo@example.com"'},
    "a date of a series": {"more": ["RECURRENCE-ID:20240524T170000Z"]},
    "another hour": {"more": ["DTSTART:20240524T190000Z"]},
    "not known": {"uid": "11111111-1111-4111-8111-111111111111"},
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_goes_to_a_person_with_the_reason(inbox: Inbox, name: str) -> None:
    (row,) = inbox.read(mailed(reply(inbox.mails[ANN], **ODD[name]), ANN))
    assert row[2] == "to review"
    assert row[1].endswith(".")
    assert set(inbox.replies().values()) == {None}


def test_a_sender_whom_the_own_mail_server_doubts_goes_to_a_person(inbox: Inbox) -> None:
    inbox.mtep("settings", "inbox.trusted_server=mx.example.org")
    forged = "mx.example.org; spf=fail smtp.mailfrom=example.org; dmarc=fail header.from=example.org"
    (row,) = inbox.read(mailed(reply(inbox.mails[ANN]), ANN, Authentication_Results=forged))
    assert "could not confirm the sender (dmarc=fail, spf=fail)" in row[1]
    assert inbox.replies()[ADA] is None
    others = "mx.elsewhere.example; dmarc=fail header.from=example.org"
    inbox.read(mailed(reply(inbox.mails[BEA]), BEA, Authentication_Results=others))
    assert inbox.replies()[BAY] == "accepted"


# ---- bounces ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("whole", [True, False], ids=["the whole letter", "its header"])
def test_a_letter_that_came_back_marks_the_address_and_asks_for_another_contact(inbox: Inbox, whole: bool) -> None:
    (row,) = inbox.read(bounce(inbox.mails[ANN], whole=whole))
    assert row == (ADA, "The letter came back (unknown user).", "address marked as bounced")
    assert inbox.stops() == {ANN: "bounced"}
    (letter_,) = letters(inbox.mtep, state="bounced")
    assert (letter_["address"], "does not exist" in letter_["error"]) == (ANN, True)
    tasks = {task["what"]: task["partners"] for task in inbox.mtep("report", "--format", "json").json["next"]}
    assert tasks["bounced"] == [ADA]
    inbox.mtep("undo")
    assert inbox.stops() == {}
    assert not letters(inbox.mtep, state="bounced")


def test_a_full_mailbox_marks_nothing(inbox: Inbox) -> None:
    (row,) = inbox.read(bounce(inbox.mails[ANN], FULL))
    assert row[2] == "nothing to do"
    assert inbox.stops() == {}


def test_a_bounce_of_another_mail_is_not_ours(inbox: Inbox) -> None:
    other = letter("hub@example.org", "Lunch?", "Shall we?", Message_ID="<lunch@example.org>")
    other.replace_header("To", ANN)
    assert inbox.read(bounce(other)) == []
    assert inbox.stops() == {}


def test_a_bounce_that_shows_only_the_name_of_another_mail_is_not_ours(inbox: Inbox) -> None:
    report = bounce(inbox.mails[ANN], whole=False)
    other = re.sub(rb"(?s)(Content-Type: text/rfc822-headers\n\n).*(\n--=_report--)",
                   rb"\1Message-ID: <lunch@example.org>\n\2", report)  # fmt: skip
    assert other != report
    assert inbox.read(other) == []
    assert inbox.stops() == {}


def test_a_bounce_that_shows_no_letter_is_of_the_newest_to_that_address(inbox: Inbox) -> None:
    report = re.sub(rb"(?s)--=_report\nContent-Type: text/rfc822-headers.*(--=_report--)", rb"\1",
                    bounce(inbox.mails[ANN], whole=False))  # fmt: skip
    assert inbox.read(report)[0][2] == "address marked as bounced"
    assert inbox.stops() == {ANN: "bounced"}


def test_an_invitation_of_their_own_is_no_answer_whatever_its_text_says(inbox: Inbox) -> None:
    own = reply(inbox.mails[ANN], "NEEDS-ACTION", method="REQUEST", uid="their-own@example.org")
    mail = mailed(own, ANN, subject=f"Re: {inbox.mails[ANN]['Subject']}").replace(b"Ann has accepted", b"We decline")
    (row,) = inbox.read(mail)
    assert row[2] == "to review"
    assert inbox.items()[0]["likely"] is None


def test_a_letter_that_was_passed_on_and_came_back_from_there_is_looked_at(inbox: Inbox) -> None:
    (row,) = inbox.read(bounce(inbox.mails[ANN], DEAD, recipient="ann@private.example.net"))
    assert row[2] == "to review"
    assert inbox.stops() == {}
    inbox.mtep("review", "1", "--apply")
    assert inbox.stops() == {ANN: "bounced"}


# ---- opt-outs and words ----------------------------------------------------------------------------------


@pytest.mark.parametrize("sender", ["", "Somebody <alias@example.net>"])
def test_the_address_to_unsubscribe_marks_whom_the_letter_went_to(inbox: Inbox, sender: str) -> None:
    (row,) = inbox.read(opt_out(inbox.mails[ANN], sender))
    assert row[2] == "marked do-not-contact"
    assert inbox.stops() == {ANN: "opted-out"}


def test_a_reply_that_says_only_unsubscribe_marks_its_sender(inbox: Inbox) -> None:
    (row,) = inbox.read(words(inbox.mails[ANN], "Remove me."))
    assert (row[2], inbox.stops()) == ("marked do-not-contact", {ANN: "opted-out"})
    (row,) = inbox.read(words(inbox.mails[BEA], "unsubscribe", sender="Eve <eve@example.com>"))
    assert (row[2], inbox.stops()) == ("to review", {ANN: "opted-out"})


def test_words_are_never_an_answer_without_a_person(inbox: Inbox) -> None:
    (row,) = inbox.read(words(inbox.mails[ANN], "Yes, we'd love to come!"))
    assert row[2] == "to review"
    assert inbox.replies()[ADA] is None
    (item,) = inbox.items()
    assert (item["likely"], item["text"], item["partner"]) == ("yes", "Yes, we'd love to come!", ADA)
    inbox.mtep("review", str(item["id"]), "--apply", today=AFTER)
    assert inbox.replies()[ADA] == "accepted"
    assert inbox.items() == []


@pytest.mark.parametrize(
    ("mail", "done"),
    [
        (lambda mail: words(mail, "I am away until June.", Auto_Submitted="auto-replied"), "nothing to do"),
        (lambda mail: words(mail, "Ann Adams has retired.", Auto_Submitted="auto-replied"), "to review"),
        (lambda mail: words(mail, "Who are you?", Subject="Something else"), "to review"),
    ],
)
def test_what_machines_and_people_write_is_told_apart(inbox: Inbox, mail: Any, done: str) -> None:
    (row,) = inbox.read(mail(inbox.mails[ANN]))
    assert row[2] == done
    assert set(inbox.replies().values()) == {None}


def test_what_is_not_about_our_letters_is_only_counted(inbox: Inbox) -> None:
    strange = letter("Eve <eve@example.com>", "Offer", "Yes, accept our offer").as_bytes()
    about_lunch = letter(f"Ann <{ANN}>", "Lunch", "See the menu").as_bytes()
    own = letter("Hub <hub@example.org>", "Re: invitation", "Yes, we come").as_bytes()
    assert inbox.read(strange, about_lunch, own, b"\0\0\0") == []
    assert inbox.items() == []


# ---- once only -------------------------------------------------------------------------------------------


def everything(mails: dict[str, EmailMessage]) -> list[bytes]:
    return [
        mailed(reply(mails[ANN]), ANN, Message_ID="<a@example.net>"),
        bounce(mails[BEA]),
        words(mails[CY], "Maybe, I must ask."),
        letter("Eve <eve@example.com>", "Offer", "Buy", Message_ID="<b@example.net>").as_bytes(),
    ]


def as_mbox(mails: list[bytes]) -> bytes:
    quoted = [re.sub(rb"^(>*From )", rb">\1", mail.replace(b"\r\n", b"\n"), flags=re.MULTILINE) for mail in mails]
    return b"".join(b"From MAILER Thu May  2 08:00:00 2024\nX-Label: Inbox\n" + mail + b"\n" for mail in quoted)


def test_reading_again_in_any_export_changes_nothing(inbox: Inbox) -> None:
    mails = everything(inbox.mails)
    assert len(inbox.read(*mails)) == 3
    before, steps = stored(inbox.mtep.database), inbox.mtep("log", "--format", "json").json
    assert inbox.read() == []
    mbox = inbox.mtep.folder / "all.mbox"
    mbox.write_bytes(as_mbox(mails))
    printed = inbox.mtep("inbox", str(mbox), today=AFTER)
    assert "Read 0 new mails" in printed.out
    assert "Read before: 4." in printed.out
    assert stored(inbox.mtep.database) == before
    assert inbox.mtep("log", "--format", "json").json == steps


def test_a_mail_that_is_there_twice_counts_once(inbox: Inbox) -> None:
    mails = everything(inbox.mails)
    assert len(inbox.read(*mails, *mails)) == 3
    assert len(inbox.mtep.list("replies")) == 1
    assert len(inbox.items()) == 1


def test_what_was_undone_can_be_read_again(inbox: Inbox) -> None:
    first = inbox.read(*everything(inbox.mails))
    inbox.mtep("undo")
    assert inbox.replies()[ADA] is None
    assert inbox.items() == []
    assert inbox.read() == first


def test_a_dry_run_shows_what_it_would_do_and_reads_nothing(inbox: Inbox) -> None:
    lay_down(inbox.folder, *everything(inbox.mails))
    before = stored(inbox.mtep.database)
    printed = inbox.mtep("inbox", str(inbox.folder), "--dry-run", today=AFTER)
    assert "Would read 4 new mails: 2 applied, 1 to review, 1 not about your letters." in printed.out
    assert stored(inbox.mtep.database) == before


def test_a_letter_in_doubt_that_was_answered_was_sent(inbox: Inbox) -> None:
    from .mailings import letters as found_letters

    (row,) = found_letters(inbox.mtep, address=ANN)
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(inbox.mtep.database)) as connection:
        connection.execute("UPDATE deliveries SET state = 'in-doubt' WHERE id = ?", (row["id"],))
        connection.commit()
    inbox.read(mailed(reply(inbox.mails[ANN]), ANN))
    assert found_letters(inbox.mtep, address=ANN)[0]["state"] == "sent"


# ---- what cannot be read ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "code", "says"),
    [
        ("missing.mbox", 1, "there is no such file"),
        ("picture.png", 1, "neither a mail nor a mailbox"),
        ("imaps://hub:secret@imap.example.org/INBOX", 2, "password"),
    ],
)
def test_what_is_no_mailbox_is_refused(inbox: Inbox, source: str, code: int, says: str) -> None:
    (inbox.mtep.folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\1" * 100)
    printed = inbox.mtep("inbox", source, code=None)
    assert says in " ".join(printed.err.split())
    assert "secret" not in printed.err
    assert printed.code in (1, 2)


def test_options_for_a_server_need_a_server(inbox: Inbox) -> None:
    assert "--mark-read" in inbox.mtep("inbox", str(inbox.folder), "--mark-read", code=2).err
    assert "--move-to" in inbox.mtep("inbox", str(inbox.folder), "--move-to", "Read", code=2).err


def test_json_is_nothing_but_json(inbox: Inbox) -> None:
    lay_down(inbox.folder, *everything(inbox.mails))
    printed = inbox.mtep("inbox", str(inbox.folder), "--format", "json", today=AFTER)
    assert len(json.loads(printed.out)) == 3
