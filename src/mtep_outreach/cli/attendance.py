"""The panel *Sessions and letters*, continued: who came to a session, by name or from a report of the meeting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import (
    ConflictingOptionsError,
    NotAConfirmationError,
    NotOneOfTheseError,
    OptionNeedsOtherError,
    WrongUsageError,
)
from ..tables import Column, Table
from . import completion
from .arguments import LETTERS, DryRunOption, FormatOption, SessionOption
from .output import Format, notice, printable, say, show
from .questions import can_ask, confirmed
from .run import Run, this

if TYPE_CHECKING:
    from ..outreach.attendance import Attendee, Came
    from ..outreach.recognition import Known, Match
    from ..store.reading import Record

app = typer.Typer()

_LISTED = 10


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
    add_contacts: Annotated[
        bool,
        typer.Option(
            "--add-contacts",
            help="With --from: who is not known, but has an address and one likely organization, becomes a contact.",
        ),
    ] = False,
    yes: Annotated[
        bool,
        typer.Option(
            "--yes",
            "-y",
            help="With --from: ask nothing. Who may be several is left out; with --add-contacts all are added.",
        ),
    ] = False,
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
        _attend_from(run, source, session, _Wishes(min_minutes, add_contacts, yes, dry_run), how)
        return
    given = {
        "--min-minutes": min_minutes, "--add-contacts": add_contacts, "--yes": yes, "--format": how is not Format.TABLE,
    }  # fmt: skip
    for option, is_given in given.items():
        if is_given:
            raise OptionNeedsOtherError(option, "--from FILE")
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


@dataclass(frozen=True)
class _Wishes:
    """How a report is to be taken."""

    min_minutes: int
    add_contacts: bool
    yes: bool
    dry_run: bool


def _attend_from(run: Run, source: Path, session: str | None, wishes: _Wishes, how: Format) -> None:
    from ..files.attendance_reports import report
    from ..outreach import attendance, sessions

    choose = _choose if can_ask() and not wishes.yes else None
    with run.reader() as reader:
        meant = sessions.find(reader, session, today=run.today, now=run.now)
        read = report(source, day=sessions.local_day(meant))
        here = attendance.register(reader, meant)
    found = attendance.recognise(here, read, min_minutes=wishes.min_minutes, choose=choose)
    new = attendance.newcomers(here, found)
    addable = sum(one.verdict is attendance.Verdict.NEW for one in new)
    if wishes.add_contacts:
        found = _agreed(new, addable, wishes)
    with run.step(dry_run=wishes.dry_run) as work:
        came = attendance.take(work, meant, found, today=run.today)
    _show(found, came, how)
    _hint(found, 0 if wishes.add_contacts else addable)
    for note in read.notes:
        notice(note)
    if read.problems:
        more = len(read.problems) - _LISTED
        rows = "".join(f"\n  {problem}" for problem in read.problems[:_LISTED])
        notice(f"Not read, {len(read.problems):,}:{rows}" + (f"\n  and {more:,} more" * (more > 0)))
    if how is Format.TABLE:
        say(wishes.dry_run, _said(found, came, meant))
    _wonder(run, meant)
    if read.problems:
        raise typer.Exit(3)


def _said(found: "Sequence[Attendee]", came: "Sequence[Came]", session: "Record") -> str:
    """Return what was recorded in one sentence."""
    from ..outreach.attendance import Verdict

    code = session["session"]
    partners = sum(not one.known for one in came)
    people = sum(len(one.new) for one in came)
    added = sum(one.verdict is Verdict.NEW for one in found)
    if not partners and not people:
        return f"Nothing new for session {code}."
    organizations = f"{partners:,} organization{'s' * (partners != 1)}"
    persons = f"{people:,} {'person' if people == 1 else 'people'}"
    more = f", {added:,} of them as {'a new contact' if added == 1 else 'new contacts'}" if added else ""
    return f"Newly recorded for session {code}: {organizations} and {persons}{more}."


def _agreed(found: "Sequence[Attendee]", addable: int, wishes: _Wishes) -> "list[Attendee]":
    """Return everybody, as not known those newcomers to whom a person says no. Raises NotAConfirmationError."""
    from ..outreach.attendance import Verdict

    sure = wishes.yes or wishes.dry_run
    if addable and not sure and not can_ask():
        what = f"Adding {addable:,} contact{'s' * (addable != 1)}"
        raise NotAConfirmationError(what, "--yes to say yes, or --dry-run to see whom")
    return [
        one
        if one.verdict is not Verdict.NEW or sure or _wanted(one)
        else replace(one, verdict=Verdict.UNKNOWN, partner=None)
        for one in found
    ]


def _wanted(one: "Attendee") -> bool:
    return confirmed(f"Add {printable(one.person)} as a contact of {printable(one.likely[0][1])}?")


def _choose(one: "Match") -> "Known | None":
    """Ask which of the candidates somebody is."""
    from .questions import ask

    came = f"{one.came.name} <{one.came.email}>" if one.came.email else one.came.name
    notice(f"{came}: {one.sign.value}. Who is it?")
    candidates = {str(number): known for number, known in enumerate(one.candidates, start=1)}
    for number, known in candidates.items():
        notice(f"  {number}  {known.name}, {known.partner_names[0]}" + (f" <{known.email}>" if known.email else ""))

    def check(answer: str) -> None:
        if answer not in candidates:
            raise NotOneOfTheseError(answer, candidates)

    return candidates.get(ask("Number, or nothing for none of them", check) or "")


def _show(found: "Sequence[Attendee]", came: "Sequence[Came]", how: Format) -> None:
    new = {contact for one in came for contact in one.new}
    rows = [_row(one, new) for one in found]
    columns = (
        Column("name", "Name"),
        Column("address", "Address", wide=True),
        Column("minutes", "Minutes", right=True),
        Column("partner_id", "Partner no.", aside=True, right=True),
        Column("partner", "Organization"),
        Column("result", "Result"),
    )
    show(Table(columns, rows, empty="The report names nobody."), how)


def _hint(found: "Sequence[Attendee]", addable: int) -> None:
    """Say what to do about those who are not known; so many of them can be added at once."""
    from ..outreach.attendance import Verdict

    by_hand = 'mtep add-contact PARTNER "Name <mail>"'
    if addable:
        who = f"{addable:,} who are not known" if addable > 1 else "One who is not known"
        notice(f"{who} can be added at once: --add-contacts. Others: {by_hand}, then read the file again.")
    elif any(one.verdict in (Verdict.UNKNOWN, Verdict.UNSURE) for one in found):
        notice(f"Who is not known can be added, and the file read again: {by_hand}")


def _row(one: "Attendee", new: set[int]) -> dict[str, Any]:
    from ..outreach.attendance import Verdict

    likely = "; ".join(f"{name}, number {number}" for number, name in one.likely)
    perhaps = "; ".join(f"{known.name or known.email}, {known.partner_names[0]}" for known in one.match.candidates)
    result = {
        Verdict.RECOGNISED: "recorded" if one.contact in new else "recorded already",
        Verdict.OWN: "of the network",
        Verdict.SHORT: "not there long enough",
        Verdict.UNSURE: f"not sure: {one.match.sign.value}; perhaps {perhaps}",
        Verdict.UNKNOWN: f"not known; likely {likely}" if likely else "not known",
        Verdict.NEW: "recorded, a new contact",
        Verdict.FORGOTTEN: "not added: asked to be forgotten",
        Verdict.STOPPED: "not added: do not contact",
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
