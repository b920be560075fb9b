"""Agreeing in a wrap-up: a promise, a plan, a payment on its way."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from carecredit.arrangements.operations import (
    NewPlan,
    NewPromise,
    NewProof,
    announce_proof,
    propose_plan,
    record_promise,
)
from carecredit.arrangements.rules import Rhythm
from carecredit.kernel.calendars import DAY, start_of_day, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import (
    ClientId,
    PlanId,
    PromiseId,
    ProofId,
)
from carecredit.kernel.money import Money, check_currency
from carecredit.mandates import queries as mandates
from carecredit.outreach.operations.contacts import InHand
from carecredit.outreach.rules import WrapUp
from carecredit.store.session import caller_of


class Work:
    """The transaction, the contact and the instant that everything is written in."""

    def __init__(
        self, session: Session, client_id: ClientId, contact: InHand, now: datetime
    ) -> None:
        self.session, self.client_id, self.contact, self.now = session, client_id, contact, now
        self.whom: dict[str, Any] = {
            "client_id": client_id,
            "customer_id": contact.customer_id,
        }

    def end_of(self, day: date) -> datetime:
        """Give the last second of a day at the client company's place."""
        at = zone(mandates.client(self.session, client_id=self.client_id).zone)
        return start_of_day(day + DAY, at) - timedelta(seconds=1)


def agree_promise(work: Work, wrap_up: WrapUp) -> PromiseId | None:
    """Take the promise that was given in a contact."""
    given = wrap_up.promise
    if given is None:
        return None
    promise = NewPromise(
        work.contact.customer_id,
        Money.parse(given.amount, check_currency(given.currency)),
        given.promised_on,
        given_to=caller_of(work.session).name,
        given_by=given.given_by,
        method=given.method,
        invoices=given.invoices,
        contact_id=work.contact.id,
        remind=given.remind,
    )
    return record_promise(work.session, client_id=work.client_id, promise=promise, now=work.now)


def agree_plan(work: Work, wrap_up: WrapUp) -> PlanId | None:
    """Agree, or propose, the plan that was wished for in a contact."""
    wished = wrap_up.plan
    if wished is None:
        return None
    currency = check_currency(wished.currency)
    each = Money.parse(wished.each, currency).minor if wished.each is not None else None
    plan = NewPlan(
        work.contact.customer_id,
        currency,
        Rhythm(wished.first_on),
        instalments=wished.instalments,
        each_minor=each,
        invoices=wished.invoices,
        remind=wished.remind,
        contact_id=work.contact.id,
    )
    agreed = propose_plan(work.session, client_id=work.client_id, plan=plan, now=work.now)
    return agreed.card.id


def note_proof(work: Work, wrap_up: WrapUp) -> ProofId | None:
    """Wait for the payment that a customer told us of in a contact."""
    told = wrap_up.proof
    if told is None:
        return None
    proof = NewProof(
        work.contact.customer_id,
        told.invoice_id,
        Money.parse(told.amount, check_currency(told.currency)),
        told.paid_on,
        method=told.method,
        reference=told.reference,
        contact_id=work.contact.id,
    )
    return announce_proof(work.session, client_id=work.client_id, proof=proof, now=work.now).id


@contextmanager
def part(name: str) -> Iterator[None]:
    """Tell what is wrong with a part of a wrap-up under its name."""
    try:
        yield
    except Invalid as error:
        field = error.field or ""
        if not field.startswith(name):
            error.field = f"{name}.{field}" if field else name
        raise
