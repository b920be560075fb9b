"""The addresses of the pages: the first one, signing in and out, the API reference, the files."""

from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import BodyKwarg, QueryParameter
from litestar.response import Redirect
from sqlalchemy.orm import Session

from carecredit.kernel.calendars import zone
from carecredit.kernel.errors import Refused
from carecredit.mandates import queries as mandates
from carecredit.mandates.views import Client
from carecredit.metrics.numerals import Language
from carecredit.store.session import Store
from carecredit.team import queries as team
from carecredit.team.rules import Right, may
from carecredit_api import today
from carecredit_api.console.assets import PAGE_HEADERS, serve_asset
from carecredit_api.console.pages import render_api_docs, render_sign_in, render_today
from carecredit_api.console.views import SignIn, Theme, TodayPage
from carecredit_api.console.words import catalogue, language_of
from carecredit_api.deps import Visit
from carecredit_api.forms import Page, cookie_of, form_of, page_of, role_of
from carecredit_api.openapi import description
from carecredit_api.security import ANY_KEY, DOOR, PUBLIC, key_of, needs
from carecredit_api.sessions import Sessions

Asked = Request[Any, Any, Any]
Lang = Annotated[str | None, QueryParameter(name="lang", description="it or en.", max_length=16)]
Done = Annotated[
    str | None, QueryParameter(name="done", description="What was just done.", max_length=32)
]
Dress = Annotated[Theme | None, QueryParameter(name="theme", description="light or dark.")]


class FormForeign(Refused):
    """The form did not come from a page of ours, or is too old."""

    code = "form_foreign"


class SignInForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the sign-in page sends."""

    key: Annotated[str, msgspec.Meta(max_length=200)]
    csrf: Annotated[str, msgspec.Meta(max_length=200)]
    next: Annotated[str, msgspec.Meta(max_length=500)] = "/"


class SignOutForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the sign-out button sends."""

    csrf: Annotated[str, msgspec.Meta(max_length=200)]


@get(
    "/", sync_to_thread=True, include_in_schema=False, media_type="text/html",
    opt=needs(ANY_KEY, page=True),
)  # fmt: skip
def first_page(
    request: Asked,
    visit: NamedDependency[Visit],
    client: Annotated[str | None, QueryParameter(name="client", max_length=64)] = None,
    lang: Lang = None,
    theme: Dress = None,
    done: Done = None,
) -> Page:
    """Show the first page: today's worklist with reasons, the measures, the way on."""
    language = _language(request, lang)
    csrf, cookies = form_of(request)
    with visit.reading() as session:
        page = today_page(session, visit, client, language, csrf, done=done)
    return page_of(render_today(page, language=language, theme=theme), cookies)


@get(
    "/sign-in", sync_to_thread=True, include_in_schema=False, media_type="text/html",
    opt=needs(PUBLIC, page=True),
)  # fmt: skip
def sign_in_page(
    request: Asked,
    next_path: Annotated[str, QueryParameter(name="next", max_length=500)] = "/",
    lang: Lang = None,
    theme: Dress = None,
) -> Page:
    """Show the form that takes an API key."""
    csrf, cookies = form_of(request)
    page = SignIn(csrf, next_path=_own_path(next_path))
    html = render_sign_in(page, language=_language(request, lang), theme=theme)
    return page_of(html, cookies)


@post(
    "/sign-in", sync_to_thread=True, include_in_schema=False, media_type="text/html",
    status_code=303, opt=needs(PUBLIC, page=True, form=True),
)  # fmt: skip
def sign_in(
    request: Asked,
    data: Annotated[SignInForm, BodyKwarg(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Open a session for a key; a wrong one is asked for again."""
    check_form(request, data.csrf)
    state = request.app.state
    store: Store = state.store
    sessions: Sessions = state.sessions
    with store.read(DOOR) as session:
        key = team.key_by_secret(session, secret=data.key.strip())
    if key is None:
        csrf, cookies = form_of(request)
        page = SignIn(csrf, next_path=_own_path(data.next), reason="unknown_key")
        html = render_sign_in(page, language=_language(request, None))
        return page_of(html, cookies, status_code=401)
    value = sessions.opened(key.id, now=state.clock())
    return Redirect(
        _own_path(data.next),
        status_code=303,
        headers=PAGE_HEADERS,
        cookies=[cookie_of(sessions, sessions.cookie, value)],
    )


@post(
    "/sign-out", sync_to_thread=False, include_in_schema=False, media_type="text/html",
    status_code=303, opt=needs(PUBLIC, page=True, form=True),
)  # fmt: skip
def sign_out(
    request: Asked,
    data: Annotated[SignOutForm, BodyKwarg(media_type=RequestEncodingType.URL_ENCODED)],
) -> Redirect:
    """Close the session of this browser."""
    check_form(request, data.csrf)
    sessions: Sessions = request.app.state.sessions
    gone = [
        cookie_of(sessions, name, "", seconds=0) for name in (sessions.cookie, sessions.form_cookie)
    ]
    return Redirect("/sign-in", status_code=303, headers=PAGE_HEADERS, cookies=gone)


@get(
    "/docs", sync_to_thread=True, include_in_schema=False, media_type="text/html",
    opt=needs(ANY_KEY, page=True),
)  # fmt: skip
def api_docs(request: Asked, lang: Lang = None, theme: Dress = None) -> Page:
    """Show the API reference, from files that come with the package."""
    document = description(request.app)
    html = render_api_docs(
        document,
        language=_language(request, lang),
        theme=theme,
        finance=may(key_of(request).role, Right.READ_METRICS),
    )
    return page_of(html)


def today_page(
    session: Session,
    visit: Visit,
    code: str | None,
    language: Language,
    csrf: str,
    *,
    done: str | None = None,
    alert: str | None = None,
) -> TodayPage:
    """Gather the first page, as far as the key may see."""
    clients = mandates.clients(session)
    chosen = mandates.client_by_code(session, code=code) if code else None
    shown = chosen or (clients[0] if clients else None)
    role = visit.key.role
    works = may(role, Right.WORK)
    asked: dict[str, Any] = {
        "chosen": [chosen] if chosen else clients,
        "clients": clients,
        "language": language,
        "now": visit.now,
    }
    lines, total = today.lines_of(session, **asked) if works else ((), 0)
    tasks = today.tasks_of(session, mine=visit.caller.name, **asked) if works else ()
    hands = (
        today.hands_of(session, clients=clients, operator_id=visit.key.operator_id) if works else ()
    )
    measured = shown if may(role, Right.READ_METRICS) else None
    kpis, dso, aging = _measures(session, visit, measured)
    marks = tuple(today.client_mark(each, clients) for each in clients)
    return TodayPage(
        now=visit.now,
        zone=zone(shown.zone if shown else "UTC"),
        operator_name=visit.key.name,
        operator_role=role_of(role, language),
        clients=marks,
        client=next((mark for mark in marks if chosen and mark.key == chosen.code), None),
        measured=next((mark for mark in marks if measured and mark.key == measured.code), None),
        lines=lines,
        lines_total=total,
        kpis=kpis,
        dso=dso,
        aging=aging,
        aging_currency=shown.currency if shown else "XXX",
        data_as_of=visit.now,
        next_call=_next_call(visit, shown),
        csrf=csrf,
        finance=may(role, Right.READ_METRICS),
        tasks=tasks,
        works=works,
        hands=hands,
        done=catalogue(language).get(f"done.{done}") if done else None,
        alert=alert,
    )


def _measures(session: Session, visit: Visit, client: Client | None) -> today.Measures:
    if client is None:
        return (), (), ()
    series = today.series_of(session, client=client, now=visit.now)
    return today.measures_of(series, client=client)


def _next_call(visit: Visit, client: Client | None) -> str:
    query = f"?client={client.code}" if client else ""
    return (
        f'curl -X POST -H "Authorization: Bearer $CARECREDIT_KEY" '
        f"{visit.public_url}/api/v1/worklist/take{query}"
    )


def _language(request: Asked, lang: str | None) -> Language:
    return language_of(lang, request.headers.get("accept-language"))


def check_form(request: Asked, token: str) -> None:
    """Refuse a form that no page of ours sent, in this browser's session."""
    sessions: Sessions = request.app.state.sessions
    ours = sessions.form_is_ours(
        token,
        nonce=request.cookies.get(sessions.form_cookie, ""),
        session=request.cookies.get(sessions.cookie, ""),
    )
    if not ours or not _from_here(request):
        raise FormForeign("open the page again and send the form from there", field="csrf")


def _from_here(request: Asked) -> bool:
    """Say whether the browser sent a form from a page of this very address."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    if site != "same-origin":
        return False
    own = {_origin(str(request.base_url)), _origin(request.app.state.settings.public_url)}
    return origin is None or _origin(origin) in own


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _own_path(path: str) -> str:
    """Accept a path of this site as the way on; any other leads to the first page."""
    plain = path.isprintable() and path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if plain else "/"


HANDLERS = (first_page, sign_in_page, sign_in, sign_out, api_docs, serve_asset)
