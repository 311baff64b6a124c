"""Passwords: found where their owner keeps them, and in no error."""

import os
import shlex
import sys
import time
import traceback
from pathlib import Path

import keyring
import pytest
from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError

from mtep_outreach.errors import FileError, MtepError, PasswordCommandError, PasswordFileError, PasswordMissingError
from mtep_outreach.letters import passwords
from mtep_outreach.letters.passwords import password_from

HUB, HOST = "hub@example.org", "mail.example.org"
SECRET = "Geheim-9-Wort"  # noqa: S105 - looked for wherever it must not be

posix = pytest.mark.skipif(os.name == "nt", reason="Windows keeps the rights to files elsewhere")


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """What the keyring holds: that of the machine is left alone."""
    entries: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(keyring, "get_password", lambda service, user: entries.get((service, user)))
    return entries


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.touch(mode=0o600)
    path.write_bytes(f"{SECRET}\n".encode())
    return path


def found(*, command: str | None = None, file: Path | None = None, typed: str | None = None) -> str:
    ask = (lambda _: typed) if typed is not None else None
    return password_from(user=HUB, host=HOST, command=command, file=file, ask=ask)


def python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def prints(text: str) -> str:
    return python(f"import sys; sys.stdout.buffer.write({text.encode()!r})")


def insist_on_no_trace(error: BaseException) -> None:
    shown = "".join(traceback.format_exception(error)) + repr(error) + getattr(error, "hint", "")
    assert SECRET not in shown


# ---- where it is found -------------------------------------------------------------------------------------


def test_the_first_place_that_is_named_counts(kept: dict[tuple[str, str], str], file: Path, tmp_path: Path) -> None:
    kept["mtep", HUB] = "kept"
    other = tmp_path / "other"
    other.touch(mode=0o600)
    other.write_text("in a file", "utf-8")
    assert found(command=prints("printed"), file=other, typed="typed") == "printed"
    assert found(file=other, typed="typed") == "in a file"
    assert found(typed="typed") == "kept"
    kept.clear()
    assert found(typed="typed") == "typed"


def test_a_person_is_asked_for_whom_and_where() -> None:
    asked = []
    password_from(user=HUB, host=HOST, command="", file=None, ask=lambda prompt: asked.append(prompt) or SECRET)  # type: ignore[func-returns-value]
    assert asked == ["Password of hub@example.org for mail.example.org: "]


@pytest.mark.parametrize("typed", [None, ""])
def test_a_password_that_nobody_tells_is_missing_and_all_four_ways_are_named(typed: str | None) -> None:
    with pytest.raises(PasswordMissingError, match=r"hub@example.org for the mail server mail.example.org") as raised:
        found(typed=typed)
    for way in ("command", "file", "keyring set mtep hub@example.org", "terminal"):
        assert way in raised.value.hint


# ---- a command -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "password"),
    [
        (SECRET, SECRET),
        (f"{SECRET}\n", SECRET),
        (f"{SECRET}\r\n", SECRET),
        (f"{SECRET}\nlogin: hub\n", SECRET),
        (" with blanks \n", " with blanks "),
        ("pässwörd 東京\n", "pässwörd 東京"),
        ("\ufeffmarked\n", "marked"),
        ("$HOME `id` ; | *\n", "$HOME `id` ; | *"),
    ],
)
def test_the_first_line_that_a_command_prints_is_the_password(printed: str, password: str) -> None:
    assert found(command=prints(printed)) == password


def test_a_command_is_run_by_no_shell(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    command = python("import sys; print(sys.argv[1:])") + f" a; touch {mark} '&&' $HOME"
    assert found(command=command) == str(["a;", "touch", str(mark), "&&", "$HOME"])
    assert not mark.exists()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (python(f"print('{SECRET}'); raise SystemExit(3)"), "exit code 3"),
        (prints(""), "empty"),
        (prints("\n" + SECRET), "empty"),
        (python(f"import sys; sys.stdout.buffer.write(b'\\xff{SECRET}')"), "not text"),
        ("/no/such/program --show", "no such file or directory"),
        ("/", "permission denied"),
        (f"echo '{SECRET}", "quotation mark"),
        (f"echo a\0{SECRET}", "cannot be run"),
        (" ", "it is empty"),
    ],
)
def test_a_command_that_fails_is_named_with_the_reason_and_nothing_that_it_printed(command: str, reason: str) -> None:
    with pytest.raises(PasswordCommandError, match=reason) as raised:
        found(command=command, typed="typed")
    insist_on_no_trace(raised.value)


def test_a_command_that_does_not_end_is_given_up_with_nothing_that_it_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_PATIENCE", 1.0)
    begun = time.monotonic()
    with pytest.raises(PasswordCommandError, match="did not end within 1 second") as raised:
        found(command=python(f"import time; print('{SECRET}', flush=True); time.sleep(60)"))
    assert time.monotonic() - begun < 10
    insist_on_no_trace(raised.value)


# ---- a file --------------------------------------------------------------------------------------------------


def test_the_first_line_of_a_file_is_the_password(file: Path) -> None:
    assert found(file=file) == SECRET
    file.write_bytes(f"\ufeff{SECRET}\r\nsecond\r\n".encode())
    assert found(file=file) == SECRET


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o610, 0o601, 0o777, 0o620])
def test_a_file_that_others_may_read_is_refused_unread(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(PasswordFileError, match="other people") as raised:
        found(file=file, typed="typed")
    assert raised.value.hint == f"Let only you read it: chmod 600 {file}"
    insist_on_no_trace(raised.value)


@posix
@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_file_that_only_its_owner_may_read_is_read(file: Path, mode: int) -> None:
    file.chmod(mode)
    assert found(file=file) == SECRET


@pytest.mark.parametrize("content", [b"", b"\n", f"\n{SECRET}".encode(), b"\xff" + SECRET.encode()])
def test_a_file_without_a_password_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(PasswordFileError, match="empty, or is not text") as raised:
        found(file=file, typed="typed")
    insist_on_no_trace(raised.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(FileError, match=str(path)):
            found(file=path, typed="typed")


# ---- the keyring -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [NoKeyringError, KeyringLocked, InitError, KeyringError, RuntimeError, OSError])
def test_a_keyring_that_does_not_open_holds_nothing(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def get(*_: str) -> str:
        raise error(SECRET)

    monkeypatch.setattr(keyring, "get_password", get)
    assert found(typed="typed") == "typed"
    with pytest.raises(PasswordMissingError) as raised:
        found()
    insist_on_no_trace(raised.value)


def test_without_the_library_there_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert found(typed="typed") == "typed"


def test_the_keyring_is_asked_for_this_program_and_this_user(kept: dict[tuple[str, str], str]) -> None:
    kept["mtep", "other@example.org"] = kept["other", HUB] = "wrong"
    with pytest.raises(PasswordMissingError):
        found()


def test_every_error_of_a_password_is_a_refusal_with_a_next_step() -> None:
    for error in (PasswordMissingError("u", "h"), PasswordCommandError("p", "no"), PasswordFileError("f", "no")):
        assert isinstance(error, MtepError)
        assert error.message.endswith(".")
        assert error.hint.endswith(".")
