"""Which partners are meant: the filters that every listing and inviting command shares."""

from dataclasses import dataclass
from typing import Any

from ..names import name_key
from ..vocabulary import Scope, Sector, Stage


@dataclass(frozen=True)
class Filters:
    """What partners must have; None asks for nothing. ``state`` is a USPS code."""

    scope: Scope | None = None
    sector: Sector | None = None
    state: str | None = None
    stage: Stage | None = None
    search: str | None = None

    def conditions(self, *, partner: str = "partner_id", state: str = "state") -> list[str]:
        """Return SQL conditions for a view; ``partner`` and ``state`` are its columns for the two."""
        found = [
            f"{column} = :{key}"
            for key, column in (
                ("scope", "scope"),
                ("sector", "sector"),
                ("state", state),
                ("stage", "stage"),
            )
            if getattr(self, key) is not None
        ]
        if self.search is not None:
            named = f"{partner} IN (SELECT partner_id FROM names WHERE key LIKE '%' || :search_key || '%')"
            found.append(
                " OR ".join(
                    [
                        *([named] if name_key(self.search) else []),
                        f"{partner} IN (SELECT id FROM partners WHERE {_holds('city')} OR {_holds('note')})",
                        f"{partner} IN (SELECT partner_id FROM contacts WHERE {_holds('name')} OR {_holds('email')})",
                    ]
                )
            )
        return found

    def values(self) -> dict[str, Any]:
        """Return the values that the conditions name."""
        given: dict[str, Any] = {
            key: str(value)
            for key in ("scope", "sector", "state", "stage")
            if (value := getattr(self, key)) is not None
        }
        if self.search is not None:
            typed = f"%{self.search.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
            given |= {"search": typed.lower(), "typed": typed, "search_key": name_key(self.search)}
        return given


def _holds(column: str) -> str:
    """Return SQL that asks whether a column holds what is searched: a database lowers ASCII only, so both ways."""
    return f"LOWER({column}) LIKE :search ESCAPE '!' OR {column} LIKE :typed ESCAPE '!'"
