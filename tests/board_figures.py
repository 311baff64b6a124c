"""A made-up network as the dashboard is given it: the report's figures and the rows of its partners."""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

from mtep_outreach.outreach.tasks import TASKS
from mtep_outreach.places import COUNTED
from mtep_outreach.vocabulary import NOT_SET, CommitmentState, CouncilRole, Scope, Sector, Stage

AS_OF = date(2024, 6, 5)
_KINDS = (
    "Council of Mathematics Teachers",
    "State University",
    "Education Foundation",
    "County Schools",
    "STEM Alliance",
)
_PLACES = ("Cedar Valley", "Lake Superior", "Red Mountain", "Gulf Coast", "Prairie View", "Twin Rivers", "Oak Hill")
_HOME = (
    "AL",
    "AL",
    "CA",
    "CA",
    "CA",
    "CO",
    "GA",
    "GA",
    "ME",
    "NE",
    "NM",
    "OH",
    "OR",
    "PR",
    "RI",
    "TN",
    "TX",
    "TX",
    "WI",
)

PROMISES: tuple[tuple[str, str | None, str | None, str, list[tuple[float, str, str | None, float | None]]], ...] = (
    ("Help more than 100 school districts, about 200,000 students, build data science into mathematics.",
     "student-learning", "2025-12-31", "under-way",
     [(100, "districts", None, 64), (200_000, "students", None, 81_500), (10, "state working groups", None, 10)]),
    ("10 million K-12 engineering experiences, 5 million of them for girls and underrepresented students.",
     "student-learning", None, "stalled", [(10_000_000, "experiences", None, 2_400_000)]),
    ("Over 300 three- and four-year-olds each year learn at the science centre.",
     "student-learning", None, "planned", [(300, "children", "year", None)]),
    ("Over 100 K-12 educators in one programme; 20 entities representing over 10,000 teachers in another.",
     "educator-development", "2024-05-31", "completed",
     [(100, "educators", None, 112), (20, "entities", None, 20), (10_000, "teachers", None, 10_400)]),
    ("$1.5 million more a year through 2025 on top of $4 million planned.",
     "funding", "2025-12-31", "missed", [(1_500_000, "USD", "year", 1_000_000.5)]),
    ("A campaign for families.", None, None, "withdrawn", []),
    ("$8 million by 2025 for research.", "funding", "2025-12-31", "unreported", [(8_000_000, "USD", None, None)]),
)  # fmt: skip


def partners(count: int, seed: int = 6) -> list[dict[str, Any]]:
    """Return invented partners as rows of ``partner_list``, each with a contact."""
    dice = random.Random(seed)
    rows = []
    for number in range(count):
        step = dice.choices(range(1, 7), (8, 9, 6, 5, 3, 2))[0]
        place = dice.choice(_PLACES)
        rows.append(
            {
                "id": number + 1,
                "name": f"{place} {dice.choice(_KINDS)} {number + 1}",
                "acronym": f"ORG{number + 1}" if dice.random() < 0.4 else None,
                "scope": dice.choice([*map(str, Scope), None]),
                "sector": dice.choice([*map(str, Sector), None]),
                "state": dice.choice([*_HOME, None, None]),
                "city": place,
                "address": f"{number + 1} Secret Street",
                "postal_code": "36830",
                "phone": f"+1 334 555 {number:04}",
                "website": None,
                "stage": str(list(Stage)[step - 1]),
                "step": step,
                "contact": f"Maria Rivera {number + 1}",
                "email": f"rivera{number + 1}@example.edu",
                "added_on": (date(2024, 3, 4) + timedelta(days=min(90, number * 92 // count))).isoformat(),
                "note": "Not for the board.",
                "do_not_contact": 0,
                "public": 0,
            }
        )
    return rows


def figures(rows: list[dict[str, Any]], goal: int = 30) -> dict[str, Any]:
    """Return the report over those partners, in the form of ``mtep report --all --format json``."""
    reached = {stage: sum(row["step"] > place for row in rows) for place, stage in enumerate(Stage)}
    states = Counter(row["state"] for row in rows if row["state"])
    return {
        "as_of": AS_OF.isoformat(),
        "goal": goal,
        "identified": len(rows),
        "remaining": max(0, goal - len(rows)),
        "stages": {str(stage): count for stage, count in reached.items()},
        "by_scope": _counted(rows, "scope", Scope),
        "by_sector": _counted(rows, "sector", Sector),
        "states": {"covered": sorted(states), "missing": [code for code in COUNTED if code not in states]},
        "sessions": _sessions(rows),
        "next": [
            {"what": what, "count": len(names), "partners": [row["name"] for row in names[:10]]}
            for what, names in zip(list(TASKS)[6:11], (rows[:4], rows[4:5], rows[5:17], rows[20:27], []), strict=True)
        ],
        "coverage": _coverage(rows, states),
        "pace": _pace(rows, goal),
        "conversion": _conversion(),
        "nominators": [
            {"member": name, "nominated": nominated, "invited": invited, "accepted": accepted, "attended": 3,
             "joined": 1}
            for name, nominated, invited, accepted in (
                ("Ana Sample", 14, 12, 7), ("Ben Sample", 9, 8, 4), ("chi@sample.example", 6, 5, 3),
            )
        ],
        "commitments": _commitments(rows),
    }  # fmt: skip


def _counted(rows: list[dict[str, Any]], key: str, words: Any) -> dict[str, int]:
    found = Counter(row[key] or NOT_SET for row in rows)
    return {str(word): found[word] for word in (*words, NOT_SET)}


def _by_stage(rows: list[dict[str, Any]]) -> dict[str, int]:
    found = Counter(row["stage"] for row in rows)
    return {str(stage): found[stage] for stage in Stage}


def _sessions(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    invited = sum(row["step"] > 1 for row in rows)
    accepted = invited // 2
    return [
        {"session": "2024-05-24", "starts": "2024-05-24T12:00:00-05:00", "time_zone": "America/Chicago",
         "invited": invited, "accepted": accepted, "tentative": 3, "declined": 2, "no_answer": invited - accepted - 5,
         "attended": accepted * 2 // 3, "cancelled": False},
        {"session": "2024-07-12", "starts": "2024-07-12T12:00:00-05:00", "time_zone": "America/Chicago",
         "invited": 4, "accepted": 1, "tentative": 0, "declined": 0, "no_answer": 3, "attended": 0, "cancelled": False},
    ]  # fmt: skip


def _coverage(rows: list[dict[str, Any]], states: Counter[str]) -> dict[str, Any]:
    roles = []
    for place, role in enumerate(CouncilRole):
        of_role = rows[place::9] if place != len(CouncilRole) - 2 else []
        if place == len(CouncilRole) - 1:
            of_role = [row for row in of_role if row["step"] == 1]
        roles.append(
            {
                "role": str(role),
                "by_stage": _by_stage(of_role),
                "covering": [row["name"] for row in of_role if row["step"] > 4],
                "under_way": [row["name"] for row in of_role if 1 < row["step"] < 5],
                "waiting": [row["name"] for row in of_role if row["step"] == 1],
            }
        )
    return {
        "roles": roles,
        "states": [
            {"state": code, "partners": count, "by_stage": _by_stage([row for row in rows if row["state"] == code])}
            for code, count in sorted(states.items())
        ],
        "suggestions": [
            "No families-and-community partner has joined yet; 2 are not invited: A, B. Invite them: mtep invite 4 7",
            "No partner yet of the scope local.",
        ],
    }


def _pace(rows: list[dict[str, Any]], goal: int) -> dict[str, Any]:
    added = Counter(date.fromisoformat(row["added_on"]) for row in rows)
    weeks: list[dict[str, Any]] = []
    monday, total = date(2024, 3, 4), 0
    while monday <= AS_OF:
        identified = sum(added[monday + timedelta(days=day)] for day in range(7))
        total += identified
        weeks.append({"week": monday.isoformat(), "identified": identified, "total": total})
        monday += timedelta(days=7)
    met = total >= goal
    return {
        "weeks": weeks,
        "per_week": 2.5,
        "over_weeks": 12,
        "projection": None if met else {"day": "2024-09-02", "earliest": "2024-07-29", "latest": "2024-12-09"},
        "why_not": "The goal is met." if met else None,
        "precedent": {"from": 28, "to": 300, "years": 10, "per_week": 0.52},
    }


def _conversion() -> list[dict[str, Any]]:
    return [
        {"by": by, "name": name, "invited": invited, "accepted": accepted, "attended": attended, "joined": joined}
        for by, name, invited, accepted, attended, joined in (
            ("session", "2024-05-24", 30, 14, 10, 3), ("session", "2024-07-12", 4, 1, 0, 0),
            ("scope", "national", 10, 5, 4, 1), ("scope", "state", 13, 6, 3, 1), ("scope", "local", 11, 4, 3, 1),
            ("nominator", "Ana Sample", 12, 7, 5, 2), ("nominator", "Ben Sample", 8, 4, 3, 1),
            ("template", "invitation", 30, 14, 10, 3), ("template", "short", 4, 1, 0, 0),
        )
    ]  # fmt: skip


def _commitments(rows: list[dict[str, Any]]) -> dict[str, Any]:
    kept = []
    measure = 0
    for number, (statement, goal, by, state, promised) in enumerate(PROMISES, 1):
        measures = []
        for target, unit, per, progress in promised:
            measure += 1
            measures.append({"id": measure, "target": target, "unit": unit, "per": per, "progress": progress})
        kept.append(
            {"id": number, "partner_id": number, "partner": rows[number % len(rows)]["name"], "statement": statement,
             "goal": goal, "by": by, "state": state, "day": "2024-03-20",
             "reported_on": "2024-05-20" if any(one["progress"] for one in measures) else None,
             "place": "AL, GA and 8 more" if number == 1 else None,
             "people": "Title I about 30 %" if number == 1 else None,
             "public": False, "measures": measures}
        )  # fmt: skip
    counts = Counter(one["state"] for one in kept)
    return {
        "states": {str(state): counts[state] for state in CommitmentState},
        "totals": [
            {"goal": one["goal"], **{key: measured[key] for key in ("unit", "per", "target")},
             "progress": measured["progress"] or 0, "commitments": 1}
            for one in kept
            for measured in one["measures"]
        ],
        "goals": [{"unit": "teachers", "target": 100_000, "progress": 10_400}],
        "list": kept,
    }  # fmt: skip
