"""Tables: operators with what they can do and when, squads, shifts, and API keys.

No measure of a person has a column here: neither times, nor counts, nor scores (Italy, law
300/1970, art. 4).
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import AbilityId, ClientId, KeyId, OperatorId, ShiftId, SquadId
from carecredit.store.base import Base, Code, Name


class Operator(Base):
    __tablename__ = "operators"

    id: Mapped[OperatorId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Name, unique=True)
    created_at: Mapped[datetime]


class Ability(Base):
    """A language (with its level) or a skill of an operator, from when to before when."""

    __tablename__ = "operator_abilities"
    __table_args__ = (Index(None, "operator_id"),)

    id: Mapped[AbilityId] = mapped_column(primary_key=True)
    operator_id: Mapped[OperatorId] = mapped_column(ForeignKey("operators.id"))
    kind: Mapped[str] = mapped_column(Code)
    code: Mapped[str] = mapped_column(Code)
    level: Mapped[str] = mapped_column(Code)
    """Of a language; empty for a skill."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    said_by: Mapped[str] = mapped_column(Name)


class Serving(Base):
    """A client company that an operator serves, from when to before when."""

    __tablename__ = "operator_clients"
    __table_args__ = (Index(None, "operator_id"), {"info": {"centre": True}})

    id: Mapped[AbilityId] = mapped_column(primary_key=True)
    operator_id: Mapped[OperatorId] = mapped_column(ForeignKey("operators.id"))
    client_id: Mapped[ClientId] = mapped_column(ForeignKey("clients.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    said_by: Mapped[str] = mapped_column(Name)


class Away(Base):
    """An operator is away, from when to before when; why is nobody's business here."""

    __tablename__ = "operator_aways"
    __table_args__ = (Index(None, "operator_id"),)

    id: Mapped[AbilityId] = mapped_column(primary_key=True)
    operator_id: Mapped[OperatorId] = mapped_column(ForeignKey("operators.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    said_by: Mapped[str] = mapped_column(Name)


class Squad(Base):
    __tablename__ = "squads"

    id: Mapped[SquadId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Name, unique=True)
    captain_id: Mapped[OperatorId] = mapped_column(ForeignKey("operators.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Name)


class SquadMember(Base):
    """An operator belongs to a squad, from when to before when."""

    __tablename__ = "squad_members"
    __table_args__ = (Index(None, "operator_id"), Index(None, "squad_id"))

    id: Mapped[AbilityId] = mapped_column(primary_key=True)
    squad_id: Mapped[SquadId] = mapped_column(ForeignKey("squads.id"))
    operator_id: Mapped[OperatorId] = mapped_column(ForeignKey("operators.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    said_by: Mapped[str] = mapped_column(Name)


class Shift(Base):
    """When an operator is planned to be at work; one that is cancelled counts until then."""

    __tablename__ = "shifts"
    __table_args__ = (Index(None, "operator_id", "starts_at"), Index(None, "starts_at"))

    id: Mapped[ShiftId] = mapped_column(primary_key=True)
    operator_id: Mapped[OperatorId] = mapped_column(ForeignKey("operators.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    planned_at: Mapped[datetime]
    planned_by: Mapped[str] = mapped_column(Name)
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None] = mapped_column(Name)


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
