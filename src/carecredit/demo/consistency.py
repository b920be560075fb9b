"""Says what does not add up in a made world, in sentences; an empty list is a sound one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise

import phonenumbers

from carecredit.demo.promising import BETWEEN_DAYS
from carecredit.demo.rows import Company, CreditNote, Customer, Invoice, Payment, World, WriteOff

ENDED_REASONS = frozenset({"moved", "chose_to_leave", "debt", "write_off", "deceased"})
DOMAINS = frozenset({"example.com", "example.org"})
"""Domains kept for examples (RFC 2606): no mail leaves for anybody real."""
ROUND_MINOR = 1000
"""An over-payment is somebody rounding up to the next ten."""

_Movement = Payment | CreditNote | WriteOff


def faults(world: World) -> list[str]:
    """List everything wrong with a world."""
    found = list(_identities(world))
    for company in world.companies:
        for check in (_ids, _references, _cards, _invoices, _entries, _sums, _promises):
            found += [f"{company.code}: {fault}" for fault in check(company)]
        found += [f"{company.code}: {fault}" for fault in _future(company, world.today)]
    return found


def _identities(world: World) -> Iterator[str]:
    """Find two persons under one number or address, or one person under two."""
    seen: dict[str, str] = {}
    for customer in (row for company in world.companies for row in company.customers):
        for point in filter(None, (customer.phone, customer.email)):
            if seen.setdefault(point, customer.name) != customer.name:
                yield f"{point} is both {seen[point]}'s and {customer.name}'s"


def _ids(company: Company) -> Iterator[str]:
    kinds: tuple[Iterable[Customer | Invoice | _Movement], ...] = (
        company.customers,
        company.invoices,
        *_movements(company),
    )
    for rows in kinds:
        counted = Counter(row.number for row in rows)
        yield from (f"{number} stands twice" for number, count in counted.items() if count > 1)


def _references(company: Company) -> Iterator[str]:
    customers = {row.number for row in company.customers}
    invoices = {row.number: row.customer for row in company.invoices}
    yield from (
        f"invoice {row.number} has no customer"
        for row in company.invoices
        if row.customer not in customers
    )
    for row in (row for rows in _movements(company) for row in rows):
        if row.customer not in customers:
            yield f"{row.number} has no customer"
        if row.invoice is not None and invoices.get(row.invoice) != row.customer:
            yield f"{row.number} settles an invoice that its customer does not have"


def _cards(company: Company) -> Iterator[str]:
    for row in company.customers:
        if row.phone is not None and not _is_valid(row.phone):
            yield f"{row.phone} of {row.number} is no number"
        if row.email is not None and row.email.partition("@")[2] not in DOMAINS:
            yield f"{row.email} of {row.number} could be somebody's"
        if (row.ended_on is None) != (row.ended_reason is None):
            yield f"{row.number} ended without a day or a reason"
        if row.ended_reason is not None and row.ended_reason not in ENDED_REASONS:
            yield f"{row.number} ended for an unknown reason, {row.ended_reason}"
        if row.ended_on is not None and row.ended_on < row.started_on:
            yield f"{row.number} ended before it started"


def _is_valid(phone: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(phone))


def _invoices(company: Company) -> Iterator[str]:
    cards = {row.number: row for row in company.customers}
    for row in company.invoices:
        if not 0 < row.tax_minor < row.gross_minor or row.currency != company.currency:
            yield f"invoice {row.number} has a wrong amount"
        if not row.invoiced_on <= row.due_on or row.recorded_on < row.invoiced_on:
            yield f"invoice {row.number} has days out of order"
        if row.customer in cards and not _is_customer_on(cards[row.customer], row.invoiced_on):
            yield f"invoice {row.number} is for somebody who was no customer then"
        if not _is_dispute_in_order(row):
            yield f"invoice {row.number} is contested before it is there, or backwards"


def _entries(company: Company) -> Iterator[str]:
    for payment in company.payments:
        if payment.applied_on is not None and payment.applied_on < payment.received_on:
            yield f"{payment.number} is applied before it came"
    for entry, effective_on in _effective(company):
        if entry.recorded_on < effective_on or _minor(entry) <= 0:
            yield f"{entry.number} was entered before it happened, or is of nothing"


def _is_customer_on(customer: Customer, day: date) -> bool:
    return customer.started_on <= day <= (customer.ended_on or date.max)


def _is_dispute_in_order(invoice: Invoice) -> bool:
    if invoice.disputed_from is None:
        return invoice.disputed_to is None
    end = invoice.disputed_to or date.max
    return invoice.invoiced_on <= invoice.disputed_from < end


def _sums(company: Company) -> Iterator[str]:
    """Find invoices settled beyond their amount, save by one last payment rounded up."""
    settled: dict[str, list[tuple[date, bool, int]]] = defaultdict(list)
    for row, effective_on in _effective(company):
        if row.invoice is not None:
            settled[row.invoice].append((effective_on, isinstance(row, Payment), _minor(row)))
    for invoice in company.invoices:
        movements = sorted(settled[invoice.number])
        open_minor = invoice.gross_minor - sum(minor for _, _, minor in movements)
        if open_minor < 0 and not _is_rounded_up(movements[-1], -open_minor):
            yield f"invoice {invoice.number} is settled {-open_minor} beyond its amount"
        if movements and movements[0][0] < invoice.invoiced_on:
            yield f"invoice {invoice.number} is settled before it was written"


def _is_rounded_up(movement: tuple[date, bool, int], beyond_minor: int) -> bool:
    _, is_payment, minor = movement
    return is_payment and minor % ROUND_MINOR == 0 and beyond_minor < ROUND_MINOR


def _promises(company: Company) -> Iterator[str]:
    days: dict[str, list[tuple[date, date]]] = defaultdict(list)
    customers = {row.number for row in company.customers}
    for row in company.promises:
        days[row.customer].append((row.given_on, row.promised_on))
        if row.customer not in customers or row.amount_minor <= 0:
            yield f"a promise of {row.given_on} is nobody's, or of nothing"
        if row.promised_on <= row.given_on or row.currency != company.currency:
            yield f"a promise of {row.customer} on {row.given_on} cannot be kept"
    yield from _beyond_what_is_open(company)
    for customer, given in days.items():
        for (_, promised_on), (given_on, _) in pairwise(sorted(given)):
            if given_on < promised_on + timedelta(days=BETWEEN_DAYS):
                yield f"{customer} gives a promise on {given_on} beside one not yet judged"


def _beyond_what_is_open(company: Company) -> Iterator[str]:
    """Find promises of more than the customer's invoices had open on the day they were given."""
    steps: dict[str, dict[str, list[tuple[date, int]]]] = defaultdict(lambda: defaultdict(list))
    for invoice in company.invoices:
        step = (invoice.invoiced_on, invoice.gross_minor)
        steps[invoice.customer][invoice.number].append(step)
    for row, effective_on in _effective(company):
        if row.invoice is not None:
            steps[row.customer][row.invoice].append((effective_on, -_minor(row)))
    for promise in company.promises:
        given_on = promise.given_on
        balances = (
            sum(minor for day, minor in invoice if day <= given_on)
            for invoice in steps[promise.customer].values()
        )
        # What was paid too much on one invoice makes no other smaller.
        if promise.amount_minor > sum(max(0, balance) for balance in balances):
            yield f"{promise.customer} promises more on {given_on} than is open"


def _future(company: Company, today: date) -> Iterator[str]:
    """Find what cannot be known at the end of a day."""
    latest: list[tuple[str, date]] = [
        *((row.number, row.recorded_on) for row in company.invoices),
        *((row.number, row.disputed_from or today) for row in company.invoices),
        *((row.number, row.disputed_to or today) for row in company.invoices),
        *((row.number, row.recorded_on) for row, _ in _effective(company)),
        *((row.number, row.applied_on or today) for row in company.payments),
        *((row.number, row.started_on) for row in company.customers),
        *((row.number, row.ended_on or today) for row in company.customers),
        *((row.customer, row.given_on) for row in company.promises),
    ]
    yield from (f"{number} knows the future" for number, day in latest if day > today)


def _movements(company: Company) -> tuple[Iterable[_Movement], ...]:
    return company.payments, company.credit_notes, company.write_offs


def _effective(company: Company) -> Iterator[tuple[_Movement, date]]:
    yield from ((row, row.received_on) for row in company.payments)
    yield from ((row, row.credited_on) for row in company.credit_notes)
    yield from ((row, row.written_off_on) for row in company.write_offs)


def _minor(row: _Movement) -> int:
    return row.gross_minor if isinstance(row, CreditNote) else row.amount_minor
