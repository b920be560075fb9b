"""The matters of a contact: which case hears of it, which is opened, which is resolved."""

from datetime import datetime, timedelta
from typing import Any

import pytest

import worlds
from calls import KNOWN, Desk
from carecredit.cadence.rules import explain
from carecredit.cases import operations as cases
from carecredit.cases import queries
from carecredit.cases.operations import NewCase
from carecredit.cases.rules import CaseKind, Resolution
from carecredit.cases.views import Case
from carecredit.kernel.ids import CaseId, InvoiceId
from carecredit.outreach.operations import NewContact, receive, wrap_up
from carecredit.outreach.rules import CaseBegun, CaseSolved, Disposition, WrapUp
from carecredit.outreach.rules.wrap_up import WrapUpInvalid
from carecredit.quality import queries as surveys
from carecredit.quality.operations import set_terms
from carecredit.quality.rules import SurveyKind, SurveyPolicy
from carecredit.receivables.queries import UnknownInvoice
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def act(desk: Desk, operation: Any, **told: Any) -> Any:
    with desk.store.begin(CENTRE_CALLER) as session:
        return operation(session, client_id=desk.client_id, now=NOW, **told)


def read(desk: Desk, query: Any, **told: Any) -> Any:
    with desk.store.read(CENTRE_CALLER) as session:
        return query(session, client_id=desk.client_id, **told)


def calls_us(desk: Desk, **said: Any) -> Any:
    new = NewContact(desk.customers[0], "voice")
    contact_id = act(desk, receive, contact=new, operator_id=desk.anna)
    told = {"disposition": Disposition.RIGHT_PARTY, "identified_by": KNOWN} | said
    return act(
        desk,
        wrap_up,
        contact_id=contact_id,
        operator_id=desk.anna,
        wrap_up=WrapUp(**told),
    )


def invoice(desk: Desk) -> InvoiceId:
    return desk.invoice_ids[desk.customers[0]]


def solve(desk: Desk, case_id: CaseId) -> None:
    told: dict[str, Any] = {"resolution": Resolution.SOLVED, "solution": "explained"}
    act(desk, cases.resolve, case_id=case_id, version=None, **told)


def codes(desk: Desk, case_id: CaseId) -> list[str]:
    return [one.code for one in read(desk, queries.events, case_id=case_id)]


def disputes(desk: Desk) -> list[Case]:
    listed = read(desk, queries.cases, now=NOW)
    return [one.case for one in listed if one.case.kind == CaseKind.DISPUTE]


class TestWordOfAnOverdueCaseThatIsOver:
    def test_goes_to_the_one_that_is_open_since(self, desk: Desk) -> None:
        whom = {"customer_id": desk.customers[0], "invoice_ids": [invoice(desk)]}
        old = act(desk, cases.open_overdue, **whom)
        solve(desk, old.id)
        since = act(desk, cases.open_overdue, **whom)

        closed = calls_us(desk, cases=(old.id,), note="about that letter")

        assert codes(desk, since.id)[-1] == "customer_wrote"
        assert "customer_wrote" not in codes(desk, old.id)
        assert closed.case_ids == (since.id, old.id)


class TestACaseThatAContactSolves:
    def test_is_heard_of_first_where_it_was_resolved(self, desk: Desk) -> None:
        new = NewCase(desk.customers[0], CaseKind.QUESTION, "What is this?")
        case = act(desk, cases.open_case, case=new)
        solve(desk, case.id)

        calls_us(desk, cases=(case.id,), solves=(CaseSolved(case.id, "told again"),))

        assert codes(desk, case.id)[-2:] == ["customer_wrote", "resolved"]
        assert read(desk, queries.case, case_id=case.id).state == "resolved"


class TestADisputeAboutWhatIsContested:
    def test_is_more_word_of_the_one_that_stands(self, desk: Desk) -> None:
        other = worlds.add_invoice(desk.store, desk.client_id, desk.customers[0], "F-9")
        begun = CaseBegun(CaseKind.DISPUTE, "billed twice", (invoice(desk),), "call")
        first = calls_us(desk, opens=(begun,))

        again = calls_us(desk, opens=(begun,))
        wider = CaseBegun(CaseKind.DISPUTE, "billed twice", (invoice(desk), other), "call")
        both = calls_us(desk, opens=(wider,))

        assert again.case_ids == first.case_ids
        assert both.case_ids[0] == first.case_ids[0]
        assert len(disputes(desk)) == 2
        (link,) = read(desk, queries.invoices_of, case_id=both.case_ids[1])
        assert link.invoice_id == other


class TestContestedInvoices:
    def test_of_somebody_else_are_named_each_at_its_place(self, store: Store) -> None:
        desk = Desk(store, customers=2)
        foreign = desk.invoice_ids[desk.customers[1]]

        with pytest.raises(UnknownInvoice) as refused:
            calls_us(desk, disputed_invoices=(invoice(desk), foreign), dispute_reason="not mine")

        assert refused.value.field == "disputed_invoices.1"


class TestAComplaintWithoutAnInvoice:
    def test_is_not_asked_about_whoever_took_it(self, desk: Desk) -> None:
        policy = SurveyPolicy(SurveyKind.CSAT, "Com'è andata?", "How was it?", 1_000, 90, 2)
        act(desk, set_terms, policy=policy)

        closed = calls_us(desk, opens=(CaseBegun(CaseKind.COMPLAINT, "rude"),))
        again = calls_us(desk)

        for survey_id in (closed.survey_id, again.survey_id):
            asked = read(desk, surveys.survey, survey_id=survey_id)
            assert (asked.state, asked.reason) == ("not_sent", "complaint_open")


class TestACallBack:
    WHEN = datetime.fromisoformat("2026-06-10T16:00:00+02:00")

    def test_that_is_moved_tells_from_when_to_when(self, desk: Desk) -> None:
        calls_us(desk, callback_at=self.WHEN + timedelta(days=1))

        closed = calls_us(desk, callback_at=self.WHEN)

        planned = worlds.touch(desk.store, desk.client_id, closed.callback_touch_id)
        assert explain("callback", planned.reason, language="en") == (
            "The customer asked to be called back: 10 June 2026, 16:00 (UTC+02:00) in place of "
            "11 June 2026, 16:00 (UTC+02:00)."
        )

    @pytest.mark.parametrize("when", ["2026-06-10T03:00:00+02:00", "2026-06-14T11:00:00+02:00"])
    def test_at_an_odd_hour_is_refused_with_the_next_that_is_none(
        self, desk: Desk, when: str
    ) -> None:
        with pytest.raises(WrapUpInvalid, match="may be made from 2026-06-1") as refused:
            calls_us(desk, callback_at=datetime.fromisoformat(when))

        assert refused.value.field == "callback_at"
