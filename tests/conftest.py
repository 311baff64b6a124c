"""What tests share: the program run as a person runs it, on a real file in a folder of its own."""

import json
import os

# As files/excel.py has it: tests that make workbooks load openpyxl before the program does.
os.environ["OPENPYXL_LXML"] = "False"

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from mtep_outreach.cli.app import main

from .spring import SEASON

TODAY = "2024-05-01"

# The same examples in each run, so that whoever sets the project up sees it pass; MTEP_TEST_DICE=1 throws new ones.
settings.register_profile("same", deadline=None, derandomize=not os.environ.get("MTEP_TEST_DICE"))
settings.load_profile("same")


@dataclass(frozen=True)
class Result:
    """What a run left: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Program:
    """``mtep`` on a day of its own, with a database that is not there at first."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.database = folder / "data" / "network.sqlite"
        self._capsys = capsys

    def __call__(self, *arguments: str, code: int | None = 0, today: str = TODAY) -> Result:
        """Run a command; the exit code must be the one expected (None: any)."""
        self._capsys.readouterr()
        found = main(["--today", today, *arguments])
        printed = self._capsys.readouterr()
        if code is not None:
            assert found == code, f"{arguments}: exit code {found}\n{printed.out}\n{printed.err}"
        return Result(found, printed.out, printed.err)

    def list(self, kind: str = "partners", *arguments: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self("list", kind, "--format", "json", *arguments).json
        return rows

    def export(self) -> dict[str, Any]:
        """Everything that is stored, as the export has it."""
        self("export", "everything.json", "--yes")
        found: dict[str, Any] = json.loads((self.folder / "everything.json").read_text("utf-8"))
        (self.folder / "everything.json").unlink()
        return found


NETWORK = (
    ["add-member", "Maria Rivera <rivera@example.edu>", "--role", "change-agent", "--team", "Auburn"],
    ["add-member", "Bo Chen <chen@example.edu>", "--role", "coach"],
    ["add-partner", "Association of Mathematics Teacher Educators", "--acronym", "AMTE", "--scope", "national",
     "--sector", "professional", "--contact", "Ann Adams <adams@example.org>", "--nominated-by", "Bo Chen"],
    ["add-partner", "Alabama Mathematics Council", "--scope", "state", "--state", "AL", "--city", "Auburn",
     "--nominated-by", "Maria Rivera", "--reason", "They know every school."],
    ["add-partner", "Lee County Schools", "--scope", "local", "--state", "AL", "--sector", "k12"],
    ["add-contact", "Lee County", "José Núñez <nunez@example.org>", "--time-zone", "America/Los_Angeles"],
    ["add-session", "2024-05-24"],
    ["invite", "AMTE", "Alabama Mathematics Council"],
    ["rsvp", "AMTE", "yes"],
)  # fmt: skip


def prepare_environment(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let the program find its settings and its database in a folder, and nothing of the machine's."""
    for name in ("MTEP_TODAY", "COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        patch.delenv(name, raising=False)
    patch.setenv("MTEP_DB", str(folder / "data" / "network.sqlite"))
    patch.setenv("MTEP_ACTOR", "tester")
    patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    patch.setenv("XDG_DATA_HOME", str(folder / "share"))
    patch.chdir(folder)


@pytest.fixture
def mtep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Program:
    """The program in an empty folder, with settings and a database that belong to this test alone."""
    prepare_environment(monkeypatch, tmp_path)
    return Program(tmp_path, capsys)


def stored(database: Path) -> dict[str, list[str]]:
    """Every row of every table but the journal and the counters of row numbers, exactly as SQLite has it."""
    with closing(sqlite3.connect(database)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(map(repr, connection.execute(f"SELECT * FROM {name}")))
            for name in names
            if not name.startswith(("journal_", "sqlite_"))
        }


def replace_in_database(database: Path, old: Path, new: Path) -> None:
    """Let letters lie in another folder: where they are stands in the deliveries and in the journal."""
    with closing(sqlite3.connect(database)) as connection:
        for column in ("path", "files"):
            connection.execute(f"UPDATE deliveries SET {column} = replace({column}, ?, ?)", [str(old), str(new)])
        connection.execute("UPDATE journal_changes SET after = replace(after, ?, ?)", [str(old), str(new)])
        connection.commit()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small network: three partners, two members, contacts, one session, two invitations, an answer."""
    folder = tmp_path_factory.mktemp("prepared")
    with pytest.MonkeyPatch.context() as patch:
        prepare_environment(patch, folder)
        for command in NETWORK:
            assert main(["--today", TODAY, *command]) == 0
    return folder


@pytest.fixture
def network(mtep: Program, prepared: Path) -> Program:
    """A copy of the small network for this test alone."""
    shutil.copytree(prepared, mtep.folder, dirs_exist_ok=True)
    replace_in_database(mtep.database, prepared, mtep.folder)
    return mtep


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spring with eleven partners, one session, and two commitments."""
    folder = tmp_path_factory.mktemp("played")
    with pytest.MonkeyPatch.context() as patch:
        prepare_environment(patch, folder)
        for day, command in SEASON:
            assert main(["--today", day, *command]) == 0, command
    return folder


@pytest.fixture
def spring(mtep: Program, played: Path) -> Program:
    """A copy of it for this test alone."""
    shutil.copytree(played, mtep.folder, dirs_exist_ok=True)
    replace_in_database(mtep.database, played, mtep.folder)
    return mtep
