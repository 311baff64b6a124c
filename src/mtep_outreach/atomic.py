"""A file is written whole or not at all, and only its owner may read it."""

import os
import tempfile
from pathlib import Path

from .errors import FileError


def check_folder(path: Path) -> None:
    """Raise FileError unless the folder that a file shall be written to is there."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise FileError(path, f"there is no folder {folder}", "Check how it is written, or make the folder first.")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a crash or a full disk leaves the old content, or none.

    Raises FileError when the folder or the file cannot be written.
    """
    temporary: str | None = None
    try:
        make_folder(path.parent)
        # mkstemp makes the file readable by its owner alone (0600).
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
        temporary = None
        sync_folder(path.parent)
    except OSError as error:
        raise FileError(path, reason_of(error), "Choose another place, or make room.") from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder and what is missing above it; only its owner may enter what was made.

    Raises FileError when it cannot be made.
    """
    try:
        for missing in reversed([parent for parent in (folder, *folder.parents) if not parent.exists()]):
            missing.mkdir(exist_ok=True, mode=0o700)
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise FileError(folder, reason_of(error), "Choose another folder.") from error


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder survive a power cut, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def reason_of(error: OSError) -> str:
    """Return what the operating system said, in lower case, without numbers and paths."""
    said = error.strerror or str(error)
    return said[:1].lower() + said[1:]
