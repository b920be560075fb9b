"""From which day on each share of a payment lowers the principal that bears interest."""

from collections.abc import Iterable
from datetime import date

import msgspec

from carecredit.kernel.ids import InvoiceId


class Move(msgspec.Struct, frozen=True):
    """A share of a movement (a minus: undone), or without an invoice what was taken back of it."""

    on: date
    invoice_id: InvoiceId | None
    minor: int


Lowered = tuple[InvoiceId, date, int]


def lowered(here_on: date, amount_minor: int, moves: Iterable[Move]) -> list[Lowered]:
    """Say what of a movement lowered which invoice from when, its moves in their order.

    Nobody owes interest for the time we take to match: a share counts from the day the money was
    here, as far as it had lain with us since. What had served an invoice meanwhile counts from the
    day it was put on the next; an undoing counts from its own day.
    """
    waiting, served = amount_minor, 0
    found: list[Lowered] = []
    for move in moves:
        day = max(move.on, here_on)
        if move.invoice_id is None:
            waiting -= max(0, move.minor - served)
            served = max(0, served - move.minor)
        elif move.minor < 0:
            served -= move.minor
            found.append((move.invoice_id, day, move.minor))
        else:
            since = max(0, min(waiting, move.minor))
            waiting, served = waiting - since, served - (move.minor - since)
            parts = ((here_on, since), (day, move.minor - since))
            found += [(move.invoice_id, on, minor) for on, minor in parts if minor]
    return found
