"""Planning touches, changing their state, and the jobs of the pulse."""

from carecredit.cadence.operations.jobs import Run, claim_job, finish_job
from carecredit.cadence.operations.planning import ask_callback, plan_customers
from carecredit.cadence.operations.states import cancel, move

__all__ = [
    "Run",
    "ask_callback",
    "cancel",
    "claim_job",
    "finish_job",
    "move",
    "plan_customers",
]
