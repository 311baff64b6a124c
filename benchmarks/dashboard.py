"""How long the dashboard takes to write and to open, and how big it is, beside its table alone in plain Jinja."""

import argparse
import importlib.util
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import trial
from costs import Cost, cost, print_columns

SIZES = (100, 1_000, 10_000)
SESSION = "2030-05-24"
_INVITED = 100
_HEADING = ("partners", "page", "bare", "ratio", "CPU", "bare", "ratio", "wall", "bare", "KB", "bare", "opens", "bare")

# In one process, from the same rows: what the page costs beside its table, without start and database.
_PAGES = """
import sys, time
from datetime import date
from pathlib import Path
from jinja2 import Environment
from mtep_outreach.dashboard.page import Subject, page
from mtep_outreach.outreach import reports
from mtep_outreach.store.reading import Reader

sys.path.insert(0, sys.argv[2])
from page import PAGE

with Reader(Path(sys.argv[1])) as reader:
    report = reports.report(reader, today=date.today(), goal=30, sections=reports.ALL).as_dict()
    rows = reader.select("partner_list", order_by="name_key")
ways = (
    lambda: page(report, rows, Subject("MTEP 2.0")),
    lambda: Environment(autoescape=True).from_string(PAGE).render(rows=rows).encode(),
)
took = ([], [])
for turn in range(int(sys.argv[3])):
    for which in (0, 1) if turn % 2 else (1, 0):
        began = time.process_time()
        ways[which]()
        took[which].append(time.process_time() - began)
print(min(took[0]), min(took[1]))
"""


def fill(at: trial.Trial, size: int) -> Path:
    """Make a database of that many partners, with a session, invitations and answers, and return it."""
    print(f"{size:,} partners ...", file=sys.stderr)
    at.database.unlink(missing_ok=True)
    at.output("import", trial.write_partners(at.folder / "partners.csv", size), "--yes")
    at.output("invite", "--session", SESSION, "--limit", str(_INVITED), "--output", at.folder / f"letters-{size}")
    invited = json.loads(at.output("list", "invitations", "--format", "json"))
    for place, invitation in enumerate(invited[:12]):
        at.output("rsvp", str(invitation["partner_id"]), ("accepted", "tentative", "declined")[place % 3])
    return at.database


def pages(at: trial.Trial, database: Path, rounds: int) -> tuple[float, float]:
    """Return the least seconds of processor for the page and for the table alone, from rows that are there."""
    words: list[str | Path] = [at.python, "-c", _PAGES, database, trial.BARE, str(rounds)]
    done = subprocess.run(words, env=at.surroundings(), capture_output=True, text=True, check=True)
    ours, bare = map(float, done.stdout.split())
    return ours, bare


def commands(at: trial.Trial, database: Path, rounds: int) -> tuple[list[float], list[float]]:
    """Return least processor time and median time by the clock of the command and of its peer, in this order each."""
    both: tuple[Sequence[str | Path], ...] = (
        [at.mtep, "dashboard", at.folder / "dashboard.html"],
        [at.python, trial.BARE / "page.py", database, at.folder / "table.html"],
    )
    costs: tuple[list[Cost], list[Cost]] = ([], [])
    for turn in range(rounds + 1):
        for which in (0, 1) if turn % 2 else (1, 0):
            costs[which].append(cost(both[which], at.surroundings()))
    kept = [found[1:] for found in costs]  # the first round fills the caches
    return (
        [min(one.cpu for one in found) for found in kept],
        [statistics.median(one.wall for one in found) for found in kept],
    )


def opened(files: Sequence[Path], rounds: int) -> list[str]:
    """Return the median milliseconds in which Chromium shows each file; dashes without Chromium or playwright."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program or importlib.util.find_spec("playwright") is None:
        return ["-" for _ in files]
    from playwright.sync_api import sync_playwright

    took: list[list[float]] = [[] for _ in files]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for _ in range(rounds):
            for place, file in enumerate(files):
                page = browser.new_page()
                began = time.perf_counter()
                page.goto(file.as_uri())
                page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
                took[place].append(time.perf_counter() - began)
                page.close()
        browser.close()
    return [f"{1000 * statistics.median(seconds):.0f}" for seconds in took]


def measured(at: trial.Trial, size: int, rounds: int) -> Sequence[str]:
    """Return the figures of one size as a row of the table."""
    database = fill(at, size)
    cpu, wall = commands(at, database, rounds)
    page = pages(at, database, rounds)
    files = [at.folder / name for name in ("dashboard.html", "table.html")]
    return [
        f"{size:,}",
        *(f"{1000 * seconds:.0f}" for seconds in page),
        f"{page[0] / page[1]:.2f}",
        *(f"{1000 * seconds:.0f}" for seconds in cpu),
        f"{cpu[0] / cpu[1]:.2f}",
        *(f"{1000 * seconds:.0f}" for seconds in wall),
        *(f"{file.stat().st_size / 1000:,.0f}" for file in files),
        *opened(files, rounds),
    ]


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, help="an interpreter that has mtep installed (default: a new one)")
    parser.add_argument("--partners", type=int, nargs="+", default=SIZES, help="how many (default: 100 1000 10000)")
    parser.add_argument("--rounds", type=int, default=7, help="how often each is run (default: 7)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mtep-dashboard-") as folder:
        at = trial.made(Path(folder), arguments.python)
        rows = [measured(at, size, arguments.rounds) for size in arguments.partners]
        print(at.versions())
        print(f"{arguments.rounds} rounds; ms of processor (CPU), by the clock (wall), to open in Chromium; KB\n")
        print_columns([_HEADING, *rows])


if __name__ == "__main__":
    main()
