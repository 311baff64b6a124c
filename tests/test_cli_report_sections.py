"""The report's sections, as they are seen, heard, mailed and read by programs; and what changed since a day."""

import csv
import io
import json
from datetime import date

import pytest
from inline_snapshot import snapshot
from rich.console import Console

from mtep_outreach.cli.report_sections import screen
from mtep_outreach.outreach import reports
from mtep_outreach.store.reading import Reader
from mtep_outreach.vocabulary import ReportSection

from .conftest import Program
from .spring import DAY


def shown(spring: Program, monkeypatch: pytest.MonkeyPatch, *sections: str, columns: int = 80) -> str:
    """What a terminal of that width shows, without the first line."""
    monkeypatch.setenv("COLUMNS", str(columns))
    words = [word for section in sections for word in ("--section", section)]
    return spring("report", *words, today=DAY).out.split("\n\n", 1)[1]


# ---- as it is seen -------------------------------------------------------------------------------------------------


def test_pace_and_commitments_have_a_line_each_on_the_one_screen(
    spring: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert "\n".join(spring("report", today=DAY).out.splitlines()[:6]) == snapshot("""\
MTEP 2.0: outreach report                                Wednesday, June 5, 2024

11 of 20 potential partners identified                              9 to go, 55%
████████████████████████████████████████████
Pace: 0.5 a week; at that pace the goal is met around October 9, 2024.
Commitments: 2; 1 planned and 1 under way.\
""")
    assert len(spring("report", today=DAY).out.splitlines()) <= 60


def test_coverage_as_it_is_seen(spring: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(spring, monkeypatch, "coverage") == snapshot("""\
Partnership council (AMTE Standard P.1)
  ◐  mathematics teacher educators  1 under way: National Union of Sums
  ●  mathematics faculty            1 joined or committed: Alabama Mathematics
                                    Council
                                    1 identified only: Utah Mathematics Circle
  ◐  education faculty              1 under way: Texas Colleges
  ·  other faculty                  nobody
  ●  school personnel               1 joined or committed: Auburn City Schools
                                    2 under way: Georgia Teachers Union;
                                    Wisconsin Schools
  ○  families and community         2 identified only: Ohio Families [for]
                                    Mathematics; Puerto Rico Parents
  ·  business and industry          nobody
  ● joined or committed   ◐ under way   ○ identified only   · nobody

Scope and sector
  Sector        national  state  local  total
  ────────────────────────────────────────────
  professional         1      6      2      9
  not set              2                    2
  total                3      6      2     11

What could close the gaps
  - No mathematics-teacher-educators partner has joined yet; 1 has accepted:
    National Union of Sums. See how it stands:
    mtep show 9
  - No education-faculty partner has joined yet; 1 has declined: Texas Colleges.
    Think of somebody else:
    mtep add-partner "NAME" --council-role education-faculty
  - No families-and-community partner has joined yet; 2 are identified and not
    invited: Ohio Families [for] Mathematics, Puerto Rico Parents. No session is
    ahead to invite them to. Plan one:
    mtep add-session DAY
  - Nobody to write to is known yet for other-faculty and business-and-industry.
    Think of somebody:
    mtep add-partner "NAME" --council-role other-faculty
  - No partner yet of the sector government, nonprofit, industry, philanthropy,
    higher education, K-12 or community.
  - 2 partners have no sector yet. Add it:
    mtep edit PARTNER --sector government
  - In 3 states and territories nobody is invited yet: Ohio (1), Puerto Rico (1)
    and Utah (1). No session is ahead to invite them to. Plan one:
    mtep add-session DAY
  - In 48 states and territories no partner is known yet. See which:
    mtep report --section states
""")


def test_states_as_they_are_seen(spring: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(spring, monkeypatch, "states") == snapshot("""\
States and territories
  8 of 56 covered: AL DC GA OH PR TX UT WI
  48 of 56 missing: AK AR AS AZ CA CO CT DE FL GU HI IA ID IL IN KS KY LA MA MD
  ME MI MN MO MP MS MT NC ND NE NH NJ NM NV NY OK OR PA RI SC SD TN VA VI VT WA
  WV WY

Partners by state, each at its furthest stage
  State               All Identified Invited Accepted Attended Joined Committed
  AL    █████████████   2                                                     2
  DC    ██████▌         1                           1
  GA    ██████▌         1                                    1
  OH    ██████▌         1          1
  PR    ██████▌         1          1
  TX    ██████▌         1                  1
  UT    ██████▌         1          1
  WI    ██████▌         1                  1
""")
    assert "PR Puerto Rico" in shown(spring, monkeypatch, "states", columns=120)


def test_sessions_show_small_numbers_as_they_are(spring: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(spring, monkeypatch, "sessions") == snapshot("""\
Sessions
  Session     Invited  Accepted  Tentative  Declined  No answer  Attended
  ────────────────────────────────────────────────────────────────────────
  2024-05-24        6         3          0         1          2         3

What became of invitations, by session
  Session     Invited  Accepted  Attended  Joined
  ────────────────────────────────────────────────
  2024-05-24        6    3 of 6    3 of 6  1 of 6

What became of invitations, by scope
  Scope     Invited  Accepted  Attended  Joined
  ──────────────────────────────────────────────
  national        1    1 of 1    0 of 1  0 of 1
  state           4    1 of 4    2 of 4  0 of 4
  local           1    1 of 1    1 of 1  1 of 1

What became of invitations, by nominator
  Nominator     Invited  Accepted  Attended  Joined
  ──────────────────────────────────────────────────
  Maria Rivera        6    3 of 6    3 of 6  1 of 6

What became of invitations, by letter
  Letter      Invited  Accepted  Attended  Joined
  ────────────────────────────────────────────────
  invitation        6    3 of 6    3 of 6  1 of 6
""")


def test_a_cancelled_session_is_said_to_be_and_weighs_on_nothing_else(spring: Program) -> None:
    spring("add-session", "2024-06-14", today=DAY)
    spring("invite", "4", "5", "9", "--session", "2024-06-14", today=DAY)
    with_it = spring("report", "--section", "sessions", "--format", "json", today=DAY).json["conversion"]
    spring("cancel", "2024-06-14", "--yes", today="2024-06-06")
    found = spring("report", "--section", "sessions", "--format", "json", today="2024-06-06").json["conversion"]
    assert {one["name"]: one["invited"] for one in with_it if one["by"] != "session"} == {
        "national": 1, "state": 5, "local": 2, "Maria Rivera": 8, "invitation": 8,
    }  # fmt: skip
    assert {one["name"]: one["invited"] for one in found} == {
        "2024-05-24": 6, "2024-06-14": 3, "national": 1, "state": 4, "local": 1, "Maria Rivera": 6, "invitation": 6,
    }  # fmt: skip
    printed = spring("report", "--section", "sessions", "--format", "plain", today="2024-06-06").out
    assert "\n2024-06-14 (cancelled): invited 3, accepted 0 of 3" in printed
    alone = spring("report", "--section", "sessions", "--session", "2024-06-14", "--format", "json", today="2024-06-06")
    assert [(one["by"], one["name"]) for one in alone.json["conversion"]] == [("session", "2024-06-14")]


def test_a_session_is_seen_as_it_was_on_a_past_day(spring: Program) -> None:
    spring("add-session", "2024-06-14", today="2024-06-03")
    spring("cancel", "2024-06-14", "--yes", today="2024-06-04")
    words = ["report", "--session", "2024-06-14", "--format", "json"]
    assert spring(*words, today=DAY).json["sessions"][0]["cancelled"]
    assert not spring(*words, "--as-of", "2024-06-03", today=DAY).json["sessions"][0]["cancelled"]
    printed = spring(*words, "--as-of", "2024-06-02", today=DAY, code=1)
    assert printed.err == (
        "Error: Session 2024-06-14 was not planned yet on Sunday, June 2, 2024.\n"
        "Give a later day, or leave --session out to see what was planned by then.\n"
    )
    compared = spring(*words, "--compare", "2024-06-02", today=DAY).json["compared"]["figures"]
    assert not [one for one in compared if one["section"].startswith("session")]


def test_commitments_as_they_are_seen(spring: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(spring, monkeypatch, "commitments") == snapshot("""\
Commitments
  2 in all: 1 planned and 1 under way.

Goals of the network
  teachers  ▏                                               120 of 100,000 (<1%)

Promised in all
  Unit      For                   Promised  Reached  Share  Commitments
  ──────────────────────────────────────────────────────────────────────
  schools   educator development        20        0     0%            1
  teachers  educator development       300      120    40%            1

One by one
  1  Auburn City Schools                                      under way, by 2025
     “Reach 300 teachers and 20 schools by 2025.”
     ██████▍░░░░░░░░░  120 of 300 teachers (40%)
     ░░░░░░░░░░░░░░░░  20 schools (nothing yet)

  2  Alabama Mathematics Council                                         planned
     “A campaign.”
""")


def test_the_pace_as_it_is_seen(spring: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(spring, monkeypatch, "pace") == snapshot("""\
Pace
  0.5 partners a week were identified in the last 12 weeks.
  At that pace the goal of 20 is met around October 9, 2024; 8 times in 10 that
  is between July 14, 2024 and October 28, 2025.
  For comparison: 100Kin10 grew from 28 organizations to 300 in 10 years, 0.52 a
  week.

  week of                                                            new  in all
  2024-03-04  █████████████████████████████████████████████████████    4       4
  2024-03-11  ███████████████████████████████████████▊                 3       7
  2024-03-18  ██████████████████████████▌                              2       9
  2024-03-25                                                           0       9
  2024-04-01                                                           0       9
  2024-04-08                                                           0       9
  2024-04-15  █████████████▎                                           1      10
  2024-04-22  █████████████▎                                           1      11
  2024-04-29                                                           0      11
  2024-05-06                                                           0      11
  2024-05-13                                                           0      11
  2024-05-20                                                           0      11
  2024-05-27                                                           0      11
  2024-06-03                                                           0      11
""")


def test_the_other_sections_as_they_are_seen(spring: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(spring, monkeypatch, "nominators", "stages", "goal", "next") == snapshot("""\
11 of 20 potential partners identified                              9 to go, 55%
████████████████████████████████████████████

Stages
  identified  ████████████████████████████████████████████████████████  11  100%
  invited     ██████████████████████████████▌                            6   55%
  accepted    ███████████████▎                                           3   27%
  attended    ███████████████▎                                           3   27%
  joined      █████▏                                                     1    9%
  committed   ██████████▏                                                2   18%

Scope and sector
  Sector        national  state  local  total
  ────────────────────────────────────────────
  professional         1      6      2      9
  not set              2                    2
  total                3      6      2     11

Nominators
  Member        Nominated  Invited  Accepted  Attended  Joined
  ─────────────────────────────────────────────────────────────
  Maria Rivera          9        6         3         3       1

What to do next
  11 have no contact: Alabama Mathematics Council; Auburn City Schools; Georgia
     Teachers Union and 8 more
     mtep add-contact PARTNER "Name <mail>"
   5 are not invited yet: Ohio Families [for] Mathematics; Puerto Rico Parents;
     Utah Mathematics Circle and 2 more
     mtep invite --session DAY
   1 has a letter that is not confirmed as sent: Wisconsin Schools
     when it was sent: mtep sent SESSION PARTNER
   1 has not answered for 7 days: Wisconsin Schools
     who could ask again: mtep next; when they answer: mtep rsvp PARTNER ANSWER
   1 has accepted and is not on the list of those who came: National Union of
     Sums
     mtep attend --session DAY PARTNER, or invite them again: mtep invite
     PARTNER --session DAY
   1 has come to a session and not joined yet: Georgia Teachers Union
     when they do: mtep join PARTNER
""")


@pytest.mark.parametrize("columns", [40, 60, 80, 120, 200])
def test_every_section_fits_the_screen(spring: Program, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    for number in range(30):
        words = ["--state", "AL", "--council-role", "business-and-industry"]
        spring("add-partner", f"A partner of a rather long name, number {number}, in a state", *words, today=DAY)
    spring("add-session", "2024-06-14", today=DAY)
    spring("cancel", "2024-06-14", "--yes", today=DAY)
    spring("settings", "goal.teachers of mathematics and statistics in rural districts=10000000", today=DAY)
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = spring("report", "--all", "--compare", "2024-05-01", today=DAY).out.splitlines()
    assert max(map(len, lines)) <= columns
    assert not [line for line in lines if "…" in line]


def test_figures_are_whole_however_narrow_the_screen_is(spring: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    spring("add-session", "2024-06-14", today=DAY)
    spring("cancel", "2024-06-14", "--yes", today=DAY)
    spring("settings", "goal.teachers of mathematics and statistics in rural districts=10000000", today=DAY)
    sections = ("sessions", "commitments")
    wide = shown(spring, monkeypatch, *sections, columns=80)
    assert "0 of 10,000,000 (0%)" in wide
    assert "Invited  Accepted" in wide
    assert "\n  2024-06-14         0 " in wide
    assert "\n  (cancelled)" in wide
    narrow = " ".join(shown(spring, monkeypatch, *sections, columns=40).split())
    assert "session 2024-05-24: invited 6, accepted 3, tentative 0, declined 1, no answer 2, attended 3" in narrow
    assert "in rural districts: to reach 10,000,000, reached 0, share 0%" in narrow
    assert "teachers: for educator development, promised 300, reached 120, share 40%, commitments 1" in narrow


def test_on_a_narrow_screen_roles_stand_above_their_partners(spring: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(spring, monkeypatch, "coverage", "states", columns=50).splitlines()
    place = lines.index("  ●  mathematics faculty")
    assert lines[place + 1 : place + 4] == [
        "     1 joined or committed: Alabama Mathematics",
        "     Council",
        "     1 identified only: Utah Mathematics Circle",
    ]  # fmt: skip
    assert "  professional: national 1, state 6," in shown(spring, monkeypatch, "stages", columns=40)
    assert "  Alabama (AL): partners 2, committed 2" in lines


def test_freely_associated_states_are_counted_beside_the_others(spring: Program) -> None:
    spring("edit", "10", "--state", "FM", today=DAY)
    assert "8 of 56 covered, and 1 freely associated state: AL DC FM GA" in spring("report", today=DAY).out
    assert "48 of 56 missing: AK" in spring("report", "--format", "plain", today=DAY).out
    spring("edit", "11", "--state", "Palau", today=DAY)
    printed = spring("report", "--section", "states", "--format", "markdown", today=DAY).out
    assert "8 of 56 covered, and 2 freely associated states: AL DC FM GA OH PR PW TX UT WI." in printed
    printed = spring("report", "--section", "states", "--format", "csv", today=DAY).out.replace("\r", "")
    assert "states,covered,8\nstates,freely associated,2\nstates,missing,48\n" in printed


def test_the_share_of_an_amount_is_in_percent_however_small_the_goal_is(spring: Program) -> None:
    spring("settings", "goal.schools=5", today=DAY)
    spring("progress", "1", "1.5", "--unit", "schools", today=DAY)
    assert "1.5 of 5 (30%)" in spring("report", "--section", "commitments", today=DAY).out
    printed = spring("report", "--section", "commitments", "--format", "plain", today=DAY).out
    assert "schools: to reach 5, reached 1.5, share 30%" in printed
    assert "schools: for educator development, promised 20, reached 1.5, share 8%" in printed


def test_where_letters_are_few_bars_and_marks_are_drawn_with_those_there_are(spring: Program) -> None:
    with Reader(spring.database) as reader:
        found = reports.report(reader, today=date.fromisoformat(DAY), goal=20, sections=reports.ALL)
    written = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="replace")
    Console(file=written, width=80, markup=False).print(screen(found, "N"))
    written.seek(0)
    text = written.read()
    assert "x  mathematics teacher educators" not in text
    assert "x  school personnel" in text
    assert "######.........." in text
    assert "?" not in text.replace("“", "").replace("?Reach", "").replace("2025.?", "").replace("?A campaign.?", "")


def test_with_nothing_yet_every_section_says_so(mtep: Program) -> None:
    printed = mtep("report", "--all")
    for words in ("0 of 30", "None is planned yet", "No partner has a role", "None yet.", "Not enough data",
                  "Nobody has nominated", "Nothing waits to be done"):  # fmt: skip
        assert words in printed.out
    assert "Changes" in mtep("report", "--compare", "2024-04-01").out
    assert "Nothing changed." in mtep("report", "--compare", "2024-04-01", "--format", "plain").out


# ---- as it is heard, mailed, and read by programs ------------------------------------------------------------------


def test_the_plain_form_is_sentences_and_labelled_values(spring: Program) -> None:
    printed = spring("report", "--all", "--format", "plain", today=DAY).out
    assert not set(printed) & set("█░▏│─●◐○")
    lines = printed.splitlines()
    for line in (
        "MTEP 2.0: outreach report, Wednesday, June 5, 2024",
        "Goal",
        "11 of 20 potential partners are identified. 9 to go: 55%.",
        "joined: partners 1, share 9%",
        "session 2024-05-24: invited 6, accepted 3, tentative 0, declined 1, no answer 2, attended 3",
        "2024-05-24: invited 6, accepted 3 of 6, attended 3 of 6, joined 1 of 6",
        "education faculty: joined or committed nobody, under way Texas Colleges, identified only nobody",
        "teachers: to reach 100,000, reached 120, share <1%",
        "Maria Rivera: nominated 9, invited 6, accepted 3, attended 3, joined 1",
        "week of 2024-04-22: new partners 1, in all 11",
    ):
        assert line in lines
    assert "".join(lines).count("[for]")


def test_markdown_has_headings_tables_and_lists_and_data_is_no_markup(spring: Program) -> None:
    printed = spring("report", "--all", "--format", "markdown", today=DAY).out
    assert printed.startswith("# MTEP 2.0: outreach report\n\nWednesday, June 5, 2024\n\n## Goal\n\n11 of 20")
    assert "| school personnel | Auburn City Schools | Georgia Teachers Union; Wisconsin Schools | nobody |" in printed
    assert (
        "- No families-and-community partner has joined yet; 2 are identified and not invited: Ohio Families" in printed
    )
    assert "Ohio Families \\[for\\] Mathematics" in printed
    assert "Late \\*Society\\*" in spring("report", "--compare", "2024-04-01", "--format", "markdown", today=DAY).out


def test_csv_has_a_row_for_every_figure(spring: Program) -> None:
    printed = spring("report", "--all", "--format", "csv", today=DAY).out
    rows = list(csv.reader(io.StringIO(printed)))
    assert rows[0] == ["section", "item", "count"]
    assert all(len(row) == 3 for row in rows)
    for row in (
        ["goal", "goal", "20"],
        ["conversion session 2024-05-24", "accepted", "3"],
        ["role school personnel", "joined", "0"],
        ["role school personnel", "committed", "1"],
        ["state AL", "committed", "2"],
        ["commitments", "under way", "1"],
        ["promised for educator development", "teachers reached", "120"],
        ["outcome goals", "teachers to reach", "100000"],
        ["week 2024-03-04", "identified", "4"],
        ["nominator Maria Rivera", "nominated", "9"],
        ["next", "are not invited yet", "5"],
    ):
        assert row in rows
    assert len({tuple(row[:2]) for row in rows}) == len(rows)


def test_json_of_everything_adds_to_the_keys_of_one_screen(spring: Program) -> None:
    screen = spring("report", "--format", "json", today=DAY).json
    everything = spring("report", "--all", "--format", "json", today=DAY).json
    assert list(everything) == [*screen, "coverage", "pace", "conversion", "nominators", "commitments"]
    assert {key: everything[key] for key in screen} == screen
    assert [role["role"] for role in everything["coverage"]["roles"]][:2] == [
        "mathematics-teacher-educators", "mathematics-faculty"
    ]  # fmt: skip
    faculty = everything["coverage"]["roles"][1]
    assert faculty == {
        "role": "mathematics-faculty",
        "by_stage": {"identified": 1, "invited": 0, "accepted": 0, "attended": 0, "joined": 0, "committed": 1},
        "covering": ["Alabama Mathematics Council"],
        "under_way": [],
        "waiting": ["Utah Mathematics Circle"],
    }
    assert everything["coverage"]["states"][0] == {
        "state": "AL",
        "partners": 2,
        "by_stage": {"identified": 0, "invited": 0, "accepted": 0, "attended": 0, "joined": 0, "committed": 2},
    }
    assert everything["pace"] == snapshot(
        {
            "weeks": [
                {"week": "2024-03-04", "identified": 4, "total": 4},
                {"week": "2024-03-11", "identified": 3, "total": 7},
                {"week": "2024-03-18", "identified": 2, "total": 9},
                {"week": "2024-03-25", "identified": 0, "total": 9},
                {"week": "2024-04-01", "identified": 0, "total": 9},
                {"week": "2024-04-08", "identified": 0, "total": 9},
                {"week": "2024-04-15", "identified": 1, "total": 10},
                {"week": "2024-04-22", "identified": 1, "total": 11},
                {"week": "2024-04-29", "identified": 0, "total": 11},
                {"week": "2024-05-06", "identified": 0, "total": 11},
                {"week": "2024-05-13", "identified": 0, "total": 11},
                {"week": "2024-05-20", "identified": 0, "total": 11},
                {"week": "2024-05-27", "identified": 0, "total": 11},
                {"week": "2024-06-03", "identified": 0, "total": 11},
            ],
            "per_week": 0.5,
            "over_weeks": 12,
            "projection": {"day": "2024-10-09", "earliest": "2024-07-14", "latest": "2025-10-28"},
            "why_not": None,
            "precedent": {"from": 28, "to": 300, "years": 10, "per_week": 0.52},
        }
    )
    assert everything["conversion"] == snapshot(
        [
            {"by": "session", "name": "2024-05-24", "invited": 6, "accepted": 3, "attended": 3, "joined": 1},
            {"by": "scope", "name": "national", "invited": 1, "accepted": 1, "attended": 0, "joined": 0},
            {"by": "scope", "name": "state", "invited": 4, "accepted": 1, "attended": 2, "joined": 0},
            {"by": "scope", "name": "local", "invited": 1, "accepted": 1, "attended": 1, "joined": 1},
            {"by": "nominator", "name": "Maria Rivera", "invited": 6, "accepted": 3, "attended": 3, "joined": 1},
            {"by": "template", "name": "invitation", "invited": 6, "accepted": 3, "attended": 3, "joined": 1},
        ]
    )
    assert everything["nominators"] == [
        {"member": "Maria Rivera", "nominated": 9, "invited": 6, "accepted": 3, "attended": 3, "joined": 1}
    ]
    assert everything["commitments"]["goals"] == [{"unit": "teachers", "target": 100000, "progress": 120}]
    assert everything["commitments"]["states"]["under-way"] == 1


@pytest.mark.parametrize("section", ReportSection)
def test_json_of_a_section_has_its_keys_only(spring: Program, section: ReportSection) -> None:
    found = spring("report", "--section", section, "--format", "json", today=DAY).json
    whole = spring("report", "--all", "--format", "json", today=DAY).json
    assert next(iter(found)) == "as_of"
    assert {key: whole[key] for key in found} == found
    more = {"goal": ["identified", "remaining"], "stages": ["by_scope", "by_sector"], "sessions": ["conversion"],
            "coverage": ["by_scope", "by_sector"], "states": ["coverage"]}  # fmt: skip
    assert set(found) == {"as_of", section, *more.get(section, [])}


def test_numbers_that_are_whole_have_no_fraction(spring: Program) -> None:
    assert ".0" not in json.dumps(spring("report", "--all", "--format", "json", today=DAY).json)


def test_members_of_one_name_are_told_apart(mtep: Program) -> None:
    for mail, many in (("ana@x.edu", 2), ("other@x.edu", 1)):
        for number in range(many):
            who = f"Ana Sample <{mail}>"
            mtep("add-partner", f"Partner {number} of {mail.partition('@')[0]}", "--nominated-by", who)
    mtep("add-partner", "One", "--nominated-by", "Ben Sample <ben@x.edu>")
    mtep("add-session", "2024-05-24")
    mtep("invite", "1", "2", "3", "4", "--session", "2024-05-24")
    found = mtep("report", "--all", "--format", "json").json
    assert [(one["member"], one["nominated"]) for one in found["nominators"]] == [
        ("Ana Sample (number 1)", 2), ("Ana Sample (number 2)", 1), ("Ben Sample", 1)
    ]  # fmt: skip
    worked = [(one["name"], one["invited"]) for one in found["conversion"] if one["by"] == "nominator"]
    assert worked == [("Ana Sample (number 1)", 2), ("Ana Sample (number 2)", 1), ("Ben Sample", 1)]
    printed = mtep("report", "--all", "--format", "csv").out
    assert "nominator Ana Sample (number 1),nominated,2\nnominator" in printed.replace("\r", "")
    assert "nominator Ana Sample (number 2),nominated,1" in printed
    mtep("nominate", "One", "--by", "other@x.edu", today="2024-05-02")
    compared = mtep("report", "--section", "nominators", "--compare", "2024-05-01", "--format", "json",
                    today="2024-05-02").json["compared"]["figures"]  # fmt: skip
    assert {
        "section": "nominator Ana Sample (number 2)",
        "item": "nominated",
        "then": 1,
        "now": 2,
        "difference": 1,
    } in (compared)


def test_partners_of_one_name_are_told_apart(mtep: Program) -> None:
    for state in ("AL", "NE"):
        mtep("add-partner", "Lincoln Schools", "--state", state, "--council-role", "school-personnel", "--new")
    mtep("add-partner", "Others", "--council-role", "school-personnel")
    words = ["report", "--section", "coverage", "--compare", "2024-04-01", "--format", "json"]
    found = mtep(*words).json
    both = ["Lincoln Schools (number 1)", "Lincoln Schools (number 2)", "Others"]
    assert next(one["waiting"] for one in found["coverage"]["roles"] if one["waiting"]) == both
    assert found["compared"]["new"]["identified"] == both


# ---- what changed --------------------------------------------------------------------------------------------------


def test_a_comparison_says_what_changed_and_who_is_new(spring: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert spring("report", "--compare", "2024-05-20", today=DAY).out == snapshot("""\
MTEP 2.0: outreach report                                Wednesday, June 5, 2024

11 of 20 potential partners identified                              9 to go, 55%
████████████████████████████████████████████
Pace: 0.5 a week; at that pace the goal is met around October 9, 2024.
Commitments: 2; 1 planned and 1 under way.

Changes since Monday, May 20, 2024
  Figure                                                  Then  Now  Difference
  ──────────────────────────────────────────────────────────────────────────────
  stage: attended                                            0    3          +3
  stage: joined                                              0    1          +1
  stage: committed                                           0    2          +2
  session 2024-05-24: attended                               0    3          +3
  next: have a letter that is not confirmed as sent          2    1          -1
  next: have not answered for 7 days                         2    1          -1
  next: have accepted and are not on the list of those       0    1          +1
  who came
  next: have come to a session and not joined yet            0    1          +1
  commitments: planned                                       0    1          +1
  commitments: under way                                     0    1          +1
  promised for educator development: schools promised        0   20         +20
  promised for educator development: teachers promised       0  300        +300
  promised for educator development: teachers reached        0  120        +120
  outcome goals: teachers reached                            0  120        +120
  pace: partners a week                                   0.91  0.5       -0.41
  New at attended: Alabama Mathematics Council; Auburn City Schools; Georgia
  Teachers Union.
  New at joined: Auburn City Schools.
  New at committed: Alabama Mathematics Council; Auburn City Schools.
""")
    found = spring("report", "--compare", "2024-05-20", "--format", "json", today=DAY).json["compared"]
    assert found["day"] == "2024-05-20"
    assert {"section": "stage", "item": "attended", "then": 0, "now": 3, "difference": 3} in found["figures"]
    assert found["new"]["attended"] == ["Alabama Mathematics Council", "Auburn City Schools", "Georgia Teachers Union"]
    assert found["no_longer"] == {stage: [] for stage in found["new"]}


def test_what_was_taken_back_is_there_no_longer(spring: Program) -> None:
    spring("rsvp", "9", "no", today="2024-06-04")
    spring("remove", "4", today="2024-06-04")
    found = spring("report", "--compare", "2024-05-20", "--format", "json", today=DAY).json["compared"]
    assert found["no_longer"]["accepted"] == ["National Union of Sums"]
    assert found["no_longer"]["identified"] == ["Ohio Families [for] Mathematics"]
    printed = spring("report", "--compare", "2024-05-20", "--format", "plain", today=DAY).out
    assert "No longer at accepted: National Union of Sums." in printed


def test_two_past_days_can_be_compared_in_a_section(spring: Program) -> None:
    words = ["--as-of", "2024-05-05", "--compare", "2024-04-25", "--section", "sessions"]
    printed = spring("report", *words, "--format", "json", today=DAY).json
    assert list(printed) == ["as_of", "sessions", "conversion", "compared"]
    figures = {(one["section"], one["item"]): one["difference"] for one in printed["compared"]["figures"]}
    assert figures["session 2024-05-24", "invited"] == 6
    assert printed["compared"]["new"]["accepted"] == [
        "Alabama Mathematics Council", "Auburn City Schools", "National Union of Sums"
    ]  # fmt: skip


def test_partners_that_came_and_went_are_named_where_no_figure_changed(spring: Program) -> None:
    spring("rsvp", "3", "yes", today=DAY)
    spring("rsvp", "9", "no", today=DAY)
    words = ["report", "--compare", "2024-06-04", "--section", "stages"]
    printed = spring(*words, "--format", "plain", today=DAY).out
    assert "Nothing changed." not in printed
    assert "New at accepted: Georgia Teachers Union." in printed
    assert "No longer at accepted: National Union of Sums." in printed
    assert "New at accepted: Georgia Teachers Union." in spring(*words, today=DAY).out


def test_what_was_reported_on_commitments_is_compared_without_asking_for_it(spring: Program) -> None:
    assert "Nothing changed." in spring("report", "--compare", "2024-06-04", today=DAY).out
    spring("progress", "1", "150", "--unit", "teachers", today=DAY)
    spring("withdraw-commitment", "2", today=DAY)
    found = spring("report", "--compare", "2024-06-04", "--format", "json", today=DAY).json["compared"]["figures"]
    assert [
        (one["section"], one["item"], one["difference"]) for one in found if one["section"] not in ("stage", "next")
    ] == [
        ("commitments", "planned", -1),
        ("commitments", "withdrawn", 1),
        ("promised for educator development", "teachers reached", 30),
        ("outcome goals", "teachers reached", 30),
    ]
    assert "commitments" not in spring("report", "--compare", "2024-06-04", "--format", "json", today=DAY).json


def test_a_pace_that_was_not_known_then_is_compared_with_nothing(spring: Program) -> None:
    def compared(day: str) -> list[dict[str, object]]:
        words = ["report", "--all", "--compare", day, "--format", "json"]
        found: list[dict[str, object]] = spring(*words, today=DAY).json["compared"]["figures"]
        return [one for one in found if str(one["section"]).startswith(("pace", "week"))]

    assert spring("report", "--section", "pace", "--as-of", "2024-03-20", "--format", "json", today=DAY).json["pace"][
        "per_week"
    ] is None  # fmt: skip
    assert compared("2024-03-20") == []
    assert compared("2024-05-05") == [
        {"section": "pace", "item": "partners a week", "then": 1.11, "now": 0.5, "difference": -0.61}
    ]


def test_a_report_is_compared_with_an_earlier_day_only(spring: Program) -> None:
    printed = spring("report", "--compare", DAY, code=2, today=DAY)
    assert "is not before Wednesday, June 5, 2024" in printed.err
    assert "Give an earlier day." in printed.err


@pytest.mark.parametrize("option", ["--as-of", "--compare"])
def test_a_report_of_a_day_to_come_is_refused(spring: Program, option: str) -> None:
    printed = spring("report", option, "2024-06-06", code=2, today=DAY)
    assert "The report cannot have happened on Thursday, June 6, 2024: today is Wednesday, June 5, 2024." in printed.err


# ---- suggestions ---------------------------------------------------------------------------------------------------


def suggestions(program: Program, *arguments: str) -> list[str]:
    found: list[str] = program("report", "--section", "coverage", "--format", "json", *arguments, today=DAY).json[
        "coverage"
    ]["suggestions"]
    return found


def test_gaps_come_with_those_who_could_close_them(spring: Program) -> None:
    assert "\n".join(suggestions(spring)).replace(". ", ".\n  ").replace(": ", ":\n    ") == snapshot("""\
No mathematics-teacher-educators partner has joined yet; 1 has accepted:
    National Union of Sums.
  See how it stands:
    mtep show 9
No education-faculty partner has joined yet; 1 has declined:
    Texas Colleges.
  Think of somebody else:
    mtep add-partner "NAME" --council-role education-faculty
No families-and-community partner has joined yet; 2 are identified and not invited:
    Ohio Families [for] Mathematics, Puerto Rico Parents.
  No session is ahead to invite them to.
  Plan one:
    mtep add-session DAY
Nobody to write to is known yet for other-faculty and business-and-industry.
  Think of somebody:
    mtep add-partner "NAME" --council-role other-faculty
No partner yet of the sector government, nonprofit, industry, philanthropy, higher education, K-12 or community.
2 partners have no sector yet.
  Add it:
    mtep edit PARTNER --sector government
In 3 states and territories nobody is invited yet:
    Ohio (1), Puerto Rico (1) and Utah (1).
  No session is ahead to invite them to.
  Plan one:
    mtep add-session DAY
In 48 states and territories no partner is known yet.
  See which:
    mtep report --section states\
""")


def test_nobody_is_suggested_whom_nobody_may_write_to(spring: Program) -> None:
    spring("add-session", DAY, today=DAY)
    spring("do-not-contact", "4", today=DAY)
    said = [sentence for sentence in suggestions(spring) if "families-and-community" in sentence]
    (one,) = said
    assert one.endswith("; 1 is identified and not invited: Puerto Rico Parents. Invite them: mtep invite 5")
    spring("do-not-contact", "5", today=DAY)
    (said_of_none,) = [sentence for sentence in suggestions(spring) if "families-and-community" in sentence]
    assert said_of_none.startswith("Nobody to write to is known yet for other-faculty, families-and-community")


def test_who_came_is_suggested_before_who_was_only_invited(spring: Program) -> None:
    spring("undo", today=DAY)  # the commitment of partner 1
    spring("remove", "7", today=DAY)
    said = [sentence for sentence in suggestions(spring) if "mathematics-faculty" in sentence]
    (one,) = said
    assert one.endswith("; 1 has come to a session: Alabama Mathematics Council. When they join: mtep join 1")


def test_who_is_under_way_is_named_beside_who_only_waits(spring: Program) -> None:
    spring("add-session", "2024-06-14", today=DAY)
    for partner in ("8", "9", "4"):
        spring("edit", partner, "--council-role", "business-and-industry", today=DAY)
    (one,) = [sentence for sentence in suggestions(spring) if "business-and-industry" in sentence]
    assert one == (
        "No business-and-industry partner has joined yet; 1 is identified and not invited: Ohio Families [for] "
        "Mathematics; 1 has accepted: National Union of Sums; 1 is invited: Wisconsin Schools. "
        "Invite them: mtep invite 4"
    )


def test_nobody_is_invited_to_a_session_that_is_over_or_cancelled(spring: Program) -> None:
    assert not [sentence for sentence in suggestions(spring) if "mtep invite" in sentence]
    spring("add-session", "2024-06-14", today=DAY)
    ahead = suggestions(spring)
    assert [sentence.rpartition(". ")[2] for sentence in ahead if "mtep invite" in sentence] == [
        "Invite them: mtep invite 4 5", "Begin with: mtep invite --state OH"
    ]  # fmt: skip
    spring("cancel", "2024-06-14", "--yes", today=DAY)
    ends = [sentence for sentence in suggestions(spring) if sentence.endswith("Plan one: mtep add-session DAY")]
    assert len(ends) == 2
    assert [sentence for sentence in suggestions(spring, "--as-of", "2024-05-20") if "mtep invite" in sentence]


def test_what_is_suggested_of_one_scope_stays_in_it(spring: Program) -> None:
    spring("add-session", "2024-06-14", today=DAY)
    commands = {
        "local": ["invite 5", 'add-partner "NAME" --council-role mathematics-teacher-educators --scope local',
                  "invite --state PR --scope local", "report --section states --scope local"],
        "national": ["show 9", 'add-partner "NAME" --council-role mathematics-faculty --scope national',
                     "edit PARTNER --sector government"],
    }  # fmt: skip
    for scope, wanted in commands.items():
        said = suggestions(spring, "--scope", scope)
        assert [words.partition(": mtep ")[2] for words in said if ": mtep " in words] == wanted
        assert all(f" {scope} partner" in words or f" {scope} families-and-community partner" in words
                   or f" {scope} mathematics-teacher-educators partner" in words for words in said)  # fmt: skip
    spring("add-partner", "Sectorless", "--scope", "state", today=DAY)
    said = suggestions(spring, "--scope", "state")
    assert "1 state partner has no sector yet. Add it: mtep edit PARTNER --sector government" in said
    spring("add-partner", "Another", "--scope", "state", today=DAY)
    assert "2 state partners have no sector yet." in "\n".join(suggestions(spring, "--scope", "state"))


def test_what_no_partner_has_and_what_was_not_said_is_named(mtep: Program) -> None:
    mtep("add-partner", "One", "--scope", "national", "--state", "AL")
    mtep("add-partner", "Two", "--state", "GA")
    mtep("add-session", "2024-08-01")
    said = suggestions(mtep)
    assert said[0].startswith("No partner has a role in the partnership council yet.")
    assert "No partner yet of the scope state or local." in said
    assert "1 partner has no scope yet. Add it: mtep edit PARTNER --scope national" in said
    assert "2 partners have no sector yet. Add it: mtep edit PARTNER --sector government" in said
    assert ("In 2 states and territories nobody is invited yet: Alabama (1) and Georgia (1). "
            "Begin with: mtep invite --state AL") in said  # fmt: skip


# ---- as a page -----------------------------------------------------------------------------------------------------


def test_the_report_can_be_written_as_the_page_of_the_dashboard(spring: Program) -> None:
    printed = spring("report", "--html", "board.html", "--as-of", "2024-05-05", today=DAY)
    assert "board.html" in printed.out
    assert "Auburn City Schools" in (spring.folder / "board.html").read_text("utf-8")
    for other in (["--all"], ["--section", "pace"], ["--compare", "2024-05-01"], ["--format", "json"]):
        assert "cannot be used together" in spring("report", "--html", "board.html", *other, code=2, today=DAY).err


def test_partners_without_a_role_are_named_for_roles_that_nobody_has(mtep: Program) -> None:
    for name in ("Aurora Schools", "Boulder Schools", "Cedar Schools"):
        mtep("add-partner", name, "--sector", "k12")
    mtep("add-partner", "Delta College", "--sector", "higher-education", "--council-role", "mathematics-faculty")

    def said(*words: str) -> list[str]:
        found = mtep("report", "--section", "coverage", "--format", "json", *words).json["coverage"]["suggestions"]
        return [one for one in found if "no role yet" in one]

    (known,) = said()
    assert known == (
        "3 K-12 partners have no role yet: Aurora Schools, Boulder Schools and 1 more. "
        "If one can fill school-personnel: mtep edit 1 --council-role school-personnel"
    )
    assert said("--scope", "state") == []
    mtep("edit", "2", "--council-role", "school-personnel")
    assert said() == []
