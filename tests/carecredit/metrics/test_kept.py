"""Customers kept after their first late payment, and the contacted beside the others."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from carecredit.kernel.ids import ClientId, new_id
from carecredit.metrics import queries
from carecredit.metrics.rules.measure import Status
from carecredit.outreach.model import Contact
from carecredit.receivables.model import Instalment, Invoice
from carecredit.store.session import Store
from ledgers import CALLER, Ledger, start_of
from stays import JAN, MAR, MAY, P1M, ask, day


class TestKeptAfterTheFirstLatePayment:
    def write(self, store: Store, ledger: Ledger, customer: Any) -> ClientId:
        for row in (*ledger.invoices, *ledger.entries):
            row["customer_id"] = customer
        return ledger.write(store)

    def test_runs_from_the_day_after_a_due_date_that_passed_unpaid(self, store: Store) -> None:
        ledger = Ledger()
        customer = ledger.customer(day(1, 1), day(4, 1), reason="debt")
        in_time = ledger.invoice(100, day(1, 1), day(1, 31))
        ledger.payment(100, day(1, 31), to=in_time)
        late = ledger.invoice(100, day(2, 1), day(2, 20))
        ledger.payment(60, day(2, 20), to=late)
        ledger.payment(40, day(2, 25), to=late)
        ledger.invoice(100, day(3, 1), day(3, 10))
        client_id = self.write(store, ledger, customer)

        (found,) = ask(store, client_id, queries.kept_after_late, MAY).groups

        assert (found.n, found.ended, found.steps[0].time) == (1, 1, "40")
        before = ask(store, client_id, queries.kept_after_late, day(2, 20)).groups[0]
        assert before.n == 0

    def test_leaves_out_who_was_never_late(self, store: Store) -> None:
        ledger = Ledger()
        customer = ledger.customer(day(1, 1))
        invoice = ledger.invoice(100, day(1, 1), day(1, 31))
        ledger.payment(100, day(1, 15), to=invoice, applied=day(1, 31))
        client_id = self.write(store, ledger, customer)

        assert ask(store, client_id, queries.kept_after_late, MAY).groups[0].n == 0

    def test_does_not_know_a_payment_that_was_recorded_later(self, store: Store) -> None:
        ledger = Ledger()
        customer = ledger.customer(day(1, 1))
        invoice = ledger.invoice(100, day(1, 1), day(1, 31))
        ledger.payment(100, day(1, 15), to=invoice, recorded=start_of(day(3, 1)))
        client_id = self.write(store, ledger, customer)

        then = ask(store, client_id, queries.kept_after_late, MAY, known_at=day(2, 10))
        now = ask(store, client_id, queries.kept_after_late, MAY)

        assert (then.groups[0].n, now.groups[0].n) == (1, 0)

    def test_asks_of_each_instalment_what_is_due_by_then(self, store: Store) -> None:
        ledger = Ledger()
        customer = ledger.customer(day(1, 1), day(5, 1), reason="moved")
        invoice = ledger.invoice(100, day(1, 1))
        ledger.payment(60, day(1, 31), to=invoice)
        client_id = self.write(store, ledger, customer)
        parts = [(1, day(1, 31), 60), (2, day(2, 29), 40)]
        with store.begin(CALLER) as session:
            (book_id,) = session.execute(select(Invoice.book_id)).scalars()
            session.execute(
                insert(Instalment),
                [
                    {"client_id": client_id, "invoice_id": invoice, "position": position,
                     "book_id": book_id, "due_on": due, "amount_minor": minor,
                     "recorded_at": start_of(day(1, 1))}
                    for position, due, minor in parts
                ],
            )  # fmt: skip

        (found,) = ask(store, client_id, queries.kept_after_late, MAY).groups

        assert (found.n, found.steps[0].time) == (1, str((day(5, 1) - day(3, 1)).days))


class TestTheContactedBesideTheOthers:
    @pytest.fixture
    def client_id(self, store: Store) -> ClientId:
        ledger = Ledger()
        reached = [ledger.customer(day(1, 1), day(3, 9), reason="moved"),
                   ledger.customer(day(1, 1))]  # fmt: skip
        tried = ledger.customer(day(1, 1))
        ledger.customer(day(1, 1))
        client_id = ledger.write(store)
        with store.begin(CALLER) as session:
            session.execute(
                insert(Contact),
                [contact(client_id, it, day(2, 9)) for it in reached]
                + [contact(client_id, tried, day(2, 9), disposition="no_answer")],
            )
        return client_id

    def test_are_told_with_the_difference_and_as_not_randomised(
        self, store: Store, client_id: ClientId
    ) -> None:
        found = ask(store, client_id, queries.contacted_beside_not, MAR, window=P1M)

        (row,) = found.rows
        assert found.randomised is False
        assert found.label["en"].startswith("not randomised")
        assert found.label["it"].startswith("non randomizzato")
        assert (found.contacted_first, found.contacted_last) == (day(2, 1), day(2, 29))
        assert (row.contacted.hits, row.contacted.n) == (1, 2)
        assert (row.not_contacted.hits, row.not_contacted.n) == (0, 2)
        assert (row.difference, row.status) == ("0.5000000000", Status.OK)
        assert row.difference_low == "-0.2725727851"

    def test_have_no_difference_where_one_side_is_empty(
        self, store: Store, client_id: ClientId
    ) -> None:
        (row,) = ask(store, client_id, queries.contacted_beside_not, JAN, window=P1M).rows

        assert (row.difference, row.status) == (None, Status.NO_DATA)


def contact(
    client_id: ClientId, customer_id: Any, on: date, *, disposition: str = "sent"
) -> dict[str, Any]:
    at = start_of(on) + timedelta(hours=9)
    return {
        "client_id": client_id, "id": new_id(), "customer_id": customer_id, "touch_id": None,
        "attempt_id": None, "operator_id": None, "channel": "email", "direction": "out",
        "purpose": "debt", "started_at": at, "ended_at": at, "disposition": disposition,
        "non_payment_reason": None, "note": "", "language": "it", "operator": "tests",
        "automatic": False, "identified_by": "", "transferred": False,
    }  # fmt: skip
