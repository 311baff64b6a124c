"""The map of the states: a tile of equal size for each, so that Rhode Island counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..places import COUNTED, state_name

# Neighbours stand beside each other as far as a grid lets them; the Pacific territories below Hawaii, those of the
# Caribbean below Florida.
_GRID = """
AK  .  .  .  .  .  .  .  .  . ME
 .  .  .  .  . WI  .  .  . VT NH
WA ID MT ND MN IL MI  . NY MA  .
OR NV WY SD IA IN OH PA NJ CT RI
CA UT CO NE MO KY WV VA MD DE  .
 . AZ NM KS AR TN NC SC DC  .  .
 .  .  . OK LA MS AL GA  .  .  .
HI  .  . TX  .  .  .  . FL  .  .
GU MP AS FM MH PW  .  .  . PR VI
"""
_PLACES = {
    code: (column, row)
    for row, line in enumerate(_GRID.strip().splitlines())
    for column, code in enumerate(line.split())
    if code != "."
}
_NOBODY: Mapping[str, Any] = {"partners": 0, "by_stage": {}}
COLUMNS, ROWS = (1 + max(place[axis] for place in _PLACES.values()) for axis in (0, 1))
"""How wide and how high the map is, in tiles."""

DEPTHS = 4
"""How many shades tell many partners from few."""


@dataclass(frozen=True)
class Tile:
    """A state on the map: where its tile stands, how many partners it has, and in which shade (0: none) it is drawn.

    ``index`` is its place in the list that the figures came from, None for a state that is not reached.
    """

    code: str
    name: str
    column: int
    row: int
    partners: int
    depth: int
    by_stage: Mapping[str, int]
    index: int | None


@dataclass(frozen=True)
class Shade:
    """What a shade means: from so many partners to so many."""

    depth: int
    least: int
    most: int


def tiles(states: Sequence[Mapping[str, Any]]) -> list[Tile]:
    """Return every state of the map, row by row; a freely associated one only where it is reached."""
    reached: dict[str, tuple[int | None, Mapping[str, Any]]] = {
        row["state"]: (index, row) for index, row in enumerate(states)
    }
    meaning = shades(states)
    found = []
    for code, (column, row) in sorted(_PLACES.items(), key=lambda item: item[1][::-1]):
        index, figures = reached.get(code, (None, _NOBODY))
        if index is not None or code in COUNTED:
            count = figures["partners"]
            depth = next((shade.depth for shade in meaning if shade.least <= count <= shade.most), 0)
            found.append(Tile(code, state_name(code), column, row, count, depth, figures["by_stage"], index))
    return found


def shades(states: Sequence[Mapping[str, Any]]) -> list[Shade]:
    """Return what the shades mean: each is that of about as many of the states that are reached."""
    counts = sorted(row["partners"] for row in states)
    if not counts:
        return []
    least = sorted({counts[len(counts) * step // DEPTHS] for step in range(DEPTHS)})
    first = 1 + (len(least) < DEPTHS - 1)  # few shades: not the palest, which is hard to see on paper
    return [
        Shade(first + place, start, last)
        for place, (start, last) in enumerate(
            zip(least, [*(start - 1 for start in least[1:]), counts[-1]], strict=True)
        )
    ]
