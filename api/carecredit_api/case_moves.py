"""Moving cases over HTTP: what happened, resolution, reopening, invoices."""

from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from carecredit.cases import operations, views
from carecredit.cases.operations import Move
from carecredit.cases.rules import Party, Resolution
from carecredit.kernel.ids import CaseId, InvoiceId
from carecredit.mandates.views import Client
from carecredit_api.case_cards import CaseOut, case_out
from carecredit_api.cases import TAGS, WORK, AboutIn, about
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.wire import Instant, word
from carecredit_api.wishes import Proof

Seen = Annotated[
    int | None,
    msgspec.Meta(
        description="The version you read; another one is refused with what changed.",
        examples=[3],
    ),
]
Text = Annotated[
    str, msgspec.Meta(description="In words.", examples=["called again"], max_length=4000)
]


class MoveIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What happened; what a machine sent by itself answers nobody."""

    event: Annotated[
        str,
        word(
            "customer_wrote, customer_thanked, answered, asked_customer, asked_client, "
            "client_answered or resumed.",
            "answered",
        ),
    ]
    version: Seen = None
    reason: Text = ""
    automatic: bool = False
    party: Party | None = None
    happened_at: Instant | None = None


class ResolutionIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a case was solved, in words."""

    solution: Text
    resolution: Resolution = Resolution.SOLVED
    version: Seen = None


class ReasonIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why."""

    reason: Text
    version: Seen = None


class LinksIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Invoices that a case is about, too; a complaint or dispute holds them."""

    invoices: Annotated[tuple[AboutIn, ...], msgspec.Meta(min_length=1, max_length=100)]
    proof: Annotated[str, word("What proves it.", "letter of 5 June")] = ""
    version: Seen = None


class UnlinkIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An invoice that a case is not about, and why."""

    invoice_id: InvoiceId
    reason: Proof
    version: Seen = None


@post(
    "/cases/{case_id:uuid}/moves", operation_id="move_case", tags=TAGS, sync_to_thread=True,
    summary="Record what happened", status_code=200, opt=WORK,
)  # fmt: skip
def move_case(
    visit: NamedDependency[Visit],
    case_id: FromPath[CaseId],
    data: JSONBody[MoveIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[CaseOut]:
    """Record what happened; a customer who writes again opens a resolved case, and its holds."""
    facts = Move(data.event, data.reason, data.automatic, data.party, data.happened_at)
    told = {"move": facts, "version": data.version}
    return act_on(visit, client, idempotency_key, operations.move, case_id, told)


@post(
    "/cases/{case_id:uuid}/resolution", operation_id="resolve_case", tags=TAGS,
    summary="Resolve a case", status_code=200, sync_to_thread=True, opt=WORK,
)  # fmt: skip
def resolve_case(
    visit: NamedDependency[Visit],
    case_id: FromPath[CaseId],
    data: JSONBody[ResolutionIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[CaseOut]:
    """Resolve a case; what it held is free unless another case holds it too."""
    return act_on(visit, client, idempotency_key, operations.resolve, case_id, told_of(data))


@post(
    "/cases/{case_id:uuid}/reopening", operation_id="reopen_case", tags=TAGS,
    summary="Open a case again", status_code=200, sync_to_thread=True, opt=WORK,
)  # fmt: skip
def reopen_case(
    visit: NamedDependency[Visit],
    case_id: FromPath[CaseId],
    data: JSONBody[ReasonIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[CaseOut]:
    """Open a resolved case again; its invoices are held again, its clock starts anew."""
    return act_on(visit, client, idempotency_key, operations.reopen, case_id, told_of(data))


@post(
    "/cases/{case_id:uuid}/linked-invoices", operation_id="link_invoices", tags=TAGS,
    summary="Add invoices to a case", status_code=200, sync_to_thread=True, opt=WORK,
)  # fmt: skip
def link_invoices(
    visit: NamedDependency[Visit],
    case_id: FromPath[CaseId],
    data: JSONBody[LinksIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[CaseOut]:
    """Add invoices to a case; a complaint or dispute holds them from now on."""

    def act(session: Session, found: Client) -> CaseOut:
        case = operations.link_invoices(
            session,
            client_id=found.id,
            case_id=case_id,
            invoices=about(session, found, data.invoices, visit),
            proof=data.proof,
            version=data.version,
            now=visit.now,
        )
        return case_out(case)

    return visit.act(client, idempotency_key, act)


@post(
    "/cases/{case_id:uuid}/unlinked-invoices", operation_id="unlink_invoice", tags=TAGS,
    summary="Take an invoice off a case", status_code=200, sync_to_thread=True, opt=WORK,
)  # fmt: skip
def unlink_invoice(
    visit: NamedDependency[Visit],
    case_id: FromPath[CaseId],
    data: JSONBody[UnlinkIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[CaseOut]:
    """Take an invoice off a case; what this case held of it is free again."""
    return act_on(visit, client, idempotency_key, operations.unlink_invoice, case_id, told_of(data))


HANDLERS = (move_case, resolve_case, reopen_case, link_invoices, unlink_invoice)


def told_of(data: msgspec.Struct) -> dict[str, Any]:
    """Give what a body says, by the names that operations know it by."""
    return msgspec.structs.asdict(data)


def act_on(
    visit: Visit,
    client: str | None,
    key: str | None,
    operation: Any,
    case_id: CaseId,
    told: dict[str, Any],
) -> Response[CaseOut]:
    """Act on a case in the transaction of the request, once for a key, and show how it stands."""

    def act(session: Session, found: Client) -> CaseOut:
        case: views.Case = operation(
            session, client_id=found.id, case_id=case_id, now=visit.now, **told
        )
        return case_out(case)

    return visit.act(client, key, act)
