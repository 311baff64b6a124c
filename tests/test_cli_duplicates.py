"""What may be here twice: listed, decided, never asked again; and what else waits to be done."""

import os
from pathlib import Path
from typing import Any

import pytest

from .conftest import Program, stored

SHEET = (
    "name,state,city,website\n"
    "Alabama Council of Teachers of Mathematics,AL,Auburn,actm.example.org\n"
    "Alabama Council of Teachers of Math,AL,Auburn,\n"
    "University of West Alabama,AL,Livingston,uwa.example.edu\n"
    "Univ. of West Alabama,AL,Livingston,uwa.example.edu\n"
    "Georgia Council of Teachers of Mathematics,GA,Atlanta,gctm.example.org\n"
    "Quartz Foundation,,,\n"
)


@pytest.fixture
def twins(mtep: Program) -> Program:
    """Six partners, of which 1 and 2 are much alike, and 3 and 4."""
    (mtep.folder / "sheet.csv").write_text(SHEET, "utf-8")
    mtep("import", "sheet.csv", "--yes")
    return mtep


def found(program: Program, *arguments: str) -> set[tuple[int, int]]:
    rows = program("duplicates", "--format", "json", *arguments).json
    return {(row["a"], row["b"]) for row in rows}


def waiting(program: Program, *arguments: str, today: str = "2024-05-01") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = program("next", "--format", "json", *arguments, today=today).json
    return rows


def doubted(program: Program) -> set[tuple[int, str]]:
    return {(row["partner_id"], row["do"]) for row in waiting(program) if row["what"] == "maybe-twice"}


# ---- duplicates -----------------------------------------------------------------------------------------------


def test_pairs_are_listed_with_their_reasons_and_what_to_type(twins: Program) -> None:
    printed = twins("duplicates")
    assert "Univ. of West Alabama" in printed.out
    assert "Because" in printed.out
    assert "mtep merge KEEP OTHER" in printed.err
    assert "mtep duplicates --apart ONE OTHER" in printed.err


def test_json_is_a_list_of_pairs_the_likeliest_first(twins: Program) -> None:
    rows = twins("duplicates", "--format", "json").json
    assert {(row["a"], row["b"]) for row in rows} == {(1, 2), (3, 4)}
    for row in rows:
        assert list(row) == ["a", "a_name", "b", "b_name", "score", "reasons"]
        assert row["a"] < row["b"]
        assert 0.5 <= row["score"] <= 1
        assert isinstance(row["reasons"], list)
        assert row["reasons"]
        assert all(isinstance(reason, str) and " " in reason for reason in row["reasons"])
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    assert {row["b_name"] for row in rows} == {
        "Alabama Council of Teachers of Math (Auburn, AL)",
        "Univ. of West Alabama (Livingston, AL)",
    }


def test_without_pairs_there_is_an_empty_list(mtep: Program) -> None:
    mtep("add-partner", "Quartz Foundation")
    assert mtep("duplicates", "--format", "json").json == []
    assert "No two partners look like one." in "".join(mtep("duplicates").out + mtep("duplicates").err)


def test_a_database_that_is_not_there_has_no_pairs(mtep: Program) -> None:
    assert mtep("duplicates", "--format", "json").json == []
    assert not mtep.database.exists()


def test_the_threshold_shows_fewer_or_more_pairs(twins: Program) -> None:
    scores = {(row["a"], row["b"]): row["score"] for row in twins("duplicates", "--format", "json").json}
    assert found(twins, "--threshold", "1") == {pair for pair, score in scores.items() if score == 1}
    between = sum(scores.values()) / 2
    if len(set(scores.values())) > 1:
        assert found(twins, "--threshold", str(between)) == {pair for pair, score in scores.items() if score >= between}
    assert found(twins, "--threshold", "0") >= set(scores)


@pytest.mark.parametrize("value", ["-0.1", "1.1", "much"])
def test_a_threshold_is_a_number_from_0_to_1(twins: Program, value: str) -> None:
    assert "--threshold" in twins("duplicates", "--threshold", value, code=2).err


def test_two_that_are_not_the_same_are_never_shown_again_until_that_is_undone(twins: Program) -> None:
    assert {row for row, _ in doubted(twins)} == {1, 3}
    printed = twins("duplicates", "--apart", "Alabama Council of Teachers of Math", "1")
    assert "Alabama Council of Teachers of Mathematics are not the same." in printed.out
    assert found(twins) == {(3, 4)}
    assert {row for row, _ in doubted(twins)} == {3}
    twins("undo")
    assert found(twins) == {(1, 2), (3, 4)}
    assert {row for row, _ in doubted(twins)} == {1, 3}
    twins("redo")
    assert found(twins) == {(3, 4)}


def test_a_decision_about_two_that_nobody_doubted_is_remembered_too(twins: Program) -> None:
    before = stored(twins.database)
    twins("duplicates", "--apart", "Quartz", "Georgia")
    twins("undo")
    assert stored(twins.database) == before


def test_what_was_decided_is_not_asked_again_by_an_import(twins: Program) -> None:
    twins("duplicates", "--apart", "3", "4")
    (twins.folder / "more.csv").write_text("name,state,city,phone\nUniv. of West Alabama,AL,Livingston,555\n", "utf-8")
    twins("import", "more.csv", "--yes")
    assert found(twins) == {(1, 2)}
    assert len(twins.list()) == 6


@pytest.mark.parametrize(
    ("apart", "words"),
    [
        (["1", "Alabama Council of Teachers of Mathematics"], "was named twice"),
        (["1", "No such partner"], "No partner is called 'No such partner'"),
        (["Alabama Council", "3"], "fits several partners"),
    ],
    ids=str,
)
def test_what_cannot_be_told_apart_is_refused(twins: Program, apart: list[str], words: str) -> None:
    before = twins.database.read_bytes()
    assert words in twins("duplicates", "--apart", *apart, code=1).err
    assert twins.database.read_bytes() == before


def test_pairs_of_removed_partners_are_not_shown(twins: Program) -> None:
    twins("remove", "2")
    assert found(twins) == {(3, 4)}
    assert {row for row, _ in doubted(twins)} == {3}
    twins("undo")
    assert found(twins) == {(1, 2), (3, 4)}


def test_pairs_of_merged_partners_are_not_shown(twins: Program) -> None:
    twins("merge", "3", "4")
    assert found(twins) == {(1, 2)}
    assert {row for row, _ in doubted(twins)} == {1}


def test_to_decide_takes_a_terminal(twins: Program) -> None:
    assert "terminal" in twins("duplicates", "--decide", code=2).err


@pytest.mark.skipif(os.name != "posix", reason="this needs a POSIX terminal")
def test_pairs_are_decided_one_by_one_at_a_terminal(tmp_path: Path) -> None:
    pytest.importorskip("pexpect")
    from .test_cli_terminal import Terminal

    terminal = Terminal(tmp_path)
    more = "Nevada Mathematics Project,NV,Reno,nmp.example.org\nNevada Math Project,NV,Reno,nmp.example.org\n"
    (tmp_path / "sheet.csv").write_text(SHEET + more, "utf-8")
    terminal.run("import", "sheet.csv", "--yes")
    answers = {"Alabama Council": "s", "West Alabama": "n", "Nevada": "k"}
    child = terminal.sit("duplicates", "--decide", width=200)
    for place in range(1, 4):
        child.expect(rf"{place} of 3: number \d, ([^\r\n]*)")
        name = child.match[1]
        child.expect("because: ")
        child.expect("q quit")
        child.sendline("?")  # no such answer: asked again
        child.expect("q quit")
        child.sendline(next(answer for words, answer in answers.items() if words in name))
    child.expect_exact("")
    child.read()
    child.close()
    assert child.exitstatus == 0
    assert terminal.names().count("Alabama Council of Teachers of Math") == 0
    left = terminal.run("duplicates", "--format", "plain").stdout
    assert "Nevada Math Project" in left
    assert "West Alabama" not in left
    assert [line.count("mtep duplicates --decide") for line in terminal.run("log").stdout.splitlines()].count(1) == 2

    child = terminal.sit("duplicates", "--decide", width=200)
    child.expect("1 of 1")
    child.sendline("q")
    child.read()
    child.close()
    assert child.exitstatus == 0
    assert "Nevada Math Project" in terminal.run("duplicates", "--format", "plain").stdout


# ---- what waits to be done ------------------------------------------------------------------------------------


def test_next_lists_every_kind_of_task_with_the_command_that_does_it(twins: Program) -> None:
    twins("add-contact", "1", "Ann Adams <ann@example.org>")
    twins("add-session", "2024-05-24")
    twins("invite", "1", "3", "--session", "2024-05-24")
    rows = waiting(twins, today="2024-05-09")
    assert list(rows[0]) == ["what", "partner_id", "partner", "why", "since", "do", "nominators"]
    by_kind: dict[str, set[tuple[int, str]]] = {}
    for row in rows:
        by_kind.setdefault(row["what"], set()).add((row["partner_id"], row["do"]))
    assert by_kind == {
        "maybe-twice": {
            (1, "mtep merge 1 2, or mtep duplicates --apart 1 2"),
            (3, "mtep merge 3 4, or mtep duplicates --apart 3 4"),
        },
        "no-contact": {(number, f'mtep add-contact {number} "Name <mail>"') for number in (2, 3, 4, 5, 6)},
        "not-invited": {(number, f"mtep invite {number} --session DAY") for number in (2, 4, 5, 6)},
        "not-confirmed-sent": {(number, f"mtep sent 2024-05-24 {number}") for number in (1, 3)},
        "no-answer": {(number, f"mtep rsvp {number} ANSWER --session 2024-05-24") for number in (1, 3)},
    }
    doubt = next(row for row in rows if row["what"] == "maybe-twice" and row["partner_id"] == 3)
    assert doubt["partner"] == "University of West Alabama"
    assert doubt["why"].startswith("may be Univ. of West Alabama, number 4: ")
    assert doubt["since"] == "2024-05-01"


def test_an_invitation_waits_for_its_answer_after_a_week(twins: Program) -> None:
    twins("add-session", "2024-05-24")
    twins("invite", "1", "--session", "2024-05-24")
    for today, waits in (("2024-05-07", False), ("2024-05-08", True)):
        assert ("no-answer" in {row["what"] for row in waiting(twins, today=today)}) == waits
    twins("rsvp", "1", "yes", today="2024-05-08")
    assert {"no-answer", "not-confirmed-sent"} & {row["what"] for row in waiting(twins, today="2024-05-08")} == set()


def test_the_tasks_are_those_that_the_report_counts(twins: Program) -> None:
    twins("add-session", "2024-05-24")
    twins("invite", "1", "--session", "2024-05-24")
    rows = waiting(twins, "--limit", "1000", today="2024-05-10")
    counted = twins("report", "--format", "json", today="2024-05-10").json["next"]
    assert {task["what"]: task["count"] for task in counted if task["count"]} == {
        kind: sum(row["what"] == kind for row in rows) for kind in {row["what"] for row in rows}
    }


def test_of_each_kind_so_many_are_listed_as_is_said(twins: Program) -> None:
    rows = waiting(twins, "--limit", "1")
    assert sorted(row["what"] for row in rows) == sorted({row["what"] for row in rows})
    assert len(rows) == 3


def test_next_shows_a_table_and_says_when_nothing_waits(mtep: Program) -> None:
    printed = mtep("next")
    assert "Nothing waits to be done." in printed.out + printed.err
    mtep("add-partner", "Quartz Foundation")
    printed = mtep("next")
    assert "has no contact" in " ".join(printed.out.split())
    assert "mtep invite 1 --session DAY" in " ".join(printed.out.split())


def test_removed_partners_have_no_tasks(twins: Program) -> None:
    twins("remove", "Quartz Foundation")
    assert 6 not in {row["partner_id"] for row in waiting(twins)}
