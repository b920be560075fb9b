"""Tables: the sums that reports are read from, by day or customer; derived from the ledger.

A book whose `summed_in` stands is in here; those that came in since are added by each reader.
"""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.store.base import Base, Code, Name, client_key


class DayChange(Base):
    """What is different from a day on, for one segment (empty: none) and currency; flows of it.

    Amounts that stand (open, unapplied, disputed, the buckets of both agings) are changes: their
    sum up to a day is the amount at its end. Sales, write-offs, recoveries and cash are of the day;
    so are balances placed on it, and the cash that came on them in time.
    """

    __tablename__ = "day_changes"
    __table_args__ = (client_key(),)

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    segment: Mapped[str] = mapped_column(Name, primary_key=True)
    currency: Mapped[str] = mapped_column(Code, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    open_minor: Mapped[int]
    open_count: Mapped[int]
    unapplied_minor: Mapped[int]
    disputed_minor: Mapped[int]
    due_current_minor: Mapped[int]
    due_1_30_minor: Mapped[int]
    due_31_60_minor: Mapped[int]
    due_61_90_minor: Mapped[int]
    due_91_plus_minor: Mapped[int]
    invoice_0_30_minor: Mapped[int]
    invoice_31_60_minor: Mapped[int]
    invoice_61_90_minor: Mapped[int]
    invoice_91_plus_minor: Mapped[int]
    sales_minor: Mapped[int]
    issued_count: Mapped[int]
    written_off_minor: Mapped[int]
    recovered_minor: Mapped[int]
    received_minor: Mapped[int]
    placed_minor: Mapped[int]
    placed_count: Mapped[int]
    placed_cash_30_minor: Mapped[int]
    placed_cash_60_minor: Mapped[int]
    placed_cash_90_minor: Mapped[int]


class CashDay(Base):
    """Cash lines by the day the cash came and the day from which they count."""

    __tablename__ = "cash_days"
    __table_args__ = (client_key(),)

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    segment: Mapped[str] = mapped_column(Name, primary_key=True)
    currency: Mapped[str] = mapped_column(Code, primary_key=True)
    received_on: Mapped[date] = mapped_column(primary_key=True)
    counts_on: Mapped[date] = mapped_column(primary_key=True)
    lines: Mapped[int]
    minor: Mapped[int]
    pay_days: Mapped[int]
    minor_pay_days: Mapped[int]
    late_days: Mapped[int]
    minor_late_days: Mapped[int]
    minor_signed_late_days: Mapped[int]
    on_time_lines: Mapped[int]
    on_time_minor: Mapped[int]


class OpenSpan(Base):
    """What a customer has open, the same from a day through another (with no end: the last day).

    What is open at a day is found in what lasts through it: few rows, unless it is long past.
    """

    __tablename__ = "open_spans"
    __table_args__ = (
        client_key(),
        Index(
            "ix_open_spans_empty",
            "client_id",
            postgresql_where=text("open_minor = 0"),
            sqlite_where=text("open_minor = 0"),
        ),
        {"sqlite_with_rowid": False},  # in the order of its key, so that a look is one stretch
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(Code, primary_key=True)
    through_on: Mapped[date] = mapped_column(primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId] = mapped_column(primary_key=True)
    segment: Mapped[str] = mapped_column(Name, primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    open_minor: Mapped[int]


class CustomerCash(Base):
    """Cash of a customer by the day it came and the day from which it stands on an invoice."""

    __tablename__ = "customer_cash"
    __table_args__ = (client_key(), {"sqlite_with_rowid": False})

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(Code, primary_key=True)
    received_on: Mapped[date] = mapped_column(primary_key=True)
    counts_on: Mapped[date] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId] = mapped_column(primary_key=True)
    segment: Mapped[str] = mapped_column(Name, primary_key=True)
    minor: Mapped[int]
    minor_late_days: Mapped[int]
    """The same times its days late; early is minus."""


class Summing(Base):
    """How often a client company's book was summed, and when last: its row is the lock."""

    __tablename__ = "summings"
    __table_args__ = (client_key(),)

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    position: Mapped[int]
    begun_in: Mapped[int]
    """The position at which the sums were last begun anew."""
    summed_at: Mapped[datetime]
    through_on: Mapped[date | None]
    """The newest day that anything summed is dated."""
