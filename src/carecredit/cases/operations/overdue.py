"""The one overdue case of a customer: opened by a follow-up, closed by payment."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from carecredit.cases import queries, views
from carecredit.cases.operations.linking import About, add_invoices
from carecredit.cases.operations.opening import NewCase, begin_case
from carecredit.cases.operations.pen import Told, write
from carecredit.cases.rules import CaseKind, Party, Resolution
from carecredit.customers.operations import lock_gate_of, lock_gates_free
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.ids import CaseId, ClientId, CustomerId, InvoiceId
from carecredit.mandates import queries as mandates
from carecredit.receivables import queries as receivables

SUBJECT = {"it": "Fatture scadute", "en": "Invoices past due"}


def open_overdue(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    invoice_ids: Sequence[InvoiceId],
    now: datetime,
    owner: str | None = None,
) -> views.Case | None:
    """Give the customer's overdue case, opened if need be, about these invoices past due.

    What an open complaint or dispute is about stays with that; where nothing else is left its
    case is given, and none at all where nothing past due is open.
    """
    lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    asked = list(dict.fromkeys(invoice_ids))
    late = _past_due(session, client_id, customer_id, _today(session, client_id, now))
    _check_theirs(session, client_id, customer_id, asked, now)
    contested = queries.contesting(session, client_id=client_id, customer_id=customer_id)
    wanted = [one for one in asked if one in late and one not in contested]
    case = queries.overdue_case(session, client_id=client_id, customer_id=customer_id)
    if not wanted:
        beside = sorted({contested[one] for one in asked if one in contested})
        if case is not None or not beside:
            return case
        return queries.case(session, client_id=client_id, case_id=beside[0])
    if case is None:
        language = mandates.client(session, client_id=client_id).language
        new = NewCase(
            customer_id,
            CaseKind.OVERDUE,
            SUBJECT.get(language, SUBJECT["en"]),
            owner=owner,
            party=Party.SYSTEM,
        )
        case = begin_case(session, client_id=client_id, case=new, now=now)
    known = {
        one.invoice_id for one in queries.invoices_of(session, client_id=client_id, case_id=case.id)
    }
    fresh = [About(one) for one in wanted if one not in known]
    return add_invoices(session, client_id=client_id, case=case, invoices=fresh, proof="", now=now)


def review_overdue(
    session: Session,
    *,
    client_id: ClientId,
    customer_ids: Collection[CustomerId] | None,
    now: datetime,
    after: CustomerId | None = None,
    limit: int = 500,
) -> list[CaseId]:
    """Resolve as paid the overdue cases of customers (none named: all) who owe nothing past due.

    What is contested or too small to ask for is not counted. Whoever wrote gets an answer first:
    such a case stays open. A customer whose gate is taken is left for the next time.
    """
    found = queries.with_overdue_case(
        session, client_id=client_id, customer_ids=customer_ids, after=after, limit=limit
    )
    free = lock_gates_free(session, client_id=client_id, customer_ids=found)
    today = _today(session, client_id, now)
    resolved = []
    for customer_id in free:
        case = queries.overdue_case(session, client_id=client_id, customer_id=customer_id)
        if case is None or _still_asked(session, client_id, customer_id, today):
            continue
        if queries.waits_for_us(session, client_id=client_id, case_id=case.id):
            continue
        told = Told("resolved", Party.SYSTEM, data={"resolution": Resolution.PAID.value})
        paid = Resolution.PAID.value
        write(session, client_id=client_id, case=case, told=told, now=now, resolution=paid)
        resolved.append(case.id)
    return resolved


def _still_asked(
    session: Session, client_id: ClientId, customer_id: CustomerId, today: date
) -> bool:
    small = mandates.mandate(session, client_id=client_id, today=today).small_balance_minor
    contested = queries.contesting(session, client_id=client_id, customer_id=customer_id)
    late = _past_due(session, client_id, customer_id, today)
    return any(minor >= small for one, minor in late.items() if one not in contested)


def _past_due(
    session: Session, client_id: ClientId, customer_id: CustomerId, today: date
) -> dict[InvoiceId, int]:
    found = receivables.open_invoices(
        session, client_id=client_id, customer_ids=[customer_id], today=today
    )
    items = found.get(customer_id, [])
    return {item.id: item.past_due_minor for item in items if item.past_due_minor > 0}


def _check_theirs(
    session: Session,
    client_id: ClientId,
    customer_id: CustomerId,
    asked: Sequence[InvoiceId],
    now: datetime,
) -> None:
    found = receivables.invoices_by_id(
        session,
        client_id=client_id,
        invoice_ids=asked,
        today=_today(session, client_id, now),
    )
    if any(one not in found or found[one].customer_id != customer_id for one in asked):
        raise receivables.UnknownInvoice("no such invoice", field="invoices")


def _today(session: Session, client_id: ClientId, now: datetime) -> date:
    return local_date(now, zone(mandates.client(session, client_id=client_id).zone))
