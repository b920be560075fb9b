"""What late payment between businesses comes to, by country: interest and fixed compensation.

A reckoning for a person to read and for worked cases to prove; what a mandate shows on its own
invoices is in `late_interest`. Interest: each half-year's own rate for its own days, the unrounded
segments of all invoices added up and rounded once, half up. Nothing of this kind for consumers.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType

import msgspec

from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import parse_minor
from carecredit.receivables.rules.late_interest import Line, Overdue, interest
from carecredit.receivables.rules.late_rules import EACH_DAY, LateRule, late_rule

BUSINESSES = frozenset({"B2B", "B2PA"})
CONSUMERS = "B2C"
RULES = MappingProxyType({"EU": "eu_b2b", "IT": "it_b2b", "GB": "gb_b2b", "DE": "de_b2b"})
"""The rule of each country whose figures a source backs; of the others we know too little."""


class RateUnknown(Invalid):
    """The table has no rate for some of the days: nothing is worked out by a guess."""

    code = "late_rate_unknown"


class LateClaim(msgspec.Struct, frozen=True):
    """What lateness comes to on some invoices, in minor units, with how it was reached."""

    interest_minor: int
    fixed_minor: int
    currency: str
    rule: str | None
    lines: tuple[Line, ...]

    @property
    def source(self) -> str | None:
        """Say where the rule is written (none: nothing of this kind is asked of consumers)."""
        return None if self.rule is None else late_rule(self.rule).source


def late_interest(
    *,
    country: str,
    parties: str,
    currency: str,
    principals: Sequence[str],
    due_on: date,
    paid_on: date,
) -> LateClaim:
    """Work out interest from the day after the due date through payment, and the fixed sums.

    Directive 2011/7/EU art. 3 and 6; D.Lgs. 231/2002; Late Payment Act 1998 (United Kingdom).
    """
    amounts = _amounts(principals, currency)
    rule = _rule(country, parties, currency)
    if rule is None:
        return LateClaim(0, 0, currency, None, ())
    lines = [line for minor in amounts for line in _lines(rule, minor, due_on, paid_on)]
    late = paid_on > due_on
    return LateClaim(
        interest_minor=_half_up(sum((line.interest for line in lines), Fraction())),
        fixed_minor=_fixed(rule, amounts) if late else 0,
        currency=currency,
        rule=rule.key,
        lines=tuple(lines),
    )


def fixed_compensation(
    *, country: str, parties: str, currency: str, principals: Sequence[str]
) -> LateClaim:
    """Work out the fixed sums of late invoices: one for each (CJEU C-585/20), by its size."""
    amounts = _amounts(principals, currency)
    rule = _rule(country, parties, currency)
    fixed = 0 if rule is None else _fixed(rule, amounts)
    return LateClaim(0, fixed, currency, rule.key if rule else None, ())


def _fixed(rule: LateRule, amounts: Sequence[int]) -> int:
    return sum(rule.compensation_minor(minor) for minor in amounts)


def _amounts(principals: Sequence[str], currency: str) -> list[int]:
    amounts = [parse_minor(text, currency) for text in principals]
    if not amounts or min(amounts) <= 0:
        raise Invalid("name one principal or more, each above zero", field="principals")
    return amounts


def _rule(country: str, parties: str, currency: str) -> LateRule | None:
    """Find the country's rule (none: a consumer, of whom nothing of this kind is asked)."""
    if parties == CONSUMERS:
        return None
    if parties not in BUSINESSES:
        raise Invalid(f"{parties!r} is none of B2B, B2PA, B2C", field="parties")
    if country not in RULES:
        known = ", ".join(RULES)
        raise Invalid(f"no rule of late interest for {country!r}; known: {known}", field="country")
    rule = late_rule(RULES[country])
    if currency != rule.currency:
        raise Invalid(
            f"{country} reckons in {rule.currency}, not in {currency!r}", field="currency"
        )
    return msgspec.structs.replace(rule, rate_of=EACH_DAY)


def _lines(rule: LateRule, minor: int, due_on: date, paid_on: date) -> tuple[Line, ...]:
    found = interest(rule, Overdue(((due_on, minor),), ()), through_on=paid_on)
    if found.unknown_from is not None:
        raise RateUnknown(
            f"no rate is known from {found.unknown_from}: the table of {rule.key} ends before it",
            field="paid_on",
        )
    return found.lines


def _half_up(value: Fraction) -> int:
    return (value + Fraction(1, 2)).__floor__()
