"""The panel *Data*, continued: import and export."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .. import days
from ..errors import (
    ConflictingOptionsError,
    NotAConfirmationError,
    UnknownFieldError,
)
from ..names import slug
from ..vocabulary import Doubts
from . import questions
from .arguments import DATA, AsOfOption, DryRunOption, YesOption
from .import_screen import said_of, show_layout, show_left_out, show_outcome
from .output import notice, say, sentence
from .progress import progress
from .run import Run, this

if TYPE_CHECKING:
    from ..files.problems import ProblemsFile
    from ..files.sheets import SheetRow
    from ..outreach.imports import Choices, Decision, Doubt, Outcome, Source

app = typer.Typer()


@app.command("import", rich_help_panel=DATA, epilog="Example: mtep import nominations.csv --map list=scope")
def import_file(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="CSV, Excel, JSON or vCard; or a bundle that mtep exported.", show_default=False
        ),
    ],
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", help="What a column means; remembered. Can be repeated."),
    ] = None,
    doubts: Annotated[
        Doubts | None,
        typer.Option(
            "--duplicates",
            case_sensitive=False,
            help="Rows that may name a known partner: ask; skip (into the problems file); new; link to the likeliest.",
            show_default="ask at a terminal, else new",
        ),
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Overwrite values that are there, and list old and new.")
    ] = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave rows with problems out for good: write no problems file.")
    ] = False,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help="The encoding of a CSV file (else found out).")
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", metavar="SIGN", help="What stands between cells (else found out).")
    ] = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Take in a list of organizations, people or nominations, however it was saved; it asks before it writes.

    Each row makes what it holds: a partner, a contact, a nominator, a nomination. A row that was imported before
    changes nothing; one about a known partner fills what is empty there. Rows that cannot be used go to
    FILE.problems.csv in the current folder.
    """
    from ..files.bundles import is_bundle
    from ..outreach import imports

    run = this(context)
    if is_bundle(file):
        options: dict[str, object] = {
            "--map": mapped,
            "--duplicates": doubts,
            "--update": update,
            "--skip-bad": skip_bad,
        }
        options |= {"--encoding": encoding, "--delimiter": delimiter}
        for option, said_so in options.items():
            if said_so:
                raise ConflictingOptionsError(option, "a bundle, which is taken as it is")
        _import_bundle(run, file, yes=yes, dry_run=dry_run)
        return
    if doubts is Doubts.ASK and not questions.can_ask():
        raise NotAConfirmationError("Deciding on each doubtful row", "--duplicates skip, new or link")
    said = _meanings(mapped or [])
    with run.reader(must_exist=False) as reader:  # a question is not asked while the database is locked
        tables = imports.sources(file, reader, said, encoding=encoding, delimiter=delimiter)
    for source in tables:
        show_layout(source)
    choices = imports.Choices(doubts=doubts or (Doubts.NEW if yes or dry_run else Doubts.ASK), update=update)
    if dry_run:
        with run.step(dry_run=True) as work:
            with progress("Reading") as tick:
                outcome = imports.bring_in(work, tables, _with(choices, tick), today=run.today)
            show_outcome(outcome)
        say(dry_run, said_of(outcome))
    else:
        if not yes:
            choices = _asked(run, tables, choices)
        outcome = _carried_out(run, file, tables, choices, said, keep_problems=not skip_bad, seen=not yes)
    if outcome.left_out:
        raise typer.Exit(3)


def _with(choices: "Choices", tick: Callable[[int], None]) -> "Choices":
    from dataclasses import replace

    return replace(choices, tick=tick)


def _asked(run: Run, tables: "Sequence[Source]", choices: "Choices") -> "Choices":
    """Show what would be done, and return the choices with what the person decided. Raises DeclinedError."""
    from dataclasses import replace

    from ..outreach import imports

    with progress("Reading") as tick, run.looking() as work:
        outcome = imports.bring_in(work, tables, _with(choices, tick), today=run.today)
    will_ask = choices.doubts is Doubts.ASK and questions.can_ask()
    show_outcome(outcome, doubts_too=not will_ask)
    decisions: Mapping[tuple[int, int], Decision] = {}
    rest: Doubts | None = None
    if outcome.doubts and choices.doubts is Doubts.ASK:
        if not questions.can_ask():
            raise NotAConfirmationError("Deciding on doubtful rows", "--yes (each becomes a partner) or --duplicates")
        decisions, rest = _decisions(outcome.doubts)
    if outcome.rows != outcome.same or outcome.recorded:
        questions.confirm("Import this?", f"Importing {outcome.rows:,} row{'s' * (outcome.rows != 1)}", yes=False)
    # A row that nobody was asked about, because there were too many, becomes a partner; the pair is listed later.
    default = rest or Doubts.NEW
    return replace(choices, decisions=decisions, doubts=default if choices.doubts is Doubts.ASK else choices.doubts)


def _decisions(doubts: "Sequence[Doubt]") -> "tuple[Mapping[tuple[int, int], Decision], Doubts | None]":
    """Ask of each doubtful row what becomes of it; return that, and what was answered for all that follow."""
    from ..outreach.imports import Decision

    words = {"s": Doubts.LINK, "n": Doubts.NEW, "k": Doubts.SKIP}
    found = {}
    rest: Doubts | None = None
    notice(
        "\nSome rows may name partners that are here already. For each: s the same; n a new partner; k keep out for now"
        " (into the problems file). A capital letter answers for all that follow."
    )
    for doubt in doubts:
        if rest is None:
            notice(f"\n{str(doubt)[:1].upper()}{str(doubt)[1:]}")
            answer = questions.choose("s, n or k", "snkSNK")
            if answer.isupper():
                rest = words[answer.lower()]
        # A new partner is known to be another than the one that was shown, if it was.
        choice = rest or words[answer]
        likely = None if rest is Doubts.NEW else doubt.likely[0]
        found[doubt.table, doubt.line] = Decision(choice, likely)
    return found, rest


def _carried_out(
    run: Run,
    file: Path,
    tables: "Sequence[Source]",
    choices: "Choices",
    said: Mapping[str, str],
    *,
    keep_problems: bool,
    seen: bool,
) -> "Outcome":
    """Import, and put the rows that cannot be used into a file of their own once the import stands.

    What was ``seen`` before the question is not said again.
    """
    from dataclasses import replace

    from ..files.problems import ProblemsFile
    from ..outreach import imports, network

    left_out = ProblemsFile(Path.cwd(), file.name)
    try:
        with progress("Importing") as tick, run.step(dry_run=False) as work:
            choices = replace(choices, tick=tick, refuse=_refusing(left_out) if keep_problems else choices.refuse)
            outcome = imports.bring_in(work, tables, choices, today=run.today)
            if said:
                layout = tables[0].layout
                own = [layout.columns[number] for number in layout.own]
                network.remember_mapping(work, slug(file.stem) or "file", own, said)
        kept = left_out.keep()
    finally:
        left_out.discard()
    if not seen:
        show_left_out(outcome)
    sentence(said_of(outcome))
    for path in kept:
        notice(f"Rows to be mended: {path.name}. Mend them there, then: mtep import {path.name}")
    if outcome.doubtful_new:
        notice("Partners that may be here twice are listed by: mtep duplicates")
    return outcome


def _refusing(left_out: "ProblemsFile") -> "Callable[[Source, SheetRow, str], None]":
    from ..outreach.columns import LINE, REASON

    def refuse(source: "Source", row: "SheetRow", reason: str) -> None:
        columns = [source.sheet.columns[number] for number in source.layout.own]
        cells = [row.cells[number] for number in source.layout.own if number < len(row.cells)]
        surplus = row.cells[len(source.sheet.columns) :]
        left_out.add(columns, cells, [(LINE, str(row.line)), (REASON, reason)], surplus)

    return refuse


def _meanings(mapped: list[str]) -> dict[str, str]:
    from ..outreach.columns import FIELDS

    found: dict[str, str] = {}
    for text in mapped:
        column, sign, meaning = text.rpartition("=")
        if not sign or not column.strip() or meaning.strip().lower() not in FIELDS:
            raise UnknownFieldError(text, FIELDS)
        column, meaning = column.strip(), meaning.strip().lower()
        if column in found or (meaning in found.values() and meaning not in ("note", "ignore")):
            raise ConflictingOptionsError(f"--map {text}", "another --map of the same column or field")
        found[column] = meaning
    return found


def _import_bundle(run: Run, file: Path, *, yes: bool, dry_run: bool) -> None:
    """Bring a whole database in."""
    from ..files.bundles import read_bundle
    from ..outreach import bundles

    found = read_bundle(file)
    rows = sum(found.tables.values())
    if not dry_run:
        count = f"{found.tables.get('partners', 0):,} partners and all that belongs to them"
        questions.confirm(f"Import {count}?", f"Importing {count}", yes=yes)
    with progress("Importing") as tick, run.step(dry_run=dry_run) as work:
        rows = bundles.restore(work, found, tick)
    say(dry_run, f"Imported {rows:,} records of the bundle {file.name}.")


# ---- out --------------------------------------------------------------------------------------------------


@app.command("export", rich_help_panel=DATA, epilog="Example: mtep export partners.xlsx")
def export(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Ends in .csv (one kind of record), .xlsx or .json (every kind), .vcf (people), .zip (a bundle), "
            "or .docx or .pdf (the report, as a paper for a board). public.csv and public.html hold what may be "
            "published.",
            show_default=False,
        ),
    ],
    what: Annotated[
        str | None,
        typer.Option(
            "--what",
            metavar="KIND",
            help="For CSV and Excel: partners, contacts, members, nominations, sessions, invitations, replies, "
            "deliveries, attendances or commitments. For CSV and HTML: public.",
        ),
    ] = None,
    as_of: AsOfOption = None,
    yes: YesOption = False,
) -> None:
    """Write records or the report to a file. A bundle (.zip) holds everything: import it into an empty database.

    public.html and public.csv list for everybody what is marked with --public, without people and addresses.
    """
    from ..atomic import check_folder, write_whole
    from .exports import maker

    run = this(context)
    make = maker(file, what, days.past_day(as_of, "The report", run.today) if as_of is not None else None)
    check_folder(file)
    if file.exists():
        questions.confirm(f"{file} exists. Replace it?", f"Replacing {file}", yes=yes)
    with run.reader() as reader:
        content, said = make(reader, run.today)
    write_whole(file.absolute(), content)
    sentence(f"Wrote {said} to {file}.")
