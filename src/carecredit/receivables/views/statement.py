"""What a customer reads of their own account."""

from datetime import date, datetime

import msgspec

from carecredit.kernel.ids import CustomerId


class StatementItem(msgspec.Struct, frozen=True, kw_only=True):
    """What is open of an invoice, or of one of its instalments (`position` of `positions`)."""

    number: str
    kind: str
    invoiced_on: date
    due_on: date
    position: int | None
    positions: int
    gross_minor: int
    open_minor: int
    disputed_minor: int
    days_past_due: int


class StatementShare(msgspec.Struct, frozen=True):
    """What of a movement settles an invoice."""

    invoice: str
    minor: int


class StatementMovement(msgspec.Struct, frozen=True, kw_only=True):
    """Money or a credit that came, was given back or taken back, and how it was applied."""

    kind: str
    number: str
    effective_on: date
    amount_minor: int
    applied: tuple[StatementShare, ...]
    unapplied_minor: int
    """What of it settles nothing yet; nothing of what was given back."""


class StatementAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's account in one currency; disputed amounts are in neither past due nor to come.

    Open less unapplied is the balance; open is past due, to come and disputed together.
    """

    currency: str
    open_minor: int
    past_due_minor: int
    upcoming_minor: int
    disputed_minor: int
    unapplied_minor: int
    balance_minor: int
    asked_minor: int
    """What may be paid now (0: nothing); never what is contested."""
    items: tuple[StatementItem, ...]
    movements: tuple[StatementMovement, ...]
    loose: tuple[StatementMovement, ...]
    """Those of any date with something unapplied."""


class WayToPay(msgspec.Struct, frozen=True):
    """Where a transfer goes and what it says; without a reference, the text stands in it.

    The account takes some currencies only: in any other it is not shown.
    """

    payee: str
    iban: str
    bic: str | None
    reference: str | None
    text: str
    currencies: tuple[str, ...] = ("EUR",)


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's account for the customer to read, at the end of a day, by currency."""

    client: str
    client_code: str
    customer: str
    customer_number: str
    customer_id: CustomerId
    language: str
    zone: str
    as_of: date
    known_at: datetime
    since: date
    accounts: tuple[StatementAccount, ...]
    pay: WayToPay | None
    """None: the client company has not said where to pay."""
