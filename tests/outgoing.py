"""Messages that are due, rung, claimed and settled."""

from datetime import datetime, timedelta

from sqlalchemy import select

import worlds
from carecredit.kernel.ids import AttemptId, CustomerId, TouchId
from carecredit.outreach import model
from carecredit.outreach.operations import (
    settle,
    sweep,
)
from carecredit.outreach.rules import Outcome
from carecredit.outreach.views import Claimed, Ring, Swept
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, LEASE, NOW

GONE = timedelta(seconds=-1)
"""A lease that has run out when it is given."""


class Centre:
    """A client company with customers whose follow-up by e-mail is due now."""

    def __init__(self, store: Store, customers: int = 1, *, approved: bool = True) -> None:
        self.store = store
        self.client_id = worlds.found_client(store)
        if approved:
            worlds.approve(store, self.client_id)
        self.customers = [self._customer(number) for number in range(customers)]
        worlds.pulse(store, self.client_id)
        self.touch_ids = [
            worlds.touches(store, self.client_id, customer_id)[0].id
            for customer_id in self.customers
        ]

    def _customer(self, number: int) -> CustomerId:
        customer_id = worlds.add_customer(
            self.store, self.client_id, f"K-{number}", email=f"k{number}@example.org"
        )
        worlds.add_invoice(self.store, self.client_id, customer_id, f"F-{number}")
        return customer_id

    def rung(self, lease: timedelta = LEASE) -> Ring:
        """Ring the one touch that is due."""
        (found,) = worlds.ring_due(self.store, lease=lease)
        return found

    def claimed(self, lease: timedelta = LEASE) -> Claimed:
        """Ring and claim the one touch that is due."""
        found = worlds.answer(self.store, self.rung(), lease=lease)
        assert isinstance(found, Claimed)
        return found

    def state(self, touch_id: TouchId | None = None) -> tuple[str, str | None]:
        """Say where a touch stands, and why."""
        found = worlds.touch(self.store, self.client_id, touch_id or self.touch_ids[0])
        return found.status, found.status_reason

    def settle(
        self, attempt_id: AttemptId, outcome: Outcome, detail: str = "250", now: datetime = NOW
    ) -> bool:
        """Record what came of a message."""
        with self.store.begin(CENTRE_CALLER) as session:
            return settle(
                session,
                client_id=self.client_id,
                attempt_id=attempt_id,
                outcome=outcome,
                detail=detail,
                now=now,
            )

    def sweep(self, now: datetime = NOW) -> Swept:
        """Put right what was left behind."""
        with self.store.begin(CENTRE_CALLER) as session:
            return sweep(session, now=now)

    def attempts(self) -> list[str]:
        """List the states of the attempts."""
        with self.store.read(CENTRE_CALLER) as session:
            return sorted(session.execute(select(model.Attempt.state)).scalars())
