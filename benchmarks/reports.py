"""How long the report takes over very many partners, beside one hand-written statement in the sqlite3 shell."""

import argparse
import shutil
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import trial
from costs import Cost, cost, print_columns

PARTNERS = 1_000_000
SESSIONS = ("2024-08-01", "2024-09-01", "2024-10-01", "2024-11-01")
TODAY, YEAR_AGO, WEEK_AGO, YESTERDAY = "2024-12-01", "2023-12-01", "2024-11-24", "2024-11-30"
AIM = 1.5

_NUMBERS = """
CREATE TEMP TABLE numbers AS
WITH RECURSIVE counting(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counting WHERE i < :size)
SELECT i, (i * 2654435761) % 1000003 AS d, (i * 40503) % 1009 AS e FROM counting
"""
_COUNTS = ("partners", "invitations", "replies", "attendances", "agreements", "commitments")


def fill(at: trial.Trial, size: int) -> str:
    """Make a database of so many partners, and return what is in it, in words."""
    print(f"Making {size:,} partners ...", file=sys.stderr)
    for session in SESSIONS:
        at.output("--today", "2024-01-02", "add-session", session)
    with closing(sqlite3.connect(at.database)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_NUMBERS, {"size": size})
        connection.executescript((trial.BARE / "network.sql").read_text("utf-8"))
        connection.commit()
        counts = [(connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0], name) for name in _COUNTS]
    return ", ".join(f"{count:,} {name}" for count, name in counts)


def peer(at: trial.Trial) -> Path:
    """Write what the sqlite3 shell reads: the days, and the statement."""
    file = at.folder / "report.sql"
    days = {"today": TODAY, "year_ago": YEAR_AGO, "week_ago": WEEK_AGO, "yesterday": YESTERDAY}
    lines = [f".parameter set :{name} \"'{day}'\"\n" for name, day in days.items()]
    file.write_text("".join(lines) + (trial.BARE / "report.sql").read_text("utf-8"), "utf-8")
    return file


def row(title: str, costs: Sequence[Cost], against: Sequence[Cost]) -> Sequence[str]:
    """Return the figures of one command: least processor time, median time by the clock, memory, and their ratios."""
    cpu, wall = min(one.cpu for one in costs), statistics.median(one.wall for one in costs)
    ratios = (cpu / min(one.cpu for one in against), wall / statistics.median(one.wall for one in against))
    most = max(one.megabytes for one in costs)
    within = "yes" if ratios[0] <= AIM else "no"
    return [title, f"{cpu:.1f}", f"{ratios[0]:.2f}", f"{wall:.1f}", f"{ratios[1]:.2f}", f"{most:.0f}", within]


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, help="an interpreter that has mtep installed (default: a new one)")
    parser.add_argument("--partners", type=int, default=PARTNERS, help="how many partners (default: 1000000)")
    parser.add_argument("--rounds", type=int, default=3, help="how many rounds (default: 3)")
    arguments = parser.parse_args()
    shell = shutil.which("sqlite3")
    if not shell:
        sys.exit("The sqlite3 shell is not installed.")
    with tempfile.TemporaryDirectory(prefix="mtep-reports-") as folder:
        at = trial.made(Path(folder), arguments.python)
        inside = fill(at, arguments.partners)
        commands: dict[str, Sequence[str | Path]] = {
            "one statement, sqlite3 shell": [shell, "-readonly", at.database, f".read {peer(at)}"],
            "mtep report": [at.mtep, "--today", TODAY, "report"],
            "mtep report --format json": [at.mtep, "--today", TODAY, "report", "--format", "json"],
        }
        costs: dict[str, list[Cost]] = {title: [] for title in commands}
        for turn in range(arguments.rounds):
            for title, command in commands.items():
                print(f"Round {turn + 1}: {title} ...", file=sys.stderr)
                costs[title].append(cost(command, at.surroundings()))
        print(at.versions())
        print(f"SQLite {sqlite3.sqlite_version}; {inside}\n")
        against = costs["one statement, sqlite3 shell"]
        rows = [row(title, found, against) for title, found in costs.items()]
        print_columns([["", "CPU s", "ratio", "wall s", "ratio", "MB", f"within {AIM}"], *rows])


if __name__ == "__main__":
    main()
