"""What readers see of the parts of a number: the documents (or customers) it was added up from."""

from datetime import date

from msgspec import Struct

from carecredit.metrics.views.numbers import MetricAnswer


class Part(Struct, frozen=True, kw_only=True):
    """What one document adds to the numerator: in major units, or counted."""

    kind: str
    """invoice, opening_balance, payment, credit_note, ... customer, promise; or of care: contact,
    survey, case, expectation, whose number is their id."""
    number: str
    customer: str
    day: date
    """The document's own; of a customer, when it came."""
    due_on: date | None
    segment: str | None
    amount: str


class Parts(Struct, frozen=True, kw_only=True):
    """A page of the parts of a number, the largest first, and the number itself.

    `total` adds up all parts, not only the page: it is the numerator, to the cent.
    """

    answer: MetricAnswer
    parts: tuple[Part, ...]
    total: str
    count: int
    counted: bool
    """The amounts are counts (of people, of documents), not money."""
    next_offset: int | None
