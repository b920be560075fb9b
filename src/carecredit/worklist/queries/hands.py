"""Reading whose hands ask for work, and which persons had a hard talk last."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId, CustomerId, OperatorId
from carecredit.outreach.model import Contact
from carecredit.outreach.rules import Mood
from carecredit.team import queries as team
from carecredit.worklist.rules import HARD_IN_A_ROW_MAX, HARD_WITHIN, Hands

HARD = (Mood.UPSET.value, Mood.ANGRY.value)


def hands_of(session: Session, *, operator_id: OperatorId, now: datetime) -> Hands:
    """Read an operator who asks for work: what they can take, and how hard the last hour was."""
    table = Contact
    moods = session.execute(
        select(table.mood)
        .where(
            table.operator_id == operator_id,
            table.ended_at > now - HARD_WITHIN,
            table.ended_at <= now,
        )
        .order_by(table.ended_at.desc())
        .limit(HARD_IN_A_ROW_MAX)
    ).scalars()
    row = 0
    for mood in moods:
        if mood not in HARD:
            break
        row += 1
    profile = team.operator_profile(session, operator_id=operator_id, at=now)
    return Hands(operator_id, profile, row)


def hard_last(
    session: Session, *, client_id: ClientId, customer_ids: Collection[CustomerId]
) -> set[CustomerId]:
    """Name the customers who were upset or angry when we spoke last."""
    table = Contact
    rows = session.execute(
        select(table.customer_id, table.mood)
        .where(
            table.client_id == client_id,
            table.customer_id.in_(list(customer_ids)),
            table.mood.is_not(None),
        )
        .order_by(table.ended_at)
    )
    last: dict[CustomerId, str | None] = dict(row for row in rows)
    return {customer_id for customer_id, mood in last.items() if mood in HARD}
