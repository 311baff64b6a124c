"""The messages of a folder on a mail server, read without a trace; marked as read and moved when that is asked for."""

import hashlib
import time
from collections.abc import Callable, Container, Iterable, Iterator
from datetime import timedelta
from functools import cache, partial
from types import TracebackType
from typing import Any, Self

from ..errors import CannotMoveError, InboxBrokenOffError, InboxDeclinesError
from .imap_addresses import Account, checked_folder
from .imap_connections import Client
from .imap_lifelines import Lifeline
from .imap_wires import LostError
from .mailboxes import RawMessage, raw_message
from .mails import LARGEST, read_headers
from .mbox import HEAD

_TIMEOUT = 30.0  # seconds
_MOST_AT_ONCE = 200
_MOST_IN_GROUP, _LARGEST_GROUP = 50, 1_000_000
# A connection that was lost over a group may be the network's fault; over one message, so often, it is the message's.
_TRIES_OF_GROUP, _TRIES_OF_ONE = 2, 3
_WHOLE, _HEAD = "BODY.PEEK[]", f"BODY.PEEK[]<0.{HEAD}>"
_TOO_LARGE = f"it is larger than {LARGEST // 1_000_000} MB"
_SEEN, _DELETED = rb"\Seen", rb"\Deleted"


def opened(
    account: Account,
    password: Callable[[], str],
    *,
    patience: timedelta,
    seconds: float = _TIMEOUT,
    sleep: Callable[[float], None] = time.sleep,
) -> "Folder":
    """Return a folder to be opened by ``with``.

    ``password`` is asked once, when the connection is safe. ``patience`` is how long a lost connection is tried again
    in all, ``seconds`` how long the server may stay silent. Entering raises ServerError.
    """
    return Folder(Lifeline(account, cache(password), patience, seconds=seconds, sleep=sleep))


class Folder:
    """A folder on a mail server; only mark_read and move change anything in it."""

    def __init__(self, line: Lifeline) -> None:
        self._line = line
        self._source = line.account.name

    def __enter__(self) -> Self:
        self._line.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.close(politely=kind is None)

    @property
    def uid_validity(self) -> int:
        """Return what the numbers of the messages are good for: they mean the same as long as it stays."""
        assert self._line.uid_validity is not None, "the folder is not open"  # noqa: S101
        return self._line.uid_validity

    # ---- reading ----------------------------------------------------------------------------------------

    def uids(self) -> list[int]:
        """Return the numbers of all messages, ascending."""
        return sorted(set(self._line.ask(lambda client: client.search("ALL"))))

    def messages(self, skip: Container[int]) -> Iterator[tuple[int, RawMessage]]:
        """Yield the messages that are not to be skipped with their numbers, ascending, few at a time in memory.

        What is wrong with a message is said in its place; one with a problem and no digest could not be had, and may
        be another time. What is deleted meanwhile is passed over. Raises InboxBrokenOffError when the connection is
        lost for good, MailFolderRenumberedError, and other ServerErrors.
        """
        waiting = [uid for uid in self.uids() if uid not in skip]
        for some in _pieces(waiting, _MOST_AT_ONCE):
            sizes = self._sizes(some)
            for group in _groups(some, sizes):
                # A group is whole before any of it is handed on, so that it can be asked for again.
                found = self._contents(group) if len(group) > 1 else {}
                for uid in group:
                    content = found.get(uid)
                    raw = (
                        self._alone(uid, sizes) if content is None else raw_message(self._source, _place(uid), content)
                    )
                    if raw:
                        yield uid, raw

    def _sizes(self, uids: list[int]) -> dict[int, int]:
        """Return how many bytes messages have; of some the server may not say it."""
        try:
            answers = self._line.ask(lambda client: client.fetch(uids, ["RFC822.SIZE"]), tries=_TRIES_OF_GROUP)
        except (InboxDeclinesError, LostError):
            return {}
        said = {uid: answer.get(b"RFC822.SIZE") for uid, answer in answers.items()}
        return {uid: size for uid, size in said.items() if isinstance(size, int)}

    def _contents(self, uids: list[int]) -> dict[int, bytes]:
        """Return the contents of a group of messages, or of as many as the server hands over together."""
        try:
            answers = self._line.ask(lambda client: client.fetch(uids, [_WHOLE]), tries=_TRIES_OF_GROUP)
        except (InboxDeclinesError, LostError):
            return {}
        found = {uid: _content(answer) for uid, answer in answers.items()}
        return {uid: content for uid, content in found.items() if content is not None}

    def _alone(self, uid: int, sizes: dict[int, int]) -> RawMessage | None:
        """Return a message that is asked for by itself; None when it is gone."""
        problem = "the mail server does not hand it over"
        try:
            size = (sizes if uid in sizes else self._sizes([uid])).get(uid, 0)
            is_large = size > LARGEST
            wanted = _HEAD if is_large else _WHOLE
            answers = self._line.ask(lambda client: client.fetch([uid], [wanted]), tries=_TRIES_OF_ONE)
            content = _content(answers.get(uid, {}))
            if content is not None:
                return self._large(uid, size, content) if is_large else raw_message(self._source, _place(uid), content)
            is_there = self._is_there(uid)
        except InboxDeclinesError as error:
            problem = f"{problem}: {error.said or 'it does not say why'}"
            is_there = self._is_there(uid)
        except LostError:
            problem = "the mail server breaks off whenever it is asked for it"
            is_there = True
        return RawMessage(self._source, _place(uid), None, problem, "", None) if is_there else None

    def _is_there(self, uid: int) -> bool:
        try:
            return uid in self._line.ask(lambda client: client.search(["UID", str(uid)]))
        except InboxDeclinesError:
            return True

    def _large(self, uid: int, size: int, head: bytes) -> RawMessage:
        # Its bytes are never here: what tells it from other messages are its numbers, which no two share.
        digest = hashlib.sha256(f"{self.uid_validity}/{uid}/{size}".encode()).hexdigest()
        message_id = read_headers(head).message_id
        return RawMessage(self._source, _place(uid), None, _TOO_LARGE, digest, message_id, head)

    # ---- changing ---------------------------------------------------------------------------------------

    def mark_read(self, uids: Iterable[int]) -> None:
        """Mark messages as read. Raises MailFolderReadOnlyError and other ServerErrors."""
        for some in _pieces(sorted(set(uids)), _MOST_AT_ONCE):
            self._line.ask(partial(_flag, some, _SEEN), writing=True)

    def move(self, uids: Iterable[int], folder: str) -> None:
        """Move messages into another folder.

        Raises MailFolderNotFoundError, CannotMoveError where that would delete others' messages too, and other
        ServerErrors.
        """
        target = self._line.on_server(checked_folder(folder))
        if target == self._line.opened_as:
            return
        for some in _pieces(sorted(set(uids)), _MOST_AT_ONCE):
            if self._line.ask(lambda client: client.has_capability("MOVE")):
                self._line.ask(partial(_move, some, target), writing=True)
            else:
                self._copy_and_delete(some, target)

    def _copy_and_delete(self, uids: list[int], target: str) -> None:
        if not self._line.ask(lambda client: client.has_capability("UIDPLUS")):
            raise CannotMoveError(self._line.account.host)
        try:  # once: a copy of which nobody knows whether it was made would be made again and again
            self._line.ask(partial(_copy, uids, target), writing=True, tries=1)
        except LostError as error:
            raise InboxBrokenOffError(self._line.account.host, str(error)) from None
        self._line.ask(partial(_flag, uids, _DELETED), writing=True)
        self._line.ask(partial(_delete, uids), writing=True)


# ---- commands --------------------------------------------------------------------------------------------


def _flag(uids: list[int], flag: bytes, client: Client) -> None:
    client.add_flags(_ranges(uids), [flag], silent=True)


def _move(uids: list[int], target: str, client: Client) -> None:
    client.move(_ranges(uids), target)


def _copy(uids: list[int], target: str, client: Client) -> None:
    client.copy(_ranges(uids), target)


def _delete(uids: list[int], client: Client) -> None:
    client.uid_expunge(_ranges(uids))


def _ranges(uids: list[int]) -> str:
    """Return ascending numbers as the protocol writes them: "1:3,7"."""
    runs: list[list[int]] = []
    for uid in uids:
        if runs and uid == runs[-1][1] + 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(f"{first}:{last}" if first != last else f"{first}" for first, last in runs)


def _pieces(uids: list[int], most: int) -> Iterator[list[int]]:
    for start in range(0, len(uids), most):
        yield uids[start : start + most]


def _groups(uids: list[int], sizes: dict[int, int]) -> Iterator[list[int]]:
    """Yield the messages in groups that fit into memory together; one whose size is not known stays alone."""
    group: list[int] = []
    room = 0
    for uid in uids:
        size = sizes.get(uid, _LARGEST_GROUP)
        if group and (size > room or len(group) == _MOST_IN_GROUP):
            yield group
            group = []
        room = (room if group else _LARGEST_GROUP) - size
        group.append(uid)
    yield group


def _content(answer: dict[bytes, Any]) -> bytes | None:
    """Return the content that an answer holds; one that asked for a part says where it begins: ``BODY[]<0>``."""
    found = next((value for item, value in answer.items() if item.startswith(b"BODY[]")), None)
    return found if isinstance(found, bytes) else None


def _place(uid: int) -> str:
    return f"message UID {uid}"
