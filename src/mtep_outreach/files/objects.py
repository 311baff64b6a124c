"""JSON: a list of objects, or one object on each line, as a table."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import Problem, UnreadableTableError, listed
from .blocks import MOST_COLUMNS, Sheet, SheetRow, distinct
from .texts import recognised

_LARGEST = 50_000_000
_MOST_MEMORY = 200_000_000
# Measured: how many bytes of memory each sign of a file stands for.
_MEMORY = {"{": 130, "[": 64, ",": 60, '"': 15}
_SHOWN_NAMES = 10
_LONGEST_VALUE = 1_000_000

_AS_LIST = "Give a list of objects: [{...}, {...}]"
_SPLIT = "Split it into smaller files."

# The names that lead to a value, from the outermost object inwards.
_Names = tuple[str, ...]


class _Object:
    """An object, those inside it opened out: its values under all the names that lead to them."""

    __slots__ = ("names", "values")

    def __init__(self, names: tuple[_Names, ...], values: tuple[Any, ...]) -> None:
        self.names = names
        self.values = values


# The place of an element and the element, or what is wrong with it.
_Item = tuple[int, _Object | str]


def sheets(path: Path, encoding: str | None) -> list[Sheet]:
    """Return the one table of a JSON file, none when its list is empty. Raises UnreadableTableError.

    An object inside another becomes columns of its own ("location state"), a list one cell ("algebra; geometry").
    """
    with recognised(path, encoding, _LARGEST, longest_line=_LARGEST).open() as stream:
        content = stream.read()
    if sum(content.count(sign) * bytes_ for sign, bytes_ in _MEMORY.items()) + len(content) > _MOST_MEMORY:
        raise UnreadableTableError(path, "it holds more objects than can be read at once", _SPLIT)
    try:
        kind, unit, items = _items(path, content)
    except RecursionError:
        raise UnreadableTableError(path, "its objects are nested too deeply", _AS_LIST) from None
    columns: dict[_Names, None] = {}
    for _, found in items:
        columns.update(dict.fromkeys(() if isinstance(found, str) else found.names))
        if len(columns) > MOST_COLUMNS:
            raise UnreadableTableError(path, f"it has more than {MOST_COLUMNS:,} columns", _AS_LIST)
    if not columns:
        if wrong := next((found for _, found in items if isinstance(found, str)), None):
            raise UnreadableTableError(path, wrong, _AS_LIST)
        return []
    names = distinct([" ".join(" ".join(_text(part).split()) for part in column) for column in columns])
    return [Sheet(path, names, kind, (), unit, partial(_rows, path, list(columns), items, unit))]


def _rows(path: Path, columns: Sequence[_Names], items: Sequence[_Item], unit: str) -> Iterator[SheetRow | Problem]:
    for place, found in items:
        if isinstance(found, str):
            yield Problem(path.name, place, "", found, unit=unit)
            continue
        values = dict(zip(found.names, map(_text, found.values), strict=True))
        if any(values.values()):
            yield SheetRow(place, tuple([values.get(column, "") for column in columns]))


# ---- the list -------------------------------------------------------------------------------------------


def _items(path: Path, content: str) -> tuple[str, str, list[_Item]]:
    """Return the kind, what its places count, and the elements."""
    decode = _decoder()
    try:
        found = decode(content)
    except json.JSONDecodeError as error:
        lines = _lines(content)
        if lines is not None:
            return "JSON Lines", "line", lines
        reason = f"it is not valid JSON (line {error.lineno}: {_lower(error.msg)})"
        raise UnreadableTableError(path, reason, "Export it once more.") from None
    return "JSON", "object", [_item(place, value) for place, value in enumerate(_list(path, found), 1)]


def _decoder() -> Any:
    """Return what decodes JSON: numbers stay as they are written, and what is said twice is kept twice."""
    shapes: dict[tuple[_Names, ...], tuple[_Names, ...]] = {}

    def opened(pairs: list[tuple[str, Any]]) -> _Object:
        names, values = _opened(pairs)
        return _Object(shapes.setdefault(names, names), values)

    return partial(json.loads, object_pairs_hook=opened, parse_int=str, parse_float=str, parse_constant=lambda _: None)


def _opened(pairs: Sequence[tuple[str, Any]]) -> tuple[tuple[_Names, ...], tuple[Any, ...]]:
    values: dict[_Names, Any] = {}
    times: Counter[_Names] = Counter()
    for name, value in pairs:
        inner = value if isinstance(value, _Object) else _Object(((),), (value,))
        for more, said in zip(inner.names, inner.values, strict=True):
            free = names = (name, *more)
            while free in values:  # what is said twice is numbered
                times[names] += 1
                free = (*names[:-1], f"{names[-1]} {times[names] + 1}")
            # A list of objects may turn out to be the table itself.
            values[free] = said if _is_list_of_objects(said) else _text(said)
    return tuple(values), tuple(values.values())


def _lines(content: str) -> list[_Item] | None:
    """Return one element for each line, or None when the first one is no object."""
    decode = _decoder()
    found: list[_Item] = []
    for line, text in enumerate(re.split("\r\n|\r|\n", content), 1):
        if not text.strip():
            continue
        try:
            found.append(_item(line, decode(text)))
        except json.JSONDecodeError as error:
            if not found:
                return None
            found.append((line, f"it is not valid JSON: {_lower(error.msg)}"))
    return found


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _list(path: Path, found: Any) -> Sequence[Any]:
    """Return the list of objects that a value is, or the only one that it holds."""
    if isinstance(found, _Object):
        lists: Mapping[_Names, Sequence[Any]] = {
            names: value for names, value in zip(found.names, found.values, strict=True) if isinstance(value, list)
        }
        if len(lists) > 1:
            names = listed([" ".join(map(_text, name)) for name in lists][:_SHOWN_NAMES], "and")
            raise UnreadableTableError(
                path, f"it holds several lists: {names}", "Give one of them in a file of its own."
            )
        # An object without a list is a list of one.
        return next(iter(lists.values()), [found])
    if found == [] or _is_list_of_objects(found):
        return list(found)
    raise UnreadableTableError(path, "it is not a list of objects", _AS_LIST)


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, _Object) for item in value)


def _item(place: int, value: Any) -> _Item:
    if not isinstance(value, _Object):
        return place, f"it is not an object: {_text(value)[:80]}"
    if len(value.names) > MOST_COLUMNS:
        return place, f"it has more than {MOST_COLUMNS:,} values"
    if any(isinstance(text, str) and len(text) > _LONGEST_VALUE for text in value.values):
        return place, f"it has a value of more than {_LONGEST_VALUE:,} characters"
    return place, value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, _Object):
        return ", ".join(text for part in value.values if (text := _text(part)))
    if isinstance(value, list):
        return "; ".join(text for part in value if (text := _text(part)))
    text = str(value).strip()
    # Half a character, which JSON can say and no file can hold, has no meaning.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
