"""A made day at a desk, consistent in its sums, and a small application that shows it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec
import pytest
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.testing import TestClient

from carecredit.kernel.calendars import add_months, at_local, zone
from carecredit.metrics.numerals import Language
from carecredit_api.console.assets import PAGE_HEADERS, serve_asset
from carecredit_api.console.pages import (
    render_api_docs,
    render_problem,
    render_sign_in,
    render_today,
)
from carecredit_api.console.views import (
    AgingMonth,
    Client,
    DsoMonth,
    Kpi,
    Permission,
    ProblemPage,
    SignIn,
    Theme,
    TodayPage,
    WorklistLine,
)
from carecredit_api.console.words import language_of

ROME = zone("Europe/Rome")
TODAY = date(2026, 12, 1)
MONTH_ENDS = tuple(add_months(date(2026, 11, 30), -back) for back in range(11, -1, -1))

WATER = Client("acqua-serena", "Acqua Serena", 0)
POWER = Client("luce-viva", "Luce Viva", 1)
BANK = Client("credito-aurora", "Credito Aurora", 2)
TELCO = Client("linea-sud", "Linea Sud", 3)

DSO = (55.9, 57.2, 56.4, 56.1, 56.9, 56.6, 55.2, 53.4, 52.1, 50.3, 48.6, 47.2)
BEST = (38.4, 38.9, 38.6, 38.2, 38.0, 38.3, 37.9, 37.6, 37.2, 36.8, 36.5, 36.2)
TOTAL = (1560, 1610, 1676, 1618, 1540, 1485, 1392, 1280, 1196, 1120, 1066, 1026)
OVER_90 = (417, 430, 436, 436, 428, 412, 392, 357, 331, 310, 297, 288)
TO_90 = (192, 197, 207, 203, 197, 184, 172, 156, 143, 134, 118, 112)
TO_60 = (310, 332, 340, 336, 306, 290, 271, 246, 219, 195, 188, 184)
CEI = (75.1, 75.8, 75.6, 76.9, 77.8, 78.0, 78.2, 79.4, 80.2, 81.0, 80.6, 83.4)
CHURN = (2.6, 2.6, 2.5, 2.5, 2.4, 2.4, 2.3, 2.2, 2.1, 2.0, 2.0, 1.9)
THOUSAND = 100_000  # cents

WHY = {
    "it": (
        "Ha chiesto di essere richiamata dopo pranzo sul consumo anomalo.",
        "Ha detto di aver perso il lavoro: c’è da offrirgli tre rate senza costi.",
        "Ha promesso 240 € per oggi: si ringrazia, o si sposta insieme la data.",
        "Prima fattura in ritardo dopo tre anni puntuali: forse non l’ha ricevuta.",
        "La contestazione è chiusa a suo favore: va informata per iscritto.",
        "Due solleciti automatici non letti: meglio una voce che un’altra e-mail.",
        "Nuovo addebito diretto respinto dalla banca: da aiutare a rifarlo.",
    ),
    "en": (
        "She asked to be called back after lunch about the odd meter reading.",
        "He told us he lost his job: three instalments without costs are there to offer.",
        "He promised €240 for today: thank him, or move the day together.",
        "First late invoice after three punctual years: it may not have arrived.",
        "The dispute was settled in her favour: she should have it in writing.",
        "Two automatic notes went unread: a voice is better than another e-mail.",
        "The bank refused the new direct debit: help him set it up again.",
    ),
}
STEPS = {
    "it": (
        "Richiamata",
        "Chiamata di cortesia",
        "Messaggio di conferma",
        "Chiamata di cortesia",
        "Riepilogo scritto",
        "Chiamata di cortesia",
        "Lettera con istruzioni",
    ),
    "en": (
        "Call-back",
        "Courtesy call",
        "Confirming message",
        "Courtesy call",
        "Written summary",
        "Courtesy call",
        "Letter with the steps",
    ),
}
NEXT_CALL = (
    "curl -X POST https://desk.example/v1/worklist/next \\\n"
    '     -H "Authorization: Bearer $CARECREDIT_KEY"'
)


def _at(hour: int, minute: int = 0) -> datetime:
    return at_local(TODAY, time(hour, minute), ROME)


def _lines(language: Language) -> tuple[WorklistLine, ...]:
    why, steps = WHY[language], STEPS[language]
    facts: list[dict[str, Any]] = [
        {"person_name": "Lucia Bianchi", "client": WATER, "channel": "voice", "open_minor": 28_460,
         "opens_at": _at(14), "closes_at": _at(17), "is_callback": True, "is_disputed": True,
         "overdue_days": 27},
        {"person_name": "Marco De Santis", "client": POWER, "channel": "voice",
         "open_minor": 41_275, "opens_at": _at(9), "closes_at": _at(12, 30), "overdue_days": 34,
         "has_care_need": True},
        {"person_name": "Officina Rossi S.n.c.", "client": BANK, "channel": "message",
         "open_minor": 24_000, "opens_at": _at(9), "closes_at": _at(18), "is_promise_due": True},
        {"person_name": "Anna Esposito", "client": TELCO, "channel": "voice", "open_minor": 6_490,
         "opens_at": _at(17), "closes_at": _at(19), "overdue_days": 12},
        {"person_name": "Giovanna Ferri", "client": WATER, "channel": "mail", "open_minor": None,
         "opens_at": _at(8), "closes_at": None},
        {"person_name": "Panificio Costa S.r.l.", "client": POWER, "channel": "voice",
         "open_minor": 132_018, "opens_at": _at(10, 30), "closes_at": _at(12), "overdue_days": 21},
        {"person_name": "Karim Haddad", "client": BANK, "channel": "letter", "open_minor": 15_620,
         "opens_at": _at(8), "closes_at": None, "overdue_days": 1},
    ]  # fmt: skip
    respect = ("Prima chi parla.",)
    told = {
        0: Permission(allowed=True, summary="Sì.", reasons=(), respect=respect),
        3: Permission(
            allowed=False, summary="Non adesso.", reasons=("Fuori orario.",), respect=respect
        ),
    }
    return tuple(
        WorklistLine(
            touch_id=f"t{index}",
            why=why[index],
            step=steps[index],
            permission=told.get(index),
            **each,
        )
        for index, each in enumerate(facts)
    )


def _kpi(key: str, trail: tuple[float, ...], **more: Any) -> Kpi:
    return Kpi(key, trail, MONTH_ENDS[-2], **more)  # type: ignore[arg-type]  # keys are written below


def made_day(language: Language = "it") -> TodayPage:
    past_due = tuple(total * THOUSAND for total in TOTAL)
    return TodayPage(
        now=_at(9, 40),
        zone=ROME,
        operator_name="Giulia M.",
        operator_role={"it": "Squadra Vesuvio", "en": "Vesuvio team"}[language],
        clients=(WATER, POWER, BANK, TELCO),
        client=None,
        lines=_lines(language),
        lines_total=18,
        kpis=(
            _kpi("dso", DSO),
            _kpi("past_due", past_due, share_of_open=24),
            _kpi("cei", CEI),
            _kpi("churn", CHURN),
        ),
        dso=tuple(map(DsoMonth, MONTH_ENDS, DSO, BEST)),
        aging=tuple(
            AgingMonth(
                on,
                (total - to_60 - to_90 - over) * THOUSAND,
                to_60 * THOUSAND,
                to_90 * THOUSAND,
                over * THOUSAND,
            )
            for on, total, to_60, to_90, over in zip(
                MONTH_ENDS, TOTAL, TO_60, TO_90, OVER_90, strict=True
            )
        ),
        aging_currency="EUR",
        data_as_of=datetime(2026, 12, 1, 5, 15, tzinfo=UTC),
        next_call=NEXT_CALL,
        csrf="a-token",
    )


class PromiseIn(msgspec.Struct):
    """A promise as the customer gives it."""

    amount: str
    currency: str
    due_on: date
    note: str | None = None


class Promise(msgspec.Struct):
    """A promise as it stands."""

    id: str
    promise: PromiseIn
    state: str = "active"


@post("/v1/customers/{customer_id:str}/promises", tags=["Arrangements"], sync_to_thread=False)
def record_promise(customer_id: FromPath[str], data: JSONBody[PromiseIn]) -> Promise:
    """Record what the customer promises; nobody asks again until the day has passed."""
    return Promise(customer_id, data)


@get("/v1/worklist", tags=["Worklist"], sync_to_thread=False)
def show_worklist(limit: FromQuery[int] = 20) -> list[Promise]:
    """List whom to speak with next, and why."""
    return [][:limit]


@post("/v1/worklist/next", tags=["Worklist"], sync_to_thread=False)
def take_next() -> Promise:
    """Take the next item; it is reserved for the caller."""
    raise NotImplementedError


def _page(html: str, status_code: int = 200) -> Response[str]:
    return Response(html, status_code=status_code, media_type=MediaType.HTML, headers=PAGE_HEADERS)


def _language(request: Request[Any, Any, Any]) -> Language:
    return language_of(request.query_params.get("lang"), request.headers.get("accept-language"))


def _theme(request: Request[Any, Any, Any]) -> Theme | None:
    theme = request.query_params.get("theme")
    return theme if theme in ("light", "dark") else None


def make_app(page: Callable[[Language], TodayPage] = made_day) -> Litestar:
    @get("/", sync_to_thread=False, include_in_schema=False)
    def today(request: Request[Any, Any, Any]) -> Response[str]:
        language, shown = _language(request), page(_language(request))
        if "empty" in request.query_params:
            shown = msgspec.structs.replace(
                shown, lines=(), lines_total=0, clients=(WATER,), client=WATER
            )
        return _page(render_today(shown, language=language, theme=_theme(request)))

    @get("/sign-in", sync_to_thread=False, include_in_schema=False)
    def sign_in(request: Request[Any, Any, Any]) -> Response[str]:
        reason: Any = request.query_params.get("reason", "none")
        shown = SignIn("a-token", reason=reason)
        return _page(render_sign_in(shown, language=_language(request), theme=_theme(request)))

    @get("/docs", sync_to_thread=False, include_in_schema=False)
    def docs(request: Request[Any, Any, Any]) -> Response[str]:
        document = request.app.openapi_schema.to_schema()
        return _page(render_api_docs(document, language=_language(request), theme=_theme(request)))

    def tell(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
        status = getattr(error, "status_code", 500)
        shown = ProblemPage(status, reference="018f-3c2a")
        html = render_problem(shown, language=_language(request), theme=_theme(request))
        return _page(html, status)

    return Litestar(
        [today, sign_in, docs, serve_asset, record_promise, show_worklist, take_next],
        exception_handlers={Exception: tell},
        openapi_config=OpenAPIConfig(
            title="CareCredit", version="0.1.0", render_plugins=[JsonRenderPlugin()]
        ),
    )


@pytest.fixture
def day() -> Callable[[Language], TodayPage]:
    return made_day


@pytest.fixture
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(make_app()) as client:
        yield client
