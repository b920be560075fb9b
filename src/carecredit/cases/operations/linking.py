"""Which invoices a case is about; those of a complaint or dispute belong to no overdue case."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from carecredit.cases import model, queries, views
from carecredit.cases.operations.holding import NO_SYNC, hold_invoices, release_invoices
from carecredit.cases.operations.pen import Told, check_text, take, write
from carecredit.cases.rules import CaseKind, CaseState, Party, Resolution, case_policy
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import CaseId, ClientId, CustomerId, InvoiceId
from carecredit.mandates import queries as mandates
from carecredit.receivables import queries as receivables


class AlreadyLinked(Refused):
    """The case is about this invoice already."""

    code = "case_invoice_linked"


class ContestedAlready(Refused):
    """An open dispute is about this invoice already; there is never a second thread."""

    code = "case_contested_already"


class About(msgspec.Struct, frozen=True):
    """An invoice that a case is about; an amount where only a part of it is contested."""

    invoice_id: InvoiceId
    amount_minor: int | None = None


def link_invoices(
    session: Session,
    *,
    client_id: ClientId,
    case_id: CaseId,
    invoices: Sequence[About],
    proof: str,
    version: int | None,
    now: datetime,
) -> views.Case:
    """Add invoices to a case; a complaint or dispute holds them from now on."""
    case = take(session, client_id=client_id, case_id=case_id, version=version)
    known = queries.invoices_of(session, client_id=client_id, case_id=case_id)
    if {one.invoice_id for one in known} & {one.invoice_id for one in invoices}:
        raise AlreadyLinked("the case is about this invoice already", field="invoices")
    check_invoices(
        session,
        client_id=client_id,
        customer_id=case.customer_id,
        kind=CaseKind(case.kind),
        invoices=invoices,
        now=now,
    )
    return add_invoices(
        session, client_id=client_id, case=case, invoices=invoices, proof=proof, now=now
    )


def unlink_invoice(
    session: Session,
    *,
    client_id: ClientId,
    case_id: CaseId,
    invoice_id: InvoiceId,
    reason: str,
    version: int | None,
    now: datetime,
) -> views.Case:
    """Take an invoice off a case; what this case held of it is free again."""
    case = take(session, client_id=client_id, case_id=case_id, version=version)
    links = queries.invoices_of(session, client_id=client_id, case_id=case_id)
    if invoice_id not in {one.invoice_id for one in links}:
        raise receivables.UnknownInvoice("the case is about no such invoice", field="invoice_id")
    why = check_text(reason, field="reason")
    return _take_off(session, client_id, case, invoice_id, Told("", reason=why), now)


def check_invoices(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    kind: CaseKind,
    invoices: Sequence[About],
    now: datetime,
) -> None:
    """Accept invoices of the customer's own, each once; a part only of what is contested."""
    today = local_date(now, zone(mandates.client(session, client_id=client_id).zone))
    ids = [one.invoice_id for one in invoices]
    found = receivables.invoices_by_id(session, client_id=client_id, invoice_ids=ids, today=today)
    if any(id_ not in found or found[id_].customer_id != customer_id for id_ in ids):
        raise receivables.UnknownInvoice("no such invoice", field="invoices")
    if len(set(ids)) != len(ids):
        raise Invalid("name each invoice once", field="invoices")
    for one in invoices:
        if one.amount_minor is None:
            continue
        if kind is not CaseKind.DISPUTE:
            raise Invalid("only a dispute names an amount of an invoice", field="invoices")
        if not 0 < one.amount_minor <= found[one.invoice_id].gross_minor:
            raise Invalid(
                "a contested amount is above zero and no more than the invoice", field="invoices"
            )
    if kind is CaseKind.DISPUTE:
        _check_one_thread(session, client_id, customer_id, invoices)


def _check_one_thread(
    session: Session, client_id: ClientId, customer_id: CustomerId, invoices: Sequence[About]
) -> None:
    """Refuse a second dispute about an invoice while one is open.

    Two amounts that differ are two matters, and may stand side by side. The whole contains every
    amount: beside it, or over it, there is no second dispute.
    """
    stands = queries.disputing(
        session,
        client_id=client_id,
        customer_id=customer_id,
        invoice_ids=[one.invoice_id for one in invoices],
    )
    for one in invoices:
        for other in stands.get(one.invoice_id, ()):
            if None in {one.amount_minor, other.amount_minor} or (
                one.amount_minor == other.amount_minor
            ):
                raise ContestedAlready(
                    f"the dispute {other.case_id} is open about this invoice: add what happened "
                    "to that case (a move: customer_wrote)",
                    field="invoices",
                )


def add_invoices(
    session: Session,
    *,
    client_id: ClientId,
    case: views.Case,
    invoices: Sequence[About],
    proof: str,
    now: datetime,
) -> views.Case:
    """Tie invoices to a case, hold them where its kind does, free the overdue case of them."""
    holding = CaseKind(case.kind) in case_policy().holding
    if holding and invoices:
        proof = check_text(proof, field="proof")
    key = {"client_id": client_id, "case_id": case.id}
    links = [views.CaseInvoice(one.invoice_id, one.amount_minor, None) for one in invoices]
    for link in links:
        row = key | {
            "invoice_id": link.invoice_id,
            "amount_minor": link.amount_minor,
            "dispute_id": None,
        }
        session.execute(insert(model.CaseInvoice), [row])
        data = {"invoice": str(link.invoice_id), "amount_minor": link.amount_minor}
        told = Told("invoice_linked", Party.SYSTEM if not proof else Party.OPERATOR, data=data)
        case = write(session, client_id=client_id, case=case, told=told, now=now)
    if holding:
        hold_invoices(session, client_id=client_id, case=case, links=links, proof=proof, now=now)
        free_overdue(session, client_id=client_id, case=case, now=now)
    return case


def free_overdue(session: Session, *, client_id: ClientId, case: views.Case, now: datetime) -> None:
    """Take contested invoices off the overdue case: there is no second thread beside a dispute."""
    by, links = case, queries.invoices_of(session, client_id=client_id, case_id=case.id)
    ids = {one.invoice_id for one in links}
    found = queries.overdue_case(session, client_id=client_id, customer_id=by.customer_id)
    if found is None:
        return
    theirs = queries.invoices_of(session, client_id=client_id, case_id=found.id)
    mine = {one.invoice_id for one in theirs}
    told = Told("", Party.SYSTEM, data={"case": str(by.id)})
    for invoice_id in sorted(mine & ids):
        found = _take_off(session, client_id, found, invoice_id, told, now)
    if mine and mine <= ids:
        reason = Resolution.IN_DISPUTE.value
        data = {"resolution": reason, "case": str(by.id)}
        ended = Told(CaseState.RESOLVED.value, Party.SYSTEM, data=data)
        write(session, client_id=client_id, case=found, told=ended, now=now, resolution=reason)


def _take_off(
    session: Session,
    client_id: ClientId,
    case: views.Case,
    invoice_id: InvoiceId,
    told: Told,
    now: datetime,
) -> views.Case:
    data = {"invoice": str(invoice_id)} | dict(told.data)
    event = msgspec.structs.replace(told, code="invoice_unlinked", data=data)
    written = write(session, client_id=client_id, case=case, told=event, now=now)
    if CaseKind(case.kind) in case_policy().holding:
        release_invoices(session, client_id=client_id, case=case, now=now, only=invoice_id)
    link = model.CaseInvoice
    session.execute(
        delete(link)
        .where(link.client_id == client_id, link.case_id == case.id, link.invoice_id == invoice_id)
        .execution_options(**NO_SYNC)
    )
    return written
