"""The list for everybody: only what is marked public, without people and addresses, as a table and as a page."""

import csv
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from .conftest import Program

COLUMNS = [
    "partner", "acronym", "city", "state", "sector", "joined", "joined_on", "commitment", "goal", "promised", "by",
    "where", "who", "reached", "reported_on", "completed",
]  # fmt: skip
PRIVATE = (
    "Ann Adams", "adams@example.org", "José", "nunez@example.org", "Maria Rivera", "Bo Chen", "555-0100",
    "every school", "For us only", "A secret", "withdrawn promise", "ask@example.org", "Lee County",
)  # fmt: skip


@pytest.fixture
def published(network: Program) -> Program:
    """AMTE and the Alabama council are public, Lee County is not; AMTE has three commitments, one is public."""
    network("edit", "AMTE", "--note", "For us only", "--public")
    network("edit", "Alabama", "--public")
    network("join", "AMTE", "--on", "2024-04-02")
    network("add-commitment", "AMTE", "We help, say ask@example.org.", "--target", "300", "--unit", "students",
            "--money", "1.5M/year", "--by", "2025", "--goal", "funding", "--where", "10 states", "--who", "rural",
            "--public")  # fmt: skip
    network("progress", "1", "120", "--unit", "students")
    network("add-commitment", "AMTE", "A secret promise.")
    network("add-commitment", "AMTE", "A withdrawn promise.", "--public")
    network("withdraw-commitment", "3")
    network("add-commitment", "Lee County", "Lee County promises.", "--public")
    return network


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


class Seen(HTMLParser):
    """What stands on a page, and the elements that it is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside not in ("style", "script"):
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())


def seen(program: Program, name: str = "public.html", *options: str) -> Seen:
    program("export", name, "--yes", *options)
    return Seen((program.folder / name).read_text("utf-8"))


def test_the_table_has_a_row_for_each_public_partner_and_commitment(published: Program) -> None:
    assert "Wrote 2 organizations and 1 commitment to public.csv." in published("export", "public.csv").out
    first, second = read(published.folder / "public.csv")
    assert list(first) == COLUMNS
    assert [first[key] for key in ("partner", "joined", "joined_on")] == ["Alabama Mathematics Council", "no", ""]
    assert (first["city"], first["state"], first["commitment"], first["completed"]) == ("Auburn", "Alabama", "", "")
    assert second == {
        "partner": "Association of Mathematics Teacher Educators", "acronym": "AMTE", "city": "", "state": "",
        "sector": "professional", "joined": "yes", "joined_on": "2024-04-02",
        "commitment": "We help, say (mail address)", "goal": "funding",
        "promised": "300 students; $1,500,000 a year", "by": "2025-12-31", "where": "10 states", "who": "rural",
        "reached": "120 of 300 students (40%)", "reported_on": "2024-05-01", "completed": "no",
    }  # fmt: skip


def test_that_a_promise_is_late_or_silent_is_not_published(published: Program) -> None:
    for name in ("public.csv", "public.html"):
        published("export", name, today="2026-06-01")
        text = (published.folder / name).read_text("utf-8").partition("</script>")[2 if name.endswith("html") else 0]
        assert "120 of 300 students" in text
        assert [word for word in ("missed", "stalled", "unreported") if word in text] == []
    published("progress", "1", "--done")
    published("export", "public.html", "--yes")
    assert ">completed<" in (published.folder / "public.html").read_text("utf-8")


def test_whose_commitments_are_held_back_is_said(published: Program) -> None:
    said = published("export", "public.csv").err
    assert "Left out, because the partner is not marked public: commitments of Lee County" in said
    published("edit", "Lee County", "--public")
    assert "Left out" not in published("export", "public.csv", "--yes").err


def test_the_page_says_who_promised_what_and_how_far_it_has_come(published: Program) -> None:
    found = seen(published)
    assert "MTEP 2.0 Wednesday, May 1, 2024" in found.words
    assert "2 organizations with 1 commitment" in found.words
    assert "1 has joined the network." in found.words
    assert "Educators AMTE professional joined April 2, 2024 We help, say (mail address)" in found.words
    promised = "120 of 300 students 40% $1,500,000 a year Funding by 2025 10 states rural last report May 1, 2024"
    assert promised in found.words
    widths = [of["width"] for tag, of in found.elements if tag == "rect" and of["class"] == "fill"]
    assert widths == ["40%", "0%"]


@pytest.mark.parametrize("name", ["public.csv", "public.html"])
def test_nothing_that_is_not_marked_is_in_it(published: Program, name: str) -> None:
    published("add-contact", "AMTE", "Zoë Roe <roe@example.org>", "--phone", "555-0100")
    published("export", name)
    content = (published.folder / name).read_text("utf-8")
    assert [private for private in PRIVATE if private in content] == []
    assert re.findall(r"[\w.]+@[\w.]+", content) in ([], ["2xl@media"])
    published("edit", "AMTE", "--private")
    published("export", name, "--yes")
    assert "Teacher Educators" not in (published.folder / name).read_text("utf-8")


def test_the_page_needs_nothing_else_and_lets_nothing_else_run(published: Program) -> None:
    found = seen(published)
    (policy,) = (of["content"] or "" for tag, of in found.elements if of.get("http-equiv"))
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not [of for _, of in found.elements if {"src", "style"} & of.keys() or any(key[:2] == "on" for key in of)]
    assert {of["href"] for _, of in found.elements if "href" in of} == {"#organizations"}


def test_names_and_statements_are_never_markup(published: Program) -> None:
    evil = "</li></script><img src=x onerror=alert(1)> & <b>"
    published("add-partner", evil, "--city", evil, "--acronym", "<i>", "--new")
    published("edit", "4", "--public")
    published("add-commitment", "4", evil, "--where", evil, "--who", evil, "--target", "1", "--unit", evil, "--public")
    found = seen(published)
    assert found.words.count(evil) == 6
    assert not [tag for tag, _ in found.elements if tag in ("img", "i")]


def test_a_spreadsheet_runs_nothing_of_the_table(published: Program) -> None:
    published("add-commitment", "AMTE", "=HYPERLINK(1)", "--public")
    published("export", "public.csv")
    assert read(published.folder / "public.csv")[2]["commitment"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("name", ["public.csv", "public.html"])
def test_where_nothing_is_marked_the_command_that_marks_is_told(network: Program, name: str) -> None:
    refused = network("export", name, code=1).err
    assert "No partner is marked" in refused
    assert "mtep edit PARTNER --public" in refused
    assert not (network.folder / name).exists()


@pytest.mark.parametrize(("name", "what"), [("PUBLIC.HTML", []), ("list.html", ["public"]), ("list.csv", ["public"])])
def test_the_name_or_an_option_asks_for_it(published: Program, name: str, what: list[str]) -> None:
    options = [word for kind in what for word in ("--what", kind)]
    assert "2 organizations" in published("export", name, *options).out


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("list.html", [], "Name the file public.html, or add --what public."),
        ("list.html", ["--what", "partners"], "records are not written as .html"),
        ("public.xlsx", [], "Use .csv or .html."),
        ("public.zip", [], "Use .csv or .html."),
        ("list.json", ["--what", "public"], "Use .csv or .html."),
    ],
)
def test_no_other_file_is_taken_for_it(published: Program, name: str, options: list[str], said: str) -> None:
    assert said in " ".join(published("export", name, *options, code=2).err.split())
    assert not (published.folder / name).exists()


def test_a_kind_that_is_said_counts_for_more_than_the_name(published: Program) -> None:
    published("export", "public.csv", "--what", "members")
    assert read(published.folder / "public.csv")[0]["name"] == "Maria Rivera"


@pytest.mark.parametrize("name", ["public.csv", "public.html"])
def test_a_file_that_is_there_is_replaced_only_with_a_yes(published: Program, name: str) -> None:
    (published.folder / name).write_text("mine", "utf-8")
    assert "--yes" in published("export", name, code=1).err
    assert (published.folder / name).read_text("utf-8") == "mine"


def test_lists_show_what_is_marked(published: Program) -> None:
    def listed(kind: str) -> list[Any]:
        return [row["id"] for row in published.list(kind, "--public")]

    assert (listed("partners"), listed("commitments")) == ([1, 2], [1, 3, 4])
    assert published.list("partners", "--public", "--state", "AL") == published.list("partners", "--search", "Auburn")
    assert "partners, commitments" in published("list", "members", "--public", code=2).err
    assert "None of the partners fits." in published("list", "--public", "--state", "GA").err
