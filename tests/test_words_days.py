"""Days, hours and zones: what is read, what is refused and why, and how a letter says them."""

import os
import shutil
import subprocess
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach import days
from mtep_outreach.errors import (
    FutureDayError,
    ImpossibleHourError,
    UnknownZoneError,
    UnreadableDayError,
    UnreadableHourError,
)

TODAY = date(2024, 5, 1)
SESSION_DAY = date(2024, 5, 24)
CHICAGO = "America/Chicago"


# ---- days -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-24",
        " 2024-05-24\n",
        "5/24/2024",
        "05/24/2024",
        "5/24/24",
        "2024/05/24",
        "2024-5-24",
        "20240524",
        "May 24, 2024",
        "may 24 2024",
        "MAY  24,  2024",
        "May 24th, 2024",
        "24 May 2024",
        "24-May-2024",
        "24th of May, 2024",
        "Friday, May 24, 2024",
        "Fri May 24 2024",
        "fri, 24 may 2024",
    ],
)
def test_a_day_is_read_as_people_type_it(text: str) -> None:
    assert days.day(text, TODAY) == SESSION_DAY


def test_slashes_are_read_month_first() -> None:
    assert days.day("5/6/2024", TODAY) == date(2024, 5, 6)


@pytest.mark.parametrize(
    ("text", "on"),
    [("today", date(2024, 5, 1)), ("Yesterday", date(2024, 4, 30)), (" TOMORROW ", date(2024, 5, 2))],
)
def test_today_and_its_neighbors_count_from_the_day_handed_in(text: str, on: date) -> None:
    assert days.day(text, TODAY) == on


@pytest.mark.parametrize(
    ("text", "on"),
    [("2/29/2024", date(2024, 2, 29)), ("1900-01-01", date(1900, 1, 1)), ("Dec 31 2199", date(2199, 12, 31))],
)
def test_the_edges_of_the_calendar_are_days(text: str, on: date) -> None:
    assert days.day(text, TODAY) == on


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        (" \t\n", "it is empty"),
        ("24", "it is only a number"),
        ("2024", "it is only a number"),
        ("99999999999999999999", "it is only a number"),
        ("May 24", "it lacks the year"),
        ("5/24", "it lacks the year"),
        ("May 2024", "it lacks the day"),
        ("5/2024", "it lacks the day"),
        ("2024-05", "it lacks the day"),
        ("Friday May 2024", "it lacks the day"),
        ("Fri 2024", "it lacks the month and day"),
        ("Friday", "it lacks the year, month and day"),
        ("12:00", "it lacks the year, month and day"),
        ("2024-05-24T12:00", "it holds an hour too"),
        ("May 24, 2024 12:00", "it holds an hour too"),
        ("Monday, May 24, 2024", "that day is a Friday"),
        ("Sat May 24 2024", "that day is a Friday"),
        ("2024-02-30", "the calendar has no such day"),
        ("2/29/2023", "the calendar has no such day"),
        ("Feb 30, 2024", "the calendar has no such day"),
        ("24/5/2024", "there is no month 24"),
        ("2024-13-01", "there is no month 13"),
        ("0000-01-01", "the year 0 cannot be meant"),
        ("1899-12-31", "the year 1899 cannot be meant"),
        ("1/1/2200", "the year 2200 cannot be meant"),
        ("next Friday", "it cannot be read"),
        ("May June 2024", "it cannot be read"),
        ("soon", "it cannot be read"),
    ],
)
def test_what_names_no_single_day_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(UnreadableDayError) as refusal:
        days.day(text, TODAY)
    assert refusal.value.message.endswith(f"is not a day: {reason}.")
    assert "month first" in refusal.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "24.5.2024",
        "5.6.2024",
        "5-6-2024",
        "5 6 2024",
        "10-11-12",
        "10 11 12",
        "1.5",
        "5-6",
        "1/2/3",
        "5,6,2024",
        "5 6, 2024",
        "5-6/2024",
    ],
)
def test_numbers_that_leave_the_month_open_are_refused_as_a_guess(text: str) -> None:
    with pytest.raises(UnreadableDayError, match="which number is the month would be a guess"):
        days.day(text, TODAY)


PIECES = [
    *"0123456789/-., :'T+Zamp",
    "May",
    "Jan",
    "December",
    "Fri",
    "Saturday",
    "2024",
    "24",
    "st",
    " of ",
    "at",
    "UTC",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=9).map("".join)))
def test_any_text_is_a_day_or_refused_as_none(text: str) -> None:
    try:
        found = days.day(text, TODAY)
    except UnreadableDayError:
        return
    assert 1900 <= found.year <= 2199


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_said_in_words_or_iso_is_read_back(on: date) -> None:
    assert days.day(days.day_in_words(on), TODAY) == on
    assert days.day(on.isoformat(), TODAY) == on
    assert days.day(f"{on.month}/{on.day}/{on.year}", TODAY) == on


def test_today_can_have_happened_and_tomorrow_cannot() -> None:
    assert days.past_day("today", "A reply", TODAY) == TODAY
    with pytest.raises(FutureDayError) as refusal:
        days.past_day("5/2/2024", "A reply", TODAY)
    assert refusal.value.message == (
        "A reply cannot have happened on Thursday, May 2, 2024: today is Wednesday, May 1, 2024."
    )


# ---- hours ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("12:00", time(12)),
        ("0:00", time(0)),
        ("23:59", time(23, 59)),
        ("1:30pm", time(13, 30)),
        ("1:30 PM", time(13, 30)),
        ("9 a.m.", time(9)),
        ("9am", time(9)),
        ("9:05 A.M.", time(9, 5)),
        ("12am", time(0)),
        ("12:30 a.m.", time(0, 30)),
        ("12 p.m.", time(12)),
        ("noon", time(12)),
        ("Noon", time(12)),
        ("midnight", time(0)),
        (" 12:00 ", time(12)),
    ],
)
def test_an_hour_is_read_as_people_type_it(text: str, at: time) -> None:
    assert days.hour(text) == at


@pytest.mark.parametrize(
    "text",
    ["", "9", "12", "24:00", "25:00", "9:60", "9:5", "0am", "13pm", "13:00 pm", "1:30:00", "1pm CDT", "9.30", "soon"],
)
def test_what_names_no_hour_is_refused(text: str) -> None:
    with pytest.raises(UnreadableHourError) as refusal:
        days.hour(text)
    assert refusal.value.message == f"'{text}' is not an hour of the day."


@given(st.text())
def test_any_text_is_an_hour_or_refused_as_none(text: str) -> None:
    try:
        found = days.hour(text)
    except UnreadableHourError:
        return
    assert found.second == 0


@given(st.times())
def test_an_hour_said_in_words_is_read_back(at: time) -> None:
    assert days.hour(days.hour_in_words(at)) == at.replace(second=0, microsecond=0)


# ---- zones ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (CHICAGO, CHICAGO),
        ("america/chicago", CHICAGO),
        ("america/new york", "America/New_York"),
        (" US/Central ", "US/Central"),
        ("utc", "UTC"),
        ("America/Indiana/Indianapolis", "America/Indiana/Indianapolis"),
    ],
)
def test_a_zone_is_found_in_any_letter_case_and_returned_in_its_own(text: str, name: str) -> None:
    assert days.zone(text) == name


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("CST", CHICAGO),
        ("cdt", CHICAGO),
        ("Central", CHICAGO),
        ("Central Time", CHICAGO),
        ("Central Standard Time", CHICAGO),
        ("Eastern Daylight Time", "America/New_York"),
        ("ET", "America/New_York"),
        ("mst", "America/Denver"),
        ("Arizona", "America/Phoenix"),
        ("Pacific time", "America/Los_Angeles"),
        ("AKDT", "America/Anchorage"),
        ("Hawaii", "Pacific/Honolulu"),
        ("Chicago", CHICAGO),
        ("New York", "America/New_York"),
        ("America/Chigaco", CHICAGO),
    ],
)
def test_what_people_call_a_zone_is_refused_with_the_zone_they_may_mean(text: str, suggested: str) -> None:
    with pytest.raises(UnknownZoneError) as refusal:
        days.zone(text)
    assert refusal.value.message == f"'{text}' is not a time zone of the IANA list."
    assert refusal.value.hint.startswith(f"Did you mean {suggested}")


@pytest.mark.parametrize("text", ["", "Mars/Phobos", "../../etc/passwd", "12:00"])
def test_a_zone_that_is_like_none_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UnknownZoneError) as refusal:
        days.zone(text)
    assert refusal.value.hint == "Type it like America/Chicago."


@given(st.text())
def test_any_text_is_a_zone_or_refused_as_none(text: str) -> None:
    with pytest.raises(UnknownZoneError):
        days.zone(f"{text}?")


# ---- moments --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "at", "zone", "utc"),
    [
        (SESSION_DAY, time(12), CHICAGO, datetime(2024, 5, 24, 17, tzinfo=UTC)),
        (date(2024, 12, 6), time(12), CHICAGO, datetime(2024, 12, 6, 18, tzinfo=UTC)),
        (SESSION_DAY, time(12), "America/Phoenix", datetime(2024, 5, 24, 19, tzinfo=UTC)),
        (SESSION_DAY, time(20), "Pacific/Honolulu", datetime(2024, 5, 25, 6, tzinfo=UTC)),
        (SESSION_DAY, time(12), "UTC", datetime(2024, 5, 24, 12, tzinfo=UTC)),
    ],
)
def test_a_wall_clock_becomes_the_moment_in_utc(on: date, at: time, zone: str, utc: datetime) -> None:
    found = days.moment(on, at, zone)
    assert found == utc
    assert found.utcoffset() == timedelta(0)


def test_an_hour_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(ImpossibleHourError) as refusal:
        days.moment(date(2024, 3, 10), time(2, 30), CHICAGO)
    assert refusal.value.message == (
        "2:30 a.m. on Sunday, March 10, 2024 in America/Chicago does not exist: the clocks go forward then."
    )


def test_an_hour_that_the_clocks_show_twice_is_refused() -> None:
    with pytest.raises(ImpossibleHourError) as refusal:
        days.moment(date(2024, 11, 3), time(1, 30), CHICAGO)
    assert refusal.value.message == (
        "1:30 a.m. on Sunday, November 3, 2024 in America/Chicago comes twice: the clocks go back then."
    )


@pytest.mark.parametrize(
    ("on", "at"),
    [
        (date(2024, 3, 10), time(1, 59)),
        (date(2024, 3, 10), time(3)),
        (date(2024, 11, 3), time(0, 59)),
        (date(2024, 11, 3), time(2)),
    ],
)
def test_the_minutes_beside_a_change_of_the_clocks_are_hours_like_others(on: date, at: time) -> None:
    assert days.moment(on, at, CHICAGO).tzinfo is UTC


def test_a_zone_without_summer_time_has_every_hour_once() -> None:
    for on in (date(2024, 3, 10), date(2024, 11, 3)):
        assert days.moment(on, time(2, 30), "America/Phoenix").hour == 9


# ---- words ----------------------------------------------------------------------------------------------


def span(on: date, start: time, end: time, zone: str = CHICAGO, *, next_day: bool = False) -> tuple[datetime, datetime]:
    return days.moment(on, start, zone), days.moment(on + timedelta(days=next_day), end, zone)


def test_a_session_in_may_is_said_with_daylight_time() -> None:
    said = days.when_in_words(*span(SESSION_DAY, time(12), time(13)), CHICAGO)
    assert said == "Friday, May 24, 2024, 12:00-1:00 p.m. CDT"


def test_a_session_in_december_is_said_with_standard_time() -> None:
    said = days.when_in_words(*span(date(2024, 12, 6), time(12), time(13)), CHICAGO)
    assert said == "Friday, December 6, 2024, 12:00-1:00 p.m. CST"


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (time(9), time(10, 30), "9:00-10:30 a.m. CDT"),
        (time(11, 30), time(12, 30), "11:30 a.m.-12:30 p.m. CDT"),
        (time(0), time(0, 45), "12:00-12:45 a.m. CDT"),
        (time(0), time(12), "12:00 a.m.-12:00 p.m. CDT"),
        (time(13, 5), time(23, 59), "1:05-11:59 p.m. CDT"),
    ],
)
def test_the_half_of_the_day_is_said_once_where_both_hours_share_it(start: time, end: time, said: str) -> None:
    assert days.hours_in_words(*span(SESSION_DAY, start, end), CHICAGO) == said


def test_a_session_over_midnight_says_the_day_of_its_end() -> None:
    said = days.when_in_words(*span(SESSION_DAY, time(23), time(1), next_day=True), CHICAGO)
    assert said == "Friday, May 24, 2024, 11:00 p.m. to Saturday, May 25, 2024, 1:00 a.m. CDT"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/New_York", "1:00-2:00 p.m. EDT"),
        ("America/Phoenix", "10:00-11:00 a.m. MST"),
        ("Pacific/Honolulu", "7:00-8:00 a.m. HST"),
        ("America/Puerto_Rico", "1:00-2:00 p.m. AST"),
        ("Europe/London", "6:00-7:00 p.m. BST"),
        ("Asia/Kathmandu", "10:45-11:45 p.m. UTC+05:45"),
        ("America/Sao_Paulo", "2:00-3:00 p.m. UTC-03:00"),
        ("Pacific/Guam", "Saturday, May 25, 2024, 3:00-4:00 a.m. ChST"),
    ],
)
def test_the_hours_elsewhere_are_said_with_their_zone_and_with_the_day_where_it_differs(zone: str, said: str) -> None:
    assert days.hours_elsewhere(*span(SESSION_DAY, time(12), time(13)), CHICAGO, zone) == said


@pytest.mark.parametrize(
    ("on", "zone"),
    [(SESSION_DAY, CHICAGO), (SESSION_DAY, "US/Central"), (date(2024, 12, 6), "America/Regina")],
)
def test_hours_that_all_clocks_share_are_not_said_twice(on: date, zone: str) -> None:
    assert days.hours_elsewhere(*span(on, time(12), time(13)), CHICAGO, zone) is None


def test_a_zone_is_named_for_its_day() -> None:
    starts, ends = span(SESSION_DAY, time(12), time(13))
    assert days.hours_elsewhere(starts, ends, CHICAGO, "America/Regina") == "11:00 a.m.-12:00 p.m. CST"


# ---- an independent oracle: GNU date --------------------------------------------------------------------

US_ZONES = [
    "America/New_York",
    "America/Detroit",
    "America/Indiana/Indianapolis",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Adak",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "Pacific/Guam",
]
DAYS_AROUND = [
    *(date(2024, 3, number) for number in (9, 10, 11)),
    *(date(2024, 11, number) for number in (2, 3, 4)),
    SESSION_DAY,
]
HALF_HOUR = timedelta(minutes=30)


def gnu_date(zone: str, moments: list[datetime], form: str) -> list[str]:
    program = shutil.which("date") or "date"
    typed = "\n".join(f"@{int(at.timestamp())}" for at in moments)
    run = subprocess.run(
        [program, "-f", "-", f"+{form}"],
        input=typed,
        env=os.environ | {"TZ": zone, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.splitlines()


@cache
def why_no_oracle() -> str:
    program = shutil.which("date")
    if not program:
        return "there is no date command"
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    if "GNU coreutils" not in version.stdout:
        return "date is not the one of GNU coreutils"
    if gnu_date(CHICAGO, [datetime(2024, 5, 24, 17, tzinfo=UTC)], "%H %Z") != ["12 CDT"]:
        return "date has no time zones here"
    return ""


@pytest.fixture
def oracle() -> None:
    if reason := why_no_oracle():
        pytest.skip(reason)


def half_hours_around(on: date) -> list[datetime]:
    midnight = datetime.combine(on, time(0), tzinfo=UTC)
    return [midnight + step * HALF_HOUR for step in range(-48, 96)]


@pytest.mark.usefixtures("oracle")
@pytest.mark.parametrize("on", DAYS_AROUND, ids=str)
@pytest.mark.parametrize("zone", US_ZONES)
def test_every_half_hour_is_the_moment_that_gnu_date_shows_or_refused_as_it_shows_none_or_two(
    zone: str, on: date
) -> None:
    moments = half_hours_around(on)
    shown: dict[str, list[datetime]] = {}
    for moment, clock in zip(moments, gnu_date(zone, moments, "%Y-%m-%d %H:%M"), strict=True):
        shown.setdefault(clock, []).append(moment)
    for step in range(48):
        at = time(step // 2, 30 * (step % 2))
        found = shown.get(f"{on} {at:%H:%M}", [])
        if len(found) == 1:
            assert days.moment(on, at, zone) == found[0]
        else:
            with pytest.raises(ImpossibleHourError, match="comes twice" if found else "does not exist"):
                days.moment(on, at, zone)


@pytest.mark.usefixtures("oracle")
@pytest.mark.parametrize("on", DAYS_AROUND, ids=str)
@pytest.mark.parametrize("zone", US_ZONES)
def test_the_words_for_every_half_hour_are_those_of_gnu_date(zone: str, on: date) -> None:
    moments = half_hours_around(on)
    said = gnu_date(zone, moments, "%A, %B %-d, %Y|%-I:%M|%P|%Z")
    for number, (starts, ends) in enumerate(pairwise(moments)):
        day, begin, half, name = said[number].split("|")
        last_day, end, last_half, last_name = said[number + 1].split("|")
        if day != last_day or name != last_name:  # over midnight, or over a change of the clocks
            continue
        first_half = "" if half == last_half else f" {half[0]}.m."
        expected = f"{day}, {begin}{first_half}-{end} {last_half[0]}.m. {name}"
        assert days.when_in_words(starts, ends, zone) == expected


def test_hours_across_a_change_of_the_clocks_name_both_zones() -> None:
    starts, ends = datetime(2024, 3, 10, 6, 30, tzinfo=UTC), datetime(2024, 3, 10, 8, 30, tzinfo=UTC)
    assert days.hours_in_words(starts, ends, "America/Chicago") == "12:30 a.m. CST-3:30 a.m. CDT"


def test_a_zone_of_the_same_hour_and_another_name_is_said_too() -> None:
    starts, ends = datetime(2024, 5, 24, 19, tzinfo=UTC), datetime(2024, 5, 24, 20, tzinfo=UTC)
    assert days.hours_elsewhere(starts, ends, "America/Los_Angeles", "America/Phoenix") == "12:00-1:00 p.m. MST"
    assert days.hours_elsewhere(starts, ends, "America/Chicago", "America/Menominee") is None
