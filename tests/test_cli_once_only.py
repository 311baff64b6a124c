"""Nobody gets a letter twice, nor one that is meant for another or that is no longer true, whatever happened before."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from mtep_outreach.store.ledger import Ledger

from .conftest import Program
from .mailings import ADA, ANN, BAY, BEA, CALC, CY, DAY, EVERYBODY, Post, body, calendar, connected, letters
from .smtp_servers import Scripted

BOB = "bob@example.org"
DELTA = ["add-partner", "Delta Academy", "--scope", "state", "--contact", "Di Dean <di@example.org>"]


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def post(mtep: Program) -> Iterator[Post]:
    with connected(mtep) as made:
        mtep("add-session", DAY)
        yield made


def queue(post: Post, *command: str) -> None:
    """Let letters wait: the server is not reached."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        closed = taken.getsockname()[1]
    post.mtep("settings", f"smtp.port={closed}")
    post.mtep(*(command or ("invite", "--session", DAY)), "--send", "--yes", "--wait", "0", code=1)
    post.mtep("settings", f"smtp.port={post.server.port}")


def ledger(database: Path) -> Ledger:
    """A sender at work."""
    return Ledger(database, clock=lambda: datetime(2024, 5, 1, 12, tzinfo=UTC), actor="tester", command="mtep send")


def bob_instead_of_ann(post: Post) -> None:
    """Another person is written to at a partner, and the one before asks not to be."""
    post.mtep("add-contact", ADA, f"Bob Berg <{BOB}>", "--primary")
    post.mtep("do-not-contact", ANN)


def while_sending(post: Post, do: Callable[[], object]) -> list[str]:
    """Do something while a sender has all letters in hand and tells a server of the first; return who gets one."""

    def at_the_first(server: Scripted, said: bytes) -> None:
        server.at = ""
        do()
        server.write(said + b"\r\n")

    with Scripted("rcpt", at_the_first) as server:
        post.mtep("settings", f"smtp.port={server.port}")
        post.mtep("send", code=None)
    post.mtep("settings", f"smtp.port={post.server.port}")
    read = [message_from_bytes(content, policy=policy.default) for content in server.complete]
    return sorted(str(mail["To"].addresses[0].addr_spec) for mail in read)


# ---- what was queued, and is made anew -------------------------------------------------------------------


def test_letters_handed_in_and_rewritten_leave_with_the_new_text_to_the_new_contact(post: Post) -> None:
    post.mtep("invite", "--session", DAY)
    queue(post)
    bob_instead_of_ann(post)
    post.mtep("invite", "--session", DAY, "--rewrite")
    post.mtep("send")
    assert post.server.recipients == {BOB: 1, BEA: 1, CY: 1}
    assert "Dear Bob Berg," in body(post.mails()[BOB])
    assert "Ann Adams" not in body(post.mails()[BOB])


@pytest.mark.parametrize("failed", [False, True])
def test_a_draft_handed_in_and_rewritten_leaves_as_a_mail(post: Post, failed: bool) -> None:
    post.mtep("invite", BAY, "--session", DAY, "--as", "eml")
    queue(post)
    if failed:
        post.mtep("do-not-contact", BEA)
        post.mtep("send", code=3)
        assert [row["state"] for row in letters(post.mtep, partner=BAY)] == ["failed"]
        post.mtep("do-not-contact", BEA, "--lift")
    post.mtep("edit-session", DAY, "--where", "https://example.org/meet")
    post.mtep("invite", "--session", DAY, "--rewrite")
    post.mtep("send")
    mail = post.mails()[BEA]
    assert mail["X-Unsent"] is None
    assert mail["Date"] is not None
    assert mail["Sender"] == "Hub <hub@example.org>"
    assert "https://example.org/meet" in body(mail)
    assert post.server.recipients[BEA] == 1


def test_a_letter_rewritten_while_a_sender_has_it_in_hand_leaves_only_as_rewritten(post: Post) -> None:
    queue(post, "invite", CALC, BAY, ADA, "--session", DAY)

    def change() -> None:
        bob_instead_of_ann(post)
        post.mtep("invite", ADA, "--session", DAY, "--rewrite")

    went = while_sending(post, change)
    assert ANN not in went
    assert sorted(went) == sorted([BOB, BEA, CY])
    post.mtep("send")
    assert post.mails() == {}


# ---- who is meant ----------------------------------------------------------------------------------------


def test_a_letter_handed_out_goes_to_the_one_whom_it_greets(post: Post) -> None:
    post.mtep("invite", "--session", DAY)
    post.mtep("add-contact", ADA, f"Bob Berg <{BOB}>", "--primary")
    post.mtep("invite", "--session", DAY, "--send", "--yes")
    assert sorted(post.mails()) == EVERYBODY
    assert "Dear Ann Adams," in body(post.mails()[ANN])
    assert "bob" not in str(post.mails()[ANN]["To"])


def test_a_letter_handed_out_is_left_out_when_the_one_whom_it_greets_is_stopped(post: Post) -> None:
    post.mtep("invite", "--session", DAY)
    bob_instead_of_ann(post)
    said = post.mtep("invite", "--session", DAY, "--send", "--yes", code=None)
    assert sorted(post.mails()) == [BEA, CY]
    assert f"whom it greets cannot be written to any more: mtep invite --rewrite: {ADA}" in words(said.err)
    post.mtep("invite", "--session", DAY, "--rewrite")
    post.mtep("invite", "--session", DAY, "--send", "--yes")
    assert "Dear Bob Berg," in body(post.mails()[BOB])
    assert post.server.recipients[ANN] == 0


def test_only_those_meant_by_the_filters_and_without_an_answer_are_handed_in(post: Post) -> None:
    post.mtep("add-partner", "Echo Society", "--scope", "national", "--contact", "Ed Ely <ed@example.org>")
    post.mtep("invite", "--session", DAY, "--scope", "national")
    post.mtep("rsvp", ADA, "yes")
    post.mtep(*DELTA)
    post.mtep("invite", "Delta Academy", "--session", DAY, "--scope", "state", "--send", "--yes")
    assert post.server.recipients == {"di@example.org": 1}
    post.mtep("invite", "--session", DAY, "--send", "--yes")
    assert post.server.recipients == {"di@example.org": 1, "ed@example.org": 1, BEA: 1, CY: 1}


# ---- partners that go, come back and become one --------------------------------------------------------


def test_a_doubt_about_a_removed_partner_can_be_settled(post: Post) -> None:
    queue(post)
    number = in_doubt(post, ADA)
    post.mtep("remove", ADA)
    assert ADA in post.mtep("settle", str(number), "sent").out


def in_doubt(post: Post, partner: str) -> int:
    """Let a sender end while it sends the letter of a partner; return the letter's number."""
    (row,) = letters(post.mtep, partner=partner)
    with ledger(post.mtep.database) as at_work:
        at_work.claim(9)
        assert at_work.hand_over(row["id"])
    return int(row["id"])


@pytest.mark.parametrize("address", [ANN, "Ann@example.org"])
def test_a_partner_removed_and_added_again_gets_no_second_letter_unless_named(post: Post, address: str) -> None:
    post.mtep("invite", "--session", DAY, "--send")
    post.mtep("remove", ADA)
    post.mtep("add-partner", ADA, "--scope", "national", "--contact", f"Ann Adams <{address}>")
    said = post.mtep("invite", "--session", DAY, "--send", code=3)
    assert "already. To write to this partner too, name it: number 4." in words(said.err)
    assert post.server.recipients == {ANN: 1, BEA: 1, CY: 1}
    post.mtep("invite", "4", "--session", DAY, "--send")
    assert post.server.recipients[address] == (2 if address == ANN else 1)


def test_a_partner_removed_while_its_letter_waits_and_added_again_gets_one(post: Post) -> None:
    queue(post)
    post.mtep("remove", ADA)
    post.mtep("add-partner", ADA, "--scope", "national", "--contact", f"Ann Adams <{ANN}>")
    post.mtep("invite", "--session", DAY, "--send", code=3)
    post.mtep("invite", "--session", DAY, "--send")
    assert post.server.recipients == {ANN: 1, BEA: 1, CY: 1}


@pytest.mark.parametrize("again", ["same@old.example.org", "Same@old.example.org"])
def test_one_of_two_partners_with_one_address_is_stopped_unless_named(post: Post, again: str) -> None:
    for name, address in (("Fox Society", "same@old.example.org"), ("Gnu Society", again)):
        post.mtep("add-partner", name, "--scope", "national", "--contact", f"Sam Same <{address}>")
    said = post.mtep("invite", "--session", DAY, "--send", code=3)
    assert f"Gnu Society: A letter of this kind goes to {again} already." in words(said.err)
    assert post.server.recipients.total() == 4
    post.mtep("invite", "--session", DAY, "--send", code=3)
    assert post.server.recipients.total() == 4
    post.mtep("invite", "Gnu Society", "--session", DAY, "--send")
    assert post.server.recipients.total() == 5


def test_a_failed_letter_of_a_merged_partner_does_not_go_where_the_other_one_went(post: Post) -> None:
    post.mtep("invite", BAY, "--session", DAY, "--send")
    queue(post, "invite", ADA, "--session", DAY)
    post.mtep("do-not-contact", ANN)
    post.mtep("send", code=3)
    post.mtep("do-not-contact", ANN, "--lift")
    (failed,) = (row["id"] for row in letters(post.mtep, state="failed"))
    post.mtep("merge", BAY, ADA)
    refused = post.mtep("settle", str(failed), "again", code=1)
    assert "Another letter of this kind has left" in words(refused.err)
    post.mtep("send", code=None)
    assert post.server.recipients == {BEA: 1}


# ---- what is not true any more ---------------------------------------------------------------------------


def test_letters_that_wait_are_held_back_when_the_hour_was_changed_until_they_are_rewritten(post: Post) -> None:
    queue(post)
    post.mtep("edit-session", DAY, "--start", "15:00", "--end", "16:00")
    said = post.mtep("send", code=3)
    assert "Not sent: the session was changed after the letter was made" in words(said.err)
    assert post.mails() == {}
    post.mtep("invite", "--session", DAY, "--rewrite")
    post.mtep("send")
    mail = post.mails()[ANN]
    assert "3:00" in body(mail)
    assert "12:00" not in body(mail)
    assert "T150000" in calendar(mail)["DTSTART"]
    assert post.server.recipients == {ANN: 1, BEA: 1, CY: 1}


def test_letters_that_wait_stay_as_they_are_when_only_the_title_is_changed(post: Post) -> None:
    queue(post)
    post.mtep("edit-session", DAY, "--title", "Another title")
    post.mtep("send")
    assert sorted(post.mails()) == EVERYBODY


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_reminder_that_waits_does_not_leave_once_the_answer_has_come(post: Post, answer: str) -> None:
    post.mtep("invite", "--session", DAY, "--send")
    queue(post, "remind", "--session", DAY)
    post.clear()
    post.mtep("rsvp", ADA, answer)
    said = post.mtep("send", code=3)
    assert f"Not sent: the answer has come meanwhile: {ADA}" in words(said.err)
    assert sorted(post.mails()) == [BEA, CY]


def test_whom_a_sender_was_about_to_write_when_a_session_is_cancelled_hears_nothing_of_it(post: Post) -> None:
    queue(post)
    went = while_sending(post, lambda: post.mtep("cancel", DAY))
    assert went == []
    post.mtep("send")
    assert "was cancelled" in post.mtep("cancel", DAY, "--send", "--yes", code=1).err
    assert post.mails() == {}
    assert letters(post.mtep) == []


# ---- the same letters from two places --------------------------------------------------------------------


def test_letters_that_waited_when_a_bundle_was_made_are_in_doubt_where_it_is_read(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(post)
    post.mtep("export", "b.zip")
    post.mtep("send")
    monkeypatch.setenv("MTEP_DB", str(post.mtep.folder / "second.sqlite"))
    post.mtep("import", "b.zip", "--yes")
    said = post.mtep("send", code=3)
    assert "In doubt, 3" in said.err
    assert "it was on its way when the bundle was made" in words(said.err)
    post.mtep("invite", "--session", DAY, "--send", code=None)
    assert post.server.recipients == {ANN: 1, BEA: 1, CY: 1}


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_sender_at_work_is_known_by_whatever_name_the_database_is_reached(post: Post) -> None:
    queue(post)
    link = post.mtep.folder / "network-of-us.sqlite"
    link.symlink_to(post.mtep.database)
    (row, *_) = letters(post.mtep)
    with ledger(post.mtep.database) as at_work:
        assert len(at_work.claim(9)) == 3
        assert at_work.hand_over(row["id"])
        with ledger(link) as other:
            assert other.recover() == 0
            assert other.claim(9) == []
        listed = post.mtep("--db", str(link), "list", "deliveries", "--format", "json").json
        assert [one["state"] for one in listed] == ["sending", "queued", "queued"]
    assert "In doubt, 1" in post.mtep("--db", str(link), "send", code=3).err


# ---- those who were not told yet -------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["cancel", DAY], ["reschedule", DAY, "--start", "13:00", "--end", "14:00"]])
def test_who_could_not_be_told_is_told_by_the_same_command_again_and_nobody_twice(
    post: Post, command: list[str]
) -> None:
    post.mtep("invite", "--session", DAY, "--send")
    post.mtep("settings", "postal_address=")
    post.mtep(*command, "--send", code=3)
    assert post.server.recipients == {ANN: 1, BEA: 1, CY: 1}
    post.mtep("settings", "postal_address=1 Main Street, Auburn, AL 36849")
    post.mtep("do-not-contact", CALC)
    post.mtep(*command[:2], "--send")
    assert post.server.recipients == {ANN: 2, BEA: 2, CY: 1}
    assert {calendar(mail)["SEQUENCE"] for address, mail in post.mails().items() if address != CY} == {"1"}
    assert post.mtep(*command[:2], "--send", code=None).code in (1, 2)
    assert post.server.recipients == {ANN: 2, BEA: 2, CY: 1}


@pytest.mark.parametrize("command", [["cancel", DAY], ["reschedule", DAY, "--start", "13:00", "--end", "14:00"]])
def test_what_was_written_as_files_of_a_change_is_mailed_with_a_yes(post: Post, command: list[str]) -> None:
    post.mtep("invite", "--session", DAY, "--send")
    post.clear()
    post.mtep(*command)
    post.mtep(*command[:2], "--send", code=None)
    assert post.mails() == {}
    post.mtep(*command[:2], "--send", "--yes")
    assert sorted(post.mails()) == EVERYBODY
    assert {calendar(mail)["METHOD"] for mail in post.mails().values()} == {
        "CANCEL" if command[0] == "cancel" else "REQUEST"
    }
    assert post.server.recipients == {ANN: 2, BEA: 2, CY: 2}


@pytest.mark.parametrize("how", [["--send"], ["--rewrite", "--send"], ["--rewrite"]])
def test_an_invitation_taken_back_by_a_move_and_stopped_is_written_later(post: Post, how: list[str]) -> None:
    queue(post)
    post.mtep("do-not-contact", ANN)
    post.mtep("reschedule", DAY, "--start", "13:00", "--end", "14:00", "--send", code=3)
    assert post.server.recipients == {BEA: 1, CY: 1}
    post.mtep("do-not-contact", ANN, "--lift")
    post.mtep("invite", "--session", DAY, *how)
    if how == ["--rewrite"]:
        post.mtep("invite", "--session", DAY, "--send", "--yes")
    assert post.server.recipients == {ANN: 1, BEA: 1, CY: 1}
    assert "1:00" in body(post.mails()[ANN])
    assert len({row["uid"] for row in post.mtep.list("invitations")}) == 3
