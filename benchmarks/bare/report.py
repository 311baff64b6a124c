"""The peer of `mtep report`: its figures by hand-written statements, in tables of rich."""

import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer
from rich import box
from rich.console import Console
from rich.table import Table

GOAL = "SELECT COALESCE((SELECT value FROM settings WHERE key = 'goal'), '30')"

STAGES = """
SELECT
    (SELECT COUNT(*) FROM partners WHERE removed_on IS NULL),
    (SELECT COUNT(DISTINCT i.partner_id) FROM invitations i JOIN partners p ON p.id = i.partner_id
        WHERE p.removed_on IS NULL),
    (SELECT COUNT(DISTINCT i.partner_id) FROM invitations i JOIN partners p ON p.id = i.partner_id
        WHERE p.removed_on IS NULL AND (
            SELECT r.answer FROM replies r WHERE r.invitation_id = i.id ORDER BY r.day DESC, r.id DESC LIMIT 1
        ) = 'accepted'),
    (SELECT COUNT(DISTINCT t.partner_id) FROM attendances t JOIN partners p ON p.id = t.partner_id
        WHERE p.removed_on IS NULL),
    (SELECT COUNT(*) FROM agreements g JOIN partners p ON p.id = g.partner_id WHERE p.removed_on IS NULL)
"""

CROSSED = """
SELECT COALESCE(scope, 'not set'), COALESCE(sector, 'not set'), COUNT(*)
FROM partners WHERE removed_on IS NULL GROUP BY 1, 2
"""

STATES = "SELECT DISTINCT state FROM partners WHERE removed_on IS NULL AND state IS NOT NULL ORDER BY state"

SESSIONS = """
SELECT code, COUNT(partner_id), TOTAL(answer = 'accepted'), TOTAL(answer = 'tentative'), TOTAL(answer = 'declined'),
    TOTAL(partner_id IS NOT NULL AND answer IS NULL),
    (SELECT COUNT(*) FROM attendances t JOIN partners p ON p.id = t.partner_id
        WHERE t.session_id = number AND p.removed_on IS NULL)
FROM (
    SELECT s.code, s.starts_at, s.id AS number, p.id AS partner_id,
        (SELECT r.answer FROM replies r WHERE r.invitation_id = i.id ORDER BY r.day DESC, r.id DESC LIMIT 1) AS answer
    FROM sessions s
    LEFT JOIN invitations i ON i.session_id = s.id
    LEFT JOIN partners p ON p.id = i.partner_id AND p.removed_on IS NULL
) GROUP BY number ORDER BY starts_at
"""

TASKS = """
SELECT 'have no contact', n.text, p.added_on
FROM partners p JOIN names n ON n.partner_id = p.id AND n.kind = 'official'
WHERE p.removed_on IS NULL AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.partner_id = p.id)
UNION ALL
SELECT 'are not invited yet', n.text, p.added_on
FROM partners p JOIN names n ON n.partner_id = p.id AND n.kind = 'official'
WHERE p.removed_on IS NULL
    AND NOT EXISTS (SELECT 1 FROM invitations i WHERE i.partner_id = p.id)
    AND NOT EXISTS (SELECT 1 FROM attendances t WHERE t.partner_id = p.id)
    AND NOT EXISTS (SELECT 1 FROM agreements g WHERE g.partner_id = p.id)
UNION ALL
SELECT 'have a letter that is not confirmed as sent', n.text, MIN(i.day)
FROM invitations i
JOIN partners p ON p.id = i.partner_id AND p.removed_on IS NULL
JOIN names n ON n.partner_id = p.id AND n.kind = 'official'
WHERE NOT EXISTS (SELECT 1 FROM replies r WHERE r.invitation_id = i.id)
    AND (SELECT d.state FROM deliveries d WHERE d.invitation_id = i.id ORDER BY d.id DESC LIMIT 1) = 'written'
    AND NOT EXISTS (SELECT 1 FROM attendances t WHERE t.partner_id = p.id)
    AND NOT EXISTS (SELECT 1 FROM agreements g WHERE g.partner_id = p.id)
GROUP BY p.id
UNION ALL
SELECT 'have not answered for 7 days', n.text, MAX(i.day) AS since
FROM invitations i
JOIN partners p ON p.id = i.partner_id AND p.removed_on IS NULL
JOIN names n ON n.partner_id = p.id AND n.kind = 'official'
WHERE NOT EXISTS (SELECT 1 FROM replies r JOIN invitations o ON o.id = r.invitation_id WHERE o.partner_id = p.id)
    AND NOT EXISTS (SELECT 1 FROM attendances t WHERE t.partner_id = p.id)
    AND NOT EXISTS (SELECT 1 FROM agreements g WHERE g.partner_id = p.id)
GROUP BY p.id HAVING since <= :week_ago
"""


def _table(*titles: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(titles[0], no_wrap=True)
    for title in titles[1:]:
        table.add_column(title, justify="right", no_wrap=True)
    return table


def _stages(counts: tuple[int, ...]) -> Table:
    table = _table("Stage", "", "Partners", "Share")
    table.columns[1].justify = "left"
    for stage, count in zip(("identified", "invited", "accepted", "attended", "joined"), counts, strict=True):
        share = count / counts[0] if counts[0] else 0
        table.add_row(stage, "█" * round(60 * share), f"{count:,}", f"{share:.0%}")
    return table


def _sessions(rows: list[tuple[str, *tuple[float, ...]]]) -> Table:
    table = _table("Session", "Invited", "Accepted", "Tentative", "Declined", "No answer", "Attended")
    for code, *counts in rows:
        table.add_row(code, *(f"{count:,.0f}" for count in counts))
    return table


def _crossed(rows: list[tuple[str, str, int]]) -> Table:
    scopes = sorted({scope for scope, _, _ in rows})
    counts = {(scope, sector): count for scope, sector, count in rows}
    table = _table("Sector", *scopes)
    for sector in sorted({sector for _, sector, _ in rows}):
        table.add_row(sector, *(f"{counts.get((scope, sector), 0):,}" for scope in scopes))
    return table


def _tasks(rows: list[tuple[str, str, str]]) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    for what, count in Counter(what for what, _, _ in rows).items():
        names = [name for _, name, _ in sorted((row for row in rows if row[0] == what), key=lambda row: row[2])]
        table.add_row(f"{count:,}", f"{what}: {'; '.join(names[:3])}")
    return table


def report(database: Path) -> None:
    """Show where the outreach stands."""
    connection = sqlite3.connect(database)
    goal = connection.execute(GOAL).fetchone()[0]
    counts = connection.execute(STAGES).fetchone()
    crossed = connection.execute(CROSSED).fetchall()
    states = [state for (state,) in connection.execute(STATES)]
    sessions = connection.execute(SESSIONS).fetchall()
    week_ago = (datetime.now(UTC) - timedelta(days=7)).date().isoformat()
    tasks = connection.execute(TASKS, {"week_ago": week_ago}).fetchall()
    connection.close()
    console = Console(markup=False, highlight=False, emoji=False)
    console.print(f"{counts[0]:,} of {goal} potential partners identified")
    console.print(_stages(counts))
    console.print(_sessions(sessions))
    console.print(_crossed(crossed))
    console.print(f"{len(states)} states covered: {' '.join(states)}")
    console.print(_tasks(tasks))


if __name__ == "__main__":
    typer.run(report)
