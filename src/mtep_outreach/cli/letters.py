"""The panel *Sessions and letters*, continued: letters that invite, remind and thank."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from ..outreach.filters import Filters
from ..store.reading import Record
from ..vocabulary import LetterKind
from . import sending
from .arguments import (
    LETTERS,
    ConnectionsOption,
    DryRunOption,
    FormatOption,
    FormsOption,
    OneFileOption,
    OutputOption,
    PartnersArgument,
    RateOption,
    ScopeOption,
    SectorOption,
    SendOption,
    SessionOption,
    StageOption,
    StateOption,
    WaitOption,
    YesOption,
    filters,
)
from .letter_screen import show_outcome
from .output import Format, notice, prose
from .run import Run, this
from .sessions import warn_of_the_past
from .ways import Way, alone, network_settings, papers_for
from .ways import way as way_of

if TYPE_CHECKING:
    from ..letters.papers import Papers
    from ..outreach.desk import Desk
    from ..outreach.outbox import Outcome
    from ..store.writing import Work

app = typer.Typer()

TemplateOption = Annotated[
    str | None, typer.Option("--template", metavar="NAME", help="Which letter template (else: that of its kind).")
]
DaysOption = Annotated[
    int, typer.Option("--days", min=0, max=3650, help="Nobody is reminded again within so many days.")
]

_WORDS = {LetterKind.REMINDER: "Reminders", LetterKind.THANK_YOU: "Letters of thanks"}


@app.command("invite", rich_help_panel=LETTERS, epilog="Example: mtep invite --session 2024-05-24")
def invite(
    context: typer.Context,
    partner: PartnersArgument = None,
    session: SessionOption = None,
    scope: ScopeOption = None,
    sector: SectorOption = None,
    state: StateOption = None,
    stage: StageOption = None,
    forms: FormsOption = None,
    one_file: OneFileOption = False,
    output: OutputOption = None,
    template: TemplateOption = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, max=2**31, help="At most so many letters.")] = None,
    preview: Annotated[
        str | None,
        typer.Option("--show", metavar="PARTNER", help="Print one partner's letter and write nothing."),
    ] = None,
    rewrite: Annotated[
        bool, typer.Option("--rewrite", help="Render again what was not sent and no person changed.")
    ] = False,
    send: SendOption = False,
    rate: RateOption = None,
    connections: ConnectionsOption = 1,
    wait: WaitOption = sending.WAIT,
    yes: YesOption = False,
    how: FormatOption = Format.TABLE,
    dry_run: DryRunOption = False,
) -> None:
    """Write the letters that invite organizations to a session: all that are not invited yet, or those named.

    Each organization is invited to a session once. Running it again writes only what is new; with --send, it also
    sends what is still queued.
    """
    run = this(context)
    if preview is not None:
        others: dict[str, object] = {
            "--scope": scope, "--sector": sector, "--state": state, "--stage": stage, "--output": output,
            "--limit": limit, "--format": how is not Format.TABLE, "--as": forms, "--send": send, "--dry-run": dry_run,
        }  # fmt: skip
        alone("--show", {"PARTNER": partner, "--rewrite": rewrite, **others})
        _show_letter(run, session, preview, template)
        return
    from ..outreach import invitations, rewriting, sessions

    if rewrite:
        alone("--rewrite", {"--limit": limit, "--output": output, "--as": forms})
    way = way_of(run, forms, output, one_file=one_file, send=send, rate=rate, connections=connections, wait=wait)
    waived = way.waived(session, LetterKind.INVITATION, yes=yes)
    wanted = filters(scope, sector, state, stage)
    kind = LetterKind.INVITATION
    hand_in = send and not rewrite and way.may_hand_in(session, kind, wanted, partner or [], yes=yes)
    with ExitStack() as until_committed, run.step(dry_run=dry_run) as work:
        papers = until_committed.enter_context(papers_for(dry_run=dry_run))
        settings, is_new = network_settings(work), False
        if rewrite:
            found = sessions.find(work, session, today=run.today, now=run.now)
        else:
            found, is_new = sessions.found_or_planned(work, session, settings=settings, today=run.today, now=run.now)
        sessions.refuse_cancelled(found)
        desk = way.desk(found, settings, template, LetterKind.INVITATION)
        if rewrite:
            outcome = rewriting.rewrite(
                work, found, partner or [], desk, papers, filters=wanted, queue=send, waived=waived
            )
        else:
            outcome = invitations.invite(
                work, found, partner or [], desk, papers, filters=wanted, limit=limit, queue=send, waived=waived
            )
        if hand_in:
            room = None if limit is None else max(0, limit - outcome.queued)
            way.hand_in(work, outcome, desk, kind, wanted, partner or [], limit=room, waived=waived)
    if is_new:
        notice(f"Planned session {found['session']} from the defaults: {found['title']}, {sessions.when(found)}.")
    warn_of_the_past(found, run)
    show_outcome(outcome, how, any_partner=bool(partner), sends=send)
    way.finish(outcome, dry_run=dry_run)


@app.command("remind", rich_help_panel=LETTERS, epilog="Example: mtep remind --session 2024-05-24 --send")
def remind(
    context: typer.Context,
    partner: PartnersArgument = None,
    session: SessionOption = None,
    days: DaysOption = 5,
    forms: FormsOption = None,
    one_file: OneFileOption = False,
    output: OutputOption = None,
    template: TemplateOption = None,
    send: SendOption = False,
    rate: RateOption = None,
    connections: ConnectionsOption = 1,
    wait: WaitOption = sending.WAIT,
    yes: YesOption = False,
    how: FormatOption = Format.TABLE,
    dry_run: DryRunOption = False,
) -> None:
    """Write to those who were invited to a session and have not answered; nobody twice within five days."""
    from ..outreach import follow_ups

    way = way_of(
        this(context), forms, output, one_file=one_file, send=send, rate=rate, connections=connections, wait=wait
    )

    def write(work: "Work", found: Record, desk: "Desk", papers: "Papers", waived: Sequence[str]) -> "Outcome":
        return follow_ups.remind(work, found, partner or [], desk, papers, days=days, queue=send, waived=waived)

    _follow_up(way, LetterKind.REMINDER, session, partner, template, write, yes=yes, how=how, dry_run=dry_run)


@app.command("thank", rich_help_panel=LETTERS, epilog="Example: mtep thank --session 2024-05-24")
def thank(
    context: typer.Context,
    partner: PartnersArgument = None,
    session: SessionOption = None,
    forms: FormsOption = None,
    one_file: OneFileOption = False,
    output: OutputOption = None,
    template: TemplateOption = None,
    send: SendOption = False,
    rate: RateOption = None,
    connections: ConnectionsOption = 1,
    wait: WaitOption = sending.WAIT,
    yes: YesOption = False,
    how: FormatOption = Format.TABLE,
    dry_run: DryRunOption = False,
) -> None:
    """Thank those who came to a session, and write to those who had accepted and did not come."""
    from ..outreach import follow_ups

    way = way_of(
        this(context), forms, output, one_file=one_file, send=send, rate=rate, connections=connections, wait=wait
    )

    def write(work: "Work", found: Record, desk: "Desk", papers: "Papers", waived: Sequence[str]) -> "Outcome":
        return follow_ups.thank(work, found, partner or [], desk, papers, queue=send, waived=waived)

    _follow_up(way, LetterKind.THANK_YOU, session, partner, template, write, yes=yes, how=how, dry_run=dry_run)


# ---- what these commands share ----------------------------------------------------------------------------


def _follow_up(
    way: Way,
    kind: LetterKind,
    session: str | None,
    partner: Sequence[str] | None,
    template: str | None,
    write: "Callable[[Work, Record, Desk, Papers, Sequence[str]], Outcome]",
    *,
    yes: bool,
    how: Format,
    dry_run: bool,
) -> None:
    from ..outreach import sessions

    run = way.run
    waived = way.waived(session, kind, yes=yes)
    hand_in = way.sends and way.may_hand_in(session, kind, Filters(), partner or [], yes=yes)
    with ExitStack() as until_committed, run.step(dry_run=dry_run) as work:
        papers = until_committed.enter_context(papers_for(dry_run=dry_run))
        found = sessions.find(work, session, today=run.today, now=run.now)
        desk = way.desk(found, network_settings(work), template, kind)
        outcome = write(work, found, desk, papers, waived)
        if hand_in:
            way.hand_in(work, outcome, desk, kind, Filters(), partner or [], waived=waived)
    show_outcome(outcome, how, any_partner=bool(partner), sends=way.sends, what=_WORDS[kind])
    way.finish(outcome, dry_run=dry_run)


def _show_letter(run: Run, session: str | None, partner: str, template: str | None) -> None:
    """Print one letter. A session that `mtep invite` would plan is planned for the look only."""
    from ..outreach import invitations, sessions

    way = Way(run, (), None, None, one_file=False)
    with run.reader() as reader:
        if reader.select("sessions", limit=1):
            found = sessions.find(reader, session, today=run.today, now=run.now)
            desk = way.desk(found, network_settings(reader), template, LetterKind.INVITATION)
            prose(invitations.preview(reader, found, partner, desk).body.rstrip("\n"))
            return
    with run.looking() as work:
        settings = network_settings(work)
        found, _ = sessions.found_or_planned(work, session, settings=settings, today=run.today, now=run.now)
        letter = invitations.preview(work, found, partner, way.desk(found, settings, template, LetterKind.INVITATION))
    prose(letter.body.rstrip("\n"))
