"""Reading cases: their deadlines, the complaints among them, and what we gave to expect."""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from carecredit.cases import queries as cases
from carecredit.cases.model import CareCase, CaseDeadline, CaseEvent, Expectation
from carecredit.cases.rules import (
    CaseKind,
    ExpectationState,
    Happened,
    Inputs,
    Outcome,
    Party,
    case_policy,
    replay,
)
from carecredit.cases.rules import deadlines as worked_out
from carecredit.customers.model import Customer
from carecredit.metrics.queries.exchanges import Of
from carecredit.metrics.rules.our_word import DeadlineFact, ExpectationFact
from carecredit.store.paging import raw, rows

_OF_CASE = and_(Customer.client_id == CareCase.client_id, Customer.id == CareCase.customer_id)
Deadlines = Iterator[tuple[str | None, DeadlineFact]]


def complaints(session: Session, of: Of) -> dict[Hashable, list[datetime]]:
    """Read when customers complained: the opening of a case of that kind."""
    query = select(raw(CareCase.customer_id), CareCase.opened_at).where(
        *_conditions(of), CareCase.kind == CaseKind.COMPLAINT.value
    )
    found: defaultdict[Hashable, list[datetime]] = defaultdict(list)
    for customer, at in rows(session, query):
        found[customer].append(at)
    return dict(found)


def deadlines(session: Session, of: Of) -> Deadlines:
    """Read deadlines as they stand, or as they stood when only so much was recorded."""
    return _stored(session, of) if of.known is None else _replayed(session, of, of.known)


def expectations(session: Session, of: Of) -> Iterator[tuple[str | None, ExpectationFact]]:
    """Read what customers were given to expect; what was taken back in time is none any more."""
    table = Expectation
    conditions: list[Any] = [table.client_id == of.client_id]
    if of.known is not None:
        conditions.append(table.given_at <= of.known)
    if of.only is not None:
        conditions.append(table.customer_id == of.only)
    query = (
        select(
            Customer.segment,
            raw(table.id),
            table.due_at,
            table.state,
            table.fulfilled_at,
            table.closed_at,
        )
        .join(
            Customer,
            and_(Customer.client_id == table.client_id, Customer.id == table.customer_id),
        )
        .where(*conditions)
    )
    for segment, key, due_at, state, fulfilled_at, closed_at in rows(session, query):
        if state == ExpectationState.WITHDRAWN and _by(closed_at, of.known):
            continue
        good = fulfilled_at if _by(fulfilled_at, of.known) else None
        yield segment, ExpectationFact(key, due_at, good)


def _stored(session: Session, of: Of) -> Deadlines:
    query = (
        select(
            Customer.segment,
            raw(CaseDeadline.case_id),
            CaseDeadline.kind,
            CaseDeadline.started_at,
            CaseDeadline.due_at,
            CaseDeadline.ended_at,
            CaseDeadline.outcome,
        )
        .join(
            CareCase,
            and_(CareCase.client_id == CaseDeadline.client_id, CareCase.id == CaseDeadline.case_id),
        )
        .join(Customer, _OF_CASE)
        .where(*_conditions(of))
    )
    for segment, case, kind, started_at, due_at, ended_at, outcome in rows(session, query):
        met = outcome == Outcome.MET
        yield segment, DeadlineFact(case, kind, started_at, due_at, ended_at, met)


def _replayed(session: Session, of: Of, known: datetime) -> Deadlines:
    """Work deadlines out anew from the events, calendars and levels recorded by an instant."""
    levels = cases.levels(session, client_id=of.client_id, known_at=known)
    timetables = cases.timetables(session, client_id=of.client_id, known_at=known)
    query = (
        select(
            raw(CareCase.id),
            Customer.segment,
            CareCase.kind,
            CaseEvent.code,
            CaseEvent.happened_at,
            CaseEvent.party,
            CaseEvent.data,
        )
        .join(
            CaseEvent,
            and_(CaseEvent.client_id == CareCase.client_id, CaseEvent.case_id == CareCase.id),
        )
        .join(Customer, _OF_CASE)
        .where(*_conditions(of), CaseEvent.recorded_at <= known)
        .order_by(CareCase.id, CaseEvent.position)
    )
    for case, group in groupby(rows(session, query), itemgetter(0)):
        told = list(group)
        _, segment, kind, *_ = told[0]
        history = replay([_happened(*row[3:]) for row in told], case_policy())
        for one in worked_out(history, inputs=Inputs(kind, levels, timetables), now=known):
            it = one.deadline
            met = it.outcome is Outcome.MET
            fact = DeadlineFact(case, it.kind, it.started_at, it.due_at, it.ended_at, met)
            yield segment, fact


def _happened(code: str, at: datetime, party: str, data: str) -> Happened:
    return Happened(code, at, Party(party), msgspec.json.decode(data))


def _conditions(of: Of) -> list[Any]:
    found: list[Any] = [CareCase.client_id == of.client_id]
    if of.known is not None:
        found.append(CareCase.opened_at <= of.known)
    if of.only is not None:
        found.append(CareCase.customer_id == of.only)
    return found


def _by(at: datetime | None, known: datetime | None) -> bool:
    return at is not None and (known is None or at <= known)
