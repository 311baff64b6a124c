"""What can be set: the network's facts (kept in the database) and this machine's (one TOML file)."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import days, names, people
from .atomic import reason_of, write_whole
from .errors import FileError, MtepError, UnknownSettingError, WrongSettingError

Checked = Mapping[str, str]

_LONGEST = 1000


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
)

MAPPING = "mapping."
"""What the keys of settings begin with that an import makes: what the columns of a layout mean."""

_BY_KEY = {setting.key: setting for setting in SETTINGS}


def setting(key: str) -> Setting:
    """Return a setting by its key. Raises UnknownSettingError."""
    import difflib

    if key.startswith(MAPPING):
        return Setting(key, "", "What columns of a file mean, as said with --map")
    if key not in _BY_KEY:
        raise UnknownSettingError(key, difflib.get_close_matches(key, _BY_KEY, n=3, cutoff=0.6))
    return _BY_KEY[key]


def checked(key: str, value: str) -> str:
    """Return a setting's value as it is kept; an empty one takes the setting back to its default.

    Raises UnknownSettingError or WrongSettingError.
    """
    kind = setting(key)
    text = names.clean_text(value)
    if not text:
        return ""
    if key.startswith(MAPPING):
        reason = "it is said with mtep import --map, and can only be taken away here"
        raise WrongSettingError(key, text, reason, f"To take it away: mtep settings {key}=")
    try:
        match key:
            case "goal":
                return str(_goal(text))
            case "contact_person":
                return str(_reachable(text))
            case "session.start" | "session.end":
                return days.hour(text).strftime("%H:%M")
            case "session.time_zone":
                return days.zone(text)
    except MtepError as error:
        raise WrongSettingError(key, text, f"{error.message} {error.hint}".strip()) from None
    except ValueError as error:
        raise WrongSettingError(key, text, str(error)) from None
    if len(text) > _LONGEST:
        raise WrongSettingError(key, f"{text[:40]}...", f"it has {len(text):,} characters, more than {_LONGEST:,}")
    return _folder_or_file(key, text) if kind.machine else text


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


def _goal(text: str) -> int:
    if not re.fullmatch("[0-9]{1,7}", text) or not 1 <= int(text) <= 1_000_000:  # noqa: PLR2004
        raise ValueError("it must be a number from 1 to 1,000,000")
    return int(text)


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
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileError(path, f"it is not TOML: {error}", "Mend that line.") from None
    except OSError as error:
        raise FileError(path, reason_of(error), "Make it readable.") from error
    machine_keys = [setting.key for setting in SETTINGS if setting.machine]
    for key, value in found.items():
        if key not in machine_keys or not isinstance(value, str):
            raise FileError(
                path,
                f"'{key}' cannot be set here",
                f"What can be: {', '.join(machine_keys)}, each as KEY = 'text'.",
            )
    return found


def change_machine_settings(path: Path, changes: Checked) -> None:
    """Write changed settings into the TOML file; its comments and order stay. Raises FileError."""
    import tomlkit

    machine_settings(path)  # a file that cannot be read is not written over
    text = path.read_text(encoding="utf-8") if path.exists() else "# Settings of mtep on this machine.\n"
    document = tomlkit.parse(text)
    for key, value in changes.items():
        if value:
            document[key] = value
        else:
            document.pop(key, None)
    write_whole(path, tomlkit.dumps(document).encode())
