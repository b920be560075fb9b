"""What an invoice has open, what of an entry is unapplied and to whom that belongs, at a day."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from carecredit.metrics.rules.facts import EntryShare


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


def unapplied_by_segment(
    amount_minor: int, shares: Sequence[EntryShare], day: int
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


def sum_by_segment(amount_minor: int, shares: Iterable[EntryShare]) -> dict[str | None, int]:
    """Part an entry by the segment of its invoices; what has none belongs to the whole only."""
    parts: dict[str | None, int] = {}
    for share in shares:
        parts[share.segment] = parts.get(share.segment, 0) + share.amount_minor
    parts[None] = parts.get(None, 0) + amount_minor - sum(parts.values())
    return parts
