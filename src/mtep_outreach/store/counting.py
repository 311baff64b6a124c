"""What was changed, counted and said in words."""

from collections.abc import Iterable

from ..vocabulary import Operation


def summary(counts: Iterable[tuple[str, str, int]]) -> str:
    """Return what changed in words: "added 1 partner and 2 names"; the rows given are (operation, table, number)."""
    verbs = {Operation.INSERT: "added", Operation.UPDATE: "changed", Operation.DELETE: "deleted"}
    parts: dict[str, list[str]] = {}
    for operation, table, number in sorted(counts, key=lambda row: list(Operation).index(Operation(row[0]))):
        parts.setdefault(verbs[Operation(operation)], []).append(f"{number:,} {_noun(table, number)}")
    return "; ".join(f"{verb} {', '.join(things)}" for verb, things in parts.items())


def _noun(table: str, number: int) -> str:
    plural = table.replace("_", " ")
    return (
        plural
        if number != 1
        else plural.removesuffix("ies") + "y"
        if plural.endswith("ies")
        else plural.removesuffix("s")
    )
