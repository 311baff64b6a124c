"""How alembic is run: on the connection it is handed, inside that connection's transaction."""

import sqlmodel
from alembic import context

from mtep_outreach.store import models

assert models.Partner.metadata is sqlmodel.SQLModel.metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=sqlmodel.SQLModel.metadata,
    render_as_batch=True,
)
context.run_migrations()
