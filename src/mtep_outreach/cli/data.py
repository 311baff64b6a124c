"""The panel *Data*: the log and undo, settings, files."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import MtepError, WrongUsageError, shortened
from ..tables import Column, Table
from . import completion
from .arguments import DATA, DryRunOption, FormatOption
from .output import Format, notice, say, show
from .run import Run, this

if TYPE_CHECKING:
    from ..outreach.history import TakenBack

app = typer.Typer()

_MOST = 2**63 - 1
"""The largest number that SQLite knows."""


# ---- the log --------------------------------------------------------------------------------------------


@app.command("log", rich_help_panel=DATA, epilog="Example: mtep log --limit 5")
def log(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, max=_MOST, help="At most so many steps.")] = 20,
    how: FormatOption = Format.TABLE,
) -> None:
    """Show what each command changed, when and by whom, the newest first."""
    from ..outreach import lists

    with this(context).reader() as reader:
        show(lists.log(reader, limit=limit), how)


@app.command("undo", rich_help_panel=DATA, epilog="Example: mtep undo")
def undo(
    context: typer.Context,
    number: Annotated[
        int | None,
        typer.Argument(metavar="STEP", min=1, help="A step's number in the log.", show_default=False),
    ] = None,
    dry_run: DryRunOption = False,
) -> None:
    """Take back the newest step that still stands, or the step of that number. Three times takes back three steps.

    Letters that the step wrote go, or get their former text back, unless a person changed them.
    """
    from ..outreach import history

    run = this(context)
    _needs_a_database(run, "undo")
    with run.step(dry_run=dry_run) as work:
        back = history.undo(work, number)
    say(dry_run, f"Undone: step {back.entry['id']} ({back.entry['command']}).")
    if not dry_run:
        _bring_letters_along(run, back)


@app.command("redo", rich_help_panel=DATA, epilog="Example: mtep redo")
def redo(context: typer.Context, dry_run: DryRunOption = False) -> None:
    """Do again the step that was undone last, and write its letters again."""
    from ..outreach import history

    run = this(context)
    _needs_a_database(run, "redo")
    with run.step(dry_run=dry_run) as work:
        back = history.redo(work)
    say(dry_run, f"Done again: step {back.entry['id']} ({back.entry['command']}).")
    if not dry_run:
        _bring_letters_along(run, back)


def _bring_letters_along(run: Run, back: "TakenBack") -> None:
    """Bring the files of letters to what the database says now; list those that are kept or cannot be reached."""
    from ..letters.papers import Fate, Papers
    from ..outreach.desk import Means

    papers, means = Papers(), Means(run.own_templates)
    done = {"removed": 0, "written": 0}
    kept: list[str] = []
    problems: list[str] = []
    for letter in back.letters:
        try:
            fate = papers.put(letter.paper(means))
        except MtepError as error:
            problems.append(error.message)
            continue
        if fate is Fate.WRITTEN:
            done["removed" if letter.text is None else "written"] += 1
        elif fate is Fate.KEPT:
            kept.append(str(letter.path))
    for what, number in done.items():
        if number:
            notice(f"{number:,} letter file{'s' * (number != 1)} {'was' if number == 1 else 'were'} {what}.")
    if kept:
        notice(f"Kept, because a person changed {'it' if len(kept) == 1 else 'them'}: {shortened(kept)}")
    if problems:
        notice(f"Not reached: {shortened(problems)}")
        raise typer.Exit(3)


def _needs_a_database(run: Run, verb: str) -> None:
    from ..errors import NothingToUndoError

    if not run.named_database and not run.has_database:
        raise NothingToUndoError(verb)
    with run.reader():
        return


# ---- settings -------------------------------------------------------------------------------------------


@app.command(
    "settings",
    rich_help_panel=DATA,
    epilog='Example: mtep settings goal=40 contact_person="Maria Rivera <rivera@example.edu>"',
)
def settings(
    context: typer.Context,
    change: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KEY=VALUE...",
            help="What to set; KEY= takes it back to its default.",
            autocompletion=completion.setting_keys,
            show_default=False,
        ),
    ] = None,
    how: FormatOption = Format.TABLE,
    dry_run: DryRunOption = False,
) -> None:
    """Show what can be set, or set it.

    What belongs to the network is kept in the database, shared and can be undone; what belongs to this machine is kept
    in one settings file, whose comments survive.
    """
    from ..outreach import commitments, network
    from ..settings import MAPPING, OUTCOME_GOAL, SETTINGS, setting

    run = this(context)
    changes = _changes(change or [])
    for_machine = {key: value for key, value in changes.items() if _is_machine(key)}
    for_network = {key: value for key, value in changes.items() if key not in for_machine}
    units = {}
    if for_network:
        with run.step(dry_run=dry_run) as work:
            network.change(work, for_network)
            units = commitments.units(work)
            # Before the commit: a settings file that cannot be written leaves the network's settings alone too.
            _change_machine(for_machine, dry_run=dry_run)
    else:
        _change_machine(for_machine, dry_run=dry_run)
    for key, value in changes.items():
        gone = "forgotten" if key.startswith((MAPPING, OUTCOME_GOAL)) else "back at its default"
        say(dry_run, f"{key} = {value}" if value else f"{key} is {gone}.")
        if value and key.startswith(OUTCOME_GOAL):
            _tell_what_counts(key.removeprefix(OUTCOME_GOAL), units)
    if changes:
        return
    with run.reader() as reader:
        values = {**network.network_settings(reader), **run.machine}
        mappings = network.remembered_mappings(reader)
    rows = [
        {"key": s.key, "value": values.get(s.key) or None, "kept_in": s.kept_in, "meaning": s.meaning}
        for s in (*SETTINGS, *(setting(key) for key in values if key.startswith(OUTCOME_GOAL)))
    ]
    rows += [
        {
            "key": key,
            "value": "; ".join(f"{column}={field}" for column, field in known.fields.items()),
            "kept_in": "the network",
            "meaning": f"What is meant in files with the columns {', '.join(known.columns)}",
        }
        for key, known in mappings.items()
    ]
    columns = (
        Column("key", "Setting", nowrap=True),
        Column("value", "Value"),
        Column("kept_in", "Kept in", aside=True),
        Column("meaning", "Meaning"),
    )
    show(Table(columns, rows), how)


def _tell_what_counts(unit: str, units: "Mapping[str, tuple[str, int]]") -> None:
    """Say how many commitments count towards a goal in a unit; where none does, in which units there are some."""
    from ..outreach.amounts import unit_key

    _, number = units.get(unit_key(unit), (unit, 0))
    if number:
        notice(f"{number:,} commitment{'s promise' if number != 1 else ' promises'} something in that unit.")
        return
    known = shortened([f"{name} ({many:,})" for name, many in units.values()])
    notice(f"No commitment promises anything in '{unit}'{f'. Units there are: {known}' if known else ' yet.'}")


def _change_machine(changes: dict[str, str], *, dry_run: bool) -> None:
    from ..settings import change_machine_settings, settings_file

    if changes and dry_run:
        notice("Dry run: this machine's settings were not changed.")
    elif changes:
        change_machine_settings(settings_file(), changes)


def _changes(texts: list[str]) -> dict[str, str]:
    from ..settings import checked

    found: dict[str, str] = {}
    for text in texts:
        key, sign, value = text.partition("=")
        if not sign:
            raise WrongUsageError(f"'{text}' is not KEY=VALUE.", f"Type it like: mtep settings {text}=VALUE")
        found[key.strip()] = checked(key.strip(), value)
    return found


def _is_machine(key: str) -> bool:
    from ..settings import setting

    return setting(key).machine


@app.command("where", rich_help_panel=DATA, epilog="Example: mtep where")
def where(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """Print which files are used."""
    from ..letters.places import template_folders
    from ..settings import settings_file

    run = this(context)
    rows = [
        {"what": "database", "path": str(run.database), "exists": run.has_database},
        {
            "what": "settings of this machine",
            "path": str(settings_file()),
            "exists": settings_file().exists(),
        },
        {"what": "letters", "path": str(run.letters), "exists": run.letters.exists()},
    ]
    own = run.machine.get("templates")
    rows += [
        {"what": "templates", "path": str(folder), "exists": folder.exists()}
        for folder in template_folders(Path(own).expanduser() if own else None)
    ]
    columns = (Column("what", "What", nowrap=True), Column("path", "Path"), Column("exists", "Exists"))
    show(Table(columns, rows), how)
