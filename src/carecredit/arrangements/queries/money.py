"""Reading which of a customer's euros serve which promise, instalment or proof, as of a day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from carecredit.arrangements import model, rules, views
from carecredit.kernel.calendars import local_date, start_of_day
from carecredit.kernel.ids import ClientId, CustomerId, EntryId, InvoiceId
from carecredit.receivables import queries as receivables
from carecredit.receivables.views import OpenInvoice

RECORDED_LATE = timedelta(days=60)
"""A payment may be put on the books so long after its day, and still fill a plan made between."""


class Look(msgspec.Struct, frozen=True):
    """Whose money is looked at, in which currency, at the end of which local day."""

    client_id: ClientId
    customer_id: CustomerId
    currency: str
    at: tzinfo
    today: date


def word_shares(
    session: Session,
    *,
    look: Look,
    promises: Sequence[views.Promise],
    plan: views.PaymentPlan | None,
    known_by: datetime | None = None,
) -> tuple[rules.Share, ...]:
    """Put a customer's euros of a currency to promises and instalments; none serves two.

    `known_by` leaves out what came on the books later: it belongs to what was agreed since.
    """
    claims = [_of_promise(one, plan, look.at) for one in promises]
    claims += _of_plan(plan, look) if plan else []
    received = _received(session, look, claims, with_places=plan is not None)
    if known_by is not None:
        received = [one for one in received if one.known_at <= known_by]
    spent = _spent(session, look, is_proof=False)
    return rules.serve(received, claims, spent)


def proof_shares(
    session: Session, *, look: Look, proofs: Sequence[views.Proof]
) -> tuple[rules.Share, ...]:
    """Put a customer's euros to the payments it announced; none proves two."""
    claims = [
        rules.Claim(
            key=(one.id, 0),
            due_on=one.paid_on,
            first=one.paid_on,
            last=look.today,
            wanted_minor=one.amount_minor,
            known_after=one.announced_at,
        )
        for one in proofs
    ]
    received = _received(session, look, claims, with_places=False)
    return rules.serve(received, claims, _spent(session, look, is_proof=True))


def open_of(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    currency: str,
    today: date,
    only: Iterable[InvoiceId] | None = None,
    never: Iterable[InvoiceId] = (),
) -> dict[InvoiceId, int]:
    """Give by invoice what is open at the end of a day: of some, or of all, but some."""
    found = open_items(
        session, client_id=client_id, customer_id=customer_id, currency=currency, today=today,
        only=only, never=never,
    )  # fmt: skip
    return {item.id: item.open_minor for item in found}


def open_items(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    currency: str,
    today: date,
    only: Iterable[InvoiceId] | None = None,
    never: Iterable[InvoiceId] = (),
) -> list[OpenInvoice]:
    """List the invoices in a currency that are open at the end of a day, of some or of all."""
    named, left_out = None if only is None else set(only), set(never)
    found = receivables.open_invoices(
        session, client_id=client_id, customer_ids=[customer_id], today=today
    )
    return [
        item
        for item in found.get(customer_id, [])
        if item.currency == currency
        and (named is None or item.id in named)
        and item.id not in left_out
    ]


def _of_promise(one: views.Promise, plan: views.PaymentPlan | None, at: tzinfo) -> rules.Claim:
    return rules.Claim(
        key=(one.id, 0),
        due_on=one.promised_on,
        first=local_date(one.given_at, at),
        last=one.promised_on + timedelta(days=one.grace_days),
        wanted_minor=one.amount_minor,
        never=frozenset(plan.invoices) if plan else frozenset(),
    )


def _of_plan(plan: views.PaymentPlan, look: Look) -> list[rules.Claim]:
    first = local_date(plan.card.proposed_at, look.at) - RECORDED_LATE
    return [
        rules.Claim(
            key=(plan.card.id, part.position),
            due_on=part.due_on,
            first=first,
            last=look.today,
            wanted_minor=part.amount_minor,
            only=frozenset(plan.invoices),
            known_after=plan.card.proposed_at,
        )
        for part in plan.instalments
    ]


def _received(
    session: Session, look: Look, claims: Sequence[rules.Claim], *, with_places: bool
) -> list[rules.Received]:
    """Read the payments that may serve some claims, and where each stands if that matters."""
    if not claims:
        return []
    whose: dict[str, Any] = {"client_id": look.client_id, "customer_id": look.customer_id}
    first = min(claim.first for claim in claims)
    paid = receivables.incoming(
        session, currency=look.currency, first=first, last=look.today, **whose
    )
    places: dict[EntryId, dict[InvoiceId, int]] = {}
    if with_places:
        places = receivables.placed(
            session, client_id=look.client_id, entry_ids=[one.id for one in paid]
        )
    return [
        rules.Received(
            one.id,
            one.on,
            one.minor,
            max(one.recorded_at, start_of_day(one.on, look.at)),
            places.get(one.id, {}),
        )
        for one in paid
    ]


def _spent(session: Session, look: Look, *, is_proof: bool) -> dict[EntryId, int]:
    table = model.ServedShare
    rows = session.execute(
        select(table.entry_id, func.sum(table.amount_minor))
        .where(
            table.client_id == look.client_id,
            table.customer_id == look.customer_id,
            table.is_proof == is_proof,
        )
        .group_by(table.entry_id)
    )
    return {entry_id: int(minor) for entry_id, minor in rows}
