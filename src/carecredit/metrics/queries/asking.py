"""What a report is asked of: whose book, what was known, which currency and segment."""

from datetime import date, datetime, tzinfo
from fractions import Fraction
from typing import Any

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.kernel.calendars import zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.kernel.money import check_currency
from carecredit.mandates.queries import client
from carecredit.mandates.views import Client
from carecredit.metrics.definitions import version
from carecredit.metrics.movements import Question, Ratio
from carecredit.metrics.rules.edge import amount_text, decimal_text, part_text
from carecredit.metrics.rules.intervals import SMALL_GROUP
from carecredit.metrics.rules.knowledge import known_until
from carecredit.metrics.rules.measure import Measure
from carecredit.receivables.model import Invoice
from carecredit.receivables.rules import WHOLE

RATIO_DECIMALS = 10


class Scope(Struct, frozen=True):
    """The part of a book that is read, as known until an instant (none: all that is recorded)."""

    client_id: ClientId
    known: datetime | None
    currency: str
    segment: str | None
    zone: tzinfo


def scope_of(
    session: Session,
    *,
    client_id: ClientId,
    known_at: date | datetime | None,
    currency: str | None,
    segment: str | None,
) -> tuple[Scope, Client, tuple[str, ...]]:
    """Settle what is read, and say what is left out by it.

    Without a currency it is the book's only one, or else the client company's own.
    """
    company = client(session, client_id=client_id)
    at = zone(company.zone)
    chosen, notes = _currency(session, company, currency)
    wanted = _segment(session, client_id, segment)
    return Scope(client_id, known_until(known_at, at), chosen, wanted, at), company, notes


def question(
    scope: Scope, company: Client, *, as_of: date, now: datetime, notes: tuple[str, ...]
) -> Question:
    """Repeat what was asked; without a `known_at` all that is recorded counts, and it says now."""
    filters = {"client": company.code} | ({"segment": scope.segment} if scope.segment else {})
    return Question(
        as_of=as_of,
        known_at=scope.known or now,
        currency=scope.currency,
        filters=filters,
        definition_version=version(),
        warnings=notes,
    )


def ratio(found: Measure, currency: str) -> Ratio:
    """Write a share for readers."""
    low_high = found.interval
    return Ratio(
        value=None if found.value is None else decimal_text(found.value, RATIO_DECIMALS),
        status=found.status,
        numerator=part_text(found.numerator, found, currency),
        denominator=part_text(found.denominator, found, currency),
        n=found.n,
        interval=None if low_high is None else (f"{low_high[0]:.6f}", f"{low_high[1]:.6f}"),
    )


def money(minor: Fraction | int, currency: str) -> str:
    """Write an amount for readers, rounded half-even to minor units where it is a mean."""
    return amount_text(Fraction(round(minor)), currency)


def small_group(count: int, of: str) -> tuple[str, ...]:
    """Flag a group too small for its rate to say much."""
    return (f"a small group: {count} {of}",) if 0 < count < SMALL_GROUP else ()


def _currency(
    session: Session, company: Client, currency: str | None
) -> tuple[str, tuple[str, ...]]:
    own = company.currency
    if currency is not None:
        found = _first(session, company.id, Invoice.currency == check_currency(currency))
        return currency, () if found else (f"nothing in the book is in {currency}",)
    other = _first(session, company.id, Invoice.currency != own)
    if other is None:
        return own, ()
    if _first(session, company.id, Invoice.currency.not_in([own, other])) is None and not _first(
        session, company.id, Invoice.currency == own
    ):
        return other, ()
    return own, ("the book also has amounts in other currencies, which are not in here",)


def _segment(session: Session, client_id: ClientId, segment: str | None) -> str | None:
    if segment in {None, WHOLE}:
        return None
    mine = Invoice.client_id == client_id
    if session.execute(select(1).where(mine, Invoice.segment == segment).limit(1)).first():
        return segment
    known = session.execute(select(Invoice.segment).where(mine).distinct()).scalars()
    names = ", ".join([WHOLE, *sorted(name for name in known if name)])
    raise Invalid(f"no segment {segment!r}; known: {names}", field="segment")


def _first(session: Session, client_id: ClientId, condition: Any) -> str | None:
    query = select(Invoice.currency).where(Invoice.client_id == client_id, condition).limit(1)
    return session.execute(query).scalar()
