"""What travels of surveys: what is asked, what is answered, what is counted."""

from typing import Annotated

import msgspec

from carecredit.kernel.ids import ContactId, CustomerId, SurveyId
from carecredit.quality.rules import SurveyKind
from carecredit_api.wire import Instant, word

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
