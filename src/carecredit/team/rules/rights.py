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
    RECORD_WISHES = "record_wishes"
    """What customers say of being contacted, and their contact points."""
    CARE_NEEDS = "care_needs"
    """What extra care somebody needs: seen and written by those who speak with people."""
    APPROVE_PLANS = "approve_plans"
    """Agree as the second person to a payment plan that is beyond an operator's powers."""
    MERGE_PEOPLE = "merge_people"
    """Say that two persons are one, or are not."""
    ERASE = "erase"
    SET_UP = "set_up"
    """Terms, and the account that customers pay to: whoever keeps the ledger may not move it."""


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OPERATOR: frozenset(
        {Right.READ_CUSTOMERS, Right.WORK, Right.RECORD_WISHES, Right.CARE_NEEDS}
    ),
    Role.FINANCE: frozenset({Right.READ_CUSTOMERS, Right.READ_METRICS, Right.APPROVE_PLANS}),
    Role.INTEGRATOR: frozenset({Right.READ_CUSTOMERS, Right.WRITE_LEDGER, Right.RECORD_WISHES}),
    Role.ADMIN: frozenset(Right),
}


def may(role: Role, right: Right) -> bool:
    """Say whether a role has a right."""
    return right in RIGHTS[role]
