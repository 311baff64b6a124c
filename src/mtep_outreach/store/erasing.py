"""Erasing: a person goes from every table and from the journal, and cannot be brought back."""

import json
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import sqlalchemy as sa

from .ledger import unpacked
from .opening import connect, translated

ERASED = "(erased)"

_KEPT_NAMES = ("contacts", "members", "names", "attendees", "alembic_version")
"""Tables in which the same name may be another's: there a person is found by number or address alone."""


@dataclass(frozen=True)
class Traces:
    """By what a person is found: contacts, letters, and words that name nobody else."""

    contacts: Sequence[int]
    deliveries: Sequence[int]
    addresses: Sequence[str]
    names: Sequence[str]
    words: Sequence[str] = ()


def erase(connection: sa.Connection, traces: Traces) -> None:
    """Erase a person from every table and from the journal."""
    numbers = {"contacts": json.dumps(list(traces.contacts)), "deliveries": json.dumps(list(traces.deliveries))}
    run = connection.exec_driver_sql
    among = "IN (SELECT value FROM json_each(?))"
    run(f"UPDATE invitations SET contact_id = NULL WHERE contact_id {among}", (numbers["contacts"],))
    messages = [row.id for row in run(f"SELECT id FROM messages WHERE delivery_id {among}", (numbers["deliveries"],))]
    run(f"DELETE FROM messages WHERE delivery_id {among}", (numbers["deliveries"],))
    run(
        "UPDATE deliveries SET text = '', subject = '', address = NULL, path = NULL, files = NULL,"
        " state = CASE WHEN state = 'queued' THEN 'failed' ELSE state END,"
        " error = CASE WHEN state = 'queued' THEN 'not sent: the person was forgotten' ELSE error END"
        f" WHERE id {among}",
        (numbers["deliveries"],),
    )
    came = [row.id for row in run(f"SELECT id FROM attendees WHERE contact_id {among}", (numbers["contacts"],))]
    # The row stays, for the partner came. Two of one partner need names that differ.
    run(
        f"UPDATE attendees SET contact_id = NULL, name = '{ERASED} ' || id WHERE contact_id {among}",
        (numbers["contacts"],),
    )
    run(f"DELETE FROM contacts WHERE id {among}", (numbers["contacts"],))
    for address in traces.addresses:
        run("DELETE FROM address_stops WHERE address = ?", (address.lower(),))
        run("UPDATE replies SET note = NULL WHERE LOWER(address) = ?", (address.lower(),))
    wrote = _wrote(connection, Words(traces.addresses))
    run(f"DELETE FROM review_items WHERE id {among}", (json.dumps(wrote),))
    gone = {
        "contacts": traces.contacts, "deliveries": traces.deliveries, "messages": messages, "attendees": came,
        "review_items": wrote,
    }  # fmt: skip
    for table, rows in gone.items():
        for side in ("before", "after"):
            run(
                f"UPDATE journal_changes SET {side} = '{{}}' WHERE {side} IS NOT NULL AND table_name = ?"
                f" AND row_id = last_id AND row_id {among}",
                (table, json.dumps(list(rows))),
            )
    _erase_images(connection, traces)
    _blot_out_commands(connection, traces)
    _blot_out(connection, traces)


def _wrote(connection: sa.Connection, addresses: "Words") -> list[int]:
    """Return the review items, those that are no more too, that are of a person or about one."""
    texts = "json_extract({0}, '$.address') AS address, json_extract({0}, '$.sender') AS sender"
    selects = ["SELECT id, address, sender FROM review_items"]
    selects += [
        f"SELECT row_id, {texts.format(side)} FROM journal_changes WHERE table_name = 'review_items'"
        for side in ("before", "after")
    ]
    rows = connection.exec_driver_sql(" UNION ".join(selects)).all()
    return sorted({row.id for row in rows if any(addresses.out_of(text) != text for text in row[1:])})


def _erase_images(connection: sa.Connection, traces: Traces) -> None:
    """Erase rows that are no more from the journal: contacts, letters, mails and who came, by address or number."""
    addresses = json.dumps([address.lower() for address in traces.addresses])
    for side in ("before", "after"):
        connection.exec_driver_sql(
            f"UPDATE journal_changes SET {side} = '{{}}' WHERE table_name = 'attendees'"
            f" AND json_extract({side}, '$.contact_id') IN (SELECT value FROM json_each(?))",
            (json.dumps(list(traces.contacts)),),
        )
        for table, key in (
            ("contacts", "email"), ("deliveries", "address"), ("messages", "recipient"), ("replies", "address"),
        ):  # fmt: skip
            connection.exec_driver_sql(
                f"UPDATE journal_changes SET {side} = '{{}}' WHERE table_name = ?"
                f" AND LOWER(json_extract({side}, '$.{key}')) IN (SELECT value FROM json_each(?))",
                (table, addresses),
            )


def _blot_out_commands(connection: sa.Connection, traces: Traces) -> None:
    """Take a name of one word out of the commands in the log that name the address too."""
    words = Words(traces.addresses, [*traces.names, *traces.words])
    for address in traces.addresses:
        holding = "SELECT id, command FROM journal_entries WHERE INSTR(LOWER(command), ?) > 0"
        for row in connection.exec_driver_sql(holding, (address.lower(),)).all():
            said = (words.out_of(row.command), row.id)
            connection.exec_driver_sql("UPDATE journal_entries SET command = ? WHERE id = ?", said)


def _blot_out(connection: sa.Connection, traces: Traces) -> None:
    """Take the words that name a person out of every text, in any letter case."""
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    addresses, everything = Words(traces.addresses), Words(traces.addresses, traces.names)
    driver.create_function("without_addresses", 1, addresses.out_of, deterministic=True)
    driver.create_function("without_person", 1, everything.out_of, deterministic=True)
    found = 0
    for table, columns in _texts(connection).items():
        without = "without_addresses" if table in _KEPT_NAMES else "without_person"
        for column in columns:
            done = connection.exec_driver_sql(
                f"UPDATE {table} SET {column} = {without}({column}) WHERE {without}({column}) <> {column}"
            )
            found += done.rowcount if table != "journal_entries" else 0
    if found:  # what no table says, no mail to others says: reading them all takes long
        _drop_mails(connection, everything)


def _drop_mails(connection: sa.Connection, words: "Words") -> None:
    """Remove the mails to others that name a person; one that is still to be sent fails, and can be made anew."""
    for row in connection.exec_driver_sql("SELECT id, delivery_id, content FROM messages").all():
        if not _names(words, row.content):
            continue
        connection.exec_driver_sql("DELETE FROM messages WHERE id = ?", (row.id,))
        connection.exec_driver_sql(
            "UPDATE deliveries SET state = 'failed', error = ? WHERE id = ? AND state = 'queued'",
            ("not sent: it named a person who was forgotten", row.delivery_id),
        )
    for side in ("before", "after"):
        images = connection.exec_driver_sql(
            f"SELECT id, json_extract({side}, '$.content') AS content FROM journal_changes"
            f" WHERE table_name = 'messages' AND json_extract({side}, '$.content') IS NOT NULL"
        ).all()
        for row in images:
            if _names(words, row.content):
                connection.exec_driver_sql(f"UPDATE journal_changes SET {side} = '{{}}' WHERE id = ?", (row.id,))


def _names(words: "Words", content: str) -> bool:
    """Return whether a stored mail holds one of some words."""
    said = _read(unpacked(content))
    return words.out_of(said) != said


def _read(content: bytes) -> str:
    """Return what a mail says: its headers and texts, as they are and without the breaks in a calendar's lines."""
    mail = message_from_bytes(content, policy=default)
    said = [str(value) for value in mail.values()]
    said += [str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"]
    text = "\n".join(said)
    return text + "\n" + re.sub(r"\r?\n[ \t]", "", text)


# ---- words in a text --------------------------------------------------------------------------------------

_BREAK = r"(?<=\\[nrtbf])"
"""A line break as JSON writes it: what stands behind it begins there."""

_ADDRESS_BEGINS, _ADDRESS_ENDS = rf"(?:(?<![\w+-])(?<!\w\.)|{_BREAK})", r"(?![\w-]|\.\w)"
_NAME_BEGINS, _NAME_ENDS = rf"(?:(?<!\w)|{_BREAK})", r"(?!\w)"


class Words:
    """Addresses and names, found in any letter case and only as whole words: one may lie within another's."""

    def __init__(self, addresses: Sequence[str], names: Sequence[str] = ()) -> None:
        found = [f"{_ADDRESS_BEGINS}{_spelled(word)}{_ADDRESS_ENDS}" for word in addresses]
        for word in names:
            begins = _NAME_BEGINS if _has_borders(word[0]) else ""
            ends = _NAME_ENDS if _has_borders(word[-1]) else ""
            found.append(f"{begins}{_spelled(word)}{ends}")
        self._pattern = re.compile("|".join(found), re.IGNORECASE)
        # Most texts hold none of these, which is seen much sooner.
        self._parts = [max(re.findall(r"\w+", word) or [""], key=len).lower() for word in (*addresses, *names)]

    def out_of(self, text: str | None) -> str | None:
        """Return a text, where there is one, in which these words are blotted out."""
        lowered = (text or "").lower()
        return self._pattern.sub(ERASED, text) if text and any(part in lowered for part in self._parts) else text


def _has_borders(character: str) -> bool:
    """Return whether words of such letters stand apart: those of Chinese do not."""
    return character.isascii() or character.lower() != character.upper()


def _spelled(word: str) -> str:
    """Return how a word can be spelled: with any blanks, and with backslashes before its marks (JSON, Markdown)."""
    return "".join(
        r"\s+" if part.isspace() else re.escape(part) if part.isalnum() else rf"\\*{re.escape(part)}"
        for part in re.findall(r"\s+|.", word)
    )


def _texts(connection: sa.Connection) -> dict[str, list[str]]:
    """Return the columns of text of every table that has numbered rows and may hold what people typed."""
    found: dict[str, list[str]] = {}
    for (table,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").all():
        if table.startswith("sqlite_") or table in (
            "look_up_keys",
            "forgotten",
            "imported_rows",
            "messages",
            "read_mails",
        ):
            continue
        columns = connection.exec_driver_sql(f"PRAGMA table_info({table})").all()
        found[table] = [row.name for row in columns if str(row.type).upper().startswith("VARCHAR")]
    return found


def compact(path: Path) -> None:
    """Write the database file anew, so that nothing of what was erased is left in it. Raises DatabaseError."""
    try:
        with closing(connect(path)) as connection:
            connection.execute("PRAGMA secure_delete = ON").fetchall()
            connection.execute("VACUUM")
    except sqlite3.Error as error:
        raise translated(path, error) from error


def backups(path: Path) -> list[Path]:
    """Return the copies that were made of a database before it was brought up to date."""
    return sorted(path.parent.glob(f"{path.stem}-before-update-*{path.suffix}"))
