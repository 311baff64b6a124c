"""The last look at a letter before it leaves: everything that can be found wrong with it, errors first."""

from collections.abc import Iterable, Iterator
from itertools import chain
from zoneinfo import ZoneInfo

from .. import days
from ..errors import MtepError, listed
from ..people import mail_address
from ..vocabulary import LetterKind, StopKind
from .drafts import RULES, Draft, Finding, Severity, error, warning
from .lint_days import named_days, wrong_days
from .lint_gaps import gaps
from .lint_hours import Clock
from .lint_links import bad_links
from .lint_names import OtherNames
from .lint_text import plain_words

__all__ = ["RULES", "Draft", "Finding", "Lint", "Severity"]

_MOST_OF_A_RULE = 5  # who sees five of a kind looks for the rest


class Lint:
    """Looks letters over; made once for all letters of a mailing."""

    def __init__(self, names: Iterable[tuple[int, str]], *, not_names: Iterable[str] = ()) -> None:
        """Take the names of all partners, with their numbers, and texts in which no name is another partner's.

        ``not_names`` are the network's own names, the titles of sessions, the templates.
        """
        self._names = OtherNames(names, not_names)

    def findings(self, draft: Draft) -> list[Finding]:
        """Return what is wrong with a letter, errors first, at most five findings of one rule."""
        words = plain_words(draft.subject, draft.body)
        named = named_days(words, draft.starts.astimezone(ZoneInfo(draft.zone)).date())
        found = chain(
            _forbidden(draft),
            _out_of_time(draft),
            _not_ready_for_mail(draft),
            gaps(draft, words),
            self._names.found(draft, words),
            wrong_days(draft, words, named),
            Clock(draft).findings(words, named),
            bad_links(draft.body),
            _twice(draft),
        )
        counts = dict.fromkeys(RULES, 0)
        kept = []
        for finding in dict.fromkeys(found):
            counts[finding.rule] += 1
            if counts[finding.rule] <= _MOST_OF_A_RULE:
                kept.append(finding)
        return sorted(kept, key=lambda finding: finding.severity is not Severity.ERROR)


def _forbidden(draft: Draft) -> Iterator[Finding]:
    if draft.do_not_contact is not None:
        reason = f": {draft.do_not_contact.strip().rstrip('.')}" if draft.do_not_contact.strip() else ""
        yield error("do-not-contact", f"{draft.partner} is marked as not to be contacted{reason}.")
    if draft.stopped == StopKind.OPTED_OUT:
        yield error("opted-out", f"Whoever reads {_address(draft)} asked not to be written to any more.")
    elif draft.stopped is not None:
        says = f"Mail to {_address(draft)} came back"
        if draft.mailed:
            yield error("bounced", f"{says}. Find another address: {_add_contact(draft)}")
        else:
            yield warning("bounced", f"{says}.")


def _out_of_time(draft: Draft) -> Iterator[Finding]:
    when = days.when_in_words(draft.starts, draft.ends, draft.zone)
    if draft.kind is LetterKind.CANCELLATION and not draft.cancelled:
        yield error("session-not-cancelled", f"The session on {when} is not cancelled.")
    if draft.kind is not LetterKind.CANCELLATION and draft.cancelled:
        yield error("cancelled-session", f"The session on {when} was cancelled.")
    if draft.kind is LetterKind.THANK_YOU:
        if draft.now < draft.ends:
            yield error("session-not-over", f"The session on {when} is not over yet.")
    elif draft.now >= draft.starts:
        yield error("past-session", f"The session on {when} has begun already.")


def _not_ready_for_mail(draft: Draft) -> Iterator[Finding]:
    if not draft.mailed:
        return
    if not (draft.address or "").strip():
        yield error("no-address", f"{draft.partner} has no mail address. Add one: {_add_contact(draft)}")
    else:
        try:
            mail_address(draft.address or "")
        except MtepError as refused:
            yield error("no-address", refused.message)
    if not (draft.postal_address or "").strip():
        yield error(
            "no-postal-address",
            "Mail must show the network's postal address. Set it: mtep settings postal_address='STREET, CITY, STATE'",
        )
    if not (draft.opt_out or "").strip():
        yield error("no-opt-out", "Mail must say where to write for no more mail, and no address for that is set.")


def _twice(draft: Draft) -> Iterator[Finding]:
    if others := sorted(set(draft.other_signers) - {draft.signer}):
        yield warning(
            "two-signers", f"{listed(others, 'and')} {_verb(others)} to {draft.partner} about this session too."
        )
    if others := sorted(set(draft.same_address) - {draft.partner}):
        yield warning("same-address", f"The letter to {listed(others, 'and')} goes to {_address(draft)} too.")


def _address(draft: Draft) -> str:
    return draft.address or "this address"


def _verb(people: list[str]) -> str:
    return "writes" if len(people) == 1 else "write"


def _add_contact(draft: Draft) -> str:
    return f"mtep add-contact '{draft.partner}' 'NAME <MAIL>'"
