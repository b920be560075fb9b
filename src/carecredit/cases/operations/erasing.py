"""Emptying what people wrote beside a customer's cases; codes and days stay for the figures."""

from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from carecredit.cases import model
from carecredit.cases.operations.pen import NO_SYNC
from carecredit.kernel.ids import ClientId, CustomerId


def forget_words(session: Session, *, client_id: ClientId, customer_id: CustomerId) -> int:
    """Empty subjects, notes, stories and what was given to expect; say how many there were."""
    case, event, word = model.CareCase, model.CaseEvent, model.Expectation
    theirs = select(case.id).where(case.client_id == client_id, case.customer_id == customer_id)
    queries: tuple[Any, ...] = (
        update(event)
        .where(
            event.client_id == client_id,
            event.case_id.in_(theirs),
            or_(event.reason != "", event.words != "{}"),
        )
        .values(reason="", words="{}"),
        update(case)
        .where(case.client_id == client_id, case.customer_id == customer_id, case.subject != "")
        .values(subject=""),
        update(word)
        .where(word.client_id == client_id, word.customer_id == customer_id, word.what != "")
        .values(what="", reason=""),
    )
    found = 0
    for query in queries:
        done = session.execute(query.execution_options(**NO_SYNC))
        found += int(done.rowcount)  # type: ignore[attr-defined] # an UPDATE's result has it
    return found
