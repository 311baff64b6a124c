"""A finished message is handed to a mail server, and the caller always knows what became of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import TracebackType
from typing import Self

from .dialogue import Dialogue, NoReplyError, Reply, reason
from .servers import Patience, Server, connect, log_in

__all__ = ["Connection", "Fate", "Outcome", "Patience", "Server"]

_LONGEST_LINE = 998
_GOODBYE = 5.0  # seconds; nothing hangs on the answer
_YES, _NO, _NEVER = 2, 4, 5  # what the first digit of an answer means
_GO_AHEAD, _LEAVING = 354, 421
_ACCOUNT = (530, 534, 535, 538)  # a no to whoever sends, not to this message
_ADDRESS = re.compile("[!-;=?-~]+@[!-;=?-~]+")


class Fate(StrEnum):
    """What became of a message."""

    SENT = "sent"
    """The server took it."""
    LATER = "later"
    """The server certainly did not take it, and may another time."""
    REFUSED = "refused"
    """The server will not take this message for this person."""
    IN_DOUBT = "in-doubt"
    """All of it was written, and nobody knows whether the server took it."""
    ABANDONED = "abandoned"
    """It may not go any more; nothing of it was written."""


@dataclass(frozen=True)
class Outcome:
    """What became of a message, the server's words (or ours, without a code) and the server's code.

    ``of_sender``: it was the sender that the server did not want, before it had heard to whom the message goes.
    """

    fate: Fate
    said: str
    code: int | None = None
    of_sender: bool = field(default=False, compare=False)


class Connection:
    """A way to one mail server: opened, used for message after message, opened again when it was lost, closed."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._line: Dialogue | None = None
        self._password: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def usable(self) -> bool:
        """Whether a message can be sent: the connection is open, and the server has not spoken out of turn."""
        if self._line and self._line.spoke():
            self._drop()
        return self._line is not None

    def open(self) -> None:
        """Connect and log in, unless that is done. Raises ServerError, or what asking for the password raises."""
        if self.usable:
            return
        server, password = self._server, self._password
        if server.user and server.password and password is None:
            password = server.password()  # before the server waits: a person types slowly
        self._line = connect(server)
        try:
            log_in(self._line, server, password)
        except BaseException:  # Ctrl-C too
            self._drop()
            raise
        self._password = password  # it is right, and nobody is asked twice, however often the connection is lost

    def send(self, envelope_from: str, recipient: str, content: bytes, may_go: Callable[[], bool]) -> Outcome:
        """Hand over a message. ``may_go`` is asked once, when the server waits for it and nothing of it has left.

        Raises ValueError for an address or a content that must not reach a server.
        """
        _insist_on_sendable(envelope_from, recipient, content)
        line = self._line
        if line is None:
            return Outcome(Fate.LATER, "there is no connection to the mail server")
        limit = line.esmtp_features.get("size", "").strip()
        if limit.isdecimal() and 0 < int(limit) < len(content):
            said = f"the server takes {int(limit):,} bytes at most, and the message has {len(content):,}"
            return Outcome(Fate.REFUSED, said)
        try:
            not_wanted = self._announce(line, envelope_from, recipient, len(content))
            return not_wanted or self._hand_over(line, content, may_go)
        except BaseException:  # Ctrl-C too: nobody knows any more where in the dialogue the server is
            self._drop()
            raise

    def close(self) -> None:
        """Say goodbye. What was sent stays sent, whatever the server answers."""
        try:
            if self._line:
                self._line.ask("QUIT", min(_GOODBYE, self._server.patience.command))
        except OSError:
            pass
        finally:
            self._drop()

    def _announce(self, line: Dialogue, envelope_from: str, recipient: str, size: int) -> Outcome | None:
        """Say from whom and to whom. None: the server waits for the message."""
        patience = self._server.patience
        announced_size = f" SIZE={size}" if line.has_extn("size") else ""
        steps = (
            (f"MAIL FROM:<{envelope_from}>{announced_size}", _YES, patience.command),
            (f"RCPT TO:<{recipient}>", _YES, patience.command),
            ("DATA", _GO_AHEAD, patience.data),
        )
        at_once = line.has_extn("pipelining")  # in one breath, where the server takes it: one wait instead of three
        try:
            if at_once:
                line.say_all([command for command, _, _ in steps], patience.command)
            for unheard, (command, wanted, seconds) in zip((2, 1, 0), steps, strict=True):
                reply = line.hear(seconds) if at_once else line.ask(command, seconds)
                if wanted not in (reply.code, reply.kind):
                    away = self._turned_away(line, reply, unheard if at_once else 0)
                    return replace(away, of_sender=command.startswith("MAIL"))
            line.insist_on_silence()
        except OSError as error:
            return self._lost(Fate.LATER, error)
        return None

    def _hand_over(self, line: Dialogue, content: bytes, may_go: Callable[[], bool]) -> Outcome:
        """Write the message and its end, and hear what becomes of it."""
        patience = self._server.patience
        if not may_go():
            self._drop()
            return Outcome(Fate.ABANDONED, "nothing of the message was written")
        try:
            line.wait_at_most(patience.payload)
            line.send((b"\n" + content).replace(b"\n.", b"\n..")[1:])  # a dot alone on its line would be the end
            line.insist_on_silence()
        except OSError as error:
            return self._cut_short(line, error)
        try:
            reply = line.say(b".\r\n", patience.final)
        except OSError as error:
            return self._lost(Fate.IN_DOUBT, error)
        fate = {_YES: Fate.SENT, _NO: Fate.LATER, _NEVER: Fate.REFUSED}.get(reply.kind, Fate.IN_DOUBT)
        if fate is Fate.IN_DOUBT or reply.code == _LEAVING:
            self._drop()
        return Outcome(fate, reply.said, reply.code)

    def _turned_away(self, line: Dialogue, reply: Reply, unheard: int) -> Outcome:
        """Return what becomes of a message whose announcement got a no, or nonsense.

        ``unheard``: how many commands were said after the one that was answered so.
        """
        if reply.kind not in (_NO, _NEVER) or reply.code in (_LEAVING, *_ACCOUNT):
            self._drop()
            return Outcome(Fate.LATER, reply.said, reply.code)
        seconds = self._server.patience.command
        try:
            last = [reply, *(line.hear(seconds) for _ in range(unheard))][-1]
            # A server that waits for the message all the same would take whatever comes next for it.
            if last.kind not in (_NO, _NEVER) or line.ask("RSET", seconds).kind != _YES:
                self._drop()
        except OSError:
            self._drop()
        return Outcome(Fate.REFUSED if reply.kind == _NEVER else Fate.LATER, reply.said, reply.code)

    def _cut_short(self, line: Dialogue, error: OSError) -> Outcome:
        """Return what becomes of a message whose end was never written; the server may have said why it hung up."""
        if not isinstance(error, NoReplyError):
            try:
                line.insist_on_silence()
            except NoReplyError as said:
                error = said if said.code else error
            except OSError:
                pass
        never = isinstance(error, NoReplyError) and (error.code or 0) // 100 == _NEVER
        return self._lost(Fate.REFUSED if never else Fate.LATER, error)

    def _lost(self, fate: Fate, error: OSError) -> Outcome:
        self._drop()
        return Outcome(fate, reason(error), error.code if isinstance(error, NoReplyError) else None)

    def _drop(self) -> None:
        """Hang up without a word."""
        line, self._line = self._line, None
        if line:
            line.close()


def _insist_on_sendable(envelope_from: str, recipient: str, content: bytes) -> None:
    """Raise ValueError for what a server could take for something else than one message to one person."""
    for address in (envelope_from, recipient):
        if not _ADDRESS.fullmatch(address):
            raise ValueError(f"{address!r} is not an address that can stand in an envelope")
    # Counted, because looking for what must not be there with a pattern takes ten times as long.
    ends = content.count(b"\r\n")
    whole = content.endswith(b"\r\n") and content.count(b"\r") == content.count(b"\n") == ends
    if not whole or not content.isascii() or b"\0" in content:
        raise ValueError("a message is lines of ASCII, each with CR and LF at its end and nowhere else")
    if max(map(len, content.split(b"\r\n"))) > _LONGEST_LINE:
        raise ValueError(f"a line of a message has {_LONGEST_LINE} characters at most")
