"""Reading client companies and their mandates; a caller sees only those permitted to it."""

from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import ClientId
from carecredit.mandates import model, rules, views
from carecredit.store.session import permitted_clients

Rows = Select[*tuple[Any, ...]]

_CLIENT: Rows = select(
    model.Client.id,
    model.Client.code,
    model.Client.name,
    model.Client.country,
    model.Client.currency,
    model.Client.language,
    model.Client.zone,
    model.Client.payee,
    model.Client.iban,
    model.Client.bic,
)


class UnknownClient(NotFound):
    """No client company of this code, or none that you may see."""

    code = "client_unknown"


class NoMandate(NotFound):
    """The client company has no mandate on that day."""

    code = "mandate_unknown"


def clients(session: Session) -> list[views.Client]:
    """List the client companies the caller may see, by code."""
    query = _permitted(session, _CLIENT).order_by(model.Client.code)
    return [views.Client(*row) for row in session.execute(query)]


def client_by_code(session: Session, *, code: str) -> views.Client:
    """Find a client company by its code."""
    row = session.execute(_permitted(session, _CLIENT).where(model.Client.code == code)).first()
    if row is None:
        known = ", ".join(client.code for client in clients(session)) or "none yet"
        raise UnknownClient(f"no client company {code!r}; known: {known}", field="client")
    return views.Client(*row)


def client(session: Session, *, client_id: ClientId) -> views.Client:
    """Find a client company by its id."""
    row = session.execute(_permitted(session, _CLIENT).where(model.Client.id == client_id)).first()
    if row is None:
        raise UnknownClient("no such client company", field="client")
    return views.Client(*row)


def mandate(session: Session, *, client_id: ClientId, today: date) -> views.Mandate:
    """Find the mandate in force on a day (the newest of them)."""
    query: Rows = (
        select(
            model.Mandate.id,
            model.Mandate.client_id,
            model.Mandate.valid_from,
            model.Mandate.follow_up_policy,
            model.Mandate.small_balance_minor,
            model.Mandate.promise_grace_days,
            model.Mandate.promise_days_max,
            model.Mandate.allocation_order,
            model.Mandate.allocation_natures,
            model.Mandate.late_charges,
            *(getattr(model.Mandate, name) for name in rules.OF_ARRANGEMENTS),
            model.Mandate.opening_hours,
            model.Mandate.opening_zone,
            model.Mandate.opening_calendar,
        )
        .where(
            model.Mandate.client_id == client_id,
            model.Mandate.valid_from <= today,
            or_(model.Mandate.valid_to.is_(None), model.Mandate.valid_to > today),
        )
        .order_by(model.Mandate.valid_from.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    if row is None:
        raise NoMandate(f"no mandate is in force on {today}", field="client")
    return views.Mandate(*row)


def _permitted(session: Session, query: Rows) -> Rows:
    permitted = permitted_clients(session)
    return query if permitted is None else query.where(model.Client.id.in_(permitted))
