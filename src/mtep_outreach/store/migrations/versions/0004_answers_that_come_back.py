"""Answers that come back by themselves: mails that were read, what a person has to look at, and who came."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0004"
down_revision = "0003"

VIEWS = "933a1e82efd8969a3de9566388e60e11ab40118f6dbde2408548ef87be836ffb"
"""SHA-256 of the views.sql that this version makes."""

_TABLES = sa.MetaData()
for _name in ("invitations", "deliveries", "attendances", "contacts"):
    sa.Table(_name, _TABLES, sa.Column("id", sa.Integer(), primary_key=True))


def _text(name: str, *, required: bool = False, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(length=length), nullable=not required)


def _word(name: str, constraint: str, *words: str, required: bool = True) -> sa.Column[str]:
    kind = sa.Enum(*words, name=constraint, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=not required)


_MAILS = sa.Table(
    "read_mails",
    _TABLES,
    sa.Column("id", sa.Integer(), nullable=False),
    _text("digest", required=True, length=32),
    _text("fingerprint"),
    _word("result", "mail_result", "applied", "review", "not-ours"),
    sa.Column("day", sa.Date(), nullable=False),
    _text("mailbox"),
    sa.Column("uid", sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint("id"),
    sa.Index("ix_read_mails_digest", "digest"),
    sa.Index("ix_read_mails_fingerprint", "fingerprint"),
    sa.Index("mails_by_place", "mailbox", "uid"),
    sqlite_autoincrement=True,
)
_REPLIES = sa.Table(
    "replies",
    _TABLES,
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("invitation_id", sa.Integer(), nullable=False),
    _word("answer", "reply_answer", "accepted", "declined", "tentative"),
    sa.Column("day", sa.Date(), nullable=False),
    _text("note"),
    sa.Column("sequence", sa.Integer(), nullable=False),
    _text("rank", required=True),
    _text("address"),
    _text("sent_from"),
    sa.Column("mail_id", sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(["invitation_id"], ["invitations.id"]),
    sa.ForeignKeyConstraint(["mail_id"], ["read_mails.id"]),
    sa.PrimaryKeyConstraint("id"),
    sa.Index("ix_replies_invitation_id", "invitation_id"),
    sa.Index("ix_replies_mail_id", "mail_id"),
    sqlite_autoincrement=True,
)
_ITEMS = sa.Table(
    "review_items",
    _TABLES,
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("mail_id", sa.Integer(), nullable=False),
    sa.Column("invitation_id", sa.Integer(), nullable=True),
    sa.Column("delivery_id", sa.Integer(), nullable=True),
    _text("reason", required=True),
    _word(
        "proposal", "review_proposal", "accepted", "declined", "tentative", "do-not-contact", "bounced", required=False
    ),
    _text("address"),
    _text("sender"),
    _text("subject", required=True),
    _text("text", required=True),
    sa.Column("day", sa.Date(), nullable=False),
    sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column("sequence", sa.Integer(), nullable=False),
    _word("state", "review_state", "open", "applied", "dismissed"),
    sa.Column("settled_on", sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(["mail_id"], ["read_mails.id"]),
    sa.ForeignKeyConstraint(["invitation_id"], ["invitations.id"]),
    sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"]),
    sa.PrimaryKeyConstraint("id"),
    sa.Index("ix_review_items_delivery_id", "delivery_id"),
    sa.Index("ix_review_items_invitation_id", "invitation_id"),
    sa.Index("ix_review_items_mail_id", "mail_id"),
    sa.Index("review_items_by_state", "state"),
    sqlite_autoincrement=True,
)
_ATTENDEES = sa.Table(
    "attendees",
    _TABLES,
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("attendance_id", sa.Integer(), nullable=False),
    sa.Column("contact_id", sa.Integer(), nullable=True),
    _text("name", required=True, length=300),
    sa.Column("minutes", sa.Integer(), nullable=True),
    sa.UniqueConstraint("attendance_id", "name"),
    sa.ForeignKeyConstraint(["attendance_id"], ["attendances.id"]),
    sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"]),
    sa.PrimaryKeyConstraint("id"),
    sa.Index("ix_attendees_contact_id", "contact_id"),
    sqlite_autoincrement=True,
)


def upgrade() -> None:
    """Bring the tables up to date."""
    _make(_MAILS)
    _replies_anew()
    _make(_ITEMS)
    _make(_ATTENDEES)


def _make(table: sa.Table) -> None:
    op.execute(sa.schema.CreateTable(table))
    _make_indexes(table)


def _make_indexes(table: sa.Table) -> None:
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        op.execute(sa.schema.CreateIndex(index))


def _replies_anew() -> None:
    """Make the table of replies anew; what was typed ranks by its day, of one day as it was recorded."""
    new = _REPLIES.to_metadata(_TABLES, name="_new_replies")
    op.execute(sa.schema.CreateTable(new))
    op.execute(
        "INSERT INTO _new_replies (id, invitation_id, answer, day, note, sequence, rank)"
        " SELECT id, invitation_id, answer, day, note, 0, '0000000000 ' || day || 'T23:59:59' FROM replies"
    )
    op.drop_table("replies")
    op.rename_table("_new_replies", "replies")
    _make_indexes(_REPLIES)
    _TABLES.remove(new)
