"""Reading the rates of a named set, as known until an instant, and what is said of their use."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.mandates import queries as mandates
from carecredit.metrics.rules.edge import decimal_text
from carecredit.metrics.rules.rates import ONE, Rates, Stated
from carecredit.receivables.model import Rate

RATE_DECIMALS = 9


class UnknownRateSet(Invalid):
    """No rates go by that name."""

    code = "unknown_rate_set"


def rate_sets(
    session: Session, *, client_id: ClientId, known: datetime | None = None
) -> dict[str, tuple[str, ...]]:
    """Name a client company's rate sets, as known until an instant, each with what it leads into.

    Into the client company's own currency first, as an answer has it without a word.
    """
    own = mandates.client(session, client_id=client_id).currency
    seen = [Rate.client_id == client_id]
    if known is not None:
        seen.append(Rate.recorded_at <= known)
    query = select(Rate.rate_set, Rate.into).where(*seen).distinct()
    found: dict[str, list[str]] = {}
    for name, into in session.execute(query.order_by(Rate.rate_set, Rate.into)):
        found.setdefault(name, []).append(into)
    return {name: tuple(sorted(each, key=lambda it: it != own)) for name, each in found.items()}


def rates_of(
    session: Session,
    *,
    client_id: ClientId,
    rate_set: str,
    into: str,
    currencies: Iterable[str],
    known: datetime | None = None,
) -> Rates:
    """Read the rates of a set from some currencies into one, as known until an instant."""
    seen = [Rate.client_id == client_id]
    if known is not None:
        seen.append(Rate.recorded_at <= known)
    wanted = select(Rate.currency, Rate.day, Rate.rate_billionths).where(
        *seen, Rate.rate_set == rate_set, Rate.into == into, Rate.currency.in_(sorted(currencies))
    )
    found = [Stated(*row) for row in session.execute(wanted)]
    if not found:
        names = select(Rate.rate_set).where(*seen).distinct().order_by(Rate.rate_set)
        _check_known(rate_set, session.execute(names).scalars().all())
    return Rates(rate_set, into, found)


def converted(rates: Rates, currencies: Iterable[str], day: date) -> tuple[str, ...]:
    """Say what was converted and at which closing rates; never silently."""
    others = [currency for currency in currencies if currency != rates.into]
    if not others:
        return (f"nothing is converted: the book has {rates.into} only",)
    told = ", ".join(_closing(rates, others, day))
    note = (
        f"{', '.join(others)} converted into {rates.into} by rate set {rates.name}: balances at "
        f"the closing rate ({told}), sales and other flows at the rate of their own day"
    )
    return (note,)


def _closing(rates: Rates, currencies: list[str], day: date) -> Iterator[str]:
    for currency in currencies:
        stated_on = rates.stated_on(currency, day)
        if stated_on is None:
            yield f"none for {currency} yet"
        else:
            rate = decimal_text(Fraction(rates.on(currency, day), ONE), RATE_DECIMALS)
            yield f"1 {currency} = {rate} of {stated_on}"


def _check_known(rate_set: str, names: Iterable[str]) -> None:
    known = list(names)
    if rate_set not in known:
        told = ", ".join(known) or "none; bring rates in with rates.csv"
        raise UnknownRateSet(f"no rate set {rate_set!r}; known: {told}", field="rate_set")
