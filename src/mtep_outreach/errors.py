"""Everything the program refuses, one class per situation; each makes its own sentence and next step."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_LONGEST_QUOTE = 80
_LONGEST_LIST = 200


@dataclass(frozen=True)
class Problem:
    """Something wrong in a user's data: collected and returned, never raised one at a time.

    ``line`` counts from 1 as an editor does, the header being line 1, or counts what ``unit`` says: rows, cards by the
    line where they begin, objects; ``column`` is the column's name. ``cells`` are those of a row that does not fit its
    header.
    """

    source: str
    line: int
    column: str
    message: str
    cells: tuple[str, ...] = field(default=(), compare=False, repr=False)
    unit: str = "line"

    def __str__(self) -> str:
        where = f"{self.source}, {'card at line' if self.unit == 'card' else self.unit} {self.line}"
        return f"{where}, column '{self.column}': {self.message}" if self.column else f"{where}: {self.message}"


class MtepError(Exception):
    """A refusal: what is refused and why (``message``), what to do next (``hint``)."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class WrongUsageError(MtepError):
    """What was typed cannot be understood; nothing was looked up or changed."""

    exit_code = 2


def _quoted(text: str) -> str:
    """Return what was typed in quotes; of very long text, the beginning."""
    return f"'{cut(text, _LONGEST_QUOTE)}'"


def cut(text: str, length: int) -> str:
    """Return a text; of one above so many characters the beginning, whole words where it has any."""
    if len(text) <= length:
        return text
    whole = text[: length + 1].rpartition(" ")[0].rstrip()
    return f"{whole} ..." if len(whole) > length // 2 else f"{text[:length]}..."


def _with_article(what: str) -> str:
    return f"an {what}" if what[0] in "aeiou" else f"a {what}"


def _closed(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def listed(words: Iterable[str], last: str = "or") -> str:
    """Join words as a sentence does: "a, b or c"."""
    items = list(words)
    return f" {last} ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def shortened(words: Sequence[str], most: int = 10) -> str:
    """Return a list for a sentence; of a long one the first ones and how many more there are."""
    more = len(words) - most
    return "; ".join(words[:most]) + (f"; and {more:,} more" if more > 0 else "")


# ---- what people type ------------------------------------------------------------------------------------


class UnreadableDayError(WrongUsageError):
    """A text that names no single day."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(
            f"{_quoted(text)} is not a day: {reason}.",
            "Type it like 2024-05-24, 'May 24, 2024' or 5/24/2024 (month first).",
        )


class FutureDayError(WrongUsageError):
    """A day on which something is said to have happened, and which is still to come."""

    def __init__(self, what: str, day: str, today: str) -> None:
        super().__init__(f"{what} cannot have happened on {day}: today is {today}.", "Check the year.")


class NothingToCompareError(WrongUsageError):
    """A report that is to be compared with a day that is not before its own."""

    def __init__(self, day: str, with_day: str) -> None:
        super().__init__(f"{with_day} is not before {day}, so nothing can have changed since.", "Give an earlier day.")


class UnreadableHourError(WrongUsageError):
    """A text that names no hour of the day."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{_quoted(text)} is not an hour of the day.", "Type it like 12:00, 1:30pm or 'noon'.")


class ImpossibleHourError(WrongUsageError):
    """An hour that the clocks skip, or show twice, on that day in that zone."""

    def __init__(self, hour: str, day: str, zone: str, reason: str) -> None:
        super().__init__(f"{hour} on {day} in {zone} {reason}.", "Choose another hour.")


class SessionEndsBeforeItStartsError(WrongUsageError):
    """An end that is not later than its start."""

    def __init__(self, start: str, end: str) -> None:
        super().__init__(
            f"The session would end at {end}, not after its start at {start.rstrip('.')}.", "Give --start and --end."
        )


class UnknownZoneError(WrongUsageError):
    """A text that names no time zone."""

    def __init__(self, text: str, suggestions: Sequence[str]) -> None:
        hint = f"Did you mean {listed(suggestions)}?" if suggestions else "Type it like America/Chicago."
        super().__init__(f"{_quoted(text)} is not a time zone of the IANA list.", hint)


class UnknownStateError(WrongUsageError):
    """A text that names no state or territory of the United States."""

    def __init__(self, text: str, suggestions: Sequence[str]) -> None:
        hint = f"Did you mean {listed(suggestions)}?" if suggestions else "Type a code or a name: AL, Alabama or Ala."
        super().__init__(f"{_quoted(text)} is not a US state or territory.", hint)


class UnknownWordError(WrongUsageError):
    """A text that is not a word of a closed list."""

    def __init__(self, what: str, text: str, words: Iterable[str]) -> None:
        super().__init__(f"{_quoted(text)} is not {_with_article(what)}.", f"The words are {listed(words)}.")


class NotOneOfTheseError(WrongUsageError):
    """An answer that is not the number of something offered."""

    def __init__(self, answer: str, numbers: Iterable[str]) -> None:
        super().__init__(
            f"{_quoted(answer)} is not one of the numbers.",
            f"Please type one of {listed(numbers)}, or press Enter for none.",
        )


class FiltersDoNotFitError(WrongUsageError):
    """Filters of partners, asked of what belongs to no partner."""

    def __init__(self, kind: str, kinds: Iterable[str]) -> None:
        super().__init__(
            f"--scope, --sector, --state, --stage and --search say nothing of {kind}.",
            f"Leave them out, or list {listed(kinds)}.",
        )


class UnreadableAmountError(WrongUsageError):
    """A text that names no amount."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(
            f"{_quoted(text)} is not an amount: {reason}.",
            "Type it like 300, 200,000, '10 million' or '$1.5 million' (a $ in single quotes), for each year 300/year.",
        )


class UnreadablePersonError(WrongUsageError):
    """A text that is not ``Name <mail>``."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(
            f"{_quoted(text)} is not a person: {reason}.", "Type it like 'Maria Rivera <rivera@example.edu>'."
        )


class UnreadableAddressError(WrongUsageError):
    """A text that cannot be an e-mail address."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(
            f"{_quoted(text)} is not an e-mail address: {reason.rstrip('.')}.", "Type it like rivera@example.edu."
        )


class UnreadableWebsiteError(WrongUsageError):
    """A text that cannot be a web address."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{_quoted(text)} is not a web address.", "Type it like https://amte.net.")


class EmptyTextError(WrongUsageError):
    """A text that must say something and does not."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The {what} is empty: it needs at least one letter or digit.", f"Type the {what} in quotes.")


class TextTooLongError(WrongUsageError):
    """A text longer than what can be meant."""

    def __init__(self, what: str, length: int, limit: int) -> None:
        super().__init__(f"The {what} has {length:,} characters, more than {limit:,}.", "Shorten it.")


class MissingArgumentError(WrongUsageError):
    """Something that had to be typed was not, and nobody is there to be asked."""

    def __init__(self, what: str, example: str) -> None:
        super().__init__(f"The {what} is missing.", f"Type it like: {example}")


class NotAConfirmationError(MtepError):
    """A question that only a person can answer came up where nobody is there to be asked."""

    def __init__(self, what: str, instead: str = "--yes to say yes") -> None:
        super().__init__(f"{what} needs a yes, and there is no terminal to ask at.", f"Add {instead}.")


class DeclinedError(MtepError):
    """The person said no."""

    def __init__(self) -> None:
        super().__init__("Nothing was changed, as you said no.")


class NothingToChangeError(WrongUsageError):
    """An editing command without anything to edit."""

    def __init__(self, command: str) -> None:
        super().__init__("Nothing to change was given.", f"Type mtep {command} --help to see what can be changed.")


class ConflictingOptionsError(WrongUsageError):
    """Two options that cannot both be meant."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} and {second} cannot be used together.", "Leave one of them out.")


class OptionNeedsOtherError(WrongUsageError):
    """An option that means nothing without another one."""

    def __init__(self, option: str, other: str) -> None:
        super().__init__(f"{option} says nothing without {other}.", f"Add {other}.")


# ---- what is stored --------------------------------------------------------------------------------------


class NotFoundError(MtepError):
    """A name that fits nothing stored."""

    def __init__(self, kind: str, text: str, suggestions: Sequence[str], add: str) -> None:
        hint = f"Did you mean {listed(suggestions)}?" if suggestions else f"To add one: {add}"
        super().__init__(f"No {kind} is called {_quoted(text)}.", hint)


class PartnerNotFoundError(NotFoundError):
    """A name that fits no partner."""

    def __init__(self, text: str, suggestions: Sequence[str] = ()) -> None:
        super().__init__("partner", text, suggestions, f'mtep add-partner "{text[:_LONGEST_QUOTE]}"')


class MemberNotFoundError(NotFoundError):
    """A name that fits no member."""

    def __init__(self, text: str, suggestions: Sequence[str] = ()) -> None:
        super().__init__("member", text, suggestions, f'mtep add-member "{text[:_LONGEST_QUOTE]} <mail address>"')


class AmbiguousNameError(MtepError):
    """A name that fits several."""

    def __init__(self, kind: str, text: str, matches: Sequence[str]) -> None:
        shown = "; ".join(matches[:10]) + (f"; and {len(matches) - 10} more" if len(matches) > 10 else "")  # noqa: PLR2004
        super().__init__(f"{_quoted(text)} fits several {kind}s: {shown}.", "Type more of the name, or the number.")


class RemovedPartnerError(MtepError):
    """A partner that was removed."""

    def __init__(self, name: str, day: str) -> None:
        super().__init__(
            f"{name} was removed on {day}.",
            "Find the step with mtep log and take it back with mtep undo NUMBER.",
        )


class PartnerExistsError(MtepError):
    """A partner of that name and state is there already."""

    def __init__(self, name: str, number: int) -> None:
        super().__init__(
            f"{name} is a partner already, number {number}.",
            f"See it with mtep show {number}, change it with mtep edit {number}, "
            "or add --new if it is another organization of the same name.",
        )


class LikelyPartnerError(MtepError):
    """An organization that is likely here already under another name."""

    def __init__(self, name: str, likely: Sequence[str]) -> None:
        super().__init__(
            f"{_quoted(name)} may be here already:\n" + "\n".join(f"  {one}" for one in likely),
            "If it is one of these, use that name or number. If it is not: add --new",
        )


class SamePartnerError(MtepError):
    """Two names that were to mean two partners mean one."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{_quoted(name)} was named twice.", "Name two partners: mtep list")


class PartnerWouldBeTwoError(MtepError):
    """A change that would give a partner the name and state of another."""

    def __init__(self, name: str, number: int) -> None:
        super().__init__(
            f"There is another partner called {name} in that state, number {number}.",
            f"See it with mtep show {number}. If the two are one organization, remove one of them.",
        )


class NameTakenError(MtepError):
    """The partner has that name already."""

    def __init__(self, partner: str, name: str) -> None:
        super().__init__(f"{partner} is called {_quoted(name)} already.", "Leave that name out.")


class ContactExistsError(MtepError):
    """The partner has that contact already."""

    def __init__(self, person: str, partner: str, known: str, change: str) -> None:
        as_known = f", as {known}" if known != person else ""
        super().__init__(
            f"{person} is a contact of {partner} already{as_known}.",
            f"See them with mtep show {shlex.quote(partner)}; change what is known of them with {change}",
        )


class MemberExistsError(MtepError):
    """The network has that member already; ``email`` is what was said of one without an address."""

    def __init__(self, person: str, number: int, email: str | None = None) -> None:
        if email:
            super().__init__(
                f"{person} is a member already, without a mail address.",
                f"To add it: mtep edit-member {number} --email {shlex.quote(email)}",
            )
        else:
            super().__init__(
                f"{person} is a member already, number {number}.",
                f"See all with mtep list members; change what is known of this one with mtep edit-member {number}",
            )


class MemberWithoutAddressError(MtepError):
    """A member to whom a mail is to go, and whose address is not known."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"No mail address of {name} is known, so that no draft can be made.",
            f'Copy the list instead: mtep next --for "{name}" --format markdown',
        )


class AlreadyNominatedError(MtepError):
    """The member nominated that partner before."""

    def __init__(self, member: str, partner: str, day: str) -> None:
        super().__init__(
            f"{member} nominated {partner} already, on {day}.", "Another member's nomination can be added."
        )


class AlreadyJoinedError(MtepError):
    """The partner joined before."""

    def __init__(self, partner: str, day: str) -> None:
        super().__init__(f"{partner} joined already, on {day}.", "To correct it, undo that step: see mtep log.")


class AlreadyAttendedError(MtepError):
    """All the partners named are recorded as having come."""

    def __init__(self, session: str) -> None:
        super().__init__(f"All of them are recorded for session {session} already.", "See mtep report.")


class NotInvitedError(MtepError):
    """An answer to an invitation that was never written."""

    def __init__(self, partner: str, session: str) -> None:
        super().__init__(
            f"{partner} was not invited to session {session}.",
            f'Invite it first: mtep invite --session {session} "{partner}"',
        )


class SameAnswerError(MtepError):
    """The answer recorded last, once more."""

    def __init__(self, partner: str, answer: str, day: str) -> None:
        super().__init__(
            f"{partner} has {answer} already, recorded for {day}.",
            "A different answer can be recorded any time.",
        )


class CommitmentNotFoundError(MtepError):
    """A number that no commitment has."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no commitment number {number}.", "See mtep list commitments.")


class CommitmentWithdrawnError(MtepError):
    """A commitment that the partner has withdrawn."""

    def __init__(self, number: int, partner: str, day: str) -> None:
        super().__init__(
            f"Commitment {number} of {partner} was withdrawn on {day}.",
            "To take that back: find the step with mtep log, then mtep undo NUMBER. Or record a new commitment.",
        )


class BeforeCommitmentError(MtepError):
    """A day of a commitment that lies before the day on which it was made; ``what`` as a person calls it."""

    def __init__(self, what: str, day: str, made_on: str) -> None:
        super().__init__(
            f"{what} cannot be {day}: the commitment was made on {made_on}.",
            "Say when it was made, with --on of mtep add-commitment or edit-commitment.",
        )


class OtherDayInTheWayError(MtepError):
    """A commitment that is said to be made or withdrawn on a day, and something else stands in the way of it."""

    def __init__(self, number: int, what: str, day: str, way: str) -> None:
        super().__init__(
            f"Commitment {number} cannot have been {what} on {day}: {way}.",
            f"Give {'that day or an earlier one' if what == 'made' else 'that day or a later one'} with --on. "
            "To take back what is wrong: find its step with mtep log, then mtep undo NUMBER.",
        )


class PromisedTwiceError(WrongUsageError):
    """Two numbers of one commitment in the same unit."""

    def __init__(self, unit: str) -> None:
        super().__init__(
            f"{_quoted(unit)} is promised twice in one commitment.",
            "Add the numbers up, or record a second commitment.",
        )


class NothingPublicError(MtepError):
    """A list of what may be published, when nothing may."""

    def __init__(self) -> None:
        super().__init__(
            "No partner is marked as one that may be published.",
            "Mark each that agreed: mtep edit PARTNER --public. Its commitments too: mtep edit-commitment ID --public",
        )


class NotAUnitError(WrongUsageError):
    """A sign where a unit is needed."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{_quoted(text)} is not a unit: it needs at least one letter or digit.",
            "Type what is counted: --unit students. Money is in US dollars, with --money; a share of people goes into "
            "--who, like --who '30 % rural'.",
        )


class UnpairedTargetError(WrongUsageError):
    """Numbers and units of a commitment that do not go together."""

    def __init__(self, targets: int, units: int) -> None:
        super().__init__(
            f"There are {targets} --target and {units} --unit: each number needs its unit.",
            "Type them in the same order: --target 100 --unit districts --target 200,000 --unit students",
        )


class NoMeasureError(MtepError):
    """An amount for a commitment that promises no number, or none in that unit."""

    def __init__(self, number: int, unit: str, units: Sequence[str]) -> None:
        if units:
            super().__init__(
                f"Commitment {number} promises nothing in {_quoted(unit)}.", f"Its units are {listed(units, 'and')}."
            )
        else:
            super().__init__(
                f"Commitment {number} promises no number{f' in {_quoted(unit)}' if unit else ''}.",
                f"Give it one: mtep edit-commitment {number} --target NUMBER --unit WHAT. "
                f"Or say that it is done: mtep progress {number} --done",
            )


class WhichMeasureError(WrongUsageError):
    """An amount for a commitment that promises several numbers."""

    def __init__(self, number: int, units: Sequence[str]) -> None:
        yearly = [unit for unit in units if unit.endswith(" a year")]
        super().__init__(
            f"Commitment {number} promises several numbers: {listed(units, 'and')}.",
            "Say which one is meant with --unit; a unique beginning is enough"
            + (f" (--unit {shlex.quote(yearly[0])} for the one each year)." if yearly else "."),
        )


class NoProgressError(WrongUsageError):
    """A report of progress that says nothing."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"What was reached of commitment {number} is missing.",
            f"Type it like: mtep progress {number} 120, or --done, or --evidence 'what happened'",
        )


class NoSessionError(MtepError):
    """No session is planned, or none on that day."""

    def __init__(self, text: str, planned: Sequence[str]) -> None:
        if planned:
            super().__init__(
                f"No session is planned for {text}.",
                f"Planned: {listed(planned, 'and')}. To plan another: mtep add-session {text}",
            )
        else:
            super().__init__(
                "No session is planned." if not text else f"No session is planned for {text}.",
                f"Plan one: mtep add-session {text or '2024-05-24'}",
            )


class SessionNotYetPlannedError(MtepError):
    """A session that was planned after the day that a report looks back to."""

    def __init__(self, session: str, day: str) -> None:
        super().__init__(
            f"Session {session} was not planned yet on {day}.",
            "Give a later day, or leave --session out to see what was planned by then.",
        )


class UnknownSettingError(WrongUsageError):
    """A setting that does not exist."""

    def __init__(self, key: str, suggestions: Sequence[str]) -> None:
        hint = f"Did you mean {listed(suggestions)}?" if suggestions else "See all with mtep settings."
        super().__init__(f"There is no setting '{key}'.", hint)


class WrongSettingError(WrongUsageError):
    """A value that a setting cannot have."""

    def __init__(self, key: str, value: str, reason: str, hint: str = "") -> None:
        super().__init__(
            f"{_quoted(value)} cannot be the setting {key}: {_closed(reason)}", hint or f"Type it like {key}=VALUE."
        )


# ---- journal ---------------------------------------------------------------------------------------------


class NothingToUndoError(MtepError):
    """The log holds nothing that could be taken back."""

    def __init__(self, verb: str) -> None:
        super().__init__(f"There is nothing to {verb}.", "See all steps with mtep log.")


class NoSuchEntryError(MtepError):
    """A number that the log does not hold."""

    def __init__(self, number: int) -> None:
        super().__init__(f"The log has no step {number}.", "See all steps with mtep log.")


class NotUndoableError(MtepError):
    """A step that cannot be taken back as it is."""

    def __init__(self, number: int, verb: str, reason: str, hint: str) -> None:
        super().__init__(f"Step {number} cannot be {verb}: {reason}.", hint)


# ---- files -----------------------------------------------------------------------------------------------


class FileError(MtepError):
    """A file that cannot be read or written."""

    def __init__(self, path: Path | str, reason: str, hint: str) -> None:
        super().__init__(f"{path}: {reason}.", hint)


class UnreadableTableError(MtepError):
    """A file that holds no table that could be read."""

    def __init__(self, path: Path | str, reason: str, hint: str = "Save it as CSV (UTF-8) with a header line.") -> None:
        super().__init__(f"{path} cannot be imported: {reason}.", hint)


class UnreadableMailboxError(MtepError):
    """A file that holds no mail that could be read."""

    def __init__(self, path: Path | str, reason: str, hint: str) -> None:
        super().__init__(f"{path} cannot be read as mail: {reason}.", hint)
        self.reason = reason


class UnknownColumnError(WrongUsageError):
    """A mapping of a column that the file does not have."""

    def __init__(self, column: str, columns: Sequence[str]) -> None:
        super().__init__(f"The file has no column {_quoted(column)}.", f"Its columns are {listed(columns, 'and')}.")


class UnknownFieldError(WrongUsageError):
    """A mapping that names no field."""

    def __init__(self, text: str, fields: Sequence[str]) -> None:
        column, sign, meaning = text.rpartition("=")
        reason = f": there is no field {_quoted(meaning.strip())}" if sign and column.strip() else ""
        super().__init__(f"{_quoted(text)} is not COLUMN=field{reason}.", f"The fields are {listed(fields, 'and')}.")


class AttendanceReportError(MtepError):
    """A report of who came to a meeting, which is no list of organizations."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            f"{path} is a report of who attended a meeting, not a list of organizations; nothing was imported.",
            f"Who attended is recorded with: mtep attend --session DAY --from {path}",
        )


class NoAttendeesError(MtepError):
    """A file that does not say who came to a meeting."""

    def __init__(self, path: Path | str, reason: str, hint: str) -> None:
        super().__init__(f"{path} does not say who came: {reason}.", hint)


class NoOrganizationColumnError(MtepError):
    """A list in which no column holds the names of organizations; ``people``: it holds people."""

    def __init__(self, path: Path | str, columns: Sequence[str], *, people: bool = False) -> None:
        shown = ", ".join(columns)
        lists = "it lists people, but " if people else ""
        or_else = "If none does, add one" if people else "If the first line is no header, put one above it"
        super().__init__(
            f"{path} cannot be imported: {lists}none of its columns is known to hold organizations' names"
            f" ({shown if len(shown) <= _LONGEST_LIST else shown[:_LONGEST_LIST] + '...'}).",
            f"If one does, say which: --map 'COLUMN=name'. {or_else}.",
        )


class NotAPartnerListError(MtepError):
    """A list that mtep wrote of something else than partners, their people or nominations."""

    def __init__(self, path: Path | str, title: str) -> None:
        super().__init__(
            f"{path} is {title}, which names no organizations to add; nothing was imported.",
            "To move everything to another database, use a bundle: mtep export network.zip",
        )


class NotAnEmptyDatabaseError(MtepError):
    """A bundle that was to be brought into a database with something in it."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            f"{path} is a bundle of a whole database, and this database has something in it; nothing was imported.",
            "Name a new database: mtep --db NEW.sqlite import " + str(path),
        )


class UnknownFormatError(WrongUsageError):
    """A file ending that names no format to write."""

    def __init__(self, path: Path | str, endings: Sequence[str]) -> None:
        super().__init__(f"{path}: its ending says no format that can be written.", f"Use {listed(endings)}.")


class WhichExportError(WrongUsageError):
    """A file whose ending does not say what is to be written; ``names``: what there is with that ending."""

    def __init__(self, path: Path, ending: str, names: Sequence[str]) -> None:
        super().__init__(
            f"{path}: records are not written as {ending}, only what is called {listed(names)}.",
            f"Name the file {listed(f'{name}{ending}' for name in names)}, or add "
            f"{listed(f'--what {name}' for name in names)}.",
        )


# ---- letters ---------------------------------------------------------------------------------------------


class TemplateNotFoundError(MtepError):
    """A template that no template folder holds."""

    def __init__(self, name: str, available: Sequence[str], folders: Sequence[str]) -> None:
        super().__init__(
            f"There is no letter template {_quoted(name)} in {listed(folders)}.",
            f"There are: {listed(available, 'and')}.",
        )


class TemplateMistakeError(MtepError):
    """A template that cannot be rendered, with its file and line."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}, line {line}: {_closed(reason)}", "Mend the template and run the command again.")


class ExtraMissingError(MtepError):
    """Something that only an extra of the program can make; ``what`` in the plural."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} need the extra {extra}.", f"Install it: pip install 'mtep-outreach[{extra}]'")


class LetterheadError(MtepError):
    """A file that no letter can be written on."""

    def __init__(self, path: Path | str, reason: str, hint: str = "") -> None:
        super().__init__(
            f"{path} cannot be the letterhead: {_closed(reason)}",
            hint or "Open it in Word or LibreOffice, and save it once more as a Word document (.docx).",
        )


class NotPrintableError(MtepError):
    """A document with characters that no font on this computer has: ``what`` it is, and ``of`` what."""

    def __init__(self, what: str, of: str, characters: Sequence[str]) -> None:
        few = [f"'{c}' (U+{ord(c[0]):04X})" for c in characters[:10]]
        more = f" and {len(characters) - 10} more" if len(characters) > 10 else ""  # noqa: PLR2004
        super().__init__(
            f"The {what + (f' of {_quoted(of)}' if of else '')} cannot be printed: "
            f"no font on this computer has {listed(few)}{more}.",
            "Install a font that has these characters, such as Noto (fonts.google.com/noto), or write them otherwise.",
        )


class CalendarMismatchError(MtepError):
    """A calendar entry that would not say what it is meant to say; ``field`` as a person calls it."""

    def __init__(self, address: str, field: str) -> None:
        super().__init__(
            f"The calendar entry for {_quoted(address)} was not made: the {field} would not arrive as it was written.",
            "Look for unusual characters in it, type it anew without them, and run the command again.",
        )


class MessageMismatchError(MtepError):
    """A mail that would not arrive as it is meant; ``field`` as a person calls it."""

    def __init__(self, address: str, field: str) -> None:
        super().__init__(
            f"The mail to {_quoted(address)} was not made: the {field} would not arrive as it was written.",
            "Look for unusual characters in it, type it anew without them, and run the command again.",
        )


# ---- letters on their way ---------------------------------------------------------------------------------


class WrongTemplateError(MtepError):
    """A template that is for another kind of letter."""

    def __init__(self, name: str, kind: str, wanted: str) -> None:
        super().__init__(
            f"The template '{name}' is for letters of the kind {kind}, not {wanted}.",
            "Choose another one (mtep templates), or change the line 'kind:' at its top.",
        )


class NoMailboxError(MtepError):
    """A mail that nobody could answer, because no mailbox of the network is set."""

    def __init__(self) -> None:
        super().__init__(
            "No mailbox is set that answers can go to.", 'Set it once: mtep settings sender="Hub <hub@example.org>"'
        )


class SessionCancelledError(MtepError):
    """A session that does not take place."""

    def __init__(self, session: str, day: str) -> None:
        super().__init__(
            f"Session {session} was cancelled on {day}.", "Take that back with mtep undo, or plan another session."
        )


class DeliveryNotFoundError(MtepError):
    """A number that no letter has."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no letter number {number}.", "See mtep list deliveries.")


class NotToSettleError(MtepError):
    """A letter whose state leaves no doubt."""

    def __init__(self, number: int, partner: str, state: str) -> None:
        super().__init__(
            f"Letter {number} to {partner} is not in doubt: it is {state}.",
            "Only a letter in doubt can be settled; one that failed can be sent again. See mtep list deliveries.",
        )


class AnotherLetterLeftError(MtepError):
    """A letter that is to go again though another of its kind has gone to the same partner."""

    def __init__(self, number: int, partner: str) -> None:
        super().__init__(
            f"Another letter of this kind has left, or waits, for {partner}: letter {number} is not sent again.",
            f"Say that it was sent: mtep settle {number} sent. See mtep list deliveries.",
        )


class ItemNotFoundError(MtepError):
    """No item of that number waits to be reviewed."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no item {number} to review.", "See: mtep review")


class ItemSettledError(MtepError):
    """An item was reviewed already."""

    def __init__(self, number: int, state: str, day: str) -> None:
        super().__init__(
            f"Item {number} was {state} on {day}.", "mtep log shows that step; mtep undo STEP takes it back."
        )


class NotApplicableError(MtepError):
    """An item cannot be applied as it is."""

    def __init__(self, number: int, reason: str, hint: str) -> None:
        super().__init__(f"Item {number} cannot be applied: {reason}.", hint)


class StopNotFoundError(MtepError):
    """A partner or address that is not marked."""

    def __init__(self, who: str) -> None:
        super().__init__(f"{_quoted(who)} is not marked do-not-contact.", "See mtep show PARTNER.")


class AlreadyStoppedError(MtepError):
    """A partner or address that is marked already."""

    def __init__(self, who: str, day: str) -> None:
        super().__init__(f"{who} was marked do-not-contact on {day} already.", "Nothing was changed.")


class PersonNotFoundError(MtepError):
    """A person that no contact is."""

    def __init__(self, text: str) -> None:
        super().__init__(f"No contact is called {_quoted(text)}.", "See mtep list contacts; an address finds one too.")


class AmbiguousPersonError(AmbiguousNameError):
    """A name or address that several contacts have."""

    def __init__(self, text: str, matches: Sequence[str]) -> None:
        super().__init__("contact", text, matches)
        self.hint = "Type the mail address, or say where with --partner PARTNER."


class LetterWaitsError(MtepError):
    """A contact that a letter is for which has not left yet."""

    def __init__(self, person: str, partner: int, session: str) -> None:
        super().__init__(
            f"A letter to {person} for session {session} waits to be sent.",
            f"If it was sent: mtep sent {session} {partner}. Else let it be for somebody else: "
            f'mtep add-contact {partner} "Name <mail>" --primary, then mtep invite {partner} --session {session} '
            "--rewrite",
        )


class ForgottenPersonError(MtepError):
    """An address whose person asked to be forgotten."""

    def __init__(self) -> None:
        super().__init__(
            "The person with this address asked to be forgotten.",
            "Nothing was recorded, so that they are not written to again. Ask for another contact.",
        )


# ---- mail servers ----------------------------------------------------------------------------------------


class ServerError(MtepError):
    """A mail server that cannot be used as it is; ``temporary``: it makes sense to try again later."""

    def __init__(self, message: str, hint: str, *, temporary: bool = False) -> None:
        super().__init__(message, hint)
        self.temporary = temporary


class SecurityNeededError(ServerError):
    """A server elsewhere that would be spoken to without encryption."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"Letters are not sent to {_quoted(host)} without encryption.",
            "Choose starttls (port 587) or tls (port 465); none is for a program on this computer, such as localhost.",
        )


class ServerNotFoundError(ServerError):
    """A host name that leads nowhere."""

    def __init__(self, host: str, *, temporary: bool) -> None:
        super().__init__(
            f"There is no mail server {_quoted(host)}, as far as this computer can tell.",
            "Check its name with mtep settings, and that this computer is online.",
            temporary=temporary,
        )


class ServerNotReachedError(ServerError):
    """A server that cannot be reached, or breaks off while it is greeted."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"The mail server {host}, port {port}, cannot be reached: {_closed(reason)}",
            "Check the port (587 goes with starttls, 465 with tls), or try again later. Some networks let no program "
            "send mail: their IT department can tell.",
            temporary=True,
        )


class ServerDeclinesError(ServerError):
    """A server that answers and does not want to be used; ``said`` are its own words."""

    def __init__(self, host: str, port: int, said: str, *, temporary: bool) -> None:
        super().__init__(
            f"The mail server {host}, port {port}, declines: {_closed(said)}",
            "Try again later." if temporary else "Ask those who run the server what it wants.",
            temporary=temporary,
        )


class CertificateNotTrustedError(ServerError):
    """A server that cannot prove who it is."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(
            f"The mail server {host} cannot prove that it is {host}: {_closed(reason)}",
            "Nothing was sent to it, no password either. Check the server's name with mtep settings and the date of "
            "this computer; if both are right, tell those who run the server.",
        )


class NotEncryptedError(ServerError):
    """A server with which no encrypted connection comes about."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"The connection to the mail server {host}, port {port}, cannot be encrypted: {_closed(reason)}",
            "Nothing was sent to it, no password either. 587 goes with starttls, 465 with tls: check with "
            "mtep settings.",
        )


class LoginNotOfferedError(ServerError):
    """A server that takes no user's name and password."""

    def __init__(self, host: str, offered: Sequence[str]) -> None:
        ways = f"only {listed(offered, 'and')}" if offered else "no way to log in"
        super().__init__(
            f"The mail server {host} offers {ways}, and not a name and password.",
            "Check the port with mtep settings, or ask those who run the server for an app password.",
        )


class PasswordNotTakenError(ServerError):
    """A user's name and password that the server does not take."""

    def __init__(self, host: str, user: str, said: str, *, temporary: bool) -> None:
        super().__init__(
            f"The mail server {host} did not take user {user}'s password: {_closed(said)}",
            "Try again later."
            if temporary
            else "Check the user's name and the password. Where logging in takes a second step, programs need an app "
            "password, which the account's pages make.",
            temporary=temporary,
        )


class ServerKeepsBreakingOffError(ServerError):
    """A server that takes a connection and no letter."""

    def __init__(self, host: str, said: str) -> None:
        super().__init__(
            f"The mail server {host} breaks off again and again: {_closed(said)}",
            "What was not sent is still queued. Try again later with mtep send, or ask those who run the server.",
            temporary=True,
        )


class ServerRefusesAllError(ServerError):
    """A server that refuses one letter after the other in the same words."""

    def __init__(self, host: str, said: str) -> None:
        super().__init__(
            f"The mail server {host} refuses one letter after the other: {_closed(said)}",
            "The rest is still queued. When that is mended: mtep invite --rewrite for those refused, then mtep send.",
            temporary=True,
        )


class NoServerError(MtepError):
    """Letters that are to be sent, and no server to send them through."""

    def __init__(self) -> None:
        super().__init__(
            "No mail server is set.",
            "mtep settings smtp.host=... smtp.user=..., or write drafts that you send from your own mail program: "
            "mtep invite --as eml",
        )


class PasswordMissingError(MtepError):
    """A password that nobody has told."""

    def __init__(self, user: str, host: str) -> None:
        super().__init__(
            f"The password of {user} for the mail server {host} is not known.",
            f"There are four ways: this computer's keyring (keyring set mtep {shlex.quote(user)}), a command that "
            "prints it, a file that only you can read, or run mtep at a terminal and type it.",
        )


class PasswordCommandError(MtepError):
    """A command that was to print a password and did not."""

    def __init__(self, program: str, reason: str) -> None:
        super().__init__(
            f"The command that prints the password, {_quoted(program)}, failed: {_closed(reason)}",
            "Run it in a terminal: its first line must be the password and nothing else.",
        )


class PasswordFileError(FileError):
    """A file that was to hold a password and cannot be used."""

    def __init__(self, path: Path | str, reason: str, hint: str = "Write the password into its first line.") -> None:
        super().__init__(path, reason, hint)


# ---- mail folders on a server ----------------------------------------------------------------------------

_EXPORT_INSTEAD = (
    "Where the IT department lets no program in, export the folder from your mail program, and name that file instead."
)


class UnreadableMailFolderError(WrongUsageError):
    """A text that names no folder on a mail server; it is not repeated, as it may hold a password."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The address of the mail folder cannot be understood: {_closed(reason)}",
            "Type it like imaps://rivera@example.edu@imap.example.edu/INBOX (user, server, folder).",
        )


class PasswordInAddressError(WrongUsageError):
    """A password in an address, where the shell and other people see it."""

    def __init__(self) -> None:
        super().__init__(
            "A password does not belong into an address, where the shell keeps it and others can see it.",
            "Leave it out, as in imaps://rivera@imap.example.edu/INBOX, and change it if others may have seen it. "
            "There are four ways to tell it: this computer's keyring (keyring set mtep USER), a command that prints "
            "it, a file that only you can read, or run mtep at a terminal and type it.",
        )


class InboxNotFoundError(ServerNotFoundError):
    """A host name in the address of a mail folder that leads nowhere."""

    def __init__(self, host: str, *, temporary: bool) -> None:
        super().__init__(host, temporary=temporary)
        self.hint = "Check what stands after the last @ of the address, and that this computer is online."


class InboxNotReachedError(ServerNotReachedError):
    """A server of mail folders that cannot be reached, or breaks off while it is greeted."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(host, port, reason)
        self.reason = reason
        self.hint = f"imaps goes with port 993, imap with 143: check them, or try again later. {_EXPORT_INSTEAD}"


class InboxDeclinesError(ServerDeclinesError):
    """A server of mail folders that says no; ``said`` are its own words."""

    def __init__(self, host: str, port: int, said: str, *, temporary: bool) -> None:
        super().__init__(host, port, said or "it does not say why", temporary=temporary)
        self.said = said


class InboxNotTrustedError(CertificateNotTrustedError):
    """A server of mail folders that cannot prove who it is."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(host, reason)
        self.hint = (
            "Nothing was sent to it, no password either. Check the server's name in the address and the date of this "
            "computer; if both are right, tell those who run the server."
        )


class InboxNotEncryptedError(NotEncryptedError):
    """A server of mail folders with which no encrypted connection comes about."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(host, port, reason)
        self.hint = "Nothing was sent to it, no password either. imaps goes with port 993, imap with 143."


class InboxLoginNotOfferedError(LoginNotOfferedError):
    """A server of mail folders that takes no user's name and password."""

    def __init__(self, host: str, offered: Sequence[str]) -> None:
        super().__init__(host, offered)
        self.hint = f"Ask those who run the server for an app password. {_EXPORT_INSTEAD}"


class InboxPasswordNotTakenError(PasswordNotTakenError):
    """A user's name and password that a server of mail folders does not take."""

    def __init__(self, host: str, user: str, said: str, *, temporary: bool) -> None:
        super().__init__(host, user, said or "it does not say why", temporary=temporary)
        if not temporary:
            self.hint = f"{self.hint} {_EXPORT_INSTEAD}"


class InboxBrokenOffError(ServerError):
    """A server of mail folders that breaks off and does not come back in time."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(
            f"The mail server {host} broke off, and did not come back in time: {_closed(reason)}",
            "What was read until then is kept. Run the same command again later: it goes on from there.",
            temporary=True,
        )


class MailFolderNotFoundError(ServerError):
    """A folder that is not on the server; ``there``: those that are."""

    def __init__(self, folder: str, host: str, there: Sequence[str]) -> None:
        few = [_quoted(name) for name in there[:10]]
        more = f" and {len(there) - 10} more" if len(there) > 10 else ""  # noqa: PLR2004
        super().__init__(
            f"The mail server {host} has no folder {_quoted(folder)}.",
            f"There are: {', '.join(few)}{more}." if few else "It shows no folders to this user.",
        )


class MailFolderReadOnlyError(ServerError):
    """A folder in which this user may change nothing."""

    def __init__(self, folder: str, host: str) -> None:
        super().__init__(
            f"The mail server {host} lets nothing be changed in the folder {_quoted(folder)}.",
            "Choose a folder of your own, or leave marking and moving out.",
        )


class MailFolderRenumberedError(ServerError):
    """A folder whose messages were given new numbers, so that nobody knows which of them were read."""

    def __init__(self, folder: str, host: str) -> None:
        super().__init__(
            f"The mail server {host} has just numbered the messages of the folder {_quoted(folder)} anew; no more was "
            "read.",
            "What was read until then is kept. Run the same command again: it looks at the whole folder once more.",
        )


class CannotMoveError(ServerError):
    """A server that cannot move some messages without deleting others for good."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"The mail server {host} cannot move single messages: what others marked as deleted would go with them.",
            "Nothing was moved. Move them in your mail program.",
        )


# ---- database --------------------------------------------------------------------------------------------


class DatabaseError(MtepError):
    """A database file that cannot be used as it is; it was left untouched."""

    def __init__(self, path: Path | str, reason: str, hint: str) -> None:
        super().__init__(f"{path}: {reason}.", hint)


class DatabaseBusyError(DatabaseError):
    """Another program keeps the database locked."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(path, "another program is writing to it", "Wait until it has finished, then try again.")


class OutdatedDatabaseError(DatabaseError):
    """A database of an older version that is met where it cannot be brought up to date."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(
            path, f"it is of an older version and cannot be brought up to date: {reason}", "Make it writable."
        )
