"""The panel *Sessions and letters*, continued: the letters that invite."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ConflictingOptionsError
from ..store.reading import Record
from ..tables import Column, Table
from .arguments import (
    LETTERS,
    DryRunOption,
    FormatOption,
    OutputOption,
    PartnersArgument,
    ScopeOption,
    SectorOption,
    SessionOption,
    StageOption,
    StateOption,
    filters,
)
from .output import Format, notice, sentence, shortened, show, text
from .run import Run, this
from .sessions import warn_of_the_past

if TYPE_CHECKING:
    from ..outreach.invitations import Desk, Letter, Outcome

app = typer.Typer()

_TEMPLATE = "invitation"


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
    template: Annotated[
        str | None, typer.Option("--template", metavar="NAME", help="Which letter template (else: invitation).")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, max=2**31, help="At most so many letters.")] = None,
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
        others: dict[str, object] = {
            "--scope": scope,
            "--sector": sector,
            "--state": state,
            "--stage": stage,
            "--output": output,
        }
        others |= {"--limit": limit, "--format": how is not Format.TABLE, "--dry-run": dry_run}
        _alone("--show", {"PARTNER": partner, "--rewrite": rewrite, **others})
        _show_letter(run, session, preview, _TEMPLATE if template is None else template)
        return
    from ..letters.papers import Fate, together
    from ..outreach import invitations, sessions

    if rewrite:
        _alone("--rewrite", {"--limit": limit, "--output": output})
    wanted = filters(scope, sector, state, stage)
    with ExitStack() as until_committed, run.step(dry_run=dry_run) as work:
        settings, is_new = _settings(work), False
        if rewrite:
            found = sessions.find(work, session, today=run.today, now=run.now)
        else:
            found, is_new = sessions.found_or_planned(work, session, settings=settings, today=run.today, now=run.now)
        desk = _desk(run, found, settings, _TEMPLATE if template is None else template, output)
        if rewrite:
            outcome = invitations.rewrite(
                work, found, partner or [], desk, filters=wanted, now=run.now, template=template
            )
        else:
            outcome = invitations.invite(work, found, partner or [], desk, filters=wanted, limit=limit, now=run.now)
        papers = [letter.paper for letter in outcome.letters]
        fates = [Fate.WRITTEN] * len(papers) if dry_run else until_committed.enter_context(together(papers))
    if is_new:
        notice(f"Planned session {found['session']} from the defaults: {found['title']}, {sessions.when(found)}.")
    warn_of_the_past(found, run)
    _show_outcome(outcome, fates, how, any_partner=bool(partner))


def _alone(option: str, others: dict[str, object]) -> None:
    """Raise ConflictingOptionsError when an option was given with others that say nothing beside it."""
    for other, given in others.items():
        if given:
            raise ConflictingOptionsError(option, other)


def _settings(reads: Any) -> dict[str, str]:
    from ..outreach.network import network_settings

    return network_settings(reads)


def _desk(run: Run, session: Record, settings: dict[str, str], template: str, output: Path | None) -> "Desk":
    from ..letters.rendering import Templates
    from ..outreach.invitations import Desk

    folder = output.expanduser().absolute() if output else run.letters / session["session"]
    templates = Templates(run.own_templates)
    templates.check(template)
    return Desk(templates, template, settings, folder, run.today)


def _show_letter(run: Run, session: str | None, partner: str, template: str) -> None:
    """Print one letter. A session that `mtep invite` would plan is planned for the look only."""
    from ..outreach import invitations, sessions

    with run.reader() as reader:
        if reader.select("sessions", limit=1):
            found = sessions.find(reader, session, today=run.today, now=run.now)
            settings = _settings(reader)
            letter = invitations.preview(reader, found, partner, _desk(run, found, settings, template, None))
            text(letter.text.rstrip("\n"))
            return
    with run.looking() as work:
        settings = _settings(work)
        found, _ = sessions.found_or_planned(work, session, settings=settings, today=run.today, now=run.now)
        letter = invitations.preview(work, found, partner, _desk(run, found, settings, template, None))
    text(letter.text.rstrip("\n"))


def _shown_path(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _show_outcome(outcome: "Outcome", fates: Sequence[Any], how: Format, *, any_partner: bool) -> None:
    code = outcome.session["session"]
    rows = [_letter_row(letter, str(fate)) for letter, fate in zip(outcome.letters, fates, strict=True)]
    columns = (
        Column("partner", "Partner"),
        Column("contact", "Contact"),
        Column("signer", "Signed by"),
        Column("name", "File"),
        Column("file", "Path", aside=True),
        Column("fate", "", nowrap=True, aside=all(row["fate"] == "written" for row in rows)),
    )
    show(Table(columns, rows, empty=f"No new letter for session {code}."), how)
    if how is Format.TABLE and rows:
        folder = _shown_path(outcome.letters[0].paper.path.parent)
        sentence(f"{len(rows):,} letter{'s' * (len(rows) != 1)} for session {code}, in {folder}")
    _show_left_out(outcome, named=any_partner)
    kept = [row["file"] for row in rows if row["fate"] == "kept"]
    if kept:
        notice(
            "A file of another text was there already and was kept as it is: "
            + shortened(kept)
            + ". Read it before you send it; to have a new one, move it away and type mtep invite --rewrite"
        )
    without = [letter.partner for letter in outcome.letters if letter.contact is None]
    if without:
        which = "It is" if len(rows) == 1 else f"{len(without):,} of them {'is' if len(without) == 1 else 'are'}"
        notice(
            f"{which} addressed to the organization, because no contact is known: "
            'mtep add-contact PARTNER "Name <mail>", then mtep invite --rewrite'
        )
    if outcome.lacking:
        lines = "".join(f"\n  {fact}: {command}" for fact, command in outcome.lacking)
        notice(f"The letters leave out what is not set:{lines}")


def _letter_row(letter: "Letter", fate: str) -> dict[str, Any]:
    return {
        "partner": letter.partner,
        "contact": letter.contact or "(no contact)",
        "signer": letter.signer,
        "name": letter.paper.path.name,
        "file": _shown_path(letter.paper.path),
        "fate": fate,
    }


def _show_left_out(outcome: "Outcome", *, named: bool) -> None:
    """Say who got no letter and why; of many for one reason, how many."""
    reasons: dict[str, list[str]] = {}
    for left in outcome.left_out:
        reasons.setdefault(left.why, []).append(left.partner)
    for why, partners in reasons.items():
        notice(f"Left out, {why}: {shortened(partners, len(partners) if named else 3)}")
