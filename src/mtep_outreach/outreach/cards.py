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
from . import amounts, commitments, lists
from .amounts import whole
from .commitments import Standing
from .deadlines import deadline_shown


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
    commitments: list[Standing]

    def as_dict(self) -> dict[str, Any]:
        """Return the card as JSON has it."""
        hidden = ("name_key", "step", "contact", "email")
        return {
            **{key: value for key, value in self.partner.items() if key not in hidden},
            "public": bool(self.partner["public"]),
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
            "commitments": [
                {key: value for key, value in one.as_dict().items() if key not in ("partner_id", "partner")}
                for one in self.commitments
            ],
        }

    def as_table(self) -> Table:
        """Return everything on the card as rows: section, item, text."""
        rows = [("facts", title, text) for title, text in self.facts() if text]
        rows += [("contact", contact_shown(row), row["title"]) for row in self.contacts]
        rows += [("nominated by", row["member"], row["reason"]) for row in self.nominations]
        rows += [("commitment", f"{one.id}, {one.state}", promised(one)) for one in self.commitments]
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
            ("published", "yes" if partner["public"] else ""),
            ("note", partner["note"] or ""),
        ]


def card(reads: Reads, partner: Record, *, today: date) -> Card:
    """Return the card of a partner that was found; its commitments as they stand ``today``."""
    here = {"partner": partner["id"]}
    mine = ["partner_id = :partner"]
    (facts,) = reads.select("partner_list", ["id = :partner"], **here)
    names = reads.select("names", [*mine, "kind IN ('alias', 'merged')"], "id", **here)
    roles = reads.select("partner_roles", mine, "id", **here)
    people = reads.select("contact_list", mine, '"primary" DESC, id', **here)
    time_line = reads.select("time_line", mine, "day, place, id", **here)
    session_of = {row["id"]: row["detail"] for row in time_line if row["what"] == "attended"}
    promises = commitments.some(reads, reads.select("promises", mine, "id", **here), today=today)
    came = among(reads, "attendees", "attendance_id", session_of)
    return Card(
        partner=facts,
        aliases=[row["text"] for row in names],
        council_roles=[row["role"] for row in roles],
        contacts=[{**row, "primary": bool(row["primary"])} for row in people],
        nominations=reads.select("nomination_list", mine, "day, id", **here),
        time_line=_with_amounts(reads, time_line, promises),
        commitments=promises,
        attendees=sorted(
            ({**row, "session": session_of[row["attendance_id"]]} for row in came),
            key=lambda row: (row["session"], row["id"]),
        ),
    )


def _with_amounts(reads: Reads, time_line: list[Record], promises: list[Standing]) -> list[Record]:
    """Return a time line whose reports of progress say what was reached of which commitment."""
    measures = {measure.id: measure for one in promises for measure in one.measures}
    numbers = [one.id for one in promises]
    reports = {row["id"]: row for row in among(reads, "progress_reports", "commitment_id", numbers)}

    def said(report: Record) -> str:
        measure = measures.get(report["measure_id"])
        amount = f"{amounts.in_words(whole(report['amount']), measure.unit)} reached" if measure else ""
        return ", ".join(part for part in (amount, "done" if report["done"] else "") if part) or "going on"

    return [
        {**row, "detail": f"commitment {reports[row['id']]['commitment_id']}: {said(reports[row['id']])}"}
        if row["what"] == "progress"
        else row
        for row in time_line
    ]


def promised(one: Standing) -> str:
    """Return a commitment in words: its statement, what is reached, by when, where and for whom."""
    by = f"by {deadline_shown(one.by)}" if one.by else ""
    goal = in_words(one.goal) if one.goal else ""
    more = "; ".join(part for part in (*map(str, one.measures), by, one.place, one.people, goal) if part)
    return f"“{one.statement}”\n{more}" if more else f"“{one.statement}”"


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


_OF_MAIL = {
    "not delivered": "{} could not be delivered",
    "came back": "{} came back",
    "opted-out": "{} asked for no more letters",
    "bounced": "no more letters go to {}",
}


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
        case "committed":
            return f"promised: “{row['note']}”"
        case "withdrawn":
            return f"withdrew: “{row['note']}”"
        case "progress":
            said = str(detail)
        case what if what in _OF_MAIL:
            said = _OF_MAIL[what].format(detail if "@" in detail else in_words(detail))
        case what:
            said = in_words(what)
    return said + (f": {row['note']}" if row["note"] else "")


def day_shown(text: str) -> str:
    """Return a stored day in words."""
    return day_in_words(date.fromisoformat(text))
