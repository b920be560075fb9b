"""A customer with whom something is agreed, for the tests of arrangements."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

import worlds
from carecredit.arrangements import model, operations, queries
from carecredit.arrangements.operations import NewPlan, NewProof, NewRelief
from carecredit.arrangements.rules import ReliefKind, Rhythm
from carecredit.arrangements.views import PaymentPlan, Proof, Relief, Review, Unanswered
from carecredit.cadence.operations import agree_terms
from carecredit.holds import queries as holds
from carecredit.kernel.ids import InvoiceId, PlanId
from carecredit.kernel.money import Money
from carecredit.receivables.operations import record_chargeback
from carecredit.store.session import Caller, Store
from worlds import CENTRE_CALLER, NOW, TODAY

SECOND = Caller("second")
"""Another login than that of most tests."""
FIRST = date(2026, 6, 30)
"""A Tuesday: the first instalment of plans, unless told otherwise."""


def noon(day: date) -> datetime:
    """Noon of a day, in UTC."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


class Agreed:
    """A customer who owes 120 euros (F-1) and 80 (F-2), and what is agreed with it."""

    def __init__(self, store: Store, code: str = "ACQ") -> None:
        self.store = store
        self.client_id = worlds.found_client(store, code)
        self.customer_id = worlds.add_customer(store, self.client_id, email="k1@example.org")
        self.f1 = worlds.add_invoice(store, self.client_id, self.customer_id)
        self.f2 = worlds.add_invoice(
            store, self.client_id, self.customer_id, "F-2", gross_minor=8_000
        )
        self.whose: dict[str, Any] = {"client_id": self.client_id, "customer_id": self.customer_id}

    def terms(self, **terms: Any) -> None:
        with self.store.begin(CENTRE_CALLER) as session:
            agree_terms(
                session, client_id=self.client_id, valid_from=date(2026, 1, 1), now=NOW, **terms
            )

    def wish(self, instalments: int | None = 4, **facts: Any) -> NewPlan:
        rhythm = facts.pop("rhythm", Rhythm(first_on=facts.pop("first_on", FIRST)))
        told = {"currency": "EUR", "instalments": instalments} | facts
        return NewPlan(customer_id=self.customer_id, rhythm=rhythm, **told)

    def propose(self, *, by: str = "Anna", now: datetime = NOW, **facts: Any) -> PaymentPlan:
        with self.store.begin(CENTRE_CALLER) as session:
            return operations.propose_plan(
                session, client_id=self.client_id, plan=self.wish(**facts), by=by, now=now
            )

    def act(
        self, act: Any, plan: PaymentPlan, /, *, now: datetime = NOW, **told: Any
    ) -> PaymentPlan:
        with self.store.begin(told.pop("caller", CENTRE_CALLER)) as session:
            found: PaymentPlan = act(
                session, client_id=self.client_id, plan_id=plan.card.id, now=now, **told
            )
            return found

    def approve(self, plan: PaymentPlan, *, by: str = "Carlo", **told: Any) -> PaymentPlan:
        """Approve a plan with another login than it was proposed with."""
        return self.act(operations.approve_plan, plan, by=by, **({"caller": SECOND} | told))

    def plan(self, plan: PaymentPlan | PlanId) -> PaymentPlan:
        plan_id = plan.card.id if isinstance(plan, PaymentPlan) else plan
        with self.store.read(CENTRE_CALLER) as session:
            return queries.plan(session, client_id=self.client_id, plan_id=plan_id)

    def plans(self) -> list[PaymentPlan]:
        with self.store.read(CENTRE_CALLER) as session:
            return queries.plans_of(session, **self.whose)

    def grant(
        self, kind: str = "pause", *, until: date = FIRST, now: datetime = NOW, **facts: Any
    ) -> Relief:
        new = NewRelief(self.customer_id, ReliefKind(kind), until, **facts)
        with self.store.begin(CENTRE_CALLER) as session:
            return operations.grant_relief(
                session, client_id=self.client_id, relief=new, by="Anna", now=now
            )

    def announce(
        self,
        *,
        amount_minor: int = 12_000,
        invoice: InvoiceId | None = None,
        paid_on: date = TODAY,
        now: datetime = NOW,
        currency: str = "EUR",
    ) -> Proof:
        new = NewProof(self.customer_id, invoice or self.f1, Money(amount_minor, currency), paid_on)
        with self.store.begin(CENTRE_CALLER) as session:
            return operations.announce_proof(
                session, client_id=self.client_id, proof=new, by="Anna", now=now
            )

    def proofs(self) -> list[Proof]:
        with self.store.read(CENTRE_CALLER) as session:
            return queries.proofs_of(session, **self.whose)

    def pay(self, number: str, minor: int, on: date, **facts: Any) -> Any:
        return worlds.pay(
            self.store, self.client_id, self.customer_id, number,
            amount_minor=minor, received_on=on, **facts,
        )  # fmt: skip

    def take_back(self, entry_id: Any, on: date) -> None:
        with self.store.begin(CENTRE_CALLER) as session:
            record_chargeback(
                session, client_id=self.client_id, payment_id=entry_id, number=f"CB-{entry_id}",
                returned_on=on, now=noon(on),
            )  # fmt: skip

    def review(self, on: date) -> Review:
        return worlds.review(self.store, self.client_id, now=noon(on))

    def held(self, at: datetime = NOW) -> list[tuple[str, InvoiceId | None]]:
        with self.store.read(CENTRE_CALLER) as session:
            found = holds.standing(session, at=at, **self.whose)
        return sorted({(one.reason, one.invoice_id) for one in found}, key=str)

    def unanswered(self) -> tuple[Unanswered, ...]:
        with self.store.read(CENTRE_CALLER) as session:
            found = queries.broken_unanswered(
                session, client_id=self.client_id, customer_ids=[self.customer_id]
            )
        return found.get(self.customer_id, ())

    def served(self) -> dict[Any, int]:
        """Sum by payment what of it served words that are closed."""
        table = model.ServedShare
        with self.store.read(CENTRE_CALLER) as session:
            rows = session.execute(
                select(table.entry_id, func.sum(table.amount_minor))
                .where(table.client_id == self.client_id, table.is_proof.is_(False))
                .group_by(table.entry_id)
            )
            return {entry_id: int(minor) for entry_id, minor in rows}


def after(day: date, days: int) -> date:
    """Count on in calendar days."""
    return day + timedelta(days=days)
