"""How values travel: amounts as text in major units beside their currency, days and instants ISO.

Each alias carries the sentence and the example that the API reference shows.
"""

from datetime import date, datetime
from typing import Annotated, Any

from litestar.params import QueryParameter
from msgspec import Meta

from carecredit.kernel.calendars import month_end
from carecredit.kernel.clock import parse_instant
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import Money, check_currency, major

ID = "0198c0de-0000-7000-8000-000000000001"
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)
_MONTH_LENGTH = len("2012-01")

AMOUNT, POSITIVE = r"^-?[0-9]{1,16}(\.[0-9]{1,12})?$", r"^[0-9]{1,16}(\.[0-9]{1,12})?$"
CURRENCY, LANGUAGE = "^[A-Z]{3}$", "^[a-z]{2}$"
PATTERNS = {
    AMOUNT: "an amount like 1234.56 is expected: digits, with a decimal point where there is one",
    POSITIVE: "an amount like 1234.56 is expected: digits, and no sign",
    CURRENCY: "a currency by its three letters is expected, such as EUR",
    LANGUAGE: "a language by its two letters is expected, such as it",
}
"""What a value must look like, and how one says so."""

Amount = Annotated[
    str, Meta(description="Plain decimal in major units of the currency.", examples=["1250.00"])
]
AmountIn = Annotated[
    str,
    Meta(
        description="Plain decimal in major units: ASCII digits and a decimal point.",
        examples=["1250.00"],
        pattern=AMOUNT,
    ),
]
Currency = Annotated[str, Meta(description="ISO 4217 code.", examples=["EUR"])]
CurrencyIn = Annotated[str, Meta(description="ISO 4217 code.", examples=["EUR"], pattern=CURRENCY)]
Number = Annotated[
    str,
    Meta(
        description="Number of the document, as the client company wrote it.",
        examples=["INV-1042"],
        min_length=1,
        max_length=200,
    ),
]
Segment = Annotated[
    str, Meta(description="Segment of the client company's own.", examples=["retail"])
]
SegmentIn = Annotated[
    str,
    Meta(
        description="Segment of the client company's own.",
        examples=["retail"],
        min_length=1,
        max_length=200,
    ),
]
Instant = Annotated[
    datetime, Meta(description="Instant in UTC.", examples=["2026-06-08T07:00:00Z"], tz=True)
]
Day = Annotated[date, Meta(description="Calendar day.", examples=["2026-06-08"])]
Sentence = Annotated[
    dict[str, str],
    Meta(
        description="The same sentence by language.",
        examples=[
            {
                "en": "Invoice INV-1042 is 8 days past due: it may have slipped by, we ask kindly.",
                "it": "La fattura INV-1042 è scaduta da 8 giorni: forse è sfuggita, chiediamo "
                "con garbo.",
            }
        ],
    ),
]
StudyName = Annotated[
    str | None,
    QueryParameter(
        name="study",
        description="An imported survival file, in place of customers.",
        max_length=200,
    ),
]
Kind = Annotated[str, Meta(description="Kind of the document or movement.", examples=["invoice"])]
Reason = Annotated[
    str,
    Meta(
        description="Why, in words.",
        examples=["agreed by telephone"],
        min_length=1,
        max_length=1000,
    ),
]
PageCursor = Annotated[
    str | None,
    QueryParameter(name="cursor", description="Cursor of the page before.", max_length=100),
]
Limit = Annotated[int, QueryParameter(name="limit", description="How many at most.", ge=1, le=200)]


def word(description: str, example: str) -> Any:
    """Describe a word of ours in the reference."""
    return Meta(description=description, examples=[example])


def amount(minor: int, currency: str) -> str:
    """Write minor units as they travel."""
    return major(minor, currency)


def money(text: str, currency: str, *, field: str) -> Money:
    """Read an amount as it came; a bad one is refused with its field."""
    check_currency(currency)
    try:
        return Money.parse(text, currency)
    except Invalid as error:
        raise Invalid(error.message, field=field) from error


def checked_day(day: date, *, field: str) -> date:
    """Accept a day that business can mean; others would leave the calendar in arithmetic."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid(f"a day from {FIRST_DAY} to {LAST_DAY} is expected", field=field)
    return day


def checked_instant(at: datetime, *, field: str) -> datetime:
    """Accept an instant that says its offset; without one nobody knows when it is."""
    if at.tzinfo is None:
        raise Invalid("an instant needs its offset: 2026-06-08T07:00:00Z", field=field)
    return at


def read_day(text: str, *, field: str, first: bool = False) -> date:
    """Read `2012-01-31`, or a month `2012-01` for its end (or its first day)."""
    try:
        if len(text) == _MONTH_LENGTH:
            start = date.fromisoformat(f"{text}-01")
            return checked_day(start if first else month_end(start.year, start.month), field=field)
        if len(text) == len("2012-01-31"):
            return checked_day(date.fromisoformat(text), field=field)
    except ValueError:
        pass
    raise Invalid(
        f"{text[:40]!r} is no date; write one such as 2012-01-31, or a month such as 2012-01",
        field=field,
    )


def read_instant(text: str, *, field: str) -> datetime:
    """Read an instant with its offset; a plus sign that an address made a space is one again."""
    try:
        instant = parse_instant(text.replace(" ", "+") if "T" in text else text)
    except Invalid as error:
        raise Invalid(error.message, field=field) from error
    checked_day(instant.date(), field=field)
    return instant


def read_known(text: str | None) -> date | datetime | None:
    """Read what is meant by known at: a date (its end) or an instant."""
    if text is None:
        return None
    return read_instant(text, field="known_at") if "T" in text else read_day(text, field="known_at")
