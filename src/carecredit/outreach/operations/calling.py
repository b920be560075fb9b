"""A call of our own motion: our word, a reminder that was wished for, thanks, a case that waits."""

from datetime import datetime

from sqlalchemy.orm import Session

from carecredit.cadence import queries as cadence
from carecredit.cadence.operations import ask_callback, move
from carecredit.customers.operations import lock_gate_of
from carecredit.kernel.errors import Refused
from carecredit.kernel.ids import ClientId, CustomerId, OperatorId
from carecredit.outreach import views
from carecredit.outreach.operations.calls import take

UNDER_WAY = frozenset({"taken", "dispatching"})


class CallNotNow(Refused):
    """The contact policy does not allow this call now, or the person is in somebody's hands."""

    code = "call_not_now"


def call_out(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    operator_id: OperatorId | None,
    now: datetime,
) -> views.Call:
    """Take a call now that the person may expect of us; it passes the contact policy as any other.

    It takes the place of what was planned for the person. Raises `CallNotNow` with the reason;
    nothing is left behind then.
    """
    lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    live = cadence.live_touches(session, client_id=client_id, customer_ids=[customer_id])
    held = live.get(customer_id)
    if held is not None and held.status in UNDER_WAY:
        raise CallNotNow(
            "a call with this person is in somebody's hands, or a message on its way; wait for it"
        )
    touch_id = ask_callback(
        session,
        client_id=client_id,
        customer_id=customer_id,
        invoice_id=None,
        due_at=now,
        owner_id=operator_id,
        now=now,
    )
    move(
        session,
        client_id=client_id,
        touch_id=touch_id,
        status="offered",
        expected=("planned",),
        now=now,
    )
    call = take(session, client_id=client_id, touch_id=touch_id, operator_id=operator_id, now=now)
    if isinstance(call, views.Passed):
        raise CallNotNow(
            f"this call may not be made now ({call.reason}); the contactability of the "
            "customer tells the first allowed moment"
        )
    return call
