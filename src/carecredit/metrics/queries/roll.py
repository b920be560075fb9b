"""Roll and cure: the balances open at one month-end, followed to the next."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, datetime

from msgspec import structs
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId
from carecredit.metrics.queries.items import Followed, followed
from carecredit.metrics.queries.scope import money, question, ratio, settle, small_group
from carecredit.metrics.rules import rolling
from carecredit.metrics.rules.aging import DUE_EDGES, bucket, bucket_names, check_edges
from carecredit.metrics.rules.items import CASH, CREDIT, WRITE_OFF
from carecredit.metrics.rules.measure import Measure
from carecredit.metrics.rules.rolling import GONE, CureSums, Move
from carecredit.metrics.rules.shares import share_of
from carecredit.metrics.rules.windows import Window, day_before
from carecredit.metrics.views import Cure, CurePart, Roll, RollFrom, RollTo

MONTH = Window(months=1)
_KINDS = (CASH, CREDIT, WRITE_OFF)


def roll(
    session: Session,
    *,
    client_id: ClientId,
    as_of: date,
    now: datetime,
    edges: Sequence[int] = DUE_EDGES,
    known_at: date | datetime | None = None,
    segment: str | None = None,
    currency: str | None = None,
) -> Roll:
    """Say where the balances of each bucket a month before a day stand on it.

    `edges` are the days past due at which each bucket after the first begins.
    """
    asked = settle(
        session,
        client_id=client_id,
        as_of=as_of,
        known_at=known_at,
        segment=segment,
        currency=currency,
    )
    scope = asked.scope
    first, places = day_before(MONTH.ending(as_of)), check_edges(edges)
    names = bucket_names(places)

    def at(item: Followed, day: date) -> str:
        return names[bucket((day - item.due_on).days, places)]

    found = rolling.roll_matrix(
        (at(item, first), at(item, as_of), _move(item))
        for item in followed(session, scope, first=first, last=as_of)
        if item.open_minor
    )
    rows = tuple(
        _row(name, found.get(name, rolling.Roll(0, 0, {}, {})), names, scope.currency)
        for name in names
    )
    return Roll(question(asked, as_of=as_of, now=now), first, as_of, rows)


def cure(
    session: Session,
    *,
    client_id: ClientId,
    as_of: date,
    now: datetime,
    known_at: date | datetime | None = None,
    segment: str | None = None,
    currency: str | None = None,
) -> Cure:
    """Say what of the past due a month before a day was paid or credited by it.

    A customer is cured who has nothing past due any more, nothing new either.
    """
    asked = settle(
        session,
        client_id=client_id,
        as_of=as_of,
        known_at=known_at,
        segment=segment,
        currency=currency,
    )
    scope = asked.scope
    first = day_before(MONTH.ending(as_of))
    late, still = _late(followed(session, scope, first=first, last=as_of), first, as_of)
    moves = [moved for mine in late.values() for moved in mine]
    counts = rolling.cure_counts(moves)
    people = _customers(late, still)
    notes = small_group(people.past_due, "customers past due")
    parts = (
        _amounts(rolling.cure_amounts(moves), scope.currency),
        _counts("balances", counts, scope.currency),
        _counts("customers", people, scope.currency),
    )
    return Cure(question(asked, as_of=as_of, now=now, notes=notes), first, as_of, parts)


def _move(item: Followed) -> Move:
    return rolling.move(
        open_minor=item.open_minor,
        open_later_minor=item.open_later_minor,
        cash_minor=item.cash_minor,
        credit_minor=item.credit_minor,
    )


def _late(
    found: Iterable[Followed], first: date, last: date
) -> tuple[dict[Hashable, list[Move]], set[Hashable]]:
    """Give the balances past due at the first day by customer, and who is past due at the last."""
    late: defaultdict[Hashable, list[Move]] = defaultdict(list)
    still: set[Hashable] = set()
    for item in found:
        if item.open_minor and item.due_on < first:
            late[item.customer].append(_move(item))
        if item.open_later_minor and item.due_on < last:
            still.add(item.customer)
    return late, still


def _customers(late: dict[Hashable, list[Move]], still: set[Hashable]) -> CureSums:
    cured = [_together(moves) for customer, moves in late.items() if customer not in still]
    return structs.replace(rolling.cure_counts(cured), past_due=len(late))


def _together(moves: list[Move]) -> Move:
    columns = zip(*(structs.astuple(moved) for moved in moves), strict=True)
    return Move(*map(sum, columns))


def _row(name: str, found: rolling.Roll, names: Sequence[str], currency: str) -> RollFrom:
    return RollFrom(
        bucket=name,
        amount=money(found.minor, currency),
        count=found.count,
        to=tuple(_to(each, found, currency) for each in (*names, *GONE)),
    )


def _to(name: str, found: rolling.Roll, currency: str) -> RollTo:
    minor, count = found.to_minor.get(name, 0), found.to_count.get(name, 0)
    return RollTo(
        bucket=name,
        amount=money(minor, currency),
        share=ratio(rolling.roll_rate(minor, found.minor), currency),
        count=count,
        share_by_count=ratio(rolling.roll_rate_count(count, found.count), currency),
    )


def _amounts(sums: CureSums, currency: str) -> CurePart:
    rates = [rolling.cured(sums), *(rolling.cured_by(sums, kind) for kind in _KINDS)]
    return _part("amount", sums, rates, lambda minor: money(minor, currency), currency)


def _counts(measured: str, sums: CureSums, currency: str) -> CurePart:
    kinds = (sums.paid, sums.credited, sums.written_off)
    rates = [rolling.cured_count(sums), *(share_of(each, sums.past_due) for each in kinds)]
    return _part(measured, sums, rates, str, currency)


def _part(
    measured: str,
    sums: CureSums,
    rates: list[Measure],
    text: Callable[[int], str],
    currency: str,
) -> CurePart:
    cured, cash, credit, write_off = (ratio(rate, currency) for rate in rates)
    return CurePart(
        measured=measured,
        past_due=text(sums.past_due),
        paid=text(sums.paid),
        credited=text(sums.credited),
        written_off=text(sums.written_off),
        still_past_due=text(sums.still_past_due),
        cured=cured,
        by_cash=cash,
        by_credit=credit,
        by_write_off=write_off,
    )
