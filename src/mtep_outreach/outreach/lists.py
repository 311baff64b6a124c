"""Lists: every kind of record as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from ..errors import FiltersDoNotFitError, UnknownWordError
from ..store.reading import Reads, Record
from ..tables import Column, Table
from ..vocabulary import DeliveryState
from . import history, sessions
from .filters import Filters

_NUMBER = Column("id", "No.", right=True, nowrap=True)


@dataclass(frozen=True)
class _Kind:
    """How one kind of record is listed. ``sorts`` maps what can be asked for to SQL of our own."""

    view: str
    columns: Sequence[Column]
    sorts: Mapping[str, str]
    empty: str
    partner: str = "partner_id"
    state: str = "state"
    filtered: bool = True


_KINDS: Mapping[str, _Kind] = {
    "partners": _Kind(
        "partner_list",
        (
            _NUMBER,
            Column("name", "Name"),
            Column("acronym", "Acronym", nowrap=True),
            Column("scope", "Scope", nowrap=True),
            Column("sector", "Sector", nowrap=True, wide=True),
            Column("state", "State", nowrap=True),
            Column("city", "City", aside=True),
            Column("address", "Street", aside=True),
            Column("postal_code", "ZIP code", aside=True),
            Column("phone", "Phone", aside=True),
            Column("website", "Website", aside=True),
            Column("stage", "Stage", nowrap=True),
            Column("contact", "Contact", wide=True),
            Column("email", "Address", aside=True),
            Column("added_on", "Added", aside=True),
            Column("do_not_contact", "Do not contact", aside=True),
            Column("note", "Note", aside=True),
        ),
        {
            "number": "id",
            "name": "name_key, id",
            "scope": "scope, name_key, id",
            "sector": "sector, name_key, id",
            "state": "state, name_key, id",
            "stage": "step DESC, name_key, id",
            "added": "added_on, id",
        },
        'No partner yet. Add one: mtep add-partner "Association of Mathematics Teacher Educators" --acronym AMTE',
        partner="id",
    ),
    "contacts": _Kind(
        "contact_list",
        (
            _NUMBER,
            Column("name", "Name"),
            Column("email", "Address"),
            Column("title", "Title"),
            Column("phone", "Phone", aside=True),
            Column("time_zone", "Time zone", aside=True),
            Column("primary", "Primary", wide=True),
            Column("stopped", "Stopped", nowrap=True, wide=True),
            Column("note", "Note", aside=True),
            Column("partner_id", "Partner no.", aside=True, right=True),
            Column("partner", "Partner"),
        ),
        {"number": "id", "name": "name, id", "partner": "partner, id"},
        'No contact yet. Add one: mtep add-contact PARTNER "Maria Rivera <rivera@example.edu>"',
    ),
    "members": _Kind(
        "member_list",
        (
            _NUMBER,
            Column("name", "Name"),
            Column("email", "Address"),
            Column("role", "Role", nowrap=True),
            Column("team", "Team"),
            Column("state", "State", nowrap=True, wide=True),
            Column("nominations", "Nominations", right=True),
        ),
        {
            "number": "id",
            "name": "name, id",
            "role": "role, name, id",
            "nominations": "nominations DESC, name, id",
        },
        'No member yet. Add one: mtep add-member "Maria Rivera <rivera@example.edu>" --role coach',
        filtered=False,
    ),
    "nominations": _Kind(
        "nomination_list",
        (
            _NUMBER,
            Column("day", "Day", nowrap=True),
            Column("partner_id", "Partner no.", aside=True, right=True),
            Column("partner", "Partner"),
            Column("member", "Nominated by"),
            Column("reason", "Reason"),
        ),
        {"number": "id", "day": "day, id", "partner": "partner, id", "member": "member, id"},
        'No nomination yet. Add one: mtep nominate PARTNER --by MEMBER --reason "..."',
    ),
    "sessions": _Kind(
        "session_list",
        (
            Column("session", "Session", nowrap=True),
            Column("when", "When"),
            Column("starts", "Starts", aside=True),
            Column("ends", "Ends", aside=True),
            Column("time_zone", "Time zone", aside=True),
            Column("title", "Title", wide=True),
            Column("cancelled_on", "Cancelled", nowrap=True, aside=True),
            Column("place", "Where", aside=True),
            Column("host_name", "Host", aside=True),
            Column("host_email", "Host's address", aside=True),
            Column("agenda", "Agenda", aside=True),
            Column("invited", "Invited", right=True),
            Column("accepted", "Accepted", right=True),
            Column("tentative", "Tentative", aside=True, right=True),
            Column("declined", "Declined", aside=True, right=True),
            Column("no_answer", "No answer", right=True),
            Column("attended", "Attended", right=True),
        ),
        {"day": "starts_at, id", "number": "id"},
        "No session yet. Plan one: mtep add-session 2024-05-24",
        filtered=False,
    ),
    "invitations": _Kind(
        "invitation_list",
        (
            _NUMBER,
            Column("session", "Session", nowrap=True),
            Column("partner_id", "Partner no.", aside=True, right=True),
            Column("partner", "Partner"),
            Column("contact", "Contact"),
            Column("address", "Address", aside=True),
            Column("signer", "Signed by", wide=True),
            Column("invited_on", "Invited", nowrap=True, wide=True),
            Column("reply", "Reply", nowrap=True),
            Column("replied_on", "Replied", aside=True),
            Column("reply_note", "Note", aside=True),
            Column("uid", "Calendar name", aside=True),
            Column("sequence", "Sequence", aside=True, right=True),
            Column("state", "Letter", nowrap=True),
            Column("path", "File", aside=True),
        ),
        {
            "number": "id",
            "session": "session, partner, id",
            "partner": "partner, session, id",
            "reply": "reply, partner, id",
            "day": "invited_on, id",
        },
        "No invitation yet. Write them: mtep invite --session 2024-05-24",
        state="partner_state",
    ),
    "deliveries": _Kind(
        "delivery_list",
        (
            _NUMBER,
            Column("session", "Session", nowrap=True),
            Column("invitation", "Invitation no.", aside=True, right=True),
            Column("partner_id", "Partner no.", aside=True, right=True),
            Column("partner", "Partner"),
            Column("kind", "Letter", nowrap=True),
            Column("address", "Address", wide=True),
            Column("state", "State", nowrap=True),
            Column("day", "Day", nowrap=True, wide=True),
            Column("sent_at", "Sent (UTC)", aside=True),
            Column("attempts", "Attempts", aside=True, right=True),
            Column("try_at", "Again (UTC)", aside=True),
            Column("error", "The server said"),
            Column("message_id", "Message-ID", aside=True),
            Column("subject", "Subject", aside=True),
            Column("path", "File", aside=True),
        ),
        {
            "number": "id",
            "session": "session, partner, id",
            "partner": "partner, id",
            "state": "state, id",
            "day": "day, id",
        },
        "No letter yet. Write them: mtep invite --session 2024-05-24",
        state="partner_state",
    ),
}

KINDS: tuple[str, ...] = tuple(_KINDS)
"""What can be listed."""


def columns(kind: str) -> Sequence[Column]:
    """Return the columns of a kind of record."""
    return _KINDS[kind].columns


def listing(
    reads: Reads, kind: str, filters: Filters, *, sort: str | None = None, session: Record | None = None
) -> Table:
    """Return the records of one kind as a table.

    Raises UnknownWordError for a ``sort`` that the kind does not have, or filters that mean nothing to it.
    """
    how = _KINDS[kind]
    if sort is not None and sort not in how.sorts:
        raise UnknownWordError(f"way to sort {kind}", sort, how.sorts)
    conditions: list[str] = []
    values: dict[str, Any] = {}
    if filters != Filters():
        if not how.filtered:
            raise FiltersDoNotFitError(kind, [name for name in KINDS if _KINDS[name].filtered])
        conditions, values = filters.conditions(partner=how.partner, state=how.state), filters.values()
    if session is not None:
        conditions.append("session_id = :session_id")
        values["session_id"] = session["id"]
    order = how.sorts[sort] if sort else next(iter(how.sorts.values()))
    rows = reads.select(how.view, conditions, order, **values)
    empty = how.empty if not conditions else f"None of the {kind} fits."
    return Table(how.columns, [_complete(reads, kind, row) for row in rows], empty=empty)


def _complete(reads: Reads, kind: str, row: Record) -> Record:
    if row.get("state") == DeliveryState.SENDING and "sender" in row and not reads.is_sending(row["sender"]):
        row["state"] = str(DeliveryState.IN_DOUBT)
    if kind == "deliveries":
        for key in ("sent_at", "try_at"):
            row[key] = f"{row[key][:19].replace(' ', 'T')}Z" if row[key] else None
    if kind == "partners":
        row["do_not_contact"] = bool(row["do_not_contact"])
    if kind == "sessions":
        place = ZoneInfo(row["time_zone"])
        row["when"] = sessions.when(row)
        row["starts"] = sessions.starts(row).astimezone(place).isoformat()
        row["ends"] = sessions.ends(row).astimezone(place).isoformat()
    if kind == "contacts":
        row["primary"] = bool(row["primary"])
    return row


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
        _NUMBER,
        Column("at", "When (UTC)", nowrap=True),
        Column("actor", "Who"),
        Column("command", "Command"),
        Column("changed", "Changed"),
        Column("state", "State", nowrap=True),
        Column("kind", "Kind", aside=True),
        Column("undoes", "Undoes", aside=True),
    )
    return Table(columns, rows, empty="Nothing was changed yet.")
