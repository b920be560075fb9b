"""Reading what customers said of contacts."""

from carecredit.quality.queries.surveys import (
    UnknownSurvey,
    asked_last,
    scores,
    survey,
    surveys,
    terms,
)

__all__ = ["UnknownSurvey", "asked_last", "scores", "survey", "surveys", "terms"]
