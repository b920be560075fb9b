"""How long people stay and by what they end: survival, incidence, cohorts, after a late payment."""

from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from carecredit.customers.rules import EndedReason
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.metrics import told
from carecredit.metrics.queries import lives as load
from carecredit.metrics.queries.asking import (
    How,
    Question,
    groups_of,
    keys_of,
    parts_of,
    table_of,
)
from carecredit.metrics.rules import cohorts as cohort_rules
from carecredit.metrics.rules.durations import since
from carecredit.metrics.rules.incidence import aalen_johansen
from carecredit.metrics.rules.intervals import Form
from carecredit.metrics.rules.survival import kaplan_meier
from carecredit.metrics.views import CohortAnswer, CohortRow, IncidenceAnswer, SurvivalAnswer

_KAPLAN_MEIER = How(
    "Kaplan-Meier with Greenwood's variance; ties are exact; whoever has not ended was last seen "
    "on the last day looked at",
    "Kaplan & Meier 1958; Greenwood 1926; Kalbfleisch & Prentice 1980; Brookmeyer & Crowley 1982",
)
_AALEN_JOHANSEN = How(
    "Aalen-Johansen: causes compete, so that all of them and those staying add up to one; "
    "log(-log) interval",
    "Aalen & Johansen 1978; variance of Dinse & Larson 1986",
)
_COHORTS = How(
    "by month of the first contract: here at the end of that month and of each after it",
    "House rule; Wilson interval (Newcombe 1998)",
)
_FIRST_LATE = How(
    "Kaplan-Meier from the first day after a due date that passed unpaid to leaving: who never "
    "paid is in it, and nothing looks ahead; who had left before that day is not",
    _KAPLAN_MEIER.source,
)


def survival(
    session: Session,
    *,
    client_id: ClientId,
    question: Question,
    now: datetime,
    form: Form = Form.LOGLOG,
    until: Fraction | None = None,
) -> SurvivalAnswer:
    """Say how long customers stay, by segment, or the lives of a study by its groups.

    `until` is the horizon of the mean time; without it, the end of what was followed.
    """
    asked, groups = groups_of(
        session, client_id=client_id, question=question, how=_KAPLAN_MEIER, now=now
    )
    curves = (
        told.survival_group(name, kaplan_meier(lives, form=form, until=until))
        for name, lives in groups.items()
    )
    return SurvivalAnswer(
        id="survival.kaplan_meier",
        unit=_unit(question),
        interval=form.value,
        asked=asked,
        groups=tuple(curves),
    )


def incidence(
    session: Session,
    *,
    client_id: ClientId,
    question: Question,
    now: datetime,
    against: str | None = None,
) -> IncidenceAnswer:
    """Say what share ended by each reason; `against` puts one beside all others, called churn."""
    if against is not None and (question.study or against not in list(EndedReason)):
        known = ", ".join(EndedReason)
        raise Invalid(f"{against!r} is no reason of customers: {known}", field="against")
    asked, groups = groups_of(
        session,
        client_id=client_id,
        question=question,
        how=_AALEN_JOHANSEN,
        now=now,
        against=against,
    )
    causes = sorted({cause for lives in groups.values() for _, cause in lives if cause})
    found = {name: aalen_johansen(lives, causes) for name, lives in groups.items()}
    return IncidenceAnswer(
        id="incidence.aalen_johansen",
        unit=_unit(question),
        asked=asked,
        groups=tuple(told.incidence_group(name, each) for name, each in found.items()),
    )


def cohorts(
    session: Session,
    *,
    client_id: ClientId,
    question: Question,
    now: datetime,
    months: int = 12,
) -> CohortAnswer:
    """Say of those who began in each month how many are here at each month-end since."""
    if not 0 <= months <= cohort_rules.MONTHS_MAX:
        raise Invalid(f"0 to {cohort_rules.MONTHS_MAX} months, not {months}", field="months")
    table = table_of(session, client_id=client_id, question=question, how=_COHORTS, now=now)
    rows = tuple(
        CohortRow(
            group=name,
            month=cohort.began.isoformat()[: len("2026-01")],
            n=cohort.subjects,
            here=tuple(told.rate(here, cohort.subjects) for here in cohort.here),
        )
        for name, lives in parts_of(table.lives, question=question).items()
        for cohort in cohort_rules.cohorts(lives, as_of=question.as_of, months=months)
    )
    return CohortAnswer(id="cohorts.month", asked=table.asked, rows=rows)


def kept_after_late(
    session: Session,
    *,
    client_id: ClientId,
    question: Question,
    now: datetime,
    form: Form = Form.LOGLOG,
) -> SurvivalAnswer:
    """Say how long customers stay once a due date of theirs passed unpaid for the first time."""
    table = table_of(session, client_id=client_id, question=question, how=_FIRST_LATE, now=now)
    days = load.first_late(session, client_id=client_id, known=table.known, as_of=question.as_of)
    groups = {
        name: since(
            ((table.lives[key], days[key]) for key in keys if key in days), as_of=question.as_of
        )
        for name, keys in keys_of(table.lives, question=question).items()
    }
    curves = (
        told.survival_group(name, kaplan_meier(lives, form=form)) for name, lives in groups.items()
    )
    return SurvivalAnswer(
        id="survival.kept_after_first_late",
        unit="days",
        interval=form.value,
        asked=table.asked,
        groups=tuple(curves),
    )


def _unit(question: Question) -> str:
    return "days" if question.study is None else "as in the study"
