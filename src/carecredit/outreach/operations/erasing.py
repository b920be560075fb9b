"""Erasing a customer from everything that was said and written; the ledger's figures stay.

What the law keeps (invoices, payments, dates of contacts) stays under the client company's number
of the customer; free text and messages go, since nobody can say whom they name.
"""

from datetime import datetime
from typing import ClassVar

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from carecredit.arrangements import operations as arrangements
from carecredit.cadence import queries as cadence
from carecredit.cadence.operations import cancel, forget_details
from carecredit.cases import operations as cases
from carecredit.contact_policy.operations import forget_inputs
from carecredit.customers.operations import erase_card, lock_gate_of
from carecredit.customers.views import Erased
from carecredit.holds.operations import forget_evidence
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.errors import Refused
from carecredit.kernel.ids import ClientId, ContactId, CustomerId
from carecredit.knowledge import operations as knowledge
from carecredit.mandates import queries as mandates
from carecredit.outreach import model
from carecredit.quality import operations as quality
from carecredit.receivables import operations as receivables
from carecredit.receivables import queries as receivable_queries
from carecredit.store import idempotency

NO_SYNC = {"synchronize_session": False}


class ErasureRefused(Refused):
    """The customer cannot be erased as things stand."""

    code: ClassVar[str] = "erasure_refused"


def erase(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, now: datetime
) -> Erased:
    """Erase a customer to whom nothing is open; nothing is sent to it again, under any number.

    While something is open the claim goes before erasure (GDPR art. 17(3)(e)): an opt-out from
    everything silences meanwhile.
    """
    person_id = lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    _check(session, client_id, customer_id, now)
    for touch in cadence.touches_of(session, client_id=client_id, customer_id=customer_id):
        live = ("planned", "rung", "offered", "parked")
        touch_id = touch.id
        cancel(
            session,
            client_id=client_id,
            touch_id=touch_id,
            reason="erased",
            expected=live,
            now=now,
        )
    texts = _forget_texts(session, client_id, customer_id)
    texts += forget_details(session, client_id=client_id, customer_id=customer_id)
    for slice_ in (arrangements, cases, quality):
        texts += slice_.forget_words(session, client_id=client_id, customer_id=customer_id)
    texts += knowledge.forget_words(
        session,
        client_id=client_id,
        contact_ids=_contacts(session, client_id, customer_id),
    )
    texts += forget_evidence(session, client_id=client_id, customer_id=customer_id)
    texts += receivables.forget_dispute_reasons(
        session, client_id=client_id, customer_id=customer_id
    )
    texts += forget_inputs(session, client_id=client_id, person_id=person_id)
    idempotency.forget_about(session, client_id=client_id, part=str(customer_id))
    erased = erase_card(session, client_id=client_id, customer_id=customer_id, now=now)
    return msgspec.structs.replace(erased, texts=texts)


def _contacts(session: Session, client_id: ClientId, customer_id: CustomerId) -> list[ContactId]:
    table = model.Contact
    rows = session.execute(
        select(table.id).where(table.client_id == client_id, table.customer_id == customer_id)
    )
    return list(rows.scalars())


def _check(session: Session, client_id: ClientId, customer_id: CustomerId, now: datetime) -> None:
    client = mandates.client(session, client_id=client_id)
    today = local_date(now, zone(client.zone))
    owed = receivable_queries.open_invoices(
        session, client_id=client_id, customer_ids=[customer_id], today=today
    )
    if owed.get(customer_id):
        raise ErasureRefused(
            "invoices are open; settle or write them off first, or record an opt-out from "
            "everything (no channel, no purpose) meanwhile"
        )
    table = model.Attempt
    in_hand = session.execute(
        select(func.count()).where(
            table.client_id == client_id,
            table.customer_id == customer_id,
            table.state == "dispatching",
        )
    ).scalar_one()
    if in_hand:
        raise ErasureRefused("a contact is being made at this moment; close it, then try again")


def _forget_texts(session: Session, client_id: ClientId, customer_id: CustomerId) -> int:
    own = {"client_id": client_id, "customer_id": customer_id}
    notes = update(model.Contact).filter_by(**own).where(model.Contact.note != "").values(note="")
    texts = (
        update(model.Attempt)
        .filter_by(**own)
        .values(message_subject=None, message_text=None, detail=None)
    )
    found = 0
    for query in (notes, texts):
        done = session.execute(query.execution_options(**NO_SYNC))
        found += int(done.rowcount)  # type: ignore[attr-defined] # an UPDATE's result has it
    return found
