"""What is shown of what has a part in a number: its number, customer and days."""

from collections.abc import Hashable, Iterator
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, and_, func, literal, null, select
from sqlalchemy.orm import Session

from carecredit.arrangements.model import PromiseToPay
from carecredit.cases.model import CareCase, Expectation
from carecredit.customers.model import Customer
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.ids import ClientId
from carecredit.mandates.views import Client
from carecredit.metrics.rules.edge import part_text
from carecredit.metrics.rules.measure import Measure
from carecredit.metrics.views import Part
from carecredit.outreach.model import Contact
from carecredit.quality.model import Survey
from carecredit.receivables.model import Invoice, LedgerEntry
from carecredit.store.paging import PAGE, among, raw, rows

Row = tuple[tuple[str, Hashable], Fraction]
"""A kind of document and its key, and the part it has."""


def told(
    session: Session, company: Client, page: list[Row], form: Measure, currency: str
) -> Iterator[Part]:
    """Show some documents with their parts; what has no number of its own is named by its id."""
    client_id, at = company.id, zone(company.zone)
    cards = {
        (kind, key): card
        for kind in dict.fromkeys(kind for (kind, _), _ in page)
        for key, card in _cards(session, client_id, kind, [k for (n, k), _ in page if n == kind])
    }
    for key, part in page:
        kind, number, customer, day, due_on, segment = cards[key]
        yield Part(
            kind=kind,
            number=str(_identifier(key[1])) if kind in _BY_ID else number,
            customer=customer,
            day=local_date(day, at) if isinstance(day, datetime) else day,
            due_on=local_date(due_on, at) if isinstance(due_on, datetime) else due_on,
            segment=segment,
            amount=part_text(part, form, currency) or "0",
        )


def _cards(
    session: Session, client_id: ClientId, kind: str, keys: list[Hashable]
) -> Iterator[tuple[Hashable, tuple[Any, ...]]]:
    for start in range(0, len(keys), PAGE):
        for key, *card in rows(
            session, _card(session, client_id, kind, keys[start : start + PAGE])
        ):
            yield key, tuple(card)


def _card(session: Session, client_id: ClientId, kind: str, keys: list[Hashable]) -> Select[Any]:
    if kind == "customer":
        return select(
            raw(Customer.id), literal("customer"), Customer.number, Customer.number,
            func.date(Customer.created_at, type_=Date), null(), Customer.segment,
        ).where(Customer.client_id == client_id, among(session, Customer.id, keys))  # fmt: skip
    table, head = _TABLES[kind]
    return (
        select(raw(table.id), *head)
        .join(
            Customer, and_(Customer.client_id == table.client_id, Customer.id == table.customer_id)
        )
        .where(table.client_id == client_id, among(session, table.id, keys))
    )


_TABLES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "invoice": (
        Invoice,
        (
            Invoice.kind, Invoice.number, Customer.number, Invoice.invoiced_on,
            func.coalesce(Invoice.due_on, Invoice.invoiced_on), Invoice.segment,
        ),
    ),
    "entry": (
        LedgerEntry,
        (
            LedgerEntry.kind, LedgerEntry.number, Customer.number, LedgerEntry.effective_on,
            null(), LedgerEntry.segment,
        ),
    ),
    "promise": (
        PromiseToPay,
        (
            literal("promise"), literal(""), Customer.number, PromiseToPay.promised_on,
            null(), null(),
        ),
    ),
    "contact": (
        Contact,
        (
            literal("contact"), literal(""), Customer.number, Contact.started_at, null(),
            Customer.segment,
        ),
    ),
    "survey": (
        Survey,
        (
            literal("survey"), literal(""), Customer.number, Survey.asked_at, null(),
            Customer.segment,
        ),
    ),
    "case": (
        CareCase,
        (
            literal("case"), literal(""), Customer.number, CareCase.opened_at, null(),
            Customer.segment,
        ),
    ),
    "expectation": (
        Expectation,
        (
            literal("expectation"), literal(""), Customer.number, Expectation.given_at,
            Expectation.due_at, Customer.segment,
        ),
    ),
}  # fmt: skip
_BY_ID = frozenset({"contact", "survey", "case", "expectation"})


def _identifier(key: Any) -> UUID:
    """Give a key as the driver gave it: SQLite has bytes, PostgreSQL an identifier."""
    return UUID(bytes=key) if isinstance(key, bytes) else UUID(str(key))
