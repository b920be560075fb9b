"""What each role may do; a role says yes by name, everything else is no."""

from enum import StrEnum


class Role(StrEnum):
    """Who holds a key."""

    OPERATOR = "operator"
    FINANCE = "finance"
    INTEGRATOR = "integrator"
    ADMIN = "admin"


class Right(StrEnum):
    """What may be asked of the system."""

    READ_CUSTOMERS = "read_customers"
    WORK = "work"
    READ_METRICS = "read_metrics"
    WRITE_LEDGER = "write_ledger"
    SET_UP = "set_up"
    """Terms, and the account that customers pay to: whoever keeps the ledger may not move it."""


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OPERATOR: frozenset({Right.READ_CUSTOMERS, Right.WORK}),
    Role.FINANCE: frozenset({Right.READ_CUSTOMERS, Right.READ_METRICS}),
    Role.INTEGRATOR: frozenset({Right.READ_CUSTOMERS, Right.WRITE_LEDGER}),
    Role.ADMIN: frozenset(Right),
}


def may(role: Role, right: Right) -> bool:
    """Say whether a role has a right."""
    return right in RIGHTS[role]
