"""The demonstration: another season for each seed, of any size, over anybody's list, kept where that is wanted."""

import re
import shlex
from pathlib import Path

import pytest

from .conftest import Program


def test_the_demonstration_ends_with_the_report_and_leaves_nothing(mtep: Program) -> None:
    printed = mtep("demo")
    assert "41 of 60 potential partners identified" in printed.out
    assert re.search(r"Pace: 1 a week; at that pace the goal is met around \w+ \d+, 2025\.", printed.out)
    assert re.search(r"Commitments: 11; .* completed, 1 stalled, 1 missed", " ".join(printed.out.split()))
    assert "An invented network: no organization, person or answer in it is real." in printed.err
    assert "nothing of it was kept" in printed.err
    assert list(mtep.folder.iterdir()) == []


def test_the_same_seed_prints_the_same_report_and_another_one_another(mtep: Program) -> None:
    first, again, other = (mtep("demo", "--seed", seed).out for seed in ("5", "5", "6"))
    assert first == again != other


def test_a_demonstration_has_as_many_organizations_as_are_said(mtep: Program) -> None:
    assert "49 of 70 potential partners identified" in mtep("demo", "--partners", "49").out
    assert "1 of 10 potential partners identified" in mtep("demo", "--partners", "1").out
    assert "it must be 10000 or less" in mtep("demo", "--partners", "10001", code=2).err
    assert "it must be 1 or more" in mtep("demo", "--partners", "0", code=2).err


def test_what_is_kept_is_looked_at_by_the_commands_that_are_shown(mtep: Program) -> None:
    printed = mtep("demo", "--keep", "my season.sqlite")
    assert [path.name for path in mtep.folder.iterdir()] == ["my season.sqlite"]
    assert "The database was kept: my season.sqlite" in printed.out
    report, dashboard = (
        shlex.split(line.strip())[1:] for line in printed.err.splitlines() if line.startswith("  mtep ")
    )
    assert report[-2:] == ["report", "--all"]
    assert dashboard[-2:] == ["dashboard", "--open"]
    found = mtep(*report, "--format", "json", today="2030-01-01").json
    assert (found["as_of"], found["identified"], found["goal"]) == ("2025-07-11", 41, 60)
    mtep(*dashboard[:-1], "board.html", today="2030-01-01")
    assert "Sample " in Path("board.html").read_text("utf-8")
    short = mtep(*report[:-1], today="2030-01-01").out
    assert short.strip() in printed.out, "the report that was printed is the one of the file"


def test_nothing_is_written_over_or_into_nowhere(mtep: Program) -> None:
    Path("mine.sqlite").write_text("mine")
    assert "this file is there already, and was kept" in mtep("demo", "--keep", "mine.sqlite", code=1).err
    assert Path("mine.sqlite").read_text() == "mine"
    assert "its folder does not exist" in mtep("demo", "--keep", "no/where.sqlite", code=1).err
    assert [path.name for path in mtep.folder.iterdir()] == ["mine.sqlite"]


def test_a_season_is_played_over_the_organizations_of_a_list(mtep: Program) -> None:
    lines = [f"Council {number},TX,Ann Adams,ann{number}@example.org" for number in range(20)]
    Path("list.csv").write_text("\n".join(["name,state,contact,email", *lines]), "utf-8")
    printed = mtep("demo", "--from", "list.csv", "--keep", "kept.sqlite")
    assert "20 of 30 potential partners identified" in printed.out
    assert "The organizations are those of list.csv; all that happens with them is invented." in printed.err
    some = mtep("demo", "--from", "list.csv", "--partners", "5")
    assert "5 of 10 potential partners identified" in some.out
    kept = mtep("--db", "kept.sqlite", "list", "contacts", "--format", "json").json
    assert all(one["email"].endswith("@sample.example") for one in kept)


@pytest.mark.parametrize("text", ["", "colour,size\nred,1\n", "name,state\n,TX\n"], ids=["empty", "other", "unnamed"])
def test_a_file_that_is_no_list_of_organizations_is_refused(mtep: Program, text: str) -> None:
    Path("list.csv").write_text(text, "utf-8")
    printed = mtep("demo", "--from", "list.csv", "--keep", "kept.sqlite", code=1)
    assert printed.err.startswith("Error: list.csv cannot be imported: ")
    assert "--map" not in printed.err, "no such option is here"
    assert [path.name for path in mtep.folder.iterdir()] == ["list.csv"]


def test_the_announced_commitments_are_there_where_they_are_asked_for(mtep: Program) -> None:
    assert "unreported" not in mtep("demo").out
    printed = mtep("demo", "--announced")
    assert "46 of 60 potential partners identified" in printed.out
    assert "5 unreported" in " ".join(printed.out.split())
    assert "The five commitments of December 2022 are as they were announced" in printed.err
