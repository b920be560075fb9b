"""Feedback over HTTP: what customers are asked about a contact, and what they answer."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ContactId, CustomerId, SurveyId
from carecredit.mandates.views import Client
from carecredit.quality import operations, queries, views
from carecredit.quality.rules import SurveyKind, SurveyPolicy, SurveyState
from carecredit.team.rules import Right
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.wire import Instant, Limit, word

READ, WORK, SET_UP = needs(Right.READ_CUSTOMERS), needs(Right.WORK), needs(Right.SET_UP)
TAGS = ["Feedback"]
Text = Annotated[str, msgspec.Meta(max_length=2_000)]


class TermsIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What customers are asked; a question that begs, paints the scale or presses is refused."""

    kind: Annotated[SurveyKind, msgspec.Meta(examples=["csat"])]
    question_it: Annotated[str, word("In Italian.", "Com'è andato il contatto con noi?")]
    question_en: Annotated[str, word("In English.", "How was your contact with us?")]
    sample_per_mille: Annotated[
        int, msgspec.Meta(description="Of a thousand contacts, so many.", examples=[200])
    ] = 200
    cap_days: Annotated[
        int, msgspec.Meta(description="Nobody is asked twice within them.", examples=[90])
    ] = 90
    low_at_most: Annotated[
        int, msgspec.Meta(description="So much or less gets an owner.", examples=[2])
    ] = 2
    answer_days: Annotated[
        int, msgspec.Meta(description="Afterwards no answer is taken.", examples=[7])
    ] = 7


class TermsOut(msgspec.Struct, frozen=True):
    """A version of what customers are asked."""

    version: Annotated[int, msgspec.Meta(description="Its number.", examples=[1])]
    kind: Annotated[str, word("csat, nps or ces.", "csat")]
    question_it: Annotated[str, word("In Italian.", "Com'è andato il contatto con noi?")]
    question_en: Annotated[str, word("In English.", "How was your contact with us?")]
    sample_per_mille: Annotated[int, msgspec.Meta(description="Of a thousand.", examples=[200])]
    cap_days: Annotated[int, msgspec.Meta(description="Days between two.", examples=[90])]
    low_at_most: Annotated[int, msgspec.Meta(description="Gets an owner.", examples=[2])]
    answer_days: Annotated[int, msgspec.Meta(description="Days to answer.", examples=[7])]
    set_at: Instant
    set_by: Annotated[str, word("Who set it.", "api:Anna Bianchi")]


class TermsSeen(msgspec.Struct, frozen=True):
    """What is asked now; none: nothing is."""

    terms: TermsOut | None


class SurveyOut(msgspec.Struct, frozen=True):
    """One question about one contact, and what came of it; who was rated is not shown."""

    id: SurveyId
    contact_id: ContactId
    customer_id: CustomerId
    kind: Annotated[str, word("csat, nps or ces.", "csat")]
    terms_version: Annotated[int, msgspec.Meta(description="Of what is asked.", examples=[1])]
    language: Annotated[str, word("Language.", "it")]
    state: Annotated[str, word("What became of it.", "answered")]
    reason: Annotated[str | None, word("Why it was not sent.", "not_sampled")]
    asked_at: Instant
    sent_at: Instant | None
    closed_at: Instant | None
    score: Annotated[int | None, msgspec.Meta(description="The answer.", examples=[4])]
    comment: Annotated[str, word("In the customer's words.", "Kind, but slow.")]
    is_low: Annotated[bool, msgspec.Meta(description="It wants an owner.")]
    owner: Annotated[str | None, word("Who looks into it.", "Anna Bianchi")]
    concluded_at: Instant | None
    conclusion: Annotated[str, word("What was learnt.", "The letter was unclear; reworded.")]


class Surveys(msgspec.Struct, frozen=True):
    """Surveys, newest first."""

    items: tuple[SurveyOut, ...]


class AnswerIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer."""

    score: Annotated[int, msgspec.Meta(description="On the scale of the kind.", examples=[4])]
    comment: Annotated[Text, word("In the customer's words.", "Kind, but slow.")] = ""


class OwnerIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who looks into a low answer."""

    owner: Annotated[str, word("Name.", "Anna Bianchi")]


class ConclusionIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was learnt of a low answer, and what changes."""

    conclusion: Annotated[Text, word("In words.", "The letter was unclear; reworded.")]


class ScoresOut(msgspec.Struct, frozen=True):
    """Answers with those who did not answer beside them; no score stands alone."""

    kind: Annotated[str, word("csat, nps or ces.", "csat")]
    asked: Annotated[int, msgspec.Meta(description="Sent to somebody.", examples=[40])]
    answered: Annotated[int, msgspec.Meta(description="Answered.", examples=[12])]
    refused: Annotated[int, msgspec.Meta(description="Would rather not.", examples=[1])]
    response_rate: Annotated[
        float | None, msgspec.Meta(description="Answered / asked.", examples=[0.3])
    ]
    not_sent: Annotated[
        dict[str, int],
        msgspec.Meta(description="By why.", examples=[{"not_sampled": 160}]),
    ]
    scores: Annotated[
        dict[int, int], msgspec.Meta(description="How many gave each.", examples=[{"4": 7}])
    ]


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
            since=since,
            until=until,
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
