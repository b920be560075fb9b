"""The files of the canonical CSV ledger and their columns."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from carecredit.intake.rules.cells import Cells, Place
from carecredit.intake.rules.columns import (
    Plain,
    plain_credit_notes,
    plain_invoices,
    plain_payments,
)
from carecredit.intake.rules.customers import parse_customer
from carecredit.intake.rules.documents import (
    parse_credit_note,
    parse_entry,
    parse_invoice,
    parse_payment,
    parse_write_off,
)
from carecredit.intake.rules.particulars import (
    parse_dispute,
    parse_instalment,
    parse_rate,
    parse_share,
)


class FileKind(msgspec.Struct, frozen=True):
    """One file of the ledger: its name, its columns, its reader."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    parse: Callable[[Cells, Place], Any]
    plain: Callable[[Sequence[str], Sequence[Sequence[str]], Place], Plain | None] | None = None
    """How many rows are read by column, where the cells allow it."""

    def known(self, header: Sequence[str]) -> list[str]:
        """Name the columns of a header that are the file's own; the others have no name."""
        return [name if name in {*self.required, *self.optional} else "" for name in header]


_SETTLING = ("customer_id", "currency")
_COMMON = ("invoice_id", "recorded_at")
FILES = (
    FileKind(
        "customers.csv",
        ("customer_id",),
        (
            "name", "language", "phone", "email", "country", "region", "segment", "started_on",
            "ended_on", "ended_reason", "monthly_value",
        ),
        parse_customer,
    ),
    FileKind(
        "invoices.csv",
        ("invoice_id", "customer_id", "invoice_date", "currency", "gross_amount"),
        (
            "due_date", "tax_amount", "split_payment", "kind", "recorded_at", "disputed_from",
            "disputed_to", "segment",
        ),
        parse_invoice,
        plain_invoices,
    ),
    FileKind(
        "entries.csv",
        ("kind", "entry_id", "customer_id", "date", "currency", "amount"),
        (
            "invoice_id", "applied_date", "due_date", "tax_amount", "split_payment", "related_id",
            "related_kind", "segment", "reason", "recorded_at",
        ),
        parse_entry,
    ),
    FileKind(
        "instalments.csv",
        ("invoice_id", "due_date", "amount"),
        ("recorded_at",),
        parse_instalment,
    ),
    FileKind(
        "credit_notes.csv",
        ("credit_note_id", *_SETTLING, "credit_date", "gross_amount"),
        (*_COMMON, "applied_date", "tax_amount", "segment"),
        parse_credit_note,
        plain_credit_notes,
    ),
    FileKind(
        "payments.csv",
        ("payment_id", *_SETTLING, "payment_date", "amount"),
        (*_COMMON, "applied_date"),
        parse_payment,
        plain_payments,
    ),
    FileKind(
        "write_offs.csv",
        ("write_off_id", *_SETTLING, "write_off_date", "amount", "invoice_id"),
        ("recorded_at",),
        parse_write_off,
    ),
    FileKind(
        "allocations.csv",
        ("entry_id", "invoice_id", "amount"),
        ("kind", "applied_date", "recorded_at"),
        parse_share,
    ),
    FileKind(
        "disputes.csv",
        ("invoice_id", "disputed_from"),
        ("disputed_to", "amount", "reason", "recorded_at", "ended_recorded_at"),
        parse_dispute,
    ),
    FileKind(
        "rates.csv",
        ("rate_set", "currency", "into", "day", "rate"),
        ("source", "recorded_at"),
        parse_rate,
    ),
)  # fmt: skip
