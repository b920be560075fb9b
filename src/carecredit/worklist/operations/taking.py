"""Taking the next item of the worklist."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId, OperatorId
from carecredit.mandates import queries as mandates
from carecredit.outreach.operations import take
from carecredit.outreach.views import Passed
from carecredit.worklist import queries, views

LOOKS_MAX = 20


def take_next(
    session: Session,
    *,
    client_ids: Sequence[ClientId] | None,
    operator_id: OperatorId | None,
    now: datetime,
) -> views.Taken | None:
    """Take the first call that may be made now; those that may not go where their reason says.

    No client companies named means all that the caller may see.
    """
    wanted = client_ids or [client.id for client in mandates.clients(session)]
    for item in queries.items(session, client_ids=wanted, limit=LOOKS_MAX):
        call = take(
            session,
            client_id=item.client_id,
            touch_id=item.touch_id,
            operator_id=operator_id,
            now=now,
        )
        if not isinstance(call, Passed):
            card = queries.card(session, client_id=item.client_id, touch_id=item.touch_id, now=now)
            return views.Taken(call, card)
    return None
