"""The calendar part: the hour that a mail program reads from it is the hour that was meant, in every zone."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from inline_snapshot import snapshot

from mtep_outreach.errors import CalendarMismatchError
from mtep_outreach.letters import calendar as subject
from mtep_outreach.letters.calendar import Event, Method, calendar, checked_address, plain
from mtep_outreach.people import Person

US_ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "America/Adak", "Pacific/Honolulu", "America/Puerto_Rico", "America/St_Thomas",
    "Pacific/Guam", "Pacific/Saipan", "Pacific/Pago_Pago", "America/Detroit", "America/Boise",
    "America/Indiana/Indianapolis", "America/Indiana/Knox", "America/Kentucky/Louisville", "America/Menominee",
    "America/North_Dakota/Center", "America/Juneau", "America/Sitka", "America/Nome",
)  # fmt: skip
OTHER_ZONES = (
    "Europe/London", "Europe/Dublin", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata",
    "America/Asuncion", "Pacific/Chatham",
)  # fmt: skip
HUB = Person("Maria Rivera", "rivera@example.edu")
ANN = Person("José Núñez", "nunez@example.org")
EVENT = Event(
    method=Method.REQUEST,
    uid="invitation-7@mtep.example.edu",
    sequence=0,
    starts=datetime(2024, 5, 24, 17, tzinfo=UTC),
    ends=datetime(2024, 5, 24, 18, tzinfo=UTC),
    zone="America/Chicago",
    title="Informational Meeting for MTEP 2.0 Network Expansion Partners",
    description="Dear José Núñez,\n\nPlease join us; questions, comments and ideas are welcome.\n",
    location="https://example.zoom.us/j/81234567890?pwd=abc;1,2",
    organizer=HUB,
    attendee=ANN,
    stamp=datetime(2024, 5, 1, 14, 30, tzinfo=UTC),
)


# ---- a reader of our own: what stands in the file, and which instant that is --------------------------------


def lines_of(content: bytes) -> list[str]:
    assert content.endswith(b"\r\n")
    assert content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    return content.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def value_of(lines: list[str], name: str) -> str:
    event = lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT")]
    (found,) = [line for line in event if re.match(f"{name}[:;]", line)]
    return found


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall clock


def offset(text: str) -> timedelta:
    sign = -1 if text[0] == "-" else 1
    return sign * timedelta(hours=int(text[1:3]), minutes=int(text[3:5]), seconds=int(text[5:7] or 0))


def onsets(part: dict[str, str]) -> Iterator[datetime]:
    """When an observance begins, by the clock that ran until then."""
    start = moment(part["DTSTART"])
    yield start
    if "RRULE" not in part:
        return
    rule = dict(piece.split("=") for piece in part["RRULE"].split(";"))
    assert sorted(rule) == ["BYDAY", "BYMONTH", "FREQ"]
    assert rule["FREQ"] == "YEARLY"
    number, weekday = int(rule["BYDAY"][:-2]), ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].index(rule["BYDAY"][-2:])
    for year in range(start.year + 1, start.year + 5):
        first = start.replace(year=year, month=int(rule["BYMONTH"]), day=1)
        days = [first + timedelta(days=n) for n in range(31)]
        fitting = [day for day in days if day.month == first.month and day.weekday() == weekday]
        yield fitting[number - 1 if number > 0 else number]


def instant(lines: list[str], name: str) -> datetime:
    """The UTC instant of DTSTART or DTEND, from the file alone: of an hour shown twice, its first showing."""
    parameters, _, value = value_of(lines, name).partition(":")
    if value.endswith("Z"):
        assert parameters == name
        assert "BEGIN:VTIMEZONE" not in lines
        return moment(value[:-1]).replace(tzinfo=UTC)
    zone = lines[lines.index("BEGIN:VTIMEZONE") : lines.index("END:VTIMEZONE")]
    assert parameters == f"{name};TZID={zone[1].removeprefix('TZID:')}"
    known: list[tuple[datetime, timedelta]] = []
    part: dict[str, str] = {}
    for line in zone[2:]:
        key, _, said = line.partition(":")
        part = {} if key == "BEGIN" else part | {key: said}
        if key == "END":
            known += [(at - offset(part["TZOFFSETFROM"]), offset(part["TZOFFSETTO"])) for at in onsets(part)]
    known.sort()
    ends = [at for at, _ in known[1:]] + [datetime.max]  # noqa: DTZ901 - a wall clock
    found = [
        moment(value) - after for (at, after), end in zip(known, ends, strict=True) if at <= moment(value) - after < end
    ]
    return min(found).replace(tzinfo=UTC)


# ---- an oracle: the system's own table of clock changes -----------------------------------------------------


def changes(zone: str) -> list[tuple[datetime, timedelta]]:
    """A zone's offset on 1 January 2020 and from each later clock change on, as the system's own tools say."""
    if shutil.which("zdump") is None:
        pytest.skip("zdump, which says when clocks change, is not installed")
    first = datetime(2020, 1, 1, tzinfo=UTC)
    date = ["date", "-d", f"@{first.timestamp():.0f}", "+%z"]
    ran = subprocess.run(date, check=True, capture_output=True, text=True, env=os.environ | {"TZ": zone})
    found = [(first, offset(ran.stdout.strip()))]
    ran = subprocess.run(["zdump", "-v", "-c", "2020,2030", zone], check=True, capture_output=True, text=True)
    for line in ran.stdout.splitlines():
        match = re.search(r"  \w+ (\w+ +\d+ [\d:]+ 20\d\d) UTC? = .* gmtoff=(-?\d+)", line)
        if match:
            when = datetime.strptime(match[1], "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)
            found.append((when, timedelta(seconds=int(match[2]))))
    return [(when, after) for when, after in found if when.second == 0]  # the rest is one second before


def clock(table: list[tuple[datetime, timedelta]], at: datetime) -> datetime:
    """What the wall clock shows, by the table."""
    return (at + [after for when, after in table if when <= at][-1]).replace(tzinfo=None)


AROUND = [
    timedelta(minutes=m) for m in (-1500, -181, -120, -90, -60, -31, -1, 0, 1, 29, 30, 60, 61, 90, 120, 185, 1500)
]
# Where clocks never change, the days on which those of the rest of the country do.
ELSEWHERE = [datetime(year, *day, 9, tzinfo=UTC) for year in range(2024, 2029) for day in ((3, 10), (5, 24), (11, 3))]


@pytest.mark.parametrize("zone", [*US_ZONES, *OTHER_ZONES])
def test_a_reader_that_knows_only_the_file_finds_the_hour_that_was_meant_around_every_clock_change(zone: str) -> None:
    table = changes(zone)
    assert len(table) == 1 or len(table) >= 11
    at_issue = [when for when, _ in table if 2024 <= when.year <= 2028] + ELSEWHERE
    assert len(at_issue) >= 15
    shown_in_utc = 0
    for starts in (when + before for when in at_issue for before in AROUND):
        ends = starts + timedelta(hours=1 if starts.minute else 4)
        lines = lines_of(calendar(replace(EVENT, zone=zone, starts=starts, ends=ends)))
        assert instant(lines, "DTSTART") == starts
        assert instant(lines, "DTEND") == ends
        begins = value_of(lines, "DTSTART")
        shown_in_utc += begins.endswith("Z")
        if not begins.endswith("Z"):
            assert clock(table, starts) == moment(begins.rpartition(":")[2])
    # Only where an hour is shown a second time, which no local time can say.
    assert shown_in_utc <= 7 * len(at_issue)


def test_the_system_s_table_of_clock_changes_is_read() -> None:
    table = dict(changes("America/Chicago"))
    assert table[datetime(2024, 3, 10, 8, tzinfo=UTC)] == timedelta(hours=-5)
    assert table[datetime(2024, 11, 3, 7, tzinfo=UTC)] == timedelta(hours=-6)


def test_the_session_of_may_2024_is_at_noon_in_chicago_and_at_five_in_utc() -> None:
    lines = lines_of(calendar(EVENT))
    assert value_of(lines, "DTSTART") == "DTSTART;TZID=America/Chicago:20240524T120000"
    assert instant(lines, "DTSTART") == datetime(2024, 5, 24, 17, tzinfo=UTC)


def test_a_zone_whose_rule_holds_every_year_is_one_rule_in_and_one_out() -> None:
    lines = lines_of(calendar(EVENT))
    assert [line for line in lines if line.startswith("RRULE")] == [
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
    ]  # fmt: skip
    # Daylight time begins at two by the clock that ran until then.
    assert "DTSTART:20230312T020000" in lines


def test_the_hour_that_is_shown_a_second_time_is_said_in_utc() -> None:
    second = datetime(2024, 11, 3, 7, 30, tzinfo=UTC)
    lines = lines_of(calendar(replace(EVENT, starts=second, ends=second + timedelta(hours=1))))
    assert value_of(lines, "DTSTART") == "DTSTART:20241103T073000Z"
    assert "BEGIN:VTIMEZONE" not in lines


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC"])
def test_utc_needs_no_clock_changes(zone: str) -> None:
    lines = lines_of(calendar(replace(EVENT, zone=zone)))
    assert "BEGIN:VTIMEZONE" not in lines
    assert value_of(lines, "DTSTART") == "DTSTART:20240524T170000Z"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "CDT\nX:Y", "\0"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(CalendarMismatchError, match="time zone"):
        calendar(replace(EVENT, zone=zone))


def test_a_zone_of_odd_offsets_is_written_to_the_second() -> None:
    lines = lines_of(calendar(replace(EVENT, zone="Africa/Monrovia", starts=datetime(1971, 5, 1, 12, tzinfo=UTC),
                                      ends=datetime(1971, 5, 1, 13, tzinfo=UTC))))  # fmt: skip
    assert "TZOFFSETTO:-004430" in lines
    assert instant(lines, "DTSTART") == datetime(1971, 5, 1, 12, tzinfo=UTC)


# ---- what the file says -------------------------------------------------------------------------------------


def test_an_invitation_is_one_event_with_everything_a_mail_program_needs() -> None:
    assert "\n".join(lines_of(calendar(EVENT))) == snapshot("""\
BEGIN:VCALENDAR
PRODID:-//mtep//mtep outreach//EN
VERSION:2.0
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:America/Chicago
BEGIN:DAYLIGHT
DTSTART:20230312T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZNAME:CDT
TZOFFSETFROM:-0600
TZOFFSETTO:-0500
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20231105T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZNAME:CST
TZOFFSETFROM:-0500
TZOFFSETTO:-0600
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:invitation-7@mtep.example.edu
SEQUENCE:0
DTSTAMP:20240501T143000Z
DTSTART;TZID=America/Chicago:20240524T120000
DTEND;TZID=America/Chicago:20240524T130000
SUMMARY:Informational Meeting for MTEP 2.0 Network Expansion Partners
DESCRIPTION:Dear José Núñez\\,\\n\\nPlease join us\\; questions\\, comments and ideas are welcome.\\n
LOCATION:https://example.zoom.us/j/81234567890?pwd=abc\\;1\\,2
URL:https://example.zoom.us/j/81234567890?pwd=abc;1,2
ORGANIZER;CN="Maria Rivera":mailto:rivera@example.edu
ATTENDEE;CN="José Núñez";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:nunez@example.org
STATUS:CONFIRMED
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR\
""")


def test_a_cancellation_is_the_same_event_taken_away() -> None:
    lines = lines_of(calendar(replace(EVENT, method=Method.CANCEL, sequence=2)))
    assert "METHOD:CANCEL" in lines
    assert "STATUS:CANCELLED" in lines
    assert "SEQUENCE:2" in lines
    assert value_of(lines, "UID") == "UID:invitation-7@mtep.example.edu"
    assert "RSVP" not in value_of(lines, "ATTENDEE")


def test_the_library_reads_the_same_instants_and_texts() -> None:
    (event,) = Calendar.from_ical(calendar(EVENT)).walk("VEVENT")
    assert event.decoded("DTSTART") == EVENT.starts
    assert event.decoded("DTEND") == EVENT.ends
    assert str(event["DESCRIPTION"]) == EVENT.description
    assert event["ATTENDEE"].params["CN"] == "José Núñez"


@pytest.mark.parametrize(
    ("place", "url"),
    [
        ("https://example.zoom.us/j/1?pwd=a;b,c", "URL:https://example.zoom.us/j/1?pwd=a;b,c"),
        ("HTTP://EXAMPLE.ORG/Karsk", "URL:HTTP://EXAMPLE.ORG/Karsk"),
        ("Room 12, Parker Hall", None),
        ("https://example.org/a and then up the stairs", None),
        ("javascript:alert(1)", None),
        ("", None),
        (None, None),
    ],
)
def test_a_place_is_a_link_too_when_it_is_a_web_address(place: str | None, url: str | None) -> None:
    lines = lines_of(calendar(replace(EVENT, location=place)))
    assert [line for line in lines if line.startswith("URL")] == ([url] if url else [])
    assert any(line.startswith("LOCATION:") for line in lines) is bool(place)


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Ann", 'CN="Ann"'),
        ('Ann "Annie" Lee', "CN=\"Ann 'Annie' Lee\""),
        ("Ann; RSVP=FALSE:mailto:x@evil.example", 'CN="Ann; RSVP=FALSE:mailto:x@evil.example"'),
        ("Ann\r\nATTENDEE:mailto:x@evil.example", 'CN="Ann ATTENDEE:mailto:x@evil.example"'),
        ("a^nb\\c", 'CN="anbc"'),
        ("nunez@example.org", None),
        ("\0", None),
    ],
)
def test_a_name_stays_a_name(name: str, called: str | None) -> None:
    line = value_of(lines_of(calendar(replace(EVENT, attendee=Person(name, ANN.email)))), "ATTENDEE")
    assert line == ";".join(
        ["ATTENDEE", *([called] if called else []), "CUTYPE=INDIVIDUAL", "ROLE=REQ-PARTICIPANT",
         "PARTSTAT=NEEDS-ACTION", "RSVP=TRUE:mailto:nunez@example.org"]
    )  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [None, "", "josé@example.org", "a b@example.org", "a@b@c", '"a b"@example.org', ".a@example.org",
     "a..b@example.org", "a@example.org\n", "=?utf-8?q?a?=@example.org", "a@exa\u0130mple.org",
     "a" * 250 + "@example.org"],
)  # fmt: skip
def test_an_address_that_is_not_plain_ascii_is_refused(address: str | None) -> None:
    assert checked_address(Person("Ann", address)) is None
    for person in ("organizer", "attendee"):
        with pytest.raises(CalendarMismatchError, match="mail address"):
            calendar(replace(EVENT, **{person: Person("Ann", address)}))  # type: ignore[arg-type]


def test_a_number_of_the_entry_with_blanks_or_controls_is_refused() -> None:
    for uid in ("", "a b", "a\r\nSUMMARY:x", "é"):
        with pytest.raises(CalendarMismatchError, match="number"):
            calendar(replace(EVENT, uid=uid))


@given(st.text(st.characters(exclude_categories=[])), st.text(st.characters(exclude_categories=[])))
def test_any_text_is_read_back_as_it_was_cleaned(title: str, text: str) -> None:
    (event,) = Calendar.from_ical(calendar(replace(EVENT, title=title, description=text))).walk("VEVENT")
    lines = lines_of(calendar(replace(EVENT, title=title, description=text)))
    said = value_of(lines, "DESCRIPTION").removeprefix("DESCRIPTION:")
    pairs = {"\\n": "\n", "\\\\": "\\", "\\,": ",", "\\;": ";"}
    assert re.sub(r"\\.", lambda found: pairs[found[0]], said) == plain(text) == str(event["DESCRIPTION"])
    assert len(lines) == len(lines_of(calendar(EVENT)))


def test_a_text_of_several_lines_loses_controls_and_keeps_the_rest() -> None:
    assert plain("a\r\nb\rc\u2028d\x85e\x0bf\0g\x1b[1mh\ti\ud800\u202ej\ufffe\n\n\\N é😀") == (
        "a\nb\nc\nd\ne\nfg[1mh\tij\n\n\\N é😀"
    )


# ---- what is read back is compared --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda content: content.replace(b"SUMMARY:Info", b"SUMMARY:info"), "title"),
        (lambda content: content.replace(b"STATUS:", b"X-MORE:1\r\nSTATUS:"), "calendar entry"),
        (lambda content: content.replace(b"END:VEVENT", b"BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT"), "calendar entry"),
        (lambda content: content.replace(b"RSVP=TRUE", b"RSVP=FALSE"), "contact"),
        (lambda content: content.replace(b"TZOFFSETTO:-0500", b"TZOFFSETTO:-0600"), "calendar entry"),
        (lambda content: content + b"X-MORE:1\r\n", "calendar entry"),
        (lambda content: content + b"no line at all\r\n", "calendar entry"),
        (lambda content: content.replace(b"\r\nUID", b"\nUID"), "calendar entry"),
        (lambda content: content.replace(b"\r\n ", b""), "calendar entry"),
    ],
)  # fmt: skip
def test_whatever_would_be_read_in_another_way_is_refused(
    spoil: Any, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = subject._check
    monkeypatch.setattr(subject, "_check", lambda content, lines, event: honest(spoil(content), lines, event))
    with pytest.raises(CalendarMismatchError, match=f"nunez@example.org.*{field}"):
        calendar(EVENT)


def test_clock_changes_are_looked_up_once_for_a_zone_and_a_year() -> None:
    subject._clock_changes.cache_clear()
    for day in range(1, 20):
        calendar(replace(EVENT, uid=f"{day}@x"))
    assert subject._clock_changes.cache_info().misses == 1
