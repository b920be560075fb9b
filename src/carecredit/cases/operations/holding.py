"""What a complaint or dispute does to its invoices: they are left in peace while it is open.

Each case has holds of its own under its own id, so an invoice of two cases is free when both have
ended. A dispute also stands in the ledger, where finance counts it.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from carecredit.cases import model, queries, views
from carecredit.cases.rules import CaseKind, CaseState, case_policy
from carecredit.holds.operations import NewHold, end_of_source, place
from carecredit.holds.rules import HoldReason
from carecredit.kernel.calendars import local_date, start_of_day, zone
from carecredit.kernel.ids import ClientId, DisputeId, InvoiceId
from carecredit.kernel.working_time import add_working_days
from carecredit.mandates import queries as mandates
from carecredit.receivables import operations as ledger
from carecredit.receivables import queries as receivables
from carecredit.receivables.operations.disputes import AlreadyDisputed

NO_SYNC = {"synchronize_session": False}
_REASONS = {CaseKind.DISPUTE: HoldReason.DISPUTE, CaseKind.COMPLAINT: HoldReason.COMPLAINT}


def holds_invoices(kind: str) -> bool:
    """Say whether cases of a kind leave their invoices in peace."""
    return kind in case_policy().holding


def default_review(session: Session, *, client_id: ClientId, now: datetime) -> date:
    """Give the day on which a hold is looked at again, by the service level of now."""
    level = queries.agreed_now(session, client_id=client_id, now=now).level
    hours = queries.hours_now(session, client_id=client_id, now=now).version_at(now).calendar
    today = local_date(now, zone(hours.zone))
    return add_working_days(hours, today, level.review_working_days)


def hold_invoices(
    session: Session,
    *,
    client_id: ClientId,
    case: views.Case,
    links: Sequence[views.CaseInvoice],
    proof: str,
    now: datetime,
) -> None:
    """Hold exactly these invoices from today on, and contest them in the ledger where disputed."""
    at = zone(mandates.client(session, client_id=client_id).zone)
    today = local_date(now, at)
    kind = CaseKind(case.kind)
    for link in links:
        if kind is CaseKind.DISPUTE:
            _contest(session, client_id, case, link, today, now)
        hold = NewHold(
            customer_id=case.customer_id,
            reason=_REASONS.get(kind, HoldReason.COMPLAINT),
            source_id=case.id,
            starts_at=start_of_day(today, at),
            invoice_id=link.invoice_id,
            evidence=proof,
            review_on=case.review_on,
        )
        place(session, client_id=client_id, hold=hold, now=now)


def release_invoices(
    session: Session,
    *,
    client_id: ClientId,
    case: views.Case,
    now: datetime,
    only: InvoiceId | None = None,
) -> None:
    """End a case's holds (on one invoice, or on all) and what it contests in the ledger."""
    end_of_source(
        session, client_id=client_id, source_id=case.id, ends_at=now, now=now, invoice_id=only
    )
    if case.kind != CaseKind.DISPUTE:
        return
    today = local_date(now, zone(mandates.client(session, client_id=client_id).zone))
    for link in queries.invoices_of(session, client_id=client_id, case_id=case.id):
        if link.dispute_id is None or only not in {None, link.invoice_id}:
            continue
        _end(session, client_id, link.invoice_id, link.dispute_id, today, now)
        _remember(session, client_id, case, link.invoice_id, None)
        _pass_on(session, client_id, case, link.invoice_id, today, now)


def _contest(
    session: Session,
    client_id: ClientId,
    case: views.Case,
    link: views.CaseInvoice,
    today: date,
    now: datetime,
) -> None:
    """Contest an invoice in the ledger; one contested as a whole already stays so."""
    # On the day on which a dispute ended, the ledger takes another as from the next.
    for day in (today, today + timedelta(days=1)):
        try:
            dispute_id = ledger.open_dispute(
                session,
                client_id=client_id,
                invoice_id=link.invoice_id,
                disputed_from=day,
                amount_minor=link.amount_minor,
                reason=case.subject,
                now=now,
            )
        except AlreadyDisputed:
            continue
        _remember(session, client_id, case, link.invoice_id, dispute_id)
        return


def _end(
    session: Session,
    client_id: ClientId,
    invoice_id: InvoiceId,
    dispute_id: DisputeId,
    today: date,
    now: datetime,
) -> None:
    """End a dispute in the ledger, unless somebody has ended it there before."""
    known = receivables.disputes_of(session, client_id=client_id, invoice_ids=[invoice_id])
    for one in known:
        if one.id == dispute_id and one.disputed_to is None:
            ledger.end_dispute(
                session,
                client_id=client_id,
                dispute_id=dispute_id,
                disputed_to=max(today, one.disputed_from),
                now=now,
            )


def _pass_on(
    session: Session,
    client_id: ClientId,
    ended: views.Case,
    invoice_id: InvoiceId,
    today: date,
    now: datetime,
) -> None:
    """Let another open dispute about the same invoice stand in the ledger in its place."""
    table, link = model.CareCase, model.CaseInvoice
    waiting = session.execute(
        select(table.id, link.amount_minor)
        .join(link, (link.client_id == table.client_id) & (link.case_id == table.id))
        .where(
            table.client_id == client_id,
            table.id != ended.id,
            table.kind == CaseKind.DISPUTE.value,
            table.state != CaseState.RESOLVED.value,
            link.invoice_id == invoice_id,
            link.dispute_id.is_(None),
        )
        .order_by(table.id)
    ).all()
    for case_id, amount_minor in waiting:
        other = queries.case(session, client_id=client_id, case_id=case_id)
        _contest(
            session,
            client_id,
            other,
            views.CaseInvoice(invoice_id, amount_minor, None),
            today,
            now,
        )


def _remember(
    session: Session,
    client_id: ClientId,
    case: views.Case,
    invoice_id: InvoiceId,
    dispute_id: DisputeId | None,
) -> None:
    link = model.CaseInvoice
    session.execute(
        update(link)
        .where(
            link.client_id == client_id,
            link.case_id == case.id,
            link.invoice_id == invoice_id,
        )
        .values(dispute_id=dispute_id)
        .execution_options(**NO_SYNC)
    )
