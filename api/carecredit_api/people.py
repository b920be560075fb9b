"""People over HTTP: survival, incidence, cohorts, churn and its reasons, contact beside none."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from carecredit.mandates.views import Client
from carecredit.metrics import queries
from carecredit.metrics.rules.intervals import Form
from carecredit.metrics.rules.survival import parse_time
from carecredit.metrics.rules.windows import parse_window
from carecredit.metrics.views import (
    ChurnAnswer,
    CohortAnswer,
    ContactedAnswer,
    IncidenceAnswer,
    SurvivalAnswer,
)
from carecredit.team.rules import Right
from carecredit_api.deps import ClientCode, Visit
from carecredit_api.questions import AsOf, KnownAt, Narrowed
from carecredit_api.security import needs
from carecredit_api.wire import StudyName, read_known

Answer = TypeVar("Answer")
READ = needs(Right.READ_METRICS)
TAGS = ["People"]
By = Annotated[
    Literal["segment"] | None, QueryParameter(name="by", description="Each segment too.")
]
LapseDays = Annotated[
    int | None,
    QueryParameter(
        name="lapse_days",
        description="Customers without a contract: lapsed after so many days without an invoice.",
        ge=1,
        le=1_830,
    ),
]
Interval = Annotated[
    Form, QueryParameter(name="interval", description="Scale of the curves' intervals.")
]
InWindow = Annotated[
    str, QueryParameter(name="window", description="p1m, p12m, 90d and such.", max_length=10)
]


@get(
    "/metrics/survival", operation_id="read_survival", tags=TAGS, sync_to_thread=True,
    summary="Read how long people stay", opt=READ,
)  # fmt: skip
def read_survival(  # noqa: PLR0913, PLR0917 - the same
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    segment: Narrowed = None,
    by: By = None,
    lapse_days: LapseDays = None,
    study: StudyName = None,
    interval: Interval = Form.LOGLOG,
    until: Annotated[
        str | None,
        QueryParameter(name="until", description="Horizon of the mean.", max_length=20),
    ] = None,
) -> SurvivalAnswer:
    """Answer with Kaplan-Meier curves: of customers by segment, or of a study by its groups."""
    horizon = parse_time(until) if until is not None else None
    asked = _Asked(as_of, known_at, segment, by, lapse_days, study)
    return asked.put(visit, client, queries.survival, form=interval, until=horizon)


@get(
    "/metrics/incidence", operation_id="read_incidence", tags=TAGS, sync_to_thread=True,
    summary="Read by what relationships end", opt=READ,
)  # fmt: skip
def read_incidence(  # noqa: PLR0913, PLR0917 - the same
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    segment: Narrowed = None,
    by: By = None,
    lapse_days: LapseDays = None,
    study: StudyName = None,
    against: Annotated[
        str | None,
        QueryParameter(
            name="against",
            description="One reason beside all others together, such as write_off.",
            max_length=64,
        ),
    ] = None,
) -> IncidenceAnswer:
    """Answer with Aalen-Johansen curves, one for each reason; causes compete."""
    asked = _Asked(as_of, known_at, segment, by, lapse_days, study)
    return asked.put(visit, client, queries.incidence, against=against)


@get(
    "/metrics/cohorts", operation_id="read_cohorts", tags=TAGS, sync_to_thread=True,
    summary="Read the table of cohorts", opt=READ,
)  # fmt: skip
def read_cohorts(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    segment: Narrowed = None,
    by: By = None,
    lapse_days: LapseDays = None,
    months: Annotated[
        int, QueryParameter(name="months", description="How many months on.", ge=0, le=120)
    ] = 12,
) -> CohortAnswer:
    """Answer, by month of beginning, how many are here at each month-end since."""
    asked = _Asked(as_of, known_at, segment, by, lapse_days)
    return asked.put(visit, client, queries.cohorts, months=months)


@get(
    "/metrics/churn/reasons", operation_id="read_churn_reasons", tags=TAGS, sync_to_thread=True,
    summary="Read who left and why", opt=READ,
)  # fmt: skip
def read_churn_reasons(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    segment: Narrowed = None,
    by: By = None,
    lapse_days: LapseDays = None,
    window: InWindow = "p3m",
) -> ChurnAnswer:
    """Answer with churn in a window, its reasons apart, and what became of the monthly value."""
    asked, over = _Asked(as_of, known_at, segment, by, lapse_days), parse_window(window)
    return asked.put(visit, client, queries.churn, window=over)


@get(
    "/metrics/kept-after-late", operation_id="read_kept_after_late", tags=TAGS,
    sync_to_thread=True, summary="Read how long people stay once they were late", opt=READ,
)  # fmt: skip
def read_kept_after_late(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    segment: Narrowed = None,
    by: By = None,
    lapse_days: LapseDays = None,
    interval: Interval = Form.LOGLOG,
) -> SurvivalAnswer:
    """Answer with Kaplan-Meier curves from the first due date that passed unpaid to leaving."""
    asked = _Asked(as_of, known_at, segment, by, lapse_days)
    return asked.put(visit, client, queries.kept_after_late, form=interval)


@get(
    "/metrics/contacted", operation_id="read_contacted", tags=TAGS, sync_to_thread=True,
    summary="Read churn of the contacted beside the others", opt=READ,
)  # fmt: skip
def read_contacted(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    segment: Narrowed = None,
    by: By = None,
    lapse_days: LapseDays = None,
    window: InWindow = "p3m",
) -> ContactedAnswer:
    """Answer with both shares and their difference; it was not randomised, and says so."""
    asked, over = _Asked(as_of, known_at, segment, by, lapse_days), parse_window(window)
    return asked.put(visit, client, queries.contacted_beside_not, window=over)


class _Asked(msgspec.Struct, frozen=True):
    """The address's part of a question."""

    as_of: str | None
    known_at: str | None
    segment: str | None
    by: str | None
    lapse_days: int | None
    study: str | None = None

    def put(
        self, visit: Visit, client: str | None, ask: Callable[..., Answer], **more: Any
    ) -> Answer:
        """Put it to an answer of `metrics.queries`, in the transaction of the request."""
        with visit.reading() as session:
            found = visit.client(session, client)
            question = self.question(visit, found)
            return ask(session, client_id=found.id, question=question, now=visit.now, **more)

    def question(self, visit: Visit, client: Client) -> queries.Question:
        """Read days and instants; without a day it is today at the client company."""
        return queries.Question(
            as_of=visit.day(client, self.as_of),
            known_at=read_known(self.known_at),
            segment=self.segment,
            by_segment=self.by == "segment",
            lapse_days=self.lapse_days,
            study=self.study,
        )


HANDLERS = (
    read_survival,
    read_incidence,
    read_cohorts,
    read_churn_reasons,
    read_kept_after_late,
    read_contacted,
)
