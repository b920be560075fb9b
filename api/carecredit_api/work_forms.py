"""Forms on the first page: a task taken, given back, taken over; the next call taken."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from carecredit.mandates import queries as mandates
from carecredit.outreach import queries as outreach
from carecredit.worklist import operations
from carecredit.worklist.operations import TaskHeld, take_next
from carecredit.worklist.queries import UnknownTask
from carecredit.worklist.rules import TaskKind
from carecredit_api.console.assets import PAGE_HEADERS
from carecredit_api.console.pages import render_today
from carecredit_api.console.words import catalogue, language_of
from carecredit_api.deps import Visit
from carecredit_api.forms import form_of, page_of
from carecredit_api.pages import check_form, today_page
from carecredit_api.person_forms import OF_A_FORM, THEMES, URL_ENCODED, Asked, chosen, kept

ACTS: dict[str, tuple[Callable[..., Any], str]] = {
    "claim": (operations.claim, "claimed"),
    "give-back": (operations.give_back, "task_given_back"),
    "take-over": (operations.take_over, "taken_over"),
}
"""What may be done with a task, and the notice that tells of it."""


class NextForm(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody asks for the next call."""

    csrf: str


class TaskForm(Struct, frozen=True, forbid_unknown_fields=True):
    """Which task, of which client company."""

    csrf: str
    of: str
    kind: str
    subject_id: UUID


@post(
    "/work/next", sync_to_thread=True, include_in_schema=False, media_type="text/html",
    status_code=303, opt=OF_A_FORM,
)  # fmt: skip
def take_next_on_page(
    request: Asked, visit: NamedDependency[Visit], data: Annotated[NextForm, URL_ENCODED]
) -> Response[Any]:
    """Take the next call and go to its person; who holds one already is led to that one."""
    check_form(request, data.csrf)
    with visit.writing() as session:
        ids = visit.clients(session, request.query_params.get("client"))
        operator_id = visit.key.operator_id
        held = outreach.in_hands(
            session, client_ids=visit.clients(session, None), operator_id=operator_id
        )
        calls = [(one.client_id, one.customer_id) for one in held if one.touch_id is not None]
        done = "in_hand"
        if not calls:
            taken = take_next(session, client_ids=ids, now=visit.now, operator_id=operator_id)
            calls = [(taken.call.client_id, taken.call.customer_id)] if taken else []
            done = "taken"
        codes = {each.id: each.code for each in mandates.clients(session)}
    if not calls:
        return _to("/", kept(request) | {"done": "no_call"})
    client_id, customer_id = calls[0]
    asked = kept(request) | {"client": codes[client_id], "done": done}
    return _to(f"/people/{customer_id}", asked)


@post(
    "/work/{act:str}", sync_to_thread=True, include_in_schema=False, media_type="text/html",
    status_code=303, opt=OF_A_FORM,
)  # fmt: skip
def act_on_task(
    request: Asked,
    visit: NamedDependency[Visit],
    act: FromPath[str],
    data: Annotated[TaskForm, URL_ENCODED],
) -> Response[Any]:
    """Take a task for half an hour, give it back undone, or take it over on record."""
    if act not in ACTS:
        raise UnknownTask("there is no such thing to do with a task")
    return _acted(request, visit, data, *ACTS[act])


def _acted(
    request: Asked, visit: Visit, data: TaskForm, act: Callable[..., Any], done: str
) -> Response[Any]:
    check_form(request, data.csrf)
    try:
        with visit.writing() as session:
            act(
                session,
                client_id=visit.client(session, data.of).id,
                kind=chosen(TaskKind, data.kind, "kind"),
                subject_id=data.subject_id,
                operator_id=visit.key.operator_id,
                now=visit.now,
            )
    except (TaskHeld, UnknownTask) as error:
        return _returned(request, visit, error)
    return _to("/", kept(request) | {"done": done})


def _returned(request: Asked, visit: Visit, error: TaskHeld | UnknownTask) -> Response[Any]:
    """Show the first page as it is now, with why the task was not taken."""
    language = language_of(request.query_params.get("lang"), request.headers.get("accept-language"))
    csrf, cookies = form_of(request)
    with visit.reading() as session:
        page = today_page(
            session,
            visit,
            request.query_params.get("client"),
            language,
            csrf,
            alert=catalogue(language)[f"wrong.{error.code}"],
        )
    theme = THEMES.get(request.query_params.get("theme", ""))
    html = render_today(page, language=language, theme=theme, at="/")
    return page_of(html, cookies, status_code=409 if isinstance(error, TaskHeld) else 404)


def _to(path: str, query: dict[str, str]) -> Redirect:
    return Redirect(path, status_code=303, query_params=query, headers=PAGE_HEADERS)


HANDLERS = (take_next_on_page, act_on_task)
