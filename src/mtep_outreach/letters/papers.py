"""Letters as files: named safely, never over what a person changed."""

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from ..atomic import reason_of, write_whole
from ..errors import FileError
from ..names import slug

PACKETS = "by-sender"
"""What the folder is called in which each sender of drafts has one."""

NOTE = "READ ME FIRST.txt"
"""What the note beside the drafts of one sender is called."""


class Fate(StrEnum):
    """What became of a file."""

    WRITTEN = "written"
    KEPT = "kept"
    SAME = "same"


@dataclass(frozen=True)
class Paper:
    """A letter's file: what it is to hold (None: no file), and the digest of what it was given before."""

    path: Path
    content: bytes | None
    was: str | None = None


def file_name(number: int, name: str, *more: str) -> str:
    """Return the name of a letter's file, without its ending.

    The partner's number makes it one of a kind, the name readable; ``more`` tells letters of one partner apart.
    """
    return "-".join(part for part in (f"{number:04d}", slug(name), *more) if part)


def digest(content: bytes) -> str:
    """Return what tells a file that a person changed from one that nobody did: SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def known_files(stored: str | None) -> dict[Path, str]:
    """Return the digests of a letter's files by their paths, from how a delivery stores them."""
    return {Path(path): was for path, was in json.loads(stored or "{}").items()}


def stored_files(known: dict[Path, str]) -> str | None:
    """Return the digests of a letter's files as a delivery stores them."""
    return json.dumps({str(path): was for path, was in known.items()}, ensure_ascii=False) if known else None


def content_of(path: Path) -> bytes | None:
    """Return what a letter's file holds; None when it is gone. Raises FileError when it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(path, reason_of(error), "Move it away.") from error


def is_changed(path: Path, was: str) -> bool:
    """Return whether a person changed a letter's file. One that is gone counts as one that nobody changed."""
    found = content_of(path)
    return found is not None and digest(found) != was


class Papers:
    """Files brought to what they are to hold, and back again when anything goes wrong before the end.

    ``rehearsal`` writes nothing.
    """

    def __init__(self, *, rehearsal: bool = False) -> None:
        self._rehearsal = rehearsal
        self._done: list[Paper] = []

    def put(self, paper: Paper) -> Fate:
        """Bring a file to what it is to hold, unless a person changed it: then it is kept. Raises FileError."""
        if self._rehearsal:
            return Fate.WRITTEN
        before = content_of(paper.path)
        if before == paper.content:
            return Fate.SAME
        if before is not None and digest(before) != paper.was:
            return Fate.KEPT
        self._done.append(Paper(paper.path, before, None if paper.content is None else digest(paper.content)))
        _bring(paper.path, paper.content)
        return Fate.WRITTEN

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if kind is None:
            return
        # Ctrl-C too: what the database does not know must not lie about.
        for paper in reversed(self._done):
            found = content_of(paper.path)
            if (None if found is None else digest(found)) == paper.was:
                _bring(paper.path, paper.content)


def _bring(path: Path, content: bytes | None) -> None:
    if content is None:
        _remove(path)
    else:
        write_whole(path, content)


def _remove(path: Path) -> None:
    """Remove a letter, and the folders that this leaves empty, but for the note that lies beside drafts."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(path, reason_of(error), "Remove it yourself.") from error
    with suppress(OSError):
        if {other.name for other in path.parent.iterdir()} == {NOTE}:
            (path.parent / NOTE).unlink()
        for folder in path.parents[: 3 if path.parent.parent.name == PACKETS else 1]:
            folder.rmdir()  # unless it holds other files
