"""How money settles invoices: the customer's own word first, then the order a mandate lays down."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import msgspec

from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import InvoiceId
from carecredit.kernel.money import Money
from carecredit.mandates.rules import NATURES, AllocationOrder


class SharesBeyondAmount(Invalid):
    """The shares named are together more than there is to put on invoices."""

    code = "shares_beyond_amount"


class ShareBeyondOpen(Refused):
    """An invoice never goes below zero: the share is more than it has open."""

    code = "share_beyond_open"


class OpenItem(msgspec.Struct, frozen=True):
    """Something open with a due date of its own, as far as allocation needs to know it."""

    invoice_id: InvoiceId
    due_on: date
    open_minor: int
    nature: str = "principal"


class Share(msgspec.Struct, frozen=True):
    """A share of money put on an invoice."""

    invoice_id: InvoiceId
    minor: int


Way = Callable[[int, Sequence[OpenItem]], Iterable[Share]]


def instructed(
    amount: Money,
    wishes: Iterable[Share],
    room: Mapping[InvoiceId, int],
    *,
    day: date,
    numbers: Mapping[InvoiceId, str],
) -> tuple[Share, ...]:
    """Follow the customer's own instruction: whose money it is says what it settles.

    Italy: civil code, art. 1193, first paragraph. Nothing is cut to fit: a share beyond what the
    invoice has open is refused.
    """
    asked: dict[InvoiceId, int] = {}
    for wish in wishes:
        if wish.minor <= 0:
            raise Invalid("a share is above zero", field="shares")
        asked[wish.invoice_id] = asked.get(wish.invoice_id, 0) + wish.minor
    if sum(asked.values()) > amount.minor:
        raise SharesBeyondAmount(
            "the shares are together more than there is: make them smaller", field="shares"
        )
    for invoice_id, minor in asked.items():
        there = Money(room.get(invoice_id, 0), amount.currency)
        if minor > there.minor:
            raise ShareBeyondOpen(
                f"{Money(minor, amount.currency)} is more than the {there} that invoice "
                f"{numbers[invoice_id]} has open from {day} on: make it smaller; the rest of a "
                "payment or credit may stay unapplied",
                field="shares",
            )
    return tuple(Share(invoice_id, minor) for invoice_id, minor in asked.items())


def allocate(
    amount_minor: int,
    items: Iterable[OpenItem],
    *,
    order: str = AllocationOrder.OLDEST_DUE,
    natures: Sequence[str] = NATURES,
) -> tuple[Share, ...]:
    """Settle by nature, then by the order of the mandate; what is left over stays unapplied.

    Costs and interest before the principal: Italy, civil code, art. 1194.
    """
    waiting = [item for item in items if item.open_minor > 0]
    shares: dict[InvoiceId, int] = {}
    for name in natures:
        same = [item for item in waiting if item.nature == name]
        for share in _WAYS[AllocationOrder(order)](amount_minor, same):
            shares[share.invoice_id] = shares.get(share.invoice_id, 0) + share.minor
            amount_minor -= share.minor
    return tuple(Share(invoice_id, minor) for invoice_id, minor in shares.items())


def _oldest_due(amount_minor: int, items: Sequence[OpenItem]) -> Iterable[Share]:
    for item in sorted(items, key=lambda item: (item.due_on, item.invoice_id)):
        minor = min(amount_minor, item.open_minor)
        if minor > 0:
            amount_minor -= minor
            yield Share(item.invoice_id, minor)


def _as_stated(amount_minor: int, items: Sequence[OpenItem]) -> Iterable[Share]:  # noqa: ARG001 - one of three ways
    """Leave alone what the payment does not say: it waits for somebody's word."""
    return ()


def _proportional(amount_minor: int, items: Sequence[OpenItem]) -> Iterable[Share]:
    """Give each invoice its part to the cent; what rounding leaves goes by largest remainder."""
    owed: dict[InvoiceId, int] = {}
    for item in sorted(items, key=lambda item: item.invoice_id):
        owed[item.invoice_id] = owed.get(item.invoice_id, 0) + item.open_minor
    total = sum(owed.values())
    if amount_minor >= total:
        return [Share(invoice_id, minor) for invoice_id, minor in owed.items()]
    parts = {key: divmod(amount_minor * minor, total) for key, minor in owed.items()}
    over = amount_minor - sum(whole for whole, _ in parts.values())
    ranked = sorted(parts, key=lambda key: (-parts[key][1], key))
    raised = set(ranked[:over])
    found = [Share(key, whole + (key in raised)) for key, (whole, _) in parts.items()]
    return [share for share in found if share.minor > 0]


_WAYS: Mapping[AllocationOrder, Way] = {
    AllocationOrder.OLDEST_DUE: _oldest_due,
    AllocationOrder.AS_STATED: _as_stated,
    AllocationOrder.PROPORTIONAL: _proportional,
}
