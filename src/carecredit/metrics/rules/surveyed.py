"""Surveys: how many were answered of those asked, and what the answers say; never one alone."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime

from msgspec import Struct

from carecredit.kernel.calendars import Period
from carecredit.metrics.rules.found import Found, added, share
from carecredit.metrics.rules.measure import Measure
from carecredit.metrics.rules.voice import (
    Answers,
    ces_share,
    csat,
    nps_of,
    promotes,
    top_two,
)

SURVEY = "survey"


class SurveyFact(Struct, frozen=True, gc=False):
    """A survey as it was known: sent when, closed when, answered with which score (none: not)."""

    key: Hashable
    kind: str
    asked_at: datetime
    sent_at: datetime | None
    closed_at: datetime | None
    score: int | None


class Score(Struct, frozen=True):
    """How the answers of a kind are put together, and what each adds to the numerator."""

    rule: Callable[[Answers], Measure]
    adds: Callable[[int], int]


SCORES = {
    "csat": Score(csat, top_two),
    "nps": Score(nps_of, promotes),
    "ces": Score(ces_share, top_two),
}
"""By kind of survey; each is a number of its own name."""


def asked_of(
    surveys: Iterable[SurveyFact], *, kind: str, asked: Period, until: datetime
) -> list[SurveyFact]:
    """List what was asked in a period and had reached the customer before an instant.

    One that was never sent, and one that still waits to be, was not asked.
    """
    return [
        one
        for one in surveys
        if one.kind == kind
        and one.asked_at in asked
        and (_before(one.sent_at, until) or _before(one.closed_at, until))
    ]


def score_of(surveys: Iterable[SurveyFact], *, kind: str, until: datetime) -> Found:
    """Put the answers of a kind together, as far as they were given before an instant."""
    answered = [one for one in surveys if answered_by(one, until)]
    score = SCORES[kind]
    answers = Counter(one.score for one in answered if one.score is not None)
    return Found(
        score.rule(answers),
        SURVEY,
        added((one.key, score.adds(one.score or 0)) for one in answered),
    )


def response_rate(surveys: Iterable[SurveyFact], *, until: datetime) -> Found:
    """Answered / asked: who refused, and who said nothing, is in it."""
    asked = list(surveys)
    return share(SURVEY, [one.key for one in asked if answered_by(one, until)], len(asked))


def answered_by(survey: SurveyFact, until: datetime) -> bool:
    """Say whether a survey was answered before an instant."""
    return survey.score is not None and _before(survey.closed_at, until)


def _before(at: datetime | None, until: datetime) -> bool:
    return at is not None and at < until
