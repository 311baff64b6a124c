"""The report: its figures, its JSON, and a past day."""

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from .conftest import Program


def figures(program: Program, *arguments: str, today: str = "2024-05-01") -> dict[str, Any]:
    found: dict[str, Any] = program("report", "--format", "json", *arguments, today=today).json
    return found


def test_the_json_of_the_report_is_exact(network: Program) -> None:
    network("attend", "AMTE", "Lee County", today="2024-05-24")
    network("join", "AMTE", today="2024-06-01")
    found = figures(network, today="2024-06-05")
    missing = found["states"].pop("missing")
    assert (len(missing), missing[:3], "AL" in missing, "PR" in missing) == (55, ["AK", "AR", "AS"], False, True)
    assert found == {
        "as_of": "2024-06-05",
        "goal": 30,
        "identified": 3,
        "remaining": 27,
        "stages": {"identified": 3, "invited": 2, "accepted": 1, "attended": 2, "joined": 1, "committed": 0},
        "by_scope": {"national": 1, "state": 1, "local": 1, "not-set": 0},
        "by_sector": {
            "government": 0,
            "nonprofit": 0,
            "professional": 1,
            "industry": 0,
            "philanthropy": 0,
            "higher-education": 0,
            "k12": 1,
            "community": 0,
            "not-set": 1,
        },
        "states": {"covered": ["AL"]},
        "sessions": [
            {
                "session": "2024-05-24",
                "starts": "2024-05-24T12:00:00-05:00",
                "time_zone": "America/Chicago",
                "invited": 2,
                "accepted": 1,
                "tentative": 0,
                "declined": 0,
                "no_answer": 1,
                "attended": 2,
                "cancelled": False,
            }
        ],
        "next": [
            {"what": "no-contact", "count": 1, "partners": ["Alabama Mathematics Council"]},
            {"what": "not-invited", "count": 0, "partners": []},
            {"what": "not-confirmed-sent", "count": 1, "partners": ["Alabama Mathematics Council"]},
            {"what": "no-answer", "count": 1, "partners": ["Alabama Mathematics Council"]},
            {"what": "not-joined", "count": 1, "partners": ["Lee County Schools"]},
        ],
    }
    assert list(found) == ["as_of", "goal", "identified", "remaining", "stages", "by_scope", "by_sector", "states",
                           "sessions", "next"]  # fmt: skip


def test_silence_counts_after_seven_days(network: Program) -> None:
    def silent(day: str) -> int:
        tasks = figures(network, today=day)["next"]
        return next(int(task["count"]) for task in tasks if task["what"] == "no-answer")

    assert [silent(day) for day in ("2024-05-07", "2024-05-08")] == [0, 1]


def test_the_goal_is_a_setting_and_can_be_another_for_once(network: Program) -> None:
    network("settings", "goal=2")
    assert (figures(network)["goal"], figures(network)["remaining"]) == (2, 0)
    assert figures(network, "--goal", "100")["remaining"] == 97
    assert "goal met, 150%" in network("report").out


def test_a_scope_counts_only_its_partners(network: Program) -> None:
    found = figures(network, "--scope", "state")
    assert (found["identified"], found["stages"]["invited"], found["by_scope"]["national"]) == (1, 1, 0)
    assert found["sessions"][0]["invited"] == 1
    assert found["sessions"][0]["accepted"] == 0
    assert {name for task in found["next"] for name in task["partners"]} <= {"Alabama Mathematics Council"}


def test_a_session_shows_only_itself(network: Program) -> None:
    network("add-session", "2024-07-01")
    assert len(figures(network)["sessions"]) == 2
    assert [row["session"] for row in figures(network, "--session", "July 1, 2024")["sessions"]] == ["2024-07-01"]


def test_an_acceptance_taken_back_counts_no_more(network: Program) -> None:
    network("rsvp", "AMTE", "no", today="2024-05-03")
    assert figures(network)["stages"]["accepted"] == 0
    assert figures(network, "--as-of", "2024-05-02", today="2024-07-01")["stages"]["accepted"] == 1


def test_a_past_day_shows_what_had_happened_by_then(network: Program) -> None:
    network("add-partner", "Later", "--state", "GA", today="2024-05-10")
    network("nominate", "Later", "--by", "maria", "--on", "2024-04-01", today="2024-05-10")
    network("remove", "Lee County", today="2024-05-20")
    assert figures(network, "--as-of", "2024-03-31", today="2024-07-01")["identified"] == 0
    assert figures(network, "--as-of", "2024-04-01", today="2024-07-01")["identified"] == 1
    assert figures(network, "--as-of", "2024-05-15", today="2024-07-01")["identified"] == 4
    assert figures(network, "--as-of", "2024-05-20", today="2024-07-01")["identified"] == 3
    assert figures(network, "--as-of", "2024-04-30", today="2024-07-01")["sessions"] == []
    assert figures(network)["as_of"] == "2024-05-01"


def test_with_nothing_yet_the_report_is_empty_and_says_what_to_type(mtep: Program) -> None:
    printed = mtep("report")
    assert "0 of 30 potential partners identified" in printed.out
    assert "mtep add-partner" in printed.err
    assert figures(mtep)["stages"]["identified"] == 0
    assert not mtep.database.exists()


@pytest.mark.parametrize("how", ["plain", "csv", "markdown"])
def test_every_figure_is_in_every_format(network: Program, how: str) -> None:
    printed = network("report", "--format", how).out
    for words in ("identified", "higher education", "session 2024-05-24", "no contact"):
        assert words in printed


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_the_report_fits_the_screen(network: Program, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    for number in range(40):
        network("add-partner", f"A partner of a rather long name, number {number}, in a state", "--state", "TX")
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = network("report").out.splitlines()
    assert max(map(len, lines)) <= columns
    assert max(map(len, lines)) >= columns - 4
    assert not [line for line in lines if "…" in line]


def test_the_figures_equal_a_plain_count_of_what_is_exported(mtep: Program, tmp_path: Path) -> None:
    """A season played by dice, counted by the views and again from the exported records."""
    dice = random.Random(2024)
    scopes, states = ["national", "state", "local", ""], ["AL", "GA", "TX", "PR", ""]
    rows = [f"Partner {n},{dice.choice(scopes)},{dice.choice(states)}" for n in range(40)]
    (tmp_path / "dice.csv").write_text("name,scope,state\n" + "\n".join(rows), "utf-8")
    mtep("import", "dice.csv", "--yes")
    mtep("add-session", "2024-05-24")
    mtep("add-session", "2024-07-01")
    for session in ("2024-05-24", "2024-07-01"):
        chosen = dice.sample(range(1, 41), 25)
        mtep("invite", "--session", session, *map(str, chosen))
        for number in dice.sample(chosen, 12):
            mtep("rsvp", str(number), dice.choice(["yes", "no", "maybe"]), "--session", session, "--note", "dice")
        mtep("attend", "--session", session, *map(str, dice.sample(range(1, 41), 6)), today="2024-07-02")
    mtep("join", "7")
    mtep("remove", "8")
    data, found = mtep.export(), figures(mtep)

    present = {row["id"] for row in data["partners"]}
    standing = {(row["partner_id"], row["session"]): row["reply"] for row in data["invitations"]}
    code = {number: row["session"] for number, row in enumerate(data["sessions"], 1)}
    came = [(row["partner_id"], code[row["session_id"]]) for row in data["attendances"] if row["partner_id"] in present]
    assert found["identified"] == 39 == len(present)
    assert found["stages"]["invited"] == len({partner for partner, _ in standing})
    assert found["stages"]["accepted"] == len({p for (p, _), reply in standing.items() if reply == "accepted"})
    assert found["stages"]["attended"] == len({partner for partner, _ in came})
    assert found["stages"]["joined"] == 1
    assert found["by_scope"] == {
        **dict.fromkeys(["national", "state", "local", "not-set"], 0),
        **Counter(row["scope"] or "not-set" for row in data["partners"]),
    }
    assert found["states"]["covered"] == sorted({row["state"] for row in data["partners"] if row["state"]})
    for row in found["sessions"]:
        replies = Counter(reply for (_, session), reply in standing.items() if session == row["session"])
        assert (row["invited"], row["accepted"], row["tentative"], row["declined"], row["no_answer"]) == (
            replies.total(), replies["accepted"], replies["tentative"], replies["declined"], replies[None],
        )  # fmt: skip
        assert row["attended"] == sum(session == row["session"] for _, session in came)
    assert json.dumps(found, default=str)


def test_a_partner_is_identified_as_soon_as_anything_is_recorded_of_it(network: Program) -> None:
    """Added in June, but it came in May: as known now, it was there in May."""
    network("add-partner", "Late", today="2024-06-10")
    network("attend", "Late", today="2024-06-10")
    found = figures(network, "--as-of", "2024-05-30", today="2024-07-01")
    assert (found["identified"], sum(found["by_scope"].values()), found["stages"]["attended"]) == (4, 4, 1)
    early = figures(network, "--as-of", "2020-01-01", today="2024-07-01")
    assert (early["identified"], [task["count"] for task in early["next"]]) == (0, [0, 0, 0, 0])


def test_a_new_invitation_that_is_not_answered_is_to_do_whatever_was_answered_before(network: Program) -> None:
    network("rsvp", "2", "no")
    network("add-session", "2024-07-01", today="2024-06-01")
    network("invite", "2", "--session", "2024-07-01", today="2024-06-01")
    tasks = {task["what"]: task["partners"] for task in figures(network, today="2024-06-20")["next"]}
    assert tasks["no-answer"] == ["Alabama Mathematics Council"]
    network("rsvp", "2", "maybe", "--session", "2024-07-01", today="2024-06-20")
    assert next(t["count"] for t in figures(network, today="2024-06-30")["next"] if t["what"] == "no-answer") == 0


def test_a_backdated_answer_says_that_a_later_one_counts(network: Program) -> None:
    printed = network("rsvp", "AMTE", "no", "--on", "yesterday")
    assert "A newer answer still counts: accepted." in printed.err
    assert "before" not in printed.out
