"""A survey from the end of a contact to what is learnt of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

import worlds
from carecredit.contact_policy.operations import NewStop, record_stop
from carecredit.kernel.ids import ClientId, ContactId, CustomerId, SurveyId, new_id
from carecredit.outreach.operations import NewContact, receive, wrap_up
from carecredit.outreach.rules import Disposition, WrapUp
from carecredit.quality import operations, queries
from carecredit.quality.operations import EndedContact, SurveyClosed
from carecredit.quality.rules import QuestionSteers, SurveyKind, SurveyPolicy
from carecredit.quality.views import Survey
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW

POLICY = SurveyPolicy(SurveyKind.CSAT, "Com'è andata?", "How was it?", 1_000, 90, 2)


class Asking:
    """A client company that asks after each contact."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.client_id: ClientId = worlds.found_client(store)
        self.customer_id: CustomerId = worlds.add_customer(store, self.client_id, "K-1")
        self.act(operations.set_terms, policy=POLICY)

    def act(self, act: Any, *, at: Any = NOW, **said: Any) -> Any:
        """Act in a transaction of its own."""
        with self.store.begin(CENTRE_CALLER) as session:
            return act(session, client_id=self.client_id, now=at, **said)

    def ask(self, *, at: Any = NOW, **said: Any) -> Survey:
        """End a contact that is asked about."""
        contact_id = self.act(
            receive, contact=NewContact(self.customer_id, "voice"), operator_id=None, at=at
        )
        ended = {"talked": True, "complains": False} | said
        survey_id = self.act(
            operations.ask_after,
            contact=EndedContact(contact_id, self.customer_id, None, "Anna", "it", **ended),
            at=at,
        )
        assert survey_id is not None
        return self.seen(survey_id)

    def seen(self, survey_id: SurveyId) -> Survey:
        """Read a survey."""
        with self.store.read(CENTRE_CALLER) as session:
            return queries.survey(session, client_id=self.client_id, survey_id=survey_id)


@pytest.fixture
def asking(store: Store) -> Asking:
    """Give a client company that asks after each contact."""
    return Asking(store)


class TestTerms:
    def test_are_versions(self, asking: Asking) -> None:
        asking.act(operations.set_terms, policy=POLICY)

        with asking.store.read(CENTRE_CALLER) as session:
            found = queries.terms(session, client_id=asking.client_id)
        assert found is not None
        assert found.version == 2

    def test_that_steer_are_refused(self, asking: Asking) -> None:
        begging = SurveyPolicy(SurveyKind.CSAT, "Ci dà un 10?", "How was it?", 200, 90, 2)

        with pytest.raises(QuestionSteers):
            asking.act(operations.set_terms, policy=begging)

    def test_none_ask_nobody(self, store: Store) -> None:
        client_id = worlds.found_client(store, "TEL")
        ended = EndedContact(
            ContactId(new_id()), CustomerId(new_id()), None, "Anna", "it", talked=True,
            complains=False,
        )  # fmt: skip
        with store.begin(CENTRE_CALLER) as session:
            assert (
                operations.ask_after(session, client_id=client_id, contact=ended, now=NOW) is None
            )


class TestAPersonWhoIsSpared:
    def test_by_a_word_to_another_company_is_asked_nothing(self, asking: Asking) -> None:
        other = worlds.found_client(asking.store, "GAS")
        who: dict[str, Any] = {"name": "Mario Bruni", "phone": "+390255550101"}
        card = worlds.add_customer(asking.store, other, "G-1", **who)
        asking.customer_id = worlds.add_customer(asking.store, asking.client_id, "K-9", **who)
        assert asking.ask().state == "due"
        with asking.store.begin(CENTRE_CALLER) as session:
            stop = NewStop("deceased", "her brother, by phone")
            record_stop(session, client_id=other, customer_id=card, stop=stop, now=NOW)

        found = asking.ask(at=NOW + timedelta(days=91))

        assert (found.state, found.reason) == ("not_sent", "silence")


class TestASurvey:
    def test_is_due_after_a_talk(self, asking: Asking) -> None:
        assert asking.ask().state == "due"

    def test_says_why_it_was_not_sent(self, asking: Asking) -> None:
        found = asking.ask(talked=False)

        assert (found.state, found.reason) == ("not_sent", "no_talk")

    def test_is_not_asked_again_within_its_days(self, asking: Asking) -> None:
        asking.ask()

        again = asking.ask(at=NOW + timedelta(days=1))
        later = asking.ask(at=NOW + timedelta(days=91))

        assert (again.reason, later.state) == ("asked_lately", "due")

    def test_that_was_not_sent_uses_up_no_turn(self, asking: Asking) -> None:
        asking.ask(talked=False)

        assert asking.ask(at=NOW + timedelta(minutes=1)).state == "due"

    def test_is_answered_once(self, asking: Asking) -> None:
        survey = asking.ask()
        asking.act(operations.mark_sent, survey_id=survey.id)
        asking.act(operations.answer, survey_id=survey.id, score=4, comment=" kind ")

        with pytest.raises(SurveyClosed):
            asking.act(operations.answer, survey_id=survey.id, score=1)
        found = asking.seen(survey.id)
        assert (found.state, found.score, found.comment) == ("answered", 4, "kind")
        assert not found.is_low

    def test_may_be_refused(self, asking: Asking) -> None:
        survey = asking.ask()
        asking.act(operations.refuse, survey_id=survey.id)

        assert asking.seen(survey.id).state == "refused"

    def test_is_not_taken_after_its_days(self, asking: Asking) -> None:
        survey = asking.ask()

        with pytest.raises(SurveyClosed):
            asking.act(operations.answer, survey_id=survey.id, score=4, at=NOW + timedelta(days=8))

    def test_expires_after_its_days_and_tells_who_did_not_answer(self, asking: Asking) -> None:
        survey = asking.ask()
        on_time, late = NOW + timedelta(days=7), NOW + timedelta(days=7, seconds=1)

        assert asking.act(operations.review_surveys, at=on_time) == 0
        assert asking.act(operations.review_surveys, at=late) == 1
        assert asking.act(operations.review_surveys, at=late) == 0

        assert asking.seen(survey.id).state == "expired"


class TestALowAnswer:
    def test_gets_an_owner_and_a_conclusion(self, asking: Asking) -> None:
        survey = asking.ask()
        asking.act(operations.answer, survey_id=survey.id, score=1)
        with asking.store.read(CENTRE_CALLER) as session:
            low = queries.surveys(session, client_id=asking.client_id, low_only=True)
        assert [it.id for it in low] == [survey.id]

        with pytest.raises(SurveyClosed, match="owner"):
            asking.act(operations.conclude, survey_id=survey.id, conclusion="reworded")
        asking.act(operations.own, survey_id=survey.id, owner="Carla")
        asking.act(operations.conclude, survey_id=survey.id, conclusion="letter reworded")

        with asking.store.read(CENTRE_CALLER) as session:
            assert queries.surveys(session, client_id=asking.client_id, low_only=True) == []
        assert asking.seen(survey.id).conclusion == "letter reworded"


class TestScores:
    def test_stand_beside_who_did_not_answer(self, asking: Asking) -> None:
        answered = asking.ask()
        asking.act(operations.mark_sent, survey_id=answered.id)
        asking.act(operations.answer, survey_id=answered.id, score=5)
        asking.ask(talked=False)

        with asking.store.read(CENTRE_CALLER) as session:
            found = queries.scores(
                session,
                client_id=asking.client_id,
                kind="csat",
                since=NOW - timedelta(days=1),
                until=NOW + timedelta(days=1),
            )
        assert (found.asked, found.answered, found.scores) == (1, 1, {5: 1})
        assert (found.response_rate, found.not_sent) == (1.0, {"no_talk": 1})


class TestUnassignOnResolveThenRating:
    def test_operator_is_kept(self, asking: Asking) -> None:
        """The trap of a widely used system: ratings that lost their operator."""
        contact_id = asking.act(
            receive, contact=NewContact(asking.customer_id, "voice"), operator_id=None
        )
        closed = asking.act(
            wrap_up,
            contact_id=contact_id,
            operator_id=None,
            wrap_up=WrapUp(Disposition.RIGHT_PARTY),
        )
        assert closed.survey_id is not None
        survey = asking.seen(closed.survey_id)
        asking.act(operations.answer, survey_id=survey.id, score=2)

        with asking.store.begin(CENTRE_CALLER) as session:
            kept = session.execute(text("SELECT operator FROM surveys")).scalar_one()
        assert kept == CENTRE_CALLER.name
