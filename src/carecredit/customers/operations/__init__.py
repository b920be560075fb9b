"""Writing customers: the person's gate, the register, wishes and contact points."""

from carecredit.customers.operations.cards import Card, CardPoint
from carecredit.customers.operations.erasing import erase_card
from carecredit.customers.operations.gate import (
    GatesBusy,
    lock_gate,
    lock_gate_of,
    lock_gates_free,
    lock_gates_of,
)
from carecredit.customers.operations.merging import (
    REASON_MAX,
    MergeKept,
    MergeNotYours,
    MergeStale,
    merge_persons,
    reject_duplicate,
    undo_merge,
)
from carecredit.customers.operations.reachable import (
    UnknownPoint,
    add_points,
    mark_point_bad,
    mark_point_good,
    owner_of,
    verify_point,
)
from carecredit.customers.operations.registry import Registered, register
from carecredit.customers.operations.relationships import store_statements
from carecredit.customers.operations.stopping import NewStop, end_stops, stop_persons
from carecredit.customers.operations.studies import keep_study
from carecredit.customers.operations.wishes import (
    opt_out,
    prefer,
    state_consent,
    state_need,
)

__all__ = [
    "REASON_MAX",
    "Card",
    "CardPoint",
    "GatesBusy",
    "MergeKept",
    "MergeNotYours",
    "MergeStale",
    "NewStop",
    "Registered",
    "UnknownPoint",
    "add_points",
    "end_stops",
    "erase_card",
    "keep_study",
    "lock_gate",
    "lock_gate_of",
    "lock_gates_free",
    "lock_gates_of",
    "mark_point_bad",
    "mark_point_good",
    "merge_persons",
    "opt_out",
    "owner_of",
    "prefer",
    "register",
    "reject_duplicate",
    "state_consent",
    "state_need",
    "stop_persons",
    "store_statements",
    "undo_merge",
    "verify_point",
]
