"""The application: settings in, Litestar out."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import Message, Scope

from carecredit import settings as settings_module
from carecredit.desk.finance import TAIL_MAX, Finance
from carecredit.kernel import clock
from carecredit.settings import Settings
from carecredit.store.engine import make_engine
from carecredit.store.session import Caller, Store
from carecredit_api import (
    accounts,
    allocations,
    approvals,
    call_forms,
    care_reports,
    caring,
    case_care,
    case_forms,
    case_lists,
    case_moves,
    cases,
    charges,
    clients,
    contacts,
    corrections,
    customers,
    decisions,
    duplicates,
    entries,
    expectations,
    finance_pages,
    gaps,
    health,
    holds,
    imports,
    limits,
    mandates,
    metrics,
    movements,
    next_actions,
    pages,
    papers,
    parts,
    payment_plans,
    people,
    person_forms,
    person_pages,
    policy,
    procedures,
    promises,
    receivables,
    relationships,
    reliefs,
    reminders,
    returns,
    same_person,
    service,
    shifts,
    silences,
    surveys,
    tasks,
    team,
    timeline,
    touches,
    wishes,
    work_forms,
    worklist,
    wrap_forms,
)
from carecredit_api.console.assets import SECURITY_HEADERS
from carecredit_api.cursors import Cursors
from carecredit_api.deps import provide_visit
from carecredit_api.heads import answer_heads
from carecredit_api.inspection import BODY_BYTES_MAX, inspect
from carecredit_api.openapi import config
from carecredit_api.problems import answer
from carecredit_api.security import authorize, refuse_undeclared
from carecredit_api.sessions import Sessions

_HEADERS = {name.lower().encode(): value.encode() for name, value in SECURITY_HEADERS.items()}
_NOT_KEPT = (b"cache-control", b"no-store")


def create_app(settings: Settings | None = None) -> Litestar:
    """Make the application of a set-up (none given: the environment's)."""
    chosen = settings or settings_module.load(os.environ)
    store = Store(make_engine(chosen), chosen.secret())
    app = Litestar(
        route_handlers=[_api(), _rest()],
        guards=[authorize, inspect],
        dependencies={"visit": Provide(provide_visit, sync_to_thread=False)},
        exception_handlers={Exception: answer},
        before_send=[_dress],
        on_startup=[_start],
        on_shutdown=[_stop],
        openapi_config=config(),
        request_max_body_size=BODY_BYTES_MAX,
        logging_config=None,
        debug=False,
        state=State(
            {
                "settings": chosen,
                "store": store,
                "clock": _clock(chosen),
                "sessions": Sessions(chosen),
                "cursors": Cursors(chosen.secret()),
            }
        ),
    )
    refuse_undeclared(app)
    # Around the routing, which would say that the address does not take the method.
    app.asgi_handler = answer_heads(app.asgi_handler)
    return app


def _api() -> Router:
    return Router(
        "/api/v1",
        after_response=_sum_up,
        route_handlers=[
            *clients.HANDLERS,
            *mandates.HANDLERS,
            *customers.HANDLERS,
            *duplicates.HANDLERS,
            *wishes.HANDLERS,
            *silences.HANDLERS,
            *holds.HANDLERS,
            *caring.HANDLERS,
            *promises.HANDLERS,
            *reminders.HANDLERS,
            *payment_plans.HANDLERS,
            *reliefs.HANDLERS,
            *cases.HANDLERS,
            *case_lists.HANDLERS,
            *case_moves.HANDLERS,
            *case_care.HANDLERS,
            *expectations.HANDLERS,
            *service.HANDLERS,
            *policy.HANDLERS,
            *approvals.HANDLERS,
            *decisions.HANDLERS,
            *receivables.HANDLERS,
            *entries.HANDLERS,
            *returns.HANDLERS,
            *allocations.HANDLERS,
            *corrections.HANDLERS,
            *accounts.HANDLERS,
            *charges.HANDLERS,
            *limits.HANDLERS,
            *worklist.HANDLERS,
            *tasks.HANDLERS,
            *next_actions.HANDLERS,
            *touches.HANDLERS,
            *contacts.HANDLERS,
            *timeline.HANDLERS,
            *surveys.HANDLERS,
            *team.HANDLERS,
            *shifts.HANDLERS,
            *procedures.HANDLERS,
            *gaps.HANDLERS,
            imports.import_ledger_files,
            relationships.import_relationships,
            *people.HANDLERS,
            *metrics.HANDLERS,
            *care_reports.HANDLERS,
            *movements.HANDLERS,
            *papers.HANDLERS,
            *parts.HANDLERS,
        ],
    )


async def _sum_up(request: Request[Any, Any, Any]) -> None:
    """After a request that wrote, keep short what each reader of reports has to add up by itself.

    Workers do the same by the clock; this is for a set-up that has none.
    """
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    finance = Finance(request.app.state.store, Caller("door"), request.app.state.clock)
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, lambda: finance.sum_up(more_than=TAIL_MAX))


def _rest() -> Router:
    # One by one at the application, two methods of one path would be wrapped for threads twice.
    return Router(
        "/",
        route_handlers=[
            *health.HANDLERS,
            *pages.HANDLERS,
            *finance_pages.HANDLERS,
            *person_pages.HANDLERS,
            *same_person.HANDLERS,
            *person_forms.HANDLERS,
            *wrap_forms.HANDLERS,
            *call_forms.HANDLERS,
            *case_forms.HANDLERS,
            *work_forms.HANDLERS,
        ],
    )


def _clock(settings: Settings) -> clock.Clock:
    return clock.from_file(Path(settings.clock_file)) if settings.clock_file else clock.now


async def _start(app: Litestar) -> None:
    # The framework's own default would be a handful of threads; the pool is the ceiling.
    threads = ThreadPoolExecutor(app.state.settings.pool_size, thread_name_prefix="door")
    app.state.threads = threads
    asyncio.get_running_loop().set_default_executor(threads)


async def _stop(app: Litestar) -> None:
    app.state.threads.shutdown(wait=False)
    app.state.store.dispose()


async def _dress(message: Message, scope: Scope) -> None:  # noqa: ARG001 - the hook's signature
    """Put the security headers on every answer, those of errors too."""
    if message["type"] != "http.response.start":
        return
    headers: list[Any] = list(message["headers"])
    present = {name.lower() for name, _ in headers}
    headers += [(name, value) for name, value in _HEADERS.items() if name not in present]
    if b"cache-control" not in present:
        headers.append(_NOT_KEPT)
    message["headers"] = headers
