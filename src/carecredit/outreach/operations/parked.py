"""What waits for a person's look: an unknown outcome is found out, a stuck touch let go."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from carecredit.cadence import queries as cadence
from carecredit.cadence.operations import move
from carecredit.kernel.errors import Refused
from carecredit.kernel.ids import ClientId, TouchId


class Finding(StrEnum):
    """What a person found out about a parked touch."""

    MADE = "made"
    NOT_MADE = "not_made"
    LET_GO = "let_go"


class NotParked(Refused):
    """The touch does not wait for a look."""

    code = "touch_not_parked"


_AFTER = {
    Finding.MADE: ("done", "found_made"),
    Finding.NOT_MADE: ("cancelled", "found_not_made"),
    Finding.LET_GO: ("done", "let_go"),
}


def resolve_parked(
    session: Session, *, client_id: ClientId, touch_id: TouchId, finding: Finding, now: datetime
) -> None:
    """Close a parked touch by what a person found; one not made may be planned anew."""
    touch = cadence.touch(session, client_id=client_id, touch_id=touch_id)
    status, reason = _AFTER[finding]
    moved = move(
        session,
        client_id=client_id,
        touch_id=touch_id,
        status=status,
        expected=("parked",),
        now=now,
        status_reason=reason,
        status_detail=touch.status_reason,
    )
    if not moved:
        raise NotParked(f"this touch is {touch.status}, not parked", field="touch_id")
