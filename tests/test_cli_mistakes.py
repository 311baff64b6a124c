"""Mistakes a professor makes: each is refused in a short sentence with a next step, and nothing is changed."""

import hashlib
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from .conftest import TODAY, Program, Result

MOST_LINES, MOST_CHARACTERS = 8, 1500
_FRAME = "╭╮╰╯│─"


# ---- what a refusal is ------------------------------------------------------------------------------------


def flat(text: str) -> str:
    """A text without the frame of a usage panel, and with every run of white space as one blank."""
    return " ".join("".join(" " if c in _FRAME else c for c in text).split())


def everything_in(folder: Path) -> dict[str, str]:
    """Every file and folder below, with the digest of what it holds."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in sorted(folder.rglob("*"))
    }


def refused(program: Program, *arguments: str, says: tuple[str, ...], today: str = TODAY) -> Result:
    """Run a command that must be refused: shortly, with the words given, and with nothing changed."""
    before = everything_in(program.folder)
    found = program(*arguments, code=None, today=today)
    said = flat(found.err)
    assert found.code in (1, 2), f"exit code {found.code}\n{found.out}\n{found.err}"
    assert "Traceback" not in found.err + found.out
    assert not found.out
    for word in says:
        assert word in said, f"{word!r} is not said in: {found.err}"
    lines = found.err.strip().splitlines()
    if not said.startswith("Usage:"):
        assert len(lines) > 1, f"no next step in: {found.err}"
    assert len(lines) <= MOST_LINES, found.err
    assert len(said) <= MOST_CHARACTERS, f"{len(said)} characters: {said[:300]}"
    assert everything_in(program.folder) == before
    return found


@dataclass(frozen=True)
class Mistake:
    """What is typed (as in a shell), and what the refusal must say."""

    typed: str
    says: tuple[str, ...]

    def __init__(self, typed: str, *says: str) -> None:
        object.__setattr__(self, "typed", typed)
        object.__setattr__(self, "says", says)


def cases(mistakes: Mapping[str, Mistake]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("mistake", mistakes.values(), ids=mistakes.keys())


# ---- a network with everything that can be got wrong --------------------------------------------------------

SHEETS = {
    "good.csv": b"name,state,list\nNew Council,GA,state\n",
    "empty.csv": b"",
    "blank.csv": b"\n\n  \n",
    "no-name.csv": b"foo,bar\n1,2\n",
    "twice.csv": b"name,state,state\nNew Council,GA,AL\n",
    "open-quote.csv": b'name,state\n"New Council,GA\n',
    "bad-quote.csv": b'name,state\n"New" Council,GA\n',
    "too-wide.csv": b"name,state\nNew Council,GA,extra\n",
    "latin.csv": "name,city\nNúñez Council,Córdoba\n".encode("latin-1"),
    "utf16.csv": "name,city\nNew Council,Troy\n".encode("utf-16"),
    "workbook.csv": b"PK\x03\x04" + bytes(100),
    "bad-state.csv": b"name,state\nNew Council,GA\nOther Council,Ontario\n",
    "bad-mail.csv": b"name,email\nNew Council,nobody at example.org\n",
    "bad-scope.csv": b"name,scope\nNew Council,global\n",
    "bad-day.csv": b"name,nominated by,nominated on\nNew Council,Ana Ruiz <ana@example.edu>,24.5.2024\n",
    "late-day.csv": b"name,nominated by,nominated on\nNew Council,Ana Ruiz <ana@example.edu>,2031-01-01\n",
    "no-name-in-row.csv": b"name,state\n,GA\n",
    "long-name.csv": b"name,state\n" + b"x" * 301 + b",GA\n",
}

TEMPLATES = {
    "broken": "Dear {{ contact\n",
    "unclosed": "Hello\n{% if contact %}\nDear {{ contact }}\n",
    "misspelled": "Dear {{ greeting }},\n\n{{ organisation }}\n",
    "invented": "{{ zzzz_qqqq }}\n",
    "unguarded": "{{ greeting }}\n{{ postal_address }}\n",
    "dividing": "{{ greeting }}\n{{ 1 / 0 }}\n",
    "endless": "{% include 'endless.md.j2' %}\n",
    "missing-part": "{% include 'nowhere.md.j2' %}\n",
    "spying": "{{ greeting.__class__.__mro__ }}\n",
    "reading": "{% include '/etc/passwd' %}\n",
    "climbing": "{% include '../../../../etc/passwd' %}\n",
    "huge": "{% for i in range(100000000) %}x{% endfor %}\n",
    "no-filter": "{{ greeting | shout }}\n",
}


def _prepare(network: Program) -> None:
    """Add to the network what mistakes can be made with. Its steps 1 to 9 are those of `network`."""
    folder = network.folder
    network("add-member", "Bob Stone <stone@example.edu>")  # step 10
    network("add-partner", "Old Council")
    network("remove", "Old Council")
    network("join", "Alabama Mathematics Council", "--on", "2024-04-30")
    network("attend", "AMTE")
    network("add-partner", "Undone Society")  # step 15
    network("undo")  # step 16
    for name, content in SHEETS.items():
        (folder / name).write_bytes(content)
    (folder / "own" / "letters").mkdir(parents=True)
    for name, text in TEMPLATES.items():
        (folder / "own" / "letters" / f"{name}.md.j2").write_text(text, "utf-8")
    (folder / "own" / "letters" / "latin.md.j2").write_bytes("José\n".encode("latin-1"))
    network("settings", "templates=own")
    (folder / "notes.txt").write_text("Not a database, only notes.\n" * 200, "utf-8")
    (folder / "some folder").mkdir()
    (folder / "folder.csv").mkdir()
    (folder / "there.csv").write_text("mine\n", "utf-8")
    with closing(sqlite3.connect(folder / "other.sqlite")) as connection:
        connection.executescript("CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('Soup');")
    newer = folder / "newer.sqlite"
    shutil.copy(network.database, newer)
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    whole = network.database.read_bytes()
    for name, size in (("half.sqlite", len(whole) // 2 // 4096 * 4096), ("cut.sqlite", 5000), ("stub.sqlite", 60)):
        (folder / name).write_bytes(whole[:size])


_KEPT: dict[str, Path] = {}


@pytest.fixture
def desk(request: pytest.FixtureRequest, mtep: Program, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The network, files of every wrong kind, and templates with every mistake; made once and copied."""
    if "desk" not in _KEPT:
        network: Program = request.getfixturevalue("network")
        _prepare(network)
        _KEPT["desk"] = tmp_path_factory.mktemp("desk") / "desk"
        shutil.copytree(network.folder, _KEPT["desk"])
        return network
    shutil.copytree(_KEPT["desk"], mtep.folder, dirs_exist_ok=True)
    return mtep


# ---- names ------------------------------------------------------------------------------------------------

NAMES = {
    "an unknown acronym": Mistake("show NTCM", "'NTCM'", "mtep add-partner"),
    "a misspelled name": Mistake("show 'Alabama Mathematic Counsel'", "Did you mean", "Alabama Mathematics Council"),
    "an ambiguous beginning": Mistake("show A", "'A'", "Alabama Mathematics Council", "(AMTE), number 1"),
    "an unknown number": Mistake("show 99", "'99'"),
    "number zero": Mistake("show 0", "'0'"),
    "a number beyond all": Mistake(f"show {10**30}", str(10**30)),
    "an empty name": Mistake("show ''", "''"),
    "punctuation alone": Mistake("show '!!!'", "'!!!'"),
    "a wildcard": Mistake("show 'A%'", "'A%'"),
    "a removed partner": Mistake("show 'Old Council'", "Old Council was removed", "mtep undo"),
    "an undone partner": Mistake("show 'Undone Society'", "'Undone Society'"),
    "edit an unknown partner": Mistake("edit NTCM --city Troy", "'NTCM'", "mtep add-partner"),
    "edit an ambiguous partner": Mistake("edit A --city Troy", "'A' fits several", "or the number"),
    "edit a removed partner": Mistake("edit 'Old Council' --city Troy", "Old Council", "mtep undo"),
    "remove an unknown partner": Mistake("remove NTCM", "'NTCM'"),
    "remove a removed partner": Mistake("remove 'Old Council'", "Old Council was removed"),
    "remove an ambiguous partner": Mistake("remove A", "'A' fits several", "or the number"),
    "join of an unknown partner": Mistake("join NTCM", "'NTCM'"),
    "contact of an unknown partner": Mistake("add-contact NTCM 'Al <al@example.org>'", "'NTCM'"),
    "contact of an ambiguous partner": Mistake("add-contact A 'Al <al@example.org>'", "'A' fits several"),
    "answer of an unknown partner": Mistake("rsvp NTCM yes", "'NTCM'"),
    "attendance of one known and one unknown": Mistake("attend 'Lee County' NTCM", "'NTCM'"),
    "attendance of an ambiguous partner": Mistake("attend A", "'A' fits several"),
    "invite an unknown partner": Mistake("invite 'Lee County' NTCM", "'NTCM'"),
    "invite an ambiguous partner": Mistake("invite A", "'A' fits several"),
    "preview for an unknown partner": Mistake("invite --show NTCM", "'NTCM'"),
    "preview for a removed partner": Mistake("invite --show 'Old Council'", "Old Council was removed"),
    "preview for an empty name": Mistake("invite --show ''", "''"),
    "nominate an unknown number": Mistake("nominate 99 --by Maria", "'99'"),
    "nominate nothing": Mistake("nominate '' --by Maria", "name", "empty"),
    "nominate a removed partner": Mistake("nominate 'Old Council' --by Maria", "Old Council was removed"),
    "nominate by an unknown member": Mistake("nominate AMTE --by Zoe", "'Zoe'", "mtep add-member"),
    "nominate a new partner by an unknown member": Mistake("nominate 'New Society' --by Zoe", "'Zoe'"),
    "nominate by a misspelled member": Mistake("nominate AMTE --by 'Maria Rivers'", "Did you mean", "Maria Rivera"),
    "nominate by an ambiguous member": Mistake("nominate AMTE --by Bo", "'Bo' fits several", "Bob Stone, number 3"),
    "nominate by an unknown member number": Mistake("nominate AMTE --by 99", "'99'"),
    "nominate by nobody": Mistake("nominate AMTE --by ''", "''"),
    "nominate by nobody in brackets": Mistake("nominate AMTE --by 'Zoe <>'", "not an e-mail address"),
    "a new partner by an unknown member": Mistake("add-partner 'New Society' --nominated-by Zoe", "'Zoe'"),
}  # fmt: skip

KNOWN_ALREADY = {
    "the same partner": Mistake("add-partner 'association of mathematics teacher educators'", "number 1", "--new"),
    "the same partner with its state": Mistake("add-partner 'Lee County Schools' --state Alabama", "Lee County"),
    "the same contact": Mistake("add-contact AMTE 'Ann Adams <ADAMS@example.org>'", "ADAMS@example.org", "mtep show"),
    "the same contact by edit": Mistake("edit AMTE --contact 'Ann <adams@example.org>'", "adams@example.org"),
    "the same member": Mistake("add-member 'M. Rivera <rivera@example.edu>'", "rivera@example.edu", "list members"),
    "the same nomination": Mistake("nominate AMTE --by 'Bo Chen'", "Bo Chen nominated", "May 1, 2024"),
    "the same alias": Mistake("edit AMTE --alias amte", "'amte'"),
    "an alias that is the name": Mistake("add-partner 'New Society' --alias 'new society'", "'new society'"),
    "the same answer": Mistake("rsvp AMTE accepted", "accepted", "A different answer"),
    "joining twice": Mistake("join 'Alabama Mathematics Council'", "joined already", "April 30, 2024", "mtep log"),
    "attending twice": Mistake("attend AMTE --session 2024-05-24", "2024-05-24", "mtep report"),
    "an answer of a partner not invited": Mistake("rsvp 'Lee County' yes", "Lee County Schools", "mtep invite"),
    "a name that another partner has": Mistake("edit 'Lee County' --name 'Alabama Mathematics Council'",
                                               "Alabama Mathematics Council", "number 2"),
}  # fmt: skip


@cases(NAMES)
def test_a_name_that_is_wrong_or_ambiguous_is_refused(desk: Program, mistake: Mistake) -> None:
    refused(desk, *shlex.split(mistake.typed), says=mistake.says)


@cases(KNOWN_ALREADY)
def test_what_is_recorded_already_is_refused(desk: Program, mistake: Mistake) -> None:
    refused(desk, *shlex.split(mistake.typed), says=mistake.says)


def test_a_member_without_an_address_is_not_found_by_no_address(network: Program) -> None:
    network("add-member", "Dee Park")
    refused(network, "nominate", "Lee County", "--by", "", says=("''",))
    refused(network, "nominate", "Lee County", "--by", "Zoe <>", says=("not an e-mail address",))


# ---- days, hours, zones -------------------------------------------------------------------------------------

TAKES_A_DAY = {
    "--today": "--today {} list",
    "add-session": "add-session {}",
    "edit-session": "edit-session {} --title Talk",
    "invite --session": "invite --session {}",
    "rsvp --session": "rsvp AMTE no --session {}",
    "rsvp --on": "rsvp AMTE no --on {}",
    "attend --session": "attend 'Lee County' --session {}",
    "nominate --on": "nominate AMTE --by Maria --on {}",
    "join --on": "join AMTE --on {}",
    "report --as-of": "report --as-of {}",
    "report --session": "report --session {}",
    "list --session": "list invitations --session {}",
}
WRONG_DAYS = {
    "no such month": "2024-13-01",
    "no such day": "2024-02-30",
    "day first": "24/5/2024",
    "no day": "May 2024",
    "no year": "May 24",
    "another weekday": "Friday, May 25, 2024",
    "no date at all": "next week",
    "a guess": "5.6.2024",
    "a year alone": "2024",
    "an hour too": "2024-05-24 12:00",
    "another century": "1024-05-24",
    "misspelled": "Mai 24th, 2024",
    "nonsense": "soon",
}
ANSWERS_WITH_A_DAY = ("rsvp AMTE no --on {}", "nominate AMTE --by Maria --on {}", "join AMTE --on {}")
TAKES_A_SESSION = {key: typed for key, typed in TAKES_A_DAY.items() if "--session" in typed or "edit-session" in typed}
HOURS_AND_ZONES = {
    "an hour that is none": Mistake("add-session 2024-06-03 --start 25:00", "'25:00'", "1:30pm"),
    "a number alone": Mistake("add-session 2024-06-03 --start 12", "'12'", "1:30pm"),
    "13 p.m.": Mistake("add-session 2024-06-03 --end 13pm", "'13pm'", "1:30pm"),
    "an hour in words": Mistake("edit-session 2024-05-24 --start noonish", "'noonish'", "1:30pm"),
    "an end before the start": Mistake("add-session 2024-06-03 --start 2pm --end 1pm", "1:00 p.m.", "--end"),
    "an edited end before the start": Mistake("edit-session 2024-05-24 --end 11:00", "11:00 a.m.", "--start"),
    "an hour that the clocks skip": Mistake("add-session 2024-03-10 --start 2:30am --end 4am", "2:30 a.m.", "another"),
    "an hour that comes twice": Mistake("add-session 2024-11-03 --start 1:30am --end 4am", "twice", "another hour"),
    "an abbreviated zone": Mistake("add-session 2024-06-03 --time-zone CST", "'CST'", "America/Chicago"),
    "a zone in words": Mistake("edit-session 2024-05-24 --time-zone 'Central Time'", "'Central Time'", "Chicago"),
    "a misspelled zone": Mistake("add-contact AMTE 'Al <al@example.org>' --time-zone America/Chicagoo",
                                 "'America/Chicagoo'", "America/Chicago"),
    "an offset": Mistake("add-contact AMTE 'Al <al@example.org>' --time-zone UTC+5", "'UTC+5'", "UTC?"),
    "a path as a zone": Mistake("add-session 2024-06-03 --time-zone ../../etc/passwd", "'../../etc/passwd'"),
}  # fmt: skip


@pytest.mark.parametrize("typed", TAKES_A_DAY.values(), ids=TAKES_A_DAY.keys())
@pytest.mark.parametrize("day", ["2024-02-30", "next week", "May 24"])
def test_a_wrong_day_is_refused_wherever_a_day_is_typed(desk: Program, typed: str, day: str) -> None:
    refused(desk, *shlex.split(typed.format(shlex.quote(day))), says=(f"'{day}'", "Type it like 2024-05-24"))


@pytest.mark.parametrize("day", WRONG_DAYS.values(), ids=WRONG_DAYS.keys())
def test_a_day_that_is_a_guess_or_none_is_refused(desk: Program, day: str) -> None:
    refused(desk, "add-session", day, says=(f"'{day}'", "Type it like 2024-05-24"))


@pytest.mark.parametrize("typed", TAKES_A_DAY.values(), ids=TAKES_A_DAY.keys())
def test_an_empty_day_is_not_taken_for_today_or_for_any_day(desk: Program, typed: str) -> None:
    refused(desk, *shlex.split(typed.format("''")), says=("empty",))


@pytest.mark.parametrize("typed", ANSWERS_WITH_A_DAY)
@pytest.mark.parametrize("day", ["2024-05-02", "tomorrow", "5/1/2025"])
def test_nothing_has_happened_on_a_day_to_come(desk: Program, typed: str, day: str) -> None:
    refused(desk, *shlex.split(typed.format(day)), says=("today is Wednesday, May 1, 2024", "Check the year"))


@pytest.mark.parametrize("typed", TAKES_A_SESSION.values(), ids=TAKES_A_SESSION.keys())
def test_an_unplanned_session_is_refused_and_the_planned_ones_are_named(desk: Program, typed: str) -> None:
    refused(desk, *shlex.split(typed.format("6/1/2024")), says=("2024-06-01", "Planned: 2024-05-24", "mtep add-sess"))
    refused(desk, *shlex.split(typed.format("2024-05-24-2")), says=("2024-05-24-2",))


@cases(HOURS_AND_ZONES)
def test_a_wrong_hour_or_zone_is_refused(desk: Program, mistake: Mistake) -> None:
    refused(desk, *shlex.split(mistake.typed), says=mistake.says)


def test_a_wrong_day_in_the_environment_is_refused(desk: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    from mtep_outreach.cli.app import main

    monkeypatch.setenv("MTEP_TODAY", "yesterday morning")
    before = everything_in(desk.folder)
    assert main(["add-partner", "New Society"]) == 2
    assert everything_in(desk.folder) == before


# ---- places, people, words ----------------------------------------------------------------------------------

PLACES_AND_PEOPLE = {
    "a state that is none": Mistake("add-partner 'New Society' --state XX", "'XX'", "AL, Alabama or Ala."),
    "a misspelled state": Mistake("add-partner 'New Society' --state Alabamma", "'Alabamma'", "Alabama?"),
    "a province": Mistake("edit AMTE --state Ontario", "'Ontario'"),
    "a member's state": Mistake("add-member 'Al <al@example.edu>' --state XX", "'XX'"),
    "a state to list": Mistake("list --state XX", "'XX'"),
    "a state to invite": Mistake("invite --state XX", "'XX'"),
    "two states": Mistake("list --state 'AL and GA'", "'AL and GA'"),
    "no domain": Mistake("add-contact AMTE 'Al <al@>'", "'al@'", "rivera@example.edu"),
    "no at sign": Mistake("add-contact AMTE 'Al <al.example.org>'", "'al.example.org'", "rivera@example.edu"),
    "two at signs": Mistake("add-contact AMTE al@@example.org", "'al@@example.org'"),
    "no dot": Mistake("add-contact AMTE 'Al <al@localhost>'", "'al@localhost'"),
    "a blank in the address": Mistake("add-member 'Al <a l@example.edu>'", "'a l@example.edu'"),
    "no brackets": Mistake("add-contact AMTE 'Al Lee al@example.org'", "'Al Lee al@example.org'", "< >"),
    "an open bracket": Mistake("add-contact AMTE 'Al <al@example.org'", "'Al <al@example.org'", "< >"),
    "two addresses": Mistake("add-member 'Al <al@example.org> <lee@example.org>'", "< >", "'Maria Rivera <"),
    "empty brackets": Mistake("add-member 'Al <>'", "''", "rivera@example.edu"),
    "no person": Mistake("add-contact AMTE ''", "empty", "quotes"),
    "a person of punctuation": Mistake("add-member '?!'", "name", "letter or digit"),
    "a wrong contact of a new partner": Mistake("add-partner 'New Society' --contact 'Al <al@>'", "'al@'"),
    "a wrong host": Mistake("add-session 2024-06-03 --host 'Al <al@>'", "'al@'"),
    "a wrong new nominator": Mistake("add-partner 'New Society' --nominated-by 'Al <al@>'", "'al@'"),
    "a website in words": Mistake("add-partner 'New Society' --website 'see Google'", "'see Google'", "https://amte"),
    "a website without a domain": Mistake("edit AMTE --website https://", "'https://'", "https://amte.net"),
    "another scheme": Mistake("edit AMTE --website ftp://amte.net", "'ftp://amte.net'", "https://amte.net"),
    "a script": Mistake("edit AMTE --website 'javascript:alert(1)'", "'javascript:alert(1)'"),
    "one word as a website": Mistake("edit AMTE --website amte", "'amte'"),
}  # fmt: skip

WORDS = {
    "scope": Mistake("add-partner 'New Society' --scope global", "'global'", "national", "local"),
    "scope to list": Mistake("list --scope global", "'global'", "national"),
    "scope to report": Mistake("report --scope global", "'global'", "national"),
    "sector": Mistake("edit AMTE --sector church", "'church'", "nonprofit"),
    "stage": Mistake("list --stage married", "'married'", "identified"),
    "council role": Mistake("edit AMTE --council-role dean", "'dean'", "school-personnel"),
    "kind": Mistake("join AMTE --kind handshake", "'handshake'", "verbal"),
    "role": Mistake("add-member 'Al <al@example.edu>' --role boss", "'boss'", "coach"),
    "format": Mistake("list --format xml", "'xml'", "json"),
    "format of a report": Mistake("report --format pdf", "'pdf'", "json"),
    "kind of list": Mistake("list dinosaurs", "'dinosaurs'", "partners"),
    "order": Mistake("list --sort size", "'size'", "name"),
    "order of contacts": Mistake("list contacts --sort stage", "'stage'", "partner"),
    "kind of export": Mistake("export new.csv --what dinosaurs", "'dinosaurs'", "partners"),
    "answer": Mistake("rsvp AMTE perhaps", "'perhaps'", "accepted, declined or tentative"),
    "empty answer": Mistake("rsvp AMTE ''", "''", "accepted, declined or tentative"),
    "goal of nothing": Mistake("report --goal 0", "--goal", "Try 'mtep report"),
    "goal in words": Mistake("report --goal many", "--goal", "whole number"),
    "no letter at all": Mistake("invite --limit 0", "--limit", "1"),
    "fewer than none": Mistake("invite --limit -3", "--limit", "1"),
    "no step at all": Mistake("log --limit 0", "--limit", "1"),
    "steps beyond all": Mistake(f"log --limit {10**30}", "--limit"),
}  # fmt: skip

EMPTY = {
    "partner": Mistake("add-partner ''", "name is empty", "in quotes"),
    "partner of blanks": Mistake("add-partner '   '", "name is empty"),
    "partner of punctuation": Mistake("add-partner '!!!'", "name is empty", "letter or digit"),
    "acronym of punctuation": Mistake("add-partner 'New Society' --acronym -", "acronym is empty"),
    "alias of punctuation": Mistake("add-partner 'New Society' --alias '?!'", "alias is empty"),
    "new name": Mistake("edit AMTE --name ''", "name is empty"),
    "title of a session": Mistake("edit-session 2024-05-24 --title ''", "title is empty"),
    "nothing to edit": Mistake("edit AMTE", "Nothing to change", "mtep edit --help"),
    "nothing to edit in a session": Mistake("edit-session 2024-05-24", "Nothing to change", "mtep edit-session --help"),
}  # fmt: skip


@cases(PLACES_AND_PEOPLE)
def test_a_wrong_state_person_address_or_website_is_refused(desk: Program, mistake: Mistake) -> None:
    refused(desk, *shlex.split(mistake.typed), says=mistake.says)


@cases(WORDS)
def test_a_word_or_number_out_of_range_is_refused_and_the_right_ones_are_named(desk: Program, mistake: Mistake) -> None:
    refused(desk, *shlex.split(mistake.typed), says=mistake.says)


@cases(EMPTY)
def test_a_text_that_must_say_something_and_does_not_is_refused(desk: Program, mistake: Mistake) -> None:
    refused(desk, *shlex.split(mistake.typed), says=mistake.says)


TOO_LONG = {
    "name": (["add-partner", "x" * 301], "name has 301"),
    "acronym": (["edit", "AMTE", "--acronym", "x" * 301], "acronym has 301"),
    "alias": (["edit", "AMTE", "--alias", "x" * 301], "alias has 301"),
    "city": (["edit", "AMTE", "--city", "x" * 301], "city has 301"),
    "note": (["edit", "AMTE", "--note", "x" * 10_001], "note has 10,001"),
    "website": (["edit", "AMTE", "--website", "https://example.org/" + "x" * 20_000], "web"),
    "title of a contact": (["add-contact", "AMTE", "Al <al@example.org>", "--title", "x" * 301], "title has 301"),
    "phone": (["add-contact", "AMTE", "Al <al@example.org>", "--phone", "5" * 301], "phone number has 301"),
    "person": (["add-contact", "AMTE", f"{'x' * 301} <al@example.org>"], "name has 301"),
    "address": (["add-contact", "AMTE", f"{'x' * 400}@example.org"], "not an e-mail address"),
    "team": (["add-member", "Al <al@example.edu>", "--team", "x" * 301], "team has 301"),
    "reason": (["nominate", "AMTE", "--by", "Maria", "--reason", "x" * 10_001], "reason has 10,001"),
    "title of a session": (["add-session", "2024-06-03", "--title", "x" * 301], "title has 301"),
    "place": (["edit-session", "2024-05-24", "--where", "x" * 301], "place has 301"),
    "agenda": (["edit-session", "2024-05-24", "--agenda", "x" * 10_001], "agenda has 10,001"),
    "note on an answer": (["rsvp", "AMTE", "no", "--note", "x" * 10_001], "note has 10,001"),
    "document": (["join", "AMTE", "--document", "x" * 1001], "document has 1,001"),
    "setting": (["settings", f"network={'x' * 1001}"], "1,001 characters"),
    "a name to look for": (["show", "x" * 20_000], "No partner is called"),
    "a member to look for": (["nominate", "AMTE", "--by", "x" * 20_000], "No member is called"),
    "a day": (["add-session", "2" * 20_000], "is not a day"),
    "a state": (["list", "--state", "x" * 20_000], "is not a US state"),
    "a goal": (["settings", f"goal={'9' * 5000}"], "goal"),
}


@pytest.mark.parametrize(("arguments", "said"), TOO_LONG.values(), ids=TOO_LONG.keys())
def test_a_text_that_is_too_long_is_refused_and_not_repeated_in_full(
    desk: Program, arguments: list[str], said: str
) -> None:
    refused(desk, *arguments, says=(said,))


@pytest.mark.parametrize("typed", ["edit AMTE --note {}", "edit-session 2024-05-24 --agenda {}", "settings hub={}"])
def test_what_is_too_long_is_not_sent_where_it_cannot_go(desk: Program, typed: str) -> None:
    found = refused(desk, *shlex.split(typed.format("x" * 10_001)), says=("10,001",))
    assert "Put the rest into --note" not in found.err


# ---- files --------------------------------------------------------------------------------------------------

FILES = {
    "no such file": Mistake("import nowhere.csv --yes", "nowhere.csv", "Check the name"),
    "a folder to import": Mistake("import 'some folder' --yes", "some folder", "it is a folder"),
    "no name of a file": Mistake("import '' --yes", "it is a folder"),
    "an empty file": Mistake("import empty.csv --yes", "empty.csv", "header line"),
    "a blank file": Mistake("import blank.csv --yes", "blank.csv", "header line"),
    "no column with names": Mistake("import no-name.csv --yes", "no-name.csv", "foo, bar", "--map 'COLUMN=name'"),
    "an open quotation mark": Mistake("import open-quote.csv --yes", "open-quote.csv", "line", "Mend"),
    "a stray quotation mark": Mistake("import bad-quote.csv --yes", "bad-quote.csv", "line 2", "Mend"),
    "a workbook": Mistake("import workbook.csv --yes", "workbook.csv", "damaged"),
    "a database to import": Mistake("import other.sqlite --yes", "other.sqlite", "CSV"),
    "no yes and no terminal": Mistake("import good.csv", "Importing 1 row", "--yes"),
    "a mapping without a sign": Mistake("import good.csv --yes --map list", "'list'", "COLUMN=field", "scope"),
    "a mapping to nothing": Mistake("import good.csv --yes --map list=", "'list='", "scope"),
    "a mapping to no field": Mistake("import good.csv --yes --map list=size", "'list=size'", "scope"),
    "a mapping of nothing": Mistake("import good.csv --yes --map =scope", "'=scope'"),
    "a mapping of no column": Mistake("import good.csv --yes --map reach=scope", "'reach'", "name, state and list"),
    "an ending that says nothing": Mistake("export partners.txt", "partners.txt", ".docx, .pdf, .json, .vcf or .zip"),
    "no ending": Mistake("export partners", "partners", ".docx, .pdf, .json, .vcf or .zip"),
    "a file that is there": Mistake("export there.csv", "there.csv", "--yes"),
    "a folder to export to": Mistake("export folder.csv --yes", "folder.csv", "another place"),
    "a file as a folder": Mistake("export notes.txt/new.csv", "notes.txt", "no folder"),
    "a file name too long": Mistake(f"export {'x' * 300}.csv", "too long"),
    "a file to import too long": Mistake(f"import {'x' * 300}.csv", "too long"),
    "letters into a file": Mistake("invite 'Lee County' --output notes.txt", "notes.txt"),
    "letters into a name too long": Mistake(f"invite 'Lee County' --output {'x' * 300}", "too long"),
}  # fmt: skip

ROWS = {
    "a row too wide": Mistake("import too-wide.csv --yes", "too-wide.csv, line 2", "3 cells"),
    "a wrong state in a row": Mistake("import bad-state.csv --yes", "line 3, column 'state'", "Ontario"),
    "a wrong address in a row": Mistake("import bad-mail.csv --yes", "line 2, column 'email'", "nobody at example"),
    "a wrong day in a row": Mistake("import bad-day.csv --yes", "line 2, column 'nominated on'", "24.5.2024"),
    "a day to come in a row": Mistake("import late-day.csv --yes", "line 2, column 'nominated on'", "2031"),
    "a row without a name": Mistake("import no-name-in-row.csv --yes", "line 2, column 'name'"),
    "a long name in a row": Mistake("import long-name.csv --yes", "line 2, column 'name'", "301"),
}  # fmt: skip

LETTERS = {
    "no such template": Mistake("invite --template nope", "'nope'", "There are:", "invitation"),
    "an empty template name": Mistake("invite --template ''", "''", "There are:"),
    "a template elsewhere": Mistake("invite --template ../../etc/passwd", "'../../etc/passwd'", "There are:"),
    "an absolute template": Mistake("invite --template /etc/passwd", "'/etc/passwd'", "There are:"),
    **{
        f"a template that is {name}": Mistake(f"invite --template {name}", f"{name}.md.j2, line", "Mend the template")
        for name in (*TEMPLATES, "latin")
    },
    "a preview with a broken template": Mistake("invite --show AMTE --template broken", "broken.md.j2, line"),
    "an unknown variable, named": Mistake("invite --template misspelled", "line 3", "'organisation'", "organization"),
    "a fact that is not set, named": Mistake("invite --template unguarded", "line 2", "'postal_address'", "{% if"),
}  # fmt: skip


@cases(ROWS)
def test_a_row_that_cannot_be_used_is_listed_and_left_in_a_file_of_its_own(desk: Program, mistake: Mistake) -> None:
    found = desk(*shlex.split(mistake.typed), code=3)
    said = flat(found.err)
    for word in mistake.says:
        assert word in said, f"{word!r} is not said in: {found.err}"
    left = desk.folder / f"{shlex.split(mistake.typed)[1]}.problems.csv"
    assert left.name in said
    assert "mtep problem" in left.read_text("utf-8-sig")
    assert "Traceback" not in found.err


@cases(FILES)
def test_a_file_that_cannot_be_used_is_refused(desk: Program, mistake: Mistake) -> None:
    before = everything_in(desk.folder)
    found = desk(*shlex.split(mistake.typed), code=None)
    said = flat(found.err)
    assert found.code in (1, 2), f"exit code {found.code}\n{found.out}\n{found.err}"
    assert not found.out
    for word in mistake.says:
        assert word in said, f"{word!r} is not said in: {found.err}"
    # What was understood of a spreadsheet is shown before what is wrong with it.
    assert len(found.err.splitlines()) <= MOST_LINES + 4, found.err
    assert everything_in(desk.folder) == before


@cases(LETTERS)
def test_a_template_with_a_mistake_is_named_with_its_line_and_nothing_is_written(
    desk: Program, mistake: Mistake
) -> None:
    refused(desk, *shlex.split(mistake.typed), says=mistake.says)


def test_no_letter_is_left_when_one_of_them_cannot_be_written(network: Program) -> None:
    network("add-partner", "First Council", "--state", "GA")
    network("add-partner", "Second Council", "--state", "GA")
    (network.folder / "letters" / "2024-05-24" / "0005-second-council.md").mkdir(parents=True)
    refused(network, "invite", says=("0005-second-council.md",))


# ---- settings -----------------------------------------------------------------------------------------------

SETTINGS = {
    "an unknown key": Mistake("settings colour=blue", "'colour'", "mtep settings"),
    "a misspelled key": Mistake("settings gaol=40", "'gaol'", "Did you mean goal"),
    "no key": Mistake("settings =40", "''", "mtep settings"),
    "no value": Mistake("settings goal", "'goal'", "goal=VALUE"),
    "goal zero": Mistake("settings goal=0", "'0'", "goal=VALUE"),
    "goal below zero": Mistake("settings goal=-5", "'-5'", "1 to 1,000,000"),
    "goal in words": Mistake("settings goal=thirty", "'thirty'", "1 to 1,000,000"),
    "goal beyond sense": Mistake("settings goal=1000001", "'1000001'", "1 to 1,000,000"),
    "a wrong person": Mistake("settings 'contact_person=Al <al@>'", "'al@'", "contact_person=VALUE"),
    "a wrong hour": Mistake("settings session.start=25", "'25'", "session.start=VALUE"),
    "a wrong zone": Mistake("settings session.time_zone=CST", "'CST'", "America/Chicago"),
    "one right, one wrong": Mistake("settings goal=40 gaol=40", "'gaol'"),
    "one right, one wrong value": Mistake("settings goal=40 session.end=late", "'late'"),
}  # fmt: skip
BROKEN_SETTINGS = {
    "not TOML": b"templates = [\n",
    "not UTF-8": "templates = 'José'\n".encode("latin-1"),
    "an unknown key": b"colour = 'blue'\n",
    "not a text": b"letters = 5\n",
}


@cases(SETTINGS)
def test_a_wrong_setting_is_refused(desk: Program, mistake: Mistake) -> None:
    refused(desk, *shlex.split(mistake.typed), says=mistake.says)


@pytest.mark.parametrize("content", BROKEN_SETTINGS.values(), ids=BROKEN_SETTINGS.keys())
@pytest.mark.parametrize("typed", ["where", "settings", "settings letters=x", "settings goal=40 letters=x", "invite"])
def test_a_settings_file_that_cannot_be_read_is_named_and_kept(desk: Program, content: bytes, typed: str) -> None:
    (found,) = (desk.folder / "config").rglob("settings.toml")
    found.write_bytes(content)
    refused(desk, *shlex.split(typed), says=("settings.toml",))


# ---- databases ----------------------------------------------------------------------------------------------

DATABASES = {
    "a folder": ("some folder", ("some folder", "--db")),
    "a text file": ("notes.txt", ("notes.txt", "--db")),
    "another program's": ("other.sqlite", ("other.sqlite", "another program", "--db")),
    "a newer version": ("newer.sqlite", ("newer.sqlite", "9999", "Install the newer mtep")),
    "half of it": ("half.sqlite", ("half.sqlite", "damaged", "backup")),
    "its first pages": ("cut.sqlite", ("cut.sqlite", "damaged", "backup")),
    "its first bytes": ("stub.sqlite", ("stub.sqlite", "--db")),
    "below a file": ("notes.txt/new.sqlite", ("notes.txt", "--db")),
    "in no folder": ("no/such/new.sqlite", ("new.sqlite", "--db")),
    "a name too long": ("x" * 300, ("too long", "--db")),
}
ON_A_DATABASE = {
    "list": "list",
    "report": "report",
    "export": "export new.csv",
    "add": "add-partner 'New Society'",
    "invite": "invite",
    "undo": "undo",
    "import": "import good.csv --yes",
    "settings": "settings goal=40",
}


@pytest.mark.parametrize(("file", "says"), DATABASES.values(), ids=DATABASES.keys())
@pytest.mark.parametrize("typed", ON_A_DATABASE.values(), ids=ON_A_DATABASE.keys())
def test_a_file_that_is_no_database_of_ours_is_refused_untouched(
    desk: Program, file: str, says: tuple[str, ...], typed: str
) -> None:
    refused(desk, "--db", file, *shlex.split(typed), says=says)


@pytest.mark.parametrize("typed", ["list", "show AMTE", "report", "log", "export new.csv", "undo", "redo", "settings"])
def test_a_missing_database_is_not_read(desk: Program, typed: str) -> None:
    refused(desk, "--db", "missing.sqlite", *shlex.split(typed), says=("missing.sqlite", "--db"))


@pytest.mark.parametrize("file", ["newer.sqlite", "notes.txt", "other.sqlite", "some folder", "half.sqlite"])
def test_a_file_named_by_the_environment_is_refused_as_well(
    desk: Program, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    monkeypatch.setenv("MTEP_DB", file)
    refused(desk, "list", says=(file,))
    refused(desk, "add-partner", "New Society", says=(file,))


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
@pytest.mark.parametrize("typed", ["list", "add-partner 'New Society'"])
def test_a_database_in_a_folder_that_may_not_be_entered_is_refused(desk: Program, typed: str) -> None:
    closed = desk.folder / "closed"
    closed.mkdir()
    shutil.copy(desk.database, closed / "network.sqlite")
    closed.chmod(0)
    try:
        found = desk("--db", str(closed / "network.sqlite"), *shlex.split(typed), code=1)
        assert "permission denied" in found.err
    finally:
        closed.chmod(0o700)


# ---- the log ------------------------------------------------------------------------------------------------

STEPS = {
    "no such step": Mistake("undo 99", "99", "mtep log"),
    "step zero": Mistake("undo 0", "STEP", "1"),
    "a step in words": Mistake("undo last", "STEP", "whole number"),
    "a step beyond all": Mistake(f"undo {10**30}", str(10**30)),
    "an undo": Mistake("undo 16", "16", "it is itself an undo", "mtep redo"),
    "a step undone already": Mistake("undo 15", "15", "undone already", "mtep redo"),
    "a member who nominated": Mistake("undo 1", "Step 1", "builds on it", "mtep undo 4"),
    "a partner who has a contact": Mistake("undo 5", "Step 5", "mtep undo 6"),
    "a session with invitations": Mistake("undo 7", "Step 7", "mtep undo"),
    "an invitation that was answered": Mistake("undo 8", "Step 8", "mtep undo 9"),
    "a partner who was removed": Mistake("undo 11", "Step 11", "mtep undo 12"),
}  # fmt: skip


@cases(STEPS)
def test_a_step_that_cannot_be_taken_back_is_refused(desk: Program, mistake: Mistake) -> None:
    refused(desk, *shlex.split(mistake.typed), says=mistake.says)


def test_nothing_is_undone_when_all_is_undone_and_nothing_redone_when_nothing_is(network: Program) -> None:
    refused(network, "redo", says=("nothing to redo", "mtep log"))
    for _ in range(9):
        network("undo")
    refused(network, "undo", says=("nothing to undo", "mtep log"))


def test_an_undo_that_a_new_step_followed_is_not_redone(network: Program) -> None:
    network("edit", "AMTE", "--city", "Troy")
    network("undo")
    network("edit", "AMTE", "--city", "Auburn")
    refused(network, "redo", says=("nothing to redo", "mtep log"))


# ---- usage --------------------------------------------------------------------------------------------------

USAGE = {
    "an unknown command": Mistake("frobnicate", "'frobnicate'", "Try 'mtep"),
    "a misspelled command": Mistake("add-partnr 'New Society'", "'add-partnr'", "add-partner"),
    "a command with markup": Mistake("'[/bold]'", "[/bold]", "Try 'mtep"),
    "an unknown option": Mistake("list --frobnicate", "--frobnicate", "Try 'mtep list"),
    "a misspelled option": Mistake("list --scop national", "--scop", "--scope"),
    "an option without a value": Mistake("list --scope", "--scope", "requires an argument"),
    "a global option after the command": Mistake("list --db x.sqlite", "--db"),
    "an argument too many": Mistake("show AMTE NCTM", "NCTM", "Try 'mtep show"),
    "add-partner without a name": Mistake("add-partner", "name of the organization is missing", "mtep add-partner"),
    "add-contact without a partner": Mistake("add-contact", "PARTNER", "Try 'mtep add-contact"),
    "add-contact without a person": Mistake("add-contact AMTE", "NAME <MAIL>", "Try 'mtep add-contact"),
    "add-member without a person": Mistake("add-member", "NAME <MAIL>", "Try 'mtep add-member"),
    "nominate without a partner": Mistake("nominate --by Maria", "PARTNER", "Try 'mtep nominate"),
    "nominate without a member": Mistake("nominate AMTE", "--by", "Try 'mtep nominate"),
    "rsvp without an answer": Mistake("rsvp AMTE", "ANSWER", "Try 'mtep rsvp"),
    "attend without a partner": Mistake("attend", "PARTNER", "Try 'mtep attend"),
    "join without a partner": Mistake("join", "PARTNER", "Try 'mtep join"),
    "show without a partner": Mistake("show", "PARTNER", "Try 'mtep show"),
    "edit without a partner": Mistake("edit", "PARTNER", "Try 'mtep edit"),
    "remove without a partner": Mistake("remove", "PARTNER", "Try 'mtep remove"),
    "add-session without a day": Mistake("add-session", "DAY", "Try 'mtep add-session"),
    "edit-session without a session": Mistake("edit-session", "SESSION", "Try 'mtep edit-session"),
    "import without a file": Mistake("import", "FILE", "Try 'mtep import"),
    "export without a file": Mistake("export", "FILE", "Try 'mtep export"),
    "a name without quotes": Mistake("add-partner New Society", "Society", "Try 'mtep add-partner"),
    "a reason of nobody": Mistake("add-partner 'New Society' --reason Why", "--reason", "--nominated-by"),
    "an edited reason of nobody": Mistake("edit AMTE --reason Why", "--reason", "--nominated-by"),
    "a preview and a rewriting": Mistake("invite --show AMTE --rewrite", "--show and --rewrite", "out"),
    "a preview and a partner": Mistake("invite AMTE --show AMTE", "--show and PARTNER", "out"),
    "a session for partners": Mistake("list partners --session 2024-05-24", "--session", "invitations"),
    "a filter for members": Mistake("list members --scope local", "members", "--scope"),
    "a filter for sessions": Mistake("list sessions --search Troy", "sessions", "--search"),
}  # fmt: skip
IGNORED = {
    "a limit of what is rewritten": Mistake("invite --rewrite --limit 1", "--limit", "--rewrite"),
    "another folder for what is rewritten": Mistake("invite --rewrite --output elsewhere", "--output", "--rewrite"),
    "a filter for one preview": Mistake("invite --show AMTE --scope local", "--show", "--scope"),
    "a limit of one preview": Mistake("invite --show AMTE --limit 3", "--show", "--limit"),
    "a folder for one preview": Mistake("invite --show AMTE --output elsewhere", "--show", "--output"),
    "one kind of everything": Mistake("export all.json --what contacts", "--what", ".csv"),
    "one column, two meanings": Mistake("import good.csv --yes --map list=scope --map list=city", "list"),
    "two columns, one meaning": Mistake("import good.csv --yes --map list=name --map state=name", "name"),
}  # fmt: skip


@cases(USAGE)
def test_wrong_usage_names_what_is_wrong_and_where_help_is(desk: Program, mistake: Mistake) -> None:
    refused(desk, *shlex.split(mistake.typed), says=mistake.says)


@cases(IGNORED)
def test_an_option_that_would_mean_nothing_is_refused_rather_than_ignored(desk: Program, mistake: Mistake) -> None:
    refused(desk, *shlex.split(mistake.typed), says=mistake.says)


# ---- an empty machine ---------------------------------------------------------------------------------------

ON_AN_EMPTY_MACHINE = {
    "show": Mistake("show AMTE", "'AMTE'", "mtep add-partner"),
    "edit": Mistake("edit AMTE --city Troy", "'AMTE'", "mtep add-partner"),
    "remove": Mistake("remove AMTE", "'AMTE'", "mtep add-partner"),
    "join": Mistake("join AMTE", "'AMTE'", "mtep add-partner"),
    "contact": Mistake("add-contact AMTE 'Al <al@example.org>'", "'AMTE'", "mtep add-partner"),
    "nominate": Mistake("nominate AMTE --by Maria", "'Maria'", "mtep add-member"),
    "rsvp": Mistake("rsvp AMTE yes", "'AMTE'", "mtep add-partner"),
    "attend": Mistake("attend AMTE", "No session", "mtep add-session"),
    "invite": Mistake("invite", "No session", "mtep add-session"),
    "invite somebody": Mistake("invite AMTE --session 2024-05-24", "'AMTE'", "mtep add-partner"),
    "preview": Mistake("invite --show AMTE --session 2024-05-24", "'AMTE'", "mtep add-partner"),
    "edit-session": Mistake("edit-session 2024-05-24 --title Talk", "2024-05-24", "mtep add-session"),
    "report of a session": Mistake("report --session 2024-05-24", "2024-05-24", "mtep add-session"),
    "undo": Mistake("undo", "nothing to undo", "mtep log"),
    "undo of a step": Mistake("undo 3", "nothing to undo", "mtep log"),
    "redo": Mistake("redo", "nothing to redo", "mtep log"),
    "import": Mistake("import nowhere.csv --yes", "nowhere.csv"),
    "add-partner": Mistake("add-partner '!!!'", "name is empty"),
    "add-partner by nobody known": Mistake("add-partner AMTE --nominated-by Zoe", "'Zoe'", "mtep add-member"),
    "add-session": Mistake("add-session soon", "'soon'"),
    "settings": Mistake("settings goal=0", "'0'"),
    "a template": Mistake("invite --session 2024-05-24 --template nope --show AMTE", "nope"),
    "a command": Mistake("frobnicate", "'frobnicate'"),
    "a database": Mistake("--db missing.sqlite list", "missing.sqlite", "--db"),
}  # fmt: skip


@cases(ON_AN_EMPTY_MACHINE)
def test_a_mistake_on_an_empty_machine_leaves_it_empty(mtep: Program, mistake: Mistake) -> None:
    mtep.database.parent.mkdir()
    refused(mtep, *shlex.split(mistake.typed), says=mistake.says)
    assert not mtep.database.exists()


def test_a_refused_first_step_leaves_no_empty_folder(mtep: Program) -> None:
    refused(mtep, "invite", says=("No session",))
    assert not list(mtep.folder.iterdir())


# ---- words that are no text -----------------------------------------------------------------------------------

NOT_UTF8 = os.fsdecode(b"x\xff")
"""What a shell hands over of a word in another encoding."""
IN_ANOTHER_ENCODING: dict[str, list[str]] = {
    "a name": ["show", NOT_UTF8],
    "a day": ["add-session", NOT_UTF8],
    "a file": ["import", NOT_UTF8, "--yes"],
    "a search": ["list", "--search", NOT_UTF8],
    "a folder": ["invite", "--output", NOT_UTF8, "Lee County"],
    "a setting": ["settings", f"hub={NOT_UTF8}"],
}


@pytest.mark.skipif(os.name == "nt", reason="words are Unicode there")
@pytest.mark.parametrize("arguments", IN_ANOTHER_ENCODING.values(), ids=IN_ANOTHER_ENCODING.keys())
def test_a_word_in_another_encoding_is_no_reason_to_break_down(desk: Program, arguments: list[str]) -> None:
    typed = [sys.executable, "-m", "mtep_outreach", "--today", TODAY, *arguments]
    found = subprocess.run(typed, cwd=desk.folder, capture_output=True, check=False, encoding="utf-8")
    assert found.returncode in (0, 1, 2)
    assert "Traceback" not in found.stderr
    assert found.stderr.startswith("Error: ") == (found.returncode != 0)
