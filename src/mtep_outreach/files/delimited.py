"""CSV and its relatives: how a text file is cut into cells."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import Problem, UnknownWordError, UnreadableTableError
from .blocks import IsHeader, Record, Source
from .texts import Text, recognised

_LONGEST_CELL = 1_000_000
_SAMPLE = 200_000
_SAMPLE_ROWS = 100

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}


def source(path: Path, is_header: IsHeader, encoding: str | None, delimiter: str | None) -> Source:
    """Return the cells of a text file; encoding and delimiter are recognised where they are not given.

    Raises UnknownWordError for an encoding or delimiter that is none, and UnreadableTableError.
    """
    given = _delimiter(delimiter) if delimiter is not None else None
    text = recognised(path, encoding)
    with text.open() as stream:
        sample = stream.read(_SAMPLE)
    said = re.match(r'"?sep=(.)"?(?=[\r\n]|$)', sample)
    chosen = given or (said[1] if said else None) or _likely(sample, is_header)
    name = next((f"{word}s" for word, sign in _DELIMITERS.items() if sign == chosen), f"'{chosen}'")
    # Set for the process: nothing else of it reads CSV.
    csv.field_size_limit(_LONGEST_CELL)
    return Source(path, f"CSV ({text.name}, {name})", "line", _Records(text, chosen, bool(said)))


def _delimiter(text: str) -> str:
    """Return a delimiter as it was said: the sign itself, or its name."""
    name = text.strip().lower().removesuffix("s")
    sign = {"\\t": "\t"}.get(text, _DELIMITERS.get(name, text))
    if len(sign) != 1 or sign.isalnum() or sign in '"\r\n\0 ':
        raise UnknownWordError("delimiter", text, _DELIMITERS)
    return sign


def _likely(sample: str, is_header: IsHeader) -> str:
    """Return the sign that cuts a sample into a known header, and into rows as wide as it."""
    whole = sample if len(sample) < _SAMPLE else sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1]

    def fitness(sign: str) -> tuple[bool, bool, float, int]:
        # Not strict: what a wrong sign makes of quotation marks is no mistake of the file.
        rows = [_cells(row) for row in _head(csv.reader(io.StringIO(whole or sample, newline=""), delimiter=sign))]
        rows = [row for row in rows if row]
        header = next((row for row in rows if is_header(row)), None)
        widths = Counter(map(len, rows))
        if header is not None:
            width = len(header)
        else:
            width = max(widths, key=lambda width: (width > 1, widths[width]), default=0)
        fit = widths[width] / len(rows) if rows else 1
        return header is not None, width > 1, fit, width if width > 1 else 0

    return max(_DELIMITERS.values(), key=fitness)


def _head(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    for _ in range(_SAMPLE_ROWS):
        try:
            yield next(rows)
        except (StopIteration, csv.Error):
            return


def _cells(row: Sequence[str]) -> list[str]:
    cells = [" ".join(cell.split()) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


# ---- rows -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Records:
    """Reads the cells of a text file with the lines they begin on."""

    text: Text
    delimiter: str
    names_delimiter: bool

    def __call__(self) -> Iterator[Record]:
        with self.text.open() as stream:
            reader = csv.reader(stream, delimiter=self.delimiter, strict=True)
            line = 1
            try:
                if self.names_delimiter:
                    next(reader)
                    line = 2
                for cells in reader:
                    begun, line = line, reader.line_num + 1
                    if line > begun + 1 and self._swallowed(cells):
                        said = f"a quotation mark opens here and closes on line {line - 1}, with rows between"
                        yield begun, Problem(self.text.path.name, begun, "", said, tuple(cells))
                    else:
                        yield begun, cells
            except csv.Error as error:
                raise self._refusal(error, line, reader.line_num) from None

    def _swallowed(self, cells: Sequence[str]) -> bool:
        """Return whether a cell of several lines is made of rows: a quotation mark was forgotten, another closes it.

        Each line inside has as many delimiters as the row, and none before a blank as in a sentence.
        """
        if len(cells) < 3:  # noqa: PLR2004
            return False
        for cell in cells:
            inside = cell.splitlines()[1:-1]
            if inside and all(
                line.count(self.delimiter) == len(cells) - 1 and f"{self.delimiter} " not in line for line in inside
            ):
                return True
        return False

    def _refusal(self, error: csv.Error, begun: int, now: int) -> UnreadableTableError:
        said = str(error)
        if "unexpected end" in said:
            reason = f"a quotation mark in the row that begins on line {begun} is never closed"
        elif "field larger" in said:
            reason = f"a cell of line {begun} has more than {_LONGEST_CELL:,} characters: a quotation mark may be open"
        elif "expected after" in said:
            reason = f"on line {now}, text follows a closing quotation mark"
        else:
            reason = f"on line {now}, {said}"
        return UnreadableTableError(self.text.path, reason, "Mend that line: a quotation mark in a cell is doubled.")
