"""Recovery by cohort, and cash to come."""

from datetime import date, timedelta
from typing import Any

import pytest

from carecredit.cadence.model import Touch
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import new_id
from carecredit.metrics import queries
from carecredit.metrics.queries import PlacedBy
from carecredit.metrics.views import Forecast, Recovery
from carecredit.store.session import Store
from ledgers import CALLER, NOW, Ledger, ask, day, start_of

FEB, MAR, APR = date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)


class TestRecovery:
    def test_is_of_balances_placed_on_their_first_day_past_due(self, store: Store) -> None:
        ledger = Ledger()
        invoice = ledger.invoice(10_000, day(1, 5), day(1, 31))
        ledger.payment(2_000, day(1, 31), to=invoice)
        ledger.payment(1_000, day(2, 1), to=invoice)
        ledger.payment(3_000, day(3, 2), to=invoice)
        ledger.payment(500, day(3, 3), to=invoice)
        ledger.entry("credit_note", 100, day(2, 5), to=invoice)

        found: Recovery = ask(store, ledger, queries.recovery, date(2024, 5, 29))
        (cohort,) = (one for one in found.cohorts if one.first_on == day(2, 1))

        assert (cohort.placed, cohort.count) == ("80.00", 1)
        assert [each.received for each in cohort.within] == ["40.00", "45.00", "45.00"]
        assert [each.rate.status for each in cohort.within] == ["ok", "ok", "ok"]
        assert cohort.within[0].rate.value == "0.5000000000"
        assert found.cohorts[0].within[0].rate.status == "no_data"

    def test_has_no_rate_until_every_balance_had_its_days(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(10_000, day(1, 5), day(1, 31))

        found: Recovery = ask(store, ledger, queries.recovery, date(2024, 4, 28))
        (cohort,) = (one for one in found.cohorts if one.first_on == day(2, 1))

        assert [each.rate.status for each in cohort.within] == [
            "ok", "insufficient_history", "insufficient_history",
        ]  # fmt: skip

    def test_places_an_invoice_due_before_its_date_on_its_date(self, store: Store) -> None:
        ledger = Ledger()
        invoice = ledger.invoice(1_000, day(2, 5), day(1, 20))
        ledger.payment(400, day(2, 1), to=invoice)

        found: Recovery = ask(store, ledger, queries.recovery, MAR)

        assert (found.cohorts[-2].placed, found.cohorts[-2].within[0].received) == ("10.00", "4.00")

    def test_may_be_of_the_first_touch_in_place_of_the_first_day(self, store: Store) -> None:
        ledger = Ledger()
        customer = ledger.customer(None)
        touched = ledger.invoice(1_000, day(1, 5), day(1, 31), customer=customer)
        ledger.payment(300, day(3, 20), to=touched)
        ledger.invoice(7_000, day(1, 5), day(1, 31))
        client_id = ledger.write(store)
        with store.begin(CALLER) as session:
            session.add_all(
                touch(client_id, customer, touched, at) for at in (day(3, 4), day(3, 9))
            )

        with store.read(CALLER) as session:
            found = queries.recovery(
                session, client_id=client_id, as_of=APR, now=NOW, placed_by=PlacedBy.FIRST_TOUCH
            )

        assert found.placed_by == "first_touch"
        assert [one.placed for one in found.cohorts[-3:]] == ["0.00", "10.00", "0.00"]
        assert found.cohorts[-2].within[0].received == "3.00"

    def test_stands_in_the_series_for_the_newest_month_that_had_its_days(
        self, store: Store
    ) -> None:
        ledger = Ledger()
        invoice = ledger.invoice(10_000, day(1, 5), day(1, 31), segment="north")
        ledger.payment(4_000, day(2, 10), to=invoice)
        client_id = ledger.write(store)

        with store.read(CALLER) as session:
            found = queries.series(session, client_id=client_id, dates=[MAR, APR], by_segment=True)
            one = queries.metric(
                session, client_id=client_id, metric_id="recovery.30d", as_of=MAR, now=NOW
            )

        place = found.ids.index("recovery.30d")
        assert [each.measures[place].status for each in found.rows] == ["ok", "no_data"] * 2
        assert (one.value, one.numerator, one.denominator) == ("0.4000000000", "40.00", "100.00")


class TestForecast:
    def test_expects_each_customer_by_habit_and_the_rest_by_the_companys(
        self, store: Store
    ) -> None:
        ledger = Ledger()
        early, late, fresh = (ledger.customer(None) for _ in range(3))
        for customer, away in ((early, -2), (late, 9)):
            invoice = ledger.invoice(1_000, day(1, 2), day(1, 20), customer=customer)
            ledger.payment(1_000, day(1, 20) + timedelta(away), to=invoice)
        for customer in (early, late, fresh):
            ledger.invoice(500, day(3, 5), day(4, 3), customer=customer)
        ledger.invoice(70, day(1, 2), day(1, 10), customer=late)
        ledger.invoice(30, day(3, 2), date(2024, 9, 30), customer=late)

        found: Forecast = ask(store, ledger, queries.forecast, MAR, weeks=3)

        assert [week.naive for week in found.weeks] == ["10.70", "5.00", "0.00"]
        assert (found.open_amount, found.overdue, found.later) == ("16.00", "0.70", "0.30")
        assert (found.company_days_late, found.customers_with_history) == ("3.5000000000", 2)
        assert (found.weeks[0].first_on, found.weeks[-1].last_on) == (day(4, 1), day(4, 21))

    def test_shows_the_error_of_both_forecasters_in_a_backtest(self, store: Store) -> None:
        ledger = Ledger()
        first = ledger.invoice(1_000, day(1, 2), day(1, 20))
        ledger.payment(1_000, day(1, 20), to=first)
        second = ledger.invoice(600, day(3, 2), day(3, 20))
        ledger.payment(600, day(3, 27), to=second)

        found: Forecast = ask(store, ledger, queries.forecast, MAR, weeks=2)
        naive, run_rate = found.backtest.errors

        assert found.backtest.as_of == day(3, 17)
        assert [(week.naive, week.received) for week in found.backtest.weeks] == [
            ("6.00", "0.00"), ("0.00", "6.00"),
        ]  # fmt: skip
        assert (naive.forecaster, naive.absolute, naive.share.value) == (
            "naive", "12.00", "2.0000000000",
        )  # fmt: skip
        assert found.backtest.weeks[0].run_rate == "0.77"
        assert run_rate.absolute == "6.00"

    def test_does_not_go_by_cash_that_was_put_on_an_invoice_later(self, store: Store) -> None:
        ledger = Ledger()
        invoice = ledger.invoice(1_000, day(1, 2), day(1, 20))
        ledger.payment(400, day(1, 30), to=invoice)
        ledger.payment(600, day(3, 30), to=invoice, applied=day(4, 2))

        found: Forecast = ask(store, ledger, queries.forecast, MAR)

        assert (found.company_days_late, found.open_amount) == ("10.0000000000", "6.00")

    def test_says_so_where_there_is_no_habit_to_go_by(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(500, day(3, 5), day(4, 3))

        found: Forecast = ask(store, ledger, queries.forecast, MAR)

        assert found.weeks[0].naive == "5.00"
        assert found.company_days_late is None
        assert "on its due date" in found.question.warnings[0]

    def test_of_a_segment_is_scored_by_what_stands_on_its_invoices(self, store: Store) -> None:
        ledger = Ledger()
        mine = ledger.invoice(600, day(3, 2), day(3, 20), segment="north")
        ledger.payment(600, day(3, 27), to=mine)
        ledger.payment(5_000, day(3, 28))

        found: Forecast = ask(store, ledger, queries.forecast, MAR, weeks=2, segment="north")

        assert [week.received for week in found.backtest.weeks] == ["0.00", "6.00"]

    def test_is_of_a_year_at_most(self, store: Store) -> None:
        with pytest.raises(Invalid, match="1 to 52"):
            ask(store, Ledger(), queries.forecast, MAR, weeks=53)


def touch(client_id: Any, customer: Any, invoice: Any, on: date) -> Touch:
    words = {"policy_key": "gentle", "policy_version": "1", "step_kind": "courtesy_call"}
    return Touch(
        **words, client_id=client_id, id=new_id(), customer_id=customer, person_id=new_id(),
        invoice_id=invoice, step_key=f"step {on}", channel="voice", tone="warm", requested=False,
        reason="{}", status="done", status_reason=None, status_detail=None, due_at=start_of(on),
        fence=1, lease_until=None, tries=1, operator_id=None, planned_at=start_of(on),
        changed_at=start_of(on) + timedelta(hours=15),
    )  # fmt: skip
