"""Lives of customers as of a day: since when, until when, and why; also ends set by a rule."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from carecredit.customers.rules import Stay, ValueStep
from carecredit.kernel.calendars import DAY
from carecredit.metrics.rules.facts import CustomerFact
from carecredit.metrics.rules.survival import UNSEEN, Lives, Time

LAPSED = "lapsed"
CHURN = "churn"
"""All other ends together, where one cause is put against the rest."""
UNSTATED = "unstated"
LAPSE_DAYS_MAX = 1_830


class Life(Struct, frozen=True, gc=False):
    """A customer from the start of its first contract, with all that is known of its stays."""

    segment: str | None
    began_on: date
    stays: tuple[Stay, ...]
    values: tuple[ValueStep, ...] = ()


def life_of(customer: CustomerFact) -> Life:
    """Take a customer with a contract as a life."""
    return Life(customer.segment, customer.stays[0].started_on, customer.stays, customer.values)


def lapsing(segment: str | None, bought_on: Iterable[date], days: int) -> Life:
    """Take purchases as a life that lapses by rule after so many days without one.

    For customers without a contract alone: nobody saw them leave.
    """
    stays: list[Stay] = []
    for day in sorted(bought_on):
        end = day + DAY * days
        if stays and stays[-1].ended_on is not None and day <= stays[-1].ended_on:
            stays[-1] = Stay(stays[-1].started_on, end, LAPSED)
        else:
            stays.append(Stay(day, end, LAPSED))
    return Life(segment, stays[0].started_on, tuple(stays))


def there_on(life: Life, day: date) -> bool:
    """Say whether a customer is here at the end of a day."""
    for stay in reversed(life.stays):
        if stay.started_on <= day:
            return stay.ended_on is None or stay.ended_on > day
    return False


def end_by(life: Life, day: date) -> tuple[date, str] | None:
    """Give when and why a life had ended by a day; none: it goes on.

    An end is that of the last stay begun by then: who went and came back has not ended.
    """
    for stay in reversed(life.stays):
        if stay.started_on <= day:
            if stay.ended_on is None or stay.ended_on > day:
                return None
            return stay.ended_on, stay.reason or UNSTATED
    return None


def durations(lives: Iterable[Life], *, as_of: date, against: str | None = None) -> Lives:
    """Count lives by days and cause of end, as of a day; who is still here was last seen then.

    `against` puts one reason beside all others together.
    """
    ends = ((life, end_by(life, as_of)) for life in lives if life.began_on <= as_of)
    return Counter(
        ((as_of - life.began_on).days, UNSEEN)
        if end is None
        else ((end[0] - life.began_on).days, end[1] if against in {None, end[1]} else CHURN)
        for life, end in ends
    )


def since(lives: Iterable[tuple[Life, date]], *, as_of: date) -> Lives:
    """Count lives from a day of their own on (such as a first late payment); days before count out.

    Who had already ended by that day, or had not come yet, is not in it.
    """
    found: Counter[tuple[Time, str]] = Counter()
    for life, day in lives:
        if day > as_of or not there_on(life, day):
            continue
        end = end_by(life, as_of)
        if end is None:
            found[(as_of - day).days, UNSEEN] += 1
        else:
            found[(end[0] - day).days, end[1]] += 1
    return found


class Lost(Struct, frozen=True):
    """Those here on the day before a window, and of them the lost by reason."""

    active: int
    by_reason: dict[str, int]

    @property
    def lost(self) -> int:
        """Count the lost, for any reason."""
        return sum(self.by_reason.values())


def lost_by_reason(lives: Iterable[Life], *, before: date, last: date) -> Lost:
    """Count who was here on the day before a window and is gone at its end, by why."""
    active = 0
    reasons: Counter[str] = Counter()
    for life in lives:
        if there_on(life, before):
            active += 1
            end = end_by(life, last)
            if end is not None:
                reasons[end[1]] += 1
    return Lost(active, dict(reasons))
