"""The page for everybody in a real browser: whole without a script, searched with one, and nothing leaves it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from mtep_outreach.dashboard.public_page import public_page

from .test_dashboard_browser import CHROMIUM, DESKTOP, PHONE, SMALL, TAGS, Desk, Opened, browser, desk

__all__ = ["browser", "desk"]

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="MTEP_TEST_CHROMIUM names no browser")

EVIL = "<img src=x onerror=alert(1)>\"'`{{7*7}}</script></style>"


def organization(name: str, *statements: str, **more: str | None) -> dict[str, Any]:
    measures = [
        {"id": 1, "target": 300, "unit": "students", "per": None, "progress": 120},
        {"id": 2, "target": 1_500_000, "unit": "USD", "per": "year", "progress": 1_000_000.5},
        {"id": 3, "target": 10, "unit": more.get("unit", "schools"), "per": None, "progress": None},
    ]
    commitments = [
        {"statement": said, "goal": "funding", "by": "2025-12-31", "completed": done, "reported_on": "2024-03-01",
         "place": "10 states", "people": "rural", "measures": measures}
        for said, done in zip(statements, [False, True, False], strict=False)
    ]  # fmt: skip
    facts = {
        "acronym": None,
        "city": None,
        "state": None,
        "sector": None,
        "joined_on": None,
        "commitments": commitments,
    }
    return facts | {"name": name} | {key: value for key, value in more.items() if key in facts}


LIST = [
    organization("Alabama Mathematics Council", "We help schools.", city="Auburn", state="Alabama", sector="k12"),
    organization("Bay University", "We teach.", "We give.", "We meet.", acronym="BU", joined_on="2024-05-24"),
    organization("Cañada College", sector="higher-education", state="California"),
]


def opened(
    desk: Desk, found: list[dict[str, Any]], *size: tuple[int, int], dark: bool = False, script: bool = True
) -> Opened:
    return desk.open(public_page(found, "MTEP 2.0", date(2024, 6, 5)), *size, dark=dark, script=script)


def names(found: Opened) -> list[str]:
    return [" ".join(name.split()) for name in found.page.locator(".organization:visible h2").all_inner_texts()]


def test_everything_is_there_without_a_script_and_nothing_is_asked_for(desk: Desk) -> None:
    for script in (True, False):
        found = opened(desk, LIST, script=script)
        assert names(found) == ["Alabama Mathematics Council", "Bay University BU", "Cañada College"]
        assert "$1,000,000.50 of $1,500,000 a year" in found.text("main")
        assert found.page.locator("#search").is_visible() == script
        assert (found.said, len(found.asked)) == ([], 1)


def test_words_find_organizations_by_any_of_their_texts(desk: Desk) -> None:
    found = opened(desk, LIST)
    for typed, wanted, said in (
        ("canada", ["Cañada College"], "1 of 3 fit"),
        ("help AUBURN", ["Alabama Mathematics Council"], "1 of 3 fit"),
        ("nothing", [], "0 of 3 fit"),
        ("", ["Alabama Mathematics Council", "Bay University BU", "Cañada College"], ""),
    ):
        found.page.fill("#words", typed)
        assert (names(found), found.text("#found")) == (wanted, said)
        assert found.page.locator("#nobody").is_visible() == (not wanted)
    found.page.keyboard.press("Enter")
    assert (found.said, len(found.asked)) == ([], 1)


@pytest.mark.parametrize("size", [DESKTOP, PHONE, SMALL], ids=str)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_violation_and_nothing_is_wider_than_the_screen(
    desk: Desk, size: tuple[int, int], *, dark: bool
) -> None:
    long = organization("Donaudampfschifffahrtsgesellschaft" * 4, "W" * 300, unit="M" * 100, city="x" * 80)
    found = opened(desk, [*LIST, long], size, dark=dark)
    violations = Axe().run(found.page, options=TAGS).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in violations] == []
    assert found.page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_hostile_texts_are_shown_and_do_nothing(desk: Desk) -> None:
    hostile = [organization(f"{EVIL} {number}", EVIL, unit=EVIL, city=EVIL, acronym=EVIL) for number in range(100)]
    found = opened(desk, hostile)
    assert len(names(found)) == 100
    assert EVIL in found.text("main")
    found.page.fill("#words", EVIL)
    assert found.text("#found") == "100 of 100 fit"
    assert found.page.locator("img").count() == 0
    assert (found.said, len(found.asked)) == ([], 1)


def test_it_prints_on_letter_paper_without_the_search(desk: Desk, tmp_path: Path) -> None:
    found = opened(desk, LIST)
    found.page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    assert b"/MediaBox [0 0 612 792]" in (tmp_path / "page.pdf").read_bytes()
    found.page.emulate_media(media="print")
    assert not found.page.locator("#search").is_visible()
