"""What readers see of holds."""

from datetime import date, datetime

import msgspec

from carecredit.kernel.ids import ClientId, CustomerId, HoldId, InvoiceId, PersonId


class StandingHold(msgspec.Struct, frozen=True):
    """A hold in force: for one invoice, or (none named) for all of a customer's."""

    id: HoldId
    customer_id: CustomerId
    reason: str
    invoice_id: InvoiceId | None
    starts_at: datetime
    ends_at: datetime | None
    review_on: date | None
    evidence: str = ""
    recorded_at: datetime | None = None
    recorded_by: str = ""


class Span(msgspec.Struct, frozen=True):
    """A hold, over or not: of which invoice (none: of all), from when until when."""

    customer_id: CustomerId
    reason: str
    invoice_id: InvoiceId | None
    currency: str | None
    """Of its invoice."""
    starts_at: datetime
    ends_at: datetime | None
    recorded_at: datetime

    def stands(self, at: datetime) -> bool:
        """Say whether it is in force at an instant."""
        return self.starts_at <= at and (self.ends_at is None or self.ends_at > at)


class PersonStop(msgspec.Struct, frozen=True):
    """A stop that binds a person everywhere; of another client company's no more is told."""

    id: HoldId
    person_id: PersonId
    client_id: ClientId
    reason: str
    starts_at: datetime
    ends_at: datetime | None
    recorded_at: datetime
