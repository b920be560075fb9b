"""What readers see of surveys."""

from datetime import datetime

import msgspec

from carecredit.kernel.ids import ContactId, CustomerId, SurveyId


class Survey(msgspec.Struct, frozen=True):
    """One question about one contact, and what came of it."""

    id: SurveyId
    contact_id: ContactId
    customer_id: CustomerId
    kind: str
    terms_version: int
    language: str
    state: str
    reason: str | None
    asked_at: datetime
    sent_at: datetime | None
    closed_at: datetime | None
    score: int | None
    comment: str
    is_low: bool
    owner: str | None
    concluded_at: datetime | None
    conclusion: str


class Terms(msgspec.Struct, frozen=True):
    """What a client company's customers are asked."""

    version: int
    kind: str
    question_it: str
    question_en: str
    sample_per_mille: int
    cap_days: int
    low_at_most: int
    answer_days: int
    set_at: datetime
    set_by: str


class Scores(msgspec.Struct, frozen=True):
    """Answers with what was not answered beside them: no score stands alone."""

    kind: str
    asked: int
    """Sent to somebody."""
    answered: int
    refused: int
    not_sent: dict[str, int]
    """By why."""
    scores: dict[int, int]
    """How many gave each."""

    @property
    def response_rate(self) -> float | None:
        """Give answered / sent; of none there is none."""
        return self.answered / self.asked if self.asked else None
