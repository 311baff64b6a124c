"""A connection to a mail folder that comes back when it was lost."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeVar

from imapclient.imap_utf7 import decode

from ..errors import (
    InboxBrokenOffError,
    InboxDeclinesError,
    InboxNotReachedError,
    MailFolderNotFoundError,
    MailFolderRenumberedError,
    ServerError,
    ServerNotFoundError,
)
from .imap_addresses import Account
from .imap_connections import Client, connected, heard
from .imap_wires import LostError

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0  # seconds

T = TypeVar("T")


class Lifeline:
    """A folder that is open whenever something is asked of it, for reading only unless it is to be changed."""

    def __init__(
        self,
        account: Account,
        password: Callable[[], str],
        patience: timedelta,
        *,
        seconds: float,
        sleep: Callable[[float], None],
    ) -> None:
        self.account = account
        self.uid_validity: int | None = None
        self._password = password
        self._seconds = seconds
        self._client: Client | None = None
        self.opened_as = account.folder
        self._is_writable = False
        self._waiting = _Waiting(patience.total_seconds(), sleep)

    def open(self) -> None:
        """Connect and open the folder, once. Raises ServerError."""
        try:
            self._open()
        except LostError as error:
            raise InboxNotReachedError(self.account.host, self.account.port, str(error)) from None

    def ask(self, work: Callable[[Client], T], *, tries: int | None = None, writing: bool = False) -> T:
        """Do a piece of work that can be done again, until it is done and the connection was not lost in between.

        Raises ServerError, LostError when it was lost ``tries`` times over this piece of work, and InboxBrokenOffError
        when patience ends.
        """
        losses = 0
        while True:
            client = self._back()
            try:
                with heard(self.account):
                    if writing and not self._is_writable:
                        self._select(client, writing=True)
                    answer = work(client)
            except LostError as error:
                losses += 1
                self._hang_up()
                if losses == tries:
                    raise
                self._wait(str(error))
            else:
                self._waiting.begin_anew()
                return answer

    def on_server(self, folder: str) -> str:
        """Return the name by which the server knows a folder; some divide names with a dot instead of a slash.

        Raises MailFolderNotFoundError.
        """
        return self.ask(lambda client: self._known_as(client, folder))

    def close(self, *, politely: bool) -> None:
        """Leave the server; ``politely``: nothing is being said on the connection.

        The folder is not closed: that would delete what others marked as deleted.
        """
        if self._client and politely:
            self._client.say_goodbye()
        self._hang_up()

    # ---- opening ----------------------------------------------------------------------------------------

    def _back(self) -> Client:
        """Return the client, connected anew if need be."""
        while not self._client:
            try:
                return self._open()
            except LostError as error:
                self._wait(str(error))
            except ServerError as error:
                # Who is offline for a moment finds no host at all.
                if error.temporary or isinstance(error, ServerNotFoundError):
                    self._wait(error.reason if isinstance(error, InboxNotReachedError) else str(error))
                elif isinstance(error, InboxDeclinesError):  # not a no to what is asked, which is for who asks it
                    raise InboxBrokenOffError(self.account.host, error.said) from None
                else:
                    raise
        return self._client

    def _open(self) -> Client:
        client = connected(self.account, self._password, self._seconds)
        try:
            with heard(self.account):
                self._select(client, writing=False)
        except BaseException:
            client.hang_up()
            raise
        self._client = client
        return client

    def _select(self, client: Client, *, writing: bool) -> None:
        found = self._examine(client, writing=writing)
        number = found.get(b"UIDVALIDITY")
        if not isinstance(number, int):
            said = "it gives the messages of this folder no numbers that last"
            raise InboxDeclinesError(self.account.host, self.account.port, said, temporary=False)
        if self.uid_validity not in {None, number}:
            raise MailFolderRenumberedError(self.account.folder, self.account.host)
        self.uid_validity = number
        self._is_writable = writing

    def _examine(self, client: Client, *, writing: bool) -> dict[bytes, Any]:
        folder = self.account.folder
        try:
            with heard(self.account):
                found: dict[bytes, Any] = client.select_folder(folder, readonly=not writing)
        except InboxDeclinesError as error:
            name = folder if error.temporary else self._known_as(client, folder)
            if name == folder:
                raise
            found = client.select_folder(name, readonly=not writing)
            self.opened_as = name
        return found

    def _known_as(self, client: Client, folder: str) -> str:
        there = _folders(client)
        for name, divider in there:
            if folder in {name, name.replace(divider, "/")}:
                return name
        raise MailFolderNotFoundError(folder, self.account.host, [name for name, _ in there])

    def _wait(self, reason: str) -> None:
        if not self._waiting.wait():
            raise InboxBrokenOffError(self.account.host, reason)

    def _hang_up(self) -> None:
        if self._client:
            self._client.hang_up()
        self._client, self._is_writable = None, False


class _Waiting:
    """Waits between attempts, twice as long each time, and not longer in all than patience lasts."""

    def __init__(self, patience: float, sleep: Callable[[float], None]) -> None:
        self._patience = patience
        self._sleep = sleep
        self.begin_anew()

    def begin_anew(self) -> None:
        """Be patient again, since something went well."""
        self._since: float | None = None
        self._slept = 0.0
        self._next = _FIRST_WAIT

    def wait(self) -> bool:
        """Wait before the next attempt, or return that patience has ended."""
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        left = self._patience - max(now - self._since, self._slept)
        if left <= 0:
            return False
        seconds = min(self._next, left)
        self._sleep(seconds)
        self._slept += seconds
        self._next = min(2 * self._next, _LONGEST_WAIT)
        return True


def _folders(client: Client) -> list[tuple[str, str]]:
    """Return the folders that can be opened: the name, and what divides the names of those within others."""
    found = []
    for flags, divider, raw in client.list_raw_folders():
        if {flag.lower() for flag in flags} & {rb"\noselect", rb"\nonexistent"}:
            continue
        with suppress(ValueError):  # a name that is not spelled by the rules cannot be asked for
            name = str(decode(raw) if isinstance(raw, bytes) else raw)
            found.append(("INBOX" if name.upper() == "INBOX" else name, str(decode(divider or b"/"))))
    return found
