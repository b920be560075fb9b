"""Wrapping a call up: outcome, promise, dispute, call-back; all of it or nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

import worlds
from calls import Desk
from carecredit.arrangements import queries as arrangements
from carecredit.arrangements.rules import PromiseRefused
from carecredit.cadence import model as cadence
from carecredit.cases.rules import CaseKind
from carecredit.holds import queries as holds
from carecredit.outreach import queries
from carecredit.outreach.operations import NotYours, sweep
from carecredit.outreach.rules import CaseBegun, Disposition, NonPaymentReason, PromiseGiven
from carecredit.outreach.views import Call
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")


PROMISED = PromiseGiven("120.00", "EUR", date(2026, 6, 12))


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


class TestWrapUp:
    def test_keeps_what_was_said_and_ends_the_call(self, desk: Desk) -> None:
        desk.take()

        desk.close(non_payment_reason=NonPaymentReason.FORGOTTEN, note=" Calls back \n")

        assert desk.state() == ("done", None)
        with desk.store.read(CENTRE_CALLER) as session:
            (contact,) = queries.contacts_of(
                session, client_id=desk.client_id, customer_id=desk.customers[0]
            )
        assert (contact.disposition, contact.non_payment_reason, contact.note) == (
            "right_party", "forgotten", "Calls back",
        )  # fmt: skip
        assert "contact.wrapped_up" in worlds.actions(desk.store, desk.client_id)

    def test_is_for_the_one_who_holds_it_and_only_once(self, desk: Desk) -> None:
        desk.take(desk.anna)

        with pytest.raises(NotYours):
            desk.close(desk.bruno)
        desk.close(desk.anna)
        with pytest.raises(NotYours):
            desk.close(desk.anna)

    def test_silences_the_customer_with_a_promise(self, desk: Desk) -> None:
        desk.take()

        closed = desk.close(promise=PROMISED)

        assert closed.promise_id is not None
        assert desk.code() == "held"
        # The day promised (a Friday) and three working days for the bank, all in.
        assert desk.code(datetime(2026, 6, 17, 21, 59, tzinfo=UTC)) == "held"
        assert desk.code(datetime(2026, 6, 17, 22, 0, tzinfo=UTC)) != "held"

    def test_silences_an_invoice_with_a_dispute(self, desk: Desk) -> None:
        desk.take()
        (invoice_id,) = desk.invoice_ids.values()

        closed = desk.close(disputed_invoices=(invoice_id,) * 2, dispute_reason="not mine")

        assert len(closed.dispute_ids) == 1
        with desk.store.read(CENTRE_CALLER) as session:
            (hold,) = holds.standing(
                session, client_id=desk.client_id, customer_id=desk.customers[0], at=NOW
            )
        assert (hold.invoice_id, hold.ends_at) == (invoice_id, None)

    def test_plans_the_call_that_was_asked_for(self, desk: Desk) -> None:
        desk.take()
        when = datetime(2026, 6, 9, 16, 5, tzinfo=UTC)

        closed = desk.close(callback_at=when)

        assert closed.callback_touch_id is not None
        planned = worlds.touch(desk.store, desk.client_id, closed.callback_touch_id)
        assert (planned.due_at, planned.requested, planned.status) == (when, True, "planned")
        assert desk.code() == "callback"
        # The planner leaves a call that was asked for in its place.
        assert worlds.pulse(desk.store, desk.client_id).kept == 1

    def test_ends_it_all_with_the_wish_not_to_be_called(self, desk: Desk) -> None:
        desk.take()

        desk.close(opt_out=True)

        assert desk.code() == "opted_out"

    def test_puts_a_wrong_number_aside(self, desk: Desk) -> None:
        desk.take()

        desk.close(disposition=Disposition.WRONG_NUMBER)

        assert desk.code() == "no_contact_point"

    @pytest.mark.parametrize(
        "promise",
        [
            PromiseGiven("120.01", "EUR", date(2026, 6, 12)),
            PromiseGiven("120.00", "USD", date(2026, 6, 12)),
            PromiseGiven("120.00", "EUR", date(2026, 6, 7)),
            PromiseGiven("120.00", "EUR", date(2026, 8, 8)),
        ],
        ids=["too-much", "another-currency", "yesterday", "too-far"],
    )
    def test_leaves_nothing_behind_where_its_promise_is_refused(
        self, desk: Desk, promise: PromiseGiven
    ) -> None:
        desk.take()
        before = worlds.row_counts(desk.store)
        question = CaseBegun(CaseKind.QUESTION, "What is the standing charge?")

        with pytest.raises(PromiseRefused):
            desk.close(promise=promise, opens=(question,))

        assert worlds.row_counts(desk.store) == before
        assert desk.state() == ("taken", None)
        desk.close(promise=PROMISED)

    def test_adds_to_the_dispute_that_stands_already(self, desk: Desk) -> None:
        (invoice_id,) = desk.invoice_ids.values()
        contested = {"disputed_invoices": (invoice_id,), "dispute_reason": "not mine"}
        desk.take()
        first = desk.close(**contested, callback_at=NOW + timedelta(hours=1))
        with desk.store.begin(CENTRE_CALLER) as session:
            session.execute(
                update(cadence.Touch)
                .where(cadence.Touch.status == "planned")
                .values(status="offered")
            )
        (callback, _) = worlds.touches(desk.store, desk.client_id, desk.customers[0])
        desk.touch_ids = [callback.id]
        if not isinstance(desk.take(now=NOW + timedelta(days=8)), Call):
            pytest.fail("the call that was asked for is not held back by the dispute")

        again = desk.close(now=NOW + timedelta(days=8), **contested)

        assert again.case_ids == first.case_ids
        assert again.dispute_ids == first.dispute_ids

    def test_that_never_comes_leaves_the_call_to_a_person(self, desk: Desk) -> None:
        desk.take()
        with desk.store.begin(CENTRE_CALLER) as session:
            session.execute(update(cadence.Touch).values(lease_until=NOW - timedelta(days=400)))

        with desk.store.begin(CENTRE_CALLER) as session:
            swept = sweep(session, now=NOW)

        assert swept.unknown == 1
        assert desk.state() == ("parked", "unknown_outcome")
        with pytest.raises(NotYours):
            desk.close()

    def test_takes_a_new_promise_for_the_old_one(self, desk: Desk) -> None:
        desk.take()
        desk.close(promise=PROMISED)
        worlds.promise(desk.store, desk.client_id, desk.customers[0], promised_on=date(2026, 6, 20))

        with desk.store.read(CENTRE_CALLER) as session:
            found = arrangements.promises_of(
                session, client_id=desk.client_id, customer_id=desk.customers[0]
            )
        assert [one.state for one in found] == ["active", "superseded"]
