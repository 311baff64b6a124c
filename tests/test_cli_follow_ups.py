"""Reminders and thanks, as a person sends them: who gets one, who does not, and that nobody gets two."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from .conftest import Program, stored
from .mailings import ADA, ANN, BAY, BEA, CALC, CY, DAY, EVERYBODY, Post, body, calendar, connected, letters

EARLY, LATER, LATEST = "2024-05-08", "2024-05-12", "2024-05-13"
AFTER = "2024-05-26"


@pytest.fixture
def post(mtep: Program) -> Iterator[Post]:
    """Three partners are invited by mail, and the server remembers nothing of that."""
    with connected(mtep) as made:
        mtep("invite", "--session", DAY, "--send")
        yield made


@pytest.fixture
def invited(post: Post) -> Post:
    post.clear()
    return post


def bounce(database: Path, address: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        row = [address, "bounced", "2024-05-02"]
        connection.execute("INSERT INTO address_stops (address, kind, day) VALUES (?, ?, ?)", row)
        connection.commit()


# ---- remind -----------------------------------------------------------------------------------------------


def test_a_reminder_refers_to_its_invitation_and_is_the_same_event(post: Post) -> None:
    invitations = post.mails()
    post.clear()
    post.mtep("remind", "--session", DAY, "--send", today=EARLY)
    reminders = post.mails()
    assert sorted(reminders) == EVERYBODY
    for address, mail in reminders.items():
        first = invitations[address]
        assert mail["In-Reply-To"] == first["Message-ID"]
        assert first["Message-ID"] in mail["References"]
        assert mail["Message-ID"] != first["Message-ID"]
        assert mail["From"] == first["From"]
        mine, theirs = calendar(mail), calendar(first)
        assert [mine[key] for key in ("METHOD", "UID", "SEQUENCE")] == [
            theirs[key] for key in ("METHOD", "UID", "SEQUENCE")
        ]
        assert "On Wednesday, May 1, 2024" in " ".join(body(mail).split())


@pytest.mark.parametrize("answer", ["yes", "no", "maybe"])
def test_who_answered_is_not_reminded(invited: Post, answer: str) -> None:
    invited.mtep("rsvp", ADA, answer)
    said = invited.mtep("remind", "--session", DAY, "--send", today=EARLY)
    assert "answered" in said.err
    assert sorted(invited.mails()) == [BEA, CY]


def test_who_cannot_be_written_to_is_not_reminded_and_no_colleague_instead(invited: Post) -> None:
    for partner in (ADA, BAY, CALC):
        invited.mtep("add-contact", partner, f"Colleague At <colleague-{partner[:3].lower()}@example.org>")
    bounce(invited.mtep.database, ANN)
    invited.mtep("do-not-contact", BEA)
    invited.mtep("do-not-contact", CALC)
    said = invited.mtep("remind", "--session", DAY, "--send", today=EARLY)
    assert invited.mails() == {}
    assert "opted out, or the address bounced" in said.err
    assert "marked do-not-contact" in said.err
    assert letters(invited.mtep, kind="reminder") == []


def test_who_was_not_invited_is_not_reminded(invited: Post) -> None:
    invited.mtep("add-partner", "Delta Academy", "--contact", "Di Dean <di@example.org>")
    said = invited.mtep("remind", "--session", DAY, "Delta Academy", ADA, "--send", today=EARLY)
    assert "not invited to this session: Delta Academy" in said.err
    assert list(invited.mails()) == [ANN]


def test_nobody_is_reminded_again_within_five_days(invited: Post) -> None:
    invited.mtep("remind", ADA, "--session", DAY, "--send", today=EARLY)
    said = invited.mtep("remind", "--session", DAY, "--send", today=LATER)
    assert "reminded on Wednesday, May 8, 2024: Ada Society" in said.err
    assert invited.server.recipients == {ANN: 2, BEA: 2, CY: 2}
    invited.mtep("remind", "--session", DAY, "--send", today=LATEST)
    assert invited.server.recipients == {ANN: 3, BEA: 2, CY: 2}


@pytest.mark.parametrize(("days", "again"), [("0", True), ("1", True), ("2", False), ("3650", False)])
def test_the_days_between_reminders_can_be_said(invited: Post, days: str, again: bool) -> None:
    invited.mtep("remind", ADA, "--session", DAY, "--send", today=EARLY)
    invited.clear()
    invited.mtep("remind", ADA, "--session", DAY, "--send", "--days", days, today="2024-05-09")
    assert bool(invited.mails()) is again


def test_who_is_invited_and_not_reached_yet_is_not_reminded(invited: Post) -> None:
    with closing(sqlite3.connect(invited.mtep.database)) as connection:
        for number, state in enumerate(("failed", "in-doubt", "bounced"), start=1):
            connection.execute("UPDATE deliveries SET state = ? WHERE id = ?", [state, number])
        connection.commit()
    said = " ".join(invited.mtep("remind", "--session", DAY, "--send", code=3, today=EARLY).err.split())
    assert "its invitation could not be delivered: Ada Society" in said
    assert "it is not known whether its invitation left: mtep settle: Bay Math Council" in said
    assert "its invitation came back: Calc County Schools" in said
    assert letters(invited.mtep, kind="reminder") == []


def test_the_file_of_a_second_reminder_says_so(network: Program) -> None:
    network("remind", "--session", DAY, today=EARLY)
    network("remind", "--session", DAY, today=LATEST)
    found = {path.name for path in network.folder.rglob("*alabama*.md")}
    base = "0002-alabama-mathematics-council"
    assert found == {f"{base}.md", f"{base}-reminder.md", f"{base}-reminder-2.md"}
    assert not [path for path in network.folder.rglob("*reminder*") if "association" in path.name]  # it said yes


def test_a_reminder_that_was_written_is_sent_with_a_yes_and_refers_to_its_invitation(post: Post) -> None:
    first = post.mails()[ANN]
    post.clear()
    post.mtep("remind", ADA, "--session", DAY, today=EARLY)
    post.mtep("remind", ADA, "--session", DAY, "--send", today=EARLY)
    assert post.mails() == {}
    post.mtep("remind", ADA, "--session", DAY, "--send", "--yes", today=EARLY)
    mail = post.mails()[ANN]
    assert mail["Subject"].startswith("Reminder:")
    assert mail["In-Reply-To"] == first["Message-ID"]


def test_a_reminder_of_a_session_of_the_past_needs_a_yes(invited: Post) -> None:
    before = stored(invited.mtep.database)
    assert "--yes" in invited.mtep("remind", "--session", DAY, "--send", code=None, today=AFTER).err
    assert stored(invited.mtep.database) == before
    assert invited.mails() == {}


def test_a_cancelled_session_is_not_reminded_of(invited: Post) -> None:
    invited.mtep("cancel", DAY)
    assert "was cancelled" in invited.mtep("remind", "--session", DAY, code=1).err


def test_reminders_are_undone_with_their_files(network: Program) -> None:
    before, files = stored(network.database), sorted(network.folder.rglob("*.*"))
    network("remind", "--session", DAY, today=EARLY)
    assert sorted(network.folder.rglob("*.*")) != files
    network("undo", today=EARLY)
    assert stored(network.database) == before
    assert sorted(network.folder.rglob("*.*")) == files


# ---- thank ------------------------------------------------------------------------------------------------


def test_who_came_is_thanked_and_who_had_accepted_and_stayed_away_is_missed(invited: Post) -> None:
    invited.mtep("rsvp", ADA, "yes")
    invited.mtep("rsvp", BAY, "yes")
    invited.mtep("rsvp", CALC, "no")
    invited.mtep("attend", "--session", DAY, ADA, today=AFTER)
    invited.mtep("thank", "--session", DAY, "--send", today=AFTER)
    mails = invited.mails()
    assert sorted(mails) == [ANN, BEA]
    assert "Thank you for taking part" in " ".join(body(mails[ANN]).split())
    assert mails[ANN]["Subject"].startswith("Thank you for joining us")
    assert "we missed you" in " ".join(body(mails[BEA]).split())
    assert mails[BEA]["Subject"].startswith("We missed you")
    for mail in mails.values():
        assert not [part for part in mail.walk() if part.get_content_type() == "text/calendar"]


@pytest.mark.parametrize(("people", "thanked"), [
    (["Ann Adams", "Al Alder"], ANN), (["Al Alder", "Di Dean"], "di@example.org"), (["Al Alder"], "al@example.org"),
])  # fmt: skip
def test_of_a_partner_whoever_came_is_thanked(invited: Post, people: list[str], thanked: str) -> None:
    attended_by(invited, people)
    invited.mtep("thank", "--session", DAY, today=AFTER)
    invited.mtep("thank", "--session", DAY, "--send", "--yes", today=AFTER)
    assert list(invited.mails()) == [thanked]
    name = next(name for name in people if name[:2].lower() == thanked[:2])
    assert body(invited.mails()[thanked]).count(f"Dear {name}") == 1


def test_who_came_and_wants_no_letters_is_not_thanked_and_no_colleague_instead(invited: Post) -> None:
    attended_by(invited, ["Al Alder"])
    invited.mtep("do-not-contact", "al@example.org")
    said = invited.mtep("thank", "--session", DAY, "--send", today=AFTER)
    assert f"Left out, who came cannot be written to: {ADA}" in said.err
    assert invited.mails() == {}


def test_thanks_in_a_file_go_to_nobody_when_whom_they_greet_has_another_address(invited: Post) -> None:
    attended_by(invited, ["Al Alder"])
    invited.mtep("thank", "--session", DAY, today=AFTER)
    invited.mtep("edit-contact", "Al Alder", "--email", "alder@example.org")
    said = invited.mtep("thank", "--session", DAY, "--send", "--yes", today=AFTER)
    assert "whom it greets cannot be written to any more" in said.err
    assert invited.mails() == {}


def attended_by(post: Post, people: list[str]) -> None:
    """Let these people of one partner come, each a little longer than the one before."""
    for name in ("Al Alder", "Di Dean"):
        post.mtep("add-contact", ADA, f"{name} <{name[:2].lower()}@example.org>")
    rows = [f"{name},{name[:2].lower()}@example.org,{20 + 10 * place}" for place, name in enumerate(people)]
    text = "\n".join(["Name (Original Name),User Email,Duration (Minutes)", *rows]).replace("an@", "ann@")
    (post.mtep.folder / "who.csv").write_text(text + "\n", "utf-8")
    post.mtep("attend", "--session", DAY, "--from", "who.csv", today=AFTER)


def test_nobody_is_thanked_twice(invited: Post) -> None:
    invited.mtep("attend", "--session", DAY, ADA, today=AFTER)
    invited.mtep("thank", "--session", DAY, "--send", today=AFTER)
    invited.mtep("attend", "--session", DAY, BAY, today=AFTER)
    said = invited.mtep("thank", "--session", DAY, "--send", today="2024-05-28")
    assert "thanked already: Ada Society" in said.err
    assert invited.server.recipients == {ANN: 2, BEA: 2, CY: 1}


def test_thanks_before_the_end_need_a_yes(invited: Post) -> None:
    invited.mtep("attend", "--session", DAY, ADA)
    before = stored(invited.mtep.database)
    assert "--yes" in invited.mtep("thank", "--session", DAY, "--send", code=None).err
    assert stored(invited.mtep.database) == before
    invited.mtep("thank", "--session", DAY, "--send", "--yes")
    assert list(invited.mails()) == [ANN]


def test_who_came_uninvited_is_named_and_not_thanked_by_the_program(invited: Post) -> None:
    invited.mtep("add-partner", "Delta Academy", "--contact", "Di Dean <di@example.org>")
    invited.mtep("attend", "--session", DAY, ADA, "Delta Academy", today=AFTER)
    said = invited.mtep("thank", "--session", DAY, "--send", today=AFTER)
    assert "came without an invitation: write to it yourself: Delta Academy" in said.err
    assert list(invited.mails()) == [ANN]


def test_who_may_not_be_written_to_is_not_thanked(invited: Post) -> None:
    invited.mtep("attend", "--session", DAY, ADA, BAY, CALC, today=AFTER)
    invited.mtep("do-not-contact", ADA)
    invited.mtep("do-not-contact", BEA)
    invited.mtep("thank", "--session", DAY, "--send", today=AFTER)
    assert list(invited.mails()) == [CY]
