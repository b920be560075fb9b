"""Agreeing other terms with a client company: whatever they name must be there to follow."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from carecredit.cadence import queries
from carecredit.contact_policy.rules import check_calendar
from carecredit.kernel.errors import Invalid, NotFound
from carecredit.kernel.ids import ClientId
from carecredit.mandates import queries as mandates
from carecredit.mandates.operations import Terms, agree_mandate
from carecredit.mandates.views import Mandate
from carecredit.receivables.rules import check_late_rule


def agree_terms(
    session: Session, *, client_id: ClientId, valid_from: date, now: datetime, **terms: Any
) -> Mandate:
    """Agree other terms from a day on; what is not named stays as it was on that day."""
    before = mandates.mandate(session, client_id=client_id, today=valid_from)
    kept = {name: getattr(before, name) for name in Terms.__struct_fields__}
    new = Terms(**kept | terms)
    check_late_rule(new.late_charges)
    check_calendar(new.opening_calendar)
    try:
        queries.policy(new.follow_up_policy)
    except NotFound as unknown:
        raise Invalid(unknown.message, field="follow_up_policy") from unknown
    return agree_mandate(session, client_id=client_id, valid_from=valid_from, terms=new, now=now)
