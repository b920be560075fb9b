"""The overdue case, what may follow what, and how the rest of the relation softens."""

from datetime import timedelta

import pytest

import worlds
from carecredit.cases import operations, queries
from carecredit.cases.rules import (
    CaseKind,
    TransitionRefused,
)
from carecredit.kernel.errors import CareCreditError
from carecredit.store.session import Store
from case_worlds import Desk, open_overdue
from worlds import NOW, TODAY

pytestmark = pytest.mark.usefixtures("chains_hold")
DAY = timedelta(days=1)
DISPUTE, COMPLAINT, OVERDUE = CaseKind.DISPUTE, CaseKind.COMPLAINT, CaseKind.OVERDUE


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


class TestAnOverdueCase:
    def test_is_one_for_a_customer_however_often_it_is_opened(self, desk: Desk) -> None:
        first, second = desk.invoice("F-1"), desk.invoice("F-2")

        one = open_overdue(desk, first)
        other = open_overdue(desk, second, first)
        same = open_overdue(desk, first)

        assert one.id == other.id == same.id
        assert other.version == same.version
        links = desk.read(queries.invoices_of, case_id=one.id)
        assert {link.invoice_id for link in links} == {first, second}
        assert desk.held() == {}
        assert desk.read(queries.stored_deadlines, case_id=one.id) == []

    def test_is_closed_by_payment(self, desk: Desk) -> None:
        case = open_overdue(desk, desk.invoice())
        assert desk.act(operations.review_overdue, customer_ids=None) == []
        worlds.pay(desk.store, desk.client_id, desk.customer_id)

        closed = desk.act(operations.review_overdue, customer_ids=[desk.customer_id])

        assert closed == [case.id]
        found = desk.read(queries.case, case_id=case.id)
        assert (found.state, found.resolution) == ("resolved", "paid")
        assert open_overdue(desk, desk.invoice("F-2")).id != case.id

    def test_that_is_paid_stays_open_until_who_wrote_is_answered(self, desk: Desk) -> None:
        case = open_overdue(desk, desk.invoice())
        worlds.pay(desk.store, desk.client_id, desk.customer_id)
        desk.act(operations.review_overdue, customer_ids=None)

        desk.move(case.id, "customer_wrote", reason="I paid twice!")

        assert desk.act(operations.review_overdue, customer_ids=None) == []
        assert desk.read(queries.case, case_id=case.id).state == "reopened"
        desk.move(case.id, "answered")
        assert desk.act(operations.review_overdue, customer_ids=None) == [case.id]

    def test_stays_open_while_something_past_due_is_open(self, desk: Desk) -> None:
        case = open_overdue(desk, desk.invoice("F-1"), desk.invoice("F-2"))
        worlds.pay(desk.store, desk.client_id, desk.customer_id)

        assert desk.act(operations.review_overdue, customer_ids=None) == []
        assert desk.read(queries.case, case_id=case.id).state == "open"

    def test_is_not_opened_about_what_is_not_past_due(self, desk: Desk) -> None:
        assert open_overdue(desk, desk.invoice(due_on=TODAY)) is None

    def test_leaves_out_what_is_contested(self, desk: Desk) -> None:
        contested, other = desk.invoice("F-1"), desk.invoice("F-2")
        dispute = desk.open(DISPUTE, contested)

        assert open_overdue(desk, contested).id == dispute.id, "no second thread"
        case = open_overdue(desk, contested, other)

        links = desk.read(queries.invoices_of, case_id=case.id)
        assert [link.invoice_id for link in links] == [other]

    def test_gives_way_to_a_dispute_about_its_invoices(self, desk: Desk) -> None:
        first, second = desk.invoice("F-1"), desk.invoice("F-2")
        case = open_overdue(desk, first, second)

        desk.open(DISPUTE, first)
        assert desk.read(queries.case, case_id=case.id).state == "open"
        later = desk.open(COMPLAINT, second)

        found = desk.read(queries.case, case_id=case.id)
        assert (found.state, found.resolution) == ("resolved", "in_dispute")
        told = desk.read(queries.events, case_id=case.id)[-1]
        assert told.data["case"] == str(later.id)

    def test_is_not_opened_again_beside_another(self, desk: Desk) -> None:
        first = desk.invoice()
        case = open_overdue(desk, first)
        desk.resolve(case.id)
        open_overdue(desk, first)

        with pytest.raises(CareCreditError, match="overdue case that is open"):
            desk.move(case.id, "customer_wrote")


class TestATransition:
    def test_that_is_refused_says_what_is_allowed(self, desk: Desk) -> None:
        case = desk.open()
        desk.resolve(case.id)

        with pytest.raises(TransitionRefused, match=r"allowed now: .*reopened") as told:
            desk.move(case.id, "asked_customer")

        assert "asked_customer" not in told.value.message.partition("allowed now")[2]

    def test_is_told_in_order(self, desk: Desk) -> None:
        case = desk.open()
        desk.move(case.id, "answered", now=NOW + DAY)

        for at in (NOW, NOW + 3 * DAY):
            with pytest.raises(CareCreditError) as told:
                desk.move(case.id, "customer_wrote", happened_at=at, now=NOW + 2 * DAY)
            assert told.value.field == "happened_at"

    def test_keeps_who_when_and_why(self, desk: Desk) -> None:
        case = desk.open(reason="called at nine")
        desk.move(case.id, "asked_client", reason="the meter", now=NOW + DAY)

        opened, asked = desk.read(queries.events, case_id=case.id)

        assert (opened.party, opened.reason) == ("customer", "called at nine")
        assert (asked.party, asked.recorded_by, asked.reason) == ("operator", "tests", "the meter")
        assert asked.happened_at == NOW + DAY
        latest = desk.read(queries.events_of_customer, customer_id=desk.customer_id)
        assert [one.event.code for one in latest] == ["asked_client", "opened"]
        assert {(one.case_id, one.kind) for one in latest} == {(case.id, "question")}
        earlier = {"customer_id": desk.customer_id, "before": NOW + DAY}
        assert [it.event for it in desk.read(queries.events_of_customer, **earlier)] == [opened]
        assert worlds.actions(desk.store, desk.client_id)[-2:] == [
            "case.opened", "case.asked_client",
        ]  # fmt: skip


class TestSoftening:
    def test_lasts_while_a_matter_is_open_and_some_days_after(self, desk: Desk) -> None:
        case = desk.open(COMPLAINT)
        ask = {"customer_ids": [desk.customer_id]}

        soft = desk.read(queries.softened, now=NOW, **ask)[desk.customer_id]
        desk.resolve(case.id, now=NOW + DAY)
        after = desk.read(queries.softened, now=NOW + 2 * DAY, **ask)[desk.customer_id]

        assert (soft.since, soft.until, soft.spacing_days) == (NOW, None, 10)
        assert (soft.case_ids, soft.tone) == ((case.id,), "listening")
        assert after.until == NOW + 15 * DAY
        assert desk.read(queries.softened, now=NOW + 16 * DAY, **ask) == {}

    def test_is_not_for_a_question(self, desk: Desk) -> None:
        desk.open()

        assert desk.read(queries.softened, now=NOW, customer_ids=[desk.customer_id]) == {}
