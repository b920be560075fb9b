"""Handing a case over as one act: its story goes along, and the customer is told.

That the customer has to be told is a promise of ours with a time; it is owed until it is recorded.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from carecredit.cases import queries, views
from carecredit.cases.operations.expecting import (
    HAND_OVER,
    NewExpectation,
    expect,
    fulfil_of_case,
    withdraw,
)
from carecredit.cases.operations.hands import check_owner, check_squad
from carecredit.cases.operations.pen import Told, check_text, take, write
from carecredit.cases.rules import ExpectationState, HandTo, Party
from carecredit.cases.views import Expectation
from carecredit.kernel.ids import CaseId, ClientId
from carecredit.kernel.working_time import add_working

TELL = {
    "it": "Le diremo chi si occupa della sua richiesta.",
    "en": "You will hear who takes care of your matter.",
}
HANDED_ON = "handed on"


class HandOver(msgspec.Struct, frozen=True):
    """To whom a case goes, and its story, so that the customer need not tell it again."""

    to: HandTo
    name: str
    """Of the operator or squad, or whom at the client company."""
    asked: str
    tried: str
    promised: str = ""
    mood: str = ""
    """As the operator heard it."""
    reason: str = ""
    tell_by: datetime | None = None
    """By when the customer hears of it; none: as the service level says."""


def hand_over(
    session: Session,
    *,
    client_id: ClientId,
    case_id: CaseId,
    pack: HandOver,
    version: int | None,
    now: datetime,
) -> views.Case:
    """Hand a case over with its story; the client company's turn pauses what its level says."""
    case = take(session, client_id=client_id, case_id=case_id, version=version)
    name = _name(session, pack, now)
    words = queries.expectations(session, client_id=client_id, case_id=case_id)
    waiting = [one for one in words if one.state == ExpectationState.OPEN]
    open_words = [str(one.id) for one in waiting]
    telling = NewExpectation(
        case.customer_id,
        TELL.get(case.language, TELL["en"]),
        _tell_by(session, client_id, pack, waiting, now),
        case_id=case_id,
        purpose=HAND_OVER,
    )
    _take_back(session, client_id, waiting, now)
    given = expect(session, client_id=client_id, expectation=telling, now=now)
    told = Told(
        "handed_to_client" if pack.to is HandTo.CLIENT else "handed_over",
        reason=check_text(pack.reason, field="reason", needed=False),
        data={
            "to": pack.to.value,
            "owner_before": case.owner,
            "squad_before": case.squad,
            "expectation": str(given.id),
            "open_expectations": open_words,
        },
        words={"name": name} | _story(pack),
    )
    changes: dict[str, Any] = {"tell_owed_since": case.tell_owed_since or now}
    if pack.to is HandTo.OPERATOR:
        changes |= {"owner": name}
    elif pack.to is HandTo.SQUAD:
        changes |= {"owner": None, "squad": name}
    return write(session, client_id=client_id, case=case, told=told, now=now, **changes)


def customer_told(
    session: Session,
    *,
    client_id: ClientId,
    case_id: CaseId,
    how: str,
    now: datetime,
    version: int | None = None,
    party: Party = Party.OPERATOR,
) -> views.Case:
    """Record that the customer knows who takes care of the case; the word given for it is kept."""
    case = take(session, client_id=client_id, case_id=case_id, version=version)
    fulfil_of_case(session, client_id=client_id, case_id=case_id, purpose=HAND_OVER, now=now)
    told = Told("customer_told", party, check_text(how, field="how"))
    return write(session, client_id=client_id, case=case, told=told, now=now, tell_owed_since=None)


def _name(session: Session, pack: HandOver, now: datetime) -> str:
    """Accept whom a case goes to; who is who at the client company we do not know."""
    name = check_text(pack.name, field="name")
    if pack.to is HandTo.OPERATOR:
        check_owner(session, name, field="name", now=now)
    elif pack.to is HandTo.SQUAD:
        check_squad(session, name, field="name", now=now)
    return name


def _tell_by(
    session: Session,
    client_id: ClientId,
    pack: HandOver,
    waiting: Sequence[Expectation],
    now: datetime,
) -> datetime:
    """Say by when the customer hears of it: handing on does not put off what was said before."""
    if pack.tell_by is not None:
        return pack.tell_by
    minutes = queries.agreed_now(session, client_id=client_id, now=now).level.tell_minutes
    hours = queries.hours_now(session, client_id=client_id, now=now)
    by = add_working(hours, now, timedelta(minutes=minutes))
    return min([by, *(one.due_at for one in waiting if _same_word(one, now))])


def _take_back(
    session: Session, client_id: ClientId, waiting: Sequence[Expectation], now: datetime
) -> None:
    """Take back what an earlier hand-over gave to expect: the customer waits for one word alone."""
    for one in waiting:
        if _same_word(one, now):
            withdraw(
                session,
                client_id=client_id,
                expectation_id=one.id,
                reason=HANDED_ON,
                now=now,
            )


def _same_word(one: Expectation, now: datetime) -> bool:
    return one.purpose == HAND_OVER and one.due_at > now


def _story(pack: HandOver) -> dict[str, str]:
    return {
        "asked": check_text(pack.asked, field="asked"),
        "tried": check_text(pack.tried, field="tried"),
        "promised": check_text(pack.promised, field="promised", needed=False),
        "mood": check_text(pack.mood, field="mood", needed=False),
    }
