"""Lists: every kind of record as a table."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from ..errors import FiltersDoNotFitError, UnknownWordError
from ..store.reading import Reads, Record
from ..tables import Column, Table
from ..vocabulary import CommitmentState, DeliveryState
from . import amounts, commitments, history, list_kinds, sessions
from .deadlines import deadline_shown
from .filters import Filters

KINDS: tuple[str, ...] = tuple(list_kinds.KINDS)
"""What can be listed."""

PUBLISHED = ("partners", "commitments")
"""What can be marked as public."""

STANDING = ("commitments",)
"""What can be listed by how it stands."""

OF_A_SESSION = ("invitations", "replies", "deliveries", "attendances")
"""What can be listed of one session."""


def columns(kind: str) -> Sequence[Column]:
    """Return the columns of a kind of record."""
    return list_kinds.KINDS[kind].columns


def listing(
    reads: Reads,
    kind: str,
    filters: Filters,
    *,
    sort: str | None = None,
    session: Record | None = None,
    public: bool = False,
    standing: Sequence[CommitmentState] = (),
    today: date | None = None,
) -> Table:
    """Return the records of one kind as a table; commitments as they stand ``today``, which they need.

    ``session`` leaves those of one session, ``public`` those that are marked public, ``standing`` the commitments that
    stand so, where a kind can have them.

    Raises UnknownWordError for a ``sort`` that the kind does not have, or filters that mean nothing to it.
    """
    how = list_kinds.KINDS[kind]
    if sort is not None and sort not in how.sorts:
        raise UnknownWordError(f"way to sort {kind}", sort, how.sorts)
    conditions: list[str] = []
    values: dict[str, Any] = {}
    if filters != Filters():
        if not how.filtered:
            raise FiltersDoNotFitError(kind, [name for name in KINDS if list_kinds.KINDS[name].filtered])
        conditions, values = filters.conditions(partner=how.partner, state=how.state), filters.values()
    if session is not None:
        conditions.append("session_id = :session_id")
        values["session_id"] = session["id"]
    conditions += ["public"] if public else []
    order = how.sorts[sort] if sort else next(iter(how.sorts.values()))
    rows = reads.select(how.view, conditions, order, **values)
    empty = how.empty if not (conditions or standing) else f"None of the {kind} fits."
    if kind in STANDING:
        if today is None:
            raise ValueError("how commitments stand depends on the day")
        found = [one for one in commitments.some(reads, rows, today=today) if not standing or one.state in standing]
        if sort == "standing":
            found.sort(key=lambda one: list(CommitmentState).index(CommitmentState(one.state)))
        rows = [_shown(one) for one in found]
    return Table(how.columns, [_complete(reads, kind, row) for row in rows], empty=empty)


def _complete(reads: Reads, kind: str, row: Record) -> Record:
    if row.get("state") == DeliveryState.SENDING and "sender" in row and not reads.is_sending(row["sender"]):
        row["state"] = str(DeliveryState.IN_DOUBT)
    if kind == "deliveries":
        for key in ("sent_at", "try_at"):
            row[key] = f"{row[key][:19].replace(' ', 'T')}Z" if row[key] else None
    if kind == "partners":
        row |= {key: bool(row[key]) for key in ("do_not_contact", "public")}
    if kind == "sessions":
        place = ZoneInfo(row["time_zone"])
        row["when"] = sessions.when(row)
        row["starts"] = sessions.starts(row).astimezone(place).isoformat()
        row["ends"] = sessions.ends(row).astimezone(place).isoformat()
    if kind == "replies":
        row |= {key: bool(row[key]) for key in ("counts", "by_mail")}
    if kind == "contacts":
        row["primary"] = bool(row["primary"])
    if kind == "attendances":
        came = reads.select("attendees", ["attendance_id = :number"], "id", number=row["id"])
        row["people"] = "; ".join(map(came_shown, came)) or None
        known = [one["minutes"] for one in came if one["minutes"] is not None]
        row["minutes"] = sum(known) if known else None
    return row


class _Measure(dict[str, Any]):
    """A measure as JSON has it, and as people read it."""

    def __str__(self) -> str:
        return amounts.reached(self["progress"], self["target"], self["unit"], self["per"])


def _shown(one: commitments.Standing) -> Record:
    row = one.as_dict()
    measures = [_Measure(measure) for measure in row["measures"]]
    reached = ";\n".join(map(str, measures)) or None
    return {**row, "measures": measures, "reached": reached, "deadline": deadline_shown(one.by) if one.by else None}


def came_shown(row: Record) -> str:
    """Return somebody who came, with the minutes where they are known."""
    return f"{row['name']} ({row['minutes']:,} min)" if row["minutes"] is not None else str(row["name"])


# ---- the log --------------------------------------------------------------------------------------------


def log(reads: Reads, *, limit: int | None = None) -> Table:
    """Return the log, the newest step first, ``limit`` steps at most."""
    from ..store.counting import summary

    entries = reads.select("log_list", order_by="id DESC", limit=limit)
    changed = history.changed_by(reads, [entry["id"] for entry in entries])
    rows = [
        {
            **entry,
            "at": entry["at"][:19].replace(" ", "T") + "Z",
            "changed": summary(changed.get(entry["id"], [])),
            "state": history.state_of(entry),
        }
        for entry in entries
    ]
    columns = (
        list_kinds.NUMBER,
        Column("at", "When (UTC)", nowrap=True),
        Column("actor", "Who"),
        Column("command", "Command"),
        Column("changed", "Changed"),
        Column("state", "State", nowrap=True),
        Column("kind", "Kind", aside=True),
        Column("undoes", "Undoes", aside=True),
    )
    return Table(columns, rows, empty="Nothing was changed yet.")
