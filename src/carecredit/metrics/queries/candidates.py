"""Which documents may have a part in a measure: a few too many perhaps, never one too few."""

from datetime import date, datetime
from enum import Enum, auto
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)

from carecredit.kernel.calendars import DayRange
from carecredit.kernel.ids import ClientId
from carecredit.metrics.queries.facts import Late
from carecredit.metrics.rules.catalogue import Metric
from carecredit.metrics.rules.windows import average_points, day_before
from carecredit.receivables.model import Allocation, Invoice, LedgerEntry, Standing
from carecredit.receivables.rules import EntryKind
from carecredit.store.paging import raw


class _Kind(Enum):
    """What a measure is added up from."""

    BALANCE = auto()
    OPEN = auto()
    """What is open of invoices, without money that stands apart."""
    CASH = auto()
    SALES = auto()
    BAD_DEBT = auto()
    BOTH = auto()
    """Balances, and the sales between them."""


_FLOWING = frozenset({_Kind.CASH, _Kind.SALES, _Kind.BAD_DEBT})
_KINDS = (
    ("receivables.unapplied", _Kind.BALANCE),
    ("receivables.net", _Kind.BALANCE),
    ("aging.due.unapplied", _Kind.BALANCE),
    ("aging.invoice.unapplied", _Kind.BALANCE),
    ("receivables.", _Kind.OPEN),
    ("aging.", _Kind.OPEN),
    ("invoices.open_count", _Kind.OPEN),
    ("percent_current", _Kind.OPEN),
    ("dso.best_possible", _Kind.OPEN),
    ("dso.delinquent", _Kind.OPEN),
    ("days_to_pay", _Kind.CASH),
    ("days_late", _Kind.CASH),
    ("on_time", _Kind.CASH),
    ("recovery", _Kind.CASH),
    ("sales", _Kind.SALES),
    ("turnover", _Kind.SALES),
    ("bad_debt_ratio", _Kind.BAD_DEBT),
    ("cei", _Kind.BOTH),
)
"""By how a family's name begins, the special before the general; any other is of a balance."""


class Reach(Struct, frozen=True):
    """The days a measure looks at: balances at the end of some, flows from the first to the last.

    What it does not look at at all stands as none.
    """

    balances: tuple[date, ...]
    flows: tuple[date, date] | None
    of_entries: bool
    """Whether money that stands apart, or credits and write-offs, have a part in it."""
    of_invoices: bool


def reach(metric: Metric, day: date) -> Reach:
    """Say which days of the book a measure looks at."""
    family, window = metric.family, metric.window
    kind = next((kind for start, kind in _KINDS if family.startswith(start)), _Kind.BALANCE)
    span = window.ending(day) if window else DayRange(date.min, day)
    days = {
        "dso.average_month_ends": average_points(span) if window else (),
        "dso.average_ends": (day_before(span), day) if window else (),
        "cei": (day_before(span), day) if window else (),
    }
    root = family if family in days else family.split(".")[0]
    return Reach(
        balances=() if kind in _FLOWING else days.get(root, (day,)),
        flows=(span.first, span.last) if kind in {*_FLOWING, _Kind.BOTH} else None,
        of_entries=kind not in {_Kind.OPEN, _Kind.CASH},
        of_invoices=kind is not _Kind.BAD_DEBT,
    )


def documents_of(client_id: ClientId, found: Reach, known: datetime | None) -> Select[Any]:
    """Select the keys of invoices that may have a part."""
    invoice = Invoice
    conditions: list[ColumnElement[bool]] = [false()]
    if found.of_invoices and found.balances:
        conditions.append(_may_stand(client_id, min(found.balances), max(found.balances), known))
    if found.of_invoices and found.flows:
        first, last = found.flows
        conditions += [
            invoice.invoiced_on.between(first, last),
            exists().where(
                Allocation.client_id == invoice.client_id,
                Allocation.invoice_id == invoice.id,
                Allocation.effective_on.between(first, last),
            ),
        ]
    return select(raw(invoice.id)).where(invoice.client_id == client_id, or_(*conditions))


def entries_of(client_id: ClientId, found: Reach, known: datetime | None) -> Select[Any]:
    """Select the keys of entries that may have a part."""
    entry = LedgerEntry
    conditions: list[ColumnElement[bool]] = [false()]
    if found.of_entries and found.balances:
        conditions.append(_may_wait(min(found.balances), max(found.balances), known))
    if found.of_entries and found.flows:
        first, last = found.flows
        flowing = [EntryKind.CREDIT_NOTE, EntryKind.WRITE_OFF, EntryKind.RECOVERY]
        conditions.append(
            and_(
                entry.effective_on.between(first, last),
                entry.kind.in_([kind.value for kind in flowing]),
            )
        )
    return select(raw(entry.id)).where(entry.client_id == client_id, or_(*conditions))


def unsettled(client_id: ClientId, day: date) -> CompoundSelect[Any]:
    """Select the keys of invoices not settled for good by a day, as all that is recorded has it.

    Two ranges of the index on its day: with OR between them SQLite would walk all standings.
    """
    mine = select(Standing.invoice_id).where(Standing.client_id == client_id)
    return union_all(
        mine.where(Standing.settled_on.is_(None)), mine.where(Standing.settled_on > day)
    )


def late_after(known: datetime | None) -> Late:
    """Call late what was recorded after an instant (none: nothing is)."""

    def late(table: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = table.recorded_at > known
        return found

    return late if known is not None else lambda _table: literal(value=False)


def _may_stand(
    client_id: ClientId, first: date, last: date, known: datetime | None
) -> ColumnElement[bool]:
    """Leave out what was settled before the first day, as all that is recorded has it."""
    issued = Invoice.invoiced_on <= last
    if known is not None:
        return issued
    live = Invoice.id.in_(unsettled(client_id, first))
    applied = (
        select(func.coalesce(func.sum(Allocation.amount_minor), 0))
        .where(
            Allocation.client_id == Invoice.client_id,
            Allocation.invoice_id == Invoice.id,
            Allocation.amount_minor > 0,
        )
        .scalar_subquery()
    )
    return and_(issued, or_(live, applied > Invoice.gross_minor))


def _may_wait(first: date, last: date, known: datetime | None) -> ColumnElement[bool]:
    """Leave out what had been put on invoices of its days, all of it, by the first day."""
    came = LedgerEntry.effective_on <= last
    if known is not None:
        return came
    share, invoice = Allocation, Invoice
    settled = (
        select(func.coalesce(func.sum(share.amount_minor), 0))
        .join(invoice, and_(invoice.client_id == share.client_id, invoice.id == share.invoice_id))
        .where(
            share.client_id == LedgerEntry.client_id,
            share.entry_id == LedgerEntry.id,
            share.applied_on <= first,
            invoice.invoiced_on <= first,
        )
        .scalar_subquery()
    )
    undone = exists().where(
        share.client_id == LedgerEntry.client_id,
        share.entry_id == LedgerEntry.id,
        share.amount_minor < 0,
    )
    later = LedgerEntry.effective_on > first
    return and_(came, or_(later, undone, settled != LedgerEntry.amount_minor))
