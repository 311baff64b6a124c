"""The panel *Commitments*, what becomes of them: how far one has come, and that it is withdrawn."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from .. import days
from ..errors import OptionNeedsOtherError
from ..vocabulary import Period, in_words
from .arguments import COMMITMENTS, DryRunOption, OnOption
from .commitments import IdArgument
from .output import notice, say
from .run import this

if TYPE_CHECKING:
    from ..outreach.commitment_steps import Reported

app = typer.Typer()


@app.command(
    "progress",
    rich_help_panel=COMMITMENTS,
    epilog='Example: mtep progress 3 120 --on 2024-06-01 --evidence "https://example.org/report"',
)
def progress(
    context: typer.Context,
    number: IdArgument,
    reached: Annotated[
        str | None,
        typer.Argument(metavar="REACHED", help="The amount reached so far, all in all.", show_default=False),
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option(
            "--unit", metavar="WHAT", help="Of which number, where several are promised; a beginning will do."
        ),
    ] = None,
    done: Annotated[
        bool, typer.Option("--done", help="The commitment is fulfilled, whatever the numbers say.")
    ] = False,
    on: OnOption = None,
    evidence: Annotated[
        str | None, typer.Option("--evidence", metavar="TEXT", help="What shows it: a text or a link.")
    ] = None,
    dry_run: DryRunOption = False,
) -> None:
    """Report how far a commitment has come: the amount reached so far, not what was added since the last report.

    Of a number for each year it is the amount of one year, that of --on; a goal of the network counts every year.
    """
    from ..outreach import amounts, commitment_steps

    if unit is not None and reached is None:
        raise OptionNeedsOtherError("--unit", "the amount reached")
    run = this(context)
    amount = amounts.amount(reached).number if reached is not None else None
    day = days.past_day(on, "What is reported", run.today) if on is not None else run.today
    with run.step(dry_run=dry_run) as work:
        told = commitment_steps.report(
            work, number, today=run.today, day=day, reached=amount, unit=unit, done=done, evidence=evidence
        )
    _say_reported(told, amount, day, dry_run=dry_run)


def _say_reported(told: "Reported", amount: float | None, day: date, *, dry_run: bool) -> None:
    """Say what was reached, what it was before, and how the commitment stands now."""
    from ..outreach import amounts

    now, measure = told.now, told.measure
    heading = f"Commitment {now.id} of {now.partner}"
    if measure is None or amount is None:
        say(dry_run, f"{heading} is reported on for {days.day_in_words(day)}; it is {in_words(now.state)}.")
        return
    known = told.before
    before = "nothing was reported" if known is None else amounts.figure_of(known, measure.unit)
    part = amounts.reached(amount, measure.target, measure.unit, measure.per)
    when = days.day_in_words(day)
    say(dry_run, f"{heading}: {part} reached by {when}; before that, {before}. It is {in_words(now.state)}.")
    if told.later is not None and measure.progress is not None:
        later = days.day_in_words(date.fromisoformat(told.later))
        notice(f"The newer report of {later} still counts: {amounts.figure_of(measure.progress, measure.unit)}.")
        if measure.per and told.later[:4] != str(day.year):
            notice("Towards a goal of the network every year counts, with its newest report.")
    elif known is not None and amount < known and measure.per != Period.YEAR:
        notice("That is less than before. What counts is the amount reached so far, not what was added.")


@app.command("withdraw-commitment", rich_help_panel=COMMITMENTS, epilog="Example: mtep withdraw-commitment 3")
def withdraw_commitment(
    context: typer.Context, number: IdArgument, on: OnOption = None, dry_run: DryRunOption = False
) -> None:
    """Record that an organization does not stand by a commitment any more. What was reported is kept."""
    from ..outreach import commitment_steps

    run = this(context)
    day = days.past_day(on, "Withdrawing", run.today) if on is not None else run.today
    with run.step(dry_run=dry_run) as work:
        gone = commitment_steps.withdraw(work, number, today=run.today, day=day)
    say(dry_run, f"Commitment {number} of {gone.partner} was withdrawn on {days.day_in_words(day)}.")
