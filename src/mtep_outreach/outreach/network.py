"""The network's own settings: facts that everybody who opens the database shares."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import UnknownSettingError, WrongSettingError
from ..settings import MAPPING, OUTCOME_GOAL, SETTINGS, setting
from ..store.reading import Reads
from .amounts import unit_key, without_period

if TYPE_CHECKING:
    from ..store.writing import Work


@dataclass(frozen=True)
class Remembered:
    """A mapping that was said for columns before."""

    columns: Sequence[str]
    fields: Mapping[str, str]


def network_settings(reads: Reads) -> dict[str, str]:
    """Return every setting of the network by its key, then the goals of outcomes; an empty text means: not set."""
    stored = {row["key"]: row["value"] for row in reads.select("settings", order_by="id")}
    known = {setting.key: stored.get(setting.key, setting.default) for setting in SETTINGS if not setting.machine}
    return known | {key: value for key, value in stored.items() if key.startswith(OUTCOME_GOAL)}


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
    for typed, value in changes.items():
        _check_unit(typed, value)
        key = _same_goal(typed, stored)
        if key.startswith(MAPPING) and key not in stored:
            raise UnknownSettingError(key, [known for known in stored if known.startswith(MAPPING)])
        if key in stored and value:
            work.get(NetworkSetting, stored[key]).value = value
        elif key in stored:
            work.delete(work.get(NetworkSetting, stored.pop(key)))
        elif value:
            stored[key] = work.add(NetworkSetting(key=key, value=value)).number
    work.flush()


def _check_unit(key: str, value: str) -> None:
    """Refuse a goal for each year: every year counts towards the one goal of its unit. Raises WrongSettingError."""
    unit, per = without_period(key.removeprefix(OUTCOME_GOAL))
    if value and key.startswith(OUTCOME_GOAL) and per:
        reason = "a goal is for all years together"
        raise WrongSettingError(key, value, reason, f"Type it like: mtep settings '{OUTCOME_GOAL}{unit}={value}'")


def _same_goal(key: str, stored: Iterable[str]) -> str:
    """Return the key of a setting; a goal in the unit of another one, spelled in another way, is that one."""
    if not key.startswith(OUTCOME_GOAL) or key in stored:
        return key
    wanted = unit_key(key.removeprefix(OUTCOME_GOAL))
    goals = (known for known in stored if known.startswith(OUTCOME_GOAL))
    return next((known for known in goals if unit_key(known.removeprefix(OUTCOME_GOAL)) == wanted), key)
