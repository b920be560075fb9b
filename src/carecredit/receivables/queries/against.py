"""Reading what stands against some invoices, by their ids: shares, due dates, disputes."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    exists,
    select,
    true,
)
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId, InvoiceId
from carecredit.receivables import model
from carecredit.store.paging import integer_sum

Rows = Select[*tuple[Any, ...]]
CLIENT: BindParameter[Any] = bindparam("client_id")
DAY: BindParameter[Any] = bindparam("day")
KNOWN: BindParameter[Any] = bindparam("known_at")
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_IDS_MAX = 5_000
"""Databases take only so many values in one statement."""


class Seen(NamedTuple):
    """Some invoices, looked at as of the end of a day and as known at an instant."""

    client_id: ClientId
    ids: Sequence[InvoiceId]
    day: date
    known_at: datetime | None

    def rows(self, session: Session, query: Callable[[bool], Rows]) -> Iterator[Any]:
        """Read the rows of a query that speak of these invoices, some thousands at a time."""
        built = query(self.known_at is not None)
        told = words(self.client_id, self.day, self.known_at)
        for first in range(0, len(self.ids), _IDS_MAX):
            yield from session.execute(built, told | {"ids": self.ids[first : first + _IDS_MAX]})


def known_by(table: Any, known_at: datetime | None) -> ColumnElement[bool]:
    """Narrow rows to those recorded by an instant (none named: all)."""
    return true() if known_at is None else table.recorded_at <= known_at


def words(client_id: ClientId, day: date, known_at: datetime | None) -> dict[str, Any]:
    """Name what statements that are built once have to be told."""
    return {"client_id": client_id, "day": day, "known_at": known_at}


def applied_to(invoice: type[model.Invoice], *, known: bool) -> ColumnElement[int]:
    """Sum what is applied to the invoice at hand at the end of a day.

    Looked up for each, not joined: without statistics a planner may walk through every share.
    """
    share = model.Allocation
    query = select(integer_sum(share.amount_minor)).where(
        share.client_id == invoice.client_id,
        share.invoice_id == invoice.id,
        share.applied_on <= DAY,
        share.effective_on <= DAY,
    )
    return (query.where(share.recorded_at <= KNOWN) if known else query).scalar_subquery()


def due_dates(session: Session, seen: Seen) -> dict[InvoiceId, list[tuple[date, int]]]:
    """List the due dates of those of some invoices that have several."""
    found: dict[InvoiceId, list[tuple[date, int]]] = {}
    for invoice_id, due_on, minor in seen.rows(session, _due):
        found.setdefault(invoice_id, []).append((due_on, minor))
    return found


def contested_by(session: Session, seen: Seen) -> dict[InvoiceId, list[int | None]]:
    """List what is contested of some invoices at the end of a day (None: all that is open)."""
    found: dict[InvoiceId, list[int | None]] = {}
    for invoice_id, minor in seen.rows(session, _disputed):
        found.setdefault(invoice_id, []).append(minor)
    return found


# Built once: putting a statement together takes longer than the database does to answer it.


@cache
def _due(known: bool) -> Rows:  # noqa: FBT001 - one of two statements
    part = model.Instalment
    columns: Rows = select(part.invoice_id, part.due_on, part.amount_minor)
    return columns.where(*_of(part, known=known))


@cache
def _disputed(known: bool) -> Rows:  # noqa: FBT001 - one of two statements
    table, end = model.Dispute, model.DisputeEnd
    ended = exists().where(
        end.client_id == table.client_id,
        end.dispute_id == table.id,
        end.disputed_to <= DAY,
        *([end.recorded_at <= KNOWN] if known else []),
    )
    columns: Rows = select(table.invoice_id, table.amount_minor)
    return columns.where(*_of(table, known=known), table.disputed_from <= DAY, ~ended)


def _of(table: Any, *, known: bool) -> list[ColumnElement[bool]]:
    mine = [table.client_id == CLIENT, table.invoice_id.in_(_IDS)]
    return [*mine, table.recorded_at <= KNOWN] if known else mine
