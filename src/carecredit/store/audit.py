"""The append-only audit chain, one for each client company and one for the centre.

A row is written in the transaction of the change it tells of. Each row's digest covers the one
before it, under a key outside the database, so that a row changed or taken away afterwards shows.
Personal data stays out: rows name ids and codes.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Index, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from carecredit.kernel.ids import ClientId
from carecredit.store.base import Base, Code, Name
from carecredit.store.engine import insert_into
from carecredit.store.session import CENTRE, caller_of, keyed_hash


class AuditHead(Base):
    """Where a chain stands; its row lock keeps the chain from forking."""

    __tablename__ = "audit_heads"

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    position: Mapped[int]
    digest: Mapped[bytes]


class AuditEntry(Base):
    """One change: who, when, what, on which thing."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "client_id", "subject_id"),)

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(Name)
    action: Mapped[str] = mapped_column(Code)
    subject: Mapped[str] = mapped_column(Code)
    subject_id: Mapped[str] = mapped_column(Name)
    data: Mapped[str]
    digest: Mapped[bytes]


def record(
    session: Session,
    *,
    client_id: ClientId | None,
    action: str,
    subject: str,
    subject_id: UUID | str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Append one row to the chain of a client company (None: of the centre)."""
    chain = client_id or CENTRE
    position, before = _advance(session, chain)
    row = {
        "client_id": chain,
        "position": position,
        "at": now.astimezone(UTC),  # as it comes back: the digest covers its text
        "actor": caller_of(session).name,
        "action": action,
        "subject": subject,
        "subject_id": str(subject_id),
        "data": msgspec.json.encode(data or {}, order="sorted").decode(),
    }
    digest = _digest(_key(session), before, row)
    session.execute(insert(AuditEntry), [row | {"digest": digest}])
    session.execute(
        update(AuditHead)
        .where(AuditHead.client_id == chain)
        .values(digest=digest)
        .execution_options(synchronize_session=False)
    )


def breaks(session: Session, *, client_id: ClientId | None) -> Iterator[int]:
    """Walk a chain and yield each position that does not follow from the one before it."""
    key, before, expected = _key(session), b"", 1
    query = (
        select(AuditEntry.__table__)
        .where(AuditEntry.client_id == (client_id or CENTRE))
        .order_by(AuditEntry.position)
        .execution_options(yield_per=1000)
    )
    for found in session.execute(query):
        row = dict(found._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        digest = row.pop("digest")
        if row["position"] != expected or not hmac.compare_digest(
            digest, _digest(key, before, row)
        ):
            yield row["position"]
        before, expected = digest, row["position"] + 1
    head = session.execute(
        select(AuditHead.position, AuditHead.digest).where(
            AuditHead.client_id == (client_id or CENTRE)
        )
    ).first()
    stands = (head.position, head.digest) if head is not None else (0, b"")
    if stands != (expected - 1, before):
        yield head.position if head is not None else expected - 1


def _advance(session: Session, chain: UUID) -> tuple[int, bytes]:
    statement = (
        update(AuditHead)
        .where(AuditHead.client_id == chain)
        .values(position=AuditHead.position + 1)
        .returning(AuditHead.position, AuditHead.digest)
        .execution_options(synchronize_session=False)
    )
    found = session.execute(statement).first()
    if found is None:
        # Two may begin a chain at once: the second waits for the first, then follows it.
        begun = {"client_id": chain, "position": 0, "digest": b""}
        session.execute(insert_into(session, AuditHead).values(begun).on_conflict_do_nothing())
        found = session.execute(statement).one()
    return found.position, found.digest


def _key(session: Session) -> bytes:
    return keyed_hash(session, "audit", "chain")


def _digest(key: bytes, before: bytes, row: Mapping[str, Any]) -> bytes:
    told = msgspec.json.encode([str(row[name]) for name in sorted(row)])
    return hmac.new(key, before + told, hashlib.sha256).digest()
