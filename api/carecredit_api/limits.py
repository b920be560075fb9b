"""How much a customer may owe, and what is at stake beside it."""

from typing import Annotated

import msgspec
from litestar import Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from carecredit.customers import queries as customers
from carecredit.kernel.ids import CustomerId
from carecredit.mandates.views import Client
from carecredit.receivables import operations, queries, views
from carecredit_api.accounts import READ
from carecredit_api.charges import Who
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.entries import WRITE
from carecredit_api.receivables import TAGS
from carecredit_api.wire import (
    Amount,
    AmountIn,
    Currency,
    CurrencyIn,
    Day,
    Instant,
    amount,
    checked_day,
    money,
    word,
)


class LimitIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much a customer may owe from a day on."""

    currency: CurrencyIn
    valid_from: Day
    set_by: Who
    limit: Annotated[AmountIn | None, word("None: no limit from then.", "1250.00")] = None


class LimitOut(msgspec.Struct, frozen=True):
    """What was said of a customer's limit, and when."""

    currency: Currency
    valid_from: Day
    limit: Amount | None
    set_by: Who
    recorded_at: Instant


class ExposureOut(msgspec.Struct, frozen=True):
    """What is at stake in one currency beside the limit: a flag, nothing follows of itself."""

    currency: Currency
    past_due: Amount
    not_due: Amount
    unapplied: Amount
    exposure: Amount
    disputed: Amount
    limit: Amount | None
    over_limit: bool


class Credit(msgspec.Struct, frozen=True):
    """A customer's exposure and limit, with every limit there was, newest word first."""

    exposure: tuple[ExposureOut, ...]
    history: tuple[LimitOut, ...]


@get(
    "/customers/{customer_id:uuid}/credit-limit", operation_id="read_credit_limit", tags=TAGS,
    summary="Read exposure and limit", sync_to_thread=True, opt=READ,
)  # fmt: skip
def read_credit_limit(
    visit: NamedDependency[Visit], customer_id: FromPath[CustomerId], client: ClientCode = None
) -> Credit:
    """Say what is at stake beside the limit; the flag is for people to read."""
    with visit.reading() as session:
        found = visit.client(session, client)
        whose = {"client_id": found.id, "customer_id": customer_id}
        customers.customer(session, **whose)  # type: ignore[arg-type] # the same ids
        exposed = queries.exposure(session, **whose, today=visit.today(found))  # type: ignore[arg-type] # the same ids
        history = queries.credit_limits(session, **whose)  # type: ignore[arg-type] # the same ids
    return Credit(tuple(map(_exposure, exposed)), tuple(map(_limit, history)))


@put(
    "/customers/{customer_id:uuid}/credit-limit", operation_id="set_credit_limit", tags=TAGS,
    summary="Say how much a customer may owe", sync_to_thread=True, opt=WRITE,
)  # fmt: skip
def set_credit_limit(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: JSONBody[LimitIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[LimitOut]:
    """Say how much a customer may owe from a day on; earlier words stay in the history."""
    limit = data.limit and money(data.limit, data.currency, field="limit")

    def act(session: Session, found: Client) -> LimitOut:
        operations.set_credit_limit(
            session,
            client_id=found.id,
            customer_id=customer_id,
            currency=data.currency,
            limit_minor=limit.minor if limit else None,
            valid_from=checked_day(data.valid_from, field="valid_from"),
            set_by=data.set_by,
            now=visit.now,
        )
        said = queries.credit_limits(session, client_id=found.id, customer_id=customer_id)
        return _limit(said[0])

    return visit.act(client, idempotency_key, act)


def _exposure(it: views.Exposure) -> ExposureOut:
    return ExposureOut(
        it.currency,
        amount(it.past_due_minor, it.currency),
        amount(it.not_due_minor, it.currency),
        amount(it.unapplied_minor, it.currency),
        amount(it.exposure_minor, it.currency),
        amount(it.disputed_minor, it.currency),
        None if it.limit_minor is None else amount(it.limit_minor, it.currency),
        it.over_limit,
    )


def _limit(it: views.Limit) -> LimitOut:
    limit = None if it.limit_minor is None else amount(it.limit_minor, it.currency)
    return LimitOut(it.currency, it.valid_from, limit, it.set_by, it.recorded_at)


HANDLERS = (read_credit_limit, set_credit_limit)
