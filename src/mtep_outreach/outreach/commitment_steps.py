"""What is done with a commitment: it is made, changed, reported on, withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import names
from ..days import day_in_words
from ..errors import (
    BeforeCommitmentError,
    CommitmentWithdrawnError,
    NoProgressError,
    NothingToChangeError,
    OtherDayInTheWayError,
)
from ..store.reading import Reads, Record
from ..vocabulary import CommitmentGoal, CommitmentState
from . import commitment_numbers, commitments
from .commitments import Measured, Standing
from .promised_numbers import Promise

if TYPE_CHECKING:
    from ..store.models import Commitment
    from ..store.writing import Work

_LONGEST_FACT = 1000


@dataclass(frozen=True)
class CommitmentFacts:
    """What is said of a commitment. None: not said. An empty text takes away what was said before."""

    statement: str | None = None
    measures: Sequence[Promise] = ()
    day: date | None = None
    due_on: date | str | None = None
    goal: CommitmentGoal | str | None = None
    place: str | None = None
    people: str | None = None
    public: bool | None = None
    drop: Sequence[str] = ()

    @property
    def says_nothing(self) -> bool:
        """Whether nothing is said at all."""
        return all(value is None or value == () for value in vars(self).values())


def checked_statement(text: str) -> str:
    """Return a statement as it was said. Raises EmptyTextError or TextTooLongError."""
    names.checked_name(names.clean_line(text)[: names.LONGEST_NAME], "statement")
    return names.checked_length(names.clean_text(text), "statement")


# ---- made and changed -----------------------------------------------------------------------------------


def make(work: "Work", partner: Record, said: CommitmentFacts, *, today: date) -> Standing:
    """Record what a partner promises. Raises BeforeCommitmentError or PromisedTwiceError."""
    from ..store.models import Commitment

    made = Commitment(
        partner_id=partner["id"], statement=checked_statement(said.statement or ""), day=said.day or today
    )
    _check_due(said.due_on or None, made.day)
    _say(made, said)
    commitment = work.add(made)
    commitment_numbers.put(work, commitment.number, said.measures)
    return commitments.find(work, commitment.number, today=today)


def said_before(work: "Work", made: Standing) -> int | None:
    """Return the number of another commitment of the same partner, day and words, if there is one."""
    where = ["partner_id = :partner", "day = :day", "statement = :statement", "id <> :id"]
    values: dict[str, Any] = {"partner": made.partner_id, "day": made.day, "statement": made.statement, "id": made.id}
    return next((row["id"] for row in work.select("commitments", where, "id", limit=1, **values)), None)


@dataclass(frozen=True)
class Changed:
    """A commitment as it stands after a change, the numbers that were dropped, and how many reports went with them.

    ``beside``: numbers that were added though one is promised in their unit, for another time.
    """

    now: Standing
    dropped: tuple[Measured, ...]
    reports: int
    beside: tuple[Measured, ...]


def change(work: "Work", number: int, said: CommitmentFacts, *, today: date) -> Changed:
    """Change what is said of a commitment: a number in a known unit is changed, another one is added.

    Raises CommitmentNotFoundError, NothingToChangeError, NoMeasureError, OtherDayInTheWayError, and as `make`.
    """
    from ..store.models import Commitment

    if said.says_nothing:
        raise NothingToChangeError("edit-commitment")
    known = commitments.find(work, number, today=today)
    commitment = work.get(Commitment, number)
    if said.day is not None:
        _check_day(work, number, said.day)
        commitment.day = said.day
    if said.statement is not None:
        commitment.statement = checked_statement(said.statement)
    _check_due(commitment.due_on if said.due_on is None else said.due_on, commitment.day)
    dropped = tuple(dict.fromkeys(commitment_numbers.meant(known, unit) for unit in said.drop))
    reports = sum(commitment_numbers.drop(work, measure) for measure in dropped)
    _say(commitment, said)
    work.flush()
    commitment_numbers.put(work, commitment.number, said.measures)
    now = commitments.find(work, number, today=today)
    old = {one.id for one in known.measures}
    units = {one.key[0] for one in now.measures if one.id in old}
    return Changed(
        now, dropped, reports, tuple(one for one in now.measures if one.id not in old and one.key[0] in units)
    )


def _say(commitment: "Commitment", said: CommitmentFacts) -> None:
    if said.due_on is not None:
        commitment.due_on = said.due_on or None  # type: ignore[assignment]
    if said.goal is not None:
        commitment.goal = said.goal or None  # type: ignore[assignment]
    for key in ("place", "people"):
        text = getattr(said, key)
        if text is not None:
            what = "place" if key == "place" else "text on whom it serves"
            setattr(commitment, key, names.checked_length(names.clean_line(text), what, _LONGEST_FACT) or None)
    if said.public is not None:
        commitment.public = said.public


def _check_due(due: date | str | None, made_on: date) -> None:
    if isinstance(due, date) and due < made_on:
        raise BeforeCommitmentError("Its deadline", day_in_words(due), day_in_words(made_on))


def _check_day(reads: Reads, number: int, day: date) -> None:
    """Refuse a day made on that comes after what happened to the commitment. Raises OtherDayInTheWayError."""
    reports = reads.select("progress_reports", ["commitment_id = :number"], "day", 1, number=number)
    (promise,) = reads.select("promises", ["id = :number"], number=number)
    for what, at in (("a report on it is of", reports and reports[0]["day"]),
                     ("it was withdrawn on", promise["withdrawn_on"])):  # fmt: skip
        if at and date.fromisoformat(at) < day:
            raise OtherDayInTheWayError(number, "made", day_in_words(day), f"{what} {_shown(at)}")


def _shown(day: str) -> str:
    return day_in_words(date.fromisoformat(day))


# ---- reported on and withdrawn --------------------------------------------------------------------------


@dataclass(frozen=True)
class Reported:
    """A report as it was recorded: the amount before that day, how all stands now, and the day of a later report."""

    before: float | None
    measure: Measured | None
    later: str | None
    now: Standing


def report(
    work: "Work",
    number: int,
    *,
    today: date,
    day: date | None = None,
    reached: float | None = None,
    unit: str | None = None,
    done: bool = False,
    evidence: str | None = None,
) -> Reported:
    """Record how far a commitment has come: the amount reached until that day, that it is done, or what happened.

    Raises CommitmentNotFoundError, CommitmentWithdrawnError, BeforeCommitmentError, NoProgressError, and as
    `commitment_numbers.meant`.
    """
    from ..store.models import ProgressReport

    known, on = _open(work, number, today=today), day or today
    if on < date.fromisoformat(known.day):
        raise BeforeCommitmentError("A report on it", day_in_words(on), _shown(known.day))
    said = names.checked_length(names.clean_text(evidence or ""), "evidence") or None
    if reached is None and not done and not said:
        raise NoProgressError(number)
    measure = commitment_numbers.meant(known, unit) if reached is not None else None
    before = _reached(work, measure, "day <= :day", on)
    later = _reached(work, measure, "day > :day", on)
    work.add(
        ProgressReport(
            commitment_id=number, measure_id=measure.id if measure else None, day=on,
            amount=None if reached is None else float(reached), done=done, evidence=said,
        )
    )  # fmt: skip
    now = commitments.find(work, number, today=today)
    newest = next((one for one in now.measures if measure and one.id == measure.id), None)
    return Reported(before["amount"] if before else None, newest, later["day"] if later else None, now)


def _reached(reads: Reads, measure: Measured | None, when: str, day: date) -> Record | None:
    """Return the newest report on a measure up to a day, or after it."""
    if measure is None:
        return None
    rows = reads.select(
        "progress_reports", ["measure_id = :number", when], "day DESC, id DESC", 1, number=measure.id, day=day
    )
    return rows[0] if rows else None


def _open(reads: Reads, number: int, *, today: date) -> Standing:
    known = commitments.find(reads, number, today=today)
    if known.state == CommitmentState.WITHDRAWN:
        (row,) = reads.select("promises", ["id = :number"], number=number)
        raise CommitmentWithdrawnError(number, known.partner, _shown(row["withdrawn_on"]))
    return known


def withdraw(work: "Work", number: int, *, today: date, day: date | None = None) -> Standing:
    """Record that a partner does not stand by its commitment any more; what was reported is kept.

    Raises CommitmentNotFoundError, CommitmentWithdrawnError, BeforeCommitmentError or OtherDayInTheWayError.
    """
    from ..store.models import Commitment

    known, on = _open(work, number, today=today), day or today
    if on < date.fromisoformat(known.day):
        raise BeforeCommitmentError("Its withdrawal", day_in_words(on), _shown(known.day))
    if known.reported_on and on < date.fromisoformat(known.reported_on):
        way = f"the last report on it is of {_shown(known.reported_on)}"
        raise OtherDayInTheWayError(number, "withdrawn", day_in_words(on), way)
    work.get(Commitment, number).withdrawn_on = on
    work.flush()
    return commitments.find(work, number, today=today)
