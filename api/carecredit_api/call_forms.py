"""A form on a person's page: a call of our own motion."""

from typing import Annotated, Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct
from sqlalchemy.orm import Session

from carecredit.kernel.ids import CustomerId
from carecredit.mandates.views import Client
from carecredit.outreach.operations import call_out
from carecredit_api.deps import Visit
from carecredit_api.person_forms import OF_A_FORM, URL_ENCODED, Asked, Form, acted


class CallForm(Struct, frozen=True, forbid_unknown_fields=True):
    """We call: nothing but that it is meant."""

    csrf: str
    key: str


@post(
    "/people/{customer_id:uuid}/call", sync_to_thread=True, include_in_schema=False,
    media_type="text/html", status_code=303, opt=OF_A_FORM,
)  # fmt: skip
def call_on_page(
    request: Asked,
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: Annotated[CallForm, URL_ENCODED],
) -> Response[Any]:
    """Take a call that the person may expect of us, if the contact policy allows it now."""

    def act(session: Session, client: Client) -> str:
        call_out(
            session,
            client_id=client.id,
            customer_id=customer_id,
            operator_id=visit.key.operator_id,
            now=visit.now,
        )
        return "called"

    form = Form("call", data.csrf, data.key, {}, {"": "call"})
    return acted(request, visit, customer_id, form, act)


HANDLERS = (call_on_page,)
