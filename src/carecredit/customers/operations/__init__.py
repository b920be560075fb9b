"""Writing customers: the person's gate, the register, wishes and contact points."""

from carecredit.customers.operations.cards import Card, CardPoint
from carecredit.customers.operations.gate import (
    lock_gate,
    lock_gate_of,
    lock_gates_free,
    lock_gates_of,
)
from carecredit.customers.operations.registry import Registered, register
from carecredit.customers.operations.relationships import store_statements
from carecredit.customers.operations.studies import keep_study
from carecredit.customers.operations.wishes import mark_point_bad, opt_out

__all__ = [
    "Card",
    "CardPoint",
    "Registered",
    "keep_study",
    "lock_gate",
    "lock_gate_of",
    "lock_gates_free",
    "lock_gates_of",
    "mark_point_bad",
    "opt_out",
    "register",
    "store_statements",
]
