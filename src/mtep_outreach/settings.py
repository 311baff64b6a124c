"""What can be set: the network's facts (kept in the database) and this machine's (one TOML file)."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import days, names, people
from .atomic import reason_of, write_whole
from .errors import FileError, MtepError, UnknownSettingError, WrongSettingError
from .vocabulary import Security, word_of

Checked = Mapping[str, str]

_LONGEST = 1000
_LONGEST_KEY = 100


@dataclass(frozen=True)
class Setting:
    """One thing that can be set. An empty default means: not set."""

    key: str
    default: str
    meaning: str
    machine: bool = False

    @property
    def kept_in(self) -> str:
        """Where the value is kept, in words."""
        return "this machine" if self.machine else "the network"


SETTINGS: tuple[Setting, ...] = (
    Setting("goal", "30", "How many potential partners to identify"),
    Setting("network", "MTEP 2.0", "The network's name in letters and reports"),
    Setting("hub", "MTEP 2.0 Outreach Hub", "Who signs letters that no change agent signs"),
    Setting("contact_person", "", "Whom partners ask, as 'Name <mail>'; also signs for the hub"),
    Setting("sender", "", "The network's mailbox, as 'Hub <mail>': answers to letters go there"),
    Setting("postal_address", "", "Postal address at the foot of letters"),
    Setting(
        "session.title",
        "Informational Meeting for MTEP 2.0 Network Expansion Partners",
        "Title of a new session",
    ),
    Setting("session.start", "12:00", "Start of a new session"),
    Setting("session.end", "13:00", "End of a new session"),
    Setting("session.time_zone", "America/Chicago", "Time zone of a new session"),
    Setting("database", "", "The database file", machine=True),
    Setting("letters", "", "The folder for letters (else: letters in the current folder)", machine=True),
    Setting("templates", "", "A folder with letter templates of your own", machine=True),
    Setting("smtp.host", "", "The mail server that letters are sent through", machine=True),
    Setting("smtp.port", "", "Its port (else: 587 for starttls, 465 for tls, 25 for none)", machine=True),
    Setting("smtp.security", "starttls", "starttls, tls; none for a server on this computer only", machine=True),
    Setting("smtp.user", "", "Your user name there", machine=True),
    Setting("smtp.password_command", "", "A command that prints the password", machine=True),
    Setting("smtp.password_file", "", "A file that holds the password and that only you can read", machine=True),
    Setting("imap.password_command", "", "A command that prints the password for mtep inbox", machine=True),
    Setting("imap.password_file", "", "A file that holds it (else: as for sending, for the same user)", machine=True),
    Setting("inbox.trusted_server", "", "The mail server whose word counts on who wrote a mail", machine=True),
)

MAPPING = "mapping."
"""What the keys of settings begin with that an import makes: what the columns of a layout mean."""

OUTCOME_GOAL = "goal."
"""What the keys of settings begin with that say what all commitments together are to reach: goal.teachers=100000."""

_PATHS = ("database", "letters", "templates", "smtp.password_file", "imap.password_file")

_BY_KEY = {setting.key: setting for setting in SETTINGS}


def setting(key: str) -> Setting:
    """Return a setting by its key. Raises UnknownSettingError."""
    import difflib

    if key.startswith(MAPPING):
        return Setting(key, "", "What columns of a file mean, as said with --map")
    unit = key.removeprefix(OUTCOME_GOAL)
    if unit != key and len(key) <= _LONGEST_KEY and names.name_key(unit.replace("$", "USD")):
        return Setting(key, "", f"How many {unit} all commitments together are to reach")
    if key not in _BY_KEY:
        raise UnknownSettingError(key, difflib.get_close_matches(key, _BY_KEY, n=3, cutoff=0.6))
    return _BY_KEY[key]


def checked(key: str, value: str) -> str:
    """Return a setting's value as it is kept; an empty one takes the setting back to its default.

    Raises UnknownSettingError or WrongSettingError.
    """
    setting(key)
    text = names.clean_text(value)
    if not text:
        return ""
    if key.startswith(MAPPING):
        reason = "it is said with mtep import --map, and can only be taken away here"
        raise WrongSettingError(key, text, reason, f"To take it away: mtep settings {key}=")
    try:
        if key.startswith(OUTCOME_GOAL):
            return _outcome_goal(text)
        if key in _CHECKS:
            return _CHECKS[key](text)
    except MtepError as error:
        raise WrongSettingError(key, text, f"{error.message} {error.hint}".strip()) from None
    except ValueError as error:
        raise WrongSettingError(key, text, str(error)) from None
    if len(text) > _LONGEST:
        raise WrongSettingError(key, f"{text[:40]}...", f"it has {len(text):,} characters, more than {_LONGEST:,}")
    return _folder_or_file(key, text) if key in _PATHS else text


def _folder_or_file(key: str, text: str) -> str:
    try:
        path = Path(text).expanduser().absolute()
        needed = {"templates": path, "database": path.parent}.get(key)
        if needed and not needed.is_dir():
            raise WrongSettingError(key, text, "there is no such folder")
        return str(path)
    except RuntimeError:
        raise WrongSettingError(key, text, "there is no such user") from None


def _reachable(text: str) -> people.Person:
    found = people.person(text)
    if not found.email:
        raise ValueError("a mail address must stand behind the name, as in 'Maria Rivera <rivera@example.edu>'")
    return found


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}", text):
        raise ValueError("it is the name of a computer, as in smtp.example.edu; its port goes into smtp.port")
    return text


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= 65_535:  # noqa: PLR2004
        raise ValueError("it must be a number from 1 to 65535")
    return int(text)


def _security(text: str) -> str:
    found = word_of(Security, text)
    if found is None:
        raise ValueError(f"it can be {', '.join(Security)}")
    return str(found)


def _goal(text: str) -> int:
    if not re.fullmatch("[0-9]{1,7}", text) or not 1 <= int(text) <= 1_000_000:  # noqa: PLR2004
        raise ValueError("it must be a number from 1 to 1,000,000")
    return int(text)


def _outcome_goal(text: str) -> str:
    if not re.fullmatch("[0-9]{1,15}|[0-9]{1,3}(,[0-9]{3}){1,4}", text) or not int(text.replace(",", "")):
        raise ValueError("it must be a whole number like 100,000")
    return str(int(text.replace(",", "")))


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "goal": lambda text: str(_goal(text)),
    "contact_person": lambda text: str(_reachable(text)),
    "sender": lambda text: str(_reachable(text)),
    "session.start": lambda text: days.hour(text).strftime("%H:%M"),
    "session.end": lambda text: days.hour(text).strftime("%H:%M"),
    "session.time_zone": days.zone,
    "smtp.host": _host,
    "inbox.trusted_server": _host,
    "smtp.port": lambda text: str(_port(text)),
    "smtp.security": _security,
}


# ---- this machine ---------------------------------------------------------------------------------------


def settings_file() -> Path:
    """Return where this machine's settings are kept."""
    from platformdirs import user_config_path

    return user_config_path("mtep", appauthor=False) / "settings.toml"


def default_database() -> Path:
    """Return where the database is kept when nothing else is said."""
    from platformdirs import user_data_path

    return user_data_path("mtep", appauthor=False) / "mtep.sqlite"


def machine_settings(path: Path) -> dict[str, str]:
    """Read this machine's settings; a missing file is an empty one.

    Raises FileError when the file is not TOML or holds what cannot be set.
    """
    try:
        found = dict(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileError(path, f"it is not TOML: {error}", "Mend that line.") from None
    except OSError as error:
        raise FileError(path, reason_of(error), "Make it readable.") from error
    machine_keys = [setting.key for setting in SETTINGS if setting.machine]
    for key, value in found.items():
        if key == "smtp.port" and isinstance(value, int):
            found[key] = str(value)
        elif key not in machine_keys or not isinstance(value, str):
            raise FileError(
                path,
                f"'{key}' cannot be set here",
                f"What can be: {', '.join(machine_keys)}, each as KEY = 'text'.",
            )
    return found


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the values of a table and of the tables in it, under keys like ``smtp.host``."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def change_machine_settings(path: Path, changes: Checked) -> None:
    """Write changed settings into the TOML file; its comments and order stay. Raises FileError."""
    import tomlkit

    later = {**machine_settings(path), **changes}  # a file that cannot be read is not written over
    host = later.get("smtp.host") or "localhost"
    if later.get("smtp.security") == Security.NONE and not people.is_this_computer(host):
        reason = "without encryption letters go to a server on this computer only"
        raise WrongSettingError("smtp.security", "none", reason, "Choose starttls or tls.")
    text = path.read_text(encoding="utf-8") if path.exists() else "# Settings of mtep on this machine.\n"
    document = tomlkit.parse(text)
    for key, value in changes.items():
        name, _, inner = key.partition(".")
        table: Any = document
        if inner:
            table, name = document.setdefault(name, tomlkit.table()), inner
        if value:
            table[name] = value
        else:
            table.pop(name, None)
    write_whole(path, tomlkit.dumps(document).encode())
