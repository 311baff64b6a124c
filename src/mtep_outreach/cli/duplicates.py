"""The panel *Partners*, continued: which are the same organization, and making them one."""

from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import MtepError, OptionNeedsOtherError
from . import completion, questions
from .arguments import PARTNERS, DryRunOption, FormatOption, PartnerArgument
from .output import Format, notice, say, show
from .run import Run, this

if TYPE_CHECKING:
    from ..outreach.duplicates import Pair

app = typer.Typer()


@app.command("duplicates", rich_help_panel=PARTNERS, epilog="Example: mtep duplicates --threshold 0.8")
def duplicates(
    context: typer.Context,
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold", min=0.0, max=1.0, help="Show pairs from this score on.", show_default="about 1 in 2"
        ),
    ] = None,
    apart: Annotated[
        tuple[str, str] | None,
        typer.Option("--apart", metavar="PARTNER PARTNER", help="Remember that these two are not the same."),
    ] = None,
    decide: Annotated[bool, typer.Option("--decide", help="Go through the pairs and decide on each.")] = False,
    how: FormatOption = Format.TABLE,
    dry_run: DryRunOption = False,
) -> None:
    """Find partners that may be one organization, the likeliest first, with the reasons.

    Two that were said to be apart are never shown again. To make one of two: mtep merge.
    """
    from ..outreach import duplicates as finding

    run = this(context)
    if apart is not None:
        with run.step(dry_run=dry_run) as work:
            first, second = finding.keep_apart(work, *apart, today=run.today)
        say(dry_run, f"Remembered: {first['name']} and {second['name']} are not the same.")
        return
    if decide and not questions.can_ask():
        raise OptionNeedsOtherError("--decide", "a terminal to ask at")
    with run.reader() as reader:
        pairs = finding.pairs(reader, threshold=threshold)
    if decide:
        _decide(run, pairs)
        return
    show(finding.as_table(pairs), how)
    if pairs and how is Format.TABLE:
        notice("To make one of two: mtep merge KEEP OTHER. If they are not the same: mtep duplicates --apart ONE OTHER")


def _decide(run: Run, pairs: "list[Pair]") -> None:
    """Ask of each pair whether it is one organization; each answer is a step of its own."""
    from ..outreach import duplicates as finding
    from ..outreach import merging

    gone: set[int] = set()
    for place, pair in enumerate(pairs, 1):
        if gone & {pair.first.number, pair.second.number}:
            continue
        table = finding.as_table([pair]).rows[0]
        notice(
            f"\n{place} of {len(pairs)}: number {table['a']}, {table['a_name']}\n"
            f"   and number {table['b']}, {table['b_name']}\n   because: {'; '.join(table['reasons'])}"
        )
        answer = questions.choose("s the same (the first stays); n not the same; k keep for later; q quit", "snkq")
        if answer == "q":
            return
        try:
            if answer == "s":
                with run.step(dry_run=False) as work:
                    merging.merge(work, str(pair.first.number), [str(pair.second.number)])
                gone.add(pair.second.number)
            elif answer == "n":
                with run.step(dry_run=False) as work:
                    finding.known_apart(work, [(pair.first.number, pair.second.number)], today=run.today)
        except MtepError as error:  # somebody else has changed one of them meanwhile
            notice(error.message)


@app.command(
    "merge", rich_help_panel=PARTNERS, epilog='Example: mtep merge AMTE "Assoc. of Math Teacher Educators" --take city'
)
def merge(
    context: typer.Context,
    keep: PartnerArgument,
    others: Annotated[
        list[str],
        typer.Argument(
            metavar="OTHER...",
            help="The partners that go into it.",
            autocompletion=completion.partners,
            show_default=False,
        ),
    ],
    take: Annotated[
        list[str] | None,
        typer.Option("--take", metavar="FIELD", help="Take this value from the other. Can be repeated."),
    ] = None,
    dry_run: DryRunOption = False,
) -> None:
    """Make one partner of several: names, people, nominations, letters, answers and notes go to the first.

    Where values differ, the first one's stays unless --take names the field. The others' names find it from then on;
    undo brings all of them back.
    """
    from ..outreach import merging

    run = this(context)
    with run.step(dry_run=dry_run) as work:
        done = merging.merge(work, keep, others, take=take or ())
    went = ", ".join(f"{row['name']} (number {row['id']})" for row in done.gone)
    say(dry_run, f"Merged {went} into {done.kept['name']} (number {done.kept['id']}).")
    for value in done.dropped:
        notice(f"Not kept: {value}")
    if not dry_run:
        notice("To take it back: mtep undo")
