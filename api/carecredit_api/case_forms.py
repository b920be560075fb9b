"""Forms on a person's page: a case moved on, and what became of a proposal."""

from typing import Annotated, Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct
from sqlalchemy.orm import Session

from carecredit.cases import operations, queries
from carecredit.cases.operations import Move
from carecredit.cases.rules import Resolution
from carecredit.kernel.ids import CaseId, CustomerId
from carecredit.mandates.views import Client
from carecredit.worklist.operations import choose
from carecredit.worklist.rules import Decision
from carecredit_api.deps import Visit
from carecredit_api.person_forms import (
    OF_A_FORM,
    URL_ENCODED,
    Asked,
    acted,
    chosen,
    form_from,
)

TEXT = {"solution": "reason"}
"""The page has one field for why, whatever the operation calls it."""


class CaseForm(Struct, frozen=True, forbid_unknown_fields=True):
    """What happened in a case, why, and which version was seen."""

    csrf: str
    key: str
    case_id: CaseId
    version: int
    event: str
    reason: str = ""


class StepForm(Struct, frozen=True, forbid_unknown_fields=True):
    """What was made of a proposal."""

    csrf: str
    key: str
    decision: str
    chosen: str = ""
    reason: str = ""


@post(
    "/people/{customer_id:uuid}/case", sync_to_thread=True, include_in_schema=False,
    media_type="text/html", status_code=303, opt=OF_A_FORM,
)  # fmt: skip
def move_on_page(
    request: Asked,
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: Annotated[CaseForm, URL_ENCODED],
) -> Response[Any]:
    """Write down what happened in a case; one that others changed meanwhile says what."""

    def act(session: Session, client: Client) -> str:
        case = queries.case(session, client_id=client.id, case_id=data.case_id)
        if case.customer_id != customer_id:
            raise queries.UnknownCase("no such case of this customer", field="case_id")
        _move(session, data, client_id=client.id, now=visit.now)
        return "case_moved"

    return acted(request, visit, customer_id, form_from(f"case-{data.case_id}", data, TEXT), act)


@post(
    "/people/{customer_id:uuid}/next-step", sync_to_thread=True, include_in_schema=False,
    media_type="text/html", status_code=303, opt=OF_A_FORM,
)  # fmt: skip
def choose_on_page(
    request: Asked,
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: Annotated[StepForm, URL_ENCODED],
) -> Response[Any]:
    """Record that a proposal was accepted, changed, or rejected with why."""

    def act(session: Session, client: Client) -> str:
        choose(
            session,
            client_id=client.id,
            customer_id=customer_id,
            decision=chosen(Decision, data.decision, "decision"),
            chosen=data.chosen or None,
            reason=data.reason,
            now=visit.now,
        )
        return "chosen"

    return acted(request, visit, customer_id, form_from("step", data), act)


def _move(session: Session, data: CaseForm, **whose: Any) -> None:
    seen: dict[str, Any] = whose | {"case_id": data.case_id, "version": data.version}
    if data.event == "resolved":
        operations.resolve(session, resolution=Resolution.SOLVED, solution=data.reason, **seen)
    elif data.event == "reopened":
        operations.reopen(session, reason=data.reason, **seen)
    else:
        operations.move(session, move=Move(data.event, data.reason), **seen)


HANDLERS = (move_on_page, choose_on_page)
