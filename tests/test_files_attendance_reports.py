"""Attendance reports: what each program writes, in other languages, and plain lists."""

import os
import random
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from mtep_outreach.errors import MtepError, NoAttendeesError, UnreadableTableError
from mtep_outreach.files.attendance_people import people
from mtep_outreach.files.attendance_reports import Program, Report, Span, report
from mtep_outreach.names import clean_line

REAL = Path(os.environ.get("MTEP_TEST_DATA", "no folder")) / "sheets"
needs_data = pytest.mark.skipif(not REAL.is_dir(), reason="MTEP_TEST_DATA names no folder of real reports")


def read(
    tmp_path: Path, text: str, name: str = "report.csv", encoding: str = "utf-8", day: date | None = None
) -> Report:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return report(path, day=day)


def who(found: Report) -> list[tuple[str, str | None, int | None]]:
    return [(came.name, came.email, came.minutes) for came in people(found)]


# ---- Zoom -----------------------------------------------------------------------------------------------

OLD_ZOOM = """\
\ufeffMeeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,
00000000001,Information session,05/24/2024 11:55:00 AM,05/24/2024 01:05:00 PM,hub@x.edu,70,3,

Name (Original Name),User Email,Total Duration (Minutes),Guest
Ann Lee (NCTM),ann@nctm.org,60,No
Bo Chen,,20,Yes
Bo Chen,,65,Yes
"""
NEW_ZOOM = """\
Topic,ID,Host,Duration (minutes),Start time,End time,Participants
Information session,123 4567 8901,Hub (hub@x.edu),70,05/24/2024 11:55:02 AM,05/24/2024 01:05:00 PM,3

Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,Recording disclaimer response,In waiting room
Ann Lee,ann@nctm.org,05/24/2024 11:50:00 AM,05/24/2024 11:58:00 AM,8,Yes,,Yes
Ann Lee,ann@nctm.org,05/24/2024 11:58:00 AM,05/24/2024 12:30:00 PM,32,Yes,OK,No
Ann Lee,ann@nctm.org,05/24/2024 12:20:00 PM,05/24/2024 01:00:00 PM,40,Yes,OK,No
Waits Outside,w@x.edu,05/24/2024 11:50:00 AM,05/24/2024 11:58:00 AM,8,Yes,,Yes
"""
WEBINAR = """\
Attendee Report
Report Generated:,"May 24, 2024 02:00 PM"
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,Unique Viewers
Information session,123 456 7890,"May 24, 2024 11:55 AM",70,4,2
Host Details,
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name
Yes,Hub Host,hub@x.edu,"May 24, 2024 11:50:00 AM","May 24, 2024 01:05:00 PM",75,No,United States
Attendee Details,
Attended,User Name (Original Name),First Name,Last Name,Email,Organization,Registration Time,Approval Status,\
Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name
Yes,annie,Ann,Lee,ann@nctm.org,NCTM,"May 1, 2024 10:00:00 AM",approved,\
"May 24, 2024 12:00:00 PM","May 24, 2024 12:30:00 PM",30,Yes,United States
,,,,,,,,"May 24, 2024 12:40:00 PM","May 24, 2024 12:50:00 PM",10,Yes,United States
No,Cy Ode,Cy,Ode,cy@x.edu,,"May 1, 2024 10:00:00 AM",approved,--,--,--,--,
Other Attended
User Name,Join Time,Leave Time,Time in Session (minutes),Country/Region Name
13125551234,"May 24, 2024 12:00:00 PM","May 24, 2024 12:10:00 PM",10,United States
"""


def test_a_zoom_report_with_totals_is_read_and_no_total_exceeds_the_meeting(tmp_path: Path) -> None:
    found = read(tmp_path, OLD_ZOOM)
    assert (found.program, found.topic, found.length) == (Program.ZOOM, "Information session", 70)
    assert found.starts == datetime(2024, 5, 24, 11, 55)  # noqa: DTZ001
    assert who(found) == [("Ann Lee", "ann@nctm.org", 60), ("Bo Chen", None, 70)]
    assert [came.guest for came in people(found)] == [False, True]


def test_overlaps_count_once_and_the_waiting_room_not_at_all(tmp_path: Path) -> None:
    found = read(tmp_path, NEW_ZOOM)
    assert who(found) == [("Ann Lee", "ann@nctm.org", 62)]
    assert (found.program, found.absent, found.problems) == (Program.ZOOM, 2, ())


def test_a_webinar_names_hosts_attendees_and_telephones_and_who_did_not_come(tmp_path: Path) -> None:
    found = read(tmp_path, WEBINAR)
    assert who(found) == [("Hub Host", "hub@x.edu", 75), ("Ann Lee", "ann@nctm.org", 40), ("13125551234", None, 10)]
    assert (found.program, found.topic, found.absent) == (Program.ZOOM, "Information session", 1)
    assert [came.hint for came in people(found)] == [None, "NCTM", None]
    assert people(found)[2].device


def test_who_registered_is_not_taken_for_who_came(tmp_path: Path) -> None:
    text = "First Name,Last Name,Email,Registration Time,Approval Status\nAnn,Lee,a@x.edu,5/1/2024 10:00,approved\n"
    with pytest.raises(NoAttendeesError, match="who registered, not who came"):
        read(tmp_path, text)


def test_a_report_in_another_language_is_read_by_position_and_content(tmp_path: Path) -> None:
    text = (
        "Nimi (alkuperäinen),Sähköposti,Liittymisaika,Poistumisaika,Kesto,Vieras\n"
        "Ann Lee,ann@nctm.org,24.05.2024 11.58.00,24.05.2024 12.30.00,32,Kyllä\n"
        "Bo Chen,,24.05.2024 12.10.00,24.05.2024 12.40.00,30,Ei\n"
    )
    found = read(tmp_path, text)
    assert who(found) == [("Ann Lee", "ann@nctm.org", 32), ("Bo Chen", None, 30)]
    assert found.program == Program.ZOOM


def test_a_japanese_report_is_read(tmp_path: Path) -> None:
    columns = "名前 (元の名前),ユーザーメール,参加時刻,退出時刻,所要時間（分）"
    text = f"{columns}\n次郎,j@x.jp,2020/12/8 8:55,2020/12/8 午後0:41,226\n"
    (row,) = read(tmp_path, text, encoding="utf-8-sig").rows
    assert (row.name, row.email, row.minutes) == ("次郎", "j@x.jp", 226)
    assert row.spans == (Span(datetime(2020, 12, 8, 8, 55), datetime(2020, 12, 8, 12, 41)),)  # noqa: DTZ001


# ---- Teams ----------------------------------------------------------------------------------------------

TEAMS = """\
1. Summary
Meeting title\tInformation session
Attended participants\t3
Start time\t5/24/24, 11:55:00 AM
End time\t5/24/24, 1:05:00 PM
Meeting duration\t1h 10m

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Lee, Ann\t5/24/24, 11:56:00 AM\t5/24/24, 1:00:00 PM\t30m\tann@x.edu\tann@x.edu\tOrganizer
Bo Chen (Guest)\t5/24/24, 11:57:00 AM\t5/24/24, 1:00:00 PM\t1h 3m\t\tbo_y.edu#EXT#@x.onmicrosoft.com\tAttendee
Cy Ode\t5/24/24, 11:57:00 AM\t5/24/24, 1:00:00 PM\t12m 40s\tcy@x.edu\tcy@x.edu\tAttendee

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Lee, Ann\t5/24/24, 11:56:00 AM\t5/24/24, 12:06:00 PM\t10m\tann@x.edu\tOrganizer
Lee, Ann\t5/24/24, 12:40:00 PM\t5/24/24, 1:00:00 PM\t20m\tann@x.edu\tOrganizer
Bo Chen (Guest)\t5/24/24, 11:57:00 AM\t5/24/24, 1:00:00 PM\t1h 3m\tbo@y.edu\tAttendee
"""
EVENTS = """\
Full Name\tUser Action\tTimestamp
Ann Lee\tJoined before\t5/24/2024, 11:55:00 AM
Ann Lee\tLeft\t5/24/2024, 12:05:00 PM
Ann Lee\tJoined\t5/24/2024, 12:15:00 PM
Bo Chen\tJoined\t5/24/2024, 12:00:00 PM
Bo Chen\tLeft\t5/24/2024, 12:45:00 PM
"""


def test_teams_counts_each_coming_and_going_and_keeps_whom_only_the_sums_name(tmp_path: Path) -> None:
    found = read(tmp_path, TEAMS, encoding="utf-16")
    assert (found.program, found.topic, found.length) == (Program.TEAMS, "Information session", 70)
    assert sorted(who(found), key=str) == [
        ("Ann Lee", "ann@x.edu", 30),
        ("Bo Chen", "bo@y.edu", 63),
        ("Cy Ode", "cy@x.edu", 13),
    ]


def test_a_list_of_joined_and_left_is_paired_and_who_never_left_stayed(tmp_path: Path) -> None:
    found = read(tmp_path, EVENTS, encoding="utf-16")
    assert (found.program, who(found)) == (Program.TEAMS, [("Ann Lee", None, 40), ("Bo Chen", None, 45)])
    assert found.notes == (
        "Of 1 who joined, it does not say when they left; they were counted to the last moment that it names",
    )


def test_words_for_coming_and_going_need_not_be_english(tmp_path: Path) -> None:
    words = {"Full Name": "Volledige naam", "User Action": "Handeling", "Timestamp": "Tijdstempel"}
    words |= {"Joined before": "Eerder", "Joined": "Deelgenomen", "Left": "Verlaten"}
    text = EVENTS
    for word, other in words.items():
        text = text.replace(word, other)
    assert who(read(tmp_path, text, encoding="utf-16")) == [("Ann Lee", None, 40), ("Bo Chen", None, 45)]


# ---- Meet -----------------------------------------------------------------------------------------------


def test_meet_writes_hours_without_a_day(tmp_path: Path) -> None:
    text = (
        "First name,Last name,Email,Duration,Time joined,Time exited\n"
        "Ann,Lee,ann@x.edu,1 hr 2 min,11:58 PM,1:00 AM\nBo,Chen,bo@y.edu,47 min,11:59 PM,12:46 AM\n"
    )
    found = read(tmp_path, text, "2024-05-24 11_55 Information session - Attendance Report.csv")
    assert (found.program, who(found)) == (Program.MEET, [("Ann Lee", "ann@x.edu", 62), ("Bo Chen", "bo@y.edu", 47)])
    assert found.rows[0].spans[0].joined == datetime(2024, 5, 24, 23, 58)  # noqa: DTZ001
    undated = read(tmp_path, text)
    assert (undated.rows[0].spans, undated.rows[0].minutes, undated.problems) == ((), 62, ())


def test_a_moment_with_an_offset_is_aware(tmp_path: Path) -> None:
    text = "Name,Join time,Leave time\nAnn Lee,2024-05-24T17:00:00Z,2024-05-24T12:30:00-05:00\n"
    assert read(tmp_path, text).rows[0].spans == (
        Span(datetime(2024, 5, 24, 17, tzinfo=UTC), datetime(2024, 5, 24, 17, 30, tzinfo=UTC)),
    )


# ---- days that can be read in two ways ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "day", "expected", "certain"),
    [
        ("05/24/2024 12:00", None, (5, 24), True),
        ("24/05/2024 12:00", None, (5, 24), True),
        ("05/06/2024 12:00 PM", None, (5, 6), True),
        ("05.06.2024 12:00", None, (6, 5), True),
        ("2024-05-06 12:00", None, (5, 6), True),
        ("05/06/2024, 12:00:00", None, (6, 5), False),
        ("5/6/2024 12:00", None, (5, 6), False),
        ("5/6/2024 12:00", date(2024, 6, 5), (6, 5), True),
        ("05/06/2024, 12:00:00", date(2024, 5, 6), (5, 6), True),
    ],
)
def test_the_order_of_day_and_month_is_one_for_the_report(
    tmp_path: Path, moment: str, day: date | None, expected: tuple[int, int], certain: bool
) -> None:
    found = read(tmp_path, f'Name,Join time,Leave time\nAnn Lee,"{moment}","{moment}"\n', day=day)
    joined = found.rows[0].spans[0].joined
    assert ((joined.month, joined.day), not found.notes) == (expected, certain)


# ---- lists ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann Lee\nBo Chen\n", [("Ann Lee", None), ("Bo Chen", None)]),
        ("Name\nAnn Lee\n", [("Ann Lee", None)]),
        ("ann@x.edu\nbo@y.edu\n", [("ann@x.edu", "ann@x.edu"), ("bo@y.edu", "bo@y.edu")]),
        ("Email\nann@x.edu\n", [("ann@x.edu", "ann@x.edu")]),
        ("1. Ann Lee\n2. Bo Chen\n", [("Ann Lee", None), ("Bo Chen", None)]),
        ("Ann Lee <ann@x.edu>\nBo Chen <bo@y.edu>\n", [("Ann Lee", "ann@x.edu"), ("Bo Chen", "bo@y.edu")]),
        ("Ann Lee <ann@x.edu>; Bo Chen <bo@y.edu>\n", [("Ann Lee", "ann@x.edu"), ("Bo Chen", "bo@y.edu")]),
        ("Lee, Ann\nChen, Bo\n", [("Ann Lee", None), ("Bo Chen", None)]),
        ("Name,Email,Came\nAnn Lee,a@x.edu,yes\nBo Chen,b@x.edu,no\nCy Ode,,\n", [("Ann Lee", "a@x.edu")]),
        ("Timestamp,Full Name\n9/6/2018 0:06:16,Ann Lee\n", [("Ann Lee", None)]),
    ],
)
def test_a_plain_list_is_read(tmp_path: Path, text: str, expected: list[tuple[str, str | None]]) -> None:
    found = read(tmp_path, text, "list.txt")
    assert [(came.name, came.email) for came in people(found)] == expected
    assert found.problems == ()


def test_organizations_of_a_list_without_a_header_are_known(tmp_path: Path) -> None:
    found = read(tmp_path, "Ann Lee,NCTM\nBo Chen,Iowa State University\n")
    assert [(came.name, came.hint) for came in people(found)] == [
        ("Ann Lee", "NCTM"),
        ("Bo Chen", "Iowa State University"),
    ]


def test_a_workbook_is_read_with_its_moments(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Name", "Organization", "Join time", "Leave time"])
    sheet.append(["Ann Lee", "NCTM", datetime(2024, 5, 24, 12), datetime(2024, 5, 24, 12, 45)])  # noqa: DTZ001
    book.save(tmp_path / "report.xlsx")
    (came,) = people(report(tmp_path / "report.xlsx"))
    assert (came.name, came.hint, came.minutes) == ("Ann Lee", "NCTM", 45)


# ---- damage ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "\n\n", "Name,Email\n", "1,2\n3,4\n", "%PDF-1.4", "BEGIN:VCALENDAR\n", "\0\0\0"])
def test_what_names_nobody_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(MtepError):
        read(tmp_path, text)


def test_wrong_cells_are_problems_and_the_person_stays(tmp_path: Path) -> None:
    text = (
        "Name,Email,Join time,Leave time,Duration (minutes)\n"
        "Ann Lee,not@@mail,2024-05-24 12:00,2024-05-24 11:00,many\n"
        "Bo Chen,b@x.edu,2024-05-24 25:00,2024-05-24 12:10,99999999\n"
    )
    found = read(tmp_path, text)
    assert who(found) == [("Ann Lee", None, None), ("Bo Chen", "b@x.edu", None)]
    assert [(problem.line, problem.message) for problem in found.problems] == [
        (2, "'not@@mail' is no mail address; who it is, is told by the name alone"),
        (2, "'many' is no number of minutes up to 100,000"),
        (2, "'2024-05-24 12:00' to '2024-05-24 11:00' is no time that a person is in a meeting"),
        (3, "'99999999' is no number of minutes up to 100,000"),
        (3, "'2024-05-24 25:00' is no moment that can be read"),
    ]


def test_a_report_is_not_too_large(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTableError, match="more than 50,000 rows"):
        read(tmp_path, "Name,Minutes\n" + "Ann Lee,3\n" * 50_001)
    with pytest.raises(UnreadableTableError, match="more than 50 tables"):
        read(tmp_path, "".join(f"\nName,Minutes,A{number}\nAnn,3,\n" for number in range(60)))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(MtepError):
            report(path)


def damaged(content: bytes, dice: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(dice.randint(1, 8)):
        place = dice.randrange(len(data))
        match dice.randrange(6):
            case 0:
                data[place] = dice.randrange(256)
            case 1:
                del data[place : place + dice.randint(1, 60)]
            case 2:
                data[place:place] = dice.choice(
                    [b'"', b",", b"\n", b"\t", b"\x00", b"\xff", b"@", b"9" * 50, b"(" * 50]
                )
            case 3:
                data[place:place] = data[: dice.randint(1, 200)]
            case 4:
                data = data[: place + 1]
            case _:
                data[place:place] = "\u202e\u0000\u00e9…".encode()
        data = data or bytearray(b"x")
    return bytes(data)


@pytest.mark.parametrize("kind", [OLD_ZOOM, NEW_ZOOM, WEBINAR, TEAMS, EVENTS])
def test_damaged_reports_are_taken_or_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "report.csv"
    for number in range(60):
        dice = random.Random(number)
        path.write_bytes(damaged(kind.encode(dice.choice(["utf-8", "utf-16", "cp1252"]), "replace"), dice))
        try:
            found = report(path)
        except MtepError:
            continue
        for came in people(found):
            assert came.name
            assert came.minutes is None or came.minutes >= 0
            assert all(text == clean_line(text) for text in (came.name, came.email or "", came.hint or "", *came.also))


@pytest.mark.parametrize("cell", ["1 " * 5000, "(" * 10_000, "a@" * 5000, "1:" * 5000, "a's " * 3000, ", a" * 3000])
def test_no_cell_takes_long(tmp_path: Path, cell: str) -> None:
    begun = datetime.now(UTC)
    text = (
        "Name,Email,Join time,Leave time,Duration (minutes)\n" + f'"{cell}","{cell}","{cell}","{cell}","{cell}"\n' * 20
    )
    with suppress(NoAttendeesError):
        people(read(tmp_path, text))
    assert datetime.now(UTC) - begun < timedelta(seconds=5)


# ---- real reports ---------------------------------------------------------------------------------------


@needs_data
@pytest.mark.parametrize(
    ("name", "program", "came", "minutes"),
    [
        ("teams_3sections_utf16.csv", "teams", 7, 128),
        ("teams_user_action_ids.csv", "teams", 32, None),
        ("teams_user_action_utf16.csv", "teams", 5, 138),
        ("zoom_japanese.csv", "zoom", 114, None),
        ("zoom_participants_001.csv", "zoom", 10, 629),
        ("zoom_participants_003.csv", "zoom", 10, 629),
        ("zoom_simple.csv", "zoom", 5, 167),
        ("zoom_webinar_attendees_day2.csv", "zoom", 1, 70),
        ("google_form_names.csv", "list", 21, 0),
        ("bevy_event_attendees.csv", "list", 1, 0),
    ],
)
def test_real_reports_are_read(name: str, program: str, came: int, minutes: int | None) -> None:
    found = report(REAL / name)
    everybody = people(found)
    assert (found.program, len(everybody)) == (program, came)
    if minutes is not None:
        assert sum(one.minutes or 0 for one in everybody) == minutes


@needs_data
def test_minutes_counted_are_those_the_program_counts() -> None:
    for row in report(REAL / "zoom_japanese.csv").rows:
        (span,) = row.spans
        assert row.minutes is not None
        assert abs((span.left - span.joined).total_seconds() / 60 - row.minutes) <= 1
