"""The panel *Answers*: mail that came in is read, and what is not sure is decided by a person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConflictingOptionsError, OptionNeedsOtherError, ServerError, shortened
from ..vocabulary import MailResult
from .arguments import ANSWERS, DryRunOption, FormatOption
from .output import Format, notice, sentence, show, show_error
from .run import Run, this

if TYPE_CHECKING:
    from ..files.imap import Folder
    from ..files.imap_addresses import Account
    from ..outreach.correspondence import Known
    from ..outreach.inbox import Fetched, Look, Tally

app = typer.Typer()

_PATIENCE = 300.0
"""Seconds for which a lost connection is made again."""
_LISTED = 10


@app.command("inbox", rich_help_panel=ANSWERS, epilog="Example: mtep inbox imaps://hub@imap.example.org/INBOX")
def inbox(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A mail (.eml, .ics), a folder of them, an mbox, a Maildir, the ZIP file of a mailbox export,"
            " or imaps://USER@HOST/FOLDER.",
            show_default=False,
        ),
    ],
    mark_read: Annotated[
        bool, typer.Option("--mark-read", help="On the server, mark as read the mails that are about your letters.")
    ] = False,
    move_to: Annotated[
        str | None,
        typer.Option("--move-to", metavar="FOLDER", help="On the server, move them to this folder."),
    ] = None,
    how: FormatOption = Format.TABLE,
    dry_run: DryRunOption = False,
) -> None:
    """Read the answers that came in: calendar replies, mail that came back, requests to stop, and letters of people.

    Each mail is read once, wherever it is found again. What people wrote in words is never guessed: see mtep review.
    On a mail server nothing is changed unless you say so.
    """
    from ..outreach import inbox as reading

    run = this(context)
    is_remote = source.lower().startswith(("imap://", "imaps://"))
    if not is_remote and (mark_read or move_to):
        raise OptionNeedsOtherError("--mark-read" if mark_read else "--move-to", "a SOURCE on a server (imaps://)")
    if dry_run and (mark_read or move_to):
        raise ConflictingOptionsError("--dry-run", "--mark-read" if mark_read else "--move-to")
    found = reading.Look()
    broken_off = None
    if is_remote:
        broken_off = _from_server(run, source, found, mark_read=mark_read, move_to=move_to, how=how, dry_run=dry_run)
    else:
        _from_file(run, Path(source).expanduser(), found)
        _record(run, found, how, dry_run=dry_run)
    if found.unread:
        rows = "".join(f"\n  {place}: {why}" for place, why in found.unread[:_LISTED])
        more = len(found.unread) - _LISTED
        notice(f"Not read, {len(found.unread):,}:{rows}" + (f"\n  and {more:,} more" * (more > 0)))
    if broken_off:
        show_error(broken_off)
    if found.unread or broken_off:
        raise typer.Exit(3)


# ---- where mails come from -------------------------------------------------------------------------------


def _known(run: Run) -> "Known":
    from .. import people
    from ..outreach import network
    from ..outreach.correspondence import Known

    with run.reader() as reader:
        sender = network.network_settings(reader)["sender"]
        return Known(reader, (people.person(sender).email or "") if sender else "")


@contextmanager
def _looking(run: Run, found: "Look", total: int | None) -> "Iterator[Callable[[Iterator[Fetched]], None]]":
    """Yield what reads messages into a look, with a bar that shows how far it is."""
    from ..outreach import inbox as reading
    from .progress import progress

    known, server = _known(run), run.machine.get("inbox.trusted_server") or ""
    with progress("Reading", total=total, unit="mails") as tick:
        yield lambda messages: reading.look(
            found, messages, known, server=server, now=run.now, tick=lambda: tick(1)
        )  # fmt: skip


def _from_file(run: Run, path: Path, found: "Look") -> None:
    from ..files.mailboxes import messages
    from ..outreach.inbox import Fetched

    with _looking(run, found, None) as look:
        look(map(Fetched, messages(path)))


def _from_server(
    run: Run, url: str, found: "Look", *, mark_read: bool, move_to: str | None, how: Format, dry_run: bool
) -> ServerError | None:
    """Read a folder on a server; return why it broke off where it did, after what was read was recorded."""
    from datetime import timedelta

    from ..files.imap import opened
    from ..files.imap_addresses import account
    from ..outreach import inbox as reading
    from ..outreach.inbox import Fetched

    wanted = account(url)
    with opened(wanted, lambda: _password(run, wanted), patience=timedelta(seconds=_PATIENCE)) as folder:
        found.mailbox = f"{wanted.name};{folder.uid_validity}"
        with run.reader() as reader:
            before = reading.known_places(reader, found.mailbox)
        uids = folder.uids()
        broken_off = None
        with _looking(run, found, len(set(uids) - before.keys())) as look:
            try:
                look(Fetched(message, uid) for uid, message in folder.messages(before.keys()))
            except ServerError as error:
                broken_off = error
        _record(run, found, how, dry_run=dry_run, before=len(before.keys() & set(uids)))
        if broken_off is None and (mark_read or move_to):
            with run.reader() as reader:
                results = reading.known_places(reader, found.mailbox)
            ours = [uid for uid in uids if results.get(uid) in (MailResult.APPLIED, MailResult.REVIEW)]
            try:
                _change(folder, ours, mark_read=mark_read, move_to=move_to)
            except ServerError as error:
                broken_off = error
    return broken_off


def _change(folder: "Folder", ours: list[int], *, mark_read: bool, move_to: str | None) -> None:
    """Mark as read or move, on the server, the mails that are about letters that were sent."""
    if mark_read:
        folder.mark_read(ours)
    if move_to:
        folder.move(ours, move_to)
        notice(f"Moved to {move_to}: {len(ours):,} mail{'s' * (len(ours) != 1)}.")


def _password(run: Run, wanted: "Account") -> str:
    """Return the password of a mail account: set for reading, else that of the same user for sending."""
    from ..letters.passwords import password_from
    from .questions import can_ask, secret

    kind = "imap" if run.machine.get("imap.password_command") or run.machine.get("imap.password_file") else "smtp"
    machine = run.machine if kind == "imap" or run.machine.get("smtp.user") == wanted.user else {}
    file = machine.get(f"{kind}.password_file")
    return password_from(
        user=wanted.user,
        host=wanted.host,
        command=machine.get(f"{kind}.password_command"),
        file=Path(file).expanduser() if file else None,
        ask=(lambda question: secret(question.rstrip(": "))) if can_ask() else None,
    )


# ---- what became of them ---------------------------------------------------------------------------------


def _record(run: Run, found: "Look", how: Format, *, dry_run: bool, before: int = 0) -> None:
    """Record what was read, and show it; ``before`` mails were not even fetched, because they were read before."""
    from ..outreach import inbox as reading

    with run.step(dry_run=dry_run) as work:
        done, tally = reading.record(work, found, today=run.today)
        in_all = work.count("review_items", ["state = 'open'"])
    tally.before += before
    if how is not Format.TABLE or done:
        show(reading.as_table(done), how)
    if how is Format.TABLE:
        sentence(_counted(tally, dry_run=dry_run))
    else:
        notice(_counted(tally, dry_run=dry_run))
    waiting = sum(entry.item is not None for entry in done)
    if waiting and not dry_run:
        notice(f"Waiting for you: {waiting:,} new, {in_all:,} in all. See: mtep review")
    stopped = [entry.finding.about for entry in done if entry.done == "address marked as bounced"]
    if stopped:
        notice(f"Came back, and nothing more is sent there: {shortened(stopped)}. What to do: mtep next")


def _counted(tally: "Tally", *, dry_run: bool) -> str:
    parts = [f"{tally.applied:,} applied", f"{tally.review:,} to review", f"{tally.not_ours:,} not about your letters"]
    again = f" Read before: {tally.before:,}." if tally.before else ""
    read = "Would read" if dry_run else "Read"
    return f"{read} {tally.read:,} new mail{'s' * (tally.read != 1)}: {', '.join(parts)}.{again}"
