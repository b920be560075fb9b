"""The gate of the contact policy in short words: approve, claim, settle, release; what is kept."""

from typing import Any

from sqlalchemy import select

import worlds
from carecredit.contact_policy import operations, rules, views
from carecredit.customers import queries as customer_queries
from carecredit.customers.model import CapCounter
from carecredit.kernel.ids import ClientId, CustomerId, EventId
from carecredit.store import audit
from carecredit.store.session import Store

NOW = worlds.NOW


NUMBER = "+393331234567"


THREADS = 16


def approve(store: Store, client_id: ClientId, *keys: str) -> None:
    with store.begin(worlds.CENTRE_CALLER) as session:
        for key in keys or ("house_gentle", "it_debt_unirec"):
            operations.approve_profile(
                session, client_id=client_id, profile_key=key, approved_by="Anna Bianchi", now=NOW
            )


def claim(store: Store, client_id: ClientId, customer_id: CustomerId, **told: Any) -> views.Claim:
    with store.begin(worlds.only(client_id)) as session:
        reach = customer_queries.reach(session, client_id=client_id, customer_id=customer_id)
        asked: dict[str, Any] = {
            "point": next(iter(reach.points), None),
            "channel": "voice",
            "purpose": "debt_collection",
            "debts": (),
            "requested": False,
            "now": NOW,
        } | told
        return operations.claim_contact(
            session, client_id=client_id, customer_id=customer_id, **asked
        )


def settle(store: Store, event_id: EventId | None, kind: str) -> None:
    assert event_id is not None
    with store.begin(worlds.CENTRE_CALLER) as session:
        operations.settle_event(session, event_id=event_id, kind=kind, now=NOW)


def release(store: Store, event_id: EventId | None) -> None:
    assert event_id is not None
    with store.begin(worlds.CENTRE_CALLER) as session:
        operations.release_event(session, event_id=event_id, now=NOW)


def taken(store: Store) -> dict[str, int]:
    with store.read(worlds.CENTRE_CALLER) as session:
        rows = session.execute(select(CapCounter.rule_id, CapCounter.taken)).all()
        return {row.rule_id: row.taken for row in rows if row.taken}


def actions(store: Store, client_id: ClientId) -> list[str]:
    with store.read(worlds.CENTRE_CALLER) as session:
        assert list(audit.breaks(session, client_id=client_id)) == []
        return list(
            session.scalars(
                select(audit.AuditEntry.action)
                .where(audit.AuditEntry.client_id == client_id)
                .order_by(audit.AuditEntry.position)
            )
        )


def codes(verdict: rules.Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]
