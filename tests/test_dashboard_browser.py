"""The dashboard in a real browser: its figures, its keys, and nothing that leaves the file."""

import os
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

from mtep_outreach.dashboard.page import Subject, page

from .board_figures import figures, partners
from .test_dashboard_page import assert_figures

CHROMIUM = os.environ.get("MTEP_TEST_CHROMIUM", "")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="MTEP_TEST_CHROMIUM names no browser")

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
DESKTOP, PHONE, SMALL = (1280, 800), (390, 844), (320, 568)
TAGS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass
class Opened:
    """A page in the browser, with all that it said or asked for since it was opened."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def text(self, selector: str) -> str:
        return str(self.page.text_content(selector))

    def dismiss(self, dialog: Dialog) -> None:
        self.said.append(dialog.message)
        dialog.dismiss()

    def names(self) -> list[str]:
        """The partners that the table shows now."""
        return [name.strip() for name in self.page.locator("#list tbody tr:visible th").all_inner_texts()]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


class Desk:
    """Writes pages into a folder and opens them."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser = browser
        self._folder = folder

    def open(
        self, content: bytes, size: tuple[int, int] = DESKTOP, *, dark: bool = False, script: bool = True
    ) -> Opened:
        file = self._folder / "page.html"
        file.write_bytes(content)
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        found = Opened(context.new_page())
        found.page.on("console", lambda message: found.said.append(message.text))
        found.page.on("pageerror", lambda error: found.said.append(str(error)))
        found.page.on("dialog", found.dismiss)
        found.page.on("request", lambda request: found.asked.append(request.url))
        found.page.goto(file.as_uri())
        return found


@pytest.fixture
def desk(browser: Browser, tmp_path: Path) -> Iterator[Desk]:
    yield Desk(browser, tmp_path)
    for context in browser.contexts:
        context.close()


def made(count: int = 49, goal: int = 60, **subject: Any) -> bytes:
    rows = partners(count)
    return page(figures(rows, goal), rows, Subject(**{"network": "MTEP 2.0", **subject}))


# ---- what is seen -----------------------------------------------------------------------------------------


def test_the_browser_shows_every_figure_and_asks_for_nothing_else(desk: Desk) -> None:
    rows = partners(49)
    report = figures(rows, 60)
    found = desk.open(page(report, rows, Subject("MTEP 2.0")))
    assert_figures(found.page.content(), report)
    for picture in found.page.locator("svg").all():
        assert picture.bounding_box() is not None
    assert (found.said, len(found.asked)) == ([], 1)
    assert found.asked[0].startswith("file://")


def test_without_script_everything_is_there_to_read(desk: Desk) -> None:
    rows = partners(60)
    report = figures(rows)
    found = desk.open(page(report, rows, Subject("MTEP 2.0")), script=False)
    assert found.names() == [" ".join(filter(None, (row["name"], row["acronym"]))) for row in rows]
    assert not found.page.locator("#search").is_visible()
    assert not found.page.locator("#theme").is_visible()
    assert_figures(found.page.content(), report)


@pytest.mark.parametrize("size", [DESKTOP, PHONE, SMALL, (768, 1024)], ids=str)
def test_nothing_is_wider_than_the_screen(desk: Desk, size: tuple[int, int]) -> None:
    rows = partners(49)
    rows[0]["name"] = "Donaudampfschifffahrtsgesellschaft" * 4
    report = figures(rows, 60)
    report["commitments"]["list"][0]["statement"] = "W" * 300
    report["nominators"][0]["member"] = "M" * 120
    found = desk.open(page(report, rows, Subject("MTEP 2.0", private=True)), size)
    # What a picture hides of its curve, and what can be scrolled by itself, is no part of the width.
    parts = "[...document.querySelectorAll('body :not(svg *, nav *, .data *)')]"
    widest = f"Math.max(...{parts}.map(part => part.getBoundingClientRect().right))"
    assert found.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert found.page.evaluate(widest) <= size[0]


def test_light_and_dark_follow_the_system_and_the_switch(desk: Desk) -> None:
    def paper(opened: Opened) -> str:
        return str(opened.page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light, dark = desk.open(made()), desk.open(made(), dark=True)
    assert (paper(light), paper(dark)) == ("rgb(255, 255, 255)", "rgb(17, 22, 27)")
    for opened in (light, dark):
        opened.page.click("#theme")
    assert (paper(dark), paper(light)) == ("rgb(255, 255, 255)", "rgb(17, 22, 27)")
    assert (light.text("#theme"), dark.text("#theme")) == ("Light", "Dark")
    dark.page.emulate_media(media="print")
    assert paper(dark) == "rgb(255, 255, 255)"


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is missing")
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_it_prints_on_letter_paper_with_every_partner(desk: Desk, tmp_path: Path, *, script: bool) -> None:
    found = desk.open(made(80), dark=True, script=script)
    found.page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    printed = subprocess.run(["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, check=True)
    text = printed.stdout.decode()
    assert all(str(row["city"]) in text for row in partners(80))
    assert len(re.findall(r"2024-\d\d-\d\d\s*$", text, re.MULTILINE)) == 80
    for left_out in ("Search", "Figures, state by state"):
        assert left_out not in text
    assert b"/MediaBox [0 0 612 792]" in (tmp_path / "page.pdf").read_bytes()


# ---- who uses keys, a screen reader, or a finger ----------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "private", "size", "dark"),
    [
        (49, False, DESKTOP, False),
        (49, False, PHONE, True),
        (80, True, DESKTOP, True),
        (80, True, PHONE, False),
        (1, False, DESKTOP, False),
    ],
    ids=["desktop light", "phone dark", "private desktop dark", "private phone light", "one partner"],
)
def test_axe_finds_no_violation(desk: Desk, count: int, size: tuple[int, int], *, private: bool, dark: bool) -> None:
    found = desk.open(made(count, private=private), size, dark=dark)
    for summary in found.page.locator("summary").all():
        summary.click()
    violations = Axe().run(found.page, options=TAGS).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in violations] == []


def test_arrow_keys_lead_from_tile_to_tile_and_enter_shows_its_partners(desk: Desk) -> None:
    found = desk.open(made())
    first = found.page.locator(".map .mark").first
    first.focus()
    assert found.text("#tip").startswith("Alaska: ")
    for key, state in (("Right", "Maine"), ("Down", "New Hampshire"), ("Left", "Vermont"), ("Up", "Maine")):
        found.page.keyboard.press(f"Arrow{key}")
        assert found.text("#tip").startswith(f"{state}: ")
    found.page.keyboard.press("End")
    assert found.text("#tip").startswith("U.S. Virgin Islands: no partner yet")
    found.page.keyboard.press("Enter")
    assert len(found.names()) == 25
    found.page.keyboard.press("Home")
    found.page.keyboard.press("Escape")
    assert found.page.locator("#tip").is_hidden()
    assert found.page.locator(".map [tabindex='0']").count() == 1
    texas = found.page.locator(".map [data-state=TX]")
    texas.focus()
    found.page.keyboard.press("Enter")
    wanted = [row["name"] for row in partners(49) if row["state"] == "TX"]
    assert [re.sub(r" ORG\d+$", "", name) for name in found.names()] == wanted
    assert found.page.evaluate("document.activeElement.id") == "by-state"


def test_a_mark_says_what_it_is_to_the_pointer_and_to_a_screen_reader(desk: Desk) -> None:
    found = desk.open(made())
    week = found.page.locator(".growth .mark").nth(2)
    week.scroll_into_view_if_needed()
    week.hover()
    said = found.text("#tip")
    assert re.fullmatch(r"Week of Mar 18, 2024: \d+ identified, \d+ in all", said)
    assert week.get_attribute("aria-label") == said
    box, mark = found.page.locator("#tip").bounding_box(), week.bounding_box()
    assert box is not None
    assert mark is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    found.page.mouse.move(5, 5)
    assert found.page.locator("#tip").is_hidden()


def test_the_whole_page_can_be_used_with_the_tab_key(desk: Desk) -> None:
    found = desk.open(made())
    seen = set()
    for _ in range(120):
        found.page.keyboard.press("Tab")
        seen.add(
            found.page.evaluate("document.activeElement.id || document.activeElement.closest('svg')?.classList[0]")
        )
    assert {"theme", "growth", "map", "stack", "words", "by-stage", "by-state", "on"} <= seen


# ---- the table --------------------------------------------------------------------------------------------


def test_search_finds_words_in_any_order_and_without_accents(desk: Desk) -> None:
    rows = partners(60)
    rows[40]["name"] = "Fundación José Núñez de Matemáticas"
    found = desk.open(page(figures(rows), rows, Subject("MTEP 2.0")))
    found.page.fill("#words", "nunez FUNDACION")
    assert [name.partition(" ORG")[0] for name in found.names()] == ["Fundación José Núñez de Matemáticas"]
    assert found.text("#found") == "1 of 60 fit"
    found.page.fill("#words", "no such partner")
    assert (found.names(), found.text("#found")) == ([], "0 of 60 fit")
    found.page.fill("#words", "")
    found.page.select_option("#by-stage", "joined")
    assert len(found.names()) == sum(row["stage"] == "joined" for row in rows)
    assert found.said == []


def numbers_as_numbers(text: str) -> Any:
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", text.lower())]


def test_the_table_is_sorted_by_every_column_both_ways(desk: Desk) -> None:
    rows = partners(20)
    found = desk.open(page(figures(rows), rows, Subject("MTEP 2.0", private=True)))
    order: Any = ["identified", "invited", "accepted", "attended", "joined", "committed"]

    def cells(place: int) -> list[str]:
        return [text.strip() for text in found.page.locator(f"#list tbody tr > :nth-child({place})").all_inner_texts()]

    for place in range(1, 9):
        head = found.page.locator(f"#list thead th:nth-child({place})")
        for direction in ("ascending", "descending"):
            head.locator("button").click()
            assert head.get_attribute("aria-sort") == direction
            known = [text for text in cells(place) if text]
            key = order.index if place == 6 else numbers_as_numbers
            assert known == sorted(known, key=key, reverse=direction == "descending")
            assert not any(cells(place)[len(known) :])
    assert found.page.locator("[aria-sort]").count() == 1


def test_a_long_table_is_turned_page_by_page(desk: Desk) -> None:
    found = desk.open(made(60))
    assert (len(found.names()), found.text("#shown")) == (25, "1–25 of 60")
    first = found.names()
    for _ in range(2):
        found.page.click("#on")
    assert (len(found.names()), found.text("#shown")) == (10, "51–60 of 60")
    assert found.page.locator("#on").is_disabled()
    for _ in range(2):
        found.page.click("#back")
    assert found.names() == first


def test_in_the_page_of_ten_thousand_partners_each_can_be_found(desk: Desk) -> None:
    rows = partners(10_000)
    found = desk.open(made(10_000))
    assert found.text("#shown") == "1–25 of 10,000"
    found.page.fill("#words", rows[-1]["name"])
    assert rows[-1]["name"] in found.names()


# ---- who means harm ---------------------------------------------------------------------------------------


def names_that_mean_harm(count: int) -> list[str]:
    dice = random.Random(6)
    parts = (
        "<script>window.harm=1</script>", "<img src=x onerror=window.harm=1>", "<svg/onload=window.harm=1>", '">', "'>",
        "<iframe srcdoc='<script>parent.harm=1</script>'>", "</title>", "</style>", "</textarea>", "</tbody></table>",
        "<style>*{display:none}</style>", "<base href=https://harm.example/>", "<a href=javascript:window.harm=1>x</a>",
        "{{ 7*7 }}", "{% raw %}", "&lt;script&gt;", "\u2028", "\u202e", "`${window.harm=1}`", "<!--", "-->", "]]>",
        "<form action=https://harm.example><button>", "<meta http-equiv=refresh content=0;url=https://harm.example>",
        "<link rel=stylesheet href=https://harm.example/a.css>", "<object data=https://harm.example>", "\x00",
        "<math><mtext><table><mglyph><style><img src onerror=alert(1)>", " onfocus=window.harm=1 autofocus ", "\\",
    )  # fmt: skip
    return ["".join(dice.choices(parts, k=dice.randint(1, 5))) + str(number) for number in range(count)]


def test_five_hundred_hostile_names_inject_nothing(desk: Desk) -> None:
    rows = [{**row, "acronym": "A"} for row in partners(500)]
    harmful = [
        {**row, **dict.fromkeys(("name", "acronym", "city", "contact", "email", "phone"), name)}
        for row, name in zip(rows, names_that_mean_harm(500), strict=True)
    ]
    count = "[...document.querySelectorAll('*')].map(e => e.tagName + [...e.getAttributeNames()].sort())"
    subject = Subject("MTEP 2.0", private=True)
    benign = desk.open(page(figures(rows), rows, subject)).page.evaluate(count)
    found = desk.open(page(figures(harmful), harmful, Subject(harmful[1]["name"], private=True)))
    found.page.fill("#words", "script")
    found.page.fill("#words", "")
    for mark in found.page.locator(".map .mark").all()[:5]:
        mark.hover()
    found.page.locator("#list thead button").first.click()
    assert sorted(found.page.evaluate(count)) != []
    assert len(found.page.evaluate(count)) == len(benign)
    assert found.page.evaluate("window.harm") is None
    assert found.said == []
    assert len(found.asked) == 1
    assert found.page.evaluate("getComputedStyle(document.body).display") == "block"
