"""Answers about people, on both databases: each with n, interval, population, and its reasons."""

import pytest

from carecredit.kernel.errors import Invalid
from carecredit.metrics import queries
from carecredit.metrics.queries.lives import UnknownStudy
from carecredit.metrics.rules.measure import Status
from carecredit.store.session import Store
from ledgers import CALLER, Ledger, start_of
from stays import MAR, MAY, NOW, P1M, P3M, ask, day


class TestSurvival:
    def test_counts_days_from_the_first_contract_to_the_end_of_the_last(
        self, store: Store, ledger: Ledger
    ) -> None:
        found = ask(store, ledger.write(store), queries.survival, MAR, by_segment=True)

        whole, north, south = found.groups
        assert [group.group for group in found.groups] == ["ALL", "north", "south"]
        assert (whole.n, whole.ended, whole.small_group) == (4, 2, True)
        assert [(step.time, step.at_risk, step.share) for step in whole.steps] == [
            ("60", 3, "0.6666666667"), ("70", 2, "0.3333333333"),
        ]  # fmt: skip
        assert (whole.median, whole.median_status) == ("70", Status.OK)
        assert (north.median, south.median) == ("60", None)
        assert south.median_status is Status.INSUFFICIENT_HISTORY
        assert found.asked.population == "customers with a contract"
        assert (found.interval, found.unit) == ("loglog", "days")

    def test_repeats_what_was_known_then(self, store: Store, ledger: Ledger) -> None:
        client_id = ledger.write(store)

        then = ask(store, client_id, queries.survival, MAR, known_at=day(3, 5))
        now = ask(store, client_id, queries.survival, MAR)

        assert (then.groups[0].ended, now.groups[0].ended) == (1, 2)

    def test_is_not_what_was_kept_once_something_is_new(self, store: Store, ledger: Ledger) -> None:
        client_id = ledger.write(store)
        before = ask(store, client_id, queries.survival, MAR)
        other = Ledger()
        other.customer(day(1, 1))
        other_id = other.write(store)

        assert ask(store, other_id, queries.survival, MAR).groups[0].n == 1
        assert ask(store, client_id, queries.survival, MAR) == before

    def test_of_one_segment_is_that_alone(self, store: Store, ledger: Ledger) -> None:
        client_id = ledger.write(store)

        (north,) = ask(store, client_id, queries.survival, MAR, segment="north").groups

        assert (north.group, north.n) == ("north", 2)
        with pytest.raises(Invalid, match="known: ALL, north, south"):
            ask(store, client_id, queries.survival, MAR, segment="west")

    def test_of_an_unknown_study_says_which_there_are(self, store: Store, ledger: Ledger) -> None:
        client_id = ledger.write(store)

        with pytest.raises(UnknownStudy, match="none yet"):
            ask(store, client_id, queries.survival, MAR, study="s")
        with pytest.raises(Invalid, match="groups of its own"):
            ask(store, client_id, queries.survival, MAR, study="s", by_segment=True)


class TestIncidence:
    def test_keeps_churn_and_write_off_apart(self, store: Store, ledger: Ledger) -> None:
        client_id = ledger.write(store)

        (each,) = ask(store, client_id, queries.incidence, MAR).groups
        (two,) = ask(store, client_id, queries.incidence, MAR, against="write_off").groups

        assert [(it.cause, it.share) for it in each.causes] == [
            ("chose_to_leave", "0.3333333333"), ("write_off", "0.3333333333"),
        ]  # fmt: skip
        assert [it.cause for it in two.causes] == ["churn", "write_off"]
        assert each.staying == "0.3333333333"
        with pytest.raises(Invalid, match="is no reason"):
            ask(store, client_id, queries.incidence, MAR, against="boredom")


class TestChurn:
    def test_has_its_reasons_apart_and_the_value_beside(self, store: Store, ledger: Ledger) -> None:
        found = ask(store, ledger.write(store), queries.churn, MAR, window=P1M, by_segment=True)

        whole, north, _ = found.rows
        assert (whole.active, whole.churn.hits, whole.churn.value) == (4, 2, "0.5000000000")
        assert {reason: it.hits for reason, it in whole.by_reason.items()} == {
            "chose_to_leave": 1, "write_off": 1,
        }  # fmt: skip
        assert (north.churn.value, north.churn.small_group) == ("1.0000000000", True)
        (value,) = whole.value
        assert (value.start, value.lost, value.gross_retention) == ("5.50", "4.00", "0.2727272727")
        assert (found.asked.window_first, found.asked.window_last) == (day(3, 1), MAR)

    def test_of_nobody_is_null_with_the_reason(self, store: Store) -> None:
        found = ask(store, Ledger().write(store), queries.churn, MAR, window=P1M)

        (row,) = found.rows
        assert (row.churn.value, row.churn.low, row.churn.status) == (None, None, Status.NO_DATA)

    def test_has_contraction_and_expansion_from_values_that_changed(self, store: Store) -> None:
        ledger = Ledger()
        up, down = ledger.customer(None), ledger.customer(None)
        for customer, value in ((up, 130), (down, 80)):
            ledger.contract(customer, "A", day(1, 1), value=100)
            ledger.contract(customer, "A", day(1, 1), value=value, value_from=day(3, 10),
                            recorded=start_of(day(3, 10)))  # fmt: skip
        client_id = ledger.write(store)

        with store.read(CALLER) as session:
            gross, net = (
                queries.metric(
                    session,
                    client_id=client_id,
                    metric_id=f"retention.{kind}.p1m",
                    as_of=MAR,
                    now=NOW,
                )
                for kind in ("gross", "net")
            )

        assert (gross.numerator, gross.denominator) == ("1.80", "2.00")
        assert (net.numerator, net.value) == ("2.10", "1.0500000000")


class TestLapsing:
    def test_is_a_population_of_its_own_and_never_mixed(self, store: Store, ledger: Ledger) -> None:
        ledger.invoice(100, day(1, 10))
        ledger.invoice(100, day(2, 1))
        ledger.invoice(100, day(2, 5))
        ledger.invoices[-1]["customer_id"] = ledger.customers[0]["id"]
        client_id = ledger.write(store)

        lapsed = ask(store, client_id, queries.survival, MAY, lapse_days=60)
        contracts = ask(store, client_id, queries.survival, MAY)

        assert lapsed.asked.population == "customers without a contract, lapsed by rule 60 days"
        assert (lapsed.groups[0].n, lapsed.groups[0].ended) == (1, 1)
        assert lapsed.groups[0].steps[0].time == "82"
        assert contracts.groups[0].n == 4
        (row,) = ask(store, client_id, queries.churn, MAY, window=P3M, lapse_days=60).rows
        assert ({reason: it.hits for reason, it in row.by_reason.items()}, row.value) == (
            {"lapsed": 1}, (),
        )  # fmt: skip
        with pytest.raises(Invalid, match="a lapse is"):
            ask(store, client_id, queries.churn, MAY, window=P3M, lapse_days=0)


class TestCohorts:
    def test_say_who_is_here_at_each_month_end(self, store: Store, ledger: Ledger) -> None:
        found = ask(store, ledger.write(store), queries.cohorts, MAR, months=2)

        january, february = found.rows
        assert (january.month, january.n, [it.hits for it in january.here]) == (
            "2024-01", 3, [3, 3, 1],
        )  # fmt: skip
        assert (february.n, [it.value for it in february.here]) == (1, ["1.0000000000"] * 2)
        assert january.here[2].low == "0.0614919447"
        assert sum(row.n for row in found.rows) == 4
