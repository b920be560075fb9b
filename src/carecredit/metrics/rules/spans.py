"""What each customer has open from which day to which, and the cash that came: rows of forecasts.

Plain sums, as those by day are: what is added with +1 and again with -1 leaves nothing.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from datetime import date
from itertools import pairwise

from carecredit.metrics.rules.facts import NEVER, Due, InvoiceFact
from carecredit.metrics.rules.items import CASH, CREDIT, Part, by_instalment
from carecredit.metrics.rules.lives import Steps, by_due, life

MONTH_DAYS = 30
SpanKey = tuple[str, int, int, Hashable, str, int]
"""Currency, last day, first day, customer, segment (empty: none), due day; days are ordinals."""
CashKey = tuple[str, int, int, Hashable, str]
"""Currency, day received, day from which it stands, customer, segment."""


class CustomerRows:
    """Sums by customer: what is open; what cash came, and the same times its days late."""

    def __init__(self) -> None:
        self.spans: defaultdict[SpanKey, int] = defaultdict(int)
        self.cash: defaultdict[CashKey, list[int]] = defaultdict(_pair)

    def __len__(self) -> int:
        return len(self.spans) + len(self.cash)

    def clear(self) -> None:
        """Forget what was collected: it is stored."""
        self.spans.clear()
        self.cash.clear()

    def span_rows(self) -> Iterator[tuple[SpanKey, tuple[int]]]:
        """Give the spans that change something."""
        return ((key, (minor,)) for key, minor in self.spans.items() if minor)

    def cash_rows(self) -> Iterator[tuple[CashKey, tuple[int, int]]]:
        """Give the cash that changes something."""
        return ((key, (minor, days)) for key, (minor, days) in self.cash.items() if minor or days)


class Marks:
    """A mark of very many rows, by currency and month, that is the same where their sums are.

    Each amount is added times a number made of its key: what is added and taken off leaves nothing,
    and what stands under another key is seen. No row is kept.
    """

    def __init__(self) -> None:
        self.sums: defaultdict[tuple[str, str, int], int] = defaultdict(int)

    def add(self, rows: CustomerRows) -> None:
        """Add rows to the mark."""
        for told, listed in (("open spans", rows.span_rows()), ("cash", rows.cash_rows())):
            for key, amounts in listed:
                mark = sum(hash((key, place)) * each for place, each in enumerate(amounts))
                self.sums[told, key[0], key[2] // MONTH_DAYS] += mark

    def unlike(self, other: "Marks") -> list[str]:
        """Name the months in which two marks are not the same."""
        keys = sorted(self.sums.keys() | other.sums.keys())
        return [
            f"{told} of customers, {currency}, in the {MONTH_DAYS} days from "
            f"{date.fromordinal(max(part * MONTH_DAYS, 1))}: stored otherwise than the entries say"
            for told, currency, part in keys
            if self.sums[told, currency, part] != other.sums[told, currency, part]
        ]


def add_customer_rows(rows: CustomerRows, invoice: InvoiceFact, sign: int = 1) -> None:
    """Add what an invoice has open, stretch by stretch, and each share of cash put on it."""
    if invoice.gross_minor > 0:  # one with a negative amount asks for nothing
        steps = [(stretch.day, stretch.open_minor) for stretch in life(invoice)]
        parts = [steps] if len(invoice.dues) == 1 else by_due(steps, invoice.dues)
        for due, mine in zip(invoice.dues, parts, strict=True):
            _add_spans(rows, invoice, due, mine, sign)
    for received_on, counts_on, due_on, minor in _cash(invoice):
        row = rows.cash[
            invoice.currency, received_on, counts_on, invoice.customer, invoice.segment or ""
        ]
        row[0] += sign * minor
        row[1] += sign * minor * (received_on - due_on)


def _add_spans(rows: CustomerRows, invoice: InvoiceFact, due: Due, steps: Steps, sign: int) -> None:
    for (day, minor), (until, _) in pairwise([*steps, (NEVER, 0)]):
        if minor:
            key = (
                invoice.currency,
                until - 1,
                day,
                invoice.customer,
                invoice.segment or "",
                due.day,
            )
            rows.spans[key] += sign * minor


def _cash(invoice: InvoiceFact) -> Iterator[tuple[int, int, int, int]]:
    """List what cash brought: day received, day it counts from, due day, amount; minus undoes."""
    if len(invoice.dues) == 1:
        due_on = invoice.dues[0].day
        for share in invoice.shares:
            if share.is_cash:
                yield share.received_on, share.counts_on, due_on, share.amount_minor
    elif any(share.is_cash for share in invoice.shares):
        yield from _cash_by_instalment(invoice)


def _cash_by_instalment(invoice: InvoiceFact) -> Iterator[tuple[int, int, int, int]]:
    day = date.fromordinal
    parts = (
        Part(
            day(share.counts_on),
            CASH if share.is_cash else CREDIT,
            share.amount_minor,
            day(share.received_on),
        )
        for share in invoice.shares
    )
    dues = [(day(due.day), due.amount_minor) for due in invoice.dues]
    for item in by_instalment(day(invoice.invoiced_on), dues, parts):
        for part in item.parts:
            if part.settles_as == CASH and part.received_on is not None:
                received_on, counts_on = part.received_on.toordinal(), part.counts_on.toordinal()
                yield received_on, counts_on, item.due_on.toordinal(), part.minor


def _pair() -> list[int]:
    return [0, 0]
