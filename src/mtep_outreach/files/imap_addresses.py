"""The address of a mail folder on a server: ``imaps://user@host/folder``."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

from ..errors import PasswordInAddressError, UnreadableMailFolderError
from ..names import checked_length
from ..vocabulary import Security

_WAYS = {"imaps": (Security.TLS, 993), "imap": (Security.STARTTLS, 143)}
_HOST = re.compile(r"(?:\[(?P<number>[0-9A-Fa-f:.]+)\]|(?P<name>[\w.-]+))(?::(?P<port>[0-9]{1,5}))?")
_LAST_PORT = 65_535
_LONGEST = 500
# Controls, halves of pairs, and what some programs take for the end of a line.
_NO_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(frozen=True)
class Account:
    """A folder of a user on a mail server, and how the server is reached.

    With STARTTLS a server on this computer may also be spoken to in the clear, when it offers nothing else. Raises
    UnreadableMailFolderError for a user or folder that holds what no name does.
    """

    user: str
    host: str
    port: int
    folder: str
    security: Security

    def __post_init__(self) -> None:
        _checked(self.user, "user")
        _checked(self.folder, "folder")

    @property
    def name(self) -> str:
        """Return the folder as tables name it."""
        return f"{self.user}@{self.host}/{self.folder}"


def account(url: str) -> Account:
    """Read the address of a mail folder: the last @ before the first slash divides the user from the server.

    Raises UnreadableMailFolderError, or PasswordInAddressError; neither repeats what was typed.
    """
    scheme, found, rest = checked_length(url, "address of the mail folder", 4 * _LONGEST).partition("://")
    if not found or scheme.lower() not in _WAYS:
        raise UnreadableMailFolderError("it does not begin with imaps:// or imap://")
    security, usual_port = _WAYS[scheme.lower()]
    before, _, folder = rest.partition("/")
    user, _, server = before.rpartition("@")
    if ":" in user:
        raise PasswordInAddressError
    if not user:
        raise UnreadableMailFolderError("no user stands before the last @")
    place = _HOST.fullmatch(server)
    host = (place["number"] or place["name"]) if place else ""
    port = int((place and place["port"]) or usual_port)
    if not _can_be_a_host(host) or not 0 < port <= _LAST_PORT:
        raise UnreadableMailFolderError("no server stands after the last @")
    return Account(_plain(user, "user"), host, port, checked_folder(_plain(folder, "folder").strip("/")), security)


def checked_folder(name: str) -> str:
    """Return the name of a folder as the server is asked for it; none means the inbox.

    Raises UnreadableMailFolderError when it holds what no name does.
    """
    text = _checked(name, "folder")
    return text if text and text.upper() != "INBOX" else "INBOX"


def _plain(text: str, what: str) -> str:
    """Return a part of an address without its %-escapes."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise UnreadableMailFolderError(f"the %-signs in the {what} do not make letters (UTF-8)") from None


def _checked(text: str, what: str) -> str:
    """Return a text in which nothing could end a line or a word of the protocol unseen."""
    if any(unicodedata.category(character) in _NO_TEXT for character in text):
        raise UnreadableMailFolderError(f"the {what} holds control characters")
    return checked_length(text, what, _LONGEST)


def _can_be_a_host(name: str) -> bool:
    try:
        return bool(name) and len(name.encode("idna")) > 0
    except UnicodeError:  # a part of it is empty, or too long
        return False
