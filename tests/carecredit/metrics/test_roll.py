"""Roll and cure: where the same balances stand a month later."""

from datetime import date

import pytest

from carecredit.kernel.errors import Invalid
from carecredit.metrics import queries
from carecredit.metrics.views import Cure, Roll, RollFrom
from carecredit.store.session import Store
from ledgers import Ledger, ask, day, start_of

FEB, MAR, APR = date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)


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
