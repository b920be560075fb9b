"""Nobody is called when nobody is there: the mandate's opening hours narrow the person's."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

import worlds
from carecredit.cadence.operations import agree_terms
from carecredit.contact_policy import queries, rules
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.mandates.rules import written_opening
from carecredit.store.session import Store

NOON = datetime(2026, 6, 8, 10, 30, tzinfo=UTC)
"""A Monday, half past twelve in Rome."""
MORNINGS = written_opening({"mon": ["14:00-18:00", "09:00-12:00"], "tue": ["09:00-12:00"]})


def agree(store: Store, client_id: ClientId, **terms: Any) -> None:
    with store.begin(worlds.CENTRE_CALLER) as session:
        agree_terms(session, client_id=client_id, valid_from=date(2026, 6, 1), now=NOON, **terms)


def ask(store: Store, client_id: ClientId, channel: str = "voice") -> rules.Verdict:
    customer_id = worlds.add_customer(store, client_id, phone="+390612345678", email="a@b.it")
    with store.read(worlds.only(client_id)) as session:
        return queries.contactability(
            session, client_id=client_id, customer_id=customer_id, channel=channel,
            purpose="service", now=NOON,
        )  # fmt: skip


@pytest.fixture
def client_id(sqlite_store: Store) -> ClientId:
    found = worlds.found_client(sqlite_store)
    worlds.approve(sqlite_store, found)
    return found


class TestOpeningHours:
    def test_bind_nobody_before_they_are_agreed(
        self, sqlite_store: Store, client_id: ClientId
    ) -> None:
        assert ask(sqlite_store, client_id).allowed

    def test_put_a_call_off_until_somebody_is_there(
        self, sqlite_store: Store, client_id: ClientId
    ) -> None:
        agree(sqlite_store, client_id, opening_hours=MORNINGS)

        verdict = ask(sqlite_store, client_id)

        assert [reason.code for reason in verdict.reasons] == ["operator_closed"]
        assert verdict.not_before == datetime(2026, 6, 8, 12, 0, tzinfo=UTC)

    def test_let_what_a_machine_sends_pass(self, sqlite_store: Store, client_id: ClientId) -> None:
        agree(sqlite_store, client_id, opening_hours=MORNINGS)

        assert ask(sqlite_store, client_id, "email").allowed

    def test_are_on_the_clock_and_by_the_holidays_agreed(
        self, sqlite_store: Store, client_id: ClientId
    ) -> None:
        always_open = written_opening({"mon": ["00:00-24:00"], "wed": ["09:00-18:00"]})
        agree(
            sqlite_store, client_id, opening_hours=always_open, opening_zone="Europe/London",
            opening_calendar="IT-RM",
        )  # fmt: skip
        customer_id = worlds.add_customer(sqlite_store, client_id, phone="+390612345678")

        def first(now: datetime) -> datetime | None:
            with sqlite_store.read(worlds.only(client_id)) as session:
                return queries.contactability(
                    session, client_id=client_id, customer_id=customer_id, channel="voice",
                    purpose="service", now=now,
                ).not_before  # fmt: skip

        # 29 June is the patron's day of Rome: the next opening is Wednesday's, on London's clock.
        assert first(datetime(2026, 6, 29, 10, tzinfo=UTC)) == datetime(2026, 7, 1, 8, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("terms", "field"),
        [
            ({"opening_hours": "{}"}, "opening_hours"),
            ({"opening_hours": "nine to five"}, "opening_hours"),
            ({"opening_hours": '{"mon": ["18:00-09:00"]}'}, "opening_hours"),
            ({"opening_hours": '{"mo": ["09:00-18:00"]}'}, "opening_hours"),
            ({"opening_zone": "Europe/Roma"}, "opening_zone"),
            ({"opening_calendar": "italy"}, "opening_calendar"),
            ({"opening_calendar": "ZZ"}, "opening_calendar"),
            ({"opening_calendar": "IT-XY"}, "opening_calendar"),
        ],
    )
    def test_are_refused_with_their_field(
        self, sqlite_store: Store, client_id: ClientId, terms: dict[str, str], field: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            agree(sqlite_store, client_id, **terms)

        assert refused.value.field == field
