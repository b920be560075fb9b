"""Moving a case on: what happened, its resolution, its reopening, notes, owner, priority."""

from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from carecredit.cases import queries, views
from carecredit.cases.operations.hands import check_owner, check_squad
from carecredit.cases.operations.holding import (
    default_review,
    hold_invoices,
    holds_invoices,
    release_invoices,
)
from carecredit.cases.operations.linking import free_overdue
from carecredit.cases.operations.opening import check_review
from carecredit.cases.operations.pen import Told, check_code, check_text, take, write
from carecredit.cases.rules import (
    BY,
    MOVES,
    CaseKind,
    CaseState,
    Party,
    Priority,
    Resolution,
    case_policy,
)
from carecredit.holds.operations import look_again
from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import CaseId, ClientId
from carecredit.mandates.rules import LANGUAGES


class OverdueAlready(Refused):
    """The customer has another overdue case open."""

    code = "case_overdue_already"


class Move(msgspec.Struct, frozen=True):
    """What happened; what a machine sent by itself answers nobody."""

    event: str
    reason: str = ""
    automatic: bool = False
    party: Party | None = None
    """None: whoever usually brings it about."""
    happened_at: datetime | None = None
    """None: now."""


class Description(msgspec.Struct, frozen=True):
    """What a case is told to be about; what is not named stays."""

    subject: str | None = None
    topic: str | None = None
    language: str | None = None


def move(
    session: Session,
    *,
    client_id: ClientId,
    case_id: CaseId,
    move: Move,
    version: int | None,
    now: datetime,
) -> views.Case:
    """Write that something happened; a customer who writes to a resolved case opens it again."""
    if move.event not in MOVES:
        known = ", ".join(MOVES)
        raise Invalid(f"{move.event!r} is none of {known}", field="event")
    case = take(session, client_id=client_id, case_id=case_id, version=version)
    told = Told(
        move.event,
        move.party or BY.get(move.event, Party.OPERATOR),
        check_text(move.reason, field="reason", needed=False),
        {"automatic": True} if move.automatic else {},
        happened_at=move.happened_at,
    )
    return _follow(session, client_id, case, told, now)


def resolve(
    session: Session,
    *,
    client_id: ClientId,
    case_id: CaseId,
    resolution: Resolution,
    solution: str,
    version: int | None,
    now: datetime,
    party: Party = Party.OPERATOR,
) -> views.Case:
    """Resolve a case, in words; what it held is free unless another case holds it too."""
    case = take(session, client_id=client_id, case_id=case_id, version=version)
    data: dict[str, Any] = {"resolution": resolution.value}
    if party is Party.SYSTEM:
        data["automatic"] = True
    told = Told("resolved", party, check_text(solution, field="solution"), data)
    return _follow(session, client_id, case, told, now, resolution=resolution.value)


def reopen(
    session: Session,
    *,
    client_id: ClientId,
    case_id: CaseId,
    reason: str,
    version: int | None,
    now: datetime,
    party: Party = Party.OPERATOR,
) -> views.Case:
    """Open a resolved case again; its invoices are held again, its clock starts anew."""
    case = take(session, client_id=client_id, case_id=case_id, version=version)
    told = Told("reopened", party, check_text(reason, field="reason"))
    return _follow(session, client_id, case, told, now)


def note(
    session: Session,
    *,
    client_id: ClientId,
    case_id: CaseId,
    text: str,
    now: datetime,
    version: int | None = None,
) -> views.Case:
    """Write a note beside a case."""
    case = take(session, client_id=client_id, case_id=case_id, version=version)
    told = Told("noted", reason=check_text(text, field="text"))
    return write(session, client_id=client_id, case=case, told=told, now=now)


def assign(
    session: Session,
    *,
    client_id: ClientId,
    case_id: CaseId,
    owner: str | None,
    squad: str | None,
    version: int | None,
    now: datetime,
) -> views.Case:
    """Give a case its owner and squad (none: nobody's for now), who are known at our desk."""
    case = take(session, client_id=client_id, case_id=case_id, version=version)
    owner = check_owner(session, owner, now=now)
    squad = check_squad(session, squad, now=now)
    data = {"owner": owner, "squad": squad, "owner_before": case.owner, "squad_before": case.squad}
    told = Told("assigned", data=data)
    return write(
        session, client_id=client_id, case=case, told=told, now=now, owner=owner, squad=squad
    )


def prioritise(
    session: Session,
    *,
    client_id: ClientId,
    case_id: CaseId,
    priority: Priority,
    reason: str,
    version: int | None,
    now: datetime,
) -> views.Case:
    """Give a case another priority, with the reason; its deadlines follow."""
    case = take(session, client_id=client_id, case_id=case_id, version=version)
    data = {"priority": priority.value, "priority_before": case.priority}
    told = Told("prioritised", reason=check_text(reason, field="reason"), data=data)
    return write(
        session, client_id=client_id, case=case, told=told, now=now, priority=priority.value
    )


def describe(
    session: Session,
    *,
    client_id: ClientId,
    case_id: CaseId,
    description: Description,
    version: int | None,
    now: datetime,
) -> views.Case:
    """Change a case's subject, topic or language."""
    case = take(session, client_id=client_id, case_id=case_id, version=version)
    changes: dict[str, Any] = {}
    if description.subject is not None:
        changes["subject"] = check_text(description.subject, field="subject")
    if description.topic is not None:
        changes["topic"] = check_code(description.topic, field="topic")
    if description.language is not None:
        if description.language not in LANGUAGES:
            raise Invalid("write it or en", field="language")
        changes["language"] = description.language
    if not changes:
        raise Invalid("name a subject, a topic or a language", field="subject")
    codes = {name: value for name, value in changes.items() if name != "subject"}
    told = Told("described", data=codes | {"changed": sorted(changes)})
    return write(session, client_id=client_id, case=case, told=told, now=now, **changes)


def set_review(
    session: Session,
    *,
    client_id: ClientId,
    case_id: CaseId,
    review_on: date,
    reason: str,
    version: int | None,
    now: datetime,
) -> views.Case:
    """Set the day on which a case's hold is looked at again, with the reason."""
    case = take(session, client_id=client_id, case_id=case_id, version=version)
    check_review(session, client_id=client_id, review_on=review_on, now=now)
    before = case.review_on.isoformat() if case.review_on else None
    told = Told(
        "review_set",
        reason=check_text(reason, field="reason"),
        data={"review_on": review_on.isoformat(), "review_on_before": before},
    )
    look_again(session, client_id=client_id, source_id=case.id, review_on=review_on, now=now)
    return write(session, client_id=client_id, case=case, told=told, now=now, review_on=review_on)


def _follow(
    session: Session,
    client_id: ClientId,
    case: views.Case,
    told: Told,
    now: datetime,
    **changes: Any,
) -> views.Case:
    """Write an event that may end or begin what a case holds."""
    after = case_policy().after(CaseState(case.state), told.code, told.party)
    again = case.state == CaseState.RESOLVED and after is CaseState.REOPENED
    if again:
        changes |= _reopening(session, client_id, case, now)
    written = write(session, client_id=client_id, case=case, told=told, now=now, **changes)
    if not holds_invoices(case.kind):
        return written
    if after is CaseState.RESOLVED and case.state != after:
        release_invoices(session, client_id=client_id, case=case, now=now)
    if again:
        links = queries.invoices_of(session, client_id=client_id, case_id=case.id)
        proof = told.reason or case.subject
        hold_invoices(session, client_id=client_id, case=written, links=links, proof=proof, now=now)
        free_overdue(session, client_id=client_id, case=written, now=now)
    return written


def _reopening(
    session: Session, client_id: ClientId, case: views.Case, now: datetime
) -> dict[str, Any]:
    if case.kind == CaseKind.OVERDUE:
        other = queries.overdue_case(session, client_id=client_id, customer_id=case.customer_id)
        if other is not None:
            raise OverdueAlready(f"write to the overdue case that is open: {other.id}")
    held = holds_invoices(case.kind) and case.review_on is not None
    return {"review_on": default_review(session, client_id=client_id, now=now)} if held else {}
