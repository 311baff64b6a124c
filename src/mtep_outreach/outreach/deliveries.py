"""Deliveries: letters handed out become letters to be sent, or known as sent; doubts are settled."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..errors import AnotherLetterLeftError, DeliveryNotFoundError, NotToSettleError
from ..letters.papers import content_of, is_changed, known_files
from ..store.reading import Reads, Record
from ..vocabulary import DeliveryState, LetterKind
from . import checking, desk, invitations, partners, rewriting
from .desk import Desk, Invited, Letter
from .filters import Filters
from .outbox import LeftOut

if TYPE_CHECKING:
    from ..letters.lint import Finding
    from ..store.models import Delivery, Invitation
    from ..store.writing import Work


# ---- a letter that is recorded ----------------------------------------------------------------------------


def handed_out(
    reads: Reads,
    session: Record,
    kind: LetterKind | None = None,
    *,
    filters: Filters | None = None,
    texts: Sequence[str] = (),
) -> int:
    """Return how many letters of a session were written as files and are not known as sent.

    With ``filters`` only those that it would make sense to send now. Raises as `partners.find`.
    """
    return len(_handed_out(reads, session, kind, filters, texts))


def _handed_out(
    reads: Reads, session: Record, kind: LetterKind | None, filters: Filters | None, texts: Sequence[str]
) -> list[Record]:
    where, values = _written(session, kind)
    if filters is not None:
        where += filters.conditions(partner="partner_id", state="partner_state")
        values |= filters.values()
        if kind in (LetterKind.INVITATION, LetterKind.REMINDER):
            where.append("invitation NOT IN (SELECT r.invitation_id FROM replies r)")
            where.append("partner_id NOT IN (SELECT t.partner_id FROM attendances t WHERE t.session_id = :session)")
    wanted = {partners.find(reads, text)["id"] for text in texts}
    rows = reads.select("delivery_list", where, "id", **values)
    return [row for row in rows if not wanted or row["partner_id"] in wanted]


def _written(session: Record, kind: LetterKind | None) -> tuple[list[str], dict[str, Any]]:
    where = ["session_id = :session", "state = 'written'", "message_id IS NULL OR path IS NOT NULL"]
    values: dict[str, Any] = {"session": session["id"]}
    return (where, values) if kind is None else ([*where, "kind = :kind"], {**values, "kind": str(kind)})


def as_letter(work: "Work", row: Record, on: Desk) -> tuple[Letter, str | None]:
    """Return a recorded letter as it would leave now: with what a person wrote into its Markdown file.

    Beside it why it cannot leave, where a person changed a file that cannot be read back.
    """
    from ..store.models import Delivery, Invitation

    delivery = work.get(Delivery, row["id"])
    invitation = work.get(Invitation, row["invitation"])
    body, why = delivery.text, None
    for path, was in known_files(delivery.files).items():
        if not is_changed(path, was):
            continue
        if path.suffix == ".md":
            body = (content_of(path) or b"").decode(errors="replace")
        else:
            why = f"a person changed {path.name}: send that by hand, then type mtep sent"
    facts = work.select("letter_facts", ["id = :id"], "nomination_id", id=row["partner_id"])
    partner = facts[0]
    greeted = _greeted(work, delivery, invitation)
    if greeted is not None and partner["contact_id"] != greeted:
        # It greets one person, and goes to nobody else.
        found = work.select("open_contacts", ["id = :id"], id=greeted)
        if found:
            partner |= {"contact_id": found[0]["id"], "contact": found[0]["name"], "contact_email": found[0]["email"]}
        else:
            why = "whom it greets cannot be written to any more: mtep invite --rewrite"
    signer = invitations.signer_of(work, invitation.signer_id, facts)
    nomination = invitations.spoken_of(facts, signer)
    address = {"contact_id": partner["contact_id"], "contact": partner["contact"], "address": partner["contact_email"]}
    letter = Letter(
        kind=LetterKind(delivery.kind),
        template=delivery.template,
        subject=delivery.subject or f"{on.settings['network']}: {delivery.kind}",
        body=body,
        partner_id=partner["id"],
        partner=partner["name"],
        signer=row["signer"] or on.settings["hub"],
        signer_id=invitation.signer_id,
        signer_address=signer["nominator_email"] if signer else None,
        nominator=nomination["nominator"] if nomination else None,
        invited=Invited(invitation.uid or Invited.newly().uid, invitation.sequence),
        **address,
    )
    return letter, why


def _greeted(work: "Work", delivery: "Delivery", invitation: "Invitation") -> int | None:
    """Return the contact that a letter greets: who was invited; a letter of thanks, who came."""
    if delivery.kind is LetterKind.THANK_YOU and delivery.address:
        mine = ["partner_id = :partner", "LOWER(email) = :address"]
        address = delivery.address.lower()
        for row in work.select("contacts", mine, partner=invitation.partner_id, address=address):
            return int(row["id"])
        return 0  # nobody: whoever has another address now may be somebody else
    return invitation.contact_id


# ---- hand in --------------------------------------------------------------------------------------------


@dataclass
class HandedIn:
    """What became of letters that were written as files and are to be sent now."""

    queued: int = 0
    partners: set[str] = field(default_factory=set)
    left_out: list[LeftOut] = field(default_factory=list)
    findings: list[tuple[str, "Finding"]] = field(default_factory=list)


def hand_in(
    work: "Work",
    session: Record,
    on: Desk,
    texts: Sequence[str] = (),
    *,
    kind: LetterKind,
    filters: Filters,
    limit: int | None = None,
    waived: Sequence[str] = (),
) -> HandedIn:
    """Queue letters that were written as files and that nobody has answered: of a session, or of partners named.

    Raises as `partners.find`, NoMailboxError.
    """  # fmt: skip
    from ..store.models import Delivery, Invitation

    done = HandedIn()
    checker = checking.Checker(work, session, on)
    for row in _handed_out(work, session, kind, filters, texts)[:limit]:
        letter, why = as_letter(work, row, on)
        (findings,) = checker.check([letter], mailed=True, waived=waived)
        done.findings += [(letter.partner, finding) for finding in findings]
        if any(finding.severity == "error" for finding in findings):
            continue
        if why:
            done.left_out.append(LeftOut(letter.partner, why))
            continue
        mail = desk.seal(on, letter, session, answers=_referred_to(work, row))
        delivery = work.get(Delivery, row["id"])
        invitation = work.get(Invitation, delivery.invitation_id)
        invitation.uid, invitation.contact_id = letter.invited.uid, letter.contact_id
        delivery.state = DeliveryState.QUEUED
        rewriting.change(
            work, delivery, replace(letter, template=delivery.template), replace(on, today=delivery.day), mail
        )
        done.partners.add(letter.partner)
        done.queued += 1
    work.flush()
    return done


def _referred_to(work: "Work", row: Record) -> str | None:
    """Return the message that a letter refers to: the invitation before it, where the program sent that."""
    if row["kind"] == LetterKind.INVITATION:
        return None
    where = ["invitation_id = :invitation", "kind = 'invitation'", "state = 'sent'"]
    found = work.select("deliveries", where, "id", limit=1, invitation=row["invitation"])
    return found[0]["message_id"] if found else None


# ---- sent by hand ---------------------------------------------------------------------------------------


def confirm(work: "Work", session: Record, texts: Sequence[str], *, by: Record | None, now: datetime) -> list[Record]:
    """Record that letters that were handed out were sent: those of a session, of partners, of one who signs.

    Raises as `partners.find`. Returns them; a partner that has none left is left out.
    """
    from ..store.models import Delivery

    found = _handed_out(work, session, None, None, texts)
    rows = [row for row in found if by is None or row["signer_id"] == by["id"]]
    for row in rows:
        delivery = work.get(Delivery, row["id"])
        delivery.state, delivery.sent_at = DeliveryState.SENT, now
    work.flush()
    return rows


# ---- settle ---------------------------------------------------------------------------------------------


def settle(work: "Work", number: int, *, sent: bool, now: datetime) -> Record:
    """Say of a letter in doubt that it was sent, or that it is to be sent again with the same bytes.

    One that failed can be sent again too. Raises DeliveryNotFoundError, NotToSettleError.
    """
    from ..store.models import Delivery

    row = _found(work, number)
    state = DeliveryState(row["state"])
    doubtful = state is DeliveryState.IN_DOUBT or (
        state is DeliveryState.SENDING and not work.is_sending(row["sender"])
    )
    if not doubtful and (sent or state is not DeliveryState.FAILED):
        raise NotToSettleError(number, row["partner"], state)
    if not sent and not work.count("messages", ["delivery_id = :id"], id=number):
        raise NotToSettleError(number, row["partner"], state)
    others = ["invitation_id = :invitation", "kind = :kind", "id <> :id", "state IN ('queued', 'sending', 'sent')"]
    if not sent and work.count("deliveries", others, invitation=row["invitation_id"], kind=row["kind"], id=number):
        raise AnotherLetterLeftError(number, row["partner"])
    delivery = work.get(Delivery, number)
    delivery.sender = None
    if sent:
        delivery.state, delivery.sent_at, delivery.error = DeliveryState.SENT, now, None
    else:
        delivery.state, delivery.try_at, delivery.error, delivery.at = DeliveryState.QUEUED, None, None, now
    work.flush()
    return row


def _found(work: "Work", number: int) -> Record:
    """Return a letter with its partner, which may be removed, and its session. Raises DeliveryNotFoundError."""
    rows = work.select("deliveries", ["id = :id"], id=number) if number < 2**63 else []
    if not rows:
        raise DeliveryNotFoundError(number)
    (invitation,) = work.select("invitations", ["id = :id"], id=rows[0]["invitation_id"])
    (name,) = work.select("names", ["partner_id = :id", "kind = 'official'"], id=invitation["partner_id"])
    (session,) = work.select("sessions", ["id = :id"], id=invitation["session_id"])
    return rows[0] | {"partner": name["text"], "session": session["code"]}
