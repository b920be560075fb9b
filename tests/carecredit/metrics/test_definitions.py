"""Every worked example of the definitions follows from the rule that answers the measure."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from carecredit.kernel.calendars import DayRange, Period
from carecredit.metrics.definitions import definitions, report_definition, report_definitions
from carecredit.metrics.rules import churn, contacts, dso, effectiveness, promises, service, voice
from carecredit.metrics.rules.again import by_cause
from carecredit.metrics.rules.aging import DUE_EDGES, INVOICE_EDGES, aging
from carecredit.metrics.rules.catalogue import METRIC_IDS, UnknownMetric
from carecredit.metrics.rules.countback import dso_countback_month
from carecredit.metrics.rules.edge import decimal_text, value_text
from carecredit.metrics.rules.forecast import weekly_error
from carecredit.metrics.rules.measure import Measure, Unit, count
from carecredit.metrics.rules.payment import (
    CashSums,
    cash_line,
    days_late_mean,
    days_late_weighted,
    days_late_weighted_signed,
    days_to_pay_mean,
    days_to_pay_weighted,
    on_time_amount,
    on_time_count,
)
from carecredit.metrics.rules.receivables import standing
from carecredit.metrics.rules.recovery import RecoverySums, recovery_rate
from carecredit.metrics.rules.rolling import Move, cure_amounts, cured, roll_rate
from carecredit.metrics.rules.shares import mean_seconds, share_of
from carecredit.metrics.rules.windows import Window, average_points

START = datetime(2026, 5, 1, 9, tzinfo=UTC)
MAY = Period(START - timedelta(1), START + timedelta(31))
ENTIRE = {"opening_minor": 6_200, "sales_minor": 10_890, "closing_minor": 6_340}


def cash(*lines: tuple[int, int, int]) -> CashSums:
    """Cash lines: amount, days to pay, days late."""
    parts = [cash_line(lines=1, minor=minor, pay_days=pay, late_days=late)
             for minor, pay, late in lines]  # fmt: skip
    names = CashSums.__struct_fields__
    return CashSums(*(sum(getattr(part, name) for part in parts) for name in names))


def people(**counts: int) -> churn.PeopleSums:
    return churn.PeopleSums(ever=1, ever_minor=1, **counts)


def calls(*days: float, customer: str = "K-1") -> list[contacts.ContactFact]:
    return [contacts.ContactFact(customer, "bill", START + timedelta(day)) for day in days]


def fcr() -> Measure:
    came = [*calls(0, 3), *calls(1, customer="K-2"), *calls(2, customer="K-3")]
    cases = contacts.opened_cases(
        came, within=timedelta(7), opened=MAY, until=START + timedelta(90)
    )
    return contacts.first_contact_resolution(cases).measure


def repeated() -> Measure:
    came = [*calls(0, 2, 20), *calls(20, customer="K-2")]
    return contacts.repeat_rate(came, within=timedelta(7), started=MAY).measure


def cost() -> Measure:
    """Two repeats of 200 and 300 seconds go back to one cause."""
    first, *again = (
        contacts.ContactFact("K-1", "bill", START, key=n, seconds=seconds, cause="wrong_amount")
        for n, seconds in enumerate((90, 200, 300))
    )
    (sums,) = by_cause(contacts.Repeated(one, first) for one in again)
    return count(sums.seconds)


PAID = cash((100_000, 15, 0), (300_000, 30, 0), (200_000, 45, 0))
EARLY_AND_LATE = cash((100, 0, -10), (300, 0, 10))
JUDGED = promises.PromiseSums(judged=10, kept=8)
PROMISED = promises.PromiseSums(judged=2, promised_minor=20_000, kept_minor=16_000)
CURED = cure_amounts([Move(10, paid_minor=40, credited_minor=30, written_off_minor=20)])

COMPUTED: dict[str, Callable[[], Measure]] = {
    "dso.simple": lambda: dso.dso_simple(
        balance_minor=50_000_000, sales_minor=730_000_000, days=365
    ),
    "dso.average_ends": lambda: dso.dso_average_ends(
        opening_minor=640_000, closing_minor=640_000, sales_minor=742_000, days=30
    ),
    "dso.average_month_ends": lambda: dso.dso_average_month_ends(
        balances_minor=[600, 500, 700, 600], sales_minor=1_820, days=91
    ),
    "dso.countback.month": lambda: dso_countback_month(
        balance_minor=212_000, months=[(100_000, 30), (80_000, 30), (70_000, 30)]
    ),
    "dso.countback.day": lambda: dso_countback_month(
        balance_minor=150, months=[(100, 1), (0, 1), (200, 1)]
    ),
    "dso.best_possible": lambda: dso.dso_best_possible(
        current_minor=4_000, sales_minor=10_000, days=30
    ),
    "dso.delinquent": lambda: dso.dso_past_due(past_due_minor=11_000, sales_minor=10_000, days=30),
    "dso.undisputed": lambda: dso.dso_undisputed(
        balance_minor=15_000, disputed_minor=3_000, sales_minor=10_000, days=30
    ),
    "add": lambda: dso.average_days_late(
        balance_minor=15_000, current_minor=4_000, sales_minor=10_000, days=30
    ),
    "cei": lambda: effectiveness.collection_effectiveness(**ENTIRE, closing_current_minor=3_590),
    "cei.crf": lambda: effectiveness.collection_effectiveness(
        **ENTIRE, closing_current_minor=3_590, months=3
    ),
    "turnover": lambda: effectiveness.turnover(
        sales_minor=6_205_000, opening_minor=335_000, closing_minor=335_000
    ),
    "percent_current": lambda: effectiveness.percent_current(
        current_minor=10_000, open_minor=12_500
    ),
    "bad_debt_ratio": lambda: effectiveness.bad_debt_ratio(
        written_off_minor=1_000, sales_minor=100_000
    ),
    "days_to_pay.weighted": lambda: days_to_pay_weighted(PAID),
    "days_to_pay.mean": lambda: days_to_pay_mean(PAID),
    "days_late.weighted_signed": lambda: days_late_weighted_signed(EARLY_AND_LATE),
    "days_late.weighted": lambda: days_late_weighted(EARLY_AND_LATE),
    "days_late.mean": lambda: days_late_mean(EARLY_AND_LATE),
    "on_time.amount": lambda: on_time_amount(EARLY_AND_LATE),
    "on_time.count": lambda: on_time_count(EARLY_AND_LATE),
    "churn.customer": lambda: churn.customer_churn(people(active=40, lost=2)),
    "churn.revenue": lambda: churn.revenue_churn(people(active_minor=200_000, lost_minor=6_000)),
    "promise.kept.count": lambda: promises.promise_kept_count(JUDGED),
    "promise.kept.amount": lambda: promises.promise_kept_amount(PROMISED),
    "recovery": lambda: recovery_rate(RecoverySums(20_000, 1, 5_000)),
    "fcr.repeat": fcr,
    "repeat.7d": repeated,
    "handle_time": lambda: contacts.handle_time([60, 120, 180, 240, 900]),
    "service_level": lambda: service.service_level(answered_within=80, offered=100),
    "csat": lambda: voice.csat({5: 50, 4: 31, 3: 182}),
    "nps": lambda: voice.nps(promoters=3, passives=2, detractors=1),
    "ces": lambda: voice.ces_share({5: 4, 4: 6, 3: 10}),
    "complaints_per_contact": lambda: share_of(3, 200),
    "response_rate": lambda: share_of(263, 1_052),
    "first_answer": lambda: mean_seconds([1_800, 3_600, 9_000]),
    "resolution.within": lambda: service.service_level(answered_within=45, offered=60),
    "deadlines.breached": lambda: count(100 - 95),
    "expectations.kept": lambda: share_of(18, 20),
    "right_party": lambda: share_of(200, 1_000),
    "opt_outs_per_contact": lambda: share_of(2, 400),
    "churn_after_contact": lambda: share_of(6, 300),
}
AGED = ((57_000, -4), (46_000, 12), (21_000, 45), (11_000, 70))
REPORTS: dict[str, Callable[[], Measure]] = {
    "aging": lambda: count(sum(aging(AGED, DUE_EDGES))),
    "roll": lambda: roll_rate(200_000, 1_000_000),
    "cure": lambda: cured(CURED),
    "recovery": lambda: recovery_rate(RecoverySums(8_000, 1, 4_000)),
    "forecast": lambda: weekly_error([100, 50], [80, 80]).share,
    "repeats": cost,
    "handling": lambda: contacts.percentile([60, 120, 180, 240, 900], 90),
}
OF_AMOUNTS = {
    "receivables.open", "receivables.unapplied", "receivables.net", "receivables.current",
    "receivables.past_due", "receivables.disputed", "invoices.open_count", "sales", "aging.due",
    "aging.invoice", "aging.due.unapplied", "aging.invoice.unapplied", "retention.gross",
    "retention.net",
}  # fmt: skip
"""Sums whose examples are worked out below, or stand in the tests of their own rules."""


def family_of(metric_id: str, families: set[str]) -> str:
    while metric_id not in families:
        metric_id = metric_id.rpartition(".")[0]
    return metric_id


def answered(measure: Measure, answer: str) -> bool:
    """Say whether a measure is what an answer says, to the decimals the answer has."""
    assert measure.value is not None
    places = len(answer.partition(".")[2])
    return decimal_text(measure.value, places) == answer


class TestExamples:
    @pytest.mark.parametrize("metric_id", METRIC_IDS)
    def test_of_measures_follow_from_the_rule(self, metric_id: str) -> None:
        family = family_of(metric_id, COMPUTED.keys() | OF_AMOUNTS)
        (definition,) = (each for each in definitions() if each.id == metric_id)

        if family in COMPUTED:
            found = COMPUTED[family]()
            assert answered(found, definition.example.answer)
            assert found.unit is definition.unit
        else:
            assert definition.unit in {Unit.MONEY, Unit.COUNT, Unit.FRACTION}

    @pytest.mark.parametrize("name", REPORTS)
    def test_of_reports_follow_from_the_rule(self, name: str) -> None:
        assert answered(REPORTS[name](), report_definition(name).example.answer)

    def test_stand_for_every_report(self) -> None:
        assert [each.id for each in report_definitions()] == list(REPORTS)
        with pytest.raises(UnknownMetric, match="roll, cure"):
            report_definition("luck")

    def test_of_amounts_add_up(self) -> None:
        given = {each.id: each.example for each in definitions()}

        assert given["receivables.open"].answer == money(
            standing(10_000, 3_000).open_minor + standing(5_000, 0).open_minor
        )
        assert given["receivables.unapplied"].answer == money(standing(10_000, 14_000).excess_minor)
        assert given["receivables.net"].answer == money(12_000 - 4_000)
        current, late, *_ = aging([(10_000, 0), (5_000, 1)], DUE_EDGES)
        assert given["receivables.current"].answer == money(current)
        assert given["receivables.past_due"].answer == money(late)
        assert given["receivables.disputed"].answer == money(10_000)
        assert given["invoices.open_count"].answer == "1"
        assert given["sales.p1m"].answer == money(12_000 + 6_000 - 3_000)
        assert aging([(10_000, 45)], DUE_EDGES)[2] == 10_000
        assert given["aging.due.31_60"].answer == "100.00 in 31_60"
        columns = aging([(57, 1), (46, 40), (21, 70), (11, 100)], INVOICE_EDGES)
        assert given["aging.invoice.0_30"].answer == f"{sum(columns)},000 in all"

    def test_average_month_ends_counts_four_of_a_quarter(self) -> None:
        window = Window(months=3).ending(date(2024, 3, 31))

        assert window == DayRange(date(2024, 1, 1), date(2024, 3, 31))
        assert len(average_points(window)) == 4


def money(minor: int) -> str:
    text = value_text(Measure(unit=Unit.MONEY, value=Fraction(minor)), "EUR")
    assert text is not None
    return text
