"""The analysis in the report: every figure against a slow, obvious count, past days, pace and its interval."""

import math
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtep_outreach.dashboard.sentences import pace_in_words
from mtep_outreach.errors import SessionNotYetPlannedError
from mtep_outreach.outreach import pace, reports
from mtep_outreach.outreach.pace import interval, lately
from mtep_outreach.outreach.reports import ALL, Report
from mtep_outreach.outreach.selection import Selection
from mtep_outreach.store.reading import Reader, Record
from mtep_outreach.vocabulary import CouncilRole, Scope, Sector, Stage

from .conftest import Program

FIRST = date(2024, 3, 4)
LAST = 60
Row = dict[str, Any]

# ---- small networks ------------------------------------------------------------------------------------------------

DAYS = st.integers(0, LAST).map(lambda number: (FIRST + timedelta(days=number)).isoformat())
SOME = st.sampled_from(range(1, 7))


def rows_of(most: int, **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Row]]:
    return st.lists(st.fixed_dictionaries(columns), max_size=most)


def once(rows: list[Row], *keys: str) -> list[Row]:
    """The rows that are the first of their kind, numbered."""
    first = {tuple(row[key] for key in keys): row for row in reversed(rows)}
    return [{"id": number, **row} for number, row in enumerate(reversed(first.values()), 1)]


@st.composite
def networks(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Rows of every table that the report counts, on any days: answered before invited, removed before added."""
    scopes, sectors = st.sampled_from([*map(str, Scope), None]), st.sampled_from([*map(str, Sector), None])
    states = st.sampled_from(["AL", "GA", "PR", "FM", None])
    partner = st.fixed_dictionaries(
        {"scope": scopes, "sector": sectors, "state": states, "added_on": DAYS, "removed_on": st.none() | DAYS}
    )
    partners = draw(st.lists(partner, min_size=6, max_size=6))
    both = {"partner_id": SOME, "day": DAYS}
    invitations = once(draw(rows_of(9, **both, session_id=st.sampled_from([1, 2]))), "partner_id", "session_id")
    of_invitation = st.sampled_from([row["id"] for row in invitations] or [1])
    answers = st.sampled_from(["accepted", "declined", "tentative"])
    replies = rows_of(8, invitation_id=of_invitation, answer=answers, day=DAYS, rank=st.sampled_from(["", "1", "2"]))
    kinds = {"kind": st.sampled_from(["invitation", "reminder"]), "template": st.sampled_from(["short", "long"])}
    letter_states = st.sampled_from(["written", "sent", "bounced"])
    letters = rows_of(8, invitation_id=of_invitation, state=letter_states, day=DAYS, **kinds)
    roles = rows_of(6, partner_id=SOME, role=st.sampled_from([str(role) for role in CouncilRole][:3]))
    cancelled = st.none() | DAYS
    return {
        "partners": [{"id": number, **row, "public": 0} for number, row in enumerate(partners, 1)],
        "partner_roles": once(draw(roles), "partner_id", "role"),
        "nominations": once(draw(rows_of(6, **both, member_id=st.sampled_from([1, 2]))), "partner_id", "member_id"),
        "sessions": [
            {"id": number, "code": code, "added_on": draw(DAYS), "cancelled_on": draw(cancelled)}
            for number, code in enumerate(("2024-03-25", "2024-04-15"), 1)
        ],
        "invitations": invitations,
        "replies": once(draw(replies), "invitation_id", "answer", "day", "rank") if invitations else [],
        "deliveries": once(draw(letters), "invitation_id", "kind", "day", "state", "template") if invitations else [],
        "attendances": once(draw(rows_of(6, **both, session_id=st.sampled_from([1, 2]))), "partner_id", "session_id"),
        "agreements": once(draw(rows_of(3, **both)), "partner_id"),
        "commitments": once(draw(rows_of(3, **both, withdrawn_on=st.none() | DAYS)), "partner_id", "day"),
        "contacts": once(draw(rows_of(5, partner_id=SOME, added_on=DAYS)), "partner_id"),
        "partner_stops": once(draw(rows_of(2, **both)), "partner_id"),
    }


_FILLED: dict[str, Row] = {
    "sessions": {"title": "S", "starts_at": "2024-04-01 12:00:00", "ends_at": "2024-04-01 13:00:00",
                 "time_zone": "America/Chicago"},
    "invitations": {"sequence": 0},
    "replies": {"sequence": 0},
    "deliveries": {"text": "", "at": "2024-03-04 12:00:00", "subject": "", "sequence": 0, "attempts": 0},
    "commitments": {"statement": "We promise.", "public": 0},
    "contacts": {"name": "Ann", "email": None, "is_primary": 0},
}  # fmt: skip


def fill(database: Path, network: dict[str, list[Row]]) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        for number in (1, 2):
            connection.execute(
                "INSERT INTO members (id, name, key, role, added_on) VALUES (?, ?, ?, 'coach', '2024-01-01')",
                [number, f"Member {number}", f"member {number}"],
            )
        for number in range(1, 7):
            connection.execute(
                "INSERT INTO names (partner_id, kind, text, key) VALUES (?, 'official', ?, ?)",
                [number, f"Partner {number}", f"partner {number}"],
            )
        for table, rows in network.items():
            for row in rows:
                whole = row | _FILLED.get(table, {})
                marks = ", ".join(f":{key}" for key in whole)
                connection.execute(f"INSERT INTO {table} ({', '.join(whole)}) VALUES ({marks})", whole)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with nothing in it."""
    from datetime import UTC, datetime

    from mtep_outreach.store.writing import writing

    path = tmp_path_factory.mktemp("empty") / "empty.sqlite"
    with writing(path, at=datetime(2024, 1, 1, tzinfo=UTC), actor="test", command="test") as work:
        work.flush()
    return path


# ---- the slow, obvious count ---------------------------------------------------------------------------------------


class Count:
    """The figures of the report, counted one by one."""

    def __init__(self, network: dict[str, list[Row]], day: str, scope: str | None, session: int | None = None) -> None:
        self.day = day
        self.session = session
        self.scope = scope
        self.of = network
        self.partners = [
            row
            for row in network["partners"]
            if (row["removed_on"] is None or row["removed_on"] > day) and (scope is None or row["scope"] == scope)
        ]
        self.partners = [row for row in self.partners if self.days(row["id"])]

    def until(self, table: str, **equal: Any) -> list[Row]:
        return [
            row
            for row in self.of[table]
            if row["day"] <= self.day and all(row[key] == value for key, value in equal.items())
        ]

    def reply(self, invitation: int) -> str | None:
        found = self.until("replies", invitation_id=invitation)
        return max(found, key=lambda row: (row["rank"], row["day"], row["id"]))["answer"] if found else None

    def accepted(self, partner: int) -> list[Row]:
        """The replies that count and accept."""
        of = [row for row in self.of["invitations"] if row["partner_id"] == partner]
        standing = [
            max(found, key=lambda row: (row["rank"], row["day"], row["id"]))
            for found in (self.until("replies", invitation_id=row["id"]) for row in of)
            if found
        ]
        return [row for row in standing if row["answer"] == "accepted"]

    def committed(self, partner: int) -> list[Row]:
        """What it promised, and not before it was recorded."""
        added = next(row["added_on"] for row in self.of["partners"] if row["id"] == partner)
        made = [{**row, "day": max(row["day"], added)} for row in self.until("commitments", partner_id=partner)]
        found = [row for row in made if row["day"] <= self.day]
        return [row for row in found if row["withdrawn_on"] is None or row["withdrawn_on"] > self.day]

    def recorded(self, partner: int) -> dict[str, list[str]]:
        """The days of each fact that is recorded of a partner."""
        added = next(row["added_on"] for row in self.of["partners"] if row["id"] == partner)
        found = {
            "identified": [added] * (added <= self.day)
            + [row["day"] for row in self.until("nominations", partner_id=partner)],
            "accepted": [row["day"] for row in self.accepted(partner)],
            "committed": [row["day"] for row in self.committed(partner)],
        }
        for stage, table in (("invited", "invitations"), ("attended", "attendances"), ("joined", "agreements")):
            found[stage] = [row["day"] for row in self.until(table, partner_id=partner)]
        return found

    def days(self, partner: int) -> list[str]:
        return sorted(day for days in self.recorded(partner).values() for day in days)

    def stage(self, partner: int) -> str:
        return [str(stage) for stage in Stage if stage is Stage.IDENTIFIED or self.recorded(partner)[stage]][-1]

    def is_stopped(self, partner: int) -> bool:
        return bool(self.until("partner_stops", partner_id=partner))

    def by_stage(self, partners: list[Row]) -> dict[str, int]:
        found = Counter(self.stage(row["id"]) for row in partners)
        return {str(stage): found[stage] for stage in Stage}


def check_stages(count: Count, found: Report) -> None:
    assert found.identified == len(count.partners)
    for stage in list(Stage)[1:]:
        assert found.stages[stage] == sum(bool(count.recorded(row["id"])[stage]) for row in count.partners), stage
    for key, counted in (("scope", found.by_scope), ("sector", found.by_sector)):
        assert {word: n for word, n in counted.items() if n} == Counter(row[key] or "not-set" for row in count.partners)
    assert found.covered == sorted({row["state"] for row in count.partners if row["state"]})


def check_sessions(count: Count, found: Report) -> None:
    kept = {row["id"] for row in count.of["partners"] if row["removed_on"] is None or row["removed_on"] > count.day}
    here = {row["id"] for row in count.partners} & kept
    for figures in found.sessions:
        number = {"2024-03-25": 1, "2024-04-15": 2}[figures.session]
        invited = [row for row in count.until("invitations", session_id=number) if row["partner_id"] in here]
        replies = Counter(count.reply(row["id"]) for row in invited)
        came = [row for row in count.until("attendances", session_id=number) if row["partner_id"] in here]
        assert (figures.invited, figures.accepted, figures.no_answer) == (
            len(invited), replies["accepted"], replies[None]
        )  # fmt: skip
        assert (figures.declined, figures.tentative, figures.attended) == (
            replies["declined"], replies["tentative"], len(came)
        )  # fmt: skip


def check_coverage(count: Count, found: Report) -> None:
    assert found.coverage
    for role in found.coverage.roles:
        having = {row["partner_id"] for row in count.of["partner_roles"] if row["role"] == role.role}
        partners = [row for row in count.partners if row["id"] in having]
        assert role.by_stage == count.by_stage(partners)
        names = {row["id"]: f"Partner {row['id']}" for row in partners}
        stages = {name: count.stage(number) for number, name in names.items()}
        assert role.covering == [name for name, stage in stages.items() if stage in ("joined", "committed")]
        assert role.waiting == [name for name, stage in stages.items() if stage == "identified"]
        assert sorted([*role.covering, *role.under_way, *role.waiting]) == sorted(names.values())
    assert [one.state for one in found.coverage.states] == found.covered
    for one in found.coverage.states:
        partners = [row for row in count.partners if row["state"] == one.state]
        assert (one.partners, one.by_stage) == (len(partners), count.by_stage(partners))


def outcomes(count: Count) -> Iterator[tuple[Row, Row, tuple[bool, bool, bool]]]:
    """Each invitation of a partner that is counted: accepted, came to that session, joined since."""
    for partner in count.partners:
        for row in count.until("invitations", partner_id=partner["id"]):
            if count.session not in (None, row["session_id"]):
                continue
            came = count.until("attendances", partner_id=partner["id"], session_id=row["session_id"])
            joined = [one for one in count.until("agreements", partner_id=partner["id"]) if one["day"] >= row["day"]]
            yield partner, row, (count.reply(row["id"]) == "accepted", bool(came), bool(joined))


def check_conversions(count: Count, found: Report) -> None:
    groups: dict[tuple[str, str], dict[int, list[tuple[bool, bool, bool]]]] = {}
    cancelled = {row["id"] for row in count.of["sessions"] if row["cancelled_on"] and row["cancelled_on"] <= count.day}
    for partner, row, outcome in outcomes(count):
        names = [("session", {1: "2024-03-25", 2: "2024-04-15"}[row["session_id"]])]
        names += [("scope", partner["scope"] or "not-set")]
        names += [
            ("nominator", f"Member {one['member_id']}") for one in count.until("nominations", partner_id=partner["id"])
        ]
        letters = count.until("deliveries", invitation_id=row["id"], kind="invitation")
        names += [("template", max(letters, key=lambda one: int(one["id"]))["template"])] if letters else []
        for name in names[:1] if row["session_id"] in cancelled else names:
            groups.setdefault(name, {}).setdefault(partner["id"], []).append(outcome)
    counted = {
        name: (len(of), *(sum(any(one[place] for one in each) for each in of.values()) for place in range(3)))
        for name, of in groups.items()
    }
    assert found.conversion is not None
    shown = {(one.by, one.name): (one.invited, one.accepted, one.attended, one.joined) for one in found.conversion}
    assert shown == counted
    kinds = [one.by for one in found.conversion]
    assert kinds == sorted(kinds, key=["session", "scope", "nominator", "template"].index)
    for by in ("nominator", "template"):
        invited = [one.invited for one in found.conversion if one.by == by]
        assert invited == sorted(invited, reverse=True), "what was used most comes first"


def check_nominators(count: Count, found: Report) -> None:
    here = {row["id"] for row in count.partners}
    counted = {}
    for member in (1, 2):
        theirs = [
            row["partner_id"] for row in count.until("nominations", member_id=member) if row["partner_id"] in here
        ]
        if theirs:
            stages = [count.recorded(partner) for partner in theirs]
            counted[f"Member {member}"] = (
                len(theirs),
                *(sum(bool(of[stage]) for of in stages) for stage in ("invited", "accepted", "attended", "joined")),
            )
    assert counted == {
        one.member: (one.nominated, one.invited, one.accepted, one.attended, one.joined)
        for one in found.nominators or ()
    }


def check_pace(count: Count, found: Report) -> None:
    assert found.pace
    first = [date.fromisoformat(count.days(row["id"])[0]) for row in count.partners]
    weeks = Counter((day - timedelta(days=day.weekday())).isoformat() for day in first)
    assert {week.week: week.identified for week in found.pace.weeks if week.identified} == weeks
    totals = [week.total for week in found.pace.weeks]
    assert totals == [sum(n for week, n in weeks.items() if week <= one.week) for one in found.pace.weeks]
    assert not totals or (totals[0] > 0 and totals[-1] == found.identified)


def check_tasks(count: Count, found: Report) -> None:
    tasks = {task.what: task.count for task in found.next}
    silent = (date.fromisoformat(count.day) - timedelta(days=7)).isoformat()
    yesterday = (date.fromisoformat(count.day) - timedelta(days=1)).isoformat()
    planned = [row for row in count.of["sessions"] if row["added_on"] <= count.day or row["code"] <= count.day]
    held = {row["id"]: row["code"] for row in planned if not row["cancelled_on"] or row["cancelled_on"] > count.day}
    recorded = {held.get(row["session_id"]) for row in count.until("attendances")}
    expected: Counter[str] = Counter()
    for partner in count.partners:
        number, of = partner["id"], count.recorded(partner["id"])
        invitations = count.until("invitations", partner_id=number)
        newest = {row["id"]: max(letters, key=lambda one: int(one["id"]))["state"] for row in invitations
                  for letters in [[one for one in count.of["deliveries"] if one["invitation_id"] == row["id"]]]
                  if letters}  # fmt: skip
        came = bool(of["attended"] or of["joined"] or of["committed"])
        expected["not-confirmed-sent"] += not came and any(
            newest.get(row["id"]) == "written" and count.reply(row["id"]) is None for row in invitations
        )
        if count.is_stopped(number):
            continue
        contacts = [row for row in count.of["contacts"] if row["partner_id"] == number and row["added_on"] <= count.day]
        expected["no-contact"] += not contacts
        expected["not-invited"] += not (came or of["invited"] or of["accepted"])
        if invitations and not came:
            last = max(invitations, key=lambda row: int(row["id"]))
            expected["no-answer"] += (
                count.reply(last["id"]) is None
                and last["session_id"] in held
                and newest.get(last["id"]) != "bounced"
                and last["day"] <= silent
            )
        accepted = [
            held[row["session_id"]]
            for row in count.of["invitations"]
            if row["partner_id"] == number and count.reply(row["id"]) == "accepted" and row["session_id"] in held
        ]
        newest_session = max(accepted, default="")
        expected["not-attended"] += not came and newest_session in recorded and newest_session <= yesterday
        expected["not-joined"] += bool(of["attended"]) and not of["joined"] and not of["committed"]
    accepted_for = {row["session_id"] for partner in count.partners for row in count.of["invitations"]
                    if row["partner_id"] == partner["id"] and count.reply(row["id"]) == "accepted"}  # fmt: skip
    expected["not-recorded"] = sum(
        code <= yesterday and code not in recorded and number in accepted_for and count.scope is None
        for number, code in held.items()
    )
    for what in (
        *("no-contact", "not-invited", "not-confirmed-sent", "no-answer", "not-recorded", "not-attended", "not-joined"),
    ):
        assert tasks.get(what, 0) == expected[what], what


CHECKS: tuple[Callable[[Count, Report], None], ...] = (
    check_stages, check_sessions, check_coverage, check_conversions, check_nominators, check_pace, check_tasks,
)  # fmt: skip


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(network=networks(), day=st.none() | DAYS, scope=st.none() | st.sampled_from(Scope))
def test_every_figure_equals_a_slow_and_obvious_count(
    tmp_path: Path, empty: Path, network: dict[str, list[Row]], day: str | None, scope: Scope | None
) -> None:
    database = Path(shutil.copy(empty, tmp_path / "network.sqlite"))
    fill(database, network)
    today = FIRST + timedelta(days=LAST + 10)
    with Reader(database) as reader:
        as_of = date.fromisoformat(day) if day else None
        found = reports.report(reader, today=today, goal=30, as_of=as_of, scope=scope, sections=ALL)
    # Today everything has happened, but for what was withdrawn, removed or cancelled by then.
    count = Count(network, day or today.isoformat(), scope and str(scope))
    for check in CHECKS:
        check(count, found)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(network=networks(), day=st.none() | DAYS, number=st.sampled_from([1, 2]))
def test_of_one_session_only_the_invitations_to_it_count(
    tmp_path: Path, empty: Path, network: dict[str, list[Row]], day: str | None, number: int
) -> None:
    database = Path(shutil.copy(empty, tmp_path / "network.sqlite"))
    fill(database, network)
    today = FIRST + timedelta(days=LAST + 10)
    as_of = date.fromisoformat(day) if day else None
    count = Count(network, day or today.isoformat(), None, number)
    of = network["sessions"][number - 1]
    with Reader(database) as reader:
        (session,) = reader.select("planned_sessions", ["id = :number"], number=number)
        if min(of["added_on"], of["code"]) > count.day:
            with pytest.raises(SessionNotYetPlannedError):
                reports.report(reader, today=today, goal=30, as_of=as_of, session=session, sections=ALL)
            return
        found = reports.report(reader, today=today, goal=30, as_of=as_of, session=session, sections=ALL)
    (figures,) = found.sessions
    assert figures.session == of["code"]
    assert figures.cancelled == bool(of["cancelled_on"] and of["cancelled_on"] <= count.day)
    check_sessions(count, found)
    check_conversions(count, found)


# ---- past days -----------------------------------------------------------------------------------------------------


HELD = date(2024, 3, 18)


def season(mtep: Program, dice: random.Random, on: date) -> None:
    """One thing that happens on a day, nothing of it backdated: who came, is written down on the day itself."""
    number = len(mtep.list()) + 1
    anyone = str(dice.randint(1, number))
    role, state, scope = dice.choice(list(CouncilRole)), dice.choice(["AL", "GA", "TX"]), dice.choice(list(Scope))
    many = str(dice.randint(1, 300))
    things = [
        ["add-partner", f"Partner {number}", "--state", state, "--scope", scope, "--nominated-by", "Ana <a@x.edu>"],
        ["add-partner", f"Partner {number}", "--contact", f"Person <p{number}@x.org>", "--council-role", role],
        ["nominate", anyone, "--by", "Ben <b@x.edu>"],
        ["invite", anyone, "--session", HELD.isoformat()],
        ["rsvp", anyone, dice.choice(["yes", "no", "maybe"]), "--session", HELD.isoformat()],
        ["join", anyone],
        ["add-commitment", anyone, "Reach 300 students.", "--target", "300", "--unit", "students", "--yes"],
        ["progress", "1", many],
        ["withdraw-commitment", "1"],
        ["remove", anyone],
        ["do-not-contact", anyone],
    ]
    came = ["attend", anyone, "--session", HELD.isoformat()]
    mtep(*(came if on == HELD else dice.choice(things)), today=on.isoformat(), code=None)


def test_a_past_day_looks_as_it_did_on_that_day_where_nothing_was_backdated(mtep: Program) -> None:
    dice = random.Random(8)
    days = [FIRST + timedelta(days=number) for number in range(30)]
    mtep("add-session", HELD.isoformat(), today=FIRST.isoformat())
    made = {}
    for on in days:
        for _ in range(3):
            season(mtep, dice, on)
        made[on] = mtep("report", "--all", "--format", "json", today=on.isoformat()).json
    assert all(made[days[-1]]["stages"].values()), "the season was to reach every stage"
    assert made[days[-1]]["commitments"]["list"]
    for on, then in made.items():
        now = mtep("report", "--all", "--format", "json", "--as-of", on.isoformat(), today="2024-12-01").json
        assert now == then, on


# ---- pace ----------------------------------------------------------------------------------------------------------


def paced(counts: dict[date, int], day: date, goal: int = 30) -> pace.Pace:
    """The pace of partners that were identified on those days."""

    class Days:
        def select(self, *_: Any, **__: Any) -> list[Record]:
            return [{"day": on.isoformat(), "scope": None, "partners": many} for on, many in counts.items()]

    return pace.pace(Selection(Days(), day), goal)  # type: ignore[arg-type]


def each_week(*counts: int) -> dict[date, int]:
    return {FIRST + timedelta(weeks=number): many for number, many in enumerate(counts) if many}


def test_a_steady_pace_is_carried_on() -> None:
    found = paced(each_week(*[2] * 13), FIRST + timedelta(weeks=13, days=-1), goal=46)
    assert (found.per_week, found.why_not) == (2, None)
    assert found.projection
    assert found.projection.day == (FIRST + timedelta(weeks=23, days=-1)).isoformat()
    assert found.projection.earliest < found.projection.day < found.projection.latest


@pytest.mark.parametrize(
    ("weeks", "after", "goal", "why"),
    [
        ([], 0, 30, "Not enough data: no partner is identified yet."),
        ([9], 0, 30, "Not enough data: partners are known for 1 day, and a pace needs four weeks."),
        ([9], 26, 30, "Not enough data: partners are known for 27 days, and a pace needs four weeks."),
        ([49], 80, 60, "Not enough data: nobody new was identified after the first day, and a pace needs 8."),
        ([9, 1], 40, 30, "Not enough data: 1 new partner was identified after the first day, and a pace needs 8."),
        ([9, 7], 40, 30, "Not enough data: 7 new partners were identified after the first day, and a pace needs 8."),
        ([1, 9], 100, 30, "Nobody new was identified in the last 12 weeks."),
        ([9] * 6, 41, 30, "The goal is met."),
        ([9], 0, 9, "The goal is met."),
        (
            [1, 4, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1],
            83,
            100_000,
            "At the present pace the goal is more than twenty years away.",
        ),
        ([1, 60], 62, 1_000, "The last 9 weeks differ too much to say when the goal will be met."),
    ],
)
def test_where_nothing_can_be_said_the_reason_is(weeks: list[int], after: int, goal: int, why: str) -> None:
    found = paced(each_week(*weeks), FIRST + timedelta(days=after), goal)
    assert (found.projection, found.why_not) == (None, why)


def test_the_last_weeks_end_on_the_day_and_those_of_the_very_first_day_are_no_pace() -> None:
    on = FIRST + timedelta(days=34)
    assert lately({FIRST: 5, on: 1, on - timedelta(days=6): 1, on - timedelta(days=7): 1}, on) == [0, 0, 0, 1, 2]
    assert len(lately({FIRST: 1}, FIRST + timedelta(days=500))) == pace.WEEKS
    assert lately({}, on) == []


def drawn(dice: random.Random, mean: float, spread: float) -> int:
    """A count of that mean whose variance is ``spread`` times as large: Poisson, or negative binomial."""
    rate = mean if spread == 1 else dice.gammavariate(mean / (spread - 1), spread - 1)
    found, chance = 0, dice.random()
    while chance > math.exp(-rate):
        chance *= dice.random()
        found += 1
    return found


@pytest.mark.parametrize(
    ("mean", "spread", "weeks", "remaining"),
    [
        (2, 1, 12, 1),
        (2, 1, 12, 3),
        (3, 3, 12, 12),
        (2, 1, 12, 20),
        (0.8, 1, 12, 20),
        (5, 1, 6, 60),
        (2, 1, 4, 20),
        (2, 3, 12, 20),
        (5, 5, 12, 100),
        (2, 3, 6, 20),
    ],
)
def test_the_interval_holds_about_eight_times_in_ten(mean: float, spread: float, weeks: int, remaining: int) -> None:
    dice = random.Random(1942)
    held = tried = 0
    while tried < 500:
        counts = [drawn(dice, mean, spread) for _ in range(weeks)]
        if not sum(counts):
            continue
        said = interval(counts, remaining)
        if said is None:
            continue
        tried += 1
        earliest, latest = said
        took, left = 0.0, remaining
        while left > 0:
            new = drawn(dice, mean, spread)
            took += min(1.0, left / new) if new else 1
            left -= new
        held += earliest <= took <= latest
    assert 0.70 < held / tried < 0.90


def test_weeks_that_differ_more_make_the_interval_wider() -> None:
    steady, uneven = interval([3] * 12, 30), interval([0, 9, 0, 0, 9, 0, 0, 9, 0, 0, 9, 0], 30)
    assert steady
    assert uneven
    assert uneven[0] < steady[0] < 10 < steady[1] < uneven[1]
    assert interval([500, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 30) is None, "less is left than came at once"


@pytest.mark.parametrize(
    ("counts", "remaining", "least", "most"),
    # The points of F in tables: 2 and 40 degrees of freedom, 20 and 40, 120 and 120.
    [([2] * 10, 1, 0.1056, 2.4404), ([2] * 10, 10, 0.5854, 1.6052), ([6] * 10, 60, 0.7904, 1.2646)],
)
def test_the_interval_has_the_points_of_the_tables(
    counts: list[int], remaining: int, least: float, most: float
) -> None:
    expected = remaining / (sum(counts) / len(counts))
    found = interval(counts, remaining)
    assert found
    assert [end / expected for end in found] == pytest.approx([least, most], rel=0.01)


@settings(deadline=None)
@given(
    counts=st.lists(st.integers(0, 3) | st.integers(0, 120), min_size=4, max_size=15),
    remaining=st.integers(1, 6) | st.integers(1, 400),
)
def test_the_likely_day_lies_between_the_earliest_and_the_latest(counts: list[int], remaining: int) -> None:
    on = FIRST + timedelta(weeks=len(counts), days=-1)
    found = paced(each_week(*counts), on, goal=sum(counts) + remaining)
    if found.projection:
        assert found.projection.earliest <= found.projection.day <= found.projection.latest
        assert found.projection.day > on.isoformat()


def test_one_burst_says_nothing_of_the_last_few() -> None:
    on = date(2024, 5, 24)
    first = {on - timedelta(days=40 - 7 * number): 1 for number in range(5)}
    found = paced({**first, on - timedelta(days=4): 99}, on, goal=105)
    assert (found.projection, found.why_not) == (
        None, "The last 5 weeks differ too much to say when the goal will be met."
    )  # fmt: skip


def test_the_pace_is_that_of_the_weeks_that_are_named() -> None:
    found = {date(2024, 3, 6) + timedelta(days=number): 1 for number in range(9)}
    for on, per_week, weeks in ((date(2024, 4, 2), 2, 4), (date(2024, 4, 3), 2, 4), (date(2024, 4, 9), 1.6, 5)):
        measured = paced(found, on)
        assert (measured.per_week, measured.over_weeks) == (per_week, weeks), on
        assert (
            sum(many for day, many in found.items() if day != min(found) and on - day < timedelta(weeks=weeks))
            == per_week * weeks
        )
        assert f"in the last {weeks} weeks." in pace_in_words(measured, 30)[0]
    early = paced(found, date(2024, 4, 1))
    assert (early.per_week, early.over_weeks) == (None, None)
