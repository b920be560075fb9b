"""Tasks and proposals over HTTP: what there is to do besides calling, and what to propose."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from carecredit.customers import queries as customers
from carecredit.kernel.ids import ChoiceId, ContactId, CustomerId
from carecredit.mandates.views import Client
from carecredit.team.rules import Right
from carecredit.worklist import operations, queries
from carecredit.worklist.rules import Decision, Proposal, TaskKind, Words, house_rules
from carecredit.worklist.views import RuleChoices, Task
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.wire import Instant, Limit, Sentence, word

READ, WORK = needs(Right.READ_CUSTOMERS), needs(Right.WORK)
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


class ActionOut(msgspec.Struct, frozen=True):
    """An action that may be proposed."""

    code: Annotated[str, word("Its code.", "offer_plan")]
    name: Sentence


class ProposalOut(msgspec.Struct, frozen=True):
    """What to propose, the sentence to begin with, what hurts; a person decides."""

    action: ActionOut
    why: Sentence
    say: Sentence
    avoid: tuple[Sentence, ...]
    alternatives: tuple[ActionOut, ...]
    rule: Annotated[str, word("By which rule.", "promise_missed")]
    version: Annotated[str, word("Of which version.", "2026-11-1")]
    facts: Annotated[
        dict[str, Any],
        msgspec.Meta(description="What it looked at.", examples=[{"promise_missed": True}]),
    ]


class NextAction(msgspec.Struct, frozen=True):
    """What the rules propose; none: nothing."""

    proposal: ProposalOut | None


class ChoiceIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an operator made of a proposal."""

    decision: Annotated[Decision, msgspec.Meta(examples=["accepted"])]
    chosen: Annotated[str | None, word("What was done instead.", "take_promise")] = None
    reason: Annotated[str, word("Why it did not suit.", "pays tomorrow anyway")] = ""
    contact_id: ContactId | None = None


class ChoiceOut(msgspec.Struct, frozen=True):
    """The record of it."""

    id: ChoiceId


class RuleOut(msgspec.Struct, frozen=True):
    """What became of what a rule proposed; by nobody's name."""

    rule: Annotated[str, word("The rule.", "late")]
    version: Annotated[str, word("Its version.", "2026-11-1")]
    proposed: Annotated[str, word("What it proposed.", "listen_and_take_promise")]
    accepted: Annotated[int, msgspec.Meta(description="Times.", examples=[12])]
    changed: Annotated[int, msgspec.Meta(description="Times.", examples=[3])]
    rejected: Annotated[int, msgspec.Meta(description="Times.", examples=[1])]


class Choices(msgspec.Struct, frozen=True):
    """Proposals by rule."""

    items: tuple[RuleOut, ...]


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


@get(
    "/customers/{customer_id:uuid}/next-action", operation_id="read_next_action", tags=TAGS,
    summary="Read what to propose next", sync_to_thread=True, opt=WORK,
)  # fmt: skip
def read_next_action(
    visit: NamedDependency[Visit], customer_id: FromPath[CustomerId], client: ClientCode = None
) -> NextAction:
    """Say what the rules propose for a person, why, what to say and what to avoid."""
    with visit.reading() as session:
        found = queries.next_action(
            session,
            client_id=visit.client(session, client).id,
            customer_id=customer_id,
            now=visit.now,
        )
    return NextAction(None if found is None else _proposal(found))


@post(
    "/customers/{customer_id:uuid}/next-action", operation_id="choose_action", tags=TAGS,
    summary="Record what became of a proposal", sync_to_thread=True, opt=WORK,
)  # fmt: skip
def choose(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: JSONBody[ChoiceIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ChoiceOut]:
    """Record that a proposal was accepted, changed into another action, or rejected with why."""

    def act(session: Session, found: Client) -> ChoiceOut:
        customers.customer(session, client_id=found.id, customer_id=customer_id)
        choice = operations.choose(
            session,
            client_id=found.id,
            customer_id=customer_id,
            now=visit.now,
            **msgspec.structs.asdict(data),
        )
        return ChoiceOut(choice)

    return visit.act(client, idempotency_key, act)


@get(
    "/action-choices", operation_id="read_action_choices", tags=TAGS, sync_to_thread=True,
    summary="Count what became of proposals", opt=READ,
)  # fmt: skip
def read_choices(
    visit: NamedDependency[Visit],
    since: Annotated[Instant, QueryParameter(name="since", description="From this instant.")],
    until: Annotated[Instant, QueryParameter(name="until", description="Until before it.")],
    client: ClientCode = None,
) -> Choices:
    """Count by rule how often its proposal was accepted, changed or rejected."""
    with visit.reading() as session:
        client_id = visit.client(session, client).id
        found = queries.choices(session, client_id=client_id, since=since, until=until)
    return Choices(tuple(map(_rule, found)))


def task_out(it: Task) -> TaskOut:
    """Show a task."""
    return TaskOut(
        it.client_code, TaskKind(it.kind), it.subject_id, it.customer_id, it.customer_number,
        it.customer_name, it.due_at, it.sentence, it.held_by, it.held_until,
    )  # fmt: skip


def _rule(it: RuleChoices) -> RuleOut:
    return RuleOut(**msgspec.structs.asdict(it))


def _proposal(it: Proposal) -> ProposalOut:
    return ProposalOut(
        action=_action(it.action),
        why=_both(it.why),
        say=_both(it.say),
        avoid=tuple(map(_both, it.avoid)),
        alternatives=tuple(map(_action, it.alternatives)),
        rule=it.rule,
        version=it.version,
        facts=it.facts,
    )


def _action(code: str) -> ActionOut:
    return ActionOut(code, _both(house_rules().actions[code]))


def _both(words: Words) -> dict[str, str]:
    return {"en": words.en, "it": words.it}


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
    read_next_action,
    choose,
    read_choices,
)
