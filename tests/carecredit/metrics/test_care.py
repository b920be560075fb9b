"""The measures of care from contacts in the database, on both databases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from carecredit.kernel.ids import ClientId, new_id
from carecredit.metrics import queries
from carecredit.metrics.views import MetricAnswer
from carecredit.outreach.model import Contact
from carecredit.store.session import Store
from ledgers import CALLER, Ledger

NOW = datetime(2024, 6, 1, tzinfo=UTC)
MAY_31 = date(2024, 5, 31)


def contact(client_id: Any, customer: Any, at: datetime, seconds: int = 60, **more: Any) -> Contact:
    words: dict[str, Any] = {
        "channel": "voice", "direction": "in", "purpose": "service", "note": "", "language": "it",
        "operator": "tests", "automatic": False, "identified_by": "", "transferred": False,
    }  # fmt: skip
    return Contact(
        **(words | more), client_id=client_id, id=new_id(), customer_id=customer, touch_id=None,
        attempt_id=None, operator_id=None, started_at=at,
        ended_at=at + timedelta(seconds=seconds), disposition="right_party",
        non_payment_reason=None,
    )  # fmt: skip


def world(store: Store) -> tuple[ClientId, Any, Any]:
    ledger = Ledger()
    ledger.invoice(100, date(2024, 5, 1), segment="north")
    north, south = ledger.customer(None, segment="north"), ledger.customer(None, segment="south")
    return ledger.write(store), north, south


def ask(store: Store, client_id: ClientId, metric_id: str, **more: Any) -> MetricAnswer:
    with store.read(CALLER) as session:
        return queries.metric(
            session, client_id=client_id, metric_id=metric_id, as_of=MAY_31, now=NOW, **more
        )


class TestFirstContactResolution:
    def test_answers_from_contacts_that_came_in(self, store: Store) -> None:
        client_id, north, south = world(store)
        with store.begin(CALLER) as session:
            for customer, day in ((north, 2), (north, 5), (south, 3), (south, 30)):
                session.add(contact(client_id, customer, datetime(2024, 5, day, 9, tzinfo=UTC)))
            out = datetime(2024, 5, 4, 9, tzinfo=UTC)
            session.add(contact(client_id, south, out, direction="out"))

        found = ask(store, client_id, "fcr.repeat.7d")
        of_north = ask(store, client_id, "fcr.repeat.7d", segment="north")
        repeated = ask(store, client_id, "repeat.7d")

        assert (found.numerator, found.denominator, found.n) == ("1", "2", 2)
        assert found.interval == ("0.094531", "0.905469")
        assert found.warnings[-1] == "a small group: 2"
        assert (of_north.numerator, of_north.denominator) == ("0", "1")
        assert (repeated.numerator, repeated.denominator) == ("1", "4")

    def test_has_no_data_where_nobody_called(self, store: Store) -> None:
        client_id, _, _ = world(store)

        assert ask(store, client_id, "fcr.repeat.24h").status == "no_data"


class TestHandleTime:
    def test_is_of_calls_whose_wrap_up_ended_in_the_month(self, store: Store) -> None:
        client_id, north, _ = world(store)
        midnight = datetime(2024, 6, 1, tzinfo=UTC)
        with store.begin(CALLER) as session:
            for at, seconds in (
                (datetime(2024, 5, 2, 9, tzinfo=UTC), 120),
                (datetime(2024, 5, 9, 9, tzinfo=UTC), 240),
                (midnight - timedelta(seconds=30), 600),
            ):
                session.add(contact(client_id, north, at, seconds, direction="out"))
            mail = contact(client_id, north, datetime(2024, 5, 3, tzinfo=UTC), 5, channel="email")
            session.add(mail)

        found = ask(store, client_id, "handle_time")
        before = ask(store, client_id, "handle_time", known_at=date(2024, 5, 8))

        assert (found.value, found.unit, found.n) == ("180.0000000000", "seconds", 2)
        assert before.value == "120.0000000000"


class TestWhatIsNotRecordedYet:
    def test_keeps_its_place_and_says_no_data(self, store: Store) -> None:
        client_id, _, _ = world(store)

        for metric_id in ("service_level", "csat", "nps", "ces", "complaints_per_contact"):
            found = ask(store, client_id, metric_id)
            assert (found.value, found.status) == (None, "no_data")


class TestUndisputedDso:
    def test_leaves_what_is_contested_out(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(6_000, date(2024, 5, 1))
        ledger.dispute(ledger.invoice(4_000, date(2024, 5, 1)), date(2024, 5, 3))
        client_id = ledger.write(store)

        plain = ask(store, client_id, "dso.simple.p3m")
        undisputed = ask(store, client_id, "dso.undisputed.p3m")

        assert (plain.numerator, undisputed.numerator) == ("100.00", "60.00")
        assert undisputed.denominator == "100.00"
