"""What a company bills: one invoice a period to each account, numbered in the order of days."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import msgspec

from carecredit.demo.accounts import Account, Span, tax
from carecredit.demo.chance import between, happens, stream
from carecredit.demo.rows import Invoice
from carecredit.demo.words import Profile

_USE_PERCENT = (88, 113)
_ENTRY_LAG_PERCENT = 25


def bill(
    accounts: Sequence[Account], profile: Profile, *, span: Span, seed: int
) -> list[tuple[Invoice, Account]]:
    """Write the invoices of two years, each with its account; numbers follow the days."""
    drafts = [
        (draft, account)
        for account in accounts
        for draft in _bills_of(account, profile, span=span, seed=seed)
        if draft.recorded_on <= span.today
    ]
    drafts.sort(key=lambda pair: (pair[0].invoiced_on, pair[0].customer))
    return [
        (msgspec.structs.replace(draft, number=_number(profile, draft, count)), account)
        for count, (draft, account) in enumerate(drafts, start=1)
    ]


def bill_days(account: Account, profile: Profile, span: Span) -> Iterator[date]:
    """Give the days on which an account is billed while the customer is one."""
    first = max(span.begin + timedelta(days=1), account.customer.started_on)
    last = min(span.today, account.customer.ended_on or span.today)
    for months in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        day = date(months // 12, months % 12 + 1, account.bill_day)
        if months % profile.every_months == account.parity and first <= day <= last:
            yield day


def _bills_of(account: Account, profile: Profile, *, span: Span, seed: int) -> Iterator[Invoice]:
    rng = stream(seed, "bills", account.customer.number)
    for day in bill_days(account, profile, span):
        usual = account.net_minor * profile.every_months
        season = profile.season_percent[day.month - 1]
        net = usual * season * between(rng, _USE_PERCENT) // 10_000
        vat = tax(net, account.segment.tax_percent)
        lag = between(rng, (1, 2)) if happens(rng, _ENTRY_LAG_PERCENT) else 0
        yield Invoice(
            number="",
            customer=account.customer.number,
            invoiced_on=day,
            due_on=day + timedelta(days=account.segment.terms_days),
            currency=profile.currency,
            gross_minor=net + vat,
            tax_minor=vat,
            recorded_on=day + timedelta(days=lag),
            disputed_from=None,
            disputed_to=None,
            segment=account.segment.name,
        )


def _number(profile: Profile, invoice: Invoice, count: int) -> str:
    return f"{profile.prefix}-{invoice.invoiced_on.year}-{count:05}"
