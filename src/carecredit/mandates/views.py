"""What readers see of client companies and mandates."""

from datetime import date

import msgspec

from carecredit.kernel.ids import ClientId, MandateId


class Client(msgspec.Struct, frozen=True):
    """A client company: the one on whose behalf we answer."""

    id: ClientId
    code: str
    name: str
    country: str
    currency: str
    language: str
    zone: str
    payee: str | None = None
    """To whom customers pay; none: the company's name."""
    iban: str | None = None
    bic: str | None = None


class Mandate(msgspec.Struct, frozen=True):
    """What a client company agreed with us: policy of follow-up, tolerances, powers."""

    id: MandateId
    client_id: ClientId
    valid_from: date
    follow_up_policy: str
    small_balance_minor: int
    promise_grace_days: int
    """Working days of the banks of the client company's country."""
    promise_days_max: int
    allocation_order: str = "oldest_due"
    allocation_natures: str = "costs,interest,principal"
    late_charges: str = "none"
    plan_amount_max_minor: int = 300_000
    plan_instalments_max: int = 12
    plan_days_max: int = 365
    plan_missed_max: int = 2
    odd_cents: str = "last"
    proof_days: int = 5
    relief_days_max: int = 180
    opening_hours: str = "always"
    opening_zone: str = "client"
    opening_calendar: str = "none"
