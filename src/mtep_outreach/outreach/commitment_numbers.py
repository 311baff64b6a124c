"""The numbers of a commitment: which one is meant, and how they are set and dropped."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..errors import NoMeasureError, PromisedTwiceError, WhichMeasureError
from ..vocabulary import Period
from . import amounts
from .commitments import Measured, Standing
from .promised_numbers import Promise

if TYPE_CHECKING:
    from ..store.writing import Work


def meant(known: Standing, unit: str | None) -> Measured:
    """Return the measure that is meant: the only one, or that of a unit or of a unique beginning of a word in one.

    Raises NoMeasureError or WhichMeasureError.
    """
    if unit is None and not known.measures:
        raise NoMeasureError(known.id, "", [])
    found = list(known.measures) if unit is None else _in_unit(known.measures, unit)
    if not found:
        raise NoMeasureError(known.id, unit or "", [one.name for one in known.measures])
    if len(found) > 1:
        raise WhichMeasureError(known.id, [one.name for one in found])
    return found[0]


def _in_unit(measures: Sequence[Measured], unit: str) -> list[Measured]:
    """Return the measures that a unit means: where "USD" and "USD a year" are promised, "USD" is the first of them."""
    typed, per = amounts.without_period(unit)
    key = amounts.unit_key(typed)
    here = [one for one in measures if per is None or one.per == per]
    exact = [one for one in here if one.key[0] == key]
    begin = [one for one in here if key and f" {key}" in f" {one.key[0]}"]
    return [one for one in exact if one.per == per] or exact or begin


def put(work: "Work", number: int, measures: Sequence[Promise]) -> None:
    """Set the numbers of a commitment: one in a known unit is changed, another is added. Raises PromisedTwiceError."""
    from ..store.models import Measure

    rows = work.select("measures", ["commitment_id = :number"], "id", number=number)
    known = {(row["unit_key"], row["per"]): row["id"] for row in rows}
    given = set()
    for one in measures:
        unit_key = amounts.unit_key(one.unit)
        per = one.per or _known_period(unit_key, known, measures)
        if (unit_key, per) in given:
            raise PromisedTwiceError(one.unit)
        given.add((unit_key, per))
        if (unit_key, per) in known:
            work.get(Measure, known[unit_key, per]).target = float(one.target)
        else:
            work.add(Measure(commitment_id=number, target=float(one.target), unit=one.unit, unit_key=unit_key, per=per))
    work.flush()


def _known_period(unit_key: str, known: Iterable[tuple[str, str | None]], measures: Sequence[Promise]) -> Period | None:
    """Return for what time a number is meant of which no time is said: that of the only one known in its unit."""
    periods = [per for key, per in known if key == unit_key]
    only = len(periods) == 1 and sum(amounts.unit_key(one.unit) == unit_key for one in measures) == 1
    return Period(periods[0]) if only and periods[0] else None


def drop(work: "Work", measure: Measured) -> int:
    """Take a number away, with what was reported of it; return how many reports these were."""
    from ..store.models import Measure, ProgressReport

    rows = work.select("progress_reports", ["measure_id = :number"], "id", number=measure.id)
    for row in rows:
        work.delete(work.get(ProgressReport, row["id"]))
    work.delete(work.get(Measure, measure.id))
    return len(rows)
