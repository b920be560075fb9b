"""The pulse of one client company: what was agreed is judged, what is over is closed, then planned.

A transaction for the reviews, and one for each page of customers.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from carecredit.arrangements.operations import review_arrangements
from carecredit.cadence import queries as cadence
from carecredit.cadence.operations import plan_customers
from carecredit.cases.operations import (
    reckon_anew,
    review_disputes,
    review_expectations,
    review_overdue,
)
from carecredit.desk.views import Pulse
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.ids import CustomerId
from carecredit.mandates.views import Client
from carecredit.quality.operations import review_surveys
from carecredit.store.session import Caller, Store

PAGE = 200


def pulse_of(
    store: Store,
    caller: Caller,
    client: Client,
    now: datetime,
    progress: Callable[[str, int], None],
) -> Pulse:
    """Review what was agreed and promised, then bring every touch in line with the policy."""
    with store.begin(caller) as session:
        review = review_arrangements(session, client_id=client.id, now=now)
        paid = review_overdue(session, client_id=client.id, customer_ids=None, now=now)
        review_disputes(session, client_id=client.id, now=now)
        late = review_expectations(session, client_id=client.id, now=now)
        review_surveys(session, client_id=client.id, now=now)
        reckon_anew(session, client_id=client.id, now=now)
    today = local_date(now, zone(client.zone))
    total: Counter[str] = Counter()
    silent: Counter[str] = Counter()
    after: CustomerId | None = None
    while True:
        with store.read(caller) as session:
            page = cadence.customers_to_plan(
                session, client_id=client.id, today=today, after=after, limit=PAGE
            )
        if not page:
            break
        with store.begin(caller) as session:
            done = plan_customers(session, client_id=client.id, customer_ids=page, now=now)
        total.update(planned=done.planned, kept=done.kept, cancelled=done.cancelled)
        silent.update(done.silent)
        progress(client.code, done.customers)
        after = page[-1]
    return Pulse(
        client=client.code,
        promises_kept=review.kept,
        promises_broken=review.broken + review.partly_kept,
        cases_paid=len(paid),
        words_broken=late,
        planned=total["planned"],
        kept=total["kept"],
        cancelled=total["cancelled"],
        silent=dict(sorted(silent.items())),
    )
