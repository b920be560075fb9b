"""Balances placed, as sums of the day they were placed on: how much, how many, the cash in time.

What was placed on a day and came within so many days is the same whoever asks when, once those
days have passed; so it adds up by day like sales do.
"""

from datetime import date

from carecredit.metrics.rules.changes import Changes, Days
from carecredit.metrics.rules.columns import PLACED, PLACED_CASH, PLACED_COUNT
from carecredit.metrics.rules.facts import NEVER, InvoiceFact
from carecredit.metrics.rules.items import CASH, CREDIT, Part, by_instalment, first_day_past_due
from carecredit.metrics.rules.recovery import WITHIN_DAYS, placement


def add_placements(changes: Changes, invoice: InvoiceFact, sign: int = 1) -> None:
    """Add what an invoice places, on the first day past due of each of its due dates."""
    days = changes.days[invoice.segment, invoice.currency]
    if len(invoice.dues) == 1:
        _place_whole(days, invoice, sign)
        return
    dues = [(date.fromordinal(due.day), due.amount_minor) for due in invoice.dues]
    parts = [
        Part(date.fromordinal(share.counts_on), CASH if share.is_cash else CREDIT, minor)
        for share in invoice.shares
        if share.counts_on < NEVER and (minor := share.amount_minor)
    ]
    for item in by_instalment(date.fromordinal(invoice.invoiced_on), dues, parts):
        found = placement(item, placed_on=first_day_past_due(item.invoiced_on, item.due_on))
        if found.placed_minor:
            number = found.placed_on.toordinal()
            _add(days, number, found.placed_minor, found.received_minor, sign)


def _place_whole(days: Days, invoice: InvoiceFact, sign: int) -> None:
    """Do what `placement` does, on ordinals: of a million invoices nearly all are due in one."""
    placed_on = max(invoice.dues[0].day + 1, invoice.invoiced_on)
    left, cash = invoice.gross_minor, [0] * len(WITHIN_DAYS)
    for share in invoice.shares:
        away = share.counts_on - placed_on
        if away < 0:
            left -= share.amount_minor
        elif share.is_cash:
            for place, within in enumerate(WITHIN_DAYS):
                if away <= within:
                    cash[place] += share.amount_minor
    if left > 0:
        _add(days, placed_on, left, tuple(min(max(minor, 0), left) for minor in cash), sign)


def _add(days: Days, day: int, minor: int, cash: tuple[int, ...], sign: int) -> None:
    row = days[day]
    row[PLACED] += sign * minor
    row[PLACED_COUNT] += sign
    for place, received in enumerate(cash):
        row[PLACED_CASH + place] += sign * received
