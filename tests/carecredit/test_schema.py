"""The schema's history leads to the tables in the code, up and down, on both databases."""

import pytest
from alembic import command
from sqlalchemy import Column, MetaData, Text, inspect

from carecredit import schema
from carecredit.settings import Settings
from carecredit.store.base import NAMING
from carecredit.store.engine import make_engine
from carecredit.store.session import Store


def downgrade(store: Store) -> None:
    with store.engine.connect() as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        connection.commit()


class TestAnEmptyDatabase:
    def test_is_told_what_to_do_and_then_brought_up_to_date(self, bare_database_url: str) -> None:
        engine = make_engine(Settings(database_url=bare_database_url))

        with pytest.raises(schema.SchemaBehind, match=r"level none .* run `carecredit db upgrade`"):
            schema.check(engine)
        reached = schema.upgrade(engine)

        schema.check(engine)
        assert reached == schema.level(engine) == schema.head()
        assert schema.upgrade(engine) == reached, "a second time changes nothing"
        engine.dispose()


class TestTheHistory:
    def test_leads_down_to_nothing_and_up_again(self, store: Store) -> None:
        downgrade(store)
        left = inspect(store.engine).get_table_names()
        schema.upgrade(store.engine)

        assert left == ["alembic_version"]
        assert schema.drift(store.engine) == []

    def test_leads_to_the_tables_in_the_code(self, store: Store) -> None:
        assert schema.drift(store.engine) == []


class TestDrift:
    @pytest.fixture
    def tables(self, monkeypatch: pytest.MonkeyPatch) -> MetaData:
        """A copy of the tables in the code, to change."""
        copy = MetaData(naming_convention=NAMING)
        for table in schema.METADATA.sorted_tables:
            table.to_metadata(copy)
        monkeypatch.setattr(schema, "METADATA", copy)
        return copy

    def test_is_none_when_nothing_was_changed(self, store: Store, tables: MetaData) -> None:
        assert len(tables.tables) == len(inspect(store.engine).get_table_names()) - 1
        assert schema.drift(store.engine) == []

    def test_shows_a_column_that_no_migration_makes(self, store: Store, tables: MetaData) -> None:
        tables.tables["clients"].append_column(Column("motto", Text))

        assert [found for found in schema.drift(store.engine) if "motto" in found]

    def test_shows_a_column_of_another_kind(self, store: Store, tables: MetaData) -> None:
        tables.tables["mandates"].c.promise_days_max.type = Text()

        assert [found for found in schema.drift(store.engine) if "promise_days_max" in found]

    def test_shows_a_table_that_is_gone_from_the_code(self, store: Store, tables: MetaData) -> None:
        tables.remove(tables.tables["idempotency_keys"])

        assert [found for found in schema.drift(store.engine) if "idempotency_keys" in found]
