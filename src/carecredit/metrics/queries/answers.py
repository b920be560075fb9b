"""One number, or the dozen a person looks at first, with all it takes to check them."""

from collections.abc import Iterable
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.kernel.money import check_currency
from carecredit.metrics.definitions import version
from carecredit.metrics.queries.rates import converted, rates_of
from carecredit.metrics.queries.reading import Reading, read_book
from carecredit.metrics.rules.care import BESIDE
from carecredit.metrics.rules.catalogue import Metric, measure, resolve
from carecredit.metrics.rules.edge import part_text, value_text
from carecredit.metrics.rules.intervals import SMALL_GROUP, wilson
from carecredit.metrics.rules.measure import Measure, Status
from carecredit.metrics.rules.position import Position
from carecredit.metrics.rules.rates import Rates
from carecredit.metrics.views import Beside, MetricAnswer

WHOLE = "ALL"
"""The row of all segments, and of what belongs to none."""
SHARES_OF_PEOPLE = frozenset({"churn.customer", "promise.kept.count"})
"""These say of how many, and how sure that makes them."""
_FRACTION_DECIMALS = 6


class _Asked(Struct, frozen=True):
    """What an answer repeats of its question."""

    as_of: date
    known_at: datetime
    currency: str
    rate_set: str | None
    filters: dict[str, str]
    notes: tuple[str, ...]
    through: date | None


class Together(Struct, frozen=True):
    """The currency of an answer, and the rates by which the others come into it (none: not)."""

    currency: str
    rates: Rates | None
    notes: tuple[str, ...]

    @property
    def name(self) -> str | None:
        """Name the set of rates, where one is used."""
        return self.rates.name if self.rates else None

    def position(self, book: Reading, segment: str | None) -> Position:
        """Give one segment (None: the whole)."""
        if self.rates is None:
            return book.position(segment, self.currency)
        return book.consolidated(segment, self.rates)


def metric(  # noqa: PLR0913 - the parameters of a number
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
) -> MetricAnswer:
    """Answer one number at the end of a day; an unknown name raises `UnknownMetric`."""
    (answer,) = summary(
        session,
        client_id=client_id,
        metric_ids=[metric_id],
        as_of=as_of,
        now=now,
        known_at=known_at,
        segment=segment,
        currency=currency,
        rate_set=rate_set,
    )
    return answer


def summary(  # noqa: PLR0913 - the same, of several
    session: Session,
    *,
    client_id: ClientId,
    metric_ids: Iterable[str],
    as_of: date,
    now: datetime,
    known_at: date | datetime | None = None,
    segment: str | None = None,
    currency: str | None = None,
    rate_set: str | None = None,
) -> tuple[MetricAnswer, ...]:
    """Answer several numbers from one pass over the book.

    Without `known_at` all that is recorded counts, and the answer says `now`. Without a currency
    it is the book's only one, or else the client company's own. With a `rate_set` the others are
    converted into it by the rates of that name; without one nothing ever is.
    """
    metrics = [resolve(metric_id) for metric_id in metric_ids]
    book = read_book(session, client_id=client_id, known_at=known_at, last=as_of)
    of = put_together(session, book, as_of, currency=currency, rate_set=rate_set)
    wanted = segment_of(book, segment)
    return answers_of(book, metrics, as_of=as_of, now=now, segment=wanted, of=of)


def answers_of(
    book: Reading,
    metrics: Iterable[Metric],
    *,
    as_of: date,
    now: datetime,
    segment: str | None,
    of: Together,
) -> tuple[MetricAnswer, ...]:
    """Answer numbers of one segment (None: the whole) from a book that is read."""
    filters = {"client": book.company.code} | ({"segment": segment} if segment else {})
    known, through = book.known or now, book.sheets.through
    asked = _Asked(as_of, known, of.currency, of.name, filters, of.notes, through)
    position = of.position(book, segment)
    return tuple(_answer(each, position, asked) for each in metrics)


def segment_of(book: Reading, segment: str | None) -> str | None:
    """Accept a segment of the book (none and ALL: the whole)."""
    if segment in {None, WHOLE}:
        return None
    if segment not in book.segments:
        known = ", ".join([WHOLE, *book.segments])
        raise Invalid(f"no segment {segment!r}; known: {known}", field="segment")
    return segment


def currency_of(book: Reading, currency: str | None, own: str) -> tuple[str, tuple[str, ...]]:
    """Give the currency asked for, the book's only one or its own, and what is left out by it."""
    if currency is not None:
        found = check_currency(currency) in book.currencies
        return currency, () if found else (f"nothing in the book is in {currency}",)
    if len(book.currencies) == 1:
        return book.currencies[0], ()
    others = ", ".join(other for other in book.currencies if other != own)
    return own, (f"the book also has amounts in {others}, which are not in here",)


def put_together(
    session: Session, book: Reading, day: date, *, currency: str | None, rate_set: str | None
) -> Together:
    """Settle the currency of an answer, and by which rates the others come into it, if at all."""
    if rate_set is None:
        chosen, notes = currency_of(book, currency, book.company.currency)
        return Together(chosen, None, notes)
    into = check_currency(currency or book.company.currency)
    rates = rates_of(
        session,
        client_id=book.company.id,
        rate_set=rate_set,
        into=into,
        currencies=book.currencies,
        known=book.known,
    )
    notes = converted(rates, book.currencies, day)
    if len(book.relations.currencies) > 1:
        notes += (f"monthly values of relationships are never converted: only those in {into}",)
    return Together(into, rates, notes)


def _answer(metric: Metric, position: Position, asked: _Asked) -> MetricAnswer:
    found = measure(metric, position, asked.as_of)
    of_people = metric.family in SHARES_OF_PEOPLE and found.status is Status.OK
    hits, total = (int(found.numerator or 0), int(found.denominator or 0)) if of_people else (0, 0)
    return MetricAnswer(
        id=metric.id,
        value=value_text(found, asked.currency),
        unit=found.unit,
        status=found.status,
        numerator=part_text(found.numerator, found, asked.currency),
        denominator=part_text(found.denominator, found, asked.currency),
        days=found.days,
        window=str(metric.window) if metric.window else None,
        window_first=found.window.first if found.window else None,
        window_last=found.window.last if found.window else None,
        as_of=asked.as_of,
        known_at=asked.known_at,
        currency=asked.currency,
        rate_set=asked.rate_set,
        filters=asked.filters,
        definition_version=version(),
        warnings=_warnings(found, asked, total if of_people else found.n),
        data_through=asked.through,
        interval=_interval(hits, total) if of_people else _texts(found.interval),
        n=total if of_people else found.n,
        beside=tuple(
            beside(each, measure(resolve(each), position, asked.as_of), asked.currency)
            for each in BESIDE.get(metric.id, ())
        ),
    )


def beside(metric_id: str, found: Measure, currency: str) -> Beside:
    """Show a number as what another one never leaves without."""
    return Beside(
        id=metric_id,
        value=value_text(found, currency),
        unit=found.unit,
        status=found.status,
        numerator=part_text(found.numerator, found, currency),
        denominator=part_text(found.denominator, found, currency),
        n=found.n,
        interval=_texts(found.interval),
    )


def _texts(interval: tuple[float, float] | None) -> tuple[str, str] | None:
    if interval is None:
        return None
    low, high = interval
    return f"{low:.{_FRACTION_DECIMALS}f}", f"{high:.{_FRACTION_DECIMALS}f}"


def _interval(hits: int, total: int) -> tuple[str, str]:
    low, high = wilson(hits, total)
    return f"{low:.{_FRACTION_DECIMALS}f}", f"{high:.{_FRACTION_DECIMALS}f}"


def _warnings(found: Measure, asked: _Asked, people: int | None) -> tuple[str, ...]:
    notes = list(asked.notes)
    if found.at_least is not None:
        notes.append(f"sales on record are used up: it is more than {found.at_least} days")
    if asked.through is not None and asked.as_of > asked.through:
        notes.append(f"the book ends on {asked.through}, before the day asked for")
    if people is not None and 0 < people < SMALL_GROUP:
        notes.append(f"a small group: {people}")
    return tuple(notes)
