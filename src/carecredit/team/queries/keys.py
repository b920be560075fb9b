"""Recognising keys."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId, KeyId
from carecredit.store.session import keyed_hash
from carecredit.team import model, views
from carecredit.team.rules import Role

PURPOSE = "api-key"
SECRET_LENGTH_MAX = 200


def key_by_secret(session: Session, *, secret: str) -> views.Key | None:
    """Recognise a key by its secret; a revoked or unknown one is nobody's."""
    if not 0 < len(secret) <= SECRET_LENGTH_MAX:
        return None
    return _key(session, model.ApiKey.secret_hash == keyed_hash(session, PURPOSE, secret))


def key_by_id(session: Session, *, key_id: KeyId) -> views.Key | None:
    """Find a key that a session stands for; a revoked one is nobody's."""
    return _key(session, model.ApiKey.id == key_id)


def _key(session: Session, condition: ColumnElement[bool]) -> views.Key | None:
    table = model.ApiKey
    row = session.execute(
        select(table.id, table.name, table.role, table.operator_id, table.every_client).where(
            condition, table.revoked_at.is_(None)
        )
    ).first()
    if row is None:
        return None
    listed = session.execute(
        select(model.KeyClient.client_id).where(model.KeyClient.key_id == row.id)
    ).scalars()
    clients: frozenset[ClientId] | None = None if row.every_client else frozenset(listed)
    return views.Key(row.id, row.name, Role(row.role), row.operator_id, clients)
