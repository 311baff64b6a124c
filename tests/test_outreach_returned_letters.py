"""An invitation that came back is written anew to whoever can be written to now, and to nobody else."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from .conftest import Program, stored
from .mailings import ADA, ANN, BAY, BEA, DAY, Post, body, calendar, connected, letters

BOB = "bob@example.org"
REWRITE = ["invite", "--session", DAY, "--rewrite"]
NOBODY = "its letter came back, and there is no other contact: mtep add-contact"
LATER = "2024-05-06"


@pytest.fixture
def post(mtep: Program) -> Iterator[Post]:
    with connected(mtep) as made:
        mtep("add-session", DAY)
        yield made


def sql(program: Program, text: str, *values: str) -> None:
    with closing(sqlite3.connect(program.database)) as connection:
        connection.execute(text, values)
        connection.commit()


def came_back(program: Program, address: str = ANN) -> None:
    """Let the letters to an address have come back."""
    sql(program, "UPDATE deliveries SET state = 'bounced' WHERE address = ? AND state <> 'queued'", address)
    sql(program, "INSERT INTO address_stops (address, kind, day) VALUES (?, 'bounced', '2024-05-02')", address)


def bob_too(program: Program) -> None:
    program("add-contact", ADA, f"Bob Berg <{BOB}>")


def tasks(program: Program) -> set[tuple[str, int]]:
    return {
        (row["what"], row["partner_id"]) for row in program("next", "--format", "json", today="2024-05-20").json
    } & {("came-back", 1), ("bounced", 1)}


def invitation(program: Program) -> dict[str, Any]:
    (row,) = (row for row in program.list("invitations") if row["partner"] == ADA)
    return row


def words(text: str) -> str:
    return " ".join(text.split())


# ---- written anew -------------------------------------------------------------------------------------------


def test_a_letter_that_came_back_is_sent_to_another_person_for_the_same_invitation(post: Post) -> None:
    post.mtep("invite", "--session", DAY, "--send")
    uid = calendar(post.mails()[ANN])["UID"]
    came_back(post.mtep)
    assert tasks(post.mtep) == {("bounced", 1)}
    bob_too(post.mtep)
    assert tasks(post.mtep) == {("came-back", 1)}
    post.clear()
    post.mtep(*REWRITE, "--send", today=LATER)
    assert list(post.mails()) == [BOB]
    assert "Dear Bob Berg," in body(post.mails()[BOB])
    assert calendar(post.mails()[BOB])["UID"] == uid
    assert [(row["state"], row["address"]) for row in letters(post.mtep, partner=ADA)] == [
        ("bounced", ANN), ("sent", BOB),
    ]  # fmt: skip
    assert [invitation(post.mtep)[key] for key in ("uid", "contact", "address", "state")] == [
        uid, "Bob Berg", BOB, "sent",
    ]  # fmt: skip
    assert tasks(post.mtep) == set()
    post.mtep(*REWRITE, "--send", today=LATER)
    assert post.server.recipients[BOB] == 1


@pytest.mark.parametrize("form", ["md", "eml", "txt"])
def test_a_letter_that_was_a_file_is_written_as_such_a_file_beside_it(post: Post, form: str) -> None:
    post.mtep("invite", ADA, "--session", DAY, "--as", form)
    post.mtep("sent", DAY, ADA)
    came_back(post.mtep)
    bob_too(post.mtep)
    (first,) = files(post.mtep, form)
    before = first.read_bytes()
    shown = post.mtep(*REWRITE, "--format", "json", today=LATER).json
    assert [row["contact"] for row in shown] == ["Bob Berg"]
    second, kept = files(post.mtep, form)
    assert (kept, first.read_bytes()) == (first, before)
    assert second.name == f"0001-ada-society-2.{form}"
    assert b"Dear Bob Berg," in second.read_bytes()
    assert [row["state"] for row in letters(post.mtep, partner=ADA)] == ["bounced", "written"]
    assert tasks(post.mtep) == set()
    if form == "eml":
        mail = message_from_bytes(second.read_bytes(), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        assert (mail["To"], mail["X-Unsent"]) == (f"Bob Berg <{BOB}>", "1")
        assert calendar(mail)["UID"] == invitation(post.mtep)["uid"]


def files(program: Program, form: str) -> list[Path]:
    return sorted((program.folder / "letters").rglob(f"*.{form}"))


def test_a_letter_that_was_a_mail_is_written_as_a_file_where_nothing_is_to_be_sent(post: Post) -> None:
    post.mtep("invite", "--session", DAY, "--send")
    came_back(post.mtep)
    bob_too(post.mtep)
    post.mtep(*REWRITE, today=LATER)
    assert [path.name for path in files(post.mtep, "md")] == ["0001-ada-society-2.md"]
    post.mtep("invite", "--session", DAY, "--send", "--yes", today=LATER)
    assert post.server.recipients[BOB] == 1
    assert post.server.recipients[ANN] == 1


def test_the_address_of_the_same_person_set_right_is_another_address(post: Post) -> None:
    post.mtep("invite", "--session", DAY, "--send")
    came_back(post.mtep)
    sql(post.mtep, "UPDATE contacts SET email = 'ann.adams@example.org' WHERE email = ?", ANN)
    post.mtep(*REWRITE, "--send", today=LATER)
    assert post.server.recipients["ann.adams@example.org"] == 1


def test_the_newest_letter_decides_however_often_one_came_back(post: Post) -> None:
    post.mtep("invite", ADA, "--session", DAY, "--as", "md")
    came_back(post.mtep)
    bob_too(post.mtep)
    post.mtep(*REWRITE)
    assert "its letter would be the same: Ada Society" in words(post.mtep(*REWRITE).err)
    came_back(post.mtep, BOB)
    assert NOBODY in words(post.mtep(*REWRITE).err)
    post.mtep("add-contact", ADA, "Ed Eck <ed@example.org>")
    post.mtep(*REWRITE)
    assert [path.name for path in files(post.mtep, "md")] == [
        "0001-ada-society-2.md", "0001-ada-society-3.md", "0001-ada-society.md",
    ]  # fmt: skip
    assert [(row["state"], row["address"]) for row in letters(post.mtep)] == [
        ("bounced", ANN), ("bounced", BOB), ("written", "ed@example.org"),
    ]  # fmt: skip


def test_a_letter_is_made_of_the_template_that_it_was_made_of_before(post: Post) -> None:
    (post.mtep.folder / "own").mkdir()
    (post.mtep.folder / "own" / "board.md.j2").write_text("Board: {{ contact }}", "utf-8")
    post.mtep("settings", "templates=own")
    post.mtep("invite", ADA, "--session", DAY, "--as", "md", "--template", "board")
    came_back(post.mtep)
    bob_too(post.mtep)
    post.mtep(*REWRITE)
    assert [path.read_text("utf-8") for path in files(post.mtep, "md")] == ["Board: Bob Berg\n", "Board: Ann Adams\n"]


# ---- left as it is ------------------------------------------------------------------------------------------


def test_a_letter_that_came_back_is_not_written_to_the_same_address_or_to_none(post: Post) -> None:
    post.mtep("invite", ADA, "--session", DAY, "--send")
    came_back(post.mtep)
    assert f"{NOBODY}: Ada Society" in words(post.mtep(*REWRITE, "--send").err)
    post.mtep("add-contact", ADA, "Cleo")
    assert NOBODY in words(post.mtep(*REWRITE, "--send").err)
    sql(post.mtep, "DELETE FROM address_stops")
    sql(post.mtep, "UPDATE contacts SET email = 'ANN@example.org' WHERE email = ?", ANN)
    assert NOBODY in words(post.mtep(*REWRITE, "--send").err)
    assert len(letters(post.mtep)) == 1
    assert post.server.recipients == {ANN: 1}


def test_a_letter_that_came_back_and_was_answered_all_the_same_is_not_written_anew(post: Post) -> None:
    post.mtep("invite", ADA, "--session", DAY, "--send")
    came_back(post.mtep)
    bob_too(post.mtep)
    post.mtep("rsvp", ADA, "yes")
    assert tasks(post.mtep) == set()
    assert "answered already: Ada Society" in words(post.mtep(*REWRITE, "--send").err)
    assert post.server.recipients == {ANN: 1}


def test_a_letter_that_a_mistake_stops_leaves_the_invitation_as_it_was(post: Post) -> None:
    """The other person there has a letter of this kind already, for another partner: nobody gets two unasked."""
    post.mtep("invite", ADA, BAY, "--session", DAY, "--send")
    came_back(post.mtep)
    post.mtep("add-contact", ADA, f"Bea Brown <{BEA}>")
    before = stored(post.mtep.database)
    assert "goes to bea@example.org already" in words(post.mtep(*REWRITE, "--send", code=3).err)
    assert {table: rows for table, rows in stored(post.mtep.database).items() if rows != before[table]} == {}
    post.mtep(*REWRITE, ADA, "--send")
    assert post.server.recipients[BEA] == 2
    assert invitation(post.mtep)["contact"] == "Bea Brown"


def test_a_dry_run_changes_nothing_and_an_undo_takes_all_of_it_back(post: Post) -> None:
    post.mtep("invite", ADA, "--session", DAY, "--as", "md")
    came_back(post.mtep)
    bob_too(post.mtep)
    before = stored(post.mtep.database), files(post.mtep, "md")
    assert "It would have" in post.mtep(*REWRITE, "--dry-run").err
    assert (stored(post.mtep.database), files(post.mtep, "md")) == before
    post.mtep(*REWRITE)
    assert (stored(post.mtep.database), files(post.mtep, "md")) != before
    post.mtep("undo")
    assert (stored(post.mtep.database), files(post.mtep, "md")) == before
