"""A number and its parts: every document that has one, adding up to the numerator to the cent."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecredit.kernel.calendars import month_end
from carecredit.metrics.queries import metric, parts
from carecredit.metrics.rules.catalogue import METRIC_IDS
from carecredit.store.session import Store
from ledgers import CALLER, FOUNDED, Ledger

AS_OF = month_end(2024, 3)


def small_ledger() -> Ledger:
    ledger = Ledger()
    first = ledger.invoice(100_00, date(2024, 1, 10), date(2024, 2, 10), segment="north")
    ledger.payment(40_00, date(2024, 2, 20), to=first)
    second = ledger.invoice(50_00, date(2024, 3, 5), date(2024, 4, 5), segment="south")
    ledger.entry("credit_note", 5_00, date(2024, 3, 8), to=second)
    ledger.payment(30_00, date(2024, 3, 9))
    ledger.dispute(second, date(2024, 3, 10))
    return ledger


class TestParts:
    def test_names_the_open_invoices_and_the_money_apart_behind_a_balance(
        self, store: Store
    ) -> None:
        client_id = small_ledger().write(store)

        with store.read(CALLER) as session:
            found = parts(
                session,
                client_id=client_id,
                metric_id="dso.simple.p3m",
                as_of=AS_OF,
                now=FOUNDED,
            )

        assert [(part.kind, part.amount) for part in found.parts] == [
            ("invoice", "60.00"),
            ("invoice", "45.00"),
            ("payment", "-30.00"),
        ]
        assert (found.total, found.answer.numerator) == ("75.00", "75.00")

    def test_are_given_a_page_at_a_time(self, store: Store) -> None:
        client_id = small_ledger().write(store)

        with store.read(CALLER) as session:
            found = parts(
                session,
                client_id=client_id,
                metric_id="receivables.net",
                as_of=AS_OF,
                now=FOUNDED,
                offset=1,
                limit=1,
            )

        assert (found.count, found.next_offset, len(found.parts)) == (3, 2, 1)

    @settings(
        max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
    )
    @given(data=st.data())
    def test_add_up_to_the_numerator_of_every_measure(
        self, sqlite_store: Store, data: st.DataObject
    ) -> None:
        client_id = data.draw(_books()).write(sqlite_store)
        known = data.draw(st.none() | st.dates(date(2024, 1, 20), date(2024, 4, 10)))
        segment = data.draw(st.sampled_from([None, "north"]))

        with sqlite_store.read(CALLER) as session:
            for metric_id in METRIC_IDS:
                asked = {
                    "client_id": client_id, "metric_id": metric_id, "as_of": AS_OF,
                    "now": FOUNDED, "known_at": known, "segment": segment, "currency": "EUR",
                }  # fmt: skip
                answer = metric(session, **asked)
                found = parts(session, **asked, limit=1_000)
                assert (metric_id, Fraction(found.total)) == (
                    metric_id,
                    Fraction(answer.numerator or 0),
                )
                # A third of a cent is written with six more decimals, no more.
                written = sum((Fraction(part.amount) for part in found.parts), Fraction())
                assert abs(written - Fraction(found.total)) < Fraction(1, 10**6)


@st.composite
def _books(draw: st.DrawFn) -> Ledger:
    ledger = Ledger()
    days = st.dates(date(2023, 12, 1), date(2024, 4, 5))
    lags = st.integers(0, 40).map(lambda count: timedelta(days=count))
    ledger.invoice(1, date(2023, 11, 1), segment="north")
    keys = []
    for _ in range(draw(st.integers(1, 6))):
        on = draw(days)
        segment = draw(st.sampled_from(["north", "south", None]))
        keys.append(
            ledger.invoice(draw(st.integers(-20, 90)), on, on + draw(lags), segment=segment)
        )
    for _ in range(draw(st.integers(0, 6))):
        on = draw(days)
        kind = draw(st.sampled_from(["payment", "payment", "credit_note", "write_off", "refund"]))
        entry = ledger.entry(kind, draw(st.integers(1, 60)), on)
        if kind != "refund" and draw(st.booleans()):
            minor, applied = draw(st.integers(1, 60)), on + draw(lags)
            invoice = draw(st.sampled_from(keys))
            ledger.share(entry, invoice, minor, applied)
            if draw(st.booleans()):
                ledger.share(entry, invoice, -minor, applied + draw(lags))
    ledger.dispute(keys[0], draw(days))
    ledger.customer(date(2023, 1, 1), draw(st.none() | days), value=100)
    ledger.promise(50, draw(days), draw(st.sampled_from(["kept", "broken"])), kept=20)
    return ledger
