"""Decisions kept with attempts, over HTTP: what was attempted, and its decision taken once more."""

from typing import Annotated, Literal

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from carecredit.contact_policy.views import Replay
from carecredit.kernel.ids import AttemptId, CustomerId
from carecredit.outreach import queries
from carecredit.outreach.views import Attempted
from carecredit_api.deps import ClientCode, Visit
from carecredit_api.policy import (
    READ,
    TAGS,
    Lines,
    ReasonOut,
    VersionsOut,
    reason_out,
    versions_out,
)
from carecredit_api.wire import Instant, word


class AttemptOut(msgspec.Struct, frozen=True):
    """One try to reach a customer."""

    id: AttemptId
    at: Instant
    channel: Annotated[str, word("By which channel.", "voice")]
    purpose: Annotated[str, word("What it was about.", "debt_collection")]
    state: Annotated[str, word("What became of it.", "accepted")]


class Attempts(msgspec.Struct, frozen=True):
    """The attempts made at a customer, newest first."""

    items: tuple[AttemptOut, ...]


class ReplayOut(msgspec.Struct, frozen=True):
    """A decision of the past taken once more, from the inputs that were kept with it."""

    attempt_id: AttemptId
    at: Instant
    same: Annotated[bool, msgspec.Meta(description="It comes out as it did, on the same data.")]
    decision: Literal["allow", "defer", "never"]
    reasons: tuple[ReasonOut, ...]
    hash_then: Annotated[str, word("Hash of the inputs then.", "9f86d081884c7d65...")]
    hash_now: Annotated[str, word("Hash of the same inputs now.", "9f86d081884c7d65...")]
    versions_then: VersionsOut
    versions_now: VersionsOut
    changed: Lines


@get(
    "/customers/{customer_id:uuid}/attempts", operation_id="list_attempts", tags=TAGS,
    summary="List attempts", sync_to_thread=True, opt=READ,
)  # fmt: skip
def list_attempts(
    visit: NamedDependency[Visit], customer_id: FromPath[CustomerId], client: ClientCode = None
) -> Attempts:
    """List the attempts made at a customer, newest first."""
    found = visit.of_customer(client, customer_id, queries.attempts_of)
    return Attempts(tuple(map(_attempt, found)))


@get(
    "/policy/attempts/{attempt_id:uuid}/replay", operation_id="replay_decision", tags=TAGS,
    summary="Take an attempt's decision once more", sync_to_thread=True, opt=READ,
)  # fmt: skip
def replay_decision(
    visit: NamedDependency[Visit], attempt_id: FromPath[AttemptId], client: ClientCode = None
) -> ReplayOut:
    """Decide again on the inputs kept with an attempt; the events of others are not shown."""
    with visit.reading() as session:
        found = visit.client(session, client)
        told = queries.replayed_attempt(session, client_id=found.id, attempt_id=attempt_id)
    return _replay(attempt_id, told)


def _attempt(it: Attempted) -> AttemptOut:
    return AttemptOut(it.id, it.intent_at, it.channel, it.purpose, it.state)


def _replay(attempt_id: AttemptId, it: Replay) -> ReplayOut:
    return ReplayOut(
        attempt_id=attempt_id,
        at=it.at,
        same=it.same,
        decision=it.verdict.decision,
        reasons=tuple(map(reason_out, it.verdict.reasons)),
        hash_then=it.hash_then,
        hash_now=it.verdict.inputs_hash,
        versions_then=versions_out(it.versions_then),
        versions_now=versions_out(it.verdict.versions),
        changed=it.changed,
    )


HANDLERS = (list_attempts, replay_decision)
