"""How Alembic meets our database: the connection is given, or made from the settings."""

import os
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from carecredit import schema, settings
from carecredit.store.engine import make_engine


def run() -> None:
    """Migrate over the given connection, or over one of our own."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _migrate(connection)
        return
    engine = make_engine(settings.load(os.environ))
    with engine.connect() as own:
        _migrate(own)
        own.commit()
    engine.dispose()


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=schema.METADATA,
        compare_type=True,
        render_item=_render,
        user_module_prefix="types.",
    )
    with context.begin_transaction():
        context.run_migrations()


def _render(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    if kind == "type" and type(item).__module__ == "carecredit.store.base":
        autogen.imports.add("from carecredit.store import base as types")
        return f"types.{type(item).__name__}()"
    return False


run()
