"""Into whose hands an item fits: language, company, a call-back's owner, hard talks in a row."""

from datetime import datetime, timedelta

import msgspec

from carecredit.kernel.ids import ClientId, OperatorId
from carecredit.team.rules import Needs, Profile, may_take

OWNER_FIRST = timedelta(minutes=15)
"""So long after its time a call-back waits for whoever promised it; then it is the squad's."""
HARD_IN_A_ROW_MAX = 2
HARD_WITHIN = timedelta(hours=1)
"""After so many hard contacts the next one is no hard one, for so long."""


class Work(msgspec.Struct, frozen=True):
    """What matters of an item for who takes it."""

    client_id: ClientId
    language: str
    due_at: datetime
    owner_id: OperatorId | None = None
    is_hard: bool = False
    """The person was upset or angry at the last contact."""


class Hands(msgspec.Struct, frozen=True):
    """An operator who asks for work; who declared no language is not narrowed by it."""

    operator_id: OperatorId
    profile: Profile
    hard_in_a_row: int = 0


def why_not(work: Work, hands: Hands, *, now: datetime) -> str | None:
    """Say why an item is for somebody else now, or nothing where it is for these hands."""
    mine = work.owner_id in {None, hands.operator_id}
    if not mine and now < work.due_at + OWNER_FIRST:
        return "owner_first"
    if work.is_hard and hands.hard_in_a_row >= HARD_IN_A_ROW_MAX:
        return "hard_in_a_row"
    profile = hands.profile
    served = profile.clients or (work.client_id,)
    known = msgspec.structs.replace(profile, clients=served)
    language = work.language if profile.languages else None
    fit = may_take(known, Needs(work.client_id, language, now=False))
    return fit.reasons[0].code if fit.reasons else None
