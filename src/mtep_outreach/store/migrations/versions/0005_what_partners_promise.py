"""What partners promise, in numbers, and what may be published."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0005"
down_revision = "0004"

VIEWS = "9b41d639ff31de4079b2c166464ae1f3c1d903d246cd54d1743acf6858a65d51"
"""SHA-256 of the views.sql that this version makes."""

_TABLES = sa.MetaData()


def _text(name: str, *, required: bool = False, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(length=length), nullable=not required)


def _word(name: str, constraint: str, *words: str) -> sa.Column[str]:
    kind = sa.Enum(*words, name=constraint, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=True)


_SECTORS = (
    "government", "nonprofit", "professional", "industry", "philanthropy", "higher-education", "k12", "community",
)  # fmt: skip

_PARTNERS = sa.Table(
    "partners",
    _TABLES,
    sa.Column("id", sa.Integer(), nullable=False),
    _word("scope", "partner_scope", "national", "state", "local"),
    _word("sector", "partner_sector", *_SECTORS),
    _text("state", length=2),
    _text("city"),
    _text("address"),
    _text("postal_code"),
    _text("phone"),
    _text("website"),
    _text("note"),
    sa.Column("added_on", sa.Date(), nullable=False),
    sa.Column("removed_on", sa.Date(), nullable=True),
    sa.Column("public", sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint("id"),
    sa.Index("ix_partners_scope", "scope"),
    sa.Index("ix_partners_sector", "sector"),
    sa.Index("ix_partners_state", "state"),
    sqlite_autoincrement=True,
)
_COMMITMENTS = sa.Table(
    "commitments",
    _TABLES,
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("partner_id", sa.Integer(), nullable=False),
    _text("statement", required=True),
    sa.Column("day", sa.Date(), nullable=False),
    _word("goal", "commitment_goal", "student-learning", "educator-development", "funding"),
    sa.Column("due_on", sa.Date(), nullable=True),
    _text("place"),
    _text("people"),
    sa.Column("public", sa.Boolean(), nullable=False),
    sa.Column("withdrawn_on", sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(["partner_id"], ["partners.id"]),
    sa.PrimaryKeyConstraint("id"),
    sa.Index("ix_commitments_partner_id", "partner_id"),
    sqlite_autoincrement=True,
)
_MEASURES = sa.Table(
    "measures",
    _TABLES,
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("commitment_id", sa.Integer(), nullable=False),
    sa.Column("target", sa.Float(), nullable=False),
    _text("unit", required=True, length=100),
    _text("unit_key", required=True),
    _word("per", "measure_period", "year"),
    sa.ForeignKeyConstraint(["commitment_id"], ["commitments.id"]),
    sa.PrimaryKeyConstraint("id"),
    sa.Index("ix_measures_commitment_id", "commitment_id"),
    sa.Index("ix_measures_unit_key", "unit_key"),
    sqlite_autoincrement=True,
)
_REPORTS = sa.Table(
    "progress_reports",
    _TABLES,
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("commitment_id", sa.Integer(), nullable=False),
    sa.Column("measure_id", sa.Integer(), nullable=True),
    sa.Column("day", sa.Date(), nullable=False),
    sa.Column("amount", sa.Float(), nullable=True),
    sa.Column("done", sa.Boolean(), nullable=False),
    _text("evidence"),
    sa.ForeignKeyConstraint(["commitment_id"], ["commitments.id"]),
    sa.ForeignKeyConstraint(["measure_id"], ["measures.id"]),
    sa.PrimaryKeyConstraint("id"),
    sa.Index("ix_progress_reports_commitment_id", "commitment_id"),
    sa.Index("ix_progress_reports_measure_id", "measure_id"),
    sqlite_autoincrement=True,
)


def upgrade() -> None:
    """Bring the tables up to date."""
    _anew(_PARTNERS, public="0")
    for table in (_COMMITMENTS, _MEASURES, _REPORTS):
        op.execute(sa.schema.CreateTable(table))
        _make_indexes(table)


def _anew(table: sa.Table, **given: str) -> None:
    """Make a table anew with the rows it has; ``given`` is SQL for columns that it did not have."""
    new = table.to_metadata(_TABLES, name=f"_new_{table.name}")
    columns = {column.name: column.name for column in table.columns} | given
    op.execute(sa.schema.CreateTable(new))
    op.execute(f"INSERT INTO {new.name} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {table.name}")
    op.drop_table(table.name)
    op.rename_table(new.name, table.name)
    _make_indexes(table)
    _TABLES.remove(new)


def _make_indexes(table: sa.Table) -> None:
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        op.execute(sa.schema.CreateIndex(index))
