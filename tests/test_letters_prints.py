"""PDF files: one letter, one page, every letter of every name in it, and nothing in it is more than text."""

import contextlib
import re
import shutil
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mtep_outreach.errors import ExtraMissingError, NotPrintableError
from mtep_outreach.letters.markdown import escape
from mtep_outreach.letters.prints import Printer

NAMES = "José, Nguyễn, Ḥasan, Ağa, Đặng"
PARAGRAPH = "We are widening this network and are turning to organizations whose goals are close to ours. " * 4 + "\n\n"
needs_pdftotext = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="pdftotext, which reads PDF files, is not installed"
)


@pytest.fixture(scope="module")
def printer() -> Printer:
    return Printer()


def pages(content: bytes) -> int:
    return len(re.findall(rb"/Type */Page\b", content))


def text(content: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def words(content: bytes) -> str:
    return " ".join(text(content).split())


def has_chinese_font() -> bool:
    found = shutil.which("fc-list") and subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=True).stdout
    return bool(found)


@needs_pdftotext
def test_names_are_printed_with_the_fonts_that_come_along(printer: Printer) -> None:
    content = printer.pdf([("x", f"Dear {NAMES},\n\n**{NAMES}** *{NAMES}* ***{NAMES}***")])
    assert words(content) == f"Dear {NAMES}, " + " ".join([NAMES] * 3)
    assert set(re.findall(rb"/FontName */[A-Z]{6}\+(\w+)", content)) == {b"NotoSerif"}
    assert printer._typesetter._with_all_fonts is None


@needs_pdftotext
@pytest.mark.skipif(not has_chinese_font(), reason="no font for Chinese is installed")
def test_other_names_are_printed_with_the_fonts_of_the_system(printer: Printer) -> None:
    assert words(printer.pdf([("x", f"Dear 北京 {NAMES},")])) == f"Dear 北京 {NAMES},"


def test_a_character_that_no_font_has_is_named_and_not_left_out(printer: Printer) -> None:
    with pytest.raises(NotPrintableError) as refused:
        printer.pdf([("Invitation", 'Dear \U0001fbfe "José" \U0001fbff\U0001fbff,')])
    assert refused.value.message == (
        "The letter of 'Invitation' cannot be printed: no font on this computer has "
        "'\U0001fbfe' (U+1FBFE) or '\U0001fbff' (U+1FBFF)."
    )
    assert "Install a font" in refused.value.hint
    with pytest.raises(NotPrintableError, match="The letters cannot"):
        printer.pdf([("a", "\U0001fbfe"), ("b", "b")])


def test_a_letter_is_one_page_and_set_smaller_when_it_needs_a_little_more(printer: Printer) -> None:
    counts = {length: printer.pdf([("x", PARAGRAPH * length)]) for length in (1, 6, 8, 10, 40)}
    assert {length: pages(content) for length, content in counts.items()} == {1: 1, 6: 1, 8: 1, 10: 1, 40: 5}


@needs_pdftotext
def test_only_the_later_pages_of_a_long_letter_have_numbers(printer: Printer) -> None:
    content = printer.pdf([("x", PARAGRAPH * 20), ("y", "short"), ("z", PARAGRAPH * 20)])
    ends = [page.split()[-1] for page in text(content).split("\f") if page.split()]
    assert [end if end.isdecimal() else "" for end in ends] == ["", "2", "3", "", "", "2", "3"]


def test_each_letter_begins_on_a_page_of_its_own(printer: Printer) -> None:
    assert pages(printer.pdf([("x", "one"), ("x", ""), ("y", "three")])) == 3


@needs_pdftotext
def test_all_parts_of_a_letter_are_printed(printer: Printer) -> None:
    body = (
        "### Head\n\nfirst  \nsecond\nsoft\n\n3. one\n4. two\n\n- hey\n\n- you\n\n> quote\n\n    code\n    more\n\n"
        "---\n\n"
        "**bold** *italic* `code`\n\n-\n- - deep"
    )
    content = printer.pdf([("x", body)])
    assert "first\nsecond soft\n" in text(content)
    assert words(content) == (
        "Head first second soft 3. one 4. two • hey • you quote code more bold italic code • • – deep"
    )


def test_links_can_be_clicked(printer: Printer) -> None:
    body = (
        "[a](https://a.example/?x=1&y=2) <m@a.example> [b](javascript:x) [long](https://a.example/" + "x" * 9000 + ")"
    )
    assert re.findall(rb"/URI *\((.*?)\)", printer.pdf([("x", body)])) == [
        b"https://a.example/?x=1&y=2",
        b"mailto:m@a.example",
    ]


HOSTILE = [
    '#read("/etc/passwd")', "#panic()", "$x^2$", "@x", "<l>", "*b*", "_i_", "// c", "/* c */", "a~b", "`raw`", "\\",
    "\\u{41}", "= h", "- l", "+ l", "/ t: d", "--- --", '"q"', "'q'", "#let x = 1", "https://a.example", "]#[", "{",
    "}", "...", "fi ffl",
]  # fmt: skip


@needs_pdftotext
def test_nothing_in_a_letter_is_understood_as_the_printers_language(printer: Printer) -> None:
    content = printer.pdf(
        [(f"#panic() {HOSTILE[0]} $", "\n\n".join(f"{escape(one)} end" for one in HOSTILE))], author="#a"
    )
    assert words(content) == " ".join(f"{' '.join(one.split())} end" for one in HOSTILE)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(HOSTILE) | st.text(st.characters(codec="latin-1")), max_size=5).map("\n\n".join))
@example("> " * 40 + "x")
@example("- " * 40 + "x")
@example("*" * 300 + "x" + "*" * 300)
def test_any_letter_is_printed_or_its_characters_are_named(body: str) -> None:
    with contextlib.suppress(NotPrintableError):
        assert PRINTERS[0].pdf([(body, body)]).startswith(b"%PDF-")


PRINTERS = [Printer()]


def test_the_same_letters_give_the_same_bytes(printer: Printer) -> None:
    letters = [("x", PARAGRAPH * 8), ("y", NAMES)]
    first = printer.pdf(letters)
    printer.pdf([("z", "another")])
    assert printer.pdf(letters) == first == Printer().pdf(letters)
    assert not re.search(rb"CreationDate|ModDate|CreateDate|ModifyDate", first)


def test_the_file_has_a_title_a_language_and_a_form_that_can_be_read_aloud(printer: Printer) -> None:
    content = printer.pdf([("Invitation\nto all", "Dear José,")], author="MTEP 2.0")
    assert b"Invitation to all" in content
    assert b"MTEP 2.0" in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert b"/Lang(en-US)" in content
    assert b"Letters" in printer.pdf([("a", "a"), ("b", "b")])
    assert b"Letters" in printer.pdf([("", "a")])


def test_a_mistake_of_the_layout_is_not_blamed_on_a_font(printer: Printer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtep_outreach.letters.prints._LAYOUT", "#panic()")
    with pytest.raises(printer._typesetter._typst.TypstError, match="panicked"):
        printer.pdf([("x", "a")])


def test_letters_are_on_us_letter_paper(printer: Printer) -> None:
    assert re.search(rb"/MediaBox *\[0 0 612 792\]", printer.pdf([("x", "a")]))


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(ExtraMissingError, match="PDF files need the extra pdf") as refused:
        Printer()
    assert "pip install 'mtep-outreach[pdf]'" in refused.value.hint
