"""Roll, cure, recovery and forecast beside a slow reading of the same rows, to the cent."""

import calendar
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import servers
from carecredit.metrics import queries
from carecredit.metrics.operations import sum_up
from carecredit.metrics.views import Recovery, Roll
from carecredit.store.session import Store
from ledgers import CALLER, NOW, Ledger, start_of

FEB, MAR, APR = date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)

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
            assert queries.forecast(session, weeks=3, **asked) == forecast
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
