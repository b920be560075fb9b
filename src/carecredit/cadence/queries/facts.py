"""Gathering what the next touch of each customer depends on, many customers at a time."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from carecredit.arrangements import queries as arrangements
from carecredit.arrangements.views import Unanswered
from carecredit.cadence import model
from carecredit.cadence.rules import CustomerFacts, Made, NotKept, Owed, Softened
from carecredit.cases import queries as cases
from carecredit.cases.views import Softened as SoftenedTowards
from carecredit.customers import queries as customers
from carecredit.customers.views import Reach, Suppression
from carecredit.holds import queries as holds
from carecredit.holds.rules import held_days
from carecredit.holds.views import StandingHold
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.ids import CustomerId, InvoiceId
from carecredit.mandates.views import Client, Mandate
from carecredit.receivables import queries as receivables
from carecredit.receivables.views import OpenInvoice

CHANNELS = {"phone": "voice", "email": "email"}
_WITH_PERSON = ("policy_denied", "poison", "channel_down", "text_refused", "unknown_outcome")


def facts_of(
    session: Session,
    *,
    client: Client,
    mandate: Mandate,
    customer_ids: Sequence[CustomerId],
    now: datetime,
) -> dict[CustomerId, CustomerFacts]:
    """Gather the facts of some customers, as things stand at the end of the local day of now."""
    today = local_date(now, zone(client.zone))
    owed = receivables.open_invoices(
        session, client_id=client.id, customer_ids=customer_ids, today=today
    )
    held = holds.standing_of(session, client_id=client.id, customer_ids=customer_ids, at=now)
    spans = holds.spans_of(session, client_id=client.id, customer_ids=list(owed), until=now)
    spared = _spared(owed, spans, today, zone(client.zone))
    loose = receivables.unapplied(
        session, client_id=client.id, customer_ids=list(owed), today=today
    )
    made = _made(session, client, customer_ids)
    reaches = customers.reaches(session, client_id=client.id, customer_ids=customer_ids)
    wishes = customers.suppressed(
        session,
        client_id=client.id,
        point_hashes=[value for reach in reaches for value in reach.hashes],
        at=now,
    )
    words = arrangements.broken_unanswered(session, client_id=client.id, customer_ids=customer_ids)
    soft = cases.softened(session, client_id=client.id, customer_ids=customer_ids, now=now)
    at = zone(client.zone)
    return {
        reach.customer_id: _facts(
            reach,
            owed=owed.get(reach.customer_id, []),
            held=held.get(reach.customer_id, []),
            made=made.get(reach.customer_id, ()),
            loose=loose,
            wishes=wishes,
            mandate=mandate,
            not_kept=tuple(_not_kept(one, at) for one in words.get(reach.customer_id, ())),
            softened=_softened(soft.get(reach.customer_id)),
            spared=spared,
        )
        for reach in reaches
    }


def _facts(  # noqa: PLR0913 - what was read of a customer, side by side
    reach: Reach,
    *,
    owed: list[OpenInvoice],
    held: list[StandingHold],
    made: Sequence[Made],
    loose: Mapping[tuple[CustomerId, str], int],
    wishes: Mapping[bytes, list[Suppression]],
    mandate: Mandate,
    not_kept: tuple[NotKept, ...],
    softened: Softened | None,
    spared: Mapping[InvoiceId, int],
) -> CustomerFacts:
    works = [point for point in reach.points if not point.bad]
    # A wish is the person's and not a number's: a new number does not undo it.
    asked = [wish for value in reach.hashes for wish in wishes.get(value, [])]
    reached = {CHANNELS[point.kind] for point in works}
    free = {channel for channel in reached if not _suppressed(asked, channel)}
    by_invoice = {hold.invoice_id: hold.reason for hold in held if hold.invoice_id}
    return CustomerFacts(
        customer_id=reach.customer_id,
        channels=frozenset(free),
        opted_out=bool(works) and not free,
        held=next((hold.reason for hold in held if hold.invoice_id is None), None),
        owed=tuple(_owed(item, by_invoice, spared.get(item.id, 0)) for item in owed),
        made=tuple(made),
        unapplied_minor={
            currency: minor
            for (customer_id, currency), minor in loose.items()
            if customer_id == reach.customer_id
        },
        small_balance_minor=mandate.small_balance_minor,
        not_kept=not_kept,
        softened=softened,
    )


def _not_kept(one: Unanswered, at: tzinfo) -> NotKept:
    since = local_date(one.since, at)
    return NotKept(
        one.source_id,
        one.kind,
        one.due_on,
        since,
        one.currency,
        one.amount_minor,
        bool(one.runs),
    )


def _softened(it: SoftenedTowards | None) -> Softened | None:
    return Softened(it.spacing_days, it.tone) if it is not None else None


def _owed(item: OpenInvoice, held: Mapping[InvoiceId, str], days: int) -> Owed:
    return Owed(
        invoice_id=item.id,
        number=item.number,
        invoiced_on=item.invoiced_on,
        due_on=item.due_on,
        currency=item.currency,
        open_minor=item.open_minor,
        held=held.get(item.id),
        held_days=days,
    )


def _spared(
    owed: Mapping[CustomerId, list[OpenInvoice]],
    spans: Mapping[CustomerId, list[tuple[InvoiceId | None, datetime, datetime | None]]],
    today: date,
    at: tzinfo,
) -> dict[InvoiceId, int]:
    """Count by invoice the days since it is past due on which it, or its customer, was held."""
    return {
        item.id: held_days(
            ((start, end) for about, start, end in spans[customer_id] if about in {None, item.id}),
            after=item.due_on,
            until=today,
            at=at,
        )
        for customer_id, items in owed.items()
        if customer_id in spans
        for item in items
    }


def _suppressed(wishes: list[Suppression], channel: str) -> bool:
    return any(
        wish.purpose in {None, "service", "debt_collection"} and wish.channel in {None, channel}
        for wish in wishes
    )


def _made(
    session: Session, client: Client, customer_ids: Sequence[CustomerId]
) -> dict[CustomerId, list[Made]]:
    """List the steps made, or with a person; live ones are not made yet."""
    table, at = model.Touch, zone(client.zone)
    rows = session.execute(
        select(
            table.customer_id,
            table.invoice_id,
            table.step_key,
            table.changed_at,
            and_(table.status == "parked", table.status_reason.in_(_WITH_PERSON)),
        ).where(
            table.client_id == client.id,
            table.customer_id.in_(customer_ids),
            or_(table.status == "done", table.status == "parked"),
        )
    )
    found: dict[CustomerId, list[Made]] = {}
    for customer_id, invoice_id, step_key, changed_at, with_person in rows:
        made = Made(invoice_id, step_key, local_date(changed_at, at), with_person=with_person)
        found.setdefault(customer_id, []).append(made)
    return found
