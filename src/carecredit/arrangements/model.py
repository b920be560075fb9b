"""Table: promises to pay."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import ClientId, CustomerId, PromiseId
from carecredit.store.base import Base, Code, Name, client_key, within_client


class PromiseToPay(Base):
    """An amount and a day that the customer gave us; judged once, after the bank's grace."""

    __tablename__ = "promises_to_pay"
    __table_args__ = (
        client_key(),
        within_client(["customer_id"], "customers"),
        Index(None, "client_id", "customer_id"),
        Index(
            "uq_promises_to_pay_active",
            "client_id",
            "customer_id",
            "currency",
            unique=True,
            postgresql_where=text("state = 'active'"),
            sqlite_where=text("state = 'active'"),
        ),
        CheckConstraint("amount_minor > 0", name="positive"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[PromiseId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    currency: Mapped[str] = mapped_column(Code)
    amount_minor: Mapped[int]
    promised_on: Mapped[date]
    grace_days: Mapped[int]
    given_at: Mapped[datetime]
    given_to: Mapped[str] = mapped_column(Name)
    state: Mapped[str] = mapped_column(Code)
    kept_minor: Mapped[int | None]
    judged_at: Mapped[datetime | None]
