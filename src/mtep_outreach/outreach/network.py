"""The network's own settings: facts that everybody who opens the database shares."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..errors import WrongSettingError
from ..settings import SETTINGS, setting
from ..store.reading import Reads

if TYPE_CHECKING:
    from ..store.writing import Work


def network_settings(reads: Reads) -> dict[str, str]:
    """Return every setting of the network by its key; an empty text means: not set."""
    stored = {row["key"]: row["value"] for row in reads.select("settings")}
    return {setting.key: stored.get(setting.key, setting.default) for setting in SETTINGS if not setting.machine}


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
        if key in stored and value:
            work.get(NetworkSetting, stored[key]).value = value
        elif key in stored:
            work.delete(work.get(NetworkSetting, stored[key]))
        elif value:
            work.add(NetworkSetting(key=key, value=value))
    work.flush()
