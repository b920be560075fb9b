"""Writing down what an operator made of a proposal, so that its rule can be judged."""

from datetime import datetime

import msgspec
from sqlalchemy import insert
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ChoiceId, ClientId, ContactId, CustomerId, new_id
from carecredit.outreach import queries as outreach
from carecredit.store import audit
from carecredit.store.session import caller_of
from carecredit.worklist import model, queries
from carecredit.worklist.rules import Decision, house_rules

REASON_LENGTH_MAX = 500


def choose(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    decision: Decision,
    chosen: str | None = None,
    reason: str = "",
    contact_id: ContactId | None = None,
    now: datetime,
) -> ChoiceId:
    """Record that a proposal was accepted, changed into another action, or rejected with why."""
    proposal = queries.next_action(session, client_id=client_id, customer_id=customer_id, now=now)
    if proposal is None:
        raise Invalid("nothing is proposed for this customer now", field="decision")
    _check(decision, chosen, reason)
    if contact_id is not None:
        spoken = outreach.contact(session, client_id=client_id, contact_id=contact_id)
        if spoken.customer_id != customer_id:
            raise Invalid("that contact is another customer's", field="contact_id")
    choice_id = ChoiceId(new_id())
    row = {
        "client_id": client_id,
        "id": choice_id,
        "customer_id": customer_id,
        "contact_id": contact_id,
        "rule": proposal.rule,
        "version": proposal.version,
        "proposed": proposal.action,
        "facts": msgspec.json.encode(proposal.facts).decode(),
        "decision": decision.value,
        "chosen": proposal.action if decision is Decision.ACCEPTED else chosen,
        "reason": reason.strip(),
        "chosen_at": now,
        "chosen_by": caller_of(session).name,
    }
    session.execute(insert(model.ActionChoice), [row])
    audit.record(
        session,
        client_id=client_id,
        action="action.chosen",
        subject="customer",
        subject_id=customer_id,
        now=now,
        data={"rule": proposal.rule, "decision": decision.value, "chosen": row["chosen"]},
    )
    return choice_id


def _check(decision: Decision, chosen: str | None, reason: str) -> None:
    known = house_rules().actions
    if decision is Decision.CHANGED and chosen not in known:
        raise Invalid(f"name what was done instead: one of {', '.join(known)}", field="chosen")
    if decision is Decision.REJECTED and not reason.strip():
        raise Invalid("say why it does not suit; the rule learns from it", field="reason")
    if len(reason) > REASON_LENGTH_MAX or "\0" in reason:
        raise Invalid(f"{REASON_LENGTH_MAX} characters at most", field="reason")
