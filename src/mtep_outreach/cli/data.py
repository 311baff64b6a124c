"""The panel *Data*: import and export, the log and undo, settings, files, and the demonstration."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import BadRowsError, UnknownFieldError, UnknownFormatError, WrongUsageError
from ..tables import Column, Table
from . import questions
from .arguments import DATA, DryRunOption, FormatOption, YesOption
from .output import Format, notice, result, sentence, show
from .run import Run, this

if TYPE_CHECKING:
    from ..outreach.exchange import Plan
    from ..outreach.history import TakenBack

app = typer.Typer()


# ---- in and out -----------------------------------------------------------------------------------------


@app.command("import", rich_help_panel=DATA, epilog="Example: mtep import nominations.csv --map list=scope")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file with a header line.", show_default=False)],
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", help="What a column means. Can be repeated."),
    ] = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good rows, leave the others out.")] = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Add organizations from a spreadsheet saved as CSV. It shows what it understood, and asks before it writes.

    A row that was imported before, or whose name and state are known, changes nothing. Columns it does not know are
    kept in the note.
    """
    from ..files.spreadsheets import read_csv
    from ..outreach import exchange

    run = this(context)
    said = _meanings(mapped or [])
    sheet = read_csv(file)
    with run.looking() as work:  # a question is not asked while the database is locked
        plan = exchange.plan_import(work, sheet, said, today=run.today)
    _show_plan(plan)
    if plan.problems and not skip_bad:
        raise BadRowsError(plan.problems, len(sheet.rows))
    for problem in plan.problems:
        notice(str(problem))
    if not plan.new:
        sentence("Nothing new to import.")
    else:
        if not dry_run:
            count = f"{len(plan.new):,} partner{'s' * (len(plan.new) != 1)}"
            questions.confirm(f"Import {count}?", f"Importing {count}", yes=yes)
        with run.step(dry_run=dry_run) as work:
            plan = exchange.plan_import(work, sheet, said, today=run.today)
            made = exchange.carry_out(work, plan, today=run.today)
        sentence(f"Imported {made:,} partner{'s' * (made != 1)}.")
    if plan.problems:
        raise typer.Exit(3)


def _meanings(mapped: list[str]) -> dict[str, str]:
    from ..outreach.exchange import FIELDS

    found: dict[str, str] = {}
    for text in mapped:
        column, sign, meaning = text.rpartition("=")
        if not sign or not column.strip() or meaning.strip().lower() not in FIELDS:
            raise UnknownFieldError(text, FIELDS)
        found[column.strip()] = meaning.strip().lower()
    return found


def _show_plan(plan: "Plan") -> None:
    from .output import console, rich_table

    meant = ", ".join(
        column if meaning == column.lower() else f"{column} as {meaning}"
        for column, meaning in plan.meanings.items()
        if meaning
    )
    notice(f"{plan.sheet.path.name}: {len(plan.sheet.rows):,} rows. Understood: {meant}.")
    if plan.unmapped:
        notice(f"Kept in the note: {', '.join(plan.unmapped)}. To say what a column means: --map COLUMN=FIELD")
    counts = f"{len(plan.new):,} new, {plan.known:,} known already, {plan.bad_rows:,} with problems"
    if plan.new:
        console(error=True).print(rich_table(plan.preview()))
        more = len(plan.new) - len(plan.preview().rows)
        counts += f" (the first {len(plan.preview().rows)} are shown)" if more else ""
    notice(f"{counts}.")


@app.command("export", rich_help_panel=DATA, epilog="Example: mtep export partners.csv")
def export(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Ends in .csv (one kind of record) or .json (everything).",
            show_default=False,
        ),
    ],
    what: Annotated[
        str,
        typer.Option(
            "--what",
            metavar="KIND",
            help="For CSV: partners, contacts, members, nominations, sessions or invitations.",
        ),
    ] = "partners",
    yes: YesOption = False,
) -> None:
    """Write records to a file: one kind as CSV, everything as JSON."""
    from ..atomic import write_whole
    from ..errors import UnknownWordError
    from ..files.spreadsheets import csv_text
    from ..outreach import exchange, lists
    from ..outreach.filters import Filters

    ending = file.suffix.lower()
    if ending not in (".csv", ".json"):
        raise UnknownFormatError(file, [".csv", ".json"])
    if what not in lists.KINDS:
        raise UnknownWordError("kind of record", what, lists.KINDS)
    with this(context).reader() as reader:
        if ending == ".json":
            everything = exchange.everything(reader)
            content = json.dumps(everything, ensure_ascii=False, indent=2) + "\n"
            count = sum(len(rows) for kind, rows in everything.items() if kind != "settings")
        else:
            table = lists.listing(reader, what, Filters())
            content, count = csv_text(table), len(table.rows)
    if file.exists():
        questions.confirm(f"{file} exists. Replace it?", f"Replacing {file}", yes=yes)
    write_whole(file.absolute(), content.encode())
    sentence(f"Wrote {count:,} record{'s' * (count != 1)} to {file}.")


# ---- the log --------------------------------------------------------------------------------------------


@app.command("log", rich_help_panel=DATA, epilog="Example: mtep log --limit 5")
def log(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many steps.")] = 20,
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

    Letters that the step wrote, and that no person changed, are removed.
    """
    from ..letters.papers import remove_unchanged
    from ..outreach import history

    run = this(context)
    _needs_a_database(run, "undo")
    with run.step(dry_run=dry_run) as work:
        back = history.undo(work, number)
    sentence(f"Undone: step {back.entry['id']} ({back.entry['command']}).")
    if dry_run:
        return
    gone = [letter for letter in back.letters if remove_unchanged(letter.path, letter.digest)]
    if gone:
        notice(f"Removed {len(gone):,} letter{'s' * (len(gone) != 1)} that nobody had changed.")
    kept = [letter.path for letter in back.letters if letter not in gone and letter.path.exists()]
    for path in kept:
        notice(f"Kept, because a person changed it: {path}")


@app.command("redo", rich_help_panel=DATA, epilog="Example: mtep redo")
def redo(context: typer.Context, dry_run: DryRunOption = False) -> None:
    """Do again the step that was undone last."""
    from ..outreach import history

    run = this(context)
    _needs_a_database(run, "redo")
    with run.step(dry_run=dry_run) as work:
        back = history.redo(work)
    sentence(f"Done again: step {back.entry['id']} ({back.entry['command']}).")
    _say_missing(back)


def _say_missing(back: "TakenBack") -> None:
    missing = sum(not letter.path.exists() for letter in back.letters)
    if missing:
        notice(
            f"{missing:,} letter{'s' * (missing != 1)} went when it was undone. To write them: mtep invite --rewrite"
        )


def _needs_a_database(run: Run, verb: str) -> None:
    from ..errors import NothingToUndoError

    if not run.named_database and not run.database.exists():
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
            metavar="KEY=VALUE...", help="What to set; KEY= takes it back to its default.", show_default=False
        ),
    ] = None,
    how: FormatOption = Format.TABLE,
    dry_run: DryRunOption = False,
) -> None:
    """Show what can be set, or set it.

    What belongs to the network is kept in the database, shared and can be undone; what belongs to this machine is kept
    in one settings file, whose comments survive.
    """
    from ..outreach import network
    from ..settings import SETTINGS, change_machine_settings, settings_file

    run = this(context)
    changes = _changes(change or [])
    for_machine = {key: value for key, value in changes.items() if _is_machine(key)}
    for_network = {key: value for key, value in changes.items() if key not in for_machine}
    if for_network:
        with run.step(dry_run=dry_run) as work:
            network.change(work, for_network)
    if for_machine:
        _ = run.machine  # a file that cannot be read is not written over
        if dry_run:
            notice("Dry run: this machine's settings were not changed.")
        else:
            change_machine_settings(settings_file(), for_machine)
    for key, value in changes.items():
        sentence(f"{key} = {value}" if value else f"{key} is back at its default.")
    if changes:
        return
    with run.reader() as reader:
        values = {**network.network_settings(reader), **run.machine}
    rows = [
        {"key": s.key, "value": values.get(s.key) or None, "kept_in": s.kept_in, "meaning": s.meaning} for s in SETTINGS
    ]
    columns = (
        Column("key", "Setting", nowrap=True),
        Column("value", "Value"),
        Column("kept_in", "Kept in", aside=True),
        Column("meaning", "Meaning"),
    )
    show(Table(columns, rows), how)


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
        {"what": "database", "path": str(run.database), "exists": run.database.exists()},
        {
            "what": "settings of this machine",
            "path": str(settings_file()),
            "exists": settings_file().exists(),
        },
        {"what": "letters", "path": str(run.letters), "exists": run.letters.exists()},
    ]
    rows += [
        {"what": "templates", "path": str(folder), "exists": folder.exists()}
        for folder in template_folders(run.own_templates)
    ]
    columns = (Column("what", "What", nowrap=True), Column("path", "Path"), Column("exists", "Exists"))
    show(Table(columns, rows), how)


# ---- demonstration --------------------------------------------------------------------------------------


@app.command("demo", rich_help_panel=DATA, epilog="Example: mtep demo")
def demo() -> None:
    """Play a whole season with an invented network, in a database that is thrown away, and print the report."""
    import tempfile

    from ..outreach import demo as story
    from ..outreach import reports
    from ..store.reading import Reader
    from ..store.writing import writing
    from .report_screen import screen
    from .reports import screen_width

    with tempfile.TemporaryDirectory(prefix="mtep-demo-") as folder:
        database = Path(folder) / "demo.sqlite"
        for step in story.steps(Path(folder) / "letters"):
            with writing(database, at=step.at, actor="demo", command=step.command) as work:
                step.do(work)
        with Reader(database) as reader:
            found = reports.report(reader, today=story.LAST_DAY, goal=story.GOAL)
    notice("An invented network: no organization, person or answer in it is real.")
    result(screen(found, f"{story.NETWORK} (sample)"), width=screen_width())
    notice(
        "\nThat was a demonstration; nothing of it was kept. To begin with your own:\n"
        '  mtep add-partner "Association of Mathematics Teacher Educators" --acronym AMTE --scope national\n'
        "  mtep invite --session 2024-05-24\n"
        "  mtep report"
    )
