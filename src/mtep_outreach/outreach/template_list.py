"""The letter templates there are: listed, shown, copied out, and tried with much and with little known."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..atomic import reason_of, write_whole
from ..errors import FileError, TemplateMistakeError
from ..letters.facts import FACTS
from ..letters.places import letterhead, shipped_templates
from ..tables import Column, Table

if TYPE_CHECKING:
    from ..letters.rendering import Templates

LETTERHEAD = "letterhead"

_SAMPLES = {
    "date": "May 1, 2024",
    "network": "Sample Network",
    "hub": "Sample Hub",
    "organization": "Sample Society",
    "the_organization": "the Sample Society",
    "greeting": "Dear Sam Sample",
    "session_title": "Sample Meeting",
    "session_day": "Friday, May 24, 2024",
    "when": "Friday, May 24, 2024, 12:00-1:00 p.m. CDT",
    "invited_on": "Wednesday, May 1, 2024",
}
"""What every letter knows."""


@dataclass(frozen=True)
class Mistake:
    """A template that cannot be made into a letter, and why."""

    template: str
    message: str
    hint: str


def listing(templates: "Templates") -> Table:
    """Return the templates as a table: name, kind, file, and whose it is. A broken one has no kind."""
    shipped = shipped_templates()
    rows = []
    for name in templates.names():
        try:
            kind, path = str(templates.kind(name)), templates.path(name)
        except TemplateMistakeError as error:
            rows.append({"name": name, "kind": None, "from": "yours", "file": None, "problem": error.message})
            continue
        whose = "shipped" if path.is_relative_to(shipped) else "yours"
        rows.append({"name": name, "kind": kind, "from": whose, "file": str(path), "problem": None})
    columns = (
        Column("name", "Template", nowrap=True),
        Column("kind", "Kind", nowrap=True),
        Column("from", "From", nowrap=True),
        Column("file", "File", wide=True),
        Column("problem", "Problem", aside=all(row["problem"] is None for row in rows)),
    )
    return Table(columns, rows)


def source(templates: "Templates", name: str) -> str:
    """Return the text of a template. Raises as `Templates.check`."""
    return templates.path(name).read_text(encoding="utf-8-sig")


def copy(templates: "Templates", name: str, folder: Path, own: Path | None) -> Path:
    """Copy a template, or the letterhead, into a folder, and return the copy.

    Raises FileError when one of that name lies there already, and as `Templates.check`.
    """
    file = letterhead(own) if name.removesuffix(".docx") == LETTERHEAD else templates.path(name)
    to = folder / file.name
    if to.exists():
        raise FileError(to, "it is there already", "Change that one, or move it away.")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise FileError(file, reason_of(error), "Make it readable.") from error
    write_whole(to, content)
    return to


def mistakes(templates: "Templates") -> Iterator[Mistake]:
    """Try every template with all facts known and with only those that always are; yield what goes wrong."""
    full: dict[str, str | None] = {fact: _SAMPLES.get(fact, f"Sample {fact.replace('_', ' ')}") for fact in FACTS}
    little = {fact: _SAMPLES.get(fact) for fact in FACTS}
    trials: list[dict[str, str | None]] = [
        full,
        little,
        *({**full, "scope": scope, "nominator": full["signer"]} for scope in ("national", "state", "local")),
    ]
    for name in templates.names():
        for facts in trials:
            try:
                templates.render(name, facts)
            except TemplateMistakeError as error:
                yield Mistake(name, error.message, error.hint)
                break
