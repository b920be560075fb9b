"""What readers see of aging: buckets with amount, count and share; less unapplied, the balance."""

from msgspec import Struct

from carecredit.metrics.views.moves import Question, Ratio


class AgedBucket(Struct, frozen=True):
    """What is open of one band of age, in days (null: no end on that side)."""

    bucket: str
    first_day: int | None
    last_day: int | None
    amount: str
    count: int | None
    """Of open items: an invoice, or each of its instalments where it has several (null: the sums
    by day do not say; ask for counts)."""
    share: Ratio
    """Of all that is open, in percent."""


class AgedRow(Struct, frozen=True):
    """One segment (`ALL` is the whole): the buckets and the unapplied column add to the net."""

    segment: str
    buckets: tuple[AgedBucket, ...]
    open_amount: str
    unapplied: str
    """With minus, so that the columns add up."""
    net: str
    count: int | None


class Aging(Struct, frozen=True):
    """Open items by age at the end of a day."""

    question: Question
    aged_by: str
    """due: days past the due date; invoice: days since the invoice's own date."""
    rows: tuple[AgedRow, ...]
