"""Makes the world: two companies, two years, one seed."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

import msgspec

from carecredit.demo.accounts import Account, Span, end_accounts, open_accounts
from carecredit.demo.billing import bill
from carecredit.demo.chance import stream
from carecredit.demo.known import as_known
from carecredit.demo.people import Identity, Kinds, kinds
from carecredit.demo.promising import one_at_a_time, promise
from carecredit.demo.rows import Company, CreditNote, Invoice, Payment, Promise, World, WriteOff
from carecredit.demo.settling import Life, live
from carecredit.demo.words import Profile, profiles, words
from carecredit.kernel.calendars import add_months

MONTHS = 24
GENTLE_MONTHS = 9
KNOWN_TO_BOTH = 6

_CONTESTED_EVERY = 23

_Row = TypeVar("_Row", Payment, CreditNote, WriteOff)


def make_world(seed: int, today: date) -> World:
    """Make the world as it is known at the end of a day; the same seed and day give the same."""
    span = Span(
        begin=add_months(today, -MONTHS),
        gentle_from=add_months(today, -GENTLE_MONTHS),
        today=today,
    )
    queues = kinds(stream(seed, "people"), words())
    shared = tuple(next(queues["italian"]) for _ in range(KNOWN_TO_BOTH))
    return World(
        seed=seed,
        today=today,
        gentle_from=span.gentle_from,
        companies=tuple(
            _company(profile, queues, shared, span=span, seed=seed) for profile in profiles()
        ),
    )


def _company(
    profile: Profile, queues: Kinds, shared: tuple[Identity, ...], *, span: Span, seed: int
) -> Company:
    rng = stream(seed, "accounts", profile.code)
    accounts = open_accounts(profile, queues, shared, span=span, rng=rng)
    accounts = end_accounts(accounts, profile, span=span, rng=rng)
    lives = _lives(bill(accounts, profile, span=span, seed=seed), span=span, seed=seed)
    known = [as_known(life, span.today) for life in lives]
    return Company(
        code=profile.code,
        name=profile.name,
        country=profile.country,
        currency=profile.currency,
        iban=profile.iban,
        language=profile.language,
        zone=profile.zone,
        sector=profile.sector,
        customers=tuple(account.customer for account in accounts),
        invoices=tuple(life.invoice for life in known),
        payments=_numbered(
            (row for life in known for row in life.payments),
            f"{profile.prefix}-P",
            lambda row: row.received_on,
        ),
        credit_notes=_numbered(
            (row for life in known for row in life.credit_notes),
            f"{profile.prefix}-C",
            lambda row: row.credited_on,
        ),
        write_offs=_numbered(
            (row for life in known for row in life.write_offs),
            f"{profile.prefix}-W",
            lambda row: row.written_off_on,
        ),
        promises=_promises(lives, span=span, seed=seed),
    )


def _lives(billed: Sequence[tuple[Invoice, Account]], *, span: Span, seed: int) -> list[Life]:
    return [
        live(
            invoice,
            account,
            contested=place % _CONTESTED_EVERY == seed % _CONTESTED_EVERY,
            span=span,
            rng=stream(seed, "life", invoice.number),
        )
        for place, (invoice, account) in enumerate(billed)
    ]


def _promises(lives: Sequence[Life], *, span: Span, seed: int) -> tuple[Promise, ...]:
    given = (
        promise(life, span=span, rng=stream(seed, "promise", life.invoice.number)) for life in lives
    )
    return tuple(row for row in one_at_a_time(filter(None, given)) if row.given_on <= span.today)


def _numbered(
    rows: Iterable[_Row], prefix: str, day_of: Callable[[_Row], date]
) -> tuple[_Row, ...]:
    """Number rows in the order of their days; rows of one day keep the order of their invoices."""
    return tuple(
        msgspec.structs.replace(row, number=f"{prefix}{count:05}")
        for count, row in enumerate(sorted(rows, key=day_of), start=1)
    )
