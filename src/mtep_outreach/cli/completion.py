"""What the shell offers when Tab is pressed: names from the database, read quickly; never an error."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from ..errors import MtepError
from ..settings import SETTINGS
from ..vocabulary import Answer
from .run import started

_ENOUGH = 50


def _rows(context: typer.Context, view: str, where: list[str], order: str, **values: Any) -> list[dict[str, Any]]:
    options = context.find_root().params
    database = options.get("db")
    try:
        with started([], Path(database) if database else None, None).reader() as reader:
            return reader.select(view, where, order, _ENOUGH, **values)
    except MtepError:
        return []


def partners(context: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """Offer names of partners, with hyphens for blanks so that no shell needs quotes, and acronyms."""
    from ..names import name_key, slug

    key = name_key(incomplete)
    here = {"key": key, "end": key + "\U0010ffff"}
    rows = _rows(context, "partner_names", ["removed_on IS NULL", "key >= :key", "key < :end"], "key", **here)
    for row in rows:
        hyphenated = row["text"] if row["kind"] == "acronym" else slug(row["text"], len(row["text"]))
        if hyphenated.lower().startswith(incomplete.lower()):
            yield incomplete + hyphenated[len(incomplete) :], row["name"]


def answers(incomplete: str) -> list[str]:
    """Offer what can be answered."""
    return [word for word in Answer if word.startswith(incomplete)]


def setting_keys(incomplete: str) -> list[str]:
    """Offer what can be set."""
    return [f"{setting.key}=" for setting in SETTINGS if setting.key.startswith(incomplete)]


def sessions(context: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """Offer the sessions planned."""
    for row in _rows(context, "sessions", ["code LIKE :code || '%'"], "starts_at", code=incomplete):
        yield row["code"], row["title"]


def contacts(context: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """Offer the mail addresses of contacts, with their names."""
    for row in _rows(context, "contact_list", ["email LIKE :begin || '%'"], "email", begin=incomplete):
        yield row["email"], row["name"]


def members(context: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """Offer the mail addresses of members, with their names."""
    for row in _rows(context, "members", ["email LIKE :begin || '%'"], "email", begin=incomplete):
        yield row["email"], row["name"]
