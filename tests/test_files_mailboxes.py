"""Messages of files, folders, mailboxes, Maildirs and exports: each of them once, in an order that stays."""

import io
import mailbox
import os
import random
import tracemalloc
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.errors import FileError, UnreadableMailboxError
from mtep_outreach.files import mailboxes, mbox
from mtep_outreach.files.mailboxes import RawMessage, messages, raw_message
from mtep_outreach.files.mbox import pieces

DATED = b"From ann@example.org Fri May 24 12:00:00 2024\n"


def letter(number: int, text: str = "Yes\n") -> bytes:
    return f"From: ann@example.org\nMessage-ID: <{number}@x.org>\n\n{text}".encode()


def found(path: Path) -> list[tuple[str, str | None]]:
    """Return the place of each message, and its id or what is wrong with it."""
    return [(raw.place, raw.problem or raw.message_id) for raw in messages(path)]


def split(content: bytes) -> list[bytes]:
    return [piece.content for piece in pieces(io.BytesIO(), content)]


# ---- files and folders ----------------------------------------------------------------------------------


def test_a_mail_is_a_message(tmp_path: Path) -> None:
    path = tmp_path / "answer.eml"
    path.write_bytes(letter(1).replace(b"\n", b"\r\n"))
    (raw,) = messages(path)
    assert raw == RawMessage(str(path), "", path.read_bytes(), None, raw_message("", "", letter(1)).digest, "1@x.org")


def test_a_calendar_entry_is_a_message(tmp_path: Path) -> None:
    path = tmp_path / "no ending"
    path.write_bytes(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    assert found(path) == [("", None)]


def test_a_folder_gives_its_messages_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.eml", "a/2.eml", "a/1.eml", ".hidden.eml", ".git/x.eml", "z/deep/er/3.ics"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(letter(7))
    (tmp_path / "Inbox").write_bytes(DATED + letter(1) + b"\n" + DATED + letter(2))
    (tmp_path / "Inbox.msf").write_bytes(b"// <!-- <mdb:mork")
    (tmp_path / "Drafts").touch()
    (tmp_path / "notes.txt").write_bytes(b"Note: call Ann\n")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "empty.eml").touch()
    (tmp_path / "old.msg").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    (tmp_path / "all.pst").write_bytes(b"!BDN")
    (tmp_path / "apple.emlx").write_bytes(b"123\nSubject: x\n")
    assert found(tmp_path) == [
        ("Inbox, message 1", "1@x.org"),
        ("Inbox, message 2", "2@x.org"),
        ("all.pst", "it is a data file of Outlook (.pst); export its mails"),
        ("apple.emlx", "it is neither a mail nor a mailbox"),
        ("b.eml", "7@x.org"),
        ("empty.eml", "it is empty"),
        ("old.msg", "it is a message of Outlook (.msg); save it as .eml"),
        ("a/1.eml", "7@x.org"),
        ("a/2.eml", "7@x.org"),
        ("z/deep/er/3.ics", "7@x.org"),
    ]


def test_a_maildir_gives_what_was_delivered(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "mail")
    for number in (1, 2):
        box.add(letter(number))
    box.add_folder("Sent").add(letter(3))
    (tmp_path / "mail" / "tmp" / "half").write_bytes(letter(4))
    (tmp_path / "mail" / "cur" / "9:2,S").write_bytes(b"no header at all")
    (tmp_path / "mail" / "dovecot-uidlist").write_bytes(b"3 V1 N2\n")
    places = found(tmp_path / "mail")
    assert [what for _, what in places] == ["3@x.org", None, "1@x.org", "2@x.org"]
    assert places[1][0] == "cur/9:2,S"
    assert len(found(tmp_path / "mail" / "new")) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_what_is_no_file_is_refused_or_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.eml")
    assert found(tmp_path) == []
    with pytest.raises(FileError, match="it is not a file"):
        found(tmp_path / "pipe.eml")
    with pytest.raises(FileError, match="there is no such file"):
        found(tmp_path / "nothing")


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"Hello Ann,\n\nSubject: x\n", b"\x1f\x8b", b"PK\x03\x04nonsense"])
def test_a_file_that_holds_no_mail_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(UnreadableMailboxError, match="cannot be read as mail"):
        found(tmp_path / "file")


def test_a_file_that_cannot_be_opened_is_a_problem_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.eml").write_bytes(letter(1))
    (tmp_path / "b.eml").write_bytes(letter(2))

    def opening(path: Path, *_: object) -> io.BufferedReader:
        if path.name == "a.eml":
            raise PermissionError(13, "Permission denied")
        return io.BufferedReader(io.FileIO(path))

    monkeypatch.setattr(Path, "open", opening)
    assert found(tmp_path) == [("a.eml", "permission denied"), ("b.eml", "2@x.org")]
    with pytest.raises(FileError, match="permission denied"):
        found(tmp_path / "a.eml")


def test_a_large_message_is_told_by_its_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "LARGEST", 100_000)
    monkeypatch.setattr(mbox, "LARGEST", 100_000)
    monkeypatch.setattr(mbox, "_CHUNK", 10_000)
    large = letter(2, "From here on, " + "x" * 300_000 + "\n")
    (tmp_path / "large.eml").write_bytes(large)
    (tmp_path / "mbox").write_bytes(b"".join(DATED + each + b"\n" for each in (letter(1), large, letter(3))))
    for path, number in ((tmp_path / "large.eml", 0), (tmp_path / "mbox", 1)):
        raw = list(messages(path))[number]
        assert (raw.content, raw.problem, raw.message_id) == (None, "it is larger than 25 MB", "2@x.org")
        assert raw.head == large[:65_536]
        assert raw == list(messages(path))[number]
    assert [what for _, what in found(tmp_path / "mbox")] == ["1@x.org", "it is larger than 25 MB", "3@x.org"]


def test_a_digest_is_the_same_for_other_line_ends() -> None:
    first, second = (
        raw_message("", "", content) for content in (letter(1), letter(1).replace(b"\n", b"\r\n") + b"\r\n")
    )
    assert first.digest == second.digest != raw_message("", "", letter(2)).digest


# ---- mbox -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "separator",
    [
        b"From ann@example.org Fri May 24 12:00:00 2024",
        b"From - Fri May 24 12:00:00 2024",
        b"From 1799999999999999999@xxx Fri May 24 12:00:00 +0000 2024",
        b"From MAILER-DAEMON  Fri May  3 12:00:00 2024",
        b"From ???@??? Fri May 24 12:00:00 2024",
        b'From "ann adams"@x.org Fri May 24 12:00 CDT 2024',
        b"From ann@x.org Fri, 24 May 2024 12:00:00 -0500 (CDT)",
        b"From ann Fri May 24 12:00:00 2024 remote from mars",
        b"From ",
        b"From - ",
        b"From ann@example.org",
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_mailbox_of_any_program_is_cut_at_its_separators(separator: bytes, end: bytes) -> None:
    letters = [letter(number) for number in range(3)]
    content = b"".join(separator + b"\n" + each + b"\n" for each in letters)
    assert split(content.replace(b"\n", end)) == [each.replace(b"\n", end) for each in letters]


@pytest.mark.parametrize(
    "text",
    [
        "Hello\n\nFrom what I know, it is good.\n",
        "Hello\n\nFrom what I know\nSubject: it is good.\n",
        "Hello\nFrom ann@example.org Fri May 24 12:00:00 2024\nHello again\n",
        "Hello\n\nFrom: Ann\nSent: Fri May 24 12:00:00 2024\n",
        "Hello\n\nFrom ann\nHello\n",
        "Hello\n\nFrom Friday, May 24 at 12:00 on\nSubject: x\n",
        "> From ann@example.org Fri May 24 12:00:00 2024\n> Subject: x\n",
        "Hello\n\n From ann@example.org Fri May 24 12:00:00 2024\nSubject: x\n",
        "Hello\n\nFrom " + "x" * 2_000 + " Fri May 24 12:00:00 2024\nSubject: x\n",
    ],
)
def test_a_line_of_a_text_is_no_separator(text: str) -> None:
    letters = [letter(1, text), letter(2)]
    assert split(b"".join(DATED + each + b"\n" for each in letters)) == letters


def test_what_a_mailbox_quoted_is_as_it_was() -> None:
    quoted = letter(1, "Hi\n\n>From Ann\n>>From Bo\n> From Cy\n")
    assert split(DATED + quoted + b"\n") == [letter(1, "Hi\n\nFrom Ann\n>From Bo\n> From Cy\n")]


def test_messages_without_blank_lines_between_them_or_without_headers_are_counted() -> None:
    assert split(DATED + letter(1) + DATED + letter(2)) == [letter(1), letter(2)]
    assert split(DATED + letter(1) + b"\n" + DATED + b"\nno header\n") == [letter(1), b"\nno header\n"]
    assert split(b"\n\n" + DATED + DATED + letter(1)) == [b"", letter(1)]
    assert split(DATED) == [b""]


def test_what_python_writes_is_read_back(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "mbox")
    texts = ["From now on\n", "Hello\n\nFrom ann Fri May 24 12:00:00 2024\nTo: b\n\nx\n", "\n\n\n", "x\n"]
    for text in texts:
        message = EmailMessage()
        message["Message-ID"] = f"<{len(text)}@x.org>"
        message.set_content(text)
        box.add(message)
    box.close()
    assert [what for _, what in found(tmp_path / "mbox")] == [f"{len(text)}@x.org" for text in texts]


_LINES = st.sampled_from(
    [
        b"From ",
        DATED[:-1],
        b"From - Fri May 24 12:00:00 2024",
        b"",
        b"",
        b"Subject: x",
        b"text",
        b">From x",
        b"From what",
    ]
)


@given(st.lists(_LINES, max_size=40), st.integers(1, 60), st.sampled_from([b"\n", b"\r\n"]))
def test_how_a_mailbox_is_read_makes_no_difference(lines: Sequence[bytes], chunk: int, end: bytes) -> None:
    content = DATED + end.join(lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mbox, "_CHUNK", chunk)
        assert [piece.content for piece in pieces(io.BytesIO(content[50:]), content[:50])] == split(content)


def test_a_large_mailbox_is_read_in_flat_memory() -> None:
    class Endless(io.BytesIO):
        left = 60_000_000

        def read(self, size: int | None = -1) -> bytes:
            self.left -= size or 0
            return b"x" * (size or 0) if self.left > 0 else b""

    tracemalloc.start()
    found = [(len(piece.content), bool(piece.digest)) for piece in pieces(Endless(), DATED + b"Subject: x\n\n")]
    largest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == [(65_536, True)]
    assert largest < 100_000_000


# ---- exports --------------------------------------------------------------------------------------------


def test_an_export_gives_its_mailboxes_and_mails(tmp_path: Path) -> None:
    path = tmp_path / "takeout.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Takeout/Mail/All mail.mbox", DATED + letter(1) + b"\r\n" + DATED + letter(2))
        archive.writestr("Takeout/archive_browser.html", "<html>")
        archive.writestr("Takeout/Mail/a.eml", letter(3))
        archive.writestr("Takeout/Mail/b.ics", "BEGIN:VCALENDAR\n")
        archive.writestr("__MACOSX/._a.eml", b"\0\5\x16\7")
        archive.writestr("Takeout/more.zip", b"PK\x03\x04")
        archive.writestr("Takeout/old.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    expected = [
        ("Takeout/Mail/All mail.mbox, message 1", "1@x.org"),
        ("Takeout/Mail/All mail.mbox, message 2", "2@x.org"),
        ("Takeout/Mail/a.eml", "3@x.org"),
        ("Takeout/Mail/b.ics", None),
        ("Takeout/more.zip", "it is a packed file in a packed file; unpack it"),
        ("Takeout/old.msg", "it is a message of Outlook (.msg); save it as .eml"),
    ]
    assert found(path) == expected
    assert found(tmp_path) == [(f"takeout.zip/{place}", what) for place, what in expected]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.mbox", DATED + b"\0" * 25_000_000)
    with pytest.raises(UnreadableMailboxError, match="times its size, which no mailbox does"):
        found(path)
    ((place, problem),) = found(tmp_path)
    assert place == "bomb.zip"
    assert (problem or "").startswith("it unpacks to")


def test_a_directory_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with path.open("wb") as file:
        file.truncate(20_000_000)
        file.seek(0)
        file.write(b"PK\x03\x04")
        file.seek(0, io.SEEK_END)
        file.write(b"PK\x05\x06" + bytes(8) + (19_000_000).to_bytes(4, "little") + bytes(6))
    with pytest.raises(UnreadableMailboxError, match="it is damaged"):
        found(path)


def test_an_export_that_is_damaged_gives_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(4):
            archive.writestr(f"{number}.eml", letter(number))
    content = bytearray(path.read_bytes())
    content[content.index(b"<1@x") + 1] ^= 1  # the checksum of the second is wrong
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    third = content.index(b"PK\x01\x02", second + 1)
    content[third + 8] |= 1  # the third says that it has a password
    path.write_bytes(content)
    assert found(path) == [
        ("0.eml", "0@x.org"),
        ("1.eml", "it is damaged, and cannot be read further"),
        ("2.eml", "it is damaged, or needs a password"),
        ("3.eml", "3@x.org"),
    ]
    dice = random.Random(1)
    for _ in range(100):
        broken = bytearray(content)
        for _ in range(5):
            broken[dice.randrange(4, len(broken))] = dice.randrange(256)
        path.write_bytes(broken[: dice.randrange(4, len(broken) + 1)])
        list(messages(tmp_path))


def test_a_folder_that_cannot_be_listed_is_a_problem_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b.eml").write_bytes(letter(1))
    scan = os.scandir

    def scanning(path: str) -> object:
        if str(path).endswith("a"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", scanning)
    assert found(tmp_path) == [("b.eml", "1@x.org"), (str(tmp_path / "a"), "permission denied")]
