"""What a person sees: results on stdout, notices and errors on stderr, every list in five formats."""

import io
import json
import os
import re
import sys
import textwrap
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

import typer
from rich import box
from rich.console import Console, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from ..errors import DeclinedError, MtepError, WrongUsageError
from ..tables import Table, cell

_WIDE = 100_000
"""The width of what is not a terminal: nothing is folded or cut there."""

_NARROW = 100
"""Below so many columns a table leaves out what a list can do without."""

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


def prepare_streams() -> None:
    """Let every text be printed: as UTF-8 into files and pipes, with marks where a terminal lacks a letter."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever called
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open till the end
        elif isinstance(stream, io.TextIOWrapper):
            chosen = stream.isatty() or "PYTHONIOENCODING" in os.environ
            stream.reconfigure(encoding=stream.encoding if chosen else "utf-8", errors="replace")


def flush() -> None:
    """Send on what was printed. Whoever reads it may stop reading (``| head``). Raises OSError for a full disk."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        give_up_printing()
    except OSError:
        give_up_printing()
        raise


def give_up_printing() -> None:
    """Let what Python flushes at its end go nowhere: it must not fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write(words: str) -> None:
    """Print text as it is, as a result."""
    try:
        sys.stdout.write(words)
    except BrokenPipeError:
        give_up_printing()
    flush()


def result(renderable: RenderableType, *, width: int | None = None) -> None:
    """Print something drawn, as a result; where it is not a terminal, without the blanks that fill its lines."""
    printer = console(width=width)
    with printer.capture() as captured:
        printer.print(renderable)
    drawn = captured.get()
    write(drawn if printer.is_terminal else re.sub(" +$", "", drawn, flags=re.MULTILINE))


def text(words: str) -> None:
    """Print a text as a result, but for what could steer a terminal."""
    write(_lines(words) + "\n")


def sentence(words: str) -> None:
    """Print a sentence as a result; a terminal folds it between words."""
    result(Text(_lines(words)), width=width_for_tables())


def prose(words: str) -> None:
    """Print a text of many lines as a result; a terminal folds it between words, others get it as it is."""
    if width_for_tables() is None:
        sentence(words)
    else:
        text(words)


def folded(words: str, *, indent: str = "", room: int = 0) -> str:
    """Return a line as lines that a terminal need not break, the later ones indented as the first is."""
    width = console(error=True, width=_width(sys.stderr)).width - room
    return textwrap.fill(
        words,
        max(width, 2 * len(indent) + 20),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def say(dry_run: bool, words: str) -> None:
    """Print what was done, as a result; after a dry run, as what would have been."""
    sentence(f"Would be done: {words}" if dry_run else words)


def notice(words: str) -> None:
    """Print something worth knowing, beside the result."""
    console(error=True, width=_width(sys.stderr)).print(Text(_lines(words)))


def show_error(error: MtepError) -> None:
    """Print a refusal: what and why, and the next step."""
    shown = Text.assemble(("" if isinstance(error, DeclinedError) else "Error: ", "bold red"), _lines(error.message))
    if error.hint:
        shown.append("\n" + _lines(error.hint))
    console(error=True, width=_width(sys.stderr)).print(shown)


_IN_PLAIN_WORDS = {
    r"Value error, ": "",
    r"Input should be a valid integer.*": "it is not a whole number",
    r"Input should be greater than or equal to (\d+)": r"it must be \1 or more",
    r"Input should be less than or equal to (\d+)": r"it must be \1 or less",
}


def show_usage_error(error: typer.TyperException) -> int:
    """Print what Typer could not understand, as any other refusal; return its exit code."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "mtep"
    if type(error).__name__ != "NoArgsIsHelpError":  # its message is the help, printed already
        said = error.format_message()
        for theirs, ours in _IN_PLAIN_WORDS.items():
            said = re.sub(theirs, ours, said)
        show_error(WrongUsageError(said, f"Try '{command} --help' for help."))
    return error.exit_code


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
            text("\n".join(markdown_table(table)))
        case Format.PLAIN:
            text("\n".join(_plain(table)))
        case Format.TABLE:
            width = width_for_tables()
            result(rich_table(table, narrow=console(width=width).width < _NARROW), width=width)


def show_json(value: Any) -> None:
    """Print a value as JSON, indented by two."""
    dumped = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    write(_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", dumped) + "\n")


def rich_table(table: Table, *, narrow: bool = False) -> RichTable:
    """Return a table as a terminal shows it; long cells are folded, never cut. A narrow one lacks some columns."""
    columns = [column for column in table.shown if not (narrow and column.wide)]
    drawn = RichTable(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        drawn.add_column(
            column.title,
            justify="right" if column.right else "left",
            no_wrap=column.nowrap,
            overflow="fold",
            header_style="bold",
        )
    for row in table.rows:
        drawn.add_row(*(Text(printable(row[column.key])) for column in columns))
    return drawn


def _one_line(value: Any) -> str:
    return " ".join(printable(value).split())


def _plain(table: Table) -> Iterable[str]:
    rows = [[column.title for column in table.shown]]
    rows += [[_one_line(row[column.key]) for column in table.shown] for row in table.rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.shown))]
    for row in rows:
        yield "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip()


def markdown_table(table: Table) -> Iterable[str]:
    """Yield the lines of a table in Markdown."""
    yield _markdown_row(column.title for column in table.shown)
    yield _markdown_row("--:" if column.right else "---" for column in table.shown)
    for row in table.rows:
        yield _markdown_row(_one_line(row[column.key]) for column in table.shown)


def _markdown_row(values: Iterable[str]) -> str:
    escaped = (
        re.sub(r"([\\|`*_<>\[\]])", r"\\\1", value) if value not in ("---", "--:") else value for value in values
    )
    return f"| {' | '.join(escaped)} |"
