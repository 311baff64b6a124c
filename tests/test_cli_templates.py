"""Letter templates: listed, shown, copied, changed and tried."""

from pathlib import Path

import docx
import pytest

from .conftest import Program
from .mailings import ADA, DAY, PEOPLE

SHIPPED = {"cancellation", "invitation", "reminder", "thank-you", "update"}


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def own(mtep: Program) -> Path:
    """A template folder that is used."""
    folder = mtep.folder / "our-letters"
    folder.mkdir()
    mtep("settings", f"templates={folder}")
    for command in PEOPLE:
        mtep(*command)
    return folder


def test_every_kind_of_letter_has_a_template(mtep: Program) -> None:
    rows = mtep("templates", "--format", "json").json
    assert {row["name"] for row in rows} == SHIPPED
    assert all(row["kind"] == row["name"] and row["from"] == "shipped" for row in rows)
    assert all(Path(row["file"]).is_file() for row in rows)


def test_every_shipped_template_can_be_used(mtep: Program) -> None:
    assert "5 of 5 templates can be used." in mtep("templates", "--check").out


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_template_is_shown_as_it_is(mtep: Program, name: str) -> None:
    shown = mtep("templates", "--show", name).out
    (row,) = [row for row in mtep("templates", "--format", "json").json if row["name"] == name]
    assert shown.rstrip("\n") == Path(row["file"]).read_text("utf-8").rstrip("\n")


def test_a_copy_is_used_once_its_folder_is_set(mtep: Program) -> None:
    for command in PEOPLE:
        mtep(*command)
    copied = mtep("templates", "--copy", "invitation", "--to", "ours")
    file = mtep.folder / "ours" / "invitation.md.j2"
    assert str(file) in copied.out.replace("\n", "")
    assert "mtep settings templates=" in copied.err
    file.write_text(file.read_text("utf-8").replace("Sincerely,", "With warm regards,"), "utf-8")
    assert "With warm regards" not in mtep("invite", "--session", DAY, "--show", ADA).out
    mtep("settings", f"templates={file.parent}")
    assert "With warm regards" in mtep("invite", "--session", DAY, "--show", ADA).out
    (row,) = [row for row in mtep("templates", "--format", "json").json if row["name"] == "invitation"]
    assert row["from"] == "yours"


def test_a_copy_goes_into_the_folder_that_is_set_and_over_nothing(mtep: Program, own: Path) -> None:
    copied = mtep("templates", "--copy", "reminder")
    assert "mtep settings" not in copied.err
    file = own / "reminder.md.j2"
    file.write_text("Mine", "utf-8")
    assert "it is there already" in words(mtep("templates", "--copy", "reminder", code=1).err)
    assert file.read_text("utf-8") == "Mine"


def test_the_letterhead_can_be_copied_and_changed(mtep: Program, own: Path) -> None:
    mtep("templates", "--copy", "letterhead")
    file = own / "letterhead.docx"
    document = docx.Document(str(file))
    document.sections[0].footer.paragraphs[0].text = "Ours alone"
    document.save(str(file))
    mtep("invite", ADA, "--session", DAY, "--as", "docx")
    (made,) = mtep.folder.rglob("*ada-society.docx")
    assert docx.Document(str(made)).sections[0].footer.paragraphs[0].text == "Ours alone"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["--show", "nonsense"], "There are: cancellation"),
        (["--copy", "nonsense"], "There are: cancellation"),
        (["--show", "../../secrets"], "no letter template"),
        (["--to", "there"], "--copy"),
        (["--show", "update", "--check"], "--check"),
        (["--show", "update", "--copy", "update"], "--copy"),
    ],
)
def test_what_cannot_be_meant_is_refused(mtep: Program, command: list[str], says: str) -> None:
    refused = mtep("templates", *command, code=None)
    assert refused.code in (1, 2)
    assert says in words(refused.err)


# ---- templates of one's own -------------------------------------------------------------------------------


def test_a_template_without_lines_at_its_top_has_a_subject_all_the_same(mtep: Program, own: Path) -> None:
    (own / "short.md.j2").write_text("{{ greeting }}, come on {{ when }}.\n", "utf-8")
    mtep("settings", "sender=Hub <hub@example.org>", "postal_address=1 Main Street, Auburn, AL 36849")
    mtep("invite", ADA, "--session", DAY, "--template", "short")
    (file,) = mtep.folder.rglob("*ada-society.md")
    assert file.read_text("utf-8").startswith("Dear Ann Adams, come on Friday, May 24, 2024")
    (row,) = mtep.list("deliveries")
    title = "Informational Meeting for MTEP 2.0 Network Expansion Partners"
    assert row["subject"] == f"{title}, Friday, May 24, 2024"
    (listed,) = [row for row in mtep("templates", "--format", "json").json if row["name"] == "short"]
    assert (listed["kind"], listed["from"]) == ("invitation", "yours")


def test_a_template_has_a_subject_and_a_kind_of_its_own(mtep: Program, own: Path) -> None:
    top = '---\nsubject: "Hello {{ organization }}"\nkind: reminder\n---\n'
    (own / "nudge.md.j2").write_text(top + "{{ greeting }}, {{ when }}?\n", "utf-8")
    mtep("invite", ADA, "--session", DAY)
    mtep("remind", ADA, "--session", DAY, "--template", "nudge", today="2024-05-10")
    assert mtep.list("deliveries")[-1]["subject"] == f"Hello {ADA}"
    (listed,) = [row for row in mtep("templates", "--format", "json").json if row["name"] == "nudge"]
    assert listed["kind"] == "reminder"


WRONG = {
    "kind": ("---\nkind: sonnet\n---\nHello", "'sonnet' is no kind of letter"),
    "line": ("---\nfont: large\n---\nHello", "'subject: ...' or 'kind: ...'"),
    "fact": ("Hello {{ nobody }}", "nobody"),
    "gap": ("Hello {{ contact_title }}", "{% if contact_title %}"),
    "syntax": ("Hello {% if contact %}", "line 1"),
    "subject": ("---\nsubject: Hi {{ }}\n---\nHello", "line 2"),
    "reach": ("Hello {{ organization.__class__.__mro__ }}", "unsafe"),
}


@pytest.mark.parametrize(("text", "says"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_in_a_template_is_told_with_its_place_and_stops_every_letter(
    mtep: Program, own: Path, text: str, says: str
) -> None:
    (own / "wrong.md.j2").write_text(text, "utf-8")
    checked = mtep("templates", "--check", code=3)
    assert "5 of 6 templates can be used." in checked.out
    assert "wrong.md.j2" in checked.err.replace("\n", "")
    assert says in words(checked.err)
    mtep("add-session", DAY)
    refused = mtep("invite", "--session", DAY, "--template", "wrong", code=1)
    assert says in words(refused.err)
    assert mtep.list("invitations") == []
    assert not (mtep.folder / "letters").exists()


def test_a_broken_template_is_listed_with_what_is_wrong(mtep: Program, own: Path) -> None:
    (own / "wrong.md.j2").write_text("---\nkind: sonnet\n---\nHello", "utf-8")
    (row,) = [row for row in mtep("templates", "--format", "json").json if row["name"] == "wrong"]
    assert row["kind"] is None
    assert "sonnet" in row["problem"]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00H", b"Caf\xe9 {{ greeting }}"])
def test_a_template_that_is_no_text_is_told_as_a_mistake(mtep: Program, own: Path, content: bytes) -> None:
    (own / "wrong.md.j2").write_bytes(content)
    assert "UTF-8" in mtep("templates", "--check", code=3).err
    assert "UTF-8" in mtep("templates", "--show", "wrong", code=1).err


def test_a_template_may_begin_with_a_mark_of_byte_order_and_have_line_ends_of_windows(mtep: Program, own: Path) -> None:
    (own / "windows.md.j2").write_bytes(
        b"\xef\xbb\xbf---\r\nsubject: Hi\r\n---\r\n{{ greeting }},\r\n\r\n{{ when }}\r\n"
    )
    mtep("invite", ADA, "--session", DAY, "--template", "windows")
    assert mtep.list("deliveries")[0]["subject"] == "Hi"
    (file,) = mtep.folder.rglob("*ada-society.md")
    assert file.read_text("utf-8").startswith("Dear Ann Adams,")


def test_a_template_is_used_for_the_kind_of_letter_that_it_names(mtep: Program) -> None:
    mtep("add-partner", "Any", "--contact", "Ann <ann@example.org>")
    refused = mtep("invite", "--session", DAY, "--template", "thank-you", code=1)
    assert "is for letters of the kind thank-you, not invitation" in refused.err
    assert mtep.list("invitations") == []
