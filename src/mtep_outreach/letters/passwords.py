"""The password of a mail account is found where its owner keeps it, and told to nobody but the server."""

import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

from ..atomic import reason_of
from ..errors import PasswordCommandError, PasswordFileError, PasswordMissingError

_SERVICE = "mtep"
_PATIENCE = 60.0
_LONGEST = 4096


def password_from(
    *, user: str, host: str, command: str | None, file: Path | None, ask: Callable[[str], str] | None
) -> str:
    """Return a user's password: what a command prints, a file or the keyring holds, or a person types.

    Raises PasswordMissingError, PasswordCommandError or PasswordFileError; none of them holds the password.
    """
    if command:
        return _from_command(command)
    if file:
        return _from_file(file)
    found = _from_keyring(user) or (ask(f"Password of {user} for {host}: ") if ask else None)
    if not found:
        raise PasswordMissingError(user, host)
    return found


def _from_command(command: str) -> str:
    """Return the first line that a command prints; its complaints go to the terminal, as they would without us."""
    try:
        words = shlex.split(command)
    except ValueError:
        raise PasswordCommandError("...", "a quotation mark is never closed") from None
    if not words:
        raise PasswordCommandError(command, "it is empty")
    try:  # no shell, and no cause kept: what subprocess raises may hold what was printed
        done = subprocess.run(words, stdout=subprocess.PIPE, timeout=_PATIENCE, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise PasswordCommandError(words[0], f"it did not end within {_PATIENCE:.0f} seconds") from None
    except OSError as error:
        raise PasswordCommandError(words[0], reason_of(error)) from None
    except ValueError:  # a NUL among the words
        raise PasswordCommandError("...", "it cannot be run") from None
    if done.returncode:
        raise PasswordCommandError(words[0], f"it ended with exit code {done.returncode}")
    found = _first_line(done.stdout)
    if not found:
        raise PasswordCommandError(words[0], "its first line is empty, or is not text")
    return found


def _from_file(path: Path) -> str:
    """Return the first line of a file that nobody else may read."""
    try:
        with path.open("rb") as file:
            # Asked of the open file, so that it is the one that is read. Windows keeps its rights elsewhere.
            if os.name != "nt" and os.fstat(file.fileno()).st_mode & 0o077:
                hint = f"Let only you read it: chmod 600 {shlex.quote(str(path))}"
                raise PasswordFileError(path, "other people may read the password in it", hint)
            line = file.readline(_LONGEST)
    except OSError as error:
        raise PasswordFileError(path, reason_of(error), "Check its name with mtep settings.") from None
    found = _first_line(line)
    if not found:
        raise PasswordFileError(path, "its first line is empty, or is not text")
    return found


def _from_keyring(user: str) -> str | None:
    """Return what this computer's keyring holds; None where there is no keyring, or it does not open."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        return keyring.get_password(_SERVICE, user)
    except (KeyringError, RuntimeError, OSError):  # no keyring, a locked one, a desktop that does not answer
        return None


def _first_line(printed: bytes) -> str | None:
    """Return the first line without its end; None when it is not text. Blanks belong to the password."""
    try:
        return printed.partition(b"\n")[0].removesuffix(b"\r").decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
