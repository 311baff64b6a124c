"""How quickly the everyday commands answer, each beside a bare script that does the same."""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import trial
from costs import Cost, cost, print_columns

PARTNERS, INVITED, ANSWERED = 200, 100, 40
SESSION = "2030-05-24"
AIM = 1.3

Command = Callable[[int], Sequence[str | Path]]


@dataclass
class Pair:
    """A command of mtep, its peer, and what each run of them took."""

    title: str
    ours: Command
    bare: Command
    database: Path
    costs: tuple[list[Cost], list[Cost]] = field(default_factory=lambda: ([], []))

    def run(self, at: trial.Trial, turn: int) -> None:
        """Run both, one after the other, in an order that changes from round to round."""
        surroundings = at.surroundings(self.database)
        commands = (self.ours, self.bare)
        for which in (0, 1) if turn % 2 else (1, 0):
            self.costs[which].append(cost(commands[which](turn), surroundings))

    def row(self) -> Sequence[str]:
        """Return the figures: least processor time and median time by the clock, in milliseconds, and their ratios."""
        cpu = [min(one.cpu for one in costs) for costs in self.costs]
        wall = [statistics.median(one.wall for one in costs) for costs in self.costs]
        times = [f"{1000 * seconds:.0f}" for seconds in (*cpu, *wall)]
        ratio = cpu[0] / cpu[1]
        return [
            self.title,
            *times[:2],
            f"{ratio:.2f}",
            *times[2:],
            f"{wall[0] / wall[1]:.2f}",
            "yes" if ratio <= AIM else "no",
        ]


def fill(at: trial.Trial) -> None:
    """Make the data through mtep itself: partners, one session, invitations, answers."""
    print("Making the data ...", file=sys.stderr)
    at.output("import", trial.write_partners(at.folder / "partners.csv", PARTNERS), "--yes")
    at.output("invite", "--session", SESSION, "--limit", str(INVITED), "--output", at.folder / "letters")
    invited = json.loads(at.output("list", "invitations", "--format", "json"))
    for place, invitation in enumerate(invited[:ANSWERED]):
        answer = ("accepted", "accepted", "tentative", "declined")[place % 4]
        at.output("rsvp", str(invitation["partner_id"]), answer)


def pairs(at: trial.Trial) -> Sequence[Pair]:
    """Return what is compared; the two writers have a copy of the database each."""
    ours, bare = (Path(shutil.copy(at.database, at.folder / f"{name}.sqlite")) for name in ("ours", "bare"))

    def script(name: str, *words: str | Path) -> Sequence[str | Path]:
        return [at.python, trial.BARE / name, *words]

    def words(turn: int) -> Sequence[str]:
        return [f"Association of Mathematics Teacher Educators {turn}", f"AMTE{turn}"]

    def add(turn: int) -> Sequence[str | Path]:
        name, acronym = words(turn)
        return [at.mtep, "add-partner", name, "--acronym", acronym, "--scope", "national"]

    file = at.database
    return [
        Pair("mtep --help", lambda _: [at.mtep, "--help"], lambda _: script("help.py", "--help"), file),
        Pair("mtep list", lambda _: [at.mtep, "list"], lambda _: script("list.py", file), file),
        Pair("mtep report", lambda _: [at.mtep, "report"], lambda _: script("report.py", file), file),
        Pair("mtep add-partner", add, lambda turn: script("add_partner.py", bare, *words(turn), "national"), ours),
    ]


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="how often each process is run (default: 15)")
    parser.add_argument("--python", type=Path, help="an interpreter that has mtep installed (default: a new one)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mtep-startup-") as folder:
        at = trial.made(Path(folder), arguments.python)
        fill(at)
        compared = pairs(at)
        for turn in range(arguments.rounds + 1):
            for pair in compared:
                pair.run(at, turn)
        for pair in compared:
            for costs in pair.costs:
                del costs[0]  # the first round fills the caches
        print(at.versions())
        print(
            f"{PARTNERS} partners, {INVITED} invitations, {ANSWERED} answers; {arguments.rounds} rounds; milliseconds\n"
        )
        heading = ["", "CPU", "bare", "ratio", "wall", "bare", "ratio", f"within {AIM}"]
        print_columns([heading, *(pair.row() for pair in compared)])


if __name__ == "__main__":
    main()
