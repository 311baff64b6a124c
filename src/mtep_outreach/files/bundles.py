"""Bundles: a whole database as a ZIP of CSV files, with a manifest that tells whether it is whole."""

import csv
import errno
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..atomic import reason_of
from ..errors import FileError, UnreadableTableError
from .spreadsheets import plain_cell, safe_cell

_MANIFEST = "manifest.json"
_FORMAT = "mtep bundle"
_LARGEST_MANIFEST = 1_000_000
_LARGEST_TABLE = 4_000_000_000
_UNSUSPICIOUS = 20_000_000
_MOST_TIMES = 250
_LONGEST_CELL = 10_000_000

# What zipfile and json raise for a file that is not as it was written; a RuntimeError is a password.
_DAMAGE = (
    KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError,
    RuntimeError,
)  # fmt: skip

Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Bundle:
    """A bundle that was found whole: its version, and how many rows each of its tables has."""

    path: Path
    version: str
    tables: Mapping[str, int]

    def rows(self, table: str) -> Iterator[dict[str, str | None]]:
        """Yield the rows of a table as texts; an empty cell is None. Raises ValueError where it is no table."""
        # Set for the process: each reader of CSV sets its own before it begins.
        csv.field_size_limit(_LONGEST_CELL)
        with zipfile.ZipFile(self.path) as package, package.open(f"{table}.csv") as stream:
            reader = csv.reader(_lines(io.TextIOWrapper(stream, "utf-8", newline="")), strict=True)
            try:
                columns = next(reader, [])
                for cells in reader:
                    yield {column: plain_cell(cell) or None for column, cell in zip(columns, cells, strict=True)}
            except csv.Error as error:
                raise ValueError(str(error)) from None


def is_bundle(path: Path) -> bool:
    """Return whether a file is a ZIP with a manifest of ours in it."""
    try:
        with zipfile.ZipFile(path) as package:
            return bool(_manifest(package).get("format") == _FORMAT)
    except (OSError, *_DAMAGE):
        return False


def read_bundle(path: Path) -> Bundle:
    """Return a bundle, once each of its files was found to be as it was written. Raises UnreadableTableError."""
    try:
        with zipfile.ZipFile(path) as package:
            manifest = _manifest(package)
            _check_sizes(path, package)
            for name, facts in manifest["tables"].items():
                if _digest(package, f"{name}.csv") != facts["sha256"]:
                    raise UnreadableTableError(path, f"its table {name} was changed or is damaged", "Export it again.")
            return Bundle(
                path, str(manifest["version"]), {name: int(facts["rows"]) for name, facts in manifest["tables"].items()}
            )
    except _DAMAGE:
        raise UnreadableTableError(path, "it is no whole bundle", "Export it again.") from None
    except OSError as error:
        if error.errno == errno.EINVAL:  # the directory names a place that is not in the file
            raise UnreadableTableError(path, "it is no whole bundle", "Export it again.") from None
        raise FileError(path, reason_of(error), "Choose another file.") from error


def _check_sizes(path: Path, package: zipfile.ZipFile) -> None:
    """Refuse what unpacks to more than any bundle does, before it is unpacked."""
    packed = path.stat().st_size
    sizes = [part.file_size for part in package.infolist()]
    if max(sizes) > _LARGEST_TABLE or (sum(sizes) > _UNSUSPICIOUS and sum(sizes) > packed * _MOST_TIMES):
        said = f"it unpacks to {sum(sizes) // packed:,} times its size, which no bundle does"
        raise UnreadableTableError(path, said, "Export it again.")


def _lines(stream: io.TextIOWrapper) -> Iterator[str]:
    """Yield the lines of a table, none of them longer than a cell may be. Raises ValueError."""
    while line := stream.readline(_LONGEST_CELL):
        if len(line) == _LONGEST_CELL:
            raise ValueError(f"a line is longer than {_LONGEST_CELL:,} characters")
        yield line


def _manifest(package: zipfile.ZipFile) -> Any:
    with package.open(_MANIFEST) as stream:
        return json.loads(stream.read(_LARGEST_MANIFEST))


def _digest(package: zipfile.ZipFile, name: str) -> str:
    found = hashlib.sha256()
    with package.open(name) as stream:
        while part := stream.read(1 << 20):
            found.update(part)
    return found.hexdigest()


def bundle_bytes(version: str, tables: Iterable[tuple[str, Sequence[str], Iterable[Cells]]]) -> tuple[bytes, int]:
    """Return a bundle of tables, each given as (name, columns, rows), and how many rows it has."""
    out = io.BytesIO()
    manifest: dict[str, Any] = {"format": _FORMAT, "version": version, "tables": {}}
    total = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, columns, rows in tables:
            digest, count = hashlib.sha256(), 0
            with package.open(f"{name}.csv", "w", force_zip64=True) as stream:
                for part in _parts(columns, rows):
                    count += 1
                    digest.update(part)
                    stream.write(part)
            manifest["tables"][name] = {"rows": count - 1, "sha256": digest.hexdigest()}
            total += count - 1
        # Without a moment of its own: the same content makes the same bundle.
        package.writestr(zipfile.ZipInfo(_MANIFEST), json.dumps(manifest, indent=2) + "\n")
    return out.getvalue(), total


def _parts(columns: Sequence[str], rows: Iterable[Cells]) -> Iterator[bytes]:
    """Yield the header, then each row, as bytes of CSV."""
    text = io.StringIO()
    # Only so Python 3.11 puts a lone carriage return into quotation marks.
    writer = csv.writer(text, lineterminator="\r\n")

    def line(cells: Iterable[str]) -> bytes:
        text.seek(0)
        text.truncate()
        writer.writerow(cells)
        return text.getvalue().encode()

    yield line(columns)
    for row in rows:
        yield line("" if row[key] is None else safe_cell(str(row[key])) for key in columns)
