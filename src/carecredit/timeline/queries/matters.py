"""The lines of cases, of our own word, of plans and of payments on their way.

Reliefs are told to nobody here: who eases a burden is seen by those who need to know.
"""

from collections.abc import Iterable

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from carecredit.arrangements.model import PaymentPlan, PaymentProof, PlanEvent
from carecredit.cases.model import CareCase, CaseEvent, Expectation
from carecredit.timeline import views
from carecredit.timeline.queries.lines import Asked, line, read
from carecredit.timeline.rules import Kind


def cases(session: Session, asked: Asked) -> Iterable[views.Line]:
    """Tell what happened in the customer's cases."""
    it, case = CaseEvent, CareCase
    query = (
        select(
            it.case_id, it.position, it.code, it.happened_at, it.recorded_by, it.reason, case.kind,
            case.subject,
        )
        .join(case, and_(case.client_id == it.client_id, case.id == it.case_id))
        .where(*asked.of(case))
    )  # fmt: skip
    rows = read(session, asked, query, it.happened_at, it.case_id, Kind.CASE.rank(), it.position)
    for row in rows:
        yield line(
            Kind.CASE,
            row.happened_at,
            row.case_id,
            f"case.{row.code}",
            part=row.position,
            by=row.recorded_by,
            note=row.reason,
            links=[("case", row.case_id)],
            data={"subject": row.subject},
            words={"kind": f"kind.{row.kind}"},
        )


def expectations(session: Session, asked: Asked) -> Iterable[views.Line]:
    """Tell what we gave the customer to expect, and what became of it."""
    it = Expectation
    facts = select(
        it.id, it.given_at, it.given_by, it.what, it.due_at, it.state, it.closed_at, it.closed_by,
        it.reason,
    ).where(*asked.of(it))  # fmt: skip
    first, last = Kind.EXPECTATION.rank(), Kind.EXPECTATION.rank(end=True)
    for row in read(session, asked, facts, it.given_at, it.id, first):
        yield line(
            Kind.EXPECTATION,
            row.given_at,
            row.id,
            "expectation.given",
            by=row.given_by,
            links=[("expectation", row.id)],
            data={"what": row.what, "due_on": asked.day(row.due_at).isoformat()},
        )
    closed = facts.where(it.closed_at.is_not(None))
    for row in read(session, asked, closed, it.closed_at, it.id, last):
        yield line(
            Kind.EXPECTATION,
            row.closed_at,
            row.id,
            f"expectation.{row.state}",
            end=True,
            by=row.closed_by,
            note=row.reason,
            links=[("expectation", row.id)],
            data={"what": row.what},
        )


def plans(session: Session, asked: Asked) -> Iterable[views.Line]:
    """Tell what happened to the customer's payment plans."""
    it, plan = PlanEvent, PaymentPlan
    query = (
        select(it.plan_id, it.version, it.kind, it.at, it.by, it.reason, plan.currency,
               plan.amount_minor)
        .join(plan, and_(plan.client_id == it.client_id, plan.id == it.plan_id))
        .where(*asked.of(plan))
    )  # fmt: skip
    for row in read(session, asked, query, it.at, it.plan_id, Kind.PLAN.rank(), it.version):
        yield line(
            Kind.PLAN,
            row.at,
            row.plan_id,
            f"plan.{row.kind}",
            part=row.version,
            by=row.by,
            money=(row.amount_minor, row.currency),
            note=row.reason,
            links=[("plan", row.plan_id)],
        )


def proofs(session: Session, asked: Asked) -> Iterable[views.Line]:
    """Tell which payments were said to be on their way, and what became of it."""
    it = PaymentProof
    facts = select(
        it.id, it.announced_at, it.announced_by, it.currency, it.amount_minor, it.state,
        it.closed_at,
    ).where(*asked.of(it))  # fmt: skip
    first, last = Kind.PROOF.rank(), Kind.PROOF.rank(end=True)
    for row in read(session, asked, facts, it.announced_at, it.id, first):
        yield line(
            Kind.PROOF,
            row.announced_at,
            row.id,
            "proof.announced",
            by=row.announced_by,
            money=(row.amount_minor, row.currency),
            links=[("proof", row.id)],
        )
    closed = facts.where(it.closed_at.is_not(None))
    for row in read(session, asked, closed, it.closed_at, it.id, last):
        yield line(
            Kind.PROOF,
            row.closed_at,
            row.id,
            f"proof.{row.state}",
            end=True,
            money=(row.amount_minor, row.currency),
            links=[("proof", row.id)],
        )
