"""Reading procedural gaps: by state, those that wait too long, those to be told of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import ClientId, GapId, OperatorId
from carecredit.knowledge import model, views
from carecredit.knowledge.rules import life, overdue_since

PAGE_MAX = 200
Rows = Select[*tuple[Any, ...]]
_GAP: Rows = select(
    *(getattr(model.Gap, name) for name in views.Gap.__struct_fields__),
)


class UnknownGap(NotFound):
    """No such gap, or none that you may see."""

    code = "gap_unknown"


def gaps(
    session: Session,
    *,
    client_id: ClientId,
    states: Sequence[str] = (),
    after: GapId | None = None,
    limit: int = PAGE_MAX,
) -> list[views.Gap]:
    """List a client company's gaps in the order they were raised, in some states or in all."""
    query = _GAP.where(model.Gap.client_id == client_id)
    if states:
        query = query.where(model.Gap.state.in_(states))
    if after is not None:
        query = query.where(model.Gap.id > after)
    return _read(session, query.order_by(model.Gap.id).limit(min(limit, PAGE_MAX)))


def gaps_overdue(
    session: Session, *, client_id: ClientId, now: datetime, limit: int = PAGE_MAX
) -> list[views.Gap]:
    """List the gaps that were sent and not acknowledged in time, the longest waiting first."""
    table = model.Gap
    query = _GAP.where(
        table.client_id == client_id,
        table.state == "sent",
        table.stands_since < overdue_since(now),
    )
    return _read(session, query.order_by(table.stands_since, table.id).limit(min(limit, PAGE_MAX)))


def gaps_to_tell(
    session: Session,
    *,
    client_id: ClientId,
    operator_id: OperatorId | None = None,
    limit: int = PAGE_MAX,
) -> list[views.Gap]:
    """List what came to its end and was not told yet to whoever raised it (None: anybody)."""
    table = model.Gap
    ended = life().moves["tell"].froms
    query = _GAP.where(table.client_id == client_id, table.state.in_(ended))
    if operator_id is not None:
        query = query.where(table.operator_id == operator_id)
    return _read(session, query.order_by(table.stands_since, table.id).limit(min(limit, PAGE_MAX)))


def gap(session: Session, *, client_id: ClientId, gap_id: GapId) -> views.Gap:
    """Read one gap."""
    query = _GAP.where(model.Gap.client_id == client_id, model.Gap.id == gap_id)
    found = _read(session, query)
    if not found:
        raise UnknownGap("no such gap", field="gap_id")
    return found[0]


def gap_events(session: Session, *, client_id: ClientId, gap_id: GapId) -> list[views.GapEvent]:
    """Tell a gap's life from its first step: who, when, why, which version was published."""
    table, version = model.GapEvent, model.ProcedureVersion
    query: Rows = (
        select(
            table.number,
            table.move,
            table.state,
            table.why,
            version.key,
            version.version,
            table.at,
            table.by,
        )
        .outerjoin(
            version,
            and_(version.client_id == table.client_id, version.id == table.procedure_id),
        )
        .where(table.client_id == client_id, table.gap_id == gap_id)
        .order_by(table.number)
    )
    return [views.GapEvent(*row) for row in session.execute(query)]


def _read(session: Session, query: Rows) -> list[views.Gap]:
    return [views.Gap(*row) for row in session.execute(query)]
