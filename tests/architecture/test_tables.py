"""What belongs to a client company carries its key wherever a key stands."""

import itertools
from collections.abc import Iterator

import pytest
from sqlalchemy import ForeignKeyConstraint, Index, Table, UniqueConstraint, text

import worlds
from carecredit import schema
from carecredit.store.base import owned_by_client
from carecredit.store.session import Store, client_tables

OWNED = [table for table in schema.METADATA.sorted_tables if owned_by_client(table)]
OTHERS = [table for table in schema.METADATA.sorted_tables if not owned_by_client(table)]
every_owned_table = pytest.mark.parametrize("table", OWNED, ids=str)


def unique_keys(table: Table) -> Iterator[tuple[str, set[str]]]:
    """Name every set of columns that must be unique, however it was declared."""
    for key in table.constraints:
        if isinstance(key, UniqueConstraint):
            yield str(key.name), set(key.columns.keys())
    for index in table.indexes:
        if isinstance(index, Index) and index.unique:
            yield str(index.name), set(index.columns.keys())


def foreign_keys(table: Table) -> list[ForeignKeyConstraint]:
    return [key for key in table.constraints if isinstance(key, ForeignKeyConstraint)]


class TestATableOfAClientCompany:
    @every_owned_table
    def test_has_the_company_in_its_primary_key(self, table: Table) -> None:
        assert "client_id" in table.primary_key.columns

    @every_owned_table
    def test_has_the_company_in_every_unique_key(self, table: Table) -> None:
        without = [name for name, columns in unique_keys(table) if "client_id" not in columns]

        assert without == []

    @every_owned_table
    def test_points_only_at_rows_of_the_same_company(self, table: Table) -> None:
        loose = [
            str(key.name)
            for key in foreign_keys(table)
            if owned_by_client(key.referred_table)
            and ("client_id", "client_id")
            not in {(element.parent.name, element.column.name) for element in key.elements}
        ]

        assert loose == []


class TestATableOfNoClientCompany:
    @pytest.mark.parametrize("table", OTHERS, ids=str)
    def test_points_at_no_row_that_belongs_to_one(self, table: Table) -> None:
        assert [
            key.name for key in foreign_keys(table) if owned_by_client(key.referred_table)
        ] == []


class TestPostgreSQL:
    def test_forces_a_row_level_rule_on_every_table_of_a_client_company(
        self, postgres_store: Store
    ) -> None:
        query = text(
            "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid "
            "WHERE c.relrowsecurity AND c.relforcerowsecurity AND p.polwithcheck IS NOT NULL "
            "ORDER BY c.relname"
        )

        with postgres_store.read(worlds.CENTRE_CALLER) as session:
            ruled = session.execute(query).scalars().all()

        assert ruled == client_tables()

    def test_has_a_name_for_every_constraint(self) -> None:
        unnamed = [
            (str(table), constraint)
            for table, constraint in itertools.chain.from_iterable(
                ((table, constraint) for constraint in table.constraints)
                for table in schema.METADATA.sorted_tables
            )
            if not constraint.name
        ]

        assert unnamed == []
