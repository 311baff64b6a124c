"""A person who asks to be forgotten is in no byte of what is kept, and is not written to again."""

import base64
import json
import sqlite3
import zipfile
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from .answers import from_everybody
from .conftest import Program, stored
from .mailings import DAY, EVERYBODY, PEOPLE, connected

NUMBER = 20
CANARIES = [(f"Quill Canary{n:02d}x", f"quill.canary{n:02d}x@example.org") for n in range(1, NUMBER + 1)]
NAME, ADDRESS = CANARIES[0]


def people(number: int) -> list[list[str]]:
    return [
        ["add-partner", f"Partner {n:02d} Society", "--scope", "national", "--contact", f"{name} <{address}>"]
        for n, (name, address) in enumerate(CANARIES[:number], start=1)
    ]


def texts_in(database: Path) -> bytes:
    """All that the database file holds, with what is packed in it unpacked."""
    found = [database.read_bytes()]
    with closing(sqlite3.connect(database)) as connection:
        for (content,) in connection.execute("SELECT content FROM messages"):
            found.append(zlib.decompress(base64.b64decode(content)))
        for before, after in connection.execute(
            "SELECT before, after FROM journal_changes WHERE table_name = 'messages'"
        ):
            images = [json.loads(image) for image in (before, after) if image]
            found += [zlib.decompress(base64.b64decode(image["content"])) for image in images if image]
    return b"\n".join(found)


def traces(folder: Path, *texts: str) -> list[str]:
    """The files below a folder in which one of the texts stands, in any letter case."""
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = texts_in(path) if path.suffix == ".sqlite" else path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                content += b"".join(archive.read(name) for name in archive.namelist())
        found += [f"{text} in {path.relative_to(folder)}" for text in texts if text.lower().encode() in content.lower()]
    return found


def test_a_person_is_in_no_byte_of_anything_that_is_kept(mtep: Program) -> None:
    with connected(mtep, [*PEOPLE, *people(2)]) as post:
        mtep("add-contact", "Partner 02", f"{NAME} <{ADDRESS.upper()}>", "--title", "Dean")
        mtep("edit", "Partner 01", "--note", f"Ask {NAME} ({ADDRESS}).\nOr call {NAME}")
        mtep("nominate", "Partner 01", "--by", "Maria Rivera", "--reason", f"I know {NAME}.")
        mtep("invite", "--session", DAY, "--as", "md", "--as", "docx", "--as", "eml", "--as", "txt")
        mtep("rsvp", "Partner 01", "yes", "--note", f"{NAME} comes.")
        mtep("invite", "--session", DAY, "--send", "--yes")
        mtep("add-session", "2024-06-20", "--host", f"{NAME} <{ADDRESS}>", "--agenda", f"{NAME} speaks")
        mtep("invite", "--session", "2024-06-20", "--send")
        mtep("remind", "--session", "2024-06-20", today="2024-05-10")
        mtep("do-not-contact", ADDRESS, "--reason", f"{NAME} asked.")
        assert set(post.server.recipients) >= {*EVERYBODY, ADDRESS}
    assert len(traces(mtep.folder, NAME, ADDRESS)) > 5
    mtep("forget", ADDRESS, "--yes")
    mtep("export", "bundle.zip")
    mtep("export", "everything.json", "--yes")
    for kind in ("partners", "contacts", "invitations", "deliveries"):
        mtep("list", kind, "--format", "json")
    assert traces(mtep.folder, NAME, ADDRESS) == []
    assert not list(mtep.database.parent.glob("*-journal"))
    for said in (mtep("log"), mtep("show", "Partner 01"), mtep("list", "contacts"), mtep("list", "deliveries")):
        assert NAME not in said.out + said.err
        assert ADDRESS not in said.out + said.err
    others = {row["name"] for row in mtep.list("contacts")}
    assert others == {"Ann Adams", "Bea Brown", "Cy Clark", CANARIES[1][0]}


def test_what_a_person_answered_and_where_they_came_is_forgotten_too(mtep: Program) -> None:
    with connected(mtep, people(3)):
        mtep("invite", "--session", DAY, "--send")
    mails = from_everybody(mtep, mtep.folder / "mails")
    mtep("inbox", str(mails))
    mtep("undo")
    mtep("redo")
    mtep("review", "1", "--apply")
    mtep("review", "2", "--dismiss")
    report = mtep.folder / "came.csv"
    report.write_text(f"Name,Email,Duration\n{NAME},{ADDRESS},50\n", "utf-8")
    mtep("attend", "--session", DAY, "--from", str(report), today="2024-05-25")
    for path in (*mails.iterdir(), report):
        path.unlink()
    assert len(traces(mtep.folder, NAME, ADDRESS)) > 1
    mtep("forget", ADDRESS, "--yes")
    mtep("export", "bundle.zip")
    assert traces(mtep.folder, NAME, ADDRESS) == []
    for step in mtep("log", "--format", "json").json:
        assert "Check the disk" not in mtep("undo", str(step["id"]), code=None).err
        assert traces(mtep.folder, NAME, ADDRESS) == []
    assert CANARIES[1][1] in {row["address"] for row in mtep.list("deliveries")}


def test_twenty_people_are_each_forgotten_and_the_others_kept(mtep: Program) -> None:
    for command in people(NUMBER):
        mtep(*command)
    mtep("invite", "--session", DAY)
    for number, (name, address) in enumerate(CANARIES):
        mtep("forget", address if number % 2 else name, "--yes")
        assert traces(mtep.folder, name, address) == []
    assert mtep.list("contacts") == []
    assert len(mtep.list()) == NUMBER
    with closing(sqlite3.connect(mtep.database)) as connection:
        digests = [digest for (digest,) in connection.execute("SELECT digest FROM forgotten")]
    assert len(set(digests)) == NUMBER
    assert {len(digest) for digest in digests} == {64}


@pytest.mark.parametrize("name", ["José Núñez-Ibáñez", 'Kim "Kit" O\'Lee', "李 小龙", "Back \\ Slash", "100% _Sure_"])
def test_a_name_of_unusual_letters_is_forgotten_too(mtep: Program, name: str) -> None:
    mtep("add-partner", "Plain Society", "--note", f"Ask {name}")
    mtep("add-contact", "Plain", f"{name} <quill@example.org>")
    mtep("edit", "Plain", "--note", f"Now {name} again\n{name}")
    mtep("invite", "--session", DAY)
    kept = [row["name"] for row in mtep.list("contacts")]
    mtep("forget", "quill@example.org", "--yes")
    for text in [name, *kept]:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        assert traces(mtep.folder, text, escaped, "quill@example.org") == []


def test_who_has_nearly_the_same_address_or_name_is_kept_as_they_are(mtep: Program) -> None:
    near = ["joann@example.org", "ann@example.org.uk", "x.ann@example.org", "ann@example.organic.com"]
    mtep(
        "add-partner", "Plain Society", "--contact", "Ann Adam <ann@example.org>", "--note", "Joann Adamson, Ann Adam."
    )
    for number, address in enumerate(near):
        mtep("add-contact", "Plain", f"Joann Adamson {number} <{address}>")
    mtep("invite", "--session", DAY)
    mtep("forget", "ann@example.org", "--yes")
    assert [(row["name"], row["email"]) for row in mtep.list("contacts")] == [
        (f"Joann Adamson {number}", address) for number, address in enumerate(near)
    ]
    assert mtep.list()[0]["note"] == "Joann Adamson, (erased)."


def test_what_another_program_left_in_free_pages_is_gone_too(mtep: Program) -> None:
    mtep("add-partner", "First Society", "--contact", f"{NAME} <{ADDRESS}>")
    with closing(sqlite3.connect(mtep.database, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = OFF").fetchall()
        connection.execute("CREATE TABLE scratch (text)")
        connection.execute("INSERT INTO scratch VALUES (?)", [f"{NAME} " * 2000])
        connection.execute("DROP TABLE scratch")
    mtep("forget", ADDRESS, "--yes")
    assert traces(mtep.folder, NAME, ADDRESS) == []


# ---- who is meant -----------------------------------------------------------------------------------------


def test_two_of_one_name_are_told_apart_by_their_addresses(mtep: Program) -> None:
    mtep("add-partner", "First Society", "--contact", "Kim Lee <kim@example.org>")
    mtep("add-partner", "Second Society", "--contact", "Kim Lee <lee@example.net>")
    before = stored(mtep.database)
    refused = mtep("forget", "Kim Lee", "--yes", code=1)
    assert "kim@example.org" in refused.err
    assert "lee@example.net" in refused.err
    assert stored(mtep.database) == before
    mtep("forget", "Kim Lee <kim@example.org>", "--yes")
    assert [(row["name"], row["email"]) for row in mtep.list("contacts")] == [("Kim Lee", "lee@example.net")]


def test_one_person_at_two_partners_is_forgotten_at_both(mtep: Program) -> None:
    mtep("add-partner", "First Society", "--contact", f"{NAME} <{ADDRESS}>")
    mtep("add-partner", "Second Society", "--contact", f"{NAME} <{ADDRESS}>")
    mtep("forget", NAME.upper(), "--yes")
    assert mtep.list("contacts") == []


def test_nobody_is_forgotten_without_a_yes_nor_one_who_is_not_there(mtep: Program) -> None:
    mtep("add-partner", "First Society", "--contact", f"{NAME} <{ADDRESS}>")
    before = stored(mtep.database)
    assert "--yes" in mtep("forget", ADDRESS, code=None).err
    assert "No contact is called" in mtep("forget", "Nobody Here", "--yes", code=1).err
    mtep("forget", "nobody@example.org", "--yes", code=1)
    mtep("forget", "", "--yes", code=1)
    mtep("forget", ADDRESS, "--dry-run")
    assert stored(mtep.database) == before


# ---- for good ---------------------------------------------------------------------------------------------


def test_no_undo_brings_a_person_back(mtep: Program) -> None:
    mtep("add-partner", "First Society", "--contact", f"{NAME} <{ADDRESS}>")
    mtep("edit", "First Society", "--note", f"Ask {NAME}")
    mtep("invite", "--session", DAY)
    mtep("remove", "First Society")
    mtep("undo")
    mtep("forget", ADDRESS, "--yes")
    for step in mtep("log", "--format", "json").json:
        tried = mtep("undo", str(step["id"]), code=None)
        assert tried.code in (0, 1)
        assert traces(mtep.folder, NAME, ADDRESS) == []
        if tried.code == 0:
            mtep("redo", code=None)
            assert traces(mtep.folder, NAME, ADDRESS) == []


def test_a_step_that_would_bring_a_person_back_is_refused(mtep: Program) -> None:
    mtep("add-partner", "First Society")
    mtep("add-contact", "First Society", f"{NAME} <{ADDRESS}>")
    mtep("undo")
    undone = stored(mtep.database)
    mtep("redo")
    mtep("forget", ADDRESS, "--yes")
    before = stored(mtep.database)
    for step in mtep("log", "--format", "json").json[:-1]:
        refused = mtep("undo", str(step["id"]), code=1)
        assert "Traceback" not in refused.err
        assert "Check the disk" not in refused.err
    assert stored(mtep.database) == before
    assert before["contacts"] == undone["contacts"]


def test_letters_that_were_taken_back_are_forgotten_too(mtep: Program) -> None:
    """What was queued and made anew or undone is kept in the log, packed."""
    with connected(mtep, people(2)):
        mtep("add-session", DAY, "--agenda", f"{NAME} speaks")
        mtep("settings", "smtp.port=1")
        mtep("invite", "--session", DAY, "--send", "--wait", "0", code=1)
        mtep("edit-session", DAY, "--agenda", "Much")
        mtep("invite", "--session", DAY, "--rewrite")
        mtep("reschedule", DAY, "--day", "2024-05-31")
        mtep("undo")
        mtep("redo")
        mtep("reschedule", "2024-05-31", "--day", "2024-06-03")
        mtep("forget", ADDRESS, "--yes")
        assert traces(mtep.folder, NAME, ADDRESS) == []
        for step in mtep("log", "--format", "json").json:
            tried = mtep("undo", str(step["id"]), code=None)
            assert tried.code in (0, 1)
            assert "Check the disk" not in tried.err
            assert traces(mtep.folder, NAME, ADDRESS) == []
            assert "(erased)" not in {row["address"] for row in mtep.list("deliveries")}


def test_steps_that_changed_an_erased_row_are_undone_or_refused_in_plain_words(mtep: Program) -> None:
    for command in people(2):
        mtep(*command)
    mtep("add-contact", "Partner 01", "Al Abel <al@example.org>", "--primary")
    mtep("invite", "--session", DAY)
    mtep("sent", DAY, "--yes")
    mtep("forget", ADDRESS, "--yes")
    mtep("forget", "al@example.org", "--yes")
    for step in mtep("log", "--format", "json").json:
        tried = mtep("undo", str(step["id"]), code=None)
        assert tried.code in (0, 1), step
        assert "Check the disk" not in tried.err
        assert traces(mtep.folder, NAME, ADDRESS, "al@example.org") == []


def test_forgetting_itself_cannot_be_undone(mtep: Program) -> None:
    mtep("add-partner", "First Society", "--contact", f"{NAME} <{ADDRESS}>")
    mtep("forget", ADDRESS, "--yes")
    before = stored(mtep.database)
    refused = mtep("undo", code=1)
    assert "cannot" in refused.err
    assert stored(mtep.database) == before
    (step, *_) = mtep("log", "--format", "json").json
    assert (step["kind"], step["command"]) == ("final", "mtep forget (erased)")


def test_who_was_forgotten_comes_back_by_no_way(mtep: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    mtep("add-partner", "First Society", "--contact", f"{NAME} <{ADDRESS}>")
    mtep("export", "before.zip")
    mtep("forget", ADDRESS, "--yes")
    for address in (ADDRESS, ADDRESS.upper()):
        refused = mtep("add-contact", "First Society", f"{NAME} <{address}>", code=1)
        assert "asked to be forgotten" in refused.err
        mtep("add-partner", "Second Society", "--contact", f"{NAME} <{address}>", code=1)
    (mtep.folder / "sheet.csv").write_text(
        f"name,contact,email\nThird Society,{NAME},{ADDRESS}\nFirst Society,{NAME},{ADDRESS.title()}\n", "utf-8"
    )
    mtep("import", "sheet.csv", "--yes", code=None)
    (mtep.folder / "cards.vcf").write_text(
        f"BEGIN:VCARD\nVERSION:3.0\nFN:{NAME}\nORG:Fourth Society\nEMAIL:{ADDRESS}\nEND:VCARD\n", "utf-8"
    )
    mtep("import", "cards.vcf", "--yes", code=None)
    for name in ("before.zip", "sheet.csv", "cards.vcf"):
        (mtep.folder / name).unlink()
    assert mtep.list("contacts") == []
    assert traces(mtep.folder, NAME, ADDRESS) == []
    mtep("export", "after.zip")
    monkeypatch.setenv("MTEP_DB", str(mtep.folder / "second.sqlite"))
    mtep("import", "after.zip", "--yes")
    assert "asked to be forgotten" in mtep("add-contact", "First Society", f"{NAME} <{ADDRESS}>", code=1).err


def test_a_letter_that_is_queued_for_a_forgotten_person_does_not_leave(mtep: Program) -> None:
    with connected(mtep, people(2)) as post:
        mtep("settings", "smtp.port=1")
        mtep("invite", "--session", DAY, "--send", "--wait", "0", code=1)
        mtep("forget", ADDRESS, "--yes")
        mtep("settings", f"smtp.port={post.server.port}")
        mtep("send")
        assert list(post.mails()) == [CANARIES[1][1]]


def test_a_mail_to_others_that_names_a_forgotten_person_is_made_anew(mtep: Program) -> None:
    with connected(mtep, people(2)) as post:
        mtep("add-session", DAY, "--host", NAME, "--agenda", f"{NAME} speaks about schools and much more than that")
        mtep("settings", "smtp.port=1")
        mtep("invite", "Partner 02", "--session", DAY, "--send", "--wait", "0", code=1)
        mtep("forget", ADDRESS, "--yes")
        mtep("settings", f"smtp.port={post.server.port}")
        mtep("send")
        assert [(row["state"], row["error"]) for row in mtep.list("deliveries")] == [
            ("failed", "not sent: it named a person who was forgotten")
        ]
        mtep("edit-session", DAY, "--host", "", "--agenda", "")
        mtep("invite", "--session", DAY, "--rewrite", "--send")
        assert list(post.mails()) == [CANARIES[1][1]]
        assert traces(mtep.folder, NAME, ADDRESS) == []


def test_a_file_that_holds_the_letters_of_others_too_is_named(mtep: Program) -> None:
    for command in people(2):
        mtep(*command)
    mtep("invite", "--session", DAY, "--as", "pdf", "--one-file")
    said = mtep("forget", ADDRESS, "--yes")
    (file,) = mtep.folder.rglob("*.pdf")
    assert f"hold letters to others too; remove them yourself: {file}" in " ".join(said.err.split())
