"""Reading what is contested: what may be agreed beside it, and how much longer a word has."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from carecredit.arrangements import rules, views
from carecredit.arrangements.queries.money import open_items
from carecredit.holds import queries as holds
from carecredit.holds.rules import AGEING, CONTESTED, HoldReason
from carecredit.holds.views import Span
from carecredit.kernel.calendars import local_date
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId
from carecredit.receivables.views import OpenInvoice


class Moment(msgspec.Struct, frozen=True):
    """A client company's now, and the local day it is."""

    client_id: ClientId
    now: datetime
    today: date
    at: tzinfo


def free_of(
    session: Session, *, moment: Moment, customer_id: CustomerId, currency: str, **which: Any
) -> dict[InvoiceId, tuple[int, int]]:
    """Give by open invoice (`which`: only, never) what is open of it, and what is not contested."""
    items = open_items(
        session, client_id=moment.client_id, customer_id=customer_id, currency=currency,
        today=moment.today, **which,
    )  # fmt: skip
    spans = _spans(session, moment, [customer_id], CONTESTED).get(customer_id, ())
    standing = [span for span in spans if span.stands(moment.now)]
    return {
        item.id: (item.open_minor, max(0, item.open_minor - _contested(item, standing)))
        for item in items
    }


def patient_promises(
    session: Session, *, moment: Moment, promises: Sequence[views.Promise]
) -> list[views.Promise]:
    """Give promises the days longer that what they are about was contested since."""
    contested = _spans(session, moment, {one.customer_id for one in promises}, CONTESTED)
    found: list[views.Promise] = []
    for one in promises:
        days = _days(
            contested.get(one.customer_id, ()), one.invoices, one.currency, since=one.given_at
        )
        last = rules.last_day_of_promise(one.promised_on, one.grace_days)
        moved = _moved(last, days, one.given_at, moment)
        found.append(msgspec.structs.replace(one, grace_days=(moved - one.promised_on).days))
    return found


def patient_plans(
    session: Session, *, moment: Moment, plans: Sequence[views.PaymentPlan]
) -> list[views.PaymentPlan]:
    """Give plans' instalments the days longer that an invoice of theirs was contested since.

    One that was missed before stays it.
    """
    contested = _spans(session, moment, {one.card.customer_id for one in plans}, CONTESTED)
    found: list[views.PaymentPlan] = []
    for one in plans:
        since = one.card.proposed_at
        spans = contested.get(one.card.customer_id, ())
        days = _days(spans, one.invoices, one.card.currency, since=since)
        parts = tuple(
            part
            if part.state == rules.InstalmentState.MISSED
            else msgspec.structs.replace(part, last_on=_moved(part.last_on, days, since, moment))
            for part in one.instalments
        )
        found.append(msgspec.structs.replace(one, instalments=parts))
    return found


def held_words(
    session: Session, *, moment: Moment, words: Iterable[views.Promise | views.PaymentPlan]
) -> frozenset[Any]:
    """Give the ids of the promises and plans of which nothing is said now, whoever asked for it.

    They are contested, or their person is spared; their own silence is none of it.
    """
    asked = [_about(word) for word in words]
    whose = {one[1] for one in asked}
    other = frozenset(HoldReason) - AGEING
    spans = _spans(session, moment, whose, other)
    spared = holds.stopped_everywhere(
        session, client_id=moment.client_id, customer_ids=whose, at=moment.now
    )
    return frozenset(
        key
        for key, customer_id, invoices, currency, since in asked
        if customer_id in spared
        or any(
            span.stands(moment.now) and _concerns(span, invoices, currency, since)
            for span in spans.get(customer_id, ())
        )
    )


def _about(
    word: views.Promise | views.PaymentPlan,
) -> tuple[Any, CustomerId, tuple[InvoiceId, ...], str, datetime]:
    if isinstance(word, views.Promise):
        return word.id, word.customer_id, word.invoices, word.currency, word.given_at
    card = word.card
    return card.id, card.customer_id, word.invoices, card.currency, card.proposed_at


def _spans(
    session: Session,
    moment: Moment,
    customer_ids: Collection[CustomerId],
    reasons: Collection[HoldReason],
) -> dict[CustomerId, tuple[Span, ...]]:
    if not customer_ids:
        return {}
    return holds.begun_by(
        session, client_id=moment.client_id, customer_ids=customer_ids, until=moment.now,
        reasons=reasons,
    )  # fmt: skip


def _contested(item: OpenInvoice, standing: Sequence[Span]) -> int:
    """Say how much of an invoice is contested: as told to the ledger, or else all of it."""
    mine = [span for span in standing if span.invoice_id in {None, item.id}]
    whole = any(span.reason == HoldReason.COMPLAINT for span in mine)
    if whole or (mine and not item.disputed_minor):
        return item.open_minor
    return item.disputed_minor


def _concerns(span: Span, invoices: Collection[InvoiceId], currency: str, since: datetime) -> bool:
    """Say whether a hold is of what a word is about; none named: all in its currency.

    What was contested before a word was given was left out of it.
    """
    if span.invoice_id is None:
        return True
    mine = span.invoice_id in invoices if invoices else span.currency == currency
    return mine and span.recorded_at >= since


def _days(
    spans: Iterable[Span], invoices: Collection[InvoiceId], currency: str, *, since: datetime
) -> list[rules.Days]:
    return [
        (span.starts_at, span.ends_at)
        for span in spans
        if _concerns(span, invoices, currency, since)
    ]


def _moved(last: date, days: Sequence[rules.Days], since: datetime, moment: Moment) -> date:
    if not days:
        return last
    return rules.last_day_unless_contested(
        last, days, after=local_date(since, moment.at), now=moment.now, today=moment.today,
        at=moment.at,
    )  # fmt: skip
