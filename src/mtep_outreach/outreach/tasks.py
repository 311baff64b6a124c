"""Tasks: what waits to be done, and the command that does it."""

from datetime import date, timedelta
from typing import Any

from ..store.reading import Reads, Record
from ..tables import Column, Table

SILENT_DAYS = 7
"""After how many days without an answer an invitation is something to do."""

TASKS = {
    "in-doubt": "have a letter of which it is not known whether it was sent",
    "failed": "have a letter that could not be delivered",
    "queued": "have a letter that is still to be sent",
    "no-contact": "have no contact",
    "not-invited": "are not invited yet",
    "not-confirmed-sent": "have a letter that is not confirmed as sent",
    "no-answer": f"have not answered for {SILENT_DAYS} days",
    "maybe-twice": "may be here twice",
}
"""What waits to be done, in words that follow a number of partners."""

WHEN_THERE = ("maybe-twice", "in-doubt", "failed", "queued")
"""Tasks that a report names only where there are some."""

_TO_DO = {
    "in-doubt": ("has a letter of which it is not known whether it was sent", "mtep settle {delivery_id} sent|again"),
    "failed": ("has a letter that could not be delivered", "mtep list deliveries"),
    "queued": ("has a letter that is still to be sent", "mtep send --session {session}"),
    "no-contact": ("has no contact", 'mtep add-contact {partner_id} "Name <mail>"'),
    "not-invited": ("is not invited yet", "mtep invite {partner_id} --session DAY"),
    "not-confirmed-sent": ("has a letter that is not confirmed as sent", "mtep sent {session} {partner_id}"),
    "no-answer": (f"has not answered for {SILENT_DAYS} days", "mtep rsvp {partner_id} yes|no|maybe"),
}


def conditions(what: str, day: date) -> tuple[list[str], dict[str, Any]]:
    """Return what selects one kind of task from ``tasks`` on a day, with its values."""
    values = {"what": what}
    if what != "no-answer":
        return ["what = :what"], values
    silent = (day - timedelta(days=SILENT_DAYS)).isoformat()
    return ["what = :what", "since <= :silent_since"], {**values, "silent_since": silent}


def waiting(
    reads: Reads,
    what: str,
    where: list[str],
    values: dict[str, Any],
    *,
    limit: int | None = None,
    as_of: date | None = None,
) -> list[Record]:
    """Return the rows of ``tasks`` of one kind, the oldest first; what a process has in hand now is not in doubt."""
    rows = reads.select("tasks", where, "since, partner_id", limit, as_of, **values)
    return rows if what != "in-doubt" else [row for row in rows if not reads.is_sending(row["sender"])]


def listing(reads: Reads, *, today: date, limit: int | None = None) -> Table:
    """Return what waits to be done, a row for each partner and task; of each kind ``limit`` rows at most."""
    rows = [
        {
            "what": "maybe-twice",
            "partner_id": pair["first_id"],
            "partner": pair["first"],
            "why": f"may be {pair['second']}, number {pair['second_id']}: {pair['reasons']}",
            "since": pair["day"],
            "do": f"mtep merge {pair['first_id']} {pair['second_id']}"
            f", or mtep duplicates --apart {pair['first_id']} {pair['second_id']}",
        }
        for pair in reads.select("doubtful_list", order_by="score DESC, first_id, second_id", limit=limit)
    ]
    for what, (why, do) in _TO_DO.items():
        where, values = conditions(what, today)
        rows += [
            {
                "what": what,
                "partner_id": task["partner_id"],
                "partner": task["partner"],
                "why": why,
                "since": task["since"],
                "do": do.format(**task),
            }
            for task in waiting(reads, what, where, values, limit=limit)
        ]
    columns = (
        Column("what", "What", aside=True),
        Column("partner_id", "No.", right=True, nowrap=True),
        Column("partner", "Partner"),
        Column("why", "Why"),
        Column("since", "Since", nowrap=True, wide=True),
        Column("do", "Type"),
    )
    return Table(columns, rows, empty="Nothing waits to be done.")
