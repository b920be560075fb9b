"""All tables known; bring a database up to date, and say whether it is.

The migrations are another package's; they are named here by a string, so that the library does
not import a shell.
"""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData

from carecredit.arrangements import model as arrangements
from carecredit.cadence import model as cadence
from carecredit.cases import model as cases
from carecredit.contact_policy import model as contact_policy
from carecredit.customers import model as customers
from carecredit.holds import model as holds
from carecredit.kernel.errors import Misconfigured
from carecredit.knowledge import model as knowledge
from carecredit.mandates import model as mandates
from carecredit.metrics import model as metrics
from carecredit.outreach import model as outreach
from carecredit.quality import model as quality
from carecredit.receivables import model as receivables
from carecredit.store import audit, idempotency, keymark
from carecredit.store.base import Base
from carecredit.team import model as team
from carecredit.worklist import model as worklist

MODELS = (
    arrangements,
    audit,
    cadence,
    cases,
    contact_policy,
    customers,
    holds,
    idempotency,
    keymark,
    knowledge,
    mandates,
    metrics,
    outreach,
    quality,
    receivables,
    team,
    worklist,
)
METADATA: MetaData = Base.metadata


class SchemaBehind(Misconfigured):
    """The database is not at the level this program needs."""

    code = "schema_behind"


class SchemaAhead(Misconfigured):
    """The database was brought up to date by a newer program than this one."""

    code = "schema_ahead"


def upgrade(engine: Engine) -> str:
    """Bring the database to the newest level and name it."""
    _refuse_newer(level(engine))
    with engine.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    return head()


def level(engine: Engine) -> str | None:
    """Name the level a database is at (none: never prepared); looking makes no file."""
    file = engine.url.database
    on_disk = engine.dialect.name == "sqlite" and file not in {None, "", ":memory:"}
    if on_disk and not Path(str(file)).exists():
        return None
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """Name the level this program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def check(engine: Engine) -> None:
    """Raise `SchemaBehind` unless the database is at the level this program needs."""
    found = level(engine)
    _refuse_newer(found)
    if found != head():
        raise SchemaBehind(
            f"the database is at level {found or 'none'} and this program needs {head()}; "
            "run `carecredit db upgrade`"
        )


def _refuse_newer(found: str | None) -> None:
    known = {one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaAhead(
            f"the database is at level {found}, which this program does not know: it was brought "
            "up to date by a newer one; update this program"
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
