"""What the next touch of a customer depends on."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import msgspec

from carecredit.kernel.ids import CustomerId, InvoiceId


class Owed(msgspec.Struct, frozen=True):
    """An invoice with something open; `held` names why it is not to be asked about."""

    invoice_id: InvoiceId
    number: str
    invoiced_on: date
    due_on: date
    currency: str
    open_minor: int
    held: str | None = None
    held_days: int = 0
    """Since it is past due; they do not count for the courtesy age."""


class Made(msgspec.Struct, frozen=True):
    """A step made (or being made) for an invoice; `with_person` waits for somebody's look."""

    invoice_id: InvoiceId | None
    step_key: str
    on: date
    with_person: bool = False


class NotKept(msgspec.Struct, frozen=True):
    """A word that was not kept and that nobody has spoken about."""

    source_id: UUID
    kind: str
    """promise, or instalment."""
    due_on: date
    since: date
    currency: str
    amount_minor: int
    runs: bool = False
    """It is of a plan that runs on: nothing else is asked meanwhile."""


class Softened(msgspec.Struct, frozen=True):
    """How we soften while a matter of the customer is open: further apart, in this tone."""

    spacing_days: int
    tone: str


class CustomerFacts(msgspec.Struct, frozen=True):
    """All that the next touch depends on; oldest due first in `owed`."""

    customer_id: CustomerId
    channels: frozenset[str]
    opted_out: bool
    held: str | None
    owed: tuple[Owed, ...]
    made: tuple[Made, ...]
    unapplied_minor: Mapping[str, int]
    small_balance_minor: int
    not_kept: tuple[NotKept, ...] = ()
    softened: Softened | None = None
