"""Tasks: what waits to be done, and the command that does it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ..errors import listed
from ..store.reading import Reads, Record, among
from ..tables import Column, Table
from . import overdue, undelivered

SILENT_DAYS = 7
"""After how many days without an answer an invitation is something to do."""

TASKS = {
    "in-doubt": "have a letter of which it is not known whether it was sent",
    "failed": "have a letter that could not be delivered",
    "came-back": "have a letter that came back, and somebody else to write to",
    "bounced": "have only contacts whose letters came back",
    "review": "have a mail that you should look at",
    "queued": "have a letter that is still to be sent",
    "no-contact": "have no contact",
    "not-invited": "are not invited yet",
    "not-confirmed-sent": "have a letter that is not confirmed as sent",
    "no-answer": f"have not answered for {SILENT_DAYS} days",
    "not-recorded": "are over, and who came is not recorded",
    "not-attended": "have accepted and are not on the list of those who came",
    "not-joined": "have come to a session and not joined yet",
    "overdue": "are promised and overdue (no word for a year, or none since the deadline)",
    "maybe-twice": "may be here twice",
}
"""What waits to be done, the most urgent first, in words that follow a number of partners."""

WHEN_THERE = (
    "in-doubt", "failed", "came-back", "bounced", "review", "queued", "not-recorded", "not-attended", "not-joined",
    "overdue", "maybe-twice",
)  # fmt: skip
"""Tasks that a report names only where there are some."""

_TO_DO = {
    "in-doubt": (
        "has a letter of which it is not known whether it was sent",
        "mtep settle {delivery_id} sent, or mtep settle {delivery_id} again",
    ),
    "failed": ("{said}", "{again}"),
    "came-back": ("has a letter that came back, and somebody else to write to", "{again}"),
    "bounced": (
        "needs another contact: its letters came back",
        'mtep add-contact {partner_id} "Name <mail>"',
    ),
    "review": ("has a mail that you should look at", "mtep review {delivery_id}"),
    "queued": ("has a letter that is still to be sent", "mtep send --session {session}"),
    "no-contact": ("has no contact", 'mtep add-contact {partner_id} "Name <mail>"'),
    "not-invited": ("is not invited yet", "mtep invite {partner_id} --session DAY"),
    "not-confirmed-sent": ("has a letter that is not confirmed as sent", "mtep sent {session} {partner_id}"),
    "no-answer": (
        "has not answered for {days}{nudge}",
        "mtep rsvp {partner_id} ANSWER --session {session}",
    ),
    "not-recorded": ("who came is not recorded yet", "mtep attend --session {session} --from FILE"),
    "not-attended": (
        "accepted for {session}; nobody of it is on the list of those who came",
        "mtep attend --session {session} {partner_id}, or mtep invite {partner_id} --session DAY",
    ),
    "not-joined": ("came to session {session} and has not joined yet", "mtep join {partner_id}"),
    "overdue": ("{said}", "{word}"),
    "maybe-twice": (
        "may be {second}, number {second_id}: {reasons}",
        "mtep merge {partner_id} {second_id}, or mtep duplicates --apart {partner_id} {second_id}",
    ),
}

_NOMINATED = "SELECT n.partner_id FROM nominations n WHERE n.member_id = :member"
_SIGNED = (
    "SELECT 1 FROM invitations i JOIN sessions v ON v.id = i.session_id WHERE i.signer_id = :member"
    " AND i.partner_id = tasks.partner_id AND v.code = COALESCE(tasks.session, v.code)"
)


@dataclass(frozen=True)
class Wanted:
    """Which tasks are meant: on a day, after so many days of silence, of one member or of all, so many of a kind."""

    today: date
    silent: int = SILENT_DAYS
    member: Record | None = None
    limit: int | None = None


# ---- find -----------------------------------------------------------------------------------------------


def conditions(what: str, day: date, silent: int = SILENT_DAYS) -> tuple[list[str], dict[str, Any]]:
    """Return what selects one kind of task from ``tasks`` on a day, with its values."""
    values = {"what": what}
    if what == "no-answer":
        since = day - timedelta(days=silent)
    elif what == "overdue":
        late = "heard_on <= :latest OR due_on < :day"
        open_ones = f"SELECT id FROM open_promises WHERE (until IS NULL OR until >= :day) AND ({late})"
        days = {"latest": overdue.year_before(day).isoformat(), "day": day.isoformat()}
        return ["what = :what", f"delivery_id IN ({open_ones})"], values | days
    elif what in ("not-recorded", "not-attended"):  # whoever came on the day itself may not be written down yet
        since = day - timedelta(days=1)
    else:
        return ["what = :what"], values
    return ["what = :what", "since <= :latest"], {**values, "latest": since.isoformat()}


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


def found(reads: Reads, what: str, wanted: Wanted) -> list[Record]:
    """Return the tasks of one kind that are meant, as rows of ``tasks``.

    A member's are those of partners that the member nominated, and of letters that the member signs. Pairs that may be
    one partner come with what they have in common, the likeliest first.
    """
    mine = {"member": wanted.member["id"]} if wanted.member else {}
    if what == "maybe-twice":
        where = [f"first_id IN ({_NOMINATED}) OR second_id IN ({_NOMINATED})"] if mine else []
        pairs = reads.select("doubtful_list", where, "score DESC, first_id, second_id", wanted.limit, **mine)
        return [
            {**pair, "partner_id": pair["first_id"], "partner": pair["first"], "since": pair["day"]} for pair in pairs
        ]
    where, values = conditions(what, wanted.today, wanted.silent)
    if mine:
        where.append(f"partner_id IN ({_NOMINATED}) OR EXISTS ({_SIGNED})")
    return waiting(reads, what, where, values | mine, limit=wanted.limit)


def in_days(number: int) -> str:
    """Return "1 day" or "12 days"."""
    return f"{number:,} day{'s' * (number != 1)}"


def days_since(task: Record, today: date) -> int:
    """Return for how many days something has waited."""
    return (today - date.fromisoformat(task["since"])).days


# ---- list -----------------------------------------------------------------------------------------------


def listing(reads: Reads, wanted: Wanted) -> Table:
    """Return what waits to be done, a row for each partner and task, the most urgent kind first."""
    tasks = [(what, task) for what in TASKS for task in _told(reads, what, found(reads, what, wanted), wanted.today)]
    nominators = _nominators(reads, (task["partner_id"] for _, task in tasks if task["partner_id"]))
    rows = [_row(what, task, nominators.get(task["partner_id"], []), wanted.today) for what, task in tasks]
    columns = (
        Column("what", "What", aside=True),
        Column("partner_id", "No.", right=True, nowrap=True),
        Column("partner", "Partner"),
        Column("why", "Why"),
        Column("since", "Since", nowrap=True, wide=True),
        Column("do", "Type"),
        Column("nominators", "Nominated by", aside=True),
    )
    of_whom = f" for {wanted.member['name']}" if wanted.member else ""
    return Table(columns, rows, empty=f"Nothing waits to be done{of_whom}.")


def shortened(found: Table, most: int) -> tuple[Table, list[str]]:
    """Return what waits with at most so many rows of each kind, and in words the kinds of which there are more."""
    seen: Counter[str] = Counter()
    kept = []
    for row in found.rows:
        seen[row["what"]] += 1
        kept += [row] if seen[row["what"]] <= most else []
    return replace(found, rows=kept), [f"those that {TASKS[what]}" for what, count in seen.items() if count > most]


def _row(what: str, task: Record, nominators: list[str], today: date) -> Mapping[str, Any]:
    why, do = _TO_DO[what]
    more = {"days": in_days(days_since(task, today)), "nudge": _nudge(nominators)}
    return {
        "what": what,
        "partner_id": task["partner_id"],
        "partner": task["partner"],
        "why": why.format(**task, **more),
        "since": task["since"],
        "do": do.format(**task),
        "nominators": nominators,
    }


def _told(reads: Reads, what: str, tasks: list[Record], today: date) -> list[Record]:
    """Return tasks with what is to be said of each and typed: why a letter did not arrive, what was promised."""
    if what == "overdue":
        return overdue.told(reads, tasks, today=today)
    if what not in ("failed", "came-back"):
        return tasks
    return undelivered.told(reads, tasks, today=today)


def _nudge(nominators: list[str]) -> str:
    """Return who could ask a partner that does not answer, to be said after a comma."""
    more = len(nominators) - 2
    names = [*nominators[:2], f"{more} more"] if more > 0 else nominators
    return f"; {listed(names, 'and')} nominated it and could ask" if names else ""


def _nominators(reads: Reads, partners: Iterable[int]) -> dict[int, list[str]]:
    """Return the names of those who nominated partners, the first one first."""
    names: dict[int, list[str]] = {}
    for row in sorted(among(reads, "nomination_list", "partner_id", partners), key=lambda row: row["id"]):
        names.setdefault(row["partner_id"], []).append(row["member"])
    return names
