"""Suggestions: what could close the gaps of the coverage, with what is stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import listed
from ..places import COUNTED, state_name
from ..store.reading import Record
from ..vocabulary import NOT_SET, CouncilRole, Scope, Sector, Stage, in_words
from .selection import Selection

if TYPE_CHECKING:
    from .coverage import StateReach

_NAMES, _STATES = 2, 3
"""So many are named in a suggestion."""

_LIKELY = {
    CouncilRole.SCHOOL_PERSONNEL: Sector.K12,
    CouncilRole.FAMILIES_AND_COMMUNITY: Sector.COMMUNITY,
    CouncilRole.BUSINESS_AND_INDUSTRY: Sector.INDUSTRY,
}
"""Of which sector those are who could have a role; for the roles of faculties, of higher education."""

_JOINED = (Stage.JOINED, Stage.COMMITTED)
_DECLINED = "declined"
_REACHED = {
    Stage.IDENTIFIED: "is identified and not invited",
    Stage.ATTENDED: "has come to a session",
    Stage.ACCEPTED: "has accepted",
    Stage.INVITED: "is invited",
    _DECLINED: "has declined",
}
"""How far the partners for a role have come that nobody fills, in words that follow a 1; what to do first, first."""


@dataclass(frozen=True)
class Outlook:
    """Where gaps are looked for: in one scope or in all, and whether there is a session ahead to invite to."""

    scope: Scope | None
    is_ahead: bool

    @property
    def kind(self) -> str:
        """What stands before "partner"."""
        return f"{self.scope} " if self.scope else ""

    @property
    def option(self) -> str:
        """What keeps a command to the scope."""
        return f" --scope {self.scope}" if self.scope else ""

    def invite(self, words: str, whom: str) -> str:
        """Return how to invite somebody, or that a session must be planned first."""
        if self.is_ahead:
            return f"{words}: mtep invite {whom}"
        return "No session is ahead to invite them to. Plan one: mtep add-session DAY"


def outlook(selection: Selection) -> Outlook:
    """Return where gaps are looked for on the day that is looked at."""
    where = ["cancelled_on IS NULL", "SUBSTR(session, 1, 10) >= :day"]
    ahead = selection.reads.count("planned_sessions", where, selection.as_of, day=selection.day.isoformat())
    return Outlook(selection.scope, bool(ahead))


# ---- roles ----------------------------------------------------------------------------------------------


def for_roles(outlook: Outlook, of: Mapping[str, Sequence[Record]]) -> list[str]:
    """Return what could be done for each role that nobody has who joined, those first for which somebody is known."""
    kind, option = outlook.kind, outlook.option
    if not any(of.values()):
        role = "has a role in the partnership council yet. Say who: mtep edit PARTNER --council-role ROLE"
        return [f"No {kind}partner {role}"]
    open_ones = {role: [row for row in partners if not row["stopped"]] for role, partners in of.items()}
    lacking = [role for role, partners in of.items() if not any(row["stage"] in _JOINED for row in partners)]
    found = [_for_role(outlook, role, open_ones[role]) for role in lacking if open_ones[role]]
    unknown = [role for role in lacking if not open_ones[role]]
    if unknown:
        who = f"No {kind}partner" if kind else "Nobody"
        words = f"{who} to write to is known yet for {listed(unknown, 'and')}."
        found.append(f'{words} Think of somebody: mtep add-partner "NAME" --council-role {unknown[0]}{option}')
    return found


def candidates(selection: Selection, of: Mapping[str, Sequence[Record]]) -> list[str]:
    """Return who could have the roles that nobody is known for: partners of a fitting sector that have no role."""
    wanted: dict[Sector, list[str]] = {}
    for role, partners in of.items():
        if not partners:
            wanted.setdefault(_LIKELY.get(CouncilRole(role), Sector.HIGHER_EDUCATION), []).append(role)
    found = []
    for sector, roles in wanted.items():
        where = [*selection.where, "sector = :sector", "id NOT IN (SELECT partner_id FROM partner_roles)"]
        values = {**selection.values, "sector": str(sector)}
        rows, count = selection.reads.first("partner_list", where, "name_key, id", _NAMES, selection.as_of, **values)
        if rows:
            have = "partner has" if count == 1 else "partners have"
            found.append(
                f"{count:,} {in_words(sector)} {have} no role yet: {_named(rows, count)}. "
                f"If one can fill {listed(roles)}: mtep edit {rows[0]['id']} --council-role {roles[0]}"
            )
    return found


def _for_role(outlook: Outlook, role: str, partners: Sequence[Record]) -> str:
    """Return how far the partners for a role have come, of whom none joined, and what to do first."""
    groups = {reached: [row for row in partners if _reached(row) == reached] for reached in _REACHED}
    said = [
        f"{_many(len(rows), _REACHED[reached])}: {_named(rows, len(rows))}" for reached, rows in groups.items() if rows
    ]
    first, rows = next((reached, rows) for reached, rows in groups.items() if rows)
    if first == Stage.IDENTIFIED:
        do = outlook.invite("Invite them", " ".join(str(row["partner_id"]) for row in rows[:_NAMES]))
    elif first == Stage.ATTENDED:
        do = f"When they join: mtep join {rows[0]['partner_id']}"
    elif first == _DECLINED:
        do = f'Think of somebody else: mtep add-partner "NAME" --council-role {role}{outlook.option}'
    else:
        do = f"See how it stands: mtep show {rows[0]['partner_id']}"
    return f"No {outlook.kind}{role} partner has joined yet; {'; '.join(said)}. {do}"


def _reached(row: Record) -> str:
    return _DECLINED if row["declined"] else row["stage"]


# ---- scopes, sectors, states ----------------------------------------------------------------------------


def for_words(outlook: Outlook, by_scope: Mapping[str, int], by_sector: Mapping[str, int]) -> list[str]:
    """Return which scopes and sectors no partner has, and how many partners have none."""
    of_scopes = [] if outlook.scope else _for_words(outlook, "scope", Scope, by_scope)
    return [*of_scopes, *_for_words(outlook, "sector", Sector, by_sector)]


def _for_words(outlook: Outlook, what: str, words: Iterable[str], counts: Mapping[str, int]) -> list[str]:
    found = []
    missing = [in_words(word) for word in words if not counts[str(word)]]
    if missing:
        found.append(f"No {outlook.kind}partner yet of the {what} {listed(missing)}.")
    if counts[NOT_SET]:
        partners = f"{outlook.kind}partner has" if counts[NOT_SET] == 1 else f"{outlook.kind}partners have"
        add = f"Add it: mtep edit PARTNER --{what} {next(iter(words))}"
        found.append(f"{counts[NOT_SET]:,} {partners} no {what} yet. {add}")
    return found


def for_states(outlook: Outlook, states: Sequence["StateReach"]) -> list[str]:
    """Return in which states nobody is invited, or known; of national partners nothing, for theirs is no state."""
    if outlook.scope is Scope.NATIONAL:
        return []
    found = []
    idle = [one for one in states if one.by_stage[Stage.IDENTIFIED] == one.partners]
    if idle:
        most = sorted(idle, key=lambda one: (-one.partners, one.state))[:_STATES]
        where = [f"{state_name(one.state)} ({one.partners:,})" for one in most]
        more = [f"{len(idle) - len(most):,} more"] if len(idle) > len(most) else []
        who = f"no {outlook.kind}partner" if outlook.kind else "nobody"
        found.append(
            f"In {_states_in_words(len(idle))} {who} is invited yet: {listed([*where, *more], 'and')}. "
            + outlook.invite("Begin with", f"--state {most[0].state}{outlook.option}")
        )
    missing = len(COUNTED) - sum(one.state in COUNTED for one in states)
    if missing:
        which = f"See which: mtep report --section states{outlook.option}"
        found.append(f"In {_states_in_words(missing)} no {outlook.kind}partner is known yet. {which}")
    return found


def _states_in_words(count: int) -> str:
    return "1 state or territory" if count == 1 else f"{count:,} states and territories"


def _many(count: int, words: str) -> str:
    """Return how many have come so far: "1 is invited", "2 are invited"."""
    verb, _, rest = words.partition(" ")
    return f"1 {words}" if count == 1 else f"{count:,} {'are' if verb == 'is' else 'have'} {rest}"


def _named(partners: Sequence[Record], count: int) -> str:
    """Return the first of so many partners by name."""
    names = [str(row["name"]) for row in partners[:_NAMES]]
    more = count - len(names)
    return ", ".join(names) + (f" and {more:,} more" if more else "")
