"""Letters as files: named safely, never over what a person changed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
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
    """A letter's file: the text that it is to hold, and the one it held before. None: no file."""

    path: Path
    text: str | None
    was: str | None = None


def file_name(number: int, name: str) -> str:
    """Return a letter's file name: the partner's number makes it one of a kind, the name makes it readable."""
    return "-".join(part for part in (f"{number:04d}", slug(name)) if part) + ".md"


def text_of(path: Path) -> str | None:
    """Return what a letter's file holds; None when it is gone. Raises FileError when it cannot be read."""
    try:
        return path.read_bytes().decode(errors="surrogateescape")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(path, reason_of(error), "Move it away.") from error


def put(paper: Paper) -> Fate:
    """Bring a file to the text it is to hold, unless a person changed it: then it is kept as it is.

    A file that is not there counts as one that nobody changed. Raises FileError.
    """
    found = text_of(paper.path)
    if found == paper.text:
        return Fate.SAME
    if found is not None and found != paper.was:
        return Fate.KEPT
    if paper.text is None:
        _remove(paper.path)
    else:
        write_whole(paper.path, paper.text.encode())
    return Fate.WRITTEN


@contextmanager
def together(papers: Iterable[Paper]) -> Iterator[list[Fate]]:
    """Bring files to their texts, and back again when anything goes wrong in the block. Raises FileError."""
    done: list[Paper] = []
    fates: list[Fate] = []
    try:
        for paper in papers:
            before = text_of(paper.path)
            fates.append(put(paper))
            if fates[-1] is Fate.WRITTEN:
                done.append(Paper(paper.path, before, paper.text))
        yield fates
    except BaseException:  # Ctrl-C too: what the database does not know must not lie about
        for paper in done:
            put(paper)
        raise


def _remove(path: Path) -> None:
    """Remove a letter, and its folder when that leaves it empty."""
    try:
        path.unlink()
    except OSError as error:
        raise FileError(path, reason_of(error), "Remove it yourself.") from error
    try:
        path.parent.rmdir()
    except OSError:  # it holds other files
        return
