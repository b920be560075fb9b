"""Many rows read column by column, where every cell is plain: the same values, far sooner.

A chunk with any cell that a plain reading cannot take is read row by row instead, where the cell is
named. So nothing is decided here that `documents` decides otherwise; a test compares the two.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from operator import lt
from typing import Any

import msgspec

from carecredit.intake.rules.cells import (
    TEXT_LENGTH_MAX,
    Place,
    begins_at,
    parse_day,
    parse_past,
    parse_recorded,
)
from carecredit.intake.rules.oddities import APPLIED_FIRST, DUE_FIRST, OF_NOTHING
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import check_currency, parse_minors
from carecredit.receivables.rules import EntryKind, InvoiceKind, check_segment

Rows = Sequence[Sequence[str]]
_NOT_PLAIN = Invalid("these rows are to be read one by one")


class InvoiceColumns(msgspec.Struct, frozen=True):
    """Documents that ask for payment, by column: plain invoices without a dispute."""

    numbers: Sequence[str]
    customers: Sequence[str]
    invoiced_on: Sequence[date]
    due_on: Sequence[date | None]
    currencies: Sequence[str]
    gross_minor: Sequence[int]
    tax_minor: Sequence[int | None]
    segments: Sequence[str | None]
    recorded_at: Sequence[datetime]
    recorded_said: Sequence[bool]
    kind: str = InvoiceKind.INVOICE.value

    @property
    def odd(self) -> Counter[str]:
        """Count what is odd in rows that are taken all the same."""
        pairs = zip(self.due_on, self.invoiced_on, strict=True)
        due_first = sum(due is not None and due < invoiced for due, invoiced in pairs)
        return +Counter({DUE_FIRST: due_first, OF_NOTHING: self.gross_minor.count(0)})


class EntryColumns(msgspec.Struct, frozen=True):
    """Movements of one kind that settle, by column."""

    kind: EntryKind
    numbers: Sequence[str]
    customers: Sequence[str]
    invoices: Sequence[str | None]
    effective_on: Sequence[date]
    applied_on: Sequence[date]
    currencies: Sequence[str]
    amount_minor: Sequence[int]
    tax_minor: Sequence[int | None]
    segments: Sequence[str | None]
    reasons: Sequence[str | None]
    recorded_at: Sequence[datetime]
    recorded_said: Sequence[bool]

    @property
    def odd(self) -> Counter[str]:
        """Count what is odd in rows that are taken all the same."""
        return +Counter({APPLIED_FIRST: sum(map(lt, self.applied_on, self.effective_on))})


class Plain(msgspec.Struct, frozen=True):
    """What a chunk says by column, and the places of the rows that are to be read one by one."""

    columns: Any
    rest: Sequence[int]


def plain_invoices(header: Sequence[str], rows: Rows, place: Place) -> Plain | None:
    """Read rows of invoices.csv by column; none where that cannot be."""
    odd = ("kind", "split_payment", "disputed_from", "disputed_to")
    return _plain(header, rows, "invoice_id", odd, lambda cells: _invoices(cells, place))


def plain_payments(header: Sequence[str], rows: Rows, place: Place) -> Plain | None:
    """Read rows of payments.csv by column; none where that cannot be."""
    columns = ("payment_id", "payment_date", "amount")
    return _movements(header, rows, place, EntryKind.PAYMENT, columns)


def plain_credit_notes(header: Sequence[str], rows: Rows, place: Place) -> Plain | None:
    """Read rows of credit_notes.csv by column; none where that cannot be."""
    columns = ("credit_note_id", "credit_date", "gross_amount")
    return _movements(header, rows, place, EntryKind.CREDIT_NOTE, columns)


def _movements(
    header: Sequence[str], rows: Rows, place: Place, kind: EntryKind, columns: tuple[str, str, str]
) -> Plain | None:
    odd = ("related_id", "related_kind")
    return _plain(header, rows, columns[0], odd, lambda it: _entries(it, place, kind, columns))


def _plain(
    header: Sequence[str],
    rows: Rows,
    number: str,
    odd: Iterable[str],
    read: Callable[["_Cells"], Any],
) -> Plain | None:
    """Read by column what is plain; a number that stands twice is for whoever compares rows."""
    if not rows or set(map(len, rows)) != {len(header)}:
        return None
    by_name: Mapping[str, Sequence[str]] = dict(zip(header, zip(*rows, strict=True), strict=True))
    rest = {
        index
        for name in odd
        if name in by_name and any(by_name[name])
        for index, cell in enumerate(by_name[name])
        if cell.strip()
    }
    numbers = [cell.strip() for cell in by_name[number]]
    if len(set(numbers)) < len(numbers) or len(rest) == len(numbers):
        return None
    if rest:
        kept = [row for index, row in enumerate(rows) if index not in rest]
        by_name = dict(zip(header, zip(*kept, strict=True), strict=True))
    try:
        return Plain(read(_Cells(by_name, len(numbers) - len(rest))), sorted(rest))
    except Invalid:
        return None


class _Cells:
    """The cells of many rows by column; one that is not plain raises `Invalid`."""

    def __init__(self, columns: Mapping[str, Sequence[str]], count: int) -> None:
        self._columns = columns
        self._none: Sequence[Any] = [None] * count

    def texts(self, column: str) -> Sequence[str]:
        """Read cells that must hold something."""
        cells = self._clean(column)
        if not all(cells):
            raise _NOT_PLAIN
        return cells

    def maybe_texts(self, column: str) -> Sequence[str | None]:
        """Read cells that may be empty."""
        cells = self._clean(column)
        return [cell or None for cell in cells] if any(cells) else self._none

    def parsed(self, column: str, parse: Callable[..., Any], *given: Any) -> Sequence[Any]:
        """Read cells by a reader of their own: each text once, as most stand there many times."""
        return _once_each(self.texts(column), parse, *given)

    def maybe_parsed(self, column: str, parse: Callable[..., Any], *given: Any) -> Sequence[Any]:
        """Read cells that may be empty by a reader of their own."""
        cells = self._clean(column)
        if not any(cells):
            return self._none
        return _once_each(cells, lambda text: parse(text, *given) if text else None)

    def minors(self, column: str, currencies: Sequence[str]) -> Sequence[int]:
        """Read amounts that must be stated."""
        return parse_minors(self.texts(column), currencies)

    def maybe_minors(self, column: str, currencies: Sequence[str]) -> Sequence[int | None]:
        """Read amounts that may be left out."""
        cells = self._clean(column)
        if all(cells):
            return parse_minors(cells, currencies) if cells else self._none
        stated = [(text, one) for text, one in zip(cells, currencies, strict=False) if text]
        read = iter(parse_minors([text for text, _ in stated], [one for _, one in stated]))
        return [next(read) if text else None for text in cells] if stated else self._none

    def _clean(self, column: str) -> Sequence[str]:
        cells = self._columns.get(column, ())
        together = "".join(cells)
        if not together.isprintable() or max(map(len, cells), default=0) > TEXT_LENGTH_MAX:
            raise _NOT_PLAIN
        return [cell.strip() for cell in cells] if " " in together else cells


def _once_each(cells: Sequence[str], parse: Callable[..., Any], *given: Any) -> list[Any]:
    known = {text: parse(text, *given) for text in set(cells)}
    return list(map(known.__getitem__, cells))


def _recorded(cells: _Cells, place: Place, days: Sequence[date]) -> Sequence[datetime]:
    """Read `recorded_at`; where it is empty the effective date serves."""
    stated = cells.maybe_parsed("recorded_at", parse_recorded, place)
    if all(stated):
        return stated
    pairs = zip(stated, days, strict=True)
    return [instant or begins_at(day, place.zone) for instant, day in pairs]


def _said(cells: _Cells) -> Sequence[bool]:
    return [text is not None for text in cells.maybe_texts("recorded_at")]


def _invoices(cells: _Cells, place: Place) -> InvoiceColumns:
    invoiced_on = cells.parsed("invoice_date", parse_day)
    currencies = cells.parsed("currency", check_currency)
    return InvoiceColumns(
        cells.texts("invoice_id"),
        cells.texts("customer_id"),
        invoiced_on,
        cells.maybe_parsed("due_date", parse_day),
        currencies,
        cells.minors("gross_amount", currencies),
        cells.maybe_minors("tax_amount", currencies),
        cells.maybe_parsed("segment", check_segment),
        _recorded(cells, place, invoiced_on),
        _said(cells),
    )


def _entries(
    cells: _Cells, place: Place, kind: EntryKind, columns: tuple[str, str, str]
) -> EntryColumns:
    number, day, amount = columns
    effective_on = cells.parsed(day, parse_past, place)
    currencies = cells.parsed("currency", check_currency)
    invoices = cells.maybe_texts("invoice_id")
    minors = cells.minors(amount, currencies)
    if min(minors) <= 0:
        raise _NOT_PLAIN
    return EntryColumns(
        kind,
        cells.texts(number),
        cells.texts("customer_id"),
        invoices,
        effective_on,
        _applied(cells, place, invoices, effective_on),
        currencies,
        minors,
        cells.maybe_minors("tax_amount", currencies),
        cells.maybe_parsed("segment", check_segment),
        cells.maybe_texts("reason"),
        _recorded(cells, place, effective_on),
        _said(cells),
    )


def _applied(
    cells: _Cells, place: Place, invoices: Sequence[str | None], effective_on: Sequence[date]
) -> Sequence[date]:
    """Read `applied_date`: it needs an invoice; where it is empty the own day serves."""
    stated = cells.maybe_parsed("applied_date", parse_past, place)
    if any(day and not invoice for day, invoice in zip(stated, invoices, strict=True)):
        raise _NOT_PLAIN
    return [day or own for day, own in zip(stated, effective_on, strict=True)]
