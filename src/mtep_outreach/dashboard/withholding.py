"""What a page that is passed around does not tell: how to reach a person."""

import re
from collections.abc import Collection
from typing import Any

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]+@[^\s<>()\[\],;:\"@]+")
_PHONE = re.compile(
    r"(?<![\w+])(?:(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}"
    r"|\+\d{1,3}(?:[ .-]?\(?\d{2,4}\)?){2,4})(?!\w)"
)
"""As it is written in the US, and as it is elsewhere with the country in front."""


def withheld(value: Any) -> Any:
    """Return figures with every mail address and phone number in their texts taken out.

    A member may be known by an address alone, a mail to review by its sender's, and a statement may hold any.
    """
    if isinstance(value, str):
        return _PHONE.sub("(phone number)", _ADDRESS.sub("(mail address)", value) if "@" in value else value)
    if isinstance(value, dict):
        return {key: withheld(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [withheld(inner) for inner in value]
    return value


def without_senders(tasks: list[dict[str, Any]], partners: Collection[str]) -> list[dict[str, Any]]:
    """Return tasks in which only partners are named: a mail that waits for review may be anybody's."""
    return [{**task, "partners": [name for name in task["partners"] if name in partners]} for task in tasks]
