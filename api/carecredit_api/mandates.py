"""The terms of a client company's mandate over HTTP: those in force, and others from a day on."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from sqlalchemy.orm import Session

from carecredit.cadence.operations import agree_terms
from carecredit.kernel.ids import MandateId
from carecredit.mandates import queries, views
from carecredit.mandates.rules import AllocationOrder, OddCents, opening_by_day, written_opening
from carecredit.mandates.views import Client
from carecredit.team.rules import Right
from carecredit_api.clients import SET_UP, TAGS
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.wire import (
    POSITIVE,
    Amount,
    Currency,
    Day,
    amount,
    checked_day,
    money,
    read_day,
    word,
)

Nature = Literal["costs", "interest", "principal"]
DAYS_MAX = 3_660
Days = Annotated[int, msgspec.Meta(description="Days.", examples=[3], ge=0, le=DAYS_MAX)]
Count = Annotated[int, msgspec.Meta(description="Instalments.", examples=[12], ge=1, le=240)]
Span = Annotated[int, msgspec.Meta(description="Days.", examples=[5], ge=1, le=DAYS_MAX)]
Natures = Annotated[
    tuple[Nature, ...],
    msgspec.Meta(
        description="What money settles first: each named once.",
        examples=[["costs", "interest", "principal"]],
    ),
]
LateCharges = Annotated[str, word("Rule by which late charges are shown, or none.", "it_b2b")]
Policy = Annotated[str, word("Follow-up policy.", "gentle")]
Tolerance = Annotated[
    str,
    msgspec.Meta(
        description="A remainder below it is not asked for.",
        examples=["1.00"],
        pattern=POSITIVE,
    ),
]


Opening = Annotated[
    dict[str, tuple[str, ...]] | Literal["always"],
    msgspec.Meta(
        description="When somebody is there to speak, by day; one left out is closed. "
        "always: the hours bind nobody.",
        examples=[{"mon": ["09:00-13:00", "14:00-18:00"], "fri": ["09:00-13:00"]}],
    ),
]
OpeningZone = Annotated[
    str, word("On whose clock the opening hours are; client: its own.", "Europe/Rome")
]
OpeningCalendar = Annotated[str, word("By whose public days it closes, or none.", "IT-MI")]


class MandateOut(msgspec.Struct, frozen=True):
    """What a client company agreed with us, from a day on."""

    id: MandateId
    valid_from: Day
    currency: Currency
    small_balance: Amount
    allocation_order: AllocationOrder
    allocation_natures: Natures
    late_charges: LateCharges
    follow_up_policy: Policy
    promise_grace_days: Days
    promise_days_max: Days
    plan_amount_max: Amount
    plan_instalments_max: Count
    plan_days_max: Span
    plan_missed_max: Count
    odd_cents: OddCents
    proof_days: Span
    relief_days_max: Span
    opening_hours: Opening
    opening_zone: OpeningZone
    opening_calendar: OpeningCalendar


class MandateIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Other terms from a day on; what is left out stays as it was on that day."""

    valid_from: Day
    small_balance: Tolerance | None = None
    allocation_order: AllocationOrder | None = None
    allocation_natures: Natures | None = None
    late_charges: LateCharges | None = None
    follow_up_policy: Policy | None = None
    promise_grace_days: Days | None = None
    promise_days_max: Days | None = None
    plan_amount_max: Tolerance | None = None
    plan_instalments_max: Count | None = None
    plan_days_max: Span | None = None
    plan_missed_max: Count | None = None
    odd_cents: OddCents | None = None
    proof_days: Span | None = None
    relief_days_max: Span | None = None
    opening_hours: Opening | None = None
    opening_zone: OpeningZone | None = None
    opening_calendar: OpeningCalendar | None = None


OnDay = Annotated[
    str | None, QueryParameter(name="on", description="On this day; none: today.", max_length=10)
]


@get(
    "/mandate", operation_id="read_mandate", tags=TAGS, sync_to_thread=True,
    summary="Read the terms in force", opt=needs(Right.READ_CUSTOMERS),
)  # fmt: skip
def read_mandate(
    visit: NamedDependency[Visit], client: ClientCode = None, on: OnDay = None
) -> MandateOut:
    """Say by which terms we work for a client company, today or on another day."""
    with visit.reading() as session:
        found = visit.client(session, client)
        day = visit.today(found) if on is None else read_day(on, field="on")
        return _mandate(queries.mandate(session, client_id=found.id, today=day), found)


@post(
    "/mandate", operation_id="agree_mandate", tags=TAGS, sync_to_thread=True,
    summary="Agree other terms", opt=SET_UP,
)  # fmt: skip
def agree_mandate(
    visit: NamedDependency[Visit],
    data: JSONBody[MandateIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[MandateOut]:
    """Agree other terms from a day on; the days before keep theirs."""
    valid_from = checked_day(data.valid_from, field="valid_from")

    def act(session: Session, found: Client) -> MandateOut:
        agreed = agree_terms(
            session,
            client_id=found.id,
            valid_from=valid_from,
            now=visit.now,
            **_told(data, found),
        )
        return _mandate(agreed, found)

    return visit.act(client, idempotency_key, act)


def _told(data: MandateIn, client: Client) -> dict[str, Any]:
    """Give the terms that a body names, as the mandate keeps them."""
    told = msgspec.structs.asdict(data)
    tolerance, natures = told.pop("small_balance"), told.pop("allocation_natures")
    if tolerance is not None:
        told["small_balance_minor"] = money(tolerance, client.currency, field="small_balance").minor
    highest = told.pop("plan_amount_max")
    if highest is not None:
        found = money(highest, client.currency, field="plan_amount_max")
        told["plan_amount_max_minor"] = found.minor
    if isinstance(data.opening_hours, dict):
        told["opening_hours"] = written_opening(data.opening_hours)
    if natures is not None:
        told["allocation_natures"] = ",".join(natures)
    return {
        name: value for name, value in told.items() if value is not None and name != "valid_from"
    }


def _mandate(it: views.Mandate, client: Client) -> MandateOut:
    return MandateOut(
        id=it.id,
        valid_from=it.valid_from,
        currency=client.currency,
        small_balance=amount(it.small_balance_minor, client.currency),
        allocation_order=AllocationOrder(it.allocation_order),
        allocation_natures=msgspec.convert(it.allocation_natures.split(","), tuple[Nature, ...]),
        late_charges=it.late_charges,
        follow_up_policy=it.follow_up_policy,
        promise_grace_days=it.promise_grace_days,
        promise_days_max=it.promise_days_max,
        plan_amount_max=amount(it.plan_amount_max_minor, client.currency),
        plan_instalments_max=it.plan_instalments_max,
        plan_days_max=it.plan_days_max,
        plan_missed_max=it.plan_missed_max,
        odd_cents=OddCents(it.odd_cents),
        proof_days=it.proof_days,
        relief_days_max=it.relief_days_max,
        opening_hours=opening_by_day(it.opening_hours) or "always",
        opening_zone=it.opening_zone,
        opening_calendar=it.opening_calendar,
    )


HANDLERS = (read_mandate, agree_mandate)
