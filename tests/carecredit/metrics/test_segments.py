"""One number by segment: the whole recomputed, small groups flagged, nothing averaged."""

from datetime import date
from fractions import Fraction

import pytest

from carecredit.kernel.calendars import month_end
from carecredit.metrics.queries import by_segment, metric
from carecredit.metrics.rules.catalogue import UnknownMetric
from carecredit.store.session import Store
from ledgers import CALLER, FOUNDED, Ledger

AS_OF = month_end(2024, 3)


def two_segments() -> Ledger:
    ledger = Ledger()
    paid = ledger.invoice(900_00, date(2024, 1, 10), date(2024, 2, 10), segment="north")
    ledger.payment(900_00, date(2024, 2, 20), to=paid)
    ledger.invoice(100_00, date(2024, 3, 5), date(2024, 4, 5), segment="south")
    ledger.payment(30_00, date(2024, 3, 9))
    return ledger


class TestBySegment:
    def test_gives_the_whole_first_and_works_it_out_anew(self, store: Store) -> None:
        client_id = two_segments().write(store)

        with store.read(CALLER) as session:
            found = by_segment(
                session, client_id=client_id, metric_id="dso.simple.p3m", as_of=AS_OF, now=FOUNDED
            )

        assert [row.segment for row in found.rows] == ["ALL", "north", "south"]
        values = [Fraction(row.answer.value or 0) for row in found.rows]
        # 70 of 1,000 over 91 days; an average of 0 and 91 would be 45.5.
        assert values == [Fraction(70, 1000) * 91, 0, 91]

    def test_gives_each_row_as_it_would_be_answered_alone(self, store: Store) -> None:
        client_id = two_segments().write(store)

        with store.read(CALLER) as session:
            found = by_segment(
                session, client_id=client_id, metric_id="cei.p1m", as_of=AS_OF, now=FOUNDED
            )
            alone = metric(
                session,
                client_id=client_id,
                metric_id="cei.p1m",
                as_of=AS_OF,
                now=FOUNDED,
                segment="south",
            )

        assert found.rows[2].answer == alone
        assert alone.filters["segment"] == "south"

    def test_flags_a_small_group_of_people_and_no_sum_of_money(self, store: Store) -> None:
        client_id = two_segments().write(store)

        with store.read(CALLER) as session:
            people, money = (
                by_segment(
                    session, client_id=client_id, metric_id=name, as_of=AS_OF, now=FOUNDED
                ).rows
                for name in ("on_time.count.p3m", "receivables.open")
            )

        assert all(not row.small_group for row in money)
        assert all(row.small_group == (row.answer.n is not None) for row in people)

    def test_knows_the_names_of_the_catalogue_only(self, store: Store) -> None:
        client_id = two_segments().write(store)

        with store.read(CALLER) as session, pytest.raises(UnknownMetric):
            by_segment(session, client_id=client_id, metric_id="dso", as_of=AS_OF, now=FOUNDED)
