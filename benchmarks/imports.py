"""How long an import of many rows takes, and how much memory, beside sqlite-utils; and where the time goes."""

import argparse
import csv
import pstats
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import trial
from costs import Cost, cost, print_columns

SIZES = (1_000, 10_000, 100_000, 1_000_000)
PEER = "sqlite-utils"
_PROFILED = 20_000
_MOST_SCANNED = 100_000

# Invented words, many and unlike, so that the names are as varied as real ones.
_BEGINNINGS = ["b", "c", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "br", "cl", "dr", "gr"]
_MIDDLES = ["a", "e", "i", "o", "u", "ai", "ea", "oo"]
_ENDINGS = ["n", "r", "s", "l", "m", "ton", "ville", "ford", "field", "burg"]
_KINDS = ("Community College", "School District", "Mathematics Council", "University", "Education Foundation", "Museum")
_TITLES = ("Dean", "President", "Director of Outreach", "Superintendent")
_STATES = ("AL", "AZ", "CA", "CO", "FL", "GA", "IL", "KS", "MI", "NC", "NE", "NY", "OH", "OR", "TX", "UT", "VA", "WI")

# Where a profile's time belongs, by what stands in the file's path: the first that fits.
_PARTS = {
    "reading the file": ("mtep_outreach/files",),
    "understanding rows": (
        "outreach/rows",
        "outreach/columns",
        "outreach/partners",
        "mtep_outreach/people",
        "/names.py",
    ),
    "finding duplicates": ("organization", "likeness", "outreach/duplicates", "rapidfuzz"),
    "placing and linking": ("outreach/imports", "outreach/linking", "outreach/members"),
    "the database": ("mtep_outreach/store", "sqlite3", "sqlalchemy", "pydantic"),
}


def write_partners(file: Path, count: int) -> Path:
    """Write a spreadsheet of invented organizations, each with a contact: seven columns, some 150 bytes a row."""
    made = random.Random(24)  # noqa: S311 - the same file each time

    def word() -> str:
        parts = [made.choice(_BEGINNINGS) + made.choice(_MIDDLES) for _ in range(made.choice((2, 3)))]
        return "".join((*parts, made.choice(_ENDINGS))).capitalize()

    words = [word() for _ in range(40_000)]
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["organization", "city", "state", "website", "contact", "email", "title"])
        for number in range(count):
            one, other, city, first, last = made.choices(words, k=5)
            writer.writerow(
                [
                    f"{one} {other} {made.choice(_KINDS)}",
                    city,
                    made.choice(_STATES),
                    f"https://www.{one}{other}.example.org".lower(),
                    f"{first} {last}",
                    f"{first}.{last}{number}@{one}{other}.example.org".lower(),
                    made.choice(_TITLES),
                ]
            )
    return file


def measured(at: trial.Trial, size: int) -> dict[str, Cost]:
    """Return what each way to load that many rows took."""
    folder = at.folder / str(size)
    folder.mkdir()
    file = write_partners(folder / "partners.csv", size)
    surroundings = at.surroundings(folder / "mtep.sqlite")
    commands: dict[str, Sequence[str | Path]] = {
        "csv to sqlite3, bare": [at.python, trial.BARE / "load_partners.py", file, folder / "bare.sqlite"],
        PEER: [at.mtep.parent / PEER, "insert", folder / "peer.sqlite", "rows", file, "--csv", "--silent"],
        "mtep import": [at.mtep, "import", file, "--yes"],
        "the same file again": [at.mtep, "import", file, "--yes"],
    }
    found = {}
    for title, command in commands.items():
        print(f"{size:,} rows: {title} ...", file=sys.stderr)
        found[title] = cost(command, surroundings)
    file.unlink()
    (folder / "bare.sqlite").unlink()
    (folder / "peer.sqlite").unlink()
    return found


def afterwards(at: trial.Trial, size: int) -> list[str]:
    """Return what it takes to export that many partners, to scan them for duplicates, and to add one more."""
    folder = at.folder / str(size)
    surroundings = at.surroundings(folder / "mtep.sqlite")
    print(f"{size:,} partners: export, duplicates, add-partner ...", file=sys.stderr)
    looked: list[list[str | Path]] = (
        [["export", folder / "out.csv", "--yes"], ["duplicates", "--format", "json"]] if size <= _MOST_SCANNED else []
    )
    spent = [cost([at.mtep, *words], surroundings).cpu for words in looked]
    added = [
        cost([at.mtep, "add-partner", f"{name} Mathematics Council of Benchmark", "--state", "AL"], surroundings)
        for name in ("Quixotic", "Zephyrine", "Obsidian", "Marmoreal", "Vespertine")
    ]
    figures = ["-", "-", "-"]
    if spent:
        out, scan = spent
        figures = [f"{out:.1f}", f"{scan:.1f}", f"{scan / out:.1f}"]
    return [f"{size:,}", *figures, f"{min(one.cpu for one in added):.2f}"]


def parts_of_time(at: trial.Trial) -> Counter[str]:
    """Return the seconds that each part of an import takes under a profiler, which makes all of them slower."""
    folder = at.folder / "profiled"
    folder.mkdir()
    file = write_partners(folder / "partners.csv", _PROFILED)
    profile = folder / "profile"
    subprocess.run(
        [at.python, "-m", "cProfile", "-o", profile, "-m", "mtep_outreach", "import", file, "--yes"],
        env=at.surroundings(folder / "mtep.sqlite"),
        capture_output=True,
        check=True,
    )
    found: Counter[str] = Counter()
    # What is built in (C) counts for whoever called it.
    for (path, _, name), (_, _, own, _, callers) in pstats.Stats(str(profile)).stats.items():  # type: ignore[attr-defined]
        if path == "~" and "sqlite3" not in name:
            for (caller, _, _), (_, _, time, _) in callers.items():
                found[_part(caller)] += time
        else:
            found[_part(name if path == "~" else path)] += own
    return found


def _part(path: str) -> str:
    return next(
        (part for part, marks in _PARTS.items() if any(mark in path for mark in marks)), "starting, and the rest"
    )


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, help="an interpreter that has mtep installed (default: a new one)")
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES, help="how many rows (default: 1000 to 1000000)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mtep-imports-") as folder:
        at = trial.made(Path(folder), arguments.python)
        subprocess.run(
            [at.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER, "setuptools"],
            check=True,
        )
        found = {size: measured(at, size) for size in arguments.rows}
        print(at.versions())
        print(
            f"Seconds by the clock (s), of processor (CPU), most memory at once (MB), and CPU beside {PEER} (ratio)\n"
        )
        rows = [["", "rows", "s", "CPU", "MB", "ratio", "rows/s"]]
        for size, ways in found.items():
            for title, took in ways.items():
                ratio = took.cpu / ways[PEER].cpu
                figures = [f"{took.wall:.1f}", f"{took.cpu:.1f}", f"{took.megabytes:.0f}", f"{ratio:.2f}"]
                rows.append([title, f"{size:,}", *figures, f"{size / took.wall:,.0f}"])
        print_columns(rows)
        print("\nSeconds of processor with so many partners, and a scan for duplicates beside an export (ratio)\n")
        print_columns(
            [["partners", "export", "duplicates", "ratio", "add-partner"], *(afterwards(at, size) for size in found)]
        )
        parts = parts_of_time(at)
        print(f"\nWhere the time of an import of {_PROFILED:,} rows goes, under a profiler\n")
        print_columns([[part, f"{time / parts.total():.0%}"] for part, time in parts.most_common()])


if __name__ == "__main__":
    main()
