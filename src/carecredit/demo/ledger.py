"""Writes a company's rows as the canonical ledger: five CSV files with fixed columns."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from carecredit.demo.rows import Company
from carecredit.kernel.money import major

INVOICES = (
    "invoice_id",
    "customer_id",
    "invoice_date",
    "due_date",
    "currency",
    "gross_amount",
    "tax_amount",
    "recorded_at",
    "disputed_from",
    "disputed_to",
    "segment",
)
PAYMENTS = (
    "payment_id",
    "customer_id",
    "invoice_id",
    "payment_date",
    "applied_date",
    "currency",
    "amount",
    "recorded_at",
)
CREDIT_NOTES = (
    "credit_note_id",
    "customer_id",
    "invoice_id",
    "credit_date",
    "applied_date",
    "currency",
    "gross_amount",
    "tax_amount",
    "recorded_at",
    "segment",
)
WRITE_OFFS = (
    "write_off_id",
    "customer_id",
    "invoice_id",
    "write_off_date",
    "currency",
    "amount",
    "recorded_at",
)
CUSTOMERS = (
    "customer_id",
    "name",
    "language",
    "phone",
    "email",
    "country",
    "region",
    "segment",
    "started_on",
    "ended_on",
    "ended_reason",
    "monthly_value",
)

Cell = str | date | None


def write_ledger(company: Company, directory: Path) -> tuple[Path, ...]:
    """Write the five files of a company into a directory, made if need be, and name them."""
    directory.mkdir(parents=True, exist_ok=True)
    return (
        _write(directory / "customers.csv", CUSTOMERS, _customers(company)),
        _write(directory / "invoices.csv", INVOICES, _invoices(company)),
        _write(directory / "payments.csv", PAYMENTS, _payments(company)),
        _write(directory / "credit_notes.csv", CREDIT_NOTES, _credit_notes(company)),
        _write(directory / "write_offs.csv", WRITE_OFFS, _write_offs(company)),
    )


def _customers(company: Company) -> Iterable[Sequence[Cell]]:
    for row in company.customers:
        yield (
            *(row.number, row.name, row.language, row.phone, row.email, row.country, row.region),
            *(row.segment, row.started_on, row.ended_on, row.ended_reason),
            major(row.monthly_value_minor, company.currency),
        )


def _invoices(company: Company) -> Iterable[Sequence[Cell]]:
    for row in company.invoices:
        yield (
            *(row.number, row.customer, row.invoiced_on, row.due_on, row.currency),
            *(major(row.gross_minor, row.currency), major(row.tax_minor, row.currency)),
            *(row.recorded_on, row.disputed_from, row.disputed_to, row.segment),
        )


def _payments(company: Company) -> Iterable[Sequence[Cell]]:
    for row in company.payments:
        yield (
            *(row.number, row.customer, row.invoice, row.received_on, row.applied_on),
            *(row.currency, major(row.amount_minor, row.currency), row.recorded_on),
        )


def _credit_notes(company: Company) -> Iterable[Sequence[Cell]]:
    for row in company.credit_notes:
        yield (
            *(row.number, row.customer, row.invoice, row.credited_on, row.applied_on),
            *(row.currency, major(row.gross_minor, row.currency)),
            *(major(row.tax_minor, row.currency), row.recorded_on, row.segment),
        )


def _write_offs(company: Company) -> Iterable[Sequence[Cell]]:
    for row in company.write_offs:
        yield (
            *(row.number, row.customer, row.invoice, row.written_off_on),
            *(row.currency, major(row.amount_minor, row.currency), row.recorded_on),
        )


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Path:
    """Write a file; days are ISO and an absent value is an empty cell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    return path
