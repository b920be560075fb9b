"""The files of the canonical CSV ledger and their columns."""

from collections.abc import Callable
from typing import Any

import msgspec

from carecredit.intake.rules.rows import (
    Cells,
    Place,
    parse_credit_note,
    parse_customer,
    parse_invoice,
    parse_payment,
    parse_write_off,
)


class FileKind(msgspec.Struct, frozen=True):
    """One file of the ledger: its name, its columns, its reader."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    parse: Callable[[Cells, Place], Any]


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
        ("due_date", "tax_amount", "recorded_at", "disputed_from", "disputed_to", "segment"),
        parse_invoice,
    ),
    FileKind(
        "credit_notes.csv",
        ("credit_note_id", *_SETTLING, "credit_date", "gross_amount"),
        (*_COMMON, "applied_date", "tax_amount", "segment"),
        parse_credit_note,
    ),
    FileKind(
        "payments.csv",
        ("payment_id", *_SETTLING, "payment_date", "amount"),
        (*_COMMON, "applied_date"),
        parse_payment,
    ),
    FileKind(
        "write_offs.csv",
        ("write_off_id", *_SETTLING, "write_off_date", "amount", "invoice_id"),
        ("recorded_at",),
        parse_write_off,
    ),
)  # fmt: skip
