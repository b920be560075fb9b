"""A client company's book, ready to be asked: positions by segment and currency, and its names."""

from collections.abc import Callable, Hashable, Iterator
from datetime import date, datetime, timedelta

from msgspec import Struct, field
from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.arrangements.model import PromiseToPay
from carecredit.kernel.calendars import zone
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.mandates.queries import client
from carecredit.mandates.views import Client
from carecredit.metrics.queries.beside import care_reader
from carecredit.metrics.queries.layers import Sheets, sheets, sheets_of_customer
from carecredit.metrics.queries.relations import relations_of
from carecredit.metrics.rules.care import Care
from carecredit.metrics.rules.consolidated import Consolidated, ManyPromises
from carecredit.metrics.rules.facts import PromiseFact
from carecredit.metrics.rules.knowledge import known_until
from carecredit.metrics.rules.people import Relations
from carecredit.metrics.rules.position import Position
from carecredit.metrics.rules.promises import Promises
from carecredit.metrics.rules.rates import Rates
from carecredit.store.paging import raw

_JUDGED = ("kept", "partly_kept", "broken")


class Reading(Struct, frozen=True):
    """What is read of a book for one question."""

    company: Client
    known: datetime | None
    sheets: Sheets
    relations: Relations
    promises: dict[str, Promises]
    care: Callable[[str | None], Care]
    segments: tuple[str, ...]
    """Every segment that occurs anywhere, whenever: the rows of a report do not come and go."""
    currencies: tuple[str, ...]
    """The same for currencies; a book without any has its client company's own."""
    _positions: dict[tuple[str | None, str], Position] = field(default_factory=dict)

    def position(self, segment: str | None, currency: str) -> Position:
        """Give one segment (None: the whole) and currency."""
        key = segment, currency
        if key not in self._positions:
            self._positions[key] = Position(
                self.sheets.cell(segment, currency),
                segment=segment,
                currency=currency,
                relations=self.relations,
                promises=self.promises.get(currency, Promises()),
                care=lambda: self.care(segment),
            )
        return self._positions[key]

    def consolidated(self, segment: str | None, rates: Rates) -> Position:
        """Give one segment (None: the whole) over all currencies, as one of them."""
        return Position(
            Consolidated(
                {each: self.sheets.cell(segment, each) for each in self.currencies}, rates
            ),
            segment=segment,
            currency=rates.into,
            relations=self.relations,
            promises=ManyPromises(self.promises, rates),
            care=lambda: self.care(segment),
        )


def read_book(
    session: Session,
    *,
    client_id: ClientId,
    known_at: date | datetime | None = None,
    last: date,
    customer_id: CustomerId | None = None,
) -> Reading:
    """Read a book, or one customer's part of it, for questions about days up to the last.

    `known_at` is an instant, or a date for the end of that day in the client company's zone.
    """
    company = client(session, client_id=client_id)
    known = known_until(known_at, zone(company.zone))
    if customer_id is None:
        found = sheets(session, client_id=client_id, known=known, last=last)
    else:
        found = sheets_of_customer(
            session, client_id=client_id, customer_id=customer_id, known=known
        )
    relations = relations_of(session, company=company, known=known, customer_id=customer_id)
    promises = _promises(session, client_id, known, customer_id)
    care = care_reader(
        session, client_id=client_id, known=known, zone=zone(company.zone), only=customer_id
    )
    cells = found.cells()
    currencies = {currency for _, currency in cells} | promises.keys()
    segments = {segment for segment, _ in cells if segment} | relations.segments
    return Reading(
        company=company,
        known=known,
        sheets=found,
        relations=relations,
        promises={currency: Promises(mine) for currency, mine in promises.items()},
        care=care,
        segments=tuple(sorted(segments)),
        currencies=tuple(sorted(currencies)) or (company.currency,),
    )


def promises_of(
    session: Session,
    *,
    client_id: ClientId,
    known: datetime | None,
    customer_id: CustomerId | None = None,
) -> Iterator[tuple[Hashable, str, PromiseFact | None]]:
    """List promises by key and currency; one not judged by then says nothing yet (none)."""
    table = PromiseToPay
    query = select(
        raw(table.id),
        table.currency,
        table.promised_on,
        table.grace_days,
        table.state,
        table.amount_minor,
        table.kept_minor,
        table.judged_at,
    ).where(table.client_id == client_id)
    if customer_id is not None:
        query = query.where(table.customer_id == customer_id)
    for key, currency, day, grace, state, minor, kept, judged_at in session.execute(query):
        fact = None
        if state in _JUDGED and (known is None or judged_at <= known):
            counts_on = day + timedelta(days=grace)
            fact = PromiseFact(currency, counts_on, state == "kept", minor, kept or 0)
        yield key, currency, fact


def _promises(
    session: Session, client_id: ClientId, known: datetime | None, customer_id: CustomerId | None
) -> dict[str, list[PromiseFact]]:
    found: dict[str, list[PromiseFact]] = {}
    for _, currency, fact in promises_of(
        session, client_id=client_id, known=known, customer_id=customer_id
    ):
        mine = found.setdefault(currency, [])
        mine += [fact] if fact else []
    return found
