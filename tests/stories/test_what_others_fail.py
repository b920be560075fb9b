"""What users of other systems reported as wrong: each is a story here, with the right answer."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import servers
import worlds
from carecredit.desk import CareCredit
from carecredit.desk.ledger import Ledger
from carecredit.kernel.errors import Refused
from carecredit.settings import Settings
from carecredit.store.session import Caller
from centre import opened

TODAY = date(2026, 6, 30)
BUCKETS = ("current", "1_30", "31_60", "61_90", "91_plus")


class Desk:
    """A desk over one database, a customer, and short words for its figures."""

    def __init__(self, url: str) -> None:
        self.now = datetime(2026, 6, 30, 9, tzinfo=UTC)
        settings = Settings(database_url=url, secret_key=servers.SECRET.decode())
        self.desk = CareCredit(settings, caller=Caller("story"), clock=lambda: self.now)
        client = self.desk.add_client("ACQ", "Acque di Prova")
        worlds.add_customer(self.desk.store, client.id)
        self.ledger: Ledger = self.desk.ledger(client="ACQ")

    def invoice(self, number: str, gross: str, on: date, due: date | None = None) -> None:
        self.ledger.invoice(number, customer="K-1", gross=gross, invoiced_on=on, due_on=due)

    def pay(self, number: str, amount: str, on: date, **more: Any) -> None:
        self.ledger.payment(number, customer="K-1", amount=amount, received_on=on, **more)

    def metric(self, name: str, on: date = TODAY, **more: Any) -> str:
        return str(self.desk.metric(name, client="ACQ", as_of=on, **more).value)

    def aging(self, on: date = TODAY, **more: Any) -> list[str]:
        return [self.metric(f"aging.due.{name}", on, **more) for name in BUCKETS]

    def balance(self, on: date = TODAY) -> Any:
        (found,) = self.ledger.balance("K-1", today=on)
        return found

    def must_tie(self, *days: date) -> None:
        """Hold the buckets against receivables, and these against the customer's ledger."""
        for day in days:
            buckets = sum(float(value) for value in self.aging(day))
            loose = float(self.metric("aging.due.unapplied", day))
            moved = sum(line.change_minor for line in self.ledger.lines("K-1", as_of=day).lines)
            assert round(buckets * 100) == round(float(self.metric("receivables.open", day)) * 100)
            assert round((buckets + loose) * 100) == moved
            assert round(float(self.metric("receivables.net", day)) * 100) == moved


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    desk = Desk(database_url)
    yield desk
    assert worlds.broken_chains(desk.desk.store) == {}
    desk.desk.close()


class TestWhatOthersFail:
    def test_partial_payment_shown_right(self, desk: Desk) -> None:
        desk.invoice("F-1", "100.00", date(2026, 5, 1), date(2026, 5, 31))
        desk.pay("P-1", "30.00", date(2026, 6, 10))

        assert desk.aging() == ["0.00", "70.00", "0.00", "0.00", "0.00"]
        assert (desk.balance().open_minor, desk.balance().past_due_minor) == (7_000, 7_000)

    def test_credit_notes_netted(self, desk: Desk) -> None:
        desk.invoice("F-1", "100.00", date(2026, 5, 1), date(2026, 5, 31))
        desk.ledger.credit_note(
            "NC-1", customer="K-1", amount="40.00", credited_on=date(2026, 6, 1)
        )

        assert [desk.metric(f"receivables.{name}") for name in ("open", "unapplied", "net")] == [
            "100.00", "40.00", "60.00",
        ]  # fmt: skip
        desk.ledger.allocate("NC-1", kind="credit_note", applied_on=date(2026, 6, 20))
        assert desk.metric("receivables.open") == "60.00"
        assert desk.metric("receivables.open", date(2026, 6, 19)) == "100.00"
        assert desk.metric("receivables.net", date(2026, 6, 19)) == "60.00"

    def test_unreconciled_money(self, desk: Desk) -> None:
        desk.pay("P-1", "50.00", date(2026, 6, 1))
        desk.invoice("F-1", "80.00", date(2026, 6, 5), date(2026, 6, 20))

        assert desk.aging() == ["0.00", "80.00", "0.00", "0.00", "0.00"]
        assert desk.metric("aging.due.unapplied") == "-50.00"
        assert (desk.balance().unapplied_minor, desk.balance().net_minor) == (5_000, 3_000)

    def test_ageing_as_of_a_past_date(self, desk: Desk) -> None:
        desk.invoice("F-1", "100.00", date(2026, 3, 1), date(2026, 3, 31))
        desk.pay("P-1", "100.00", date(2026, 6, 15))

        assert desk.aging(date(2026, 5, 31)) == ["0.00", "0.00", "0.00", "100.00", "0.00"]
        assert desk.aging() == ["0.00"] * 5
        assert desk.balance(date(2026, 6, 14)).open_minor == 10_000

    def test_buckets_that_tie_to_the_ledger(self, desk: Desk) -> None:
        for month in range(1, 7):
            on = date(2026, month, 3)
            desk.invoice(f"F-{month}", f"{month}0.37", on, on + timedelta(days=20))
        desk.pay("P-1", "75.11", date(2026, 4, 9))
        desk.ledger.chargeback("P-1", returned_on=date(2026, 5, 9), amount="60.00")
        desk.ledger.credit_note(
            "NC-1", customer="K-1", amount="9.99", credited_on=date(2026, 5, 20)
        )
        desk.ledger.write_off("F-3", reason="agreed", amount="1.01", on=date(2026, 6, 1))

        desk.must_tie(*(date(2026, month, day) for month in range(1, 7) for day in (2, 9, 28)))

    def test_missing_due_date(self, desk: Desk) -> None:
        desk.invoice("F-1", "100.00", date(2026, 6, 20))

        assert desk.aging() == ["0.00", "100.00", "0.00", "0.00", "0.00"]
        assert desk.balance().past_due_minor == 10_000

    def test_future_due_date(self, desk: Desk) -> None:
        desk.invoice("F-1", "100.00", date(2026, 6, 1), TODAY)
        desk.invoice("F-2", "50.00", date(2026, 6, 1), date(2027, 6, 1))
        desk.invoice("F-3", "7.00", date(2026, 7, 5), date(2026, 8, 1))

        assert desk.aging() == ["150.00", "0.00", "0.00", "0.00", "0.00"]
        assert desk.metric("receivables.open", date(2026, 7, 5)) == "157.00"

    def test_back_dated_entries(self, desk: Desk) -> None:
        desk.invoice("F-1", "100.00", date(2026, 5, 1), date(2026, 5, 31))
        known = desk.now
        before = desk.metric("receivables.open", date(2026, 5, 31))
        desk.now += timedelta(days=2)
        desk.pay("P-1", "100.00", date(2026, 5, 20))

        assert (before, desk.metric("receivables.open", date(2026, 5, 31))) == ("100.00", "0.00")
        assert desk.metric("receivables.open", date(2026, 5, 31), known_at=known) == "100.00"
        assert desk.balance(date(2026, 5, 31)).open_minor == 0

    def test_refunds(self, desk: Desk) -> None:
        desk.invoice("F-1", "100.00", date(2026, 5, 1), date(2026, 5, 31))
        desk.pay("P-1", "130.00", date(2026, 5, 20))
        desk.ledger.refund("P-1", amount="30.00", refunded_on=date(2026, 6, 2))

        assert [desk.metric("receivables.unapplied", date(2026, 6, day)) for day in (1, 2)] == [
            "30.00", "0.00",
        ]  # fmt: skip
        assert desk.metric("receivables.open") == "0.00"
        with pytest.raises(Refused):
            desk.ledger.refund("P-1", amount="0.01", refunded_on=date(2026, 6, 2))

    def test_old_debt_beyond_the_last_bucket(self, desk: Desk) -> None:
        desk.invoice("F-1", "100.00", date(2019, 1, 1), date(2019, 1, 31))
        desk.invoice("F-2", "5.00", date(2026, 2, 1), date(2026, 3, 31))

        assert desk.aging() == ["0.00", "0.00", "0.00", "0.00", "105.00"]
        desk.must_tie(TODAY)


class TestAReturnedDirectDebit:
    def test_opens_its_invoice_again_from_its_day(self, desk: Desk) -> None:
        desk.invoice("F-1", "100.00", date(2026, 5, 1), date(2026, 5, 31))
        desk.pay("P-1", "100.00", date(2026, 5, 31))

        desk.ledger.chargeback("P-1", returned_on=date(2026, 6, 8))

        opened_again = [desk.metric("receivables.open", date(2026, 6, day)) for day in (7, 8)]
        assert opened_again == ["0.00", "100.00"]
        assert desk.aging() == ["0.00", "100.00", "0.00", "0.00", "0.00"]
        desk.must_tie(date(2026, 6, 7), date(2026, 6, 8), TODAY)


class TestThroughTheDoor:
    def test_a_balance_and_the_measures_agree(self, database_url: str, tmp_path: Path) -> None:
        with opened(database_url, tmp_path) as centre:
            payment = {
                "customer_id": str(centre.ours.customer_id), "number": "P-1",
                "received_on": "2026-06-03", "amount": "20.00", "currency": "EUR",
            }  # fmt: skip
            centre.post("/api/v1/payments", key="integrator", json=payment)

            path = f"/api/v1/customers/{centre.ours.customer_id}/balance"
            (balance,) = centre.get(f"{path}?as_of=2026-06-08").json()["items"]
            measured = centre.get(
                "/api/v1/metrics/receivables.open?as_of=2026-06-08", key="finance"
            ).json()

        assert balance["open"] == measured["value"] == "100.00"
