"""What a command that writes letters shows: the letters, who got none and why, and what is wrong."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import listed, shortened
from ..letters.papers import Fate
from ..tables import Column, Table
from .output import Format, notice, sentence, show

if TYPE_CHECKING:
    from ..outreach.outbox import Outcome, Posted

_LISTED = 20


def show_outcome(
    outcome: "Outcome", how: Format, *, any_partner: bool, sends: bool = False, what: str = "Letters"
) -> None:
    """Print what was written; ``sends``: letters were queued, and are sent next."""
    code = outcome.session["session"]
    if sends and not outcome.letters:
        number = outcome.queued
        sentence(f"{what} for session {code}: {number:,} new to be sent." if number else f"{what}: none is new.")
    else:
        _show_letters(outcome, how, code, what)
    if outcome.waiting and (not sends or outcome.letters or any_partner):
        later = "" if sends else f" To send {'it' if outcome.queued == 1 else 'them'}: mtep send --session {code}"
        notice(f"Written to be sent by mail: {shortened(outcome.waiting)}.{later}")
    show_findings(outcome.findings)
    _show_left_out(outcome, named=any_partner)
    _show_gaps(outcome, sends=sends)


def _show_letters(outcome: "Outcome", how: Format, code: str, what: str) -> None:
    rows = [_row(letter) for letter in outcome.letters]
    columns = (
        Column("partner", "Partner"),
        Column("contact", "Contact"),
        Column("signer", "Signed by"),
        Column("name", "File"),
        Column("file", "Path", aside=True),
        Column("fate", "", nowrap=True, aside=all(row["fate"] == "written" for row in rows)),
    )
    show(Table(columns, rows, empty=f"No new letter for session {code}."), how)
    if how is Format.TABLE and rows:
        letters = f"{len(rows):,} letter{'s' * (len(rows) != 1)}"
        folders = {str(Path(row["file"]).parent) for row in rows}
        where = folders.pop() if len(folders) == 1 else str(Path(rows[0]["file"]).parent.parent)
        forms = f", as {listed(map(str, outcome.forms), 'and')} files" if len(outcome.forms) > 1 else ""
        sentence(f"{letters if what == 'Letters' else f'{what}: {letters}'} for session {code}, in {where}{forms}")
    kept = [row["file"] for row in rows if row["fate"] == "kept"]
    if kept:
        notice(
            "A file of another text was there already and was kept as it is: "
            + shortened(kept)
            + ". Read it before you send it; to have a new one, move it away and type mtep invite --rewrite"
        )


def _row(letter: "Posted") -> dict[str, Any]:
    return {
        "partner": letter.partner,
        "contact": letter.contact or "(no contact)",
        "signer": letter.signer,
        "name": letter.path.name if letter.path else "",
        "file": shown_path(letter.path) if letter.path else "",
        "fate": str(Fate(letter.fate)),
    }


def show_findings(findings: list[tuple[str, Any]]) -> None:
    """List what is wrong with letters: what stops one, and what only should be known."""
    for severity, title in (("error", "Stopped by a mistake"), ("warning", "Worth a look")):
        said: dict[str, list[str]] = {}
        for partner, finding in findings:
            if finding.severity == severity:
                said.setdefault(finding.message, []).append(partner)
        rows = [f"\n  {shortened(partners, 3)}: {message}" for message, partners in said.items()]
        if rows:
            more = len(rows) - _LISTED
            notice(f"{title}:{''.join(rows[:_LISTED])}" + (f"\n  and {more:,} more: mtep check-letters" * (more > 0)))


def _show_left_out(outcome: "Outcome", *, named: bool) -> None:
    """Say who got no letter and why; of many for one reason, how many."""
    reasons: dict[str, list[str]] = {}
    for left in outcome.left_out:
        reasons.setdefault(left.why, []).append(left.partner)
    for why, partners in reasons.items():
        notice(f"Left out, {why}: {shortened(partners, len(partners) if named else 3)}")


def _show_gaps(outcome: "Outcome", *, sends: bool) -> None:
    """Say what the letters leave out, and how to mend it."""
    rows = outcome.letters
    without = [letter.partner for letter in rows if letter.contact is None]
    if without:
        which = "It is" if len(rows) == 1 else f"{len(without):,} of them {'is' if len(without) == 1 else 'are'}"
        notice(
            f"{which} addressed to the organization, because no contact is known: "
            'mtep add-contact PARTNER "Name <mail>", then mtep invite --rewrite'
        )
    if outcome.lacking and not (sends and not outcome.queued):
        lines = "".join(f"\n  {fact}: {command}" for fact, command in outcome.lacking)
        notice(f"The letters leave out what is not set:{lines}")


def shown_path(path: Path) -> str:
    """Return a path as short as it can be said from the current folder."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
