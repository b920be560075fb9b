"""Searching procedures by the words of title, keywords and body, whatever their accents."""

from datetime import datetime

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId
from carecredit.knowledge import model, views
from carecredit.knowledge.queries.procedures import in_force, read
from carecredit.knowledge.rules import stems

FOUND_MAX = 50
_TABLE, _TEXT = model.ProcedureVersion, model.ProcedureText


def search(
    session: Session,
    *,
    client_id: ClientId,
    text: str,
    at: datetime,
    language: str | None = None,
    limit: int = 20,
) -> views.Found:
    """Find the procedures in which every word occurs, in any language they are written in.

    What has the words in its title comes first. The titles are given in the language asked for.
    """
    begun = [f" {stem}" for stem in stems(text)]
    titled = sum(
        (case((_TEXT.folded_title.contains(it, autoescape=True), 1), else_=0) for it in begun),
        literal(0),
    )
    hits = (
        select(_TEXT.procedure_id, func.max(titled).label("titled"))
        .where(
            _TEXT.client_id == client_id,
            _TEXT.procedure_id.in_(in_force(session, client_id, at)),
            *(_TEXT.folded.contains(it, autoescape=True) for it in begun),
        )
        .group_by(_TEXT.procedure_id)
        .subquery()
    )
    query = (
        select(_TABLE)
        .join(hits, hits.c.procedure_id == _TABLE.id)
        .where(_TABLE.client_id == client_id)
        .order_by(hits.c.titled.desc(), _TABLE.key)
        .limit(min(limit, FOUND_MAX))
    )
    rows = session.execute(query).scalars().all()
    count = session.execute(select(func.count()).select_from(hits)).scalar_one()
    return views.Found(count, tuple(it.card for it in read(session, client_id, rows, language)))


def vain_searches(
    session: Session, *, client_id: ClientId, limit: int = 50
) -> list[views.VainSearch]:
    """List what was searched for in vain, the most often first: what is not written yet."""
    table = model.VainSearch
    query = (
        select(table.words, table.times, table.first_at, table.last_at)
        .where(table.client_id == client_id)
        .order_by(table.times.desc(), table.words)
        .limit(min(limit, 200))
    )
    return [views.VainSearch(*row) for row in session.execute(query)]
