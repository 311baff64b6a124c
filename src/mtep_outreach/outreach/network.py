"""The network's own settings: facts that everybody who opens the database shares."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import UnknownSettingError, WrongSettingError
from ..settings import MAPPING, SETTINGS, setting
from ..store.reading import Reads

if TYPE_CHECKING:
    from ..store.writing import Work


@dataclass(frozen=True)
class Remembered:
    """A mapping that was said for columns before."""

    columns: Sequence[str]
    fields: Mapping[str, str]


def network_settings(reads: Reads) -> dict[str, str]:
    """Return every setting of the network by its key; an empty text means: not set."""
    stored = {row["key"]: row["value"] for row in reads.select("settings")}
    return {setting.key: stored.get(setting.key, setting.default) for setting in SETTINGS if not setting.machine}


def remembered_mappings(reads: Reads) -> dict[str, Remembered]:
    """Return the mappings of columns that were said with an import, by the keys of their settings."""
    found = {}
    for row in reads.select("settings", ["key LIKE 'mapping.%'"], "id"):
        known = json.loads(row["value"])
        found[row["key"]] = Remembered(known["columns"], known["fields"])
    return found


def remember_mapping(work: "Work", name: str, columns: Sequence[str], fields: Mapping[str, str]) -> None:
    """Keep what was said of the columns of a layout: the next file with these columns is understood by it."""
    from ..store.models import NetworkSetting

    value = json.dumps({"columns": list(columns), "fields": dict(fields)}, ensure_ascii=False)
    known = remembered_mappings(work)
    same = next((key for key, mapping in known.items() if list(mapping.columns) == list(columns)), None)
    free = (f"{MAPPING}{name}{number}" for number in ("", *(f"-{n}" for n in range(2, 10_000))))
    key = same or next(key for key in free if key not in known)
    rows = work.select("settings", ["key = :key"], key=key)
    if rows:
        work.get(NetworkSetting, rows[0]["id"]).value = value
    else:
        work.add(NetworkSetting(key=key, value=value))
    work.flush()


def change(work: "Work", changes: Mapping[str, str]) -> None:
    """Keep checked values of network settings; an empty value takes a setting back to its default."""
    from ..store.models import NetworkSetting

    later = network_settings(work) | {key: value or setting(key).default for key, value in changes.items()}
    if later["session.end"] <= later["session.start"]:
        raise WrongSettingError(
            "session.end", later["session.end"], f"a session starts at {later['session.start']}; set both at once"
        )
    stored = {row["key"]: row["id"] for row in work.select("settings")}
    for key, value in changes.items():
        if key.startswith(MAPPING) and key not in stored:
            raise UnknownSettingError(key, [known for known in stored if known.startswith(MAPPING)])
        if key in stored and value:
            work.get(NetworkSetting, stored[key]).value = value
        elif key in stored:
            work.delete(work.get(NetworkSetting, stored[key]))
        elif value:
            work.add(NetworkSetting(key=key, value=value))
    work.flush()
