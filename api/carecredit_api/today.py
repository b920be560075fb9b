"""What the first page shows, gathered: the worklist, and the measures of the last months."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from carecredit.cadence import queries as cadence
from carecredit.contact_policy.queries import explanation
from carecredit.contact_policy.rules import Sentence
from carecredit.contact_policy.views import Explanation
from carecredit.customers import queries as customers
from carecredit.kernel.calendars import DAY, add_months, local_date, zone
from carecredit.kernel.ids import OperatorId
from carecredit.mandates.views import Client
from carecredit.metrics import queries as metrics
from carecredit.metrics.numerals import Language
from carecredit.metrics.rules.measure import Measure
from carecredit.metrics.views import Series, SeriesRow
from carecredit.outreach import queries as outreach
from carecredit.worklist import queries as worklist
from carecredit.worklist.views import Item
from carecredit_api.console import views
from carecredit_api.console.words import catalogue

MONTHS = 13
"""A year and the month it is compared with."""
LINES_MAX, TASKS_MAX = 12, 12
Measures = tuple[tuple[views.Kpi, ...], tuple[views.DsoMonth, ...], tuple[views.AgingMonth, ...]]
_BANDS = ("1_30", "31_60", "61_90", "91_plus")


def client_mark(client: Client, clients: Sequence[Client]) -> views.Client:
    """Give a client company the mark it has on every page."""
    tint = next(index for index, each in enumerate(clients) if each.id == client.id) % 8
    return views.Client(client.code, client.name, tint)


def month_ends(now: datetime, at: tzinfo) -> list[date]:
    """List the ends of the last months that are over, oldest first."""
    last = local_date(now, at).replace(day=1) - DAY
    return [add_months(last, -back) for back in reversed(range(MONTHS))]


def lines_of(
    session: Session,
    *,
    chosen: Sequence[Client],
    clients: Sequence[Client],
    language: Language,
    now: datetime,
) -> tuple[tuple[views.WorklistLine, ...], int]:
    """List whom to speak with next, with the reason, and say how many wait in all."""
    by_id = {client.id: client for client in clients}
    found = worklist.items(session, client_ids=[each.id for each in chosen], limit=LINES_MAX)
    lines = []
    for item in found:
        told = explanation(
            session,
            client_id=item.client_id,
            customer_id=item.customer_id,
            channel="voice",
            purpose="debt_collection" if item.days_past_due else "service",
            now=now,
            requested=item.step_kind == "callback",
        )
        mark = client_mark(by_id[item.client_id], clients)
        lines.append(_line(item, mark, told, language))
    total = sum(
        cadence.counts_by_status(session, client_id=client.id).get("offered", 0)
        for client in chosen
    )
    return tuple(lines), max(total, len(lines))


def tasks_of(
    session: Session,
    *,
    chosen: Sequence[Client],
    clients: Sequence[Client],
    language: Language,
    now: datetime,
    mine: str,
) -> tuple[views.TaskLine, ...]:
    """List what there is to do besides calling, best first."""
    by_id = {client.id: client for client in clients}
    found = worklist.tasks(
        session, client_ids=[each.id for each in chosen], now=now, limit=TASKS_MAX
    )
    lines = []
    for task in found:
        mark = client_mark(by_id[task.client_id], clients)
        about = f"/people/{task.customer_id}?{urlencode({'client': mark.key})}"
        lines.append(
            views.TaskLine(
                person_name=task.customer_name or task.customer_number or "",
                client=mark,
                why=task.sentence[language],
                due_at=task.due_at,
                is_late=task.due_at < now,
                held_by=task.held_by,
                page=about if task.customer_id else "",
                kind=task.kind,
                subject_id=task.subject_id,
                held_until=task.held_until,
                is_mine=task.held_by == mine,
            )
        )
    return tuple(lines)


def hands_of(
    session: Session, *, clients: Sequence[Client], operator_id: OperatorId | None
) -> tuple[views.HandLine, ...]:
    """List the contacts in the reader's hands that have not ended, whatever the company."""
    by_id = {client.id: client for client in clients}
    lines = []
    for one in outreach.in_hands(session, client_ids=list(by_id), operator_id=operator_id):
        card = customers.customer(session, client_id=one.client_id, customer_id=one.customer_id)
        mark = client_mark(by_id[one.client_id], clients)
        lines.append(
            views.HandLine(
                person_name=card.name or card.number,
                client=mark,
                channel=one.channel,
                since=one.started_at,
                page=f"/people/{one.customer_id}?{urlencode({'client': mark.key})}",
            )
        )
    return tuple(lines)


def series_of(session: Session, *, client: Client, now: datetime) -> Series:
    """Answer every measure of a client company at the last month-ends."""
    dates = month_ends(now, zone(client.zone))
    return metrics.series(session, client_id=client.id, dates=dates)


def measures_of(series: Series, *, client: Client) -> Measures:
    """Lay the measures of a series out as tiles and figures."""
    rows = _rows(series, client.currency)
    return (
        _kpis(series, rows, client.currency),
        tuple(
            views.DsoMonth(
                row.as_of,
                _value(series, row, "dso.simple.p3m"),
                _value(series, row, "dso.best_possible.p3m"),
            )
            for row in rows
        ),
        tuple(
            views.AgingMonth(
                row.as_of, *(_minor(series, row, f"aging.due.{band}") for band in _BANDS)
            )
            for row in rows
        ),
    )


def _line(
    item: Item, mark: views.Client, told: Explanation, language: Language
) -> views.WorklistLine:
    verdict = told.verdict
    until = next((duty.until for duty in verdict.obligations if duty.until is not None), None)
    return views.WorklistLine(
        touch_id=str(item.touch_id),
        person_name=item.customer_name,
        client=mark,
        why=item.sentence[language],
        step=_step(item.step_key, language),
        channel="voice",
        opens_at=max(item.due_at, verdict.not_before or item.due_at),
        closes_at=until if verdict.allowed else None,
        open_minor=item.open_minor,
        currency=item.currency or "XXX",
        overdue_days=item.days_past_due,
        is_callback=item.step_key == "callback",
        page=f"/people/{item.customer_id}?{urlencode({'client': mark.key})}",
        statement=f"/statements/{item.customer_id}?{urlencode({'client': mark.key})}",
        permission=permission_of(told, language),
    )


def _step(key: str, language: Language) -> str:
    """Name a step; what stands after a colon tells apart those about different words."""
    name = key.partition(":")[0]
    return catalogue(language).get(f"step.{name}", name.replace("_", " "))


def permission_of(told: Explanation, language: Language) -> views.Permission:
    """Tell a verdict to the operator: in a sentence, why not now, what to respect then."""

    def said(sentence: Sentence) -> str:
        return sentence.it if language == "it" else sentence.en

    return views.Permission(
        allowed=told.verdict.allowed,
        summary=said(told.summary),
        reasons=tuple(dict.fromkeys(said(each.sentence) for each in told.verdict.reasons)),
        respect=tuple(dict.fromkeys(said(each.sentence) for each in told.respect)),
    )


def _rows(series: Series, currency: str) -> list[SeriesRow]:
    return [row for row in series.rows if row.segment == metrics.WHOLE and row.currency == currency]


def _kpis(series: Series, rows: list[SeriesRow], currency: str) -> tuple[views.Kpi, ...]:
    before = rows[-2].as_of if len(rows) > 1 else None
    past_due = tuple(_minor(series, row, "receivables.past_due") for row in rows)
    open_now = _minor(series, rows[-1], "receivables.open") if rows else None
    churn = tuple(_value(series, row, "churn.customer.p1m") for row in rows)
    return (
        views.Kpi("dso", tuple(_value(series, row, "dso.simple.p3m") for row in rows), before),
        views.Kpi(
            "past_due",
            past_due,
            before,
            currency=currency,
            share_of_open=_share(past_due[-1] if past_due else None, open_now),
        ),
        views.Kpi("cei", tuple(_value(series, row, "cei.p1m") for row in rows), before),
        views.Kpi("churn", tuple(None if it is None else it * 100 for it in churn), before),
    )


def _share(part: int | None, whole: int | None) -> Decimal | None:
    return Decimal(part) / Decimal(whole) * 100 if part is not None and whole else None


def _measure(series: Series, row: SeriesRow, name: str) -> Measure:
    return row.measures[series.ids.index(name)]


def _value(series: Series, row: SeriesRow, name: str) -> Decimal | None:
    value = _measure(series, row, name).value
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)


def _minor(series: Series, row: SeriesRow, name: str) -> int | None:
    value = _measure(series, row, name).value
    return None if value is None else round(value)
