"""The panel *Answers*, continued: a person decides what mails mean that a program must not decide on."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ConflictingOptionsError, MtepError, OptionNeedsOtherError, UnknownWordError
from ..vocabulary import Proposal, word_of
from . import questions
from .arguments import ANSWERS, DryRunOption, FormatOption
from .output import Format, folded, notice, say, sentence, show, show_json
from .run import Run, this

if TYPE_CHECKING:
    from ..store.reading import Record

app = typer.Typer()

_KEYS = {
    "y": Proposal.ACCEPTED,
    "n": Proposal.DECLINED,
    "m": Proposal.TENTATIVE,
    "s": Proposal.DO_NOT_CONTACT,
    "b": Proposal.BOUNCED,
}
_MEANINGS = {
    Proposal.ACCEPTED: "a yes",
    Proposal.DECLINED: "a no",
    Proposal.TENTATIVE: "a maybe",
    Proposal.DO_NOT_CONTACT: "a wish for no more letters",
    Proposal.BOUNCED: "a dead address",
}
_WORDS = ("yes", "no", "maybe", "stop", "bounced")


@app.command("review", rich_help_panel=ANSWERS, epilog="Example: mtep review 3 --as yes")
def review(
    context: typer.Context,
    item: Annotated[
        list[int] | None,
        typer.Argument(metavar="ITEM...", min=1, help="Their numbers; without one all are listed.", show_default=False),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="It means what it seems to mean.")] = False,
    meaning: Annotated[
        str | None, typer.Option("--as", metavar="MEANING", help="It means yes, no, maybe, stop or bounced.")
    ] = None,
    dismiss: Annotated[bool, typer.Option("--dismiss", help="It means nothing to the record.")] = False,
    decide: Annotated[bool, typer.Option("--decide", help="Go through all of them, one key for each.")] = False,
    how: FormatOption = Format.TABLE,
    dry_run: DryRunOption = False,
) -> None:
    """Look at the mails that wait for a person, and say what they mean.

    Without an ITEM they are listed; with one alone it is shown in full.
    """
    run = this(context)
    proposal = _proposal(meaning)
    given = {"--dismiss": dismiss, "--apply": apply, "--as": meaning, "--dry-run": dry_run, "ITEM": item}
    if other := next((option for option, is_given in given.items() if decide and is_given), None):
        raise ConflictingOptionsError("--decide", other)
    if dismiss and (apply or meaning):
        raise ConflictingOptionsError("--dismiss", "--apply" if apply else "--as")
    settles = apply or dismiss or proposal is not None
    if settles and not item:
        raise OptionNeedsOtherError("--dismiss" if dismiss else "--apply" if apply else "--as", "the number of an ITEM")
    if decide:
        _decide(run)
    elif settles:
        _settle(run, list(dict.fromkeys(item or [])), proposal, dismiss=dismiss, how=how, dry_run=dry_run)
    elif item:
        _show(run, item, how)
    else:
        _list(run, how)


def _proposal(meaning: str | None) -> Proposal | None:
    found = word_of(Proposal, meaning) if meaning is not None else None
    if meaning is not None and found is None:
        raise UnknownWordError("meaning", meaning, _WORDS)
    return found


def _settle(
    run: Run,
    numbers: list[int],
    proposal: Proposal | None,
    *,
    dismiss: bool,
    how: Format = Format.TABLE,
    dry_run: bool = False,
) -> None:
    from ..outreach import reviews

    said = []
    with run.step(dry_run=dry_run) as work:
        for number in numbers:
            if dismiss:
                row = reviews.dismiss(work, number, today=run.today)
                said.append(f"Item {number}, {_who(row)}: dismissed.")
            else:
                row, done = reviews.apply(work, number, proposal, today=run.today, now=run.now)
                meant = _MEANINGS[Proposal(proposal or row["proposal"])]
                said.append(f"Item {number}, {_who(row)}: {meant}; {done}.")
        settled = [reviews.find(work, number) for number in numbers]
    if how is not Format.TABLE:
        show(reviews.as_table(settled), how)
        return
    for words in said:
        say(dry_run, words)


def _list(run: Run, how: Format) -> None:
    from ..outreach import reviews

    with run.reader() as reader:
        rows = reviews.waiting(reader)
    show(reviews.as_table(rows), how)
    if rows and how is Format.TABLE:
        notice("To read one: mtep review ITEM. To go through all of them, one key for each: mtep review --decide")


def _show(run: Run, numbers: list[int], how: Format) -> None:
    from ..outreach import reviews

    with run.reader() as reader:
        rows = [reviews.find(reader, number) for number in numbers]
        cards = [_card(row, is_stranger=reviews.nobody_invited(reader, row)) for row in rows]
    if how is Format.JSON:
        show_json([_as_dict(row) for row in rows])
    elif how is Format.TABLE:
        for card in cards:
            sentence(card)
        open_ones = [row for row in rows if row["state"] == "open"]
        if open_ones:
            number = open_ones[0]["id"]
            notice(f"To settle it: mtep review {number} --apply, --as ANSWER, or --dismiss")
    else:
        show(reviews.as_table(rows), how)


def _as_dict(row: "Record") -> dict[str, Any]:
    from ..outreach import reviews

    return reviews.as_table([row]).records()[0]


def _who(row: "Record") -> str:
    return str(row["partner"] or row["sender"] or "somebody")


def _card(row: "Record", *, is_stranger: bool) -> str:
    """Return an item as a person reads it; ``is_stranger``: its sender is nobody whom the letter went to."""
    about = f"{row['partner']}, session {row['session']}" if row["partner"] else "no partner that is known"
    lines = [f"Item {row['id']}, {row['day']}, about {about}"]
    facts = {
        "From": f"{row['sender'] or ''}{', whom nobody invited' * is_stranger}", "Subject": row["subject"],
        "Why": row["reason"],
        "Likely": _MEANINGS[Proposal(row["proposal"])] if row["proposal"] else None,
        "Settled": f"{row['state']} on {row['settled_on']}" if row["state"] != "open" else None,
    }  # fmt: skip
    lines += [folded(f"{title + ':':8} {said}", indent=" " * 9) for title, said in facts.items() if said]
    if row["text"]:
        lines += ["", *(folded(f"    {line}", indent="    ") for line in row["text"].splitlines())]
    return "\n".join(lines)


# ---- one after the other ---------------------------------------------------------------------------------


def _decide(run: Run) -> None:
    """Ask of each item what it means; each answer is a step of its own."""
    from ..outreach import reviews

    if not questions.can_ask():
        raise OptionNeedsOtherError("--decide", "a terminal to ask at")
    with run.reader() as reader:
        rows = reviews.waiting(reader)
        cards = [_card(row, is_stranger=reviews.nobody_invited(reader, row)) for row in rows]
    if not rows:
        sentence("Nothing waits to be reviewed.")
    for place, (row, card) in enumerate(zip(rows, cards, strict=True), 1):
        notice(f"\n{place} of {len(rows)}. {card}")
        likely = Proposal(row["proposal"]) if row["proposal"] else None
        default = next((key for key, meant in _KEYS.items() if meant is likely), None)
        first = f"Enter: {_MEANINGS[likely]}; " if likely else ""
        answer = questions.choose(
            f"{first}y yes, n no, m maybe, s stop writing, b bounced, d dismiss, k keep for later, q quit",
            "ynmsbdkq",
            default=default,
        )
        if answer == "q":
            return
        if answer != "k":
            _decide_one(run, row, answer)


def _decide_one(run: Run, row: "Record", answer: str) -> None:
    try:
        _settle(run, [row["id"]], _KEYS.get(answer), dismiss=answer == "d")
    except MtepError as error:  # it cannot mean that, or somebody else has settled it meanwhile
        notice(f"{error.message} {error.hint}".strip())
