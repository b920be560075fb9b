"""The kinds of documents and movements, and what each does to the balance."""

from enum import StrEnum

from carecredit.kernel.errors import Invalid

WHOLE = "ALL"
"""What reports call all segments together."""


class InvoiceKind(StrEnum):
    """Documents that ask for payment; only an invoice is a sale."""

    INVOICE = "invoice"
    OPENING_BALANCE = "opening_balance"
    INTEREST_NOTE = "interest_note"
    COST_NOTE = "cost_note"


class EntryKind(StrEnum):
    """Movements: what settles, what takes back, and money on something already given up."""

    PAYMENT = "payment"
    CREDIT_NOTE = "credit_note"
    WRITE_OFF = "write_off"
    OPENING_CREDIT = "opening_credit"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    RECOVERY = "recovery"


SETTLING = frozenset(
    {EntryKind.PAYMENT, EntryKind.CREDIT_NOTE, EntryKind.WRITE_OFF, EntryKind.OPENING_CREDIT}
)
"""These lower the balance: they stand as unapplied until they are put on an invoice."""
TAKING_BACK = frozenset({EntryKind.REFUND, EntryKind.CHARGEBACK})
"""These raise it again: money given back to the customer, or taken back by the bank."""
REFUNDABLE = SETTLING - {EntryKind.WRITE_OFF}
"""What a refund may give back: money and credits, never a write-off, which brought nothing."""
_NATURES = {InvoiceKind.COST_NOTE: "costs", InvoiceKind.INTEREST_NOTE: "interest"}


def weight(kind: str) -> int:
    """Say how an entry moves what stands unapplied: +1 settles, -1 takes back, 0 does neither."""
    return (kind in SETTLING) - (kind in TAKING_BACK)


def nature(kind: str) -> str:
    """Say what a document asks for: costs, interest or principal (Italy, civil code, art. 1194)."""
    return _NATURES.get(InvoiceKind(kind), "principal")


def check_segment(segment: str | None) -> str | None:
    """Accept the name of a segment; the whole has a name of its own, which none may take."""
    if segment is not None and segment.upper() == WHOLE:
        raise Invalid(f"{WHOLE} stands for all segments; name this one otherwise", field="segment")
    return segment
