"""Merging: two partners become one, nothing that is recorded of either is lost, and it can be taken back."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from mtep_outreach.outreach import merging
from mtep_outreach.store import look_up
from mtep_outreach.store.engine import engine_for
from mtep_outreach.store.models import Contact, Invitation, Model, Partner
from mtep_outreach.store.writing import writing

from .answers import from_everybody
from .conftest import Program, stored

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)

KEPT = ["add-partner", "Alpha Council", "--acronym", "ALC", "--alias", "First Council", "--scope", "state",
        "--state", "AL", "--city", "Auburn", "--council-role", "school-personnel", "--note", "Kept note.",
        "--contact", "Ann Adams <ann@example.org>", "--nominated-by", "Bo Chen <chen@example.edu>",
        "--reason", "Bo's first reason"]  # fmt: skip
GONE = ["add-partner", "Zenith Society", "--acronym", "ZS", "--alias", "Peak Society", "--scope", "national",
        "--state", "AL", "--city", "Mobile", "--website", "zenith.org", "--sector", "professional",
        "--council-role", "mathematics-faculty", "--note", "Gone note.",
        "--contact", "Zoe Zorn <zoe@example.org>", "--nominated-by", "Maria Rivera <rivera@example.edu>",
        "--reason", "Maria's reason"]  # fmt: skip


@pytest.fixture
def two(mtep: Program) -> Program:
    """Two partners that turn out to be one, and a third."""
    mtep("add-member", "Bo Chen <chen@example.edu>")
    mtep("add-member", "Maria Rivera <rivera@example.edu>")
    mtep(*KEPT)
    mtep(*GONE, today="2024-04-20")
    mtep("add-partner", "Quartz Foundation")
    return mtep


def rows(program: Program, sql: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(program.database)) as connection:
        return connection.execute(sql, values).fetchall()


def names(program: Program, partner: int = 1) -> set[tuple[object, ...]]:
    return set(rows(program, "SELECT kind, text FROM names WHERE partner_id = ?", partner))


def card(program: Program, text: str = "1") -> dict[str, object]:
    found: dict[str, object] = program("show", text, "--format", "json").json
    return found


# ---- facts and names ----------------------------------------------------------------------------------------


def test_the_kept_partner_has_the_names_of_both(two: Program) -> None:
    printed = two("merge", "Alpha Council", "Zenith Society")
    assert "Merged Zenith Society (number 2) into Alpha Council (number 1)." in printed.out
    assert names(two) == {
        ("official", "Alpha Council"),
        ("acronym", "ALC"),
        ("alias", "First Council"),
        ("merged", "Zenith Society"),
        ("alias", "ZS"),
        ("alias", "Peak Society"),
    }
    assert [row["name"] for row in two.list()] == ["Alpha Council", "Quartz Foundation"]


@pytest.mark.parametrize("text", ["Zenith Society", "zenith soc", "ZS", "Peak Society", "1", "ALC"])
def test_every_name_of_the_other_finds_the_kept_one(two: Program, text: str) -> None:
    two("merge", "1", "2")
    assert card(two, text)["id"] == 1
    two("add-contact", text, "New Person")
    assert len(two.list("contacts")) == 3


def test_the_kept_value_wins_what_is_empty_is_filled_and_what_is_not_kept_is_printed(two: Program) -> None:
    printed = two("merge", "1", "2")
    found = card(two)
    assert {key: found[key] for key in ("scope", "sector", "state", "city", "website", "note", "added_on")} == {
        "scope": "state",
        "sector": "professional",
        "state": "AL",
        "city": "Auburn",
        "website": "zenith.org",
        "note": "Kept note.\nGone note.",
        "added_on": "2024-04-20",
    }
    assert "Not kept: scope 'national' (kept: 'state')" in printed.err
    assert "Not kept: city 'Mobile' (kept: 'Auburn')" in printed.err
    assert printed.err.count("Not kept") == 2


def test_a_value_is_taken_from_the_other_where_that_is_said(two: Program) -> None:
    printed = two("merge", "1", "2", "--take", "city", "--take", "SCOPE", "--take", "name", "--take", "acronym")
    found = card(two)
    assert (found["name"], found["acronym"], found["scope"], found["city"]) == (
        "Zenith Society",
        "ZS",
        "national",
        "Mobile",
    )
    assert names(two) == {
        ("official", "Zenith Society"),
        ("acronym", "ZS"),
        ("alias", "First Council"),
        ("merged", "Alpha Council"),
        ("alias", "ALC"),
        ("alias", "Peak Society"),
    }
    assert "Not kept: city 'Auburn' (kept: 'Mobile')" in printed.err


def test_a_field_that_the_other_does_not_have_is_not_taken(two: Program) -> None:
    two("merge", "1", "3", "--take", "city", "--take", "acronym")
    assert (card(two)["city"], card(two)["acronym"]) == ("Auburn", "ALC")


def test_a_name_is_taken_that_differs_in_its_letters_only(mtep: Program) -> None:
    mtep("add-partner", "ALPHA COUNCIL", "--state", "AL")
    mtep("add-partner", "Alpha Council", "--state", "GA", "--new")
    mtep("merge", "1", "2", "--take", "name")
    assert card(mtep)["name"] == "Alpha Council"


def test_names_that_both_have_are_kept_once(mtep: Program) -> None:
    mtep("add-partner", "Alpha Council", "--acronym", "ALC", "--alias", "First Council")
    mtep("add-partner", "Zenith Society", "--acronym", "alc", "--alias", "FIRST COUNCIL", "--new")
    mtep("merge", "1", "2")
    assert names(mtep) == {
        ("official", "Alpha Council"),
        ("acronym", "ALC"),
        ("alias", "First Council"),
        ("merged", "Zenith Society"),
    }


def test_a_name_that_is_taken_is_no_alias_any_more(two: Program) -> None:
    two("edit", "1", "--alias", "Zenith Society", "--acronym", "", "--alias", "ZS")
    two("merge", "1", "2", "--take", "name")
    assert names(two) == {
        ("official", "Zenith Society"),
        ("acronym", "ZS"),
        ("alias", "First Council"),
        ("merged", "Alpha Council"),
        ("alias", "Peak Society"),
    }


def test_an_unknown_field_is_refused_and_the_words_are_named(two: Program) -> None:
    refused = two("merge", "1", "2", "--take", "colour", code=2)
    assert "'colour' is not a field" in refused.err
    assert "city" in refused.err


def test_roles_of_both_are_kept_each_once(two: Program) -> None:
    two("edit", "2", "--council-role", "school-personnel")
    two("merge", "1", "2")
    assert card(two)["council_roles"] == ["school-personnel", "mathematics-faculty"]


def test_a_note_is_kept_however_long_both_are(two: Program) -> None:
    two("edit", "1", "--note", "a" * 9_000)
    two("edit", "2", "--note", "b" * 9_000)
    two("merge", "1", "2")
    assert card(two)["note"] == "a" * 9_000 + "\n" + "b" * 9_000


# ---- people -------------------------------------------------------------------------------------------------


def people(program: Program) -> list[tuple[object, ...]]:
    return rows(program, "SELECT name, email, title, phone, is_primary FROM contacts WHERE partner_id = 1 ORDER BY id")


def test_people_of_both_are_kept(two: Program) -> None:
    two("merge", "1", "2")
    assert people(two) == [
        ("Ann Adams", "ann@example.org", None, None, 0),
        ("Zoe Zorn", "zoe@example.org", None, None, 0),
    ]


def test_a_person_whom_both_have_by_address_becomes_one(two: Program) -> None:
    two("add-contact", "2", "A. Adams <ANN@example.org>", "--title", "President", "--phone", "555-0100")
    printed = two("merge", "1", "2")
    assert people(two)[0] == ("Ann Adams", "ann@example.org", "President", "555-0100", 0)
    assert len(people(two)) == 2
    assert "Not kept: contact's name 'A. Adams' (kept: 'Ann Adams')" in printed.err


def test_a_person_whom_both_have_by_name_becomes_one(two: Program) -> None:
    two("add-contact", "1", "Kim Lee", "--title", "Dean")
    two("add-contact", "2", "KIM LEE <kim@example.org>", "--title", "Provost")
    printed = two("merge", "1", "2")
    assert ("Kim Lee", "kim@example.org", "Dean", None, 0) in people(two)
    assert len(people(two)) == 3
    assert "Not kept: contact's title 'Provost' (kept: 'Dean')" in printed.err


def test_two_people_of_one_name_with_addresses_of_their_own_are_both_kept(two: Program) -> None:
    two("add-contact", "1", "Kim Lee")
    two("add-contact", "2", "Kim Lee <one@example.org>")
    two("add-contact", "2", "Kim Lee <two@example.org>")
    two("merge", "1", "2")
    assert {row[1] for row in people(two)} >= {"one@example.org", "two@example.org"}


def test_a_person_known_by_the_address_alone_gets_the_name(two: Program) -> None:
    two("add-contact", "1", "kim@example.org")
    two("add-contact", "2", "Kim Lee <kim@example.org>")
    two("merge", "1", "2")
    assert ("Kim Lee", "kim@example.org", None, None, 0) in people(two)


def test_there_is_one_primary_contact_the_kept_one(two: Program) -> None:
    two("add-contact", "1", "First Person", "--primary")
    two("add-contact", "2", "Second Person", "--primary")
    two("merge", "1", "2")
    assert [row[0] for row in people(two) if row[4]] == ["First Person"]


def test_the_primary_contact_of_the_other_stays_one_where_the_kept_one_has_none(two: Program) -> None:
    two("add-contact", "2", "Second Person", "--primary")
    two("merge", "1", "2")
    assert [row[0] for row in people(two) if row[4]] == ["Second Person"]


def test_a_primary_contact_whom_both_have_stays_primary(two: Program) -> None:
    two("add-contact", "1", "Kim Lee <kim@example.org>")
    two("add-contact", "2", "Kim Lee <kim@example.org>", "--primary")
    two("merge", "1", "2")
    assert [row[0] for row in people(two) if row[4]] == ["Kim Lee"]


def test_an_invitation_knows_the_person_that_is_kept(two: Program) -> None:
    two("add-contact", "2", "Ann Adams <ann@example.org>", "--primary")
    two("invite", "2", "--session", "2024-05-24")
    two("merge", "1", "2")
    (invitation,) = two.list("invitations")
    assert (invitation["partner_id"], invitation["contact"], invitation["address"]) == (
        1,
        "Ann Adams",
        "ann@example.org",
    )
    assert rows(two, "SELECT contact_id FROM invitations") == [(1,)]


# ---- what happened ------------------------------------------------------------------------------------------


def test_all_nominators_keep_the_credit(two: Program) -> None:
    two("merge", "1", "2")
    assert {(row["member"], row["reason"]) for row in two.list("nominations")} == {
        ("Bo Chen", "Bo's first reason"),
        ("Maria Rivera", "Maria's reason"),
    }
    assert {row["name"]: row["nominations"] for row in two.list("members")} == {"Bo Chen": 1, "Maria Rivera": 1}


def test_a_member_who_nominated_both_has_one_nomination_with_both_reasons_of_the_earlier_day(two: Program) -> None:
    two("nominate", "2", "--by", "Bo Chen", "--reason", "Bo's other reason", "--on", "2024-03-01")
    two("merge", "1", "2")
    found = {row["member"]: row for row in two.list("nominations")}
    assert len(two.list("nominations")) == 2
    assert found["Bo Chen"]["day"] == "2024-03-01"
    assert found["Bo Chen"]["reason"] == "Bo's first reason\nBo's other reason"


@pytest.fixture
def invited(two: Program) -> Program:
    """Both partners were invited to one session, and answered it."""
    two("invite", "1", "--session", "2024-05-24", today="2024-05-02")
    two("invite", "2", "--session", "2024-05-24", today="2024-05-01")
    two("rsvp", "1", "no", "--note", "No time", "--on", "2024-05-06", today="2024-05-10")
    two("rsvp", "2", "yes", "--note", "Found time", "--on", "2024-05-07", today="2024-05-10")
    return two


def test_two_invitations_to_one_session_become_one_without_losing_a_reply_or_a_letter(invited: Program) -> None:
    letters = set(rows(invited, "SELECT path, text, at FROM deliveries"))
    assert len(letters) == 2
    invited("merge", "1", "2")
    (invitation,) = invited.list("invitations")
    assert (invitation["reply"], invitation["replied_on"], invitation["invited_on"]) == (
        "accepted",
        "2024-05-07",
        "2024-05-01",
    )
    assert rows(invited, "SELECT answer, note FROM replies ORDER BY day") == [
        ("declined", "No time"),
        ("accepted", "Found time"),
    ]
    assert set(rows(invited, "SELECT path, text, at FROM deliveries")) == letters
    assert rows(invited, "SELECT DISTINCT invitation_id FROM deliveries") == [(1,)]
    said = [row["what"] for row in invited("show", "1", "--format", "json").json["time_line"]]
    assert [word for word in said if word in ("declined", "accepted")] == ["declined", "accepted"]


def test_invitations_to_two_sessions_are_both_kept(two: Program) -> None:
    two("add-session", "2024-05-24")
    two("add-session", "2024-06-07")
    two("invite", "1", "--session", "2024-05-24")
    two("invite", "2", "--session", "2024-06-07")
    two("merge", "1", "2")
    assert [(row["session"], row["partner_id"]) for row in two.list("invitations")] == [
        ("2024-05-24", 1),
        ("2024-06-07", 1),
    ]


def test_attendance_of_both_is_kept_each_session_once(two: Program) -> None:
    for day in ("2024-04-05", "2024-04-12"):
        two("add-session", day)
        two("attend", "2", "--session", day)
    two("attend", "1", "--session", "2024-04-12")
    two("merge", "1", "2")
    assert rows(two, "SELECT partner_id, session_id FROM attendances ORDER BY 2") == [(1, 1), (1, 2)]


def test_an_agreement_of_the_other_is_kept(two: Program) -> None:
    two("join", "2", "--kind", "mou", "--document", "mou.pdf")
    two("merge", "1", "2")
    assert rows(two, "SELECT partner_id, kind, document FROM agreements") == [(1, "mou", "mou.pdf")]
    assert card(two)["stage"] == "joined"


def test_two_agreements_become_one_of_the_earlier_day_and_what_is_not_kept_is_printed(two: Program) -> None:
    two("join", "1", "--kind", "verbal", "--document", "a.pdf")
    two("join", "2", "--kind", "mou", "--document", "b.pdf", "--on", "2024-03-01")
    printed = two("merge", "1", "2")
    assert rows(two, "SELECT partner_id, day, kind, document FROM agreements") == [
        (1, "2024-03-01", "verbal", "a.pdf"),
    ]
    assert "Not kept: document 'b.pdf' (kept: 'a.pdf')" in printed.err
    assert "Not kept: kind of agreement 'mou' (kept: 'verbal')" in printed.err


# ---- letters that leave, and stops ------------------------------------------------------------------------------


@pytest.mark.parametrize("stopped", [["1"], ["2"], ["1", "2"]], ids=" and ".join)
def test_a_stop_of_either_partner_survives(two: Program, stopped: list[str]) -> None:
    for partner in stopped:
        two("do-not-contact", partner, "--reason", f"Reason {partner}", today=f"2024-04-0{partner}")
    before = stored(two.database)
    two("merge", "1", "2")
    assert rows(two, "SELECT partner_id, day, reason FROM partner_stops") == [
        (1, f"2024-04-0{stopped[0]}", "\n".join(f"Reason {partner}" for partner in stopped))
    ]
    assert two.list()[0]["do_not_contact"]
    two("undo")
    assert stored(two.database) == before


def test_where_neither_is_stopped_the_kept_one_is_not(two: Program) -> None:
    two("do-not-contact", "3")
    two("merge", "1", "2")
    assert [row["do_not_contact"] for row in two.list()] == [False, True]


@pytest.fixture
def mailed(two: Program) -> Program:
    """Both partners have an invitation to one session, with a mail that is ready to leave."""
    two("settings", "sender=Hub <hub@example.edu>", "postal_address=1 Main St, Auburn, AL 36830")
    two("invite", "1", "2", "--session", "2024-05-24", "--as", "eml")
    return two


def let(program: Program, invitation: int, state: str, kind: str = "invitation") -> None:
    """Let the letter of an invitation have come so far, as sending would."""
    with closing(sqlite3.connect(program.database)) as connection:
        words = "UPDATE deliveries SET state = ?, kind = ? WHERE invitation_id = ?"
        connection.execute(words, [state, kind, invitation])
        connection.commit()


def left(program: Program) -> list[tuple[object, ...]]:
    """The letters there are, by number and state; each has its mail still."""
    assert rows(program, "SELECT delivery_id FROM messages ORDER BY 1") == rows(
        program, "SELECT id FROM deliveries ORDER BY 1"
    )
    return rows(program, "SELECT id, state FROM deliveries ORDER BY id")


@pytest.mark.parametrize("keep", ["1", "2"])
def test_of_two_queued_letters_of_one_kind_one_goes(mailed: Program, keep: str) -> None:
    let(mailed, 1, "queued")
    let(mailed, 2, "queued")
    before = stored(mailed.database)
    mailed("merge", keep, "2" if keep == "1" else "1")
    assert left(mailed) == [(int(keep), "queued")]
    mailed("undo")
    assert stored(mailed.database) == before


def test_two_queued_letters_of_two_kinds_both_go(mailed: Program) -> None:
    let(mailed, 1, "queued")
    let(mailed, 2, "queued", "reminder")
    mailed("merge", "1", "2")
    assert left(mailed) == [(1, "queued"), (2, "queued")]


@pytest.mark.parametrize("away", ["written", "sending", "sent", "in-doubt", "bounced"])
@pytest.mark.parametrize("queued", [1, 2])
def test_a_queued_letter_does_not_go_after_one_that_left_or_was_handed_out(
    mailed: Program, away: str, queued: int
) -> None:
    let(mailed, queued, "queued")
    let(mailed, 3 - queued, away)
    mailed("merge", "1", "2")
    assert left(mailed) == [(3 - queued, away)]


@pytest.mark.parametrize("queued", [1, 2])
def test_a_queued_letter_goes_though_the_other_one_failed(mailed: Program, queued: int) -> None:
    let(mailed, queued, "queued")
    let(mailed, 3 - queued, "failed")
    mailed("merge", "1", "2")
    assert sorted(left(mailed)) == sorted([(queued, "queued"), (3 - queued, "failed")])


@pytest.mark.parametrize("state", ["sending", "sent", "in-doubt", "bounced"])
@pytest.mark.parametrize(("one", "other"), [("left", "written"), ("written", "left"), ("left", "left")])
def test_the_calendar_name_of_a_letter_that_left_is_kept(mailed: Program, state: str, one: str, other: str) -> None:
    """Who has the session in a calendar hears of changes to it; without a letter that left any name will do."""
    uids = {row["partner_id"]: row["uid"] for row in mailed.list("invitations")}
    for number, far in ((1, one), (2, other)):
        let(mailed, number, state if far == "left" else far)
    with closing(sqlite3.connect(mailed.database)) as connection:
        connection.execute("UPDATE invitations SET sequence = 3 WHERE id = 2")
        connection.commit()
    before = stored(mailed.database)
    mailed("merge", "1", "2")
    (invitation,) = mailed.list("invitations")
    assert invitation["uid"] == uids[1 if one == "left" else 2]
    assert invitation["sequence"] == 3, "a calendar takes nothing for news that has a lower number than it knows"
    mailed("undo")
    assert stored(mailed.database) == before


# ---- doubtful pairs and imported rows ---------------------------------------------------------------------------


def pairs(program: Program) -> list[tuple[object, ...]]:
    return rows(program, "SELECT first_id, second_id, apart FROM doubtful_pairs ORDER BY 1, 2")


def test_a_doubt_about_the_two_is_settled_and_one_about_the_other_is_about_the_kept_one(two: Program) -> None:
    with writing(two.database, at=NOW, actor="tester", command="doubt") as work:
        from mtep_outreach.store.models import DoubtfulPair

        for first, second in ((1, 2), (2, 3)):
            work.add(DoubtfulPair(first_id=first, second_id=second, score=0.75, reasons="alike", day=NOW.date()))
    two("merge", "1", "2")
    assert pairs(two) == [(1, 3, 0)]
    assert rows(two, "SELECT score, reasons, day FROM doubtful_pairs") == [(0.75, "alike", "2024-05-01")]


@pytest.mark.parametrize("decided", ["1", "2"])
def test_what_was_decided_of_either_of_the_two_stands(two: Program, decided: str) -> None:
    with writing(two.database, at=NOW, actor="tester", command="doubt") as work:
        from mtep_outreach.store.models import DoubtfulPair

        for first in (1, 2):
            work.add(DoubtfulPair(first_id=first, second_id=3, score=0.75, reasons="alike", day=NOW.date()))
    two("duplicates", "--apart", decided, "3")
    two("merge", "1", "2")
    assert pairs(two) == [(1, 3, 1)]


def test_two_that_were_said_to_be_apart_can_be_merged(two: Program) -> None:
    two("duplicates", "--apart", "1", "2")
    two("merge", "1", "2")
    assert pairs(two) == []


def sheet(program: Program, text: str, name: str = "sheet.csv") -> str:
    (program.folder / name).write_text(text, "utf-8")
    return name


def test_rows_that_were_imported_stay_known(mtep: Program) -> None:
    file = sheet(mtep, "name,state,city\nAlpha Council,AL,Auburn\nZenith Society,AL,Mobile\n")
    mtep("import", file, "--yes")
    mtep("merge", "1", "2")
    before = stored(mtep.database)
    assert "Nothing new to import." in mtep("import", file, "--yes").out
    assert stored(mtep.database) == before


@pytest.mark.parametrize("name", ["Zenith Society", "ZENITH society"])
def test_a_later_import_that_names_the_merged_partner_finds_the_kept_one(two: Program, name: str) -> None:
    two("merge", "1", "2")
    two("import", sheet(two, f"name,state,city,email\n{name},AL,Mobile,new@example.org\n"), "--yes")
    assert len(two.list()) == 2
    assert {row["partner_id"] for row in two.list("contacts")} == {1}


def test_it_is_found_too_where_its_name_was_an_alias_of_the_kept_one(two: Program) -> None:
    two("edit", "1", "--alias", "Zenith Society")
    two("merge", "1", "2")
    two("import", sheet(two, "name,state,city\nZenith Society,AL,Mobile\n"), "--yes")
    assert len(two.list()) == 2


# ---- what is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("others", "words"),
    [
        (["1"], "'Alpha Council' was named twice"),
        (["ALC"], "'Alpha Council' was named twice"),
        (["2", "Zenith Society"], "'Zenith Society' was named twice"),
        (["2", "1"], "'Alpha Council' was named twice"),
        (["No such partner"], "No partner is called 'No such partner'"),
        (["999"], "No partner is called '999'"),
        (["3"], "Quartz Foundation was removed on"),
    ],
    ids=str,
)
def test_what_cannot_be_merged_is_refused_and_nothing_is_changed(two: Program, others: list[str], words: str) -> None:
    two("remove", "3")
    before = two.database.read_bytes()
    refused = two("merge", "1", *others, code=1)
    assert words in refused.err
    assert two.database.read_bytes() == before


def test_into_a_removed_partner_nothing_is_merged(two: Program) -> None:
    two("remove", "1")
    assert "Alpha Council was removed" in two("merge", "1", "2", code=1).err


def test_without_a_second_partner_nothing_is_merged(two: Program) -> None:
    assert "OTHER" in two("merge", "1", code=2).err


# ---- three at once, and back --------------------------------------------------------------------------------


def everything_happens(program: Program) -> None:
    """Give the three partners of everything that can be recorded."""
    program("add-session", "2024-05-24")
    program("add-session", "2024-06-07")
    program("add-session", "2024-06-14")
    for partner in ("1", "2", "3"):
        program("add-contact", partner, "Kim Lee <kim@example.org>", "--primary", "--time-zone", "America/Chicago")
        program("add-contact", partner, f"Person {partner}")
        program("invite", partner, "--session", "2024-05-24")
        program("invite", partner, "--session", "2024-06-07")
        program("rsvp", partner, "yes", "--session", "2024-05-24")
        program("join", partner, "--document", f"{partner}.pdf")
        program("attend", partner, "--session", "2024-05-24", today="2024-05-25")
        program("add-commitment", partner, f"Promise {partner}", "--target", "300", "--unit", "students")
        program("progress", partner, "100")
    program("inbox", str(from_everybody(program, program.folder / "mails")))
    with closing(sqlite3.connect(program.database)) as connection:
        connection.execute(
            "INSERT INTO attendees (attendance_id, contact_id, name, minutes)"
            " SELECT a.id, c.id, c.name, 50 FROM attendances a JOIN contacts c ON c.partner_id = a.partner_id"
        )
        connection.execute(
            "UPDATE review_items SET delivery_id ="
            " (SELECT MIN(d.id) FROM deliveries d WHERE d.invitation_id = review_items.invitation_id)"
        )
        connection.commit()
    program("nominate", "3", "--by", "Bo Chen", "--reason", "Third reason")
    program("duplicates", "--apart", "2", "3")
    program("import", sheet(program, "name,state,note\nZenith Society,AL,More\nQuartz Foundation,,Else\n"), "--yes")
    with writing(program.database, at=NOW, actor="tester", command="doubt") as work:
        from mtep_outreach.store.models import DoubtfulPair

        work.add(DoubtfulPair(first_id=1, second_id=3, score=1 / 3, reasons="alike", day=NOW.date()))


def test_three_become_one_and_undo_and_redo_are_exact(two: Program) -> None:
    everything_happens(two)
    before, exported = stored(two.database), two.export()
    two("merge", "1", "2", "3", "--take", "name", "--take", "city")
    after = stored(two.database)
    assert [row["id"] for row in two.list()] == [1]
    assert {row["reply"] for row in two.list("invitations")} == {"accepted", "tentative"}
    assert len(rows(two, "SELECT 1 FROM deliveries")) == 6
    assert len(rows(two, "SELECT 1 FROM replies")) == 9
    assert len(rows(two, "SELECT 1 FROM imported_rows WHERE partner_id = 1")) == 2
    for _ in range(2):
        two("undo")
        assert stored(two.database) == before
        assert two.export() == exported
        two("redo")
        assert stored(two.database) == after


def test_a_dry_run_says_what_would_be_merged_and_changes_nothing(two: Program) -> None:
    before = two.database.read_bytes()
    printed = two("merge", "1", "2", "--dry-run")
    assert "Dry run" in printed.err
    assert two.database.read_bytes() == before


def test_commitments_of_both_are_kept_with_what_was_reported(two: Program) -> None:
    for partner, more in (("1", []), ("2", ["--public"]), ("2", [])):
        two("add-commitment", partner, "We help.", "--target", "300", "--unit", "students", *more)
    two("progress", "2", "120")
    two("edit", "2", "--public")
    before = stored(two.database)
    two("merge", "1", "2")
    found = two.list("commitments")
    shown = [(row["id"], row["partner_id"], row["public"]) for row in found]
    assert shown == [(1, 1, False), (2, 1, True), (3, 1, False)]
    assert [row["measures"][0]["progress"] for row in found] == [None, 120, None]
    assert card(two)["public"] is True
    two("undo")
    assert stored(two.database) == before


# ---- every table, and the keys ------------------------------------------------------------------------------


def test_every_table_that_refers_to_what_a_merge_deletes_is_handled(two: Program) -> None:
    """A new table with a reference to what may be deleted must be given rows here, and be merged."""
    everything_happens(two)
    two("settings", "sender=Hub <hub@example.edu>", "postal_address=1 Main St, Auburn, AL 36830")
    two("invite", "1", "2", "3", "--session", "2024-06-14", "--as", "eml")
    for invitation in rows(two, "SELECT invitation_id FROM deliveries WHERE message_id IS NOT NULL"):
        let(two, int(str(invitation[0])), "queued")
    for partner in ("1", "2", "3"):
        two("do-not-contact", partner)
    of_partners = {str(model.__tablename__) for model in (Contact, Invitation)}
    deleted = {"partners", "deliveries", *of_partners}
    referring = [
        (table.name, key.parent.name, key.column.table.name)
        for table in Model.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in deleted
    ]
    assert len(referring) >= 12
    numbers = {"partners": "SELECT id FROM partners WHERE id > 1"}
    numbers |= {name: f"SELECT id FROM {name} WHERE partner_id > 1" for name in of_partners}
    numbers["deliveries"] = f"SELECT id FROM deliveries WHERE invitation_id IN ({numbers['invitations']})"
    for table, column, target in referring:
        found = rows(two, f"SELECT COUNT(*) FROM {table} WHERE {column} IN ({numbers[target]})")
        assert found[0][0], f"no row of {table} refers to one of {target} that may go: nothing would be proved of it"
    gone = {name: {row[0] for row in rows(two, sql)} for name, sql in numbers.items()}
    two("merge", "1", "2", "3")
    assert rows(two, "PRAGMA foreign_key_check") == []
    assert {row[0] for row in rows(two, "SELECT id FROM partners")} & gone["partners"] == set()
    for table, column, target in referring:
        there = {row[0] for row in rows(two, f"SELECT id FROM {target}")}
        left = {row[0] for row in rows(two, f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")}
        assert left <= there, f"{table}.{column}"
    tables = {table for table, _, _ in referring} - {"doubtful_pairs", "look_up_keys"}
    for table in tables:
        assert rows(two, f"SELECT COUNT(*) FROM {table}")[0][0], f"{table} lost its rows"


def keys(database: Path) -> set[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return set(connection.execute("SELECT key, partner_id FROM look_up_keys"))


def made_anew(database: Path) -> set[tuple[object, ...]]:
    engine = engine_for(database)
    with engine.connect() as connection:
        look_up.make_anew(connection)
        found = {tuple(row) for row in connection.exec_driver_sql("SELECT key, partner_id FROM look_up_keys")}
        connection.rollback()
    engine.dispose()
    return found


@pytest.mark.parametrize(
    "step",
    [
        ["merge", "1", "2", "3", "--take", "name", "--take", "website"],
        ["edit", "1", "--name", "Renamed Alliance of Teachers", "--acronym", "", "--alias", ""],
        ["edit", "2", "--state", "GA", "--website", "https://other.example.org"],
        ["remove", "2"],
        ["add-partner", "Granite Institute of Mathematics", "--acronym", "GIM"],
        ["import", "sheet.csv", "--yes"],
    ],
    ids=lambda step: step[0],
)
def test_look_up_keys_are_in_step_after_every_change_and_its_undo_and_redo(two: Program, step: list[str]) -> None:
    sheet(two, "name,state,website\nNorthern Lights Academy,AL,\nZenith Society,AL,zenith.org\n")
    before = keys(two.database)
    assert before == made_anew(two.database)
    two(*step)
    after = keys(two.database)
    assert after == made_anew(two.database)
    assert after != before
    for back, expected in (("undo", before), ("redo", after)):
        two(back)
        assert keys(two.database) == expected == made_anew(two.database)


def test_all_fields_of_a_partner_can_be_taken(two: Program) -> None:
    """A new field of a partner is either taken by name or joined, as the note and the mark that it is public are."""
    joined = {"note", "public"}
    own = {column.name for column in sa.inspect(Partner).columns} - {"id", "added_on", "removed_on"} - joined
    assert set(merging.FIELDS) == {"name", "acronym"} | {name.replace("_", "-") for name in own}
