"""Cases lived through: what they hold, what they free, who takes part, what is owed to whom."""

import contextlib
import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest

import worlds
from carecredit.cases import operations, queries
from carecredit.cases.operations import (
    About,
    ContestedAlready,
    HandOver,
    NewCase,
    NewExpectation,
    UnknownHands,
)
from carecredit.cases.queries import Wanted
from carecredit.cases.rules import (
    MOVES,
    CaseKind,
    CaseState,
    HandTo,
    Party,
    Priority,
    TransitionRefused,
    case_policy,
)
from carecredit.holds.operations import HoldOfAnother, contest
from carecredit.holds.operations import end as end_hold
from carecredit.holds.queries import standing
from carecredit.kernel.errors import CareCreditError
from carecredit.kernel.ids import InvoiceId
from carecredit.receivables import queries as receivables
from carecredit.receivables.queries import UnknownInvoice
from carecredit.store.session import Store
from case_worlds import Desk
from worlds import CENTRE_CALLER, NOW, TODAY

pytestmark = pytest.mark.usefixtures("chains_hold")
DAY = timedelta(days=1)
DISPUTE, COMPLAINT, OVERDUE = CaseKind.DISPUTE, CaseKind.COMPLAINT, CaseKind.OVERDUE


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def open_overdue(desk: Desk, *invoices: InvoiceId, now: datetime = NOW) -> Any:
    whom = {"customer_id": desk.customer_id, "invoice_ids": list(invoices)}
    return desk.act(operations.open_overdue, now=now, **whom)


def disputed(desk: Desk, invoice_id: InvoiceId, *, on: date = TODAY) -> int:
    minor: int = desk.read(receivables.invoice, invoice_id=invoice_id, today=on).disputed_minor
    return minor


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


class TestHandingOver:
    PACK = HandOver(
        HandTo.SQUAD, "Billing", "a new bill", "explained the meter", "a call", "worried"
    )

    @pytest.fixture(autouse=True)
    def team(self, desk: Desk) -> None:
        desk.operator("Anna")
        desk.squad("Billing")

    def test_takes_the_story_along_and_owes_the_customer_a_word(self, desk: Desk) -> None:
        case = desk.open(owner="Anna")

        handed = desk.act(
            operations.hand_over, case_id=case.id, pack=self.PACK, version=case.version
        )

        assert (handed.owner, handed.squad, handed.state) == (None, "Billing", "open")
        assert handed.tell_owed_since == NOW
        told = desk.read(queries.events, case_id=case.id)[-1]
        assert told.words["asked"] == "a new bill"
        assert told.words["mood"] == "worried"
        (owed,) = desk.read(queries.cases, now=NOW, wanted=Wanted(to_be_told=True))
        assert owed.case.id == case.id
        (word,) = desk.read(queries.expectations, case_id=case.id)
        assert (word.purpose, word.state) == ("hand_over", "open")
        assert word.due_at == NOW + timedelta(hours=9)  # eight of them working hours

        done = desk.act(operations.customer_told, case_id=case.id, how="by mail")

        assert done.tell_owed_since is None
        assert desk.read(queries.expectations, case_id=case.id)[0].state == "kept"

    def test_once_more_gives_no_second_word_and_puts_none_off(self, desk: Desk) -> None:
        case = desk.open()
        told = {"case_id": case.id, "version": None}
        desk.act(operations.hand_over, pack=self.PACK, **told)
        to_anna = HandOver(HandTo.OPERATOR, "Anna", "a new bill", "explained the meter")

        desk.act(operations.hand_over, pack=to_anna, now=NOW + timedelta(hours=2), **told)

        words = desk.read(queries.expectations, case_id=case.id)
        assert sorted(word.state for word in words) == ["open", "withdrawn"]
        assert {word.due_at for word in words} == {NOW + timedelta(hours=9)}

    def test_is_to_somebody_we_know(self, desk: Desk) -> None:
        case = desk.open()
        told = {"case_id": case.id, "version": None}
        ghosts = [HandOver(to, "Anne", "a bill", "explained") for to in HandTo]

        with pytest.raises(UnknownHands, match="Anna") as nobody:
            desk.act(operations.hand_over, pack=ghosts[0], **told)
        with pytest.raises(UnknownHands, match="Billing"):
            desk.act(operations.hand_over, pack=ghosts[1], **told)

        assert nobody.value.field == "name"
        assert desk.act(operations.hand_over, pack=ghosts[2], **told).state == "waiting_client"

    def test_to_the_client_company_waits_for_it(self, desk: Desk) -> None:
        case = desk.open(owner="Anna")
        pack = HandOver(HandTo.CLIENT, "Ufficio letture", "a reading", "asked the customer")

        handed = desk.act(operations.hand_over, case_id=case.id, pack=pack, version=None)

        assert (handed.state, handed.owner) == ("waiting_client", "Anna")


class TestAnExpectation:
    def give(self, desk: Desk, **facts: Any) -> Any:
        told = {"what": "You will hear by Friday", "due_at": NOW + 4 * DAY} | facts
        new = NewExpectation(desk.customer_id, **told)
        return desk.act(operations.expect, expectation=new)

    def test_is_kept_in_time_and_broken_when_late(self, desk: Desk) -> None:
        kept, late, never = (self.give(desk) for _ in range(3))

        kept = desk.act(operations.fulfil, expectation_id=kept.id, now=NOW + 4 * DAY)
        late = desk.act(operations.fulfil, expectation_id=late.id, now=NOW + 5 * DAY)
        count = desk.act(operations.review_expectations, now=NOW + 5 * DAY)

        assert (kept.state, late.state, count) == ("kept", "broken", 1)
        assert late.fulfilled_at == NOW + 5 * DAY
        with worlds_read(desk) as session:
            (open_,) = queries.unfulfilled(session, client_ids=[desk.client_id])
        assert open_[1].id == never.id
        good = desk.act(operations.fulfil, expectation_id=never.id, now=NOW + 6 * DAY)
        assert (good.state, good.fulfilled_at) == ("broken", NOW + 6 * DAY)
        with pytest.raises(CareCreditError, match="already"):
            desk.act(operations.fulfil, expectation_id=never.id, now=NOW + 6 * DAY)

    def test_is_withdrawn_with_a_reason_before_its_time(self, desk: Desk) -> None:
        one, other = self.give(desk), self.give(desk)

        gone = desk.act(operations.withdraw, expectation_id=one.id, reason="solved at once")

        assert (gone.state, gone.reason) == ("withdrawn", "solved at once")
        with pytest.raises(CareCreditError, match="broken"):
            desk.act(operations.withdraw, expectation_id=other.id, reason="late", now=NOW + 9 * DAY)

    def test_is_found_when_it_is_due(self, desk: Desk) -> None:
        one = self.give(desk)

        with worlds_read(desk) as session:
            ids = [desk.client_id]
            early = queries.due_expectations(session, client_ids=ids, by=NOW + 3 * DAY)
            due = queries.due_expectations(session, client_ids=ids, by=NOW + 4 * DAY)

        assert early == []
        assert [(client_id, it.id) for client_id, it in due] == [(desk.client_id, one.id)]

    def test_lies_ahead_and_belongs_to_the_customers_own_case(self, desk: Desk) -> None:
        other = worlds.add_customer(desk.store, desk.client_id, "K-2")
        theirs = desk.act(operations.open_case, case=NewCase(other, CaseKind.QUESTION, "?"))

        with pytest.raises(CareCreditError, match="ahead"):
            self.give(desk, due_at=NOW)
        with pytest.raises(queries.UnknownCase):
            self.give(desk, case_id=theirs.id)


def worlds_read(desk: Desk) -> Any:
    return desk.store.read(worlds.CENTRE_CALLER)


class TestACase:
    def test_gets_its_priority_by_the_rules_and_another_with_a_reason(self, desk: Desk) -> None:
        plain, upset = desk.open(), desk.open(COMPLAINT)
        urgent = desk.open(topic="no_service")

        raised = desk.act(
            operations.prioritise,
            case_id=plain.id,
            priority=Priority.URGENT,
            reason="a clinic",
            version=plain.version,
        )

        assert [it.priority for it in (plain, upset, urgent)] == ["normal", "high", "urgent"]
        assert raised.priority == "urgent"
        first, _ = desk.read(queries.stored_deadlines, case_id=plain.id)
        assert first.goal_minutes == 60

    def test_has_an_owner_a_subject_and_notes(self, desk: Desk) -> None:
        case = desk.open()
        key = {"case_id": case.id, "version": None}
        desk.operator("Anna")
        desk.act(operations.assign, owner="Anna", squad=None, **key)
        wanted = operations.Description("Meter", "meter", "en")
        desk.act(operations.describe, description=wanted, **key)

        noted = desk.act(operations.note, case_id=case.id, text="Calls after six")

        assert (noted.owner, noted.subject, noted.topic, noted.language) == (
            "Anna", "Meter", "meter", "en",
        )  # fmt: skip
        assert noted.version == 4
        assert desk.read(queries.events, case_id=case.id)[-1].reason == "Calls after six"

    def test_belongs_to_somebody_we_know_or_to_who_writes_it(self, desk: Desk) -> None:
        desk.operator("Anna")
        case = desk.open(owner=CENTRE_CALLER.name)
        key = {"case_id": case.id, "version": None}

        for names, field in (({"owner": "Ana"}, "owner"), ({"squad": "Bills"}, "squad")):
            with pytest.raises(UnknownHands) as refused:
                desk.act(operations.assign, **{"owner": None, "squad": None} | names, **key)
            assert refused.value.field == field
        with pytest.raises(UnknownHands, match="there is: Anna"):
            desk.open(owner="Ana")

    def test_is_found_by_what_it_is(self, desk: Desk) -> None:
        desk.operator("Anna")
        invoice = desk.invoice()
        dispute, question = desk.open(DISPUTE, invoice), desk.open(owner="Anna")
        desk.resolve(question.id)
        for wanted, found in (
            (Wanted(), {dispute.id, question.id}),
            (Wanted(kinds=("dispute",)), {dispute.id}),
            (Wanted(states=("resolved",)), {question.id}),
            (Wanted(unresolved=True), {dispute.id}),
            (Wanted(owner="Anna"), {question.id}),
            (Wanted(invoice_id=invoice), {dispute.id}),
            (Wanted(customer_id=desk.customer_id), {dispute.id, question.id}),
            (Wanted(overdue=True), set()),
        ):
            listed = desk.read(queries.cases, now=NOW, wanted=wanted)
            counts = desk.read(queries.counts, now=NOW, wanted=wanted)
            assert {one.case.id for one in listed} == found, wanted
            assert counts.total == len(found)
        later = NOW + 9 * DAY
        assert desk.read(queries.counts, now=later).overdue == 1
        newest = desk.read(queries.cases, now=NOW, limit=1)
        rest = desk.read(queries.cases, now=NOW, before=newest[0].case.id)
        assert [one.case.id for one in (*newest, *rest)] == [question.id, dispute.id]

    @pytest.mark.parametrize("seed", range(3))
    def test_has_stored_what_a_replay_of_its_events_gives(self, desk: Desk, seed: int) -> None:
        chance, now = random.Random(seed), NOW
        case = desk.open(now=now)
        for _ in range(12):
            now += timedelta(minutes=chance.randrange(4_000))
            found = desk.read(queries.case, case_id=case.id)
            allowed = case_policy().allowed(CaseState(found.state), Party.OPERATOR)
            event = chance.choice([*MOVES, "resolve"])
            with contextlib.suppress(TransitionRefused):
                if event == "resolve" and "resolved" in allowed:
                    desk.resolve(case.id, now=now)
                elif event != "resolve":
                    desk.move(case.id, event, now=now, automatic=chance.random() < 0.3)
        found = desk.read(queries.case, case_id=case.id)
        stored = desk.read(queries.stored_deadlines, case_id=case.id)

        told = desk.read(queries.worked_out, found=found, at=found.reckoned_at)

        assert found.version > 3
        assert {one.deadline for one in told} == set(stored)

    def test_forgets_the_words_of_who_is_erased(self, desk: Desk) -> None:
        desk.squad("Billing")
        case = desk.open(reason="ill")
        desk.act(operations.hand_over, case_id=case.id, pack=TestHandingOver.PACK, version=None)

        count = desk.act_plain(operations.forget_words, customer_id=desk.customer_id)

        assert count == 4
        whole = desk.read(queries.whole, case_id=case.id)
        assert whole.case.subject == ""
        assert {(event.reason, str(event.words)) for event in whole.events} == {("", "{}")}
        assert {one.what for one in whole.expectations} == {""}
