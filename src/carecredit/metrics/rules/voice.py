"""What customers say of us: satisfaction, recommendation, effort; each in its named form."""

from collections.abc import Mapping
from fractions import Fraction
from math import sqrt

from msgspec import structs

from carecredit.metrics.rules.intervals import Z_95
from carecredit.metrics.rules.measure import Measure, Status, Unit, nothing, quotient
from carecredit.metrics.rules.shares import share_of

Answers = Mapping[int, int]
"""How many gave each score."""
FIVE, SEVEN, TEN = 5, 7, 10
_TOP_TWO = 4
_PROMOTES, _DETRACTS = 9, 6


def csat(answers: Answers) -> Measure:
    """The two best scores of five / answers, with Wilson's interval (Newcombe 1998)."""
    return share_of(sum(n * top_two(score) for score, n in answers.items()), _n(answers))


def top_two(score: int) -> int:
    """Say whether a score is one of the two best of five."""
    return int(score >= _TOP_TWO)


def promotes(score: int) -> int:
    """Say what a score of 0 to 10 adds: 9 and 10 promote, 0 to 6 take one off."""
    return int(score >= _PROMOTES) - int(score <= _DETRACTS)


def nps(*, promoters: int, passives: int, detractors: int) -> Measure:
    """(Promoters − detractors) / answers × 100, with the interval of its variance.

    Scores 9 and 10 promote, 0 to 6 detract. 300 answers at thirds still mean ± 9 points (CYBAEA).
    """
    total = promoters + passives + detractors
    found = quotient(
        promoters - detractors,
        total,
        unit=Unit.PERCENT,
        times=100,
        otherwise=Status.NO_DATA,
        parts_are_money=False,
    )
    if found.value is None:
        return structs.replace(found, n=total)
    variance = nps_variance(promoters=promoters, passives=passives, detractors=detractors)
    half = 100 * Z_95 * sqrt(variance / total)
    middle = float(found.value)
    return structs.replace(found, n=total, interval=(middle - half, middle + half))


def nps_of(answers: Answers) -> Measure:
    """The same from scores of 0 to 10."""
    promoters = sum(n for score, n in answers.items() if score >= _PROMOTES)
    detractors = sum(n for score, n in answers.items() if score <= _DETRACTS)
    passives = _n(answers) - promoters - detractors
    return nps(promoters=promoters, passives=passives, detractors=detractors)


def nps_variance(*, promoters: int, passives: int, detractors: int) -> Fraction:
    """P + d − (p − d)² of one answer, as a share (Cross Validated)."""
    total = promoters + passives + detractors
    p, d = Fraction(promoters, total), Fraction(detractors, total)
    return p + d - (p - d) ** 2


def ces_share(answers: Answers) -> Measure:
    """Effort, five-point form: the scores 4 and 5 / answers × 100 (Delighted)."""
    positive = sum(n * top_two(score) for score, n in answers.items())
    return share_of(positive, _n(answers), unit=Unit.PERCENT)


def ces_mean(answers: Answers) -> Measure:
    """Effort, seven-point form: the mean score (CYS)."""
    total = _n(answers)
    if not total:
        return nothing(Unit.TIMES)
    points = sum(score * n for score, n in answers.items())
    found = quotient(points, total, unit=Unit.TIMES, parts_are_money=False)
    return structs.replace(found, n=total)


def _n(answers: Answers) -> int:
    return sum(answers.values())
