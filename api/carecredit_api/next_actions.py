"""Proposals over HTTP: what the rules propose for a person, and what became of it."""

from typing import Annotated, Any

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
from carecredit.worklist.rules import Decision, Proposal, Words, house_rules
from carecredit.worklist.views import RuleChoices
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.wire import Instant, Sentence, checked_instant, word

READ, WORK = needs(Right.READ_CUSTOMERS), needs(Right.WORK)
TAGS = ["Worklist"]


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
        found = queries.choices(
            session,
            client_id=client_id,
            since=checked_instant(since, field="since"),
            until=checked_instant(until, field="until"),
        )
    return Choices(tuple(map(_rule, found)))


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


HANDLERS = (read_next_action, choose, read_choices)
