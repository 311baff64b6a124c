"""The floor under `mtep import`: a CSV file into two tables, with nothing read, checked or written down."""

import csv
import sqlite3
import sys
from pathlib import Path


def load(file: Path, database: Path) -> None:
    """Load the rows of a file into a new database, in one transaction."""
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(enumerate(csv.DictReader(text), start=1))
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE partners (id INTEGER PRIMARY KEY, scope TEXT, sector TEXT, state TEXT, city TEXT)")
    connection.execute("CREATE TABLE names (id INTEGER PRIMARY KEY, partner_id INTEGER, kind TEXT, text TEXT)")
    connection.executemany(
        "INSERT INTO partners VALUES (?, ?, ?, ?, ?)",
        [(number, row["scope"], row["sector"], row["state"], row["city"]) for number, row in rows],
    )
    connection.executemany(
        "INSERT INTO names (partner_id, kind, text) VALUES (?, ?, ?)",
        [
            (number, kind, row[column])
            for number, row in rows
            for kind, column in (("official", "name"), ("acronym", "acronym"))
        ],
    )
    connection.commit()
    connection.close()


if __name__ == "__main__":
    load(Path(sys.argv[1]), Path(sys.argv[2]))
