"""The peer of `mtep dashboard`: its table of partners by one hand-written statement and a plain Jinja template."""

import sqlite3
from pathlib import Path

import typer
from jinja2 import Environment

QUESTION = """
SELECT official.text AS name, acronym.text AS acronym, p.city, p.state, p.scope, p.sector,
    CASE
        WHEN EXISTS (SELECT 1 FROM commitments c WHERE c.partner_id = p.id) THEN 'committed'
        WHEN EXISTS (SELECT 1 FROM agreements g WHERE g.partner_id = p.id) THEN 'joined'
        WHEN EXISTS (SELECT 1 FROM attendances t WHERE t.partner_id = p.id) THEN 'attended'
        WHEN EXISTS (
            SELECT 1 FROM invitations i WHERE i.partner_id = p.id AND (
                SELECT r.answer FROM replies r WHERE r.invitation_id = i.id ORDER BY r.day DESC, r.id DESC LIMIT 1
            ) = 'accepted'
        ) THEN 'accepted'
        WHEN EXISTS (SELECT 1 FROM invitations i WHERE i.partner_id = p.id) THEN 'invited'
        ELSE 'identified'
    END AS stage,
    p.added_on
FROM partners p
JOIN names official ON official.partner_id = p.id AND official.kind = 'official'
LEFT JOIN names acronym ON acronym.partner_id = p.id AND acronym.kind = 'acronym'
WHERE p.removed_on IS NULL
ORDER BY official.key
"""
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Partners</title></head>
<body>
<table>
{% for row in rows %}
<tr><th scope="row">{{ row.name }}{% if row.acronym %} <i>{{ row.acronym }}</i>{% endif %}</th>
<td>{{ row.city or "" }}</td>
<td>{{ row.state or "" }}</td><td>{{ row.scope or "" }}</td><td>{{ row.sector or "" }}</td><td>{{ row.stage }}</td>
<td>{{ row.added_on }}</td></tr>
{% endfor %}
</table>
</body>
</html>
"""


def write_table(database: Path, file: Path) -> None:
    """Write the partners of a database as a page."""
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    rows = [dict(row) for row in connection.execute(QUESTION)]
    connection.close()
    file.write_text(Environment(autoescape=True).from_string(PAGE).render(rows=rows), "utf-8")


if __name__ == "__main__":
    typer.run(write_table)
