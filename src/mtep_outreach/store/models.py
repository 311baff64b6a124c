"""The tables, one class each, with what the database itself refuses."""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ..vocabulary import (
    AgreementKind,
    Answer,
    CommitmentGoal,
    CouncilRole,
    DeliveryState,
    EntryKind,
    LetterKind,
    MailResult,
    MemberRole,
    NameKind,
    Operation,
    Period,
    Proposal,
    ReviewState,
    Scope,
    Sector,
    StopKind,
)


class Model(SQLModel):
    """A base that validates on construction and on assignment, which table classes otherwise do not."""

    model_config = {"validate_assignment": True, "defer_build": True}


class Row(Model):
    """A row with a number that is never given twice."""

    __table_args__: Any = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)

    @property
    def number(self) -> int:
        """The row's number, which it has once it was added."""
        if self.id is None:
            raise ValueError(f"{self!r} was not added yet")
        return self.id


def _one_each(name: str, condition: str) -> sa.Index:
    """Return an index that allows one row of a partner for which a condition holds.

    The condition is given to SQLite here and to PostgreSQL where tables are made: naming that dialect would load it.
    """
    return sa.Index(name, "partner_id", unique=True, sqlite_where=sa.text(condition))


def _args(*constraints: sa.schema.SchemaItem) -> tuple[Any, ...]:
    return (*constraints, {"sqlite_autoincrement": True})


def _word(kind: type[StrEnum], name: str, *, optional: bool = False, **more: Any) -> Any:
    """Return a column for a word of a closed list: stored as the word, checked by the database."""
    column = sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda words: [word.value for word in words],
    )
    return Field(default=None, sa_type=column, **more) if optional else Field(sa_type=column, **more)


def _reference(target: str, *, optional: bool = False, index: bool = True) -> Any:
    if optional:
        return Field(default=None, foreign_key=f"{target}.id", index=index)
    return Field(foreign_key=f"{target}.id", index=index)


class Member(Row, table=True):
    """A person of the network who nominates and writes."""

    __tablename__ = "members"
    __table_args__ = _args(sa.UniqueConstraint("email"))

    name: str = Field(min_length=1, max_length=300)
    key: str = Field(min_length=1, index=True)
    email: str | None = None
    role: MemberRole = _word(MemberRole, "member_role")
    team: str | None = None
    state: str | None = Field(default=None, min_length=2, max_length=2)
    added_on: dt.date


class Partner(Row, table=True):
    """An organization that the network courts or works with; its names are rows of their own."""

    __tablename__ = "partners"

    scope: Scope | None = _word(Scope, "partner_scope", optional=True, index=True)
    sector: Sector | None = _word(Sector, "partner_sector", optional=True, index=True)
    state: str | None = Field(default=None, min_length=2, max_length=2, index=True)
    city: str | None = None
    address: str | None = None
    postal_code: str | None = None
    phone: str | None = None
    website: str | None = None
    note: str | None = None
    added_on: dt.date
    removed_on: dt.date | None = None
    public: bool = False


class Name(Row, table=True):
    """One name of a partner, with the key that it is found by."""

    __tablename__ = "names"
    __table_args__ = _args(
        _one_each("one_official_name", "kind = 'official'"),
        _one_each("one_acronym", "kind = 'acronym'"),
        sa.UniqueConstraint("partner_id", "kind", "key"),
        sa.CheckConstraint("key <> ''", name="name_not_empty"),
    )

    partner_id: int = _reference("partners")
    kind: NameKind = _word(NameKind, "name_kind")
    text: str = Field(min_length=1, max_length=300)
    key: str = Field(min_length=1, index=True)


class LookUpKey(Model, table=True):
    """A key that a partner is found by when another may be the same; made of its names, kept in step with them."""

    __tablename__ = "look_up_keys"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: str = Field(primary_key=True)
    partner_id: int = Field(primary_key=True)


class DoubtfulPair(Row, table=True):
    """Two partners that may be one; ``apart`` once somebody said that they are not. ``first_id`` is the lower one."""

    __tablename__ = "doubtful_pairs"
    __table_args__ = _args(
        sa.UniqueConstraint("first_id", "second_id"), sa.CheckConstraint("first_id < second_id", name="pair_in_order")
    )

    first_id: int = _reference("partners", index=False)
    second_id: int = _reference("partners")
    score: float = Field(ge=0, le=1)
    reasons: str
    apart: bool = False
    day: dt.date


class PartnerRole(Row, table=True):
    """A role of the partnership council that a partner can fill."""

    __tablename__ = "partner_roles"
    __table_args__ = _args(sa.UniqueConstraint("partner_id", "role"))

    partner_id: int = _reference("partners", index=False)
    role: CouncilRole = _word(CouncilRole, "council_role")


class Contact(Row, table=True):
    """A person at a partner."""

    __tablename__ = "contacts"
    __table_args__ = _args(
        _one_each("one_primary_contact", "is_primary"),
        sa.UniqueConstraint("partner_id", "email"),
    )

    partner_id: int = _reference("partners")
    name: str = Field(min_length=1, max_length=300)
    email: str | None = Field(default=None, index=True)
    title: str | None = None
    phone: str | None = None
    time_zone: str | None = None
    note: str | None = None
    is_primary: bool = False
    added_on: dt.date


class AddressStop(Row, table=True):
    """Nothing is sent to an address any more, whoever has it; ``address`` is in lower case."""

    __tablename__ = "address_stops"
    __table_args__ = _args(sa.UniqueConstraint("address", "kind"))

    address: str = Field(min_length=3)
    kind: StopKind = _word(StopKind, "stop_kind")
    day: dt.date
    note: str | None = None


class PartnerStop(Row, table=True):
    """Nobody writes to a partner any more."""

    __tablename__ = "partner_stops"
    __table_args__ = _args(sa.UniqueConstraint("partner_id"))

    partner_id: int = _reference("partners", index=False)
    day: dt.date
    reason: str | None = None


class Forgotten(Row, table=True):
    """An address whose person was erased: only its keyed hash (HMAC-SHA256, in hexadecimal) is kept."""

    __tablename__ = "forgotten"
    __table_args__ = _args(sa.UniqueConstraint("digest"))

    digest: str = Field(min_length=64, max_length=64)
    day: dt.date


class Nomination(Row, table=True):
    """A member suggested a partner, on a day, for a reason."""

    __tablename__ = "nominations"
    __table_args__ = _args(sa.UniqueConstraint("partner_id", "member_id"))

    partner_id: int = _reference("partners", index=False)
    member_id: int = _reference("members")
    day: dt.date
    reason: str | None = None


class OutreachSession(Row, table=True):
    """An information session; ``code`` is what people call it: 2024-05-24, or 2024-05-24-2 for the second that day."""

    __tablename__ = "sessions"
    __table_args__ = _args(
        sa.UniqueConstraint("code"), sa.CheckConstraint("ends_at > starts_at", name="session_has_length")
    )

    code: str = Field(min_length=10)
    title: str = Field(min_length=1, max_length=300)
    starts_at: dt.datetime
    ends_at: dt.datetime
    time_zone: str
    place: str | None = None
    host_name: str | None = None
    host_email: str | None = None
    agenda: str | None = None
    added_on: dt.date
    cancelled_on: dt.date | None = None


class Invitation(Row, table=True):
    """One partner invited to one session: at most one per pair, ever.

    ``uid`` names it in calendars and cannot be guessed; ``sequence`` counts what was changed of the session since.
    """

    __tablename__ = "invitations"
    __table_args__ = _args(sa.UniqueConstraint("partner_id", "session_id"), sa.UniqueConstraint("uid"))

    partner_id: int = _reference("partners", index=False)
    session_id: int = _reference("sessions")
    contact_id: int | None = _reference("contacts", optional=True)
    signer_id: int | None = _reference("members", optional=True)
    day: dt.date
    uid: str | None = None
    sequence: int = 0


class Delivery(Row, table=True):
    """One letter on its way to one address.

    ``files`` is JSON: the SHA-256 of each file as it was written, by its path, which tells whether a person changed it
    since; ``path`` is the first of them. ``sender`` is the process that has the letter in hand, ``try_at`` when a
    server wants it again.
    """

    __tablename__ = "deliveries"
    __table_args__ = _args(sa.UniqueConstraint("message_id"), sa.Index("deliveries_by_state", "state"))

    invitation_id: int = _reference("invitations")
    kind: LetterKind = _word(LetterKind, "letter_kind")
    state: DeliveryState = _word(DeliveryState, "delivery_state")
    path: str | None = None
    template: str
    day: dt.date
    text: str
    at: dt.datetime
    subject: str = ""
    files: str | None = None
    address: str | None = None
    message_id: str | None = None
    sequence: int = 0
    attempts: int = 0
    error: str | None = None
    sent_at: dt.datetime | None = None
    try_at: dt.datetime | None = None
    sender: str | None = None


class Message(Row, table=True):
    """A mail as it leaves, byte by byte: ``content`` is compressed (zlib) and written in base 64."""

    __tablename__ = "messages"
    __table_args__ = _args(sa.UniqueConstraint("delivery_id"))

    delivery_id: int = _reference("deliveries", index=False)
    envelope_from: str
    recipient: str
    content: str


class ReadMail(Row, table=True):
    """A mail that was read: known again by its content, by what it says of itself, or by its place in a mailbox.

    ``digest`` is the SHA-256 (128 bits) of its bytes, ``fingerprint`` that of its Message-ID with sender, date, subject
    and calendar parts, without a Message-ID with all parts: an export of the same mailbox may spell the rest in another
    way. ``mailbox`` is the folder with its UIDVALIDITY, ``uid`` the number in it.
    """

    __tablename__ = "read_mails"
    __table_args__ = _args(sa.Index("mails_by_place", "mailbox", "uid"))

    digest: str = Field(min_length=32, max_length=32, index=True)
    fingerprint: str | None = Field(default=None, index=True)
    result: MailResult = _word(MailResult, "mail_result")
    day: dt.date
    mailbox: str | None = None
    uid: int | None = None


class Reply(Row, table=True):
    """An answer to an invitation; all are kept, the newest counts.

    ``rank`` sorts as answers do: the version of the invitation that is answered, then the moment (UTC). ``address`` is
    whose answer it is, ``sent_from`` where the mail came from when that is another address.
    """

    __tablename__ = "replies"

    invitation_id: int = _reference("invitations")
    answer: Answer = _word(Answer, "reply_answer")
    day: dt.date
    note: str | None = None
    sequence: int = 0
    rank: str = ""
    address: str | None = None
    sent_from: str | None = None
    mail_id: int | None = _reference("read_mails", optional=True)


class ReviewItem(Row, table=True):
    """A mail that a person has to look at: why, what it may mean, and for which invitation or letter.

    ``address`` is whom it is about, ``text`` what is new in the mail, ``at`` when it says that it was written (UTC).
    """

    __tablename__ = "review_items"
    __table_args__ = _args(sa.Index("review_items_by_state", "state"))

    mail_id: int = _reference("read_mails")
    invitation_id: int | None = _reference("invitations", optional=True)
    delivery_id: int | None = _reference("deliveries", optional=True)
    reason: str
    proposal: Proposal | None = _word(Proposal, "review_proposal", optional=True)
    address: str | None = None
    sender: str | None = None
    subject: str = ""
    text: str = ""
    day: dt.date
    at: dt.datetime | None = None
    sequence: int = 0
    state: ReviewState = _word(ReviewState, "review_state")
    settled_on: dt.date | None = None


class Attendance(Row, table=True):
    """A partner came to a session."""

    __tablename__ = "attendances"
    __table_args__ = _args(sa.UniqueConstraint("partner_id", "session_id"))

    partner_id: int = _reference("partners", index=False)
    session_id: int = _reference("sessions")
    day: dt.date


class Attendee(Row, table=True):
    """A person who came for a partner, and for how many minutes where that is known."""

    __tablename__ = "attendees"
    __table_args__ = _args(sa.UniqueConstraint("attendance_id", "name"))

    attendance_id: int = _reference("attendances", index=False)
    contact_id: int | None = _reference("contacts", optional=True)
    name: str = Field(min_length=1, max_length=300)
    minutes: int | None = None


class Agreement(Row, table=True):
    """A partner joined the network."""

    __tablename__ = "agreements"
    __table_args__ = _args(sa.UniqueConstraint("partner_id"))

    partner_id: int = _reference("partners", index=False)
    day: dt.date
    kind: AgreementKind | None = _word(AgreementKind, "agreement_kind", optional=True)
    document: str | None = None


class Commitment(Row, table=True):
    """What a partner promised, as it was said; ``place`` is where, ``people`` whom it serves, ``due_on`` by when."""

    __tablename__ = "commitments"

    partner_id: int = _reference("partners")
    statement: str = Field(min_length=1)
    day: dt.date
    goal: CommitmentGoal | None = _word(CommitmentGoal, "commitment_goal", optional=True)
    due_on: dt.date | None = None
    place: str | None = None
    people: str | None = None
    public: bool = False
    withdrawn_on: dt.date | None = None


class Measure(Row, table=True):
    """A number that a commitment promises, with its unit; ``unit_key`` is what units are compared by.

    ``per`` says that it is promised anew for each year.
    """

    __tablename__ = "measures"

    commitment_id: int = _reference("commitments")
    target: float = Field(gt=0)
    unit: str = Field(min_length=1, max_length=100)
    unit_key: str = Field(min_length=1, index=True)
    per: Period | None = _word(Period, "measure_period", optional=True)


class ProgressReport(Row, table=True):
    """How far a commitment has come by a day: of one measure the amount reached until then, or that it is done."""

    __tablename__ = "progress_reports"

    commitment_id: int = _reference("commitments")
    measure_id: int | None = _reference("measures", optional=True)
    day: dt.date
    amount: float | None = Field(default=None, ge=0)
    done: bool = False
    evidence: str | None = None


class NetworkSetting(Row, table=True):
    """A fact about the network that everybody who opens the database shares."""

    __tablename__ = "settings"
    __table_args__ = _args(sa.UniqueConstraint("key"))

    key: str
    value: str


class ImportedRow(Row, table=True):
    """A row of a file that was imported: SHA-256 (128 bits) of its cells and of which of several equal rows it was."""

    __tablename__ = "imported_rows"
    __table_args__ = _args(sa.UniqueConstraint("digest"))

    digest: str = Field(min_length=32, max_length=32)
    partner_id: int = _reference("partners")


class Entry(Row, table=True):
    """One step of the journal: what one command changed."""

    __tablename__ = "journal_entries"

    at: dt.datetime
    actor: str
    command: str
    kind: EntryKind = _word(EntryKind, "entry_kind")
    undoes: int | None = _reference("journal_entries", optional=True)


class Change(Row, table=True):
    """What happened to one row, or to the rows numbered ``row_id`` to ``last_id`` inserted together.

    ``before`` and ``after`` are JSON: the whole row where it was inserted or deleted, else what changed of it. Rows
    inserted together have no ``after``: each is its own.
    """

    __tablename__ = "journal_changes"
    __table_args__ = _args(sa.Index("changes_of_row", "table_name", "row_id"))

    entry_id: int = _reference("journal_entries")
    operation: Operation = _word(Operation, "change_operation")
    table_name: str
    row_id: int
    last_id: int
    before: str | None = None
    after: str | None = None
