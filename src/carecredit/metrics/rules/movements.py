"""What a movement changes: what of it stands unapplied, and the sums of its own day."""

from collections.abc import Sequence

from carecredit.metrics.rules.changes import Changes
from carecredit.metrics.rules.columns import RECEIVED, RECOVERED, SALES, UNAPPLIED, WRITTEN_OFF
from carecredit.metrics.rules.facts import NEVER, EntryFact, EntryShare
from carecredit.metrics.rules.receivables import sum_by_segment, unapplied_by_segment
from carecredit.receivables.rules import EntryKind, weight

_FLOWS: dict[EntryKind, tuple[tuple[int, int], ...]] = {
    EntryKind.PAYMENT: ((RECEIVED, 1),),
    EntryKind.CREDIT_NOTE: ((SALES, -1),),
    EntryKind.WRITE_OFF: ((WRITTEN_OFF, 1),),
    EntryKind.RECOVERY: ((RECOVERED, 1), (RECEIVED, 1)),
    EntryKind.CHARGEBACK: ((RECEIVED, -1),),
}
"""Which sums of its day an entry moves, and which way. A refund is money spent, not unreceived."""


def add_entry(changes: Changes, entry: EntryFact, sign: int = 1) -> None:
    """Add all that an entry changes, today and on every day to come."""
    if entry.segment is not None:
        changes.named.add((entry.segment, entry.currency))
    _flow(changes, entry, sign)
    way = weight(entry.kind)
    if way < 0:
        day = changes.days[None, entry.currency][entry.received_on]
        day[UNAPPLIED] -= sign * entry.amount_minor
    elif way > 0 and not _is_plain(entry):
        _wait(changes, entry, sign)


def _flow(changes: Changes, entry: EntryFact, sign: int) -> None:
    flows = _FLOWS.get(entry.kind)
    if flows is None:
        return
    if entry.kind is EntryKind.RECOVERY:
        parts: dict[str | None, int] = {entry.segment: entry.amount_minor}
    else:
        parts = sum_by_segment(entry.amount_minor, entry.shares)
    for segment, minor in parts.items():
        if minor:
            row = changes.days[segment, entry.currency][entry.received_on]
            for column, way in flows:
                row[column] += sign * way * minor


def _is_plain(entry: EntryFact) -> bool:
    """Say whether all of it was put on one invoice on the day it came: it never stood apart."""
    if len(entry.shares) != 1:
        return False
    share = entry.shares[0]
    return share.amount_minor == entry.amount_minor and share.counts_on == entry.received_on


def _wait(changes: Changes, entry: EntryFact, sign: int) -> None:
    before: dict[str | None, int] = {}
    for day in _turns(entry.received_on, entry.shares):
        now = unapplied_by_segment(entry.amount_minor, entry.shares, day)
        for segment in now.keys() | before.keys():
            minor = now.get(segment, 0) - before.get(segment, 0)
            if minor:
                row = changes.days[segment, entry.currency][day]
                row[UNAPPLIED] += sign * minor
        before = now


def _turns(received_on: int, shares: Sequence[EntryShare]) -> list[int]:
    """List the days from which what is unapplied of an entry may differ."""
    days = {share.applied_on for share in shares} | {share.counts_on for share in shares}
    return [received_on, *sorted(day for day in days if received_on < day < NEVER)]
