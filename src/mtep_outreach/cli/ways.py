"""How letters leave: as files of some forms, or by mail; what the commands that write letters share."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ..errors import ConflictingOptionsError, OptionNeedsOtherError
from ..outreach.filters import Filters
from ..store.reading import Reads, Record
from ..vocabulary import Form, LetterKind
from . import sending
from .output import notice
from .run import Run

if TYPE_CHECKING:
    from ..letters.papers import Papers
    from ..outreach.desk import Desk
    from ..outreach.outbox import Outcome
    from ..store.writing import Work


class Way:
    """How letters leave: as which files, or by mail."""

    def __init__(
        self, run: Run, forms: Sequence[Form], output: Path | None, pace: "sending.PaceTyped | None", *, one_file: bool
    ) -> None:
        self.run = run
        self.forms = tuple(forms)
        self.output = output
        self.pace = pace
        self.one_file = one_file

    @property
    def sends(self) -> bool:
        """Whether letters leave by mail."""
        return self.pace is not None

    def desk(
        self, session: Record, settings: dict[str, str], template: str | None, kind: LetterKind | None = None
    ) -> "Desk":
        """Return what letters to a session are written with. Raises as `Templates.check`, and NoMailboxError."""
        from ..errors import NoMailboxError
        from ..letters.rendering import Templates
        from ..outreach.desk import Desk, Means

        if self.sends and not settings["sender"]:
            raise NoMailboxError
        run = self.run
        folder = self.output.expanduser().absolute() if self.output else run.letters / session["session"]
        templates = Templates(run.own_templates)
        if kind:
            templates.check_for(str(kind) if template is None else template, kind)
        means = Means(run.own_templates)
        return Desk(templates, settings, folder, run.today, run.now, self.forms, template, means, self.one_file)

    def waived(self, session: str | None, kind: LetterKind, *, yes: bool) -> list[str]:
        """Return the rules that somebody waived: that a session is past, after a question. Raises NoMailboxError."""
        if not self.sends:
            return []
        from ..errors import NoMailboxError
        from ..outreach import sessions
        from .questions import confirm

        with self.run.reader(must_exist=False) as reader:
            if not network_settings(reader)["sender"]:  # before anybody is asked anything
                raise NoMailboxError
            if not reader.count("sessions"):
                return []
            found = sessions.find(reader, session, today=self.run.today, now=self.run.now)
        when = sessions.when(found)
        if kind is LetterKind.THANK_YOU:
            if sessions.ends(found) > self.run.now:
                confirm(f"The session has not ended yet ({when}). Thank all the same?", "thank", yes=yes)
                return ["session-not-over"]
        elif sessions.is_past(found, self.run.now):
            confirm(f"The session has begun already ({when}). Send its letters all the same?", "send", yes=yes)
            return ["past-session"]
        return []

    def may_hand_in(
        self, session: str | None, kind: LetterKind, filters: Filters, texts: Sequence[str], *, yes: bool
    ) -> bool:
        """Ask whether letters that were handed out as files are to be sent too."""
        from ..outreach import deliveries, sessions
        from .questions import can_ask, confirmed

        with self.run.reader(must_exist=False) as reader:
            if not reader.count("sessions"):
                return False
            found = sessions.find(reader, session, today=self.run.today, now=self.run.now)
            number = deliveries.handed_out(reader, found, kind, filters=filters, texts=texts)
        if not number:
            return False
        many = f"{number:,} letter{'s were' if number > 1 else ' was'} written as files before"
        if yes or not can_ask():
            if not yes:
                notice(f"{many}, and may have been sent by hand: not sent again. To send them too: --yes")
            return yes
        return confirmed(f"{many}, and may have been sent by hand. Send {'them' if number > 1 else 'it'} now?")

    def hand_in(
        self,
        work: "Work",
        outcome: "Outcome",
        desk: "Desk",
        kind: LetterKind,
        filters: Filters,
        texts: Sequence[str] = (),
        *,
        limit: int | None = None,
        waived: Sequence[str] = (),
    ) -> None:
        """Queue letters that were handed out as files, and say so in the outcome."""
        from ..outreach import deliveries

        done = deliveries.hand_in(
            work, outcome.session, desk, texts, kind=kind, filters=filters, limit=limit, waived=waived
        )
        outcome.queued += done.queued
        outcome.waiting += sorted(done.partners)
        outcome.findings += done.findings
        outcome.left_out = [left for left in outcome.left_out if left.partner not in done.partners]
        outcome.left_out += done.left_out

    def finish(self, outcome: "Outcome", *, dry_run: bool) -> None:
        """Send what is queued for the session, and end with the exit code that fits."""
        problems = outcome.stopped > 0
        if self.pace is not None and not dry_run:
            problems |= sending.send_queued(self.run, self.pace, outcome.session)
        if problems:
            raise typer.Exit(3)


def way(
    run: Run,
    forms: Sequence[Form] | None,
    output: Path | None,
    *,
    one_file: bool,
    send: bool,
    rate: str | None,
    connections: int,
    wait: float,
) -> Way:
    """Return how letters leave, from what was typed.

    Raises OptionNeedsOtherError, ConflictingOptionsError, and as `sending.pace_typed`.
    """
    if one_file and Form.PDF not in (forms or ()):
        raise OptionNeedsOtherError("--one-file", "--as pdf")
    if not send:
        only_sent = {"--rate": rate, "--connections": connections != 1, "--wait": wait != sending.WAIT}
        for option, given in only_sent.items():
            if given:
                raise OptionNeedsOtherError(option, "--send")
        return Way(run, forms or usual_forms(), output, None, one_file=one_file)
    alone("--send", {"--as": forms, "--output": output})
    return Way(run, (), None, sending.pace_typed(run, rate, connections, wait), one_file=False)


def usual_forms() -> tuple[Form, ...]:
    """Return the forms in which letters are written when nothing is said: Word too, where that can be made."""
    from ..letters.documents import can_make_documents

    return (Form.MARKDOWN, Form.WORD) if can_make_documents() else (Form.MARKDOWN,)


def alone(option: str, others: dict[str, object]) -> None:
    """Raise ConflictingOptionsError when an option was given with others that say nothing beside it."""
    for other, given in others.items():
        if given:
            raise ConflictingOptionsError(option, other)


def papers_for(*, dry_run: bool) -> "Papers":
    """Return what writes files, or what only rehearses it."""
    from ..letters.papers import Papers

    return Papers(rehearsal=dry_run)


def network_settings(reads: "Reads") -> dict[str, str]:
    """Return every setting of the network by its key."""
    from ..outreach import network

    return network.network_settings(reads)
