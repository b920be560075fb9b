"""What a person says about being contacted, written down under its gate as every stop is.

A refusal is kept twice: as a statement with its proof, and as keyed hashes (of each contact point,
and of the customer's number) that outlive erasure and come back to mind when a file brings the
customer again.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert, or_, update
from sqlalchemy.orm import Session

from carecredit.customers import model, queries
from carecredit.customers.operations.gate import lock_gate_of
from carecredit.customers.rules import (
    Basis,
    CareNeed,
    Consent,
    NeedKind,
    Preference,
    Scope,
    Stance,
    check_consent,
    check_preference,
    check_span,
    written_hours,
)
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import (
    CareNeedId,
    ClientId,
    ConsentId,
    CustomerId,
    PreferenceId,
    SuppressionId,
    new_id,
    new_ids,
)
from carecredit.store import audit
from carecredit.store.session import caller_of


def opt_out(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    channel: str | None,
    proof: str,
    now: datetime,
    purpose: str | None = None,
    basis: str = Basis.CALL,
) -> int:
    """Record the wish not to be contacted (on a channel, or at all) at every known point."""
    said = Consent(Scope(channel, purpose), Stance.REFUSED, now, None)
    state_consent(
        session,
        client_id=client_id,
        customer_id=customer_id,
        consent=said,
        basis=basis,
        proof=proof,
        now=now,
    )
    return len(queries.reach(session, client_id=client_id, customer_id=customer_id).points)


def state_consent(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    consent: Consent,
    basis: str,
    proof: str,
    now: datetime,
) -> ConsentId:
    """Write down consent, a refusal or a refusal taken back; silence follows a refusal at once.

    Consent, and taking back, end the refusals of this client company that lie within their scope.
    """
    check_consent(consent)
    _check_proof(basis, proof)
    lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    consent_id = ConsentId(new_id())
    scope = consent.scope
    row = _said(session, client_id, customer_id, basis, now) | {
        "id": consent_id,
        "channel": scope.channel,
        "purpose": scope.purpose,
        "stance": Stance(consent.stance).value,
        "proof": proof.strip(),
        "starts_at": consent.starts_at,
        "ends_at": consent.ends_at,
    }
    session.execute(insert(model.Consent), [row])
    hashes = queries.reach(session, client_id=client_id, customer_id=customer_id).hashes
    if consent.stance == Stance.REFUSED:
        suppress(session, client_id=client_id, hashes=hashes, consent=consent, proof=proof)
    else:
        _lift(session, client_id, hashes, consent)
    action = "customer.opted_out" if consent.stance == Stance.REFUSED else "customer.consent"
    told = {"stance": row["stance"], "channel": scope.channel, "purpose": scope.purpose}
    _record(session, client_id, customer_id, action, told, now)
    return consent_id


def suppress(
    session: Session,
    *,
    client_id: ClientId,
    hashes: Iterable[bytes],
    consent: Consent,
    proof: str,
) -> None:
    """Keep a refusal at keyed hashes: they recognise, tell nothing, and are never erased."""
    found = tuple(dict.fromkeys(hashes))
    rows = [
        {
            "id": SuppressionId(new),
            "point_hash": point_hash,
            "asked_of": client_id,
            "channel": consent.scope.channel,
            "purpose": consent.scope.purpose,
            "proof": proof,
            "starts_at": consent.starts_at,
            "ends_at": consent.ends_at,
            "recorded_by": caller_of(session).name,
        }
        for point_hash, new in zip(found, new_ids(len(found)), strict=True)
    ]
    session.execute(insert(model.Suppression), rows)


def prefer(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    preference: Preference,
    basis: str,
    now: datetime,
) -> PreferenceId:
    """Write down hours, channels and language; the whole takes the place of the wish before it."""
    check_preference(preference)
    _check_basis(basis)
    lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    preference_id = PreferenceId(new_id())
    hours = preference.hours
    row = _said(session, client_id, customer_id, basis, now) | {
        "id": preference_id,
        "hours": None if hours is None else msgspec.json.encode(written_hours(hours)).decode(),
        "hours_for": ",".join(preference.hours_for),
        "channels": ",".join(preference.channels),
        "language": preference.language,
        "starts_at": preference.starts_at,
        "ends_at": preference.ends_at,
    }
    session.execute(insert(model.Preference), [row])
    _record(session, client_id, customer_id, "customer.preferred", {}, now)
    return preference_id


def state_need(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    need: CareNeed,
    basis: str,
    now: datetime,
) -> CareNeedId:
    """Write down a care need, or that it is over; the audit says that, and not which."""
    if need.kind not in set(NeedKind):
        known = ", ".join(NeedKind)
        raise Invalid(f"{need.kind!r} is no need known here; write one of {known}", field="kind")
    check_span(need.starts_at, need.ends_at)
    _check_basis(basis)
    lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    need_id = CareNeedId(new_id())
    row = _said(session, client_id, customer_id, basis, now) | {
        "id": need_id,
        "kind": need.kind,
        "needed": need.needed,
        "review_on": need.review_on,
        "starts_at": need.starts_at,
        "ends_at": need.ends_at,
    }
    session.execute(insert(model.CareNeed), [row])
    _record(session, client_id, customer_id, "customer.care_need", {}, now)
    return need_id


def _lift(session: Session, client_id: ClientId, hashes: Iterable[bytes], consent: Consent) -> None:
    table, scope = model.Suppression, consent.scope
    query = update(table).where(
        table.point_hash.in_(list(hashes)),
        table.asked_of == client_id,
        or_(table.ends_at.is_(None), table.ends_at > consent.starts_at),
    )
    if scope.channel is not None:
        query = query.where(table.channel == scope.channel)
    if scope.purpose is not None:
        query = query.where(table.purpose == scope.purpose)
    session.execute(
        query.values(ends_at=consent.starts_at).execution_options(synchronize_session=False)
    )


def _said(
    session: Session, client_id: ClientId, customer_id: CustomerId, basis: str, now: datetime
) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "customer_id": customer_id,
        "basis": str(basis),
        "recorded_at": now,
        "recorded_by": caller_of(session).name,
    }


def _check_proof(basis: str, proof: str) -> None:
    _check_basis(basis)
    if not proof.strip():
        raise Invalid("say what proves it, such as a call, a letter or a form", field="proof")


def _check_basis(basis: str) -> None:
    if basis not in set(Basis):
        known = ", ".join(Basis)
        raise Invalid(f"{basis!r} is no way of saying it; write one of {known}", field="basis")


def _record(
    session: Session,
    client_id: ClientId,
    customer_id: CustomerId,
    action: str,
    told: dict[str, Any],
    now: datetime,
) -> None:
    audit.record(
        session,
        client_id=client_id,
        action=action,
        subject="customer",
        subject_id=customer_id,
        now=now,
        data=told,
    )
