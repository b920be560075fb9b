"""Reading where things stand with a person, and what the rules propose."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from carecredit.arrangements import queries as arrangements
from carecredit.arrangements.rules import PlanState, PromiseState
from carecredit.cases import queries as cases
from carecredit.cases.queries import Wanted
from carecredit.customers import queries as customers
from carecredit.holds import queries as holds
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.mandates import queries as mandates
from carecredit.outreach import queries as outreach
from carecredit.receivables import queries as receivables
from carecredit.receivables.model import Invoice, Standing
from carecredit.worklist import model, views
from carecredit.worklist.rules import NextFacts, Proposal, house_rules, propose


def next_action(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, now: datetime
) -> Proposal | None:
    """Propose what to do next with a person, by the packaged rules, and say why."""
    facts = next_facts(session, client_id=client_id, customer_id=customer_id, now=now)
    return propose(facts, rules=house_rules())


def next_facts(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, now: datetime
) -> NextFacts:
    """Gather where things stand between us and a person."""
    client = mandates.client(session, client_id=client_id)
    today = local_date(now, zone(client.zone))
    whom: dict[str, Any] = {"client_id": client_id, "customer_id": customer_id}
    customer = customers.customer(session, **whom)
    owed = receivables.open_invoices(
        session, client_id=client_id, customer_ids=[customer_id], today=today
    ).get(customer_id, [])
    reasons = set(holds.silencing(session, **whom, at=now))
    broken = arrangements.broken_unanswered(
        session, client_id=client_id, customer_ids=[customer_id]
    ).get(customer_id, ())
    promises = arrangements.promises_of(session, **whom)
    plans = arrangements.plans_of(session, **whom)
    words = [
        one
        for one in cases.expectations(session, client_id=client_id, customer_id=customer_id)
        if one.state in {"open", "broken"} and one.fulfilled_at is None and one.due_at <= now
    ]
    open_cases = cases.cases(
        session, client_id=client_id, now=now, wanted=Wanted(unresolved=True, **_of(customer_id))
    )
    talks = outreach.contacts_of(session, **whom)
    late = [item for item in owed if item.due_on < today]
    return NextFacts(
        owes=bool(owed),
        past_due=bool(late),
        days_past_due=max(((today - item.due_on).days for item in late), default=0),
        late_before=_late_before(session, client_id, customer_id, today),
        unapplied_covers=_covered(session, client_id, customer_id, owed, today),
        disputed="dispute" in reasons,
        complaint=any(each.case.kind == "complaint" for each in open_cases),
        our_word_due=bool(words),
        care_needed=any(need.needed for need in customers.needs(session, **whom)),
        promised=any(one.state == PromiseState.ACTIVE for one in promises)
        or any(one.card.state == PlanState.ACTIVE for one in plans),
        promise_missed=any(one.kind == "promise" for one in broken),
        instalment_missed=any(one.kind == "instalment" for one in broken),
        payment_on_its_way="proof_of_payment" in reasons,
        holds=frozenset(reasons),
        reason=next((one.non_payment_reason for one in talks if one.non_payment_reason), None),
        language=customer.language,
    )


def choices(
    session: Session, *, client_id: ClientId, since: datetime, until: datetime
) -> list[views.RuleChoices]:
    """Count by rule how often its proposal was accepted, changed or rejected; by nobody's name."""
    table = model.ActionChoice
    rows = session.execute(
        select(table.rule, table.version, table.proposed, table.decision, func.count())
        .where(table.client_id == client_id, table.chosen_at >= since, table.chosen_at < until)
        .group_by(table.rule, table.version, table.proposed, table.decision)
    )
    counted: dict[tuple[str, str, str], Counter[str]] = {}
    for rule, version, proposed, decision, number in rows:
        counted.setdefault((rule, version, proposed), Counter())[decision] += number
    return [
        views.RuleChoices(*key, found["accepted"], found["changed"], found["rejected"])
        for key, found in sorted(counted.items())
    ]


def _of(customer_id: CustomerId) -> dict[str, Any]:
    return {"customer_id": customer_id}


def _late_before(
    session: Session, client_id: ClientId, customer_id: CustomerId, today: date
) -> bool:
    """Say whether an invoice was settled after its day before."""
    found = session.execute(
        select(Invoice.id)
        .join(
            Standing,
            (Standing.client_id == Invoice.client_id) & (Standing.invoice_id == Invoice.id),
        )
        .where(
            Invoice.client_id == client_id,
            Invoice.customer_id == customer_id,
            Standing.settled_on <= today,
            Standing.settled_on > func.coalesce(Invoice.due_on, Invoice.invoiced_on),
        )
        .limit(1)
    ).first()
    return found is not None


def _covered(
    session: Session, client_id: ClientId, customer_id: CustomerId, owed: Any, today: date
) -> bool:
    """Say whether money not yet applied would pay all that is open, in each currency."""
    if not owed:
        return False
    loose = receivables.unapplied(
        session, client_id=client_id, customer_ids=[customer_id], today=today
    )
    totals: Counter[str] = Counter()
    for item in owed:
        totals[item.currency] += item.open_minor
    return all(loose.get((customer_id, currency), 0) >= minor for currency, minor in totals.items())
