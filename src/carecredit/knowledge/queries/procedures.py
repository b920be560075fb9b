"""Reading procedures: of each key the version that counts at an instant, in one language.

The version that counts is the latest that was published by then and has begun, unless it has
ended. One that was superseded never comes back by itself, so that nobody says what was withdrawn.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import ClientId, ProcedureId
from carecredit.knowledge import model, views
from carecredit.knowledge.rules import chosen_language
from carecredit.mandates import queries as mandates

PAGE_MAX, ABOUT_MAX = 200, 20
Ids = Select[ProcedureId]
_TABLE, _TEXT = model.ProcedureVersion, model.ProcedureText


class UnknownProcedure(NotFound):
    """No such procedure in force, or none that you may see."""

    code = "procedure_unknown"


def procedures(
    session: Session,
    *,
    client_id: ClientId,
    at: datetime,
    topic: str | None = None,
    language: str | None = None,
    after: str | None = None,
    limit: int = PAGE_MAX,
) -> list[views.Card]:
    """List the procedures that count at an instant, by key; of one topic where it is named."""
    query = select(_TABLE).where(
        _TABLE.client_id == client_id, _TABLE.id.in_(in_force(session, client_id, at))
    )
    if topic is not None:
        query = query.where(_TABLE.topic == topic)
    if after is not None:
        query = query.where(_TABLE.key > after)
    rows = session.execute(query.order_by(_TABLE.key).limit(min(limit, PAGE_MAX))).scalars().all()
    return [each.card for each in read(session, client_id, rows, language)]


def procedures_about(
    session: Session, *, client_id: ClientId, topic: str, language: str, at: datetime
) -> list[views.Procedure]:
    """Read the procedures of a topic whole, as they count at an instant: for whoever speaks now."""
    query = (
        select(_TABLE)
        .where(
            _TABLE.client_id == client_id,
            _TABLE.topic == topic,
            _TABLE.id.in_(in_force(session, client_id, at)),
        )
        .order_by(_TABLE.key)
        .limit(ABOUT_MAX)
    )
    return read(session, client_id, session.execute(query).scalars().all(), language)


def procedure(
    session: Session,
    *,
    client_id: ClientId,
    key: str,
    at: datetime,
    language: str | None = None,
) -> views.Procedure:
    """Read the version of a procedure that counts at an instant; the answer says its language."""
    query = select(_TABLE).where(
        _TABLE.client_id == client_id,
        _TABLE.key == key,
        _TABLE.id.in_(in_force(session, client_id, at)),
    )
    return _one(session, client_id, query, language, f"no procedure {key!r} counts then")


def procedure_version(
    session: Session,
    *,
    client_id: ClientId,
    key: str,
    version: int,
    language: str | None = None,
) -> views.Procedure:
    """Read a version as it was published, whether it counts or not."""
    query = select(_TABLE).where(
        _TABLE.client_id == client_id, _TABLE.key == key, _TABLE.version == version
    )
    return _one(session, client_id, query, language, f"no version {version} of {key!r}")


def versions_of(
    session: Session, *, client_id: ClientId, key: str, language: str | None = None
) -> list[views.Card]:
    """List every version of a procedure that was published, the first one first."""
    query = (
        select(_TABLE)
        .where(_TABLE.client_id == client_id, _TABLE.key == key)
        .order_by(_TABLE.version)
    )
    rows = session.execute(query).scalars().all()
    return [each.card for each in read(session, client_id, rows, language)]


def latest_version(session: Session, *, client_id: ClientId, key: str) -> int | None:
    """Give the number of the version published last; none: the key is new."""
    return session.execute(
        select(func.max(_TABLE.version)).where(_TABLE.client_id == client_id, _TABLE.key == key)
    ).scalar()


def in_force(session: Session, client_id: ClientId, at: datetime) -> Ids:
    """Choose the versions that count at an instant, on the client company's local day."""
    day = local_date(at, zone(mandates.client(session, client_id=client_id).zone))
    begun = (
        select(_TABLE.key, func.max(_TABLE.version).label("version"))
        .where(_TABLE.client_id == client_id, _TABLE.published_at <= at, _TABLE.valid_from <= day)
        .group_by(_TABLE.key)
        .subquery()
    )
    return (
        select(_TABLE.id)
        .join(begun, (begun.c.key == _TABLE.key) & (begun.c.version == _TABLE.version))
        .where(
            _TABLE.client_id == client_id,
            or_(_TABLE.valid_to.is_(None), _TABLE.valid_to > day),
        )
    )


def read(
    session: Session, client_id: ClientId, rows: Sequence[Any], language: str | None
) -> list[views.Procedure]:
    """Put versions together with their texts in the language asked for."""
    if not rows:
        return []
    own = mandates.client(session, client_id=client_id).language
    query = select(_TEXT).where(
        _TEXT.client_id == client_id, _TEXT.procedure_id.in_([row.id for row in rows])
    )
    texts: defaultdict[ProcedureId, dict[str, Any]] = defaultdict(dict)
    for text in session.execute(query).scalars():
        texts[text.procedure_id][text.language] = text
    return [
        _whole(row, texts[row.id], chosen_language(texts[row.id], asked=language, own=own))
        for row in rows
    ]


def _whole(row: Any, texts: dict[str, Any], language: str) -> views.Procedure:
    text = texts[language]
    card = views.Card(
        row.id,
        row.key,
        row.version,
        row.topic,
        row.owner,
        row.valid_from,
        row.valid_to,
        row.review_on,
        row.published_at,
        row.published_by,
        tuple(sorted(texts)),
        language,
        text.title,
    )
    return views.Procedure(
        card,
        text.body,
        tuple(filter(None, text.keywords.split(","))),
        msgspec.json.decode(text.sentences, type=dict[str, str]),
        msgspec.json.decode(text.avoid, type=tuple[str, ...]),
    )


def _one(
    session: Session, client_id: ClientId, query: Any, language: str | None, otherwise: str
) -> views.Procedure:
    rows = session.execute(query).scalars().all()
    if not rows:
        raise UnknownProcedure(otherwise, field="procedure")
    return read(session, client_id, rows, language)[0]
