"""The inbox over IMAP: nothing on the server changes unmasked, and a server that dies loses and doubles nothing."""

import stat
from collections.abc import Iterator

import pytest

from mtep_outreach.cli import inbox as command

from .answers import letter, mailed, reply, words
from .conftest import Program, stored
from .imap_server import PASSWORD, USER, ImapServer, drop, imap_server
from .mailings import ANN, BEA, CY, DAY, connected

AFTER = "2024-05-03"
MANY = 40


@pytest.fixture
def mails(mtep: Program) -> list[bytes]:
    """An answer of a calendar, words, and mail about other things, among each other."""
    with connected(mtep) as post:
        mtep("invite", "--session", DAY, "--send")
        sent = post.mails()
    password = mtep.folder / "password"
    password.write_text(PASSWORD, "utf-8")
    password.chmod(stat.S_IRUSR)
    mtep("settings", f"imap.password_file={password}")
    other = [letter("Eve <eve@example.com>", f"Offer {n}", "Buy").as_bytes() for n in range(MANY - 3)]
    ours = [
        mailed(reply(sent[ANN]), ANN),
        words(sent[BEA], "Yes, I will come."),
        mailed(reply(sent[CY], "DECLINED"), CY),
    ]
    return [ours[0], *other[:10], ours[1], *other[10:], ours[2]]


@pytest.fixture
def server(mails: list[bytes]) -> Iterator[ImapServer]:
    with imap_server({"INBOX": mails, "Done": []}) as made:
        yield made


def url(server: ImapServer, folder: str = "INBOX") -> str:
    return f"imap://{USER}@localhost:{server.port}/{folder}"


def read(mtep: Program, server: ImapServer, *more: str, code: int = 0) -> str:
    printed = mtep("inbox", url(server), *more, code=code, today=AFTER)
    return f"{printed.out}\n{printed.err}"


def replies(mtep: Program) -> list[str]:
    return sorted(row["answer"] for row in mtep.list("replies"))


def test_a_folder_is_read_once_and_nothing_on_the_server_changes(mtep: Program, server: ImapServer) -> None:
    said = read(mtep, server)
    assert f"Read {MANY} new mails: 2 applied, 1 to review, {MANY - 3} not about your letters." in said
    assert replies(mtep) == ["accepted", "declined"]
    assert server.changes == []
    assert not any(server.flags["INBOX"].values())
    before, asked = stored(mtep.database), len(server.commands)
    assert f"Read before: {MANY}." in read(mtep, server)
    assert stored(mtep.database) == before
    assert not [line for line in server.commands[asked:] if "BODY" in line], "nothing is fetched again"


def test_only_new_mail_is_fetched(mtep: Program, server: ImapServer) -> None:
    read(mtep, server)
    server.folders["INBOX"].add(letter("Eve <eve@example.com>", "More", "Buy").as_bytes())
    assert f"Read 1 new mail: 0 applied, 0 to review, 1 not about your letters. Read before: {MANY}." in read(
        mtep, server
    )


def test_what_was_read_from_a_file_is_known_on_the_server(
    mtep: Program, server: ImapServer, mails: list[bytes]
) -> None:
    for number, mail in enumerate(mails):
        (mtep.folder / f"{number}.eml").write_bytes(mail)
    mtep("inbox", str(mtep.folder), today=AFTER)
    first = replies(mtep)
    assert f"Read 0 new mails: 0 applied, 0 to review, 0 not about your letters. Read before: {MANY}." in read(
        mtep, server
    )
    asked = len(server.commands)
    read(mtep, server)
    assert not [line for line in server.commands[asked:] if "BODY" in line], "its place is known then"
    assert replies(mtep) == first


@pytest.mark.parametrize("after", [0, 1, 7, 20, MANY - 1])
def test_a_server_that_dies_and_comes_back_costs_nothing(mtep: Program, server: ImapServer, after: int) -> None:
    server.kill_after(after)
    said = read(mtep, server)
    assert f"Read {MANY} new mails" in said
    assert replies(mtep) == ["accepted", "declined"]
    assert len(mtep("review", "--format", "json").json) == 1


def test_a_server_that_stays_away_leaves_what_was_read_and_the_next_run_goes_on(
    mtep: Program, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_PATIENCE", 1.0)
    for number in range(200):
        server.folders["INBOX"].add(letter("Eve <eve@example.com>", f"Later {number}", "Buy").as_bytes())
    server.folders["INBOX"].add(server.folders["INBOX"].messages.pop(MANY))
    server.kill_after(150)
    server.wrong("LOGIN", drop, after=1, times=100)
    server.wrong("AUTHENTICATE", drop, after=1, times=100)
    said = read(mtep, server, code=3)
    assert "Read 0 new mails" not in said
    assert replies(mtep) == ["accepted"]
    server.all_is_well()
    assert "Read before" in read(mtep, server)
    assert replies(mtep) == ["accepted", "declined"]
    assert len(mtep("review", "--format", "json").json) == 1


def test_a_folder_whose_numbers_were_given_anew_is_read_again_and_nothing_is_recorded_twice(
    mtep: Program, server: ImapServer
) -> None:
    read(mtep, server)
    before = replies(mtep), mtep("review", "--format", "json").json
    server.folders["INBOX"].uid_validity = 2
    assert "Read 0 new mails" in read(mtep, server)
    assert (replies(mtep), mtep("review", "--format", "json").json) == before


def test_what_is_ours_is_marked_and_moved_only_when_that_is_said(mtep: Program, server: ImapServer) -> None:
    read(mtep, server, "--mark-read")
    seen = [uid for uid, flags in server.flags["INBOX"].items() if "\\Seen" in flags]
    assert seen == [1, 12, MANY]
    assert "Moved to Done: 3 mails." in read(mtep, server, "--move-to", "Done")
    assert len(server.folders["Done"].messages) == 3
    assert len(server.folders["INBOX"].messages) == MANY - 3


def test_a_folder_that_is_not_there_is_said_and_what_was_read_is_kept(mtep: Program, server: ImapServer) -> None:
    said = read(mtep, server, "--move-to", "Nowhere", code=3)
    assert "Nowhere" in said
    assert "Done" in said
    assert replies(mtep) == ["accepted", "declined"]
    assert len(server.folders["INBOX"].messages) == MANY


def test_a_message_that_the_server_keeps_to_itself_is_asked_for_next_time(mtep: Program, server: ImapServer) -> None:
    server.declined[1] = b"NO not today"
    said = read(mtep, server, code=3)
    assert "Not read, 1:\n  message UID 1: " in said
    assert replies(mtep) == ["declined"]
    server.declined.clear()
    assert "Read 1 new mail: 1 applied" in read(mtep, server)
    assert replies(mtep) == ["accepted", "declined"]


def test_a_dry_run_remembers_nothing(mtep: Program, server: ImapServer) -> None:
    before = stored(mtep.database)
    assert "Would read 40 new mails" in read(mtep, server, "--dry-run")
    assert stored(mtep.database) == before


def test_the_password_comes_from_where_the_password_for_sending_does_only_for_the_same_user(
    mtep: Program, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mtep_outreach.letters.passwords._from_keyring", lambda _user: None)
    mtep("settings", "imap.password_file=", f"smtp.password_file={mtep.folder / 'password'}", "smtp.user=somebody")
    assert "password" in mtep("inbox", url(server), code=1).err
    mtep("settings", f"smtp.user={USER}")
    assert "Read 40 new mails" in read(mtep, server)
    assert PASSWORD not in (mtep.folder / "data" / "network.sqlite").read_bytes().decode("latin-1")
