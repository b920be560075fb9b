"""All tables known; bring a database up to date, and say whether it is.

The migrations are another package's; they are named here by a string, so that the library does
not import a shell.
"""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData

from carecredit.arrangements import model as arrangements
from carecredit.cadence import model as cadence
from carecredit.contact_policy import model as contact_policy
from carecredit.customers import model as customers
from carecredit.holds import model as holds
from carecredit.kernel.errors import Misconfigured
from carecredit.mandates import model as mandates
from carecredit.outreach import model as outreach
from carecredit.receivables import model as receivables
from carecredit.store import audit, idempotency
from carecredit.store.base import Base
from carecredit.team import model as team

MODELS = (
    arrangements,
    audit,
    cadence,
    contact_policy,
    customers,
    holds,
    idempotency,
    mandates,
    outreach,
    receivables,
    team,
)
METADATA: MetaData = Base.metadata


class SchemaBehind(Misconfigured):
    """The database is not at the level this program needs."""

    code = "schema_behind"


def upgrade(engine: Engine) -> str:
    """Bring the database to the newest level and name it."""
    with engine.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    return head()


def level(engine: Engine) -> str | None:
    """Name the level a database is at (none: never prepared)."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """Name the level this program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def check(engine: Engine) -> None:
    """Raise `SchemaBehind` unless the database is at the level this program needs."""
    found = level(engine)
    if found != head():
        raise SchemaBehind(
            f"the database is at level {found or 'none'} and this program needs {head()}; "
            "run `carecredit db upgrade`"
        )


def drift(engine: Engine) -> list[str]:
    """List where the migrated schema differs from the tables in the code (none is right)."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [repr(difference) for difference in compare_metadata(context, METADATA)]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "carecredit_migrations:")
    return config
