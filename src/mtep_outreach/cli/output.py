"""What a person sees: results on stdout, notices and errors on stderr, every list in five formats."""

import json
import os
import re
import sys
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TextIO

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from ..atomic import reason_of
from ..errors import FileError, MtepError
from ..tables import Table, cell

_WIDE = 100_000
"""The width of what is not a terminal: nothing is folded or cut there."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Format(StrEnum):
    """How a result is printed."""

    TABLE = "table"
    PLAIN = "plain"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


def printable(value: Any) -> str:
    """Return a value as text that cannot steer a terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", cell(value))


def console(*, error: bool = False, width: int | None = None) -> Console:
    """Return a console for stdout or stderr that takes data as it is: no markup, no emoji codes, no highlighting."""
    return Console(stderr=error, markup=False, highlight=False, emoji=False, soft_wrap=False, width=width)


def width_for_tables() -> int | None:
    """Return the width of a table: the terminal's, or COLUMNS, else as wide as it is."""
    return _width(sys.stdout)


def _width(stream: TextIO) -> int | None:
    return None if stream.isatty() or os.environ.get("COLUMNS") else _WIDE


def result(renderable: RenderableType, *, width: int | None = None, trim: bool = True) -> None:
    """Print a result; where it is not a terminal, ``trim`` takes off the blanks that fill its lines.

    Whoever reads it may stop reading (``| head``). Raises FileError when it cannot be written.
    """
    try:
        printer = console(width=width)
        if printer.is_terminal or not trim:
            printer.print(renderable)
        else:
            with printer.capture() as captured:
                printer.print(renderable)
            sys.stdout.write(re.sub(" +$", "", captured.get(), flags=re.MULTILINE))
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads any more; what Python flushes at its end must not fail either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise FileError("standard output", reason_of(error), "Make room, or print elsewhere.") from error


def text(words: str) -> None:
    """Print a text as it is, as a result."""
    result(Text(_lines(words)), width=_WIDE, trim=False)


def sentence(words: str) -> None:
    """Print a sentence as a result; a terminal folds it between words."""
    result(Text(_lines(words)), width=width_for_tables())


def notice(words: str) -> None:
    """Print something worth knowing, beside the result."""
    console(error=True, width=_width(sys.stderr)).print(Text(_lines(words)))


def show_error(error: MtepError) -> None:
    """Print a refusal: what and why, and the next step."""
    shown = Text.assemble(("Error: ", "bold red"), _lines(error.message))
    if error.hint:
        shown.append("\n" + _lines(error.hint))
    console(error=True, width=_width(sys.stderr)).print(shown)


def _lines(words: str) -> str:
    return "\n".join(printable(line) for line in words.split("\n"))


# ---- tables ---------------------------------------------------------------------------------------------


def show(table: Table, how: Format) -> None:
    """Print a table in a format; where it has no rows, people read what to type instead."""
    if how in (Format.TABLE, Format.PLAIN, Format.MARKDOWN) and not table.rows:
        notice(table.empty)
        return
    match how:
        case Format.JSON:
            show_json(table.records())
        case Format.CSV:
            from ..files.spreadsheets import csv_text

            text(csv_text(table).removesuffix("\n"))
        case Format.MARKDOWN:
            text("\n".join(_markdown(table)))
        case Format.PLAIN:
            text("\n".join(_plain(table)))
        case Format.TABLE:
            result(rich_table(table), width=width_for_tables())


def show_json(value: Any) -> None:
    """Print a value as JSON, indented by two."""
    result(Text(json.dumps(value, ensure_ascii=False, indent=2, default=str)), width=_WIDE)


def rich_table(table: Table) -> RichTable:
    """Return a table as a terminal shows it; long cells are folded, never cut."""
    drawn = RichTable(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for column in table.shown:
        drawn.add_column(
            column.title,
            justify="right" if column.right else "left",
            no_wrap=column.nowrap,
            overflow="fold",
            header_style="bold",
        )
    for row in table.rows:
        drawn.add_row(*(Text(printable(row[column.key])) for column in table.shown))
    return drawn


def _one_line(value: Any) -> str:
    return " ".join(printable(value).split())


def _plain(table: Table) -> Iterable[str]:
    rows = [[column.title for column in table.shown]]
    rows += [[_one_line(row[column.key]) for column in table.shown] for row in table.rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.shown))]
    for row in rows:
        yield "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip()


def _markdown(table: Table) -> Iterable[str]:
    yield _markdown_row(column.title for column in table.shown)
    yield _markdown_row("--:" if column.right else "---" for column in table.shown)
    for row in table.rows:
        yield _markdown_row(_one_line(row[column.key]) for column in table.shown)


def _markdown_row(values: Iterable[str]) -> str:
    escaped = (
        re.sub(r"([\\|`*_<>\[\]])", r"\\\1", value) if value not in ("---", "--:") else value for value in values
    )
    return f"| {' | '.join(escaped)} |"
