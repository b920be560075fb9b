"""The matters of a contact: opened, or joined to what stands; heard of, then resolved."""

from collections.abc import Sequence

from msgspec import structs

from carecredit.cases import operations as cases
from carecredit.cases import queries as case_queries
from carecredit.cases.operations import About, Move, NewCase
from carecredit.cases.rules import CaseKind, CaseState, Party
from carecredit.cases.views import Case
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.ids import CaseId, InvoiceId
from carecredit.mandates import queries as mandates
from carecredit.outreach.operations.agreeing import Work, part
from carecredit.outreach.rules import CaseBegun, WrapUp
from carecredit.receivables import queries as receivables

SUBJECT_LENGTH = 120


def opened_in(work: Work, wrap_up: WrapUp) -> list[Case]:
    """Open what was begun; contested invoices are one dispute, or more word of one that stands."""
    with part("opens"):
        opened = [case for begun in wrap_up.opens for case in _begun(work, begun)]
    with part("disputed_invoices"):
        return opened + _contested(work, wrap_up)


def heard_in(work: Work, wrap_up: WrapUp) -> list[Case]:
    """Let the cases that a customer came about hear of it; a resolved one opens again.

    Word of an overdue case that is over goes to the one that is open since: there is one at most.
    """
    with part("cases"):
        about = [_now_open(work, case_id) for case_id in wrap_up.cases]
        note = wrap_up.note.strip()
        return [_tell(work, case_id, note) for case_id in dict.fromkeys(about)]


def solved_in(work: Work, wrap_up: WrapUp) -> list[Case]:
    """Resolve what the contact solved."""
    with part("solves"):
        return [
            cases.resolve(
                work.session,
                client_id=work.client_id,
                case_id=theirs(work, one.case_id),
                resolution=one.resolution,
                solution=one.solution,
                version=None,
                now=work.now,
            )
            for one in wrap_up.solves
        ]


def theirs(work: Work, case_id: CaseId) -> CaseId:
    """Accept a case of this customer."""
    return _their(work, case_id).id


def _their(work: Work, case_id: CaseId) -> Case:
    case = case_queries.case(work.session, client_id=work.client_id, case_id=case_id)
    if case.customer_id != work.contact.customer_id:
        raise case_queries.UnknownCase("no such case of this customer", field="case_id")
    return case


def _now_open(work: Work, case_id: CaseId) -> CaseId:
    case = _their(work, case_id)
    if case.kind != CaseKind.OVERDUE or case.state != CaseState.RESOLVED:
        return case.id
    since = case_queries.overdue_case(work.session, **work.whom)
    return case.id if since is None else since.id


def _begun(work: Work, begun: CaseBegun) -> list[Case]:
    """Open a matter; a dispute about what an open dispute contests is more word of that one."""
    if begun.kind is not CaseKind.DISPUTE:
        return [_open(work, begun)]
    stands = case_queries.disputing(work.session, invoice_ids=begun.invoices, **work.whom)
    first = {invoice_id: found[0].case_id for invoice_id, found in stands.items()}
    return _join_or_open(work, begun, first, begun.proof or begun.subject)


def _contested(work: Work, wrap_up: WrapUp) -> list[Case]:
    wanted = tuple(dict.fromkeys(wrap_up.disputed_invoices))
    if not wanted:
        return []
    _check_invoices(work, wrap_up.disputed_invoices)
    reason = wrap_up.dispute_reason.strip()
    stands = case_queries.contesting(work.session, invoice_ids=wanted, **work.whom)
    begun = CaseBegun(CaseKind.DISPUTE, reason[:SUBJECT_LENGTH], wanted, reason)
    return _join_or_open(work, begun, stands, reason)


def _check_invoices(work: Work, wanted: Sequence[InvoiceId]) -> None:
    """Accept invoices of the customer's own; another is named at its place."""
    at = zone(mandates.client(work.session, client_id=work.client_id).zone)
    known = receivables.invoices_by_id(
        work.session,
        client_id=work.client_id,
        invoice_ids=wanted,
        today=local_date(work.now, at),
    )
    for place, invoice_id in enumerate(wanted):
        whose = known[invoice_id].customer_id if invoice_id in known else None
        if whose != work.contact.customer_id:
            raise receivables.UnknownInvoice(
                "no such invoice of this customer: name one of theirs, or leave it out",
                field=f"disputed_invoices.{place}",
            )


def _join_or_open(
    work: Work, begun: CaseBegun, stands: dict[InvoiceId, CaseId], word: str
) -> list[Case]:
    """Never open a second thread about what is contested already: its case hears of it."""
    found = [_tell(work, case_id, word) for case_id in dict.fromkeys(stands.values())]
    fresh = tuple(one for one in begun.invoices if one not in stands)
    if fresh or not found:
        found.append(_open(work, structs.replace(begun, invoices=fresh)))
    return found


def _tell(work: Work, case_id: CaseId, word: str) -> Case:
    return cases.move(
        work.session,
        client_id=work.client_id,
        case_id=case_id,
        move=Move("customer_wrote", word, party=Party.CUSTOMER),
        version=None,
        now=work.now,
    )


def _open(work: Work, begun: CaseBegun) -> Case:
    new = NewCase(
        work.contact.customer_id,
        begun.kind,
        begun.subject,
        tuple(About(invoice_id) for invoice_id in begun.invoices),
        proof=begun.proof,
        topic=begun.topic,
        language=work.contact.language,
        reason=begun.proof,
    )
    return cases.open_case(work.session, client_id=work.client_id, case=new, now=work.now)
