"""Touches over HTTP: take a call, give it back, wrap it up, look at what is parked."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from carecredit.cadence import queries as cadence
from carecredit.cadence.rules import explain
from carecredit.kernel.errors import Refused
from carecredit.kernel.ids import (
    CaseId,
    ContactId,
    CustomerId,
    DisputeId,
    ExpectationId,
    GapId,
    InvoiceId,
    PlanId,
    PromiseId,
    ProofId,
    SurveyId,
    TouchId,
)
from carecredit.mandates.views import Client
from carecredit.metrics.numerals import LANGUAGES
from carecredit.outreach import operations, queries
from carecredit.outreach.operations import Finding
from carecredit.outreach.rules import WrapUp
from carecredit.outreach.views import Closed, Passed
from carecredit.team.rules import Right
from carecredit.worklist import queries as worklist
from carecredit.worklist.views import Taken
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.wire import Instant, Sentence, checked_day, word
from carecredit_api.worklist import TakenOut, taken_out

WORK = needs(Right.WORK)
READ = needs(Right.READ_CUSTOMERS)
TAGS = ["Touches"]


class CallPassed(Refused):
    """The call cannot be made now; its touch went where the reason says."""

    code = "call_passed"


class TouchOut(msgspec.Struct, frozen=True):
    """A planned contact as it stands, and why it exists."""

    id: TouchId
    client: Annotated[str, word("Code of the client company we speak for.", "ACQ")]
    customer_id: CustomerId
    invoice_id: InvoiceId | None
    step: Annotated[str, word("Step of the policy.", "follow_up")]
    kind: Annotated[str, word("Kind of the step.", "follow_up")]
    channel: Annotated[str, word("By which channel.", "email")]
    tone: Annotated[str, word("Tone of voice.", "kind")]
    requested: Annotated[bool, msgspec.Meta(description="The customer asked for it.")]
    sentence: Sentence
    status: Annotated[str, word("Where it stands.", "planned")]
    status_reason: Annotated[str | None, word("Why it stands there.", "nothing_open")]
    status_detail: Annotated[str | None, word("More of that.", "no_answer")]
    due_at: Instant
    planned_at: Instant


class ClosedOut(msgspec.Struct, frozen=True):
    """What a wrap-up wrote."""

    contact_id: ContactId
    touch_id: TouchId | None
    promise_id: PromiseId | None
    dispute_ids: tuple[DisputeId, ...]
    callback_touch_id: TouchId | None
    plan_id: PlanId | None
    proof_id: ProofId | None
    case_ids: tuple[CaseId, ...]
    expectation_ids: tuple[ExpectationId, ...]
    gap_id: GapId | None
    survey_id: SurveyId | None


class FindingIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person found out about a parked touch."""

    finding: Annotated[
        Finding,
        msgspec.Meta(
            description="made: it reached the person; not_made: it did not, and may be planned "
            "anew; let_go: leave it.",
            examples=["made"],
        ),
    ]


class Counts(msgspec.Struct, frozen=True):
    """How many touches and attempts stand where."""

    client: Annotated[str, word("Code of the client company.", "ACQ")]
    touches: Annotated[
        dict[str, int],
        msgspec.Meta(
            description="By status and, where there is one, its reason.",
            examples=[{"offered": 4, "cancelled:nothing_open": 2}],
        ),
    ]
    attempts: Annotated[
        dict[str, int],
        msgspec.Meta(description="By channel and state.", examples=[{"email:accepted": 31}]),
    ]


@get(
    "/touches/{touch_id:uuid}", operation_id="read_touch", tags=TAGS, sync_to_thread=True,
    summary="Read a touch", opt=READ,
)  # fmt: skip
def read_touch(
    visit: NamedDependency[Visit], touch_id: FromPath[TouchId], client: ClientCode = None
) -> TouchOut:
    """Read a planned contact as it stands, with the reason why it exists."""
    with visit.reading() as session:
        found = visit.client(session, client)
        return _touch(session, found, touch_id)


@post(
    "/touches/{touch_id:uuid}/take", operation_id="take_call", tags=TAGS, sync_to_thread=True,
    summary="Take a call", status_code=200, opt=WORK,
)  # fmt: skip
def take_call(
    visit: NamedDependency[Visit], touch_id: FromPath[TouchId], client: ClientCode = None
) -> TakenOut:
    """Take an offered call, if it is still wanted and may be made now."""
    with visit.writing() as session:
        found = visit.client(session, client)
        call = operations.take(
            session,
            client_id=found.id,
            touch_id=touch_id,
            operator_id=visit.key.operator_id,
            now=visit.now,
        )
        if not isinstance(call, Passed):
            card = worklist.card(session, client_id=found.id, touch_id=touch_id, now=visit.now)
            return taken_out(Taken(call, card), visit.today(found))
    # Refused after the commit: where the touch went instead is written.
    raise CallPassed(f"this call was not taken: it is {call.status} ({call.reason})")


@post(
    "/touches/{touch_id:uuid}/give-back", operation_id="give_back", tags=TAGS,
    summary="Give a call back", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def give_back(
    visit: NamedDependency[Visit],
    touch_id: FromPath[TouchId],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[TouchOut]:
    """Give a call back before it was made: it is on offer again."""

    def act(session: Session, found: Client) -> TouchOut:
        operations.give_back(
            session,
            client_id=found.id,
            touch_id=touch_id,
            operator_id=visit.key.operator_id,
            now=visit.now,
        )
        return _touch(session, found, touch_id)

    return visit.act(client, idempotency_key, act)


@post(
    "/touches/{touch_id:uuid}/wrap-up", operation_id="wrap_up", tags=TAGS, sync_to_thread=True,
    summary="Wrap a call up", status_code=200, opt=WORK,
)  # fmt: skip
def wrap_up(
    visit: NamedDependency[Visit],
    touch_id: FromPath[TouchId],
    data: JSONBody[WrapUp],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ClosedOut]:
    """Close a call: outcome, reason, promise, dispute, call-back; all of it or nothing."""
    check_days(data)

    def act(session: Session, found: Client) -> ClosedOut:
        closed = operations.wrap_up_call(
            session,
            client_id=found.id,
            touch_id=touch_id,
            operator_id=visit.key.operator_id,
            wrap_up=data,
            now=visit.now,
        )
        return closed_out(closed)

    return visit.act(client, idempotency_key, act)


@post(
    "/touches/{touch_id:uuid}/resolve", operation_id="resolve_parked", tags=TAGS,
    summary="Resolve a parked touch", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def resolve(
    visit: NamedDependency[Visit],
    touch_id: FromPath[TouchId],
    data: JSONBody[FindingIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[TouchOut]:
    """Close a parked touch by what a person found out about it."""

    def act(session: Session, found: Client) -> TouchOut:
        operations.resolve_parked(
            session,
            client_id=found.id,
            touch_id=touch_id,
            finding=data.finding,
            now=visit.now,
        )
        return _touch(session, found, touch_id)

    return visit.act(client, idempotency_key, act)


@get(
    "/outreach/status", operation_id="read_outreach_status", tags=TAGS, sync_to_thread=True,
    summary="Count touches and attempts", opt=READ,
)  # fmt: skip
def read_status(visit: NamedDependency[Visit], client: ClientCode = None) -> Counts:
    """Count a client company's touches and attempts by where they stand."""
    with visit.reading() as session:
        found = visit.client(session, client)
        return Counts(
            client=found.code,
            touches=cadence.counts_by_status(session, client_id=found.id),
            attempts=queries.outcome_counts(session, client_id=found.id),
        )


def _touch(session: Session, client: Client, touch_id: TouchId) -> TouchOut:
    it = cadence.touch(session, client_id=client.id, touch_id=touch_id)
    code = str(it.reason["code"])
    return TouchOut(
        id=it.id,
        client=client.code,
        customer_id=it.customer_id,
        invoice_id=it.invoice_id,
        step=it.step_key,
        kind=it.step_kind,
        channel=it.channel,
        tone=it.tone,
        requested=it.requested,
        sentence={each: explain(code, it.reason, language=each) for each in LANGUAGES},
        status=it.status,
        status_reason=it.status_reason,
        status_detail=it.status_detail,
        due_at=it.due_at,
        planned_at=it.planned_at,
    )


def closed_out(closed: Closed) -> ClosedOut:
    """Show what a wrap-up wrote."""
    return msgspec.convert(msgspec.to_builtins(closed), ClosedOut)


def check_days(data: WrapUp) -> None:
    """Refuse days that no calendar of ours reaches."""
    if data.callback_at is not None:
        checked_day(data.callback_at.date(), field="callback_at")
    if data.promise is not None:
        checked_day(data.promise.promised_on, field="promise.promised_on")


HANDLERS = (read_touch, take_call, give_back, wrap_up, resolve, read_status)
