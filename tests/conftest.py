"""What tests share: the program run as a person runs it, on a real file in a folder of its own."""

import json

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mtep_outreach.cli.app import main

TODAY = "2024-05-01"


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


@pytest.fixture
def mtep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Program:
    """The program in an empty folder, with settings and a database that belong to this test alone."""
    for name in ("MTEP_TODAY", "COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MTEP_DB", str(tmp_path / "data" / "network.sqlite"))
    monkeypatch.setenv("MTEP_ACTOR", "tester")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.chdir(tmp_path)
    return Program(tmp_path, capsys)


@pytest.fixture
def network(mtep: Program) -> Program:
    """A small network: three partners, two members, contacts, one session, two invitations, an answer."""
    mtep("add-member", "Maria Rivera <rivera@example.edu>", "--role", "change-agent", "--team", "Auburn")
    mtep("add-member", "Bo Chen <chen@example.edu>", "--role", "coach")
    mtep(
        "add-partner", "Association of Mathematics Teacher Educators", "--acronym", "AMTE", "--scope", "national",
        "--sector", "professional", "--contact", "Ann Adams <adams@example.org>", "--nominated-by", "Bo Chen",
    )  # fmt: skip
    mtep(
        "add-partner", "Alabama Mathematics Council", "--scope", "state", "--state", "AL", "--city", "Auburn",
        "--nominated-by", "Maria Rivera", "--reason", "They know every school.",
    )  # fmt: skip
    mtep("add-partner", "Lee County Schools", "--scope", "local", "--state", "AL", "--sector", "k12")
    mtep("add-contact", "Lee County", "José Núñez <nunez@example.org>", "--time-zone", "America/Los_Angeles")
    mtep("add-session", "2024-05-24")
    mtep("invite", "AMTE", "Alabama Mathematics Council")
    mtep("rsvp", "AMTE", "yes")
    return mtep
