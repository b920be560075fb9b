"""The one pass over a book: every invoice and every entry is met once, for all dates together."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from datetime import date
from itertools import pairwise

from carecredit.metrics.rules.facts import Book, DisputeFact, EntryFact, InvoiceFact
from carecredit.metrics.rules.payment import cash_line
from carecredit.metrics.rules.plan import Plan
from carecredit.metrics.rules.receivables import (
    Share,
    cash_lines,
    disputed_spans,
    standing,
    sum_by_segment,
    unapplied_by_segment,
)
from carecredit.metrics.rules.tally import Tally, merged, stand

Cell = tuple[str | None, str]
"""A segment (none: the whole) and a currency."""
Applied = list[tuple[date, int]]

_NEVER = date.max
_EVER = date.max.toordinal() + 1


def sweep(book: Book, plan: Plan) -> dict[Cell, Tally]:
    """Add up the book at every point of a plan, by segment and currency, and for the whole."""
    parts: defaultdict[Cell, Tally] = defaultdict(lambda: Tally(plan))
    applied: defaultdict[Hashable, Applied] = defaultdict(list)
    for entry in book.entries:
        _meet_entry(book, plan, entry, parts, applied)
    disputes = _by_invoice(book.disputes)
    for key, invoice in book.invoices.items():
        if invoice.known:
            tally = parts[invoice.segment, invoice.currency]
            tally.add_sale(invoice)
            _meet_invoice(plan, tally, invoice, applied.get(key, ()), disputes.get(key, ()))
    return _with_whole(plan, parts)


def _with_whole(plan: Plan, parts: dict[Cell, Tally]) -> dict[Cell, Tally]:
    cells = {cell: tally for cell, tally in parts.items() if cell[0] is not None}
    for currency in {currency for _, currency in parts}:
        mine = (tally for (_, each), tally in parts.items() if each == currency)
        cells[None, currency] = merged(plan, mine)
    return cells


def _by_invoice(
    disputes: Sequence[DisputeFact],
) -> dict[Hashable, list[tuple[date, date | None]]]:
    found: defaultdict[Hashable, list[tuple[date, date | None]]] = defaultdict(list)
    for dispute in disputes:
        found[dispute.invoice].append((dispute.disputed_from, dispute.disputed_to))
    return found


def _meet_invoice(
    plan: Plan,
    tally: Tally,
    invoice: InvoiceFact,
    applied: Sequence[tuple[date, int]],
    disputes: Sequence[tuple[date, date | None]],
) -> None:
    spans = disputed_spans(disputes) if disputes else ()
    for first, until, applied_minor in _stretches(invoice.invoiced_on, applied):
        start, stop = plan.point_from(first), plan.point_from(until)
        if start == stop:
            continue
        now = standing(invoice.gross_minor, applied_minor)
        if now.excess_minor:
            stand(tally.unapplied, now.excess_minor, start, stop)
        if now.open_minor:
            tally.add_open(plan, invoice, now.open_minor, start, stop)
            for span in spans:
                begin = max(start, plan.point_from(span.first.toordinal()))
                end = min(stop, plan.point_from(span.last.toordinal() + 1))
                if begin < end:
                    stand(tally.disputed, now.open_minor, begin, end)


def _stretches(
    invoiced_on: date, applied: Sequence[tuple[date, int]]
) -> Iterator[tuple[int, int, int]]:
    """Cut the life of an invoice where something is applied: from, until (ordinals), applied."""
    first, total = invoiced_on.toordinal(), 0
    for day, minor in sorted(applied) if len(applied) > 1 else applied:
        number = day.toordinal()
        if number > first:
            yield first, number, total
        first, total = number, total + minor
    yield first, _EVER, total


def _meet_entry(
    book: Book,
    plan: Plan,
    entry: EntryFact,
    parts: defaultdict[Cell, Tally],
    applied: defaultdict[Hashable, Applied],
) -> None:
    shares = [
        Share(
            *_place(book.invoices.get(share.invoice), entry, share.applied_on), share.amount_minor
        )
        for share in entry.shares
    ]
    for fact, share in zip(entry.shares, shares, strict=True):
        if share.counts_on < _NEVER:
            applied[fact.invoice].append((share.counts_on, share.amount_minor))
    _leave_unapplied(plan, entry, shares, parts)
    if entry.kind == "payment":
        if plan.paid:
            _meet_cash(book, plan, entry, shares, parts)
    else:
        _meet_reduction(entry, shares, parts)


def _place(
    invoice: InvoiceFact | None, entry: EntryFact, applied_on: date
) -> tuple[str | None, date, date]:
    if invoice is None:
        return None, applied_on, _NEVER
    if not invoice.known or invoice.currency != entry.currency:
        return invoice.segment, applied_on, _NEVER
    return invoice.segment, applied_on, max(applied_on, entry.effective_on, invoice.invoiced_on)


def _leave_unapplied(
    plan: Plan, entry: EntryFact, shares: list[Share], parts: defaultdict[Cell, Tally]
) -> None:
    if len(shares) == 1 and shares[0].amount_minor == entry.amount_minor:
        (share,) = shares
        if share.counts_on > entry.effective_on:
            start = plan.point_from(entry.effective_on.toordinal())
            stop = plan.point_from(share.counts_on.toordinal())
            if start < stop:
                cell = share.segment, entry.currency
                stand(parts[cell].unapplied, entry.amount_minor, start, stop)
        return
    for first, until in pairwise(_turns(entry.effective_on, shares)):
        start = plan.point_from(first.toordinal())
        stop = len(plan.points) if until == _NEVER else plan.point_from(until.toordinal())
        if start < stop:
            now = unapplied_by_segment(entry.amount_minor, shares, first)
            for segment, minor in now.items():
                stand(parts[segment, entry.currency].unapplied, minor, start, stop)


def _turns(effective_on: date, shares: list[Share]) -> list[date]:
    """List the days from which what is unapplied of an entry may differ, and the end of time."""
    days = {share.applied_on for share in shares} | {share.counts_on for share in shares}
    later = {day for day in days if effective_on < day < _NEVER}
    return [effective_on, *sorted(later), _NEVER]


def _meet_reduction(entry: EntryFact, shares: list[Share], parts: defaultdict[Cell, Tally]) -> None:
    for segment, minor in sum_by_segment(entry.amount_minor, shares).items():
        tally = parts[segment, entry.currency]
        if entry.kind == "credit_note":
            tally.sales[entry.effective_on] -= minor
        else:
            tally.written_off[entry.effective_on] += minor


def _meet_cash(
    book: Book,
    plan: Plan,
    entry: EntryFact,
    shares: list[Share],
    parts: defaultdict[Cell, Tally],
) -> None:
    by_invoice: defaultdict[Hashable, list[Share]] = defaultdict(list)
    for fact, share in zip(entry.shares, shares, strict=True):
        if share.counts_on < _NEVER:
            by_invoice[fact.invoice].append(share)
    for key, mine in by_invoice.items():
        _meet_lines(plan, parts, entry, book.invoices[key], mine)


def _meet_lines(
    plan: Plan,
    parts: defaultdict[Cell, Tally],
    entry: EntryFact,
    invoice: InvoiceFact,
    shares: list[Share],
) -> None:
    days = sorted({share.counts_on.toordinal() for share in shares})
    for first, until in pairwise([*days, _EVER]):
        lines, minor = cash_lines(
            [share for share in shares if share.counts_on.toordinal() <= first]
        )
        if lines:
            line = cash_line(
                lines=lines,
                minor=minor,
                pay_days=(entry.effective_on - invoice.invoiced_on).days,
                late_days=(entry.effective_on - invoice.due_on).days,
            )
            tally = parts[invoice.segment, invoice.currency]
            tally.add_cash(plan, line, entry.effective_on, (first, until))
