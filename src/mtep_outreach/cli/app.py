"""The program: its commands put together, and the one place that catches what it refuses."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from .. import __version__
from ..atomic import reason_of
from ..errors import FileError, MtepError
from . import (
    attendance,
    changes,
    commitment_news,
    commitments,
    dashboard,
    data,
    demonstration,
    duplicates,
    exchange,
    inbox,
    letters,
    partners,
    people,
    reports,
    reviews,
    sending,
    sessions,
    stops,
    templates,
)
from .output import flush, give_up_printing, notice, prepare_streams, show_error, show_usage_error
from .run import started

_INTERRUPTED = 130

app = typer.Typer(
    name="mtep",
    help="Outreach for a volunteer network: nominate organizations, invite them to a session, see where you stand.",
    epilog="Begin with: mtep demo",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _panel in (
    partners, people, duplicates, sessions, attendance, letters, changes, templates, sending, stops, inbox, reviews,
    commitments, commitment_news, reports, dashboard, exchange, data, demonstration,
):  # fmt: skip
    app.add_typer(_panel.app)


def _print_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"mtep {__version__}")
        raise typer.Exit


@app.callback()
def _before_the_command(
    context: typer.Context,
    db: Annotated[
        Path | None,
        typer.Option("--db", metavar="PATH", help="The database file (else MTEP_DB, else the usual place)."),
    ] = None,
    today: Annotated[
        str | None,
        typer.Option("--today", metavar="DAY", envvar="MTEP_TODAY", help="Act as if today were this day."),
    ] = None,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version.",
            is_eager=True,
            callback=lambda value: _print_version(wanted=value),
        ),
    ] = False,
) -> None:
    context.obj = started(context.obj, db, today)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    # Bytes of the shell that are no text become visible marks; nothing later stumbles over them.
    typed = [text.encode(errors="replace").decode() for text in (sys.argv[1:] if arguments is None else arguments)]
    prepare_streams()
    # What is written holds names and addresses of people: only its owner may read it.
    os.umask(0o077)
    try:
        code = _run(typed)
        flush()
    except MtepError as error:
        show_error(error)
        return error.exit_code
    except OSError as error:  # what no room could have known: a full disk behind `>`, a current folder that is gone
        refusal = FileError(error.filename or _without_name(error), reason_of(error), "Choose another place.")
        if error.filename is None:
            give_up_printing()
        show_error(refusal)
        return refusal.exit_code
    return code


def _run(typed: list[str]) -> int:
    try:
        code = app(args=typed, prog_name="mtep", obj=["mtep", *typed], standalone_mode=False)
    except typer.TyperException as error:
        return show_usage_error(error)
    except typer.Abort:
        code = _INTERRUPTED
    except SystemExit as stop:  # completion
        code = stop.code
    if code == _INTERRUPTED:
        notice("Interrupted: a step that was not finished changed nothing; what was sent is written down.")
    return int(code or 0)


def _without_name(error: OSError) -> str:
    return "the current folder" if isinstance(error, FileNotFoundError) else "standard output"
