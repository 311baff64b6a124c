"""The panel *Sessions and letters*, continued: a session is moved or cancelled, and those invited are told."""

from contextlib import ExitStack
from typing import Annotated

import typer

from .. import days
from ..errors import NothingToChangeError
from ..outreach.filters import Filters
from ..vocabulary import LetterKind
from . import completion, sending
from .arguments import (
    LETTERS,
    ConnectionsOption,
    DryRunOption,
    FormatOption,
    FormsOption,
    OneFileOption,
    OutputOption,
    RateOption,
    SendOption,
    TimeZoneOption,
    WaitOption,
    YesOption,
    session_facts,
)
from .letter_screen import show_outcome
from .output import Format, notice, say
from .run import this
from .sessions import EndOption, HostOption, StartOption, WhereOption
from .ways import Way, network_settings, papers_for, way

app = typer.Typer()

SessionArgument = Annotated[
    str,
    typer.Argument(
        metavar="SESSION",
        help="Its day, or a name like 2024-05-24-2.",
        autocompletion=completion.sessions,
        show_default=False,
    ),
]
DayOption = Annotated[str | None, typer.Option("--day", metavar="DAY", help="Its new day.")]


@app.command(
    "reschedule",
    rich_help_panel=LETTERS,
    epilog='Example: mtep reschedule 2024-05-24 --day "May 31, 2024" --start 13:00 --send',
)
def reschedule(
    context: typer.Context,
    session: SessionArgument,
    day: DayOption = None,
    start: StartOption = None,
    end: EndOption = None,
    time_zone: TimeZoneOption = None,
    where: WhereOption = None,
    host: HostOption = None,
    forms: FormsOption = None,
    one_file: OneFileOption = False,
    output: OutputOption = None,
    send: SendOption = False,
    rate: RateOption = None,
    connections: ConnectionsOption = 1,
    wait: WaitOption = sending.WAIT,
    yes: YesOption = False,
    how: FormatOption = Format.TABLE,
    dry_run: DryRunOption = False,
) -> None:
    """Give a session another day, hour or place, and write to those who were invited, and only those.

    Without anything new it writes to those who have not been told yet.
    """
    from ..outreach import follow_ups, sessions

    run = this(context)
    leaving = way(run, forms, output, one_file=one_file, send=send, rate=rate, connections=connections, wait=wait)
    hand_in = send and leaving.may_hand_in(session, LetterKind.UPDATE, Filters(), (), yes=yes)
    on = days.day(day, run.today) if day is not None else None
    said = session_facts(start, end, time_zone, None, where, host, None)
    with ExitStack() as until_committed, run.step(dry_run=dry_run) as work:
        papers = until_committed.enter_context(papers_for(dry_run=dry_run))
        found = sessions.find(work, session, today=run.today, now=run.now)
        sessions.refuse_cancelled(found)
        again = on is None and all(value is None for value in vars(said).values())
        changed = found if again else sessions.edit(work, found, said, on=on, told=True)
        before = sessions.when(found) if sessions.when(found) != sessions.when(changed) else None
        desk = leaving.desk(changed, network_settings(work), None, LetterKind.UPDATE)
        outcome = follow_ups.announce(
            work, changed, desk, papers, LetterKind.UPDATE, before=before, queue=send, again=again
        )
        if hand_in:
            leaving.hand_in(work, outcome, desk, LetterKind.UPDATE, Filters())
        if again and not (outcome.letters or outcome.queued or outcome.findings):
            raise NothingToChangeError("reschedule")
    say(dry_run, f"Session {changed['session']}: {changed['title']}, {sessions.when(changed)}.")
    if changed["session"] != found["session"]:
        notice(f"It was called {found['session']}; from now on its name is {changed['session']}.")
    show_outcome(outcome, how, any_partner=False, sends=send, what="Updates")
    leaving.finish(outcome, dry_run=dry_run)


@app.command("cancel", rich_help_panel=LETTERS, epilog="Example: mtep cancel 2024-05-24 --send")
def cancel(
    context: typer.Context,
    session: SessionArgument,
    forms: FormsOption = None,
    one_file: OneFileOption = False,
    output: OutputOption = None,
    send: SendOption = False,
    rate: RateOption = None,
    connections: ConnectionsOption = 1,
    wait: WaitOption = sending.WAIT,
    yes: YesOption = False,
    how: FormatOption = Format.TABLE,
    dry_run: DryRunOption = False,
) -> None:
    """Record that a session does not take place, and write to those who were invited, and only those.

    Run again, it writes to those who have not been told yet.
    """
    from ..outreach import follow_ups, sessions

    run = this(context)
    leaving: Way = way(run, forms, output, one_file=one_file, send=send, rate=rate, connections=connections, wait=wait)
    hand_in = send and leaving.may_hand_in(session, LetterKind.CANCELLATION, Filters(), (), yes=yes)
    with ExitStack() as until_committed, run.step(dry_run=dry_run) as work:
        papers = until_committed.enter_context(papers_for(dry_run=dry_run))
        found = sessions.find(work, session, today=run.today, now=run.now)
        again = found["cancelled_on"] is not None
        if not again:
            sessions.cancel(work, found, today=run.today)
        gone = {**found, "cancelled_on": found["cancelled_on"] or run.today.isoformat()}
        desk = leaving.desk(gone, network_settings(work), None, LetterKind.CANCELLATION)
        outcome = follow_ups.announce(work, gone, desk, papers, LetterKind.CANCELLATION, queue=send, again=again)
        if hand_in:
            leaving.hand_in(work, outcome, desk, LetterKind.CANCELLATION, Filters())
        if again and not (outcome.letters or outcome.queued or outcome.findings):
            sessions.refuse_cancelled(found)
    say(dry_run, f"Session {found['session']} is cancelled: {found['title']}, {sessions.when(found)}.")
    show_outcome(outcome, how, any_partner=False, sends=send, what="Cancellations")
    leaving.finish(outcome, dry_run=dry_run)
