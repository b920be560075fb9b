"""Reading the union of holds."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from carecredit.customers.model import Customer, PersonStop
from carecredit.customers.queries import person_of
from carecredit.holds import model, views
from carecredit.holds.rules import AGEING, LOOKED_AT, HoldReason
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, PersonId
from carecredit.receivables.model import Invoice
from carecredit.store.paging import among

_STANDING = tuple(getattr(model.Hold, name) for name in views.StandingHold.__struct_fields__)


def standing(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, at: datetime
) -> list[views.StandingHold]:
    """List the holds of a customer in force at an instant."""
    found = standing_of(session, client_id=client_id, customer_ids=[customer_id], at=at)
    return found.get(customer_id, [])


def standing_of(
    session: Session,
    *,
    client_id: ClientId,
    customer_ids: Sequence[CustomerId],
    at: datetime,
    ahead: timedelta = timedelta(0),
    known_at: datetime | None = None,
) -> dict[CustomerId, list[views.StandingHold]]:
    """List the holds in force at an instant (or beginning so soon after it), by customer.

    Where it is asked what was known at an instant, one recorded later counts for nothing.
    """
    table = model.Hold
    rows = session.execute(
        select(*_STANDING)
        .where(
            table.client_id == client_id,
            among(session, table.customer_id, customer_ids),
            *_in_force(table, at, ahead, known_at),
        )
        .order_by(table.starts_at, table.id)
    )
    found: dict[CustomerId, list[views.StandingHold]] = {}
    for row in rows:
        hold = views.StandingHold(*row)
        found.setdefault(hold.customer_id, []).append(hold)
    return found


def stands_for(session: Session, *, client_id: ClientId, source_id: UUID, at: datetime) -> bool:
    """Say whether a hold that a dispute, promise or plan asked for stands at an instant."""
    table = model.Hold
    found = session.execute(
        select(table.id)
        .where(
            table.client_id == client_id,
            table.source_id == source_id,
            table.starts_at <= at,
            or_(table.ends_at.is_(None), table.ends_at > at),
        )
        .limit(1)
    ).first()
    return found is not None


def spans_of(
    session: Session, *, client_id: ClientId, customer_ids: Sequence[CustomerId], until: datetime
) -> dict[CustomerId, list[tuple[InvoiceId | None, datetime, datetime | None]]]:
    """List the holds that spare the courtesy age, over or not: of what, from when, until when."""
    table = model.Hold
    rows = session.execute(
        select(table.customer_id, table.invoice_id, table.starts_at, table.ends_at).where(
            table.client_id == client_id,
            table.customer_id.in_(customer_ids),
            table.starts_at <= until,
            table.reason.not_in([reason.value for reason in AGEING]),
        )
    )
    found: dict[CustomerId, list[tuple[InvoiceId | None, datetime, datetime | None]]] = {}
    for customer_id, invoice_id, starts_at, ends_at in rows:
        found.setdefault(customer_id, []).append((invoice_id, starts_at, ends_at))
    return found


def to_review(
    session: Session, *, client_id: ClientId, today: date, at: datetime
) -> list[views.StandingHold]:
    """List the holds that somebody told us of, and pauses, whose day to look again has come."""
    table = model.Hold
    rows = session.execute(
        select(*_STANDING)
        .where(
            table.client_id == client_id,
            table.review_on <= today,
            table.reason.in_([reason.value for reason in LOOKED_AT]),
            *_in_force(table, at, timedelta(0), None),
        )
        .order_by(table.review_on, table.id)
    )
    return [views.StandingHold(*row) for row in rows]


def silencing(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, at: datetime
) -> frozenset[str]:
    """Name why we are silent with a customer: the holds of its card, and what stops the person."""
    mine = standing(session, client_id=client_id, customer_id=customer_id, at=at)
    person_id = person_of(session, client_id=client_id, customer_id=customer_id)
    stops = stops_of_persons(session, person_ids=[person_id], at=at).get(person_id, [])
    return frozenset({*(one.reason for one in mine), *(one.reason for one in stops)})


def begun_by(
    session: Session,
    *,
    client_id: ClientId,
    customer_ids: Collection[CustomerId],
    until: datetime,
    reasons: Collection[HoldReason],
) -> dict[CustomerId, tuple[views.Span, ...]]:
    """List the holds for some reasons that have begun, over or not, by customer."""
    table, told = model.Hold, [reason.value for reason in reasons]
    rows = session.execute(
        select(
            table.customer_id, table.reason, table.invoice_id, Invoice.currency,
            table.starts_at, table.ends_at, table.recorded_at,
        )
        .outerjoin(
            Invoice,
            and_(Invoice.client_id == table.client_id, Invoice.id == table.invoice_id),
        )
        .where(
            table.client_id == client_id,
            among(session, table.customer_id, customer_ids),
            table.starts_at <= until,
            table.reason.in_(told),
        )
        .order_by(table.starts_at, table.id)
    )  # fmt: skip
    found: dict[CustomerId, tuple[views.Span, ...]] = {}
    for row in rows:
        span = views.Span(*row)
        found[span.customer_id] = (*found.get(span.customer_id, ()), span)
    return found


def stopped_everywhere(
    session: Session, *, client_id: ClientId, customer_ids: Collection[CustomerId], at: datetime
) -> frozenset[CustomerId]:
    """Say which customers' persons a stop spares, told to whichever client company."""
    query = (
        select(Customer.id)
        .join(PersonStop, PersonStop.person_id == Customer.person_id)
        .where(
            Customer.client_id == client_id,
            among(session, Customer.id, customer_ids),
            *_in_force(PersonStop, at, timedelta(0), None),
        )
    )
    return frozenset(session.execute(query).scalars())


def stops_of_persons(
    session: Session,
    *,
    person_ids: Collection[PersonId],
    at: datetime,
    ahead: timedelta = timedelta(0),
    known_at: datetime | None = None,
) -> dict[PersonId, list[views.PersonStop]]:
    """List what stops everything about money for persons, told to whichever client company."""
    table = PersonStop
    columns = [getattr(table, name) for name in views.PersonStop.__struct_fields__]
    rows = session.execute(
        select(*columns)
        .where(
            among(session, table.person_id, person_ids),
            *_in_force(table, at, ahead, known_at),
        )
        .order_by(table.starts_at, table.id)
    )
    found: dict[PersonId, list[views.PersonStop]] = {}
    for row in rows:
        stop = views.PersonStop(*row)
        found.setdefault(stop.person_id, []).append(stop)
    return found


def _in_force(
    table: Any, at: datetime, ahead: timedelta, known_at: datetime | None
) -> Iterator[ColumnElement[bool]]:
    yield table.starts_at <= at + ahead
    yield or_(table.ends_at.is_(None), table.ends_at > at)
    if known_at is not None:
        yield table.recorded_at <= known_at
