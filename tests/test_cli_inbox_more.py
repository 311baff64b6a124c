"""The inbox, continued: mail from before the letters, two ways to answer, two runs at once, and options together."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, time
from email.message import EmailMessage
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtep_outreach.cli import questions
from mtep_outreach.outreach import effects, partners, replies, sessions
from mtep_outreach.outreach.findings import Finding
from mtep_outreach.store.models import ReadMail
from mtep_outreach.store.writing import Work, writing
from mtep_outreach.vocabulary import Answer, MailResult, Proposal

from .answers import bounce, letter, mailed, opt_out, reply, words
from .conftest import stored
from .mailings import ADA, ANN, BAY, BEA, CY, DAY, Post, letters
from .test_cli_inbox import AFTER, Inbox, as_mbox, everything, inbox, post

__all__ = ["inbox", "post"]

YEARS_AGO = "Thu, 02 May 2019 08:00:00 -0500"


def bare_bounce(mail: EmailMessage, day: bytes) -> bytes:
    """Return a bounce that shows nothing of the letter."""
    report = re.sub(
        rb"(?s)--=_report\nContent-Type: text/rfc822-headers.*(--=_report--)", rb"\1", bounce(mail, whole=False)
    )
    return report.replace(b"Thu, 02 May 2024", day)


# ---- mail from before, and mail to others ----------------------------------------------------------------


def test_mail_from_years_before_the_letters_is_not_about_them(inbox: Inbox) -> None:
    old = [
        bare_bounce(inbox.mails[ANN], b"Thu, 02 May 2019"),
        letter(ANN, "Dinner", "Yes, we would love to come!", Date=YEARS_AGO).as_bytes(),
        letter(ANN, "Hello", "I am away.", Date=YEARS_AGO, Auto_Submitted="auto-replied").as_bytes(),
        letter(ANN, "Hello", "unsubscribe", Date=YEARS_AGO).as_bytes(),
    ]
    assert inbox.read(*old) == []
    assert inbox.stops() == {}


def test_who_asks_to_be_removed_but_answers_no_letter_of_ours_is_not_marked_without_a_person(inbox: Inbox) -> None:
    (row,) = inbox.read(letter(ANN, "[math-list] a question", "unsubscribe").as_bytes())
    assert (row[2], inbox.stops()) == ("to review", {})
    inbox.mtep("review", "1", "--apply")
    assert inbox.stops() == {ANN: "opted-out"}


def test_a_letter_that_has_not_left_is_answered_by_nobody(inbox: Inbox) -> None:
    inbox.mtep("add-session", "2024-06-07")
    inbox.mtep("invite", ADA, "--session", "2024-06-07", "--send", today="2024-05-02")
    (waiting,) = letters(inbox.mtep, session="2024-06-07")
    with closing(sqlite3.connect(inbox.mtep.database)) as connection:
        connection.execute("UPDATE deliveries SET state = 'queued' WHERE id = ?", (waiting["id"],))
        connection.commit()
    inbox.read(letter(ANN, "The meeting", "Yes, we would love to come!").as_bytes())
    assert [item["session"] for item in inbox.items()] == [DAY]


@pytest.mark.parametrize("sender", ["", f"Bea Brown <{BEA}>", "Bea <alias@example.net>"])
def test_who_unsubscribes_from_an_invitation_that_was_merged_away_is_heard(inbox: Inbox, sender: str) -> None:
    inbox.mtep("merge", ADA, BAY)
    (row,) = inbox.read(opt_out(inbox.mails[BEA], sender))
    if "alias" in sender:
        assert (row[2], inbox.items()[0]["likely"]) == ("to review", "stop")
    else:
        assert (row[0], row[2], inbox.stops()) == (ADA, "marked do-not-contact", {BEA: "opted-out"})


@pytest.mark.parametrize("sender", ["", "Zoe <zoe@example.net>"])
def test_who_unsubscribes_from_a_letter_to_somebody_forgotten_goes_to_a_person(inbox: Inbox, sender: str) -> None:
    inbox.mtep("forget", ANN, "--yes")
    mail = opt_out(inbox.mails[ANN], sender or "x").replace(b"From: x\r\n", b"")
    (row,) = inbox.read(mail)
    assert (row[2], inbox.stops()) == ("to review", {})


def test_forgetting_a_person_leaves_the_items_of_another_with_a_longer_address(inbox: Inbox) -> None:
    inbox.mtep("add-partner", "Joann's", "--contact", f"Joann <jo{ANN}>")
    inbox.mtep("invite", "Joann's", "--session", DAY, "--send")
    yes = letter(f"Joann <jo{ANN}>", "Re: invitation", "Yes, we will come.").as_bytes()
    inbox.read(yes, words(inbox.mails[BEA], "It is a secret.", sender=f"Ann <{ANN}>"))
    inbox.mtep("undo")
    inbox.read()
    inbox.mtep("forget", ANN, "--yes")
    assert [item["address"] for item in inbox.items()] == [f"jo{ANN}"]
    assert b"It is a secret" not in inbox.mtep.database.read_bytes()


# ---- the newest answer -----------------------------------------------------------------------------------


def test_a_mail_that_claims_to_be_written_in_the_future_does_not_stay_the_newest(inbox: Inbox) -> None:
    undated = re.sub(rb"DTSTAMP:.*\r\n", b"", reply(inbox.mails[BEA], "DECLINED"))
    inbox.read(
        words(inbox.mails[ANN], "Yes, we would love to come.", Date="Thu, 02 May 2099 08:00:00 -0500"),
        mailed(undated, BEA).replace(b"02 May 2024", b"02 May 2099"),
    )
    inbox.mtep("review", "1", "--apply", today=AFTER)
    assert (inbox.replies()[ADA], inbox.replies()[BAY]) == ("accepted", "declined")
    inbox.mtep("rsvp", ADA, "no", today="2024-05-10")
    inbox.read(mailed(reply(inbox.mails[BEA], stamp="20240503T080000Z"), BEA), today="2024-05-10")
    assert (inbox.replies()[ADA], inbox.replies()[BAY]) == ("declined", "accepted")


def test_an_item_is_of_no_later_version_than_was_sent(inbox: Inbox) -> None:
    inbox.read(mailed(reply(inbox.mails[ANN], sequence=7, method="COUNTER"), ANN))
    inbox.mtep("review", "1", "--as", "yes", today=AFTER)
    inbox.read(mailed(reply(inbox.mails[ANN], "DECLINED", stamp="20240504T080000Z"), ANN), today="2024-05-05")
    assert inbox.replies()[ADA] == "declined"


def test_words_from_before_a_new_hour_do_not_outrank_a_later_click_on_the_old_one(inbox: Inbox, post: Post) -> None:
    mail = inbox.mails[ANN]
    post.mtep("reschedule", DAY, "--start", "14:00", "--send", "--yes", today="2024-05-04")
    click = reply(mail, "DECLINED", stamp="20240503T180000Z", more=["DTSTART:20240524T170000Z"])
    inbox.read(mailed(click, ANN), words(mail, "Yes, we would love to come."), today="2024-05-05")
    inbox.mtep("review", "1", "--as", "no", today="2024-05-05")
    inbox.mtep("review", "2", "--apply", today="2024-05-05")
    assert inbox.replies()[ADA] == "declined"


def test_what_was_told_on_a_day_counts_for_more_than_a_click_on_the_evening_of_that_day(inbox: Inbox) -> None:
    inbox.mtep("rsvp", ADA, "no", "--on", "2024-05-02", today="2024-05-05")
    inbox.read(mailed(reply(inbox.mails[ANN], stamp="20240503T010000Z"), ANN), today="2024-05-05")
    assert inbox.replies()[ADA] == "declined"


class Told(NamedTuple):
    """An answer by a button, with the version it answers; or, without one, typed: of a past day, or now."""

    answer: Answer
    version: int | None
    at: datetime


CHANGED = datetime(2024, 5, 4, 12, tzinfo=UTC)
NOW = datetime(2024, 5, 9, 15, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2024, 5, 2), datetime(2024, 5, 8, 23)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Told], list[Told]]:
    """Draw answers, no two of one moment, in two orders."""
    chicago, found, days = ZoneInfo("America/Chicago"), [], set()
    for moment in draw(st.lists(MOMENTS, min_size=1, max_size=5, unique=True)):
        answer, is_typed = draw(st.sampled_from(Answer)), draw(st.booleans())
        day = moment.astimezone(chicago).date()
        if not is_typed:
            found.append(Told(answer, draw(st.sampled_from([0, 1])), moment))
        elif day not in days:
            days.add(day)
            found.append(Told(answer, None, datetime.combine(day, time(23, 59, 59), chicago).astimezone(UTC)))
    if draw(st.booleans()):
        found.append(Told(draw(st.sampled_from(Answer)), None, NOW))
    return found, draw(st.permutations(found))


def standing(work: Work, told: Sequence[Told]) -> tuple[str, str]:
    """Record answers one after the other; return the one that counts, with its rank."""
    partner = partners.find(work, ADA)
    session = sessions.find(work, DAY, today=NOW.date(), now=NOW)
    (invitation,) = work.select("invitation_list", ["partner_id = :partner"], partner=partner["id"])
    for number, one in enumerate(told):
        if one.version is None:
            now = NOW if one.at == NOW else None
            day = one.at.astimezone(ZoneInfo(session["time_zone"])).date()
            replies.record(work, partner, session, one.answer, day=day, now=now, note=f"typed {number}")
        else:
            mail = work.add(ReadMail(digest=f"{number:032d}", result=MailResult.APPLIED, day=NOW.date()))
            found = Finding(
                "", is_sure=True, proposal=Proposal(one.answer), invitation=invitation["id"], address=ANN,
                sequence=one.version, at=one.at,
            )  # fmt: skip
            effects.apply(work, found, mail.number, today=NOW.date())
    (row,) = work.select("standing_replies", ["invitation_id = :number"], number=invitation["id"])
    return row["answer"], row["rank"]


def test_in_whatever_order_answers_are_read_and_typed_the_same_one_counts(inbox: Inbox, post: Post) -> None:
    post.mtep("reschedule", DAY, "--start", "14:00", "--send", "--yes", today="2024-05-04")

    def order(one: Told) -> tuple[int, datetime]:
        known = one.at.astimezone(ZoneInfo("America/Chicago")).date() >= date(2024, 5, 4)
        return (known if one.version is None else one.version), one.at

    def work_on(told: Sequence[Told]) -> tuple[str, str]:
        with writing(inbox.mtep.database, at=NOW, actor="t", command="t", dry_run=True) as work:
            return standing(work, told)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(histories())
    def holds(both: tuple[list[Told], list[Told]]) -> None:
        if both[0]:
            first, second = map(work_on, both)
            assert first == second
            assert first[0] == max(both[0], key=order).answer

    holds()


# ---- once only -------------------------------------------------------------------------------------------


def test_two_runs_over_one_mailbox_at_the_same_time_record_everything_once(inbox: Inbox) -> None:
    offers = [
        letter(f"Eve <e{number}@example.com>", f"Offer {number}", "Buy", Message_ID=f"<{number}@example.net>")
        for number in range(500)
    ]
    mbox = inbox.mtep.folder / "all.mbox"
    mbox.write_bytes(as_mbox([*(offer.as_bytes() for offer in offers), *everything(inbox.mails)]))
    command = [sys.executable, "-m", "mtep_outreach", "--today", AFTER, "inbox", str(mbox)]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(run.communicate(timeout=120)[0] for run in runs)
    assert [run.returncode for run in runs] == [0, 0]
    assert any("Read 504 new mails" in one for one in said), said
    assert any("Read 0 new mails" in one for one in said), said
    found = stored(inbox.mtep.database)
    assert [len(found[table]) for table in ("read_mails", "replies", "review_items", "address_stops")] == [504, 1, 1, 1]


def test_a_mail_without_a_message_id_is_known_again_in_another_export(inbox: Inbox) -> None:
    mails = [
        letter(f"Ann <{ANN}>", "Re: invitation", text, Date=day).as_bytes()
        for text in ("Yes, we will come.", "No, we cannot come.")
        for day in ("Thu, 02 May 2024 08:00:00 -0500", "Thu, 02 May 2024 09:00:00 -0500")
    ]
    assert len(inbox.read(*mails)) == 4
    mbox = inbox.mtep.folder / "all.mbox"
    mbox.write_bytes(as_mbox(mails))
    assert "Read before: 4." in inbox.mtep("inbox", str(mbox), today=AFTER).out
    assert len(inbox.items()) == 4


# ---- undo ------------------------------------------------------------------------------------------------


def test_a_run_that_a_decision_builds_on_is_not_undone_before_it(inbox: Inbox) -> None:
    inbox.read(words(inbox.mails[ANN], "Yes, we would love to come."), mailed(reply(inbox.mails[CY]), CY))
    read = inbox.mtep("log", "--format", "json").json[0]["id"]
    inbox.mtep("review", "1", "--apply", today=AFTER)
    before = stored(inbox.mtep.database)
    assert "mtep undo" in inbox.mtep("undo", str(read), code=1).err
    assert stored(inbox.mtep.database) == before
    inbox.mtep("undo")
    inbox.mtep("undo")
    assert set(inbox.replies().values()) == {None}
    inbox.mtep("redo")
    inbox.mtep("redo")
    assert stored(inbox.mtep.database) == before


# ---- options together ------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [["--dry-run"], ["--apply"], ["--as", "no"], ["--dismiss"], ["1"]])
def test_decide_goes_with_no_option_that_says_something_else(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, more: list[str]
) -> None:
    inbox.read(words(inbox.mails[ANN], "Yes, we would love to come."))
    monkeypatch.setattr(questions, "can_ask", lambda: True)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "y")
    before = stored(inbox.mtep.database)
    assert "--decide and" in " ".join(inbox.mtep("review", "--decide", *more, code=2).err.split())
    assert stored(inbox.mtep.database) == before


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_what_was_settled_is_shown_in_the_format_that_was_asked_for(inbox: Inbox, dry: list[str]) -> None:
    inbox.read(words(inbox.mails[ANN], "Yes, we come."), words(inbox.mails[BEA], "No, sorry, we can't make it."))
    before = stored(inbox.mtep.database)
    shown = inbox.mtep("review", "1", "2", "--as", "yes", "--format", "json", *dry, today=AFTER).json
    assert [(row["id"], row["state"], row["likely"]) for row in shown] == [(1, "applied", "yes"), (2, "applied", "yes")]
    assert (stored(inbox.mtep.database) == before) is bool(dry)


@pytest.mark.parametrize("attendee", ["x", "urn:uuid:1"])
@pytest.mark.parametrize("meaning", ["stop", "bounced"])
def test_what_is_no_address_is_not_marked(inbox: Inbox, attendee: str, meaning: str) -> None:
    odd = reply(inbox.mails[ANN], attendee="eve@example.com").replace(b"mailto:eve@example.com", attendee.encode())
    inbox.read(mailed(odd, ANN))
    assert "which address" in inbox.mtep("review", "1", "--as", meaning, code=1).err
