"""What every change of the team has in common: who may make it, and that the centre's chain tells.

The team belongs to the centre, so a caller for some client companies may read of it, not write.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Refused
from carecredit.kernel.ids import OperatorId
from carecredit.store import audit
from carecredit.store.session import permitted_clients
from carecredit.team import model
from carecredit.team.queries import UnknownOperator


class TeamNotYours(Refused):
    """The team belongs to the centre: whoever acts for some client companies does not change it."""

    code = "team_not_yours"


def check_centre(session: Session) -> None:
    """Refuse a caller that acts for some client companies alone."""
    if permitted_clients(session) is not None:
        raise TeamNotYours("only who acts for every client company changes the team")


def lock_operator(session: Session, operator_id: OperatorId) -> None:
    """Take an operator's row, so that what is written about them comes one after the other."""
    check_centre(session)
    table = model.Operator
    query = select(table.id).where(table.id == operator_id).with_for_update()
    if session.execute(query).first() is None:
        raise UnknownOperator("no such operator", field="operator")


def tell(
    session: Session,
    action: str,
    subject_id: UUID,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write a change of the team into the centre's chain."""
    audit.record(
        session,
        client_id=None,
        action=action,
        subject=action.partition(".")[0],
        subject_id=subject_id,
        now=now,
        data=data,
    )
