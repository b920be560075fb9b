"""Where a number comes from: every document that has a part in it, and how much."""

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction

from msgspec import Struct
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.metrics.queries.answers import metric, put_together, segment_of
from carecredit.metrics.queries.candidates import documents_of, entries_of, late_after, reach
from carecredit.metrics.queries.cards import Row, told
from carecredit.metrics.queries.facts import keyed_entry_facts, keyed_invoice_facts
from carecredit.metrics.queries.reading import Reading, promises_of, read_book
from carecredit.metrics.queries.relations import customer_facts
from carecredit.metrics.rules.care import FOUND
from carecredit.metrics.rules.catalogue import Metric, measure, resolve
from carecredit.metrics.rules.changes import Changes
from carecredit.metrics.rules.consolidated import Consolidated, ManyPromises
from carecredit.metrics.rules.documents import add_document
from carecredit.metrics.rules.edge import part_text
from carecredit.metrics.rules.facts import EntryFact, InvoiceFact, PromiseFact
from carecredit.metrics.rules.movements import add_entry
from carecredit.metrics.rules.people import Relations
from carecredit.metrics.rules.position import Judged, Position
from carecredit.metrics.rules.promises import Promises
from carecredit.metrics.rules.rates import Rates
from carecredit.metrics.rules.single import Single
from carecredit.metrics.rules.sums import Amounts
from carecredit.metrics.views import Parts
from carecredit.store.paging import pages

LIMIT_MAX = 10_000
_COUNTED_BACK = ("dso.countback.month", "dso.countback.day")
"""Their numerator is the balance; counting back is done with the whole of it only."""
_OF_PEOPLE = ("churn.", "retention.")


class _Asked(Struct, frozen=True):
    """A measure at a day, and the part of the book that it is asked of."""

    metric: Metric
    day: date
    segment: str | None
    currency: str
    rates: Rates | None = None

    def of_document(self, changes: Changes) -> Fraction:
        """Say what a document that changes this has a part in."""
        return self._numerator(self._amounts(changes), Relations(), Promises())

    def _amounts(self, changes: Changes) -> Amounts:
        if self.rates is None:
            return Single(changes, self.segment, self.currency)
        currencies = {currency for _, currency in changes.cells()}
        apart = {each: Single(changes, self.segment, each) for each in currencies}
        return Consolidated(apart, self.rates)

    def of_customer(self, relations: Relations) -> Fraction:
        """Say what a customer has a part in."""
        return self._numerator(_NOTHING, relations, Promises())

    def of_promise(self, promise: PromiseFact) -> Fraction:
        """Say what a promise has a part in."""
        one = Promises([promise])
        found = ManyPromises({promise.currency: one}, self.rates) if self.rates else one
        return self._numerator(_NOTHING, Relations(), found)

    def _numerator(self, single: Amounts, relations: Relations, promises: Judged) -> Fraction:
        position = Position(
            single,
            segment=self.segment,
            currency=self.currency,
            relations=relations,
            promises=promises,
        )
        return Fraction(measure(self.metric, position, self.day).numerator or 0)


_NO_PART = Fraction()
_NOTHING = Single(Changes(), None, "")


def parts(  # noqa: PLR0913 - the parameters of the number itself, and a page
    session: Session,
    *,
    client_id: ClientId,
    metric_id: str,
    as_of: date,
    now: datetime,
    known_at: date | datetime | None = None,
    segment: str | None = None,
    currency: str | None = None,
    rate_set: str | None = None,
    offset: int = 0,
    limit: int = 200,
) -> Parts:
    """List what a number was added up from, the largest first, a page at a time.

    The parameters are those of the number itself; the parts add up to its numerator to the cent.
    """
    if not 0 < limit <= LIMIT_MAX or offset < 0:
        raise Invalid(f"a page has 1 to {LIMIT_MAX} parts, from 0 on", field="limit")
    answer = metric(
        session,
        client_id=client_id,
        metric_id=metric_id,
        as_of=as_of,
        now=now,
        known_at=known_at,
        segment=segment,
        currency=currency,
        rate_set=rate_set,
    )
    reading = read_book(session, client_id=client_id, known_at=known_at, last=as_of)
    wanted = segment_of(reading, segment)
    of = put_together(session, reading, as_of, currency=currency, rate_set=rate_set)
    chosen = of.currency
    asked = _Asked(_simplest(metric_id), as_of, wanted, chosen, of.rates)
    found = [*_gather(session, client_id, reading, asked)]
    found.sort(key=lambda one: (-abs(one[1]), str(one[0])))
    shown = of.position(reading, wanted)
    form = measure(resolve(metric_id), shown, as_of)
    page = found[offset : offset + limit]
    total = sum((part for _, part in found), Fraction())
    after = offset + len(page)
    return Parts(
        answer=answer,
        parts=tuple(told(session, reading.company, page, form, chosen)),
        total=part_text(total, form, chosen) or "0",
        count=len(found),
        counted=not form.parts_are_money,
        next_offset=after if after < len(found) else None,
    )


def _simplest(metric_id: str) -> Metric:
    asked = resolve(metric_id)
    if asked.family in _COUNTED_BACK:
        return resolve("receivables.net")
    return asked


def _gather(
    session: Session, client_id: ClientId, reading: Reading, asked: _Asked
) -> Iterator[Row]:
    family = asked.metric.family
    if family in FOUND:
        return _cared(reading, asked)
    if family.startswith(_OF_PEOPLE):
        return _customers(session, client_id, reading, asked)
    if family.startswith("promise."):
        return _promises(session, client_id, reading, asked)
    return _documents(session, client_id, reading, asked)


def _documents(
    session: Session, client_id: ClientId, reading: Reading, asked: _Asked
) -> Iterator[Row]:
    found, known = reach(asked.metric, asked.day), reading.known
    late = late_after(known)
    for ids in pages(session, documents_of(client_id, found, known)):
        for key, _, fact in keyed_invoice_facts(session, client_id=client_id, ids=ids, late=late):
            part = asked.of_document(_changed_by(fact)) if fact is not None else _NO_PART
            if part:
                yield ("invoice", key), part
    for ids in pages(session, entries_of(client_id, found, known)):
        for key, _, entry in keyed_entry_facts(session, client_id=client_id, ids=ids, late=late):
            part = asked.of_document(_moved_by(entry)) if entry is not None else _NO_PART
            if part:
                yield ("entry", key), part


def _cared(reading: Reading, asked: _Asked) -> Iterator[Row]:
    found = FOUND[asked.metric.family](reading.care(asked.segment), asked.day)
    return (((found.kind, key), Fraction(part)) for key, part in found.parts)


def _changed_by(invoice: InvoiceFact) -> Changes:
    changes = Changes()
    add_document(changes, invoice)
    return changes


def _moved_by(entry: EntryFact) -> Changes:
    changes = Changes()
    add_entry(changes, entry)
    return changes


def _customers(
    session: Session, client_id: ClientId, reading: Reading, asked: _Asked
) -> Iterator[Row]:
    facts = customer_facts(session, client_id=client_id, known=reading.known)
    for key, fact in facts.items():
        if asked.segment in {None, fact.segment}:
            part = asked.of_customer(Relations([fact], currency=reading.company.currency))
            if part:
                yield ("customer", key), part


def _promises(
    session: Session, client_id: ClientId, reading: Reading, asked: _Asked
) -> Iterator[Row]:
    if asked.segment is not None:
        return
    for key, currency, fact in promises_of(session, client_id=client_id, known=reading.known):
        wanted = asked.rates is not None or currency == asked.currency
        part = asked.of_promise(fact) if wanted and fact is not None else _NO_PART
        if part:
            yield ("promise", key), part
