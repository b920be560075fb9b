"""Feedback over HTTP: what customers are asked about a contact, and what they answer."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from carecredit.kernel.ids import SurveyId
from carecredit.mandates.views import Client
from carecredit.quality import operations, queries, views
from carecredit.quality.rules import SurveyKind, SurveyPolicy, SurveyState
from carecredit.team.rules import Right
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.survey_shapes import (
    AnswerIn,
    ConclusionIn,
    OwnerIn,
    ScoresOut,
    SurveyOut,
    Surveys,
    TermsIn,
    TermsOut,
    TermsSeen,
)
from carecredit_api.wire import Instant, Limit, checked_instant

READ, WORK, SET_UP = needs(Right.READ_CUSTOMERS), needs(Right.WORK), needs(Right.SET_UP)
TAGS = ["Feedback"]


@post(
    "/survey-terms", operation_id="set_survey_terms", tags=TAGS, sync_to_thread=True,
    summary="Set what customers are asked", status_code=200, opt=SET_UP,
)  # fmt: skip
def set_terms(
    visit: NamedDependency[Visit],
    data: JSONBody[TermsIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[TermsOut]:
    """Set what customers are asked from now on, as a new version."""

    def act(session: Session, found: Client) -> TermsOut:
        policy = SurveyPolicy(**msgspec.structs.asdict(data))
        terms = operations.set_terms(session, client_id=found.id, policy=policy, now=visit.now)
        return _terms(terms)

    return visit.act(client, idempotency_key, act)


@get(
    "/survey-terms", operation_id="read_survey_terms", tags=TAGS, sync_to_thread=True,
    summary="Read what customers are asked", opt=READ,
)  # fmt: skip
def read_terms(visit: NamedDependency[Visit], client: ClientCode = None) -> TermsSeen:
    """Say what customers are asked now."""
    with visit.reading() as session:
        found = queries.terms(session, client_id=visit.client(session, client).id)
        return TermsSeen(_terms(found) if found else None)


@get(
    "/surveys", operation_id="list_surveys", tags=TAGS, sync_to_thread=True,
    summary="List surveys", opt=READ,
)  # fmt: skip
def list_surveys(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    wanted: Annotated[
        SurveyState | None, QueryParameter(name="state", description="Only in this state.")
    ] = None,
    low: Annotated[
        bool | None, QueryParameter(name="low", description="Low answers nobody has concluded.")
    ] = None,
    limit: Limit = 50,
) -> Surveys:
    """List surveys, newest first; those that were not sent say why."""
    with visit.reading() as session:
        found = queries.surveys(
            session,
            client_id=visit.client(session, client).id,
            states=(wanted.value,) if wanted else (),
            low_only=bool(low),
            limit=limit,
        )
    return Surveys(tuple(map(survey_out, found)))


@get(
    "/survey-scores", operation_id="read_survey_scores", tags=TAGS, sync_to_thread=True,
    summary="Count answers", opt=READ,
)  # fmt: skip
def read_scores(
    visit: NamedDependency[Visit],
    kind: Annotated[SurveyKind, QueryParameter(name="kind", description="csat, nps or ces.")],
    since: Annotated[Instant, QueryParameter(name="since", description="From this instant.")],
    until: Annotated[Instant, QueryParameter(name="until", description="Until before it.")],
    client: ClientCode = None,
) -> ScoresOut:
    """Count answers with those who did not answer beside them."""
    with visit.reading() as session:
        found = queries.scores(
            session,
            client_id=visit.client(session, client).id,
            kind=kind.value,
            since=checked_instant(since, field="since"),
            until=checked_instant(until, field="until"),
        )
    return ScoresOut(**msgspec.structs.asdict(found), response_rate=found.response_rate)


@post(
    "/surveys/{survey_id:uuid}/sent", operation_id="mark_survey_sent", tags=TAGS,
    summary="Say that a survey went out", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def mark_sent(
    visit: NamedDependency[Visit],
    survey_id: FromPath[SurveyId],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[SurveyOut]:
    """Write down that the question went out."""
    return _act(visit, client, idempotency_key, survey_id, operations.mark_sent)


@post(
    "/surveys/{survey_id:uuid}/answer", operation_id="answer_survey", tags=TAGS,
    summary="Take an answer", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def answer(
    visit: NamedDependency[Visit],
    survey_id: FromPath[SurveyId],
    data: JSONBody[AnswerIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[SurveyOut]:
    """Take an answer; a low one waits for an owner."""
    said = msgspec.structs.asdict(data)
    return _act(visit, client, idempotency_key, survey_id, operations.answer, **said)


@post(
    "/surveys/{survey_id:uuid}/refuse", operation_id="refuse_survey", tags=TAGS,
    summary="Say that a person would rather not", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def refuse(
    visit: NamedDependency[Visit],
    survey_id: FromPath[SurveyId],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[SurveyOut]:
    """Write down that the person would rather not answer; it is never asked why."""
    return _act(visit, client, idempotency_key, survey_id, operations.refuse)


@post(
    "/surveys/{survey_id:uuid}/own", operation_id="own_survey", tags=TAGS,
    summary="Give a low answer an owner", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def own(
    visit: NamedDependency[Visit],
    survey_id: FromPath[SurveyId],
    data: JSONBody[OwnerIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[SurveyOut]:
    """Give a low answer an owner, who finds out what is behind it."""
    return _act(visit, client, idempotency_key, survey_id, operations.own, owner=data.owner)


@post(
    "/surveys/{survey_id:uuid}/conclude", operation_id="conclude_survey", tags=TAGS,
    summary="Close a low answer", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def conclude(
    visit: NamedDependency[Visit],
    survey_id: FromPath[SurveyId],
    data: JSONBody[ConclusionIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[SurveyOut]:
    """Close a low answer with what was learnt, and what changes in the process."""
    said = data.conclusion
    return _act(visit, client, idempotency_key, survey_id, operations.conclude, conclusion=said)


def survey_out(it: views.Survey) -> SurveyOut:
    """Show a survey."""
    return msgspec.convert(msgspec.to_builtins(it), SurveyOut)


def _terms(it: views.Terms) -> TermsOut:
    return msgspec.convert(msgspec.to_builtins(it), TermsOut)


def _act(
    visit: Visit,
    client: str | None,
    key: str | None,
    survey_id: SurveyId,
    act: Callable[..., None],
    **said: Any,
) -> Response[SurveyOut]:
    def done(session: Session, found: Client) -> SurveyOut:
        act(session, client_id=found.id, survey_id=survey_id, now=visit.now, **said)
        return survey_out(queries.survey(session, client_id=found.id, survey_id=survey_id))

    return visit.act(client, key, done)


HANDLERS = (
    set_terms,
    read_terms,
    list_surveys,
    read_scores,
    mark_sent,
    answer,
    refuse,
    own,
    conclude,
)
