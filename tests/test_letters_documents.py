"""Word files: the letterhead stays as it is, the letter stands on it as a person would have typed it."""

import contextlib
import io
import os
import runpy
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mtep_outreach.errors import ExtraMissingError, LetterheadError
from mtep_outreach.letters.documents import can_make_documents, document
from mtep_outreach.letters.places import shipped_templates

LETTERHEAD = shipped_templates() / "letters" / "letterhead.docx"
BODY = """May 3, 2024

Dear José Nguyễn-Ḥasan Ağa Đặng 北京,

**Meeting**  
*Friday* and ***both***, soft
break, `code`

1. one
2. two

   still two

Between.

1. anew
   - deeper
     1. deepest

Ask [us **now**](mailto:a@b.example) or <https://a.example/?a=1&b=2>.
"""  # noqa: W291


def opened(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def made(body: str, letterhead: Path = LETTERHEAD, subject: str = "Invitation") -> Any:
    return opened(document(body, subject=subject, letterhead=letterhead))


def paragraph(found: Any, text: str) -> Any:
    return next(p for p in found.paragraphs if p.text.startswith(text))


def number_of(found: Any, text: str) -> tuple[str, str, int, int]:
    """Return a paragraph's list, level, the kind of its numbers, and where the list starts."""
    properties = paragraph(found, text)._p.pPr.numPr
    numbering = found.part.numbering_part.element
    number = numbering.num_having_numId(properties.numId.val)
    level = properties.ilvl.val
    (kind,) = numbering.xpath(
        f"./w:abstractNum[@w:abstractNumId='{number.abstractNumId.val}']/w:lvl[@w:ilvl='{level}']/w:numFmt/@w:val"
    )
    (start,) = number.xpath(f"./w:lvlOverride[@w:ilvl='{level}']/w:startOverride/@w:val")
    return properties.numId.val, kind, level, int(start)


# ---- the letter -----------------------------------------------------------------------------------------


def test_a_letter_reads_in_word_as_in_markdown() -> None:
    assert [p.text for p in made(BODY).paragraphs] == [
        "May 3, 2024", "Dear José Nguyễn-Ḥasan Ağa Đặng 北京,", "Meeting\nFriday and both, soft break, code",
        "one", "two",
        "still two", "Between.", "anew", "deeper", "deepest", "Ask us now or https://a.example/?a=1&b=2.",
    ]  # fmt: skip


def test_words_are_bold_and_italic_where_the_letter_says_so() -> None:
    runs = {run.text: (run.bold, run.italic) for run in paragraph(made(BODY), "Meeting").runs}
    assert runs["Meeting"] == (True, None)
    assert runs["Friday"] == (None, True)
    assert runs["both"] == (True, True)
    assert runs[", soft"] == (None, None)


def test_lists_are_numbered_by_word_and_each_begins_anew() -> None:
    found = made(BODY + "\n7. seven\n")
    one, two, anew = (number_of(found, text) for text in ("one", "two", "anew"))
    assert one == two
    assert one[1:] == anew[1:] == ("decimal", 0, 1)
    assert one[0] != anew[0]
    assert number_of(found, "deeper")[1:] == ("bullet", 1, 1)
    assert number_of(found, "deepest")[1:] == ("lowerRoman", 2, 1)
    assert number_of(found, "seven")[1:] == ("decimal", 0, 7)
    assert paragraph(found, "still two")._p.pPr.numPr is None
    assert (
        paragraph(found, "still two").paragraph_format.left_indent
        == paragraph(found, "two").paragraph_format.left_indent
    )


def test_lists_go_no_deeper_than_word_can_number() -> None:
    levels = {int(level) for level in made("- " * 12 + "deep").element.body.xpath(".//w:ilvl/@w:val")}
    assert levels == set(range(9))


def test_links_can_be_clicked() -> None:
    found = made(BODY)
    links = paragraph(found, "Ask").hyperlinks
    assert [(link.text, link.address) for link in links] == [
        ("us now", "mailto:a@b.example"),
        ("https://a.example/?a=1&b=2", "https://a.example/?a=1&b=2"),
    ]
    assert links[0].runs[1].bold
    assert {run.style.name for link in links for run in link.runs} == {"Hyperlink"}


def test_all_parts_of_markdown_have_their_place() -> None:
    found = made("## Head\n\n> quote\n\n```\na  b\n c\n```\n\n---\n\n-\n- - x\n\n#### Small")
    assert paragraph(found, "Head").style.name == "Heading 2"
    assert paragraph(found, "Small").runs[0].bold  # the letterhead has no style for it
    assert paragraph(found, "quote").paragraph_format.left_indent
    assert paragraph(found, "a  b\n c").runs[0].font.name == "Consolas"
    assert len(found.element.body.xpath(".//w:pBdr")) == 1
    assert number_of(found, "x")[1:] == ("bullet", 1, 1)


def test_items_stand_close_and_the_list_has_room_below() -> None:
    found = made("- a\n- b\n\nend")
    assert paragraph(found, "a").paragraph_format.space_after.pt == 3
    assert paragraph(found, "b").paragraph_format.space_after is None  # as the letterhead's paragraphs have it


def test_the_file_says_its_subject_and_nobody_else(own: Path) -> None:
    core = made(BODY, own, subject="Invitation:\n José " + "x" * 300).core_properties
    assert core.title == ("Invitation: José " + "x" * 300)[:255]
    assert (core.author, core.last_modified_by, core.comments, core.created, core.modified) == ("", "", "", None, None)


def test_the_same_letter_gives_the_same_bytes_whatever_was_written_before_it() -> None:
    first = document(BODY, subject="x", letterhead=LETTERHEAD)
    document("Another [link](https://other.example)\n\n1. a\n", subject="y", letterhead=LETTERHEAD)
    assert document(BODY, subject="x", letterhead=LETTERHEAD) == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"other.example" not in package.read("word/_rels/document.xml.rels")


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=[])))
@example("\x00\x0c\ud800 &#12; [x](https://a.example/&#12;)")
@example("* " * 40 + "x")
@example("> " * 40 + "1. " * 30 + "x")
def test_any_text_makes_a_file_that_opens(text: str) -> None:
    made(text, subject=text)


# ---- the letterhead -------------------------------------------------------------------------------------


def test_the_shipped_letterhead_stays_around_the_letter() -> None:
    section = made(BODY).sections[0]
    head = [p.text for p in section.first_page_header.paragraphs]
    assert head == ["MTEP 2.0", "Mathematics Teacher Education Partnership"]
    assert section.header.paragraphs[0].text == "MTEP 2.0\tPage 2"
    assert (section.page_width.inches, section.page_height.inches) == (8.5, 11)


def test_the_shipped_letterhead_is_the_one_that_its_program_makes(tmp_path: Path) -> None:
    program = runpy.run_path(str(Path(__file__).parents[1] / "docs" / "letterhead.py"))
    program["write"](tmp_path / "new.docx")
    with zipfile.ZipFile(tmp_path / "new.docx") as new, zipfile.ZipFile(LETTERHEAD) as shipped:
        assert {name: new.read(name) for name in new.namelist()} == {
            name: shipped.read(name) for name in shipped.namelist()
        }


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A letterhead as some program makes it: no lists, no styles for links, no room between paragraphs."""
    made_here = opened(LETTERHEAD.read_bytes())
    styles = made_here.styles
    styles.element.remove(styles["Hyperlink"].element)
    styles["Normal"].paragraph_format.space_after = 0
    made_here.add_paragraph("Department of Mathematics")
    made_here.add_paragraph("")
    made_here.core_properties.author = made_here.core_properties.comments = "somebody"
    path = tmp_path / "own.docx"
    made_here.save(str(path))
    return path


def test_a_letter_begins_on_the_last_empty_line_below_what_the_letterhead_holds(own: Path) -> None:
    assert [p.text for p in made("Dear\n\nend", own).paragraphs] == ["Department of Mathematics", "Dear", "end"]


def test_a_letterhead_without_room_and_styles_still_makes_a_letter(own: Path) -> None:
    found = made("Dear\n\n[a](https://a.example)\n\n- b", own)
    assert paragraph(found, "Dear").paragraph_format.space_after.pt == 8
    (run,) = paragraph(found, "a").hyperlinks[0].runs
    assert run.underline
    assert str(run.font.color.rgb) == "0B57D0"


def test_lists_of_the_letterhead_and_of_the_letter_do_not_meet(tmp_path: Path) -> None:
    theirs = Document()
    theirs.add_paragraph("theirs", style="List Number")
    path = tmp_path / "lists.docx"
    theirs.save(str(path))
    found = made("1. ours", path)
    assert number_of(found, "ours")[1:] == ("decimal", 0, 1)
    kinds = found.part.numbering_part.element.xpath("./w:abstractNum/@w:abstractNumId")
    assert len(kinds) == len(set(kinds))
    order = [child.tag for child in found.part.numbering_part.element]
    assert order == sorted(order, key=[qn("w:abstractNum"), qn("w:num")].index)


def test_a_changed_letterhead_is_read_anew(own: Path) -> None:
    made("x", own)
    again = opened(own.read_bytes())
    again.paragraphs[0].text = "Department of Statistics"
    again.save(str(own))
    os.utime(own, (1, 1))
    assert made("x", own).paragraphs[0].text == "Department of Statistics"


def test_a_letter_that_fails_leaves_nothing_on_the_letterhead(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made("x", own)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(zipfile.ZipFile, "writestr", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        made("left behind\n\n1. a", own)
    assert [p.text for p in made("Dear", own).paragraphs] == ["Department of Mathematics", "Dear"]


def repacked(path: Path, target: Path, **changed: bytes | None) -> Path:
    """Write a letterhead with other parts: None takes one out."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = changed.get(Path(name).stem.replace("[", "").replace("]", ""), old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


DOCTYPE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
WRONG = {
    "missing.docx": None,
    "empty.docx": b"",
    "text.docx": b"Dear colleagues,\n" * 100,
    "old.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000),
    "cut.docx": LETTERHEAD.read_bytes()[:-3000],
    "head-only.docx": LETTERHEAD.read_bytes()[:3000],
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_word_file_is_refused_by_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if (content := WRONG[name]) is not None:
        path.write_bytes(content)
    with pytest.raises(LetterheadError, match=name):
        document(BODY, subject="x", letterhead=path)


def test_a_folder_is_no_letterhead(tmp_path: Path) -> None:
    with pytest.raises(LetterheadError, match="cannot be the letterhead"):
        document(BODY, subject="x", letterhead=tmp_path)


DAMAGES: dict[str, dict[str, bytes | None]] = {
    "no letter": {"document": None}, "an empty letter": {"document": b""},
    "half a letter": {"document": b"<w:document"},
    "another letter": {"document": b"<html/>"}, "other styles": {"styles": b"<x/>"}, "no styles": {"styles": None},
    "a swollen letter": {"document": bytes(60_000_000)}, "a swollen theme": {"theme1": bytes(11_000_000)},
    "no types": {"Content_Types": None}, "other types": {"Content_Types": b"<Types/>"}, "no beginning": {".rels": None},
    "no relations": {"document.xml": None}, "entities": {"document": DOCTYPE + b"<x>&a;</x>"},
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_or_swollen_letterhead_is_refused_or_mended(tmp_path: Path, damage: str) -> None:
    path = repacked(LETTERHEAD, tmp_path / "damaged.docx", **DAMAGES[damage])
    if damage == "no relations":
        assert made("Dear", path).paragraphs[-1].text == "Dear"
        return
    with pytest.raises(LetterheadError, match=r"damaged\.docx"):
        document(BODY, subject="x", letterhead=path)


def test_a_letterhead_reads_no_other_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(LETTERHEAD) as package:
        theme = package.read("word/theme/theme1.xml").split(b"?>", 1)[1].replace(b"Office Theme", b"&a;")
    path = repacked(LETTERHEAD, tmp_path / "entity.docx", theme1=DOCTYPE + theme)
    with pytest.raises(LetterheadError, match="document type"):
        document(BODY, subject="x", letterhead=path)


def test_a_letterhead_that_is_too_large_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "large.docx"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    with pytest.raises(LetterheadError, match="larger"):
        document(BODY, subject="x", letterhead=path)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_no_damage_to_a_letterhead_raises_anything_else(tmp_path: Path, place: int, noise: bytes) -> None:
    whole = bytearray(LETTERHEAD.read_bytes())
    whole[place : place + len(noise)] = noise
    path = tmp_path / "noise.docx"
    path.write_bytes(whole)
    os.utime(path, ns=(0, hash((place, noise)) & 0xFFFF_FFFF_FFFF))
    with contextlib.suppress(LetterheadError):
        document("x", subject="x", letterhead=path)


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert can_make_documents()
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(ExtraMissingError, match="Word files need the extra docx") as refused:
        document(BODY, subject="x", letterhead=LETTERHEAD)
    assert "pip install 'mtep-outreach[docx]'" in refused.value.hint


def test_above_the_signature_there_is_room_to_sign_and_it_stays_with_it() -> None:
    found = made("Dear Ann,\n\nGood bye.\n\nSincerely,\n\nMaria\n")
    closing = paragraph(found, "Sincerely,").paragraph_format
    assert closing.keep_with_next
    assert closing.space_after.pt > 30
    assert not paragraph(found, "Dear Ann,").paragraph_format.keep_with_next
