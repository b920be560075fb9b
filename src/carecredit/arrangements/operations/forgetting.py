"""Erasing a customer from what was agreed: amounts and dates stay, names and words go."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from carecredit.arrangements import model
from carecredit.arrangements.operations.scene import NO_SYNC
from carecredit.kernel.ids import ClientId, CustomerId


def forget_words(session: Session, *, client_id: ClientId, customer_id: CustomerId) -> int:
    """Empty who gave a promise, why a plan changed, what a bank wrote; reliefs go whole.

    Say how many texts there were.
    """
    own = {"client_id": client_id, "customer_id": customer_id}
    promise, proof, event = model.PromiseToPay, model.PaymentProof, model.PlanEvent
    plans = select(model.PaymentPlan.id).filter_by(**own)
    emptied = (
        update(promise).filter_by(**own).where(promise.given_by != "").values(given_by=""),
        update(proof).filter_by(**own).where(proof.reference != "").values(reference=""),
        update(event)
        .where(event.client_id == client_id, event.plan_id.in_(plans), event.reason != "")
        .values(reason=""),
        delete(model.HardshipRelief).filter_by(**own),
    )
    found = 0
    for query in emptied:
        done = session.execute(query.execution_options(**NO_SYNC))
        found += int(done.rowcount)  # type: ignore[attr-defined] # an UPDATE's result has it
    return found
