"""ZIP files of mail, as providers export a mailbox: opened so that a bomb takes neither memory nor time."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ..errors import UnreadableMailboxError

_LARGEST_DIRECTORY = 16_000_000
_UNSUSPICIOUS = 20_000_000
_MOST_TIMES = 100

_AGAIN = "Get it once more."
# What zipfile raises for a file that is not as it was written; a RuntimeError is a password.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError,
)  # fmt: skip


class _Directory(io.FileIO):
    """A file of whose directory not more is read than that of the largest mailbox."""

    largest: int | None = _LARGEST_DIRECTORY

    def read(self, size: int | None = -1) -> bytes:
        if self.largest is not None and size is not None and size > self.largest:
            raise zipfile.BadZipFile
        return super().read(-1 if size is None else size) or b""


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a ZIP file of mail. Raises UnreadableMailboxError when it is damaged, or unpacks to more than mail does."""
    with _Directory(path) as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except DAMAGE as error:
            raise UnreadableMailboxError(path, "it is damaged, or was cut off", _AGAIN) from error
        stream.largest = None
        unpacked, packed = sum(part.file_size for part in archive.infolist()), path.stat().st_size
        if unpacked > _UNSUSPICIOUS and unpacked > packed * _MOST_TIMES:
            said = f"it unpacks to {unpacked // packed:,} times its size, which no mailbox does"
            raise UnreadableMailboxError(path, said, _AGAIN)
        with archive:
            yield archive


def members(archive: zipfile.ZipFile) -> Iterator[tuple[str, IO[bytes] | None]]:
    """Yield the files of an archive in the order of their names: the name, and the open file where it can be opened."""
    for part in sorted(archive.infolist(), key=lambda part: part.filename):
        if part.is_dir():
            continue
        try:
            stream = archive.open(part)
        except DAMAGE:
            yield part.filename, None
            continue
        with stream:
            yield part.filename, stream
