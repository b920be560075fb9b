"""Forms on a person's page: a contact begun, the right person confirmed, a call given back."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import BodyKwarg, FromPath
from litestar.response import Redirect
from msgspec import Struct, structs
from sqlalchemy.orm import Session

from carecredit.cases.operations import Stale
from carecredit.cases.rules import told_in_words
from carecredit.customers import queries as customers
from carecredit.kernel.calendars import zone
from carecredit.kernel.errors import CareCreditError, Invalid, Refused
from carecredit.kernel.ids import ContactId, CustomerId
from carecredit.mandates.views import Client
from carecredit.metrics.numerals import Language
from carecredit.outreach import operations, queries
from carecredit.outreach.rules import Identified, RightParty, root_causes
from carecredit.outreach.views import Contact
from carecredit.team.rules import Right
from carecredit_api.console import formats
from carecredit_api.console.act_views import Returned
from carecredit_api.console.assets import PAGE_HEADERS
from carecredit_api.console.person_pages import render_person
from carecredit_api.console.person_views import Just
from carecredit_api.console.views import Theme
from carecredit_api.console.words import catalogue, language_of
from carecredit_api.deps import Visit
from carecredit_api.forms import form_of, page_of
from carecredit_api.pages import check_form
from carecredit_api.person import person_page
from carecredit_api.security import needs

Asked = Request[Any, Any, Any]
Several = tuple[str, ...] | str
"""What boxes to tick send: none, one, or more."""
OF_A_FORM = needs(Right.WORK, page=True, form=True) | {"query": ("client", "lang", "theme")}
THEMES: dict[str, Theme] = {"light": "light", "dark": "dark"}
UNSAID = frozenset({"csrf", "key"})


class ActDone(Struct, frozen=True):
    """What was done, as a code that the next page has a sentence for."""

    notice: str


class Form(msgspec.Struct, frozen=True):
    """Which form was sent by whom, about whom, where its fields are called otherwise."""

    name: str
    csrf: str
    key: str
    values: dict[str, Any]
    fields: dict[str, str] = {}


class BeginForm(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody came to us: how, and what about."""

    csrf: str
    key: str
    channel: str = ""
    topic: str = ""


class RightPartyForm(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is speaking, and which facts showed it."""

    csrf: str
    key: str
    contact_id: ContactId
    found: str = ""
    identified_by: Several = ()


class GiveBackForm(Struct, frozen=True, forbid_unknown_fields=True):
    """A call that was not made."""

    csrf: str
    key: str
    contact_id: ContactId


URL_ENCODED = BodyKwarg(media_type=RequestEncodingType.URL_ENCODED)


@post(
    "/people/{customer_id:uuid}/contact", sync_to_thread=True, include_in_schema=False,
    media_type="text/html", status_code=303, opt=OF_A_FORM,
)  # fmt: skip
def begin_contact(
    request: Asked,
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: Annotated[BeginForm, URL_ENCODED],
) -> Response[Any]:
    """Begin a contact that the person began."""

    def act(session: Session, client: Client) -> str:
        if data.topic and data.topic not in root_causes():
            raise Invalid("choose what it is about from the list", field="topic")
        told = operations.NewContact(customer_id, data.channel, topic=data.topic or None)
        operations.receive(
            session,
            client_id=client.id,
            contact=told,
            operator_id=visit.key.operator_id,
            now=visit.now,
        )
        return "begun"

    return acted(request, visit, customer_id, form_from("begin", data), act)


@post(
    "/people/{customer_id:uuid}/right-party", sync_to_thread=True, include_in_schema=False,
    media_type="text/html", status_code=303, opt=OF_A_FORM,
)  # fmt: skip
def confirm_on_page(
    request: Asked,
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: Annotated[RightPartyForm, URL_ENCODED],
) -> Response[Any]:
    """Write down who is speaking, before any word of money."""

    def act(session: Session, client: Client) -> str:
        theirs(session, client, customer_id, data.contact_id)
        operations.confirm_right_party(
            session,
            client_id=client.id,
            contact_id=data.contact_id,
            operator_id=visit.key.operator_id,
            found=chosen(RightParty, data.found, "found"),
            identified_by=[
                chosen(Identified, each, "identified_by") for each in listed(data.identified_by)
            ],
            now=visit.now,
        )
        return "confirmed" if data.found == RightParty.CONFIRMED else "not_confirmed"

    return acted(request, visit, customer_id, form_from("right_party", data), act)


@post(
    "/people/{customer_id:uuid}/give-back", sync_to_thread=True, include_in_schema=False,
    media_type="text/html", status_code=303, opt=OF_A_FORM,
)  # fmt: skip
def give_back_on_page(
    request: Asked,
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: Annotated[GiveBackForm, URL_ENCODED],
) -> Response[Any]:
    """Give a call back before it was made."""

    def act(session: Session, client: Client) -> str:
        touch_id = theirs(session, client, customer_id, data.contact_id).touch_id
        if touch_id is None:
            raise Invalid("only a call is given back; wrap this contact up", field="contact_id")
        operations.give_back(
            session,
            client_id=client.id,
            touch_id=touch_id,
            operator_id=visit.key.operator_id,
            now=visit.now,
        )
        return "given_back"

    return acted(request, visit, customer_id, form_from("give_back", data), act)


def form_from(name: str, data: Any, fields: dict[str, str] | None = None) -> Form:
    """Take a form apart: its token, its key, what was typed."""
    values = structs.asdict(data)
    return Form(name, data.csrf, data.key, values, fields or {})


def acted(
    request: Asked,
    visit: Visit,
    customer_id: CustomerId,
    form: Form,
    act: Callable[[Session, Client], str],
) -> Response[Any]:
    """Act once for a form and lead to the person; one that is refused comes back as it was."""
    check_form(request, form.csrf)
    code = request.query_params.get("client")
    try:
        with visit.writing() as session:
            client = visit.client(session, code)
            customers.customer(session, client_id=client.id, customer_id=customer_id)
            answer = visit.once(session, client.id, form.key, lambda: ActDone(act(session, client)))
    except (Invalid, Refused) as error:
        return _returned(request, visit, customer_id, form, error)
    done = msgspec.json.decode(msgspec.json.encode(answer.content), type=ActDone)
    return Redirect(
        f"/people/{customer_id}",
        status_code=303,
        query_params=kept(request) | {"client": client.code, "done": done.notice},
        headers=PAGE_HEADERS,
    )


def kept(request: Asked) -> dict[str, str]:
    """Give what an address keeps from one page to the next."""
    asked = request.query_params
    return {name: asked[name] for name in ("client", "lang", "theme") if asked.get(name)}


def theirs(
    session: Session, client: Client, customer_id: CustomerId, contact_id: ContactId
) -> Contact:
    """Find a contact of this very person; another's is not there."""
    found = queries.contact(session, client_id=client.id, contact_id=contact_id)
    if found.customer_id != customer_id:
        raise queries.UnknownContact("no such contact of this customer", field="contact_id")
    return found


def listed(several: Several) -> tuple[str, ...]:
    """Give what was ticked, also where it is a single one."""
    return (several,) if isinstance(several, str) else several


def chosen(kind: Any, code: str, field: str) -> Any:
    """Read a choice of a list; none, or another, names its field."""
    try:
        return kind(code)
    except ValueError as error:
        raise Invalid("choose one of the list", field=field) from error


def told(error: CareCreditError, field: str, language: Language) -> str:
    """Say what is wrong in words of the page: of the field, else of the kind of refusal."""
    words = catalogue(language)
    for name in (f"wrong.{field}", f"wrong.{error.code}"):
        if name in words:
            return words[name]
    return error.message if language == "en" else words["wrong.other"]


def _returned(
    request: Asked, visit: Visit, customer_id: CustomerId, form: Form, error: Invalid | Refused
) -> Response[Any]:
    """Show the page again with all that was typed, and what is wrong beside its field."""
    language = language_of(request.query_params.get("lang"), request.headers.get("accept-language"))
    field = form.fields.get(error.field or "", error.field or "")
    csrf, cookies = form_of(request)
    with visit.reading() as session:
        client = visit.client(session, request.query_params.get("client"))
        since = _since(error, client, language) if isinstance(error, Stale) else ()
        back = Returned(
            form.name,
            {
                name: listed(value)
                for name, value in form.values.items()
                if name not in UNSAID and isinstance(value, str | tuple)
            },
            field,
            told(error, field, language),
            since,
        )
        page = person_page(
            session,
            visit,
            client,
            customer_id,
            language=language,
            csrf=csrf,
            just=Just(returned=back),
        )
    theme = THEMES.get(request.query_params.get("theme", ""))
    html = render_person(page, language=language, theme=theme, at=f"/people/{customer_id}")
    return page_of(html, cookies, status_code=422 if isinstance(error, Invalid) else 409)


def _since(error: Stale, client: Client, language: Language) -> tuple[str, ...]:
    at = zone(client.zone)
    return tuple(
        f"{told_in_words('event', one.code)[language]} {one.recorded_by}, "
        f"{formats.moment(one.happened_at, at, language)}"
        + (f": {one.reason}" if one.reason else "")
        for one in error.since
    )


HANDLERS = (begin_contact, confirm_on_page, give_back_on_page)
