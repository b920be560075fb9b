"""A contact from its beginning: whose hands, who speaks, what hangs on it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from calls import KNOWN, Desk
from carecredit.cadence import model as cadence
from carecredit.kernel.errors import CareCreditError
from carecredit.kernel.ids import ContactId, OperatorId
from carecredit.outreach import queries
from carecredit.outreach.operations import (
    ContactEnded,
    NewContact,
    NotYours,
    confirm_right_party,
    receive,
    sweep,
    take_over,
    wrap_up,
)
from carecredit.outreach.rules import (
    Disposition,
    Identified,
    ProcedureUsed,
    PromiseGiven,
    Resolved,
    RightParty,
    RightPartyUnclear,
    Seconds,
    WrapUp,
)
from carecredit.outreach.views import Call, Contact
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW

LATER = NOW + timedelta(minutes=4)


@pytest.fixture
def desk(store: Store) -> Desk:
    """Give a desk with one customer whose call is due."""
    return Desk(store)


def came(desk: Desk, *, operator_id: OperatorId | None = None, **about: Any) -> ContactId:
    with desk.store.begin(CENTRE_CALLER) as session:
        return receive(
            session,
            client_id=desk.client_id,
            contact=NewContact(desk.customers[0], **{"channel": "voice"} | about),
            operator_id=operator_id or desk.anna,
            now=NOW,
        )


def confirm(
    desk: Desk, contact_id: ContactId, *facts: Identified, found: str = "confirmed"
) -> None:
    with desk.store.begin(CENTRE_CALLER) as session:
        confirm_right_party(
            session,
            client_id=desk.client_id,
            contact_id=contact_id,
            operator_id=desk.anna,
            found=RightParty(found),
            identified_by=facts,
            now=NOW,
        )


def close(desk: Desk, contact_id: ContactId, operator: Any = None, **said: Any) -> Any:
    with desk.store.begin(CENTRE_CALLER) as session:
        return wrap_up(
            session,
            client_id=desk.client_id,
            contact_id=contact_id,
            operator_id=operator or desk.anna,
            wrap_up=WrapUp(**{"disposition": Disposition.RIGHT_PARTY} | said),
            now=LATER,
        )


def seen(desk: Desk, contact_id: ContactId) -> Contact:
    with desk.store.read(CENTRE_CALLER) as session:
        return queries.contact(session, client_id=desk.client_id, contact_id=contact_id)


def held(desk: Desk, operator_id: OperatorId | None) -> list[ContactId]:
    with desk.store.read(CENTRE_CALLER) as session:
        found = queries.in_hands(session, client_ids=[desk.client_id], operator_id=operator_id)
        return [one.id for one in found]


class TestInHands:
    def test_are_the_contacts_of_an_operator_until_they_end(self, desk: Desk) -> None:
        first, second = came(desk), came(desk)

        assert held(desk, desk.anna) == [first, second]
        assert held(desk, None) == []
        close(desk, first)
        assert held(desk, desk.anna) == [second]

    def test_tell_which_number_a_call_dials(self, desk: Desk) -> None:
        call = desk.take()
        assert isinstance(call, Call)

        with desk.store.read(CENTRE_CALLER) as session:
            (one,) = queries.in_hands(session, client_ids=[desk.client_id], operator_id=desk.anna)

        assert (one.id, one.touch_id) == (call.contact_id, call.touch_id)
        assert one.point_id is not None


class TestReceive:
    def test_begins_in_the_hands_of_who_answered(self, desk: Desk) -> None:
        contact = seen(desk, came(desk, topic="wrong_amount"))

        assert (contact.direction, contact.ended_at, contact.topic) == ("in", None, "wrong_amount")
        assert contact.language == "it"

    def test_starts_the_silence_a_conversation_brings(self, desk: Desk) -> None:
        came(desk)

        call = desk.take(now=LATER)

        assert not isinstance(call, Call), "we spoke with her four minutes ago"

    def test_an_automatic_reply_is_nobody_speaking(self, desk: Desk) -> None:
        came(desk, channel="email", automatic=True)

        assert isinstance(desk.take(now=LATER), Call)

    @pytest.mark.parametrize(
        ("told", "field"), [({"purpose": "nonsense"}, "purpose"), ({"language": "xx"}, "language")]
    )
    def test_refuses_a_word_nobody_knows(
        self, desk: Desk, told: dict[str, str], field: str
    ) -> None:
        with pytest.raises(CareCreditError, match="write") as refused:
            came(desk, **told)

        assert refused.value.field == field

    def test_is_not_yet_history(self, desk: Desk) -> None:
        came(desk)

        with desk.store.read(CENTRE_CALLER) as session:
            whom = {"client_id": desk.client_id, "customer_id": desk.customers[0]}
            assert queries.contacts_of(session, **whom) == []


class TestRightParty:
    def test_needs_two_facts_that_only_the_person_knows(self, desk: Desk) -> None:
        contact_id = came(desk)

        with pytest.raises(CareCreditError) as refused:
            confirm(desk, contact_id, Identified.ADDRESS)
        assert refused.value.field == "identified_by"

        confirm(desk, contact_id, Identified.ADDRESS, Identified.TAX_CODE)
        assert seen(desk, contact_id).right_party == "confirmed"

    def test_lasts_for_the_contact(self, desk: Desk) -> None:
        contact_id = came(desk)
        confirm(desk, contact_id, *KNOWN)

        with pytest.raises(CareCreditError):
            confirm(desk, contact_id, found="declined")
        closed = close(desk, contact_id, promise=PromiseGiven("10.00", "EUR", NOW.date()))

        assert closed.promise_id is not None

    @pytest.mark.parametrize("found", [None, "declined", "not_the_person"])
    def test_without_it_no_money_is_agreed(self, desk: Desk, found: str | None) -> None:
        contact_id = came(desk)
        if found is not None:
            confirm(desk, contact_id, found=found)

        with pytest.raises(RightPartyUnclear):
            close(desk, contact_id, promise=PromiseGiven("10.00", "EUR", NOW.date()))

        assert seen(desk, contact_id).ended_at is None

    def test_keeps_which_facts_not_the_facts(self, desk: Desk) -> None:
        contact_id = came(desk)
        confirm(desk, contact_id, *KNOWN)

        with desk.store.begin(CENTRE_CALLER) as session:
            kept = session.execute(text("SELECT identified_by FROM contacts")).scalar_one()
        assert kept == "birth_date customer_number"


class TestWrapUp:
    def test_writes_what_it_was_and_how_long_it_took(self, desk: Desk) -> None:
        contact_id = came(desk)
        close(
            desk,
            contact_id,
            root_cause="invoice_unclear",
            resolved=Resolved.YES,
            understood=True,
            seconds=Seconds(180, 20, 45),
            note=" explained the adjustment ",
        )

        it = seen(desk, contact_id)
        assert (it.talk_seconds, it.hold_seconds, it.wrap_up_seconds) == (180, 20, 45)
        assert (it.root_cause, it.resolved, it.understood) == ("invoice_unclear", "yes", True)
        assert (it.note, it.ended_at) == ("explained the adjustment", LATER)

    def test_hangs_on_it_what_it_led_to(self, desk: Desk) -> None:
        invoice_id = desk.invoice_ids[desk.customers[0]]
        contact_id = came(desk)
        closed = close(
            desk,
            contact_id,
            identified_by=KNOWN,
            disputed_invoices=(invoice_id,),
            dispute_reason="billed twice",
        )

        with desk.store.read(CENTRE_CALLER) as session:
            client_id = desk.client_id
            links = queries.links_of(session, client_id=client_id, contact_ids=[contact_id])
            about = queries.contacts_about(
                session, client_id=client_id, kind="invoice", linked_id=invoice_id
            )
        assert {(it.kind, it.linked_id) for it in links} == {
            ("case", closed.case_ids[0]),
            ("invoice", invoice_id),
            ("dispute", closed.dispute_ids[0]),
        }
        assert [it.id for it in about] == [contact_id]

    def test_is_done_once(self, desk: Desk) -> None:
        contact_id = came(desk)
        close(desk, contact_id)

        with pytest.raises(ContactEnded):
            close(desk, contact_id)

    def test_nobodys_responsibility_is_no_cause(self, desk: Desk) -> None:
        with pytest.raises(CareCreditError, match="gap"):
            close(desk, came(desk), root_cause="not_my_responsibility")

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"root_cause": "bad_luck"}, "root_cause"),
            ({"topic": "Wrong amount"}, "topic"),
            ({"procedure": ProcedureUsed("nobodys", 3)}, "procedure"),
            ({"seconds": Seconds(talk=-1)}, "seconds.talk"),
            ({"disposition": Disposition.DROPPED, "resolved": Resolved.YES}, "resolved"),
        ],
    )
    def test_names_the_word_it_cannot_take(
        self, desk: Desk, said: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(CareCreditError) as refused:
            close(desk, came(desk), **said)

        assert refused.value.field == field


class TestTakeOver:
    def test_moves_a_contact_to_other_hands(self, desk: Desk) -> None:
        contact_id = came(desk)
        confirm(desk, contact_id, *KNOWN)

        with desk.store.begin(CENTRE_CALLER) as session:
            whose = {"client_id": desk.client_id, "contact_id": contact_id}
            take_over(session, **whose, operator_id=desk.bruno, now=NOW)
        with pytest.raises(NotYours):
            close(desk, contact_id)
        close(desk, contact_id, desk.bruno)

        it = seen(desk, contact_id)
        assert (it.transferred, it.right_party) == (True, "confirmed")


class TestACallTaken:
    def test_is_a_contact_from_then_on(self, desk: Desk) -> None:
        call = desk.take()
        assert isinstance(call, Call)

        assert seen(desk, call.contact_id).direction == "out"
        close(desk, call.contact_id)
        assert desk.state() == ("done", None)

    def test_given_back_nobody_spoke(self, desk: Desk) -> None:
        call = desk.take()
        assert isinstance(call, Call)
        desk.give_back()

        with pytest.raises(queries.UnknownContact):
            seen(desk, call.contact_id)

    def test_of_an_operator_who_vanished_is_over_and_unknown(self, desk: Desk) -> None:
        call = desk.take()
        assert isinstance(call, Call)
        with desk.store.begin(CENTRE_CALLER) as session:
            session.execute(update(cadence.Touch).values(lease_until=NOW - timedelta(days=400)))
            sweep(session, now=LATER)

        it = seen(desk, call.contact_id)
        assert (it.disposition, it.ended_at is not None) == ("unknown", True)
