"""What counts as an answer: those of real programs all do, and nothing else ever does."""

import csv
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from mtep_outreach.files.calendar_replies import CalendarAnswer, replies
from mtep_outreach.files.calendar_verdicts import Invited, NotAnAnswer, Recorded, Review, Verdict, verdict
from mtep_outreach.vocabulary import Answer

from .calendar_parts import INVITED, ORGANIZER, UID, ZONE, calendar, calendar_parts, entry, reply

REAL = Path(os.environ.get("MTEP_TEST_DATA", "no folder"))
needs_data = pytest.mark.skipif(not REAL.is_dir(), reason="MTEP_TEST_DATA names no folder of real calendar mails")

NOW = datetime(2024, 5, 20, 12, tzinfo=UTC)
STARTS, ENDS = datetime(2024, 5, 24, 17, tzinfo=UTC), datetime(2024, 5, 24, 18, tzinfo=UTC)
KNOWN = Invited(frozenset({INVITED}), ORGANIZER, sequence=1, starts=STARTS, ends=ENDS)


def verdicts(part: bytes, mime_method: str | None = None, known: Invited = KNOWN) -> list[Verdict]:
    invitations = {UID: known}
    return [verdict(one, invited=invitations.get, now=NOW) for one in replies(part, mime_method=mime_method)]


def one(part: bytes, mime_method: str | None = None, known: Invited = KNOWN) -> Verdict:
    (found,) = verdicts(part, mime_method, known)
    return found


def always(known: Invited | None) -> Callable[[str], Invited | None]:
    return lambda _: known


def attendee(said: str, address: str = INVITED) -> str:
    return f"ATTENDEE;{said}:mailto:{address}"


# ---- answers that count ----------------------------------------------------------------------------------


def test_an_answer_that_counts_the_versions_on_is_to_the_newest_that_was_sent() -> None:
    found = one(reply(SEQUENCE="SEQUENCE:7"))
    assert isinstance(found, Recorded)
    assert found.sequence == KNOWN.sequence


@pytest.mark.parametrize("answer", list(Answer))
def test_an_answer_of_an_invited_person_is_recorded(answer: Answer) -> None:
    found = one(reply(ATTENDEE=attendee(f"PARTSTAT={answer.upper()};X-RESPONSE-COMMENT=b"), MORE="COMMENT:a"))
    assert found == Recorded(answer, "a\nb", INVITED, datetime(2024, 5, 10, 12, tzinfo=UTC), 1)


GENUINE = {
    "no organizer, as Outlook": {"ORGANIZER": ""},
    "organizer without mailto": {"ORGANIZER": f"ORGANIZER;PARTSTAT=ACCEPTED:{ORGANIZER}"},
    "the organizer stands there too": {"MORE": attendee("PARTSTAT=ACCEPTED", ORGANIZER)},
    "no times": {"DTSTART": "", "DTEND": ""},
    "no sequence": {"SEQUENCE": ""},
    "an older version, same time": {"SEQUENCE": "SEQUENCE:0"},
    "no stamp": {"DTSTAMP": ""},
    "in another zone": {"DTSTART": "DTSTART;TZID=Europe/Berlin:20240524T190000"},
    "in a zone of Windows": {"DTSTART": 'DTSTART;TZID="Central Standard Time":20240524T120000'},
    "a duration": {"DTEND": "DURATION:PT1H"},
    "an alarm": {"MORE": f"BEGIN:VALARM\n{attendee('PARTSTAT=DECLINED', 'bob@x.edu')}\nEND:VALARM"},
    "capitals": {"ATTENDEE": attendee("partstat=Accepted", INVITED.upper()).replace("mailto", "MAILTO")},
    "folded": {"ATTENDEE": attendee("PARTSTAT=ACC\n EPTED", "jane\n\t.doe@x.edu")},
}  # fmt: skip


@pytest.mark.parametrize("changed", GENUINE.values(), ids=GENUINE)
@pytest.mark.parametrize(("inside", "mime"), [("METHOD:REPLY", None), ("", "REPLY"), ("METHOD:REPLY", "reply")])
def test_what_programs_leave_out_or_write_in_other_ways_does_no_harm(
    changed: dict[str, str], inside: str, mime: str | None
) -> None:
    assert isinstance(one(reply(**{"METHOD": inside, **changed}), mime), Recorded)


def test_the_newest_answer_is_that_of_the_highest_version_and_then_of_the_last_stamp() -> None:
    def said(sequence: int, stamp: str) -> Recorded:
        found = one(reply(SEQUENCE=f"SEQUENCE:{sequence}", DTSTAMP=f"DTSTAMP:{stamp}" if stamp else ""))
        assert isinstance(found, Recorded)
        return found

    said_last_first = [
        said(1, "20240510T120000Z"),
        said(1, "20240510T115959Z"),
        said(0, "20240512T120000Z"),
        said(0, ""),
    ]
    assert sorted(said_last_first, key=lambda found: found.order) == said_last_first[::-1]


# ---- everything else -------------------------------------------------------------------------------------

# What is wrong, the lines that say it, and what becomes of it.
ODD: dict[str, tuple[dict[str, str], str]] = {
    "unknown UID": ({"UID": "UID:guessed"}, "is not known here"),
    "UID in other letters": ({"UID": f"UID:{UID.upper()}"}, "is not known here"),
    "UID with something hidden": ({"UID": f"UID:{UID}\0"}, "is not known here"),
    "no UID": ({"UID": ""}, "is not known here"),
    "another attendee": ({"ATTENDEE": attendee("PARTSTAT=ACCEPTED", "bob@y.org")}, "bob@y.org, whom nobody invited"),
    "another with the name": ({"ATTENDEE": attendee("CN=Jane Doe;PARTSTAT=ACCEPTED", "j@y.org")}, "nobody invited"),
    "a Cyrillic letter": ({"ATTENDEE": attendee("PARTSTAT=ACCEPTED", "jane.dоe@x.edu")}, "nobody invited"),
    "a Cyrillic domain": ({"ATTENDEE": attendee("PARTSTAT=ACCEPTED", "jane.doe@х.edu")}, "nobody invited"),
    "letters of full width": ({"ATTENDEE": attendee("PARTSTAT=ACCEPTED", "jane.doe@ｘ.edu")}, "nobody invited"),
    "a hidden character": ({"ATTENDEE": attendee("PARTSTAT=ACCEPTED", "jane\u202e.doe@x.edu")}, "nobody invited"),
    "a further label": ({"ATTENDEE": attendee("PARTSTAT=ACCEPTED", "jane.doe@x.edu.y.org")}, "nobody invited"),
    "an extra attendee": ({"MORE": attendee("PARTSTAT=ACCEPTED", "bob@y.org")}, "It answers for 2 people at once."),
    "the same one twice": ({"MORE": attendee("PARTSTAT=DECLINED")}, "It answers for 2 people at once."),
    "nobody": ({"ATTENDEE": ""}, "It does not say who answers."),
    "no address": ({"ATTENDEE": "ATTENDEE;CN=Jane Doe;PARTSTAT=ACCEPTED:"}, "Jane Doe, whom nobody invited"),
    "delegated": ({"ATTENDEE": attendee("PARTSTAT=DELEGATED")}, "passes the invitation on to somebody else"),
    "to someone": ({"ATTENDEE": attendee('PARTSTAT=ACCEPTED;DELEGATED-TO="mailto:b@y.org"')}, "on to b@y.org"),
    "from someone": ({"ATTENDEE": attendee('PARTSTAT=ACCEPTED;DELEGATED-FROM="mailto:b@y.org"')}, "for b@y.org, who"),
    "sent by another": ({"ATTENDEE": attendee('PARTSTAT=ACCEPTED;SENT-BY="mailto:b@y.org"')}, "b@y.org answers for"),
    "two answers": ({"ATTENDEE": attendee("PARTSTAT=ACCEPTED,DECLINED")}, "none of yes, no and maybe"),
    "one answer twice": ({"ATTENDEE": attendee("PARTSTAT=ACCEPTED;PARTSTAT=DECLINED")}, "cannot be relied on"),
    "an unknown answer": ({"ATTENDEE": attendee("PARTSTAT=X-MAYBE")}, "none of yes, no and maybe"),
    "a look-alike answer": ({"ATTENDEE": attendee("PARTSTAT=DECLıNED")}, "none of yes, no and maybe"),
    "a date of a series": ({"MORE": "RECURRENCE-ID:20240524T170000Z"}, "dates of a series"),
    "a rule": ({"MORE": "RRULE:FREQ=DAILY"}, "dates of a series"),
    "more dates": ({"MORE": "RDATE:20240525T170000Z"}, "dates of a series"),
    "begins later": ({"DTSTART": "DTSTART:20240524T171500Z"}, "begins at 2024-05-24 17:15 UTC; what was sent says"),
    "an hour later": ({"DTSTART": "DTSTART;TZID=America/Chicago:20240524T130000"}, "begins at 2024-05-24 18:00 UTC"),
    "ends later": ({"DTEND": "DTEND:20240524T190000Z"}, "ends at 2024-05-24 19:00 UTC"),
    "lasts longer": ({"DTEND": "DURATION:PT2H"}, "ends at 2024-05-24 19:00 UTC"),
    "a whole day": ({"DTSTART": "DTSTART;VALUE=DATE:20240524"}, "begins at 20240524, which cannot be compared"),
    "in no zone": ({"DTSTART": "DTSTART:20240524T170000"}, "cannot be compared"),
    "in an unknown zone": ({"DTSTART": "DTSTART;TZID=Nowhere:20240524T120000"}, "cannot be compared"),
    "an hour later in its own zone": (
        {"ZONE": ZONE.format(tzid="Own"), "DTSTART": "DTSTART;TZID=Own:20240524T130000"}, "2024-05-24 18:00 UTC"),
    "another organizer": ({"ORGANIZER": "ORGANIZER:mailto:hub@y.org"}, "an invitation by hub@y.org"),
    "no number": ({"SEQUENCE": "SEQUENCE:1e9"}, "cannot be relied on"),
    "older and no time": ({"SEQUENCE": "SEQUENCE:0", "DTSTART": "", "DTEND": ""}, "an older version"),
    "from the future": ({"DTSTAMP": "DTSTAMP:20990101T000000Z"}, "2099-01-01, which is yet to come"),
    "a counter": ({"METHOD": "METHOD:COUNTER"}, "It proposes another time: 2024-05-24 17:00 UTC."),
    "methods that differ": ({"METHOD": "METHOD:REPLY\nMETHOD:REQUEST"}, "cannot be relied on"),
    "an answer in an entry": ({"MORE": entry(ATTENDEE=attendee("PARTSTAT=DECLINED"))}, "cannot be relied on"),
    "an answer in an alarm": ({"ATTENDEE": "", "MORE": f"BEGIN:VALARM\n{entry()}END:VALARM"}, "cannot be relied on"),
}  # fmt: skip
NO_ANSWER: dict[str, tuple[dict[str, str], str]] = {
    "not decided": ({"ATTENDEE": attendee("PARTSTAT=NEEDS-ACTION")}, "has not decided yet"),
    "nothing said": ({"ATTENDEE": attendee("RSVP=TRUE")}, "has not decided yet"),
    "the organizer's own": ({"ATTENDEE": attendee("PARTSTAT=ACCEPTED", ORGANIZER)}, "only that the organizer comes"),
    "no method": ({"METHOD": ""}, "does not say that it is an answer"),
    "an unknown method": ({"METHOD": "METHOD:X-REPLY"}, "does not say that it is an answer"),
    **{
        method: ({"METHOD": f"METHOD:{method}"}, "no answer")
        for method in ("REQUEST", "CANCEL", "PUBLISH", "ADD", "REFRESH", "DECLINECOUNTER")
    },
}  # fmt: skip


@pytest.mark.parametrize(("changed", "reason"), ODD.values(), ids=ODD)
def test_what_is_odd_goes_to_a_person_with_the_reason(changed: dict[str, str], reason: str) -> None:
    found = one(reply(**changed))
    assert isinstance(found, Review)
    assert reason in found.reason
    assert found.reason.endswith(".")


@pytest.mark.parametrize(("changed", "reason"), NO_ANSWER.values(), ids=NO_ANSWER)
def test_what_is_no_answer_is_said_to_be_none(changed: dict[str, str], reason: str) -> None:
    found = one(reply(**changed))
    assert isinstance(found, NotAnAnswer)
    assert reason in found.reason


@pytest.mark.parametrize("kind", ["VTODO", "VFREEBUSY", "VJOURNAL", "VPOLL"])
def test_only_an_event_is_answered(kind: str) -> None:
    assert one(calendar(entry(kind))) == NotAnAnswer(f"It is about a {kind}, not about an invitation.")


def test_several_entries_answer_for_several_dates() -> None:
    for part in (calendar(entry(), entry()), calendar(entry(), entry(UID="UID:x")), reply() + reply()):
        assert not [found for found in verdicts(part) if not isinstance(found, Review)]


def test_a_counter_that_was_cut_goes_to_a_person_and_a_damaged_invitation_does_not() -> None:
    damaged = reply(METHOD="").replace(b"BEGIN:VEVENT", b"")
    assert isinstance(one(damaged, "COUNTER"), Review)
    assert isinstance(one(damaged, None), Review)
    assert isinstance(one(damaged, "REQUEST"), NotAnAnswer)


# ---- three hundred, in other guises ----------------------------------------------------------------------

GUISES: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda part: part,
    "line feeds": lambda part: part.replace(b"\r\n", b"\n"),
    "folded": lambda part: b"\r\n".join(b"\r\n ".join(_pieces(line)) for line in part.split(b"\r\n")),
    "UTF-16": lambda part: part.decode().encode("utf-16"),
    "words before and after": lambda part: b"Hello\r\n" + part + b"\r\n-- \r\nA list\r\n",
    "a good one beside it": lambda part: part.replace(b"END:VCALENDAR", entry().encode() + b"END:VCALENDAR"),
}


def _pieces(line: bytes) -> Iterator[bytes]:
    # Characters of several bytes may be cut in two: programs do so.
    yield from (line[i : i + 20] for i in range(0, max(len(line), 1), 20))


def _forged() -> Iterator[tuple[str, bytes, str | None]]:
    for (name, (changed, _)), (guise, disguise) in product({**ODD, **NO_ANSWER}.items(), GUISES.items()):
        yield f"{name}, {guise}", disguise(reply(**changed)), None
        if "METHOD" not in changed:
            yield f"{name}, {guise}, method in the mail", disguise(reply(**{**changed, "METHOD": ""})), "REPLY"
    replayed = attendee("PARTSTAT=ACCEPTED")
    for guise, disguise in GUISES.items():
        for stamp, sequence in (("20240510T120000Z", 1), ("20240509T000000Z", 1), ("20240511T000000Z", 0)):
            lines = {"ATTENDEE": replayed, "DTSTAMP": f"DTSTAMP:{stamp}", "SEQUENCE": f"SEQUENCE:{sequence}"}
            yield f"replayed {stamp} {sequence}, {guise}", disguise(reply(**lines)), "REPLY"


def test_forged_and_odd_replies_change_nothing() -> None:
    declined = one(reply(ATTENDEE=attendee("PARTSTAT=DECLINED")))
    assert isinstance(declined, Recorded)
    forged = list(_forged())
    changed = [
        name
        for name, part, mime in forged
        for found in verdicts(part, mime)
        if isinstance(found, Recorded) and found.order > declined.order
    ]
    assert len(forged) >= 300
    assert not changed
    replays = [found for name, part, mime in forged if "replayed" in name for found in verdicts(part, mime)]
    assert any(isinstance(found, Recorded) for found in replays)  # they are kept, and are not the newest


# ---- real programs ---------------------------------------------------------------------------------------


def _truth() -> list[dict[str, str]]:
    path = REAL / "itip_replies" / "truth.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _answers(path: Path) -> list[CalendarAnswer]:
    return [
        found
        for part, mime, charset in calendar_parts(path)
        for found in replies(part, mime_method=mime, charset=charset)
    ]


def _invited(row: dict[str, str]) -> dict[str, Invited]:
    """Plan an invitation of everybody whom a file names, for each of its UIDs."""
    people = frozenset(said.partition("=")[0] for said in row["attendees"].split(" | ") if "@" in said)
    return {uid: Invited(people) for uid in row["uid"].split(" | ") if uid}


@needs_data
@pytest.mark.parametrize("row", _truth(), ids=lambda row: row["file"])
def test_real_replies_are_recorded_and_nothing_else_is(row: dict[str, str]) -> None:
    answers = _answers(REAL / "itip_replies" / row["file"])
    invitations = _invited(row)
    found = [verdict(answer, invited=invitations.get) for answer in answers]
    _, is_recorded, expected = row["expected"].partition("record: ")
    recorded = {(one.answer, one.address) for one in found if isinstance(one, Recorded)}
    if not is_recorded and "UID and attendee match" not in row["expected"]:
        assert not recorded
        assert found
        return
    said = "accepted" if not is_recorded or expected.startswith("accepted") else expected
    address = row["attendees"].partition("=")[0].lower()
    assert recorded == {(said, address)}
    # The same to another person, of another invitation, or moved by an hour, is none.
    for answer in answers:
        assert isinstance(verdict(answer, invited=always(Invited(frozenset({"other@x.edu"})))), Review)
        assert isinstance(verdict(answer, invited=always(None)), Review)
        if answer.starts and answer.starts.moment:
            planned = replace(invitations[answer.uid], starts=answer.starts.moment)
            assert isinstance(verdict(answer, invited=always(planned)), Recorded)
            moved = replace(planned, starts=answer.starts.moment + timedelta(hours=1))
            assert isinstance(verdict(answer, invited=always(moved)), Review)


@needs_data
def test_real_calendar_mails_that_are_no_replies_answer_nothing() -> None:
    paths = sorted((REAL / "calendar_mails_not_replies").iterdir())
    for path in paths:
        answers = _answers(path)
        assert answers
        for answer in answers:
            people = frozenset(person.address for person in answer.attendees)
            assert isinstance(verdict(answer, invited=always(Invited(people))), NotAnAnswer)
    assert len(paths) == 9
