"""A dispute that ends in the ledger ends what its case held; with the last one the case is over."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from carecredit.cases import model
from carecredit.cases.operations.moving import resolve
from carecredit.cases.rules import CaseKind, CaseState, Party, Resolution
from carecredit.customers.operations import lock_gate_of, lock_gates_free
from carecredit.holds import operations as holds
from carecredit.kernel.calendars import local_date, start_of_day, zone
from carecredit.kernel.ids import CaseId, ClientId, CustomerId, DisputeId
from carecredit.mandates import queries as mandates
from carecredit.receivables.model import DisputeEnd

SOLUTION = {
    "it": "L’azienda ha chiuso la contestazione.",
    "en": "The client company has settled the dispute.",
}


def resolve_dispute(
    session: Session,
    *,
    client_id: ClientId,
    dispute_id: DisputeId,
    disputed_to: date,
    now: datetime,
) -> None:
    """End a dispute and its silence in one act: from `disputed_to` on the invoice is free.

    What another case holds stays held. A case whose disputes have all ended is resolved.
    """
    table, link = model.CareCase, model.CaseInvoice
    rows = session.execute(
        select(table.id, table.customer_id, link.invoice_id)
        .join(link, and_(link.client_id == table.client_id, link.case_id == table.id))
        .where(link.client_id == client_id, link.dispute_id == dispute_id)
    ).all()
    for row in rows:
        lock_gate_of(session, client_id=client_id, customer_id=row.customer_id)
    holds.resolve_dispute(
        session, client_id=client_id, dispute_id=dispute_id, disputed_to=disputed_to, now=now
    )
    at = zone(mandates.client(session, client_id=client_id).zone)
    for row in rows:
        holds.end_of_source(
            session,
            client_id=client_id,
            source_id=row.id,
            invoice_id=row.invoice_id,
            ends_at=start_of_day(disputed_to, at),
            now=now,
        )
    whose = {row.customer_id for row in rows}
    review_disputes(session, client_id=client_id, customer_ids=whose, now=now)


def review_disputes(
    session: Session,
    *,
    client_id: ClientId,
    customer_ids: Collection[CustomerId] | None = None,
    now: datetime,
    limit: int = 500,
) -> list[CaseId]:
    """Resolve the dispute cases of customers (none named: all) that the ledger knows to be over.

    A customer whose gate is taken is left for the next time.
    """
    client = mandates.client(session, client_id=client_id)
    today = local_date(now, zone(client.zone))
    table, link = model.CareCase, model.CaseInvoice
    ended = and_(
        DisputeEnd.client_id == link.client_id,
        DisputeEnd.dispute_id == link.dispute_id,
        DisputeEnd.disputed_to <= today,
    )
    links = and_(link.client_id == table.client_id, link.case_id == table.id)
    begun = select(link.case_id).where(links, link.dispute_id.is_not(None))
    running = begun.where(~select(DisputeEnd.dispute_id).where(ended).exists())
    query = select(table.id, table.customer_id).where(
        table.client_id == client_id,
        table.kind == CaseKind.DISPUTE.value,
        table.state != CaseState.RESOLVED.value,
        begun.exists(),
        ~running.exists(),
    )
    if customer_ids is not None:
        query = query.where(table.customer_id.in_(list(customer_ids)))
    over = session.execute(query.order_by(table.id).limit(limit)).all()
    free = set(lock_gates_free(session, client_id=client_id, customer_ids={row[1] for row in over}))
    mine = [case_id for case_id, customer_id in over if customer_id in free]
    for case_id in mine:
        resolve(
            session,
            client_id=client_id,
            case_id=case_id,
            resolution=Resolution.SOLVED,
            solution=SOLUTION.get(client.language, SOLUTION["en"]),
            version=None,
            now=now,
            party=Party.CLIENT,
        )
    return mine
