"""What every call that writes a case does alike: gate, version, event, state, deadlines, audit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from carecredit.cases import model, queries, views
from carecredit.cases.operations.clocks import store_deadlines
from carecredit.cases.rules import CaseState, Party, case_policy, told_in_words
from carecredit.customers.operations import lock_gate_of
from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import CaseId, ClientId
from carecredit.store import audit
from carecredit.store.session import caller_of

TEXT_LENGTH_MAX = 4_000
CODE_LENGTH_MAX = 64
NO_SYNC: dict[str, Any] = {"synchronize_session": False}


class Stale(Refused):
    """Somebody changed the case since you read it; what happened since is told."""

    code = "case_stale"

    def __init__(self, found: views.Case, seen: int, since: Sequence[views.CaseEvent]) -> None:
        told = "; ".join(
            f"{told_in_words('event', one.code)['en']} ({one.recorded_by}, "
            f"{one.happened_at:%Y-%m-%dT%H:%MZ})"
            for one in since
        )
        super().__init__(
            f"the case is at version {found.version} and you saw {seen}; since then: "
            f"{told or 'nothing that we know of'}; read it again and decide anew",
            field="version",
        )
        self.version = found.version
        self.since = tuple(since)


class Told(msgspec.Struct, frozen=True):
    """An event about to be written."""

    code: str
    party: Party = Party.OPERATOR
    reason: str = ""
    data: Mapping[str, Any] = {}
    words: Mapping[str, str] = {}
    happened_at: datetime | None = None
    """None: now."""


def take(
    session: Session, *, client_id: ClientId, case_id: CaseId, version: int | None
) -> views.Case:
    """Take the gate of the case's person and read the case; another version raises `Stale`."""
    whose = queries.case(session, client_id=client_id, case_id=case_id).customer_id
    lock_gate_of(session, client_id=client_id, customer_id=whose)
    found = queries.case(session, client_id=client_id, case_id=case_id)
    if version is not None and version != found.version:
        since = queries.events(session, client_id=client_id, case_id=case_id, after=version)
        raise Stale(found, version, since)
    return found


def write(
    session: Session,
    *,
    client_id: ClientId,
    case: views.Case,
    told: Told,
    now: datetime,
    **changes: Any,
) -> views.Case:
    """Write an event under the gate: the state follows by the table, the deadlines by replay."""
    at = _instant(case, told, now)
    state = case_policy().after(CaseState(case.state), told.code, told.party)
    _insert(session, client_id, case.id, case.version + 1, told, at, now)
    facts: dict[str, Any] = {"state": state.value, "version": case.version + 1, "changed_at": now}
    if state is CaseState.RESOLVED and case.state != state:
        facts |= {"resolved_at": at}
    elif state is not CaseState.RESOLVED:
        facts |= {"resolved_at": None, "resolution": None}
    table = model.CareCase
    session.execute(
        update(table)
        .where(table.client_id == client_id, table.id == case.id)
        .values(**(facts | changes))
        .execution_options(**NO_SYNC)
    )
    tell(session, client_id=client_id, case_id=case.id, code=told.code, now=now)
    store_deadlines(session, client_id=client_id, case_id=case.id, now=now)
    return queries.case(session, client_id=client_id, case_id=case.id)


def begin(
    session: Session,
    *,
    client_id: ClientId,
    case: views.Case,
    party: Party,
    reason: str,
    now: datetime,
) -> views.Case:
    """Write a new case with its first event."""
    row = msgspec.structs.asdict(case) | {"client_id": client_id, "reckoned_with": ""}
    session.execute(insert(model.CareCase), [row])
    told = Told("opened", party, reason, {"priority": case.priority})
    _insert(session, client_id, case.id, 1, told, now, now)
    tell(session, client_id=client_id, case_id=case.id, code=told.code, now=now)
    store_deadlines(session, client_id=client_id, case_id=case.id, now=now)
    return queries.case(session, client_id=client_id, case_id=case.id)


def tell(
    session: Session, *, client_id: ClientId, case_id: CaseId, code: str, now: datetime
) -> None:
    """Tell the audit chain of an event."""
    audit.record(
        session,
        client_id=client_id,
        action=f"case.{code}",
        subject="case",
        subject_id=case_id,
        now=now,
    )


def check_text(text: str, *, field: str, needed: bool = True) -> str:
    """Accept words of people's own."""
    found = text.strip()
    if (needed and not found) or len(found) > TEXT_LENGTH_MAX:
        raise Invalid(f"write 1 to {TEXT_LENGTH_MAX} characters", field=field)
    return found


def check_code(text: str, *, field: str) -> str:
    """Accept a code such as `no_service`."""
    if not 0 < len(text) <= CODE_LENGTH_MAX or not text.replace("_", "a").isalnum():
        raise Invalid("a code is 1 to 64 letters, digits or underscores", field=field)
    return text


def _instant(case: views.Case, told: Told, now: datetime) -> datetime:
    at = told.happened_at or now
    if at > now:
        raise Invalid("what has happened lies not ahead", field="happened_at")
    if told.happened_at is not None and at < case.changed_at:
        raise Invalid(
            f"events are told in order; the last was at {case.changed_at:%Y-%m-%dT%H:%M:%SZ}",
            field="happened_at",
        )
    return at


def _insert(
    session: Session,
    client_id: ClientId,
    case_id: CaseId,
    position: int,
    told: Told,
    at: datetime,
    now: datetime,
) -> None:
    row = {
        "client_id": client_id,
        "case_id": case_id,
        "position": position,
        "code": told.code,
        "happened_at": at,
        "recorded_at": now,
        "recorded_by": caller_of(session).name,
        "party": told.party.value,
        "reason": told.reason,
        "data": msgspec.json.encode(told.data, order="sorted").decode(),
        "words": msgspec.json.encode(told.words, order="sorted").decode(),
    }
    session.execute(insert(model.CaseEvent), [row])
