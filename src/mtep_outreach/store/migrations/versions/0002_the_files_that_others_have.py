"""What other people's files hold: postal addresses, addresses nothing is sent to; and partners that may be one."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0002"
down_revision = "0001"

VIEWS = "0c2f0be7e8f51a7607960756cc21cc197abef4b81583b96e38d70a0e2c431d85"
"""SHA-256 of the views.sql that this version makes."""

_NAMES = sa.Table(
    "names",
    sa.MetaData(),
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("partner_id", sa.Integer(), nullable=False),
    sa.Column(
        "kind",
        sa.Enum(
            "official",
            "acronym",
            "alias",
            "merged",
            name="name_kind",
            native_enum=False,
            create_constraint=True,
            length=40,
        ),
        nullable=False,
    ),
    sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.CheckConstraint("key <> ''", name="name_not_empty"),
    sa.ForeignKeyConstraint(["partner_id"], ["partners.id"]),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("partner_id", "kind", "key"),
    sa.Index("ix_names_key", "key"),
    sa.Index("ix_names_partner_id", "partner_id"),
    sa.Index("one_acronym", "partner_id", unique=True, sqlite_where=sa.text("kind = 'acronym'")),
    sa.Index("one_official_name", "partner_id", unique=True, sqlite_where=sa.text("kind = 'official'")),
    sqlite_autoincrement=True,
)
_IMPORTED_ROWS = sa.Table(
    "imported_rows",
    sa.MetaData(),
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column("partner_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["partner_id"], ["partners.id"]),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("digest"),
    sa.Index("ix_imported_rows_partner_id", "partner_id"),
    sqlite_autoincrement=True,
)


def upgrade() -> None:
    """Bring the tables up to date."""
    op.create_table(
        "address_stops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("opted-out", "bounced", name="stop_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("address", "kind"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "look_up_keys",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "partner_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "doubtful_pairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reasons", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("apart", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name="pair_in_order"),
        sa.ForeignKeyConstraint(["first_id"], ["partners.id"]),
        sa.ForeignKeyConstraint(["second_id"], ["partners.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("first_id", "second_id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("doubtful_pairs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_doubtful_pairs_second_id"), ["second_id"], unique=False)
    op.add_column("contacts", sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    for name in ("address", "postal_code", "phone"):
        op.add_column("partners", sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    # Made anew, because SQLite changes no rule of a table that is there.
    with op.batch_alter_table("names", copy_from=_NAMES, recreate="always"):
        pass
    with op.batch_alter_table("imported_rows", copy_from=_IMPORTED_ROWS, recreate="always"):
        pass
    op.execute("UPDATE imported_rows SET digest = SUBSTR(digest, 1, 32)")
    # In the journal too, so that an import of before can still be taken back and done again.
    for side in ("before", "after"):
        op.execute(
            f"UPDATE journal_changes SET {side} ="
            f" json_set({side}, '$.digest', SUBSTR(json_extract({side}, '$.digest'), 1, 32))"
            f" WHERE table_name = 'imported_rows' AND json_extract({side}, '$.digest') IS NOT NULL"
        )
