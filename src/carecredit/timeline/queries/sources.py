"""Where the lines of a story come from, each read newest first from a place on."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from carecredit.arrangements.model import PromiseToPay
from carecredit.kernel.ids import ContactId
from carecredit.outreach import queries as outreach
from carecredit.outreach.model import Contact
from carecredit.quality.model import Survey
from carecredit.quality.rules import SCALES, SurveyKind
from carecredit.receivables.model import Dispute, DisputeEnd, Invoice, LedgerEntry
from carecredit.timeline import views
from carecredit.timeline.queries import matters
from carecredit.timeline.queries.lines import Asked, Source, line, read
from carecredit.timeline.rules import Kind


def _invoices(session: Session, asked: Asked) -> Iterable[views.Line]:
    it = Invoice
    query = select(
        it.id, it.invoiced_on, it.kind, it.number, it.currency, it.gross_minor, it.due_on
    ).where(*asked.of(it))
    for row in read(session, asked, query, it.invoiced_on, it.id, Kind.INVOICE.rank()):
        due = row.due_on or row.invoiced_on
        yield line(
            Kind.INVOICE,
            asked.at(row.invoiced_on),
            row.id,
            f"invoice.{row.kind}",
            money=(row.gross_minor, row.currency),
            links=[("invoice", row.id)],
            data={"number": row.number, "due_on": due.isoformat()},
        )


def _money(session: Session, asked: Asked) -> Iterable[views.Line]:
    it = LedgerEntry
    query = select(
        it.id, it.effective_on, it.kind, it.number, it.currency, it.amount_minor, it.reason
    ).where(*asked.of(it))
    for row in read(session, asked, query, it.effective_on, it.id, Kind.MONEY.rank()):
        yield line(
            Kind.MONEY,
            asked.at(row.effective_on),
            row.id,
            f"money.{row.kind}",
            money=(row.amount_minor, row.currency),
            note=row.reason or "",
            links=[("entry", row.id)],
            data={"number": row.number},
        )


def _disputes(session: Session, asked: Asked) -> Iterable[views.Line]:
    it, end, invoice = Dispute, DisputeEnd, Invoice
    mine = and_(invoice.client_id == it.client_id, invoice.id == it.invoice_id)
    begun = select(
        it.id, it.disputed_from, it.amount_minor, it.reason, invoice.number, invoice.currency
    ).join(invoice, mine)
    for row in read(
        session,
        asked,
        begun.where(*asked.of(invoice)),
        it.disputed_from,
        it.id,
        Kind.DISPUTE.rank(),
    ):
        part = None if row.amount_minor is None else (row.amount_minor, row.currency)
        code = "dispute.opened" if part is None else "dispute.opened_part"
        yield line(
            Kind.DISPUTE,
            asked.at(row.disputed_from),
            row.id,
            code,
            money=part,
            note=row.reason,
            links=[("dispute", row.id)],
            data={"number": row.number},
        )
    ended = (
        select(end.dispute_id, end.disputed_to, invoice.number)
        .join(it, and_(it.client_id == end.client_id, it.id == end.dispute_id))
        .join(invoice, mine)
        .where(*asked.of(invoice))
    )
    last = Kind.DISPUTE.rank(end=True)
    for row in read(session, asked, ended, end.disputed_to, end.dispute_id, last):
        yield line(
            Kind.DISPUTE,
            asked.at(row.disputed_to),
            row.dispute_id,
            "dispute.ended",
            end=True,
            links=[("dispute", row.dispute_id)],
            data={"number": row.number},
        )


def _contacts(session: Session, asked: Asked) -> Iterable[views.Line]:
    it = Contact
    query = select(
        it.id, it.started_at, it.channel, it.direction, it.operator, it.disposition, it.note,
        it.automatic, it.resolved, it.mood,
    ).where(*asked.of(it))  # fmt: skip
    rows = read(session, asked, query, it.started_at, it.id, Kind.CONTACT.rank())
    links: dict[ContactId, list[tuple[str, Any]]] = {row.id: [("contact", row.id)] for row in rows}
    for each in outreach.links_of(session, client_id=asked.client_id, contact_ids=list(links)):
        links[each.contact_id].append((each.kind, each.linked_id))
    for row in rows:
        code = f"contact.{row.direction}" if row.disposition != "sent" else "contact.sent"
        yield line(
            Kind.CONTACT,
            row.started_at,
            row.id,
            "contact.automatic" if row.automatic else code,
            by=row.operator,
            note=row.note,
            links=links[row.id],
            data={"resolved": row.resolved, "mood": row.mood},
            words={
                "channel": f"channel.{row.channel}",
                "ended": f"ended.{row.disposition or 'open'}",
            },
        )


def _promises(session: Session, asked: Asked) -> Iterable[views.Line]:
    it = PromiseToPay
    facts = select(
        it.id, it.given_at, it.given_to, it.currency, it.amount_minor, it.promised_on,
        it.state, it.kept_minor, it.judged_at,
    ).where(*asked.of(it))  # fmt: skip
    for row in read(session, asked, facts, it.given_at, it.id, Kind.PROMISE.rank()):
        yield _promise(row, row.given_at, "promise.given", row.given_to)
    judged = facts.where(it.judged_at.is_not(None))
    last = Kind.PROMISE.rank(end=True)
    for row in read(session, asked, judged, it.judged_at, it.id, last):
        yield _promise(row, row.judged_at, f"promise.{row.state}", None, end=True)


def _promise(row: Any, at: datetime, code: str, by: str | None, *, end: bool = False) -> views.Line:
    return line(
        Kind.PROMISE,
        at,
        row.id,
        code,
        by=by,
        end=end,
        money=(row.amount_minor, row.currency),
        links=[("promise", row.id)],
        data={"promised_on": row.promised_on.isoformat()},
    )


def _surveys(session: Session, asked: Asked) -> Iterable[views.Line]:
    it = Survey
    query = select(it.id, it.closed_at, it.kind, it.state, it.score, it.comment).where(
        *asked.of(it), it.closed_at.is_not(None)
    )
    for row in read(session, asked, query, it.closed_at, it.id, Kind.SURVEY.rank()):
        yield line(
            Kind.SURVEY,
            row.closed_at,
            row.id,
            f"survey.{row.state}",
            note=row.comment,
            links=[("survey", row.id)],
            data={"score": row.score, "of": SCALES[SurveyKind(row.kind)][1]},
        )


SOURCES: Mapping[Kind, Source] = {
    Kind.INVOICE: _invoices,
    Kind.MONEY: _money,
    Kind.DISPUTE: _disputes,
    Kind.CONTACT: _contacts,
    Kind.PROMISE: _promises,
    Kind.CASE: matters.cases,
    Kind.EXPECTATION: matters.expectations,
    Kind.PLAN: matters.plans,
    Kind.PROOF: matters.proofs,
    Kind.SURVEY: _surveys,
}
