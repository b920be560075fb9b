"""What an invoice has open, what of an entry is unapplied and to whom that belongs, at a day."""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from carecredit.kernel.calendars import DAY, DayRange


class Standing(Struct, frozen=True):
    """What an invoice has open, and what was put on it beyond its gross."""

    open_minor: int
    excess_minor: int


def standing(gross_minor: int, applied_minor: int) -> Standing:
    """Open is gross less applied; beyond the gross it stands at 0 and the rest is unapplied.

    A negative invoice keeps its sign: it never turns into a claim.
    """
    rest = gross_minor - applied_minor
    crossed = rest > 0 if gross_minor < 0 else rest < 0
    return Standing(0, -rest) if crossed else Standing(rest, 0)


class Share(Struct, frozen=True, gc=False):
    """A part of an entry put on an invoice; minus undoes.

    `counts_on` is when it lowers the invoice: the latest of application,
    receipt and the invoice's own date; never (`date.max`) where the invoice is not known or is
    in another currency.
    """

    segment: str | None
    applied_on: date
    counts_on: date
    amount_minor: int


def unapplied_by_segment(
    amount_minor: int, shares: Sequence[Share], day: date
) -> dict[str | None, int]:
    """Say what of an entry is unapplied at a day, by the segment of the invoice it waits for.

    What is put on an invoice that is not seen waits for that invoice. What no share has taken yet
    waits for the shares still to come, the earliest first; what then remains has no invoice.
    """
    waiting: dict[str | None, int] = {}
    left = amount_minor
    for share in shares:
        if share.applied_on <= day:
            left -= share.amount_minor
            if share.counts_on > day:
                waiting[share.segment] = waiting.get(share.segment, 0) + share.amount_minor
    for share in sorted(shares, key=lambda share: share.applied_on):
        if share.applied_on > day and left > 0 and share.amount_minor > 0:
            taken = min(left, share.amount_minor)
            waiting[share.segment] = waiting.get(share.segment, 0) + taken
            left -= taken
    waiting[None] = waiting.get(None, 0) + left
    return waiting


def sum_by_segment(amount_minor: int, shares: Iterable[Share]) -> dict[str | None, int]:
    """Part an entry by the segment of its invoices; what has none belongs to the whole only."""
    parts: dict[str | None, int] = {}
    for share in shares:
        parts[share.segment] = parts.get(share.segment, 0) + share.amount_minor
    parts[None] = parts.get(None, 0) + amount_minor - sum(parts.values())
    return parts


def cash_lines(shares: Sequence[Share]) -> tuple[int, int]:
    """Say how many cash lines one payment left on one invoice, and their amount.

    Each share is a line; once one was undone, what is left is a single line or none.
    """
    minor = sum(share.amount_minor for share in shares)
    if minor <= 0:
        return 0, 0
    undone = any(share.amount_minor <= 0 for share in shares)
    return (1 if undone else len(shares)), minor


def disputed_spans(intervals: Iterable[tuple[date, date | None]]) -> list[DayRange]:
    """Merge half-open intervals of dispute, so that no day is counted twice."""
    spans: list[DayRange] = []
    for start, end in sorted(intervals, key=lambda interval: interval[0]):
        last = date.max if end is None else end - DAY
        if last < start:
            continue
        if spans and start <= spans[-1].last:
            spans[-1] = DayRange(spans[-1].first, max(last, spans[-1].last))
        else:
            spans.append(DayRange(start, last))
    return spans
