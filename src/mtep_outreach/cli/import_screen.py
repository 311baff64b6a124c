"""What a person sees of an import: what was understood, what would be done, what was done."""

from typing import TYPE_CHECKING

from ..errors import shortened
from ..tables import Column, Table
from .output import console, notice, rich_table

if TYPE_CHECKING:
    from ..outreach.imports import Outcome, Source

_FEW = 10
_LONGEST_PLAIN = 30


def show_layout(source: "Source") -> None:
    """Show what a table of a file was taken for, and what its columns mean."""
    layout = source.layout
    meant = ", ".join(
        _quoted(column) if meaning == column.lower() else f"{_quoted(column)} as {meaning}"
        for column, meaning in layout.meanings.items()
        if meaning and meaning != "ignore" and column not in layout.idle
    )
    like = f" like {layout.preset.title}" if layout.preset else ""
    notice(f"{layout.path.name}: {source.sheet.kind}{like}. Understood: {meant}.")
    for note in source.sheet.notes:
        if note.startswith("Left out:"):
            notice(f"{note}.")
    if "reason" in layout.meanings.values():
        notice("The letters quote the reasons.")
    if layout.mapping:
        notice(f"Some of it as you said before ({layout.mapping}; to forget it: mtep settings {layout.mapping}=)")
    if layout.unmapped:
        kept = ", ".join(map(_quoted, layout.unmapped))
        notice(f"Kept in the note: {kept}. To say what a column means: --map 'COLUMN=field'")


def _quoted(column: str) -> str:
    """Return a column's name, in quotation marks where it is a sentence."""
    is_sentence = len(column) > _LONGEST_PLAIN or "," in column or not column[-1:].isalnum()
    return f"'{column}'" if is_sentence else column


def show_outcome(outcome: "Outcome", *, doubts_too: bool = True) -> None:
    """Show what an import would do, before it is done."""
    if outcome.first:
        rows = [
            {
                "verdict": verdict,
                "name": said.facts.name,
                "acronym": said.facts.acronym,
                "scope": said.facts.scope,
                "state": said.facts.state,
                "city": said.facts.city,
                "contact": str(said.contact) if said.contact else None,
                "nominator": said.nominator.name if said.nominator else None,
            }
            for verdict, said in outcome.first
        ]
        titles = {
            "verdict": "Will be", "name": "Name", "acronym": "Acronym", "scope": "Scope", "state": "State",
            "city": "City", "contact": "Contact", "nominator": "Nominated by",
        }  # fmt: skip
        columns = [Column(key, title) for key, title in titles.items() if any(row[key] for row in rows)]
        console(error=True).print(rich_table(Table(columns, rows)))
    notice(
        f"{outcome.rows:,} row{'s' * (outcome.rows != 1)}: {outcome.new:,} new, {outcome.changed:,} changed,"
        f" {outcome.same:,} same, {outcome.doubtful:,} doubtful, {outcome.refused:,} refused."
    )
    show_left_out(outcome)
    if not doubts_too:
        return
    shown = [] if outcome.doubtful_refused else outcome.doubts[:_FEW]  # those are among the problems
    for doubt in shown:
        notice(f"Doubtful: {doubt}")
    if len(outcome.doubts) > len(shown) > 0:
        notice(f"... and {outcome.doubtful - _FEW:,} more doubtful rows.")


def show_left_out(outcome: "Outcome") -> None:
    """Show which rows could not be used, which values were overwritten, and who was left alone."""
    shown = outcome.problems[:_FEW]
    for problem in shown:
        notice(str(problem))
    more = outcome.left_out - len({problem.line for problem in shown})
    if more > 0:
        notice(f"... and {more:,} more row{'s' * (more != 1)} with problems.")
    for change in outcome.overwritten[:_FEW]:
        notice(f"{change.partner}: {change.field} was '{change.old}', is '{change.new}'")
    if len(outcome.overwritten) > _FEW:
        notice(f"... and {len(outcome.overwritten) - _FEW:,} more values overwritten.")
    if outcome.removed:
        notice(f"Left alone, because these partners were removed: {shortened(outcome.removed)}")


def said_of(outcome: "Outcome") -> str:
    """Return what an import did in one sentence."""
    if not outcome.rows:
        return "Nothing to import: no row stands below the header."
    new = outcome.new + outcome.doubtful_new
    changed = outcome.changed + outcome.doubtful_changed
    same = outcome.same + outcome.doubtful_same
    parts = [
        (new, "new partner"),
        (outcome.contacts, "contact"),
        (outcome.members, "new member"),
        (outcome.nominations, "nomination"),
        (outcome.stops, "address that nothing is sent to"),
        (outcome.stopped, "partner that nobody writes to"),
    ]
    added = ", ".join(f"{number:,} {_plural(word, number)}" for number, word in parts if number)
    said = f"Imported {added}." if added else "Nothing new to import."
    if changed:
        said += f" {changed:,} row{'s' * (changed != 1)} changed what is here."
    if same:
        said += f" {same:,} row{'s' * (same != 1)} changed nothing."
    if outcome.left_out:
        said += f" {outcome.left_out:,} row{'s' * (outcome.left_out != 1)} could not be used."
    return said


def _plural(word: str, number: int) -> str:
    if number == 1:
        return word
    noun, that, more = word.partition(" that ")
    return f"{noun}{'es' if noun.endswith('s') else 's'}{that}{more}"
