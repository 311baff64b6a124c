"""What a report counts: from which rows, on which day, of which scope."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from ..store.reading import Reads, Record
from ..vocabulary import Scope


@dataclass(frozen=True)
class Selection:
    """The partners of a scope, or all, today or as of a past day: whatever is counted, is counted of these."""

    reads: Reads
    today: date
    as_of: date | None = None
    scope: Scope | None = None

    @property
    def day(self) -> date:
        """The day that is looked at."""
        return self.as_of or self.today

    @property
    def where(self) -> list[str]:
        """The condition, as views of partners take it."""
        return ["scope = :scope"] if self.scope else []

    @property
    def values(self) -> dict[str, Any]:
        """What the condition needs."""
        return {"scope": str(self.scope)} if self.scope else {}

    def rows(self, relation: str, order_by: str = "", session: Record | None = None) -> list[Record]:
        """Return the rows of a view that count; of those that belong to sessions, those of one if it is given."""
        where, values = self.where, self.values
        if session:
            where, values = [*where, "session_id = :session"], {**values, "session": session["id"]}
        return self.reads.select(relation, where, order_by, as_of=self.as_of, **values)
