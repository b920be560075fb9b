"""Noting that a payment is on its way: we wait for it in silence, and not for ever."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from carecredit.arrangements import model, queries, rules, views
from carecredit.arrangements.operations.scene import (
    NO_SYNC,
    Scene,
    checked_name,
    keep_shares,
    named,
    scene_of,
    tell,
)
from carecredit.arrangements.rules import PayMethod, ProofState
from carecredit.customers.operations import lock_gate_of
from carecredit.holds.operations import NewHold, end_of_source, place
from carecredit.holds.rules import HoldReason
from carecredit.kernel.errors import Refused
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, ProofId, new_id
from carecredit.kernel.money import Money
from carecredit.receivables import queries as receivables


class ProofWaits(Refused):
    """A payment of this invoice is on its way already."""

    code = "proof_waits"


class NewProof(msgspec.Struct, frozen=True):
    """A payment that the customer has made: of which invoice, how much, when, how."""

    customer_id: CustomerId
    invoice_id: InvoiceId
    amount: Money
    paid_on: date
    method: PayMethod = PayMethod.BANK_TRANSFER
    reference: str = ""
    contact_id: UUID | None = None


def announce_proof(
    session: Session, *, client_id: ClientId, proof: NewProof, now: datetime, by: str | None = None
) -> views.Proof:
    """Wait for a payment in silence about its invoice, for the working days of the mandate."""
    lock_gate_of(session, client_id=client_id, customer_id=proof.customer_id)
    scene = scene_of(session, client_id=client_id, now=now)
    invoice = receivables.invoice(
        session, client_id=client_id, invoice_id=proof.invoice_id, today=scene.today
    )
    if invoice.customer_id != proof.customer_id:
        raise receivables.UnknownInvoice("no such invoice", field="invoice_id")
    rules.check_proof(
        proof.amount,
        currency=invoice.currency,
        open_minor=invoice.open_minor,
        paid_on=proof.paid_on,
        today=scene.today,
    )
    waiting = queries.waiting_proofs(session, client_id=client_id, customer_ids=[proof.customer_id])
    if proof.invoice_id in {one.invoice_id for one in waiting}:
        raise ProofWaits("a payment of this invoice is on its way already", field="invoice_id")
    proof_id = _write(session, client_id, proof, named(session, by), scene)
    return queries.proof(session, client_id=client_id, proof_id=proof_id)


def withdraw_proof(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    proof_id: ProofId,
    now: datetime,
) -> views.Proof:
    """Take back a payment that was announced by mistake; its silence ends with it."""
    lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    found = queries.proof(session, client_id=client_id, proof_id=proof_id)
    if found.customer_id != customer_id:
        raise rules.UnknownProof("no such proof of payment", field="proof_id")
    if found.state != ProofState.WAITING:
        raise rules.ProofClosed(f"this payment is {found.state} already")
    close_proof(
        session, client_id=client_id, proof=found, state=ProofState.WITHDRAWN, shares=(), now=now
    )
    return queries.proof(session, client_id=client_id, proof_id=proof_id)


def close_proof(
    session: Session,
    *,
    client_id: ClientId,
    proof: views.Proof,
    state: str,
    shares: Sequence[rules.Share],
    now: datetime,
) -> None:
    """Write down that a payment arrived, or did not in its days; its silence ends with it."""
    mine = [share for share in shares if share.key == (proof.id, 0)]
    table = model.PaymentProof
    session.execute(
        update(table)
        .where(table.client_id == client_id, table.id == proof.id)
        .values(state=str(state), came_minor=sum(one.minor for one in mine), closed_at=now)
        .execution_options(**NO_SYNC)
    )
    keep_shares(
        session, client_id=client_id, customer_id=proof.customer_id, shares=mine,
        is_proof=True, now=now,
    )  # fmt: skip
    tell(session, client_id, f"proof.{state}", proof.id, now)
    end_of_source(session, client_id=client_id, source_id=proof.id, ends_at=now, now=now)


def _write(
    session: Session, client_id: ClientId, proof: NewProof, by: str, scene: Scene
) -> ProofId:
    proof_id = ProofId(new_id())
    last = rules.last_day(scene.today, scene.mandate.proof_days, scene.client.country)
    row = {
        "client_id": client_id,
        "id": proof_id,
        "customer_id": proof.customer_id,
        "invoice_id": proof.invoice_id,
        "currency": proof.amount.currency,
        "amount_minor": proof.amount.minor,
        "paid_on": proof.paid_on,
        "last_on": last,
        "method": proof.method.value,
        "reference": checked_name(proof.reference, field="reference"),
        "contact_id": proof.contact_id,
        "announced_at": scene.now,
        "announced_by": by,
        "state": ProofState.WAITING.value,
        "came_minor": 0,
        "closed_at": None,
    }
    session.execute(insert(model.PaymentProof), [row])
    tell(session, client_id, "proof.announced", proof_id, scene.now)
    hold = NewHold(
        customer_id=proof.customer_id,
        reason=HoldReason.PROOF_OF_PAYMENT,
        source_id=proof_id,
        starts_at=scene.now,
        ends_at=scene.after(last),
        invoice_id=proof.invoice_id,
        evidence=f"{proof.amount} paid on {proof.paid_on}",
        review_on=last,
    )
    place(session, client_id=client_id, hold=hold, now=scene.now)
    return proof_id
