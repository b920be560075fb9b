"""What leaves as JSON: a statement of account, amounts as text in major units of the currency."""

from datetime import date, datetime
from typing import Annotated, Any

from msgspec import Meta, Struct


def _said(description: str, example: Any) -> Meta:
    """Describe a field in the reference, with an example."""
    return Meta(description=description, examples=[example])


Text = Annotated[str, _said("Plain decimal in major units of the currency.", "1250.00")]
Currency = Annotated[str, _said("ISO 4217 code.", "EUR")]
Number = Annotated[str, _said("Number of the document.", "INV-1042")]
Day = Annotated[date, _said("Calendar day.", "2026-06-08")]


class ItemOut(Struct, frozen=True):
    """What is open of an invoice or of one of its instalments."""

    number: Number
    kind: Annotated[str, _said("Kind of document.", "invoice")]
    invoiced_on: Day
    due_on: Day
    instalment: Annotated[int | None, _said("Which instalment, where there are several.", 1)]
    instalments: int
    gross: Text
    open: Text
    disputed: Text
    days_past_due: int


class ShareOut(Struct, frozen=True):
    """What of a movement settles an invoice."""

    invoice: Number
    amount: Text


class MovementOut(Struct, frozen=True):
    """Money or a credit that came or went back, and how it was applied."""

    kind: Annotated[str, _said("Kind of movement.", "payment")]
    number: Number
    effective_on: Day
    amount: Text
    applied: tuple[ShareOut, ...]
    unapplied: Text


class AccountOut(Struct, frozen=True):
    """The account in one currency: open = past due + upcoming + disputed; balance = open less
    unapplied.
    """  # noqa: D205 - one sentence, longer than a line

    currency: Currency
    open: Text
    past_due: Text
    upcoming: Text
    disputed: Text
    unapplied: Text
    balance: Text
    asked: Annotated[str, _said("What may be paid now, never what is disputed.", "1250.00")]
    items: tuple[ItemOut, ...]
    movements: tuple[MovementOut, ...]
    loose: tuple[MovementOut, ...]


class PayOut(Struct, frozen=True):
    """Where a transfer goes, what it says, and the code that fills it in (EPC069-12)."""

    payee: Annotated[str, _said("To whom.", "Acque del Nord")]
    iban: Annotated[str, _said("Account.", "IT60X0542811101000000123456")]
    bic: Annotated[str | None, _said("BIC of the account.", "BPMOIT22")]
    reference: Annotated[str | None, _said("Creditor reference, ISO 11649.", "RF18539007547034")]
    remittance: Annotated[str, _said("What to write where there is no reference.", "K-1042")]
    currencies: Annotated[tuple[str, ...], _said("What the account takes.", ["EUR"])]
    epc: Annotated[str | None, _said("What the QR code says.", "BCD\n002\n1\nSCT")]


class StatementOut(Struct, frozen=True):
    """A customer's statement of account at the end of a day."""

    client: Annotated[str, _said("Client company.", "Acque del Nord")]
    customer: Annotated[str, _said("Name of the customer, or the number.", "Officina Rossi")]
    customer_number: Annotated[str, _said("Number of the customer.", "K-1042")]
    as_of: Day
    known_at: Annotated[datetime, _said("Instant in UTC.", "2026-06-08T07:00:00Z")]
    since: Day
    accounts: tuple[AccountOut, ...]
    pay: PayOut | None
