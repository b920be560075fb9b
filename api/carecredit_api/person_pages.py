"""The address of a person's page."""

from typing import Annotated, Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from carecredit.kernel.ids import CustomerId
from carecredit.team.rules import Right
from carecredit_api.console.person_pages import render_person
from carecredit_api.console.person_views import Just
from carecredit_api.console.words import language_of
from carecredit_api.deps import ClientCode, Visit
from carecredit_api.forms import Page, form_of, page_of
from carecredit_api.pages import Done, Dress, Lang
from carecredit_api.person import person_page
from carecredit_api.security import needs

Stayed = Annotated[
    int | None, QueryParameter(name="stayed", description="What stays here.", ge=0, le=1_000_000)
]


@get(
    "/people/{customer_id:uuid}", sync_to_thread=True, include_in_schema=False,
    media_type="text/html", opt=needs(Right.READ_CUSTOMERS, page=True),
)  # fmt: skip
def show_person(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    client: ClientCode = None,
    lang: Lang = None,
    theme: Dress = None,
    stayed: Stayed = None,
    done: Done = None,
) -> Page:
    """Show a person: how things stand, what comes next and why, the whole story."""
    language = language_of(lang, request.headers.get("accept-language"))
    csrf, cookies = form_of(request)
    with visit.reading() as session:
        page = person_page(
            session,
            visit,
            visit.client(session, client),
            customer_id,
            language=language,
            csrf=csrf,
            just=Just(stayed, done),
        )
    return page_of(render_person(page, language=language, theme=theme), cookies)


HANDLERS = (show_person,)
