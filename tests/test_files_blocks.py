"""Tables in a file: notes before the header, several blocks, headers that repeat, names that are taken twice."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.errors import Problem
from mtep_outreach.files.blocks import distinct
from mtep_outreach.files.sheets import Sheet, SheetRow, read
from mtep_outreach.names import name_key

KNOWN = {"name", "email", "user email", "name (original name)", "user name (original name)", "organization", "state"}


def is_header(cells: Sequence[str]) -> bool:
    return len(KNOWN & {cell.lower() for cell in cells}) > 1


def tables(tmp_path: Path, text: str) -> list[Sheet]:
    path = tmp_path / "list.csv"
    path.write_text(text, "utf-8")
    return read(path, is_header)


def found(sheet: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.line, row.cells) for row in sheet.rows() if isinstance(row, SheetRow)]


# ---- the first header -----------------------------------------------------------------------------------


def test_lines_before_the_header_are_notes(tmp_path: Path) -> None:
    (sheet,) = tables(
        tmp_path,
        'Notes:\n"These are your connections, all of them."\n\nExported,2024-05-01,UTC\nName,Email\nBo,b@x.edu\n',
    )
    assert sheet.columns == ("Name", "Email")
    assert sheet.notes == ("Notes:", "These are your connections, all of them.", "Exported, 2024-05-01, UTC")
    assert found(sheet) == [(6, ("Bo", "b@x.edu"))]


def test_two_cells_before_the_header_are_a_word_and_what_it_means(tmp_path: Path) -> None:
    (sheet,) = tables(tmp_path, "Meeting title,Planning\nStart:,9:00\nName,Email\n")
    assert sheet.notes == ("Meeting title: Planning", "Start: 9:00")


def test_a_known_header_is_found_within_a_hundred_lines_and_not_later(tmp_path: Path) -> None:
    assert tables(tmp_path, "note\n" * 99 + "Name,Email\nBo,b@x.edu\n")[0].columns == ("Name", "Email")
    assert tables(tmp_path, "note\n" * 100 + "Name,Email\nBo,b@x.edu\n")[0].columns == ("note",)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Nombre,Lugar\nA,B\n", ("Nombre", "Lugar")),
        ("Our list of 2024\n\nNombre,Lugar,Tel\nA,B,1\nC,D,2\n", ("Nombre", "Lugar", "Tel")),
        ("Updated,2024-05-01\nNombre,Lugar,Tel\nA,B,1\nC,D,2\n", ("Nombre", "Lugar", "Tel")),
        ("District,2022 pupils,2023 pupils,Town\nA,1,2,B\n", ("District", "2022 pupils", "2023 pupils", "Town")),
        ("1,2\n3,4\n", ("1", "2")),
        ("Nombre\n", ("Nombre",)),
    ],
)
def test_without_a_known_header_the_first_row_that_looks_like_one_is_taken(
    tmp_path: Path, text: str, columns: tuple[str, ...]
) -> None:
    assert tables(tmp_path, text)[0].columns == columns


def test_a_header_is_trimmed_and_one_line(tmp_path: Path) -> None:
    assert tables(tmp_path, '" Name of\nthe  person ", Email ,Name\n')[0].columns == (
        "Name of the person",
        "Email",
        "Name",
    )


REGULAR = "Full name,Short name,Kind\nLee County,LC,district\n"


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (REGULAR + "Name,Organization,word\nAuburn,AU,university\n", ("Full name", "Short name", "Kind")),
        (REGULAR + ("A,B,C\n" * 90) + "Name,Organization,word\n", ("Full name", "Short name", "Kind")),
        (REGULAR + "Name,Organization\n", ("Name", "Organization")),
        (REGULAR + "Name,Organization,State,\n", ("Name", "Organization", "State")),
        (REGULAR + ",,\nName,Organization,State\n", ("Name", "Organization", "State")),
        (REGULAR + "\nName,Organization,State\n", ("Name", "Organization", "State")),
        (REGULAR + "People,,\nName,Organization,State\n", ("Name", "Organization", "State")),
        ("Our list,,\nA,B,C\nName,Organization,State\n", ("Name", "Organization", "State")),
        ("1,2024-05-24,x\nA,B,C\nName,Organization,State\n", ("Name", "Organization", "State")),
        ("Topic,Planning\nHost,Bo\nName,State\nA,AL\n", ("Name", "State")),
    ],
)
def test_a_row_that_reads_like_a_header_in_a_regular_table_is_a_row(
    tmp_path: Path, text: str, columns: tuple[str, ...]
) -> None:
    assert tables(tmp_path, text)[0].columns == columns


def test_a_row_that_reads_like_a_header_is_imported_as_it_stands(tmp_path: Path) -> None:
    (sheet,) = tables(tmp_path, REGULAR + "Name,Organization,word\nAuburn,AU,university\n")
    assert [cells[0] for _, cells in found(sheet)] == ["Lee County", "Name", "Auburn"]


# ---- several blocks -------------------------------------------------------------------------------------

ZOOM = """Meeting ID,Topic,Start Time,User Email,Participants,
001,Reunion,09/24/2020,a@x.edu,2,

Name (Original Name),User Email,Total Duration (Minutes),Guest
Bo Chen,b@x.edu,75,
Ann,,72,
"""


def test_a_meeting_before_the_people_is_in_the_notes_when_its_header_is_unknown(tmp_path: Path) -> None:
    (sheet,) = tables(tmp_path, ZOOM)
    assert sheet.columns == ("Name (Original Name)", "User Email", "Total Duration (Minutes)", "Guest")
    assert sheet.notes == (
        "Meeting ID, Topic, Start Time, User Email, Participants",
        "001, Reunion, 09/24/2020, a@x.edu, 2",
    )
    assert [line for line, _ in found(sheet)] == [5, 6]


def test_a_meeting_before_the_people_is_a_table_when_its_header_is_known(tmp_path: Path) -> None:
    path = tmp_path / "zoom.csv"
    path.write_text(ZOOM)
    meeting, people = read(path, lambda cells: "User Email" in cells)
    assert meeting.columns == ("Meeting ID", "Topic", "Start Time", "User Email", "Participants")
    assert found(meeting) == [(2, ("001", "Reunion", "09/24/2020", "a@x.edu", "2"))]
    assert (len(found(people)), people.notes) == (2, ())


def test_sections_with_titles_are_tables_of_their_own(tmp_path: Path) -> None:
    people, activities = tables(
        tmp_path,
        "1. Summary\nMeeting title\tPlanning\n\n2. Participants\nName\tFirst join\tEmail\nBo\t9:00\tb@x.edu\n"
        "Ann\t9:05\ta@x.edu\n\n3. In-Meeting activities\nName\tJoin time\tDuration\tEmail\nBo\t9:00\t5m\tb@x.edu\n",
    )
    assert (people.kind, people.notes) == (
        "CSV (UTF-8, tabs)",
        ("1. Summary", "Meeting title: Planning", "2. Participants"),
    )
    assert found(people) == [(6, ("Bo", "9:00", "b@x.edu")), (7, ("Ann", "9:05", "a@x.edu"))]
    assert (activities.columns, activities.notes) == (
        ("Name", "Join time", "Duration", "Email"),
        ("3. In-Meeting activities",),
    )
    assert found(activities) == [(11, ("Bo", "9:00", "5m", "b@x.edu"))]


def test_a_title_without_a_blank_line_ends_a_table_too(tmp_path: Path) -> None:
    hosts, attendees = tables(
        tmp_path,
        "Attendee Report\nHost Details\nUser Name (Original Name),Email,Join Time\nBo,b@x.edu,9:00\nAttendee Details,\n"
        "Attended,User Name (Original Name),Email,Join Time\nYes,Ann,a@x.edu,9:05\nNo,Jo,j@x.edu,--\n",
    )
    assert found(hosts) == [(4, ("Bo", "b@x.edu", "9:00"))]
    assert (attendees.notes, len(found(attendees))) == (("Attendee Details",), 2)


def test_rows_with_a_name_alone_before_a_new_table_stay_in_theirs(tmp_path: Path) -> None:
    first, second = tables(tmp_path, "Name,State\nA,AL\nB\nC,\n\nPeople\nName,Email,x\nD,d@x.edu,1\n")
    assert [cells[0] for _, cells in found(first)] == ["A", "B", "C"]
    assert [cells[0] for _, cells in found(second)] == ["D"]


def test_a_name_alone_with_a_blank_line_after_it_is_a_row_of_its_table(tmp_path: Path) -> None:
    first, second = tables(tmp_path, "Name,State\nA,AL\nB,\n\nName,Email,x\nD,d@x.edu,1\n")
    assert ([cells[0] for _, cells in found(first)], second.notes) == (["A", "B"], ())


def test_a_repeated_header_and_the_title_before_it_are_passed_over(tmp_path: Path) -> None:
    (sheet,) = tables(
        tmp_path, "Name,State\nA,AL\nName,State\nB,AL\n\nTexas\n\nName,State\nC,TX\nD\nName, State,\nE,TX\n"
    )
    cells = [(2, ("A", "AL")), (4, ("B", "AL")), (9, ("C", "TX")), (10, ("D", "")), (12, ("E", "TX"))]
    assert found(sheet) == cells


def test_a_row_like_a_header_in_the_midst_of_a_table_is_a_row(tmp_path: Path) -> None:
    (sheet,) = tables(tmp_path, "Name,State\nA,AL\nEmail,Name\nB,TX\n")
    assert [cells for _, cells in found(sheet)] == [("A", "AL"), ("Email", "Name"), ("B", "TX")]


def test_a_table_far_down_is_found(tmp_path: Path) -> None:
    first, second = tables(tmp_path, "Name,State\n" + "A,AL\n" * 20_000 + "\nName,Email,x\nB,b@x.edu,1\n")
    assert (len(found(first)), found(second)) == (20_000, [(20_004, ("B", "b@x.edu", "1"))])


def test_problems_belong_to_the_table_they_stand_in(tmp_path: Path) -> None:
    first, second = tables(tmp_path, "Name,State\nA,AL,x\n\nName,Email,y\nB,b@x.edu,1,2\n")
    assert [str(row) for row in first.rows()] == ["list.csv, line 2: it has 3 cells, but the header has 2"]
    assert [row.line for row in second.rows() if isinstance(row, Problem)] == [5]


# ---- names of columns -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["Email", "Name", "Email"], ("Email", "Name", "Email 2")),
        (["Email", "Email", "Email 2"], ("Email", "Email 3", "Email 2")),
        (["Email", "e-mail", "E Mail", "EMAIL"], ("Email", "e-mail", "E Mail 2", "EMAIL 2")),
        (["", "x", ""], ("column 1", "x", "column 3")),
        (["column 2", ""], ("column 2", "column 2 2")),
        (["%", "#", "%"], ("%", "#", "% 2")),
    ],
)
def test_names_that_are_taken_get_a_number(given: list[str], expected: tuple[str, ...]) -> None:
    assert distinct(given) == expected


@given(
    st.lists(st.sampled_from(["", "Email", "email 2", "Email 2", "Email 3", "%", "column 1", "column 2"]), max_size=12)
)
def test_names_can_be_told_apart_and_the_first_keeps_its_own(names: list[str]) -> None:
    chosen = distinct(names)
    keys = [name_key(name) or name for name in chosen]
    assert len(set(keys)) == len(names)
    firsts = {name_key(name) or name: name for name in reversed(names) if name}
    assert set(firsts.values()) <= set(chosen)


def test_ten_thousand_equal_names_are_numbered_at_once() -> None:
    assert distinct(["x"] * 10_000)[-1] == "x 10000"
