"""The messages of a file or folder as they come in: mails, calendar entries, mailboxes, Maildirs and exports."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from itertools import count
from pathlib import Path, PurePosixPath
from typing import IO

from ..atomic import reason_of
from ..errors import FileError, UnreadableMailboxError
from ..names import clean_line
from .mail_archives import DAMAGE, members, opened
from .mails import LARGEST, read_headers
from .mbox import HEAD, Digest, Piece, digest_of, pieces

_CHUNK = 1_000_000
_TOO_LARGE = f"it is larger than {LARGEST // 1_000_000} MB"
_EXPORT = "Give a .eml or .ics file, a folder of them, an mbox, a Maildir, or the ZIP file of a mailbox export."


@dataclass(frozen=True)
class RawMessage:
    """A message as it came in: where it stands, and its bytes or why there are none.

    ``place`` is the name of the file in a folder or ZIP file, and the number of the message in a mailbox. ``digest`` is
    the SHA-256 of the content without regard to line ends; of a message that is too large, of all its bytes, and
    ``head`` is then its beginning.
    """

    source: str
    place: str
    content: bytes | None
    problem: str | None
    digest: str
    message_id: str | None
    head: bytes = b""


class _Kind(Enum):
    """What a file is read as."""

    MAIL = "mail"
    MBOX = "mbox"
    ZIP = "zip"
    EMPTY = "empty"


# What begins with these bytes holds mail that cannot be read.
_REFUSED = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "it is a message of Outlook (.msg); save it as .eml"),
    (b"!BDN", "it is a data file of Outlook (.pst); export its mails"),
    (b"\x1f\x8b", "it is a packed file (gzip); unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "it is a packed file (7z); unpack it"),
    (b"Rar!", "it is a packed file (RAR); unpack it"),
)
_MAIL_ENDINGS = frozenset({".eml", ".ics"})
_MAILBOX_ENDINGS = frozenset({".emlx", ".gz", ".mbox", ".mbx", ".msg", ".pst", ".zip"})
_KNOWN_FIELD = re.compile(
    rb"(?:[!-9;-~]+[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*+)*?"
    rb"(?:From|To|Date|Subject|Received|Message-ID|Return-Path|Delivered-To|MIME-Version|Content-Type)[ \t]*:",
    re.IGNORECASE,
)


def raw_message(source: str, place: str, content: bytes) -> RawMessage:
    """Return a message whose content is there."""
    if len(content) > LARGEST:
        return _large(source, place, content[:HEAD], digest_of(content))
    problem = None if content.strip() else "it is empty"
    message_id = read_headers(content).message_id
    return RawMessage(source, place, None if problem else content, problem, digest_of(content), message_id)


def messages(path: Path) -> Iterator[RawMessage]:
    """Yield the messages of a file or folder, one at a time in memory, in an order that stays.

    What is wrong with a message is said in its place. Raises FileError when the file or folder cannot be opened, and
    UnreadableMailboxError when a file holds no mail, or is a ZIP file that cannot be read.
    """
    try:
        if path.is_dir():
            next(path.iterdir(), None)
            yield from _folder(path)
            return
        if not stat.S_ISREG(path.stat().st_mode):
            raise FileError(path, "it is not a file", "Name a file or folder on a disk.")
        yield from _file(path, str(path), "")
    except FileNotFoundError:
        raise FileError(path, "there is no such file", "Check the name and the folder.") from None
    except OSError as error:
        raise FileError(path, reason_of(error), "Choose another file.") from error


# ---- folders and files -----------------------------------------------------------------------------------


def _folder(folder: Path) -> Iterator[RawMessage]:
    source = clean_line(str(folder))
    failed: list[OSError] = []
    for name, folders, files in os.walk(folder, onerror=failed.append):
        at = Path(name)
        is_maildir = {"cur", "new"} <= set(folders)
        # What is still being delivered is no message yet; a Maildir's folders begin with a dot.
        unread = ("tmp",) if is_maildir else (".",)
        folders[:] = sorted(inner for inner in folders if not inner.startswith(unread))
        is_mail = at.name in {"cur", "new"} and (at.parent / "cur").is_dir() and (at.parent / "new").is_dir()
        # What stands beside the three folders of a Maildir are lists of a mail server.
        for file in [] if is_maildir else sorted(files):
            if not file.startswith("."):
                place = clean_line(str((at / file).relative_to(folder)))
                yield from _file_in_folder(at / file, source, place, is_mail=is_mail)
    for error in failed:
        yield _unread(source, clean_line(str(error.filename)), reason_of(error))


def _file_in_folder(path: Path, source: str, place: str, *, is_mail: bool) -> Iterator[RawMessage]:
    try:
        if path.is_file():
            yield from _file(path, source, place, is_mail=is_mail)
    except UnreadableMailboxError as error:
        if path.suffix.lower() in _MAILBOX_ENDINGS:
            yield _unread(source, place, error.reason)
    except OSError as error:
        yield _unread(source, place, reason_of(error))


def _file(path: Path, source: str, place: str, *, is_mail: bool = False) -> Iterator[RawMessage]:
    with path.open("rb") as stream:
        head = stream.read(HEAD)
        kind = _Kind.MAIL if is_mail else _kind(path, path.name, head)
        if kind is not _Kind.ZIP:
            yield from _stream(stream, head, kind, source, place)
            return
    with opened(path) as archive:
        for name, member in members(archive):
            is_expected = PurePosixPath(name).suffix.lower() in _MAIL_ENDINGS | _MAILBOX_ENDINGS
            within = "/".join(filter(None, [place, clean_line(name)]))
            if member is None and is_expected:
                yield _unread(source, within, "it is damaged, or needs a password")
            elif member is not None and not PurePosixPath(name).name.startswith("."):
                yield from _member(name, member, source, within, is_expected=is_expected)


def _member(name: str, member: IO[bytes], source: str, place: str, *, is_expected: bool) -> Iterator[RawMessage]:
    """Yield the messages of a file in a ZIP file."""
    try:
        head = member.read(HEAD)
        kind = _kind(place, name, head)
        if kind is not _Kind.ZIP:
            yield from _stream(member, head, kind, source, place)
        elif is_expected:
            yield _unread(source, place, "it is a packed file in a packed file; unpack it")
    except UnreadableMailboxError as error:
        if is_expected:
            yield _unread(source, place, error.reason)
    except DAMAGE:
        yield _unread(source, place, "it is damaged, and cannot be read further")


# ---- one file --------------------------------------------------------------------------------------------


def _kind(path: Path | str, name: str, head: bytes) -> _Kind:
    """Return what a file is by its content. Raises UnreadableMailboxError when it holds no mail that can be read."""
    for beginning, reason in _REFUSED:
        if head.startswith(beginning):
            raise UnreadableMailboxError(path, reason, _EXPORT)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _Kind.ZIP
    if PurePosixPath(name).suffix.lower() in _MAIL_ENDINGS:
        return _Kind.MAIL
    letters = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if letters.startswith(b"From "):
        return _Kind.MBOX
    if not letters:
        return _Kind.EMPTY
    if letters[:15].upper() == b"BEGIN:VCALENDAR" or _KNOWN_FIELD.match(letters.replace(b"\r", b"\n")):
        return _Kind.MAIL
    raise UnreadableMailboxError(path, "it is neither a mail nor a mailbox", _EXPORT)


def _stream(stream: IO[bytes], head: bytes, kind: _Kind, source: str, place: str) -> Iterator[RawMessage]:
    if kind is _Kind.MBOX:
        # Nothing here holds a message while the next one is cut out: both may be large.
        yield from map(partial(_in_mailbox, source, place), count(1), pieces(stream, head))
    elif kind is _Kind.MAIL:
        content = head + stream.read(LARGEST + 1 - len(head))
        if len(content) <= LARGEST:
            yield raw_message(source, place, content)
            return
        digest = Digest()
        digest.update(content)
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
        yield _large(source, place, digest.head, str(digest))


def _in_mailbox(source: str, place: str, number: int, piece: Piece) -> RawMessage:
    at = ", ".join(filter(None, [place, f"message {number}"]))
    if piece.digest:
        return _large(source, at, piece.content, piece.digest)
    return raw_message(source, at, piece.content)


def _large(source: str, place: str, head: bytes, digest: str) -> RawMessage:
    return RawMessage(source, place, None, _TOO_LARGE, digest, read_headers(head).message_id, head)


def _unread(source: str, place: str, problem: str) -> RawMessage:
    return RawMessage(source, place, None, problem, "", None)
