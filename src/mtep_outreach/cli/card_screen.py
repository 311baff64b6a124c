"""One partner's card, as a terminal shows it."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from ..outreach.cards import Card, contact_shown, day_shown, happened, promised
from ..outreach.lists import came_shown
from ..vocabulary import in_words
from .output import printable


def screen(card: Card) -> RenderableType:
    """Return the card: facts, contacts, nominators, commitments, what happened day by day, who came to sessions."""
    partner = card.partner
    name = printable(partner["name"]) + (f" ({printable(partner['acronym'])})" if partner["acronym"] else "")
    parts: list[RenderableType] = [
        Text(name, style="bold"),
        _pairs([fact for fact in card.facts() if fact[1]]),
    ]
    if card.contacts:
        rows = [(contact_shown(row), row["title"] or "") for row in card.contacts]
        parts += [_heading("Contacts"), _pairs(rows)]
    else:
        hint = f'No contact yet: mtep add-contact {partner["id"]} "Name <mail>"'
        parts += [_heading("Contacts"), Text("  " + hint)]
    if card.nominations:
        rows = [(row["member"], f"“{row['reason']}”" if row["reason"] else "") for row in card.nominations]
        parts += [_heading("Nominated by"), _pairs(rows)]
    if card.commitments:
        rows = [(f"{one.id}, {in_words(one.state)}", promised(one)) for one in card.commitments]
        parts += [_heading("Commitments"), _pairs(rows)]
    parts += [
        _heading("What happened"),
        _pairs([(day_shown(row["day"]), happened(row)) for row in card.time_line]),
    ]
    if card.attendees:
        parts += [_heading("Who came"), _pairs([(row["session"], came_shown(row)) for row in card.attendees])]
    return Group(*parts)


def _heading(words: str) -> Text:
    return Text("\n" + words, style="bold")


def _pairs(rows: list[tuple[str, str]]) -> RenderableType:
    drawn = RichTable.grid(padding=(0, 2, 0, 0), pad_edge=False)
    drawn.add_column(overflow="fold")
    drawn.add_column(overflow="fold")
    for left, right in rows:
        drawn.add_row(Text(printable(left)), Text(printable(right)))
    return Padding(drawn, (0, 0, 0, 2))
