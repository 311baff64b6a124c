"""How the program starts: quickly where it only reads, the same in every way it is called."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mtep_outreach import __version__
from mtep_outreach.letters.places import shipped_templates, template_folders

from .conftest import Program

HEAVY = {"sqlmodel", "sqlalchemy", "alembic", "jinja2", "email_validator", "dateutil", "tomlkit"}

READING = [
    ["--help"], ["--version"], ["list"], ["list", "invitations", "--format", "json"], ["show", "AMTE"], ["report"],
    ["report", "--format", "json"], ["log"], ["where"], ["settings"], ["export", "out.csv"], ["export", "out.json"],
    ["list", "--search", "math", "--state", "Alabama", "--sort", "name"], ["report", "--as-of", "2024-05-01"],
    ["report", "--as-of", "5/1/2024"], ["list", "deliveries", "--format", "json"], ["next"],
]  # fmt: skip


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, capture_output=True, text=True, check=False, env={**os.environ, **environment})


def code_and_heavy(*command: str) -> tuple[int, list[str], str]:
    """Run a command in a process of its own: its exit code, the heavy libraries that it loaded, what it printed."""
    script = (
        "import sys, json; from mtep_outreach.__main__ import main\n"
        f"code = main(); print(json.dumps([code, sorted(set(sys.modules) & {HEAVY!r})]), file=sys.stderr)"
    )
    done = run(sys.executable, "-c", script, *command)
    code, loaded = json.loads(done.stderr.strip().splitlines()[-1])
    return code, loaded, done.stdout


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_command_that_only_reads_loads_no_heavy_library(network: Program, command: list[str]) -> None:
    assert code_and_heavy(*command)[:2] == (0, [])


@pytest.mark.parametrize("session", [[], ["--session", "2024-05-24"]], ids=["all", "of a session"])
def test_sending_where_nothing_is_queued_loads_no_heavy_library(network: Program, session: list[str]) -> None:
    network("settings", "smtp.host=127.0.0.1", "smtp.port=9", "smtp.security=none")
    code, loaded, printed = code_and_heavy("send", *session)
    assert (code, loaded) == (0, [])
    assert printed == "No letter was sent.\n"


def test_sending_without_a_database_loads_no_heavy_library_and_makes_nothing(mtep: Program) -> None:
    mtep("settings", "smtp.host=127.0.0.1", "smtp.port=9", "smtp.security=none")
    before = sorted(mtep.folder.rglob("*"))
    assert code_and_heavy("send") == (0, [], "Nothing is queued.\n")
    assert sorted(mtep.folder.rglob("*")) == before


@pytest.mark.parametrize(
    "way", [[sys.executable, "-m", "mtep_outreach"], [str(Path(sys.executable).with_name("mtep"))]]
)
def test_the_program_is_called_as_a_command_or_a_module(mtep: Program, way: list[str]) -> None:
    assert run(*way, "--version").stdout == f"mtep {__version__}\n"
    refused = run(*way, "show", "Nobody")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Error: No partner is called 'Nobody'.")


def test_a_reading_command_makes_nothing(mtep: Program) -> None:
    for command in READING[:-5]:
        mtep(*command, code=1 if command[0] == "show" else 0)
    assert sorted(path.name for path in mtep.folder.rglob("*")) == ["out.csv", "out.json"]


@pytest.mark.skipif(sys.platform != "linux", reason="where data belongs differs from system to system")
def test_without_a_word_the_database_is_in_the_users_data_folder(
    mtep: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MTEP_DB")
    mtep("add-partner", "Any")
    assert (mtep.folder / "share" / "mtep" / "mtep.sqlite").exists()
    rows = {row["what"]: row["path"] for row in mtep("where", "--format", "json").json}
    assert rows["database"] == str(mtep.folder / "share" / "mtep" / "mtep.sqlite")
    assert rows["settings of this machine"] == str(mtep.folder / "config" / "mtep" / "settings.toml")


def test_db_goes_before_the_variable_and_the_variable_before_the_setting(
    mtep: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def used(*options: str) -> str:
        rows = mtep(*options, "where", "--format", "json").json
        return Path(rows[0]["path"]).name

    mtep("settings", "database=setting.sqlite")
    assert used() == "network.sqlite"
    assert used("--db", "option.sqlite") == "option.sqlite"
    monkeypatch.delenv("MTEP_DB")
    assert used() == "setting.sqlite"


def test_a_missing_database_that_is_named_is_refused_for_reading_and_made_for_writing(mtep: Program) -> None:
    assert "no such database" in mtep("--db", "named.sqlite", "list", code=1).err
    printed = mtep("--db", "named.sqlite", "add-partner", "Any")
    assert "A new database was made" in printed.err
    mtep("--db", "named.sqlite", "list")
    assert "folder does not exist" in mtep("--db", "no/where.sqlite", "add-partner", "Any", code=1).err


def test_today_is_a_day_for_stamps_and_reports(mtep: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    mtep("add-partner", "Any", today="March 3, 2024")
    assert mtep.list()[0]["added_on"] == "2024-03-03"
    at = mtep("log", "--format", "json").json[0]["at"]
    assert at[:8] == "2024-03-"
    monkeypatch.setenv("MTEP_TODAY", "2024-04-04")
    done = run(sys.executable, "-m", "mtep_outreach", "report", "--format", "json")
    assert json.loads(done.stdout)["as_of"] == "2024-04-04"


def test_the_login_stands_in_the_log_where_nobody_else_is_named(mtep: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MTEP_ACTOR")
    monkeypatch.setenv("LOGNAME", "ann")
    mtep("add-partner", "Any")
    assert mtep("log", "--format", "json").json[0]["actor"] == "ann"


def test_the_shipped_templates_are_found() -> None:
    assert (shipped_templates() / "letters" / "invitation.md.j2").is_file()
    assert template_folders(Path("own"))[:2] == [Path("own/letters"), Path("own")]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("mtep show A", "AMTE"),
        ("mtep rsvp Lee", "Lee-county-schools"),
        ("mtep invite --session 2024", "2024-05-24"),
        ("mtep nominate AMTE --by riv", "rivera@example.edu"),
        ("mtep add-partner X --scope na", "national"),
        ("mtep add-s", "add-session"),
    ],
)
def test_the_shell_completes_names_from_the_database(network: Program, words: str, offered: str) -> None:
    done = run(
        sys.executable, "-m", "mtep_outreach",
        _MTEP_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=str(len(words.split()) - 1),
    )  # fmt: skip
    assert offered in done.stdout.split(), done
    assert done.stderr == ""


def test_completion_without_a_database_offers_nothing_and_says_nothing(mtep: Program) -> None:
    done = run(
        sys.executable, "-m", "mtep_outreach",
        _MTEP_COMPLETE="complete_bash", COMP_WORDS="mtep show A", COMP_CWORD="2",
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == ("", "")
