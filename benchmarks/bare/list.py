"""The peer of `mtep list`: its columns by one hand-written statement, in a table of rich."""

import sqlite3
from pathlib import Path

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

QUESTION = """
SELECT p.id, official.text, acronym.text, p.scope, p.sector, p.state,
    CASE
        WHEN EXISTS (SELECT 1 FROM agreements g WHERE g.partner_id = p.id) THEN 'joined'
        WHEN EXISTS (SELECT 1 FROM attendances t WHERE t.partner_id = p.id) THEN 'attended'
        WHEN EXISTS (
            SELECT 1 FROM invitations i WHERE i.partner_id = p.id AND (
                SELECT r.answer FROM replies r WHERE r.invitation_id = i.id ORDER BY r.day DESC, r.id DESC LIMIT 1
            ) = 'accepted'
        ) THEN 'accepted'
        WHEN EXISTS (SELECT 1 FROM invitations i WHERE i.partner_id = p.id) THEN 'invited'
        ELSE 'identified'
    END,
    (SELECT c.name FROM contacts c WHERE c.partner_id = p.id ORDER BY c.is_primary DESC, c.id LIMIT 1)
FROM partners p
JOIN names official ON official.partner_id = p.id AND official.kind = 'official'
LEFT JOIN names acronym ON acronym.partner_id = p.id AND acronym.kind = 'acronym'
WHERE p.removed_on IS NULL
ORDER BY p.id
"""
TITLES = ("Name", "Acronym", "Scope", "Sector", "State", "Stage", "Contact")


def list_partners(database: Path) -> None:
    """List the partners."""
    connection = sqlite3.connect(database)
    rows = connection.execute(QUESTION).fetchall()
    connection.close()
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("No.", justify="right", no_wrap=True)
    for title in TITLES:
        table.add_column(title, overflow="fold", no_wrap=title in ("Scope", "State", "Stage"))
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    console = Console(markup=False, highlight=False, emoji=False)
    console.print(table)
    Console(stderr=True).print(f"{len(rows):,} partners")


if __name__ == "__main__":
    typer.run(list_partners)
