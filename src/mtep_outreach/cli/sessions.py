"""The panel *Sessions and letters*: sessions, answers and attendance."""

from typing import Annotated

import typer

from .. import days
from ..store.reading import Record
from ..vocabulary import Answer
from . import completion
from .arguments import (
    LETTERS,
    DryRunOption,
    NoteOption,
    OnOption,
    PartnerArgument,
    SessionOption,
    TimeZoneOption,
    session_facts,
)
from .output import notice, say
from .run import Run, this

app = typer.Typer()

DayArgument = Annotated[
    str, typer.Argument(metavar="DAY", help="2024-05-24, 'May 24, 2024' or 5/24/2024.", show_default=False)
]
StartOption = Annotated[str | None, typer.Option("--start", metavar="HOUR", help="When it starts: 12:00, 1:30pm.")]
EndOption = Annotated[str | None, typer.Option("--end", metavar="HOUR", help="When it ends.")]
TitleOption = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="Its title.")]
WhereOption = Annotated[str | None, typer.Option("--where", metavar="TEXT", help="Its place, or the link to it.")]
HostOption = Annotated[str | None, typer.Option("--host", metavar='"NAME <MAIL>"', help="Who hosts it.")]
AgendaOption = Annotated[str | None, typer.Option("--agenda", metavar="TEXT", help="What is on the agenda.")]


@app.command(
    "add-session",
    rich_help_panel=LETTERS,
    epilog='Example: mtep add-session "May 24, 2024" --start 12:00 --end 13:00 --where https://example.org/meet',
)
def add_session(
    context: typer.Context,
    day: DayArgument,
    start: StartOption = None,
    end: EndOption = None,
    time_zone: TimeZoneOption = None,
    title: TitleOption = None,
    where: WhereOption = None,
    host: HostOption = None,
    agenda: AgendaOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Plan an information session. What is not said comes from the settings: 12:00 to 13:00, America/Chicago."""
    from ..outreach import network, sessions

    run = this(context)
    on = days.day(day, run.today)
    said = session_facts(start, end, time_zone, title, where, host, agenda)
    with run.step(dry_run=dry_run) as work:
        made = sessions.plan(work, on, said, settings=network.network_settings(work), today=run.today)
        session = sessions.find(work, made.code, today=run.today, now=run.now)
    say(dry_run, f"Planned session {session['session']}: {session['title']}, {sessions.when(session)}.")
    warn_of_the_past(session, run)


@app.command(
    "edit-session",
    rich_help_panel=LETTERS,
    epilog="Example: mtep edit-session 2024-05-24 --where https://example.org/meet",
)
def edit_session(
    context: typer.Context,
    session: Annotated[
        str,
        typer.Argument(metavar="SESSION", help="Its day, or a name like 2024-05-24-2.", show_default=False),
    ],
    start: StartOption = None,
    end: EndOption = None,
    time_zone: TimeZoneOption = None,
    title: TitleOption = None,
    where: WhereOption = None,
    host: HostOption = None,
    agenda: AgendaOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Change what is known of a session; its day stays. An empty text, as in --where "", takes a fact away."""
    from ..outreach import sessions

    run = this(context)
    said = session_facts(start, end, time_zone, title, where, host, agenda)
    with run.step(dry_run=dry_run) as work:
        found = sessions.find(work, session, today=run.today, now=run.now)
        changed = sessions.edit(work, found, said)
        written = work.count("invitations", ["session_id = :session"], session=found["id"])
    say(dry_run, f"Changed session {changed['session']}: {changed['title']}, {sessions.when(changed)}.")
    if written:
        notice(f"To bring its letters up to date: mtep invite --session {changed['session']} --rewrite")


@app.command(
    "rsvp",
    rich_help_panel=LETTERS,
    epilog='Example: mtep rsvp AMTE yes --session 2024-05-24 --note "Two people come."',
)
def rsvp(
    context: typer.Context,
    partner: PartnerArgument,
    answer: Annotated[
        str,
        typer.Argument(
            metavar="ANSWER",
            help="accepted, declined or tentative; also yes, no, maybe.",
            autocompletion=completion.answers,
            show_default=False,
        ),
    ],
    session: SessionOption = None,
    on: OnOption = None,
    note: NoteOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Record what an invited organization answered. A changed mind is a new answer; the old one is kept."""
    from ..outreach import partners, replies, sessions

    run = this(context)
    said = partners.word(Answer, "answer", answer)
    day = days.past_day(on, "An answer", run.today) if on is not None else run.today
    with run.step(dry_run=dry_run) as work:
        found = partners.find(work, partner)
        meant = sessions.find(work, session, today=run.today, now=run.now)
        moment = run.now if day == run.today else None
        done = replies.record(work, found, meant, said, day=day, now=moment, note=note)
        counts = done.standing["id"] == done.reply.number
    was = f" (before: {done.before})" if done.before and counts else ""
    say(dry_run, f"{found['name']}: {said} for session {meant['session']}, on {days.day_in_words(day)}{was}.")
    if not counts:
        notice(f"A newer answer still counts: {done.standing['answer']}.")


def warn_of_the_past(session: Record, run: Run) -> None:
    """Say that a session lies in the past, where it does."""
    from ..outreach import sessions

    if sessions.is_past(session, run.now):
        notice(f"Session {session['session']} lies in the past: {sessions.when(session)}.")
