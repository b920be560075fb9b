"""Taking care of cases over HTTP: notes, owner, priority, review, hand-over."""

from typing import Annotated

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from carecredit.cases import operations
from carecredit.cases.operations import Description, HandOver
from carecredit.cases.rules import HandTo, Priority
from carecredit.kernel.ids import CaseId
from carecredit_api.case_cards import CaseOut
from carecredit_api.case_moves import Seen, Text, act_on, told_of
from carecredit_api.cases import TAGS, WORK
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.wire import Day, Instant, checked_day, word


class NoteIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A note beside a case."""

    note: Text


class OwnerIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who takes care of a case; none: nobody for now."""

    owner: Annotated[str | None, word("By name.", "Anna Bianchi")] = None
    squad: Annotated[str | None, word("Whose it is together.", "Billing")] = None
    version: Seen = None


class PriorityIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another priority, with the reason."""

    priority: Priority
    reason: Text
    version: Seen = None


class DescriptionIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a case is about; what is not named stays."""

    subject: Annotated[str | None, word("In a few words.", "The meter is broken")] = None
    topic: Annotated[str | None, word("A code.", "meter_reading")] = None
    language: Annotated[str | None, word("it or en.", "it")] = None
    version: Seen = None


class ReviewIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a case's hold is looked at again, and why then."""

    review_on: Day
    reason: Text
    version: Seen = None


class HandOverIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To whom a case goes, and its story."""

    to: HandTo
    name: Annotated[str, word("Of the operator or squad, or whom at the company.", "Billing")]
    asked: Annotated[str, word("What the customer asked for.", "a new bill")]
    tried: Annotated[str, word("What was tried.", "explained the meter")]
    promised: Annotated[str, word("What was promised.", "a call on Friday")] = ""
    mood: Annotated[str, word("As the operator heard it.", "worried")] = ""
    reason: Text = ""
    tell_by: Annotated[
        Instant | None, msgspec.Meta(description="By when the customer hears of it.")
    ] = None
    version: Seen = None


class ToldIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the customer was told who takes care of the case."""

    how: Text


@post(
    "/cases/{case_id:uuid}/notes", operation_id="note_case", tags=TAGS, sync_to_thread=True,
    summary="Write a note", status_code=200, opt=WORK,
)  # fmt: skip
def note_case(
    visit: NamedDependency[Visit],
    case_id: FromPath[CaseId],
    data: JSONBody[NoteIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[CaseOut]:
    """Write a note beside a case."""
    return act_on(visit, client, idempotency_key, operations.note, case_id, {"text": data.note})


@post(
    "/cases/{case_id:uuid}/owner", operation_id="assign_case", tags=TAGS, sync_to_thread=True,
    summary="Give a case its owner", status_code=200, opt=WORK,
)  # fmt: skip
def assign_case(
    visit: NamedDependency[Visit],
    case_id: FromPath[CaseId],
    data: JSONBody[OwnerIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[CaseOut]:
    """Give a case its owner and squad."""
    return act_on(visit, client, idempotency_key, operations.assign, case_id, told_of(data))


@post(
    "/cases/{case_id:uuid}/priority", operation_id="prioritise_case", tags=TAGS,
    summary="Give a case another priority", status_code=200, sync_to_thread=True, opt=WORK,
)  # fmt: skip
def prioritise_case(
    visit: NamedDependency[Visit],
    case_id: FromPath[CaseId],
    data: JSONBody[PriorityIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[CaseOut]:
    """Give a case another priority, with the reason; its deadlines follow."""
    return act_on(visit, client, idempotency_key, operations.prioritise, case_id, told_of(data))


@post(
    "/cases/{case_id:uuid}/description", operation_id="describe_case", tags=TAGS,
    summary="Change what a case is about", status_code=200, sync_to_thread=True, opt=WORK,
)  # fmt: skip
def describe_case(
    visit: NamedDependency[Visit],
    case_id: FromPath[CaseId],
    data: JSONBody[DescriptionIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[CaseOut]:
    """Change a case's subject, topic or language."""
    wanted = Description(data.subject, data.topic, data.language)
    told = {"description": wanted, "version": data.version}
    return act_on(visit, client, idempotency_key, operations.describe, case_id, told)


@post(
    "/cases/{case_id:uuid}/review", operation_id="review_case", tags=TAGS, sync_to_thread=True,
    summary="Set when its hold is looked at again", status_code=200, opt=WORK,
)  # fmt: skip
def review_case(
    visit: NamedDependency[Visit],
    case_id: FromPath[CaseId],
    data: JSONBody[ReviewIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[CaseOut]:
    """Set the day on which a case's hold is looked at again."""
    checked_day(data.review_on, field="review_on")
    return act_on(visit, client, idempotency_key, operations.set_review, case_id, told_of(data))


@post(
    "/cases/{case_id:uuid}/hand-over", operation_id="hand_case_over", tags=TAGS,
    summary="Hand a case over", status_code=200, sync_to_thread=True, opt=WORK,
)  # fmt: skip
def hand_case_over(
    visit: NamedDependency[Visit],
    case_id: FromPath[CaseId],
    data: JSONBody[HandOverIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[CaseOut]:
    """Hand a case over with its story; that the customer is told is owed until it is recorded."""
    facts = told_of(data)
    version = facts.pop("version")
    told = {"pack": HandOver(**facts), "version": version}
    return act_on(visit, client, idempotency_key, operations.hand_over, case_id, told)


@post(
    "/cases/{case_id:uuid}/customer-told", operation_id="record_customer_told", tags=TAGS,
    summary="Record that the customer was told", status_code=200, sync_to_thread=True, opt=WORK,
)  # fmt: skip
def record_customer_told(
    visit: NamedDependency[Visit],
    case_id: FromPath[CaseId],
    data: JSONBody[ToldIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[CaseOut]:
    """Record that the customer knows who takes care of the case."""
    return act_on(visit, client, idempotency_key, operations.customer_told, case_id, told_of(data))


HANDLERS = (
    note_case, assign_case, prioritise_case, describe_case, review_case, hand_case_over,
    record_customer_told,
)  # fmt: skip
