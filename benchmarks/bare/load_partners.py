"""The floor under an import of partners with contacts: a CSV file into two tables, with nothing checked or compared."""

import csv
import sqlite3
import sys
from itertools import islice
from pathlib import Path

BATCH = 5_000


def load(file: Path, database: Path) -> None:
    """Load the rows of a file into a new database, batch by batch, in one transaction."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN")
    connection.execute("CREATE TABLE partners (id INTEGER PRIMARY KEY, name TEXT, city TEXT, state TEXT, website TEXT)")
    connection.execute("CREATE TABLE contacts (partner_id INTEGER, name TEXT, email TEXT, title TEXT)")
    with file.open(encoding="utf-8", newline="") as text:
        rows = enumerate(csv.reader(text))
        next(rows)
        while batch := list(islice(rows, BATCH)):
            connection.executemany("INSERT INTO partners VALUES (?, ?, ?, ?, ?)", [(n, *row[:4]) for n, row in batch])
            connection.executemany("INSERT INTO contacts VALUES (?, ?, ?, ?)", [(n, *row[4:]) for n, row in batch])
    connection.execute("COMMIT")
    connection.close()


if __name__ == "__main__":
    load(Path(sys.argv[1]), Path(sys.argv[2]))
