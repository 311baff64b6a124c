"""What a calendar part says: of any program, in any letters, damaged or hostile."""

import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.files.calendar_replies import CalendarAnswer, address_key, replies

from .calendar_parts import INVITED, LINES, ORGANIZER, UID, ZONE, calendar, entry, reply


def one(part: bytes, mime_method: str | None = None, charset: str | None = None) -> CalendarAnswer:
    (found,) = replies(part, mime_method=mime_method, charset=charset)
    return found


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 5, 24, hour, minute, tzinfo=UTC)


# ---- what is said ----------------------------------------------------------------------------------------


def test_an_answer_says_who_answers_what_and_how() -> None:
    found = one(reply(MORE="COMMENT:See you\\, all\\nJane"))
    assert (found.kind, found.method, found.problem, found.uid) == ("VEVENT", "REPLY", "", UID)
    assert (found.sequence, found.dtstamp) == (1, datetime(2024, 5, 10, 12, tzinfo=UTC))
    assert (found.starts, found.ends) == (("20240524T170000Z", at(17)), ("20240524T180000Z", at(18)))
    assert (found.organizer, found.recurrence_id, found.repeats, found.beside) == (ORGANIZER, "", False, 0)
    assert (found.comment, found.summary) == ("See you, all\nJane", "Accepted: Informational Meeting")
    assert found.prodid == "-//X//Y//EN"
    (person,) = found.attendees
    assert (person.address, person.partstat, person.name) == (INVITED, "ACCEPTED", "Jane Doe")


@pytest.mark.parametrize(("inside", "mime", "said"), [
    ("METHOD:REPLY", None, "REPLY"), ("", "reply", "REPLY"), ("METHOD:Reply", "REPLY", "REPLY"), ("", None, ""),
    ("METHOD:COUNTER", None, "COUNTER"), ("METHOD:REQUEST", "PUBLISH", "PUBLISH"),
])  # fmt: skip
def test_the_method_stands_in_the_mail_or_inside(inside: str, mime: str | None, said: str) -> None:
    found = one(reply(METHOD=inside), mime)
    assert (found.method, found.problem) == (said, "")


@pytest.mark.parametrize(("inside", "mime"), [
    ("METHOD:REQUEST", "REPLY"), ("METHOD:REPLY", "REQUEST"), ("METHOD:REPLY\nMETHOD:CANCEL", None),
    ("METHOD:COUNTER", "REPLY"),
])  # fmt: skip
def test_a_mail_and_its_calendar_that_disagree_are_a_problem(inside: str, mime: str | None) -> None:
    assert "one part says that it is " in one(reply(METHOD=inside), mime).problem


def test_every_entry_is_a_value_and_knows_how_many_came_with_it() -> None:
    part = calendar(entry(), entry(UID="UID:other"), entry("VTODO"), zone=ZONE.format(tzid="X"))
    assert [(found.kind, found.beside) for found in replies(part, mime_method=None)] == [
        ("VEVENT", 2), ("VEVENT", 2), ("VTODO", 2),
    ]  # fmt: skip
    apart = reply() + reply(UID="UID:other") + reply(MORE="RECURRENCE-ID:20240524T170000Z")
    found = replies(apart, mime_method=None)
    assert [(one.beside, one.recurrence_id) for one in found] == [(1, ""), (0, ""), (1, "20240524T170000Z")]


def test_an_alarms_attendee_is_none() -> None:
    alarm = "BEGIN:VALARM\nACTION:EMAIL\nATTENDEE;PARTSTAT=DECLINED:mailto:bob@x.edu\nSUMMARY:Alarm\nEND:VALARM"
    found = one(reply(ATTENDEE="", MORE=alarm))
    assert (found.attendees, found.summary, found.problem) == ((), "Accepted: Informational Meeting", "")


def test_a_stamp_that_is_no_day_is_none() -> None:
    assert [one(reply(DTSTAMP=f"DTSTAMP:{said}")).dtstamp for said in ("20240230T120000Z", "now", "")] == [None] * 3


def test_comments_are_found_where_programs_put_them() -> None:
    google = f'ATTENDEE;PARTSTAT=DECLINED;X-RESPONSE-COMMENT="Sorry, no":mailto:{INVITED}'
    assert one(reply(ATTENDEE=google)).attendees[0].comment == "Sorry, no"
    assert one(reply(MORE="X-CALENDARSERVER-PRIVATE-COMMENT:Late\\n")).comment == "Late"
    assert one(reply(MORE="COMMENT;LANGUAGE=en-US:a\nCOMMENT:a\nCOMMENT:b")).comment == "a\nb"


def test_who_stands_behind_an_attendee_is_said() -> None:
    line = (
        'ATTENDEE;PARTSTAT=DELEGATED;SENT-BY="MAILTO:Aide@x.edu";DELEGATED-TO="mailto:b@x.edu","mailto:c@x.edu"'
        f';DELEGATED-FROM="mailto:d@x.edu":mailto:{INVITED}'
    )
    (person,) = one(reply(ATTENDEE=line)).attendees
    assert (person.sent_by, person.delegated_to, person.delegated_from) == (
        "aide@x.edu", ("b@x.edu", "c@x.edu"), ("d@x.edu",),
    )  # fmt: skip


# ---- times -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "zone", "moment"), [
    ("DTSTART;TZID=America/Chicago:20240524T120000", "", at(17)),
    ('DTSTART;TZID="Central Standard Time":20240524T120000', "", at(17)),
    ("DTSTART;TZID=/citadel.org/20230101_1/America/Chicago:20240524T120000", "", at(17)),
    ("DTSTART;TZID=Customized Time Zone:20240524T120000", ZONE.format(tzid="Customized Time Zone"), at(17)),
    ('DTSTART;TZID="Sarajevo, Skopje":20240524T120000', ZONE.format(tzid="Sarajevo\\, Skopje"), at(17)),
    ("DTSTART;TZID=Customized Time Zone:20240524T120000", "", None),
    ("DTSTART;TZID=../../etc/passwd:20240524T120000", "", None),
    ("DTSTART;TZID=America:20240524T120000", "", None),
    ("DTSTART:20240524T120000", "", None),
    ("DTSTART;VALUE=DATE:20240524", "", None),
    ("DTSTART:20240524T250000Z", "", None),
    ("DTSTART:20240230T120000Z", "", None),
    ("DTSTART:00010101T000000Z", "", None),
    ("DTSTART:99991231T235959Z", "", None),
])  # fmt: skip
def test_a_time_is_a_moment_where_its_zone_is_known(said: str, zone: str, moment: datetime | None) -> None:
    found = one(reply(DTSTART=said, ZONE=zone))
    assert found.starts == (said.rpartition(":")[2], moment)
    assert not found.problem


@pytest.mark.parametrize("rule", [
    "FREQ=SECONDLY", "FREQ=YEARLY;BYMONTH=3;BYHOUR=1,2,3", "FREQ=YEARLY;INTERVAL=0", "FREQ=YEARLY;BYMONTH=99",
    "FREQ=YEARLY;BYDAY=5SU;BYMONTH=2;UNTIL=20000101", "FREQ=YEARLY\nDTSTART:99990101T000000",
    "FREQ=YEARLY\nTZOFFSETTO:-0500\nTZOFFSETTO:+0100", "", "\x00",
])  # fmt: skip
def test_a_zone_that_would_take_long_is_not_worked_out(rule: str) -> None:
    zone = ZONE.format(tzid="Odd").replace("FREQ=YEARLY;INTERVAL=1;BYMONTH=3;BYDAY=2SU", rule)
    begun = time.monotonic()
    found = one(reply(DTSTART="DTSTART;TZID=Odd:20240524T120000", ZONE=zone))
    assert found.starts
    assert found.starts.moment in {None, at(17), at(18)}
    assert time.monotonic() - begun < 10


def test_of_many_described_zones_only_the_first_are_worked_out() -> None:
    zones = "".join(
        ZONE.format(tzid=f"Own {n}").replace("BYMONTH=3;BYDAY=2SU", "BYMONTH=2;BYDAY=5SU") for n in range(50)
    )
    entries = [entry(UID=f"UID:{n}", DTSTART=f"DTSTART;TZID=Own {n}:21990524T120000") for n in range(50)]
    begun = time.monotonic()
    found = replies(calendar(*entries, zone=zones), mime_method=None)
    assert [bool(one.starts and one.starts.moment) for one in found] == [True] * 3 + [False] * 47
    assert time.monotonic() - begun < 10


def test_an_end_may_be_said_as_a_duration() -> None:
    assert one(reply(DTEND="DURATION:PT1H30M")).ends == ("PT1H30M", at(18, 30))
    assert one(reply(DTEND="DURATION:P99999999999D")).ends == ("P99999999999D", None)
    assert one(reply(DTSTART="", DTEND="DURATION:soon")).ends == ("soon", None)


# ---- letters ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("codec", "charset"), [
    ("utf-8", None), ("utf-8", "us-ascii"), ("utf-8", "no-such-charset"), ("utf-8-sig", "utf-8"), ("utf-16", None),
    ("utf-16-le", None), ("utf-16-be", "utf-8"), ("utf-32", None), ("cp1252", None), ("iso8859-1", "iso-8859-1"),
    ("cp1252", "utf-8"), ("mac-roman", "macintosh"), ("utf-8", "utf-16"),
])  # fmt: skip
def test_letters_are_read_however_they_are_coded(codec: str, charset: str | None) -> None:
    part = reply(MORE="COMMENT:Grüße, Zoë").decode().encode(codec)
    found = one(part, charset=charset)
    assert (found.problem, found.uid, found.comment) == ("", UID, "Grüße, Zoë")


def test_a_letter_that_was_cut_in_two_by_a_fold_is_whole_again() -> None:
    part = reply(MORE="COMMENT:Zoë").replace("ë".encode(), b"\xc3\r\n \xab")
    assert one(part, charset="utf-8").comment == "Zoë"


def test_codings_that_switch_with_escapes_are_read() -> None:
    part = reply(MORE="COMMENT:出席します").decode().encode("iso2022_jp")
    assert one(part, charset="ISO-2022-JP").comment == "出席します"


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "utf-7", "base64", "rot13", "\0", "ü" * 99])
def test_codings_that_nobody_writes_in_are_not_used(charset: str) -> None:
    begun = time.monotonic()
    found = one(reply(MORE=f"COMMENT:{'a-' * 400_000}").replace(b"Jane", b"J\xe4ne"), charset=charset)
    assert (found.problem, found.attendees[0].name) == ("", "Jäne Doe")
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("width", [1, 7, 75])
def test_folded_lines_are_joined_whatever_ends_them(end: bytes, width: int) -> None:
    lines = reply(MORE="COMMENT:one two").split(b"\r\n")
    folded = [
        (end + (b"\t" if width == 7 else b" ")).join(line[i : i + width] for i in range(0, len(line), width)) or line
        for line in lines
    ]
    assert one(end.join(folded)) == one(reply(MORE="COMMENT:one two"))


# ---- addresses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "mailto:jane.doe@x.edu", "MAILTO:Jane.Doe@X.EDU", "jane.doe@x.edu", " mailto: jane.doe@x.edu ",
    "mailto:jane.doe%40x.edu", "mailto:jane.doe@x.edu?subject=a", "mailto:<jane.doe@x.edu>",
])  # fmt: skip
def test_an_address_is_the_same_however_it_is_written(text: str) -> None:
    assert address_key(text) == INVITED


@pytest.mark.parametrize("text", [
    "jane.doe@x.edu\u202e", "jane.doe\0@x.edu", "jane.doe\x1c@x.edu", "jane\u200b.doe@x.edu", "jane.dоe@x.edu",
    "jane.doe@х.edu", "jane.doe@x.edᴜ", "jane.doe@ｘ.edu", "jane.doe@x.edu.", "jane.doe@x.edu,b@x.edu",
    "jane.doe@x.edu b@x.edu", "jane.doe+a@x.edu", '"jane.doe"@x.edu', "mailto:jane.doe%00@x.edu", "",
])  # fmt: skip
def test_what_only_looks_like_an_address_is_another(text: str) -> None:
    assert address_key(text) != INVITED


def test_look_alikes_of_letters_are_others_and_domains_are_the_same_in_both_spellings() -> None:
    assert address_key("\u212aate@x.edu") != address_key("Kate@x.edu")
    assert address_key("kate@\u212a.edu") != address_key("kate@k.edu")
    assert address_key("info@Bücher.example") == address_key("info@xn--bcher-kva.example")


def test_apples_servers_say_the_address_beside_a_number() -> None:
    line = f"ATTENDEE;PARTSTAT=ACCEPTED;EMAIL={INVITED}:urn:uuid:7f0c"
    assert one(reply(ATTENDEE=line)).attendees[0].address == INVITED


# ---- damaged and hostile ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("part", "reason"), [
    (b"", "it is no calendar"),
    (b"\0" * 1000, "it is no calendar"),
    (b"/etc/passwd", "it is no calendar"),
    (b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR", "it has no entry"),
    (reply()[:-30], "it was cut off"),
    (reply()[: len(reply()) // 2], "it was cut off"),
    (reply().replace(b"END:VEVENT", b"END:VALARM"), "VALARM ends that never began"),
    (reply().replace(b"BEGIN:VEVENT", b""), "VEVENT ends that never began"),
    (reply().replace(b"BEGIN:VEVENT", b"BEGIN:VCALENDAR"), "VCALENDAR begins where it should not"),
    (entry().encode(), "VEVENT begins where it should not"),
    (reply(MORE=entry()), "an entry stands inside another"),
    (reply(MORE=f"BEGIN:VALARM\n{entry()}END:VALARM"), "an entry stands inside another"),
    (reply(MORE="UID:other"), "it says UID more than once"),
    (reply(ATTENDEE=f"ATTENDEE;PARTSTAT=ACCEPTED;PARTSTAT=DECLINED:mailto:{INVITED}"), "it says PARTSTAT of one"),
    (reply(ATTENDEE=f'ATTENDEE;CN="a"b"c:mailto:{INVITED}'), "its line ATTENDEE cannot be read"),
    (reply(SEQUENCE="SEQUENCE:-1"), "its SEQUENCE is -1"),
    (reply(SEQUENCE=f"SEQUENCE:{'9' * 5000}"), "its SEQUENCE is 999"),
    (reply(MORE="ATTENDEE:mailto:a@x.edu\n" * 600), "it has more than 500 attendees"),
    (reply(MORE="ATTENDEE:mailto:a@x.edu\n" * 6000), "it has too many lines"),
    (reply(MORE="BEGIN:X\n" * 10_000), "its parts stand too deep in each other"),
    (reply(UID=f"UID:{'u' * 20_000}"), "its line UID cannot be read"),
    (calendar(*[entry()] * 51), "it has more than 50 entries"),
    (reply(MORE=f"DESCRIPTION:{'d' * 1_000_000}"), "it has more than 1,000,000 bytes"),
])  # fmt: skip
def test_what_is_damaged_says_why(part: bytes, reason: str) -> None:
    found = replies(part, mime_method=None)
    assert found
    assert all(one.problem.startswith(reason) for one in found)


def test_no_text_holds_controls_and_none_is_endless() -> None:
    odd = "\0\x07\x1b[31m\u202e" + "x" * 9_000
    lines: dict[str, Any] = {name: f"{name}:{odd}" for name in LINES if name not in {"METHOD", "ZONE", "MORE"}}
    found = one(reply(**{**lines, "SEQUENCE": ""}, MORE=f"COMMENT:{odd * 9}\nRECURRENCE-ID:{odd}"), odd)
    assert not [sign for sign in "\0\x07\x1b\u202e" if sign in str(found)]
    assert len(str(found)) < 20_000


@pytest.mark.parametrize(
    "filling", ["\n", "\r", " \n", "\n ", "\r\n ", ";", ":", '"', "\\", ";a=b", '"\\', "BEGIN:A\n"]
)
@pytest.mark.parametrize("begins", ["", "ATTENDEE", "SUMMARY;X=", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nATTENDEE;CN="])
def test_a_megabyte_of_anything_takes_no_time(begins: str, filling: str) -> None:
    part = (begins + filling * (990_000 // len(filling))).encode()
    begun = time.monotonic()
    assert replies(part, mime_method="REPLY")
    assert time.monotonic() - begun < 10


@given(st.binary(max_size=300), st.integers(0, 600), st.integers(0, 100))
def test_nothing_raises(noise: bytes, place: int, cut: int) -> None:
    part = reply(ZONE=ZONE.format(tzid="X"), DTSTART="DTSTART;TZID=X:20240524T120000")
    assert replies(part[:place] + noise + part[place + cut :], mime_method=None)


def test_no_file_is_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "invite.ics").write_bytes(reply())
    monkeypatch.chdir(tmp_path)
    assert one(b"invite.ics").problem == "it is no calendar"


def test_lines_in_any_order_are_read() -> None:
    dice = random.Random(7)
    part = reply(ZONE=ZONE.format(tzid="X"), DTSTART="DTSTART;TZID=X:20240524T120000")
    lines = part.split(b"\r\n")
    for _ in range(2_000):
        broken = dice.sample(lines, dice.randint(1, len(lines)))
        assert replies(b"\r\n".join(broken), mime_method=dice.choice(["REPLY", None]))
