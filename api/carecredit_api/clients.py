"""Client companies over HTTP, and where their customers pay."""

from typing import Annotated

import msgspec
from litestar import Response, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId
from carecredit.mandates import queries as mandates
from carecredit.mandates.operations import say_where_to_pay
from carecredit.mandates.views import Client
from carecredit.team.rules import Right
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import ANY_KEY, needs
from carecredit_api.wire import Currency, word

TAGS = ["Client companies"]
SET_UP = needs(Right.SET_UP)
Payee = Annotated[str | None, word("To whom customers pay; none: its name.", "Acque del Nord")]
Iban = Annotated[str | None, word("Where customers pay.", "IT60X0542811101000000123456")]
Bic = Annotated[str | None, word("BIC of that account.", "BPMOIT22")]


class ClientOut(msgspec.Struct, frozen=True):
    """A client company: the one on whose behalf we answer."""

    id: ClientId
    code: Annotated[str, word("Short code, used as ?client=.", "ACQ")]
    name: Annotated[str, word("Name as customers know it.", "Acque del Nord")]
    country: Annotated[str, word("ISO country.", "IT")]
    currency: Currency
    language: Annotated[str, word("Language: it or en.", "it")]
    zone: Annotated[str, word("IANA zone.", "Europe/Rome")]
    payee: Payee
    iban: Iban
    bic: Bic


class Clients(msgspec.Struct, frozen=True):
    """The client companies a key serves."""

    items: tuple[ClientOut, ...]


class WhereToPay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The account that customers pay to, whole: null is none, and nothing is left out."""

    payee: Payee
    iban: Iban
    bic: Bic


@get(
    "/clients", operation_id="list_clients", tags=TAGS, sync_to_thread=True,
    summary="List client companies", opt=needs(ANY_KEY),
)  # fmt: skip
def list_clients(visit: NamedDependency[Visit]) -> Clients:
    """List the client companies that the key serves, by code."""
    with visit.reading() as session:
        found = mandates.clients(session)
    return Clients(tuple(map(_client, found)))


@put(
    "/where-to-pay", operation_id="set_where_to_pay", tags=TAGS, sync_to_thread=True,
    summary="Say where customers pay", opt=SET_UP,
)  # fmt: skip
def set_where_to_pay(
    visit: NamedDependency[Visit],
    data: JSONBody[WhereToPay],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ClientOut]:
    """Put the account that customers pay to in place of the one before; the audit keeps both."""

    def act(session: Session, found: Client) -> ClientOut:
        card = say_where_to_pay(
            session,
            client_id=found.id,
            payee=data.payee,
            iban=data.iban,
            bic=data.bic,
            now=visit.now,
        )
        return _client(card)

    return visit.act(client, idempotency_key, act)


def _client(it: Client) -> ClientOut:
    return ClientOut(**{name: getattr(it, name) for name in ClientOut.__struct_fields__})


HANDLERS = (list_clients, set_where_to_pay)
