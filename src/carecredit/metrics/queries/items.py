"""Reading what is due, item by item: open at two days, and what came between them.

An invoice is one item, read in one statement with its sums; one with instalments is as many, and is
read with all that was put on it, since what comes fills the oldest due first.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from datetime import date
from operator import itemgetter
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from carecredit.metrics.queries.candidates import unsettled
from carecredit.metrics.queries.scope import Scope
from carecredit.metrics.rules.items import (
    CASH,
    CREDIT,
    SETTLES_AS,
    Item,
    Part,
    applied_minor,
    by_instalment,
    open_minor,
)
from carecredit.receivables.model import Allocation, Instalment, Invoice, LedgerEntry
from carecredit.store.paging import integer_sum, raw, rows

PAYMENT = "payment"
CREDITS = tuple(kind for kind, settles_as in SETTLES_AS.items() if settles_as == CREDIT)

due = func.coalesce(Invoice.due_on, Invoice.invoiced_on)
"""Without a due date an invoice is due on its own date."""
SHARES = and_(Allocation.client_id == Invoice.client_id, Allocation.invoice_id == Invoice.id)
ENTRIES = and_(
    LedgerEntry.client_id == Allocation.client_id,
    LedgerEntry.id == Allocation.entry_id,
    LedgerEntry.currency == Invoice.currency,
)
IN_ONE = ~(
    select(1)
    .where(Instalment.client_id == Invoice.client_id, Instalment.invoice_id == Invoice.id)
    .correlate(Invoice)
    .exists()
)
"""Invoices that are due in one."""


class Followed(Struct, frozen=True, gc=False):
    """One item: open at the first day and at the last, net cash and credit between them."""

    customer: Hashable
    due_on: date
    open_minor: int
    open_later_minor: int
    cash_minor: int
    credit_minor: int


def seen(scope: Scope, *columns: InstrumentedAttribute[Any]) -> list[ColumnElement[bool]]:
    """Keep what was known by then."""
    kept: list[ColumnElement[bool]] = []
    if scope.known is not None:
        kept += [column <= scope.known for column in columns]
    if scope.without:
        kept += [column.class_.book_id.not_in(scope.without) for column in columns]
    return kept


def within(scope: Scope) -> list[ColumnElement[bool]]:
    """Keep the invoices of a scope."""
    conditions = [Invoice.client_id == scope.client_id, Invoice.currency == scope.currency]
    if scope.segment is not None:
        conditions.append(Invoice.segment == scope.segment)
    if scope.customers is not None:
        conditions.append(raw(Invoice.customer_id).in_(scope.customers))
    return [*conditions, *seen(scope, Invoice.recorded_at)]


def by(day: date) -> ColumnElement[bool]:
    """Keep the shares that stand at the end of a day on an invoice dated by then."""
    return and_(
        Allocation.applied_on <= day, Allocation.effective_on <= day, LedgerEntry.id.is_not(None)
    )


def shares_seen(scope: Scope) -> ColumnElement[bool]:
    """Tie shares to their invoice, as far as they were known."""
    return and_(SHARES, *seen(scope, Allocation.recorded_at))


def entries_seen(scope: Scope) -> ColumnElement[bool]:
    """Tie entries to their shares, as far as they were known."""
    return and_(ENTRIES, *seen(scope, LedgerEntry.recorded_at))


def followed(session: Session, scope: Scope, *, first: date, last: date) -> Iterator[Followed]:
    """Follow every item that is open at the first day or at the last."""
    yield from _in_one(session, scope, first, last)
    for customer, _, item in items(session, scope, _may_be_open(scope, first), until=last):
        found = Followed(
            customer,
            item.due_on,
            open_minor(item, first),
            open_minor(item, last),
            applied_minor(item, last, CASH) - applied_minor(item, first, CASH),
            applied_minor(item, last, CREDIT) - applied_minor(item, first, CREDIT),
        )
        if found.open_minor or found.open_later_minor:
            yield found


def items(
    session: Session, scope: Scope, *conditions: ColumnElement[bool], until: date
) -> Iterator[tuple[Hashable, str | None, Item]]:
    """Read each instalment (customer, segment, item) of the invoices that have several."""
    several = _in_several(scope)
    invoices = (
        select(raw(Invoice.id), raw(Invoice.customer_id), Invoice.segment, Invoice.invoiced_on)
        .where(*within(scope), Invoice.invoiced_on <= until, several, *conditions)
        .order_by(Invoice.id)
    )
    found = session.execute(invoices).all()
    if not found:
        return
    dues, parts = _instalments(session, scope), parts_of(session, scope, several, *conditions)
    for key, customer, segment, invoiced_on in found:
        for item in by_instalment(invoiced_on, dues.get(key, ()), parts.get(key, ())):
            yield customer, segment, item


def _in_several(scope: Scope) -> ColumnElement[bool]:
    """Keep the invoices that are due in instalments: few, so that they are looked up by key."""
    mine = select(Instalment.invoice_id).where(Instalment.client_id == scope.client_id)
    return Invoice.id.in_(mine)


def parts_of(
    session: Session, scope: Scope, *conditions: ColumnElement[bool]
) -> dict[Hashable, list[Part]]:
    """Read what was put on some invoices, by invoice."""
    query = (
        select(
            raw(Allocation.id),
            raw(Allocation.invoice_id),
            Allocation.applied_on,
            Allocation.effective_on,
            Invoice.invoiced_on,
            LedgerEntry.kind,
            Allocation.amount_minor,
        )
        .select_from(Invoice)
        .join(Allocation, shares_seen(scope))
        .join(LedgerEntry, entries_seen(scope))
        .where(*within(scope), *conditions)
    )
    found: defaultdict[Hashable, list[Part]] = defaultdict(list)
    # Put in order here: asked to, SQLite would walk all shares by their keys.
    told = sorted(rows(session, query), key=itemgetter(0))
    for _, key, applied_on, effective_on, invoiced_on, kind, minor in told:
        day = max(applied_on, effective_on, invoiced_on)
        found[key].append(Part(day, SETTLES_AS[kind], minor, effective_on))
    return found


def _in_one(session: Session, scope: Scope, first: date, last: date) -> Iterator[Followed]:
    minor, between = Allocation.amount_minor, and_(by(last), ~by(first))
    then, later = (_open(day) for day in (first, last))
    query = (
        select(
            raw(Invoice.customer_id),
            due,
            then,
            later,
            integer_sum(case((and_(between, LedgerEntry.kind == PAYMENT), minor))),
            integer_sum(case((and_(between, LedgerEntry.kind.in_(CREDITS)), minor))),
        )
        .select_from(Invoice)
        .outerjoin(Allocation, shares_seen(scope))
        .outerjoin(LedgerEntry, entries_seen(scope))
        .where(
            *within(scope),
            Invoice.invoiced_on <= last,
            Invoice.gross_minor > 0,
            IN_ONE,
            _may_be_open(scope, first),
        )
        .group_by(Invoice.client_id, Invoice.id)
        .having(or_(then > 0, later > 0))
    )
    for customer, due_on, open_then, open_later, cash, credit in rows(session, query):
        yield Followed(customer, due_on, max(open_then, 0), max(open_later, 0), cash, credit)


def _open(day: date) -> ColumnElement[int]:
    left = Invoice.gross_minor - integer_sum(case((by(day), Allocation.amount_minor)))
    return case((Invoice.invoiced_on <= day, left), else_=0)


def _may_be_open(scope: Scope, day: date) -> ColumnElement[bool]:
    """Leave out what is settled by a day, as all that is recorded has it; else look at all."""
    if scope.known is not None or scope.customers is not None:
        return Invoice.invoiced_on.is_not(None)
    return Invoice.id.in_(unsettled(scope.client_id, day))


def _instalments(session: Session, scope: Scope) -> dict[Hashable, list[tuple[date, int]]]:
    query = select(raw(Instalment.invoice_id), Instalment.due_on, Instalment.amount_minor).where(
        Instalment.client_id == scope.client_id
    )
    if scope.customers is not None:
        theirs = raw(Invoice.customer_id).in_(scope.customers)
        query = query.join(
            Invoice,
            and_(Invoice.client_id == Instalment.client_id, Invoice.id == Instalment.invoice_id),
        ).where(theirs)
    found: defaultdict[Hashable, list[tuple[date, int]]] = defaultdict(list)
    for key, due_on, minor in session.execute(query):
        found[key].append((due_on, minor))
    return found
