"""What readers see of promises."""

from datetime import date, datetime

import msgspec

from carecredit.kernel.ids import CustomerId, PromiseId


class Promise(msgspec.Struct, frozen=True):
    """A promise to pay and how it stands."""

    id: PromiseId
    customer_id: CustomerId
    currency: str
    amount_minor: int
    promised_on: date
    grace_days: int
    given_at: datetime
    given_to: str
    state: str
    kept_minor: int | None
    judged_at: datetime | None


class Review(msgspec.Struct, frozen=True):
    """What a review of promises found."""

    kept: int
    broken: int
    waiting: int
