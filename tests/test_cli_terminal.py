"""The installed program at a real terminal, in a pipe, and where nothing can be written."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mtep_outreach.places import COUNTED

pexpect = pytest.importorskip("pexpect")
if os.name != "posix":
    pytest.skip("these need a POSIX terminal", allow_module_level=True)

ESCAPE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-Z\\-_]")
PROGRAM = [sys.executable, "-m", "mtep_outreach"]


class Terminal:
    """The program as a person meets it: a folder of its own, and an environment without surprises."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "data" / "network.sqlite"
        kept = {key: value for key, value in os.environ.items() if key in ("PATH", "COVERAGE_PROCESS_START", "LANG")}
        self.environment: Mapping[str, str] = {
            **kept,
            "HOME": str(folder),
            "MTEP_DB": str(self.database),
            "MTEP_ACTOR": "tester",
            "MTEP_TODAY": "2024-05-01",
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_DATA_HOME": str(folder / "share"),
            "TERM": "xterm-256color",
            "PYTHONUTF8": "1",
            "PYTHONWARNINGS": "error",
        }

    def sit(self, *arguments: str, width: int = 80, **environment: str) -> Any:
        """Begin a command at a terminal, to be talked with."""
        return pexpect.spawn(
            PROGRAM[0],
            [*PROGRAM[1:], *arguments],
            cwd=str(self.folder),
            env={**self.environment, **environment},
            dimensions=(50, width),
            encoding="utf-8",
            timeout=30,
        )

    def see(self, *arguments: str, width: int = 80, code: int = 0, **environment: str) -> str:
        """Run a command at a terminal to its end and return all it showed."""
        child = self.sit(*arguments, width=width, **environment)
        shown: str = child.read()
        child.close()
        assert child.exitstatus == code, shown
        return shown.replace("\r\n", "\n")

    def run(self, *arguments: str, code: int | None = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command without a terminal."""
        found = subprocess.run(
            [*PROGRAM, *arguments],
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert code is None or found.returncode == code, found.stderr
        return found

    def shell(self, line: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a line of bash in which ``mtep`` is the program."""
        script = f'set -o pipefail; mtep() {{ "{PROGRAM[0]}" -m mtep_outreach "$@"; }}; {line}'
        return subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def names(self) -> list[str]:
        printed = self.run("list", "--format", "plain").stdout
        return [re.split(r"  +", line)[1] for line in printed.splitlines()[1:]]


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A network like that of the demonstration; the tests that use it only read."""
    found = Terminal(tmp_path_factory.mktemp("network"))
    rows = [
        "name,acronym,scope,sector,state,contact,email",
        "Association of Mathematics Teacher Educators,AMTE,national,professional,,Ann Adams,adams@example.org",
        "National Science Teaching Association and All Chapters,NSTA,national,professional,VA,Bo Beck,b@example.org",
        "Tennessee Department of Education,TDOE,state,government,TN,Cy Cole,cole@example.org",
        "Foundation for Mathematics in Rural Communities,,national,philanthropy,NM,,",
        "San Bernardino County Superintendent of Schools,SBCSS,local,k12,CA,José Núñez-Villalobos,n@example.org",
        "University of Nebraska-Lincoln,UNL,local,higher-education,NE,Dee Drew,drew@example.org",
        "Women and Families Together for Mathematics,,local,community,GA,,",
        "Industry Council of the Great Lakes,ICGL,state,industry,MI,Ed Eck,eck@example.org",
        "Nonprofit Alliance for Student Success,NASS,,nonprofit,DC,,",
        "東京数学教育協会 (Tokyo Society of Mathematical Education),,national,professional,,Fu Aoki,aoki@example.org",
        *(f"Council of Mathematics Teachers number {number},CMT{number},state,professional,{code},,"
          for number, code in enumerate(COUNTED[:23])),
    ]  # fmt: skip
    (found.folder / "partners.csv").write_text("\n".join(rows) + "\n", "utf-8")
    found.run("import", "partners.csv", "--yes")
    found.run("add-member", "Maria Rivera <rivera@example.edu>", "--state", "AL", "--team", "Auburn University")
    found.run("nominate", "TDOE", "--by", "Maria", "--reason", "They license every teacher of the state. " * 4)
    found.run("add-session", "2024-05-24")
    found.run("add-session", "2024-05-24", "--start", "3pm")
    found.run("invite", "--session", "2024-05-24", "--limit", "12")
    found.run("invite", "--session", "2024-05-24-2", "--limit", "2")
    found.run("rsvp", "AMTE", "yes", "--session", "2024-05-24", "--note", "Two people will come, one of them online.")
    found.run("rsvp", "NSTA", "no", "--session", "2024-05-24")
    found.run("rsvp", "TDOE", "maybe", "--session", "2024-05-24")
    found.run("attend", "AMTE", "SBCSS", "--session", "2024-05-24")
    found.run("join", "AMTE", "--kind", "mou")
    return found


READING = [
    "list",
    "list contacts",
    "list members",
    "list nominations",
    "list sessions",
    "list invitations",
    "list replies",
    "show AMTE",
    "show TDOE",
    "report",
    "report --scope national",
    "settings",
    "log",
    "where",
    "invite --show TDOE",
]


# ---- questions ----------------------------------------------------------------------------------------------


def test_add_partner_without_arguments_asks_and_adds(terminal: Terminal) -> None:
    child = terminal.sit("add-partner")
    child.expect("Name of the organization.*: ")
    child.sendline("Association of Mathematics Teacher Educators")
    child.expect("Acronym.*: ")
    child.sendline("AMTE")
    child.expect("Scope: national, state, local.*: ")
    child.sendline("national")
    child.expect("State.*: ")
    child.sendline("")
    child.expect("Contact.*: ")
    child.sendline("Ann Adams <adams@example.org>")
    child.expect("Added partner 1: Association of Mathematics Teacher Educators")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    (row,) = terminal.run("list", "--format", "csv").stdout.splitlines()[1:]
    assert row.startswith("1,Association of Mathematics Teacher Educators,AMTE,national,")
    assert "Ann Adams,adams@example.org" in row


def test_a_wrong_answer_is_said_to_be_wrong_and_asked_again(terminal: Terminal) -> None:
    child = terminal.sit("add-partner")
    child.expect("Name of the organization.*: ")
    child.sendline("")
    child.expect("name is empty")
    child.expect("Name of the organization.*: ")
    child.sendline("Lee County Schools")
    child.expect("Acronym.*: ")
    child.sendline("")
    child.expect("Scope: .*: ")
    child.sendline("global")
    child.expect("'global' is not a scope")
    child.expect("national, state or local")
    child.expect("Scope: .*: ")
    child.sendline("Local")
    child.expect("State.*: ")
    child.sendline("Alabamma")
    child.expect("Did you mean Alabama")
    child.expect("State.*: ")
    child.sendline("Ala.")
    child.expect("Contact.*: ")
    child.sendline("Al <al@>")
    child.expect("'al@' is not an e-mail address")
    child.expect("Contact.*: ")
    child.sendline("")
    child.expect("Added partner 1: Lee County Schools")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert terminal.names() == ["Lee County Schools"]


def test_what_was_said_as_an_option_is_not_asked(terminal: Terminal) -> None:
    child = terminal.sit("add-partner", "--scope", "state", "--state", "AL", "--acronym", "AMC")
    child.expect("Name of the organization.*: ")
    child.sendline("Alabama Mathematics Council")
    assert child.expect(["Contact.*: ", "Acronym.*: ", "Scope.*: ", "State.*: "]) == 0
    child.sendline("")
    child.expect("Added partner 1: Alabama Mathematics Council")
    child.expect(pexpect.EOF)


@pytest.mark.parametrize(("answer", "names", "code"), [("n", [], 1), ("", [], 1), ("y", ["Acme"], 0)])
def test_import_asks_and_does_as_it_is_told(terminal: Terminal, answer: str, names: list[str], code: int) -> None:
    (terminal.folder / "sheet.csv").write_text("name,state\nAcme,GA\n", "utf-8")
    child = terminal.sit("import", "sheet.csv")
    child.expect("Acme")
    child.expect(r"Import this\?.*: ")
    child.sendline(answer)
    rest = child.read()
    child.close()
    assert child.exitstatus == code
    assert ("Imported 1 new partner." if names else "Nothing was changed") in rest
    assert terminal.names() == names


def test_a_word_that_is_neither_yes_nor_no_is_asked_again(terminal: Terminal) -> None:
    (terminal.folder / "sheet.csv").write_text("name,state\nAcme,GA\n", "utf-8")
    child = terminal.sit("import", "sheet.csv")
    child.expect(r"Import this\?.*: ")
    child.sendline("perhaps")
    child.expect(r"Import this\?.*: ")
    child.sendline("yes")
    child.expect("Imported 1 new partner.")
    child.expect(pexpect.EOF)


@pytest.mark.parametrize("command", [["add-partner"], ["import", "sheet.csv"], ["export", "sheet.csv"]], ids=" ".join)
@pytest.mark.parametrize(("key", "code"), [("\x03", 130), ("\x04", None)], ids=["Ctrl-C", "Ctrl-D"])
def test_an_interrupted_question_changes_nothing_and_shows_no_traceback(
    terminal: Terminal, command: list[str], key: str, code: int | None
) -> None:
    (terminal.folder / "sheet.csv").write_text("name,state\nAcme,GA\n", "utf-8")
    child = terminal.sit(*command)
    child.expect([r"organization.*: ", r"this\?.*: ", r"Replace it\?.*: "])
    child.send(key)
    rest = child.read()
    child.close()
    assert "Traceback" not in rest
    assert child.signalstatus is None
    assert child.exitstatus not in (0, None)
    assert not terminal.database.exists()
    assert (terminal.folder / "sheet.csv").read_text("utf-8") == "name,state\nAcme,GA\n"
    if code is not None:
        assert child.exitstatus == code


def test_nothing_is_asked_where_the_answer_could_not_be_seen(terminal: Terminal) -> None:
    (terminal.folder / "sheet.csv").write_text("name,state\nAcme,GA\n", "utf-8")
    found = terminal.shell("mtep import sheet.csv </dev/null")
    assert found.returncode == 1
    assert "--yes" in found.stderr
    found = terminal.shell("yes | mtep import sheet.csv")
    assert terminal.names() == []
    assert "Traceback" not in found.stderr


# ---- width and colour -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("command", READING)
def test_a_screen_fits_its_terminal_and_nothing_is_cut(network: Terminal, command: str, width: int) -> None:
    from rich.cells import cell_len

    shown = ESCAPE.sub("", network.see(*command.split(), width=width))
    assert shown.strip()
    assert "…" not in shown
    assert not [line for line in shown.splitlines() if cell_len(line) > width]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("list", ["AMTE", "national", "attended", "Association", "Mathematics"]),
        ("list invitations", ["2024-05-24-2", "accepted", "tentative", "declined", "written", "Association"]),
        ("list sessions", ["2024-05-24-2", "Invited", "Attended"]),
        ("list replies", ["Mathematics", "Association", "Tennessee", "Department", "accepted", "tentative", "online."]),
    ],
)
def test_words_are_not_broken_at_80_columns(network: Terminal, command: str, words: list[str]) -> None:
    shown = ESCAPE.sub("", network.see(*command.split()))
    assert not [word for word in words if word not in shown]


def test_a_letter_is_folded_between_words_at_a_terminal_and_as_it_is_in_a_pipe(network: Terminal) -> None:
    seen = ESCAPE.sub("", network.see("invite", "--show", "TDOE"))
    piped = network.run("invite", "--show", "TDOE").stdout
    assert max(map(len, piped.splitlines())) > 80
    assert seen.split() == piped.split(), "a word is broken"


def test_a_question_is_folded_between_words(terminal: Terminal) -> None:
    name = "The Association of Teachers of Mathematics in the Southern and Western Counties of the State"
    terminal.run("add-partner", name, "--state", "GA")
    (terminal.folder / "who.csv").write_text("Name,Email,Company\nAnn Adams,ann@example.org," + name + "\n", "utf-8")
    terminal.run("add-session", "2024-05-01")
    child = terminal.sit("attend", "--session", "2024-05-01", "--from", "who.csv", "--add-contacts")
    child.expect(r"\[y/N\]: ")
    asked = child.before.replace("\r\n", "\n")
    child.sendline("y")
    child.expect(pexpect.EOF)
    assert max(map(len, asked.splitlines())) <= 70
    assert f"Add Ann Adams <ann@example.org> as a contact of {name}?" in " ".join(asked.split())


def test_columns_are_not_cut_or_folded_in_a_pipe(network: Terminal) -> None:
    printed = network.run("list").stdout
    for name in network.names():
        assert name in printed
    assert "…" not in printed


@pytest.mark.parametrize("command", ["list", "report", "show TDOE"])
def test_the_width_that_columns_says_is_used_in_a_pipe(network: Terminal, command: str) -> None:
    from rich.cells import cell_len

    narrow, wide = (
        [cell_len(line) for line in network.run(*command.split(), COLUMNS=width).stdout.splitlines()]
        for width in ("80", "120")
    )
    assert max(narrow) <= 80
    assert 80 < max(wide) <= 120


def test_the_report_in_a_pipe_is_the_report_of_80_columns(network: Terminal) -> None:
    assert network.run("report").stdout == network.run("report", COLUMNS="80").stdout


@pytest.mark.parametrize(
    "command", ["list", "report", "show TDOE", "log", "show nobody", "--help", "list --scope global"]
)
def test_no_color_leaves_no_color(network: Terminal, command: str) -> None:
    shown = network.sit(*command.split(), NO_COLOR="1").read()
    # Selecting a colour: 30 to 49 and 90 to 107. Bold, italic and their end are no colour.
    assert not re.findall(r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m", shown)


@pytest.mark.parametrize("command", ["list", "report", "show TDOE", "log", "show nobody"])
def test_a_dumb_terminal_and_a_pipe_get_no_escape_codes(network: Terminal, command: str) -> None:
    assert "\x1b" not in network.sit(*command.split(), TERM="dumb").read()
    found = network.run(*command.split(), code=None)
    assert "\x1b" not in found.stdout + found.stderr


@pytest.mark.parametrize("command", ["report", "list", "show TDOE"])
def test_what_is_shown_at_a_terminal_is_what_is_piped_at_that_width(network: Terminal, command: str) -> None:
    at_terminal = ESCAPE.sub("", network.see(*command.split())).splitlines()
    piped = network.run(*command.split(), COLUMNS="80")
    assert [line.rstrip() for line in at_terminal] == (piped.stdout + piped.stderr).splitlines()


# ---- pipes and full disks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", ["list", "report", "show AMTE", "log", "list --format json", "list --format csv", "demo", "--help"]
)
def test_a_reader_that_stops_reading_causes_no_error(network: Terminal, command: str) -> None:
    found = network.shell(f"mtep {command} | head -1")
    assert found.stdout.count("\n") <= 1
    assert not re.search(r"Traceback|Exception|Error", found.stderr), found.stderr
    found = network.shell(f"mtep {command} 2>&1 | head -1")
    assert not found.stderr
    assert "Traceback" not in found.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "command", ["list", "report", "show AMTE", "list --format json", "log", "where", "demo", "--help", "--version"]
)
def test_a_full_disk_is_said_in_one_sentence(network: Terminal, command: str) -> None:
    found = network.shell(f"mtep {command} >/dev/full")
    assert found.returncode == 1
    assert "Traceback" not in found.stderr
    assert "Exception" not in found.stderr
    assert found.stderr.count("no space left on device") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_notices_that_cannot_be_written_do_no_harm(network: Terminal) -> None:
    found = network.shell("mtep list 2>/dev/full")
    assert "AMTE" in found.stdout
    assert "Council of Mathematics Teachers number 22" in found.stdout


@pytest.mark.parametrize("command", ["list", "report", "list --format json"])
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-"])
def test_a_closed_stream_shows_no_traceback(network: Terminal, command: str, closed: str) -> None:
    found = network.shell(f"mtep {command} {closed}")
    assert found.returncode in (0, 1)
    assert "Traceback" not in found.stderr
    assert "Error" not in found.stderr or "Error: standard output" in found.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
@pytest.mark.parametrize("command", ["list", "report", "show TDOE", "list --format json", "list --format csv", "demo"])
def test_a_pipe_of_another_encoding_shows_no_traceback(network: Terminal, command: str, encoding: str) -> None:
    found = network.run(*command.split(), code=None, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert "Traceback" not in found.stderr
    assert found.returncode == 0
    assert found.stdout.strip()


def test_a_writing_command_in_a_pipe_of_another_encoding_says_what_it_did(terminal: Terminal) -> None:
    found = terminal.run("add-partner", "東京 Society", code=None, PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    assert "Traceback" not in found.stderr
    assert "Added partner 1" in found.stdout
    assert found.returncode == 0


def test_a_folder_that_is_gone_shows_no_traceback(network: Terminal) -> None:
    gone = "mkdir gone && cd gone && rmdir ../gone"
    for command in ("list", "report", "invite --show AMTE", "where", "export out.csv", "import sheet.csv --yes"):
        found = network.shell(f"{gone} && mtep {command}")
        assert "Traceback" not in found.stderr, command
        assert found.returncode in (0, 1), command


def test_a_second_writer_waits_and_is_not_refused(terminal: Terminal) -> None:
    terminal.run("add-partner", "First")
    line = " & ".join(f'mtep add-partner "Partner {number}" 2>&1' for number in range(6))
    found = terminal.shell(f"{line} & wait")
    assert "Error" not in found.stdout + found.stderr
    assert sorted(terminal.names()) == ["First", *(f"Partner {number}" for number in range(6))]
