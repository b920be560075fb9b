"""Tables: the client companies and their mandates."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import ClientId, MandateId
from carecredit.store.base import Base, Code, Name, client_key


class Client(Base):
    __tablename__ = "clients"

    id: Mapped[ClientId] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str] = mapped_column(Name)
    country: Mapped[str] = mapped_column(Code)
    currency: Mapped[str] = mapped_column(Code)
    language: Mapped[str] = mapped_column(Code)
    zone: Mapped[str] = mapped_column(Code)
    payee: Mapped[str | None] = mapped_column(Name)
    """To whom customers pay, where that is not the company's name."""
    iban: Mapped[str | None] = mapped_column(Code)
    bic: Mapped[str | None] = mapped_column(Code)
    created_at: Mapped[datetime]


class Mandate(Base):
    __tablename__ = "mandates"
    __table_args__ = (client_key(), UniqueConstraint("client_id", "valid_from"))

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[MandateId] = mapped_column(primary_key=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    follow_up_policy: Mapped[str] = mapped_column(Code)
    small_balance_minor: Mapped[int]
    promise_grace_days: Mapped[int]
    promise_days_max: Mapped[int]
    allocation_order: Mapped[str] = mapped_column(Code)
    """How money without an instruction is put on invoices: oldest_due, as_stated, proportional."""
    allocation_natures: Mapped[str] = mapped_column(Name)
    """What it settles first; Italy, art. 1194 of the civil code: costs,interest,principal."""
    late_charges: Mapped[str] = mapped_column(Code)
    """By which rule late interest is shown (none: not at all); it is never charged by itself."""
    plan_amount_max_minor: Mapped[int]
    """Beyond it, or the two limits below, a second person approves a payment plan."""
    plan_instalments_max: Mapped[int]
    plan_days_max: Mapped[int]
    plan_missed_max: Mapped[int]
    """With so many instalments missed at once a plan is broken."""
    odd_cents: Mapped[str] = mapped_column(Code)
    proof_days: Mapped[int]
    """For so many working days we wait for a payment said to be on its way."""
    relief_days_max: Mapped[int]
    opening_hours: Mapped[str]
    """When somebody is there to speak, by day as JSON; `always` where the hours bind nobody."""
    opening_zone: Mapped[str] = mapped_column(Code)
    """On whose clock these hours are; `client` means the company's own."""
    opening_calendar: Mapped[str] = mapped_column(Code)
    """By whose public days it closes, such as IT or IT-MI; `none` means by nobody's."""
