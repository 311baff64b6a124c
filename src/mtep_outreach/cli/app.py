"""The program: its commands put together, and the one place that catches what it refuses."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from .. import __version__
from ..errors import MtepError
from . import data, exchange, letters, partners, reports, sessions
from .output import show_error
from .run import started

app = typer.Typer(
    name="mtep",
    help="Outreach for a volunteer network: nominate organizations, invite them to a session, see where you stand.",
    epilog="Begin with: mtep demo",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _panel in (partners, sessions, letters, reports, exchange, data):
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
    typed = list(sys.argv[1:] if arguments is None else arguments)
    # What is written holds names and addresses of people: only its owner may read it.
    os.umask(0o077)
    try:
        app(args=typed, prog_name="mtep", obj=["mtep", *typed])
    except MtepError as error:
        show_error(error)
        return error.exit_code
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0
