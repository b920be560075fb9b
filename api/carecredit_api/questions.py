"""The parameters that every question to a book has in an address."""

from typing import Annotated

from litestar.params import QueryParameter

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
InCurrency = Annotated[
    str | None,
    QueryParameter(
        name="currency",
        description="ISO 4217 code; without it, the book's only one or the client company's own.",
        pattern="^[A-Z]{3}$",
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
