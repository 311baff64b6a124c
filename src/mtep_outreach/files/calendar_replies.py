"""What a calendar part of a mail says: who answers which invitation, and how."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import unquote

from ..errors import UnreadableAddressError
from ..names import LONGEST_NAME, LONGEST_TEXT, clean_line, clean_text
from ..people import mail_address
from .calendar_times import Zones, later, stamp
from .calendar_trees import Component, Property, read

_MOST_ENTRIES = 50
_MOST_ATTENDEES = 500
_LONGEST_ADDRESS = 320
_LONGEST_UID = 1_000
_LARGEST_SEQUENCE = 1_000_000_000
_ANSWERS = ("COUNTER", "REPLY")
_METHODS = {
    "COUNTER": "a proposal of another time",
    "REPLY": "an answer",
    "REQUEST": "an invitation",
    "CANCEL": "a cancellation",
    "PUBLISH": "an announcement",
}
_ONCE = ("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "RECURRENCE-ID", "ORGANIZER")
_NO_ENTRIES = ("VTIMEZONE", "VALARM")
_MAILTO = re.compile(r"\s*mailto:", re.IGNORECASE)
_CAPITALS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_NOT_THE_SAME = "\ufffd"
_OTHER_DOT = "\u3002"


@dataclass(frozen=True)
class Attendee:
    """A person whom an entry names; addresses are as address_key has them."""

    address: str
    partstat: str
    name: str
    sent_by: str
    delegated_to: tuple[str, ...]
    delegated_from: tuple[str, ...]
    comment: str


class Time(NamedTuple):
    """A time as it is written, and in UTC where the moment that it means is known."""

    raw: str
    moment: datetime | None


@dataclass(frozen=True)
class CalendarAnswer:
    """One entry of a calendar part, whatever it is; empty texts are not said.

    ``kind`` is VEVENT, VTODO, ...; ``method`` REPLY, REQUEST, ...; ``beside`` counts the other entries that it came
    with; ``problem`` says why it must not be relied on.
    """

    kind: str
    method: str
    problem: str = ""
    uid: str = ""
    sequence: int | None = None
    dtstamp: datetime | None = None
    starts: Time | None = None
    ends: Time | None = None
    recurrence_id: str = ""
    repeats: bool = False
    beside: int = 0
    organizer: str = ""
    attendees: tuple[Attendee, ...] = ()
    comment: str = ""
    summary: str = ""
    prodid: str = ""


def replies(part: bytes, *, mime_method: str | None, charset: str | None = None) -> list[CalendarAnswer]:
    """Return what a calendar part says, one value for each entry; nothing is too damaged to give at least one.

    ``mime_method`` and ``charset`` are the parameters of its Content-Type.
    """
    calendars, problem = read(part, charset)
    entries = [(calendar, entry) for calendar in calendars for entry in calendar.inner if _is_entry(entry)]
    if not entries or len(entries) > _MOST_ENTRIES:
        said = problem or (f"it has more than {_MOST_ENTRIES} entries" if entries else "it has no entry")
        method, conflict = _method(calendars, mime_method)
        return [CalendarAnswer("", method, conflict or said)]
    zones = Zones(calendars)
    uids = Counter(entry.text("UID") for _, entry in entries)
    found = []
    for calendar, entry in entries:
        together = sum(_is_entry(other) for other in calendar.inner)
        beside = max(together, uids[entry.text("UID")]) - 1
        method, conflict = _method([calendar], mime_method)
        found.append(_answer(calendar, entry, method, problem or conflict or _damage(entry), beside, zones))
    return found


def address_key(text: str) -> str:
    """Return a mail address as addresses are compared: ASCII where it can be, no capitals, without ``mailto:``.

    What only looks like another address, or became it when characters were taken out, does not get its key.
    """
    bare = _MAILTO.sub("", text[: 2 * _LONGEST_ADDRESS], count=1)
    if len(bare) < len(text):
        bare = unquote(bare.partition("?")[0])
    line = _exact(bare).strip("<> ")
    if len(line) > _LONGEST_ADDRESS:
        return line[:_LONGEST_ADDRESS] + _NOT_THE_SAME
    local, _, domain = line.rpartition("@")
    # The rules for domains take look-alikes for their letters: the sign for kelvin, wide letters, a Chinese full stop.
    is_plain = unicodedata.normalize("NFKC", domain) == domain and _OTHER_DOT not in domain
    if local.isascii() and not domain.isascii() and is_plain:
        with suppress(UnreadableAddressError):
            line = mail_address(line)
    # Not lower(): it makes a K of the sign for kelvin.
    return line.translate(_CAPITALS)


# ---- entries ---------------------------------------------------------------------------------------------


def _is_entry(component: Component) -> bool:
    return component.kind not in _NO_ENTRIES


def _method(calendars: Iterable[Component], mime_method: str | None) -> tuple[str, str]:
    """Return the method, and what is wrong with it: the mail and the calendar must say the same."""
    said = {_word(mime_method or "")} | {_word(found.value) for one in calendars for found in one.all("METHOD")}
    methods = sorted(said - {""})
    if len(methods) > 1 and not said.isdisjoint(_ANSWERS):
        method = next(method for method in _ANSWERS if method in said)
        meant = [_METHODS.get(one, f"a '{one[:40]}'") for one in methods]
        return method, f"one part says that it is {', another says that it is '.join(meant)}"
    return (methods[0] if methods else ""), ""


def _damage(entry: Component) -> str:
    """Return what cannot be right in an entry: a thing said twice, or entries inside it."""
    for name in _ONCE:
        if len({(found.value, str(found.parameters)) for found in entry.all(name)}) > 1:
            return f"it says {name} more than once"
    for attendee in entry.all("ATTENDEE"):
        if attendee.repeated:
            return f"it says {', '.join(sorted(attendee.repeated))[:80]} of one attendee more than once"
    if any(inner.kind in {"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"} for inner in _all_inner(entry)):
        return "an entry stands inside another"
    if len(entry.all("ATTENDEE")) > _MOST_ATTENDEES:
        return f"it has more than {_MOST_ATTENDEES} attendees"
    sequence = entry.text("SEQUENCE").strip()
    return f"its SEQUENCE is {_shown(sequence)}" if sequence and _sequence(sequence) is None else ""


def _all_inner(component: Component) -> Iterable[Component]:
    for inner in component.inner:
        yield inner
        yield from _all_inner(inner)


def _answer(
    calendar: Component, entry: Component, method: str, problem: str, beside: int, zones: Zones
) -> CalendarAnswer:
    starts, ends = _times(entry, zones)
    comments = [found.value for name in ("COMMENT", "X-CALENDARSERVER-PRIVATE-COMMENT") for found in entry.all(name)]
    organizer = next((_person(found) for found in entry.all("ORGANIZER")), "")
    return CalendarAnswer(
        kind=clean_line(entry.kind)[:40],
        method=method,
        problem=problem,
        uid=_exact(entry.text("UID"))[:_LONGEST_UID],
        sequence=_sequence(entry.text("SEQUENCE")),
        dtstamp=stamp(entry.text("DTSTAMP")),
        starts=starts,
        ends=ends,
        recurrence_id=_shown(entry.text("RECURRENCE-ID")),
        repeats=bool(entry.all("RRULE") or entry.all("RDATE")),
        beside=beside,
        organizer=organizer,
        attendees=tuple(_attendee(found) for found in entry.all("ATTENDEE")[:_MOST_ATTENDEES]),
        comment=_joined(comments),
        summary=clean_line(entry.text("SUMMARY"))[:LONGEST_NAME],
        prodid=clean_line(calendar.text("PRODID"))[:LONGEST_NAME],
    )


def _times(entry: Component, zones: Zones) -> tuple[Time | None, Time | None]:
    starts, ends = (
        next((Time(_shown(found.value), zones.moment(found)) for found in entry.all(name)), None)
        for name in ("DTSTART", "DTEND")
    )
    duration = entry.text("DURATION")
    if duration and not ends:
        ends = Time(_shown(duration), later(starts.moment, duration) if starts and starts.moment else None)
    return starts, ends


def _attendee(found: Property) -> Attendee:
    return Attendee(
        address=_person(found),
        partstat=_word(",".join(found.texts("PARTSTAT"))),
        name=clean_line(", ".join(found.texts("CN")))[:LONGEST_NAME],
        sent_by=address_key(",".join(found.texts("SENT-BY"))),
        delegated_to=tuple(address_key(said) for said in found.texts("DELEGATED-TO")),
        delegated_from=tuple(address_key(said) for said in found.texts("DELEGATED-FROM")),
        comment=_joined(found.texts("X-RESPONSE-COMMENT")),  # where Google puts what a person wrote
    )


def _person(found: Property) -> str:
    """Return a person's address, which Apple's servers say beside a number of their own."""
    value = found.value if "@" in found.value else "".join(found.texts("EMAIL")) or found.value
    return address_key(value)


# ---- texts -----------------------------------------------------------------------------------------------


def _word(text: str) -> str:
    """Return a word in capitals; what is no plain word stays as it is, and so is none that is known."""
    line = _exact(text[:80])
    return line.upper() if line.isascii() else line


def _exact(text: str) -> str:
    """Return a text as one line that is marked when characters were taken out: it must not become another's equal."""
    line = clean_line(text)
    return line if line == " ".join(text.split()) else line + _NOT_THE_SAME


def _shown(text: str) -> str:
    return clean_line(text[:80])


def _joined(texts: Iterable[str]) -> str:
    """Return comments as one, each once."""
    return "\n".join(dict.fromkeys(said for text in texts if (said := clean_text(text))))[:LONGEST_TEXT]


def _sequence(text: str) -> int | None:
    digits = text.strip()
    if not re.fullmatch(r"[0-9]{1,10}", digits) or int(digits) > _LARGEST_SEQUENCE:
        return None
    return int(digits)
