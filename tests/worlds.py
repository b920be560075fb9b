"""Small worlds for the tests, in the words of the trade; each builder is its own transaction."""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from carecredit.arrangements.operations import NewPromise, record_promise, review_arrangements
from carecredit.arrangements.views import Review
from carecredit.cadence import queries as cadence
from carecredit.cadence.operations import plan_customers
from carecredit.cadence.views import Plan, Planned, Touch
from carecredit.contact_policy.operations import approve_profile
from carecredit.customers import queries as customers
from carecredit.customers.operations import Card, CardPoint, register
from carecredit.intake.operations import import_ledger
from carecredit.intake.views import Report
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, PromiseId, TouchId
from carecredit.kernel.money import Money
from carecredit.mandates import queries as mandates
from carecredit.mandates.operations import NewClient, add_client
from carecredit.outreach.operations import claim, ring
from carecredit.outreach.views import Claimed, Passed, Ring
from carecredit.receivables.operations import record_invoice, record_payment
from carecredit.receivables.operations.documents import NewInvoice
from carecredit.receivables.views import Receipt
from carecredit.store import audit
from carecredit.store.base import Base
from carecredit.store.session import Caller, Store

NOW = datetime(2026, 6, 8, 7, 0, tzinfo=UTC)
"""A Monday, nine in the morning in Rome."""
TODAY = date(2026, 6, 8)
ROME = zone("Europe/Rome")
LEASE = timedelta(seconds=90)
SENDER = "care@example.org"
CENTRE_CALLER = Caller("tests")
"""May see every client company."""


def only(*clients: ClientId, name: str = "one of them") -> Caller:
    """Give a caller that may see these client companies and no others."""
    return Caller(name, frozenset(clients))


def found_client(store: Store, code: str = "ACQ", *, now: datetime = NOW, **card: Any) -> ClientId:
    """Found a client company (an Italian water works unless the card says otherwise)."""
    with store.begin(CENTRE_CALLER) as session:
        client = NewClient(code=code, **{"name": f"Acque {code}"} | card)
        return add_client(session, client=client, now=now).id


def add_customer(
    store: Store,
    client_id: ClientId,
    number: str = "K-1",
    *,
    email: str | None = None,
    phone: str | None = None,
    now: datetime = NOW,
    **card: Any,
) -> CustomerId:
    """Register a customer, with an e-mail address or a telephone number where given."""
    points = [CardPoint("email", email, email)] if email else []
    points += [CardPoint("phone", phone, phone)] if phone else []
    facts = {"name": f"Cliente {number}"} | card
    with store.begin(CENTRE_CALLER) as session:
        registered = register(
            session,
            client_id=client_id,
            cards=[Card(number=number, points=tuple(points), **facts)],
            language="it",
            country="IT",
            now=now,
        )
    return registered.ids[number]


def add_invoice(
    store: Store,
    client_id: ClientId,
    customer_id: CustomerId,
    number: str = "F-1",
    *,
    gross_minor: int = 12_000,
    currency: str = "EUR",
    invoiced_on: date = date(2026, 4, 1),
    due_on: date | None = date(2026, 5, 1),
    now: datetime = NOW,
) -> InvoiceId:
    """Record an invoice; unless told otherwise it is five weeks overdue at `TODAY`."""
    invoice = NewInvoice(
        customer_id=customer_id,
        number=number,
        invoiced_on=invoiced_on,
        due_on=due_on,
        gross=Money(gross_minor, currency),
    )
    with store.begin(CENTRE_CALLER) as session:
        return record_invoice(session, client_id=client_id, invoice=invoice, now=now)


def pay(
    store: Store,
    client_id: ClientId,
    customer_id: CustomerId,
    number: str = "P-1",
    *,
    amount_minor: int = 12_000,
    currency: str = "EUR",
    received_on: date = TODAY,
    now: datetime | None = None,
) -> Receipt:
    """Record a payment as an integrator does: on its day, the oldest due is settled first."""
    known = now or max(NOW, datetime.combine(received_on, time(7), UTC))
    with store.begin(CENTRE_CALLER) as session:
        return record_payment(
            session,
            client_id=client_id,
            customer_id=customer_id,
            number=number,
            amount=Money(amount_minor, currency),
            received_on=received_on,
            now=known,
        )


def promise(
    store: Store,
    client_id: ClientId,
    customer_id: CustomerId,
    *,
    amount_minor: int = 12_000,
    currency: str = "EUR",
    promised_on: date = date(2026, 6, 12),
    now: datetime = NOW,
) -> PromiseId:
    """Take a promise; unless told otherwise it is for Friday."""
    given = NewPromise(customer_id, Money(amount_minor, currency), promised_on, "tests")
    with store.begin(CENTRE_CALLER) as session:
        return record_promise(session, client_id=client_id, promise=given, now=now)


def approve(
    store: Store, client_id: ClientId, *profiles: str, by: str = "Anna Bianchi", now: datetime = NOW
) -> None:
    """Switch contact profiles on (our own gentle one unless told otherwise)."""
    with store.begin(CENTRE_CALLER) as session:
        for key in profiles or ("house_gentle",):
            approve_profile(session, client_id=client_id, profile_key=key, approved_by=by, now=now)


def review(store: Store, client_id: ClientId, *, now: datetime = NOW) -> Review:
    """Judge the promises of a client company's customers."""
    with store.begin(CENTRE_CALLER) as session:
        return review_arrangements(session, client_id=client_id, now=now)


def pulse(store: Store, client_id: ClientId, *, now: datetime = NOW) -> Planned:
    """Judge promises, then plan every customer of a client company, as the ticker does."""
    review(store, client_id, now=now)
    with store.begin(CENTRE_CALLER) as session:
        found = cadence.customers_to_plan(
            session, client_id=client_id, today=local_date(now, ROME), limit=10_000
        )
        return plan_customers(session, client_id=client_id, customer_ids=found, now=now)


def plan(
    store: Store, client_id: ClientId, customer_id: CustomerId, *, now: datetime = NOW
) -> Plan:
    """Read what comes next for a customer."""
    with store.read(CENTRE_CALLER) as session:
        return cadence.plan_of(session, client_id=client_id, customer_id=customer_id, now=now)


def touch(store: Store, client_id: ClientId, touch_id: TouchId) -> Touch:
    """Read a touch as it stands."""
    with store.read(CENTRE_CALLER) as session:
        return cadence.touch(session, client_id=client_id, touch_id=touch_id)


def touches(store: Store, client_id: ClientId, customer_id: CustomerId) -> list[Touch]:
    """Read a customer's touches, newest first."""
    with store.read(CENTRE_CALLER) as session:
        return cadence.touches_of(session, client_id=client_id, customer_id=customer_id)


def ring_due(
    store: Store, *, now: datetime = NOW, limit: int = 1_000, lease: timedelta = LEASE
) -> list[Ring]:
    """Ring what is due."""
    with store.begin(CENTRE_CALLER) as session:
        return ring(session, limit=limit, lease=lease, now=now)


def answer(
    store: Store, rung: Ring, *, now: datetime = NOW, lease: timedelta = LEASE
) -> Claimed | Passed:
    """Claim a rung touch, as a worker does that hears the doorbell."""
    with store.begin(CENTRE_CALLER) as session:
        return claim(
            session,
            client_id=rung.client_id,
            touch_id=rung.touch_id,
            fence=rung.fence,
            sender=SENDER,
            lease=lease,
            now=now,
        )


Rows = Sequence[Mapping[str, object]]


def write_ledger(folder: Path, **files: Rows) -> Path:
    """Write the files of a ledger (`invoices=[...]`), with the columns of their rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            columns = list(dict.fromkeys(column for row in rows for column in row))
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def invoice_row(number: str = "F-1", customer: str = "K-1", **cells: object) -> dict[str, object]:
    """Write a row of invoices.csv: 120.00 EUR of April, due on 1 May."""
    return {
        "invoice_id": number,
        "customer_id": customer,
        "invoice_date": "2026-04-01",
        "due_date": "2026-05-01",
        "currency": "EUR",
        "gross_amount": "120.00",
        "tax_amount": "",
        "recorded_at": "",
        "disputed_from": "",
        "disputed_to": "",
        "segment": "",
    } | cells


def payment_row(number: str = "P-1", customer: str = "K-1", **cells: object) -> dict[str, object]:
    """Write a row of payments.csv: 120.00 EUR of 5 May on F-1."""
    return {
        "payment_id": number,
        "customer_id": customer,
        "invoice_id": "F-1",
        "payment_date": "2026-05-05",
        "applied_date": "",
        "currency": "EUR",
        "amount": "120.00",
        "recorded_at": "",
    } | cells


def customer_row(number: str = "K-1", **cells: object) -> dict[str, object]:
    """Write a row of customers.csv: somebody in Italy with a phone and an e-mail address."""
    return {
        "customer_id": number,
        "name": f"Cliente {number}",
        "language": "it",
        "phone": "+39 02 5555 0101",
        "email": f"{number.lower()}@example.org",
        "country": "IT",
    } | cells


def bring(
    store: Store,
    client_id: ClientId,
    folder: Path,
    *,
    rejects: Path | None = None,
    now: datetime = NOW,
) -> Report:
    """Take a ledger in; a refused one leaves nothing behind."""
    with store.begin(CENTRE_CALLER) as session:
        return import_ledger(
            session,
            client=mandates.client(session, client_id=client_id),
            directory=folder,
            rejects=rejects,
            now=now,
        )


def row_counts(store: Store) -> dict[str, int]:
    """Count the rows of every table."""
    with store.read(CENTRE_CALLER) as session:
        return {
            name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in sorted(Base.metadata.tables.items())
        }


def actions(store: Store, client_id: ClientId | None) -> list[str]:
    """List what a chain tells of, in order."""
    with store.read(CENTRE_CALLER) as session:
        entry = audit.AuditEntry
        query = select(entry.action).where(entry.client_id == (client_id or audit.CENTRE))
        return list(session.execute(query.order_by(entry.position)).scalars())


def broken_chains(store: Store) -> dict[str, list[int]]:
    """Name the audit chains that do not verify, with their positions."""
    with store.read(CENTRE_CALLER) as session:
        codes = {one.code: one.id for one in mandates.clients(session)}
        chains = {"centre": None} | codes
        found = {
            name: list(audit.breaks(session, client_id=client_id))
            for name, client_id in chains.items()
        }
        return {name: positions for name, positions in found.items() if positions}


def customer_numbered(session: Session, client_id: ClientId, number: str) -> CustomerId:
    """Find a customer by number."""
    (found,) = customers.customers(session, client_id=client_id, number=number)
    return found.id
