"""The report as plain text for a screen reader, and as Markdown for a mail or a wiki."""

import re
from collections.abc import Iterable

from ..dashboard.parts import Part, parts
from ..days import day_in_words
from ..outreach.reports import Report
from ..tables import Table
from .output import markdown_table, printable

_MARKS = re.compile(r"([\\`*_<>\[\]])")


def plain(report: Report, heading: str) -> str:
    """Return the report as sentences and as lines of a label and its values: nothing is drawn."""
    lines = [f"{heading}: outreach report, {day_in_words(report.as_of)}"]
    for part in parts(report):
        lines += ["", part.title, *part.said, *labelled(part.table), *part.after]
    return "\n".join(map(_line, lines))


def labelled(table: Table | None) -> Iterable[str]:
    """Yield each row of a table as a line: its label and its values."""
    if table is None:
        return
    first, *others = table.columns
    for row in table.rows:
        if len(others) == 1:
            yield f"{row[first.key]}: {row[others[0].key]}"
        else:
            values = [f"{column.title.lower()} {row[column.key]}" for column in others if row[column.key] != ""]
            yield f"{row[first.key]}: {', '.join(values)}"


def markdown(report: Report, heading: str) -> str:
    """Return the report with headings, paragraphs, tables and lists."""
    blocks = [f"# {_escaped(heading)}: outreach report", day_in_words(report.as_of)]
    for part in parts(report):
        blocks += [f"## {_escaped(part.title)}", *map(_escaped, part.said), *_table(part)]
        blocks += ["\n".join(f"- {_escaped(sentence)}" for sentence in part.after)] if part.after else []
    return "\n\n".join(blocks)


def _table(part: Part) -> Iterable[str]:
    if part.table is not None:
        yield "\n".join(markdown_table(part.table))


def _escaped(words: str) -> str:
    return _MARKS.sub(r"\\\1", _line(words))


def _line(words: str) -> str:
    return " ".join(printable(words).split())
