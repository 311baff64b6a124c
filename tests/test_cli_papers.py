"""The report as a paper for a board: the same figures in both kinds of file, charts said in words, and no address."""

import io
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from mtep_outreach.dashboard.documents import document
from mtep_outreach.dashboard.paper import paper
from mtep_outreach.dashboard.prints import Charts
from mtep_outreach.errors import ExtraMissingError, NotPrintableError
from mtep_outreach.outreach import reports
from mtep_outreach.store.reading import Reader

from .conftest import Program
from .spring import DAY

needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
HOSTILE = '#panic() *Acme* [b] $x$ \\ "<script>alert(1)</script>" {{ 7 * 7 }} `x` @ref <label> // \x1b[31m\u202e'
ALONE = re.compile(r"(?<![\d,.])\d[\d,]*(?![\d,]|\.\d)")


def in_pdf(file: Path) -> str:
    """Return the words of a PDF file in the order they are read."""
    done = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, check=True, timeout=60)
    return " ".join(done.stdout.decode().split())


def in_word(file: Path | io.BytesIO) -> str:
    """Return the words of a Word file: its paragraphs, its tables, and what its pictures are said to show."""
    opened = Document(str(file) if isinstance(file, Path) else file)
    return " ".join(
        text or ""
        for part in opened.element.body.iter()
        for text in ([part.text] if part.tag.endswith("}t") else [part.get("descr")] if "docPr" in part.tag else [])
    )


def write(program: Program, *names: str, today: str = DAY) -> list[Path]:
    for name in names:
        assert program("export", name, "--yes", today=today).out == f"Wrote the report to {name}.\n"
    return [Path(name) for name in names]


@needs_pdftotext
def test_both_papers_have_the_figures_of_the_report(spring: Program) -> None:
    pdf, word = write(spring, "report.pdf", "report.docx")
    found = spring("report", "--all", "--format", "json", today=DAY).json
    said = [
        f"{found['identified']} of {found['goal']} potential partners are identified",
        *(f"{stage} {count:,}" for stage, count in found["stages"].items()),
        f"{len(found['states']['covered'])} of 56 covered; {len(found['states']['missing'])} of 56 missing.",
        f"{found['pace']['per_week']:,} partners a week",
        f"{sum(bool(role['covering']) for role in found['coverage']['roles'])} of 7 roles of Standard P.1",
        "2024-05-24: 6 invited, 3 attended",
        "3 accepted",
        "2 commitments: 1 planned and 1 under way.",
        "120 of 300 teachers (40%)",
        "20 schools (nothing yet)",
        "teachers educator development 300 120 40% 1",
    ]
    for text in (in_pdf(pdf), in_word(word).replace("  ", " ")):
        squeezed = " ".join(text.split())
        assert [one for one in said if one not in squeezed] == []


@needs_pdftotext
def test_both_papers_say_the_same_numbers(spring: Program) -> None:
    pdf, word = write(spring, "report.pdf", "report.docx")
    without_pages = re.sub(r"MTEP 2\.0: Outreach report, [^·]*· \d of \d", "", in_pdf(pdf))
    drawn_only = {"5", "10", "15", "20"}  # in a Word file, those at the axis are part of the picture
    assert set(ALONE.findall(in_word(word))) | drawn_only >= set(ALONE.findall(without_pages))


def test_every_picture_is_said_in_words(spring: Program) -> None:
    (word,) = write(spring, "report.docx")
    pictures = Document(str(word)).inline_shapes
    said = [shape._inline.docPr.get("descr") for shape in pictures]
    assert len(said) > 12
    assert all(said)
    (of_states,) = (one for one in said if one.startswith("Partners in each state"))
    assert "Alabama 2" in of_states
    assert "Puerto Rico 1" in of_states


def test_the_pdf_can_be_read_aloud_and_is_on_letter_paper(spring: Program) -> None:
    (pdf,) = write(spring, "board.pdf")
    content = pdf.read_bytes()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert b"MTEP 2.0: Outreach report, Wednesday, June 5, 2024" in content
    assert re.search(rb"/MediaBox *\[0 0 612 792\]", content)
    assert content.count(b"/S/Figure") + content.count(b"/S /Figure") >= 4


def test_the_same_report_gives_the_same_pdf(spring: Program) -> None:
    first, second = write(spring, "one.pdf", "two.pdf")
    assert first.read_bytes() == second.read_bytes()


@needs_pdftotext
def test_a_paper_looks_back_at_a_past_day(spring: Program) -> None:
    assert spring("export", "then.pdf", "--as-of", "2024-04-25", today=DAY).code == 0
    text = in_pdf(Path("then.pdf"))
    assert "Thursday, April 25, 2024" in text
    assert "10 of 20 potential partners are identified" in text
    assert "Who promised what" not in text
    refused = spring("export", "list.csv", "--as-of", "2024-04-25", code=2)
    assert "--as-of says nothing without a file called report" in refused.err


def test_a_paper_that_is_there_is_replaced_only_when_that_is_said(spring: Program) -> None:
    write(spring, "report.pdf")
    refused = spring("export", "report.pdf", code=1)
    assert "--yes" in refused.err


def test_a_file_called_report_is_the_report_in_each_form(spring: Program) -> None:
    write(spring, "report.csv", "report.md")
    assert Path("report.csv").read_text("utf-8").startswith("section,item,count\n")
    shown = spring("report", "--all", "--format", "markdown", today=DAY).out
    assert Path("report.md").read_text("utf-8") == shown
    assert "report.xlsx: its ending says no format" in spring("export", "report.xlsx", code=2).err


@pytest.mark.parametrize("command", ["export", "dashboard"])
def test_a_folder_that_is_not_there_is_not_made(spring: Program, command: str) -> None:
    name = "bord/report.pdf" if command == "export" else "bord/board.html"
    assert "there is no folder" in spring(command, name, code=1).err
    assert not Path("bord").exists()


# ---- what people type ---------------------------------------------------------------------------------------


@needs_pdftotext
def test_what_stands_in_the_data_is_text_and_no_address_is_passed_on(spring: Program) -> None:
    spring("edit", "1", "--name", f"{HOSTILE} Society")
    spring("add-commitment", "2", f"Write to dean@example.edu about {HOSTILE}", "--yes", today=DAY)
    spring("settings", f"network={HOSTILE} jo@example.org", today=DAY)
    pdf, word = write(spring, "report.pdf", "report.docx")
    for text in (in_pdf(pdf), in_word(word)):
        assert "@example" not in text
        assert "(mail address)" in text
        for said in ("#panic() *Acme* [b] $x$ \\", "<script>alert(1)</script>", "{{ 7 * 7 }} `x` @ref <label> //"):
            assert said in " ".join(text.split())
        assert "\x1b" not in text


def test_a_character_without_a_font_is_named_and_the_word_file_has_it(spring: Program) -> None:
    spring("edit", "1", "--name", "Society of \U0001fbfe")
    spring("add-commitment", "1", "A promise.", "--yes", today=DAY)
    refused = spring("export", "report.pdf", code=1, today=DAY)
    assert "The report cannot be printed: no font on this computer has '\U0001fbfe' (U+1FBFE)." in refused.err
    assert not Path("report.pdf").exists()
    (word,) = write(spring, "report.docx")
    assert "Society of \U0001fbfe" in in_word(word)


# ---- few and many ---------------------------------------------------------------------------------------------


def test_a_network_without_partners_has_a_paper_too(mtep: Program) -> None:
    mtep("add-partner", "A Society")
    mtep("remove", "A Society")
    for name in ("report.pdf", "report.docx"):
        mtep("export", name)
        assert Path(name).stat().st_size > 5_000


def test_of_very_many_commitments_the_first_are_listed_and_the_others_counted(spring: Program) -> None:
    for number in range(43):
        day = f"2024-04-{1 + number % 30:02}" if number < 30 else f"2024-05-{number - 29:02}"
        spring(
            "add-commitment", "1", "Reach 10 schools.", "--target", "10", "--unit", "schools", "--on", day, today=DAY
        )
    (word,) = write(spring, "report.docx")
    text = in_word(word)
    assert text.count("Reach 10 schools.") == 38
    assert "And 5 more commitments" in text


def test_only_what_is_reached_is_green(spring: Program) -> None:
    spring("add-commitment", "1", "Reach 10 schools.", "--target", "10", "--unit", "schools", today=DAY)
    spring("progress", "3", "10", today=DAY)
    with Reader(spring.database) as reader:
        found = reports.report(reader, today=date.fromisoformat(DAY), goal=10, sections=reports.ALL)
    bars = {row["said"]: row["look"] for part in paper(found, "N") if part["kind"] == "bars" for row in part["rows"]}
    looks = {said: bars[said] for said in bars if " of " in said}
    assert looks == {
        "11 of 10 (110%)": "green",
        "120 of 100,000 (<1%)": "blue",
        "120 of 300 teachers (40%)": "blue",
        "10 of 10 schools (100%)": "green",
    }


def test_long_lists_of_names_end_with_how_many_more(spring: Program) -> None:
    for number in range(7):
        spring("add-partner", f"Faculty {'ABCDEFG'[number] * 3}", "--council-role", "other-faculty", "--new")
    (word,) = write(spring, "report.docx")
    assert "Faculty AAA; Faculty BBB; Faculty CCC; Faculty DDD; and 3 more" in in_word(word)


# ---- without what makes them ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("library", "said"), [("typst", "Papers with charts need the extra pdf"),
                                               ("docx", "Word files need the extra docx")])  # fmt: skip
def test_without_a_library_its_extra_is_named(
    spring: Program, library: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    assert said in spring("export", "report.docx", code=1, today=DAY).err


def test_a_mistake_of_the_layout_is_not_blamed_on_a_font(spring: Program) -> None:
    with Reader(spring.database) as reader:
        found = reports.report(reader, today=date.fromisoformat(DAY), goal=20, sections=reports.ALL)
    parts: list[dict[str, Any]] = paper(found, "N")
    charts = Charts()
    charts._layout = "#panic()"
    with pytest.raises(Exception, match="panicked") as refused:
        charts.pdf(parts, "N")
    assert not isinstance(refused.value, (NotPrintableError, ExtraMissingError))
    assert in_word(io.BytesIO(document(parts, "N", Charts(), date.fromisoformat(DAY)))).startswith("N Outreach")
