"""Letters as files: named safely, never over what a person changed."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ..atomic import reason_of, write_whole
from ..errors import FileError
from ..names import slug


class Fate(StrEnum):
    """What became of a file."""

    WRITTEN = "written"
    KEPT = "kept"
    SAME = "same"


@dataclass(frozen=True)
class Paper:
    """A letter's file and text."""

    path: Path
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the file's bytes, as hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def file_name(number: int, name: str) -> str:
    """Return a letter's file name: the partner's number makes it one of a kind, the name makes it readable."""
    return "-".join(part for part in (f"{number:04d}", slug(name)) if part) + ".md"


def state_of(path: Path, digest: str) -> Fate | None:
    """Return whether a file is as it was written (SAME), or a person changed it (KEPT); None when it is gone.

    Raises FileError when it cannot be read.
    """
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(path, reason_of(error), "Move it away.") from error
    return Fate.SAME if found == digest else Fate.KEPT


def write(paper: Paper, *, was: str | None = None) -> Fate:
    """Write a letter, unless a file of that name is there that is neither this text nor what was written before.

    ``was`` is the digest of what was written before. Raises FileError.
    """
    fate = state_of(paper.path, paper.digest)
    if fate is Fate.KEPT and was is not None and state_of(paper.path, was) is Fate.SAME:
        fate = None
    if fate is not None:
        return fate
    write_whole(paper.path, paper.text.encode())
    return Fate.WRITTEN


def write_all(papers: Iterable[tuple[Paper, str | None]]) -> list[Fate]:
    """Write letters, each with the digest of what was written before; when one cannot be, the new ones go again.

    Raises FileError.
    """
    fates: list[Fate] = []
    written: list[Paper] = []
    try:
        for paper, was in papers:
            fates.append(write(paper, was=was))
            if fates[-1] is Fate.WRITTEN and was is None:
                written.append(paper)
    except FileError:
        for paper in written:
            remove_unchanged(paper.path, paper.digest)
        raise
    return fates


def remove_unchanged(path: Path, digest: str) -> bool:
    """Remove a letter that no person changed, and its folder when that leaves it empty; return whether it was."""
    if state_of(path, digest) is not Fate.SAME:
        return False
    try:
        path.unlink()
    except OSError as error:
        raise FileError(path, reason_of(error), "Remove it yourself.") from error
    try:
        path.parent.rmdir()
    except OSError:  # it holds other files
        return True
    return True
