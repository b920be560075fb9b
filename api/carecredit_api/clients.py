"""Client companies over HTTP."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency

from carecredit.kernel.ids import ClientId
from carecredit.mandates import queries as mandates
from carecredit_api.deps import Visit
from carecredit_api.security import ANY_KEY, needs
from carecredit_api.wire import Currency, word


class ClientOut(msgspec.Struct, frozen=True):
    """A client company: the one on whose behalf we answer."""

    id: ClientId
    code: Annotated[str, word("Short code, used as ?client=.", "ACQ")]
    name: Annotated[str, word("Name as customers know it.", "Acque del Nord")]
    country: Annotated[str, word("ISO country.", "IT")]
    currency: Currency
    language: Annotated[str, word("Language: it or en.", "it")]
    zone: Annotated[str, word("IANA zone.", "Europe/Rome")]


class Clients(msgspec.Struct, frozen=True):
    """The client companies a key serves."""

    items: tuple[ClientOut, ...]


@get(
    "/clients", operation_id="list_clients", tags=["Client companies"], sync_to_thread=True,
    summary="List client companies", opt=needs(ANY_KEY),
)  # fmt: skip
def list_clients(visit: NamedDependency[Visit]) -> Clients:
    """List the client companies that the key serves, by code."""
    with visit.reading() as session:
        found = mandates.clients(session)
    return Clients(
        tuple(
            ClientOut(it.id, it.code, it.name, it.country, it.currency, it.language, it.zone)
            for it in found
        )
    )
