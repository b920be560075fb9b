"""Reminders that customers asked for, over HTTP: what falls due tomorrow, and who was reminded."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.orm import Session

from carecredit.arrangements import operations, queries
from carecredit.arrangements.views import Reminder
from carecredit.kernel.ids import CustomerId
from carecredit.mandates.views import Client
from carecredit.team.rules import Right
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.wire import Amount, Currency, Day, amount, word

READ, WORK = needs(Right.READ_CUSTOMERS), needs(Right.WORK)
TAGS = ["Arrangements"]


class ReminderOut(msgspec.Struct, frozen=True):
    """What falls due tomorrow and whose customer asked to be reminded."""

    customer_id: CustomerId
    kind: Annotated[str, word("promise or instalment.", "promise")]
    source_id: Annotated[UUID, msgspec.Meta(description="The promise, or the plan.")]
    amount: Amount
    currency: Currency
    due_on: Day


class Reminders(msgspec.Struct, frozen=True):
    """Who asked to be reminded of tomorrow, and has not been yet."""

    items: tuple[ReminderOut, ...]


@get(
    "/reminders", operation_id="list_reminders", tags=TAGS,
    summary="List reminders wanted", sync_to_thread=True, opt=READ,
)  # fmt: skip
def list_reminders(visit: NamedDependency[Visit], client: ClientCode = None) -> Reminders:
    """List what falls due tomorrow, whose customer asked to be reminded and has not been yet."""
    with visit.reading() as session:
        found = visit.client(session, client)
        due = queries.reminders_due(session, client_id=found.id, now=visit.now)
    return Reminders(tuple(map(_told, due)))


@post(
    "/reminders/{source_id:uuid}/given", operation_id="note_reminder", tags=TAGS,
    summary="Note that a customer was reminded", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def note_reminder(
    visit: NamedDependency[Visit],
    source_id: FromPath[UUID],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Reminders]:
    """Note that a customer was reminded of a promise, or of a plan's next instalment."""

    def act(session: Session, found: Client) -> Reminders:
        operations.note_reminder(session, client_id=found.id, source_id=source_id, now=visit.now)
        left = queries.reminders_due(session, client_id=found.id, now=visit.now)
        return Reminders(tuple(map(_told, left)))

    return visit.act(client, idempotency_key, act)


def _told(one: Reminder) -> ReminderOut:
    owed = amount(one.amount_minor, one.currency)
    return ReminderOut(one.customer_id, one.kind, one.source_id, owed, one.currency, one.due_on)


HANDLERS = (list_reminders, note_reminder)
