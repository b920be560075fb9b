"""The parameters that every question to a book has in an address."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from litestar.params import QueryParameter
from msgspec import Struct

from carecredit.metrics.numerals import Language
from carecredit_api.deps import Visit
from carecredit_api.wire import CURRENCY, read_known

Answer = TypeVar("Answer")

AsOf = Annotated[
    str | None,
    QueryParameter(
        name="as_of",
        description="At the end of this day, or month for its end; without it, today.",
        max_length=10,
    ),
]
KnownAt = Annotated[
    str | None,
    QueryParameter(
        name="known_at",
        description="As known at an instant, or at the end of a day; without it, all counts.",
        max_length=40,
    ),
]
Narrowed = Annotated[
    str | None,
    QueryParameter(name="segment", description="One segment; without it, ALL.", max_length=200),
]
DefinedIn = Annotated[
    Language,
    QueryParameter(name="lang", description="it or en: the definitions sheet of a workbook."),
]
InCurrency = Annotated[
    str | None,
    QueryParameter(
        name="currency",
        description="ISO 4217 code; without it, the book's only one or the client company's own.",
        pattern=CURRENCY,
    ),
]

RateSet = Annotated[
    str | None,
    QueryParameter(
        name="rate_set",
        description="Convert other currencies into this one by the rates of this name; without "
        "it nothing is converted.",
        max_length=200,
    ),
]


class Asked(Struct, frozen=True):
    """A question as an address puts it; without a day it is today at the client company."""

    client: str | None
    as_of: str | None
    known_at: str | None
    segment: str | None
    currency: str | None

    def put(self, visit: Visit, question: Callable[..., Answer], **more: Any) -> Answer:
        """Put it to a report of `metrics.queries`, in the transaction of the request."""
        known = read_known(self.known_at)
        with visit.reading() as session:
            found = visit.client(session, self.client)
            return question(
                session,
                client_id=found.id,
                as_of=visit.day(found, self.as_of),
                now=visit.now,
                known_at=known,
                segment=self.segment,
                currency=self.currency,
                **more,
            )
