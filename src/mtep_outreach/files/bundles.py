"""Bundles: a whole database as a ZIP of CSV files, with a manifest that tells whether it is whole."""

import csv
import hashlib
import io
import json
import zipfile
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

Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Bundle:
    """A bundle that was found whole: its version, and how many rows each of its tables has."""

    path: Path
    version: str
    tables: Mapping[str, int]

    def rows(self, table: str) -> Iterator[dict[str, str | None]]:
        """Yield the rows of a table as texts; an empty cell is None."""
        with zipfile.ZipFile(self.path) as package, package.open(f"{table}.csv") as stream:
            reader = csv.reader(io.TextIOWrapper(stream, "utf-8", newline=""), strict=True)
            columns = next(reader, [])
            for cells in reader:
                yield {column: plain_cell(cell) or None for column, cell in zip(columns, cells, strict=True)}


def is_bundle(path: Path) -> bool:
    """Return whether a file is a ZIP with a manifest of ours in it."""
    try:
        with zipfile.ZipFile(path) as package:
            return bool(_manifest(package).get("format") == _FORMAT)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, AttributeError):
        return False


def read_bundle(path: Path) -> Bundle:
    """Return a bundle, once each of its files was found to be as it was written. Raises UnreadableTableError."""
    try:
        with zipfile.ZipFile(path) as package:
            manifest = _manifest(package)
            for name, facts in manifest["tables"].items():
                if _digest(package, f"{name}.csv") != facts["sha256"]:
                    raise UnreadableTableError(path, f"its table {name} was changed or is damaged", "Export it again.")
            return Bundle(
                path, str(manifest["version"]), {name: int(facts["rows"]) for name, facts in manifest["tables"].items()}
            )
    except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        raise UnreadableTableError(path, "it is no whole bundle", "Export it again.") from None
    except OSError as error:
        raise FileError(path, reason_of(error), "Choose another file.") from error


def _manifest(package: zipfile.ZipFile) -> Any:
    with package.open(_MANIFEST) as stream:
        return json.loads(stream.read(_LARGEST_MANIFEST))


def _digest(package: zipfile.ZipFile, name: str) -> str:
    found, size = hashlib.sha256(), 0
    with package.open(name) as stream:
        while part := stream.read(1 << 20):
            size += len(part)
            if size > _LARGEST_TABLE:
                return ""
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
            with package.open(f"{name}.csv", "w") as stream:
                for part in _parts(columns, rows):
                    count += 1
                    digest.update(part)
                    stream.write(part)
            manifest["tables"][name] = {"rows": count - 1, "sha256": digest.hexdigest()}
            total += count - 1
        package.writestr(_MANIFEST, json.dumps(manifest, indent=2) + "\n")
    return out.getvalue(), total


def _parts(columns: Sequence[str], rows: Iterable[Cells]) -> Iterator[bytes]:
    """Yield the header, then each row, as bytes of CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")

    def line(cells: Iterable[str]) -> bytes:
        text.seek(0)
        text.truncate()
        writer.writerow(cells)
        return text.getvalue().encode()

    yield line(columns)
    for row in rows:
        yield line("" if row[key] is None else safe_cell(str(row[key])) for key in columns)
