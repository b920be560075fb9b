"""A dispute silences exactly its invoice, and frees it when it ends."""

from datetime import timedelta

import pytest

import worlds
from carecredit.holds import queries
from carecredit.holds.operations import contest, resolve_dispute
from carecredit.kernel.ids import CustomerId
from carecredit.receivables.queries import UnknownInvoice
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
