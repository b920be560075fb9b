"""The packaged rules of late charges and their dated rates, read once; figures carry a source."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import msgspec

from carecredit.kernel.errors import Invalid

NONE = "none"
"""A mandate that names it shows no late charges at all."""
EACH_DAY, FIRST_DAY = "each_day", "first_day"


class LateRuleUnknown(Invalid):
    """No packaged rule of late charges has this key."""

    code = "late_rule_unknown"


class Rate(msgspec.Struct, frozen=True):
    """A yearly rate from a day through another, with where it stands."""

    from_on: date
    through_on: date
    percent: Fraction
    source: str
    confidence: str = "official"
    note: str | None = None


class Tier(msgspec.Struct, frozen=True):
    """A fixed compensation for debts from an amount on."""

    from_minor: int
    minor: int


class LateRule(msgspec.Struct, frozen=True):
    """How interest and compensation for lateness are worked out in a country."""

    key: str
    name: Mapping[str, str]
    country: str
    between: str
    currency: str
    margin_percent: Fraction
    rate_of: str
    compensation: tuple[Tier, ...]
    rates: tuple[Rate, ...]
    source: str

    def rate_on(self, day: date) -> Rate | None:
        """Find the rate in force on a day (none: the table does not know it)."""
        return next((it for it in self.rates if it.from_on <= day <= it.through_on), None)

    def compensation_minor(self, owed_minor: int) -> int:
        """Give the fixed compensation for a debt of some size."""
        return max((it.minor for it in self.compensation if it.from_minor <= owed_minor), default=0)


@cache
def late_rules() -> MappingProxyType[str, LateRule]:
    """Read every packaged rule, by its key."""
    tables = _read("tables.toml")["tables"]
    rules = _read("rules.toml")["rules"]
    return MappingProxyType({key: _rule(key, told, tables) for key, told in rules.items()})


def late_rule(key: str, *, field: str = "late_charges") -> LateRule:
    """Find a rule by its key; raises `LateRuleUnknown` naming those there are."""
    found = late_rules().get(key)
    if found is None:
        known = ", ".join([NONE, *late_rules()])
        raise LateRuleUnknown(
            f"{key!r} is no rule of late charges; write one of {known}", field=field
        )
    return found


def check_late_rule(key: str) -> str:
    """Accept the key of a rule, or the word for none."""
    return key if key == NONE else late_rule(key).key


def _read(name: str) -> dict[str, Any]:
    file = resources.files("carecredit.receivables").joinpath("late_charges", name)
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _rule(key: str, told: Mapping[str, Any], tables: Mapping[str, Any]) -> LateRule:
    return LateRule(
        key=key,
        name=told["name"],
        country=told["country"],
        between=told["between"],
        currency=told["currency"],
        margin_percent=Fraction(told["margin_percent"]),
        rate_of=told["rate_of"],
        compensation=tuple(Tier(**tier) for tier in told["compensation"]),
        rates=_rates(tables[told["table"]]),
        source=told["source"],
    )


def _rates(table: Mapping[str, Any]) -> tuple[Rate, ...]:
    rows = table["rates"]
    ends = [row["from"] - timedelta(days=1) for row in rows[1:]] + [table["through"]]
    return tuple(
        Rate(
            from_on=row["from"],
            through_on=end,
            percent=Fraction(row["percent"]),
            source=row.get("source", table["source"]),
            confidence=row.get("confidence", "official"),
            note=row.get("note"),
        )
        for row, end in zip(rows, ends, strict=True)
    )
