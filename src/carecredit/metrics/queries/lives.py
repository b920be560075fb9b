"""Loading lives: of customers with a contract, of those without by a rule, of a study."""

from collections import defaultdict
from collections.abc import Hashable
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select, type_coerce, union_all
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from carecredit.customers import queries as customers
from carecredit.customers.model import Customer, Relationship
from carecredit.kernel.calendars import DAY, DayRange, start_of_day, zone
from carecredit.kernel.errors import Invalid, NotFound
from carecredit.kernel.ids import ClientId
from carecredit.mandates.views import Client
from carecredit.metrics.queries.relations import customer_facts, relations_state
from carecredit.metrics.rules.durations import LAPSE_DAYS_MAX, Life, lapsing, life_of
from carecredit.metrics.rules.survival import Lives, Time
from carecredit.outreach.model import Contact
from carecredit.outreach.rules import Disposition, event_kind
from carecredit.receivables.model import Allocation, Instalment, Invoice
from carecredit.receivables.rules import InvoiceKind
from carecredit.store.keeping import recall

Keyed = dict[Hashable, Life]
_UNREACHED = tuple(one.value for one in Disposition if event_kind(one) == "attempt")


class UnknownStudy(NotFound):
    """No study goes by that name."""

    code = "study_unknown"


def contract_lives(session: Session, *, client_id: ClientId, known: datetime | None) -> Keyed:
    """Load the customers with a contract, as known until an instant.

    What is known by now is kept as long as no statement and no card is new.
    """

    def read() -> Keyed:
        facts = customer_facts(session, client_id=client_id, known=known)
        return {key: life_of(fact) for key, fact in facts.items()}

    if known is not None:
        return read()
    return recall(
        session, ("lives", client_id, relations_state(session, client_id=client_id)), read
    )


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
            Invoice.kind == InvoiceKind.INVOICE.value,
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
    due = union_all(_whole_dues(client_id, known), _instalment_dues(client_id, known)).subquery()
    in_time = (Allocation.applied_on <= due.c.day) & (Allocation.effective_on <= due.c.day)
    paid = func.coalesce(func.sum(case((in_time, Allocation.amount_minor), else_=0)), 0)
    late = (
        select(due.c.customer_id, due.c.day)
        .outerjoin(
            Allocation,
            (Allocation.client_id == client_id)
            & (Allocation.invoice_id == due.c.invoice_id)
            & _seen(Allocation, known),
        )
        .where(due.c.day < as_of)
        .group_by(due.c.invoice_id, due.c.customer_id, due.c.day, due.c.wanted_minor)
        .having(paid < due.c.wanted_minor)
        .subquery()
    )
    customer = type_coerce(late.c.customer_id, NullType())
    firsts = select(customer, func.min(late.c.day)).group_by(late.c.customer_id)
    return {key: found + DAY for key, found in session.execute(firsts)}


def _seen(table: Any, known: datetime | None) -> ColumnElement[bool]:
    return literal(value=True) if known is None else table.recorded_at <= known


def _whole_dues(client_id: ClientId, known: datetime | None) -> Any:
    """Select the due date of each document that has one alone, never before its own date."""
    due = func.coalesce(Invoice.due_on, Invoice.invoiced_on)
    parts = select(Instalment.invoice_id).where(Instalment.client_id == client_id)
    return select(
        Invoice.id.label("invoice_id"),
        Invoice.customer_id,
        case((due < Invoice.invoiced_on, Invoice.invoiced_on), else_=due).label("day"),
        Invoice.gross_minor.label("wanted_minor"),
    ).where(Invoice.client_id == client_id, _seen(Invoice, known), Invoice.id.not_in(parts))


def _instalment_dues(client_id: ClientId, known: datetime | None) -> Any:
    """Select the due dates of instalments: by each, all up to it must have come in."""
    wanted = func.sum(Instalment.amount_minor).over(
        partition_by=Instalment.invoice_id, order_by=(Instalment.due_on, Instalment.position)
    )
    day = case(
        (Instalment.due_on < Invoice.invoiced_on, Invoice.invoiced_on), else_=Instalment.due_on
    )
    return (
        select(Invoice.id, Invoice.customer_id, day, wanted)
        .join(
            Invoice,
            (Invoice.client_id == Instalment.client_id) & (Invoice.id == Instalment.invoice_id),
        )
        .where(Instalment.client_id == client_id, _seen(Invoice, known))
    )


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
