"""Rows that could not be used, in a file of their own: to be mended and imported as they are."""

import csv
import filecmp
import io
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import IO, Any

from ..atomic import reason_of
from ..errors import FileError
from .spreadsheets import safe_cell


class ProblemsFile:
    """Takes rows as they come, however many, and leaves ``FILE.problems.csv`` only when it is told to keep them.

    A table with other columns gets a file of its own. A file that is there is never replaced: somebody may be mending
    it.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = re.sub(r"\.problems(-\d+)?\.csv$", "", name)
        self._open: dict[tuple[str, ...], tuple[IO[bytes], IO[str], Any]] = {}

    def add(
        self,
        columns: Sequence[str],
        cells: Sequence[str],
        more: Sequence[tuple[str, str]],
        surplus: Sequence[str] = (),
    ) -> None:
        """Take a row: the file's own columns, and what stands beside them as (column, text).

        ``surplus`` are cells that no column is for: they stand at the end, and are refused until they are mended.
        """
        key = tuple(columns)
        if key not in self._open:
            self._open[key] = self._begun(key, [column for column, _ in more])
        _, _, writer = self._open[key]
        padded = [*cells, *[""] * (len(columns) - len(cells))]
        row = (*padded[: len(columns)], *(text for _, text in more), *surplus)
        # Python 3.11 does not put a lone carriage return into quotation marks.
        writer.writerow([safe_cell(text.replace("\r\n", "\n").replace("\r", "\n")) for text in row])

    def _begun(self, columns: Sequence[str], more: Sequence[str]) -> tuple[IO[bytes], IO[str], Any]:
        """Begin a file that has no name yet: nothing is left of it when the program is killed."""
        try:
            stream = tempfile.TemporaryFile("w+b", dir=self._folder)  # noqa: SIM115 - closed by keep or discard
        except OSError as error:
            raise FileError(self._folder, reason_of(error), "Run it in a folder that can be written to.") from error
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")  # with the mark that Excel needs
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([*columns, *more])
        return stream, text, writer

    def keep(self) -> list[Path]:
        """Put the files in their places and return where they are."""
        kept = []
        for stream, text, _ in self._open.values():
            # One name for all runs: what a killed one leaves, the next one replaces.
            path = self._folder / f".{self._name}.problems.part"
            text.flush()
            stream.seek(0)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                shutil.copyfileobj(stream, file)
            text.close()
            place = self._place(path)
            path.replace(place)
            kept.append(place)
        self._open.clear()
        return kept

    def _place(self, path: Path) -> Path:
        """Return where a file goes: a name that is free, or that of a file which says the same."""
        first = self._folder / f"{self._name}.problems.csv"
        others = (self._folder / f"{self._name}.problems-{number}.csv" for number in range(2, 1_000_000))
        for place in chain([first], others):
            if not place.exists() or (place.is_file() and filecmp.cmp(place, path, shallow=False)):
                return place
        raise FileError(first, "it exists, and so do a million others", "Tidy up the folder.")

    def discard(self) -> None:
        """Leave nothing."""
        for _, text, _ in self._open.values():
            with suppress(OSError):
                text.close()
        self._open.clear()
