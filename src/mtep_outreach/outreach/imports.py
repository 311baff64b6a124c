"""Imports: what other people's files hold becomes partners, contacts, members and nominations."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import (
    AmbiguousNameError,
    AttendanceReportError,
    MtepError,
    NoOrganizationColumnError,
    NotAPartnerListError,
    Problem,
    UnknownColumnError,
)
from ..files.sheets import Sheet, SheetRow, read
from ..names import name_key
from ..store.reading import Reads, Record, among
from ..vocabulary import Doubts
from . import columns, duplicates, members, partners
from .duplicates import Likely
from .forgetting import is_forgotten
from .linking import Linker, Overwritten
from .network import remembered_mappings
from .placing import REMOVED, Batch, Row, as_name
from .rows import Mistake, RowReader, Understood

if TYPE_CHECKING:
    from ..store.writing import Work

_BATCH = 2_000
_SAMPLE = 100
_MOST_KEPT = 1_000
_SHOWN = 5
_LEFT_OUT = -2
_NO_ROOM = "The partner's note has no room for it. Leave columns out of the note: --map 'COLUMN=ignore'"

Decisions = Mapping[tuple[int, int], "Decision"]
"""What a person decided of doubtful rows, by the table's place in the file and the row's line."""


@dataclass(frozen=True)
class Decision:
    """What becomes of one doubtful row; ``likely`` is the partner that a person was asked about."""

    choice: Doubts
    likely: Likely | None = None


@dataclass(frozen=True)
class Doubt:
    """A row that may name a partner that is here already."""

    table: int
    unit: str
    line: int
    said: partners.PartnerFacts
    likely: Sequence[Likely]

    def __str__(self) -> str:
        place = f" ({self.said.state})" if self.said.state else ""
        return f"{self.unit} {self.line}, '{self.said.name}'{place}, may be {self.likely[0]}"


@dataclass(frozen=True)
class Source:
    """One table of a file, with what its columns mean."""

    sheet: Sheet
    layout: columns.Layout


@dataclass
class Outcome:
    """What an import did, or would do. Lists hold the first thousand; the counts are of all.

    Each row is counted once: what became of a doubtful one is counted apart.
    """

    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    doubtful_new: int = 0
    doubtful_changed: int = 0
    doubtful_same: int = 0
    doubtful_refused: int = 0
    contacts: int = 0
    nominations: int = 0
    members: int = 0
    stops: int = 0
    stopped: int = 0
    recorded: int = 0
    first: list[tuple[str, Understood]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    overwritten: list[Overwritten] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    @property
    def doubtful(self) -> int:
        """How many rows may name a partner that was here already."""
        return self.doubtful_new + self.doubtful_changed + self.doubtful_same + self.doubtful_refused

    @property
    def left_out(self) -> int:
        """How many rows were not used."""
        return self.refused + self.doubtful_refused


@dataclass(frozen=True)
class Choices:
    """How an import goes about it. ``refuse`` is told each row that is left out, with its cells and the reason."""

    doubts: Doubts = Doubts.NEW
    decisions: Decisions = field(default_factory=dict)
    update: bool = False
    refuse: Callable[[Source, SheetRow, str], None] = lambda _source, _row, _reason: None
    tick: Callable[[int], None] = lambda _rows: None


def sources(
    path: Path, reads: Reads, said: Mapping[str, str], *, encoding: str | None = None, delimiter: str | None = None
) -> list[Source]:
    """Return the tables of a file with what their columns mean; nothing is changed.

    Raises FileError, UnreadableTableError, AttendanceReportError, NoOrganizationColumnError and as `columns.layout`.
    """
    remembered = remembered_mappings(reads)
    found: list[Source] = []
    refusals: list[MtepError] = []
    left_out: list[str] = []
    for sheet in read(path, columns.looks_like_header, encoding=encoding, delimiter=delimiter):
        head = list(islice(sheet.rows(), _SAMPLE))
        sample = [row.cells for row in head if isinstance(row, SheetRow)]
        try:
            layout = columns.layout(path, sheet.columns, sample, said, remembered, cards=sheet.unit == "card")
        except AttendanceReportError:
            raise
        except (NoOrganizationColumnError, NotAPartnerListError, UnknownColumnError) as error:
            refusals.append(error)  # a workbook may hold other tables beside the list
            left_out.append(f"Left out: {sheet.kind}, as it is no list of organizations")
        else:
            if 0 < len(sample) == len(head) < _SAMPLE:  # every row was seen
                layout = replace(layout, idle=_idle(sheet.columns, sample))
            found.append(Source(sheet, layout))
    if not found:
        raise refusals[0]
    first = found[0].sheet
    return [replace(found[0], sheet=replace(first, notes=(*first.notes, *left_out))), *found[1:]]


def _idle(names: Sequence[str], rows: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the columns in which nothing stands."""
    return frozenset(name for place, name in enumerate(names) if all(row[place] in columns.NOTHING for row in rows))


def bring_in(work: "Work", tables: Sequence[Source], choices: Choices, *, today: date) -> Outcome:
    """Import the tables of a file, batch by batch, in one unit of work; memory stays flat however long they are.

    A row is known, and changes nothing, when its cells, at that occurrence, were imported before; only to update, it is
    looked at again, as one about the partner that it was imported for.
    """
    outcome = Outcome()
    for place, source in enumerate(tables):
        _Importer(work, place, source, choices, outcome, today).run()
    return outcome


class _Importer:
    """Imports one table."""

    def __init__(
        self, work: "Work", place: int, source: Source, choices: Choices, outcome: Outcome, today: date
    ) -> None:
        self._work = work
        self._place = place
        self._source = source
        self._choices = choices
        self._outcome = outcome
        self._today = today
        self._reader = RowReader(source.layout, today, is_forgotten(work))
        self._directory = members.Directory(work.select("members", order_by="id"))
        self._full: set[str] = set()
        self._linker = Linker(work, self._directory, outcome, update=choices.update, today=today)
        self._refusals: list[tuple[SheetRow, Sequence[Mistake]]] = []
        self._kept_out: dict[str, list[tuple[Record, str]]] = {}

    def run(self) -> None:
        """Import all rows."""
        rows = iter(self._source.sheet.rows())
        while batch := list(islice(rows, _BATCH)):
            self._outcome.rows += len(batch)
            read = list(self._understood(self._unknown(list(self._whole(batch)))))
            self._write(list(self._placed(read)))
            self._hand_over()
            self._choices.tick(len(batch))

    def _whole(self, batch: Iterable[SheetRow | Problem]) -> Iterator[SheetRow]:
        for row in batch:
            if isinstance(row, Problem):
                self._refuse(SheetRow(row.line, row.cells), [Mistake("", row.message)])
            else:
                yield row

    def _refuse(self, row: SheetRow, mistakes: Sequence[Mistake], verdict: str = "refused") -> None:
        setattr(self._outcome, verdict, getattr(self._outcome, verdict) + 1)
        self._refusals.append((row, mistakes))

    def _hand_over(self) -> None:
        """Hand over the rows of a batch that were refused, in the order of the file."""
        name, unit = self._source.sheet.path.name, self._source.sheet.unit
        for row, mistakes in sorted(self._refusals, key=lambda refusal: refusal[0].line):
            if len(self._outcome.problems) < _MOST_KEPT:
                self._outcome.problems += [
                    Problem(name, row.line, wrong.column, wrong.message, unit=unit) for wrong in mistakes
                ]
            said = (f"{wrong.column}: {wrong.message}" if wrong.column else wrong.message for wrong in mistakes)
            self._choices.refuse(self._source, row, " ".join(said))
        self._refusals.clear()

    def _unknown(self, rows: Sequence[SheetRow]) -> Iterator[tuple[SheetRow, str, int | None]]:
        """Yield the rows that were not imported before, with what they are known by; to update, the others too."""
        firsts = [self._reader.digest(row.cells, 0) for row in rows]
        times = self._work.occurrences(firsts)
        digests = [
            self._reader.digest(row.cells, before) if before else first
            for row, first, before in zip(rows, firsts, times, strict=True)
        ]
        known = {row["digest"]: row["partner_id"] for row in among(self._work, "imported_rows", "digest", digests)}
        for row, digest in zip(rows, digests, strict=True):
            if digest in known and not self._choices.update:
                self._outcome.same += 1
            else:
                yield row, digest, known.get(digest)

    def _understood(self, rows: Iterable[tuple[SheetRow, str, int | None]]) -> Iterator[Row]:
        """Yield the rows that can be read, and refuse the others."""
        for row, digest, known in rows:
            said, mistakes = self._reader.read(row.cells)
            if said.nominator:
                try:
                    self._directory.find(said.nominator)
                except AmbiguousNameError as error:
                    mistakes.append(Mistake("", f"{error.message} Give the nominator's address too."))
            if mistakes:
                self._refuse(row, mistakes)
            elif said.facts.name:
                yield Row(row, digest, said, name_key(said.facts.name), known)
            elif said.stops and said.contact and said.contact.email:
                changed = self._linker.stop(said)
                self._count("changed" if changed else "same", said)
            else:
                self._refuse(row, [Mistake(self._reader.named_by, "The name of the organization is missing.")])

    # ---- who is meant -------------------------------------------------------------------------------------

    def _placed(self, rows: Sequence[Row]) -> Iterator[Row]:
        """Yield rows with the partner that they name, a stored or a new one; the others are left out."""
        self._batch = Batch(self._work, rows, self._full, update=self._choices.update)
        number = self._next_partner()
        known = among(self._work, "partners", "id", [row.known for row in rows if row.known])
        removed = {partner["id"] for partner in known if partner["removed_on"]}
        for row in rows:
            certain = (REMOVED if row.known in removed else row.known) or self._batch.certain(row)
            if certain is None:
                row.pairs = self._batch.likely(row)
                certain = self._decided(row) or number
            if certain == REMOVED:
                stopped = bool(row.said.stops) and self._linker.stop(row.said)
                self._count("changed" if stopped else "same", row.said)
                if len(self._outcome.removed) < _MOST_KEPT:
                    self._outcome.removed.append(f"{row.said.facts.name} ({self._source.sheet.unit} {row.source.line})")
            elif certain != _LEFT_OUT:
                row.number, row.is_new = certain, certain == number
                if row.is_new:
                    self._batch.add(row)
                    number += 1
                elif row.pairs:
                    self._batch.learn(row)
                yield row

    def _next_partner(self) -> int:
        from ..store.models import Partner

        return self._work.next_number(Partner)

    def _decided(self, row: Row) -> int | None:
        """Return the partner that a doubtful row is linked to, None for a new one, or _LEFT_OUT.

        What a person decided of a row holds for later rows of the same name too.
        """
        outcome, line = self._outcome, row.source.line
        decision = self._choices.decisions.get((self._place, line))
        before = (why for one, why in self._kept_out.get(row.key, ()) if duplicates.agrees(row.said.facts, one))
        if decision is None and (reason := next(before, None)):
            return self._keep_out(row, reason)
        if not (row.pairs or decision):
            return None
        if len(outcome.doubts) < _MOST_KEPT:
            outcome.doubts.append(Doubt(self._place, self._source.sheet.unit, line, row.said.facts, row.pairs))
        choice, likely = self._choices.doubts, None
        if decision:
            choice, likely = decision.choice, decision.likely
        if choice is Doubts.LINK and (number := self._batch.meant(row, likely)):
            return number
        if choice in (Doubts.LINK, Doubts.SKIP):
            return self._keep_out(row, f"It may be {likely or row.pairs[0]}.")
        row.apart = likely
        return None

    def _keep_out(self, row: Row, reason: str) -> int:
        self._kept_out.setdefault(row.key, []).append((as_name(row.said.facts), reason))
        self._refuse(row.source, [Mistake("", reason)], "doubtful_refused")
        return _LEFT_OUT

    # ---- writing ------------------------------------------------------------------------------------------

    def _write(self, rows: Sequence[Row]) -> None:
        """Write the rows of a batch: first the partners that are new, then what is linked to those that are here."""
        new = [row for row in rows if row.is_new]
        self._linker.add([(row.number, row.said, row.keys) for row in new])
        for row in new:
            self._count("doubtful_new" if row.pairs else "new", row.said)
        linked = [row for row in rows if not row.is_new]
        full = set()
        for row, is_changed in zip(linked, self._linker.link([(row.number, row.said) for row in linked]), strict=True):
            if is_changed is None:
                full.add(row.source.line)
                self._refuse(row.source, [Mistake("", _NO_ROOM)])
            else:
                verdict = "changed" if is_changed else "same"
                self._count(f"doubtful_{verdict}" if row.pairs else verdict, row.said)
        used = [row for row in rows if row.source.line not in full]
        self._linker.remember([(row.digest, row.number) for row in used if row.known is None])
        self._linker.nominate([(row.number, row.said) for row in used])
        self._linker.doubt([(row.number, pair, pair == row.apart) for row in new for pair in row.pairs])

    def _count(self, verdict: str, said: Understood) -> None:
        setattr(self._outcome, verdict, getattr(self._outcome, verdict) + 1)
        if not verdict.endswith("same") and len(self._outcome.first) < _SHOWN:
            self._outcome.first.append((verdict.partition("_")[0], said))
