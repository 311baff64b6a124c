"""The panel *Sessions and letters*: sessions, invitations, answers and attendance."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import days
from ..errors import ConflictingOptionsError
from ..store.reading import Record
from ..tables import Column, Table
from ..vocabulary import Answer
from .arguments import (
    LETTERS,
    DryRunOption,
    FormatOption,
    NoteOption,
    OnOption,
    OutputOption,
    PartnerArgument,
    PartnersArgument,
    ScopeOption,
    SectorOption,
    SessionOption,
    StageOption,
    StateOption,
    TimeZoneOption,
    filters,
    session_facts,
)
from .output import Format, notice, sentence, show, text
from .run import Run, this

if TYPE_CHECKING:
    from ..outreach.invitations import Desk, Letter, Outcome

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
    sentence(f"Planned session {session['session']}: {session['title']}, {sessions.when(session)}.")
    _warn_of_the_past(session, run)


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
    sentence(f"Session {changed['session']}: {changed['title']}, {sessions.when(changed)}.")
    if changed["invited"]:
        notice(f"To bring its letters up to date: mtep invite --session {changed['session']} --rewrite")


@app.command("invite", rich_help_panel=LETTERS, epilog="Example: mtep invite --session 2024-05-24")
def invite(
    context: typer.Context,
    partner: PartnersArgument = None,
    session: SessionOption = None,
    scope: ScopeOption = None,
    sector: SectorOption = None,
    state: StateOption = None,
    stage: StageOption = None,
    output: OutputOption = None,
    template: Annotated[str, typer.Option("--template", metavar="NAME", help="Which letter template.")] = "invitation",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many letters.")] = None,
    preview: Annotated[
        str | None,
        typer.Option("--show", metavar="PARTNER", help="Print one partner's letter and write nothing."),
    ] = None,
    rewrite: Annotated[
        bool, typer.Option("--rewrite", help="Render again what was not sent and no person changed.")
    ] = False,
    how: FormatOption = Format.TABLE,
    dry_run: DryRunOption = False,
) -> None:
    """Write the letters that invite organizations to a session: all that are not invited yet, or those named.

    Each organization is invited to a session once. Running it again writes only what is new.
    """
    run = this(context)
    if preview is not None:
        for given, option in ((rewrite, "--rewrite"), (partner, "PARTNER")):
            if given:
                raise ConflictingOptionsError("--show", option)
        _show_letter(run, session, preview, template)
        return
    from ..letters.papers import Fate, write
    from ..outreach import invitations, sessions

    wanted = filters(scope, sector, state, stage)
    with run.step(dry_run=dry_run) as work:
        settings = _settings(work)
        found, is_new = sessions.found_or_planned(work, session, settings=settings, today=run.today, now=run.now)
        desk = _desk(run, found, settings, template, output)
        if rewrite:
            outcome = invitations.rewrite(work, found, partner or [], desk, filters=wanted, now=run.now)
        else:
            outcome = invitations.invite(work, found, partner or [], desk, filters=wanted, limit=limit, now=run.now)
        fates = [Fate.WRITTEN if dry_run else write(letter.paper, was=letter.was) for letter in outcome.letters]
    if is_new:
        notice(f"Planned session {found['session']} from the defaults: {found['title']}, {sessions.when(found)}.")
    _warn_of_the_past(found, run)
    _show_outcome(outcome, fates, how, any_partner=bool(partner))


def _settings(reads: Any) -> dict[str, str]:
    from ..outreach.network import network_settings

    return network_settings(reads)


def _desk(run: Run, session: Record, settings: dict[str, str], template: str, output: Path | None) -> "Desk":
    from ..letters.rendering import Templates
    from ..outreach.invitations import Desk

    folder = output.expanduser().absolute() if output else run.letters / session["session"]
    return Desk(Templates(run.own_templates), template, settings, folder, run.today)


def _show_letter(run: Run, session: str | None, partner: str, template: str) -> None:
    """Print one letter. A session that `mtep invite` would plan is planned for the look only."""
    from ..outreach import invitations, sessions

    with run.reader() as reader:
        if reader.select("sessions", limit=1):
            found = sessions.find(reader, session, today=run.today, now=run.now)
            settings = _settings(reader)
            letter = invitations.preview(reader, found, partner, _desk(run, found, settings, template, None))
            text(letter.paper.text.rstrip("\n"))
            return
    with run.looking() as work:
        settings = _settings(work)
        found, _ = sessions.found_or_planned(work, session, settings=settings, today=run.today, now=run.now)
        letter = invitations.preview(work, found, partner, _desk(run, found, settings, template, None))
    text(letter.paper.text.rstrip("\n"))


def _warn_of_the_past(session: Record, run: Run) -> None:
    from ..outreach import sessions

    if sessions.is_past(session, run.now):
        notice(f"Session {session['session']} lies in the past: {sessions.when(session)}.")


def _shown_path(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _show_outcome(outcome: "Outcome", fates: Sequence[Any], how: Format, *, any_partner: bool) -> None:
    code = outcome.session["session"]
    columns = (
        Column("partner", "Partner"),
        Column("contact", "Contact"),
        Column("signer", "Signed by"),
        Column("file", "File"),
        Column("fate", "", nowrap=True),
    )
    rows = [_letter_row(letter, str(fate)) for letter, fate in zip(outcome.letters, fates, strict=True)]
    show(Table(columns, rows, empty=f"No new letter for session {code}."), how)
    if how is Format.TABLE and rows:
        sentence(f"{len(rows):,} letter{'s' * (len(rows) != 1)} for session {code}.")
    _show_left_out(outcome, named=any_partner)
    kept = [row["file"] for row in rows if row["fate"] == "kept"]
    if kept:
        notice(
            "A file of another text was there already and was kept as it is: "
            + ", ".join(kept)
            + ". Read it before you send it; to have a new one, move it away and type mtep invite --rewrite"
        )
    without = [letter.partner for letter in outcome.letters if letter.contact is None]
    if without:
        notice(
            f"{len(without)} of them {'is' if len(without) == 1 else 'are'} addressed to the organization, "
            'for want of a contact: mtep add-contact PARTNER "Name <mail>", then mtep invite --rewrite'
        )
    for fact, command in outcome.lacking:
        notice(f"The letters do not say {fact}. To set it: {command}")


def _letter_row(letter: "Letter", fate: str) -> dict[str, Any]:
    return {
        "partner": letter.partner,
        "contact": letter.contact or "(none: to the organization)",
        "signer": letter.signer,
        "file": _shown_path(letter.paper.path),
        "fate": fate,
    }


_SHOWN = 10


def _show_left_out(outcome: "Outcome", *, named: bool) -> None:
    """Say who got no letter and why; of many for one reason, how many."""
    reasons: dict[str, list[str]] = {}
    for left in outcome.left_out:
        reasons.setdefault(left.why, []).append(left.partner)
    for why, partners in reasons.items():
        shown = "; ".join(partners[: None if named else _SHOWN])
        more = len(partners) - _SHOWN
        notice(f"Left out, {why}: {shown}" + (f"; and {more:,} more" if more > 0 and not named else ""))


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
            metavar="ANSWER", help="accepted, declined or tentative; also yes, no, maybe.", show_default=False
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
    day = days.past_day(on, "An answer", run.today) if on else run.today
    with run.step(dry_run=dry_run) as work:
        found = partners.find(work, partner)
        meant = sessions.find(work, session, today=run.today, now=run.now)
        _, before = replies.record(work, found, meant, said, day=day, note=note)
    was = f" (before: {before})" if before else ""
    sentence(f"{found['name']}: {said} for session {meant['session']}, on {days.day_in_words(day)}{was}.")


@app.command("attend", rich_help_panel=LETTERS, epilog="Example: mtep attend --session 2024-05-24 AMTE NCTM")
def attend(
    context: typer.Context,
    partner: Annotated[
        list[str],
        typer.Argument(metavar="PARTNER...", help="Who came: names, acronyms or numbers.", show_default=False),
    ],
    session: SessionOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Record which organizations came to a session, invited or not."""
    from ..outreach import attendance, sessions

    run = this(context)
    with run.step(dry_run=dry_run) as work:
        meant = sessions.find(work, session, today=run.today, now=run.now)
        came = attendance.record(work, meant, partner, today=run.today)
    for one in came:
        more = " (recorded already)" if one.known else "" if one.invited else " (without an invitation)"
        sentence(f"{one.partner['name']} came to session {meant['session']}{more}.")
    if not sessions.is_past(meant, run.now):
        notice(f"Session {meant['session']} is still to come: {sessions.when(meant)}. Was another one meant?")
