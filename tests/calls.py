"""Calls that are due, offered to two operators at a desk."""

from datetime import datetime
from typing import Any

import worlds
from carecredit.kernel.ids import CustomerId, InvoiceId, OperatorId, TouchId
from carecredit.outreach.operations import give_back, take, wrap_up_call
from carecredit.outreach.rules import Disposition, Identified, WrapUp
from carecredit.outreach.views import Call, Closed, Passed
from carecredit.store.session import Store
from carecredit.team.operations import add_key
from carecredit.team.rules import Role
from worlds import CENTRE_CALLER, NOW

TALKED = Disposition.RIGHT_PARTY
KNOWN = (Identified.CUSTOMER_NUMBER, Identified.BIRTH_DATE)
_TALK: dict[str, Any] = {"disposition": TALKED, "identified_by": KNOWN}


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
            return wrap_up_call(
                session,
                client_id=self.client_id,
                touch_id=self.touch_ids[0],
                operator_id=operator_id or self.anna,
                wrap_up=WrapUp(**_TALK | said) if "disposition" not in said else WrapUp(**said),
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
