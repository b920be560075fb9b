"""Taking the next item of the worklist."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId, OperatorId
from carecredit.mandates import queries as mandates
from carecredit.outreach.operations import take
from carecredit.outreach.views import Passed
from carecredit.worklist import queries, views
from carecredit.worklist.rules import Work, why_not

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
    found = queries.items(session, client_ids=wanted, limit=queries.READ_MAX)
    for item in islice(_fitting(session, found, operator_id, now), LOOKS_MAX):
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


def _fitting(
    session: Session, items: Sequence[views.Item], operator_id: OperatorId | None, now: datetime
) -> Iterator[views.Item]:
    """Keep what is for these hands now; a call-back is its owner's first."""
    if operator_id is None:
        yield from items
        return
    hands = queries.hands_of(session, operator_id=operator_id, now=now)
    hard = {
        customer_id
        for client_id in {item.client_id for item in items}
        for customer_id in queries.hard_last(
            session,
            client_id=client_id,
            customer_ids={item.customer_id for item in items if item.client_id == client_id},
        )
    }
    for item in items:
        work = Work(
            item.client_id,
            item.language,
            item.due_at,
            item.owner_id,
            is_hard=item.customer_id in hard,
        )
        if why_not(work, hands, now=now) is None:
            yield item
