"""What lateness would come to, and what of it is given up."""

from functools import partial
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from carecredit.customers import queries as customers
from carecredit.kernel.calendars import zone
from carecredit.kernel.ids import CustomerId, InvoiceId, WaiverId
from carecredit.mandates.views import Client
from carecredit.metrics.rules.knowledge import known_until
from carecredit.receivables import operations, queries, views
from carecredit.receivables.operations import Charge
from carecredit.receivables.rules import late_rule
from carecredit_api.accounts import READ
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.entries import WRITE
from carecredit_api.questions import AsOf, KnownAt
from carecredit_api.receivables import TAGS
from carecredit_api.wire import (
    Amount,
    Currency,
    Day,
    Number,
    Reason,
    Sentence,
    amount,
    checked_day,
    read_day,
    read_known,
    word,
)

Who = Annotated[
    str,
    msgspec.Meta(
        description="Who decided.", examples=["Anna Bianchi"], min_length=1, max_length=200
    ),
]
OtherRule = Annotated[
    str | None,
    QueryParameter(
        name="rule",
        description="Look at another rule than the mandate's, such as it_b2b.",
        max_length=64,
    ),
]
Percent = Annotated[str, word("Per cent a year.", "10.15")]


class ChargeLineOut(msgspec.Struct, frozen=True):
    """Interest of some days, both in."""

    from_on: Day
    through_on: Day
    days: Annotated[int, msgspec.Meta(description="Days.", examples=[30])]
    principal: Amount
    percent: Percent
    reference_percent: Percent
    interest: Annotated[str, word("Exact to four more decimals.", "40.684932")]
    source: Annotated[str, word("Where the rate stands.", "Gazzetta Ufficiale 15")]
    confidence: Annotated[str, word("official or conflicting.", "official")]
    note: Annotated[str | None, word("What to know of it.", "sources differ")]


class LateChargeOut(msgspec.Struct, frozen=True):
    """What lateness of an invoice would come to; nothing is charged."""

    invoice_id: InvoiceId
    number: Number
    currency: Currency
    rule: Annotated[str, word("Key of the rule.", "it_b2b")]
    rule_name: Sentence
    rule_source: Annotated[str, word("The law.", "D.Lgs. 231/2002")]
    through_on: Day
    open: Amount
    disputed: Amount
    lines: tuple[ChargeLineOut, ...]
    interest: Amount
    interest_waived: Amount
    compensation: Amount
    compensation_waived: Amount
    chargeable: Amount
    unknown_from: Day | None


class LateCharges(msgspec.Struct, frozen=True):
    """What could be asked for lateness by the mandate's rule; empty where it names none."""

    items: tuple[LateChargeOut, ...]


class WaiverIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Late interest or compensation given up."""

    invoice_id: InvoiceId
    charge: Charge
    waived_by: Who
    reason: Reason
    through_on: Annotated[
        Day | None, msgspec.Meta(description="Interest through this day; none: all there will be.")
    ] = None


class WaiverOut(msgspec.Struct, frozen=True):
    """A waiver that was recorded."""

    id: WaiverId


@get(
    "/customers/{customer_id:uuid}/late-charges", operation_id="read_late_charges", tags=TAGS,
    summary="Show what lateness would come to", sync_to_thread=True, opt=READ,
)  # fmt: skip
def read_late_charges(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    rule: OtherRule = None,
) -> LateCharges:
    """Show late interest and compensation by the mandate's rule, line by line; none is charged."""
    known = read_known(known_at)
    with visit.reading() as session:
        found = visit.client(session, client)
        customers.customer(session, client_id=found.id, customer_id=customer_id)
        day = visit.today(found) if as_of is None else read_day(as_of, field="as_of")
        charges = queries.late_charges(
            session,
            client_id=found.id,
            customer_id=customer_id,
            today=day,
            rule=rule,
            known_at=known_until(known, zone(found.zone)),
        )
    return LateCharges(tuple(map(_charge, charges)))


@post(
    "/waivers", operation_id="waive", tags=TAGS, sync_to_thread=True,
    summary="Give up late charges", opt=WRITE,
)  # fmt: skip
def waive(
    visit: NamedDependency[Visit],
    data: JSONBody[WaiverIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[WaiverOut]:
    """Record that late charges on an invoice are given up: by whom, why, through when."""

    def act(session: Session, found: Client) -> WaiverOut:
        waiver_id = operations.waive(
            session,
            client_id=found.id,
            invoice_id=data.invoice_id,
            charge=data.charge,
            through_on=data.through_on and checked_day(data.through_on, field="through_on"),
            waived_by=data.waived_by,
            reason=data.reason,
            now=visit.now,
        )
        return WaiverOut(waiver_id)

    return visit.act(client, idempotency_key, act)


def _charge(it: views.LateCharge) -> LateChargeOut:
    told = partial(amount, currency=it.currency)
    return LateChargeOut(
        invoice_id=it.invoice_id,
        number=it.number,
        currency=it.currency,
        rule=it.rule,
        rule_name=dict(late_rule(it.rule).name),
        rule_source=it.rule_source,
        through_on=it.through_on,
        open=told(it.open_minor),
        disputed=told(it.disputed_minor),
        lines=tuple(
            ChargeLineOut(
                from_on=line.from_on,
                through_on=line.through_on,
                days=line.days,
                principal=told(line.principal_minor),
                percent=line.percent,
                reference_percent=line.reference_percent,
                interest=line.interest,
                source=line.source,
                confidence=line.confidence,
                note=line.note,
            )
            for line in it.lines
        ),
        interest=told(it.interest_minor),
        interest_waived=told(it.interest_waived_minor),
        compensation=told(it.compensation_minor),
        compensation_waived=told(it.compensation_waived_minor),
        chargeable=told(it.chargeable_minor),
        unknown_from=it.unknown_from,
    )


HANDLERS = (read_late_charges, waive)
