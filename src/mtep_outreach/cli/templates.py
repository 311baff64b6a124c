"""The panel *Sessions and letters*, continued: letter templates, and the last look at letters before they leave."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConflictingOptionsError, OptionNeedsOtherError
from ..tables import Column, Table
from .arguments import LETTERS, FormatOption, PartnersArgument, SessionOption
from .output import Format, notice, sentence, show, text
from .run import Run, this
from .ways import Way, network_settings

if TYPE_CHECKING:
    from ..letters.rendering import Templates

app = typer.Typer()


@app.command("templates", rich_help_panel=LETTERS, epilog="Example: mtep templates --copy invitation --to our-letters")
def templates(
    context: typer.Context,
    source: Annotated[str | None, typer.Option("--show", metavar="NAME", help="Print a template.")] = None,
    copy: Annotated[
        str | None,
        typer.Option("--copy", metavar="NAME", help="Copy a template, or the letterhead, so that you can change it."),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FOLDER", help="With --copy: the folder (else: that of your settings)."),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Try each template, with much and with little known.")] = False,
    how: FormatOption = Format.TABLE,
) -> None:
    """List the letter templates, print one, copy one out to change it, or try them all."""
    from ..letters.rendering import Templates
    from ..outreach import template_list

    run = this(context)
    chosen = [name for name, given in (("--show", source), ("--copy", copy), ("--check", check)) if given]
    if len(chosen) > 1:
        raise ConflictingOptionsError(chosen[0], chosen[1])
    if to is not None and copy is None:
        raise OptionNeedsOtherError("--to", "--copy NAME")
    found = Templates(run.own_templates)
    if source is not None:
        text(template_list.source(found, source).rstrip("\n"))
    elif copy is not None:
        _copy(run, found, copy, to)
    elif check:
        _check(found)
    else:
        show(template_list.listing(found), how)


def _copy(run: Run, found: "Templates", name: str, to: Path | None) -> None:
    from ..outreach import template_list

    folder = (to or run.own_templates or Path("letter-templates")).expanduser().absolute()
    made = template_list.copy(found, name, folder, run.own_templates)
    sentence(f"Copied to {made}.")
    if run.own_templates is None or run.own_templates.absolute() != folder:
        notice(f"To use what lies there: mtep settings templates={folder}")


def _check(found: "Templates") -> None:
    from ..outreach import template_list

    mistakes = list(template_list.mistakes(found))
    for mistake in mistakes:
        notice(f"{mistake.message}\n{mistake.hint}".rstrip())
    names = found.names()
    sentence(f"{len(names) - len(mistakes)} of {len(names)} templates can be used.")
    if mistakes:
        raise typer.Exit(3)


@app.command("check-letters", rich_help_panel=LETTERS, epilog="Example: mtep check-letters --session 2024-05-24")
def check_letters(
    context: typer.Context,
    partner: PartnersArgument = None,
    session: SessionOption = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Look over the letters of a session that have not left, as they would leave now, and list what is wrong.

    An error stops a letter that is to be sent, a warning does not. Organizations that are named and not invited yet are
    looked at as they would be invited.
    """
    from ..outreach import last_look, sessions

    run = this(context)
    way = Way(run, (), None, None, one_file=False)
    with run.looking() as work:
        found = sessions.find(work, session, today=run.today, now=run.now)
        desk = way.desk(found, network_settings(work), None)
        looked = last_look.look(work, found, desk, partner or [])
    rows = [
        {"partner_id": one.partner_id, "partner": one.partner, "kind": str(one.kind), "severity": str(finding.severity),
         "rule": finding.rule, "message": finding.message}
        for one in looked
        for finding in one.findings
    ]  # fmt: skip
    columns = (
        Column("partner_id", "No.", right=True, nowrap=True),
        Column("partner", "Partner"),
        Column("kind", "Letter", nowrap=True, wide=True),
        Column("severity", "Severity", nowrap=True),
        Column("rule", "Rule", nowrap=True, aside=True),
        Column("message", "What is wrong"),
    )
    show(
        Table(columns, rows, empty=f"{len(looked):,} letter{'s' * (len(looked) != 1)} looked at: nothing is wrong."),
        how,
    )
    stopped = sum(any(finding.severity == "error" for finding in one.findings) for one in looked)
    if how is Format.TABLE and rows:
        notice(f"{len(looked):,} looked at: {stopped:,} would be stopped.")
    if stopped:
        raise typer.Exit(3)
