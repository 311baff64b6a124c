"""Letters that leave: their state on the way, the mail itself, and whom nobody writes to any more."""

import hashlib
import json
import uuid

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0003"
down_revision = "0002"

VIEWS = "5e55b655b63809a2042a8b059e30424bf58c97d05acc20184434850af2e3bd3d"
"""SHA-256 of the views.sql that this version makes."""

_TABLES = sa.MetaData()
for _name in ("members", "partners", "contacts", "sessions"):
    sa.Table(_name, _TABLES, sa.Column("id", sa.Integer(), primary_key=True))


def _text(name: str, *, required: bool = False, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(length=length), nullable=not required)


def _word(name: str, constraint: str, *words: str) -> sa.Column[str]:
    kind = sa.Enum(*words, name=constraint, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=False)


def _moment(name: str, *, required: bool = False) -> sa.Column[object]:
    return sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=not required)


_INVITATIONS = sa.Table(
    "invitations",
    _TABLES,
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("partner_id", sa.Integer(), nullable=False),
    sa.Column("session_id", sa.Integer(), nullable=False),
    sa.Column("contact_id", sa.Integer(), nullable=True),
    sa.Column("signer_id", sa.Integer(), nullable=True),
    sa.Column("day", sa.Date(), nullable=False),
    _text("uid"),
    sa.Column("sequence", sa.Integer(), nullable=False),
    sa.UniqueConstraint("partner_id", "session_id"),
    sa.UniqueConstraint("uid"),
    sa.ForeignKeyConstraint(["partner_id"], ["partners.id"]),
    sa.ForeignKeyConstraint(["session_id"], ["sessions.id"]),
    sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"]),
    sa.ForeignKeyConstraint(["signer_id"], ["members.id"]),
    sa.PrimaryKeyConstraint("id"),
    sa.Index("ix_invitations_contact_id", "contact_id"),
    sa.Index("ix_invitations_session_id", "session_id"),
    sa.Index("ix_invitations_signer_id", "signer_id"),
    sqlite_autoincrement=True,
)
_DELIVERIES = sa.Table(
    "deliveries",
    _TABLES,
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("invitation_id", sa.Integer(), nullable=False),
    _word("kind", "letter_kind", "invitation", "reminder", "update", "cancellation", "thank-you"),
    _word("state", "delivery_state", "written", "queued", "sending", "sent", "in-doubt", "failed", "bounced"),
    _text("path"),
    _text("template", required=True),
    sa.Column("day", sa.Date(), nullable=False),
    _text("text", required=True),
    _moment("at", required=True),
    _text("subject", required=True),
    _text("files"),
    _text("address"),
    _text("message_id"),
    sa.Column("sequence", sa.Integer(), nullable=False),
    sa.Column("attempts", sa.Integer(), nullable=False),
    _text("error"),
    _moment("sent_at"),
    _moment("try_at"),
    _text("sender"),
    sa.UniqueConstraint("message_id"),
    sa.ForeignKeyConstraint(["invitation_id"], ["invitations.id"]),
    sa.PrimaryKeyConstraint("id"),
    sa.Index("deliveries_by_state", "state"),
    sa.Index("ix_deliveries_invitation_id", "invitation_id"),
    sqlite_autoincrement=True,
)
_ENTRIES = sa.Table(
    "journal_entries",
    _TABLES,
    sa.Column("id", sa.Integer(), nullable=False),
    _moment("at", required=True),
    _text("actor", required=True),
    _text("command", required=True),
    _word("kind", "entry_kind", "do", "final", "undo", "redo"),
    sa.Column("undoes", sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(["undoes"], ["journal_entries.id"]),
    sa.PrimaryKeyConstraint("id"),
    sa.Index("ix_journal_entries_undoes", "undoes"),
    sqlite_autoincrement=True,
)


def upgrade() -> None:
    """Bring the tables up to date."""
    op.create_table(
        "partner_stops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        _text("reason"),
        sa.UniqueConstraint("partner_id"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "forgotten",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("digest", required=True, length=64),
        sa.Column("day", sa.Date(), nullable=False),
        sa.UniqueConstraint("digest"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.add_column("sessions", sa.Column("cancelled_on", sa.Date(), nullable=True))
    # Made anew, because SQLite changes no rule of a table that is there.
    _anew(_INVITATIONS, sequence="0")
    _anew(_DELIVERIES, subject="''", sequence="0", attempts="0")
    _anew(_ENTRIES)
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        _text("envelope_from", required=True),
        _text("recipient", required=True),
        _text("content", required=True),
        sa.UniqueConstraint("delivery_id"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _name_the_invitations()
    _know_the_files()


def _anew(table: sa.Table, **given: str) -> None:
    """Make a table anew with the rows it has; ``given`` is SQL for columns that it did not have."""
    new = table.to_metadata(_TABLES, name=f"_new_{table.name}")
    known = {row.name for row in op.get_bind().exec_driver_sql(f"PRAGMA table_info({table.name})")}
    columns = {column.name: column.name for column in table.columns if column.name in known} | given
    op.execute(sa.schema.CreateTable(new))
    op.execute(f"INSERT INTO {new.name} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {table.name}")
    op.drop_table(table.name)
    op.rename_table(new.name, table.name)
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        op.execute(sa.schema.CreateIndex(index))
    _TABLES.remove(new)


def _name_the_invitations() -> None:
    """Give each invitation a name for calendars that nobody can guess."""
    connection = op.get_bind()
    for (number,) in connection.exec_driver_sql("SELECT id FROM invitations").fetchall():
        connection.exec_driver_sql("UPDATE invitations SET uid = ? WHERE id = ?", (str(uuid.uuid4()), number))


def _know_the_files() -> None:
    """Write down what the file of each letter held, as it was written."""
    connection = op.get_bind()
    for number, path, text in connection.exec_driver_sql("SELECT id, path, text FROM deliveries").fetchall():
        files = json.dumps({path: hashlib.sha256(text.encode()).hexdigest()}, ensure_ascii=False)
        connection.exec_driver_sql("UPDATE deliveries SET files = ? WHERE id = ?", (files, number))
