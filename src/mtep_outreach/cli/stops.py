"""The panel *Sending*, continued: whom nobody writes to any more, and who is forgotten altogether."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from ..errors import shortened
from . import completion
from .arguments import SENDING, DryRunOption, YesOption
from .output import notice, say
from .run import this

app = typer.Typer()


@app.command(
    "do-not-contact",
    rich_help_panel=SENDING,
    epilog='Example: mtep do-not-contact AMTE --reason "They asked us to wait."',
)
def do_not_contact(
    context: typer.Context,
    who: Annotated[
        str,
        typer.Argument(metavar="WHOM", help="An organization, or a mail address.",
                       autocompletion=completion.partners, show_default=False),
    ],
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why.")] = None,
    lift: Annotated[bool, typer.Option("--lift", help="Let them be written to again.")] = False,
    dry_run: DryRunOption = False,
) -> None:  # fmt: skip
    """Let nobody write to an organization or an address any more; also what is queued does not leave."""
    from ..errors import ConflictingOptionsError
    from ..outreach import stops

    if lift and reason is not None:
        raise ConflictingOptionsError("--lift", "--reason")
    run = this(context)
    with run.step(dry_run=dry_run) as work:
        if lift:
            said = f"{stops.lift(work, who)} can be written to again."
        else:
            said = f"No more letters go to {stops.stop(work, who, today=run.today, reason=reason)}."
    say(dry_run, said)


@app.command("forget", rich_help_panel=SENDING, epilog="Example: mtep forget adams@example.org")
def forget(
    context: typer.Context,
    person: Annotated[
        str, typer.Argument(metavar="PERSON", help="A contact's mail address or name.", show_default=False)
    ],
    yes: YesOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Erase a person from partners, letters and log; this cannot be taken back.

    Only a keyed hash of the address is kept, so that nobody invites them again.
    """
    from ..outreach import forgetting
    from ..store.erasing import backups, compact
    from .questions import confirm

    run = this(context)
    if not dry_run:
        confirm(f"Erase {person} for good? This cannot be undone.", "erase a person", yes=yes)
    with run.step(dry_run=dry_run) as work:
        erased = forgetting.forget(work, person, today=run.today)
    contacts = f"{erased.contacts:,} contact{'s' * (erased.contacts != 1)}"
    letters = f"{erased.letters:,} letter{'s' * (erased.letters != 1)}"
    say(dry_run, f"Erased: {contacts}, and what {letters} said.")
    if dry_run:
        return
    removed, kept = _removed(erased.files)
    if removed:
        notice(f"Removed: {shortened(removed)}")
    left = {
        "These letters could not be removed": kept,
        "These files hold letters to others too": erased.shared,
        "These older copies still hold the person": backups(run.database),
    }
    for what, paths in left.items():
        if paths:
            notice(f"{what}; remove them yourself: {shortened([str(path) for path in paths])}")
    compact(run.database)
    if kept:
        raise typer.Exit(3)


def _removed(paths: Iterable[Path]) -> tuple[list[str], list[Path]]:
    """Remove files; return those that are gone, and those that could not be removed."""
    gone, kept = [], []
    for path in paths:
        try:
            path.unlink(missing_ok=True)
            gone.append(str(path))
        except OSError:
            kept.append(path)
    return gone, kept
