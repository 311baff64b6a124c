"""The panel *Reports*: lists, cards and the report."""

from typing import Annotated

import typer

from .. import days
from .arguments import (
    REPORTS,
    FormatOption,
    PartnerArgument,
    ScopeOption,
    SearchOption,
    SectorOption,
    SessionOption,
    StageOption,
    StateOption,
    filters,
)
from .output import Format, notice, result, show, show_json, width_for_tables
from .run import this

app = typer.Typer()


@app.command("report", rich_help_panel=REPORTS, epilog="Example: mtep report --as-of 2024-06-01 --format json")
def report(
    context: typer.Context,
    session: SessionOption = None,
    scope: ScopeOption = None,
    goal: Annotated[
        int | None, typer.Option("--goal", min=1, max=1_000_000, help="Measure against this goal instead.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DAY", help="What had happened by that day, as known now."),
    ] = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Show where the outreach stands: the goal, the stages, the sessions, and what to do next."""
    from ..outreach import network, reports, sessions

    run = this(context)
    day = days.day(as_of, run.today) if as_of is not None else None
    with run.reader() as reader:
        settings = network.network_settings(reader)
        found = reports.report(
            reader,
            today=run.today,
            goal=goal or int(settings["goal"]),
            as_of=day,
            scope=scope,
            session=sessions.find(reader, session, today=run.today, now=run.now) if session is not None else None,
        )
    if how is Format.JSON:
        show_json(found.as_dict())
    elif how is Format.TABLE:
        from .report_screen import screen

        heading = settings["network"] + (f", {scope} partners only" if scope else "")
        result(screen(found, heading), width=screen_width())
    else:
        show(found.as_table(), how)
    if not found.identified:
        notice(
            'No partner yet. Add one: mtep add-partner "Association of Mathematics Teacher Educators" --acronym AMTE'
        )


def screen_width() -> int | None:
    """Return the width of the report: bars need one even where nobody's terminal says it."""
    return 80 if width_for_tables() is not None else None


@app.command(
    "list",
    rich_help_panel=REPORTS,
    epilog="Example: mtep list partners --state AL --stage invited --sort name",
)
def list_records(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(metavar="WHAT", help="partners, contacts, members, nominations, sessions or invitations."),
    ] = "partners",
    scope: ScopeOption = None,
    sector: SectorOption = None,
    state: StateOption = None,
    stage: StageOption = None,
    search: SearchOption = None,
    session: SessionOption = None,
    sort: Annotated[str | None, typer.Option("--sort", metavar="COLUMN", help="Sort by this.")] = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """List records of one kind. JSON and CSV have more columns than a terminal shows."""
    from ..errors import OptionNeedsOtherError, UnknownWordError
    from ..outreach import lists, sessions

    kind = next((kind for kind in lists.KINDS if what.strip().lower() in (kind, kind.removesuffix("s"))), None)
    if kind is None:
        raise UnknownWordError("kind of list", what, lists.KINDS)
    if session is not None and kind != "invitations":
        raise OptionNeedsOtherError("--session", "the kind 'invitations'")
    run = this(context)
    wanted = filters(scope, sector, state, stage, search)
    with run.reader() as reader:
        meant = sessions.find(reader, session, today=run.today, now=run.now) if session is not None else None
        table = lists.listing(reader, kind, wanted, sort=sort, session=meant)
    show(table, how)
    if how is Format.TABLE and table.rows:
        notice(f"{len(table.rows):,} {kind if len(table.rows) != 1 else kind.removesuffix('s')}")


@app.command("show", rich_help_panel=REPORTS, epilog="Example: mtep show AMTE")
def show_partner(context: typer.Context, partner: PartnerArgument, how: FormatOption = Format.TABLE) -> None:
    """Show one organization: its facts, contacts and nominators, and all that happened, day by day."""
    from ..outreach import cards, partners

    with this(context).reader() as reader:
        found = cards.card(reader, partners.find(reader, partner))
    if how is Format.JSON:
        show_json(found.as_dict())
    elif how is Format.TABLE:
        from .card_screen import screen

        result(screen(found), width=width_for_tables())
    else:
        show(found.as_table(), how)


@app.command("next", rich_help_panel=REPORTS, epilog="Example: mtep next --limit 5")
def what_next(
    context: typer.Context,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, max=100_000, help="At most so many of each kind.")
    ] = 20,
    how: FormatOption = Format.TABLE,
) -> None:
    """List what waits to be done, partner by partner, with the command that does it."""
    from ..outreach import tasks

    run = this(context)
    with run.reader() as reader:
        show(tasks.listing(reader, today=run.today, limit=limit), how)
