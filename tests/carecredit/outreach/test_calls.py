"""Calls in operators' hands: taken by one, given back, wrapped up whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

import worlds
from carecredit.arrangements import queries as arrangements
from carecredit.arrangements.rules import PromiseRefused
from carecredit.cadence import model as cadence
from carecredit.holds import queries as holds
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, OperatorId, TouchId
from carecredit.outreach import queries
from carecredit.outreach.operations import NotYours, give_back, sweep, take, wrap_up
from carecredit.outreach.rules import Disposition, NonPaymentReason, PromiseGiven, WrapUp
from carecredit.outreach.views import Call, Closed, Passed
from carecredit.receivables.operations.disputes import AlreadyDisputed
from carecredit.store.session import Store
from carecredit.team.operations import add_key
from carecredit.team.rules import Role
from carecredit.worklist import queries as worklist
from carecredit.worklist.operations import take_next
from worlds import CENTRE_CALLER, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")

TALKED = Disposition.RIGHT_PARTY
PROMISED = PromiseGiven("120.00", "EUR", date(2026, 6, 12))


class Desk:
    """A client company whose customers are due a call now, offered to two operators."""

    def __init__(self, store: Store, customers: int = 1) -> None:
        self.store = store
        self.client_id = worlds.found_client(store)
        worlds.approve(store, self.client_id)
        self.anna, self.bruno = self._operator("Anna"), self._operator("Bruno")
        self.invoice_ids: dict[CustomerId, InvoiceId] = {}
        for number in range(customers):
            customer_id = worlds.add_customer(
                store, self.client_id, f"K-{number}", phone=f"+390255550{100 + number}"
            )
            self.invoice_ids[customer_id] = worlds.add_invoice(
                store, self.client_id, customer_id, f"F-{number}"
            )
        self.customers = list(self.invoice_ids)
        worlds.pulse(store, self.client_id)
        for rung in worlds.ring_due(store):
            assert worlds.answer(store, rung) == Passed("offered", "worklist")
        self.touch_ids = [
            worlds.touches(store, self.client_id, customer_id)[0].id
            for customer_id in self.customers
        ]

    def _operator(self, name: str) -> OperatorId:
        with self.store.begin(CENTRE_CALLER) as session:
            made = add_key(session, name=name, role=Role.OPERATOR, clients=None, now=NOW)
        assert made.key.operator_id is not None
        return made.key.operator_id

    def take(self, operator_id: OperatorId | None = None, now: datetime = NOW) -> Call | Passed:
        """Take the first call."""
        with self.store.begin(CENTRE_CALLER) as session:
            return take(
                session,
                client_id=self.client_id,
                touch_id=self.touch_ids[0],
                operator_id=operator_id or self.anna,
                now=now,
            )

    def close(
        self, operator_id: OperatorId | None = None, now: datetime = NOW, **said: Any
    ) -> Closed:
        """Wrap up the first call."""
        with self.store.begin(CENTRE_CALLER) as session:
            return wrap_up(
                session,
                client_id=self.client_id,
                touch_id=self.touch_ids[0],
                operator_id=operator_id or self.anna,
                wrap_up=WrapUp(**{"disposition": TALKED} | said),
                now=now,
            )

    def give_back(self, operator_id: OperatorId | None = None) -> None:
        """Give the first call back."""
        with self.store.begin(CENTRE_CALLER) as session:
            give_back(
                session,
                client_id=self.client_id,
                touch_id=self.touch_ids[0],
                operator_id=operator_id or self.anna,
                now=NOW,
            )

    def state(self, touch_id: TouchId | None = None) -> tuple[str, str | None]:
        """Say where a touch stands, and why."""
        found = worlds.touch(self.store, self.client_id, touch_id or self.touch_ids[0])
        return found.status, found.status_reason

    def code(self, now: datetime = NOW) -> str:
        """Say what comes next for the first customer."""
        return worlds.plan(self.store, self.client_id, self.customers[0], now=now).code


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


class TestTake:
    def test_gives_the_number_and_reserves_the_call(self, desk: Desk) -> None:
        call = desk.take()

        assert isinstance(call, Call)
        assert call.number == "+390255550100"
        assert desk.state() == ("taken", None)

    def test_gives_a_call_to_one_of_two_operators(self, desk: Desk) -> None:
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(desk.take, (desk.anna, desk.bruno)))

        assert sorted(type(one).__name__ for one in found) == ["Call", "Passed"]

    def test_lets_a_call_go_that_is_no_longer_wanted(self, desk: Desk) -> None:
        worlds.pay(desk.store, desk.client_id, desk.customers[0])

        assert desk.take() == Passed("cancelled", "nothing_open")

    def test_puts_a_call_off_that_may_not_be_made_now(self, desk: Desk) -> None:
        passed = desk.take(now=datetime(2026, 6, 13, 14, tzinfo=UTC))  # Saturday, 16:00 in Rome

        assert isinstance(passed, Passed)
        assert desk.state()[0] == "planned"


class TestTakeNext:
    def test_gives_two_operators_two_calls(self, store: Store) -> None:
        desk = Desk(store, 2)

        def next_call(operator_id: OperatorId) -> TouchId:
            with store.begin(CENTRE_CALLER) as session:
                taken = take_next(
                    session, client_ids=[desk.client_id], operator_id=operator_id, now=NOW
                )
            assert taken is not None
            assert taken.card.invoices[0].open_minor == 12_000
            return taken.call.touch_id

        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(next_call, (desk.anna, desk.bruno)))

        assert sorted(found) == sorted(desk.touch_ids)

    def test_gives_nothing_where_nothing_waits(self, store: Store) -> None:
        client_id = worlds.found_client(store)

        with store.begin(CENTRE_CALLER) as session:
            assert take_next(session, client_ids=[client_id], operator_id=None, now=NOW) is None


class TestItems:
    def test_say_whom_and_why_in_both_languages(self, desk: Desk) -> None:
        with desk.store.read(CENTRE_CALLER) as session:
            (item,) = worklist.items(session, client_ids=[desk.client_id])

        assert (item.customer_number, item.step_kind) == ("K-0", "follow_up")
        assert "38 giorni" in item.sentence["it"]
        assert "38 days" in item.sentence["en"]

    def test_show_one_client_company_nothing_of_another(self, desk: Desk) -> None:
        other = worlds.found_client(desk.store, "GAS")

        with desk.store.read(worlds.only(other)) as session:
            assert worklist.items(session, client_ids=[desk.client_id, other]) == []


class TestGiveBack:
    def test_offers_the_call_again_with_its_budget(self, desk: Desk) -> None:
        for _ in range(4):  # more often than the day's cap of calls made
            assert isinstance(desk.take(), Call)
            desk.give_back()

        assert desk.state() == ("offered", None)

    def test_is_for_the_one_who_holds_it(self, desk: Desk) -> None:
        desk.take(desk.anna)

        with pytest.raises(NotYours):
            desk.give_back(desk.bruno)
        assert desk.state() == ("taken", None)


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
        # The day promised and three days for the bank, all in.
        assert desk.code(datetime(2026, 6, 15, 21, 59, tzinfo=UTC)) == "held"
        assert desk.code(datetime(2026, 6, 15, 22, 0, tzinfo=UTC)) != "held"

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
        (invoice_id,) = desk.invoice_ids.values()

        with pytest.raises(PromiseRefused):
            desk.close(promise=promise, disputed_invoices=(invoice_id,), dispute_reason="not mine")

        assert worlds.row_counts(desk.store) == before
        assert desk.state() == ("taken", None)
        desk.close(promise=PROMISED)

    def test_leaves_nothing_behind_where_its_dispute_stands_already(self, desk: Desk) -> None:
        (invoice_id,) = desk.invoice_ids.values()
        contested = {"disputed_invoices": (invoice_id,), "dispute_reason": "not mine"}
        desk.take()
        desk.close(**contested, callback_at=NOW + timedelta(hours=1))
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

        with pytest.raises(AlreadyDisputed):
            desk.close(now=NOW + timedelta(days=8), **contested)

        assert desk.state() == ("taken", None)

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
        assert [one.state for one in found] == ["active", "cancelled"]


class TestContactsOf:
    def test_shows_nothing_to_another_client_company(self, desk: Desk) -> None:
        desk.take()
        desk.close()
        other = worlds.found_client(desk.store, "GAS")

        whom: dict[str, ClientId | CustomerId] = {
            "client_id": desk.client_id,
            "customer_id": desk.customers[0],
        }
        with desk.store.read(worlds.only(other)) as session:
            assert queries.contacts_of(session, **whom) == []  # type: ignore[arg-type] # ids both
