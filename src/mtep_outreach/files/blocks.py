"""The tables in a file: where each begins and ends, and what its columns are called."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from ..atomic import reason_of
from ..errors import FileError, Problem, UnreadableTableError
from ..names import name_key
from .spreadsheets import plain_cell

MOST_COLUMNS = 10_000

_HEADER_WITHIN = 100
_MOST_BEFORE_HEADER = 50
_FOLLOWING = 20
_NO_END = 2**62

# Where cells begin, and the cells, or what is wrong with them.
Record = tuple[int, Sequence[str] | Problem]
IsHeader = Callable[[Sequence[str]], bool]


@dataclass(frozen=True)
class SheetRow:
    """One row: where it begins in its file (in the unit of its sheet), and its cells, one for each column."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """One table of a file.

    ``kind`` says in plain words what it is read from; ``unit`` what the numbers of its rows count: ``line`` (as an
    editor does), ``row`` (of a worksheet), ``card`` (the line where it begins) or ``object`` (the first is 1).
    ``notes`` are the lines that stood before the header, and what of the file was left out.
    """

    path: Path
    columns: tuple[str, ...]
    kind: str
    notes: tuple[str, ...]
    unit: str
    begin: Callable[[], Iterator[SheetRow | Problem]] = field(repr=False)

    def rows(self) -> Iterator[SheetRow | Problem]:
        """Read the rows, once more at each call; what cannot be used as it stands is a problem.

        Raises FileError or UnreadableTableError when the file was changed since it was opened.
        """
        try:
            yield from self.begin()
        except OSError as error:
            raise FileError(self.path, reason_of(error), "Choose another file.") from error


@dataclass(frozen=True)
class Source:
    """Cells as they stand in a file, before anybody knows which of them are a header.

    ``name`` is a worksheet's, ``hidden`` whether people do not see it; ``room`` is how many columns without a name may
    stand to the right of the header.
    """

    path: Path
    kind: str
    unit: str
    records: Callable[[], Iterator[Record]]
    room: int = 0
    name: str = ""
    hidden: bool = False


@dataclass
class _Block:
    """A header, the lines before it, how wide its rows are, what is no row of it, and where the next block begins."""

    line: int
    header: list[str]
    notes: list[str]
    most: int
    width: int
    passed_over: set[int] = field(default_factory=set)
    end: int = _NO_END


def tables(source: Source, is_header: IsHeader) -> list[Sheet]:
    """Return the tables of a source, none when it holds nothing.

    The first header is the first row of a hundred for which ``is_header`` holds, else the first that looks like one;
    in a regular table without a blank line or a note before that row, it is the first row of all.
    A later one begins a new table when it differs and stands after a blank line or a title; else it is passed over.
    """
    blocks = _blocks(source, is_header)
    return [
        Sheet(
            source.path,
            distinct([*block.header, *[""] * (block.width - len(block.header))]),
            source.kind,
            tuple(block.notes),
            source.unit,
            _Rows(source, block),
        )
        for block in blocks
    ]


def _blocks(source: Source, is_header: IsHeader) -> list[_Block]:
    read = list(islice(source.records(), _HEADER_WITHIN))
    first = [(line, cells) for line, cells in read if not isinstance(cells, Problem)]
    texts = [_trimmed(source.path, cells) for _, cells in first]
    index = _header_index(texts, [len(cells) for _, cells in first], is_header)
    if index is None:
        if wrong := next((cells for _, cells in read if isinstance(cells, Problem)), None):
            raise UnreadableTableError(source.path, f"{source.unit} {wrong.line}: {wrong.message}", "Mend that first.")
        return []
    search = _Search(source, is_header)
    begun, cells = first[index]
    search.begin(begun, cells, texts[index], [_sentence(words) for words in texts[:index] if any(words)])
    before = search.before
    for line, found in source.records():
        if isinstance(found, Problem) or line <= begun:
            continue
        # Nearly all rows are plain, and need no closer look: this runs for each of millions.
        wide, narrow = len(found) > search.width, len(found) < 2  # noqa: PLR2004
        if wide or narrow or before or not (found[0] and found[1]) or found[0] == search.first_cell:
            search.look(line, found)
    return search.blocks


@dataclass
class _Search:
    """The blocks found so far, and the titles and blank lines since the last full row."""

    source: Source
    is_header: IsHeader
    blocks: list[_Block] = field(default_factory=list)
    before: deque[tuple[int, list[str]]] = field(default_factory=lambda: deque(maxlen=_MOST_BEFORE_HEADER))
    width: int = 0
    first_cell: str = ""

    def begin(self, line: int, found: Sequence[str], header: list[str], notes: list[str]) -> None:
        """Begin a block. The header's own empty cells at its end are columns where a row has something there."""
        most = max(len(found), len(header) + self.source.room)
        self.blocks.append(_Block(line, header, notes, most, len(header)))
        self.width = len(header)
        self.first_cell = found[0]

    def look(self, line: int, found: Sequence[str]) -> None:
        """Note what a row says of blocks."""
        block = self.blocks[-1]
        cells = _trimmed(self.source.path, found)
        filled = sum(map(bool, cells))
        if cells == block.header:
            block.passed_over.add(line)
            title = _title(self.before)
            if title and not any(title[0][1]):  # without a blank line before it, it may be a row of one cell
                block.passed_over.update(number for number, _ in title)
        elif self.before and filled > 1 and sum(map(_is_data, cells)) * 2 < filled and self.is_header(cells):
            title = _title(self.before)
            block.end = title[0][0]
            self.begin(line, found, cells, [_sentence(words) for _, words in title if any(words)])
        elif not filled or (filled == 1 and len(block.header) > 1):
            self.before.append((line, cells))
            return
        elif self.width < len(cells) <= block.most:
            self.width = block.width = len(cells)
        self.before.clear()


def _title(before: Sequence[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Return what stands before a header as its title: at most one line of text, and the blank lines around it.

    A line of text with a blank line after it alone is none, but the last row of what stood before.
    """
    taken: list[tuple[int, list[str]]] = []
    for line, cells in reversed(before):
        if any(cells) and any(any(later) for _, later in taken):
            break
        taken.insert(0, (line, cells))
    return taken[1:] if len(taken) > 1 and any(taken[0][1]) else taken


# ---- headers --------------------------------------------------------------------------------------------


def _trimmed(path: Path, cells: Sequence[str]) -> list[str]:
    """Return cells as a header has them: one line each, none of the empty ones at the end."""
    if len(cells) > MOST_COLUMNS:
        raise UnreadableTableError(path, f"it has {len(cells):,} columns", "Check how its lines end.")
    found = [" ".join(cell.split()) for cell in cells]
    while found and not found[-1]:
        found.pop()
    return found


def _header_index(rows: Sequence[Sequence[str]], widths: Sequence[int], is_header: IsHeader) -> int | None:
    known = next((index for index, cells in enumerate(rows) if any(cells) and is_header(cells)), None)
    if known is not None:
        return 0 if _is_one_table(rows[: known + 1], widths[: known + 1]) else known
    filled = [index for index, cells in enumerate(rows) if any(cells)]
    for index in filled:
        following = [len(rows[later]) for later in filled if later > index][:_FOLLOWING]
        is_wide = sum(width > len(rows[index]) for width in following) * 2 <= len(following)
        if is_wide and sum(map(_is_data, rows[index])) * 2 < sum(map(bool, rows[index])):
            return index
    return filled[0] if filled else None


def _is_one_table(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> bool:
    """Return whether the first row is the header of a regular table, and the last a row that reads like one by chance.

    What stands before a later header has another width, or holds blank lines or notes: of one cell, or of two, as
    "Topic: Planning".
    """
    head = rows[0]
    is_regular = len(set(widths)) == 1 and all(sum(map(bool, cells)) > 1 for cells in rows)
    is_full = len(head) > 2 and all(head) and len(rows[-1]) <= len(head)  # noqa: PLR2004
    return is_regular and is_full and sum(map(_is_data, head)) * 2 < len(head)


def _is_data(text: str) -> bool:
    """Return whether a text is no name of a column: a number, a date, an address."""
    return "@" in text or "://" in text or any(map(str.isdigit, text[:1]))


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of columns that can be told apart: a second "Email" is "Email 2", an empty one "column 3"."""
    given = {_key(name) for name in names}
    taken: set[str] = set()
    numbers: Counter[str] = Counter()
    found: list[str] = []
    for place, name in enumerate(names, 1):
        wanted = chosen = name or f"column {place}"
        while _key(chosen) in taken or (chosen is not wanted and _key(chosen) in given):
            numbers[_key(wanted)] += 1
            chosen = f"{wanted} {numbers[_key(wanted)] + 1}"
        taken.add(_key(chosen))
        found.append(chosen)
    return tuple(found)


def _key(name: str) -> str:
    return name_key(name) or name


def _sentence(cells: Sequence[str]) -> str:
    filled = [cell for cell in cells if cell]
    return f"{filled[0].rstrip(':')}: {filled[1]}" if len(filled) == 2 else ", ".join(filled)  # noqa: PLR2004


# ---- rows -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rows:
    """The rows of one block."""

    source: Source
    block: _Block

    def __call__(self) -> Iterator[SheetRow | Problem]:
        block, width, passed_over = self.block, self.block.width, self.block.passed_over
        for line, found in self.source.records():
            if line <= block.line:
                continue
            if line >= block.end:
                break
            if isinstance(found, Problem):
                yield found
                continue
            cells = tuple([cell.strip() for cell in found])
            # Only where an apostrophe stands, each cell is looked at: this runs for each of millions of rows.
            if "'" in "".join(cells):
                cells = tuple([plain_cell(cell).strip() for cell in found])
            if len(cells) != width:
                if any(cells[width:]):
                    said = f"it has {len(cells):,} cells, but the header has {width:,}"
                    yield Problem(self.source.path.name, line, "", said, cells, self.source.unit)
                    continue
                cells = (*cells, *[""] * (width - len(cells)))[:width]
            if any(cells) and not (passed_over and line in passed_over):
                yield SheetRow(line, cells)
