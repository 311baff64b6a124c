"""The last look: letters that have not left are checked as they would leave now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..store.reading import Record
from ..vocabulary import LetterKind
from . import checking, deliveries, invitations, partners
from .desk import Desk, Letter

if TYPE_CHECKING:
    from ..letters.lint import Finding
    from ..store.writing import Work

_BATCH = 500


@dataclass(frozen=True)
class Looked:
    """A letter that was looked at, and what is wrong with it."""

    partner_id: int
    partner: str
    kind: LetterKind
    findings: "list[Finding]"


def look(work: "Work", session: Record, on: Desk, texts: Sequence[str]) -> list[Looked]:
    """Check the letters of a session that have not left, or those of the partners named, invited or not.

    Raises as `partners.find` and `Templates.render`.
    """
    named = {partners.find(work, text)["id"]: text for text in texts}
    rows = [
        row
        for row in work.select(
            "delivery_list", ["session_id = :session", "state IN ('written', 'queued')"], "id", session=session["id"]
        )
        if not named or row["partner_id"] in named
    ]
    letters = [deliveries.as_letter(work, row, on)[0] for row in rows]
    invited = {row["partner_id"] for row in work.select("invitations", ["session_id = :s"], s=session["id"])}
    letters += [invitations.preview(work, session, text, on) for number, text in named.items() if number not in invited]
    checker = checking.Checker(work, session, on)
    return [
        one for start in range(0, len(letters), _BATCH) for one in _checked(checker, letters[start : start + _BATCH])
    ]


def _checked(checker: checking.Checker, letters: Sequence[Letter]) -> list[Looked]:
    found = checker.check(letters, mailed=True)
    return [
        Looked(letter.partner_id, letter.partner, letter.kind, findings)
        for letter, findings in zip(letters, found, strict=True)
    ]
