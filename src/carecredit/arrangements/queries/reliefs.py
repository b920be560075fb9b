"""Reading reliefs in hardship, and payments said to be on their way."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from carecredit.arrangements import model, rules, views
from carecredit.kernel.ids import ClientId, CustomerId, ProofId, ReliefId
from carecredit.store.paging import among

_RELIEF = tuple(getattr(model.HardshipRelief, name) for name in views.Relief.__struct_fields__)
_PROOF = tuple(getattr(model.PaymentProof, name) for name in views.Proof.__struct_fields__)


def reliefs_of(
    session: Session, *, client_id: ClientId, customer_id: CustomerId
) -> list[views.Relief]:
    """List a customer's reliefs, newest first; asking for the right is the door's."""
    table = model.HardshipRelief
    query = _reliefs(client_id).where(table.customer_id == customer_id)
    return [views.Relief(*row) for row in session.execute(query.order_by(table.id.desc()))]


def relief(session: Session, *, client_id: ClientId, relief_id: ReliefId) -> views.Relief:
    """Read one relief."""
    query = _reliefs(client_id).where(model.HardshipRelief.id == relief_id)
    row = session.execute(query).first()
    if row is None:
        raise rules.UnknownRelief("no such relief", field="relief_id")
    return views.Relief(*row)


def reliefs_over(
    session: Session, *, client_id: ClientId, customer_ids: Collection[CustomerId], today: date
) -> list[views.Relief]:
    """List the reliefs of some customers whose last day has passed."""
    table = model.HardshipRelief
    query = _reliefs(client_id).where(
        table.state.in_([state.value for state in rules.RELIEF_LIVE]),
        table.until < today,
        among(session, table.customer_id, customer_ids),
    )
    return [views.Relief(*row) for row in session.execute(query.order_by(table.id))]


def proofs_of(
    session: Session, *, client_id: ClientId, customer_id: CustomerId
) -> list[views.Proof]:
    """List the payments that a customer said were on their way, newest first."""
    table = model.PaymentProof
    query = _proofs(client_id).where(table.customer_id == customer_id)
    return [views.Proof(*row) for row in session.execute(query.order_by(table.id.desc()))]


def proof(session: Session, *, client_id: ClientId, proof_id: ProofId) -> views.Proof:
    """Read one payment said to be on its way."""
    row = session.execute(_proofs(client_id).where(model.PaymentProof.id == proof_id)).first()
    if row is None:
        raise rules.UnknownProof("no such proof of payment", field="proof_id")
    return views.Proof(*row)


def waiting_proofs(
    session: Session, *, client_id: ClientId, customer_ids: Collection[CustomerId]
) -> list[views.Proof]:
    """List the payments of some customers that we still wait for."""
    table = model.PaymentProof
    query = _proofs(client_id).where(
        table.state == rules.ProofState.WAITING.value,
        among(session, table.customer_id, customer_ids),
    )
    return [views.Proof(*row) for row in session.execute(query.order_by(table.id))]


def _reliefs(client_id: ClientId) -> Select[Any]:
    return select(*_RELIEF).where(model.HardshipRelief.client_id == client_id)


def _proofs(client_id: ClientId) -> Select[Any]:
    return select(*_PROOF).where(model.PaymentProof.client_id == client_id)
