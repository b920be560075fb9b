"""A request that is sent twice acts once: key, hash of the body and the answer, kept together.

The row is written in the transaction of the effect, so an answer is stored if and only if the
effect is. Failures are not stored: the client may try again.
"""

import hashlib
from datetime import datetime

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.store.base import Base, Name, client_key
from carecredit.store.engine import insert_into
from carecredit.store.session import caller_of

KEY_LENGTH_MAX = 200


class IdempotencyKey(Base):
    """One request that had its effect, and what was answered."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (client_key(),)

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    caller: Mapped[str] = mapped_column(Name, primary_key=True)
    route: Mapped[str] = mapped_column(Name, primary_key=True)
    key: Mapped[str] = mapped_column(Name, primary_key=True)
    body_hash: Mapped[bytes]
    answer: Mapped[bytes | None]
    created_at: Mapped[datetime]


class KeyReused(Invalid):
    """The same idempotency key came with another body; a new request needs a new key."""

    code = "idempotency_key_reused"


class Ticket(msgspec.Struct, frozen=True):
    """The right to act once; or, where `answer` stands, what was answered the first time."""

    client_id: ClientId
    route: str
    key: str
    answer: bytes | None


def claim(
    session: Session, *, client_id: ClientId, route: str, key: str, body: bytes, now: datetime
) -> Ticket:
    """Take the key for this body; a second caller waits for the first and gets its answer."""
    if not 0 < len(key) <= KEY_LENGTH_MAX or not key.isprintable():
        raise Invalid(
            f"an idempotency key has 1 to {KEY_LENGTH_MAX} printable characters",
            field="Idempotency-Key",
        )
    caller = caller_of(session).name
    row = {
        "client_id": client_id,
        "caller": caller,
        "route": route,
        "key": key,
        "body_hash": hashlib.sha256(body).digest(),
        "answer": None,
        "created_at": now,
    }
    fresh = insert_into(session, IdempotencyKey).values(row).on_conflict_do_nothing()
    taken = session.execute(fresh.returning(IdempotencyKey.key)).first()
    if taken is not None:
        return Ticket(client_id, route, key, None)
    found = session.execute(
        select(IdempotencyKey.body_hash, IdempotencyKey.answer).where(
            IdempotencyKey.client_id == client_id,
            IdempotencyKey.caller == caller,
            IdempotencyKey.route == route,
            IdempotencyKey.key == key,
        )
    ).one()
    if found.body_hash != row["body_hash"]:
        raise KeyReused(
            "this Idempotency-Key was used for another body; send a new key with a new request",
            field="Idempotency-Key",
        )
    return Ticket(client_id, route, key, found.answer)


def keep(session: Session, ticket: Ticket, *, answer: bytes) -> None:
    """Store the answer beside its key."""
    session.execute(
        update(IdempotencyKey)
        .where(
            IdempotencyKey.client_id == ticket.client_id,
            IdempotencyKey.caller == caller_of(session).name,
            IdempotencyKey.route == ticket.route,
            IdempotencyKey.key == ticket.key,
        )
        .values(answer=answer)
        .execution_options(synchronize_session=False)
    )


def forget(session: Session, *, before: datetime) -> int:
    """Drop keys older than an instant and say how many."""
    found = session.execute(
        delete(IdempotencyKey)
        .where(IdempotencyKey.created_at < before)
        .execution_options(synchronize_session=False)
    )
    return int(found.rowcount)  # type: ignore[attr-defined] # a DELETE's result has it


def forget_about(session: Session, *, client_id: ClientId, part: str) -> None:
    """Drop what was answered on the routes that name something, such as an erased customer."""
    session.execute(
        delete(IdempotencyKey)
        .where(
            IdempotencyKey.client_id == client_id,
            IdempotencyKey.route.contains(part, autoescape=True),
            IdempotencyKey.answer.is_not(None),  # the request at hand has none yet
        )
        .execution_options(synchronize_session=False)
    )


__all__ = ["IdempotencyKey", "KeyReused", "Ticket", "claim", "forget", "forget_about", "keep"]
