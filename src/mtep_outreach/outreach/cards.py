"""Cards: everything about one partner."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from ..days import day_in_words
from ..people import Person
from ..places import state_name
from ..store.reading import Reads, Record, among
from ..tables import Column, Table
from ..vocabulary import in_words
from . import lists


@dataclass(frozen=True)
class Card:
    """Everything about one partner."""

    partner: Record
    aliases: list[str]
    council_roles: list[str]
    contacts: list[Record]
    nominations: list[Record]
    time_line: list[Record]
    attendees: list[Record]

    def as_dict(self) -> dict[str, Any]:
        """Return the card as JSON has it."""
        hidden = ("name_key", "step", "contact", "email")
        return {
            **{key: value for key, value in self.partner.items() if key not in hidden},
            "aliases": self.aliases,
            "council_roles": self.council_roles,
            "contacts": [
                {c.key: row[c.key] for c in lists.columns("contacts") if c.key in row} for row in self.contacts
            ],
            "nominations": [
                {key: row[key] for key in ("day", "member", "member_email", "reason")} for row in self.nominations
            ],
            "time_line": [{key: row[key] for key in ("day", "what", "detail", "note")} for row in self.time_line],
            "attendees": [{key: row[key] for key in ("session", "name", "minutes")} for row in self.attendees],
        }

    def as_table(self) -> Table:
        """Return everything on the card as rows: section, item, text."""
        rows = [("facts", title, text) for title, text in self.facts() if text]
        rows += [("contact", contact_shown(row), row["title"]) for row in self.contacts]
        rows += [("nominated by", row["member"], row["reason"]) for row in self.nominations]
        rows += [("time line", row["day"], happened(row)) for row in self.time_line]
        rows += [("who came", row["session"], lists.came_shown(row)) for row in self.attendees]
        columns = (Column("section", "Section"), Column("item", "Item"), Column("text", "Text"))
        return Table(columns, [dict(zip(("section", "item", "text"), row, strict=True)) for row in rows])

    def facts(self) -> list[tuple[str, str]]:
        """Return the facts of the partner in words, with their titles; unknown ones are empty."""
        partner = self.partner
        where = (partner["address"], partner["city"], state_shown(partner["state"]), partner["postal_code"])
        place = ", ".join(part for part in where if part)
        return [
            ("number", str(partner["id"])),
            ("stage", partner["stage"]),
            ("scope", partner["scope"] or ""),
            ("sector", in_words(partner["sector"] or "")),
            ("place", place),
            ("phone", partner["phone"] or ""),
            ("website", partner["website"] or ""),
            ("also called", "; ".join(self.aliases)),
            ("council roles", ", ".join(in_words(role) for role in self.council_roles)),
            ("note", partner["note"] or ""),
        ]


def card(reads: Reads, partner: Record) -> Card:
    """Return the card of a partner that was found."""
    here = {"partner": partner["id"]}
    mine = ["partner_id = :partner"]
    (facts,) = reads.select("partner_list", ["id = :partner"], **here)
    names = reads.select("names", [*mine, "kind IN ('alias', 'merged')"], "id", **here)
    roles = reads.select("partner_roles", mine, "id", **here)
    people = reads.select("contact_list", mine, '"primary" DESC, id', **here)
    time_line = reads.select("time_line", mine, "day, place, id", **here)
    session_of = {row["id"]: row["detail"] for row in time_line if row["what"] == "attended"}
    came = among(reads, "attendees", "attendance_id", session_of)
    return Card(
        partner=facts,
        aliases=[row["text"] for row in names],
        council_roles=[row["role"] for row in roles],
        contacts=[{**row, "primary": bool(row["primary"])} for row in people],
        nominations=reads.select("nomination_list", mine, "day, id", **here),
        time_line=time_line,
        attendees=sorted(
            ({**row, "session": session_of[row["attendance_id"]]} for row in came),
            key=lambda row: (row["session"], row["id"]),
        ),
    )


def state_shown(code: str | None) -> str:
    """Return a state's name, or nothing."""
    return state_name(code) if code else ""


_STOPPED = {"opted-out": "asked for no more letters on {}", "bounced": "a letter came back on {}"}


def contact_shown(row: Record) -> str:
    """Return a contact in one line."""
    person = Person(row["name"], row["email"])
    stopped = _STOPPED[row["stopped"]].format(day_shown(row["stopped_on"])) if row["stopped"] else None
    more = [text for text in (row["phone"], row["time_zone"], "primary" if row["primary"] else None, stopped) if text]
    return f"{person} ({', '.join(more)})" if more else str(person)


def happened(row: Record) -> str:
    """Return one row of a time line in words."""
    detail = row["detail"]
    match row["what"]:
        case "nominated":
            said = f"nominated by {detail}"
        case "invited" | "attended":
            said = f"{row['what']} {'to' if row['what'] == 'invited' else 'session'} {detail}"
        case "accepted" | "declined" | "tentative":
            said = f"{row['what']} for session {detail}"
        case "joined":
            said = "joined the network" + (f" ({in_words(detail)})" if detail else "")
        case "not delivered":
            said = f"{in_words(detail)} could not be delivered"
        case "came back":
            said = f"{in_words(detail)} came back"
        case "opted-out":
            said = f"{detail} asked for no more letters"
        case "bounced":
            said = f"no more letters go to {detail}"
        case _:
            said = in_words(row["what"])
    return said + (f": {row['note']}" if row["note"] else "")


def day_shown(text: str) -> str:
    """Return a stored day in words."""
    return day_in_words(date.fromisoformat(text))
