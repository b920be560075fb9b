"""Instalments add up to the cent whatever is asked; powers, and how a plan stands."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.arrangements.rules import (
    InstalmentState,
    Part,
    PlanRefused,
    PlanState,
    Powers,
    Rhythm,
    SecondPersonNeeded,
    Unit,
    amounts_by_count,
    amounts_by_each,
    beyond,
    check_rhythm,
    check_second_person,
    due_days,
    instalment_state,
    judge_plan,
    schedule,
)
from carecredit.kernel.bank_days import is_bank_day
from carecredit.kernel.money import Money
from carecredit.mandates.rules import OddCents

TODAY = date(2026, 6, 8)
POWERS = Powers(amount_max_minor=300_000, instalments_max=12, days_max=365, currency="EUR")
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
odds = st.sampled_from(OddCents)
rhythms = st.builds(
    Rhythm,
    first_on=days,
    every=st.integers(1, 14),
    unit=st.sampled_from(Unit),
    month_end=st.booleans(),
    working_day=st.booleans(),
)


class TestAmountsByCount:
    @pytest.mark.parametrize(
        ("odd", "parts"),
        [(OddCents.LAST, (3_333, 3_333, 3_334)), (OddCents.FIRST, (3_334, 3_333, 3_333))],
    )
    def test_puts_the_odd_cents_where_the_mandate_says(
        self, odd: OddCents, parts: tuple[int, ...]
    ) -> None:
        assert amounts_by_count(10_000, 3, odd) == parts

    @given(st.integers(1, 10**12), st.integers(1, 240), odds)
    def test_adds_up_to_the_cent(self, total: int, count: int, odd: OddCents) -> None:
        if total < count:
            with pytest.raises(PlanRefused):
                amounts_by_count(total, count, odd)
            return
        parts = amounts_by_count(total, count, odd)

        assert (sum(parts), len(parts)) == (total, count)
        assert min(parts) > 0
        assert max(parts) - min(parts) < count

    @pytest.mark.parametrize("count", [0, -1, 241])
    def test_refuses_what_is_no_number_of_instalments(self, count: int) -> None:
        with pytest.raises(PlanRefused):
            amounts_by_count(10_000, count, OddCents.LAST)


class TestAmountsByEach:
    def test_makes_one_more_of_what_is_left_over(self) -> None:
        assert amounts_by_each(10_000, 3_000, OddCents.LAST) == (3_000, 3_000, 3_000, 1_000)
        assert amounts_by_each(10_000, 3_000, OddCents.FIRST) == (1_000, 3_000, 3_000, 3_000)
        assert amounts_by_each(9_000, 3_000, OddCents.LAST) == (3_000, 3_000, 3_000)
        assert amounts_by_each(1_000, 3_000, OddCents.LAST) == (1_000,)

    @given(st.integers(1, 10**12), st.integers(1, 10**12), odds)
    def test_adds_up_to_the_cent(self, total: int, each: int, odd: OddCents) -> None:
        if -(-total // each) > 240:
            with pytest.raises(PlanRefused):
                amounts_by_each(total, each, odd)
            return
        parts = amounts_by_each(total, each, odd)

        assert sum(parts) == total
        assert all(0 < part <= each for part in parts)

    @pytest.mark.parametrize("each", [0, -5])
    def test_refuses_nothing_and_less(self, each: int) -> None:
        with pytest.raises(PlanRefused):
            amounts_by_each(10_000, each, OddCents.LAST)


class TestDueDays:
    def test_follow_the_month_and_give_way_where_banks_are_closed(self) -> None:
        rhythm = Rhythm(first_on=date(2026, 10, 25))

        # Sunday 25 October, Wednesday 25 November, Christmas (and Boxing Day, a Saturday, Sunday).
        assert due_days(rhythm, 3, "IT") == (
            date(2026, 10, 26),
            date(2026, 11, 25),
            date(2026, 12, 28),
        )

    def test_keep_their_day_of_the_month_after_a_short_month(self) -> None:
        rhythm = Rhythm(first_on=date(2026, 1, 30), working_day=False)

        assert due_days(rhythm, 3, "IT") == (
            date(2026, 1, 30),
            date(2026, 2, 28),
            date(2026, 3, 30),
        )

    def test_stay_on_the_last_day_of_each_month(self) -> None:
        rhythm = Rhythm(first_on=date(2026, 2, 10), month_end=True, working_day=False)

        assert due_days(rhythm, 3, "IT") == (
            date(2026, 2, 28),
            date(2026, 3, 31),
            date(2026, 4, 30),
        )

    def test_count_weeks_and_days(self) -> None:
        weeks = Rhythm(first_on=TODAY, every=2, unit=Unit.WEEKS)
        nights = Rhythm(first_on=TODAY, every=10, unit=Unit.DAYS, working_day=False)

        assert due_days(weeks, 2, "IT") == (TODAY, TODAY + timedelta(days=14))
        assert due_days(nights, 2, "IT") == (TODAY, TODAY + timedelta(days=10))

    @given(rhythms, st.integers(1, 60), st.sampled_from(["IT", "DE", "IL", "GB", "ZZ"]))
    def test_come_one_after_the_other_and_on_working_days(
        self, rhythm: Rhythm, count: int, country: str
    ) -> None:
        found = due_days(rhythm, count, country)

        assert len(found) == count
        assert all(one < two for one, two in itertools.pairwise(found))
        assert found[0] >= rhythm.first_on
        if rhythm.working_day:
            assert all(is_bank_day(day, country) for day in found)


class TestSchedule:
    @given(st.integers(240, 10**9), st.integers(1, 240), rhythms, odds)
    def test_puts_every_cent_on_a_day(
        self, total: int, count: int, rhythm: Rhythm, odd: OddCents
    ) -> None:
        parts = schedule(amounts_by_count(total, count, odd), rhythm, country="IT")

        assert sum(part.minor for part in parts) == total
        assert [part.position for part in parts] == list(range(1, count + 1))


class TestCheckRhythm:
    @pytest.mark.parametrize(
        "rhythm",
        [
            Rhythm(first_on=TODAY - timedelta(days=1)),
            Rhythm(first_on=TODAY + timedelta(days=4_000)),
            Rhythm(first_on=TODAY, every=0),
            Rhythm(first_on=TODAY, every=367),
            Rhythm(first_on=TODAY, unit=Unit.WEEKS, month_end=True),
        ],
    )
    def test_refuses_what_nobody_means(self, rhythm: Rhythm) -> None:
        with pytest.raises(PlanRefused):
            check_rhythm(rhythm, today=TODAY)


class TestBeyond:
    @pytest.mark.parametrize(
        ("minor", "count", "last", "currency", "named"),
        [
            (300_000, 12, 365, "EUR", ()),
            (300_001, 12, 365, "EUR", ("amount",)),
            (300_000, 13, 365, "EUR", ("instalments",)),
            (300_000, 12, 366, "EUR", ("days",)),
            (100, 1, 1, "USD", ("amount",)),
            (300_001, 13, 366, "EUR", ("amount", "instalments", "days")),
        ],
    )
    def test_names_each_power_that_is_not_enough(
        self, minor: int, count: int, last: int, currency: str, named: tuple[str, ...]
    ) -> None:
        day = TODAY + timedelta(days=last)
        parts = [Part(place, day, 1) for place in range(1, count + 1)]

        found = beyond(POWERS, total=Money(minor, currency), parts=parts, today=TODAY)

        assert found == named


class TestCheckSecondPerson:
    def test_refuses_the_same_person_however_it_is_written(self) -> None:
        check_second_person(proposed_by="Anna Bianchi", by="Carlo Rossi")
        for by in ("Anna Bianchi", " anna bianchi ", "Anna  Bianchi", "ANNA\tBianchi"):
            with pytest.raises(SecondPersonNeeded):
                check_second_person(proposed_by="Anna Bianchi", by=by)

    def test_refuses_another_name_from_the_same_login(self) -> None:
        told = {"proposed_by": "Anna", "by": "Carlo", "proposed_caller": "cli:anna"}
        check_second_person(**told, caller="cli:carlo")
        with pytest.raises(SecondPersonNeeded, match="of their own") as refused:
            check_second_person(**told, caller="cli:anna")
        assert refused.value.field == "by"


class TestAPlan:
    def test_misses_an_instalment_only_after_the_grace(self) -> None:
        told = {"wanted_minor": 100, "last_on": TODAY}
        later = TODAY + timedelta(days=1)

        assert instalment_state(paid_minor=99, today=TODAY, **told) == "waiting"  # type: ignore[arg-type] # a test's facts
        assert instalment_state(paid_minor=99, today=later, **told) == "missed"  # type: ignore[arg-type] # the same
        assert instalment_state(paid_minor=100, today=later, **told) == "paid"  # type: ignore[arg-type] # the same

    @pytest.mark.parametrize(
        ("states", "open_minor", "state"),
        [
            ("paid paid", 100, PlanState.COMPLETED),
            ("paid waiting", 0, PlanState.COMPLETED),
            ("missed waiting", 100, PlanState.ACTIVE),
            ("missed missed", 100, PlanState.BROKEN),
            ("missed paid", 100, PlanState.ACTIVE),
        ],
    )
    def test_is_completed_or_broken_by_its_instalments(
        self, states: str, open_minor: int, state: PlanState
    ) -> None:
        found = [InstalmentState(word) for word in states.split()]

        assert judge_plan(found, open_minor=open_minor, missed_max=2) is state
