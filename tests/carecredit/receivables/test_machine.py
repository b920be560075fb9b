"""Random ledgers with every kind of entry: no cent is lost, no day is left below zero."""

# ruff: noqa: ARG002 - every act is lived with the same words

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import worlds
from carecredit.kernel.errors import CareCreditError
from carecredit.kernel.ids import ClientId, CustomerId, new_id
from carecredit.kernel.money import Money
from carecredit.mandates.operations import NewClient, Terms, add_client
from carecredit.mandates.rules import AllocationOrder
from carecredit.receivables import model, operations, queries
from carecredit.receivables.operations import NewCredit, NewInstalment, NewInvoice
from carecredit.receivables.rules import Share
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW, TODAY

FIRST = TODAY - timedelta(days=30)
ACTS = (
    "invoice", "instalments", "pay", "pay_told", "credit", "allocate", "allocate_all", "undo",
    "undo_one", "write_off", "recover", "refund", "chargeback", "correct",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 30), st.integers(1, 300), st.integers(0, 5)),
    min_size=4,
    max_size=25,
)


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


class Life:
    """A customer to whom anything may happen; what is refused leaves nothing behind."""

    def __init__(self, store: Store, order: str) -> None:
        self.store = store
        client = NewClient(f"C{str(new_id())[-12:]}", "Acque")
        with store.begin(CENTRE_CALLER) as session:
            terms = Terms(allocation_order=order)
            self.client_id: ClientId = add_client(session, client=client, terms=terms, now=NOW).id
        self.customer_id: CustomerId = worlds.add_customer(store, self.client_id)
        self.invoices: list[Any] = []
        self.entries: list[Any] = []
        self.shares: list[Any] = []

    def live(self, act: str, day: date, minor: int, which: int) -> None:
        with self.store.begin(CENTRE_CALLER) as session:
            words = {"client_id": self.client_id, "now": NOW}
            try:
                with session.begin_nested():
                    getattr(self, f"_{act}")(session, words, day, Money(minor, "EUR"), which)
            except (CareCreditError, IndexError):
                return
        with self.store.read(CENTRE_CALLER) as session:
            table = model.Allocation
            mine = select(table.id).where(table.client_id == self.client_id)
            self.shares = list(session.execute(mine.order_by(table.id)).scalars())

    def _invoice(self, session: Any, words: Any, day: date, money: Money, which: int) -> None:
        new = NewInvoice(self.customer_id, str(new_id()), day, day + timedelta(days=which), money)
        self.invoices.append(operations.record_invoice(session, invoice=new, **words))

    def _instalments(self, session: Any, words: Any, day: date, money: Money, which: int) -> None:
        parts = tuple(
            NewInstalment(day + timedelta(days=3 * number), one.minor)
            for number, one in enumerate(money.split(which + 2))
        )
        new = NewInvoice(self.customer_id, str(new_id()), day, None, money, instalments=parts)
        self.invoices.append(operations.record_invoice(session, invoice=new, **words))

    def _pay(self, session: Any, words: Any, day: date, money: Money, which: int) -> None:
        told = [Share(self.invoices[which], money.minor // 2)] if words.pop("told", False) else []
        receipt = operations.record_payment(
            session, customer_id=self.customer_id, number=str(new_id()), amount=money,
            received_on=day, shares=told, **words,
        )  # fmt: skip
        self.entries.append(receipt.entry_id)

    def _pay_told(self, session: Any, words: Any, day: date, money: Money, which: int) -> None:
        self._pay(session, words | {"told": True}, day, money, which)

    def _credit(self, session: Any, words: Any, day: date, money: Money, which: int) -> None:
        new = NewCredit(
            self.customer_id, str(new_id()), day, money,
            shares=(Share(self.invoices[which], money.minor),),
        )  # fmt: skip
        receipt = operations.record_credit_note(session, credit=new, **words)
        self.entries.append(receipt.entry_id)

    def _allocate(self, session: Any, words: Any, day: date, money: Money, which: int) -> None:
        entry_id = self.entries[which]
        operations.allocate(session, entry_id=entry_id, applied_on=day, **words)

    def _allocate_all(self, session: Any, words: Any, day: date, money: Money, which: int) -> None:
        whose = {"customer_id": self.customer_id, "applied_on": day}
        operations.allocate_all(session, **whose, **words)

    def _undo(self, session: Any, words: Any, day: date, money: Money, which: int) -> None:
        operations.undo_entry(session, entry_id=self.entries[which], undone_on=day, **words)

    def _undo_one(self, session: Any, words: Any, day: date, money: Money, which: int) -> None:
        share = self.shares[which]
        operations.undo_allocation(session, allocation_id=share, undone_on=day, **words)

    def _write_off(self, session: Any, words: Any, day: date, money: Money, which: int) -> None:
        receipt = operations.write_off(
            session, invoice_id=self.invoices[which], written_on=day, reason="r",
            amount=money if money.minor % 2 else None, **words,
        )  # fmt: skip
        self.entries.append(receipt.entry_id)

    def _recover(self, session: Any, words: Any, day: date, money: Money, which: int) -> None:
        gone = self.entries[which]
        operations.record_recovery(
            session, write_off_id=gone, amount=money, received_on=day, **words
        )

    def _refund(self, session: Any, words: Any, day: date, money: Money, which: int) -> None:
        operations.record_refund(
            session, entry_id=self.entries[which], amount=money, refunded_on=day, **words
        )

    def _chargeback(self, session: Any, words: Any, day: date, money: Money, which: int) -> None:
        operations.record_chargeback(
            session, payment_id=self.entries[which], returned_on=day,
            amount=money if money.minor % 2 else None, **words,
        )  # fmt: skip

    def _correct(self, session: Any, words: Any, day: date, money: Money, which: int) -> None:
        new = NewInvoice(self.customer_id, str(new_id()), day, None, money)
        done = operations.correct_invoice(
            session, invoice_id=self.invoices[which], credit_number=str(new_id()),
            replacement=new, corrected_on=day, reason="r", **words,
        )  # fmt: skip
        self.invoices.append(done.invoice_id)

    def must_add_up(self) -> None:
        """Hold every day against a count from the lines of the ledger alone."""
        whose = {"client_id": self.client_id, "customer_id": self.customer_id}
        with self.store.read(CENTRE_CALLER) as session:
            lines = queries.ledger(session, **whose, as_of=date.max, limit=500).lines
            for day in (on(each) for each in range(-1, 40, 2)):
                found = queries.balance(session, **whose, today=day)
                seen = [line for line in lines if line.effective_on <= day]
                control = sum(line.change_minor for line in seen)
                assert sum(one.net_minor for one in found) == control
                assert all(one.unapplied_minor >= 0 for one in found)
                self._documents_hold(seen, day, found)
            far = queries.standing_of(session, **whose, today=date.max)
            stored = queries.left_open(session, **whose)
        assert stored == {one.id: one.open_minor for one in far}

    def _documents_hold(self, seen: list[Any], day: date, found: list[Any]) -> None:
        open_minor = 0
        for line in seen:
            counted = [
                one.amount_minor for one in line.applied
                if max(one.applied_on, line.effective_on) <= day
            ]  # fmt: skip
            assert 0 <= sum(counted) <= line.amount_minor, (line, day)
            asks = line.kind in {"invoice", "opening_balance"}
            open_minor += line.amount_minor - sum(counted) if asks else 0
        assert sum(one.open_minor for one in found) == open_minor


class TestALedger:
    @settings(
        max_examples=40,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        deadline=None,
    )
    @given(STEPS, st.sampled_from(list(AllocationOrder)))
    def test_adds_up_on_every_day_whatever_happened(
        self, sqlite_store: Store, steps: list[tuple[str, int, int, int]], order: str
    ) -> None:
        life = Life(sqlite_store, order)
        for act, day, minor, which in steps:
            life.live(act, on(day), minor, which)

        life.must_add_up()

    def test_adds_up_on_both_databases(self, store: Store) -> None:
        life = Life(store, AllocationOrder.OLDEST_DUE)
        for number in range(60):
            act = ACTS[number * 5 % len(ACTS)]
            life.live(act, on(number * 7 % 31), 40 + number * 13 % 200, number % 4)

        life.must_add_up()
        assert len(life.shares) > 5
        assert worlds.broken_chains(store) == {}
