"""What is open on any day, against a count by hand; payments that never take more than there is."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import servers
import worlds
from carecredit.customers.queries import UnknownCustomer
from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import AllocationId, ClientId, CustomerId, EntryId, InvoiceId, new_id
from carecredit.receivables import model, queries
from carecredit.receivables.operations import (
    end_dispute,
    open_book,
    open_dispute,
    refresh_standings,
    store_allocations,
    store_entries,
)
from carecredit.receivables.operations.disputes import AlreadyDisputed
from carecredit.receivables.operations.documents import NumberTaken
from carecredit.receivables.queries import UnknownInvoice
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW, TODAY

FIRST = date(2026, 1, 1)
DAYS = 40


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


@pytest.fixture
def client_id(store: Store) -> ClientId:
    return worlds.found_client(store)


@pytest.fixture
def customer_id(store: Store, client_id: ClientId) -> CustomerId:
    return worlds.add_customer(store, client_id)


def settle(
    store: Store,
    client_id: ClientId,
    customer_id: CustomerId,
    shares: list[tuple[InvoiceId, int, int, int]],
) -> None:
    """Store payments and their shares: invoice, day received, day applied, minor units."""
    entries: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    with store.begin(CENTRE_CALLER) as session:
        book_id = open_book(session, client_id=client_id, now=NOW)
    for number, (invoice_id, received, applied, minor) in enumerate(shares):
        entry_id = EntryId(new_id())
        entries.append({
            "client_id": client_id, "id": entry_id, "kind": "payment", "customer_id": customer_id,
            "book_id": book_id, "related_id": None, "reason": None,
            "number": f"P-{new_id()}-{number}", "effective_on": on(received),
            "currency": "EUR", "amount_minor": abs(minor), "tax_minor": None, "segment": None,
            "recorded_at": NOW,
        })  # fmt: skip
        rows.append({
            "client_id": client_id, "id": AllocationId(new_id()), "entry_id": entry_id,
            "invoice_id": invoice_id, "book_id": book_id, "undoes_id": None,
            "effective_on": on(received), "applied_on": on(applied), "amount_minor": minor,
            "recorded_at": NOW,
        })  # fmt: skip
    with store.begin(CENTRE_CALLER) as session:
        store_entries(session, rows=entries)
        store_allocations(session, rows=rows)
        invoice_ids = {invoice_id for invoice_id, *_ in shares}
        refresh_standings(session, client_id=client_id, invoice_ids=invoice_ids)


SHARES = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, DAYS),
        st.integers(0, DAYS),
        st.integers(-80, 150).filter(bool),
    ),
    max_size=8,
)


class TestOpenInvoices:
    @settings(
        max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
    )
    @given(SHARES)
    def test_agree_with_a_count_by_hand_on_every_day(
        self, sqlite_store: Store, shares: list[tuple[int, int, int, int]]
    ) -> None:
        self.agree(sqlite_store, shares)

    def test_agree_with_a_count_by_hand_on_both_databases(self, store: Store) -> None:
        shares = [(0, 2, 9, 60), (0, 12, 3, 60), (0, 12, 20, -50), (1, 5, 5, 150), (2, 1, 30, 100)]

        self.agree(store, shares)

    def agree(self, store: Store, shares: list[tuple[int, int, int, int]]) -> None:
        client_id = worlds.found_client(store, f"C{str(new_id())[-12:]}")
        customer_id = worlds.add_customer(store, client_id)
        issued = (0, 10, 20)
        ids = [
            worlds.add_invoice(
                store, client_id, customer_id, f"F-{day}", gross_minor=100,
                invoiced_on=on(day), due_on=on(day + 5),
            )
            for day in issued
        ]  # fmt: skip
        settle(
            store, client_id, customer_id,
            [(ids[which], received, applied, minor) for which, received, applied, minor in shares],
        )  # fmt: skip

        for day in (0, 4, 9, 10, 15, 20, 25, 39, 60):
            seen = [
                sum(
                    minor
                    for which, received, applied, minor in shares
                    if which == number and max(received, applied) <= day
                )
                for number in range(3)
            ]
            expected = {
                ids[number]: 100 - seen[number]
                for number in range(3)
                if issued[number] <= day and seen[number] < 100
            }
            received = sum(abs(minor) for _, day_in, _, minor in shares if day_in <= day)
            settled = sum(min(seen[number], 100) for number in range(3) if issued[number] <= day)
            with store.read(CENTRE_CALLER) as session:
                found = queries.open_invoices(
                    session, client_id=client_id, customer_ids=[customer_id], today=on(day)
                )
                loose = queries.unapplied(
                    session, client_id=client_id, customer_ids=[customer_id], today=on(day)
                )
                owing = queries.customers_with_open(session, client_id=client_id, today=on(day))
            assert {one.id: one.open_minor for one in found.get(customer_id, [])} == expected
            assert loose.get((customer_id, "EUR"), 0) == max(0, received - settled)
            assert not expected or owing == [customer_id]
        self.caches_are_right(store, ids, shares)

    def caches_are_right(
        self, store: Store, ids: list[InvoiceId], shares: list[tuple[int, int, int, int]]
    ) -> None:
        table = model.Standing
        with store.read(CENTRE_CALLER) as session:
            rows = session.execute(
                select(table.invoice_id, table.open_minor, table.settled_on).where(
                    table.invoice_id.in_(ids)
                )
            )
            stored = {row.invoice_id: (row.open_minor, row.settled_on) for row in rows}
        for number, invoice_id in enumerate(ids):
            mine = [share for share in shares if share[0] == number]
            left = 100 - sum(minor for *_, minor in mine)
            last = max((on(max(share[1], share[2])) for share in mine), default=None)
            assert stored[invoice_id] == (max(0, left), last if left <= 0 else None)

    def test_are_listed_the_oldest_due_first(
        self, store: Store, client_id: ClientId, customer_id: CustomerId
    ) -> None:
        for number, due_on in (("F-2", date(2026, 5, 2)), ("F-1", date(2026, 5, 1))):
            worlds.add_invoice(store, client_id, customer_id, number, due_on=due_on)
        worlds.add_invoice(store, client_id, customer_id, "F-0", due_on=None)

        with store.read(CENTRE_CALLER) as session:
            found = queries.open_invoices(
                session, client_id=client_id, customer_ids=[customer_id], today=TODAY
            )

        assert [one.number for one in found[customer_id]] == ["F-0", "F-1", "F-2"]


class TestRecordPayment:
    def test_settles_the_oldest_due_first_and_keeps_the_rest(
        self, store: Store, client_id: ClientId, customer_id: CustomerId
    ) -> None:
        worlds.add_invoice(store, client_id, customer_id)
        worlds.add_invoice(store, client_id, customer_id, "F-2", due_on=date(2026, 5, 2))

        first = worlds.pay(store, client_id, customer_id, amount_minor=15_000)
        second = worlds.pay(store, client_id, customer_id, "P-2", amount_minor=15_000)

        assert (first.applied_minor, first.unapplied_minor) == (15_000, 0)
        assert (second.applied_minor, second.unapplied_minor) == (9_000, 6_000)
        with store.read(CENTRE_CALLER) as session:
            loose = queries.unapplied(
                session, client_id=client_id, customer_ids=[customer_id], today=TODAY
            )
        assert loose == {(customer_id, "EUR"): 6_000}

    def test_recorded_late_settles_nothing_a_second_time(
        self, store: Store, client_id: ClientId, customer_id: CustomerId
    ) -> None:
        worlds.add_invoice(store, client_id, customer_id)
        worlds.pay(store, client_id, customer_id)

        late = worlds.pay(
            store, client_id, customer_id, "P-2", received_on=TODAY - timedelta(days=9)
        )

        assert (late.applied_minor, late.unapplied_minor) == (0, 12_000)

    def test_leaves_other_currencies_and_later_invoices_alone(
        self, store: Store, client_id: ClientId, customer_id: CustomerId
    ) -> None:
        worlds.add_invoice(store, client_id, customer_id, currency="USD")
        worlds.add_invoice(
            store, client_id, customer_id, "F-2", invoiced_on=TODAY + timedelta(days=1)
        )

        assert worlds.pay(store, client_id, customer_id).applied_minor == 0

    def test_refuses_what_is_no_payment(
        self, store: Store, client_id: ClientId, customer_id: CustomerId
    ) -> None:
        worlds.pay(store, client_id, customer_id)

        with pytest.raises(NumberTaken):
            worlds.pay(store, client_id, customer_id)
        for fault in ({"amount_minor": 0}, {"number": " "}, {"currency": "eur"}):
            with pytest.raises(Invalid):
                worlds.pay(store, client_id, customer_id, **{"number": "P-2"} | fault)
        with pytest.raises(UnknownCustomer):
            worlds.pay(store, client_id, CustomerId(new_id()), "P-3")

    def test_leaves_its_mark_in_the_chain(
        self, store: Store, client_id: ClientId, customer_id: CustomerId
    ) -> None:
        worlds.add_invoice(store, client_id, customer_id)
        worlds.pay(store, client_id, customer_id)

        assert worlds.actions(store, client_id)[-2:] == ["invoice.recorded", "payment.recorded"]
        assert worlds.broken_chains(store) == {}


class TestRecordInvoice:
    def test_refuses_a_number_that_is_taken_and_a_customer_of_nobody(
        self, store: Store, client_id: ClientId, customer_id: CustomerId
    ) -> None:
        worlds.add_invoice(store, client_id, customer_id)
        other = worlds.found_client(store, "GAS")

        with pytest.raises(NumberTaken):
            worlds.add_invoice(store, client_id, customer_id)
        with pytest.raises(UnknownCustomer):
            worlds.add_invoice(store, other, customer_id)
        with pytest.raises(Invalid):
            worlds.add_invoice(store, client_id, customer_id, "")


class TestDispute:
    def test_is_open_once_and_ends_once(
        self, store: Store, client_id: ClientId, customer_id: CustomerId
    ) -> None:
        invoice_id = worlds.add_invoice(store, client_id, customer_id)
        begin: dict[str, Any] = {"client_id": client_id, "invoice_id": invoice_id, "now": NOW}

        with store.begin(CENTRE_CALLER) as session:
            dispute_id = open_dispute(session, disputed_from=TODAY, reason="?", **begin)
            with pytest.raises(AlreadyDisputed):
                open_dispute(session, disputed_from=TODAY, reason="?", **begin)
            end: dict[str, Any] = {"client_id": client_id, "dispute_id": dispute_id, "now": NOW}
            with pytest.raises(Refused):
                end_dispute(session, disputed_to=TODAY - timedelta(days=1), **end)
            end_dispute(session, disputed_to=TODAY + timedelta(days=1), **end)
            with pytest.raises(Refused):
                end_dispute(session, disputed_to=TODAY + timedelta(days=2), **end)

        assert worlds.actions(store, client_id)[-2:] == ["dispute.opened", "dispute.ended"]


class TestInvoice:
    def test_is_unknown_to_another_client_company(self, sqlite_url: str) -> None:
        with servers.opened(sqlite_url) as store:
            client_id, other = worlds.found_client(store), worlds.found_client(store, "GAS")
            customer_id = worlds.add_customer(store, client_id)
            invoice_id = worlds.add_invoice(store, client_id, customer_id)

            with store.read(worlds.only(other)) as session, pytest.raises(UnknownInvoice):
                queries.invoice(session, client_id=client_id, invoice_id=invoice_id, today=TODAY)
