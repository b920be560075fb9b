"""Rows of receivables as the tables have them, for tests that write books row by row."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from carecredit.kernel.ids import new_id

Row = dict[str, Any]


def moved(on: date, days: int) -> date:
    """Give the day so many days away."""
    return on + timedelta(days=days)


def later(on: date, lag: int, *parents: Row) -> datetime:
    """Say when a row was recorded: before its day, or long after, but never before its parents."""
    at = datetime.combine(moved(on, lag), time.min, UTC)
    return max([at, *(row["recorded_at"] for row in parents)])


def invoice(
    kind: str,
    gross: int,
    on: date,
    due_on: date | None = None,
    *,
    recorded_at: datetime,
    segment: str | None = None,
    currency: str = "EUR",
) -> Row:
    """Ask for a payment."""
    key = new_id()
    return {
        "id": key,
        "kind": kind,
        "number": str(key),
        "invoiced_on": on,
        "due_on": due_on,
        "currency": currency,
        "gross_minor": gross,
        "tax_minor": None,
        "split_payment": False,
        "segment": segment,
        "recorded_at": recorded_at,
    }


def instalment(
    of: Row, position: int, due_on: date, minor: int, recorded_at: datetime | None = None
) -> Row:
    """Make an amount of an invoice due on a day."""
    return {
        "invoice_id": of["id"],
        "position": position,
        "due_on": due_on,
        "amount_minor": minor,
        "recorded_at": recorded_at or of["recorded_at"],
    }


def entry(
    kind: str,
    minor: int,
    on: date,
    *,
    recorded_at: datetime,
    segment: str | None = None,
    currency: str = "EUR",
    related_id: Any = None,
) -> Row:
    """Move the balance."""
    key = new_id()
    return {
        "id": key,
        "kind": kind,
        "related_id": related_id,
        "number": str(key),
        "effective_on": on,
        "currency": currency,
        "amount_minor": minor,
        "tax_minor": None,
        "segment": segment,
        "reason": None,
        "recorded_at": recorded_at,
    }


def share(of: Row, on_invoice: Row, minor: int, on: date, recorded_at: datetime) -> Row:
    """Put a part of an entry on an invoice."""
    return {
        "id": new_id(),
        "entry_id": of["id"],
        "invoice_id": on_invoice["id"],
        "undoes_id": None,
        "effective_on": of["effective_on"],
        "applied_on": on,
        "amount_minor": minor,
        "recorded_at": recorded_at,
    }


def undoing(of: Row, on: date, recorded_at: datetime, minor: int | None = None) -> Row:
    """Take a share off again, or a part of it."""
    return of | {
        "id": new_id(),
        "undoes_id": of["id"],
        "applied_on": on,
        "amount_minor": -(minor or of["amount_minor"]),
        "recorded_at": recorded_at,
    }


def dispute(of: Row, on: date, minor: int | None, recorded_at: datetime) -> Row:
    """Contest an invoice, or an amount of it."""
    return {
        "id": new_id(),
        "invoice_id": of["id"],
        "disputed_from": on,
        "amount_minor": minor,
        "reason": "price",
        "recorded_at": recorded_at,
    }
