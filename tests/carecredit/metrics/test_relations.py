"""Customers over windows: what the sorted sums say, beside one customer at a time."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from carecredit.customers.rules import Statement, Stay, ValueStep, relation
from carecredit.kernel.calendars import DayRange
from carecredit.metrics.rules.churn import PeopleSums, gross_retention, net_retention
from carecredit.metrics.rules.facts import CustomerFact
from carecredit.metrics.rules.people import EVENTS_MAX, Relations

START = date(2024, 1, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def said(
    number: str = "",
    start: int = 0,
    end: int | None = None,
    value: int | None = 100,
    value_from: int | None = None,
    reason: str | None = None,
    currency: str = "EUR",
) -> Statement:
    return Statement(
        number, day(start), None if end is None else day(end), reason, value, currency,
        None if value_from is None else day(value_from),
    )  # fmt: skip


def customer(*statements: Statement, segment: str | None = None) -> CustomerFact:
    found = relation(statements)
    assert found is not None
    return CustomerFact(segment, found.stays, found.values)


def worth(one: CustomerFact, on: date, currency: str = "EUR") -> int | None:
    """What one customer is worth at the end of a day (none: it is not there)."""
    if not any(it.started_on <= on and (it.ended_on is None or it.ended_on > on)
               for it in one.stays):  # fmt: skip
        return None
    return next(
        (it.minor for it in reversed(one.values) if it.day <= on and it.currency == currency), 0
    )


def by_hand(customers: list[CustomerFact], span: DayRange) -> dict[str, int]:
    """The same sums, customer by customer."""
    total = dict.fromkeys(
        ("active", "active_minor", "lost", "lost_minor", "contraction_minor", "expansion_minor"), 0
    )
    for one in customers:
        before, after = worth(one, span.first - timedelta(days=1)), worth(one, span.last)
        if before is None:
            continue
        total["active"] += 1
        total["active_minor"] += before
        if after is None:
            total["lost"] += 1
            total["lost_minor"] += before
        else:
            total["contraction_minor"] += max(0, before - after)
            total["expansion_minor"] += max(0, after - before)
    return total


def fields(sums: PeopleSums, names: dict[str, int]) -> dict[str, int]:
    return {name: getattr(sums, name) for name in names}


DAYS = st.integers(0, 500)


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    start = draw(DAYS)
    return said(
        draw(st.sampled_from(["", "A", "B", "C"])),
        start,
        draw(st.none() | st.integers(start, 700)),
        draw(st.none() | st.integers(0, 5)),
        draw(st.none() | DAYS),
        "moved",
        draw(st.sampled_from(["EUR", "EUR", "CHF"])),
    )


@st.composite
def customers(draw: st.DrawFn) -> CustomerFact:
    return customer(
        *draw(st.lists(statements(), min_size=1, max_size=14)),
        segment=draw(st.sampled_from([None, "north", "south"])),
    )


class TestRelations:
    @given(st.lists(customers(), max_size=8), DAYS, st.integers(0, 400))
    def test_say_of_any_window_what_each_customer_by_itself_says(
        self, people: list[CustomerFact], first: int, days: int
    ) -> None:
        relations, span = Relations(people, currency="EUR"), DayRange(day(first), day(first + days))
        north = [one for one in people if one.segment == "north"]

        whole, part = by_hand(people, span), by_hand(north, span)

        assert fields(relations.sums(None, span), whole) == whole
        assert fields(relations.sums("north", span), part) == part

    def test_answer_for_a_customer_that_changes_too_often_to_be_sorted(self) -> None:
        changes = [said("A", value=100 + n, value_from=n) for n in range(EVENTS_MAX + 5)]
        relations = Relations([customer(*changes)], currency="EUR")

        sums = relations.sums(None, DayRange(day(3), day(9)))

        assert (sums.active_minor, sums.expansion_minor, sums.contraction_minor) == (102, 7, 0)

    def test_net_each_customer_by_itself_and_never_with_another(self) -> None:
        up = customer(said("A"), said("A", value=130, value_from=40))
        down = customer(said("A"), said("A", value=80, value_from=40))
        there_and_back = customer(
            said("A"), said("A", value=900, value_from=35), said("A", value_from=45)
        )

        sums = Relations([up, down, there_and_back], currency="EUR").sums(
            None, DayRange(day(31), day(60))
        )

        assert (sums.contraction_minor, sums.expansion_minor) == (20, 30)
        assert gross_retention(sums).numerator == 280
        assert net_retention(sums).numerator == 310

    def test_count_who_went_and_came_back_within_the_window_as_here(self) -> None:
        back = customer(said("A", 0, 40), said("B", 50))
        gone = customer(said("A", 0, 40, reason="moved"))

        relations = Relations([back, gone], currency="EUR")

        assert relations.sums(None, DayRange(day(31), day(60))).lost == 1
        assert relations.sums(None, DayRange(day(31), day(45))).lost == 2

    def test_keep_currencies_apart(self) -> None:
        people = [customer(said(value=100)), customer(said(value=7, currency="CHF"))]
        relations, span = Relations(people, currency="EUR"), DayRange(day(5), day(9))

        assert relations.sums(None, span).active_minor == 100
        assert relations.sums(None, span, "CHF").active_minor == 7
        assert relations.sums(None, span, "JPY").active_minor == 100
        assert relations.sums(None, span, "CHF").active == 2

    def test_of_nobody_are_nothing(self) -> None:
        relations = Relations([], currency="EUR")

        assert relations.sums(None, DayRange(day(1), day(2))) == PeopleSums()
        assert relations.sums("north", DayRange(day(1), day(2))) == PeopleSums()


class TestARelation:
    def test_begins_with_the_first_contract_and_ends_with_the_last(self) -> None:
        found = relation([said("A", 10, 50, reason="moved"), said("B", 30, 90, reason="debt"),
                          said("C", 90, 120, reason="other")])  # fmt: skip

        assert found is not None
        assert found.stays == (Stay(day(10), day(120), "other"),)

    def test_adds_up_what_its_contracts_are_worth(self) -> None:
        found = relation([said("A", 0, 50, 100), said("B", 20, None, 40)])

        assert found is not None
        assert found.values == (
            ValueStep(day(0), "EUR", 100), ValueStep(day(20), "EUR", 140),
            ValueStep(day(50), "EUR", 40),
        )  # fmt: skip

    def test_takes_numbered_contracts_in_place_of_the_cards_one(self) -> None:
        found = relation([said("", 0, None, 500), said("A", 5, None, 100)])

        assert found is not None
        assert found.stays == (Stay(day(5), None, None),)
        assert found.values == (ValueStep(day(5), "EUR", 100),)

    def test_goes_by_the_latest_statement_and_keeps_values_it_does_not_speak_of(self) -> None:
        found = relation([said("A", 0), said("A", 0, 90, None, reason="debt")])

        assert found is not None
        assert found.stays == (Stay(day(0), day(90), "debt"),)
        assert found.values == (ValueStep(day(0), "EUR", 100), ValueStep(day(90), "EUR", 0))

    def test_without_a_known_start_is_none(self) -> None:
        assert relation([Statement("", None, day(3), "debt", None, "EUR", None)]) is None
