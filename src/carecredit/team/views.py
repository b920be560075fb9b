"""What readers see of keys."""

import msgspec

from carecredit.kernel.ids import ClientId, KeyId, OperatorId
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
