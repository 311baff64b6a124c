"""The ledger of letters on their way: which process has which letter in hand, and what became of it.

Written with plain sqlite3, because a command that sends starts quickly that way, and outside the journal, because
what has left the house cannot be taken back.
"""

import base64
import secrets
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Condition, Lock
from typing import Any, Self

from ..vocabulary import HELD_BACK, DeliveryState, EntryKind
from .locking import Kept, is_held
from .opening import connect, translated

_HELD_BACK = {
    "opted-out": f"{HELD_BACK}the address is not to be written to any more",
    "bounced": f"{HELD_BACK}the address bounced",
    "partner": f"{HELD_BACK}the organization is not to be written to any more",
    "begun": f"{HELD_BACK}the session has begun meanwhile",
    "changed": f"{HELD_BACK}the session was changed after the letter was made",
    "removed": f"{HELD_BACK}the organization was removed",
    "answered": f"{HELD_BACK}the answer has come meanwhile",
}


@dataclass(frozen=True)
class Claimed:
    """A letter that this process has in hand."""

    id: int
    partner: str
    envelope_from: str
    recipient: str
    content: bytes
    attempts: int


@dataclass(frozen=True)
class Result:
    """What became of a letter. ``said`` is the server's answer, ``try_at`` when to try again (UTC)."""

    id: int
    state: DeliveryState
    at: datetime
    said: str | None = None
    try_at: datetime | None = None


@dataclass
class _Request:
    """Results to write down, and the letter that is to be marked as being sent."""

    results: Sequence[Result]
    goes: int | None = None
    allowed: bool = False
    done: bool = False
    error: BaseException | None = field(default=None, repr=False)


def packed(content: bytes) -> str:
    """Return a message as it is stored."""
    return base64.b64encode(zlib.compress(content)).decode()


def unpacked(stored: str) -> bytes:
    """Return a stored message, byte by byte."""
    return zlib.decompress(base64.b64decode(stored))


def sender_lock(database: Path, sender: str) -> Path:
    """Return the file that a sending process holds locked as long as it lives."""
    file = database.resolve()  # by whatever name it was reached
    return file.with_name(f".{file.name}.sender-{sender}")


def is_alive(database: Path, sender: str | None) -> bool:
    """Return whether the process that has a letter in hand still runs."""
    return sender is not None and is_held(sender_lock(database, sender))


class Ledger:
    """The letters of one database, for one sending process, which may have several connections at work."""

    def __init__(self, path: Path, *, clock: Callable[[], datetime], actor: str, command: str) -> None:
        self._path = path
        self._clock = clock
        self._head = (_stored(clock()), actor, command, EntryKind.FINAL.value)
        self._entered = False
        self.sender = secrets.token_hex(8)
        self._connection = connect(path, one_thread=False)
        # As for every writer (see engine.py), but that the rollback journal's file stays after each letter, made void.
        for pragma in ("foreign_keys = ON", "synchronous = FULL", "journal_mode = PERSIST", "trusted_schema = OFF"):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()
        self.held: list[tuple[str, str]] = []
        """Partners whose letters may not go any more, and why."""
        self._using = Lock()
        self._requests: list[_Request] = []
        self._turn = Condition()
        self._busy = False

    def __enter__(self) -> Self:
        self._lock = Kept(sender_lock(self._path, self.sender))
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(sqlite3.Error):
            self._connection.execute("PRAGMA journal_mode = DELETE").fetchall()
        self._connection.close()
        self._lock.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._using:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                except BaseException:
                    if self._connection.in_transaction:  # a full disk has rolled it back already
                        self._connection.execute("ROLLBACK")
                    raise
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise translated(self._path, error) from error

    # ---- take ---------------------------------------------------------------------------------------------

    def recover(self) -> int:
        """Settle what processes left that are no more: what they were sending is in doubt, the rest is queued again.

        Returns how many letters are in doubt by that.
        """
        with self._transaction() as db:
            found = db.execute(
                "SELECT DISTINCT sender FROM deliveries"
                " WHERE state IN ('queued', 'sending') AND sender IS NOT NULL AND sender <> ?",
                (self.sender,),
            ).fetchall()
            dead = [sender for (sender,) in found if not is_alive(self._path, sender)]
            doubtful = 0
            for sender in dead:
                doubtful += db.execute(
                    "UPDATE deliveries SET state = 'in-doubt', sender = NULL, error = ?"
                    " WHERE state = 'sending' AND sender = ?",
                    ("the program ended before the server's answer was written down", sender),
                ).rowcount
                db.execute("UPDATE deliveries SET sender = NULL WHERE state = 'queued' AND sender = ?", (sender,))
        begins = sender_lock(self._path, "")
        for lock in begins.parent.iterdir():
            if lock.name.startswith(begins.name) and not is_held(lock):
                lock.unlink(missing_ok=True)
        return doubtful

    def claim(self, most: int, session: int | None = None) -> list[Claimed]:
        """Take queued letters in hand that may go now, so that no other process takes them.

        Those that may not go any more (somebody opted out, the session has begun) fail, and are added to ``held``.
        """
        scope = "" if session is None else "AND i.session_id = :session"
        now = self._clock()
        here: dict[str, Any] = {
            "now": _stored(now),
            "horizon": _stored(now + _HORIZON),
            "session": session,
            "most": most,
        }
        with self._transaction() as db:
            while True:
                found = db.execute(
                    "SELECT d.id, n.text, m.envelope_from, m.recipient, m.content, d.attempts,"
                    f" {_WHY_NOT} AS why FROM deliveries d"
                    " JOIN invitations i ON i.id = d.invitation_id JOIN sessions v ON v.id = i.session_id"
                    " JOIN messages m ON m.delivery_id = d.id"
                    " JOIN names n ON n.partner_id = i.partner_id AND n.kind = 'official'"
                    f" WHERE {_READY} {scope} ORDER BY d.id LIMIT :most",
                    here,
                ).fetchall()
                rows = [row[:6] for row in found if row[6] is None]
                if len(rows) < len(found):
                    held = [(row[1], _HELD_BACK[row[6]], row[0]) for row in found if row[6] is not None]
                    self._hold_back(db, [(why, number) for _, why, number in held])
                    self.held += [(partner, why) for partner, why, _ in held]
                if rows or not found:
                    break
            db.executemany("UPDATE deliveries SET sender = ? WHERE id = ?", [(self.sender, row[0]) for row in rows])
        return [
            Claimed(number, partner, envelope_from, recipient, unpacked(content), attempts)
            for number, partner, envelope_from, recipient, content, attempts in rows
        ]

    def _hold_back(self, db: sqlite3.Connection, letters: Sequence[tuple[str, int]]) -> None:
        """Let letters fail that may not go any more, given as (why, number)."""
        self._enter(db)
        db.executemany("UPDATE deliveries SET state = 'failed', error = ? WHERE id = ?", letters)

    def give_back(self, claimed: Sequence[Claimed]) -> None:
        """Let others have letters that this process will not send."""
        with self._transaction() as db:
            db.executemany(
                "UPDATE deliveries SET sender = NULL WHERE id = ? AND sender = ? AND state = 'queued'",
                [(letter.id, self.sender) for letter in claimed],
            )

    def wanted_again(self, session: int | None = None) -> tuple[int, datetime | None]:
        """Return how many letters wait for their time, and the first such time."""
        scope = "" if session is None else "AND i.session_id = :session"
        with self._using:
            row = self._connection.execute(
                "SELECT COUNT(*), MIN(d.try_at) FROM deliveries d JOIN invitations i ON i.id = d.invitation_id"
                f" WHERE d.state = 'queued' AND d.try_at IS NOT NULL AND d.try_at <= :horizon {scope}",
                {"session": session, "horizon": _stored(self._clock() + _HORIZON)},
            ).fetchone()
        return int(row[0]), datetime.fromisoformat(row[1]).replace(tzinfo=UTC) if row[1] else None

    def count(self, session: int | None = None) -> int:
        """Return how many letters are queued and in no process's hands."""
        scope = "" if session is None else "AND i.session_id = :session"
        with self._using:
            row = self._connection.execute(
                "SELECT COUNT(*) FROM deliveries d JOIN invitations i ON i.id = d.invitation_id"
                f" WHERE d.state = 'queued' AND d.sender IS NULL {scope}",
                {"session": session},
            ).fetchone()
        return int(row[0])

    def in_doubt(self, session: int | None = None) -> list[tuple[int, str, str]]:
        """Return the letters in doubt: number, partner and why."""
        scope = "" if session is None else "AND i.session_id = :session"
        with self._using:
            return self._connection.execute(
                "SELECT d.id, n.text, COALESCE(d.error, '') FROM deliveries d"
                " JOIN invitations i ON i.id = d.invitation_id"
                " JOIN names n ON n.partner_id = i.partner_id AND n.kind = 'official'"
                f" WHERE (d.state = 'in-doubt' OR d.state = 'sending' AND d.sender = :sender) {scope} ORDER BY d.id",
                {"session": session, "sender": self.sender},
            ).fetchall()

    # ---- write down ---------------------------------------------------------------------------------------

    def hand_over(self, number: int, results: Sequence[Result] = ()) -> bool:
        """Mark a letter as being sent, when it still may go, and write down what became of others, in one commit.

        Connections at work at the same time share a commit. When this returns True, it survives a power cut.
        """
        request = _Request(results, number)
        self._commit(request)
        return request.allowed

    def write_down(self, results: Sequence[Result]) -> None:
        """Write down what became of letters."""
        if results:
            self._commit(_Request(results))

    def _commit(self, request: _Request) -> None:
        """Carry out a request: the first who comes commits for all who wait by then."""
        with self._turn:
            self._requests.append(request)
            while self._busy and not request.done:
                self._turn.wait()
            if request.done:
                if request.error:
                    raise request.error
                return
            self._busy = True
            together, self._requests = self._requests, []
        error: BaseException | None = None
        try:
            with self._transaction() as db:
                self._enter(db)
                for one in together:
                    self._carry_out(db, one)
        except BaseException as raised:
            error = raised
            raise
        finally:
            with self._turn:
                for one in together:
                    one.done, one.error = True, error
                self._busy = False
                self._turn.notify_all()

    def _carry_out(self, db: sqlite3.Connection, request: _Request) -> None:
        for result in request.results:
            sent_at = _stored(result.at) if result.state is DeliveryState.SENT else None
            try_at = _stored(result.try_at) if result.try_at else None
            tried = 0 if result.state is DeliveryState.QUEUED and result.try_at is None else 1
            db.execute(
                "UPDATE deliveries SET state = ?, error = ?, sent_at = ?, try_at = ?, attempts = attempts + ?,"
                " sender = NULL WHERE id = ? AND sender = ?",
                (result.state, result.said, sent_at, try_at, tried, result.id, self.sender),
            )
        if request.goes is not None:
            request.allowed = (
                db.execute(
                    "UPDATE deliveries SET state = 'sending', error = NULL, try_at = NULL WHERE id = :id"
                    " AND state = 'queued' AND sender = :sender AND NOT EXISTS (SELECT 1 FROM deliveries d"
                    " JOIN invitations i ON i.id = d.invitation_id JOIN sessions v ON v.id = i.session_id"
                    f" WHERE d.id = :id AND {_WHY_NOT} IS NOT NULL)",
                    {"id": request.goes, "sender": self.sender, "now": _stored(self._clock())},
                ).rowcount
                == 1
            )

    def _enter(self, db: sqlite3.Connection) -> None:
        """Make this run's entry in the log, once: a step that cannot be taken back."""
        if not self._entered:
            db.execute("INSERT INTO journal_entries (at, actor, command, kind) VALUES (?, ?, ?, ?)", self._head)
            self._entered = True


_HORIZON = timedelta(hours=2)
"""No letter waits longer than an hour for its time: one that would was put off by a clock that was ahead."""

_READY = "d.state = 'queued' AND d.sender IS NULL AND (d.try_at IS NULL OR d.try_at <= :now OR d.try_at > :horizon)"
"""Which letters can be taken in hand."""

_WHY_NOT = """CASE
    WHEN EXISTS (SELECT 1 FROM partner_stops s WHERE s.partner_id = i.partner_id) THEN 'partner'
    WHEN EXISTS (SELECT 1 FROM partners p WHERE p.id = i.partner_id AND p.removed_on IS NOT NULL) THEN 'removed'
    WHEN d.sequence < i.sequence THEN 'changed'
    WHEN d.kind = 'reminder' AND EXISTS (SELECT 1 FROM replies r WHERE r.invitation_id = i.id) THEN 'answered'
    ELSE COALESCE(
        (SELECT MAX(s.kind) FROM address_stops s
         WHERE s.address = (SELECT LOWER(m.recipient) FROM messages m WHERE m.delivery_id = d.id)),
        CASE WHEN d.kind IN ('invitation', 'reminder', 'update') AND v.starts_at <= :now AND d.at < v.starts_at
            THEN 'begun' END)
    END"""
"""Why a letter may not go any more; NULL when it may."""


def _stored(moment: datetime) -> str:
    """Return a moment as the other writers store it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
