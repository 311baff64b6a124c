"""How long the main job takes, and how much memory, from a handful of partners to far more than there will be."""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import trial
from costs import cost, print_columns

SIZES = (49, 2_300, 20_000)
SESSION = "2030-05-24"


def commands(at: trial.Trial, size: int, folder: Path) -> Iterable[tuple[str, Sequence[str | Path]]]:
    """Return what is run on a spreadsheet of that size, in this order, on an empty database."""
    file = trial.write_partners(folder / "partners.csv", size)
    letters = folder / "letters"
    return [
        ("csv to sqlite3, bare", [at.python, trial.BARE / "load.py", file, folder / "bare.sqlite"]),
        ("mtep import", [at.mtep, "import", file, "--yes"]),
        ("mtep list", [at.mtep, "list"]),
        ("mtep report", [at.mtep, "report"]),
        ("mtep invite", [at.mtep, "invite", "--session", SESSION, "--output", letters]),
        ("mtep report, all invited", [at.mtep, "report"]),
        ("mtep undo, of the invitations", [at.mtep, "undo"]),
        ("mtep undo, of the import", [at.mtep, "undo"]),
    ]


def measured(at: trial.Trial, size: int) -> dict[str, Sequence[str]]:
    """Return seconds by the clock and megabytes of each command on that many rows."""
    folder = at.folder / str(size)
    folder.mkdir()
    surroundings = at.surroundings(folder / "mtep.sqlite")
    found: dict[str, Sequence[str]] = {}
    for title, command in commands(at, size, folder):
        print(f"{size:,} rows: {title} ...", file=sys.stderr)
        took = cost(command, surroundings)
        found[title] = [f"{took.wall:.2f}", f"{took.megabytes:.0f}"]
    return found


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, help="an interpreter that has mtep installed (default: a new one)")
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES, help="how many rows (default: 49 2300 20000)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mtep-sizes-") as folder:
        at = trial.made(Path(folder), arguments.python)
        found = [measured(at, size) for size in arguments.rows]
        print(at.versions())
        print("Seconds by the clock (s), and most memory at once (MB)\n")
        heading = ["rows", *(text for size in arguments.rows for text in (f"{size:,}", ""))]
        units = ["", *(text for _ in arguments.rows for text in ("s", "MB"))]
        rows = [[title, *(text for one in found for text in one[title])] for title in found[0]]
        print_columns([heading, units, *rows])


if __name__ == "__main__":
    main()
