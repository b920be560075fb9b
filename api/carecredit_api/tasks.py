"""Tasks and proposals over HTTP: what there is to do besides calling, and what to propose."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy.orm import Session

from carecredit.kernel.ids import CustomerId
from carecredit.mandates.views import Client
from carecredit.team.rules import Right
from carecredit.worklist import operations, queries
from carecredit.worklist.rules import TaskKind
from carecredit.worklist.views import Task
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.wire import Instant, Limit, Sentence, word

WORK = needs(Right.WORK)
TAGS = ["Worklist"]


class TaskOut(msgspec.Struct, frozen=True):
    """Something to do besides calling, and in whose hands it is."""

    client: Annotated[str, word("Code of the client company.", "ACQ")]
    kind: Annotated[TaskKind, msgspec.Meta(examples=["our_word"])]
    subject_id: UUID
    customer_id: CustomerId | None
    customer_number: Annotated[str | None, word("Number of the customer.", "K-1042")]
    customer_name: Annotated[str | None, word("Whom it is about.", "Officina Rossi")]
    due_at: Instant
    sentence: Sentence
    held_by: Annotated[str | None, word("In whose hands.", "api:Anna Bianchi")]
    held_until: Instant | None


class Tasks(msgspec.Struct, frozen=True):
    """Tasks, best first."""

    items: tuple[TaskOut, ...]


class Done(msgspec.Struct, frozen=True):
    """The task that was given back."""

    subject_id: UUID


@get(
    "/tasks", operation_id="list_tasks", tags=TAGS, sync_to_thread=True,
    summary="List tasks", opt=WORK,
)  # fmt: skip
def list_tasks(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    kind: Annotated[
        list[TaskKind] | None, QueryParameter(name="kind", description="Only these kinds.")
    ] = None,
    limit: Limit = 50,
) -> Tasks:
    """List what there is to do besides calling, best first, for all the key serves."""
    with visit.reading() as session:
        found = queries.tasks(
            session,
            client_ids=visit.clients(session, client),
            kinds=kind or (),
            now=visit.now,
            limit=limit,
        )
    return Tasks(tuple(map(task_out, found)))


@post(
    "/tasks/{kind:str}/{subject_id:uuid}/claim", operation_id="claim_task", tags=TAGS,
    summary="Take a task", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def claim(
    visit: NamedDependency[Visit],
    kind: FromPath[TaskKind],
    subject_id: FromPath[UUID],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[TaskOut]:
    """Take a task for half an hour; one that is in other hands is refused, with whose."""
    return _act(visit, client, idempotency_key, operations.claim, kind, subject_id)


@post(
    "/tasks/{kind:str}/{subject_id:uuid}/take-over", operation_id="take_over_task", tags=TAGS,
    summary="Take a task over", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def take_over(
    visit: NamedDependency[Visit],
    kind: FromPath[TaskKind],
    subject_id: FromPath[UUID],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[TaskOut]:
    """Take a task out of another's hands, on record."""
    return _act(visit, client, idempotency_key, operations.take_over, kind, subject_id)


@post(
    "/tasks/{kind:str}/{subject_id:uuid}/give-back", operation_id="give_back_task", tags=TAGS,
    summary="Give a task back", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def give_back(
    visit: NamedDependency[Visit],
    kind: FromPath[TaskKind],
    subject_id: FromPath[UUID],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Done]:
    """Give a task back, undone; only whoever holds it does."""

    def act(session: Session, found: Client) -> Done:
        operations.give_back(session, **_named(visit, found, kind, subject_id))
        return Done(subject_id)

    return visit.act(client, idempotency_key, act)


def task_out(it: Task) -> TaskOut:
    """Show a task."""
    return TaskOut(
        it.client_code, TaskKind(it.kind), it.subject_id, it.customer_id, it.customer_number,
        it.customer_name, it.due_at, it.sentence, it.held_by, it.held_until,
    )  # fmt: skip


def _named(visit: Visit, client: Client, kind: TaskKind, subject_id: UUID) -> dict[str, Any]:
    return {
        "client_id": client.id,
        "kind": kind,
        "subject_id": subject_id,
        "operator_id": visit.key.operator_id,
        "now": visit.now,
    }


def _act(
    visit: Visit,
    client: str | None,
    key: str | None,
    act: Callable[..., Task],
    kind: TaskKind,
    subject_id: UUID,
) -> Response[TaskOut]:
    def done(session: Session, found: Client) -> TaskOut:
        return task_out(act(session, **_named(visit, found, kind, subject_id)))

    return visit.act(client, key, done)


HANDLERS = (
    list_tasks,
    claim,
    take_over,
    give_back,
)
