"""Table: holds."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import ClientId, CustomerId, HoldId, InvoiceId
from carecredit.store.base import Base, Code, Name, client_key, within_client


class Hold(Base):
    """We do not ask this customer (or for this invoice) from its start to before its end."""

    __tablename__ = "holds"
    __table_args__ = (
        client_key(),
        within_client(["customer_id"], "customers"),
        within_client(["invoice_id"], "invoices"),
        Index(None, "client_id", "customer_id", "starts_at"),
        Index(None, "client_id", "source_id"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[HoldId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    invoice_id: Mapped[InvoiceId | None]
    reason: Mapped[str] = mapped_column(Code)
    evidence: Mapped[str]
    source_id: Mapped[UUID]
    """The dispute, promise or plan that asks for silence."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    review_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(Name)
