"""The panel *Commitments*: what partners promise, and what of it is changed."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from .. import days
from ..errors import (
    UnknownWordError,
    UnpairedTargetError,
    UnreadableAmountError,
    listed,
    shortened,
)
from ..vocabulary import CommitmentGoal, word_of
from .arguments import COMMITMENTS, DryRunOption, PartnerArgument, PublicOption, YesOption
from .output import notice, printable, say
from .questions import can_ask, confirmed
from .run import Run, this

if TYPE_CHECKING:
    from ..outreach.commitment_steps import Changed
    from ..outreach.commitments import Measured, Standing
    from ..outreach.promised_numbers import Found, Promise

app = typer.Typer()

_MOST = 2**63 - 1
"""The largest number that SQLite knows."""

IdArgument = Annotated[
    int,
    typer.Argument(metavar="ID", min=1, max=_MOST, help="The commitment's number, as in mtep list commitments."),
]
TargetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        metavar="NUMBER",
        help="How much is promised: 300, 200,000, '10 million', or 300/year. Each with its --unit; can be repeated.",
    ),
]
UnitOption = Annotated[
    list[str] | None,
    typer.Option("--unit", metavar="WHAT", help="Of what: students, teachers, school districts."),
]
MoneyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--money", metavar="DOLLARS", help="Money that is promised: 8M, '$1.5 million', 1500000/year. Can be repeated."
    ),
]
ByOption = Annotated[
    str | None, typer.Option("--by", metavar="DAY", help="By when: a day, a month like 'June 2025', or a year.")
]
GoalOption = Annotated[
    CommitmentGoal | None, typer.Option("--goal", case_sensitive=False, help="Which goal it serves.")
]
WhereOption = Annotated[
    str | None, typer.Option("--where", metavar="TEXT", help="Where: states, districts, '10 states'.")
]
WhoOption = Annotated[
    list[str] | None,
    typer.Option("--who", metavar="TEXT", help="Whom it serves: '30 % Title I', 'rural'. Can be repeated."),
]


@app.command(
    "add-commitment",
    rich_help_panel=COMMITMENTS,
    epilog='Example: mtep add-commitment AMTE "We will mentor 300 teachers a year." --target 300/year --unit teachers',
)
def add_commitment(
    context: typer.Context,
    partner: PartnerArgument,
    statement: Annotated[
        str, typer.Argument(metavar='"STATEMENT"', help="What is promised, kept as it was said.", show_default=False)
    ],
    target: TargetOption = None,
    unit: UnitOption = None,
    money: MoneyOption = None,
    by: ByOption = None,
    goal: GoalOption = None,
    where: WhereOption = None,
    who: WhoOption = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help="The day it was made (else: today).")] = None,
    public: Annotated[bool, typer.Option("--public", help="It may be published.")] = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Record what an organization promises. Numbers in the statement are shown, and recorded if you say that it is so.

    In most shells a $ is only kept in single quotes.
    """
    from ..outreach import commitment_steps, partners, promised_numbers

    run = this(context)
    made_on = days.past_day(on, "Making a commitment", run.today) if on is not None else run.today
    measures, due, people = _measures(target, unit, money), _due(by, run.today), _joined(who)
    statement = commitment_steps.checked_statement(statement)
    found = promised_numbers.found(statement, made_on=made_on)
    if measures:
        found = replace(found, measures=(), unread=())
    found = replace(found, shares=() if who else found.shares, due_on=None if by is not None else found.due_on)
    right = bool(found) and (yes or _is_right(run, partner, found))
    if right:
        measures, due, people = measures or list(found.measures), due or found.due_on, people or "; ".join(found.shares)
    said = commitment_steps.CommitmentFacts(
        statement=statement, measures=measures, day=made_on, due_on=due, goal=goal, place=where, people=people,
        public=public,
    )  # fmt: skip
    with run.step(dry_run=dry_run) as work:
        made = commitment_steps.make(work, partners.find(work, partner), said, today=run.today)
        before = commitment_steps.said_before(work, made)
    say(dry_run, f"Recorded commitment {made.id} of {made.partner}: {_in_short(made)}.")
    if promised_numbers.lost_a_dollar(statement):
        notice("A number seems to have lost its $ to the shell: put the statement into single quotes, after: mtep undo")
    if before is not None:
        notice(f"Commitment {before} has the same words and the same day. If this one is a slip: mtep undo")
    if found and not right:
        _tell(found, made, dry_run=dry_run)
    _tell_unread(found, made)


def _is_right(run: Run, partner: str, found: "Found") -> bool:
    """Ask whether the numbers that were found are what is promised; nobody there is a no."""
    from ..outreach import partners

    if not can_ask():
        return False
    with run.reader(must_exist=False) as reader:
        partners.find(reader, partner)
    unread = f" Not understood: {shortened(found.unread)}." if found.unread else ""
    return confirmed(printable(f"Found: {found}.{unread} Right?"))


def _tell(found: "Found", made: "Standing", *, dry_run: bool) -> None:
    """Say what was found and not recorded, with the command that records it."""
    words = ["mtep", "edit-commitment", str(made.id)]
    for one in found.measures:
        words += _typed(one)
    for share in found.shares:
        words += ["--who", share]
    words += ["--by", found.due_on.isoformat()] if found.due_on else []
    how = "--yes records them" if dry_run else f"To record it: {shlex.join(words)}"
    notice(f"Found in it, and not recorded: {found}.\n{how}")


def _tell_unread(found: "Found", made: "Standing") -> None:
    """Name the numbers that were not understood, with the command that records one."""
    if found.unread:
        notice(
            f"Numbers in it that were not understood: {shortened(found.unread)}.\n"
            f"To record one: mtep edit-commitment {made.id} --target NUMBER --unit WHAT"
        )


def _typed(one: "Promise") -> list[str]:
    from ..outreach import amounts

    number = amounts.figure(one.target).replace(",", "") + (f"/{one.per}" if one.per else "")
    return ["--money", number] if one.unit == amounts.MONEY else ["--target", number, "--unit", one.unit]


def _in_short(made: "Standing") -> str:
    from ..outreach.deadlines import deadline_shown

    parts = [_amount(one) for one in made.measures] or ["no numbers"]
    parts += [f"by {deadline_shown(made.by)}"] if made.by else []
    parts += [text for text in (made.place, made.people) if text]
    return "; ".join(parts)


def _amount(one: "Measured") -> str:
    from ..outreach.amounts import in_words as amount_in_words

    return amount_in_words(one.target, one.unit, one.per)


def _measures(
    targets: Sequence[str] | None, units: Sequence[str] | None, money: Sequence[str] | None
) -> "list[Promise]":
    """Return the numbers that were typed. Raises UnpairedTargetError, UnreadableAmountError, or as `amounts.unit`."""
    from ..outreach import amounts
    from ..outreach.promised_numbers import Promise

    targets, units = targets or [], units or []
    if len(targets) != len(units):
        raise UnpairedTargetError(len(targets), len(units))
    typed = [*zip(targets, units, strict=True), *((text, amounts.MONEY) for text in money or [])]
    found = []
    for text, unit in typed:
        amount = amounts.amount(text, above=0)
        name, per = amounts.without_period(unit)
        one = Promise(amount.number, amounts.unit(name), amount.per or per)
        if amounts.is_nothing(one.target, one.unit):
            raise UnreadableAmountError(text, "it is so little that it rounds to nothing")
        found.append(one)
    return found


def _due(text: str | None, today: date) -> date | None:
    from ..outreach.deadlines import deadline

    return deadline(text, today) if text and text.strip() else None


def _joined(texts: Sequence[str] | None) -> str | None:
    return None if texts is None else "; ".join(text.strip() for text in texts if text.strip())


@app.command(
    "edit-commitment",
    rich_help_panel=COMMITMENTS,
    epilog="Example: mtep edit-commitment 3 --target 400 --unit teachers --by 2026",
)
def edit_commitment(
    context: typer.Context,
    number: IdArgument,
    statement: Annotated[str | None, typer.Option("--statement", metavar="TEXT", help="What is promised.")] = None,
    target: TargetOption = None,
    unit: UnitOption = None,
    money: MoneyOption = None,
    drop: Annotated[
        list[str] | None,
        typer.Option("--drop", metavar="UNIT", help="Take the number in this unit away, and what was reached of it."),
    ] = None,
    by: ByOption = None,
    goal: Annotated[
        str | None, typer.Option("--goal", metavar="GOAL", help=f"Which goal it serves: {listed(CommitmentGoal)}.")
    ] = None,
    where: WhereOption = None,
    who: WhoOption = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help="The day it was made.")] = None,
    public: PublicOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Change what is recorded of a commitment. An empty text, as in --by "", takes it away.

    A number in a unit that the commitment has is changed; one in another unit, or for another time, is added.
    """
    from ..outreach import commitment_steps

    run = this(context)
    said = commitment_steps.CommitmentFacts(
        statement=statement,
        measures=tuple(_measures(target, unit, money)),
        day=days.past_day(on, "Making a commitment", run.today) if on is not None else None,
        due_on=_due(by, run.today) or ("" if by is not None else None),
        goal=_goal(goal),
        place=where,
        people=_joined(who),
        public=public,
        drop=tuple(drop or ()),
    )
    with run.step(dry_run=dry_run) as work:
        changed = commitment_steps.change(work, number, said, today=run.today)
        is_changed = bool(work.summary)
    if not is_changed:
        say(dry_run, "It is so already; nothing was changed.")
        return
    say(dry_run, f"Changed commitment {number} of {changed.now.partner}: {_in_short(changed.now)}.")
    _tell_of_numbers(changed, dry_run=dry_run)


def _tell_of_numbers(changed: "Changed", *, dry_run: bool) -> None:
    """Say what went with numbers that were dropped, and which were added beside one in the same unit."""
    if changed.reports:
        words = "; ".join(map(str, changed.dropped))
        many = f"{changed.reports:,} report{'s' * (changed.reports != 1)}"
        back = "" if dry_run else " To bring it back: mtep undo"
        notice(f"What was reported of it goes too ({many}): {words}.{back}")
    for one in changed.beside:
        notice(
            f"{_amount(one)} stands beside the other number in that unit. "
            f"To have one only: mtep edit-commitment {changed.now.id} --drop {shlex.quote(one.name)}"
        )


def _goal(text: str | None) -> CommitmentGoal | str | None:
    """Return a goal that was typed; an empty text takes it away. Raises UnknownWordError."""
    if text is None or not text.strip():
        return text and ""
    found = word_of(CommitmentGoal, text)
    if found is None:
        raise UnknownWordError("goal", text, CommitmentGoal)
    return found
