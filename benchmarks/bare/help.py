"""The peer of `mtep --help`: a small typer app that prints its help."""

import sqlite3
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(help="Partners of a network: add, list, report.", no_args_is_help=True)
Database = Annotated[Path, typer.Argument(help="The database file.")]


def _print_count(database: Path, question: str) -> None:
    connection = sqlite3.connect(database)
    Console().print(connection.execute(question).fetchone()[0])
    connection.close()


@app.command("add", rich_help_panel="Partners")
def add_partner(
    database: Database,
    name: Annotated[str, typer.Argument(help="Its full name.")],
    acronym: Annotated[str | None, typer.Option(help="Its acronym.")] = None,
) -> None:
    """Add an organization."""
    Console().print(f"Would add {name} ({acronym}) to {database}.")


@app.command("list", rich_help_panel="Reports")
def list_partners(database: Database) -> None:
    """List the organizations."""
    _print_count(database, "SELECT COUNT(*) FROM partners")


@app.command("report", rich_help_panel="Reports")
def report(database: Database) -> None:
    """Show how many were invited."""
    _print_count(database, "SELECT COUNT(*) FROM invitations")


if __name__ == "__main__":
    app()
