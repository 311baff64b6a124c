"""The last look at a letter: what it finds, and what it leaves in peace."""

import re
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach import days
from mtep_outreach.letters.facts import letter_facts
from mtep_outreach.letters.lint import RULES, Draft, Finding, Lint, Severity
from mtep_outreach.letters.rendering import Templates
from mtep_outreach.people import Person
from mtep_outreach.vocabulary import LetterKind

ERROR, WARNING = Severity.ERROR, Severity.WARNING
STARTS, ENDS = datetime(2024, 5, 24, 17, tzinfo=UTC), datetime(2024, 5, 24, 18, tzinfo=UTC)
WHEN = "Friday, May 24, 2024, 12:00-1:00 p.m. CDT"
NAMES = [
    (1, "Alabama Mathematics Council"),
    (2, "Association of Mathematics Teacher Educators"),
    (2, "AMTE"),
    (3, "University of Alabama"),
    (4, "University of Alabama at Birmingham"),
    (4, "UAB"),
    (5, "TODOS: Mathematics for ALL"),
    (5, "TODOS"),
    (6, "North Carolina"),
    (7, "Xavier"),
    (8, "Teacher Education"),
    (9, "Universidad de José Nguyễn"),
    (10, "AT&T"),
    (11, "STEM"),
    (12, "Lee County Schools"),
    (13, "The College Board"),
    (14, "MTEP"),
    (15, "a small world of numbers"),
    (16, "We Can"),
    (17, "Alabama Council"),
    (18, "County Schools Alabama"),
    (19, "EST"),
    (20, "Maria Rivera"),
    (21, "St. John's University"),
]
NOT_NAMES = [
    "MTEP 2.0",
    "Mathematics Teacher Education Partnership",
    "MTEP 2.0 Outreach Hub",
    "Informational Meeting for MTEP 2.0 Network Expansion Partners",
]
LINT = Lint(NAMES, not_names=NOT_NAMES)


def a_draft(text: str = "", **changes: Any) -> Draft:
    """A letter that is as it should be, with a text added to it."""
    return Draft(
        **{
            "partner_id": 1,
            "partner": "Alabama Mathematics Council",
            "own_names": ["Alabama Mathematics Council", "AMC"],
            "kind": LetterKind.INVITATION,
            "subject": "Invitation to an information session",
            "body": f"Dear Ann Adams,\n\n{text}\n\nPlease join us:\n\n{WHEN}\n\nSincerely,\n\nMaria Rivera\n",
            "address": "adams@example.org",
            "contact": "Ann Adams",
            "signer": "Maria Rivera",
            "mailed": True,
            "starts": STARTS,
            "ends": ENDS,
            "zone": "America/Chicago",
            "own_zone": None,
            "now": datetime(2024, 5, 1, 12, tzinfo=UTC),
            "cancelled": False,
            "said_by_people": [],
            "postal_address": "1 College Street, Auburn, AL 36849",
            "opt_out": "outreach@example.edu",
            "stopped": None,
            "do_not_contact": None,
            "other_signers": [],
            "same_address": [],
            **changes,
        }
    )


def found(draft: Draft, lint: Lint = LINT) -> list[tuple[Severity, str]]:
    return [(finding.severity, finding.rule) for finding in lint.findings(draft)]


def test_a_letter_that_is_as_it_should_be_has_no_findings() -> None:
    assert LINT.findings(a_draft()) == []


# ---- fields that nobody filled in -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "We thank {{ contact }} for it.",
        "We thank {{ contact for it.",
        "We thank }} for it.",
        "{% if state %} in Alabama",
        "It was %} of Alabama",
        "{# a note #}",
        "We thank {contact} for it.",
        "We thank ${contact_name} for it.",
        "We thank %(contact)s for it.",
        "<https://example.org/{{ id }}>",
        "https://example.zoom.us/j/XXXXXXXX",
        "We thank <<NAME>> for it.",
        "We thank << first name >> for it.",
        "We thank «First_Name» for it.",
        "We thank <NAME> for it.",
        "We thank <first name> for it.",
        "We thank [NAME] for it.",
        r"We thank \[NAME\] for it.",
        "We thank [Name] for it.",
        "We thank **[Name of organization]** for it.",
        "We thank [Insert name here] for it.",
        "We thank [FIRST_NAME] for it.",
        "We thank [FIELD_SEVEN] for it.",
        "We thank [your title], as always.",
        "On XXX we meet.",
        "On xx/xx we meet.",
        "The place is TBD.",
        "TODO: say more.",
        "FIXME",
        "Lorem ipsum dolor",
        "It grew by #REF! and #N/A.",
        "We thank <bound method Person.name at 0x7f3b2c> for it.",
        "Dear ,",
        "Dear:",
        "Dear",
        "Dear Dr. ,",
        "Dear Ms.,",
        "Dear ____,",
        "Dear …,",
        "Dear [Name]:",
        "Dear None,",
        "Dear None:",
        "Dear Ann None,",
        "Dear nan,",
        "Dear N/A,",
        "Dear undefined,",
        "Dear null",
        "Hello unknown!",
        "Hi Dr. None,",
        "Dear colleagues at,",
        "Dear colleagues at ,",
        "Dear colleagues at None,",
        "We met at None.",
        "Place: None",
        "Agenda: undefined.",
        "Your host is Bo Chen (None).",
        "None",
        "Thank you, None, for it.",
        "It is led by nan.",
        "Fax: N/A",
    ],
)
def test_a_field_that_nobody_filled_in_stops_the_letter(text: str) -> None:
    assert (ERROR, "unfilled") in found(a_draft(text))
    assert (ERROR, "unfilled") in found(a_draft(text, kind=LetterKind.THANK_YOU, now=ENDS))


@pytest.mark.parametrize(
    "text",
    [
        "None of us knows the answer.",
        "Is there a fee? None.",
        "Cost: None",
        "Fees: none.",
        "Registration fee: None.",
        "Division by zero is undefined.",
        "They reject the null hypothesis.",
        "Dear Nan,",
        "Dear Nan Smith:",
        "Dear José Núñez,",
        "Dear Nguyễn Thị Minh,",
        "Dear Professor,",
        "Dear colleagues at the Council,",
        "Oh dear, that was long.",
        "They [the university] were glad.",
        "It was “glorius” [sic].",
        "See [1] and [2] and [NSF].",
        "See [the name](https://example.org/name).",
        "See [Name](https://example.org/name) and [title][1].\n\n[1]: https://example.org/title",
        "The set $\\{x, y\\}$ and \\frac{a}{bb} are mathematics.",
        "TODOS is Spanish for all; todo el mundo lo sabe.",
        "The XX Congress and Super Bowl XX.",
        "Write to <lee@example.edu> or see <https://example.org>.",
        "Two < three and five > four.",
        "We grew by 20 % and more.",
        "Hello, and hi!",
    ],
)
def test_ordinary_prose_is_no_unfilled_field(text: str) -> None:
    lint = Lint([], not_names=[])
    assert found(a_draft(text), lint) == []


# ---- what empty fields leave ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "We met at  , and it was good.",
        "We met at , and it was good.",
        "We met at .",
        "They came , all of them.",
        "They came  ; all of them  !",
        "Bo Chen () is your host.",
        "Bo Chen ( , ) is your host.",
        "For this reason: “”",
        'For this reason: "" or so.',
        "In Auburn,, Alabama.",
        "In Auburn, , Alabama.",
        "In Auburn,.",
        ", Executive Director",
        ",",
        ".",
        "(  )",
        "“ ”",
        "-",
        "1. ",
        "* \n* two",
        "****",
    ],
)
def test_what_an_empty_field_leaves_stops_the_letter(text: str) -> None:
    assert found(a_draft(text)) in ([(ERROR, "blank")], [(ERROR, "blank")] * 2)


@pytest.mark.parametrize("text", ["We met at  the library.", "Place:\nHost: Bo Chen", "Sent to  our friends"])
def test_what_may_be_an_empty_field_is_a_warning(text: str) -> None:
    assert found(a_draft(text)) == [(WARNING, "blank")]


@pytest.mark.parametrize(
    "text",
    [
        "One sentence.  Another one.",
        "A line  \nand another.",
        "---",
        "***",
        "* * *",
        "- one\n- two",
        "1. one\n2. two",
        "And so on . . . and on ...",
        "…",
        "Call f() and g( ) of it.",
        "“Yes,” she said, “it is.”",
        'He said "yes" "no" "maybe".',
        "The three are:\n\n1. one",
        "It is .5 of it, or 1,000.",
        "-- \nMaria",
        "Titled\n======",
        "Place: Auburn\nHost: Bo Chen",
        "北京大学 is a university.",
        "Ann Adams (Director).",
        "`code` and _emphasis_, __both__ and **all**.",
    ],
)
def test_ordinary_punctuation_is_no_empty_field(text: str) -> None:
    assert found(a_draft(text)) == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"subject": ""}, "blank"),
        ({"subject": " ... "}, "blank"),
        ({"body": ""}, "blank"),
        ({"body": " \n\n--\n"}, "blank"),
        ({"subject": "Invitation\nBcc: all@example.org"}, "bad-subject"),
        ({"subject": "Invitation\r\nBcc: all@example.org"}, "bad-subject"),
        ({"subject": "Invitation\u2028to all"}, "bad-subject"),
        ({"subject": "Invitation for {{ organization }}"}, "unfilled"),
        ({"subject": "Invitation for [NAME]"}, "unfilled"),
        ({"subject": "Invitation, Thursday, May 24, 2024"}, "wrong-weekday"),
        ({"subject": "Invitation for AMTE"}, "another-organization"),
    ],
)
def test_subject_and_text_are_there_and_right(changes: dict[str, Any], rule: str) -> None:
    assert (ERROR, rule) in found(a_draft(**changes))


@pytest.mark.parametrize("text", ["We thank JosÃ© for it.", "They\u00e2\u20ac\u2122re all here.", "Nguy\ufffdn"])
def test_characters_of_a_wrong_encoding_are_a_warning(text: str) -> None:
    assert found(a_draft(text)) == [(WARNING, "garbled")]


def test_names_of_many_languages_are_not_garbled() -> None:
    assert found(a_draft("José, Nguyễn, Ḥasan, Ağa, Đặng, São, Ângela, ÂÃ, 北京 came — “all of them”.")) == []


# ---- other organizations --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Your work at the Association of Mathematics Teacher Educators is known.",
        "Your work at the **Association of Mathematics\nTeacher Educators** is known.",
        "Your work at the ASSOCIATION OF MATHEMATICS TEACHER EDUCATORS is known.",
        "Your work at AMTE is known.",
        "The AMTE-led study",
        "AMTE's study",
        "We wrote to (AMTE).",
        "Your work at the University of Alabama is known.",
        "the University of Alabama at Birmingham",
        "TODOS: Mathematics for ALL",
        "TODOS",
        "Universidad de José Nguyễn",
        "Universidad de Jose\u0301 Nguyen",
        "AT&T and more",
        "the College Board",
        "The College Board",
        "We love a small world of numbers.",
        "St. John’s University",
        "In Alabama we know of Lee County\nSchools.",
    ],
)
def test_the_name_of_another_organization_stops_the_letter(text: str) -> None:
    assert found(a_draft(text)) == [(ERROR, "another-organization")]


@pytest.mark.parametrize(
    "text",
    [
        "We know the Alabama Mathematics Council (AMC) well.",
        "Alabama Mathematics Council, North Carolina, is known.",
        "They live in North Carolina.",
        "Xavier came.",
        "It is good for teacher education.",
        "amte and Amte are no acronyms of ours.",
        "STEM is for all.",
        "The AMTEX is another.",
        "See https://AMTE.net/AMTE and www.amte.net, or write to AMTE@example.org.",
        "MTEP 2.0 is a network, and MTEP too.",
        "They came from the college. Board and lodging were free.",
        "They teach the teacher.\n\nEducation is all.",
        "At the University\n\nof Alabama",
        "Lee County https://example.org Schools",
        "Lee County  \nSchools",
        "We can. We Can!",
        "They know the universities of Alabama.",
        "Maria Rivera writes to you.",
        "At noon EST",
    ],
)
def test_own_names_places_and_words_are_no_other_organization(text: str) -> None:
    assert "another-organization" not in [rule for _severity, rule in found(a_draft(text))]


def test_a_name_within_the_partners_own_is_not_counted() -> None:
    own = {"partner_id": 4, "partner": "University of Alabama at Birmingham", "own_names": ["UAB"]}
    assert found(a_draft("We know the University of Alabama at Birmingham.", **own)) == []
    assert found(a_draft("We know the University of Alabama.", **own)) == []
    own = {"partner_id": 3, "partner": "University of Alabama", "own_names": ["University of Alabama"]}
    assert found(a_draft("We know the University of Alabama at Birmingham.", **own)) == [
        (ERROR, "another-organization")
    ]


def test_a_name_that_begins_within_the_partners_own_is_not_counted() -> None:
    own = {"partner_id": 12, "partner": "Lee County Schools", "own_names": []}
    assert found(a_draft("They come from Lee County Schools, Alabama.", **own)) == []
    assert found(a_draft("They come from the County Schools, Alabama.", **own)) == [(ERROR, "another-organization")]
    elsewhere = Lint([(18, "County Schools Alabama"), (12, "Schools of Lee")])
    assert found(a_draft("They come from Lee County Schools, Alabama.", **own), elsewhere) == []
    assert found(a_draft("They are the Schools of Lee.", **own), elsewhere) == []


def test_a_name_that_another_record_of_the_partner_has_too_is_its_own() -> None:
    lint = Lint([(1, "Alabama Mathematics Council"), (2, "Alabama Mathematics Council"), (3, "AMC")])
    assert found(a_draft("We know the Alabama Mathematics Council (AMC)."), lint) == []


def test_a_name_that_a_volunteer_typed_is_a_warning() -> None:
    reason = "They work with AMTE and the Association of Mathematics Teacher Educators."
    draft = a_draft(f"Our reason: “{reason}”", said_by_people=["", reason])
    assert found(draft) == [(WARNING, "another-organization")]
    assert "volunteer" in LINT.findings(draft)[0].message
    assert found(a_draft("We know UAB.", said_by_people=[reason])) == [(ERROR, "another-organization")]


def test_names_in_the_networks_own_texts_are_not_counted() -> None:
    lint = Lint(NAMES, not_names=["We work with the College Board and AMTE in all states."])
    assert found(a_draft("We work with the College Board and AMTE."), lint) == []
    assert found(a_draft("We work with UAB."), lint) == [(ERROR, "another-organization")]


def test_each_other_organization_is_named_once() -> None:
    text = "AMTE, the Association of Mathematics Teacher Educators, AMTE again, and UAB."
    messages = [finding.message for finding in LINT.findings(a_draft(text))]
    assert len(messages) == 2
    assert "'Association of Mathematics Teacher Educators'" in messages[0]
    assert "'UAB'" in messages[1]


@given(st.lists(st.sampled_from([name for _, name in NAMES]), min_size=1, max_size=4), st.sampled_from(["", "the "]))
def test_every_spelled_out_name_is_found_wherever_it_stands(names: list[str], article: str) -> None:
    long = {"Association of Mathematics Teacher Educators", "Lee County Schools", "Universidad de José Nguyễn"}
    text = " und ".join(article + name for name in names)
    messages = " ".join(finding.message for finding in LINT.findings(a_draft(text)))
    for name in long & set(names):
        assert name in messages


# ---- days -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "Thursday, May 24, 2024",
        "Thursday May 24, 2024",
        "Thu, 24 May 2024",
        "Thurs. 24 May",
        "thursday, may 24",
        "Thursday, May 24",
        "Thursday, the 24th of May",
        "Thursday, 5/24/2024",
        "Thursday 5/24/24",
        "Thursday, 5/24",
        "Thursday, 24/5/2024",
        "2024-05-24 (Thursday)",
        "May 24, 2024 (Thu)",
        "5/24/2024 (Thursday)",
        "**Thursday**, May 24, 2024",
        "Thursday,\nMay 24, 2024",
        "Friday, May 24, 2025",
        "Tues., Feb. 28, 2024",
        "Thursday, February 30, 2024",
        "Friday, February 29",
        "SUNDAY, MAY 24",
        "Friday, Jan. 6",
        "Sat., Sept. 8, 2024",
    ],
)
def test_a_weekday_that_is_not_its_dates_stops_the_letter(said: str) -> None:
    assert found(a_draft(f"We met on {said}.", kind=LetterKind.THANK_YOU, now=ENDS)) == [(ERROR, "wrong-weekday")]


@pytest.mark.parametrize(
    "said",
    [
        "Friday, May 24, 2024",
        "Fri, 24 May 2024",
        "Fri. 24 May",
        "friday, may 24",
        "Friday, the 24th of May",
        "Friday, 5/24/2024",
        "Friday, 24/5/2024",
        "Friday 5/24",
        "2024-05-24 (Friday)",
        "May 24, 2024 (Friday)",
        "Friday, May 24-25",
        "Thursday and Friday, May 23 and 24",
        "Thursday-Friday, May 23-24",
        "Thursday – Friday, May 23 – 24",
        "May 23, Friday evening is free",
        "Thursday\n\nMay 24, 2024",
        "Sun 24 hours",
        "on Monday 1/2 day",
        "Friday, May 24th",
        "we sat in May 2024",
        "Monday, we hope; May 24, 2024 is near",
        "May 32, 2024",
    ],
)
def test_a_weekday_that_is_its_dates_is_left_in_peace(said: str) -> None:
    assert found(a_draft(f"We meet on {said}.")) == []


@pytest.mark.parametrize(
    ("starts", "weekday", "on"),
    [
        (datetime(2025, 1, 10, 18, tzinfo=UTC), "Friday", "December 20"),
        (datetime(2024, 12, 20, 18, tzinfo=UTC), "Friday", "January 10"),
        (datetime(2024, 3, 8, 18, tzinfo=UTC), "Thursday", "February 29"),
    ],
)
def test_a_day_without_a_year_is_the_nearest_one(starts: datetime, weekday: str, on: str) -> None:
    ends = starts + timedelta(hours=1)
    when = days.when_in_words(starts, ends, "America/Chicago")
    for said, expected in ((weekday, []), ("Monday", [(ERROR, "wrong-weekday")])):
        body = f"Dear Ann,\n\nPlease answer by {said}, {on}.\n\n{when}\n"
        draft = a_draft(starts=starts, ends=ends, now=starts - timedelta(days=60), body=body)
        assert found(draft) == expected


@pytest.mark.parametrize("kind", [LetterKind.INVITATION, LetterKind.REMINDER, LetterKind.UPDATE])
def test_a_letter_that_names_only_another_day_is_stopped(kind: LetterKind) -> None:
    assert found(a_draft(kind=kind, body="Dear Ann,\n\nWe meet on Friday, May 17, 2024.\n")) == [(ERROR, "other-day")]
    assert found(a_draft(kind=kind, body="Dear Ann,\n\nWe meet on May 24, not on Friday, May 17.\n")) == (
        [] if kind is LetterKind.UPDATE else [(WARNING, "other-day")]
    )


@pytest.mark.parametrize(
    "text",
    [
        "Please answer by Friday, May 17, 2024.",
        "Please answer before noon on Friday, May 17.",
        "The deadline is Friday, May 17.",
        "On Wednesday, May 1, 2024 we invited you.",
        "We wrote on May 17, 2024.",
    ],
)
def test_deadlines_and_days_gone_by_are_not_taken_for_the_session(text: str) -> None:
    assert found(a_draft(text)) == []


def test_the_day_where_the_contact_is_counts_as_the_sessions() -> None:
    text = "(Saturday, May 25, 2024, 3:00-4:00 a.m. ChST where you are)"
    assert found(a_draft(text, own_zone="Pacific/Guam")) == []
    assert found(a_draft("Saturday, May 25, 2024")) == [(WARNING, "other-day")]


def test_other_letters_may_name_other_days() -> None:
    body = "Dear Ann,\n\nWe meet again on Friday, May 31, 2024.\n"
    assert found(a_draft(body=body, kind=LetterKind.THANK_YOU, now=ENDS)) == []
    assert found(a_draft(body=body, kind=LetterKind.CANCELLATION, cancelled=True)) == []


# ---- zones and hours ------------------------------------------------------------------------------------

ZONES = [
    *["America/New_York", "America/Detroit", "America/Indiana/Indianapolis", "America/Kentucky/Louisville"],
    *["America/Chicago", "America/Menominee", "America/North_Dakota/Center", "America/Denver", "America/Boise"],
    *["America/Phoenix", "America/Los_Angeles", "America/Anchorage", "America/Juneau", "America/Adak"],
    *["Pacific/Honolulu", "America/Puerto_Rico", "America/St_Thomas", "Pacific/Guam", "Pacific/Saipan"],
    *["Pacific/Pago_Pago", "Europe/London", "Asia/Shanghai", "America/Sao_Paulo", "Asia/Kolkata", "America/Halifax"],
]
DAYS = [
    date(year, month, day)
    for year in (2024, 2026)
    for month, around in ((3, (8, 9, 10, 11)), (5, (24,)), (11, (1, 2, 3, 4)), (12, (31,)))
    for day in around
]


def in_zone(zone: str, on: date, hour: int, minutes: int = 60) -> tuple[datetime, datetime]:
    starts = datetime(on.year, on.month, on.day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return starts, starts + timedelta(minutes=minutes)


@pytest.mark.parametrize("zone", ZONES)
def test_the_hours_as_a_letter_says_them_are_right_in_every_zone_on_every_day(zone: str) -> None:
    for on in DAYS:
        for hour, minutes in ((0, 90), (1, 120), (9, 60), (11, 90), (12, 60), (23, 90)):
            starts, ends = in_zone(zone, on, hour, minutes)
            own_zone = ZONES[(on.day + hour) % len(ZONES)]
            when = days.when_in_words(starts, ends, zone)
            own = days.hours_elsewhere(starts, ends, zone, own_zone)
            draft = a_draft(
                body=f"Dear Ann,\n\n**A meeting**  \n{when}" + (f" ({own} where you are)\n" if own else "\n"),
                starts=starts,
                ends=ends,
                zone=zone,
                own_zone=own_zone,
                now=starts - timedelta(days=9),
            )
            assert LINT.findings(draft) == [], draft.body


PAIRS = [
    ("America/New_York", "EST", "EDT"),
    ("America/Detroit", "EST", "EDT"),
    ("America/Chicago", "CST", "CDT"),
    ("America/Denver", "MST", "MDT"),
    ("America/Boise", "MST", "MDT"),
    ("America/Los_Angeles", "PST", "PDT"),
    ("America/Anchorage", "AKST", "AKDT"),
    ("America/New_York", "Eastern Standard Time", "Eastern Daylight Time"),
    ("America/Chicago", "Central Standard Time", "Central Daylight Time"),
    ("America/Denver", "mountain standard time", "mountain daylight time"),
    ("America/Los_Angeles", "Pacific Standard Time", "Pacific Daylight Time"),
    ("America/Anchorage", "Alaska Standard Time", "Alaska Daylight Time"),
]


@pytest.mark.parametrize(("zone", "winter", "summer"), PAIRS)
@pytest.mark.parametrize("on", [date(2024, 3, 8), date(2024, 3, 11), date(2024, 11, 1), date(2024, 11, 4)])
def test_a_zone_of_the_wrong_season_stops_the_letter(zone: str, winter: str, summer: str, on: date) -> None:
    starts, ends = in_zone(zone, on, 12)
    is_summer = date(2024, 3, 10) < on < date(2024, 11, 3)
    for name, right in ((winter, not is_summer), (summer, is_summer)):
        body = f"Dear Ann,\n\n{days.day_in_words(on)}, 12:00-1:00 p.m. {name}\n"
        draft = a_draft(body=body, starts=starts, ends=ends, zone=zone, now=starts - timedelta(days=9))
        assert found(draft) == ([] if right else [(ERROR, "wrong-zone")])


@pytest.mark.parametrize(
    "said",
    [
        "12:00-1:00 p.m. CST",
        "12:00–1:00 p.m. (CST)",
        "noon CST",
        "12 noon CST",
        "12-1 pm CST",
        "12-1pm cst",
        "12:00 p.m., CST",
        "12:00 p.m. Central Standard Time",
        "12:00 p.m. US CST",
        "All times are Central Standard Time.",
        "All times are in CST.",
        "Tuesday, January 16, 2024, 12:00 p.m. CDT",
        "1:00 p.m. EST",
        "10:00 a.m. PST",
        "11:00 a.m. MST",
        "7:00 a.m. HDT",
        "**12:00** p.m. CST",
    ],
)
def test_a_zone_that_is_not_in_use_in_may_stops_the_letter(said: str) -> None:
    expected = "wrong-hour" if "HDT" in said else "wrong-zone"
    assert found(a_draft(said)) == [(ERROR, expected)]


@pytest.mark.parametrize(
    "said",
    [
        "12:00-1:00 p.m. CDT",
        "12:00 to 1:00 p.m. CDT",
        "12-1 pm CDT",
        "noon CDT",
        "12:00 CDT",
        "12 noon-1 pm cdt",
        "1:00-2:00 p.m. EDT",
        "1:00 p.m. EDT/12:00 p.m. CDT/11:00 a.m. MDT/10:00 a.m. PDT",
        "1 pm Eastern, 12 pm Central, 11 am Mountain, 10 am Pacific",
        "1 p.m. ET | 12 p.m. CT | 11 a.m. MT | 10 a.m. PT",
        "12:00 p.m. Central Time",
        "12:00 p.m. Central High School",
        "10:00 a.m. MST (Arizona)",
        "10:00 a.m. Arizona Time",
        "7:00 a.m. HST",
        "1:00 p.m. AST in Puerto Rico, 2:00 p.m. ADT in Halifax",
        "6:00 a.m. SST",
        "9:00 a.m. AKDT",
        "17:00 UTC",
        "17:00-18:00 GMT",
        "14:00 UTC-03:00",
        "12:30 p.m. CDT: your questions",
        "12:00-2:30 p.m. CDT, or as long as you like",
        "12:15-12:45 p.m. CDT: your work",
        "The doors open at 11:45 a.m. CDT.",
        "All times are Central Time.",
        "All times are CDT.",
        "Please answer by 5:00 p.m. CDT on Friday, May 17.",
        "Please answer until 5 p.m. CDT.",
        "Please answer by Tuesday, January 16, 2024, 5:00 p.m. CST.",
        "CST is our college; 12:00 p.m. it opens.",
        "At 12:00 p.m. MEET us in the hall.",
        "At 12:00 p.m. ST. Louis",
        "12:00 CEST and 8:00 p.m. JST are unknown here",
        "99:00 CDT or 13 pm CDT or 25:00 CDT or 0:61 CDT",
        "12 CDT and 5 CDT",
        "14:00 UTC-99:00",
    ],
)
def test_hours_that_are_right_in_their_zone_are_left_in_peace(said: str) -> None:
    assert found(a_draft(said)) == []


@pytest.mark.parametrize(
    "said",
    [
        "12:00-1:00 p.m. EDT",
        "12:00 p.m. EDT",
        "noon Eastern",
        "midnight CDT",
        "12 noon Eastern Time",
        "12:00-1:00 p.m. ET",
        "12:00-1:00 p.m. MDT",
        "1:00-2:00 p.m. CDT",
        "11:00 a.m. CDT",
        "12:00-1:00 a.m. CDT",
        "12:00 UTC",
        "12:00 UTC-03:00",
        "10:00 a.m. PDT and 10:00 a.m. MDT",
        "12:00 p.m. HST",
    ],
)
def test_an_hour_that_is_not_the_sessions_in_its_zone_stops_the_letter(said: str) -> None:
    assert found(a_draft(said)) == [(ERROR, "wrong-hour")]


def test_the_hour_of_a_long_session_in_the_wrong_zone_is_found() -> None:
    two_hours: dict[str, Any] = {
        "ends": ENDS + timedelta(hours=1),
        "body": "Dear Ann,\n\nFriday, May 24, 2024, noon MDT\n",
    }
    assert found(a_draft(**two_hours)) == [(ERROR, "wrong-hour")]


def test_the_zone_of_the_contact_counts() -> None:
    assert found(a_draft("19:00-20:00 CEST", own_zone="Europe/Berlin")) == []
    assert found(a_draft("12:00-1:00 p.m. CEST", own_zone="Europe/Berlin")) == [(ERROR, "wrong-hour")]
    assert found(a_draft("All times are MST.", own_zone="America/Phoenix")) == []
    assert found(a_draft("All times are MST.", own_zone="America/Denver")) == [(ERROR, "wrong-zone")]
    assert found(a_draft("3:00 p.m. MST", own_zone="America/Phoenix")) == [(ERROR, "wrong-hour")]
    assert found(a_draft("3:00 p.m. MST", own_zone="America/Denver")) == [(ERROR, "wrong-zone")]
    (finding,) = LINT.findings(a_draft("9:00 a.m. PDT", own_zone="America/Los_Angeles"))
    assert "12:00-1:00 p.m. CDT (10:00-11:00 a.m. PDT for the contact)" in finding.message


def test_who_writes_about_a_change_may_say_the_old_hour_where_the_new_one_stands_too() -> None:
    text = "It was to be at 3:00 p.m. CDT."
    assert found(a_draft(text, kind=LetterKind.UPDATE)) == []
    assert found(a_draft(text)) == [(ERROR, "wrong-hour")]
    body = f"Dear Ann,\n\n{text} It is on Friday, May 24.\n"
    assert found(a_draft(body=body, kind=LetterKind.UPDATE)) == [(ERROR, "wrong-hour")]


def test_the_message_says_what_the_zone_is_called() -> None:
    (finding,) = LINT.findings(a_draft("12:00-1:00 p.m. CST"))
    assert finding == Finding(
        ERROR, "wrong-zone", "'12:00-1:00 p.m. CST' has the wrong zone: on Friday, May 24, 2024 it is called CDT."
    )


# ---- links ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "[join](javascript:alert(1))",
        "[join](JavaScript:alert)",
        "[join](&#106;avascript:alert)",
        "[join](data:text/html,x)",
        "[join](ftp://example.org/x)",
        "[join](file:///etc/passwd)",
        "[join](www.example.org)",
        "[join](/path)",
        "[join](#top)",
        "[join]()",
        "[join](https://example.org/a b)",
        "[join](https://)",
        "[join](http:/example.org)",
        "[join](https://localhost/x)",
        "[join](https://link)",
        "[join](https://zoom.us@evil.example/j)",
        "[join](https://example.org:port/)",
        "[join](https://[::1/)",
        "[join](https://exa mple.org)",
        "[join](mailto:lee)",
        "[join](tel:+13345550100)",
        "![logo](logo.png)",
        "See [join][1].\n\n[1]: htps://example.org",
        "See [join][1].\n\n[1]: /join",
        "<ftp://example.org>",
        "javascript:alert(1)",
        "data:text/html;base64,xx",
        "htps://example.org",
        "http:/example.org",
        "https:example.org",
        "http//example.org",
        "https//example.org",
        "https ://example.org",
        "https: //example.org",
        "http;//example.org",
        r"https:\\\\example.org",
        "https://https://example.org",
        "https://example",
        "https://example..org",
        "zoommtg://zoom.us/join",
        "file:C:/letters/x.docx",
        f"https://{'a' * 100}/x",
    ],
)
def test_a_link_that_leads_nowhere_stops_the_letter(text: str) -> None:
    assert set(found(a_draft(text))) == {(ERROR, "bad-link")}


@pytest.mark.parametrize(
    "text",
    [
        "[join](https://example.org/a?b=c#d)",
        "[join](HTTPS://EXAMPLE.ORG)",
        '[join](https://example.org "our site")',
        "[join](<https://example.org/x>)",
        "[join](https://en.wikipedia.org/wiki/Field_(mathematics))",
        "[mail](mailto:lee@example.edu?subject=Hi)",
        "<https://example.zoom.us/j/1>",
        "<mailto:lee@example.edu>",
        "See https://example.org.",
        "See (http://example.org:8080/x).",
        "See www.example.org or example.org/x.",
        "See http://192.0.2.1/x and https://bücher.example.org and https://xn--bcher-kva.example.",
        "[1] and [two] and (three).",
        r"\[no\](link)",
        "Data: all of it. File: none yet. Tel: 334 555 0100.",
        "At 12:00 and Note:this",
        "See [join][1].\n\n[1]: https://example.org/x",
        "Either/or, and/or, http and https are protocols.",
    ],
)
def test_links_that_lead_somewhere_are_left_in_peace(text: str) -> None:
    assert found(a_draft(text)) == []


# ---- who and when ---------------------------------------------------------------------------------------

THANKS = {"kind": LetterKind.THANK_YOU, "now": ENDS}
CANCELS = {"kind": LetterKind.CANCELLATION, "cancelled": True}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"address": None}, [(ERROR, "no-address")]),
        ({"address": " "}, [(ERROR, "no-address")]),
        ({"address": "adams at example.org"}, [(ERROR, "no-address")]),
        ({"address": None, "mailed": False}, []),
        ({"postal_address": None}, [(ERROR, "no-postal-address")]),
        ({"postal_address": " "}, [(ERROR, "no-postal-address")]),
        ({"postal_address": None, "mailed": False}, []),
        ({"opt_out": None}, [(ERROR, "no-opt-out")]),
        ({"opt_out": "", "mailed": False}, []),
        ({"do_not_contact": "They asked us."}, [(ERROR, "do-not-contact")]),
        ({"do_not_contact": "", "mailed": False}, [(ERROR, "do-not-contact")]),
        ({"stopped": "opted-out"}, [(ERROR, "opted-out")]),
        ({"stopped": "opted-out", "mailed": False}, [(ERROR, "opted-out")]),
        ({"stopped": "bounced"}, [(ERROR, "bounced")]),
        ({"stopped": "bounced", "mailed": False}, [(WARNING, "bounced")]),
        ({"stopped": "bounced", "mailed": False, "address": None}, [(WARNING, "bounced")]),
        ({"other_signers": ["Bo Chen"]}, [(WARNING, "two-signers")]),
        ({"other_signers": ["Bo Chen", "José Núñez"]}, [(WARNING, "two-signers")]),
        ({"other_signers": ["Maria Rivera"]}, []),
        ({"same_address": ["Lee County Schools"]}, [(WARNING, "same-address")]),
        ({"same_address": ["Alabama Mathematics Council"]}, []),
        ({"now": STARTS - timedelta(seconds=1)}, []),
        ({"now": STARTS}, [(ERROR, "past-session")]),
        ({"now": ENDS, "kind": LetterKind.REMINDER}, [(ERROR, "past-session")]),
        ({"now": ENDS, "kind": LetterKind.UPDATE}, [(ERROR, "past-session")]),
        ({**CANCELS, "now": ENDS}, [(ERROR, "past-session")]),
        (CANCELS, []),
        ({"kind": LetterKind.CANCELLATION}, [(ERROR, "session-not-cancelled")]),
        ({"cancelled": True}, [(ERROR, "cancelled-session")]),
        ({"cancelled": True, "kind": LetterKind.REMINDER}, [(ERROR, "cancelled-session")]),
        ({"cancelled": True, "kind": LetterKind.UPDATE}, [(ERROR, "cancelled-session")]),
        ({**THANKS, "cancelled": True}, [(ERROR, "cancelled-session")]),
        (THANKS, []),
        ({**THANKS, "now": ENDS - timedelta(seconds=1)}, [(ERROR, "session-not-over")]),
    ],
)
def test_who_is_written_to_and_when(changes: dict[str, Any], expected: list[tuple[Severity, str]]) -> None:
    assert found(a_draft(**changes)) == expected


COUNCIL = "Alabama Mathematics Council"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"address": None},
            f"{COUNCIL} has no mail address. Add one: mtep add-contact '{COUNCIL}' 'NAME <MAIL>'",
        ),
        (
            {"do_not_contact": "They asked us."},
            "Alabama Mathematics Council is marked as not to be contacted: They asked us.",
        ),
        ({"do_not_contact": ""}, "Alabama Mathematics Council is marked as not to be contacted."),
        (
            {"other_signers": ["José Núñez", "Bo Chen"]},
            "Bo Chen and José Núñez write to Alabama Mathematics Council about this session too.",
        ),
        ({"other_signers": ["Bo Chen"]}, "Bo Chen writes to Alabama Mathematics Council about this session too."),
        ({"same_address": ["Lee County Schools"]}, "The letter to Lee County Schools goes to adams@example.org too."),
        ({"now": STARTS}, f"The session on {WHEN} has begun already."),
        ({"body": "Dear ,\n\nWe write to you.\n"}, "A field was not filled in: 'Dear ,'."),
        ({"subject": "A\nB"}, "The subject must be one line: 'A ...'."),
    ],
)
def test_a_message_is_a_sentence_that_names_the_thing(changes: dict[str, Any], message: str) -> None:
    assert message in [finding.message for finding in LINT.findings(a_draft(**changes))]


def test_a_message_quotes_a_few_words_around_the_place() -> None:
    text = "We have long admired what your people do, and [NAME] of all of them most, in every single county."
    (finding,) = LINT.findings(a_draft(text))
    assert finding.message == "A field was not filled in: '...your people do, and [NAME] of all of them most,...'."
    (finding,) = LINT.findings(a_draft(f"{'q' * 50}[NAME]{'q' * 50}"))
    assert len(finding.message) < 100
    (finding,) = LINT.findings(a_draft("See https://example.org/x for [NAME] (www.example.org)"))
    assert finding.message == "A field was not filled in: 'See (link) for [NAME] ((link)'."


# ---- the whole ------------------------------------------------------------------------------------------


def test_errors_come_first_and_none_comes_twice_or_without_end() -> None:
    draft = a_draft("[NAME] " * 100 + "We  came to  us. " + " ".join(f"ftp://x{n}.org" for n in range(20)))
    findings = LINT.findings(a_draft(draft.body, other_signers=["Bo Chen"], do_not_contact=""))
    severities = [finding.severity for finding in findings]
    assert severities == sorted(severities, key=[ERROR, WARNING].index)
    assert len(findings) == len(set(findings))
    assert [finding.rule for finding in findings].count("bad-link") == 5
    assert [finding.rule for finding in findings].count("unfilled") <= 5


_OF_SEVERAL = {"already-written"}
"""Rules that hold between letters, and are tested where letters are sent."""


def test_every_rule_is_a_kebab_case_word_that_some_test_here_expects() -> None:
    source = Path(__file__).read_text("utf-8")
    for rule, what in RULES.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule)
        assert what
        assert f'"{rule}"' in source or rule in _OF_SEVERAL, rule


TEMPLATES = Templates()


def shipped(kind: LetterKind, scope: str, *, signs: bool, own_zone: str | None, **known: str | None) -> Draft:
    nomination = {
        "reason": "They bring teachers from every county together.",
        "nominator": "Maria Rivera",
        "nominator_email": "rivera@example.edu",
        "nominator_role": "change-agent",
        "nominator_team": "Auburn",
    }
    partner = {"name": "Alabama Mathematics Council", "acronym": None, "scope": scope, "state": "AL", "city": "Auburn"}
    contact = {"contact": known.get("contact"), "contact_title": known.get("title"), "contact_zone": own_zone}
    title = "Informational Meeting for MTEP 2.0 Network Expansion Partners"
    session = {"title": title, "time_zone": "America/Chicago", "place": known.get("place")}
    session |= {"host_name": "Bo Chen", "host_email": "chen@example.edu", "agenda": "Welcome, your work, next steps."}
    facts = letter_facts(
        partner=partner | contact,
        nomination=nomination,
        signer=nomination if signs else None,
        session=session,
        starts=STARTS,
        ends=ENDS,
        settings={"network": "MTEP 2.0", "hub": "MTEP 2.0 Outreach Hub", "postal_address": "1 College St, Auburn, AL"},
        asked=Person("Wanda Lee", "lee@example.edu"),
        today=date(2024, 5, 1),
        so_far={
            "invited_on": "Wednesday, May 1, 2024",
            "before": "Friday, May 17, 2024, 12:00-1:00 p.m. CDT",
            "reply": "accepted",
            "came": known.get("came"),
        },
    )
    text = TEMPLATES.render(kind, facts)
    return a_draft(
        kind=kind,
        subject=text.subject,
        body=text.body,
        own_zone=own_zone,
        contact=known.get("contact"),
        said_by_people=["They bring teachers from every county together.", title],
        cancelled=kind is LetterKind.CANCELLATION,
        now=ENDS + timedelta(days=1) if kind is LetterKind.THANK_YOU else datetime(2024, 5, 3, tzinfo=UTC),
    )


@pytest.mark.parametrize("kind", list(LetterKind))
@pytest.mark.parametrize("scope", ["national", "state", "local"])
@pytest.mark.parametrize("signs", [True, False])
@pytest.mark.parametrize("own_zone", [None, "America/Los_Angeles", "Pacific/Guam"])
def test_the_shipped_letters_have_no_findings(kind: LetterKind, scope: str, signs: bool, own_zone: str | None) -> None:
    for known in (
        {},
        {"contact": "José Nguyễn", "title": "Director, R&D", "place": "https://example.zoom.us/j/1", "came": "yes"},
        {"contact": "Ann Adams", "place": "Room 12, Parker Hall"},
    ):
        draft = shipped(kind, scope, signs=signs, own_zone=own_zone, **known)
        assert LINT.findings(draft) == [], draft.body


PIECES = st.sampled_from(
    [
        *"[](){}<>«»*_\\`#:;,.!?/&@%$\"'“”\n \t\r\x00\u2028\ud800\ue000",
        *["{{", "%}", "](", "https://", "12:00 p.m. CDT", "Friday, ", "May 31", "2/30/", "9999-12-31 (Fri)", "EST"],
        *[
            "Monday 1/1/0001",
            "0000-00-00",
            "UTC+23:59",
            "Dear ",
            "None",
            "noon ",
            " to ",
            "-",
            "AMTE",
            "University of ",
        ],
        *["Alabama", "1:30 a.m. EST on January 1, 1900", "noon EST 1/1/0001", "9999-12-31 noon EST"],
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)), st.one_of(st.text(), st.just("An invitation")))
def test_no_text_whatever_makes_it_fail(body: str, subject: str) -> None:
    for own_zone in (None, "Pacific/Guam"):
        for finding in LINT.findings(a_draft(body=body, subject=subject, own_zone=own_zone, said_by_people=[body])):
            assert finding.rule in RULES
            assert finding.message.endswith((".", "'"))


@pytest.mark.parametrize(
    "piece",
    [
        *[
            "[",
            "](",
            "[a](",
            "{{",
            "<",
            "<<",
            "“",
            "(",
            "_ ",
            "* ",
            " ",
            "\n",
            "\t\n",
            ", ",
            ". ",
            "Dear ",
            "Dear  ",
            *["a: ", ")-\n", "Dear", "May 1", "12:00", "noon", "Friday", "the", "A:", "at", "12 noon to", "[x](a"],
        ],
        *[
            "Friday, ",
            "Fri-",
            "May 1 ",
            "1/",
            "12:00-",
            "12:00 to ",
            "12 noon ",
            "All times are ",
            "http",
            "https:",
            "a@",
        ],
        *[
            "name ",
            "[name ",
            "A_",
            "x.",
            "Xx",
            "University of ",
            "AB-",
            "AB&",
            "%(",
            "{a",
            "\\",
            "Â",
            "Aa: \n",
            "a.b@c.",
        ],
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    for body in (piece * (60_000 // len(piece)), *(f"{piece}{blank * 20_000}{piece}x" for blank in " \n*-")):
        began = time.perf_counter()
        LINT.findings(a_draft(body=body))
        assert time.perf_counter() - began < 10, body[:80]
