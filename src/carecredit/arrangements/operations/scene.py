"""What every act on an arrangement looks at first, and how it tells the audit."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert
from sqlalchemy.orm import Session

from carecredit.arrangements import model, queries, rules
from carecredit.kernel.calendars import DAY, local_date, start_of_day, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, ShareId, new_id
from carecredit.mandates import queries as mandates
from carecredit.mandates.views import Client, Mandate
from carecredit.receivables import queries as receivables
from carecredit.store import audit
from carecredit.store.session import caller_of

NAME_LENGTH_MAX = 200
NO_SYNC: dict[str, Any] = {"synchronize_session": False}


class Scene(msgspec.Struct, frozen=True):
    """A client company, its terms and its local day."""

    client: Client
    mandate: Mandate
    at: tzinfo
    now: datetime
    today: date

    def after(self, last: date) -> datetime:
        """Give the first instant after a local day."""
        return start_of_day(last + DAY, self.at)

    def grace(self, day: date) -> date:
        """Give the last day on which money for a day is in time."""
        return rules.last_day_of_grace(day, self.mandate.promise_grace_days, self.client.country)

    @property
    def moment(self) -> queries.Moment:
        """Give the instant at which what is contested is asked for."""
        return queries.Moment(self.client.id, self.now, self.today, self.at)

    def look(self, customer_id: CustomerId, currency: str) -> queries.Look:
        """Look at a customer's money as of today."""
        return queries.Look(self.client.id, customer_id, currency, self.at, self.today)


def scene_of(session: Session, *, client_id: ClientId, now: datetime) -> Scene:
    """Look up a client company with the terms in force today."""
    client = mandates.client(session, client_id=client_id)
    at = zone(client.zone)
    today = local_date(now, at)
    mandate = mandates.mandate(session, client_id=client_id, today=today)
    return Scene(client, mandate, at, now, today)


def named(session: Session, by: str | None, *, field: str = "by") -> str:
    """Give who acts: as named, or else the caller."""
    name = caller_of(session).name if by is None else by.strip()
    return checked_name(name, field=field, needed=True)


def checked_name(name: str, *, field: str, needed: bool = False) -> str:
    """Accept a name that people can read (or none)."""
    told = name.strip()
    if len(told) > NAME_LENGTH_MAX or (told and not told.isprintable()) or (needed and not told):
        raise Invalid(f"a name has 1 to {NAME_LENGTH_MAX} characters on one line", field=field)
    return told


def checked_invoices(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    invoice_ids: Iterable[InvoiceId],
    today: date,
) -> tuple[InvoiceId, ...]:
    """Accept invoices that are this customer's; another's is not found."""
    ids = tuple(dict.fromkeys(invoice_ids))
    found = receivables.invoices_by_id(session, client_id=client_id, invoice_ids=ids, today=today)
    for key in ids:
        if key not in found or found[key].customer_id != customer_id:
            raise receivables.UnknownInvoice("no such invoice", field="invoices")
    return ids


def keep_shares(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    shares: Iterable[rules.Share],
    is_proof: bool,
    now: datetime,
) -> None:
    """Write down for good which euros served what is closed."""
    rows = [
        {
            "client_id": client_id,
            "id": ShareId(new_id()),
            "customer_id": customer_id,
            "entry_id": share.entry_id,
            "is_proof": is_proof,
            "source_id": share.key[0],
            "position": share.key[1],
            "amount_minor": share.minor,
            "recorded_at": now,
        }
        for share in shares
    ]
    if rows:
        session.execute(insert(model.ServedShare), rows)


def tell(
    session: Session,
    client_id: ClientId,
    action: str,
    subject_id: UUID,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Tell the audit of an act on a promise, plan, relief or proof."""
    audit.record(
        session,
        client_id=client_id,
        action=action,
        subject=action.partition(".")[0],
        subject_id=subject_id,
        now=now,
        data=data,
    )
