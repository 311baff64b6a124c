"""The panel *Data*, continued: the demonstration."""

import random
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import FileError
from .arguments import DATA
from .output import notice, result, sentence

if TYPE_CHECKING:
    from ..outreach.reports import Report
    from ..outreach.season import Season

app = typer.Typer()

_MOST, _SEED = 10_000, 26


@app.command("demo", rich_help_panel=DATA, epilog="Example: mtep demo --keep season.sqlite")
def demo(
    seed: Annotated[int, typer.Option("--seed", metavar="NUMBER", help="Another season of the same kind.")] = _SEED,
    count: Annotated[
        int | None,
        typer.Option(
            "--partners", metavar="NUMBER", min=1, max=_MOST, help="How many organizations.",
            show_default="41, or all of a list",
        ),
    ] = None,
    listed: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="LIST",
            help="Over the organizations of a list that mtep import can read; nobody in them is taken over.",
        ),
    ] = None,
    announced: Annotated[
        bool,
        typer.Option("--announced", help="With the five commitments that were announced as examples in December 2022."),
    ] = False,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="FILE", help="Keep the database as a new file, to look around in.")
    ] = None,
) -> None:  # fmt: skip
    """Play sixteen months of an invented network, in a database that is thrown away, and print the report.

    The same seed plays the same season.
    """
    from ..outreach import season
    from .report_screen import screen
    from .reports import screen_width

    if keep is not None:
        _check(keep)
    found = played(seed, count, listed, announced=announced, keep=keep)
    if listed is None:
        notice("An invented network: no organization, person or answer in it is real.")
    else:
        notice(f"The organizations are those of {listed}; all that happens with them is invented.")
    if announced:
        notice("The five commitments of December 2022 are as they were announced; nobody reports on them here.")
    result(screen(found, season.NETWORK), width=screen_width())
    _say_how_to_go_on(keep)


def _check(file: Path) -> None:
    """Refuse a file that is there already, and one in no folder. Raises FileError."""
    if file.exists():
        raise FileError(file, "this file is there already, and was kept", "Choose another name, or move it away.")
    if not file.absolute().parent.is_dir():
        raise FileError(file, "its folder does not exist", "Make the folder, or choose another one.")


def _say_how_to_go_on(kept: Path | None) -> None:
    import shlex

    from ..outreach.season import LAST

    if kept is None:
        notice(
            "\nThat was a demonstration; nothing of it was kept (--keep FILE keeps it). To begin with your own:\n"
            '  mtep add-partner "Association of Mathematics Teacher Educators" --acronym AMTE\n'
            "  mtep invite --session 2024-05-24\n"
            "  mtep report"
        )
        return
    mtep = f"mtep --db {shlex.quote(str(kept))} --today {LAST}"
    sentence(f"\nThe database was kept: {kept}")
    notice(f"Look around in it, on the last day of the season:\n  {mtep} report --all\n  {mtep} dashboard --open")


def played(
    seed: int = _SEED,
    count: int | None = None,
    listed: Path | None = None,
    *,
    announced: bool = False,
    keep: Path | None = None,
) -> "Report":
    """Play a season in a folder that is thrown away, and return its report; ``keep`` is where its database goes."""
    import tempfile

    from ..atomic import write_whole
    from ..outreach import demo as story
    from ..outreach import reports
    from ..outreach.season import LAST
    from ..store.reading import Reader
    from ..store.writing import writing
    from .progress import progress

    season = drawn(seed, count, listed)
    with tempfile.TemporaryDirectory(prefix="mtep-demo-") as folder:
        database = Path(folder) / "demo.sqlite"
        steps = list(story.steps(season, Path(folder), with_announced=announced))
        with progress("Playing", total=len(steps), unit="steps") as tick:
            for step in steps:
                with writing(database, at=step.at, actor="demo", command=step.command) as work:
                    step.do(work)
                tick(1)
        with Reader(database) as reader:
            found = reports.report(reader, today=LAST, goal=season.goal, glance=True)
        if keep is not None:
            write_whole(keep.absolute(), database.read_bytes())
    return found


def drawn(seed: int, count: int | None = None, listed: Path | None = None) -> "Season":
    """Return the season of a seed, over invented organizations or those of a list."""
    from ..outreach import invented_names, listed_names, season

    dice = random.Random(f"{seed} names")  # noqa: S311 - the same names again are wanted
    if listed is None:
        return season.draw(seed, invented_names.organizations(dice), season.PARTNERS if count is None else count)
    organizations = listed_names.organizations(listed)
    dice.shuffle(organizations)
    return season.draw(seed, organizations, min(count or _MOST, _MOST, len(organizations)), publish=False)
