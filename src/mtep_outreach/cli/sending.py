"""The panel *Sending*: letters go to the mail server, are known as sent, and doubts are settled."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import NoServerError, WrongUsageError, shortened
from ..vocabulary import Security
from . import completion
from .arguments import (
    SENDING,
    ConnectionsOption,
    DryRunOption,
    PartnersArgument,
    RateOption,
    WaitOption,
    YesOption,
)
from .output import notice, say, sentence
from .run import Run, this

if TYPE_CHECKING:
    from ..letters.delivery import Server
    from ..outreach.sending import Pace, Tally
    from ..store.reading import Record

app = typer.Typer()

WAIT = 5.0
"""Minutes for which a sending command stays for letters that the server wants later."""

_USUAL_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
_LISTED = 20


@dataclass(frozen=True)
class PaceTyped:
    """What was typed about the pace of sending, and the server that was set."""

    server: "Server"
    pace: "Pace"


@app.command("send", rich_help_panel=SENDING, epilog="Example: mtep send --session 2024-05-24 --rate 20/min")
def send(
    context: typer.Context,
    session: Annotated[
        str | None,
        typer.Option(
            "--session", "-s", metavar="DAY", help="Only letters of this one.", autocompletion=completion.sessions
        ),
    ] = None,
    rate: RateOption = None,
    connections: ConnectionsOption = 1,
    wait: WaitOption = WAIT,
) -> None:
    """Send what is queued: all of it, or the letters of one session. Nothing is ever sent twice.

    Several of these commands at once share the work. After an interruption, run it again.
    """
    run = this(context)
    typed = pace_typed(run, rate, connections, wait)
    meant = None
    with run.reader() as reader:
        if session is not None:
            from ..outreach import sessions

            meant = sessions.find(reader, session, today=run.today, now=run.now)
        if reader.is_new:
            sentence("Nothing is queued.")
            return
    if send_queued(run, typed, meant):
        raise typer.Exit(3)


@app.command("sent", rich_help_panel=SENDING, epilog="Example: mtep sent 2024-05-24 AMTE NCTM")
def sent(
    context: typer.Context,
    session: Annotated[
        str,
        typer.Argument(
            metavar="SESSION", help="Its day or name.", autocompletion=completion.sessions, show_default=False
        ),
    ],
    partner: PartnersArgument = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="MEMBER", help="Only letters that this member signs.",
                     autocompletion=completion.members),
    ] = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
) -> None:  # fmt: skip
    """Record that letters which were written as files were sent by hand: all of a session, or those named."""
    from ..outreach import deliveries, members, sessions
    from .questions import can_ask, confirm

    run = this(context)
    if not partner and by is None and not yes and not dry_run and can_ask():
        with run.reader() as reader:
            found = sessions.find(reader, session, today=run.today, now=run.now)
            number = deliveries.handed_out(reader, found)
        if number:
            confirm(f"Were all {number:,} letters of session {found['session']} sent?", "sent", yes=yes)
    with run.step(dry_run=dry_run) as work:
        found = sessions.find(work, session, today=run.today, now=run.now)
        who = members.find(work, by) if by is not None else None
        rows = deliveries.confirm(work, found, partner or [], by=who, now=run.now)
    if not rows:
        notice(f"No letter of session {found['session']} was still to be confirmed.")
        return
    names = shortened([row["partner"] for row in rows])
    say(dry_run, f"Recorded as sent, for session {found['session']}: {len(rows):,} ({names}).")


@app.command("settle", rich_help_panel=SENDING, epilog="Example: mtep settle 17 sent")
def settle(
    context: typer.Context,
    letter: Annotated[
        int, typer.Argument(metavar="LETTER", min=1, max=2**63 - 1, help="Its number: mtep list deliveries.",
                            show_default=False)
    ],
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help="sent: it was sent. again: send it once more.", show_default=False)
    ],
    dry_run: DryRunOption = False,
) -> None:  # fmt: skip
    """Settle a letter in doubt: it was sent, or it is to be sent again. One that failed can be sent again too."""
    from ..outreach import deliveries

    if what not in ("sent", "again"):
        raise WrongUsageError(f"'{what}' is neither sent nor again.", "Example: mtep settle 17 sent")
    run = this(context)
    with run.step(dry_run=dry_run) as work:
        row = deliveries.settle(work, letter, sent=what == "sent", now=run.now)
    said = "recorded as sent" if what == "sent" else "queued again"
    say(dry_run, f"Letter {letter} to {row['partner']} is {said}.")
    if what == "again":
        notice(f"To send it: mtep send --session {row['session']}")


# ---- one run ----------------------------------------------------------------------------------------------


def pace_typed(run: Run, rate: str | None, connections: int, wait: float) -> PaceTyped:
    """Return the server that is set, and how fast letters go. Raises NoServerError, WrongUsageError, ServerError."""
    from datetime import timedelta

    from ..outreach.sending import Pace

    a_minute = None
    if rate is not None:
        match = re.fullmatch(r"\s*(\d{1,6})\s*(?:/\s*(?:min|minute)?)?\s*", rate)
        if not match or int(match[1]) == 0:
            raise WrongUsageError(f"'{rate}' is no number of letters a minute.", "Type it like: --rate 20/min")
        a_minute = float(match[1])
    return PaceTyped(server(run), Pace(connections, a_minute, timedelta(minutes=wait)))


def server(run: Run) -> "Server":
    """Return the mail server of this machine's settings. Raises NoServerError, SecurityNeededError."""
    from pathlib import Path

    from ..letters.delivery import Server
    from ..letters.passwords import password_from

    machine = run.machine
    host, user = machine.get("smtp.host"), machine.get("smtp.user")
    if not host:
        raise NoServerError
    security = Security(machine.get("smtp.security") or Security.STARTTLS)
    port = int(machine.get("smtp.port") or _USUAL_PORTS[security])

    def password() -> str:
        from .questions import can_ask, secret

        file = machine.get("smtp.password_file")
        return password_from(
            user=user or "",
            host=host,
            command=machine.get("smtp.password_command"),
            file=Path(file).expanduser() if file else None,
            ask=(lambda question: secret(question.rstrip(": "))) if can_ask() else None,
        )

    return Server(host, port, security, user, password if user else None)


def send_queued(run: Run, typed: PaceTyped, session: "Record | None") -> bool:
    """Send what is queued, show what became of it, and return whether something needs a person."""
    from dataclasses import replace

    from ..outreach.sending import Run as SendingRun
    from ..store.ledger import Ledger
    from .progress import progress

    number = session["id"] if session else None
    with Ledger(run.database, clock=run.clock, actor=run.actor, command=run.command) as ledger:
        ledger.recover()
        count = ledger.count(number)
        server = typed.server
        if count and server.password:  # asked for once, before anything is drawn and before a server waits
            told = server.password()
            server = replace(server, password=lambda: told)
        with progress("Sending", total=count, unit="letters") as tick:
            sending = SendingRun(
                ledger, server, pace=typed.pace, clock=run.clock, session=number, tick=tick,
                on_interrupt=lambda: notice("Letters under way come to their end; Ctrl-C once more breaks off."),
            )  # fmt: skip
            tally = sending.go() if count else sending.tally
        left = ledger.count(number)
        in_doubt = ledger.in_doubt(number)
    return show_tally(tally, left, in_doubt)


def show_tally(tally: "Tally", left: int, in_doubt: "list[tuple[int, str, str]]") -> bool:
    """Say what became of the letters of one run, and return whether something needs a person."""
    sentence(f"Sent {tally.sent:,} letter{'s' * (tally.sent != 1)}." if tally.sent else "No letter was sent.")
    if tally.failed:
        rows = "".join(f"\n  {partner}: {said}" for partner, said in tally.failed[:_LISTED])
        more = len(tally.failed) - _LISTED
        notice(
            f"Not delivered, {len(tally.failed):,}:{rows}"
            + (f"\n  and {more:,} more: mtep list deliveries" * (more > 0))
        )
    if tally.held:
        whys: dict[str, list[str]] = {}
        for partner, why in tally.held:
            whys.setdefault(why, []).append(partner)
        for why, partners in whys.items():
            notice(f"{why[:1].upper()}{why[1:]}: {shortened(partners)}")
    if left:
        words = list(dict.fromkeys(said for _, said in tally.later.values()))
        said = f" The server said: {shortened(words, 3)}" if words else ""
        notice(f"Still queued: {left:,}.{said} To send {'them' if left > 1 else 'it'} later: mtep send")
    if in_doubt:
        rows = "".join(f"\n  {number}: {partner} ({said})" for number, partner, said in in_doubt[:_LISTED])
        more = len(in_doubt) - _LISTED
        notice(
            f"In doubt, {len(in_doubt):,}: it is not known whether the server took"
            f" {'them' if len(in_doubt) > 1 else 'it'}. Not sent again without your word: mtep settle LETTER sent,"
            " or mtep settle LETTER again" + rows + (f"\n  and {more:,} more: mtep list deliveries" * (more > 0))
        )  # fmt: skip
    if tally.stopped_by:
        raise tally.stopped_by
    if tally.interrupted:
        raise typer.Abort
    return bool(tally.failed or tally.held or left or in_doubt)
