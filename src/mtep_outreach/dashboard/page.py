"""One page of HTML made from figures: everything is inside it, and nothing in the data can become part of it."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .. import __version__
from ..days import day_in_words
from ..letters.places import shipped_templates
from ..outreach import amounts
from ..outreach.deadlines import deadline_shown
from ..places import state_name
from ..store.reading import Record
from ..vocabulary import CommitmentState, Stage, in_words
from . import sentences, words
from .growth import growth
from .tiles import COLUMNS, ROWS, shades, tiles
from .withholding import withheld, without_senders

_MADE_BY = '<meta name="generator" content="mtep dashboard'
_HEAD = 2_000
"""Within so many bytes a page says who made it."""


@dataclass(frozen=True)
class Subject:
    """What a page is about: whose network, which part of it, and whether people's addresses are on it."""

    network: str
    scope: str | None = None
    session: str | None = None
    private: bool = False


def page(report: Mapping[str, Any], partners: Sequence[Record], subject: Subject) -> bytes:
    """Return the page; ``report`` is the report with every section, as JSON has it, ``partners`` rows of partner_list.

    Unless the subject is private, no contact, phone or mail address is on it.
    """
    figures = dict(report)
    if not subject.private:
        figures["next"] = without_senders(figures["next"], {row["name"] for row in partners})
        figures = withheld(figures)
    as_of = date.fromisoformat(figures["as_of"])
    states = figures["coverage"]["states"]
    return filled(
        "page.html.j2",
        ["style.css"],
        "script.js",
        report=figures,
        rows=[_shown(row, subject) for row in partners],
        subject=subject,
        day=day_in_words(as_of),
        growth=growth(figures["pace"], figures["goal"], as_of),
        tiles=tiles(states),
        shades=shades(states),
        map_size=(COLUMNS, ROWS),
    )


def filled(template: str, styles: Sequence[str], script_file: str, **values: Any) -> bytes:
    """Return a page made from a template; no style and script but those of the files can have an effect in it."""
    style, script = "".join(map(_text, styles)), _text(script_file)
    whole = _environment().get_template(template).render(
        **values,
        style=Markup(style),  # noqa: S704 - the program's own
        script=Markup(script),  # noqa: S704 - the program's own
        policy=f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; base-uri 'none'; "
        "form-action 'none'",
        version=__version__,
    )  # fmt: skip
    return whole.encode()


def is_own(path: Path) -> bool:
    """Return whether a file is a page that was made here. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return _MADE_BY.encode() in file.read(_HEAD)


def _shown(row: Record, subject: Subject) -> Sequence[str]:
    """Return the cells of a partner: plain texts in a row, for a table of thousands."""
    contact = "\n".join(filter(None, (row["contact"], row["email"], row["phone"]))) if subject.private else ""
    cells = [row[key] or "" for key in ("name", "acronym", "city", "state", "scope")]
    cells += [in_words(row["sector"] or ""), row["stage"], row["added_on"], contact]
    return cells if subject.private else [withheld(cell) for cell in cells]


def _text(name: str) -> str:
    return (_folder() / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _folder() -> Path:
    return shipped_templates() / "dashboard"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    made.filters |= {
        "words": in_words,
        "many": words.many,
        "number": amounts.figure,
        "path": words.path,
        "day": words.day,
        "short_day": words.short_day,
        "covered": sentences.covered_in_words,
        "deadline": deadline_shown,
        "state_name": state_name,
        "goal": words.goal_in_words,
        "role": words.role_in_words,
        "sentence": words.in_a_sentence,
        "by_stage": words.by_stage,
        "suggestion": words.suggestion,
        "what_waits": words.what_waits,
    }
    made.globals |= {
        "percent": words.percent,
        "share": words.share,
        "width": words.width,
        "amount": amounts.in_words,
        "MONEY": amounts.MONEY,
        "where": words.joined_up,
        "made_by": Markup(_MADE_BY),  # noqa: S704 - the program's own
        "STAGES": tuple(map(str, Stage)),
        "COMMITMENT_STATES": tuple(map(str, CommitmentState)),
    }
    return made
