"""A lock of the operating system: held by one process, and free as soon as that process is no more."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .opening import unreadable

if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _try(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    _try_shared = _try
else:
    import fcntl

    def _try(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _try_shared(handle: int) -> bool:
        """Whoever only looks whether a lock is held keeps no other from looking."""
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class Kept:
    """A lock that is held until it is closed, or until its process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        except OSError as error:
            raise unreadable(path, error) from error
        _try(self._handle)

    def close(self) -> None:
        """Remove the lock's file, and let go of it."""
        with suppress(OSError):  # Windows keeps a file that is open
            self._path.unlink()
        os.close(self._handle)


def is_held(path: Path) -> bool:
    """Return whether a process holds a lock: one without a file is held by nobody."""
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    except OSError:  # another person's process, perhaps: what cannot be looked into is not taken for dead
        return True
    try:
        return not _try_shared(handle)
    finally:
        os.close(handle)


@contextmanager
def held(path: Path, seconds: float) -> Iterator[bool]:
    """Hold a lock while the block runs; yield whether it was got within that many seconds.

    The lock's file is removed afterwards. Raises DatabaseError when it cannot be made.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise unreadable(path, error) from error
        # Whoever held it before has removed its file: a lock on a file that has no name any more locks nobody out.
        if _try(handle) and path.exists() and os.fstat(handle).st_ino == path.stat().st_ino:
            break
        os.close(handle)
        if time.monotonic() > deadline:
            yield False
            return
        time.sleep(0.05)
    try:
        yield True
    finally:
        with suppress(OSError):  # Windows keeps a file that is open
            path.unlink()
        os.close(handle)
