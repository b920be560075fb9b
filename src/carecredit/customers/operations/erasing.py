"""Erasing what tells who a customer is; what keeps it silent stays, as keyed hashes.

The number that the client company gave it stays with the ledger, which the law keeps (GDPR art.
17(3)): by it, and by the hashes of its contact points, a later file is met with the same silence.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from carecredit.customers import model, queries, views
from carecredit.customers.operations.gate import lock_gate_of
from carecredit.customers.operations.wishes import suppress
from carecredit.customers.rules import Consent, Scope, Stance
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.store import audit

ERASED = "erased"


def erase_card(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, now: datetime
) -> views.Erased:
    """Erase name, contact points, wishes and needs of a customer; nothing is sent to it again.

    Consents stay as scopes and dates without their proof: they answer for what was done before.
    """
    lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    found = queries.reach(session, client_id=client_id, customer_id=customer_id)
    refused = Consent(Scope(), Stance.REFUSED, now, None)
    hashes = found.own_hashes
    suppress(session, client_id=client_id, hashes=hashes, consent=refused, proof=ERASED)
    own = {"client_id": client_id, "customer_id": customer_id}
    for kind in (model.Preference, model.CareNeed):
        session.execute(delete(kind).filter_by(**own).execution_options(**_NO_SYNC))
    _set(session, update(model.Consent).filter_by(**own), proof="")
    for point in found.points:
        # The row stays for the attempts that name it; its hash alone recognises.
        _set(
            session,
            update(model.ContactPoint).filter_by(client_id=client_id, id=point.id),
            value=f"{ERASED}:{point.id}",
            raw="",
            extension=None,
            bad_since=now,
            bad_reason=ERASED,
            verified_at=None,
            verified_how=None,
        )
    table = model.Suppression
    ours = (table.point_hash.in_(hashes), table.asked_of == client_id)
    _set(session, update(table).where(*ours), proof=ERASED)
    _set(
        session,
        update(model.Customer).filter_by(client_id=client_id, id=customer_id),
        name="",
        region=None,
        version=model.Customer.version + 1,
    )
    audit.record(
        session,
        client_id=client_id,
        action="customer.erased",
        subject="customer",
        subject_id=customer_id,
        now=now,
        data={"points": len(found.points)},
    )
    return views.Erased(len(found.points), 0, len(hashes))


_NO_SYNC: dict[str, Any] = {"synchronize_session": False}


def _set(session: Session, which: Any, **values: Any) -> None:
    session.execute(which.values(**values).execution_options(**_NO_SYNC))
