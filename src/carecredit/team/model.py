"""Tables: operators, API keys and the client companies each key may act for."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import ClientId, KeyId, OperatorId
from carecredit.store.base import Base, Code, Name


class Operator(Base):
    __tablename__ = "operators"

    id: Mapped[OperatorId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Name, unique=True)
    created_at: Mapped[datetime]


class ApiKey(Base):
    """A key is shown once; what is stored recognises it and cannot be turned back into it."""

    __tablename__ = "api_keys"

    id: Mapped[KeyId] = mapped_column(primary_key=True)
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Name)
    role: Mapped[str] = mapped_column(Code)
    operator_id: Mapped[OperatorId | None] = mapped_column(ForeignKey("operators.id"))
    every_client: Mapped[bool]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class KeyClient(Base):
    __tablename__ = "api_key_clients"
    __table_args__ = ({"info": {"centre": True}},)

    key_id: Mapped[KeyId] = mapped_column(ForeignKey("api_keys.id"), primary_key=True)
    client_id: Mapped[ClientId] = mapped_column(ForeignKey("clients.id"), primary_key=True)
