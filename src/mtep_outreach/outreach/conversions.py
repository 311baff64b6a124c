"""Conversions: what became of invitations, and of the partners that each member nominated."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..store.reading import Record
from ..vocabulary import NOT_SET, Scope
from .selection import Selection

_KINDS = ("session", "scope", "nominator", "template")
_COUNTS = ("invited", "accepted", "attended", "joined")
_SCOPES = [*map(str, Scope), NOT_SET]


@dataclass(frozen=True)
class Conversion:
    """How the invitations to one session, of one scope, nominator or letter template (``by``) worked.

    Each partner counts once. Whoever came need not have accepted; ``joined`` is on the day of the invitation or later.
    Invitations to a session that was cancelled have the row of their session alone.
    """

    by: str
    name: str
    invited: int
    accepted: int
    attended: int
    joined: int


@dataclass(frozen=True)
class Nominator:
    """What became of the partners that a member nominated; several members may have nominated one."""

    member: str
    nominated: int
    invited: int
    accepted: int
    attended: int
    joined: int


def conversions(selection: Selection, session: Record | None = None) -> list[Conversion]:
    """Return how invitations worked, the sessions first, in the order of their days; or those to one session."""
    rows = selection.rows("session_conversion_counts" if session else "conversion_counts", session=session)
    sums = _summed(rows, ("kind", "number", "name"), _COUNTS)
    found = [Conversion(kind, name, **counts) for (kind, _, name), counts in sums.items()]
    return sorted(found, key=lambda one: (_KINDS.index(one.by), _place(one), one.name))


def _place(one: Conversion) -> int:
    """Return where a row stands among those of its kind: scopes in their order, what was used most first."""
    return _SCOPES.index(one.name) if one.by == "scope" else 0 if one.by == "session" else -one.invited


def nominators(selection: Selection) -> list[Nominator]:
    """Return what became of each member's nominations, those who nominated most first."""
    sums = _summed(selection.rows("nominator_counts"), ("member_id", "member"), ("nominated", *_COUNTS))
    found = [Nominator(member, **counts) for (_, member), counts in sums.items()]
    return sorted(found, key=lambda one: (-one.nominated, one.member))


def _summed(
    rows: Iterable[Record], keys: tuple[str, ...], counts: tuple[str, ...]
) -> dict[tuple[str, ...], dict[str, int]]:
    """Return rows of several scopes as one."""
    sums: dict[tuple[str, ...], dict[str, int]] = {}
    for row in rows:
        one = sums.setdefault(tuple(row[key] for key in keys), dict.fromkeys(counts, 0))
        for count in counts:
            one[count] += row[count]
    return sums
