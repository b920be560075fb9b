"""What a relationship is worth, and how good a contact was."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from msgspec import Struct, structs

from carecredit.metrics.rules.measure import Measure, Unit, nothing, quotient


def lifetime_multiple(*, retention: Fraction, interest: Fraction) -> Measure:
    """R / (1 + i − r): years of margin a customer is worth (Gupta, Lemmens & Reichheld)."""
    return quotient(retention, 1 + interest - retention, unit=Unit.TIMES, parts_are_money=False)


def value_saved(*, churn_avoided: Fraction, value_minor: int, cost_minor: int) -> Fraction:
    """Expected value saved less cost, in minor units: judge a contact by it, not by minutes."""
    return churn_avoided * value_minor - cost_minor


class Criterion(Struct, frozen=True):
    """One criterion of a scorecard: its weight, its score from 0 to 1, whether it is critical."""

    weight: int
    score: Fraction
    critical: bool = False


def quality_score(criteria: Sequence[Criterion]) -> Measure:
    """Sum of weight × score / sum of weights × 100; a critical criterion missed makes it 0."""
    if not criteria:
        return nothing(Unit.PERCENT)
    if any(criterion.critical and criterion.score == 0 for criterion in criteria):
        points = Fraction(0)
    else:
        points = sum((each.weight * each.score for each in criteria), Fraction(0))
    weights = sum(criterion.weight for criterion in criteria)
    return quotient(points, weights, unit=Unit.PERCENT, times=100, parts_are_money=False)


def agreement(pairs: Iterable[tuple[object, object]]) -> Measure:
    """Two raters: Cohen's kappa, agreement beyond chance (Cohen 1960).

    Where chance alone would agree always, it is undefined.
    """
    rated = list(pairs)
    if not rated:
        return nothing(Unit.FRACTION)
    total = len(rated)
    firsts, seconds = zip(*rated, strict=True)
    seen = Fraction(sum(first == second for first, second in rated), total)
    chance = sum(
        (Fraction(firsts.count(each) * seconds.count(each), total**2) for each in {*firsts}),
        Fraction(0),
    )
    found = quotient(seen - chance, 1 - chance, unit=Unit.FRACTION, parts_are_money=False)
    return structs.replace(found, n=total)
