"""Exported files: what each holds, by its ending, and by its name or ``--what`` where these say more."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import OptionNeedsOtherError, UnknownFormatError, UnknownWordError, WhichExportError, shortened
from .output import notice

if TYPE_CHECKING:
    from ..dashboard.paper import Block
    from ..outreach.public_list import Organization
    from ..outreach.reports import Report
    from ..store.reading import Reader
    from ..tables import Table

Maker = Callable[..., tuple[bytes, str]]
"""Returns the content of a file as of today, and how much is in it, in words."""


def maker(file: Path, what: str | None, as_of: date | None = None) -> Maker:
    """Return what makes the content of a file: what is said, else what the file is called, else its ending decides.

    Raises UnknownFormatError, WhichExportError, OptionNeedsOtherError or UnknownWordError.
    """
    from ..outreach import lists

    ending, stem = file.suffix.lower(), file.stem.lower()
    subject = what or stem
    named = _NAMED.get(subject)
    if as_of is not None and subject != "report" and ending not in _OF_THE_REPORT:
        raise OptionNeedsOtherError("--as-of", "a file called report, or one that ends in .docx or .pdf")
    if named is not None:
        if ending not in named:
            raise UnknownFormatError(file, list(named))
        return partial(named[ending], as_of=as_of) if subject == "report" else named[ending]
    if ending in _ENDINGS:
        if what is not None and ending not in _OF_ONE_KIND:
            raise OptionNeedsOtherError("--what", f"a file that ends in {' or '.join(_OF_ONE_KIND)}")
        if what is not None and what not in lists.KINDS:
            raise UnknownWordError("kind of record", what, [*lists.KINDS, *_NAMED])
        kind = what or (stem if stem in lists.KINDS and ending == ".csv" else None)
        more = {"what": kind} if ending in _OF_ONE_KIND else {"as_of": as_of} if ending in _OF_THE_REPORT else {}
        return partial(_ENDINGS[ending], **more)
    names = [name for name, endings in _NAMED.items() if ending in endings]
    if names:
        raise WhichExportError(file, ending, names)
    raise UnknownFormatError(file, list(_ENDINGS))


def _records(count: int) -> str:
    return f"{count:,} record{'s' * (count != 1)}"


# ---- by the ending --------------------------------------------------------------------------------------


def _csv(reader: "Reader", today: date, what: str | None = None) -> tuple[bytes, str]:
    from ..files.spreadsheets import csv_text

    kind = what or "partners"
    table = _tables(reader, today, kind)[kind]
    return csv_text(table).encode(), _records(len(table.rows))


def _excel(reader: "Reader", today: date, what: str | None = None) -> tuple[bytes, str]:
    from ..files.workbooks import workbook_bytes
    from ..outreach import lists

    tables = _tables(reader, today, *([what] if what else lists.KINDS))
    return workbook_bytes(tables), _records(sum(len(table.rows) for table in tables.values()))


def _tables(reader: "Reader", today: date, *kinds: str) -> "Mapping[str, Table]":
    from ..outreach import lists
    from ..outreach.filters import Filters

    return {kind: lists.listing(reader, kind, Filters(), today=today) for kind in kinds}


def _json(reader: "Reader", _: date) -> tuple[bytes, str]:
    from ..outreach import exchange

    everything = exchange.everything(reader)
    count = sum(len(rows) for kind, rows in everything.items() if kind != "settings")
    return f"{json.dumps(everything, ensure_ascii=False, indent=2)}\n".encode(), _records(count)


def _cards(reader: "Reader", _: date) -> tuple[bytes, str]:
    from ..files.vcards import cards_text
    from ..outreach import exchange

    people = exchange.people(reader)
    return cards_text(people).encode(), _records(len(people))


def _bundle(reader: "Reader", _: date) -> tuple[bytes, str]:
    from ..outreach import bundles

    content, count = bundles.bundle(reader)
    return content, _records(count)


def _pdf(reader: "Reader", today: date, as_of: date | None = None) -> tuple[bytes, str]:
    from ..dashboard.prints import Charts

    parts, network = _paper(reader, today, as_of)
    return Charts().pdf(parts, network), "the report"


def _word(reader: "Reader", today: date, as_of: date | None = None) -> tuple[bytes, str]:
    from ..dashboard.documents import document
    from ..dashboard.prints import Charts

    parts, network = _paper(reader, today, as_of)
    return document(parts, network, Charts(), today), "the report"


def _report_csv(reader: "Reader", today: date, as_of: date | None = None) -> tuple[bytes, str]:
    from ..files.spreadsheets import csv_text

    return csv_text(_report(reader, today, as_of)[0].as_table()).encode(), "the report"


def _report_markdown(reader: "Reader", today: date, as_of: date | None = None) -> tuple[bytes, str]:
    from .report_texts import markdown

    return f"{markdown(*_report(reader, today, as_of))}\n".encode(), "the report"


def _paper(reader: "Reader", today: date, as_of: date | None) -> "tuple[list[Block], str]":
    """Return the parts of a paper for the board, and whose it is."""
    from ..dashboard.paper import paper

    found, network = _report(reader, today, as_of)
    return paper(found, network), network


def _report(reader: "Reader", today: date, as_of: date | None) -> "tuple[Report, str]":
    """Return the report with all its sections, and whose it is."""
    from ..outreach import network, reports

    settings = network.network_settings(reader)
    goal = int(settings["goal"])
    return reports.report(reader, today=today, goal=goal, as_of=as_of, sections=reports.ALL), settings["network"]


# ---- by what is asked for -------------------------------------------------------------------------------


def _public_csv(reader: "Reader", today: date) -> tuple[bytes, str]:
    from ..files.spreadsheets import csv_text
    from ..outreach import public_list

    found = _public(reader, today)
    return csv_text(public_list.table(found)).encode(), _organizations(found)


def _public_page(reader: "Reader", today: date) -> tuple[bytes, str]:
    from ..dashboard.public_page import public_page
    from ..outreach.network import network_settings

    found = _public(reader, today)
    return public_page(found, network_settings(reader)["network"], today), _organizations(found)


def _public(reader: "Reader", today: date) -> "list[Organization]":
    """Return what may be published; a mail address in a statement may not. Raises NothingPublicError."""
    from ..dashboard.withholding import withheld
    from ..outreach import public_list

    found: list[Organization] = withheld(public_list.organizations(reader, today=today))
    if names := public_list.held_back(reader):
        notice(f"Left out, because the partner is not marked public: commitments of {shortened(names)}.")
        notice("To publish them: mtep edit PARTNER --public")
    return found


def _organizations(found: "list[Organization]") -> str:
    from ..outreach.public_list import commitments_of

    many, promised = len(found), commitments_of(found)
    return f"{many:,} organization{'s' * (many != 1)} and {promised:,} commitment{'s' * (promised != 1)}"


_OF_ONE_KIND: Mapping[str, Callable[..., tuple[bytes, str]]] = {".csv": _csv, ".xlsx": _excel}
"""Files that can hold the one kind of record that ``--what`` says."""

_OF_THE_REPORT: Mapping[str, Callable[..., tuple[bytes, str]]] = {".docx": _word, ".pdf": _pdf}
"""Papers for a board, which look back at the day that ``--as-of`` says."""

_ENDINGS: Mapping[str, Maker] = {**_OF_ONE_KIND, **_OF_THE_REPORT, ".json": _json, ".vcf": _cards, ".zip": _bundle}

_NAMED: Mapping[str, Mapping[str, Maker]] = {
    "report": {**_OF_THE_REPORT, ".csv": _report_csv, ".md": _report_markdown},
    "public": {".csv": _public_csv, ".html": _public_page},
}
"""What a file's own name, or ``--what``, asks for, and in which endings there is such a thing."""
