"""One run of the program: which files, which day, who; the clock and the settings are read here and nowhere else."""

import getpass
import os
import re
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from .. import days
from ..atomic import reason_of
from ..errors import FileError
from ..names import clean_line
from ..settings import default_database, machine_settings, settings_file
from .output import notice

if TYPE_CHECKING:
    from ..store.reading import Reader
    from ..store.writing import Work


_MACHINE_SETTING = re.compile(r"^(\s*(?:(?:smtp|imap|inbox)\.\w+|database|letters|templates)\s*)=.*", re.DOTALL)


@dataclass(frozen=True)
class Run:
    """What stands before the command, and what the machine says."""

    typed: Sequence[str]
    named_database: Path | None
    today: date
    now: datetime
    began: float = field(default_factory=time.monotonic)

    @property
    def actor(self) -> str:
        """Who changes things: MTEP_ACTOR, else the login."""
        try:
            return clean_line(os.environ.get("MTEP_ACTOR") or getpass.getuser()) or "unknown"
        except (OSError, KeyError):  # no login name, as in a container
            return "unknown"

    @property
    def command(self) -> str:
        """What was typed, for the log; of this machine's settings the names alone, for the log is shared."""
        words = (_MACHINE_SETTING.sub(r"\1=...", word) for word in self.typed)
        return clean_line(shlex.join(words) if "settings" in self.typed else shlex.join(self.typed))

    @cached_property
    def machine(self) -> Mapping[str, str]:
        """This machine's settings."""
        return machine_settings(settings_file())

    @cached_property
    def database(self) -> Path:
        """The database file: --db, MTEP_DB, this machine's setting, or the usual place."""
        said = self.named_database or os.environ.get("MTEP_DB") or self.machine.get("database")
        return Path(said).expanduser().absolute() if said else default_database()

    @property
    def has_database(self) -> bool:
        """Whether the database file is there. Raises FileError where that cannot be told."""
        try:
            return self.database.exists()
        except OSError as error:
            raise FileError(self.database, reason_of(error), "Name another file with --db.") from error

    @property
    def letters(self) -> Path:
        """The folder that letters are written to."""
        return Path(self.machine.get("letters") or "letters").expanduser().absolute()

    @property
    def own_templates(self) -> Path | None:
        """The user's own template folder."""
        said = self.machine.get("templates")
        if not said:
            return None
        folder = Path(said).expanduser()
        if not folder.is_dir():
            raise FileError(
                folder, "there is no such folder of templates", "Correct it: mtep settings templates=FOLDER"
            )
        return folder

    def reader(self, *, must_exist: bool = True) -> "Reader":
        """Open the database for reading. Raises FileError when --db names a file that must exist and is missing."""
        from ..store.reading import Reader

        if must_exist and self.named_database and not self.has_database:
            raise FileError(self.database, "there is no such database", "Check --db, or add a partner first.")
        return Reader(self.database)

    def clock(self) -> datetime:
        """Return the moment (UTC) that it is by now, on the day that was said to be today."""
        return self.now + timedelta(seconds=time.monotonic() - self.began)

    @contextmanager
    def step(self, *, dry_run: bool) -> Iterator["Work"]:
        """Open the database for one step; say what a dry run would have changed. Raises FileError, DatabaseError."""
        from ..store.writing import writing

        if self.named_database and not self.database.parent.is_dir():
            raise FileError(self.database, "its folder does not exist", "Make the folder, or check --db.")
        is_new = not self.has_database
        with writing(self.database, at=self.now, actor=self.actor, command=self.command, dry_run=dry_run) as work:
            yield work
            would = work.summary
        if dry_run:
            notice(f"Dry run: nothing was changed. It would have {would}." if would else "Dry run: nothing to change.")
        elif is_new:
            notice(f"A new database was made: {self.database}")

    @contextmanager
    def looking(self) -> Iterator["Work"]:
        """Open the database for a look at what would be: whatever is done is rolled back, without a word."""
        from ..store.writing import writing

        with writing(self.database, at=self.now, actor=self.actor, command=self.command, dry_run=True) as work:
            yield work


def this(context: typer.Context) -> Run:
    """Return the run that a command belongs to."""
    run: Run = context.obj
    return run


def started(typed: Sequence[str], database: Path | None, today: str | None) -> Run:
    """Return a run from what was typed before the command. Raises UnreadableDayError for --today."""
    now = datetime.now().astimezone()
    if today is None:
        return Run(typed, database, now.date(), now.astimezone(UTC))
    on = days.day(today, now.date())
    moment = datetime.combine(on, now.time()).astimezone()
    return Run(typed, database, on, moment.astimezone(UTC))
