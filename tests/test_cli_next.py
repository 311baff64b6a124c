"""What needs whom: each task with a command that does it, and a member's own list as a mail."""

import shlex
import shutil
import socket
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mtep_outreach.cli.app import main
from mtep_outreach.outreach.tasks import TASKS

from .conftest import Program, prepare_environment, replace_in_database, stored
from .mailings import body
from .outbox import SETTINGS, sink

TODAY, FORGOTTEN, PAST, TO_COME = "2024-05-13", "2024-04-30", "2024-05-03", "2024-05-24"
NAMES = (
    "Ada Society", "Bay Math Council", "Calc County Schools", "Delta Institute", "Echo College", "Fox Foundation",
    "Gamma Guild", "Hill High School", "Iota Academy", "Jade Union", "Kappa League", "Lima Laboratory",
)  # fmt: skip
MARIA, BO = "Maria Rivera", "Bo Chen"
PEOPLE: tuple[tuple[str, ...], ...] = (
    ("add-member", f"{MARIA} <rivera@example.edu>"),
    ("add-member", f"{BO} <chen@example.edu>", "--role", "coach"),
    *(
        ("add-partner", name, "--scope", "state", "--state", "AL", "--nominated-by", MARIA)
        + (("--contact", f"Person {number} <p{number}@example.org>") if name != "Gamma Guild" else ())
        for number, name in enumerate(NAMES, 1)
    ),
    ("add-partner", "Hill Schools", "--scope", "national", "--contact", "Person 13 <p13@example.org>"),
    ("add-partner", "Mu Museum", "--scope", "local", "--contact", "Person 14 <p14@example.org>"),
    ("nominate", "Jade Union", "--by", BO),
    ("add-commitment", "Mu Museum", "We teach 300 children.", "--target", "300", "--unit", "children",
     "--on", "2023-05-13"),
    ("add-session", PAST),
    ("invite", "--session", PAST, "11", "12"),
    ("sent", PAST),
    ("rsvp", "11", "yes", "--session", PAST),
    ("add-session", FORGOTTEN),
    ("invite", "--session", FORGOTTEN, "12"),
    ("sent", FORGOTTEN),
    ("rsvp", "12", "yes", "--session", FORGOTTEN),
    ("rsvp", "12", "yes", "--session", PAST),
    ("add-session", TO_COME),
    ("invite", "--session", TO_COME, "5", "9", "10"),
    ("sent", TO_COME, "5", "10"),
    ("settings", *SETTINGS, "smtp.host=127.0.0.1", "smtp.security=none"),
)  # fmt: skip
HAPPENED = """
UPDATE deliveries SET state = 'in-doubt', attempts = 1 WHERE address = 'p1@example.org';
UPDATE deliveries SET state = 'failed', error = '550 no' WHERE address = 'p2@example.org';
UPDATE deliveries SET state = 'bounced', attempts = 1 WHERE address IN ('p3@example.org', 'p4@example.org');
INSERT INTO address_stops (address, kind, day) VALUES
    ('p3@example.org', 'bounced', '2024-05-02'), ('p4@example.org', 'bounced', '2024-05-02');
INSERT INTO read_mails (digest, result, day) VALUES ('00000000000000000000000000000000', 'review', '2024-05-04');
INSERT INTO review_items (mail_id, invitation_id, reason, sender, subject, text, day, sequence, state) VALUES
    (1, (SELECT id FROM invitations WHERE partner_id = 5), 'It seems to be a yes.', 'p5@example.org', '', '',
     '2024-05-04', 0, 'open'),
    (1, NULL, 'What it says is for you to read.', 'stranger@example.org', '', '', '2024-05-05', 0, 'open');
INSERT INTO doubtful_pairs (first_id, second_id, score, reasons, apart, day) VALUES
    (8, 13, 0.9, 'similar names', 0, '2024-05-01');
"""


@pytest.fixture(scope="module")
def season_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network in which everything that can wait does."""
    folder = tmp_path_factory.mktemp("season")
    with pytest.MonkeyPatch.context() as patch:
        prepare_environment(patch, folder)
        for command in PEOPLE:
            assert main(["--today", "2024-05-01", *command]) == 0
        with closing(socket.create_server(("127.0.0.1", 0))) as taken:
            port = taken.getsockname()[1]
        main(["--today", "2024-05-01", "settings", f"smtp.port={port}"])
        queued = ["invite", "--session", TO_COME, "1", "2", "3", "4", "6", "--send", "--wait", "0"]
        assert main(["--today", "2024-05-01", *queued]) == 1
        assert main(["--today", PAST, "attend", "--session", PAST, "12"]) == 0
        assert main(["--today", TODAY, "add-contact", "3", "Another Person <another@example.org>"]) == 0
    change(folder / "data" / "network.sqlite", HAPPENED)
    return folder


@pytest.fixture
def season(mtep: Program, season_made: Path) -> Program:
    """A copy of that network for this test alone."""
    shutil.copytree(season_made, mtep.folder, dirs_exist_ok=True)
    replace_in_database(mtep.database, season_made, mtep.folder)
    return mtep


def change(database: Path, sql: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(sql)


def waiting(program: Program, *arguments: str, today: str = TODAY) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = program("next", "--format", "json", *arguments, today=today).json
    return rows


def tasks(program: Program, what: str, *arguments: str, today: str = TODAY) -> list[int | None]:
    return [row["partner_id"] for row in waiting(program, *arguments, today=today) if row["what"] == what]


def words(text: str) -> str:
    return " ".join(text.split())


# ---- each task and its command ------------------------------------------------------------------------------

CORRECT = 'mtep edit-contact p2@example.org --email ADDRESS, or mtep add-contact 2 "Name <mail>" --primary'
EACH: dict[str, tuple[int | None, str]] = {
    "in-doubt": (1, "mtep settle 7 sent, or mtep settle 7 again"),
    "failed": (2, f"{CORRECT}; then mtep invite 2 --session 2024-05-24 --rewrite --send"),
    "came-back": (3, "mtep invite 3 --session 2024-05-24 --rewrite --send"),
    "bounced": (4, 'mtep add-contact 4 "Name <mail>"'),
    "review": (5, "mtep review 1"),
    "queued": (6, "mtep send --session 2024-05-24"),
    "no-contact": (7, 'mtep add-contact 7 "Name <mail>"'),
    "not-invited": (8, "mtep invite 8 --session DAY"),
    "not-confirmed-sent": (9, "mtep sent 2024-05-24 9"),
    "no-answer": (10, "mtep rsvp 10 ANSWER --session 2024-05-24"),
    "not-recorded": (None, "mtep attend --session 2024-04-30 --from FILE"),
    "not-attended": (11, "mtep attend --session 2024-05-03 11, or mtep invite 11 --session DAY"),
    "not-joined": (12, "mtep join 12"),
    "overdue": (14, "mtep progress 1 REACHED, or mtep progress 1 --done, or mtep withdraw-commitment 1"),
    "maybe-twice": (8, "mtep merge 8 13, or mtep duplicates --apart 8 13"),
}
FILLED = {
    "DAY": [TO_COME], "Name <mail>": ["New Person <new@example.org>"], "ANSWER": ["yes", "no", "maybe"],
    "ADDRESS": ["p2.right@example.org"], "FILE": ["who.csv"],
    "REACHED": ["120"],
}  # fmt: skip


def commands(do: str) -> Iterator[list[str]]:
    """Every command that can be typed for a task, as a person types it; of several steps the first."""
    for one in do.partition("; then ")[0].split(", or "):
        typed: list[list[str]] = [[]]
        for word in shlex.split(one)[1:]:
            choices = FILLED.get(word, [word])
            typed = [[*before, choice] for before in typed for choice in choices]
        yield from typed


TYPED = [(what, typed) for what, (_, do) in EACH.items() for typed in commands(do)]


def test_every_kind_of_task_is_listed_the_most_urgent_first(season: Program) -> None:
    rows = waiting(season)
    assert list(dict.fromkeys(row["what"] for row in rows)) == list(EACH) == list(TASKS)
    for what, (number, do) in EACH.items():
        assert (number, do) in {(row["partner_id"], row["do"]) for row in rows if row["what"] == what}


@pytest.mark.parametrize(("what", "typed"), TYPED, ids=[" ".join(typed) for _, typed in TYPED])
def test_a_command_that_is_named_does_what_it_is_named_for(season: Program, what: str, typed: Sequence[str]) -> None:
    number = EACH[what][0]
    assert number in tasks(season, what)
    if typed[0] == "invite" and number == 11:
        season(*typed, today=TODAY)
        assert season.list("invitations")[-1]["partner"] == "Kappa League"
        return
    with sink() as server:
        season("settings", f"smtp.port={server.port}")
        (season.folder / "who.csv").write_text("Name,Email\nPerson 12,p12@example.org\n", "utf-8")
        sends = typed[0] == "send" or "--send" in typed
        shown = season(*typed, code=3 if sends else 0, today=TODAY)  # 3: another letter is in doubt
        if what == "failed":
            (then,) = (row["do"] for row in waiting(season) if (row["what"], row["partner_id"]) == (what, number))
            season(*shlex.split(then.rpartition("then ")[2])[1:], today=TODAY, code=3)
    if what == "review":
        assert "It seems to be a yes." in words(shown.out)
        season(*typed, "--dismiss", today=TODAY)
    assert number not in tasks(season, what)


def test_a_promise_waits_a_year_after_the_last_word_and_a_day_after_its_deadline(season: Program) -> None:
    def due(today: str) -> set[str]:
        rows = season("next", "--format", "json", today=today).json
        return {row["do"].partition(", or")[0] for row in rows if row["what"] == "overdue"}

    season("withdraw-commitment", "1", today=TODAY)
    season("add-commitment", "Ada Society", "We give.", "--money", "8M", "--target", "3", "--unit", "grants a year",
           "--on", "2024-05-02", "--by", "2024-05-20", today=TODAY)  # fmt: skip
    season("add-commitment", "Ada Society", "We meet.", "--on", "2024-05-02", today=TODAY)
    assert due("2024-05-20") == set()
    assert due("2024-05-21") == {"mtep progress 2 REACHED --unit 'grants a year'"}
    season("progress", "2", "8M", "--unit", "$", "--on", "2024-05-20", today="2024-05-21")
    assert due("2025-05-01") == set()
    assert due("2025-05-02") == {"mtep progress 3 --evidence TEXT"}
    assert due("2025-05-20") == {"mtep progress 3 --evidence TEXT", "mtep progress 2 REACHED --unit 'grants a year'"}
    report = season("report", "--section", "next", "--format", "json", "--as-of", "2025-05-19", today="2026-05-20").json
    assert {task["what"]: task["partners"] for task in report["next"]}["overdue"] == ["Ada Society"]
    season("do-not-contact", "Ada Society", today="2025-05-20")
    assert due("2025-05-20") == set()


def test_an_overdue_promise_is_told_with_what_was_said_and_when(season: Program) -> None:
    (row,) = (row for row in waiting(season) if row["what"] == "overdue")
    assert (row["partner"], row["since"]) == ("Mu Museum", "2023-05-13")
    assert row["why"] == ("no word on commitment 1 since it was made, May 13, 2023: “We teach 300 children.”")
    season("edit-commitment", "1", "--by", "2024-02-29", today=TODAY)
    season("progress", "1", "20", "--on", "2023-06-01", today=TODAY)
    (row,) = (row for row in waiting(season) if row["what"] == "overdue")
    assert row["why"] == (
        "commitment 1 was due on February 29, 2024, no word since June 1, 2023: “We teach 300 children.”"
    )
    shown = words(season("report", "--section", "next", today=TODAY).out)
    assert "1 is promised and overdue (no word for a year, or none since the deadline): Mu Museum" in shown


def test_a_mail_of_a_stranger_is_listed_with_the_address(season: Program) -> None:
    (row,) = (row for row in waiting(season) if row["what"] == "review" and row["partner_id"] is None)
    assert (row["partner"], row["do"], row["nominators"]) == ("stranger@example.org", "mtep review 2", [])
    shown = season("next", "--format", "plain", today=TODAY).out
    assert "stranger@example.org" in shown
    assert "None" not in shown


def test_nobody_is_missed_before_the_day_of_the_session_is_over(season: Program) -> None:
    season("rsvp", "10", "yes", "--session", TO_COME)
    season("attend", "--session", TO_COME, "5")
    assert [10 in tasks(season, "not-attended", today=day) for day in (TO_COME, "2024-05-25")] == [False, True]


def test_nobody_is_missed_at_a_session_of_which_nobody_is_recorded_and_that_is_said_once(season: Program) -> None:
    for number in ("10", "5"):
        season("rsvp", number, "yes", "--session", TO_COME)
    found = {day: waiting(season, today=day) for day in (TO_COME, "2024-05-25")}
    said = {day: [row["partner"] for row in rows if row["what"] == "not-recorded"] for day, rows in found.items()}
    assert said == {TO_COME: ["session 2024-04-30"], "2024-05-25": ["session 2024-04-30", "session 2024-05-24"]}
    assert not [row for row in found["2024-05-25"] if row["what"] == "not-attended" and row["partner_id"] != 11]
    assert "2 are over, and who came is not recorded: session 2024-04-30; session 2024-05-24" in words(
        season("report", today="2024-05-25").out
    )


def test_the_report_names_the_new_kinds_only_where_there_are_some(season: Program, mtep: Program) -> None:
    counted = {task["what"]: task["count"] for task in season("report", "--format", "json", today=TODAY).json["next"]}
    rows = waiting(season, "--limit", "1000")
    assert counted == {what: sum(row["what"] == what for row in rows) for what in TASKS}
    shown = words(season("report", today=TODAY).out)
    for said in ("1 has only contacts whose letters came back: Delta Institute", "2 have a mail that you should look",
                 "1 has accepted and is not on the list of those who came: Kappa League"):  # fmt: skip
        assert said in shown
    mtep.database.unlink()
    empty = {task["what"] for task in mtep("report", "--format", "json").json["next"]}
    assert empty == {"no-contact", "not-invited", "not-confirmed-sent", "no-answer"}


def test_the_list_fits_the_screen(season: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in (80, 120):
        monkeypatch.setenv("COLUMNS", str(columns))
        lines = season("next", today=TODAY).out.splitlines()
        assert max(map(len, lines)) <= columns
        assert not [line for line in lines if "…" in line]


# ---- silence ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("silent", "today", "listed"), [
    ([], "2024-05-07", False), ([], "2024-05-08", True), (["--silent", "3"], "2024-05-03", False),
    (["--silent", "3"], "2024-05-04", True), (["--silent", "13"], TODAY, False),
])  # fmt: skip
def test_who_is_silent_is_listed_after_as_many_days_as_are_said(
    season: Program, silent: list[str], today: str, listed: bool
) -> None:
    assert (10 in tasks(season, "no-answer", *silent, today=today)) == listed


def test_who_nominated_a_silent_partner_is_named_as_the_one_to_ask(season: Program) -> None:
    why = {row["partner_id"]: row["why"] for row in waiting(season, today="2024-05-08") if row["what"] == "no-answer"}
    assert why[9] == "has not answered for 7 days; Maria Rivera nominated it and could ask"
    assert why[10] == "has not answered for 7 days; Maria Rivera and Bo Chen nominated it and could ask"
    season("invite", "13", "--session", TO_COME)
    silent = waiting(season, "--silent", "1", today="2024-05-02")
    assert "has not answered for 1 day" in [row["why"] for row in silent if row["partner_id"] == 13]
    for name in ("Cy", "Di"):
        season("nominate", "10", "--by", f"{name} <{name}@example.edu>")
    (row,) = (row for row in waiting(season) if (row["what"], row["partner_id"]) == ("no-answer", 10))
    assert row["why"].endswith("for 12 days; Maria Rivera, Bo Chen and 2 more nominated it and could ask")
    assert row["nominators"] == ["Maria Rivera", "Bo Chen", "Cy", "Di"]


# ---- one member's list --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["Bo Chen", "chen@example.edu", "bo"])
def test_a_members_list_holds_what_the_member_nominated(season: Program, who: str) -> None:
    assert {(row["what"], row["partner_id"]) for row in waiting(season, "--for", who)} == {("no-answer", 10)}


def test_a_members_list_holds_the_letters_that_the_member_signs_and_pairs_of_their_partners(season: Program) -> None:
    everything = {(row["what"], row["partner_id"]) for row in waiting(season)}
    assert {(row["what"], row["partner_id"]) for row in waiting(season, "--for", MARIA)} == everything - {
        ("review", None), ("not-invited", 13), ("not-recorded", None), ("overdue", 14),
    }  # fmt: skip
    change(season.database, "UPDATE invitations SET signer_id = 2 WHERE partner_id IN (2, 4)")
    assert {(row["what"], row["partner_id"]) for row in waiting(season, "--for", BO)} >= {("failed", 2), ("bounced", 4)}
    season("nominate", "13", "--by", BO)
    assert ("maybe-twice", 8) in {(row["what"], row["partner_id"]) for row in waiting(season, "--for", BO)}


def test_a_letter_of_another_session_that_the_hub_signs_is_not_on_a_members_list(season: Program) -> None:
    change(
        season.database,
        f"""
        UPDATE invitations SET signer_id = NULL;
        UPDATE invitations SET signer_id = 2 WHERE partner_id = 11;
        INSERT INTO invitations (partner_id, session_id, day, sequence) SELECT 11, id, '2024-05-01', 0 FROM sessions
            WHERE code = '{TO_COME}';
    """,
    )
    rows = waiting(season, "--for", BO)
    assert {(row["what"], row["partner_id"]) for row in rows} == {("not-attended", 11), ("no-answer", 10)}


def test_a_limit_counts_what_is_meant_and_not_what_others_have(season: Program) -> None:
    assert tasks(season, "no-answer", "--for", BO, "--limit", "1") == [10]


def test_a_member_without_tasks_is_said_to_have_none(season: Program) -> None:
    season("add-member", "Zoe Zimmer <zoe@example.edu>")
    shown = season("next", "--for", "Zoe", "--draft", "zoe.eml")
    assert "Nothing waits for Zoe Zimmer; no draft was written." in words(shown.out)
    assert not (season.folder / "zoe.eml").exists()
    assert "Nothing waits to be done for Zoe Zimmer." in season("next", "--for", "Zoe").err


def test_a_member_who_is_not_known_is_refused(season: Program) -> None:
    assert "No member is called 'Nobody'" in season("next", "--for", "Nobody", code=1).err


# ---- as a mail ----------------------------------------------------------------------------------------------

LINES = {
    "Delta Institute": "tell us whom else to write to. What was sent to Person 4 (p4@example.org) came back.",
    "Gamma Guild": "tell us whom to write to, with a mail address.",
    "Iota Academy": "send your letter to Person 9 (p9@example.org), the invitation for the session on May 24. If it"
    " went already, tell us so.",
    "Jade Union": "ask Person 10 (p10@example.org) whether somebody can come on May 24. Invited on May 1, no answer for"
    " 12 days.",
    "Kappa League": "ask Person 11 (p11@example.org) whether another session would suit them. They had accepted the one"
    " on May 3, and are not on the list of those who came.",
    "Lima Laboratory": "ask Person 12 (p12@example.org) whether they would like to join. They came to the session on"
    " May 3.",
    "Hill High School and Hill Schools": "tell us whether these are one organization.",
}


def written(program: Program, who: str = MARIA, *, today: str = TODAY) -> EmailMessage:
    """The draft to a member."""
    path = program.folder / "draft.eml"
    path.unlink(missing_ok=True)
    program("next", "--for", who, "--draft", "draft.eml", today=today)
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def text(mail: EmailMessage) -> str:
    return body(mail).replace("\r\n", "\n")


def lines(mail: EmailMessage) -> dict[str, str]:
    """What a draft asks for, by the partners."""
    _, *items = text(mail).split("\n- ")
    found = (words(item.split("\n\n")[0]).partition(": ") for item in items)
    return {partner: thing for partner, _, thing in found}


def test_a_draft_says_in_plain_words_what_to_do_about_each_partner(season: Program) -> None:
    mail = written(season)
    assert lines(mail) == LINES
    assert mail["Subject"] == "MTEP 2.0 outreach: 7 things that wait for you"
    assert text(mail).startswith(
        "Dear Maria Rivera,\n\nHere are 7 things that wait for you in the outreach of MTEP 2.0."
    )
    assert [(part, mail[part]) for part in ("From", "To", "X-Unsent", "Date", "List-Unsubscribe")] == [
        ("From", "Hub <hub@example.org>"), ("To", "Maria Rivera <rivera@example.edu>"), ("X-Unsent", "1"),
        ("Date", None), ("List-Unsubscribe", None),
    ]  # fmt: skip
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_a_draft_names_no_command(season: Program) -> None:
    for part in written(season).iter_parts():
        assert "mtep " not in part.as_string().lower().replace("mtep 2.0", "")
        assert "--" not in part.get_content().replace("<!--", "")


def test_both_forms_of_a_draft_say_the_same_and_names_are_no_markup(season: Program) -> None:
    season("edit", "7", "--name", "Gamma *Guild* <b>& [Friends](https://example.com)")
    mail = written(season)
    assert "Gamma *Guild* <b>& [Friends](https://example.com)" in lines(mail)
    page = mail.get_body(("html",))
    assert page is not None
    assert "Gamma *Guild* &lt;b&gt;&amp; [Friends](https://example.com)</strong>: tell us whom" in page.get_content()


def test_nothing_is_recorded_by_a_draft(season: Program) -> None:
    before = stored(season.database)
    shown = season("next", "--for", "Bo", "--draft", "new/bo.eml", today=TODAY)
    assert stored(season.database) == before
    assert "Wrote a draft to Bo Chen <chen@example.edu> about 1 thing to do: new/bo.eml" in words(shown.out)
    assert (season.folder / "new" / "bo.eml").exists()


def test_one_thing_is_not_said_in_the_plural(season: Program) -> None:
    mail = written(season, BO)
    assert mail["Subject"] == "MTEP 2.0 outreach: 1 thing that waits for you"
    assert "Here is 1 thing that waits for you" in body(mail)
    assert "When you have done it, or know more" in words(body(mail))
    season("invite", "8", "--session", TO_COME)
    change(season.database, "UPDATE invitations SET signer_id = 2 WHERE partner_id = 8")
    assert "A letter that is yours to send" in body(written(season, BO))


def test_nobody_is_to_be_asked_for_an_answer_to_a_letter_that_may_not_have_arrived(season: Program) -> None:
    """Of the partners that have not answered, only the one whose letter went is to be asked."""
    assert {1, 2, 6, 9, 10} <= set(tasks(season, "no-answer"))
    assert [name for name, thing in lines(written(season)).items() if "no answer for" in thing] == ["Jade Union"]


def test_whoever_is_not_to_be_written_to_is_not_to_be_asked(season: Program) -> None:
    season("do-not-contact", "Kappa League")
    season("do-not-contact", "p10@example.org")
    found = lines(written(season))
    assert "Kappa League" not in found
    assert "p10@example.org" not in str(found)
    season("add-contact", "10", "Jo Jones <jo@example.org>")
    assert lines(written(season))["Jade Union"].startswith("ask Jo Jones (jo@example.org) whether somebody can come")


@pytest.mark.parametrize(("contact", "asked"), [
    ("name = 'p10@example.org'", "ask p10@example.org whether"), ("email = NULL", "ask Person 10 whether"),
])  # fmt: skip
def test_a_person_is_named_as_far_as_known(season: Program, contact: str, asked: str) -> None:
    change(season.database, f"UPDATE contacts SET {contact} WHERE partner_id = 10")
    assert lines(written(season))["Jade Union"].startswith(asked)


def test_where_nobody_is_left_to_write_to_only_that_is_asked_for(season: Program) -> None:
    change(season.database, "UPDATE contacts SET partner_id = 13 WHERE partner_id = 12")
    assert lines(written(season))["Lima Laboratory"] == LINES["Gamma Guild"]


def test_where_nobody_wants_letters_and_nobody_else_is_known_nothing_is_asked_for(season: Program) -> None:
    season("do-not-contact", "p12@example.org")
    assert "Lima Laboratory" not in lines(written(season))


def test_a_letter_to_nobody_in_particular_is_said_to_go_to_the_organization(season: Program) -> None:
    season("invite", "7", "--session", TO_COME)
    season("add-contact", "7", "Gil Gray <gil@example.org>")
    assert lines(written(season))["Gamma Guild"].startswith("send your letter to the organization, the inv")


def test_a_letter_that_the_hub_signs_is_not_a_members_to_send(season: Program) -> None:
    change(season.database, "UPDATE invitations SET signer_id = NULL WHERE partner_id = 9")
    assert "Iota Academy" not in lines(written(season))


def test_after_the_session_nobody_is_asked_to_come_to_it(season: Program) -> None:
    assert lines(written(season, BO, today=TO_COME))["Jade Union"].startswith(
        "ask Person 10 (p10@example.org) whether s"
    )
    assert lines(written(season, BO, today="2025-01-07"))["Jade Union"] == (
        "ask Person 10 (p10@example.org) whether another session would suit them. They were invited on May 1, 2024 to"
        " the one on May 24, 2024, and never answered."
    )
    season("cancel", TO_COME)
    season("sent", TO_COME)
    assert "Nothing waits for Bo Chen" in season("next", "--for", BO, "--draft", "again.eml", today=TODAY).out


def test_a_draft_is_signed_by_the_contact_person_and_sent_from_there_where_no_mailbox_is_set(season: Program) -> None:
    season("settings", "contact_person=Dee Park <dee@example.edu>", "sender=")
    mail = written(season)
    assert mail["From"] == "Dee Park <dee@example.edu>"
    assert text(mail).endswith("Dee Park\nMTEP 2.0 Outreach Hub\n")


def test_a_member_known_by_the_address_alone_is_greeted_without_it(season: Program) -> None:
    change(season.database, "UPDATE members SET name = email WHERE id = 2")
    assert text(written(season, "chen@example.edu")).startswith("Hello,\n")


def test_a_draft_without_a_mailbox_is_refused(season: Program) -> None:
    season("settings", "sender=")
    assert "No mailbox is set" in season("next", "--for", MARIA, "--draft", "m.eml", code=1).err
    change(season.database, "INSERT INTO settings (key, value) VALUES ('contact_person', 'Dee Park')")
    assert "No mailbox is set" in season("next", "--for", MARIA, "--draft", "m.eml", code=1).err
    assert not (season.folder / "m.eml").exists()


def test_a_draft_to_nobodys_address_is_refused(season: Program) -> None:
    season("add-member", "Dora Dill")
    assert "No mail address of Dora Dill is known" in season("next", "--for", "Dora", "--draft", "m.eml", code=1).err


def test_a_file_that_is_there_is_not_written_over(season: Program) -> None:
    (season.folder / "m.eml").write_text("mine", "utf-8")
    assert "there already" in season("next", "--for", MARIA, "--draft", "m.eml", code=1).err
    assert (season.folder / "m.eml").read_text("utf-8") == "mine"


@pytest.mark.parametrize(("arguments", "said"), [
    (["--draft", "m.eml"], "--for MEMBER"), (["--for", MARIA, "--draft", "m.txt"], ".eml"),
    (["--for", MARIA, "--draft", "m.eml", "--format", "json"], "--format"),
    (["--for", MARIA, "--draft", "m.eml", "--limit", "3"], "--limit"), (["--silent", "0"], "1 or more"),
])  # fmt: skip
def test_a_wrong_use_is_refused(season: Program, arguments: list[str], said: str) -> None:
    assert said in words(season("next", *arguments, code=2).err)
    assert not list(season.folder.glob("m.*"))


def test_what_is_left_out_of_long_lists_is_said(mtep: Program) -> None:
    for number in range(4):
        mtep("add-partner", f"Society {'ABCD'[number] * 3}", "--new")
    assert "more than" not in mtep("next").err
    found = mtep("next", "--limit", "3")
    assert "have no contact and those that are not invited yet there are more than 3" in " ".join(found.err.split())
    assert found.out.count("Society") == 6
    assert len(mtep("next", "--limit", "3", "--format", "json").json) == 6
