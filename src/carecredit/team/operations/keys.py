"""Making and revoking keys."""

import secrets
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Invalid, NotFound
from carecredit.kernel.ids import ClientId, KeyId, OperatorId, new_id
from carecredit.store import audit
from carecredit.store.session import keyed_hash
from carecredit.team import model, views
from carecredit.team.queries.keys import PURPOSE
from carecredit.team.rules import Role

PREFIX = "cc_"
NAME_LENGTH_MAX = 200


def add_key(
    session: Session,
    *,
    name: str,
    role: Role,
    clients: Collection[ClientId] | None,
    now: datetime,
) -> views.NewKey:
    """Make a key for some client companies (None: every one); an operator's names its person."""
    if not 0 < len(name.strip()) <= NAME_LENGTH_MAX or not name.isprintable():
        raise Invalid(
            f"a key has a name of 1 to {NAME_LENGTH_MAX} characters: whose it is, or what for",
            field="name",
        )
    operator_id = _operator(session, name.strip(), now) if role is Role.OPERATOR else None
    secret = PREFIX + secrets.token_urlsafe(32)
    key_id = KeyId(new_id())
    row = {
        "id": key_id,
        "secret_hash": keyed_hash(session, PURPOSE, secret),
        "name": name.strip(),
        "role": role.value,
        "operator_id": operator_id,
        "every_client": clients is None,
        "created_at": now,
        "revoked_at": None,
    }
    session.execute(insert(model.ApiKey), [row])
    if clients:
        session.execute(
            insert(model.KeyClient),
            [{"key_id": key_id, "client_id": client_id} for client_id in sorted(clients)],
        )
    _tell(session, "key.added", key_id, now)
    kept = None if clients is None else frozenset(clients)
    return views.NewKey(views.Key(key_id, name.strip(), role, operator_id, kept), secret)


def revoke_key(session: Session, *, key_id: KeyId, now: datetime) -> None:
    """Revoke a key; it opens nothing from the next request on."""
    found = session.execute(
        update(model.ApiKey)
        .where(model.ApiKey.id == key_id, model.ApiKey.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(model.ApiKey.id)
        .execution_options(synchronize_session=False)
    ).first()
    if found is None:
        raise NotFound("no such key", field="key")
    _tell(session, "key.revoked", key_id, now)


def _operator(session: Session, name: str, now: datetime) -> OperatorId:
    table = model.Operator
    known = session.execute(select(table.id).where(table.name == name)).scalar()
    if known is not None:
        return known
    operator_id = OperatorId(new_id())
    session.execute(insert(table), [{"id": operator_id, "name": name, "created_at": now}])
    return operator_id


def _tell(session: Session, action: str, key_id: KeyId, now: datetime) -> None:
    audit.record(session, client_id=None, action=action, subject="key", subject_id=key_id, now=now)
