"""Agreements: a partner joins the network."""

from datetime import date
from typing import TYPE_CHECKING

from .. import names
from ..days import day_in_words
from ..errors import AlreadyJoinedError
from ..store.reading import Record
from ..vocabulary import AgreementKind

if TYPE_CHECKING:
    from ..store.models import Agreement
    from ..store.writing import Work


def join(
    work: "Work",
    partner: Record,
    *,
    day: date,
    kind: AgreementKind | None = None,
    document: str | None = None,
) -> "Agreement":
    """Record that a partner joined. Raises AlreadyJoinedError."""
    from ..store.models import Agreement

    before = work.select("agreements", ["partner_id = :partner"], partner=partner["id"])
    if before:
        raise AlreadyJoinedError(partner["name"], day_in_words(date.fromisoformat(before[0]["day"])))
    document = names.checked_length(names.clean_line(document or ""), "document", 1000) or None
    return work.add(Agreement(partner_id=partner["id"], day=day, kind=kind, document=document))
