"""A dispute silences exactly its invoice, and frees it when it ends."""

from datetime import timedelta

import pytest

import worlds
from carecredit.holds import queries
from carecredit.holds.operations import (
    NewHold,
    contest,
    correct_invoice,
    place,
    resolve_dispute,
)
from carecredit.holds.rules import HoldReason
from carecredit.kernel.ids import CustomerId
from carecredit.kernel.money import Money
from carecredit.receivables.operations import NewInvoice
from carecredit.receivables.queries import UnknownInvoice, disputes_of, invoice
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW, TODAY

pytestmark = pytest.mark.usefixtures("chains_hold")


class TestContest:
    def test_silences_exactly_its_invoice_until_it_ends(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        customer_id = worlds.add_customer(store, client_id, email="k1@example.org")
        contested = worlds.add_invoice(store, client_id, customer_id)
        worlds.add_invoice(store, client_id, customer_id, "F-2")
        whom = {"client_id": client_id, "customer_id": customer_id}

        with store.begin(CENTRE_CALLER) as session:
            dispute_id = contest(session, **whom, invoice_id=contested, reason="?", now=NOW)

        assert worlds.plan(store, **whom).invoice == "F-2"
        with store.begin(CENTRE_CALLER) as session:
            resolve_dispute(
                session,
                client_id=client_id,
                dispute_id=dispute_id,
                disputed_to=TODAY + timedelta(days=1),
                now=NOW,
            )
        assert worlds.plan(store, **whom).invoice == "F-2"
        assert worlds.plan(store, **whom, now=NOW + timedelta(days=1)).invoice == "F-1"
        assert worlds.actions(store, client_id)[-4:] == [
            "dispute.opened", "hold.placed", "dispute.ended", "hold.ended",
        ]  # fmt: skip

    def test_moves_to_the_invoice_that_takes_the_place_of_a_mistaken_one(
        self, store: Store
    ) -> None:
        client_id = worlds.found_client(store)
        customer_id = worlds.add_customer(store, client_id, email="k1@example.org")
        wrong = worlds.add_invoice(store, client_id, customer_id)
        whom = {"client_id": client_id, "customer_id": customer_id}
        proof = NewHold(customer_id, HoldReason.PROOF_OF_PAYMENT, wrong, NOW, invoice_id=wrong)
        with store.begin(CENTRE_CALLER) as session:
            about = {"invoice_id": wrong, "review_on": TODAY}
            contest(session, **whom, **about, reason="weight", amount_minor=9_000, now=NOW)
            place(session, client_id=client_id, hold=proof, now=NOW)

        with store.begin(CENTRE_CALLER) as session:
            new = NewInvoice(customer_id, "F-1a", TODAY, None, Money(8_000, "EUR"))
            facts = {"credit_number": "NC-1", "reason": "price", "corrected_on": TODAY}
            done = correct_invoice(
                session, client_id=client_id, invoice_id=wrong, replacement=new, now=NOW, **facts
            )

        with store.read(CENTRE_CALLER) as session:
            ids = [wrong, done.invoice_id]
            old, moved = disputes_of(session, client_id=client_id, invoice_ids=ids)
            at = {"client_id": client_id, "customer_id": customer_id, "at": NOW}
            holds = queries.standing(session, **at)
            it = invoice(session, client_id=client_id, invoice_id=done.invoice_id, today=TODAY)
        assert (old.invoice_id, old.disputed_to, moved.disputed_to) == (wrong, TODAY, None)
        assert (moved.invoice_id, moved.reason) == (done.invoice_id, "weight")
        assert (moved.amount_minor, it.disputed_minor) == (8_000, 8_000)
        silent = {(one.reason, one.review_on) for one in holds if one.invoice_id == it.id}
        assert silent == {("dispute", TODAY), ("proof_of_payment", None)}

    def test_is_for_the_customers_own_invoices(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        mine, theirs = (worlds.add_customer(store, client_id, number) for number in ("A", "B"))
        invoice_id = worlds.add_invoice(store, client_id, theirs)

        with store.begin(CENTRE_CALLER) as session, pytest.raises(UnknownInvoice):
            contest(
                session, client_id=client_id, customer_id=mine, invoice_id=invoice_id, reason="?",
                now=NOW,
            )  # fmt: skip
        assert self.silences(store, mine) == 0

    def silences(self, store: Store, customer_id: CustomerId) -> int:
        with store.read(CENTRE_CALLER) as session:
            found = [
                hold
                for client in (worlds.mandates.clients(session))
                for hold in queries.standing(
                    session, client_id=client.id, customer_id=customer_id, at=NOW
                )
            ]
        return len(found)
