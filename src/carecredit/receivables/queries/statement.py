"""Reading a customer's account as the customer is to read it: by invoice, movement and currency."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from carecredit.customers.queries import customer as customer_card
from carecredit.kernel.banking import creditor_reference, takes_euro
from carecredit.kernel.calendars import add_months
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId
from carecredit.mandates.queries import client as client_card
from carecredit.mandates.views import Client
from carecredit.receivables import rules, views
from carecredit.receivables.queries.seen import (
    Asked,
    SeenEntry,
    SeenInvoice,
    SeenLedger,
    seen_ledger,
)

MONTHS = 3
"""How far back movements are told, unless asked otherwise."""


def statement(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    as_of: date,
    since: date | None = None,
    known_at: datetime | None = None,
    now: datetime,
) -> views.Statement:
    """Give a customer's statement of account at the end of a day, as known at an instant.

    Movements are told from `since` on (three months before, unless it says otherwise).
    """
    first = since or add_months(as_of, -MONTHS)
    if first > as_of:
        raise Invalid("movements are told from a day on that is not after as of", field="since")
    client = client_card(session, client_id=client_id)
    customer = customer_card(session, client_id=client_id, customer_id=customer_id)
    ledger = seen_ledger(session, asked=Asked(client_id, customer_id, as_of, known_at))
    return views.Statement(
        client=client.name,
        client_code=client.code,
        customer=customer.name or customer.number,
        customer_number=customer.number,
        customer_id=customer.id,
        language=customer.language,
        zone=client.zone,
        as_of=as_of,
        known_at=known_at or now,
        since=first,
        accounts=tuple(_account(ledger, it, first) for it in _currencies(ledger, client.currency)),
        pay=_way_to_pay(client, customer.number),
    )


def _way_to_pay(client: Client, number: str) -> views.WayToPay | None:
    if client.iban is None:
        return None
    payee = client.payee or client.name
    takes = dict.fromkeys([client.currency, *(["EUR"] if takes_euro(client.iban) else [])])
    reference = creditor_reference(number)
    return views.WayToPay(payee, client.iban, client.bic, reference, number, tuple(takes))


def _currencies(ledger: SeenLedger, own: str) -> list[str]:
    """Name the currencies that occur, the client company's own first; it alone if none do."""
    found = {each.currency for each in ledger.invoices}
    found.update(each.currency for each in ledger.entries)
    return sorted(found or {own}, key=lambda currency: (currency != own, currency))


def _account(ledger: SeenLedger, currency: str, since: date) -> views.StatementAccount:
    """Put one currency's items and movements together."""
    items = sorted(
        (item for it in ledger.invoices if it.currency == currency for item in _items(ledger, it)),
        key=lambda item: (item.due_on, item.invoiced_on, item.number, item.position or 0),
    )
    numbers = {invoice.id: invoice.number for invoice in ledger.invoices}
    told = [
        _movement(ledger, numbers, each) for each in ledger.entries if each.currency == currency
    ]
    unapplied = _unapplied(ledger, currency)
    disputed = sum(item.disputed_minor for item in items)
    past_due = sum(it.open_minor - it.disputed_minor for it in items if it.due_on < ledger.as_of)
    opened = sum(item.open_minor for item in items)
    upcoming = opened - disputed - past_due
    return views.StatementAccount(
        currency=currency,
        open_minor=opened,
        past_due_minor=past_due,
        upcoming_minor=upcoming,
        disputed_minor=disputed,
        unapplied_minor=unapplied,
        balance_minor=opened - unapplied,
        asked_minor=rules.asked_amount(past_due, upcoming, unapplied),
        items=tuple(items),
        movements=tuple(each for each in told if each.effective_on >= since),
        loose=tuple(each for each in told if each.unapplied_minor),
    )


def _items(ledger: SeenLedger, invoice: SeenInvoice) -> Iterable[views.StatementItem]:
    """Give what is open of an invoice, by instalment; what is contested is off the oldest."""
    applied = ledger.applied.get(invoice.id, 0)
    stated = sorted(ledger.parts.get(invoice.id, ()), key=lambda part: part.due_on)
    parts = stated or [rules.Part(invoice.due_on, invoice.gross_minor)]
    left = rules.disputed_amount(
        ledger.contested.get(invoice.id, ()), rules.open_amount(invoice.gross_minor, applied)
    )
    if invoice.gross_minor < 0:
        # A negative invoice keeps its sign; what was put on it brings it nearer to zero.
        opened = [(parts[0], invoice.gross_minor - applied)]
    else:
        opened = list(rules.open_parts(parts, applied))
    for position, (part, minor) in enumerate(opened, start=1):
        if minor == 0:
            continue
        disputed = min(left, max(minor, 0))
        left -= disputed
        yield views.StatementItem(
            number=invoice.number,
            kind=invoice.kind,
            invoiced_on=invoice.invoiced_on,
            due_on=part.due_on,
            position=position if stated else None,
            positions=len(parts),
            gross_minor=part.minor if stated else invoice.gross_minor,
            open_minor=minor,
            disputed_minor=disputed,
            days_past_due=rules.days_past_due(part.due_on, ledger.as_of),
        )


def _unapplied(ledger: SeenLedger, currency: str) -> int:
    """Sum what came less what went back and what settles; beyond an invoice, it settles not."""
    received = sum(
        rules.weight(each.kind) * each.amount_minor
        for each in ledger.entries
        if each.currency == currency
    )
    settling = sum(
        _settling(it, ledger.applied.get(it.id, 0))
        for it in ledger.invoices
        if it.currency == currency
    )
    return received - settling


def _settling(invoice: SeenInvoice, applied_minor: int) -> int:
    """Say what of the shares settles: nothing beyond the gross; a negative invoice takes all."""
    return applied_minor if invoice.gross_minor < 0 else min(applied_minor, invoice.gross_minor)


def _movement(
    ledger: SeenLedger, numbers: dict[InvoiceId, str], entry: SeenEntry
) -> views.StatementMovement:
    applied = tuple(
        views.StatementShare(numbers[invoice_id], minor)
        for invoice_id, minor in ledger.shares.get(entry.id, {}).items()
        if minor
    )
    rest = entry.amount_minor - ledger.taken_back.get(entry.id, 0)
    rest -= sum(share.minor for share in applied)
    return views.StatementMovement(
        kind=entry.kind,
        number=entry.number,
        effective_on=entry.effective_on,
        amount_minor=entry.amount_minor,
        applied=applied,
        unapplied_minor=max(rest, 0) if entry.kind in rules.SETTLING else 0,
    )
