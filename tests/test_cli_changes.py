"""A session is moved or cancelled: who was invited hears of it, and nobody else."""

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from .conftest import Program, stored
from .mailings import ADA, ANN, BAY, BEA, CALC, CY, DAY, EVERYBODY, Post, body, calendar, connected, letters

MOVED = "2024-05-31"


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def post(mtep: Program) -> Iterator[Post]:
    """Two of three partners are invited by mail."""
    with connected(mtep) as made:
        mtep("invite", "--session", DAY, "--send", ADA, BAY)
        yield made


def queue_one_more(post: Post) -> None:
    """Invite the third, while the server is away."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    post.mtep("settings", f"smtp.port={port}")
    post.mtep("invite", CALC, "--session", DAY, "--send", "--wait", "0", code=1)
    post.mtep("settings", f"smtp.port={post.server.port}")
    assert [row["state"] for row in letters(post.mtep, partner=CALC)] == ["queued"]


# ---- reschedule -------------------------------------------------------------------------------------------


def test_those_invited_get_an_update_that_moves_the_same_event(post: Post) -> None:
    before = post.mails()
    post.clear()
    said = post.mtep("reschedule", DAY, "--day", MOVED, "--start", "13:30", "--send")
    mails = post.mails()
    assert sorted(mails) == [ANN, BEA]
    assert "Worth a look" not in said.err
    for address, mail in mails.items():
        old, new = calendar(before[address]), calendar(mail)
        assert (new["METHOD"], new["UID"], new["SEQUENCE"]) == ("REQUEST", old["UID"], "1")
        assert new["DTSTART"] == "20240531T133000"
        assert old["DTSTART"] == "20240524T120000"
        assert mail["In-Reply-To"] == before[address]["Message-ID"]
        text = words(body(mail))
        assert "It was to be on Friday, May 24, 2024, 12:00-1:00 p.m. CDT." in text
        assert "Friday, May 31, 2024, 1:30-2:30 p.m. CDT" in text
    assert {row["kind"] for row in letters(post.mtep, state="sent")} == {"invitation", "update"}
    assert {row["sequence"] for row in post.mtep.list("invitations")} == {1}


@pytest.mark.parametrize(
    "change",
    [
        ["--day", MOVED],
        ["--start", "14:00"],
        ["--start", "9:00", "--end", "9:45"],
        ["--end", "13:30"],
        ["--time-zone", "America/New_York"],
        ["--day", "2024-06-04", "--start", "8:00", "--time-zone", "America/Los_Angeles"],
        ["--day", "2024-11-08"],  # another name of the zone: CST
        ["--where", "https://example.org/room"],
    ],
)
def test_an_update_passes_its_own_last_look(post: Post, change: list[str]) -> None:
    post.clear()
    said = post.mtep("reschedule", DAY, *change, "--send")
    assert "Worth a look" not in said.err
    assert sorted(post.mails()) == [ANN, BEA]
    for mail in post.mails().values():
        moved = "It was to be on Friday, May 24, 2024" in words(body(mail))
        assert moved is not change[0].startswith("--where")


def test_a_session_is_called_by_its_new_day(post: Post) -> None:
    said = post.mtep("reschedule", DAY, "--day", MOVED)
    assert f"from now on its name is {MOVED}" in words(said.err)
    assert [row["session"] for row in post.mtep.list("sessions")] == [MOVED]
    assert {row["session"] for row in post.mtep.list("invitations")} == {MOVED}
    assert "no session" in post.mtep("remind", "--session", DAY, code=1).err.lower()
    files = [path.relative_to(post.mtep.folder) for path in post.mtep.folder.rglob("*-update.md")]
    assert {path.parts[1] for path in files} == {MOVED}
    assert len(files) == 2


def test_a_queued_invitation_is_made_anew_and_says_only_the_new_day(post: Post) -> None:
    queue_one_more(post)
    post.clear()
    post.mtep("reschedule", DAY, "--day", MOVED, "--send")
    mails = post.mails()
    assert sorted(mails) == EVERYBODY
    assert mails[CY]["Subject"].startswith("Invitation")
    assert "May 24" not in body(mails[CY])
    assert calendar(mails[CY])["DTSTART"] == "20240531T120000"
    assert post.server.recipients[CY] == 1


def test_without_send_what_is_queued_is_queued_anew_and_updates_are_files(post: Post) -> None:
    queue_one_more(post)
    post.clear()
    post.mtep("reschedule", DAY, "--day", MOVED)
    assert post.mails() == {}
    assert [(row["kind"], row["state"]) for row in letters(post.mtep, partner=CALC)] == [("invitation", "queued")]
    assert {row["partner"] for row in letters(post.mtep, kind="update", state="written")} == {ADA, BAY}
    post.mtep("send")
    assert list(post.mails()) == [CY]
    assert "May 24" not in body(post.mails()[CY])


def test_a_second_move_counts_on(post: Post) -> None:
    post.mtep("reschedule", DAY, "--day", MOVED, "--send")
    post.mtep("reschedule", MOVED, "--day", "2024-06-07", "--send")
    mail = post.mails()[ANN]
    assert calendar(mail)["SEQUENCE"] == "2"
    assert "It was to be on Friday, May 31, 2024" in words(body(mail))


def test_a_move_can_be_undone_while_nothing_left(post: Post) -> None:
    queue_one_more(post)
    before, files = stored(post.mtep.database), sorted(post.mtep.folder.rglob("*.*"))
    post.mtep("reschedule", DAY, "--day", MOVED)
    after = stored(post.mtep.database)
    post.mtep("undo")
    assert stored(post.mtep.database) == before
    assert sorted(post.mtep.folder.rglob("*.*")) == files
    post.mtep("redo")
    assert stored(post.mtep.database) == after


def test_a_move_that_was_announced_cannot_be_undone(post: Post) -> None:
    post.mtep("reschedule", DAY, "--day", MOVED, "--send")
    before = stored(post.mtep.database)
    assert "have left" in post.mtep("undo", code=1).err
    assert stored(post.mtep.database) == before


def test_a_move_without_a_change_is_refused(post: Post) -> None:
    before = stored(post.mtep.database)
    post.mtep("reschedule", DAY, code=2)
    assert stored(post.mtep.database) == before


def test_who_may_not_be_written_to_hears_of_no_change(post: Post) -> None:
    post.mtep("do-not-contact", ADA)
    post.clear()
    said = post.mtep("reschedule", DAY, "--day", MOVED, "--send")
    assert "marked do-not-contact: Ada Society" in words(said.err)
    assert list(post.mails()) == [BEA]


def test_a_colleague_hears_of_a_change_when_who_was_invited_opted_out(post: Post) -> None:
    post.mtep("add-contact", ADA, "Al Abel <al@example.org>")
    post.mtep("do-not-contact", ANN)
    post.clear()
    post.mtep("reschedule", DAY, "--day", MOVED, "--send")
    assert sorted(post.mails()) == ["al@example.org", BEA]


# ---- cancel -----------------------------------------------------------------------------------------------


def test_those_invited_get_a_cancellation_of_the_same_event(post: Post) -> None:
    before = post.mails()
    queue_one_more(post)
    post.clear()
    said = post.mtep("cancel", DAY, "--send")
    mails = post.mails()
    assert sorted(mails) == [ANN, BEA]
    assert "had not left yet, and was taken back: Calc County Schools" in words(said.err)
    for address, mail in mails.items():
        old, new = calendar(before[address]), calendar(mail)
        assert (new["METHOD"], new["UID"], new["STATUS"]) == ("CANCEL", old["UID"], "CANCELLED")
        assert int(new["SEQUENCE"]) > int(old["SEQUENCE"])
        assert mail["Subject"].startswith("Cancelled:")
    post.mtep("send")
    assert post.server.recipients[CY] == 0


def test_what_a_killed_sender_had_in_hand_is_taken_back_too(post: Post) -> None:
    queue_one_more(post)
    with closing(sqlite3.connect(post.mtep.database)) as connection:
        connection.execute("UPDATE deliveries SET sender = 'nobody' WHERE state = 'queued'")
        connection.commit()
    post.clear()
    post.mtep("cancel", DAY, "--send")
    assert sorted(post.mails()) == [ANN, BEA]
    assert letters(post.mtep, partner=CALC) == []


def test_a_cancelled_session_takes_no_invitation_and_no_second_cancellation(post: Post) -> None:
    post.mtep("cancel", DAY)
    before = stored(post.mtep.database)
    for command in (["invite", CALC, "--session", DAY, "--send"], ["invite", "--session", DAY],
                    ["invite", "--session", DAY, "--rewrite"], ["cancel", DAY],
                    ["reschedule", DAY, "--day", MOVED]):  # fmt: skip
        assert "was cancelled on" in post.mtep(*command, code=1).err
    assert stored(post.mtep.database) == before
    listed = post.mtep.list("sessions")
    assert [row["cancelled_on"] for row in listed] == ["2024-05-01"]


def test_an_update_that_is_queued_does_not_leave_after_the_cancellation(post: Post) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    post.mtep("settings", f"smtp.port={port}")
    post.mtep("reschedule", DAY, "--day", MOVED, "--send", "--wait", "0", code=1)
    post.mtep("settings", f"smtp.port={post.server.port}")
    post.clear()
    post.mtep("cancel", MOVED, "--send")
    assert {mail["Subject"].partition(":")[0] for mail in post.mails().values()} == {"Cancelled"}
    assert post.server.recipients == {ANN: 2, BEA: 2}


def test_a_cancellation_can_be_undone_while_nothing_left(post: Post) -> None:
    queue_one_more(post)
    before = stored(post.mtep.database)
    post.mtep("cancel", DAY)
    post.mtep("undo")
    assert stored(post.mtep.database) == before
    post.clear()
    post.mtep("send")
    assert list(post.mails()) == [CY]


def test_a_session_to_which_nobody_is_invited_is_cancelled_without_a_letter(post: Post) -> None:
    post.mtep("add-session", "2024-06-20")
    post.clear()
    said = post.mtep("cancel", "2024-06-20", "--send")
    assert "is cancelled" in said.out
    assert post.mails() == {}
