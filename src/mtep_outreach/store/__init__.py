"""The data: one SQLite file, written through SQLModel and read through SQL views."""
