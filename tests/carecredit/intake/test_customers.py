"""Customers that a ledger's files bring in, and invoices found by number."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, text

import worlds
from carecredit.customers import model as customers
from carecredit.intake.views import Report
from carecredit.kernel.ids import ClientId
from carecredit.receivables import queries
from carecredit.store.session import Store
from csv_ledgers import rows_of
from worlds import CENTRE_CALLER, customer_row, invoice_row

pytestmark = pytest.mark.usefixtures("chains_hold")


class TestCustomersInALedger:
    def test_are_updated_and_counted_once_each(
        self, store: Store, bring: Callable[..., Report]
    ) -> None:
        bring(customers=[customer_row()])

        report = bring(customers=[customer_row(name="Nuovo", phone="+39 02 5555 0102")])

        (count,) = report.files
        assert (count.changed, count.unchanged) == (1, 0)
        assert rows_of(store, customers.Customer.name) == [("Nuovo",)]

    def test_keep_what_a_file_does_not_speak_of(
        self, store: Store, bring: Callable[..., Report]
    ) -> None:
        bring(customers=[customer_row(segment="Nord")])

        report = bring(customers=[{"customer_id": "K-1", "name": "Cliente K-1"}])

        assert not report.changed
        assert rows_of(store, customers.Customer.segment) == [("Nord",)]
        assert rows_of(store, customers.ContactPoint.bad_reason) == [(None,), (None,)]

    def test_lose_what_an_empty_cell_takes_away(
        self, store: Store, bring: Callable[..., Report]
    ) -> None:
        bring(customers=[customer_row(segment="Nord")])

        bring(customers=[customer_row(segment="", phone="")])

        assert rows_of(store, customers.Customer.segment) == [(None,)]
        point = customers.ContactPoint
        with store.read(CENTRE_CALLER) as session:
            found = {
                row.kind: row.bad_reason
                for row in session.execute(select(point.kind, point.bad_reason))
            }
        assert found == {"phone": "superseded", "email": None}

    def test_never_leave_a_readable_number_or_address_above_their_company(
        self, store: Store, bring: Callable[..., Report]
    ) -> None:
        bring(customers=[customer_row(name="Mario Verdi")])

        with store.read(CENTRE_CALLER) as session:
            kept = [
                tuple(row)
                for name in ("persons", "person_points", "audit_entries")
                for row in session.execute(text(f"SELECT * FROM {name}"))
            ]
        for secret in ("55550101", "k-1@example.org", "Mario", "mario"):
            assert secret not in repr(kept)


class TestInvoicesByNumber:
    def test_shows_nothing_of_another_client_company(
        self, store: Store, client_id: ClientId, bring: Callable[..., Report]
    ) -> None:
        bring(invoices=[invoice_row()])
        other = worlds.found_client(store, "GAS")

        with store.read(worlds.only(other)) as session:
            found = queries.invoices_by_number(session, client_id=client_id, numbers=["F-1"])

        assert found == {}
