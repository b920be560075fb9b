"""When two cards are one person; what a customer's card must say; contracts put together."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct, structs

from carecredit.kernel.errors import Invalid

_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,180}\.[^@\s,;<>\".]{2,}")


class EndedReason(StrEnum):
    """Why a relationship ended; leaving by choice and ending over money stay apart."""

    CHOSE_TO_LEAVE = "chose_to_leave"
    DEBT = "debt"
    WRITE_OFF = "write_off"
    MOVED = "moved"
    DECEASED = "deceased"
    OTHER = "other"


def fold_name(name: str) -> str:
    """Write a name so that order, case, accents and points do not matter."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    words = re.findall(r"\w+", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    return " ".join(sorted(words))


def check_email(text: str) -> str:
    """Accept an e-mail address and give it in the form it is compared in; raises `Invalid`."""
    address = text.strip()
    if len(address) > 200 or not address.isascii() or _EMAIL.fullmatch(address) is None:  # noqa: PLR2004 - the width of the column
        raise Invalid(f"{text!r} is no e-mail address; write one such as name@example.org")
    return address.lower()


def known_as(kind: str, value: str) -> str:
    """Give a contact point as it is recognised: what follows a plus sign is the same mailbox.

    RFC 5233: `elda+x@example.org` reaches whoever reads `elda@example.org`.
    """
    local, at, domain = value.partition("@")
    name = local.partition("+")[0]
    return f"{name}{at}{domain}" if kind == "email" and name else value


def same_name(one: bytes | None, other: bytes | None) -> bool:
    """Say whether two cards that share a contact point do not contradict each other by name."""
    return one is None or other is None or one == other


class Statement(Struct, frozen=True, gc=False):
    """What was said of a contract; the latest known counts, and each value from its own day."""

    number: str
    """Of the contract; empty: the only one, as a customer's card tells of it."""
    started_on: date | None
    ended_on: date | None
    ended_reason: str | None
    monthly_value_minor: int | None
    """Null says nothing of the value."""
    currency: str
    value_from: date | None
    """Null: from the start."""


class Stay(Struct, frozen=True, gc=False):
    """A run of days with at least one contract, half-open; the reason is the last contract's."""

    started_on: date
    ended_on: date | None
    reason: str | None


class ValueStep(Struct, frozen=True, gc=False):
    """From this day on all contracts in this currency together are worth so much a month."""

    day: date
    currency: str
    minor: int


class Relation(Struct, frozen=True, gc=False):
    """A customer over all of its contracts: when it was there, and what it was worth then."""

    stays: tuple[Stay, ...]
    """In order, apart from each other: contracts that touch or overlap are one stay."""
    values: tuple[ValueStep, ...]


class _Contract(Struct, frozen=True, gc=False):
    started_on: date
    ended_on: date | None
    reason: str | None
    values: tuple[ValueStep, ...]


def relation(statements: Sequence[Statement]) -> Relation | None:
    """Put together what is known of a customer's contracts, given in the order it became known.

    Contracts with numbers take the place of the one without. None: no start is known.
    """
    contracts = _contracts(statements)
    if not contracts:
        return None
    if len(contracts) == 1:
        (one,) = contracts
        stays: tuple[Stay, ...] = (Stay(one.started_on, one.ended_on, one.reason),)
    else:
        stays = _stays(contracts)
    return Relation(stays, _value_steps(contracts))


def card_facts(statements: Sequence[Statement]) -> Statement | None:
    """Give the only contract as it stands now: the latest dates and the latest value said."""
    mine = [statement for statement in statements if not statement.number]
    if not mine:
        return None
    stated = [one for one in mine if one.monthly_value_minor is not None]
    if not stated or stated[-1] is mine[-1]:
        return mine[-1]
    value = stated[-1]
    return structs.replace(
        mine[-1], monthly_value_minor=value.monthly_value_minor, currency=value.currency
    )


def _contracts(statements: Sequence[Statement]) -> list[_Contract]:
    if len({statement.number for statement in statements}) == 1:
        made = _contract(statements)
        return [] if made is None else [made]
    by_number: dict[str, list[Statement]] = {}
    for statement in statements:
        by_number.setdefault(statement.number, []).append(statement)
    if len(by_number) > 1:
        by_number.pop("", None)
    found = (_contract(mine) for mine in by_number.values())
    return [contract for contract in found if contract is not None]


def _contract(statements: Sequence[Statement]) -> _Contract | None:
    latest = statements[-1]
    start, end = latest.started_on, latest.ended_on
    if start is None:
        return None
    points = {
        statement.value_from or date.min: statement
        for statement in statements
        if statement.monthly_value_minor is not None
    }
    if len(points) > 1:
        return _Contract(start, end, latest.ended_reason, _values(points, start, end))
    values = [
        ValueStep(max(day, start), point.currency, point.monthly_value_minor or 0)
        for day, point in points.items()
        if end is None or max(day, start) < end
    ]
    return _Contract(start, end, latest.ended_reason, tuple(values))


def _values(points: dict[date, Statement], start: date, end: date | None) -> tuple[ValueStep, ...]:
    values: list[ValueStep] = []
    for day in sorted(points):
        point = points[day]
        step = ValueStep(max(day, start), point.currency, point.monthly_value_minor or 0)
        if values and values[-1].day == step.day:
            values.pop()
        if end is None or step.day < end:
            values.append(step)
    return tuple(values)


def _stays(contracts: list[_Contract]) -> tuple[Stay, ...]:
    stays: list[Stay] = []
    for one in sorted(contracts, key=lambda contract: contract.started_on):
        last = stays[-1] if stays else None
        if last is None or (last.ended_on is not None and last.ended_on < one.started_on):
            stays.append(Stay(one.started_on, one.ended_on, one.reason))
        elif last.ended_on is not None and (one.ended_on is None or one.ended_on >= last.ended_on):
            stays[-1] = Stay(last.started_on, one.ended_on, one.reason)
    return tuple(stays)


def _value_steps(contracts: list[_Contract]) -> tuple[ValueStep, ...]:
    if len(contracts) == 1 and len(contracts[0].values) <= 1:
        (one,) = contracts
        if one.ended_on is None or not one.values:
            return one.values
        return (*one.values, ValueStep(one.ended_on, one.values[0].currency, 0))
    changes: Counter[tuple[date, str]] = Counter()
    for contract in contracts:
        standing = ValueStep(contract.started_on, "", 0)
        for step in contract.values:
            changes[step.day, standing.currency] -= standing.minor
            changes[step.day, step.currency] += step.minor
            standing = step
        if contract.ended_on is not None:
            changes[contract.ended_on, standing.currency] -= standing.minor
    total: Counter[str] = Counter()
    steps = []
    for (day, currency), minor in sorted(changes.items()):
        if minor:
            total[currency] += minor
            steps.append(ValueStep(day, currency, total[currency]))
    return tuple(steps)
