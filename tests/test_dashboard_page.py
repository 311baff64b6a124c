"""The dashboard as a file: its figures, what it keeps to itself, and what data cannot do to it."""

import json
import os
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from mtep_outreach.dashboard import words
from mtep_outreach.dashboard.growth import growth
from mtep_outreach.dashboard.page import Subject, page
from mtep_outreach.dashboard.tiles import DEPTHS, shades, tiles
from mtep_outreach.places import CODES, COUNTED

from .board_figures import AS_OF, figures, partners
from .conftest import Program

SECTIONS = ("goal", "stages", "growth", "states", "kinds", "council", "sessions", "conversion", "commitments", "next",
            "nominators", "partners")  # fmt: skip
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)> {{ 7 * 7 }} </title></style> ' onmouseover=x"


def numbers(value: Any, place: str = "") -> Iterator[tuple[str, float]]:
    """Every number of the report's JSON with its place, as the page names it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from numbers(inner, f"{place}.{index}")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield place, value


def shown(html: str) -> dict[str, float]:
    """Every figure that the page marks with its place in the JSON, as it is read there."""
    found: dict[str, float] = {}
    for node in LexborHTMLParser(html).css("[data-figure]"):
        said = node.text().replace(",", "")
        value = float(node.attributes.get("data-value") or said)
        assert f"{value:g}" in said or f"{value:.0f}" in said or str(value) in said
        place = str(node.attributes["data-figure"])
        assert found.setdefault(place, value) == value
    return found


UNSAID = re.compile(
    r"\.id$|partner_id$|^remaining$|^pace\.precedent|totals\.\d+\.commitments$|sessions\.\d+\.attended$"
)
"""Numbers that are no figures, and figures that are left out where they say nothing."""


def assert_figures(html: str, report: dict[str, Any]) -> None:
    """What the page shows is what the report says, and nothing but zeros is left out."""
    there, said = shown(html), dict(numbers(report))
    assert {place: said[place] for place in there} == there
    assert {place for place, value in said.items() if value and not UNSAID.search(place)} <= set(there)


def made(count: int = 49, goal: int = 60, **subject: Any) -> str:
    rows = partners(count)
    return page(figures(rows, goal), rows, Subject(**{"network": "MTEP 2.0", **subject})).decode()


# ---- figures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "goal"), [(49, 60), (49, 30), (1, 30), (400, 1000)])
def test_every_figure_of_the_report_stands_on_the_page(count: int, goal: int) -> None:
    rows = partners(count)
    report = figures(rows, goal)
    assert_figures(page(report, rows, Subject("MTEP 2.0")).decode(), report)


def test_every_section_is_there_and_every_partner_is_in_the_table() -> None:
    tree = LexborHTMLParser(made())
    assert tuple(node.attributes["id"] for node in tree.css("section")) == SECTIONS
    assert [node.text(deep=False).strip() for node in tree.css("#list tbody th")] == [
        row["name"] for row in partners(49)
    ]


def test_the_day_of_the_goal_is_said_with_its_interval() -> None:
    html = made(goal=60)
    for text in ("September 2, 2024", "Jul 29, 2024", "Dec 9, 2024"):
        assert text in html
    assert "Goal met" in made(goal=49)
    assert "passed by 19" in made(goal=30)


def test_of_few_no_shares_are_said() -> None:
    assert [words.share(3, 9), words.share(3, 10)] == ["", "30%"]
    tree = LexborHTMLParser(made())
    first, second = tree.css("#conversion table")[0].css("tbody tr")
    assert [len(first.css("small")), len(second.css("small"))] == [3, 0]


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(1, 1000, "<1%"), (999, 1000, ">99%"), (0, 5, "0%"), (5, 5, "100%"), (9, 5, "180%"), (1, 0, "–")],
)
def test_a_share_is_never_rounded_to_nothing_or_to_all(part: int, whole: int, said: str) -> None:
    assert words.percent(part, whole) == said


def test_a_board_reads_suggestions_without_the_commands_that_follow_them() -> None:
    html = made()
    assert "2 are not invited: A, B.</li>" in html
    assert "<li>No partner yet of the scope local.</li>" in html


def test_a_commitment_without_a_report_is_not_called_none_reached() -> None:
    assert "nothing reported yet" in made()


# ---- pictures ---------------------------------------------------------------------------------------------


def test_money_is_said_in_dollars_and_cents() -> None:
    assert "$1,000,000.50</span> of" in made()
    assert "$1,000,000.5<" not in made()


def test_every_state_and_territory_has_a_place_of_its_own() -> None:
    reached = tiles([{"state": code, "partners": 1, "by_stage": {}} for code in CODES])
    assert {tile.code for tile in reached} == set(CODES)
    assert len({(tile.column, tile.row) for tile in reached}) == len(CODES)
    assert {tile.code for tile in tiles([])} == set(COUNTED)
    by_code = {tile.code: tile for tile in reached}
    assert by_code["WA"].column < by_code["NY"].column
    assert by_code["ME"].row < by_code["FL"].row


@given(st.lists(st.integers(1, 20_000), min_size=1, max_size=59))
def test_every_count_has_one_shade_and_more_is_never_paler(counts: list[int]) -> None:
    states: list[dict[str, Any]] = [
        {"state": code, "partners": count, "by_stage": {}} for code, count in zip(CODES, sorted(counts), strict=False)
    ]
    meaning = shades(states)
    assert [shade.least for shade in meaning[1:]] == [shade.most + 1 for shade in meaning[:-1]]
    assert (meaning[0].least, meaning[-1].most) == (min(counts), max(counts))
    depths = {tile.code: tile.depth for tile in tiles(states)}
    drawn = [depths[row["state"]] for row in states]
    assert drawn == sorted(drawn)
    assert 1 <= drawn[0] <= drawn[-1] <= DEPTHS


@given(
    added=st.lists(st.integers(0, 60), min_size=1, max_size=150),
    goal=st.integers(1, 100_000),
    ahead=st.none() | st.tuples(*[st.integers(0, 4_000)] * 3),
    days=st.integers(0, 6),
)
def test_the_curve_stays_in_its_picture_and_the_past_is_not_squeezed(
    added: list[int], goal: int, ahead: tuple[int, int, int] | None, days: int
) -> None:
    first = date(2024, 3, 4)
    weeks = [
        {"week": (first + timedelta(days=7 * place)).isoformat(), "identified": count, "total": sum(added[: place + 1])}
        for place, count in enumerate(added)
    ]
    as_of = first + timedelta(days=7 * (len(added) - 1) + days)
    keys = ("earliest", "day", "latest")
    projection = ahead and {
        key: (as_of + timedelta(days=number)).isoformat() for key, number in zip(keys, sorted(ahead), strict=True)
    }
    drawn = growth({"weeks": weeks, "projection": projection}, goal, as_of)
    assert drawn is not None
    points = drawn.line
    assert all(0 <= x <= 100 and 0 <= y <= 100 for x, y in points)
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert [y for _, y in points] == sorted((y for _, y in points), reverse=True)
    assert points[-1][0] >= 12
    assert 0 <= drawn.goal <= 100
    assert drawn.met is None or 0 <= drawn.met <= 100
    assert 2 <= len(drawn.counts) <= 6
    for ticks in (drawn.days, drawn.counts[::-1]):
        assert [tick.at for tick in ticks] == sorted(tick.at for tick in ticks)
        assert len(ticks) <= 8
        assert len({tick.text for tick in ticks}) == len(ticks)


def test_a_latest_day_far_away_is_said_to_lie_beyond_the_picture() -> None:
    rows = partners(40)
    report = figures(rows, 60)
    assert "lies beyond the picture" in page(report, rows, Subject("N")).decode()
    report["pace"]["projection"]["latest"] = "2024-09-20"
    assert "lies beyond the picture" not in page(report, rows, Subject("N")).decode()
    drawn = growth(report["pace"], 60, AS_OF)
    assert drawn is not None
    assert drawn.met is not None
    report["pace"]["projection"] |= {"day": "2090-01-01", "latest": "9999-12-31"}
    far = growth(report["pace"], 60, AS_OF)
    assert far is not None
    assert (far.met, far.beyond) == (None, True)


# ---- what stays out ---------------------------------------------------------------------------------------


def test_nobody_can_be_reached_through_a_page_that_is_not_private() -> None:
    rows = partners(60)
    report = figures(rows)
    report["next"].append({"what": "review", "count": 2, "partners": ["Jo Somebody", rows[3]["name"]]})
    report["commitments"]["list"][0]["statement"] += " Ask ann@example.edu, (205) 555-0101 or +49 341 555 0102."
    html = page(report, rows, Subject("MTEP 2.0")).decode()
    for text in ("Maria Rivera", "Secret", "+1 334", "@", "36830", "Not for the board", "Jo Somebody"):
        assert text not in html.partition("</script>")[2], text
    assert html.count("(mail address)") == 2
    assert "Ask (mail address), (phone number) or (phone number)." in html
    assert "555-01" not in html
    assert rows[3]["name"] in html


def test_a_private_page_has_contacts_and_says_so() -> None:
    html = made(private=True)
    assert "Maria Rivera 7\nrivera7@example.edu\n+1 334 555 0006" in html
    assert "pass it on to nobody else" in html
    assert "chi@sample.example" in html


# ---- what data cannot do ----------------------------------------------------------------------------------


class _Skeleton(HTMLParser):
    """The elements of a page with the names of their attributes: what a browser would build."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *(name for name, _ in attrs)))


def skeleton(html: str) -> list[tuple[str, ...]]:
    reader = _Skeleton()
    reader.feed(html)
    return reader.found


def hostile(value: Any, key: str = "") -> Any:
    """The same report with every text in it that a person typed turned against the page."""
    if isinstance(value, dict):
        return {inner: hostile(one, inner) for inner, one in value.items()}
    if isinstance(value, list):
        return [hostile(one, key) for one in value]
    typed = ("partner", "partners", "covering", "under_way", "waiting", "statement", "unit", "place", "people",
             "suggestions", "member", "why_not", "name")  # fmt: skip
    return f"{value} {HOSTILE}" if isinstance(value, str) and key in typed else value


def test_what_people_type_never_becomes_part_of_the_page() -> None:
    rows = partners(60)
    report = figures(rows)
    dangerous = [{**row, **dict.fromkeys(("name", "city", "contact", "email"), HOSTILE)} for row in rows]
    attacked = hostile(report)
    for row in attacked["conversion"]:  # a scope is a word of a closed list
        row["name"] = row["name"].split()[0] if row["by"] == "scope" else row["name"]
    plain = page(report, rows, Subject("MTEP", session="2024-05-24", private=True)).decode()
    found = page(attacked, dangerous, Subject(HOSTILE, session=HOSTILE, private=True)).decode()
    assert skeleton(found) == skeleton(plain)
    assert found.count("{{ 7 * 7 }}") > 300


def test_the_policy_allows_this_script_and_this_style_and_nothing_else() -> None:
    html = made()
    (policy,) = [
        str(node.attributes["content"])
        for node in LexborHTMLParser(html).css("meta[http-equiv=Content-Security-Policy]")
    ]
    for tag in ("style", "script"):
        (inner,) = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = b64encode(sha256(inner.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert html.index("Content-Security-Policy") < html.index("<style>")


def test_the_page_names_no_other_file_and_has_no_handler_inside() -> None:
    for tag, *names in skeleton(made()):
        assert not {"src", "style", "action"} & set(names), tag
        assert not [name for name in names if name.startswith("on")], tag
    assert not re.findall(r"https?://|url\(|@import", made())
    assert {node.attributes["href"][:1] for node in LexborHTMLParser(made()).css("[href]")} == {"#"}  # type: ignore[index]


def test_the_page_is_small() -> None:
    thousand, more = len(made(1_000)), len(made(2_000))
    assert thousand < 500_000
    assert (more - thousand) / 1_000 < 300


# ---- the command ------------------------------------------------------------------------------------------


def test_dashboard_writes_one_file_that_only_its_owner_can_read(network: Program) -> None:
    before = set(network.folder.iterdir())
    printed = network("dashboard")
    path = network.folder / "dashboard.html"
    assert set(network.folder.iterdir()) - before == {path}
    assert printed.out.startswith("Wrote the report with 3 partners as a page (")
    assert "dashboard.html" in printed.out
    assert sys.platform == "win32" or path.stat().st_mode & 0o777 == 0o600
    html = path.read_text("utf-8")
    assert "Lee County Schools" in html
    assert "adams@example.org" not in html
    assert "Ann Adams" not in html


def test_the_page_shows_the_figures_of_the_report(network: Program) -> None:
    network("attend", "AMTE", "Lee County", today="2024-05-24")
    network("join", "AMTE", today="2024-06-01")
    for options in ([], ["--as-of", "2024-05-10"], ["--scope", "national"], ["--goal", "500"]):
        network("dashboard", "page.html", *options, today="2024-06-05")
        report = network("report", "--all", "--format", "json", *options, today="2024-06-05").json
        assert_figures((network.folder / "page.html").read_text("utf-8"), report)


def test_report_html_writes_the_same_page(network: Program) -> None:
    network("dashboard", "one.html", "--scope", "state")
    network("report", "--html", "two.html", "--scope", "state")
    assert (network.folder / "one.html").read_bytes() == (network.folder / "two.html").read_bytes()


def test_private_is_a_word_that_must_be_said(network: Program) -> None:
    printed = network("dashboard", "--private")
    assert "adams@example.org" in (network.folder / "dashboard.html").read_text("utf-8")
    assert "pass it on to nobody else" in printed.err


def test_a_page_of_its_own_is_replaced_and_any_other_file_is_kept(network: Program) -> None:
    network("dashboard")
    network("remove", "Lee County")
    network("dashboard")
    assert "Lee County" not in (network.folder / "dashboard.html").read_text("utf-8")
    other = network.folder / "notes.html"
    other.write_text("<p>My notes</p>", "utf-8")
    refused = network("dashboard", "notes.html", code=1)
    assert "was kept" in refused.err
    assert other.read_text("utf-8") == "<p>My notes</p>"
    (network.folder / "folder.html").mkdir()
    network("dashboard", "folder.html", code=1)
    assert "ending" in network("dashboard", "notes.txt", code=2).err


def test_a_network_without_partners_has_a_page_too(mtep: Program) -> None:
    mtep("dashboard")
    html = (mtep.folder / "dashboard.html").read_text("utf-8")
    assert "No partner yet" in html
    assert not mtep.database.exists()
    assert_figures(html, mtep("report", "--all", "--format", "json").json)


def test_a_past_day_shows_who_was_there_by_then(network: Program) -> None:
    network("add-partner", "A Later Partner", today="2024-05-20")
    network("dashboard", "--as-of", "2024-05-10", today="2024-06-01")
    html = (network.folder / "dashboard.html").read_text("utf-8")
    assert "Friday, May 10, 2024" in html
    assert "A Later Partner" not in html
    refused = network("dashboard", "later.html", "--as-of", "2030-01-01", today="2024-06-01", code=2)
    assert "2030" in refused.err
    assert not (network.folder / "later.html").exists()


def test_a_cancelled_session_is_not_still_to_come() -> None:
    report = figures(partners(40))
    report["sessions"][-1] |= {"starts": "2024-07-01T12:00:00-05:00", "attended": 0}
    assert "still to come" in page(report, [], Subject("N")).decode()
    report["sessions"][-1]["cancelled"] = True
    name = report["sessions"][-1]["session"]
    report["conversion"].append(
        {"by": "session", "name": name, "invited": 3, "accepted": 0, "attended": 0, "joined": 0}
    )
    html = page(report, [], Subject("N")).decode()
    assert "still to come" not in html
    assert f"{name} (cancelled)" in html


@pytest.mark.skipif(sys.platform != "linux", reason="a browser that is a shell script, and a system that has no other")
def test_open_hands_the_page_to_the_browser_and_says_where_there_is_none(network: Program) -> None:
    browser = network.folder / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{network.folder}/opened"\n', "utf-8")
    browser.chmod(0o755)

    def run(**more: str) -> str:
        environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"} | more
        command = [sys.executable, "-m", "mtep_outreach", "dashboard", "--open"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stderr

    assert run(BROWSER=f"{browser} %s") == ""
    assert (network.folder / "opened").read_text("utf-8").strip() == (network.folder / "dashboard.html").as_uri()
    assert "No web browser was found here" in run(PATH="", BROWSER="")


def test_a_page_is_made_of_figures_that_went_through_json() -> None:
    """What the page needs is in the JSON: nothing of Python's is handed on beside it."""
    rows = partners(30)
    report = figures(rows)
    subject = Subject("MTEP 2.0")
    assert page(json.loads(json.dumps(report)), rows, subject) == page(report, rows, subject)


def test_the_templates_lie_where_the_program_finds_them() -> None:
    folder = Path(__file__).parents[1] / "templates" / "dashboard"
    assert {path.name for path in folder.iterdir()} >= {"page.html.j2", "style.css", "script.js"}
