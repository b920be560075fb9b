"""What readers see of keys, squads and shifts."""

from datetime import datetime

import msgspec

from carecredit.kernel.ids import ClientId, KeyId, OperatorId, ShiftId, SquadId
from carecredit.team.rules import Role


class Key(msgspec.Struct, frozen=True):
    """A key: who holds it, as what, for which client companies (none listed: every one)."""

    id: KeyId
    name: str
    role: Role
    operator_id: OperatorId | None
    clients: frozenset[ClientId] | None


class NewKey(msgspec.Struct, frozen=True):
    """A key just made; its secret is shown this once."""

    key: Key
    secret: str


class Squad(msgspec.Struct, frozen=True):
    """A squad at an instant: its captain, and the members that the reader may see."""

    id: SquadId
    name: str
    captain_id: OperatorId
    members: tuple[OperatorId, ...]


class Shift(msgspec.Struct, frozen=True):
    """When an operator is planned to be at work, half-open; cancelled since when, if it is."""

    id: ShiftId
    operator_id: OperatorId
    starts_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None
