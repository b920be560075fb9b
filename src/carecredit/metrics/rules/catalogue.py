"""Every number by its name: which formula answers it, and over which window."""

from collections.abc import Iterable
from datetime import date
from itertools import chain

from msgspec import Struct, structs

from carecredit.kernel.errors import Invalid
from carecredit.metrics.rules.care import BESIDE
from carecredit.metrics.rules.formulas import STANDING, WINDOWED
from carecredit.metrics.rules.measure import Measure
from carecredit.metrics.rules.position import Position
from carecredit.metrics.rules.windows import Window, parse_window

_NAMES = """
    receivables.open receivables.unapplied receivables.net receivables.current
    receivables.past_due receivables.disputed invoices.open_count
    sales.p1m sales.p3m sales.p12m
    dso.simple.p1m dso.simple.p3m dso.simple.p12m dso.simple.90d
    dso.average_ends.p3m dso.average_month_ends.p3m dso.countback.month dso.countback.day
    dso.best_possible.p3m dso.delinquent.p3m add.p3m cei.p1m cei.p3m cei.crf.p3m
    turnover.p12m percent_current bad_debt_ratio.p12m
    days_to_pay.weighted.p3m days_to_pay.mean.p3m
    days_late.weighted_signed.p3m days_late.weighted.p3m days_late.mean.p3m
    on_time.amount.p3m on_time.count.p3m
    aging.due.current aging.due.1_30 aging.due.31_60 aging.due.61_90 aging.due.91_plus
    aging.due.unapplied
    aging.invoice.0_30 aging.invoice.31_60 aging.invoice.61_90 aging.invoice.91_plus
    aging.invoice.unapplied
    churn.customer.p1m churn.revenue.p1m retention.gross.p12m retention.net.p12m
    promise.kept.count promise.kept.amount
    recovery.30d recovery.60d recovery.90d
    fcr.repeat.24h fcr.repeat.7d fcr.repeat.30d repeat.7d
    handle_time service_level csat nps ces complaints_per_contact
    dso.undisputed.p3m
    response_rate.csat response_rate.nps response_rate.ces
    first_answer resolution.within deadlines.breached expectations.kept right_party
    opt_outs_per_contact.30d churn_after_contact.30d churn_after_contact.90d
"""
METRIC_IDS = tuple(_NAMES.split())
"""What a series carries, in its order; other windows of the same names are answered on request."""


def accompanied(metric_ids: Iterable[str]) -> tuple[str, ...]:
    """Put beside each number what it never leaves without, each once and in order."""
    together = ((each, *BESIDE.get(each, ())) for each in metric_ids)
    return tuple(dict.fromkeys(chain.from_iterable(together)))


class UnknownMetric(Invalid):
    """No number goes by that name."""

    code = "unknown_metric"


class Metric(Struct, frozen=True):
    """A name taken apart: its family and, where it has one, its window."""

    id: str
    family: str
    window: Window | None = None


def resolve(metric_id: str) -> Metric:
    """Take a name apart, such as dso.simple.p3m; an unknown one raises `UnknownMetric`."""
    if metric_id in STANDING:
        return Metric(metric_id, metric_id)
    family, _, suffix = metric_id.rpartition(".")
    if family not in WINDOWED:
        raise UnknownMetric(
            f"{metric_id!r} is no metric; the names are {', '.join(METRIC_IDS)} "
            "(another window, such as p6m or 60d, may stand at the end)",
            field="metric_id",
        )
    window = parse_window(suffix)
    if family == "cei.crf" and window.months is None:
        raise UnknownMetric("cei.crf divides by months; write cei.crf.p3m", field="metric_id")
    return Metric(metric_id, family, window)


def measure(metric: Metric, position: Position, day: date) -> Measure:
    """Answer a number at the end of a day."""
    if metric.window is None:
        return STANDING[metric.family](position, day)
    found = WINDOWED[metric.family](position, day, metric.window)
    return structs.replace(found, window=position.span(metric.window, day))
