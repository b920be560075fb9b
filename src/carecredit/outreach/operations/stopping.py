"""Acting on a reason that stops everything: a death, or the wrong person."""

from datetime import date

from carecredit.arrangements.rules import catalogue
from carecredit.contact_policy.operations import NewStop, record_stop
from carecredit.holds import queries as holds
from carecredit.kernel.calendars import DAY, local_date, zone
from carecredit.mandates import queries as mandates
from carecredit.outreach.operations.agreeing import Work
from carecredit.outreach.rules import WrapUp

_STOP = "stop:"


def stop_for(work: Work, wrap_up: WrapUp) -> None:
    """Place the stop that the catalogue names for the reason told, once, with the contact as proof.

    It is placed in the wrap-up's own transaction: nobody calls a bereaved family again meanwhile.
    The day after, a person looks at it.
    """
    told = wrap_up.non_payment_reason
    steps = catalogue().reasons[told.value].next if told is not None else ()
    standing = {one.reason for one in holds.standing(work.session, at=work.now, **work.whom)}
    for step in steps:
        reason = step.removeprefix(_STOP)
        if step.startswith(_STOP) and reason not in standing:
            stop = NewStop(reason, f"contact {work.contact.id}", review_on=_tomorrow(work))
            record_stop(work.session, stop=stop, now=work.now, **work.whom)


def _tomorrow(work: Work) -> date:
    client = mandates.client(work.session, client_id=work.client_id)
    return local_date(work.now, zone(client.zone)) + DAY
