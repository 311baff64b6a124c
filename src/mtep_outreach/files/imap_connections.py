"""A server of mail folders is reached, proves who it is and takes the password, or it is said why not."""

import base64
import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import ProtocolError

from ..atomic import reason_of
from ..errors import (
    InboxDeclinesError,
    InboxLoginNotOfferedError,
    InboxNotEncryptedError,
    InboxNotFoundError,
    InboxNotReachedError,
    InboxNotTrustedError,
    InboxPasswordNotTakenError,
    MailFolderReadOnlyError,
)
from ..people import is_this_computer
from ..vocabulary import Security
from .imap_addresses import Account
from .imap_wires import LostError, Wire, words

_GOODBYE = 3.0  # seconds; nothing hangs on the answer
_NONSENSE = "it answered what no mail server says"
_BAD = re.compile(r".* command error: BAD \[b(['\"])(?P<said>.*)\1\]", re.DOTALL)
_BYE = "* BYE"
_NOT_NOW = re.compile(r"\[(?:UNAVAILABLE|INUSE|SERVERBUG)\]", re.IGNORECASE)


class Client(IMAPClient):  # type: ignore[misc] # it has no types
    """The library's commands, on a wire that has logged in."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        super().__init__(wire.host, ssl=False, timeout=SocketTimeout(None, None))
        # The library would write each message into a text for its log, several times as long.
        wire.debug = 0

    def _create_IMAP4(self) -> Wire:  # noqa: N802 - the library's name
        return self._wire

    def list_raw_folders(self) -> list[tuple[tuple[bytes, ...], bytes | None, bytes | int]]:
        """Return flags, divider and name of all folders; the library would read none where one is misspelled."""
        self.folder_encode = False
        try:
            return list(self.list_folders())
        finally:
            self.folder_encode = True

    def say_goodbye(self) -> None:
        """Log out, and hang up whatever is answered."""
        self._wire.seconds = _GOODBYE
        with suppress(OSError, imaplib.IMAP4.error, ValueError):
            self.logout()
        self._wire.shutdown()

    def hang_up(self) -> None:
        """Close a connection on which nothing more can be said."""
        self._wire.shutdown()


def connected(account: Account, password: Callable[[], str], seconds: float) -> Client:
    """Return a client that has logged in; the password is asked for when the connection is safe.

    Raises ServerError.
    """
    wire: Wire | None = None
    try:
        with _explained(account):
            wire = Wire(account, seconds)
            _protect(wire, account)
        _tell_password(wire, account, password())
        return Client(wire)
    except BaseException:
        if wire:
            wire.shutdown()
        raise


@contextmanager
def heard(account: Account) -> Iterator[None]:
    """Let what the libraries raise be one of three: LostError, InboxDeclinesError or MailFolderReadOnlyError."""
    try:
        yield
    except imaplib.IMAP4.readonly:
        raise MailFolderReadOnlyError(account.folder, account.host) from None
    except (OSError, imaplib.IMAP4.abort) as error:
        raise LostError(_reason(error)) from None
    except (ProtocolError, ValueError, TypeError, AttributeError, LookupError, RecursionError):
        # What the library makes of an answer that it cannot read.
        raise LostError(_NONSENSE) from None
    except imaplib.IMAP4.error as error:
        raise _declined(account, error) from None


# ---- steps to an open account ----------------------------------------------------------------------------


@contextmanager
def _explained(account: Account) -> Iterator[None]:
    host, port = account.host, account.port
    try:
        with heard(account):
            try:
                yield
            except socket.gaierror as error:
                raise InboxNotFoundError(host, temporary=error.errno == socket.EAI_AGAIN) from None
            except ssl.SSLCertVerificationError as error:
                raise InboxNotTrustedError(host, error.verify_message) from None
            except ssl.SSLEOFError:
                raise InboxNotReachedError(host, port, "it closed the connection") from None
            except ssl.SSLError as error:
                raise InboxNotEncryptedError(host, port, _reason(error)) from None
    except LostError as error:
        raise InboxNotReachedError(host, port, str(error)) from None


def _protect(wire: Wire, account: Account) -> None:
    """Go on only where nobody listens."""
    if wire.state == "AUTH":  # whoever stands between would say so to keep the line in the clear
        raise InboxDeclinesError(account.host, account.port, "it asks for no password", temporary=False)
    if account.security is Security.TLS:
        return
    if "STARTTLS" in wire.capabilities:
        wire.change_to_encryption()
    # A name such as localhost is what this computer's files make it.
    elif not (is_this_computer(account.host) and is_this_computer(wire.peer())):
        raise InboxNotEncryptedError(account.host, account.port, "the server does not offer it")


def _tell_password(wire: Wire, account: Account, password: str) -> None:
    """Log in by the plain way, or else by the older one: the line is encrypted, or does not leave this computer."""
    user = account.user
    by_plain = "AUTH=PLAIN" in wire.capabilities
    if not by_plain and "LOGINDISABLED" in wire.capabilities:
        offered = [way.removeprefix("AUTH=") for way in wire.capabilities if way.startswith("AUTH=")]
        raise InboxLoginNotOfferedError(account.host, offered)
    plain = f"\0{user}\0{password}".encode("utf-8", "surrogateescape")
    both = user + password
    if "\0" in password or not (by_plain or (both.isascii() and both.isprintable())):
        raise InboxPasswordNotTakenError(account.host, user, "it holds letters that cannot be told it", temporary=False)
    try:
        with _explained(account):
            if by_plain:
                wire.authenticate("PLAIN", lambda _: plain)
            else:
                wire.log_in(user, password)
    except InboxDeclinesError as error:
        said = error.said
        for secret in (base64.b64encode(plain).decode(), _base64(password), password):  # some servers repeat it
            said = said.replace(secret, "***") if secret else said
        raise InboxPasswordNotTakenError(account.host, user, said, temporary=error.temporary) from None


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogateescape")).decode()


def _declined(account: Account, error: imaplib.IMAP4.error) -> InboxDeclinesError:
    text = words(error.args[0] if error.args else "")
    bad = _BAD.fullmatch(text)
    said = bad["said"] if bad else text.partition(" failed: ")[2] or text
    temporary = said.upper().startswith(_BYE) or bool(_NOT_NOW.search(said))
    return InboxDeclinesError(account.host, account.port, said.removeprefix(_BYE).strip(), temporary=temporary)


def _reason(error: Exception) -> str:
    """Return what went wrong on a connection, as the end of a sentence."""
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ssl.SSLError):
        return f"the encryption failed ({(error.reason or 'no reason is given').replace('_', ' ').lower()})"
    if isinstance(error, OSError):
        return reason_of(error)
    said = words(str(error).rpartition(" => ")[2]).removeprefix("socket error: ")
    return _NONSENSE if said.startswith(("unexpected ", "unterminated ")) else said or "it said goodbye"
