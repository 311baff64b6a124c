"""The player: does what happens in a season by the verbs that the members of a network would use."""

import csv
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import AlreadyNominatedError
from ..letters.papers import Papers
from ..names import name_key
from ..settings import OUTCOME_GOAL
from ..store.reading import Record, among
from ..vocabulary import Answer
from . import (
    agreements,
    announced,
    attendance,
    commitment_steps,
    deliveries,
    imports,
    members,
    network,
    nominations,
    partners,
    replies,
    sessions,
)
from .desk import Desk
from .filters import Filters
from .invitations import invite
from .partners import PartnerFacts
from .season import FIRST, MEMBERS, NETWORK, Colleague, Course, Season

if TYPE_CHECKING:
    from ..letters.rendering import Templates
    from ..store.writing import Work
    from .commitment_steps import CommitmentFacts
    from .invented_commitments import Told

_COLUMNS = (
    *("name", "acronym", "scope", "sector", "state", "city", "website", "council role", "note"),
    *("contact", "email", "nominated by", "nominator email", "reason"),
)
_REASONS = (
    "Their goals are close to ours.",
    "They know the schools of their region.",
    "We worked with them before.",
    "They asked what we do.",
)


class Player:
    """Plays one season: knows which partner each of its courses became, and the number of each commitment."""

    def __init__(self, season: Season, folder: Path) -> None:
        self._season = season
        self._folder = folder
        self._partners: dict[int, Record] = {}
        self._commitments: dict[int, int] = {}

    @cached_property
    def _templates(self) -> "Templates":
        from ..letters.rendering import Templates

        return Templates()

    def announce(self, work: "Work") -> None:
        """Record the commitments that were announced, on the day of the announcement."""
        for one in announced.ANNOUNCED:
            made = partners.add(work, one.partner, today=announced.DAY)
            commitment_steps.make(work, partners.find(work, str(made.number)), one.said, today=announced.DAY)

    # ---- the network and its partners -------------------------------------------------------------------------

    def set_up(self, work: "Work") -> None:
        """Say what belongs to the network: its goals, whom partners ask, where it gets its mail."""
        changes = {
            "network": NETWORK,
            "goal": str(self._season.goal),
            f"{OUTCOME_GOAL}teachers": str(self._season.teachers),
            "contact_person": "Dee Sample <dee@sample.example>",
            "postal_address": "1 Sample Street, Sampleton, AL 36800",
        }
        network.change(work, changes)

    def add_members(self, work: "Work") -> None:
        """Add those who nominate."""
        for one in MEMBERS:
            members.add(work, one.person, today=FIRST, role=one.role, team=one.team)

    def take_in(self, work: "Work", day: date, places: Sequence[int]) -> None:
        """Import the nominations of a day as the list that they come as."""
        file = self._folder / f"nominations-{day}.csv"
        courses = {place: self._season.courses[place] for place in places}
        with file.open("w", encoding="utf-8", newline="") as stream:
            lines = csv.writer(stream)
            lines.writerow(_COLUMNS)
            lines.writerows(_line(place, course) for place, course in courses.items())
        imports.bring_in(work, imports.sources(file, work, {}), imports.Choices(), today=day)
        keys = {name_key(course.facts.name or ""): place for place, course in courses.items()}
        taken = {partner["id"] for partner in self._partners.values()}
        for row in among(work, "names", "key", keys, ["kind = 'official'"]):
            if row["partner_id"] not in taken:  # else a list named it twice, and it is played once
                self._partners[keys[row["key"]]] = {"id": row["partner_id"], "name": row["text"]}

    def nominate(self, work: "Work", day: date, place: int, who: Colleague) -> None:
        """Let another member suggest a partner too, who has not done so in a row that a list had twice."""
        for partner in self._of([place]):
            with suppress(AlreadyNominatedError):
                nominations.record(work, partner, str(who.person.email), today=day)

    def _of(self, places: Sequence[int]) -> list[Record]:
        return [self._partners[place] for place in places if place in self._partners]

    # ---- sessions ---------------------------------------------------------------------------------------------

    def plan(self, work: "Work", day: date, meeting: date) -> None:
        """Plan a session."""
        said = sessions.SessionFacts(place="https://sample.example/meet")
        sessions.plan(work, meeting, said, settings=network.network_settings(work), today=day)

    def invite(self, work: "Work", day: date, meeting: date, places: Sequence[int]) -> None:
        """Invite partners; letters to those of whom an address is known leave on that day, by hand."""
        session = _session(work, meeting)
        now = datetime.combine(day, time(15), tzinfo=UTC)
        desk = Desk(self._templates, network.network_settings(work), self._folder, day, now, forms=())
        texts = [str(partner["id"]) for partner in self._of(places)]
        reached = [place for place in places if self._season.courses[place].contact]
        with Papers() as papers:
            invite(work, session, texts, desk, papers, filters=Filters(), limit=None)
        if sent := [str(partner["id"]) for partner in self._of(reached)]:
            deliveries.confirm(work, session, sent, by=None, now=now)

    def answer(self, work: "Work", day: date, meeting: date, given: Sequence[tuple[int, Answer]]) -> None:
        """Record what partners answered."""
        session = _session(work, meeting)
        for place, answer in given:
            for partner in self._of([place]):
                replies.record(work, partner, session, answer, day=day)

    def attend(self, work: "Work", meeting: date, places: Sequence[int]) -> None:
        """Record who came."""
        if came := [str(partner["id"]) for partner in self._of(places)]:
            attendance.record(work, _session(work, meeting), came, today=meeting)

    # ---- afterwards -------------------------------------------------------------------------------------------

    def join(self, work: "Work", day: date, places: Sequence[int]) -> None:
        """Record who joined."""
        for place in places:
            for partner in self._of([place]):
                agreements.join(work, partner, day=day, kind=self._season.courses[place].kind)

    def promise(self, work: "Work", day: date, number: int, place: int, said: "CommitmentFacts") -> None:
        """Record a commitment; a partner of whom one may be published may be named."""
        for partner in self._of([place]):
            if said.public:
                partners.edit(work, str(partner["id"]), PartnerFacts(public=True))
            self._commitments[number] = commitment_steps.make(work, partner, said, today=day).id

    def report(self, work: "Work", day: date, number: int, told: "Told") -> None:
        """Record how far a commitment has come."""
        if number in self._commitments:
            commitment_steps.report(
                work,
                self._commitments[number],
                today=day,
                reached=told.reached,
                unit=told.unit,
                done=told.reached is None,
                evidence=told.evidence,
            )

    def withdraw(self, work: "Work", day: date, number: int) -> None:
        """Record that a partner does not stand by its commitment any more."""
        if number in self._commitments:
            commitment_steps.withdraw(work, self._commitments[number], today=day)


def _line(place: int, course: Course) -> list[str]:
    """Return a course as a row of a list of nominations."""
    facts, who, contact = course.facts, course.nominations[0][1].person, course.contact
    said: list[str | None] = [
        facts.name,
        facts.acronym,
        facts.scope,
        facts.sector,
        facts.state,
        facts.city,
        facts.website,
    ]
    said += ["; ".join(facts.council_roles or ()), facts.note]
    said += [contact.name, contact.email] if contact else ["", ""]
    said += [who.name, who.email, _REASONS[place % len(_REASONS)]]
    return [text or "" for text in said]


def _session(work: "Work", meeting: date) -> Record:
    (found,) = work.select("planned_sessions", ["session = :code"], code=meeting.isoformat())
    return found
