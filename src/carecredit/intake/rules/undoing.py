"""Which shares of an entry come off its invoices when the entry, or a part of it, is taken back."""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from carecredit.kernel.ids import AllocationId, InvoiceId


class Standing(msgspec.Struct, frozen=True):
    """What is left of a share on an invoice, and the day it counts from."""

    id: AllocationId
    invoice_id: InvoiceId
    counts_on: date
    minor: int


def taken_off(minor: int, shares: Iterable[Standing]) -> Iterator[tuple[Standing, int]]:
    """Take an amount off the shares of an entry, what was applied latest first."""
    for share in sorted(shares, key=lambda share: (share.counts_on, share.id), reverse=True):
        part = min(minor, share.minor)
        if part > 0:
            minor -= part
            yield share, part
