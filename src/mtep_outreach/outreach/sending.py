"""Sending: queued letters are handed to the mail server, one commit a letter, so that no crash sends one twice.

Beside the store this is the only module that commits: what a server has taken cannot be rolled back.
"""

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..errors import MtepError, ServerError, ServerKeepsBreakingOffError, ServerRefusesAllError
from ..letters.delivery import Connection, Fate, Outcome, Server
from ..store.ledger import Claimed, Ledger, Result
from ..vocabulary import DeliveryState

_IN_HAND = 50
"""So many letters a connection takes in hand at once."""

_MOST_TRIES = 12
_LONGEST_WAIT = 3600.0
_MOST_LOSSES = 5
"""So many letters in a row may lose the connection, or be refused for their sender, before the run ends."""


@dataclass(frozen=True)
class Pace:
    """How letters are sent: over so many connections, at most so many a minute, staying so long for late ones.

    ``first_wait``: seconds before a letter is tried again, twice as many each time; ``reconnect``: seconds between
    attempts to reach the server.
    """

    connections: int = 1
    a_minute: float | None = None
    stay: timedelta = timedelta(minutes=5)
    first_wait: float = 15.0
    reconnect: tuple[float, ...] = (1.0, 3.0, 10.0, 30.0)


@dataclass
class Tally:
    """What became of the letters of one run; pairs are (partner, the server's words)."""

    sent: int = 0
    later: dict[int, tuple[str, str]] = field(default_factory=dict)
    failed: list[tuple[str, str]] = field(default_factory=list)
    in_doubt: list[tuple[int, str, str]] = field(default_factory=list)
    held: list[tuple[str, str]] = field(default_factory=list)
    stopped_by: MtepError | None = None
    interrupted: bool = False


def _wait_for(ended: Sequence[threading.Event]) -> None:
    """Wait until connections have ended; not by joining their threads: Ctrl-C makes Python take these for ended."""
    for end in ended:
        while not end.wait(0.2):
            pass


class Run:
    """One run of a sending command, which may have several connections at work."""

    def __init__(
        self,
        ledger: Ledger,
        server: Server,
        *,
        pace: Pace,
        clock: Callable[[], datetime],
        session: int | None = None,
        tick: Callable[[int], None] = lambda _letters: None,
        on_interrupt: Callable[[], None] = lambda: None,
    ) -> None:
        self._ledger = ledger
        self._server = server
        self._pace = pace
        self._clock = clock
        self._session = session
        self._tick = tick
        self._on_interrupt = on_interrupt
        self._taking = threading.Lock()
        self._in_hand: deque[Claimed] = deque()
        self._at_work = 0
        self._stop = threading.Event()
        self._next_at = time.monotonic()
        self._until = time.monotonic() + pace.stay.total_seconds()
        self._losses = self._noes = 0
        self.tally = Tally()

    def go(self) -> Tally:
        """Send what is queued, and return what became of it. After Ctrl-C the letters under way come to their end."""
        self._ledger.recover()
        ended = [threading.Event() for _ in range(self._pace.connections)]
        for number, end in enumerate(ended, start=1):
            threading.Thread(target=self._work, args=[end], name=f"connection {number}", daemon=True).start()
        try:
            _wait_for(ended)
        except KeyboardInterrupt:
            self._stop.set()
            self.tally.interrupted = True
            with suppress(KeyboardInterrupt):  # once more: what is under way is in doubt
                self._on_interrupt()
                _wait_for(ended)
        finally:
            with suppress(MtepError):  # whoever looks next finds that this process is no more
                self._ledger.give_back(list(self._in_hand))
        self.tally.held = self._ledger.held
        return self.tally

    # ---- one connection -----------------------------------------------------------------------------------

    def _work(self, end: threading.Event) -> None:
        finished: list[Result] = []
        try:
            with Connection(self._server) as connection:
                while not self._stop.is_set() and (letter := self._next(finished)):
                    try:
                        self._send(connection, letter, finished)
                    except BaseException:
                        self._ledger.give_back([letter])  # unless it has left
                        raise
                    finally:
                        with self._taking:
                            self._at_work -= 1
                self._ledger.write_down(finished)
        except MtepError as error:
            self._stop_all(error)
        except BaseException:
            self._stop.set()
            raise
        finally:
            end.set()

    def _stop_all(self, error: MtepError) -> None:
        with self._taking:
            self.tally.stopped_by = self.tally.stopped_by or error
        self._stop.set()

    def _next(self, finished: list[Result]) -> Claimed | None:
        """Return the next letter to send, waiting for one where that is worth it; None: there is none left."""
        while not self._stop.is_set():
            with self._taking:
                if not self._in_hand:
                    if finished:  # before another look: what is written down is not in doubt
                        self._ledger.write_down(finished)
                        finished.clear()
                    self._in_hand.extend(self._ledger.claim(_IN_HAND * self._pace.connections, self._session))
                    if not self._in_hand and self._ledger.recover():
                        continue
                if self._in_hand:
                    self._at_work += 1
                    return self._in_hand.popleft()
                others = self._at_work
            wait = self._until_the_next(others)
            if wait is None:
                return None
            self._stop.wait(wait)
        return None

    def _until_the_next(self, others: int) -> float | None:
        """Return how many seconds to wait before the next look; None: nothing comes in time."""
        number, when = self._ledger.wanted_again(self._session)
        if not number or when is None:
            return 0.1 if others else None
        seconds = max(0.05, (when - self._clock()).total_seconds())
        if time.monotonic() + seconds > self._until:
            return 0.1 if others else None
        return min(seconds, 1.0)

    def _send(self, connection: Connection, letter: Claimed, finished: list[Result]) -> None:
        if not connection.usable:
            self._ledger.write_down(finished)
            finished.clear()
            if not self._open(connection):
                self._ledger.give_back([letter])
                return
        self._keep_pace(finished)
        if self._stop.is_set():
            self._ledger.give_back([letter])
            return

        def may_go() -> bool:
            allowed = self._ledger.hand_over(letter.id, finished)
            finished.clear()
            return allowed

        try:
            outcome = connection.send(letter.envelope_from, letter.recipient, letter.content, may_go)
        except ValueError as error:  # bytes or an address that must reach no server
            outcome = Outcome(Fate.REFUSED, str(error))
        finished += self._results(letter, outcome)
        # A no to the sender concerns every letter; one to a recipient, in whatever words, that letter alone.
        self._noes = self._noes + 1 if outcome.fate is Fate.REFUSED and outcome.of_sender else 0
        if self._noes >= _MOST_LOSSES:
            self._ledger.write_down(finished)
            finished.clear()
            raise ServerRefusesAllError(self._server.host, outcome.said)
        if outcome.fate is Fate.LATER and not connection.usable:
            self._losses += 1
            if self._losses >= _MOST_LOSSES:
                self._ledger.write_down(finished)
                finished.clear()
                raise ServerKeepsBreakingOffError(self._server.host, outcome.said)

    def _open(self, connection: Connection) -> bool:
        """Connect, trying again where that makes sense; False: the run is being stopped. Raises MtepError."""
        for pause in (*self._pace.reconnect, None):
            try:
                connection.open()
            except ServerError as error:
                if not error.temporary or pause is None or time.monotonic() + pause > self._until:
                    raise
                if self._stop.wait(pause * (1 + random.random() / 4)):  # noqa: S311 - only to spread attempts
                    return False
            else:
                return True
        return False

    def _keep_pace(self, finished: list[Result]) -> None:
        """Wait until the next letter may go, when there is a limit to letters a minute."""
        if not self._pace.a_minute:
            return
        with self._taking:
            mine = max(self._next_at, time.monotonic())
            self._next_at = mine + 60.0 / self._pace.a_minute
        wait = mine - time.monotonic()
        if wait > 0:
            self._ledger.write_down(finished)
            finished.clear()
            self._stop.wait(wait)

    # ---- what became of a letter --------------------------------------------------------------------------

    def _results(self, letter: Claimed, outcome: Outcome) -> list[Result]:
        said = f"{outcome.code} {outcome.said}".strip() if outcome.code else outcome.said
        now = self._clock()
        with self._taking:
            self.tally.later.pop(letter.id, None)
            match outcome.fate:
                case Fate.SENT:
                    self.tally.sent += 1
                    self._losses = 0
                    self._until = time.monotonic() + self._pace.stay.total_seconds()
                    self._tick(1)
                    return [Result(letter.id, DeliveryState.SENT, now)]
                case Fate.IN_DOUBT:
                    self.tally.in_doubt.append((letter.id, letter.partner, said))
                    return [Result(letter.id, DeliveryState.IN_DOUBT, now, said)]
                case Fate.LATER if letter.attempts + 1 < _MOST_TRIES:
                    self.tally.later[letter.id] = (letter.partner, said)
                    return [Result(letter.id, DeliveryState.QUEUED, now, said, now + self._wait(letter.attempts))]
                case Fate.LATER | Fate.REFUSED:
                    self.tally.failed.append((letter.partner, said))
                    self._tick(1)
                    return [Result(letter.id, DeliveryState.FAILED, now, said)]
                case Fate.ABANDONED:  # somebody has said meanwhile that it may not go: the next look says why
                    self._ledger.give_back([letter])
                    return []

    def _wait(self, attempts: int) -> timedelta:
        """Return how long to wait before a letter is tried again: twice as long each time."""
        seconds = min(self._pace.first_wait * 2**attempts, _LONGEST_WAIT)
        return timedelta(seconds=seconds * (1 + random.random() / 10))  # noqa: S311 - only to spread attempts
