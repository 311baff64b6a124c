"""The panel *Reports*: lists, cards and the report."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .. import days
from ..errors import listed
from ..outreach.tasks import SILENT_DAYS
from ..vocabulary import CommitmentState, ReportSection, Scope
from . import completion
from .arguments import (
    REPORTS,
    AsOfOption,
    FormatOption,
    GoalOption,
    PartnerArgument,
    ScopeOption,
    SearchOption,
    SectorOption,
    SessionOption,
    StageOption,
    StateOption,
    filters,
)
from .output import Format, notice, result, sentence, show, show_json, text, width_for_tables
from .run import Run, this

if TYPE_CHECKING:
    from ..outreach.reports import Report
    from ..outreach.tasks import Wanted
    from ..store.reading import Reader, Record

app = typer.Typer()

_OF_EACH_KIND = 20


SectionOption = Annotated[
    list[ReportSection] | None,
    typer.Option("--section", case_sensitive=False, help="Only this part, in full. Can be repeated."),
]
CompareOption = Annotated[
    str | None, typer.Option("--compare", metavar="DAY", help="Show what changed since that day, as known now.")
]


@app.command("report", rich_help_panel=REPORTS, epilog="Example: mtep report --section coverage --section pace")
def report(
    context: typer.Context,
    session: SessionOption = None,
    scope: ScopeOption = None,
    goal: GoalOption = None,
    as_of: AsOfOption = None,
    section: SectionOption = None,
    everything: Annotated[bool, typer.Option("--all", help="All parts, in full.")] = False,
    compare: CompareOption = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page to look at: see mtep dashboard.")
    ] = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Show where the outreach stands: the goal, the stages, the sessions, and what to do next."""
    from ..outreach import network, reports, sessions

    run = this(context)
    if html is not None:
        _write_page(run, html, as_of, session, scope, goal, {"--section": section, "--all": everything,
                    "--compare": compare is not None, "--format": how is not Format.TABLE})  # fmt: skip
        return
    day, earlier = (
        days.past_day(text, "The report", run.today) if text is not None else None for text in (as_of, compare)
    )
    if earlier is not None:
        _check_order(day or run.today, earlier)
    with run.reader() as reader:
        settings = network.network_settings(reader)
        found = reports.report(
            reader,
            today=run.today,
            goal=goal or int(settings["goal"]),
            as_of=day,
            scope=scope,
            session=sessions.find(reader, session, today=run.today, now=run.now) if session is not None else None,
            sections=reports.ALL if everything else section or (),
            glance=how not in (Format.JSON, Format.CSV),
            compare=earlier,
        )
    _show_report(found, settings["network"] + (f", {scope} partners only" if scope else ""), how)
    if not found.identified:
        notice(
            'No partner yet. Add one: mtep add-partner "Association of Mathematics Teacher Educators" --acronym AMTE'
        )


def _check_order(day: date, earlier: date) -> None:
    """Raise NothingToCompareError unless one day is before the other."""
    from ..errors import NothingToCompareError

    if earlier >= day:
        raise NothingToCompareError(days.day_in_words(day), days.day_in_words(earlier))


def _write_page(
    run: Run,
    file: Path,
    as_of: str | None,
    session: str | None,
    scope: Scope | None,
    goal: int | None,
    others: dict[str, object],
) -> None:
    """Write the page of the dashboard, which has every part. Raises ConflictingOptionsError for other options."""
    from .dashboard import write_page
    from .ways import alone

    alone("--html", others)
    write_page(run, file, as_of=as_of, session=session, scope=scope, goal=goal)


def _show_report(found: "Report", heading: str, how: Format) -> None:
    if how is Format.JSON:
        show_json(found.as_dict())
    elif how is Format.CSV:
        show(found.as_table(), how)
    elif how is not Format.TABLE:
        from . import report_texts

        text((report_texts.plain if how is Format.PLAIN else report_texts.markdown)(found, heading))
    else:
        if found.sections or found.compared:
            from .report_sections import screen
        else:
            from .report_screen import screen
        result(screen(found, heading), width=screen_width())


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
        typer.Argument(
            metavar="WHAT",
            help="partners, contacts, members, nominations, sessions, invitations, replies, deliveries (letters), "
            "attendances or commitments.",
        ),
    ] = "partners",
    scope: ScopeOption = None,
    sector: SectorOption = None,
    state: StateOption = None,
    stage: StageOption = None,
    search: SearchOption = None,
    session: SessionOption = None,
    public: Annotated[
        bool, typer.Option("--public", help="Only partners or commitments that may be published.")
    ] = False,
    standing: Annotated[
        list[CommitmentState] | None,
        typer.Option("--standing", case_sensitive=False, help="Only commitments that stand so. Can be repeated."),
    ] = None,
    sort: Annotated[str | None, typer.Option("--sort", metavar="COLUMN", help="Sort by this.")] = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """List records of one kind. JSON and CSV have more columns than a terminal shows."""
    from ..errors import OptionNeedsOtherError, UnknownWordError
    from ..outreach import lists, sessions

    kind = next((kind for kind in lists.KINDS if what.strip().lower() in (kind, _one_of(kind))), None)
    if kind is None:
        raise UnknownWordError("kind of list", what, lists.KINDS)
    if session is not None and kind not in lists.OF_A_SESSION:
        raise OptionNeedsOtherError("--session", f"one of the kinds {', '.join(lists.OF_A_SESSION)}")
    if public and kind not in lists.PUBLISHED:
        raise OptionNeedsOtherError("--public", f"one of the kinds {', '.join(lists.PUBLISHED)}")
    if standing and kind not in lists.STANDING:
        raise OptionNeedsOtherError("--standing", "the kind commitments")
    run = this(context)
    wanted = filters(scope, sector, state, stage, search)
    with run.reader() as reader:
        meant = sessions.find(reader, session, today=run.today, now=run.now) if session is not None else None
        table = lists.listing(
            reader, kind, wanted, sort=sort, session=meant, public=public, standing=standing or (), today=run.today
        )
    show(table, how)
    if how is Format.TABLE and table.rows:
        notice(f"{len(table.rows):,} {kind if len(table.rows) != 1 else _one_of(kind)}")


def _one_of(kind: str) -> str:
    return f"{kind.removesuffix('ies')}y" if kind.endswith("ies") else kind.removesuffix("s")


@app.command("show", rich_help_panel=REPORTS, epilog="Example: mtep show AMTE")
def show_partner(context: typer.Context, partner: PartnerArgument, how: FormatOption = Format.TABLE) -> None:
    """Show one organization: its facts, contacts and nominators, and all that happened, day by day."""
    from ..outreach import cards, partners

    run = this(context)
    with run.reader() as reader:
        found = cards.card(reader, partners.find(reader, partner), today=run.today)
    if how is Format.JSON:
        show_json(found.as_dict())
    elif how is Format.TABLE:
        from .card_screen import screen

        result(screen(found), width=width_for_tables())
    else:
        show(found.as_table(), how)


SilentOption = Annotated[
    int,
    typer.Option("--silent", min=1, max=3650, metavar="DAYS", help="List who has not answered for so many days."),
]
ForOption = Annotated[
    str | None,
    typer.Option(
        "--for",
        metavar="MEMBER",
        help="Only what concerns partners that this member nominated, and letters that the member signs.",
        autocompletion=completion.members,
    ),
]
DraftOption = Annotated[
    Path | None,
    typer.Option(
        "--draft",
        metavar="FILE",
        help="With --for: write a mail to the member (.eml) that says in plain words what waits for them.",
    ),
]


@app.command("next", rich_help_panel=REPORTS, epilog='Example: mtep next --for "Maria Rivera" --draft maria.eml')
def what_next(
    context: typer.Context,
    silent: SilentOption = SILENT_DAYS,
    member: ForOption = None,
    draft: DraftOption = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, max=100_000, help="At most so many of each kind.", show_default="20"),
    ] = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """List what waits to be done, partner by partner, with the command that does it."""
    from ..outreach import members, tasks

    if draft is not None:
        _check_draft(draft, member, {"--limit": limit, "--format": how is not Format.TABLE})
    run = this(context)
    with run.reader() as reader:
        whose = members.find(reader, member) if member is not None else None
        if draft is not None and whose is not None:
            _write_draft(reader, draft, whose, tasks.Wanted(run.today, silent, whose))
            return
        most = limit or _OF_EACH_KIND
        found = tasks.listing(reader, tasks.Wanted(run.today, silent, whose, most + 1))
    kept, more = tasks.shortened(found, most)
    show(kept, how)
    if more:
        notice(f"Of {listed(more, 'and')} there are more than {most:,}. To see more: mtep next --limit 1000")


def _check_draft(file: Path, member: str | None, others: dict[str, object]) -> None:
    """Refuse a draft for nobody, of another ending, or over a file that is there already."""
    from ..errors import FileError, OptionNeedsOtherError, UnknownFormatError
    from .ways import alone

    if member is None:
        raise OptionNeedsOtherError("--draft", "--for MEMBER")
    alone("--draft", others)
    if file.suffix.lower() != ".eml":
        raise UnknownFormatError(file, [".eml"])
    if file.exists():
        raise FileError(file, "this file is there already, and was kept", "Choose another name, or move it away.")


def _write_draft(reader: "Reader", file: Path, member: "Record", wanted: "Wanted") -> None:
    """Write the mail that tells a member what waits for them, where anything does."""
    from ..atomic import write_whole
    from ..outreach import network, nudges

    found = nudges.nudge(reader, member, network.network_settings(reader), wanted)
    if found is None:
        sentence(f"Nothing waits for {member['name']}; no draft was written.")
        return
    write_whole(file.absolute(), nudges.draft(found))
    many = "1 thing" if found.things == 1 else f"{found.things:,} things"
    sentence(f"Wrote a draft to {found.recipient} about {many} to do: {file}")
    notice("Open it with a double click, read it, and send it.")
