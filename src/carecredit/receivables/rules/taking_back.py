"""Which shares of a payment are undone when the bank takes it back, and on which day."""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from carecredit.kernel.ids import AllocationId, InvoiceId


class StandingShare(msgspec.Struct, frozen=True):
    """A share of an entry that still stands on an invoice, wholly or in part."""

    id: AllocationId
    invoice_id: InvoiceId
    counts_on: date
    minor: int


class Undoing(msgspec.Struct, frozen=True):
    """A share, or a part of it, taken off its invoice from a day on."""

    share: StandingShare
    undone_on: date
    minor: int


def undo_latest(
    shares: Iterable[StandingShare], needed_minor: int, day: date
) -> tuple[Undoing, ...]:
    """Undo what was applied last first, until what was taken back is covered.

    A share that counts from a later day is undone on that day: it never stood before it.
    """
    undoings = []
    for share in sorted(shares, key=lambda one: (one.counts_on, one.id), reverse=True):
        minor = min(needed_minor, share.minor)
        if minor > 0:
            needed_minor -= minor
            undoings.append(Undoing(share, max(day, share.counts_on), minor))
    return tuple(undoings)


def undo_all(shares: Sequence[StandingShare], day: date) -> tuple[Undoing, ...]:
    """Undo every share from a day on."""
    return undo_latest(shares, sum(max(0, share.minor) for share in shares), day)
