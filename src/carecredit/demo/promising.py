"""What customers promise when somebody asks them kindly: an amount and a day, kept or missed."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random

from carecredit.demo.accounts import Span
from carecredit.demo.chance import between, happens
from carecredit.demo.habits import banking_day
from carecredit.demo.rows import Payment, Promise
from carecredit.demo.settling import Life

DAYS_MAX = 21
"""Nobody is asked for a promise further ahead than this."""
BETWEEN_DAYS = 14
"""A customer gives no new promise before the last one has been judged, grace and all."""

_GIVEN_AFTER_DAYS = (6, 12)
_PERCENT_BEFORE = 14
_PERCENT_SINCE = 55
_MISSED_PERCENT = 14
_WHOLE_PERCENT = 25
_NAMES_NO_DAY_PERCENT = 75


def promise(life: Life, *, span: Span, rng: Random) -> Promise | None:
    """Give the promise made about an invoice, if its customer was spoken with while it was open."""
    given_on = banking_day(life.invoice.due_on + timedelta(days=between(rng, _GIVEN_AFTER_DAYS)))
    percent = _PERCENT_SINCE if given_on >= span.gentle_from else _PERCENT_BEFORE
    open_minor = life.open_on(given_on)
    if not happens(rng, percent) or open_minor == 0 or _is_contested(life, given_on):
        return None
    coming = next((p for p in life.payments if p.invoice and p.received_on > given_on), None)
    if _is_far(coming, given_on) and happens(rng, _NAMES_NO_DAY_PERCENT):
        return None
    promised_on, amount = _word(coming, given_on, open_minor, rng)
    return Promise(
        customer=life.invoice.customer,
        amount_minor=amount,
        currency=life.invoice.currency,
        given_on=given_on,
        promised_on=promised_on,
    )


def one_at_a_time(promises: Iterable[Promise]) -> Iterator[Promise]:
    """Keep the promises that a customer can have given: never two at once."""
    free_from: dict[str, date] = {}
    for given in sorted(promises, key=lambda item: (item.given_on, item.customer)):
        if given.given_on >= free_from.get(given.customer, date.min):
            free_from[given.customer] = given.promised_on + timedelta(days=BETWEEN_DAYS)
            yield given


def _is_contested(life: Life, day: date) -> bool:
    start, end = life.invoice.disputed_from, life.invoice.disputed_to
    return start is not None and end is not None and start <= day < end


def _is_far(coming: Payment | None, given_on: date) -> bool:
    return coming is None or (coming.received_on - given_on).days > DAYS_MAX


def _word(coming: Payment | None, given_on: date, open_minor: int, rng: Random) -> tuple[date, int]:
    """Name day and amount: what will come in time, or more or sooner than will come."""
    if coming is None or _is_far(coming, given_on) or happens(rng, _MISSED_PERCENT):
        return banking_day(given_on + timedelta(days=between(rng, (3, 9)))), open_minor
    last = given_on + timedelta(days=DAYS_MAX)
    promised_on = min(last, banking_day(coming.received_on + timedelta(days=between(rng, (0, 2)))))
    whole = happens(rng, _WHOLE_PERCENT)
    return promised_on, open_minor if whole else min(open_minor, coming.amount_minor)
