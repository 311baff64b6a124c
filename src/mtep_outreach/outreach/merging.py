"""Merging: two partners that are one become one, and nothing that is recorded of either is lost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from ..errors import SamePartnerError, UnknownWordError
from ..names import name_key
from ..store.reading import Record
from ..vocabulary import NameKind
from . import attendance, partners
from .linking import same_person, with_lines

if TYPE_CHECKING:
    from ..store.models import Partner, Row
    from ..store.writing import Work

FIELDS: tuple[str, ...] = ("name", "acronym", *(key.replace("_", "-") for key in partners.OWN_FIELDS if key != "note"))
"""What can be taken from the partner that goes: else the kept one's value stays where it has one."""


_LEFT = ("sending", "sent", "in-doubt", "bounced")
"""States of letters that have left, or may have."""


@dataclass
class Merged:
    """What a merge did: the kept partner, the names of the others, and the values that were not kept."""

    kept: Record
    gone: list[Record]
    dropped: list[str] = field(default_factory=list)


def merge(work: "Work", keep: str, others: Sequence[str], *, take: Iterable[str] = ()) -> Merged:
    """Merge partners into one: names, people, all that was said and promised, and notes go to the kept one.

    Raises as `partners.find`, SamePartnerError, and UnknownWordError for a field that cannot be taken.
    """
    taken = {text.strip().lower().replace("_", "-") for text in take}
    for text in taken:
        if text not in FIELDS:
            raise UnknownWordError("field", text, FIELDS)
    kept = partners.find(work, keep)
    gone = [partners.find(work, text) for text in others]
    for place, other in enumerate(gone):
        if other["id"] == kept["id"] or other["id"] in [row["id"] for row in gone[:place]]:
            raise SamePartnerError(other["name"])
    merged = Merged(kept, gone)
    for other in gone:
        _Merge(work, kept["id"], other["id"], taken, merged.dropped).run()
    merged.kept = partners.find(work, str(kept["id"]))
    return merged


class _Merge:
    """Merges one partner into another."""

    def __init__(self, work: "Work", kept: int, gone: int, taken: set[str], dropped: list[str]) -> None:
        self._work = work
        self._kept = kept
        self._gone = gone
        self._taken = taken
        self._dropped = dropped

    def run(self) -> None:
        """Do it, table by table; what refers to a row goes before the row."""
        from ..store import models

        partner = self._work.get(models.Partner, self._kept)
        other = self._work.get(models.Partner, self._gone)
        self._facts(partner, other)
        self._names()
        self._roles()
        self._contacts()
        self._nominations()
        self._invitations()
        self._attendances()
        self._agreements()
        self._pairs()
        self._stops()
        for row in self._rows("commitments", self._gone):
            self._work.get(models.Commitment, row["id"]).partner_id = self._kept
        for row in self._rows("imported_rows", self._gone):
            self._work.get(models.ImportedRow, row["id"]).partner_id = self._kept
        self._work.flush()
        self._work.delete(other)

    def _rows(self, table: str, partner: int) -> list[Record]:
        return self._work.select(table, ["partner_id = :partner"], "id", partner=partner)

    def _facts(self, partner: "Partner", other: "Partner") -> None:
        for key in partners.OWN_FIELDS:
            mine, theirs = getattr(partner, key), getattr(other, key)
            if key == "note":
                partner.note = with_lines(mine, theirs)
            elif theirs and (not mine or key.replace("_", "-") in self._taken):
                setattr(partner, key, theirs)
                self._drop(key, mine, theirs)
            else:
                self._drop(key, theirs, mine)
        partner.added_on = min(partner.added_on, other.added_on)
        partner.public = partner.public or other.public
        self._work.flush()

    def _drop(self, key: str, value: Any, instead: Any) -> None:
        """Write down a value that is not kept."""
        if value and value != instead:
            self._dropped.append(f"{key.replace('_', ' ')} '{value}' (kept: '{instead}')")

    def _names(self) -> None:
        """Give the kept partner the names of both; the official one of the other finds it as a merged name."""
        from ..store.models import Name

        mine, theirs = self._rows("names", self._kept), self._rows("names", self._gone)
        for row in theirs:
            self._work.delete(self._work.get(Name, row["id"]))
        rest = [(row["kind"], row["text"]) for row in theirs]
        for kind, option in ((NameKind.OFFICIAL, "name"), (NameKind.ACRONYM, "acronym")):
            own = next((row for row in mine if row["kind"] == kind), None)
            other = next((row for row in theirs if row["kind"] == kind), None)
            if own and other and option in self._taken:
                name = self._work.get(Name, own["id"])
                name.text, name.key = other["text"], other["key"]
                rest = [(kind, own["text"]) if entry == (kind, other["text"]) else entry for entry in rest]
            elif other and not own:
                self._work.add(Name(partner_id=self._kept, kind=kind, text=other["text"], key=other["key"]))
                rest.remove((kind, other["text"]))
            else:
                continue
            # What it is called now is no further name of it.
            for row in mine:
                if row["kind"] == NameKind.ALIAS and row["key"] == other["key"]:
                    self._work.delete(self._work.get(Name, row["id"]))
        self._work.flush()
        self._keep_names(rest)

    def _keep_names(self, rest: Iterable[tuple[str, str]]) -> None:
        """Add the names that the kept partner does not have; what was an official one finds it for certain."""
        from ..store.models import Name

        there = {(row["kind"], row["key"]): row["id"] for row in self._rows("names", self._kept)}
        for kind, text in rest:
            key = name_key(text)
            kinds = {known for known, other in there if other == key}
            if kind not in (NameKind.OFFICIAL, NameKind.MERGED):
                now = NameKind.ALIAS if not kinds else None
            else:
                now = NameKind.MERGED if not kinds & {NameKind.OFFICIAL, NameKind.MERGED} else None
            if now is NameKind.MERGED and NameKind.ALIAS in kinds:
                self._work.get(Name, there.pop((NameKind.ALIAS, key))).kind = now
                self._work.flush()
                there[now, key] = 0
            elif now:
                there[now, key] = self._work.add(Name(partner_id=self._kept, kind=now, text=text, key=key)).number

    def _move(self, model: "type[Row]", table: str, same: str, combine: Any) -> None:
        """Move rows of which a partner has one for each ``same``; where both have one, the kept one takes from it."""
        mine = {row[same]: row for row in self._rows(table, self._kept)}
        for row in self._rows(table, self._gone):
            theirs: Any = self._work.get(model, row["id"])
            if row[same] in mine:
                combine(self._work.get(model, mine[row[same]]["id"]), theirs)
                self._work.flush()
                self._work.delete(theirs)
            else:
                theirs.partner_id = self._kept
                self._work.flush()

    def _roles(self) -> None:
        from ..store.models import PartnerRole

        self._move(PartnerRole, "partner_roles", "role", lambda _mine, _theirs: None)

    def _nominations(self) -> None:
        from ..store.models import Nomination

        def combine(mine: Nomination, theirs: Nomination) -> None:
            mine.day = min(mine.day, theirs.day)
            mine.reason = with_lines(mine.reason, theirs.reason)

        self._move(Nomination, "nominations", "member_id", combine)

    def _attendances(self) -> None:
        from ..store.models import Attendance

        def combine(mine: Attendance, theirs: Attendance) -> None:
            mine.day = min(mine.day, theirs.day)
            attendance.bring_together(self._work, mine.number, theirs.number)

        self._move(Attendance, "attendances", "session_id", combine)

    def _agreements(self) -> None:
        from ..store.models import Agreement

        mine, theirs = self._rows("agreements", self._kept), self._rows("agreements", self._gone)
        if not theirs:
            return
        other = self._work.get(Agreement, theirs[0]["id"])
        if not mine:
            other.partner_id = self._kept
            self._work.flush()
            return
        own = self._work.get(Agreement, mine[0]["id"])
        own.day = min(own.day, other.day)
        own.kind = own.kind or other.kind
        own.document = own.document or other.document
        self._drop("kind of agreement", other.kind, own.kind)
        self._drop("document", other.document, own.document)
        self._work.flush()
        self._work.delete(other)

    def _contacts(self) -> None:
        """Move people; one whom both have becomes one, and the invitations that went to them know it."""
        from ..store.models import Attendee, Contact, Invitation

        mine = self._rows("contacts", self._kept)
        has_primary = any(row["is_primary"] for row in mine)
        for row in self._rows("contacts", self._gone):
            contact = self._work.get(Contact, row["id"])
            if has_primary:
                contact.is_primary = False
            same = same_person(mine, row["name"], row["email"])
            if same is None:
                contact.partner_id = self._kept
                self._work.flush()
                continue
            known = self._work.get(Contact, same["id"])
            if known.name == known.email:
                known.name = contact.name
            for key in ("name", "email", "title", "phone", "time_zone"):
                setattr(known, key, getattr(known, key) or getattr(contact, key))
                self._drop(f"contact's {key}", getattr(contact, key), getattr(known, key))
            known.note = with_lines(known.note, contact.note)
            for invitation in self._work.select("invitations", ["contact_id = :contact"], contact=row["id"]):
                self._work.get(Invitation, invitation["id"]).contact_id = same["id"]
            for came in self._work.select("attendees", ["contact_id = :contact"], contact=row["id"]):
                self._work.get(Attendee, came["id"]).contact_id = same["id"]
            was_primary = contact.is_primary
            self._work.flush()
            self._work.delete(contact)
            known.is_primary = known.is_primary or was_primary
            self._work.flush()
            same |= {"name": known.name, "email": known.email}

    def _stops(self) -> None:
        """Let nobody write to the kept partner when nobody may write to the other one."""
        from ..store.models import PartnerStop

        mine, theirs = self._rows("partner_stops", self._kept), self._rows("partner_stops", self._gone)
        for row in theirs:
            stop = self._work.get(PartnerStop, row["id"])
            if not mine:
                stop.partner_id = self._kept
                continue
            own = self._work.get(PartnerStop, mine[0]["id"])
            own.day, own.reason = min(own.day, stop.day), with_lines(own.reason, stop.reason)
            self._work.flush()
            self._work.delete(stop)
        self._work.flush()

    def _invitations(self) -> None:
        """Move invitations; two to one session become one, with the letters and the answers of both.

        Of letters of one kind that wait to be sent only one goes. The calendar name stays that of a letter that left.
        """
        from ..store.models import Delivery, Invitation, Reply, ReviewItem

        def combine(mine: Invitation, theirs: Invitation) -> None:
            mine.day = min(mine.day, theirs.day)
            own = self._work.select("deliveries", ["invitation_id = :number"], number=mine.number)
            others = self._work.select("deliveries", ["invitation_id = :number"], number=theirs.number)
            self._withdraw(own, others)
            if not any(row["state"] in _LEFT for row in own) and any(row["state"] in _LEFT for row in others):
                uid, sequence = theirs.uid, theirs.sequence
                theirs.uid = None
                self._work.flush()
                mine.uid, mine.sequence = uid, sequence
            mine.sequence = max(mine.sequence, theirs.sequence)
            models: tuple[tuple[type[Row], str], ...] = (
                (Delivery, "deliveries"), (Reply, "replies"), (ReviewItem, "review_items"),
            )  # fmt: skip
            for model, table in models:
                for row in self._work.select(table, ["invitation_id = :number"], "id", number=theirs.number):
                    moved: Any = self._work.get(model, row["id"])
                    moved.invitation_id = mine.number

        self._move(Invitation, "invitations", "session_id", combine)

    def _withdraw(self, own: Sequence[Record], others: Sequence[Record]) -> None:
        """Take back letters that wait to be sent, where the other invitation has one of the same kind."""
        from ..store.models import Delivery, Message, ReviewItem

        others_go = {row["kind"] for row in others if row["state"] not in ("queued", "failed")}
        own_go = {row["kind"] for row in own if row["state"] != "failed"}
        spare = [row for row in own if row["state"] == "queued" and row["kind"] in others_go]
        spare += [row for row in others if row["state"] == "queued" and row["kind"] in own_go]
        for row in spare:
            for message in self._work.select("messages", ["delivery_id = :number"], number=row["id"]):
                self._work.delete(self._work.get(Message, message["id"]))
            for item in self._work.select("review_items", ["delivery_id = :number"], number=row["id"]):
                self._work.get(ReviewItem, item["id"]).delivery_id = None
            self._work.flush()
            self._work.delete(self._work.get(Delivery, row["id"]))

    def _pairs(self) -> None:
        """Let what was asked or decided of the other partner stand for the kept one; the pair itself is settled."""
        from ..store.models import DoubtfulPair

        mine = {_other(row, self._kept): row["id"] for row in self._of_pairs(self._kept)}
        for row in self._of_pairs(self._gone):
            pair = self._work.get(DoubtfulPair, row["id"])
            other = _other(row, self._gone)
            if other == self._kept or other in mine:
                if pair.apart and other in mine:
                    self._work.get(DoubtfulPair, mine[other]).apart = True
                self._work.delete(pair)
            else:
                # Both at once: neither order of the two is broken in between.
                self._work.delete(pair)
                first, second = sorted((other, self._kept))
                self._work.add(
                    DoubtfulPair(
                        first_id=first, second_id=second, score=row["score"], reasons=row["reasons"],
                        apart=bool(row["apart"]), day=date.fromisoformat(str(row["day"])),
                    )
                )  # fmt: skip

    def _of_pairs(self, partner: int) -> list[Record]:
        return self._work.select("doubtful_pairs", ["first_id = :p OR second_id = :p"], "id", p=partner)


def _other(pair: Record, one: int) -> int:
    return int(pair["second_id"] if pair["first_id"] == one else pair["first_id"])
