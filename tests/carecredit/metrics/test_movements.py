"""Roll, cure, recovery and forecast, on both databases, beside a slow reading of the same rows."""

import calendar
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import servers
from carecredit.cadence.model import Touch
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import new_id
from carecredit.metrics import queries
from carecredit.metrics.operations import sum_up
from carecredit.metrics.queries import PlacedBy
from carecredit.metrics.views import Cure, Forecast, Recovery, Roll, RollFrom
from carecredit.store.session import Store
from ledgers import CALLER, Ledger, start_of

NOW = datetime(2024, 6, 1, tzinfo=UTC)
FEB, MAR, APR = date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)


def day(month: int, number: int) -> date:
    return date(2024, month, number)


def ask(store: Store, ledger: Ledger, question: Any, as_of: date, **more: Any) -> Any:
    client_id = ledger.write(store)
    with store.read(CALLER) as session:
        return question(session, client_id=client_id, as_of=as_of, now=NOW, **more)


def row(found: Roll, name: str) -> RollFrom:
    (one,) = (one for one in found.rows if one.bucket == name)
    return one


def moved(found: Roll, name: str) -> dict[str, tuple[str, int]]:
    return {to.bucket: (to.amount, to.count) for to in row(found, name).to if to.count or
            to.amount not in {"0.00", "0"}}  # fmt: skip


class TestRoll:
    def test_follows_the_same_balances_from_month_end_to_month_end(self, store: Store) -> None:
        ledger = Ledger()
        ages = ledger.invoice(10_000, day(1, 2), day(2, 10))
        paid = ledger.invoice(5_000, day(1, 2), day(2, 20))
        ledger.invoice(4_000, day(3, 5), day(3, 5))
        ledger.payment(4_000, day(3, 10), to=ages)
        ledger.payment(5_000, day(3, 11), to=paid)

        found: Roll = ask(store, ledger, queries.roll, MAR)

        assert (found.first_on, found.last_on) == (FEB, MAR)
        assert (row(found, "1_30").amount, row(found, "1_30").count) == ("150.00", 2)
        assert moved(found, "1_30") == {"31_60": ("60.00", 1), "paid": ("90.00", 1)}
        stayed = row(found, "1_30").to[2]
        assert (stayed.bucket, stayed.share.value) == ("31_60", "40.0000000000")
        assert (stayed.share_by_count.value, stayed.share_by_count.n) == ("50.0000000000", 2)
        assert row(found, "current").to[0].share.status == "no_data"

    def test_keeps_credit_and_write_off_apart_from_cash(self, store: Store) -> None:
        ledger = Ledger()
        for kind in ("payment", "credit_note", "opening_credit", "write_off"):
            invoice = ledger.invoice(1_000, day(1, 2), day(1, 20))
            ledger.entry(kind, 1_000, day(3, 10), to=invoice)

        found: Roll = ask(store, ledger, queries.roll, MAR)

        assert moved(found, "31_60") == {
            "paid": ("10.00", 1), "credited": ("20.00", 2), "written_off": ("10.00", 1),
        }  # fmt: skip

    def test_ages_each_instalment_by_its_own_due_date(self, store: Store) -> None:
        ledger = Ledger()
        invoice = ledger.invoice(9_000, day(1, 2))
        for amount, due in ((3_000, day(2, 10)), (3_000, day(3, 10)), (3_000, day(4, 10))):
            ledger.instalment(invoice, amount, due)
        ledger.payment(4_000, day(3, 5), to=invoice)

        found: Roll = ask(store, ledger, queries.roll, MAR)

        assert moved(found, "1_30") == {"paid": ("30.00", 1)}
        assert moved(found, "current") == {
            "current": ("30.00", 1), "1_30": ("20.00", 1), "paid": ("10.00", 0),
        }  # fmt: skip

    def test_does_not_know_a_payment_recorded_later(self, store: Store) -> None:
        ledger = Ledger()
        invoice = ledger.invoice(1_000, day(1, 2), day(2, 20))
        ledger.payment(1_000, day(3, 10), to=invoice, recorded=start_of(day(5, 1)))

        then: Roll = ask(store, ledger, queries.roll, MAR, known_at=MAR)
        now: Roll = ask(store, ledger, queries.roll, MAR)

        assert moved(then, "1_30") == {"31_60": ("10.00", 1)}
        assert moved(now, "1_30") == {"paid": ("10.00", 1)}
        assert then.question.known_at.date() == MAR

    def test_narrows_to_a_segment_and_a_currency(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(1_000, day(1, 2), day(2, 20), segment="north")
        ledger.invoice(2_000, day(1, 2), day(2, 20), segment="south")
        ledger.invoice(3_000, day(1, 2), day(2, 20), currency="JPY")

        north: Roll = ask(store, ledger, queries.roll, MAR, segment="north")
        yen: Roll = ask(store, ledger, queries.roll, MAR, currency="JPY")

        assert row(north, "1_30").amount == "10.00"
        assert north.question.filters["segment"] == "north"
        assert row(yen, "1_30").amount == "3000"
        with pytest.raises(Invalid, match="known: ALL, north, south"):
            ask(store, ledger, queries.roll, MAR, segment="east")

    def test_takes_buckets_of_ones_own(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(1_000, day(1, 2), day(2, 20))

        found: Roll = ask(store, ledger, queries.roll, MAR, edges=(1, 8, 15))

        assert [each.bucket for each in found.rows] == ["current", "1_7", "8_14", "15_plus"]
        assert moved(found, "8_14") == {"15_plus": ("10.00", 1)}
        with pytest.raises(Invalid, match="rise from 1"):
            ask(store, ledger, queries.roll, MAR, edges=(8, 1))


class TestCure:
    def test_is_by_cash_by_credit_and_never_by_write_off(self, store: Store) -> None:
        ledger = Ledger()
        for kind, amount in (("payment", 400), ("credit_note", 300), ("write_off", 200)):
            invoice = ledger.invoice(amount, day(1, 2), day(2, 20))
            ledger.entry(kind, amount, day(3, 10), to=invoice)
        ledger.invoice(100, day(1, 2), day(2, 20))
        ledger.invoice(900, day(2, 2), day(2, 29))

        found: Cure = ask(store, ledger, queries.cure, MAR)
        amount, balances, customers = found.parts

        assert (amount.past_due, amount.still_past_due) == ("10.00", "1.00")
        assert (amount.paid, amount.credited, amount.written_off) == ("4.00", "3.00", "2.00")
        rates = (amount.cured, amount.by_cash, amount.by_credit, amount.by_write_off)
        assert [rate.value for rate in rates] == [
            "0.7000000000", "0.4000000000", "0.3000000000", "0.2000000000",
        ]  # fmt: skip
        assert (balances.past_due, balances.cured.value) == ("4", "0.5000000000")
        assert balances.cured.interval is not None
        assert (customers.past_due, customers.cured.value) == ("1", "0.0000000000")
        assert found.question.warnings == ("a small group: 1 customers past due",)

    def test_of_a_customer_asks_that_nothing_new_is_past_due(self, store: Store) -> None:
        ledger = Ledger()
        cured, relapsed = ledger.customer(None), ledger.customer(None)
        for customer in (cured, relapsed):
            invoice = ledger.invoice(400, day(1, 2), day(2, 20), customer=customer)
            ledger.payment(400, day(3, 10), to=invoice)
        ledger.invoice(100, day(3, 2), day(3, 20), customer=relapsed)

        found: Cure = ask(store, ledger, queries.cure, MAR)

        assert (found.parts[1].cured.value, found.parts[2].cured.value) == (
            "1.0000000000", "0.5000000000",
        )  # fmt: skip
        assert found.parts[2].still_past_due == "1"

    def test_says_so_where_nothing_was_past_due(self, store: Store) -> None:
        found: Cure = ask(store, Ledger(), queries.cure, MAR)

        assert [part.cured.status for part in found.parts] == ["no_data"] * 3


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


# The slow reading.

AS_OF = APR
SEGMENTS = ("north", "south", None)
days = st.dates(date(2024, 1, 20), date(2024, 5, 10))
lags = st.integers(-5, 50).map(timedelta)
amounts = st.integers(1, 90)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    ledger = Ledger()
    customers = [ledger.customer(None) for _ in range(3)]
    for _ in range(draw(st.integers(0, 7))):
        on, gross = draw(days), draw(st.integers(-30, 90))
        invoice = ledger.invoice(
            gross,
            on,
            draw(st.none() | lags.map(lambda lag: on + lag)),  # noqa: B023 - drawn at once
            segment=draw(st.sampled_from(SEGMENTS)),
            recorded=start_of(on + draw(lags)),
            customer=draw(st.sampled_from(customers)),
        )
        if gross > 3 and draw(st.booleans()):
            part = draw(st.integers(1, gross - 1))
            for minor, number in ((part, 1), (gross - part, 2)):
                ledger.instalment(invoice, minor, on + timedelta(30 * number) + draw(lags))
    for _ in range(draw(st.integers(0, 7))):
        on = draw(days)
        kind = draw(st.sampled_from(["payment", "payment", "credit_note", "write_off"]))
        entry = ledger.entry(kind, draw(amounts), on, recorded=start_of(on + draw(lags)))
        for _ in range(draw(st.integers(0, 2)) if ledger.invoices else 0):
            invoice, minor = draw(st.sampled_from(ledger.invoices))["id"], draw(amounts)
            applied = on + draw(lags)
            ledger.share(entry, invoice, minor, applied, recorded=start_of(applied + draw(lags)))
            if draw(st.booleans()):
                ledger.share(entry, invoice, -draw(st.integers(1, minor)), applied + draw(lags))
    return ledger


class BySlowReading:
    """Every item cent by cent, from the rows; nothing shared with the package."""

    def __init__(self, ledger: Ledger, segment: str | None, known: datetime | None) -> None:
        self.ledger, self.known = ledger, known
        self.done: dict[Any, Any] = {}
        self.entries = {row["id"]: row for row in ledger.entries}
        mine = [row for row in ledger.invoices if segment in {None, row["segment"]}]
        self.every = [row for row in mine if self.knows(row)]
        self.invoices = [row for row in self.every if row["gross_minor"] > 0]

    def knows(self, row: Any) -> bool:
        """Is it recorded by then?"""
        return self.known is None or row["recorded_at"] <= self.known

    def cells(self, invoice: Any) -> list[tuple[date, int]]:
        """Due dates with amounts, the oldest first."""
        own = [
            (row["due_on"], row["position"], row["amount_minor"])
            for row in self.ledger.instalments
            if row["invoice_id"] == invoice["id"]
        ]
        if not own:
            return [(invoice["due_on"] or invoice["invoiced_on"], invoice["gross_minor"])]
        return sorted((due, minor) for due, _, minor in own)

    def filled(self, invoice: Any, until: date) -> list[dict[tuple[str, date], int]]:
        """By cell: how many cents of which kind, of money of which day, stand at a day's end."""
        key = invoice["id"], until
        if key not in self.done:
            self.done[key] = self._filled(invoice, until)
        return self.done[key]

    def _filled(self, invoice: Any, until: date) -> list[dict[tuple[str, date], int]]:
        cells = self.cells(invoice)
        counts: list[dict[tuple[str, date], int]] = [defaultdict(int) for _ in cells]
        edges = [sum(minor for _, minor in cells[: place + 1]) for place in range(len(cells))]
        level = 0
        for counts_on, entry, minor in self.shares(invoice):
            if counts_on > until:
                break
            for _ in range(abs(minor)):
                level -= minor < 0
                place = sum(level >= edge for edge in edges[:-1])
                counts[place][entry["kind"], entry["effective_on"]] += 1 if minor > 0 else -1
                level += minor > 0
        return counts

    def shares(self, invoice: Any) -> list[tuple[date, Any, int]]:
        """What was put on an invoice, by the day it counts from."""
        found = []
        for row in self.ledger.shares:
            entry = self.entries[row["entry_id"]]
            if row["invoice_id"] == invoice["id"] and self.knows(row) and self.knows(entry):
                on = max(row["applied_on"], entry["effective_on"], invoice["invoiced_on"])
                found.append((on, entry, row["amount_minor"]))
        return sorted(found, key=lambda one: one[0])

    def open(self, invoice: Any, place: int, at: date) -> int:
        """What one item asks for."""
        if invoice["invoiced_on"] > at:
            return 0
        stands = sum(self.filled(invoice, at)[place].values())
        return max(self.cells(invoice)[place][1] - stands, 0)

    def of_kind(self, invoice: Any, place: int, at: date, *kinds: str) -> int:
        """What stands on an item of some kinds."""
        counts = self.filled(invoice, at)[place]
        return sum(minor for (kind, _), minor in counts.items() if kind in kinds)

    def rolls(self, first: date, last: date) -> dict[tuple[str, str], int]:
        """From bucket, to bucket or fate: how much."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        for invoice in self.invoices:
            for place, (due, _) in enumerate(self.cells(invoice)):
                then, later = (self.open(invoice, place, at) for at in (first, last))
                before, gone = band((first - due).days), then - min(then, later)
                found[before, band((last - due).days)] += min(then, later)
                for fate, kinds in (("paid", ["payment"]), ("credited", ["credit_note"])):
                    rise = self.of_kind(invoice, place, last, *kinds) - self.of_kind(
                        invoice, place, first, *kinds
                    )
                    taken = min(gone, max(rise, 0))
                    found[before, fate] += taken
                    gone -= taken
                found[before, "written_off"] += gone
        return {key: minor for key, minor in found.items() if minor}

    def placed(self, as_of: date) -> dict[tuple[int, int], list[Any]]:
        """By month: placed, how many, the cash within 30, 60 and 90 days where they have passed."""
        found: dict[tuple[int, int], list[Any]] = defaultdict(lambda: [0] * 5)
        for invoice in self.invoices:
            for place, (due, minor) in enumerate(self.cells(invoice)):
                on = max(due + timedelta(1), invoice["invoiced_on"])
                if on > as_of:
                    continue
                eve = on - timedelta(1)
                left = max(minor - sum(self.filled(invoice, eve)[place].values()), 0)
                sums = found[on.year, on.month]
                sums[0] += left
                sums[1] += left > 0
                for index, length in enumerate((30, 60, 90), start=2):
                    if month_last(on) + timedelta(length) > as_of:
                        sums[index] = None
                        continue
                    end = on + timedelta(length)
                    cash = self.of_kind(invoice, place, end, "payment") - self.of_kind(
                        invoice, place, eve, "payment"
                    )
                    sums[index] += min(max(cash, 0), left)
        return {key: sums for key, sums in found.items() if sums[1]}

    def cash(self, as_of: date) -> dict[Any, list[int]]:
        """By customer: cash, and the same times its days late."""
        found: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
        for invoice in self.every:
            if invoice["invoiced_on"] <= as_of:
                counted = self.filled(invoice, as_of)
                for (due, _), counts in zip(self.cells(invoice), counted, strict=True):
                    for (kind, on), cents in counts.items():
                        if kind == "payment":
                            found[invoice["customer_id"]][0] += cents
                            found[invoice["customer_id"]][1] += cents * (on - due).days
        return found

    def expected(self, as_of: date, weeks: int) -> list[int]:
        """The naive baseline, by week."""
        habits = {who: both for who, both in self.cash(as_of).items() if both[0] > 0}
        total = [sum(both[n] for both in habits.values()) for n in (0, 1)]
        by_week = [0] * weeks
        for invoice in self.invoices:
            minor, minor_days = habits.get(invoice["customer_id"], total)
            shift = (2 * minor_days + minor) // (2 * minor) if minor else 0
            for place, (due, _) in enumerate(self.cells(invoice)):
                away = (due - as_of).days + shift - 1
                if away < 7 * weeks:
                    by_week[max(away, 0) // 7] += self.open(invoice, place, as_of)
        return by_week


def month_last(on: date) -> date:
    return date(on.year, on.month, calendar.monthrange(on.year, on.month)[1])


def band(age: int) -> str:
    names = {1: "1_30", 31: "31_60", 61: "61_90", 91: "91_plus"}
    return next((name for low, name in reversed(names.items()) if age >= low), "current")


def minor(text: str) -> int:
    return int(Decimal(text) * 100)


segments = st.sampled_from([None, "north"])
knowns = st.none() | st.dates(date(2024, 3, 1), date(2024, 5, 20))


class TestBesideASlowReading:
    @settings(max_examples=25)
    @given(ledger=ledgers(), segment=segments, known_on=knowns)
    def test_every_report_agrees_to_the_cent(
        self, read_store: Store, ledger: Ledger, segment: str | None, known_on: date | None
    ) -> None:
        if segment not in {row["segment"] for row in ledger.invoices}:
            segment = None
        known = known_on and start_of(known_on + timedelta(1)) - timedelta(microseconds=1)
        slow = BySlowReading(ledger, segment, known or None)
        client_id = ledger.write(read_store)
        asked = {"client_id": client_id, "as_of": AS_OF, "now": NOW}
        asked |= {"segment": segment, "known_at": known_on}

        with read_store.read(CALLER) as session:
            roll = queries.roll(session, **asked)
            cure = queries.cure(session, **asked)
            recovery = queries.recovery(session, **asked)
            forecast = queries.forecast(session, weeks=3, **asked)

        assert rolled(roll) == slow.rolls(MAR, APR)
        late = {key: n for key, n in slow.rolls(MAR, APR).items() if key[0] != "current"}
        assert minor(cure.parts[0].past_due) == sum(late.values())
        assert minor(cure.parts[0].paid) == sum(n for key, n in late.items() if key[1] == "paid")
        assert cohorts(recovery) == slow.placed(AS_OF)
        assert [minor(week.naive) for week in forecast.weeks] == slow.expected(AS_OF, 3)
        with read_store.begin(CALLER, steady=True) as session:
            sum_up(session, client_id=client_id, now=NOW)
        with read_store.read(CALLER) as session:
            assert queries.recovery(session, **asked) == recovery
        back = AS_OF - timedelta(21)
        assert [minor(week.naive) for week in forecast.backtest.weeks] == slow.expected(back, 3)


def rolled(found: Roll) -> dict[tuple[str, str], int]:
    return {
        (one.bucket, to.bucket): minor(to.amount)
        for one in found.rows
        for to in one.to
        if minor(to.amount)
    }


def cohorts(found: Recovery) -> dict[tuple[int, int], list[Any]]:
    return {
        (one.first_on.year, one.first_on.month): [
            minor(one.placed),
            one.count,
            *(each.received and minor(each.received) for each in one.within),
        ]
        for one in found.cohorts
        if one.count
    }  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def read_store(request: pytest.FixtureRequest, sqlite_template: Any, tmp_path_factory: Any) -> Any:
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("movements") / "book.db"
        with servers.opened(servers.copy_database(sqlite_template, path)) as opened:
            yield opened
        return
    cluster = request.getfixturevalue("postgres_cluster")
    url = cluster.create("movements", template=servers.TEMPLATE)
    with servers.opened(url) as opened:
        yield opened
    cluster.drop("movements")
