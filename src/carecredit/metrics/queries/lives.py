"""Loading lives: of customers with a contract, of those without by a rule, of a study."""

from collections import defaultdict
from collections.abc import Hashable
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import case, func, literal, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from carecredit.customers import queries as customers
from carecredit.customers.model import Customer, Relationship
from carecredit.kernel.calendars import DAY, DayRange, start_of_day, zone
from carecredit.kernel.errors import Invalid, NotFound
from carecredit.kernel.ids import ClientId
from carecredit.mandates.views import Client
from carecredit.metrics.queries.relations import customer_facts
from carecredit.metrics.rules.lives import LAPSE_DAYS_MAX, Life, lapsing, life_of
from carecredit.metrics.rules.survival import Lives, Time
from carecredit.outreach.model import Contact
from carecredit.outreach.rules import Disposition, event_kind
from carecredit.receivables.model import Allocation, Invoice, LedgerEntry

Keyed = dict[Hashable, Life]
_UNREACHED = tuple(one.value for one in Disposition if event_kind(one) == "attempt")


class UnknownStudy(NotFound):
    """No study goes by that name."""

    code = "study_unknown"


def contract_lives(session: Session, *, client_id: ClientId, known: datetime | None) -> Keyed:
    """Load the customers with a contract, as known until an instant."""
    facts = customer_facts(session, client_id=client_id, known=known)
    return {key: life_of(fact) for key, fact in facts.items()}


def lapsed_lives(
    session: Session, *, client_id: ClientId, known: datetime | None, as_of: date, days: int
) -> Keyed:
    """Load the customers without a contract; who is not invoiced for so many days has lapsed."""
    if not 0 < days <= LAPSE_DAYS_MAX:
        raise Invalid(f"a lapse is 1 to {LAPSE_DAYS_MAX} days, not {days}", field="lapse_days")
    bought: defaultdict[Hashable, list[date]] = defaultdict(list)
    segments: dict[Hashable, str | None] = {}
    for key, segment, day in session.execute(_purchases(client_id, known, as_of)):
        bought[key].append(day)
        segments[key] = segment
    return {key: lapsing(segments[key], mine, days) for key, mine in bought.items()}


def _purchases(client_id: ClientId, known: datetime | None, as_of: date) -> Any:
    contracted = select(Relationship.customer_id).where(Relationship.client_id == client_id)
    query = (
        select(type_coerce(Customer.id, NullType()), Customer.segment, Invoice.invoiced_on)
        .join(
            Invoice,
            (Invoice.client_id == Customer.client_id) & (Invoice.customer_id == Customer.id),
        )
        .where(
            Customer.client_id == client_id,
            Invoice.invoiced_on <= as_of,
            Customer.id.not_in(contracted),
        )
        .distinct()
    )
    return query if known is None else query.where(Invoice.recorded_at <= known)


def first_late(
    session: Session, *, client_id: ClientId, known: datetime | None, as_of: date
) -> dict[Hashable, date]:
    """Find the day on which each customer was first late: after a due date passed unpaid.

    The due date, not the late payment: who never paid is in it, and nothing looks ahead.
    """
    due = func.coalesce(Invoice.due_on, Invoice.invoiced_on)
    day = case((due < Invoice.invoiced_on, Invoice.invoiced_on), else_=due)
    in_time = (Allocation.applied_on <= day) & (LedgerEntry.effective_on <= day)
    paid = func.coalesce(func.sum(case((in_time, Allocation.amount_minor), else_=0)), 0)
    seen_share = literal(value=True) if known is None else Allocation.recorded_at <= known
    seen_entry = literal(value=True) if known is None else LedgerEntry.recorded_at <= known
    query = (
        select(Invoice.customer_id.label("customer"), day.label("day"))
        .outerjoin(
            Allocation,
            (Allocation.client_id == Invoice.client_id)
            & (Allocation.invoice_id == Invoice.id)
            & seen_share,
        )
        .outerjoin(
            LedgerEntry,
            (LedgerEntry.client_id == Allocation.client_id)
            & (LedgerEntry.id == Allocation.entry_id)
            & seen_entry,
        )
        .where(Invoice.client_id == client_id, day < as_of)
        .group_by(Invoice.id, Invoice.customer_id, day, Invoice.gross_minor)
        .having(paid < Invoice.gross_minor)
    )
    if known is not None:
        query = query.where(Invoice.recorded_at <= known)
    late = query.subquery()
    customer = type_coerce(late.c.customer, NullType())
    firsts = select(customer, func.min(late.c.day)).group_by(late.c.customer)
    return {key: found + DAY for key, found in session.execute(firsts)}


def contacted(
    session: Session, *, client: Client, span: DayRange, known: datetime | None
) -> set[Hashable]:
    """Find the customers we reached on some local days; a try that reached nobody is none."""
    at = zone(client.zone)
    query = (
        select(type_coerce(Contact.customer_id, NullType()))
        .where(
            Contact.client_id == client.id,
            Contact.direction == "out",
            Contact.disposition.not_in(_UNREACHED),
            Contact.started_at >= start_of_day(span.first, at),
            Contact.started_at < start_of_day(span.last + DAY, at),
        )
        .distinct()
    )
    if known is not None:
        query = query.where(Contact.started_at <= known)
    return set(session.execute(query).scalars())


def study_lives(
    session: Session, *, client_id: ClientId, name: str, known: datetime | None
) -> dict[str, Lives]:
    """Load a study by its groups; an unknown one raises `UnknownStudy`."""
    found = customers.study(session, client_id=client_id, name=name, known=known)
    if found is None:
        names = ", ".join(customers.study_names(session, client_id=client_id)) or "none yet"
        raise UnknownStudy(f"no study {name!r}; known: {names}", field="study")
    cells = customers.study_cells(session, client_id=client_id, study_id=found.id)
    groups: defaultdict[str, dict[tuple[Time, str], int]] = defaultdict(dict)
    for cell, subjects in cells.items():
        time = Fraction(cell.duration)
        exact: Time = int(time) if time.denominator == 1 else time
        groups[cell.group][exact, cell.cause] = subjects
    return dict(groups)
