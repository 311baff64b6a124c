"""How alembic is run: on the connection it is handed, inside that connection's transaction."""

from alembic import context

from mtep_outreach.store.models import Model

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Model.metadata,
    render_as_batch=True,
)
context.run_migrations()
