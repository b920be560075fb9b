"""What the contact policy would have allowed and refused of what was made and planned."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any, TypeVar

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.cadence import queries as cadence
from carecredit.cadence.views import Touch
from carecredit.contact_policy import queries as policy
from carecredit.contact_policy.rules import Profile, Verdict, load_profiles
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import CustomerId, InvoiceId
from carecredit.mandates.views import Client
from carecredit.outreach import model, views
from carecredit.receivables import queries as receivables
from carecredit.receivables.views import OpenInvoice

DAYS_MAX = 366
PAGE = 5_000
Part = TypeVar("Part")


class _Contact(msgspec.Struct, frozen=True):
    """A contact of the past: one that was made, or one that was planned and never made."""

    source: str
    customer_id: CustomerId
    channel: str
    purpose: str
    at: datetime
    debts: tuple[InvoiceId, ...]
    requested: bool


def simulation(
    session: Session,
    *,
    client: Client,
    days: int,
    profiles: Sequence[str] = (),
    now: datetime,
) -> views.Simulation:
    """Ask the approved profiles (or those named) about each contact of the last days, at its time.

    Each is decided on what had happened before it: one that the rules would have refused still
    counts for those after it, as it did happen.
    """
    if not 1 <= days <= DAYS_MAX:
        raise Invalid(f"days must be 1 to {DAYS_MAX}", field="days")
    since = now - timedelta(days=days)
    tried = _named(profiles)
    decisions: Counter[tuple[str, str, str, str]] = Counter()
    reasons: Counter[tuple[str, str, str, str, str, str]] = Counter()
    for contact in _contacts(session, client, since, now):
        verdict = _decided(session, client, contact, tried)
        told = (contact.source, contact.channel, contact.purpose, verdict.decision)
        decisions[told] += 1
        blocks = {(reason.code, reason.rule_id) for reason in verdict.reasons}
        reasons.update((*told, code, rule_id) for code, rule_id in blocks)
    return views.Simulation(
        client=client.code,
        since=since,
        until=now,
        profiles=tuple(profiles) or _approved(session, client),
        decisions=tuple(views.SimulatedCount(*key, n) for key, n in sorted(decisions.items())),
        reasons=tuple(views.SimulatedReason(*key, n) for key, n in sorted(reasons.items())),
    )


def _named(keys: Sequence[str]) -> tuple[Profile, ...] | None:
    known = load_profiles()
    for key in keys:
        if key not in known:
            raise Invalid(f"no profile {key!r}; known: {', '.join(known)}", field="profile")
    return tuple(known[key] for key in keys) or None


def _approved(session: Session, client: Client) -> tuple[str, ...]:
    approvals = policy.approvals(session, client_id=client.id)
    return tuple(each.profile_key for each in approvals)


def _decided(
    session: Session, client: Client, contact: _Contact, tried: Sequence[Profile] | None
) -> Verdict:
    return policy.would_have_said(
        session,
        client_id=client.id,
        customer_id=contact.customer_id,
        channel=contact.channel,
        purpose=contact.purpose,
        debts=contact.debts,
        requested=contact.requested,
        at=contact.at,
        profiles=tried,
    )


def _contacts(
    session: Session, client: Client, since: datetime, until: datetime
) -> Iterator[_Contact]:
    """List the attempts of a span, then the touches due in it of which none was ever made."""
    tried = _attempts(session, client, since)
    due = cadence.touches_due(session, client_id=client.id, since=since, until=until)
    known = {touch.id: touch for touch in due}
    missing = {row.touch_id for row in tried} - known.keys()
    for some in _pages(sorted(missing)):
        for touch in cadence.touches_by_id(session, client_id=client.id, touch_ids=some):
            known[touch.id] = touch
    for row in tried:
        if row.intent_at < until:
            touch = known[row.touch_id]
            yield _Contact(
                "made",
                row.customer_id,
                row.channel,
                row.purpose,
                row.intent_at,
                _debts(touch),
                touch.requested,
            )
    made = {row.touch_id for row in tried}
    yield from _planned(session, client, [touch for touch in due if touch.id not in made])


def _attempts(session: Session, client: Client, since: datetime) -> Sequence[Any]:
    attempt = model.Attempt
    return session.execute(
        select(
            attempt.touch_id,
            attempt.customer_id,
            attempt.channel,
            attempt.purpose,
            attempt.intent_at,
        )
        .where(attempt.client_id == client.id, attempt.intent_at >= since)
        .order_by(attempt.intent_at, attempt.id)
    ).all()


def _planned(session: Session, client: Client, touches: Sequence[Touch]) -> Iterator[_Contact]:
    """Ask about what was planned as it would have been: before the due date it is service."""
    at = zone(client.zone)
    for some in _pages(touches):
        invoices = receivables.invoices_by_id(
            session,
            client_id=client.id,
            invoice_ids={touch.invoice_id for touch in some if touch.invoice_id is not None},
            today=max(local_date(touch.due_at, at) for touch in some),
        )
        yield from (_plan(touch, invoices, at) for touch in some)


def _plan(touch: Touch, invoices: Mapping[InvoiceId, OpenInvoice], at: tzinfo) -> _Contact:
    invoice = invoices.get(touch.invoice_id) if touch.invoice_id is not None else None
    late = invoice is not None and invoice.due_on < local_date(touch.due_at, at)
    return _Contact(
        "planned",
        touch.customer_id,
        touch.channel,
        "debt_collection" if late else "service",
        touch.due_at,
        _debts(touch),
        touch.requested,
    )


def _debts(touch: Touch) -> tuple[InvoiceId, ...]:
    return () if touch.invoice_id is None else (touch.invoice_id,)


def _pages(items: Sequence[Part]) -> Iterator[Sequence[Part]]:
    return (items[start : start + PAGE] for start in range(0, len(items), PAGE))
