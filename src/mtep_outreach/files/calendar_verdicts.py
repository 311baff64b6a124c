"""Whether a calendar entry is an answer to an invitation, and whether it may be recorded without asking a person."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..vocabulary import Answer
from .calendar_replies import Attendee, CalendarAnswer, Time, address_key

_NO_ANSWER = {
    "REQUEST": "It is an invitation, no answer.",
    "CANCEL": "It takes an entry back, and is no answer.",
    "PUBLISH": "It publishes an entry, and is no answer.",
    "ADD": "It adds a date to a series, and is no answer.",
    "REFRESH": "It asks for an invitation again, and is no answer.",
    "DECLINECOUNTER": "An organizer declines another time with it; it is no answer.",
}
_ORGANIZER_ONLY = "It says only that the organizer comes."
_CLOCKS_DIFFER = timedelta(days=2)


@dataclass(frozen=True)
class Invited:
    """What is known of an invitation by its UID: whom it went to and what it said; None is not compared.

    ``sequence`` is the highest that was sent.
    """

    attendees: frozenset[str]
    organizer: str | None = None
    sequence: int | None = None
    starts: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True)
class Recorded:
    """An answer that counts."""

    answer: Answer
    comment: str
    address: str
    dtstamp: datetime | None
    sequence: int

    @property
    def order(self) -> tuple[int, datetime]:
        """Return what answers of one attendee to one invitation are compared by: the greatest is the newest."""
        return self.sequence, self.dtstamp or datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Review:
    """What a person has to look at, and why, in a sentence."""

    reason: str


@dataclass(frozen=True)
class NotAnAnswer:
    """What answers nothing, and why, in a sentence."""

    reason: str


Verdict = Recorded | Review | NotAnAnswer


def verdict(
    answer: CalendarAnswer, *, invited: Callable[[str], Invited | None], now: datetime | None = None
) -> Verdict:
    """Return whether an entry answers an invitation; ``invited`` finds the one of a UID.

    Nothing is recorded that is in any way unlike an answer of an invited person to what was sent to them. ``now`` keeps
    out what claims to come from the future, which would stay the newest for ever.
    """
    if reason := _no_answer(answer):
        return NotAnAnswer(reason)
    if answer.problem:
        return Review(f"The calendar entry cannot be relied on: {answer.problem}.")
    known = invited(answer.uid) if answer.uid else None
    if known is None:
        called = f" '{answer.summary[:80]}'" if answer.summary else ""
        return Review(f"It answers an invitation{called} that is not known here.")
    if reason := next(_unlike(answer, known, now), ""):
        return Review(reason)
    person = _who(answer, known)
    return _said(person, answer, known) if isinstance(person, Attendee) else person


def _no_answer(answer: CalendarAnswer) -> str:
    if answer.method in _NO_ANSWER:
        return _NO_ANSWER[answer.method]
    if answer.kind not in {"VEVENT", ""}:
        return f"It is about a {answer.kind}, not about an invitation."
    if answer.method not in {"REPLY", "COUNTER"} and not (answer.problem and not answer.method):
        return "It is a calendar entry that does not say that it is an answer."
    return ""


def _unlike(answer: CalendarAnswer, known: Invited, now: datetime | None) -> Iterator[str]:
    """Find in what an entry is unlike an answer to what was sent."""
    if answer.method == "COUNTER":
        yield f"It proposes another time{f': {_time(answer.starts)}' if answer.starts else ''}."
    if answer.recurrence_id or answer.repeats:
        yield "It answers for dates of a series, and the invitation was for one date."
    if answer.beside:
        yield f"It came together with {answer.beside} more, as answers for several dates do."
    if answer.organizer and known.organizer and answer.organizer != address_key(known.organizer):
        yield f"It answers an invitation by {answer.organizer[:80]}, and it was not sent by that address."
    sequence = answer.sequence or 0
    if known.sequence is not None and sequence < known.sequence and not answer.starts:
        yield "It answers an older version of the invitation, and does not say for which time."
    if answer.dtstamp and now and answer.dtstamp > now + _CLOCKS_DIFFER:
        yield f"It says that it was written on {answer.dtstamp:%Y-%m-%d}, which is yet to come."
    yield from _other_times(answer, known)


def _other_times(answer: CalendarAnswer, known: Invited) -> Iterator[str]:
    for said, sent, what in ((answer.starts, known.starts, "begins"), (answer.ends, known.ends, "ends")):
        if said and sent and said.moment is None:
            yield f"It says that the session {what} at {said.raw or 'no time'}, which cannot be compared."
        elif said and sent and said.moment != sent:
            yield f"It says that the session {what} at {_time(said)}; what was sent says {sent:%Y-%m-%d %H:%M} UTC."


def _time(said: Time) -> str:
    return f"{said.moment:%Y-%m-%d %H:%M} UTC" if said.moment else said.raw


def _who(answer: CalendarAnswer, known: Invited) -> Attendee | Review | NotAnAnswer:
    """Return the one person who answers by themselves, or why there is none."""
    organizer = address_key(known.organizer) if known.organizer else answer.organizer
    people = [person for person in answer.attendees if person.address != organizer]
    if not people:
        return NotAnAnswer(_ORGANIZER_ONLY) if answer.attendees else Review("It does not say who answers.")
    if len(people) > 1:
        return Review(f"It answers for {len(people)} people at once.")
    reason = _not_themselves(people[0], known)
    return Review(reason) if reason else people[0]


def _not_themselves(person: Attendee, known: Invited) -> str:
    """Return why this is not the answer of an invited person by themselves."""
    called = person.address[:80] or person.name or "somebody without an address"
    if person.address not in {address_key(address) for address in known.attendees}:
        return f"It is from {called}, whom nobody invited."
    if person.partstat == "DELEGATED" or person.delegated_to:
        return f"{called} passes the invitation on to {', '.join(person.delegated_to)[:200] or 'somebody else'}."
    if person.delegated_from:
        return f"{called} answers for {', '.join(person.delegated_from)[:200]}, who passed the invitation on."
    if person.sent_by:
        return f"{person.sent_by[:80]} answers for {called}."
    return ""


def _said(person: Attendee, answer: CalendarAnswer, known: Invited) -> Verdict:
    """Return what a person says.

    Some calendars count the versions on by themselves: no answer is to one that was never sent.
    """
    if person.partstat in {"", "NEEDS-ACTION"}:
        return NotAnAnswer(f"{person.address} has not decided yet.")
    if person.partstat not in {"ACCEPTED", "DECLINED", "TENTATIVE"}:
        return Review(f"{person.address} answers '{person.partstat[:40]}', which is none of yes, no and maybe.")
    comment = "\n".join(dict.fromkeys(said for said in (answer.comment, person.comment) if said))
    sequence = min(answer.sequence or 0, known.sequence if known.sequence is not None else answer.sequence or 0)
    return Recorded(Answer(person.partstat.lower()), comment, person.address, answer.dtstamp, sequence)
