"""Cash lines: which payments stand on an invoice, how late each was, from which day they count."""

from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from carecredit.metrics.rules.changes import Cell, Changes
from carecredit.metrics.rules.facts import NEVER, Due, InvoiceFact, InvoiceShare
from carecredit.metrics.rules.payment import CashSums, cash_line


class _Net(Struct):
    """What one entry has on an invoice: its shares so far, added up."""

    received_on: int
    is_cash: bool
    lines: int = 0
    amount_minor: int = 0
    undone: bool = False


def add_cash_lines(changes: Changes, invoice: InvoiceFact, sign: int = 1) -> None:
    """Add the cash lines of an invoice, each from the day it counts, until it is undone."""
    shares = [share for share in invoice.shares if share.counts_on < NEVER]
    if not any(share.is_cash for share in shares):
        return
    cell: Cell = (invoice.segment, invoice.currency)
    plain = len(invoice.dues) == 1 and all(share.amount_minor > 0 for share in shares)
    if plain:
        for share in shares:
            if share.is_cash:
                line = _line(invoice, invoice.dues[0], share.received_on, 1, share.amount_minor)
                changes.add_cash(cell, (share.received_on, share.counts_on), line, sign)
        return
    before: list[tuple[int, CashSums]] = []
    for day in sorted({share.counts_on for share in shares}):
        now = list(lines_at(invoice, [share for share in shares if share.counts_on <= day]))
        for received_on, line in before:
            changes.add_cash(cell, (received_on, day), line, -sign)
        for received_on, line in now:
            changes.add_cash(cell, (received_on, day), line, sign)
        before = now


def lines_at(
    invoice: InvoiceFact, shares: Sequence[InvoiceShare]
) -> Iterator[tuple[int, CashSums]]:
    """Give the cash lines that these shares leave: the day received, and what each adds.

    Each share is a line; once one was undone, what is left of its payment is a single line or
    none. A payment over several due dates is a line for each, the earliest filled first.
    """
    filled = 0
    for net in _nets(shares):
        if net.amount_minor <= 0:
            continue
        lines = 1 if net.undone else net.lines
        for due, minor in _pieces(invoice.dues, filled, net.amount_minor):
            if net.is_cash:
                yield net.received_on, _line(invoice, due, net.received_on, lines, minor)
        filled += net.amount_minor


def _nets(shares: Sequence[InvoiceShare]) -> list[_Net]:
    nets: dict[object, _Net] = {}
    for share in sorted(shares, key=lambda share: share.counts_on):
        net = nets.setdefault(share.entry, _Net(share.received_on, share.is_cash))
        net.lines += 1
        net.amount_minor += share.amount_minor
        net.undone = net.undone or share.amount_minor <= 0
    return list(nets.values())


def _pieces(dues: Sequence[Due], filled: int, minor: int) -> Iterator[tuple[Due, int]]:
    """Lay an amount on the due dates from where they are filled; what is beyond is the last's."""
    for place, due in enumerate(dues):
        last = place == len(dues) - 1
        room = minor if last else min(minor, max(0, due.amount_minor - filled))
        if room > 0:
            yield due, room
            minor -= room
        filled = max(0, filled - due.amount_minor)


def _line(invoice: InvoiceFact, due: Due, received_on: int, lines: int, minor: int) -> CashSums:
    return cash_line(
        lines=lines,
        minor=minor,
        pay_days=received_on - invoice.invoiced_on,
        late_days=received_on - due.day,
    )


def added(one: CashSums, other: CashSums, sign: int = 1) -> CashSums:
    """Add sums of cash lines, or take some off."""
    pairs = zip(structs.astuple(one), structs.astuple(other), strict=True)
    return CashSums(*(mine + sign * theirs for mine, theirs in pairs))
