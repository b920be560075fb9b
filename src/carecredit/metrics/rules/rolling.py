"""Roll and cure: where the same balances stand one month-end later, and what became of the rest.

Dividing one date's buckets by each other is not a roll rate (published so all the same); here each
balance is followed on its own.
"""

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from carecredit.metrics.rules.items import CASH, CREDIT, WRITE_OFF
from carecredit.metrics.rules.measure import Measure, Status, Unit, quotient
from carecredit.metrics.rules.shares import share_of

PAID, CREDITED, WRITTEN_OFF = "paid", "credited", "written_off"
GONE = (PAID, CREDITED, WRITTEN_OFF)
"""Where a balance is that no longer stands in any bucket."""


class Move(Struct, frozen=True, gc=False):
    """One balance open at the first day: what of it still stands at the second, what went how."""

    stays_minor: int
    paid_minor: int = 0
    credited_minor: int = 0
    written_off_minor: int = 0

    @property
    def open_minor(self) -> int:
        """What was open at the first day."""
        return sum(self.gone) + self.stays_minor

    @property
    def gone(self) -> tuple[int, int, int]:
        """What went, in the order of `GONE`."""
        return self.paid_minor, self.credited_minor, self.written_off_minor


def move(*, open_minor: int, open_later_minor: int, cash_minor: int, credit_minor: int) -> Move:
    """Follow one balance; cash and credit are what was put on it between the two days, net.

    What went is put down to cash first, then to credit, the rest to write-off; what an undoing
    opened again was not in the balance followed.
    """
    stays = min(open_minor, open_later_minor)
    gone = open_minor - stays
    paid = min(gone, max(cash_minor, 0))
    credited = min(gone - paid, max(credit_minor, 0))
    return Move(stays, paid, credited, gone - paid - credited)


def went_as(moved: Move) -> str | None:
    """Say how a balance went of which nothing stands: as most of it did, cash before the others."""
    if moved.stays_minor:
        return None
    most = max(moved.gone)
    return GONE[moved.gone.index(most)]


class Roll(Struct, frozen=True):
    """Balances that stood in one bucket: how much and how many there were, and where each went."""

    minor: int
    count: int
    to_minor: dict[str, int]
    to_count: dict[str, int]


def roll_matrix(moves: Iterable[tuple[str, str, Move]]) -> dict[str, Roll]:
    """Add up moves (bucket at the first day, bucket of what stands at the second, move)."""
    minor: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    count: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for before, after, moved in moves:
        row = minor[before]
        row[after] += moved.stays_minor
        for name, gone in zip(GONE, moved.gone, strict=True):
            row[name] += gone
        count[before][went_as(moved) or after] += 1
    return {
        name: Roll(sum(row.values()), sum(count[name].values()), dict(row), dict(count[name]))
        for name, row in minor.items()
    }


def roll_rate(rolled_minor: int, bucket_minor: int) -> Measure:
    """What of the balances in a bucket at t stands in another at t + 1, in percent.

    Of that specific group (Cost-calculator guide, 'How to Calculate Roll Rates').
    """
    return quotient(
        rolled_minor, bucket_minor, unit=Unit.PERCENT, times=100, otherwise=Status.NO_DATA
    )


def roll_rate_count(rolled: int, bucket: int) -> Measure:
    """The same by count of balances, in percent, with Wilson's interval."""
    return share_of(rolled, bucket, unit=Unit.PERCENT)


class CureSums(Struct, frozen=True):
    """Past due at the first day, and what of it went until the second; the rest is still late."""

    past_due: int = 0
    paid: int = 0
    credited: int = 0
    written_off: int = 0

    @property
    def still_past_due(self) -> int:
        """What of it stands at the second day."""
        return self.past_due - self.paid - self.credited - self.written_off


def cure_amounts(moves: Iterable[Move]) -> CureSums:
    """Add up amounts (minor units) over balances that were past due at the first day."""
    sums = [0, 0, 0, 0]
    for moved in moves:
        for place, minor in enumerate((moved.open_minor, *moved.gone)):
            sums[place] += minor
    return CureSums(*sums)


def cure_counts(moves: Iterable[Move]) -> CureSums:
    """Count balances that were past due at the first day, each by how most of it went."""
    count = dict.fromkeys((*GONE, None), 0)
    for moved in moves:
        count[went_as(moved)] += 1
    return CureSums(sum(count.values()), count[PAID], count[CREDITED], count[WRITTEN_OFF])


def cured(sums: CureSums) -> Measure:
    """(Paid + credited) / past due, by amount, as a fraction; written off is no cure."""
    return _of_amount(sums.paid + sums.credited, sums)


def cured_by(sums: CureSums, settles_as: str) -> Measure:
    """What went by cash, by credit or by write-off / past due, by amount."""
    parts = {CASH: sums.paid, CREDIT: sums.credited, WRITE_OFF: sums.written_off}
    return _of_amount(parts[settles_as], sums)


def cured_count(sums: CureSums) -> Measure:
    """The same by count (of balances or of customers), with Wilson's interval."""
    return share_of(sums.paid + sums.credited, sums.past_due)


def _of_amount(part: int, sums: CureSums) -> Measure:
    return quotient(part, sums.past_due, unit=Unit.FRACTION, otherwise=Status.NO_DATA)
