"""A company's accounts: who came when, pays how, can be reached how, and left when and why."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import msgspec

from carecredit.demo.chance import between, deal, happens
from carecredit.demo.people import Identity, Kinds
from carecredit.demo.rows import Customer
from carecredit.demo.words import Profile, Segment

UNPAID_ENDINGS = frozenset({"debt", "write_off"})
_ESTATE_DAYS = 150
_BILL_DAYS = (1, 28)
_SHARED_HABIT = "behind"


class Account(msgspec.Struct, frozen=True):
    """A customer's card with what only the made world knows of it."""

    customer: Customer
    segment: Segment
    habit: str
    bill_day: int
    parity: int
    net_minor: int
    known_to_both: bool = False
    silent_from: date | None = None
    given_up_on: date | None = None


class Span(msgspec.Struct, frozen=True):
    """The days of the made world: its first, the start of the gentle method, its last."""

    begin: date
    gentle_from: date
    today: date


def open_accounts(
    profile: Profile, kinds: Kinds, shared: tuple[Identity, ...], *, span: Span, rng: Random
) -> list[Account]:
    """Open a company's accounts; the persons known to both companies stand first."""
    cards = [
        (identity, segment, habit)
        for segment in profile.segments
        for identity, habit in _members(segment, kinds, shared, rng)
    ]
    reaches = deal(rng, profile.reach, len(cards))
    accounts = []
    for index, ((identity, segment, habit), reach) in enumerate(zip(cards, reaches, strict=True)):
        known = identity in shared
        accounts.append(
            Account(
                customer=_card(
                    identity,
                    number=f"{profile.prefix}-{10_001 + index * 7}",
                    segment=segment,
                    reach="both" if known else reach,
                    started_on=_started_on(profile, span, known=known, rng=rng),
                ),
                segment=segment,
                habit=_SHARED_HABIT if known and shared.index(identity) < 2 else habit,  # noqa: PLR2004 - two of them are worth a call from both
                bill_day=between(rng, _BILL_DAYS),
                parity=index % profile.every_months,
                net_minor=between(rng, segment.net_minor),
                known_to_both=known,
            )
        )
    return [_valued(account) for account in accounts]


def end_accounts(
    accounts: list[Account], profile: Profile, *, span: Span, rng: Random
) -> list[Account]:
    """Let some customers leave, so many before the gentle method and so many since."""
    days = [
        *_spread(rng, span.begin + timedelta(days=20), span.gentle_from, profile.endings_before),
        *_spread(rng, span.gentle_from, span.today, profile.endings_since),
    ]
    reasons = deal(rng, profile.reasons, len(days))
    leavers = _leavers(accounts, reasons, span, rng)
    ended = dict(zip(leavers, zip(days, reasons, strict=True), strict=True))
    return [
        _end(account, *ended[account.customer.number])
        if account.customer.number in ended
        else account
        for account in accounts
    ]


def _members(
    segment: Segment, kinds: Kinds, shared: tuple[Identity, ...], rng: Random
) -> Iterator[tuple[Identity, str]]:
    habits = iter(deal(rng, segment.habits, sum(segment.kinds.values())))
    for kind, count in segment.kinds.items():
        for index in range(count):
            known = kind == "italian" and index < len(shared)
            yield (shared[index] if known else next(kinds[kind])), next(habits)


def _card(
    identity: Identity, *, number: str, segment: Segment, reach: str, started_on: date
) -> Customer:
    return Customer(
        number=number,
        name=identity.name,
        language=identity.language,
        phone=identity.phone if reach in {"both", "phone"} else None,
        email=identity.email if reach in {"both", "email"} else None,
        country=identity.country,
        region=identity.region,
        segment=segment.name,
        started_on=started_on,
        ended_on=None,
        ended_reason=None,
        monthly_value_minor=0,
    )


def _valued(account: Account) -> Account:
    """Say what the customer is worth a month: the usual bill with its tax, for one month."""
    gross = account.net_minor + tax(account.net_minor, account.segment.tax_percent)
    customer = msgspec.structs.replace(account.customer, monthly_value_minor=gross)
    return msgspec.structs.replace(account, customer=customer)


def tax(net_minor: int, percent: int) -> int:
    """Work out the tax on a net amount, rounded half up to the cent."""
    return (net_minor * percent + 50) // 100


def _started_on(profile: Profile, span: Span, *, known: bool, rng: Random) -> date:
    if not known and happens(rng, profile.newcomers_percent):
        return span.begin + timedelta(days=between(rng, (30, 640)))
    return span.begin - timedelta(days=between(rng, (90, 4400)))


def _spread(rng: Random, first: date, end: date, count: int) -> list[date]:
    """Spread days evenly over a span: each falls somewhere in its own share of it."""
    days = (end - first).days
    return [first + timedelta(days=int(days * (n + rng.random()) / count)) for n in range(count)]


def _leavers(accounts: list[Account], reasons: list[str], span: Span, rng: Random) -> list[str]:
    """Choose who leaves: over money those who struggle with it, else anybody of old."""
    settled = [
        account
        for account in accounts
        if account.customer.started_on < span.begin and not account.known_to_both
    ]
    rng.shuffle(settled)
    strained = [account for account in settled if account.habit == "strained"]
    others = [account for account in settled if account.habit != "strained"]
    chosen = []
    for reason in reasons:
        queue = strained if reason in UNPAID_ENDINGS and strained else others
        chosen.append(queue.pop().customer.number)
    return chosen


def _end(account: Account, ended_on: date, reason: str) -> Account:
    """End an account; over money it went silent long before, and what is open is given up late."""
    customer = msgspec.structs.replace(account.customer, ended_on=ended_on, ended_reason=reason)
    silent_days = {"debt": 130, "write_off": 160, "deceased": 15}.get(reason)
    given_up_days = {"debt": 190, "write_off": 0, "deceased": _ESTATE_DAYS}.get(reason)
    if silent_days is None or given_up_days is None:
        return msgspec.structs.replace(account, customer=customer)
    return msgspec.structs.replace(
        account,
        customer=customer,
        silent_from=ended_on - timedelta(days=silent_days),
        given_up_on=ended_on + timedelta(days=given_up_days),
    )
