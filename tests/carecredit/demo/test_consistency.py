"""A world put wrong on purpose is found out, one fault at a time."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from carecredit.demo.consistency import faults
from carecredit.demo.rows import Company, World
from carecredit.demo.world import make_world

TODAY = date(2026, 6, 8)
LONG_AGO = date(2001, 1, 1)


@pytest.fixture(scope="module")
def world() -> World:
    made = make_world(1, TODAY)
    return msgspec.structs.replace(made, companies=made.companies[:1])


def with_first(world: World, rows: str, **changes: Any) -> World:
    """Change the first row of a kind in the first company."""
    company = world.companies[0]
    first, *rest = getattr(company, rows)
    changed = (msgspec.structs.replace(first, **changes), *rest)
    return with_company(world, lambda _: msgspec.structs.replace(company, **{rows: changed}))


def with_company(world: World, change: Callable[[Company], Company]) -> World:
    first, *rest = world.companies
    return msgspec.structs.replace(world, companies=(change(first), *rest))


class TestFaults:
    def test_finds_none_in_a_sound_world(self, world: World) -> None:
        assert faults(world) == []

    @pytest.mark.parametrize(
        ("rows", "changes", "said"),
        [
            ("customers", {"phone": "+447700900123"}, "is no number"),
            ("customers", {"email": "someone@example.it"}, "could be somebody's"),
            ("customers", {"ended_on": LONG_AGO}, "without a day or a reason"),
            ("customers", {"ended_on": LONG_AGO, "ended_reason": "bored"}, "unknown reason"),
            ("invoices", {"customer": "nobody"}, "has no customer"),
            ("invoices", {"tax_minor": -1}, "wrong amount"),
            ("invoices", {"due_on": LONG_AGO}, "days out of order"),
            ("invoices", {"invoiced_on": LONG_AGO}, "was no customer then"),
            ("invoices", {"disputed_to": TODAY}, "contested before it is there"),
            ("invoices", {"recorded_on": TODAY + timedelta(days=1)}, "knows the future"),
            ("invoices", {"gross_minor": 1_00, "tax_minor": 10}, "beyond its amount"),
            ("payments", {"customer": "nobody"}, "has no customer"),
            ("payments", {"invoice": "none"}, "settles an invoice that its customer"),
            ("payments", {"recorded_on": LONG_AGO}, "entered before it happened"),
            ("payments", {"received_on": LONG_AGO}, "settled before it was written"),
            ("payments", {"applied_on": LONG_AGO}, "applied before it came"),
            ("payments", {"amount_minor": 10**9}, "beyond its amount"),
            ("credit_notes", {"gross_minor": 10**9}, "beyond its amount"),
            ("write_offs", {"amount_minor": 10**9}, "beyond its amount"),
            ("promises", {"amount_minor": 0}, "of nothing"),
            ("promises", {"amount_minor": 10**9}, "than is open"),
            ("promises", {"promised_on": LONG_AGO}, "cannot be kept"),
        ],
    )
    def test_finds_what_was_put_wrong(
        self, world: World, rows: str, changes: dict[str, Any], said: str
    ) -> None:
        found = faults(with_first(world, rows, **changes))

        assert any(said in fault for fault in found), found

    @pytest.mark.parametrize(
        "rows", ["customers", "invoices", "payments", "credit_notes", "write_offs"]
    )
    def test_finds_a_row_that_stands_twice(self, world: World, rows: str) -> None:
        first = getattr(world.companies[0], rows)[0]

        found = faults(
            with_company(
                world,
                lambda company: msgspec.structs.replace(
                    company, **{rows: (*getattr(company, rows), first)}
                ),
            )
        )

        assert f"acqua-serena: {first.number} stands twice" in found

    def test_finds_one_number_under_two_names(self, world: World) -> None:
        phone = next(row.phone for row in world.companies[0].customers[1:] if row.phone)

        found = faults(with_first(world, "customers", phone=phone, name="Somebody Else"))

        assert any("is both" in fault for fault in found)

    def test_finds_a_promise_beside_one_not_yet_judged(self, world: World) -> None:
        first = world.companies[0].promises[0]
        second = msgspec.structs.replace(first, given_on=first.given_on + timedelta(days=1))

        found = faults(
            with_company(
                world,
                lambda company: msgspec.structs.replace(
                    company, promises=(*company.promises, second)
                ),
            )
        )

        assert any("not yet judged" in fault for fault in found)
