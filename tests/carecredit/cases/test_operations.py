"""What an open complaint or dispute holds and frees, and who writes again."""

from datetime import date, timedelta
from typing import Any

import pytest

import worlds
from carecredit.cases import operations, queries
from carecredit.cases.operations import (
    About,
    ContestedAlready,
)
from carecredit.cases.queries import Wanted
from carecredit.cases.rules import (
    CaseKind,
)
from carecredit.holds.operations import HoldOfAnother, contest
from carecredit.holds.operations import end as end_hold
from carecredit.holds.queries import standing
from carecredit.kernel.errors import CareCreditError
from carecredit.receivables import queries as receivables
from carecredit.receivables.queries import UnknownInvoice
from carecredit.store.session import Store
from case_worlds import Desk, disputed
from worlds import NOW, TODAY

pytestmark = pytest.mark.usefixtures("chains_hold")
DAY = timedelta(days=1)
DISPUTE, COMPLAINT, OVERDUE = CaseKind.DISPUTE, CaseKind.COMPLAINT, CaseKind.OVERDUE


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


class TestAComplaint:
    def test_keeps_its_hold_until_it_is_resolved_itself(self, desk: Desk) -> None:
        contested = desk.invoice()
        case = desk.open(COMPLAINT, contested)
        (hold,) = desk.read(standing, customer_id=desk.customer_id, at=NOW)

        with pytest.raises(HoldOfAnother):
            desk.act(end_hold, hold_id=hold.id)
        assert desk.held() == {contested: ["complaint"]}
        desk.resolve(case.id)
        assert desk.held() == {}


class TestADispute:
    def test_holds_exactly_its_invoices_and_finance_still_counts_them(self, desk: Desk) -> None:
        contested, other = desk.invoice("F-1"), desk.invoice("F-2")

        case = desk.open(DISPUTE, contested)

        assert desk.held() == {contested: ["dispute"]}
        assert (disputed(desk, contested), disputed(desk, other)) == (12_000, 0)
        plan = worlds.plan(desk.store, desk.client_id, desk.customer_id)
        assert plan.invoice == "F-2"
        assert case.review_on == date(2026, 6, 26)  # fourteen working days
        assert desk.read(receivables.invoice, invoice_id=contested, today=TODAY).open_minor > 0

    def test_frees_them_when_it_is_resolved(self, desk: Desk) -> None:
        contested = desk.invoice()
        case = desk.open(DISPUTE, contested)

        done = desk.resolve(case.id, now=NOW + DAY)

        assert (done.state, done.resolution) == ("resolved", "solved")
        assert desk.held(at=NOW + DAY) == {}
        assert disputed(desk, contested, on=TODAY + DAY) == 0
        assert disputed(desk, contested, on=TODAY) == 12_000

    def test_spares_what_we_ask_and_never_what_finance_counts(self, desk: Desk) -> None:
        contested = desk.invoice(due_on=TODAY - DAY)
        case = desk.open(DISPUTE, contested)
        later = NOW + 20 * DAY
        desk.resolve(case.id, now=later)

        plan = worlds.plan(desk.store, desk.client_id, desk.customer_id, now=later)

        assert plan.code == "follow_up"
        assert plan.due_at == NOW + 23 * DAY + timedelta(hours=1)  # four days past due, less 20
        day = TODAY + 20 * DAY
        standing = desk.read(receivables.invoice, invoice_id=contested, today=day)
        assert (standing.days_past_due(day), standing.past_due_minor) == (21, 12_000)

    def test_of_two_keeps_the_invoice_held_until_the_last_has_ended(self, desk: Desk) -> None:
        contested = desk.invoice()
        one = desk.open(DISPUTE, contested, amount_minor=5_000)
        other = desk.open(DISPUTE, contested, amount_minor=7_000)
        complaint = desk.open(COMPLAINT, contested)

        desk.resolve(one.id, now=NOW + DAY)
        assert desk.held(at=NOW + DAY) == {contested: ["dispute", "complaint"]}
        assert disputed(desk, contested, on=TODAY + DAY) == 7_000
        desk.resolve(other.id, now=NOW + 2 * DAY)
        assert desk.held(at=NOW + 2 * DAY) == {contested: ["complaint"]}
        desk.resolve(complaint.id, now=NOW + 3 * DAY)
        assert desk.held(at=NOW + 3 * DAY) == {}

    @pytest.mark.parametrize(
        ("first", "second"), [(None, None), (5_000, 5_000), (5_000, None), (None, 5_000)]
    )
    def test_is_one_thread_about_what_is_contested(
        self, desk: Desk, first: int | None, second: int | None
    ) -> None:
        contested, other = desk.invoice("F-1"), desk.invoice("F-2")
        one = desk.open(DISPUTE, contested, amount_minor=first)
        elsewhere = desk.open(DISPUTE, other)
        again = (About(contested, second),)
        tie: dict[str, Any] = {"case_id": elsewhere.id, "proof": "letter", "version": None}

        with pytest.raises(ContestedAlready, match=str(one.id)) as refused:
            desk.open(DISPUTE, contested, amount_minor=second)
        with pytest.raises(ContestedAlready, match=str(one.id)):
            desk.act(operations.link_invoices, invoices=again, **tie)
        desk.resolve(one.id)

        assert refused.value.field == "invoices"
        assert desk.open(DISPUTE, contested, amount_minor=second).state == "open"

    def test_may_be_about_a_part(self, desk: Desk) -> None:
        contested = desk.invoice()

        desk.open(DISPUTE, contested, amount_minor=4_000)

        assert disputed(desk, contested) == 4_000
        assert desk.held() == {contested: ["dispute"]}

    def test_stands_beside_one_that_the_ledger_knows_already(self, desk: Desk) -> None:
        contested = desk.invoice()
        whom = {"customer_id": desk.customer_id, "invoice_id": contested}
        desk.act(contest, reason="by telephone", **whom)

        case = desk.open(DISPUTE, contested)
        desk.resolve(case.id)

        assert desk.held() == {contested: ["dispute"]}, "the other reason still stands"
        assert disputed(desk, contested) == 12_000

    @pytest.mark.parametrize(
        ("kind", "facts", "field"),
        [
            (DISPUTE, {"proof": " "}, "proof"),
            (COMPLAINT, {"amount_minor": 10}, "invoices"),
            (DISPUTE, {"amount_minor": 12_001}, "invoices"),
            (DISPUTE, {"review_on": TODAY - DAY}, "review_on"),
            (DISPUTE, {"subject": ""}, "subject"),
            (DISPUTE, {"topic": "two words"}, "topic"),
            (DISPUTE, {"language": "xx"}, "language"),
            (OVERDUE, {}, "kind"),
        ],
    )
    def test_says_what_it_lacks(
        self, desk: Desk, kind: CaseKind, facts: dict[str, Any], field: str
    ) -> None:
        contested = desk.invoice()

        with pytest.raises(CareCreditError) as told:
            desk.open(kind, contested, **facts)

        assert told.value.field == field
        assert desk.held() == {}

    def test_is_about_ones_own_invoices(self, desk: Desk) -> None:
        other = worlds.add_customer(desk.store, desk.client_id, "K-2")
        theirs = worlds.add_invoice(desk.store, desk.client_id, other)

        for kind in (DISPUTE, CaseKind.QUESTION):
            with pytest.raises(UnknownInvoice):
                desk.open(kind, theirs)

    def test_without_an_invoice_is_none(self, desk: Desk) -> None:
        with pytest.raises(CareCreditError, match="names the invoices"):
            desk.open(DISPUTE)

    def test_takes_invoices_in_and_lets_them_go(self, desk: Desk) -> None:
        first, second = desk.invoice("F-1"), desk.invoice("F-2")
        case = desk.open(COMPLAINT, first)
        key = {"case_id": case.id, "version": None}

        desk.act(operations.link_invoices, invoices=[About(second)], proof="letter", **key)
        assert desk.held() == {first: ["complaint"], second: ["complaint"]}
        desk.act(operations.unlink_invoice, invoice_id=first, reason="not meant", **key)

        assert desk.held() == {second: ["complaint"]}
        links = desk.read(queries.invoices_of, case_id=case.id)
        assert [one.invoice_id for one in links] == [second]
        with pytest.raises(CareCreditError, match="already"):
            desk.act(operations.link_invoices, invoices=[About(second)], proof="x", **key)

    def test_has_a_day_on_which_it_is_looked_at_again(self, desk: Desk) -> None:
        case = desk.open(DISPUTE, desk.invoice())
        day = TODAY + 3 * DAY

        moved = desk.act(
            operations.set_review, case_id=case.id, review_on=day, reason="?", version=case.version
        )

        assert moved.review_on == day
        (due,) = desk.read(
            queries.cases, now=NOW, wanted=Wanted(review_by=NOW + 3 * DAY, unresolved=True)
        )
        assert due.case.id == case.id


class TestACustomerWhoWritesAgain:
    def test_opens_a_resolved_case_and_its_holds_again(self, desk: Desk) -> None:
        contested = desk.invoice()
        case = desk.open(DISPUTE, contested)
        for now in (NOW, NOW + 3 * DAY):  # on the very day, and later
            desk.resolve(case.id, now=now)
            assert desk.held(at=now) == {}

            again = desk.move(case.id, "customer_wrote", reason="Still wrong", now=now)

            assert (again.state, again.resolution) == ("reopened", None)
            assert desk.held(at=now) == {contested: ["dispute"]}
            assert disputed(desk, contested, on=TODAY + 5 * DAY) == 12_000

    def test_who_only_thanks_opens_nothing(self, desk: Desk) -> None:
        case = desk.open()
        desk.resolve(case.id)

        assert desk.move(case.id, "customer_thanked").state == "resolved"

    def test_is_opened_by_an_operator_too(self, desk: Desk) -> None:
        contested = desk.invoice()
        case = desk.open(COMPLAINT, contested)
        desk.resolve(case.id)

        reopened = desk.act(
            operations.reopen, case_id=case.id, reason="too soon", version=None, now=NOW + DAY
        )

        assert reopened.state == "reopened"
        assert desk.held(at=NOW + DAY) == {contested: ["complaint"]}
