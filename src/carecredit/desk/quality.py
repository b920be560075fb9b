"""Feedback from a desk: what customers are asked, and what they answer."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from carecredit.customers.queries import customer_by_number
from carecredit.kernel.clock import Clock
from carecredit.kernel.ids import SurveyId
from carecredit.mandates import queries as mandates
from carecredit.quality import operations, queries, views
from carecredit.quality.rules import SurveyKind, SurveyPolicy
from carecredit.store.session import Caller, Store


class Asked(Struct, frozen=True):
    """What is asked, in both languages, how often, and of how many."""

    kind: str
    question_it: str
    question_en: str
    sample_per_mille: int = 200
    cap_days: int = 90
    low_at_most: int = 2
    answer_days: int = 7


class Quality:
    """The surveys of a client company; each call is one transaction."""

    def __init__(self, store: Store, caller: Caller, now: Clock, *, client: str) -> None:
        self._store, self._caller, self._now, self._code = store, caller, now, client

    def ask(self, asked: Asked) -> views.Terms:
        """Set what is asked from now on; a question that steers is refused."""
        policy = SurveyPolicy(
            SurveyKind(asked.kind),
            asked.question_it,
            asked.question_en,
            asked.sample_per_mille,
            asked.cap_days,
            asked.low_at_most,
            asked.answer_days,
        )
        terms: views.Terms = self._act(operations.set_terms, policy=policy)
        return terms

    def terms(self) -> views.Terms | None:
        """Say what is asked now."""
        with self._store.read(self._caller) as session:
            client_id = mandates.client_by_code(session, code=self._code).id
            return queries.terms(session, client_id=client_id)

    def surveys(self, *, customer: str | None = None, **narrowed: Any) -> list[views.Survey]:
        """List surveys, newest first; narrowed as `quality.queries.surveys` has it."""
        with self._store.read(self._caller) as session:
            client_id = mandates.client_by_code(session, code=self._code).id
            if customer is not None:
                found = customer_by_number(session, client_id=client_id, number=customer)
                narrowed["customer_id"] = found.id
            return queries.surveys(session, client_id=client_id, **narrowed)

    def sent(self, survey: SurveyId) -> None:
        """Write down that the question went out."""
        self._act(operations.mark_sent, survey_id=survey)

    def answer(self, survey: SurveyId, *, score: int, comment: str = "") -> None:
        """Take an answer."""
        self._act(operations.answer, survey_id=survey, score=score, comment=comment)

    def refuse(self, survey: SurveyId) -> None:
        """Write down that the person would rather not answer."""
        self._act(operations.refuse, survey_id=survey)

    def own(self, survey: SurveyId, *, owner: str) -> None:
        """Give a low answer an owner."""
        self._act(operations.own, survey_id=survey, owner=owner)

    def conclude(self, survey: SurveyId, *, conclusion: str) -> None:
        """Close a low answer with what was learnt."""
        self._act(operations.conclude, survey_id=survey, conclusion=conclusion)

    def scores(self, *, kind: str, since: datetime, until: datetime) -> views.Scores:
        """Count answers, with those who did not answer beside them."""
        with self._store.read(self._caller) as session:
            client_id = mandates.client_by_code(session, code=self._code).id
            return queries.scores(session, client_id=client_id, kind=kind, since=since, until=until)

    def _act(self, act: Any, **said: Any) -> Any:
        with self._store.begin(self._caller) as session:
            client_id = mandates.client_by_code(session, code=self._code).id
            return act(session, client_id=client_id, now=self._now(), **said)
