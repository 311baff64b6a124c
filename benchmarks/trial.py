"""Where a benchmark runs: an installation of mtep, and a folder with data that is thrown away."""

import csv
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
BARE = Path(__file__).resolve().parent / "bare"

_PACKAGES = ("mtep-outreach", "typer", "rich", "sqlmodel", "sqlalchemy", "pydantic")
_SCOPES = ("national", "state", "local")
_SECTORS = (
    "government",
    "nonprofit",
    "professional",
    "industry",
    "philanthropy",
    "higher-education",
    "k12",
    "community",
)
_STATES = ("AL", "AZ", "CA", "CO", "FL", "GA", "IL", "KS", "MI", "NC", "NE", "NY", "OH", "OR", "TX", "UT", "VA", "WI")
_KINDS = (
    "Council of Mathematics Teachers",
    "State University",
    "Education Foundation",
    "School District",
    "STEM Alliance",
)
_PLACES = ("Cedar Valley", "Lake Superior", "Red Mountain", "Gulf Coast", "Prairie View", "Twin Rivers", "Oak Hill")


@dataclass(frozen=True)
class Trial:
    """An interpreter that has mtep installed, and a folder of its own."""

    python: Path
    folder: Path

    @property
    def mtep(self) -> Path:
        """The command that stands beside the interpreter."""
        return self.python.parent / "mtep"

    @property
    def database(self) -> Path:
        """The database that mtep uses when nothing else is said."""
        return self.folder / "mtep.sqlite"

    def surroundings(self, database: Path | None = None) -> Mapping[str, str]:
        """Return the environment of a process: nothing of the caller's but its path, and a terminal's usual width."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "COLUMNS": "120",
            "HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "MTEP_ACTOR": "benchmark",
            "MTEP_DB": str(database or self.database),
        }

    def output(self, *words: str | Path) -> str:
        """Run mtep and return what it prints; when it fails, so does the benchmark."""
        done = subprocess.run(
            [self.mtep, *words], env=self.surroundings(), cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"mtep {' '.join(map(str, words))} failed:\n{done.stderr}")
        return done.stdout

    def versions(self) -> str:
        """Return what is measured, in one line."""
        program = f"from importlib.metadata import version\nfor p in {_PACKAGES!r}: print(p, version(p))"
        done = subprocess.run([self.python, "-c", program], capture_output=True, text=True, check=True)
        machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
        found = subprocess.run([self.python, "-V"], capture_output=True, text=True, check=True).stdout.strip()
        return ", ".join([machine, found, *done.stdout.splitlines()])


def made(folder: Path, python: Path | None) -> Trial:
    """Return a trial with the interpreter that was named, else with the checkout installed as a wheel."""
    if python:
        return Trial(python.absolute(), folder)
    print("Installing the checkout into an environment of its own ...", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    interpreter = folder / "venv" / "bin" / "python"
    surroundings = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(
        [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", CHECKOUT],
        env=surroundings,
        check=True,
    )
    return Trial(interpreter, folder)


def write_partners(file: Path, count: int) -> Path:
    """Write a spreadsheet of invented organizations, each with a contact, and return it."""
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["name", "acronym", "scope", "sector", "state", "city", "contact", "email"])
        for number in range(count):
            place = _PLACES[number % len(_PLACES)]
            writer.writerow(
                [
                    f"{place} {_KINDS[number % len(_KINDS)]} {number:05}",
                    f"ORG{number:05}",
                    _SCOPES[number % len(_SCOPES)],
                    _SECTORS[number % len(_SECTORS)],
                    _STATES[number % len(_STATES)],
                    place,
                    f"Maria Rivera {number}",
                    f"rivera{number}@org{number}.edu",
                ]
            )
    return file
