"""Checking: what the database knows of a letter's surroundings, for the lint."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ..store.reading import Reads, Record, among
from . import desk, sessions
from .desk import Desk, Letter

if TYPE_CHECKING:
    from ..letters.lint import Draft, Finding, Lint


@dataclass
class _Around:
    """What the lint must know beside the letters of one batch, by partner or by address."""

    names: dict[int, list[str]] = field(default_factory=dict)
    texts: dict[int, list[str]] = field(default_factory=dict)
    signers: dict[int, list[str]] = field(default_factory=dict)
    sharing: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)
    marked: dict[int, str] = field(default_factory=dict)
    zones: dict[int, str] = field(default_factory=dict)


class Checker:
    """Checks the letters of one session; it reads all names of partners once."""

    def __init__(self, reads: Reads, session: Record, on: Desk) -> None:
        self._reads = reads
        self._session = session
        self._desk = on

    def check(self, letters: Sequence[Letter], *, mailed: bool, waived: Collection[str] = ()) -> list[list["Finding"]]:
        """Return what is to be said of each letter before it leaves; rules that are waived say nothing."""
        around = _around(self._reads, self._session, letters)
        drafts = [_draft(letter, self._session, self._desk, around, mailed=mailed) for letter in letters]
        return [[one for one in self._lint.findings(draft) if one.rule not in waived] for draft in drafts]

    @cached_property
    def _lint(self) -> "Lint":
        from ..letters.lint import Lint

        settings = self._desk.settings
        own = [settings[key] for key in ("network", "hub", "session.title", "postal_address")]
        titles = [row["title"] for row in self._reads.select("planned_sessions")]
        names = ((row["id"], row["text"]) for row in self._reads.select("known_names"))
        return Lint(names, not_names=[*own, *titles])


def _around(reads: Reads, session: Record, letters: Sequence[Letter]) -> _Around:
    found = _Around()
    partners = [letter.partner_id for letter in letters]
    for row in among(reads, "names", "partner_id", partners):
        found.names.setdefault(row["partner_id"], []).append(row["text"])
    for row in among(reads, "nominations", "partner_id", partners):
        found.texts.setdefault(row["partner_id"], []).append(row["reason"] or "")
    for row in among(reads, "partner_stops", "partner_id", partners):
        found.marked[row["partner_id"]] = row["reason"] or ""
    _other_signers(reads, session, partners, found)
    addresses = [letter.address.lower() for letter in letters if letter.address]
    for row in among(reads, "stopped_addresses", "address", addresses):
        found.stopped[row["address"]] = row["stopped"]
    for row in among(reads, "main_contacts", "email", [letter.address for letter in letters if letter.address]):
        found.sharing.setdefault(row["email"], []).append((row["partner_id"], ""))
    others = {number for sharing in found.sharing.values() for number, _ in sharing} - set(partners)
    called = {row["partner_id"]: row["text"] for row in among(reads, "names", "partner_id", others, _OFFICIAL)}
    called |= {letter.partner_id: letter.partner for letter in letters}
    for address, sharing in found.sharing.items():
        found.sharing[address] = [(number, called.get(number, "")) for number, _ in sharing]
    contacts = [letter.contact_id for letter in letters if letter.contact_id]
    for row in among(reads, "contacts", "id", contacts):
        found.zones[row["id"]] = row["time_zone"]
    return found


_OFFICIAL = ["kind = 'official'"]


def _other_signers(reads: Reads, session: Record, partners: Iterable[int], found: _Around) -> None:
    """Know the volunteers who write to the same partners for another session that is still to come."""
    to_come = {row["id"] for row in reads.select("planned_sessions", ["ends_at > :then"], then=session["starts_at"])}
    rows = among(reads, "invitations", "partner_id", partners, ["signer_id IS NOT NULL"])
    others = [row for row in rows if row["session_id"] in to_come - {session["id"]}]
    called = {row["id"]: row["name"] for row in among(reads, "members", "id", {row["signer_id"] for row in others})}
    for row in others:
        found.signers.setdefault(row["partner_id"], []).append(called[row["signer_id"]])


def _draft(letter: Letter, session: Record, on: Desk, around: _Around, *, mailed: bool) -> "Draft":
    from ..letters.lint import Draft

    said = [*around.texts.get(letter.partner_id, []), *(session[key] or "" for key in ("title", "place", "agenda"))]
    same = [name for number, name in around.sharing.get(letter.address or "", []) if number != letter.partner_id]
    signers = [name for name in around.signers.get(letter.partner_id, []) if name != letter.signer]
    has_mailbox = on.mailbox is not None or letter.signer_address is not None or (on.asked and on.asked.email)
    return Draft(
        partner_id=letter.partner_id,
        partner=letter.partner,
        own_names=around.names.get(letter.partner_id, [letter.partner]),
        kind=letter.kind,
        subject=letter.subject,
        body=letter.body,
        address=letter.address,
        contact=letter.contact,
        signer=letter.signer,
        mailed=mailed,
        starts=sessions.starts(session),
        ends=sessions.ends(session),
        zone=session["time_zone"],
        own_zone=around.zones.get(letter.contact_id or 0),
        now=on.now,
        cancelled=session["cancelled_on"] is not None,
        said_by_people=said,
        postal_address=on.settings["postal_address"] or None,
        opt_out=desk.answers_to(on, letter).email if has_mailbox else None,
        stopped=around.stopped.get((letter.address or "").lower()),
        do_not_contact=around.marked.get(letter.partner_id),
        other_signers=list(dict.fromkeys(signers)),
        same_address=same,
    )
