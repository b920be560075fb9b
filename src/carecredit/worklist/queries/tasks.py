"""Reading tasks: what there is to do besides calling, for whom, since when, in whose hands."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from carecredit.arrangements import queries as arrangements
from carecredit.cadence import queries as cadence
from carecredit.cases import queries as cases
from carecredit.cases.queries import Wanted
from carecredit.customers import queries as customers
from carecredit.customers.views import Customer
from carecredit.holds import queries as holds
from carecredit.kernel.calendars import local_date, start_of_day, zone
from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.kernel.money import Money
from carecredit.knowledge import queries as knowledge
from carecredit.mandates import queries as mandates
from carecredit.mandates.views import Client
from carecredit.quality import queries as quality
from carecredit.store.engine import database_now
from carecredit.worklist import model, views
from carecredit.worklist.rules import AHEAD, TaskKind, order, told

READ_MAX = 200
"""So many of a kind and client company are read; the rest comes when these are done."""


class UnknownTask(NotFound):
    """No such task now: it was done meanwhile, or you may not see it."""

    code = "task_unknown"


Found = tuple[UUID, CustomerId | None, datetime, dict[str, Any]]


def tasks(
    session: Session,
    *,
    client_ids: Sequence[ClientId],
    now: datetime,
    kinds: Sequence[TaskKind] = (),
    limit: int = 50,
) -> list[views.Task]:
    """List what there is to do besides calling, best first, and in whose hands it is."""
    wanted = set(kinds) or set(TaskKind)
    clients = [each for each in mandates.clients(session) if each.id in set(client_ids)]
    rows = [
        (kind, client, *found)
        for client in clients
        for kind, read in _READERS.items()
        if kind in wanted
        for found in read(session, client, now)
    ]
    rows.sort(key=lambda row: (*order(row[0], row[4], now=now), row[2]))
    return _told(session, rows[:limit])


def task(
    session: Session, *, client_id: ClientId, kind: TaskKind, subject_id: UUID, now: datetime
) -> views.Task:
    """Read one task; raises `UnknownTask` where there is nothing to do."""
    found = tasks(session, client_ids=[client_id], kinds=[kind], now=now, limit=READ_MAX)
    for one in found:
        if one.subject_id == subject_id:
            return one
    raise UnknownTask("there is no such task now; it may have been done", field="subject_id")


def _told(session: Session, rows: list[Any]) -> list[views.Task]:
    names: dict[CustomerId, Customer] = {}
    for client_id in {row[1].id for row in rows}:
        ids = {row[3] for row in rows if row[1].id == client_id and row[3] is not None}
        for one in customers.cards(session, client_id=client_id, customer_ids=list(ids)):
            names[one.id] = one
    held = _claims(session, [(row[1].id, row[0].value, row[2]) for row in rows])
    result = []
    for kind, client, subject_id, customer_id, due_at, data in rows:
        card: Customer | None = names.get(customer_id)
        claim = held.get((client.id, kind.value, subject_id))
        result.append(
            views.Task(
                client_id=client.id,
                client_code=client.code,
                client_name=client.name,
                kind=kind.value,
                subject_id=subject_id,
                customer_id=customer_id,
                customer_number=card.number if card is not None else None,
                customer_name=card.name if card is not None else None,
                due_at=due_at,
                sentence=told(kind.value, data),
                held_by=claim[0] if claim else None,
                held_until=claim[1] if claim else None,
            )
        )
    return result


def _claims(session: Session, keys: Sequence[tuple[Any, ...]]) -> dict[Any, Any]:
    if not keys:
        return {}
    table = model.WorkClaim
    rows = session.execute(
        select(
            table.client_id, table.kind, table.subject_id, table.operator, table.lease_until
        ).where(
            tuple_(table.client_id, table.kind, table.subject_id).in_(list(keys)),
            table.lease_until > database_now(session),
        )
    )
    return {
        (client_id, kind, subject): (operator, until)
        for client_id, kind, subject, operator, until in rows
    }


def _words(session: Session, client: Client, now: datetime) -> Iterable[Found]:
    due = cases.due_expectations(session, client_ids=[client.id], by=now + AHEAD, limit=READ_MAX)
    late = cases.unfulfilled(session, client_ids=[client.id], limit=READ_MAX)
    for _, one in (*late, *due):
        yield one.id, one.customer_id, one.due_at, {"what": one.what}


def _to_tell(session: Session, client: Client, now: datetime) -> Iterable[Found]:
    wanted = Wanted(to_be_told=True)
    for each in cases.cases(session, client_id=client.id, now=now, wanted=wanted, limit=READ_MAX):
        since = each.case.tell_owed_since or each.case.changed_at
        yield each.case.id, each.case.customer_id, since, {"subject": each.case.subject}


def _cases_due(session: Session, client: Client, now: datetime) -> Iterable[Found]:
    wanted = Wanted(overdue=True)
    at = now + AHEAD
    for each in cases.cases(session, client_id=client.id, now=at, wanted=wanted, limit=READ_MAX):
        if each.next_due_at is not None:
            about = {"subject": each.case.subject}
            yield each.case.id, each.case.customer_id, each.next_due_at, about


def _holds(session: Session, client: Client, now: datetime) -> Iterable[Found]:
    wanted = Wanted(unresolved=True, review_by=now)
    for each in cases.cases(session, client_id=client.id, now=now, wanted=wanted, limit=READ_MAX):
        review_on = each.case.review_on or local_date(now, zone(client.zone))
        since = start_of_day(review_on, zone(client.zone))
        yield each.case.id, each.case.customer_id, since, {"subject": each.case.subject}


def _silences(session: Session, client: Client, now: datetime) -> Iterable[Found]:
    at = zone(client.zone)
    due = holds.to_review(session, client_id=client.id, today=local_date(now, at), at=now)
    for each in due[:READ_MAX]:
        if each.review_on is not None:
            since = start_of_day(each.review_on, at)
            yield each.id, each.customer_id, since, {"reason": (each.reason,)}


def _reminders(session: Session, client: Client, now: datetime) -> Iterable[Found]:
    at = zone(client.zone)
    today = local_date(now, at)
    for each in arrangements.reminders_due(session, client_id=client.id, now=now):
        amount = Money(each.amount_minor, each.currency)
        yield each.source_id, each.customer_id, start_of_day(today, at), {"amount": amount}


def _plans(session: Session, client: Client, _now: datetime) -> Iterable[Found]:
    for card in arrangements.plan_cards(
        session, client_id=client.id, state="proposed", limit=READ_MAX
    ):
        yield card.id, card.customer_id, card.proposed_at, {"beyond": tuple(card.beyond.split(","))}


def _thanks(session: Session, client: Client, now: datetime) -> Iterable[Found]:
    for card in arrangements.completed_unthanked(session, client_id=client.id)[:READ_MAX]:
        yield card.id, card.customer_id, card.closed_at or now, {}


def _ratings(session: Session, client: Client, _now: datetime) -> Iterable[Found]:
    for each in quality.surveys(session, client_id=client.id, low_only=True, limit=READ_MAX):
        yield each.id, each.customer_id, each.closed_at or each.asked_at, {}


def _parked(session: Session, client: Client, _now: datetime) -> Iterable[Found]:
    for touch in cadence.touches_waiting(
        session, client_ids=[client.id], statuses=("parked",), limit=READ_MAX
    ):
        yield touch.id, touch.customer_id, touch.due_at, {"reason": (touch.status_reason,)}


def _gaps(session: Session, client: Client, now: datetime) -> Iterable[Found]:
    for each in knowledge.gaps_to_tell(session, client_id=client.id):
        yield each.id, None, now, {}


_READERS: dict[TaskKind, Callable[[Session, Client, datetime], Iterable[Found]]] = {
    TaskKind.OUR_WORD: _words,
    TaskKind.CUSTOMER_TO_TELL: _to_tell,
    TaskKind.CASE_DUE: _cases_due,
    TaskKind.REMINDER_WANTED: _reminders,
    TaskKind.PLAN_TO_APPROVE: _plans,
    TaskKind.LOW_RATING: _ratings,
    TaskKind.HOLD_TO_REVIEW: _holds,
    TaskKind.SILENCE_TO_REVIEW: _silences,
    TaskKind.THANKS_OWED: _thanks,
    TaskKind.PARKED: _parked,
    TaskKind.GAP_TO_TELL: _gaps,
}
