"""The panel *Sessions and letters*, continued: who came to a session, by name or from a report of the meeting."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ConflictingOptionsError, OptionNeedsOtherError, WrongUsageError
from ..tables import Column, Table
from . import completion
from .arguments import LETTERS, DryRunOption, FormatOption, SessionOption
from .output import Format, notice, say, show
from .questions import can_ask
from .run import Run, this

if TYPE_CHECKING:
    from ..outreach.attendance import Attendee, Came
    from ..outreach.recognition import Known, Match
    from ..store.reading import Record

app = typer.Typer()


@app.command("attend", rich_help_panel=LETTERS, epilog="Example: mtep attend --session 2024-05-24 AMTE NCTM")
def attend(
    context: typer.Context,
    partner: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PARTNER...",
            help="Who came: names, acronyms or numbers.",
            autocompletion=completion.partners,
            show_default=False,
        ),
    ] = None,
    session: SessionOption = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="A report of Zoom, Teams or Meet, or any list of names."),
    ] = None,
    min_minutes: Annotated[
        int, typer.Option("--min-minutes", min=0, max=10_000, help="With --from: who stayed for less does not count.")
    ] = 0,
    how: FormatOption = Format.TABLE,
    dry_run: DryRunOption = False,
) -> None:
    """Record which organizations came to a session, invited or not: those named, or those a report names people of.

    A person counts once, however often they joined. Nobody is guessed: who may be several is asked about, at a
    terminal, and who is not known is listed.
    """
    from ..outreach import attendance, sessions

    run = this(context)
    if source is not None:
        if partner:
            raise ConflictingOptionsError("--from", "PARTNER")
        _attend_from(run, source, session, min_minutes, how, dry_run=dry_run)
        return
    if min_minutes:
        raise OptionNeedsOtherError("--min-minutes", "--from FILE")
    if not partner:
        raise WrongUsageError(
            "Nobody is named: type each PARTNER that came, or --from FILE.",
            "Try 'mtep attend --help' for help.",
        )
    with run.step(dry_run=dry_run) as work:
        meant = sessions.find(work, session, today=run.today, now=run.now)
        came = attendance.record(work, meant, partner, today=run.today)
    for one in came:
        more = " (recorded already)" if one.known else "" if one.invited else " (without an invitation)"
        say(dry_run, f"{one.partner['name']} came to session {meant['session']}{more}.")
    _wonder(run, meant)


def _attend_from(run: Run, source: Path, session: str | None, min_minutes: int, how: Format, *, dry_run: bool) -> None:
    from ..files.attendance_reports import report
    from ..outreach import attendance, sessions

    with run.reader() as reader:
        meant = sessions.find(reader, session, today=run.today, now=run.now)
        read = report(source, day=sessions.local_day(meant))
        found = attendance.recognise(reader, meant, read, min_minutes=min_minutes, choose=_choose)
    with run.step(dry_run=dry_run) as work:
        came = attendance.take(work, meant, found, today=run.today)
    _show(found, came, how)
    for note in read.notes:
        notice(note)
    if read.problems:
        notice("Not read:" + "".join(f"\n  {problem}" for problem in read.problems[:10]))
    new = sum(not one.known for one in came)
    say(dry_run, f"{new:,} organization{'s' * (new != 1)} newly recorded for session {meant['session']}.")
    _wonder(run, meant)


def _choose(one: "Match") -> "Known | None":
    """Ask which of the candidates somebody is."""
    from .questions import ask

    if not can_ask():
        return None
    notice(f"{one.came.name}: {one.sign.value}. Who is it?")
    for number, known in enumerate(one.candidates, start=1):
        notice(f"  {number}  {known.name}, {known.partner_names[0]}" + (f" <{known.email}>" if known.email else ""))
    answer = ask("Number, or nothing for none of them")
    chosen = int(answer) if answer and answer.isascii() and answer.isdigit() else 0
    return one.candidates[chosen - 1] if 1 <= chosen <= len(one.candidates) else None


def _show(found: "Sequence[Attendee]", came: "Sequence[Came]", how: Format) -> None:
    known = {one.partner["id"]: one.known for one in came}
    rows = [_row(one, known) for one in found]
    columns = (
        Column("name", "Name"),
        Column("address", "Address", wide=True),
        Column("minutes", "Minutes", right=True),
        Column("partner_id", "Partner no.", aside=True, right=True),
        Column("partner", "Organization"),
        Column("result", "Result"),
    )
    show(Table(columns, rows, empty="The report names nobody."), how)
    unknown = [row for row in rows if row["result"].startswith(("not known", "not sure"))]
    if unknown:
        notice('Who is not known can be added, and the file read again: mtep add-contact PARTNER "Name <mail>"')


def _row(one: "Attendee", known: dict[int, bool]) -> dict[str, Any]:
    from ..outreach.attendance import Verdict

    likely = "; ".join(f"{name}, number {number}" for number, name in one.likely)
    result = {
        Verdict.RECOGNISED: "recorded already" if one.partner is not None and known.get(one.partner) else "recorded",
        Verdict.OWN: "of the network",
        Verdict.SHORT: "not there long enough",
        Verdict.UNSURE: f"not sure: {one.match.sign.value}; perhaps {likely}",
        Verdict.UNKNOWN: f"not known; likely {likely}" if likely else "not known",
    }[one.verdict]
    return {
        "name": one.match.came.name,
        "address": one.match.came.email,
        "minutes": one.match.came.minutes,
        "partner_id": one.partner,
        "partner": one.likely[0][1] if one.partner is not None else None,
        "result": result,
    }


def _wonder(run: Run, session: "Record") -> None:
    from ..outreach import sessions

    if not sessions.is_past(session, run.now):
        notice(f"Session {session['session']} is still to come: {sessions.when(session)}. Was another one meant?")
