"""How a relief goes with its plan, and how it ends."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from carecredit.arrangements import model, queries, rules, views
from carecredit.arrangements.operations.scene import NO_SYNC, tell
from carecredit.arrangements.rules import ReliefState
from carecredit.holds.operations import end_of_source
from carecredit.kernel.ids import ClientId


def close_relief(
    session: Session, *, client_id: ClientId, relief: views.Relief, by: str | None, now: datetime
) -> None:
    """Write down that a relief has ended: by somebody, or (none) by itself."""
    table = model.HardshipRelief
    session.execute(
        update(table)
        .where(table.client_id == client_id, table.id == relief.id)
        .values(state=ReliefState.ENDED.value, ended_at=now, ended_by=by)
        .execution_options(**NO_SYNC)
    )
    tell(session, client_id, "relief.ended", relief.id, now)
    end_of_source(session, client_id=client_id, source_id=relief.id, ends_at=now, now=now)


def start_reliefs_of(
    session: Session, *, client_id: ClientId, plan: views.PlanCard, now: datetime
) -> None:
    """Let the reliefs that waited with a plan begin: it is agreed."""
    table = model.HardshipRelief
    for relief in _of_plan(session, client_id, plan):
        if relief.state == ReliefState.WAITING:
            session.execute(
                update(table)
                .where(table.client_id == client_id, table.id == relief.id)
                .values(state=ReliefState.ACTIVE.value)
                .execution_options(**NO_SYNC)
            )
            tell(session, client_id, "relief.began", relief.id, now)


def end_reliefs_of(
    session: Session, *, client_id: ClientId, plan: views.PlanCard, by: str, now: datetime
) -> None:
    """End the reliefs of a plan that was declined or called off: there is nothing left of them."""
    for relief in _of_plan(session, client_id, plan):
        if relief.state in rules.RELIEF_LIVE:
            close_relief(session, client_id=client_id, relief=relief, by=by, now=now)


def _of_plan(session: Session, client_id: ClientId, plan: views.PlanCard) -> list[views.Relief]:
    found = queries.reliefs_of(session, client_id=client_id, customer_id=plan.customer_id)
    return [relief for relief in found if relief.plan_id == plan.id]
