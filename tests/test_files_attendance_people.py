"""People in attendance reports: names as they are typed into meetings, and minutes of which none counts twice."""

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.files.attendance_names import CleanName, clean_name
from mtep_outreach.files.attendance_people import minutes_there, people, together, union
from mtep_outreach.files.attendance_reports import Program, Report, Seen, Span

BEGIN = datetime(2024, 5, 24, 12)  # noqa: DTZ001 - reports name no zone


def span(start: int, end: int) -> Span:
    return Span(BEGIN + timedelta(minutes=start), BEGIN + timedelta(minutes=end))


def reported(*rows: Seen, length: float | None = None) -> Report:
    return Report("report.csv", Program.ZOOM, None, None, None, length, rows)


# ---- names ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name", "hint", "also"),
    [
        ("Ann Lee", "Ann Lee", None, None),
        ("Dr. Ann Lee (NCTM)", "Ann Lee", "NCTM", None),
        ("Dr. X (NCTM)", "X", "NCTM", None),
        ("ANN LEE", "Ann Lee", None, None),
        ("Ann LEE", "Ann Lee", None, None),
        ("ann mcdonald", "Ann McDonald", None, None),
        ("Lee, Ann", "Ann Lee", None, None),
        ("García Simón, Pedro", "Pedro García Simón", None, None),
        ("JANSSENS JAN (EXT)", "Janssens Jan", None, None),
        ("Prof. Dr. Ann Lee, Ph.D.", "Ann Lee", None, None),
        ("Abbot Birch", "Abbot Birch", None, None),
        ("Ann Lee (she/her)", "Ann Lee", None, None),
        ("Ann Lee (she/her) - NCTM", "Ann Lee", "NCTM", None),
        ("NCTM - Ann Lee", "Ann Lee", "NCTM", None),
        ("Ann Lee-NCTM", "Ann Lee", "NCTM", None),
        ("Ann Lee | Iowa State University", "Ann Lee", "Iowa State University", None),
        ("Ann Lee, Iowa State University", "Ann Lee", "Iowa State University", None),
        ("Ann Lee, PhD, NCTM", "Ann Lee", "NCTM", None),
        ("Ann from AMTE", "Ann", "AMTE", None),
        ("Ann Lee (Robert Lee)", "Ann Lee", None, "Robert Lee"),
        ("Paul McCartney (Wings)", "Paul McCartney", "Wings", None),
        ("iPad (Ann Lee)", "Ann Lee", None, None),
        ("Ann_Lee", "Ann Lee", None, None),
        ("Ann Lee (Guest)", "Ann Lee", None, None),
        ("Ann Lee (NCTM", "Ann Lee", "NCTM", None),
        ("121 - Ann Lee", "Ann Lee", None, None),
        ("Monty Hall", "Monty Hall", None, None),
        ("Mac Miller", "Mac Miller", None, None),
        ("次郎", "次郎", None, None),
        ("", "", None, None),
    ],
)
def test_a_name_is_cleaned(typed: str, name: str, hint: str | None, also: str | None) -> None:
    assert clean_name(typed) == CleanName(name, hint, also)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("iPad", "iPad"),
        ("iPhone", "iPhone"),
        ("Galaxy S21", "Galaxy S21"),
        ("Galaxy S21 Ultra 5G", "Galaxy S21 Ultra 5G"),
        ("Samsung SM-A515U", "Samsung SM-A515U"),
        ("DESKTOP-4F2K", "DESKTOP-4F2K"),
        ("+1***5551234", "+1***5551234"),
        ("1-555-123-4567", "1-555-123-4567"),
        ("Room 204", "Room 204"),
        ("Math Dept Conference Room", "Math Dept Conference Room"),
        ("Call-in User_1", "Call-in User 1"),
        ("Guest 3", "Guest 3"),
        ("Ann's OtterPilot", "Ann's OtterPilot"),
        ("Ann Lee’s iPhone", "Ann Lee"),
        ("iPhone de Ana García", "Ana García"),
    ],
)
def test_a_device_is_kept_and_marked(typed: str, name: str) -> None:
    found = clean_name(typed)
    assert (found.name, found.device) == (name, True)


def test_the_owner_of_a_device_and_the_name_in_brackets_are_both_kept() -> None:
    assert clean_name("Eric's iPad (Clapton)") == CleanName("Eric", "Clapton", None, device=True)


@given(st.text(max_size=300))
def test_any_text_gives_a_name(text: str) -> None:
    clean_name(text)


@pytest.mark.parametrize(
    "piece", ["1 ", "(", "- ", "1111 ", "a's ", "room ", "phone 1-", "a. ", ", ", "she/", "iPad 1"]
)
def test_no_name_takes_long(piece: str) -> None:
    begun = time.perf_counter()
    clean_name(piece * 100_000)
    assert time.perf_counter() - begun < 10


# ---- people ---------------------------------------------------------------------------------------------


def test_one_address_is_one_person_and_so_is_one_name_without_one() -> None:
    rows = [
        Seen(1, "Ann Lee", "Ann@x.edu", (span(0, 10),)),
        Seen(2, "Annie", "ann@x.edu", (span(5, 20),)),
        Seen(3, "LEE, ANN", None, (span(30, 40),)),
        Seen(4, "Bo Chen", None, (span(0, 5),)),
        Seen(5, "Bo Chen (NCTM)", None, (span(0, 7),)),
    ]
    ann, bo = people(reported(*rows))
    assert (ann.name, ann.email, ann.minutes, ann.also) == ("Ann Lee", "Ann@x.edu", 30, ("Annie",))
    assert (bo.name, bo.hint, bo.minutes, bo.joined) == ("Bo Chen", "NCTM", 7, BEGIN)


def test_a_name_of_two_addresses_is_nobody_of_them() -> None:
    rows = [Seen(1, "Ann Lee", "ann@x.edu"), Seen(2, "Ann Lee", "ann@y.edu"), Seen(3, "Ann Lee")]
    assert [came.email for came in people(reported(*rows))] == ["ann@x.edu", "ann@y.edu", None]


def test_a_device_is_not_taken_for_another_of_its_kind_with_an_address() -> None:
    rows = [Seen(1, "iPhone", "ann@x.edu"), Seen(2, "iPhone")]
    assert [came.email for came in people(reported(*rows))] == ["ann@x.edu", None]


def test_two_who_turn_out_to_be_one_are_put_together() -> None:
    rows = [Seen(1, "iPhone", None, (span(0, 40),)), Seen(2, "Ann Lee", None, (span(30, 60),))]
    one = together(people(reported(*rows)))
    assert (one.name, one.device, one.minutes, one.also) == ("Ann Lee", False, 60, ("iPhone",))


# ---- minutes --------------------------------------------------------------------------------------------


def test_minutes_without_hours_are_at_most_those_of_the_meeting() -> None:
    rows = [Seen(1, "Ann Lee", minutes=50), Seen(2, "Ann Lee", minutes=40)]
    assert people(reported(*rows, length=70))[0].minutes == 70
    assert people(reported(*rows))[0].minutes == 90
    assert minutes_there([Seen(1, "Ann Lee")]) is None


def test_a_minute_that_the_report_counts_is_counted() -> None:
    assert minutes_there([Seen(1, "Ann Lee", spans=(span(3, 3),), minutes=1)]) == 1


spans = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 120)).map(lambda pair: span(pair[0], sum(pair))))


@given(spans)
def test_the_union_holds_each_minute_once(many: list[Span]) -> None:
    found = union(many)
    assert all(one.left < other.joined for one, other in pairwise(found))
    inside = {
        minute
        for minute in range(421)
        if any(one.joined <= BEGIN + timedelta(minutes=minute, seconds=30) < one.left for one in many)
    }
    assert sum((one.left - one.joined).total_seconds() for one in found) == len(inside) * 60
    assert minutes_there([Seen(1, "Ann", spans=tuple(many))]) == (len(inside) if many else None)


@given(spans, st.randoms())
def test_the_union_does_not_depend_on_the_order_and_is_its_own_union(many: list[Span], dice: object) -> None:
    found = union(many)
    assert union(found) == found
    assert union(reversed(many)) == found


@given(spans, spans)
def test_spans_with_a_zone_and_without_are_never_compared(many: list[Span], others: list[Span]) -> None:
    aware = [Span(one.joined.replace(tzinfo=UTC), one.left.replace(tzinfo=UTC)) for one in others]
    assert union([*many, *aware]) == [*union(aware), *union(many)]
