"""The views for business intelligence say what the metrics say, and show one company only."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

import servers
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, new_id
from carecredit.kernel.money import CURRENCIES, decimals
from carecredit.metrics.operations import sum_up
from carecredit.metrics.queries import metric
from carecredit.receivables.operations import open_book, store_rates
from carecredit.store.bi import VIEWS, role_statements
from carecredit.store.session import Store
from ledgers import CALLER, Ledger

DAY = date(2026, 6, 30)
NOW = datetime(2026, 7, 1, tzinfo=UTC)
PAGE = Path(__file__).parents[3] / "docs" / "bi.md"
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
ROLE = "bi_tests"


def write(store: Store) -> ClientId:
    ledger = Ledger()
    paid = ledger.invoice(10_000, date(2026, 5, 1), date(2026, 5, 31), segment="north")
    ledger.payment(4_000, date(2026, 6, 2), to=paid)
    ledger.invoice(3_000, date(2026, 6, 20), date(2026, 7, 20), segment="south")
    ledger.invoice(500, date(2026, 6, 21))
    ledger.payment(700, date(2026, 6, 22))
    ledger.dispute(paid, date(2026, 6, 1))
    ledger.promise(100, date(2026, 6, 1), "kept", kept=100)
    ledger.customer(date(2026, 1, 1), segment="north", value=500)
    client_id = ledger.write(store)
    with store.begin(CALLER, steady=True) as session:
        book_id = open_book(session, client_id=client_id, now=NOW)
        rate = {"rate_set": "ECB", "currency": "USD", "into": "EUR", "rate_billionths": 915_000_001}
        of = {"client_id": client_id, "book_id": book_id, "source": None, "recorded_at": NOW}
        store_rates(session, rows=[rate | of | {"day": day} for day in (date(2026, 6, 1), DAY)])
        sum_up(session, client_id=client_id, now=NOW)
    return client_id


def minor(store: Store, client_id: ClientId, name: str, **options: Any) -> int:
    options = {"as_of": DAY} | options
    with store.read(CALLER) as session:
        found = metric(session, client_id=client_id, metric_id=name, now=NOW, **options).value
    return int((found or "").replace(".", ""))


def rows(store: Store, sql: str) -> list[dict[str, Any]]:
    with store.read(CALLER) as session:
        return [dict(row._mapping) for row in session.connection().execute(text(sql))]


class TestThePage:
    def test_reads_what_is_open(self, store: Store) -> None:
        client_id = write(store)
        found = {row["segment"]: row["open_minor"] for row in rows(store, QUERIES[0])}

        assert sum(found.values()) == minor(store, client_id, "receivables.open") == 9_500
        assert found["north"] == minor(store, client_id, "receivables.open", segment="north")

    def test_reads_what_falls_due_by_month(self, store: Store) -> None:
        ledger = Ledger()
        plan = ledger.invoice(9_000, date(2026, 5, 1))
        for month, minor in ((5, 3_000), (6, 2_000), (7, 4_000)):
            ledger.instalment(plan, minor, date(2026, month, 15))
        ledger.payment(3_500, date(2026, 6, 2), to=plan)
        paid = ledger.invoice(800, date(2026, 5, 2), date(2026, 5, 20))
        ledger.payment(800, date(2026, 5, 3), to=paid)
        ledger.invoice(-100, date(2026, 6, 20))
        ledger.invoice(70, date(2026, 7, 1), date(2026, 8, 1))
        ledger.write(store)

        found = {row["month"]: row["open_minor"] for row in rows(store, QUERIES[1])}
        each = rows(store, "SELECT amount_minor, open_minor FROM bi_instalments ORDER BY due_on")
        whole = rows(store, "SELECT sum(open_minor) AS it FROM bi_invoices")

        assert found == {"2026-06": 1_500 - 100, "2026-07": 4_000, "2026-08": 70}
        assert [(row["amount_minor"], row["open_minor"]) for row in each] == [
            (3_000, 0), (800, 0), (2_000, 1_500), (-100, -100), (4_000, 4_000), (70, 70),
        ]  # fmt: skip
        assert sum(found.values()) == whole[0]["it"]

    def test_reads_which_rates_there_are(self, store: Store) -> None:
        write(store)
        (row,) = rows(store, QUERIES[4])

        assert (row["rate_set"], row["into_currency"], row["rates"]) == ("ECB", "EUR", 2)
        assert str(row["latest"]) == "2026-06-30"

    def test_reads_the_aging_of_a_day(self, store: Store) -> None:
        client_id = write(store)
        (row,) = rows(store, QUERIES[2])

        assert row["current_minor"] == minor(store, client_id, "aging.due.current") == 3_000
        assert row["due_1_30_minor"] == minor(store, client_id, "aging.due.1_30") == 6_500
        assert row["due_91_plus_minor"] == minor(store, client_id, "aging.due.91_plus") == 0
        assert row["net_minor"] == minor(store, client_id, "receivables.net") == 8_800

    def test_reads_sales_by_month(self, store: Store) -> None:
        client_id = write(store)
        found = {row["month"]: row["sales_minor"] for row in rows(store, QUERIES[3])}

        assert found == {
            "2026-05": minor(store, client_id, "sales.p1m", as_of=date(2026, 5, 31)),
            "2026-06": minor(store, client_id, "sales.p1m"),
        }


class TestTheViews:
    def test_are_all_there_and_hold_no_way_to_reach_anybody(self, store: Store) -> None:
        write(store)
        found = inspect(store.engine)

        assert set(VIEWS) <= set(found.get_view_names())
        names = {column["name"] for view in VIEWS for column in found.get_columns(view)}
        assert not names & {"name", "value", "person_id", "reason", "given_to", "language"}
        assert all(rows(store, f"SELECT * FROM {view}") for view in VIEWS)

    def test_know_the_decimals_of_every_currency(self, sqlite_store: Store) -> None:
        ledger = Ledger()
        for currency in CURRENCIES:
            ledger.invoice(1, DAY, currency=currency)
        ledger.write(sqlite_store)
        found = rows(sqlite_store, "SELECT currency, decimals FROM bi_invoices")

        assert {row["currency"]: row["decimals"] for row in found} == {
            currency: decimals(currency) for currency in CURRENCIES
        }


class TestOnPostgreSQL:
    @pytest.fixture
    def role(
        self, postgres_store: Store, postgres_cluster: servers.Cluster
    ) -> Iterator[tuple[Any, ClientId]]:
        ours, _ = write(postgres_store), write(postgres_store)
        with postgres_cluster._connect(servers.LENT) as admin:
            for statement in role_statements(ROLE, ours):
                admin.execute(statement)
            url = postgres_cluster.url(servers.LENT).replace(servers.OWNER, ROLE)
            engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
            yield engine, ours
            engine.dispose()
            admin.execute(f"DROP OWNED BY {ROLE}")
            admin.execute(f"DROP ROLE {ROLE}")

    @pytest.mark.parametrize("view", VIEWS)
    def test_a_role_sees_its_company_only_whatever_it_sets(
        self, role: tuple[Any, ClientId], view: str, postgres_store: Store
    ) -> None:
        engine, ours = role
        everybody = {row["client_id"] for row in rows(postgres_store, f"SELECT * FROM {view}")}
        both = ",".join(map(str, everybody))
        query = text(f"SELECT DISTINCT client_id FROM {view}")
        with engine.begin() as connection:
            plainly = connection.execute(query).scalars().all()
            connection.execute(text(f"SET carecredit.client_ids = '{both}'"))
            wider = connection.execute(query).scalars().all()

        assert len(everybody) == 2
        assert plainly == wider == [ours]

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM invoices",
            "UPDATE bi_invoices SET number = 'x'",
            "INSERT INTO bi_customers (client_id) VALUES (NULL)",
            "SELECT name FROM customers",
            "SELECT * FROM contact_points",
            "SELECT * FROM clients",
        ],
    )
    def test_a_role_writes_nothing_and_reads_nothing_else(
        self, role: tuple[Any, ClientId], statement: str
    ) -> None:
        engine, _ = role
        with engine.connect() as connection:
            connection.execute(text("SET default_transaction_read_only = off"))
            connection.commit()
            with pytest.raises(DBAPIError):
                connection.execute(text(statement))

    def test_money_is_there_in_major_units(self, postgres_store: Store) -> None:
        write(postgres_store)
        found = rows(postgres_store, "SELECT gross_minor, gross, decimals FROM bi_invoices")

        assert {(row["gross_minor"], str(row["gross"]), row["decimals"]) for row in found} == {
            (10_000, "100.00", 2), (3_000, "30.00", 2), (500, "5.00", 2),
        }  # fmt: skip
        due = rows(postgres_store, "SELECT amount, open FROM bi_instalments ORDER BY due_on")
        assert [(str(row["amount"]), str(row["open"])) for row in due] == [
            ("100.00", "60.00"), ("5.00", "5.00"), ("30.00", "30.00"),
        ]  # fmt: skip
        rates = rows(postgres_store, "SELECT rate FROM bi_rates")
        assert {str(row["rate"]) for row in rates} == {"0.915000001"}


class TestTheNameOfARole:
    @pytest.mark.parametrize("name", ["x; DROP TABLE invoices", "Bi", "", 'a"b'])
    def test_is_plain(self, name: str) -> None:
        with pytest.raises(Invalid):
            role_statements(name, ClientId(new_id()))
