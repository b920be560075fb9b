"""Rates of exchange of one named set: what an amount of a currency is worth in another on a day."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from carecredit.kernel.errors import Refused
from carecredit.kernel.money import decimals
from carecredit.metrics.rules.measure import Exact

ONE = 10**9
"""Rates are held in billionths."""


class RateMissing(Refused):
    """The set has no rate for a currency on or before a day; nothing is converted by guess."""

    code = "rate_missing"


class Stated(NamedTuple):
    """A rate from a day on: units of the one currency for one of the other, in billionths."""

    currency: str
    day: date
    billionths: int


class Rates:
    """A set of rates into one currency: the latest on or before a day is the rate of that day."""

    def __init__(self, name: str, into: str, stated: Iterable[Stated]) -> None:
        self.name, self.into = name, into
        by_currency: defaultdict[str, dict[date, int]] = defaultdict(dict)
        for rate in stated:
            by_currency[rate.currency][rate.day] = rate.billionths
        self._days = {currency: sorted(rates) for currency, rates in by_currency.items()}
        self._rates = {
            currency: [rates[day] for day in self._days[currency]]
            for currency, rates in by_currency.items()
        }

    def on(self, currency: str, day: date) -> int:
        """Give the rate of a day in billionths; without one it is refused."""
        if currency == self.into:
            return ONE
        place = bisect_right(self._days.get(currency, ()), day)
        if place == 0:
            raise self._missing(currency, day)
        return self._rates[currency][place - 1]

    def stated_on(self, currency: str, day: date) -> date | None:
        """Say on which day the rate of a day was stated."""
        days = self._days.get(currency, [])
        place = bisect_right(days, day)
        return days[place - 1] if place else None

    def first_on(self, currency: str) -> date:
        """Give the first day that has a rate."""
        if currency == self.into:
            return date.min
        days = self._days.get(currency)
        return days[0] if days else date.max

    def minor(self, currency: str, billionths: int) -> Fraction:
        """Give minor units of the one currency for so many billionths of minor units at a rate."""
        places = decimals(self.into) - decimals(currency)
        scale = Fraction(10) ** places
        return Fraction(billionths, ONE) * scale

    def convert(self, minor: Exact, currency: str, day: date) -> Exact:
        """Convert an amount at the rate of a day, exactly; nothing needs no rate."""
        if currency == self.into or not minor:
            return minor
        return minor * self.minor(currency, self.on(currency, day))

    def _missing(self, currency: str, day: date) -> RateMissing:
        first = self._days.get(currency)
        has = f"its first is of {first[0]}" if first else "it has none at all"
        return RateMissing(
            f"rate set {self.name!r} has no rate from {currency} into {self.into} on or before "
            f"{day} ({has}); bring one in with rates.csv, or leave rate_set out and read "
            f"{currency} by itself",
            field="rate_set",
        )
