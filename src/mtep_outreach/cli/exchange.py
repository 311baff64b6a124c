"""The panel *Data*, continued: import and export."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import BadRowsError, ConflictingOptionsError, OptionNeedsOtherError, UnknownFieldError, UnknownFormatError
from . import questions
from .arguments import DATA, DryRunOption, YesOption
from .output import notice, say, sentence, shortened
from .run import this

if TYPE_CHECKING:
    from ..outreach.exchange import Plan

app = typer.Typer()


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
    with run.reader(must_exist=False) as reader:  # a question is not asked while the database is locked
        plan = exchange.plan_import(reader, sheet, said, today=run.today)
    _show_plan(plan)
    if plan.problems and not skip_bad:
        raise BadRowsError(plan.problems, len(sheet.rows))
    for problem in plan.problems:
        notice(str(problem))
    if not plan.new:
        say(dry_run, "Nothing new to import.")
    else:
        if not dry_run:
            count = f"{len(plan.new):,} partner{'s' * (len(plan.new) != 1)}"
            questions.confirm(f"Import {count}?", f"Importing {count}", yes=yes)
        with run.step(dry_run=dry_run) as work:
            plan = exchange.plan_import(work, sheet, said, today=run.today)
            made = exchange.carry_out(work, plan, today=run.today)
        say(dry_run, f"Imported {made:,} partner{'s' * (made != 1)}.")
    if plan.problems:
        raise typer.Exit(3)


def _meanings(mapped: list[str]) -> dict[str, str]:
    from ..outreach.rows import FIELDS

    found: dict[str, str] = {}
    for text in mapped:
        column, sign, meaning = text.rpartition("=")
        if not sign or not column.strip() or meaning.strip().lower() not in FIELDS:
            raise UnknownFieldError(text, FIELDS)
        column, meaning = column.strip(), meaning.strip().lower()
        if column in found or meaning in found.values():
            raise ConflictingOptionsError(f"--map {text}", "another --map of the same column or field")
        found[column] = meaning
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
    if plan.namesakes:
        notice(f"Known by name and state, and left as they are: {shortened(plan.namesakes)}")


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
        str | None,
        typer.Option(
            "--what",
            metavar="KIND",
            help="For CSV: partners, contacts, members, nominations, sessions or invitations.",
        ),
    ] = None,
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
    if what is not None and ending == ".json":
        raise OptionNeedsOtherError("--what", "a file that ends in .csv")
    kind = what or "partners"
    if kind not in lists.KINDS:
        raise UnknownWordError("kind of record", kind, lists.KINDS)
    with this(context).reader() as reader:
        if ending == ".json":
            everything = exchange.everything(reader)
            content = json.dumps(everything, ensure_ascii=False, indent=2) + "\n"
            count = sum(len(rows) for kind, rows in everything.items() if kind != "settings")
        else:
            table = lists.listing(reader, kind, Filters())
            content, count = csv_text(table), len(table.rows)
    if file.exists():
        questions.confirm(f"{file} exists. Replace it?", f"Replacing {file}", yes=yes)
    write_whole(file.absolute(), content.encode())
    sentence(f"Wrote {count:,} record{'s' * (count != 1)} to {file}.")
