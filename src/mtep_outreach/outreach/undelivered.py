"""Undelivered letters: why each of them did not arrive, and what to type so that it is written again."""

import shlex
from collections.abc import Sequence
from datetime import date

from ..errors import cut
from ..names import clean_line
from ..store.reading import Reads, Record, among
from ..vocabulary import HELD_BACK, DeliveryState, LetterKind

_LONGEST_SAID = 120
_AGAIN = {
    LetterKind.INVITATION: "mtep invite {partner_id} --session {session} --rewrite",
    LetterKind.REMINDER: "mtep remind {partner_id} --session {session}",
    LetterKind.UPDATE: "mtep reschedule {session}",
    LetterKind.CANCELLATION: "mtep cancel {session}",
    LetterKind.THANK_YOU: "mtep thank {partner_id} --session {session}",
}
"""What writes each kind of letter once more."""


def told(reads: Reads, tasks: Sequence[Record], *, today: date) -> list[Record]:
    """Return tasks about letters with what was ``said`` of each, and how it is written ``again``."""
    letters = {row["id"]: row for row in among(reads, "delivery_list", "id", [task["delivery_id"] for task in tasks])}
    partners = [task["partner_id"] for task in tasks]
    reached = {
        row["partner_id"] for row in among(reads, "main_contacts", "partner_id", partners, ["email IS NOT NULL"])
    }
    known = {
        (row["partner_id"], (row["email"] or "").lower()) for row in among(reads, "contacts", "partner_id", partners)
    }
    found = []
    for task in tasks:
        letter = letters[task["delivery_id"]]
        has_address = bool(letter["address"]) and (letter["partner_id"], letter["address"].lower()) in known
        steps = _steps(letter, has_address=has_address, is_reached=letter["partner_id"] in reached, today=today)
        found.append({**task, "said": _said(letter), "again": steps})
    return found


def _said(letter: Record) -> str:
    words = cut(clean_line(letter["error"] or ""), _LONGEST_SAID)
    if _is_held_back(letter):
        return f"has a letter that was {words}"
    return f"could not be delivered: {words}" if words else "has a letter that could not be delivered"


def _is_held_back(letter: Record) -> bool:
    """Return whether it was this program that did not let a letter go, and not a server that refused it."""
    return bool((letter["error"] or "").startswith(HELD_BACK))


def _steps(letter: Record, *, has_address: bool, is_reached: bool, today: date) -> str:
    """Return what to type: whom to write to first, where that has to be said, and then the letter."""
    kind = LetterKind(letter["kind"])
    is_over = date.fromisoformat(letter["session"][:10]) < today
    if kind in (LetterKind.INVITATION, LetterKind.REMINDER) and is_over:
        again = f"mtep invite {letter['partner_id']} --session DAY"
    else:
        mailed = " --send" if letter["attempts"] or letter["state"] == DeliveryState.FAILED else ""
        again = _AGAIN[kind].format(**letter) + mailed
    if letter["state"] != DeliveryState.FAILED or _is_held_back(letter):
        return again
    another = f'mtep add-contact {letter["partner_id"]} "Name <mail>" --primary'
    if has_address:
        edited = f"mtep edit-contact {shlex.quote(letter['address'])} --email ADDRESS"
        return f"{edited}, or {another}; then {again}"
    return again if is_reached else f"{another}; then {again}"
