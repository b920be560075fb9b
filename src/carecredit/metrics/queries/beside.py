"""Reading what the care measures are asked of: contacts, surveys, cases, our word, contracts."""

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from carecredit.cases.model import CareCase, CaseDeadline, Expectation
from carecredit.customers.model import Consent
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.metrics.queries.exchanges import Of, exchanges
from carecredit.metrics.queries.matters import complaints, deadlines, expectations
from carecredit.metrics.queries.relations import customer_facts, relations_state
from carecredit.metrics.queries.voices import opt_outs, surveys
from carecredit.metrics.rules.care import Care, CareFacts
from carecredit.metrics.rules.durations import Life, life_of
from carecredit.outreach.model import Contact
from carecredit.quality.model import Survey
from carecredit.store.keeping import once, recall

_STATE: tuple[tuple[Any, tuple[Any, ...]], ...] = (
    (Contact, (Contact.ended_at,)),
    (Survey, (Survey.sent_at, Survey.closed_at)),
    (CareCase, (CareCase.changed_at, CareCase.reckoned_at)),
    (CaseDeadline, ()),
    (Expectation, (Expectation.closed_at, Expectation.fulfilled_at)),
    (Consent, (Consent.recorded_at,)),
)
"""What is kept goes by how many rows there are, and by the latest of these."""
Segmented = dict[str | None, CareFacts]


def care_reader(
    session: Session,
    *,
    client_id: ClientId,
    known: datetime | None,
    zone: tzinfo,
    only: CustomerId | None = None,
) -> Callable[[str | None], Care]:
    """Give a reader of care by segment of the customer; nothing is read before it is asked."""
    of = Of(client_id, known, zone, only)

    def read(segment: str | None) -> Care:
        state = once(session, ("care", client_id), lambda: _state(session, client_id))
        key = ("care", client_id, state, known, only)
        found = recall(session, key, lambda: _read(session, of))
        return Care(zone=zone, facts=found.get(segment), known=known)

    return read


def _state(session: Session, client_id: ClientId) -> Hashable:
    counted = (
        tuple(
            session.execute(
                select(func.count(), *map(func.max, latest))
                .select_from(table)
                .where(table.client_id == client_id)
            ).one()
        )
        for table, latest in _STATE
    )
    return (*counted, relations_state(session, client_id=client_id))


def _read(session: Session, of: Of) -> Segmented:
    found = exchanges(session, of)
    listed: dict[str, Iterable[tuple[str | None, Any]]] = {
        "contacts": found.contacts,
        "handled": found.handled,
        "reached": found.reached,
        "calls": found.calls,
        "surveys": surveys(session, of),
        "deadlines": deadlines(session, of),
        "expectations": expectations(session, of),
    }
    after: dict[str, Any] = {
        "complaints": complaints(session, of),
        "opt_outs": opt_outs(session, of),
        "lives": _lives(session, of) if found.reached else {},
    }
    parted = {name: _parted(pairs) for name, pairs in listed.items()}
    segments = {segment for cells in parted.values() for segment in cells}
    return {segment: _cell(parted, segment, after) for segment in segments}


def _cell(
    parted: dict[str, dict[str | None, list[Any]]], segment: str | None, after: dict[str, Any]
) -> CareFacts:
    mine: dict[str, Any] = {name: cells.get(segment, ()) for name, cells in parted.items()}
    return CareFacts(**mine, **after)


def _parted(pairs: Iterable[tuple[str | None, Any]]) -> dict[str | None, list[Any]]:
    cells: dict[str | None, list[Any]] = {}
    for segment, fact in pairs:
        for cell in {segment, None}:
            cells.setdefault(cell, []).append(fact)
    return cells


def _lives(session: Session, of: Of) -> dict[Hashable, Life]:
    facts = customer_facts(session, client_id=of.client_id, known=of.known, customer_id=of.only)
    return {key: life_of(fact) for key, fact in facts.items()}
