"""How rows of contracts and of plain survival files become values."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from carecredit.customers.rules import EndedReason, Statement
from carecredit.intake.rules.cells import Cells, Place, parse_day, parse_recorded
from carecredit.intake.rules.files import FileKind
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import check_currency, parse_minor

CENSORED = frozenset({"0", "no", "n", "false", "f", "censored"})
"""Words for an end that was not seen, where a file's owner names none."""
ENDED = frozenset({"1", "yes", "y", "true", "t"})
"""Words that say no more than that the end was seen."""
EVENT = "event"
_DURATION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_WHOLE = re.compile(r"([0-9]+)\.0+")


class ContractRow(msgspec.Struct, frozen=True):
    """A row of a file of contracts; without `recorded_at` it was known as it happened."""

    customer: str
    statement: Statement
    recorded_at: datetime | None


def parse_contract(cells: Cells, place: Place) -> ContractRow:
    """Read a row of contracts; an empty `contract_id` is the customer's only one."""
    started_on: date = cells.parsed("started_on", parse_day)
    ended_on = cells.maybe_parsed("ended_on", parse_day)
    reason = cells.maybe_parsed("ended_reason", _reason)
    if ended_on and ended_on < started_on:
        raise Invalid("it ends before it starts; check both dates", field="ended_on")
    if reason and ended_on is None:
        raise Invalid("it has a reason and no end; fill in ended_on", field="ended_reason")
    currency = cells.maybe_parsed("currency", check_currency) or place.currency
    value = cells.maybe_parsed("monthly_value", lambda text: _value(text, currency))
    value_from = cells.maybe_parsed("value_from", parse_day)
    _check_value(value, value_from, started_on, ended_on)
    return ContractRow(
        customer=cells.text("customer_id"),
        statement=Statement(
            cells.maybe("contract_id") or "",
            started_on,
            ended_on,
            reason,
            value,
            currency,
            None if value_from == started_on else value_from,
        ),
        recorded_at=cells.maybe_parsed("recorded_at", lambda text: parse_recorded(text, place)),
    )


CONTRACTS = FileKind(
    "relationships.csv",
    ("customer_id", "started_on"),
    ("contract_id", "ended_on", "ended_reason", "monthly_value", "currency", "value_from",
     "recorded_at"),
    parse_contract,
)  # fmt: skip


def parse_duration(text: str) -> str:
    """Read a duration as a plain decimal and give it in one way of writing; raises `Invalid`."""
    if _DURATION.fullmatch(text) is None:
        raise Invalid(f"{text!r} is no duration; write a plain number such as 35 or 6.5")
    return f"{Decimal(text).normalize():f}"


def parse_event(text: str, censored: frozenset[str]) -> str:
    """Read how a life ended: empty where the end was not seen, else the word for its cause."""
    if not text:
        raise Invalid("this cell is empty; say whether the end was seen")
    whole = _WHOLE.fullmatch(text)
    word = whole[1] if whole else text
    return "" if word.casefold() in censored else word


def same_cause(causes: set[str]) -> dict[str, str]:
    """Give the causes their names: words that say no more than yes are one event."""
    if all(cause.casefold() in ENDED for cause in causes if cause):
        return {cause: EVENT if cause else "" for cause in causes}
    return {cause: cause for cause in causes}


def _reason(text: str) -> str:
    if text not in list(EndedReason):
        raise Invalid(f"{text!r} is no reason known here; write one of {', '.join(EndedReason)}")
    return text


def _value(text: str, currency: str) -> int:
    minor = parse_minor(text, currency)
    if minor < 0:
        raise Invalid("a contract is worth nothing or more; check the sign")
    return minor


def _check_value(
    value: Any, value_from: date | None, started_on: date, ended_on: date | None
) -> None:
    if value_from is None:
        return
    if value is None:
        raise Invalid("a value starts here and none is given", field="monthly_value")
    if value_from < started_on:
        raise Invalid("the value starts before the contract; check both dates", field="value_from")
    if ended_on and value_from >= ended_on:
        raise Invalid("the value starts when the contract is over", field="value_from")
