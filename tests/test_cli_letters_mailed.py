"""Letters sent by mail, as a person sends them: who gets which, what stops one, and nothing twice."""

import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import docx
import pytest

from .conftest import Program, stored
from .mailings import ADA, ANN, BEA, CY, DAY, EVERYBODY, Post, body, calendar, connected, letters


@pytest.fixture
def post(mtep: Program) -> Iterator[Post]:
    with connected(mtep) as made:
        yield made


# ---- what leaves ------------------------------------------------------------------------------------------


def test_each_mail_is_from_who_signs_handed_in_by_the_hub_and_to_one_person(post: Post) -> None:
    post.mtep("invite", "--session", DAY, "--send")
    mails = post.mails()
    assert sorted(mails) == EVERYBODY
    assert mails[BEA]["From"] == "Maria Rivera <rivera@example.edu>"
    assert mails[BEA]["Sender"] == "Hub <hub@example.org>"
    assert mails[BEA]["Reply-To"] == "Maria Rivera <rivera@example.edu>, Hub <hub@example.org>"
    assert mails[ANN]["From"].addresses[0].addr_spec == "hub@example.org"
    for mail in mails.values():
        assert len(mail["To"].addresses) == 1
        assert (mail["Cc"], mail["Bcc"]) == (None, None)
        assert "hub@example.org" in mail["List-Unsubscribe"]
        assert "1 Main Street, Auburn, AL 36849" in body(mail)
        assert "unsubscribe" in body(mail)
        assert mail["Date"].datetime.date().isoformat() == "2024-05-01"
        assert calendar(mail)["METHOD"] == "REQUEST"


def test_what_is_listed_of_letters_is_what_left(post: Post) -> None:
    post.mtep("invite", "--session", DAY, "--send")
    mails = post.mails()
    invitations = {row["address"]: row for row in post.mtep.list("invitations")}
    for row in letters(post.mtep):
        mail, invitation = mails[row["address"]], invitations[row["address"]]
        assert mail["Message-ID"] == f"<{row['message_id']}>"
        assert (row["kind"], row["state"], row["attempts"], row["error"]) == ("invitation", "sent", 1, None)
        assert row["sent_at"].startswith("2024-05-01T")
        assert row["invitation"] == invitation["id"]
        assert calendar(mail)["UID"] == invitation["uid"]
        assert calendar(mail)["SEQUENCE"] == str(invitation["sequence"]) == "0"
        wanted = {"id", "session", "partner", "contact", "address", "signer", "uid", "sequence", "reply", "state"}
        assert wanted <= set(invitation)
    assert invitations[BEA]["signer"] == "Maria Rivera"


def test_sending_again_sends_nothing_twice_and_only_what_is_new(post: Post) -> None:
    post.mtep("invite", "--session", DAY, ADA, "--send")
    post.mtep("invite", "--session", DAY, "--send")
    again = post.mtep("invite", "--session", DAY, "--send")
    assert "none is new" in again.out
    assert "No letter was sent." in again.out
    assert post.server.recipients == {ANN: 1, BEA: 1, CY: 1}


def test_a_mistake_stops_one_letter_and_says_so_in_the_exit_code(post: Post) -> None:
    post.mtep("add-partner", "Delta Academy")
    sent = post.mtep("invite", "--session", DAY, "--send", code=3)
    assert "Delta Academy has no mail address" in " ".join(sent.err.split())
    assert sorted(post.mails()) == EVERYBODY
    assert "Delta Academy" not in {row["partner"] for row in post.mtep.list("invitations")}
    post.mtep("add-contact", "Delta Academy", "Di Dean <di@example.org>")
    post.mtep("invite", "--session", DAY, "--send")
    assert post.server.recipients == {ANN: 1, BEA: 1, CY: 1, "di@example.org": 1}


def test_a_dry_run_sends_nothing_and_records_nothing(post: Post) -> None:
    post.mtep("add-session", DAY)
    before = stored(post.mtep.database)
    post.mtep("invite", "--session", DAY, "--send", "--dry-run")
    assert stored(post.mtep.database) == before
    assert post.mails() == {}


@pytest.mark.parametrize(
    ("unset", "options", "says"),
    [
        ("smtp.host=", ["--send"], "No mail server is set"),
        ("sender=", ["--send"], "No mailbox is set"),
        (None, ["--send", "--as", "docx"], "--as"),
        (None, ["--send", "--output", "there"], "--output"),
        (None, ["--send", "--rate", "fast"], "no number of letters a minute"),
        (None, ["--send", "--rate", "0"], "no number of letters a minute"),
        (None, ["--rate", "20/min"], "--send"),
        (None, ["--connections", "2"], "--send"),
        (None, ["--wait", "2"], "--send"),
        (None, ["--one-file"], "--as pdf"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_is_recorded(
    post: Post, unset: str | None, options: list[str], says: str
) -> None:
    post.mtep("add-session", DAY)
    if unset:
        post.mtep("settings", unset)
    before = stored(post.mtep.database)
    refused = post.mtep("invite", "--session", DAY, *options, code=None)
    assert refused.code in (1, 2)
    assert says in " ".join(refused.err.split())
    assert stored(post.mtep.database) == before
    assert post.mails() == {}


def test_a_session_of_the_past_is_written_to_only_with_a_yes(post: Post) -> None:
    post.mtep("add-session", DAY)
    before = stored(post.mtep.database)
    refused = post.mtep("invite", "--session", DAY, "--send", today="2024-05-26", code=None)
    assert refused.code in (1, 2)
    assert "--yes" in refused.err
    assert stored(post.mtep.database) == before
    post.mtep("invite", "--session", DAY, "--send", "--yes", today="2024-05-26")
    assert sorted(post.mails()) == EVERYBODY


# ---- what was written as files before ---------------------------------------------------------------------


def test_letters_handed_out_as_files_are_sent_only_with_a_yes(post: Post) -> None:
    post.mtep("invite", "--session", DAY)
    sent = post.mtep("invite", "--session", DAY, "--send")
    assert "3 letters were written as files before" in " ".join(sent.err.split())
    assert post.mails() == {}
    assert {row["state"] for row in letters(post.mtep)} == {"written"}
    post.mtep("invite", "--session", DAY, "--send", "--yes")
    assert sorted(post.mails()) == EVERYBODY
    assert len(letters(post.mtep, state="sent")) == 3


def test_a_letter_leaves_with_the_words_that_a_person_wrote_into_its_file(post: Post) -> None:
    post.mtep("invite", "--session", DAY)
    (file,) = post.mtep.folder.rglob("*ada-society.md")
    file.write_text(file.read_text("utf-8").replace("Dear Ann Adams", "Dear Ann, my old friend"), "utf-8")
    post.mtep("invite", "--session", DAY, "--send", "--yes")
    assert "Dear Ann, my old friend," in body(post.mails()[ANN])
    assert "Dear Bea Brown," in body(post.mails()[BEA])


def test_a_changed_word_file_is_left_out_with_the_reason(post: Post) -> None:
    post.mtep("invite", "--session", DAY)
    (file,) = post.mtep.folder.rglob("*ada-society.docx")
    document = docx.Document(str(file))
    document.add_paragraph("PS: we met in Boston.")
    document.save(str(file))
    sent = post.mtep("invite", "--session", DAY, "--send", "--yes")
    assert f"a person changed {file.name}" in " ".join(sent.err.split())
    assert sorted(post.mails()) == [BEA, CY]
    assert [row["state"] for row in letters(post.mtep, partner=ADA)] == ["written"]


def test_a_mistake_that_a_person_wrote_into_a_file_stops_that_letter(post: Post) -> None:
    post.mtep("invite", "--session", DAY)
    (file,) = post.mtep.folder.rglob("*ada-society.md")
    file.write_text(file.read_text("utf-8").replace("Dear Ann Adams", "Dear {{ contact }}"), "utf-8")
    post.mtep("invite", "--session", DAY, "--send", "--yes", code=3)
    assert sorted(post.mails()) == [BEA, CY]


def test_drafts_can_be_sent_by_the_program_after_all(post: Post) -> None:
    post.mtep("invite", "--session", DAY, "--as", "eml")
    post.mtep("invite", "--session", DAY, "--send", "--yes")
    mail = post.mails()[BEA]
    assert mail["Sender"] == "Hub <hub@example.org>"
    assert mail["X-Unsent"] is None
    assert mail["Date"] is not None


# ---- the queue --------------------------------------------------------------------------------------------


def nowhere() -> str:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        return f"smtp.port={taken.getsockname()[1]}"


def test_what_could_not_be_sent_stays_queued_and_goes_with_the_next_command(post: Post) -> None:
    post.mtep("settings", nowhere())
    refused = post.mtep("invite", "--session", DAY, "--send", "--wait", "0", code=1)
    assert "cannot be reached" in refused.err
    assert "Still queued: 3." in refused.err
    post.mtep("settings", f"smtp.port={post.server.port}")
    assert "Sent 3 letters." in post.mtep("send", "--session", DAY).out
    assert "No letter was sent." in post.mtep("send").out
    assert post.server.recipients == {ANN: 1, BEA: 1, CY: 1}


def test_queued_letters_can_be_taken_back_and_sent_ones_cannot(post: Post) -> None:
    post.mtep("settings", nowhere())
    post.mtep("invite", "--session", DAY, "--send", "--wait", "0", code=1)
    post.mtep("undo")
    assert letters(post.mtep) == []
    post.mtep("settings", f"smtp.port={post.server.port}")
    post.mtep("invite", "--session", DAY, "--send")
    assert "have left" in post.mtep("undo", code=1).err
    assert len(letters(post.mtep, state="sent")) == 3


def test_a_doubt_is_settled_by_a_person_and_nothing_else_is(post: Post) -> None:
    post.mtep("invite", "--session", DAY, "--send")
    first, second, third = (row["id"] for row in letters(post.mtep))
    with closing(sqlite3.connect(post.mtep.database)) as connection:
        connection.execute("UPDATE deliveries SET state = 'in-doubt' WHERE id IN (?, ?)", [first, second])
        connection.execute("UPDATE deliveries SET state = 'failed', error = '550 no' WHERE id = ?", [third])
        connection.commit()
    post.clear()
    assert "In doubt, 2" in post.mtep("send", code=3).err
    assert "There is no letter number 99." in post.mtep("settle", "99", "sent", code=1).err
    assert "neither sent nor again" in post.mtep("settle", str(first), "perhaps", code=2).err
    assert "it is failed" in post.mtep("settle", str(third), "sent", code=1).err
    post.mtep("settle", str(first), "sent")
    assert "it is sent" in post.mtep("settle", str(first), "again", code=1).err
    assert "it is sent" in post.mtep("settle", str(first), "sent", code=1).err
    post.mtep("settle", str(second), "again")
    post.mtep("settle", str(third), "again")
    assert [row["state"] for row in letters(post.mtep)] == ["sent", "queued", "queued"]
    assert post.mails() == {}
    post.mtep("send")
    assert sorted(post.mails()) == [BEA, CY]
    assert {row["state"] for row in letters(post.mtep)} == {"sent"}


def test_settling_can_be_undone_until_the_letter_leaves(post: Post) -> None:
    post.mtep("invite", "--session", DAY, ADA, "--send")
    with closing(sqlite3.connect(post.mtep.database)) as connection:
        connection.execute("UPDATE deliveries SET state = 'in-doubt'")
        connection.commit()
    before = stored(post.mtep.database)
    post.mtep("settle", "1", "again")
    post.mtep("undo")
    assert stored(post.mtep.database) == before


# ---- the server's settings --------------------------------------------------------------------------------


def test_the_server_is_kept_as_a_table_of_the_settings_file(post: Post) -> None:
    (file,) = (post.mtep.folder / "config").rglob("settings.toml")
    text = file.read_text("utf-8")
    assert "[smtp]" in text
    assert 'host = "127.0.0.1"' in text
    shown = {row["key"]: row["value"] for row in post.mtep("settings", "--format", "json").json}
    assert (shown["smtp.host"], shown["smtp.port"]) == ("127.0.0.1", str(post.server.port))


def test_a_port_written_as_a_number_works(post: Post) -> None:
    (file,) = (post.mtep.folder / "config").rglob("settings.toml")
    file.write_text(f'[smtp]\nhost = "127.0.0.1"\nport = {post.server.port}\nsecurity = "none"\n', "utf-8")
    post.mtep("invite", "--session", DAY, ADA, "--send")
    assert list(post.mails()) == [ANN]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (["smtp.host=mail.example.org"], "on this computer only"),
        (["smtp.port=70000"], "from 1 to 65535"),
        (["smtp.port=mail"], "from 1 to 65535"),
        (["smtp.host=mail.example.org:587"], "smtp.port"),
        (["smtp.security=maybe"], "starttls"),
    ],
)
def test_a_server_that_cannot_be_meant_is_refused(post: Post, settings: list[str], says: str) -> None:
    (file,) = (post.mtep.folder / "config").rglob("settings.toml")
    before = file.read_bytes()
    assert says in " ".join(post.mtep("settings", *settings, code=2).err.split())
    assert file.read_bytes() == before


@pytest.mark.parametrize("way", ["command", "file"])
def test_a_password_is_never_printed_nor_stored(mtep: Program, way: str, tmp_path: Path) -> None:
    word = "kingfisher-7"
    with connected(mtep) as post:
        holder = tmp_path / "secret.txt"
        holder.write_text(word + "\n", "utf-8")
        holder.chmod(0o600)
        said = f"smtp.password_command=cat {holder}" if way == "command" else f"smtp.password_file={holder}"
        printed = mtep("settings", "smtp.user=hub", said)
        refused = mtep("invite", "--session", DAY, "--send", "--wait", "0", code=1)  # it offers no way to log in
        listed = mtep("settings")
        assert post.mails() == {}
    assert "no way to log in" in " ".join(refused.err.split())
    for one in (printed, refused, listed, mtep("log")):
        assert word not in one.out + one.err
    for path in tmp_path.rglob("*"):
        assert path == holder or not path.is_file() or word.encode() not in path.read_bytes(), path


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights elsewhere")
def test_a_password_file_that_others_can_read_is_refused(post: Post) -> None:
    holder = post.mtep.folder / "secret.txt"
    holder.write_text("kingfisher-7\n", "utf-8")
    holder.chmod(0o644)
    post.mtep("settings", "smtp.user=hub", f"smtp.password_file={holder}")
    refused = post.mtep("invite", "--session", DAY, "--send", code=1)
    assert "chmod 600" in refused.err
    assert "kingfisher" not in refused.err
