"""Which formula answers each family of numbers, and what it is given of a position."""

from collections.abc import Callable
from datetime import date
from typing import Any

from carecredit.kernel.calendars import DayRange
from carecredit.metrics.rules import churn, dso, effectiveness, payment, promises
from carecredit.metrics.rules.aging import DUE_BUCKETS, INVOICE_BUCKETS
from carecredit.metrics.rules.care import CARE, CareRule
from carecredit.metrics.rules.churn import PeopleSums
from carecredit.metrics.rules.countback import dso_countback_day, dso_countback_month
from carecredit.metrics.rules.measure import Exact, Measure, count, money
from carecredit.metrics.rules.payment import CashSums
from carecredit.metrics.rules.position import Position
from carecredit.metrics.rules.recovery import WITHIN_DAYS, cohort_span, recovery_rate
from carecredit.metrics.rules.windows import Window, average_points, day_before

Standing = Callable[[Position, date], Measure]
Windowed = Callable[[Position, date, Window], Measure]
_Parts = Callable[[Position, date], dict[str, Any]]


def _sales(position: Position, day: date, window: Window) -> Measure:
    return money(position.sales.total(position.span(window, day)))


def _by_sales(rule: Callable[..., Measure], parts: _Parts) -> Windowed:
    def answer(position: Position, day: date, window: Window) -> Measure:
        span = position.span(window, day)
        sales_minor = position.sales.total(span)
        return rule(**parts(position, day), sales_minor=sales_minor, days=span.days)

    return answer


def _dso_average_ends(position: Position, day: date, window: Window) -> Measure:
    span = position.span(window, day)
    return dso.dso_average_ends(
        opening_minor=position.net_minor(day_before(span)),
        closing_minor=position.net_minor(day),
        sales_minor=position.sales.total(span),
        days=span.days,
    )


def _dso_average_month_ends(position: Position, day: date, window: Window) -> Measure:
    span = position.span(window, day)
    return dso.dso_average_month_ends(
        balances_minor=[position.net_minor(point) for point in average_points(span)],
        sales_minor=position.sales.total(span),
        days=span.days,
    )


def _countback_month(position: Position, day: date) -> Measure:
    return dso_countback_month(balance_minor=position.net_minor(day), months=position.months(day))


def _countback_day(position: Position, day: date) -> Measure:
    first = position.first_invoiced_on(day)
    return dso_countback_day(
        balance_minor=position.net_minor(day),
        sales=position.sales.backwards(DayRange(first or day, day)),
        as_of=day,
        first_invoiced_on=first,
    )


def _effectiveness(position: Position, day: date, window: Window, months: int = 1) -> Measure:
    span = position.span(window, day)
    return effectiveness.collection_effectiveness(
        opening_minor=position.net_minor(day_before(span)),
        sales_minor=position.sales.total(span),
        closing_minor=position.net_minor(day),
        closing_current_minor=position.current_minor(day),
        months=months,
    )


def _effectiveness_crf(position: Position, day: date, window: Window) -> Measure:
    return _effectiveness(position, day, window, months=window.months or 1)


def _turnover(position: Position, day: date, window: Window) -> Measure:
    span = position.span(window, day)
    return effectiveness.turnover(
        sales_minor=position.sales.total(span),
        opening_minor=position.net_minor(day_before(span)),
        closing_minor=position.net_minor(day),
    )


def _percent_current(position: Position, day: date) -> Measure:
    return effectiveness.percent_current(
        current_minor=position.current_minor(day), open_minor=position.open_minor(day)
    )


def _bad_debt(position: Position, day: date, window: Window) -> Measure:
    span = position.span(window, day)
    return effectiveness.bad_debt_ratio(
        written_off_minor=position.written_off.total(span),
        recovered_minor=position.recovered.total(span),
        sales_minor=position.sales.total(span),
    )


def _minus_unapplied(position: Position, day: date) -> Measure:
    return money(-position.unapplied_minor(day))


def _amount(read: Callable[[Position, date], Exact]) -> Standing:
    return lambda position, day: money(read(position, day))


def _due(bucket: int) -> Standing:
    return lambda position, day: money(position.due_minor(bucket, day))


def _invoiced(bucket: int) -> Standing:
    return lambda position, day: money(position.invoiced_minor(bucket, day))


def _of_cash(rule: Callable[[CashSums], Measure]) -> Windowed:
    return lambda position, day, window: rule(position.cash(window, day))


def _of_people(rule: Callable[[PeopleSums], Measure]) -> Windowed:
    return lambda position, day, window: rule(position.people(window, day))


def _recovery(days: int) -> Standing:
    return lambda position, day: recovery_rate(position.recovery(cohort_span(day, days), days))


def _of_care(rule: CareRule) -> Standing:
    return lambda position, day: rule(position.care, day)


STANDING: dict[str, Standing] = {
    "receivables.open": _amount(Position.open_minor),
    "receivables.unapplied": _amount(Position.unapplied_minor),
    "receivables.net": _amount(Position.net_minor),
    "receivables.current": _amount(Position.current_minor),
    "receivables.past_due": _amount(Position.past_due_minor),
    "receivables.disputed": _amount(Position.disputed_minor),
    "invoices.open_count": lambda position, day: count(position.open_count(day)),
    "dso.countback.month": _countback_month,
    "dso.countback.day": _countback_day,
    "percent_current": _percent_current,
    **{f"aging.due.{name}": _due(place) for place, name in enumerate(DUE_BUCKETS)},
    # With minus: open by age and this column add to the balance.
    "aging.due.unapplied": _minus_unapplied,
    **{f"aging.invoice.{name}": _invoiced(place) for place, name in enumerate(INVOICE_BUCKETS)},
    "aging.invoice.unapplied": _minus_unapplied,
    "promise.kept.count": lambda position, day: promises.promise_kept_count(position.promises(day)),
    "promise.kept.amount": lambda position, day: promises.promise_kept_amount(
        position.promises(day)
    ),
    **{f"recovery.{days}d": _recovery(days) for days in WITHIN_DAYS},
    **{name: _of_care(rule) for name, rule in CARE.items()},
}

OF_CASH: dict[str, Windowed] = {
    "days_to_pay.weighted": _of_cash(payment.days_to_pay_weighted),
    "days_to_pay.mean": _of_cash(payment.days_to_pay_mean),
    "days_late.weighted_signed": _of_cash(payment.days_late_weighted_signed),
    "days_late.weighted": _of_cash(payment.days_late_weighted),
    "days_late.mean": _of_cash(payment.days_late_mean),
    "on_time.amount": _of_cash(payment.on_time_amount),
    "on_time.count": _of_cash(payment.on_time_count),
}

WINDOWED: dict[str, Windowed] = {
    "sales": _sales,
    "dso.simple": _by_sales(
        dso.dso_simple, lambda position, day: {"balance_minor": position.net_minor(day)}
    ),
    "dso.average_ends": _dso_average_ends,
    "dso.average_month_ends": _dso_average_month_ends,
    "dso.best_possible": _by_sales(
        dso.dso_best_possible, lambda position, day: {"current_minor": position.current_minor(day)}
    ),
    "dso.delinquent": _by_sales(
        dso.dso_past_due, lambda position, day: {"past_due_minor": position.past_due_minor(day)}
    ),
    "dso.undisputed": _by_sales(
        dso.dso_undisputed,
        lambda position, day: {
            "balance_minor": position.net_minor(day),
            "disputed_minor": position.disputed_minor(day),
        },
    ),
    "add": _by_sales(
        dso.average_days_late,
        lambda position, day: {
            "balance_minor": position.net_minor(day),
            "current_minor": position.current_minor(day),
        },
    ),
    "cei": _effectiveness,
    "cei.crf": _effectiveness_crf,
    "turnover": _turnover,
    "bad_debt_ratio": _bad_debt,
    **OF_CASH,
    "churn.customer": _of_people(churn.customer_churn),
    "churn.revenue": _of_people(churn.revenue_churn),
    "retention.gross": _of_people(churn.gross_retention),
    "retention.net": _of_people(churn.net_retention),
}
